//! Devices and a make-believe Azure hub.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::json;
use time::OffsetDateTime;

use super::world::{
    DROPPED, GROUP, HUB, K1, K2, K3, SOON, TODAY, VALIDITY, Who, World, foreign, issued, pki, token,
};
use crate::cloud::{
    self, AzureHub, DeviceStatus, Event, HubDevice, HubPolicy, HubProof, HubSettings, Refusal, Rules,
    Undeliverable,
};
use crate::credential::make::Pair;
use crate::moment::{Moment, UnixTime};
use crate::mqtt::{self, Failure, Identity, Qos};
use crate::secret::Secret;

const RESOURCE: &str = "contoso.azure-devices.net/devices/device1";
/// The hub of the vectors V1 and V2 of clouds.md §3.4.
const VENDORS_HUB: &str = "iot-xxxx-test-hub-2.azure-devices.net";

fn hub_at(host: &str, devices: Vec<HubDevice>, date: UnixTime) -> World<AzureHub> {
    let policy = |name: &str, key: &str| HubPolicy { name: name.to_owned(), key: Secret::new(key) };
    let settings = HubSettings {
        host: host.to_owned(),
        server: if host == HUB { pki().hub.clone() } else { issued_for(host) },
        devices,
        authorities: vec![pki().authority.certificate().der().to_vec()],
        policies: vec![policy("iothubowner", K2), policy("device", K3)],
    };
    World::new(AzureHub::new(settings, date).unwrap())
}

fn issued_for(host: &str) -> Pair {
    pki().authority.server(host, super::world::KIND, VALIDITY).unwrap()
}

fn keyed(id: &str) -> HubDevice {
    let (primary, secondary) = (Secret::new(K1), Some(Secret::new(K3)));
    HubDevice::new(id, HubProof::Keys { primary, secondary })
}

fn hub() -> World<AzureHub> {
    let disabled = HubDevice { status: DeviceStatus::Disabled, ..keyed("disabled") };
    hub_at(HUB, vec![keyed("device1"), keyed("device2"), disabled], TODAY)
}

/// Hubs with one device that proves itself by a certificate.
fn certified(proof: HubProof) -> World<AzureHub> {
    hub_at(HUB, vec![HubDevice::new("device1", proof)], TODAY)
}

fn device(id: &str, password: &str) -> Who {
    Who {
        host: HUB.to_owned(),
        client_id: id.to_owned(),
        user: Some(format!("{HUB}/{id}")),
        password: Some(password.to_owned()),
        ..Who::default()
    }
}

fn with_certificate(issued: &Pair) -> Who {
    Who { password: None, identity: Some(cloud::identity(issued)), ..device("device1", "") }
}

fn own_token(id: &str) -> String {
    token(&format!("{HUB}/devices/{id}"), K1, SOON, None)
}

/// A hub with two devices on connections 1 and 2.
fn connected() -> World<AzureHub> {
    let mut world = hub();
    world.connect(1, &device("device1", &own_token("device1")));
    world.connect(2, &device("device2", &own_token("device2")));
    assert_eq!((world.last(1), world.last(2)), (&mqtt::Event::Connected, &mqtt::Event::Connected));
    world
}

#[track_caller]
fn refused(mut world: World<AzureHub>, who: &Who, code: u8, why: Refusal) {
    world.connect(1, who);
    assert_eq!((world.code(1), world.refusals()), (Some(code), vec![why]));
}

fn elsewhere(resource: &str) -> Refusal {
    Refusal::TokenForElsewhere(resource.to_owned())
}

#[test]
fn a_device_connects_by_every_form_of_its_user_name_and_with_either_key() {
    for form in [
        "contoso.azure-devices.net/device1",
        "contoso.azure-devices.net/device1/",
        "contoso.azure-devices.net/device1/?api-version=2021-04-12",
        "contoso.azure-devices.net/device1/?api-version=2019-10-01&DeviceClientType=py-azure-iot-device%2F2.14.0",
        "CONTOSO.azure-devices.net/device1",
    ] {
        for key in [K1, K3] {
            let mut world = hub();
            let who = device("device1", &token(RESOURCE, key, SOON, None));
            world.connect(1, &Who { user: Some(form.to_owned()), ..who });
            assert_eq!(*world.last(1), mqtt::Event::Connected, "{form}");
        }
    }
}

