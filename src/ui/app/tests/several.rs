//! Several modules in one window.

use super::*;

impl Bench {
    /// Opens another module; gives the shell that it leads to.
    fn another(&mut self) -> Shell {
        self.act(Action::Modules(Modules::Open));
        self.window.run();
        self.shell.others.borrow().last().cloned().unwrap()
    }

    fn tell_to(&mut self, shell: &Shell, event: Event) {
        shell.news.borrow_mut().push_back(News::Session(event));
        self.window.run();
    }

    fn tabs(&self) -> Vec<(String, bool)> {
        let tabs = self.window.query_all_by_role(Role::Tab).map(|tab| tab.accesskit_node());
        let modules =
            tabs.filter(|tab| !["Console", "Traffic"].contains(&tab.label().unwrap_or_default().as_str()));
        modules
            .map(|tab| {
                (tab.label().unwrap_or_default(), tab.toggled() == Some(egui::accesskit::Toggled::True))
            })
            .collect()
    }

    fn names(&self) -> Vec<String> {
        let name = |(name, _): (String, bool)| name.split(": ").next().map(str::to_owned);
        self.tabs().into_iter().filter_map(name).collect()
    }
}

fn identified(model: &str, serial: &str) -> Event {
    Event::Identified(Box::new(crate::module::Identity {
        manufacturer: "u-blox".to_owned(),
        model: crate::module::Model::new(model),
        firmware: None,
        serial: serial.to_owned(),
        mac: "D4CA6E000001".to_owned(),
    }))
}

fn said(text: &str) -> Event {
    let (direction, kind) = (Direction::Received, WireKind::Answer);
    Event::Wire(Wire { at: Moment::START, direction, kind, bytes: text.as_bytes().to_vec() })
}

fn orders(shell: &Shell, wanted: impl Fn(&Order) -> bool) -> usize {
    shell.orders.borrow().iter().filter(|order| wanted(order)).count()
}

#[test]
fn one_module_has_no_tab() {
    let bench = Bench::connected(Mode::Command);
    assert!(bench.tabs().is_empty());
    assert!(bench.window.query_by_label("Open another module").is_some());
}

#[test]
fn each_module_has_its_own_console_pages_and_port() {
    let mut bench = Bench::connected(Mode::Command);
    bench.tell(identified("NINA-W152", "1"));
    bench.tell(said("from the first"));
    bench.click("Wi-Fi");
    let second = bench.another();
    assert_eq!(bench.names(), ["ttyUSB0 · NINA-W152", "Simulated"]);
    assert!(!bench.sees("from the first") && bench.sees("Set up"), "a new one begins at the start");
    bench.click("Connect");
    assert_eq!(orders(&second, |order| *order == Order::Connect(Connection::to(PortName::Simulated))), 1);
    bench.tell_to(&second, Event::Line(LineEvent::Opened));
    bench.tell_to(&second, Event::Mode(Some(Mode::Command)));
    bench.tell_to(&second, said("from the second"));
    bench.type_into("Command", "AT+GMM");
    bench.press(Modifiers::NONE, Key::Enter);
    assert_eq!(orders(&second, |order| *order == Order::Wish(Wish::Send("AT+GMM".to_owned()))), 1);
    assert_eq!(bench.wishes(), [], "the first one hears nothing of it");
    assert!(bench.sees("from the second") && !bench.sees("from the first"));

    bench.press(Modifiers::COMMAND, Key::Num1);
    assert!(bench.sees("from the first") && !bench.sees("from the second"));
    assert_eq!(bench.tabs().iter().map(|(_, chosen)| *chosen).collect::<Vec<_>>(), [true, false]);
    assert!(
        bench.window.query_by_role_and_label(Role::TextInput, "Network name (SSID)").is_some()
            || bench.sees("Networks")
    );
}

