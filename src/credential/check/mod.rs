//! Whether certificates, keys, requests and tokens are any good for a module and its cloud: each for itself, and all
//! together, because a key is right or wrong only beside its certificate. An error blocks, a warning asks.
//! What is in a file is told by `content`.

mod certificate;
mod key;
mod order;
mod together;
mod token;

pub use certificate::{Standing, certificate, standing};
pub use key::key;
pub use order::order;
pub(super) use together::closed;
pub use together::{File, Part, Verdict, name, together};
pub use token::token;

use super::{Finding, Severity};

/// The most bytes a module takes for one certificate or key (protocol.md §7.1).
pub const SIZE_LIMIT: usize = 8192;
/// The code of a key beside certificates of which it fits none.
pub(super) const KEY_MISMATCH: &str = "key-mismatch";

/// What the name in a certificate, request or token has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming<'a> {
    /// Any.
    Free,
    /// The ID of a device at Azure IoT Hub, exactly.
    DeviceId(&'a str),
    /// The registration ID at Azure's provisioning service, in any case of letters.
    RegistrationId(&'a str),
}

impl Naming<'_> {
    /// The ID itself.
    fn id(&self) -> Option<&str> {
        match self {
            Self::Free => None,
            Self::DeviceId(id) | Self::RegistrationId(id) => Some(id),
        }
    }

    /// What the ID is called.
    fn noun(&self) -> &'static str {
        match self {
            Self::Free => "name",
            Self::DeviceId(_) => "device ID",
            Self::RegistrationId(_) => "registration ID",
        }
    }

    /// Whether this name will do.
    fn accepts(&self, name: &str) -> bool {
        match self {
            Self::Free => true,
            Self::DeviceId(id) => name == *id,
            Self::RegistrationId(id) => name.eq_ignore_ascii_case(id),
        }
    }
}

/// Says that all is well where nothing else was said.
fn or_usable(findings: &mut Vec<Finding>, message: &str) {
    if findings.iter().all(|finding| finding.severity == Severity::Info) {
        findings.push(Finding::info("usable", message));
    }
}

/// What is too long for a module once it is written as modules take it.
fn size(bytes: usize) -> Option<Finding> {
    (bytes > SIZE_LIMIT).then(|| {
        Finding::error(
            "too-large-for-module",
            format!("It has {bytes} bytes, a module takes at most {SIZE_LIMIT}"),
            "Use a certificate with fewer names in it, or a smaller key",
        )
    })
}
