//! What somebody pastes: a connection string, a token, a portal's block of values, JSON of Azure's tools, an old `AT+UDCP`
//! command, an `openssl` command line. It is recognised, sorted into the fields of a profile, and said what was taken. Files are read elsewhere.

use std::path::PathBuf;

use super::cloud::CloudKind;
use super::{Host, aws, azure};
use crate::credential::azure::{ConnectionString, Proof};
use crate::credential::sas::Token;
use crate::credential::{self, Finding, Item};
use crate::secret::Secret;

/// What was found in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The cloud it is for, where that can be told.
    pub kind: Option<CloudKind>,
    /// Values with the keys of the `cloud` object they belong to.
    pub values: Vec<(&'static str, Value)>,
    /// What was left out, and why.
    pub notes: Vec<Finding>,
}

/// A value for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Secret(Secret),
    /// A file to read.
    Path(PathBuf),
}

/// Recognises a text; `None` if there is nothing in it that belongs to a set-up.
pub fn recognise(text: &str) -> Option<Pasted> {
    let text = text.trim();
    if let Some(pasted) = sample(text) {
        return Some(pasted);
    }
    if let Some(template) = template(text) {
        return Some(Pasted { notes: vec![template], ..Pasted::default() });
    }
    let recognisers = [azure_json, azure_line, command, openssl, labelled, host];
    recognisers.into_iter().find_map(|recognise| recognise(text))
}

impl Pasted {
    fn of(kind: CloudKind) -> Self {
        Self { kind: Some(kind), ..Self::default() }
    }

    fn text(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.values.push((key, Value::Text(value.into())));
        self
    }

    fn secret(mut self, key: &'static str, value: Secret) -> Self {
        self.values.push((key, Value::Secret(value)));
        self
    }
}

/// Text out of a document, with places for values instead of values.
fn template(text: &str) -> Option<Finding> {
    let place = |open: char, close: char| {
        let (_, rest) = text.split_once(open)?;
        let (inside, _) = rest.split_once(close)?;
        let is_place = !inside.is_empty() && inside.len() <= 40 && !inside.contains(['"', ':', '\n']);
        is_place.then(|| format!("{open}{inside}{close}"))
    };
    // The provisioning service's topics do have braces in them.
    let braces = place('{', '}').filter(|place| place != "{request_id}");
    let words = ["iothubhostname", "your_", "abcdefghijkl"].into_iter().find(|word| text.contains(word));
    let found = place('<', '>').or(braces).or(words.map(str::to_owned))?;
    let shown: String = found.chars().filter(|c| !c.is_control()).collect();
    Some(Finding::error(
        "template",
        format!("This is text out of a document: {shown} stands where a value belongs"),
        "Copy your own values from the portal or the console",
    ))
}

/// What Azure's own tools print of a device or an enrolment, and the answer to a registration (clouds.md §4, §5).
fn azure_json(text: &str) -> Option<Pasted> {
    let json: serde_json::Value = serde_json::from_str(text).ok().filter(serde_json::Value::is_object)?;
    let value = |pointer: &str| json.pointer(pointer).and_then(serde_json::Value::as_str);
    let secret = |pointer: &str| value(pointer).filter(|key| !key.is_empty()).map(Secret::new);
    let (kind, texts, secrets) = if let Some(id) = value("/deviceId") {
        let key = secret("/authentication/symmetricKey/primaryKey");
        let kind = if key.is_some() { CloudKind::AzureSas } else { CloudKind::AzureX509 };
        (kind, [("hub", value("/hub")), ("device_id", Some(id))], ("key", key))
    } else if let Some(hub) = value("/registrationState/assignedHub") {
        let id = value("/registrationState/deviceId");
        (CloudKind::AzureX509, [("hub", Some(hub)), ("device_id", id)], ("key", None))
    } else {
        let id = value("/registrationId");
        let owner = if id.is_some() { "key" } else { value("/enrollmentGroupId").map(|_| "group_key")? };
        let key = secret("/attestation/symmetricKey/primaryKey");
        let scope = value("/idScope");
        (CloudKind::AzureDps, [("id_scope", scope), ("registration_id", id)], (owner, key))
    };
    let mut pasted = Pasted::of(kind);
    texts.into_iter().for_each(|(key, text)| pasted.take(key, text));
    match secrets {
        (name, Some(key)) => Some(pasted.secret(name, key)),
        (_, None) => (!pasted.values.is_empty()).then_some(pasted),
    }
}

