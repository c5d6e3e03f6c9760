//! Bytes as a person writes them: `68 65 6c`, `0x68,0x65`, `68:65`, `68656c`.

/// Why a text is no row of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoBytes {
    /// A character at this offset that is neither a hex digit nor between bytes.
    Stray { at: usize, found: char },
    /// A byte at this offset with one digit.
    Half { at: usize },
}

/// The bytes in a text. Blanks, line ends, commas and colons may stand between bytes, and `0x` before one.
pub(super) fn bytes(text: &str) -> Result<Vec<u8>, NoBytes> {
    let mut bytes = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, found)) = chars.next() {
        if found.is_whitespace() || matches!(found, ',' | ':') {
            continue;
        }
        let Some(mut high) = found.to_digit(16) else { return Err(NoBytes::Stray { at, found }) };
        if high == 0 && chars.next_if(|(_, next)| matches!(next, 'x' | 'X')).is_some() {
            high = digit(&mut chars).ok_or(NoBytes::Half { at })?;
        }
        let low = digit(&mut chars).ok_or(NoBytes::Half { at })?;
        bytes.extend(u8::try_from(high * 16 + low));
    }
    Ok(bytes)
}

fn digit(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>) -> Option<u32> {
    chars.next_if(|(_, next)| next.is_ascii_hexdigit()).and_then(|(_, digit)| digit.to_digit(16))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bytes_are_understood_as_people_write_them() {
        for text in ["68 65 6c", "0x68,0x65,0x6C", "68656c", " 68:65\t6C\n", "0X6865, 6c"] {
            assert_eq!(bytes(text), Ok(b"hel".to_vec()), "{text:?}");
        }
        assert_eq!(bytes(" \n"), Ok(Vec::new()));
        assert_eq!(bytes("00 0x00"), Ok(vec![0, 0]));
    }

    #[test]
    fn what_is_no_byte_is_named_with_its_place() {
        assert_eq!(bytes("68 6g"), Err(NoBytes::Half { at: 3 }));
        assert_eq!(bytes("68 hi"), Err(NoBytes::Stray { at: 3, found: 'h' }));
        assert_eq!(bytes("6 8"), Err(NoBytes::Half { at: 0 }));
        assert_eq!(bytes("68 0x"), Err(NoBytes::Half { at: 3 }));
        assert_eq!(bytes("0x6"), Err(NoBytes::Half { at: 0 }));
        assert_eq!(bytes("ä6"), Err(NoBytes::Stray { at: 0, found: 'ä' }));
    }

    proptest! {
        #[test]
        fn any_bytes_written_as_hex_are_read_again(wanted: Vec<u8>, between in "[ ,:\n]{0,2}", mark in "(0x)?") {
            let text: String = wanted.iter().map(|byte| format!("{mark}{byte:02x}{between}")).collect();
            prop_assert_eq!(bytes(&text), Ok(wanted));
        }

        #[test]
        fn any_text_is_read_or_refused_at_one_of_its_characters(text: String) {
            if let Err(NoBytes::Stray { at, .. } | NoBytes::Half { at }) = bytes(&text) {
                prop_assert!(text.get(at..).is_some_and(|rest| !rest.is_empty()));
            }
        }
    }
}
