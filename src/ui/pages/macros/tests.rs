//! The page of macros in the hands of a person: written, mended, keyed, duplicated, deleted, and in and out of files.

use egui::accesskit::Role;
use egui::{CentralPanel, Frame};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::macros::FunctionKey;
use crate::model::{Existing, Place};
use crate::moment::Moment;
use crate::ui::theme;

/// The page with a model whose macros are changed as it asks.
struct Desk {
    page: Macros,
    model: Model,
    orders: Vec<Order>,
}

struct Screen(Harness<'static, Desk>);

impl Desk {
    fn show(&mut self, ui: &mut Ui) {
        let mut actions = Actions::default();
        self.page.show(ui, &self.model, &mut actions);
        for action in actions.take() {
            let macros = &mut self.model.macros;
            match action {
                Action::Order(order) => self.orders.push(order),
                Action::ChangeMacros(MacroChange::Put { before, new }) => {
                    macros.put(before.as_deref(), *new).unwrap();
                }
                Action::ChangeMacros(MacroChange::Import(new)) => drop(macros.import(new)),
                Action::ChangeMacros(MacroChange::Duplicate(name)) => drop(macros.duplicate(&name)),
                Action::ChangeMacros(MacroChange::Remove(name)) => macros.remove(&name),
                Action::ChangeMacros(MacroChange::Assign { name, key }) => macros.assign(&name, key),
                other => panic!("{other:?}"),
            }
            ui.request_repaint();
        }
    }
}

impl Screen {
    fn new() -> Self {
        let desk = Desk { page: Macros::default(), model: Model::default(), orders: Vec::new() };
        let draw = |ui: &mut Ui, desk: &mut Desk| {
            CentralPanel::default().frame(Frame::new()).show(ui, |ui| desk.show(ui));
        };
        let builder = Harness::builder().with_size([1084.0, 1600.0]).with_context_setup(theme::install);
        let mut screen = Self(builder.build_ui_state(draw, desk));
        screen.0.run();
        screen
    }

    fn with(text: &str) -> Self {
        let mut screen = Self::new();
        screen.0.state_mut().model.macros.import(parse(text).unwrap());
        screen.0.run();
        screen
    }

    fn click(&mut self, label: &str) {
        self.0.get_by_label(label).click();
        self.0.run();
    }

    /// Puts this text into the editor, in place of what is there.
    fn write(&mut self, text: &str) {
        let field = "Text of the macro";
        self.0.get_by_role_and_label(Role::MultilineTextInput, field).focus();
        self.0.run();
        self.0.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.0.run();
        self.0.get_by_role_and_label(Role::MultilineTextInput, field).type_text(text);
        self.0.run();
    }

    fn news(&mut self, news: News) {
        self.0.state_mut().page.handle_news(&news);
        self.0.state_mut().model.handle(news, Moment::START);
        self.0.run();
    }

    fn file(&mut self, bytes: &[u8]) {
        let content = FileContent { path: "/tmp/lab.txt".into(), bytes: bytes.to_vec().into() };
        self.news(News::File { purpose: FILE.to_owned(), result: Ok(content) });
    }

    fn sees(&self, label: &str) -> bool {
        self.0.query_all_by_label_contains(label).next().is_some()
    }

    fn own(&self) -> String {
        self.0.state().model.macros.own_text()
    }

    fn last_order(&self) -> &Order {
        self.0.state().orders.last().unwrap()
    }
}

#[test]
fn the_page_shows_what_comes_with_the_program_and_says_where_own_macros_will_be() {
    let screen = Screen::new();
    assert!(screen.sees("Dump configuration") && screen.sees("A macro that you write, import or duplicate"));
    assert!(screen.0.get_by_label("Export your own…").accesskit_node().is_disabled());
    assert!(screen.0.query_by_label("Delete Identify").is_none());
}

#[test]
fn a_new_macro_is_written_and_kept() {
    let mut screen = Screen::new();
    screen.click("New macro");
    screen.write("# Lab check\n\nAT+GMM\nwait NINA within 2s\n");
    screen.click("Keep the macro");
    assert_eq!(screen.own(), "# Lab check\n\nAT+GMM\nwait NINA within 2s\n");
    assert!(screen.sees("Play Lab check"), "the list is shown again");
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_keeps_the_macro_from_being_kept() {
    let mut screen = Screen::new();
    screen.click("New macro");
    for (text, flaw) in [
        ("# Lab\n\nhello\n", "Line 3: \"hello\" is no step of a macro"),
        ("# Identify\nAT\n", "Line 1: There is another macro of the name Identify"),
        ("# One\nAT\n\n# Two\nAT\n", "Line 4: Another macro begins here"),
        ("# Lab\nAT+UWSC=0,8,\"hunter2hunter2\"\n", "Line 2: A secret would stand in the macro"),
    ] {
        screen.write(text);
        assert!(screen.sees(flaw), "{flaw}");
        assert!(screen.0.get_by_label("Keep the macro").accesskit_node().is_disabled());
    }
    screen.write("# Lab\nAT+UFACTORY\nAT+GIBBERISH\n");
    assert!(
        screen.sees("It is asked first: All settings go back") && screen.sees("AT+GIBBERISH is not known")
    );
    assert!(!screen.0.get_by_label("Keep the macro").accesskit_node().is_disabled());
    screen.click("Discard");
    assert_eq!(screen.own(), "");
}

#[test]
fn an_own_macro_is_edited_in_its_place_and_may_be_renamed() {
    let mut screen = Screen::with("# One\n\nAT\n\n# Two\n\nAT\n");
    screen.click("Edit One");
    screen.write("# First\n\nAT+GMM\n");
    screen.click("Keep the macro");
    assert_eq!(screen.own(), "# First\n\nAT+GMM\n\n# Two\n\nAT\n");
}

#[test]
fn one_that_comes_with_the_program_is_edited_as_a_copy() {
    let mut screen = Screen::new();
    screen.click("Edit a copy of Ping a host");
    screen.click("Keep the macro");
    assert!(
        screen.own().starts_with("# Ping a host 2\n") && !screen.own().contains("key:"),
        "{}",
        screen.own()
    );
}

#[test]
fn macros_are_duplicated_and_deleted_after_a_question() {
    let mut screen = Screen::new();
    screen.click("Duplicate Identify");
    assert!(screen.own().starts_with("# Identify 2\n"));
    screen.click("Delete Identify 2");
    screen.click("Keep it");
    assert!(screen.own().starts_with("# Identify 2\n"));
    screen.click("Delete Identify 2");
    screen.click("Delete");
    assert_eq!(screen.own(), "");
}

#[test]
fn a_key_is_chosen_for_an_own_macro_and_taken_from_another() {
    let mut screen = Screen::with("# One\nkey: F12\n\nAT\n\n# Two\n\nAT\n");
    screen.click("Key of Two");
    screen.click("F12");
    let keys: Vec<_> = screen.0.state().model.macros.all().take(2).map(|(.., key)| key).collect();
    assert_eq!(keys, [None, Some(FunctionKey::F12)]);
}

#[test]
fn macros_are_imported_from_a_file_that_is_chosen_or_whose_path_is_typed() {
    let mut screen = Screen::with("# One\n\nAT\n");
    screen.click(IMPORT);
    assert!(matches!(screen.last_order(), Order::ChooseFile { purpose, .. } if purpose == FILE));
    screen.file(b"# One\n\nAT+GMR\n\n# Three\n\nAT\n");
    assert_eq!(screen.own(), "# One\n\nAT\n\n# One 2\n\nAT+GMR\n\n# Three\n\nAT\n");
    let field = "Path of a file of macros";
    screen.0.get_by_role_and_label(Role::TextInput, field).focus();
    screen.0.run();
    screen.0.get_by_role_and_label(Role::TextInput, field).type_text("\"/tmp/a b.txt\"");
    screen.0.run();
    screen.0.key_press(egui::Key::Enter);
    screen.0.run();
    assert!(
        matches!(screen.last_order(), Order::ReadFile { path, .. } if path.to_str() == Some("/tmp/a b.txt"))
    );
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_its_line_and_changes_nothing() {
    let mut screen = Screen::new();
    for (bytes, problem) in [
        (&b"# One\nAT\n\n# Two\nhello\n"[..], "lab.txt, line 5: \"hello\" is no step"),
        (b"# One\nAT+UWSC=0,8,hunter2hunter2\n", "lab.txt, line 2: A secret would stand"),
        (b"\xff\xfe\x00", "/tmp/lab.txt is no text file"),
    ] {
        screen.file(bytes);
        assert!(screen.sees(problem), "{problem}");
        assert!(!screen.sees("hunter2") && screen.own().is_empty());
    }
    screen.file(b"# One\n\nAT\n");
    assert!(!screen.sees("is no text file"), "a good file takes the problem away");
}

#[test]
fn macros_are_exported_one_by_one_or_all_of_a_persons_own() {
    let mut screen = Screen::with("# One\n\nAT\n\n# Two\n\nAT\n");
    let exported = |screen: &Screen| match screen.last_order() {
        Order::SaveFiles { place: Place::Ask { .. }, files, existing: Existing::Keep, .. } => {
            files[0].clone()
        }
        other => panic!("{other:?}"),
    };
    screen.click("Export your own…");
    let text = "# One\n\nAT\n\n# Two\n\nAT\n".to_owned();
    assert_eq!(
        exported(&screen),
        NewFile { name: "macros.txt".to_owned(), content: NewContent::Public(text) }
    );
    screen.click("Export Join a network");
    let NewFile { name, content: NewContent::Public(text) } = exported(&screen) else { panic!() };
    assert_eq!((name.as_str(), parse(&text).unwrap().len()), ("join-a-network.txt", 1));
    let problem = Problem::new(Kind::WindowUnavailable, "No dialog here", "");
    screen.news(News::DialogFailed { purpose: "macros.export".to_owned(), problem });
    assert!(screen.sees("Path for the macros"), "a path can be typed instead");
}
