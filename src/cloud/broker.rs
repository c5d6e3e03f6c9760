//! What all make-believe clouds share: connections, sessions, subscriptions and the routing of messages.
//! What a cloud allows and what becomes of a message is said by its [`Rules`].

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::rules::{Audience, Claim, Delivery, FreeTopics, Message, Namesakes, Now, Rejection, Rules};
use super::{Event, Output, Refusal};
use crate::moment::{Moment, UnixTime};
use crate::mqtt::topic::matches;
use crate::mqtt::{PreparedServerTls, Qos, Request, Server};

/// A make-believe cloud with the given rules.
pub struct Broker<R: Rules> {
    rules: R,
    tls: PreparedServerTls,
    wall_clock_at_start: UnixTime,
    links: BTreeMap<u32, Link<R::Client>>,
    retained: BTreeMap<String, Message>,
    outputs: VecDeque<Output>,
    events: VecDeque<Event>,
}

/// One TCP connection.
struct Link<C> {
    server: Server,
    /// What the client has shown in TLS.
    certificates: Vec<Vec<u8>>,
    /// Known once the client is connected.
    peer: Option<Peer<C>>,
    subscriptions: BTreeMap<String, Qos>,
    last_heard: Moment,
}

/// A client that was let in.
struct Peer<C> {
    client_id: String,
    name: String,
    until: Option<UnixTime>,
    client: C,
}

impl<C> Link<C> {
    fn is_named(&self, name: &str) -> bool {
        self.peer.as_ref().is_some_and(|peer| peer.name == name)
    }

    fn client_id(&self) -> String {
        self.peer.as_ref().map(|peer| peer.client_id.clone()).unwrap_or_default()
    }

    fn granted(&self, topic: &str) -> Option<Qos> {
        let matching = self.subscriptions.iter().filter(|(filter, _)| matches(filter, topic));
        matching.map(|(_, qos)| *qos).max()
    }
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
        match Server::new(Some(&self.tls), self.date(now)) {
            Ok(server) => {
                let (certificates, subscriptions) = (Vec::new(), BTreeMap::new());
                let link = Link { server, certificates, peer: None, subscriptions, last_heard: now };
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
            link.last_heard = now;
            link.server.handle_bytes(bytes, now);
            self.serve(connection, now);
            self.collect();
        }
    }

    /// The client has closed its TCP connection.
    pub fn handle_close(&mut self, connection: u32) {
        if let Some(link) = self.links.get_mut(&connection) {
            // Nothing is judged any more, so the time does not matter.
            let now = link.last_heard;
            link.server.handle_close();
            self.serve(connection, now);
            self.collect();
        }
    }

    /// Throws out whoever has been silent for too long, or has stayed until its time was over.
    pub fn handle_time(&mut self, now: Moment) {
        let connections: Vec<u32> = self.links.keys().copied().collect();
        for connection in connections {
            if let Some(why) = self.overdue(connection, now) {
                self.throw_out(connection, why);
            }
            if let Some(link) = self.links.get_mut(&connection) {
                link.server.handle_time(now);
                self.serve(connection, now);
            }
        }
        self.collect();
    }

    /// When [`Self::handle_time`] wants to be called.
    pub fn poll_time(&self) -> Option<Moment> {
        let times = self.links.values().flat_map(|link| {
            [link.server.poll_time(), self.end_of_stay(link), silence_ends::<R>(link)].into_iter().flatten()
        });
        times.min()
    }

