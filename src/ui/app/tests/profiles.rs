//! Profiles in the whole window: opened, changed, saved, duplicated and found again; and no secret on any of these ways.

#![allow(clippy::disallowed_methods, reason = "the files that the shell reads and writes are a test's own")]

mod keyring;

use std::path::{Path, PathBuf};

use super::*;
use crate::model::{Existing, Glance, ProfileDraft, SavedProfile, Seen};
use crate::profile::CloudKind;
use crate::profile::Profile;
use crate::secret::Secret;
use crate::shell::keyring::Keyring;
use crate::shell::profiles;
use crate::ui::dropped::Dropped;
use crate::ui::wizard::tests::demonstration;

const PASSPHRASE: &str = "hunter2hunter2";
const PROFILE: &str = r#"{ "version": 1, "name": "Lab gateway 1",
    "wifi": { "ssid": "lab-ap", "security": "wpa-psk", "passphrase": { "file": "passphrase" } },
    "cloud": { "kind": "thingstream", "client_id": "device:0123abcd-0000-4000-8000-0123456789ab", "username": "user",
               "password": { "ask": true }, "ca": { "builtin": "starfield-services-g2" } },
    "after": { "keep": "connection", "mode": "data" } }"#;

/// A folder with a profile in it.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lab.json");
    std::fs::write(&path, PROFILE).unwrap();
    std::fs::write(folder.path().join("passphrase"), PASSPHRASE).unwrap();
    (folder, path)
}

/// What the shell tells of a profile that it was asked to open.
fn opened(path: &Path) -> News {
    News::Profile { path: path.to_owned(), result: profiles::open(path, &Keyring::missing()).map(Box::new) }
}

impl Bench {
    fn with(settings: Settings, profile: Option<PathBuf>) -> Self {
        let shell = Shell::default();
        let handle = Box::new(shell.clone());
        let window = Harness::builder()
            .with_size([1280.0, 1400.0])
            .build_eframe(move |creation| App::new(creation, handle, settings).opening(profile));
        let mut bench = Self { window, shell };
        bench.news(News::Ports(vec![port(PortName::Simulated)]));
        bench
    }

    fn last_order(&self) -> Order {
        self.shell.orders.borrow().last().cloned().unwrap()
    }

    fn asked_to_open(&self) -> Vec<Place> {
        let place =
            |order: &Order| if let Order::OpenProfile(place) = order { Some(place.clone()) } else { None };
        self.shell.orders.borrow().iter().filter_map(place).collect()
    }

    /// The last order to save, which must be the last of all.
    fn saving(&self) -> (Place, Existing, ProfileDraft) {
        match self.last_order() {
            Order::SaveProfile { place, existing, draft, .. } => (place, existing, *draft),
            other => panic!("{other:?}"),
        }
    }

    fn recent(&self) -> Vec<PathBuf> {
        let orders = self.shell.orders.borrow();
        let settings = orders.iter().rev().find_map(|order| match order {
            Order::SaveSettings(settings) => Some(settings.recent.clone()),
            _ => None,
        });
        settings.unwrap_or_default()
    }

    fn saved(&mut self, path: &Path, files: Vec<PathBuf>) {
        let result = Ok(SavedProfile { path: path.to_owned(), files, secrets: Vec::new(), left: None });
        let place = path.to_owned();
        let cloud = self.window.state().model().wizard.unwrap();
        self.news(News::ProfileSaved { purpose: format!("{}.profile", cloud.name()), place, result });
    }
}

#[test]
fn the_profile_of_the_arguments_opens_in_its_wizard_and_is_remembered() {
    let (_folder, path) = folder();
    let mut bench = Bench::with(Settings::default(), Some(path.clone()));
    assert_eq!(bench.asked_to_open(), [Place::At(path.clone())]);
    bench.news(opened(&path));
    assert_eq!(bench.value("User name"), "user");
    assert_eq!(bench.value("Name of the profile"), "Lab gateway 1");
    assert!(bench.sees(&format!("Saved in {}", path.display())));
    assert!(bench.sees("restarted and connects to the cloud"));
    assert_eq!(bench.recent(), [path]);
    assert!(bench.shell.orders.borrow().contains(&Order::Hide(Secret::new(PASSPHRASE))));
    assert!(!format!("{:?}", bench.shell.orders.borrow()).contains(PASSPHRASE));
}

#[test]
fn the_command_line_takes_a_profile_for_the_window() {
    let mut asked = None;
    let arguments = ["xpress-center", "--profile", "lab.json"].map(std::ffi::OsString::from);
    let _exit = crate::cli::run(arguments, |window| {
        asked = window.profile;
        Ok(())
    });
    assert_eq!(asked, Some(PathBuf::from("lab.json")));
}

