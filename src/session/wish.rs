//! What may be wished of a session.

use serde::{Deserialize, Serialize};

use super::{Change, Consent};
use crate::macros::Script;
use crate::module::CredentialKind;
use crate::plan::{Mode, Plan, Upload};

/// What a person, or a program on their behalf, wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// Find out whether and how the module answers, and what it is.
    Find,
    /// Send a command as it was typed, without line end.
    Send(String),
    /// End commands that are typed like this from now on.
    EndLines(LineEnd),
    /// Send payload: to all peers in data mode, on a channel in extended data mode.
    SendData { channel: Option<u8>, data: Vec<u8> },
    /// Change the mode of the line.
    Enter(Mode),
    /// Send `+++` with its guard times, whatever the mode is taken to be, and tell what came of it.
    Escape,
    /// Restart the module and find it again.
    Restart,
    /// Restart the module, find it again and bring it into this mode: the way out of extended data mode.
    RestartInto(Mode),
    /// Carry out a plan.
    Run(Plan),
    /// Play a macro.
    Play(Script),
    /// Tell everything that the module says of itself.
    Report,
    /// Change a setting of the module.
    Change(Change),
    /// Tell which Wi-Fi networks the module sees.
    Scan,
    /// Tell signal and addresses of the station; makes nobody wait.
    Look,
    /// Leave the Wi-Fi network.
    LeaveNetwork,
    /// Ping this host.
    Ping(String),
    /// Tell which peers, default peers, servers and access point are configured.
    ListReach,
    /// Close the peer with this handle.
    ClosePeer(u32),
    /// Tell what is stored on the module.
    ListStored,
    /// Store a certificate or key, unless its content is stored already.
    Store(Upload),
    /// Remove what is stored under this name.
    RemoveStored { kind: CredentialKind, name: String },
    /// Answer the search that asks; without a question it means nothing.
    Answer(Consent),
    /// Stop what is under way: once, and the module is brought back to a prompt; twice, and the line is dropped.
    Cancel,
}

/// How a typed command ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineEnd {
    /// What modules expect (register S3).
    #[default]
    Cr,
    CrLf,
    Lf,
}

impl LineEnd {
    /// Its bytes.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Cr => b"\r",
            Self::CrLf => b"\r\n",
            Self::Lf => b"\n",
        }
    }
}
