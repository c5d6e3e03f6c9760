//! Macros against scripted modules: the order on the wire, what a wait takes for what it waits for, and every way to end.

use super::*;
use crate::macros::Script;
use crate::macros::{Values, parse};

fn script(steps: &str) -> Script {
    with_values(steps, &[])
}

fn with_values(lines: &str, values: &[(&str, &str)]) -> Script {
    let read = parse(&format!("# Test\n{lines}")).unwrap();
    let mut filled = Values::default();
    values.iter().for_each(|(name, value)| filled.set(name, value));
    read[0].script(&filled).unwrap()
}

fn ended(event: &Event) -> bool {
    matches!(event, Event::Macro(MacroEvent::Finished(_)))
}

fn ending<F>(bench: &Bench<F>) -> MacroResult {
    let ending = bench.events.iter().find_map(|event| match event {
        Event::Macro(MacroEvent::Finished(result)) => Some(result.clone()),
        _ => None,
    });
    ending.expect("ended")
}

fn failure<F>(bench: &Bench<F>) -> Problem {
    match ending(bench) {
        MacroResult::Failed(problem) => problem,
        other => panic!("{other:?}"),
    }
}

const DONE: MacroResult = MacroResult::Done { refused: 0 };

#[test]
fn each_command_waits_for_the_answer_to_the_one_before() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("AT+ONE\nAT+TWO")));
    assert_eq!(bench.sent, [b"AT+ONE\r"]);
    bench.receive(b"AT+ONE\r\r\n+ONE:1\r\n");
    assert_eq!(bench.sent.len(), 1);
    bench.receive(b"OK\r\n");
    assert_eq!(bench.sent, [b"AT+ONE\r", b"AT+TWO\r"]);
    bench.receive(b"AT+TWO\r\r\nOK\r\n");
    assert_eq!(ending(&bench), DONE);
    assert_eq!(bench.events.last(), Some(&Event::Activity(Activity::Nothing)));
}

#[test]
fn every_step_is_told_as_it_begins() {
    let mut bench = idle();
    bench.wish(Wish::Play(script("AT+GMM\npause 2s\nwait containing NINA within 1s")));
    bench.run(ended);
    let told: Vec<_> = bench
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Macro(MacroEvent::Step { index, doing }) => Some((*index, doing.clone())),
            _ => None,
        })
        .collect();
    assert!(bench.events.contains(&Event::Macro(MacroEvent::Started { name: "Test".to_owned(), of: 3 })));
    assert_eq!(
        told,
        [
            (0, Doing::Sending("AT+GMM".to_owned())),
            (1, Doing::Pausing(Duration::from_secs(2))),
            (2, Doing::Waiting("NINA".to_owned()))
        ]
    );
    assert_eq!(ending(&bench), DONE, "a line of the answer is waited for too, also behind a pause");
}

#[test]
fn a_command_that_is_refused_stops_the_macro_unless_it_was_only_tried() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("try AT+ONE\nAT+TWO\nAT+THREE")));
    bench.receive(b"AT+ONE\r\r\nERROR\r\n");
    assert_eq!(bench.sent.last().unwrap(), b"AT+TWO\r");
    bench.receive(b"AT+TWO\r\r\nERROR\r\n");
    let problem = failure(&bench);
    assert_eq!((problem.kind, bench.sent.len()), (Kind::ModuleRefused, 2));
    assert!(problem.message.contains("AT+TWO"));
}

#[test]
fn commands_that_were_refused_and_passed_over_are_counted() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("try AT+ONE")));
    bench.receive(b"AT+ONE\r\r\nERROR\r\n");
    assert_eq!(ending(&bench), MacroResult::Done { refused: 1 });
}

#[test]
fn a_line_that_came_before_the_answer_is_found_and_one_before_the_command_is_not() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("AT+ONE\nAT+TWO\nwait +UUNU within 5s")));
    bench.receive(b"AT+ONE\r\r\n+UUNU:0\r\n\r\nOK\r\n");
    bench.receive(b"AT+TWO\r\r\nOK\r\n");
    assert!(!bench.events.iter().any(ended), "the old line was taken");
    bench.receive(b"\r\n+UUWLE:0,00,1\r\n\r\n+UUNU:0\r\n");
    assert_eq!(ending(&bench), DONE);

    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("AT+ONE\nwait +UUNU within 5s")));
    bench.receive(b"AT+ONE\r\r\n+UUNU:0\r\n\r\nOK\r\n");
    assert_eq!(ending(&bench), DONE);
}

#[test]
fn two_waits_are_not_met_by_one_line() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("wait +UUNU within 5s\nwait +UUNU within 5s")));
    bench.receive(b"\r\n+UUNU:0\r\n");
    assert!(!bench.events.iter().any(ended));
    bench.receive(b"\r\n+UUNU:0\r\n");
    assert_eq!(ending(&bench), DONE);
}

