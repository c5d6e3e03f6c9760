//! The certificates and keys in a module, and what it takes for one (protocol.md §7): strict PEM, nothing else.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use time::OffsetDateTime;
use time::macros::format_description;
use x509_parser::der_parser::parse_der;
use x509_parser::oid_registry::{OID_KEY_TYPE_EC_PUBLIC_KEY, OID_PKCS1_RSAENCRYPTION};
use zeroize::Zeroizing;

use crate::credential::Certificate;
use crate::module::CredentialKind;

/// The longest name, in characters.
pub(in crate::simulator) const MAX_NAME: usize = 32;
/// The longest file, in bytes.
pub(in crate::simulator) const MAX_SIZE: usize = 8192;
/// RFC 7468, which modules hold to.
const PEM_COLUMNS: usize = 64;

/// Everything that is stored. Its number of entries is not limited, for no limit is documented.
#[derive(Default)]
pub(in crate::simulator) struct Certificates {
    /// By the code of the kind and the name, which is also the order of the list.
    entries: BTreeMap<(u8, String), Entry>,
}

struct Entry {
    der: Zeroizing<Vec<u8>>,
    md5: String,
    details: Option<Details>,
}

/// What newer firmware says about a certificate.
struct Details {
    /// The common name of the issuer, which version 5 gives in place of the subject's (protocol.md §7.3).
    issuer: String,
    /// `YYYY/MM/DD HH:MM:SS`
    expiry: String,
}

impl Certificates {
    /// Stores what was uploaded, in place of an entry of the same name, and gives its MD5. `None`: it cannot be used.
    /// An encrypted key is kept as it is and needs a password.
    pub(in crate::simulator) fn import(
        &mut self,
        (kind, name): (CredentialKind, &str),
        pem: &[u8],
        password: Option<&str>,
    ) -> Option<&str> {
        let entry = match kind {
            CredentialKind::TrustedRoot | CredentialKind::Certificate => read_certificate(pem)?,
            CredentialKind::PrivateKey => read_key(pem, password)?,
        };
        let key = (kind.code(), name.to_owned());
        self.entries.insert(key.clone(), entry);
        self.entries.get(&key).map(|entry| entry.md5.as_str())
    }

    pub(in crate::simulator) fn has(&self, kind: CredentialKind, name: &str) -> bool {
        self.get(kind, name).is_some()
    }

    pub(in crate::simulator) fn remove(&mut self, kind: CredentialKind, name: &str) -> Option<()> {
        self.entries.remove(&(kind.code(), name.to_owned())).map(drop)
    }

    /// 32 upper-case hex digits.
    pub(in crate::simulator) fn md5(&self, kind: CredentialKind, name: &str) -> Option<&str> {
        self.get(kind, name).map(|entry| entry.md5.as_str())
    }

    pub(in crate::simulator) fn der(&self, kind: CredentialKind, name: &str) -> Option<&Zeroizing<Vec<u8>>> {
        self.get(kind, name).map(|entry| &entry.der)
    }

    /// The lines of the list (protocol.md §7.3), of one kind or all.
    pub(in crate::simulator) fn list(&self, only: Option<CredentialKind>, details: bool) -> Vec<String> {
        let wanted = |code: u8| only.is_none_or(|kind| kind.code() == code);
        self.entries
            .iter()
            .filter(|((code, _), _)| wanted(*code))
            .map(|((code, name), entry)| {
                let letters = CredentialKind::from_code(*code).map_or("", CredentialKind::list_code);
                match entry.details.as_ref().filter(|_| details) {
                    Some(Details { issuer, expiry }) => {
                        format!("\"{letters}\",\"{name}\",\"CN={issuer}\",\"{expiry}\"")
                    }
                    None => format!("\"{letters}\",\"{name}\""),
                }
            })
            .collect()
    }

    fn get(&self, kind: CredentialKind, name: &str) -> Option<&Entry> {
        self.entries.get(&(kind.code(), name.to_owned()))
    }
}

