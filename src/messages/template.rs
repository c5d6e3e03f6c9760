//! The body of a message with its variables: read from what a person writes, and made into bytes each time it is sent.
//!
//! A variable stands between `{{` and `}}`. Four braces, `{{{{`, are two that open no variable; single braces and `}}` stand
//! for themselves. In JSON a variable may stand inside a string or as a value of its own, where what is no number gets
//! its quotation marks. In hex the characters of its value are sent.

use super::hex::{self, NoBytes};
use super::{Context, Flaw, Form, ModuleValues, Position, Variable, json, wrong};
use crate::problem::Problem;
use crate::session::LineEnd;

/// A body that can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
    end: &'static [u8],
}

/// What follows from one place of the text on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The offset of that place.
    pub(super) at: usize,
    pub(super) content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Fixed(Vec<u8>),
    Variable(Variable, Quoting),
}

/// How the value of a variable is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    AsItIs,
    /// Inside a JSON string.
    Escaped,
    /// As a JSON string of its own.
    Quoted,
}

impl Template {
    /// Reads a body of this form.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place in `text`.
    pub fn parse(text: &str, form: Form) -> Result<Self, Flaw> {
        let flaw = |(at, problem)| Flaw { position: Position::in_text(text, at), problem };
        let raw = split(text).map_err(flaw)?;
        let pieces = match form {
            Form::Text => text_pieces(&raw),
            Form::Hex => hex_pieces(&raw).map_err(flaw)?,
            Form::Json => json_pieces(&raw),
        };
        if form == Form::Json {
            json::check(&pieces, text.len()).map_err(flaw)?;
        }
        Ok(Self { pieces, end: b"" })
    }

    /// The same with this behind it.
    #[must_use]
    pub fn ending(self, end: Option<LineEnd>) -> Self {
        Self { end: end.map_or(b"", LineEnd::bytes), ..self }
    }

    /// Whether it has no bytes, whatever its variables stand for.
    pub fn is_empty(&self) -> bool {
        !self.varies() && self.fixed().is_empty() && self.end.is_empty()
    }

    /// Whether two messages of it may differ.
    pub fn varies(&self) -> bool {
        self.variables().next().is_some()
    }

    /// Its variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.pieces.iter().filter_map(|piece| match piece.content {
            Content::Variable(variable, _) => Some(variable),
            Content::Fixed(_) => None,
        })
    }

    /// The bytes that are the same in every message.
    pub(super) fn fixed(&self) -> Vec<u8> {
        let fixed = self.pieces.iter().filter_map(|piece| match &piece.content {
            Content::Fixed(bytes) => Some(bytes.as_slice()),
            Content::Variable(..) => None,
        });
        fixed.collect::<Vec<_>>().concat()
    }

    /// The bytes of one message.
    ///
    /// # Errors
    /// A variable stands for something of the module that is not known.
    pub fn render(&self, context: &mut Context<'_>) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        for piece in &self.pieces {
            piece.content.write(context, &mut bytes)?;
        }
        bytes.extend_from_slice(self.end);
        Ok(bytes)
    }
}

impl Content {
    pub(super) fn write(&self, context: &mut Context<'_>, bytes: &mut Vec<u8>) -> Result<(), Problem> {
        let (variable, quoting) = match self {
            Self::Fixed(fixed) => {
                bytes.extend_from_slice(fixed);
                return Ok(());
            }
            Self::Variable(variable, quoting) => (variable, quoting),
        };
        let value = variable.value(context).ok_or_else(|| variable.missing())?;
        let quoted = || serde_json::Value::from(value.as_str()).to_string();
        match quoting {
            Quoting::AsItIs => bytes.extend_from_slice(value.as_bytes()),
            Quoting::Quoted => bytes.extend_from_slice(quoted().as_bytes()),
            Quoting::Escaped => {
                let quoted = quoted();
                let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                bytes.extend_from_slice(inner.unwrap_or_default().as_bytes());
            }
        }
        Ok(())
    }
}

/// What stands for everything that is not known before a message is sent.
pub(super) fn sample_values() -> ModuleValues {
    let some = || Some("0".to_owned());
    ModuleValues { client_id: some(), mac: some(), serial: some() }
}

