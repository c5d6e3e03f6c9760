//! Set-ups for Thingstream and Azure that cannot work, by the real binary: each ends with status 1, or 2 if it can be told
//! before anything is sent, and with a problem whose words name the likely cause (clouds.md §7). What works is tested in `clouds`.

use xpress_center::cloud::{
    Attestation, Azure, AzureHub, DeviceStatus, Enrolment, Event, HubDevice, HubProof, Outcome, Refusal,
};
use xpress_center::credential::make::{Authority, NewKey};
use xpress_center::credential::sas;
use xpress_center::moment::UnixTime;
use xpress_center::secret::Secret;

use crate::clouds::{
    DPS, GROUP_KEY, HUB, KEY, PASSWORD, SCOPE, THING, THING_PROFILE, USER, at_dps, at_hub, azure, certified,
    dps, group, hub, hub_with, individual, key_proof, thingstream,
};
use crate::support::set_up::{Applied, Bench, Device, IDENTITY};
use crate::support::valid_now;

const WITH_KEY: &str = r#""key": { "env": "CLOUD_SECRET" }"#;
const WITH_GROUP_KEY: &str = r#""group_key": { "env": "CLOUD_SECRET" }"#;
const WITH_TOKEN: &str = r#""token": { "env": "CLOUD_SECRET" }"#;
/// Another key than the right one.
const OTHER_KEY: &str = "bH/VjcdSOJJtcwx94hePfV8EJ8ivyZ/cXQ7e3i6gcDU=";

/// The set-up failed with this kind, and all of these words are in what is said.
fn assert_says(applied: &Applied, kind: &str, words: &[&str]) {
    let (found, said) = applied.failed();
    assert_eq!(found, kind, "{said}");
    let missing: Vec<_> = words.iter().filter(|word| !said.contains(**word)).collect();
    assert!(missing.is_empty(), "{missing:?} in {said}");
}

/// The cloud itself had this reason, each time.
fn assert_reason<C: xpress_center::cloud::Cloud + Send + 'static>(bench: &Bench<C>, reason: &Refusal) {
    let why = |event: Event| match event {
        Event::Refused { why, .. } | Event::RegistrationRefused { why, .. } => Some(why),
        _ => None,
    };
    let all: Vec<Refusal> = bench.cloud.events().into_iter().filter_map(why).collect();
    assert!(!all.is_empty() && all.iter().all(|why| why == reason), "{all:?}");
}

/// It was refused without a word to the module.
fn assert_refused_as_wrong(applied: &Applied, field: &str, words: &str) {
    assert_eq!((applied.status, applied.out.as_str()), (Some(2), ""), "{}", applied.err);
    assert!(applied.err.contains(field) && applied.err.contains(words), "{}", applied.err);
    assert_eq!(applied.recorded, "", "nothing was sent");
}

#[test]
fn thingstream_refuses_a_wrong_password_user_or_client_id_and_these_are_named() {
    let words = ["Thingstream", "client ID", "user name", "password", "portal"];
    let bench = thingstream(PASSWORD);
    assert_says(&bench.apply(THING_PROFILE, "wrong password"), "cloud-unreachable", &words);
    assert_reason(&bench, &Refusal::PasswordWrong);
    let bench = thingstream(PASSWORD);
    let profile = THING_PROFILE.replace(USER, "SOMEBODYELSE12345678");
    assert_says(&bench.apply(&profile, PASSWORD), "cloud-unreachable", &words);
    let bench = thingstream(PASSWORD);
    let profile = THING_PROFILE.replace(THING, "device:00000000-0000-0000-0000-000000000000");
    assert_says(&bench.apply(&profile, PASSWORD), "cloud-unreachable", &words);
}

#[test]
fn a_hub_that_does_not_know_a_certificate_is_asked_for_thumbprint_and_authority() {
    let device = Device::named("device1");
    let stranger = Authority::new("Stranger", NewKey::P256, valid_now()).unwrap();
    device.shows(&stranger.device("device1", NewKey::P256, valid_now()).unwrap());
    let bench = device.meets(&[HUB], |device, today| {
        hub(device, vec![HubDevice::new("device1", HubProof::SignedCertificate)], today)
    });
    let applied = bench.apply(&at_hub("azure-x509", "device1", IDENTITY), "");
    assert_says(&applied, "cloud-unreachable", &["hub", "thumbprint", "authority", "trusted root"]);
    assert_reason(&bench, &Refusal::CertificateUntrusted);
}

#[test]
fn a_server_that_the_trusted_root_does_not_vouch_for_is_a_reason_to_check_the_root() {
    let bench = hub_with(HubProof::SignedCertificate);
    let stranger = Authority::new("Stranger", NewKey::P256, valid_now()).unwrap();
    bench.device.files.write("root.pem", &stranger.certificate_pem());
    let applied = bench.apply(&at_hub("azure-x509", "device1", IDENTITY), "");
    assert_says(&applied, "cloud-unreachable", &["trusted root"]);
}

