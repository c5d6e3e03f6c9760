//! The commands of every cloud, from profiles: those of the vendor's note that are still right, those that are wrong today
//! with the reason in the test's name, and what a module cannot do.

mod data_mode;

use zeroize::Zeroizing;

use crate::at::Command;
use crate::catalogue::{Line, explain};
use crate::credential::fixtures::{EC_CERTIFICATE, EC_KEY_WITH_PARAMETERS, NOW};
use crate::plan::{Act, Bindings, BoundType, Case, Facts, Is, Plan, Then, make};
use crate::problem::{Kind, Problem};
use crate::profile::{Material, Materials, Profile, resolve};
use crate::secret::Secret;

/// The key of the note's example for Azure, and the group key of Microsoft's.
const NOTES_KEY: &str = "bH/VjcdSOJJtcwx94hePfV8EJ8ivyZ/cXQ7e3i6gcDU=";
const GROUP_KEY: &str =
    "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";
const GROUP_MEMBER: &str = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6";
const MEMBERS_KEY: &str = "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=";

const IDENTITY: &str = r#""certificate": { "file": "cert.pem" }, "private_key": { "file": "key.pem" }"#;
const AZURE_ROOT: &str = r#""ca": { "builtin": "digicert-global-root-g2", "name": "ca.pem" }"#;

fn facts(model: &str, firmware: &str) -> Facts {
    Facts {
        model: crate::module::Model::new(model),
        firmware: Some(firmware.parse().unwrap()),
        serial: Some("0233965910595296".into()),
        mac: Some("D4CA6EFD96E0".into()),
    }
}

fn planned(cloud: &str, secret: &str, facts: &Facts) -> Result<Plan, Vec<Problem>> {
    planned_with(cloud, "", secret, facts)
}

