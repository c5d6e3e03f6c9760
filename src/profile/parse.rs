//! A profile as JSON text (version 1), both ways.
//! Only the shape is judged here; whether the values are right is the business of `resolve`.

use serde_json::{Map, Value, json};

use super::reader::Reader;
use super::value::wrong_form;
use super::{
    AddressProfile, After, AwsProfile, AzureDpsProfile, AzureSasProfile, AzureX509Profile, CloudProfile,
    Keep, Mode, Profile, ThingstreamProfile, WifiProfile, WifiSecurity,
};
use crate::problem::{Kind, Problem};

/// The version of the format that this program reads and writes.
const VERSION: u32 = 1;

impl Profile {
    /// Reads a profile. Every problem is named at its field: unknown keys, secrets in plain text, values of the
    /// wrong type.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let text = text.trim_start_matches('\u{feff}');
        let value = serde_json::from_str(text).map_err(|error| {
            let message = format!("The profile is no JSON: {error}");
            vec![Problem::new(Kind::ProfileUnreadable, message, "Mend the text at that line and column")]
        })?;
        Self::from_value(value)
    }

    /// The profile as JSON text that [`Self::parse`] reads back.
    ///
    /// # Errors
    /// A path that is not Unicode cannot be written.
    pub fn to_json(&self) -> Result<String, Problem> {
        let unwritable = || {
            let help = "Rename the file or its folder with plain letters";
            wrong_form("A path in the profile has characters that JSON cannot hold", help)
        };
        let value = self.to_value().map_err(|_| unwritable())?;
        serde_json::to_string_pretty(&value).map(|text| text + "\n").map_err(|_| unwritable())
    }

    /// Puts a value at a field such as `cloud.client_id`: as text, or where that does not fit, as JSON.
    pub fn set(&mut self, field: &str, value: &str) -> Result<(), Vec<Problem>> {
        let as_text = self.with(field, Value::from(value));
        let changed = match (as_text, serde_json::from_str(value)) {
            (Err(problems), Ok(json)) => self.with(field, json).map_err(|_| problems),
            (as_text, _) => as_text,
        };
        *self = changed?;
        Ok(())
    }

    fn with(&self, field: &str, value: Value) -> Result<Self, Vec<Problem>> {
        let document = self.to_value().map_err(|error| {
            vec![Problem::new(
                Kind::Internal,
                format!("The profile cannot be written: {error}"),
                "Report this",
            )]
        })?;
        Self::from_value(put(document, field, value))
    }

    fn from_value(value: Value) -> Result<Self, Vec<Problem>> {
        Reader::document(value, |reader| {
            read_version(reader);
            let name = reader.text("name");
            let wifi = reader.object("wifi", read_wifi);
            reader.demand("cloud", "Add a \"cloud\" object with its \"kind\", such as \"aws\"");
            let cloud = reader.object("cloud", read_cloud);
            let after = reader.object("after", read_after);
            Some(Self { name, wifi, cloud: cloud??, after })
        })
    }

    fn to_value(&self) -> Result<Value, serde_json::Error> {
        let mut map = Map::new();
        map.insert("version".to_owned(), json!(VERSION));
        let parts = [
            ("name", serde_json::to_value(&self.name)?),
            ("wifi", serde_json::to_value(&self.wifi)?),
            ("cloud", serde_json::to_value(&self.cloud)?),
            ("after", serde_json::to_value(self.after)?),
        ];
        map.extend(
            parts.into_iter().filter(|(_, part)| !part.is_null()).map(|(key, part)| (key.to_owned(), part)),
        );
        Ok(Value::Object(map))
    }
}

