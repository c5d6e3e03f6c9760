//! How Azure's services judge the proof of a device: SAS tokens and certificates (clouds.md §2.3, §2.5, §3).
//! Which key or certificate belongs to whom is known by each service's file.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::{Claim, Refusal};
use crate::credential::{Certificate, Issued, sas::Token};
use crate::moment::UnixTime;
use crate::secret::Secret;

/// A token that is well-formed and has not expired. Whether it opens what is wanted is still to be asked.
pub(super) struct Shown(Token);

impl Shown {
    /// Reads the token from the password.
    pub(super) fn by(claim: &Claim) -> Result<Self, Refusal> {
        let Some(password) = &claim.password else { return Err(Refusal::ProofMissing) };
        let token =
            Token::parse(password.reveal()).map_err(|finding| Refusal::TokenMalformed(finding.message))?;
        if claim.date > token.expires() { Err(Refusal::TokenExpired) } else { Ok(Self(token)) }
    }

    /// The last second in which it is taken.
    pub(super) fn expires(&self) -> UnixTime {
        self.0.expires()
    }

    /// The policy it names; an empty name is none.
    pub(super) fn policy(&self) -> Option<&str> {
        self.0.policy()
    }

    /// The token as a refusal for being made for something else.
    pub(super) fn for_elsewhere(&self) -> Refusal {
        Refusal::TokenForElsewhere(self.0.resource().to_owned())
    }

    /// Whether it opens a resource: its own is that resource or one above it. Segments count whole (clouds.md §3.1),
    /// and `same` compares two of them.
    pub(super) fn covers(&self, wanted: &str, same: impl Fn(&str, &str) -> bool) -> bool {
        let mut wanted = wanted.split('/');
        self.0.resource().split('/').all(|segment| wanted.next().is_some_and(|wanted| same(segment, wanted)))
    }

    /// Whether its resource is as long as this one, and not one above it.
    pub(super) fn is_as_narrow_as(&self, wanted: &str) -> bool {
        self.0.resource().split('/').count() == wanted.split('/').count()
    }

    /// Whether one of these keys signed it.
    pub(super) fn is_signed_with_one_of<'a>(&self, keys: impl IntoIterator<Item = &'a Secret>) -> bool {
        keys.into_iter().any(|key| self.0.is_signed_with(key))
    }
}

/// The device's certificate, the first of those shown, at a date at which it is valid.
pub(super) fn own_certificate(claim: &Claim) -> Result<Certificate, Refusal> {
    let own = claim.certificates.first().ok_or(Refusal::ProofMissing)?;
    let own = Certificate::from_der(own).map_err(|_| Refusal::CertificateUnreadable)?;
    valid(&own, claim.date)?;
    Ok(own)
}

/// Whether the certificate's common name is the expected one, as `same` compares them.
pub(super) fn must_be_named(
    certificate: &Certificate,
    expected: &str,
    same: impl Fn(&str, &str) -> bool,
) -> Result<(), Refusal> {
    let presented = certificate.common_name().unwrap_or_default();
    if same(presented, expected) {
        return Ok(());
    }
    let (presented, expected) = (presented.to_owned(), expected.to_owned());
    Err(Refusal::CertificateName { presented, expected })
}

/// Whether the device's certificate leads to one of the authorities, DER, by way of the others that it has shown.
pub(super) fn must_lead_to(own: &Certificate, claim: &Claim, authorities: &[Vec<u8>]) -> Result<(), Refusal> {
    let read = |ders: &[Vec<u8>]| -> Vec<Certificate> {
        ders.iter().filter_map(|der| Certificate::from_der(der).ok()).collect()
    };
    let authorities = read(authorities);
    let mut others = read(claim.certificates.get(1..).unwrap_or_default());
    let mut current = own.clone();
    loop {
        if authorities.iter().any(|authority| current.is_issued_by(authority) == Issued::Yes) {
            return Ok(());
        }
        let issuer = |other: &Certificate| other.is_ca() && current.is_issued_by(other) == Issued::Yes;
        let Some(place) = others.iter().position(issuer) else {
            return Err(Refusal::CertificateUntrusted);
        };
        current = others.swap_remove(place);
        valid(&current, claim.date)?;
    }
}

/// Whether the certificate is the one with this thumbprint: SHA-1 or SHA-256 in hex, in any case and with colons or not.
pub(super) fn has_thumbprint(certificate: &Certificate, thumbprint: &str) -> bool {
    let digits: String = thumbprint.chars().filter(char::is_ascii_hexdigit).collect();
    let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate.der());
    let sha1: String = sha1.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    [sha1, certificate.sha256()].iter().any(|own| own.eq_ignore_ascii_case(&digits))
}

fn valid(certificate: &Certificate, date: UnixTime) -> Result<(), Refusal> {
    let is_valid = (certificate.not_before()..=certificate.not_after()).contains(&date);
    if is_valid { Ok(()) } else { Err(Refusal::CertificateDate) }
}
