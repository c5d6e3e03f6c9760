//! The make-believe AWS of a demonstration: its certificates are made on the spot, and it is reached in memory by the
//! simulated module alone. No internet is needed, and none is used.

use std::collections::{BTreeSet, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::clock::Clock;
use crate::cloud::{Aws, AwsSettings, Echo, Output, Policy};
use crate::credential::make::{Authority, NewKey, Validity};
use crate::model::Demonstration;
use crate::moment::{Moment, UnixTime};
use crate::problem::{Kind, Problem};
use crate::secret::Secret;
use crate::simulator::{AccessPoint, TcpEvent, TcpRequest};

/// The network that the simulated module sees.
pub const SSID: &str = "xpress-lab";
/// Its passphrase, which is no secret: every copy of the program has it.
pub const PASSPHRASE: &str = "xpress-lab-pass";

const ENDPOINT: &str = "a1demonstration-ats.iot.eu-west-1.amazonaws.com";
const CLIENT_ID: &str = "demo-device";
const PUBLISH_TOPIC: &str = "demo-device/up";
const SUBSCRIBE_TOPIC: &str = "demo-device/down";
const DAY: i64 = 24 * 60 * 60;
/// An address that is set aside for examples (RFC 5737).
const ADDRESS: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 8883);

/// The access point in reach of the simulated module.
pub fn access_point() -> AccessPoint {
    AccessPoint { ssid: SSID.to_owned(), passphrase: Some(Secret::new(PASSPHRASE)) }
}

/// Nobody has asked for a demonstration yet.
pub fn missing() -> Problem {
    Problem::new(Kind::CloudUnreachable, "There is no demonstration yet", "Open the demonstration first")
}

/// A make-believe AWS with one device, and the values by which that device reaches it.
pub struct DemonstrationCloud {
    aws: Aws,
    values: Demonstration,
    connections: BTreeSet<u32>,
    events: VecDeque<(u32, TcpEvent)>,
}

impl DemonstrationCloud {
    /// Makes keys and certificates; takes a moment.
    ///
    /// # Errors
    /// [`Kind::Internal`] if no keys can be made.
    pub fn new(clock: Clock) -> Result<Self, Problem> {
        let today = clock.date();
        let validity = Validity {
            not_before: UnixTime(today.0 - DAY),
            not_after: today + Duration::from_secs(86_400 * 3650),
        };
        let root = Authority::new("Demonstration root", NewKey::P256, validity)?;
        let server = root.server(ENDPOINT, NewKey::P256, validity)?;
        let device = root.device(CLIENT_ID, NewKey::Rsa2048, validity)?;
        let settings = AwsSettings {
            server,
            authorities: vec![root.certificate().der().to_vec()],
            policy: Policy::default(),
            echoes: vec![Echo {
                heard_on: PUBLISH_TOPIC.to_owned(),
                answered_on: SUBSCRIBE_TOPIC.to_owned(),
            }],
        };
        let aws = Aws::new(settings, clock.date_at_start()).map_err(|failure| {
            let message = format!("The make-believe cloud cannot be started: {failure}");
            Problem::new(Kind::Internal, message, "Try again, and report it if it happens again")
        })?;
        let values = Demonstration {
            ssid: SSID.to_owned(),
            passphrase: Secret::new(PASSPHRASE),
            endpoint: ENDPOINT.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            publish_topic: PUBLISH_TOPIC.to_owned(),
            subscribe_topic: SUBSCRIBE_TOPIC.to_owned(),
            ca: ("demo-root.pem".to_owned(), root.certificate_pem()),
            certificate: ("demo-device.pem.crt".to_owned(), device.certificate_pem()),
            private_key: ("demo-device.pem.key".to_owned(), device.key_pem()),
        };
        Ok(Self { aws, values, connections: BTreeSet::new(), events: VecDeque::new() })
    }

    /// What is to be typed so that a module reaches this cloud.
    pub fn values(&self) -> &Demonstration {
        &self.values
    }

    /// Sends a message to whoever has subscribed to its topic.
    pub fn publish(&mut self, topic: &str, payload: &[u8]) {
        self.aws.publish(topic, payload);
    }

    /// Whether a module's request is meant for this cloud.
    pub fn takes(&self, connection: u32, request: &TcpRequest) -> bool {
        match request {
            TcpRequest::Open { host, .. } => host.eq_ignore_ascii_case(ENDPOINT),
            TcpRequest::Send(_) | TcpRequest::Close => self.connections.contains(&connection),
        }
    }

    /// Takes a request; its TLS and MQTT are judged as AWS would.
    pub fn handle(&mut self, connection: u32, request: TcpRequest, now: Moment) {
        match request {
            TcpRequest::Open { .. } => {
                self.connections.insert(connection);
                self.events.push_back((connection, TcpEvent::Opened { remote: SocketAddr::from(ADDRESS) }));
                self.aws.handle_open(connection, now);
            }
            TcpRequest::Send(bytes) => self.aws.handle_bytes(connection, &bytes, now),
            TcpRequest::Close => {
                self.connections.remove(&connection);
                self.events.retain(|(told, _)| *told != connection);
                self.aws.handle_close(connection);
            }
        }
    }

    /// Only time has passed.
    pub fn handle_time(&mut self, now: Moment) {
        self.aws.handle_time(now);
    }

    /// When [`Self::handle_time`] is wanted.
    pub fn poll_time(&self) -> Option<Moment> {
        self.aws.poll_time()
    }

    /// What happens next to a module's connection.
    pub fn poll(&mut self) -> Option<(u32, TcpEvent)> {
        while let Some(output) = self.aws.poll_output() {
            let (connection, event, known) = match output {
                Output::Bytes { connection, bytes } => {
                    (connection, TcpEvent::Bytes(bytes), self.connections.contains(&connection))
                }
                Output::Close { connection } => {
                    (connection, TcpEvent::Closed, self.connections.remove(&connection))
                }
            };
            self.events.extend(known.then_some((connection, event)));
        }
        // What observers see is not shown: the module's side tells the story.
        while self.aws.poll_event().is_some() {}
        self.events.pop_front()
    }
}
