//! One X.509 certificate and the facts a person or a module needs of it.
//! Whether it is the right one for a cloud is judged elsewhere.

use std::fmt;

use aws_lc_rs::digest;
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::{
    OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_NIST_EC_P521, OID_SIG_ED25519,
};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

use super::pem::{self, Item};
use super::{hex, md5, wrong_file};
use crate::moment::UnixTime;
use crate::problem::Problem;

/// A certificate that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    subject: String,
    common_name: Option<String>,
    issuer: String,
    not_before: UnixTime,
    not_after: UnixTime,
    version: u32,
    key_kind: KeyKind,
    public_key: Vec<u8>,
    is_ca: bool,
}

impl Certificate {
    /// Reads the first certificate of a file, PEM or DER.
    ///
    /// # Errors
    /// `WrongFile` names what the file is instead.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let items = pem::read(bytes)?;
        let found = items.iter().find_map(|item| match item {
            Item::Certificate(certificate) => Some(certificate.clone()),
            _ => None,
        });
        found.ok_or_else(|| pem::wrong_kind(&items, "a certificate"))
    }

    /// Reads DER.
    pub fn from_der(der: &[u8]) -> Result<Self, Problem> {
        let damaged = || wrong_file("The certificate is damaged", "Download it again, or ask for it anew");
        let (rest, x509) = X509Certificate::from_der(der).map_err(|_| damaged())?;
        if !rest.is_empty() {
            return Err(damaged());
        }
        let key = x509.public_key();
        Ok(Self {
            der: der.to_vec(),
            subject: printable(&x509.subject().to_string()),
            common_name: common_name(x509.subject()),
            issuer: printable(&x509.issuer().to_string()),
            not_before: UnixTime(x509.validity().not_before.timestamp()),
            not_after: UnixTime(x509.validity().not_after.timestamp()),
            version: x509.version().0 + 1,
            key_kind: KeyKind::of(key),
            public_key: key.subject_public_key.data.to_vec(),
            is_ca: x509.is_ca(),
        })
    }

    /// The DER form.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The PEM form as a module takes it: 64 columns, LF, a final LF (protocol.md §7.2).
    pub fn pem(&self) -> String {
        pem::armour("CERTIFICATE", &self.der).to_string()
    }

    /// Whom it speaks for, such as `CN=device1`; control characters are replaced.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The common name of the subject.
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// Who issued it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The first second of its validity.
    pub fn not_before(&self) -> UnixTime {
        self.not_before
    }

    /// The last second of its validity.
    pub fn not_after(&self) -> UnixTime {
        self.not_after
    }

    /// Whether its validity is over.
    pub fn is_expired(&self, now: UnixTime) -> bool {
        now > self.not_after
    }

    /// The X.509 version, 1 or 3.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The kind of its key.
    pub fn key_kind(&self) -> &KeyKind {
        &self.key_kind
    }

    /// Its public key: the bits of the SubjectPublicKeyInfo.
    pub(super) fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// Whether it may issue certificates.
    pub fn is_ca(&self) -> bool {
        self.is_ca
    }

    /// Whether it names itself as its issuer, as roots do.
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// The MD5 of the DER form, upper-case hex: what a module reports (protocol.md §7.2).
    pub fn md5(&self) -> String {
        md5(&self.der)
    }

    /// The SHA-256 of the DER form, upper-case hex: the fingerprint that clouds show.
    pub fn sha256(&self) -> String {
        hex(digest::digest(&digest::SHA256, &self.der).as_ref())
    }
}

/// The kind and size of a key, written such as `rsa-2048` or `ec-p256`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with this many bits.
    Rsa(usize),
    EcP256,
    EcP384,
    EcP521,
    Ed25519,
    /// Another kind, by its object identifier.
    Other(String),
}

impl KeyKind {
    /// The kind of a SubjectPublicKeyInfo in DER.
    pub(super) fn of_der(spki: &[u8]) -> Option<Self> {
        SubjectPublicKeyInfo::from_der(spki).ok().map(|(_, key)| Self::of(&key))
    }

