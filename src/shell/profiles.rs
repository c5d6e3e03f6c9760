//! Profiles on disk: opened with everything they refer to, saved so that they find it again, and looked at from afar.

use std::path::{Path, PathBuf, absolute};

use super::deposit::Deposit;
use super::keyring::Keyring;
use super::{files, saving, vault};
use crate::model::{Existing, Glance, NewContent, NewFile, OpenedProfile, ProfileDraft, SavedProfile, Seen};
use crate::problem::{Kind, Problem};
use crate::profile::Profile;

/// Reads a profile; the paths in it stay as they are written.
///
/// # Errors
/// The file cannot be read, or every problem of its shape.
pub fn read(path: &Path) -> Result<Profile, Vec<Problem>> {
    let content = files::read(path).map_err(|unread| vec![unread.into()])?;
    let text = std::str::from_utf8(&content.bytes).map_err(|_| vec![no_text(path)])?;
    Profile::parse(text)
}

/// Opens a profile for the window: what it refers to is fetched, and its paths are made whole. What only a person knows
/// is left to be typed.
///
/// # Errors
/// Those of [`read`]. What cannot be fetched stands as a problem at its field.
pub fn open(path: &Path, keyring: &Keyring) -> Result<OpenedProfile, Vec<Problem>> {
    let path = whole(path);
    let mut profile = read(&path)?;
    let folder = folder_of(&path);
    profile.map_paths(|file| folder.join(file));
    let materials = vault::fetch_known(&profile, &folder, keyring);
    Ok(OpenedProfile { path, profile, materials })
}

/// Writes a profile: first its secrets into the keyring and beside it what has no file yet, so that it never names what is
/// not there. Paths below its folder become relative to it. Nothing that was begun stays if something fails.
///
/// # Errors
/// [`Kind::KeyringUnavailable`], [`Kind::FileExists`], [`Kind::FileUnwritable`], or a path that JSON cannot hold.
pub fn save(
    place: &Path,
    draft: ProfileDraft,
    existing: Existing,
    keyring: &Keyring,
) -> Result<SavedProfile, Problem> {
    let place = whole(place);
    let path = if place.is_dir() { place.join(&draft.name) } else { place };
    let folder = folder_of(&path);
    let ProfileDraft { name, mut profile, files, secrets } = draft;
    let old = read(&path).ok();
    let deposit = Deposit::make(keyring, &path, (old.as_ref(), &mut profile), &secrets).map_err(not_saved)?;
    let is_beside = |file: &Path| files.iter().any(|new| Path::new(&new.name) == file);
    profile.map_paths(|file| if is_beside(file) { file.to_owned() } else { relative(&whole(file), &folder) });
    let json = profile.to_json()?;
    let beside = files.iter().map(|file| folder.join(&file.name)).collect();
    let missing: Vec<_> = files.into_iter().filter(|file| !is_there(&folder, file)).collect();
    let written = saving::save(&folder, &missing, Existing::Keep)?;
    let file = NewFile { name, content: NewContent::Public(json) };
    if let Err(problem) = saving::save(&path, &[file], existing) {
        written.iter().for_each(|file| files::remove(file));
        return Err(problem);
    }
    let secrets = deposit.names();
    let left = deposit.keep(old.as_ref(), &profile).err().map(left);
    Ok(SavedProfile { path, files: beside, secrets, left })
}

fn not_saved(problem: Problem) -> Problem {
    Problem { message: format!("The profile is not saved. {}", problem.message), ..problem }
}

fn left(problem: Problem) -> Problem {
    let message = format!(
        "The profile is saved, but secrets it had before are left in the keyring. {}",
        problem.message
    );
    let help = "Remove them with your desktop's password manager";
    Problem { message, help: help.to_owned(), ..problem }
}

