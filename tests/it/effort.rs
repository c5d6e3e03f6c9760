//! What a set-up costs a person who has the files and texts at hand: from the started program to "connected", in the whole
//! window with the real worker, a virtual serial port, and make-believe clouds behind real sockets. The counts are
//! printed: `cargo test --test it effort -- --nocapture`.

#![allow(clippy::print_stdout, reason = "the counts are to be read")]

use std::io::Write;

use egui::accesskit::Role;
use xpress_center::cloud::{Aws, AwsSettings, Policy};

use crate::clouds::{SCOPE, azure, certified};
use crate::support::person::{Effort, Person};
use crate::support::set_up::Device;

const ENDPOINT: &str = "a1b2c3-ats.iot.eu-west-1.amazonaws.com";
const PASSPHRASE: &str = "hunter2hunter2";

/// The connect kit as AWS makes it, and the root beside it, which is built in for the real AWS.
fn connect_kit(device: &Device) -> Vec<u8> {
    let script = format!(
        "#!/usr/bin/env bash\nset -e\npython3 pubsub.py --endpoint {ENDPOINT} --ca_file root-CA.crt \
         --cert device1.cert.pem --key device1.private.key --client_id basicPubSub --topic sdk/test/python --count 0\n"
    );
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("start.sh", script.as_str()),
        ("device1.cert.pem", &device.pair.certificate_pem()),
        ("device1.private.key", device.pair.key_pem().reveal()),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// From the first page of a wizard that is filled in to the end.
fn through_the_network(person: &mut Person) {
    person.press("Next");
    person.press("Next");
    person.press("Look for networks");
    person.click("Join lab-ap");
    person.fill(Role::PasswordInput, "Passphrase", PASSPHRASE);
    person.press("Set up module");
}

#[test]
fn aws_needs_no_typing_beyond_the_passphrase() {
    let bench = Device::named("device1").meets(&[ENDPOINT], |device, today| {
        let settings = AwsSettings {
            server: device.server(ENDPOINT),
            authorities: vec![device.authority.certificate().der().to_vec()],
            policy: Policy::default(),
            echoes: Vec::new(),
        };
        Aws::new(settings, today).unwrap()
    });
    let kit = bench.device.files.path().join("connect_device_package.zip");
    std::fs::write(&kit, connect_kit(&bench.device)).unwrap();
    let root = bench.device.files.path().join("root.pem");
    let mut person = Person::at(&bench.module.port);
    person.press("Connect");
    person.wait_for_label("NINA-W152");
    person.press("Set up for AWS IoT Core…");
    person.drop_files(&[&kit, &root]);
    person.wait_for_label("client id, publish topic");
    through_the_network(&mut person);
    person.wait_for_label("The module is connected to AWS");
    println!("AWS IoT Core, from the started program to connected: {:?}", person.effort);
    let characters = PASSPHRASE.len();
    assert_eq!(person.effort, Effort { clicks: 7, characters, keys: 1, drops: 1 });
}

#[test]
fn provisioning_needs_no_typing_beyond_the_passphrase_and_the_id_scope() {
    let bench = azure(Device::named("gateway-1"), certified);
    let path = |name: &str| bench.device.files.path().join(name);
    let mut person = Person::at(&bench.module.port);
    person.press("Connect");
    person.wait_for_label("NINA-W152");
    person.press("Set up for Azure Device Provisioning Service…");
    person.fill(Role::TextInput, "ID scope", SCOPE);
    person.drop_files(&[&path("device.pem"), &path("device.key"), &path("root.pem")]);
    person.wait_for_label("private key");
    through_the_network(&mut person);
    person.wait_for_label("The module is connected to");
    println!("Azure DPS, from the started program to connected: {:?}", person.effort);
    let characters = PASSPHRASE.len() + SCOPE.len();
    assert_eq!(person.effort, Effort { clicks: 7, characters, keys: 2, drops: 1 });
}
