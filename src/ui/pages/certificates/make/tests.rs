//! The cards in the hands of a person: clicks and keys in, labels and orders out. What is ordered is really made.

use egui::accesskit::Role;
use egui::{Frame, Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::credential::fixtures::{
    EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_WITH_PARAMETERS, EC_REQUEST, NOW, RSA_KEY,
};
use crate::credential::make::{Authority, Document, KeySource, Made, NewKey, Subject, Validity, Wanted};
use crate::credential::{Certificate, KeyKind, PrivateKey};
use crate::model::{Existing, FileContent, NewContent, NewFile, Order, Place};
use crate::problem::{Kind, Problem};
use crate::ui::actions::Action;
use crate::ui::theme;

const CODE: &str = "106A5SD242AF512B3498BD6098C4941E66R34H268DDB3288";

/// The cards and a shell that makes what is ordered and only notes the rest.
#[derive(Default)]
struct Desk {
    making: Making,
    orders: Vec<Order>,
    made: Vec<Made>,
}

impl Desk {
    fn show(&mut self, ui: &mut Ui) {
        let mut actions = Actions::default();
        self.making.show(ui, NOW, &mut actions);
        for action in actions.take() {
            ui.request_repaint();
            match action {
                Action::Order(order) => self.obey(order),
                other => panic!("{other:?}"),
            }
        }
    }

    fn obey(&mut self, order: Order) {
        self.orders.push(order.clone());
        if let Order::Make { purpose, wanted } = order {
            let result = wanted.make().map(Box::new);
            self.made.extend(result.iter().map(|made| made.as_ref().clone()));
            self.making.handle_news(&News::Made { purpose, result });
        }
    }
}

struct Screen(Harness<'static, Desk>);

impl Screen {
    fn new() -> Self {
        let draw = |ui: &mut Ui, desk: &mut Desk| {
            egui::CentralPanel::default().frame(Frame::new()).show(ui, |ui| desk.show(ui));
        };
        let builder =
            Harness::builder().with_size(Vec2::new(760.0, 3000.0)).with_context_setup(theme::install);
        Self(builder.build_ui_state(draw, Desk::default()))
    }

    /// With a test authority that was just made.
    fn with_authority() -> Self {
        let mut screen = Self::new();
        screen.choose_kind(1, "EC, P-256");
        screen.click("Make test authority");
        screen
    }

    fn click(&mut self, label: &str) {
        self.0.get_by_role_and_label(Role::Button, label).click();
        self.0.run();
    }

    /// Picks an entry of the combo box of this label, the so-manieth on the page.
    fn choose(&mut self, label: &str, nth: usize, entry: &str) {
        self.0.query_all_by_role_and_label(Role::ComboBox, label).nth(nth).unwrap().click();
        self.0.run();
        self.0.query_all_by_label(entry).last().unwrap().click();
        self.0.run();
    }

    fn choose_kind(&mut self, nth: usize, entry: &str) {
        self.choose("Kind of key", nth, entry);
    }

    fn fill(&mut self, label: &str, text: &str) {
        self.fill_nth(label, 0, text);
    }

    fn fill_nth(&mut self, label: &str, nth: usize, text: &str) {
        self.0.query_all_by_role_and_label(Role::TextInput, label).nth(nth).unwrap().focus();
        self.0.run();
        self.0.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.0.run();
        self.0.key_press(Key::Delete);
        self.0.run();
        self.0.event(egui::Event::Text(text.to_owned()));
        self.0.run();
        self.0.key_press(Key::Tab);
        self.0.run();
    }

    fn shows(&self, text: &str) -> bool {
        self.0.query_all_by_label_contains(text).next().is_some()
    }

    fn news(&mut self, news: &News) {
        self.0.state_mut().making.handle_news(news);
        self.0.run();
    }

    fn file(&mut self, purpose: &str, path: &str, text: &str) {
        let bytes = text.as_bytes().to_vec().into();
        let result = Ok(FileContent { path: path.into(), bytes });
        self.news(&News::File { purpose: purpose.to_owned(), result });
    }

    fn last_order(&self) -> &Order {
        self.0.state().orders.last().unwrap()
    }

    fn last_made(&self) -> &Made {
        self.0.state().made.last().unwrap()
    }

    fn last_certificate(&self) -> &Certificate {
        match &self.last_made().document {
            Document::Certificate(certificate) => certificate,
            Document::Request(request) => panic!("{request:?}"),
        }
    }

    fn last_files(&self) -> (&Place, &[NewFile], Existing) {
        match self.last_order() {
            Order::SaveFiles { place, files, existing, .. } => (place, files, *existing),
            other => panic!("{other:?}"),
        }
    }

    fn everything(&self) -> String {
        let nodes = self.0.root().children_recursive().map(|node| format!("{node:?}"));
        nodes.collect::<Vec<_>>().join("\n")
    }
}

fn names(files: &[NewFile]) -> Vec<&str> {
    files.iter().map(|file| file.name.as_str()).collect()
}

#[test]
fn a_key_and_its_request_are_made_and_saved_together() {
    let mut screen = Screen::new();
    screen.fill("Device or registration ID", "device1");
    screen.choose_kind(0, "EC, P-256");
    screen.click("Make key and request");
    let wanted = Wanted::Request { common_name: "device1".to_owned(), key: KeySource::New(NewKey::P256) };
    let order = Order::Make { purpose: "make.request".to_owned(), wanted: Box::new(wanted) };
    assert_eq!(*screen.last_order(), order);
    assert!(screen.shows("EC P-256") && screen.shows("device1.csr and device1.key"));
    screen.click("Save… (key and request)");
    let (place, files, existing) = screen.last_files();
    assert_eq!(
        (place, existing),
        (&Place::Ask { title: "Save the key and request".to_owned() }, Existing::Keep)
    );
    assert_eq!(names(files), ["device1.csr", "device1.key"]);
    assert!(matches!(
        (&files[0].content, &files[1].content),
        (NewContent::Public(text), NewContent::Private(_)) if text.contains("BEGIN CERTIFICATE REQUEST")
    ));
    let saved = ["/keys/device1.csr", "/keys/device1.key"].map(Into::into).to_vec();
    let purpose = "make.request".to_owned();
    screen.news(&News::Saved { purpose, place: "/keys".into(), result: Ok(saved) });
    assert!(screen.shows("Saved: /keys/device1.csr, /keys/device1.key"));
}

#[test]
fn a_request_is_made_for_a_key_in_a_file_and_saved_alone() {
    let mut screen = Screen::new();
    screen.fill("Device or registration ID", "device1");
    screen.choose("Request for", 0, "A key in a file, to renew its certificate");
    screen.click("Make request");
    assert!(screen.shows("The device's private key is missing"));
    screen.file("make.request.key", "/keys/device1.key", EC_KEY_WITH_PARAMETERS);
    assert!(screen.shows("Private key · EC P-256"));
    screen.click("Make request");
    let made = screen.last_made();
    let key = PrivateKey::parse(EC_KEY_WITH_PARAMETERS.as_bytes()).unwrap();
    assert!(
        matches!(&made.document, Document::Request(request) if request.key().belongs_to(&key))
            && made.key.is_none()
    );
    screen.click("Save… (key and request)");
    assert_eq!(names(screen.last_files().1), ["device1.csr"]);
}

#[test]
fn what_is_missing_or_wrong_is_said_at_its_field_and_nothing_is_ordered() {
    let mut screen = Screen::new();
    assert!(!screen.shows("is empty"));
    screen.click("Make key and request");
    assert!(screen.shows("The common name is empty"));
    screen.fill("Device or registration ID", &"x".repeat(65));
    assert!(screen.shows("more than 64 characters"));
    screen.click("Make device certificate");
    assert!(screen.shows("Nobody is there to sign"));
    screen.fill("Name of the authority", "");
    screen.click("Make test authority");
    screen.fill("Name of the authority", "x");
    screen.fill_nth("Valid for", 0, "none");
    assert!(screen.shows("This is no number of days or years"));
    screen.click("Make test authority");
    screen.click("Make verification certificate");
    assert!(screen.shows("The verification code is empty"));
    assert_eq!(screen.0.state().orders, []);
}

#[test]
fn an_id_that_azure_does_not_take_is_remarked() {
    let mut screen = Screen::new();
    screen.fill("Device or registration ID", "my device");
    assert!(screen.shows("Not for Azure") && screen.shows("which Azure does not allow"));
}

#[test]
fn the_authority_just_made_signs_devices() {
    let mut screen = Screen::with_authority();
    assert!(screen.shows("Signed by") && screen.shows("Test root CA, valid until 2040-01-01"));
    screen.fill("ID of the device", "device1");
    screen.choose_kind(2, "EC, P-256");
    assert!(screen.shows("Ends on 2031-01-01"));
    screen.click("Make device certificate");
    let authority = Certificate::clone(match &screen.0.state().made[0].document {
        Document::Certificate(certificate) => certificate,
        Document::Request(_) => panic!("an authority was wanted"),
    });
    let certificate = screen.last_certificate();
    assert_eq!(certificate.issuer(), authority.subject());
    assert_eq!((certificate.common_name(), certificate.key_kind()), (Some("device1"), &KeyKind::EcP256));
    assert!(screen.last_made().key.as_ref().unwrap().fits(certificate));
    let fingerprint = certificate.sha256();
    assert!(screen.shows(&fingerprint) && screen.shows("2029-12-31 to 2031-01-01"));
    screen.fill("Folder for the device certificate", " \"/my keys\" ");
    screen.click("Save… (device certificate)");
    let (place, files, _) = screen.last_files();
    assert_eq!(place, &Place::At("/my keys".into()));
    assert_eq!(names(files), ["device1.pem", "device1.key"]);
}

#[test]
fn nothing_outlasts_its_authority() {
    let mut screen = Screen::with_authority();
    screen.fill("ID of the device", "device1");
    screen.fill_nth("Valid for", 1, "11");
    assert!(screen.shows("would outlast its authority, which ends on 2040-01-01"));
    screen.click("Make device certificate");
    assert_eq!(screen.0.state().made.len(), 1);
    screen.choose("Days or years", 1, "Days");
    assert!(screen.shows("Ends on 2030-01-12"));
    screen.click("Make device certificate");
    assert_eq!(screen.last_certificate().not_after(), Validity::days(NOW, 11).not_after);
}

#[test]
fn an_authority_is_opened_from_its_files() {
    let long = Validity::years(NOW, 20);
    let pair = Authority::new("Company CA", NewKey::P256, long).unwrap().into_pair();
    let mut screen = Screen::new();
    screen.choose("Authority", 0, "Open one from its files");
    screen.click("Choose file… (authority's certificate)");
    let order = Order::ChooseFile {
        purpose: "make.authority.certificate".to_owned(),
        title: "Choose the authority's certificate".to_owned(),
    };
    assert_eq!(*screen.last_order(), order);
    screen.file("make.authority.certificate", "/ca/root.pem", &pair.certificate_pem());
    assert!(screen.shows("Company CA · valid until 2050-01-01 · EC P-256"));
    screen.fill("Private key of the authority", "/ca/root.key");
    let order = Order::ReadFile { purpose: "make.authority.key".to_owned(), path: "/ca/root.key".into() };
    assert_eq!(*screen.last_order(), order);
    screen.file("make.authority.key", "/ca/root.key", RSA_KEY);
    assert!(screen.shows("does not belong to the authority's certificate"));
    screen.file("make.authority.key", "/ca/root.key", pair.key_pem().reveal());
    assert!(screen.shows("it can sign") && screen.shows("Company CA, valid until 2050-01-01"));
    assert!(!screen.shows("signed by another"));
    screen.fill("Verification code", CODE);
    screen.click("Make verification certificate");
    let proof = screen.last_certificate();
    assert_eq!((proof.common_name(), proof.issuer()), (Some(CODE), "CN=Company CA"));
    assert_eq!(screen.last_made().key, None);
    screen.click("Save… (verification certificate)");
    assert_eq!(names(screen.last_files().1), ["verification.pem"]);
}

#[test]
fn files_that_will_not_do_are_named_at_their_field() {
    let mut screen = Screen::new();
    screen.choose("Authority", 0, "Open one from its files");
    screen.file("make.authority.certificate", "a", RSA_KEY);
    assert!(screen.shows("This is a private key, not a certificate"));
    screen.file("make.authority.key", "b", EC_CERTIFICATE);
    assert!(screen.shows("This is a certificate, not a private key"));
    screen.file("make.authority.certificate", "a", EC_CERTIFICATE);
    screen.file("make.authority.key", "b", EC_KEY_WITH_PARAMETERS);
    assert!(screen.shows("not that of an authority"));
    let problem = Problem::new(Kind::WindowUnavailable, "The system's dialog did not open", "Type the path");
    screen.news(&News::DialogFailed { purpose: "make.authority.key".to_owned(), problem });
    assert!(screen.shows("The system's dialog did not open"));
}

#[test]
fn a_locked_key_is_opened_with_its_password() {
    let mut screen = Screen::new();
    screen.choose("Authority", 0, "Open one from its files");
    screen.file("make.authority.key", "/ca/root.key", EC_KEY_ENCRYPTED_PKCS8);
    let label = "Password of the authority's private key";
    screen.0.get_by_role_and_label(Role::PasswordInput, label).focus();
    screen.0.run();
    screen.0.event(egui::Event::Text("example".to_owned()));
    screen.0.run();
    screen.click("Unlock the authority's private key");
    assert!(!screen.everything().contains("example"), "the password shows");
    let Order::Unlock { purpose, content, password } = screen.last_order().clone() else {
        panic!("nothing is unlocked")
    };
    assert!(screen.0.state().orders.contains(&Order::Hide(password.clone())));
    let wrong = Problem::new(Kind::WrongFile, "The password does not open the key", "Type it again");
    screen.news(&News::Unlocked { purpose: purpose.clone(), result: Err(wrong) });
    assert!(screen.shows("The password does not open the key"));
    let bytes = crate::credential::unlock(&content.bytes, &password).unwrap();
    screen.news(&News::Unlocked { purpose, result: Ok(FileContent { bytes, ..content }) });
    assert!(screen.shows("Private key · EC P-256") && !screen.shows("Password of"));
}

#[test]
fn a_request_in_a_file_is_signed() {
    let mut screen = Screen::with_authority();
    screen.choose("Certificate for", 0, "A request in a file");
    screen.click("Make device certificate");
    assert!(screen.shows("The certificate request is missing"));
    screen.file("make.device.request", "/tmp/device1.csr", EC_REQUEST);
    assert!(screen.shows("Request for device1 · EC P-256"));
    screen.click("Make device certificate");
    match screen.last_order() {
        Order::Make { wanted, .. } => {
            assert!(matches!(&**wanted, Wanted::Device { subject: Subject::Requested(_), .. }));
        }
        other => panic!("{other:?}"),
    }
    let key = PrivateKey::parse(EC_KEY_WITH_PARAMETERS.as_bytes()).unwrap();
    assert!(key.fits(screen.last_certificate()));
    screen.click("Save… (device certificate)");
    assert_eq!(names(screen.last_files().1), ["device1.pem"]);
}

#[test]
fn files_are_replaced_only_when_a_person_agrees() {
    let mut screen = Screen::with_authority();
    screen.fill("Folder for the test authority", "/ca");
    screen.click("Save… (test authority)");
    assert_eq!(screen.last_files().2, Existing::Keep);
    assert!(
        screen.0.get_by_role_and_label(Role::Button, "Make test authority").accesskit_node().is_disabled()
    );
    let problem = Problem::new(Kind::FileExists, "There is a file of that name already", "Agree");
    let purpose = "make.authority".to_owned();
    screen.news(&News::Saved { purpose, place: "/ca".into(), result: Err(problem) });
    assert!(screen.shows("There is a file of that name already"));
    screen.click("Replace what is there (test authority)");
    let (place, files, existing) = screen.last_files();
    assert_eq!((place, existing), (&Place::At("/ca".into()), Existing::Replace));
    assert_eq!(names(files), ["Test-root-CA.pem", "Test-root-CA.key"]);
}

#[test]
fn a_place_that_cannot_be_written_and_a_closed_dialog_leave_everything_to_be_saved_again() {
    let mut screen = Screen::with_authority();
    let purpose = || "make.authority".to_owned();
    screen.click("Save… (test authority)");
    screen.news(&News::NoFileChosen { purpose: purpose() });
    screen.click("Save… (test authority)");
    let problem = Problem::new(Kind::WindowUnavailable, "The system's dialog did not open", "Type the path");
    screen.news(&News::DialogFailed { purpose: purpose(), problem });
    assert!(screen.shows("The system's dialog did not open"));
    screen.click("Save… (test authority)");
    let problem = Problem::new(Kind::FileUnwritable, "There is no room left", "Make room");
    screen.news(&News::Saved { purpose: purpose(), place: "/ca".into(), result: Err(problem) });
    assert!(screen.shows("There is no room left") && screen.shows("To be mended at: the computer"));
    screen.click("Save… (test authority)");
    assert_eq!(screen.last_files().1.len(), 2);
}

#[test]
fn a_key_that_could_not_be_made_says_why() {
    let mut screen = Screen::new();
    let problem = Problem::new(Kind::Internal, "The system gives no random numbers", "Try again");
    screen.news(&News::Made { purpose: "make.request".to_owned(), result: Err(problem) });
    assert!(screen.shows("The system gives no random numbers"));
}

#[test]
fn keys_show_nowhere() {
    let mut screen = Screen::with_authority();
    screen.fill("ID of the device", "device1");
    screen.choose_kind(2, "EC, P-256");
    screen.click("Make device certificate");
    screen.click("Save… (device certificate)");
    screen.choose("Authority", 0, "Open one from its files");
    screen.file("make.authority.key", "/ca/root.key", EC_KEY_WITH_PARAMETERS);
    let desk = screen.0.state();
    let mut keys: Vec<_> =
        desk.made.iter().filter_map(|made| made.key.as_ref()).map(PrivateKey::pem).collect();
    keys.push(PrivateKey::parse(EC_KEY_WITH_PARAMETERS.as_bytes()).unwrap().pem());
    assert_eq!(keys.len(), 3);
    let copied = format!("{:?}", screen.0.output().platform_output.commands);
    let shown = [screen.everything(), format!("{:?} {:?}", desk.orders, desk.made), copied];
    for key in keys {
        // Not the public half, which stands in the certificate too.
        let body = key.reveal().lines().nth(1).unwrap();
        assert!(shown.iter().all(|text| !text.contains(body)), "a key shows");
    }
}

#[test]
fn every_control_has_a_name_and_is_reached_by_tab_alone() {
    let mut screen = Screen::with_authority();
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..60 {
        screen.0.key_press(Key::Tab);
        screen.0.run();
        let focus = screen.0.root().children_recursive().find(|node| node.accesskit_node().is_focused());
        reached.extend(focus.and_then(|node| node.accesskit_node().label()));
    }
    for label in [
        "Device or registration ID",
        "Request for",
        "Kind of key",
        "Make key and request",
        "Authority",
        "Name of the authority",
        "Valid for",
        "Days or years",
        "Make test authority",
        "Folder for the test authority",
        "Save… (test authority)",
        "Copy sha-256 fingerprint",
        "Certificate for",
        "ID of the device",
        "Make device certificate",
        "Verification code",
        "Make verification certificate",
    ] {
        assert!(reached.contains(label), "{label} is not among {reached:?}");
    }
}
