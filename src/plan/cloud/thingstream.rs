//! Thingstream: TLS 1.2 on port 8883, with the client ID, user name and password of a thing (vendor's note §1;
//! clouds.md §2.1).

use super::url::{Login, MqttUrl, Password};
use super::{Files, filled, identity_files, not_accepted, store_value};
use crate::plan::make::Facts;
use crate::plan::step::Step;
use crate::plan::text::{Part, Text};
use crate::problem::Problem;
use crate::profile::{Thingstream, Topic, TopicFilter};

/// The URL value that holds a password which the URL itself cannot.
const PASSWORD: u8 = 0;

pub(super) fn files(cloud: &Thingstream) -> Files<'_> {
    identity_files(&cloud.ca, None)
}

/// What has to be stored before the URL can be used.
pub(super) fn prepare(cloud: &Thingstream) -> Option<Step> {
    needs_storing(cloud).then(|| {
        let value = Text::default().part(Part::QuotedSecret(cloud.password.clone()));
        store_value("Store the password for the connection", PASSWORD, value)
    })
}

pub(super) fn refused() -> Problem {
    not_accepted(
        "Thingstream",
        "client ID, user name and password against the portal under Things › the thing › Credentials, the trusted root",
    )
}

pub(super) fn url(cloud: &Thingstream, facts: &Facts) -> Text {
    let password = match needs_storing(cloud) {
        true => Password::Stored(PASSWORD),
        false => Password::Here(cloud.password.clone()),
    };
    MqttUrl {
        host: Text::new(cloud.host.as_str()),
        client: filled(facts, cloud.client_id.as_str()),
        ca: &cloud.ca,
        identity: None,
        login: Some(Login { user: Text::new(&*cloud.username), password }),
        publish: cloud.publish_topic.as_ref().map(|topic| filled(facts, Topic::as_str(topic))),
        subscribe: cloud.subscribe_topic.as_ref().map(|topic| filled(facts, TopicFilter::as_str(topic))),
        options: cloud.options,
    }
    .text()
}

/// `+`, `/` and `=` pass through a URL as they are; `&` ends a value, `%%` stands for a stored one, and quotes, commas
/// and blanks have no place in it (protocol.md §8.1).
fn needs_storing(cloud: &Thingstream) -> bool {
    cloud.password.reveal().contains(['&', '%', '"', ',', ' ', '\\'])
}
