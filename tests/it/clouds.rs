//! Set-ups for Thingstream, Azure IoT Hub and Azure's provisioning service by the real binary, against make-believe clouds
//! that judge as strictly as the real ones: what every cloud was shown, and a message each way. How set-ups are refused
//! is tested in `refusals`.

use serde_json::Value;
use xpress_center::cloud::{
    Attestation, Azure, AzureDps, AzureHub, DpsSettings, Enrolment, Event, HubDevice, HubProof, HubSettings,
    Pace, Thing, Thingstream, ThingstreamSettings,
};
use xpress_center::credential::sas;
use xpress_center::edm;
use xpress_center::moment::UnixTime;
use xpress_center::secret::Secret;

use crate::support::mosquitto::Broker;
use crate::support::set_up::{self, Applied, Bench, Device, IDENTITY, LONG};

pub(crate) const THINGSTREAM: &str = "mqtt.thingstream.io";
pub(crate) const HUB: &str = "contoso.azure-devices.net";
pub(crate) const DPS: &str = "global.azure-devices-provisioning.net";
pub(crate) const SCOPE: &str = "0ne00ABCDEF";
pub(crate) const THING: &str = "device:521b5a33-2374-4547-8edc-50743c144509";
pub(crate) const USER: &str = "44Y4OWYTRN3JJM312345";
pub(crate) const PASSWORD: &str = "KgpOln78MZ+wuzYw3WCm/GMdTePVm12345678+/9";
/// Bytes 0 to 31.
pub(crate) const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// The group key of Microsoft's example.
pub(crate) const GROUP_KEY: &str =
    "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";

pub(crate) const THING_PROFILE: &str = r#""kind": "thingstream", "client_id": "device:521b5a33-2374-4547-8edc-50743c144509",
    "username": "44Y4OWYTRN3JJM312345", "password": { "env": "CLOUD_SECRET" },
    "publish_topic": "things/up", "subscribe_topic": "things/down/#""#;

pub(crate) fn thingstream(password: &str) -> Bench<Thingstream> {
    Device::named("device1").meets(&[THINGSTREAM], |device, today| {
        let thing =
            Thing { client_id: THING.to_owned(), user: USER.to_owned(), password: Secret::new(password) };
        let settings =
            ThingstreamSettings { server: device.server(THINGSTREAM), things: vec![thing], echoes: vec![] };
        Thingstream::new(settings, today).unwrap()
    })
}

