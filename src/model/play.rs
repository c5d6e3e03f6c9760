//! The macro that is played or was played last: how far it is, and how it ended.

use crate::session::{Doing, MacroEvent, MacroResult};

/// One playing of a macro.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    pub name: String,
    /// How many steps it has.
    pub of: usize,
    /// The step under way, from 0, and what it is about.
    step: Option<(usize, Doing)>,
    stop: Stop,
    /// `None` while it is played.
    pub result: Option<MacroResult>,
}

/// Whether it was asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    NotAsked,
    Asked,
}

impl Play {
    pub(super) const fn new(name: String, of: usize) -> Self {
        Self { name, of, step: None, stop: Stop::NotAsked, result: None }
    }

    /// Whether it has not ended yet.
    pub const fn is_under_way(&self) -> bool {
        self.result.is_none()
    }

    /// Whether it was asked to stop.
    pub fn is_stopping(&self) -> bool {
        self.stop == Stop::Asked
    }

    /// Where it is, in words: `Identify: 3 of 6, waiting for OK`.
    pub fn progress(&self) -> String {
        let Self { name, of, .. } = self;
        match &self.step {
            _ if self.is_stopping() => format!("{name}: stopping"),
            None => format!("{name}: starting"),
            Some((index, doing)) => format!("{name}: {} of {of}, {}", index + 1, words(doing)),
        }
    }

    /// What it does now, in full.
    pub fn doing(&self) -> &str {
        match &self.step {
            Some((_, Doing::Sending(text) | Doing::Waiting(text))) => text,
            Some((_, Doing::Pausing(_) | Doing::Restarting)) | None => "",
        }
    }

    pub(super) fn stopping(&mut self) {
        self.stop = Stop::Asked;
    }

    pub(super) fn handle(&mut self, event: MacroEvent) {
        match event {
            MacroEvent::Started { .. } => {}
            MacroEvent::Step { index, doing } => self.step = Some((index, doing)),
            MacroEvent::Finished(result) => self.result = Some(result),
        }
    }

    /// How it ended, in words.
    pub(super) fn ending(&self, result: &MacroResult) -> String {
        let Self { name, of, .. } = self;
        let step = self.step.as_ref().map_or(0, |(index, _)| index + 1);
        match result {
            MacroResult::Done { refused: 0 } => format!("Macro {name}: done"),
            MacroResult::Done { refused: 1 } => format!("Macro {name}: done, 1 command was refused"),
            MacroResult::Done { refused } => format!("Macro {name}: done, {refused} commands were refused"),
            MacroResult::Failed(problem) => {
                format!("Macro {name}: failed at {step} of {of}. {}", problem.message)
            }
            MacroResult::Cancelled => format!("Macro {name}: cancelled at {step} of {of}"),
        }
    }
}

fn words(doing: &Doing) -> String {
    match doing {
        Doing::Sending(_) => "waiting for OK".to_owned(),
        Doing::Waiting(text) => format!("waiting for {text}"),
        Doing::Pausing(_) => "pausing".to_owned(),
        Doing::Restarting => "restarting the module".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Kind, Problem};

    fn at_third() -> Play {
        let mut play = Play::new("Identify".to_owned(), 6);
        play.handle(MacroEvent::Step { index: 2, doing: Doing::Sending("AT+GSN".to_owned()) });
        play
    }

    #[test]
    fn progress_says_which_step_and_what_is_waited_for() {
        let mut play = at_third();
        assert_eq!(play.progress(), "Identify: 3 of 6, waiting for OK");
        play.handle(MacroEvent::Step { index: 3, doing: Doing::Waiting("+UUNU".to_owned()) });
        assert_eq!(play.progress(), "Identify: 4 of 6, waiting for +UUNU");
        play.stopping();
        assert_eq!(play.progress(), "Identify: stopping");
    }

    #[test]
    fn the_ending_names_where_it_failed_and_how_much_was_refused() {
        let play = at_third();
        let problem = Problem::new(Kind::ModuleRefused, "The module refused AT+GSN", "");
        let ending = play.ending(&MacroResult::Failed(problem));
        assert_eq!(ending, "Macro Identify: failed at 3 of 6. The module refused AT+GSN");
        assert_eq!(
            play.ending(&MacroResult::Done { refused: 2 }),
            "Macro Identify: done, 2 commands were refused"
        );
    }
}
