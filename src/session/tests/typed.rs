//! Commands that a person types: one at a time, never into a plan, and given up when no answer comes.

use super::*;

#[test]
fn commands_typed_in_a_row_are_sent_one_after_the_other() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Send("AT+ONE".into()));
    bench.wish(Wish::Send("AT+TWO".into()));
    assert_eq!(bench.sent, [b"AT+ONE\r"]);
    bench.receive(b"AT+ONE\r\r\nOK\r\n");
    assert_eq!(bench.sent, [b"AT+ONE\r", b"AT+TWO\r"]);
}

#[test]
fn a_typed_command_is_given_up_when_no_answer_comes_or_the_module_restarts() {
    let unanswered = |name: &str| Event::Unanswered(name.to_owned());
    let mut bench = rebuilt(idle());
    let before = bench.now;
    bench.wish(Wish::Send("AT+ONE".into()));
    bench.wish(Wish::Send("AT+TWO".into()));
    bench.run(|event| *event == unanswered("AT+ONE"));
    assert_eq!(bench.now.since(before), Duration::from_secs(10));
    assert_eq!(bench.sent, [b"AT+ONE\r", b"AT+TWO\r"]);
    bench.receive(b"\r\n+STARTUP\r\n");
    assert!(bench.events.contains(&unanswered("AT+TWO")), "{:?}", bench.events);
    let secret = "AT+UWSC=0,8,\"hunter2hunter2\"";
    bench.wish(Wish::Send(secret.into()));
    bench.run(|event| matches!(event, Event::Unanswered(text) if text.starts_with("AT+UWSC=0,8,")));
    assert!(!format!("{:?}", bench.events).contains("hunter2"));
}

#[test]
fn a_command_typed_while_a_plan_runs_is_refused() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Run(plan(vec![command("AT+SLOW")])));
    bench.wish(Wish::Send("AT".into()));
    assert!(
        bench
            .events
            .iter()
            .any(|event| matches!(event, Event::Refused(problem) if problem.kind == Kind::ModuleBusy))
    );
    assert_eq!(bench.sent, [b"AT+SLOW\r"]);
}
