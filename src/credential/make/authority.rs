//! Certificate authorities: made on the spot or opened from their files, and what they sign. They are for tests, trials and
//! small series, and for make-believe clouds; they revoke nothing and keep no list of what they issued.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyIdMethod, KeyUsagePurpose, PublicKeyData, SanType,
};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;

use super::request::parts;
use super::signer::{Signer, new_key, new_serial};
use super::{NewKey, Validity, failed, name};
use crate::credential::{Certificate, PrivateKey, Request, wrong_file};
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// A certificate and its private key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub certificate: Certificate,
    pub key: PrivateKey,
}

impl Pair {
    /// The certificate, PEM.
    pub fn certificate_pem(&self) -> String {
        self.certificate.pem()
    }

    /// The private key, PEM as a module takes it.
    pub fn key_pem(&self) -> Secret {
        self.key.pem()
    }
}

/// Something that issues certificates.
#[derive(Debug)]
pub struct Authority {
    pair: Pair,
    issuer: Issuer<'static, Signer>,
}

impl Authority {
    /// A new root with this common name, which vouches for itself.
    ///
    /// # Errors
    /// `WrongForm` for a name or dates that no certificate can have, `Internal` if no key can be made.
    pub fn new(common_name: &str, kind: NewKey, validity: Validity) -> Result<Self, Problem> {
        let mut params = parameters(name::of_common_name(name::common_name(common_name)?), validity)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = new_key(kind)?;
        let certificate = params.self_signed(&Signer::new(&key)?).map_err(failed)?;
        Self::open(Pair { certificate: Certificate::from_der(certificate.der())?, key })
    }

    /// An authority that exists already, a root or an intermediate one.
    ///
    /// # Errors
    /// `KeyMismatch` if the key is another's, `WrongFile` if the certificate may not sign others or its name cannot be
    /// repeated in what it signs.
    pub fn open(pair: Pair) -> Result<Self, Problem> {
        if !pair.key.fits(&pair.certificate) {
            return Err(Problem::new(
                Kind::KeyMismatch,
                "The private key does not belong to the authority's certificate",
                "Choose the key that was made together with this certificate",
            ));
        }
        let (_, x509) = X509Certificate::from_der(pair.certificate.der()).map_err(failed)?;
        check_powers(&x509)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = name::copied(x509.subject()).ok_or_else(|| {
            wrong_file(
                "The name of this authority is written in a way that cannot be repeated in what it signs",
                "Use an authority whose name has each part once, or make a new one",
            )
        })?;
        if let Some(key_id) = subject_key_id(&x509) {
            params.key_identifier_method = KeyIdMethod::PreSpecified(key_id);
        }
        let issuer = Issuer::new(params, Signer::new(&pair.key)?);
        Ok(Self { pair, issuer })
    }