/// A connection string or a token of Azure.
fn azure_line(text: &str) -> Option<Pasted> {
    let content = match credential::read(text.as_bytes(), None) {
        Ok(content) => content,
        Err(finding)
            if matches!(finding.code, "owner-string" | "malformed-token" | "malformed-connection-string") =>
        {
            return Some(Pasted { notes: vec![finding], ..Pasted::default() });
        }
        Err(_) => return None,
    };
    match content.items.into_iter().next()? {
        Item::ConnectionString(string) => Some(device_string(*string)),
        Item::Token(token) => device_token(&token),
        _ => None,
    }
}

fn device_string(string: ConnectionString) -> Pasted {
    let kind = match string.proof {
        Proof::Certificate => CloudKind::AzureX509,
        Proof::Key(_) | Proof::Token(_) => CloudKind::AzureSas,
    };
    let pasted = Pasted::of(kind).text("hub", string.host).text("device_id", string.device_id);
    match string.proof {
        Proof::Certificate => pasted,
        Proof::Key(key) => pasted.secret("key", key),
        Proof::Token(token) => pasted.secret("token", token.text().clone()),
    }
}

fn device_token(token: &Token) -> Option<Pasted> {
    match token.resource().split('/').collect::<Vec<_>>().as_slice() {
        [hub, "devices", device] => {
            let pasted = Pasted::of(CloudKind::AzureSas).text("hub", *hub).text("device_id", *device);
            Some(pasted.secret("token", token.text().clone()))
        }
        [scope, "registrations", id] => {
            Some(Pasted::of(CloudKind::AzureDps).text("id_scope", *scope).text("registration_id", *id))
        }
        _ => None,
    }
}

/// A `+UDCP` command of an old set-up.
fn command(text: &str) -> Option<Pasted> {
    let joined: String = text.split_whitespace().collect();
    let start = joined.to_ascii_lowercase().find("mqtt://")?;
    let url = joined.get(start + "mqtt://".len()..)?.trim_end_matches('"');
    let (place, query) = url.split_once("/?").unwrap_or((url, ""));
    let host = place.split(':').next()?;
    let value = |wanted: &str| {
        query
            .split('&')
            .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == wanted))
            .map(|(_, value)| value)
    };
    let kind = CloudKind::of_host(host)?;
    let mut pasted = Pasted::of(kind);
    let client = value("client");
    match kind {
        CloudKind::Thingstream => {
            pasted.take("client_id", client);
            pasted.take("username", value("user"));
            if let Some(password) = value("passwd").filter(|password| !password.starts_with("%%")) {
                pasted = pasted.secret("password", Secret::new(password));
            }
        }
        CloudKind::Aws => {
            pasted.take("endpoint", Some(host));
            pasted.take("client_id", client);
        }
        CloudKind::AzureX509 | CloudKind::AzureSas => {
            pasted.kind =
                Some(if value("passwd").is_some() { CloudKind::AzureSas } else { CloudKind::AzureX509 });
            pasted.take("hub", Some(host));
            pasted.take("device_id", client);
        }
        CloudKind::AzureDps => {
            pasted.take("id_scope", value("user").and_then(|user| user.split('/').next()));
            pasted.take("registration_id", client);
        }
    }
    if matches!(kind, CloudKind::Aws | CloudKind::Thingstream) {
        pasted.take("publish_topic", value("pt"));
        pasted.take("subscribe_topic", value("st"));
    }
    if value("encr") != Some("3") {
        let message = "The old command does not ask for TLS 1.2; the new one does, because the cloud takes nothing else";
        pasted.notes.push(Finding::info("old-tls", message));
    }
    Some(pasted)
}

