//! MessagePack into a tree. Markers, lengths and numbers are read by `rmp`; strings and bytes are taken here.

use rmp::Marker;
use rmp::decode::{self, Bytes};

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
        check_depth(depth, start)?;
        let first = *self.0.rest().first().ok_or_else(|| self.0.ends_early())?;
        let (kind, text) = match Marker::from_u8(first) {
            Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => {
                let length = self.head(decode::read_map_len)?;
                let member = |_| {
                    let key = self.value(depth + 1)?;
                    Ok(self.value(depth + 1)?.under(&key))
                };
                let members = (0..length).map(member).collect::<Result<_, Failure>>()?;
                return Ok(Node::container(Kind::Object, members, start..self.0.at));
            }
            Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => {
                let length = self.head(decode::read_array_len)?;
                let item = |index| Ok(self.value(depth + 1)?.at_index(index));
                let items = (0..length as usize).map(item).collect::<Result<_, Failure>>()?;
                return Ok(Node::container(Kind::Array, items, start..self.0.at));
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
        Ok(Node::leaf(kind, text, start..self.0.at))
    }

    fn text(&mut self, start: usize) -> Result<Node, Failure> {
        let length = self.head(decode::read_str_len)?;
        let bytes = self.take(length)?;
        Ok(text(bytes, start..self.0.at))
    }

    fn extension(&mut self, start: usize) -> Result<Node, Failure> {
        let head = self.head(decode::read_ext_meta)?;
        let text = spaced(self.take(head.size)?);
        let mut node = Node::leaf(Kind::Extension, text, start..self.0.at);
        node.remark(match head.typeid {
            -1 => "extension -1, timestamp".to_owned(),
            number => format!("extension {number}"),
        });
        Ok(node)
    }

    /// A marker and the number or length behind it. The marker has been looked at, so that only the end can fail.
    fn head<T, E>(&mut self, read: impl Fn(&mut Bytes<'a>) -> Result<T, E>) -> Result<T, Failure> {
        let all = self.0.rest();
        let mut rest = Bytes::new(all);
        let value = read(&mut rest).map_err(|_| self.0.ends_early())?;
        self.0.at += all.len() - rest.remaining_slice().len();
        Ok(value)
    }

    fn take(&mut self, length: u32) -> Result<&'a [u8], Failure> {
        self.0.take(usize::try_from(length).unwrap_or(usize::MAX))
    }
}
