//! The vendor's note as golden cases, and what a plan must never leave out.

use super::*;
use crate::at::Request;
use crate::catalogue::{Line, explain};
use crate::profile::{
    self, Aws, ClientId, Cloud, Host, Job, ModuleFileName, Ssid, StoredContent, StoredFile, Topic,
    TopicFilter, Wifi,
};
use crate::secret::Secret;

fn facts(model: &str, firmware: &str) -> Facts {
    Facts {
        model: crate::module::Model::new(model),
        firmware: Some(firmware.parse().unwrap()),
        serial: Some("0233965910595296".into()),
        mac: Some("D4CA6EFD96E0".into()),
    }
}

fn on_module(name: &str) -> StoredFile {
    StoredFile { name: ModuleFileName::parse(name).unwrap(), content: StoredContent::OnModule }
}

fn uploaded(name: &str, pem: &str, md5: Option<&str>) -> StoredFile {
    let content =
        StoredContent::Upload { pem: Secret::new(pem), md5: md5.map(str::to_owned), password: None };
    StoredFile { name: ModuleFileName::parse(name).unwrap(), content }
}

/// The note's own example, §2.2 step 4, with the region it means.
fn note_job() -> Job {
    Job {
        name: None,
        wifi: Some(Wifi {
            ssid: Ssid::parse("SSID").unwrap(),
            security: profile::Security::WpaPsk(Secret::new("PASSWORD")),
            address: None,
            on_startup: true,
        }),
        cloud: Cloud::Aws(Aws {
            endpoint: Host::parse("abcdefghijkl-ats.iot.eu-west-2.amazonaws.com").unwrap(),
            client_id: ClientId::parse("device1").unwrap(),
            publish_topic: Some(Topic::parse("test/pt").unwrap()),
            subscribe_topic: Some(TopicFilter::parse("test/st").unwrap()),
            options: profile::Options::default(),
            ca: uploaded("AmazonRootCA1.pem", "root", Some("AA")),
            identity: profile::Identity {
                certificate: uploaded("device.crt", "certificate", Some("BB")),
                private_key: uploaded("device.key", "private key", None),
            },
        }),
        after: None,
        remarks: Vec::new(),
    }
}

fn aws(job: &mut Job) -> &mut Aws {
    let Cloud::Aws(aws) = &mut job.cloud else { panic!("no AWS") };
    aws
}

fn commands(job: &Job, facts: &Facts) -> Vec<String> {
    make(job, facts).unwrap().shown_commands().into_iter().map(|(_, shown)| shown).collect()
}

fn connect_command(job: &Job, facts: &Facts) -> String {
    commands(job, facts).into_iter().find(|command| command.starts_with("AT+UDCP=")).unwrap()
}

#[test]
fn the_notes_aws_command_comes_out_with_tls_1_2_and_a_client_id_added() {
    assert_eq!(
        connect_command(&note_job(), &facts("NINA-W152", "4.0.0-006")),
        "AT+UDCP=mqtt://abcdefghijkl-ats.iot.eu-west-2.amazonaws.com:8883/?encr=3&ca=AmazonRootCA1.pem\
         &cert=device.crt&privKey=device.key&client=device1&pt=test/pt&st=test/st"
    );
}

#[test]
fn the_notes_wifi_commands_come_out() {
    let planned: Vec<_> = commands(&note_job(), &facts("NINA-W152", "4.0.0-006"))
        .iter()
        .filter_map(|command| Request::parse(command))
        .collect();
    for noted in ["AT+UWSC=0,2,\"SSID\"", "AT+UWSC=0,5,2", "AT+UWSCA=0,3"] {
        assert!(planned.contains(&Request::parse(noted).unwrap()), "{noted}");
    }
}

#[test]
fn the_passphrase_is_sent_but_never_shown() {
    let plan = make(&note_job(), &facts("NINA-W152", "4.0.0-006")).unwrap();
    assert!(plan.shown_commands().iter().all(|(_, shown)| !shown.contains("PASSWORD")));
    let sent = plan.steps.iter().flat_map(|step| &step.act).any(|act| match act {
        Act::Command { text, .. } => {
            text.command(&Bindings::default()).unwrap().wire() == "AT+UWSC=0,8,\"PASSWORD\""
        }
        _ => false,
    });
    assert!(sent);
}

