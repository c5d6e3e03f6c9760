//! Devices that are given to a make-believe hub by a make-believe provisioning service.

use std::time::Duration;

use serde_json::{Value, json};

use super::world::{DPS, GROUP, HUB, K3, SOON, TODAY, Who, World, pki, token};
use crate::cloud::{
    self, Attestation, Azure, AzureDps, AzureHub, DpsSettings, Enrolment, HubSettings, Pace, Refusal,
};
use crate::credential::sas;
use crate::messages::{self, Context, Dice, ModuleValues};
use crate::mqtt::{self, Failure};
use crate::secret::Secret;

fn world(attestation: Attestation) -> World<Azure> {
    let dps = DpsSettings {
        host: DPS.to_owned(),
        server: pki().dps.clone(),
        id_scope: "0ne00ABCDEF".to_owned(),
        enrolments: vec![Enrolment::new(attestation, HUB)],
        assigning: 0,
        retry_after: 3,
        throttled: 0,
        pace: Pace::Asked,
    };
    let hub = HubSettings {
        host: HUB.to_owned(),
        server: pki().hub.clone(),
        devices: vec![],
        authorities: vec![],
        policies: vec![],
    };
    let (dps, hub) = (AzureDps::new(dps, TODAY).unwrap(), AzureHub::new(hub, TODAY).unwrap());
    World::new(Azure::new(dps, vec![hub]))
}

fn at_dps(key: Option<&str>) -> Who {
    let resource = "0ne00ABCDEF/registrations/device1";
    Who {
        host: DPS.to_owned(),
        client_id: "device1".to_owned(),
        user: Some(format!("{resource}/api-version=2019-03-31")),
        password: key.map(|key| token(resource, key, SOON, Some("registration"))),
        identity: key.is_none().then(|| cloud::identity(&pki().device)),
        keep_alive: 60,
    }
}

fn at_hub(key: Option<&str>) -> Who {
    let user = Some(format!("{HUB}/device1/?api-version=2021-04-12"));
    let password = key.map(|key| token(&format!("{HUB}/devices/device1"), key, SOON, None));
    Who { host: HUB.to_owned(), user, password, ..at_dps(key) }
}

#[test]
fn a_device_that_was_assigned_is_known_at_its_hub_with_the_same_proof() {
    let derived = sas::derived_key(&Secret::new(GROUP), "device1").unwrap();
    let (id, group) = (|| "device1".to_owned(), || "enrolGroup".to_owned());
    let (primary, secondary) = (Secret::new(K3), None);
    let authority = pki().authority.certificate().der().to_vec();
    let certificate = pki().device.certificate.der().to_vec();
    for (attestation, key) in [
        (Attestation::Key { registration_id: id(), primary, secondary: secondary.clone() }, Some(K3)),
        (
            Attestation::GroupKey { group: group(), primary: Secret::new(GROUP), secondary },
            Some(derived.reveal()),
        ),
        (Attestation::GroupAuthority { group: group(), authority }, None),
        (Attestation::Certificate { registration_id: id(), certificate }, None),
    ] {
        let mut world = world(attestation);
        world.connect(1, &at_hub(key));
        assert_eq!(world.refusals(), [Refusal::DeviceUnknown(id())], "not yet");
        world.connect(2, &at_dps(key));
        world.subscribe(2, "$dps/registrations/res/#");
        let body = json!({ "registrationId": "device1" }).to_string();
        world.publish(2, "$dps/registrations/PUT/iotdps-register/?$rid=1", body.as_bytes());
        let answer: Value = serde_json::from_str(&world.messages(2)[0].1).unwrap();
        let operation = answer["operationId"].as_str().unwrap();
        let poll = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId=";
        world.publish(2, &format!("{poll}{operation}"), b"");
        let answer: Value = serde_json::from_str(&world.messages(2)[1].1).unwrap();
        assert_eq!(answer["registrationState"]["assignedHub"], HUB);
        world.connect(3, &at_hub(key));
        assert_eq!(*world.last(3), mqtt::Event::Connected);
        world.cloud.hub(HUB).unwrap().send("device1", b"on", &[]).unwrap();
        world.subscribe(3, "devices/device1/messages/devicebound/#");
        assert_eq!(world.messages(3).len(), 1);
    }
}

#[test]
fn a_host_that_is_none_of_them_leads_nowhere() {
    let (registration_id, primary) = ("device1".to_owned(), Secret::new(K3));
    let mut world = world(Attestation::Key { registration_id, primary, secondary: None });
    assert_eq!(world.cloud.hosts(), [DPS, HUB]);
    world.connect(1, &Who { host: "fabrikam.azure-devices.net".to_owned(), ..at_hub(Some(K3)) });
    assert_eq!(*world.last(1), mqtt::Event::Closed(Some(Failure::ClosedDuringTls)));
}

/// The topic of a message that comes with the program, and its bytes.
fn shipped(name: &str) -> (String, Vec<u8>) {
    let message = messages::shipped().into_iter().find(|shipped| shipped.name == name).unwrap();
    let values = ModuleValues {
        client_id: Some("device1".to_owned()),
        mac: Some("D4CA6EFD96E0".to_owned()),
        serial: Some("0233965910595296".to_owned()),
    };
    let (mut dice, now) = (Dice::seeded(1), Duration::from_secs(1_800_000_000));
    let mut context = Context { count: 0, now, dice: &mut dice, module: &values };
    let bytes = message.template().unwrap().render(&mut context).unwrap();
    (message.topic.replace("<device ID>", "device1"), bytes)
}

#[test]
fn the_messages_that_are_shipped_do_what_they_say() {
    let (registration_id, primary) = ("device1".to_owned(), Secret::new(K3));
    let mut world = world(Attestation::Key { registration_id, primary, secondary: None });
    world.connect(1, &at_dps(Some(K3)));
    world.subscribe(1, "$dps/registrations/res/#");
    let (topic, body) = shipped("DPS: register");
    world.publish(1, &topic, &body);
    let answer: Value = serde_json::from_str(&world.messages(1)[0].1).unwrap();
    let (topic, body) = shipped("DPS: ask for the status");
    world.publish(1, &topic.replace("<operation ID>", answer["operationId"].as_str().unwrap()), &body);
    let answer: Value = serde_json::from_str(&world.messages(1)[1].1).unwrap();
    assert_eq!(answer["status"], "assigned");

    world.connect(2, &at_hub(Some(K3)));
    world.subscribe(2, "$iothub/twin/res/#");
    for name in ["Twin: report properties", "Twin: get", "Telemetry to Azure IoT Hub"] {
        let (topic, body) = shipped(name);
        world.publish(2, &topic, &body);
    }
    assert_eq!(world.cloud.hub(HUB).unwrap().reported("device1").unwrap()["firmware"], "1.0.1");
    assert_eq!(world.messages(2)[0].1, "");
    let twin: Value = serde_json::from_str(&world.messages(2)[1].1).unwrap();
    assert_eq!(twin["reported"]["module"]["mac"], "D4CA6EFD96E0");
    let telemetry = |event: &cloud::Event| matches!(event, cloud::Event::Telemetry { payload, .. } if payload.starts_with(b"{"));
    assert!(world.events.iter().any(telemetry));
}
