//! What the window looks like, in pictures of the real `App` fed with news on a clock that stands still. They guard
//! the look alone; what pages do is tested by label and role.
//! After a wanted change: `UPDATE_SNAPSHOTS=1 cargo test --test it pictures`, and look at every picture.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, SnapshotOptions};
use xpress_center::credential::roots;
use xpress_center::model::{
    Demonstration, FileContent, Handle, News, Order, Port, PortName, Settings, ThemeChoice,
};
use xpress_center::module::{CredentialKind, Identity, Model, StoredCredential};
use xpress_center::moment::{Moment, UnixTime};
use xpress_center::plan::Mode;
use xpress_center::secret::Secret;
use xpress_center::session::{Activity, Direction, Event, LineEvent, StoreEvent, Wire, WireKind};
use xpress_center::ui::App;

use crate::support::lab::{self, ENDPOINT, TODAY};

/// A shell that tells what it is given and does nothing.
#[derive(Clone, Default)]
struct Script(Rc<RefCell<VecDeque<News>>>);

impl Handle for Script {
    fn send(&mut self, _: Order) {}

    fn poll(&mut self) -> Option<News> {
        self.0.borrow_mut().pop_front()
    }

    fn now(&self) -> Moment {
        Moment::from_millis(83_500)
    }

    fn date(&self) -> UnixTime {
        TODAY
    }
}

struct Window {
    harness: Harness<'static, App>,
    script: Script,
    theme: &'static str,
}

impl Window {
    fn new(theme: ThemeChoice) -> Self {
        let script = Script::default();
        let handle = Box::new(script.clone());
        let settings = Settings { theme, ..Settings::default() };
        let harness = Harness::builder()
            .with_size(egui::Vec2::new(1280.0, 800.0))
            .with_theme(if theme == ThemeChoice::Dark { egui::Theme::Dark } else { egui::Theme::Light })
            .wgpu()
            .build_eframe(move |creation| App::new(creation, handle, settings));
        let name = if theme == ThemeChoice::Dark { "dark" } else { "light" };
        let mut window = Self { harness, script, theme: name };
        let port = |name, description: &str| Port { name, description: description.to_owned(), usb: None };
        window.tell([News::Ports(vec![
            port(PortName::Simulated, "NINA-W152 in this program"),
            port(PortName::Serial("/dev/ttyUSB0".into()), "FT232R USB UART"),
        ])]);
        window
    }

    fn tell(&mut self, news: impl IntoIterator<Item = News>) {
        self.script.0.borrow_mut().extend(news);
        self.harness.run();
    }

    fn click(&mut self, label: &str) {
        let mut found = self.harness.query_all_by_role_and_label(Role::Button, label);
        found.find(|node| !node.accesskit_node().is_disabled()).unwrap_or_else(|| panic!("{label}")).click();
        drop(found);
        self.harness.run();
    }

    fn open_tab(&mut self, label: &str) {
        self.harness.get_by_role_and_label(Role::Tab, label).click();
        self.harness.run();
    }

    /// Compares with the picture in `tests/it/snapshots`. Drivers differ in how they smooth edges.
    fn picture(&mut self, name: &str) {
        let options = SnapshotOptions::new()
            .output_path("tests/it/snapshots")
            .threshold(2.0)
            .max_failed_pixels(400usize);
        self.harness.snapshot_options(format!("{name}-{}", self.theme), &options);
    }
}

fn connected() -> Vec<News> {
    let identity = Identity {
        manufacturer: "u-blox".into(),
        model: Model::new("NINA-W152"),
        firmware: "4.0.0-006".parse().ok(),
        serial: "0233965910595296".into(),
        mac: "D4CA6EFD96E0".into(),
    };
    let wire = |millis, direction, kind, text: &str| {
        let at = Moment::from_millis(millis);
        Event::Wire(Wire { at, direction, kind, bytes: text.as_bytes().to_vec() })
    };
    [
        Event::Line(LineEvent::Opened),
        wire(80_000, Direction::Sent, WireKind::Command, "AT+GMM"),
        wire(80_004, Direction::Received, WireKind::Echo, "AT+GMM"),
        wire(80_015, Direction::Received, WireKind::Answer, "\"NINA-W152\""),
        wire(80_016, Direction::Received, WireKind::Ok, "OK"),
        wire(80_100, Direction::Received, WireKind::Unsolicited, "+UUWLE:0,802AA8035ADE,11"),
        wire(80_200, Direction::Sent, WireKind::Command, "AT+NONSENSE"),
        wire(80_210, Direction::Received, WireKind::Error, "ERROR"),
        Event::Mode(Some(Mode::Command)),
        Event::Identified(Box::new(identity)),
        Event::Activity(Activity::Nothing),
    ]
    .map(News::Session)
    .to_vec()
}

fn demonstration() -> News {
    let account = lab::account();
    News::Demonstration(Box::new(Demonstration {
        ssid: "xpress-lab".into(),
        passphrase: Secret::new("hunter2hunter2"),
        endpoint: ENDPOINT.into(),
        client_id: "device1".into(),
        publish_topic: "device1/up".into(),
        subscribe_topic: "device1/down".into(),
        ca: ("root.pem".into(), account.authority.certificate_pem()),
        certificate: ("device.pem.crt".into(), account.device.certificate_pem()),
        private_key: ("device.pem.key".into(), account.device.key_pem()),
    }))
}

/// What a module of older firmware tells: no subject, no date.
fn stored() -> Vec<News> {
    let amazon = roots::builtin("amazon-root-ca-1").unwrap().md5();
    let entry = |kind, name: &str, md5: Option<&str>| {
        let (name, md5) = (name.to_owned(), md5.map(str::to_owned));
        StoredCredential { kind, name, subject: None, expiry: None, md5 }
    };
    let entries = vec![
        entry(CredentialKind::TrustedRoot, "ca.pem", Some("ACB694A59C17E0D791529BB19706A6E4")),
        entry(CredentialKind::TrustedRoot, "AmazonRootCA1.pem", Some(&amazon)),
        entry(CredentialKind::Certificate, "device.pem.crt", Some("335F892F5984588093CCF136A365E457")),
        entry(CredentialKind::PrivateKey, "device.pem.key", None),
    ];
    [
        Event::Activity(Activity::Storing),
        Event::Store(StoreEvent::Listed(entries)),
        Event::Activity(Activity::Nothing),
    ]
    .map(News::Session)
    .to_vec()
}

fn looked_at() -> News {
    let bytes = roots::builtin("starfield-services-g2").unwrap().pem().into_bytes().into();
    News::File {
        purpose: "certificates.file".into(),
        result: Ok(FileContent { path: "sfs-root.pem".into(), bytes }),
    }
}

fn album(theme: ThemeChoice) {
    let mut window = Window::new(theme);
    window.picture("home");
    window.click("Use the simulated module");
    window.tell(connected());
    window.click("Set up for AWS IoT Core…");
    window.tell([demonstration()]);
    window.picture("credentials");
    window.click("Next");
    window.click("Next");
    window.picture("network");
    window.click("Certificates");
    window.tell(stored());
    window.click("Details of trusted root AmazonRootCA1.pem");
    window.picture("certificates");
    window.click("Close the details");
    window.tell([looked_at()]);
    window.picture("upload");
    window.open_tab("Make");
    window.picture("make");
}

#[test]
fn the_window_looks_as_it_did_in_the_light_theme() {
    album(ThemeChoice::Light);
}

#[test]
fn the_window_looks_as_it_did_in_the_dark_theme() {
    album(ThemeChoice::Dark);
}