impl Pasted {
    fn take(&mut self, key: &'static str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.values.push((key, Value::Text(value.to_owned())));
        }
    }
}

/// How AWS's own samples are started, as in the `start.sh` of the connect kit (clouds.md §5). They publish to the topic that they
/// subscribe to. The script's own braces and brackets do not make a template of it.
fn sample(text: &str) -> Option<Pasted> {
    let words: Vec<_> = text.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    let after = |options: &[&str]| {
        let at = words.iter().position(|word| options.contains(word))?;
        words.get(at + 1).copied()
    };
    let endpoint = aws::endpoint(after(&["--endpoint"])?).ok()?;
    let mut pasted = Pasted::of(CloudKind::Aws).text("endpoint", endpoint.as_str());
    pasted.take("client_id", after(&["--client_id", "--client-id"]));
    let topic = after(&["--topic"]);
    pasted.take("publish_topic", topic);
    pasted.take("subscribe_topic", topic);
    Some(pasted)
}

/// The files that an `openssl` or `mosquitto` command line names.
fn openssl(text: &str) -> Option<Pasted> {
    let words: Vec<_> = text.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    if !["openssl", "mosquitto_pub", "mosquitto_sub", "curl"].contains(words.first()?) {
        return None;
    }
    let after = |options: &[&str]| {
        let at = words.iter().position(|word| options.contains(word))?;
        words.get(at + 1).map(|word| Value::Path(PathBuf::from(word)))
    };
    let values: Vec<_> = [
        ("ca", after(&["-CAfile", "--cafile", "--cacert"])),
        ("certificate", after(&["-cert", "--cert"])),
        ("private_key", after(&["-key", "--key"])),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?)))
    .collect();
    (!values.is_empty()).then(|| Pasted { values, ..Pasted::default() })
}

/// Lines of labels and values: the overview of a provisioning service, the credentials of a thing. A line of PEM may have the
/// shape of a password and is none.
fn labelled(text: &str) -> Option<Pasted> {
    if text.contains("-----BEGIN ") {
        return None;
    }
    let mut pasted = Pasted::default();
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    for (index, line) in lines.iter().enumerate() {
        let Some((label, rest)) =
            LABELS.iter().find_map(|label| Some((label, after_label(line, label.words)?)))
        else {
            pasted.loose(line);
            continue;
        };
        // A portal copies label and value as two lines.
        let value = if rest.is_empty() { lines.get(index + 1).copied().unwrap_or_default() } else { rest };
        pasted.kind = pasted.kind.or(Some(label.kind));
        match label.key {
            "" => {}
            "password" => pasted.put("password", Value::Secret(Secret::new(value))),
            key => pasted.put(key, Value::Text(value.to_owned())),
        }
    }
    (!pasted.values.is_empty()).then_some(pasted)
}

/// What a label says about the value behind it; an empty key is no field, but tells the cloud.
struct Label {
    words: &'static str,
    kind: CloudKind,
    key: &'static str,
}

const LABELS: &[Label] = &[
    Label { words: "id scope", kind: CloudKind::AzureDps, key: "id_scope" },
    Label { words: "service endpoint", kind: CloudKind::AzureDps, key: "" },
    Label { words: "global device endpoint", kind: CloudKind::AzureDps, key: "" },
    Label { words: "registration id", kind: CloudKind::AzureDps, key: "registration_id" },
    Label { words: "client id", kind: CloudKind::Thingstream, key: "client_id" },
    Label { words: "username", kind: CloudKind::Thingstream, key: "username" },
    Label { words: "user name", kind: CloudKind::Thingstream, key: "username" },
    Label { words: "password", kind: CloudKind::Thingstream, key: "password" },
    Label { words: "hostname", kind: CloudKind::Thingstream, key: "" },
];

