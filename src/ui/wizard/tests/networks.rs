//! The networks that the module sees, chosen instead of typed.

use super::*;
use crate::module::ScanEntry;
use crate::session::{Activity, WifiEvent};
use crate::ui::wizard::page::Page;

/// The page of the network with the module having seen these, each a name, its bits of authentication and its signal.
fn seen(networks: &[(&str, u8, i16)]) -> Screen {
    let mut screen = Screen::filled(2);
    assert!(screen.is_on(Page::Network));
    let entry = |(name, auth, signal): &(&str, u8, i16)| {
        ScanEntry::parse(&format!("+UWSCAN:0123456789AB,1,\"{name}\",6,{signal},{auth},8,8")).unwrap()
    };
    screen.happens(Event::Wifi(WifiEvent::Scanned(networks.iter().map(entry).collect())));
    screen
}

const WPA2: u8 = 0b01_0010;
const WPA2_AND_3: u8 = 0b11_0010;
const WPA3: u8 = 0b10_0010;
const ENTERPRISE: u8 = 0b01_0100;

#[test]
fn the_module_is_asked_which_networks_there_are() {
    let mut screen = Screen::filled(2);
    screen.click("Look for networks");
    assert!(screen.desk().done.contains(&Action::Scan));
    screen.happens(Event::Activity(Activity::Scanning));
    assert!(!screen.is_enabled("Look for networks") && screen.shows("this takes seconds"));
}

#[test]
fn a_network_that_is_chosen_brings_its_name_and_security_and_asks_for_the_passphrase() {
    let mut screen = seen(&[("far", WPA3, -80), ("near, really", WPA2_AND_3, -50), ("", WPA2, -40)]);
    screen.click("Join near, really: WPA3 · channel 6 · -50 dBm");
    assert_eq!(screen.value("Network name (SSID)"), "near, really");
    assert!(screen.field("Passphrase").is_focused());
    let security = |screen: &Screen| screen.field_of(AccessRole::ComboBox, "Security").value();
    assert_eq!(security(&screen).as_deref(), Some("WPA2 or WPA with a passphrase"));
    screen.click("Join far: WPA3 · channel 6 · -80 dBm");
    assert_eq!(security(&screen).as_deref(), Some("WPA3 only, with a passphrase"));
}

#[test]
fn an_open_network_needs_no_passphrase_and_one_with_users_cannot_be_chosen() {
    let mut screen = seen(&[("guests", 0, -50), ("company", ENTERPRISE, -40)]);
    assert!(!screen.is_enabled("Join company: Enterprise · channel 6 · -40 dBm"));
    // Without bits of a cipher either: nothing protects it.
    let open = ScanEntry::parse("+UWSCAN:0123456789AB,1,\"guests\",6,-50,0,0,0").unwrap();
    screen.happens(Event::Wifi(WifiEvent::Scanned(vec![open])));
    screen.click("Join guests: open · channel 6 · -50 dBm");
    assert!(!screen.has("Passphrase"));
    screen.click("Next");
    assert!(screen.is_on(Page::Review));
}

#[test]
fn a_module_that_sees_nothing_is_said_and_a_name_can_still_be_typed() {
    let mut screen = seen(&[("", WPA2, -40)]);
    assert!(screen.shows("sees no network that has a name"));
    screen.fill("Network name (SSID)", "hidden-ap");
    screen.click("Next");
    assert!(screen.is_on(Page::Review));
}

#[test]
fn nobody_looks_for_networks_while_no_module_is_connected() {
    let mut screen = Screen::new(Desk::disconnected(), TALL);
    screen.news(demonstration());
    screen.click("Next");
    screen.click("Next");
    assert!(!screen.is_enabled("Look for networks"));
}
