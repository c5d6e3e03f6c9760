//! The engine against the simulated module and a make-believe AWS, in virtual time: whole set-ups from any starting
//! state, under every fault, cancelled anywhere. What is protected here is the promise that a set-up ends connected
//! or with a cause, never in a hang.

use std::time::Duration;

use proptest::prelude::*;
use xpress_center::cloud::{self, Pattern, Policy};
use xpress_center::module::CredentialKind;
use xpress_center::plan::Mode;
use xpress_center::problem::{Fault as Whose, Kind};
use xpress_center::profile;
use xpress_center::secret::Secret;
use xpress_center::session::{Event, LineChange, PeerEvent, PlanResult, StepState, WireKind, Wish};
use xpress_center::simulator::{self, Echo, Fault, Faults, Start, Stored};

use crate::support::lab::{self, Lab, LabSettings, PASSPHRASE, aws_job};

fn with_faults(names: &[&str]) -> LabSettings {
    let faults: Faults = names.iter().map(|name| name.parse::<Fault>().unwrap()).collect();
    LabSettings { faults, ..LabSettings::default() }
}

fn starting_with(start: Start) -> LabSettings {
    LabSettings { start, ..LabSettings::default() }
}

fn is_done(result: &PlanResult) -> bool {
    matches!(result, PlanResult::Done { .. })
}

fn kind(result: &PlanResult) -> Kind {
    match result {
        PlanResult::Failed(problem) => problem.kind,
        other => panic!("{other:?}"),
    }
}

/// The module answers at a prompt: a command gets its `OK`.
fn answers(lab: &mut Lab) -> bool {
    let before = lab.events.len();
    lab.wish(Wish::Send("AT".into()));
    lab.run_until(Duration::from_secs(5), |lab| {
        lab.events[before..]
            .iter()
            .any(|event| matches!(event, Event::Wire(wire) if wire.kind == WireKind::Ok))
    })
}

fn received(lab: &Lab) -> Vec<u8> {
    let payload = |event: &Event| match event {
        Event::Wire(wire) if matches!(wire.kind, WireKind::Data { .. }) => {
            (wire.direction == xpress_center::session::Direction::Received).then(|| wire.bytes.clone())
        }
        _ => None,
    };
    lab.events.iter().filter_map(payload).flatten().collect()
}

fn published(lab: &Lab) -> Vec<Vec<u8>> {
    let payload = |event: &cloud::Event| match event {
        cloud::Event::Published { topic, payload, .. } if topic == "device1/up" => Some(payload.clone()),
        _ => None,
    };
    lab.cloud_events.iter().filter_map(payload).collect()
}

#[test]
fn a_factory_new_module_is_connected_and_messages_go_both_ways_in_data_mode() {
    let mut lab = Lab::connected(LabSettings::default());
    assert!(is_done(&lab.set_up(&aws_job())), "{:?}", lab.events);
    lab.wish(Wish::Enter(Mode::Data));
    assert!(lab.run_until_idle(Duration::from_secs(5)));
    lab.run_for(Duration::from_millis(100));
    lab.wish(Wish::SendData { channel: None, data: b"hello from the module".to_vec() });
    lab.run_for(Duration::from_secs(2));
    assert_eq!(published(&lab), [b"hello from the module"]);
    assert_eq!(received(&lab), b"hello from the module", "the make-believe cloud answers what it hears");
}

#[test]
fn messages_go_both_ways_in_extended_data_mode_byte_for_byte() {
    let mut lab = Lab::connected(LabSettings::default());
    let mut job = aws_job();
    job.after = None;
    lab.wish(Wish::Enter(Mode::Extended));
    assert!(lab.run_until_idle(Duration::from_secs(5)));
    assert!(is_done(&lab.set_up(&job)), "{:?}", lab.events);
    let channel = lab.events.iter().find_map(|event| match event {
        Event::Peer(PeerEvent::Connected { channel, .. }) => *channel,
        _ => None,
    });
    let all_bytes: Vec<u8> = (0..=255).collect();
    lab.wish(Wish::SendData { channel, data: all_bytes.clone() });
    lab.run_for(Duration::from_secs(2));
    assert_eq!(published(&lab), std::slice::from_ref(&all_bytes));
    assert_eq!(received(&lab), all_bytes);
}

