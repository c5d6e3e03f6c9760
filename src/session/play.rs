//! Plays a macro: sends its commands one after the other, each with the wait for its final answer, and waits for the
//! lines it names. Lines count from the last command on, so that one that came before is never taken for an answer.

use std::collections::VecDeque;

use super::event::{Doing, Event, MacroEvent, MacroResult};
use super::outgoing::typed_limit;
use super::talk::{Notice, Reply, Stop, Talk, answered, would_be_payload};
use super::{find, modes};
use crate::at;
use crate::macros::{Act, AtError, Place, Script};
use crate::moment::Moment;
use crate::plan::Mode;
use crate::problem::{Kind, Problem};

/// Plays `script` to its end, and tells how that was.
pub(super) async fn play(talk: &Talk, script: &Script) -> Result<(), Stop> {
    check_mode(talk)?;
    talk.tell(Event::Macro(MacroEvent::Started { name: script.name.clone(), of: script.acts.len() }));
    let mut player = Player { talk, heard: VecDeque::new(), refused: 0 };
    let result = match player.play(script).await {
        Ok(()) => MacroResult::Done { refused: player.refused },
        Err(Stop::Cancelled) => MacroResult::Cancelled,
        Err(Stop::Problem(problem)) => MacroResult::Failed(problem),
    };
    talk.tell(Event::Macro(MacroEvent::Finished(result)));
    Ok(())
}

/// A macro under way.
struct Player<'a> {
    talk: &'a Talk,
    /// Lines since the last command that nobody has waited for yet.
    heard: VecDeque<String>,
    /// How many commands were refused and passed over.
    refused: usize,
}

impl Player<'_> {
    async fn play(&mut self, script: &Script) -> Result<(), Stop> {
        for (index, act) in script.acts.iter().enumerate() {
            self.talk.check_cancelled()?;
            self.talk.tell(Event::Macro(MacroEvent::Step { index, doing: doing(act) }));
            match act {
                Act::Send { command, at_error } => self.send(command, *at_error).await?,
                Act::Wait { within, .. } => self.wait(act, self.talk.now() + *within).await?,
                Act::Pause(time) => self.pause(self.talk.now() + *time).await?,
                Act::Restart => self.restart().await?,
            }
        }
        // Who cancels during the last answer has cancelled all the same.
        self.talk.check_cancelled()
    }

    async fn send(&mut self, command: &at::Command, at_error: AtError) -> Result<(), Stop> {
        check_mode(self.talk)?;
        let before = self.talk.mode();
        self.heard.clear();
        self.talk.forget_notices();
        let reply = self.talk.ask(command.clone(), typed_limit(command.wire())).await;
        match (reply, at_error) {
            (Reply::Error, AtError::GoOn) => self.refused += 1,
            (reply, _) => {
                answered(reply, command.shown())?;
            }
        }
        self.mode_changed(before).await
    }

    /// A command such as `ATO2` leads to another mode.
    async fn mode_changed(&mut self, before: Option<Mode>) -> Result<(), Stop> {
        let mode = self.talk.mode();
        if mode == before {
            return Ok(());
        }
        if mode == Some(Mode::Extended) {
            modes::wait_for_start(self.talk).await?;
        }
        self.talk.tell(Event::Mode(mode));
        Ok(())
    }

    async fn wait(&mut self, act: &Act, until: Moment) -> Result<(), Stop> {
        loop {
            while let Some(line) = self.heard.pop_front() {
                if act.is_met_by(&line) {
                    return Ok(());
                }
                if act.is_ended_by(&line) {
                    return Err(in_vain(act, &line).into());
                }
            }
            if !self.listen(until).await? {
                return Err(missed(act).into());
            }
        }
    }

    async fn pause(&mut self, until: Moment) -> Result<(), Stop> {
        while self.listen(until).await? {}
        Ok(())
    }

    /// Takes what comes next; gives whether it is not `until` yet.
    async fn listen(&mut self, until: Moment) -> Result<bool, Stop> {
        let notice = self.talk.notice(until).await?;
        if let Some(Notice::Line(line)) = &notice {
            self.heard.push_back(line.clone());
        }
        Ok(notice.is_some())
    }

    async fn restart(&mut self) -> Result<(), Stop> {
        self.heard.clear();
        modes::restart(self.talk).await?;
        find::identify(self.talk).await
    }
}

fn doing(act: &Act) -> Doing {
    match act {
        Act::Send { command, .. } => Doing::Sending(command.shown().to_owned()),
        Act::Wait { text, .. } => Doing::Waiting(text.clone()),
        Act::Pause(time) => Doing::Pausing(*time),
        Act::Restart => Doing::Restarting,
    }
}

fn check_mode(talk: &Talk) -> Result<(), Problem> {
    if talk.mode() == Some(Mode::Data) { Err(would_be_payload()) } else { Ok(()) }
}

fn in_vain(act: &Act, line: &str) -> Problem {
    Problem::new(
        Kind::ModuleRefused,
        format!("The module said {line} while {} was waited for", awaited(act)),
        "Look up in the console what that means, and mend its cause",
    )
}

fn awaited(act: &Act) -> &str {
    match act {
        Act::Wait { text, .. } => text,
        Act::Send { .. } | Act::Pause(_) | Act::Restart => "an answer",
    }
}

fn missed(act: &Act) -> Problem {
    let Act::Wait { place, text, within, .. } = act else { return super::talk::silent("the macro") };
    let place = match place {
        Place::Begin => "begins with",
        Place::Anywhere => "contains",
    };
    Problem::new(
        Kind::ModuleSilent,
        format!("No line that {place} {text} came within {} s", within.as_secs_f32()),
        "Look in the console what came instead; if it only takes longer, let the macro wait longer",
    )
}
