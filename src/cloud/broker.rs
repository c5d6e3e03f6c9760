//! What all make-believe clouds share: connections, sessions, subscriptions and the routing of messages.
//! What a cloud allows and what becomes of a message is said by its [`Rules`].

use std::collections::{BTreeMap, VecDeque};

use super::{Event, Output, Refusal};
use crate::moment::{Moment, UnixTime};
use crate::mqtt::topic::matches;
use crate::mqtt::{PreparedServerTls, Qos, Request, Server};

/// A message on its way through a cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub topic: String,
    pub payload: Vec<u8>,
    pub qos: Qos,
    pub retain: bool,
}

/// What makes one cloud different from another. Whoever is refused is thrown out without an answer.
pub trait Rules {
    /// Judges CONNECT.
    ///
    /// # Errors
    /// The reason to refuse the client.
    fn connect(&mut self, client_id: &str) -> Result<(), Refusal>;

    /// Judges SUBSCRIBE by a client that holds this many subscriptions already.
    ///
    /// # Errors
    /// The reason to refuse the client.
    fn subscribe(&mut self, held: usize, filters: &[(String, Qos)]) -> Result<(), Refusal>;

    /// Judges a message and says which messages become of it: itself, answers, or none.
    ///
    /// # Errors
    /// The reason to refuse the client.
    fn publish(&mut self, message: Message) -> Result<Vec<Message>, Refusal>;
}

/// A make-believe cloud with the given rules.
pub struct Broker<R> {
    rules: R,
    tls: PreparedServerTls,
    wall_clock_at_start: UnixTime,
    links: BTreeMap<u32, Link>,
    retained: BTreeMap<String, Message>,
    outputs: VecDeque<Output>,
    events: VecDeque<Event>,
}

/// One TCP connection.
struct Link {
    server: Server,
    /// Known once the client is connected.
    client_id: Option<String>,
    subscriptions: BTreeMap<String, Qos>,
}

