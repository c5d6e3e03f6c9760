//! Addresses, host name and ping (protocol.md §6.6, §6.7).

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use super::{number, number_or};
use crate::at::{Param, quote};
use crate::simulator::console::Answer;
use crate::simulator::faults::Fault;
use crate::simulator::network::PING_NO_ANSWER;
use crate::simulator::peers::Ping;
use crate::simulator::station::State;
use crate::simulator::{Happening, Simulator};

/// The station, and two bridges that are always down (protocol.md §6.6).
const STATION: u8 = 0;
const BRIDGES: [u8; 2] = [13, 14];
/// The longest host name, after RFC 1035.
const MAX_HOST_NAME: usize = 63;
/// Most brokers of clouds can be asked at this port, so a ping asks there.
const PING_PORT: u16 = 8883;
/// `+UUPINGER`: no connection.
const PING_NO_NETWORK: u32 = 17;

impl Simulator {
    pub(super) fn list_network_status(&self) -> Answer {
        let interfaces = [STATION].into_iter().chain(BRIDGES);
        Answer::lines(interfaces.flat_map(|interface| self.interface_lines(interface)))
    }

    pub(super) fn network_status(&self, params: &[Param]) -> Option<Answer> {
        let interface = number(params, 0).filter(|own| *own == STATION || BRIDGES.contains(own))?;
        let lines = self.interface_lines(interface);
        match params {
            [_] => Some(Answer::lines(lines)),
            [_, _] => {
                let wanted = format!("+UNSTAT:{interface},{},", number::<u16>(params, 1)?);
                lines.into_iter().find(|line| line.starts_with(&wanted)).map(Answer::line)
            }
            _ => None,
        }
    }

    fn interface_lines(&self, interface: u8) -> Vec<String> {
        let values = if interface == STATION { self.station_interface() } else { bridge_interface() };
        values.into_iter().map(|(id, value)| format!("+UNSTAT:{interface},{id},{value}")).collect()
    }

    fn station_interface(&self) -> Vec<(u16, String)> {
        let state = self.station.state;
        let address: String = self.hardware_address(0).iter().map(|byte| format!("{byte:02X}")).collect();
        let mut values =
            vec![(0, address), (1, u8::from(state >= State::Addressed).to_string()), (2, "1".to_owned())];
        let addresses = self.station.addresses().unwrap_or([Ipv4Addr::UNSPECIFIED; 5]);
        values.extend((101..).zip(addresses.map(|address| address.to_string())));
        // Right after the first event the address is tentative and does not count (protocol.md §6.5).
        let (link_local, first) = match state {
            State::Ready => (self.link_local(), (self.link_local(), 2)),
            State::Addressed => (Ipv6Addr::UNSPECIFIED, (self.link_local(), 1)),
            State::Disabled | State::Searching | State::Linked => {
                (Ipv6Addr::UNSPECIFIED, (Ipv6Addr::UNSPECIFIED, 0))
            }
        };
        values.push((201, link_local.to_string().to_uppercase()));
        values.push((210, format!("{},{}", first.0.to_string().to_uppercase(), first.1)));
        values.extend([(211, "::,0".to_owned()), (212, "::,0".to_owned())]);
        values
    }

    pub(super) fn host_name(&self) -> Answer {
        Answer::line(format!("+UNHN:{}", quote(&self.memory.profile.host_name)))
    }

    pub(super) fn set_host_name(&mut self, params: &[Param]) -> Option<Answer> {
        let [name] = params else { return None };
        (name.text.len() <= MAX_HOST_NAME).then(|| self.memory.profile.host_name.clone_from(&name.text))?;
        Some(Answer::ok())
    }

    pub(super) fn start_ping(&mut self, params: &[Param]) -> Option<Answer> {
        let (host, _) = params.split_first().filter(|(host, _)| !host.text.is_empty())?;
        let timeout: u32 = number_or(params, 3, 5000)?;
        let interval: u32 = number_or(params, 5, 1000)?;
        let ping = Ping {
            host: host.text.clone(),
            count: number_or(params, 1, 4).filter(|count| (1..=100).contains(count))?,
            size: number_or(params, 2, 32).filter(|size| (4..=1472).contains(size))?,
            hops: number_or(params, 4, 32).filter(|hops| (1..=255).contains(hops))?,
            interval: Duration::from_millis(interval.into()),
            sent: self.now,
        };
        (10..=60_000).contains(&timeout).then_some(())?;
        if self.station.state == State::Ready && self.settings.faults.has(&Fault::PingLost) {
            let lost = |number| self.now + Duration::from_millis(timeout.into()) * number;
            for due in (1..=ping.count).map(lost) {
                self.agenda.plan(due, Happening::Say(format!("+UUPINGER:{PING_NO_ANSWER}")));
            }
        } else if self.station.state == State::Ready {
            self.ping(ping, PING_PORT);
        } else {
            self.agenda.plan(self.now, Happening::Say(format!("+UUPINGER:{PING_NO_NETWORK}")));
        }
        Some(Answer::ok())
    }
}

fn bridge_interface() -> Vec<(u16, String)> {
    let down = [(0, "000000000000"), (1, "0"), (2, "5")];
    let none = (101..=105).map(|id| (id, "0.0.0.0"));
    down.into_iter().chain(none).chain([(201, "::")]).map(|(id, value)| (id, value.to_owned())).collect()
}
