//! Which certificates the window knows by their MD5, so that a module that tells little of what it stores is understood
//! all the same.

use super::part::{Part, whose};
use crate::credential::{Certificate, Finding, Severity, roots};
use crate::moment::UnixTime;

/// The root that Azure used until 2025 and that many modules still hold (clouds.md §1.3): its MD5 and its last second.
const BALTIMORE: (&str, UnixTime) = ("ACB694A59C17E0D791529BB19706A6E4", UnixTime(1_747_094_340));

/// The built-in roots, as parts that can be put on the module.
pub(super) fn builtin_roots(today: UnixTime) -> Vec<Part> {
    let part = |name| {
        let file = roots::file_name(name)?;
        Some(Part::of_certificate(roots::builtin(name)?, file, today))
    };
    roots::names().filter_map(part).collect()
}

/// What a stored certificate turns out to be.
#[derive(Clone, Copy)]
pub(super) struct Recognised<'a> {
    pub(super) name: &'a str,
    pub(super) expires: UnixTime,
    /// The certificate itself, where it is at hand.
    pub(super) certificate: Option<&'a Certificate>,
    /// What a person has to know of it.
    pub(super) warning: Option<Warning<'a>>,
}

/// A warning and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Warning<'a> {
    pub(super) message: &'a str,
    pub(super) help: &'a str,
}

/// The certificate of this MD5 among parts, or one that is known by its MD5 alone.
pub(super) fn recognise<'a>(
    md5: Option<&str>,
    parts: impl Iterator<Item = &'a Part>,
) -> Option<Recognised<'a>> {
    let md5 = md5?;
    let mut certificates = parts.filter(|part| part.md5() == Some(md5));
    let found = certificates.find_map(|part| {
        let certificate = part.certificate()?;
        // How long it is valid is told by its date.
        let bad = |finding: &&Finding| {
            finding.severity > Severity::Info && !matches!(finding.code, "expired" | "expires-soon")
        };
        let bad = part.findings.iter().find(bad);
        let warning = bad.map(|finding| Warning {
            message: &finding.message,
            help: finding.help.as_deref().unwrap_or_default(),
        });
        let (name, expires) = (whose(certificate), certificate.not_after());
        Some(Recognised { name, expires, certificate: Some(certificate), warning })
    });
    found.or((md5 == BALTIMORE.0).then_some(Recognised {
        name: "Baltimore CyberTrust Root",
        expires: BALTIMORE.1,
        certificate: None,
        warning: Some(Warning {
            message: "This root expired on 2025-05-12: Azure does not use it any more",
            help: "Upload DigiCert Global Root G2 from the built-in roots, then remove this one",
        }),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{BALTIMORE as BALTIMORE_PEM, NOW};

    #[test]
    fn what_is_said_of_the_expired_root_is_true_of_the_certificate() {
        let certificate = Certificate::parse(BALTIMORE_PEM.as_bytes()).unwrap();
        let recognised = recognise(Some(&certificate.md5()), std::iter::empty()).unwrap();
        assert_eq!((recognised.name, recognised.expires), (whose(&certificate), certificate.not_after()));
        assert!(recognised.warning.unwrap().help.contains("DigiCert Global Root G2"));
    }

    #[test]
    fn built_in_roots_are_recognised_by_their_md5_alone() {
        let roots = builtin_roots(NOW);
        assert_eq!(roots.len(), roots::names().count());
        let amazon = roots.iter().find(|root| root.title() == "Amazon Root CA 1").unwrap();
        assert_eq!((amazon.name.as_str(), amazon.bytes()), ("AmazonRootCA1.pem", 1188));
        assert_eq!(recognise(amazon.md5(), roots.iter()).unwrap().name, "Amazon Root CA 1");
        assert!(recognise(Some("0123"), roots.iter()).is_none() && recognise(None, roots.iter()).is_none());
    }
}
