//! What the bytes of a message mean: JSON, CBOR, MessagePack, text or raw bytes, as a tree whose every value knows its
//! bytes. It judges one message for itself; it neither knows who sent it nor draws it.
//!
//! Nothing is guessed in silence. [`read`] decides by these rules, in this order, and [`Reading::reason`] says by which:
//!
//! 1. JSON: the whole message is one or more JSON texts (RFC 8259), white space between them, each an object or an array.
//! 2. Text: the whole message is UTF-8 without control characters other than tab, CR and LF.
//! 3. CBOR (RFC 8949) or MessagePack: the whole message, of at least two bytes, is exactly one value, and that is a map or an
//!    array. Where both fit, the one with more keys that are text is chosen, at a tie CBOR.
//! 4. Anything else is raw, and the reason says where each of the others fails.
//!
//! Whatever else fits as well is in [`Reading::also`], and [`read_as`] reads a message in the form that a person chooses.

mod cbor;
pub mod hex;
mod input;
mod json;
mod message_pack;
mod node;
mod path;

use std::fmt;

pub use node::{Key, Kind, Node, Visit};
pub use path::{Path, PathError, Step};

/// Values nest no deeper than this.
pub const MAX_DEPTH: usize = 64;

/// A longer message is not taken apart into a tree, in bytes.
pub const MAX_LENGTH: usize = 256 * 1024;

/// What a message can be read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    Json,
    Cbor,
    MessagePack,
    Text,
    Raw,
}

impl Form {
    /// All forms, in the order in which a person chooses from them.
    pub const ALL: [Self; 5] = [Self::Json, Self::Cbor, Self::MessagePack, Self::Text, Self::Raw];
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON",
            Self::Cbor => "CBOR",
            Self::MessagePack => "MessagePack",
            Self::Text => "text",
            Self::Raw => "raw bytes",
        })
    }
}

/// A message that has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub form: Form,
    /// One tree for CBOR and MessagePack, one for each text of JSON, none for text and raw bytes.
    pub roots: Vec<Node>,
    /// By which rule it has this form, or why it has no better one: one sentence.
    pub reason: String,
    /// Other forms that the whole message fits, most likely first; never [`Form::Raw`].
    pub also: Vec<Form>,
}

/// Why a message cannot be read in a form, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at byte {at}")]
pub struct Failure {
    /// The place in the message, in bytes from 0; its length where something is missing at the end.
    pub at: usize,
    /// What is wrong there.
    pub message: String,
}

impl Failure {
    fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// Finds out which form a message has, by the rules above.
pub fn read(bytes: &[u8]) -> Reading {
    if bytes.is_empty() {
        return Reading::new(Form::Raw, Vec::new(), "The message is empty");
    }
    let json = texts(bytes);
    let also_json = json.is_ok().then_some(Form::Json);
    let json = json.and_then(|roots| match roots.iter().find(|root| !root.is_container()) {
        Some(bare) => Err(Failure::new(bare.span.start, "A value that is neither an object nor an array")),
        None => Ok(roots),
    });
    let reading = match (json, text(bytes)) {
        (Ok(roots), _) => {
            let reason = json::reason(&roots);
            Reading::new(Form::Json, roots, reason)
        }
        (Err(json), Ok(())) if looks_like_json(bytes) => {
            Reading::new(Form::Text, Vec::new(), format!("It is text but not JSON: {json}"))
        }
        (Err(_), Ok(())) => Reading::new(Form::Text, Vec::new(), "It is UTF-8 without control characters"),
        (Err(json), Err(text)) => binary(bytes, &json, &text),
    };
    let fits = |form| structured(form, bytes).is_ok();
    let also_binary = [Form::Cbor, Form::MessagePack].into_iter().filter(|form| fits(*form));
    let also_text = text(bytes).is_ok().then_some(Form::Text);
    let also = also_json.into_iter().chain(also_binary).chain(also_text);
    let also = also.filter(|form| *form != reading.form).collect();
    Reading { also, ..reading }
}

/// Reads a message in the form that a person has chosen. It has to fit the form as a whole, but a single value, which
/// [`read`] would not believe, is enough.
///
/// # Errors
/// What does not fit, and where.
pub fn read_as(form: Form, bytes: &[u8]) -> Result<Reading, Failure> {
    let roots = match form {
        Form::Json => texts(bytes)?,
        Form::Cbor => vec![short(bytes).and_then(cbor::read)?],
        Form::MessagePack => vec![short(bytes).and_then(message_pack::read)?],
        Form::Text => {
            text(bytes)?;
            Vec::new()
        }
        Form::Raw => Vec::new(),
    };
    Ok(Reading::new(form, roots, "It was chosen by hand"))
}

fn texts(bytes: &[u8]) -> Result<Vec<Node>, Failure> {
    short(bytes).and_then(json::read)
}

/// Rule 3 for one of the two forms.
fn structured(form: Form, bytes: &[u8]) -> Result<Node, Failure> {
    if bytes.len() < 2 {
        return Err(Failure::new(0, "A single byte says too little"));
    }
    let root = match form {
        Form::Cbor => short(bytes).and_then(cbor::read)?,
        _ => short(bytes).and_then(message_pack::read)?,
    };
    if root.is_container() {
        Ok(root)
    } else {
        Err(Failure::new(0, "A value that is neither a map nor an array"))
    }
}

fn binary(bytes: &[u8], json: &Failure, text: &Failure) -> Reading {
    match (structured(Form::Cbor, bytes), structured(Form::MessagePack, bytes)) {
        (Ok(cbor), Ok(message_pack)) => {
            let both =
                |shown| format!("CBOR and MessagePack both fit the whole message; it is shown as {shown}");
            if message_pack.text_keys() > cbor.text_keys() {
                Reading::new(Form::MessagePack, vec![message_pack], both(Form::MessagePack))
            } else {
                Reading::new(Form::Cbor, vec![cbor], both(Form::Cbor))
            }
        }
        (Ok(root), Err(_)) => Reading::new(Form::Cbor, vec![root], whole(Form::Cbor)),
        (Err(_), Ok(root)) => Reading::new(Form::MessagePack, vec![root], whole(Form::MessagePack)),
        (Err(cbor), Err(message_pack)) => {
            let json =
                if looks_like_json(bytes) { format!("Not JSON: {json}; not") } else { "Not".to_owned() };
            let reason = format!("{json} text: {text}; not CBOR: {cbor}; not MessagePack: {message_pack}");
            Reading::new(Form::Raw, Vec::new(), reason)
        }
    }
}

fn whole(form: Form) -> String {
    format!("The whole message is one map or array of {form}")
}

fn looks_like_json(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

fn short(bytes: &[u8]) -> Result<&[u8], Failure> {
    if bytes.len() <= MAX_LENGTH {
        Ok(bytes)
    } else {
        Err(Failure::new(MAX_LENGTH, "The message is too long to be taken apart, it goes on"))
    }
}

fn text(bytes: &[u8]) -> Result<(), Failure> {
    let (text, rest) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => (
            bytes
                .get(..error.valid_up_to())
                .and_then(|start| std::str::from_utf8(start).ok())
                .unwrap_or_default(),
            Some(Failure::new(error.valid_up_to(), "Bytes that are not UTF-8")),
        ),
    };
    let control = text.char_indices().find(|(_, c)| c.is_control() && !matches!(c, '\t' | '\r' | '\n'));
    let control =
        control.map(|(at, c)| Failure::new(at, format!("The control character {:02X}", u32::from(c))));
    control.or(rest).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests;
