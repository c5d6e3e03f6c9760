//! Commands in the hands of a person: typed, completed, pasted, and asked about before they are sent.

use egui_kittest::kittest::NodeT;

use super::*;

impl Screen {
    /// A module is connected, in command mode, and the input has the focus.
    pub(super) fn typing() -> Self {
        let mut screen = Self::new();
        let desk = screen.0.state_mut();
        desk.model.line =
            crate::model::Line::Open(crate::model::Connection::to(crate::model::PortName::Simulated));
        desk.model.mode = Some(crate::plan::Mode::Command);
        desk.pane.focus();
        screen.0.run();
        screen
    }

    fn type_text(&mut self, text: &str) {
        self.0.event(egui::Event::Text(text.to_owned()));
        self.0.run();
    }

    fn typed(&self) -> String {
        self.0.get_by_role_and_label(Role::TextInput, "Command").value().unwrap_or_default()
    }

    /// The commands that were sent.
    fn sent(&self) -> Vec<String> {
        let sent = |order: &Order| match order {
            Order::Wish(crate::session::Wish::Send(text)) => Some(text.clone()),
            _ => None,
        };
        self.0.state().orders.iter().filter_map(sent).collect()
    }
}

#[test]
fn names_are_completed_by_tab_and_enter_sends_what_is_typed() {
    let mut screen = Screen::typing();
    screen.type_text("AT+UWSC");
    assert!(screen.shows("AT+UWSCAN "));
    screen.key(Modifiers::NONE, Key::Enter);
    assert_eq!(screen.sent(), ["AT+UWSC"]);
    screen.type_text("uwsca");
    screen.key(Modifiers::NONE, Key::ArrowDown);
    screen.key(Modifiers::NONE, Key::Tab);
    assert_eq!(screen.typed(), "AT+UWSCAN");
    screen.type_text("=x");
    assert_eq!(screen.typed(), "AT+UWSCAN=x", "the cursor stands behind the name");
    screen.key(Modifiers::NONE, Key::Enter);
    assert_eq!(screen.sent(), ["AT+UWSC", "AT+UWSCAN=x"]);
}

#[test]
fn the_parameter_that_is_typed_is_explained_and_a_wrong_one_named() {
    let mut screen = Screen::typing();
    screen.type_text("AT+UWSC=0,");
    assert!(screen.shows("2 of "));
    screen.type_text("999");
    assert!(screen.shows("AT+UWSC=<"), "{:?}", screen.typed());
}

#[test]
fn a_value_that_is_offered_is_put_in_by_a_click_or_by_tab_and_enter() {
    let mut screen = Screen::typing();
    screen.type_text("AT+UWSC=0,");
    screen.click("2 = network name");
    assert_eq!(screen.typed(), "AT+UWSC=0,2");
    screen.type_text("0");
    assert_eq!(screen.typed(), "AT+UWSC=0,20", "the focus is in the input, the cursor behind the value");
    screen.key(Modifiers::NONE, Key::Tab);
    screen.key(Modifiers::NONE, Key::Tab);
    assert!(screen.0.get_by_label_contains("201 = ").is_focused());
    screen.key(Modifiers::NONE, Key::Enter);
    assert_eq!((screen.typed().as_str(), screen.sent()), ("AT+UWSC=0,201", Vec::new()));
    screen.key(Modifiers::NONE, Key::Enter);
    assert_eq!(screen.sent(), ["AT+UWSC=0,201"]);
}

#[test]
fn what_was_sent_is_found_again_and_escape_gives_back_what_was_typed() {
    let mut screen = Screen::typing();
    for text in ["AT+GMM", "AT+GMR", "AT+UWSC=0,8,\"hunter2hunter2\""] {
        screen.type_text(text);
        screen.key(Modifiers::NONE, Key::Enter);
    }
    screen.type_text("gm");
    screen.key(Modifiers::CTRL, Key::R);
    assert!(screen.shows("AT+GMR") && !screen.shows("hunter2"));
    screen.key(Modifiers::CTRL, Key::R);
    screen.key(Modifiers::NONE, Key::Enter);
    assert_eq!(screen.typed(), "AT+GMM");
    screen.key(Modifiers::CTRL, Key::R);
    screen.key(Modifiers::NONE, Key::Escape);
    assert_eq!(screen.typed(), "AT+GMM");
    assert_eq!(screen.0.state().pane.kept(), ["AT+GMM", "AT+GMR"]);
}

#[test]
fn a_dangerous_command_is_sent_after_a_yes_only() {
    let mut screen = Screen::typing();
    screen.type_text("AT+UFACTORY");
    screen.key(Modifiers::NONE, Key::Enter);
    assert!(screen.shows("Send this command?") && screen.sent().is_empty());
    // The safe answer has the focus.
    screen.key(Modifiers::NONE, Key::Enter);
    assert!(!screen.shows("Send this command?") && screen.sent().is_empty());
    screen.0.state_mut().pane.focus();
    screen.0.run();
    screen.type_text("AT+UFACTORY");
    screen.key(Modifiers::NONE, Key::Enter);
    screen.click("Send anyway");
    assert_eq!(screen.sent(), ["AT+UFACTORY"]);
}

