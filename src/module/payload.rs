//! How many bytes of payload a module sends as one message over MQTT, by the way they take. Streams have no messages and
//! so no limit.

/// One packet of extended data mode is one message: twelve bits of length less id and channel (protocol.md §5.1, §5.5).
/// The vendor speaks of a lower limit in a document that could not be had.
pub const MOST_IN_A_PACKET: usize = 0xFFC;

/// In data mode the module decides where a message ends: by a pause, or when it has so many bytes. With how many is
/// documented nowhere, and 1024 is a choice (protocol.md §9, §15).
pub const MOST_IN_DATA_MODE: usize = 1024;