fn read_certificate(pem: &[u8]) -> Option<Entry> {
    let section = Section::read(pem).filter(|section| section.label == "CERTIFICATE")?;
    let certificate = Certificate::from_der(&section.der).ok()?;
    let expiry = OffsetDateTime::from_unix_timestamp(certificate.not_after().0).ok()?;
    let form = format_description!("[year]/[month]/[day] [hour]:[minute]:[second]");
    Some(Entry {
        md5: certificate.md5(),
        details: Some(Details {
            issuer: common_name(certificate.issuer()).to_owned(),
            expiry: expiry.format(form).ok()?,
        }),
        der: section.der,
    })
}

fn read_key(pem: &[u8], password: Option<&str>) -> Option<Entry> {
    let section = Section::read(pem)?;
    if section.encrypted || section.label == "ENCRYPTED PRIVATE KEY" {
        password.filter(|password| !password.is_empty())?;
    } else {
        is_key(section.label, &section.der)?.then_some(())?;
    }
    let md5 = Md5::digest(&section.der).iter().map(|byte| format!("{byte:02X}")).collect();
    Some(Entry { md5, details: None, der: section.der })
}

/// Whether DER has the form of an RSA or EC key: PKCS#1, SEC1 or PKCS#8 (RFC 8017, 5915, 5208). Whether its numbers
/// make a key shows when it is used; to prove it here would take longer than everything else about an upload.
fn is_key(label: &str, der: &[u8]) -> Option<bool> {
    let (_, object) = parse_der(der).ok().filter(|(rest, _)| rest.is_empty())?;
    let parts = object.as_sequence().ok()?;
    Some(match (label, parts.as_slice()) {
        ("RSA PRIVATE KEY", numbers) => {
            numbers.len() >= 9 && numbers.iter().all(|number| number.as_biguint().is_ok())
        }
        ("EC PRIVATE KEY", [version, key, ..]) => version.as_u32() == Ok(1) && key.as_slice().is_ok(),
        ("PRIVATE KEY", [_, algorithm, key, ..]) => {
            let known = [OID_PKCS1_RSAENCRYPTION, OID_KEY_TYPE_EC_PUBLIC_KEY];
            let name = algorithm.as_sequence().ok()?.first()?.as_oid().ok()?;
            known.contains(name) && key.as_slice().is_ok()
        }
        _ => false,
    })
}

fn common_name(name: &str) -> &str {
    let (_, rest) = name.split_once("CN=").unwrap_or(("", name));
    rest.split_once(", ").map_or(rest, |(common_name, _)| common_name)
}

/// The first section of a PEM file.
struct Section<'a> {
    label: &'a str,
    /// It has the header of an old-fashioned encrypted key.
    encrypted: bool,
    der: Zeroizing<Vec<u8>>,
}

