//! One row of the traffic: what it is, how it is kept, and how it begins.

use crate::edm;
use crate::model::console::{LineKind, Mark};
use crate::moment::Moment;
use crate::session::{Direction, WireKind};

/// One packet, or one burst in data mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficRow {
    /// Counts from 0 and never changes.
    pub id: u64,
    /// When it began, to the microsecond.
    pub at: Moment,
    pub direction: Direction,
    pub kind: RowKind,
    /// The payload of a burst or of data, the whole packet of every other kind. Secrets are dots.
    pub bytes: Vec<u8>,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKind {
    /// Payload of data mode, which has no packets: bytes that came close together.
    Burst,
    /// Payload of a channel in extended data mode.
    Data { channel: u8 },
    /// An AT command on its way to the module.
    Request,
    /// The module's answer to one.
    Response,
    /// An unsolicited line.
    Event,
    /// A peer came or went, or the mode began.
    Control,
    /// Bytes outside packets in extended data mode.
    Unplaced,
    /// The disk took no more, or does not give it back.
    Missing,
}

impl RowKind {
    /// The kind of a packet that carries no payload.
    pub(super) const fn of(packet: &edm::Packet) -> Self {
        match packet {
            edm::Packet::AtRequest(_) => Self::Request,
            edm::Packet::AtConfirmation(_) => Self::Response,
            edm::Packet::AtEvent(_) => Self::Event,
            edm::Packet::Data { channel, .. } | edm::Packet::Send { channel, .. } => {
                Self::Data { channel: *channel }
            }
            edm::Packet::Start
            | edm::Packet::ResendConnectEvents
            | edm::Packet::Connect { .. }
            | edm::Packet::Disconnect { .. }
            | edm::Packet::Other { .. } => Self::Control,
        }
    }

    /// How it stands in a log.
    pub(super) const fn kept(self, direction: Direction) -> LineKind {
        let kind = match self {
            Self::Burst => WireKind::Data { channel: None },
            Self::Data { channel } => WireKind::Data { channel: Some(channel) },
            Self::Request => WireKind::Command,
            Self::Response => WireKind::Answer,
            Self::Event => WireKind::Unsolicited,
            Self::Control => WireKind::Packet,
            Self::Unplaced => WireKind::Noise,
            Self::Missing => return LineKind::Mark(Mark::Missing),
        };
        LineKind::Wire(direction, kind)
    }

    /// What stands in a log.
    pub(super) const fn read(kept: LineKind) -> (Direction, Self) {
        let LineKind::Wire(direction, kind) = kept else { return (Direction::Received, Self::Missing) };
        let kind = match kind {
            WireKind::Data { channel: None } => Self::Burst,
            WireKind::Data { channel: Some(channel) } => Self::Data { channel },
            WireKind::Command => Self::Request,
            WireKind::Answer => Self::Response,
            WireKind::Unsolicited => Self::Event,
            WireKind::Packet => Self::Control,
            WireKind::Noise => Self::Unplaced,
            WireKind::Echo | WireKind::Ok | WireKind::Error | WireKind::Prompt | WireKind::Upload => {
                Self::Missing
            }
        };
        (direction, kind)
    }

    /// Whether rows of this kind carry what peers say to each other.
    pub const fn is_payload(self) -> bool {
        matches!(self, Self::Burst | Self::Data { .. })
    }
}

impl TrafficRow {
    /// The channel it belongs to, in extended data mode.
    pub fn channel(&self) -> Option<u8> {
        match (self.kind, self.packet()) {
            (RowKind::Data { channel }, _)
            | (_, Some(edm::Packet::Connect { channel, .. } | edm::Packet::Disconnect { channel })) => {
                Some(channel)
            }
            _ => None,
        }
    }

    /// The bytes as they crossed the wire: the packet around the payload of a channel included.
    pub fn on_the_wire(&self) -> Vec<u8> {
        let RowKind::Data { channel } = self.kind else { return self.bytes.clone() };
        let data = self.bytes.clone();
        match self.direction {
            Direction::Sent => edm::Packet::Send { channel, data },
            Direction::Received => edm::Packet::Data { channel, data },
        }
        .encode()
    }

    /// The packet that a row without payload is.
    pub fn packet(&self) -> Option<edm::Packet> {
        if !matches!(self.kind, RowKind::Request | RowKind::Response | RowKind::Event | RowKind::Control) {
            return None;
        }
        let mut decoder = edm::Decoder::new();
        decoder.feed(&self.bytes);
        match decoder.poll() {
            Some(edm::Item::Packet(packet)) => Some(packet),
            Some(edm::Item::Junk(_)) | None => None,
        }
    }

    /// The row as one line of text of about so many characters: what is no text stands as dots.
    pub fn preview(&self, most: usize) -> String {
        match self.packet() {
            Some(
                edm::Packet::AtRequest(text) | edm::Packet::AtConfirmation(text) | edm::Packet::AtEvent(text),
            ) => line(text.trim_ascii(), most),
            Some(packet) => words(&packet),
            None => line(&self.bytes, most),
        }
    }
}

fn line(bytes: &[u8], most: usize) -> String {
    // A character may take four bytes.
    let start = bytes.get(..most.saturating_mul(4).min(bytes.len())).unwrap_or_default();
    let text = String::from_utf8_lossy(start);
    let unseen = |c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER;
    text.chars().take(most).map(|c| if unseen(c) { '·' } else { c }).collect()
}

/// What a packet without text says.
fn words(packet: &edm::Packet) -> String {
    match packet {
        edm::Packet::Connect { channel, peer: edm::Peer::Ip { remote, .. } } => {
            format!("Channel {channel} connected to {remote}")
        }
        edm::Packet::Connect { channel, .. } => format!("Channel {channel} connected by Bluetooth"),
        edm::Packet::Disconnect { channel } => format!("Channel {channel} disconnected"),
        edm::Packet::Start => "Extended data mode starts".to_owned(),
        edm::Packet::ResendConnectEvents => "Asks for the connect events again".to_owned(),
        edm::Packet::Other { id, body } => format!("Packet {id:04X} with {} bytes", body.len()),
        edm::Packet::AtRequest(_)
        | edm::Packet::AtConfirmation(_)
        | edm::Packet::AtEvent(_)
        | edm::Packet::Data { .. }
        | edm::Packet::Send { .. } => String::new(),
    }
}
