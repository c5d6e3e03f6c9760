//! The traffic: what goes to and from the peers, packet by packet in extended data mode and burst by burst in data mode,
//! which has no packets. All of it is kept, on a [`Tape`]; memory holds where it stands. What the bytes of a message mean
//! is the business of `payload`.

mod answers;
mod channels;
pub mod curves;
pub(super) mod frames;
mod row;

use std::ops::{ControlFlow, Range};
use std::time::Duration;

pub use answers::Answers;
pub use channels::{Channel, Channels, Flow, Rate, SPAN, Tenant};
pub use row::{RowKind, TrafficRow};

use super::log::{Log, Record, Tape};
use super::view::Source;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::roundtrip::Seen;
use crate::session::{Direction, Framed, Wire};

/// Bytes in the same direction that follow each other more closely are one row in data mode.
const BURST: Duration = Duration::from_millis(50);
/// Nothing that belongs to a burst arrives here so long after its last byte, however busy the program is.
const SETTLED: Duration = Duration::from_millis(500);
/// A burst that is longer goes on in the next row.
const LONGEST: usize = 64 * 1024;

/// Rows, oldest first.
#[derive(Debug, Default)]
pub struct Traffic {
    log: Log,
    /// How many rows were cleared away.
    dropped: u64,
    /// The last row, if it may still grow.
    burst: Option<Burst>,
    channels: Channels,
    answers: Answers,
}

/// A row of data mode that may go on.
#[derive(Clone, Copy, Debug)]
struct Burst {
    direction: Direction,
    /// When its last byte came.
    last: Moment,
    length: usize,
}

impl Burst {
    fn takes(&self, wire: &Wire) -> bool {
        self.direction == wire.direction
            && wire.at.since(self.last) < BURST
            && self.length + wire.bytes.len() <= LONGEST
    }
}

impl Traffic {
    /// Empty traffic that keeps its rows on this tape.
    pub fn on(tape: Box<dyn Tape>) -> Self {
        Self { log: Log::on(tape), ..Self::default() }
    }

    pub fn len(&self) -> usize {
        Source::len(self)
    }

    pub const fn is_empty(&self) -> bool {
        self.log.len() == 0
    }

    /// How many rows there were before the first that is kept.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How many of the rows could not be kept, because the tape took no more. Each says so in its place.
    pub const fn missing(&self) -> u64 {
        self.log.lost()
    }

    /// What went over each channel.
    pub const fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Which rows answer which.
    pub const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The row at this place, from 0 for the oldest that is kept.
    pub fn get(&self, index: usize) -> Option<TrafficRow> {
        self.at(index)
    }

    /// The row with this id, if it is kept.
    pub fn row(&self, id: u64) -> Option<TrafficRow> {
        self.get(self.index_of(id)?)
    }

    /// The place of the row with this id, if it is kept.
    pub fn index_of(&self, id: u64) -> Option<usize> {
        self.place_of(id)
    }

    /// Shows the rows of these places to `look`, oldest first, until it has seen enough.
    pub fn scan(&self, places: Range<usize>, look: impl FnMut(usize, &TrafficRow) -> ControlFlow<()>) {
        self.each(places, look);
    }

    /// Forgets all rows and what was counted; ids go on.
    pub fn clear(&mut self) {
        self.dropped += self.log.len();
        self.log.clear();
        self.burst = None;
        self.channels.clear();
        self.answers.clear();
    }

    /// Adds payload and gives the id of its row.
    pub(super) fn add(&mut self, channel: Option<u8>, wire: &Wire) -> u64 {
        if channel.is_none()
            && let Some(burst) = self.burst.as_mut().filter(|burst| burst.takes(wire))
        {
            (burst.last, burst.length) = (wire.at, burst.length + wire.bytes.len());
            self.log.extend(&wire.bytes);
            let id = self.next() - 1;
            self.channels.went_on(channel, wire.direction, wire.bytes.len(), wire.at);
            return id;
        }
        let kind = channel.map_or(RowKind::Burst, |channel| RowKind::Data { channel });
        let id = self.push(wire.at, wire.direction, kind, &wire.bytes);
        self.channels.crossed(channel, wire.direction, wire.bytes.len(), wire.at, id);
        let (at, direction, bytes) = (wire.at, wire.direction, wire.bytes.as_slice());
        match channel {
            Some(_) => self.answers.watch(&Seen { id, at, direction, channel, bytes }),
            None => self.burst = Some(Burst { direction, last: at, length: bytes.len() }),
        }
        id
    }

    /// Adds a packet that carries no payload.
    pub(super) fn add_packet(&mut self, framed: &Framed) {
        self.push(framed.at, framed.direction, RowKind::of(&framed.packet), &framed.packet.encode());
    }

    /// Adds bytes that stood between packets.
    pub(super) fn add_unplaced(&mut self, wire: &Wire) {
        self.push(wire.at, wire.direction, RowKind::Unplaced, &wire.bytes);
    }

    /// So much time has passed that a burst may have come to its end.
    pub(super) fn settle(&mut self, now: Moment) {
        if self.burst.is_some_and(|burst| now.since(burst.last) >= SETTLED) {
            self.end_burst();
        }
    }

    /// Whether the last row may go on.
    pub const fn is_growing(&self) -> bool {
        self.burst.is_some()
    }

    /// A burst is whole: it may answer another, or be answered.
    fn end_burst(&mut self) {
        if self.burst.take().is_some()
            && let Some(row) = self.len().checked_sub(1).and_then(|last| self.get(last))
        {
            let TrafficRow { id, at, direction, bytes, .. } = &row;
            self.answers.watch(&Seen { id: *id, at: *at, direction: *direction, channel: None, bytes });
        }
    }

    /// A peer is gone.
    pub(super) fn disconnected(&mut self) {
        self.answers.interrupt();
    }

    /// A peer has a channel from the next row on; `None` in data mode.
    pub(super) fn connected(&mut self, channel: Option<u8>, name: String, topics: Option<Topics>) {
        self.channels.connected(channel, Tenant { since: self.next(), name, topics });
    }

    /// Why rows are not kept any more, once.
    pub(super) const fn take_trouble(&mut self) -> Option<Problem> {
        self.log.take_trouble()
    }

    fn push(&mut self, at: Moment, direction: Direction, kind: RowKind, bytes: &[u8]) -> u64 {
        self.end_burst();
        let id = self.next();
        self.log.add(&Record { at, kind: kind.kept(direction), answers: 0, text: bytes });
        id
    }

    /// The id of the next row.
    const fn next(&self) -> u64 {
        self.dropped + self.log.len()
    }
}

/// The topics of a peer that speaks MQTT, as `AT+UDCP` named them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topics {
    pub publish: Option<String>,
    pub subscribe: Option<String>,
}

impl Source for Traffic {
    type Line = TrafficRow;

    fn log(&self) -> &Log {
        &self.log
    }

    fn dropped(&self) -> u64 {
        self.dropped
    }

    fn settled(&self) -> usize {
        self.len() - usize::from(self.burst.is_some())
    }

    fn blank(&self) -> TrafficRow {
        TrafficRow {
            id: 0,
            at: Moment::START,
            direction: Direction::Received,
            kind: RowKind::Missing,
            bytes: Vec::new(),
        }
    }

    fn fill(&self, row: &mut TrafficRow, number: u64, record: &Record<'_>) {
        row.id = self.dropped + number;
        row.at = record.at;
        (row.direction, row.kind) = RowKind::read(record.kind);
        row.bytes.clear();
        row.bytes.extend_from_slice(record.text);
    }
}

#[cfg(test)]
mod tests;
