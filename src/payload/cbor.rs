//! CBOR (RFC 8949) into a tree. Heads of values are read by `ciborium-ll`; what follows a head is taken here.

use ciborium_ll::{Decoder, Error, Header};

use super::hex::spaced;
use super::input::{Input, check_depth, text};
use super::{Failure, Kind, Node};

/// Reads exactly one value.
pub(super) fn read(bytes: &[u8]) -> Result<Node, Failure> {
    let mut reader = Reader(Input::new(bytes));
    let root = reader.value(0)?;
    reader.0.end()?;
    Ok(root)
}

struct Reader<'a>(Input<'a>);

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Node, Failure> {
        let start = self.0.at;
        let header = self.header()?;
        self.value_of(header, start, depth)
    }

    /// The value whose head, from `start`, has just been read.
    fn value_of(&mut self, header: Header, start: usize, depth: usize) -> Result<Node, Failure> {
        check_depth(depth, start)?;
        let head = self.0.at - start;
        let (kind, text) = match header {
            Header::Map(length) => {
                let members = self.items(length, |reader, header, at, _| {
                    let key = reader.value_of(header, at, depth + 1)?;
                    Ok(reader.value(depth + 1)?.under(&key))
                })?;
                return Ok(Node::container(Kind::Object, members, start..self.0.at));
            }
            Header::Array(length) => {
                let items = self.items(length, |reader, header, at, index| {
                    Ok(reader.value_of(header, at, depth + 1)?.at_index(index))
                })?;
                return Ok(Node::container(Kind::Array, items, start..self.0.at));
            }
            Header::Tag(tag) => return self.tagged(tag, start, depth),
            Header::Text(length) => return self.text(length, start),
            Header::Bytes(length) => (Kind::Bytes, spaced(&self.string(length, false)?)),
            Header::Positive(number) => (Kind::Number, number.to_string()),
            Header::Negative(inverted) => (Kind::Number, (-1 - i128::from(inverted)).to_string()),
            Header::Float(number) => (Kind::Number, float(number, head)),
            Header::Simple(20) if head == 1 => (Kind::Bool, "false".to_owned()),
            Header::Simple(21) if head == 1 => (Kind::Bool, "true".to_owned()),
            Header::Simple(22) if head == 1 => (Kind::Null, "null".to_owned()),
            Header::Simple(23) if head == 1 => (Kind::Undefined, "undefined".to_owned()),
            Header::Simple(number) if head == 1 || number >= 32 => (Kind::Simple, number.to_string()),
            Header::Simple(_) => return Err(Failure::new(start, "A simple value in too many bytes")),
            Header::Break => return Err(Failure::new(start, "A break where a value belongs")),
        };
        Ok(Node::leaf(kind, text, start..self.0.at))
    }

    /// The items of a map or an array; without a length up to a break.
    fn items(
        &mut self,
        length: Option<usize>,
        mut item: impl FnMut(&mut Self, Header, usize, usize) -> Result<Node, Failure>,
    ) -> Result<Vec<Node>, Failure> {
        let mut items = Vec::new();
        while length != Some(items.len()) {
            let at = self.0.at;
            match self.header()? {
                Header::Break if length.is_none() => break,
                header => items.push(item(self, header, at, items.len())?),
            }
        }
        Ok(items)
    }

    fn tagged(&mut self, tag: u64, start: usize, depth: usize) -> Result<Node, Failure> {
        let mut node = self.value(depth + 1)?;
        node.span.start = start;
        let plain = node.remark.is_none();
        node.remark(
            meaning(tag).map_or_else(|| format!("tag {tag}"), |meaning| format!("tag {tag}, {meaning}")),
        );
        if plain
            && node.kind == Kind::Bytes
            && let Some(number) = big(tag, &node.text)
        {
            (node.kind, node.text) = (Kind::Number, number);
        }
        Ok(node)
    }

    fn text(&mut self, length: Option<usize>, start: usize) -> Result<Node, Failure> {
        let bytes = self.string(length, true)?;
        Ok(text(&bytes, start..self.0.at))
    }

    /// The bytes of a text or byte string; without a length, pieces of the same kind up to a break.
    fn string(&mut self, length: Option<usize>, text: bool) -> Result<Vec<u8>, Failure> {
        if let Some(length) = length {
            return self.0.take(length).map(<[u8]>::to_vec);
        }
        let mut whole = Vec::new();
        loop {
            let at = self.0.at;
            match self.header()? {
                Header::Break => return Ok(whole),
                Header::Text(Some(length)) if text => whole.extend_from_slice(self.0.take(length)?),
                Header::Bytes(Some(length)) if !text => whole.extend_from_slice(self.0.take(length)?),
                _ => return Err(Failure::new(at, "A piece of another kind in a string")),
            }
        }
    }

    fn header(&mut self) -> Result<Header, Failure> {
        let mut decoder = Decoder::from(self.0.rest());
        let header = decoder.pull().map_err(|error| match error {
            Error::Io(_) => self.0.ends_early(),
            Error::Syntax(_) => Failure::new(self.0.at, "A byte that starts no value"),
        })?;
        self.0.at += decoder.offset();
        Ok(header)
    }
}

/// A number with as many digits as tell it from its neighbours in the precision that it was sent with.
#[expect(clippy::cast_possible_truncation, reason = "a head of five bytes holds an f32")]
fn float(number: f64, head: usize) -> String {
    if head == 5 { format!("{:?}", number as f32) } else { format!("{number:?}") }
}

/// Integers of more than 64 bits, as far as 120.
fn big(tag: u64, hex: &str) -> Option<String> {
    let digits = hex.replace(' ', "");
    let number = if digits.is_empty() { 0 } else { i128::from_str_radix(&digits, 16).ok()? };
    match tag {
        2 => Some(number.to_string()),
        3 => Some((-1 - number).to_string()),
        _ => None,
    }
}

/// The tags that devices use most, from the registry of RFC 8949.
const fn meaning(tag: u64) -> Option<&'static str> {
    Some(match tag {
        0 => "date and time as text",
        1 => "seconds since 1970",
        2 | 3 => "big number",
        4 => "decimal fraction",
        5 => "big float",
        18 => "COSE Sign1",
        24 => "CBOR in bytes",
        32 => "URI",
        37 => "UUID",
        55799 => "self-described CBOR",
        _ => return None,
    })
}
