//! The URL of a peer taken apart (protocol.md §8.1). It is lenient, for what a person typed is to be explained also where
//! a module would refuse it; `simulator::url` is the strict one.

use super::words;
use super::{Ability, Choice, Needs, Param, Values};
use crate::module::{Family, Firmware};
use crate::secret::DOTS;

/// A scheme of a URL.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    /// Without `://`.
    pub name: &'static str,
    /// What is spoken.
    pub meaning: &'static str,
    pub needs: Needs,
}

/// A key of a query.
#[derive(Clone, Copy, Debug)]
pub struct UrlKey {
    /// Name, meaning and values.
    pub param: Param,
    /// The schemes that know it; none for any.
    pub schemes: &'static [&'static str],
    /// The sentence it makes; `{}` stands for the value.
    pub says: &'static str,
    pub needs: Needs,
}

/// All schemes.
pub const SCHEMES: &[Scheme] = &[
    scheme("tcp", "TCP", Needs::Nothing),
    scheme("udp", "UDP", Needs::Nothing),
    scheme("mqtt", "MQTT", Needs::Nothing),
    scheme("http-tcp", "HTTP", Needs::NewerNina),
    scheme("spp", "Bluetooth serial port profile", Needs::Ability(Ability::Bluetooth)),
    scheme("dun", "Bluetooth dial-up networking", Needs::Ability(Ability::Bluetooth)),
    scheme("sps", "u-blox serial port service over Bluetooth LE", Needs::Ability(Ability::Bluetooth)),
    scheme("at-tcp", "TCP (data by AT commands)", Needs::NewerFirmware),
    scheme("at-udp", "UDP (data by AT commands)", Needs::NewerFirmware),
    scheme("at-spp", "Bluetooth serial port profile (data by AT commands)", Needs::NewerFirmware),
];

const STREAM: &[&str] = &["tcp", "at-tcp"];
const SOCKET: &[&str] = &["tcp", "udp", "at-tcp", "at-udp"];
const SECURE: &[&str] = &["tcp", "at-tcp", "mqtt", "http-tcp"];
const LOGIN: &[&str] = &["mqtt", "http-tcp"];
const MQTT: &[&str] = &["mqtt"];

const TLS: &[Choice] =
    &[Choice::new("1", "TLS 1.0"), Choice::new("2", "TLS 1.1"), Choice::new("3", "TLS 1.2")];
const FLUSH: &[Choice] =
    &[Choice::new("0", "sends when it has gathered data"), Choice::new("1", "sends at once")];
const QOS: &[Choice] = &[
    Choice::new("0", "QoS 0 (at most once)"),
    Choice::new("1", "QoS 1 (at least once)"),
    Choice::new("2", "QoS 2 (exactly once)"),
];
const RETAIN: &[Choice] =
    &[Choice::new("0", "messages are not retained"), Choice::new("1", "messages are retained by the broker")];

/// All keys, in the order in which they are told.
pub const URL_KEYS: &[UrlKey] = &[
    key("client", "client ID", Values::Free, MQTT, "client ID {}"),
    key("user", "user name", Values::Free, LOGIN, "user name {}"),
    key("passwd", "password", Values::Secret { least: 0, most: usize::MAX }, LOGIN, "password {}"),
    key("encr", "TLS version", Values::OneOf, SECURE, "{}").choices(TLS),
    key("ca", "trusted root stored in the module", Values::Text(32), SECURE, "trusted root {}"),
    key("cert", "client certificate stored in the module", Values::Text(32), SECURE, "certificate {}"),
    key("privKey", "private key stored in the module", Values::Text(32), SECURE, "private key {}"),
    key("pt", "publish topic", Values::Free, MQTT, "publishes to {}"),
    key("st", "subscribe topic", Values::Free, MQTT, "subscribes to {}"),
    key("qos", "quality of service", Values::OneOf, MQTT, "{}").choices(QOS),
    key("retain", "whether the broker keeps the last message", Values::OneOf, MQTT, "{}").choices(RETAIN),
    key(
        "keepAlive",
        "keep-alive: seconds for MQTT, idle+interval+count in ms for TCP",
        Values::Free,
        &[],
        "keep-alive {}",
    ),
    key("local_port", "local port", Values::Number(0, 65_535), SOCKET, "from local port {}"),
    key("flush_tx", "when data is sent", Values::OneOf, STREAM, "{}").choices(FLUSH),
    key(
        "http-timeout",
        "time limit of a request in ms",
        Values::Number(0, 4_294_967_295),
        &["http-tcp"],
        "time limit {} ms",
    ),
    key(
        "ac-to",
        "time before a default peer is connected again in ms, 10000 unless given",
        Values::Number(0, 4_294_967_295),
        &[],
        "reconnects after {} ms",
    )
    .needs(Needs::OnlyKnownSince(Family::OdinW2, Firmware::release(7, 1, 0))),
];

