//! Bytes as a hex view shows them: rows of sixteen, as data, so that whoever draws them colours what belongs together.

use std::fmt::Write;

/// Bytes in a row.
pub const WIDTH: usize = 16;

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The place of its first byte in the message.
    pub offset: usize,
    /// One to sixteen bytes.
    pub bytes: &'a [u8],
}

/// One byte of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its place in the message.
    pub offset: usize,
    pub byte: u8,
    /// What the text column shows: the ASCII character, or `.` for what cannot be seen.
    pub character: char,
}

/// How many rows a message of this many bytes has.
pub const fn row_count(length: usize) -> usize {
    length.div_ceil(WIDTH)
}

/// The row at this place, from 0.
pub fn row(bytes: &[u8], index: usize) -> Option<Row<'_>> {
    let offset = index.checked_mul(WIDTH)?;
    let rest = bytes.get(offset..).filter(|rest| !rest.is_empty())?;
    Some(Row { offset, bytes: rest.get(..WIDTH).unwrap_or(rest) })
}

/// All rows.
pub fn rows(bytes: &[u8]) -> impl ExactSizeIterator<Item = Row<'_>> {
    bytes.chunks(WIDTH).enumerate().map(|(index, bytes)| Row { offset: index * WIDTH, bytes })
}

impl Row<'_> {
    /// Its bytes one by one.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = Cell> {
        self.bytes.iter().enumerate().map(|(index, &byte)| Cell {
            offset: self.offset + index,
            byte,
            character: if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '.' },
        })
    }

    /// The text column.
    pub fn text(&self) -> String {
        self.cells().map(|cell| cell.character).collect()
    }
}

/// `AA 00 02`
pub fn spaced(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (index, byte) in bytes.iter().enumerate() {
        let space = if index == 0 { "" } else { " " };
        // Writing to a string does not fail.
        let _ = write!(text, "{space}{byte:02X}");
    }
    text
}

/// `aa0002`, as files have it.
pub fn compact(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Reads hex in any case, with or without white space between bytes.
pub fn parse(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().filter(|digit| !digit.is_ascii_whitespace());
    let digits = digits.map(|digit| char::from(digit).to_digit(16)).collect::<Option<Vec<_>>>()?;
    let byte = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    };
    digits.chunks(2).map(byte).collect()
}

/// What is UTF-8 as it is, every other byte as `\xFF`.
pub fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_row_is_as_long_as_what_is_left() {
        let bytes: Vec<u8> = (0x2F..0x42).collect();
        let rows: Vec<_> = rows(&bytes).collect();
        assert_eq!(
            rows.iter().map(|row| (row.offset, row.bytes.len())).collect::<Vec<_>>(),
            [(0, 16), (16, 3)]
        );
        assert_eq!(rows[1].text(), "?@A");
        assert_eq!(rows[1].cells().last(), Some(Cell { offset: 18, byte: 0x41, character: 'A' }));
    }

    #[test]
    fn what_cannot_be_seen_is_a_dot() {
        assert_eq!(row(b"a\0\x7F\xFF b", 0).unwrap().text(), "a... b");
    }

    #[test]
    fn what_is_not_utf_8_is_named_byte_by_byte() {
        assert_eq!(readable(b"21 \xC2\xB0C \xB0\xFF!"), "21 °C \\xB0\\xFF!");
        assert_eq!(spaced(&[0xAA, 0, 2]), "AA 00 02");
    }

    #[test]
    fn what_is_not_hex_is_refused() {
        assert_eq!(parse("AA 0b\t10"), Some(vec![0xAA, 0x0B, 0x10]));
        assert_eq!((parse("ABC"), parse("+1"), parse("0x10")), (None, None, None));
    }

    proptest! {
        #[test]
        fn hex_is_read_back(bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(parse(&compact(&bytes)), Some(bytes.clone()));
            prop_assert_eq!(parse(&spaced(&bytes)), Some(bytes));
        }

        #[test]
        fn rows_hold_every_byte_once(bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(rows(&bytes).len(), row_count(bytes.len()));
            prop_assert_eq!(rows(&bytes).flat_map(|row| row.bytes.to_vec()).collect::<Vec<_>>(), bytes.clone());
            for (index, shown) in rows(&bytes).enumerate() {
                prop_assert_eq!(row(&bytes, index), Some(shown));
            }
            prop_assert_eq!(row(&bytes, row_count(bytes.len())), None);
        }
    }
}
