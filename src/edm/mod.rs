//! Extended data mode (EDM): AT text, events and the data of every peer on one serial line, as packets
//! (protocol.md §5). It carries AT text as bytes and does not read it.

mod anatomy;
mod decoder;
mod packet;

pub use anatomy::{Part, anatomy};
pub use decoder::{Decoder, Item};
pub use packet::{MAX_DATA, Packet, Peer, Protocol, requests};