#[test]
fn a_line_that_says_that_nothing_will_come_ends_the_wait_at_once() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("AT+ONE\nwait +UUPING: unless +UUPINGER within 60s")));
    bench.receive(b"AT+ONE\r\r\nOK\r\n\r\n+UUPINGER:17\r\n");
    let problem = failure(&bench);
    assert_eq!(problem.message, "The module said +UUPINGER:17 while +UUPING: was waited for");
}

#[test]
fn a_line_that_does_not_come_in_time_is_named() {
    let mut bench = rebuilt(idle());
    let began = bench.now;
    bench.wish(Wish::Play(script("wait containing peace within 1500ms")));
    bench.run(ended);
    assert_eq!(bench.now.since(began), Duration::from_millis(1500));
    let problem = failure(&bench);
    assert_eq!(problem.message, "No line that contains peace came within 1.5 s");
}

#[test]
fn a_silent_module_fails_the_macro_with_its_command_named() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("try AT+SLOW")));
    bench.run(ended);
    let problem = failure(&bench);
    assert_eq!(problem.kind, Kind::ModuleSilent);
    assert!(problem.message.contains("AT+SLOW"));
}

#[test]
fn a_cancelled_macro_awaits_its_answer_and_ends_at_a_prompt() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("AT+ONE\nAT+TWO")));
    bench.wish(Wish::Cancel);
    assert!(!bench.events.iter().any(ended), "the command is still under way");
    bench.receive(b"AT+ONE\r\r\nOK\r\n");
    assert_eq!((ending(&bench), bench.sent.len()), (MacroResult::Cancelled, 1));
    bench.wish(Wish::Send("AT".into()));
    assert_eq!(bench.sent.last().unwrap(), b"AT\r");
}

#[test]
fn waits_and_pauses_end_at_once_when_they_are_cancelled() {
    for step in ["wait X within 3600s", "pause 3600s"] {
        let mut bench = rebuilt(idle());
        let began = bench.now;
        bench.wish(Wish::Play(script(step)));
        bench.wish(Wish::Cancel);
        assert_eq!((ending(&bench), bench.now), (MacroResult::Cancelled, began), "{step}");
    }
}

#[test]
fn a_lost_line_fails_the_macro_with_the_lines_problem() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("pause 60s")));
    let lost = Problem::new(Kind::PortLost, "gone", "plug it in");
    bench.handle(Input::Line(LineChange::Lost(lost.clone())));
    assert_eq!(failure(&bench), lost);
    assert_eq!(bench.session.poll_time(), None);
}

#[test]
fn a_macro_is_refused_in_data_mode_and_while_something_else_is_under_way() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Enter(Mode::Data));
    bench.receive(b"ATO1\r\r\nOK\r\n");
    bench.wish(Wish::Play(script("AT")));
    assert_eq!(bench.sent, [b"ATO1\r"]);
    assert!(bench.events.iter().any(|event| matches!(event, Event::Refused(_))));
    assert!(!bench.events.iter().any(|event| matches!(event, Event::Macro(_))));

    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("AT+ONE")));
    bench.wish(Wish::Play(script("AT+TWO")));
    bench.wish(Wish::Send("AT+THREE".into()));
    let refused = bench.events.iter().filter(|event| matches!(event, Event::Refused(_))).count();
    assert_eq!((bench.sent.len(), refused), (1, 2));
}

#[test]
fn a_macro_that_leads_into_data_mode_sends_no_further_command_there() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("ATO1\nAT+ONE")));
    bench.receive(b"ATO1\r\r\nOK\r\n");
    assert_eq!(bench.sent, [b"ATO1\r"]);
    assert!(bench.events.contains(&Event::Mode(Some(Mode::Data))));
    assert_eq!(failure(&bench), talk::would_be_payload());
}

#[test]
fn the_banner_of_a_restart_can_be_waited_for() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Play(script("AT+CPWROFF\nwait +STARTUP within 5s\nAT")));
    bench.receive(b"AT+CPWROFF\r\r\nOK\r\n");
    bench.receive(b"\r\n+STARTUP\r\n");
    assert_eq!(bench.sent.last().unwrap(), b"AT\r");
    bench.receive(b"AT\r\r\nOK\r\n");
    assert_eq!(ending(&bench), DONE);
}

#[test]
fn secret_values_are_dots_wherever_they_come_back() {
    let mut bench = rebuilt(idle());
    let values = [("pw", "hunter2\"hunter2")];
    bench.wish(Wish::Play(with_values("secret: pw\nAT+FOO=\"{pw}\"\nwait +UUX within 1s", &values)));
    assert_eq!(bench.sent, [b"AT+FOO=\"hunter2\\22hunter2\"\r"]);
    bench.receive(b"AT+FOO=\"hunter2\\22hunter2\"\r\r\n+FOO:hunter2\"hunter2\r\nOK\r\n");
    bench.receive(b"\r\n+UUX:hunter2\\22hunter2\r\n");
    assert_eq!(ending(&bench), DONE);
    let told = format!("{:?} {:?}", bench.events, bench.shown());
    assert!(!told.contains("hunter2"), "{told}");
    assert_eq!(bench.wires(WireKind::Command), [format!("AT+FOO=\"{DOTS}\"")]);
}
