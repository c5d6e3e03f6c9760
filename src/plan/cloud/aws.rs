//! AWS IoT Core: TLS 1.2 with a client certificate on port 8883, client ID and topics as its policy allows them
//! (vendor's note §2; clouds.md §2.2).

use super::url::MqttUrl;
use super::{Files, filled, identity_files, not_accepted};
use crate::plan::make::Facts;
use crate::plan::text::Text;
use crate::problem::Problem;
use crate::profile::{Aws, Topic, TopicFilter};

pub(super) fn files(aws: &Aws) -> Files<'_> {
    identity_files(&aws.ca, Some(&aws.identity))
}

pub(super) fn refused() -> Problem {
    not_accepted("The cloud", "host name, certificate, private key, client ID and policy")
}

pub(super) fn url(aws: &Aws, facts: &Facts) -> Text {
    MqttUrl {
        host: Text::new(aws.endpoint.as_str()),
        client: filled(facts, aws.client_id.as_str()),
        ca: &aws.ca,
        identity: Some(&aws.identity),
        login: None,
        publish: aws.publish_topic.as_ref().map(|topic| filled(facts, Topic::as_str(topic))),
        subscribe: aws.subscribe_topic.as_ref().map(|topic| filled(facts, TopicFilter::as_str(topic))),
        options: aws.options,
    }
    .text()
}
