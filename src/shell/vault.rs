//! Fetches what a profile refers to: environment variables, files, the system's keyring, and answers of the person.
//! Whether what it finds is right is judged by `profile::resolve`.

#![allow(clippy::disallowed_methods, reason = "the shell is where files and the environment are read")]

use std::env::{self, VarError};
use std::path::Path;

use zeroize::Zeroizing;

use crate::problem::{Kind, Problem};
use crate::profile::{Material, Materials, Profile, Reference, ReferenceSource, SecretSource};
use crate::secret::Secret;
use crate::shell::files::{self, Unread};
use crate::shell::keyring::Keyring;

/// Fetches everything; paths are relative to `base_dir`, the profile's directory.
/// What cannot be fetched stands as a problem at its field. `ask` is told the field and is called
/// only when nothing else failed, so that nobody types a secret in vain.
pub fn fetch(
    profile: &Profile,
    base_dir: &Path,
    keyring: &Keyring,
    ask: &mut dyn FnMut(&str) -> Result<Secret, Problem>,
) -> Materials {
    let (asked, found): (Vec<_>, Vec<_>) = profile.references().into_iter().partition(is_asked);
    let mut materials = Materials::default();
    let mut places = Places { base_dir, keyring, unavailable: None };
    let mut failed = false;
    for Reference { field, source } in found {
        let material = places.go_to(&source);
        failed |= material.is_err();
        materials.insert(field, material.unwrap_or_else(Material::Failed));
    }
    for Reference { field, .. } in asked {
        let material = match failed {
            true => Material::Unknown,
            false => ask(&field).map_or_else(Material::Failed, Material::Secret),
        };
        failed |= matches!(material, Material::Failed(_));
        materials.insert(field, material);
    }
    materials
}

/// Fetches the files alone and leaves every secret unknown: enough to look at a plan, and to find
/// every other problem before somebody is asked for a secret.
pub fn fetch_files(profile: &Profile, base_dir: &Path) -> Materials {
    let mut materials = Materials::default();
    for Reference { field, source } in profile.references() {
        let material = match source {
            ReferenceSource::File(path) => {
                read_file(&base_dir.join(path)).map_or_else(Material::Failed, Material::File)
            }
            ReferenceSource::Secret(_) => Material::Unknown,
        };
        materials.insert(field, material);
    }
    materials
}

/// Fetches everything but what only a person knows, which stays unknown.
pub fn fetch_known(profile: &Profile, base_dir: &Path, keyring: &Keyring) -> Materials {
    let mut materials = Materials::default();
    let mut places = Places { base_dir, keyring, unavailable: None };
    for Reference { field, source } in profile.references() {
        let material = match source {
            ReferenceSource::Secret(SecretSource::Ask) => Ok(Material::Unknown),
            source => places.go_to(&source),
        };
        materials.insert(field, material.unwrap_or_else(Material::Failed));
    }
    materials
}

fn is_asked(reference: &Reference) -> bool {
    reference.source == ReferenceSource::Secret(SecretSource::Ask)
}

/// Where everything but the answers of a person is found.
struct Places<'a> {
    base_dir: &'a Path,
    keyring: &'a Keyring,
    /// Why the keyring cannot be used. It is not tried again for the next secret, as each try may take its time.
    unavailable: Option<Problem>,
}

impl Places<'_> {
    fn go_to(&mut self, source: &ReferenceSource) -> Result<Material, Problem> {
        match source {
            ReferenceSource::File(path) => read_file(&self.base_dir.join(path)).map(Material::File),
            ReferenceSource::Secret(source) => self.find_secret(source).map(Material::Secret),
        }
    }

    fn find_secret(&mut self, source: &SecretSource) -> Result<Secret, Problem> {
        match source {
            SecretSource::Env(name) => read_variable(name),
            SecretSource::File(path) => read_secret_file(&self.base_dir.join(path)),
            SecretSource::Keyring(name) => self.look_into_keyring(name),
            SecretSource::Ask => Err(Problem::new(Kind::Internal, "Nobody was asked", "Report this")),
        }
    }

    fn look_into_keyring(&mut self, name: &str) -> Result<Secret, Problem> {
        if let Some(problem) = &self.unavailable {
            return Err(problem.clone());
        }
        let found = self.keyring.read(name);
        self.unavailable =
            found.as_ref().err().filter(|problem| problem.kind == Kind::KeyringUnavailable).cloned();
        found
    }
}

