//! The macros that come with the program, against the simulated module in virtual time: on every family, in command
//! mode and in extended data mode, cancelled anywhere.

use std::time::Duration;

use proptest::prelude::*;
use xpress_center::macros::{Macro, Script, Values, parse, shipped};
use xpress_center::plan::Mode;
use xpress_center::session::{Event, LineChange, MacroEvent, MacroResult, WireKind, Wish};
use xpress_center::simulator::{Fault, Faults, Start};

use crate::support::lab::{ENDPOINT, Lab, LabSettings, PASSPHRASE, SSID};

/// One of each family that the simulator has, with an old firmware among them.
const MODULES: [(&str, &str); 5] = [
    ("NINA-W132", "3.0.0-013"),
    ("NINA-W152", "2.1.0-017"),
    ("NINA-W152", "4.0.0-006"),
    ("NINA-W156", "5.2.2-001"),
    ("ODIN-W262", "7.1.0-020"),
];

fn joined() -> LabSettings {
    LabSettings { start: Start { joined: Some(SSID.into()), ..Start::default() }, ..LabSettings::default() }
}

fn script(of: &Macro) -> Script {
    let mut values = Values::defaults(of);
    for (name, value) in [("ssid", SSID), ("passphrase", PASSPHRASE), ("host", ENDPOINT)] {
        values.set(name, value);
    }
    of.script(&values).unwrap()
}

fn named(name: &str) -> Script {
    script(shipped().iter().find(|shipped| shipped.name == name).unwrap())
}

/// Plays it to its end; gives that and the lines that came.
fn play(lab: &mut Lab, script: Script) -> (MacroResult, Vec<String>) {
    let from = lab.events.len();
    lab.wish(Wish::Play(script));
    assert!(
        lab.run_until_idle(Duration::from_secs(300)),
        "it neither ends nor gives up: {:?}",
        &lab.events[from..]
    );
    let events = &lab.events[from..];
    let result = events.iter().find_map(|event| match event {
        Event::Macro(MacroEvent::Finished(result)) => Some(result.clone()),
        _ => None,
    });
    let lines = events.iter().filter_map(|event| match event {
        Event::Wire(wire) => Some(wire.text().into_owned()),
        _ => None,
    });
    (result.unwrap_or_else(|| panic!("never ended: {events:?}")), lines.collect())
}

fn is_done(result: &MacroResult) -> bool {
    matches!(result, MacroResult::Done { .. })
}

/// The module answers at a prompt.
fn answers(lab: &mut Lab) -> bool {
    let before = lab.events.len();
    lab.wish(Wish::Send("AT".into()));
    lab.run_until(Duration::from_secs(5), |lab| {
        let is_ok = |event: &Event| matches!(event, Event::Wire(wire) if wire.kind == WireKind::Ok);
        lab.events[before..].iter().any(is_ok)
    })
}

#[test]
fn every_shipped_macro_plays_to_its_end_on_every_family_in_both_modes() {
    for (model, firmware) in MODULES {
        for mode in [Mode::Command, Mode::Extended] {
            for shipped in shipped() {
                let mut lab = Lab::connected(LabSettings { model, firmware, ..joined() });
                lab.run_for(Duration::from_secs(20));
                lab.wish(Wish::Enter(mode));
                assert!(lab.run_until_idle(Duration::from_secs(10)));
                let (result, lines) = play(&mut lab, script(&shipped));
                assert!(
                    is_done(&result),
                    "{} on {model} {firmware}, {mode:?}: {result:?} {lines:?}",
                    shipped.name
                );
                assert!(answers(&mut lab), "{} on {model}, {mode:?}", shipped.name);
            }
        }
    }
}

#[test]
fn the_dump_of_a_configuration_says_all_that_a_ticket_needs_and_no_secret() {
    let mut lab = Lab::connected(joined());
    lab.run_for(Duration::from_secs(20));
    play(&mut lab, named("Join a network"));
    let (result, lines) = play(&mut lab, named("Dump configuration"));
    assert!(is_done(&result));
    for start in
        ["\"NINA-W152\"", "+UMRS:", "+UMSM:", "+UWSC:0,2,", "+UWSSTAT:3,2", "+UNSTAT:0,101,", "+UDCFG:0,"]
    {
        assert!(lines.iter().any(|line| line.starts_with(start)), "no {start}: {lines:?}");
    }
    let told = format!("{:?} {lines:?}", lab.events);
    assert!(!told.contains(PASSPHRASE));
}

