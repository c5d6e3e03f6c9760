//! A plan that talks with a service in data mode, against scripted modules: answers that nothing separates, what a module
//! has held back, and data mode that ends by itself.

use super::*;

const PEER: &str = "service";

fn case(status: &'static str, then: Then) -> Case {
    let bind = match then {
        Then::Done => vec![Bind { pointer: "/hub", hole: "hub", kind: BoundType::Host }],
        _ => Vec::new(),
    };
    Case { when: vec![("/status", Is::Text(status))], bind, then }
}

fn talk_in_data_mode() -> Plan {
    let refused = Problem::new(Kind::CloudUnreachable, "It refuses", "Ask it why");
    let exhausted = Problem::new(Kind::CloudSilent, "still not assigned", "wait and try again");
    let cases = vec![case("assigning", Then::Again), case("assigned", Then::Done)];
    plan(vec![
        Act::Open { peer: PEER, url: Text::new("mqtt://dps"), limit: Duration::from_secs(30), refused },
        Act::Enter(Mode::Data),
        Act::Repeat {
            acts: vec![
                Act::Publish { peer: PEER, body: Text::new("{}") },
                Act::Await { peer: PEER, limit: Duration::from_secs(10), cases },
            ],
            pause: Duration::from_secs(2),
            at_most: 3,
            exhausted,
        },
        Act::Enter(Mode::Command),
        Act::Close { peer: PEER },
    ])
}

/// A module whose only peer answers `{}` with `answer`, and `+++` with `escaped`.
fn connected(answer: &'static str, escaped: &'static str) -> impl FnMut(&[u8]) -> Vec<u8> {
    move |bytes: &[u8]| match bytes {
        b"{}" => answer.into(),
        b"+++" => escaped.into(),
        _ if bytes.starts_with(b"AT+UDCP=") => {
            let said = "\r\n+UDCP:2\r\nOK\r\n\r\n+UUDPC:2,2,6,0.0.0.0,0,20.43.44.164,8883\r\n";
            [bytes, said.as_bytes()].concat()
        }
        b"AT+UDCPC=2\r" => b"AT+UDCPC=2\r\r\nOK\r\n\r\n+UUDPD:2\r\n".to_vec(),
        _ => module(bytes),
    }
}

fn talked(answer: &'static str, escaped: &'static str) -> Bench<impl FnMut(&[u8]) -> Vec<u8>> {
    let mut bench = Bench::new(connected(answer, escaped));
    bench.run(found);
    bench.sent.clear();
    bench.wish(Wish::Run(talk_in_data_mode()));
    bench.run(finished);
    bench
}

fn sent(bench: &Bench<impl FnMut(&[u8]) -> Vec<u8>>) -> Vec<String> {
    bench.sent.iter().map(|bytes| String::from_utf8_lossy(bytes).trim_end().to_owned()).collect()
}

