//! One X.509 certificate and the facts a person or a module needs of it.
//! Whether it is the right one for a cloud is judged elsewhere.

use std::fmt;

use aws_lc_rs::digest;
use x509_parser::certificate::X509Certificate;
use x509_parser::error::X509Error;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::oid_registry::{OID_KEY_TYPE_EC_PUBLIC_KEY, OID_SIG_ED25519};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

use super::content::{self, Item};
use super::usage::{KeyUsage, Purpose};
use super::{hex, md5, pem, wrong_file};
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
    serial: String,
    signature: Signature,
    key_usages: Option<Vec<KeyUsage>>,
    purposes: Option<Vec<Purpose>>,
    names: Vec<String>,
}

/// With what a certificate is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Such as `sha256-rsa`; an object identifier where it has no common name.
    pub name: String,
    pub strength: Strength,
}

/// Whether forging a signature of this kind is out of reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    Strong,
    /// SHA-1 or MD5.
    Weak,
}

/// Whether a certificate was issued by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issued {
    Yes,
    /// The names differ, or the signature is not the other's.
    No,
    /// The names fit; signatures of this kind cannot be verified here.
    Perhaps,
}

impl Certificate {
    /// Reads the first certificate of a file, PEM or DER.
    ///
    /// # Errors
    /// `WrongFile` names what the file is instead.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let items = content::read(bytes, None)?.items;
        let found = items.iter().find_map(|item| match item {
            Item::Certificate(certificate) => Some(certificate.as_ref().clone()),
            _ => None,
        });
        found.ok_or_else(|| content::wrong_kind(&items, "a certificate"))
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
            serial: hex(x509.raw_serial()),
            signature: Signature::of(&x509.signature_algorithm.algorithm.to_id_string()),
            key_usages: x509.key_usage().ok().flatten().map(|usage| KeyUsage::all_of(usage.value)),
            purposes: x509.extended_key_usage().ok().flatten().map(|usage| Purpose::all_of(usage.value)),
            names: alternative_names(&x509),
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

    /// Its serial number in upper-case hex.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// With what it is signed.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// What its key may be used for; `None` if the certificate does not say, and so allows all.
    pub fn key_usages(&self) -> Option<&[KeyUsage]> {
        self.key_usages.as_deref()
    }

    /// What it may be used for (extended key usage); `None` if the certificate does not say, and so allows all.
    pub fn purposes(&self) -> Option<&[Purpose]> {
        self.purposes.as_deref()
    }

    /// Whether it may prove who a client is.
    pub fn is_for_clients(&self) -> bool {
        self.purposes()
            .is_none_or(|purposes| purposes.contains(&Purpose::Client) || purposes.contains(&Purpose::Any))
    }

    /// Its alternative names, such as `device.example` or `192.168.1.7`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether `issuer` issued it: by name, and by signature where it can be verified.
    pub fn is_issued_by(&self, issuer: &Self) -> Issued {
        if self.issuer != issuer.subject {
            return Issued::No;
        }
        let (Ok((_, own)), Ok((_, other))) =
            (X509Certificate::from_der(&self.der), X509Certificate::from_der(&issuer.der))
        else {
            return Issued::No;
        };
        match own.verify_signature(Some(other.public_key())) {
            Ok(()) => Issued::Yes,
            // Short keys are refused before their signature is looked at.
            Err(X509Error::SignatureVerificationError) if !issuer.key_kind.is_short() => Issued::No,
            Err(_) => Issued::Perhaps,
        }
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
    /// The kind of an EC key on the curve with this object identifier.
    pub(super) fn of_curve(oid: &str) -> Self {
        match oid {
            "1.2.840.10045.3.1.7" => Self::EcP256,
            "1.3.132.0.34" => Self::EcP384,
            "1.3.132.0.35" => Self::EcP521,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Whether it is an RSA key that nobody trusts any more: under 2048 bits.
    pub fn is_short(&self) -> bool {
        matches!(self, Self::Rsa(bits) if *bits < 2048)
    }

    pub(super) fn of(key: &SubjectPublicKeyInfo<'_>) -> Self {
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
            Some(curve) if *algorithm == OID_KEY_TYPE_EC_PUBLIC_KEY => Self::of_curve(&curve.to_id_string()),
            _ => Self::Other(algorithm.to_id_string()),
        }
    }
}

impl Signature {
    fn of(oid: &str) -> Self {
        use Strength::{Strong, Weak};
        let (name, strength) = match oid {
            "1.2.840.113549.1.1.4" => ("md5-rsa", Weak),
            "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => ("sha1-rsa", Weak),
            "1.2.840.10045.4.1" => ("sha1-ecdsa", Weak),
            "1.2.840.10040.4.3" => ("sha1-dsa", Weak),
            "1.2.840.113549.1.1.11" => ("sha256-rsa", Strong),
            "1.2.840.113549.1.1.12" => ("sha384-rsa", Strong),
            "1.2.840.113549.1.1.13" => ("sha512-rsa", Strong),
            "1.2.840.113549.1.1.10" => ("rsa-pss", Strong),
            "1.2.840.10045.4.3.2" => ("sha256-ecdsa", Strong),
            "1.2.840.10045.4.3.3" => ("sha384-ecdsa", Strong),
            "1.2.840.10045.4.3.4" => ("sha512-ecdsa", Strong),
            "1.3.101.112" => ("ed25519", Strong),
            other => (other, Strong),
        };
        Self { name: name.to_owned(), strength }
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

/// The names beside the subject, as far as they are names or addresses.
fn alternative_names(x509: &X509Certificate<'_>) -> Vec<String> {
    let names = x509.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
        _ => None,
    });
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(text) | GeneralName::RFC822Name(text) | GeneralName::URI(text) => {
            Some(printable(text))
        }
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    };
    names.into_iter().flatten().filter_map(name).collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(bytes).map(std::net::IpAddr::from);
    let sixteen = <[u8; 16]>::try_from(bytes).map(std::net::IpAddr::from);
    four.or(sixteen).ok().map(|address| address.to_string())
}

pub(super) fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name().next()?.as_str().ok().map(printable)
}

/// The text with every control character replaced: names come from strangers and reach terminals.
pub(super) fn printable(text: &str) -> String {
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
