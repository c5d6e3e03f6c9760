//! The Wi-Fi station's commands (protocol.md §6.1–§6.4).

use super::number;
use crate::at::{Param, quote};
use crate::simulator::console::Answer;
use crate::simulator::memory::NetworkConfig;
use crate::simulator::station::{Air, State};
use crate::simulator::{Happening, Simulator};

/// The greatest number of a station configuration.
const MAX_CONFIG: u8 = 9;
/// The signal strength of no signal.
const NO_SIGNAL: i32 = -32_768;
/// Tag 0 of `AT+UWCFG`: whether the radio is on.
const RADIO: u16 = 0;

impl Simulator {
    pub(super) fn station_config(&mut self, params: &[Param]) -> Option<Answer> {
        let (_, rest) = params.split_first()?;
        let number = config_number(params)?;
        let network = self.memory.networks.entry(number).or_default();
        let line = |(tag, value)| format!("+UWSC:{number},{tag},{value}");
        match rest {
            [] => Some(Answer::lines(network.list().map(line))),
            [tag] => network.listed(&tag.text).map(line).map(Answer::line),
            pairs => network.set(pairs, self.capabilities.wpa3).map(|()| Answer::ok()),
        }
    }

    pub(super) fn station_action(&mut self, params: &[Param]) -> Option<Answer> {
        let [_, _] = params else { return None };
        let config = config_number(params)?;
        let complete = self.memory.networks.get(&config).is_some_and(NetworkConfig::is_complete);
        match number(params, 1)? {
            0_u8 => drop(self.memory.networks.insert(config, NetworkConfig::default())),
            1 if complete => self.memory.store_network(config),
            2 => self.memory.load_network(config),
            3 if complete && self.memory.profile.radio_options.get(RADIO) == Some(1) => {
                self.agenda.plan(self.now, Happening::Join(config));
            }
            4 => self.leave(),
            _ => return None,
        }
        Some(Answer::ok())
    }

    pub(super) fn list_station_status(&self) -> Answer {
        Answer::lines(self.station_values().map(|(id, value)| format!("+UWSSTAT:{id},{value}")))
    }

    pub(super) fn station_status(&self, params: &[Param]) -> Option<Answer> {
        let id: u8 = number(params, 0)?;
        let (_, value) = self.station_values().into_iter().find(|(own, _)| *own == id)?;
        Some(Answer::line(format!("+UWSSTAT:{id},{value}")))
    }

    fn station_values(&self) -> [(u8, String); 6] {
        let linked = self.station.state >= State::Linked;
        let air = Air::new(self.station.access_point, &self.settings.access_points);
        let ssid = self.settings.access_points.get(self.station.access_point).filter(|_| linked);
        let state = match self.station.state {
            State::Disabled => "0",
            State::Searching => "1",
            State::Linked | State::Addressed | State::Ready => "2",
        };
        [
            (0, quote(ssid.map_or("", |access_point| &access_point.ssid))),
            (1, if linked { air.bssid } else { "000000000000".to_owned() }),
            (2, if linked { air.channel } else { 0 }.to_string()),
            (3, state.to_owned()),
            (6, if linked { air.rssi } else { NO_SIGNAL }.to_string()),
            (8, "0".to_owned()),
        ]
    }

    /// The access points in reach, or those of one name.
    pub(super) fn scan(&self, only: Option<&Param>) -> Answer {
        let access_points = &self.settings.access_points;
        let wanted =
            access_points.iter().enumerate().filter(|(_, own)| only.is_none_or(|only| only.text == own.ssid));
        Answer::lines(wanted.map(|(index, own)| {
            let Air { bssid, channel, rssi, security, cipher } = Air::new(index, access_points);
            format!("+UWSCAN:{bssid},1,{},{channel},{rssi},{security},{cipher},{cipher}", quote(&own.ssid))
        }))
    }

    pub(super) fn radio_option(&mut self, params: &[Param]) -> Option<Answer> {
        let tag = number(params, 0)?;
        match params {
            [_] => self
                .memory
                .profile
                .radio_options
                .get(tag)
                .map(|value| Answer::line(format!("+UWCFG:{tag},{value}"))),
            [_, _] => self.memory.profile.radio_options.set(tag, number(params, 1)?).map(|()| Answer::ok()),
            _ => None,
        }
    }
}

fn config_number(params: &[Param]) -> Option<u8> {
    number(params, 0).filter(|number| *number <= MAX_CONFIG)
}
