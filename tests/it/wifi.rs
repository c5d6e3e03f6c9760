//! Joining, leaving and pinging from the Wi-Fi page against the simulated module, in virtual time: a join alone is the
//! Wi-Fi part of a set-up, and each way of failing is told apart.

use std::time::Duration;

use xpress_center::module::{CredentialKind, LinkDownReason, ScanEntry, Security};
use xpress_center::moment::Moment;
use xpress_center::plan::{self, Facts, Mode, Plan};
use xpress_center::problem::Kind;
use xpress_center::profile::{
    Material, Materials, Profile, SecretSource, Wifi, WifiProfile, WifiSecurity, resolve_wifi,
};
use xpress_center::secret::Secret;
use xpress_center::session::{Event, PeerEvent, PingEvent, PlanResult, Reach, WifiEvent, Wish};
use xpress_center::simulator::{AccessPoint, Fault, Protection, Start, Stored};

use crate::support::lab::{Account, Lab, LabSettings, PASSPHRASE, SSID, TODAY, account, aws_job};

fn wifi(ssid: &str, passphrase: &str) -> Wifi {
    let profile = WifiProfile {
        ssid: Some(ssid.to_owned()),
        security: Some(WifiSecurity::WpaPsk),
        passphrase: Some(SecretSource::Ask),
        ..WifiProfile::default()
    };
    let mut materials = Materials::default();
    materials.insert("wifi.passphrase", Material::Secret(Secret::new(passphrase)));
    resolve_wifi(&profile, &materials, TODAY).unwrap()
}

fn lab(faults: &[&str]) -> Lab {
    let faults = faults.iter().map(|name| name.parse::<Fault>().unwrap()).collect();
    Lab::connected(LabSettings { faults, ..LabSettings::default() })
}

fn plan_of(lab: &Lab, wifi: &Wifi) -> Plan {
    let identity = lab.events.iter().find_map(|event| match event {
        Event::Identified(identity) => Some(identity.clone()),
        _ => None,
    });
    plan::join(wifi, &Facts::of(&identity.expect("identified"))).unwrap()
}

fn join(lab: &mut Lab, wifi: &Wifi) -> PlanResult {
    let plan = plan_of(lab, wifi);
    lab.wish(Wish::Run(plan));
    lab.result(Duration::from_secs(120)).expect("it ends")
}

fn kind(result: &PlanResult) -> Option<Kind> {
    if let PlanResult::Failed(problem) = result { Some(problem.kind) } else { None }
}

fn told(lab: &Lab, wanted: impl Fn(&WifiEvent) -> bool) -> bool {
    lab.events.iter().any(|event| matches!(event, Event::Wifi(event) if wanted(event)))
}

#[test]
fn a_network_is_joined_without_a_cloud() {
    let mut lab = lab(&[]);
    let result = join(&mut lab, &wifi(SSID, PASSPHRASE));
    assert!(matches!(result, PlanResult::Done { .. }), "{result:?}");
    assert!(told(&lab, |event| matches!(event, WifiEvent::LinkUp { .. })));
    assert!(told(&lab, |event| matches!(event, WifiEvent::Address(_))));
    lab.run_for(Duration::from_secs(5));
    let ups = lab.events.iter().filter(|event| **event == Event::Wifi(WifiEvent::NetworkUp)).count();
    assert_eq!(ups, 2);
}

#[test]
fn a_network_that_was_joined_is_stored_and_joined_again_after_a_restart() {
    let mut lab = lab(&[]);
    join(&mut lab, &wifi(SSID, PASSPHRASE));
    lab.run_for(Duration::from_secs(3));
    lab.events.clear();
    lab.wish(Wish::Restart);
    lab.run_for(Duration::from_secs(20));
    assert!(told(&lab, |event| matches!(event, WifiEvent::LinkUp { .. })), "{:?}", lab.events);
}

#[test]
fn each_way_of_failing_to_join_is_told_apart() {
    let cases: [(&str, &str, &[&str], Kind); 3] = [
        (SSID, "notthepassphrase", &[], Kind::WifiRefused),
        ("nowhere", PASSPHRASE, &[], Kind::WifiNotFound),
        (SSID, PASSPHRASE, &["no-address"], Kind::WifiNoAddress),
    ];
    for (ssid, passphrase, faults, expected) in cases {
        let mut lab = lab(faults);
        let result = join(&mut lab, &wifi(ssid, passphrase));
        assert_eq!(kind(&result), Some(expected), "{ssid}: {result:?}");
    }
}

