//! The roots that come with the program, by the names a profile uses (clouds.md §1.3).
//! The certificates themselves are those of `webpki-root-certs`; which of them a cloud needs is told elsewhere.

use aws_lc_rs::digest;
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

use super::{Certificate, hex};

/// Name, file name and SHA-1 fingerprint of each.
const ROOTS: &[(&str, &str, &str)] = &[
    ("amazon-root-ca-1", "AmazonRootCA1.pem", "8DA7F965EC5EFC37910F1C6E59FDC1CC6A6EDE16"),
    ("amazon-root-ca-3", "AmazonRootCA3.pem", "0D44DD8C3C8C1A1A58756481E90F2E2AFFB3D26E"),
    ("digicert-global-root-g2", "DigiCertGlobalRootG2.pem", "DF3C24F9BFD666761B268073FE06D1CC8D4F82A4"),
    ("digicert-global-root-g3", "DigiCertGlobalRootG3.pem", "7E04DE896A3E666D00E687D33FFAD93BE83D349E"),
    ("microsoft-rsa-root-2017", "MicrosoftRSARootCA2017.pem", "73A5E64A3BFF8316FF0EDCCC618A906E4EAE4D74"),
    ("microsoft-ecc-root-2017", "MicrosoftECCRootCA2017.pem", "999A64C37FF47D9FAB95F14769891460EEC4C3C5"),
    ("starfield-services-g2", "StarfieldServicesRootG2.pem", "925A8F8D2C6D04E0665F596AFF22D863E8256F3F"),
];

/// The root of this name.
pub fn builtin(name: &str) -> Option<Certificate> {
    let (.., sha1) = ROOTS.iter().find(|(known, ..)| *known == name)?;
    let der = TLS_SERVER_ROOT_CERTS
        .iter()
        .find(|der| hex(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref()) == *sha1)?;
    Certificate::from_der(der).ok()
}

/// What the file of this root is called where people download it; at most 32 characters, as a module takes it.
pub fn file_name(name: &str) -> Option<&'static str> {
    ROOTS.iter().find(|(known, ..)| *known == name).map(|(_, file_name, _)| *file_name)
}

/// The names of all of them.
pub fn names() -> impl Iterator<Item = &'static str> {
    ROOTS.iter().map(|(name, ..)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_root() {
        for name in names() {
            let root = builtin(name).unwrap_or_else(|| panic!("{name} is missing"));
            assert!(root.is_ca() && root.is_self_issued(), "{name}");
            assert!(file_name(name).unwrap().len() <= 32, "{name}");
        }
        assert_eq!(builtin("baltimore"), None);
    }

    #[test]
    fn the_roots_are_those_of_the_fact_sheet() {
        for (name, common_name, key, pem_bytes) in [
            ("amazon-root-ca-1", "Amazon Root CA 1", "rsa-2048", 1188),
            ("amazon-root-ca-3", "Amazon Root CA 3", "ec-p256", 656),
            ("digicert-global-root-g2", "DigiCert Global Root G2", "rsa-2048", 1294),
            ("digicert-global-root-g3", "DigiCert Global Root G3", "ec-p384", 839),
            ("microsoft-rsa-root-2017", "Microsoft RSA Root Certificate Authority 2017", "rsa-4096", 2021),
            ("microsoft-ecc-root-2017", "Microsoft ECC Root Certificate Authority 2017", "ec-p384", 875),
            ("starfield-services-g2", "Starfield Services Root Certificate Authority - G2", "rsa-2048", 1424),
        ] {
            let certificate = builtin(name).unwrap();
            assert_eq!(certificate.common_name(), Some(common_name));
            assert_eq!(
                (certificate.key_kind().to_string().as_str(), certificate.pem().len()),
                (key, pem_bytes)
            );
        }
    }
}
