//! Macros in the whole window: played from the menu, by key and by name, asked about first where that is due, watched and
//! stopped; and no secret in anything that is kept.

use super::*;
use crate::macros::{Script, parse};
use crate::session::{Doing, MacroEvent, MacroResult};

const PASSPHRASE: &str = "hunter2hunter2";

impl Bench {
    fn with_macro(text: &str) -> Self {
        let mut bench = Self::connected(Mode::Command);
        bench.act(Action::ChangeMacros(MacroChange::Import(parse(text).unwrap())));
        bench.window.run();
        bench
    }

    fn key(&mut self, key: Key) {
        self.press(Modifiers::NONE, key);
    }

    fn played(&self) -> Vec<Script> {
        let script = |wish: Wish| if let Wish::Play(script) = wish { Some(script) } else { None };
        self.wishes().into_iter().filter_map(script).collect()
    }

    fn fill_secret(&mut self, field: &str, text: &str) {
        self.window.get_by_role_and_label(Role::PasswordInput, field).focus();
        self.window.run();
        self.window.get_by_role_and_label(Role::PasswordInput, field).type_text(text);
        self.window.run();
    }

    fn kept(&self) -> Vec<String> {
        let text =
            |order: &Order| if let Order::SaveMacros(text) = order { Some(text.clone()) } else { None };
        self.shell.orders.borrow().iter().filter_map(text).collect()
    }
}

fn names(scripts: &[Script]) -> Vec<&str> {
    scripts.iter().map(|script| script.name.as_str()).collect()
}

#[test]
fn a_macro_is_played_from_the_menu_of_the_panes() {
    let mut bench = Bench::connected(Mode::Command);
    bench.click("Macros menu");
    assert!(bench.sees("Dump configuration"));
    bench.click("Identify");
    let played = bench.played();
    assert_eq!(names(&played), ["Identify"]);
    assert_eq!(played[0].shown_commands().next(), Some("AT+GMM"));
}

#[test]
fn a_macro_is_played_by_its_key_also_while_something_is_typed() {
    let mut bench = Bench::connected(Mode::Command);
    bench.type_into("Command", "AT+G");
    bench.key(Key::F3);
    assert_eq!(names(&bench.played()), ["Wi-Fi status"]);
    assert_eq!(bench.value("Command"), "AT+G", "what was typed stays");
}

#[test]
fn every_macro_is_in_the_palette_by_its_name() {
    let mut bench = Bench::with_macro("# Lab check\n\nAT\n");
    for (search, name) in [("lab che", "Lab check"), ("list cert", "List certificates")] {
        bench.press(Modifiers::COMMAND, Key::K);
        bench.window.get_by_role_and_label(Role::TextInput, "Search actions").type_text(search);
        bench.window.run();
        bench.key(Key::Enter);
        assert_eq!(names(&bench.played()).last(), Some(&name));
    }
}

#[test]
fn nothing_is_played_in_data_mode_or_without_a_module() {
    for mut bench in [Bench::connected(Mode::Data), Bench::new()] {
        bench.key(Key::F2);
        bench.click("Macros menu");
        assert!(bench.window.get_by_label("Identify").accesskit_node().is_disabled());
        assert!(bench.played().is_empty());
    }
}

#[test]
fn parameters_are_asked_for_and_a_missing_one_is_named() {
    let mut bench = Bench::connected(Mode::Command);
    bench.key(Key::F9);
    bench.type_into("ssid", "lab-ap");
    bench.click("Play");
    assert!(bench.played().is_empty());
    assert!(bench.sees("A value is missing"));
    bench.fill_secret("passphrase", PASSPHRASE);
    bench.click("Play");
    let played = bench.played();
    assert!(bench.window.query_by_label("Do not play").is_none(), "it is closed");
    let wires: Vec<_> = played[0].shown_commands().collect();
    assert!(wires.contains(&"AT+UWSC=0,2,\"lab-ap\""), "{wires:?}");
    assert_eq!(played[0].secrets()[0].reveal(), PASSPHRASE);
    bench.key(Key::F9);
    assert_eq!(bench.value("ssid"), "lab-ap", "as it was played last");
    let passphrase = bench.window.get_by_role_and_label(Role::PasswordInput, "passphrase").value();
    assert_eq!(passphrase.unwrap_or_default(), "");
    let orders = format!("{:?}", bench.shell.orders.borrow());
    assert!(orders.contains("macro_values: KeptValues({\"Join a network\": {\"ssid\": \"lab-ap\"}})"));
    assert!(!orders.contains(PASSPHRASE));
}

#[test]
fn enter_leads_from_one_parameter_to_the_next_and_from_the_last_to_the_playing() {
    let mut bench = Bench::connected(Mode::Command);
    bench.key(Key::F9);
    let typed = |bench: &mut Bench, role, field, text| {
        assert!(bench.window.get_by_role_and_label(role, field).accesskit_node().is_focused(), "{field}");
        bench.window.get_by_role_and_label(role, field).type_text(text);
        bench.window.run();
        bench.key(Key::Enter);
    };
    typed(&mut bench, Role::TextInput, "ssid", "lab-ap");
    assert!(bench.played().is_empty());
    typed(&mut bench, Role::PasswordInput, "passphrase", PASSPHRASE);
    assert_eq!(names(&bench.played()), ["Join a network"]);
}

