//! The rows in the hands of a person: clicks and keys in, what is shown, selected and sent out.

mod export;

use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::*;
use crate::model::{Connection, FileContent, NewContent, Order, PortName};
use crate::session::{Direction, Event, LineEvent, PeerEvent, Wire, WireKind, Wish};
use crate::ui::actions::MessageChange;
use crate::ui::theme;

struct Desk {
    pane: TrafficPane,
    model: Model,
    orders: Vec<Order>,
    changes: Vec<Action>,
}

impl Desk {
    fn show(&mut self, ui: &mut Ui) {
        let mut actions = Actions::default();
        self.pane.go_on(&self.model, &mut actions);
        ui.horizontal(|ui| self.pane.tools(ui, &self.model, &mut actions));
        self.pane.show(ui, &self.model, &mut actions);
        for action in actions.take() {
            match action {
                Action::Order(order) => self.orders.push(order),
                other => self.changes.push(other),
            }
        }
    }

    fn tell(&mut self, event: Event) {
        let now = self.model.now + Duration::from_millis(100);
        self.model.handle(News::Session(event), now);
    }

    fn data(&mut self, direction: Direction, channel: u8, text: &str) {
        let at = self.model.now + Duration::from_millis(100);
        let kind = WireKind::Data { channel: Some(channel) };
        self.tell(Event::Wire(Wire { at, direction, kind, bytes: text.as_bytes().to_vec() }));
    }
}

struct Screen(Harness<'static, Desk>);

impl Screen {
    /// Two channels and four messages.
    fn new() -> Self {
        let mut desk = Desk {
            pane: TrafficPane::default(),
            model: Model::default(),
            orders: Vec::new(),
            changes: Vec::new(),
        };
        for (handle, channel) in [(2, 0), (3, 1)] {
            desk.tell(Event::Peer(PeerEvent::Connected { handle, channel: Some(channel), remote: None }));
        }
        desk.data(Direction::Sent, 0, "one");
        desk.data(Direction::Received, 0, "two");
        desk.data(Direction::Sent, 1, "three");
        desk.data(Direction::Received, 1, "four");
        let draw = |ui: &mut Ui, desk: &mut Desk| {
            CentralPanel::default().frame(Frame::new()).show(ui, |ui| desk.show(ui));
        };
        let builder = Harness::builder().with_size(Vec2::new(1200.0, 500.0));
        Self(builder.with_context_setup(theme::install).build_ui_state(draw, desk))
    }

    /// The same, connected in extended data mode: messages can be sent to channel 0 and 1.
    fn in_extended_mode() -> Self {
        let mut screen = Self::new();
        let desk = screen.0.state_mut();
        desk.model.connecting(&Connection::to(PortName::Simulated));
        desk.tell(Event::Line(LineEvent::Opened));
        desk.tell(Event::Mode(Some(Mode::Extended)));
        for (handle, channel) in [(2, 0), (3, 1)] {
            desk.tell(Event::Peer(PeerEvent::Connected { handle, channel: Some(channel), remote: None }));
        }
        screen.0.run();
        screen
    }

    /// What was sent, as text.
    fn sent(&self) -> Vec<String> {
        let sent = self.0.state().orders.iter().filter_map(|order| match order {
            Order::Wish(Wish::SendData { data, .. }) => Some(String::from_utf8_lossy(data).into_owned()),
            _ => None,
        });
        sent.collect()
    }

    fn click(&mut self, label: &str) {
        self.0.get_by_label(label).click();
        self.0.run();
    }

    fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.0.key_press_modifiers(modifiers, key);
        self.0.run();
    }

    /// The beginnings of the messages whose rows are shown.
    fn rows(&self) -> Vec<String> {
        let rows = self.0.query_all_by_role(Role::ListBoxOption);
        let label = |node: egui_kittest::Node<'_>| node.accesskit_node().label().unwrap_or_default();
        rows.map(|node| label(node).rsplit(": ").next().unwrap_or_default().to_owned()).collect()
    }

    fn sees(&self, text: &str) -> bool {
        self.0.query_all_by_label_contains(text).next().is_some()
    }
}

