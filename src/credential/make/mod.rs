//! Making keys, requests and certificates, in place of the OpenSSL recipes of the vendor's note, whose certificates come out
//! as version 1. Everything is given but the keys and serial numbers, which are random; nothing is written down here.

mod authority;
mod name;
mod request;
mod signer;

pub use authority::{Authority, Pair};
pub use name::{common_name, verification_code};
pub use request::{read_request, request};

use std::fmt;

use time::OffsetDateTime;

use super::{Certificate, PrivateKey, Request};
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};

/// The kind of a private key that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NewKey {
    /// What modules and clouds use most; takes about 0.1 s to make.
    Rsa2048,
    /// Made at once.
    P256,
}

/// From when to when a certificate is valid, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    pub not_before: UnixTime,
    pub not_after: UnixTime,
}

impl Validity {
    const DAY: i64 = 24 * 60 * 60;

    /// So many days from now.
    pub const fn days(now: UnixTime, days: u16) -> Self {
        Self::until(now, now.0.saturating_add(Self::DAY * days as i64))
    }

    /// So many years from now, to the same day of the year.
    pub fn years(now: UnixTime, years: u16) -> Self {
        let today = OffsetDateTime::from_unix_timestamp(now.0).ok();
        let end = today.and_then(|today| {
            let year = today.year() + i32::from(years);
            // Not every year has a 29th of February.
            today.replace_year(year).or_else(|_| today.replace_day(28)?.replace_year(year)).ok()
        });
        Self::until(now, end.map_or(i64::MAX, OffsetDateTime::unix_timestamp))
    }

    /// It begins an hour ago, because the clock of whoever looks at the certificate first may be slow.
    const fn until(now: UnixTime, not_after: i64) -> Self {
        Self { not_before: UnixTime(now.0.saturating_sub(60 * 60)), not_after: UnixTime(not_after) }
    }
}

/// Something that a person wants made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A request for a certificate that somebody else will sign.
    Request { common_name: String, key: KeySource },
    /// A self-signed authority of one's own.
    Authority { common_name: String, key: NewKey, validity: Validity },
    /// A device's certificate, signed by this authority.
    Device { authority: Pair, subject: Subject, validity: Validity },
    /// The certificate that proves to a portal that one has this authority's key.
    Proof { authority: Pair, code: String, validity: Validity },
}

/// Whose key a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    New(NewKey),
    Existing(PrivateKey),
}

/// Whom a device's certificate is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A device of this name, with a new key.
    New { common_name: String, key: NewKey },
    /// Whoever made this request.
    Requested(Request),
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub document: Document,
    /// The private key that was made for it; `None` if there was one already, or if nobody needs it.
    pub key: Option<PrivateKey>,
}

/// A certificate, or a request for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    Certificate(Certificate),
    Request(Request),
}

impl Wanted {
    /// Makes it. An RSA key takes a moment.
    ///
    /// # Errors
    /// `WrongForm` for names and dates that no certificate can have, `KeyMismatch` and `WrongFile` for an authority or a
    /// request that will not do, `Internal` if the system gives no random numbers.
    pub fn make(&self) -> Result<Made, Problem> {
        match self {
            Self::Request { common_name, key: KeySource::New(kind) } => {
                // A wrong name is told before a key is made.
                name::common_name(common_name)?;
                let key = signer::new_key(*kind)?;
                let request = request(common_name, &key)?;
                Ok(Made { document: Document::Request(request), key: Some(key) })
            }
            Self::Request { common_name, key: KeySource::Existing(key) } => {
                Ok(Made { document: Document::Request(request(common_name, key)?), key: None })
            }
            Self::Authority { common_name, key, validity } => {
                Authority::new(common_name, *key, *validity).map(|authority| authority.into_pair().into())
            }
            Self::Device { authority, subject: Subject::New { common_name, key }, validity } => {
                Authority::open(authority.clone())?.device(common_name, *key, *validity).map(Made::from)
            }
            Self::Device { authority, subject: Subject::Requested(request), validity } => {
                let certificate = Authority::open(authority.clone())?.requested(request, *validity)?;
                Ok(Made { document: Document::Certificate(certificate), key: None })
            }
            Self::Proof { authority, code, validity } => {
                let certificate = Authority::open(authority.clone())?.proof(code, *validity)?;
                Ok(Made { document: Document::Certificate(certificate), key: None })
            }
        }
    }
}

impl From<Pair> for Made {
    fn from(pair: Pair) -> Self {
        Self { document: Document::Certificate(pair.certificate), key: Some(pair.key) }
    }
}

/// What should not happen: the system gives no random numbers, or our writer refuses what we have checked.
fn failed(error: impl fmt::Display) -> Problem {
    let message = format!("It could not be made: {error}");
    Problem::new(Kind::Internal, message, "Try again, and report it if it happens again")
}

#[cfg(test)]
mod tests;
