//! Provisioning in command and data mode, in virtual time: for whoever asks to end in one of them, with every proof,
//! whatever the timing, with answers cut anywhere, refused in every way, cancelled anywhere. What it shares with the way in
//! packets is tested in `cloud_sessions`.

use std::time::Duration;

use proptest::prelude::*;
use xpress_center::cloud::{self, Attestation, DpsSettings, Enrolment, Outcome, Pace};
use xpress_center::plan::Mode;
use xpress_center::problem::{Kind, Problem};
use xpress_center::profile::{self, After, Cloud, Job, Keep, Then};
use xpress_center::secret::Secret;
use xpress_center::session::{Event, PlanEvent, PlanResult, WireKind, Wish};
use xpress_center::simulator::{self, Echo, Fault, Faults, Start};

use crate::cloud_sessions::{
    POLL, PROVISIONED, Proof, REGISTER, coming_and_going, dps_settings, is_at_a_prompt_without_peers,
    problem, published, set_up_under, with_seed,
};
use crate::clouds::{HUB, SCOPE};
use crate::support::lab::{Lab, LabSettings};

const MODES: [(profile::Mode, Mode); 2] =
    [(profile::Mode::Command, Mode::Command), (profile::Mode::Data, Mode::Data)];

/// The job of a device that is to end in this mode.
fn ending_in(proof: Proof, mode: profile::Mode) -> Job {
    Job { after: Some(After { keep: None, mode: Some(mode) }), ..proof.job() }
}

/// The same, registered only.
fn registered_only(mut job: Job) -> Job {
    let Cloud::AzureDps(dps) = &mut job.cloud else { panic!("registers nobody") };
    dps.then = Then::Stop;
    job
}

/// Every command that was sent.
fn commands(lab: &Lab) -> Vec<String> {
    let command = |event: &Event| match event {
        Event::Wire(wire) if wire.kind == WireKind::Command => Some(wire.text().into_owned()),
        _ => None,
    };
    lab.events.iter().filter_map(command).collect()
}

fn mode(lab: &Lab) -> Option<Mode> {
    lab.events.iter().rev().find_map(|event| if let Event::Mode(mode) = event { *mode } else { None })
}

fn is_done(result: &PlanResult) -> bool {
    matches!(result, PlanResult::Done { .. })
}

/// Payload that a hub has received.
fn telemetry(lab: &Lab) -> Vec<Vec<u8>> {
    let payload = |event: &cloud::Event| match event {
        cloud::Event::Telemetry { payload, .. } => Some(payload.clone()),
        _ => None,
    };
    lab.cloud_events.iter().filter_map(payload).collect()
}

fn at_service() -> Option<String> {
    Some(format!("{SCOPE}/registrations/device1/api-version=2019-03-31"))
}

fn at_hub() -> Option<String> {
    Some(format!("{HUB}/device1/?api-version=2021-04-12"))
}

#[test]
fn whoever_asks_for_command_or_data_mode_is_provisioned_without_packets_and_without_a_restart() {
    for proof in PROVISIONED {
        for (wanted, ends) in MODES {
            let mut lab = proof.lab(LabSettings::default()).found();
            let before = lab.events.len();
            let result = lab.set_up(&ending_in(proof, wanted));
            assert!(is_done(&result), "{proof:?}, {wanted:?}: {result:?}");
            assert_eq!(mode(&lab), Some(ends), "{proof:?}");
            let sent = commands(&lab);
            assert!(!sent.iter().any(|command| command == "ATO2" || command == "AT+CPWROFF"), "{sent:?}");
            assert!(!lab.events[before..].contains(&Event::Restarted));
            assert_eq!(
                coming_and_going(&lab),
                [at_service(), None, at_service(), None, at_hub()],
                "one connection at a time, {proof:?}"
            );
            assert_eq!(published(&lab, REGISTER), 1);
        }
    }
}

#[test]
fn a_registration_alone_ends_in_the_mode_it_was_asked_for_without_a_peer() {
    for proof in PROVISIONED {
        for (wanted, ends) in MODES {
            let mut lab = proof.lab(LabSettings::default()).found();
            let PlanResult::Done { bound } = lab.set_up(&registered_only(ending_in(proof, wanted))) else {
                panic!("{proof:?}: {:?}", lab.events)
            };
            assert!(bound.contains(&("assigned_hub".to_owned(), HUB.to_owned())), "{bound:?}");
            assert_eq!(mode(&lab), Some(ends), "{proof:?}");
            assert_eq!(coming_and_going(&lab), [at_service(), None, at_service(), None]);
            if ends == Mode::Command {
                assert!(is_at_a_prompt_without_peers(&mut lab));
            }
        }
    }
}

