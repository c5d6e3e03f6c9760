//! The engine against scripted modules: what it sends, what it tells, and what it never shows. Against a whole
//! module it is tested in `tests/it/session.rs`.

mod data_mode;
mod macros;
mod peers;
mod typed;

use std::time::Duration;

use super::*;
use crate::edm;
use crate::module::CredentialKind;
use crate::plan::{Act, Bind, BoundType, Case, Is, Mode, Part, Plan, Stage, Step, Text, Then, Upload};
use crate::secret::DOTS;

const LINE: LineSettings = LineSettings { speed: 115_200, flow: FlowControl::RtsCts };
const ENDED: &str = "the conversation has ended";

/// A session with its line open, and a module that answers as `answer` says.
struct Bench<F> {
    session: Session,
    now: Moment,
    events: Vec<Event>,
    sent: Vec<Vec<u8>>,
    answer: F,
}

impl<F: FnMut(&[u8]) -> Vec<u8>> Bench<F> {
    fn new(answer: F) -> Self {
        let session = Session::new();
        let mut bench = Self { session, now: Moment::START, events: Vec::new(), sent: Vec::new(), answer };
        bench.handle(Input::Line(LineChange::Opened(LINE)));
        bench
    }

    fn handle(&mut self, input: Input) {
        self.session.handle(input, self.now);
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Bytes(bytes) => {
                    let reply = (self.answer)(&bytes);
                    self.sent.push(bytes);
                    if !reply.is_empty() {
                        self.session.handle(Input::Bytes(reply), self.now);
                    }
                }
                Output::Event(event) => self.events.push(event),
                Output::SetLine(_) | Output::DropLine => {}
            }
        }
    }

    fn wish(&mut self, wish: Wish) {
        self.handle(Input::Wish(wish));
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.handle(Input::Bytes(bytes.to_vec()));
    }

    /// Lets all waits pass until `done`.
    fn run(&mut self, done: impl Fn(&Event) -> bool) {
        for _ in 0..10_000 {
            if self.events.iter().any(&done) {
                return;
            }
            self.now = self.session.poll_time().expect(ENDED);
            self.handle(Input::Time);
        }
        panic!("never: {:?}", self.events);
    }

    fn shown(&self) -> Vec<String> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Wire(wire) => Some(wire.text().into_owned()),
                _ => None,
            })
            .collect()
    }

    fn wires(&self, kind: WireKind) -> Vec<String> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Wire(wire) if wire.kind == kind => Some(wire.text().into_owned()),
                _ => None,
            })
            .collect()
    }
}

fn found(event: &Event) -> bool {
    matches!(event, Event::Activity(Activity::Nothing))
}

fn finished(event: &Event) -> bool {
    matches!(event, Event::Plan(PlanEvent::Finished(_)))
}

fn result<F: FnMut(&[u8]) -> Vec<u8>>(bench: &Bench<F>) -> PlanResult {
    let result = bench.events.iter().find_map(|event| match event {
        Event::Plan(PlanEvent::Finished(result)) => Some(result.clone()),
        _ => None,
    });
    result.expect("finished")
}

/// A module in command mode with echo that knows who it is and accepts everything else.
fn module(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let answer = match text.trim_end() {
        "AT+GMM" => "\r\n\"NINA-W152\"",
        "AT+GMR" => "\r\n\"4.0.0-006\"",
        "AT+GMI" => "\r\n\"u-blox\"",
        "AT+GSN" => "\r\n\"0233965910595296\"",
        "AT+UMLA=2" => "\r\n+UMLA:D4CA6EFD96E0",
        "AT+UWSSTAT=3" => "\r\n+UWSSTAT:3,0",
        _ => "",
    };
    format!("{text}{answer}\r\nOK\r\n").into_bytes()
}

fn idle() -> Bench<impl FnMut(&[u8]) -> Vec<u8>> {
    let mut bench = Bench::new(module);
    bench.run(found);
    bench.events.clear();
    bench.sent.clear();
    bench
}

fn plan(acts: Vec<Act>) -> Plan {
    Plan { steps: vec![Step::new(Stage::Cloud, "Test", acts)] }
}

fn command(text: &str) -> Act {
    Act::Command { text: Text::new(text), limit: Duration::from_secs(5) }
}

