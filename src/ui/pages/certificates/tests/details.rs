//! The details of a certificate in the hands of a person: read, copied, exported, and reached from the tree.

use super::*;
use crate::model::{Existing, NewContent, NewFile, Place};

#[test]
fn every_value_of_a_certificate_can_be_read_and_copied() {
    let mut screen = Screen::disconnected();
    screen.give("device.pem", EC_CERTIFICATE);
    screen.click("Details of device1");
    for text in
        ["O=Example, CN=Example Root", "2036-11-20 00:01:16 UTC", "EC P-256", "client", "X.509 version 3"]
    {
        assert!(screen.sees(text), "{text}");
    }
    assert_eq!(screen.copied_by("Copy issuer"), "O=Example, CN=Example Root");
    assert_eq!(screen.copied_by("Copy PEM"), EC_CERTIFICATE);
    screen.click("Close the details");
    assert!(!screen.sees("X.509 version 3"));
}

#[test]
fn the_details_of_a_certificate_that_is_not_at_hand_are_what_the_module_tells() {
    let mut screen = Screen::holding(&[entry(CredentialKind::Certificate, "mine", Some(OTHER_MD5))]);
    screen.click("Details of certificate mine");
    assert!(screen.sees("A module never gives") && screen.sees("Not told by the module"));
    screen.busy();
    screen.tell(Event::Store(StoreEvent::Listed(Vec::new())));
    assert!(!screen.sees("A module never gives"), "they go with the entry");
}

#[test]
fn the_tree_names_who_issued_whom_and_leads_to_the_details() {
    let mut screen = Screen::disconnected();
    screen.give("chain.pem", &[EC_CERTIFICATE, ROOT].concat());
    let items: Vec<_> =
        screen.0.query_all_by_role(Role::TreeItem).map(|node| node.accesskit_node().label()).collect();
    assert_eq!(items, [Some("Example Root".to_owned()), Some("device1".to_owned())]);
    screen.0.get_by_role_and_label(Role::TreeItem, "device1").focus();
    screen.press(Key::Enter);
    assert!(screen.sees("Copy serial number"));
}

#[test]
fn a_narrow_page_shows_the_details_in_its_place() {
    let mut screen = Screen::of_size(Vec2::new(700.0, 1200.0));
    screen.give("device.pem", EC_CERTIFICATE);
    screen.click("Details of device1");
    assert!(screen.sees("Copy serial number") && !screen.sees("File to look at"));
    screen.click("Close the details");
    assert!(screen.sees("File to look at"));
}

#[test]
fn a_certificate_is_exported_and_nothing_is_replaced_without_a_yes() {
    let mut screen = Screen::disconnected();
    screen.give("device.pem", EC_CERTIFICATE);
    screen.click("Details of device1");
    screen.click("Export…");
    let Some(Order::SaveFiles { purpose, place: Place::Ask { .. }, files, existing: Existing::Keep }) =
        screen.0.state().orders.last().cloned()
    else {
        panic!("{:?}", screen.0.state().orders)
    };
    let content = NewContent::Public(EC_CERTIFICATE.to_owned());
    assert_eq!(files, [NewFile { name: "device1.pem".to_owned(), content }]);
    let told = |place: &str, result| News::Saved { purpose: purpose.clone(), place: place.into(), result };
    screen.news(told(
        "/tmp/device1.pem",
        Err(Problem::new(Kind::FileExists, "It is there already", "Keep it?")),
    ));
    assert!(screen.sees("It is there already"));
    screen.click("Replace what is there");
    let last = screen.0.state().orders.last().cloned();
    let at = Place::At("/tmp/device1.pem".into());
    assert!(matches!(last, Some(Order::SaveFiles { place, existing: Existing::Replace, .. }) if place == at));
    screen.news(told("/tmp/device1.pem", Ok(vec!["/tmp/device1.pem".into()])));
    assert!(screen.sees("Saved: /tmp/device1.pem"));
}

#[test]
fn a_path_is_typed_where_the_system_has_no_dialog() {
    let mut screen = Screen::disconnected();
    screen.give("device.pem", EC_CERTIFICATE);
    screen.click("Details of device1");
    screen.click("Export…");
    let purpose = "certificates.export".to_owned();
    screen.news(News::DialogFailed { purpose, problem: problem() });
    assert!(!screen.is_enabled("Save there"));
    screen.type_into(Role::TextInput, "Path of the export", "/tmp");
    screen.click("Save there");
    let last = screen.0.state().orders.last().cloned();
    assert!(
        matches!(last, Some(Order::SaveFiles { place: Place::At(path), .. }) if path.to_str() == Some("/tmp"))
    );
}
