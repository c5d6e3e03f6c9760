//! The console: every line that crossed the wire and is not payload, and the program's own notes between them.

use std::collections::VecDeque;
use std::ops::Range;

use super::stages::Evidence;
use crate::moment::{Moment, UnixTime};
use crate::record::Entry;
use crate::session::{Direction, Wire, WireKind};

/// The most lines that are kept; a virtualised list scrolls exactly to a million rows only.
const MOST: usize = 500_000;

/// Lines, oldest first.
#[derive(Debug, Default)]
pub struct Console {
    lines: VecDeque<ConsoleLine>,
    /// How many older lines are not kept any more.
    dropped: u64,
    /// The command that has not been answered to its end.
    open: Option<u64>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleLine {
    /// Counts from 0 and never changes.
    pub id: u64,
    pub at: Moment,
    pub kind: LineKind,
    /// Control characters made visible.
    pub text: String,
    /// The line of the command that this one answers, by its id.
    pub answers: Option<u64>,
}

impl ConsoleLine {
    /// The line as it stands in a recording; what the program says itself stands in none.
    pub fn recorded(&self) -> Option<String> {
        let LineKind::Wire(direction, kind) = self.kind else { return None };
        let bytes = self.text.clone().into_bytes();
        Some(Entry::Wire(Wire { at: self.at, direction, kind, bytes }).to_line())
    }
}

/// The first line of a recording that began at this date.
pub fn recording_start(date: UnixTime) -> String {
    Entry::Start { date }.to_line()
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    Wire(Direction, WireKind),
    /// The program speaks.
    Note,
}

impl Console {
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many lines there were before the first that is kept.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The line at this place, from 0 for the oldest that is kept.
    pub fn get(&self, index: usize) -> Option<ConsoleLine> {
        self.lines.get(index).cloned()
    }

    /// The line with this id, if it is kept.
    pub fn line(&self, id: u64) -> Option<ConsoleLine> {
        self.get(self.index_of(id)?)
    }

    /// The place of the line with this id, if it is kept.
    pub fn index_of(&self, id: u64) -> Option<usize> {
        let index = usize::try_from(id.checked_sub(self.dropped)?).ok()?;
        (index < self.lines.len()).then_some(index)
    }

    /// Shows the lines of these places to `look`, oldest first.
    pub fn scan(&self, places: Range<usize>, mut look: impl FnMut(usize, &ConsoleLine)) {
        let end = places.end.min(self.lines.len());
        let lines = self.lines.range(places.start.min(end)..end);
        (places.start..).zip(lines).for_each(|(place, line)| look(place, line));
    }

    /// Forgets all lines; ids go on.
    pub fn clear(&mut self) {
        self.dropped += self.lines.len() as u64;
        self.lines.clear();
    }

    /// The newest line, as a proof of what was just learnt.
    pub(super) fn evidence(&self) -> Option<Evidence> {
        self.lines.back().map(|line| Evidence::Console(line.id))
    }

    /// The line that comes next, as a proof of what is about to happen.
    pub(super) fn next_evidence(&self) -> Evidence {
        Evidence::Console(self.dropped + self.lines.len() as u64)
    }

    pub(super) fn add_wire(&mut self, wire: &Wire) {
        let text = match std::str::from_utf8(&wire.bytes) {
            Ok(text) => visible(text),
            Err(_) => wire.bytes.escape_ascii().to_string(),
        };
        let answers = self.answered(wire.kind);
        let id = self.push(wire.at, LineKind::Wire(wire.direction, wire.kind), text, answers);
        match wire.kind {
            WireKind::Command => self.open = Some(id),
            WireKind::Ok | WireKind::Error => self.open = None,
            _ => {}
        }
    }

    /// The command that a line of this kind is an answer to.
    const fn answered(&self, kind: WireKind) -> Option<u64> {
        match kind {
            WireKind::Echo
            | WireKind::Answer
            | WireKind::Ok
            | WireKind::Error
            | WireKind::Prompt
            | WireKind::Upload => self.open,
            WireKind::Command
            | WireKind::Unsolicited
            | WireKind::Data { .. }
            | WireKind::Noise
            | WireKind::Packet => None,
        }
    }

    pub(super) fn add_note(&mut self, text: impl Into<String>, now: Moment) {
        self.push(now, LineKind::Note, text.into(), None);
    }

    fn push(&mut self, at: Moment, kind: LineKind, text: String, answers: Option<u64>) -> u64 {
        let id = self.dropped + self.lines.len() as u64;
        self.lines.push_back(ConsoleLine { id, at, kind, text, answers });
        if self.lines.len() > MOST {
            self.lines.pop_front();
            self.dropped += 1;
        }
        id
    }
}

/// Text with its control characters escaped, such as `\t`.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_made_visible() {
        assert_eq!(visible("a\tb\u{1b}\u{85}é"), r"a\tb\u{1b}\u{85}é");
    }

    #[test]
    fn an_id_finds_its_line_also_when_older_ones_are_gone() {
        let mut console = Console::default();
        ["one", "two"].into_iter().for_each(|text| console.add_note(text, Moment::START));
        console.clear();
        console.add_note("three", Moment::START);
        assert_eq!(console.index_of(1), None);
        assert_eq!(console.index_of(2).and_then(|index| console.get(index)).unwrap().text, "three");
        assert_eq!((console.dropped(), console.len()), (2, 1));
    }

    #[test]
    fn the_lines_of_an_answer_know_their_command() {
        let mut console = Console::default();
        let wire =
            |direction, kind, text: &str| Wire { at: Moment::START, direction, kind, bytes: text.into() };
        for (direction, kind, text) in [
            (Direction::Sent, WireKind::Command, "AT+GMM"),
            (Direction::Received, WireKind::Echo, "AT+GMM"),
            (Direction::Received, WireKind::Unsolicited, "+UUNU:0"),
            (Direction::Received, WireKind::Answer, "\"NINA-W152\""),
            (Direction::Received, WireKind::Ok, "OK"),
            (Direction::Received, WireKind::Ok, "OK"),
        ] {
            console.add_wire(&wire(direction, kind, text));
        }
        let mut answers = Vec::new();
        console.scan(0..9, |_, line| answers.push(line.answers));
        assert_eq!(answers, [None, Some(0), None, Some(0), Some(0), None]);
    }

    #[test]
    fn the_oldest_lines_make_room_and_are_counted() {
        let mut console = Console::default();
        (0..MOST + 3).for_each(|_| console.add_note("x", Moment::START));
        assert_eq!((console.len(), console.dropped()), (MOST, 3));
        assert_eq!(console.get(0).unwrap().id, 3);
    }
}
