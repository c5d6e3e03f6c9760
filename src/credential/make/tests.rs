//! What is made is what was asked for, and what cannot be made is refused in words. OpenSSL judges the same things in
//! `tests/it/making.rs`.

use std::sync::OnceLock;

use proptest::prelude::*;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::*;
use crate::credential::KeyKind;
use crate::credential::fixtures::{EC_CERTIFICATE, EC_KEY_WITH_PARAMETERS, EC_REQUEST, ROOT, RSA_KEY};

const VALIDITY: Validity =
    Validity { not_before: UnixTime(1_700_000_000), not_after: UnixTime(1_800_000_000) };
const CODE: &str = "106A5SD242AF512B3498BD6098C4941E66R34H268DDB3288";

fn authority() -> Authority {
    Authority::new("Test root", NewKey::P256, VALIDITY).unwrap()
}

fn refusal<T>(result: Result<T, Problem>) -> Problem {
    result.err().unwrap()
}

#[test]
fn certificates_say_what_they_were_made_for() {
    let authority = authority();
    let (_, root) = X509Certificate::from_der(authority.certificate().der()).unwrap();
    assert!(root.is_ca() && authority.certificate().is_self_issued());
    for (new, kind) in [(NewKey::P256, KeyKind::EcP256), (NewKey::Rsa2048, KeyKind::Rsa(2048))] {
        let pair = authority.device("device1", new, VALIDITY).unwrap();
        let (_, device) = X509Certificate::from_der(pair.certificate.der()).unwrap();
        assert_eq!(pair.certificate.subject(), "CN=device1");
        assert_eq!(pair.certificate.issuer(), "CN=Test root");
        assert_eq!(
            (pair.certificate.not_before(), pair.certificate.not_after()),
            (VALIDITY.not_before, VALIDITY.not_after)
        );
        assert_eq!((pair.certificate.version(), pair.certificate.key_kind()), (3, &kind));
        assert!(!device.is_ca() && device.verify_signature(Some(root.public_key())).is_ok());
        assert!(device.extended_key_usage().unwrap().unwrap().value.client_auth);
        assert!(pair.key.fits(&pair.certificate));
    }
}

#[test]
fn texts_are_pem() {
    let authority = authority();
    let server = authority.server("broker.example", NewKey::P256, VALIDITY).unwrap();
    for pem in [authority.certificate_pem(), server.certificate_pem()] {
        assert!(pem.starts_with("-----BEGIN CERTIFICATE-----\n"), "{pem}");
    }
    assert!(server.key_pem().reveal().contains("PRIVATE KEY-----\n"));
}

#[test]
fn impossible_wishes_are_refused_in_words() {
    let authority = authority();
    let until = |not_after| Validity { not_after: UnixTime(not_after), ..VALIDITY };
    for (problem, word) in [
        (refusal(authority.server("bröker", NewKey::P256, VALIDITY)), "host name"),
        (refusal(authority.device("", NewKey::P256, VALIDITY)), "empty"),
        (refusal(authority.device(&"x".repeat(65), NewKey::P256, VALIDITY)), "64"),
        (refusal(authority.device("d", NewKey::P256, until(i64::MAX))), "too far away"),
        (refusal(authority.device("d", NewKey::P256, until(253_402_300_800))), "too far away"),
        (refusal(authority.device("d", NewKey::P256, until(1))), "before it begins"),
        (refusal(authority.device("d", NewKey::Rsa2048, until(1_800_000_001))), "ends on 2027-01-15"),
        (refusal(authority.proof("no code", VALIDITY)), "' '"),
    ] {
        assert!(problem.kind == Kind::WrongForm && problem.message.contains(word), "{problem}");
    }
}

#[test]
fn a_certificate_does_not_begin_before_its_authority() {
    let early = Validity { not_before: UnixTime(1_600_000_000), ..VALIDITY };
    let device = authority().device("d", NewKey::P256, early).unwrap();
    assert_eq!(device.certificate.not_before(), VALIDITY.not_before);
}

#[test]
fn an_authority_is_opened_again_from_its_files() {
    let first = authority();
    let (pem, pair) = (first.certificate_pem(), first.into_pair());
    let certificate = Certificate::parse(pem.as_bytes()).unwrap();
    let key = PrivateKey::parse(pair.key_pem().reveal().as_bytes()).unwrap();
    let again = Authority::open(Pair { certificate, key }).unwrap();
    let device = again.device("device1", NewKey::P256, VALIDITY).unwrap();
    let (_, root) = X509Certificate::from_der(pair.certificate.der()).unwrap();
    let (_, device) = X509Certificate::from_der(device.certificate.der()).unwrap();
    assert!(device.verify_signature(Some(root.public_key())).is_ok());
}

#[test]
fn who_is_no_authority_signs_nothing() {
    let read = |certificate: &str, key: &str| Pair {
        certificate: Certificate::parse(certificate.as_bytes()).unwrap(),
        key: PrivateKey::parse(key.as_bytes()).unwrap(),
    };
    let foreign = refusal(Authority::open(read(ROOT, RSA_KEY)));
    assert_eq!(foreign.kind, Kind::KeyMismatch);
    let device = refusal(Authority::open(read(EC_CERTIFICATE, EC_KEY_WITH_PARAMETERS)));
    assert!(
        device.kind == Kind::WrongFile && device.message.contains("not that of an authority"),
        "{device}"
    );
}

#[test]
fn a_request_gets_its_name_and_key_certified() {
    let request = read_request(EC_REQUEST.as_bytes()).unwrap();
    let certificate = authority().requested(&request, VALIDITY).unwrap();
    assert_eq!(certificate.common_name(), Some("device1"));
    assert!(PrivateKey::parse(EC_KEY_WITH_PARAMETERS.as_bytes()).unwrap().fits(&certificate));
}

