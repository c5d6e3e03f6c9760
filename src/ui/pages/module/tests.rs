//! The page by label and role, with a model that is told what a module said.

use std::cell::RefCell;
use std::rc::Rc;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::model::{Connection, News, Order, PortName};
use crate::module::{Echo, LineSettings, Model as Name, Reported, StartMode};
use crate::moment::Moment;
use crate::plan::Mode;
use crate::session::{Change, Event, LineEvent};
use crate::ui::theme;

struct Bench {
    window: Harness<'static, (Model, ModulePage)>,
    orders: Rc<RefCell<Vec<Order>>>,
}

impl Bench {
    /// The page of a module in this mode.
    fn new(mode: Mode) -> Self {
        let mut model = Model::default();
        model.connecting(&Connection::to(PortName::from("COM3")));
        let identity = Identity {
            manufacturer: "u-blox".to_owned(),
            model: Name::new("NINA-W152"),
            firmware: "4.0.0-006".parse().ok(),
            serial: "0233965910595296".to_owned(),
            mac: "D4CA6EFD96E0".to_owned(),
        };
        for event in
            [Event::Line(LineEvent::Opened), Event::Mode(Some(mode)), Event::Identified(Box::new(identity))]
        {
            model.handle(News::Session(event), Moment::START);
        }
        let orders = Rc::<RefCell<Vec<Order>>>::default();
        let told = orders.clone();
        let window =
            Harness::builder().with_context_setup(theme::install).with_size([900.0, 1800.0]).build_ui_state(
                move |ui, (model, page): &mut (Model, ModulePage)| {
                    let mut actions = Actions::default();
                    page.show(ui, model, &mut actions);
                    told.borrow_mut().extend(actions.take_orders());
                },
                (model, ModulePage::default()),
            );
        let mut bench = Self { window, orders };
        bench.window.run();
        bench
    }

    /// The page once the module has said this of itself.
    fn reported() -> Self {
        let mut bench = Self::new(Mode::Command);
        let answer = |question, lines: &[&str]| Reported {
            question,
            lines: Some(lines.iter().map(|line| (*line).to_owned()).collect()),
        };
        let answers = vec![
            answer("ATI0", &["\"NINA-W152-00B-00\""]),
            answer("AT+UMSM?", &["+UMSM:0"]),
            answer("AT+UMSTAT", &["+UMSTAT:0,149", "+UMSTAT:1,0"]),
            answer("ATE?", &["1"]),
            Reported { question: "AT+UMLA=1", lines: None },
        ];
        bench.tell(Event::Reported(Box::new(Report { answers })));
        bench.orders.borrow_mut().clear();
        bench
    }

    fn tell(&mut self, event: Event) {
        self.window.state_mut().0.handle(News::Session(event), Moment::START);
        self.window.run();
    }

    fn click(&mut self, label: &str) {
        self.window.get_by_label(label).click();
        self.window.run();
    }

    fn sees(&self, text: &str) -> bool {
        self.window.query_all_by_label_contains(text).next().is_some()
    }

    fn wishes(&self) -> Vec<Wish> {
        let wish = |order: &Order| if let Order::Wish(wish) = order { Some(wish.clone()) } else { None };
        self.orders.borrow().iter().filter_map(wish).collect()
    }
}

#[test]
fn a_module_is_asked_for_everything_once_when_its_page_is_looked_at() {
    let mut bench = Bench::new(Mode::Command);
    bench.window.run();
    assert_eq!(bench.wishes(), [Wish::Report]);
}

#[test]
fn a_module_in_data_mode_is_not_asked_for_anything() {
    let bench = Bench::new(Mode::Data);
    assert_eq!(bench.wishes(), []);
    assert!(bench.sees("The module is in data mode"));
}

#[test]
fn what_it_reports_is_shown_as_facts_and_as_text() {
    let bench = Bench::reported();
    for text in ["NINA-W152-00B-00", "Command mode", "2 min 29 s", "Not all stored", "WPA3: yes", "PPP: no"] {
        assert!(bench.sees(text), "{text}");
    }
    assert!(bench.sees("not answered"), "a question that the module refused is said to be refused");
}

#[test]
fn the_ticket_has_everything_and_the_answers() {
    let bench = Bench::reported();
    let (model, _) = bench.window.state();
    let ticket = facts::ticket(model.module.identity.as_ref().unwrap(), model);
    for text in ["Model: NINA-W152", "Firmware: 4.0.0-006", "WPA3: yes", "AT+UMSTAT\n  +UMSTAT:0,149"] {
        assert!(ticket.contains(text), "{text} in {ticket}");
    }
}

#[test]
fn another_speed_is_asked_about_and_then_set() {
    let mut bench = Bench::reported();
    bench.click("Speed of the module");
    bench.click("921600");
    bench.click("Change the line…");
    assert_eq!(bench.wishes(), []);
    assert!(bench.sees("To 921600 bit/s, RTS/CTS flow control"));
    assert!(bench.sees("both go back") && !bench.sees("this computer has to change"));
    bench.click("Change it");
    let line = LineSettings { speed: 921_600, ..LineSettings::FACTORY };
    assert_eq!(bench.wishes(), [Wish::Change(Change::Line(line))]);
}

#[test]
fn settings_are_changed_by_keys_alone_and_the_focus_is_never_lost() {
    let mut bench = Bench::reported();
    let combo = (Role::ComboBox, "Speed of the module");
    bench.window.get_by_role_and_label(combo.0, combo.1).focus();
    bench.window.run();
    for key in [Key::Enter, Key::Tab, Key::Enter] {
        bench.window.key_press(key);
        bench.window.run();
    }
    assert!(bench.window.get_by_role_and_label(combo.0, combo.1).is_focused());
    assert!(bench.window.query_by_label("921600").is_none(), "the list has closed");
    for key in [Key::Tab, Key::Tab, Key::Enter] {
        bench.window.key_press(key);
        bench.window.run();
    }
    assert!(bench.window.get_by_label("Leave it as it is").is_focused());
    bench.window.key_press(Key::Escape);
    bench.window.run();
    assert!(!bench.sees("Change the serial line?"));
    assert!(bench.window.get_by_label("Change the line…").is_focused());
    assert_eq!(bench.wishes(), []);
}

#[test]
fn a_factory_reset_that_is_not_agreed_to_is_not_done() {
    let mut bench = Bench::reported();
    bench.click("Factory reset…");
    bench.click("Leave it as it is");
    assert_eq!(bench.wishes(), []);
    bench.click("Factory reset…");
    bench.click("Reset it");
    assert_eq!(bench.wishes(), [Wish::Change(Change::Factory)]);
}

#[test]
fn start_mode_echo_and_storing_are_set() {
    let mut bench = Bench::reported();
    bench.window.get_by_role_and_label(Role::ComboBox, "Mode after a start").click();
    bench.window.run();
    bench.click("Extended data mode");
    bench.click("Set the start mode…");
    bench.click("Set it");
    bench.click("Echo off");
    bench.click("Store the settings");
    assert_eq!(
        bench.wishes(),
        [
            Wish::Change(Change::StartMode(StartMode::Extended)),
            Wish::Change(Change::Echo(Echo::Off)),
            Wish::Change(Change::Store)
        ]
    );
}