#[test]
fn rows_are_filtered_by_text_by_direction_and_by_channel() {
    let mut screen = Screen::new();
    assert_eq!(screen.rows(), ["one", "two", "three", "four"]);
    screen.click("Filter the traffic");
    screen.0.get_by_role_and_label(Role::TextInput, "Filter by text").type_text("O");
    screen.0.run();
    assert_eq!(screen.rows(), ["one", "two", "four"]);
    screen.click("Directions");
    screen.click("Received");
    assert_eq!(screen.rows(), ["two", "four"]);
    screen.click("Channels");
    screen.click("Channel 1");
    assert_eq!(screen.rows(), ["four"]);
    screen.click("Close the filter");
    assert_eq!(screen.rows(), ["one", "two", "three", "four"]);
}

#[test]
fn escape_closes_the_filter_from_anywhere_in_it_but_only_a_list_that_is_open() {
    for (role, label) in [
        (Role::TextInput, "Filter by text"),
        (Role::TextInput, "Filter by field"),
        (Role::ComboBox, "Channels"),
        (Role::ComboBox, "Kinds of rows"),
        (Role::Button, "Close the filter"),
    ] {
        let mut screen = Screen::in_extended_mode();
        screen.click("Filter the traffic");
        screen.0.get_by_role_and_label(role, label).focus();
        screen.0.run();
        if role == Role::ComboBox {
            screen.key(Modifiers::NONE, Key::Enter);
            screen.key(Modifiers::NONE, Key::Tab);
            screen.key(Modifiers::NONE, Key::Escape);
            assert!(screen.0.get_by_role_and_label(role, label).is_focused(), "{label}");
        }
        screen.key(Modifiers::NONE, Key::Escape);
        assert!(screen.0.query_by_label("Close the filter").is_none(), "{label}");
        assert!(screen.0.get_by_role_and_label(Role::TextInput, "Message").is_focused(), "{label}");
    }
}

#[test]
fn rows_are_filtered_by_a_field_of_their_json() {
    let mut screen = Screen::new();
    for value in [7, 21, 30] {
        screen.0.state_mut().data(Direction::Received, 0, &format!("{{\"t\":{value}}}"));
    }
    screen.click("Filter the traffic");
    screen.0.get_by_role_and_label(Role::TextInput, "Filter by field").focus();
    screen.0.run();
    screen.0.get_by_role_and_label(Role::TextInput, "Filter by field").type_text("t > 20");
    screen.0.run();
    assert_eq!(screen.rows().len(), 2);
}

#[test]
fn a_wrong_expression_says_why_and_hides_nothing() {
    let mut screen = Screen::new();
    screen.click("Filter the traffic");
    screen.click("The text is a regular expression of messages");
    screen.0.get_by_role_and_label(Role::TextInput, "Filter by text").focus();
    screen.0.run();
    screen.0.get_by_role_and_label(Role::TextInput, "Filter by text").type_text("(");
    screen.0.run();
    assert!(screen.sees("unclosed group"));
    assert_eq!(screen.rows().len(), 4);
}

#[test]
fn while_paused_the_list_stands_still_and_nothing_is_lost() {
    let mut screen = Screen::new();
    screen.click("Pause the list; nothing is lost");
    screen.0.state_mut().data(Direction::Received, 1, "five");
    screen.0.run();
    assert_eq!(screen.rows().len(), 4);
    assert!(screen.sees("Paused, 1 new"));
    screen.click("Go on showing new rows");
    assert_eq!(screen.rows(), ["one", "two", "three", "four", "five"]);
}

