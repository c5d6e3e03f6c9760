//! The job: what a profile asks for with everything fetched, read and checked.
//! It says what is to be true at the end; which commands bring it about is the business of `plan`.

use std::net::Ipv4Addr;

use super::After;
use super::value::{ClientId, Host, ModuleFileName, Qos, Ssid, Topic, TopicFilter};
use crate::credential::Finding;
use crate::moment::UnixTime;
use crate::secret::Secret;

/// Everything a set-up needs to know about the wishes of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What the person calls this set-up.
    pub name: Option<String>,
    /// The network to join; `None` if the module has a network already.
    pub wifi: Option<Wifi>,
    /// The cloud to connect to.
    pub cloud: Cloud,
    /// What the module does after a restart; `None` leaves out the restart.
    pub after: Option<After>,
    /// What a person should know before it is carried out.
    pub remarks: Vec<Remark>,
}

/// A warning about something in a field of the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The field, such as `cloud.certificate`.
    pub field: String,
    pub finding: Finding,
}

/// A Wi-Fi network to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wifi {
    /// The name of the network.
    pub ssid: Ssid,
    /// How the module proves that it may join.
    pub security: Security,
    /// A fixed address; `None` asks the network for one (DHCP).
    pub address: Option<StaticAddress>,
    /// Whether the module joins by itself at power-up.
    pub on_startup: bool,
}

/// How a module proves that it may join a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// Anybody may join.
    Open,
    /// WPA or WPA2 with a passphrase (8–63 characters) or a key (64 hex digits).
    WpaPsk(Secret),
    /// WPA3 only, with a passphrase.
    Wpa3(Secret),
    /// User name and password inside TLS; identity and password ≤ 31 bytes, domain ≤ 63 (protocol.md §6.1).
    Peap { identity: String, password: Secret, domain: Option<String>, ca: Option<StoredFile> },
    /// A client certificate.
    EapTls {
        identity: Option<String>,
        certificate: StoredFile,
        private_key: StoredFile,
        ca: Option<StoredFile>,
    },
}

/// An IPv4 address that is set by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticAddress {
    /// The module's own address.
    pub ip: Ipv4Addr,
    /// The network mask, ones before zeros.
    pub mask: Ipv4Addr,
    /// The way out, inside the network.
    pub gateway: Ipv4Addr,
    /// Name servers, at most two.
    pub dns: Vec<Ipv4Addr>,
}

/// The cloud to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cloud {
    /// u-blox Thingstream.
    Thingstream(Thingstream),
    /// AWS IoT Core.
    Aws(Aws),
    /// Azure IoT Hub.
    AzureHub(AzureHub),
    /// Azure's device provisioning service, and the hub it assigns the device to.
    AzureDps(AzureDps),
}

/// What every MQTT connection may leave to the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The MQTT keep-alive in seconds.
    pub keep_alive: Option<u16>,
    /// The quality of service of both topics.
    pub qos: Option<Qos>,
}

/// A certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The device's certificate.
    pub certificate: StoredFile,
    /// The key of the device's certificate.
    pub private_key: StoredFile,
}

/// A connection to Thingstream: MQTT on port 8883 with user name and password (clouds.md §1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thingstream {
    /// The server.
    pub host: Host,
    /// The thing's client ID.
    pub client_id: ClientId,
    /// The thing's user name.
    pub username: String,
    /// The thing's password.
    pub password: Secret,
    /// The root that the server's certificate must end in.
    pub ca: StoredFile,
    /// Where the module's data is published.
    pub publish_topic: Option<Topic>,
    /// What the module listens to.
    pub subscribe_topic: Option<TopicFilter>,
    pub options: Options,
}

/// A connection to AWS IoT Core: MQTT on port 8883 with a client certificate (clouds.md §1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aws {
    /// The account's device data endpoint.
    pub endpoint: Host,
    /// The MQTT client ID, mostly the name of the thing.
    pub client_id: ClientId,
    /// Where the module's data is published.
    pub publish_topic: Option<Topic>,
    /// What the module listens to.
    pub subscribe_topic: Option<TopicFilter>,
    pub options: Options,
    /// The root that the server's certificate must end in.
    pub ca: StoredFile,
    pub identity: Identity,
}

/// A connection to Azure IoT Hub: MQTT on port 8883 (clouds.md §2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureHub {
    /// The hub's full host name.
    pub hub: Host,
    /// The device's ID, which is also the client ID.
    pub device_id: ClientId,
    /// The root that the hub's certificate must end in.
    pub ca: StoredFile,
    pub proof: HubProof,
    pub user_name: UserName,
    pub options: Options,
}

/// With what a device proves itself at a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HubProof {
    Certificate(Identity),
    /// Its symmetric key, base64; tokens made with it are valid until then.
    Key {
        key: Secret,
        expires: UnixTime,
    },
    /// A token that was made elsewhere.
    Token(Secret),
}

impl HubProof {
    /// The certificate and its key, if that is the proof.
    pub fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Certificate(identity) => Some(identity),
            Self::Key { .. } | Self::Token(_) => None,
        }
    }
}

/// How a device calls itself at a hub (clouds.md §0.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserName {
    /// `{hub}/{device}/?api-version=2021-04-12`, as Microsoft asks for.
    WithVersion,
    /// `{hub}/{device}`, as the vendor's note has it.
    Short,
}

/// A registration at Azure's provisioning service (clouds.md §2.5, §4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureDps {
    /// The service's host.
    pub host: Host,
    /// The service's ID scope.
    pub id_scope: String,
    /// The device's registration ID, which is also the client ID there.
    pub registration_id: ClientId,
    /// The root that the certificates of service and hub must end in.
    pub ca: StoredFile,
    pub proof: DpsProof,
    /// What the device says of itself, as JSON text.
    pub payload: Option<String>,
    pub then: Then,
    pub user_name: UserName,
    pub options: Options,
}

/// With what a device proves itself at the provisioning service, and then at its hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DpsProof {
    Certificate(Identity),
    /// A key, base64; tokens made with it are valid until then.
    Key {
        key: Secret,
        owner: KeyOwner,
        expires: UnixTime,
    },
}

impl DpsProof {
    /// The certificate and its key, if that is the proof.
    pub fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Certificate(identity) => Some(identity),
            Self::Key { .. } => None,
        }
    }
}

/// Whose key proves a device at the provisioning service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOwner {
    /// The device's own, of an individual enrolment.
    Device,
    /// An enrolment group's, from which the device's is derived; it goes no further than the plan.
    Group,
}

/// What follows a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// A connection to the hub.
    Connect,
    /// Nothing.
    Stop,
}

/// A file as it will stand on the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Its name there, unique among the files of its type.
    pub name: ModuleFileName,
    /// What it holds.
    pub content: StoredContent,
}

/// The content of a file on the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredContent {
    /// It is written to the module.
    Upload {
        /// The PEM text, byte for byte as it is sent: 64 columns, LF, a final LF, at most 8192 bytes.
        pem: Secret,
        /// What the module will report as its MD5, upper-case hex; `None` where that cannot be known
        /// (encrypted keys, protocol.md §7.2).
        md5: Option<String>,
        /// The password of an encrypted key.
        password: Option<Secret>,
    },
    /// It is on the module already.
    OnModule,
}
