//! A make-believe Azure IoT Hub (clouds.md §2.3, §3 and §7): one hub, its devices, and how it refuses them.
//! It has telemetry, messages to devices, twins and direct methods; no modules of devices, no routes, no quotas.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::Value;

use super::azure_proof::{self as proof, Shown};
use super::azure_topic::{bag, field, properties};
use super::azure_twin::{Twin, Unchanged};
use super::{
    Admission, Audience, Broker, Claim, Delivery, Event, Message, Namesakes, Now, Reaction, Refusal,
    Rejection, Rules, identity,
};
use crate::credential::make::Pair;
use crate::moment::UnixTime;
use crate::mqtt::{ClientCertificates, ConnectRefusal, Failure, Qos, ServerTls};
use crate::secret::Secret;

const KILOBYTE: usize = 1024;
const MAX_TELEMETRY_KB: usize = 256;
const MAX_METHOD_KB: usize = 128;
const MAX_MESSAGE: usize = 64 * KILOBYTE;
const MAX_WAITING: usize = 50;
const MAX_TOPICS: usize = 5;

const TWIN_ANSWERS: &str = "$iothub/twin/res/";
const DESIRED_CHANGES: &str = "$iothub/twin/PATCH/properties/desired/";
const METHODS: &str = "$iothub/methods/POST/";
const TWIN_GET: &str = "$iothub/twin/GET/";
const REPORT: &str = "$iothub/twin/PATCH/properties/reported/";
const METHOD_ANSWERS: &str = "$iothub/methods/res/";

/// A make-believe Azure IoT Hub.
pub type AzureHub = Broker<HubRules>;

/// How a make-believe hub is set up.
pub struct HubSettings {
    /// The hub's full host name.
    pub host: String,
    /// The certificate for that host.
    pub server: Pair,
    pub devices: Vec<HubDevice>,
    /// The certificate authorities that were uploaded and verified, DER.
    pub authorities: Vec<Vec<u8>>,
    /// The shared access policies that let devices connect.
    pub policies: Vec<HubPolicy>,
}

/// A device as it stands in the hub's registry.
#[derive(Clone, Debug)]
pub struct HubDevice {
    pub id: String,
    pub proof: HubProof,
    pub status: DeviceStatus,
}

/// With what a device proves itself.
#[derive(Clone, Debug)]
pub enum HubProof {
    /// A token signed with one of its keys, base64.
    Keys { primary: Secret, secondary: Option<Secret> },
    /// A certificate from one of the hub's authorities, with the device's ID as its common name.
    SignedCertificate,
    /// A certificate with one of these thumbprints: SHA-1 or SHA-256 in hex.
    Thumbprints { primary: String, secondary: Option<String> },
}

/// Whether a device may connect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceStatus {
    #[default]
    Enabled,
    Disabled,
}

/// A shared access policy with the right to connect as any device, such as `device` or `iothubowner`.
#[derive(Clone, Debug)]
pub struct HubPolicy {
    pub name: String,
    pub key: Secret,
}

/// Why the hub cannot do what its own side wants of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undeliverable {
    #[error("there is no such device")]
    DeviceUnknown,
    #[error("the device is not connected, or has not subscribed to direct methods")]
    DeviceNotOnline,
    #[error("50 messages wait for the device already")]
    QueueFull,
    #[error("this is too large")]
    TooLarge,
    #[error("this is no JSON object")]
    Malformed,
}

impl HubDevice {
    /// An enabled device with this proof.
    pub fn new(id: impl Into<String>, proof: HubProof) -> Self {
        Self { id: id.into(), proof, status: DeviceStatus::Enabled }
    }

    /// An enabled device with this one key, base64.
    pub fn with_key(id: impl Into<String>, key: Secret) -> Self {
        Self::new(id, HubProof::Keys { primary: key, secondary: None })
    }
}

impl AzureHub {
    /// Opens the hub. `wall_clock_at_start` is the date at [`crate::moment::Moment::START`].
    ///
    /// # Errors
    /// A [`Failure`] of [`ServerTls::prepare`] if the hub's certificate cannot be used.
    pub fn new(settings: HubSettings, wall_clock_at_start: UnixTime) -> Result<Self, Failure> {
        let clients = ClientCertificates::Asked;
        let tls = ServerTls { identity: identity(&settings.server), clients };
        let mut rules = HubRules {
            host: settings.host,
            authorities: settings.authorities,
            policies: settings.policies,
            devices: BTreeMap::new(),
            methods: BTreeMap::new(),
            methods_called: 0,
        };
        settings.devices.into_iter().for_each(|device| rules.register(device));
        Ok(Self::with_rules(rules, tls.prepare()?, wall_clock_at_start))
    }

    /// The hub's host name.
    pub fn host(&self) -> &str {
        &self.rules().host
    }

