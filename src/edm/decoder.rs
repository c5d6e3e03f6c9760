//! Bytes from the line become packets. What stands between frames comes out as junk, nothing is dropped.

use std::collections::VecDeque;

use super::Packet;
use super::packet::{ENVELOPE, FRAME_END, FRAME_START};

/// What the decoder makes of the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A whole frame.
    Packet(Packet),
    /// Bytes that belong to no frame. A long run may come in several pieces.
    Junk(Vec<u8>),
}

/// Finds frames in a byte stream. There is neither escaping nor a checksum: where a supposed frame does not
/// end as it must, only its first byte is given up and the search goes on behind it (protocol.md §5.1).
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: VecDeque<u8>,
}

/// What may start at a byte.
enum Start {
    Nothing,
    /// Perhaps a frame: more bytes must come to tell.
    Unfinished,
    /// A frame of this many bytes.
    Frame(usize),
}

impl Decoder {
    /// A decoder that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes in any chunking.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// The next item, or `None` until more bytes come.
    pub fn poll(&mut self) -> Option<Item> {
        let junk =
            (0..self.bytes.len()).take_while(|&at| matches!(self.start_at(at), Start::Nothing)).count();
        if junk > 0 {
            return Some(Item::Junk(self.bytes.drain(..junk).collect()));
        }
        let Start::Frame(length) = self.start_at(0) else { return None };
        let frame: Vec<u8> = self.bytes.drain(..length).collect();
        Packet::from_frame(&frame).map(Item::Packet)
    }

    /// Whether bytes wait for the rest of a frame.
    pub fn is_waiting(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Gives up the frame that has not ended: its first byte is junk, and [`poll`](Self::poll) searches
    /// behind it. A frame comes without pauses; after one, call both until neither has anything more.
    pub fn give_up(&mut self) -> Option<Item> {
        self.bytes.pop_front().map(|byte| Item::Junk(vec![byte]))
    }

    fn start_at(&self, at: usize) -> Start {
        let byte = |offset: usize| self.bytes.get(at + offset).copied();
        if byte(0) != Some(FRAME_START) {
            return Start::Nothing;
        }
        let (Some(high), Some(low)) = (byte(1), byte(2)) else { return Start::Unfinished };
        // The first four bits are reserved.
        let length = usize::from(u16::from_be_bytes([high & 0x0F, low]));
        // The last four bits of the id are a type, 1 to 6.
        if length < 2 || byte(4).is_some_and(|id| !matches!(id & 0x0F, 1..=6)) {
            return Start::Nothing;
        }
        match byte(length + ENVELOPE - 1) {
            None => Start::Unfinished,
            Some(FRAME_END) => Start::Frame(length + ENVELOPE),
            Some(_) => Start::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START_EVENT: &[u8] = &[0xAA, 0x00, 0x02, 0x00, 0x71, 0x55];

    fn items(decoder: &mut Decoder) -> Vec<Item> {
        std::iter::from_fn(|| decoder.poll()).collect()
    }

    fn decoded(bytes: &[u8]) -> Vec<Item> {
        let mut decoder = Decoder::new();
        decoder.feed(bytes);
        items(&mut decoder)
    }

    /// Neighbouring pieces of junk as one: how junk is cut depends on how the bytes came.
    fn joined(items: Vec<Item>) -> Vec<Item> {
        items.into_iter().fold(Vec::new(), |mut joined, item| {
            match (joined.last_mut(), item) {
                (Some(Item::Junk(run)), Item::Junk(more)) => run.extend(more),
                (_, item) => joined.push(item),
            }
            joined
        })
    }

    #[test]
    fn frames_between_junk_are_found() {
        let bytes = [b"\r\nOK\r\n", START_EVENT, b"\0", START_EVENT].concat();
        assert_eq!(
            decoded(&bytes),
            [
                Item::Junk(b"\r\nOK\r\n".to_vec()),
                Item::Packet(Packet::Start),
                Item::Junk(b"\0".to_vec()),
                Item::Packet(Packet::Start)
            ]
        );
    }

    #[test]
    fn the_reserved_bits_of_the_length_are_ignored() {
        assert_eq!(decoded(&[0xAA, 0xF0, 0x02, 0x00, 0x71, 0x55]), [Item::Packet(Packet::Start)]);
    }

    #[test]
    fn a_frame_without_its_end_costs_only_its_first_byte() {
        let bytes = [&[0xAA, 0x00, 0x08, 0x00, 0x45][..], START_EVENT, START_EVENT].concat();
        assert_eq!(
            decoded(&bytes),
            [
                Item::Junk(vec![0xAA, 0x00, 0x08, 0x00, 0x45]),
                Item::Packet(Packet::Start),
                Item::Packet(Packet::Start)
            ]
        );
    }

    #[test]
    fn a_long_false_frame_swallows_no_good_one() {
        let false_start = [0xAA, 0x0F, 0xFF, 0x00, 0x45];
        let mut bytes = false_start.to_vec();
        for _ in 0..1000 {
            bytes.extend(START_EVENT);
        }
        let starts =
            decoded(&bytes).iter().filter(|item| matches!(item, Item::Packet(Packet::Start))).count();
        assert_eq!(starts, 1000);
    }

    #[test]
    fn a_length_or_a_type_that_cannot_be_starts_no_frame() {
        for false_start in [&[0xAA, 0x00, 0x01][..], &[0xAA, 0x0F, 0xFF, 0x00, 0x48]] {
            let bytes = [false_start, START_EVENT].concat();
            assert_eq!(decoded(&bytes), [Item::Junk(false_start.to_vec()), Item::Packet(Packet::Start)]);
        }
    }

    #[test]
    fn after_a_pause_an_unfinished_frame_is_given_up_and_what_it_held_is_found() {
        let mut decoder = Decoder::new();
        decoder.feed(&[0xAA, 0x0F, 0xFF]);
        decoder.feed(&[0x00, 0x45]);
        decoder.feed(START_EVENT);
        assert_eq!(decoder.poll(), None);
        assert!(decoder.is_waiting());
        let found: Vec<Item> = std::iter::from_fn(|| decoder.poll().or_else(|| decoder.give_up())).collect();
        assert_eq!(
            joined(found),
            [Item::Junk(vec![0xAA, 0x0F, 0xFF, 0x00, 0x45]), Item::Packet(Packet::Start)]
        );
        assert!(!decoder.is_waiting());
    }

    fn noise() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![Just(0xAA), Just(0x55), Just(0x00), 0u8..8, Just(0x45), any::<u8>()];
        prop_oneof![prop::collection::vec(byte, 0..12), Just(START_EVENT.to_vec())]
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_items(chunks in prop::collection::vec(noise(), 0..30)) {
            let mut pieces = Decoder::new();
            let mut seen = Vec::new();
            for chunk in &chunks {
                pieces.feed(chunk);
                seen.extend(items(&mut pieces));
            }
            prop_assert_eq!(joined(decoded(&chunks.concat())), joined(seen));
        }

        #[test]
        fn no_byte_is_lost(chunks in prop::collection::vec(noise(), 0..30)) {
            let bytes = chunks.concat();
            let mut decoder = Decoder::new();
            decoder.feed(&bytes);
            let length: usize = std::iter::from_fn(|| decoder.poll().or_else(|| decoder.give_up()))
                .map(|item| match item {
                    Item::Junk(junk) => junk.len(),
                    Item::Packet(packet) => packet.encode().len(),
                })
                .sum();
            prop_assert_eq!(length, bytes.len());
        }
    }
}