#[test]
fn a_user_name_of_another_form_or_hub_is_answered_with_5() {
    for form in [
        "device1",
        "contoso.azure-devices.net",
        "contoso.azure-devices.net/",
        "fabrikam.azure-devices.net/device1",
        "contoso.azure-devices.net/device1/api-version=2021-04-12",
        "contoso.azure-devices.net/device1/?api-version=",
        "contoso.azure-devices.net/device1/module1/?api-version=2021-04-12",
    ] {
        let who = Who { user: Some(form.to_owned()), ..device("device1", &own_token("device1")) };
        refused(hub(), &who, 5, Refusal::UserName(form.to_owned()));
    }
    let nameless = Who { user: None, password: None, ..device("device1", "") };
    refused(hub(), &nameless, 5, Refusal::UserName(String::new()));
}

#[test]
fn a_client_id_of_another_device_is_answered_with_2() {
    for client_id in ["device2", "Device1"] {
        let who = Who { client_id: client_id.to_owned(), ..device("device1", &own_token("device1")) };
        let (client_id, expected) = (client_id.to_owned(), "device1".to_owned());
        refused(hub(), &who, 2, Refusal::ClientIdOfAnother { client_id, expected });
    }
}

#[test]
fn devices_that_are_unknown_or_disabled_are_answered_with_5() {
    for id in ["device3", "Device1"] {
        refused(hub(), &device(id, &own_token(id)), 5, Refusal::DeviceUnknown(id.to_owned()));
    }
    let disabled = device("disabled", &own_token("disabled"));
    refused(hub(), &disabled, 5, Refusal::DeviceDisabled("disabled".to_owned()));
}

#[test]
fn a_token_that_does_not_open_the_device_is_answered_with_5() {
    let past = UnixTime(TODAY.0 - 1);
    let made = |resource: &str, policy| token(resource, K1, SOON, policy);
    for (password, why) in [
        (token(RESOURCE, K2, SOON, None), Refusal::TokenKey),
        (token(RESOURCE, GROUP, SOON, None), Refusal::TokenKey),
        (token(RESOURCE, K1, past, None), Refusal::TokenExpired),
        (
            made("contoso.azure-devices.net/devices/device2", None),
            elsewhere("contoso.azure-devices.net/devices/device2"),
        ),
        (
            made("contoso.azure-devices.net/devices/Device1", None),
            elsewhere("contoso.azure-devices.net/devices/Device1"),
        ),
        // Segments count whole.
        (
            made("contoso.azure-devices.net/devices/device", None),
            elsewhere("contoso.azure-devices.net/devices/device"),
        ),
        (
            made("contoso.azure-devices.net/devices/device1/modules/mod1", None),
            elsewhere("contoso.azure-devices.net/devices/device1/modules/mod1"),
        ),
        (
            made("fabrikam.azure-devices.net/devices/device1", None),
            elsewhere("fabrikam.azure-devices.net/devices/device1"),
        ),
        // Only the key of a policy may sign for more than the device.
        (made(HUB, None), elsewhere(HUB)),
        (made("contoso.azure-devices.net/devices", Some("")), elsewhere("contoso.azure-devices.net/devices")),
        (made(HUB, Some("service")), Refusal::TokenPolicy("service".to_owned())),
        (made(HUB, Some("iothubowner")), Refusal::TokenKey),
        (made(RESOURCE, Some("device")), Refusal::TokenKey),
    ] {
        refused(hub(), &device("device1", &password), 5, why);
    }
    refused(hub(), &Who { password: None, ..device("device1", "") }, 5, Refusal::ProofMissing);
    let mut world = hub();
    world.connect(1, &device("device1", K1));
    assert_eq!(world.code(1), Some(5));
    assert!(matches!(world.refusals()[..], [Refusal::TokenMalformed(_)]));
}

