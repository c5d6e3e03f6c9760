//! The console: every line that crossed the wire and is not payload, and the program's own notes between them.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

use super::log::{Log, Record, Tape};
use super::selection::Selection;
use super::stages::Evidence;
use super::view::Source;
use crate::moment::{Moment, UnixTime};
use crate::problem::Problem;
use crate::record::Entry;
use crate::session::{Direction, Wire, WireKind};

/// Lines, oldest first. All of them are kept, on a [`Tape`]; memory holds where they stand, in a byte a line at most.
#[derive(Debug, Default)]
pub struct Console {
    /// Which lines are selected, also of those that nothing shows.
    pub selection: Selection,
    log: Log,
    /// How many lines were cleared away.
    dropped: u64,
    /// The command that has not been answered to its end.
    open: Option<u64>,
    /// How many commands have come to their end, and how the last one did.
    ended: u64,
    last_end: Option<End>,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Ok,
    Error,
    /// No answer came, or none to its end.
    Silence,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleLine {
    /// Counts from 0 and never changes.
    pub id: u64,
    /// To the microsecond.
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
    /// Something that divides what came before from what comes after.
    Mark(Mark),
}

/// What divides the lines before from those after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The serial line was opened, perhaps again.
    Opened,
    /// The serial line was lost.
    Lost,
    /// The computer's clock was set, or it slept.
    ClockJump,
    /// A line that could not be kept, or cannot be read back.
    Missing,
}

impl LineKind {
    /// Whether the line is drawn as a bar: marks, and bytes that could not be understood.
    pub const fn is_bar(self) -> bool {
        matches!(self, Self::Mark(_) | Self::Wire(_, WireKind::Noise))
    }
}

impl Console {
    /// An empty console that keeps its lines on this tape.
    pub fn on(tape: Box<dyn Tape>) -> Self {
        Self { log: Log::on(tape), ..Self::default() }
    }

    pub fn len(&self) -> usize {
        Source::len(self)
    }

    pub const fn is_empty(&self) -> bool {
        self.log.len() == 0
    }

    /// How many lines there were before the first that is kept.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How many of the lines could not be kept, because the tape took no more. Each says so in its place.
    pub const fn missing(&self) -> u64 {
        self.log.lost()
    }

    /// The line at this place, from 0 for the oldest that is kept.
    pub fn get(&self, index: usize) -> Option<ConsoleLine> {
        self.at(index)
    }

    /// The line with this id, if it is kept.
    pub fn line(&self, id: u64) -> Option<ConsoleLine> {
        self.get(self.index_of(id)?)
    }

    /// The place of the line with this id, if it is kept.
    pub fn index_of(&self, id: u64) -> Option<usize> {
        self.place_of(id)
    }

    /// Shows the lines of these places to `look`, oldest first.
    pub fn scan(&self, places: Range<usize>, mut look: impl FnMut(usize, &ConsoleLine)) {
        self.each(places, |place, line| {
            look(place, line);
            ControlFlow::Continue(())
        });
    }

    /// Forgets all lines, and what was selected of them; ids go on.
    pub fn clear(&mut self) {
        self.selection = Selection::default();
        self.dropped += self.log.len();
        self.log.clear();
    }

    /// Why lines are not kept any more, once.
    pub(super) const fn take_trouble(&mut self) -> Option<Problem> {
        self.log.take_trouble()
    }

    /// How many commands have come to their end.
    pub const fn ended(&self) -> u64 {
        self.ended
    }

    /// How the last one did.
    pub const fn last_end(&self) -> Option<End> {
        self.last_end
    }

    /// The newest line, as a proof of what was just learnt.
    pub(super) fn evidence(&self) -> Option<Evidence> {
        let number = self.log.len().checked_sub(1)?;
        Some(Evidence::Console(self.dropped + number))
    }

    /// The line that comes next, as a proof of what is about to happen.
    pub(super) fn next_evidence(&self) -> Evidence {
        Evidence::Console(self.dropped + self.log.len())
    }

    pub(super) fn add_wire(&mut self, wire: &Wire) {
        let text = match std::str::from_utf8(&wire.bytes) {
            Ok(text) => visible(text),
            Err(_) => Cow::Owned(wire.bytes.escape_ascii().to_string()),
        };
        let answers = self.command_of(wire.kind);
        let id = self.push(wire.at, LineKind::Wire(wire.direction, wire.kind), &text, answers);
        match wire.kind {
            WireKind::Command => self.open = Some(id),
            WireKind::Ok => self.end(End::Ok),
            WireKind::Error => self.end(End::Error),
            _ => {}
        }
    }

