//! A make-believe Azure device provisioning service (clouds.md §2.5, §4 and §7): enrolments, and how it answers those
//! who are in none. It lets everybody connect; what is wrong is said in the answer to the registration.
//! The hubs it gives devices to are not its business.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::azure_proof::{self as proof, Shown};
use super::azure_topic::field;
use super::{
    Admission, Audience, Broker, Claim, Delivery, Event, HubDevice, HubProof, Message, Namesakes, Now,
    Reaction, Refusal, Rejection, Rules, identity,
};
use crate::credential::make::Pair;
use crate::credential::{Certificate, sas};
use crate::moment::{Moment, UnixTime};
use crate::mqtt::{ClientCertificates, ConnectRefusal, Failure, Qos, ServerTls};
use crate::secret::Secret;

const MAX_MESSAGE_KB: usize = 96;
/// So many polls within [`POLL_WINDOW`] are answered; the next is too many.
const MAX_POLLS: usize = 5;
const POLL_WINDOW: Duration = Duration::from_secs(10);

const ANSWERS: &str = "$dps/registrations/res/";
const REGISTER: &str = "$dps/registrations/PUT/iotdps-register/";
const POLL: &str = "$dps/registrations/GET/iotdps-get-operationstatus/";

/// A make-believe provisioning service.
pub type AzureDps = Broker<DpsRules>;

/// How a make-believe provisioning service is set up.
pub struct DpsSettings {
    /// The device endpoint, in reality `global.azure-devices-provisioning.net`.
    pub host: String,
    /// The certificate for that host.
    pub server: Pair,
    pub id_scope: String,
    pub enrolments: Vec<Enrolment>,
    /// So many polls are answered with `assigning` before the outcome is known.
    pub assigning: u32,
    /// Seconds that a device is asked to wait between two polls.
    pub retry_after: u32,
    /// So many registrations are answered with 429 first, as by a service that has too much to do.
    pub throttled: u32,
    pub pace: Pace,
}

/// When devices are told what has become of their registration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// When they ask for it.
    #[default]
    Asked,
    /// In the answer to the registration itself, which then names no operation.
    AtOnce,
}

/// One device, or a group of them, that the service expects.
#[derive(Clone, Debug)]
pub struct Enrolment {
    pub attestation: Attestation,
    pub outcome: Outcome,
    /// The ID at the hub, if it is another than the registration ID.
    pub device_id: Option<String>,
    /// Which kind of hub it is, told only if it is given; these modules can use `classic` ones (clouds.md §2.4).
    pub connection_profile: Option<String>,
    /// What the service's own allocation adds for the device.
    pub payload: Option<Value>,
}

/// How those who are enrolled prove it.
#[derive(Clone, Debug)]
pub enum Attestation {
    /// One device with keys, base64.
    Key { registration_id: String, primary: Secret, secondary: Option<Secret> },
    /// One device with exactly this certificate, DER; its common name is the registration ID.
    Certificate { registration_id: String, certificate: Vec<u8> },
    /// All devices with a key derived from the group's, base64.
    GroupKey { group: String, primary: Secret, secondary: Option<Secret> },
    /// All devices with a certificate from this authority, DER; their common names are the registration IDs.
    GroupAuthority { group: String, authority: Vec<u8> },
}

/// What becomes of those who are enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They are given to the hub of this host.
    Assigned {
        hub: String,
    },
    Failed {
        code: u32,
        message: String,
    },
    Disabled,
    Unassigned,
}

impl Enrolment {
    /// Devices that are given to the hub of this host.
    pub fn new(attestation: Attestation, hub: impl Into<String>) -> Self {
        let outcome = Outcome::Assigned { hub: hub.into() };
        Self { attestation, outcome, device_id: None, connection_profile: None, payload: None }
    }
}

impl AzureDps {
    /// Opens the service. `wall_clock_at_start` is the date at [`Moment::START`].
    ///
    /// # Errors
    /// A [`Failure`] of [`ServerTls::prepare`] if the service's certificate cannot be used.
    pub fn new(settings: DpsSettings, wall_clock_at_start: UnixTime) -> Result<Self, Failure> {
        let clients = ClientCertificates::Asked;
        let tls = ServerTls { identity: identity(&settings.server), clients };
        let rules = DpsRules {
            host: settings.host,
            id_scope: settings.id_scope,
            enrolments: settings.enrolments,
            assigning: settings.assigning,
            retry_after: settings.retry_after,
            throttled: settings.throttled,
            pace: settings.pace,
            operations: BTreeMap::new(),
            polls: BTreeMap::new(),
            assigned: Vec::new(),
            answered: 0,
        };
        Ok(Self::with_rules(rules, tls.prepare()?, wall_clock_at_start))
    }