#[test]
fn tokens_of_policies_and_with_an_empty_policy_are_taken() {
    for password in [
        token(HUB, K2, SOON, Some("iothubowner")),
        token("contoso.azure-devices.net/devices", K2, SOON, Some("iothubowner")),
        token(RESOURCE, K3, SOON, Some("device")),
        token(RESOURCE, K1, SOON, Some("")),
        token("Contoso.Azure-Devices.net/devices/device1", K1, SOON, None),
        token(RESOURCE, K1, TODAY, None),
    ] {
        let mut world = hub();
        world.connect(1, &device("device1", &password));
        assert_eq!(*world.last(1), mqtt::Event::Connected, "{password}");
    }
}

/// Hub, device, key of the device, password, and what it is refused for even before it expires.
#[test]
fn the_vectors_are_taken_until_they_expire() {
    const ODD: &str = "a-b.c%d_e*f?g!h(i)j,k:l=m@n$o'p";
    let vendors = "SharedAccessSignature sr=iot-xxxx-test-hub-2.azure-devices.net&sig=ix4nP1LaU%2FZq2Nk3OaBwJ0MikCPIxGxz2uiZ3KUxecM%3D&se=1591876214&skn=";
    let v2 = "SharedAccessSignature sr=iot-xxxx-test-hub-2.azure-devices.net%2Fdevices%2Fdevice2&sig=hHrgDvM64D6I9W4OR4NLNTfSS7wnv0juQ5ZyHq5yZZ8%3D&se=1591876214";
    let v3 = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01&sig=k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D&se=2000000000";
    let v4 = "SharedAccessSignature sr=contoso.azure-devices.net&sig=8f%2B6%2Fl2DywNwFDnVJWNfcEyZ1wQJsMgN6Bdfegjw7MA%3D&se=2000000000&skn=iothubowner";
    let v5 = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01&sig=%2FuKo6y3j79QECmBBz40GaljpMhm%2FbarQtXBYruX%2FDQk%3D&se=2000000000&skn=device";
    let v6 = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01%2Fmodules%2Fmod1&sig=JotJNzPOBcTrPUXBhMhvn%2F7vjaBbQN0hRRNnlnR6Jm4%3D&se=2000000000";
    let v7 = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fa-b.c%25d_e%2Af%3Fg%21h%28i%29j%2Ck%3Al%3Dm%40n%24o%27p&sig=d8QI9LbgaL4ZaeDYvMepehU254%2FdElTst4XAzNPQtqQ%3D&se=2000000000";
    let module = "contoso.azure-devices.net/devices/MyDevice01/modules/mod1";
    for (host, id, key, password, last, why) in [
        // The vendor's own example signs for the whole hub with a device's key, which no device may (clouds.md §0.4).
        (VENDORS_HUB, "device2", K1, vendors, 1_591_876_214, Some(elsewhere(VENDORS_HUB))),
        (VENDORS_HUB, "device2", K1, v2, 1_591_876_214, None),
        (HUB, "MyDevice01", K2, v3, 2_000_000_000, None),
        (HUB, "MyDevice01", K1, v4, 2_000_000_000, None),
        (HUB, "MyDevice01", K1, v5, 2_000_000_000, None),
        (HUB, "MyDevice01", K2, v6, 2_000_000_000, Some(elsewhere(module))),
        (HUB, ODD, K2, v7, 2_000_000_000, None),
    ] {
        let devices = || vec![HubDevice::with_key(id, Secret::new(key))];
        let user = Some(format!("{host}/{id}"));
        let who = Who { host: host.to_owned(), user, ..device(id, password) };
        let mut world = hub_at(host, devices(), UnixTime(last));
        world.connect(1, &who);
        assert_eq!(world.code(1).is_some(), why.is_some(), "{password}");
        assert_eq!(world.refusals(), why.into_iter().collect::<Vec<_>>());
        refused(hub_at(host, devices(), UnixTime(last + 1)), &who, 5, Refusal::TokenExpired);
    }
}

