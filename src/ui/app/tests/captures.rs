//! Captures that are opened to be looked at.

use super::*;
use crate::model::{FileContent, OPEN_CAPTURE};

const MESSAGE: &str = r#"{"time":"2026-01-31T12:00:00Z","direction":"sent","kind":"burst","text":"theirs"}"#;

impl Bench {
    fn capture(&mut self, text: &str) {
        let content = FileContent { path: "/tmp/lab.jsonl".into(), bytes: text.as_bytes().to_vec().into() };
        self.news(News::File { purpose: OPEN_CAPTURE.to_owned(), result: Ok(content) });
    }
}

#[test]
fn a_capture_is_shown_at_once_and_the_way_back_leads_to_the_live_traffic() {
    let mut bench = Bench::connected(Mode::Data);
    bench.data(Direction::Received, b"ours");
    bench.capture(MESSAGE);
    assert!(bench.sees("lab.jsonl · 1 message") && bench.sees("Sent 6 bytes: theirs"));
    bench.data(Direction::Sent, b"meanwhile");
    assert!(!bench.sees("meanwhile"));
    bench.click("Back to the live traffic");
    assert!(bench.sees("Received 4 bytes: ours") && bench.sees("Sent 9 bytes: meanwhile"));
}

#[test]
fn clearing_forgets_the_capture_and_not_the_live_traffic() {
    let mut bench = Bench::connected(Mode::Data);
    bench.data(Direction::Received, b"ours");
    bench.capture(MESSAGE);
    bench.click("Clear the traffic");
    assert!(bench.sees("Received 4 bytes: ours"));
}

#[test]
fn what_is_no_capture_is_said_with_its_name_and_changes_nothing() {
    let mut bench = Bench::connected(Mode::Data);
    bench.capture("hello");
    assert!(bench.sees("/tmp/lab.jsonl: This is neither a pcapng file nor one with a JSON object"));
    assert!(bench.window.state().model().foreign.is_none());
}