#[test]
fn a_peer_from_before_extended_data_mode_is_reached_on_its_channel_there() {
    for wish in [Wish::Enter(Mode::Extended), Wish::Send("ATO2".to_owned())] {
        let mut lab = Lab::connected(LabSettings::default());
        assert!(is_done(&lab.set_up(&aws_job())), "{:?}", lab.events);
        lab.wish(wish);
        lab.run_for(Duration::from_secs(5));
        let channel = lab.events.iter().find_map(|event| match event {
            Event::Peer(PeerEvent::Channel { channel, .. }) => Some(*channel),
            _ => None,
        });
        assert!(channel.is_some(), "{:?}", lab.events);
        lab.wish(Wish::SendData { channel, data: b"hello".to_vec() });
        lab.run_for(Duration::from_secs(2));
        assert_eq!(published(&lab), [b"hello"]);
        assert_eq!(received(&lab), b"hello");
    }
}

#[test]
fn a_restart_leads_out_of_extended_data_mode_into_the_wanted_one() {
    for mode in [Mode::Command, Mode::Data] {
        let mut lab = Lab::connected(LabSettings::default());
        lab.wish(Wish::Enter(Mode::Extended));
        assert!(lab.run_until_idle(Duration::from_secs(5)));
        lab.events.clear();
        lab.wish(Wish::RestartInto(mode));
        assert!(lab.run_until_idle(Duration::from_secs(30)));
        let modes: Vec<_> = lab.events.iter().filter(|event| matches!(event, Event::Mode(_))).collect();
        assert_eq!(modes.last(), Some(&&Event::Mode(Some(mode))), "{modes:?}");
        assert!(lab.events.contains(&Event::Restarted));
        assert!(!lab.events.iter().any(|event| matches!(event, Event::Refused(_))));
    }
}

#[test]
fn a_module_with_its_echo_off_is_set_up_and_keeps_its_echo_off() {
    let mut lab = Lab::connected(starting_with(Start { echo: Echo::Off, ..Start::default() }));
    assert!(is_done(&lab.set_up(&aws_job())));
    assert!(
        !lab.events.iter().any(|event| matches!(event, Event::Wire(wire) if wire.kind == WireKind::Echo))
    );
}

#[test]
fn a_module_in_data_mode_is_brought_to_command_mode_and_set_up() {
    let mut lab = Lab::connected(starting_with(Start { mode: simulator::Mode::Data, ..Start::default() }));
    assert!(is_done(&lab.set_up(&aws_job())));
}

#[test]
fn a_module_in_extended_data_mode_is_set_up_there() {
    let mut lab = Lab::connected(starting_with(Start { mode: simulator::Mode::Edm, ..Start::default() }));
    assert!(is_done(&lab.set_up(&aws_job())));
    assert!(lab.events.contains(&Event::Mode(Some(Mode::Extended))));
}

#[test]
fn a_banner_in_front_of_the_first_answer_does_not_put_later_answers_in_the_wrong_place() {
    let lab = Lab::connected(with_faults(&["late-banner"]));
    let identity = lab.events.iter().find_map(|event| match event {
        Event::Identified(identity) => Some(identity),
        _ => None,
    });
    let identity = identity.expect("identified");
    assert_eq!(
        (identity.manufacturer.as_str(), identity.model.to_string().as_str()),
        ("u-blox", "NINA-W152")
    );
}

#[test]
fn certificate_names_that_are_taken_by_other_content_are_overwritten() {
    let (certificate, _) = lab::device_files();
    let other = lab::account().authority.certificate_pem();
    let stored =
        Stored { kind: CredentialKind::Certificate, name: "device.pem".into(), pem: Secret::new(other) };
    let mut lab = Lab::connected(starting_with(Start { stored: vec![stored], ..Start::default() }));
    assert!(is_done(&lab.set_up(&aws_job())));
    let mut again = lab;
    again.wish(Wish::Send("AT+USECMNG=4,1,\"device.pem\"".into()));
    again.run_for(Duration::from_secs(1));
    let answer = format!("+USECMNG:4,1,\"device.pem\",\"{}\"", certificate.md5());
    assert!(
        again.events.iter().any(|event| matches!(event, Event::Wire(wire) if wire.text() == answer)),
        "{answer}"
    );
}