    /// The host name of the device endpoint.
    pub fn host(&self) -> &str {
        &self.rules().host
    }

    /// The devices that have been assigned since the last time, each with its hub's host: they are to be registered there.
    pub fn take_assigned(&mut self) -> Vec<(String, HubDevice)> {
        std::mem::take(&mut self.rules_mut().assigned)
    }
}

/// The judgement of a provisioning service.
pub struct DpsRules {
    host: String,
    id_scope: String,
    enrolments: Vec<Enrolment>,
    assigning: u32,
    retry_after: u32,
    throttled: u32,
    pace: Pace,
    operations: BTreeMap<String, Operation>,
    /// When each registration was polled lately, by its name.
    polls: BTreeMap<String, VecDeque<Moment>>,
    assigned: Vec<(String, HubDevice)>,
    answered: u32,
}

/// A client as it has connected.
pub struct Registrant {
    /// As the user name spells it.
    id: String,
    /// What messages to it are addressed by: registration IDs are alike in any case.
    name: String,
    verdict: Result<Grant, Refusal>,
}

/// What a registrant has proved.
#[derive(Clone)]
struct Grant {
    enrolment: Enrolment,
    /// What it proves itself with at a hub.
    proof: HubProof,
}

/// A registration under way.
struct Operation {
    name: String,
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// So many polls are still answered with `assigning`.
    Assigning(u32),
    Done,
}

impl DpsRules {
    fn judge(&self, scope: &str, id: &str, claim: &Claim) -> Result<Grant, Refusal> {
        if scope != self.id_scope {
            return Err(Refusal::ScopeUnknown(scope.to_owned()));
        }
        let is_own = |enrolment: &&Enrolment| match &enrolment.attestation {
            Attestation::Key { registration_id, .. } | Attestation::Certificate { registration_id, .. } => {
                registration_id.eq_ignore_ascii_case(id)
            }
            Attestation::GroupKey { .. } | Attestation::GroupAuthority { .. } => false,
        };
        let grant = |enrolment: &Enrolment| {
            let proof = self.attest(&enrolment.attestation, id, claim)?;
            Ok(Grant { enrolment: enrolment.clone(), proof })
        };
        // An enrolment of its own goes before those of groups.
        if let Some(own) = self.enrolments.iter().find(is_own) {
            return grant(own);
        }
        let mut why = Refusal::NotEnrolled(id.to_owned());
        for enrolment in self.enrolments.iter().filter(|enrolment| enrolment.attestation.group().is_some()) {
            match grant(enrolment) {
                Ok(grant) => return Ok(grant),
                // A group of the other kind says nothing.
                Err(Refusal::ProofMissing) => {}
                Err(other) => why = other,
            }
        }
        Err(why)
    }

    fn attest(&self, attestation: &Attestation, id: &str, claim: &Claim) -> Result<HubProof, Refusal> {
        match attestation {
            Attestation::Key { primary, secondary, .. } => {
                self.attest_keys(primary.clone(), secondary.clone(), id, claim)
            }
            Attestation::GroupKey { primary, secondary, .. } => {
                // Derived from the ID as it was sent: here, case matters (clouds.md §2.5).
                let derived = |key: &Secret| sas::derived_key(key, id).map_err(|_| Refusal::TokenKey);
                let secondary = secondary.as_ref().map(derived).transpose()?;
                self.attest_keys(derived(primary)?, secondary, id, claim)
            }
            Attestation::Certificate { certificate, .. } => {
                let own = proof::own_certificate(claim)?;
                proof::must_be_named(&own, id, str::eq_ignore_ascii_case)?;
                if own.der() == certificate {
                    Ok(thumbprint(&own))
                } else {
                    Err(Refusal::CertificateOfAnother)
                }
            }
            Attestation::GroupAuthority { authority, .. } => {
                let own = proof::own_certificate(claim)?;
                proof::must_lead_to(&own, claim, std::slice::from_ref(authority))?;
                proof::must_be_named(&own, id, str::eq_ignore_ascii_case)?;
                Ok(thumbprint(&own))
            }
        }
    }

