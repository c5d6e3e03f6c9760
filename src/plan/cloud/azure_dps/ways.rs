//! The two ways to register, step by step. In extended data mode the peers that register and ask stand beside each other,
//! as in the vendor's script. In command and data mode, as in the text of its note, one comes after the other: in data mode
//! everything goes to every peer, so a poll would reach the topic of the registration too, and what comes bears no name.
//! The first peer is closed before the second is opened: the service keeps the operation, not the connection, and whether
//! a subscription that two peers share survives the first of them is not known (protocol.md §8.6).

use std::time::Duration;

use super::answers::{outcomes, registered};
use super::{HUB, Hears, OPERATION, body, connect, key, refused, register_url, url};
use crate::plan::cloud::azure_hub::TOKEN;
use crate::plan::cloud::{filled, open, set_value, store_value};
use crate::plan::make::Facts;
use crate::plan::mode::Registration;
use crate::plan::step::{Act, Mode, PeerName, Question, Stage, Step};
use crate::plan::text::{Part, Text};
use crate::problem::{Kind, Problem};
use crate::profile::{AzureDps, Then};

const REGISTER: PeerName = "provisioning";
const STATUS: PeerName = "status";
/// The URL value that holds the topic of the status: it has `&` and `=` in it.
const STATUS_TOPIC: u8 = 1;

/// The request ID is opaque to the service; the note writes this, and it works.
pub(super) const REQUEST: &str = "$rid={request_id}";
const ANSWER: Duration = Duration::from_secs(30);
/// The module does not deliver the topic, so `retry-after` cannot be read; the service allows 5 in 10 s.
const PAUSE: Duration = Duration::from_secs(2);
const MOST_POLLS: u32 = 60;

/// Everything up to the assigned hub, and to a connection there if one is wanted.
pub(in crate::plan::cloud) fn steps(
    cloud: &AzureDps,
    registration: Registration,
    facts: &Facts,
) -> Vec<Step> {
    let id = filled(facts, cloud.registration_id.as_str());
    let token = key(cloud, facts).map(|(key, expires)| {
        let resource = Text::new(format!("{}/registrations/", cloud.id_scope)).text(id.clone());
        let policy = Some("registration".to_owned());
        let token = Text::default().part(Part::Sas { resource, key, policy, expires });
        store_value("Store the token for the provisioning service", TOKEN, token)
    });
    let title = "Connect to the provisioning service";
    let register = open(title, REGISTER, register_url(cloud, &id), refused());
    let ways = match registration {
        Registration::InPackets => in_packets(cloud, facts, &id, (token, register)),
        Registration::InDataMode => in_data_mode(cloud, facts, &id, (token, register)),
    };
    let hub = if cloud.then == Then::Connect { connect(cloud, facts) } else { Vec::new() };
    ways.into_iter().chain(hub).collect()
}

/// Two peers of one client ID, which share one connection.
fn in_packets(
    cloud: &AzureDps,
    facts: &Facts,
    id: &Text,
    (token, register): (Option<Step>, Step),
) -> Vec<Step> {
    let title = "Enter extended data mode: from here only a restart returns to plain AT";
    let mut steps = vec![step(title, vec![Act::Enter(Mode::Extended)])];
    steps.extend(token);
    steps.push(register);
    steps.push(registration(cloud, facts));
    let title = "Open a second peer to ask for the hub";
    steps.push(unless_assigned(status_peer(title, cloud, id, Hears::Nothing)));
    let ask = vec![poll(REGISTER), Act::Close { peer: STATUS }];
    steps.push(unless_assigned(step("Ask which hub the device is assigned to", ask)));
    // A hub allows one connection of a device, and so does good manners here.
    steps.push(step("Leave the provisioning service", vec![Act::Close { peer: REGISTER }]));
    steps
}

/// One peer after the other.
fn in_data_mode(
    cloud: &AzureDps,
    facts: &Facts,
    id: &Text,
    (token, register): (Option<Step>, Step),
) -> Vec<Step> {
    let enter = || step("Enter data mode", vec![Act::Enter(Mode::Data)]);
    let leave = |peer| [Act::Enter(Mode::Command), Act::Close { peer }];
    let mut steps: Vec<_> = token.into_iter().collect();
    steps.push(register);
    steps.push(enter());
    steps.push(registration(cloud, facts));
    steps.push(step("Return to command mode and close the peer that registers", leave(REGISTER).to_vec()));
    let title = "Connect to the provisioning service again, to ask for the hub";
    let connect = status_peer(title, cloud, id, Hears::Answers);
    let title = "Ask which hub the device is assigned to, then return to command mode";
    let ask = step(title, std::iter::once(poll(STATUS)).chain(leave(STATUS)).collect());
    steps.extend([connect, enter(), ask].map(unless_assigned));
    steps
}

fn step(title: &str, acts: Vec<Act>) -> Step {
    Step::new(Stage::Cloud, title, acts)
}

/// What is not needed where the registration itself is answered with the hub.
fn unless_assigned(step: Step) -> Step {
    step.unless(Question::Known(HUB))
}

fn registration(cloud: &AzureDps, facts: &Facts) -> Step {
    let exhausted = Problem::new(
        Kind::CloudRefused,
        "The provisioning service has been too busy to register the device for two minutes",
        "It takes 1000 registrations a minute: register fewer devices at once, then try again",
    );
    let acts = vec![
        Act::Publish { peer: REGISTER, body: Text::new(body(cloud, facts)) },
        Act::Await { peer: REGISTER, limit: ANSWER, cases: registered() },
    ];
    let act = vec![Act::Repeat { acts, pause: PAUSE, at_most: MOST_POLLS, exhausted }];
    step("Register the device", act)
}

/// The peer that asks for the status: the topic it publishes to holds the operation.
fn status_peer(title: &str, cloud: &AzureDps, id: &Text, hears: Hears) -> Step {
    let topic = Text::new("\"$dps/registrations/GET/iotdps-get-operationstatus/?")
        .plain(REQUEST)
        .plain("&operationId=")
        .part(Part::Hole(OPERATION))
        .plain("\"");
    let status = url(cloud, id, Text::new(format!("%%{STATUS_TOPIC}")), hears);
    let mut step = open(title, STATUS, status, refused());
    step.act.insert(0, set_value(STATUS_TOPIC, topic));
    step
}

/// Asks until there is an outcome; the answers come to `hears`.
fn poll(hears: PeerName) -> Act {
    let exhausted = Problem::new(
        Kind::CloudSilent,
        "The provisioning service has not assigned a hub within two minutes",
        "Look at the enrolment and its linked hubs in the Azure portal, then try again",
    );
    let acts = vec![
        // The service does not look at the body.
        Act::Publish { peer: STATUS, body: Text::new("get operationstatus") },
        Act::Await { peer: hears, limit: ANSWER, cases: outcomes() },
    ];
    Act::Repeat { acts, pause: PAUSE, at_most: MOST_POLLS, exhausted }
}
