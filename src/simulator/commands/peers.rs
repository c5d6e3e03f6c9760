//! Peers: opening, closing, listing, the default ones, and URL values (protocol.md §8).

use super::{number, url};
use crate::at::{Param, quote};
use crate::secret::Secret;
use crate::simulator::console::Answer;
use crate::simulator::memory::DefaultPeer;
use crate::simulator::url::Service;
use crate::simulator::{Happening, Simulator, timing};

/// URL values are numbered 0 to 9 and hold so many characters (protocol.md §15).
const MAX_VALUE_INDEX: u8 = 9;
const MAX_VALUE: usize = 512;
/// The greatest number of a default remote peer.
const MAX_DEFAULT_PEER: u8 = 6;
/// The greatest number of a server, and the types that there are.
const MAX_SERVER: u8 = 6;
const SERVER_TYPES: [u8; 8] = [0, 1, 2, 3, 4, 5, 6, 8];
/// Schemes that a default remote peer may have; those that are not simulated are never connected.
const SCHEMES: [&str; 7] = ["tcp://", "udp://", "mqtt://", "http-tcp://", "spp://", "dun://", "sps://"];

impl Simulator {
    pub(super) fn connect_peer(&mut self, params: &[Param]) -> Option<Answer> {
        if self.settings.faults.take_udcp_error() || !self.is_network_usable() {
            return None;
        }
        let url = self.read_url(&url(params))?;
        let handle = self.connect(&url, None)?;
        Some(Answer::line(format!("+UDCP:{handle}")))
    }

    pub(super) fn close_peer(&mut self, params: &[Param]) -> Option<Answer> {
        let [handle] = params else { return None };
        let id = self.peers.with_handle(handle.text.parse().ok()?)?.id;
        self.plan_work(timing::FAREWELL, Happening::Close(id));
        Some(Answer::ok())
    }

    /// The serial port is handle 0; the form of the lines of MQTT peers is our choice.
    pub(super) fn list_peers(&self) -> Answer {
        let peers = self.peers.list.iter().filter_map(|peer| {
            let (peer, remote, local) = self.ends(peer.id)?;
            let protocol = if peer.url.service == Service::Tcp { "tcp" } else { "mqtt" };
            Some(format!("+UDLP:{},\"{protocol}\",\"{local}\",\"{remote}\"", peer.handle))
        });
        Answer::lines(["+UDLP:0,\"com\",\"com1\",\"\"".to_owned()].into_iter().chain(peers))
    }

    pub(super) fn list_default_peers(&self) -> Answer {
        Answer::lines(
            self.memory.profile.default_peers.iter().map(|(number, peer)| {
                format!("+UDDRP:{number},{},{}", quote(peer.url.reveal()), peer.scheme)
            }),
        )
    }

    /// `AT+UDDRP=<number>,<url>,<scheme>`; an empty URL clears.
    pub(super) fn default_peer(&mut self, params: &[Param]) -> Option<Answer> {
        let (_, rest) = params.split_first()?;
        let peer: u8 = number(params, 0).filter(|peer| *peer <= MAX_DEFAULT_PEER)?;
        let peers = &mut self.memory.profile.default_peers;
        let (text, scheme) = match rest {
            [] => {
                let DefaultPeer { url, scheme } = peers.get(&peer)?;
                return Some(Answer::line(format!("+UDDRP:{peer},{},{scheme}", quote(url.reveal()))));
            }
            [url] => (url.text.clone(), 0),
            // An unquoted URL may have commas of its own; the last parameter is the scheme.
            [parts @ .., scheme] => (url(parts), scheme.text.parse().ok()?),
        };
        if text.is_empty() {
            peers.remove(&peer);
        } else {
            let known = SCHEMES.iter().any(|known| text.starts_with(known));
            let default = DefaultPeer { url: Secret::new(text), scheme };
            (known && matches!(scheme, 0 | 2 | 4 | 6)).then(|| peers.insert(peer, default))?;
        }
        Some(Answer::ok())
    }

    pub(super) fn list_servers(&self) -> Answer {
        let servers = &self.memory.profile.servers;
        Answer::lines(servers.iter().map(|(number, values)| format!("+UDSC:{number},{values}")))
    }

    /// `AT+UDSC=<number>,<type>[,<port>[,<options>]]`; type 0 switches it off.
    pub(super) fn server(&mut self, params: &[Param]) -> Option<Answer> {
        let (_, values) = params.split_first().filter(|(_, values)| !values.is_empty())?;
        let server = number(params, 0).filter(|server| *server <= MAX_SERVER)?;
        let kind: u8 = number(params, 1).filter(|kind| SERVER_TYPES.contains(kind))?;
        match kind {
            0 => drop(self.memory.profile.servers.remove(&server)),
            1 | 2 => {
                number::<u16>(params, 2).filter(|port| *port != 0)?;
                self.memory.profile.servers.insert(server, url(values));
            }
            _ => drop(self.memory.profile.servers.insert(server, url(values))),
        }
        Some(Answer::ok())
    }

    pub(super) fn peer_option(&mut self, params: &[Param]) -> Option<Answer> {
        let tag = number(params, 0)?;
        match params {
            [_] => self
                .memory
                .profile
                .peer_options
                .get(tag)
                .map(|value| Answer::line(format!("+UDCFG:{tag},{value}"))),
            [_, _] => self.memory.profile.peer_options.set(tag, number(params, 1)?).map(|()| Answer::ok()),
            _ => None,
        }
    }

    pub(super) fn set_url_value(&mut self, params: &[Param]) -> Option<Answer> {
        let (_, value) = params.split_first().filter(|(_, value)| !value.is_empty())?;
        let index = number(params, 0).filter(|index| *index <= MAX_VALUE_INDEX)?;
        let value = url(value);
        (value.chars().count() <= MAX_VALUE).then(|| self.memory.url_values.insert(index, value))?;
        Some(Answer::ok())
    }
}