const fn scheme(name: &'static str, meaning: &'static str, needs: Needs) -> Scheme {
    Scheme { name, meaning, needs }
}

const fn key(
    name: &'static str,
    meaning: &'static str,
    values: Values,
    schemes: &'static [&'static str],
    says: &'static str,
) -> UrlKey {
    UrlKey { param: Param::new(name, meaning, values), schemes, says, needs: Needs::Nothing }
}

impl UrlKey {
    const fn choices(self, choices: &'static [Choice]) -> Self {
        Self { param: self.param.choices(choices), ..self }
    }

    const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    /// Whether a URL of this scheme may have it.
    pub fn fits(&self, scheme: &str) -> bool {
        self.schemes.is_empty() || self.schemes.iter().any(|own| own.eq_ignore_ascii_case(scheme))
    }
}

/// A URL taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerUrl {
    pub scheme: String,
    /// Host name or address, IPv6 in its brackets. Of Bluetooth peers, the address.
    pub host: String,
    /// As it stands, which may be no number.
    pub port: Option<String>,
    /// Keys and values as they stand; `%%0` points at a value of `AT+UDUV`.
    pub query: Vec<(String, String)>,
}

impl PeerUrl {
    /// Takes anything apart that has a scheme.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at_checked(end)?;
        let query = tail.trim_start_matches('/').trim_start_matches('?');
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let after_address = authority.find(']').map_or(0, |bracket| bracket + 1);
        let colon = authority.get(after_address..)?.rfind(':').map(|colon| after_address + colon);
        let (host, port) = match colon.and_then(|colon| authority.split_at_checked(colon)) {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => (authority, None),
        };
        Some(Self {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port: port.map(str::to_owned),
            query: pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect(),
        })
    }

    /// What its scheme is, if it is known.
    pub fn known_scheme(&self) -> Option<&'static Scheme> {
        SCHEMES.iter().find(|scheme| scheme.name.eq_ignore_ascii_case(&self.scheme))
    }

    /// The value of a key, as it stands.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(own, _)| own == key).map(|(_, value)| value.as_str())
    }

    /// All of it in words; a password stays hidden.
    pub fn sentence(&self) -> String {
        let scheme = self.known_scheme().map_or(self.scheme.as_str(), |scheme| scheme.meaning);
        let port = self.port.as_ref().map(|port| format!(":{port}")).unwrap_or_default();
        let mut parts = vec![format!("{scheme} to {}{port}", self.host)];
        parts.extend(self.parts().into_iter().map(|(_, words)| words));
        parts.join(", ")
    }

    /// What a module needs for it.
    pub fn needs(&self) -> Vec<Needs> {
        let scheme = self.known_scheme().map(|scheme| scheme.needs);
        let keys = self.query.iter().filter_map(|(name, _)| known_key(name)).map(|key| key.needs);
        let token = self.value("passwd").filter(|password| points_at_value(password));
        let wildcard = self.value("st").filter(|topic| topic.contains('#'));
        let abilities = [token.map(|_| Ability::Sas), wildcard.map(|_| Ability::HashWildcard)];
        let abilities = abilities.into_iter().flatten().map(Needs::Ability);
        scheme.into_iter().chain(keys).chain(abilities).filter(|needs| *needs != Needs::Nothing).collect()
    }

    /// What is wrong with it, in words.
    pub fn objections(&self) -> Vec<String> {
        let mut objections = Vec::new();
        if self.known_scheme().is_none() {
            objections.push(format!("Unknown scheme {}", shown(&self.scheme)));
        }
        if self.port.as_ref().is_some_and(|port| port.parse::<u16>().is_err()) {
            objections.push("The port is a number from 1 to 65535".to_owned());
        }
        for (name, value) in &self.query {
            match known_key(name) {
                None => objections.push(format!("Unknown key {}", shown(name))),
                Some(key) if !key.fits(&self.scheme) => {
                    objections.push(format!("Key {name} does not belong to {} peers", shown(&self.scheme)));
                }
                Some(_) if points_at_value(value) => {}
                Some(key) => {
                    let objection = words::objection(&key.param, value);
                    objections.extend(objection.map(|objection| format!("Key {objection}")));
                }
            }
        }
        objections
    }

    /// The keys that are there, in the order of the table, in words; then those that are not known.
    pub fn parts(&self) -> Vec<(String, String)> {
        let known = URL_KEYS.iter().filter_map(|key| {
            let value = self.value(key.param.name)?;
            Some((key.param.name.to_owned(), key.says.replacen("{}", &in_words(key, value, &self.scheme), 1)))
        });
        let unknown = self.query.iter().filter(|(name, _)| known_key(name).is_none());
        let unknown = unknown.map(|(name, _)| (shown(name), format!("{} (not a known key)", shown(name))));
        known.chain(unknown).collect()
    }
}

