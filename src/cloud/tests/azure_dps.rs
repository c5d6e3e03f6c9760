//! Devices and a make-believe provisioning service.

use serde_json::{Value, json};

use super::world::{
    DPS, DROPPED, GROUP, HUB, K1, K2, K3, SOON, TODAY, VALIDITY, Who, World, foreign, issued, pki, token,
};
use crate::cloud::{self, Attestation, AzureDps, DpsSettings, Enrolment, Event, Outcome, Pace, Refusal};
use crate::credential::make::Pair;
use crate::credential::sas;
use crate::moment::UnixTime;
use crate::mqtt::{self, Qos};
use crate::secret::Secret;

const SCOPE: &str = "0ne00ABCDEF";
const ANSWERS: &str = "$dps/registrations/res/#";
const REGISTER: &str = "$dps/registrations/PUT/iotdps-register/?$rid=1";
const GROUP_DEVICE: &str = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6";

fn key(text: &str) -> Secret {
    Secret::new(text)
}

fn individual() -> Attestation {
    let (primary, secondary) = (key(K3), Some(key(K2)));
    Attestation::Key { registration_id: "ninadps".to_owned(), primary, secondary }
}

fn group() -> Attestation {
    Attestation::GroupKey { group: "enrolGroup".to_owned(), primary: key(GROUP), secondary: Some(key(K3)) }
}

fn authority() -> Attestation {
    let authority = pki().authority.certificate().der().to_vec();
    Attestation::GroupAuthority { group: "enrolGroup".to_owned(), authority }
}

fn exact(issued: &Pair) -> Attestation {
    let certificate = issued.certificate.der().to_vec();
    Attestation::Certificate { registration_id: "device1".to_owned(), certificate }
}

fn service_at(enrolments: Vec<Enrolment>, assigning: u32, date: UnixTime) -> World<AzureDps> {
    let settings = DpsSettings {
        host: DPS.to_owned(),
        server: pki().dps.clone(),
        id_scope: SCOPE.to_owned(),
        enrolments,
        assigning,
        retry_after: 3,
        throttled: 0,
        pace: Pace::Asked,
    };
    World::new(AzureDps::new(settings, date).unwrap())
}

fn service(attestation: Attestation) -> World<AzureDps> {
    service_at(vec![Enrolment::new(attestation, HUB)], 1, TODAY)
}

fn registrant(id: &str, password: &str) -> Who {
    Who {
        host: DPS.to_owned(),
        client_id: id.to_owned(),
        user: Some(format!("{SCOPE}/registrations/{id}/api-version=2019-03-31")),
        password: Some(password.to_owned()),
        ..Who::default()
    }
}

fn with_certificate(id: &str, issued: &Pair) -> Who {
    Who { password: None, identity: Some(cloud::identity(issued)), ..registrant(id, "") }
}

fn signed(id: &str, key: &str) -> Who {
    registrant(id, &token(&format!("{SCOPE}/registrations/{id}"), key, SOON, Some("registration")))
}

/// A device of the group with this key.
fn derived(id: &str, group_key: &str) -> Who {
    signed(id, sas::derived_key(&key(group_key), id).unwrap().reveal())
}

/// Connects, subscribes and asks to be registered; what was answered, by topic and JSON.
fn register(world: &mut World<AzureDps>, who: &Who) -> (String, Value) {
    world.connect(1, who);
    assert_eq!(*world.last(1), mqtt::Event::Connected, "everybody is let in");
    world.subscribe(1, ANSWERS);
    let body = json!({ "registrationId": who.client_id }).to_string();
    world.publish(1, REGISTER, body.as_bytes());
    last_answer(world, 1)
}

fn last_answer(world: &World<AzureDps>, connection: u32) -> (String, Value) {
    let (topic, body) = world.messages(connection).last().unwrap().clone();
    (topic, serde_json::from_str(&body).unwrap())
}

fn operation(answer: &Value) -> String {
    answer["operationId"].as_str().unwrap().to_owned()
}

fn poll(world: &mut World<AzureDps>, connection: u32, rid: &str, operation: &str) {
    let topic =
        format!("$dps/registrations/GET/iotdps-get-operationstatus/?$rid={rid}&operationId={operation}");
    world.publish(connection, &topic, b"get operationstatus");
}

