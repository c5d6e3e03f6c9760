//! The settings file: JSON in the folder that the system has for such things. A broken file means the defaults.
//! Beside it stand the files of a person's own macros and messages.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::files::{self, Unread};
use crate::macros::{self, Flaw, Macro};
use crate::messages::{self, Message};
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
        self.load_own(&MACROS, |text| macros::parse(text).map_err(|flaws| first(&flaws, Flaw::at_line)))
    }

    /// Keeps a person's own macros for the next start.
    ///
    /// # Errors
    /// [`Kind::FileUnwritable`].
    pub fn save_macros(&self, text: &str) -> Result<(), Problem> {
        files::write_whole(&self.path_of(&MACROS), text)
    }

    /// A person's own messages, and what was wrong with their file. A broken one is put aside, so that nothing of it is
    /// lost when messages are kept again.
    pub fn load_messages(&self) -> (Vec<Message>, Option<Problem>) {
        self.load_own(&MESSAGES, |text| {
            messages::parse(text).map_err(|flaws| first(&flaws, messages::Flaw::at_place))
        })
    }

    /// Keeps a person's own messages for the next start.
    ///
    /// # Errors
    /// [`Kind::FileUnwritable`].
    pub fn save_messages(&self, text: &str) -> Result<(), Problem> {
        files::write_whole(&self.path_of(&MESSAGES), text)
    }

    fn load_own<T>(
        &self,
        own: &Own,
        parse: impl Fn(&str) -> Result<Vec<T>, String>,
    ) -> (Vec<T>, Option<Problem>) {
        let path = self.path_of(own);
        let content = match files::read(&path) {
            Ok(content) => content,
            Err(Unread::Missing { .. }) => return (Vec::new(), None),
            Err(unread) => return (Vec::new(), Some(unread.into())),
        };
        let text = String::from_utf8_lossy(&content.bytes);
        if text.trim().is_empty() {
            return (Vec::new(), None);
        }
        match parse(&text) {
            Ok(found) => (found, None),
            Err(flaw) => {
                let aside = path.with_extension("broken.txt");
                let kept = files::write_whole(&aside, &text);
                let told = |()| put_aside(own, &path, &aside, &flaw);
                (Vec::new(), Some(kept.map_or_else(|problem| problem, told)))
            }
        }
    }

    fn path_of(&self, own: &Own) -> PathBuf {
        self.path.with_file_name(format!("{}.txt", own.what))
    }
}

/// What a person has made, in a file of its own.
struct Own {
    /// What it is, in the plural; also the name of the file.
    what: &'static str,
    /// Where in the window such a file is imported.
    place: &'static str,
}

const MACROS: Own = Own { what: "macros", place: "on the page Macros" };
const MESSAGES: Own = Own { what: "messages", place: "in the pane Traffic" };

fn first<F>(flaws: &[F], told: impl Fn(&F) -> Problem) -> String {
    flaws.first().map(|flaw| told(flaw).to_string()).unwrap_or_default()
}

fn put_aside(own: &Own, path: &Path, aside: &Path, flaw: &str) -> Problem {
    let Own { what, place } = own;
    Problem::new(
        Kind::WrongFile,
        format!("The {what} in {} cannot be understood: {flaw}", path.display()),
        format!("Mend {} and import it {place}", aside.display()),
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
    use crate::model::{Badge, Connection, FlowControl, PortName, ThemeChoice};
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
            badges: [("1".to_owned(), Badge { name: Some("Left bench".to_owned()), hue: 3 })].into(),
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
    fn own_messages_are_found_again_beside_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(&folder.path().join("deep/settings.json"));
        assert_eq!(store.load_messages(), (Vec::new(), None));
        for text in ["# Mine\nform: json\nend: lf\n\n| [{{counter}},\n|  2]\n", ""] {
            store.save_messages(text).unwrap();
            let (found, problem) = store.load_messages();
            assert_eq!((messages::print(&found).as_str(), problem), (text, None));
        }
    }

    #[test]
    fn a_broken_file_of_messages_is_put_aside_and_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(&folder.path().join("settings.json"));
        fs::write(folder.path().join("messages.txt"), "# Mine\n| a {{countr}}\n").unwrap();
        let (found, problem) = store.load_messages();
        let problem = problem.unwrap();
        assert!(found.is_empty() && problem.message.contains("line 2, column 5"), "{problem}");
        store.save_messages("").unwrap();
        let aside = fs::read_to_string(folder.path().join("messages.broken.txt")).unwrap();
        assert_eq!(aside, "# Mine\n| a {{countr}}\n");
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