#[test]
fn what_is_sent_in_data_mode_afterwards_reaches_the_hub_and_nothing_else_did() {
    let proof = Proof::DpsGroupKey;
    let mut lab = proof.lab(LabSettings::default()).found();
    lab.set_up(&ending_in(proof, profile::Mode::Data));
    lab.wish(Wish::SendData { channel: None, data: b"21.5".to_vec() });
    lab.run_for(Duration::from_secs(2));
    assert_eq!(telemetry(&lab), [b"21.5"]);
}

#[test]
fn a_set_up_after_one_that_ended_in_data_mode_sends_no_command_to_the_cloud() {
    let proof = Proof::DpsKey;
    let mut lab = proof.lab(LabSettings::default()).found();
    for _ in 0..2 {
        let result = lab.set_up(&ending_in(proof, profile::Mode::Data));
        assert!(is_done(&result), "{result:?}");
    }
    lab.run_for(Duration::from_secs(2));
    assert_eq!(telemetry(&lab), [b""; 0], "commands would have been payload");
    assert_eq!(mode(&lab), Some(Mode::Data));
}

#[test]
fn a_hub_that_is_known_is_connected_in_the_mode_that_was_asked_for() {
    let extended = (profile::Mode::Edm, Mode::Extended);
    for (wanted, ends) in MODES.into_iter().chain([extended]) {
        let mut lab = Proof::HubKey.lab(LabSettings::default()).found();
        let result = lab.set_up(&ending_in(Proof::HubKey, wanted));
        assert!(is_done(&result), "{wanted:?}: {result:?}");
        assert_eq!((mode(&lab), coming_and_going(&lab)), (Some(ends), vec![at_hub()]));
    }
}

#[test]
fn a_module_in_extended_data_mode_is_restarted_first_also_if_it_starts_in_it() {
    for stored in [&["AT"][..], &["AT+UMSM=2", "AT&W"]] {
        for (proof, echo) in [
            (Proof::DpsCertificate, Echo::On),
            (Proof::DpsCertificate, Echo::Off),
            (Proof::HubKey, Echo::On),
            (Proof::Thingstream, Echo::Off),
        ] {
            let start = Start { mode: simulator::Mode::Edm, echo, ..Start::default() };
            let mut lab = proof.lab(LabSettings { start, ..LabSettings::default() }).found();
            for command in stored {
                lab.wish(Wish::Send((*command).into()));
                lab.run_for(Duration::from_secs(1));
            }
            let result = lab.set_up(&ending_in(proof, profile::Mode::Command));
            assert!(is_done(&result), "{stored:?}: {result:?}");
            assert_eq!(mode(&lab), Some(Mode::Command));
            let restarts = commands(&lab).iter().filter(|command| *command == "AT+CPWROFF").count();
            assert_eq!(restarts, 1, "{stored:?}");
        }
    }
}

#[test]
fn a_connection_that_an_earlier_set_up_stored_hears_nothing_of_a_registration() {
    let proof = Proof::DpsCertificate;
    let mut lab = proof.lab(LabSettings { seed: 2, ..LabSettings::default() }).found();
    let keeps = After { keep: Some(Keep::Connection), mode: Some(profile::Mode::Data) };
    assert!(is_done(&lab.set_up(&Job { after: Some(keeps), ..proof.job() })));
    lab.run_for(Duration::from_secs(20));
    assert!(lab.cloud_events.len() > 4);
    let result = lab.set_up(&ending_in(proof, profile::Mode::Command));
    assert!(is_done(&result), "{result:?}");
    lab.run_for(Duration::from_secs(20));
    assert_eq!(telemetry(&lab), [b""; 0]);
}

/// How a set-up fails with such a service, in packets and in data mode.
fn both_problems(proof: Proof, dps: impl Fn() -> DpsSettings) -> [Problem; 2] {
    [proof.job(), ending_in(proof, profile::Mode::Command)].map(|job| {
        let mut lab = proof.lab_with(LabSettings::default(), dps()).found();
        let problem = problem(lab.set_up(&job));
        assert!(is_at_a_prompt_without_peers(&mut lab), "{problem:?}");
        problem
    })
}