/// Registers and polls to the end.
fn outcome(world: &mut World<AzureDps>, who: &Who) -> Value {
    let (topic, answer) = register(world, who);
    assert_eq!(topic, "$dps/registrations/res/202/?$rid=1&retry-after=3", "{answer}");
    let operation = operation(&answer);
    loop {
        world.pass(3);
        poll(world, 1, "2", &operation);
        let (topic, answer) = last_answer(world, 1);
        if answer["status"] != "assigning" {
            assert_eq!(topic, "$dps/registrations/res/200/?$rid=2", "{answer}");
            return answer;
        }
    }
}

#[track_caller]
fn refused(mut world: World<AzureDps>, who: &Who, status: u16, code: u32, why: Refusal) {
    let (topic, answer) = register(&mut world, who);
    assert_eq!(topic, format!("$dps/registrations/res/{status}/?$rid=1"));
    assert_eq!(answer["errorCode"], code);
    let refused = Event::RegistrationRefused { registration_id: who.client_id.clone(), why };
    assert_eq!(world.events.last(), Some(&refused), "{:?}", world.events);
    assert_eq!(world.refusals(), [], "the connection stays");
    poll(&mut world, 1, "2", "any");
    assert_eq!(last_answer(&world, 1).0, format!("$dps/registrations/res/{status}/?$rid=2"));
}

#[test]
fn a_device_with_its_key_is_assigned_after_as_many_polls_as_it_takes() {
    let mut world = service_at(vec![Enrolment::new(individual(), HUB)], 2, TODAY);
    let (_, answer) = register(&mut world, &signed("ninadps", K3));
    assert_eq!(answer["status"], "assigning");
    let operation = operation(&answer);
    let mut topics = Vec::new();
    for _ in 0..4 {
        world.pass(3);
        poll(&mut world, 1, "{request_id}", &operation);
        topics.push(last_answer(&world, 1).0);
    }
    let [waits, done] = [
        "$dps/registrations/res/202/?$rid={request_id}&retry-after=3",
        "$dps/registrations/res/200/?$rid={request_id}",
    ];
    assert_eq!(topics, [waits, waits, done, done]);
    let (_, answer) = last_answer(&world, 1);
    assert_eq!(
        (answer["status"].as_str(), answer["operationId"].as_str()),
        (Some("assigned"), Some(&*operation))
    );
    let state = &answer["registrationState"];
    for (name, value) in [
        ("registrationId", "ninadps"),
        ("assignedHub", HUB),
        ("deviceId", "ninadps"),
        ("status", "assigned"),
        ("substatus", "initialAssignment"),
    ] {
        assert_eq!(state[name], value);
    }
    assert_eq!(state.get("connectionProfile"), None);
    let assigned = world.events.iter().filter(|event| matches!(event, Event::Assigned { .. }));
    assert_eq!(assigned.count(), 1);
}

#[test]
fn every_kind_of_enrolment_takes_its_own_devices() {
    // Even from a foreign authority, if it is that certificate.
    let stranger = foreign("device1");
    for (attestation, who) in [
        (individual(), signed("ninadps", K2)),
        (group(), derived(GROUP_DEVICE, GROUP)),
        (group(), derived("NinaDPS", K3)),
        (authority(), with_certificate("device1", &pki().device)),
        (exact(&pki().device), with_certificate("device1", &pki().device)),
        (exact(&stranger), with_certificate("device1", &stranger)),
    ] {
        let answer = outcome(&mut service(attestation), &who);
        assert_eq!(answer["status"], "assigned");
        assert_eq!(answer["registrationState"]["deviceId"], who.client_id);
    }
}

#[test]
fn the_group_of_a_device_is_told() {
    for (attestation, who, kind) in [
        (group(), derived(GROUP_DEVICE, GROUP), "symmetricKey"),
        (authority(), with_certificate("device1", &pki().device), "x509"),
    ] {
        let answer = outcome(&mut service(attestation), &who);
        assert_eq!(answer["registrationState"][kind]["enrollmentGroupId"], "enrolGroup");
    }
}

#[test]
fn registration_ids_are_alike_in_any_case_but_derived_keys_are_not() {
    let mut world = service(individual());
    assert_eq!(outcome(&mut world, &signed("NinaDPS", K3))["status"], "assigned");
    let of_another_case = sas::derived_key(&key(GROUP), "ninadps").unwrap();
    let who = signed("NinaDPS", of_another_case.reveal());
    refused(service(group()), &who, 401, 401_002, Refusal::TokenKey);
}