    /// Puts a device into the registry. One of the same ID gets the new proof and keeps its twin.
    pub fn register(&mut self, device: HubDevice) {
        self.rules_mut().register(device);
    }

    /// Sends a message to a device; it waits until the device has subscribed.
    ///
    /// # Errors
    /// `DeviceUnknown`, `TooLarge` over 64 KB, `QueueFull`.
    pub fn send(
        &mut self,
        device_id: &str,
        payload: &[u8],
        properties: &[(&str, Option<&str>)],
    ) -> Result<(), Undeliverable> {
        if payload.len() > MAX_MESSAGE {
            return Err(Undeliverable::TooLarge);
        }
        let inbox = inbox(device_id);
        let is_heard = self.hears(device_id, &inbox);
        let to = format!("/devices/{device_id}/messages/deviceBound");
        let system = [("$.to", Some(to.as_str()))];
        let topic = format!("{inbox}{}", bag(&[&system, properties].concat()));
        let delivery = delivery(device_id, topic, payload.to_vec());
        let entry = self.rules_mut().entry(device_id)?;
        if is_heard {
            self.deliver(&delivery);
        } else if entry.waiting.len() < MAX_WAITING {
            entry.waiting.push_back(delivery);
        } else {
            return Err(Undeliverable::QueueFull);
        }
        Ok(())
    }

    /// Changes the desired properties of a device's twin; the device is told if it listens. The new version.
    ///
    /// # Errors
    /// `DeviceUnknown`, `Malformed` if the change is no JSON object, `TooLarge` if the section would be over 32 KB.
    pub fn desire(&mut self, device_id: &str, change: Value) -> Result<u64, Undeliverable> {
        let (version, told) = self.rules_mut().entry(device_id)?.twin.desire(change)?;
        let topic = format!("{DESIRED_CHANGES}?$version={version}");
        self.deliver(&delivery(device_id, topic, told.into_bytes()));
        Ok(version)
    }

    /// Calls a direct method of a device; its answer is [`Event::MethodAnswered`].
    ///
    /// # Errors
    /// `DeviceUnknown`, `TooLarge` over 128 KB, `DeviceNotOnline`.
    pub fn invoke(&mut self, device_id: &str, method: &str, payload: &[u8]) -> Result<(), Undeliverable> {
        self.rules_mut().entry(device_id)?;
        if payload.len() > MAX_METHOD_KB * KILOBYTE {
            return Err(Undeliverable::TooLarge);
        }
        let path = format!("{METHODS}{method}/");
        if !self.hears(device_id, &path) {
            return Err(Undeliverable::DeviceNotOnline);
        }
        let rid = self.rules_mut().expect_answer(device_id, method);
        self.deliver(&delivery(device_id, format!("{path}?$rid={rid}"), payload.to_vec()));
        Ok(())
    }

    /// The reported properties of a device's twin.
    pub fn reported(&self, device_id: &str) -> Option<Value> {
        self.rules().devices.get(device_id).map(|entry| entry.twin.reported())
    }
}

/// The judgement of an Azure IoT Hub.
pub struct HubRules {
    host: String,
    authorities: Vec<Vec<u8>>,
    policies: Vec<HubPolicy>,
    devices: BTreeMap<String, Entry>,
    /// Device and method of the calls that have no answer yet, by request ID.
    methods: BTreeMap<String, (String, String)>,
    methods_called: u32,
}

/// What the hub has of one device.
struct Entry {
    device: HubDevice,
    twin: Twin,
    waiting: VecDeque<Delivery>,
}

impl HubRules {
    fn register(&mut self, device: HubDevice) {
        match self.devices.get_mut(&device.id) {
            Some(entry) => entry.device = device,
            None => {
                let id = device.id.clone();
                self.devices.insert(id, Entry { device, twin: Twin::new(), waiting: VecDeque::new() });
            }
        }
    }

    fn entry(&mut self, device_id: &str) -> Result<&mut Entry, Undeliverable> {
        self.devices.get_mut(device_id).ok_or(Undeliverable::DeviceUnknown)
    }

    fn expect_answer(&mut self, device_id: &str, method: &str) -> String {
        self.methods_called += 1;
        let rid = format!("{:x}", self.methods_called);
        self.methods.insert(rid.clone(), (device_id.to_owned(), method.to_owned()));
        rid
    }

    /// Whether the device proves itself; the end of its stay, if the proof has one.
    fn judge(&self, device: &HubDevice, claim: &Claim) -> Result<Option<UnixTime>, Refusal> {
        match &device.proof {
            HubProof::Keys { primary, secondary } => {
                let keys = std::iter::once(primary).chain(secondary);
                self.judge_token(&device.id, keys, claim).map(Some)
            }
            HubProof::SignedCertificate => {
                let own = proof::own_certificate(claim)?;
                proof::must_lead_to(&own, claim, &self.authorities)?;
                proof::must_be_named(&own, &device.id, |name, id| name == id).map(|()| None)
            }
            HubProof::Thumbprints { primary, secondary } => {
                let own = proof::own_certificate(claim)?;
                let mut known = std::iter::once(primary).chain(secondary);
                match known.any(|thumbprint| proof::has_thumbprint(&own, thumbprint)) {
                    true => Ok(None),
                    false => Err(Refusal::CertificateOfAnother),
                }
            }
        }
    }

