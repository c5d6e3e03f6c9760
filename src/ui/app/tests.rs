//! The whole window without a display, driven by label and role, with a shell that only writes down what it is asked.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::model::{Connection, Line, News, Port, PortName, UsbIds};
use crate::moment::{Moment, UnixTime};
use crate::plan::Mode;
use crate::problem::{Kind, Problem};
use crate::session::{Activity, Direction, Event, LineEvent, PeerEvent, StoreEvent, Wire, WireKind, Wish};
use crate::ui::actions::{MacroChange, Modules};

const SECOND: Duration = Duration::from_secs(1);

/// The shell's end of the channels.
#[derive(Clone, Default)]
struct Shell {
    orders: Rc<RefCell<Vec<Order>>>,
    news: Rc<RefCell<VecDeque<News>>>,
    now: Rc<Cell<Moment>>,
    /// The ends that lead to further modules, in the order in which they were opened.
    others: Rc<RefCell<Vec<Shell>>>,
}

impl Handle for Shell {
    fn send(&mut self, order: Order) {
        self.orders.borrow_mut().push(order);
    }

    fn poll(&mut self) -> Option<News> {
        self.news.borrow_mut().pop_front()
    }

    fn waiting(&self) -> usize {
        self.news.borrow().len()
    }

    fn now(&self) -> Moment {
        self.now.get()
    }

    fn date(&self) -> UnixTime {
        UnixTime(1_800_000_000) + self.now.get().since_start()
    }

    fn another(&self) -> Box<dyn Handle> {
        let (now, others) = (Rc::clone(&self.now), Rc::clone(&self.others));
        let new = Self { now, others, ..Self::default() };
        self.others.borrow_mut().push(new.clone());
        Box::new(new)
    }
}

/// A window and its shell.
struct Bench {
    window: Harness<'static, App>,
    shell: Shell,
}

impl Bench {
    fn new() -> Self {
        Self::of_size(1280.0, 800.0)
    }

    fn of_size(width: f32, height: f32) -> Self {
        let shell = Shell::default();
        let handle = Box::new(shell.clone());
        let window = Harness::builder()
            .with_size([width, height])
            .with_pixels_per_point(1.5)
            .build_eframe(|creation| App::new(creation, handle, Settings::default()));
        let mut bench = Self { window, shell };
        bench.news(News::Ports(vec![port(PortName::Simulated), port(serial())]));
        bench
    }

    /// Connected to the serial port, in this mode.
    fn connected(mode: Mode) -> Self {
        let mut bench = Self::new();
        bench.click("Connect to /dev/ttyUSB0");
        bench.tell(Event::Line(LineEvent::Opened));
        bench.tell(Event::Mode(Some(mode)));
        bench
    }

    fn unplug(&mut self) {
        let gone = Problem::new(Kind::PortLost, "The port /dev/ttyUSB0 is gone", "Plug the module in again");
        self.tell(Event::Line(LineEvent::Lost(gone)));
        self.news(News::Ports(vec![port(PortName::Simulated)]));
    }

    fn plug_in(&mut self) {
        self.news(News::Ports(vec![port(PortName::Simulated), port(serial())]));
    }

    /// Does this as if a panel had asked for it.
    fn act(&mut self, action: Action) {
        let context = self.window.ctx.clone();
        self.window.state_mut().apply(action, &context);
    }

    fn news(&mut self, news: News) {
        self.shell.news.borrow_mut().push_back(news);
        self.window.run();
    }

    fn tell(&mut self, event: Event) {
        self.news(News::Session(event));
    }

    fn data(&mut self, direction: Direction, bytes: &[u8]) {
        let (at, kind) = (self.shell.now.get(), WireKind::Data { channel: None });
        self.tell(Event::Wire(Wire { at, direction, kind, bytes: bytes.to_vec() }));
    }

    fn click(&mut self, label: &str) {
        self.window.get_by_label(label).click();
        self.window.run();
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.window.key_press_modifiers(modifiers, key);
        self.window.run();
    }

