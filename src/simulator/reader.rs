//! Assembles command lines from characters, by the rules of protocol.md §2: the end of line and the backspace are
//! what S3 and S5 say, other control characters are skipped, and a line has a greatest length.

/// The characters with a meaning of their own, as `ATS2` to `ATS5` set them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Registers {
    /// S2, three of which leave data mode.
    pub(super) escape: u8,
    /// S3, which ends command lines and begins the end of answer lines.
    pub(super) end: u8,
    /// S4, which ends answer lines.
    pub(super) feed: u8,
    /// S5, which takes the last character back.
    pub(super) backspace: u8,
}

impl Default for Registers {
    fn default() -> Self {
        Self { escape: b'+', end: b'\r', feed: b'\n', backspace: 8 }
    }
}

/// What a character does to the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing; it is not even echoed.
    Skipped,
    /// It belongs to the line.
    Taken,
    /// The line is whole.
    Ended(Whole),
}

/// A line that has been ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whole {
    /// Nothing stood in it.
    Empty,
    /// The text without its end.
    Text(String),
    /// It is longer than the module can take.
    TooLong,
}

/// A command line in the making.
#[derive(Default)]
pub(super) struct Reader {
    bytes: Vec<u8>,
}

impl Reader {
    /// Takes one character of a line of at most `limit` bytes.
    pub(super) fn take(&mut self, byte: u8, registers: Registers, limit: usize) -> Effect {
        if byte == registers.end {
            return Effect::Ended(self.end(limit));
        }
        if byte == registers.backspace {
            self.bytes.pop();
            return Effect::Taken;
        }
        if byte < b' ' {
            return Effect::Skipped;
        }
        if self.bytes.len() <= limit {
            self.bytes.push(byte);
        }
        Effect::Taken
    }

    fn end(&mut self, limit: usize) -> Whole {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes.is_empty() {
            return Whole::Empty;
        }
        if bytes.len() > limit {
            return Whole::TooLong;
        }
        Whole::Text(text(bytes))
    }
}

/// UTF-8 where it is valid, else ISO-8859-1, as both ends read AT text.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Whole> {
        let mut reader = Reader::default();
        let effects = bytes.iter().map(|byte| reader.take(*byte, Registers::default(), 8));
        effects
            .filter_map(|effect| if let Effect::Ended(line) = effect { Some(line) } else { None })
            .collect()
    }

    #[test]
    fn line_feeds_and_other_control_characters_are_skipped() {
        assert_eq!(
            read(b"\0AT\r\nAT\r\n\r"),
            [Whole::Text("AT".into()), Whole::Text("AT".into()), Whole::Empty]
        );
    }

    #[test]
    fn a_backspace_takes_the_last_character_back() {
        assert_eq!(read(b"\x08ATX\x08E\r"), [Whole::Text("ATE".into())]);
    }

    #[test]
    fn a_line_is_too_long_from_its_first_byte_too_many() {
        assert_eq!(read(b"12345678\r123456789\r"), [Whole::Text("12345678".into()), Whole::TooLong]);
    }

    #[test]
    fn what_is_not_utf_8_is_latin_1() {
        assert_eq!(read(b"caf\xE9\r"), [Whole::Text("café".into())]);
    }
}