#[test]
fn a_network_that_goes_away_is_told_with_its_reason_and_can_be_joined_again() {
    let mut lab = lab(&["link-lost-after=60"]);
    assert!(matches!(join(&mut lab, &wifi(SSID, PASSPHRASE)), PlanResult::Done { .. }));
    lab.run_for(Duration::from_secs(70));
    assert!(told(&lab, |event| *event == WifiEvent::LinkDown(LinkDownReason::OutOfRange)));
    lab.events.retain(|event| matches!(event, Event::Identified(_)));
    assert!(matches!(join(&mut lab, &wifi(SSID, PASSPHRASE)), PlanResult::Done { .. }));
}

#[test]
fn a_join_whose_network_goes_away_at_once_ends_with_a_result() {
    let mut lab = lab(&["link-storm"]);
    let result = join(&mut lab, &wifi(SSID, PASSPHRASE));
    assert!(matches!(result, PlanResult::Done { .. }), "{result:?}");
}

#[test]
fn a_module_that_restarts_or_falls_silent_in_a_join_fails_it() {
    for (fault, expected) in [
        ("reset-during=UWSCA=0,3", Kind::ModuleReset),
        ("hang-during=UWSCA=0,3", Kind::ModuleSilent),
        ("refuse=UWSC=0,2", Kind::ModuleRefused),
    ] {
        let result = join(&mut lab(&[fault]), &wifi(SSID, PASSPHRASE));
        assert_eq!(kind(&result), Some(expected), "{fault}: {result:?}");
    }
}

#[test]
fn a_join_while_something_else_is_under_way_is_refused_and_sends_nothing() {
    let mut lab = lab(&[]);
    let plan = plan_of(&lab, &wifi(SSID, PASSPHRASE));
    lab.wish(Wish::Scan);
    lab.wish(Wish::Run(plan));
    let busy = |event: &Event| matches!(event, Event::Refused(problem) if problem.kind == Kind::ModuleBusy);
    assert!(lab.events.iter().any(busy), "{:?}", lab.events);
    assert!(lab.run_until_idle(Duration::from_secs(20)));
    let sent = |event: &Event| matches!(event, Event::Wire(wire) if wire.text().starts_with("AT+UWSC="));
    assert!(!lab.events.iter().any(sent));
}

#[test]
fn a_scan_that_the_module_refuses_names_its_command_and_the_next_one_is_answered() {
    let mut lab = lab(&["refuse=UWSCAN"]);
    lab.wish(Wish::Scan);
    assert!(lab.run_until_idle(Duration::from_secs(20)));
    let refused =
        |event: &Event| matches!(event, Event::Refused(problem) if problem.message.contains("AT+UWSCAN"));
    assert!(lab.events.iter().any(refused), "{:?}", lab.events);
    lab.wish(Wish::Scan);
    assert!(lab.run_until_idle(Duration::from_secs(20)));
    assert!(told(&lab, |event| matches!(event, WifiEvent::Scanned(_))));
}

#[test]
fn a_host_that_never_answers_is_told_ping_by_ping() {
    let start = Start { joined: Some(SSID.into()), ..Start::default() };
    let faults = ["ping-lost".parse::<Fault>().unwrap()].into_iter().collect();
    let mut lab = Lab::connected(LabSettings { start, faults, ..LabSettings::default() });
    lab.wish(Wish::Ping(crate::support::lab::ENDPOINT.into()));
    assert!(lab.run_until_idle(Duration::from_secs(60)));
    let lost = pings(&lab).into_iter().filter(|ping| *ping == PingEvent::Failed { code: 109 }).count();
    assert_eq!(lost, 4, "{:?}", pings(&lab));
    assert_eq!(pings(&lab).last(), Some(&PingEvent::Ended));
}

#[test]
fn a_network_that_comes_up_once_only_is_joined_and_told_so() {
    let mut lab = lab(&["no-second-uunu"]);
    let result = join(&mut lab, &wifi(SSID, PASSPHRASE));
    assert!(matches!(result, PlanResult::Done { .. }), "{result:?}");
    lab.run_for(Duration::from_secs(10));
    let ups = lab.events.iter().filter(|event| **event == Event::Wifi(WifiEvent::NetworkUp)).count();
    assert_eq!(ups, 1);
}