#[test]
fn opening_the_line_finds_and_identifies_the_module() {
    let mut bench = Bench::new(module);
    bench.run(found);
    let identity = bench.events.iter().find_map(|event| match event {
        Event::Identified(identity) => Some(identity),
        _ => None,
    });
    let identity = identity.expect("identified");
    assert_eq!(identity.model.to_string(), "NINA-W152");
    assert_eq!(identity.serial, "0233965910595296");
    assert_eq!(identity.mac, "D4CA6EFD96E0");
    assert!(bench.events.contains(&Event::Mode(Some(Mode::Command))));
}

#[test]
fn a_port_without_a_module_is_said_to_be_silent_with_what_to_check() {
    let mut bench = Bench::new(|_: &[u8]| Vec::new());
    bench.run(|event| matches!(event, Event::Silent(problem) if problem.help.contains("cable")));
}

#[test]
fn a_banner_in_front_of_the_first_answer_is_no_failure() {
    let mut first = true;
    let mut bench = Bench::new(move |bytes: &[u8]| {
        let banner: &[u8] = if std::mem::take(&mut first) { b"\r\n+STARTUP\r\n" } else { b"" };
        [banner, &module(bytes)].concat()
    });
    bench.run(|event| matches!(event, Event::Identified(_)));
}

#[test]
fn unsolicited_lines_between_echo_and_answer_belong_to_neither() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Run(plan(vec![command("AT+ONE"), command("AT+TWO")])));
    bench.receive(b"AT+ONE\r\r\n+UUNU:0\r\n\r\nOK\r\n");
    assert_eq!(bench.wires(WireKind::Unsolicited), ["+UUNU:0"]);
    assert_eq!(bench.sent.last().unwrap(), b"AT+TWO\r");
}

#[test]
fn typed_secrets_and_their_echoes_are_dots() {
    let mut bench = idle();
    bench.wish(Wish::Send("AT+UWSC=0,8,\"hunter2hunter2\"".into()));
    assert_eq!(bench.sent, [b"AT+UWSC=0,8,\"hunter2hunter2\"\r"]);
    bench.receive(b"\r\n+UWSC:0,8,hunter2hunter2\r\n");
    assert!(bench.shown().iter().all(|text| !text.contains("hunter2")), "{:?}", bench.shown());
    assert_eq!(bench.wires(WireKind::Echo), [format!("AT+UWSC=0,8,\"{DOTS}\"")]);
}

#[test]
fn a_damaged_echo_of_a_command_with_a_secret_is_not_shown() {
    let mut bench = rebuilt(idle());
    bench.answer = |_| b"AT+UWC=0,8,\"hunter2hunte2\"\r\nERROR\r\n".to_vec();
    bench.wish(Wish::Send("AT+UWSC=0,8,\"hunter2hunter2\"".into()));
    assert!(bench.shown().iter().all(|text| !text.contains("hunter2")), "{:?}", bench.shown());
}

/// What a module says to bytes.
type Answer = fn(&[u8]) -> Vec<u8>;

fn rebuilt<F>(bench: Bench<F>) -> Bench<Answer> {
    Bench {
        session: bench.session,
        now: bench.now,
        events: Vec::new(),
        sent: Vec::new(),
        answer: |_| Vec::new(),
    }
}

#[test]
fn both_response_spacings_are_understood() {
    for spacing in ["\r\n", "\r\n\r\n"] {
        let mut bench = rebuilt(idle());
        bench.wish(Wish::Run(plan(vec![command("AT+UDCP=x"), command("AT+NEXT")])));
        bench.receive(format!("AT+UDCP=x\r\r\n+UDCP:2{spacing}OK\r\n").as_bytes());
        assert_eq!(bench.sent.last().unwrap(), b"AT+NEXT\r", "{spacing:?}");
    }
}

#[test]
fn a_silent_module_ends_the_plan_with_its_command_named() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Run(plan(vec![command("AT+SLOW")])));
    bench.run(finished);
    let PlanResult::Failed(problem) = result(&bench) else { panic!("{:?}", result(&bench)) };
    assert_eq!(problem.kind, Kind::ModuleSilent);
    assert!(problem.message.contains("AT+SLOW"));
}

