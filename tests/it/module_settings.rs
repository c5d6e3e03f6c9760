//! Changing the module's own settings against the simulated module, in virtual time: what makes the line deaf is taken
//! back, and a restart is followed to the settings it brings.

use std::time::Duration;

use xpress_center::module::{Echo, Report, StartMode};
use xpress_center::plan::Mode;
use xpress_center::problem::{Kind, Problem};
use xpress_center::session::{
    Activity, Change, Event, FlowControl, Input, LineChange, LineEvent, LineSettings, WireKind, Wish,
};
use xpress_center::simulator::{self, Fault, Start};

use crate::support::lab::{CableLimits, Lab, LabSettings};

const FAST: LineSettings = LineSettings { speed: 921_600, flow: FlowControl::RtsCts };
const LIMIT: Duration = Duration::from_secs(60);

fn connected(cable: CableLimits) -> Lab {
    let flow_control = match cable {
        CableLimits::NoFlowControl => simulator::FlowControl::None,
        _ => simulator::FlowControl::CtsRts,
    };
    let line = simulator::LineSettings { flow_control, ..Default::default() };
    let start = Start { line, ..Start::default() };
    let mut lab = Lab::new(LabSettings { cable, start, ..LabSettings::default() });
    match cable {
        CableLimits::NoFlowControl => {
            lab.open_with(LineSettings { flow: FlowControl::None, ..LineSettings::FACTORY });
        }
        _ => lab.open_with(LineSettings::FACTORY),
    }
    assert!(lab.run_until_idle(LIMIT), "{:?}", lab.events);
    lab.events.clear();
    lab
}

/// Does it, and gives the problem if there was one.
fn done(lab: &mut Lab, wish: Wish) -> Option<Problem> {
    let before = lab.events.len();
    lab.wish(wish);
    let over = |lab: &Lab| {
        lab.events[before..].contains(&Event::Activity(Activity::Nothing))
            || lab.events[before..].iter().any(|event| matches!(event, Event::Refused(_)))
    };
    assert!(lab.run_until(LIMIT, |lab| over(lab)), "{:?}", lab.events);
    lab.settle();
    lab.events[before..].iter().find_map(|event| match event {
        Event::Refused(problem) => Some(problem.clone()),
        _ => None,
    })
}

fn change(lab: &mut Lab, change: Change) -> Option<Problem> {
    done(lab, Wish::Change(change))
}

fn answers(lab: &mut Lab) -> bool {
    let before = lab.events.len();
    lab.wish(Wish::Send("AT".into()));
    lab.run_for(Duration::from_secs(1));
    lab.events[before..].iter().any(|event| matches!(event, Event::Wire(wire) if wire.kind == WireKind::Ok))
}

fn lines_told(lab: &Lab) -> Vec<LineSettings> {
    let line = |event: &Event| if let Event::LineSet(line) = event { Some(*line) } else { None };
    lab.events.iter().filter_map(line).collect()
}

fn report(lab: &Lab) -> Report {
    let report = lab.events.iter().rev().find_map(|event| match event {
        Event::Reported(report) => Some((**report).clone()),
        _ => None,
    });
    report.expect("it has reported")
}

#[test]
fn module_and_port_change_their_speed_together() {
    let mut lab = connected(CableLimits::None);
    assert_eq!(change(&mut lab, Change::Line(FAST)), None);
    assert_eq!(lines_told(&lab), [FAST]);
    assert!(answers(&mut lab));
    assert_eq!(report(&lab).line(), Some(FAST));
}

#[test]
fn a_speed_that_was_not_stored_is_gone_with_the_restart_and_the_port_follows() {
    let mut lab = connected(CableLimits::None);
    change(&mut lab, Change::Line(FAST));
    assert_eq!(done(&mut lab, Wish::Restart), None);
    assert_eq!(lines_told(&lab), [FAST, LineSettings::FACTORY]);
    assert!(answers(&mut lab));
}

