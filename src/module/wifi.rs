//! Answers about the Wi-Fi station: scan results and status (protocol.md §6.3 and §6.4).

use std::fmt;

use super::{filled, named};

/// The signal strength that stands for "not connected".
const NO_RSSI: i16 = i16::MIN;

/// One access point of a scan, from a `+UWSCAN` line. The same one may come more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanEntry {
    /// Twelve hex digits.
    pub bssid: String,
    /// Empty for a hidden network.
    pub ssid: String,
    /// The radio channel.
    pub channel: u8,
    /// Signal strength in dBm.
    pub rssi: i16,
    /// Bits: 0 shared, 1 PSK, 2 EAP, 3 WPA, 4 WPA2, 5 WPA3.
    pub auth: u8,
    /// Bits: 0 WEP64, 1 WEP128, 2 TKIP, 3 AES. The manual calls the field hexadecimal.
    pub unicast: u8,
}

/// The strongest protection that an access point offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Nothing at all.
    Open,
    /// Broken long ago.
    Wep,
    /// WPA with a passphrase.
    Wpa,
    /// WPA2 with a passphrase.
    Wpa2,
    /// WPA3 with a passphrase.
    Wpa3,
    /// EAP: a user or a certificate.
    Enterprise,
}

/// One line of `AT+UWSSTAT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WifiStatus {
    /// 0
    Ssid(String),
    /// 1: twelve hex digits.
    Bssid(String),
    /// 2
    Channel(u8),
    /// 3
    State(StationState),
    /// 6: in dBm; `None` while not connected.
    Rssi(Option<i16>),
    /// Any other.
    Other {
        /// The status id.
        id: u32,
        /// The value as it stands.
        value: String,
    },
}

/// What the station does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StationState {
    /// 0: not activated.
    Disabled,
    /// 1: activated, but in no network.
    Disconnected,
    /// 2
    Connected,
}

impl ScanEntry {
    /// Reads a `+UWSCAN` line.
    pub fn parse(line: &str) -> Option<Self> {
        let answer = named(line, "UWSCAN")?;
        Some(Self {
            bssid: filled(&answer, 0)?,
            ssid: answer.text(2)?.to_owned(),
            channel: answer.number(3)?,
            rssi: answer.number(4)?,
            auth: answer.number(5)?,
            unicast: answer.text(6).and_then(|text| u8::from_str_radix(text, 16).ok()).unwrap_or(0),
        })
    }

    /// Whether a station with a WPA2 or WPA passphrase may join; a network may offer WPA3 beside it.
    pub fn takes_wpa_passphrase(&self) -> bool {
        let bit = |bit: u8| self.auth & (1 << bit) != 0;
        !bit(2) && (bit(3) || bit(4) || (bit(1) && !bit(5)))
    }

    /// The strongest protection offered.
    pub fn security(&self) -> Security {
        let by_auth_bit = [
            (2, Security::Enterprise),
            (5, Security::Wpa3),
            (4, Security::Wpa2),
            (3, Security::Wpa),
            (1, Security::Wpa),
            (0, Security::Wep),
        ];
        let without_auth = if self.unicast & 0b11 == 0 { Security::Open } else { Security::Wep };
        by_auth_bit
            .into_iter()
            .find(|(bit, _)| self.auth & (1 << bit) != 0)
            .map_or(without_auth, |(_, security)| security)
    }
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Wep => "WEP",
            Self::Wpa => "WPA",
            Self::Wpa2 => "WPA2",
            Self::Wpa3 => "WPA3",
            Self::Enterprise => "Enterprise",
        })
    }
}

impl WifiStatus {
    /// Reads a `+UWSSTAT` line.
    pub fn parse(line: &str) -> Option<Self> {
        let answer = named(line, "UWSSTAT")?;
        let value = answer.text(1)?;
        Some(match answer.number(0)? {
            0 => Self::Ssid(value.to_owned()),
            1 => Self::Bssid(value.to_owned()),
            2 => Self::Channel(answer.number(1)?),
            3 => Self::State(StationState::from_code(answer.number(1)?)?),
            6 => Self::Rssi(Some(answer.number(1)?).filter(|&rssi| rssi != NO_RSSI)),
            id => Self::Other { id, value: value.to_owned() },
        })
    }
}

impl StationState {
    const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Disabled),
            1 => Some(Self::Disconnected),
            2 => Some(Self::Connected),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_real_scan_line_of_a_hidden_network_is_read() {
        let entry = ScanEntry::parse(r#"+UWSCAN:D807B6855E2E,1,"",4,-69,18,8,8"#).unwrap();
        assert_eq!((entry.bssid.as_str(), entry.ssid.as_str()), ("D807B6855E2E", ""));
        assert_eq!((entry.channel, entry.rssi, entry.security()), (4, -69, Security::Wpa2));
    }

    #[test]
    fn a_name_with_comma_and_quote_is_read() {
        let entry = ScanEntry::parse(r#"+UWSCAN:D807B6855E2E,1,"a,\22b",4,-69,0,0,0"#).unwrap();
        assert_eq!(entry.ssid, "a,\"b");
    }

    #[test]
    fn the_strongest_protection_is_named() {
        let security = |auth: u8, unicast: &str| {
            ScanEntry::parse(&format!("+UWSCAN:00,1,\"n\",1,-1,{auth},{unicast},8")).unwrap().security()
        };
        assert_eq!(security(0, "0"), Security::Open);
        assert_eq!(security(0, "1"), Security::Wep);
        assert_eq!(security(0b00_1010, "4"), Security::Wpa);
        assert_eq!(security(0b01_1010, "C"), Security::Wpa2);
        assert_eq!(security(0b11_0010, "8"), Security::Wpa3);
        assert_eq!(security(0b01_0100, "8"), Security::Enterprise);
    }

    #[test]
    fn a_scan_line_that_lacks_fields_is_refused() {
        assert_eq!(ScanEntry::parse("+UWSCAN:D807B6855E2E,1,\"\",4"), None);
        assert_eq!(ScanEntry::parse("+UWSCAN:"), None);
    }

    #[test]
    fn status_lines_are_read_by_their_number() {
        for (line, status) in [
            ("+UWSSTAT:0,\"lab-ap\"", WifiStatus::Ssid("lab-ap".to_owned())),
            ("+UWSSTAT:0,lab-ap", WifiStatus::Ssid("lab-ap".to_owned())),
            ("+UWSSTAT:1,802AA8035ADE", WifiStatus::Bssid("802AA8035ADE".to_owned())),
            ("+UWSSTAT:2,11", WifiStatus::Channel(11)),
            ("+UWSSTAT:3,0", WifiStatus::State(StationState::Disabled)),
            ("+UWSSTAT:3,1", WifiStatus::State(StationState::Disconnected)),
            ("+UWSSTAT:3,2", WifiStatus::State(StationState::Connected)),
            ("+UWSSTAT:6,-61", WifiStatus::Rssi(Some(-61))),
            ("+UWSSTAT:6,-32768", WifiStatus::Rssi(None)),
            ("+UWSSTAT:8,2", WifiStatus::Other { id: 8, value: "2".to_owned() }),
        ] {
            assert_eq!(WifiStatus::parse(line), Some(status), "{line}");
        }
        assert_eq!(WifiStatus::parse("+UWSSTAT:3,7"), None);
    }

    proptest! {
        #[test]
        fn any_line_can_be_read(values in r#"[0-9A-F,"\\-]{0,40}"#) {
            ScanEntry::parse(&format!("+UWSCAN:{values}"));
            WifiStatus::parse(&format!("+UWSSTAT:{values}"));
        }
    }
}