#[test]
fn several_commands_that_are_pasted_are_sent_one_by_one_until_one_is_refused() {
    let mut screen = Screen::typing();
    screen.0.event(egui::Event::Paste("# look\nAT+GMM\nAT+UWSC=0,8,\"hunter2hunter2\"\nAT+GMR\n".to_owned()));
    screen.0.run();
    assert!(screen.shows("3 commands were pasted") && !screen.shows("hunter2"));
    assert_eq!((screen.typed(), screen.sent()), (String::new(), Vec::new()));
    screen.click("Send all");
    assert_eq!(screen.sent(), ["AT+GMM"]);
    let mut answer = |kind, text| {
        screen.0.state_mut().wire(Direction::Received, kind, text);
        screen.0.run();
        screen.sent().len()
    };
    assert_eq!(answer(WireKind::Ok, "OK"), 2);
    assert_eq!(answer(WireKind::Error, "ERROR"), 2);
    assert!(screen.shows("Command 2 of 3 was refused"));
    screen.click("Send the rest");
    assert_eq!(screen.sent().last().map(String::as_str), Some("AT+GMR"));
}

#[test]
fn a_pasted_command_that_is_not_answered_stops_the_rest() {
    let mut screen = Screen::typing();
    screen.0.event(egui::Event::Paste("AT+GMM\nAT+GMR\n".to_owned()));
    screen.0.run();
    screen.click("Send all");
    let model = &mut screen.0.state_mut().model;
    model.handle(News::Session(Event::Unanswered("AT+GMM".to_owned())), model.now);
    screen.0.run();
    assert!(screen.shows("Command 1 of 2 was not answered, the rest is not sent"));
    assert!(screen.shows("AT+GMM was not answered"), "the log says it too");
    assert_eq!(screen.sent(), ["AT+GMM"]);
    screen.click("Send the rest");
    assert_eq!(screen.sent(), ["AT+GMM", "AT+GMR"]);
}

#[test]
fn nothing_is_typed_while_a_macro_is_played_and_pasted_commands_wait_for_its_end() {
    use crate::session::{MacroEvent, MacroResult};
    let mut screen = Screen::typing();
    screen.0.event(egui::Event::Paste("AT+GMM\nAT+GMR\n".to_owned()));
    screen.0.run();
    let tell = |screen: &mut Screen, event| {
        let model = &mut screen.0.state_mut().model;
        model.handle(News::Session(Event::Macro(event)), model.now);
        screen.0.run();
        screen.0.get_by_role_and_label(Role::TextInput, "Command").accesskit_node().is_disabled()
    };
    assert!(tell(&mut screen, MacroEvent::Started { name: "Identify".to_owned(), of: 3 }));
    assert!(screen.shows("2 commands were pasted"));
    assert!(!tell(&mut screen, MacroEvent::Finished(MacroResult::Cancelled)));
    assert!(screen.shows("2 commands were pasted"));
}

#[test]
fn commands_end_as_a_person_chooses() {
    let mut screen = Screen::typing();
    screen.click("How commands end");
    screen.click("End commands with CR and LF");
    let end = crate::session::Wish::EndLines(LineEnd::CrLf);
    assert_eq!(screen.0.state().orders.last(), Some(&Order::Wish(end)));
}

#[test]
fn a_restart_says_which_settings_it_would_lose() {
    let mut screen = Screen::typing();
    let desk = screen.0.state_mut();
    desk.wire(Direction::Sent, WireKind::Command, "AT+UMSM=1");
    desk.wire(Direction::Received, WireKind::Ok, "OK");
    screen.type_text("AT+CPWROFF");
    screen.key(Modifiers::NONE, Key::Enter);
    assert!(screen.shows("What AT+UMSM has set is not stored yet and would be lost"));
    assert!(screen.sent().is_empty());
}

#[test]
fn a_module_that_does_not_answer_can_be_escaped() {
    let mut screen = Screen::typing();
    screen.0.state_mut().model.mode = None;
    screen.0.run();
    screen.click("+++");
    assert_eq!(screen.0.state().orders.last(), Some(&Order::Wish(crate::session::Wish::Escape)));
}

#[test]
fn a_name_alone_is_explained_and_what_the_module_lacks_for_it() {
    let mut screen = Screen::typing();
    screen.type_text("AT+UWSC");
    assert!(screen.shows("AT+UWSC=<"));
    let lacks = crate::catalogue::commands().find(|command| {
        let odin = crate::module::Model::new("ODIN-W262");
        command.needs.verdict(&odin, "7.1.0".parse().ok().as_ref()) == crate::catalogue::Verdict::Lacks
    });
    screen.0.state_mut().model.module.identity = Some(crate::module::Identity {
        manufacturer: String::new(),
        model: crate::module::Model::new("ODIN-W262"),
        firmware: "7.1.0".parse().ok(),
        serial: String::new(),
        mac: String::new(),
    });
    screen.press_select_all();
    screen.type_text(lacks.unwrap().name);
    assert!(screen.shows("ODIN-W262 lacks this: it needs"));
}

impl Screen {
    fn press_select_all(&mut self) {
        self.key(Modifiers::COMMAND, Key::A);
    }
}
