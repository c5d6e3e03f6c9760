//! A station configuration: the tags of `AT+UWSC` with their factory values (protocol.md §6.1). Secrets can be
//! written and never read.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use crate::at::{Param, quote};
use crate::secret::Secret;
use crate::simulator::settings::{AccessPoint, Protection};

const STARTUP: u16 = 0;
const SSID: u16 = 2;
const SECURITY: u16 = 5;
const WEP_KEYS: u16 = 6;
const PASSPHRASE: u16 = 8;
const EAP_PASSWORD: u16 = 9;
const EAP_USER: u16 = 10;
const CERTIFICATE: u16 = 12;
const PRIVATE_KEY: u16 = 13;
const ROOT: u16 = 14;
const VALIDATION: u16 = 15;
const IPV4_MODE: u16 = 100;
const ADDRESS: u16 = 101;
const CONFLICT_DETECTION: u16 = 107;
/// Some firmware calls it by this number (protocol.md §6.1).
const CONFLICT_DETECTION_TOO: u16 = 106;

/// What a tag can hold.
enum Kind {
    Number(RangeInclusive<u32>),
    Text(usize),
    Ipv4,
    /// A text that cannot be read back, of so many characters.
    Secret(RangeInclusive<usize>),
    /// Up to four WEP keys, which cannot be read back.
    WepKeys,
}

/// Tag, kind and factory value.
const TAGS: [(u16, Kind, &str); 23] = [
    (STARTUP, Kind::Number(0..=1), "0"),
    (SSID, Kind::Text(32), ""),
    (SECURITY, Kind::Number(1..=7), "1"),
    (WEP_KEYS, Kind::WepKeys, ""),
    (7, Kind::Number(0..=4), "0"),
    (PASSPHRASE, Kind::Secret(8..=64), ""),
    (EAP_PASSWORD, Kind::Secret(0..=31), ""),
    (EAP_USER, Kind::Text(31), ""),
    (11, Kind::Text(63), ""),
    (CERTIFICATE, Kind::Text(32), ""),
    (PRIVATE_KEY, Kind::Text(32), ""),
    (ROOT, Kind::Text(32), ""),
    (VALIDATION, Kind::Number(0..=1), "1"),
    (IPV4_MODE, Kind::Number(1..=2), "2"),
    (ADDRESS, Kind::Ipv4, "0.0.0.0"),
    (102, Kind::Ipv4, "0.0.0.0"),
    (103, Kind::Ipv4, "0.0.0.0"),
    (104, Kind::Ipv4, "0.0.0.0"),
    (105, Kind::Ipv4, "0.0.0.0"),
    (CONFLICT_DETECTION, Kind::Number(0..=1), "0"),
    (200, Kind::Number(1..=1), "1"),
    (300, Kind::Number(0..=16), "0"),
    (301, Kind::Number(0..=1), "1"),
];

/// How a station proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulator) enum Security {
    Open,
    /// WPA, WPA2 or WPA3 with a passphrase.
    Passphrase,
    Leap,
    Peap,
    EapTls,
}

/// One station configuration; only what differs from the factory values is kept.
#[derive(Clone, Default, PartialEq)]
pub(in crate::simulator) struct NetworkConfig {
    values: BTreeMap<u16, Secret>,
}

impl NetworkConfig {
    /// The configuration of a network that is open or has a passphrase.
    pub(in crate::simulator) fn for_network(access_point: &AccessPoint) -> Option<Self> {
        let mut values = BTreeMap::from([(SSID, Secret::new(access_point.ssid.as_str()))]);
        match &access_point.protection {
            Protection::Open => {}
            Protection::Passphrase(passphrase) => {
                values.extend([(SECURITY, Secret::new("2")), (PASSPHRASE, passphrase.clone())]);
            }
            Protection::Peap { .. } | Protection::EapTls { .. } => return None,
        }
        Some(Self { values })
    }

    /// Sets what follows the configuration number: a tag and its value, perhaps more of them. Nothing is set if
    /// anything is wrong. `wpa3`: whether securities 6 and 7 exist.
    pub(in crate::simulator) fn set(&mut self, params: &[Param], wpa3: bool) -> Option<()> {
        let mut values = Vec::new();
        let mut rest = params;
        while let [tag, tail @ ..] = rest {
            let tag = tag_number(&tag.text)?;
            let (_, kind, _) = TAGS.iter().find(|(own, ..)| *own == tag)?;
            let count = if matches!(kind, Kind::WepKeys) { tail.len().min(4) } else { 1 };
            let (value, tail) = tail.split_at_checked(count)?;
            let accepted = value.iter().all(|param| kind.accepts(&param.text));
            let beyond =
                tag == SECURITY && !wpa3 && value.iter().any(|param| matches!(&*param.text, "6" | "7"));
            if value.is_empty() || !accepted || beyond {
                return None;
            }
            let text = value.iter().map(|param| param.text.as_str()).collect::<Vec<_>>().join(",");
            values.push((tag, Secret::new(text)));
            rest = tail;
        }
        (!values.is_empty()).then(|| self.values.extend(values))
    }

    /// The tag and its value as `AT+UWSC` lists it, or nothing for a secret or an unknown tag.
    pub(in crate::simulator) fn listed(&self, tag: &str) -> Option<(u16, String)> {
        let tag = tag_number(tag)?;
        TAGS.iter().find(|(own, ..)| *own == tag).and_then(|entry| self.shown(entry))
    }

    /// Everything that can be read.
    pub(in crate::simulator) fn list(&self) -> impl Iterator<Item = (u16, String)> {
        TAGS.iter().filter_map(|entry| self.shown(entry))
    }

