//! Make-believe clouds for tests and training: pure judges of MQTT clients, TCP bytes in and out.
//! They refuse as the real ones do; they are no place to keep messages or to manage devices.

mod aws;
mod azure;
mod azure_dps;
mod azure_hub;
mod azure_proof;
mod azure_topic;
mod azure_twin;
mod broker;
mod event;
mod rules;
#[cfg(test)]
mod tests;
mod thingstream;

pub use aws::{Aws, AwsRules, AwsSettings, Pattern, Policy};
pub use azure::Azure;
pub use azure_dps::{Attestation, AzureDps, DpsRules, DpsSettings, Enrolment, Outcome, Pace};
pub use azure_hub::{
    AzureHub, DeviceStatus, HubDevice, HubPolicy, HubProof, HubRules, HubSettings, Undeliverable,
};
pub use broker::Broker;
pub use event::{Event, Refusal};
pub use rules::{
    Admission, Audience, Claim, Delivery, Echo, FreeTopics, Message, Namesakes, Now, Reaction, Rejection,
    Rules,
};
pub use thingstream::{Thing, Thingstream, ThingstreamRules, ThingstreamSettings};

use crate::credential::make::Pair;
use crate::moment::Moment;
use crate::mqtt::Identity;

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

/// A make-believe cloud of any kind, as whoever carries its bytes sees it.
pub trait Cloud {
    /// A client has opened a TCP connection to this host; its certificate will be judged as of now.
    fn handle_open(&mut self, connection: u32, host: &str, now: Moment);

    /// Takes TCP bytes of a connection.
    fn handle_bytes(&mut self, connection: u32, bytes: &[u8], now: Moment);

    /// The client has closed its TCP connection.
    fn handle_close(&mut self, connection: u32);

    /// Throws out whoever has to go.
    fn handle_time(&mut self, now: Moment);

    /// When [`Self::handle_time`] wants to be called.
    fn poll_time(&self) -> Option<Moment>;

    /// What is to be done with the TCP connections, in order.
    fn poll_output(&mut self) -> Option<Output>;

    /// What happened, in order.
    fn poll_event(&mut self) -> Option<Event>;
}

impl<R: Rules> Cloud for Broker<R> {
    fn handle_open(&mut self, connection: u32, _host: &str, now: Moment) {
        Self::handle_open(self, connection, now);
    }

    fn handle_bytes(&mut self, connection: u32, bytes: &[u8], now: Moment) {
        Self::handle_bytes(self, connection, bytes, now);
    }

    fn handle_close(&mut self, connection: u32) {
        Self::handle_close(self, connection);
    }

    fn handle_time(&mut self, now: Moment) {
        Self::handle_time(self, now);
    }

    fn poll_time(&self) -> Option<Moment> {
        Self::poll_time(self)
    }

    fn poll_output(&mut self) -> Option<Output> {
        Self::poll_output(self)
    }

    fn poll_event(&mut self) -> Option<Event> {
        Self::poll_event(self)
    }
}