#[test]
fn a_module_on_another_network_changes_to_the_wanted_one() {
    let mut lab =
        Lab::connected(starting_with(Start { joined: Some("other-ap".into()), ..Start::default() }));
    assert!(is_done(&lab.set_up(&aws_job())), "{:?}", lab.events);
}

#[test]
fn a_module_left_in_the_middle_of_an_upload_is_found() {
    for mode in [simulator::Mode::Command, simulator::Mode::Edm] {
        let mut lab = Lab::connected(starting_with(Start { mode, ..Start::default() }));
        lab.wish(Wish::Send("AT+USECMNG=0,0,\"half\",5000".into()));
        lab.run_for(Duration::from_secs(1));
        lab.wish(Wish::Send("-----BEGIN CERTIFICATE-----".into()));
        lab.session.handle(xpress_center::session::Input::Line(LineChange::Closed), lab.now);
        lab.events.clear();
        lab.open();
        assert!(lab.run_until_idle(Duration::from_secs(60)));
        assert!(
            lab.events.iter().any(|event| matches!(event, Event::Identified(_))),
            "{mode:?}: {:?}",
            lab.events
        );
    }
}

#[test]
fn what_is_done_already_is_skipped_the_second_time() {
    let mut lab = Lab::connected(LabSettings::default());
    assert!(is_done(&lab.set_up(&aws_job())));
    lab.events.retain(|event| matches!(event, Event::Identified(_)));
    assert!(is_done(&lab.set_up(&aws_job())));
    let skipped = lab.steps(|state| *state == StepState::Skipped);
    assert_eq!(skipped, 5, "two certificates, their key and two Wi-Fi steps: {:?}", lab.events);
}

#[test]
fn settings_kept_over_a_restart_bring_the_connection_back() {
    let mut lab = Lab::connected(LabSettings::default());
    let mut job = aws_job();
    job.after =
        Some(profile::After { keep: Some(profile::Keep::Connection), mode: Some(profile::Mode::Data) });
    assert!(is_done(&lab.set_up(&job)), "{:?}", lab.events);
    lab.run_for(Duration::from_secs(20));
    let connected = |event: &&cloud::Event| matches!(event, cloud::Event::Connected { .. });
    assert!(lab.cloud_events.iter().filter(connected).count() >= 2, "{:?}", lab.cloud_events);
}

#[test]
fn a_wrong_passphrase_is_the_networks_refusal_and_names_the_passphrase() {
    let mut lab = Lab::connected(with_faults(&["passphrase-refused"]));
    let result = lab.set_up(&aws_job());
    assert_eq!(kind(&result), Kind::WifiRefused);
}

#[test]
fn an_absent_network_is_not_found() {
    let mut settings = LabSettings::default();
    settings.access_points.clear();
    let result = Lab::connected(settings).set_up(&aws_job());
    assert_eq!(kind(&result), Kind::WifiNotFound);
}

#[test]
fn a_policy_that_forbids_the_client_id_fails_at_the_cloud_after_three_tries() {
    let policy = Policy { connect: vec![Pattern("device2".into())], ..Policy::default() };
    let mut lab = Lab::connected(LabSettings { policy, ..LabSettings::default() });
    let result = lab.set_up(&aws_job());
    assert_eq!(kind(&result).fault(), Whose::Cloud);
    assert_eq!(lab.steps(|state| matches!(state, StepState::TryingAgain { .. })), 2);
}

#[test]
fn connections_that_fail_twice_succeed_the_third_time() {
    for fault in ["udcp-error=2", "udcp-fails=2"] {
        let mut lab = Lab::connected(with_faults(&[fault]));
        assert!(is_done(&lab.set_up(&aws_job())), "{fault}: {:?}", lab.events);
    }
}

