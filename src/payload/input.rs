//! The bytes of a binary form while they are read: where the reading stands, and the failures that all such forms share.

use super::hex::readable;
use super::{Failure, Kind, MAX_DEPTH, Node};

/// A message, read up to `at`.
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Input<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Failure> {
        let bytes = self.rest().get(..length).ok_or_else(|| self.ends_early())?;
        self.at += length;
        Ok(bytes)
    }

    /// Nothing may follow the one value of a message.
    pub(super) fn end(&self) -> Result<(), Failure> {
        if self.rest().is_empty() { Ok(()) } else { Err(Failure::new(self.at, "More bytes after the value")) }
    }

    pub(super) fn ends_early(&self) -> Failure {
        Failure::new(self.bytes.len(), "The message ends inside a value")
    }
}

/// A value that begins at `start` may be as deep as this.
pub(super) fn check_depth(depth: usize, start: usize) -> Result<(), Failure> {
    if depth < MAX_DEPTH {
        return Ok(());
    }
    Err(Failure::new(start, format!("Values nest deeper than {MAX_DEPTH} levels")))
}

/// A text; one that is no UTF-8 says so.
pub(super) fn text(bytes: &[u8], span: std::ops::Range<usize>) -> Node {
    let mut node = Node::leaf(Kind::String, readable(bytes), span);
    if std::str::from_utf8(bytes).is_err() {
        node.remark("not UTF-8");
    }
    node
}