#[test]
fn every_end_of_a_registration_and_every_refusal_is_told_as_in_packets() {
    let proof = Proof::DpsKey;
    let own = |outcome| Enrolment { outcome, ..proof.enrolment() };
    let failed = Outcome::Failed { code: 400_209, message: "ErrorCode:IotHubUnauthorizedAccess".to_owned() };
    let another = Attestation::Key {
        registration_id: "device1".to_owned(),
        primary: Secret::new("bH/VjcdSOJJtcwx94hePfV8EJ8ivyZ/cXQ7e3i6gcDU="),
        secondary: None,
    };
    let newer = Enrolment { connection_profile: Some("mqttV5".to_owned()), ..proof.enrolment() };
    let cases = [
        (own(failed), "registration failed"),
        (own(Outcome::Disabled), "enrolment is disabled"),
        (own(Outcome::Unassigned), "not assigned to any hub"),
        (newer, "second generation"),
        (Enrolment::new(another, HUB), "does not know the device by this proof"),
        (own(Outcome::Assigned { hub: "elsewhere.azure-devices.net".to_owned() }), "The assigned hub"),
    ];
    for (enrolment, words) in cases {
        for pace in [Pace::Asked, Pace::AtOnce] {
            let dps = || DpsSettings { pace, ..dps_settings(enrolment.clone(), 1, 0) };
            let [in_packets, in_data_mode] = both_problems(proof, dps);
            assert!(in_data_mode.message.contains(words), "{in_data_mode:?}");
            assert_eq!(in_data_mode, in_packets, "{words}, {pace:?}");
        }
    }
    let dps = || DpsSettings { id_scope: "0ne00FFFFFF".to_owned(), ..dps_settings(proof.enrolment(), 0, 0) };
    let [in_packets, in_data_mode] = both_problems(proof, dps);
    assert!(in_data_mode.message.contains("ID scope"), "{in_data_mode:?}");
    assert_eq!(in_data_mode, in_packets);
}

#[test]
fn a_device_that_is_assigned_at_once_is_not_asked_for_and_its_hub_is_connected() {
    for proof in PROVISIONED {
        for job in [proof.job(), ending_in(proof, profile::Mode::Data)] {
            let dps = DpsSettings { pace: Pace::AtOnce, ..dps_settings(proof.enrolment(), 0, 0) };
            let mut lab = proof.lab_with(LabSettings::default(), dps).found();
            let result = lab.set_up(&job);
            assert!(is_done(&result), "{proof:?}, {:?}: {result:?}", job.after);
            assert_eq!(coming_and_going(&lab), [at_service(), None, at_hub()]);
            assert_eq!(published(&lab, POLL), 0);
        }
    }
}

#[test]
fn a_service_that_keeps_a_device_waiting_is_given_up_after_two_minutes_and_never_asked_too_often() {
    let proof = Proof::DpsCertificate;
    for (assigning, throttled, kind, topic) in
        [(u32::MAX, 0, Kind::CloudSilent, POLL), (0, u32::MAX, Kind::CloudRefused, REGISTER)]
    {
        let mut lab = proof
            .lab_with(LabSettings::default(), dps_settings(proof.enrolment(), assigning, throttled))
            .found();
        let started = lab.now;
        let problem = problem(lab.set_up(&ending_in(proof, profile::Mode::Command)));
        assert_eq!(problem.kind, kind, "{problem:?}");
        let took = lab.now.since(started).as_secs();
        assert!((118..180).contains(&took), "{took}");
        assert_eq!(published(&lab, topic), 60);
        // A poll too many would have been answered with 429, which the service that waits never said.
        let is_throttled =
            |event: &Event| matches!(event, Event::Wire(wire) if wire.text().contains("429001"));
        assert_eq!(lab.events.iter().any(is_throttled), throttled > 0);
        assert!(is_at_a_prompt_without_peers(&mut lab));
    }
}

#[test]
fn a_busy_service_is_asked_again_until_it_registers_the_device() {
    let proof = Proof::DpsKey;
    let mut lab = proof.lab_with(LabSettings::default(), dps_settings(proof.enrolment(), 2, 2)).found();
    let result = lab.set_up(&ending_in(proof, profile::Mode::Command));
    assert!(is_done(&result), "{result:?}");
    assert_eq!((published(&lab, REGISTER), published(&lab, POLL)), (3, 3));
}

#[test]
fn a_service_that_hangs_up_at_any_moment_is_told_from_a_module_that_is_silent() {
    let proof = Proof::DpsKey;
    let mut hung_up = 0;
    for seconds in [3, 4, 5, 6] {
        for seed in 0..24 {
            let faults: Faults =
                [format!("drop-after={seconds}").parse::<Fault>().unwrap()].into_iter().collect();
            let settings = LabSettings { faults, ..with_seed(seed) };
            let mut lab = proof.lab_with(settings, dps_settings(proof.enrolment(), 3, 0)).found();
            let result = lab.set_up(&ending_in(proof, profile::Mode::Command));
            let PlanResult::Failed(problem) = result else { continue };
            assert_eq!(problem.kind, Kind::CloudUnreachable, "{seconds}, {seed}: {problem:?}");
            hung_up += usize::from(problem.message.contains("ended the connection"));
            assert!(is_at_a_prompt_without_peers(&mut lab), "{seconds}, {seed}: {:?}", lab.events);
        }
    }
    assert!(hung_up > 10, "{hung_up}");
}

