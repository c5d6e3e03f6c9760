//! The search for a module whose line settings nobody knows, on made-up time and over a virtual serial port. How long the
//! longest took is printed: `cargo test --test it search:: -- --nocapture`.

#![allow(clippy::print_stdout, reason = "the times are to be read")]

use std::time::{Duration, Instant};

use xpress_center::model::{Connection, Handle as _, News, Order, PortName};
use xpress_center::plan::Mode;
use xpress_center::problem::{Kind, Problem};
use xpress_center::session::{
    Activity, Event, FlowControl, Heard, Input, LIKELY_SPEEDS, LineChange, LineEvent, LineSettings,
    SearchEvent, SearchResult, WireKind, Wish,
};
use xpress_center::shell::clock::Clock;
use xpress_center::shell::link::Worker;
use xpress_center::simulator::{self, Echo, Fault, Start};

use crate::support::lab::{Lab, LabSettings};
use crate::support::program::Module;
use crate::support::wait_until;

/// One module of each family.
const FAMILIES: [(&str, &str); 3] =
    [("NINA-W132", "2.1.0-017"), ("NINA-W152", "4.0.0-006"), ("ODIN-W262", "7.1.0-020")];
const USUAL: LineSettings = LineSettings { speed: 115_200, flow: FlowControl::RtsCts };
const LIMIT: Duration = Duration::from_secs(15);

/// The states that a module is found in.
const STATES: [(simulator::Mode, Echo); 4] = [
    (simulator::Mode::Command, Echo::On),
    (simulator::Mode::Command, Echo::Off),
    (simulator::Mode::Data, Echo::On),
    (simulator::Mode::Edm, Echo::On),
];

fn line_of_module(line: LineSettings) -> simulator::LineSettings {
    let flow_control = match line.flow {
        FlowControl::RtsCts => simulator::FlowControl::CtsRts,
        FlowControl::None => simulator::FlowControl::None,
    };
    simulator::LineSettings { baud_rate: line.speed, flow_control, ..Default::default() }
}

fn lab(start: Start) -> Lab {
    Lab::new(LabSettings { start, ..LabSettings::default() })
}

fn result(lab: &Lab) -> Option<SearchResult> {
    lab.events.iter().find_map(|event| match event {
        Event::Search(SearchEvent::Ended(result)) => Some(*result),
        _ => None,
    })
}

/// Searches until the search has a result.
fn search(lab: &mut Lab, limit: Duration) -> Option<SearchResult> {
    lab.open_for_search(USUAL);
    lab.run_until(limit, |lab| result(lab).is_some());
    result(lab)
}

fn settings() -> impl Iterator<Item = LineSettings> {
    let flows = [FlowControl::RtsCts, FlowControl::None];
    LIKELY_SPEEDS.into_iter().flat_map(move |speed| flows.map(|flow| LineSettings { speed, flow }))
}

#[test]
fn a_module_is_found_at_every_speed_with_every_flow_control_in_every_state_within_fifteen_seconds() {
    let mut longest = Duration::ZERO;
    for (model, firmware) in FAMILIES {
        for line in settings() {
            for (mode, echo) in STATES {
                let start = Start { mode, echo, line: line_of_module(line), ..Start::default() };
                let mut lab = Lab::new(LabSettings { model, firmware, start, ..LabSettings::default() });
                let found = search(&mut lab, LIMIT);
                let shown = format!("{model} {line:?} {mode:?} {echo:?}: {:?}", lab.events);
                assert_eq!(found, Some(SearchResult::Found(line)), "{shown}");
                longest = longest.max(lab.now.since_start());
                assert!(lab.run_until_idle(Duration::from_secs(10)), "{shown}");
                assert!(lab.events.iter().any(|event| matches!(event, Event::Identified(_))), "{shown}");
            }
        }
    }
    println!("the longest search took {longest:?}");
}

#[test]
fn a_module_at_the_usual_settings_is_found_in_three_seconds() {
    for (mode, echo) in STATES {
        let mut lab = lab(Start { mode, echo, ..Start::default() });
        let found = search(&mut lab, Duration::from_secs(3));
        assert_eq!(found, Some(SearchResult::Found(USUAL)), "{mode:?} {echo:?}");
    }
}

