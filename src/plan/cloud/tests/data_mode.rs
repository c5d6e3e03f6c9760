//! Provisioning in command and data mode: the commands of the vendor's note §3.4.3 and §3.4.4, in its order, and what has
//! to be true of a plan that is read or sent by hand.

use super::*;
use crate::plan::script;
use crate::problem::Kind;

/// The plan of a device that is to end in this mode.
fn ending_in(mode: &str, cloud: &str, secret: &str) -> Result<Plan, Vec<Problem>> {
    let after = format!(r#", "after": {{ "mode": "{mode}" }}"#);
    planned_with(cloud, &after, secret, &facts("NINA-W152", "4.0.0-006"))
}

fn device1() -> String {
    azure_dps("device1", &format!(r#"{IDENTITY}, "payload": """#))
}

/// What begins at the peers of an earlier set-up.
fn from_peers(plan: &Plan) -> Vec<String> {
    let lines: Vec<_> = script(plan).collect();
    let first = lines.iter().position(|line| line.ends_with("Close peers of an earlier set-up")).unwrap();
    lines[first + 1..].to_vec()
}

#[test]
fn the_notes_registration_in_data_mode_comes_out_with_one_peer_after_the_other() {
    let lines = from_peers(&ending_in("command", &device1(), "").unwrap());
    let sent: Vec<_> = lines.iter().filter(|line| !line.starts_with('#')).map(String::as_str).collect();
    assert_eq!(
        sent,
        [
            "AT+UDDRP=0,\"\",0",
            "AT+UDLP?",
            "AT+UDCP=mqtt://global.azure-devices-provisioning.net:8883/?encr=3&ca=ca.pem&cert=cert.pem&privKey=key.pem\
             &client=device1&user=0ne0067E45C/registrations/device1/api-version=2019-03-31\
             &pt=$dps/registrations/PUT/iotdps-register/?$rid={request_id}&st=$dps/registrations/res/#&keepAlive=60",
            "ATO1",
            "+++",
            "AT+UDCPC=<provisioning>",
            "AT+UDUV=1,\"$dps/registrations/GET/iotdps-get-operationstatus/?$rid={request_id}\
             &operationId=<operation_id>\"",
            "AT+UDCP=mqtt://global.azure-devices-provisioning.net:8883/?encr=3&ca=ca.pem&cert=cert.pem&privKey=key.pem\
             &client=device1&user=0ne0067E45C/registrations/device1/api-version=2019-03-31\
             &pt=%%1&st=$dps/registrations/res/#&keepAlive=60",
            "ATO1",
            "+++",
            "AT+UDCPC=<status>",
            "AT+UDCP=mqtt://<assigned_hub>:8883/?encr=3&ca=ca.pem&cert=cert.pem&privKey=key.pem\
             &client=<device_id>&user=<assigned_hub>/<device_id>/?api-version=2021-04-12\
             &pt=devices/<device_id>/messages/events/&st=devices/<device_id>/messages/devicebound/#&keepAlive=60",
        ]
    );
}

#[test]
fn a_script_tells_what_data_mode_is_and_how_it_is_left() {
    let lines = from_peers(&ending_in("command", &device1(), "").unwrap());
    let start = lines.iter().position(|line| line == "ATO1").unwrap();
    assert_eq!(
        lines[start..start + 9],
        [
            "ATO1",
            "# from here on everything that is sent goes to the peer, and what comes is from it",
            "# 8. Register the device",
            "# until it is done, at most 60 times, 2 s apart:",
            "# publish {\"registrationId\":\"device1\",\"payload\":\"\"}",
            "# wait for an answer on provisioning",
            "# 9. Return to command mode and close the peer that registers",
            "# without a line end, and with more than a second of silence before and after it:",
            "+++",
        ]
    );
    assert!(lines.iter().any(|line| line == "# not needed if an answer with <assigned_hub> says so"));
    assert!(lines.iter().all(|line| !line.contains("extended data mode")), "{lines:?}");
}

#[test]
fn a_device_ends_in_the_mode_it_was_asked_for_and_is_restarted_only_to_keep_something() {
    let titles = |plan: Plan| plan.steps.into_iter().map(|step| step.title).collect::<Vec<_>>();
    for (mode, last) in [
        ("command", "Connect to the assigned hub"),
        ("data", "Enter data mode"),
        ("edm", "Connect to the assigned hub"),
    ] {
        let titles = titles(ending_in(mode, &device1(), "").unwrap());
        assert_eq!(titles.last().unwrap(), last, "{mode}");
        assert!(!titles.iter().any(|title| title.starts_with("Restart")), "{titles:?}");
        let in_packets = titles.iter().any(|title| title.starts_with("Enter extended data mode"));
        assert_eq!(in_packets, mode == "edm", "{titles:?}");
    }
    let kept = planned_with(
        &device1(),
        r#", "after": { "keep": "wifi", "mode": "data" }"#,
        "",
        &facts("NINA-W152", "4.0.0-006"),
    );
    let titles = titles(kept.unwrap());
    assert!(titles.contains(&"Restart the module".to_owned()), "{titles:?}");
}

#[test]
fn a_connection_to_a_hub_that_is_known_ends_in_the_mode_it_was_asked_for_too() {
    for (mode, last) in [("data", "ATO1"), ("edm", "ATO2")] {
        let plan = ending_in(mode, &azure_x509(""), "").unwrap();
        let commands = wire(&plan);
        assert_eq!(commands.last().unwrap(), last);
    }
    let plan = ending_in("command", &azure_x509(""), "").unwrap();
    assert!(wire(&plan).last().unwrap().starts_with("AT+UDCP="));
    let leaves = &plan.steps[0];
    assert!(
        leaves.already.is_some() && leaves.shown_commands().last().unwrap() == "AT+CPWROFF",
        "{leaves:?}"
    );
}

#[test]
fn a_registration_that_one_message_of_data_mode_does_not_hold_is_refused_at_its_payload() {
    let cloud =
        |bytes: usize| azure_dps("device1", &format!(r#"{IDENTITY}, "payload": "{}""#, "x".repeat(bytes)));
    let around = r#"{"registrationId":"device1","payload":""}"#.len();
    assert!(ending_in("data", &cloud(1024 - around), "").is_ok());
    let problems = ending_in("data", &cloud(1025 - around), "").unwrap_err();
    assert_eq!(problems[0].field.as_deref(), Some("cloud.payload"));
    assert!(problems[0].message.contains("1025 bytes") && problems[0].help.contains("extended data mode"));
}

#[test]
fn extended_data_mode_is_refused_at_its_field_where_a_module_lacks_it() {
    let after = r#", "after": { "mode": "edm" }"#;
    let problems = planned_with(&azure_x509(""), after, "", &facts("NORA-W36", "4.0.0-006")).unwrap_err();
    let at_mode = problems.iter().find(|problem| problem.field.as_deref() == Some("after.mode"));
    assert_eq!(at_mode.unwrap().kind, Kind::ModuleUnsuitable);
}

#[test]
fn the_same_problems_end_a_registration_in_data_mode() {
    let plan = ending_in("data", &azure_dps("device1", IDENTITY), "").unwrap();
    for code in [429_001, 503_001] {
        assert_eq!(after_error(&plan, code), Then::Again, "{code}");
    }
    assert!(matches!(after_error(&plan, 401_002), Then::Fail(_)));
}

#[test]
fn nothing_of_a_plan_in_data_mode_shows_its_token_or_key() {
    let plan = ending_in("data", &azure_dps("device1", r#""key": { "env": "K" }"#), NOTES_KEY).unwrap();
    let shown = format!("{:?}{plan:?}{:?}", plan.shown_commands(), script(&plan).collect::<Vec<_>>());
    assert!(!shown.contains("bH/Vjcd") && !shown.contains("sig="), "{shown}");
}
