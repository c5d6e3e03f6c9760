//! Spellings of PEM that are repaired, files that cannot be used and what is said about them.

use std::io::{Cursor, Write};

use super::*;
use crate::credential::fixtures::{
    EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_ENCRYPTED_TRADITIONAL, EC_KEY_PKCS8,
    EC_KEY_WITH_PARAMETERS, EC_PUBLIC_KEY, EC_REQUEST, NOW, ROOT, RSA_KEY, store,
};
use proptest::prelude::*;

fn nouns(bytes: impl AsRef<[u8]>) -> Vec<&'static str> {
    read(bytes.as_ref(), None).unwrap().items.iter().map(Item::noun).collect()
}

fn message(bytes: impl AsRef<[u8]>) -> String {
    let finding = read(bytes.as_ref(), None).unwrap_err();
    format!("{} {}", finding.message, finding.help.unwrap())
}

fn certificate() -> Certificate {
    Certificate::parse(EC_CERTIFICATE.as_bytes()).unwrap()
}

fn items(bytes: &[u8]) -> Vec<Item> {
    read(bytes, None).unwrap().items
}

fn armour_of(label: &str, der: &[u8]) -> Vec<u8> {
    pem::armour(label, der).as_bytes().to_vec()
}

fn repairs(bytes: &[u8]) -> Vec<String> {
    read(bytes, None).unwrap().notes.into_iter().map(|note| note.message).collect()
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
    assert_eq!(items(certificate().der()), [Item::Certificate(Box::new(certificate()))]);
}

#[test]
fn what_editors_and_mail_programs_do_is_repaired() {
    let body: String = EC_CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
    let utf16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        [mark.to_vec(), EC_CERTIFICATE.encode_utf16().flat_map(bytes).collect()].concat()
    };
    let trusted = [certificate().der(), &[0x30, 3, 2, 1, 1]].concat();
    for (said, bytes) in [
        ("byte order mark", format!("\u{feff}{EC_CERTIFICATE}").into_bytes()),
        ("UTF-16", utf16([0xFF, 0xFE], u16::to_le_bytes)),
        ("UTF-16", utf16([0xFE, 0xFF], u16::to_be_bytes)),
        ("CRLF", EC_CERTIFICATE.replace('\n', "\r\n").into_bytes()),
        ("CR line", EC_CERTIFICATE.replace('\n', "\r").into_bytes()),
        ("indentation", EC_CERTIFICATE.replace('\n', "\n\t  ").into_bytes()),
        ("text around", format!("subject=CN=M\u{fc}ller\n\n{EC_CERTIFICATE}\nthat is all\n").into_bytes()),
        ("text around", [b"M\xFCller\n".as_slice(), EC_CERTIFICATE.as_bytes()].concat()),
        ("last line end", EC_CERTIFICATE.trim_end().as_bytes().to_vec()),
        (
            "long lines",
            format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n").into_bytes(),
        ),
        ("long lines", EC_CERTIFICATE.replace('\n', " ").into_bytes()),
        ("old label", EC_CERTIFICATE.replace("CERTIFICATE", "X509 CERTIFICATE").into_bytes()),
        ("trust settings", armour_of("TRUSTED CERTIFICATE", &trusted)),
        ("BEGIN and END", body.clone().into_bytes()),
    ] {
        assert_eq!(items(&bytes), [Item::Certificate(Box::new(certificate()))], "{said}");
        let repairs = repairs(&bytes);
        assert!(repairs.iter().any(|repair| repair.contains(said)), "{said}: {repairs:?}");
    }
    assert_eq!(repairs(EC_CERTIFICATE.as_bytes()), Vec::<String>::new());
    assert_eq!(items(EC_CERTIFICATE.replace('\n', "\n\n").as_bytes()).len(), 1);
    assert_eq!(certificate().pem(), EC_CERTIFICATE);
}

#[test]
fn an_encrypted_key_keeps_its_headers() {
    for text in [EC_KEY_ENCRYPTED_PKCS8, EC_KEY_ENCRYPTED_TRADITIONAL] {
        let items = items(text.replace('\n', "\r\n").as_bytes());
        let Some(Item::EncryptedKey(key)) = items.first() else { panic!("{items:?}") };
        assert_eq!(key.pem().reveal(), text);
    }
}

#[test]
fn what_cannot_be_used_is_named() {
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
        (b"-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n", "openssl pkcs7"),
        (b"{ \"certificatePem\": \"none\" }", "no certificate and no key"),
        (b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "archive holds no"),
        (b"PK\x03\x04 and then nothing", "archive is damaged"),
        (b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n", "EC PARAMETERS"),
    ] {
        assert!(message(bytes).contains(named), "{named}: {}", message(bytes));
    }
}

#[test]
fn what_json_and_c_source_wrap_is_found() {
    let escaped = |text: &str| text.replace('\n', "\\n");
    let json = format!(
        "{{ \"certificateId\": \"a1\", \"certificatePem\": \"{}\", \"keyPair\": {{ \"PrivateKey\": \"{}\" }} }}",
        escaped(EC_CERTIFICATE),
        escaped(RSA_KEY)
    );
    let content = read(json.as_bytes(), None).unwrap();
    assert_eq!((content.wrapping, nouns(&json)), (Wrapping::Json, vec!["a certificate", "a private key"]));
    let lines = [EC_CERTIFICATE, ROOT].map(|text| text.replace('\n', "\\r\\n\"\n\""));
    let source =
        format!("/* roots */ const char certificates[] =\n\"{}\"\n/* D */\n\"{}\";\n", lines[0], lines[1]);
    let content = read(source.as_bytes(), None).unwrap();
    assert_eq!((content.wrapping, nouns(&source)), (Wrapping::CSource, vec!["a certificate"; 2]));
}

