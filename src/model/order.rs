//! What the window may ask of the shell, and what it is told: the whole border between the two. Plain values over
//! channels; neither side ever waits for the other.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::badge::Badge;
use super::log::{MemoryTape, Tape};
use super::profiles::{Glance, OpenedProfile, ProfileDraft, SavedProfile};
use crate::at;
use crate::credential::make::{Made, Wanted};
use crate::macros::KeptValues;
use crate::moment::{Moment, UnixTime};
use crate::problem::Problem;
use crate::profile::{CloudKind, Materials, Profile};
use crate::secret::Secret;
use crate::session::{Event, FlowControl, LineEnd, LineSettings, Wish};

/// The window's end of the channels to the shell.
pub trait Handle {
    /// Hands an order over; never waits.
    fn send(&mut self, order: Order);
    /// The next piece of news, if any.
    fn poll(&mut self) -> Option<News>;
    /// How many pieces of news wait to be polled, as far as that is known.
    fn waiting(&self) -> usize {
        0
    }
    /// The clock that events are stamped by.
    fn now(&self) -> Moment;
    /// The date, for certificates and tokens.
    fn date(&self) -> UnixTime;
    /// A handle on the same clock that leads to another module.
    fn another(&self) -> Box<dyn Handle>;
    /// A new tape for everything that the window is to remember; in memory unless the shell has something better.
    fn tape(&mut self) -> Box<dyn Tape> {
        Box::new(MemoryTape::default())
    }
}

/// What the window asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// List the ports; also answered whenever a list is asked for again.
    ListPorts,
    Connect(Connection),
    /// Search the ports for a module, this one first; answered with [`News::Search`].
    FindModule {
        first: Connection,
        /// Ports on which other modules are open.
        except: Vec<PortName>,
    },
    Disconnect,
    Wish(Wish),
    /// From now on this text must not be shown.
    Hide(Secret),
    /// Read a file a person named; answered with [`News::File`] for the same purpose.
    ReadFile {
        purpose: String,
        path: PathBuf,
    },
    /// Open a locked file with its password; answered with [`News::Unlocked`] for the same purpose.
    Unlock {
        purpose: String,
        content: FileContent,
        password: Secret,
    },
    /// Let the person choose a file in the system's own dialog, then read it.
    ChooseFile {
        purpose: String,
        title: String,
    },
    /// Write files down, all of them or none; answered with [`News::Saved`] for the same purpose, or as a dialog is.
    SaveFiles {
        purpose: String,
        place: Place,
        files: Vec<NewFile>,
        existing: Existing,
    },
    /// Add bytes at the end of a file that is there; answered with [`News::Appended`] for the same purpose. Whoever asks
    /// waits for the answer before the next part, so that parts keep their order and none pile up.
    AppendFile {
        purpose: String,
        path: PathBuf,
        bytes: Vec<u8>,
        part: Part,
    },
    /// Read a capture, which may be large; answered with [`News::File`] for the purpose
    /// [`OPEN_CAPTURE`](super::OPEN_CAPTURE), or as a dialog is.
    OpenCapture(Place),
    /// Open a profile with all that it refers to; answered with [`News::Profile`], or as a dialog is.
    OpenProfile(Place),
    /// Write a profile down; answered with [`News::ProfileSaved`] for the same purpose, or as a dialog is.
    SaveProfile {
        purpose: String,
        place: Place,
        draft: Box<ProfileDraft>,
        existing: Existing,
    },
    /// Say what these profiles are; answered with [`News::Glances`] in the same order.
    Glance(Vec<PathBuf>),
    /// Make keys and certificates, which takes a moment; answered with [`News::Made`] for the same purpose.
    Make {
        purpose: String,
        wanted: Box<Wanted>,
    },
    /// Make, or find again, the values with which the simulated module reaches the make-believe cloud
    /// of this kind.
    Demonstrate(CloudKind),
    /// Send a message from the make-believe cloud to the device, as a trainer at the cloud's console would.
    CloudMessage {
        from: CloudKind,
        payload: Vec<u8>,
    },
    /// Record what crosses the wire from now on in this file, or end that; answered with [`News::Recording`].
    Record(Option<PathBuf>),
    /// Keep the settings for the next start.
    SaveSettings(Settings),
    /// Keep a person's own macros for the next start.
    SaveMacros(String),
    /// Keep a person's own messages for the next start.
    SaveMessages(String),
}