#[test]
fn rows_are_walked_through_by_keys_and_found_again_by_bookmarks() {
    let mut screen = Screen::new();
    screen.click("Received 4 bytes: four");
    assert!(screen.sees("66 6f"), "the message is shown as bytes");
    screen.key(Modifiers::COMMAND, Key::B);
    screen.key(Modifiers::NONE, Key::Home);
    assert!(screen.sees("6f 6e"));
    screen.key(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(screen.0.state().pane.sight.selection.head(), Some(3));
    screen.key(Modifiers::COMMAND, Key::A);
    screen.0.event(egui::Event::Copy);
    screen.0.step();
    let commands = &screen.0.output().platform_output.commands;
    let copied = commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.lines().count()),
        _ => None,
    });
    assert_eq!(copied, Some(4));
}

#[test]
fn channels_say_who_is_there_and_lead_to_their_rows() {
    let mut screen = Screen::new();
    screen.click("Show the channels");
    assert!(screen.sees("peer 2") && screen.sees("peer 3"));
    assert!(screen.sees("1 message, 5 B sent"), "channel 1 has sent three");
    screen.click("Only channel 1");
    assert_eq!(screen.rows(), ["three", "four"]);
    screen.click("two");
    assert_eq!(screen.0.state().pane.sight.selection.head(), Some(1), "the last message of channel 0");
}

#[test]
fn a_named_message_goes_again_and_again_with_its_counter_until_it_is_stopped() {
    let mut screen = Screen::in_extended_mode();
    screen.click("Larger field, variables and repeating");
    screen.0.get_by_role_and_label(Role::MultilineTextInput, "Message").type_text("n={{counter}}");
    screen.0.run();
    screen.click("Repeat");
    for _ in 0..25 {
        let now = screen.0.state().model.now + Duration::from_millis(100);
        screen.0.state_mut().model.handle_time(now);
        screen.0.step();
    }
    screen.click("Stop repeating");
    assert_eq!(screen.sent(), ["n=1", "n=2", "n=3"]);
}

#[test]
fn json_that_is_wrong_is_not_sent_and_says_where() {
    let mut screen = Screen::in_extended_mode();
    screen.click("JSON");
    screen.0.get_by_role_and_label(Role::TextInput, "Message").focus();
    screen.0.run();
    screen.0.get_by_role_and_label(Role::TextInput, "Message").type_text("{\"a\":}");
    screen.0.run();
    assert!(screen.0.get_by_label("Send message").accesskit_node().is_disabled());
    screen.key(Modifiers::NONE, Key::Enter);
    assert_eq!(screen.sent(), [""; 0]);
}

#[test]
fn a_message_that_came_with_the_program_is_filled_in_and_a_changed_one_is_kept() {
    let mut screen = Screen::in_extended_mode();
    screen.click("Messages");
    screen.click("DPS: register");
    screen.click("Messages");
    screen.0.get_by_role_and_label(Role::TextInput, "Name of the message").focus();
    screen.0.run();
    screen.0.get_by_role_and_label(Role::TextInput, "Name of the message").type_text("Mine");
    screen.0.run();
    screen.click("Keep message");
    let kept = screen.0.state().changes.iter().find_map(|change| match change {
        Action::ChangeMessages(MessageChange::Put { new, .. }) => Some((new.name.clone(), new.body.clone())),
        _ => None,
    });
    let (name, body) = kept.unwrap();
    assert_eq!((name.as_str(), body.contains("registrationId")), ("Mine", true));
}

#[test]
fn a_file_is_sent_as_it_is() {
    let mut screen = Screen::in_extended_mode();
    screen.click("Messages");
    screen.click("Send a file…");
    let content = FileContent { path: "/tmp/body.bin".into(), bytes: vec![1, 2, 3].into() };
    let news = News::File { purpose: "traffic.file".to_owned(), result: Ok(content) };
    screen.0.state_mut().pane.handle_news(&news);
    screen.0.run();
    assert!(screen.sees("body.bin, 3 B"));
    screen.click("Send message");
    assert_eq!(screen.sent(), ["\u{1}\u{2}\u{3}"]);
    assert!(!screen.sees("body.bin, 3 B"));
}