#[test]
fn a_certificate_of_a_registered_authority_must_bear_the_devices_id_exactly() {
    let mut world = certified(HubProof::SignedCertificate);
    world.connect(1, &with_certificate(&pki().device));
    assert_eq!(*world.last(1), mqtt::Event::Connected);
    let named = |presented: &str| Refusal::CertificateName {
        presented: presented.to_owned(),
        expected: "device1".to_owned(),
    };
    for (who, why) in [
        (with_certificate(&issued("Device1")), named("Device1")),
        (with_certificate(&issued("device2")), named("device2")),
        (with_certificate(&foreign("device1")), Refusal::CertificateUntrusted),
        (device("device1", &own_token("device1")), Refusal::ProofMissing),
    ] {
        refused(certified(HubProof::SignedCertificate), &who, 5, why);
    }
}

#[test]
fn a_certificate_must_be_valid_when_the_device_connects() {
    let devices = || vec![HubDevice::new("device1", HubProof::SignedCertificate)];
    for date in [UnixTime(VALIDITY.not_before.0 - 1), UnixTime(VALIDITY.not_after.0 + 1)] {
        let world = hub_at(HUB, devices(), date);
        refused(world, &with_certificate(&pki().device), 5, Refusal::CertificateDate);
    }
}

/// A chain by way of a certificate between that is valid until then, and its root.
fn chain(between: IsCa, until: UnixTime) -> (Identity, Vec<u8>) {
    let params = |name: &str, is_ca: IsCa, until: UnixTime| {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = OffsetDateTime::from_unix_timestamp(VALIDITY.not_before.0).unwrap();
        params.not_after = OffsetDateTime::from_unix_timestamp(until.0).unwrap();
        params.is_ca = is_ca;
        params
    };
    let key = || KeyPair::generate().unwrap();
    let authority = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = params("Chain root", authority, VALIDITY.not_after);
    let root = CertifiedIssuer::self_signed(root, key()).unwrap();
    let between = CertifiedIssuer::signed_by(params("Between", between, until), key(), &root).unwrap();
    let own = key();
    let leaf = params("device1", IsCa::ExplicitNoCa, VALIDITY.not_after).signed_by(&own, &between).unwrap();
    let chain = vec![leaf.der().to_vec(), between.der().to_vec()];
    (Identity { chain, key: own.serialize_der().into() }, root.der().to_vec())
}

/// A hub that knows the root of a chain, and the device with as much of the chain as it shows.
fn chained(between: IsCa, until: UnixTime, shown: usize) -> (World<AzureHub>, Who) {
    let (mut identity, root) = chain(between, until);
    identity.chain.truncate(shown);
    let settings = HubSettings {
        host: HUB.to_owned(),
        server: pki().hub.clone(),
        devices: vec![HubDevice::new("device1", HubProof::SignedCertificate)],
        authorities: vec![root],
        policies: vec![],
    };
    let world = World::new(AzureHub::new(settings, TODAY).unwrap());
    (world, Who { identity: Some(identity), ..with_certificate(&pki().device) })
}

#[test]
fn a_chain_is_followed_as_far_as_the_device_shows_it() {
    let authority = || IsCa::Ca(BasicConstraints::Unconstrained);
    let (mut world, who) = chained(authority(), VALIDITY.not_after, 2);
    world.connect(1, &who);
    assert_eq!(*world.last(1), mqtt::Event::Connected);
    let past = UnixTime(TODAY.0 - 1);
    for (between, until, shown, why) in [
        (authority(), VALIDITY.not_after, 1, Refusal::CertificateUntrusted),
        (IsCa::ExplicitNoCa, VALIDITY.not_after, 2, Refusal::CertificateUntrusted),
        (authority(), past, 2, Refusal::CertificateDate),
    ] {
        let (world, who) = chained(between, until, shown);
        refused(world, &who, 5, why);
    }
}