    fn shown(&self, (tag, kind, factory): &(u16, Kind, &'static str)) -> Option<(u16, String)> {
        let value = self.values.get(tag).map_or(*factory, Secret::reveal);
        match kind {
            Kind::Number(_) | Kind::Ipv4 => Some((*tag, value.to_owned())),
            Kind::Text(_) => Some((*tag, quote(value))),
            Kind::Secret(_) | Kind::WepKeys => None,
        }
    }

    fn text(&self, tag: u16) -> &str {
        self.values.get(&tag).map_or("", Secret::reveal)
    }

    /// Whether it is joined at boot.
    pub(in crate::simulator) fn joins_at_boot(&self) -> bool {
        self.text(STARTUP) == "1"
    }

    pub(in crate::simulator) fn ssid(&self) -> &str {
        self.text(SSID)
    }

    pub(in crate::simulator) fn security(&self) -> Security {
        match self.text(SECURITY) {
            "2" | "6" | "7" => Security::Passphrase,
            "3" => Security::Leap,
            "4" => Security::Peap,
            "5" => Security::EapTls,
            _ => Security::Open,
        }
    }

    pub(in crate::simulator) fn passphrase(&self) -> &str {
        self.text(PASSPHRASE)
    }

    pub(in crate::simulator) fn eap_password(&self) -> &str {
        self.text(EAP_PASSWORD)
    }

    pub(in crate::simulator) fn eap_user(&self) -> &str {
        self.text(EAP_USER)
    }

    /// The name of the root that the network's own certificate has to lead to, unless that is not checked.
    pub(in crate::simulator) fn eap_root(&self) -> Option<&str> {
        (self.text(VALIDATION) != "0").then(|| self.text(ROOT))
    }

    /// The names of client certificate and private key.
    pub(in crate::simulator) fn eap_identity(&self) -> (&str, &str) {
        (self.text(CERTIFICATE), self.text(PRIVATE_KEY))
    }

    /// Whether it can be validated: everything its security needs is there.
    pub(in crate::simulator) fn is_complete(&self) -> bool {
        let (certificate, key) = self.eap_identity();
        !self.ssid().is_empty()
            && match self.security() {
                Security::Open => true,
                Security::Passphrase => !self.passphrase().is_empty(),
                Security::Leap | Security::Peap => !self.eap_password().is_empty(),
                Security::EapTls => !certificate.is_empty() && !key.is_empty(),
            }
    }

    /// Address, mask, gateway and name servers, if they are static.
    pub(in crate::simulator) fn static_addresses(&self) -> Option<[Ipv4Addr; 5]> {
        let addresses =
            [0, 1, 2, 3, 4].map(|index| self.text(ADDRESS + index).parse().unwrap_or(Ipv4Addr::UNSPECIFIED));
        (self.text(IPV4_MODE) == "1").then_some(addresses)
    }
}

impl Kind {
    fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Number(range) => text.parse().is_ok_and(|number| range.contains(&number)),
            Self::Text(longest) => text.len() <= *longest,
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Secret(lengths) => lengths.contains(&text.len()) && (text.len() < 64 || is_hex(text)),
            Self::WepKeys => matches!(text.len(), 10 | 26) && is_hex(text),
        }
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn tag_number(text: &str) -> Option<u16> {
    let tag = text.parse().ok()?;
    Some(if tag == CONFLICT_DETECTION_TOO { CONFLICT_DETECTION } else { tag })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::{Form, Request};

    fn set(config: &mut NetworkConfig, list: &str) -> Option<()> {
        let request = Request::parse(&format!("AT+UWSC={list}")).unwrap();
        let Form::Set(params) = request.form else { panic!("no parameters") };
        config.set(&params, false)
    }

    #[test]
    fn values_come_in_pairs_and_all_or_none_are_set() {
        let mut config = NetworkConfig::default();
        assert!(set(&mut config, "100,1,101,172.0.1.100").is_some());
        assert_eq!(config.static_addresses().unwrap()[0], Ipv4Addr::new(172, 0, 1, 100));
        assert!(set(&mut config, "0,1,101,300.0.0.1").is_none());
        assert!(!config.joins_at_boot());
        assert!(set(&mut config, "0").is_none());
    }

    #[test]
    fn secrets_cannot_be_read() {
        let mut config = NetworkConfig::default();
        set(&mut config, "2,\"a\\22b\",8,hunter2hunter2,9,secret").unwrap();
        assert_eq!(config.listed("8"), None);
        assert_eq!(config.listed("2"), Some((2, "\"a\\22b\"".into())));
        assert!(config.list().all(|(_, value)| !value.contains("hunter2") && !value.contains("secret")));
    }

    #[test]
    fn conflict_detection_has_two_numbers() {
        let mut config = NetworkConfig::default();
        set(&mut config, "106,1").unwrap();
        assert_eq!(config.listed("107"), Some((107, "1".into())));
    }

    #[test]
    fn wrong_values_and_unknown_tags_are_refused() {
        for wrong in [
            "1,1",
            "x,1",
            "0,2",
            "8,short",
            "5,0",
            "5,6",
            "101,1",
            "300,17",
            "6,123",
            "2,123456789012345678901234567890123",
            "",
        ] {
            assert_eq!(set(&mut NetworkConfig::default(), wrong), None, "{wrong}");
        }
    }

    #[test]
    fn up_to_four_wep_keys_are_one_value() {
        assert!(set(&mut NetworkConfig::default(), "6,0123456789,ABCDEF0123").is_some());
        assert!(set(&mut NetworkConfig::default(), "6").is_none());
    }
}
