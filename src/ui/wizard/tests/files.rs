//! The ways to give a certificate or key: the system's dialog, a path, dropping, pasting.

use std::io::Write;
use std::sync::Arc;

use super::*;
use crate::credential::fixtures::{
    EC_KEY_ENCRYPTED_PKCS8, EC_KEY_ENCRYPTED_TRADITIONAL, EC_PUBLIC_KEY, RSA_KEY, store,
};
use crate::problem::{Kind, Problem};
use crate::ui::dropped::Dropped;
use crate::ui::wizard::page::Page;

/// The second page with nothing chosen but the usual root.
fn empty_page() -> Screen {
    let mut screen = Screen::tall();
    screen.fill("Endpoint", ENDPOINT);
    screen.fill("Client ID", "device1");
    screen.click("Next");
    assert!(screen.is_on(Page::Certificates));
    screen
}

#[test]
fn the_usual_root_is_built_in_and_described() {
    let screen = empty_page();
    assert!(screen.shows("Amazon Root CA 1 · valid until 2038-01-17 · RSA 2048 bits · 1188 bytes"));
}

#[test]
fn a_chosen_file_is_described() {
    let mut screen = empty_page();
    screen.click("Choose file… (device certificate)");
    let order = Order::ChooseFile {
        purpose: "aws.certificate".to_owned(),
        title: "Choose the device certificate".to_owned(),
    };
    assert_eq!(screen.desk().orders(), [&order]);
    screen.news(file("aws.certificate", "/home/me/device1.pem", EC_CERTIFICATE));
    assert_eq!(screen.value("Device certificate"), "/home/me/device1.pem");
    assert!(screen.shows("Certificate of device1 · valid until 2036-11-20 · EC P-256"));
    screen.news(file("aws.private_key", "/home/me/device1.key", EC_KEY_WITH_PARAMETERS));
    assert!(screen.shows("Private key · EC P-256") && screen.shows("Belongs to the device certificate"));
    screen.click("More");
    assert!(screen.shows("it becomes device1.key"));
}

#[test]
fn a_typed_path_is_read_when_the_field_is_left() {
    let mut screen = empty_page();
    screen.fill("Private key", "keys/device1.key");
    let order = Order::ReadFile { purpose: "aws.private_key".to_owned(), path: "keys/device1.key".into() };
    assert_eq!(screen.desk().orders(), [&order]);
    let problem = Problem::new(Kind::MissingFile, "There is no such file", "Check the path");
    screen.news(News::File { purpose: "aws.private_key".to_owned(), result: Err(problem) });
    assert!(screen.shows("There is no such file"));
    assert_eq!(screen.value("Private key"), "keys/device1.key");
}

#[test]
fn a_dialog_that_does_not_open_says_so_at_its_field() {
    let mut screen = empty_page();
    let problem = Problem::new(Kind::WindowUnavailable, "The system's dialog did not open", "Type the path");
    screen.news(News::DialogFailed { purpose: "aws.private_key".to_owned(), problem });
    assert!(screen.shows("The system's dialog did not open"));
    screen.click("Choose file… (private key)");
    assert!(!screen.shows("The system's dialog did not open"));
    screen.news(News::NoFileChosen { purpose: "aws.private_key".to_owned() });
    assert_eq!(screen.value("Private key"), "");
}

#[test]
fn dropped_files_are_read_by_the_shell_and_go_where_they_fit() {
    let mut screen = empty_page();
    screen.0.input_mut().dropped_files = vec![Arc::new(Dropped("/tmp/a.pem".into()))];
    screen.run();
    let order = Order::ReadFile { purpose: "aws.dropped".to_owned(), path: "/tmp/a.pem".into() };
    assert_eq!(screen.desk().orders(), [&order]);
    screen.news(file("aws.dropped", "/tmp/a.pem", EC_KEY_WITH_PARAMETERS));
    screen.news(file("aws.dropped", "/tmp/b.pem", EC_CERTIFICATE));
    screen.news(file("aws.dropped", "/tmp/c.pem", ROOT));
    assert_eq!(screen.value("Private key"), "/tmp/a.pem");
    assert_eq!(screen.value("Device certificate"), "/tmp/b.pem");
    assert_eq!(screen.value("File of the trusted root"), "/tmp/c.pem");
    screen.news(file("aws.dropped", "/tmp/d.pem", EC_PUBLIC_KEY));
    assert!(screen.shows("d.pem holds a public key"));
}