/// The document with a value put at a dotted field; objects on the way there are made.
fn put(document: Value, field: &str, value: Value) -> Value {
    let mut object = match document {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    let (key, rest) = field.split_once('.').map_or((field, None), |(key, rest)| (key, Some(rest)));
    let value = match rest {
        Some(rest) => put(object.remove(key).unwrap_or_default(), rest, value),
        None => value,
    };
    object.insert(key.to_owned(), value);
    Value::Object(object)
}

fn read_version(reader: &mut Reader) {
    reader.demand("version", "Add \"version\": 1");
    if reader.number::<u32>("version").is_some_and(|version| version != VERSION) {
        let help = "Use the program that wrote the profile, or a newer one than this";
        reader.refuse::<()>("version", wrong_form("This version of the format is not known", help));
    }
}

fn read_wifi(reader: &mut Reader) -> WifiProfile {
    WifiProfile {
        ssid: reader.text("ssid"),
        security: reader.choice("security", WifiSecurity::ALL),
        passphrase: reader.secret("passphrase"),
        identity: reader.text("identity"),
        password: reader.secret("password"),
        domain: reader.text("domain"),
        ca: reader.file("ca"),
        certificate: reader.file("certificate"),
        private_key: reader.file("private_key"),
        address: reader.object("address", read_address),
        on_startup: reader.flag("on_startup"),
    }
}

fn read_address(reader: &mut Reader) -> AddressProfile {
    AddressProfile {
        ip: reader.address("ip"),
        mask: reader.address("mask"),
        gateway: reader.address("gateway"),
        dns: reader.addresses("dns"),
    }
}

/// Reads the fields of one kind of cloud.
type ReadCloud = fn(&mut Reader) -> CloudProfile;

/// Every kind with its name in a profile.
const CLOUDS: &[(&str, ReadCloud)] = &[
    ("thingstream", read_thingstream),
    ("aws", read_aws),
    ("azure-x509", read_azure_x509),
    ("azure-sas", read_azure_sas),
    ("azure-dps", read_azure_dps),
];

/// The kind is read first: it says which other fields there are.
fn read_cloud(reader: &mut Reader) -> Option<CloudProfile> {
    reader.demand("kind", "Add \"kind\": \"aws\"");
    match reader.choice("kind", CLOUDS) {
        Some(read) => Some(read(reader)),
        None => {
            reader.skip_rest();
            None
        }
    }
}

fn read_thingstream(reader: &mut Reader) -> CloudProfile {
    CloudProfile::Thingstream(ThingstreamProfile {
        host: reader.text("host"),
        client_id: reader.text("client_id"),
        username: reader.text("username"),
        password: reader.secret("password"),
        ca: reader.file("ca"),
        publish_topic: reader.text("publish_topic"),
        subscribe_topic: reader.text("subscribe_topic"),
        keep_alive: reader.number("keep_alive"),
        qos: reader.number("qos"),
    })
}

fn read_aws(reader: &mut Reader) -> CloudProfile {
    CloudProfile::Aws(AwsProfile {
        endpoint: reader.text("endpoint"),
        client_id: reader.text("client_id"),
        publish_topic: reader.text("publish_topic"),
        subscribe_topic: reader.text("subscribe_topic"),
        ca: reader.file("ca"),
        certificate: reader.file("certificate"),
        private_key: reader.file("private_key"),
        keep_alive: reader.number("keep_alive"),
        qos: reader.number("qos"),
    })
}

fn read_azure_x509(reader: &mut Reader) -> CloudProfile {
    CloudProfile::AzureX509(AzureX509Profile {
        hub: reader.text("hub"),
        device_id: reader.text("device_id"),
        ca: reader.file("ca"),
        certificate: reader.file("certificate"),
        private_key: reader.file("private_key"),
        api_version: reader.flag("api_version"),
        keep_alive: reader.number("keep_alive"),
        qos: reader.number("qos"),
    })
}

fn read_azure_sas(reader: &mut Reader) -> CloudProfile {
    CloudProfile::AzureSas(AzureSasProfile {
        hub: reader.text("hub"),
        device_id: reader.text("device_id"),
        ca: reader.file("ca"),
        key: reader.secret("key"),
        expires_in: reader.lifetime("expires_in"),
        token: reader.secret("token"),
        api_version: reader.flag("api_version"),
        keep_alive: reader.number("keep_alive"),
        qos: reader.number("qos"),
    })
}

fn read_azure_dps(reader: &mut Reader) -> CloudProfile {
    CloudProfile::AzureDps(AzureDpsProfile {
        host: reader.text("host"),
        id_scope: reader.text("id_scope"),
        registration_id: reader.text("registration_id"),
        ca: reader.file("ca"),
        certificate: reader.file("certificate"),
        private_key: reader.file("private_key"),
        key: reader.secret("key"),
        group_key: reader.secret("group_key"),
        expires_in: reader.lifetime("expires_in"),
        payload: reader.json("payload"),
        then_connect: reader.flag("then_connect"),
        api_version: reader.flag("api_version"),
        keep_alive: reader.number("keep_alive"),
        qos: reader.number("qos"),
    })
}

fn read_after(reader: &mut Reader) -> After {
    After { keep: reader.choice("keep", Keep::ALL), mode: reader.choice("mode", Mode::ALL) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{FileOrigin, SecretSource};
    use proptest::prelude::*;

    /// The example of the design, with every further field of its kind.
    const FULL: &str = r#"{ "version": 1, "name": "Lab gateway 1",
        "wifi": { "ssid": "lab-ap", "security": "wpa-psk", "passphrase": { "env": "WIFI_PASSPHRASE" },
                  "identity": "me", "password": { "ask": true }, "domain": "d", "ca": { "file": "r.pem", "name": "radius.pem" },
                  "certificate": { "module": "c.pem" }, "private_key": { "file": "k.pem", "password": { "keyring": "k" } },
                  "address": { "ip": "10.0.0.2", "mask": "255.255.255.0", "gateway": "10.0.0.1", "dns": ["10.0.0.1"] },
                  "on_startup": false },
        "cloud": { "kind": "aws", "endpoint": "abc123-ats.iot.eu-west-1.amazonaws.com", "client_id": "device1",
                   "publish_topic": "device1/up", "subscribe_topic": "device1/down",
                   "ca": { "builtin": "amazon-root-ca-1" }, "certificate": { "file": "device1-certificate.pem.crt" },
                   "private_key": { "file": "device1-private.pem.key" }, "keep_alive": 60, "qos": 1 },
        "after": { "keep": "connection", "mode": "data" } }"#;

    fn problems(text: &str) -> Vec<(Kind, String)> {
        let problems = Profile::parse(text).unwrap_err();
        problems.into_iter().map(|problem| (problem.kind, problem.field.unwrap_or_default())).collect()
    }

    /// A profile with this in its `wifi` object.
    fn with_wifi(wifi: &str) -> String {
        format!(r#"{{ "version": 1, "wifi": {{ {wifi} }}, "cloud": {{ "kind": "aws" }} }}"#)
    }

    #[test]
    fn every_field_is_read() {
        let profile = Profile::parse(FULL).unwrap();
        let wifi = profile.wifi.unwrap();
        assert_eq!(wifi.passphrase, Some(SecretSource::Env("WIFI_PASSPHRASE".to_owned())));
        assert_eq!((wifi.security, wifi.on_startup), (Some(WifiSecurity::WpaPsk), Some(false)));
        assert_eq!(wifi.private_key.unwrap().password, Some(SecretSource::Keyring("k".to_owned())));
        let CloudProfile::Aws(aws) = profile.cloud else { panic!("{:?}", profile.cloud) };
        assert_eq!(aws.ca.unwrap().origin, FileOrigin::Builtin("amazon-root-ca-1".to_owned()));
        assert_eq!((aws.client_id.as_deref(), aws.keep_alive, aws.qos), (Some("device1"), Some(60), Some(1)));
        assert_eq!(profile.after, Some(After { keep: Some(Keep::Connection), mode: Some(Mode::Data) }));
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let profile = Profile::parse(FULL).unwrap();
        assert_eq!(Profile::parse(&profile.to_json().unwrap()), Ok(profile));
    }

    #[test]
    fn what_is_absent_stays_absent() {
        let profile = Profile::parse(r#"{ "version": 1, "cloud": { "kind": "aws" } }"#).unwrap();
        assert_eq!(
            profile.to_json().unwrap().split_whitespace().collect::<String>(),
            r#"{"version":1,"cloud":{"kind":"aws"}}"#
        );
    }

    #[test]
    fn a_text_that_is_no_json_says_where() {
        let problem = Profile::parse("{ \"version\": 1,\n oops }").unwrap_err().remove(0);
        assert_eq!(problem.kind, Kind::ProfileUnreadable);
        assert!(problem.message.contains("line 2"), "{}", problem.message);
        assert_eq!(problems("[]"), [(Kind::ProfileUnreadable, String::new())]);
    }

    #[test]
    fn an_unknown_key_is_named_with_the_nearest_known_one() {
        let problem = Profile::parse(&with_wifi(r#""sssid": "x""#)).unwrap_err().remove(0);
        assert_eq!((problem.kind, problem.field.as_deref()), (Kind::UnknownKey, Some("wifi.sssid")));
        assert_eq!(problem.help, "Did you mean ssid?");
        let far = Profile::parse(r#"{ "version": 1, "qqq": 1, "cloud": { "kind": "aws" } }"#)
            .unwrap_err()
            .remove(0);
        assert!(far.help.contains("version, name, wifi, cloud, after"), "{}", far.help);
    }

    #[test]
    fn a_secret_in_plain_text_is_refused_with_the_four_ways_and_not_repeated() {
        let problem = Profile::parse(&with_wifi(r#""passphrase": "hunter2hunter2""#)).unwrap_err().remove(0);
        assert_eq!((problem.kind, problem.field.as_deref()), (Kind::PlainSecret, Some("wifi.passphrase")));
        for way in ["env", "file", "keyring", "ask"] {
            assert!(problem.help.contains(way), "{}", problem.help);
        }
        assert!(!format!("{problem} {}", problem.help).contains("hunter2"));
        assert_eq!(problems(&with_wifi(r#""passphrase": 12345678"#))[0].0, Kind::PlainSecret);
    }

    #[test]
    fn a_private_key_in_plain_text_is_refused_as_a_secret() {
        let key = "-----BEGIN PRIVATE KEY----- abc";
        for (value, field) in [
            (format!(r#""{key}""#), "wifi.private_key"),
            (format!(r#"{{ "file": "{key}" }}"#), "wifi.private_key.file"),
            (
                format!(r#"{{ "file": "k", "password": {{ "file": "{key}" }} }}"#),
                "wifi.private_key.password.file",
            ),
        ] {
            let text = with_wifi(&format!(r#""private_key": {value}"#));
            assert_eq!(problems(&text), [(Kind::PlainSecret, field.to_owned())]);
        }
    }

    #[test]
    fn a_source_is_named_exactly_once() {
        for secret in [r#"{}"#, r#"{ "ask": false }"#, r#"{ "env": "A", "ask": true }"#, "true"] {
            let text = with_wifi(&format!(r#""passphrase": {secret}"#));
            assert_eq!(problems(&text), [(Kind::WrongForm, "wifi.passphrase".to_owned())], "{secret}");
        }
        for file in [r#"{ "name": "x" }"#, r#"{ "file": "a", "module": "b" }"#, r#""ca.pem""#] {
            let text = with_wifi(&format!(r#""ca": {file}"#));
            assert_eq!(problems(&text), [(Kind::WrongForm, "wifi.ca".to_owned())], "{file}");
        }
    }

    #[test]
    fn all_problems_come_at_once_each_at_its_field() {
        let text = r#"{ "version": 2, "name": 7, "wifi": { "security": "wpa2", "address": { "ip": "x", "dns": [1] }, "on_startup": 1 },
                        "cloud": { "kind": "aws", "qos": 300, "ca": { "file": 1 } }, "after": [] }"#;
        let fields: Vec<String> = problems(text).into_iter().map(|(_, field)| field).collect();
        let expected = [
            "version",
            "name",
            "wifi.security",
            "wifi.address.ip",
            "wifi.address.dns",
            "wifi.on_startup",
            "cloud.ca.file",
            "cloud.qos",
            "after",
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn version_and_kind_of_cloud_must_be_there() {
        assert_eq!(
            problems("{}"),
            [(Kind::MissingField, "version".to_owned()), (Kind::MissingField, "cloud".to_owned())]
        );
        let text = r#"{ "version": 1, "cloud": { "endpoint": "x" } }"#;
        assert_eq!(problems(text), [(Kind::MissingField, "cloud.kind".to_owned())]);
    }

    #[test]
    fn an_unknown_cloud_is_the_only_problem_of_its_part() {
        let text = r#"{ "version": 1, "cloud": { "kind": "oracle", "tenant": "x" } }"#;
        assert_eq!(problems(text), [(Kind::WrongForm, "cloud.kind".to_owned())]);
    }

    #[test]
    fn a_field_can_be_set_whatever_its_type() {
        let mut profile = Profile::parse(r#"{ "version": 1, "cloud": { "kind": "aws" } }"#).unwrap();
        profile.set("cloud.client_id", "12345").unwrap();
        profile.set("cloud.keep_alive", "90").unwrap();
        profile.set("wifi.passphrase.env", "PASS").unwrap();
        profile.set("wifi.ca", r#"{ "file": "ca.pem" }"#).unwrap();
        let CloudProfile::Aws(aws) = &profile.cloud else { panic!("{:?}", profile.cloud) };
        assert_eq!((aws.client_id.as_deref(), aws.keep_alive), (Some("12345"), Some(90)));
        let wifi = profile.wifi.unwrap();
        assert_eq!(wifi.passphrase, Some(SecretSource::Env("PASS".to_owned())));
        assert_eq!(wifi.ca.unwrap().origin, FileOrigin::File("ca.pem".into()));
    }

    #[test]
    fn a_refused_setting_changes_nothing() {
        let mut profile = Profile::parse(FULL).unwrap();
        for (field, value, kind) in [
            ("cloud.clientid", "x", Kind::UnknownKey),
            ("wifi.passphrase", "hunter2hunter2", Kind::PlainSecret),
            ("cloud.keep_alive", "soon", Kind::WrongForm),
        ] {
            assert_eq!(profile.set(field, value).unwrap_err()[0].kind, kind);
        }
        assert_eq!(Ok(profile), Profile::parse(FULL));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[\\[\\]{}:,\"a-z0-9 ]{0,60}") {
            let _ = Profile::parse(&text);
        }
    }
}
