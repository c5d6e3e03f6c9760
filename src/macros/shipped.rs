//! The macros that come with the program. Their facts are those of protocol.md.

use super::{Macro, parse};

/// Their texts, in the order in which they are listed.
pub const SHIPPED: [&str; 9] = [
    include_str!("../../assets/macros/identify.txt"),
    include_str!("../../assets/macros/wifi-status.txt"),
    include_str!("../../assets/macros/peers.txt"),
    include_str!("../../assets/macros/certificates.txt"),
    include_str!("../../assets/macros/dump-configuration.txt"),
    include_str!("../../assets/macros/ping.txt"),
    include_str!("../../assets/macros/join-network.txt"),
    include_str!("../../assets/macros/restart.txt"),
    include_str!("../../assets/macros/factory-reset.txt"),
];

/// The macros themselves. A test holds that each text can be read.
pub fn shipped() -> Vec<Macro> {
    SHIPPED.iter().filter_map(|text| parse(text).ok()).flatten().collect()
}
