//! JSON into a tree. The grammar is `serde_json`'s, strict as the standard: each value is taken as the piece of the message
//! that it is, which gives its place, its digits and keys that come twice.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Failure, Kind, MAX_DEPTH, Node};

/// Stands for each byte that is not UTF-8 while the grammar is read: as long as what it stands for, allowed in strings alone.
const STAND_IN: u8 = 0x7F;

/// Reads one or more JSON texts.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Node>, Failure> {
    let source = with_stand_ins(bytes);
    let reader = Reader { bytes, source: &source };
    let texts = serde_json::Deserializer::from_str(&source).into_iter::<&RawValue>();
    let mut roots = Vec::new();
    for text in texts {
        let text = text.map_err(|error| reader.failure(&source, &error))?;
        roots.push(reader.node(text.get(), 0)?);
    }
    if roots.is_empty() { Err(Failure::new(bytes.len(), "No value")) } else { Ok(roots) }
}

/// What there is to say of JSON that has been read by itself.
pub(super) fn reason(roots: &[Node]) -> String {
    let texts = match roots {
        [_] => "The whole message is one JSON text".to_owned(),
        roots => format!("The whole message is {} JSON texts", roots.len()),
    };
    let flawed = |node: &Node| node.remark.is_some();
    let mut ahead: Vec<_> = roots.iter().collect();
    while let Some(node) = ahead.pop() {
        if flawed(node) {
            return format!("{texts}, with strings that are no proper text");
        }
        ahead.extend(&node.children);
    }
    texts
}

fn with_stand_ins(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let stand_in = char::from(STAND_IN);
    let chunks = bytes.utf8_chunks();
    chunks
        .fold(String::with_capacity(bytes.len()), |mut text, chunk| {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| stand_in));
            text
        })
        .into()
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// As long as the bytes, place by place.
    source: &'a str,
}

impl<'a> Reader<'a> {
    fn node(&self, text: &'a str, depth: usize) -> Result<Node, Failure> {
        let span = self.span(text);
        if depth >= MAX_DEPTH {
            return Err(Failure::new(span.start, format!("Values nest deeper than {MAX_DEPTH} levels")));
        }
        Ok(match text.as_bytes() {
            [b'{', ..] => {
                let members = self.parse::<Members<'_>>(text)?.0.into_iter();
                let members = members.map(|(key, value)| {
                    Ok(self.node(value.get(), depth + 1)?.under(&self.string(key.get())))
                });
                Node::container(Kind::Object, members.collect::<Result<_, Failure>>()?, span)
            }
            [b'[', ..] => {
                let items = self.parse::<Vec<&RawValue>>(text)?.into_iter().enumerate();
                let items = items.map(|(index, item)| Ok(self.node(item.get(), depth + 1)?.at_index(index)));
                Node::container(Kind::Array, items.collect::<Result<_, Failure>>()?, span)
            }
            [b'"', ..] => self.string(text),
            [b't' | b'f', ..] => Node::leaf(Kind::Bool, text, span),
            [b'n', ..] => Node::leaf(Kind::Null, text, span),
            _ => Node::leaf(Kind::Number, text, span),
        })
    }

    fn string(&self, text: &str) -> Node {
        let span = self.span(text);
        let bytes = self.bytes.get(span.clone()).unwrap_or_default();
        let shown = |bytes: &[u8]| super::hex::readable(bytes.get(1..bytes.len() - 1).unwrap_or_default());
        if std::str::from_utf8(bytes).is_err() {
            let mut node = Node::leaf(Kind::String, shown(bytes), span);
            node.remark("not UTF-8");
            return node;
        }
        match serde_json::from_str::<String>(text) {
            Ok(text) => Node::leaf(Kind::String, text, span),
            // The grammar has been checked: half of a surrogate pair.
            Err(_) => {
                let mut node = Node::leaf(Kind::String, shown(bytes), span);
                node.remark("half of a surrogate pair, escapes are shown as they are");
                node
            }
        }
    }

    fn parse<T: Deserialize<'a>>(&self, text: &'a str) -> Result<T, Failure> {
        serde_json::from_str(text).map_err(|error| self.failure(text, &error))
    }

    /// The place of a piece of the source in the source.
    fn span(&self, piece: &str) -> Range<usize> {
        let start = piece.as_ptr().addr().saturating_sub(self.source.as_ptr().addr());
        start..start + piece.len()
    }

    /// `serde_json` counts lines and bytes in them, in the piece that it was given.
    fn failure(&self, piece: &str, error: &serde_json::Error) -> Failure {
        let span = self.span(piece);
        let lines = piece.split_inclusive('\n').take(error.line().saturating_sub(1));
        let line = lines.map(str::len).sum::<usize>();
        if error.is_eof() {
            return Failure::new(span.end, "The message ends inside a value");
        }
        let at = span.start + line + error.column().saturating_sub(1);
        let words = error.to_string();
        let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
        let mut letters = words.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        Failure::new(at.min(span.end), first.chain(letters).collect::<String>())
    }
}

/// The members of an object in their order, whatever their keys.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}