/// What a profile is, without what it refers to.
pub fn glance(path: PathBuf) -> Glance {
    let seen = read(&path).map(|profile| Seen { cloud: profile.cloud.kind(), name: profile.name });
    let first = |mut problems: Vec<Problem>| {
        let unknown = || Problem::new(Kind::ProfileUnreadable, "It cannot be read", "Look into the file");
        if problems.is_empty() { unknown() } else { problems.swap_remove(0) }
    };
    Glance { path, seen: seen.map_err(first) }
}

/// Whether the same is there already, such as from an attempt before.
fn is_there(folder: &Path, file: &NewFile) -> bool {
    let expected = match &file.content {
        NewContent::Public(text) => text.as_bytes(),
        NewContent::Private(secret) => secret.reveal().as_bytes(),
    };
    files::read(&folder.join(&file.name)).is_ok_and(|content| content.bytes.as_slice() == expected)
}

fn relative(file: &Path, folder: &Path) -> PathBuf {
    file.strip_prefix(folder).unwrap_or(file).to_owned()
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_owned).unwrap_or_default()
}

/// A path that still leads there when the program has another folder.
fn whole(path: &Path) -> PathBuf {
    absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn no_text(path: &Path) -> Problem {
    let message = format!("{} is no UTF-8 text", path.display());
    Problem::new(Kind::ProfileUnreadable, message, "Choose a profile, which is a JSON file")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "the shell is where files are touched")]

    use std::fs;

    use super::*;
    use crate::profile::{Material, SecretSource};
    use crate::secret::Secret;

    /// No keyring is needed where no secret goes there.
    fn none() -> Keyring {
        Keyring::missing()
    }

    fn profile(ca: &str) -> Profile {
        let ca = serde_json::Value::from(ca);
        let text = format!(
            r#"{{ "version": 1, "name": "Lab", "wifi": {{ "passphrase": {{ "ask": true }} }},
                 "cloud": {{ "kind": "aws", "ca": {{ "file": {ca} }}, "private_key": {{ "file": "private-key.pem" }} }} }}"#
        );
        Profile::parse(&text).unwrap()
    }

    fn draft(ca: &Path) -> ProfileDraft {
        let content = NewContent::Private(Secret::new("-----PRIVATE-----"));
        let files = vec![NewFile { name: "private-key.pem".to_owned(), content }];
        ProfileDraft {
            name: "lab.json".to_owned(),
            profile: profile(ca.to_str().unwrap()),
            files,
            secrets: Vec::new(),
        }
    }

    #[test]
    fn a_saved_profile_names_what_is_below_it_by_relative_paths_and_finds_it_again() {
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("certs/ca.pem");
        fs::create_dir(ca.parent().unwrap()).unwrap();
        fs::write(&ca, "root").unwrap();
        let saved = save(&folder.path().join("lab.json"), draft(&ca), Existing::Keep, &none()).unwrap();
        assert_eq!(saved.files, [folder.path().join("private-key.pem")]);
        let text = fs::read_to_string(&saved.path).unwrap();
        assert!(text.contains(r#""certs/ca.pem""#) && text.contains(r#""private-key.pem""#), "{text}");
        assert!(!text.contains("-----PRIVATE"), "{text}");
        let opened = open(&saved.path, &none()).unwrap();
        assert_eq!(opened.path, saved.path);
        assert!(
            matches!(opened.materials.get("cloud.ca"), Some(Material::File(bytes)) if bytes.as_slice() == b"root")
        );
        assert_eq!(opened.materials.get("wifi.passphrase"), Some(&Material::Unknown));
        assert!(!format!("{opened:?}").contains("-----PRIVATE"));
        // Moved elsewhere, it still finds its files.
        let elsewhere = tempfile::tempdir().unwrap();
        let moved = ProfileDraft {
            name: String::new(),
            profile: opened.profile,
            files: Vec::new(),
            secrets: Vec::new(),
        };
        let moved = save(&elsewhere.path().join("other.json"), moved, Existing::Keep, &none()).unwrap();
        assert!(matches!(
            open(&moved.path, &none()).unwrap().materials.get("cloud.ca"),
            Some(Material::File(_))
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_pasted_key_is_written_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        save(&folder.path().join("lab.json"), draft(Path::new("/ca.pem")), Existing::Keep, &none()).unwrap();
        let mode = fs::metadata(folder.path().join("private-key.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn nothing_is_overwritten_without_agreement_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        fs::write(&path, "mine").unwrap();
        let problem = save(&path, draft(Path::new("/ca.pem")), Existing::Keep, &none()).unwrap_err();
        assert_eq!(problem.kind, Kind::FileExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert!(!folder.path().join("private-key.pem").exists());
        save(&path, draft(Path::new("/ca.pem")), Existing::Replace, &none()).unwrap();
        // The key is there by now, and it is the same one.
        save(&path, draft(Path::new("/ca.pem")), Existing::Replace, &none()).unwrap();
        fs::write(folder.path().join("private-key.pem"), "of somebody else").unwrap();
        let problem = save(&path, draft(Path::new("/ca.pem")), Existing::Replace, &none()).unwrap_err();
        assert_eq!(problem.kind, Kind::FileExists);
    }

    #[test]
    fn a_glance_tells_kind_and_name_or_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        save(&path, draft(Path::new("/ca.pem")), Existing::Keep, &none()).unwrap();
        let seen = glance(path).seen.unwrap();
        assert_eq!((seen.cloud.name(), seen.name.as_deref()), ("aws", Some("Lab")));
        assert_eq!(glance(folder.path().join("gone.json")).seen.unwrap_err().kind, Kind::MissingFile);
    }

    const FIELD: &str = "wifi.passphrase";

    /// A profile with nothing beside it whose passphrase goes into the keyring.
    fn with_secret(profile: Profile, secret: &str) -> ProfileDraft {
        let secrets = vec![(FIELD.to_owned(), Secret::new(secret))];
        ProfileDraft { name: "lab.json".to_owned(), profile, files: Vec::new(), secrets }
    }

    fn passphrase(path: &Path, keyring: &Keyring) -> Option<String> {
        match open(path, keyring).unwrap().materials.get(FIELD) {
            Some(Material::Secret(secret)) => Some(secret.reveal().to_owned()),
            _ => None,
        }
    }

    /// The name of the only secret that went into the keyring.
    fn name(saved: &SavedProfile) -> String {
        assert_eq!((saved.secrets.len(), saved.secrets[0].0.as_str()), (1, FIELD));
        saved.secrets[0].1.clone()
    }

    #[test]
    fn a_secret_is_kept_in_the_keyring_and_the_profile_names_it_and_does_not_hold_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        let (keyring, _) = Keyring::in_memory();
        let saved =
            save(&path, with_secret(profile("/ca.pem"), "hunter2"), Existing::Keep, &keyring).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(&name(&saved)) && !text.contains("hunter2"), "{text}");
        assert!(name(&saved).ends_with("/wifi.passphrase"));
        assert_eq!(passphrase(&path, &keyring).as_deref(), Some("hunter2"));
        assert!(!format!("{saved:?}").contains("hunter2"));
    }

    #[test]
    fn a_profile_that_is_saved_again_has_the_same_names_and_one_elsewhere_has_others() {
        let folder = tempfile::tempdir().unwrap();
        let [path, other] = ["lab.json", "other.json"].map(|name| folder.path().join(name));
        let (keyring, _) = Keyring::in_memory();
        let save = |path: &Path, profile: Profile, secret: &str| {
            name(&save(path, with_secret(profile, secret), Existing::Replace, &keyring).unwrap())
        };
        let first = save(&path, profile("/ca.pem"), "one");
        assert_eq!(save(&path, profile("/ca.pem"), "two"), first);
        let opened = read(&path).unwrap();
        assert_eq!(save(&path, opened.clone(), "two"), first);
        let second = save(&other, opened, "three");
        assert_ne!(second, first);
        assert_eq!(passphrase(&path, &keyring).as_deref(), Some("two"));
        assert_eq!(passphrase(&other, &keyring).as_deref(), Some("three"));
        // A copy that was made by hand finds the same until something else is saved there.
        fs::copy(&path, &other).unwrap();
        assert_eq!(passphrase(&other, &keyring).as_deref(), Some("two"));
        save(&other, read(&other).unwrap(), "four");
        assert_eq!(passphrase(&path, &keyring).as_deref(), Some("two"));
    }

    #[test]
    fn a_name_that_a_person_has_given_stays_and_its_secret_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        let (keyring, _) = Keyring::in_memory();
        keyring.write("lab-wifi", &Secret::new("shared")).unwrap();
        let mut profile = profile("/ca.pem");
        profile.map_secrets(|_, source| *source = SecretSource::Keyring("lab-wifi".to_owned()));
        let saved = save(&path, with_secret(profile, "shared"), Existing::Keep, &keyring).unwrap();
        assert_eq!(saved.secrets, []);
        assert!(fs::read_to_string(&path).unwrap().contains(r#""lab-wifi""#));
        // Typed over, it is a secret of this profile alone.
        save(&path, with_secret(self::profile("/ca.pem"), "own"), Existing::Replace, &keyring).unwrap();
        assert_eq!(passphrase(&path, &keyring).as_deref(), Some("own"));
        assert_eq!(keyring.read("lab-wifi").unwrap(), Secret::new("shared"));
    }

    #[test]
    fn a_keyring_that_cannot_be_used_leaves_the_profile_as_it_was_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        fs::write(&path, "mine").unwrap();
        let draft =
            ProfileDraft { files: draft(Path::new("/ca.pem")).files, ..with_secret(profile("/ca.pem"), "x") };
        let problem = save(&path, draft, Existing::Replace, &Keyring::missing()).unwrap_err();
        assert_eq!(problem.kind, Kind::KeyringUnavailable);
        assert!(problem.message.starts_with("The profile is not saved. The keyring"), "{problem}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_profile_that_cannot_be_written_leaves_the_keyring_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        let (keyring, store) = Keyring::in_memory();
        let draft = |secret: &str| with_secret(profile("/ca.pem"), secret);
        save(&path, draft("one"), Existing::Keep, &keyring).unwrap();
        let problem = save(&path, draft("two"), Existing::Keep, &keyring).unwrap_err();
        assert_eq!(problem.kind, Kind::FileExists);
        assert_eq!(passphrase(&path, &keyring).as_deref(), Some("one"));
        let nowhere = folder.path().join("nowhere/lab.json");
        save(&nowhere, draft("three"), Existing::Keep, &keyring).unwrap_err();
        assert_eq!(Keyring::entries(&store), 1);
    }

    #[test]
    fn what_a_profile_does_not_name_any_more_is_taken_out_of_the_keyring() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        let (keyring, store) = Keyring::in_memory();
        keyring.write("lab-wifi", &Secret::new("shared")).unwrap();
        save(&path, with_secret(profile("/ca.pem"), "one"), Existing::Keep, &keyring).unwrap();
        assert_eq!(Keyring::entries(&store), 2);
        let asked = ProfileDraft { secrets: Vec::new(), ..with_secret(profile("/ca.pem"), "") };
        let unreachable = save(&path, asked.clone(), Existing::Replace, &none()).unwrap();
        assert!(unreachable.left.unwrap().message.contains("left in the keyring"));
        // What the file does not say any more cannot be found again.
        save(&path, with_secret(profile("/ca.pem"), "one"), Existing::Replace, &keyring).unwrap();
        let saved = save(&path, asked, Existing::Replace, &keyring).unwrap();
        assert_eq!((saved.left, Keyring::entries(&store)), (None, 2));
        assert_eq!(keyring.read("lab-wifi").unwrap(), Secret::new("shared"));
    }
}
