//! MessagePack into a tree. Markers, lengths and numbers are read by `rmp`; strings and bytes are taken here.

use rmp::Marker;
use rmp::decode::{self, Bytes};

use super::hex::{readable, spaced};
use super::{Failure, Kind, MAX_DEPTH, Node};

/// Reads exactly one value.
pub(super) fn read(bytes: &[u8]) -> Result<Node, Failure> {
    let mut reader = Reader { bytes, at: 0 };
    let root = reader.value(0)?;
    if reader.at == bytes.len() {
        Ok(root)
    } else {
        Err(Failure::new(reader.at, "More bytes after the value"))
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Node, Failure> {
        let start = self.at;
        if depth >= MAX_DEPTH {
            return Err(Failure::new(start, format!("Values nest deeper than {MAX_DEPTH} levels")));
        }
        let first = *self.bytes.get(start).ok_or_else(|| self.ends_early())?;
        let (kind, text) = match Marker::from_u8(first) {
            Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => {
                let length = self.head(decode::read_map_len)?;
                let member = |_| {
                    let key = self.value(depth + 1)?;
                    Ok(self.value(depth + 1)?.under(&key))
                };
                let members = (0..length).map(member).collect::<Result<_, Failure>>()?;
                return Ok(Node::container(Kind::Object, members, start..self.at));
            }
            Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => {
                let length = self.head(decode::read_array_len)?;
                let item = |index| Ok(self.value(depth + 1)?.at_index(index));
                let items = (0..length as usize).map(item).collect::<Result<_, Failure>>()?;
                return Ok(Node::container(Kind::Array, items, start..self.at));
            }
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => return self.text(start),
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
                let length = self.head(decode::read_bin_len)?;
                (Kind::Bytes, spaced(self.take(length)?))
            }
            Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32 => return self.extension(start),
            Marker::F32 => (Kind::Number, format!("{:?}", self.head(decode::read_f32)?)),
            Marker::F64 => (Kind::Number, format!("{:?}", self.head(decode::read_f64)?)),
            Marker::Null => (Kind::Null, self.head(decode::read_nil).map(|()| "null".to_owned())?),
            Marker::True | Marker::False => (Kind::Bool, self.head(decode::read_bool)?.to_string()),
            Marker::Reserved => return Err(Failure::new(start, "A byte that starts no value")),
            Marker::FixPos(_)
            | Marker::FixNeg(_)
            | Marker::U8
            | Marker::U16
            | Marker::U32
            | Marker::U64
            | Marker::I8
            | Marker::I16
            | Marker::I32
            | Marker::I64 => (Kind::Number, self.head(decode::read_int::<i128, _>)?.to_string()),
        };
        Ok(Node::leaf(kind, text, start..self.at))
    }

    fn text(&mut self, start: usize) -> Result<Node, Failure> {
        let length = self.head(decode::read_str_len)?;
        let bytes = self.take(length)?;
        let mut node = Node::leaf(Kind::String, readable(bytes), start..self.at);
        if std::str::from_utf8(bytes).is_err() {
            node.remark("not UTF-8");
        }
        Ok(node)
    }

    fn extension(&mut self, start: usize) -> Result<Node, Failure> {
        let head = self.head(decode::read_ext_meta)?;
        let text = spaced(self.take(head.size)?);
        let mut node = Node::leaf(Kind::Extension, text, start..self.at);
        node.remark(match head.typeid {
            -1 => "extension -1, timestamp".to_owned(),
            number => format!("extension {number}"),
        });
        Ok(node)
    }

    /// A marker and the number or length behind it. The marker has been looked at, so that only the end can fail.
    fn head<T, E>(&mut self, read: impl Fn(&mut Bytes<'a>) -> Result<T, E>) -> Result<T, Failure> {
        let mut rest = Bytes::new(self.bytes.get(self.at..).unwrap_or_default());
        let value = read(&mut rest).map_err(|_| self.ends_early())?;
        self.at = self.bytes.len() - rest.remaining_slice().len();
        Ok(value)
    }

    fn take(&mut self, length: u32) -> Result<&'a [u8], Failure> {
        let end = usize::try_from(length).ok().and_then(|length| self.at.checked_add(length));
        let bytes = end.and_then(|end| self.bytes.get(self.at..end)).ok_or_else(|| self.ends_early())?;
        self.at += bytes.len();
        Ok(bytes)
    }

    fn ends_early(&self) -> Failure {
        Failure::new(self.bytes.len(), "The message ends inside a value")
    }
}
