//! The wizards of the other clouds: from what a person has at hand to the commands on the review page.

use super::*;
use crate::model::{NewContent, NewFile};
use crate::problem::{Kind, Problem};
use crate::ui::wizard::page::Page;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const CONNECTION: &str = "HostName=contoso.azure-devices.net;DeviceId=device1;SharedAccessKey=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// An empty wizard of this cloud, with a module connected.
fn wizard(cloud: CloudKind) -> Screen {
    let mut desk = Desk::connected();
    desk.wizard = Wizard::new(cloud);
    Screen::new(desk, TALL)
}

/// Pastes a text where all values are taken.
fn paste(screen: &mut Screen, text: &str) {
    screen.click("Paste values…");
    screen.0.get_by_role_and_label(AccessRole::PasswordInput, "Text with values").focus();
    screen.run();
    screen.type_text(text);
}

/// A set-up through the provisioning service, with a key of the device, under way.
fn registering() -> Screen {
    let mut screen = wizard(CloudKind::AzureDps);
    paste(&mut screen, "ID Scope: 0ne00ABCDEF");
    screen.fill("Registration ID", "device1");
    screen.click("The key of an individual enrolment");
    screen.fill("Primary key of the device", KEY);
    walk(&mut screen);
    screen.click("Set up module");
    screen
}

/// From the first page to the review, with the Wi-Fi filled in on the way.
fn walk(screen: &mut Screen) {
    screen.click("Next");
    assert!(screen.is_on(Page::Certificates));
    screen.click("Next");
    assert!(screen.is_on(Page::Network), "{}", screen.everything());
    screen.fill("Network name (SSID)", "lab-ap");
    screen.fill("Passphrase", PASSPHRASE);
    screen.click("Next");
    assert!(screen.is_on(Page::Review), "{}", screen.everything());
}

#[test]
fn a_connection_string_fills_the_whole_page_of_a_hub_with_a_key() {
    let mut screen = wizard(CloudKind::AzureSas);
    paste(&mut screen, CONNECTION);
    assert!(screen.shows("Taken: host name of the hub, device id, primary key of the device"));
    assert_eq!(screen.value("Device ID"), "device1");
    assert!(!screen.everything().contains(KEY));
    // A year from 2030-01-01.
    assert!(screen.shows("The token is valid until 2031-01-01"));
    walk(&mut screen);
    assert!(screen.shows("AT+UDUV=0,") && screen.shows("passwd=%%0"));
    assert!(!screen.everything().contains("sig="), "a token shows");
    screen.click("Set up module");
    assert!(screen.desk().plan().is_some());
}

#[test]
fn a_short_life_of_a_token_is_warned_about() {
    let mut screen = wizard(CloudKind::AzureSas);
    paste(&mut screen, CONNECTION);
    screen.fill("Life of the token", "10d");
    assert!(screen.shows("valid until 2030-01-11. The module loses its connection then"));
    screen.fill("Life of the token", "soon");
    assert!(screen.shows("This is no length of time"));
}

#[test]
fn an_owners_string_is_taken_nowhere() {
    let mut screen = wizard(CloudKind::AzureSas);
    paste(&mut screen, &CONNECTION.replace("DeviceId=device1", "SharedAccessKeyName=iothubowner"));
    assert!(screen.shows("of an owner or a service, not of a device"));
    assert_eq!(screen.value("Device ID"), "");
    assert!(!screen.desk().orders().iter().any(|order| format!("{order:?}").contains(KEY)));
}

#[test]
fn what_belongs_to_another_cloud_leads_there() {
    let mut screen = wizard(CloudKind::Aws);
    paste(&mut screen, CONNECTION);
    screen.click("Set up for Azure IoT Hub with a key or token instead");
    let there = Action::Show(crate::ui::pages::Page::Wizard(CloudKind::AzureSas));
    assert_eq!(screen.desk().done.last(), Some(&there));
}

#[test]
fn a_hub_with_a_certificate_wants_the_devices_name_in_it() {
    let mut screen = wizard(CloudKind::AzureX509);
    screen.fill("Host name of the hub", "contoso.azure-devices.net");
    screen.fill("Device ID", "Device1");
    screen.news(file("azure-x509.dropped", "device1.pem", EC_CERTIFICATE));
    screen.news(file("azure-x509.dropped", "device1.key", EC_KEY_WITH_PARAMETERS));
    screen.click("Next");
    assert!(screen.shows("It has the common name device1, the device ID is Device1"));
    screen.click("Back");
    screen.fill("Device ID", "device1");
    assert!(screen.is_on(Page::Credentials));
    walk(&mut screen);
    assert!(screen.shows("user=contoso.azure-devices.net/device1/?api-version=2021-04-12"));
}

