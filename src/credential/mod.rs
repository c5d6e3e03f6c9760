//! Certificates and keys: recognised by what they hold, read, compared, made; the built-in roots; SAS tokens.
//! Knows nothing of modules and profiles, and reads no files: bytes and text come in.

pub mod azure;
mod bundle;
mod certificate;
pub mod chain;
pub mod check;
mod content;
mod der;
mod encrypted_key;
mod finding;
#[cfg(test)]
pub(crate) mod fixtures;
mod key;
pub mod make;
mod pem;
mod request;
pub mod roots;
pub mod sas;
mod text;
mod usage;

pub use certificate::{Certificate, Issued, KeyKind, Signature, Strength};
pub use content::{Content, Item, Wrapping, certificates, read, scripts, unlock, wrong_kind};
pub use encrypted_key::{Closed, EncryptedKey};
pub use finding::{Finding, Severity};
pub use key::{Form, PrivateKey};
pub use request::{PublicKey, Request};
pub use usage::{KeyUsage, Purpose};

use md5::{Digest, Md5};

use crate::problem::{Kind, Problem};

/// Bytes in upper-case hex.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The MD5 in upper-case hex, as modules report it.
fn md5(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

/// A file whose content cannot be used.
fn wrong_file(message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem::new(Kind::WrongFile, message, help)
}
