//! Reading a capture: what it is, is told from its first byte, and messages come one at a time.

use std::io::{self, BufRead, Read};

use super::{Frame, json, pcapng};
use crate::problem::{Kind, Problem};

/// The longest line of JSON that is read, in bytes.
const MAX_LINE: u64 = 4 * 1024 * 1024;

/// The messages of a pcapng or a JSON lines file, in their order. The first problem ends it; what came before is good.
pub struct Reader<R: BufRead> {
    source: Source<R>,
    ended: bool,
}

enum Source<R: BufRead> {
    JsonLines { from: R, number: u64 },
    Pcapng(Box<pcapng::Reader<R>>),
}

impl<R: BufRead> Reader<R> {
    /// Looks at the first bytes.
    ///
    /// # Errors
    /// [`Kind::WrongFile`] for a file that is neither, or that cannot be read.
    pub fn new(mut from: R) -> Result<Self, Problem> {
        let start = from.fill_buf().map_err(|error| unreadable(&error))?;
        let source = match start {
            [0x0A, 0x0D, 0x0D, 0x0A, ..] => {
                Source::Pcapng(Box::new(pcapng::Reader::new(from).map_err(|reason| broken(&reason))?))
            }
            [0xA1, 0xB2, 0xC3 | 0x3C, ..] | [0xD4 | 0x4D, 0xC3 | 0x3C, 0xB2, 0xA1, ..] => {
                return Err(Problem::new(
                    Kind::WrongFile,
                    "This is a capture in the older pcap format, which says neither direction nor comment",
                    "Open it in Wireshark and save it as pcapng",
                ));
            }
            bytes if bytes.trim_ascii_start().starts_with(br#"{"recording""#) => {
                return Err(Problem::new(
                    Kind::WrongFile,
                    "This is a recording of a session, not a capture of traffic",
                    "Open it as a recording",
                ));
            }
            bytes if bytes.trim_ascii_start().starts_with(b"{") => Source::JsonLines { from, number: 0 },
            _ => {
                return Err(Problem::new(
                    Kind::WrongFile,
                    "This is neither a pcapng file nor one with a JSON object on each line",
                    "Choose a capture that this program or Wireshark has saved",
                ));
            }
        };
        Ok(Self { source, ended: false })
    }

    /// What has been passed over so far, and how often: packets and blocks that cannot be shown, each with the reason.
    pub fn passed_over(&self) -> Vec<(String, u64)> {
        match &self.source {
            Source::JsonLines { .. } => Vec::new(),
            Source::Pcapng(reader) => {
                reader.passed_over().map(|(reason, count)| (reason.to_owned(), count)).collect()
            }
        }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Frame, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let frame = match &mut self.source {
            Source::JsonLines { from, number } => next_line(from, number),
            Source::Pcapng(reader) => reader.next().map_err(|reason| broken(&reason)),
        };
        self.ended = !matches!(frame, Ok(Some(_)));
        frame.transpose()
    }
}

/// The next line that is not empty.
fn next_line(from: &mut impl BufRead, number: &mut u64) -> Result<Option<Frame>, Problem> {
    loop {
        let mut line = Vec::new();
        let length = from.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
        let length = length.map_err(|error| unreadable(&error))?;
        if length == 0 {
            return Ok(None);
        }
        *number += 1;
        let wrong = |reason: &str| broken(&format!("line {number}: {reason}"));
        if length as u64 == MAX_LINE && line.last() != Some(&b'\n') {
            return Err(wrong(&format!("it is longer than {} MiB", MAX_LINE / (1024 * 1024))));
        }
        let line = std::str::from_utf8(&line).map_err(|_| wrong("it is not UTF-8"))?.trim();
        if !line.is_empty() {
            return json::parse(line).map(Some).map_err(|reason| wrong(&reason));
        }
    }
}

fn unreadable(error: &io::Error) -> Problem {
    Problem::new(
        Kind::WrongFile,
        format!("The file cannot be read: {error}"),
        "Check that it is still there and whole, and try again",
    )
}

fn broken(reason: &str) -> Problem {
    Problem::new(
        Kind::WrongFile,
        format!("The capture is broken: {reason}"),
        "What comes before has been read; save the file again where it came from",
    )
}
