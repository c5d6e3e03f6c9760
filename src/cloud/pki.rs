//! Private certificate authorities for make-believe clouds: roots, server and device certificates, made on the spot.
//! Everything is given but the keys, which are random. Real certificates are read by `credential`.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize,
};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::moment::UnixTime;
use crate::mqtt::Identity;
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// The kind of a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
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

/// A self-signed root that issues certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// An issued certificate with its private key.
#[derive(Clone)]
pub struct Issued {
    certificate: Vec<u8>,
    certificate_pem: String,
    key: Zeroizing<Vec<u8>>,
    key_pem: Secret,
}

impl Authority {
    /// A new root with this common name.
    ///
    /// # Errors
    /// `WrongForm` for a date outside of the years −9999 to 9999, `Internal` if no key can be made.
    pub fn new(common_name: &str, kind: KeyKind, validity: Validity) -> Result<Self, Problem> {
        let mut params = parameters(common_name, validity)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        CertifiedIssuer::self_signed(params, new_key(kind)?).map(Self).map_err(failed)
    }

    /// The root certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        self.0.der()
    }

    /// The root certificate, PEM.
    pub fn certificate_pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for a server with this host name or IP address.
    ///
    /// # Errors
    /// `WrongForm` if the host is no host name, else as [`Self::new`].
    pub fn server(&self, host: &str, kind: KeyKind, validity: Validity) -> Result<Issued, Problem> {
        let names = CertificateParams::new([host.to_owned()]).map_err(|_| {
            Problem::new(
                Kind::WrongForm,
                format!("“{host}” is not a host name"),
                "Use letters, digits, hyphens and dots",
            )
        })?;
        let mut params = parameters(host, validity)?;
        params.subject_alt_names = names.subject_alt_names;
        self.issue(params, ExtendedKeyUsagePurpose::ServerAuth, kind)
    }

    /// A certificate for a device with this common name.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn device(&self, common_name: &str, kind: KeyKind, validity: Validity) -> Result<Issued, Problem> {
        self.issue(parameters(common_name, validity)?, ExtendedKeyUsagePurpose::ClientAuth, kind)
    }

    fn issue(
        &self,
        mut params: CertificateParams,
        purpose: ExtendedKeyUsagePurpose,
        kind: KeyKind,
    ) -> Result<Issued, Problem> {
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![purpose];
        let key = new_key(kind)?;
        let certificate = params.signed_by(&key, &self.0).map_err(failed)?;
        Ok(Issued {
            certificate: certificate.der().to_vec(),
            certificate_pem: certificate.pem(),
            key: Zeroizing::new(key.serialize_der()),
            key_pem: Secret::new(key.serialize_pem()),
        })
    }
}

impl Issued {
    /// The certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The certificate, PEM.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The private key, PKCS#8 PEM.
    pub fn key_pem(&self) -> &Secret {
        &self.key_pem
    }

    /// Certificate and key as TLS wants them.
    pub fn identity(&self) -> Identity {
        Identity { chain: vec![self.certificate.clone()], key: self.key.clone() }
    }
}

fn parameters(common_name: &str, validity: Validity) -> Result<CertificateParams, Problem> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_before = date(validity.not_before)?;
    params.not_after = date(validity.not_after)?;
    Ok(params)
}

fn date(at: UnixTime) -> Result<OffsetDateTime, Problem> {
    OffsetDateTime::from_unix_timestamp(at.0).map_err(|_| {
        Problem::new(
            Kind::WrongForm,
            "The date is too far away for a certificate",
            "Choose a date nearer to today",
        )
    })
}

fn new_key(kind: KeyKind) -> Result<KeyPair, Problem> {
    match kind {
        KeyKind::Rsa2048 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
        KeyKind::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
    }
    .map_err(failed)
}

// By value, as `map_err` wants it.
#[expect(clippy::needless_pass_by_value)]
fn failed(error: rcgen::Error) -> Problem {
    let message = format!("A make-believe certificate could not be made: {error}");
    Problem::new(Kind::Internal, message, "Try again, and report it if it happens again")
}

#[cfg(test)]
mod tests {
    use x509_parser::prelude::{FromDer, X509Certificate};

    use super::*;

    const VALIDITY: Validity =
        Validity { not_before: UnixTime(1_700_000_000), not_after: UnixTime(1_800_000_000) };

    #[test]
    fn certificates_say_what_they_were_made_for() {
        let authority = Authority::new("Make-believe root", KeyKind::P256, VALIDITY).unwrap();
        let (_, root) = X509Certificate::from_der(authority.certificate()).unwrap();
        assert!(root.is_ca());
        for kind in [KeyKind::P256, KeyKind::Rsa2048] {
            let device = authority.device("device1", kind, VALIDITY).unwrap();
            let (_, device) = X509Certificate::from_der(device.certificate()).unwrap();
            assert_eq!(device.subject().to_string(), "CN=device1");
            assert_eq!(device.issuer().to_string(), "CN=Make-believe root");
            assert_eq!(device.validity().not_before.timestamp(), VALIDITY.not_before.0);
            assert_eq!(device.validity().not_after.timestamp(), VALIDITY.not_after.0);
            assert!(!device.is_ca() && device.verify_signature(Some(root.public_key())).is_ok());
            assert!(device.extended_key_usage().unwrap().unwrap().value.client_auth);
        }
    }

    #[test]
    fn texts_are_pem() {
        let authority = Authority::new("Make-believe root", KeyKind::P256, VALIDITY).unwrap();
        let server = authority.server("broker.example", KeyKind::P256, VALIDITY).unwrap();
        assert!(authority.certificate_pem().starts_with("-----BEGIN CERTIFICATE-----\n"));
        assert!(server.certificate_pem().starts_with("-----BEGIN CERTIFICATE-----\n"));
        assert!(server.key_pem().reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    }

    #[test]
    fn impossible_wishes_are_refused_in_words() {
        let authority = Authority::new("Make-believe root", KeyKind::P256, VALIDITY).unwrap();
        let nameless = authority.server("bröker", KeyKind::P256, VALIDITY).err().unwrap();
        assert_eq!(nameless.kind, Kind::WrongForm);
        let endless = Validity { not_after: UnixTime(i64::MAX), ..VALIDITY };
        assert_eq!(authority.device("d", KeyKind::P256, endless).err().unwrap().kind, Kind::WrongForm);
    }
}