#[test]
fn a_module_that_restarts_in_the_middle_is_named() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Run(plan(vec![command("AT+SLOW")])));
    bench.receive(b"rst:0x1\r\n\r\n+STARTUP\r\n");
    let PlanResult::Failed(problem) = result(&bench) else { panic!("{:?}", result(&bench)) };
    assert_eq!(problem.kind, Kind::ModuleReset);
    assert!(bench.events.contains(&Event::Restarted));
}

#[test]
fn a_lost_line_ends_the_plan_with_the_lines_problem() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Run(plan(vec![command("AT+SLOW")])));
    let lost = Problem::new(Kind::PortLost, "gone", "plug it in");
    bench.handle(Input::Line(LineChange::Lost(lost.clone())));
    assert_eq!(result(&bench), PlanResult::Failed(lost.clone()));
    assert_eq!(bench.session.poll_time(), None, "nothing is waited for on a closed line");
    bench.wish(Wish::Send("AT".into()));
    assert_eq!(bench.sent.len(), 1, "nothing is sent on a closed line");
}

fn key_upload() -> Upload {
    Upload {
        kind: CredentialKind::PrivateKey,
        name: "key".into(),
        pem: Secret::new("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----\n"),
        password: None,
        md5: None,
    }
}

#[test]
fn a_cancelled_upload_is_finished_before_the_plan_ends() {
    let upload = Act::Upload(key_upload());
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Run(plan(vec![upload, command("AT+NEXT")])));
    bench.receive(b"AT+USECMNG=0,2,\"key\",67\r\r\n>");
    bench.wish(Wish::Cancel);
    bench.now = bench.session.poll_time().expect(ENDED);
    bench.handle(Input::Time);
    assert!(bench.sent.last().unwrap().ends_with(b"KEY-----\n"), "the body was not sent");
    bench.receive(b"\r\n+USECMNG:0,2,\"key\",\"00\"\r\nOK\r\n");
    assert_eq!(result(&bench), PlanResult::Cancelled);
    assert!(bench.shown().iter().all(|text| !text.contains("MIIEvQ")));
}

#[test]
fn a_second_cancel_drops_the_line() {
    let mut session = Session::new();
    session.handle(Input::Line(LineChange::Opened(LINE)), Moment::START);
    while session.poll_output().is_some() {}
    session.handle(Input::Wish(Wish::Cancel), Moment::START);
    session.handle(Input::Wish(Wish::Cancel), Moment::START);
    let outputs: Vec<_> = std::iter::from_fn(|| session.poll_output()).collect();
    assert!(outputs.contains(&Output::DropLine), "{outputs:?}");
}

#[test]
fn the_escape_keeps_its_guard_times() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Enter(Mode::Data));
    bench.receive(b"ATO1\r\r\nOK\r\n");
    bench.now = bench.now + Duration::from_secs(5);
    bench.wish(Wish::SendData { channel: None, data: b"payload".to_vec() });
    let payload_at = bench.now;
    bench.wish(Wish::Enter(Mode::Command));
    assert_eq!(bench.sent.last().unwrap(), b"payload");
    bench.now = bench.session.poll_time().expect(ENDED);
    bench.handle(Input::Time);
    assert_eq!(bench.sent.last().unwrap(), b"+++");
    assert!(bench.now.since(payload_at) >= Duration::from_secs(1));
    bench.receive(b"last words\r\nOK\r\n");
    assert_eq!(bench.wires(WireKind::Data { channel: None }), ["payload", "last words"]);
    assert!(bench.events.contains(&Event::Mode(Some(Mode::Command))));
}

#[test]
fn payload_leaves_no_sooner_than_50_ms_after_data_mode_began() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Enter(Mode::Data));
    bench.receive(b"ATO1\r\r\nOK\r\n");
    let began = bench.now;
    bench.wish(Wish::SendData { channel: None, data: b"early".to_vec() });
    assert_eq!(bench.sent, [b"ATO1\r"]);
    bench.now = bench.session.poll_time().expect(ENDED);
    bench.handle(Input::Time);
    assert_eq!(bench.sent.last().unwrap(), b"early");
    assert_eq!(bench.now.since(began), Duration::from_millis(50));
}

