//! The search for a module whose line settings nobody knows, on made-up time and over a virtual serial port. How long the
//! longest took is printed: `cargo test --test it search:: -- --nocapture`.

#![allow(clippy::print_stdout, reason = "the times are to be read")]

use std::time::{Duration, Instant};

use xpress_center::cloud;
use xpress_center::model::{Connection, Handle as _, News, Order, PortName};
use xpress_center::plan::Mode;
use xpress_center::problem::{Kind, Problem};
use xpress_center::session::{
    Activity, Caution, Consent, Direction, Doubt, Event, FlowControl, Heard, Input, LIKELY_SPEEDS,
    LineChange, LineEvent, LineSettings, SearchEvent, SearchResult, WireKind, Wish,
};
use xpress_center::shell::clock::Clock;
use xpress_center::shell::link::Worker;
use xpress_center::simulator::{self, Echo, Fault, Start};

use crate::support::lab::{Lab, LabSettings, aws_job};
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

fn question(lab: &Lab) -> Option<Doubt> {
    lab.events.iter().find_map(|event| match event {
        Event::Search(SearchEvent::Asks(doubt)) => Some(*doubt),
        _ => None,
    })
}

/// Searches until the search has a result; whoever is asked agrees at once.
fn search(lab: &mut Lab, limit: Duration) -> Option<SearchResult> {
    let began = lab.now;
    if search_from(lab, USUAL, limit).is_some() {
        lab.wish(Wish::Answer(Consent::GoOn));
        let spent = lab.now.since(began);
        lab.run_until(limit.saturating_sub(spent), |lab| result(lab).is_some());
    }
    result(lab)
}

/// Searches until there is a result or a question.
fn search_from(lab: &mut Lab, line: LineSettings, limit: Duration) -> Option<Doubt> {
    lab.open_for_search(line);
    lab.run_until(limit, |lab| result(lab).is_some() || question(lab).is_some());
    question(lab)
}

/// What was sent, in words.
fn sent(lab: &Lab) -> Vec<String> {
    let words = |event: &Event| match event {
        Event::Wire(wire) if wire.direction == Direction::Sent => Some(wire.text().into_owned()),
        _ => None,
    };
    lab.events.iter().filter_map(words).collect()
}

/// A module at the usual settings that is in data mode with a cloud, and whose line nobody has open.
fn in_data_mode_with_a_cloud() -> Lab {
    let mut lab = Lab::connected(LabSettings::default());
    lab.set_up(&aws_job());
    lab.wish(Wish::Enter(Mode::Data));
    assert!(lab.run_until_idle(Duration::from_secs(5)), "{:?}", lab.events);
    lab.run_for(Duration::from_secs(2));
    close(&mut lab);
    lab.cloud_events.clear();
    lab
}

fn close(lab: &mut Lab) {
    lab.session.handle(Input::Line(LineChange::Closed), lab.now);
    lab.settle();
    lab.events.clear();
}

fn bytes_in_the_cloud(lab: &Lab) -> usize {
    let payload = |event: &cloud::Event| match event {
        cloud::Event::Published { topic, payload, .. } if topic == "device1/up" => Some(payload.len()),
        _ => None,
    };
    lab.cloud_events.iter().filter_map(payload).sum()
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
    close(&mut lab);
    assert_eq!(search(&mut lab, Duration::from_secs(18)), Some(SearchResult::Found(USUAL)));
}