#[test]
fn a_module_in_extended_data_mode_stays_there_and_keeps_its_settings() {
    let line = LineSettings { speed: 57_600, flow: FlowControl::RtsCts };
    let mut lab = lab(Start { mode: simulator::Mode::Edm, line: line_of_module(line), ..Start::default() });
    assert_eq!(search(&mut lab, LIMIT), Some(SearchResult::Found(line)));
    assert!(lab.run_until_idle(Duration::from_secs(5)));
    assert!(lab.events.contains(&Event::Mode(Some(Mode::Extended))));
    let sent = lab.events.iter().filter_map(|event| match event {
        Event::Wire(wire) if wire.kind == WireKind::Command => Some(wire.text().into_owned()),
        _ => None,
    });
    let changes: Vec<_> = sent.filter(|text| text.contains('=') && !text.contains("=2")).collect();
    assert!(changes.iter().all(|text| text.starts_with("AT+UWSSTAT=") || text.starts_with("AT+UNSTAT=")));
}

#[test]
fn the_command_line_is_clean_after_a_search() {
    for echo in [Echo::On, Echo::Off] {
        let line = LineSettings { speed: 9600, flow: FlowControl::None };
        let mut lab = lab(Start { echo, line: line_of_module(line), ..Start::default() });
        search(&mut lab, LIMIT);
        assert!(lab.run_until_idle(Duration::from_secs(5)));
        lab.events.clear();
        lab.wish(Wish::Send("AT".into()));
        lab.run_for(Duration::from_secs(1));
        let refused = |event: &Event| matches!(event, Event::Wire(wire) if wire.kind == WireKind::Error);
        assert!(!lab.events.iter().any(refused), "{:?}", lab.events);
    }
}

#[test]
fn a_module_in_the_middle_of_an_upload_is_found() {
    let mut lab = Lab::connected(LabSettings::default());
    lab.wish(Wish::Send("AT+USECMNG=0,0,\"half\",8000".into()));
    lab.run_for(Duration::from_secs(1));
    lab.session.handle(Input::Line(LineChange::Closed), lab.now);
    lab.settle();
    lab.events.clear();
    assert_eq!(search(&mut lab, Duration::from_secs(25)), Some(SearchResult::Found(USUAL)));
}

#[test]
fn nobody_at_all_is_told_in_twenty_seconds_with_everything_that_was_tried() {
    let faults = ["silent".parse::<Fault>().unwrap()].into_iter().collect();
    let mut lab = Lab::new(LabSettings { faults, ..LabSettings::default() });
    assert_eq!(search(&mut lab, Duration::from_secs(20)), Some(SearchResult::Nobody(Heard::Nothing)));
    for speed in LIKELY_SPEEDS {
        let tried = |event: &Event| matches!(event, Event::Search(SearchEvent::Tried { line, .. }) if line.speed == speed);
        assert!(lab.events.iter().any(tried), "{speed}");
    }
}

#[test]
fn a_speed_that_nobody_uses_is_heard_as_bytes_without_text() {
    let line = simulator::LineSettings { baud_rate: 1_234_567, ..Default::default() };
    let mut lab = lab(Start { line, ..Start::default() });
    assert_eq!(search(&mut lab, Duration::from_secs(20)), Some(SearchResult::Nobody(Heard::Garbage)));
}

#[test]
fn a_module_that_starts_again_and_again_is_known_by_its_boot_text() {
    let faults = ["boot-loop".parse::<Fault>().unwrap()].into_iter().collect();
    let mut lab = Lab::new(LabSettings { faults, ..LabSettings::default() });
    assert_eq!(search(&mut lab, Duration::from_secs(20)), Some(SearchResult::Nobody(Heard::Boot)));
}

/// Searches on a line where nobody answers, but where this comes every second.
fn search_amid(bytes: &[u8]) -> Option<SearchResult> {
    let faults = ["silent".parse::<Fault>().unwrap()].into_iter().collect();
    let mut lab = Lab::new(LabSettings { faults, ..LabSettings::default() });
    lab.open_for_search(USUAL);
    for _ in 0..25 {
        lab.session.handle(Input::Bytes(bytes.to_vec()), lab.now);
        if lab.run_until(Duration::from_secs(1), |lab| result(lab).is_some()) {
            break;
        }
    }
    result(&lab)
}