#[test]
fn a_thumbprint_takes_its_certificate_and_no_other() {
    let own = foreign("any name");
    let sha256 = own.certificate.sha256();
    let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, own.certificate.der());
    let sha1: Vec<String> = sha1.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    for primary in [sha256.clone(), sha1.join(":")] {
        let mut world = certified(HubProof::Thumbprints { primary, secondary: None });
        world.connect(1, &with_certificate(&own));
        assert_eq!(*world.last(1), mqtt::Event::Connected);
    }
    let proof = HubProof::Thumbprints { primary: String::new(), secondary: Some(sha256) };
    let mut world = certified(proof.clone());
    world.connect(1, &with_certificate(&own));
    assert_eq!(*world.last(1), mqtt::Event::Connected);
    refused(certified(proof), &with_certificate(&pki().device), 5, Refusal::CertificateOfAnother);
}

#[test]
fn a_newer_connection_of_a_device_ends_the_older() {
    let mut world = connected();
    world.connect(3, &device("device1", &own_token("device1")));
    assert_eq!((world.last(1), world.last(3)), (&DROPPED, &mqtt::Event::Connected));
    assert_eq!(*world.last(2), mqtt::Event::Connected, "another device stays");
    assert_eq!(world.refusals(), [Refusal::DuplicateClientId]);
}

#[test]
fn a_device_subscribes_to_its_own_topics_and_to_nothing_else() {
    let mut world = connected();
    for filter in [
        "devices/device1/messages/devicebound/#",
        "$iothub/twin/res/#",
        "$iothub/twin/PATCH/properties/desired/#",
        "$iothub/methods/POST/#",
    ] {
        world.subscribe(1, filter);
        assert_eq!(*world.last(1), mqtt::Event::Subscribed { filter: filter.to_owned() });
    }
    for filter in [
        "#",
        "devices/device2/messages/devicebound/#",
        "devices/Device1/messages/devicebound/#",
        "devices/device1/messages/devicebound/",
        "devices/device1/messages/events/#",
        "devices/+/messages/devicebound/#",
        "$iothub/twin/res/200/#",
        "$iothub/#",
    ] {
        let mut world = connected();
        world.subscribe(1, filter);
        assert_eq!(*world.last(1), DROPPED, "{filter}");
        assert_eq!(world.refusals(), [Refusal::TopicUnknown(filter.to_owned())]);
    }
}

#[test]
fn no_more_than_five_topics_are_subscribed_to_at_once_and_none_with_qos_2() {
    let mut world = hub();
    let filters = |count: usize| vec![("$iothub/twin/res/#".to_owned(), Qos::ExactlyOnce); count];
    let mut judge = |count| world.cloud.rules_mut().subscribe(&"device1".to_owned(), 0, &filters(count));
    assert_eq!(judge(5), Ok(vec![Qos::AtLeastOnce; 5]));
    assert_eq!(judge(6), Err(Refusal::MoreThanFiveTopics));
}

#[test]
fn telemetry_arrives_with_the_properties_of_its_topic() {
    let mut world = connected();
    let topic = "devices/device1/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8&k%201=v%2F2&none";
    world.client(1).publish(topic, b"21.5", Qos::AtLeastOnce, true).unwrap();
    world.client(1).publish("devices/device1/messages/events/", b"22", Qos::AtMostOnce, false).unwrap();
    world.run();
    let telemetry = |properties: &[(&str, Option<&str>)], payload: &[u8]| Event::Telemetry {
        device_id: "device1".to_owned(),
        properties: properties
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned)))
            .collect(),
        payload: payload.to_vec(),
    };
    let bag = [
        ("$.ct", Some("application/json")),
        ("$.ce", Some("utf-8")),
        ("k 1", Some("v/2")),
        ("none", None),
        ("mqtt-retain", Some("true")),
    ];
    assert!(world.events.contains(&telemetry(&bag, b"21.5")), "{:?}", world.events);
    assert!(world.events.contains(&telemetry(&[], b"22")));
    assert_eq!(*world.last(1), mqtt::Event::Connected);
}

