//! Provisioning in command and data mode by the real binary: a virtual serial port, real TCP, TLS and MQTT to a
//! make-believe service that judges as strictly as the real one. What may happen on the way is tested in `data_mode`.

use serde_json::Value;
use xpress_center::cloud::{Azure, Enrolment, Event, Outcome, Refusal};
use xpress_center::credential::sas;
use xpress_center::secret::Secret;

use crate::clouds::{
    GROUP_KEY, HUB, KEY, SCOPE, at_dps, azure, certified, group, individual, owned, subscriptions, topics,
    who_connected,
};
use crate::support::set_up::{self, Applied, Bench, Device, IDENTITY, LONG};

const WITH_KEY: &str = r#""key": { "env": "CLOUD_SECRET" }"#;
const WITH_GROUP_KEY: &str = r#""group_key": { "env": "CLOUD_SECRET" }"#;

/// `apply` for a device that is to end in this mode.
fn apply(bench: &Bench<Azure>, mode: &str, cloud: &str, secret: &str) -> Applied {
    let after = format!(r#"{{ "after": {{ "mode": "{mode}" }}, "#);
    bench.apply_profile(&set_up::profile(cloud).replacen('{', &after, 1), secret)
}

/// How a provisioning went: one connection at a time, and no packets.
fn assert_provisioned(bench: &Bench<Azure>, applied: &Applied, device_id: &str) {
    let last = applied.ended("connected");
    assert_eq!((&last["assigned_hub"], &last["device_id"]), (&Value::from(HUB), &Value::from(device_id)));
    let events = bench.cloud.events();
    let at_service = format!("{SCOPE}/registrations/gateway-1/api-version=2019-03-31");
    let at_hub = format!("{HUB}/{device_id}/?api-version=2021-04-12");
    let service = ("gateway-1", at_service.as_str());
    assert_eq!(who_connected(&events), owned(&[service, service, (device_id, &at_hub)]), "{events:?}");
    let inbox = format!("devices/{device_id}/messages/devicebound/#");
    let answers = "$dps/registrations/res/#";
    assert_eq!(subscriptions(&events), [answers, answers, inbox.as_str()]);
    let topics = topics(&events);
    let [register, polls @ ..] = topics.as_slice() else { panic!() };
    assert_eq!(register, "$dps/registrations/PUT/iotdps-register/?$rid={request_id}");
    let poll = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid={request_id}&operationId=5.b084";
    assert!(polls.len() == 2 && polls.iter().all(|topic| topic.starts_with(poll)), "{topics:?}");
    let is_left = |event: &Event| matches!(event, Event::Disconnected { client_id, failure: None } if client_id == "gateway-1");
    assert_eq!(events.iter().filter(|event| is_left(event)).count(), 2, "{events:?}");
    assert!(applied.lines_with("ATO2").is_empty() && applied.lines_with("AT+CPWROFF").is_empty());
    assert_eq!(applied.lines_with("+++").len(), 2);
    let [(opens_hub, _)] = applied.lines_with(&format!("AT+UDCP=mqtt://{HUB}"))[..] else { panic!() };
    let closed = applied.lines_with("+UUDPD:");
    assert!(closed.len() == 2 && closed.iter().all(|(place, _)| *place < opens_hub), "{}", applied.recorded);
}

/// A message each way with a module that was left in data mode.
fn exchange(bench: &Bench<Azure>, device_id: &str) {
    let mut terminal = bench.module.open();
    terminal.send(b"{\"t\":21.5}");
    bench.hears(b"{\"t\":21.5}");
    let to = device_id.to_owned();
    bench.cloud.ask(move |azure| azure.hub(HUB).unwrap().send(&to, b"switch on", &[])).unwrap();
    assert_eq!(terminal.read_until(b"switch on", LONG), b"switch on");
}

#[test]
fn a_device_with_a_certificate_is_provisioned_in_command_and_data_mode_and_ends_at_a_prompt() {
    let bench = azure(Device::named("gateway-1"), certified);
    let applied = apply(&bench, "command", &at_dps("gateway-1", IDENTITY), "");
    assert_provisioned(&bench, &applied, "gateway-1");
    let listed = bench.module.open().command("AT+UDLP?");
    assert_eq!(listed.matches("\"mqtt\"").count(), 1, "{listed}");
}

#[test]
fn a_device_with_a_key_of_its_own_is_provisioned_in_data_mode_and_left_there() {
    let bench = azure(Device::named("unused"), |_| Enrolment {
        device_id: Some("Gateway-One".to_owned()),
        ..individual("gateway-1", KEY)
    });
    let applied = apply(&bench, "data", &at_dps("gateway-1", WITH_KEY), KEY);
    assert_provisioned(&bench, &applied, "Gateway-One");
    exchange(&bench, "Gateway-One");
}

#[test]
fn a_device_with_the_key_of_its_group_is_provisioned_in_data_mode_and_the_key_stays_here() {
    let derived = sas::derived_key(&Secret::new(GROUP_KEY), "gateway-1").unwrap();
    let bench = azure(Device::named("unused"), |_| group(GROUP_KEY)).hides(derived.reveal());
    let applied = apply(&bench, "data", &at_dps("gateway-1", WITH_GROUP_KEY), GROUP_KEY);
    assert_provisioned(&bench, &applied, "gateway-1");
    exchange(&bench, "gateway-1");
}

#[test]
fn a_registration_alone_in_data_mode_says_hub_and_device_and_leaves_no_peer() {
    let bench = azure(Device::named("unused"), |_| individual("gateway-1", KEY));
    let more = format!(r#"{WITH_KEY}, "then_connect": false, "payload": {{ "model": "W15" }}"#);
    let applied = apply(&bench, "command", &at_dps("gateway-1", &more), KEY);
    let last = applied.ended("registered");
    assert_eq!((&last["assigned_hub"], &last["device_id"]), (&Value::from(HUB), &Value::from("gateway-1")));
    assert_no_peer_is_left(&bench);
}

fn assert_no_peer_is_left(bench: &Bench<Azure>) {
    let listed = bench.module.open().command("AT+UDLP?");
    assert!(listed.contains("\"com\"") && !listed.contains("\"mqtt\""), "{listed}");
}

#[test]
fn every_end_of_a_registration_in_data_mode_is_told_with_what_to_do_and_leaves_a_prompt() {
    let failed = Outcome::Failed { code: 400_209, message: "ErrorCode:IotHubUnauthorizedAccess".to_owned() };
    for (outcome, words) in [
        (Outcome::Disabled, ["enrolment is disabled", "Enable it"]),
        (failed, ["registration failed", "Relink the hub"]),
        (Outcome::Unassigned, ["not assigned to any hub", "Link a hub"]),
    ] {
        let bench = azure(Device::named("unused"), |_| Enrolment { outcome, ..individual("gateway-1", KEY) });
        let (kind, said) = apply(&bench, "data", &at_dps("gateway-1", WITH_KEY), KEY).failed();
        assert!(kind == "cloud-refused" && words.iter().all(|word| said.contains(word)), "{kind}: {said}");
        assert_no_peer_is_left(&bench);
    }
}

#[test]
fn a_proof_that_is_refused_in_data_mode_is_named() {
    let bench = azure(Device::named("unused"), |_| individual("gateway-1", KEY));
    let other = "bH/VjcdSOJJtcwx94hePfV8EJ8ivyZ/cXQ7e3i6gcDU=";
    let (kind, said) = apply(&bench, "command", &at_dps("gateway-1", WITH_KEY), other).failed();
    assert!(kind == "cloud-refused" && said.contains("does not know the device"), "{kind}: {said}");
    let refused = |event: &Event| matches!(event, Event::RegistrationRefused { why: Refusal::TokenKey, .. });
    assert!(bench.cloud.events().iter().any(refused));
    assert_no_peer_is_left(&bench);
}

#[test]
fn a_module_that_was_left_in_extended_data_mode_is_restarted_and_ends_in_data_mode() {
    let bench = azure(Device::named("gateway-1"), certified);
    bench.apply(&at_dps("gateway-1", IDENTITY), "").ended("connected");
    let applied = apply(&bench, "data", &at_dps("gateway-1", IDENTITY), "");
    applied.ended("connected");
    assert_eq!(applied.lines_with("AT+CPWROFF").len(), 1, "{}", applied.recorded);
    exchange(&bench, "gateway-1");
}
