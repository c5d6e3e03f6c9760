//! The clouds: one file each, with the commands that connect a module to it.
//! Fields and their rules were checked when the job was made; here stands what depends on the module.

mod aws;
mod azure_dps;
mod azure_hub;
#[cfg(test)]
mod tests;
mod thingstream;
pub(super) mod url;

use std::time::Duration;

use super::fit::Need;
use super::make::Facts;
use super::mode::Registration;
use super::step::{Act, PeerName, Stage, Step, Tries};
use super::text::Text;
use crate::module::CredentialKind;
use crate::problem::{Kind, Problem};
use crate::profile::{Cloud, DpsProof, HubProof, Identity, Job, StoredFile, TopicFilter};

/// The peer every plan ends with.
pub(super) const CLOUD: &str = "cloud";

/// Name lookup, TCP, TLS and MQTT together; u-blox's own library waits this long for a peer (protocol.md §2.3).
const CONNECT: Duration = Duration::from_secs(30);
const ANSWER: Duration = Duration::from_secs(5);

/// Files with what they are to the module.
type Files<'a> = Vec<(CredentialKind, &'a StoredFile)>;

/// The files the module needs, in the order in which they are uploaded.
pub(super) fn files(cloud: &Cloud) -> Files<'_> {
    match cloud {
        Cloud::Thingstream(cloud) => thingstream::files(cloud),
        Cloud::Aws(cloud) => aws::files(cloud),
        Cloud::AzureHub(cloud) => azure_hub::files(cloud),
        Cloud::AzureDps(cloud) => azure_dps::files(cloud),
    }
}

/// A name that a person has chosen and can shorten.
pub(super) struct Name<'a> {
    pub(super) noun: &'static str,
    pub(super) field: &'static str,
    pub(super) text: &'a str,
}

/// What a person has named in this set-up: IDs, topics and files on the module. Hosts and scopes are the cloud's.
pub(super) fn names(cloud: &Cloud) -> Vec<Name<'_>> {
    let (id, publish, subscribe) = match cloud {
        Cloud::Thingstream(to) => (None, to.publish_topic.as_ref(), to.subscribe_topic.as_ref()),
        Cloud::Aws(to) => (
            Some(("client ID", "cloud.client_id", &to.client_id)),
            to.publish_topic.as_ref(),
            to.subscribe_topic.as_ref(),
        ),
        Cloud::AzureHub(to) => (Some(("device ID", "cloud.device_id", &to.device_id)), None, None),
        Cloud::AzureDps(to) => {
            (Some(("registration ID", "cloud.registration_id", &to.registration_id)), None, None)
        }
    };
    let id = id.map(|(noun, field, id)| Name { noun, field, text: id.as_str() });
    let publish = publish.map(|topic| ("publish topic", "cloud.publish_topic", topic.as_str()));
    let subscribe = subscribe.map(|topic| ("subscribe topic", "cloud.subscribe_topic", topic.as_str()));
    let topics = publish.into_iter().chain(subscribe).map(|(noun, field, text)| Name { noun, field, text });
    let files = files(cloud).into_iter().map(|(kind, file)| {
        let (noun, field) = match kind {
            CredentialKind::TrustedRoot => ("name of the trusted root", "cloud.ca"),
            CredentialKind::Certificate => ("name of the certificate", "cloud.certificate"),
            CredentialKind::PrivateKey => ("name of the private key", "cloud.private_key"),
        };
        Name { noun, field, text: file.name.as_str() }
    });
    id.into_iter().chain(topics).chain(files).collect()
}

/// What such a module cannot do of what this cloud needs.
pub(super) fn problems(job: &Job, facts: &Facts) -> Vec<Problem> {
    let of_topic = |topic: Option<&TopicFilter>| {
        let need = topic.filter(|topic| topic.as_str().contains('#')).map(|_| Need::HashWildcard);
        need.and_then(|need| need.unmet(facts)).map(|problem| problem.at("cloud.subscribe_topic"))
    };
    match &job.cloud {
        Cloud::Thingstream(cloud) => of_topic(cloud.subscribe_topic.as_ref()).into_iter().collect(),
        Cloud::Aws(cloud) => of_topic(cloud.subscribe_topic.as_ref()).into_iter().collect(),
        Cloud::AzureHub(cloud) => azure_hub::problems(cloud, facts),
        Cloud::AzureDps(cloud) => {
            azure_dps::problems(cloud, Registration::of(job.after.as_ref(), &facts.capabilities()), facts)
        }
    }
}