    /// No answer is awaited any more.
    pub(super) const fn unanswered(&mut self) {
        self.end(End::Silence);
    }

    const fn end(&mut self, end: End) {
        self.open = None;
        self.ended += 1;
        self.last_end = Some(end);
    }

    /// The command that a line of this kind is an answer to.
    const fn command_of(&self, kind: WireKind) -> Option<u64> {
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

    pub(super) fn add_note(&mut self, text: impl AsRef<str>, now: Moment) {
        self.push(now, LineKind::Note, text.as_ref(), None);
    }

    pub(super) fn add_mark(&mut self, mark: Mark, text: impl AsRef<str>, now: Moment) {
        self.push(now, LineKind::Mark(mark), text.as_ref(), None);
    }

    fn push(&mut self, at: Moment, kind: LineKind, text: &str, answers: Option<u64>) -> u64 {
        let id = self.dropped + self.log.len();
        // A command so far above is as good as none.
        let answers = answers.map_or(0, |command| u32::try_from(id - command).unwrap_or(0));
        self.log.add(&Record { at, kind, answers, text: text.as_bytes() });
        id
    }
}

impl Source for Console {
    type Line = ConsoleLine;

    fn log(&self) -> &Log {
        &self.log
    }

    fn dropped(&self) -> u64 {
        self.dropped
    }

    fn blank(&self) -> ConsoleLine {
        ConsoleLine { id: 0, at: Moment::START, kind: LineKind::Note, text: String::new(), answers: None }
    }

    fn fill(&self, line: &mut ConsoleLine, number: u64, record: &Record<'_>) {
        line.id = self.dropped + number;
        (line.at, line.kind) = (record.at, record.kind);
        line.answers = (record.answers > 0).then(|| line.id.checked_sub(record.answers.into())).flatten();
        line.text.clear();
        line.text.push_str(&String::from_utf8_lossy(record.text));
    }
}

/// Text with its control characters escaped, such as `\t`.
fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::super::selection::Select;
    use super::*;

    #[test]
    fn control_characters_are_made_visible() {
        assert_eq!(visible("a\tb\u{1b}\u{85}é"), r"a\tb\u{1b}\u{85}é");
    }

    #[test]
    fn an_id_finds_its_line_also_when_older_ones_are_gone() {
        let mut console = Console::default();
        ["one", "two"].into_iter().for_each(|text| console.add_note(text, Moment::START));
        console.selection.apply(Select::Between(0, 1));
        console.clear();
        assert_eq!(console.selection, Selection::default());
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
    fn the_oldest_of_many_lines_is_as_near_as_the_newest() {
        let mut console = Console::default();
        (0..200_000).for_each(|number| console.add_note(number.to_string(), Moment::from_millis(number)));
        for number in [0, 1, 63, 64, 99_999, 199_999] {
            let line = console.get(number).unwrap();
            assert_eq!((line.id, line.text), (number as u64, number.to_string()));
            assert_eq!(line.at, Moment::from_millis(number as u64));
        }
        assert_eq!((console.get(200_000), console.dropped()), (None, 0));
    }

    #[test]
    fn a_part_is_shown_from_any_place_to_any_place() {
        let mut console = Console::default();
        (0..1000).for_each(|number| console.add_note(number.to_string(), Moment::START));
        for places in [0..0, 0..1, 63..65, 100..900, 990..2000, 2000..2001] {
            let mut shown = Vec::new();
            console.scan(places.clone(), |place, line| {
                assert_eq!((line.id, &line.text), (place as u64, &place.to_string()));
                shown.push(place);
            });
            assert_eq!(shown, (places.start..places.end.min(1000)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_an_answer_answers_is_known_also_after_clearing() {
        let mut console = Console::default();
        let wire = |kind| Wire { at: Moment::START, direction: Direction::Sent, kind, bytes: b"AT".to_vec() };
        console.add_wire(&wire(WireKind::Command));
        console.clear();
        console.add_wire(&wire(WireKind::Ok));
        assert_eq!(console.get(0).map(|line| (line.id, line.answers)), Some((1, Some(0))));
    }
}
