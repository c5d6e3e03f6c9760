//! Bytes as text, whatever an editor, a mail program or PowerShell made of it, and what text is that holds no PEM.
//! PEM itself is read in `pem`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::azure::ConnectionString;
use super::content::Item;
use super::sas::Token;
use super::{Finding, der};

/// Something about a file's spelling that was put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repair {
    ByteOrderMark,
    Utf16,
    CrLf,
    Cr,
    Indentation,
    TextAround,
    NoLastLineEnd,
    LongLines,
    ShortLines,
    OldLabel,
    TrustSettings,
    NoMarkers,
}

impl Repair {
    /// What is said about it.
    pub(super) fn note(&self) -> Finding {
        let what = match self {
            Self::ByteOrderMark => "a byte order mark",
            Self::Utf16 => "text in UTF-16",
            Self::CrLf => "CRLF line ends",
            Self::Cr => "CR line ends",
            Self::Indentation => "indentation",
            Self::TextAround => "text around the PEM",
            Self::NoLastLineEnd => "a missing last line end",
            Self::LongLines => "long lines",
            Self::ShortLines => "short lines",
            Self::OldLabel => "an old label",
            Self::TrustSettings => "trust settings of OpenSSL behind the certificate",
            Self::NoMarkers => "missing BEGIN and END lines",
        };
        Finding::info("repaired", format!("Spelling was repaired: {what}"))
    }
}

/// The bytes as text without a byte order mark, also from UTF-16 as PowerShell writes it.
pub(super) fn decode(bytes: &[u8]) -> (Zeroizing<String>, Vec<Repair>) {
    let (text, repairs) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (utf16(u16::from_le_bytes, rest), vec![Repair::Utf16]),
        [0xFE, 0xFF, rest @ ..] => (utf16(u16::from_be_bytes, rest), vec![Repair::Utf16]),
        // Without a mark, every other byte of ASCII in UTF-16 is zero.
        [b'-', 0, b'-', 0, ..] => (utf16(u16::from_le_bytes, bytes), vec![Repair::Utf16]),
        [0, b'-', 0, b'-', ..] => (utf16(u16::from_be_bytes, bytes), vec![Repair::Utf16]),
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            (String::from_utf8_lossy(rest).into_owned(), vec![Repair::ByteOrderMark])
        }
        _ => (String::from_utf8_lossy(bytes).into_owned(), Vec::new()),
    };
    (Zeroizing::new(text), repairs)
}

/// Text in UTF-16. It has room from the start: a text that grows leaves copies behind in memory.
fn utf16(read: fn([u8; 2]) -> u16, bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| read(*pair));
    let mut text = String::with_capacity(2 * bytes.len());
    text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    text
}

/// A token or a connection string, if the text is one; what is wrong with it, if it is a bad one.
pub(super) fn line(text: &str) -> Option<Result<Item, Finding>> {
    let text = text.trim();
    if Token::is_meant(text) {
        return Some(Token::parse(text).map(Item::Token));
    }
    if ConnectionString::is_meant(text) {
        return Some(ConnectionString::parse(text).map(Box::new).map(Item::ConnectionString));
    }
    None
}

/// What bare base64 holds, as people copy it who leave the BEGIN and END lines behind.
pub(super) fn bare(text: &str) -> Option<Item> {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c) || c.is_ascii_whitespace();
    // Everything that can be meant begins with a sequence of at least 256 bytes, or a short EC key.
    if !text.trim_start().starts_with('M') || !text.chars().all(is_base64) {
        return None;
    }
    let mut compact = Zeroizing::new(String::with_capacity(text.len()));
    text.split_ascii_whitespace().for_each(|part| compact.push_str(part));
    let bytes = Zeroizing::new(STANDARD.decode(compact.as_bytes()).ok()?);
    der::read(&bytes)
}

/// The finding that a file holds nothing at all.
pub(super) fn empty() -> Finding {
    Finding::error("empty-file", "The file is empty", "Download it again")
}

/// What text without any PEM is, as far as can be told.
pub(super) fn nothing(text: &str) -> Finding {
    let start: Zeroizing<String> =
        Zeroizing::new(text.trim_start().chars().take(256).flat_map(char::to_lowercase).collect());
    if text.trim().is_empty() {
        return empty();
    }
    if start.starts_with("<!doctype html") || start.contains("<html") || start.starts_with("<head") {
        return Finding::error(
            "web-page",
            "This is a web page, not a certificate",
            "Open the page in a browser and use its download button",
        );
    }
    if text.contains(['\0', char::REPLACEMENT_CHARACTER]) {
        return der::unknown();
    }
    Finding::error(
        "unknown-content",
        "The file holds no certificate and no key",
        "Choose a file with a line that begins with -----BEGIN",
    )
}
