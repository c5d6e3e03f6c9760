//! Traffic as files: text, hex dumps, JSON lines and CSV for people and scripts, pcapng for Wireshark and back. It turns messages
//! into bytes and bytes into messages, one at a time, so that a capture of any length needs the memory of one message; whoever
//! calls it opens the files, and gives it something buffered.

mod frame;
mod json;
mod pcapng;
mod read;
mod write;

pub use frame::{Direction, Frame, FrameKind, UnixNanos};
pub use read::Reader;
pub use write::{Format, Writer};

/// The link type of packets that are frames of extended data mode: `LINKTYPE_USER0`.
pub const EDM_LINK_TYPE: u16 = 147;

/// The link type of packets that are bursts of data mode: `LINKTYPE_USER1`.
pub const BURST_LINK_TYPE: u16 = 148;

#[cfg(test)]
mod tests;
