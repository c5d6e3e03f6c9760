//! What is stored on the module, looked at and changed through the session, in virtual time: lists of every generation of
//! firmware, uploads that tell how far they are, removals, and each way in which one of them can break off.

use std::time::Duration;

use proptest::prelude::*;
use xpress_center::module::{CredentialKind, StoredCredential};
use xpress_center::plan::{Mode, Upload};
use xpress_center::problem::{Kind, Problem};
use xpress_center::secret::Secret;
use xpress_center::session::{Event, Input, LineChange, LineEvent, StoreEvent, WireKind, Wish};
use xpress_center::simulator::{Fault, Start, Stored};

use crate::support::lab::{self, Lab, LabSettings};

const LONG: Duration = Duration::from_secs(60);

fn root_pem() -> String {
    lab::account().authority.certificate_pem()
}

fn root() -> Upload {
    let certificate = xpress_center::credential::Certificate::parse(root_pem().as_bytes()).unwrap();
    Upload {
        kind: CredentialKind::TrustedRoot,
        name: "root.pem".to_owned(),
        pem: Secret::new(root_pem()),
        password: None,
        md5: Some(certificate.md5()),
    }
}

fn key() -> Upload {
    let (_, key) = lab::device_files();
    let (name, md5) = ("device.key".to_owned(), key.md5());
    Upload { kind: CredentialKind::PrivateKey, name, pem: key.pem(), password: None, md5 }
}

/// A lab whose module holds the root under this name.
fn holding_root_as(name: &str, model: &'static str, firmware: &'static str) -> Lab {
    let stored =
        Stored { kind: CredentialKind::TrustedRoot, name: name.to_owned(), pem: Secret::new(root_pem()) };
    let start = Start { stored: vec![stored], ..Start::default() };
    Lab::connected(LabSettings { start, model, firmware, ..LabSettings::default() })
}

fn with_faults(names: &[&str]) -> Lab {
    let faults = names.iter().map(|name| name.parse::<Fault>().unwrap()).collect();
    Lab::connected(LabSettings { faults, ..LabSettings::default() })
}

/// Carries the wish out and gives what was told of the store.
fn carry_out(lab: &mut Lab, wish: Wish) -> Vec<StoreEvent> {
    let before = lab.events.len();
    lab.wish(wish);
    assert!(lab.run_until_idle(LONG), "it never ends: {:?}", &lab.events[before..]);
    told(lab, before)
}

fn told(lab: &Lab, from: usize) -> Vec<StoreEvent> {
    let store = |event: &Event| if let Event::Store(event) = event { Some(event.clone()) } else { None };
    lab.events[from..].iter().filter_map(store).collect()
}

fn list(events: &[StoreEvent]) -> &[StoredCredential] {
    let listed = |event: &&StoreEvent| matches!(event, StoreEvent::Listed(_));
    match events.iter().rfind(listed) {
        Some(StoreEvent::Listed(entries)) => entries,
        _ => panic!("no list in {events:?}"),
    }
}

fn failure(events: &[StoreEvent]) -> &Problem {
    let failed = |event: &StoreEvent| matches!(event, StoreEvent::Failed(_));
    match events.iter().find(|event| failed(event)) {
        Some(StoreEvent::Failed(problem)) => problem,
        _ => panic!("no failure in {events:?}"),
    }
}

fn steps(events: &[StoreEvent]) -> Vec<(usize, usize)> {
    let written = |event: &StoreEvent| match event {
        StoreEvent::Written { bytes, of } => Some((*bytes, *of)),
        _ => None,
    };
    events.iter().filter_map(written).collect()
}

/// How many uploads have left, by what crossed the wire.
fn uploads(lab: &Lab) -> usize {
    let upload = |event: &&Event| matches!(event, Event::Wire(wire) if wire.kind == WireKind::Upload);
    lab.events.iter().filter(upload).count()
}

fn answers(lab: &mut Lab) -> bool {
    let before = lab.events.len();
    lab.wish(Wish::Send("AT".into()));
    lab.run_until(Duration::from_secs(5), |lab| {
        let ok = |event: &Event| matches!(event, Event::Wire(wire) if wire.kind == WireKind::Ok);
        lab.events[before..].iter().any(ok)
    })
}

