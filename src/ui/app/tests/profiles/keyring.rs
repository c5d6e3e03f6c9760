//! Secrets of profiles in the keyring, in the whole window: where they go is chosen beside the profile, and the shell is
//! asked to take them there.

use super::*;

const ASK: &str = "Ask for its secrets each time";
const KEEP: &str = "Keep its secrets in this system's keyring";
const PASSWORD: &str = "password of the thing";

impl Bench {
    fn type_secret(&mut self, field: &str, text: &str) {
        self.window.get_by_role_and_label(Role::PasswordInput, field).focus();
        self.window.run();
        self.window.get_by_role_and_label(Role::PasswordInput, field).type_text(text);
        self.window.run();
    }

    fn is_chosen(&self, choice: &str) -> bool {
        let node = self.window.get_by_role_and_label(Role::RadioButton, choice);
        node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
    }

    fn has_choice(&self) -> bool {
        self.window.query_by_role_and_label(Role::RadioButton, KEEP).is_some()
    }

    /// Lets a shell with this keyring do what was asked for last, and tells what came of it.
    fn save_with(&mut self, path: &Path, keyring: &Keyring) -> Result<SavedProfile, Problem> {
        let (_, existing, draft) = self.saving();
        let result = profiles::save(path, draft, existing, keyring);
        let (place, cloud) = (path.to_owned(), self.window.state().model().wizard.unwrap());
        let purpose = format!("{}.profile", cloud.name());
        self.news(News::ProfileSaved { purpose, place, result: result.clone() });
        result
    }
}

/// What the shell tells of a profile that it was asked to open.
fn opened_with(path: &Path, keyring: &Keyring) -> News {
    News::Profile { path: path.to_owned(), result: profiles::open(path, keyring).map(Box::new) }
}

/// A window with the profile of the folder, in which the password was typed and is to be kept.
fn keeping(path: &Path) -> Bench {
    let mut bench = Bench::with(Settings::default(), None);
    bench.news(opened(path));
    bench.type_secret("Password", PASSWORD);
    bench.click(KEEP);
    bench
}

fn sources(path: &Path) -> Vec<(String, crate::profile::SecretSource)> {
    Profile::parse(&std::fs::read_to_string(path).unwrap()).unwrap().secrets()
}

#[test]
fn typed_secrets_are_asked_for_unless_the_person_chooses_the_keyring() {
    let (_folder, path) = folder();
    let mut bench = Bench::with(Settings::default(), None);
    bench.news(opened(&path));
    assert!(!bench.has_choice(), "a secret in a file and one that was not typed have no choice");
    bench.type_secret("Password", PASSWORD);
    assert!(bench.is_chosen(ASK) && !bench.is_chosen(KEEP));
    assert!(bench.sees("Saved in"), "nothing would be saved that is not");
    bench.press(Modifiers::COMMAND, Key::S);
    assert!(bench.saving().2.secrets.is_empty());
    // By the keyboard alone.
    bench.window.get_by_role_and_label(Role::RadioButton, KEEP).focus();
    bench.window.run();
    bench.press(Modifiers::NONE, Key::Space);
    assert!(bench.is_chosen(KEEP) && bench.sees("Changes are not saved in"));
    bench.press(Modifiers::COMMAND, Key::S);
    let secrets = bench.saving().2.secrets;
    assert_eq!(secrets, [("cloud.password".to_owned(), Secret::new(PASSWORD))]);
    assert!(!format!("{:?}", bench.shell.orders.borrow()).contains(PASSWORD));
}

