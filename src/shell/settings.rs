//! The settings file: JSON in the folder that the system has for such things. A broken file means the defaults.
//! Beside it stands the file of a person's own macros.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::files::{self, Unread};
use crate::macros::{self, Macro};
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

    /// A person's own macros, and what was wrong with their file. A broken one is put aside, so that nothing of it is
    /// lost when macros are kept again.
    pub fn load_macros(&self) -> (Vec<Macro>, Option<Problem>) {
        let path = self.macros_path();
        let content = match files::read(&path) {
            Ok(content) => content,
            Err(Unread::Missing { .. }) => return (Vec::new(), None),
            Err(unread) => return (Vec::new(), Some(unread.into())),
        };
        let text = String::from_utf8_lossy(&content.bytes);
        if text.trim().is_empty() {
            return (Vec::new(), None);
        }
        match macros::parse(&text) {
            Ok(macros) => (macros, None),
            Err(flaws) => {
                let aside = path.with_extension("broken.txt");
                let kept = files::write_whole(&aside, &text);
                let flaw = flaws.first().map(|flaw| flaw.at_line().to_string()).unwrap_or_default();
                (Vec::new(), Some(kept.map_or_else(|problem| problem, |()| put_aside(&path, &aside, &flaw))))
            }
        }
    }

    /// Keeps a person's own macros for the next start.
    ///
    /// # Errors
    /// [`Kind::FileUnwritable`].
    pub fn save_macros(&self, text: &str) -> Result<(), Problem> {
        files::write_whole(&self.macros_path(), text)
    }

    fn macros_path(&self) -> PathBuf {
        self.path.with_file_name("macros.txt")
    }
}

fn put_aside(path: &Path, aside: &Path, flaw: &str) -> Problem {
    Problem::new(
        Kind::WrongFile,
        format!("The macros in {} cannot be understood: {flaw}", path.display()),
        format!("Mend {} and import it on the page Macros", aside.display()),
    )
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
    use crate::macros::{KeptValues, Values};
    use crate::model::{Connection, FlowControl, PortName, ThemeChoice};
    use crate::session::LineEnd;

    #[test]
    fn settings_are_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(&folder.path().join("deep/settings.json"));
        assert_eq!(store.load(), (Settings::default(), None));
        let port = PortName::Serial("/dev/ttyUSB0".to_owned());
        let connection = Some(Connection { port, speed: 921_600, flow: FlowControl::None });
        let found = macros::parse("# Ping\nparam: host\n\nAT+UPING={host}\n").unwrap();
        let mut macro_values = KeptValues::default();
        let mut values = Values::default();
        values.set("host", "10.0.0.1");
        macro_values.keep(&found[0], &values);
        let settings = Settings {
            window: (800.0, 600.0),
            theme: ThemeChoice::Dark,
            connection,
            recent: vec!["/lab.json".into()],
            history: vec!["AT+GMM".to_owned()],
            line_end: LineEnd::Lf,
            macro_values,
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
    fn own_macros_are_found_again_beside_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(&folder.path().join("deep/settings.json"));
        assert_eq!(store.load_macros(), (Vec::new(), None));
        for text in ["# Mine\n\nAT+GMM\n", ""] {
            store.save_macros(text).unwrap();
            let (found, problem) = store.load_macros();
            assert_eq!((macros::print(&found).as_str(), problem), (text, None));
        }
    }

    #[test]
    fn a_broken_file_of_macros_is_put_aside_and_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(&folder.path().join("settings.json"));
        fs::write(folder.path().join("macros.txt"), "# Mine\nhello\n").unwrap();
        let (found, problem) = store.load_macros();
        let problem = problem.unwrap();
        assert!(found.is_empty() && problem.message.contains("line 2"), "{problem}");
        store.save_macros("").unwrap();
        let aside = fs::read_to_string(folder.path().join("macros.broken.txt")).unwrap();
        assert_eq!(aside, "# Mine\nhello\n");
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