#[test]
fn a_message_elsewhere_closes_the_connection() {
    for topic in [
        "devices/device2/messages/events/",
        "devices/device1/messages/events",
        "devices/device1/messages/devicebound/",
        "test/up",
        "$iothub/twin/GET/",
        "$iothub/twin/GET/?$rid=",
        "$iothub/twin/PATCH/properties/desired/?$rid=1",
        "$iothub/methods/res/fine/?$rid=1",
        "$iothub/methods/res/200/",
    ] {
        let mut world = connected();
        world.publish(1, topic, b"21.5");
        assert_eq!(*world.last(1), DROPPED, "{topic}");
        assert_eq!(world.refusals(), [Refusal::TopicUnknown(topic.to_owned())]);
        assert!(!world.events.iter().any(|event| matches!(event, Event::Published { .. })));
    }
}

#[test]
fn qos_2_and_more_than_256_kb_close_the_connection() {
    let mut world = connected();
    let topic = "devices/device1/messages/events/";
    world.client(1).publish(topic, b"21.5", Qos::ExactlyOnce, false).unwrap();
    world.run();
    assert_eq!((world.last(1), world.refusals()), (&DROPPED, vec![Refusal::QosTwo]));
    let mut world = connected();
    world.publish(1, topic, &vec![0; 256 * 1024]);
    assert_eq!(*world.last(1), mqtt::Event::Connected);
    world.publish(1, topic, &vec![0; 256 * 1024 + 1]);
    assert_eq!((world.last(1), world.refusals()), (&DROPPED, vec![Refusal::LargerThan(256)]));
}