/// What stands behind a label and the sign that ends it.
fn after_label<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    let start = line.get(..label.len())?;
    let rest = line.get(label.len()..)?;
    let ends = rest.is_empty() || rest.starts_with([':', '=', '\t', ' ']);
    (start.eq_ignore_ascii_case(label) && ends).then(|| rest.trim_start_matches([':', '=', '\t', ' ']))
}

impl Pasted {
    /// The first value of a field counts.
    fn put(&mut self, key: &'static str, value: Value) {
        if self.values.iter().all(|(known, _)| *known != key) {
            self.values.push((key, value));
        }
    }

    /// A line without a label, recognised by its shape as a part of a thing's credentials (clouds.md §5).
    fn loose(&mut self, line: &str) {
        let is = |length: usize, allowed: fn(char) -> bool| line.len() == length && line.chars().all(allowed);
        let (key, value) = if line.starts_with("device:") {
            ("client_id", Value::Text(line.to_owned()))
        } else if is(20, |c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
            ("username", Value::Text(line.to_owned()))
        } else if is(40, |c| c.is_ascii_alphanumeric() || "+/=".contains(c)) {
            ("password", Value::Secret(Secret::new(line)))
        } else {
            return;
        };
        self.kind = self.kind.or(Some(CloudKind::Thingstream));
        self.put(key, value);
    }
}