#[test]
fn pasted_text_is_taken_once_it_is_whole_and_a_key_is_never_shown() {
    let mut screen = empty_page();
    screen.click("Paste… (private key)");
    let (first, rest) = EC_KEY_WITH_PARAMETERS.split_at(150);
    screen.field("Text of the private key").focus();
    screen.run();
    screen.type_text(first);
    assert!(!screen.everything().contains("BggqhkjOPQMBBw"), "a key shows");
    screen.type_text(rest);
    assert!(screen.shows("Private key · EC P-256"));
    assert!(!screen.has("Text of the private key"));
    assert_eq!(screen.value("Private key"), "private-key.pem");
}

#[test]
fn pasted_text_that_is_no_pem_is_named_when_it_is_to_be_used() {
    let mut screen = empty_page();
    screen.click("Paste… (device certificate)");
    screen.field("Text of the device certificate").focus();
    screen.run();
    screen.type_text("hello");
    screen.click("Use this text");
    assert_eq!(screen.value("Device certificate"), "certificate.pem");
    screen.click("Next");
    assert!(screen.is_on(Page::Certificates));
}

#[test]
fn a_key_that_is_pasted_into_the_wrong_field_does_not_show_either() {
    let mut screen = empty_page();
    screen.click("Paste… (device certificate)");
    screen.field("Text of the device certificate").focus();
    screen.run();
    screen.0.event(egui::Event::Text(EC_KEY_WITH_PARAMETERS.to_owned()));
    screen.0.step();
    assert!(!screen.everything().contains("MHcCAQEEIJ674mm4"), "a key shows");
    screen.run();
    assert!(screen.shows("This is a private key, not a certificate"));
}

#[test]
fn an_encrypted_key_is_unlocked_by_its_password() {
    let mut screen = Screen::filled(1);
    assert!(!screen.has("Password of the private key"));
    screen.news(file("aws.private_key", "device1.key", EC_KEY_ENCRYPTED_PKCS8));
    screen.fill("Password of the private key", "opensesame");
    assert!(!screen.everything().contains("opensesame"));
    let password = Secret::new("opensesame");
    let content = FileContent {
        path: "device1.key".into(),
        bytes: zeroize::Zeroizing::new(EC_KEY_ENCRYPTED_PKCS8.as_bytes().to_vec()),
    };
    let purpose = "aws.private_key".to_owned();
    let asked = Order::Unlock { purpose: purpose.clone(), content, password: password.clone() };
    assert!(screen.desk().orders().ends_with(&[&Order::Hide(password), &asked]));

    let wrong =
        Problem::new(Kind::WrongFile, "The password does not open the private key", "Type the right one");
    screen.news(News::Unlocked { purpose: purpose.clone(), result: Err(wrong) });
    assert!(screen.shows("The password does not open the private key"));
    let bytes = zeroize::Zeroizing::new(EC_KEY_WITH_PARAMETERS.as_bytes().to_vec());
    screen.news(News::Unlocked { purpose, result: Ok(FileContent { path: "device1.key".into(), bytes }) });
    assert!(screen.shows("Belongs to the device certificate"));
    assert!(!screen.has("Password of the private key"));
}

