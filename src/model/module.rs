//! What is known of the connected module: what it is, its peers, and so its way to the cloud. Its Wi-Fi stands in `station`.

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;

use super::run::Run;
use super::station::{Pings, Wifi};
use super::traffic::Topics;
use crate::at;
use crate::catalogue::PeerUrl;
use crate::module::{Identity, Report, ScanEntry};
use crate::moment::Moment;
use crate::plan::Stage;
use crate::profile::CloudKind;
use crate::session::{PeerEvent, PingEvent, Reach, WifiEvent};

/// The connected module; empty as long as none has answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModuleView {
    pub identity: Option<Identity>,
    /// What it said of itself when it was asked for everything.
    pub report: Option<Report>,
    pub wifi: Wifi,
    pub peers: Vec<Peer>,
    /// What it saw when it looked for networks last; `None` if it has not looked.
    pub seen: Option<Vec<ScanEntry>>,
    /// When that was.
    pub seen_at: Option<Moment>,
    /// What is configured to reach others and to be reached; `None` if it was not asked for.
    pub reach: Option<Reach>,
    /// The pings under way, or the last.
    pub pings: Option<Pings>,
    /// What the last `AT+UDCP` said, which the next connected peer belongs to.
    called: Option<Called>,
    /// The texts of `AT+UDUV`, by their numbers.
    url_values: BTreeMap<u8, String>,
}

/// Whom an `AT+UDCP` asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Called {
    host: String,
    client_id: Option<String>,
    topics: Option<Topics>,
}

/// A peer that is connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    pub handle: u32,
    /// In extended data mode.
    pub channel: Option<u8>,
    pub remote: Option<SocketAddr>,
    /// The host it was opened by, if that was seen.
    pub host: Option<String>,
    /// The client ID of its command, if that was seen.
    pub client_id: Option<String>,
    /// If it speaks MQTT and its command was seen.
    pub topics: Option<Topics>,
    pub since: Moment,
}

/// The module's way to the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloudState {
    None,
    Connecting,
    /// `None`: a peer of which only the address is known.
    Connected {
        cloud: Option<CloudKind>,
        host: String,
    },
}

impl Peer {
    /// What it is called: its host, else its address, else its number.
    pub fn name(&self) -> String {
        match (&self.host, self.remote) {
            (Some(host), _) => host.clone(),
            (None, Some(remote)) => remote.to_string(),
            (None, None) => format!("peer {}", self.handle),
        }
    }
}

impl ModuleView {
    pub(super) fn cloud(&self, run: Option<&Run>) -> CloudState {
        if let Some(peer) = self.peers.last() {
            let cloud = peer.host.as_deref().and_then(CloudKind::of_host);
            return CloudState::Connected { cloud, host: peer.name() };
        }
        let connecting = run
            .filter(|run| run.is_under_way())
            .and_then(Run::present)
            .is_some_and(|step| step.stage == Stage::Cloud);
        if connecting { CloudState::Connecting } else { CloudState::None }
    }

    pub(super) fn handle_wifi(&mut self, event: &WifiEvent, now: Moment) {
        match event {
            WifiEvent::Scanned(seen) => (self.seen, self.seen_at) = (Some(seen.clone()), Some(now)),
            event => self.wifi.handle(event, now),
        }
    }

    pub(super) fn handle_ping(&mut self, event: PingEvent) {
        match event {
            PingEvent::Started { host, of } => self.pings = Some(Pings::new(host, of)),
            event => self.pings.iter_mut().for_each(|pings| pings.handle(&event)),
        }
    }

    /// The networks that were seen, each by its strongest access point, the strongest first. Hidden ones have no name
    /// to choose them by.
    pub fn networks(&self) -> Vec<&ScanEntry> {
        let mut seen: Vec<_> = self.seen.iter().flatten().filter(|entry| !entry.ssid.is_empty()).collect();
        seen.sort_by_key(|entry| std::cmp::Reverse(entry.rssi));
        let mut names = HashSet::new();
        seen.retain(|entry| names.insert(&entry.ssid));
        seen
    }

    pub(super) fn handle_peer(&mut self, event: &PeerEvent, now: Moment) {
        match *event {
            PeerEvent::Connected { handle, channel, remote } => {
                self.peers.retain(|peer| peer.handle != handle);
                let (host, client_id, topics) = match self.called.clone() {
                    Some(Called { host, client_id, topics }) => (Some(host), client_id, topics),
                    None => (None, None, None),
                };
                self.peers.push(Peer { handle, channel, remote, host, client_id, topics, since: now });
            }
            PeerEvent::Channel { handle, channel } => {
                if let Some(peer) = self.peers.iter_mut().find(|peer| peer.handle == handle) {
                    peer.channel = Some(channel);
                }
            }
            PeerEvent::Disconnected { handle } => {
                self.peers.retain(|peer| peer.handle != handle);
                if let Some(reach) = &mut self.reach {
                    reach.peers.retain(|peer| peer.handle != handle);
                }
            }
        }
    }