#[test]
fn a_network_is_joined_and_the_passphrase_is_shown_nowhere() {
    let mut lab = Lab::connected(LabSettings::default());
    let (result, lines) = play(&mut lab, named("Join a network"));
    assert_eq!(result, MacroResult::Done { refused: 0 });
    assert!(lines.iter().any(|line| line == "+UWSSTAT:3,2"), "{lines:?}");
    let told = format!("{:?} {lines:?}", lab.events);
    assert!(!told.contains(PASSPHRASE), "{told}");
}

/// The same hunt as that for a set-up: the line damages commands and echoes wherever it likes.
#[test]
fn no_event_of_a_macro_carries_a_secret() {
    for faults in [&[][..], &["lost-bytes=50"], &["lost-bytes=97"], &["split-frames"], &["reset-during=UWSC"]]
    {
        let faults: Faults = faults.iter().map(|name| name.parse::<Fault>().unwrap()).collect();
        let mut lab = Lab::new(LabSettings { faults, ..LabSettings::default() });
        lab.open();
        lab.run_until_idle(Duration::from_secs(120));
        for _ in 0..3 {
            lab.wish(Wish::Play(named("Join a network")));
            assert!(lab.run_until_idle(Duration::from_secs(300)));
        }
        let told = format!("{:?}", lab.events);
        let wires = lab.events.iter().filter_map(|event| match event {
            Event::Wire(wire) => Some(wire.text().into_owned()),
            _ => None,
        });
        let wires: String = wires.collect();
        assert!(!told.contains(PASSPHRASE) && !wires.contains(PASSPHRASE), "a secret was told");
    }
}

#[test]
fn a_wait_for_a_network_that_is_not_there_fails_with_its_cause() {
    let mut lab = Lab::connected(LabSettings { access_points: Vec::new(), ..LabSettings::default() });
    let (result, _) = play(&mut lab, named("Join a network"));
    let MacroResult::Failed(problem) = result else { panic!("{result:?}") };
    assert!(problem.message.contains("+UUWLD") && !problem.help.is_empty(), "{problem:?}");
    assert!(answers(&mut lab));
}

#[test]
fn a_factory_reset_is_done_and_the_module_found_again() {
    let mut lab = Lab::connected(LabSettings::default());
    lab.wish(Wish::Send("AT+UNHN=\"mine\"".into()));
    lab.wish(Wish::Send("AT&W".into()));
    lab.run_for(Duration::from_secs(2));
    play(&mut lab, named("Restart"));
    let ask = || parse("# Ask\nAT+UNHN?\n").unwrap()[0].script(&Values::default()).unwrap();
    let (_, lines) = play(&mut lab, ask());
    assert!(lines.contains(&"+UNHN:\"mine\"".to_owned()), "{lines:?}");
    let (result, _) = play(&mut lab, named("Factory reset"));
    assert!(is_done(&result), "{result:?}");
    let (_, lines) = play(&mut lab, ask());
    assert!(!lines.contains(&"+UNHN:\"mine\"".to_owned()), "{lines:?}");
}

#[test]
fn a_line_that_is_lost_in_the_middle_fails_the_macro() {
    let mut lab = Lab::connected(LabSettings::default());
    lab.wish(Wish::Play(named("Join a network")));
    lab.run_for(Duration::from_millis(200));
    let lost =
        xpress_center::problem::Problem::new(xpress_center::problem::Kind::PortLost, "gone", "plug it in");
    lab.session.handle(xpress_center::session::Input::Line(LineChange::Lost(lost.clone())), lab.now);
    lab.settle();
    let ended = Event::Macro(MacroEvent::Finished(MacroResult::Failed(lost)));
    assert!(lab.events.contains(&ended), "{:?}", lab.events);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Wherever a person presses Cancel, the module answers at a prompt afterwards.
    #[test]
    fn a_macro_cancelled_anywhere_leaves_the_module_at_a_prompt(which in 0_usize..9, after in 0_u64..8_000, extended in any::<bool>()) {
        let mut lab = Lab::connected(LabSettings::default());
        if extended {
            lab.wish(Wish::Enter(Mode::Extended));
            prop_assert!(lab.run_until_idle(Duration::from_secs(10)));
        }
        lab.wish(Wish::Play(script(&shipped()[which])));
        lab.run_for(Duration::from_millis(after));
        lab.wish(Wish::Cancel);
        prop_assert!(lab.run_until_idle(Duration::from_secs(120)));
        prop_assert!(answers(&mut lab));
    }
}
