//! What modules are: families, firmware, what each can do, and the lines they answer with as types.
//! How to talk to one is the business of `session`.

mod capabilities;
mod credential;
mod family;
mod firmware;
mod identity;
mod line;
mod network;
pub mod payload;
mod reach;
mod report;
mod urc;
mod wifi;

pub use capabilities::Capabilities;
pub use credential::{CredentialHash, CredentialKind, StoredCredential};
pub use family::{Family, Model};
pub use firmware::Firmware;
pub use identity::{Identity, identification, local_address};
pub use line::{FlowControl, LineSettings, SPEEDS};
pub use network::{NetworkStatus, PeerOpened};
pub use reach::{DefaultPeer, ListedPeer, OwnAccessPoint, Server, ServerKind};
pub use report::{Echo, Report, Reported, StartMode};
pub use urc::{LinkDownReason, PeerProtocol, PingReply, Urc};
pub use wifi::{ScanEntry, Security, StationState, WifiStatus};

use crate::at::Answer;

/// The line as an answer of this name.
fn named<'a>(line: &'a str, name: &str) -> Option<Answer<'a>> {
    Some(Answer::parse(line)).filter(|answer| answer.name == Some(name))
}

/// The value at this index as it stands, unless it is missing or empty.
fn filled(answer: &Answer<'_>, index: usize) -> Option<String> {
    answer.text(index).filter(|text| !text.is_empty()).map(str::to_owned)
}