    /// The policy's name is `registration`; one of the official kits leaves it out (clouds.md §3.1).
    fn attest_keys(
        &self,
        primary: Secret,
        secondary: Option<Secret>,
        id: &str,
        claim: &Claim,
    ) -> Result<HubProof, Refusal> {
        let token = Shown::by(claim)?;
        let wanted = format!("{}/registrations/{id}", self.id_scope);
        let same = |segment: &str, wanted: &str| {
            segment == wanted || (wanted == id && segment.eq_ignore_ascii_case(wanted))
        };
        if !token.covers(&wanted, same) || !token.is_as_narrow_as(&wanted) {
            return Err(token.for_elsewhere());
        }
        if let Some(other) = token.policy().filter(|policy| *policy != "registration") {
            return Err(Refusal::TokenPolicy(other.to_owned()));
        }
        if !token.is_signed_with_one_of(std::iter::once(&primary).chain(&secondary)) {
            return Err(Refusal::TokenKey);
        }
        Ok(HubProof::Keys { primary, secondary })
    }

    fn register(&mut self, client: &Registrant, rid: &str, body: &[u8], now: Now) -> Reaction {
        let grant = match &client.verdict {
            Ok(grant) => grant,
            Err(why) => return self.refuse(client, rid, why, now),
        };
        if self.throttled > 0 {
            self.throttled -= 1;
            return self.error(client, rid, Status::TooManyRequests, now);
        }
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let id = body.get("registrationId").and_then(Value::as_str);
        if !id.is_some_and(|id| id.eq_ignore_ascii_case(&client.id)) {
            return self.error(client, rid, Status::BadRequest, now);
        }
        // The official kits write `null` where there is nothing.
        let payload = body.get("payload").filter(|payload| !payload.is_null());
        let registering =
            Event::Registering { registration_id: client.id.clone(), payload: payload.map(Value::to_string) };
        if self.pace == Pace::AtOnce {
            let events = std::iter::once(registering).chain(self.assign(client, grant)).collect();
            return Reaction { deliveries: vec![outcome(client, grant, rid, None, now)], events };
        }
        let id = format!("5.b084dab098f0a900.{}", self.new_uuid());
        let progress = Progress::Assigning(self.assigning);
        self.operations.insert(id.clone(), Operation { name: client.name.clone(), progress });
        Reaction { deliveries: vec![self.assigning(client, rid, &id)], events: vec![registering] }
    }

    fn poll(&mut self, client: &Registrant, rid: &str, id: Option<&str>, now: Now) -> Reaction {
        let grant = match &client.verdict {
            Ok(grant) => grant,
            Err(why) => return self.refuse(client, rid, why, now),
        };
        if self.is_too_often(&client.name, now.moment) {
            return self.error(client, rid, Status::TooManyRequests, now);
        }
        let id = id.unwrap_or_default();
        let operation = self.operations.get_mut(id).filter(|operation| operation.name == client.name);
        let Some(operation) = operation else { return self.error(client, rid, Status::NotFound, now) };
        match operation.progress {
            Progress::Assigning(left @ 1..) => {
                operation.progress = Progress::Assigning(left - 1);
                Reaction { deliveries: vec![self.assigning(client, rid, id)], events: vec![] }
            }
            Progress::Assigning(0) => {
                operation.progress = Progress::Done;
                let events = self.assign(client, grant);
                Reaction { deliveries: vec![outcome(client, grant, rid, Some(id), now)], events }
            }
            Progress::Done => {
                Reaction { deliveries: vec![outcome(client, grant, rid, Some(id), now)], events: vec![] }
            }
        }
    }

    fn assign(&mut self, client: &Registrant, grant: &Grant) -> Vec<Event> {
        let Outcome::Assigned { hub } = &grant.enrolment.outcome else { return Vec::new() };
        let (registration_id, device_id) = (client.id.clone(), grant.device_id(client));
        self.assigned.push((hub.clone(), HubDevice::new(device_id.clone(), grant.proof.clone())));
        vec![Event::Assigned { registration_id, hub: hub.clone(), device_id }]
    }

    fn assigning(&self, client: &Registrant, rid: &str, operation: &str) -> Delivery {
        let body = json!({ "operationId": operation, "status": "assigning" });
        answer(client, &format!("202/?$rid={rid}&retry-after={}", self.retry_after), &body)
    }

