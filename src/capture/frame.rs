//! One message as it stands in a capture: when, which way, and its bytes as they crossed the line.

use std::fmt;
use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::edm::{Decoder, Item, Packet, Peer, Protocol};
use crate::moment::UnixTime;
use crate::payload::hex;

/// A longer comment is cut, and ends in `…`; in bytes.
const MAX_COMMENT: usize = 4096;

/// Nanoseconds since 1970-01-01 00:00:00 UTC, up to the year 2554.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixNanos(pub u64);

impl UnixNanos {
    /// The time this long after a date; what lies outside the range becomes its nearest end.
    pub fn after(date: UnixTime, passed: Duration) -> Self {
        let start = Duration::from_secs(u64::try_from(date.0).unwrap_or(0));
        let nanos = start.saturating_add(passed).as_nanos();
        Self(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// The time since 1970.
    pub const fn since_epoch(self) -> Duration {
        Duration::from_nanos(self.0)
    }

    /// Reads RFC 3339, in any time zone.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        u64::try_from(time.unix_timestamp_nanos()).ok().map(Self)
    }
}

/// `2026-01-31T12:00:00.123456789Z`
impl fmt::Display for UnixNanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:9]Z");
        let time = OffsetDateTime::from_unix_timestamp_nanos(self.0.into()).ok();
        f.write_str(&time.and_then(|time| time.format(&form).ok()).ok_or(fmt::Error)?)
    }
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the module.
    Sent,
    /// From the module.
    Received,
    /// The file does not say.
    Unknown,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameKind {
    /// Payload in data mode, which has no frames.
    Burst,
    /// A frame of extended data mode with payload of a channel.
    Data,
    /// A frame with text of a command.
    AtRequest,
    /// A frame with text of an answer.
    AtConfirmation,
    /// A frame with an unsolicited line.
    AtEvent,
    /// A frame that says that a peer is connected.
    Connect,
    /// A frame that says that a peer is gone.
    Disconnect,
    /// Another frame of extended data mode, or one that is not whole.
    Other,
    /// A packet of a link type that is not ours, from somebody else's capture.
    Foreign { link_type: u16 },
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    at: UnixNanos,
    direction: Direction,
    kind: FrameKind,
    bytes: Vec<u8>,
    comment: Option<String>,
    original_length: Option<u32>,
}

impl Frame {
    /// Payload in data mode.
    pub const fn burst(at: UnixNanos, direction: Direction, bytes: Vec<u8>) -> Self {
        Self::new(at, direction, FrameKind::Burst, bytes)
    }

    /// A whole frame of extended data mode. Its kind is read from it; an unknown direction too, where the kind has one.
    pub fn edm(at: UnixNanos, direction: Direction, frame: Vec<u8>) -> Self {
        let packet = packet(&frame);
        let implied = packet.as_ref().map_or(Direction::Unknown, direction_of);
        let direction = if direction == Direction::Unknown { implied } else { direction };
        Self::new(at, direction, packet.as_ref().map_or(FrameKind::Other, kind_of), frame)
    }

    /// A packet of a link type that is not ours.
    pub(super) const fn foreign(at: UnixNanos, direction: Direction, link_type: u16, bytes: Vec<u8>) -> Self {
        Self::new(at, direction, FrameKind::Foreign { link_type }, bytes)
    }

    const fn new(at: UnixNanos, direction: Direction, kind: FrameKind, bytes: Vec<u8>) -> Self {
        Self { at, direction, kind, bytes, comment: None, original_length: None }
    }

    /// The same with a comment, such as its peer and topic, of which 4096 bytes are kept.
    #[must_use]
    pub fn with_comment(mut self, comment: impl Into<String>) -> Self {
        let mut comment = comment.into();
        if comment.len() > MAX_COMMENT {
            comment.truncate(comment.floor_char_boundary(MAX_COMMENT - '…'.len_utf8()));
            comment.push('…');
        }
        self.comment = Some(comment);
        self
    }

