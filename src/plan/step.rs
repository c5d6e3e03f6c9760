//! The vocabulary of a plan: steps, what they do, and the questions that say whether it is done already.
//! Values only; how a step is carried out stands in `session::runner`.

use std::time::Duration;

use super::text::{BoundType, Hole, Text};
use crate::at;
use crate::module::CredentialKind;
use crate::problem::Problem;
use crate::secret::Secret;

/// One thing a person would recognise as done or not done.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does, as an imperative without a full stop.
    pub title: String,
    /// How far the module is once the step is done.
    pub stage: Stage,
    /// If this holds, the step is skipped.
    pub already: Option<Question>,
    pub act: Vec<Act>,
    /// What must hold once `act` is done.
    pub verify: Option<Question>,
    /// How often it is tried before it counts as failed.
    pub tries: Tries,
}

impl Step {
    /// A step that is tried once, is never skipped and needs no proof beyond its own answers.
    pub fn new(stage: Stage, title: impl Into<String>, act: Vec<Act>) -> Self {
        Self { title: title.into(), stage, already: None, act, verify: None, tries: Tries::ONCE }
    }

    /// The same step, skipped when `question` is answered with yes.
    #[must_use]
    pub fn unless(self, question: Question) -> Self {
        Self { already: Some(question), ..self }
    }

    /// The same step, proved by `question`.
    #[must_use]
    pub fn proved_by(self, question: Question) -> Self {
        Self { verify: Some(question), ..self }
    }

    /// The same step, tried as often as `tries` says.
    #[must_use]
    pub fn tried(self, tries: Tries) -> Self {
        Self { tries, ..self }
    }

    /// Its AT commands as they may be shown.
    pub fn shown_commands(&self) -> Vec<String> {
        self.act.iter().flat_map(Act::shown_commands).collect()
    }
}

/// How often something is tried, and how long to wait between two tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    pub most: u8,
    /// The next try starts after this, or earlier when the module reports that its network came up.
    pub pause: Duration,
}

impl Tries {
    pub const ONCE: Self = Self { most: 1, pause: Duration::ZERO };
}

/// How far a module is on its way to the cloud, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    Known,
    Credentials,
    Wifi,
    Address,
    Cloud,
    Finish,
}

/// A peer of the plan, by the name the plan gives it.
pub type PeerName = &'static str;

/// One thing that is done. Everything is plain data.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A command that must be answered with `OK`.
    Command { text: Text, limit: Duration },
    /// A certificate or key, sent after the module's prompt.
    Upload(Upload),
    /// Leaves whatever network the station is on.
    LeaveNetwork,
    /// Activates a Wi-Fi configuration and waits for link and address.
    JoinNetwork { configuration: u8, ssid: String, limit: Duration },
    /// Closes every peer that is open.
    CloseAllPeers,
    /// Takes back until the next restart the default peer that an earlier set-up may have stored: data mode connects it,
    /// and it would get everything that is meant for another peer (protocol.md §4, §9).
    ForgetDefaultPeer,
    /// `AT+UDCP`, and waiting until the peer is connected. A module gives no reason when it is not: `refused` names those
    /// that are likely with this cloud and this proof.
    Open { peer: PeerName, url: Text, limit: Duration, refused: Problem },
    /// One message on a peer's publish topic: in a packet of extended data mode, or in data mode, where it has to be the
    /// only peer.
    Publish { peer: PeerName, body: Text },
    /// Waits for a message on a peer and goes on as the first case that fits says.
    Await { peer: PeerName, limit: Duration, cases: Vec<Case> },
    /// Carries out `acts` until a case says otherwise, at most `at_most` times.
    Repeat { acts: Vec<Act>, pause: Duration, at_most: u32, exhausted: Problem },
    /// Closes one peer.
    Close { peer: PeerName },
    /// Changes the mode of the serial line.
    Enter(Mode),
    /// Restarts the module and waits until it answers again.
    Restart,
}

/// What [`Act::ForgetDefaultPeer`] sends: an empty URL clears (protocol.md §8.3).
pub const FORGET_DEFAULT_PEER: &str = "AT+UDDRP=0,\"\",0";

impl Act {
    /// Its AT commands as they may be shown.
    pub fn shown_commands(&self) -> Vec<String> {
        match self {
            Self::Command { text, .. } => vec![text.shown()],
            Self::Upload(upload) => vec![upload.command().shown().to_owned()],
            Self::LeaveNetwork => vec!["AT+UWSCA=0,4".to_owned()],
            Self::JoinNetwork { configuration, .. } => vec![format!("AT+UWSCA={configuration},3")],
            Self::CloseAllPeers => vec!["AT+UDLP?".to_owned()],
            Self::ForgetDefaultPeer => vec![FORGET_DEFAULT_PEER.to_owned()],
            Self::Open { url, .. } => vec![Text::new("AT+UDCP=").shown() + &url.shown()],
            Self::Publish { .. } | Self::Await { .. } => Vec::new(),
            Self::Repeat { acts, .. } => acts.iter().flat_map(Self::shown_commands).collect(),
            Self::Close { peer } => vec![format!("AT+UDCPC=<{peer}>")],
            Self::Enter(mode) => vec![mode.command().to_owned()],
            Self::Restart => vec!["AT+CPWROFF".to_owned()],
        }
    }