    /// A token of the device's own keys is for this device; one of a policy may be for the whole hub.
    fn judge_token<'a>(
        &self,
        device_id: &str,
        keys: impl Iterator<Item = &'a Secret>,
        claim: &Claim,
    ) -> Result<UnixTime, Refusal> {
        let token = Shown::by(claim)?;
        let wanted = format!("{}/devices/{device_id}", self.host);
        // Hosts are alike in any case, and neither `devices` nor an ID is a host.
        let same = |segment: &str, wanted: &str| {
            segment == wanted || (wanted == self.host && segment.eq_ignore_ascii_case(wanted))
        };
        if !token.covers(&wanted, same) {
            return Err(token.for_elsewhere());
        }
        let is_signed = match token.policy() {
            None if !token.is_as_narrow_as(&wanted) => return Err(token.for_elsewhere()),
            None => token.is_signed_with_one_of(keys),
            Some(name) => {
                let Some(policy) = self.policies.iter().find(|policy| policy.name == name) else {
                    return Err(Refusal::TokenPolicy(name.to_owned()));
                };
                token.is_signed_with_one_of([&policy.key])
            }
        };
        if is_signed { Ok(token.expires()) } else { Err(Refusal::TokenKey) }
    }

    fn report(&mut self, device_id: &str, rid: &str, payload: &[u8]) -> Reaction {
        let Ok(entry) = self.entry(device_id) else { return Reaction::default() };
        match entry.twin.report(payload) {
            Ok(version) => Reaction {
                deliveries: vec![twin_answer(device_id, 204, &format!("{rid}&$version={version}"), "")],
                events: vec![Event::Reported {
                    device_id: device_id.to_owned(),
                    patch: String::from_utf8_lossy(payload).into_owned(),
                }],
            },
            // What the real hub answers to too much is not known; of the codes it documents, only this one fits.
            Err(Unchanged::Malformed | Unchanged::TooLarge) => {
                Reaction { deliveries: vec![twin_answer(device_id, 400, rid, "")], events: vec![] }
            }
        }
    }

    fn method_answered(&mut self, device_id: &str, status: i32, rid: &str, payload: Vec<u8>) -> Reaction {
        let is_asked = self.methods.get(rid).is_some_and(|(asked, _)| asked == device_id);
        let asked = is_asked.then(|| self.methods.remove(rid)).flatten();
        let events =
            asked.map(|(device_id, method)| Event::MethodAnswered { device_id, method, status, payload });
        Reaction { deliveries: vec![], events: events.into_iter().collect() }
    }
}

impl Rules for HubRules {
    /// The device's ID.
    type Client = String;
    const NAMESAKES: Namesakes = Namesakes::Replaced;
    /// One and a half times the longest keep-alive, 1177 s.
    const LONGEST_SILENCE: Option<Duration> = Some(Duration::from_secs(1767));

    /// A client ID that is not the user name's device is answered with code 2, everything else that is wrong with
    /// code 5 (clouds.md §7).
    fn connect(&mut self, claim: &Claim) -> Result<Admission<String>, Rejection> {
        let unauthorised = |why| Rejection::answered(why, ConnectRefusal::NotAuthorised);
        let user = claim.user.as_deref().unwrap_or_default();
        let Some(id) = device_of(user, &self.host) else {
            return Err(unauthorised(Refusal::UserName(user.to_owned())));
        };
        if claim.client_id != id {
            let (client_id, expected) = (claim.client_id.clone(), id.to_owned());
            let why = Refusal::ClientIdOfAnother { client_id, expected };
            return Err(Rejection::answered(why, ConnectRefusal::ClientId));
        }
        let Some(entry) = self.devices.get(id) else {
            return Err(unauthorised(Refusal::DeviceUnknown(id.to_owned())));
        };
        let until = self.judge(&entry.device, claim).map_err(unauthorised)?;
        match entry.device.status {
            DeviceStatus::Enabled => Ok(Admission { name: id.to_owned(), until, client: id.to_owned() }),
            DeviceStatus::Disabled => Err(unauthorised(Refusal::DeviceDisabled(id.to_owned()))),
        }
    }

