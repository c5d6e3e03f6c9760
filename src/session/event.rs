//! What a session tells: everything that crossed the wire, and what it means. Events carry no secrets.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::LineSettings;
use crate::edm;
use crate::module::{
    CredentialKind, DefaultPeer, Identity, LinkDownReason, ListedPeer, NetworkStatus, OwnAccessPoint,
    PingReply, Report, ScanEntry, Server, StoredCredential,
};
use crate::moment::Moment;
use crate::plan::Mode;
use crate::problem::Problem;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Something crossed the wire.
    Wire(Wire),
    /// A packet of extended data mode crossed the wire that carries no payload; told before what is in it.
    Packet(Framed),
    /// The serial line was opened, lost or closed.
    Line(LineEvent),
    /// The mode is known now, or not known any more.
    Mode(Option<Mode>),
    /// The module has said what it is.
    Identified(Box<Identity>),
    /// The module restarted.
    Restarted,
    /// No module answers.
    Silent(Problem),
    Wifi(WifiEvent),
    Peer(PeerEvent),
    Plan(PlanEvent),
    Store(StoreEvent),
    Macro(MacroEvent),
    /// A typed command, secrets as dots, to whose answer no end came: in the time that it may take, or before a restart.
    Unanswered(String),
    Search(SearchEvent),
    /// What the module says of itself.
    Reported(Box<Report>),
    /// Module and port talk like this now.
    LineSet(LineSettings),
    Ping(PingEvent),
    /// Which peers, servers and access point are configured.
    Reach(Box<Reach>),
    /// A wish that cannot be granted.
    Refused(Problem),
    /// What the session is busy with from now on.
    Activity(Activity),
}

/// One line, frame or burst on the wire, with its secrets as dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wire {
    /// When its last byte was read or handed over for writing.
    pub at: Moment,
    pub direction: Direction,
    pub kind: WireKind,
    /// Without line ends for text, as it is for data.
    pub bytes: Vec<u8>,
}

impl Wire {
    /// Its text: UTF-8, with marks in place of what is not.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

/// A packet of extended data mode, its text without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framed {
    /// When its last byte was read or handed over for writing.
    pub at: Moment,
    pub direction: Direction,
    pub packet: edm::Packet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the computer to the module.
    Sent,
    /// From the module to the computer.
    Received,
}

/// What something on the wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WireKind {
    Command,
    Echo,
    /// An information line of an answer.
    Answer,
    Ok,
    Error,
    Unsolicited,
    /// The module's `>`.
    Prompt,
    /// The content of a certificate or key; its bytes are never shown, only how many there were.
    Upload,
    /// Payload in data mode, or of a channel in extended data mode.
    Data {
        channel: Option<u8>,
    },
    /// Bytes with no meaning in the present mode.
    Noise,
    /// A packet of extended data mode that carries neither text nor payload, in words.
    Packet,
}

/// What became of the serial line.
#[derive(Clone, Debug, PartialEq)]
pub enum LineEvent {
    Opened,
    Closed,
    Lost(Problem),
}

/// What is known of the module's Wi-Fi.
#[derive(Clone, Debug, PartialEq)]
pub enum WifiEvent {
    /// The link to an access point is up.
    LinkUp {
        bssid: String,
        channel: u8,
    },
    LinkDown(LinkDownReason),
    /// The station is on this network.
    Network {
        ssid: String,
    },
    /// The station has this address.
    Address(IpAddr),
    /// The network is down; there is no address any more.
    Down,
    /// Signal strength in dBm.
    Signal(i16),
    /// The network layer is up: told once for each address family or step of its configuration (protocol.md §6.5).
    NetworkUp,
    /// What the module says of its addresses.
    Status(Vec<NetworkStatus>),
    /// Every access point that the module sees.
    Scanned(Vec<ScanEntry>),
}

/// How pings go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PingEvent {
    Started {
        host: String,
        of: u32,
    },
    Reply(PingReply),
    /// With the module's code (protocol.md §10).
    Failed {
        code: u32,
    },
    Ended,
}

/// What became of a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerEvent {
    Connected {
        handle: u32,
        channel: Option<u8>,
        remote: Option<SocketAddr>,
    },
    /// A peer that was connected before extended data mode began has this channel there.
    Channel {
        handle: u32,
        channel: u8,
    },
    Disconnected {
        handle: u32,
    },
}

/// How a plan goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanEvent {
    Started {
        of: usize,
    },
    /// Step `index` (from 0) has this state now.
    Step {
        index: usize,
        state: StepState,
        elapsed: Duration,
    },
    Finished(PlanResult),
}

#[derive(Clone, Debug, PartialEq)]
pub enum StepState {
    Running,
    /// Running for the second time or more.
    TryingAgain {
        attempt: u8,
        because: Problem,
    },
    Done,
    Skipped,
    Failed(Problem),
}

#[derive(Clone, Debug, PartialEq)]
pub enum PlanResult {
    /// Everything is done; values that a cloud gave, by name.
    Done {
        bound: Vec<(String, String)>,
    },
    Failed(Problem),
    Cancelled,
}