impl<R: Rules> Broker<R> {
    pub(super) fn with_rules(rules: R, tls: PreparedServerTls, wall_clock_at_start: UnixTime) -> Self {
        Self {
            rules,
            tls,
            wall_clock_at_start,
            links: BTreeMap::new(),
            retained: BTreeMap::new(),
            outputs: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// A client has opened a TCP connection; its certificate will be judged as of now.
    pub fn handle_open(&mut self, connection: u32, now: Moment) {
        match Server::new(Some(&self.tls), self.wall_clock_at_start + now.since_start()) {
            Ok(server) => {
                let link = Link { server, client_id: None, subscriptions: BTreeMap::new() };
                self.links.insert(connection, link);
            }
            Err(failure) => {
                self.events.push_back(Event::Refused { connection, why: Refusal::NoConnection(failure) });
                self.outputs.push_back(Output::Close { connection });
            }
        }
    }

    /// Takes TCP bytes of a connection.
    pub fn handle_bytes(&mut self, connection: u32, bytes: &[u8], now: Moment) {
        if let Some(link) = self.links.get_mut(&connection) {
            link.server.handle_bytes(bytes, now);
            self.serve(connection);
            self.collect();
        }
    }

    /// The client has closed its TCP connection.
    pub fn handle_close(&mut self, connection: u32) {
        if let Some(link) = self.links.get_mut(&connection) {
            link.server.handle_close();
            self.serve(connection);
            self.collect();
        }
    }

    /// Throws out whoever has been silent for too long.
    pub fn handle_time(&mut self, now: Moment) {
        let connections: Vec<u32> = self.links.keys().copied().collect();
        for connection in connections {
            if let Some(link) = self.links.get_mut(&connection) {
                link.server.handle_time(now);
                self.serve(connection);
            }
        }
        self.collect();
    }

    /// When [`Self::handle_time`] wants to be called.
    pub fn poll_time(&self) -> Option<Moment> {
        self.links.values().filter_map(|link| link.server.poll_time()).min()
    }

    /// What is to be done with the TCP connections, in order.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// What happened, in order.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Sends a message from the cloud's side to every subscriber, with QoS 1 where the subscriber asked for it.
    pub fn publish(&mut self, topic: &str, payload: &[u8]) {
        let (topic, payload) = (topic.to_owned(), payload.to_vec());
        self.route(&Message { topic, payload, qos: Qos::AtLeastOnce, retain: false });
        self.collect();
    }

    fn serve(&mut self, connection: u32) {
        while let Some(request) = self.links.get_mut(&connection).and_then(|link| link.server.poll_request())
        {
            if let Err(why) = self.answer(connection, request) {
                self.throw_out(connection, why);
            }
        }
    }

    fn answer(&mut self, connection: u32, request: Request) -> Result<(), Refusal> {
        let Some(link) = self.links.get_mut(&connection) else { return Ok(()) };
        match request {
            Request::TlsDone { .. } => {}
            Request::Connect { client_id, .. } => {
                self.rules.connect(&client_id)?;
                self.welcome(connection, client_id);
            }
            Request::Subscribe { packet_id, filters } => {
                self.rules.subscribe(link.subscriptions.len(), &filters)?;
                self.subscribe(connection, packet_id, filters);
            }
            Request::Unsubscribe { packet_id, filters } => {
                link.subscriptions.retain(|filter, _| !filters.contains(filter));
                link.server.unsuback(packet_id);
            }
            Request::Publish { topic, payload, qos, retain, receipt } => {
                let client_id = link.client_id.clone().unwrap_or_default();
                let published =
                    Event::Published { client_id, topic: topic.clone(), payload: payload.clone() };
                let messages = self.rules.publish(Message { topic, payload, qos, retain })?;
                link.server.acknowledge(receipt);
                self.events.push_back(published);
                messages.into_iter().for_each(|message| self.keep_and_route(message));
            }
            Request::Closed(failure) => self.events.extend(match (link.client_id.take(), failure) {
                (Some(client_id), failure) => Some(Event::Disconnected { client_id, failure }),
                (None, Some(failure)) => {
                    Some(Event::Refused { connection, why: Refusal::NoConnection(failure) })
                }
                (None, None) => None,
            }),
        }
        Ok(())
    }

    /// Lets a client in; an older one with the same client ID has to go.
    fn welcome(&mut self, connection: u32, client_id: String) {
        let same = |link: &Link| link.client_id.as_ref() == Some(&client_id);
        if let Some(older) = self.links.iter().find(|(_, link)| same(link)).map(|(older, _)| *older) {
            self.throw_out(older, Refusal::DuplicateClientId);
            self.serve(older);
        }
        if let Some(link) = self.links.get_mut(&connection) {
            link.server.accept();
            link.client_id = Some(client_id.clone());
            self.events.push_back(Event::Connected { connection, client_id });
        }
    }

    fn subscribe(&mut self, connection: u32, packet_id: u16, filters: Vec<(String, Qos)>) {
        let Some(link) = self.links.get_mut(&connection) else { return };
        let granted: Vec<Option<Qos>> = filters.iter().map(|(_, qos)| Some(*qos)).collect();
        link.server.suback(packet_id, &granted);
        for (filter, qos) in filters {
            for message in self.retained.values().filter(|message| matches(&filter, &message.topic)) {
                send(&mut link.server, message, qos, true);
            }
            let client_id = link.client_id.clone().unwrap_or_default();
            self.events.push_back(Event::Subscribed { client_id, filter: filter.clone() });
            link.subscriptions.insert(filter, qos);
        }
    }

    fn keep_and_route(&mut self, message: Message) {
        self.route(&message);
        if message.retain && message.payload.is_empty() {
            self.retained.remove(&message.topic);
        } else if message.retain {
            self.retained.insert(message.topic.clone(), message);
        }
    }

    fn route(&mut self, message: &Message) {
        for link in self.links.values_mut() {
            let matching = link.subscriptions.iter().filter(|(filter, _)| matches(filter, &message.topic));
            if let Some(qos) = matching.map(|(_, qos)| *qos).max() {
                send(&mut link.server, message, qos, false);
            }
        }
    }

    fn throw_out(&mut self, connection: u32, why: Refusal) {
        if let Some(link) = self.links.get_mut(&connection) {
            self.events.push_back(Event::Refused { connection, why });
            link.server.close();
        }
    }

    /// Gathers what is to be sent and closes what has ended.
    fn collect(&mut self) {
        let outputs = &mut self.outputs;
        self.links.retain(|&connection, link| {
            outputs.extend(link.server.poll_bytes().map(|bytes| Output::Bytes { connection, bytes }));
            if link.server.is_closed() {
                outputs.push_back(Output::Close { connection });
            }
            !link.server.is_closed()
        });
    }
}

fn send(server: &mut Server, message: &Message, granted: Qos, retain: bool) {
    // A client that is just going away, or to which nothing more can be sent, misses the message.
    drop(server.publish(&message.topic, &message.payload, message.qos.min(granted), retain));
}
