//! Peer URLs as a module reads them (protocol.md §8.1): strict, for a module says `ERROR` to everything it does not
//! know. Whether certificate names exist is judged elsewhere.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::module::Capabilities;
use crate::secret::Secret;

const MQTT_PORT: u16 = 1883;
const MQTT_TLS_PORT: u16 = 8883;
/// Used in all examples, and proposed by protocol.md §15.
const KEEP_ALIVE: u16 = 60;

/// Where a peer is to connect to, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PeerUrl {
    /// Without the brackets of an IPv6 address.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) service: Service,
}

/// What is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Service {
    /// Plain bytes.
    Tcp,
    Mqtt(Box<Mqtt>),
}

/// The query of an `mqtt` URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mqtt {
    pub(super) client: String,
    pub(super) user: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) publish: Option<String>,
    pub(super) subscribe: Option<String>,
    pub(super) qos: u8,
    pub(super) retain: bool,
    pub(super) keep_alive: u16,
    pub(super) tls: Option<Tls>,
}

/// The TLS part of a query: names of stored certificates and keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tls {
    pub(super) version: Version,
    pub(super) ca: Option<String>,
    /// Certificate and key.
    pub(super) identity: Option<(String, String)>,
}

/// `encr`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Version {
    /// TLS 1.0 or 1.1, which no cloud accepts.
    Old,
    /// TLS 1.2, also where only `ca` asks for TLS: ubxlib connects like that.
    #[default]
    OneTwo,
}

/// What bears on the reading of a URL.
pub(super) struct Context<'a> {
    pub(super) capabilities: &'a Capabilities,
    /// What `AT+UDUV` has set.
    pub(super) values: &'a BTreeMap<u8, String>,
}

impl Context<'_> {
    /// Reads a URL. `None` stands for `ERROR`.
    pub(super) fn read(&self, text: &str) -> Option<PeerUrl> {
        if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
            return None;
        }
        let (scheme, rest) = text.split_once("://")?;
        let (authority, tail) = rest.split_once('/')?;
        let query = if tail.is_empty() { "" } else { tail.strip_prefix('?')? };
        let (host, port) = read_authority(authority)?;
        match scheme {
            "tcp" => {
                let keys = self.pairs(query)?;
                keys.iter()
                    .all(|(key, _)| matches!(*key, "flush_tx" | "keepAlive" | "local_port"))
                    .then_some(())?;
                Some(PeerUrl { host, port: port?, service: Service::Tcp })
            }
            "mqtt" => {
                let mqtt = self.read_mqtt(query)?;
                let usual = if mqtt.tls.is_some() { MQTT_TLS_PORT } else { MQTT_PORT };
                Some(PeerUrl { host, port: port.unwrap_or(usual), service: Service::Mqtt(Box::new(mqtt)) })
            }
            _ => None,
        }
    }

    fn read_mqtt(&self, query: &str) -> Option<Mqtt> {
        let mut mqtt = Mqtt { keep_alive: KEEP_ALIVE, ..Mqtt::default() };
        let (mut ca, mut certificate, mut key, mut version) = (None, None, None, None);
        for (name, written) in self.pairs(query)? {
            let value = self.value(written)?;
            match name {
                "client" => mqtt.client = value,
                "user" => mqtt.user = Some(value),
                // Long passwords by a URL value came with the same firmware as SAS tokens (protocol.md §11).
                "passwd" if written.contains("%%") && !self.capabilities.sas => return None,
                "passwd" => mqtt.password = Some(Secret::new(value)),
                "pt" => mqtt.publish = Some(value).filter(|topic| !topic.contains(['#', '+'])).map(Some)?,
                "st" => mqtt.subscribe = Some(value).filter(|filter| self.knows_filter(filter)).map(Some)?,
                "qos" => mqtt.qos = number(&value, 2)?,
                "retain" => mqtt.retain = number(&value, 1)? == 1_u8,
                "keepAlive" => mqtt.keep_alive = number(&value, u16::MAX)?,
                "encr" => version = Some(read_version(&value)?),
                "ca" => ca = Some(value),
                "cert" => certificate = Some(value),
                "privKey" => key = Some(value),
                _ => return None,
            }
        }
        let identity = match (certificate, key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some((certificate, key)),
            _ => return None,
        };
        if version.is_some() || ca.is_some() || identity.is_some() {
            mqtt.tls = Some(Tls { version: version.unwrap_or_default(), ca, identity });
        }
        Some(mqtt)
    }

    /// Keys and values of a query; a key that comes twice is an error.
    fn pairs<'q>(&self, query: &'q str) -> Option<Vec<(&'q str, &'q str)>> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for part in query.split('&').filter(|_| !query.is_empty()) {
            let (key, value) = part.split_once('=')?;
            if pairs.iter().any(|(own, _)| *own == key) {
                return None;
            }
            pairs.push((key, value));
        }
        Some(pairs)
    }

    /// A value with every `%%n` in it replaced; one that was never set is an error.
    fn value(&self, written: &str) -> Option<String> {
        let mut parts = written.split("%%");
        let mut value = parts.next()?.to_owned();
        for part in parts {
            let (index, rest) = part.split_at_checked(1)?;
            value.push_str(self.values.get(&index.parse().ok()?)?);
            value.push_str(rest);
        }
        Some(value)
    }

    fn knows_filter(&self, filter: &str) -> bool {
        !filter.is_empty() && (self.capabilities.hash_wildcard || !filter.contains('#'))
    }
}