#[test]
fn what_is_wrong_with_a_profile_is_told_with_its_name() {
    let mut bench = Bench::new();
    let missing = Path::new("/nowhere/lab.json");
    bench.news(opened(missing));
    assert!(bench.sees("lab.json: There is no file /nowhere/lab.json"));
    assert!(bench.recent().is_empty());
}

#[test]
fn saving_writes_the_file_it_was_opened_from_and_shows_nothing_of_a_secret() {
    let (folder, path) = folder();
    let mut bench = Bench::with(Settings::default(), None);
    bench.press(Modifiers::COMMAND, Key::O);
    assert!(matches!(bench.asked_to_open().as_slice(), [Place::Ask { .. }]));
    bench.news(opened(&path));
    bench.type_into("User name", "-2");
    assert!(bench.sees("Changes are not saved in"));
    bench.press(Modifiers::COMMAND, Key::S);
    let (place, existing, draft) = bench.saving();
    assert_eq!((&place, existing, draft.files.len()), (&Place::At(path.clone()), Existing::Replace, 0));
    let saved = profiles::save(&path, draft, existing, &Keyring::missing()).unwrap();
    bench.saved(&saved.path, saved.files);
    assert!(bench.sees("Saved in") && !bench.sees("Changes are not saved"));
    let text = std::fs::read_to_string(&path).unwrap();
    let expected = PROFILE.replace("\"user\"", "\"user-2\"");
    let mut expected = Profile::parse(&expected).unwrap();
    expected.wifi.as_mut().unwrap().on_startup = Some(true);
    assert_eq!(Profile::parse(&text).unwrap(), expected);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    assert!(!text.contains(PASSPHRASE));
}

#[test]
fn unsaved_changes_are_said_before_another_profile_takes_their_place() {
    let (_folder, path) = folder();
    let mut bench = Bench::with(Settings::default(), None);
    bench.news(opened(&path));
    bench.type_into("User name", "-2");
    bench.news(opened(&path));
    assert!(bench.sees("was changed and not saved"));
    bench.click("Keep the changes");
    assert_eq!(bench.value("User name"), "user-2");
    bench.news(opened(&path));
    bench.click("Discard the changes and open");
    assert_eq!(bench.value("User name"), "user");
    bench.news(opened(&path));
    assert!(!bench.sees("was changed and not saved"), "nothing is lost");
}

#[test]
fn what_a_profile_names_and_is_not_there_is_said_at_its_field_at_once() {
    let (folder, path) = folder();
    std::fs::write(
        &path,
        PROFILE.replace(r#"{ "builtin": "starfield-services-g2" }"#, r#"{ "file": "gone.pem" }"#),
    )
    .unwrap();
    let mut bench = Bench::with(Settings::default(), None);
    bench.news(opened(&path));
    bench.window.get_by_role_and_label(Role::PasswordInput, "Password").focus();
    bench.window.run();
    bench.window.get_by_role_and_label(Role::PasswordInput, "Password").type_text("thing password");
    bench.window.run();
    bench.click("Next");
    assert!(bench.sees(&format!("There is no file {}", folder.path().join("gone.pem").display())));
}

#[test]
fn a_duplicate_has_a_name_of_its_own_and_no_file_yet() {
    let (_folder, path) = folder();
    let mut bench = Bench::with(Settings::default(), None);
    bench.news(opened(&path));
    bench.click("Duplicate the profile");
    assert_eq!(bench.value("Name of the profile"), "Lab gateway 1 copy");
    assert!(bench.sees("Not saved yet"));
    bench.press(Modifiers::COMMAND, Key::S);
    let (place, existing, draft) = bench.saving();
    assert!(matches!(place, Place::Ask { .. }));
    assert_eq!((existing, draft.name.as_str()), (Existing::Keep, "lab-gateway-1-copy.json"));
}

#[test]
fn what_has_no_file_is_written_beside_the_profile_if_the_person_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::with(Settings::default(), None);
    bench.click("Set up for AWS IoT Core…");
    bench.news(demonstration());
    bench.click("Save the profile");
    assert!(bench.sees("No file holds root.pem, device1.pem, device1.key yet"));
    bench.click("Save without them");
    let (.., draft) = bench.saving();
    assert!(draft.files.is_empty() && !draft.profile.to_json().unwrap().contains("device1.key"));
    bench.news(News::NoFileChosen { purpose: "aws.profile".to_owned() });
    bench.click("Save the profile");
    bench.click("Save with these files");
    let orders = format!("{:?}", bench.shell.orders.borrow());
    assert!(!orders.contains(PASSPHRASE) && !orders.contains("EC PRIVATE KEY"), "{orders}");
    let (_, existing, draft) = bench.saving();
    let saved =
        profiles::save(&folder.path().join("demo.json"), draft, existing, &Keyring::missing()).unwrap();
    bench.saved(&saved.path, saved.files);
    assert!(bench.sees("Saved in"));
    let text = std::fs::read_to_string(&saved.path).unwrap();
    assert!(!text.contains(PASSPHRASE) && !text.contains("PRIVATE KEY"), "{text}");
    // Opened again, nothing but the passphrase is asked for.
    bench.news(opened(&saved.path));
    bench.click("Save the profile");
    assert_eq!(bench.saving().0, Place::At(saved.path));
}