    /// Types into the field of this name; it keeps the focus.
    fn type_into(&mut self, field: &str, text: &str) {
        self.window.get_by_role_and_label(Role::TextInput, field).focus();
        self.window.run();
        self.window.get_by_role_and_label(Role::TextInput, field).type_text(text);
        self.window.run();
    }

    fn value(&self, field: &str) -> String {
        self.window.get_by_role_and_label(Role::TextInput, field).value().unwrap_or_default()
    }

    fn wishes(&self) -> Vec<Wish> {
        let wish = |order: &Order| if let Order::Wish(wish) = order { Some(wish.clone()) } else { None };
        self.shell.orders.borrow().iter().filter_map(wish).collect()
    }

    fn connections(&self) -> Vec<Connection> {
        let connection = |order: &Order| if let Order::Connect(to) = order { Some(to.clone()) } else { None };
        self.shell.orders.borrow().iter().filter_map(connection).collect()
    }

    fn sees(&self, label: &str) -> bool {
        self.window.query_all_by_label_contains(label).next().is_some()
    }
}

fn serial() -> PortName {
    PortName::Serial("/dev/ttyUSB0".to_owned())
}

fn port(name: PortName) -> Port {
    let ids = UsbIds { vendor: 0x0403, product: 0x6015, serial_number: None };
    let usb = matches!(name, PortName::Serial(_)).then_some(ids);
    Port { name, description: "FT231X USB UART".to_owned(), usb }
}

#[test]
fn connect_leads_to_the_simulated_module_where_nothing_else_was_chosen() {
    let mut bench = Bench::new();
    bench.click("Connect");
    let expected = Connection::to(PortName::Simulated);
    assert_eq!(bench.connections().as_slice(), std::slice::from_ref(&expected));
    let saved = bench.shell.orders.borrow().iter().any(
        |order| matches!(order, Order::SaveSettings(settings) if settings.connection == Some(expected.clone())),
    );
    assert!(saved, "the last port is remembered");
}

#[test]
fn a_port_and_speed_are_chosen_in_the_top_bar() {
    let mut bench = Bench::new();
    bench.click("Port");
    bench.click("/dev/ttyUSB0");
    bench.click("Speed");
    bench.click("921600");
    bench.press(Modifiers::NONE, Key::F5);
    assert_eq!(bench.connections(), [Connection { speed: 921_600, ..Connection::to(serial()) }]);
    bench.tell(Event::Line(LineEvent::Opened));
    bench.press(Modifiers::NONE, Key::F5);
    assert_eq!(bench.shell.orders.borrow().last(), Some(&Order::Disconnect));
}

#[test]
fn a_typed_command_is_sent_by_enter_and_comes_back_by_arrow_up() {
    let mut bench = Bench::connected(Mode::Command);
    for command in ["AT+GMM", "AT+GMR"] {
        bench.type_into("Command", command);
        bench.press(Modifiers::NONE, Key::Enter);
        assert_eq!(bench.value("Command"), "");
    }
    assert_eq!(bench.wishes(), ["AT+GMM", "AT+GMR"].map(|command| Wish::Send(command.to_owned())));
    bench.press(Modifiers::NONE, Key::ArrowUp);
    bench.press(Modifiers::CTRL, Key::ArrowUp);
    assert_eq!(bench.value("Command"), "AT+GMM");
    bench.press(Modifiers::NONE, Key::ArrowDown);
    bench.press(Modifiers::NONE, Key::Enter);
    assert_eq!(bench.wishes().last(), Some(&Wish::Send("AT+GMR".to_owned())));
}

#[test]
fn commands_cannot_be_typed_while_they_would_be_payload() {
    let mut bench = Bench::connected(Mode::Data);
    assert!(bench.window.get_by_role_and_label(Role::TextInput, "Command").accesskit_node().is_disabled());
    bench.click("+++");
    assert_eq!(bench.wishes(), [Wish::Enter(Mode::Command)]);
}

