//! The window itself, with the real worker behind it: a virtual serial port, the real binary as the module, a real
//! broker with TLS 1.2 and client certificates. Only the screen is missing.

use egui::accesskit::Role;
use xpress_center::credential::make::{Authority, NewKey};
use xpress_center::model::CloudState;
use xpress_center::plan::Mode;

use crate::support::mosquitto::Broker;
use crate::support::person::{LONG, Person};
use crate::support::program::{Folder, Module};
use crate::support::valid_now;

const ENDPOINT: &str = "a1b2c3-ats.iot.eu-west-1.amazonaws.com";
const PASSPHRASE: &str = "hunter2hunter2";

#[test]
fn the_window_sets_a_module_up_against_a_real_broker_and_messages_go_both_ways() {
    let authority = Authority::new("Test root", NewKey::P256, valid_now()).unwrap();
    let server = authority.server(ENDPOINT, NewKey::Rsa2048, valid_now()).unwrap();
    let watcher = authority.device("watcher", NewKey::P256, valid_now()).unwrap();
    let device = authority.device("device1", NewKey::Rsa2048, valid_now()).unwrap();
    let broker = Broker::start(&authority, &server, &watcher);
    let files = Folder::new();
    let path = |name: &str, content: &str| files.write(name, content).to_str().unwrap().to_owned();
    let root = path("root.pem", &authority.certificate_pem());
    let certificate = path("device.pem.crt", &device.certificate_pem());
    let key = path("device.pem.key", device.key_pem().reveal());
    let connect_to = format!("{ENDPOINT}:8883={}", broker.address());
    let network = format!("lab-ap:{PASSPHRASE}");
    let module = Module::start(&["--time", "fast", "--ap", &network, "--connect-to", &connect_to]);

    let mut person = Person::at(&module.port);
    person.press("Connect");
    person.wait_for_label("NINA-W152");
    person.press("Set up for AWS IoT Core…");
    person.fill(Role::TextInput, "Endpoint", ENDPOINT);
    person.fill(Role::TextInput, "Client ID", "device1");
    person.fill(Role::TextInput, "Publish topic", "device1/up");
    person.fill(Role::TextInput, "Subscribe topic", "device1/down");
    person.wait_for_label("Device certificate");
    person.open("Trusted root");
    person.click("From a file");
    person.fill(Role::TextInput, "File of the trusted root", &root);
    person.fill(Role::TextInput, "Device certificate", &certificate);
    person.fill(Role::TextInput, "Private key", &key);
    person.wait_for_label("Belongs to the device certificate");
    person.press("Next");
    person.fill(Role::TextInput, "Network name (SSID)", "lab-ap");
    person.fill(Role::PasswordInput, "Passphrase", PASSPHRASE);
    person.press("Set up module");
    person.wait_for_label("The module is connected to AWS");
    person.wait_for("the cloud", |window| {
        matches!(window.state().model().cloud(), CloudState::Connected { .. })
    });

    person.press("Enter data mode");
    person.wait_for("data mode", |window| window.state().model().mode == Some(Mode::Data));
    let mut up = broker.subscribe("up-watcher", "device1/up");
    person.fill(Role::TextInput, "Test message", " and more");
    person.wait_for("the message sent", |window| !window.state().model().traffic.is_empty());
    let sent = String::from_utf8(up.next_message(LONG)).unwrap();
    assert!(sent.contains("and more"), "{sent}");
    broker.publish("device1/down", b"from the cloud");
    person.wait_for_label("from the cloud");
    let everything = format!("{:?}", person.window.root());
    assert!(!everything.contains(PASSPHRASE), "the passphrase is on the screen");
}
