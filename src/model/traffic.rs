//! The traffic: payload in both directions, in bursts as a person would call them messages.

use std::collections::VecDeque;
use std::time::Duration;

use crate::moment::Moment;
use crate::session::{Direction, Wire};

/// Bytes in the same direction that follow each other more closely are one row in data mode, which has no frames.
const BURST: Duration = Duration::from_millis(50);
/// A burst that is longer goes on in the next row.
const LONGEST: usize = 64 * 1024;
/// The most payload that is kept, in bytes.
const MOST: usize = 32 * 1024 * 1024;
/// The most rows that are kept.
const MOST_ROWS: usize = 500_000;

/// Rows, oldest first.
#[derive(Debug, Default)]
pub struct Traffic {
    rows: VecDeque<TrafficRow>,
    /// How many older rows are not kept any more.
    dropped: u64,
    /// How many bytes of payload are kept.
    kept: usize,
}

/// One message, or one burst in data mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficRow {
    /// Counts from 0 and never changes.
    pub id: u64,
    /// When it began.
    pub at: Moment,
    pub direction: Direction,
    /// In extended data mode.
    pub channel: Option<u8>,
    pub bytes: Vec<u8>,
    /// When its last byte came.
    last: Moment,
}

impl Traffic {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows there were before the first that is kept.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The row at this place, from 0 for the oldest that is kept.
    pub fn get(&self, index: usize) -> Option<&TrafficRow> {
        self.rows.get(index)
    }

    /// The place of the row with this id, if it is kept.
    pub fn index_of(&self, id: u64) -> Option<usize> {
        let index = usize::try_from(id.checked_sub(self.dropped)?).ok()?;
        (index < self.rows.len()).then_some(index)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &TrafficRow> {
        self.rows.iter()
    }

    /// Forgets all rows; ids go on.
    pub fn clear(&mut self) {
        self.dropped += self.rows.len() as u64;
        self.rows.clear();
        self.kept = 0;
    }

    /// Adds payload and gives the id of its row.
    pub(super) fn add(&mut self, channel: Option<u8>, wire: &Wire) -> u64 {
        self.kept += wire.bytes.len();
        if let Some(row) = self.rows.back_mut().filter(|row| row.takes(channel, wire)) {
            row.bytes.extend_from_slice(&wire.bytes);
            row.last = wire.at;
            return row.id;
        }
        let id = self.dropped + self.rows.len() as u64;
        let (at, direction, bytes) = (wire.at, wire.direction, wire.bytes.clone());
        self.rows.push_back(TrafficRow { id, at, direction, channel, bytes, last: at });
        self.make_room();
        id
    }

    fn make_room(&mut self) {
        while self.rows.len() > MOST_ROWS || (self.kept > MOST && self.rows.len() > 1) {
            let Some(row) = self.rows.pop_front() else { return };
            self.kept -= row.bytes.len();
            self.dropped += 1;
        }
    }
}

impl TrafficRow {
    /// Extended data mode frames its payload, so a frame there is a row.
    fn takes(&self, channel: Option<u8>, wire: &Wire) -> bool {
        channel.is_none()
            && self.channel.is_none()
            && self.direction == wire.direction
            && wire.at.since(self.last) < BURST
            && self.bytes.len() + wire.bytes.len() <= LONGEST
    }

    /// The payload as one line of text: what is no text stands as dots.
    pub fn preview(&self, most: usize) -> String {
        let start = self.bytes.get(..most.min(self.bytes.len())).unwrap_or_default();
        String::from_utf8_lossy(start).chars().map(|c| if c.is_control() { '·' } else { c }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::WireKind;

    fn wire(at: u64, direction: Direction, bytes: &[u8]) -> Wire {
        let kind = WireKind::Data { channel: None };
        Wire { at: Moment::from_millis(at), direction, kind, bytes: bytes.to_vec() }
    }

    #[test]
    fn bytes_close_together_in_one_direction_are_one_row() {
        let mut traffic = Traffic::default();
        traffic.add(None, &wire(0, Direction::Sent, b"he"));
        traffic.add(None, &wire(49, Direction::Sent, b"llo"));
        traffic.add(None, &wire(60, Direction::Received, b"hi"));
        traffic.add(None, &wire(110, Direction::Received, b"again"));
        let rows: Vec<_> = traffic.iter().map(|row| (row.direction, row.bytes.as_slice())).collect();
        let expected: [(Direction, &[u8]); 3] =
            [(Direction::Sent, b"hello"), (Direction::Received, b"hi"), (Direction::Received, b"again")];
        assert_eq!(rows, expected);
    }

    #[test]
    fn frames_of_extended_data_mode_stay_apart() {
        let mut traffic = Traffic::default();
        traffic.add(Some(0), &wire(0, Direction::Received, b"a"));
        traffic.add(Some(0), &wire(1, Direction::Received, b"b"));
        assert_eq!(traffic.len(), 2);
    }

    #[test]
    fn no_byte_of_a_long_burst_is_lost() {
        let mut traffic = Traffic::default();
        (0..3 * LONGEST / 1000).for_each(|_| {
            traffic.add(None, &wire(0, Direction::Received, &[b'x'; 1000]));
        });
        assert!(traffic.iter().all(|row| row.bytes.len() <= LONGEST));
        assert_eq!(traffic.iter().map(|row| row.bytes.len()).sum::<usize>(), 3 * LONGEST / 1000 * 1000);
    }

    #[test]
    fn the_oldest_payload_makes_room_and_is_counted() {
        let mut traffic = Traffic::default();
        (0..600).for_each(|at| {
            traffic.add(None, &wire(at * 100, Direction::Received, &[0; LONGEST]));
        });
        assert_eq!((traffic.len(), traffic.dropped()), (MOST / LONGEST, 600 - (MOST / LONGEST) as u64));
        assert_eq!(traffic.index_of(0), None);
        assert_eq!(traffic.index_of(599), Some(traffic.len() - 1));
    }

    #[test]
    fn a_preview_is_one_line() {
        let mut traffic = Traffic::default();
        traffic.add(None, &wire(0, Direction::Sent, b"{\"on\":1}\r\n\xff"));
        assert_eq!(traffic.get(0).unwrap().preview(80), "{\"on\":1}··\u{fffd}");
    }
}