#[test]
fn a_wrong_key_or_token_is_refused_when_the_device_registers() {
    let resource = format!("{SCOPE}/registrations/ninadps");
    let made = |resource: &str, policy| registrant("ninadps", &token(resource, K3, SOON, policy));
    let other = format!("{SCOPE}/registrations/other");
    let past = UnixTime(TODAY.0 - 1);
    for (who, why) in [
        (signed("ninadps", K1), Refusal::TokenKey),
        (registrant("ninadps", &token(&resource, K3, past, None)), Refusal::TokenExpired),
        (made(&other, None), Refusal::TokenForElsewhere(other.clone())),
        (made(SCOPE, None), Refusal::TokenForElsewhere(SCOPE.to_owned())),
        (made(&resource, Some("device")), Refusal::TokenPolicy("device".to_owned())),
        (Who { password: None, ..registrant("ninadps", "") }, Refusal::ProofMissing),
        (with_certificate("ninadps", &issued("ninadps")), Refusal::ProofMissing),
        (signed("other", K3), Refusal::NotEnrolled("other".to_owned())),
    ] {
        refused(service(individual()), &who, 401, 401_002, why);
    }
    // The group's own key is not that of a device.
    refused(service(group()), &signed("ninadps", GROUP), 401, 401_002, Refusal::TokenKey);
}

#[test]
fn a_token_without_a_policy_is_taken() {
    let password = token(&format!("{SCOPE}/registrations/ninadps"), K3, SOON, None);
    assert_eq!(outcome(&mut service(individual()), &registrant("ninadps", &password))["status"], "assigned");
}

#[test]
fn the_vectors_are_taken_until_they_expire() {
    let v8 = "SharedAccessSignature sr=0ne00ABCDEF%2Fregistrations%2Fninadps&sig=%2FA2qBJAsAJuJMr6Bc1eiPiD2DWDrPbQUDbcunkRSFYs%3D&se=2000000000&skn=registration";
    let v9 = "SharedAccessSignature sr=0ne00ABCDEF%2Fregistrations%2Fsn-007-888-abc-mac-a1-b2-c3-d4-e5-f6&sig=n%2BL1jg2thwNezvxZbRH%2FsPaxL%2FGC7Q2yN3Z%2BVgTJ2dA%3D&se=2000000000&skn=registration";
    let v11 = v9.strip_suffix("&skn=registration").unwrap();
    let at = |attestation: &Attestation, date| {
        service_at(vec![Enrolment::new(attestation.clone(), HUB)], 0, UnixTime(date))
    };
    for (attestation, id, password) in
        [(individual(), "ninadps", v8), (group(), GROUP_DEVICE, v9), (group(), GROUP_DEVICE, v11)]
    {
        let who = registrant(id, password);
        let mut world = at(&attestation, 2_000_000_000);
        assert!(register(&mut world, &who).0.contains("/202/"), "{password}");
        refused(at(&attestation, 2_000_000_001), &who, 401, 401_002, Refusal::TokenExpired);
    }
    let v10 = "SharedAccessSignature sr=contoso-dps.azure-devices-provisioning.net&sig=RUsOV9AgGLMs2X5YJvMIY4A4WqUx20fceOPlJDTTjWE%3D&se=2000000000&skn=provisioningserviceowner";
    let why = Refusal::TokenForElsewhere("contoso-dps.azure-devices-provisioning.net".to_owned());
    refused(service(individual()), &registrant("ninadps", v10), 401, 401_002, why);
}

#[test]
fn a_wrong_certificate_is_refused_when_the_device_registers() {
    let named = Refusal::CertificateName { presented: "device2".to_owned(), expected: "device1".to_owned() };
    for (attestation, who, why) in [
        (authority(), with_certificate("device1", &issued("device2")), named.clone()),
        (authority(), with_certificate("device1", &foreign("device1")), Refusal::CertificateUntrusted),
        (authority(), signed("device1", K1), Refusal::NotEnrolled("device1".to_owned())),
        (
            exact(&pki().device),
            with_certificate("device1", &issued("device1")),
            Refusal::CertificateOfAnother,
        ),
        (exact(&pki().device), with_certificate("device1", &issued("device2")), named),
    ] {
        refused(service(attestation), &who, 401, 401_002, why);
    }
    let late = UnixTime(VALIDITY.not_after.0 + 1);
    let world = service_at(vec![Enrolment::new(authority(), HUB)], 0, late);
    refused(world, &with_certificate("device1", &pki().device), 401, 401_002, Refusal::CertificateDate);
}

#[test]
fn an_unknown_id_scope_is_not_found() {
    for scope in ["0ne00ABCDEE", "One00ABCDEF", "0ne00abcdef"] {
        let user = Some(format!("{scope}/registrations/ninadps/api-version=2019-03-31"));
        let who = Who { user, ..signed("ninadps", K3) };
        refused(service(individual()), &who, 404, 404_201, Refusal::ScopeUnknown(scope.to_owned()));
    }
}