/// Where files are written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The person says so in the system's own dialog: a name for one file, a folder for several.
    Ask { title: String },
    /// A folder; for one file it may be the file's own path.
    At(PathBuf),
}

/// What comes behind bytes that are added to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    More,
    /// Nothing: the answer means that all is on the disk.
    Last,
}

/// A file that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its name without a folder; the person may choose another if it is the only one.
    pub name: String,
    pub content: NewContent,
}

/// What is written, and who may read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewContent {
    Public(String),
    /// For the owner of the file alone.
    Private(Secret),
}

/// What happens to files that have the same names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// They stay, and nothing is written.
    Keep,
    /// The person has agreed that they are replaced.
    Replace,
}

/// A port and how to talk on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    pub port: PortName,
    /// Bits per second.
    pub speed: u32,
    pub flow: FlowControl,
}

impl Connection {
    /// A connection with the settings of a module that was not told otherwise.
    pub fn to(port: PortName) -> Self {
        Self { port, speed: DEFAULT_SPEED, flow: FlowControl::default() }
    }

    /// How the line is set.
    pub const fn line(&self) -> LineSettings {
        LineSettings { speed: self.speed, flow: self.flow }
    }

    /// The same port with the line set like this.
    #[must_use]
    pub fn with_line(self, LineSettings { speed, flow }: LineSettings) -> Self {
        Self { speed, flow, ..self }
    }
}

/// The speed of a module that was not told otherwise (protocol.md §1.1).
pub const DEFAULT_SPEED: u32 = 115_200;

/// Where a module is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PortName {
    /// The module that ships in the program.
    Simulated,
    /// A serial port by the system's name, such as `/dev/ttyUSB0` or `COM4`.
    Serial(String),
    /// A serial port served over TCP, as `host:port`.
    Tcp(String),
}

impl std::fmt::Display for PortName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Simulated => f.write_str("simulated"),
            Self::Serial(path) => f.write_str(path),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
        }
    }
}

impl From<&str> for PortName {
    /// `simulated`, `tcp://host:port`, or else a serial port.
    fn from(text: &str) -> Self {
        match text.strip_prefix("tcp://") {
            _ if text == "simulated" => Self::Simulated,
            Some(address) => Self::Tcp(address.to_owned()),
            None => Self::Serial(text.to_owned()),
        }
    }
}

/// A port that is plugged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Port {
    pub name: PortName,
    /// What the USB device says it is, or what the simulated module is.
    pub description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usb: Option<UsbIds>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsbIds {
    pub vendor: u16,
    pub product: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
}

/// What the window is told.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    Ports(Vec<Port>),
    Session(Event),
    Search(SearchNews),
    File {
        purpose: String,
        result: Result<FileContent, Problem>,
    },
    /// What is in a locked file, as PEM, or why it stays locked.
    Unlocked {
        purpose: String,
        result: Result<FileContent, Problem>,
    },
    /// The dialog was closed without a choice.
    NoFileChosen {
        purpose: String,
    },
    /// The dialog could not be opened; the path field and dropping a file remain.
    DialogFailed {
        purpose: String,
        problem: Problem,
    },
    /// What came of writing files down.
    Saved {
        purpose: String,
        /// Where that was tried: the folder, or the file's own path.
        place: PathBuf,
        /// The files that were written.
        result: Result<Vec<PathBuf>, Problem>,
    },
    /// What came of adding bytes to a file.
    Appended {
        purpose: String,
        result: Result<(), Problem>,
    },
    Made {
        purpose: String,
        result: Result<Box<Made>, Problem>,
    },
    /// A profile was opened, or everything that is wrong with it.
    Profile {
        path: PathBuf,
        result: Result<Box<OpenedProfile>, Vec<Problem>>,
    },
    ProfileSaved {
        purpose: String,
        /// Where that was tried.
        place: PathBuf,
        result: Result<SavedProfile, Problem>,
    },
    Glances(Vec<Glance>),
    Demonstration(Box<Demonstration>),
    /// The file that is being recorded in from now on; `None` if there is none any more.
    Recording(Option<PathBuf>),
    /// Something in the shell went wrong that belongs to no other answer.
    Trouble(Problem),
}