    /// Its certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.pair.certificate
    }

    /// Its certificate, PEM.
    pub fn certificate_pem(&self) -> String {
        self.pair.certificate_pem()
    }

    /// Its certificate and key.
    pub fn pair(&self) -> &Pair {
        &self.pair
    }

    /// Its certificate and key, to be kept.
    pub fn into_pair(self) -> Pair {
        self.pair
    }

    /// A certificate for a device with this common name, and its new key.
    ///
    /// # Errors
    /// `WrongForm` for a name or dates that no certificate can have, or that would outlast the authority; `Internal` if
    /// no key can be made.
    pub fn device(&self, common_name: &str, kind: NewKey, validity: Validity) -> Result<Pair, Problem> {
        let name = name::of_common_name(name::common_name(common_name)?);
        self.pair_for(parameters(name, validity)?, ExtendedKeyUsagePurpose::ClientAuth, kind)
    }

    /// A certificate for the device that made this request: its name and key are taken, nothing else.
    ///
    /// # Errors
    /// `WrongForm` for dates that no certificate can have, or that would outlast the authority; `WrongFile` if the request
    /// will not do.
    pub fn requested(&self, request: &Request, validity: Validity) -> Result<Certificate, Problem> {
        let (name, key) = parts(request)?;
        self.issue(parameters(name, validity)?, ExtendedKeyUsagePurpose::ClientAuth, &key)
    }

    /// The certificate that proves to a portal that somebody has this authority's key: its common name is the code that
    /// the portal gave. Its own key is needed by nobody and forgotten.
    ///
    /// # Errors
    /// `WrongForm` for something that is no code, or dates as with [`Self::device`].
    pub fn proof(&self, code: &str, validity: Validity) -> Result<Certificate, Problem> {
        let name = name::of_common_name(name::verification_code(code)?);
        let pair =
            self.pair_for(parameters(name, validity)?, ExtendedKeyUsagePurpose::ClientAuth, NewKey::P256)?;
        Ok(pair.certificate)
    }

    /// A certificate for a server with this host name or IP address, and its new key.
    ///
    /// # Errors
    /// `WrongForm` if the host is no host name, else as [`Self::device`].
    pub fn server(&self, host: &str, kind: NewKey, validity: Validity) -> Result<Pair, Problem> {
        let mut params = parameters(name::of_common_name(name::common_name(host)?), validity)?;
        params.subject_alt_names = host_names(host)?;
        self.pair_for(params, ExtendedKeyUsagePurpose::ServerAuth, kind)
    }

    fn pair_for(
        &self,
        params: CertificateParams,
        purpose: ExtendedKeyUsagePurpose,
        kind: NewKey,
    ) -> Result<Pair, Problem> {
        // What is wrong with the dates is told before a key is made.
        self.check_end(unix(params.not_after))?;
        let key = new_key(kind)?;
        let certificate = self.issue(params, purpose, &Signer::new(&key)?)?;
        Ok(Pair { certificate, key })
    }

    fn issue(
        &self,
        mut params: CertificateParams,
        purpose: ExtendedKeyUsagePurpose,
        key: &impl PublicKeyData,
    ) -> Result<Certificate, Problem> {
        self.check_end(unix(params.not_after))?;
        // Nothing can be vouched for before there was an authority.
        params.not_before = params.not_before.max(date(self.certificate().not_before())?);
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![purpose];
        let certificate = params.signed_by(key, &self.issuer).map_err(failed)?;
        self.check_chain(certificate.der())?;
        Certificate::from_der(certificate.der())
    }

    /// Whether what it signs may be valid as long as this.
    ///
    /// # Errors
    /// `WrongForm` names the day on which the authority itself ends.
    pub fn check_end(&self, not_after: UnixTime) -> Result<(), Problem> {
        if not_after <= self.certificate().not_after() {
            return Ok(());
        }
        let end = date(self.certificate().not_after())?;
        Err(Problem::new(
            Kind::WrongForm,
            format!("The certificate would outlast its authority, which ends on {}", end.date()),
            "Choose a shorter validity, or use an authority that lasts longer",
        ))
    }

    /// A name that was repeated with any difference would lead to nobody.
    fn check_chain(&self, der: &[u8]) -> Result<(), Problem> {
        let (_, issued) = X509Certificate::from_der(der).map_err(failed)?;
        let (_, own) = X509Certificate::from_der(self.certificate().der()).map_err(failed)?;
        if issued.issuer().as_raw() == own.subject().as_raw() {
            Ok(())
        } else {
            Err(failed("the authority's name came out differently"))
        }
    }
}

/// Whether the certificate may sign those of devices.
fn check_powers(x509: &X509Certificate<'_>) -> Result<(), Problem> {
    const HELP: &str = "Use the certificate of an authority, or make a test authority";
    if !x509.is_ca() {
        return Err(wrong_file("This certificate is not that of an authority: it may not sign others", HELP));
    }
    let damaged = |_| wrong_file("The authority's certificate is damaged", HELP);
    let usage = x509.key_usage().map_err(damaged)?;
    if usage.is_some_and(|usage| !usage.value.key_cert_sign()) {
        return Err(wrong_file("This authority's key is not meant for signing certificates", HELP));
    }
    let purposes = x509.extended_key_usage().map_err(damaged)?;
    if purposes.is_some_and(|purposes| !purposes.value.any && !purposes.value.client_auth) {
        return Err(wrong_file("This authority may not vouch for devices, only for other purposes", HELP));
    }
    Ok(())
}

fn subject_key_id(x509: &X509Certificate<'_>) -> Option<Vec<u8>> {
    x509.iter_extensions().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
        _ => None,
    })
}

fn host_names(host: &str) -> Result<Vec<SanType>, Problem> {
    let names = CertificateParams::new([host.to_owned()]).map_err(|_| {
        Problem::new(
            Kind::WrongForm,
            format!("“{host}” is not a host name"),
            "Use letters, digits, hyphens and dots",
        )
    })?;
    Ok(names.subject_alt_names)
}

/// What every certificate has: a name, dates and a serial number of its own.
fn parameters(name: DistinguishedName, validity: Validity) -> Result<CertificateParams, Problem> {
    if validity.not_before > validity.not_after {
        return Err(Problem::new(
            Kind::WrongForm,
            "The certificate would end before it begins",
            "Choose a later end",
        ));
    }
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    params.serial_number = Some(new_serial()?);
    params.not_before = date(validity.not_before)?;
    params.not_after = date(validity.not_after)?;
    Ok(params)
}

const fn unix(date: OffsetDateTime) -> UnixTime {
    UnixTime(date.unix_timestamp())
}

/// The years that certificates can tell (RFC 5280 §4.1.2.5) and computers' clocks may say.
fn date(at: UnixTime) -> Result<OffsetDateTime, Problem> {
    let date = OffsetDateTime::from_unix_timestamp(at.0).ok();
    date.filter(|date| (1950..=9999).contains(&date.year())).ok_or_else(|| {
        Problem::new(
            Kind::WrongForm,
            "The date is too far away for a certificate",
            "Choose a date nearer to today",
        )
    })
}
