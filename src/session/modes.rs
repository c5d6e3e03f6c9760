//! Changes the mode of the serial line (protocol.md §4): guard times around `+++`, packets after `ATO2`, and the fact
//! that only a restart leads out of extended data mode.

use std::time::Duration;

use super::event::Event;
use super::talk::{Notice, Reply, Request, Stop, Talk, answered};
use super::{change, find};
use crate::at;
use crate::moment::Moment;
use crate::plan::Mode;
use crate::problem::{Kind, Problem};

/// Silence before and after `+++`: a second by the manual, a tenth more to be safe, as u-blox's host library does.
const GUARD: Duration = Duration::from_millis(1100);
/// From `+++` to `OK`: the guard time behind it, and some.
const ESCAPE: Duration = Duration::from_millis(1600);
const ANSWER: Duration = Duration::from_secs(2);

/// Brings the line into `mode`.
///
/// # Errors
/// The module refuses, does not answer, or is in extended data mode and asked for another.
pub(super) async fn enter(talk: &Talk, mode: Mode) -> Result<(), Stop> {
    match (talk.mode(), mode) {
        (Some(present), wanted) if present == wanted => Ok(()),
        (Some(Mode::Extended), Mode::Command | Mode::Data) => Err(only_a_restart().into()),
        (Some(Mode::Data), Mode::Command) => leave_data(talk).await,
        (Some(Mode::Data), Mode::Extended) => {
            leave_data(talk).await?;
            online(talk, Mode::Extended).await
        }
        (Some(Mode::Command), wanted) => online(talk, wanted).await,
        (None, _) => Err(super::talk::silent("the change of mode").into()),
        (Some(Mode::Data | Mode::Extended), _) => Ok(()),
    }
}

/// Restarts the module and finds it again.
///
/// # Errors
/// The module refuses or does not come back.
pub(super) async fn restart(talk: &Talk) -> Result<(), Stop> {
    enter_text_mode(talk).await?;
    let command = at::Command::new("AT+CPWROFF");
    talk.forget_notices();
    answered(talk.ask(command, Duration::from_secs(5)).await, "AT+CPWROFF")?;
    talk.tell(Event::Mode(None));
    change::follow_restart(talk).await;
    find::find_after_restart(talk).await?;
    Ok(())
}

/// A mode in which commands can be sent.
///
/// # Errors
/// The module does not leave data mode.
pub(super) async fn enter_text_mode(talk: &Talk) -> Result<(), Stop> {
    if talk.mode() == Some(Mode::Data) { leave_data(talk).await } else { Ok(()) }
}

async fn leave_data(talk: &Talk) -> Result<(), Stop> {
    match escape(talk).await {
        Ok(()) => {
            talk.tell(Event::Mode(Some(Mode::Command)));
            Ok(())
        }
        Err(problem) => Err(problem.into()),
    }
}

/// `+++` with silence around it.
///
/// # Errors
/// No `OK` came back, and the module has not left data mode by itself either.
pub(super) async fn escape(talk: &Talk) -> Result<(), Problem> {
    let was = talk.mode();
    talk.request(Request::Assume(Some(Mode::Data)));
    // Payload that was held back until the module is ready for it may leave in the meantime.
    while let Some(quiet) = still_loud(talk) {
        talk.pause(quiet).await;
    }
    if was == Some(Mode::Data) && talk.mode() == Some(Mode::Command) {
        // It has lost its last peer, and data mode with it (protocol.md §4).
        return Ok(());
    }
    match talk.exchange(Request::Escape { limit: ESCAPE }).await {
        Reply::Ok(_) => Ok(()),
        Reply::Error => {
            // The same while it was on its way: what may stand in the command line now is not to be part of a command.
            talk.ask(at::Command::new("AT"), ANSWER).await;
            Ok(())
        }
        Reply::Reset => Err(super::talk::reset("+++")),
        Reply::Prompt | Reply::Silent => Err(super::talk::silent("+++")),
    }
}

/// `+++` whatever the mode is taken to be, and then `AT`, which says what came of it: without an answer to `+++` the
/// three signs may stand in the command line of a module that was never in data mode.
///
/// # Errors
/// Nobody answers.
pub(super) async fn escape_anyway(talk: &Talk) -> Result<(), Stop> {
    let was = talk.mode();
    let escaped = escape(talk).await;
    if let Some(mode) = find::attention(talk, Mode::Command).await {
        talk.tell(Event::Mode(Some(mode)));
        return Ok(());
    }
    talk.request(Request::Assume(was));
    Err(escaped.err().unwrap_or_else(|| super::talk::silent("AT after +++")).into())
}

/// When the silence before `+++` has been long enough, if it has not yet.
fn still_loud(talk: &Talk) -> Option<Moment> {
    let quiet = talk.look().last_sent + GUARD;
    (talk.now() < quiet).then_some(quiet)
}

/// `ATO1` or `ATO2`; the engine changes the framing as soon as it sees the `OK`.
async fn online(talk: &Talk, mode: Mode) -> Result<(), Stop> {
    talk.forget_notices();
    answered(talk.ask(at::Command::new(mode.command()), ANSWER).await, mode.command())?;
    if mode == Mode::Extended {
        wait_for_start(talk).await?;
    }
    talk.tell(Event::Mode(Some(mode)));
    Ok(())
}

/// Extended data mode begins with its start event.
pub(super) async fn wait_for_start(talk: &Talk) -> Result<(), Stop> {
    let until = talk.now() + ANSWER;
    while let Some(notice) = talk.notice(until).await? {
        if matches!(notice, Notice::Started) {
            return Ok(());
        }
    }
    Err(super::talk::silent("ATO2 with the start event of extended data mode").into())
}

fn only_a_restart() -> Problem {
    Problem::new(
        Kind::ModuleUnsuitable,
        "The module is in extended data mode",
        "Restart the module: no command leads from extended data mode to another mode",
    )
}
