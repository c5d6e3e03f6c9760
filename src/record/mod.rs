//! The recording format: everything that crossed the wire, one JSON object a line, the first of which says when the
//! recording began. It is text in, text out; whoever records opens the file. Secrets are dots already when they come here.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::moment::{Moment, UnixTime};
use crate::problem::{Kind, Problem};
use crate::session::{Direction, Wire, WireKind};

/// The version of the format that is written and read.
pub const VERSION: u32 = 1;

/// One line of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The first line: the date at [`Moment::START`], from which all times are counted.
    Start { date: UnixTime },
    /// Something crossed the wire. Its time is kept to the microsecond.
    Wire(Wire),
}

impl Entry {
    /// The line, without a line end:
    /// `{"recording":1,"started":"2026-01-31T12:00:00Z"}`, then
    /// `{"time":1.234567,"direction":"sent","kind":"command","text":"AT"}`, with `hex` in place of `text` for bytes that
    /// are not UTF-8, and `channel` for payload of extended data mode.
    pub fn to_line(&self) -> String {
        match self {
            Self::Start { date } => json(&StartLine { recording: VERSION, started: written_date(*date) }),
            Self::Wire(wire) => wire_line(wire),
        }
    }

    /// Reads one line back.
    ///
    /// # Errors
    /// [`Kind::WrongFile`] if it is no line of a recording, or one of a newer format.
    pub fn parse_line(line: &str) -> Result<Self, Problem> {
        match serde_json::from_str(line) {
            Ok(Line::Start(start)) => read_start(&start),
            Ok(Line::Wire(wire)) => read_wire(wire).map(Self::Wire),
            Err(_) => None,
        }
        .ok_or_else(|| {
            Problem::new(
                Kind::WrongFile,
                "This is no line of a recording",
                "Choose a file that this program has recorded",
            )
        })
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Start(StartLine),
    Wire(WireLine),
}

#[derive(Serialize, Deserialize)]
struct StartLine {
    recording: u32,
    started: String,
}

#[derive(Serialize, Deserialize)]
struct WireLine {
    /// Written by hand: always six decimals.
    #[serde(skip_serializing)]
    time: f64,
    direction: String,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
}

const DIRECTIONS: [(Direction, &str); 2] = [(Direction::Sent, "sent"), (Direction::Received, "received")];

const KINDS: [(WireKind, &str); 11] = [
    (WireKind::Command, "command"),
    (WireKind::Echo, "echo"),
    (WireKind::Answer, "answer"),
    (WireKind::Ok, "ok"),
    (WireKind::Error, "error"),
    (WireKind::Unsolicited, "unsolicited"),
    (WireKind::Prompt, "prompt"),
    (WireKind::Upload, "upload"),
    (WireKind::Data { channel: None }, "data"),
    (WireKind::Noise, "noise"),
    (WireKind::Packet, "packet"),
];

fn wire_line(wire: &Wire) -> String {
    let (kind, channel) = match wire.kind {
        WireKind::Data { channel } => (WireKind::Data { channel: None }, channel),
        kind => (kind, None),
    };
    let (text, hex) = match std::str::from_utf8(&wire.bytes) {
        Ok(text) => (Some(text.to_owned()), None),
        Err(_) => (None, Some(to_hex(&wire.bytes))),
    };
    let time = wire.at.since_start();
    let rest = json(&WireLine {
        time: 0.0,
        direction: name_of(&DIRECTIONS, &wire.direction),
        kind: name_of(&KINDS, &kind),
        channel,
        text,
        hex,
    });
    let rest = rest.strip_prefix('{').unwrap_or_default();
    format!("{{\"time\":{}.{:06},{rest}", time.as_secs(), time.subsec_micros())
}

fn read_start(start: &StartLine) -> Option<Entry> {
    let started = OffsetDateTime::parse(&start.started, &Rfc3339).ok()?;
    (start.recording == VERSION).then_some(Entry::Start { date: UnixTime(started.unix_timestamp()) })
}

fn read_wire(line: WireLine) -> Option<Wire> {
    let kind = match (value_of(&KINDS, &line.kind)?, line.channel) {
        (WireKind::Data { .. }, channel) => WireKind::Data { channel },
        (kind, None) => kind,
        (_, Some(_)) => return None,
    };
    let bytes = match (line.text, line.hex) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(hex)) => from_hex(&hex)?,
        _ => return None,
    };
    let at = Moment::START + to_the_microsecond(line.time)?;
    Some(Wire { at, direction: value_of(&DIRECTIONS, &line.direction)?, kind, bytes })
}

