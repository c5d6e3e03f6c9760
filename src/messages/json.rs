//! Whether a body is JSON, with the place of a mistake in what the person wrote.

use std::time::Duration;

use serde::de::IgnoredAny;

use super::template::{Content, Piece, Wrong, sample_values};
use super::{Context, Dice, wrong};

/// Where in JSON a text ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Outside strings.
    #[default]
    Value,
    /// Inside a string.
    Text,
    /// Inside a string, behind a backslash.
    Escape,
}

impl Place {
    pub(super) fn walk(&mut self, text: &str) {
        for c in text.chars() {
            *self = match (*self, c) {
                (Self::Value, '"') | (Self::Escape, _) => Self::Text,
                (Self::Text, '"') => Self::Value,
                (Self::Text, '\\') => Self::Escape,
                (place, _) => place,
            };
        }
    }
}

/// Reads a message of these pieces, which come from a text of so many bytes.
pub(super) fn check(pieces: &[Piece], length: usize) -> Result<(), Wrong> {
    let values = sample_values();
    let mut dice = Dice::seeded(0);
    let mut context = Context { count: 0, now: Duration::ZERO, dice: &mut dice, module: &values };
    let (mut sample, mut starts) = (Vec::new(), Vec::new());
    for piece in pieces {
        starts.push((sample.len(), piece));
        piece.content.write(&mut context, &mut sample).map_err(|problem| (piece.at, problem))?;
    }
    let Err(error) = serde_json::from_slice::<IgnoredAny>(&sample) else { return Ok(()) };
    let at = if error.is_eof() { length } else { origin(&starts, offset(&sample, &error)) };
    let cause = error.to_string();
    let cause = cause.rsplit_once(" at line ").map_or(cause.as_str(), |(cause, _)| cause);
    Err((at, wrong(format!("This is no JSON: {cause}"), "Correct it, or choose the form Text")))
}

/// The offset of the place of which the error speaks; lines and columns count from 1, columns in bytes.
fn offset(sample: &[u8], error: &serde_json::Error) -> usize {
    let lines = sample.split(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let start: usize = lines.map(|line| line.len() + 1).sum();
    start + error.column().saturating_sub(1)
}

/// The offset in the person's text of what stands at this offset of the sample.
fn origin(starts: &[(usize, &Piece)], offset: usize) -> usize {
    let before = starts.iter().rfind(|(start, _)| *start <= offset);
    before.map_or(0, |(start, piece)| match piece.content {
        Content::Fixed(_) => piece.at + (offset - start),
        Content::Variable(..) => piece.at,
    })
}
