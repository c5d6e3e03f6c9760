//! The wizard in the hands of a person: clicks and keys in, labels and actions out.

mod clouds;
mod files;
mod networks;
mod problems;
mod run;
mod walk;

use egui::accesskit::Role as AccessRole;
use egui::{Frame, Key, Modifiers, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, Node};

use super::Wizard;
use crate::credential::fixtures::{EC_CERTIFICATE, EC_KEY_WITH_PARAMETERS, NOW, ROOT};
use crate::model::{Connection, Demonstration, FileContent, FlowControl, Line, Model, News, Order, PortName};
use crate::module::{self, Identity};
use crate::moment::Moment;
use crate::plan::{Mode, Plan};
use crate::profile::{CloudKind, Material, Materials, Profile};
use crate::secret::Secret;
use crate::session::{Event, PlanEvent, StepState, Wish};
use crate::ui::actions::{Action, Actions};
use crate::ui::theme;

/// Sizes of the page in the window of 1280×800 with the log open, and without limits.
const SMALL: Vec2 = Vec2::new(1084.0, 430.0);
const TALL: Vec2 = Vec2::new(1084.0, 1600.0);

const PASSPHRASE: &str = "hunter2hunter2";
const ENDPOINT: &str = "abc123-ats.iot.eu-west-1.amazonaws.com";

/// The wizard with a model, and what it asked for.
struct Desk {
    wizard: Wizard,
    model: Model,
    done: Vec<Action>,
    now: Moment,
}

impl Desk {
    /// A simulated module is connected, in command mode.
    fn connected() -> Self {
        let mut desk = Self::disconnected();
        desk.model.line =
            Line::Open(Connection { port: PortName::Simulated, speed: 115_200, flow: FlowControl::RtsCts });
        desk.model.module.identity = Some(identity("1122334455667788"));
        desk.model.mode = Some(Mode::Command);
        desk
    }

    fn disconnected() -> Self {
        Self {
            wizard: Wizard::new(CloudKind::Aws),
            model: Model::default(),
            done: Vec::new(),
            now: Moment::START,
        }
    }

    fn show(&mut self, ui: &mut egui::Ui) {
        let mut actions = Actions::default();
        self.wizard.show(ui, &self.model, NOW, &mut actions);
        for action in actions.take() {
            if let Action::Order(Order::Wish(Wish::Run(plan))) = &action {
                self.model.plan_started(plan);
            }
            self.done.push(action);
            ui.request_repaint();
        }
    }

    fn news(&mut self, news: News) {
        self.now = self.now + std::time::Duration::from_millis(100);
        self.wizard.handle_news(&news);
        self.model.handle(news, self.now);
    }

    fn happens(&mut self, event: Event) {
        self.news(News::Session(event));
    }

    fn step(&mut self, index: usize, state: StepState) {
        let elapsed = std::time::Duration::from_millis(100);
        self.happens(Event::Plan(PlanEvent::Step { index, state, elapsed }));
    }

    /// The orders so far.
    fn orders(&self) -> Vec<&Order> {
        let mut orders = Vec::new();
        for action in &self.done {
            if let Action::Order(order) = action {
                orders.push(order);
            }
        }
        orders
    }

    /// The plan that was sent off last.
    fn plan(&self) -> Option<&Plan> {
        self.orders().into_iter().rev().find_map(|order| match order {
            Order::Wish(Wish::Run(plan)) => Some(plan),
            _ => None,
        })
    }
}

fn identity(serial: &str) -> Identity {
    Identity {
        manufacturer: "u-blox".to_owned(),
        model: module::Model::new("NINA-W152"),
        firmware: "4.0.0-006".parse().ok(),
        serial: serial.to_owned(),
        mac: "D4CA6EFD96E0".to_owned(),
    }
}

/// The demonstration of AWS as the shell makes it, with other values.
pub(in crate::ui) fn demonstration() -> News {
    let profile = format!(
        r#"{{ "version": 1,
             "wifi": {{ "ssid": "lab-ap", "security": "wpa-psk", "passphrase": {{ "ask": true }} }},
             "cloud": {{ "kind": "aws", "endpoint": "{ENDPOINT}", "client_id": "device1",
                         "publish_topic": "device1/up", "subscribe_topic": "device1/down",
                         "ca": {{ "file": "root.pem" }}, "certificate": {{ "file": "device1.pem" }},
                         "private_key": {{ "file": "device1.key" }} }} }}"#
    );
    let file = |text: &str| Material::File(text.as_bytes().to_vec().into());
    let mut materials = Materials::default();
    materials.insert("wifi.passphrase", Material::Secret(Secret::new(PASSPHRASE)));
    materials.insert("cloud.ca", file(ROOT));
    materials.insert("cloud.certificate", file(EC_CERTIFICATE));
    materials.insert("cloud.private_key", file(EC_KEY_WITH_PARAMETERS));
    let profile = Profile::parse(&profile).unwrap();
    News::Demonstration(Box::new(Demonstration { profile, materials, host: ENDPOINT.to_owned() }))
}

