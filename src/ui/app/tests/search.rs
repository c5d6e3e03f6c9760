//! The search for a module in the window: one button, what is tried, and what comes of it.

use super::*;
use crate::model::SearchNews;
use crate::session::{Activity, FlowControl, Heard, LineSettings, SearchAttempt, SearchEvent, SearchResult};

const LINE: LineSettings = LineSettings { speed: 9600, flow: FlowControl::None };

/// A search that has begun on two ports.
fn searching() -> Bench {
    let mut bench = Bench::new();
    bench.click("Find my module");
    let second = port(PortName::Serial("/dev/ttyUSB1".to_owned()));
    bench.news(News::Search(SearchNews::Began(vec![port(serial()), second])));
    bench.news(News::Search(SearchNews::Opening(Connection::to(serial()))));
    bench.tell(Event::Line(LineEvent::Opened));
    bench.tell(Event::Activity(Activity::Searching));
    bench.search(SearchEvent::Trying { line: LINE, attempt: SearchAttempt::Escape });
    bench
}

impl Bench {
    fn search(&mut self, event: SearchEvent) {
        self.tell(Event::Search(event));
    }
}

#[test]
fn one_button_starts_the_search_with_what_is_selected() {
    let bench = searching();
    let first = Connection::to(PortName::Simulated);
    assert!(bench.shell.orders.borrow().contains(&Order::FindModule { first, except: Vec::new() }));
}

#[test]
fn what_is_tried_is_shown_while_it_is_tried() {
    let mut bench = searching();
    assert!(bench.sees("Port 1 of 2, 0 s"));
    assert!(bench.sees("9600 bit/s, no flow control: leaving data mode"));
    bench.search(SearchEvent::Tried { line: LINE, heard: Heard::Garbage });
    assert!(bench.sees("9600: no text"));
}

#[test]
fn cancel_stops_the_search_and_says_so() {
    let mut bench = searching();
    bench.click("Cancel");
    assert_eq!(bench.wishes(), [Wish::Cancel]);
    bench.search(SearchEvent::Ended(SearchResult::Cancelled));
    bench.tell(Event::Line(LineEvent::Closed));
    bench.news(News::Search(SearchNews::Ended));
    assert!(bench.sees("Stopped"));
    bench.click("Close");
    assert!(!bench.sees("No module was found"));
}

#[test]
fn a_module_that_was_found_is_connected_and_the_next_connection_leads_there() {
    let mut bench = searching();
    bench.search(SearchEvent::Ended(SearchResult::Found(LINE)));
    bench.news(News::Search(SearchNews::Ended));
    assert!(bench.sees("answers on /dev/ttyUSB0 at 9600 bit/s, no flow control"));
    let found = Connection::to(serial()).with_line(LINE);
    assert_eq!(bench.window.state().model().line, Line::Open(found.clone()));
    let saved = bench.shell.orders.borrow().iter().any(
        |order| matches!(order, Order::SaveSettings(settings) if settings.connection == Some(found.clone())),
    );
    assert!(saved);
}

#[test]
fn each_way_of_finding_nobody_is_explained() {
    for (heard, meaning) in [
        (Heard::Nothing, "Nothing came back at any speed"),
        (Heard::Garbage, "Bytes came back, but no text at any speed"),
        (Heard::Text, "Something talks here, but not as a module does"),
        (Heard::Boot, "A module starts here, but does not answer"),
    ] {
        let mut bench = searching();
        bench.search(SearchEvent::Ended(SearchResult::Nobody(heard)));
        bench.news(News::Search(SearchNews::Ended));
        assert!(bench.sees("No module was found"), "{heard:?}");
        assert!(bench.sees(meaning), "{heard:?}");
    }
}

#[test]
fn a_port_that_is_busy_is_named_and_the_search_goes_on() {
    let mut bench = searching();
    let problem = Problem::new(Kind::PortBusy, "Another program has /dev/ttyUSB0 open", "Close it");
    bench.tell(Event::Line(LineEvent::Lost(problem)));
    bench.news(News::Search(SearchNews::Opening(Connection::to(PortName::from("/dev/ttyUSB1")))));
    assert!(bench.sees("Another program has /dev/ttyUSB0 open"));
    assert!(bench.sees("Port 2 of 2"));
}