#[test]
fn a_chosen_message_is_shown_as_bytes() {
    let mut bench = Bench::connected(Mode::Data);
    bench.data(Direction::Received, b"hello");
    bench.click("Traffic");
    assert!(!bench.sees("68 65 6c 6c 6f"));
    bench.click("Received 5 bytes: hello");
    assert!(bench.sees("68 65 6c 6c 6f"));
}

#[test]
fn a_message_is_sent_with_its_line_end_and_bytes_as_they_are() {
    let mut bench = Bench::connected(Mode::Data);
    bench.click("Traffic");
    bench.click("Line end");
    bench.click("CR LF");
    bench.type_into("Message", "hi");
    bench.press(Modifiers::NONE, Key::Enter);
    bench.click("Hex");
    bench.type_into("Message", "00 ff");
    bench.click("Send message");
    let sent = [b"hi\r\n".to_vec(), vec![0, 255]].map(|data| Wish::SendData { channel: None, data });
    assert_eq!(bench.wishes(), sent);
}

#[test]
fn in_extended_data_mode_a_message_goes_to_a_channel() {
    let mut bench = Bench::connected(Mode::Extended);
    bench.click("Traffic");
    assert!(bench.window.get_by_role_and_label(Role::TextInput, "Message").accesskit_node().is_disabled());
    for (handle, channel) in [(1, 0), (2, 1)] {
        bench.tell(Event::Peer(PeerEvent::Connected { handle, channel: Some(channel), remote: None }));
    }
    bench.click("Channel");
    bench.click("Channel 1: peer 2");
    bench.type_into("Message", "hi");
    bench.press(Modifiers::NONE, Key::Enter);
    assert_eq!(bench.wishes(), [Wish::SendData { channel: Some(1), data: b"hi".to_vec() }]);
}

#[test]
fn an_empty_traffic_pane_leads_to_data_mode() {
    let mut bench = Bench::connected(Mode::Command);
    bench.press(Modifiers::CTRL, Key::Tab);
    bench.click("Enter data mode");
    assert_eq!(bench.wishes(), [Wish::Enter(Mode::Data)]);
}

#[test]
fn the_palette_finds_an_action_and_carries_it_out() {
    let mut bench = Bench::connected(Mode::Command);
    bench.press(Modifiers::COMMAND, Key::K);
    bench.window.get_by_role_and_label(Role::TextInput, "Search actions").type_text("rest mod");
    bench.window.run();
    bench.press(Modifiers::NONE, Key::Enter);
    assert_eq!(bench.wishes(), [Wish::Restart]);
    assert!(bench.window.query_by_label("Search actions").is_none(), "it is closed");
    bench.press(Modifiers::COMMAND, Key::K);
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(bench.window.query_by_label("Search actions").is_none(), "Esc closes it");
}

#[test]
fn the_theme_is_switched_and_remembered() {
    let mut bench = Bench::new();
    bench.click("Light theme");
    assert_eq!(bench.window.ctx.theme(), egui::Theme::Light);
    bench.click("Dark theme");
    assert_eq!(bench.window.ctx.theme(), egui::Theme::Dark);
    let orders = bench.shell.orders.borrow();
    assert!(
        matches!(orders.last(), Some(Order::SaveSettings(settings)) if settings.theme == ThemeChoice::Dark)
    );
}

#[test]
fn a_port_that_goes_and_comes_back_is_taken_up_again() {
    let mut bench = Bench::connected(Mode::Command);
    bench.unplug();
    assert!(bench.sees("The port /dev/ttyUSB0 is gone") && bench.sees("it is connected by itself"));

    let asked = |bench: &Bench| {
        bench.shell.orders.borrow().iter().filter(|order| **order == Order::ListPorts).count()
    };
    let before = asked(&bench);
    bench.shell.now.set(Moment::START + SECOND);
    bench.window.run();
    assert_eq!(asked(&bench), before + 1, "the port is looked for once a second");

    bench.plug_in();
    assert_eq!(bench.connections(), [Connection::to(serial()), Connection::to(serial())]);
    bench.tell(Event::Line(LineEvent::Opened));
    assert!(!bench.sees("The port is back"));
}