    /// Only the hub's own topics, for the `#` at their end is no wildcard; QoS 2 is granted as QoS 1 (clouds.md §2.3).
    /// Of the five kinds one is for modules of devices, of which there are none here.
    fn subscribe(
        &mut self,
        id: &String,
        _held: usize,
        filters: &[(String, Qos)],
    ) -> Result<Vec<Qos>, Refusal> {
        // There are no more kinds than may be held, so only naming one of them again can be too much.
        if filters.len() > MAX_TOPICS {
            return Err(Refusal::MoreThanFiveTopics);
        }
        let known = [inbox(id), TWIN_ANSWERS.to_owned(), DESIRED_CHANGES.to_owned(), METHODS.to_owned()];
        let is_known =
            |filter: &str| filter.strip_suffix('#').is_some_and(|path| known.iter().any(|k| k == path));
        match filters.iter().find(|(filter, _)| !is_known(filter)) {
            Some((filter, _)) => Err(Refusal::TopicUnknown(filter.clone())),
            None => Ok(filters.iter().map(|(_, qos)| (*qos).min(Qos::AtLeastOnce)).collect()),
        }
    }

    fn subscribed(&mut self, id: &String, filter: &str) -> Vec<Delivery> {
        let is_inbox = filter.strip_suffix('#') == Some(inbox(id).as_str());
        let entry = self.devices.get_mut(id).filter(|_| is_inbox);
        entry.map(|entry| entry.waiting.drain(..).collect()).unwrap_or_default()
    }

    fn publish(&mut self, id: &String, message: Message, _now: Now) -> Result<Reaction, Refusal> {
        let Message { topic, payload, qos, retain } = message;
        if qos == Qos::ExactlyOnce {
            return Err(Refusal::QosTwo);
        }
        if payload.len() > MAX_TELEMETRY_KB * KILOBYTE {
            return Err(Refusal::LargerThan(MAX_TELEMETRY_KB));
        }
        if let Some(bag) = topic.strip_prefix(&format!("devices/{id}/messages/events/")) {
            // A retained message is none here: it only says that it was meant to be one.
            let retained = retain.then(|| ("mqtt-retain".to_owned(), Some("true".to_owned())));
            let properties = properties(bag.trim_end_matches('/')).into_iter().chain(retained).collect();
            let telemetry = Event::Telemetry { device_id: id.clone(), properties, payload };
            return Ok(Reaction { deliveries: vec![], events: vec![telemetry] });
        }
        let after = |path: &str| topic.strip_prefix(path).and_then(|question| field(question, "$rid"));
        if let Some(rid) = after(TWIN_GET) {
            let document = self.devices.get(id).map(|entry| entry.twin.document()).unwrap_or_default();
            return Ok(Reaction { deliveries: vec![twin_answer(id, 200, rid, &document)], events: vec![] });
        }
        if let Some(rid) = after(REPORT) {
            return Ok(self.report(id, rid, &payload));
        }
        if let Some((status, rid)) = method_answer(&topic) {
            if payload.len() > MAX_METHOD_KB * KILOBYTE {
                return Err(Refusal::LargerThan(MAX_METHOD_KB));
            }
            return Ok(self.method_answered(id, status, rid, payload));
        }
        Err(Refusal::TopicUnknown(topic))
    }
}

impl From<Unchanged> for Undeliverable {
    fn from(unchanged: Unchanged) -> Self {
        match unchanged {
            Unchanged::Malformed => Self::Malformed,
            Unchanged::TooLarge => Self::TooLarge,
        }
    }
}

/// The device of a user name `{hub}/{device}`, `{hub}/{device}/` or `{hub}/{device}/?api-version=…[&…]`.
fn device_of<'a>(user: &'a str, hub: &str) -> Option<&'a str> {
    let (host, rest) = user.split_once('/')?;
    let (device, question) = rest.split_once('/').unwrap_or((rest, ""));
    let is_fine = question.is_empty() || field(question, "api-version").is_some();
    (host.eq_ignore_ascii_case(hub) && !device.is_empty() && is_fine).then_some(device)
}

/// Status and request ID of `$iothub/methods/res/{status}/?$rid={rid}`.
fn method_answer(topic: &str) -> Option<(i32, &str)> {
    let (status, question) = topic.strip_prefix(METHOD_ANSWERS)?.split_once('/')?;
    Some((status.parse().ok()?, field(question, "$rid")?))
}

/// Where messages to a device arrive.
fn inbox(device_id: &str) -> String {
    format!("devices/{device_id}/messages/devicebound/")
}

fn twin_answer(device_id: &str, status: u16, rid: &str, body: &str) -> Delivery {
    delivery(device_id, format!("{TWIN_ANSWERS}{status}/?$rid={rid}"), body.as_bytes().to_vec())
}

fn delivery(device_id: &str, topic: String, payload: Vec<u8>) -> Delivery {
    let message = Message { topic, payload, qos: Qos::AtLeastOnce, retain: false };
    Delivery { to: Audience::Client(device_id.to_owned()), message }
}
