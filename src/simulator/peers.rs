//! The peers of a module and the TCP connections under them: who has which handle, channel and connection. What goes
//! over them is not known here.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::url::{PeerUrl, Service};
use crate::moment::Moment;
use crate::mqtt;

/// As many as ubxlib uses (protocol.md §8.6).
const MAX_PEERS: usize = 7;
/// So many burnt channels later the numbers begin at 0 again.
const BURNT_CHANNELS: u8 = 64;

/// One peer.
pub(super) struct Peer {
    /// Ours; never used twice.
    pub(super) id: u32,
    /// The module's (protocol.md §8.5).
    pub(super) handle: u32,
    /// The module's, in extended data mode (protocol.md §5.2).
    pub(super) channel: u8,
    pub(super) url: PeerUrl,
    /// None once it has failed.
    pub(super) connection: Option<u32>,
    pub(super) state: PeerState,
    /// When it was accepted.
    pub(super) opened: Moment,
    /// The least time from there to its connect event.
    pub(super) patience: Duration,
    /// The number of the default remote peer it was made from.
    pub(super) default: Option<u8>,
    /// What came while it had no place on the serial line.
    pub(super) inbox: Vec<Vec<u8>>,
}

/// How far a peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PeerState {
    /// Accepted.
    Opening,
    /// Its connect event is out, or would be in extended data mode.
    Announced,
    /// `+UUDPC` is out.
    Connected,
}

/// One TCP connection.
pub(super) struct Link {
    pub(super) remote: Option<SocketAddr>,
    pub(super) kind: LinkKind,
    /// A handle number that the connection itself uses up.
    handle: Option<u32>,
}

/// What runs over a connection.
pub(super) enum LinkKind {
    Plain,
    Broker(Broker),
    Ping(Ping),
}

/// A broker session. The peers that agree in host, port and client ID share it (protocol.md §8.6).
pub(super) struct Broker {
    host: String,
    port: u16,
    client_id: String,
    /// Made when TCP is open.
    pub(super) client: Option<Box<mqtt::Client>>,
    pub(super) phase: BrokerPhase,
}

/// How far a broker session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BrokerPhase {
    Connecting,
    Connected,
}

/// An `AT+UPING` under way.
pub(super) struct Ping {
    pub(super) host: String,
    pub(super) count: u32,
    pub(super) size: u32,
    pub(super) hops: u32,
    pub(super) interval: Duration,
    pub(super) sent: Moment,
}

/// All peers and connections.
pub(super) struct Peers {
    /// In the order of their beginnings.
    pub(super) list: Vec<Peer>,
    pub(super) links: BTreeMap<u32, Link>,
    peers_so_far: u32,
    connections_so_far: u32,
    /// Channels below are not given out: an attempt that fails burns its channel (protocol.md §5.2).
    first_channel: u8,
    numbering: Numbering,
}

/// How handles are numbered. Real modules differ and promise nothing (protocol.md §8.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbering {
    /// The lowest handle.
    first: u32,
    /// Whether a broker session uses a number up, as the log with handles 2 and 4 suggests.
    sessions_count: bool,
}

impl Numbering {
    /// One of the four that have been seen.
    pub(super) fn from_seed(seed: u64) -> Self {
        Self { first: if seed & 1 == 0 { 2 } else { 1 }, sessions_count: seed & 2 == 0 }
    }
}

impl Peers {
    pub(super) fn new(numbering: Numbering) -> Self {
        Self {
            list: Vec::new(),
            links: BTreeMap::new(),
            peers_so_far: 0,
            connections_so_far: 0,
            first_channel: 0,
            numbering,
        }
    }

    /// Forgets all of them, and gives the connections that were in use. Connection numbers go on.
    pub(super) fn clear(&mut self) -> Vec<u32> {
        self.list.clear();
        self.first_channel = 0;
        std::mem::take(&mut self.links).into_keys().collect()
    }

    /// Makes room for a peer with its own handle and channel. `None`: there are too many.
    pub(super) fn add(&mut self, url: PeerUrl, opened: Moment, patience: Duration) -> Option<&mut Peer> {
        if self.list.len() >= MAX_PEERS {
            return None;
        }
        let channel =
            (self.first_channel..).find(|channel| self.list.iter().all(|peer| peer.channel != *channel))?;
        self.peers_so_far += 1;
        self.list.push(Peer {
            id: self.peers_so_far,
            handle: self.free_handle(),
            channel,
            url,
            connection: None,
            state: PeerState::Opening,
            opened,
            patience,
            default: None,
            inbox: Vec::new(),
        });
        self.list.last_mut()
    }

    /// Takes a peer out.
    pub(super) fn remove(&mut self, id: u32) -> Option<Peer> {
        let index = self.list.iter().position(|peer| peer.id == id)?;
        let peer = self.list.remove(index);
        if peer.state == PeerState::Opening {
            self.first_channel = (peer.channel + 1) % BURNT_CHANNELS;
        }
        Some(peer)
    }

