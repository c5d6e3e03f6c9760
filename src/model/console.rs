//! The console: every line that crossed the wire and is not payload, and the program's own notes between them.

use std::collections::VecDeque;

use super::stages::Evidence;
use crate::moment::Moment;
use crate::session::{Direction, Wire, WireKind};

/// The most lines that are kept; a virtualised list scrolls exactly to a million rows only.
const MOST: usize = 500_000;

/// Lines, oldest first.
#[derive(Debug, Default)]
pub struct Console {
    lines: VecDeque<ConsoleLine>,
    /// How many older lines are not kept any more.
    dropped: u64,
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
    pub fn get(&self, index: usize) -> Option<&ConsoleLine> {
        self.lines.get(index)
    }

    /// The place of the line with this id, if it is kept.
    pub fn index_of(&self, id: u64) -> Option<usize> {
        let index = usize::try_from(id.checked_sub(self.dropped)?).ok()?;
        (index < self.lines.len()).then_some(index)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &ConsoleLine> {
        self.lines.iter()
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

    pub(super) fn add_wire(&mut self, wire: &Wire) {
        let text = match std::str::from_utf8(&wire.bytes) {
            Ok(text) => visible(text),
            Err(_) => wire.bytes.escape_ascii().to_string(),
        };
        self.push(wire.at, LineKind::Wire(wire.direction, wire.kind), text);
    }

    pub(super) fn add_note(&mut self, text: impl Into<String>, now: Moment) {
        self.push(now, LineKind::Note, text.into());
    }

    fn push(&mut self, at: Moment, kind: LineKind, text: String) {
        let id = self.dropped + self.lines.len() as u64;
        self.lines.push_back(ConsoleLine { id, at, kind, text });
        if self.lines.len() > MOST {
            self.lines.pop_front();
            self.dropped += 1;
        }
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
    fn the_oldest_lines_make_room_and_are_counted() {
        let mut console = Console::default();
        (0..MOST + 3).for_each(|_| console.add_note("x", Moment::START));
        assert_eq!((console.len(), console.dropped()), (MOST, 3));
        assert_eq!(console.get(0).unwrap().id, 3);
    }
}
