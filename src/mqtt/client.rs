//! A client of an MQTT server: one connection from its first byte to its end, no reconnecting.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use mqtt_protocol_core::mqtt::packet::{Packet, SubEntry, SubOpts, v3_1_1};
use mqtt_protocol_core::mqtt::result_code::{ConnectReturnCode, SubackReturnCode};
use mqtt_protocol_core::mqtt::role;

use super::connection::{Connection, misplaced, protocol};
use super::tls::{Flow, Transport};
use super::{ConnectRefusal, Failure, PreparedClientTls, Qos};
use crate::moment::{Moment, UnixTime};
use crate::secret::Secret;

/// What a client connects with.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// The host's name as its certificate must show it; also sent as SNI. Without a port.
    pub host: String,
    /// TLS, or plain TCP.
    pub tls: Option<PreparedClientTls>,
    pub client_id: String,
    pub user: Option<String>,
    /// Has a place in CONNECT only together with a user name.
    pub password: Option<Secret>,
    /// Seconds without traffic after which a ping is sent; 0 sends none.
    pub keep_alive: u16,
}

/// What happened to a client. [`Event::Closed`] comes once and last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// CONNACK said yes.
    Connected,
    /// SUBACK said yes.
    Subscribed { filter: String },
    /// SUBACK said no; the connection lives on.
    Refused(Failure),
    /// UNSUBACK came.
    Unsubscribed { filter: String },
    /// A message came; where its QoS asks for an answer, it has been given.
    Message { topic: String, payload: Vec<u8>, qos: Qos, retain: bool },
    /// The end: asked for, or with the reason. Bytes still to be polled are worth sending before TCP is closed.
    Closed(Option<Failure>),
}

/// One connection to an MQTT server, with a clean session.
pub struct Client {
    connection: Connection<role::Client>,
    phase: Phase,
    connect: Option<Packet>,
    keep_alive: Duration,
    /// Filters of SUBSCRIBE and UNSUBSCRIBE packets that wait for their answer, by packet ID.
    asked: BTreeMap<u16, String>,
    events: VecDeque<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Tls,
    AwaitingConnack,
    Connected,
    Closed,
}

impl Client {
    /// Begins when TCP is open. `now` judges the server's certificate.
    ///
    /// # Errors
    /// `HostInvalid`, or `Unsendable` naming what cannot be said in CONNECT.
    pub fn new(settings: ClientSettings, now: UnixTime) -> Result<Self, Failure> {
        let connect = connect_packet(&settings)?;
        let transport = match settings.tls {
            Some(tls) => Transport::client(tls, settings.host, now)?,
            None => Transport::plain(),
        };
        let mut client = Self {
            connection: Connection::new(transport),
            phase: Phase::Tls,
            connect: Some(connect.into()),
            keep_alive: Duration::from_secs(settings.keep_alive.into()),
            asked: BTreeMap::new(),
            events: VecDeque::new(),
        };
        client.begin_mqtt()?;
        Ok(client)
    }

    /// Takes TCP bytes from the server.
    pub fn handle_bytes(&mut self, bytes: &[u8], now: Moment) {
        if self.phase == Phase::Closed {
            return;
        }
        let flow = self.connection.receive(bytes, now);
        let outcome = self.begin_mqtt().and_then(|()| self.handle_packets());
        match outcome.and(flow) {
            Ok(Flow::Open) => {}
            Ok(Flow::Closed) => self.handle_close(),
            Err(failure) => self.end(Some(failure)),
        }
    }

    /// The server has closed TCP.
    pub fn handle_close(&mut self) {
        self.end(Some(match self.phase {
            Phase::Tls => Failure::ClosedDuringTls,
            Phase::AwaitingConnack => Failure::ClosedBeforeConnack,
            Phase::Connected | Phase::Closed => Failure::ClosedByPeer,
        }));
    }

    /// Sends a ping if it is due, or gives up if the last one was not answered.
    pub fn handle_time(&mut self, now: Moment) {
        if let Err(failure) = self.connection.handle_time(now) {
            self.end(Some(failure));
        }
    }

    /// When [`Self::handle_time`] wants to be called.
    pub fn poll_time(&self) -> Option<Moment> {
        self.connection.poll_time()
    }

    /// TCP bytes for the server.
    pub fn poll_bytes(&mut self) -> Option<Vec<u8>> {
        self.connection.transport().take()
    }

    /// What happened, in order.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Asks for the messages on a topic filter; the answer is an event.
    ///
    /// # Errors
    /// `NotConnected`, `Unsendable`.
    pub fn subscribe(&mut self, filter: &str, qos: Qos) -> Result<(), Failure> {
        self.must_be_connected()?;
        let entry = SubEntry::new(filter, SubOpts::new().set_qos(qos.into()));
        let entry = entry.map_err(|_| Failure::Unsendable("this topic filter"))?;
        let id = self.connection.new_packet_id()?;
        let packet =
            v3_1_1::Subscribe::builder().packet_id(id).entries(vec![entry]).build().map_err(protocol)?;
        self.asked.insert(id, filter.to_owned());
        self.connection.send(packet)
    }