#[test]
fn a_value_selected_in_the_tree_is_selected_among_the_bytes_and_the_other_way_round() {
    let mut screen = Screen::new();
    screen.0.state_mut().data(Direction::Received, 0, "{\"status\":\"assigned\",\"n\":12}");
    screen.0.run();
    screen.click("Received 28 bytes: {\"status\":\"assigned\",\"n\":12}");
    screen.click("n: 12");
    let selected = |screen: &Screen| screen.0.state().pane.sight.detail.selected().cloned();
    // Six bytes of the packet stand in front of the payload.
    assert_eq!(selected(&screen), Some(6 + 21..6 + 27));
    screen.click("channel: 0");
    assert_eq!(selected(&screen), Some(5..6));
    assert!(screen.sees("status: \"assigned\""));
    screen.click("Fold or unfold all values");
    assert!(!screen.sees("status: \"assigned\""));
}

#[test]
fn a_message_that_cannot_be_read_says_why_and_another_form_can_be_chosen() {
    let mut screen = Screen::new();
    screen.click("Received 4 bytes: four");
    screen.click("Read as");
    screen.click("CBOR");
    assert!(screen.sees("Not CBOR: "));
}

/// Connected, with three messages that hold a temperature.
fn with_temperatures() -> Screen {
    let mut screen = Screen::in_extended_mode();
    for value in ["21.5", "22", "23.25"] {
        screen.0.state_mut().data(Direction::Received, 0, &format!(r#"{{"t":{value},"name":"x"}}"#));
    }
    screen.0.run();
    screen
}

#[test]
fn a_field_is_picked_and_drawn_with_what_was_said_before_and_what_comes() {
    let mut screen = with_temperatures();
    screen.click("Show the plot");
    assert!(screen.sees("Add a field: numbers"));
    screen.click("Add a field");
    screen.click("Channel 0 received $.t");
    assert!(screen.sees("Plot over time: Channel 0 received $.t with 3 values") && screen.sees("23.25"));
    screen.0.state_mut().data(Direction::Received, 0, r#"{"t":-4,"n":1}"#);
    screen.0.run();
    assert!(screen.sees("with 4 values") && screen.sees("-4"));
    screen.click("Add a field");
    screen.click("Channel 0 received $.n");
    assert!(screen.sees("Channel 0 received $.n with 1 value"));
    screen.click("Remove Channel 0 received $.n");
    screen.click("Remove Channel 0 received $.t");
    assert!(screen.sees("Add a field: numbers"));
    screen.click("Close the plot");
    assert!(!screen.sees("Add a field"));
}

#[test]
fn a_paused_plot_stands_still_and_keeps_what_comes() {
    let mut screen = with_temperatures();
    screen.click("Show the plot");
    screen.click("Add a field");
    screen.click("Channel 0 received $.t");
    screen.click("Pause the plot; nothing is lost");
    screen.0.state_mut().data(Direction::Received, 0, r#"{"t":500}"#);
    screen.0.run();
    assert!(screen.sees("Paused") && screen.sees("with 4 values"));
    screen.click("Go on drawing new values");
    assert!(!screen.sees("Paused"));
}

#[test]
fn the_values_of_a_plot_are_saved_as_a_table() {
    let mut screen = with_temperatures();
    screen.click("Show the plot");
    screen.click("Add a field");
    screen.click("Channel 0 received $.t");
    screen.click("Save as CSV…");
    let saved = screen.0.state().orders.iter().find_map(|order| match order {
        Order::SaveFiles { files, .. } => files.first().cloned(),
        _ => None,
    });
    let NewContent::Public(table) = saved.unwrap().content else { panic!("it holds no secret") };
    assert_eq!(table.lines().count(), 4);
    assert!(table.contains(",0,received,$.t,23.25"));
}

#[test]
fn a_plot_in_which_nothing_happens_draws_nothing() {
    let mut screen = with_temperatures();
    screen.click("Show the plot");
    screen.click("Add a field");
    screen.click("Channel 0 received $.t");
    let delay = screen.0.output().viewport_output.values().map(|view| view.repaint_delay).min().unwrap();
    assert!(delay > Duration::from_secs(60), "the next frame is due in {delay:?}");
}
