//! What a log is written to: bytes that are only ever added at the end and are read anywhere. The shell has one that is
//! a file; the one here is memory, for tests and wherever there is little to keep.

use std::fmt::Debug;

use crate::problem::{Kind, Problem};

/// Bytes in the order in which they were added, counted from 0.
pub trait Tape: Debug {
    /// Adds these bytes at the end, all of them or, as far as later calls can tell, none.
    ///
    /// # Errors
    /// They cannot be kept, for instance because the disk is full. A later attempt may succeed.
    fn append(&mut self, bytes: &[u8]) -> Result<(), Problem>;

    /// Fills the whole of `into` with the bytes from `offset` on.
    ///
    /// # Errors
    /// They cannot be read, or were never written.
    fn read(&self, offset: u64, into: &mut [u8]) -> Result<(), Problem>;

    /// Forgets everything; the next bytes are the first.
    fn clear(&mut self);
}

/// A tape in memory. It grows without a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryTape {
    bytes: Vec<u8>,
}

impl Tape for MemoryTape {
    fn append(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> Result<(), Problem> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let bytes = self.bytes.get(start..start.saturating_add(into.len())).ok_or_else(too_short)?;
        into.copy_from_slice(bytes);
        Ok(())
    }

    fn clear(&mut self) {
        self.bytes = Vec::new();
    }
}

fn too_short() -> Problem {
    Problem::new(Kind::Internal, "The log ends before it should", "Clear the console")
}
