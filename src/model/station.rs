//! What is known of the module's Wi-Fi station: its link, its addresses, its signal, and pings.

use std::collections::VecDeque;
use std::net::IpAddr;

use crate::module::{LinkDownReason, NetworkStatus, PingReply};
use crate::moment::Moment;
use crate::session::{PingEvent, WifiEvent};

/// So many values of the signal are kept: an hour of them, at one in five seconds.
const MOST_SIGNALS: usize = 720;

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
    /// The signal over time, the oldest first.
    pub signals: VecDeque<(Moment, i16)>,
    /// How often the network layer came up since the link did; a healthy network does so twice.
    pub ups: u8,
    /// What the module says of its addresses.
    pub status: Vec<NetworkStatus>,
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

/// Pings of one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pings {
    pub host: String,
    /// How many are sent.
    pub of: u32,
    pub results: Vec<PingResult>,
    pub state: PingState,
}

/// What became of one ping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PingResult {
    Reply(PingReply),
    /// With the module's code (protocol.md §10).
    Failed(u32),
}

/// Whether more results are to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PingState {
    UnderWay,
    Over,
}

impl Pings {
    pub(super) const fn new(host: String, of: u32) -> Self {
        Self { host, of, results: Vec::new(), state: PingState::UnderWay }
    }

    pub(super) fn handle(&mut self, event: &PingEvent) {
        match event {
            PingEvent::Started { .. } => {}
            PingEvent::Reply(reply) => self.results.push(PingResult::Reply(reply.clone())),
            PingEvent::Failed { code } => self.results.push(PingResult::Failed(*code)),
            PingEvent::Ended => self.state = PingState::Over,
        }
    }
}

impl Wifi {
    pub(super) fn handle(&mut self, event: &WifiEvent, now: Moment) {
        match event {
            WifiEvent::LinkUp { bssid, channel } => {
                self.link = Link::Up;
                self.ups = 0;
                (self.bssid, self.channel) = (Some(bssid.clone()), Some(*channel));
            }
            WifiEvent::LinkDown(reason) => *self = Self::down(Some(*reason)),
            WifiEvent::Network { ssid } => {
                self.link = Link::Up;
                self.ssid = Some(ssid.clone());
            }
            WifiEvent::Address(address) => self.address = Some(*address),
            WifiEvent::Down if self.link == Link::Up => (self.address, self.ups) = (None, 0),
            // The network goes down after the link, which has told why.
            WifiEvent::Down if matches!(self.link, Link::Down(_)) => {}
            WifiEvent::Down => *self = Self::down(None),
            WifiEvent::Signal(signal) => self.note_signal(*signal, now),
            WifiEvent::NetworkUp => self.ups = self.ups.saturating_add(1),
            WifiEvent::Status(status) => self.status.clone_from(status),
            WifiEvent::Scanned(_) => {}
        }
    }

    fn note_signal(&mut self, signal: i16, now: Moment) {
        self.signal = Some(signal);
        if self.signals.len() == MOST_SIGNALS {
            self.signals.pop_front();
        }
        self.signals.push_back((now, signal));
    }

    /// The value of the module's own interface with this number (protocol.md §6.6); none for an address that is not set.
    pub fn address_at(&self, id: u32) -> Option<IpAddr> {
        self.status.iter().find(|status| status.interface == 0 && status.id == id)?.address()
    }

    /// How far joining has come, in words.
    pub fn progress(&self) -> &'static str {
        match (self.link, self.address, self.ups) {
            (Link::Unknown, ..) => "Not known",
            (Link::Down(_), ..) => "Not on a network",
            (Link::Up, None, _) => "Associated, no address yet",
            (Link::Up, Some(_), 1) => "Associated, has an address, not ready yet",
            (Link::Up, Some(_), _) => "Ready",
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
    fn a_link_that_goes_down_takes_the_address_along() {
        let mut wifi = Wifi::default();
        wifi.handle(&WifiEvent::LinkUp { bssid: "D4CA6E000001".to_owned(), channel: 6 }, Moment::START);
        wifi.handle(&WifiEvent::Address("10.0.0.7".parse().unwrap()), Moment::START);
        wifi.handle(&WifiEvent::Down, Moment::START);
        assert_eq!((wifi.link, wifi.address), (Link::Up, None));
        wifi.handle(&WifiEvent::LinkDown(LinkDownReason::Security), Moment::START);
        assert_eq!(wifi, Wifi::down(Some(LinkDownReason::Security)));
        wifi.handle(&WifiEvent::Down, Moment::START);
        assert_eq!(wifi.link, Link::Down(Some(LinkDownReason::Security)));
    }

    #[test]
    fn a_stronger_signal_never_has_fewer_bars() {
        let bars: Vec<_> =
            (-100..=-30).map(|dbm| Wifi { signal: Some(dbm), ..Wifi::default() }.bars()).collect();
        assert!(bars.is_sorted());
        assert_eq!((bars[0], bars[70]), (Some(0), Some(4)));
    }

    #[test]
    fn a_network_is_ready_when_it_came_up_twice() {
        let mut wifi = Wifi::default();
        let mut words = vec![wifi.progress()];
        for event in [
            WifiEvent::LinkUp { bssid: "D4CA6E000001".to_owned(), channel: 6 },
            WifiEvent::NetworkUp,
            WifiEvent::Address("10.0.0.7".parse().unwrap()),
            WifiEvent::NetworkUp,
        ] {
            wifi.handle(&event, Moment::START);
            words.push(wifi.progress());
        }
        words.dedup();
        assert_eq!(
            words,
            ["Not known", "Associated, no address yet", "Associated, has an address, not ready yet", "Ready"]
        );
    }

    #[test]
    fn the_signals_of_the_last_hour_are_kept() {
        let mut wifi = Wifi::default();
        for second in 0..2000 {
            wifi.handle(&WifiEvent::Signal(-60), Moment::from_millis(second * 1000));
        }
        assert_eq!(wifi.signals.len(), MOST_SIGNALS);
        assert_eq!(wifi.signals.back().map(|(at, _)| at.since_start().as_secs()), Some(1999));
    }
}