#[test]
fn lists_of_every_generation_are_read_and_each_md5_is_known() {
    for (model, firmware, subject) in [
        ("NINA-W132", "2.1.0-017", None),
        ("NINA-W152", "4.0.0-006", None),
        ("ODIN-W260", "7.0.0-001", None),
        ("NINA-W156", "5.0.0-028", Some("CN=Lab root")),
    ] {
        let mut lab = holding_root_as("ca.pem", model, firmware);
        let told = carry_out(&mut lab, Wish::ListStored);
        let [entry] = list(&told) else { panic!("{told:?}") };
        assert!(entry.is(CredentialKind::TrustedRoot, "ca.pem"), "{entry:?}");
        assert_eq!(entry.md5, root().md5, "{firmware}");
        assert_eq!(entry.subject.as_deref(), subject, "{firmware}");
        assert_eq!(entry.expiry.is_some(), subject.is_some(), "{firmware}");
    }
}

#[test]
fn an_upload_tells_how_far_it_is_and_then_that_it_is_stored() {
    for mode in [Mode::Command, Mode::Extended] {
        let mut lab = Lab::connected(LabSettings::default());
        lab.wish(Wish::Enter(mode));
        lab.run_until_idle(LONG);
        let told = carry_out(&mut lab, Wish::Store(root()));
        let (steps, whole) = (steps(&told), root_pem().len());
        assert_eq!((steps.first(), steps.last()), (Some(&(0, whole)), Some(&(whole, whole))), "{mode:?}");
        assert!(steps.is_sorted() && steps.len() > 2, "{steps:?}");
        let stored = StoreEvent::Stored {
            kind: CredentialKind::TrustedRoot,
            name: "root.pem".into(),
            md5: root().md5,
        };
        assert!(told.contains(&stored), "{told:?}");
        assert_eq!(list(&told).len(), 1);
    }
}

#[test]
fn what_is_there_already_under_any_name_is_not_uploaded_again() {
    let mut lab = holding_root_as("ca.pem", "NINA-W152", "4.0.0-006");
    let told = carry_out(&mut lab, Wish::Store(root()));
    let there = StoreEvent::AlreadyThere { kind: CredentialKind::TrustedRoot, name: "ca.pem".into() };
    assert_eq!((told.first(), uploads(&lab)), (Some(&there), 0));
    assert_eq!(list(&told).len(), 1);
}

#[test]
fn the_same_content_of_another_kind_is_another_thing() {
    let mut lab = holding_root_as("ca.pem", "NINA-W152", "4.0.0-006");
    let told = carry_out(&mut lab, Wish::Store(Upload { kind: CredentialKind::Certificate, ..root() }));
    assert_eq!((list(&told).len(), uploads(&lab)), (2, 1));
}

#[test]
fn other_content_under_a_taken_name_takes_its_place() {
    let mut lab = holding_root_as("device.pem", "NINA-W152", "4.0.0-006");
    let (certificate, _) = lab::device_files();
    let upload = Upload {
        name: "device.pem".into(),
        pem: Secret::new(certificate.pem()),
        md5: Some(certificate.md5()),
        ..root()
    };
    let told = carry_out(&mut lab, Wish::Store(upload));
    let [entry] = list(&told) else { panic!("{told:?}") };
    assert_eq!(entry.md5, Some(certificate.md5()));
}

#[test]
fn a_removal_is_told_with_what_is_left() {
    let mut lab = holding_root_as("ca.pem", "NINA-W156", "5.0.0-028");
    carry_out(&mut lab, Wish::Store(key()));
    let (kind, name) = (CredentialKind::TrustedRoot, "ca.pem".to_owned());
    let told = carry_out(&mut lab, Wish::RemoveStored { kind, name: name.clone() });
    assert_eq!(told.first(), Some(&StoreEvent::Removed { kind, name: name.clone() }));
    let [left] = list(&told) else { panic!("{told:?}") };
    assert!(left.is(CredentialKind::PrivateKey, "device.key"));

    let told = carry_out(&mut lab, Wish::RemoveStored { kind, name });
    assert_eq!(failure(&told).kind, Kind::ModuleRefused);
    assert_eq!(list(&told).len(), 1, "what is left is told all the same");
}

