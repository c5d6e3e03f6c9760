//! A message as a line of JSON, both ways:
//! `{"time":"2026-01-31T12:00:00.123456789Z","direction":"sent","kind":"data","channel":3,"comment":"lab/up","text":"{}"}`.
//!
//! What it carries is `text`, or `hex` where that is not UTF-8. Where that is not the whole message (a connect event, a frame
//! that is not whole), `frame` has all its bytes in hex instead.

use serde::{Deserialize, Serialize};

use super::frame::{Direction, Frame, FrameKind, UnixNanos};
use crate::edm::Packet;
use crate::payload::hex;

#[derive(Serialize, Deserialize)]
struct Line {
    time: String,
    direction: String,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_type: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<String>,
}

const DIRECTIONS: [(Direction, &str); 3] =
    [(Direction::Sent, "sent"), (Direction::Received, "received"), (Direction::Unknown, "unknown")];

const FOREIGN: &str = "foreign";

const KINDS: [(FrameKind, &str); 8] = [
    (FrameKind::Burst, "burst"),
    (FrameKind::Data, "data"),
    (FrameKind::AtRequest, "at-request"),
    (FrameKind::AtConfirmation, "at-confirmation"),
    (FrameKind::AtEvent, "at-event"),
    (FrameKind::Connect, "connect"),
    (FrameKind::Disconnect, "disconnect"),
    (FrameKind::Other, "other"),
];

pub(super) fn direction_name(direction: Direction) -> &'static str {
    DIRECTIONS.iter().find(|(named, _)| *named == direction).map_or("unknown", |(_, name)| name)
}

pub(super) fn kind_name(kind: FrameKind) -> &'static str {
    KINDS.iter().find(|(named, _)| *named == kind).map_or(FOREIGN, |(_, name)| name)
}

/// The line, without its end.
pub(super) fn line(frame: &Frame) -> String {
    let carried = (whole(frame.kind(), frame.direction(), frame.channel(), frame.payload()).as_deref()
        == Some(frame.bytes()))
    .then(|| frame.payload());
    let text = carried.and_then(|carried| std::str::from_utf8(carried).ok());
    let hex = if text.is_none() { carried.map(hex::compact) } else { None };
    let line = Line {
        time: frame.at().to_string(),
        direction: direction_name(frame.direction()).to_owned(),
        kind: kind_name(frame.kind()).to_owned(),
        channel: frame.channel(),
        link_type: if let FrameKind::Foreign { link_type } = frame.kind() { Some(link_type) } else { None },
        original_length: frame.original_length(),
        comment: frame.comment().map(str::to_owned),
        text: text.map(str::to_owned),
        hex,
        frame: carried.is_none().then(|| hex::compact(frame.bytes())),
    };
    // Nothing in it can fail.
    serde_json::to_string(&line).unwrap_or_default()
}

/// Reads a line back.
///
/// # Errors
/// What is wrong with it, in words that go on after "line 3: ".
pub(super) fn parse(line: &str) -> Result<Frame, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => format!("it is no message, {error}"),
        _ => format!("it is no JSON, {error}"),
    })?;
    let at = UnixNanos::parse(&line.time)
        .ok_or("`time` is no time such as 2026-01-31T12:00:00.5Z, or before 1970")?;
    let direction = DIRECTIONS.iter().find(|(_, name)| *name == line.direction);
    let (direction, _) = *direction.ok_or("`direction` is neither `sent`, `received` nor `unknown`")?;
    let frame = match (line.kind.as_str(), line.link_type) {
        (FOREIGN, Some(link_type)) => Frame::foreign(at, direction, link_type, carried(&line)?),
        (FOREIGN, None) => return Err("`link_type` is missing".to_owned()),
        (name, _) => {
            let kind = KINDS.iter().find(|(_, named)| *named == name);
            let (kind, _) = *kind.ok_or_else(|| format!("`{name}` is no kind of message"))?;
            own(kind, at, direction, &line)?
        }
    };
    let frame = line.comment.into_iter().fold(frame, Frame::with_comment);
    Ok(line.original_length.into_iter().fold(frame, Frame::cut_from))
}

fn own(kind: FrameKind, at: UnixNanos, direction: Direction, line: &Line) -> Result<Frame, String> {
    let bytes = match &line.frame {
        Some(hex) => hex::parse(hex).ok_or("`frame` is not hex")?,
        None => whole(kind, direction, line.channel, &carried(line)?)
            .ok_or("a message of this kind needs `frame`, or a `channel` and a `direction`")?,
    };
    if kind == FrameKind::Burst {
        return Ok(Frame::burst(at, direction, bytes));
    }
    let frame = Frame::edm(at, direction, bytes);
    if frame.kind() == kind {
        Ok(frame)
    } else {
        Err(format!("it makes no single frame of the kind `{}`", kind_name(kind)))
    }
}

fn carried(line: &Line) -> Result<Vec<u8>, String> {
    match (&line.text, &line.hex) {
        (Some(text), None) => Ok(text.clone().into_bytes()),
        (None, Some(hex)) => hex::parse(hex).ok_or_else(|| "`hex` is not hex".to_owned()),
        (Some(_), Some(_)) => Err("it has both `text` and `hex`".to_owned()),
        (None, None) => Err("it has neither `text` nor `hex`".to_owned()),
    }
}

/// The bytes that crossed the line, from what they carried.
fn whole(kind: FrameKind, direction: Direction, channel: Option<u8>, carried: &[u8]) -> Option<Vec<u8>> {
    let data = carried.to_vec();
    let packet = match (kind, direction, channel) {
        (FrameKind::Burst | FrameKind::Foreign { .. }, _, _) => return Some(data),
        (FrameKind::Data, Direction::Sent, Some(channel)) => Packet::Send { channel, data },
        (FrameKind::Data, Direction::Received, Some(channel)) => Packet::Data { channel, data },
        (FrameKind::AtRequest, _, _) => Packet::AtRequest(data),
        (FrameKind::AtConfirmation, _, _) => Packet::AtConfirmation(data),
        (FrameKind::AtEvent, _, _) => Packet::AtEvent(data),
        _ => return None,
    };
    Some(packet.encode())
}