/// The key of this name. Case counts, as it does for a module.
pub fn known_key(name: &str) -> Option<&'static UrlKey> {
    URL_KEYS.iter().find(|key| key.param.name == name)
}

fn in_words(key: &UrlKey, value: &str, scheme: &str) -> String {
    match (key.param.choice(value), key.param.values) {
        _ if points_at_value(value) => format!("URL value {}", value.trim_start_matches('%')),
        (Some(choice), _) => choice.meaning.to_owned(),
        (None, Values::Secret { .. }) => DOTS.to_owned(),
        (None, _) if value.is_empty() => "nothing".to_owned(),
        (None, Values::OneOf) => format!("{}={value} (not a known value)", key.param.name),
        (None, _) if key.param.name == "keepAlive" => keep_alive(value, scheme),
        (None, _) => value.to_owned(),
    }
}

/// Seconds for MQTT; for TCP the idle time, the time between probes and their number (protocol.md §8.1).
fn keep_alive(value: &str, scheme: &str) -> String {
    let mut parts = value.split('+');
    match (scheme, parts.next(), parts.next(), parts.next()) {
        ("mqtt", Some(seconds), None, _) => format!("{seconds} s"),
        (_, Some(idle), Some(interval), Some(count)) => {
            format!("after {idle} ms, every {interval} ms, {count} times")
        }
        _ => value.to_owned(),
    }
}

