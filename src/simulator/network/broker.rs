//! Broker sessions: an MQTT client for each, shared by the peers that agree about it (protocol.md §8.6).

use crate::module::CredentialKind;
use crate::moment::Moment;
use crate::mqtt::topic::matches;
use crate::mqtt::{Client, ClientSettings, ClientTls, Event, Failure, Identity, Qos, TlsVersion};
use crate::simulator::peers::{BrokerPhase, LinkKind, Peer, PeerState};
use crate::simulator::url::{PeerUrl, Service, Tls, Version};
use crate::simulator::{Happening, Simulator, TcpRequest};

impl Simulator {
    /// TCP is open: the first peer says how the session begins.
    pub(super) fn begin_session(&mut self, connection: u32) {
        let first = self.peers.list.iter().find(|peer| peer.connection == Some(connection));
        let client = first.and_then(|peer| self.client(&peer.url));
        match (client, self.peers.broker(connection)) {
            (Some(client), Some(broker)) => {
                broker.client = Some(Box::new(client));
                self.pump(connection);
            }
            _ => self.drop_link(connection),
        }
    }

    /// `None` stands for everything that cannot work: an old TLS version, a key that does not fit, no host name.
    fn client(&self, url: &PeerUrl) -> Option<Client> {
        let Service::Mqtt(mqtt) = &url.service else { return None };
        let tls = match self.credentials(url)? {
            Some(tls) => Some(tls.prepare().ok()?),
            None => None,
        };
        let settings = ClientSettings {
            host: url.host.clone(),
            tls,
            client_id: mqtt.client.clone(),
            user: mqtt.user.clone(),
            password: mqtt.password.clone(),
            keep_alive: mqtt.keep_alive,
        };
        Client::new(settings, self.settings.wall_clock_at_start + self.now.since_start()).ok()
    }

    /// Whether all certificates and keys that a URL names are there.
    pub(super) fn knows_credentials(&self, url: &PeerUrl) -> bool {
        let Service::Mqtt(mqtt) = &url.service else { return true };
        let Some(Tls { ca, identity, .. }) = &mqtt.tls else { return true };
        let has = |kind, name: &String| self.memory.certificates.has(kind, name);
        ca.as_ref().is_none_or(|name| has(CredentialKind::TrustedRoot, name))
            && identity.as_ref().is_none_or(|(certificate, key)| {
                has(CredentialKind::Certificate, certificate) && has(CredentialKind::PrivateKey, key)
            })
    }

    /// The certificates and keys that a URL names: `None` if one is missing, `Some(None)` if it wants no TLS.
    fn credentials(&self, url: &PeerUrl) -> Option<Option<ClientTls>> {
        let Service::Mqtt(mqtt) = &url.service else { return Some(None) };
        let Some(tls) = &mqtt.tls else { return Some(None) };
        let stored = |kind, name: &str| self.memory.certificates.der(kind, name).cloned();
        let roots = match &tls.ca {
            Some(name) => vec![stored(CredentialKind::TrustedRoot, name)?.to_vec()],
            None => Vec::new(),
        };
        let identity = match &tls.identity {
            Some((certificate, key)) => Some(Identity {
                chain: vec![stored(CredentialKind::Certificate, certificate)?.to_vec()],
                key: stored(CredentialKind::PrivateKey, key)?,
            }),
            None => None,
        };
        let version = match tls.version {
            Version::Old => TlsVersion::OneOne,
            Version::OneTwo => TlsVersion::OneTwo,
        };
        Some(Some(ClientTls { version, roots, identity }))
    }

    /// Moves what a session has to say: bytes to the network, events to the peers.
    pub(super) fn pump(&mut self, connection: u32) {
        loop {
            let Some(client) = self.client_of(connection) else { return };
            let mut bytes = Vec::new();
            while let Some(more) = client.poll_bytes() {
                bytes.extend(more);
            }
            let event = client.poll_event();
            if !bytes.is_empty() {
                self.ask(connection, TcpRequest::Send(bytes));
            }
            match event {
                Some(event) => self.handle_event(connection, event),
                None => return,
            }
        }
    }

    fn client_of(&mut self, connection: u32) -> Option<&mut Client> {
        self.peers.broker(connection)?.client.as_deref_mut()
    }

    fn handle_event(&mut self, connection: u32, event: Event) {
        match event {
            Event::Connected => {
                if let Some(broker) = self.peers.broker(connection) {
                    broker.phase = BrokerPhase::Connected;
                }
                if let Some(life) = self.settings.faults.drop_after() {
                    self.agenda.plan(self.now + life, Happening::Drop(connection));
                }
                self.peers.over(connection).into_iter().for_each(|peer| self.begin_peer(peer));
            }
            Event::Subscribed { filter } => {
                for id in self.subscribers(connection, &filter) {
                    self.plan_announcement(id);
                }
            }
            Event::Refused(Failure::SubscribeRefused { filter }) => self.refuse(connection, &filter),
            Event::Message { topic, payload, .. } => {
                let wants = |peer: &Peer| subscription(peer).is_some_and(|filter| matches(filter, &topic));
                let over = |peer: &&Peer| peer.connection == Some(connection) && wants(peer);
                if let Some(id) = self.peers.list.iter().find(over).map(|peer| peer.id) {
                    self.deliver(id, payload);
                }
            }
            Event::Closed(_) => self.drop_link(connection),
            Event::Refused(_) | Event::Unsubscribed { .. } => {}
        }
    }