fn file(purpose: &str, name: &str, text: &str) -> News {
    let bytes = zeroize::Zeroizing::new(text.as_bytes().to_vec());
    News::File { purpose: purpose.to_owned(), result: Ok(FileContent { path: name.into(), bytes }) }
}

/// The wizard on screen.
struct Screen(Harness<'static, Desk>);

impl Screen {
    fn new(desk: Desk, size: Vec2) -> Self {
        let draw = |ui: &mut egui::Ui, desk: &mut Desk| {
            egui::CentralPanel::default().frame(Frame::new()).show(ui, |ui| desk.show(ui));
        };
        let builder = Harness::builder().with_size(size).with_context_setup(theme::install);
        Self(builder.build_ui_state(draw, desk))
    }

    /// A tall screen on which nothing needs scrolling, with a module connected.
    fn tall() -> Self {
        Self::new(Desk::connected(), TALL)
    }

    /// The same, with the demonstration's values filled in, on the page that so many clicks on Next lead to.
    fn filled(clicks: usize) -> Self {
        Self::filled_at(TALL, clicks)
    }

    fn filled_at(size: Vec2, clicks: usize) -> Self {
        let mut screen = Self::new(Desk::connected(), size);
        screen.news(demonstration());
        (0..clicks).for_each(|_| screen.click("Next"));
        screen
    }

    fn desk(&self) -> &Desk {
        self.0.state()
    }

    fn desk_mut(&mut self) -> &mut Desk {
        self.0.state_mut()
    }

    /// The window must come to rest: `run` fails if it does not.
    fn run(&mut self) {
        self.0.run();
    }

    fn news(&mut self, news: News) {
        self.desk_mut().news(news);
        self.run();
    }

    fn happens(&mut self, event: Event) {
        self.news(News::Session(event));
    }

    fn click(&mut self, label: &str) {
        self.0.get_by_label(label).click();
        self.run();
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.0.key_press_modifiers(modifiers, key);
        self.run();
    }

    fn key(&mut self, key: Key) {
        self.press(Modifiers::NONE, key);
    }

    /// Types into what has the focus.
    fn type_text(&mut self, text: &str) {
        self.0.event(egui::Event::Text(text.to_owned()));
        self.run();
    }

    fn field<'a>(&'a self, label: &'a str) -> Node<'a> {
        self.0
            .query_by_role_and_label(AccessRole::TextInput, label)
            .or_else(|| self.0.query_by_role_and_label(AccessRole::PasswordInput, label))
            .unwrap_or_else(|| panic!("no field {label:?}"))
    }

    fn field_of<'a>(&'a self, role: AccessRole, label: &'a str) -> Node<'a> {
        self.0.get_by_role_and_label(role, label)
    }

    /// Replaces what stands in a field, and leaves it.
    fn fill(&mut self, label: &str, text: &str) {
        self.field(label).focus();
        self.run();
        self.press(Modifiers::COMMAND, Key::A);
        self.key(Key::Delete);
        self.type_text(text);
        self.key(Key::Tab);
    }

    fn value(&self, label: &str) -> String {
        self.field(label).value().unwrap_or_default()
    }

    fn shows(&self, text: &str) -> bool {
        self.0.query_all_by_label_contains(text).next().is_some()
    }

    fn has(&self, label: &str) -> bool {
        self.0.query_all_by_label(label).next().is_some()
    }

    fn is_enabled(&self, label: &str) -> bool {
        !self.0.get_by_label(label).accesskit_node().is_disabled()
    }

    /// Whether this page is shown, as its heading tells.
    fn is_on(&self, page: super::page::Page) -> bool {
        self.has(page.heading())
    }

    /// Every text that a screen reader could read.
    fn everything(&self) -> String {
        format!(
            "{:?}",
            self.0.root().children_recursive().map(|node| format!("{node:?}")).collect::<Vec<_>>()
        )
    }
}