#[test]
fn a_command_in_data_mode_is_refused_because_it_would_be_payload() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Enter(Mode::Data));
    bench.receive(b"ATO1\r\r\nOK\r\n");
    bench.wish(Wish::Send("AT".into()));
    assert_eq!(bench.sent, [b"ATO1\r"]);
}

#[test]
fn a_lost_peer_in_data_mode_leads_back_to_command_mode() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Enter(Mode::Data));
    bench.receive(b"ATO1\r\r\nOK\r\n");
    bench.receive(b"payload\r\n+UUDPD:1\r\n");
    assert_eq!(bench.wires(WireKind::Data { channel: None }), ["payload"]);
    assert!(bench.events.contains(&Event::Peer(PeerEvent::Disconnected { handle: 1 })));
    assert!(bench.events.contains(&Event::Mode(Some(Mode::Command))));
}

/// A module in extended data mode, and behind it a provisioning service that answers the third poll.
fn provisioning() -> impl FnMut(&[u8]) -> Vec<u8> {
    let mut polls = 0;
    move |bytes: &[u8]| {
        let mut decoder = edm::Decoder::new();
        decoder.feed(bytes);
        let Some(edm::Item::Packet(packet)) = decoder.poll() else { return module(bytes) };
        let confirm = |text: &str| edm::Packet::AtConfirmation(text.as_bytes().to_vec()).encode();
        let data = |text: String| edm::Packet::Data { channel: 0, data: text.into_bytes() }.encode();
        match packet {
            edm::Packet::AtRequest(text) if text.starts_with(b"AT+UDCP=") => {
                let peer = edm::Peer::Ip {
                    protocol: edm::Protocol::Mqtt,
                    remote: "20.43.44.164:8883".parse().unwrap(),
                    local: "0.0.0.0:0".parse().unwrap(),
                };
                let urc = b"\r\n+UUDPC:2,2,6,0.0.0.0,0,20.43.44.164,8883\r\n".to_vec();
                [
                    confirm("\r\n+UDCP:2\r\nOK\r\n"),
                    edm::Packet::Connect { channel: 0, peer }.encode(),
                    edm::Packet::AtEvent(urc).encode(),
                ]
                .concat()
            }
            edm::Packet::AtRequest(text) if text.starts_with(b"AT+UDCPC=2") => {
                [confirm("\r\nOK\r\n"), edm::Packet::AtEvent(b"\r\n+UUDPD:2\r\n".to_vec()).encode()].concat()
            }
            edm::Packet::AtRequest(_) => confirm("\r\nOK\r\n"),
            edm::Packet::Send { .. } => {
                polls += 1;
                let status = if polls < 3 { "assigning" } else { "assigned" };
                data(format!(
                    r#"{{"operationId":"5.b0","status":"{status}","registrationState":{{"assignedHub":"leoDPS.azure-devices.net"}}}}"#
                ))
            }
            _ => Vec::new(),
        }
    }
}