    /// A peer takes its part in a session that stands: with its subscription, or at once.
    pub(super) fn begin_peer(&mut self, id: u32) {
        let Some(peer) = self.peers.get(id) else { return };
        let (Service::Mqtt(mqtt), Some(connection)) = (&peer.url.service, peer.connection) else { return };
        let (filter, qos) = (mqtt.subscribe.clone(), qos(mqtt.qos));
        let Some(broker) = self.peers.broker(connection) else { return };
        match (broker.phase, &mut broker.client, filter) {
            (BrokerPhase::Connected, Some(client), Some(filter)) => {
                if client.subscribe(&filter, qos).is_err() {
                    self.refuse(connection, &filter);
                }
            }
            (BrokerPhase::Connected, _, None) => self.plan_announcement(id),
            (BrokerPhase::Connecting, ..) | (_, None, _) => {}
        }
    }

    fn subscribers(&self, connection: u32, filter: &str) -> Vec<u32> {
        let subscribes = |peer: &&Peer| {
            peer.connection == Some(connection)
                && peer.state == PeerState::Opening
                && subscription(peer).is_some_and(|own| own == filter)
        };
        self.peers.list.iter().filter(subscribes).map(|peer| peer.id).collect()
    }

    /// The broker refuses a subscription: its peers fail, and the session lives on with the others.
    fn refuse(&mut self, connection: u32, filter: &str) {
        for id in self.subscribers(connection, filter) {
            if let Some(peer) = self.peers.get(id) {
                peer.connection = None;
            }
            self.plan_failure(id);
        }
        if self.peers.over(connection).is_empty() {
            self.end_session(connection);
        }
    }

    pub(super) fn publish_message(&mut self, id: u32, connection: u32, data: &[u8]) {
        let Some(Service::Mqtt(mqtt)) = self.peers.get(id).map(|peer| &peer.url.service) else { return };
        let Some(topic) = mqtt.publish.clone() else { return };
        let (qos, retain) = (qos(mqtt.qos), mqtt.retain);
        if let Some(client) = self.client_of(connection) {
            // What cannot be sent vanishes: the data command has no confirmation (protocol.md §5.1).
            drop(client.publish(&topic, data, qos, retain));
        }
        self.pump(connection);
    }

    /// One of several peers leaves.
    pub(super) fn leave_session(&mut self, id: u32, connection: u32) {
        let Some(peer) = self.peers.get(id) else { return };
        let Some(filter) = subscription(peer).cloned() else { return };
        peer.connection = None;
        let shares = |peer: &Peer| peer.connection == Some(connection) && subscription(peer) == Some(&filter);
        let wanted = self.peers.list.iter().any(shares);
        if let Some(client) = self.client_of(connection).filter(|_| !wanted) {
            // A session that is just ending needs no goodbye to a topic.
            drop(client.unsubscribe(&filter));
        }
        self.pump(connection);
    }

    /// The last peer leaves: goodbye and close.
    pub(super) fn end_session(&mut self, connection: u32) {
        let bytes = self.client_of(connection).map(|client| {
            client.disconnect();
            std::iter::from_fn(|| client.poll_bytes()).flatten().collect::<Vec<u8>>()
        });
        if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
            self.ask(connection, TcpRequest::Send(bytes));
        }
        if self.peers.links.remove(&connection).is_some() {
            self.close_tcp(connection);
        }
    }

    /// Lets the keep-alives run.
    pub(in crate::simulator) fn handle_broker_time(&mut self) {
        let now = self.now;
        let due = |kind: &LinkKind| poll_time(kind).is_some_and(|due| due <= now);
        let connections: Vec<u32> = self
            .peers
            .links
            .iter()
            .filter(|(_, link)| due(&link.kind))
            .map(|(connection, _)| *connection)
            .collect();
        for connection in connections {
            if let Some(client) = self.client_of(connection) {
                client.handle_time(now);
            }
            self.pump(connection);
        }
    }
}

/// When the keep-alive of a connection is due.
pub(in crate::simulator) fn poll_time(kind: &LinkKind) -> Option<Moment> {
    match kind {
        LinkKind::Broker(broker) => broker.client.as_ref()?.poll_time(),
        LinkKind::Plain | LinkKind::Ping(_) => None,
    }
}

fn qos(number: u8) -> Qos {
    match number {
        0 => Qos::AtMostOnce,
        1 => Qos::AtLeastOnce,
        _ => Qos::ExactlyOnce,
    }
}

/// The topic filter of a peer.
fn subscription(peer: &Peer) -> Option<&String> {
    match &peer.url.service {
        Service::Mqtt(mqtt) => mqtt.subscribe.as_ref(),
        Service::Tcp => None,
    }
}