    /// Takes a subscription back; the answer is an event.
    ///
    /// # Errors
    /// `NotConnected`, `Unsendable`.
    pub fn unsubscribe(&mut self, filter: &str) -> Result<(), Failure> {
        self.must_be_connected()?;
        let id = self.connection.new_packet_id()?;
        let builder = v3_1_1::Unsubscribe::builder().packet_id(id).entries([filter]);
        let builder = builder.map_err(|_| Failure::Unsendable("this topic filter"))?;
        self.asked.insert(id, filter.to_owned());
        self.connection.send(builder.build().map_err(protocol)?)
    }

    /// Sends a message of at most 1 MiB. Wildcards have no place in the topic.
    ///
    /// # Errors
    /// `NotConnected`, `Unsendable`.
    pub fn publish(&mut self, topic: &str, payload: &[u8], qos: Qos, retain: bool) -> Result<(), Failure> {
        self.must_be_connected()?;
        self.connection.publish(topic, payload, qos, retain)
    }

    /// Says goodbye and ends; works in every phase.
    pub fn disconnect(&mut self) {
        if self.phase == Phase::Connected {
            // An unsent goodbye changes nothing: the connection ends either way.
            drop(self.connection.send(v3_1_1::Disconnect::new()));
        }
        self.end(None);
    }

    fn begin_mqtt(&mut self) -> Result<(), Failure> {
        if self.connection.transport().is_established()
            && let Some(connect) = self.connect.take()
        {
            self.phase = Phase::AwaitingConnack;
            self.connection.send(connect)?;
        }
        Ok(())
    }

    fn handle_packets(&mut self) -> Result<(), Failure> {
        while let Some(packet) = self.connection.next_packet()? {
            self.handle_packet(packet)?;
        }
        Ok(())
    }

    fn handle_packet(&mut self, packet: Packet) -> Result<(), Failure> {
        match (self.phase, packet) {
            (Phase::AwaitingConnack, Packet::V3_1_1Connack(connack)) => self.handle_connack(&connack),
            (Phase::Connected, Packet::V3_1_1Publish(publish)) => self.handle_publish(&publish),
            (Phase::Connected, Packet::V3_1_1Suback(suback)) => {
                let filter = self.asked.remove(&suback.packet_id()).unwrap_or_default();
                let refused = suback.return_codes().contains(&SubackReturnCode::Failure);
                self.events.push_back(match refused {
                    true => Event::Refused(Failure::SubscribeRefused { filter }),
                    false => Event::Subscribed { filter },
                });
                Ok(())
            }
            (Phase::Connected, Packet::V3_1_1Unsuback(unsuback)) => {
                let filter = self.asked.remove(&unsuback.packet_id()).unwrap_or_default();
                self.events.push_back(Event::Unsubscribed { filter });
                Ok(())
            }
            (Phase::Connected, Packet::V3_1_1Pingresp(_)) => Ok(()),
            (_, packet) => Err(misplaced(&packet)),
        }
    }

    fn handle_connack(&mut self, connack: &v3_1_1::Connack) -> Result<(), Failure> {
        let refusal = match connack.return_code() {
            ConnectReturnCode::Accepted => {
                self.phase = Phase::Connected;
                self.events.push_back(Event::Connected);
                return self.connection.keep_alive(self.keep_alive);
            }
            ConnectReturnCode::UnacceptableProtocolVersion => ConnectRefusal::ProtocolVersion,
            ConnectReturnCode::IdentifierRejected => ConnectRefusal::ClientId,
            ConnectReturnCode::ServerUnavailable => ConnectRefusal::Unavailable,
            ConnectReturnCode::BadUserNameOrPassword => ConnectRefusal::UserOrPassword,
            ConnectReturnCode::NotAuthorized => ConnectRefusal::NotAuthorised,
        };
        Err(Failure::ConnectRefused(refusal))
    }

    fn handle_publish(&mut self, publish: &v3_1_1::Publish) -> Result<(), Failure> {
        let qos = Qos::from(publish.qos());
        self.events.push_back(Event::Message {
            topic: publish.topic_name().to_owned(),
            payload: publish.payload().as_slice().to_vec(),
            qos,
            retain: publish.retain(),
        });
        self.connection.acknowledge(qos, publish.packet_id().unwrap_or_default())
    }

    fn must_be_connected(&self) -> Result<(), Failure> {
        if self.phase == Phase::Connected { Ok(()) } else { Err(Failure::NotConnected) }
    }

    fn end(&mut self, failure: Option<Failure>) {
        if self.phase != Phase::Closed {
            self.phase = Phase::Closed;
            self.connection.close();
            self.events.push_back(Event::Closed(failure));
        }
    }
}

fn connect_packet(settings: &ClientSettings) -> Result<v3_1_1::Connect, Failure> {
    let mut builder = v3_1_1::Connect::builder()
        .clean_session(true)
        .keep_alive(settings.keep_alive)
        .client_id(settings.client_id.as_str())
        .map_err(|_| Failure::Unsendable("this client ID"))?;
    if let Some(user) = &settings.user {
        builder = builder.user_name(user.as_str()).map_err(|_| Failure::Unsendable("this user name"))?;
    }
    if let Some(password) = &settings.password {
        builder = builder.password(password.reveal()).map_err(|_| Failure::Unsendable("this password"))?;
    }
    builder.build().map_err(|_| Failure::Unsendable("a password without a user name"))
}
