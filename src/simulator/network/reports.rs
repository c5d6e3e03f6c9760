//! What the host is told about peers, in which order, and what becomes of the mode (protocol.md §5.2, §5.3, §8.4).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::edm::{self, Packet, Protocol};
use crate::moment::Moment;
use crate::simulator::memory::DefaultPeer;
use crate::simulator::peers::{Peer, PeerState};
use crate::simulator::settings::Mode;
use crate::simulator::url::Service;
use crate::simulator::{Happening, Simulator, timing};

/// Tag 4 of `AT+UDCFG`: the time until an always connected peer is connected again, in milliseconds.
const RECONNECT: u16 = 4;
/// The first of the ports that a module's own ends of connections get.
const FIRST_LOCAL_PORT: u16 = 49_152;

impl Simulator {
    /// The connect event, and soon after it `+UUDPC`.
    pub(in crate::simulator) fn announce(&mut self, id: u32) {
        let Some(peer) = self.peers.get(id).filter(|peer| peer.connection.is_some()) else { return };
        peer.state = PeerState::Announced;
        self.send_connect_event(id);
        let soon = self.chance.between(&timing::REPORT);
        self.plan_work(soon, Happening::Report(id));
    }

    pub(in crate::simulator) fn report(&mut self, id: u32) {
        let Some(peer) = self.peers.get(id) else { return };
        peer.state = PeerState::Connected;
        let Some((peer, remote, local)) = self.ends(id) else { return };
        let protocol = if peer.url.service == Service::Tcp { 0 } else { 6 };
        let kind = if remote.is_ipv4() { 2 } else { 3 };
        let line = format!(
            "+UUDPC:{},{kind},{protocol},{},{},{},{}",
            peer.handle,
            local.ip(),
            local.port(),
            remote.ip(),
            remote.port()
        );
        self.say(&line);
        self.deliver_inbox(id);
    }

    /// A peer is lost, or never came about: `+UUDPD` comes first.
    pub(in crate::simulator) fn lose(&mut self, id: u32) {
        let Some(peer) = self.peers.remove(id) else { return };
        self.say(&format!("+UUDPD:{}", peer.handle));
        self.send_disconnect_event(peer.channel);
        self.plan_reconnection(&peer);
        self.fall_back(&peer);
    }

    /// A peer has been closed as asked for: the disconnect event comes first.
    pub(super) fn report_close(&mut self, id: u32) {
        // What the host gave up itself burns no channel.
        if let Some(peer) = self.peers.get(id) {
            peer.state = PeerState::Connected;
        }
        let Some(peer) = self.peers.remove(id) else { return };
        self.send_disconnect_event(peer.channel);
        self.say(&format!("+UUDPD:{}", peer.handle));
    }

    fn plan_reconnection(&mut self, peer: &Peer) {
        let profile = &self.memory.profile;
        let always = peer.default.and_then(|number| profile.default_peers.get(&number));
        if always.is_some_and(DefaultPeer::is_always_connected) {
            let millis = profile.peer_options.get(RECONNECT).and_then(|millis| u64::try_from(millis).ok());
            let pause =
                self.settings.timing.of(Moment::from_millis(millis.unwrap_or_default()).since_start());
            self.agenda.plan(self.now + pause, Happening::DefaultPeers);
        }
    }

    /// Data mode ends with its last peer, and only then does the host see `+UUDPD` (protocol.md §4).
    fn fall_back(&mut self, lost: &Peer) {
        let last = lost.state == PeerState::Connected && lost.default.is_none() && self.peers.list.is_empty();
        if self.mode() == Mode::Data && last {
            self.enter(Mode::Command);
        }
    }

    /// The connect events of all peers that have had theirs.
    pub(in crate::simulator) fn resend_connect_events(&mut self) {
        let announced = self.peers.list.iter().filter(|peer| peer.state != PeerState::Opening);
        let ids: Vec<u32> = announced.map(|peer| peer.id).collect();
        ids.into_iter().for_each(|id| self.send_connect_event(id));
    }

    fn send_connect_event(&mut self, id: u32) {
        let Some((peer, remote, local)) = self.ends(id).filter(|_| self.mode() == Mode::Edm) else { return };
        let protocol = if peer.url.service == Service::Tcp { Protocol::Tcp } else { Protocol::Mqtt };
        let ends = edm::Peer::Ip { protocol, remote, local };
        self.send(&Packet::Connect { channel: peer.channel, peer: ends });
    }

    fn send_disconnect_event(&mut self, channel: u8) {
        if self.mode() == Mode::Edm {
            self.send(&Packet::Disconnect { channel });
        }
    }

    /// A peer with its remote and its local end; MQTT shows no local end (protocol.md §8.4).
    pub(in crate::simulator) fn ends(&self, id: u32) -> Option<(&Peer, SocketAddr, SocketAddr)> {
        let peer = self.peers.list.iter().find(|peer| peer.id == id)?;
        let remote = self.peers.remote(peer)?;
        let port = u16::try_from(peer.connection? % 16_384).ok()?;
        let address = self.station.addresses().map_or(Ipv4Addr::UNSPECIFIED, |addresses| addresses[0]);
        let local: SocketAddr = match (&peer.url.service, remote) {
            (Service::Tcp, SocketAddr::V4(_)) => (address, FIRST_LOCAL_PORT + port).into(),
            (Service::Tcp, SocketAddr::V6(_)) => (self.link_local(), FIRST_LOCAL_PORT + port).into(),
            (Service::Mqtt(_), SocketAddr::V4(_)) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            (Service::Mqtt(_), SocketAddr::V6(_)) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        Some((peer, remote, local))
    }
}