#[test]
fn the_network_is_left_and_that_is_told() {
    let start = Start { joined: Some(SSID.into()), ..Start::default() };
    let mut lab = Lab::connected(LabSettings { start, ..LabSettings::default() });
    lab.wish(Wish::LeaveNetwork);
    assert!(lab.run_until_idle(Duration::from_secs(10)));
    assert!(told(&lab, |event| *event == WifiEvent::LinkDown(LinkDownReason::Disabled)));
}

#[test]
fn signal_and_addresses_are_told_to_whoever_looks() {
    let start = Start { joined: Some(SSID.into()), ..Start::default() };
    let mut lab = Lab::connected(LabSettings { start, ..LabSettings::default() });
    lab.events.clear();
    lab.wish(Wish::Look);
    lab.run_for(Duration::from_secs(2));
    assert!(told(&lab, |event| matches!(event, WifiEvent::Signal(_))));
    let has_ipv6 = |event: &WifiEvent| match event {
        WifiEvent::Status(status) => {
            status.iter().any(|status| status.id == 201 && status.address().is_some())
        }
        _ => false,
    };
    assert!(told(&lab, has_ipv6), "{:?}", lab.events);
}

#[test]
fn a_scan_lists_what_is_in_reach() {
    let mut lab = lab(&[]);
    lab.wish(Wish::Scan);
    assert!(lab.run_until_idle(Duration::from_secs(20)));
    let seen = |event: &WifiEvent| match event {
        WifiEvent::Scanned(seen) => seen.iter().any(|entry: &ScanEntry| entry.ssid == SSID),
        _ => false,
    };
    assert!(told(&lab, seen));
}

fn pings(lab: &Lab) -> Vec<PingEvent> {
    let ping = |event: &Event| if let Event::Ping(ping) = event { Some(ping.clone()) } else { None };
    lab.events.iter().filter_map(ping).collect()
}

#[test]
fn a_ping_without_a_network_and_one_to_an_unknown_name_fail_with_their_codes() {
    for (joined, code) in [(None, 17), (Some(SSID.to_owned()), 8)] {
        let start = Start { joined, ..Start::default() };
        let mut lab = Lab::connected(LabSettings { start, ..LabSettings::default() });
        let began: Moment = lab.now;
        lab.wish(Wish::Ping("nowhere.example".into()));
        assert!(lab.run_until_idle(Duration::from_secs(60)));
        assert!(pings(&lab).contains(&PingEvent::Failed { code }), "{:?}", pings(&lab));
        assert_eq!(pings(&lab).last(), Some(&PingEvent::Ended));
        assert!(lab.now.since(began) < Duration::from_secs(10), "a host that cannot be reached is told once");
    }
}

#[test]
fn a_host_that_answers_is_pinged_four_times() {
    let start = Start { joined: Some(SSID.into()), ..Start::default() };
    let mut lab = Lab::connected(LabSettings { start, ..LabSettings::default() });
    lab.wish(Wish::Ping(crate::support::lab::ENDPOINT.into()));
    assert!(lab.run_until_idle(Duration::from_secs(60)));
    let replies = pings(&lab).into_iter().filter(|ping| matches!(ping, PingEvent::Reply(_))).count();
    assert_eq!(replies, 4, "{:?}", pings(&lab));
}

/// What was told last of peers, servers and access point.
fn reach(lab: &Lab) -> Reach {
    let told = lab.events.iter().rev().find_map(|event| match event {
        Event::Reach(reach) => Some((**reach).clone()),
        _ => None,
    });
    told.expect("nothing was told")
}

#[test]
fn what_is_configured_is_told_without_passwords_and_a_peer_is_closed() {
    let mut lab = Lab::connected(LabSettings::default());
    assert!(matches!(lab.set_up(&aws_job()), PlanResult::Done { .. }));
    lab.wish(Wish::Enter(Mode::Command));
    assert!(lab.run_until_idle(Duration::from_secs(30)));
    for line in ["AT+UDSC=1,1,12345,0", "AT+UDDRP=3,\"tcp://h.example:80/?passwd=hunter2\",0"] {
        lab.wish(Wish::Send(line.into()));
        lab.run_for(Duration::from_secs(1));
    }
    lab.wish(Wish::ListReach);
    assert!(lab.run_until_idle(Duration::from_secs(30)));
    let before = reach(&lab);
    assert!(before.servers.as_ref().is_some_and(|servers| servers.len() == 1), "{before:?}");
    assert!(before.default_peers.iter().flatten().any(|peer| peer.url.contains("h.example")), "{before:?}");
    assert!(!format!("{before:?}").contains("hunter2"));
    assert!(before.access_point.is_some());
    let handle =
        before.peers.iter().map(|peer| peer.handle).find(|handle| *handle != 0).expect("a peer is open");
    lab.wish(Wish::ClosePeer(handle));
    assert!(lab.run_until_idle(Duration::from_secs(30)));
    assert!(lab.events.contains(&Event::Peer(PeerEvent::Disconnected { handle })));
    assert!(reach(&lab).peers.iter().all(|peer| peer.handle != handle), "{:?}", reach(&lab));
}