#[test]
fn where_there_is_no_dialog_a_path_will_do_and_nothing_is_replaced_unasked() {
    let mut bench = Bench::with(Settings::default(), None);
    bench.click("Set up for AWS IoT Core…");
    bench.click("Save the profile as…");
    let failed =
        Problem::new(Kind::WindowUnavailable, "The system's file dialog cannot be opened", "Type the path");
    bench.news(News::DialogFailed { purpose: "aws.profile".to_owned(), problem: failed });
    assert_eq!(bench.value("Path of the new profile"), "aws.json");
    bench.click("Save there");
    let path = PathBuf::from("aws.json");
    let (place, existing, _) = bench.saving();
    assert_eq!((place, existing), (Place::At(path.clone()), Existing::Keep));
    let taken = Problem::new(Kind::FileExists, "There is a file: aws.json", "Choose another name");
    let purpose = "aws.profile".to_owned();
    bench.news(News::ProfileSaved { purpose, place: path.clone(), result: Err(taken) });
    bench.click("Replace the file");
    let (place, existing, _) = bench.saving();
    assert_eq!((place, existing), (Place::At(path), Existing::Replace));
}

#[test]
fn a_number_that_is_none_is_not_lost_by_saving() {
    let (_folder, path) = folder();
    let mut bench = Bench::with(Settings::default(), None);
    bench.news(opened(&path));
    bench.click("More");
    bench.type_into("Keep-alive in seconds", "soon");
    let before = bench.shell.orders.borrow().len();
    bench.press(Modifiers::COMMAND, Key::S);
    assert_eq!(bench.shell.orders.borrow().len(), before);
    assert!(bench.sees("This is no number of seconds"));
}

#[test]
fn a_profile_that_is_dropped_on_the_first_page_is_opened_once() {
    let mut bench = Bench::with(Settings::default(), None);
    bench.window.input_mut().dropped_files = vec![std::sync::Arc::new(Dropped("/lab/a.json".into()))];
    bench.window.run();
    assert_eq!(bench.asked_to_open(), [Place::At("/lab/a.json".into())]);
}

#[test]
fn recent_profiles_stand_on_the_first_page_and_missing_ones_say_so() {
    let recent: Vec<PathBuf> = vec!["/lab/a.json".into(), "/lab/gone.json".into()];
    let settings = Settings { recent: recent.clone(), ..Settings::default() };
    let mut bench = Bench::with(settings, None);
    assert!(bench.shell.orders.borrow().contains(&Order::Glance(recent.clone())));
    let seen = Seen { cloud: CloudKind::AzureDps, name: Some("Lab gateway 1".to_owned()) };
    let gone = Problem::new(Kind::MissingFile, "There is no file /lab/gone.json", "Check the name");
    bench.news(News::Glances(vec![
        Glance { path: recent[0].clone(), seen: Ok(seen) },
        Glance { path: recent[1].clone(), seen: Err(gone) },
    ]));
    assert!(bench.sees("Azure Device Provisioning Service · /lab/a.json"));
    assert!(bench.sees("There is no file /lab/gone.json"));
    bench.click("Open Lab gateway 1");
    assert_eq!(bench.asked_to_open(), [Place::At(recent[0].clone())]);
    bench.click("Forget /lab/gone.json");
    assert_eq!(bench.recent(), recent[..1]);
    assert!(!bench.sees("/lab/gone.json"));
    bench.type_into("Path of a profile", "/lab/other.json");
    bench.press(Modifiers::NONE, Key::Enter);
    assert_eq!(bench.asked_to_open()[1], Place::At("/lab/other.json".into()));
}
