//! MQTT 3.1.1 over TLS 1.2 or plain TCP, as client and as server, without any input or output of its own:
//! TCP bytes and the time go in, TCP bytes and events come out. It knows nothing of clouds or modules;
//! who may connect and where messages go is the business of its owner.

mod client;
mod connection;
mod failure;
mod server;
#[cfg(test)]
mod tests;
mod tls;
pub mod topic;

pub use client::{Client, ClientSettings, Event};
pub use failure::{Alert, ConnectRefusal, Failure};
pub use server::{Receipt, Request, Server};
pub use tls::{
    ClientCertificates, ClientTls, Identity, PreparedClientTls, PreparedServerTls, ServerTls, TlsVersion,
};

/// How surely a message arrives (MQTT 3.1.1 §4.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qos {
    /// QoS 0: sent once, never answered.
    #[default]
    AtMostOnce,
    /// QoS 1: answered by PUBACK.
    AtLeastOnce,
    /// QoS 2: four packets per message.
    ExactlyOnce,
}