#[test]
fn a_body_that_is_not_of_the_device_is_a_bad_request() {
    for body in ["", "{", "{}", r#"{"registrationId":"other"}"#, r#"{"registrationId":7}"#] {
        let mut world = service(individual());
        register(&mut world, &signed("ninadps", K3));
        world.publish(1, REGISTER, body.as_bytes());
        assert_eq!(last_answer(&world, 1).0, "$dps/registrations/res/400/?$rid=1", "{body}");
    }
}

#[test]
fn what_the_device_adds_is_passed_on() {
    let mut world = service(individual());
    register(&mut world, &signed("ninadps", K3));
    let registering = |payload: Option<&str>| Event::Registering {
        registration_id: "ninadps".to_owned(),
        payload: payload.map(str::to_owned),
    };
    assert!(world.events.contains(&registering(None)));
    world.publish(1, REGISTER, br#"{"payload":null,"registrationId":"ninadps"}"#);
    assert!(!world.events.contains(&registering(Some("null"))));
    for payload in [r#""""#, r#"{"a":[1,2]}"#] {
        let body = format!(r#"{{"payload":{payload},"registrationId":"ninadps"}}"#);
        world.publish(1, REGISTER, body.as_bytes());
        assert!(world.events.contains(&registering(Some(payload))), "{payload}");
    }
}

#[test]
fn other_ends_than_a_hub_are_told() {
    let failed = Outcome::Failed { code: 400_207, message: "IotHubUnauthorizedAccess".to_owned() };
    for (outcome_wanted, status) in
        [(failed, "failed"), (Outcome::Disabled, "disabled"), (Outcome::Unassigned, "unassigned")]
    {
        let enrolment = Enrolment { outcome: outcome_wanted, ..Enrolment::new(individual(), HUB) };
        let mut world = service_at(vec![enrolment], 1, TODAY);
        let answer = outcome(&mut world, &signed("ninadps", K3));
        assert_eq!(
            (&answer["status"], &answer["registrationState"]["status"]),
            (&json!(status), &json!(status))
        );
        assert_eq!(answer["registrationState"].get("assignedHub"), None);
        assert_eq!(answer["registrationState"].get("errorMessage").is_some(), status == "failed");
        assert_eq!(world.cloud.take_assigned().len(), 0);
    }
}

#[test]
fn another_device_id_a_profile_and_a_payload_are_told_where_they_are_set() {
    let enrolment = Enrolment {
        device_id: Some("device-7".to_owned()),
        connection_profile: Some("mqttV5".to_owned()),
        payload: Some(json!({"room":4})),
        ..Enrolment::new(individual(), HUB)
    };
    let mut world = service_at(vec![enrolment], 0, TODAY);
    let answer = outcome(&mut world, &signed("ninadps", K3));
    let state = &answer["registrationState"];
    assert_eq!((&state["deviceId"], &state["connectionProfile"]), (&json!("device-7"), &json!("mqttV5")));
    assert_eq!(state["payload"], json!({"room":4}));
}

#[test]
fn more_than_five_polls_in_ten_seconds_are_too_many() {
    let mut world = service_at(vec![Enrolment::new(individual(), HUB)], 100, TODAY);
    let (_, answer) = register(&mut world, &signed("ninadps", K3));
    let operation = operation(&answer);
    for _ in 0..5 {
        poll(&mut world, 1, "2", &operation);
        assert_eq!(last_answer(&world, 1).0, "$dps/registrations/res/202/?$rid=2&retry-after=3");
    }
    poll(&mut world, 1, "3", &operation);
    let (topic, answer) = last_answer(&world, 1);
    assert_eq!(topic, "$dps/registrations/res/429/?$rid=3&retry-after=3");
    assert_eq!(answer["errorCode"], 429_001);
    world.pass(10);
    poll(&mut world, 1, "4", &operation);
    assert_eq!(last_answer(&world, 1).0, "$dps/registrations/res/202/?$rid=4&retry-after=3");
}

#[test]
fn an_operation_that_is_unknown_or_of_another_device_is_not_found() {
    let mut world = service(group());
    let (_, answer) = register(&mut world, &derived("one", GROUP));
    let operation = operation(&answer);
    world.connect(2, &derived("two", GROUP));
    world.subscribe(2, ANSWERS);
    for (connection, operation) in [(1, "5.unknown"), (1, ""), (2, operation.as_str())] {
        poll(&mut world, connection, "2", operation);
        assert_eq!(last_answer(&world, connection).0, "$dps/registrations/res/404/?$rid=2");
    }
    assert_eq!(world.messages(2).len(), 1, "answers reach nobody else");
}

#[test]
fn the_answer_to_a_second_connection_comes_on_the_first() {
    let mut world = service(individual());
    let who = signed("ninadps", K3);
    let (_, answer) = register(&mut world, &who);
    world.connect(2, &who);
    assert_eq!(*world.last(2), mqtt::Event::Connected);
    world.pass(3);
    poll(&mut world, 2, "{request_id}", &operation(&answer));
    poll(&mut world, 2, "{request_id}", &operation(&answer));
    assert_eq!(last_answer(&world, 1).0, "$dps/registrations/res/200/?$rid={request_id}");
    assert_eq!((world.messages(1).len(), world.messages(2).len()), (3, 0));
    assert_eq!(world.refusals(), []);
}

#[test]
fn only_the_topics_of_a_registration_are_known() {
    for filter in ["#", "$dps/registrations/res/", "$dps/#", "$dps/registrations/res/200/#"] {
        let mut world = service(individual());
        world.connect(1, &signed("ninadps", K3));
        world.subscribe(1, filter);
        assert_eq!(
            (world.last(1), world.refusals()),
            (&DROPPED, vec![Refusal::TopicUnknown(filter.to_owned())])
        );
    }
    for topic in [
        "devices/ninadps/messages/events/",
        "$dps/registrations/PUT/iotdps-register",
        "$dps/registrations/res/202",
    ] {
        let mut world = service(individual());
        world.connect(1, &signed("ninadps", K3));
        world.publish(1, topic, b"{}");
        assert_eq!(
            (world.last(1), world.refusals()),
            (&DROPPED, vec![Refusal::TopicUnknown(topic.to_owned())])
        );
    }
}

#[test]
fn without_a_request_id_no_answer_comes() {
    let mut world = service(individual());
    let (_, answer) = register(&mut world, &signed("ninadps", K3));
    let topic = "$dps/registrations/GET/iotdps-get-operationstatus/";
    for wrong in
        [format!("{topic}$rid=1"), format!("{topic}?operationId={}", operation(&answer)), topic.to_owned()]
    {
        world.publish(1, &wrong, b"");
    }
    world.publish(1, "$dps/registrations/PUT/iotdps-register/", br#"{"registrationId":"ninadps"}"#);
    assert_eq!((world.messages(1).len(), world.refusals()), (1, vec![]));
}

#[test]
fn qos_2_and_more_than_96_kb_close_the_connection() {
    let mut world = service(individual());
    world.connect(1, &signed("ninadps", K3));
    world.client(1).publish(REGISTER, b"{}", Qos::ExactlyOnce, false).unwrap();
    world.run();
    assert_eq!((world.last(1), world.refusals()), (&DROPPED, vec![Refusal::QosTwo]));
    let mut world = service(individual());
    world.connect(1, &signed("ninadps", K3));
    world.publish(1, REGISTER, &vec![b' '; 96 * 1024]);
    assert_eq!(*world.last(1), mqtt::Event::Connected);
    world.publish(1, REGISTER, &vec![b' '; 96 * 1024 + 1]);
    assert_eq!((world.last(1), world.refusals()), (&DROPPED, vec![Refusal::LargerThan(96)]));
}

#[test]
fn a_user_name_of_another_form_and_a_client_id_of_another_are_refused_at_once() {
    for user in [
        "0ne00ABCDEF/registrations/ninadps",
        "0ne00ABCDEF/registrations/ninadps/",
        "0ne00ABCDEF/registrations/ninadps/?api-version=2019-03-31",
        "0ne00ABCDEF/registrations//api-version=2019-03-31",
        "0ne00ABCDEF/ninadps/api-version=2019-03-31",
        "",
    ] {
        let mut world = service(individual());
        world.connect(1, &Who { user: Some(user.to_owned()), ..signed("ninadps", K3) });
        assert_eq!((world.code(1), world.refusals()), (Some(5), vec![Refusal::UserName(user.to_owned())]));
    }
    let mut world = service(individual());
    let user = Some(format!("{SCOPE}/registrations/ninadps/api-version=2019-03-31&ClientVersion=a%2Fb"));
    world.connect(1, &Who { user: user.clone(), ..signed("ninadps", K3) });
    assert_eq!(*world.last(1), mqtt::Event::Connected);
    world.connect(2, &Who { user, ..signed("other", K3) });
    assert_eq!(world.code(2), Some(2));
}
