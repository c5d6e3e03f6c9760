//! What a make-believe module is and the state it is found in. It is data only; behaviour lives elsewhere.

use super::faults::Faults;
use crate::module::{CredentialKind, Firmware, Model};
use crate::moment::UnixTime;
use crate::secret::Secret;

/// Everything that is decided about a module before it gets its first byte.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The model, such as `NINA-W152`.
    pub model: Model,
    /// The firmware, which decides what the module can do (protocol.md §11).
    pub firmware: Firmware,
    /// The Wi-Fi networks in reach.
    pub access_points: Vec<AccessPoint>,
    /// Whether the module takes its time.
    pub timing: Timing,
    /// What goes wrong.
    pub faults: Faults,
    /// The date at [`crate::moment::Moment::START`], by which server certificates are judged.
    pub wall_clock_at_start: UnixTime,
    /// The state the module is found in.
    pub start: Start,
}

impl Settings {
    /// A healthy module at factory settings, in command mode, out of reach of any network, in real time.
    pub fn new(model: Model, firmware: Firmware, wall_clock_at_start: UnixTime) -> Self {
        Self {
            model,
            firmware,
            access_points: Vec::new(),
            timing: Timing::Real,
            faults: Faults::default(),
            wall_clock_at_start,
            start: Start::default(),
        }
    }
}

/// A Wi-Fi network in reach of the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPoint {
    /// Its name, up to 32 bytes.
    pub ssid: String,
    /// What it wants of whoever joins.
    pub protection: Protection,
}

impl AccessPoint {
    /// One with a passphrase.
    pub fn with_passphrase(ssid: &str, passphrase: &str) -> Self {
        Self { ssid: ssid.to_owned(), protection: Protection::Passphrase(Secret::new(passphrase)) }
    }
}

/// How a network is protected. The certificate of an enterprise network is known by the root it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Anybody may join.
    Open,
    /// WPA2 with this passphrase.
    Passphrase(Secret),
    /// A user with a password, in PEAP. A domain is taken and not looked at.
    Peap {
        user: String,
        password: Secret,
        /// DER.
        root: Vec<u8>,
    },
    /// A client certificate of this issuer, with its key, in EAP-TLS. The user is not looked at: whether a module has to
    /// have one is not known (protocol.md §6.8).
    EapTls {
        /// DER.
        issuer: Vec<u8>,
        /// DER.
        root: Vec<u8>,
    },
}

/// How long the module takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// As long as a real one (protocol.md §0.1).
    #[default]
    Real,
    /// A hundredth of that. The guard times of `+++` stay, they belong to the host.
    Fast,
}

/// The state a module is found in: switched on a while ago and used by somebody before.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The mode it is in, which is also the one it starts in after a restart.
    pub mode: Mode,
    /// Whether it echoes commands; not stored, a restart brings the echo back.
    pub echo: Echo,
    /// The line settings it uses and has stored.
    pub line: LineSettings,
    /// Certificates and keys it has stored. What a module would refuse is left out.
    pub stored: Vec<Stored>,
    /// The SSID of the access point it has joined, with configuration 0 not stored; no enterprise network.
    pub joined: Option<String>,
}

/// The modes of a module's serial port (protocol.md §4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// AT commands in, answers out.
    #[default]
    Command,
    /// A transparent pipe to all peers.
    Data,
    /// Extended data mode: packets.
    Edm,
}

/// Whether commands are sent back as they arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Echo {
    /// They are, the factory setting.
    #[default]
    On,
    /// They are not.
    Off,
}

/// A certificate or key in a module.
#[derive(Clone, Debug)]
pub struct Stored {
    /// What it is.
    pub kind: CredentialKind,
    /// Its internal name, up to 32 characters.
    pub name: String,
    /// The text as it would be uploaded.
    pub pem: Secret,
}

/// How bytes travel on a serial line, at one of its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSettings {
    /// Bits per second.
    pub baud_rate: u32,
    /// What keeps the other side from sending too fast.
    pub flow_control: FlowControl,
    /// Stop bits, 1 or 2.
    pub stop_bits: u8,
    /// The parity bit.
    pub parity: Parity,
}

impl Default for LineSettings {
    /// The factory setting of every module: 115200, 8N1, CTS/RTS (protocol.md §1.1).
    fn default() -> Self {
        Self { baud_rate: 115_200, flow_control: FlowControl::CtsRts, stop_bits: 1, parity: Parity::None }
    }
}

impl LineSettings {
    /// Whether an end with these settings reads what an end with those writes. Flow control and a longer pause
    /// between bytes change nothing about the bytes themselves.
    pub fn understands(self, other: Self) -> bool {
        self.baud_rate == other.baud_rate && self.parity == other.parity
    }
}

/// Flow control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowControl {
    /// By the CTS and RTS lines.
    CtsRts,
    /// None.
    None,
}

/// Parity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// No parity bit.
    None,
    /// Odd.
    Odd,
    /// Even.
    Even,
}
