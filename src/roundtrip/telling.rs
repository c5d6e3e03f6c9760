//! What the bytes of a message say about requests and answers (clouds.md §2.3, §4).

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};

/// What a request and its answer have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A request to the provisioning service. Its answers come to one channel, whatever the channel of the request.
    Provisioning,
    /// A message without content, as that which asks for a twin.
    Blank,
    /// These bytes on this channel.
    Echo { channel: Option<u8>, length: usize, digest: u64 },
    /// JSON with this value of this name.
    Name(&'static str, String),
}

/// How a registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    UnderWay,
    Settled,
}

/// A message as it may be understood.
#[derive(Debug)]
pub(super) struct Told {
    /// As an answer of the provisioning service.
    pub(super) provisioning: Option<Outcome>,
    /// As a whole twin.
    pub(super) is_twin: bool,
    pub(super) echo: Option<Key>,
    pub(super) names: Vec<Key>,
    is_registration: bool,
    is_blank: bool,
}

/// The names that only a request and its answer share.
const NAMES: [&str; 4] = ["requestId", "correlationId", "rid", "$rid"];
/// Shorter messages may come back by chance.
const SHORTEST_ECHO: usize = 4;
/// More is not looked into: answers are small, and every message is looked at.
const LONGEST_JSON: usize = 128 * 1024;

impl Outcome {
    pub(super) fn is_under_way(self) -> bool {
        self == Self::UnderWay
    }
}

impl Told {
    pub(super) fn of(channel: Option<u8>, bytes: &[u8]) -> Self {
        let trimmed = bytes.trim_ascii();
        let object = object(trimmed);
        let object = object.as_ref();
        Self {
            provisioning: object.and_then(provisioning),
            is_twin: object.is_some_and(is_twin),
            echo: (bytes.len() >= SHORTEST_ECHO && !trimmed.is_empty()).then(|| echo(channel, bytes)),
            names: object.map(names).unwrap_or_default(),
            is_registration: object.is_some_and(|object| text(object, "registrationId").is_some()),
            is_blank: trimmed.is_empty(),
        }
    }

    /// What may answer it, if it was sent.
    pub(super) fn request_keys(self) -> Vec<Key> {
        let registration = self.is_registration.then_some(Key::Provisioning);
        let blank = self.is_blank.then_some(Key::Blank);
        registration.into_iter().chain(blank).chain(self.echo).chain(self.names).collect()
    }
}

fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    let looks_right = bytes.starts_with(b"{") && bytes.ends_with(b"}") && bytes.len() <= LONGEST_JSON;
    looks_right.then(|| serde_json::from_slice(bytes).ok())?
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// `{"operationId":…,"status":"assigning"}`, the same with `registrationState`, or `{"errorCode":401002,"trackingId":…}`.
fn provisioning(object: &Map<String, Value>) -> Option<Outcome> {
    let is_object = |name| object.get(name).is_some_and(Value::is_object);
    if object.get("errorCode").is_some_and(Value::is_u64) && text(object, "trackingId").is_some() {
        // It passes, and the same question is asked again.
        let code = object.get("errorCode").and_then(Value::as_u64).unwrap_or_default() / 1000;
        return Some(if code == 429 || code >= 500 { Outcome::UnderWay } else { Outcome::Settled });
    }
    if text(object, "operationId").is_none() && !is_object("registrationState") {
        return None;
    }
    match text(object, "status")? {
        "assigning" => Some(Outcome::UnderWay),
        "assigned" | "failed" | "disabled" | "unassigned" => Some(Outcome::Settled),
        _ => None,
    }
}

/// `{"desired":{…,"$version":1},"reported":{…,"$version":1}}`.
fn is_twin(object: &Map<String, Value>) -> bool {
    let has_version = |name| {
        let section = object.get(name).and_then(Value::as_object);
        section.is_some_and(|section| section.get("$version").is_some_and(Value::is_u64))
    };
    object.len() == 2 && has_version("desired") && has_version("reported")
}

fn echo(channel: Option<u8>, bytes: &[u8]) -> Key {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    Key::Echo { channel, length: bytes.len(), digest: hasher.finish() }
}

fn names(object: &Map<String, Value>) -> Vec<Key> {
    let is_rpc = text(object, "jsonrpc").is_some();
    let known = NAMES.into_iter().chain(is_rpc.then_some("id"));
    let key = |name: &'static str| {
        let value = object.get(name)?;
        let is_name = value.is_u64() || value.is_i64() || value.as_str().is_some_and(|text| !text.is_empty());
        is_name.then(|| Key::Name(name, value.to_string()))
    };
    known.filter_map(key).collect()
}
