//! What the window looks like, in pictures of the real `App` fed with news on a clock that stands still. They guard
//! the look alone; what pages do is tested by label and role.
//! After a wanted change: `UPDATE_SNAPSHOTS=1 cargo test --test it pictures`, and look at every picture.

mod module_pages;
mod several;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use eframe::App as _;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, SnapshotOptions, SnapshotResults};
use xpress_center::credential::roots;
use xpress_center::model::{
    Demonstration, FileContent, Handle, News, OPEN_CAPTURE, Order, Port, PortName, Settings, ThemeChoice,
};
use xpress_center::module::{CredentialKind, Identity, Model, ScanEntry, StoredCredential};
use xpress_center::moment::{Moment, UnixTime};
use xpress_center::plan::Mode;
use xpress_center::profile::{CloudKind, Material, Materials, Profile};
use xpress_center::secret::Secret;
use xpress_center::session::{
    Activity, Direction, Event, LineEvent, PeerEvent, PlanEvent, PlanResult, StepState, StoreEvent,
    WifiEvent, Wire, WireKind,
};
use xpress_center::ui::App;

use crate::support::lab::{self, ENDPOINT, TODAY};

/// A shell that tells what it is given and does nothing.
#[derive(Clone, Default)]
struct Script {
    news: Rc<RefCell<VecDeque<News>>>,
    /// Those of further modules.
    others: Rc<RefCell<Vec<Script>>>,
}

impl Handle for Script {
    fn send(&mut self, _: Order) {}

    fn poll(&mut self) -> Option<News> {
        self.news.borrow_mut().pop_front()
    }

    fn now(&self) -> Moment {
        Moment::from_millis(83_500)
    }

    fn date(&self) -> UnixTime {
        TODAY
    }

    fn another(&self) -> Box<dyn Handle> {
        let new = Self { others: Rc::clone(&self.others), ..Self::default() };
        self.others.borrow_mut().push(new.clone());
        Box::new(new)
    }
}

struct Window {
    harness: Harness<'static, App>,
    script: Script,
    theme: &'static str,
}

impl Window {
    fn new(theme: ThemeChoice) -> Self {
        Self::of_size(theme, 1280.0, 800.0)
    }

    fn of_size(theme: ThemeChoice, width: f32, height: f32) -> Self {
        let script = Script::default();
        let handle = Box::new(script.clone());
        let settings = Settings { theme, ..Settings::default() };
        let harness = Harness::builder()
            .with_size(egui::Vec2::new(width, height))
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
        self.script.news.borrow_mut().extend(news);
        self.harness.run();
    }

    fn click(&mut self, label: &str) {
        let mut found = self.harness.query_all_by_role_and_label(Role::Button, label);
        found
            .find(|node| !node.accesskit_node().is_disabled())
            .unwrap_or_else(|| panic!("{label}"))
            .click_accesskit();
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
        let mut picture = self.harness.render().expect("a renderer");
        let ground = self.harness.state().clear_color(&self.harness.ctx.global_style().visuals);
        for pixel in picture.pixels_mut() {
            lay_over(&mut pixel.0, ground);
        }
        egui_kittest::image_snapshot_options(&picture, format!("{name}-{}", self.theme), &options);
    }
}

/// Puts the window's own colour behind a pixel, as the program's renderer does before it draws and the test's does not.
fn lay_over(pixel: &mut [u8; 4], ground: [f32; 4]) {
    let clear = 255 - pixel[3];
    for (part, ground) in pixel.iter_mut().zip(ground) {
        *part = part.saturating_add((ground * f32::from(clear)).round() as u8);
    }
}

fn wire(millis: u64, direction: Direction, kind: WireKind, text: &str) -> Event {
    Event::Wire(Wire { at: Moment::from_millis(millis), direction, kind, bytes: text.as_bytes().to_vec() })
}