#[test]
fn a_speed_that_was_stored_outlives_the_restart() {
    let mut lab = connected(CableLimits::None);
    change(&mut lab, Change::Line(FAST));
    assert_eq!(change(&mut lab, Change::Store), None);
    assert_eq!(done(&mut lab, Wish::Restart), None);
    assert_eq!(lines_told(&lab), [FAST]);
    assert!(answers(&mut lab));
}

#[test]
fn flow_control_that_the_cable_does_not_carry_is_taken_back() {
    let mut lab = connected(CableLimits::NoFlowControl);
    let before = LineSettings { flow: FlowControl::None, ..LineSettings::FACTORY };
    let problem = change(&mut lab, Change::Line(LineSettings::FACTORY)).expect("nobody is heard");
    assert!(problem.message.contains("went back"), "{problem}");
    assert_eq!(lines_told(&lab), []);
    assert!(answers(&mut lab));
    assert_eq!(done(&mut lab, Wish::Report), None);
    assert_eq!(report(&lab).line(), Some(before));
}

#[test]
fn a_module_that_cannot_be_heard_any_more_is_said_to_need_its_power_off_and_on() {
    let mut lab = connected(CableLimits::Speed(460_800));
    let problem = change(&mut lab, Change::Line(FAST)).expect("nobody is heard");
    assert!(problem.help.contains("power off and on"), "{problem}");
    assert!(lab.events.contains(&Event::Mode(None)));
}

#[test]
fn a_speed_that_the_port_refuses_does_not_reach_the_module() {
    let mut lab = connected(CableLimits::PortSpeed(460_800));
    let problem = change(&mut lab, Change::Line(FAST)).expect("it cannot be set");
    assert!(problem.message.contains("cannot be set"), "{problem}");
    let sent = |event: &Event| matches!(event, Event::Wire(wire) if wire.text().starts_with("AT+UMRS="));
    assert!(!lab.events.iter().any(sent));
    assert!(answers(&mut lab));
}

/// A module of these faults, found.
fn faulty(faults: &[&str]) -> Lab {
    let faults = faults.iter().map(|fault| fault.parse::<Fault>().unwrap()).collect();
    let mut lab = Lab::connected(LabSettings { faults, ..LabSettings::default() });
    lab.events.clear();
    lab
}

#[test]
fn a_change_that_the_module_refuses_names_its_command_and_leaves_the_line_as_it_was() {
    let mut lab = faulty(&["refuse=UMRS="]);
    let problem = change(&mut lab, Change::Line(FAST)).expect("refused");
    assert_eq!(problem.kind, Kind::ModuleRefused);
    assert!(problem.message.contains("AT+UMRS="), "{problem}");
    assert_eq!(lines_told(&lab), []);
    assert!(answers(&mut lab));
}

#[test]
fn a_module_that_falls_silent_in_a_change_is_named_with_the_command_it_did_not_answer() {
    for (fault, wish, command) in [
        ("hang-during=&W", Change::Store, "AT&W"),
        ("hang-during=E0", Change::Echo(Echo::Off), "ATE0"),
        ("hang-during=UMSM=", Change::StartMode(StartMode::Extended), "AT+UMSM="),
        ("hang-during=UFACTORY", Change::Factory, "AT+UFACTORY"),
    ] {
        let problem = change(&mut faulty(&[fault]), wish).expect("nobody answers");
        assert_eq!(problem.kind, Kind::ModuleSilent, "{problem}");
        assert!(problem.message.contains(command), "{problem}");
    }
}

#[test]
fn a_module_that_stays_deaf_after_a_restart_is_said_to_be_silent() {
    let mut lab = faulty(&["deaf-boot"]);
    let problem = done(&mut lab, Wish::Restart).expect("nobody answers");
    assert_eq!(problem.kind, Kind::ModuleSilent, "{problem}");
}

