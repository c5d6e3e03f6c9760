//! One line as the log keeps it: sixteen bytes, all numbers with the lowest byte first, and then the text.
//!
//! | bytes | what |
//! |---|---|
//! | 0–5 | the time in microseconds, which is enough for nine years |
//! | 6 | the kind |
//! | 7 | the channel of a payload |
//! | 8–11 | how many lines before this one its command stands; 0 if there is none |
//! | 12–15 | the length of the text in bytes |

use std::time::Duration;

use crate::model::console::{LineKind, Mark};
use crate::moment::Moment;
use crate::session::{Direction, WireKind};

const HEADER: usize = 16;
const MOST_MICROS: u64 = (1 << 48) - 1;

/// Set in the kind of what was sent.
const SENT: u8 = 0x80;

/// A line without its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) struct Record<'a> {
    /// To the microsecond.
    pub(in crate::model) at: Moment,
    pub(in crate::model) kind: LineKind,
    /// How many lines before this one the command that it answers stands; 0 if it answers none.
    pub(in crate::model) answers: u32,
    /// UTF-8, unless what was written came back damaged.
    pub(in crate::model) text: &'a [u8],
}

impl<'a> Record<'a> {
    /// Adds the line at the end of these bytes. What is beyond 4 GB of a text is cut off.
    pub(super) fn write(&self, into: &mut Vec<u8>) {
        let micros = u64::try_from(self.at.since_start().as_micros()).unwrap_or(MOST_MICROS).min(MOST_MICROS);
        let length = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let (kind, channel) = code(self.kind);
        let start = micros | u64::from(kind) << 48 | u64::from(channel) << 56;
        let rest = u64::from(self.answers) | u64::from(length) << 32;
        into.extend_from_slice(&start.to_le_bytes());
        into.extend_from_slice(&rest.to_le_bytes());
        into.extend_from_slice(self.text.get(..length as usize).unwrap_or(self.text));
    }

    /// Makes room in the header of the line at the start of these bytes for so many more of its text; whether that fits.
    pub(super) fn lengthen(line: &mut [u8], more: usize) -> bool {
        let Some(length) = line.get_mut(12..16).and_then(|field| <&mut [u8; 4]>::try_from(field).ok()) else {
            return false;
        };
        let longer = u32::try_from(more).ok().and_then(|more| u32::from_le_bytes(*length).checked_add(more));
        let Some(longer) = longer else { return false };
        *length = longer.to_le_bytes();
        true
    }

    /// The line at the start of these bytes, and the bytes behind it; nothing if there is no whole line.
    pub(super) fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (header, bytes) = bytes.split_first_chunk::<HEADER>()?;
        let [start, rest] = halves(header)?;
        let (text, bytes) = bytes.split_at_checked(usize::try_from(rest >> 32).ok()?)?;
        let [kind, channel] = [(start >> 48) as u8, (start >> 56) as u8];
        let at = Moment::START + Duration::from_micros(start & MOST_MICROS);
        Some((Self { at, kind: decode(kind, channel)?, answers: rest as u32, text }, bytes))
    }
}

fn halves(header: &[u8; HEADER]) -> Option<[u64; 2]> {
    let (start, rest) = header.split_first_chunk::<8>()?;
    Some([u64::from_le_bytes(*start), u64::from_le_bytes(rest.try_into().ok()?)])
}

const fn code(kind: LineKind) -> (u8, u8) {
    match kind {
        LineKind::Wire(direction, kind) => {
            let (code, channel) = wire_code(kind);
            (if matches!(direction, Direction::Sent) { code | SENT } else { code }, channel)
        }
        LineKind::Note => (32, 0),
        LineKind::Mark(Mark::Opened) => (33, 0),
        LineKind::Mark(Mark::Lost) => (34, 0),
        LineKind::Mark(Mark::ClockJump) => (35, 0),
        LineKind::Mark(Mark::Missing) => (36, 0),
    }
}

const fn wire_code(kind: WireKind) -> (u8, u8) {
    match kind {
        WireKind::Command => (0, 0),
        WireKind::Echo => (1, 0),
        WireKind::Answer => (2, 0),
        WireKind::Ok => (3, 0),
        WireKind::Error => (4, 0),
        WireKind::Unsolicited => (5, 0),
        WireKind::Prompt => (6, 0),
        WireKind::Upload => (7, 0),
        WireKind::Data { channel: None } => (8, 0),
        WireKind::Data { channel: Some(channel) } => (9, channel),
        WireKind::Noise => (10, 0),
        WireKind::Packet => (11, 0),
    }
}

fn decode(code: u8, channel: u8) -> Option<LineKind> {
    let direction = if code & SENT == 0 { Direction::Received } else { Direction::Sent };
    let kind = match code & !SENT {
        0 => WireKind::Command,
        1 => WireKind::Echo,
        2 => WireKind::Answer,
        3 => WireKind::Ok,
        4 => WireKind::Error,
        5 => WireKind::Unsolicited,
        6 => WireKind::Prompt,
        7 => WireKind::Upload,
        8 => WireKind::Data { channel: None },
        9 => WireKind::Data { channel: Some(channel) },
        10 => WireKind::Noise,
        11 => WireKind::Packet,
        _ => return decode_own(code),
    };
    Some(LineKind::Wire(direction, kind))
}

const fn decode_own(code: u8) -> Option<LineKind> {
    match code {
        32 => Some(LineKind::Note),
        33 => Some(LineKind::Mark(Mark::Opened)),
        34 => Some(LineKind::Mark(Mark::Lost)),
        35 => Some(LineKind::Mark(Mark::ClockJump)),
        36 => Some(LineKind::Mark(Mark::Missing)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_is_read_back_or_refused() {
        let read = (0..=u8::MAX).filter_map(|written| Some((written, decode(written, 3)?)));
        let kinds: Vec<_> = read.inspect(|(written, kind)| assert_eq!(code(*kind).0, *written)).collect();
        assert_eq!(kinds.len(), 2 * 12 + 5);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            micros in 0..=MOST_MICROS, code in 0..=36_u8, channel: u8, answers: u32, text: Vec<u8>, behind: Vec<u8>,
        ) {
            prop_assume!(decode(code, channel).is_some());
            let at = Moment::START + Duration::from_micros(micros);
            let record = Record { at, kind: decode(code, channel).unwrap(), answers, text: &text };
            let mut bytes = Vec::new();
            record.write(&mut bytes);
            bytes.extend_from_slice(&behind);
            prop_assert_eq!(Record::read(&bytes), Some((record, &behind[..])));
        }

        #[test]
        fn any_bytes_are_a_line_or_refused(bytes: Vec<u8>) {
            let _ = Record::read(&bytes);
        }
    }
}