impl<'a> Section<'a> {
    /// Text before the section does not matter; its lines do.
    fn read(pem: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(pem).ok()?;
        let (_, begun) = text.split_once("-----BEGIN ")?;
        let (label, rest) = begun.split_once("-----")?;
        let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
        if !body.starts_with(['\r', '\n']) || !body.ends_with(['\r', '\n']) {
            return None;
        }
        let lines = || body.split(['\r', '\n']);
        let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
        for line in lines().filter(|line| !line.contains(": ")) {
            (line.len() <= PEM_COLUMNS).then(|| base64.push_str(line))?;
        }
        let der = Zeroizing::new(STANDARD.decode(base64.as_str()).ok()?);
        Some(Self { label, encrypted: lines().any(|line| line == "Proc-Type: 4,ENCRYPTED"), der })
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::credential::fixtures::{
        EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_PKCS8, EC_KEY_WITH_PARAMETERS, ED25519_KEY, ROOT,
        RSA_KEY,
    };

    fn import(kind: CredentialKind, pem: &str) -> Option<String> {
        Certificates::default().import((kind, "x"), pem.as_bytes(), None).map(str::to_owned)
    }

    #[test]
    fn the_md5_is_that_of_the_der() {
        let root = Certificate::parse(ROOT.as_bytes()).unwrap();
        assert_eq!(import(CredentialKind::TrustedRoot, ROOT), Some(root.md5()));
        // openssl rsa -in key.pem -outform DER | md5sum
        assert_eq!(
            import(CredentialKind::PrivateKey, RSA_KEY).as_deref(),
            Some("96DB64611D7EAB44BFD9CB639321283C")
        );
        assert!(import(CredentialKind::PrivateKey, EC_KEY_PKCS8).is_some());
    }

    #[test]
    fn line_ends_of_any_kind_and_text_in_front_do_not_matter() {
        for text in [
            ROOT.replace('\n', "\r\n"),
            ROOT.replace('\n', "\r"),
            format!("\n{ROOT}"),
            format!("Root\n{ROOT}"),
        ] {
            assert!(import(CredentialKind::TrustedRoot, &text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_a_module_cannot_read_is_refused() {
        let der = Certificate::parse(ROOT.as_bytes()).unwrap();
        let one_line =
            ROOT.replace('\n', "").replace("-----MII", "-----\nMII").replace("-----END", "\n-----END");
        for (kind, text) in [
            (CredentialKind::TrustedRoot, String::from_utf8_lossy(der.der()).into_owned()),
            (CredentialKind::TrustedRoot, one_line),
            (CredentialKind::TrustedRoot, ROOT.replace("-----\nMII", "-----MII")),
            (CredentialKind::TrustedRoot, ROOT.replace('M', " ")),
            (CredentialKind::TrustedRoot, ROOT.split_at(400).0.to_owned()),
            (CredentialKind::Certificate, RSA_KEY.to_owned()),
            (CredentialKind::PrivateKey, EC_CERTIFICATE.to_owned()),
            (CredentialKind::PrivateKey, EC_KEY_WITH_PARAMETERS.to_owned()),
            (CredentialKind::PrivateKey, ED25519_KEY.to_owned()),
            (CredentialKind::PrivateKey, EC_KEY_ENCRYPTED_PKCS8.to_owned()),
        ] {
            assert_eq!(import(kind, &text), None, "{text}");
        }
    }

    #[test]
    fn an_encrypted_key_is_kept_if_a_password_comes_with_it() {
        let mut store = Certificates::default();
        let name = (CredentialKind::PrivateKey, "key");
        assert!(store.import(name, EC_KEY_ENCRYPTED_PKCS8.as_bytes(), Some("example")).is_some());
    }

    #[test]
    fn the_list_shows_the_issuer_where_firmware_does() {
        let mut store = Certificates::default();
        store.import((CredentialKind::Certificate, "cert.pem"), EC_CERTIFICATE.as_bytes(), None);
        store.import((CredentialKind::PrivateKey, "key.pem"), RSA_KEY.as_bytes(), None);
        assert_eq!(
            store.list(None, true),
            [r#""CC","cert.pem","CN=Example Root","2036/11/20 00:01:16""#, r#""PK","key.pem""#]
        );
        assert_eq!(store.list(Some(CredentialKind::Certificate), false), [r#""CC","cert.pem""#]);
    }

    proptest! {
        #[test]
        fn any_upload_can_be_judged(
            label in "CERTIFICATE|PRIVATE KEY|EC PRIVATE KEY|RSA PRIVATE KEY", der in vec(any::<u8>(), 0..80), junk in vec(any::<u8>(), 0..80)
        ) {
            let pem = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(&der));
            for kind in [CredentialKind::TrustedRoot, CredentialKind::PrivateKey] {
                Certificates::default().import((kind, "x"), pem.as_bytes(), None);
                Certificates::default().import((kind, "x"), &junk, None);
            }
        }

        #[test]
        fn a_damaged_key_can_be_judged(at in 0..RSA_KEY.len(), byte: u8) {
            let mut pem = RSA_KEY.as_bytes().to_vec();
            pem[at] = byte;
            Certificates::default().import((CredentialKind::PrivateKey, "x"), &pem, None);
        }
    }
}