#[test]
fn a_device_reads_and_changes_its_twin_and_nobody_elses() {
    let mut world = connected();
    for connection in [1, 2] {
        world.subscribe(connection, "$iothub/twin/res/#");
    }
    world.publish(1, "$iothub/twin/PATCH/properties/reported/?$rid={one}", br#"{"battery":55}"#);
    world.publish(1, "$iothub/twin/GET/?$rid=2", b"");
    world.publish(1, "$iothub/twin/PATCH/properties/reported/?$rid=3", b"{");
    let said = |topic: &str, body: &str| (topic.to_owned(), body.to_owned());
    assert_eq!(
        world.messages(1),
        [
            said("$iothub/twin/res/204/?$rid={one}&$version=2", ""),
            said(
                "$iothub/twin/res/200/?$rid=2",
                r#"{"desired":{"$version":1},"reported":{"battery":55,"$version":2}}"#
            ),
            said("$iothub/twin/res/400/?$rid=3", ""),
        ]
    );
    assert_eq!(world.messages(2), []);
    assert_eq!(world.cloud.reported("device1"), Some(json!({"battery":55})));
    assert_eq!(world.cloud.reported("device2"), Some(json!({})));
    let reported = Event::Reported { device_id: "device1".to_owned(), patch: r#"{"battery":55}"#.to_owned() };
    assert!(world.events.contains(&reported));
}

#[test]
fn desired_changes_reach_the_device_that_listens() {
    let mut world = connected();
    for connection in [1, 2] {
        world.subscribe(connection, "$iothub/twin/PATCH/properties/desired/#");
    }
    assert_eq!(world.cloud.desire("device1", json!({"interval":"5m"})), Ok(2));
    world.run();
    let topic = "$iothub/twin/PATCH/properties/desired/?$version=2".to_owned();
    assert_eq!(world.messages(1), [(topic, r#"{"interval":"5m","$version":2}"#.to_owned())]);
    assert_eq!(world.messages(2), []);
    assert_eq!(world.cloud.desire("device1", json!(5)), Err(Undeliverable::Malformed));
    assert_eq!(world.cloud.desire("device3", json!({})), Err(Undeliverable::DeviceUnknown));
}

#[test]
fn messages_to_a_device_wait_until_it_has_subscribed() {
    let mut world = hub();
    let waiting = (0..50).map(|number: u32| world.cloud.send("device1", number.to_string().as_bytes(), &[]));
    assert!(waiting.into_iter().all(|sent| sent.is_ok()));
    assert_eq!(world.cloud.send("device1", b"on", &[]), Err(Undeliverable::QueueFull));
    assert_eq!(world.cloud.send("device3", b"on", &[]), Err(Undeliverable::DeviceUnknown));
    assert_eq!(world.cloud.send("device1", &vec![0; 64 * 1024 + 1], &[]), Err(Undeliverable::TooLarge));
    world.connect(1, &device("device1", &own_token("device1")));
    assert_eq!(world.messages(1), []);
    world.subscribe(1, "devices/device1/messages/devicebound/#");
    assert_eq!(world.messages(1).len(), 50);
    world.cloud.send("device1", b"on", &[("unit", Some("a b")), ("none", None)]).unwrap();
    world.run();
    let to = "%24%2Eto=%2Fdevices%2Fdevice1%2Fmessages%2FdeviceBound";
    let topic = format!("devices/device1/messages/devicebound/{to}&unit=a%20b&none");
    assert_eq!(world.messages(1).last(), Some(&(topic, "on".to_owned())));
}

#[test]
fn a_direct_method_is_answered_by_a_device_that_is_there() {
    let mut world = connected();
    let offline = Err(Undeliverable::DeviceNotOnline);
    assert_eq!(world.cloud.invoke("device1", "reboot", b"{}"), offline, "not subscribed");
    world.subscribe(1, "$iothub/methods/POST/#");
    assert_eq!(world.cloud.invoke("device1", "reboot", b"{}"), Ok(()));
    world.run();
    let (topic, payload) = world.messages(1)[0].clone();
    assert_eq!((topic.as_str(), payload.as_str()), ("$iothub/methods/POST/reboot/?$rid=1", "{}"));
    let answers = |world: &World<AzureHub>| {
        let answered = world.events.iter().filter(|event| matches!(event, Event::MethodAnswered { .. }));
        answered.cloned().collect::<Vec<_>>()
    };
    for (connection, rid) in [(1, 7), (2, 1)] {
        world.publish(connection, &format!("$iothub/methods/res/200/?$rid={rid}"), b"{}");
        assert_eq!(answers(&world), [], "not asked");
    }
    world.publish(1, "$iothub/methods/res/200/?$rid=1", br#"{"done":true}"#);
    let answered = Event::MethodAnswered {
        device_id: "device1".to_owned(),
        method: "reboot".to_owned(),
        status: 200,
        payload: br#"{"done":true}"#.to_vec(),
    };
    assert_eq!(answers(&world), [answered]);
    world.client(1).disconnect();
    world.run();
    assert_eq!(world.cloud.invoke("device1", "reboot", b"{}"), offline);
}

#[test]
fn the_connection_is_cut_when_the_token_expires() {
    let mut world = hub();
    world.connect(1, &device("device1", &token(RESOURCE, K1, UnixTime(TODAY.0 + 600), None)));
    world.pass(600);
    assert_eq!(*world.last(1), mqtt::Event::Connected);
    world.pass(1);
    assert_eq!((world.last(1), world.refusals()), (&DROPPED, vec![Refusal::TokenExpired]));
    assert_eq!(world.cloud.poll_time(), None);
}

#[test]
fn whatever_keep_alive_is_asked_for_silence_ends_after_1767_seconds() {
    for (keep_alive, longest, why) in
        [(0, 1767, true), (u16::MAX, 1767, true), (1177, 1766, false), (60, 90, false)]
    {
        let mut world = hub();
        let who = device("device1", &own_token("device1"));
        world.connect(1, &Who { keep_alive, ..who });
        let due = world.cloud.poll_time().unwrap();
        assert!(due.since(Moment::START).as_secs().abs_diff(longest) < 2, "{keep_alive}: {due:?}");
        world.cloud.handle_time(due);
        world.run();
        let silent = Event::Disconnected { client_id: "device1".to_owned(), failure: Some(Failure::Silent) };
        assert_eq!(world.refusals().contains(&Refusal::SilentTooLong), why, "{keep_alive}");
        assert_eq!(world.events.contains(&silent), !why, "{keep_alive}");
    }
}
