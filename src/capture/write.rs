//! Writing a capture: one writer for all formats, one message at a time.

use std::io::{self, Write};

use super::{Direction, Frame, FrameKind, json, pcapng};
use crate::payload::hex;

/// How a capture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A line for each message, for people.
    Text,
    /// All bytes of each message in rows of sixteen, below a line that says what it is.
    HexDump,
    /// A JSON object a line; it can be read back.
    JsonLines,
    /// A table with a head; the text where there is one, and all bytes in hex.
    Csv,
    /// For Wireshark; it can be read back.
    Pcapng,
}

impl Format {
    /// All formats, in the order in which a person chooses from them.
    pub const ALL: [Self; 5] = [Self::Text, Self::HexDump, Self::JsonLines, Self::Csv, Self::Pcapng];

    /// The usual ending of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text | Self::HexDump => "txt",
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
            Self::Pcapng => "pcapng",
        }
    }
}

/// Writes messages to a sink, in small pieces: give it a buffered one.
pub struct Writer<W: Write> {
    sink: Sink<W>,
}

enum Sink<W: Write> {
    Text(W),
    HexDump(W),
    JsonLines(W),
    Csv(Box<csv::Writer<W>>),
    Pcapng(Box<pcapng::Writer<W>>),
}

impl<W: Write> Writer<W> {
    /// Begins a capture, with the head that its format has.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn new(format: Format, to: W) -> io::Result<Self> {
        let sink = match format {
            Format::Text => Sink::Text(to),
            Format::HexDump => Sink::HexDump(to),
            Format::JsonLines => Sink::JsonLines(to),
            Format::Csv => {
                let mut table = csv::Writer::from_writer(to);
                table.write_record(CSV_HEAD)?;
                Sink::Csv(Box::new(table))
            }
            Format::Pcapng => Sink::Pcapng(Box::new(pcapng::Writer::new(to)?)),
        };
        Ok(Self { sink })
    }

    /// Writes one message.
    ///
    /// # Errors
    /// Those of the sink; what has been written then ends in the middle of a message.
    pub fn write(&mut self, frame: &Frame) -> io::Result<()> {
        match &mut self.sink {
            Sink::Text(to) => writeln!(to, "{}{}", head(frame), frame.words()),
            Sink::HexDump(to) => write_hex_dump(to, frame),
            Sink::JsonLines(to) => writeln!(to, "{}", json::line(frame)),
            Sink::Csv(table) => Ok(table.write_record(csv_record(frame))?),
            Sink::Pcapng(capture) => capture.write(frame),
        }
    }

    /// Writes what is still held back and gives the sink back.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn finish(self) -> io::Result<W> {
        let mut to = match self.sink {
            Sink::Text(to) | Sink::HexDump(to) | Sink::JsonLines(to) => to,
            Sink::Csv(table) => table.into_inner().map_err(csv::IntoInnerError::into_error)?,
            Sink::Pcapng(capture) => capture.into_inner(),
        };
        to.flush()?;
        Ok(to)
    }
}

/// `2026-01-31T12:00:00.123456789Z → data on channel 3, 24 bytes (lab/up): `
fn head(frame: &Frame) -> String {
    let sign = match frame.direction() {
        Direction::Sent => "→",
        Direction::Received => "←",
        Direction::Unknown => "?",
    };
    let kind = kind_in_words(frame.kind());
    let channel = frame.channel().map(|channel| format!(" on channel {channel}")).unwrap_or_default();
    let of = frame.original_length().map(|length| format!(" of {length}")).unwrap_or_default();
    let comment = frame.comment().map(|comment| format!(" ({})", comment.escape_debug())).unwrap_or_default();
    let (at, length) = (frame.at(), frame.bytes().len());
    format!("{at} {sign} {kind}{channel}, {length}{of} bytes{comment}: ")
}

fn kind_in_words(kind: FrameKind) -> String {
    match kind {
        FrameKind::Burst => "data mode".to_owned(),
        FrameKind::Data => "data".to_owned(),
        FrameKind::AtRequest => "AT request".to_owned(),
        FrameKind::AtConfirmation => "AT confirmation".to_owned(),
        FrameKind::AtEvent => "AT event".to_owned(),
        FrameKind::Connect => "connected".to_owned(),
        FrameKind::Disconnect => "disconnected".to_owned(),
        FrameKind::Other => "other packet".to_owned(),
        FrameKind::Foreign { link_type } => format!("link type {link_type}"),
    }
}

fn write_hex_dump(to: &mut impl Write, frame: &Frame) -> io::Result<()> {
    writeln!(to, "{}", head(frame).trim_end_matches(": "))?;
    for row in hex::rows(frame.bytes()) {
        writeln!(to, "{:08x}  {:<47}  {}", row.offset, hex::spaced(row.bytes), row.text())?;
    }
    writeln!(to)
}

const CSV_HEAD: [&str; 8] = ["time", "direction", "kind", "channel", "length", "comment", "text", "hex"];

/// The length is that of the whole message; the text is empty where the payload is not UTF-8.
fn csv_record(frame: &Frame) -> [String; 8] {
    let length =
        frame.original_length().map_or_else(|| frame.bytes().len().to_string(), |length| length.to_string());
    let text = match frame.kind() {
        FrameKind::Connect | FrameKind::Disconnect | FrameKind::Other | FrameKind::Foreign { .. } => "",
        _ => std::str::from_utf8(frame.payload()).unwrap_or_default(),
    };
    [
        frame.at().to_string(),
        json::direction_name(frame.direction()).to_owned(),
        json::kind_name(frame.kind()).to_owned(),
        frame.channel().map(|channel| channel.to_string()).unwrap_or_default(),
        length,
        frame.comment().unwrap_or_default().to_owned(),
        text.to_owned(),
        hex::compact(frame.bytes()),
    ]
}