#[test]
fn tabs_are_changed_by_mouse_and_by_keys() {
    let mut bench = Bench::new();
    bench.another();
    bench.another();
    let chosen = |bench: &Bench| bench.tabs().iter().position(|(_, chosen)| *chosen).unwrap();
    assert_eq!(chosen(&bench), 2);
    bench.press(Modifiers::COMMAND, Key::PageDown);
    assert_eq!(chosen(&bench), 0);
    bench.press(Modifiers::COMMAND, Key::PageUp);
    assert_eq!(chosen(&bench), 2);
    bench.press(Modifiers::COMMAND, Key::Num2);
    assert_eq!(chosen(&bench), 1);
    let (first, _) = bench.tabs().first().cloned().unwrap();
    bench.window.get_by_role_and_label(Role::Tab, &first).click();
    bench.window.run();
    assert_eq!(chosen(&bench), 0);
}

#[test]
fn modules_that_would_be_called_the_same_are_numbered() {
    let mut bench = Bench::new();
    bench.another();
    bench.another();
    assert_eq!(bench.names(), ["Simulated", "ttyUSB0", "Simulated (2)"]);
}

#[test]
fn a_port_that_another_module_has_cannot_be_chosen_or_opened() {
    let mut bench = Bench::connected(Mode::Command);
    let second = bench.another();
    bench.click("Port");
    let entry =
        bench.window.get_all_by_label("/dev/ttyUSB0").find(|entry| entry.accesskit_node().is_disabled());
    assert!(entry.is_some());
    bench.press(Modifiers::NONE, Key::Escape);
    bench.act(Action::Select(Connection::to(serial())));
    bench.click("Connect");
    assert_eq!(orders(&second, |order| matches!(order, Order::Connect(_))), 0);
    assert!(bench.sees("/dev/ttyUSB0 is open as"));
    bench.act(Action::FindModule);
    let spares = |order: &Order| matches!(order, Order::FindModule { except, .. } if *except == [serial()]);
    assert_eq!(orders(&second, spares), 1);
}

#[test]
fn one_that_is_unplugged_is_told_on_its_tab_and_taken_up_again_while_another_is_shown() {
    let mut bench = Bench::connected(Mode::Command);
    let second = bench.another();
    bench.click("Connect");
    bench.tell_to(&second, Event::Line(LineEvent::Opened));
    bench.tell_to(&second, Event::Mode(Some(Mode::Command)));
    bench.unplug();
    assert!(!bench.sees("The port /dev/ttyUSB0 is gone"), "it is not what is shown");
    assert!(bench.window.query_by_role_and_label(Role::Tab, "ttyUSB0: The port is gone").is_some());
    bench.tell_to(&second, said("goes on"));
    assert!(bench.sees("goes on"));
    bench.plug_in();
    assert_eq!(bench.connections().len(), 2);
}

#[test]
fn a_module_with_nothing_to_lose_is_closed_at_once() {
    let mut bench = Bench::new();
    bench.another();
    bench.press(Modifiers::COMMAND, Key::W);
    assert!(bench.tabs().is_empty());
    bench.press(Modifiers::COMMAND, Key::W);
    assert!(bench.window.query_by_label("Connect").is_some(), "the last one stays");
}

#[test]
fn closing_a_module_asks_first_what_would_be_lost_and_disconnects_it() {
    let mut bench = Bench::new();
    let second = bench.another();
    bench.click("Connect");
    bench.tell_to(&second, Event::Line(LineEvent::Opened));
    bench.press(Modifiers::COMMAND, Key::Num1);
    bench.click("Close ttyUSB0");
    assert!(bench.sees("Close ttyUSB0?") && bench.sees("Its port is closed"));
    bench.click("Keep it open");
    assert_eq!(bench.tabs().len(), 2);
    bench.press(Modifiers::COMMAND, Key::W);
    bench.click("Close it");
    assert!(bench.tabs().is_empty());
    assert_eq!(orders(&second, |order| *order == Order::Disconnect), 1);
}