    fn refuse(&mut self, client: &Registrant, rid: &str, why: &Refusal, now: Now) -> Reaction {
        let status = match why {
            Refusal::ScopeUnknown(_) => Status::NotFound,
            _ => Status::Unauthorised,
        };
        let refused = Event::RegistrationRefused { registration_id: client.id.clone(), why: why.clone() };
        Reaction { events: vec![refused], ..self.error(client, rid, status, now) }
    }

    fn error(&mut self, client: &Registrant, rid: &str, status: Status, now: Now) -> Reaction {
        let (code, message) = status.words();
        let retry = match status {
            Status::TooManyRequests => format!("&retry-after={}", self.retry_after),
            Status::BadRequest | Status::Unauthorised | Status::NotFound => String::new(),
        };
        let body = json!({
            "errorCode": code,
            "trackingId": self.new_uuid(),
            "message": message,
            "timestampUtc": timestamp(now.date),
        });
        let place = format!("{}/?$rid={rid}{retry}", code / 1000);
        Reaction { deliveries: vec![answer(client, &place, &body)], events: vec![] }
    }

    /// Whether this poll is one too many; if not, it is counted.
    fn is_too_often(&mut self, name: &str, now: Moment) -> bool {
        let polls = self.polls.entry(name.to_owned()).or_default();
        polls.retain(|poll| now.since(*poll) < POLL_WINDOW);
        let is_too_often = polls.len() >= MAX_POLLS;
        if !is_too_often {
            polls.push_back(now);
        }
        is_too_often
    }

    /// One that is not random: tests are to be repeated.
    fn new_uuid(&mut self) -> String {
        self.answered += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.answered)
    }
}

impl Rules for DpsRules {
    type Client = Registrant;
    /// Vendors' modules poll on a second connection and hear the answer on the first (clouds.md §4).
    const NAMESAKES: Namesakes = Namesakes::Kept;

    /// Everybody whose user name has the right form is let in; the proof's fault is told to whoever registers.
    /// With which codes wrong user names and client IDs are answered is not known; these are the hub's.
    fn connect(&mut self, claim: &Claim) -> Result<Admission<Registrant>, Rejection> {
        let user = claim.user.as_deref().unwrap_or_default();
        let Some((scope, id)) = registration_of(user) else {
            let why = Refusal::UserName(user.to_owned());
            return Err(Rejection::answered(why, ConnectRefusal::NotAuthorised));
        };
        if !claim.client_id.eq_ignore_ascii_case(id) {
            let (client_id, expected) = (claim.client_id.clone(), id.to_owned());
            let why = Refusal::ClientIdOfAnother { client_id, expected };
            return Err(Rejection::answered(why, ConnectRefusal::ClientId));
        }
        let (name, verdict) = (id.to_ascii_lowercase(), self.judge(scope, id, claim));
        let client = Registrant { id: id.to_owned(), name: name.clone(), verdict };
        Ok(Admission { name, until: None, client })
    }

    /// QoS 2 is granted as QoS 1 (DPS-MQTT).
    fn subscribe(
        &mut self,
        _: &Registrant,
        _held: usize,
        filters: &[(String, Qos)],
    ) -> Result<Vec<Qos>, Refusal> {
        let is_known = |filter: &str| filter.strip_suffix('#') == Some(ANSWERS);
        match filters.iter().find(|(filter, _)| !is_known(filter)) {
            Some((filter, _)) => Err(Refusal::TopicUnknown(filter.clone())),
            None => Ok(filters.iter().map(|(_, qos)| (*qos).min(Qos::AtLeastOnce)).collect()),
        }
    }

    fn publish(&mut self, client: &Registrant, message: Message, now: Now) -> Result<Reaction, Refusal> {
        let Message { topic, payload, qos, .. } = message;
        if qos == Qos::ExactlyOnce {
            return Err(Refusal::QosTwo);
        }
        if payload.len() > MAX_MESSAGE_KB * 1024 {
            return Err(Refusal::LargerThan(MAX_MESSAGE_KB));
        }
        // Without a request ID there is nothing to answer to, and no answer comes (clouds.md §7).
        let rid = |question: &str| field(question, "$rid").map(str::to_owned);
        if let Some(question) = topic.strip_prefix(REGISTER) {
            let rid = rid(question);
            return Ok(rid.map(|rid| self.register(client, &rid, &payload, now)).unwrap_or_default());
        }
        if let Some(question) = topic.strip_prefix(POLL) {
            let operation = field(question, "operationId");
            return Ok(rid(question).map(|rid| self.poll(client, &rid, operation, now)).unwrap_or_default());
        }
        Err(Refusal::TopicUnknown(topic))
    }
}

