//! Make-believe clouds for tests and training: pure judges of MQTT clients, TCP bytes in and out.
//! They refuse as the real ones do; they are no place to keep messages or to manage devices.

mod aws;
mod broker;
#[cfg(test)]
mod tests;

pub use aws::{Aws, AwsRules, AwsSettings, Echo, Pattern, Policy};
pub use broker::{Broker, Message, Rules};

use crate::credential::make::Pair;
use crate::mqtt::{Failure, Identity};

/// A certificate and its key as TLS wants them.
pub fn identity(pair: &Pair) -> Identity {
    Identity { chain: vec![pair.certificate.der().to_vec()], key: pair.key.der().to_vec().into() }
}

/// What a cloud wants done with a TCP connection. Connections are numbered by whoever opens them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    Bytes { connection: u32, bytes: Vec<u8> },
    Close { connection: u32 },
}

/// What an observer at the cloud's side sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Connected {
        connection: u32,
        client_id: String,
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
    #[error("the policy does not let the client ID “{0}” connect")]
    ClientId(String),
    #[error("another client has connected with the same client ID")]
    DuplicateClientId,
    #[error("the policy does not allow the topic “{0}”")]
    TopicNotAllowed(String),
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
    #[error("more than 8 topic filters in one SUBSCRIBE")]
    TooManyFilters,
    #[error("more than 50 subscriptions on one connection")]
    TooManySubscriptions,
}