    /// The secrets it will send.
    pub fn secrets(&self) -> Vec<Secret> {
        match self {
            Self::Command { text, .. } | Self::Open { url: text, .. } | Self::Publish { body: text, .. } => {
                text.secrets().collect()
            }
            Self::Upload(upload) => upload.secrets(),
            Self::Repeat { acts, .. } => acts.iter().flat_map(Self::secrets).collect(),
            Self::LeaveNetwork
            | Self::JoinNetwork { .. }
            | Self::CloseAllPeers
            | Self::ForgetDefaultPeer
            | Self::Await { .. }
            | Self::Close { .. }
            | Self::Enter(_)
            | Self::Restart => Vec::new(),
        }
    }
}

/// A certificate or key on its way into a module (protocol.md §7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub kind: CredentialKind,
    /// Its name on the module.
    pub name: String,
    pub pem: Secret,
    /// What opens it, if it is an encrypted key.
    pub password: Option<Secret>,
    /// What the module will report, where that is known beforehand.
    pub md5: Option<String>,
}

impl Upload {
    /// The command that starts it: `AT+USECMNG=0,<type>,<name>,<size>[,<password>]` (protocol.md §7.1).
    pub fn command(&self) -> at::Command {
        let command = at::Command::new(&format!("AT+USECMNG=0,{},", self.kind.code()))
            .quoted(&self.name)
            .plain(&format!(",{}", self.pem.reveal().len()));
        match &self.password {
            Some(password) => command.plain(",").quoted_secret(password),
            None => command,
        }
    }

    /// The secrets it will send.
    pub fn secrets(&self) -> Vec<Secret> {
        match self.kind {
            CredentialKind::PrivateKey => self.password.iter().cloned().chain(key_lines(&self.pem)).collect(),
            CredentialKind::TrustedRoot | CredentialKind::Certificate => Vec::new(),
        }
    }
}

/// The lines of a key's body: each is a secret of its own, because a module may echo them one by one.
fn key_lines(pem: &Secret) -> impl Iterator<Item = Secret> + '_ {
    pem.reveal().lines().filter(|line| !line.starts_with("-----") && !line.is_empty()).map(Secret::new)
}

/// The modes of the serial line (protocol.md §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    Command,
    Data,
    Extended,
}

impl Mode {
    /// What is sent to get there.
    pub const fn command(self) -> &'static str {
        match self {
            Self::Command => "+++",
            Self::Data => "ATO1",
            Self::Extended => "ATO2",
        }
    }

    /// Its name for a person.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Data => "data",
            Self::Extended => "extended data",
        }
    }
}

/// Something that is answered with yes or no: by the module, or by what it and the cloud have said so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Is this very certificate or key stored under this name? Told by its MD5.
    Stored { kind: CredentialKind, name: String, md5: String },
    /// Is something stored under this name?
    Present { kind: CredentialKind, name: String },
    /// Is the station on this network with this configuration, with an address?
    Joined { configuration: u8, ssid: String },
    /// Is the line out of extended data mode?
    OutOfPackets,
    /// Has an answer filled this hole already?
    Known(Hole),
}

impl Question {
    /// What is asked, for showing: what can say yes.
    pub fn shown(&self) -> String {
        match self {
            Self::Stored { kind, name, .. } => format!("AT+USECMNG=4,{},{}", kind.code(), at::quote(name)),
            Self::Present { .. } => "AT+USECMNG=3".to_owned(),
            Self::Joined { .. } => "AT+UWSSTAT=3".to_owned(),
            Self::OutOfPackets => "the mode of the line".to_owned(),
            Self::Known(hole) => format!("an answer with <{hole}>"),
        }
    }
}

/// When a message has these JSON fields, bind those, then go on as `then` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// JSON pointers (RFC 6901) and what must stand there; all must agree.
    pub when: Vec<(&'static str, Is)>,
    pub bind: Vec<Bind>,
    pub then: Then,
}

/// What a JSON value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// This text.
    Text(&'static str),
    /// A text, but not this one.
    OtherThan(&'static str),
    /// A whole number from the one to the other.
    Within(i64, i64),
}

/// Takes the text at a JSON pointer into a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bind {
    pub pointer: &'static str,
    pub hole: Hole,
    pub kind: BoundType,
}

/// How a plan goes on after a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Then {
    /// With the next act.
    Go,
    /// With the next turn of the repeat around it.
    Again,
    /// Behind the repeat around it.
    Done,
    /// Not at all.
    Fail(Problem),
}
