//! How bytes are cut in the present mode: lines, packets, or a pipe. What they mean is the business of `incoming`.

use std::collections::BTreeMap;
use std::time::Duration;

use super::mask::Stream;
use crate::at;
use crate::edm;
use crate::moment::Moment;
use crate::plan::Mode;

/// Text without a line end, or payload that may be the beginning of a secret, is shown after this much silence.
pub(super) const SETTLE: Duration = Duration::from_millis(100);
/// A packet comes in one go, but the computer may be kept from reading it for a while.
pub(super) const PACKET_GAP: Duration = Duration::from_secs(1);
/// How a module says that it is back in command mode, and that it has started.
const BACK: &[u8] = b"\r\nOK\r\n";
pub(super) const BANNER: &[u8] = b"+STARTUP";
const BANNER_LINE: &[u8] = b"\r\n+STARTUP";
/// How an unsolicited line begins.
const HELD_BACK: &[u8] = b"\r\n+UU";
/// When its last peer goes away, a module in data mode says so and is back in command mode (protocol.md §4).
const LOST_PEER: &[u8] = b"\r\n+UUDPD:";
/// The most bytes of a stream that are looked at together for such words.
const TAIL: usize = 64;

/// How bytes are cut in the present mode.
pub(super) enum Framing {
    /// None fits so far.
    Raw(Stream),
    Text(Text),
    Data(Pipe),
    Extended(Box<Packets>),
}

/// Lines of command mode.
#[derive(Default)]
pub(super) struct Text {
    pub(super) decoder: at::Decoder,
    pub(super) settle: Option<Moment>,
}

/// Packets of extended data mode.
#[derive(Default)]
pub(super) struct Packets {
    pub(super) decoder: edm::Decoder,
    pub(super) text: at::Decoder,
    pub(super) streams: BTreeMap<u8, Stream>,
    pub(super) settle: Option<Moment>,
}

impl Packets {
    pub(super) fn stream(&mut self, channel: u8) -> &mut Stream {
        self.streams.entry(channel).or_default()
    }
}

/// The byte pipe of data mode.
#[derive(Default)]
pub(super) struct Pipe {
    pub(super) stream: Stream,
    /// The last bytes, to recognise words that are cut by the reading.
    pub(super) tail: Vec<u8>,
    /// What is to be sent once the module is ready for it.
    pub(super) payload: Vec<Vec<u8>>,
    pub(super) ready: Moment,
    pub(super) settle: Option<Moment>,
    /// The CR behind the `OK` came at the end of a reading: its LF is no payload.
    pub(super) line_feed_due: bool,
}

/// Whether and where a stream of payload turns back into command mode.
pub(super) enum Fallback {
    None,
    /// The `OK` to `+++`; payload ends there, and command mode begins behind it.
    Escaped {
        payload: usize,
        rest: usize,
    },
    /// A line that only command mode has: a lost peer, or the banner of a restart.
    Line {
        payload: usize,
    },
}

impl Fallback {
    pub(super) fn payload_end(&self, length: usize) -> usize {
        match self {
            Self::None => length,
            Self::Escaped { payload, .. } | Self::Line { payload } => *payload,
        }
    }
}

impl Pipe {
    pub(super) fn fallback(&mut self, bytes: &[u8], escaping: bool) -> Fallback {
        let before = self.tail.len();
        self.tail.extend_from_slice(bytes);
        let payload = |at: usize| at.saturating_sub(before);
        let found = if let Some(at) = escaping.then(|| back(&self.tail, before)).flatten() {
            Fallback::Escaped { payload: payload(at), rest: payload(at + BACK.len()) }
        } else {
            match [LOST_PEER, BANNER_LINE].into_iter().find_map(|words| find(&self.tail, words)) {
                Some(at) if self.tail.ends_with(b"\r\n") => Fallback::Line { payload: payload(at) },
                Some(_) | None => Fallback::None,
            }
        };
        let excess = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..excess);
        found
    }
}

impl Default for Framing {
    fn default() -> Self {
        Self::Text(Text::default())
    }
}

impl Framing {
    /// The framing of a mode; command mode while the mode is unknown.
    pub(super) fn of(mode: Option<Mode>, ready: Moment) -> Self {
        match mode {
            None | Some(Mode::Command) => Self::default(),
            Some(Mode::Data) => Self::Data(Pipe { ready, ..Pipe::default() }),
            Some(Mode::Extended) => Self::Extended(Box::default()),
        }
    }

    pub(super) const fn is(&self, mode: Option<Mode>) -> bool {
        matches!(
            (self, mode),
            (Self::Text(_), None | Some(Mode::Command))
                | (Self::Data(_), Some(Mode::Data))
                | (Self::Extended(_), Some(Mode::Extended))
        )
    }

    pub(super) fn expect_prompt(&mut self, expected: bool) {
        match self {
            Self::Text(text) => text.decoder.expect_prompt(expected),
            Self::Extended(packets) => packets.text.expect_prompt(expected),
            Self::Data(_) | Self::Raw(_) => {}
        }
    }

    /// When something that is held back must be shown or sent.
    pub(super) fn deadline(&self) -> Option<Moment> {
        match self {
            Self::Raw(_) => None,
            Self::Text(text) => text.settle,
            Self::Data(pipe) => {
                [pipe.settle, (!pipe.payload.is_empty()).then_some(pipe.ready)].into_iter().flatten().min()
            }
            Self::Extended(packets) => packets.settle,
        }
    }

    pub(super) fn settle_due(&self, now: Moment) -> bool {
        let settle = match self {
            Self::Raw(_) => None,
            Self::Text(text) => text.settle,
            Self::Data(pipe) => pipe.settle,
            Self::Extended(packets) => packets.settle,
        };
        settle.is_some_and(|settle| now >= settle)
    }

    /// Keeps payload until the module is ready for it.
    pub(super) fn hold_payload(&mut self, data: Vec<u8>) {
        if let Self::Data(pipe) = self {
            pipe.payload.push(data);
        }
    }

    /// The payload that may leave now.
    pub(super) fn payload_due(&mut self, now: Moment) -> Vec<Vec<u8>> {
        match self {
            Self::Data(pipe) if now >= pipe.ready => std::mem::take(&mut pipe.payload),
            Self::Raw(_) | Self::Text(_) | Self::Data(_) | Self::Extended(_) => Vec::new(),
        }
    }
}

/// Where the `OK` to `+++` begins, which ends behind `before`: at the end, or in front of what the module has held back
/// while it was in data mode.
fn back(bytes: &[u8], before: usize) -> Option<usize> {
    let is_back = |at: &usize| {
        let end = at + BACK.len();
        let rest = bytes.get(end..).unwrap_or_default();
        end > before && (rest.starts_with(HELD_BACK) || HELD_BACK.starts_with(rest))
    };
    let places = bytes.windows(BACK.len()).enumerate().filter(|(_, window)| *window == BACK);
    places.map(|(at, _)| at).find(is_back)
}

/// Where `words` begin in `bytes`.
pub(super) fn find(bytes: &[u8], words: &[u8]) -> Option<usize> {
    bytes.windows(words.len()).position(|window| window == words)
}