#[test]
fn a_port_that_is_back_and_cannot_be_opened_yet_is_tried_again_but_not_without_end() {
    let mut bench = Bench::connected(Mode::Command);
    bench.unplug();
    for _ in 0..9 {
        bench.plug_in();
        let forbidden = Problem::new(Kind::PortForbidden, "You may not open /dev/ttyUSB0", "Join a group");
        bench.tell(Event::Line(LineEvent::Lost(forbidden)));
    }
    assert_eq!(bench.connections().len(), 1 + 5);
    assert!(bench.sees("You may not open /dev/ttyUSB0") && bench.sees("Join a group"));
    bench.click("Connect");
    assert_eq!(bench.connections().len(), 1 + 5 + 1);
}

#[test]
fn a_person_is_asked_before_a_line_is_taken_up_again_whose_bytes_may_go_to_a_cloud() {
    let mut bench = Bench::connected(Mode::Data);
    bench.unplug();
    bench.plug_in();
    assert_eq!(bench.connections().len(), 1);
    assert!(bench.sees("what is sent to find the module may go to its peer"));
    bench.click("Connect again");
    assert_eq!(bench.connections().last().map(|to| to.port.clone()), Some(serial()));
    assert_eq!(bench.connections().len(), 2);
}

#[test]
fn who_does_not_want_a_lost_line_back_leaves_it_closed() {
    let mut bench = Bench::connected(Mode::Command);
    bench.unplug();
    bench.click("Leave it closed");
    bench.plug_in();
    assert_eq!(bench.connections().len(), 1);
}

#[test]
fn another_port_can_be_chosen_instead_of_a_lost_one() {
    let mut bench = Bench::connected(Mode::Command);
    bench.unplug();
    bench.click("Port");
    bench.click("Simulated module");
    bench.click("Connect");
    assert_eq!(bench.connections().last().map(|to| to.port.clone()), Some(PortName::Simulated));
}

#[test]
fn a_problem_stays_until_it_is_dismissed() {
    let mut bench = Bench::new();
    bench.news(News::Trouble(Problem::new(
        Kind::FileUnwritable,
        "The settings cannot be written",
        "Free some room",
    )));
    assert!(bench.sees("The settings cannot be written"));
    bench.click("Dismiss this notice");
    assert!(!bench.sees("The settings cannot be written"));
}

#[test]
fn following_stops_when_a_person_scrolls_up_and_new_lines_are_counted() {
    let mut bench = Bench::connected(Mode::Command);
    let line = |text: &str| {
        let (direction, kind) = (Direction::Received, WireKind::Answer);
        Event::Wire(Wire { at: Moment::START, direction, kind, bytes: text.as_bytes().to_vec() })
    };
    (0..100).for_each(|number| bench.tell(line(&format!("line {number}"))));
    assert!(bench.sees("line 99") && !bench.sees("Jump to end"));
    bench.window.get_by_label_contains("line 99").hover();
    bench.window.run();
    bench.window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 400.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    // Scrolling is smooth.
    bench.window.run_steps(20);
    bench.tell(line("line 100"));
    bench.tell(line("line 101"));
    assert!(!bench.sees("line 101"));
    bench.click("Jump to end, 2 new");
    assert!(bench.sees("line 101") && !bench.sees("Jump to end"));
}

#[test]
fn the_log_goes_to_a_window_of_its_own_and_back() {
    let mut bench = Bench::new();
    let apart = Modifiers { shift: true, ..Modifiers::COMMAND };
    bench.press(apart, Key::L);
    assert!(bench.sees("Command") && !bench.sees("Fold or unfold the log"));
    bench.click("Log in a window of its own, or back");
    assert!(bench.sees("Command") && bench.sees("Fold or unfold the log"));
}

