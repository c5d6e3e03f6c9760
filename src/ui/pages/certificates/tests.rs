//! The page in the hands of a person: clicks, keys and files in, labels and wishes out.

mod details;

use std::time::Duration;

use egui::accesskit::Role;
use egui::{CentralPanel, Frame, Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::*;
use crate::credential::fixtures::{
    BALTIMORE, EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_ENCRYPTED_TRADITIONAL, EC_KEY_PKCS8, NOW, ROOT,
    RSA_KEY,
};
use crate::model::{Connection, FileContent, Order, PortName};
use crate::module::{self, Identity};
use crate::moment::Moment;
use crate::plan::Mode;
use crate::problem::{Kind, Problem};
use crate::session::{Activity, Event, LineEvent, StoreEvent};
use crate::ui::actions::Action;
use crate::ui::dropped::Dropped;
use crate::ui::theme;

const EC_MD5: &str = "B0B37BA11EC14E731678F14D77354AD7";
const OTHER_MD5: &str = "0123456789ABCDEF0123456789ABCDEF";

/// The page with a model, and what it asked for.
struct Desk {
    page: Certificates,
    model: Model,
    orders: Vec<Order>,
    others: Vec<Action>,
    now: Moment,
}

impl Desk {
    fn show(&mut self, ui: &mut Ui) {
        let mut actions = Actions::default();
        self.page.show(ui, &self.model, NOW, &mut actions);
        for action in actions.take() {
            match action {
                Action::Order(order) => {
                    if let Order::Wish(wish) = &order {
                        self.model.store.asked(wish);
                    }
                    self.orders.push(order);
                }
                other => self.others.push(other),
            }
            ui.request_repaint();
        }
    }

    fn news(&mut self, news: News) {
        self.now = self.now + Duration::from_millis(100);
        self.page.handle_news(&news, NOW);
        self.model.handle(news, self.now);
    }
}

struct Screen(Harness<'static, Desk>);

impl Screen {
    fn disconnected() -> Self {
        Self::of_size(Vec2::new(1084.0, 2000.0))
    }

    fn of_size(size: Vec2) -> Self {
        let desk = Desk {
            page: Certificates::default(),
            model: Model::default(),
            orders: Vec::new(),
            others: Vec::new(),
            now: Moment::START,
        };
        let draw = |ui: &mut Ui, desk: &mut Desk| {
            CentralPanel::default().frame(Frame::new()).show(ui, |ui| desk.show(ui));
        };
        let builder = Harness::builder().with_size(size).with_context_setup(theme::install);
        let mut screen = Self(builder.build_ui_state(draw, desk));
        screen.run();
        screen
    }

    /// A module is connected, in this mode, and known.
    fn connected(mode: Mode) -> Self {
        let mut screen = Self::disconnected();
        let identity = Identity {
            manufacturer: "u-blox".to_owned(),
            model: module::Model::new("NINA-W152"),
            firmware: "4.0.0-006".parse().ok(),
            serial: "1".to_owned(),
            mac: "D4CA6E000001".to_owned(),
        };
        screen.0.state_mut().model.connecting(&Connection::to(PortName::Simulated));
        screen.tell(Event::Line(LineEvent::Opened));
        screen.tell(Event::Mode(Some(mode)));
        screen.tell(Event::Identified(Box::new(identity)));
        screen
    }

    /// A module that has told that it stores this.
    fn holding(entries: &[StoredCredential]) -> Self {
        let mut screen = Self::connected(Mode::Command);
        screen.busy();
        screen.tell(Event::Store(StoreEvent::Listed(entries.to_vec())));
        screen.free();
        screen
    }

    fn busy(&mut self) {
        self.tell(Event::Activity(Activity::Storing));
    }

    fn free(&mut self) {
        self.tell(Event::Activity(Activity::Nothing));
    }

    fn news(&mut self, news: News) {
        self.0.state_mut().news(news);
        self.run();
    }

    fn tell(&mut self, event: Event) {
        self.news(News::Session(event));
    }

    fn give(&mut self, name: &str, text: &str) {
        self.news(News::File { purpose: "certificates.file".to_owned(), result: Ok(content(name, text)) });
    }

    /// The window must come to rest: `run` fails if it does not.
    fn run(&mut self) {
        self.0.run();
    }

    fn click(&mut self, label: &str) {
        self.0.get_by_label(label).click();
        self.run();
    }

    /// What a click puts into the clipboard.
    fn copied_by(&mut self, label: &str) -> String {
        self.0.get_by_label(label).click();
        for _ in 0..5 {
            self.0.step();
            let copied = self.0.output().platform_output.commands.iter().find_map(|command| match command {
                egui::OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            });
            if let Some(text) = copied {
                return text;
            }
        }
        panic!("{label} copies nothing");
    }

    fn press(&mut self, key: Key) {
        self.0.key_press_modifiers(Modifiers::NONE, key);
        self.run();
    }

    fn type_into(&mut self, role: Role, field: &str, text: &str) {
        self.0.get_by_role_and_label(role, field).focus();
        self.run();
        self.0.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.0.event(egui::Event::Text(text.to_owned()));
        self.run();
    }

    fn value(&self, field: &str) -> String {
        self.0.get_by_role_and_label(Role::TextInput, field).value().unwrap_or_default()
    }

    fn sees(&self, label: &str) -> bool {
        self.0.query_all_by_label_contains(label).next().is_some()
    }

    fn is_enabled(&self, label: &str) -> bool {
        !self.0.get_by_label(label).accesskit_node().is_disabled()
    }

    fn wishes(&self) -> Vec<Wish> {
        let wish = |order: &Order| if let Order::Wish(wish) = order { Some(wish.clone()) } else { None };
        self.0.state().orders.iter().filter_map(wish).collect()
    }

    fn upload(&self) -> Upload {
        match self.wishes().pop() {
            Some(Wish::Store(upload)) => upload,
            other => panic!("no upload but {other:?}"),
        }
    }

    /// Every text that a screen reader could read.
    fn everything(&self) -> String {
        let nodes = self.0.root().children_recursive().map(|node| format!("{node:?}"));
        nodes.collect::<Vec<_>>().join("\n")
    }
}

fn content(name: &str, text: &str) -> FileContent {
    FileContent { path: name.into(), bytes: text.as_bytes().to_vec().into() }
}

fn entry(kind: CredentialKind, name: &str, md5: Option<&str>) -> StoredCredential {
    let (name, md5) = (name.to_owned(), md5.map(str::to_owned));
    StoredCredential { kind, name, subject: None, expiry: None, md5 }
}

fn problem() -> Problem {
    Problem::new(Kind::ModuleRefused, "The module refused it", "Make room in its store")
}

#[test]
fn a_module_is_asked_once_as_soon_as_the_page_is_looked_at() {
    let mut screen = Screen::connected(Mode::Command);
    assert_eq!(screen.wishes(), [Wish::ListStored]);
    screen.run();
    screen.busy();
    assert!(screen.sees("Asking the module what it stores") && !screen.is_enabled("Refresh"));
    screen.tell(Event::Store(StoreEvent::Listed(Vec::new())));
    screen.free();
    assert!(screen.sees("Nothing is stored on the module"));
    assert_eq!(screen.wishes(), [Wish::ListStored], "once");
    screen.click("Refresh");
    assert_eq!(screen.wishes().len(), 2);
}

#[test]
fn nothing_is_asked_where_no_answer_can_come() {
    let screen = Screen::disconnected();
    assert!(screen.sees("No module is connected"));
    assert_eq!((screen.wishes(), screen.is_enabled("Refresh")), (Vec::new(), false));
    let mut screen = Screen::connected(Mode::Data);
    assert_eq!(screen.wishes(), []);
    screen.click("Leave data mode");
    assert_eq!(screen.0.state().others, [Action::Enter(Mode::Command)]);
}

#[test]
fn why_the_list_could_not_be_had_is_said_and_it_is_not_asked_for_by_itself_again() {
    let mut screen = Screen::connected(Mode::Command);
    screen.busy();
    screen.tell(Event::Store(StoreEvent::Failed(problem())));
    screen.free();
    assert!(screen.sees("The module refused it") && screen.sees("Make room in its store"));
    assert_eq!(screen.wishes().len(), 1);
}

#[test]
fn the_table_shows_what_each_generation_of_firmware_tells() {
    let told = StoredCredential {
        subject: Some("CN=Some issuer".to_owned()),
        expiry: Some("2030/01/21 00:00:00".to_owned()),
        ..entry(CredentialKind::Certificate, "new.pem", Some(OTHER_MD5))
    };
    let old = entry(CredentialKind::Certificate, "old.pem", None);
    let screen = Screen::holding(&[told, old]);
    for text in ["new.pem", "CN=Some issuer", "Expires in 20 days", OTHER_MD5, "old.pem", "Not told"] {
        assert!(screen.sees(text), "{text}");
    }
}

#[test]
fn what_a_module_tells_nothing_of_is_recognised_by_its_md5() {
    let amazon = crate::credential::roots::builtin("amazon-root-ca-1").unwrap();
    let mut screen = Screen::holding(&[
        entry(CredentialKind::TrustedRoot, "a.pem", Some(&amazon.md5())),
        entry(CredentialKind::Certificate, "b.pem", Some(EC_MD5)),
    ]);
    assert!(screen.sees("Amazon Root CA 1") && !screen.sees("device1"));
    screen.give("x.pem", EC_CERTIFICATE);
    assert!(screen.sees("device1"));
    screen.click("Details of trusted root a.pem");
    assert!(screen.sees(&amazon.sha256()), "the details are those of the certificate itself");
}

#[test]
fn the_expired_root_of_azure_is_warned_of_with_the_one_to_use() {
    let md5 = Certificate::parse(BALTIMORE.as_bytes()).unwrap().md5();
    let screen = Screen::holding(&[entry(CredentialKind::TrustedRoot, "ca.pem", Some(&md5))]);
    for text in ["Baltimore CyberTrust Root", "Expired 2025-05-12", "DigiCert Global Root G2"] {
        assert!(screen.sees(text), "{text}");
    }
}

#[test]
fn something_is_removed_after_a_yes_and_not_after_a_no() {
    let mut screen = Screen::holding(&[entry(CredentialKind::PrivateKey, "key.pem", Some(OTHER_MD5))]);
    screen.click("Remove private key key.pem…");
    assert!(screen.sees("Remove the private key key.pem?"));
    screen.press(Key::Escape);
    assert!(!screen.sees("Remove the private key key.pem?"));
    screen.click("Remove private key key.pem…");
    screen.press(Key::Enter);
    assert_eq!(screen.wishes().len(), 1, "Enter keeps it");
    screen.click("Remove private key key.pem…");
    screen.click("Remove");
    let (kind, name) = (CredentialKind::PrivateKey, "key.pem".to_owned());
    assert_eq!(screen.wishes().last(), Some(&Wish::RemoveStored { kind, name }));
    screen.busy();
    assert!(screen.sees("Removing key.pem"));
}

#[test]
fn a_file_is_looked_at_uploaded_and_followed_to_its_end() {
    let mut screen = Screen::holding(&[]);
    screen.give("device.pem", EC_CERTIFICATE);
    let bytes = Certificate::parse(EC_CERTIFICATE.as_bytes()).unwrap().pem().len();
    assert!(screen.sees(EC_MD5) && screen.sees(&format!("{bytes} bytes")));
    screen.click("Upload device1");
    let upload = screen.upload();
    assert_eq!((upload.kind, upload.name.as_str()), (CredentialKind::Certificate, "device.pem"));
    assert_eq!(upload.md5.as_deref(), Some(EC_MD5));
    screen.busy();
    assert!(screen.sees("Waiting for the module"));
    screen.tell(Event::Store(StoreEvent::Written { bytes: 300, of: bytes }));
    assert!(screen.sees(&format!("300 of {bytes} bytes")));
    let bar = screen.0.get_by_role(Role::ProgressIndicator);
    assert_eq!(bar.accesskit_node().label().as_deref(), Some("Upload of device.pem"));
    let (kind, name, md5) = (CredentialKind::Certificate, "device.pem".to_owned(), Some(EC_MD5.to_owned()));
    screen.tell(Event::Store(StoreEvent::Stored { kind, name, md5 }));
    screen.tell(Event::Store(StoreEvent::Listed(vec![entry(kind, "device.pem", Some(EC_MD5))])));
    screen.free();
    assert!(screen.sees("Stored, MD5 as expected"));
}

#[test]
fn what_is_there_already_is_not_offered_again_whatever_its_name() {
    let mut screen = Screen::holding(&[entry(CredentialKind::Certificate, "mine", Some(EC_MD5))]);
    screen.give("device.pem", EC_CERTIFICATE);
    assert!(screen.sees("Already there as mine") && !screen.sees("Upload device1"));
}

#[test]
fn why_an_upload_failed_stands_at_its_file_and_it_can_be_tried_again() {
    let mut screen = Screen::holding(&[]);
    screen.give("device.pem", EC_CERTIFICATE);
    screen.click("Upload device1");
    screen.busy();
    screen.tell(Event::Store(StoreEvent::Failed(problem())));
    screen.free();
    assert!(screen.sees("The module refused it") && screen.sees("Make room in its store"));
    screen.click("Try again device1");
    assert_eq!(screen.upload().name, "device.pem");
    assert!(!screen.sees("The module refused it"));
}

#[test]
fn a_taken_name_is_avoided_and_overwritten_only_after_a_yes() {
    let mut screen = Screen::holding(&[entry(CredentialKind::Certificate, "device.pem", Some(OTHER_MD5))]);
    screen.give("device.pem", EC_CERTIFICATE);
    assert_eq!(screen.value("Name of device1 on the module"), "device-2.pem");
    screen.type_into(Role::TextInput, "Name of device1 on the module", "device.pem");
    assert!(screen.sees("would be overwritten"));
    screen.click("Upload… device1");
    assert_eq!(screen.wishes(), [Wish::ListStored], "first it is asked");
    screen.click("Overwrite");
    assert_eq!(screen.upload().name, "device.pem");
}

#[test]
fn a_name_that_no_module_takes_is_refused_with_why() {
    let mut screen = Screen::holding(&[]);
    screen.give("device.pem", EC_CERTIFICATE);
    screen.type_into(Role::TextInput, "Name of device1 on the module", "my device");
    assert!(screen.sees("letters, digits, dots") && !screen.is_enabled("Upload device1"));
}

#[test]
fn a_certificate_can_be_stored_as_what_a_person_says_it_is() {
    let mut screen = Screen::holding(&[]);
    screen.give("device.pem", EC_CERTIFICATE);
    screen.click("Store device1 as");
    screen.click("Trusted root");
    screen.click("Upload device1");
    assert_eq!(screen.upload().kind, CredentialKind::TrustedRoot);
}

#[test]
fn a_locked_file_is_opened_with_its_password() {
    let mut screen = Screen::holding(&[]);
    screen.give("device.key", EC_KEY_ENCRYPTED_PKCS8);
    assert!(!screen.is_enabled("Unlock"));
    screen.type_into(Role::PasswordInput, "Password of device.key", "example");
    screen.click("Unlock");
    let hide = Order::Hide(crate::secret::Secret::new("example"));
    assert!(screen.0.state().orders.contains(&hide), "the password is masked from now on");
    let Some(Order::Unlock { purpose, .. }) = screen.0.state().orders.last().cloned() else { panic!() };
    screen.news(News::Unlocked { purpose: purpose.clone(), result: Err(problem()) });
    assert!(screen.sees("The module refused it"));
    screen.news(News::Unlocked { purpose, result: Ok(content("device.key", EC_KEY_PKCS8)) });
    assert!(screen.sees("sent as SEC1") && !screen.sees("Unlock"));
    assert!(!screen.everything().contains("example"), "the password is on the screen");
}

#[test]
fn a_key_that_only_the_module_opens_goes_with_its_password() {
    let mut screen = Screen::holding(&[]);
    screen.give("old.key", EC_KEY_ENCRYPTED_TRADITIONAL);
    assert!(!screen.is_enabled("Upload Encrypted private key from old.key"));
    let long = "x".repeat(65);
    screen.type_into(Role::PasswordInput, "Password of Encrypted private key from old.key", &long);
    assert!(!screen.is_enabled("Upload Encrypted private key from old.key"), "no module takes so many");
    screen.type_into(Role::PasswordInput, "Password of Encrypted private key from old.key", "example");
    screen.click("Upload Encrypted private key from old.key");
    assert_eq!(screen.upload().password, Some(crate::secret::Secret::new("example")));
}

#[test]
fn nothing_of_a_key_is_on_the_screen() {
    let mut screen = Screen::holding(&[]);
    screen.give("device.key", RSA_KEY);
    assert!(screen.sees("Private key from device.key"));
    let body = RSA_KEY.lines().nth(1).unwrap();
    assert!(!screen.everything().contains(body));
}

#[test]
fn every_way_of_giving_a_file_asks_the_shell_for_it() {
    let mut screen = Screen::disconnected();
    screen.click("Choose file…");
    screen.type_into(Role::TextInput, "File to look at", "\"/tmp/a b.pem\"");
    screen.press(Key::Enter);
    let orders = &screen.0.state().orders;
    assert!(matches!(&orders[0], Order::ChooseFile { purpose, .. } if purpose == "certificates.file"));
    assert!(matches!(&orders[1], Order::ReadFile { path, .. } if path.to_str() == Some("/tmp/a b.pem")));
    screen.give("page.html", "<!doctype html>");
    assert!(screen.sees("web page"), "what is wrong with a file is said at the field");
    screen.give("ca.pem", ROOT);
    assert!(!screen.sees("web page") && screen.value("File to look at").is_empty());
    screen.click("Put ca.pem away");
    assert!(!screen.sees("Example Root"));
}

#[test]
fn built_in_roots_are_uploaded_and_looked_at_like_files() {
    let mut screen = Screen::holding(&[]);
    screen.click("Built-in roots");
    screen.click("Details of DigiCert Global Root G2");
    assert!(screen.sees("Copy serial number"));
    screen.click("Upload DigiCert Global Root G2");
    assert_eq!(screen.upload().name, "DigiCertGlobalRootG2.pem");
}

#[test]
fn making_keys_and_certificates_has_a_place_of_its_own() {
    let mut screen = Screen::disconnected();
    screen.click("Make");
    assert!(screen.sees("Test authority") && !screen.sees("File to look at"));
    screen.give("device.pem", EC_CERTIFICATE);
    assert!(screen.sees("File to look at"), "a file that was dropped is shown at once");
}

#[test]
fn the_page_scrolls_to_a_file_that_has_just_come() {
    let mut screen = Screen::of_size(Vec2::new(1084.0, 430.0));
    screen.give("ca.pem", ROOT);
    screen.give("device.pem", EC_CERTIFICATE);
    let page = egui::Rect::from_min_size(egui::Pos2::ZERO, Vec2::new(1084.0, 430.0));
    let shown = screen.0.get_by_label("Upload device1").rect();
    assert!(page.contains_rect(shown), "{shown:?}");
}

#[test]
fn files_are_dropped_anywhere_on_the_page() {
    let mut screen = Screen::disconnected();
    screen.click("Built-in roots");
    screen.0.input_mut().dropped_files = vec![std::sync::Arc::new(Dropped("/tmp/a.pem".into()))];
    screen.run();
    let order = Order::ReadFile { purpose: "certificates.file".to_owned(), path: "/tmp/a.pem".into() };
    assert_eq!(screen.0.state().orders, [order]);
}

#[test]
fn a_name_that_was_emptied_is_proposed_again() {
    let mut screen = Screen::holding(&[]);
    screen.give("device.pem", EC_CERTIFICATE);
    const FIELD: &str = "Name of device1 on the module";
    screen.type_into(Role::TextInput, FIELD, "mine");
    assert_eq!(screen.value(FIELD), "mine");
    screen.0.key_press_modifiers(Modifiers::COMMAND, Key::A);
    screen.press(Key::Delete);
    assert_eq!(screen.value(FIELD), "", "not while it is being typed");
    screen.press(Key::Tab);
    assert_eq!(screen.value(FIELD), "device.pem");
}

#[test]
fn of_a_large_bundle_the_first_parts_are_shown_and_the_rest_on_demand() {
    let roots: String = crate::credential::roots::names()
        .map(|name| crate::credential::roots::builtin(name).unwrap().pem())
        .collect();
    let mut screen = Screen::disconnected();
    screen.give("bundle.pem", &[&roots, ROOT, EC_CERTIFICATE].concat());
    assert!(screen.sees("Upload Amazon Root CA 1") && !screen.sees("Upload device1"));
    screen.click("Show 3 more of bundle.pem");
    assert!(screen.sees("Upload device1"));
}
