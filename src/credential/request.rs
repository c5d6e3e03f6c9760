//! A request for a certificate (PKCS#10) and a public key: what stands in them. Both come along in downloads and are
//! taken for certificates or keys; making a request is the business of `make`.

use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::certificate::{common_name, printable};
use super::key::bits;
use super::{KeyKind, PrivateKey, pem};

/// A request for a certificate that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    der: Vec<u8>,
    subject: String,
    common_name: Option<String>,
    key: PublicKey,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    kind: KeyKind,
    bits: Vec<u8>,
}

impl Request {
    /// Reads DER; `None` if it is no request.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (rest, request) = X509CertificationRequest::from_der(der).ok()?;
        let info = &request.certification_request_info;
        rest.is_empty().then(|| Self {
            der: der.to_vec(),
            subject: printable(&info.subject.to_string()),
            common_name: common_name(&info.subject),
            key: PublicKey::of(&info.subject_pki),
        })
    }

    /// The DER form.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The PEM form: 64 columns, LF, a final LF.
    pub fn pem(&self) -> String {
        pem::armour("CERTIFICATE REQUEST", &self.der).to_string()
    }

    /// Whom the certificate is to speak for.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The common name of the subject.
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// The key that the certificate is to hold.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo in DER; `None` if it is none.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (rest, info) = SubjectPublicKeyInfo::from_der(der).ok()?;
        rest.is_empty().then(|| Self::of(&info))
    }

    /// Reads an RSA public key in PKCS#1; `None` if it is none.
    pub(super) fn from_pkcs1(der: &[u8]) -> Option<Self> {
        let key = pkcs1::RsaPublicKeyRef::try_from(der).ok()?;
        Some(Self { kind: KeyKind::Rsa(bits(key.modulus.as_bytes())), bits: der.to_vec() })
    }

    fn of(info: &SubjectPublicKeyInfo<'_>) -> Self {
        Self { kind: KeyKind::of(info), bits: info.subject_public_key.data.to_vec() }
    }

    /// The kind of key.
    pub fn kind(&self) -> &KeyKind {
        &self.kind
    }

    /// Whether `key` is its other half.
    pub fn belongs_to(&self, key: &PrivateKey) -> bool {
        key.has_public_key(&self.kind, &self.bits)
    }
}
