//! The clouds: one file each, with the commands that connect a module to it.
//! Fields and their rules were checked when the job was made; here stands what depends on the module.

mod aws;
pub(super) mod url;

use std::time::Duration;

use super::make::Facts;
use super::step::{Act, Stage, Step, Tries};
use super::text::Text;
use crate::module::CredentialKind;
use crate::problem::{Kind, Problem};
use crate::profile::{Cloud, StoredFile, TopicFilter};

/// The peer every plan ends with.
pub(super) const CLOUD: &str = "cloud";

/// Name lookup, TCP, TLS and MQTT together; u-blox's own library waits this long for a peer (protocol.md §2.3).
const CONNECT: Duration = Duration::from_secs(30);

/// The files the module needs, in the order in which they are uploaded.
pub(super) fn files(cloud: &Cloud) -> Vec<(CredentialKind, &StoredFile)> {
    match cloud {
        Cloud::Aws(aws) => aws::files(aws),
    }
}

/// What such a module cannot do of what this cloud needs.
pub(super) fn problems(cloud: &Cloud, facts: &Facts) -> Vec<Problem> {
    match cloud {
        Cloud::Aws(aws) => hash_wildcard(aws.subscribe_topic.as_ref().map(TopicFilter::as_str), facts),
    }
}

/// Closes what is open, then connects.
pub(super) fn steps(cloud: &Cloud, facts: &Facts) -> Vec<Step> {
    let mut steps =
        vec![Step::new(Stage::Address, "Close peers of an earlier set-up", vec![Act::CloseAllPeers])];
    steps.extend(connect(cloud, facts));
    steps
}

/// Connects alone.
pub(super) fn connect(cloud: &Cloud, facts: &Facts) -> impl Iterator<Item = Step> {
    let title = match cloud {
        Cloud::Aws(_) => "Connect to AWS IoT Core",
    };
    let open = Act::Open { peer: CLOUD, url: quoted_where_needed(url(cloud, facts)), limit: CONNECT };
    let tries = Tries { most: 3, pause: Duration::from_secs(1) };
    std::iter::once(Step::new(Stage::Cloud, title, vec![open]).tried(tries))
}

/// The URL of the peer, without quotes.
pub(super) fn url(cloud: &Cloud, facts: &Facts) -> Text {
    match cloud {
        Cloud::Aws(aws) => aws::url(aws, facts),
    }
}

/// A comma ends an unquoted parameter (protocol.md §2.1).
fn quoted_where_needed(url: Text) -> Text {
    if url.shown().contains(',') { Text::new("\"").text(url).plain("\"") } else { url }
}

fn hash_wildcard(topic: Option<&str>, facts: &Facts) -> Vec<Problem> {
    let needs = topic.is_some_and(|topic| topic.contains('#'));
    if !needs || facts.capabilities().hash_wildcard {
        return Vec::new();
    }
    let problem = Problem::new(
        Kind::ModuleUnsuitable,
        format!("{} with this firmware does not know the wildcard #", facts.model),
        "Subscribe to a topic without #, or update the firmware to 3.0.0 or later",
    );
    vec![problem.at("cloud.subscribe_topic")]
}
