//! What lines mean, in words of the catalogue, and how long commands took. What was found out is remembered for the lines
//! on screen.

use std::collections::HashMap;

use crate::catalogue::{self, Explanation, explain};
use crate::model::{Console, ConsoleLine, LineKind};
use crate::session::WireKind;
use crate::ui::widgets;

/// More than any screen has lines.
const MOST: usize = 512;

/// The meanings of the lines that were shown last.
#[derive(Debug, Default)]
pub(super) struct Meanings(HashMap<u64, String>);

impl Meanings {
    /// What this line means; empty if there is nothing to be said about it.
    pub(super) fn of(&mut self, line: &ConsoleLine, console: &Console) -> &str {
        if self.0.len() > MOST {
            self.0.clear();
        }
        self.0.entry(line.id).or_insert_with(|| meaning(line, console))
    }

    /// Lines were forgotten, and with them what they mean.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// The most lines behind a command in which its end is looked for: a list of networks is shorter.
const MOST_BEHIND: usize = 300;

/// How the answer to a command ended, for a command whose answer is folded away: `OK, 15 ms`.
pub(super) fn end_of(command: &ConsoleLine, console: &Console) -> String {
    let Some(place) = console.index_of(command.id) else { return String::new() };
    let mut end = String::new();
    console.scan(place..place + MOST_BEHIND, |_, line| {
        let ends = matches!(line.kind, LineKind::Wire(_, WireKind::Ok | WireKind::Error));
        if end.is_empty() && ends && line.answers == Some(command.id) {
            end = format!("{}, {}", line.text, widgets::took(line.at.since(command.at)));
        }
    });
    end
}

/// Everything that is known of this line: its parts by name, and how long the command took if it ends an answer. `None`
/// of what has no meaning of its own.
pub(super) fn explanation(line: &ConsoleLine, console: &Console) -> Option<Explanation> {
    let LineKind::Wire(_, kind) = line.kind else { return None };
    let command = line.answers.and_then(|id| console.line(id));
    match kind {
        WireKind::Command => Some(explain(catalogue::Line::Sent(&line.text))),
        WireKind::Answer | WireKind::Unsolicited | WireKind::Noise | WireKind::Ok | WireKind::Error => {
            let to = command.as_ref().map(|command| command.text.as_str());
            let mut said = explain(catalogue::Line::Received { text: &line.text, to });
            let ends = matches!(kind, WireKind::Ok | WireKind::Error);
            if let Some(command) = command.filter(|_| ends) {
                said.remarks.push(format!("It took {}", widgets::took(line.at.since(command.at))));
            }
            Some(said)
        }
        WireKind::Echo | WireKind::Prompt | WireKind::Upload | WireKind::Data { .. } | WireKind::Packet => {
            None
        }
    }
}

/// The end of an answer says how long it took, every other line what it means.
fn meaning(line: &ConsoleLine, console: &Console) -> String {
    if let LineKind::Wire(_, WireKind::Ok | WireKind::Error) = line.kind {
        let command = line.answers.and_then(|id| console.line(id));
        return command.map(|command| widgets::took(line.at.since(command.at))).unwrap_or_default();
    }
    let is_command = matches!(line.kind, LineKind::Wire(_, WireKind::Command));
    let said = explanation(line, console).filter(|said| said.is_known() || is_command);
    said.map(|said| said.text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Model, News};
    use crate::moment::Moment;
    use crate::session::{Direction, Event, Wire};

    /// The meanings of lines that cross the wire 15 ms apart.
    fn meanings(lines: &[(Direction, WireKind, &str)]) -> Vec<String> {
        let mut model = Model::default();
        for (place, (direction, kind, text)) in lines.iter().enumerate() {
            let at = Moment::from_millis(1000 + 15 * place as u64);
            let wire = Wire { at, direction: *direction, kind: *kind, bytes: text.as_bytes().to_vec() };
            model.handle(News::Session(Event::Wire(wire)), at);
        }
        let mut known = Meanings::default();
        let mut said = Vec::new();
        model.console.scan(0..model.console.len(), |_, line| {
            said.push(known.of(line, &model.console).to_owned());
        });
        said
    }

    #[test]
    fn commands_answers_and_events_are_said_in_words_and_the_end_says_how_long_it_took() {
        let said = meanings(&[
            (Direction::Sent, WireKind::Command, "AT+UWSC=0,2,\"lab-ap\""),
            (Direction::Received, WireKind::Echo, "AT+UWSC=0,2,\"lab-ap\""),
            (Direction::Received, WireKind::Ok, "OK"),
            (Direction::Received, WireKind::Unsolicited, "+UUDPC:1,2,6,0.0.0.0,0,40.113.176.170,8883"),
        ]);
        assert!(said[0].contains("lab-ap"), "{said:?}");
        assert_eq!(said[1], "");
        assert_eq!(said[2], "30 ms");
        assert!(said[3].contains("40.113.176.170:8883"), "{said:?}");
    }

    #[test]
    fn a_secret_is_not_in_the_words_either() {
        let said = meanings(&[(Direction::Sent, WireKind::Command, "AT+UWSC=0,8,\"hunter2hunter2\"")]);
        assert!(!said[0].contains("hunter2"), "{said:?}");
    }
}