#[test]
fn stray_bytes_alone_and_another_device_are_told_from_a_module() {
    for (bytes, heard) in [(&b"\xF8"[..], Heard::Garbage), (b"$GPGGA,120000,4717.11,N\r\n", Heard::Text)] {
        assert_eq!(search_amid(bytes), Some(SearchResult::Nobody(heard)), "{bytes:?}");
    }
}

#[test]
fn a_port_that_is_unplugged_in_the_middle_ends_the_search_there_and_nothing_more_is_sent() {
    let mut lab =
        lab(Start { line: line_of_module(LineSettings { speed: 9600, ..USUAL }), ..Start::default() });
    lab.open_for_search(USUAL);
    lab.run_for(Duration::from_millis(1500));
    let problem = Problem::new(Kind::PortLost, "The port is gone", "Plug the module in again");
    lab.session.handle(Input::Line(LineChange::Lost(problem.clone())), lab.now);
    lab.settle();
    let lost = Event::Line(LineEvent::Lost(problem));
    let place = lab.events.iter().position(|event| *event == lost).expect("the loss is told");
    lab.run_for(Duration::from_secs(30));
    let later = &lab.events[place..];
    let last = lab.events.iter().rev().find(|event| matches!(event, Event::Activity(_)));
    assert_eq!(last, Some(&Event::Activity(Activity::Nothing)));
    assert!(!later.iter().any(|event| matches!(event, Event::Search(_) | Event::Wire(_))), "{later:?}");
    lab.events.clear();
    assert_eq!(
        search(&mut lab, LIMIT),
        Some(SearchResult::Found(LineSettings { speed: 9600, ..USUAL })),
        "once it is plugged in again, it is found"
    );
}

#[test]
fn a_search_that_is_cancelled_ends_at_once() {
    let line = simulator::LineSettings { baud_rate: 19_200, ..Default::default() };
    let mut lab = lab(Start { mode: simulator::Mode::Edm, line, ..Start::default() });
    lab.open_for_search(USUAL);
    lab.run_for(Duration::from_millis(2500));
    lab.wish(Wish::Cancel);
    assert_eq!(result(&lab), Some(SearchResult::Cancelled));
}

#[test]
fn a_module_that_is_just_starting_is_found() {
    let line = LineSettings { speed: 460_800, flow: FlowControl::RtsCts };
    let mut lab = lab(Start { line: line_of_module(line), ..Start::default() });
    lab.simulator.handle(simulator::Input::Bytes(b"AT+CPWROFF\r".to_vec()), lab.now);
    assert_eq!(search(&mut lab, LIMIT), Some(SearchResult::Found(line)));
}

/// A pseudo-terminal keeps the settings of the computer's end, by which the simulated module hears and says nothing but
/// garbage at a wrong speed. It has neither RTS nor CTS, and bytes take no time on it.
#[test]
fn the_real_program_finds_a_module_over_a_virtual_serial_port_in_twenty_seconds_at_its_least_likely_speed() {
    let module = Module::start(&[]);
    let mut terminal = module.open();
    for (command, speed) in [("ATE0", 115_200), ("AT+UMRS=3000000,2,8,1,1", 3_000_000), ("ATO2", 3_000_000)] {
        terminal.send(format!("{command}\r").as_bytes());
        terminal.read_until(b"OK\r\n", Duration::from_secs(5));
        terminal.set_speed(speed);
        // While its speed changes the module hears nothing, for up to a second (protocol.md §1.2).
        wait_until(Duration::from_secs(1), || None::<()>);
    }
    drop(terminal);
    let mut link = Worker::start(Clock::start(), || {});
    let began = Instant::now();
    let port = PortName::Serial(module.port.clone());
    link.send(Order::FindModule { first: Connection::to(port), except: Vec::new() });
    let found = loop {
        let news = link.news().recv_timeout(Duration::from_secs(30)).expect("the search never ends");
        if let News::Session(Event::Search(SearchEvent::Ended(result))) = news {
            break result;
        }
    };
    let took = began.elapsed();
    let line = LineSettings { speed: 3_000_000, flow: FlowControl::None };
    assert_eq!(found, SearchResult::Found(line));
    assert!(took < Duration::from_secs(20), "{took:?}");
    println!("over a virtual serial port the search took {took:?}");
}