/// What a provisioning plan needs of the vocabulary: waiting with cases, binding, bounded repeats, computed values.
fn provisioning_plan() -> Plan {
    let refused = Problem::new(Kind::CloudAnswer, "the enrolment is disabled", "enable it");
    let exhausted = Problem::new(Kind::CloudSilent, "still not assigned", "wait and try again");
    let hub = Bind { pointer: "/registrationState/assignedHub", hole: "hub", kind: BoundType::Host };
    let case = |status, bind: Vec<Bind>, then| Case { when: vec![("/status", Is::Text(status))], bind, then };
    let token = Part::Sas {
        resource: Text::default().part(Part::Hole("hub")).plain("/devices/MyDevice01"),
        key: Secret::new("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        policy: None,
        expires: crate::moment::UnixTime(2_000_000_000),
    };
    plan(vec![
        Act::Enter(Mode::Extended),
        Act::Open {
            peer: "provisioning",
            url: Text::new("mqtt://dps"),
            limit: Duration::from_secs(30),
            refused: Problem::new(Kind::CloudUnreachable, "It refuses", "Ask it why"),
        },
        Act::Repeat {
            acts: vec![
                Act::Publish { peer: "provisioning", body: Text::new("{}") },
                Act::Await {
                    peer: "provisioning",
                    limit: Duration::from_secs(10),
                    cases: vec![
                        case("assigning", Vec::new(), Then::Again),
                        case("assigned", vec![hub], Then::Done),
                        case("disabled", Vec::new(), Then::Fail(refused)),
                    ],
                },
            ],
            pause: Duration::from_secs(2),
            at_most: 5,
            exhausted,
        },
        Act::Close { peer: "provisioning" },
        Act::Command { text: Text::new("AT+UDUV=0,").part(token), limit: Duration::from_secs(5) },
    ])
}

#[test]
fn a_plan_polls_a_service_binds_its_answer_and_computes_a_token_from_it() {
    let mut answer = provisioning();
    let mut online = false;
    let mut bench = Bench::new(move |bytes: &[u8]| {
        if bytes == b"ATO2\r" {
            online = true;
            return [&b"ATO2\r\r\nOK\r\n"[..], &edm::Packet::Start.encode()].concat();
        }
        if online { answer(bytes) } else { module(bytes) }
    });
    bench.run(found);
    let before = bench.now;
    bench.wish(Wish::Run(provisioning_plan()));
    bench.run(finished);
    let bound = vec![("hub".to_owned(), "leoDPS.azure-devices.net".to_owned())];
    assert_eq!(result(&bench), PlanResult::Done { bound });
    assert!(bench.now.since(before) >= Duration::from_secs(4), "two pauses between three polls");
    let token = bench
        .sent
        .iter()
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .find(|t| t.contains("AT+UDUV"));
    assert!(token.unwrap().contains("sr=leoDPS.azure-devices.net%2Fdevices%2FMyDevice01"));
    assert!(bench.shown().iter().all(|text| !text.contains("sig=")));
}

#[test]
fn a_computed_token_that_comes_back_late_and_damaged_is_not_shown() {
    let mut bench =
        Bench::new(|bytes: &[u8]| if bytes.starts_with(b"AT+UDUV") { Vec::new() } else { module(bytes) });
    bench.run(found);
    let token = Part::Sas {
        resource: Text::new("h.azure-devices.net/devices/d"),
        key: Secret::new("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        policy: None,
        expires: crate::moment::UnixTime(2_000_000_000),
    };
    let limit = Duration::from_secs(5);
    bench.wish(Wish::Run(plan(vec![Act::Command { text: Text::new("AT+UDUV=0,").part(token), limit }])));
    bench.run(finished);
    let sent = bench.sent.last().cloned().unwrap_or_default();
    let late = String::from_utf8_lossy(&sent).replace("+UDUV=", "+UDV,");
    assert!(late.contains("&sig="), "{late}");
    bench.receive(format!("{late}\r\n").as_bytes());
    let shown = bench.shown();
    assert!(shown.iter().any(|text| text.contains("+UDV,")), "{shown:?}");
    assert!(shown.iter().all(|text| !text.contains("sig=")), "{shown:?}");
}

fn told_of_store<F: FnMut(&[u8]) -> Vec<u8>>(bench: &Bench<F>) -> Vec<StoreEvent> {
    let store = |event: &Event| if let Event::Store(event) = event { Some(event.clone()) } else { None };
    bench.events.iter().filter_map(store).collect()
}

#[test]
fn an_md5_that_the_module_refuses_to_tell_leaves_it_unknown() {
    let mut bench = rebuilt(idle());
    bench.answer = |bytes| match bytes {
        b"AT+USECMNG=3\r" => b"\r\n\"CA\",\"ca.pem\"\r\n\"PK\",\"a,b \\22c\\22\"\r\nOK\r\n".to_vec(),
        b"AT+USECMNG=4,0,\"ca.pem\"\r" => b"\r\nERROR\r\n".to_vec(),
        _ => b"\r\n+USECMNG:4,2,\"x\",\"ACB694A59C17E0D791529BB19706A6E4\"\r\nOK\r\n".to_vec(),
    };
    bench.wish(Wish::ListStored);
    let told = told_of_store(&bench);
    let [StoreEvent::Listed(entries)] = told.as_slice() else { panic!("{told:?}") };
    let md5s: Vec<_> = entries.iter().map(|entry| entry.md5.as_deref()).collect();
    assert_eq!(md5s, [None, Some("ACB694A59C17E0D791529BB19706A6E4")]);
    assert!(bench.events.contains(&Event::Activity(Activity::Storing)));
    assert_eq!(bench.events.last(), Some(&Event::Activity(Activity::Nothing)));
}

#[test]
fn a_wish_for_the_store_is_refused_while_something_else_is_under_way() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Send("AT+SLOW".into()));
    bench.wish(Wish::Store(key_upload()));
    assert_eq!(told_of_store(&bench), []);
    assert!(bench.events.iter().any(|event| matches!(event, Event::Refused(_))));
    assert_eq!(bench.sent, [b"AT+SLOW\r"]);
}