/// `%%0` stands for what `AT+UDUV` has set (protocol.md §8.2).
fn points_at_value(value: &str) -> bool {
    value
        .strip_prefix("%%")
        .is_some_and(|index| index.len() == 1 && index.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A name that may be anything, cut to what fits into a sentence.
fn shown(name: &str) -> String {
    const MOST: usize = 24;
    let cut: String = name.chars().take(MOST).collect();
    if cut.len() < name.len() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::masked;

    fn said(url: &str) -> String {
        PeerUrl::parse(url).unwrap().sentence()
    }

    #[test]
    fn the_provisioning_url_of_the_log_is_taken_apart() {
        let url = "mqtt://global.azure-devices-provisioning.net:8883/?client=ninadps&user=0ne0067E45C/registrations/ninadps/api-version=2019-03-31&pt=$dps/registrations/PUT/iotdps-register/?$rid={request_id}&st=$dps/registrations/res/#&encr=3&keepAlive=60&ca=ca.pem&cert=cert.pem&privKey=key.pem";
        assert_eq!(
            said(url),
            "MQTT to global.azure-devices-provisioning.net:8883, client ID ninadps, \
             user name 0ne0067E45C/registrations/ninadps/api-version=2019-03-31, TLS 1.2, trusted root ca.pem, \
             certificate cert.pem, private key key.pem, \
             publishes to $dps/registrations/PUT/iotdps-register/?$rid={request_id}, \
             subscribes to $dps/registrations/res/#, keep-alive 60 s"
        );
        assert_eq!(PeerUrl::parse(url).unwrap().objections(), [""; 0]);
    }

    #[test]
    fn a_password_stays_hidden_and_a_url_value_is_pointed_at() {
        assert_eq!(said("mqtt://h/?passwd=hunter2"), format!("MQTT to h, password {DOTS}"));
        assert_eq!(
            said("mqtt://h/?passwd=%%0&pt=%%1"),
            "MQTT to h, password URL value 0, publishes to URL value 1"
        );
    }

    #[test]
    fn addresses_of_all_kinds_are_told_from_ports() {
        for (url, host, port) in [
            ("udp://[FE80::1]:5/", "[FE80::1]", Some("5")),
            ("tcp://[FE80::1]/", "[FE80::1]", None),
            ("tcp://192.168.2.1:12345/", "192.168.2.1", Some("12345")),
            ("at-spp://04D3B0285423p", "04D3B0285423p", None),
            ("udp://myServerIP:myServerPort/", "myServerIP", Some("myServerPort")),
        ] {
            let parsed = PeerUrl::parse(url).unwrap();
            assert_eq!((parsed.host.as_str(), parsed.port.as_deref()), (host, port), "{url}");
        }
    }

    #[test]
    fn what_a_module_would_not_know_is_named() {
        let objections = |url: &str| PeerUrl::parse(url).unwrap().objections();
        assert_eq!(objections("mqtts://h/"), ["Unknown scheme mqtts"]);
        assert_eq!(
            objections("tcp://h:x/?pt=a"),
            ["The port is a number from 1 to 65535", "Key pt does not belong to tcp peers"]
        );
        assert_eq!(
            objections("mqtt://h/?willTopic=a&encr=4"),
            ["Unknown key willTopic", "Key encr is one of 1, 2, 3"]
        );
        assert_eq!(PeerUrl::parse("host:8883"), None);
    }

    #[test]
    fn a_token_and_a_wildcard_need_firmware_that_knows_them() {
        let needs = |url: &str| PeerUrl::parse(url).unwrap().needs();
        assert_eq!(
            needs("mqtt://h/?passwd=%%0&st=a/#"),
            [Needs::Ability(Ability::Sas), Needs::Ability(Ability::HashWildcard)]
        );
        assert_eq!(needs("mqtt://h/?passwd=p&st=a/+&pt=a"), []);
        assert_eq!(needs("http-tcp://h/"), [Needs::NewerNina]);
    }

    #[test]
    fn the_keep_alive_of_tcp_has_three_parts() {
        assert_eq!(
            said("tcp://h:1/?keepAlive=10000+5000+500&flush_tx=1"),
            "TCP to h:1, keep-alive after 10000 ms, every 5000 ms, 500 times, sends at once"
        );
    }

    #[test]
    fn the_mask_ends_a_password_at_every_key_of_the_table() {
        for key in URL_KEYS.iter().filter(|key| key.param.name != "passwd") {
            let tail = format!("&{}=tail", key.param.name);
            let shown = masked(&format!("AT+UDCP=mqtt://h/?passwd=hunter2{tail}"));
            assert!(shown.ends_with(&tail), "{shown}");
        }
    }
}
