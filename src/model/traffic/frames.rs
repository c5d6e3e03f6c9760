//! Rows as messages of a capture, and back: with the packets around their payload, and with peer and topic as a comment.

use super::{RowKind, Tenant, Traffic, TrafficRow};
use crate::capture::{self, Frame, FrameKind, UnixNanos};
use crate::edm;
use crate::moment::Moment;
use crate::roundtrip::Seen;
use crate::session::Direction;

/// Stands between peer and topic in a comment.
pub(in crate::model) const BETWEEN: &str = " · ";

impl Traffic {
    /// The row as it goes into a capture; `start` is the date at [`Moment::START`]. A row that could not be kept has no
    /// bytes, and says so in its comment.
    pub fn frame(&self, row: &TrafficRow, start: UnixNanos) -> Frame {
        let nanos = u64::try_from(row.at.since_start().as_nanos()).unwrap_or(u64::MAX);
        let at = UnixNanos(start.0.saturating_add(nanos));
        let direction = match row.direction {
            Direction::Sent => capture::Direction::Sent,
            Direction::Received => capture::Direction::Received,
        };
        let frame = match row.kind {
            RowKind::Burst => Frame::burst(at, direction, row.bytes.clone()),
            RowKind::Missing => Frame::edm(at, direction, Vec::new()),
            _ => Frame::edm(at, direction, row.on_the_wire()),
        };
        match self.comment(row) {
            Some(comment) => frame.with_comment(comment),
            None => frame,
        }
    }

    fn comment(&self, row: &TrafficRow) -> Option<String> {
        let channel = match row.kind {
            RowKind::Burst => None,
            RowKind::Data { channel } => Some(channel),
            RowKind::Unplaced => return Some("bytes outside packets".to_owned()),
            RowKind::Missing => return Some("a row that could not be kept".to_owned()),
            RowKind::Request | RowKind::Response | RowKind::Event | RowKind::Control => return None,
        };
        let tenant = self.channels.tenant(channel, row.id)?;
        Some(match tenant.topic(row.direction) {
            Some(topic) => format!("{}{BETWEEN}{topic}", tenant.name),
            None => tenant.name.clone(),
        })
    }

    /// Adds a message of a capture as a row of its own; what is no packet of ours becomes raw bytes.
    pub(in crate::model) fn add_frame(&mut self, frame: &Frame, at: Moment) -> RowKind {
        let direction = match frame.direction() {
            capture::Direction::Sent => Direction::Sent,
            capture::Direction::Received | capture::Direction::Unknown => Direction::Received,
        };
        let bytes = frame.bytes();
        match (frame.kind(), packet(bytes)) {
            (FrameKind::Burst, _) => self.add_message(None, at, direction, bytes),
            (FrameKind::Foreign { .. }, _) | (_, None) => {
                self.push(at, direction, RowKind::Unplaced, bytes);
                RowKind::Unplaced
            }
            (_, Some(edm::Packet::Send { channel, data })) => {
                self.add_message(Some(channel), at, Direction::Sent, &data)
            }
            (_, Some(edm::Packet::Data { channel, data })) => {
                self.add_message(Some(channel), at, Direction::Received, &data)
            }
            (_, Some(packet)) => {
                if let edm::Packet::Disconnect { .. } = packet {
                    self.disconnected();
                }
                let kind = RowKind::of(&packet);
                self.push(at, direction, kind, bytes);
                kind
            }
        }
    }

    /// Payload that is whole.
    fn add_message(
        &mut self,
        channel: Option<u8>,
        at: Moment,
        direction: Direction,
        bytes: &[u8],
    ) -> RowKind {
        let kind = channel.map_or(RowKind::Burst, |channel| RowKind::Data { channel });
        let id = self.push(at, direction, kind, bytes);
        self.channels.crossed(channel, direction, bytes.len(), at, id);
        self.answers.watch(&Seen { id, at, direction, channel, bytes });
        kind
    }
}

impl Tenant {
    /// The topic of what goes this way.
    fn topic(&self, direction: Direction) -> Option<&String> {
        let topics = self.topics.as_ref()?;
        match direction {
            Direction::Sent => topics.publish.as_ref(),
            Direction::Received => topics.subscribe.as_ref(),
        }
    }
}

/// The one packet that these bytes are, if they are one and whole.
pub(in crate::model) fn packet(bytes: &[u8]) -> Option<edm::Packet> {
    let mut decoder = edm::Decoder::new();
    decoder.feed(bytes);
    match decoder.poll() {
        Some(edm::Item::Packet(packet)) if !decoder.is_waiting() => Some(packet),
        _ => None,
    }
}