#[test]
fn a_module_in_the_middle_of_an_upload_is_found_at_every_fast_speed_within_fifteen_seconds() {
    let mut longest = Duration::ZERO;
    for speed in LIKELY_SPEEDS.into_iter().filter(|speed| *speed > USUAL.speed) {
        for mode in [simulator::Mode::Command, simulator::Mode::Edm] {
            let line = LineSettings { speed, ..USUAL };
            let start = Start { mode, line: line_of_module(line), ..Start::default() };
            let mut lab = Lab::connected(LabSettings { speed, start, ..LabSettings::default() });
            lab.wish(Wish::Send("AT+USECMNG=0,0,\"half\",8192".into()));
            lab.run_for(Duration::from_secs(1));
            close(&mut lab);
            let began = lab.now;
            let found = search(&mut lab, LIMIT);
            let shown = format!("{speed} in {mode:?}: {:?}", lab.events);
            assert_eq!(found, Some(SearchResult::Found(line)), "{shown}");
            longest = longest.max(lab.now.since(began));
            assert!(lab.run_until_idle(Duration::from_secs(10)), "{shown}");
            assert!(lab.events.iter().any(|event| matches!(event, Event::Identified(_))), "{shown}");
        }
    }
    println!("in the middle of an upload the longest search took {longest:?}");
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
        if question(&lab).is_some() {
            lab.wish(Wish::Answer(Consent::GoOn));
        }
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
    assert!(search_from(&mut lab, USUAL, LIMIT).is_some());
    lab.wish(Wish::Answer(Consent::GoOn));
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

#[test]
fn before_somebody_agrees_a_cloud_gets_no_more_than_one_escape() {
    for speed in LIKELY_SPEEDS.into_iter().filter(|speed| *speed != USUAL.speed) {
        let mut lab = in_data_mode_with_a_cloud();
        let chosen = LineSettings { speed, flow: FlowControl::RtsCts };
        assert!(search_from(&mut lab, chosen, LIMIT).is_some(), "{speed}: {:?}", lab.events);
        // Nobody answers for an hour.
        lab.run_for(Duration::from_secs(3600));
        assert_eq!(sent(&lab), ["+++"], "{speed}");
        assert_eq!(bytes_in_the_cloud(&lab), "+++".len(), "{speed}");
        lab.wish(Wish::Answer(Consent::GoOn));
        lab.run_until(LIMIT, |lab| result(lab).is_some());
        assert_eq!(result(&lab), Some(SearchResult::Found(USUAL)), "{speed}: {:?}", lab.events);
    }
}

#[test]
fn a_cloud_that_talks_gets_nothing_at_all_before_somebody_agrees() {
    let mut lab = in_data_mode_with_a_cloud();
    // What the cloud hears comes back while the search listens.
    lab.simulator.handle(simulator::Input::Bytes(b"out there".to_vec()), lab.now);
    let doubt = search_from(&mut lab, LineSettings { speed: 9600, ..USUAL }, LIMIT);
    assert_eq!(doubt, Some(Doubt::Talk));
    assert_eq!(sent(&lab), [""; 0]);
    assert_eq!(bytes_in_the_cloud(&lab), "out there".len());
}

#[test]
fn a_module_in_data_mode_at_the_chosen_speed_is_found_without_a_question_and_without_a_byte_in_its_cloud() {
    let mut lab = in_data_mode_with_a_cloud();
    assert_eq!(search_from(&mut lab, USUAL, LIMIT), None);
    assert_eq!(result(&lab), Some(SearchResult::Found(USUAL)));
    assert!(lab.run_until_idle(Duration::from_secs(10)));
    assert_eq!(bytes_in_the_cloud(&lab), 0);
}

#[test]
fn a_module_that_echoes_is_found_at_every_speed_without_a_question() {
    for line in settings() {
        let mut lab = lab(Start { line: line_of_module(line), ..Start::default() });
        assert_eq!(search_from(&mut lab, USUAL, LIMIT), None, "{line:?}: {:?}", lab.events);
        assert_eq!(result(&lab), Some(SearchResult::Found(line)));
    }
}

#[test]
fn a_port_that_is_to_be_left_is_left_and_gets_nothing_more() {
    let mut lab = lab(Start { mode: simulator::Mode::Edm, ..Start::default() });
    assert_eq!(search_from(&mut lab, LineSettings { speed: 9600, ..USUAL }, LIMIT), Some(Doubt::Silence));
    lab.wish(Wish::Answer(Consent::LeavePort));
    assert_eq!(result(&lab), Some(SearchResult::Left));
    lab.run_for(Duration::from_secs(10));
    assert_eq!(sent(&lab), ["+++"]);
}

#[test]
fn an_answer_that_was_given_before_the_question_means_nothing() {
    let mut lab = lab(Start { mode: simulator::Mode::Edm, ..Start::default() });
    lab.open_for_search(LineSettings { speed: 9600, ..USUAL });
    lab.wish(Wish::Answer(Consent::GoOn));
    lab.run_for(LIMIT);
    assert_eq!((question(&lab), result(&lab)), (Some(Doubt::Silence), None));
}

#[test]
fn whoever_has_agreed_on_one_port_is_not_asked_on_the_next() {
    let mut lab = lab(Start { mode: simulator::Mode::Edm, ..Start::default() });
    let chosen = LineSettings { speed: 9600, ..USUAL };
    lab.simulator.handle(simulator::Input::Line(line_of_module(chosen)), lab.now);
    let opened = LineChange::OpenedForSearch(chosen, Caution::Allowed);
    lab.session.handle(Input::Line(opened), lab.now);
    lab.run_until(LIMIT, |lab| result(lab).is_some());
    assert_eq!((question(&lab), result(&lab)), (None, Some(SearchResult::Found(USUAL))));
}

#[test]
fn a_search_that_waits_for_an_answer_is_cancelled_at_once() {
    let mut lab = lab(Start { mode: simulator::Mode::Edm, ..Start::default() });
    assert!(search_from(&mut lab, LineSettings { speed: 9600, ..USUAL }, LIMIT).is_some());
    lab.wish(Wish::Cancel);
    assert_eq!(result(&lab), Some(SearchResult::Cancelled));
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
        match news {
            News::Session(Event::Search(SearchEvent::Asks(_))) => {
                link.send(Order::Wish(Wish::Answer(Consent::GoOn)));
            }
            News::Session(Event::Search(SearchEvent::Ended(result))) => break result,
            _ => {}
        }
    };
    let took = began.elapsed();
    let line = LineSettings { speed: 3_000_000, flow: FlowControl::None };
    assert_eq!(found, SearchResult::Found(line));
    assert!(took < Duration::from_secs(20), "{took:?}");
    println!("over a virtual serial port the search took {took:?}");
}
