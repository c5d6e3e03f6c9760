//! Private keys: read, compared with certificates, written for a module.
//! They never show themselves; an encrypted key is carried, not opened.

use std::fmt;

use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;
use zeroize::Zeroizing;

use super::pem::{self, Item};
use super::{Certificate, KeyKind, md5, wrong_file};
use crate::problem::Problem;
use crate::secret::Secret;

/// A private key that is not encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey {
    form: Form,
    der: Zeroizing<Vec<u8>>,
    kind: KeyKind,
    public_key: Vec<u8>,
}

/// How a key is written down; each has its own label in PEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Pkcs1,
    Pkcs8,
    Sec1,
}

impl PrivateKey {
    /// Reads the first private key of a PEM file.
    ///
    /// # Errors
    /// `WrongFile` names what the file is instead, an encrypted key included.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let mut items = pem::read(bytes)?;
        match items.iter().position(|item| matches!(item, Item::PrivateKey(_))) {
            Some(position) => match items.swap_remove(position) {
                Item::PrivateKey(key) => Ok(key),
                other => Err(pem::wrong_kind(&[other], "a private key")),
            },
            None => Err(pem::wrong_kind(&items, "a private key")),
        }
    }

    /// Reads DER. The public half is computed from it.
    pub(super) fn from_der(der: &PrivateKeyDer<'_>) -> Result<Self, Problem> {
        let form = match der {
            PrivateKeyDer::Pkcs1(_) => Form::Pkcs1,
            PrivateKeyDer::Sec1(_) => Form::Sec1,
            _ => Form::Pkcs8,
        };
        let unusable = || {
            wrong_file(
                "The private key is damaged or of a kind that cannot be used",
                "Use an RSA key of 2048 to 8192 bits or an EC key on P-256, P-384 or P-521",
            )
        };
        let key = any_supported_type(der).map_err(|_| unusable())?;
        let spki = key.public_key().ok_or_else(unusable)?;
        let kind = KeyKind::of_der(&spki).ok_or_else(unusable)?;
        let (_, info) = SubjectPublicKeyInfo::from_der(&spki).map_err(|_| unusable())?;
        let public_key = info.subject_public_key.data.to_vec();
        Ok(Self { form, der: Zeroizing::new(der.secret_der().to_vec()), kind, public_key })
    }

    /// The DER form.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The PEM form as a module takes it: its own label, 64 columns, LF, a final LF, without EC PARAMETERS
    /// (protocol.md §7.2).
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

    /// The MD5 that a module will report, upper-case hex; `None` for PKCS#8, where it is not known which form
    /// the module keeps (protocol.md §7.2).
    pub fn md5(&self) -> Option<String> {
        (self.form != Form::Pkcs8).then(|| md5(&self.der))
    }

    /// Whether this is the key of the certificate.
    pub fn fits(&self, certificate: &Certificate) -> bool {
        self.kind == *certificate.key_kind() && self.public_key == certificate.public_key()
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

/// A private key that only its password opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedKey {
    pem: Secret,
}

impl EncryptedKey {
    pub(super) fn new(pem: Secret) -> Self {
        Self { pem }
    }

    /// The PEM form as a module takes it, still encrypted: 64 columns, LF, a final LF.
    pub fn pem(&self) -> &Secret {
        &self.pem
    }
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
    fn the_label_is_kept_and_the_parameters_are_left_out() {
        assert_eq!(key(RSA_KEY).pem().reveal(), RSA_KEY);
        assert_eq!(key(EC_KEY_PKCS8).pem().reveal(), EC_KEY_PKCS8);
        let sec1 = key(EC_KEY_WITH_PARAMETERS).pem();
        assert!(sec1.reveal().starts_with("-----BEGIN EC PRIVATE KEY-----\n"));
        assert!(EC_KEY_WITH_PARAMETERS.ends_with(sec1.reveal()));
    }

    #[test]
    fn the_md5_is_known_where_the_module_keeps_the_same_form() {
        assert_eq!(key(EC_KEY_WITH_PARAMETERS).md5().as_deref(), Some("097C01DEEA67DC206645B2545FB2E673"));
        assert_eq!(key(RSA_KEY).md5().as_deref(), Some("96DB64611D7EAB44BFD9CB639321283C"));
        assert_eq!(key(EC_KEY_PKCS8).md5(), None);
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
        assert_eq!(format!("{:?}", key(EC_KEY_PKCS8)), "PrivateKey { form: Pkcs8, kind: EcP256, .. }");
    }
}