#[test]
fn the_same_wish_is_never_granted_with_the_same_serial() {
    let authority = authority();
    let request = read_request(EC_REQUEST.as_bytes()).unwrap();
    let [one, other] = [(); 2].map(|()| authority.requested(&request, VALIDITY).unwrap());
    let serial = |certificate: &Certificate| {
        X509Certificate::from_der(certificate.der()).unwrap().1.raw_serial().to_vec()
    };
    assert_ne!(serial(&one), serial(&other));
}

#[test]
fn every_wish_leads_to_what_a_person_keeps() {
    let authority = authority().into_pair();
    let new = |kind| Subject::New { common_name: "device1".to_owned(), key: kind };
    let request = read_request(EC_REQUEST.as_bytes()).unwrap();
    let (common_name, code) = ("device1".to_owned(), CODE.to_owned());
    let existing = KeySource::Existing(PrivateKey::parse(RSA_KEY.as_bytes()).unwrap());
    let wishes = [
        Wanted::Request { common_name: common_name.clone(), key: KeySource::New(NewKey::P256) },
        Wanted::Authority { common_name: common_name.clone(), key: NewKey::P256, validity: VALIDITY },
        Wanted::Device { authority: authority.clone(), subject: new(NewKey::P256), validity: VALIDITY },
        Wanted::Request { common_name, key: existing },
        Wanted::Device {
            authority: authority.clone(),
            subject: Subject::Requested(request),
            validity: VALIDITY,
        },
        Wanted::Proof { authority, code, validity: VALIDITY },
    ];
    let made = wishes.map(|wanted| wanted.make().unwrap());
    assert_eq!(made.each_ref().map(|made| made.key.is_some()), [true, true, true, false, false, false]);
    let names = made.each_ref().map(|made| match &made.document {
        Document::Certificate(certificate) => certificate.common_name().unwrap().to_owned(),
        Document::Request(request) => request.common_name().unwrap().to_owned(),
    });
    assert_eq!(names, ["device1", "device1", "device1", "device1", "device1", CODE]);
}

#[test]
fn keys_show_nowhere() {
    let wanted = Wanted::Device {
        authority: authority().into_pair(),
        subject: Subject::New { common_name: "device1".to_owned(), key: NewKey::P256 },
        validity: VALIDITY,
    };
    let made = wanted.make().unwrap();
    let keys = [
        made.key.clone().unwrap(),
        match &wanted {
            Wanted::Device { authority, .. } => authority.key.clone(),
            _ => panic!("it was a device"),
        },
    ];
    let shown = format!("{wanted:?} {made:?} {:?}", authority());
    for key in keys {
        let pem = key.pem();
        let body = pem.reveal().lines().nth(1).unwrap();
        assert!(!shown.contains(body) && !shown.contains(&format!("{:?}", &key.der()[..8])), "{shown}");
    }
}

#[test]
fn a_validity_begins_a_little_early_and_ends_on_its_day() {
    let now = UnixTime(1_700_000_000);
    let dates = |validity: Validity| (validity.not_before.0, validity.not_after.0);
    assert_eq!(dates(Validity::days(now, 365)), (1_699_996_400, 1_731_536_000));
    // There is a 29th of February in between.
    assert_eq!(dates(Validity::years(now, 1)), (1_699_996_400, 1_731_622_400));
    let leap_day = UnixTime(1_709_164_800);
    assert_eq!(Validity::years(leap_day, 1).not_after, UnixTime(1_740_700_800));
    assert_eq!(Validity::years(now, 8000).not_after, UnixTime(i64::MAX));
}

/// The bytes with one bit turned over, for every bit.
fn damaged(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..bytes.len() * 8).map(|bit| {
        let mut damaged = bytes.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        damaged
    })
}

#[test]
fn damage_to_an_authority_or_a_request_is_refused_or_harmless() {
    let pair = authority().into_pair();
    let request = read_request(EC_REQUEST.as_bytes()).unwrap();
    let mut opened = 0;
    for der in damaged(pair.certificate.der()) {
        let Ok(certificate) = Certificate::from_der(&der) else { continue };
        let Ok(authority) = Authority::open(Pair { certificate, key: pair.key.clone() }) else { continue };
        opened += 1;
        if let Ok(issued) = authority.requested(&request, VALIDITY) {
            assert_eq!(issued.issuer(), authority.certificate().subject());
        }
    }
    // Its signature, its serial number and most of its name may have any value.
    assert!(opened > 500, "{opened}");
    let authority = Authority::open(pair).unwrap();
    for der in damaged(request.der()) {
        // The signature covers everything but the wrapping around it.
        let Ok(read) = read_request(&der) else { continue };
        assert_eq!((read.common_name(), read.key()), (request.common_name(), request.key()));
        authority.requested(&read, VALIDITY).unwrap();
    }
}

proptest! {
    #[test]
    fn any_name_that_is_allowed_comes_back_as_it_was_given(text in any::<String>(), days in 0u16..=65_535) {
        static SIGNER: OnceLock<Authority> = OnceLock::new();
        let now = UnixTime(1_700_000_000);
        let signer = SIGNER.get_or_init(|| {
            Authority::new("Test root", NewKey::P256, Validity::years(now, 500)).unwrap()
        });
        let made = signer.device(&text, NewKey::P256, Validity::days(now, days));
        prop_assert_eq!(made.is_ok(), common_name(&text).is_ok());
        if let Ok(pair) = made {
            prop_assert_eq!(pair.certificate.common_name(), common_name(&text).ok());
        }
    }
}
