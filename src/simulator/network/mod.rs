//! What connects the parts of a module: TCP events reach the broker sessions, their messages the peers, and the peers
//! the serial line (protocol.md §8, §9). Messages to the host about peers are in `reports`.

mod broker;
mod radio;
mod reports;

pub(super) use broker::poll_time;

use super::memory::DefaultPeer;
use super::peers::{Broker, LinkKind, PeerState, Ping};
use super::settings::Mode;
use super::station::State;
use super::url::{Context, PeerUrl, Service};
use super::{Happening, Output, Simulator, TcpEvent, TcpFailure, TcpRequest, timing};
use crate::edm::{MAX_DATA, Packet};

/// What a peer that cannot say it yet may hold back, in messages.
const MOST_HELD: usize = 256;
/// `+UUPINGER` (protocol.md §10): cannot resolve, no connection, cannot send, read failed.
const PING_NO_NAME: u32 = 8;
const PING_UNREACHABLE: u32 = 108;
pub(super) const PING_NO_ANSWER: u32 = 109;

impl Simulator {
    /// Starts a peer, and gives its handle. `None`: there is no room for it.
    pub(super) fn connect(&mut self, url: &PeerUrl, default: Option<u8>) -> Option<u32> {
        let session = self.peers.session(url);
        let patience = match &url.service {
            _ if session.is_some() => timing::SHARED_CONNECT,
            Service::Mqtt(mqtt) if mqtt.tls.is_some() => timing::SECURE_CONNECT,
            Service::Mqtt(_) | Service::Tcp => timing::PLAIN_CONNECT,
        };
        let patience = self.settings.timing.of(patience);
        let peer = self.peers.add(url.clone(), self.now, patience)?;
        peer.default = default;
        let (id, handle) = (peer.id, peer.handle);
        if self.settings.faults.take_udcp_failure() {
            self.plan_failure(id);
            return Some(handle);
        }
        self.busy.add(self.now, self.now + patience);
        let connection = session.unwrap_or_else(|| self.open(url));
        if let Some(peer) = self.peers.get(id) {
            peer.connection = Some(connection);
        }
        if session.is_some() {
            self.begin_peer(id);
            self.pump(connection);
        }
        Some(handle)
    }

    fn open(&mut self, url: &PeerUrl) -> u32 {
        let kind = Broker::new(url).map_or(LinkKind::Plain, LinkKind::Broker);
        self.open_tcp(kind, &url.host, url.port)
    }

    fn open_tcp(&mut self, kind: LinkKind, host: &str, port: u16) -> u32 {
        let connection = self.peers.link(kind);
        self.ask(connection, TcpRequest::Open { host: host.to_owned(), port });
        connection
    }

    /// Asks whether a host is there. The module has only TCP for that here: a connection that comes about or is
    /// refused answers the question as well as an echo does.
    pub(super) fn ping(&mut self, ping: Ping, port: u16) {
        let host = ping.host.clone();
        self.open_tcp(LinkKind::Ping(ping), &host, port);
    }

    fn ask(&mut self, connection: u32, request: TcpRequest) {
        self.outputs.push_back(Output::Tcp { connection, request });
    }

    pub(super) fn close_tcp(&mut self, connection: u32) {
        self.ask(connection, TcpRequest::Close);
    }

    pub(super) fn handle_tcp(&mut self, connection: u32, event: TcpEvent) {
        let Some(link) = self.peers.links.get_mut(&connection) else { return };
        if let TcpEvent::Opened { remote } = &event {
            link.remote = Some(*remote);
        }
        match (&mut link.kind, event) {
            (LinkKind::Ping(_), event) => self.finish_ping(connection, &event),
            (LinkKind::Broker(_), TcpEvent::Opened { .. }) => self.begin_session(connection),
            (LinkKind::Broker(Broker { client: Some(client), .. }), TcpEvent::Bytes(bytes)) => {
                client.handle_bytes(&bytes, self.now);
                self.pump(connection);
            }
            (LinkKind::Plain, TcpEvent::Opened { .. }) => {
                self.peers.over(connection).into_iter().for_each(|peer| self.plan_announcement(peer));
            }
            (LinkKind::Plain, TcpEvent::Bytes(bytes)) => {
                self.peers.over(connection).into_iter().for_each(|peer| self.deliver(peer, bytes.clone()));
            }
            (_, TcpEvent::Failed(_) | TcpEvent::Closed) => self.lose_link(connection),
            (LinkKind::Broker(_), TcpEvent::Bytes(_)) => {}
        }
    }

    /// A connection is gone: its peers are lost, those that were never there after a while.
    fn lose_link(&mut self, connection: u32) {
        self.peers.links.remove(&connection);
        for id in self.peers.over(connection) {
            let Some(peer) = self.peers.get(id) else { continue };
            peer.connection = None;
            if peer.state == PeerState::Opening { self.plan_failure(id) } else { self.lose(id) }
        }
    }

    /// The module gives a connection up.
    pub(super) fn drop_link(&mut self, connection: u32) {
        if self.peers.links.contains_key(&connection) {
            self.close_tcp(connection);
            self.lose_link(connection);
        }
    }

    /// A connection does not come about; the module says so after a while (protocol.md §8.7).
    fn plan_failure(&mut self, id: u32) {
        let Some(peer) = self.peers.get(id) else { return };
        let takes = self.settings.timing.of(self.chance.between(&timing::FAILURE));
        let due = self.now.max(peer.opened + takes);
        self.busy.add(peer.opened, due);
        self.agenda.plan(due, Happening::Fail(id));
    }