#[test]
fn uploads_name_kind_name_and_size_as_the_note_does() {
    let shown = commands(&note_job(), &facts("NINA-W152", "4.0.0-006"));
    for upload in [
        "AT+USECMNG=0,0,\"AmazonRootCA1.pem\",4",
        "AT+USECMNG=0,1,\"device.crt\",11",
        "AT+USECMNG=0,2,\"device.key\",11",
    ] {
        assert!(shown.iter().any(|command| command == upload), "{upload}");
    }
}

#[test]
fn a_file_whose_md5_the_module_reports_is_not_uploaded_twice() {
    let plan = make(&note_job(), &facts("NINA-W152", "4.0.0-006")).unwrap();
    let skipped: Vec<_> = plan.steps.iter().take(3).map(|step| step.already.is_some()).collect();
    assert_eq!(skipped, [true, true, false], "a key without a known MD5 is sent again");
}

#[test]
fn a_file_on_the_module_is_looked_for_and_not_uploaded() {
    let mut job = note_job();
    aws(&mut job).ca = on_module("ca.pem");
    let plan = make(&job, &facts("NINA-W152", "4.0.0-006")).unwrap();
    let first = plan.steps.first().unwrap();
    assert!(first.act.is_empty());
    assert!(matches!(&first.verify, Some(Question::Present { name, .. }) if name == "ca.pem"));
}

#[test]
fn placeholders_stand_for_the_modules_own_serial_number_and_address() {
    let mut job = note_job();
    aws(&mut job).client_id = ClientId::parse("{serial}").unwrap();
    aws(&mut job).publish_topic = Some(Topic::parse("up/{mac}").unwrap());
    let command = connect_command(&job, &facts("NINA-W152", "4.0.0-006"));
    assert!(command.contains("&client=0233965910595296&pt=up/D4CA6EFD96E0"), "{command}");
}

#[test]
fn firmware_that_does_not_know_the_hash_wildcard_is_named_at_the_topic() {
    let mut job = note_job();
    aws(&mut job).subscribe_topic = Some(TopicFilter::parse("down/#").unwrap());
    let problems = make(&job, &facts("NINA-W152", "2.1.0-017")).unwrap_err();
    assert!(
        problems.iter().any(|problem| problem.field.as_deref() == Some("cloud.subscribe_topic")),
        "{problems:?}"
    );
    assert!(make(&job, &facts("NINA-W152", "3.0.0-013")).is_ok());
}

#[test]
fn a_command_longer_than_the_modules_line_is_refused_with_the_shortest_change_that_helps() {
    let mut job = note_job();
    aws(&mut job).publish_topic = Some(Topic::parse(&"t".repeat(200)).unwrap());
    let odin = facts("ODIN-W262", "7.1.0-020");
    let problem = make(&job, &odin).unwrap_err().remove(0);
    assert_eq!(problem.kind, crate::problem::Kind::CommandTooLong);
    assert_eq!(problem.field.as_deref(), Some("cloud.publish_topic"));
    assert!(problem.message.contains("takes 300"), "{problem}");
    let words: Vec<_> = problem.help.split(' ').collect();
    let ["Shorten", "the", "publish", "topic", "by", less, ..] = words.as_slice() else {
        panic!("{problem}")
    };
    let keep = 200 - less.parse::<usize>().unwrap();
    aws(&mut job).publish_topic = Some(Topic::parse(&"t".repeat(keep)).unwrap());
    assert!(make(&job, &odin).is_ok());
    aws(&mut job).publish_topic = Some(Topic::parse(&"t".repeat(keep + 1)).unwrap());
    assert!(make(&job, &odin).is_err());
}

#[test]
fn a_device_id_that_stands_in_a_command_several_times_is_shortened_by_a_fraction_of_the_excess() {
    let hub = |id: &str| Job {
        cloud: Cloud::AzureHub(profile::AzureHub {
            hub: Host::parse("contoso.azure-devices.net").unwrap(),
            device_id: ClientId::parse(id).unwrap(),
            ca: on_module("root.pem"),
            proof: profile::HubProof::Certificate(profile::Identity {
                certificate: on_module("device.crt"),
                private_key: on_module("device.key"),
            }),
            user_name: profile::UserName::WithVersion,
            options: profile::Options::default(),
        }),
        ..note_job()
    };
    let odin = facts("ODIN-W262", "7.1.0-020");
    let problem = make(&hub(&"d".repeat(60)), &odin).unwrap_err().remove(0);
    assert_eq!(problem.field.as_deref(), Some("cloud.device_id"));
    let less = problem.help.split(' ').find_map(|word| word.parse::<usize>().ok()).unwrap();
    assert!(make(&hub(&"d".repeat(60 - less)), &odin).is_ok(), "{problem}");
    assert!(make(&hub(&"d".repeat(61 - less)), &odin).is_err(), "{problem}");
}