#[test]
fn a_dropped_store_asks_for_its_password_and_fills_both_fields() {
    let mut screen = empty_page();
    let bytes = zeroize::Zeroizing::new(store());
    let content = FileContent { path: "device1.p12".into(), bytes };
    screen.news(News::File { purpose: "aws.dropped".to_owned(), result: Ok(content) });
    assert!(screen.shows("Locked PKCS#12 store") && screen.field("Password of the private key").is_focused());
    screen.fill("Password of the private key", "example");
    let unlocked: Vec<_> = screen.desk().orders().into_iter().cloned().collect();
    for order in unlocked {
        let Order::Unlock { purpose, content, password } = order else { continue };
        let bytes = crate::credential::unlock(&content.bytes, &password).unwrap();
        screen.news(News::Unlocked { purpose, result: Ok(FileContent { path: content.path, bytes }) });
    }
    assert!(screen.shows("Certificate of device1") && screen.shows("Belongs to the device certificate"));
    assert!(!screen.everything().contains("BEGIN EC PRIVATE KEY"));
}

#[test]
fn an_encrypted_key_that_only_the_module_opens_goes_with_its_password() {
    let mut screen = Screen::filled(1);
    screen.news(file("aws.private_key", "device1.key", EC_KEY_ENCRYPTED_TRADITIONAL));
    screen.fill("Password of the private key", "opensesame");
    screen.click("Next");
    assert!(screen.is_on(Page::Network) && !screen.has("Unlock"));
}

/// A zip archive as AWS makes it: files, and a script.
fn connect_kit() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        (
            "start.sh",
            "#!/usr/bin/env bash\npython3 pubsub.py --endpoint abc123-ats.iot.eu-west-1.amazonaws.com --ca_file root-CA.crt --client_id basicPubSub --topic sdk/test/python\n",
        ),
        ("device1.cert.pem", EC_CERTIFICATE),
        ("device1.public.key", EC_PUBLIC_KEY),
        ("device1.private.key", EC_KEY_WITH_PARAMETERS),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn the_connect_kit_of_aws_fills_all_that_it_can_and_the_root_is_there() {
    let mut screen = empty_page();
    let bytes = zeroize::Zeroizing::new(connect_kit());
    let content = FileContent { path: "connect_device_package.zip".into(), bytes };
    screen.news(News::File { purpose: "aws.dropped".to_owned(), result: Ok(content) });
    assert!(screen.shows("Amazon Root CA 1 · valid until"));
    assert!(screen.shows("Certificate of device1 · valid until"));
    assert!(screen.shows("Private key · EC P-256") && screen.shows("Belongs to the device certificate"));
    screen.click("Next");
    assert!(screen.is_on(Page::Network));
}

#[test]
fn the_connect_kit_on_the_first_page_brings_the_values_of_its_script_as_well() {
    let mut screen = Screen::tall();
    let bytes = zeroize::Zeroizing::new(connect_kit());
    let content = FileContent { path: "connect_device_package.zip".into(), bytes };
    screen.desk_mut().news(News::File { purpose: "aws.dropped".to_owned(), result: Ok(content) });
    screen.news(file("aws.dropped", "root.pem", ROOT));
    assert!(screen.shows("Taken: trusted root"));
    assert!(screen.shows("Taken: device certificate, private key"), "{}", screen.everything());
    assert!(screen.shows("Taken: endpoint, client id, publish topic, subscribe topic"));
    assert_eq!(
        (screen.value("Client ID"), screen.value("Endpoint")),
        ("basicPubSub".into(), ENDPOINT.into())
    );
    screen.click("Next");
    assert!(screen.is_on(Page::Certificates) && screen.shows("Belongs to the device certificate"));
}

#[test]
fn a_key_of_another_certificate_says_which_one_it_does_not_belong_to() {
    let mut screen = Screen::filled(1);
    screen.news(file("aws.dropped", "other.key", RSA_KEY));
    assert!(screen.shows("does not belong to the certificate of device1 in device1.pem"));
}

#[test]
fn another_root_can_be_chosen() {
    let mut screen = empty_page();
    screen.0.get_by_role_and_label(AccessRole::ComboBox, "Trusted root").click();
    screen.run();
    screen.click("Amazon Root CA 3 (built in)");
    assert!(screen.shows("Amazon Root CA 3 · valid until"));
    screen.0.get_by_role_and_label(AccessRole::ComboBox, "Trusted root").click();
    screen.run();
    screen.click("From a file");
    assert_eq!(screen.value("File of the trusted root"), "");
}