#[test]
fn a_device_that_is_unknown_or_disabled_at_its_hub_is_to_be_looked_up_there() {
    let disabled = HubDevice { status: DeviceStatus::Disabled, ..HubDevice::new("device1", key_proof()) };
    let cases = [
        (vec![], Refusal::DeviceUnknown("device1".to_owned())),
        (vec![disabled], Refusal::DeviceDisabled("device1".to_owned())),
        // IDs differ in their capitals.
        (vec![HubDevice::new("Device1", key_proof())], Refusal::DeviceUnknown("device1".to_owned())),
    ];
    for (devices, why) in cases {
        let bench = Device::named("device1").meets(&[HUB], |device, today| hub(device, devices, today));
        let applied = bench.apply(&at_hub("azure-sas", "device1", WITH_KEY), KEY);
        assert_says(&applied, "cloud-unreachable", &["registered", "enabled", "capitals"]);
        assert_reason(&bench, &why);
    }
}

#[test]
fn a_wrong_key_is_named_as_a_likely_cause() {
    let bench = hub_with(key_proof());
    let applied = bench.apply(&at_hub("azure-sas", "device1", WITH_KEY), OTHER_KEY);
    assert_says(&applied, "cloud-unreachable", &["hub", "key", "clock"]);
    assert_reason(&bench, &Refusal::TokenKey);
}

/// A hub whose clock is this many days ahead.
fn hub_ahead(days: i64) -> Bench<AzureHub> {
    Device::named("device1").meets(&[HUB], |device, today| {
        hub(device, vec![HubDevice::new("device1", key_proof())], UnixTime(today.0 + days * 86_400))
    })
}

#[test]
fn a_token_that_has_expired_by_the_clock_of_the_hub_is_named_as_a_likely_cause() {
    let bench = hub_ahead(2);
    let expires = UnixTime(valid_now().not_before.0 + 86_400);
    let token = sas::token(&format!("{HUB}/devices/device1"), &Secret::new(KEY), expires, None).unwrap();
    let applied = bench.apply(&at_hub("azure-sas", "device1", WITH_TOKEN), token.reveal());
    assert_says(&applied, "cloud-unreachable", &["token", "expired"]);
    assert_reason(&bench, &Refusal::TokenExpired);
    let bench = hub_ahead(400);
    let applied = bench.apply(&at_hub("azure-sas", "device1", WITH_KEY), KEY);
    assert_says(&applied, "cloud-unreachable", &["this computer's clock"]);
    assert_reason(&bench, &Refusal::TokenExpired);
}

#[test]
fn what_is_wrong_in_itself_is_refused_before_anything_is_sent() {
    let bench = hub_with(key_proof());
    let applied = bench.apply(&at_hub("azure-x509", "device2", IDENTITY), "");
    assert_refused_as_wrong(&applied, "cloud.certificate", "common name device1");
    let applied = bench.apply(&at_dps("gateway-1", IDENTITY), "");
    assert_refused_as_wrong(&applied, "cloud.certificate", "common name device1");
    let expires = UnixTime(valid_now().not_after.0);
    let token = sas::token(&format!("{HUB}/devices/device2"), &Secret::new(KEY), expires, None).unwrap();
    let applied = bench.apply(&at_hub("azure-sas", "device1", WITH_TOKEN), token.reveal());
    assert_refused_as_wrong(&applied, "cloud.token", "device2");
    let past = UnixTime(valid_now().not_before.0);
    let token = sas::token(&format!("{HUB}/devices/device1"), &Secret::new(KEY), past, None).unwrap();
    let applied = bench.apply(&at_hub("azure-sas", "device1", WITH_TOKEN), token.reveal());
    assert_refused_as_wrong(&applied, "cloud.token", "expired");
    let applied = bench.apply(&at_hub("azure-sas", "device1", WITH_KEY), "no key at all");
    assert_refused_as_wrong(&applied, "cloud.key", "base64");
    let misread = at_dps("gateway-1", WITH_KEY).replace(SCOPE, "OneO0ABCDEF");
    assert_refused_as_wrong(&bench.apply(&misread, KEY), "cloud.id_scope", "0ne00ABCDEF");
    assert_eq!(bench.cloud.events(), []);
}

#[test]
fn a_wrong_id_scope_is_said_by_the_service_and_named() {
    let bench = azure(Device::named("unused"), |_| individual("gateway-1", KEY));
    let applied = bench.apply(&at_dps("gateway-1", WITH_KEY).replace(SCOPE, "0ne00FFFFFF"), KEY);
    assert_says(&applied, "cloud-refused", &["ID scope"]);
    assert_reason(&bench, &Refusal::ScopeUnknown("0ne00FFFFFF".to_owned()));
}

/// A provisioning that is refused with 401, and the service's reason.
fn assert_proof_refused(bench: &Bench<Azure>, applied: &Applied, reason: &Refusal) {
    let words = ["does not know the device", "registration ID", "key", "certificate", "enrolment"];
    assert_says(applied, "cloud-refused", &words);
    assert_reason(bench, reason);
}

