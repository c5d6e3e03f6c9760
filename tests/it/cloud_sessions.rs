//! The engine against the simulated module, a make-believe Thingstream and a make-believe Azure, in virtual time: set-ups
//! with every proof, whatever the module's timing, under every fault, cancelled anywhere. A set-up ends connected or with
//! a cause, within bounds, and no event tells a secret. What real programs do is tested in `clouds`.

use std::sync::OnceLock;
use std::time::Duration;

use proptest::prelude::*;
use xpress_center::cloud::{
    self, Attestation, Azure, AzureDps, AzureHub, Cloud, DpsSettings, Enrolment, HubDevice, HubProof,
    HubSettings, Outcome, Pace, Thing, Thingstream, ThingstreamSettings,
};
use xpress_center::credential::make::{NewKey, Pair, Validity};
use xpress_center::credential::sas;
use xpress_center::moment::UnixTime;
use xpress_center::plan::Mode;
use xpress_center::problem::{Fault as Whose, Kind, Problem};
use xpress_center::profile::{self, After, Job, Keep};
use xpress_center::secret::Secret;
use xpress_center::session::{Event, PeerEvent, PlanEvent, PlanResult, WireKind, Wish};
use xpress_center::simulator::{self, Echo, Fault, Faults, Start};

use crate::clouds::{DPS, GROUP_KEY, HUB, KEY, PASSWORD, SCOPE, THING, THINGSTREAM, USER};
use crate::support::lab::{self, Lab, LabSettings, PASSPHRASE, TODAY, job_with};

/// With what a device proves itself, and to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    Thingstream,
    HubCertificate,
    HubKey,
    HubToken,
    DpsCertificate,
    DpsKey,
    DpsGroupKey,
}

const ALL: [Proof; 7] = [
    Proof::Thingstream,
    Proof::HubCertificate,
    Proof::HubKey,
    Proof::HubToken,
    Proof::DpsCertificate,
    Proof::DpsKey,
    Proof::DpsGroupKey,
];
pub(crate) const PROVISIONED: [Proof; 3] = [Proof::DpsCertificate, Proof::DpsKey, Proof::DpsGroupKey];

/// What the clouds show, made once for all labs.
struct Servers {
    thingstream: Pair,
    hub: Pair,
    dps: Pair,
}

fn servers() -> &'static Servers {
    static SERVERS: OnceLock<Servers> = OnceLock::new();
    SERVERS.get_or_init(|| {
        let validity =
            Validity { not_before: UnixTime(TODAY.0 - 86_400), not_after: UnixTime(TODAY.0 + 86_400 * 30) };
        let server = |host| lab::account().authority.server(host, NewKey::P256, validity).unwrap();
        Servers { thingstream: server(THINGSTREAM), hub: server(HUB), dps: server(DPS) }
    })
}

fn authority() -> Vec<u8> {
    lab::account().authority.certificate().der().to_vec()
}

fn token() -> &'static str {
    static TOKEN: OnceLock<String> = OnceLock::new();
    TOKEN.get_or_init(|| {
        let expires = UnixTime(TODAY.0 + 86_400);
        let token = sas::token(&format!("{HUB}/devices/device1"), &Secret::new(KEY), expires, None);
        token.unwrap().reveal().to_owned()
    })
}

impl Proof {
    pub(crate) fn job(self) -> Job {
        const WIFI: &str =
            r#""ssid": "lab-ap", "security": "wpa-psk", "passphrase": { "env": "WIFI_PASSPHRASE" }"#;
        let (keys, secret) = self.profile();
        let secrets: Vec<(&str, &str)> = secret.into_iter().collect();
        let profile = format!(
            r#"{{ "version": 1, "wifi": {{ {WIFI} }}, "cloud": {{ {keys}, "ca": {{ "file": "root.pem" }} }} }}"#
        );
        job_with(&profile, &secrets)
    }

