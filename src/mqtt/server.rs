//! The server's side of one MQTT connection. It judges nothing: its owner reads the requests and answers them.

use std::collections::VecDeque;

use mqtt_protocol_core::mqtt::packet::{Packet, v3_1_1};
use mqtt_protocol_core::mqtt::result_code::{ConnectReturnCode, SubackReturnCode};
use mqtt_protocol_core::mqtt::role;

use super::connection::{Connection, misplaced, protocol};
use super::tls::{Flow, Transport};
use super::{ConnectRefusal, Failure, PreparedServerTls, Qos};
use crate::moment::{Moment, UnixTime};
use crate::secret::Secret;

/// What the client did or wants. [`Request::Closed`] comes once and last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// TLS stands; the certificates the client has shown, its own first, DER. Does not come with plain TCP.
    TlsDone { client_chain: Vec<Vec<u8>> },
    /// Wants [`Server::accept`] or [`Server::refuse`].
    Connect {
        client_id: String,
        user: Option<String>,
        /// Bytes that are no UTF-8 are replaced.
        password: Option<Secret>,
        /// Seconds; after one and a half times as much silence the connection ends. 0 allows any silence.
        keep_alive: u16,
    },
    /// Wants [`Server::suback`] with as many answers as there are filters.
    Subscribe { packet_id: u16, filters: Vec<(String, Qos)> },
    /// Wants [`Server::unsuback`].
    Unsubscribe { packet_id: u16, filters: Vec<String> },
    /// Wants [`Server::acknowledge`].
    Publish { topic: String, payload: Vec<u8>, qos: Qos, retain: bool, receipt: Receipt },
    /// The end: as one of both sides wished, or with the reason. Bytes still to be polled are worth sending.
    Closed(Option<Failure>),
}

/// What a message is acknowledged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub(super) qos: Qos,
    pub(super) packet_id: u16,
}

/// The server's end of one connection.
pub struct Server {
    connection: Connection<role::Server>,
    phase: Phase,
    /// How the stream of bytes goes on after those not yet read.
    flow: Result<Flow, Failure>,
    requests: VecDeque<Request>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Tls,
    AwaitingConnect,
    /// What the client sends before it has its answer waits unread.
    Judging,
    Connected,
    Closed,
}

impl Server {
    /// Begins when TCP is open, with TLS or on plain TCP. `now` judges the client's certificate.
    ///
    /// # Errors
    /// `Tls` if the system gives no random bytes.
    pub fn new(tls: Option<&PreparedServerTls>, now: UnixTime) -> Result<Self, Failure> {
        let (transport, phase) = match tls {
            Some(tls) => (Transport::server(tls, now)?, Phase::Tls),
            None => (Transport::plain(), Phase::AwaitingConnect),
        };
        let connection = Connection::new(transport);
        Ok(Self { connection, phase, flow: Ok(Flow::Open), requests: VecDeque::new() })
    }

    /// Takes TCP bytes from the client.
    pub fn handle_bytes(&mut self, bytes: &[u8], now: Moment) {
        if self.phase == Phase::Closed {
            return;
        }
        self.flow = self.connection.receive(bytes, now);
        self.note_tls();
        self.advance();
    }

    /// The client has closed TCP.
    pub fn handle_close(&mut self) {
        let failure = if self.phase == Phase::Tls { Failure::ClosedDuringTls } else { Failure::ClosedByPeer };
        self.end(Some(failure));
    }

    /// Ends the connection if the client has been silent for too long.
    pub fn handle_time(&mut self, now: Moment) {
        if let Err(failure) = self.connection.handle_time(now) {
            self.end(Some(failure));
        }
    }

    /// When [`Self::handle_time`] wants to be called.
    pub fn poll_time(&self) -> Option<Moment> {
        self.connection.poll_time()
    }

    /// TCP bytes for the client.
    pub fn poll_bytes(&mut self) -> Option<Vec<u8>> {
        self.connection.transport().take()
    }

