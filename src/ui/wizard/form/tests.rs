//! What becomes of a form: the right job, or each problem at its field.

use super::*;
use crate::credential::fixtures::{
    EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_ENCRYPTED_TRADITIONAL, EC_KEY_WITH_PARAMETERS, NOW,
    RSA_KEY,
};
use crate::model::News;
use crate::profile::{Security, StoredContent};
use crate::ui::wizard::tests::demonstration;

fn given(name: &str, text: &str) -> Source {
    Source::Given { path: name.into(), bytes: Zeroizing::new(text.as_bytes().to_vec()) }
}

/// A form that needs nothing more.
fn filled_in() -> Form {
    let mut form = Form {
        endpoint: "abc123-ats.iot.eu-west-1.amazonaws.com".to_owned(),
        client_id: "device1".to_owned(),
        publish_topic: "device1/up".to_owned(),
        subscribe_topic: "device1/#".to_owned(),
        ..Form::new(CloudKind::Aws)
    };
    form.certificate.set(given("C:/certs/device1.pem", EC_CERTIFICATE));
    form.private_key.set(given("/home/me/device1.key", EC_KEY_WITH_PARAMETERS));
    form.network.ssid = "lab-ap".to_owned();
    form.network.passphrase.set("hunter2hunter2");
    form
}

/// The fields with problems after `change`.
fn wrong(change: impl FnOnce(&mut Form)) -> Vec<Field> {
    let mut form = filled_in();
    change(&mut form);
    let problems = form.job(NOW).expect_err("the form is right");
    problems.iter().map(|problem| Field::named_by(problem).expect("a field")).collect()
}

/// The job after `change`.
fn job(change: impl FnOnce(&mut Form)) -> Job {
    let mut form = filled_in();
    change(&mut form);
    form.job(NOW).unwrap()
}

#[test]
fn a_right_form_becomes_a_job() {
    let job = job(|_| {});
    let wifi = job.wifi.unwrap();
    assert_eq!((wifi.ssid.as_str(), wifi.on_startup, wifi.address), ("lab-ap", true, None));
    assert_eq!(wifi.security, Security::WpaPsk(Secret::new("hunter2hunter2")));
    let Cloud::Aws(aws) = job.cloud else { panic!() };
    assert_eq!(aws.endpoint.as_str(), "abc123-ats.iot.eu-west-1.amazonaws.com");
    assert_eq!(aws.publish_topic.unwrap().as_str(), "device1/up");
    assert_eq!((aws.options.keep_alive, aws.options.qos, job.after), (None, None, None));
    let names =
        [&aws.ca, &aws.identity.certificate, &aws.identity.private_key].map(|file| file.name.as_str());
    assert_eq!(names, ["AmazonRootCA1.pem", "device1.pem", "device1.key"]);
}

#[test]
fn each_wrong_value_is_a_problem_at_its_field() {
    assert_eq!(wrong(|form| form.endpoint = "iot.eu-west-1.amazonaws.com".to_owned()), [Field::Endpoint]);
    assert_eq!(wrong(|form| form.client_id = "a b".to_owned()), [Field::ClientId]);
    assert_eq!(wrong(|form| form.publish_topic = "device1/#".to_owned()), [Field::PublishTopic]);
    assert_eq!(wrong(|form| form.subscribe_topic = "device1/#/x".to_owned()), [Field::SubscribeTopic]);
    assert_eq!(wrong(|form| form.keep_alive = "20".to_owned()), [Field::KeepAlive]);
    assert_eq!(wrong(|form| form.keep_alive = "soon".to_owned()), [Field::KeepAlive]);
    assert_eq!(wrong(|form| form.network.ssid = "x".repeat(33)), [Field::Ssid]);
    assert_eq!(wrong(|form| form.network.passphrase.set("seven77")), [Field::Passphrase]);
    assert_eq!(wrong(|form| form.private_key.set(given("k", RSA_KEY))), [Field::PrivateKey]);
    assert_eq!(wrong(|form| form.certificate.set(given("c", "hello"))), [Field::Certificate]);
    assert_eq!(wrong(|form| form.certificate.name = "a,b".to_owned()), [Field::CertificateName]);
    assert_eq!(wrong(|form| form.root.set(given("r", EC_CERTIFICATE))), [Field::Root]);
}

#[test]
fn an_empty_form_misses_what_must_be_there_in_the_words_of_the_form() {
    let problems = Form::new(CloudKind::Aws).job(NOW).unwrap_err();
    let missing: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    let expected = [
        "Network name (SSID) is missing",
        "Passphrase is missing",
        "Endpoint is missing",
        "Client ID is missing",
        "Device certificate is missing",
        "Private key is missing",
    ];
    assert_eq!(missing, expected);
    assert!(problems.iter().all(|problem| !problem.help.is_empty() && problem.kind == Kind::MissingField));
}

