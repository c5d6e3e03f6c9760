//! What becomes of whole profiles with their files, right and wrong.

use std::net::Ipv4Addr;

use zeroize::Zeroizing;

use super::*;
use crate::credential::fixtures::{
    BALTIMORE, EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_ENCRYPTED_TRADITIONAL, EC_KEY_PKCS8,
    EC_KEY_WITH_PARAMETERS, EC_PUBLIC_KEY, ED25519_CERTIFICATE, ED25519_KEY, NOW, ROOT, RSA_CERTIFICATE,
    RSA_KEY,
};
use crate::credential::roots;
use crate::profile::{Aws, Cloud, Security, StoredContent, StoredFile};

const AWS: &str = r#""cloud": { "kind": "aws", "endpoint": "abc123-ats.iot.eu-west-1.amazonaws.com", "client_id": "device1",
    "publish_topic": "device1/up", "subscribe_topic": "device1/#", "keep_alive": 60, "qos": 1,
    "ca": { "builtin": "amazon-root-ca-1" }, "certificate": { "file": "certs/device 1.pem" }, "private_key": { "file": "certs/device1.key" } }"#;

/// A profile under test, set field by field, and what is fetched for it.
struct Case {
    profile: Profile,
    materials: Materials,
}

impl Case {
    /// The profile without Wi-Fi, with an EC certificate and its key.
    fn aws() -> Self {
        let profile = Profile::parse(&format!(r#"{{ "version": 1, "name": "Lab", {AWS} }}"#)).unwrap();
        Self { profile, materials: Materials::default() }
            .file("cloud.certificate", EC_CERTIFICATE)
            .file("cloud.private_key", EC_KEY_WITH_PARAMETERS)
    }

    /// The same with this `wifi` part.
    fn wifi(wifi: &str) -> Self {
        Self::aws().set("wifi", wifi)
    }

    fn set(mut self, field: &str, value: &str) -> Self {
        self.profile.set(field, value).unwrap();
        self
    }

    fn file(mut self, field: &str, text: &str) -> Self {
        self.materials.insert(field, Material::File(Zeroizing::new(text.as_bytes().to_vec())));
        self
    }

    fn secret(mut self, field: &str, text: &str) -> Self {
        self.materials.insert(field, Material::Secret(Secret::new(text)));
        self
    }

    fn job(&self) -> Job {
        resolve(&self.profile, &self.materials, NOW).unwrap()
    }

    fn aws_job(&self) -> Aws {
        let Cloud::Aws(aws) = self.job().cloud else { panic!() };
        aws
    }

    fn problems(&self) -> Vec<Problem> {
        resolve(&self.profile, &self.materials, NOW).unwrap_err()
    }

    /// The only problem, which is at this field and of this kind; its message and help.
    fn problem(&self, kind: Kind, field: &str) -> String {
        let problems = self.problems();
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!((problem.kind, problem.field.as_deref()), (kind, Some(field)), "{problem}");
        format!("{} {}", problem.message, problem.help)
    }
}

fn pem(file: &StoredFile) -> &str {
    match &file.content {
        StoredContent::Upload { pem, .. } => pem.reveal(),
        StoredContent::OnModule => panic!("{file:?}"),
    }
}

fn md5(file: &StoredFile) -> Option<&str> {
    match &file.content {
        StoredContent::Upload { md5, .. } => md5.as_deref(),
        StoredContent::OnModule => panic!("{file:?}"),
    }
}

#[test]
fn a_right_profile_becomes_a_job() {
    let job = Case::aws().job();
    assert_eq!((job.name.as_deref(), &job.wifi, job.after), (Some("Lab"), &None, None));
    let Cloud::Aws(aws) = job.cloud else { panic!() };
    assert_eq!(aws.endpoint.as_str(), "abc123-ats.iot.eu-west-1.amazonaws.com");
    assert_eq!(aws.client_id.as_str(), "device1");
    assert_eq!(aws.publish_topic.unwrap().as_str(), "device1/up");
    assert_eq!(aws.subscribe_topic.unwrap().as_str(), "device1/#");
    assert_eq!((aws.options.keep_alive, aws.options.qos.map(crate::profile::Qos::code)), (Some(60), Some(1)));
    assert_eq!((aws.ca.name.as_str(), pem(&aws.ca).len()), ("AmazonRootCA1.pem", 1188));
    assert_eq!(
        (aws.identity.certificate.name.as_str(), pem(&aws.identity.certificate)),
        ("device_1.pem", EC_CERTIFICATE)
    );
    assert_eq!(md5(&aws.identity.certificate), Some("B0B37BA11EC14E731678F14D77354AD7"));
    assert_eq!(aws.identity.private_key.name.as_str(), "device1.key");
    assert_eq!(md5(&aws.identity.private_key), Some("097C01DEEA67DC206645B2545FB2E673"));
}

#[test]
fn a_pkcs8_key_is_sent_in_the_form_that_every_module_reads() {
    let aws = Case::aws().file("cloud.private_key", EC_KEY_PKCS8).aws_job();
    assert!(EC_KEY_WITH_PARAMETERS.ends_with(pem(&aws.identity.private_key)));
    assert_eq!(md5(&aws.identity.private_key), Some("097C01DEEA67DC206645B2545FB2E673"));
}

#[test]
fn files_on_the_module_are_taken_as_they_are() {
    let aws = Case::aws()
        .set("cloud.certificate", r#"{ "module": "cert.pem" }"#)
        .set("cloud.private_key", r#"{ "module": "key.pem" }"#)
        .aws_job();
    assert_eq!(
        (aws.identity.certificate.name.as_str(), aws.identity.certificate.content),
        ("cert.pem", StoredContent::OnModule)
    );
    assert_eq!(
        (aws.identity.private_key.name.as_str(), aws.identity.private_key.content),
        ("key.pem", StoredContent::OnModule)
    );
}

#[test]
fn every_missing_field_is_named() {
    let profile =
        Profile::parse(r#"{ "version": 1, "wifi": { "address": {} }, "cloud": { "kind": "aws" } }"#).unwrap();
    let problems = resolve(&profile, &Materials::default(), NOW).unwrap_err();
    let fields: Vec<_> = problems.iter().filter_map(|problem| problem.field.as_deref()).collect();
    let expected = [
        "wifi.ssid",
        "wifi.security",
        "wifi.address.ip",
        "wifi.address.mask",
        "wifi.address.gateway",
        "cloud.endpoint",
        "cloud.client_id",
        "cloud.ca",
        "cloud.certificate",
        "cloud.private_key",
    ];
    assert_eq!(fields, expected);
    assert!(problems.iter().all(|problem| problem.kind == Kind::MissingField));
}

#[test]
fn wrong_values_are_named_at_their_fields_all_at_once() {
    let problems = Case::wifi(r#"{ "ssid": "a name of more than thirty-two bytes", "security": "wpa-psk", "passphrase": { "ask": true } }"#)
        .secret("wifi.passphrase", "seven77")
        .set("cloud.endpoint", "https://abc123-ats.iot.eu-west-1.amazonaws.com")
        .set("cloud.client_id", "a b")
        .set("cloud.publish_topic", "device1/#")
        .set("cloud.subscribe_topic", "device1#")
        .set("cloud.keep_alive", "5")
        .set("cloud.qos", "2")
        .problems();
    let fields: Vec<_> = problems.iter().filter_map(|problem| problem.field.as_deref()).collect();
    let expected = [
        "wifi.ssid",
        "wifi.passphrase",
        "cloud.endpoint",
        "cloud.client_id",
        "cloud.publish_topic",
        "cloud.subscribe_topic",
        "cloud.keep_alive",
        "cloud.qos",
    ];
    assert_eq!(fields, expected);
    assert!(
        problems.iter().all(|problem| problem.kind == Kind::WrongForm && !problem.help.contains("seven77"))
    );
}

#[test]
fn what_could_not_be_fetched_is_named_at_its_field() {
    let mut case = Case::wifi(r#"{ "ssid": "lab", "security": "wpa3", "passphrase": { "env": "P" } }"#);
    let missing = |kind| Material::Failed(Problem::new(kind, "It is missing", "Find it"));
    case.materials.insert("wifi.passphrase", missing(Kind::MissingVariable));
    case.materials.insert("cloud.certificate", missing(Kind::MissingFile));
    let problems: Vec<_> =
        case.problems().into_iter().map(|problem| (problem.kind, problem.field.unwrap())).collect();
    let expected = [
        (Kind::MissingVariable, "wifi.passphrase".to_owned()),
        (Kind::MissingFile, "cloud.certificate".to_owned()),
    ];
    assert_eq!(problems, expected);
}

#[test]
fn what_nobody_fetched_is_a_fault_of_the_program() {
    let case = Case::wifi(r#"{ "ssid": "lab", "security": "wpa-psk", "passphrase": { "env": "P" } }"#);
    case.problem(Kind::Internal, "wifi.passphrase");
}

#[test]
fn a_secret_that_is_unknown_on_purpose_becomes_dots() {
    let mut case = Case::wifi(r#"{ "ssid": "lab", "security": "wpa-psk", "passphrase": { "env": "P" } }"#);
    case.materials.insert("wifi.passphrase", Material::Unknown);
    assert_eq!(case.job().wifi.unwrap().security, Security::WpaPsk(Secret::new(DOTS)));
}

#[test]
fn a_key_that_does_not_belong_to_the_certificate_is_named() {
    Case::aws().file("cloud.private_key", RSA_KEY).problem(Kind::KeyMismatch, "cloud.private_key");
    let authority = Case::aws().file("cloud.certificate", ROOT).problem(Kind::WrongFile, "cloud.certificate");
    assert!(authority.contains("authority"), "{authority}");
}

#[test]
fn a_file_of_the_wrong_kind_is_named() {
    for (field, text, named) in [
        ("cloud.certificate", RSA_KEY, "This is a private key, not a certificate"),
        ("cloud.certificate", "<html>", "web page"),
        ("cloud.certificate", "", "empty"),
        ("cloud.private_key", EC_PUBLIC_KEY, "This is a public key, not a private key"),
        ("cloud.private_key", EC_CERTIFICATE, "This is a certificate, not a private key"),
    ] {
        let said = Case::aws().file(field, text).problem(Kind::WrongFile, field);
        assert!(said.contains(named), "{said}");
    }
}

#[test]
fn a_root_is_one_certificate_of_an_authority() {
    let with_root =
        |text: &str| Case::aws().set("cloud.ca", r#"{ "file": "ca.pem" }"#).file("cloud.ca", text);
    assert_eq!(pem(&with_root(ROOT).aws_job().ca), ROOT);
    for (text, named) in [
        (EC_CERTIFICATE, "not of an authority"),
        (&[ROOT, EC_CERTIFICATE].concat(), "several"),
        (EC_KEY_PKCS8, "a private key"),
    ] {
        let said = with_root(text).problem(Kind::WrongFile, "cloud.ca");
        assert!(said.contains(named), "{said}");
    }
}

#[test]
fn of_a_bundle_the_root_that_the_cloud_needs_is_taken() {
    let amazon = roots::builtin("amazon-root-ca-1").unwrap().pem();
    let bundle = [BALTIMORE, &amazon, ROOT].concat();
    let case = Case::aws().set("cloud.ca", r#"{ "file": "bundle.pem" }"#).file("cloud.ca", &bundle);
    assert_eq!(pem(&case.aws_job().ca), amazon);
}

#[test]
fn what_can_be_used_and_should_be_looked_at_is_a_remark() {
    assert_eq!(Case::aws().job().remarks, []);
    let case = Case::aws().set("cloud.ca", r#"{ "file": "ca.pem" }"#).file("cloud.ca", BALTIMORE);
    let remarks = case.job().remarks;
    assert_eq!((remarks.len(), remarks[0].field.as_str()), (1, "cloud.ca"));
    assert_eq!(remarks[0].finding.code, "expired-root");
    assert!(remarks[0].finding.help.as_ref().unwrap().contains("DigiCert Global Root G2"));
}

#[test]
fn an_unknown_built_in_root_is_named_with_the_nearest() {
    let said = Case::aws().set("cloud.ca.builtin", "amazon-root-ca1").problem(Kind::WrongForm, "cloud.ca");
    assert!(said.contains("Did you mean amazon-root-ca-1?"), "{said}");
}

#[test]
fn an_expired_certificate_is_named() {
    let case = Case::aws();
    let problems = resolve(&case.profile, &case.materials, UnixTime(2_110_752_077)).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!(
        (problems[0].kind, problems[0].field.as_deref()),
        (Kind::WrongFile, Some("cloud.certificate"))
    );
    assert!(problems[0].message.contains("expired"));
}

#[test]
fn ed25519_is_refused_for_certificate_and_key() {
    let problems = Case::aws()
        .file("cloud.certificate", ED25519_CERTIFICATE)
        .file("cloud.private_key", ED25519_KEY)
        .problems();
    let fields: Vec<_> = problems.iter().filter_map(|problem| problem.field.as_deref()).collect();
    assert_eq!(fields, ["cloud.private_key", "cloud.certificate"]);
    assert!(problems.iter().all(|problem| problem.message.contains("Ed25519")));
}

#[test]
fn a_certificate_beyond_8192_bytes_is_refused() {
    let names: Vec<String> = (0..400).map(|number| format!("device-number-{number}.example.com")).collect();
    let certified = rcgen::generate_simple_self_signed(names).unwrap();
    let key = certified.signing_key.serialize_pem();
    let case = Case::aws().file("cloud.certificate", &certified.cert.pem()).file("cloud.private_key", &key);
    assert!(case.problem(Kind::WrongFile, "cloud.certificate").contains("at most 8192"));
}

#[test]
fn of_a_chain_the_certificate_of_the_key_is_taken() {
    let chain = [ROOT, RSA_CERTIFICATE, EC_CERTIFICATE, RSA_KEY].concat();
    let aws = Case::aws().file("cloud.certificate", &chain).file("cloud.private_key", &chain).aws_job();
    assert_eq!((pem(&aws.identity.certificate), pem(&aws.identity.private_key)), (RSA_CERTIFICATE, RSA_KEY));
}

#[test]
fn an_encrypted_key_is_opened_and_sent_without_its_password() {
    let case = Case::aws().file("cloud.private_key", EC_KEY_ENCRYPTED_PKCS8);
    case.problem(Kind::MissingField, "cloud.private_key.password");
    let case = case.set("cloud.private_key.password", r#"{ "ask": true }"#);
    let opened = case.secret("cloud.private_key.password", "example");
    let plain = Case::aws().file("cloud.private_key", EC_KEY_PKCS8).aws_job();
    assert_eq!(opened.aws_job().identity.private_key.content, plain.identity.private_key.content);
    let wrong = opened.secret("cloud.private_key.password", "wrong");
    let said = wrong.problem(Kind::WrongForm, "cloud.private_key.password");
    assert!(said.contains("does not open"), "{said}");
    let foreign = wrong
        .secret("cloud.private_key.password", "example")
        .file("cloud.certificate", RSA_CERTIFICATE)
        .problem(Kind::KeyMismatch, "cloud.private_key");
    assert!(foreign.contains("device2"), "{foreign}");
}

#[test]
fn an_encrypted_key_that_only_the_module_opens_goes_with_its_password() {
    let case = Case::aws().file("cloud.private_key", EC_KEY_ENCRYPTED_TRADITIONAL);
    case.problem(Kind::MissingField, "cloud.private_key.password");
    let case = case
        .set("cloud.private_key.password", r#"{ "ask": true }"#)
        .secret("cloud.private_key.password", "example");
    let expected = StoredContent::Upload {
        pem: Secret::new(EC_KEY_ENCRYPTED_TRADITIONAL),
        md5: None,
        password: Some(Secret::new("example")),
    };
    assert_eq!(case.aws_job().identity.private_key.content, expected);
    let long = case.secret("cloud.private_key.password", &"x".repeat(65));
    long.problem(Kind::WrongForm, "cloud.private_key.password");
}

#[test]
fn names_on_the_module_can_be_chosen_and_are_checked() {
    let aws = Case::aws().set("cloud.ca.name", "ca.pem").aws_job();
    assert_eq!(aws.ca.name.as_str(), "ca.pem");
    Case::aws().set("cloud.ca.name", "my ca.pem").problem(Kind::WrongForm, "cloud.ca.name");
    let on_module = Case::aws().set("cloud.ca", r#"{ "module": "a", "name": "b" }"#);
    on_module.problem(Kind::WrongForm, "cloud.ca.name");
}

/// Wi-Fi and cloud with a certificate each, both from files of the same name.
fn two_certificates() -> Case {
    Case::wifi(
        r#"{ "ssid": "lab", "security": "eap-tls", "ca": { "file": "ca.pem" }, "identity": "me",
             "certificate": { "file": "wifi/device 1.pem" }, "private_key": { "file": "wifi/device1.key" } }"#,
    )
    .file("wifi.ca", ROOT)
    .file("wifi.certificate", RSA_CERTIFICATE)
    .file("wifi.private_key", RSA_KEY)
}

#[test]
fn different_files_of_the_same_name_get_different_names_on_the_module() {
    let job = two_certificates().job();
    let Security::EapTls { certificate, private_key, ca, identity } = job.wifi.unwrap().security else {
        panic!()
    };
    assert_eq!((certificate.name.as_str(), private_key.name.as_str()), ("device_1.pem", "device1.key"));
    assert_eq!((ca.unwrap().name.as_str(), identity.as_deref()), ("ca.pem", Some("me")));
    let Cloud::Aws(aws) = job.cloud else { panic!() };
    assert_eq!(
        (aws.identity.certificate.name.as_str(), aws.identity.private_key.name.as_str()),
        ("device_1-2.pem", "device1-2.key")
    );
}

#[test]
fn two_files_cannot_be_given_the_same_name_on_the_module() {
    let case =
        two_certificates().set("wifi.certificate.name", "c.pem").set("cloud.certificate.name", "c.pem");
    case.problem(Kind::WrongForm, "cloud.certificate.name");
}

#[test]
fn each_kind_of_security_becomes_what_the_module_needs() {
    let open =
        Case::wifi(r#"{ "ssid": "lab", "security": "open", "on_startup": false }"#).job().wifi.unwrap();
    assert_eq!((open.security, open.on_startup, open.address), (Security::Open, false, None));
    let wpa3 = Case::wifi(r#"{ "ssid": "lab", "security": "wpa3", "passphrase": { "ask": true } }"#)
        .secret("wifi.passphrase", "long enough");
    let wpa3 = wpa3.job().wifi.unwrap();
    assert_eq!((wpa3.security, wpa3.on_startup), (Security::Wpa3(Secret::new("long enough")), true));
    let peap = Case::wifi(
        r#"{ "ssid": "lab", "security": "peap", "identity": "me", "password": { "ask": true }, "domain": "corp" }"#,
    )
    .secret("wifi.password", "secret");
    let expected = Security::Peap {
        identity: "me".to_owned(),
        password: Secret::new("secret"),
        domain: Some("corp".to_owned()),
        ca: None,
    };
    assert_eq!(peap.job().wifi.unwrap().security, expected);
    peap.secret("wifi.password", &"x".repeat(32)).problem(Kind::WrongForm, "wifi.password");
}

#[test]
fn a_field_that_the_security_does_not_take_is_named() {
    let open = Case::wifi(r#"{ "ssid": "lab", "security": "open", "passphrase": { "env": "P" } }"#);
    assert!(open.problem(Kind::WrongForm, "wifi.passphrase").contains("open network"));
    Case::wifi(r#"{ "ssid": "lab", "security": "open", "identity": "me" }"#)
        .problem(Kind::WrongForm, "wifi.identity");
}

#[test]
fn a_fixed_address_must_be_consistent() {
    let case = |mask: &str, gateway: &str, dns: &str| {
        Case::wifi(&format!(
            r#"{{ "ssid": "lab", "security": "open",
                  "address": {{ "ip": "10.1.2.3", "mask": "{mask}", "gateway": "{gateway}", "dns": [{dns}] }} }}"#
        ))
    };
    let address =
        case("255.255.0.0", "10.1.0.1", r#""9.9.9.9", "1.1.1.1""#).job().wifi.unwrap().address.unwrap();
    assert_eq!((address.ip, address.gateway), (Ipv4Addr::new(10, 1, 2, 3), Ipv4Addr::new(10, 1, 0, 1)));
    assert_eq!((address.mask, address.dns.len()), (Ipv4Addr::new(255, 255, 0, 0), 2));
    case("255.255.255.0", "10.1.0.1", "").problem(Kind::WrongForm, "wifi.address.gateway");
    for mask in ["0.0.0.0", "255.0.255.0", "0.0.255.255"] {
        case(mask, "10.1.2.1", "").problem(Kind::WrongForm, "wifi.address.mask");
    }
    case("255.255.0.0", "10.1.0.1", r#""9.9.9.9", "1.1.1.1", "8.8.8.8""#)
        .problem(Kind::WrongForm, "wifi.address.dns");
}