/// Every fault with a value that lets it strike; what may come of it.
#[test]
fn every_fault_ends_in_success_or_in_a_problem_that_says_whose_fault_it_is_and_what_to_do() {
    for (written, _) in Fault::NAMES {
        let values: &[&str] = match written.split_once('=') {
            None => &[""],
            Some((_, "COMMAND")) => {
                &["=GMM", "=UWSC", "=UWSCA", "=USECMNG", "=USECMNG=0", "=UDCP", "=UDLP", "=UNSTAT"]
            }
            Some((_, "SECONDS")) => &["=1", "=20"],
            Some(_) => &["=1", "=2", "=7", "=100"],
        };
        for value in values {
            let name = format!("{}{value}", written.split('=').next().unwrap());
            set_up_under(&name);
        }
    }
}

fn set_up_under(name: &str) {
    let mut lab = Lab::new(with_faults(&[name]));
    lab.open();
    assert!(lab.run_until_idle(Duration::from_secs(120)), "{name}: finding the module hangs");
    if !lab.events.iter().any(|event| matches!(event, Event::Identified(_))) {
        let said = |event: &Event| matches!(event, Event::Silent(problem) if !problem.help.is_empty());
        assert!(lab.events.iter().any(said), "{name}: no module, and nothing said");
        return;
    }
    match lab.set_up(&aws_job()) {
        PlanResult::Done { .. } => {}
        PlanResult::Failed(problem) => {
            assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{name}: {problem:?}");
            assert_ne!(problem.kind.fault(), Whose::Program, "{name}: {problem:?}");
            assert_ne!(problem.kind.fault(), Whose::Input, "{name}: {problem:?}");
        }
        PlanResult::Cancelled => panic!("{name}: nobody cancelled"),
    }
}

#[test]
fn odin_and_old_firmware_are_set_up_as_well() {
    for (model, firmware) in
        [("ODIN-W262", "7.1.0-020"), ("NINA-W132", "3.0.0-013"), ("NINA-W156", "5.2.2-001")]
    {
        let mut lab = Lab::connected(LabSettings { model, firmware, ..LabSettings::default() });
        assert!(is_done(&lab.set_up(&aws_job())), "{model}: {:?}", lab.events);
    }
}

#[test]
fn no_event_of_a_set_up_carries_a_secret() {
    for faults in
        [&[][..], &["lost-bytes=50"], &["lost-bytes=97"], &["split-frames"], &["reset-during=USECMNG"]]
    {
        let mut lab = Lab::new(with_faults(faults));
        lab.open();
        lab.run_until_idle(Duration::from_secs(120));
        if lab.events.iter().any(|event| matches!(event, Event::Identified(_))) {
            lab.set_up(&aws_job());
        }
        let told = format!("{:?}", lab.events);
        let wires: Vec<u8> = lab
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Wire(wire) => Some(wire.bytes.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        let wires = String::from_utf8_lossy(&wires).into_owned();
        for secret in secrets() {
            assert!(!told.contains(&secret) && !wires.contains(&secret), "{faults:?}: a secret was told");
        }
    }
}

/// The passphrase, and every piece of the private key that is long enough to matter.
fn secrets() -> Vec<String> {
    let key = lab::account().device.key_pem().reveal().to_owned();
    let body: String = key.lines().filter(|line| !line.starts_with("---")).collect();
    let pieces = body.as_bytes().windows(16).map(|piece| String::from_utf8_lossy(piece).into_owned());
    pieces.chain([PASSPHRASE.to_owned()]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Wherever a person presses Cancel, the module answers at a prompt afterwards.
    #[test]
    fn a_set_up_cancelled_anywhere_leaves_the_module_at_a_prompt(after in 0u64..16_000, seed in 0u64..1000) {
        let mut lab = Lab::connected(LabSettings { seed, ..LabSettings::default() });
        let plan = lab.plan(&aws_job());
        lab.wish(Wish::Run(plan));
        lab.run_for(Duration::from_millis(after));
        lab.wish(Wish::Cancel);
        prop_assert!(lab.run_until_idle(Duration::from_secs(120)));
        prop_assert!(answers(&mut lab));
    }

    /// Timing that nobody has thought of: seeds decide how long a module takes for everything.
    #[test]
    fn every_module_is_set_up_whatever_its_timing(seed in any::<u64>()) {
        let mut lab = Lab::connected(LabSettings { seed, ..LabSettings::default() });
        prop_assert!(is_done(&lab.set_up(&aws_job())));
    }
}
