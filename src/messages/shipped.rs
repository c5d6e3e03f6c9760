//! The messages that come with the program. Their facts are those of clouds.md.

use super::{Message, parse};

/// Their texts, in the order in which they are listed.
pub const SHIPPED: [&str; 8] = [
    include_str!("../../assets/messages/telemetry-aws.txt"),
    include_str!("../../assets/messages/telemetry-azure.txt"),
    include_str!("../../assets/messages/telemetry-thingstream.txt"),
    include_str!("../../assets/messages/twin-reported.txt"),
    include_str!("../../assets/messages/twin-get.txt"),
    include_str!("../../assets/messages/dps-register.txt"),
    include_str!("../../assets/messages/dps-status.txt"),
    include_str!("../../assets/messages/ping.txt"),
];

/// The messages themselves. A test holds that each text can be read.
pub fn shipped() -> Vec<Message> {
    SHIPPED.iter().filter_map(|text| parse(text).ok()).flatten().collect()
}