/// A host name alone.
fn host(text: &str) -> Option<Pasted> {
    let name = text.trim_start_matches("https://").trim_start_matches("mqtts://").trim_end_matches('/');
    let name = name.trim_end_matches(":8883");
    Host::parse(name).ok()?;
    match CloudKind::of_host(name)? {
        CloudKind::Aws => {
            aws::endpoint(name).ok().map(|host| Pasted::of(CloudKind::Aws).text("endpoint", host.as_str()))
        }
        CloudKind::AzureX509 => {
            let host = azure::hub(name).ok()?;
            Some(Pasted { kind: None, ..Pasted::default() }.text("hub", host.as_str()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn texts(text: &str) -> (Option<CloudKind>, Vec<(&'static str, String)>) {
        let pasted = recognise(text).unwrap_or_default();
        let shown = |value: Value| match value {
            Value::Text(text) => text,
            Value::Secret(secret) => format!("secret {}", secret.reveal()),
            Value::Path(path) => format!("file {}", path.display()),
        };
        (pasted.kind, pasted.values.into_iter().map(|(key, value)| (key, shown(value))).collect())
    }

    fn values<const N: usize>(pairs: [(&'static str, &str); N]) -> Vec<(&'static str, String)> {
        pairs.into_iter().map(|(key, value)| (key, value.to_owned())).collect()
    }

    #[test]
    fn a_devices_connection_string_fills_hub_device_and_key() {
        let text = format!(" HostName=contoso.azure-devices.net;DeviceId=d1;SharedAccessKey={KEY}\n");
        let key = format!("secret {KEY}");
        let expected = values([("hub", "contoso.azure-devices.net"), ("device_id", "d1"), ("key", &key)]);
        assert_eq!(texts(&text), (Some(CloudKind::AzureSas), expected));
        let x509 = "HostName=contoso.azure-devices.net;DeviceId=d1;x509=true";
        assert_eq!(texts(x509).0, Some(CloudKind::AzureX509));
    }

    #[test]
    fn the_json_of_azures_tools_fills_a_device_an_enrolment_or_the_assigned_hub() {
        let key = format!("secret {KEY}");
        let keys = serde_json::json!({ "primaryKey": KEY, "secondaryKey": "other" });
        let device = serde_json::json!({
            "deviceId": "d1", "hub": "contoso.azure-devices.net", "status": "enabled",
            "authentication": { "type": "sas", "symmetricKey": keys },
        });
        let expected = values([("hub", "contoso.azure-devices.net"), ("device_id", "d1"), ("key", &key)]);
        assert_eq!(texts(&device.to_string()), (Some(CloudKind::AzureSas), expected));
        let certified = serde_json::json!({
            "deviceId": "d1",
            "authentication": { "type": "selfSigned", "symmetricKey": { "primaryKey": null } },
        });
        let expected = values([("device_id", "d1")]);
        assert_eq!(texts(&certified.to_string()), (Some(CloudKind::AzureX509), expected));
        let attestation = serde_json::json!({ "type": "symmetricKey", "symmetricKey": keys });
        let individual = serde_json::json!({ "registrationId": "r1", "attestation": attestation });
        let expected = values([("registration_id", "r1"), ("key", &key)]);
        assert_eq!(texts(&individual.to_string()), (Some(CloudKind::AzureDps), expected));
        let group = serde_json::json!({ "enrollmentGroupId": "fleet", "attestation": attestation });
        let expected = values([("group_key", &key)]);
        assert_eq!(texts(&group.to_string()), (Some(CloudKind::AzureDps), expected));
        let assigned = serde_json::json!({
            "operationId": "5.x", "status": "assigned",
            "registrationState": {
                "registrationId": "r1", "assignedHub": "contoso.azure-devices.net", "deviceId": "d1",
            },
        });
        let expected = values([("hub", "contoso.azure-devices.net"), ("device_id", "d1")]);
        assert_eq!(texts(&assigned.to_string()), (Some(CloudKind::AzureX509), expected));
        assert_eq!(recognise(r#"{ "status": "enabled" }"#), None);
    }

    #[test]
    fn an_owners_string_gives_nothing_but_the_reason() {
        let text = format!(
            "HostName=contoso.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey={KEY}"
        );
        let pasted = recognise(&text).unwrap();
        assert_eq!((pasted.values, pasted.notes[0].code), (Vec::new(), "owner-string"));
    }

    #[test]
    fn the_overview_of_a_provisioning_service_gives_its_scope() {
        let block = "Service endpoint\ncontoso-dps.azure-devices-provisioning.net\nGlobal device endpoint\n\
                     global.azure-devices-provisioning.net\nID Scope\n0ne00ABCDEF\n";
        assert_eq!(texts(block), (Some(CloudKind::AzureDps), values([("id_scope", "0ne00ABCDEF")])));
        assert_eq!(texts("ID Scope: 0ne00ABCDEF").1, values([("id_scope", "0ne00ABCDEF")]));
    }

    #[test]
    fn the_credentials_of_a_thing_are_known_by_label_and_by_shape() {
        let (id, user) = ("device:521b5a33-2374-4547-8edc-50743c144509", "44Y4OWYTRN3JJM3T4567");
        let password = "KgpOln78MZwuzYw3WCmGMdTePVm1234567890+/a";
        let expected =
            values([("client_id", id), ("username", user), ("password", &format!("secret {password}"))]);
        for text in [
            format!("Client Id={id}\nUsername = {user}\nPassword = {password}"),
            format!("Client ID: {id}\nUsername: {user}\nPassword: {password}\nHostname: mqtt.thingstream.io"),
            format!("{id}\n{user}\n{password}"),
        ] {
            assert_eq!(texts(&text), (Some(CloudKind::Thingstream), expected.clone()), "{text}");
        }
    }

    #[test]
    fn commands_of_old_set_ups_are_taken_apart() {
        let aws = "AT+UDCP=mqtt://a1-ats.iot.eu-west-2.amazonaws.com:8883/?pt=test/pt&st=test/st&ca=ca.pem&client=device1";
        let pasted = recognise(aws).unwrap();
        assert_eq!(pasted.notes[0].code, "old-tls");
        let expected = values([
            ("endpoint", "a1-ats.iot.eu-west-2.amazonaws.com"),
            ("client_id", "device1"),
            ("publish_topic", "test/pt"),
            ("subscribe_topic", "test/st"),
        ]);
        assert_eq!(texts(aws), (Some(CloudKind::Aws), expected));
        let dps = "AT+UDCP=mqtt://global.azure-devices-provisioning.net:8883/?\nclient=ninadps\n\
                   &user=0ne0067E45C/registrations/ninadps/api-version=2019-03-31\n\
                   &pt=$dps/registrations/PUT/iotdps-register/?$rid={request_id}&encr=3";
        let expected = values([("id_scope", "0ne0067E45C"), ("registration_id", "ninadps")]);
        assert_eq!(texts(dps), (Some(CloudKind::AzureDps), expected));
    }

    #[test]
    fn the_script_of_the_connect_kit_names_endpoint_client_and_topic() {
        let script = "#!/usr/bin/env bash\nset -e\nif [ ! -f ./root-CA.crt ]; then\n  curl https://www.amazontrust.com/repository/AmazonRootCA1.pem > root-CA.crt\nfi\n\
                      python3 aws-iot-device-sdk-python-v2/samples/pubsub.py --endpoint a1-ats.iot.eu-west-1.amazonaws.com \
                      --ca_file root-CA.crt --cert d1.cert.pem --key d1.private.key --client_id basicPubSub --topic sdk/test/python --count 0\n";
        let expected = values([
            ("endpoint", "a1-ats.iot.eu-west-1.amazonaws.com"),
            ("client_id", "basicPubSub"),
            ("publish_topic", "sdk/test/python"),
            ("subscribe_topic", "sdk/test/python"),
        ]);
        assert_eq!(texts(script), (Some(CloudKind::Aws), expected));
        let template = "pubsub.py --endpoint <endpoint> --client_id d";
        assert_eq!(recognise(template).unwrap().notes[0].code, "template");
    }

    #[test]
    fn an_openssl_command_line_names_its_files() {
        let line = "openssl s_client -connect a1-ats.iot.eu-west-1.amazonaws.com:8443 -CAfile AmazonRootCA1.pem \
                    -cert d.pem.crt -key \"d.pem.key\"";
        let expected = values([
            ("ca", "file AmazonRootCA1.pem"),
            ("certificate", "file d.pem.crt"),
            ("private_key", "file d.pem.key"),
        ]);
        assert_eq!(texts(line), (None, expected));
    }

    #[test]
    fn a_host_name_alone_is_known() {
        let aws = texts("https://a1-ats.iot.eu-west-1.amazonaws.com/");
        assert_eq!(aws, (Some(CloudKind::Aws), values([("endpoint", "a1-ats.iot.eu-west-1.amazonaws.com")])));
        assert_eq!(
            texts("contoso.azure-devices.net"),
            (None, values([("hub", "contoso.azure-devices.net")]))
        );
        assert_eq!(recognise("example.com"), None);
    }

    #[test]
    fn a_line_of_a_certificate_is_no_password() {
        let line = "KgpOln78MZwuzYw3WCmGMdTePVm1234567890+/a";
        assert_eq!(texts(line).1.len(), 1);
        let pem = format!("-----BEGIN CERTIFICATE-----\n{line}\n-----END CERTIFICATE-----\n");
        assert_eq!(recognise(&pem), None);
    }

    #[test]
    fn template_text_is_refused_by_name() {
        for (text, place) in [
            ("HostName=<hub>.azure-devices.net;DeviceId=d;SharedAccessKey=k", "<hub>"),
            ("{hub}.azure-devices.net", "{hub}"),
            ("AT+UDCP=mqtt://iothubhostname:8883/?client=device_id", "iothubhostname"),
        ] {
            let pasted = recognise(text).unwrap();
            assert_eq!((pasted.values.len(), pasted.notes[0].code), (0, "template"), "{text}");
            assert!(pasted.notes[0].message.contains(place));
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_pasted(text in "\\PC{0,200}", lines in "[a-zA-Z:=; \n/&?]{0,200}") {
            recognise(&text);
            recognise(&lines);
        }
    }
}
