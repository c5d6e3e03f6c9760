//! DER: which of the things that matter here a single element is. Armoured DER is told apart by its label in `pem`.

use ::der::{Decode, Reader, SliceReader};
use pkcs8::EncryptedPrivateKeyInfoRef;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

use super::content::Item;
use super::key::Form;
use super::{Certificate, EncryptedKey, Finding, PrivateKey, PublicKey, Request, pem};
use crate::secret::Secret;

/// The sequences that the bytes are, one after the other, without line ends or zeros behind them; `None` if they are
/// something else.
pub(super) fn elements(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut elements = Vec::new();
    let mut rest = bytes;
    while let Some(element) = first(rest) {
        elements.push(element);
        rest = rest.get(element.len()..)?;
    }
    let is_padding = rest.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n' | b' '));
    (is_padding && !elements.is_empty()).then_some(elements)
}

/// The sequence that the bytes begin with.
pub(super) fn first(bytes: &[u8]) -> Option<&[u8]> {
    if bytes.first() != Some(&0x30) {
        return None;
    }
    SliceReader::new(bytes).ok()?.tlv_bytes().ok()
}

/// What the element is.
pub(super) fn read(element: &[u8]) -> Option<Item> {
    if let Ok(certificate) = Certificate::from_der(element) {
        return Some(Item::Certificate(Box::new(certificate)));
    }
    if EncryptedPrivateKeyInfoRef::from_der(element).is_ok() {
        return Some(encrypted_key(element));
    }
    if let Some(key) = [Form::Pkcs8, Form::Pkcs1, Form::Sec1]
        .into_iter()
        .find_map(|form| PrivateKey::from_der(form, element).ok())
    {
        return Some(Item::PrivateKey(Box::new(key)));
    }
    if let Some(request) = Request::from_der(element) {
        return Some(Item::Request(Box::new(request)));
    }
    if let Some(key) = PublicKey::from_der(element).or_else(|| PublicKey::from_pkcs1(element)) {
        return Some(Item::PublicKey(key));
    }
    let is_list = CertificateRevocationList::from_der(element).is_ok_and(|(rest, _)| rest.is_empty());
    is_list.then_some(Item::RevocationList)
}

/// An encrypted key in PKCS#8.
pub(super) fn encrypted_key(element: &[u8]) -> Item {
    let mut text = pem::armour("ENCRYPTED PRIVATE KEY", element);
    Item::EncryptedKey(EncryptedKey::pkcs8(Secret::new(std::mem::take(&mut *text)), element.to_vec()))
}

/// The finding that a file is binary and nothing that is known.
pub(super) fn unknown() -> Finding {
    Finding::error(
        "unknown-content",
        "The file is binary and holds no certificate or key that can be read",
        "Choose a PEM file; a .p7b file becomes one with: openssl pkcs7 -print_certs -in FILE -out chain.pem",
    )
}