fn connected() -> Vec<News> {
    let identity = Identity {
        manufacturer: "u-blox".into(),
        model: Model::new("NINA-W152"),
        firmware: "4.0.0-006".parse().ok(),
        serial: "0233965910595296".into(),
        mac: "D4CA6EFD96E0".into(),
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

/// The demonstration of a cloud, with files that are the same in every picture.
fn demonstration(kind: CloudKind) -> News {
    let account = lab::account();
    let (device, key) = (account.device.certificate_pem(), account.device.key_pem());
    let identity =
        r#""certificate": { "file": "device.pem.crt" }, "private_key": { "file": "device.pem.key" }"#;
    let topics = r#""publish_topic": "device1/up", "subscribe_topic": "device1/down""#;
    let hub = r#""hub": "contoso.azure-devices.net", "device_id": "device1""#;
    let asked = r#"{ "ask": true }"#;
    let values = match kind {
        CloudKind::Aws => {
            format!(r#""endpoint": "{ENDPOINT}", "client_id": "device1", {topics}, {identity}"#)
        }
        CloudKind::AzureX509 => format!("{hub}, {identity}"),
        CloudKind::AzureSas => format!(r#"{hub}, "key": {asked}"#),
        CloudKind::AzureDps => {
            format!(r#""id_scope": "0ne00ABCDEF", "registration_id": "device1", {identity}"#)
        }
        CloudKind::Thingstream => format!(
            r#""client_id": "device:521b5a33-2374-4547-8edc-50743c144509", "username": "44Y4OWYTRN3JJM312345",
               "password": {asked}, {topics}"#
        ),
    };
    let profile = format!(
        r#"{{ "version": 1,
             "wifi": {{ "ssid": "xpress-lab", "security": "wpa-psk", "passphrase": {asked} }},
             "cloud": {{ "kind": "{}", "ca": {{ "file": "root.pem" }}, {values} }} }}"#,
        kind.name()
    );
    let file = |text: &str| Material::File(text.as_bytes().to_vec().into());
    let secret = |text: &str| Material::Secret(Secret::new(text));
    let mut materials = Materials::default();
    materials.insert("wifi.passphrase", secret("hunter2hunter2"));
    materials.insert("cloud.ca", file(&account.authority.certificate_pem()));
    materials.insert("cloud.certificate", file(&device));
    materials.insert("cloud.private_key", file(key.reveal()));
    materials.insert("cloud.key", secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
    materials.insert("cloud.password", secret("KgpOln78MZ+wuzYw3WCm/GMdTePVm12345678+/9"));
    let profile = Profile::parse(&profile).unwrap();
    News::Demonstration(Box::new(Demonstration { profile, materials, host: ENDPOINT.into() }))
}

/// What the module sees when it looks for networks.
fn networks() -> News {
    let lines = [
        r#"+UWSCAN:802AA8035ADE,1,"xpress-lab",11,-48,18,8,8"#,
        r#"+UWSCAN:9EDAC43107EE,1,"Muppet labs",6,-61,50,8,8"#,
        r#"+UWSCAN:88D7F64684B8,1,"guests",1,-72,0,0,0"#,
        r#"+UWSCAN:1062EBF242F4,1,"company-with-a-rather-long-name-",3,-83,20,8,8"#,
    ];
    let seen = lines.into_iter().filter_map(ScanEntry::parse).collect();
    News::Session(Event::Wifi(WifiEvent::Scanned(seen)))
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
    window.tell([demonstration(CloudKind::Aws), networks()]);
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

/// What a module tells on its way to the cloud and there.
fn connected_to_cloud(kind: CloudKind) -> Vec<News> {
    let remote = Some("203.0.113.7:8883".parse().unwrap());
    let channel = (kind == CloudKind::AzureDps).then_some(1);
    let data = WireKind::Data { channel };
    let mode = if channel.is_some() { Mode::Extended } else { Mode::Data };
    let bound = [("assigned_hub", "contoso.azure-devices.net"), ("device_id", "device1")];
    let bound = bound.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    [
        Event::Wifi(WifiEvent::LinkUp { bssid: "802AA8035ADE".into(), channel: 11 }),
        Event::Wifi(WifiEvent::Network { ssid: "xpress-lab".into() }),
        Event::Wifi(WifiEvent::Address("10.0.0.7".parse().unwrap())),
        Event::Peer(PeerEvent::Connected { handle: 1, channel, remote }),
        Event::Plan(PlanEvent::Finished(PlanResult::Done { bound })),
        Event::Activity(Activity::Nothing),
        Event::Mode(Some(mode)),
        wire(83_500, Direction::Sent, data, "{\"temperature\":21.5}"),
        wire(83_500, Direction::Received, data, "switch on"),
    ]
    .map(News::Session)
    .to_vec()
}

/// A plan that has come to its fifth step.
fn under_way() -> Vec<News> {
    let step = |index, state| {
        let elapsed = Duration::from_millis(120);
        Event::Plan(PlanEvent::Step { index, state, elapsed })
    };
    let done = (0..4).map(|index| step(index, if index == 1 { StepState::Skipped } else { StepState::Done }));
    let events = [Event::Activity(Activity::Plan), Event::Plan(PlanEvent::Started { of: 9 })];
    events.into_iter().chain(done).chain([step(4, StepState::Running)]).map(News::Session).collect()
}

/// A network whose name is as long as names of networks can be.
const LONGEST_SSID: &str = "+UWSCAN:1062EBF242F4,1,\"company-with-a-rather-long-name-\",13,-83,20,8,8";

/// Lines that are hard to show: long ones, bytes that are no text, names in other scripts, and bars between them.
fn hard_lines() -> Vec<News> {
    let received = |millis, kind, text: &str| wire(millis, Direction::Received, kind, text);
    let long = format!("AT+UDCP=mqtt://{ENDPOINT}:8883/?client=device1&pt={}", "topic/".repeat(55));
    let noise = Wire {
        at: Moment::from_millis(82_350),
        direction: Direction::Received,
        kind: WireKind::Noise,
        bytes: vec![0, 0xFF, 0xFE, b'A', b'T', 0x80, 0x1B, b'\t', 0xC3],
    };
    [
        wire(82_000, Direction::Sent, WireKind::Command, "AT+UWSCAN"),
        received(82_010, WireKind::Answer, "+UWSCAN:802AA8035ADE,1,\"Büro 2. Stock\",11,-48,18,8,8"),
        received(82_020, WireKind::Answer, "+UWSCAN:9EDAC43107EE,1,\"кафе ñandú\",6,-61,50,8,8"),
        received(82_025, WireKind::Answer, LONGEST_SSID),
        received(82_030, WireKind::Ok, "OK"),
        wire(82_100, Direction::Sent, WireKind::Command, &long),
        received(82_300, WireKind::Error, "ERROR"),
        Event::Wire(noise),
        received(82_400, WireKind::Unsolicited, "+UUWLD:0,4"),
    ]
    .map(News::Session)
    .to_vec()
}

/// The console with what is hard to show, and with something found.
fn consoles(theme: ThemeChoice) {
    let mut window = Window::of_size(theme, 1280.0, 1600.0);
    window.click("Use the simulated module");
    window.tell(connected());
    window.tell(hard_lines());
    window.picture("console");
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.harness.run();
    window.harness.event(egui::Event::Text("uwscan".to_owned()));
    window.harness.run();
    window.harness.key_press(Key::Enter);
    window.harness.run();
    window.picture("console-found");
    window.harness.get_all_by_label_contains("802AA8035ADE,1,").next().unwrap().click();
    window.harness.run();
    window.harness.key_press(Key::Space);
    window.harness.run();
    window.picture("console-explained");
    window.harness.get_by_role_and_label(Role::TextInput, "Command").focus();
    window.harness.run();
    window.harness.event(egui::Event::Text("AT+UWSC=0,".to_owned()));
    window.harness.run();
    window.picture("console-hint");
}

/// The page of macros, with those that come with the program.
fn macros(theme: ThemeChoice) {
    let mut window = Window::new(theme);
    window.click("Macros");
    window.picture("macros");
}

/// Somebody else's capture, with what cannot be shown as it is.
const CAPTURE: &str = concat!(
    r#"{"time":"2026-01-31T12:00:00Z","direction":"received","kind":"other","frame":"aa0002007155"}"#,
    "\n",
    r#"{"time":"2026-01-31T12:00:01Z","direction":"sent","kind":"at-request","text":"AT+GMM\r"}"#,
    "\n",
    r#"{"time":"2026-01-31T12:00:01.02Z","direction":"sent","kind":"data","channel":0,"comment":"broker.example · lab/up","text":"{\"temperature\":21.5}"}"#,
    "\n",
    r#"{"time":"2026-01-31T12:00:01.25Z","direction":"received","kind":"data","channel":0,"comment":"broker.example · lab/down","text":"{\"on\":true}"}"#,
    "\n",
    r#"{"time":"2026-01-31T12:00:02Z","direction":"unknown","kind":"foreign","link_type":1,"hex":"ffffffffffff0011"}"#,
    "\n",
);

/// A capture in place of the module's traffic, and the question before extended data mode is left.
fn captures(theme: ThemeChoice) {
    let mut window = Window::new(theme);
    window.click("Use the simulated module");
    window.tell(connected());
    window.tell(connected_to_cloud(CloudKind::AzureDps));
    let content =
        FileContent { path: "/home/lab/boiler.jsonl".into(), bytes: CAPTURE.as_bytes().to_vec().into() };
    window.tell([News::File { purpose: OPEN_CAPTURE.to_owned(), result: Ok(content) }]);
    window.picture("capture");
    window.click("Mode");
    window.click("Enter command mode");
    window.picture("leaving");
}

#[test]
fn a_capture_looks_as_it_did_in_the_light_theme() {
    captures(ThemeChoice::Light);
}

#[test]
fn a_capture_looks_as_it_did_in_the_dark_theme() {
    captures(ThemeChoice::Dark);
}

#[test]
fn the_page_of_macros_looks_as_it_did_in_the_light_theme() {
    macros(ThemeChoice::Light);
}

#[test]
fn the_page_of_macros_looks_as_it_did_in_the_dark_theme() {
    macros(ThemeChoice::Dark);
}

#[test]
fn the_console_looks_as_it_did_in_the_light_theme() {
    consoles(ThemeChoice::Light);
}

#[test]
fn the_console_looks_as_it_did_in_the_dark_theme() {
    consoles(ThemeChoice::Dark);
}

/// Every page of every wizard, with the log folded away.
fn wizards(theme: ThemeChoice) {
    let mut results = SnapshotResults::new();
    for kind in CloudKind::ALL {
        let mut window = Window::new(theme);
        window.click("Use the simulated module");
        window.tell(connected());
        window.harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
        window.harness.run();
        window.click(&format!("Set up for {}…", kind.title()));
        window.tell([demonstration(kind)]);
        window.picture(&format!("{}-credentials", kind.name()));
        window.click("Next");
        window.picture(&format!("{}-certificates", kind.name()));
        window.click("Next");
        window.click("Next");
        window.picture(&format!("{}-review", kind.name()));
        window.click("Set up module");
        window.tell(under_way());
        if kind == CloudKind::Aws {
            window.picture("run");
        }
        window.tell(connected_to_cloud(kind));
        window.picture(&format!("{}-connected", kind.name()));
        results.extend_harness(&mut window.harness);
    }
}

#[test]
fn every_wizard_looks_as_it_did_in_the_light_theme() {
    wizards(ThemeChoice::Light);
}

#[test]
fn every_wizard_looks_as_it_did_in_the_dark_theme() {
    wizards(ThemeChoice::Dark);
}

#[test]
fn the_window_looks_as_it_did_in_the_light_theme() {
    album(ThemeChoice::Light);
}

#[test]
fn the_window_looks_as_it_did_in_the_dark_theme() {
    album(ThemeChoice::Dark);
}
