//! From a profile on disk to a job: reading, `--set`, fetching and resolving. Every problem is collected, so that one
//! run names them all.

use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};

use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::profile::{Job, Materials, Profile, ReferenceSource, SecretSource, resolve};
use crate::secret::Secret;
use crate::shell::keyring::Keyring;
use crate::shell::{profiles, vault};

/// A profile that was read, with the folder that its paths are relative to.
pub(super) struct Wanted {
    profile: Profile,
    folder: PathBuf,
}

impl Wanted {
    /// Reads a profile.
    pub(super) fn read(path: &Path) -> Result<Self, Vec<Problem>> {
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self { profile: profiles::read(path)?, folder })
    }

    /// Puts a value in place, as `--set` asks for.
    pub(super) fn set(&mut self, assignment: &Assignment) -> Result<(), Vec<Problem>> {
        self.profile.set(&assignment.field, &assignment.value)
    }

    /// The job with all secrets; asks for those that only a person knows.
    pub(super) fn job(&self, today: UnixTime) -> Result<Job, Vec<Problem>> {
        if self.asks() {
            // Nobody types a secret for a profile that is wrong elsewhere.
            self.job_to_look_at(today)?;
        }
        let materials = vault::fetch(&self.profile, &self.folder, &Keyring::of_system(), &mut ask);
        self.resolve(&materials, today)
    }

    /// The job with dots in place of its secrets.
    pub(super) fn job_to_look_at(&self, today: UnixTime) -> Result<Job, Vec<Problem>> {
        self.resolve(&vault::fetch_files(&self.profile, &self.folder), today)
    }

    fn resolve(&self, materials: &Materials, today: UnixTime) -> Result<Job, Vec<Problem>> {
        resolve(&self.profile, materials, today)
    }

    fn asks(&self) -> bool {
        let asked = ReferenceSource::Secret(SecretSource::Ask);
        self.profile.references().iter().any(|reference| reference.source == asked)
    }
}

/// `FIELD=VALUE`, such as `cloud.client_id=device7`.
#[derive(Clone)]
pub(super) struct Assignment {
    field: String,
    value: String,
}

impl std::str::FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((field, value)) if !field.is_empty() => {
                Ok(Self { field: field.to_owned(), value: value.to_owned() })
            }
            _ => Err("write it as FIELD=VALUE, such as cloud.client_id=device7".to_owned()),
        }
    }
}

fn ask(field: &str) -> Result<Secret, Problem> {
    if !stdin().is_terminal() {
        return Err(Problem::new(
            Kind::NoTerminal,
            "There is no terminal to ask at",
            "Name an environment variable, a file or an entry of the keyring in the profile instead of \"ask\"",
        ));
    }
    rpassword::prompt_password(format!("{field}: ")).map(Secret::new).map_err(|error| {
        Problem::new(
            Kind::NoTerminal,
            format!("The answer cannot be read: {error}"),
            "Try again at another terminal",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_has_a_field_and_a_value() {
        let assignment: Assignment = "cloud.client_id=a=b".parse().unwrap();
        assert_eq!((assignment.field.as_str(), assignment.value.as_str()), ("cloud.client_id", "a=b"));
        assert!("cloud.client_id".parse::<Assignment>().is_err());
        assert!("=x".parse::<Assignment>().is_err());
    }
}