    /// The same as part of a longer message, of which the rest was not captured.
    #[must_use]
    pub(super) fn cut_from(mut self, length: u32) -> Self {
        let more = usize::try_from(length).is_ok_and(|length| length > self.bytes.len());
        self.original_length = more.then_some(length);
        self
    }

    pub const fn at(&self) -> UnixNanos {
        self.at
    }

    pub const fn direction(&self) -> Direction {
        self.direction
    }

    pub const fn kind(&self) -> FrameKind {
        self.kind
    }

    /// The bytes as they crossed the line: the whole frame, or the burst.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// How many bytes the message had, where the capture holds only the first of them.
    pub const fn original_length(&self) -> Option<u32> {
        self.original_length
    }

    /// The channel of a frame that has one.
    pub fn channel(&self) -> Option<u8> {
        match (self.kind, self.bytes.as_slice()) {
            (FrameKind::Data | FrameKind::Connect | FrameKind::Disconnect, [_, _, _, _, _, channel, ..]) => {
                Some(*channel)
            }
            _ => None,
        }
    }

    /// What the message carries: text or data without the frame around it. All bytes, where there is no frame, or one that
    /// carries neither.
    pub fn payload(&self) -> &[u8] {
        match (self.kind, self.bytes.as_slice()) {
            (FrameKind::Data, [_, _, _, _, _, _, data @ .., _]) => data,
            (
                FrameKind::AtRequest | FrameKind::AtConfirmation | FrameKind::AtEvent,
                [_, _, _, _, _, text @ .., _],
            ) => text,
            (_, bytes) => bytes,
        }
    }

    /// The message in words, on one line: its text with what cannot be seen as escapes, or what a frame says.
    pub(super) fn words(&self) -> String {
        match (self.kind, packet(&self.bytes)) {
            (FrameKind::Connect, Some(Packet::Connect { peer, .. })) => peer_in_words(&peer),
            (FrameKind::Disconnect, _) => "gone".to_owned(),
            (FrameKind::Other | FrameKind::Foreign { .. }, _) => hex::spaced(&self.bytes),
            _ => escaped(self.payload()),
        }
    }
}

/// The one packet that this is, if it is one and whole.
fn packet(frame: &[u8]) -> Option<Packet> {
    let mut decoder = Decoder::new();
    decoder.feed(frame);
    match (decoder.poll(), decoder.is_waiting()) {
        (Some(Item::Packet(packet)), false) => Some(packet),
        _ => None,
    }
}

const fn kind_of(packet: &Packet) -> FrameKind {
    match packet {
        Packet::Data { .. } | Packet::Send { .. } => FrameKind::Data,
        Packet::AtRequest(_) => FrameKind::AtRequest,
        Packet::AtConfirmation(_) => FrameKind::AtConfirmation,
        Packet::AtEvent(_) => FrameKind::AtEvent,
        Packet::Connect { .. } => FrameKind::Connect,
        Packet::Disconnect { .. } => FrameKind::Disconnect,
        Packet::Start | Packet::ResendConnectEvents | Packet::Other { .. } => FrameKind::Other,
    }
}

const fn direction_of(packet: &Packet) -> Direction {
    match packet {
        Packet::Send { .. } | Packet::AtRequest(_) | Packet::ResendConnectEvents => Direction::Sent,
        Packet::Other { .. } => Direction::Unknown,
        _ => Direction::Received,
    }
}

fn peer_in_words(peer: &Peer) -> String {
    match peer {
        Peer::Bluetooth { profile, address, frame_size } => {
            let address = address.map(|byte| format!("{byte:02X}")).join(":");
            format!("Bluetooth, profile {profile}, remote {address}, frames of {frame_size} bytes")
        }
        Peer::Ip { protocol, remote, local } => {
            let protocol = match protocol {
                Protocol::Tcp => "TCP".to_owned(),
                Protocol::Udp => "UDP".to_owned(),
                Protocol::Mqtt => "MQTT".to_owned(),
                Protocol::Other(number) => format!("protocol {number}"),
            };
            format!("{protocol}, remote {remote}, local {local}")
        }
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for c in hex::readable(bytes).chars() {
        if c.is_control() { text.extend(c.escape_default()) } else { text.push(c) }
    }
    text
}