    pub(super) fn get(&mut self, id: u32) -> Option<&mut Peer> {
        self.list.iter_mut().find(|peer| peer.id == id)
    }

    pub(super) fn with_handle(&self, handle: u32) -> Option<&Peer> {
        self.list.iter().find(|peer| peer.handle == handle)
    }

    /// The ids of the peers over a connection.
    pub(super) fn over(&self, connection: u32) -> Vec<u32> {
        self.list.iter().filter(|peer| peer.connection == Some(connection)).map(|peer| peer.id).collect()
    }

    /// A new connection.
    pub(super) fn link(&mut self, kind: LinkKind) -> u32 {
        let counts = self.numbering.sessions_count && matches!(kind, LinkKind::Broker(_));
        let handle = counts.then(|| self.free_handle());
        self.connections_so_far += 1;
        self.links.insert(self.connections_so_far, Link { remote: None, kind, handle });
        self.connections_so_far
    }

    /// The connection of the broker session that this URL shares.
    pub(super) fn session(&self, url: &PeerUrl) -> Option<u32> {
        let shares = |link: &Link| matches!(&link.kind, LinkKind::Broker(broker) if broker.serves(url));
        self.links.iter().find(|(_, link)| shares(link)).map(|(connection, _)| *connection)
    }

    pub(super) fn broker(&mut self, connection: u32) -> Option<&mut Broker> {
        match &mut self.links.get_mut(&connection)?.kind {
            LinkKind::Broker(broker) => Some(broker),
            LinkKind::Plain | LinkKind::Ping(_) => None,
        }
    }

    /// The other side of a peer, once it is known.
    pub(super) fn remote(&self, peer: &Peer) -> Option<SocketAddr> {
        self.links.get(&peer.connection?)?.remote
    }

    fn free_handle(&self) -> u32 {
        let taken = |handle: u32| {
            self.list.iter().any(|peer| peer.handle == handle)
                || self.links.values().any(|link| link.handle == Some(handle))
        };
        (self.numbering.first..).find(|handle| !taken(*handle)).unwrap_or_default()
    }
}

impl Broker {
    /// A session for the first of its peers, or `None` if the peer does not speak MQTT.
    pub(super) fn new(url: &PeerUrl) -> Option<Self> {
        let Service::Mqtt(mqtt) = &url.service else { return None };
        Some(Self {
            host: url.host.clone(),
            port: url.port,
            client_id: mqtt.client.clone(),
            client: None,
            phase: BrokerPhase::Connecting,
        })
    }

    fn serves(&self, url: &PeerUrl) -> bool {
        let Service::Mqtt(mqtt) = &url.service else { return false };
        (&self.host, self.port, &self.client_id) == (&url.host, url.port, &mqtt.client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(client: &str) -> PeerUrl {
        let mqtt = super::super::url::Mqtt { client: client.into(), ..Default::default() };
        PeerUrl { host: "h".into(), port: 1883, service: Service::Mqtt(Box::new(mqtt)) }
    }

    /// A peer and, for the first of its client, a session; gives handle and channel.
    fn open(peers: &mut Peers, client: &str) -> (u32, u8) {
        let session = peers.session(&url(client));
        let peer = peers.add(url(client), Moment::START, Duration::ZERO).unwrap();
        peer.connection = session;
        let (id, numbers) = (peer.id, (peer.handle, peer.channel));
        if session.is_none() {
            let connection = peers.link(LinkKind::Broker(Broker::new(&url(client)).unwrap()));
            peers.get(id).unwrap().connection = Some(connection);
        }
        numbers
    }

    #[test]
    fn handles_and_channels_of_the_provisioning_log_come_out() {
        let mut peers = Peers::new(Numbering::from_seed(0));
        assert_eq!([open(&mut peers, "a"), open(&mut peers, "a")], [(2, 0), (4, 1)]);
    }

    #[test]
    fn other_seeds_number_otherwise() {
        let mut peers = Peers::new(Numbering::from_seed(3));
        assert_eq!([open(&mut peers, "a"), open(&mut peers, "a")], [(1, 0), (2, 1)]);
    }

    #[test]
    fn a_failed_attempt_burns_its_channel_and_gives_its_handle_back() {
        let mut peers = Peers::new(Numbering { first: 2, sessions_count: false });
        assert_eq!(open(&mut peers, "a"), (2, 0));
        peers.remove(1);
        assert_eq!(open(&mut peers, "a"), (2, 1));
    }

    #[test]
    fn a_peer_that_was_connected_gives_its_channel_back() {
        let mut peers = Peers::new(Numbering::from_seed(0));
        open(&mut peers, "a");
        peers.get(1).unwrap().state = PeerState::Connected;
        peers.remove(1);
        assert_eq!(open(&mut peers, "b").1, 0);
    }

    #[test]
    fn there_is_room_for_seven() {
        let mut peers = Peers::new(Numbering::from_seed(0));
        for _ in 0..7 {
            open(&mut peers, "a");
        }
        assert!(peers.add(url("a"), Moment::START, Duration::ZERO).is_none());
    }
}
