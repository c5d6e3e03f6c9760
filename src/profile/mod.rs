//! What the person wants, as a file: [`Profile::parse`] reads it, [`Profile::references`] says what must be
//! fetched, [`resolve`] checks everything together and makes the [`Job`].
//! Nothing here reads files or asks anybody, and nothing here knows an AT command.

pub mod aws;
pub mod azure;
mod cloud;
mod job;
mod names;
mod parse;
pub mod paste;
mod reader;
mod resolve;
mod source;
pub mod thingstream;
mod value;

use std::net::Ipv4Addr;

use serde::Serialize;

pub use cloud::{
    AwsProfile, AzureDpsProfile, AzureSasProfile, AzureX509Profile, CloudKind, CloudProfile,
    ThingstreamProfile,
};
pub use job::{
    Aws, AzureDps, AzureHub, Cloud, DpsProof, HubProof, Identity, Job, KeyOwner, Options, Remark, Security,
    StaticAddress, StoredContent, StoredFile, Then, Thingstream, UserName, Wifi,
};
pub use resolve::{resolve, resolve_wifi};
pub use source::{FileOrigin, FileSource, Material, Materials, Reference, ReferenceSource, SecretSource};
pub use value::{
    ClientId, Host, ModuleFileName, Passphrase, Qos, Ssid, Topic, TopicFilter, lifetime, lifetime_text,
};

/// A profile as it is written: its shape is right, its values are not yet judged.
/// What is absent is `None`, so that a form or `--set` can still supply it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What the person calls this set-up.
    pub name: Option<String>,
    /// The network to join; `None` if the module has a network already.
    pub wifi: Option<WifiProfile>,
    /// The cloud to connect to.
    pub cloud: CloudProfile,
    /// What the module does after a restart.
    pub after: Option<After>,
}

/// The `wifi` part of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WifiProfile {
    /// The name of the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssid: Option<String>,
    /// How the network is protected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<WifiSecurity>,
    /// For `wpa-psk` and `wpa3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passphrase: Option<SecretSource>,
    /// The user name, for `peap` and `eap-tls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The user's password, for `peap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretSource>,
    /// The user's domain, for `peap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The root of the authentication server's certificate, for `peap` and `eap-tls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<FileSource>,
    /// The client certificate, for `eap-tls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<FileSource>,
    /// The key of the client certificate, for `eap-tls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<FileSource>,
    /// A fixed address instead of DHCP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressProfile>,
    /// Whether the module joins by itself at power-up; it does if this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_startup: Option<bool>,
}

/// How a Wi-Fi network is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WifiSecurity {
    Open,
    WpaPsk,
    Wpa3,
    EapTls,
    Peap,
}

impl WifiSecurity {
    /// Every kind with its name in a profile.
    pub const ALL: &[(&str, Self)] = &[
        ("open", Self::Open),
        ("wpa-psk", Self::WpaPsk),
        ("wpa3", Self::Wpa3),
        ("eap-tls", Self::EapTls),
        ("peap", Self::Peap),
    ];
}

/// The `wifi.address` part of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AddressProfile {
    /// The module's own address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<Ipv4Addr>,
    /// The network mask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask: Option<Ipv4Addr>,
    /// The way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Ipv4Addr>,
    /// Name servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dns: Vec<Ipv4Addr>,
}

/// How the module is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct After {
    /// What it takes up again by itself after a restart, which the set-up then ends with; nothing is restarted for the
    /// sake of it if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep: Option<Keep>,
    /// The mode it is left in, and starts in if it is restarted; as the connection leaves it if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
}

/// What the module takes up again by itself after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// The Wi-Fi network.
    Wifi,
    /// The Wi-Fi network and the connection to the cloud.
    Connection,
    /// Nothing.
    Nothing,
}

impl Keep {
    /// Every choice with its name in a profile.
    pub const ALL: &[(&str, Self)] =
        &[("wifi", Self::Wifi), ("connection", Self::Connection), ("nothing", Self::Nothing)];
}

/// A mode that a module is left in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// AT commands.
    Command,
    /// Every byte goes to the peer.
    Data,
    /// Extended data mode: packets for commands and each peer.
    Edm,
}

impl Mode {
    /// Every choice with its name in a profile.
    pub const ALL: &[(&str, Self)] = &[("command", Self::Command), ("data", Self::Data), ("edm", Self::Edm)];
}