fn read_variable(name: &str) -> Result<Secret, Problem> {
    let shown = name.escape_debug();
    let message = match env::var(name) {
        Ok(value) if value.is_empty() => format!("The environment variable {shown} is empty"),
        Ok(value) => return Ok(Secret::new(value)),
        Err(VarError::NotPresent) => format!("The environment variable {shown} is not set"),
        Err(VarError::NotUnicode(_)) => format!("The environment variable {shown} is no UTF-8 text"),
    };
    Err(Problem::new(Kind::MissingVariable, message, "Set it before the program is started"))
}

/// A line end behind the secret is the editor's and not part of it.
fn read_secret_file(path: &Path) -> Result<Secret, Problem> {
    let bytes = read_file(path)?;
    let Ok(text) = std::str::from_utf8(&bytes) else {
        let message = format!("{} is no UTF-8 text", path.display());
        return Err(Problem::new(Kind::WrongFile, message, "Choose the file that holds the secret alone"));
    };
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(Secret::new(text.strip_suffix('\r').unwrap_or(text)))
}

/// Paths in a profile are relative to the profile, which is where a missing file has mostly gone.
fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Problem> {
    files::read(path).map(|content| content.bytes).map_err(|unread| match unread {
        Unread::Missing { .. } => Problem {
            help: "Check the name; paths in a profile are relative to the profile".to_owned(),
            ..unread.into()
        },
        _ => unread.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use std::fs;

    /// [`super::fetch`] without anything in the keyring.
    fn fetch(
        profile: &Profile,
        base_dir: &Path,
        ask: &mut dyn FnMut(&str) -> Result<Secret, Problem>,
    ) -> Materials {
        super::fetch(profile, base_dir, &Keyring::in_memory().0, ask)
    }

    fn never(field: &str) -> Result<Secret, Problem> {
        panic!("asked for {field}")
    }

    /// A profile whose passphrase and root come from there.
    fn profile(passphrase: &str, ca: &str) -> Profile {
        let text = format!(
            r#"{{ "version": 1, "wifi": {{ "passphrase": {passphrase} }}, "cloud": {{ "kind": "aws", "ca": {ca} }} }}"#
        );
        Profile::parse(&text).unwrap()
    }

    fn secret(materials: &Materials) -> Option<&str> {
        match materials.get("wifi.passphrase") {
            Some(Material::Secret(secret)) => Some(secret.reveal()),
            _ => None,
        }
    }

    fn failure(materials: &Materials, field: &str) -> Kind {
        match materials.get(field) {
            Some(Material::Failed(problem)) => problem.kind,
            _ => panic!("{field} did not fail"),
        }
    }

    const BUILTIN: &str = r#"{ "builtin": "amazon-root-ca-1" }"#;

    #[test]
    fn a_secret_comes_from_an_environment_variable() {
        let profile = profile(r#"{ "env": "PATH" }"#, BUILTIN);
        let materials = fetch(&profile, Path::new("."), &mut never);
        assert_eq!(secret(&materials), env::var("PATH").ok().as_deref());
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        for name in ["XPRESS_CENTER_NEVER_SET", "", "a=b", "a\\u0000b"] {
            let profile = profile(&format!(r#"{{ "env": "{name}" }}"#), BUILTIN);
            let materials = fetch(&profile, Path::new("."), &mut never);
            assert_eq!(failure(&materials, "wifi.passphrase"), Kind::MissingVariable, "{name}");
        }
    }

    #[test]
    fn one_line_end_behind_a_secret_in_a_file_is_not_part_of_it() {
        let dir = tempfile::tempdir().unwrap();
        for (content, expected) in [
            ("pass phrase", "pass phrase"),
            ("pass phrase\n", "pass phrase"),
            ("pass phrase\r\n", "pass phrase"),
            ("pass phrase \n\n", "pass phrase \n"),
        ] {
            fs::write(dir.path().join("secret"), content).unwrap();
            let materials = fetch(&profile(r#"{ "file": "secret" }"#, BUILTIN), dir.path(), &mut never);
            assert_eq!(secret(&materials), Some(expected));
        }
    }

    #[test]
    fn files_are_read_relative_to_the_profile() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("ca.pem"), b"\xFFbytes\n").unwrap();
        let materials = fetch_files(&profile(r#"{ "ask": true }"#, r#"{ "file": "ca.pem" }"#), dir.path());
        assert!(materials.get("cloud.ca") == Some(&Material::File(Zeroizing::new(b"\xFFbytes\n".to_vec()))));
        assert!(materials.get("wifi.passphrase") == Some(&Material::Unknown));
    }

    #[test]
    fn every_file_that_cannot_be_used_gives_its_own_problem() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("directory")).unwrap();
        fs::write(dir.path().join("huge"), vec![b'x'; 1 << 21]).unwrap();
        for (path, kind) in [
            ("missing", Kind::MissingFile),
            ("huge/inside", Kind::MissingFile),
            ("directory", Kind::WrongFile),
            ("huge", Kind::WrongFile),
        ] {
            let profile = profile(SET_VARIABLE, &format!(r#"{{ "file": "{path}" }}"#));
            let materials = fetch(&profile, dir.path(), &mut never);
            assert_eq!(failure(&materials, "cloud.ca"), kind, "{path}");
        }
    }

    const SET_VARIABLE: &str = r#"{ "env": "PATH" }"#;

    const IN_KEYRING: &str = r#"{ "keyring": "lab/wifi" }"#;

    #[test]
    fn a_secret_comes_from_the_keyring_for_a_terminal_and_for_the_window() {
        let (keyring, _) = Keyring::in_memory();
        keyring.write("lab/wifi", &Secret::new("from the keyring")).unwrap();
        let profile = profile(IN_KEYRING, BUILTIN);
        let in_terminal = super::fetch(&profile, Path::new("."), &keyring, &mut never);
        let in_window = fetch_known(&profile, Path::new("."), &keyring);
        assert_eq!(
            (secret(&in_terminal), secret(&in_window)),
            (Some("from the keyring"), Some("from the keyring"))
        );
        assert!(!format!("{in_window:?}").contains("from the keyring"));
        assert_eq!(fetch_files(&profile, Path::new(".")).get("wifi.passphrase"), Some(&Material::Unknown));
    }

    #[test]
    fn a_secret_that_the_keyring_does_not_have_and_a_keyring_that_is_not_there_are_told_apart() {
        let profile = profile(IN_KEYRING, BUILTIN);
        for (keyring, kind) in
            [(Keyring::in_memory().0, Kind::MissingSecret), (Keyring::missing(), Kind::KeyringUnavailable)]
        {
            let materials = super::fetch(&profile, Path::new("."), &keyring, &mut never);
            assert_eq!(failure(&materials, "wifi.passphrase"), kind);
            assert_eq!(failure(&fetch_known(&profile, Path::new("."), &keyring), "wifi.passphrase"), kind);
        }
    }

    #[test]
    fn a_keyring_that_cannot_be_used_is_tried_once_and_said_at_every_field() {
        let text = r#"{ "version": 1, "wifi": { "passphrase": { "keyring": "a" } },
            "cloud": { "kind": "thingstream", "password": { "keyring": "b" } } }"#;
        let profile = Profile::parse(text).unwrap();
        let (keyring, tries) = Keyring::counting_tries();
        let materials = super::fetch(&profile, Path::new("."), &keyring, &mut never);
        for field in ["wifi.passphrase", "cloud.password"] {
            assert_eq!(failure(&materials, field), Kind::KeyringUnavailable);
        }
        assert_eq!(tries.load(std::sync::atomic::Ordering::SeqCst), 1);
    }

    #[test]
    fn the_person_is_asked_by_field_and_may_refuse() {
        let profile = profile(r#"{ "ask": true }"#, BUILTIN);
        let materials = fetch(&profile, Path::new("."), &mut |field| {
            assert_eq!(field, "wifi.passphrase");
            Ok(Secret::new("typed in"))
        });
        assert_eq!(secret(&materials), Some("typed in"));
        let refusal = || Problem::new(Kind::NoTerminal, "There is no terminal", "Use env");
        let materials = fetch(&profile, Path::new("."), &mut |_| Err(refusal()));
        assert_eq!(failure(&materials, "wifi.passphrase"), Kind::NoTerminal);
    }

    #[test]
    fn nobody_is_asked_in_vain() {
        let profile = profile(r#"{ "ask": true }"#, r#"{ "file": "missing" }"#);
        let materials = fetch(&profile, Path::new("."), &mut never);
        assert!(materials.get("wifi.passphrase") == Some(&Material::Unknown));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_without_permission_is_a_wrong_file() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("locked");
        fs::write(&path, "x").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        // Root may read everything; there is nothing to see then.
        if fs::File::open(&path).is_err() {
            assert_eq!(read_file(&path).unwrap_err().kind, Kind::WrongFile);
        }
    }
}