/// Something wrong at an offset.
pub(super) type Wrong = (usize, Problem);

/// A piece that is not yet read as its form asks for.
enum Raw<'a> {
    Text(usize, &'a str),
    Variable(usize, Variable),
}

/// Text and variables, with where each begins.
fn split(text: &str) -> Result<Vec<Raw<'_>>, Wrong> {
    let (mut raw, mut at, mut rest) = (Vec::new(), 0, text);
    while let Some(before) = rest.find('{') {
        let (plain, from) = rest.split_at(before);
        raw.push(Raw::Text(at, plain));
        at += before;
        let braces = from.len() - from.trim_start_matches('{').len();
        // Fours are escapes; of what is left, the last two open a variable.
        let (escapes, left) = (braces / 4, braces % 4);
        for _ in 0..escapes {
            raw.push(Raw::Text(at, "{{"));
            at += 4;
        }
        if left % 2 == 1 {
            raw.push(Raw::Text(at, "{"));
            at += 1;
        }
        rest = from.get(braces..).unwrap_or_default();
        if left >= 2 {
            let (inner, after) = rest.split_once("}}").unwrap_or((rest, ""));
            if inner.len() == rest.len() || inner.contains(['{', '\n']) {
                let help = "Write }} behind the variable, or {{{{ if two braces are meant";
                return Err((at, wrong("This variable has no end", help)));
            }
            raw.push(Raw::Variable(at, Variable::parse(inner).map_err(|problem| (at, problem))?));
            at += 2 + inner.len() + 2;
            rest = after;
        }
    }
    raw.push(Raw::Text(at, rest));
    raw.retain(|piece| !matches!(piece, Raw::Text(_, "")));
    Ok(raw)
}

fn text_pieces(raw: &[Raw<'_>]) -> Vec<Piece> {
    let piece = |raw: &Raw<'_>| match raw {
        Raw::Text(at, text) => fixed(*at, text.as_bytes().to_vec()),
        Raw::Variable(at, variable) => placed(*at, *variable, Quoting::AsItIs),
    };
    raw.iter().map(piece).collect()
}

fn hex_pieces(raw: &[Raw<'_>]) -> Result<Vec<Piece>, Wrong> {
    let piece = |raw: &Raw<'_>| match raw {
        Raw::Text(at, text) => {
            hex::bytes(text).map(|bytes| fixed(*at, bytes)).map_err(|no_bytes| no_hex(*at, no_bytes))
        }
        Raw::Variable(at, variable) => Ok(placed(*at, *variable, Quoting::AsItIs)),
    };
    raw.iter().map(piece).collect()
}

fn no_hex(start: usize, no_bytes: NoBytes) -> Wrong {
    const HELP: &str = "Write two of the digits 0 to 9 and a to f for each byte, as in 68 65 or 0x68,0x65";
    match no_bytes {
        NoBytes::Stray { at, found } => {
            (start + at, wrong(format!("“{}” is no hex digit", found.escape_debug()), HELP))
        }
        NoBytes::Half { at } => (start + at, wrong("This byte has one digit", HELP)),
    }
}

fn json_pieces(raw: &[Raw<'_>]) -> Vec<Piece> {
    let mut place = json::Place::default();
    let piece = |raw: &Raw<'_>| match raw {
        Raw::Text(at, text) => {
            place.walk(text);
            fixed(*at, text.as_bytes().to_vec())
        }
        Raw::Variable(at, variable) => {
            let quoting = match place {
                _ if variable.is_number() => Quoting::AsItIs,
                json::Place::Value => Quoting::Quoted,
                json::Place::Text | json::Place::Escape => Quoting::Escaped,
            };
            placed(*at, *variable, quoting)
        }
    };
    raw.iter().map(piece).collect()
}

const fn fixed(at: usize, bytes: Vec<u8>) -> Piece {
    Piece { at, content: Content::Fixed(bytes) }
}

const fn placed(at: usize, variable: Variable, quoting: Quoting) -> Piece {
    Piece { at, content: Content::Variable(variable, quoting) }
}