#[test]
fn the_log_folds_and_both_panes_stand_side_by_side_on_a_wide_window() {
    let mut bench = Bench::new();
    assert!(bench.sees("Command") && !bench.sees("Message"));
    bench.press(Modifiers::COMMAND, Key::L);
    assert!(bench.window.query_by_role_and_label(Role::TextInput, "Command").is_none());
    let wide = Bench::of_size(1920.0, 1080.0);
    for field in ["Command", "Message"] {
        assert!(wide.window.query_by_role_and_label(Role::TextInput, field).is_some(), "{field}");
    }
}

#[test]
fn a_window_in_which_nothing_happens_draws_nothing() {
    let mut bench = Bench::connected(Mode::Command);
    for page in ["Module", "Certificates", "Settings", "Set up"] {
        bench.click(page);
        assert_eq!(bench.window.run(), 1, "{page}");
    }
    let delay = bench.window.output().viewport_output.values().map(|output| output.repaint_delay).min();
    assert!(delay > Some(Duration::from_secs(3600)), "{delay:?}");
}

#[test]
fn the_certificates_page_asks_a_known_module_once_and_then_rests() {
    let mut bench = Bench::connected(Mode::Command);
    bench.tell(Event::Identified(Box::new(crate::module::Identity {
        manufacturer: "u-blox".to_owned(),
        model: crate::module::Model::new("NINA-W152"),
        firmware: None,
        serial: "1".to_owned(),
        mac: "D4CA6E000001".to_owned(),
    })));
    bench.click("Certificates");
    assert_eq!(bench.wishes(), [Wish::ListStored]);
    bench.tell(Event::Activity(Activity::Storing));
    bench.tell(Event::Store(StoreEvent::Listed(Vec::new())));
    bench.tell(Event::Activity(Activity::Nothing));
    assert!(bench.sees("Nothing is stored on the module"));
    assert_eq!((bench.wishes().len(), bench.window.run()), (1, 1));
}

#[test]
fn seconds_go_on_once_a_second_while_the_module_is_busy() {
    let mut bench = Bench::connected(Mode::Command);
    bench.tell(Event::Activity(Activity::Finding));
    bench.shell.now.set(Moment::from_millis(3200));
    bench.window.run();
    assert!(bench.sees("Finding the module, 3 s"));
    let delay = bench.window.output().viewport_output.values().map(|output| output.repaint_delay).min();
    assert_eq!(delay, Some(SECOND));
}

#[test]
fn bytes_without_meaning_and_control_characters_can_be_read() {
    let mut bench = Bench::connected(Mode::Command);
    let wire = |kind, bytes: &[u8]| {
        Event::Wire(Wire { at: Moment::START, direction: Direction::Received, kind, bytes: bytes.to_vec() })
    };
    bench.tell(wire(WireKind::Noise, &[0, 7, 0x1b, 0xff]));
    bench.tell(wire(WireKind::Answer, "a\tb\x7fé".as_bytes()));
    assert!(bench.sees(r"\x00\x07\x1b\xff") && bench.sees(r"a\tb\u{7f}é"));
}

mod captures;
mod macros;
mod modes;
mod profiles;
mod search;
mod several;

#[test]
fn what_more_than_one_frame_takes_is_said_until_it_is_shown() {
    let mut bench = Bench::connected(Mode::Extended);
    let data = Wire {
        at: Moment::START,
        direction: Direction::Received,
        kind: WireKind::Data { channel: Some(0) },
        bytes: b"{}".to_vec(),
    };
    for _ in 0..30_000 {
        bench.shell.news.borrow_mut().push_back(News::Session(Event::Wire(data.clone())));
    }
    bench.window.step();
    assert!(bench.window.query_by_label("10\u{2009}000 events behind").is_some());
    bench.window.run();
    assert!(bench.window.query_by_label_contains("events behind").is_none());
    assert_eq!(bench.window.state().model().traffic.len(), 30_000);
}