const OFFICE: &str = "office";
const USER: &str = "ann";
const PASSWORD: &str = "s3cret,word";

/// An enterprise network whose own certificate leads to the account's root.
fn office(protection: impl FnOnce(Vec<u8>) -> Protection) -> AccessPoint {
    let root = account().authority.certificate().der().to_vec();
    AccessPoint { ssid: OFFICE.into(), protection: protection(root) }
}

fn peap(root: Vec<u8>) -> Protection {
    Protection::Peap { user: USER.into(), password: Secret::new(PASSWORD), root }
}

fn eap_tls(root: Vec<u8>) -> Protection {
    Protection::EapTls { issuer: root.clone(), root }
}

/// What EAP-TLS takes, on the module.
fn stored() -> Vec<Stored> {
    let Account { authority, device, .. } = account();
    let root = Secret::new(authority.certificate_pem());
    let certificate = Secret::new(device.certificate_pem());
    [
        (CredentialKind::TrustedRoot, "radius.pem", root),
        (CredentialKind::Certificate, "client.pem", certificate),
        (CredentialKind::PrivateKey, "client.key", device.key_pem()),
    ]
    .map(|(kind, name, pem)| Stored { kind, name: name.into(), pem })
    .into()
}

fn at_the_office(access_point: AccessPoint, stored: Vec<Stored>) -> Lab {
    let start = Start { stored, ..Start::default() };
    Lab::connected(LabSettings { start, access_points: vec![access_point], ..LabSettings::default() })
}

/// The Wi-Fi part of a profile; its files are the account's.
fn enterprise(profile: &str, password: &str) -> Wifi {
    let text = format!(r#"{{ "version": 1, "wifi": {profile}, "cloud": {{ "kind": "aws" }} }}"#);
    let profile = Profile::parse(&text).unwrap().wifi.unwrap();
    let Account { authority, device, .. } = account();
    let bytes = |text: &str| Material::File(text.as_bytes().to_vec().into());
    let mut materials = Materials::default();
    materials.insert("wifi.password", Material::Secret(Secret::new(password)));
    materials.insert("wifi.ca", bytes(&authority.certificate_pem()));
    materials.insert("wifi.certificate", bytes(&device.certificate_pem()));
    materials.insert("wifi.private_key", bytes(device.key_pem().reveal()));
    resolve_wifi(&profile, &materials, TODAY).unwrap()
}

const PEAP: &str = r#"{ "ssid": "office", "security": "peap", "identity": "ann", "password": { "ask": true },
    "ca": { "file": "root.pem" } }"#;
const EAP_TLS: &str = r#"{ "ssid": "office", "security": "eap-tls", "ca": { "file": "root.pem" },
    "certificate": { "file": "client.pem" }, "private_key": { "file": "client.key" } }"#;
/// As the Wi-Fi page does: with what is on the module.
const EAP_TLS_ON_MODULE: &str = r#"{ "ssid": "office", "security": "eap-tls", "ca": { "module": "radius.pem" },
    "certificate": { "module": "client.pem" }, "private_key": { "module": "client.key" } }"#;

fn is_up(lab: &mut Lab) -> bool {
    lab.run_for(Duration::from_secs(5));
    let ups = lab.events.iter().filter(|event| **event == Event::Wifi(WifiEvent::NetworkUp)).count();
    told(lab, |event| matches!(event, WifiEvent::LinkUp { .. })) && ups == 2
}

fn is_refused(lab: &Lab) -> bool {
    told(lab, |event| *event == WifiEvent::LinkDown(LinkDownReason::Security))
        && !told(lab, |event| matches!(event, WifiEvent::LinkUp { .. } | WifiEvent::NetworkUp))
}

