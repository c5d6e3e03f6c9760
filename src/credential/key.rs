//! Private keys: read, compared with certificates, written for a module. They never show themselves.
//! Keys that only a password opens stand in `encrypted_key`.

use std::fmt;

use der::{Decode, Encode};
use pkcs8::PrivateKeyInfoRef;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use sec1::{EcParameters, EcPrivateKey};
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;
use zeroize::Zeroizing;

use super::content::{self, Item};
use super::{Certificate, KeyKind, md5, pem};
use crate::problem::Problem;
use crate::secret::Secret;

/// The algorithms of a PKCS#8 key.
const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";

/// A private key that is not encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey {
    form: Form,
    /// As a module takes it.
    der: Zeroizing<Vec<u8>>,
    kind: KeyKind,
    /// The bits of the SubjectPublicKeyInfo; empty for kinds that nothing here can compute with.
    public_key: Vec<u8>,
    written: Form,
}

/// How a key is written down; each has its own label in PEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `RSA PRIVATE KEY`.
    Pkcs1,
    /// `PRIVATE KEY`.
    Pkcs8,
    /// `EC PRIVATE KEY`.
    Sec1,
}

/// Why a key cannot be read: what its numbers say is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoKey;

impl PrivateKey {
    /// Reads the first private key of a file.
    ///
    /// # Errors
    /// `WrongFile` names what the file is instead, an encrypted key included.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let mut items = content::read(bytes, None)?.items;
        match items.iter().position(|item| matches!(item, Item::PrivateKey(_))) {
            Some(position) => match items.swap_remove(position) {
                Item::PrivateKey(key) => Ok(*key),
                other => Err(content::wrong_kind(&[other], "a private key")),
            },
            None => Err(content::wrong_kind(&items, "a private key")),
        }
    }

    /// Reads DER of this form. The public half is computed from it.
    pub(super) fn from_der(form: Form, der: &[u8]) -> Result<Self, NoKey> {
        let key = match form {
            Form::Pkcs1 => Self::rsa(der),
            Form::Sec1 => Self::elliptic(der, None),
            Form::Pkcs8 => {
                let info = PrivateKeyInfoRef::from_der(der).map_err(|_| NoKey)?;
                let (algorithm, inner) = (info.algorithm.oid.to_string(), info.private_key.as_bytes());
                match algorithm.as_str() {
                    RSA => Self::rsa(inner),
                    EC => Self::elliptic(inner, Some(info.algorithm.parameters_oid().map_err(|_| NoKey)?)),
                    _ => Ok(Self::other(der, algorithm)),
                }
            }
        }?;
        Ok(Self { written: form, ..key })
    }

    /// An RSA key in PKCS#1. Sizes that TLS still uses are checked for numbers that belong together.
    fn rsa(der: &[u8]) -> Result<Self, NoKey> {
        let key = pkcs1::RsaPrivateKeyRef::try_from(der).map_err(|_| NoKey)?;
        let bits = bits(key.modulus.as_bytes());
        if (2048..=8192).contains(&bits) {
            spki(&PrivatePkcs1KeyDer::from(der).into()).ok_or(NoKey)?;
        }
        let public_key = key.public_key().to_der().map_err(|_| NoKey)?;
        Ok(Self {
            form: Form::Pkcs1,
            der: Zeroizing::new(der.to_vec()),
            kind: KeyKind::Rsa(bits),
            public_key,
            written: Form::Pkcs1,
        })
    }

    /// An EC key in SEC1. Inside of PKCS#8 its curve stands outside, and mostly its public half is there.
    fn elliptic(der: &[u8], curve: Option<der::oid::ObjectIdentifier>) -> Result<Self, NoKey> {
        let read = EcPrivateKey::from_der(der).map_err(|_| NoKey)?;
        let parameters = curve.map(EcParameters::NamedCurve).or(read.parameters).ok_or(NoKey)?;
        let written = |public_key: Option<&[u8]>| {
            let key = EcPrivateKey { parameters: Some(parameters), public_key, ..read.clone() };
            key.to_der().map(Zeroizing::new).map_err(|_| NoKey)
        };
        let whole = written(read.public_key)?;
        let EcParameters::NamedCurve(curve) = parameters;
        let kind = KeyKind::of_curve(&curve.to_string());
        let public_key = match &kind {
            KeyKind::Other(_) => read.public_key.map(<[u8]>::to_vec).unwrap_or_default(),
            _ => {
                let info = spki(&PrivateSec1KeyDer::from(whole.as_slice()).into()).ok_or(NoKey)?;
                let (_, info) = SubjectPublicKeyInfo::from_der(&info).map_err(|_| NoKey)?;
                info.subject_public_key.data.to_vec()
            }
        };
        let whole = if public_key.is_empty() { whole } else { written(Some(&public_key))? };
        Ok(Self { form: Form::Sec1, der: whole, kind, public_key, written: Form::Sec1 })
    }

    /// A key of a kind that no module uses.
    fn other(der: &[u8], algorithm: String) -> Self {
        let info = spki(&PrivatePkcs8KeyDer::from(der).into());
        let read = info.as_deref().and_then(|info| SubjectPublicKeyInfo::from_der(info).ok());
        let known = read.map(|(_, info)| (KeyKind::of(&info), info.subject_public_key.data.to_vec()));
        let (kind, public_key) = known.unwrap_or_else(|| (KeyKind::Other(algorithm), Vec::new()));
        Self { form: Form::Pkcs8, der: Zeroizing::new(der.to_vec()), kind, public_key, written: Form::Pkcs8 }
    }

    /// A key in a notation that is older than PKCS#8 and of a kind that no module uses.
    pub(super) fn unusable(der: &[u8], algorithm: &str) -> Self {
        Self::other(der, algorithm.to_owned())
    }

    /// The DER form, as a module takes it.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// How the file had it written down.
    pub fn written(&self) -> Form {
        self.written
    }

    /// The PEM form as a module takes it: RSA as PKCS#1 and EC as SEC1 without EC PARAMETERS, because some modules
    /// do not read PKCS#8; 64 columns, LF, a final LF (protocol.md §7.2).
    pub fn pem(&self) -> Secret {
        let label = match self.form {
            Form::Pkcs1 => "RSA PRIVATE KEY",
            Form::Pkcs8 => "PRIVATE KEY",
            Form::Sec1 => "EC PRIVATE KEY",
        };
        Secret::new(std::mem::take(&mut *pem::armour(label, &self.der)))
    }

    /// The kind of key.
    pub fn kind(&self) -> &KeyKind {
        &self.kind
    }

    /// The MD5 that a module will report, upper-case hex; `None` for kinds that stay in PKCS#8, where it is not known
    /// which form the module keeps (protocol.md §7.2).
    pub fn md5(&self) -> Option<String> {
        (self.form != Form::Pkcs8).then(|| md5(&self.der))
    }

    /// Whether this is the key of the certificate.
    pub fn fits(&self, certificate: &Certificate) -> bool {
        self.has_public_key(certificate.key_kind(), certificate.public_key())
    }

    /// Whether this is the other half of that public key.
    pub(super) fn has_public_key(&self, kind: &KeyKind, bits: &[u8]) -> bool {
        !self.public_key.is_empty() && self.kind == *kind && self.public_key == bits
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("form", &self.form)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The public half as TLS computes it.
fn spki(key: &PrivateKeyDer<'_>) -> Option<Vec<u8>> {
    Some(any_supported_type(key).ok()?.public_key()?.to_vec())
}

/// The length of a number in bits.
pub(super) fn bits(number: &[u8]) -> usize {
    let number = number.iter().position(|byte| *byte != 0).and_then(|start| number.get(start..));
    let Some([first, rest @ ..]) = number else { return 0 };
    8 * rest.len() + (8 - usize::try_from(first.leading_zeros()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{
        EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_PKCS8, EC_KEY_WITH_PARAMETERS, EC_PUBLIC_KEY,
        ED25519_CERTIFICATE, ED25519_KEY, RSA_CERTIFICATE, RSA_KEY,
    };

    fn key(text: &str) -> PrivateKey {
        PrivateKey::parse(text.as_bytes()).unwrap()
    }

    fn certificate(text: &str) -> Certificate {
        Certificate::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_key_fits_its_own_certificate_and_no_other() {
        let keys = [EC_KEY_PKCS8, RSA_KEY, ED25519_KEY].map(key);
        let certificates = [EC_CERTIFICATE, RSA_CERTIFICATE, ED25519_CERTIFICATE].map(certificate);
        for (i, key) in keys.iter().enumerate() {
            for (j, certificate) in certificates.iter().enumerate() {
                assert_eq!(key.fits(certificate), i == j, "{i} {j}");
            }
        }
        assert!(key(EC_KEY_WITH_PARAMETERS).fits(&certificate(EC_CERTIFICATE)));
    }

    #[test]
    fn a_key_is_written_as_modules_take_it() {
        assert_eq!(key(RSA_KEY).pem().reveal(), RSA_KEY);
        let sec1 = key(EC_KEY_WITH_PARAMETERS).pem();
        assert!(sec1.reveal().starts_with("-----BEGIN EC PRIVATE KEY-----\n"));
        assert!(EC_KEY_WITH_PARAMETERS.ends_with(sec1.reveal()));
        // The same key in PKCS#8 has its curve outside, and comes out the same.
        assert_eq!(key(EC_KEY_PKCS8).pem(), sec1);
        assert_eq!((key(EC_KEY_PKCS8).written(), key(RSA_KEY).written()), (Form::Pkcs8, Form::Pkcs1));
    }

    #[test]
    fn the_md5_is_known_where_the_module_keeps_the_same_form() {
        for text in [EC_KEY_WITH_PARAMETERS, EC_KEY_PKCS8] {
            assert_eq!(key(text).md5().as_deref(), Some("097C01DEEA67DC206645B2545FB2E673"));
        }
        assert_eq!(key(RSA_KEY).md5().as_deref(), Some("96DB64611D7EAB44BFD9CB639321283C"));
        assert_eq!(key(ED25519_KEY).md5(), None);
    }

    #[test]
    fn what_is_given_instead_of_a_key_is_named() {
        for (text, named) in [
            (EC_PUBLIC_KEY, "a public key"),
            (EC_CERTIFICATE, "a certificate"),
            (EC_KEY_ENCRYPTED_PKCS8, "an encrypted private key"),
        ] {
            let problem = PrivateKey::parse(text.as_bytes()).unwrap_err();
            assert!(problem.message.contains(named), "{problem}");
        }
    }

    #[test]
    fn a_key_under_the_wrong_label_is_refused() {
        let text = EC_KEY_PKCS8.replace("PRIVATE KEY", "RSA PRIVATE KEY");
        assert!(PrivateKey::parse(text.as_bytes()).is_err());
    }

    #[test]
    fn a_key_does_not_show_itself() {
        assert_eq!(format!("{:?}", key(EC_KEY_PKCS8)), "PrivateKey { form: Sec1, kind: EcP256, .. }");
    }

    #[test]
    fn the_length_of_a_number_does_not_count_leading_zeros() {
        assert_eq!((bits(&[]), bits(&[0, 0]), bits(&[0, 1]), bits(&[0x80, 0])), (0, 0, 1, 16));
    }
}
