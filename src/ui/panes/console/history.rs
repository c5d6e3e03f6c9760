//! The commands that were sent, to be recalled. One with a secret in it is not kept, and over a restart only what the
//! catalogue knows: anything else may be a secret that was typed by itself.

use std::collections::HashSet;

use crate::at;
use crate::catalogue;

/// Oldest first.
#[derive(Debug, Default)]
pub(super) struct History {
    commands: Vec<String>,
    /// Counted from the newest; 0 is what is being typed.
    back: usize,
    draft: String,
}

impl History {
    pub(super) fn add(&mut self, command: &str) {
        self.back = 0;
        self.draft.clear();
        let new = self.commands.last().is_none_or(|last| last != command);
        // What follows a prompt is no command, and may be a key.
        let is_command = command.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("AT"));
        if new && is_command && at::secret_spans(command).is_empty() {
            self.commands.push(command.to_owned());
        }
    }

    /// Those of an earlier start of the program.
    pub(super) fn restore(&mut self, commands: &[String]) {
        self.commands =
            commands.iter().filter(|command| at::secret_spans(command).is_empty()).cloned().collect();
    }

    /// What may be written down of them, oldest first, for the next start.
    pub(super) fn kept(&self) -> Vec<String> {
        self.commands.iter().filter(|command| may_be_kept(command)).cloned().collect()
    }

    /// Those with this text in them, each once, newest first.
    pub(super) fn with<'a>(&'a self, text: &str) -> impl Iterator<Item = &'a str> {
        let text = text.to_lowercase();
        let mut told = HashSet::new();
        let commands = self.commands.iter().rev().map(String::as_str);
        commands.filter(move |command| command.to_lowercase().contains(&text) && told.insert(*command))
    }

    pub(super) fn older(&mut self, input: &mut String) {
        if self.back == 0 {
            self.draft.clone_from(input);
        }
        if self.back < self.commands.len() {
            self.back += 1;
            self.recall(input);
        }
    }

    pub(super) fn newer(&mut self, input: &mut String) {
        match self.back {
            0 => {}
            1 => {
                self.back = 0;
                input.clone_from(&self.draft);
            }
            _ => {
                self.back -= 1;
                self.recall(input);
            }
        }
    }

    fn recall(&self, input: &mut String) {
        if let Some(command) = self.commands.iter().rev().nth(self.back - 1) {
            input.clone_from(command);
        }
    }
}

/// Whether a command may stand in a file.
fn may_be_kept(command: &str) -> bool {
    let known = at::Request::parse(command)
        .is_some_and(|request| catalogue::command(&format!("AT{}", request.name)).is_some());
    known && at::secret_spans(command).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_goes_back_and_returns_to_what_was_being_typed() {
        let mut history = History::default();
        ["AT", "AT+GMM", "AT+GMM"].into_iter().for_each(|command| history.add(command));
        let mut input = "AT+U".to_owned();
        let mut step = |go: fn(&mut History, &mut String)| {
            go(&mut history, &mut input);
            input.clone()
        };
        assert_eq!(step(History::older), "AT+GMM");
        assert_eq!(step(History::older), "AT");
        assert_eq!(step(History::older), "AT");
        assert_eq!(step(History::newer), "AT+GMM");
        assert_eq!(step(History::newer), "AT+U");
        assert_eq!(step(History::newer), "AT+U");
    }

    #[test]
    fn a_text_finds_the_newest_first_and_each_once() {
        let mut history = History::default();
        ["AT+GMM", "AT+UWSCAN", "AT+GMR", "AT+GMM"].into_iter().for_each(|command| history.add(command));
        assert_eq!(history.with("gm").collect::<Vec<_>>(), ["AT+GMM", "AT+GMR"]);
    }

    #[test]
    fn what_is_kept_comes_back_without_secrets() {
        let mut next = History::default();
        next.restore(&["AT+GMM".to_owned(), "AT+UWSC=0,8,\"hunter2hunter2\"".to_owned()]);
        assert_eq!(next.kept(), ["AT+GMM"]);
        // What was mistyped may be a passphrase, and what follows a prompt a key.
        for text in ["AT+UWSC0,8,\"hunter2hunter2\"", "hunter2hunter2", "-----BEGIN EC PRIVATE KEY-----"] {
            next.add(text);
        }
        assert_eq!(next.kept(), ["AT+GMM"]);
        assert_eq!(
            next.with("BEGIN").count() + next.with("hunter2").filter(|text| !text.starts_with("AT")).count(),
            0
        );
    }

    #[test]
    fn a_command_with_a_secret_is_not_remembered() {
        let mut history = History::default();
        history.add("AT+UWSC=0,8,\"hunter2hunter2\"");
        assert!(history.commands.is_empty());
    }
}