#[test]
fn a_network_that_allows_wpa3_only_needs_a_firmware_that_knows_it() {
    let mut job = note_job();
    job.wifi.as_mut().unwrap().security = profile::Security::Wpa3(Secret::new("hunter2hunter2"));
    assert!(make(&job, &facts("ODIN-W262", "7.1.0-020")).is_err());
}

#[test]
fn a_plan_that_keeps_the_connection_stores_it_and_restarts_the_module() {
    let mut job = note_job();
    job.after =
        Some(profile::After { keep: Some(profile::Keep::Connection), mode: Some(profile::Mode::Data) });
    let shown = commands(&job, &facts("NINA-W152", "4.0.0-006"));
    let position = |start: &str| shown.iter().position(|command| command.starts_with(start));
    assert!(position("AT+UDDRP=0,\"mqtt://") < position("AT+UMSM=1"), "{shown:?}");
    assert!(position("AT&W") < position("AT+CPWROFF"), "{shown:?}");
    assert_eq!(shown.last().map(String::as_str), Some("ATO1"));
}

#[test]
fn every_command_of_a_plan_can_be_explained_without_objection() {
    let peap = profile::Security::Peap {
        identity: "user".to_owned(),
        password: Secret::new("PASSWORD"),
        domain: Some("example.com".to_owned()),
        ca: Some(on_module("ca.pem")),
    };
    let eap_tls = profile::Security::EapTls {
        identity: Some("user".to_owned()),
        certificate: on_module("device.crt"),
        private_key: on_module("device.key"),
        ca: None,
    };
    let securities = [
        profile::Security::Open,
        profile::Security::WpaPsk(Secret::new("PASSWORD")),
        profile::Security::Wpa3(Secret::new("PASSWORD")),
        peap,
        eap_tls,
    ];
    for (security, mode) in
        securities.into_iter().zip([profile::Mode::Data, profile::Mode::Edm].into_iter().cycle())
    {
        let mut job = note_job();
        job.wifi.as_mut().unwrap().security = security;
        job.wifi.as_mut().unwrap().address = Some(profile::StaticAddress {
            ip: [10, 0, 0, 7].into(),
            mask: [255, 0, 0, 0].into(),
            gateway: [10, 0, 0, 1].into(),
            dns: vec![[10, 0, 0, 1].into(), [10, 0, 0, 2].into()],
        });
        job.after = Some(profile::After { keep: Some(profile::Keep::Connection), mode: Some(mode) });
        for command in commands(&job, &facts("NINA-W152", "4.0.0-006")) {
            let explanation = explain(Line::Sent(&command));
            assert!(explanation.is_known(), "{command}: {}", explanation.text);
            assert_eq!(explanation.remarks, [""; 0], "{command}");
        }
    }
}

#[test]
fn a_bound_value_that_could_inject_a_command_is_refused() {
    let mut bindings = Bindings::default();
    for hostile in ["", "a\rAT+UFACTORY", "a&passwd=x", "a\"b", "a b", &"x".repeat(129)] {
        assert!(bindings.bind("hub", BoundType::Host, hostile).is_err(), "{hostile:?}");
    }
    assert!(bindings.bind("hub", BoundType::Host, "leoDPS.azure-devices.net").is_ok());
}

#[test]
fn a_text_with_holes_and_a_token_is_computed_when_it_is_sent() {
    // Vector V3 of clouds.md §3.4.
    let mut bindings = Bindings::default();
    bindings.bind("hub", BoundType::Host, "contoso.azure-devices.net").unwrap();
    let resource = Text::default().part(Part::Hole("hub")).plain("/devices/MyDevice01");
    let text = Text::new("AT+UDUV=0,").part(Part::Sas {
        resource,
        key: Secret::new("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        policy: None,
        expires: crate::moment::UnixTime(2_000_000_000),
    });
    let command = text.command(&bindings).unwrap();
    assert!(command.wire().contains("sig=k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D&se=2000000000"));
    assert!(!command.shown().contains("k0iCMN"));
    assert!(text.command(&Bindings::default()).is_err(), "an unbound hole is an error");
}
