//! Data mode seen from the host: bytes become packets by size and silence (protocol.md §15), and three escape
//! characters between two silences leave the mode (§4). Where packets go is not known here.

use std::time::Duration;

use crate::moment::Moment;

/// The silence before and after the escape characters; it belongs to the host and is never shortened.
const GUARD: Duration = Duration::from_secs(1);
/// The time for all three of them.
const TOGETHER: Duration = Duration::from_millis(200);
/// The silence that ends a packet.
const IDLE: Duration = Duration::from_millis(50);
/// The size that ends a packet.
const PACKET: usize = 1024;
const ESCAPE_LENGTH: usize = 3;

/// What the bytes have come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Data for the peers.
    Packet(Vec<u8>),
    /// The host wants command mode.
    Escaped,
}

/// What could be an escape.
#[derive(Clone, Copy)]
enum Escape {
    No,
    /// So many characters after the first silence.
    Begun {
        count: usize,
        first: Moment,
    },
    /// All three; the second silence runs.
    Guarded {
        last: Moment,
    },
}

/// Data mode since it was entered.
pub(super) struct Pipe {
    character: u8,
    packet: Vec<u8>,
    /// The last byte, or the beginning.
    last: Moment,
    escape: Escape,
}

impl Pipe {
    /// Data mode begins; `character` is S2.
    pub(super) fn new(character: u8, now: Moment) -> Self {
        Self { character, packet: Vec::new(), last: now, escape: Escape::No }
    }

    /// Takes bytes in and gives out the packets that are full. Call [`handle_time`](Self::handle_time) first.
    pub(super) fn feed(&mut self, bytes: &[u8], now: Moment) -> Vec<Event> {
        for &byte in bytes {
            self.take(byte, now);
            self.last = now;
        }
        let full = self.packet.len() - self.packet.len() % PACKET;
        let packets: Vec<u8> = self.packet.drain(..full).collect();
        packets.chunks(PACKET).map(|packet| Event::Packet(packet.to_vec())).collect()
    }

    /// What has come to pass by now.
    pub(super) fn handle_time(&mut self, now: Moment) -> Option<Event> {
        match self.escape {
            Escape::Guarded { last } if now >= last + GUARD => return Some(Event::Escaped),
            Escape::Begun { count, first } if now > first + TOGETHER => self.give_up(count),
            _ => {}
        }
        let over = !self.packet.is_empty() && now >= self.last + IDLE;
        over.then(|| Event::Packet(std::mem::take(&mut self.packet)))
    }

    /// When [`handle_time`](Self::handle_time) is due.
    pub(super) fn poll_time(&self) -> Option<Moment> {
        let packet = (!self.packet.is_empty()).then(|| self.last + IDLE);
        let escape = match self.escape {
            Escape::No => None,
            Escape::Begun { first, .. } => Some(first + TOGETHER + Duration::from_millis(1)),
            Escape::Guarded { last } => Some(last + GUARD),
        };
        packet.into_iter().chain(escape).min()
    }

    fn take(&mut self, byte: u8, now: Moment) {
        let escaping = byte == self.character;
        self.escape = match self.escape {
            Escape::No if escaping && now >= self.last + GUARD => Escape::Begun { count: 1, first: now },
            Escape::Begun { count, first } if escaping && now <= first + TOGETHER => {
                let count = count + 1;
                if count < ESCAPE_LENGTH {
                    Escape::Begun { count, first }
                } else {
                    Escape::Guarded { last: now }
                }
            }
            Escape::No => {
                self.packet.push(byte);
                Escape::No
            }
            Escape::Begun { count, .. } => self.refuse(count, byte),
            Escape::Guarded { .. } => self.refuse(ESCAPE_LENGTH, byte),
        };
    }

    /// It was data after all.
    fn refuse(&mut self, count: usize, byte: u8) -> Escape {
        self.give_up(count);
        self.packet.push(byte);
        Escape::No
    }

    fn give_up(&mut self, count: usize) {
        self.packet.extend(std::iter::repeat_n(self.character, count));
        self.escape = Escape::No;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Feeds bytes at their milliseconds and lets time pass as `poll_time` asks, up to ten seconds.
    fn run(writes: &[(u64, &[u8])]) -> Vec<Event> {
        let mut pipe = Pipe::new(b'+', Moment::START);
        let mut events = Vec::new();
        for (at, bytes) in writes.iter().copied().chain([(10_000, &[][..])]) {
            let now = Moment::from_millis(at);
            while let Some(due) = pipe.poll_time().filter(|due| *due <= now) {
                events.extend(pipe.handle_time(due));
                if events.last() == Some(&Event::Escaped) {
                    return events;
                }
            }
            events.extend(pipe.feed(bytes, now));
        }
        events
    }

    fn packet(bytes: &[u8]) -> Event {
        Event::Packet(bytes.to_vec())
    }

    #[test]
    fn three_escape_characters_between_two_silences_leave() {
        assert_eq!(run(&[(1000, b"+++")]), [Event::Escaped]);
        assert_eq!(run(&[(1000, b"+"), (1100, b"+"), (1200, b"+")]), [Event::Escaped]);
        assert_eq!(run(&[(0, b"data"), (1000, b"+++")]), [packet(b"data"), Event::Escaped]);
    }

    #[test]
    fn without_silence_before_them_they_are_data() {
        assert_eq!(run(&[(999, b"+++")]), [packet(b"+++")]);
        assert_eq!(run(&[(1000, b"a+++")]), [packet(b"a+++")]);
    }

    #[test]
    fn without_silence_after_them_they_are_data() {
        assert_eq!(run(&[(1000, b"+++"), (1999, b"x")]), [packet(b"+++x")]);
        assert_eq!(run(&[(1000, b"++++")]), [packet(b"++++")]);
    }

    #[test]
    fn too_slow_they_are_data() {
        assert_eq!(run(&[(1000, b"+"), (1100, b"+"), (1201, b"+")]), [packet(b"++"), packet(b"+")]);
    }

    #[test]
    fn silence_and_size_end_a_packet() {
        let long = [b'x'; 1500];
        assert_eq!(run(&[(0, b"a"), (49, b"b"), (99, b"c")]), [packet(b"ab"), packet(b"c")]);
        assert_eq!(run(&[(0, &long)]), [packet(&long[..1024]), packet(&long[1024..])]);
    }

    proptest! {
        #[test]
        fn no_byte_is_lost_or_moved(
            writes in prop::collection::vec((0_u64..2000, prop::collection::vec(b'*'..b'.', 0..5)), 0..8)
        ) {
            let mut at = 0;
            let timed: Vec<_> = writes.iter().map(|(pause, bytes)| { at += pause; (at.min(9_000), &bytes[..]) }).collect();
            let sent: Vec<u8> = writes.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
            let events = run(&timed);
            let escaped = events.last() == Some(&Event::Escaped);
            let mut got: Vec<u8> = events.into_iter()
                .flat_map(|event| if let Event::Packet(bytes) = event { bytes } else { b"+++".to_vec() }).collect();
            if escaped { prop_assert!(sent.starts_with(&got)); got.clone_from(&sent); }
            prop_assert_eq!(got, sent);
        }
    }
}