/// The same with what follows `cloud` in the profile.
fn planned_with(cloud: &str, more: &str, secret: &str, facts: &Facts) -> Result<Plan, Vec<Problem>> {
    let profile = Profile::parse(&format!(r#"{{ "version": 1, "cloud": {{ {cloud} }}{more} }}"#)).unwrap();
    let mut materials = Materials::default();
    for reference in profile.references() {
        let file = |text: &str| Material::File(Zeroizing::new(text.as_bytes().to_vec()));
        let material = match reference.field.as_str() {
            "cloud.certificate" => file(EC_CERTIFICATE),
            "cloud.private_key" => file(EC_KEY_WITH_PARAMETERS),
            _ => Material::Secret(Secret::new(secret)),
        };
        materials.insert(reference.field, material);
    }
    make(&resolve(&profile, &materials, NOW).map_err(|problems| panic!("{problems:?}")).unwrap(), facts)
}

fn plan(cloud: &str, secret: &str) -> Plan {
    planned(cloud, secret, &facts("NINA-W152", "4.0.0-006")).unwrap()
}

/// What the provisioning service answers with in these tests.
fn bindings() -> Bindings {
    let mut bindings = Bindings::default();
    bindings.bind("operation_id", BoundType::OperationId, "5.b084dab098f0a900.5f5b44b2-ae20-4957").unwrap();
    bindings.bind("assigned_hub", BoundType::Host, "contoso.azure-devices.net").unwrap();
    bindings.bind("device_id", BoundType::DeviceId, "MyDevice01").unwrap();
    bindings
}

/// Every command that reaches the wire and is no upload, in order.
fn wire(plan: &Plan) -> Vec<String> {
    let text = |command: Command| command.wire().to_owned();
    let of_act = |act: &Act| match act {
        Act::Command { text: command, .. } => Some(text(command.command(&bindings()).unwrap())),
        Act::Open { url, .. } => Some(format!("AT+UDCP={}", text(url.command(&bindings()).unwrap()))),
        Act::Publish { body, .. } => Some(text(body.command(&bindings()).unwrap())),
        Act::Enter(mode) => Some(mode.command().to_owned()),
        _ => None,
    };
    let acts = plan.steps.iter().flat_map(|step| &step.act);
    acts.flat_map(|act| match act {
        Act::Repeat { acts, .. } => acts.iter().filter_map(of_act).collect::<Vec<_>>(),
        act => of_act(act).into_iter().collect(),
    })
    .collect()
}

fn thingstream(password: &str) -> Vec<String> {
    let cloud = r#""kind": "thingstream", "client_id": "device:57014dd-eb16-4848-b3bd-d8953a123456789",
        "username": "44Y4OWYTRN3JJM3123456789", "password": { "env": "P" }, "ca": { "builtin": "amazon-root-ca-1" },
        "publish_topic": "testpub", "subscribe_topic": "testsub""#;
    wire(&plan(cloud, password))
}

fn azure_x509(more: &str) -> String {
    format!(
        r#""kind": "azure-x509", "hub": "myhub.azure-devices.net", "device_id": "device1", {AZURE_ROOT}, {IDENTITY}{more}"#
    )
}

fn azure_sas(id: &str, more: &str) -> String {
    format!(
        r#""kind": "azure-sas", "hub": "iot-xxxx-test-hub-2.azure-devices.net", "device_id": "{id}", {AZURE_ROOT}, {more}"#
    )
}

fn azure_dps(id: &str, more: &str) -> String {
    format!(
        r#""kind": "azure-dps", "id_scope": "0ne0067E45C", "registration_id": "{id}", "keep_alive": 60, {AZURE_ROOT}, {more}"#
    )
}

#[test]
fn the_notes_thingstream_command_comes_out() {
    assert_eq!(
        thingstream("KgpOln78MZwuzYw3WCmGMdTePVm123456789"),
        ["AT+UDCP=mqtt://mqtt.thingstream.io:8883/?encr=3&ca=AmazonRootCA1.pem\
          &client=device:57014dd-eb16-4848-b3bd-d8953a123456789&user=44Y4OWYTRN3JJM3123456789\
          &passwd=KgpOln78MZwuzYw3WCmGMdTePVm123456789&pt=testpub&st=testsub"]
    );
}

#[test]
fn plus_and_slash_of_a_thingstream_password_are_carried_as_they_are() {
    assert!(thingstream("a+b/c=")[0].contains("&passwd=a+b/c=&"));
}

#[test]
fn a_password_that_the_url_cannot_carry_goes_through_a_url_value() {
    let commands = thingstream("a&b%c");
    assert_eq!(commands[0], "AT+UDUV=0,\"a&b%c\"");
    assert!(commands[1].contains("&passwd=%%0&"), "{commands:?}");
}

#[test]
fn the_notes_hub_command_comes_out_with_tls_1_2_and_the_version_of_the_service() {
    assert_eq!(
        wire(&plan(&azure_x509(""), "")),
        [
            "AT+UDCP=mqtt://myhub.azure-devices.net:8883/?encr=3&ca=ca.pem&cert=cert.pem&privKey=key.pem&client=device1\
          &user=myhub.azure-devices.net/device1/?api-version=2021-04-12\
          &pt=devices/device1/messages/events/&st=devices/device1/messages/devicebound/#"
        ]
    );
    let short = wire(&plan(&azure_x509(r#", "api_version": false"#), ""));
    assert!(short[0].contains("&user=myhub.azure-devices.net/device1&"), "{short:?}");
}

#[test]
fn the_notes_token_is_for_the_whole_hub_with_an_empty_policy_and_comes_out_for_the_device_alone() {
    let mut plan = plan(&azure_sas("device2", r#""key": { "env": "K" }, "expires_in": "30d""#), NOTES_KEY);
    // The note's own date, to compare with vector V2 of clouds.md §3.4.
    for act in plan.steps.iter_mut().flat_map(|step| &mut step.act) {
        if let Act::Command { text, .. } = act {
            *text = crate::plan::Text::new("AT+UDUV=0,").text(super::azure_hub::device_token(
                &crate::plan::Text::new("iot-xxxx-test-hub-2.azure-devices.net"),
                &crate::plan::Text::new("device2"),
                &Secret::new(NOTES_KEY),
                crate::moment::UnixTime(1_591_876_214),
            ));
        }
    }
    assert_eq!(
        wire(&plan),
        [
            "AT+UDUV=0,\"SharedAccessSignature sr=iot-xxxx-test-hub-2.azure-devices.net%2Fdevices%2Fdevice2\
             &sig=hHrgDvM64D6I9W4OR4NLNTfSS7wnv0juQ5ZyHq5yZZ8%3D&se=1591876214\"",
            "AT+UDCP=mqtt://iot-xxxx-test-hub-2.azure-devices.net:8883/?encr=3&ca=ca.pem&client=device2\
             &user=iot-xxxx-test-hub-2.azure-devices.net/device2/?api-version=2021-04-12&passwd=%%0\
             &pt=devices/device2/messages/events/&st=devices/device2/messages/devicebound/#",
        ]
    );
}

#[test]
fn a_token_lives_as_long_as_the_profile_says() {
    let commands =
        wire(&plan(&azure_sas("device2", r#""key": { "env": "K" }, "expires_in": "30d""#), NOTES_KEY));
    assert!(commands[0].ends_with(&format!("&se={}\"", NOW.0 + 30 * 86_400)), "{commands:?}");
    let usual = wire(&plan(&azure_sas("device2", r#""key": { "env": "K" }"#), NOTES_KEY));
    assert!(usual[0].ends_with(&format!("&se={}\"", NOW.0 + 365 * 86_400)), "{usual:?}");
}

#[test]
fn the_notes_registration_comes_out_with_its_topics_and_its_second_peer() {
    assert_eq!(
        wire(&plan(&azure_dps("device1", &format!(r#"{IDENTITY}, "payload": """#)), "")),
        [
            "ATO2",
            "AT+UDCP=mqtt://global.azure-devices-provisioning.net:8883/?encr=3&ca=ca.pem&cert=cert.pem&privKey=key.pem\
             &client=device1&user=0ne0067E45C/registrations/device1/api-version=2019-03-31\
             &pt=$dps/registrations/PUT/iotdps-register/?$rid={request_id}&st=$dps/registrations/res/#&keepAlive=60",
            r#"{"registrationId":"device1","payload":""}"#,
            "AT+UDUV=1,\"$dps/registrations/GET/iotdps-get-operationstatus/?$rid={request_id}\
             &operationId=5.b084dab098f0a900.5f5b44b2-ae20-4957\"",
            "AT+UDCP=mqtt://global.azure-devices-provisioning.net:8883/?encr=3&ca=ca.pem&cert=cert.pem&privKey=key.pem\
             &client=device1&user=0ne0067E45C/registrations/device1/api-version=2019-03-31&pt=%%1&keepAlive=60",
            "get operationstatus",
            "AT+UDCP=mqtt://contoso.azure-devices.net:8883/?encr=3&ca=ca.pem&cert=cert.pem&privKey=key.pem\
             &client=MyDevice01&user=contoso.azure-devices.net/MyDevice01/?api-version=2021-04-12\
             &pt=devices/MyDevice01/messages/events/&st=devices/MyDevice01/messages/devicebound/#&keepAlive=60",
        ]
    );
}

#[test]
fn a_group_key_stays_here_and_the_key_derived_from_it_signs_for_service_and_hub() {
    let plan = plan(&azure_dps(GROUP_MEMBER, r#""group_key": { "env": "G" }"#), GROUP_KEY);
    let commands = wire(&plan);
    // V9 of clouds.md §3.4 with another scope and time: signed with the same key.
    let token = |resource: &str, policy: Option<&str>| {
        let expires = crate::moment::UnixTime(NOW.0 + 365 * 86_400);
        let token =
            crate::credential::sas::token(resource, &Secret::new(MEMBERS_KEY), expires, policy).unwrap();
        format!("AT+UDUV=0,\"{}\"", token.reveal())
    };
    assert_eq!(
        commands[1],
        token(&format!("0ne0067E45C/registrations/{GROUP_MEMBER}"), Some("registration"))
    );
    assert!(commands.contains(&token("contoso.azure-devices.net/devices/MyDevice01", None)), "{commands:?}");
    assert!(
        !format!("{plan:?}").contains(GROUP_KEY) && plan.secrets().iter().all(|s| s.reveal() != GROUP_KEY)
    );
}

#[test]
fn a_registration_alone_ends_without_a_hub() {
    let commands = wire(&plan(&azure_dps("device1", &format!(r#"{IDENTITY}, "then_connect": false"#)), ""));
    assert_eq!(commands.last().unwrap(), "get operationstatus");
}

/// How a plan goes on after an answer with this error code: all the acts that wait for one agree.
fn after_error(plan: &Plan, code: i64) -> Then {
    let takes = |case: &&Case| matches!(case.when[..], [("/errorCode", Is::Within(from, to))] if (from..=to).contains(&code));
    let of_act = |act: &Act| match act {
        Act::Await { cases, .. } => cases.iter().find(takes).map(|case| case.then.clone()),
        _ => None,
    };
    let repeats = plan.steps.iter().flat_map(|step| &step.act).filter_map(|act| match act {
        Act::Repeat { acts, .. } => Some(acts),
        _ => None,
    });
    let thens: Vec<Then> = repeats.flatten().filter_map(of_act).collect();
    assert!(thens.len() == 2 && thens[0] == thens[1], "{code}: {thens:?}");
    thens[0].clone()
}

#[test]
fn a_service_that_is_busy_or_in_trouble_is_asked_again_and_every_other_error_ends_the_registration() {
    let plan = plan(&azure_dps("device1", IDENTITY), "");
    for code in [429_001, 500_000, 503_001, 599_999] {
        assert_eq!(after_error(&plan, code), Then::Again, "{code}");
    }
    for (code, word) in [
        (401_000, "by this proof"),
        (401_002, "by this proof"),
        (404_201, "ID scope"),
        (400_000, "refused the request"),
        (403_000, "refused the request"),
        (409_203, "refused the request"),
        (600_000, "refused the request"),
    ] {
        let Then::Fail(problem) = after_error(&plan, code) else { panic!("{code}") };
        assert!(problem.message.contains(word), "{code}: {problem}");
    }
}

#[test]
fn a_registration_that_does_not_fit_into_one_packet_is_refused_at_its_payload() {
    let facts = facts("NINA-W152", "4.0.0-006");
    let cloud =
        |bytes: usize| azure_dps("device1", &format!(r#"{IDENTITY}, "payload": "{}""#, "x".repeat(bytes)));
    let around = r#"{"registrationId":"device1","payload":""}"#.len();
    assert!(planned(&cloud(4092 - around), "", &facts).is_ok());
    let problems = planned(&cloud(4093 - around), "", &facts).unwrap_err();
    assert_eq!(problems[0].field.as_deref(), Some("cloud.payload"));
    assert!(problems[0].message.contains("4093 bytes"), "{problems:?}");
}

#[test]
fn nothing_of_a_plan_for_azure_shows_its_token_or_key() {
    for (cloud, secret) in [
        (azure_sas("device2", r#""key": { "env": "K" }"#), NOTES_KEY),
        (azure_dps("device1", r#""key": { "env": "K" }"#), NOTES_KEY),
    ] {
        let plan = plan(&cloud, secret);
        let shown = format!("{:?}{plan:?}", plan.shown_commands());
        assert!(!shown.contains("bH/Vjcd") && !shown.contains("sig="), "{shown}");
    }
}

#[test]
fn every_command_for_a_cloud_can_be_explained_without_objection() {
    for (cloud, secret) in [
        (azure_x509(""), ""),
        (azure_sas("device2", r#""key": { "env": "K" }"#), NOTES_KEY),
        (azure_dps("device1", IDENTITY), ""),
        (azure_dps("device1", r#""key": { "env": "K" }"#), NOTES_KEY),
    ] {
        let plan = plan(&cloud, secret);
        let as_sent = wire(&plan).into_iter().filter(|text| text.starts_with("AT"));
        let commands: Vec<String> =
            plan.shown_commands().into_iter().map(|(_, shown)| shown).chain(as_sent).collect();
        // What is not opened yet has a name in place of its handle.
        for command in commands.iter().filter(|command| !command.starts_with("AT+UDCPC=<")) {
            let explanation = explain(Line::Sent(command));
            assert!(explanation.is_known(), "{command}: {}", explanation.text);
            assert_eq!(explanation.remarks, [""; 0], "{command}");
            assert!(!format!("{explanation:?}").contains("sig="), "{command}");
        }
    }
}

#[test]
fn firmware_that_cannot_carry_tokens_or_the_wildcard_is_named() {
    let old = facts("NINA-W132", "2.1.0-017");
    let said = |cloud: &str, secret: &str| -> Vec<String> {
        planned(cloud, secret, &old).unwrap_err().into_iter().map(|problem| problem.to_string()).collect()
    };
    let sas = said(&azure_sas("device2", r#""key": { "env": "K" }"#), NOTES_KEY).join("\n");
    assert!(sas.contains("cloud.key") && sas.contains("SAS token") && sas.contains("wildcard #"), "{sas}");
    assert!(said(&azure_x509(""), "").join("\n").contains("wildcard #"));
}

#[test]
fn a_connection_with_a_token_cannot_be_kept_over_a_restart() {
    let text = format!(
        r#"{{ "version": 1, "cloud": {{ {} }}, "after": {{ "keep": "connection" }} }}"#,
        azure_sas("device2", r#""key": { "env": "K" }"#)
    );
    let profile = Profile::parse(&text).unwrap();
    let mut materials = Materials::default();
    materials.insert("cloud.key", Material::Secret(Secret::new(NOTES_KEY)));
    let job = resolve(&profile, &materials, NOW).unwrap();
    let problems = make(&job, &facts("NINA-W152", "4.0.0-006")).unwrap_err();
    assert_eq!(
        (problems[0].kind, problems[0].field.as_deref()),
        (Kind::ModuleUnsuitable, Some("after.keep"))
    );
}