#[test]
fn the_overview_of_a_service_and_a_groups_key_register_a_device() {
    let mut screen = wizard(CloudKind::AzureDps);
    paste(
        &mut screen,
        "ID Scope\n0ne00ABCDEF\nGlobal device endpoint\nglobal.azure-devices-provisioning.net\n",
    );
    assert_eq!(screen.value("ID scope"), "0ne00ABCDEF");
    screen.fill("Registration ID", "device1");
    screen.click("The key of an enrolment group");
    screen.click("Next");
    assert!(screen.shows("Primary key of the enrolment group is missing"));
    screen.fill("Primary key of the enrolment group", KEY);
    walk(&mut screen);
    assert!(screen.shows("ATO2") && screen.shows("iotdps-register") && screen.shows("<assigned_hub>"));
    assert!(!screen.everything().contains(KEY));
}

#[test]
fn a_things_credentials_set_up_thingstream() {
    let mut screen = wizard(CloudKind::Thingstream);
    let password = "KgpOln78MZwuzYw3WCmGMdTePVm1234567890+/a";
    paste(
        &mut screen,
        &format!(
            "Client ID: device:521b5a33-2374-4547-8edc-50743c144509\nUsername: 44Y4OWYTRN3JJM3T4567\nPassword: {password}"
        ),
    );
    assert!(screen.shows("Taken: client id, user name, password"));
    screen.fill("Publish topic", "testpub");
    walk(&mut screen);
    assert!(screen.shows("mqtt.thingstream.io:8883") && !screen.everything().contains(password));
}

#[test]
fn a_token_that_was_made_elsewhere_is_judged() {
    let mut screen = wizard(CloudKind::AzureSas);
    let signature = "k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D";
    let token = |device: &str| {
        format!(
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2F{device}&sig={signature}&se=2000000000"
        )
    };
    paste(&mut screen, &token("device1"));
    assert!(screen.shows("The token is valid until 2033-05-18"));
    screen.fill("Device ID", "device2");
    screen.click("Next");
    assert!(screen.shows("The token is for contoso.azure-devices.net/devices/device1, not for"));
}