/// A fraction of a second as it was written, which binary floating point only comes close to.
fn to_the_microsecond(seconds: f64) -> Option<Duration> {
    let time = Duration::try_from_secs_f64(seconds).ok()?.checked_add(Duration::from_nanos(500))?;
    Some(Duration::new(time.as_secs(), time.subsec_micros() * 1000))
}

fn written_date(date: UnixTime) -> String {
    let date = OffsetDateTime::from_unix_timestamp(date.0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    date.format(&Rfc3339).unwrap_or_default()
}

fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

fn name_of<T: PartialEq>(names: &[(T, &str)], value: &T) -> String {
    names.iter().find(|(named, _)| named == value).map(|(_, name)| (*name).to_owned()).unwrap_or_default()
}

fn value_of<T: Copy>(names: &[(T, &str)], name: &str) -> Option<T> {
    names.iter().find(|(_, named)| *named == name).map(|(value, _)| *value)
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<_>>>()?;
    let byte = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    };
    digits.chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wire(kind: WireKind, bytes: &[u8]) -> Wire {
        let at = Moment::START + Duration::from_nanos(1_002_003_999);
        Wire { at, direction: Direction::Sent, kind, bytes: bytes.to_vec() }
    }

    #[test]
    fn lines_are_written_as_documented() {
        for (entry, line) in [
            (
                Entry::Start { date: UnixTime(1_700_000_000) },
                r#"{"recording":1,"started":"2023-11-14T22:13:20Z"}"#,
            ),
            (
                Entry::Wire(wire(WireKind::Command, b"AT+UWSC=0,2,\"a\"")),
                r#"{"time":1.002003,"direction":"sent","kind":"command","text":"AT+UWSC=0,2,\"a\""}"#,
            ),
            (
                Entry::Wire(wire(WireKind::Data { channel: Some(2) }, b"\xFF\x00")),
                r#"{"time":1.002003,"direction":"sent","kind":"data","channel":2,"hex":"ff00"}"#,
            ),
        ] {
            assert_eq!(entry.to_line(), line);
        }
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        for (kind, name) in KINDS {
            let line = Entry::Wire(wire(kind, b"x")).to_line();
            assert!(line.contains(&format!("\"kind\":\"{name}\"")), "{line}");
            assert_eq!(value_of(&KINDS, name), Some(kind));
        }
    }

    #[test]
    fn what_is_no_line_of_a_recording_is_refused() {
        for line in [
            "",
            "{}",
            r#"{"recording":2,"started":"2023-11-14T22:13:20Z"}"#,
            r#"{"recording":1,"started":"yesterday"}"#,
            r#"{"time":-1.0,"direction":"sent","kind":"ok","text":"OK"}"#,
            r#"{"time":1.0,"direction":"up","kind":"ok","text":"OK"}"#,
            r#"{"time":1.0,"direction":"sent","kind":"okay","text":"OK"}"#,
            r#"{"time":1.0,"direction":"sent","kind":"ok","channel":1,"text":"OK"}"#,
            r#"{"time":1.0,"direction":"sent","kind":"ok"}"#,
            r#"{"time":1.0,"direction":"sent","kind":"ok","text":"OK","hex":"00"}"#,
            r#"{"time":1.0,"direction":"sent","kind":"ok","hex":"000"}"#,
            r#"{"time":1.0,"direction":"sent","kind":"ok","hex":"+1"}"#,
        ] {
            assert_eq!(Entry::parse_line(line).unwrap_err().kind, Kind::WrongFile, "{line}");
        }
    }

    fn any_wire() -> impl Strategy<Value = Wire> {
        let kind = (0..KINDS.len(), any::<Option<u8>>()).prop_map(|(index, channel)| match KINDS[index].0 {
            WireKind::Data { .. } => WireKind::Data { channel },
            kind => kind,
        });
        let bytes = prop_oneof![any::<Vec<u8>>(), any::<String>().prop_map(String::into_bytes)];
        // A year, in microseconds.
        (0..31_536_000_000_000_u64, any::<bool>(), kind, bytes).prop_map(|(micros, sent, kind, bytes)| Wire {
            at: Moment::START + Duration::from_micros(micros),
            direction: if sent { Direction::Sent } else { Direction::Received },
            kind,
            bytes,
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(wire in any_wire()) {
            let entry = Entry::Wire(wire);
            let line = entry.to_line();
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(Entry::parse_line(&line).unwrap(), entry);
        }

        #[test]
        fn a_start_is_read_back(date in 0..4_000_000_000_i64) {
            let entry = Entry::Start { date: UnixTime(date) };
            prop_assert_eq!(Entry::parse_line(&entry.to_line()).unwrap(), entry);
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = Entry::parse_line(&text);
        }
    }
}