/// The keys of a profile for a hub.
pub(crate) fn at_hub(kind: &str, id: &str, more: &str) -> String {
    format!(r#""kind": "{kind}", "hub": "{HUB}", "device_id": "{id}", {more}"#)
}

/// The keys of a profile for the provisioning service.
pub(crate) fn at_dps(id: &str, more: &str) -> String {
    format!(r#""kind": "azure-dps", "id_scope": "{SCOPE}", "registration_id": "{id}", {more}"#)
}

pub(crate) fn hub(device: &Device, devices: Vec<HubDevice>, today: UnixTime) -> AzureHub {
    let settings = HubSettings {
        host: HUB.to_owned(),
        server: device.server(HUB),
        devices,
        authorities: vec![device.authority.certificate().der().to_vec()],
        policies: vec![],
    };
    AzureHub::new(settings, today).unwrap()
}

pub(crate) fn hub_with(proof: HubProof) -> Bench<AzureHub> {
    Device::named("device1")
        .meets(&[HUB], |device, today| hub(device, vec![HubDevice::new("device1", proof)], today))
}

pub(crate) fn key_proof() -> HubProof {
    HubProof::Keys { primary: Secret::new(KEY), secondary: None }
}

pub(crate) fn dps(device: &Device, enrolments: Vec<Enrolment>, assigning: u32, today: UnixTime) -> AzureDps {
    AzureDps::new(dps_settings(device, enrolments, assigning), today).unwrap()
}

/// A provisioning service that has too much to do for the first registrations.
pub(crate) fn busy_dps(
    device: &Device,
    enrolments: Vec<Enrolment>,
    throttled: u32,
    today: UnixTime,
) -> AzureDps {
    let settings = DpsSettings { throttled, ..dps_settings(device, enrolments, 0) };
    AzureDps::new(settings, today).unwrap()
}

fn dps_settings(device: &Device, enrolments: Vec<Enrolment>, assigning: u32) -> DpsSettings {
    DpsSettings {
        host: DPS.to_owned(),
        server: device.server(DPS),
        id_scope: SCOPE.to_owned(),
        enrolments,
        assigning,
        retry_after: 2,
        throttled: 0,
        pace: Pace::Asked,
    }
}

/// A provisioning service with one enrolment, and its hub.
pub(crate) fn azure(device: Device, enrolment: impl FnOnce(&Device) -> Enrolment) -> Bench<Azure> {
    device.meets(&[DPS, HUB], |device, today| {
        let provisioning = dps(device, vec![enrolment(device)], 1, today);
        Azure::new(provisioning, vec![hub(device, vec![], today)])
    })
}

pub(crate) fn individual(registration_id: &str, key: &str) -> Enrolment {
    let registration_id = registration_id.to_owned();
    Enrolment::new(Attestation::Key { registration_id, primary: Secret::new(key), secondary: None }, HUB)
}

pub(crate) fn group(key: &str) -> Enrolment {
    let (group, primary) = ("gateways".to_owned(), Secret::new(key));
    Enrolment::new(Attestation::GroupKey { group, primary, secondary: None }, HUB)
}

pub(crate) fn certified(device: &Device) -> Enrolment {
    let authority = device.authority.certificate().der().to_vec();
    Enrolment::new(Attestation::GroupAuthority { group: "gateways".to_owned(), authority }, HUB)
}

/// Client ID and user name of every connection that a cloud has let in, in order.
pub(crate) fn who_connected(events: &[Event]) -> Vec<(String, String)> {
    let who = |event: &Event| match event {
        Event::Connected { client_id, user, .. } => {
            Some((client_id.clone(), user.clone().unwrap_or_default()))
        }
        _ => None,
    };
    events.iter().filter_map(who).collect()
}

pub(crate) fn subscriptions(events: &[Event]) -> Vec<String> {
    let filter = |event: &Event| match event {
        Event::Subscribed { filter, .. } => Some(filter.clone()),
        _ => None,
    };
    events.iter().filter_map(filter).collect()
}

pub(crate) fn topics(events: &[Event]) -> Vec<String> {
    let topic = |event: &Event| match event {
        Event::Published { topic, .. } => Some(topic.clone()),
        _ => None,
    };
    events.iter().filter_map(topic).collect()
}

pub(crate) fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

/// A message each way between a hub and a module in command mode.
fn exchange_with_hub(bench: &Bench<AzureHub>) {
    let mut terminal = bench.data_mode();
    terminal.send(b"{\"t\":21.5}");
    bench.hears(b"{\"t\":21.5}");
    bench.cloud.ask(|hub| hub.send("device1", b"switch on", &[("k", Some("v"))])).unwrap();
    assert_eq!(terminal.read_until(b"switch on", LONG), b"switch on");
    assert_eq!(topics(&bench.cloud.events()), ["devices/device1/messages/events/"]);
}

fn assert_shown_to_hub(bench: &Bench<AzureHub>, user: &str) {
    let events = bench.cloud.events();
    assert_eq!(who_connected(&events), owned(&[("device1", user)]), "{events:?}");
    assert_eq!(subscriptions(&events), ["devices/device1/messages/devicebound/#"]);
}

const WITH_VERSION: &str = "contoso.azure-devices.net/device1/?api-version=2021-04-12";

#[test]
fn thingstream_is_connected_with_user_and_password_and_messages_go_both_ways() {
    let bench = thingstream(PASSWORD);
    bench.apply(THING_PROFILE, PASSWORD).ended("connected");
    let events = bench.cloud.events();
    assert_eq!(who_connected(&events), owned(&[(THING, USER)]), "{events:?}");
    assert_eq!(subscriptions(&events), ["things/down/#"]);
    let mut terminal = bench.data_mode();
    terminal.send(b"up");
    bench.hears(b"up");
    assert_eq!(topics(&bench.cloud.events()), ["things/up"]);
    bench.cloud.ask(|cloud| cloud.publish("things/down/1", b"and down"));
    assert_eq!(terminal.read_until(b"and down", LONG), b"and down");
}

#[test]
fn a_thingstream_password_that_no_url_can_hold_arrives_as_it_is() {
    for password in ["a&b%c %%0", "quote\"comma,back\\slash", "trailing%%"] {
        let bench = thingstream(password);
        bench.apply(THING_PROFILE, password).ended("connected");
    }
}

#[test]
fn mosquitto_takes_the_user_and_password_of_a_thing() {
    let device = Device::named("watcher");
    let broker = Broker::start_with_password(
        &device.authority,
        &device.server(THINGSTREAM),
        &device.pair,
        (USER, PASSWORD),
    );
    let module = set_up::module(&[format!("{THINGSTREAM}:8883={}", broker.address())]);
    let applied =
        |password: &str| set_up::apply(&device, &module.port, &set_up::profile(THING_PROFILE), password, &[]);
    applied("another password").failed();
    applied(PASSWORD).ended("connected");
    let mut up = broker.subscribe("watcher", "things/up");
    let mut terminal = module.open();
    terminal.command("ATO1");
    terminal.send(b"up");
    assert_eq!(up.next_message(LONG), b"up");
    broker.publish("things/down/1", b"and down");
    assert_eq!(terminal.read_until(b"and down", LONG), b"and down");
    assert!(broker.log().contains(&format!("as {THING} (p2, c1, k60, u'{USER}')")), "{}", broker.log());
}

#[test]
fn a_device_with_a_certificate_is_connected_to_its_hub_and_messages_go_both_ways() {
    let bench = hub_with(HubProof::SignedCertificate);
    bench.apply(&at_hub("azure-x509", "device1", IDENTITY), "").ended("connected");
    assert_shown_to_hub(&bench, WITH_VERSION);
    exchange_with_hub(&bench);
}

#[test]
fn a_device_is_known_at_its_hub_by_the_thumbprint_of_its_certificate_and_the_short_user_name_too() {
    let device = Device::named("device1");
    let primary = device.pair.certificate.sha256();
    let bench = device.meets(&[HUB], |device, today| {
        let proof = HubProof::Thumbprints { primary, secondary: None };
        hub(device, vec![HubDevice::new("device1", proof)], today)
    });
    let short = format!(r#"{IDENTITY}, "api_version": false"#);
    bench.apply(&at_hub("azure-x509", "device1", &short), "").ended("connected");
    assert_shown_to_hub(&bench, "contoso.azure-devices.net/device1");
}

#[test]
fn a_device_with_a_key_is_connected_to_its_hub_and_messages_go_both_ways() {
    let bench = hub_with(key_proof());
    let applied = bench.apply(&at_hub("azure-sas", "device1", r#""key": { "env": "CLOUD_SECRET" }"#), KEY);
    applied.ended("connected");
    assert_shown_to_hub(&bench, WITH_VERSION);
    assert_eq!(applied.lines_with("AT+UDUV").len(), 1, "{}", applied.recorded);
    exchange_with_hub(&bench);
}

#[test]
fn a_device_with_a_ready_token_is_connected_to_its_hub_and_messages_go_both_ways() {
    let expires = UnixTime(crate::support::valid_now().not_before.0 + 86_400);
    let token = sas::token(&format!("{HUB}/devices/device1"), &Secret::new(KEY), expires, None).unwrap();
    let signature = token.reveal().split("sig=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let bench = hub_with(key_proof()).hides(&signature);
    let profile = at_hub("azure-sas", "device1", r#""token": { "env": "CLOUD_SECRET" }"#);
    bench.apply(&profile, token.reveal()).ended("connected");
    assert_shown_to_hub(&bench, WITH_VERSION);
    exchange_with_hub(&bench);
}

/// How a provisioning went: what service and hub were shown, and in which order.
fn assert_provisioned(bench: &Bench<Azure>, applied: &Applied, id: &str, device_id: &str) {
    let last = applied.ended("connected");
    assert_eq!((&last["assigned_hub"], &last["device_id"]), (&Value::from(HUB), &Value::from(device_id)));
    let events = bench.cloud.events();
    let at_service = format!("{SCOPE}/registrations/{id}/api-version=2019-03-31");
    let at_hub = format!("{HUB}/{device_id}/?api-version=2021-04-12");
    assert_eq!(who_connected(&events), owned(&[(id, &at_service), (device_id, &at_hub)]), "{events:?}");
    let inbox = format!("devices/{device_id}/messages/devicebound/#");
    assert_eq!(subscriptions(&events), ["$dps/registrations/res/#", inbox.as_str()]);
    let topics = topics(&events);
    let (first, polls) = topics.split_first().unwrap();
    assert_eq!(first, "$dps/registrations/PUT/iotdps-register/?$rid={request_id}");
    let poll = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid={request_id}&operationId=5.b084";
    assert!(polls.len() == 2 && polls.iter().all(|topic| topic.starts_with(poll)), "{topics:?}");
    assert_left_before_the_hub(bench, applied, id);
}

/// A connection to the provisioning service has no place beside the one to the hub.
fn assert_left_before_the_hub(bench: &Bench<Azure>, applied: &Applied, id: &str) {
    let is_left =
        |event: &Event| matches!(event, Event::Disconnected { client_id, failure: None } if client_id == id);
    bench.cloud.wait_for(LONG, is_left);
    let [(opens_hub, _)] = applied.lines_with(&format!("AT+UDCP=mqtt://{HUB}"))[..] else { panic!() };
    let closed = applied.lines_with("+UUDPD:");
    assert!(closed.len() == 2 && closed.iter().all(|(place, _)| *place < opens_hub), "{}", applied.recorded);
    let listed = bench.packets().0.request("AT+UDLP?");
    assert_eq!(listed.matches("\"mqtt\"").count(), 1, "{listed}");
}

/// A message each way between a hub and a module in extended data mode.
fn exchange_in_packets(bench: &Bench<Azure>, device_id: &str) {
    let (mut terminal, channel) = bench.packets();
    terminal.send(&edm::Packet::Send { channel, data: b"a packet \x55\xaa".to_vec() }.encode());
    bench.hears(b"a packet \x55\xaa");
    let to = device_id.to_owned();
    bench.cloud.ask(move |azure| azure.hub(HUB).unwrap().send(&to, b"\xaa\x00an answer\x55", &[])).unwrap();
    let expected = edm::Packet::Data { channel, data: b"\xaa\x00an answer\x55".to_vec() }.encode();
    terminal.read_until(&expected, LONG);
}

#[test]
fn a_device_with_a_certificate_is_provisioned_and_connected_to_the_hub_it_is_given() {
    let bench = azure(Device::named("gateway-1"), certified);
    let applied = bench.apply(&at_dps("gateway-1", IDENTITY), "");
    assert_provisioned(&bench, &applied, "gateway-1", "gateway-1");
    exchange_in_packets(&bench, "gateway-1");
}

#[test]
fn a_device_with_a_key_of_its_own_is_provisioned_under_the_name_that_its_enrolment_gives_it() {
    let bench = azure(Device::named("unused"), |_| Enrolment {
        device_id: Some("Gateway-One".to_owned()),
        ..individual("gateway-1", KEY)
    });
    let applied = bench.apply(&at_dps("gateway-1", r#""key": { "env": "CLOUD_SECRET" }"#), KEY);
    assert_provisioned(&bench, &applied, "gateway-1", "Gateway-One");
    assert_eq!(applied.lines_with("AT+UDUV=0,").len(), 2, "one token for each of the two");
    exchange_in_packets(&bench, "Gateway-One");
}

#[test]
fn a_device_is_provisioned_with_the_key_of_its_group_which_itself_never_reaches_the_module() {
    let derived = sas::derived_key(&Secret::new(GROUP_KEY), "gateway-1").unwrap();
    let bench = azure(Device::named("unused"), |_| group(GROUP_KEY)).hides(derived.reveal());
    let applied = bench.apply(&at_dps("gateway-1", r#""group_key": { "env": "CLOUD_SECRET" }"#), GROUP_KEY);
    assert_provisioned(&bench, &applied, "gateway-1", "gateway-1");
    exchange_in_packets(&bench, "gateway-1");
}

#[test]
fn a_registration_alone_says_hub_and_device_connects_to_neither_and_delivers_its_payload() {
    type Enrols = fn(&Device) -> Enrolment;
    let proofs: [(&str, &str, Enrols); 3] = [
        (IDENTITY, "", certified),
        (r#""key": { "env": "CLOUD_SECRET" }"#, KEY, |_| individual("gateway-1", KEY)),
        (r#""group_key": { "env": "CLOUD_SECRET" }"#, GROUP_KEY, |_| group(GROUP_KEY)),
    ];
    for (proof, secret, enrolment) in proofs {
        let bench = azure(Device::named("gateway-1"), enrolment);
        let more =
            format!(r#"{proof}, "then_connect": false, "payload": {{ "model": "W15", "n": [1, null] }}"#);
        let applied = bench.apply(&at_dps("gateway-1", &more), secret);
        let last = applied.ended("registered");
        assert_eq!(
            last,
            &serde_json::json!({ "result": "registered", "assigned_hub": HUB, "device_id": "gateway-1" })
        );
        let events = bench.cloud.events();
        assert_eq!(who_connected(&events).len(), 1, "{events:?}");
        let payloads = events.iter().find_map(|event| match event {
            Event::Registering { payload, .. } => payload.clone(),
            _ => None,
        });
        let payload: Value = serde_json::from_str(&payloads.unwrap()).unwrap();
        assert_eq!(payload, serde_json::json!({ "model": "W15", "n": [1, null] }));
    }
}

#[test]
fn a_set_up_is_repeated_on_a_module_that_was_left_in_extended_data_mode() {
    let bench = azure(Device::named("gateway-1"), certified);
    bench.apply(&at_dps("gateway-1", IDENTITY), "").ended("connected");
    bench.apply(&at_dps("gateway-1", IDENTITY), "").ended("connected");
    exchange_in_packets(&bench, "gateway-1");
}

#[test]
fn a_provisioned_module_keeps_its_network_over_a_restart_and_connects_to_its_hub_again() {
    let bench = azure(Device::named("gateway-1"), certified);
    let profile = set_up::profile(&at_dps("gateway-1", IDENTITY));
    let profile = profile.replacen('{', r#"{ "after": { "keep": "wifi", "mode": "data" }, "#, 1);
    let last = bench.apply_profile(&profile, "").ended("connected").clone();
    assert_eq!(last["assigned_hub"], HUB);
    let at_hub =
        |event: &Event| matches!(event, Event::Connected { user: Some(user), .. } if user.starts_with(HUB));
    assert_eq!(bench.cloud.events().into_iter().filter(at_hub).count(), 2);
    bench.module.open().send(b"after the restart");
    bench.hears(b"after the restart");
}
