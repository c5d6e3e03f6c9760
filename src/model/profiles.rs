//! Profiles at the border of the window: opened with all that was fetched for them, on their way to a file, and seen
//! from afar in the list of recent ones.

use std::path::{Path, PathBuf};

use super::NewFile;
use crate::problem::Problem;
use crate::profile::{CloudKind, Materials, Profile};
use crate::secret::Secret;

/// What answers about opening a profile in the system's dialog are known by.
pub const OPEN_PROFILE: &str = "open profile";
/// The most profiles that are remembered.
const MOST_RECENT: usize = 8;

/// A profile with its files and secrets; every path in it is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedProfile {
    pub path: PathBuf,
    pub profile: Profile,
    pub materials: Materials,
}

/// A profile that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileDraft {
    /// What the file is called unless the person says otherwise.
    pub name: String,
    pub profile: Profile,
    /// What has no file yet and is written beside the profile, which refers to it by this name alone.
    pub files: Vec<NewFile>,
    /// What goes into the system's keyring, by the field in the profile; empty if every secret is asked for.
    pub secrets: Vec<(String, Secret)>,
}

/// Where a profile, the files beside it and its secrets were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedProfile {
    pub path: PathBuf,
    pub files: Vec<PathBuf>,
    /// The fields whose secrets are in the keyring, with their names there.
    pub secrets: Vec<(String, String)>,
    /// Why something is left in the keyring that the profile does not name any more.
    pub left: Option<Problem>,
}

/// A profile as the list of recent ones shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    pub path: PathBuf,
    pub seen: Result<Seen, Problem>,
}

/// What is seen of a profile from afar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub cloud: CloudKind,
    pub name: Option<String>,
}

/// Puts a path in front of the recent ones. One that is no Unicode cannot be written down and is not remembered.
pub fn remember(recent: &mut Vec<PathBuf>, path: &Path) {
    if path.to_str().is_some() {
        recent.retain(|known| known != path);
        recent.insert(0, path.to_owned());
        recent.truncate(MOST_RECENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_path_comes_first_and_eight_are_remembered_once_each() {
        let mut recent = Vec::new();
        (0..10).for_each(|number| remember(&mut recent, Path::new(&format!("/{number}.json"))));
        remember(&mut recent, Path::new("/5.json"));
        assert_eq!(recent.len(), 8);
        assert_eq!((recent[0].as_path(), recent[1].as_path()), (Path::new("/5.json"), Path::new("/9.json")));
    }
}
