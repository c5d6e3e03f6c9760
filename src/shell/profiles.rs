//! Profiles on disk: opened with everything they refer to, saved so that they find it again, and looked at from afar.

use std::path::{Path, PathBuf, absolute};

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
pub fn open(path: &Path) -> Result<OpenedProfile, Vec<Problem>> {
    let path = whole(path);
    let mut profile = read(&path)?;
    let folder = folder_of(&path);
    profile.map_paths(|file| folder.join(file));
    let materials = vault::fetch_known(&profile, &folder);
    Ok(OpenedProfile { path, profile, materials })
}

/// Writes a profile, and beside it what has no file yet. Paths below its folder become relative to it. Nothing that was
/// begun stays if something fails.
///
/// # Errors
/// [`Kind::FileExists`], [`Kind::FileUnwritable`], or a path that JSON cannot hold.
pub fn save(place: &Path, draft: ProfileDraft, existing: Existing) -> Result<SavedProfile, Problem> {
    let place = whole(place);
    let path = if place.is_dir() { place.join(&draft.name) } else { place };
    let folder = folder_of(&path);
    let ProfileDraft { name, mut profile, files } = draft;
    let is_beside = |file: &Path| files.iter().any(|new| Path::new(&new.name) == file);
    profile.map_paths(|file| if is_beside(file) { file.to_owned() } else { relative(&whole(file), &folder) });
    let json = profile.to_json()?;
    let beside = files.iter().map(|file| folder.join(&file.name)).collect();
    let missing: Vec<_> = files.into_iter().filter(|file| !is_there(&folder, file)).collect();
    let written = saving::save(&folder, &missing, Existing::Keep)?;
    let profile = NewFile { name, content: NewContent::Public(json) };
    match saving::save(&path, &[profile], existing) {
        Ok(_) => Ok(SavedProfile { path, files: beside }),
        Err(problem) => {
            written.iter().for_each(|file| files::remove(file));
            Err(problem)
        }
    }
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
    use crate::profile::Material;
    use crate::secret::Secret;

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
        ProfileDraft { name: "lab.json".to_owned(), profile: profile(ca.to_str().unwrap()), files }
    }

    #[test]
    fn a_saved_profile_names_what_is_below_it_by_relative_paths_and_finds_it_again() {
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("certs/ca.pem");
        fs::create_dir(ca.parent().unwrap()).unwrap();
        fs::write(&ca, "root").unwrap();
        let saved = save(&folder.path().join("lab.json"), draft(&ca), Existing::Keep).unwrap();
        assert_eq!(saved.files, [folder.path().join("private-key.pem")]);
        let text = fs::read_to_string(&saved.path).unwrap();
        assert!(text.contains(r#""certs/ca.pem""#) && text.contains(r#""private-key.pem""#), "{text}");
        assert!(!text.contains("-----PRIVATE"), "{text}");
        let opened = open(&saved.path).unwrap();
        assert_eq!(opened.path, saved.path);
        assert!(
            matches!(opened.materials.get("cloud.ca"), Some(Material::File(bytes)) if bytes.as_slice() == b"root")
        );
        assert_eq!(opened.materials.get("wifi.passphrase"), Some(&Material::Unknown));
        assert!(!format!("{opened:?}").contains("-----PRIVATE"));
        // Moved elsewhere, it still finds its files.
        let elsewhere = tempfile::tempdir().unwrap();
        let moved = ProfileDraft { name: String::new(), profile: opened.profile, files: Vec::new() };
        let moved = save(&elsewhere.path().join("other.json"), moved, Existing::Keep).unwrap();
        assert!(matches!(open(&moved.path).unwrap().materials.get("cloud.ca"), Some(Material::File(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_pasted_key_is_written_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        save(&folder.path().join("lab.json"), draft(Path::new("/ca.pem")), Existing::Keep).unwrap();
        let mode = fs::metadata(folder.path().join("private-key.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn nothing_is_overwritten_without_agreement_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        fs::write(&path, "mine").unwrap();
        let problem = save(&path, draft(Path::new("/ca.pem")), Existing::Keep).unwrap_err();
        assert_eq!(problem.kind, Kind::FileExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert!(!folder.path().join("private-key.pem").exists());
        save(&path, draft(Path::new("/ca.pem")), Existing::Replace).unwrap();
        // The key is there by now, and it is the same one.
        save(&path, draft(Path::new("/ca.pem")), Existing::Replace).unwrap();
        fs::write(folder.path().join("private-key.pem"), "of somebody else").unwrap();
        let problem = save(&path, draft(Path::new("/ca.pem")), Existing::Replace).unwrap_err();
        assert_eq!(problem.kind, Kind::FileExists);
    }

    #[test]
    fn a_glance_tells_kind_and_name_or_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        save(&path, draft(Path::new("/ca.pem")), Existing::Keep).unwrap();
        let seen = glance(path).seen.unwrap();
        assert_eq!((seen.cloud.name(), seen.name.as_deref()), ("aws", Some("Lab")));
        assert_eq!(glance(folder.path().join("gone.json")).seen.unwrap_err().kind, Kind::MissingFile);
    }
}
