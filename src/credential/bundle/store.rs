//! PKCS#12 stores (.p12, .pfx): opened with their password. Modules cannot take them, but what is in them.
//! What a store demands to be computed is bounded before anything is computed.

use ::der::{Decode, Reader, SliceReader, Tag, Tagged};
use p12_keystore::Pkcs12Archive;

use crate::credential::content::{Content, Wrapping};
use crate::credential::encrypted_key::MOST_ROUNDS;
use crate::credential::key::Form;
use crate::credential::{Certificate, Finding, Item, PrivateKey};
use crate::secret::Secret;

/// The version that every store begins with.
const VERSION: u8 = 3;
/// Deeper than any honest store.
const DEEPEST: usize = 24;
/// The object identifier of scrypt in DER. No known program writes stores with it, and it may demand any memory.
const SCRYPT: &[u8] = b"\x06\x09\x2B\x06\x01\x04\x01\xDA\x47\x04\x0B";

/// What is known of the password of a store.
#[derive(Clone, Copy)]
pub(in crate::credential) enum Password<'a> {
    Unknown,
    Given(&'a Secret),
}

/// Whether the element is a store.
pub(in crate::credential) fn is_store(element: &[u8]) -> bool {
    let is_store = || {
        let mut reader = SliceReader::new(element).ok()?;
        let body = ::der::asn1::AnyRef::decode(&mut reader).ok()?;
        let mut inner = SliceReader::new(body.value()).ok()?;
        let version = u8::decode(&mut inner).ok()?;
        let next = ::der::asn1::AnyRef::decode(&mut inner).ok()?;
        Some(version == VERSION && next.tag() == Tag::Sequence)
    };
    is_store().unwrap_or(false)
}

/// Opens the store, if its password is known or it has none.
///
/// # Errors
/// What is in the store is damaged.
pub(in crate::credential) fn store(element: &[u8], password: Password<'_>) -> Result<Content, Finding> {
    if rounds(element, 0) > MOST_ROUNDS || element.windows(SCRYPT.len()).any(|window| window == SCRYPT) {
        return Ok(closed("Opening it would take too much time or memory"));
    }
    let opened = match password {
        Password::Given(password) => Pkcs12Archive::from_pkcs12(element, password.reveal()),
        Password::Unknown => match Pkcs12Archive::from_pkcs12(element, "") {
            Ok(archive) => Ok(archive),
            Err(_) => return Ok(closed("Its password is needed to look into it")),
        },
    };
    match opened {
        Ok(archive) => opened_store(&archive, password),
        Err(p12_keystore::error::Error::MacError(_)) => {
            let mut content = closed("A module takes PEM only");
            content.notes.push(wrong_password());
            Ok(content)
        }
        Err(_) => Ok(closed("It is locked in a way that cannot be opened here")),
    }
}

fn opened_store(archive: &Pkcs12Archive, password: Password<'_>) -> Result<Content, Finding> {
    let damaged = || {
        let help = "Export it again, or export what is in it as PEM";
        Finding::error("damaged", "Something in the PKCS#12 store is damaged", help)
    };
    let mut items = Vec::new();
    for bag in &archive.certs {
        let certificate = Certificate::from_der(bag.cert.as_der()).map_err(|_| damaged())?;
        items.push(Item::Certificate(Box::new(certificate)));
    }
    for bag in &archive.keys {
        let key = PrivateKey::from_der(Form::Pkcs8, bag.key.as_der()).map_err(|_| damaged())?;
        items.push(Item::PrivateKey(Box::new(key)));
    }
    let mut notes = vec![store_warning("A module takes PEM only: what is in it is used instead")];
    if matches!(password, Password::Given(_)) {
        notes.push(Finding::info("opened", "The password opened the store"));
    }
    Ok(Content { items, wrapping: Wrapping::OpenStore, notes })
}

/// A store that stays closed.
fn closed(why: &str) -> Content {
    Content { items: Vec::new(), wrapping: Wrapping::ClosedStore, notes: vec![store_warning(why)] }
}

fn store_warning(why: &str) -> Finding {
    Finding::warning(
        "pkcs12",
        format!("This is a PKCS#12 store. {why}"),
        "Give its password, or export it as PEM with: openssl pkcs12 -in FILE -out device.pem -noenc",
    )
}

fn wrong_password() -> Finding {
    let help = "Type the password that was chosen when the file was exported";
    Finding::error("wrong-password", "The password does not open the PKCS#12 store", help)
}

/// The sum of all numbers that could be counts of rounds, in everything that can be seen without the password.
fn rounds(der: &[u8], depth: usize) -> u64 {
    if depth > DEEPEST {
        return u64::MAX;
    }
    let Ok(mut reader) = SliceReader::new(der) else { return 0 };
    let mut sum: u64 = 0;
    while !reader.is_finished() {
        let Ok(element) = ::der::asn1::AnyRef::decode(&mut reader) else { break };
        let inside = match element.tag() {
            Tag::Integer => number(element.value()),
            Tag::Sequence | Tag::Set | Tag::OctetString | Tag::ContextSpecific { .. } => {
                rounds(element.value(), depth + 1)
            }
            _ => 0,
        };
        sum = sum.saturating_add(inside);
    }
    sum
}

/// A small number as it is; serial numbers and moduli are too long to be counts.
fn number(bytes: &[u8]) -> u64 {
    if bytes.len() > 5 { 0 } else { bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_found_however_deep_they_stand() {
        // SEQUENCE { INTEGER 3, OCTET STRING { SEQUENCE { INTEGER 65536 } } }
        let der = [0x30, 12, 2, 1, 3, 4, 7, 0x30, 5, 2, 3, 1, 0, 0];
        assert_eq!(rounds(&der, 0), 65_539);
    }

    #[test]
    fn long_numbers_are_no_counts() {
        assert_eq!((number(&[1, 0]), number(&[1; 6])), (256, 0));
    }
}
