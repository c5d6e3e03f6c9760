//! What a certificate says its key may be used for: key usage and extended key usage (RFC 5280 §4.2.1).
//! Whether that is right for a device is judged in `check`.

use std::fmt;

use x509_parser::extensions;

/// One use of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUsage {
    DigitalSignature,
    NonRepudiation,
    KeyEncipherment,
    DataEncipherment,
    KeyAgreement,
    CertificateSigning,
    RevocationListSigning,
    EncipherOnly,
    DecipherOnly,
}

/// One purpose of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    Any,
    Client,
    Server,
    CodeSigning,
    Email,
    TimeStamping,
    Revocation,
    /// Another one, by its object identifier.
    Other(String),
}

impl KeyUsage {
    pub(super) fn all_of(usage: &extensions::KeyUsage) -> Vec<Self> {
        let all = [
            (usage.digital_signature(), Self::DigitalSignature),
            (usage.non_repudiation(), Self::NonRepudiation),
            (usage.key_encipherment(), Self::KeyEncipherment),
            (usage.data_encipherment(), Self::DataEncipherment),
            (usage.key_agreement(), Self::KeyAgreement),
            (usage.key_cert_sign(), Self::CertificateSigning),
            (usage.crl_sign(), Self::RevocationListSigning),
            (usage.encipher_only(), Self::EncipherOnly),
            (usage.decipher_only(), Self::DecipherOnly),
        ];
        present(all)
    }
}

impl Purpose {
    pub(super) fn all_of(usage: &extensions::ExtendedKeyUsage<'_>) -> Vec<Self> {
        let all = [
            (usage.any, Self::Any),
            (usage.client_auth, Self::Client),
            (usage.server_auth, Self::Server),
            (usage.code_signing, Self::CodeSigning),
            (usage.email_protection, Self::Email),
            (usage.time_stamping, Self::TimeStamping),
            (usage.ocsp_signing, Self::Revocation),
        ];
        let others = usage.other.iter().map(|oid| Self::Other(oid.to_id_string()));
        present(all).into_iter().chain(others).collect()
    }
}

fn present<T, const N: usize>(all: [(bool, T); N]) -> Vec<T> {
    all.into_iter().filter_map(|(is_there, usage)| is_there.then_some(usage)).collect()
}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DigitalSignature => "digital signature",
            Self::NonRepudiation => "non-repudiation",
            Self::KeyEncipherment => "key encipherment",
            Self::DataEncipherment => "data encipherment",
            Self::KeyAgreement => "key agreement",
            Self::CertificateSigning => "certificate signing",
            Self::RevocationListSigning => "revocation list signing",
            Self::EncipherOnly => "encipher only",
            Self::DecipherOnly => "decipher only",
        })
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any purpose",
            Self::Client => "client",
            Self::Server => "server",
            Self::CodeSigning => "code signing",
            Self::Email => "email",
            Self::TimeStamping => "time stamping",
            Self::Revocation => "revocation answers",
            Self::Other(oid) => oid,
        })
    }
}