    /// The keys of its cloud, and the field of its secret with the secret.
    fn profile(self) -> (String, Option<(&'static str, &'static str)>) {
        let identity = r#""certificate": { "file": "device.pem" }, "private_key": { "file": "device.key" }"#;
        let secret = |key: &str| format!(r#""{key}": {{ "env": "CLOUD_SECRET" }}"#);
        let hub =
            |kind, proof| format!(r#""kind": "{kind}", "hub": "{HUB}", "device_id": "device1", {proof}"#);
        let dps = |proof| {
            format!(r#""kind": "azure-dps", "id_scope": "{SCOPE}", "registration_id": "device1", {proof}"#)
        };
        match self {
            Self::Thingstream => (
                format!(
                    r#""kind": "thingstream", "client_id": "{THING}", "username": "{USER}", {},
                    "publish_topic": "up", "subscribe_topic": "down""#,
                    secret("password")
                ),
                Some(("cloud.password", PASSWORD)),
            ),
            Self::HubCertificate => (hub("azure-x509", identity.to_owned()), None),
            Self::HubKey => (hub("azure-sas", secret("key")), Some(("cloud.key", KEY))),
            Self::HubToken => (hub("azure-sas", secret("token")), Some(("cloud.token", token()))),
            Self::DpsCertificate => (dps(identity.to_owned()), None),
            Self::DpsKey => (dps(secret("key")), Some(("cloud.key", KEY))),
            Self::DpsGroupKey => (dps(secret("group_key")), Some(("cloud.group_key", GROUP_KEY))),
        }
    }

    pub(crate) fn enrolment(self) -> Enrolment {
        let (group, registration_id) = ("gateways".to_owned(), "device1".to_owned());
        let attestation = match self {
            Self::DpsKey => Attestation::Key { registration_id, primary: Secret::new(KEY), secondary: None },
            Self::DpsGroupKey => {
                Attestation::GroupKey { group, primary: Secret::new(GROUP_KEY), secondary: None }
            }
            _ => Attestation::GroupAuthority { group, authority: authority() },
        };
        Enrolment::new(attestation, HUB)
    }

    pub(crate) fn lab(self, settings: LabSettings) -> Lab {
        let assigning = u32::try_from(settings.seed % 3).unwrap();
        self.lab_with(settings, dps_settings(self.enrolment(), assigning, 0))
    }

    pub(crate) fn lab_with(self, settings: LabSettings, dps: DpsSettings) -> Lab {
        let hosts: &[&str] = if self == Self::Thingstream { &[THINGSTREAM] } else { &[HUB, DPS] };
        let cloud: Box<dyn Cloud> = match self {
            Self::Thingstream => Box::new(thingstream()),
            Self::HubCertificate => Box::new(hub(vec![HubProof::SignedCertificate])),
            Self::HubKey | Self::HubToken => {
                Box::new(hub(vec![HubProof::Keys { primary: Secret::new(KEY), secondary: None }]))
            }
            Self::DpsCertificate | Self::DpsKey | Self::DpsGroupKey => {
                Box::new(Azure::new(AzureDps::new(dps, TODAY).unwrap(), vec![hub(vec![])]))
            }
        };
        Lab::with_cloud(settings, hosts, cloud)
    }

    /// What no event may show; a key derived from a group's counts too.
    pub(crate) fn secrets(self) -> Vec<String> {
        let derived = sas::derived_key(&Secret::new(GROUP_KEY), "device1").unwrap();
        let key = lab::account().device.key_pem().reveal().to_owned();
        let body: String = key.lines().filter(|line| !line.starts_with("---")).collect();
        let pieces = body.as_bytes().windows(16).map(|piece| String::from_utf8_lossy(piece).into_owned());
        let own = self.profile().1.map(|(_, secret)| secret.to_owned());
        let all = [PASSPHRASE, derived.reveal(), "sig=", "%3D&se"].map(str::to_owned);
        pieces.chain(own).chain(all).collect()
    }
}

fn thingstream() -> Thingstream {
    let thing = Thing { client_id: THING.to_owned(), user: USER.to_owned(), password: Secret::new(PASSWORD) };
    let server = servers().thingstream.clone();
    Thingstream::new(ThingstreamSettings { server, things: vec![thing], echoes: vec![] }, TODAY).unwrap()
}

pub(crate) fn hub(proofs: Vec<HubProof>) -> AzureHub {
    let settings = HubSettings {
        host: HUB.to_owned(),
        server: servers().hub.clone(),
        devices: proofs.into_iter().map(|proof| HubDevice::new("device1", proof)).collect(),
        authorities: vec![authority()],
        policies: vec![],
    };
    AzureHub::new(settings, TODAY).unwrap()
}

pub(crate) fn dps_settings(enrolment: Enrolment, assigning: u32, throttled: u32) -> DpsSettings {
    DpsSettings {
        host: DPS.to_owned(),
        server: servers().dps.clone(),
        id_scope: SCOPE.to_owned(),
        enrolments: vec![enrolment],
        assigning,
        retry_after: 3,
        throttled,
        pace: Pace::Asked,
    }
}

pub(crate) fn with_seed(seed: u64) -> LabSettings {
    LabSettings { seed, ..LabSettings::default() }
}

pub(crate) fn problem(result: PlanResult) -> Problem {
    match result {
        PlanResult::Failed(problem) => problem,
        other => panic!("{other:?}"),
    }
}

/// How often messages were published on topics that begin like this.
pub(crate) fn published(lab: &Lab, start: &str) -> usize {
    let is_wanted = |event: &&cloud::Event| matches!(event, cloud::Event::Published { topic, .. } if topic.starts_with(start));
    lab.cloud_events.iter().filter(is_wanted).count()
}

pub(crate) const REGISTER: &str = "$dps/registrations/PUT/";
pub(crate) const POLL: &str = "$dps/registrations/GET/";

/// Client IDs with their user names in the order of their connections, and `None` for each that has left.
pub(crate) fn coming_and_going(lab: &Lab) -> Vec<Option<String>> {
    let told = |event: &cloud::Event| match event {
        cloud::Event::Connected { user, .. } => Some(user.clone()),
        cloud::Event::Disconnected { .. } => Some(None),
        _ => None,
    };
    lab.cloud_events.iter().filter_map(told).collect()
}

/// The module answers at a prompt, and no peer is open.
pub(crate) fn is_at_a_prompt_without_peers(lab: &mut Lab) -> bool {
    let before = lab.events.len();
    lab.wish(Wish::Send("AT+UDLP?".into()));
    let wires = |lab: &Lab, kind: WireKind| -> Vec<String> {
        let of_kind = |event: &Event| match event {
            Event::Wire(wire) if wire.kind == kind => Some(wire.text().into_owned()),
            _ => None,
        };
        lab.events[before..].iter().filter_map(of_kind).collect()
    };
    lab.run_until(Duration::from_secs(5), |lab| !wires(lab, WireKind::Ok).is_empty())
        && wires(lab, WireKind::Answer).iter().all(|line| !line.contains("\"mqtt\""))
}

#[test]
fn every_proof_connects_a_factory_new_module() {
    for proof in ALL {
        let mut lab = proof.lab(LabSettings::default()).found();
        let PlanResult::Done { bound } = lab.set_up(&proof.job()) else {
            panic!("{proof:?}: {:?}", lab.events)
        };
        let hub = bound.iter().any(|(name, value)| name == "assigned_hub" && value == HUB);
        assert_eq!(hub, PROVISIONED.contains(&proof), "{proof:?}: {bound:?}");
    }
}

#[test]
fn every_proof_connects_a_module_in_any_mode_with_and_without_echo() {
    for proof in ALL {
        for (mode, echo) in [
            (simulator::Mode::Command, Echo::Off),
            (simulator::Mode::Data, Echo::On),
            (simulator::Mode::Edm, Echo::On),
            (simulator::Mode::Edm, Echo::Off),
        ] {
            let start = Start { mode, echo, ..Start::default() };
            let mut lab = proof.lab(LabSettings { start, ..LabSettings::default() }).found();
            let result = lab.set_up(&proof.job());
            assert!(matches!(result, PlanResult::Done { .. }), "{proof:?}, {mode:?}, {echo:?}: {result:?}");
        }
    }
}

#[test]
fn the_provisioning_service_is_left_before_the_hub_is_connected() {
    for proof in PROVISIONED {
        let mut lab = proof.lab(LabSettings::default()).found();
        assert!(matches!(lab.set_up(&proof.job()), PlanResult::Done { .. }));
        let service = format!("{SCOPE}/registrations/device1/api-version=2019-03-31");
        let hub = format!("{HUB}/device1/?api-version=2021-04-12");
        assert_eq!(coming_and_going(&lab), [Some(service), None, Some(hub)], "{proof:?}");
    }
}

#[test]
fn messages_go_out_in_packets_after_a_provisioning() {
    let mut lab = Proof::DpsGroupKey.lab(LabSettings::default()).found();
    lab.set_up(&Proof::DpsGroupKey.job());
    let channel = lab.events.iter().rev().find_map(|event| match event {
        Event::Peer(PeerEvent::Connected { channel, .. }) => *channel,
        _ => None,
    });
    let all_bytes: Vec<u8> = (0..=255).collect();
    lab.wish(Wish::SendData { channel, data: all_bytes.clone() });
    lab.run_for(Duration::from_secs(2));
    let is_telemetry = |event: &cloud::Event| matches!(event, cloud::Event::Telemetry { device_id, payload, .. } if device_id == "device1" && *payload == all_bytes);
    assert!(lab.cloud_events.iter().any(is_telemetry), "{:?}", lab.cloud_events);
    assert!(lab.events.contains(&Event::Mode(Some(Mode::Extended))));
}

#[test]
fn a_service_that_never_assigns_a_hub_is_given_up_after_two_minutes_and_never_asked_too_often() {
    let proof = Proof::DpsCertificate;
    let dps = dps_settings(proof.enrolment(), u32::MAX, 0);
    let mut lab = proof.lab_with(LabSettings::default(), dps).found();
    let started = lab.now;
    let problem = problem(lab.set_up(&proof.job()));
    assert_eq!(problem.kind, Kind::CloudSilent);
    assert!(problem.message.contains("not assigned a hub"), "{problem:?}");
    let took = lab.now.since(started);
    assert!((120..180).contains(&took.as_secs()), "{took:?}");
    assert_eq!(published(&lab, POLL), 60);
    // Every answer was `assigning`: a poll too many would have been answered with 429.
    let is_throttled = |event: &Event| matches!(event, Event::Wire(wire) if wire.text().contains("429001"));
    assert!(!lab.events.iter().any(is_throttled));
    assert!(is_at_a_prompt_without_peers(&mut lab));
}

#[test]
fn a_service_that_is_always_too_busy_to_register_anybody_is_given_up_after_two_minutes() {
    let proof = Proof::DpsKey;
    let dps = dps_settings(proof.enrolment(), 0, u32::MAX);
    let mut lab = proof.lab_with(LabSettings::default(), dps).found();
    let started = lab.now;
    let problem = problem(lab.set_up(&proof.job()));
    assert_eq!(problem.kind, Kind::CloudRefused);
    assert!(problem.message.contains("too busy"), "{problem:?}");
    let took = lab.now.since(started);
    assert!((118..180).contains(&took.as_secs()), "{took:?}");
    assert_eq!(published(&lab, REGISTER), 60);
    assert!(is_at_a_prompt_without_peers(&mut lab));
}

#[test]
fn a_set_up_cancelled_while_its_last_peer_closes_ends_when_that_is_closed() {
    let proof = Proof::DpsCertificate;
    let mut lab = proof.lab(LabSettings::default()).found();
    let plan = lab.plan(&proof.job());
    lab.wish(Wish::Run(plan));
    let closes = |lab: &Lab| {
        let wires = lab.events.iter().filter_map(|event| match event {
            Event::Wire(wire) => Some(wire.text().into_owned()),
            _ => None,
        });
        let texts: Vec<String> = wires.collect();
        let sent = texts.iter().filter(|text| text.starts_with("AT+UDCPC=")).count();
        sent == 2 && texts.last().is_some_and(|text| text == "OK")
    };
    assert!(lab.run_until(Duration::from_secs(60), closes), "{:?}", lab.events);
    lab.wish(Wish::Cancel);
    assert!(lab.run_until_idle(Duration::from_secs(60)));
    assert!(lab.events.contains(&Event::Plan(PlanEvent::Finished(PlanResult::Cancelled))));
    assert!(is_at_a_prompt_without_peers(&mut lab), "{:?}", lab.events);
}

#[test]
fn an_answer_that_comes_in_several_packets_is_put_together() {
    let proof = Proof::DpsKey;
    let enrolment = Enrolment {
        payload: Some(serde_json::json!({ "text": "grüß dich, ".repeat(900) })),
        ..proof.enrolment()
    };
    let mut lab = proof.lab_with(LabSettings::default(), dps_settings(enrolment, 0, 0)).found();
    let result = lab.set_up(&proof.job());
    assert!(matches!(result, PlanResult::Done { .. }), "{result:?}");
}

#[test]
fn a_registration_that_fails_leaves_no_peer_behind() {
    let proof = Proof::DpsKey;
    let enrolment = Enrolment { outcome: Outcome::Unassigned, ..proof.enrolment() };
    let mut lab = proof.lab_with(LabSettings::default(), dps_settings(enrolment, 1, 0)).found();
    assert_eq!(problem(lab.set_up(&proof.job())).kind, Kind::CloudRefused);
    assert!(is_at_a_prompt_without_peers(&mut lab));
}

/// Every fault with a value that lets it strike; what may come of it.
#[test]
fn every_fault_ends_in_success_or_in_a_problem_that_says_whose_fault_it_is_and_what_to_do() {
    for proof in [Proof::Thingstream, Proof::HubKey, Proof::DpsGroupKey] {
        for (written, _) in Fault::NAMES {
            let values: &[&str] = match written.split_once('=') {
                None => &[""],
                Some((_, "COMMAND")) => &["=UDCP", "=UDUV", "=UDCPC", "=O2", "=UDLP"],
                Some((_, "SECONDS")) => &["=1", "=4", "=20"],
                Some(_) => &["=1", "=2", "=7", "=50", "=97", "=300"],
            };
            for value in values {
                set_up_under(
                    (proof, &proof.job()),
                    &format!("{}{value}", written.split('=').next().unwrap()),
                );
            }
        }
    }
}

pub(crate) fn set_up_under((proof, job): (Proof, &Job), name: &str) {
    let faults: Faults = [name.parse::<Fault>().unwrap()].into_iter().collect();
    let mut lab = proof.lab(LabSettings { faults, ..LabSettings::default() });
    lab.open();
    assert!(lab.run_until_idle(Duration::from_secs(120)), "{proof:?}, {name}: finding the module hangs");
    if lab.events.iter().any(|event| matches!(event, Event::Identified(_))) {
        match lab.try_set_up(job) {
            PlanResult::Done { .. } => {}
            PlanResult::Failed(problem) => {
                assert!(
                    !problem.message.is_empty() && !problem.help.is_empty(),
                    "{proof:?}, {name}: {problem:?}"
                );
                let whose = problem.kind.fault();
                assert!(!matches!(whose, Whose::Program | Whose::Input), "{proof:?}, {name}: {problem:?}");
            }
            PlanResult::Cancelled => panic!("{proof:?}, {name}: nobody cancelled"),
        }
    }
    // What comes late may be what was hidden in time.
    lab.run_for(Duration::from_secs(30));
    assert_no_secret_is_told(proof, &lab, name);
}

pub(crate) fn assert_no_secret_is_told(proof: Proof, lab: &Lab, name: &str) {
    let mut told = format!("{:?}", lab.events);
    for event in &lab.events {
        if let Event::Wire(wire) = event {
            told.push_str(&String::from_utf8_lossy(&wire.bytes));
        }
    }
    for secret in proof.secrets() {
        assert!(!told.contains(&secret), "{proof:?}, {name}: a secret was told");
    }
}

#[test]
fn a_root_that_is_on_the_module_already_is_not_uploaded_again() {
    let mut lab = Proof::HubKey.lab(LabSettings::default()).found();
    assert!(matches!(lab.set_up(&Proof::HubKey.job()), PlanResult::Done { .. }));
    let uploads = |lab: &Lab| {
        let is_upload =
            |event: &&Event| matches!(event, Event::Wire(wire) if wire.text().starts_with("AT+USECMNG=0,"));
        lab.events.iter().filter(is_upload).count()
    };
    let before = uploads(&lab);
    assert!(matches!(lab.set_up(&Proof::HubKey.job()), PlanResult::Done { .. }));
    assert_eq!(uploads(&lab), before);
}

/// A job whose module is restarted at the end.
fn restarting(proof: Proof, keep: Keep, mode: profile::Mode) -> Job {
    Job { after: Some(After { keep: Some(keep), mode: Some(mode) }), ..proof.job() }
}

fn connections(lab: &Lab) -> usize {
    coming_and_going(lab).iter().filter(|user| user.is_some()).count()
}

#[test]
fn a_module_that_keeps_its_network_alone_is_connected_again_after_its_restart_with_a_new_token() {
    for proof in ALL {
        for mode in [profile::Mode::Command, profile::Mode::Data, profile::Mode::Edm] {
            let mut lab = proof.lab(LabSettings::default()).found();
            let result = lab.set_up(&restarting(proof, Keep::Wifi, mode));
            assert!(matches!(result, PlanResult::Done { .. }), "{proof:?}, {mode:?}: {result:?}");
            let before_the_restart = match mode {
                _ if !PROVISIONED.contains(&proof) => 1,
                profile::Mode::Edm => 2,
                // One peer after the other.
                profile::Mode::Command | profile::Mode::Data => 3,
            };
            assert_eq!(connections(&lab), before_the_restart + 1, "{proof:?}, {mode:?}");
        }
    }
}

#[test]
fn a_module_that_keeps_its_connection_makes_it_by_itself_after_its_restart() {
    for proof in [Proof::Thingstream, Proof::HubCertificate, Proof::DpsCertificate] {
        let mut lab = proof.lab(LabSettings::default()).found();
        let result = lab.set_up(&restarting(proof, Keep::Connection, profile::Mode::Data));
        assert!(matches!(result, PlanResult::Done { .. }), "{proof:?}: {result:?}");
        lab.run_for(Duration::from_secs(20));
        let before_the_restart = if PROVISIONED.contains(&proof) { 3 } else { 1 };
        assert_eq!(connections(&lab), before_the_restart + 1, "{proof:?}");
    }
}

#[test]
fn every_family_that_can_is_set_up_with_every_proof() {
    for (model, firmware) in
        [("NINA-W132", "3.0.0-013"), ("NINA-W156", "5.2.2-001"), ("NINA-W152", "3.1.0-001")]
    {
        for proof in ALL {
            let mut lab = proof.lab(LabSettings { model, firmware, ..LabSettings::default() }).found();
            let result = lab.set_up(&proof.job());
            assert!(matches!(result, PlanResult::Done { .. }), "{model}, {proof:?}: {result:?}");
        }
    }
    for proof in [Proof::Thingstream, Proof::HubCertificate] {
        let settings = LabSettings { model: "ODIN-W262", firmware: "7.1.0-020", ..LabSettings::default() };
        let result = proof.lab(settings).found().set_up(&proof.job());
        assert!(matches!(result, PlanResult::Done { .. }), "{proof:?}: {result:?}");
    }
}

#[test]
fn a_connection_that_fails_twice_is_made_the_third_time_whichever_it_is() {
    for proof in ALL {
        for fault in ["udcp-error=2", "udcp-fails=2"] {
            let faults: Faults = [fault.parse::<Fault>().unwrap()].into_iter().collect();
            let mut lab = proof.lab(LabSettings { faults, ..LabSettings::default() }).found();
            let result = lab.set_up(&proof.job());
            assert!(matches!(result, PlanResult::Done { .. }), "{proof:?}, {fault}: {result:?}");
        }
    }
}

#[test]
fn a_failed_provisioning_is_tried_again_from_the_top_without_uploads() {
    let proof = Proof::DpsCertificate;
    let dps = dps_settings(proof.enrolment(), 0, u32::MAX);
    let mut lab = proof.lab_with(LabSettings::default(), dps).found();
    problem(lab.set_up(&proof.job()));
    lab.cloud = Box::new(Azure::new(
        AzureDps::new(dps_settings(proof.enrolment(), 0, 0), TODAY).unwrap(),
        vec![hub(vec![])],
    ));
    let result = lab.set_up(&proof.job());
    assert!(matches!(result, PlanResult::Done { .. }), "{result:?}");
    let is_upload = |event: &&Event| matches!(event, Event::Wire(wire) if wire.kind == WireKind::Command && wire.text().starts_with("AT+USECMNG=0,"));
    let uploads = lab.events.iter().filter(is_upload);
    assert_eq!(uploads.count(), 3, "root, certificate and key, once each");
}

fn any_proof() -> impl Strategy<Value = Proof> {
    prop::sample::select(ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Timing that nobody has thought of: seeds decide how long a module takes for everything.
    #[test]
    fn every_module_is_set_up_whatever_its_timing(proof in any_proof(), seed in any::<u64>()) {
        let mut lab = proof.lab(with_seed(seed)).found();
        let result = lab.set_up(&proof.job());
        prop_assert!(matches!(result, PlanResult::Done { .. }), "{:?}", result);
    }

    /// Wherever a person presses Cancel, the module answers at a prompt afterwards, and has no connection left.
    #[test]
    fn a_set_up_cancelled_anywhere_leaves_the_module_at_a_prompt(
        proof in any_proof(),
        after in 0u64..26_000,
        seed in 0u64..1000,
    ) {
        let mut lab = proof.lab(with_seed(seed)).found();
        let plan = lab.plan(&proof.job());
        lab.wish(Wish::Run(plan));
        lab.run_for(Duration::from_millis(after));
        let is_over = |event: &Event| matches!(event, Event::Plan(PlanEvent::Finished(_)));
        let was_over = lab.events.iter().any(is_over);
        lab.wish(Wish::Cancel);
        prop_assert!(lab.run_until_idle(Duration::from_secs(120)));
        let answers = is_at_a_prompt_without_peers(&mut lab);
        prop_assert!(answers || was_over, "{:?}", lab.events);
    }
}