    /// A connection stands; the module says so no earlier than a real one could.
    fn plan_announcement(&mut self, id: u32) {
        let Some(peer) = self.peers.get(id).filter(|peer| peer.state == PeerState::Opening) else { return };
        let due = self.now.max(peer.opened + peer.patience);
        self.agenda.plan(due, Happening::Announce(id));
    }

    /// Closes a peer as asked for; a connection that nobody uses any more goes with it.
    pub(super) fn close(&mut self, id: u32) {
        let Some(peer) = self.peers.get(id) else { return };
        let connection = peer.connection;
        if let Some(connection) = connection {
            if self.peers.over(connection) == [id] {
                self.end_session(connection);
            } else {
                self.leave_session(id, connection);
            }
        }
        self.report_close(id);
    }

    /// Data for every peer (protocol.md §9).
    pub(super) fn broadcast(&mut self, data: &[u8]) {
        let ids: Vec<u32> = self.peers.list.iter().map(|peer| peer.id).collect();
        ids.into_iter().for_each(|id| self.publish(id, data));
    }

    /// Data for the peer of a channel.
    pub(super) fn publish_on(&mut self, channel: u8, data: &[u8]) {
        if let Some(peer) = self.peers.list.iter().find(|peer| peer.channel == channel) {
            self.publish(peer.id, data);
        }
    }

    fn publish(&mut self, id: u32, data: &[u8]) {
        let Some(peer) = self.peers.get(id).filter(|peer| peer.state > PeerState::Opening) else { return };
        let Some(connection) = peer.connection else { return };
        match &peer.url.service {
            Service::Tcp => self.ask(connection, TcpRequest::Send(data.to_vec())),
            Service::Mqtt(_) => self.publish_message(id, connection, data),
        }
    }

    /// Data of a peer for the host: at once, or when the mode and the peer's state allow it.
    fn deliver(&mut self, id: u32, data: Vec<u8>) {
        let mode = self.mode();
        let Some(peer) = self.peers.get(id) else { return };
        let channel = peer.channel;
        if peer.state != PeerState::Connected || mode == Mode::Command {
            if peer.inbox.len() < MOST_HELD {
                peer.inbox.push(data);
            }
        } else if mode == Mode::Data {
            self.write(&data);
        } else if data.is_empty() {
            self.send(&Packet::Data { channel, data });
        } else {
            for chunk in data.chunks(MAX_DATA) {
                self.send(&Packet::Data { channel, data: chunk.to_vec() });
            }
        }
    }

    /// What peers have held back.
    pub(super) fn deliver_held(&mut self) {
        let ids: Vec<u32> = self.peers.list.iter().map(|peer| peer.id).collect();
        ids.into_iter().for_each(|id| self.deliver_inbox(id));
    }

    fn deliver_inbox(&mut self, id: u32) {
        let inbox = self.peers.get(id).map(|peer| std::mem::take(&mut peer.inbox)).unwrap_or_default();
        inbox.into_iter().for_each(|data| self.deliver(id, data));
    }

    /// Connects the default remote peers that are not there. They want a network, and data or extended data mode.
    pub(super) fn connect_default_peers(&mut self) {
        if self.mode() == Mode::Command || self.station.state != State::Ready {
            return;
        }
        let there = |number: u8| self.peers.list.iter().any(|peer| peer.default == Some(number));
        let missing: Vec<(u8, DefaultPeer)> = (self.memory.profile.default_peers.iter())
            .filter(|(number, _)| !there(**number))
            .map(|(number, peer)| (*number, peer.clone()))
            .collect();
        for (number, DefaultPeer { url, .. }) in missing {
            if let Some(url) = self.read_url(url.reveal()) {
                self.connect(&url, Some(number));
            }
        }
    }

    /// A URL that can be connected to: well-formed, and the certificates it names are there.
    pub(super) fn read_url(&self, text: &str) -> Option<PeerUrl> {
        let context = Context { capabilities: &self.capabilities, values: &self.memory.url_values };
        context.read(text).filter(|url| self.knows_credentials(url))
    }

    fn finish_ping(&mut self, connection: u32, event: &TcpEvent) {
        let Some(link) = self.peers.links.remove(&connection) else { return };
        let LinkKind::Ping(ping) = link.kind else { return };
        let literal = ping.host.parse().ok();
        let (address, failure) = match event {
            TcpEvent::Opened { remote } => (Some(remote.ip()), PING_NO_ANSWER),
            TcpEvent::Failed(TcpFailure::Refused) => (literal, PING_NO_ANSWER),
            TcpEvent::Failed(TcpFailure::NameUnknown) => (None, PING_NO_NAME),
            TcpEvent::Failed(TcpFailure::Unreachable) => (None, PING_UNREACHABLE),
            TcpEvent::Failed(TcpFailure::TimedOut) | TcpEvent::Bytes(_) | TcpEvent::Closed => {
                (None, PING_NO_ANSWER)
            }
        };
        if matches!(event, TcpEvent::Opened { .. }) {
            self.close_tcp(connection);
        }
        let took = self.now.since(ping.sent).as_millis().max(1);
        for number in 0..if address.is_some() { ping.count } else { 1 } {
            let line = match address {
                Some(address) => {
                    format!(
                        "+UUPING:{},{},{},{address},{},{took}",
                        number + 1,
                        ping.size,
                        ping.host,
                        ping.hops
                    )
                }
                None => format!("+UUPINGER:{failure}"),
            };
            self.agenda.plan(self.now + ping.interval * number, Happening::Say(line));
        }
    }
}
