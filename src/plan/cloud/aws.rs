//! AWS IoT Core: TLS 1.2 with a client certificate on port 8883, client ID and topics as its policy allows them
//! (vendor's note §2; clouds.md §2.2).

use super::url::{Files, MqttUrl};
use crate::module::CredentialKind;
use crate::plan::make::Facts;
use crate::plan::text::Text;
use crate::profile::{Aws, Qos, StoredFile, Topic, TopicFilter};

pub(super) fn files(aws: &Aws) -> Vec<(CredentialKind, &StoredFile)> {
    vec![
        (CredentialKind::TrustedRoot, &aws.ca),
        (CredentialKind::Certificate, &aws.certificate),
        (CredentialKind::PrivateKey, &aws.private_key),
    ]
}

pub(super) fn url(aws: &Aws, facts: &Facts) -> Text {
    let filled = |topic: Option<&str>| topic.map(|topic| facts.fill(topic));
    let publish = filled(aws.publish_topic.as_ref().map(Topic::as_str));
    let subscribe = filled(aws.subscribe_topic.as_ref().map(TopicFilter::as_str));
    MqttUrl {
        host: aws.endpoint.as_str(),
        client: &facts.fill(aws.client_id.as_str()),
        files: Files {
            ca: aws.ca.name.as_str(),
            identity: Some((aws.certificate.name.as_str(), aws.private_key.name.as_str())),
        },
        login: None,
        publish: publish.as_deref(),
        subscribe: subscribe.as_deref(),
        keep_alive: aws.keep_alive,
        qos: aws.qos.map(Qos::code),
    }
    .text()
}
