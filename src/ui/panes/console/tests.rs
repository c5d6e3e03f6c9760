//! The lines in the hands of a person: clicks and keys in, what is selected, copied and saved out.

mod typing;

use std::time::Duration;

use egui::{CentralPanel, Frame, Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::*;
use crate::model::{NewContent, Order};
use crate::moment::Moment;
use crate::session::{Direction, Event, Wire, WireKind};
use crate::ui::theme;

struct Desk {
    pane: ConsolePane,
    model: Model,
    orders: Vec<Order>,
}

impl Desk {
    fn show(&mut self, ui: &mut Ui) {
        let mut actions = Actions::default();
        ui.horizontal(|ui| self.pane.tools(ui, &self.model, &mut actions));
        self.pane.go_on(&self.model, &mut actions);
        self.pane.show(ui, &self.model, &mut actions);
        for action in actions.take() {
            match action {
                Action::Order(order) => self.orders.push(order),
                Action::SelectLines(select) => self.model.console.selection.apply(select),
                _ => {}
            }
        }
    }

    fn wire(&mut self, direction: Direction, kind: WireKind, text: &str) {
        let at = self.model.now + Duration::from_millis(15);
        let wire = Wire { at, direction, kind, bytes: text.as_bytes().to_vec() };
        self.model.handle(News::Session(Event::Wire(wire)), at);
    }
}

struct Screen(Harness<'static, Desk>);

impl Screen {
    /// Five lines, the first of them at 1.015 s.
    fn new() -> Self {
        let mut model = Model::default();
        model.handle_time(Moment::from_millis(1_000));
        let mut desk = Desk { pane: ConsolePane::default(), model, orders: Vec::new() };
        for (direction, kind, text) in [
            (Direction::Sent, WireKind::Command, "AT+GMM"),
            (Direction::Received, WireKind::Answer, "\"NINA-W152\""),
            (Direction::Received, WireKind::Ok, "OK"),
            (Direction::Received, WireKind::Unsolicited, "+UUWLD:0,4"),
            (Direction::Sent, WireKind::Command, "AT+UMLA=2"),
        ] {
            desk.wire(direction, kind, text);
        }
        let draw = |ui: &mut Ui, desk: &mut Desk| {
            CentralPanel::default().frame(Frame::new()).show(ui, |ui| desk.show(ui));
        };
        let builder = Harness::builder().with_size(Vec2::new(1000.0, 400.0));
        Self(builder.with_context_setup(theme::install).build_ui_state(draw, desk))
    }

    fn line<'a>(&'a self, text: &'a str) -> egui_kittest::Node<'a> {
        self.0.get_all_by_label_contains(text).next().unwrap()
    }

    fn click(&mut self, text: &str) {
        self.line(text).click();
        self.0.run();
    }

    fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.0.key_press_modifiers(modifiers, key);
        self.0.run();
    }

    fn selected(&self) -> Option<RangeInclusive<u64>> {
        self.0.state().model.console.selection.range()
    }

    /// What the keys for copying put into the clipboard.
    fn copied(&mut self) -> String {
        self.0.event(egui::Event::Copy);
        self.0.step();
        self.clipboard()
    }

    fn clipboard(&self) -> String {
        let commands = &self.0.output().platform_output.commands;
        let text = commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        text.unwrap_or_default()
    }
}

#[test]
fn lines_say_what_they_mean_and_the_end_of_an_answer_how_long_it_took() {
    let screen = Screen::new();
    assert!(screen.0.query_all_by_label_contains("+UUWLD:0,4").next().is_some());
    for words in ["model", "security", "30 ms"] {
        assert!(screen.0.query_all_by_label_contains(words).next().is_some(), "{words}");
    }
}

#[test]
fn a_line_is_explained_part_by_part_under_the_pointer_and_by_the_space_bar() {
    let mut screen = Screen::new();
    let parts = |screen: &Screen| {
        ["+UUWLD: Wi-Fi link down", "reason", "why"].map(|text| screen.shows(text)).to_vec()
    };
    assert_eq!(parts(&screen), [false; 3]);
    screen.click("+UUWLD");
    screen.key(Modifiers::NONE, Key::Space);
    assert_eq!(parts(&screen), [true; 3]);
    screen.key(Modifiers::NONE, Key::ArrowDown);
    assert!(!screen.shows("+UUWLD: ") && screen.shows("AT+UMLA: "), "it goes with the selection");
    screen.key(Modifiers::NONE, Key::Escape);
    assert_eq!((screen.shows("AT+UMLA: "), screen.selected()), (false, Some(4..=4)));
    let meaning = screen.0.get_by_label_contains("security").rect().center();
    screen.0.hover_at(meaning);
    screen.0.run_steps(60);
    assert_eq!(parts(&screen), [true; 3]);
}

#[test]
fn a_click_and_one_with_shift_select_lines_that_are_copied_as_they_stand_there() {
    let mut screen = Screen::new();
    screen.click("NINA-W152");
    assert_eq!(screen.selected(), Some(1..=1));
    screen.line("+UUWLD").click_modifiers(Modifiers::SHIFT);
    screen.0.run();
    assert_eq!(screen.selected(), Some(1..=3));
    let copied = screen.copied();
    let lines: Vec<_> = copied.lines().collect();
    assert_eq!(lines, ["00:01.030 ← \"NINA-W152\"", "00:01.045 ← OK", "00:01.060 ← +UUWLD:0,4"]);
}

#[test]
fn by_keyboard_lines_are_selected_copied_and_bookmarked() {
    let mut screen = Screen::new();
    screen.click("AT+UMLA");
    screen.key(Modifiers::NONE, Key::ArrowUp);
    assert_eq!(screen.selected(), Some(3..=3));
    screen.key(Modifiers::SHIFT, Key::ArrowUp);
    assert_eq!(screen.selected(), Some(2..=3));
    screen.key(Modifiers::COMMAND, Key::B);
    screen.key(Modifiers::COMMAND, Key::A);
    assert_eq!(screen.selected(), Some(0..=4));
    assert_eq!(screen.copied().lines().count(), 5);
    screen.key(Modifiers::ALT, Key::ArrowUp);
    assert_eq!(screen.selected(), Some(2..=2), "the bookmark");
    screen.key(Modifiers::NONE, Key::Escape);
    assert_eq!(screen.selected(), None);
}

#[test]
fn lines_are_saved_in_a_format_of_the_persons_choice_the_selected_ones_if_there_are_any() {
    let mut screen = Screen::new();
    screen.click("NINA-W152");
    screen.click("Save the console");
    screen.click("Save as text…");
    let Some(Order::SaveFiles { files, .. }) = screen.0.state().orders.last() else { panic!() };
    assert_eq!(files[0].name, "console.txt");
    assert_eq!(files[0].content, NewContent::Public("00:01.030 ← \"NINA-W152\"\n".to_owned()));
}

#[test]
fn times_can_be_those_since_the_line_before_and_the_words_can_be_left_out() {
    let mut screen = Screen::new();
    screen.click("How lines are shown");
    screen.click("Times since the line before");
    assert!(screen.0.query_all_by_label_contains("+0.015").next().is_some());
    screen.click("How lines are shown");
    screen.click("Say what each line means");
    assert!(screen.0.query_all_by_label_contains("30 ms").next().is_none());
}

#[test]
fn a_recording_begins_once_its_file_is_there_and_shows_until_it_ends() {
    let mut screen = Screen::new();
    screen.click("Save the console");
    screen.click("Record in a file from now on…");
    let path = std::path::PathBuf::from("/lab/log.jsonl");
    let purpose = "console.recording".to_owned();
    let saved = News::Saved { purpose, place: path.clone(), result: Ok(vec![path.clone()]) };
    screen.0.state_mut().pane.handle_news(&saved);
    screen.0.run();
    assert_eq!(screen.0.state().orders.last(), Some(&Order::Record(Some(path.clone()))));
    assert!(screen.0.query_by_label("Recording").is_none());
    screen.0.state_mut().model.handle(News::Recording(Some(path)), Moment::from_millis(2_000));
    screen.0.run();
    assert!(screen.0.query_by_label("Recording").is_some());
    screen.click("Save the console");
    screen.click("End the recording");
    assert_eq!(screen.0.state().orders.last(), Some(&Order::Record(None)));
}

impl Screen {
    fn shows(&self, text: &str) -> bool {
        self.0.query_all_by_label_contains(text).next().is_some()
    }

    /// Opens the bar for finding and types.
    fn find(&mut self, text: &str) {
        self.0.state_mut().pane.find();
        self.0.run();
        self.0.event(egui::Event::Text(text.to_owned()));
        self.0.run();
    }
}

#[test]
fn a_text_is_found_while_it_is_typed_and_enter_leads_from_line_to_line() {
    let mut screen = Screen::new();
    screen.find("at+");
    assert!(screen.shows("2 lines"));
    screen.key(Modifiers::NONE, Key::Enter);
    assert_eq!(screen.selected(), Some(0..=0));
    assert!(screen.shows("1 of 2"));
    screen.key(Modifiers::NONE, Key::Enter);
    assert_eq!(screen.selected(), Some(4..=4));
    screen.key(Modifiers::SHIFT, Key::Enter);
    assert_eq!(screen.selected(), Some(0..=0));
    screen.key(Modifiers::NONE, Key::Escape);
    assert!(!screen.shows("1 of 2"));
}

#[test]
fn only_lines_with_the_text_are_shown_if_that_is_wanted_and_new_ones_join_them() {
    let mut screen = Screen::new();
    screen.find("umla");
    screen.click("Only lines with it");
    assert!(screen.shows("AT+UMLA=2") && !screen.shows("AT+GMM"));
    screen.0.state_mut().wire(Direction::Received, WireKind::Answer, "+UMLA:D4CA6EFD96E0");
    screen.0.state_mut().wire(Direction::Received, WireKind::Ok, "OK");
    screen.0.run();
    assert!(screen.shows("+UMLA:D4CA6EFD96E0") && screen.shows("2 lines") && !screen.shows("← OK"));
    screen.click("Close the bar for finding");
    assert!(screen.shows("AT+GMM"));
}

#[test]
fn a_wrong_expression_is_named_and_hides_nothing() {
    let mut screen = Screen::new();
    screen.find("(");
    assert!(screen.shows("Not found"));
    screen.click("The text is a regular expression");
    assert!(screen.shows("unclosed group") && screen.shows("AT+GMM"));
}

#[test]
fn escape_closes_a_menu_and_the_bar_for_finding_and_the_focus_is_not_lost() {
    let mut screen = Screen::typing();
    screen.0.get_by_label("Save the console").focus();
    screen.0.run();
    screen.key(Modifiers::NONE, Key::Enter);
    screen.key(Modifiers::NONE, Key::Tab);
    assert!(screen.0.get_by_label("Record in a file from now on…").is_focused());
    screen.key(Modifiers::NONE, Key::Escape);
    assert!(!screen.shows("Save as text…") && screen.0.get_by_label("Save the console").is_focused());
    screen.find("AT+");
    screen.key(Modifiers::NONE, Key::Tab);
    assert!(screen.0.get_by_label("Previous line with the text").is_focused());
    screen.key(Modifiers::NONE, Key::Escape);
    assert!(!screen.shows("Only lines with it"));
    assert!(screen.0.get_by_role_and_label(Role::TextInput, "Command").is_focused());
}

#[test]
fn tab_leads_to_the_lines_together_and_not_to_each() {
    let mut screen = Screen::typing();
    screen.0.get_by_role(Role::Log).focus();
    screen.0.run();
    screen.key(Modifiers::NONE, Key::Tab);
    let lines = screen.0.query_all_by_role(Role::Unknown).filter(egui_kittest::Node::is_focused).count();
    assert_eq!(lines, 0);
}

#[test]
fn answers_fold_into_their_command_which_then_says_how_they_ended() {
    let mut screen = Screen::new();
    screen.click("How lines are shown");
    screen.click("Fold all answers");
    assert!(screen.shows("AT+GMM") && !screen.shows("NINA-W152") && screen.shows("+UUWLD"));
    assert!(screen.shows("OK, 30 ms"));
    screen.click("AT+GMM");
    screen.key(Modifiers::NONE, Key::ArrowRight);
    assert!(screen.shows("NINA-W152"));
    // By arrows only what is shown is reached.
    screen.key(Modifiers::NONE, Key::ArrowLeft);
    screen.key(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(screen.selected(), Some(3..=3));
}

#[test]
fn a_selection_is_saved_as_it_is_copied_without_the_lines_that_are_not_shown() {
    let mut screen = Screen::new();
    screen.click("AT+UMLA");
    screen.key(Modifiers::COMMAND, Key::A);
    screen.find("AT+");
    screen.click("Only lines with it");
    screen.click("AT+UMLA");
    screen.key(Modifiers::COMMAND, Key::A);
    let copied = screen.copied();
    screen.click("Save the console");
    screen.click("Save as text…");
    let Some(Order::SaveFiles { files, .. }) = screen.0.state().orders.last() else { panic!() };
    assert_eq!(copied.lines().count(), 2);
    assert_eq!(files[0].content, NewContent::Public(copied));
}
