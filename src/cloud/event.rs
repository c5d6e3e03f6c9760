//! What observers at a cloud's side see, and the reasons for which a cloud throws clients out.
//! The wire tells a client less, or nothing.

use crate::mqtt::Failure;

/// What an observer at the cloud's side sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Connected {
        connection: u32,
        client_id: String,
        user: Option<String>,
    },
    Subscribed {
        client_id: String,
        filter: String,
    },
    Published {
        client_id: String,
        topic: String,
        payload: Vec<u8>,
    },
    /// A message to an Azure hub, with the properties that its topic carries. One without a value is `None`.
    Telemetry {
        device_id: String,
        properties: Vec<(String, Option<String>)>,
        payload: Vec<u8>,
    },
    /// A device has changed its reported properties by this JSON.
    Reported {
        device_id: String,
        patch: String,
    },
    /// A device has answered a direct method.
    MethodAnswered {
        device_id: String,
        method: String,
        status: i32,
        payload: Vec<u8>,
    },
    /// A device has asked the provisioning service to be registered, with this JSON of its own.
    Registering {
        registration_id: String,
        payload: Option<String>,
    },
    /// The provisioning service has answered that it may not.
    RegistrationRefused {
        registration_id: String,
        why: Refusal,
    },
    /// The provisioning service has given a device to a hub.
    Assigned {
        registration_id: String,
        hub: String,
        device_id: String,
    },
    /// The client is thrown out; the wire does not tell it why.
    Refused {
        connection: u32,
        why: Refusal,
    },
    /// A client that was connected is gone; without a failure because it said goodbye or was thrown out.
    Disconnected {
        client_id: String,
        failure: Option<Failure>,
    },
}

/// Why a cloud throws a client out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("no MQTT connection came about: {0}")]
    NoConnection(Failure),
    // Who the client is.
    #[error("the policy does not let the client ID “{0}” connect")]
    ClientId(String),
    #[error("another client has connected with the same client ID")]
    DuplicateClientId,
    #[error("the user name “{0}” is not known")]
    UserUnknown(String),
    #[error("the password is wrong")]
    PasswordWrong,
    #[error("the client ID “{client_id}” is not that of the user name, “{expected}”")]
    ClientIdOfAnother { client_id: String, expected: String },
    #[error("the user name “{0}” does not have the form that this cloud wants")]
    UserName(String),
    #[error("there is no device “{0}”")]
    DeviceUnknown(String),
    #[error("the device “{0}” is disabled")]
    DeviceDisabled(String),
    #[error("nobody has enrolled “{0}”")]
    NotEnrolled(String),
    #[error("there is no ID scope “{0}”")]
    ScopeUnknown(String),
    // How it proves that.
    #[error("there is neither a token nor a certificate where one is needed")]
    ProofMissing,
    #[error("{0}")]
    TokenMalformed(String),
    #[error("the token has expired")]
    TokenExpired,
    #[error("the token is for “{0}”")]
    TokenForElsewhere(String),
    #[error("the policy “{0}” of the token is not known")]
    TokenPolicy(String),
    #[error("the token is signed with another key")]
    TokenKey,
    #[error("the certificate cannot be read")]
    CertificateUnreadable,
    #[error("the certificate or one that it needs is not valid at this date")]
    CertificateDate,
    #[error("the certificate is for “{presented}”, not for “{expected}”")]
    CertificateName { presented: String, expected: String },
    #[error("the certificate does not lead to an authority that is registered")]
    CertificateUntrusted,
    #[error("the certificate is not the one that is registered")]
    CertificateOfAnother,
    // What it does then.
    #[error("the policy does not allow the topic “{0}”")]
    TopicNotAllowed(String),
    #[error("the cloud has no topic “{0}” for this client")]
    TopicUnknown(String),
    #[error("“{0}” is not a topic: it is empty or has a wildcard")]
    NotATopic(String),
    #[error("“{0}” is not a topic filter: it is empty or a wildcard is in the wrong place")]
    NotAFilter(String),
    #[error("the topic “{0}” is reserved")]
    TopicReserved(String),
    #[error("the topic is longer than 256 bytes")]
    TopicTooLong,
    #[error("the topic “{0}” has more than 7 slashes")]
    TooManySlashes(String),
    #[error("QoS 2 is not supported")]
    QosTwo,
    #[error("the message is larger than 128 KB")]
    MessageTooLarge,
    #[error("the message is larger than {0} KB")]
    LargerThan(usize),
    #[error("more than 8 topic filters in one SUBSCRIBE")]
    TooManyFilters,
    #[error("more than 50 subscriptions on one connection")]
    TooManySubscriptions,
    #[error("more than 5 topics at a time")]
    MoreThanFiveTopics,
    #[error("silent for longer than this cloud waits")]
    SilentTooLong,
}