#[test]
fn a_value_that_was_filled_in_is_taken_with_enter_alone() {
    let mut bench = Bench::connected(Mode::Command);
    bench.key(Key::F8);
    assert_eq!(bench.value("host"), "www.u-blox.com");
    bench.key(Key::Enter);
    assert_eq!(bench.played()[0].shown_commands().collect::<Vec<_>>(), ["AT+UPING=www.u-blox.com,4,32,5000"]);
}

#[test]
fn a_dangerous_macro_is_asked_about_and_enter_alone_does_not_agree() {
    let mut bench = Bench::connected(Mode::Command);
    let ask = |bench: &mut Bench| {
        bench.click("Macros menu");
        bench.click("Factory reset");
        assert!(bench.sees("All settings go back to factory defaults"));
    };
    ask(&mut bench);
    bench.key(Key::Enter);
    assert!(bench.played().is_empty());
    assert!(bench.window.query_by_label("Do not play").is_none(), "Enter closes the question with a no");
    ask(&mut bench);
    bench.key(Key::Escape);
    assert!(bench.played().is_empty());
    ask(&mut bench);
    bench.click("Play");
    assert_eq!(names(&bench.played()), ["Factory reset"]);
}

#[test]
fn values_that_make_a_macro_dangerous_are_warned_of_as_they_are_typed() {
    let mut bench = Bench::with_macro("# Act\nparam: action\n\nAT+UWSCA=0,{action}\n");
    bench.act(Action::Play { name: "Act".to_owned(), key: None });
    bench.window.run();
    assert!(!bench.sees("An open connection is closed"));
    bench.type_into("action", "4");
    assert!(bench.sees("An open connection is closed"));
}

#[test]
fn a_macro_under_way_shows_its_progress_and_is_cancelled_once() {
    let mut bench = Bench::connected(Mode::Command);
    bench.key(Key::F2);
    bench.tell(Event::Activity(Activity::Playing));
    bench.tell(Event::Macro(MacroEvent::Started { name: "Identify".to_owned(), of: 6 }));
    let doing = Doing::Sending("AT+GSN".to_owned());
    bench.tell(Event::Macro(MacroEvent::Step { index: 2, doing }));
    assert!(bench.sees("Identify: 3 of 6, waiting for OK"));
    bench.click("Cancel the macro");
    assert!(bench.sees("Identify: stopping"));
    assert!(
        bench.window.get_by_label("Cancel the macro").accesskit_node().is_disabled(),
        "twice drops the line"
    );
    assert_eq!(bench.wishes().last(), Some(&Wish::Cancel));
    bench.tell(Event::Macro(MacroEvent::Finished(MacroResult::Cancelled)));
    bench.tell(Event::Activity(Activity::Nothing));
    assert!(!bench.sees("Identify: stopping"));
    let last = bench.window.state().model().console.len() - 1;
    let note = bench.window.state().model().console.get(last).unwrap();
    assert_eq!(note.text, "Macro Identify: cancelled at 3 of 6");
}

#[test]
fn a_macro_that_failed_says_why_in_a_notice() {
    let mut bench = Bench::connected(Mode::Command);
    bench.tell(Event::Macro(MacroEvent::Started { name: "Identify".to_owned(), of: 6 }));
    let problem = Problem::new(Kind::ModuleRefused, "The module refused AT+GSN", "Check it");
    bench.tell(Event::Macro(MacroEvent::Finished(MacroResult::Failed(problem))));
    assert!(bench.sees("Identify: The module refused AT+GSN"));
}

#[test]
fn own_macros_are_kept_as_soon_as_they_change() {
    let mut bench = Bench::with_macro("# Mine\n\nAT\n");
    bench.act(Action::ChangeMacros(MacroChange::Duplicate("Identify".to_owned())));
    let key = Some(crate::macros::FunctionKey::F2);
    bench.act(Action::ChangeMacros(MacroChange::Assign { name: "Identify 2".to_owned(), key }));
    let kept = bench.kept();
    assert_eq!((kept.len(), kept[0].as_str()), (3, "# Mine\n\nAT\n"));
    assert!(kept[2].contains("# Identify 2\n") && kept[2].contains("key: F2\n"), "{}", kept[2]);
    bench.window.run();
    bench.key(Key::F2);
    assert_eq!(names(&bench.played()), ["Identify 2"], "the own one has taken the key");
}

#[test]
fn macros_of_the_last_start_are_there_again() {
    let shell = Shell::default();
    let handle = Box::new(shell.clone());
    let own = parse("# Mine\nkey: F12\n\nAT\n").unwrap();
    let window = Harness::builder()
        .build_eframe(move |creation| App::new(creation, handle, Settings::default()).with_macros(own));
    let bench = Bench { window, shell };
    assert!(bench.window.state().model().macros.find("Mine").is_some());
    assert!(bench.kept().is_empty(), "nothing has changed");
}