    /// A command on its way: the host of a peer stands in it and nowhere else.
    pub(super) fn note_command(&mut self, command: &str) {
        let Some((name, values)) = command.split_once('=') else { return };
        match name.trim().to_ascii_uppercase().as_str() {
            "AT+UDCP" => self.called = self.called_by(values),
            "AT+UDUV" => self.note_url_value(values),
            _ => {}
        }
    }

    /// A module that restarts has neither network nor peers.
    pub(super) fn restarted(&mut self) {
        self.wifi = Wifi::default();
        (self.report, self.reach) = (None, None);
        self.peers.clear();
        self.called = None;
        self.url_values.clear();
    }

    /// Whom `mqtt://host:port/?…` asks for.
    fn called_by(&self, url: &str) -> Option<Called> {
        let url = PeerUrl::parse(url.trim().trim_matches('"'))?;
        let value = |key| url.value(key).map(|value| self.with_url_values(value));
        let topics = (url.scheme == "mqtt").then(|| Topics { publish: value("pt"), subscribe: value("st") });
        let client_id = value("client");
        (!url.host.is_empty()).then(|| Called { host: url.host.clone(), client_id, topics })
    }

    /// A text that later URLs refer to by its number, as `%%0` (protocol.md §8.2).
    fn note_url_value(&mut self, values: &str) {
        let Some((number, value)) = values.split_once(',') else { return };
        if let Ok(number) = number.trim().parse() {
            self.url_values.insert(number, at::unquote(value));
        }
    }

    fn with_url_values(&self, text: &str) -> String {
        // `%%12` before `%%1`.
        self.url_values
            .iter()
            .rev()
            .fold(text.to_owned(), |text, (number, value)| text.replace(&format!("%%{number}"), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_peer_is_the_one_its_command_named() {
        let mut module = ModuleView::default();
        module.note_command("AT+UDCP=mqtt://abc-ats.iot.eu-west-1.amazonaws.com:8883/?client=x&ca=ca.pem");
        module.handle_peer(&PeerEvent::Connected { handle: 2, channel: None, remote: None }, Moment::START);
        let connected = CloudState::Connected {
            cloud: Some(CloudKind::Aws),
            host: "abc-ats.iot.eu-west-1.amazonaws.com".to_owned(),
        };
        assert_eq!(module.cloud(None), connected);
        module.handle_peer(&PeerEvent::Disconnected { handle: 2 }, Moment::START);
        assert_eq!(module.cloud(None), CloudState::None);
    }

    #[test]
    fn a_channel_that_is_told_later_is_that_of_its_peer_and_changes_nothing_else() {
        let mut module = ModuleView::default();
        for handle in [1, 2] {
            module.note_command(&format!("AT+UDCP=mqtt://host{handle}:8883/?client=x"));
            module.handle_peer(&PeerEvent::Connected { handle, channel: None, remote: None }, Moment::START);
        }
        module.handle_peer(&PeerEvent::Channel { handle: 1, channel: 4 }, Moment::START);
        let peers: Vec<_> = module.peers.iter().map(|peer| (peer.name(), peer.channel)).collect();
        assert_eq!(peers, [("host1".to_owned(), Some(4)), ("host2".to_owned(), None)]);
    }

    #[test]
    fn a_restart_clears_network_and_peers() {
        let mut module = ModuleView::default();
        module.handle_wifi(&WifiEvent::Network { ssid: "lab-ap".to_owned() }, Moment::START);
        module.handle_peer(&PeerEvent::Connected { handle: 1, channel: None, remote: None }, Moment::START);
        module.restarted();
        assert_eq!((module.wifi, module.peers), (Wifi::default(), Vec::new()));
    }

    #[test]
    fn each_network_that_was_seen_is_told_once_the_strongest_first() {
        let seen = [
            r#"+UWSCAN:000000000001,1,"far",1,-80,18,8,8"#,
            r#"+UWSCAN:000000000002,1,"near",1,-60,18,8,8"#,
            r#"+UWSCAN:000000000003,1,"",1,-30,18,8,8"#,
            r#"+UWSCAN:000000000004,1,"far",6,-50,18,8,8"#,
        ];
        let mut module = ModuleView::default();
        module.handle_wifi(
            &WifiEvent::Scanned(seen.iter().filter_map(|line| ScanEntry::parse(line)).collect()),
            Moment::START,
        );
        let networks: Vec<_> =
            module.networks().into_iter().map(|entry| (entry.ssid.as_str(), entry.rssi)).collect();
        assert_eq!(networks, [("far", -50), ("near", -60)]);
    }
}
