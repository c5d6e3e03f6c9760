//! Bytes that wait for the port to take them. Nothing here waits: a module that holds CTS off only lets this grow, and it
//! is bounded by what is accepted from a person.

use std::collections::VecDeque;
use std::time::Duration;

use super::Transport;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::session::{FlowControl, LineSettings};

/// More than this waiting, and a person's bytes are refused.
const PLENTY: usize = 1 << 20;
/// A blocking terminal waits until it has taken the whole of a write, so each write fits into the room that a terminal
/// has when it says that it has any.
const PIECE: usize = 512;
/// What a module's receive buffer takes without flow control.
const GENTLE_PIECE: usize = 64;
/// After so many bytes it is the reader's turn.
const TURN: usize = 8 * 1024;
/// When a port that took nothing is asked again.
const AGAIN: Duration = Duration::from_millis(2);

pub(super) struct Outgoing {
    waiting: VecDeque<u8>,
    pace: Pace,
    /// Nothing is written before this.
    not_before: Moment,
}

enum Pace {
    /// As fast as the port takes it.
    Free,
    /// No faster than the line carries it, for a module that cannot say stop; in bits per second.
    Line(u32),
}

impl Outgoing {
    /// For a serial line with these settings.
    pub(super) fn for_line(LineSettings { speed, flow }: LineSettings) -> Self {
        match flow {
            FlowControl::RtsCts => Self::new(Pace::Free),
            FlowControl::None => Self::new(Pace::Line(speed.max(1))),
        }
    }

    /// For a port that says itself when it has enough.
    pub(super) fn free() -> Self {
        Self::new(Pace::Free)
    }

    fn new(pace: Pace) -> Self {
        Self { waiting: VecDeque::new(), pace, not_before: Moment::START }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend(bytes);
    }

    /// Whether so much waits that no more should be accepted.
    pub(super) fn has_plenty(&self) -> bool {
        self.waiting.len() > PLENTY
    }

    /// When it is worth to write again, if anything waits.
    pub(super) fn next(&self) -> Option<Moment> {
        (!self.waiting.is_empty()).then_some(self.not_before)
    }

    /// Writes what the port takes now, and gives how many bytes that were.
    pub(super) fn write(&mut self, port: &mut dyn Transport, now: Moment) -> Result<usize, Problem> {
        let mut written = 0;
        while now >= self.not_before && written < TURN {
            let most = if let Pace::Line(_) = self.pace { GENTLE_PIECE } else { PIECE };
            let piece: Vec<u8> = self.waiting.iter().take(most).copied().collect();
            if piece.is_empty() {
                break;
            }
            let taken = port.write(&piece)?;
            self.waiting.drain(..taken);
            written += taken;
            self.not_before = match self.pace {
                _ if taken == 0 => now + AGAIN,
                Pace::Free => now,
                Pace::Line(speed) => now + time_on_line(taken, speed),
            };
        }
        Ok(written)
    }
}

/// Ten bits a byte.
fn time_on_line(bytes: usize, speed: u32) -> Duration {
    let micros = bytes as u64 * 10_000_000 / u64::from(speed);
    Duration::from_micros(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A port that takes at most so many bytes at a time.
    struct Slow {
        most: usize,
        taken: Vec<u8>,
        writes: usize,
    }

    impl Transport for Slow {
        fn read(&mut self, _: &mut [u8], _: Duration) -> Result<usize, Problem> {
            Ok(0)
        }

        fn set_line(&mut self, _: LineSettings) -> Result<(), Problem> {
            Ok(())
        }

        fn write(&mut self, bytes: &[u8]) -> Result<usize, Problem> {
            let taken = &bytes[..bytes.len().min(self.most)];
            self.taken.extend(taken);
            self.writes += 1;
            Ok(taken.len())
        }
    }

    fn port(most: usize) -> Slow {
        Slow { most, taken: Vec::new(), writes: 0 }
    }

    #[test]
    fn what_a_port_takes_in_parts_arrives_as_a_whole() {
        let bytes: Vec<u8> = (0..3000).map(|n| n as u8).collect();
        let (mut outgoing, mut slow) = (Outgoing::free(), port(7));
        outgoing.push(&bytes);
        assert_eq!(outgoing.write(&mut slow, Moment::START).unwrap(), bytes.len());
        assert_eq!(slow.taken, bytes);
        assert_eq!(outgoing.next(), None);
    }

    #[test]
    fn a_port_that_takes_nothing_is_asked_again_later() {
        let (mut outgoing, mut stuck) = (Outgoing::free(), port(0));
        outgoing.push(b"AT\r");
        assert_eq!(outgoing.write(&mut stuck, Moment::START).unwrap(), 0);
        assert_eq!(stuck.writes, 1);
        assert_eq!(outgoing.next(), Some(Moment::START + AGAIN));
    }

    #[test]
    fn without_flow_control_bytes_leave_no_faster_than_the_line_carries_them() {
        let (mut outgoing, mut fast) =
            (Outgoing::for_line(LineSettings { speed: 9600, flow: FlowControl::None }), port(usize::MAX));
        outgoing.push(&[b'x'; 960]);
        let mut now = Moment::START;
        while let Some(next) = outgoing.next() {
            now = next;
            outgoing.write(&mut fast, now).unwrap();
        }
        // 960 bytes take a second; the last piece still has its own time before it.
        assert_eq!(fast.taken.len(), 960);
        assert_eq!(now.since_start().as_millis(), 933);
    }

    #[test]
    fn the_reader_gets_its_turn_in_a_long_upload() {
        let (mut outgoing, mut fast) = (Outgoing::free(), port(usize::MAX));
        outgoing.push(&vec![b'x'; 1 << 20]);
        assert!(!outgoing.has_plenty());
        outgoing.push(b"x");
        assert!(outgoing.has_plenty());
        outgoing.write(&mut fast, Moment::START).unwrap();
        assert_eq!(fast.taken.len(), TURN);
    }
}