#[test]
fn topics_may_be_left_empty() {
    let Cloud::Aws(aws) = job(|form| {
        form.publish_topic.clear();
        form.subscribe_topic.clear();
    })
    .cloud
    else {
        panic!()
    };
    assert_eq!((aws.publish_topic, aws.subscribe_topic), (None, None));
}

#[test]
fn a_network_that_is_there_already_needs_nothing() {
    let job = job(|form| {
        form.network =
            Network { choice: NetworkChoice::Present, address: AddressChoice::Fixed, ..Network::default() };
        form.network.ip = "nonsense".to_owned();
    });
    assert_eq!(job.wifi, None);
}

#[test]
fn an_open_network_takes_no_passphrase_even_if_one_was_typed() {
    let job = job(|form| form.network.security = WifiSecurity::Open);
    assert_eq!(job.wifi.unwrap().security, Security::Open);
}

#[test]
fn a_fixed_address_is_read_and_what_is_none_is_named_once() {
    let fixed = |form: &mut Form| {
        form.network.address = AddressChoice::Fixed;
        form.network.ip = "192.168.1.50".to_owned();
        form.network.mask = "255.255.255.0".to_owned();
        form.network.gateway = " 192.168.1.1 ".to_owned();
        form.network.name_servers = "192.168.1.1, 9.9.9.9".to_owned();
    };
    let address = job(fixed).wifi.unwrap().address.unwrap();
    assert_eq!((address.ip, address.dns.len()), (Ipv4Addr::new(192, 168, 1, 50), 2));
    let fields = wrong(|form| {
        fixed(form);
        form.network.ip = "192.168.1".to_owned();
        form.network.mask = String::new();
        form.network.name_servers = "9.9.9.9, quad9".to_owned();
    });
    assert_eq!(fields, [Field::Ip, Field::NameServers, Field::Mask]);
}

#[test]
fn an_encrypted_key_needs_its_password() {
    let locked = |form: &mut Form| form.private_key.set(given("k", EC_KEY_ENCRYPTED_PKCS8));
    assert_eq!(wrong(locked), [Field::KeyPassword]);
    let encrypted = |form: &mut Form| form.private_key.set(given("k", EC_KEY_ENCRYPTED_TRADITIONAL));
    assert_eq!(wrong(encrypted), [Field::KeyPassword]);
    let Cloud::Aws(aws) = job(|form| {
        encrypted(form);
        form.key_password.set("example");
    })
    .cloud
    else {
        panic!()
    };
    let StoredContent::Upload { password, .. } = aws.identity.private_key.content else {
        panic!("not to be uploaded")
    };
    assert_eq!(password, Some(Secret::new("example")));
}

#[test]
fn a_file_that_could_not_be_read_says_why() {
    let mut form = filled_in();
    let problem = Problem::new(Kind::MissingFile, "There is no such file", "Check the path");
    form.certificate.set(Source::Unreadable { path: "c.pem".into(), problem: problem.clone() });
    assert_eq!(form.job(NOW).unwrap_err(), [problem.at("cloud.certificate")]);
}

#[test]
fn the_names_on_the_module_are_known_before_the_network_is() {
    let mut form = filled_in();
    form.network.ssid.clear();
    let names: Vec<_> = form.names(NOW).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["AmazonRootCA1.pem", "device1.pem", "device1.key"]);
    form.certificate.set(Source::Nothing);
    assert_eq!(form.names(NOW), []);
}

#[test]
fn the_demonstration_fills_everything_and_its_files_are_on_no_disk() {
    let News::Demonstration(demonstration) = demonstration() else { panic!() };
    let form = Form::of_demonstration(&demonstration);
    let job = form.job(NOW).unwrap();
    assert_eq!(job.wifi.unwrap().ssid.as_str(), "lab-ap");
    let Cloud::Aws(aws) = job.cloud else { panic!() };
    assert_eq!((aws.client_id.as_str(), aws.ca.name.as_str()), ("device1", "root.pem"));
    assert!(Role::ALL.into_iter().all(|role| form.file(role).homeless().is_some()));
}

#[test]
fn certificates_that_end_soon_deserve_a_remark() {
    let form = filled_in();
    assert_eq!(form.job(NOW).unwrap().remarks, []);
    let remarks = form.job(UnixTime(2_110_752_076 - 86_400)).unwrap().remarks;
    assert_eq!(remarks[0].finding.message, "The certificate of device1 is valid until 2036-11-20 only");
}

#[test]
fn typing_a_secret_leaves_no_copies_behind() {
    let mut secret = SecretText::default();
    let place = secret.edit().as_ptr();
    (0..100).for_each(|_| secret.edit().push('x'));
    assert_eq!(secret.edit().as_ptr(), place);
    assert_eq!(secret.secret(), Some(Secret::new("x".repeat(100))));
}
