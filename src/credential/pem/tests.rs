//! Spellings of PEM that are repaired, files that cannot be used and what is said about them.

use super::*;
use crate::credential::fixtures::{
    EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_ENCRYPTED_TRADITIONAL, EC_KEY_PKCS8,
    EC_KEY_WITH_PARAMETERS, EC_PUBLIC_KEY, EC_REQUEST, ROOT, RSA_KEY,
};
use proptest::prelude::*;

fn nouns(bytes: impl AsRef<[u8]>) -> Vec<&'static str> {
    read(bytes.as_ref()).unwrap().iter().map(Item::noun).collect()
}

fn message(bytes: impl AsRef<[u8]>) -> String {
    let problem = read(bytes.as_ref()).unwrap_err();
    format!("{problem} {}", problem.help)
}

fn certificate() -> Certificate {
    Certificate::parse(EC_CERTIFICATE.as_bytes()).unwrap()
}

#[test]
fn each_kind_of_content_is_recognised() {
    for (text, noun) in [
        (EC_CERTIFICATE, "a certificate"),
        (EC_KEY_WITH_PARAMETERS, "a private key"),
        (EC_KEY_PKCS8, "a private key"),
        (RSA_KEY, "a private key"),
        (EC_KEY_ENCRYPTED_PKCS8, "an encrypted private key"),
        (EC_KEY_ENCRYPTED_TRADITIONAL, "an encrypted private key"),
        (EC_PUBLIC_KEY, "a public key"),
        (EC_REQUEST, "a request for a certificate"),
    ] {
        assert_eq!(nouns(text), [noun], "{text}");
    }
}

#[test]
fn a_file_with_several_things_gives_all_of_them_in_order() {
    assert_eq!(
        nouns([EC_CERTIFICATE, ROOT, EC_KEY_WITH_PARAMETERS].concat()),
        ["a certificate", "a certificate", "a private key"]
    );
}

#[test]
fn one_certificate_in_der_is_read() {
    assert_eq!(read(certificate().der()), Ok(vec![Item::Certificate(certificate())]));
}

#[test]
fn what_editors_and_mail_programs_do_is_repaired() {
    let body: String = EC_CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
    let utf16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        [mark.to_vec(), EC_CERTIFICATE.encode_utf16().flat_map(bytes).collect()].concat()
    };
    for (name, bytes) in [
        ("byte order mark", format!("\u{feff}{EC_CERTIFICATE}").into_bytes()),
        ("UTF-16, little end first", utf16([0xFF, 0xFE], u16::to_le_bytes)),
        ("UTF-16, big end first", utf16([0xFE, 0xFF], u16::to_be_bytes)),
        ("CR LF", EC_CERTIFICATE.replace('\n', "\r\n").into_bytes()),
        ("CR", EC_CERTIFICATE.replace('\n', "\r").into_bytes()),
        ("indented", EC_CERTIFICATE.replace('\n', "\n\t  ").into_bytes()),
        ("text around it", format!("subject=CN=M\u{fc}ller\n\n{EC_CERTIFICATE}\nthat is all\n").into_bytes()),
        ("text in Latin-1 before it", [b"M\xFCller\n".as_slice(), EC_CERTIFICATE.as_bytes()].concat()),
        ("no last line end", EC_CERTIFICATE.trim_end().as_bytes().to_vec()),
        ("blank lines", EC_CERTIFICATE.replace('\n', "\n\n").into_bytes()),
        (
            "body on one line",
            format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----").into_bytes(),
        ),
        ("all on one line", EC_CERTIFICATE.replace('\n', " ").into_bytes()),
        ("old label", EC_CERTIFICATE.replace("CERTIFICATE", "X509 CERTIFICATE").into_bytes()),
    ] {
        assert_eq!(read(&bytes), Ok(vec![Item::Certificate(certificate())]), "{name}");
    }
    assert_eq!(certificate().pem(), EC_CERTIFICATE);
}

#[test]
fn an_encrypted_key_keeps_its_headers() {
    for text in [EC_KEY_ENCRYPTED_PKCS8, EC_KEY_ENCRYPTED_TRADITIONAL] {
        let items = read(text.replace('\n', "\r\n").as_bytes()).unwrap();
        let Some(Item::EncryptedKey(key)) = items.first() else { panic!("{items:?}") };
        assert_eq!(key.pem().reveal(), text);
    }
}

#[test]
fn what_cannot_be_used_is_named() {
    let trusted = EC_CERTIFICATE.replace("CERTIFICATE", "TRUSTED CERTIFICATE");
    let noise: Vec<u8> = (0..=255).collect();
    for (bytes, named) in [
        (b"".as_slice(), "empty"),
        (b" \r\n\t", "empty"),
        (b"\xEF\xBB\xBF", "empty"),
        (b"<!DOCTYPE html>\n<html lang=\"en\">", "web page"),
        (b"<?xml version=\"1.0\"?><html>", "web page"),
        (b"Dear customer, please find attached", "no certificate and no key"),
        (&noise, "binary"),
        (&certificate().der()[..200], "binary"),
        (&EC_CERTIFICATE.as_bytes()[..200], "cut"),
        (b"-----BEGIN CERT", "cut"),
        (EC_CERTIFICATE.replace('M', "*").as_bytes(), "damaged"),
        (EC_CERTIFICATE.replace("MII", "AII").as_bytes(), "damaged"),
        (trusted.as_bytes(), "openssl x509"),
        (b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n", "EC PARAMETERS"),
    ] {
        assert!(message(bytes).contains(named), "{named}: {}", message(bytes));
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_damage_to_a_file_makes_the_reader_panic(position in 0usize..600, byte: u8, cut in 0usize..600) {
        for text in [EC_CERTIFICATE, RSA_KEY, EC_KEY_ENCRYPTED_TRADITIONAL] {
            let mut bytes = text.as_bytes().to_vec();
            if let Some(place) = bytes.get_mut(position) {
                *place = byte;
            }
            bytes.truncate(bytes.len() - cut.min(bytes.len()));
            let _ = read(&bytes);
        }
    }

    #[test]
    fn armour_reads_back_and_keeps_to_64_columns(size in 0usize..400) {
        let der = vec![0x5A; size];
        let text = armour("CERTIFICATE", &der);
        prop_assert!(text.ends_with('\n') && text.lines().all(|line| line.len() <= 64));
        let found = rustls_pemfile::read_one_from_slice(text.as_bytes()).unwrap().map(|(item, _)| item);
        prop_assert_eq!(found, Some(rustls_pemfile::Item::X509Certificate(der.into())));
    }
}