#[test]
fn what_the_port_takes_of_an_upload_is_told() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Store(key_upload()));
    bench.receive(b"\r\nOK\r\n");
    bench.receive(b"\r\n>");
    bench.now = bench.session.poll_time().expect(ENDED);
    bench.handle(Input::Time);
    let of = key_upload().pem.reveal().len();
    let before = usize::try_from(bench.session.progress.given()).unwrap() - of;
    bench.handle(Input::Written(before));
    bench.handle(Input::Written(30));
    let steps = [0, 30].map(|bytes| StoreEvent::Written { bytes, of });
    assert_eq!(told_of_store(&bench), steps);
}

#[test]
fn the_networks_that_a_module_sees_are_told_and_a_refused_scan_is_a_problem() {
    let mut bench = rebuilt(idle());
    bench.answer =
        |_| b"\r\n+UWSCAN:000000000001,1,\"lab-ap\",6,-48,18,8,8\r\n+UWSCAN:junk\r\nOK\r\n".to_vec();
    bench.wish(Wish::Scan);
    let seen = bench.events.iter().find_map(|event| match event {
        Event::Wifi(WifiEvent::Scanned(seen)) => Some(seen.clone()),
        _ => None,
    });
    let names: Vec<_> = seen.unwrap().into_iter().map(|entry| (entry.ssid, entry.rssi)).collect();
    assert_eq!(names, [("lab-ap".to_owned(), -48)]);
    assert_eq!(bench.sent, [b"AT+UWSCAN\r"]);
    bench.events.clear();
    bench.answer = |_| b"\r\nERROR\r\n".to_vec();
    bench.wish(Wish::Scan);
    assert!(bench.events.iter().any(|event| matches!(event, Event::Refused(_))), "{:?}", bench.events);
    assert_eq!(bench.events.last(), Some(&Event::Activity(Activity::Nothing)));
}

#[test]
fn a_typed_command_ends_as_the_person_has_chosen_and_no_other_does() {
    let mut bench = idle();
    for (end, bytes) in [(LineEnd::CrLf, "AT+X\r\n"), (LineEnd::Lf, "AT+X\n"), (LineEnd::Cr, "AT+X\r")] {
        bench.sent.clear();
        bench.wish(Wish::EndLines(end));
        bench.wish(Wish::Send("AT+X".to_owned()));
        assert_eq!(bench.sent, [bytes.as_bytes()], "{end:?}");
    }
    bench.wish(Wish::EndLines(LineEnd::Lf));
    bench.sent.clear();
    bench.wish(Wish::Find);
    assert!(bench.sent.iter().all(|sent| !sent.ends_with(b"\n")), "{:?}", bench.sent);
}

#[test]
fn the_escape_is_sent_to_a_module_that_does_not_answer_and_tells_what_came_of_it() {
    // In data mode: it takes everything for payload until it is escaped.
    let mut bench = Bench::new(|_: &[u8]| Vec::new());
    bench.run(found);
    assert!(bench.events.iter().any(|event| matches!(event, Event::Silent(_))));
    bench.events.clear();
    bench.sent.clear();
    let mut bench = rebuilt(bench);
    bench.answer = |_| b"\r\nOK\r\n".to_vec();
    bench.wish(Wish::Escape);
    bench.run(found);
    assert_eq!(bench.sent, [b"+++".to_vec(), b"AT\r".to_vec()]);
    assert!(bench.events.contains(&Event::Mode(Some(Mode::Command))), "{:?}", bench.events);
}