#[test]
fn a_wrong_key_or_registration_id_is_said_by_the_service_and_named() {
    let bench = azure(Device::named("unused"), |_| individual("gateway-1", KEY));
    let applied = bench.apply(&at_dps("gateway-1", WITH_KEY), OTHER_KEY);
    assert_proof_refused(&bench, &applied, &Refusal::TokenKey);
    let bench = azure(Device::named("unused"), |_| individual("gateway-1", KEY));
    let applied = bench.apply(&at_dps("gateway-2", WITH_KEY), KEY);
    assert_proof_refused(&bench, &applied, &Refusal::NotEnrolled("gateway-2".to_owned()));
    let bench = azure(Device::named("unused"), |_| group(OTHER_KEY));
    let applied = bench.apply(&at_dps("gateway-1", WITH_GROUP_KEY), GROUP_KEY);
    assert_proof_refused(&bench, &applied, &Refusal::TokenKey);
    // The key of the group as if it were the device's.
    let bench = azure(Device::named("unused"), |_| group(GROUP_KEY));
    let applied = bench.apply(&at_dps("gateway-1", WITH_KEY), GROUP_KEY);
    assert_proof_refused(&bench, &applied, &Refusal::TokenKey);
}

#[test]
fn a_certificate_that_nobody_has_enrolled_is_said_by_the_service() {
    let device = Device::named("gateway-1");
    let stranger = Authority::new("Stranger", NewKey::P256, valid_now()).unwrap();
    device.shows(&stranger.device("gateway-1", NewKey::P256, valid_now()).unwrap());
    let bench = azure(device, certified);
    let applied = bench.apply(&at_dps("gateway-1", IDENTITY), "");
    assert_proof_refused(&bench, &applied, &Refusal::CertificateUntrusted);
}

#[test]
fn the_end_of_a_registration_that_leads_to_no_hub_is_told_with_what_to_do() {
    let failed = Outcome::Failed {
        code: 400_209,
        message: "ErrorCode:IotHubUnauthorizedAccess;Unauthorized".to_owned(),
    };
    for (outcome, words) in [
        (Outcome::Disabled, ["enrolment is disabled", "Enable it"]),
        (failed, ["registration failed", "Relink the hub"]),
        (Outcome::Unassigned, ["not assigned to any hub", "Link a hub"]),
    ] {
        let bench = azure(Device::named("unused"), |_| Enrolment { outcome, ..individual("gateway-1", KEY) });
        assert_says(&bench.apply(&at_dps("gateway-1", WITH_KEY), KEY), "cloud-refused", &words);
        assert_no_peer_is_left(&bench);
    }
}

/// What a failed set-up has opened is closed again.
fn assert_no_peer_is_left(bench: &Bench<Azure>) {
    let listed = bench.module.open().request("AT+UDLP?");
    assert!(listed.contains("\"com\"") && !listed.contains("\"mqtt\""), "{listed}");
}

#[test]
fn a_hub_of_the_second_generation_is_told_from_one_that_such_a_module_can_use() {
    let of_kind = |profile: &str| Enrolment {
        connection_profile: Some(profile.to_owned()),
        ..individual("gateway-1", KEY)
    };
    let bench = azure(Device::named("unused"), |_| of_kind("mqttV5"));
    let applied = bench.apply(&at_dps("gateway-1", WITH_KEY), KEY);
    assert_says(&applied, "cloud-answer", &["second generation", "MQTT 5", "classic"]);
    assert_no_peer_is_left(&bench);
    let bench = azure(Device::named("unused"), |_| of_kind("classic"));
    bench.apply(&at_dps("gateway-1", WITH_KEY), KEY).ended("connected");
}

#[test]
fn an_assigned_hub_that_does_not_take_the_device_is_told_from_the_provisioning_service() {
    let elsewhere = "elsewhere.azure-devices.net";
    let registration_id = "gateway-1".to_owned();
    let attestation = Attestation::Key { registration_id, primary: Secret::new(KEY), secondary: None };
    let bench = Device::named("unused").meets(&[DPS, elsewhere], |device, today| {
        Azure::new(dps(device, vec![Enrolment::new(attestation, elsewhere)], 0, today), vec![])
    });
    let applied = bench.apply(&at_dps("gateway-1", WITH_KEY), KEY);
    assert_says(&applied, "cloud-unreachable", &["The assigned hub", "key", "enrolment"]);
}

#[test]
fn a_provisioning_service_that_is_busy_is_asked_again_and_takes_the_device_in_the_end() {
    let bench = Device::named("unused").meets(&[DPS, HUB], |device, today| {
        let provisioning = crate::clouds::busy_dps(device, vec![individual("gateway-1", KEY)], 2, today);
        Azure::new(provisioning, vec![hub(device, vec![], today)])
    });
    bench.apply(&at_dps("gateway-1", WITH_KEY), KEY).ended("connected");
}