#[test]
fn nothing_of_a_key_or_its_password_is_shown() {
    let mut lab = with_faults(&["split-frames", "upload-error"]);
    let upload = Upload { password: Some(Secret::new("open sesame")), ..key() };
    carry_out(&mut lab, Wish::Store(upload));
    let bytes = |event: &Event| if let Event::Wire(wire) = event { wire.bytes.clone() } else { Vec::new() };
    let wires: Vec<u8> = lab.events.iter().flat_map(bytes).collect();
    let shown = format!("{:?} {}", lab.events, String::from_utf8_lossy(&wires));
    let (_, key) = lab::device_files();
    let body = key.pem().reveal().lines().nth(1).unwrap().to_owned();
    assert_eq!(uploads(&lab), 1);
    assert!(!shown.contains(&body) && !shown.contains("sesame"), "{shown}");
}

#[test]
fn an_upload_that_fails_is_a_problem_and_the_store_is_told_as_it_is() {
    for (fault, kind, left) in [
        ("upload-error", Kind::ModuleRefused, 0),
        ("certificate-store-full", Kind::ModuleRefused, 0),
        ("md5-wrong", Kind::UploadMismatch, 1),
    ] {
        let mut lab = with_faults(&[fault]);
        let told = carry_out(&mut lab, Wish::Store(root()));
        let problem = failure(&told);
        assert_eq!(problem.kind, kind, "{fault}");
        assert!(problem.message.contains("root.pem") && !problem.help.is_empty(), "{problem}");
        assert_eq!(list(&told).len(), left, "{fault}");
        assert!(answers(&mut lab), "{fault}");
    }
}

#[test]
fn a_module_that_restarts_or_falls_silent_in_the_middle_is_named_and_not_asked_on() {
    for (fault, kind) in
        [("reset-during=USECMNG=0", Kind::ModuleReset), ("hang-during=USECMNG=0", Kind::ModuleSilent)]
    {
        let mut lab = with_faults(&[fault]);
        let told = carry_out(&mut lab, Wish::Store(root()));
        assert_eq!(failure(&told).kind, kind, "{fault}");
        assert!(!told.iter().any(|event| matches!(event, StoreEvent::Listed(_))), "{told:?}");
    }
}

#[test]
fn in_data_mode_nothing_is_sent_because_it_would_be_payload() {
    let mut lab = Lab::connected(LabSettings::default());
    lab.wish(Wish::Enter(Mode::Data));
    lab.run_until_idle(LONG);
    let sent = lab.bytes;
    for wish in [Wish::ListStored, Wish::Store(root())] {
        let told = carry_out(&mut lab, wish);
        assert_eq!((failure(&told).kind, lab.bytes), (Kind::ModuleBusy, sent));
    }
}

#[test]
fn a_cable_that_is_pulled_in_the_middle_of_an_upload_fails_it() {
    let mut lab = Lab::connected(LabSettings::default());
    let before = lab.events.len();
    lab.wish(Wish::Store(root()));
    let begun = |lab: &Lab| steps(&told(lab, before)).last().is_some_and(|(bytes, _)| *bytes > 0);
    assert!(lab.run_until(LONG, begun));
    let lost = Problem::new(Kind::PortLost, "gone", "plug it in");
    lab.session.handle(Input::Line(LineChange::Lost(lost.clone())), lab.now);
    lab.settle();
    assert_eq!(failure(&told(&lab, before)), &lost);
    assert_eq!(lab.events.last(), Some(&Event::Line(LineEvent::Lost(lost))));
    assert_eq!(lab.session.poll_time(), None, "nothing is waited for on a closed line");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_upload_cancelled_anywhere_is_whole_or_not_there_and_the_module_is_at_a_prompt(after in 0u64..400, seed: u64) {
        let mut lab = Lab::connected(LabSettings { seed, ..LabSettings::default() });
        let before = lab.events.len();
        lab.wish(Wish::Store(root()));
        lab.run_for(Duration::from_millis(after));
        lab.wish(Wish::Cancel);
        prop_assert!(lab.run_until_idle(LONG));
        let stored = told(&lab, before).iter().any(|event| matches!(event, StoreEvent::Stored { .. }));
        prop_assert!(answers(&mut lab));
        let listed = carry_out(&mut lab, Wish::ListStored);
        prop_assert_eq!(list(&listed).len(), usize::from(stored));
        if let [entry] = list(&listed) {
            prop_assert_eq!(&entry.md5, &root().md5);
        }
    }
}