/// Closes what is open, then connects.
pub(super) fn steps(job: &Job, facts: &Facts) -> Vec<Step> {
    let registration = Registration::in_job(job, facts);
    let close = match registration {
        Some(Registration::InDataMode) => vec![Act::ForgetDefaultPeer, Act::CloseAllPeers],
        Some(Registration::InPackets) | None => vec![Act::CloseAllPeers],
    };
    let mut steps = vec![Step::new(Stage::Address, "Close peers of an earlier set-up", close)];
    steps.extend(match (&job.cloud, registration) {
        (Cloud::AzureDps(cloud), Some(registration)) => azure_dps::steps(cloud, registration, facts),
        (cloud, _) => connect(cloud, facts),
    });
    steps
}

/// Connects alone.
pub(super) fn connect(cloud: &Cloud, facts: &Facts) -> Vec<Step> {
    let (prepare, title) = match cloud {
        Cloud::Thingstream(cloud) => (thingstream::prepare(cloud), "Connect to Thingstream"),
        Cloud::Aws(_) => (None, "Connect to AWS IoT Core"),
        Cloud::AzureHub(cloud) => (azure_hub::prepare(cloud, facts), "Connect to Azure IoT Hub"),
        Cloud::AzureDps(cloud) => return azure_dps::connect(cloud, facts),
    };
    let refused = match cloud {
        Cloud::Thingstream(_) => thingstream::refused(),
        Cloud::Aws(_) => aws::refused(),
        Cloud::AzureHub(cloud) => azure_hub::refused(&cloud.proof),
        Cloud::AzureDps(cloud) => azure_dps::hub_refused(&cloud.proof),
    };
    prepare.into_iter().chain([open(title, CLOUD, url(cloud, facts), refused)]).collect()
}

/// The URL of the peer, without quotes.
pub(super) fn url(cloud: &Cloud, facts: &Facts) -> Text {
    match cloud {
        Cloud::Thingstream(cloud) => thingstream::url(cloud, facts),
        Cloud::Aws(cloud) => aws::url(cloud, facts),
        Cloud::AzureHub(cloud) => azure_hub::url(cloud, facts),
        Cloud::AzureDps(cloud) => azure_dps::hub_url(cloud),
    }
}

/// Whether the connection needs a value that a restart may wipe out (protocol.md §8.2).
pub(super) fn stores_a_token(cloud: &Cloud) -> bool {
    match cloud {
        Cloud::Thingstream(cloud) => thingstream::prepare(cloud).is_some(),
        Cloud::Aws(_) => false,
        Cloud::AzureHub(cloud) => !matches!(cloud.proof, HubProof::Certificate(_)),
        Cloud::AzureDps(cloud) => !matches!(cloud.proof, DpsProof::Certificate(_)),
    }
}

/// A step that opens a peer, with as many tries as a connection deserves.
fn open(title: &str, peer: PeerName, url: Text, refused: Problem) -> Step {
    let open = Act::Open { peer, url: quoted_where_needed(url), limit: CONNECT, refused };
    Step::new(Stage::Cloud, title, vec![open]).tried(Tries { most: 3, pause: Duration::from_secs(1) })
}

/// The problem of a connection that does not come about: `check` names what may be wrong with cloud and proof.
fn not_accepted(who: &str, check: &str) -> Problem {
    Problem::new(
        Kind::CloudUnreachable,
        format!("{who} did not accept the connection, or cannot be reached; the module gives no reason"),
        format!("Check {check}, and that the network lets port 8883 out"),
    )
}

/// A step that sets a URL value (protocol.md §8.2).
fn store_value(title: &str, index: u8, value: Text) -> Step {
    Step::new(Stage::Cloud, title, vec![set_value(index, value)])
}

fn set_value(index: u8, value: Text) -> Act {
    Act::Command { text: Text::new(format!("AT+UDUV={index},")).text(value), limit: ANSWER }
}

/// Root, certificate and key, in this order.
fn identity_files<'a>(ca: &'a StoredFile, identity: Option<&'a Identity>) -> Files<'a> {
    let mut files = vec![(CredentialKind::TrustedRoot, ca)];
    if let Some(Identity { certificate, private_key }) = identity {
        files.push((CredentialKind::Certificate, certificate));
        files.push((CredentialKind::PrivateKey, private_key));
    }
    files
}

/// A text with the module's own numbers filled in.
fn filled(facts: &Facts, text: &str) -> Text {
    Text::new(facts.fill(text))
}

/// A comma ends an unquoted parameter (protocol.md §2.1).
fn quoted_where_needed(url: Text) -> Text {
    if url.shown().contains(',') { Text::new("\"").text(url).plain("\"") } else { url }
}