#[test]
fn the_policy_that_aws_needs_is_shown_and_another_is_checked() {
    let mut screen = Screen::filled(0);
    screen.click("Policy");
    let needed = screen.field_of(AccessRole::MultilineTextInput, "Policy that the device needs");
    assert!(needed.value().unwrap().contains(":client/device1\""));
    screen.field_of(AccessRole::MultilineTextInput, "Policy to check").focus();
    screen.run();
    screen.type_text(r#"{ "Statement": [{ "Effect": "Allow", "Action": "iot:*", "Resource": "*" }] }"#);
    assert!(screen.shows("The policy allows everything to everybody who has it"));
}

#[test]
fn a_whole_wizard_is_walked_by_keyboard_alone() {
    let mut screen = wizard(CloudKind::AzureSas);
    screen.desk_mut().wizard.turn_to(Page::Credentials);
    screen.run();
    for text in ["contoso.azure-devices.net", "device1"] {
        screen.type_text(text);
        screen.key(Key::Enter);
    }
    // Enter led past the choice of the proof to the key.
    assert!(screen.field("Primary key of the device").is_focused());
    screen.type_text(KEY);
    screen.press(Modifiers::ALT, Key::ArrowRight);
    assert!(screen.is_on(Page::Certificates), "{}", screen.everything());
    screen.press(Modifiers::ALT, Key::ArrowRight);
    assert!(screen.is_on(Page::Network) && screen.field("Network name (SSID)").is_focused());
    screen.type_text("lab-ap");
    screen.key(Key::Enter);
    // From the choice of security on by Tab, as it has no use for Enter.
    screen.key(Key::Tab);
    screen.key(Key::Tab);
    assert!(screen.field("Passphrase").is_focused());
    screen.type_text(PASSPHRASE);
    screen.press(Modifiers::ALT, Key::ArrowRight);
    assert!(screen.is_on(Page::Review), "{}", screen.everything());
    // From Back, which has the focus, one step to the button that goes on.
    screen.key(Key::Tab);
    screen.key(Key::Enter);
    assert!(screen.desk().plan().is_some());
}

#[test]
fn an_answer_of_the_service_says_which_hub_it_is() {
    let mut screen = registering();
    let bound = vec![
        ("assigned_hub".to_owned(), "contoso.azure-devices.net".to_owned()),
        ("device_id".to_owned(), "device7".to_owned()),
    ];
    screen.happens(Event::Plan(PlanEvent::Finished(crate::session::PlanResult::Done { bound })));
    assert!(screen.is_on(Page::Connected) && screen.shows("contoso.azure-devices.net"));
    assert!(screen.shows("devices/device7/messages/events/") && screen.shows("Azure IoT Explorer"));
}

#[test]
fn the_mode_to_end_in_is_chosen_below_and_decides_how_the_device_registers() {
    let review = |mode: Option<&str>| {
        let mut screen = wizard(CloudKind::AzureDps);
        paste(&mut screen, "ID Scope: 0ne00ABCDEF");
        screen.fill("Registration ID", "device1");
        screen.click("The key of an individual enrolment");
        screen.fill("Primary key of the device", KEY);
        screen.click("More");
        if let Some(mode) = mode {
            screen.0.get_by_role_and_label(AccessRole::ComboBox, "Mode at the end").click();
            screen.run();
            screen.click(mode);
        }
        walk(&mut screen);
        screen
    };
    let screen = review(None);
    assert!(screen.shows("Enter extended data mode") && !screen.shows("Enter data mode"));
    let mut screen = review(Some("Command mode: registers in data mode"));
    assert!(screen.shows("Enter data mode") && !screen.shows("Enter extended data mode"));
    assert!(screen.shows("Return to command mode"), "{}", screen.everything());
    screen.click("Set up module");
    assert!(screen.desk().plan().is_some());
}

#[test]
fn a_refused_registration_leads_to_the_registration_id() {
    let mut screen = registering();
    let refused = Problem::new(Kind::CloudRefused, "The service does not know the device", "Check the key");
    screen.happens(Event::Plan(PlanEvent::Finished(crate::session::PlanResult::Failed(refused))));
    screen.click("Back to credentials");
    assert!(screen.field("Registration ID").is_focused());
}

#[test]
fn a_module_that_cannot_do_what_is_asked_is_told_on_the_page_that_asks() {
    let with_firmware = |cloud, firmware: &str| {
        let mut desk = Desk::connected();
        desk.wizard = Wizard::new(cloud);
        let identity = identity("1122334455667788");
        desk.model.module.identity = Some(Identity { firmware: firmware.parse().ok(), ..identity });
        Screen::new(desk, TALL)
    };
    let screen = with_firmware(CloudKind::AzureSas, "2.1.0-017");
    assert!(
        screen.shows("NINA-W152 with this firmware cannot carry a SAS token. Update the firmware to 3.0.0")
    );
    assert!(!with_firmware(CloudKind::AzureSas, "3.0.0-013").shows("cannot carry a SAS token"));
    let mut screen = with_firmware(CloudKind::Aws, "2.1.0-017");
    assert!(!screen.shows("does not know the wildcard #"));
    screen.fill("Subscribe topic", "down/#");
    assert!(screen.shows("does not know the wildcard #. Subscribe to a topic without #"));
}

#[test]
fn the_review_is_saved_as_a_script_without_secrets() {
    let mut screen = wizard(CloudKind::AzureSas);
    paste(&mut screen, CONNECTION);
    walk(&mut screen);
    screen.click("Save as a script…");
    let saved = screen.desk().orders().into_iter().find_map(|order| match order {
        Order::SaveFiles { purpose, files, .. } if purpose == "azure-sas.script" => files.first().cloned(),
        _ => None,
    });
    let NewFile { name, content: NewContent::Public(text) } = saved.unwrap() else {
        panic!("a private file")
    };
    assert_eq!(name, "azure-sas-commands.txt");
    assert!(text.lines().any(|line| line == "AT+UDUV=0,\"••••••\""), "{text}");
    assert!(text.lines().all(|line| line.starts_with('#') || line.starts_with("AT")), "{text}");
    assert!(!text.contains(KEY) && !text.contains(PASSPHRASE) && !text.contains("sig="));
    let purpose = "azure-sas.script".to_owned();
    let place = std::path::PathBuf::from("/tmp/azure-sas-commands.txt");
    screen.news(News::Saved { purpose, place: place.clone(), result: Ok(vec![place]) });
    assert!(screen.shows("Saved: /tmp/azure-sas-commands.txt"));
}

#[test]
fn files_dropped_on_the_first_page_fill_certificate_key_and_the_id_in_its_name() {
    let mut screen = wizard(CloudKind::AzureDps);
    screen.news(file("azure-dps.dropped", "device1.pem", EC_CERTIFICATE));
    assert!(screen.is_on(Page::Credentials));
    assert!(screen.shows("Taken: device certificate, registration id"));
    assert_eq!(screen.value("Registration ID"), "device1");
    screen.news(file("azure-dps.dropped", "device1.key", EC_KEY_WITH_PARAMETERS));
    assert!(screen.shows("Taken: private key") && screen.shows("Taken: device certificate"));
    screen.fill("ID scope", "0ne00ABCDEF");
    walk(&mut screen);
}

#[test]
fn an_id_that_was_typed_stays_whatever_the_certificate_says() {
    let mut screen = wizard(CloudKind::AzureX509);
    screen.fill("Device ID", "gateway-7");
    screen.news(file("azure-x509.dropped", "device1.pem", EC_CERTIFICATE));
    assert!(screen.shows("Taken: device certificate"));
    assert_eq!(screen.value("Device ID"), "gateway-7");
}

#[test]
fn a_dropped_text_with_values_is_sorted_into_fields_like_a_pasted_one() {
    let mut screen = wizard(CloudKind::AzureSas);
    screen.news(file("azure-sas.dropped", "device1.txt", CONNECTION));
    assert!(screen.shows("Taken: host name of the hub, device id, primary key of the device"));
    assert_eq!(screen.value("Device ID"), "device1");
    assert!(!screen.everything().contains(KEY));
}

#[test]
fn a_file_dropped_on_the_first_page_that_belongs_nowhere_is_named_there() {
    let mut screen = wizard(CloudKind::AzureDps);
    screen.news(file("azure-dps.dropped", "notes.txt", "what to buy: milk"));
    assert!(screen.is_on(Page::Credentials) && screen.shows("notes.txt:"), "{}", screen.everything());
    screen.news(file("azure-dps.dropped", "login.html", "<html><body>Sign in</body></html>"));
    assert!(screen.shows("login.html: ") && screen.shows("web page"), "{}", screen.everything());
}

#[test]
fn the_json_of_a_new_certificate_fills_certificate_and_key() {
    let mut screen = wizard(CloudKind::Aws);
    let json = serde_json::json!({
        "certificateArn": "arn:aws:iot:eu-west-1:123456789012:cert/0123",
        "certificatePem": EC_CERTIFICATE,
        "keyPair": { "PrivateKey": EC_KEY_WITH_PARAMETERS },
    });
    paste(&mut screen, &json.to_string());
    assert!(screen.shows("Taken: device certificate, private key"), "{}", screen.everything());
    assert!(!screen.everything().contains("BEGIN"));
    screen.fill("Endpoint", ENDPOINT);
    screen.fill("Client ID", "device1");
    walk(&mut screen);
}

#[test]
fn the_json_of_an_enrolment_group_chooses_its_key_as_the_proof() {
    let mut screen = wizard(CloudKind::AzureDps);
    let group = serde_json::json!({
        "enrollmentGroupId": "fleet",
        "attestation": { "type": "symmetricKey", "symmetricKey": { "primaryKey": KEY } },
    });
    paste(&mut screen, &group.to_string());
    assert!(screen.shows("Taken: primary key of the enrolment group"), "{}", screen.everything());
    assert!(!screen.everything().contains(KEY));
    screen.fill("ID scope", "0ne00ABCDEF");
    screen.fill("Registration ID", "device1");
    walk(&mut screen);
}

#[test]
fn a_command_that_is_too_long_for_the_module_is_told_where_its_names_are_typed() {
    let mut desk = Desk::connected();
    let identity = identity("1122334455667788");
    let odin =
        Identity { model: module::Model::new("ODIN-W262"), firmware: "7.1.0-020".parse().ok(), ..identity };
    desk.model.module.identity = Some(odin);
    let mut screen = Screen::new(desk, TALL);
    screen.news(demonstration());
    assert!(!screen.shows("ODIN-W262 takes 300"));
    screen.fill("Publish topic", &"t".repeat(200));
    assert!(
        screen.is_on(Page::Credentials) && screen.shows("ODIN-W262 takes 300. Shorten the publish topic by")
    );
    screen.fill("Publish topic", "device1/up");
    assert!(!screen.shows("ODIN-W262 takes 300"));
}
