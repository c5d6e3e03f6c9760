//! Asks the module everything that it says of itself (`module::Report`). Nothing is changed by it.

use std::time::Duration;

use super::event::Event;
use super::talk::{Reply, Stop, Talk, reset, would_be_payload};
use crate::at;
use crate::module::{Report, Reported};
use crate::plan::Mode;

const ANSWER: Duration = Duration::from_secs(5);

/// Asks all questions and tells the answers. A question that is refused is no failure: modules differ.
pub(super) async fn report(talk: &Talk) -> Result<(), Stop> {
    if talk.mode() == Some(Mode::Data) {
        return Err(would_be_payload().into());
    }
    let mut answers = Vec::new();
    for question in Report::QUESTIONS {
        talk.check_cancelled()?;
        let lines = match talk.ask(at::Command::new(question), ANSWER).await {
            Reply::Ok(lines) => Some(lines),
            Reply::Error | Reply::Prompt | Reply::Silent => None,
            Reply::Reset => return Err(reset(question).into()),
        };
        answers.push(Reported { question, lines });
    }
    talk.tell(Event::Reported(Box::new(Report { answers })));
    Ok(())
}
