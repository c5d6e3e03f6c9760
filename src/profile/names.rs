//! Names for files on the module: unique within their type, stable, as near to the file's own name as the module
//! allows.

use super::value::{ModuleFileName, wrong_form};
use super::{FileOrigin, FileSource, Profile, WifiProfile};
use crate::problem::Problem;

/// What a file is to the module, which keeps one list of names per type (protocol.md §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    TrustedRoot,
    Certificate,
    PrivateKey,
}

/// The names of one job.
#[derive(Default)]
pub(super) struct Names {
    /// Names that the profile chooses itself and that no other file may be given.
    chosen: Vec<(Role, String)>,
    /// Names with what stands under them; `None` for a file that is on the module already.
    taken: Vec<(Role, ModuleFileName, Option<String>)>,
}

impl Names {
    /// Keeps the names free that the profile chooses itself.
    pub(super) fn new(profile: &Profile) -> Self {
        let of_wifi = profile.wifi.as_ref().map(files_of_wifi).unwrap_or_default();
        let of_cloud = profile.cloud.files().into_iter().map(|(role, _, source)| (role, source));
        Self::of(of_wifi.into_iter().chain(of_cloud))
    }

    /// The same for a network alone.
    pub(super) fn of_wifi(wifi: &WifiProfile) -> Self {
        Self::of(files_of_wifi(wifi))
    }

    fn of<'a>(files: impl IntoIterator<Item = (Role, &'a FileSource)>) -> Self {
        let chosen = files.into_iter().filter_map(|(role, source)| {
            let name = match &source.origin {
                FileOrigin::Module(name) => Some(name),
                _ => source.name.as_ref(),
            };
            Some((role, name?.clone()))
        });
        Self { chosen: chosen.collect(), taken: Vec::new() }
    }

    /// Takes the name that the profile chose. `content` is `None` for a file that is on the module already.
    pub(super) fn take_chosen(
        &mut self,
        role: Role,
        name: &str,
        content: Option<&str>,
    ) -> Result<ModuleFileName, Problem> {
        let name = ModuleFileName::parse(name)?;
        if self.taken.iter().any(|entry| entry.0 == role && entry.1 == name && entry.2.as_deref() != content)
        {
            return Err(wrong_form(
                format!("Two different files would stand on the module as {name}"),
                "Give one of them another \"name\"",
            ));
        }
        self.taken.push((role, name.clone(), content.map(str::to_owned)));
        Ok(name)
    }

    /// Takes a name made from the file's own: the same for the same content, another one for other content.
    pub(super) fn take_free(&mut self, role: Role, file_name: &str, content: &str) -> ModuleFileName {
        let wished = ModuleFileName::from_file_name(file_name);
        let mut name = wished.clone();
        let mut number = 2;
        while !self.is_free(role, &name, content) {
            name = wished.numbered(number);
            number += 1;
        }
        self.taken.push((role, name.clone(), Some(content.to_owned())));
        name
    }

    fn is_free(&self, role: Role, name: &ModuleFileName, content: &str) -> bool {
        let chosen = self.chosen.iter().any(|(owner, chosen)| *owner == role && chosen == name.as_str());
        let other = |entry: &(Role, ModuleFileName, Option<String>)| {
            entry.0 == role && entry.1 == *name && entry.2.as_deref() != Some(content)
        };
        !chosen && !self.taken.iter().any(other)
    }
}

fn files_of_wifi(wifi: &WifiProfile) -> Vec<(Role, &FileSource)> {
    let of_wifi = [
        (Role::TrustedRoot, wifi.ca.as_ref()),
        (Role::Certificate, wifi.certificate.as_ref()),
        (Role::PrivateKey, wifi.private_key.as_ref()),
    ];
    of_wifi.into_iter().filter_map(|(role, source)| Some((role, source?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_content_gets_another_name_and_the_same_content_the_same() {
        let mut names = Names::default();
        assert_eq!(names.take_free(Role::TrustedRoot, "ca.pem", "one").as_str(), "ca.pem");
        assert_eq!(names.take_free(Role::TrustedRoot, "ca.pem", "two").as_str(), "ca-2.pem");
        assert_eq!(names.take_free(Role::TrustedRoot, "ca.pem", "one").as_str(), "ca.pem");
        assert_eq!(names.take_free(Role::Certificate, "ca.pem", "two").as_str(), "ca.pem");
    }

    #[test]
    fn a_chosen_name_is_kept_free_for_its_file() {
        let mut names = Names { chosen: vec![(Role::TrustedRoot, "ca.pem".to_owned())], taken: Vec::new() };
        assert_eq!(names.take_free(Role::TrustedRoot, "ca.pem", "one").as_str(), "ca-2.pem");
        assert!(names.take_chosen(Role::TrustedRoot, "ca.pem", None).is_ok());
    }

    #[test]
    fn two_files_cannot_be_given_the_same_name() {
        let mut names = Names::default();
        assert!(names.take_chosen(Role::TrustedRoot, "ca.pem", Some("one")).is_ok());
        assert!(names.take_chosen(Role::TrustedRoot, "ca.pem", Some("one")).is_ok());
        assert!(names.take_chosen(Role::TrustedRoot, "ca.pem", Some("two")).is_err());
        assert!(names.take_chosen(Role::TrustedRoot, "ca.pem", None).is_err());
        assert!(names.take_chosen(Role::PrivateKey, "ca.pem", Some("two")).is_ok());
    }
}
