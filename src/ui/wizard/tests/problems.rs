//! Wrong values are named at their fields, and nothing goes on with them.

use super::*;
use crate::credential::fixtures::{BALTIMORE, RSA_KEY};
use crate::ui::wizard::page::Page;

/// On the page that `clicks` lead to: the value is named as soon as the field is left, and bars the way.
fn is_named(clicks: usize, page: Page, label: &str, value: &str, named: &str) {
    let mut screen = Screen::filled(clicks);
    assert!(screen.is_on(page) && !screen.shows(named), "{label}");
    screen.fill(label, value);
    assert!(screen.shows(named), "{label}: {named}");
    screen.click("Next");
    assert!(screen.is_on(page), "{label} does not bar the way");
    assert!(screen.field(label).is_focused(), "{label} has to be mended");
}

#[test]
fn an_endpoint_of_the_wrong_form() {
    is_named(
        0,
        Page::Credentials,
        "Endpoint",
        "https://abc-ats.iot.eu-west-1.amazonaws.com",
        "begins with a scheme",
    );
    is_named(0, Page::Credentials, "Endpoint", "abc.iot.eu-west-1.amazonaws.com", "lacks -ats");
}

#[test]
fn a_topic_with_a_wildcard_for_publishing() {
    is_named(0, Page::Credentials, "Publish topic", "device1/#", "no wildcards");
}

#[test]
fn a_network_name_of_33_bytes() {
    is_named(2, Page::Network, "Network name (SSID)", &"x".repeat(33), "has 33 bytes");
}

#[test]
fn a_passphrase_of_7_characters() {
    is_named(2, Page::Network, "Passphrase", "seven77", "has 7 characters");
}

#[test]
fn a_key_that_does_not_belong_to_the_certificate_is_named_at_once() {
    let mut screen = Screen::filled(1);
    screen.news(file("aws.private_key", "other.key", RSA_KEY));
    assert!(screen.shows("does not belong to the certificate"));
    screen.click("Next");
    assert!(screen.is_on(Page::Certificates) && screen.field("Private key").is_focused());
}

#[test]
fn a_file_that_is_no_pem_is_named_at_once() {
    let mut screen = Screen::filled(1);
    screen.news(file("aws.certificate", "notes.txt", "Dear diary"));
    assert!(!screen.shows("Certificate of device1"));
    assert!(screen.shows("The file holds no certificate and no key"));
    screen.click("Next");
    assert!(screen.is_on(Page::Certificates));
}

#[test]
fn an_expired_root_is_named_at_once() {
    let mut screen = Screen::filled(1);
    screen.news(file("aws.ca", "BaltimoreCyberTrustRoot.pem", BALTIMORE));
    assert!(screen.shows("expired on 2025-05-12") && screen.shows("DigiCert Global Root G2"));
}

#[test]
fn a_file_that_deserves_a_look_is_asked_about_before_the_set_up() {
    let mut screen = Screen::filled(1);
    screen.news(file("aws.ca", "BaltimoreCyberTrustRoot.pem", BALTIMORE));
    screen.click("Next");
    screen.click("Next");
    assert!(screen.is_on(Page::Review) && screen.shows("expired on 2025-05-12"));
    assert!(!screen.is_enabled("Set up module") && screen.shows("The files need a look first"));
    screen.click("Use these files all the same");
    assert!(screen.is_enabled("Set up module"));
}

#[test]
fn fields_that_are_missing_are_named_when_one_wants_to_go_on() {
    let mut screen = Screen::tall();
    screen.field("Endpoint").focus();
    screen.run();
    screen.key(Key::Tab);
    assert!(!screen.shows("is missing"), "an empty field that was left is no mistake yet");
    screen.click("Next");
    assert!(screen.shows("Endpoint is missing") && screen.shows("Client ID is missing"));
    assert!(screen.field("Endpoint").is_focused());
    screen.fill("Endpoint", ENDPOINT);
    assert!(!screen.shows("Endpoint is missing"));
}

#[test]
fn a_problem_under_more_is_brought_to_light() {
    let mut screen = Screen::filled(0);
    screen.click("More");
    screen.fill("Keep-alive in seconds", "5");
    screen.click("More");
    assert!(screen.0.query_by_role_and_label(AccessRole::TextInput, "Keep-alive in seconds").is_none());
    screen.click("Next");
    assert!(screen.is_on(Page::Credentials) && screen.field("Keep-alive in seconds").is_focused());
    assert!(screen.shows("does not take a keep-alive of 5 seconds"));
}

#[test]
fn what_the_module_cannot_do_bars_the_set_up_and_leads_back() {
    let mut screen = Screen::filled(0);
    screen.desk_mut().model.module.identity.as_mut().unwrap().firmware = "2.1.0-017".parse().ok();
    screen.fill("Subscribe topic", "device1/#");
    (0..3).for_each(|_| screen.click("Next"));
    assert!(screen.shows("does not know the wildcard #") && !screen.is_enabled("Set up module"));
    screen.click("Back to credentials");
    assert!(screen.is_on(Page::Credentials) && screen.field("Subscribe topic").is_focused());
}