    /// What is to be done with the TCP connections, in order.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// What happened, in order.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    pub(super) fn rules(&self) -> &R {
        &self.rules
    }

    pub(super) fn rules_mut(&mut self) -> &mut R {
        &mut self.rules
    }

    /// Sends what comes from the cloud's own side.
    pub(super) fn deliver(&mut self, delivery: &Delivery) {
        self.route(delivery);
        self.collect();
    }

    /// Whether a client of this name would receive a message on this topic.
    pub(super) fn hears(&self, name: &str, topic: &str) -> bool {
        self.links.values().any(|link| link.is_named(name) && link.granted(topic).is_some())
    }

    fn date(&self, now: Moment) -> UnixTime {
        self.wall_clock_at_start + now.since_start()
    }

    fn serve(&mut self, connection: u32, now: Moment) {
        while let Some(request) = self.links.get_mut(&connection).and_then(|link| link.server.poll_request())
        {
            if let Err(why) = self.answer(connection, request, now) {
                self.throw_out(connection, why);
            }
        }
    }

    fn answer(&mut self, connection: u32, request: Request, now: Moment) -> Result<(), Refusal> {
        let date = self.date(now);
        let Some(link) = self.links.get_mut(&connection) else { return Ok(()) };
        match request {
            Request::TlsDone { client_chain } => link.certificates = client_chain,
            Request::Connect { client_id, user, password, .. } => {
                let certificates = link.certificates.clone();
                self.judge(connection, Claim { client_id, user, password, certificates, date }, now);
            }
            Request::Subscribe { packet_id, filters } => {
                let Some(peer) = &link.peer else { return Ok(()) };
                let held = link.subscriptions.len();
                let granted = self.rules.subscribe(&peer.client, held, &filters)?;
                self.subscribe(connection, packet_id, filters, &granted);
            }
            Request::Unsubscribe { packet_id, filters } => {
                link.subscriptions.retain(|filter, _| !filters.contains(filter));
                link.server.unsuback(packet_id);
            }
            Request::Publish { topic, payload, qos, retain, receipt } => {
                let Some(peer) = &link.peer else { return Ok(()) };
                let client_id = peer.client_id.clone();
                let published =
                    Event::Published { client_id, topic: topic.clone(), payload: payload.clone() };
                let message = Message { topic, payload, qos, retain };
                let reaction = self.rules.publish(&peer.client, message, Now { moment: now, date })?;
                link.server.acknowledge(receipt);
                self.events.push_back(published);
                self.events.extend(reaction.events);
                reaction.deliveries.into_iter().for_each(|delivery| self.keep_and_route(delivery));
            }
            Request::Closed(failure) => self.events.extend(match (link.peer.take(), failure) {
                (Some(peer), failure) => Some(Event::Disconnected { client_id: peer.client_id, failure }),
                (None, Some(failure)) => {
                    Some(Event::Refused { connection, why: Refusal::NoConnection(failure) })
                }
                (None, None) => None,
            }),
        }
        Ok(())
    }

    /// Lets a client in, or says no as the cloud does.
    fn judge(&mut self, connection: u32, claim: Claim, now: Moment) {
        match self.rules.connect(&claim) {
            Ok(admission) => {
                let (name, until, client) = (admission.name, admission.until, admission.client);
                let peer = Peer { client_id: claim.client_id, name, until, client };
                self.welcome(connection, peer, claim.user, now);
            }
            Err(Rejection { why, answer: Some(answer) }) => {
                if let Some(link) = self.links.get_mut(&connection) {
                    self.events.push_back(Event::Refused { connection, why });
                    link.server.refuse(answer);
                }
            }
            Err(Rejection { why, answer: None }) => self.throw_out(connection, why),
        }
    }

    /// Lets a client in; where the cloud wants it, an older one of the same name has to go.
    fn welcome(&mut self, connection: u32, peer: Peer<R::Client>, user: Option<String>, now: Moment) {
        let older = self.links.iter().find(|(_, link)| link.is_named(&peer.name)).map(|(older, _)| *older);
        if let Some(older) = older.filter(|_| R::NAMESAKES == Namesakes::Replaced) {
            self.throw_out(older, Refusal::DuplicateClientId);
            self.serve(older, now);
        }
        if let Some(link) = self.links.get_mut(&connection) {
            link.server.accept();
            let client_id = peer.client_id.clone();
            self.events.push_back(Event::Connected { connection, client_id, user });
            link.peer = Some(peer);
        }
    }

    fn subscribe(&mut self, connection: u32, packet_id: u16, filters: Vec<(String, Qos)>, granted: &[Qos]) {
        let Some(link) = self.links.get_mut(&connection) else { return };
        let answers: Vec<Option<Qos>> = granted.iter().copied().map(Some).collect();
        link.server.suback(packet_id, &answers);
        let mut waiting = Vec::new();
        for ((filter, _), qos) in filters.into_iter().zip(granted) {
            for message in self.retained.values().filter(|message| matches(&filter, &message.topic)) {
                send(&mut link.server, message, *qos, true);
            }
            self.events.push_back(Event::Subscribed { client_id: link.client_id(), filter: filter.clone() });
            link.subscriptions.insert(filter.clone(), *qos);
            if let Some(peer) = &link.peer {
                waiting.extend(self.rules.subscribed(&peer.client, &filter));
            }
        }
        waiting.iter().for_each(|delivery| self.route(delivery));
    }

    fn keep_and_route(&mut self, delivery: Delivery) {
        self.route(&delivery);
        let message = delivery.message;
        if message.retain && message.payload.is_empty() {
            self.retained.remove(&message.topic);
        } else if message.retain {
            self.retained.insert(message.topic.clone(), message);
        }
    }

    fn route(&mut self, Delivery { to, message }: &Delivery) {
        for link in self.links.values_mut() {
            let is_meant = match to {
                Audience::Everybody => true,
                Audience::Client(name) => link.is_named(name),
            };
            if let Some(qos) = link.granted(&message.topic).filter(|_| is_meant) {
                send(&mut link.server, message, qos, false);
            }
        }
    }

    fn overdue(&self, connection: u32, now: Moment) -> Option<Refusal> {
        let link = self.links.get(&connection)?;
        let is_past = |due: Option<Moment>| due.is_some_and(|due| due <= now);
        if is_past(self.end_of_stay(link)) {
            return Some(Refusal::TokenExpired);
        }
        is_past(silence_ends::<R>(link)).then_some(Refusal::SilentTooLong)
    }

    /// The first moment at which the client may not stay any more.
    fn end_of_stay(&self, link: &Link<R::Client>) -> Option<Moment> {
        let until = link.peer.as_ref()?.until?;
        let seconds = until.0.saturating_add(1).saturating_sub(self.wall_clock_at_start.0);
        // A date beyond all clocks is no end.
        let end = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        (end < Duration::from_secs(u64::from(u32::MAX))).then(|| Moment::START + end)
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

impl<R: FreeTopics> Broker<R> {
    /// Sends a message from the cloud's side to every subscriber, with QoS 1 where the subscriber asked for it.
    pub fn publish(&mut self, topic: &str, payload: &[u8]) {
        let (topic, payload) = (topic.to_owned(), payload.to_vec());
        let message = Message { topic, payload, qos: Qos::AtLeastOnce, retain: false };
        self.deliver(&Delivery { to: Audience::Everybody, message });
    }
}

fn silence_ends<R: Rules>(link: &Link<R::Client>) -> Option<Moment> {
    Some(link.last_heard + R::LONGEST_SILENCE?)
}

fn send(server: &mut Server, message: &Message, granted: Qos, retain: bool) {
    // A client that is just going away, or to which nothing more can be sent, misses the message.
    drop(server.publish(&message.topic, &message.payload, message.qos.min(granted), retain));
}