#[test]
fn a_registration_ends_in_success_or_a_cause_under_every_fault_that_concerns_it() {
    let proof = Proof::DpsGroupKey;
    let job = ending_in(proof, profile::Mode::Data);
    for fault in [
        "reset-during=O1",
        "hang-during=O1",
        "reset-during=UDCPC",
        "hang-during=UDCPC",
        "reset-during=UDDRP",
        "hang-during=UDDRP",
        "reset-during=UDCP",
        "reset-during=UDUV",
        "split-frames",
        "urc-between",
        "double-spacing",
        "late-banner",
        "link-storm",
        "udcp-error=2",
        "udcp-fails=2",
        "drop-after=1",
        "drop-after=4",
        "drop-after=20",
        "lost-bytes=50",
        "lost-bytes=97",
        "lost-bytes=300",
    ] {
        set_up_under((proof, &job), fault);
    }
}

#[test]
fn a_slow_line_keeps_the_silence_around_the_escape() {
    let proof = Proof::DpsKey;
    for speed in [9600, 921_600] {
        let line = simulator::LineSettings { baud_rate: speed, ..Default::default() };
        let start = Start { line, ..Start::default() };
        let payload = format!(r#"{{ "x": "{}" }}"#, "y".repeat(800));
        let mut job = ending_in(proof, profile::Mode::Command);
        let Cloud::AzureDps(dps) = &mut job.cloud else { panic!() };
        dps.payload = Some(payload);
        for after in [0, 100, 400, 900, 1500] {
            let mut lab =
                proof.lab(LabSettings { speed, start: start.clone(), ..LabSettings::default() }).found();
            let plan = lab.plan(&job);
            lab.wish(Wish::Run(plan));
            let registers = |lab: &Lab| {
                lab.events
                    .iter()
                    .any(|event| matches!(event, Event::Wire(wire) if wire.text().contains("registrationId")))
            };
            assert!(lab.run_until(Duration::from_secs(60), registers));
            lab.run_for(Duration::from_millis(after));
            lab.wish(Wish::Cancel);
            assert!(lab.run_until_idle(Duration::from_secs(60)));
            assert!(is_at_a_prompt_without_peers(&mut lab), "{speed}, {after}: {:?}", lab.events);
        }
    }
}

/// A lab whose answers are long, so that there is much to cut.
fn talkative(proof: Proof, settings: LabSettings) -> Lab {
    let payload = Some(serde_json::json!({ "text": "grüß dich } { \" ".repeat(40) }));
    let enrolment = Enrolment { payload, ..proof.enrolment() };
    proof.lab_with(settings, dps_settings(enrolment, 2, 1))
}

fn any_proof() -> impl Strategy<Value = Proof> {
    prop::sample::select(PROVISIONED.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever the timing, and wherever the reading cuts what comes.
    #[test]
    fn every_device_is_provisioned_in_data_mode_wherever_its_answers_are_cut(
        proof in any_proof(),
        seed in any::<u64>(),
        read_size in 1_usize..200,
        which in 0..2_usize,
    ) {
        let mut lab = talkative(proof, LabSettings { read_size, ..with_seed(seed) }).found();
        let (wanted, ends) = MODES[which];
        let result = lab.set_up(&ending_in(proof, wanted));
        prop_assert!(is_done(&result), "{:?}", result);
        prop_assert_eq!(mode(&lab), Some(ends));
        prop_assert_eq!((published(&lab, REGISTER), published(&lab, POLL)), (2, 3));
    }

    /// Wherever a person presses Cancel, the module answers at a prompt afterwards, and has no connection left.
    #[test]
    fn a_registration_in_data_mode_cancelled_anywhere_leaves_the_module_at_a_prompt(
        proof in any_proof(),
        after in 0_u64..45_000,
        seed in 0_u64..1000,
    ) {
        let mut lab = talkative(proof, with_seed(seed)).found();
        let plan = lab.plan(&ending_in(proof, profile::Mode::Data));
        lab.wish(Wish::Run(plan));
        lab.run_for(Duration::from_millis(after));
        let is_over = |event: &Event| matches!(event, Event::Plan(PlanEvent::Finished(_)));
        let was_over = lab.events.iter().any(is_over);
        lab.wish(Wish::Cancel);
        prop_assert!(lab.run_until_idle(Duration::from_secs(120)));
        prop_assert!(was_over || is_at_a_prompt_without_peers(&mut lab), "{:?}", lab.events);
    }
}