#[test]
fn a_port_that_is_unplugged_in_a_change_is_told_and_the_change_is_over() {
    let mut lab = connected(CableLimits::None);
    lab.wish(Wish::Change(Change::Line(FAST)));
    lab.run_for(Duration::from_millis(300));
    let problem = Problem::new(Kind::PortLost, "The port is gone", "Plug the module in again");
    lab.session.handle(Input::Line(LineChange::Lost(problem.clone())), lab.now);
    lab.settle();
    lab.run_for(Duration::from_secs(10));
    assert!(lab.events.contains(&Event::Line(LineEvent::Lost(problem))), "{:?}", lab.events);
    assert_eq!(lines_told(&lab), []);
    let last = lab.events.iter().rev().find(|event| matches!(event, Event::Activity(_)));
    assert_eq!(last, Some(&Event::Activity(Activity::Nothing)));
}

#[test]
fn in_extended_data_mode_the_line_stays_as_it_is() {
    let mut lab = Lab::connected(LabSettings {
        start: Start { mode: simulator::Mode::Edm, ..Start::default() },
        ..LabSettings::default()
    });
    lab.events.clear();
    let problem = change(&mut lab, Change::Line(FAST)).expect("refused");
    assert!(problem.help.contains("Restart"), "{problem}");
}

#[test]
fn the_start_mode_is_stored_and_counts_after_the_restart() {
    let mut lab = connected(CableLimits::None);
    assert_eq!(change(&mut lab, Change::StartMode(StartMode::Extended)), None);
    assert_eq!(report(&lab).start_mode(), Some(StartMode::Extended));
    assert_eq!(done(&mut lab, Wish::Restart), None);
    assert!(lab.events.contains(&Event::Mode(Some(Mode::Extended))), "{:?}", lab.events);
}

#[test]
fn the_echo_goes_off_and_on() {
    let mut lab = connected(CableLimits::None);
    for echo in [Echo::Off, Echo::On] {
        assert_eq!(change(&mut lab, Change::Echo(echo)), None);
        assert_eq!(report(&lab).echo(), Some(echo));
    }
}

#[test]
fn a_factory_reset_brings_back_the_factory_line_and_the_port_follows() {
    let mut lab = connected(CableLimits::None);
    change(&mut lab, Change::Line(FAST));
    change(&mut lab, Change::Store);
    done(&mut lab, Wish::Restart);
    assert_eq!(change(&mut lab, Change::Factory), None);
    assert_eq!(lines_told(&lab), [FAST, LineSettings::FACTORY]);
    assert!(answers(&mut lab));
}

#[test]
fn every_family_reports_what_it_is_asked_and_passwords_of_peers_stay_hidden() {
    for (model, firmware) in
        [("NINA-W132", "2.1.0-017"), ("NINA-W152", "4.0.0-006"), ("ODIN-W262", "7.1.0-020")]
    {
        let mut lab = Lab::connected(LabSettings { model, firmware, ..LabSettings::default() });
        lab.wish(Wish::Send("AT+UDDRP=0,\"mqtt://broker:8883/?client=x&passwd=hunter2hunter2\",2".into()));
        lab.run_for(Duration::from_secs(1));
        lab.events.clear();
        assert_eq!(done(&mut lab, Wish::Report), None);
        let report = report(&lab);
        assert_eq!(report.answers.len(), Report::QUESTIONS.len());
        assert!(
            report.line().is_some() && report.uptime().is_some() && report.start_mode().is_some(),
            "{report}"
        );
        assert!(!report.to_string().contains("hunter2"), "{report}");
    }
}

#[test]
fn whoever_looks_at_the_station_is_in_nobodys_way() {
    let mut lab = connected(CableLimits::None);
    lab.wish(Wish::Look);
    lab.wish(Wish::Send("AT+GMM".into()));
    lab.run_for(Duration::from_secs(2));
    let model = |event: &Event| matches!(event, Event::Wire(wire) if wire.text() == "\"NINA-W152\"");
    assert!(lab.events.iter().any(model), "{:?}", lab.events);
    assert!(!lab.events.iter().any(|event| matches!(event, Event::Refused(_) | Event::Activity(_))));
}