#[test]
fn an_answer_right_behind_another_is_the_next_one() {
    let bench = talked(r#"{"status":"assigning"}{"status":"assigned","hub":"h.example"}"#, "\r\nOK\r\n");
    let bound = vec![("hub".to_owned(), "h.example".to_owned())];
    assert_eq!(result(&bench), PlanResult::Done { bound });
    assert_eq!(sent(&bench), ["AT+UDCP=mqtt://dps", "ATO1", "{}", "{}", "+++", "AT+UDCPC=2"]);
}

#[test]
fn what_the_module_held_back_while_it_was_in_data_mode_is_no_payload() {
    let held = "\r\nOK\r\n\r\n+UUNU:0\r\n\r\n+UUND:0\r\n";
    let bench = talked(r#"{"status":"assigned","hub":"h.example"}"#, held);
    assert!(matches!(result(&bench), PlanResult::Done { .. }), "{:?}", bench.events);
    let payload = bench.wires(WireKind::Data { channel: None });
    assert_eq!(payload, ["{}", r#"{"status":"assigned","hub":"h.example"}"#]);
    assert_eq!(bench.wires(WireKind::Unsolicited).len(), 4, "{:?}", bench.shown());
}

#[test]
fn the_words_of_the_escape_within_payload_are_payload() {
    let bench = talked(r#"{"status":"assigned","hub":"h.example"}"#, "a\r\nOK\r\nb\r\nOK\r\n");
    assert!(matches!(result(&bench), PlanResult::Done { .. }), "{:?}", bench.events);
    assert_eq!(bench.wires(WireKind::Data { channel: None }).last().unwrap(), "a\r\nOK\r\nb");
}

#[test]
fn a_module_that_loses_its_last_peer_instead_of_an_answer_says_who_hung_up() {
    let bench = talked("{\"status\":\"assi\r\n+UUDPD:2\r\n", "");
    let PlanResult::Failed(problem) = result(&bench) else { panic!("{:?}", bench.events) };
    assert_eq!(problem.kind, Kind::CloudUnreachable);
    assert!(problem.message.contains("ended the connection"), "{problem:?}");
    assert!(!sent(&bench).contains(&"+++".to_owned()), "it is in command mode already");
}

#[test]
fn a_module_that_loses_its_last_peer_instead_of_leaving_data_mode_has_left_it_all_the_same() {
    let bench = talked(r#"{"status":"assigned","hub":"h.example"}"#, "\r\n+UUDPD:2\r\n");
    assert!(matches!(result(&bench), PlanResult::Done { .. }), "{:?}", bench.events);
    assert_eq!(sent(&bench).get(3..).unwrap(), ["+++", "AT", "AT+UDCPC=2"]);
}

#[test]
fn an_answer_that_is_no_json_ends_the_plan_at_a_prompt_without_the_peer() {
    let bench = talked("Service Unavailable", "\r\nOK\r\n");
    let PlanResult::Failed(problem) = result(&bench) else { panic!("{:?}", bench.events) };
    assert_eq!(problem.kind, Kind::CloudAnswer);
    assert_eq!(sent(&bench).get(3..).unwrap(), ["+++", "AT+UDCPC=2"]);
}

#[test]
fn a_plan_leaves_data_mode_before_it_sends_its_first_command() {
    let mut bench = Bench::new(connected("", "\r\nOK\r\n"));
    bench.run(found);
    bench.wish(Wish::Enter(Mode::Data));
    bench.sent.clear();
    bench.wish(Wish::Run(plan(vec![command("AT&W")])));
    bench.run(finished);
    assert_eq!(sent(&bench), ["+++", "AT&W"]);
}

#[test]
fn payload_that_was_held_back_has_left_the_line_a_second_before_the_escape() {
    let mut bench = Bench::new(connected("", "\r\nOK\r\n"));
    bench.run(found);
    let body = "x".repeat(1000);
    let refused = Problem::new(Kind::CloudUnreachable, "It refuses", "Ask it why");
    bench.wish(Wish::Run(plan(vec![
        Act::Open { peer: PEER, url: Text::new("mqtt://dps"), limit: Duration::from_secs(30), refused },
        Act::Enter(Mode::Data),
        Act::Publish { peer: PEER, body: Text::new(body.as_str()) },
        Act::Enter(Mode::Command),
    ])));
    let mut when = |wanted: &[u8]| {
        while bench.sent.last().is_none_or(|sent| sent != wanted) {
            bench.now = bench.session.poll_time().expect(ENDED);
            bench.handle(Input::Time);
        }
        bench.now
    };
    // Ten bits a byte at 115200 bits per second.
    let left = when(body.as_bytes()) + Duration::from_secs_f64(10_000.0 / 115_200.0);
    assert!(when(b"+++").since(left) >= Duration::from_secs(1));
}

#[test]
fn words_of_the_escape_that_came_before_it_are_no_answer_to_it() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Enter(Mode::Data));
    bench.receive(b"ATO1\r\r\nOK\r\n");
    bench.receive(b"payload\r\nOK\r\n");
    bench.wish(Wish::Enter(Mode::Command));
    bench.now = bench.session.poll_time().expect(ENDED);
    bench.handle(Input::Time);
    assert_eq!(bench.sent.last().unwrap(), b"+++");
    bench.receive(b"\r");
    assert!(!bench.events.contains(&Event::Mode(Some(Mode::Command))));
    bench.receive(b"\nOK\r\n");
    assert!(bench.events.contains(&Event::Mode(Some(Mode::Command))));
}