fn number<T: FromStr + PartialOrd + Copy>(text: &str, greatest: T) -> Option<T> {
    text.parse().ok().filter(|number| *number <= greatest)
}

fn read_version(text: &str) -> Option<Version> {
    match text {
        "1" | "2" => Some(Version::Old),
        "3" => Some(Version::OneTwo),
        _ => None,
    }
}

fn read_authority(text: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
        }
        None => {
            let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
            is_name(host).then_some((host, port))?
        }
    };
    let port = match port {
        Some(port) => Some(port.parse().ok().filter(|port| *port > 0)?),
        None => None,
    };
    Some((host.to_owned(), port))
}

/// A host name or an IPv4 address.
fn is_name(host: &str) -> bool {
    let numeric = host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if numeric { host.parse::<Ipv4Addr>().is_ok() } else { host.split('.').all(label) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::module::{Firmware, Model};

    fn read_as(model: &str, firmware: Firmware, text: &str) -> Option<PeerUrl> {
        let capabilities = Capabilities::of(&Model::new(model), Some(&firmware));
        let values = BTreeMap::from([(0, "a&b c".to_owned()), (1, "x".to_owned())]);
        Context { capabilities: &capabilities, values: &values }.read(text)
    }

    fn read(text: &str) -> Option<PeerUrl> {
        read_as("NINA-W152", Firmware::release(3, 0, 0), text)
    }

    fn mqtt(text: &str) -> Mqtt {
        match read(text).unwrap().service {
            Service::Mqtt(mqtt) => *mqtt,
            Service::Tcp => panic!("tcp"),
        }
    }

    #[test]
    fn the_provisioning_url_of_the_log_is_read() {
        let url = "mqtt://global.azure-devices-provisioning.net:8883/?client=ninadps&user=0ne0067E45C/registrations/ninadps/api-version=2019-03-31&pt=$dps/registrations/PUT/iotdps-register/?$rid={request_id}&st=$dps/registrations/res/#&encr=3&keepAlive=60&ca=ca.pem&cert=cert.pem&privKey=key.pem";
        let tls = Tls {
            version: Version::OneTwo,
            ca: Some("ca.pem".into()),
            identity: Some(("cert.pem".into(), "key.pem".into())),
        };
        let expected = Mqtt {
            client: "ninadps".into(),
            user: Some("0ne0067E45C/registrations/ninadps/api-version=2019-03-31".into()),
            publish: Some("$dps/registrations/PUT/iotdps-register/?$rid={request_id}".into()),
            subscribe: Some("$dps/registrations/res/#".into()),
            keep_alive: 60,
            tls: Some(tls),
            ..Mqtt::default()
        };
        assert_eq!(mqtt(url), expected);
        assert_eq!(read_as("ODIN-W2", Firmware::release(7, 0, 0), url), None);
    }

    #[test]
    fn url_values_are_put_in() {
        assert_eq!(mqtt("mqtt://h/?passwd=%%0&pt=t/%%1/u").password, Some(Secret::new("a&b c")));
        assert_eq!(mqtt("mqtt://h/?pt=t/%%1/u").publish.as_deref(), Some("t/x/u"));
        for unset in ["mqtt://h/?pt=%%2", "mqtt://h/?pt=%%", "mqtt://h/?pt=%%a"] {
            assert_eq!(read(unset), None, "{unset}");
        }
        assert_eq!(read_as("NINA-W132", Firmware::release(2, 1, 0), "mqtt://h/?passwd=%%0"), None);
    }

    #[test]
    fn ports_follow_from_the_scheme_and_tls() {
        for (text, host, port) in [
            ("mqtt://broker.example/", "broker.example", 1883),
            ("mqtt://10.0.0.1/?encr=3", "10.0.0.1", 8883),
            ("mqtt://[fe80::1]/?ca=x", "fe80::1", 8883),
            ("mqtt://[::1]:7/", "::1", 7),
            ("tcp://h:80/?flush_tx=1", "h", 80),
        ] {
            let url = read(text).unwrap();
            assert_eq!((url.host.as_str(), url.port), (host, port), "{text}");
        }
    }

    #[test]
    fn everything_unknown_or_malformed_is_an_error() {
        for wrong in [
            "",
            "mqtt://h",
            "mqtt:/h/",
            "mqtt:///",
            "mqtt://h/x",
            "mqtt://h:0/",
            "mqtt://h:70000/",
            "mqtt://h_:x/",
            "mqtt://a..b/",
            "mqtt://300.1.1.1/",
            "mqtt://[10.0.0.1]/",
            "mqtt://h i/",
            "MQTT://h/",
            "tcp://h/",
            "tcp://h:1/?ca=x",
            "udp://h:1/",
            "at-tcp://h:1/",
            "mqtt://h/?willTopic=x",
            "mqtt://h/?client",
            "mqtt://h/?client=a&client=b",
            "mqtt://h/?qos=3",
            "mqtt://h/?retain=2",
            "mqtt://h/?encr=0",
            "mqtt://h/?encr=4",
            "mqtt://h/?keepAlive=-1",
            "mqtt://h/?cert=x",
            "mqtt://h/?privKey=x",
            "mqtt://h/?pt=a/#",
            "mqtt://h/?st=",
            "mqtt://h/?client=a&",
            "mqtt://h/?pt=a b",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(tail in any::<String>()) {
            read(&tail);
            read(&format!("mqtt://{tail}"));
            read(&format!("mqtt://h/?{tail}"));
        }
    }
}