#[test]
fn tokens_and_connection_strings_are_read() {
    const SIGNATURE: &str = "k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D";
    let token = format!("SharedAccessSignature sr=h%2Fdevices%2Fd&sig={SIGNATURE}&se=2000000000\n");
    assert_eq!(nouns(token), ["a SAS token"]);
    assert_eq!(nouns("HostName=h;DeviceId=d;SharedAccessKey=AAEC\r\n"), ["a connection string"]);
    assert_eq!(read(b"SharedAccessSignature sr=h", None).unwrap_err().code, "malformed-token");
    assert_eq!(
        read(b"HostName=h;SharedAccessKeyName=o;SharedAccessKey=AAEC", None).unwrap_err().code,
        "owner-string"
    );
}

#[test]
fn a_locked_key_is_unlocked_with_everything_beside_it() {
    let file = [EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8].concat();
    let opened = unlock(file.as_bytes(), &Secret::new("example")).unwrap();
    assert_eq!(nouns(&*opened), ["a certificate", "a private key"]);
    assert_eq!(unlock(file.as_bytes(), &Secret::new("wrong")).unwrap_err().code, "wrong-password");
}

/// Files of every wrapping, to be damaged.
fn wrappings() -> Vec<Vec<u8>> {
    let escaped = |text: &str| text.replace('\n', "\\n");
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("a.pem", EC_CERTIFICATE), ("a.key", RSA_KEY)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let key = PrivateKey::parse(RSA_KEY.as_bytes()).unwrap();
    vec![
        [EC_CERTIFICATE, ROOT, EC_KEY_WITH_PARAMETERS, EC_REQUEST, EC_PUBLIC_KEY].concat().into_bytes(),
        [RSA_KEY, EC_KEY_ENCRYPTED_TRADITIONAL, EC_KEY_ENCRYPTED_PKCS8].concat().into_bytes(),
        format!("{{ \"certificatePem\": \"{}\" }}", escaped(EC_CERTIFICATE)).into_bytes(),
        format!("char c[] = \"{}\";", escaped(ROOT)).into_bytes(),
        EC_CERTIFICATE.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        certificate().der().to_vec(),
        key.der().to_vec(),
        store(),
        archive.finish().unwrap().into_inner(),
        b"HostName=h;DeviceId=d;SharedAccessKey=AAEC".to_vec(),
        b"SharedAccessSignature sr=h%2Fdevices%2Fd&sig=k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D&se=2"
            .to_vec(),
    ]
}

#[test]
fn a_store_is_opened_by_its_password_alone() {
    let password = Secret::new("example");
    let content = read(&store(), Some(&password)).unwrap();
    assert_eq!(content.wrapping, Wrapping::OpenStore);
    assert_eq!(content.items.iter().map(Item::noun).collect::<Vec<_>>(), ["a certificate", "a private key"]);
    assert_eq!(nouns(&*unlock(&store(), &password).unwrap()), ["a certificate", "a private key"]);
    for wrong in [None, Some(Secret::new("wrong"))] {
        let content = read(&store(), wrong.as_ref()).unwrap();
        assert_eq!((content.wrapping, content.items), (Wrapping::ClosedStore, Vec::new()));
    }
    assert_eq!(unlock(&store(), &Secret::new("wrong")).unwrap_err().code, "wrong-password");
}

/// One thing that happens to a file on its way.
#[derive(Clone, Debug)]
enum Damage {
    Change(usize, u8),
    Cut(usize, usize),
    Double(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Change(at, byte)),
        (any::<usize>(), 0usize..200).prop_map(|(at, length)| Damage::Cut(at, length)),
        (any::<usize>(), 0usize..200).prop_map(|(at, length)| Damage::Double(at, length)),
    ]
}

fn damaged(mut bytes: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages {
        let place = |at: &usize| at % (bytes.len() + 1);
        match damage {
            Damage::Change(at, byte) => {
                let at = place(at);
                bytes.get_mut(at).into_iter().for_each(|place| *place = *byte);
            }
            Damage::Cut(at, length) => {
                let at = place(at);
                bytes.drain(at..bytes.len().min(at + length));
            }
            Damage::Double(at, length) => {
                let at = place(at);
                let piece = bytes[at..bytes.len().min(at + length)].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
        let _ = read(&bytes, None);
    }

    #[test]
    fn no_damage_to_a_file_makes_reading_or_judging_panic(
        which in 0usize..11,
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        let bytes = damaged(wrappings()[which].clone(), &damages);
        let password = Secret::new("example");
        if let Ok(content) = read(&bytes, Some(&password)) {
            let file = check::File { name: "x", content: &content };
            check::together(&[file], &check::Naming::DeviceId("device1"), Some(&password), NOW);
        }
    }
}