#[test]
fn a_profile_saved_with_the_keyring_is_opened_with_its_secret_and_remembers_the_choice() {
    let (_folder, path) = folder();
    let (keyring, store) = Keyring::in_memory();
    let mut bench = keeping(&path);
    bench.press(Modifiers::COMMAND, Key::S);
    let saved = bench.save_with(&path, &keyring).unwrap();
    assert!(bench.sees("Saved in") && !bench.sees("Changes are not saved"));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(&saved.secrets[0].1) && !text.contains(PASSWORD), "{text}");
    assert!(text.contains(r#""file": "passphrase""#), "{text}");

    let mut bench = Bench::with(Settings::default(), None);
    bench.news(opened_with(&path, &keyring));
    assert!(bench.is_chosen(KEEP) && bench.sees("Saved in"));
    assert!(bench.shell.orders.borrow().contains(&Order::Hide(Secret::new(PASSWORD))));
    bench.type_secret("Password", " and more");
    assert!(bench.sees("Changes are not saved in"));
    bench.press(Modifiers::COMMAND, Key::S);
    let again = bench.save_with(&path, &keyring).unwrap();
    assert_eq!(again.secrets, saved.secrets);
    let changed = format!("{PASSWORD} and more");
    assert_eq!(keyring.read(&saved.secrets[0].1).unwrap(), Secret::new(changed));
    assert_eq!(Keyring::entries(&store), 1);
}

#[test]
fn a_keyring_that_cannot_be_used_is_said_and_the_profile_is_not_saved() {
    let (_folder, path) = folder();
    let mut bench = keeping(&path);
    bench.press(Modifiers::COMMAND, Key::S);
    bench.save_with(&path, &Keyring::missing()).unwrap_err();
    assert!(bench.sees("The profile is not saved. The keyring cannot be used: no secret service is running"));
    assert!(bench.sees("let the secret be asked for"));
    assert!(bench.sees("Changes are not saved in"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), PROFILE);
    // As it says: without the keyring it can be saved.
    bench.click(ASK);
    bench.press(Modifiers::COMMAND, Key::S);
    bench.save_with(&path, &Keyring::missing()).unwrap();
    assert!(bench.sees("Saved in") && !bench.sees("cannot be used"));
}

#[test]
fn a_secret_that_the_keyring_does_not_have_is_said_at_its_field_and_asked_for() {
    let (_folder, path) = folder();
    let (keyring, _) = Keyring::in_memory();
    let mut bench = keeping(&path);
    bench.press(Modifiers::COMMAND, Key::S);
    let saved = bench.save_with(&path, &keyring).unwrap();
    keyring.delete(&saved.secrets[0].1).unwrap();
    let before = std::fs::read_to_string(&path).unwrap();

    let mut bench = Bench::with(Settings::default(), None);
    bench.news(opened_with(&path, &keyring));
    assert!(bench.sees("The keyring has no secret of the name"));
    bench.press(Modifiers::COMMAND, Key::S);
    bench.save_with(&path, &keyring).unwrap();
    assert_eq!(sources(&path), Profile::parse(&before).unwrap().secrets(), "the reference is kept");
    bench.type_secret("Password", PASSWORD);
    assert!(!bench.sees("The keyring has no secret of the name"));
    bench.press(Modifiers::COMMAND, Key::S);
    let again = bench.save_with(&path, &keyring).unwrap();
    assert_eq!(again.secrets, saved.secrets);
    assert_eq!(keyring.read(&saved.secrets[0].1).unwrap(), Secret::new(PASSWORD));
}

#[test]
fn a_duplicate_has_secrets_of_its_own() {
    let (folder, path) = folder();
    let (keyring, store) = Keyring::in_memory();
    let mut bench = keeping(&path);
    bench.press(Modifiers::COMMAND, Key::S);
    let saved = bench.save_with(&path, &keyring).unwrap();
    bench.click("Duplicate the profile");
    assert!(bench.is_chosen(KEEP));
    bench.press(Modifiers::COMMAND, Key::S);
    let copy = bench.save_with(&folder.path().join("copy.json"), &keyring).unwrap();
    assert_ne!(copy.secrets, saved.secrets);
    assert_eq!(Keyring::entries(&store), 2);
    assert!(bench.sees("Saved in") && !bench.sees("Changes are not saved"));
    // And what is typed there does not change the first one.
    bench.type_secret("Password", " of the copy");
    bench.press(Modifiers::COMMAND, Key::S);
    assert_eq!(bench.save_with(&copy.path, &keyring).unwrap().secrets, copy.secrets);
    assert_eq!(keyring.read(&saved.secrets[0].1).unwrap(), Secret::new(PASSWORD));
}

#[test]
fn a_secret_that_is_asked_for_again_leaves_the_keyring() {
    let (_folder, path) = folder();
    let (keyring, store) = Keyring::in_memory();
    let mut bench = keeping(&path);
    bench.press(Modifiers::COMMAND, Key::S);
    bench.save_with(&path, &keyring).unwrap();
    bench.click(ASK);
    assert!(bench.sees("Changes are not saved in"));
    bench.press(Modifiers::COMMAND, Key::S);
    bench.save_with(&path, &keyring).unwrap();
    assert!(sources(&path).contains(&("cloud.password".to_owned(), crate::profile::SecretSource::Ask)));
    assert_eq!(Keyring::entries(&store), 0);
    assert!(bench.sees("Saved in") && !bench.sees("Changes are not saved"));
}