    fn of(key: &SubjectPublicKeyInfo<'_>) -> Self {
        if let Ok(PublicKey::RSA(rsa)) = key.parsed() {
            return Self::Rsa(rsa.key_size());
        }
        let algorithm = &key.algorithm.algorithm;
        if *algorithm == OID_SIG_ED25519 {
            return Self::Ed25519;
        }
        let parameters = key.algorithm.parameters.as_ref();
        let curve = parameters.and_then(|parameters| parameters.as_oid().ok());
        match curve {
            Some(curve) if *algorithm == OID_KEY_TYPE_EC_PUBLIC_KEY => match curve {
                _ if curve == OID_EC_P256 => Self::EcP256,
                _ if curve == OID_NIST_EC_P384 => Self::EcP384,
                _ if curve == OID_NIST_EC_P521 => Self::EcP521,
                _ => Self::Other(curve.to_id_string()),
            },
            _ => Self::Other(algorithm.to_id_string()),
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "rsa-{bits}"),
            Self::EcP256 => f.write_str("ec-p256"),
            Self::EcP384 => f.write_str("ec-p384"),
            Self::EcP521 => f.write_str("ec-p521"),
            Self::Ed25519 => f.write_str("ed25519"),
            Self::Other(oid) => f.write_str(oid),
        }
    }
}

fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name().next()?.as_str().ok().map(printable)
}

/// The text with every control character replaced: names come from strangers and reach terminals.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{
        BALTIMORE, EC_CERTIFICATE, EC_REQUEST, ED25519_CERTIFICATE, NOW, ROOT, RSA_CERTIFICATE, RSA_KEY,
    };
    use proptest::prelude::*;

    fn read(text: &str) -> Certificate {
        Certificate::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_facts_of_a_certificate_are_read() {
        let certificate = read(EC_CERTIFICATE);
        assert_eq!(certificate.subject(), "CN=device1");
        assert_eq!(certificate.common_name(), Some("device1"));
        assert_eq!(certificate.issuer(), "O=Example, CN=Example Root");
        assert_eq!(
            (certificate.version(), certificate.is_ca(), certificate.is_self_issued()),
            (3, false, false)
        );
        assert_eq!(certificate.not_before(), UnixTime(1_795_392_076));
        assert_eq!(certificate.not_after(), UnixTime(2_110_752_076));
        assert_eq!(certificate.md5(), "B0B37BA11EC14E731678F14D77354AD7");
        assert_eq!(certificate.sha256(), "72E9FB0BE73D8D4C7C5C968569672B7A3BE15B9EDF5EF7DB3BF0A87CC9734820");
        let root = read(ROOT);
        assert!(root.is_ca() && root.is_self_issued());
    }

    #[test]
    fn kinds_of_keys_are_named() {
        let kinds = [EC_CERTIFICATE, RSA_CERTIFICATE, ED25519_CERTIFICATE]
            .map(|text| read(text).key_kind().to_string());
        assert_eq!(kinds, ["ec-p256", "rsa-2048", "ed25519"]);
    }

    #[test]
    fn the_md5_is_the_one_that_a_module_reported() {
        let baltimore = read(BALTIMORE);
        assert_eq!(baltimore.md5(), "ACB694A59C17E0D791529BB19706A6E4");
        assert_eq!((baltimore.pem().len(), baltimore.pem().as_str()), (1261, BALTIMORE));
    }

    #[test]
    fn a_certificate_expires_after_its_last_second() {
        let certificate = read(EC_CERTIFICATE);
        assert!(!certificate.is_expired(NOW) && !certificate.is_expired(certificate.not_after()));
        assert!(certificate.is_expired(UnixTime(certificate.not_after().0 + 1)));
        assert!(read(BALTIMORE).is_expired(NOW));
    }

    #[test]
    fn what_is_given_instead_of_a_certificate_is_named() {
        for (text, named) in [(RSA_KEY, "a private key"), (EC_REQUEST, "a request")] {
            let problem = Certificate::parse(text.as_bytes()).unwrap_err();
            assert!(problem.message.contains(named), "{problem}");
        }
    }

    #[test]
    fn names_cannot_carry_control_characters() {
        assert_eq!(printable("a\u{1b}[31mb\n"), "a\u{fffd}[31mb\u{fffd}");
    }

    proptest! {
        #[test]
        fn no_damage_makes_the_reader_panic(position in 0usize..400, byte: u8) {
            let mut der = read(EC_CERTIFICATE).der().to_vec();
            der[position] = byte;
            let _ = Certificate::from_der(&der);
        }
    }
}