impl Attestation {
    /// The name of the group, if it is for one.
    fn group(&self) -> Option<&str> {
        match self {
            Self::Key { .. } | Self::Certificate { .. } => None,
            Self::GroupKey { group, .. } | Self::GroupAuthority { group, .. } => Some(group),
        }
    }
}

impl Grant {
    fn device_id(&self, client: &Registrant) -> String {
        self.enrolment.device_id.clone().unwrap_or_else(|| client.id.clone())
    }
}

/// What is wrong with a request.
#[derive(Clone, Copy)]
enum Status {
    BadRequest,
    Unauthorised,
    NotFound,
    TooManyRequests,
}

impl Status {
    /// The error code, whose first three digits are the status, and its message.
    fn words(self) -> (u32, &'static str) {
        match self {
            Self::BadRequest => (400_000, "Bad request"),
            Self::Unauthorised => (401_002, "Unauthorized"),
            Self::NotFound => (404_201, "Not found"),
            Self::TooManyRequests => (429_001, "Operations are being throttled"),
        }
    }
}

/// ID scope and registration ID of `{scope}/registrations/{id}/api-version=…[&…]`.
fn registration_of(user: &str) -> Option<(&str, &str)> {
    let (scope, rest) = user.split_once("/registrations/")?;
    let (id, question) = rest.split_once('/')?;
    let version = question.strip_prefix("api-version=")?;
    let is_fine = !scope.is_empty() && !id.is_empty() && !version.is_empty() && !version.starts_with('&');
    is_fine.then_some((scope, id))
}

/// How a device with this certificate proves itself at a hub.
fn thumbprint(certificate: &Certificate) -> HubProof {
    HubProof::Thumbprints { primary: certificate.sha256(), secondary: None }
}

/// The end of a registration, as its device is told.
fn outcome(client: &Registrant, grant: &Grant, rid: &str, operation: Option<&str>, now: Now) -> Delivery {
    let enrolment = &grant.enrolment;
    let mut state = Map::new();
    let mut say = |name: &str, value: Value| drop(state.insert(name.to_owned(), value));
    match &enrolment.attestation {
        Attestation::Key { .. } => say("symmetricKey", json!({})),
        Attestation::GroupKey { group, .. } => say("symmetricKey", json!({ "enrollmentGroupId": group })),
        Attestation::Certificate { .. } => say("x509", json!({})),
        Attestation::GroupAuthority { group, .. } => say("x509", json!({ "enrollmentGroupId": group })),
    }
    say("registrationId", json!(client.id));
    say("createdDateTimeUtc", json!(timestamp(now.date)));
    let status = match &enrolment.outcome {
        Outcome::Assigned { hub } => {
            say("assignedHub", json!(hub));
            say("deviceId", json!(grant.device_id(client)));
            say("substatus", json!("initialAssignment"));
            "assigned"
        }
        Outcome::Failed { code, message } => {
            say("errorCode", json!(code));
            say("errorMessage", json!(message));
            "failed"
        }
        Outcome::Disabled => "disabled",
        Outcome::Unassigned => "unassigned",
    };
    say("status", json!(status));
    say("lastUpdatedDateTimeUtc", json!(timestamp(now.date)));
    say("etag", json!("\"make-believe\""));
    let profile = enrolment.connection_profile.as_ref().map(|profile| json!(profile));
    let additions = [("connectionProfile", profile), ("payload", enrolment.payload.clone())];
    additions
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .for_each(|(name, value)| say(name, value));
    let mut body = json!({ "status": status, "registrationState": state });
    if let (Some(operation), Some(body)) = (operation, body.as_object_mut()) {
        body.insert("operationId".to_owned(), json!(operation));
    }
    answer(client, &format!("200/?$rid={rid}"), &body)
}

fn answer(client: &Registrant, place: &str, body: &Value) -> Delivery {
    let (topic, payload) = (format!("{ANSWERS}{place}"), body.to_string().into_bytes());
    let message = Message { topic, payload, qos: Qos::AtLeastOnce, retain: false };
    Delivery { to: Audience::Client(client.name.clone()), message }
}

/// A date as the service writes it; none for dates that have no such form.
fn timestamp(date: UnixTime) -> String {
    let date = OffsetDateTime::from_unix_timestamp(date.0).ok();
    date.and_then(|date| date.format(&Rfc3339).ok()).unwrap_or_default()
}