#[test]
fn a_name_and_a_colour_belong_to_the_module_and_come_back_with_it() {
    let mut bench = Bench::connected(Mode::Command);
    bench.tell(identified("NINA-W152", "4711"));
    let second = bench.another();
    bench.press(Modifiers::COMMAND, Key::Num1);
    bench.act(Action::NameModule);
    bench.window.run();
    bench.type_into("Name of the module", "Left bench");
    bench.click("Colour 3");
    bench.click("Keep");
    assert_eq!(bench.names().first().map(String::as_str), Some("Left bench"));
    bench.tell(identified("NINA-W152", "4712"));
    assert_eq!(
        bench.names().first().map(String::as_str),
        Some("ttyUSB0 · NINA-W152"),
        "another module is not it"
    );
    bench.tell_to(&second, identified("NINA-W152", "4711"));
    assert_eq!(bench.names().last().map(String::as_str), Some("Left bench"));
    let saved = bench.shell.orders.borrow().iter().rev().find_map(|order| match order {
        Order::SaveSettings(settings) => settings.badges.get("4711").cloned(),
        _ => None,
    });
    assert_eq!(saved.map(|badge| (badge.name, badge.hue)), Some((Some("Left bench".to_owned()), 2)));
}

#[test]
fn macros_are_the_same_for_all_modules() {
    let mut bench = Bench::new();
    bench.another();
    bench.act(Action::ChangeMacros(MacroChange::Duplicate("Identify".to_owned())));
    let knows = |model: &Model| model.macros.find("Identify 2").is_some();
    assert!(bench.window.state().models().all(knows));
    bench.another();
    assert!(bench.window.state().models().all(knows));
}

#[test]
fn what_was_typed_in_each_console_is_there_after_a_restart() {
    let mut bench = Bench::connected(Mode::Command);
    bench.type_into("Command", "AT+GMM");
    bench.press(Modifiers::NONE, Key::Enter);
    let second = bench.another();
    bench.click("Connect");
    bench.tell_to(&second, Event::Line(LineEvent::Opened));
    bench.tell_to(&second, Event::Mode(Some(Mode::Command)));
    bench.type_into("Command", "AT+GMR");
    bench.press(Modifiers::NONE, Key::Enter);
    eframe::App::on_exit(bench.window.state_mut(), None);
    let orders = second.orders.borrow();
    let Some(Order::SaveSettings(settings)) = orders.last() else { panic!("{orders:?}") };
    assert_eq!(settings.history, ["AT+GMM", "AT+GMR"]);
}

#[test]
fn what_is_under_way_goes_on_while_another_module_is_shown_and_its_tab_tells_how_it_ended() {
    let mut bench = Bench::connected(Mode::Command);
    bench.window.get_by_role_and_label(Role::TextInput, "Command").focus();
    bench.window.run();
    bench.window.event(egui::Event::Paste("AT+GMM\nAT+GMR\n".to_owned()));
    bench.window.run();
    bench.click("Send all");
    let other = bench.another();
    let sent = |text: &str| Wish::Send(text.to_owned());
    assert_eq!(bench.wishes(), [sent("AT+GMM")]);
    let wire = |direction, kind, text: &str| {
        Event::Wire(Wire { at: Moment::START, direction, kind, bytes: text.as_bytes().to_vec() })
    };
    bench.tell(wire(Direction::Sent, WireKind::Command, "AT+GMM"));
    bench.tell(wire(Direction::Received, WireKind::Ok, "OK"));
    assert_eq!(bench.wishes(), [sent("AT+GMM"), sent("AT+GMR")]);
    assert_eq!(orders(&other, |order| matches!(order, Order::Wish(_))), 0);
    bench.tell(Event::Activity(Activity::Plan));
    assert!(bench.window.query_by_label("ttyUSB0: Something is under way").is_some());
    bench.tell(Event::Activity(Activity::Nothing));
    bench.tell(Event::Refused(Problem::new(Kind::ModuleBusy, "The module is busy", "Wait for it")));
    assert!(bench.window.query_by_label("ttyUSB0: A problem").is_some());
}
