//! What is known of the connected module: what it is, its Wi-Fi, its peers, and so its way to the cloud.

use std::collections::{BTreeMap, HashSet};
use std::net::{IpAddr, SocketAddr};

use super::run::Run;
use super::traffic::Topics;
use crate::at;
use crate::catalogue::PeerUrl;
use crate::module::{Identity, LinkDownReason, ScanEntry};
use crate::moment::Moment;
use crate::plan::Stage;
use crate::profile::CloudKind;
use crate::session::{PeerEvent, WifiEvent};

/// The connected module; empty as long as none has answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModuleView {
    pub identity: Option<Identity>,
    pub wifi: Wifi,
    pub peers: Vec<Peer>,
    /// What it saw when it looked for networks last; `None` if it has not looked.
    pub seen: Option<Vec<ScanEntry>>,
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

/// The module's Wi-Fi station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wifi {
    pub link: Link,
    pub ssid: Option<String>,
    pub bssid: Option<String>,
    pub channel: Option<u8>,
    pub address: Option<IpAddr>,
    /// In dBm.
    pub signal: Option<i16>,
}

/// Whether the station is on a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// The module has not said so far.
    #[default]
    Unknown,
    Up,
    /// With the module's reason, if it gave one.
    Down(Option<LinkDownReason>),
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

    pub(super) fn handle_wifi(&mut self, event: &WifiEvent) {
        match event {
            WifiEvent::Scanned(seen) => self.seen = Some(seen.clone()),
            event => self.wifi.handle(event),
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
            PeerEvent::Disconnected { handle } => self.peers.retain(|peer| peer.handle != handle),
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

impl Wifi {
    pub(super) fn handle(&mut self, event: &WifiEvent) {
        match event {
            WifiEvent::LinkUp { bssid, channel } => {
                self.link = Link::Up;
                (self.bssid, self.channel) = (Some(bssid.clone()), Some(*channel));
            }
            WifiEvent::LinkDown(reason) => *self = Self::down(Some(*reason)),
            WifiEvent::Network { ssid } => {
                self.link = Link::Up;
                self.ssid = Some(ssid.clone());
            }
            WifiEvent::Address(address) => self.address = Some(*address),
            WifiEvent::Down if self.link == Link::Up => self.address = None,
            WifiEvent::Down => *self = Self::down(None),
            WifiEvent::Signal(signal) => self.signal = Some(*signal),
            WifiEvent::Scanned(_) => {}
        }
    }

    fn down(reason: Option<LinkDownReason>) -> Self {
        Self { link: Link::Down(reason), ..Self::default() }
    }

    /// The signal in bars from 0 to 4.
    pub fn bars(&self) -> Option<u8> {
        self.signal.map(bars)
    }
}

/// A signal of so many dBm in bars from 0 to 4, by the usual steps of 12 dB around −67 dBm.
pub const fn bars(dbm: i16) -> u8 {
    match dbm {
        -55.. => 4,
        -67..-55 => 3,
        -79..-67 => 2,
        -89..-79 => 1,
        _ => 0,
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
        module.wifi.handle(&WifiEvent::Network { ssid: "lab-ap".to_owned() });
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
        module.handle_wifi(&WifiEvent::Scanned(
            seen.iter().filter_map(|line| ScanEntry::parse(line)).collect(),
        ));
        let networks: Vec<_> =
            module.networks().into_iter().map(|entry| (entry.ssid.as_str(), entry.rssi)).collect();
        assert_eq!(networks, [("far", -50), ("near", -60)]);
    }

    #[test]
    fn a_link_that_goes_down_takes_the_address_along() {
        let mut wifi = Wifi::default();
        wifi.handle(&WifiEvent::LinkUp { bssid: "D4CA6E000001".to_owned(), channel: 6 });
        wifi.handle(&WifiEvent::Address("10.0.0.7".parse().unwrap()));
        wifi.handle(&WifiEvent::Down);
        assert_eq!((wifi.link, wifi.address), (Link::Up, None));
        wifi.handle(&WifiEvent::LinkDown(LinkDownReason::Security));
        assert_eq!(wifi, Wifi::down(Some(LinkDownReason::Security)));
    }

    #[test]
    fn a_stronger_signal_never_has_fewer_bars() {
        let bars: Vec<_> =
            (-100..=-30).map(|dbm| Wifi { signal: Some(dbm), ..Wifi::default() }.bars()).collect();
        assert!(bars.is_sorted());
        assert_eq!((bars[0], bars[70]), (Some(0), Some(4)));
    }
}