/// How the search over the ports goes on. What happens on each port is told as [`Event::Search`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchNews {
    /// These ports are searched, in this order.
    Began(Vec<Port>),
    /// This one is opened now.
    Opening(Connection),
    /// It is over; a module that was found stays connected.
    Ended,
}

/// A file that was read. Its bytes may be a private key, so they are kept as a secret is.
#[derive(Clone, PartialEq, Eq)]
pub struct FileContent {
    pub path: PathBuf,
    pub bytes: zeroize::Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for FileContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileContent").field("path", &self.path).field("length", &self.bytes.len()).finish()
    }
}

/// What a trainer fills in when no cloud is at hand: a set-up that a make-believe cloud accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demonstration {
    pub profile: Profile,
    /// Its files, which are on no disk, and its secrets.
    pub materials: Materials,
    /// Where messages go to in the end, also after a provisioning.
    pub host: String,
}

/// What is remembered from one start to the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// In points.
    pub window: (f32, f32),
    pub theme: ThemeChoice,
    pub connection: Option<Connection>,
    /// The profiles that were opened or saved last, the newest first.
    pub recent: Vec<PathBuf>,
    /// Commands that were typed, oldest first; none with a secret in it.
    pub history: Vec<String>,
    /// How they end.
    pub line_end: LineEnd,
    /// The names and colours of modules, by their serial numbers.
    pub badges: BTreeMap<String, Badge>,
    /// What was typed for the parameters of macros; none of it a secret.
    pub macro_values: KeptValues,
}

/// The most commands that are kept from one start to the next.
const LONGEST_HISTORY: usize = 500;

impl Settings {
    /// Adds the commands of one console, oldest first, behind those of others; each is kept once.
    pub fn add_history(&mut self, commands: Vec<String>) {
        let of_others = |known: &String| !commands.contains(known) && at::secret_spans(known).is_empty();
        self.history.retain(of_others);
        self.history.extend(commands);
        self.history.drain(..self.history.len().saturating_sub(LONGEST_HISTORY));
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            window: (1280.0, 800.0),
            theme: ThemeChoice::default(),
            connection: None,
            recent: Vec::new(),
            history: Vec::new(),
            line_end: LineEnd::default(),
            badges: BTreeMap::new(),
            macro_values: KeptValues::default(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeChoice {
    #[default]
    System,
    Light,
    Dark,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_commands_of_several_consoles_are_remembered_together_and_without_secrets() {
        let secret = "AT+UWSC=0,8,\"hunter2hunter2\"";
        let mut settings = Settings { history: texts(&["AT+GMM", secret]), ..Settings::default() };
        settings.add_history(texts(&["AT+GMM", "AT+GMR"]));
        settings.add_history(texts(&["AT+GMM", "AT+CGSN"]));
        assert_eq!(settings.history, ["AT+GMR", "AT+GMM", "AT+CGSN"]);
    }

    #[test]
    fn the_history_does_not_grow_without_end() {
        let mut settings = Settings::default();
        settings.add_history((0..LONGEST_HISTORY + 7).map(|number| format!("AT+UDDRP={number}")).collect());
        assert_eq!(settings.history.len(), LONGEST_HISTORY);
        assert_eq!(settings.history.first().map(String::as_str), Some("AT+UDDRP=7"));
    }
}
