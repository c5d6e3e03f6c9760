//! New private keys, and private keys as `rcgen` wants them for signing. Nothing is copied on the way: a key is wiped from
//! memory wherever it was. What is signed is decided elsewhere.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RsaKeyPair};
use rcgen::{
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_ED25519, PKCS_RSA_SHA256,
    SerialNumber, SignatureAlgorithm,
};
use rustls::SignatureScheme;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::{NewKey, failed};
use crate::credential::{Form, KeyKind, PrivateKey};
use crate::problem::{Kind, Problem};

/// A new private key.
pub(super) fn new_key(kind: NewKey) -> Result<PrivateKey, Problem> {
    let read = |pkcs8: &[u8]| {
        PrivateKey::from_der(Form::Pkcs8, pkcs8).map_err(|_| failed("the new key cannot be read"))
    };
    match kind {
        NewKey::Rsa2048 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
            let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
            read(der.as_ref())
        }
        NewKey::P256 => {
            let random = SystemRandom::new();
            let der =
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).map_err(failed)?;
            read(der.as_ref())
        }
    }
}

/// A random serial number: positive, never zero, and well below the 20 bytes that are allowed (RFC 5280 §4.1.2.2).
pub(super) fn new_serial() -> Result<SerialNumber, Problem> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(failed)?;
    if let Some(first) = bytes.first_mut() {
        *first = *first & 0x3f | 0x40;
    }
    Ok(SerialNumber::from_slice(&bytes))
}

/// A private key that signs.
pub(super) struct Signer {
    signer: Box<dyn rustls::sign::Signer>,
    algorithm: &'static SignatureAlgorithm,
    public_key: Vec<u8>,
}

impl Signer {
    /// A key of any kind and in any form that can be read.
    pub(super) fn new(key: &PrivateKey) -> Result<Self, Problem> {
        let unusable = || {
            Problem::new(
                Kind::WrongFile,
                format!("A key of the kind {} cannot sign here", key.kind()),
                "Use an RSA key of 2048 to 8192 bits or an EC key on P-256, P-384 or P-521",
            )
        };
        let (scheme, algorithm) = match key.kind() {
            KeyKind::Rsa(_) => (SignatureScheme::RSA_PKCS1_SHA256, &PKCS_RSA_SHA256),
            KeyKind::EcP256 => (SignatureScheme::ECDSA_NISTP256_SHA256, &PKCS_ECDSA_P256_SHA256),
            KeyKind::EcP384 => (SignatureScheme::ECDSA_NISTP384_SHA384, &PKCS_ECDSA_P384_SHA384),
            KeyKind::EcP521 => (SignatureScheme::ECDSA_NISTP521_SHA512, &PKCS_ECDSA_P521_SHA512),
            KeyKind::Ed25519 => (SignatureScheme::ED25519, &PKCS_ED25519),
            KeyKind::Other(_) => return Err(unusable()),
        };
        let der = PrivateKeyDer::try_from(key.der()).map_err(|_| unusable())?;
        let key = any_supported_type(&der).map_err(|_| unusable())?;
        let signer = key.choose_scheme(&[scheme]).ok_or_else(unusable)?;
        let spki = key.public_key().ok_or_else(unusable)?;
        let (_, info) = SubjectPublicKeyInfo::from_der(&spki).map_err(|_| unusable())?;
        Ok(Self { signer, algorithm, public_key: info.subject_public_key.data.to_vec() })
    }
}

impl rcgen::PublicKeyData for Signer {
    fn der_bytes(&self) -> &[u8] {
        &self.public_key
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.algorithm
    }
}

impl rcgen::SigningKey for Signer {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.signer.sign(message).map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_positive_short_and_never_the_same() {
        let serials: Vec<_> = (0..50).map(|_| new_serial().unwrap()).collect();
        for (index, serial) in serials.iter().enumerate() {
            assert!(serial.as_ref().len() == 16 && (0x40..0x80).contains(&serial.as_ref()[0]), "{serial}");
            assert!(serials.iter().skip(index + 1).all(|other| other != serial));
        }
    }

    #[test]
    fn new_keys_are_of_the_kind_that_was_asked_for() {
        assert_eq!(*new_key(NewKey::P256).unwrap().kind(), KeyKind::EcP256);
        assert_eq!(*new_key(NewKey::Rsa2048).unwrap().kind(), KeyKind::Rsa(2048));
    }

    #[test]
    fn a_signer_does_not_show_itself() {
        let signer = Signer::new(&new_key(NewKey::P256).unwrap()).unwrap();
        assert_eq!(format!("{signer:?}"), "Signer { algorithm: PKCS_ECDSA_P256_SHA256, .. }");
    }
}