#[test]
fn an_enterprise_network_is_seen_as_one() {
    for protection in [peap, eap_tls] {
        let mut lab = at_the_office(office(protection), Vec::new());
        lab.wish(Wish::Scan);
        assert!(lab.run_until_idle(Duration::from_secs(20)));
        let seen = |event: &WifiEvent| match event {
            WifiEvent::Scanned(seen) => seen.iter().any(|entry| entry.security() == Security::Enterprise),
            _ => false,
        };
        assert!(told(&lab, seen), "{:?}", lab.events);
    }
}

#[test]
fn a_network_with_users_lets_in_who_knows_the_password_and_refuses_who_does_not() {
    let unknown = PEAP.replace(USER, "bob");
    let unchecked = PEAP.replace(r#""ca": { "file": "root.pem" }"#, r#""domain": "corp""#);
    for (profile, password, is_right) in [
        (PEAP, PASSWORD, true),
        (PEAP, "s3cret.word", false),
        (&unknown, PASSWORD, false),
        // Without a root the network's own certificate is not checked.
        (&unchecked, PASSWORD, true),
    ] {
        let mut lab = at_the_office(office(peap), Vec::new());
        let result = join(&mut lab, &enterprise(profile, password));
        let shown = format!("{profile}: {result:?}, {:?}", lab.events);
        assert!(!shown.contains(PASSWORD), "the password is told");
        if is_right {
            assert!(matches!(result, PlanResult::Done { .. }), "{shown}");
            assert!(is_up(&mut lab), "{shown}");
        } else {
            assert_eq!(kind(&result), Some(Kind::WifiRefused), "{shown}");
            assert!(is_refused(&lab), "{shown}");
        }
    }
}

#[test]
fn a_network_with_certificates_is_joined_with_files_and_with_what_is_on_the_module() {
    for (profile, stored) in [(EAP_TLS, Vec::new()), (EAP_TLS_ON_MODULE, stored())] {
        let mut lab = at_the_office(office(eap_tls), stored);
        let result = join(&mut lab, &enterprise(profile, ""));
        assert!(matches!(result, PlanResult::Done { .. }), "{profile}: {result:?}");
        assert!(is_up(&mut lab), "{:?}", lab.events);
        // It was stored, so the module joins by itself.
        lab.events.clear();
        lab.wish(Wish::Restart);
        lab.run_for(Duration::from_secs(20));
        assert!(told(&lab, |event| matches!(event, WifiEvent::LinkUp { .. })), "{:?}", lab.events);
    }
}

#[test]
fn what_is_missing_on_the_module_is_named_before_anything_is_configured() {
    for missing in ["radius.pem", "client.pem", "client.key"] {
        let kept = stored().into_iter().filter(|stored| stored.name != missing).collect();
        let mut lab = at_the_office(office(eap_tls), kept);
        let result = join(&mut lab, &enterprise(EAP_TLS_ON_MODULE, ""));
        let PlanResult::Failed(problem) = &result else { panic!("{missing}: {result:?}") };
        assert!(problem.message.contains(missing), "{problem:?}");
        let configures = |event: &Event| match event {
            Event::Wire(wire) => wire.text().starts_with("AT+UWSC="),
            _ => false,
        };
        assert!(!lab.events.iter().any(configures), "{missing}: {:?}", lab.events);
    }
}

#[test]
fn a_certificate_of_another_issuer_and_a_network_with_another_root_are_refused() {
    let other = crate::support::lab::other_root();
    for (issuer, root) in [(true, false), (false, true)] {
        let access_point = office(|own| Protection::EapTls {
            issuer: if issuer { other.clone() } else { own.clone() },
            root: if root { other.clone() } else { own },
        });
        let mut lab = at_the_office(access_point, Vec::new());
        let result = join(&mut lab, &enterprise(EAP_TLS, ""));
        assert_eq!(kind(&result), Some(Kind::WifiRefused), "{result:?}");
        assert!(is_refused(&lab), "{:?}", lab.events);
    }
}

#[test]
fn an_enterprise_network_lets_nobody_in_by_passphrase_and_one_with_a_passphrase_nobody_by_password() {
    let office_by_passphrase = (office(peap), wifi(OFFICE, PASSPHRASE));
    let passphrase_by_user = (AccessPoint::with_passphrase(OFFICE, PASSWORD), enterprise(PEAP, PASSWORD));
    for (access_point, wifi) in [office_by_passphrase, passphrase_by_user] {
        let mut lab = at_the_office(access_point, Vec::new());
        let result = join(&mut lab, &wifi);
        assert_eq!(kind(&result), Some(Kind::WifiRefused), "{result:?}");
    }
}