/// What is stored on the module, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreEvent {
    /// Everything that is stored now.
    Listed(Vec<StoredCredential>),
    /// The port has taken so many bytes of the upload under way.
    Written {
        bytes: usize,
        of: usize,
    },
    /// The upload is stored under this name; its MD5 as the module reported it is the expected one, where that is known.
    Stored {
        kind: CredentialKind,
        name: String,
        md5: Option<String>,
    },
    /// The same content is stored under this name, so nothing was uploaded.
    AlreadyThere {
        kind: CredentialKind,
        name: String,
    },
    Removed {
        kind: CredentialKind,
        name: String,
    },
    /// What was to be done with the store has failed.
    Failed(Problem),
}

/// What is configured on the module to reach others and to be reached. `None`: the module did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub peers: Vec<ListedPeer>,
    pub default_peers: Option<Vec<DefaultPeer>>,
    pub servers: Option<Vec<Server>>,
    pub access_point: Option<OwnAccessPoint>,
}

/// How a macro goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum MacroEvent {
    Started {
        name: String,
        of: usize,
    },
    /// Step `index` (from 0) is under way.
    Step {
        index: usize,
        doing: Doing,
    },
    Finished(MacroResult),
}

/// What a step of a macro is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doing {
    /// A command was sent, secrets as dots; its answer is waited for.
    Sending(String),
    /// A line with this text is waited for.
    Waiting(String),
    Pausing(Duration),
    Restarting,
}

/// How a macro ended.
#[derive(Clone, Debug, PartialEq)]
pub enum MacroResult {
    /// Everything is done; so many commands were refused by the module, which was allowed.
    Done {
        refused: usize,
    },
    Failed(Problem),
    Cancelled,
}

/// How the search for the settings of the line goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchEvent {
    /// This is tried now.
    Trying {
        line: LineSettings,
        attempt: SearchAttempt,
    },
    /// What was heard with these settings.
    Tried {
        line: LineSettings,
        heard: Heard,
    },
    /// What is sent next could reach a cloud: the search waits for a [`Consent`].
    Asks(Doubt),
    Ended(SearchResult),
}

/// Why somebody could be in data mode, at another speed than those that were tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Nothing is heard: a module in data mode is silent while its cloud is.
    Silence,
    /// Bytes come that no module in command mode says: they may be messages of a cloud.
    Talk,
}

impl Doubt {
    /// It in words, with what it means.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Silence => {
                "Nothing answers at this speed, and a module in data mode at another speed would be as silent"
            }
            Self::Talk => {
                "Something talks here, as a module in data mode does while its cloud sends messages"
            }
        }
    }
}

/// What becomes of a port where what is sent next could reach a cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// The search may send, here and on further ports.
    GoOn,
    /// Nothing more is sent on this port.
    LeavePort,
}

/// A way to make a module speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchAttempt {
    /// Wait for what comes by itself.
    Listen,
    /// `+++`, which leads out of data mode.
    Escape,
    /// `AT` in a form that command mode and extended data mode answer.
    Ask,
    /// `AT`, to a module that is known to be in command mode.
    Command,
    /// The rest of an upload that was broken off.
    Pad,
}

/// What was heard; what tells more is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Heard {
    /// The port cannot be set like this.
    NotPossible,
    Nothing,
    /// Bytes that are no text.
    Garbage,
    /// Text that no module in command mode would answer with.
    Text,
    /// What a module's ROM says when it starts.
    Boot,
}

impl Heard {
    /// It in a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotPossible => "not possible",
            Self::Nothing => "no answer",
            Self::Garbage => "no text",
            Self::Text => "other text",
            Self::Boot => "boot text",
        }
    }

    /// What it means that no more than this was heard at any speed.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NotPossible | Self::Nothing => "Nothing came back at any speed",
            Self::Garbage => "Bytes came back, but no text at any speed",
            Self::Text => "Something talks here, but not as a module does",
            Self::Boot => "A module starts here, but does not answer",
        }
    }

    /// What to do then.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NotPossible | Self::Nothing => {
                "Check that the module has power and the cable is in place. With wires of your own, cross TX and RX, \
                 and lead RTS of the computer to CTS of the module: it says nothing while that is not asserted."
            }
            Self::Garbage => {
                "The module may use a speed that was not tried, or parity. Choose that speed and connect, or reset the \
                 module to factory settings. With wires of your own, check that both ends share their ground."
            }
            Self::Text => "It may be another device, or a plug that leads TX back to RX. Try another port.",
            Self::Boot => {
                "If the text comes again and again, the module restarts all the time: check its power supply. If it came \
                 once, the module may use another speed after its start: search again."
            }
        }
    }
}

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchResult {
    /// A module answers, and the line is set like this.
    Found(LineSettings),
    /// None does; the most that was heard.
    Nobody(Heard),
    /// The port was left, as was wished.
    Left,
    Cancelled,
}

/// What the session is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activity {
    Nothing,
    /// Finding out whether and how the module answers.
    Finding,
    /// Finding out how the line is to be set.
    Searching,
    /// Changing the mode of the line.
    Switching,
    Plan,
    /// Playing a macro.
    Playing,
    /// Asking what the module says of itself.
    Asking,
    /// Changing settings of the module.
    Changing,
    /// Pinging a host, or leaving a network.
    Networking,
    /// Looking which peers are configured, or closing one.
    Reaching,
    /// Looking which Wi-Fi networks there are.
    Scanning,
    /// Looking at what is stored on the module, adding to it or taking from it.
    Storing,
    /// Bringing the module back to a prompt after a cancelled plan.
    TidyingUp,
}
