//! Azure's device provisioning service: register, ask until the device is assigned, then connect to the hub it was given
//! (vendor's note §3.4; clouds.md §2.5, §4). The order of the two ways to register is told by `ways`, what answers mean by
//! `answers`.

mod answers;
mod ways;

use serde_json::{Value, json};

use self::ways::REQUEST;
pub(super) use self::ways::steps;
use super::azure_hub::{Device, TOKEN, device_token};
use super::url::{Login, MqttUrl, Password};
use super::{Files, identity_files, not_accepted, open, store_value};
use crate::credential::sas;
use crate::module::payload::{MOST_IN_A_PACKET, MOST_IN_DATA_MODE};
use crate::plan::fit::Need;
use crate::plan::make::Facts;
use crate::plan::mode::Registration;
use crate::plan::step::Step;
use crate::plan::text::{Hole, Part, Text};
use crate::problem::{Kind, Problem};
use crate::profile::{AzureDps, DpsProof, KeyOwner};
use crate::secret::Secret;

/// The names under which a result says what the service gave.
const HUB: Hole = "assigned_hub";
const DEVICE: Hole = "device_id";
const OPERATION: Hole = "operation_id";

pub(super) fn files(cloud: &AzureDps) -> Files<'_> {
    identity_files(&cloud.ca, cloud.proof.identity())
}

/// What such a module cannot do of what the service needs.
pub(super) fn problems(cloud: &AzureDps, registration: Registration, facts: &Facts) -> Vec<Problem> {
    let token = matches!(cloud.proof, DpsProof::Key { .. }).then_some((Need::Token, "cloud"));
    let needs = token.into_iter().chain([(Need::HashWildcard, "cloud.registration_id")]);
    let length = body(cloud, facts).len();
    let (most, mode, help) = match registration {
        Registration::InPackets => {
            (MOST_IN_A_PACKET, "extended data mode", "Send less when the device registers")
        }
        Registration::InDataMode => (
            MOST_IN_DATA_MODE,
            "data mode",
            "Send less when the device registers, or end in extended data mode, where a message can have more",
        ),
    };
    let too_long = (length > most).then(|| {
        let message =
            format!("The registration has {length} bytes, a module sends {most} in one message in {mode}");
        Problem::new(Kind::ModuleUnsuitable, message, help).at("cloud.payload")
    });
    needs.filter_map(|(need, field)| Some(need.unmet(facts)?.at(field))).chain(too_long).collect()
}

/// The connection to the hub that the service has given.
pub(super) fn connect(cloud: &AzureDps, facts: &Facts) -> Vec<Step> {
    let (hub, device) = (hole(HUB), hole(DEVICE));
    let token = key(cloud, facts).map(|(key, expires)| {
        store_value("Store the token for the hub", TOKEN, device_token(&hub, &device, &key, expires))
    });
    let open = open("Connect to the assigned hub", super::CLOUD, hub_url(cloud), hub_refused(&cloud.proof));
    token.into_iter().chain([open]).collect()
}

/// Why the service may have refused a connection; a wrong proof is told later, in its answer (clouds.md §4).
fn refused() -> Problem {
    not_accepted("The provisioning service", "host, registration ID and ID scope, the trusted root")
}

/// Why the assigned hub may have refused a device that the service has accepted (clouds.md §7).
pub(super) fn hub_refused(proof: &DpsProof) -> Problem {
    let proof = match proof {
        DpsProof::Certificate(_) => "certificate",
        DpsProof::Key { .. } => "key",
    };
    let check = format!(
        "that the device is enabled in the hub's device list and has the {proof} of its enrolment there, that the hub's name leads to the hub, the trusted root"
    );
    not_accepted("The assigned hub", &check)
}

/// The URL of the hub that the service has given.
pub(super) fn hub_url(cloud: &AzureDps) -> Text {
    Device {
        hub: hole(HUB),
        id: hole(DEVICE),
        ca: &cloud.ca,
        identity: cloud.proof.identity(),
        user_name: cloud.user_name,
        options: cloud.options,
    }
    .url()
}

/// The URL of the peer that registers.
fn register_url(cloud: &AzureDps, id: &Text) -> Text {
    let topic = format!("$dps/registrations/PUT/iotdps-register/?{REQUEST}");
    url(cloud, id, Text::new(topic), Hears::Answers)
}

/// What registers the device.
fn body(cloud: &AzureDps, facts: &Facts) -> String {
    let mut body = json!({ "registrationId": facts.fill(cloud.registration_id.as_str()) });
    let payload = cloud.payload.as_deref().and_then(|payload| serde_json::from_str::<Value>(payload).ok());
    if let (Some(payload), Some(body)) = (payload, body.as_object_mut()) {
        body.insert("payload".to_owned(), payload);
    }
    body.to_string()
}

/// Whether a peer hears the answers of the service.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hears {
    Answers,
    Nothing,
}

/// The URL of a peer at the service.
fn url(cloud: &AzureDps, id: &Text, publish: Text, hears: Hears) -> Text {
    let user = Text::new(format!("{}/registrations/", cloud.id_scope))
        .text(id.clone())
        .plain("/api-version=2019-03-31");
    let identity = cloud.proof.identity();
    let password = if identity.is_some() { Password::None } else { Password::Stored(TOKEN) };
    MqttUrl {
        host: Text::new(cloud.host.as_str()),
        client: id.clone(),
        ca: &cloud.ca,
        identity,
        login: Some(Login { user, password }),
        publish: Some(publish),
        subscribe: (hears == Hears::Answers).then(|| Text::new("$dps/registrations/res/#")),
        options: cloud.options,
    }
    .text()
}

fn hole(hole: Hole) -> Text {
    Text::default().part(Part::Hole(hole))
}

/// The device's own key; of a group's key only what is derived from it goes into a plan.
fn key(cloud: &AzureDps, facts: &Facts) -> Option<(Secret, crate::moment::UnixTime)> {
    let DpsProof::Key { key, owner, expires } = &cloud.proof else { return None };
    let key = match owner {
        KeyOwner::Device => key.clone(),
        // A key that is not known on purpose is dots, and what is derived from it too.
        KeyOwner::Group => {
            sas::derived_key(key, &facts.fill(cloud.registration_id.as_str())).unwrap_or_default()
        }
    };
    Some((key, *expires))
}