    /// What happened, in order.
    pub fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }

    /// Says yes to CONNECT.
    pub fn accept(&mut self) {
        self.answer_connect(ConnectReturnCode::Accepted);
        if self.phase == Phase::Judging {
            self.phase = Phase::Connected;
            self.advance();
        }
    }

    /// Says no to CONNECT and ends.
    pub fn refuse(&mut self, refusal: ConnectRefusal) {
        self.answer_connect(match refusal {
            ConnectRefusal::ProtocolVersion => ConnectReturnCode::UnacceptableProtocolVersion,
            ConnectRefusal::ClientId => ConnectReturnCode::IdentifierRejected,
            ConnectRefusal::Unavailable => ConnectReturnCode::ServerUnavailable,
            ConnectRefusal::UserOrPassword => ConnectReturnCode::BadUserNameOrPassword,
            ConnectRefusal::NotAuthorised => ConnectReturnCode::NotAuthorized,
        });
        self.close();
    }

    /// Answers SUBSCRIBE: for each filter the QoS granted, or `None` to refuse it.
    pub fn suback(&mut self, packet_id: u16, granted: &[Option<Qos>]) {
        let codes = granted.iter().map(|granted| match granted {
            Some(Qos::AtMostOnce) => SubackReturnCode::SuccessMaximumQos0,
            Some(Qos::AtLeastOnce) => SubackReturnCode::SuccessMaximumQos1,
            Some(Qos::ExactlyOnce) => SubackReturnCode::SuccessMaximumQos2,
            None => SubackReturnCode::Failure,
        });
        let packet = v3_1_1::Suback::builder().packet_id(packet_id).return_codes(codes.collect()).build();
        self.send(packet.map_err(protocol));
    }

    /// Answers UNSUBSCRIBE.
    pub fn unsuback(&mut self, packet_id: u16) {
        let packet = v3_1_1::Unsuback::builder().packet_id(packet_id).build();
        self.send(packet.map_err(protocol));
    }

    /// Answers a message as its QoS asks.
    pub fn acknowledge(&mut self, receipt: Receipt) {
        let outcome = self.connection.acknowledge(receipt.qos, receipt.packet_id);
        self.end_on_error(outcome);
    }

    /// Sends a message of at most 1 MiB.
    ///
    /// # Errors
    /// `NotConnected`, `Unsendable`.
    pub fn publish(&mut self, topic: &str, payload: &[u8], qos: Qos, retain: bool) -> Result<(), Failure> {
        if self.phase != Phase::Connected {
            return Err(Failure::NotConnected);
        }
        self.connection.publish(topic, payload, qos, retain)
    }

    /// Ends the connection; requests not yet polled are forgotten.
    pub fn close(&mut self) {
        if self.phase != Phase::Closed {
            self.requests.clear();
            self.end(None);
        }
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.phase == Phase::Closed
    }

    fn note_tls(&mut self) {
        if self.phase == Phase::Tls && self.connection.transport().is_established() {
            self.phase = Phase::AwaitingConnect;
            let client_chain = self.connection.transport().peer_chain();
            self.requests.push_back(Request::TlsDone { client_chain });
        }
    }

    fn advance(&mut self) {
        match self.handle_packets().and(self.flow.clone()) {
            _ if self.phase == Phase::Judging => {}
            Ok(Flow::Open) => {}
            Ok(Flow::Closed) => self.handle_close(),
            Err(failure) => self.end(Some(failure)),
        }
    }

    fn handle_packets(&mut self) -> Result<(), Failure> {
        while !matches!(self.phase, Phase::Judging | Phase::Closed)
            && let Some(packet) = self.connection.next_packet()?
        {
            self.handle_packet(packet)?;
        }
        Ok(())
    }

    fn handle_packet(&mut self, packet: Packet) -> Result<(), Failure> {
        let request = match (self.phase, packet) {
            (Phase::AwaitingConnect, Packet::V3_1_1Connect(connect)) => {
                self.phase = Phase::Judging;
                connect_request(&connect)
            }
            (Phase::Connected, Packet::V3_1_1Publish(publish)) => publish_request(&publish),
            (Phase::Connected, Packet::V3_1_1Subscribe(subscribe)) => subscribe_request(&subscribe),
            (Phase::Connected, Packet::V3_1_1Unsubscribe(unsubscribe)) => unsubscribe_request(&unsubscribe),
            // Answered by the codec.
            (Phase::Connected, Packet::V3_1_1Pingreq(_)) => return Ok(()),
            (Phase::Connected, Packet::V3_1_1Disconnect(_)) => {
                self.end(None);
                return Ok(());
            }
            (_, packet) => return Err(misplaced(&packet)),
        };
        self.requests.push_back(request);
        Ok(())
    }

    fn answer_connect(&mut self, code: ConnectReturnCode) {
        let packet = v3_1_1::Connack::builder().session_present(false).return_code(code).build();
        self.send(packet.map_err(protocol));
    }

    fn send(&mut self, packet: Result<impl Into<Packet>, Failure>) {
        let outcome = packet.and_then(|packet| self.connection.send(packet));
        self.end_on_error(outcome);
    }

    fn end_on_error(&mut self, outcome: Result<(), Failure>) {
        if let Err(failure) = outcome {
            self.end(Some(failure));
        }
    }

    fn end(&mut self, failure: Option<Failure>) {
        if self.phase != Phase::Closed {
            self.phase = Phase::Closed;
            self.connection.close();
            self.requests.push_back(Request::Closed(failure));
        }
    }
}

fn connect_request(connect: &v3_1_1::Connect) -> Request {
    Request::Connect {
        client_id: connect.client_id().to_owned(),
        user: connect.user_name().map(str::to_owned),
        password: connect.password().map(|bytes| Secret::new(String::from_utf8_lossy(bytes))),
        keep_alive: connect.keep_alive(),
    }
}

fn subscribe_request(subscribe: &v3_1_1::Subscribe) -> Request {
    let filters = subscribe.entries().iter();
    let filters = filters.map(|entry| (entry.topic_filter().to_owned(), entry.sub_opts().qos().into()));
    Request::Subscribe { packet_id: subscribe.packet_id(), filters: filters.collect() }
}

fn unsubscribe_request(unsubscribe: &v3_1_1::Unsubscribe) -> Request {
    let filters = unsubscribe.entries().iter().map(|filter| filter.as_str().to_owned()).collect();
    Request::Unsubscribe { packet_id: unsubscribe.packet_id(), filters }
}

fn publish_request(publish: &v3_1_1::Publish) -> Request {
    let qos = Qos::from(publish.qos());
    Request::Publish {
        topic: publish.topic_name().to_owned(),
        payload: publish.payload().as_slice().to_vec(),
        qos,
        retain: publish.retain(),
        receipt: Receipt { qos, packet_id: publish.packet_id().unwrap_or_default() },
    }
}
