//! One certificate: its dates, key, signature, version and uses, judged by what it stands for.

use super::{key, size};
use crate::credential::{Certificate, Finding, Strength};
use crate::moment::UnixTime;

/// Less than this before the end, and a person should know.
const SOON: i64 = 30 * 24 * 60 * 60;
/// The root that Azure used until 2025, and that the vendor's note recommends.
const BALTIMORE: &str = "16AF57A9F676B0AB126095AA5EBADEF22AB31119D644AC95CD4B93DBF3F26AEB";
/// The root that browsers dropped in April 2026 (clouds.md §1.3).
const DIGICERT_G1: &str = "4348A0E9444C78CB265E058D5E8944B4D84F9662BD26DB257F8934A443C70161";

/// What a certificate stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// An authority that nobody vouches for but itself.
    Root,
    /// An authority that another vouches for.
    Intermediate,
    /// A device or a server.
    Leaf,
}

/// What the certificate stands for.
pub fn standing(certificate: &Certificate) -> Standing {
    match (certificate.is_ca(), certificate.is_self_issued()) {
        (true, true) => Standing::Root,
        (true, false) => Standing::Intermediate,
        (false, _) => Standing::Leaf,
    }
}

/// Everything there is to say about a certificate by itself.
pub fn certificate(certificate: &Certificate, now: UnixTime) -> Vec<Finding> {
    let standing = standing(certificate);
    let findings = [
        validity(certificate, standing, now),
        key::kind(certificate.key_kind()),
        size(certificate.pem().len()),
        version(certificate),
        signature(certificate, standing),
        uses(certificate, standing),
        old_root(certificate),
    ];
    findings.into_iter().flatten().collect()
}

fn validity(certificate: &Certificate, standing: Standing, now: UnixTime) -> Option<Finding> {
    let name = certificate.common_name().unwrap_or(certificate.subject());
    let until = certificate.not_after().day();
    if certificate.is_expired(now) {
        return Some(expired(
            certificate,
            standing,
            &format!("The certificate of {name} expired on {until}"),
        ));
    }
    if now < certificate.not_before() {
        let from = certificate.not_before().day();
        return Some(Finding::warning(
            "not-yet-valid",
            format!("The certificate of {name} is not valid before {from}"),
            "Wait until then, or check the clock of this computer",
        ));
    }
    (certificate.not_after().0 - now.0 <= SOON).then(|| {
        let message = format!("The certificate of {name} is valid until {until} only");
        Finding::warning("expires-soon", message, "Have a new one made before it ends")
    })
}

fn expired(certificate: &Certificate, standing: Standing, message: &str) -> Finding {
    match standing {
        Standing::Root if certificate.sha256() == BALTIMORE => Finding::warning(
            "expired-root",
            format!("{message}: Azure does not use it any more"),
            "Use DigiCert Global Root G2, which comes with this program as digicert-global-root-g2",
        ),
        Standing::Root => Finding::warning(
            "expired-root",
            message,
            "Use the root that the cloud names today, or a built-in one",
        ),
        Standing::Intermediate => {
            Finding::warning("expired-authority", message, "Ask its authority for the one of today")
        }
        Standing::Leaf => {
            Finding::error("expired", message, "Use a newer one; also check the clock of this computer")
        }
    }
}

fn version(certificate: &Certificate) -> Option<Finding> {
    (certificate.version() < 3).then(|| {
        Finding::warning(
            "version-1",
            format!(
                "The certificate is of X.509 version {}, which many programs refuse",
                certificate.version()
            ),
            "Have it made anew as version 3: openssl x509 -req needs -extfile for that",
        )
    })
}

fn signature(certificate: &Certificate, standing: Standing) -> Option<Finding> {
    let signature = certificate.signature();
    // Nobody verifies the signature of a root, and that of an authority stands in another's hand.
    (standing == Standing::Leaf && signature.strength == Strength::Weak).then(|| {
        Finding::warning(
            "weak-signature",
            format!("The certificate is signed with {}, which clouds refuse today", signature.name),
            "Have it signed anew with SHA-256",
        )
    })
}

fn uses(certificate: &Certificate, standing: Standing) -> Option<Finding> {
    (standing == Standing::Leaf && !certificate.is_for_clients()).then(|| {
        Finding::warning(
            "server-only",
            "The certificate is not meant for clients: its extended key usage leaves them out",
            "Have it made with the extended key usage clientAuth",
        )
    })
}

fn old_root(certificate: &Certificate) -> Option<Finding> {
    (certificate.sha256() == DIGICERT_G1).then(|| {
        Finding::warning(
            "old-root",
            "This is DigiCert Global Root CA, which is being given up; of Azure only the cloud in China names it",
            "Use DigiCert Global Root G2, which comes with this program as digicert-global-root-g2",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{BALTIMORE, EC_CERTIFICATE, ED25519_CERTIFICATE, NOW, ROOT};

    fn codes(text: &str, now: UnixTime) -> Vec<&'static str> {
        let read = Certificate::parse(text.as_bytes()).unwrap();
        certificate(&read, now).into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn of_a_good_certificate_nothing_bad_is_said() {
        assert_eq!(codes(EC_CERTIFICATE, NOW), ["ec-key"]);
        assert_eq!(codes(ROOT, NOW), ["ec-key"]);
    }

    #[test]
    fn dates_are_judged_to_the_second() {
        let until = Certificate::parse(EC_CERTIFICATE.as_bytes()).unwrap().not_after();
        let at = |seconds| codes(EC_CERTIFICATE, UnixTime(until.0 + seconds));
        assert_eq!((at(-SOON - 1), at(-SOON)), (vec!["ec-key"], vec!["expires-soon", "ec-key"]));
        assert_eq!((at(0), at(1)), (vec!["expires-soon", "ec-key"], vec!["expired", "ec-key"]));
        assert_eq!(codes(EC_CERTIFICATE, UnixTime(0)), ["not-yet-valid", "ec-key"]);
    }

    #[test]
    fn the_expired_root_of_the_vendors_note_names_the_one_of_today() {
        let read = Certificate::parse(BALTIMORE.as_bytes()).unwrap();
        let findings = certificate(&read, NOW);
        assert_eq!(findings[0].code, "expired-root");
        assert!(findings[0].help.as_ref().unwrap().contains("DigiCert Global Root G2"));
    }

    #[test]
    fn a_key_that_no_module_uses_blocks() {
        assert_eq!(codes(ED25519_CERTIFICATE, NOW), ["ed25519"]);
    }
}
