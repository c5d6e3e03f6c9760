//! Who is connected, and on which channel of extended data mode. Lines name the handle of a peer, connect events its
//! channel; the event comes just before the line (protocol.md §5.3), or long after it for a peer that was there before
//! the mode began.

use std::net::SocketAddr;

/// The peers of the module, as far as they were heard of.
#[derive(Debug, Default)]
pub(super) struct Peers {
    known: Vec<Known>,
    /// Connect events of peers whose handle is not known, oldest first.
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Known {
    handle: u32,
    remote: Option<SocketAddr>,
    channel: Option<u8>,
}

#[derive(Debug)]
struct Waiting {
    channel: u8,
    remote: Option<SocketAddr>,
}

impl Peers {
    /// Whether a peer is connected whose channel is not known.
    pub(super) fn lack_channels(&self) -> bool {
        self.known.iter().any(|peer| peer.channel.is_none())
    }

    /// `+UUDPC`; gives the channel if its connect event came before.
    pub(super) fn connected(&mut self, handle: u32, remote: Option<SocketAddr>) -> Option<u8> {
        let fits = |event: &Waiting| event.remote == remote;
        let place = self.waiting.iter().rposition(fits).or_else(|| self.waiting.len().checked_sub(1));
        let channel = place.map(|place| self.waiting.remove(place).channel);
        self.disconnected(handle);
        self.known.push(Known { handle, remote, channel });
        channel
    }

    /// A connect event; gives the handle of a known peer that has its channel from now on.
    pub(super) fn has_channel(&mut self, channel: u8, remote: Option<SocketAddr>) -> Option<u32> {
        if self.known.iter().any(|peer| peer.channel == Some(channel)) {
            return None;
        }
        let fits = |peer: &&mut Known| peer.channel.is_none() && peer.remote == remote;
        if let Some(peer) = self.known.iter_mut().find(fits) {
            peer.channel = Some(channel);
            return Some(peer.handle);
        }
        self.channel_is_free(channel);
        self.waiting.push(Waiting { channel, remote });
        None
    }

    /// `+UUDPD`.
    pub(super) fn disconnected(&mut self, handle: u32) {
        self.known.retain(|peer| peer.handle != handle);
    }

    /// A disconnect event.
    pub(super) fn channel_is_free(&mut self, channel: u8) {
        self.waiting.retain(|event| event.channel != channel);
    }

    /// The module has restarted, or is gone.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16) -> Option<SocketAddr> {
        Some(SocketAddr::from(([10, 0, 0, 1], port)))
    }

    #[test]
    fn the_channel_is_that_of_the_event_just_before_the_line() {
        let mut peers = Peers::default();
        assert_eq!(peers.has_channel(3, at(1)), None);
        assert_eq!(peers.connected(7, at(1)), Some(3));
        assert!(!peers.lack_channels());
    }

    #[test]
    fn peers_that_were_there_before_get_their_channels_once_and_those_with_one_address_in_their_order() {
        let mut peers = Peers::default();
        for (handle, port) in [(1, 1), (2, 2), (3, 1)] {
            assert_eq!(peers.connected(handle, at(port)), None);
        }
        assert!(peers.lack_channels());
        let heard =
            [(0, 1), (1, 2), (2, 1), (0, 1)].map(|(channel, port)| peers.has_channel(channel, at(port)));
        assert_eq!(heard, [Some(1), Some(2), Some(3), None]);
        assert!(!peers.lack_channels());
    }

    #[test]
    fn an_event_of_a_stranger_is_not_taken_for_that_of_a_later_peer() {
        let mut peers = Peers::default();
        peers.has_channel(0, at(1));
        peers.has_channel(1, at(1));
        assert_eq!(peers.connected(2, at(1)), Some(1), "the last one");
        peers.has_channel(2, at(2));
        assert_eq!(peers.connected(3, at(2)), Some(2));
        peers.channel_is_free(0);
        assert_eq!(peers.connected(4, at(1)), None);
    }
}
