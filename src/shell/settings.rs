//! The settings file: JSON in the folder that the system has for such things. A broken file means the defaults.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::files::{self, Unread};
use crate::model::Settings;
use crate::problem::{Kind, Problem};

/// Where the settings are kept.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
}

impl Store {
    /// The file of the person who runs the program; `None` if the system knows no home for them.
    pub fn of_user() -> Option<Self> {
        ProjectDirs::from("", "", "xpress-center")
            .map(|folders| Self::at(&folders.config_dir().join("settings.json")))
    }

    /// This file.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The settings as they were kept, or the defaults, and what was wrong with the file.
    pub fn load(&self) -> (Settings, Option<Problem>) {
        let content = match files::read(&self.path) {
            Ok(content) => content,
            Err(Unread::Missing { .. }) => return (Settings::default(), None),
            Err(unread) => return (Settings::default(), Some(unread.into())),
        };
        match serde_json::from_slice(&content.bytes) {
            Ok(settings) => (settings, None),
            Err(error) => (Settings::default(), Some(broken(&self.path, &error))),
        }
    }

    /// Keeps the settings for the next start.
    ///
    /// # Errors
    /// [`Kind::FileUnwritable`].
    pub fn save(&self, settings: &Settings) -> Result<(), Problem> {
        let text = serde_json::to_string_pretty(settings).map_err(|error| {
            Problem::new(Kind::Internal, format!("The settings cannot be written: {error}"), "Report this")
        })?;
        files::write_whole(&self.path, &(text + "\n"))
    }
}

fn broken(path: &Path, error: &serde_json::Error) -> Problem {
    Problem::new(
        Kind::WrongFile,
        format!("The settings in {} cannot be understood: {error}", path.display()),
        "The program goes on with the defaults and writes the file anew",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "the shell is where files are touched")]

    use std::fs;

    use super::*;
    use crate::model::{Connection, FlowControl, PortName, ThemeChoice};

    #[test]
    fn settings_are_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(&folder.path().join("deep/settings.json"));
        assert_eq!(store.load(), (Settings::default(), None));
        let port = PortName::Serial("/dev/ttyUSB0".to_owned());
        let connection = Some(Connection { port, speed: 921_600, flow: FlowControl::None });
        let settings = Settings {
            window: (800.0, 600.0),
            theme: ThemeChoice::Dark,
            connection,
            recent: vec!["/lab.json".into()],
            history: vec!["AT+GMM".to_owned()],
        };
        store.save(&settings).unwrap();
        assert_eq!(store.load(), (settings, None));
    }

    #[test]
    fn a_broken_file_means_the_defaults_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        for broken in ["", "{", r#"{"theme":"pink"}"#, "[1]"] {
            fs::write(&path, broken).unwrap();
            let (settings, problem) = Store::at(&path).load();
            assert_eq!(settings, Settings::default());
            assert_eq!(problem.unwrap().kind, Kind::WrongFile, "{broken}");
        }
    }

    #[test]
    fn keys_of_another_version_do_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(&path, r#"{"theme":"light","future":[1]}"#).unwrap();
        let (settings, problem) = Store::at(&path).load();
        assert_eq!((settings.theme, problem), (ThemeChoice::Light, None));
    }
}
