//! Azure IoT Hub: TLS 1.2 on port 8883, with a certificate or a token of the device (vendor's note §3.2, §3.3;
//! clouds.md §2.3, §3). The hub fixes the topics; the note's table of them is still right.

use super::url::{Login, MqttUrl, Password};
use super::{Files, filled, identity_files, not_accepted, store_value};
use crate::moment::UnixTime;
use crate::plan::fit::Need;
use crate::plan::make::Facts;
use crate::plan::step::Step;
use crate::plan::text::{Part, Text};
use crate::problem::Problem;
use crate::profile::{AzureHub, HubProof, Identity, Options, StoredFile, UserName};
use crate::secret::Secret;

/// The version of the service that user names say (clouds.md §2.3).
const VERSION: &str = "/?api-version=2021-04-12";
/// The URL value that holds the token; `&`, `=` and `%` in it have no place in the URL itself.
pub(super) const TOKEN: u8 = 0;

/// A device at a hub: where, who, and how it proves that. The texts may have holes.
pub(super) struct Device<'a> {
    pub(super) hub: Text,
    pub(super) id: Text,
    pub(super) ca: &'a StoredFile,
    pub(super) identity: Option<&'a Identity>,
    pub(super) user_name: UserName,
    pub(super) options: Options,
}

pub(super) fn files(cloud: &AzureHub) -> Files<'_> {
    identity_files(&cloud.ca, cloud.proof.identity())
}

/// What such a module cannot do of what the hub needs.
pub(super) fn problems(cloud: &AzureHub, facts: &Facts) -> Vec<Problem> {
    let field = match cloud.proof {
        HubProof::Certificate(_) => None,
        HubProof::Key { .. } => Some("cloud.key"),
        HubProof::Token(_) => Some("cloud.token"),
    };
    let token = field.map(|field| (Need::Token, field));
    let needs = token.into_iter().chain([(Need::HashWildcard, "cloud.device_id")]);
    needs.filter_map(|(need, field)| Some(need.unmet(facts)?.at(field))).collect()
}

/// Why a hub may have refused a device (clouds.md §7).
pub(super) fn refused(proof: &HubProof) -> Problem {
    let proof = match proof {
        HubProof::Certificate(_) => {
            "that it has this certificate's thumbprint there or the hub has its authority, verified"
        }
        HubProof::Key { .. } => "that the key is its own, that this computer's clock is right",
        HubProof::Token(_) => "that the token is signed with its present key and has not expired",
    };
    let device =
        "that the device is registered at the hub under exactly this ID, capitals too, and is enabled";
    not_accepted("The hub", &format!("{device}, {proof}, the trusted root"))
}

/// What has to be stored before the URL can be used.
pub(super) fn prepare(cloud: &AzureHub, facts: &Facts) -> Option<Step> {
    let value = match &cloud.proof {
        HubProof::Certificate(_) => return None,
        HubProof::Key { key, expires } => device_token(
            &Text::new(cloud.hub.as_str()),
            &filled(facts, cloud.device_id.as_str()),
            key,
            *expires,
        ),
        HubProof::Token(token) => Text::default().part(Part::QuotedSecret(token.clone())),
    };
    Some(store_value("Store the token for the connection", TOKEN, value))
}

/// A token for one device alone, without a policy: the note's own, for the whole hub, says more than a device may.
pub(super) fn device_token(hub: &Text, id: &Text, key: &Secret, expires: UnixTime) -> Text {
    let resource = hub.clone().plain("/devices/").text(id.clone());
    Text::default().part(Part::Sas { resource, key: key.clone(), policy: None, expires })
}

pub(super) fn url(cloud: &AzureHub, facts: &Facts) -> Text {
    Device {
        hub: Text::new(cloud.hub.as_str()),
        id: filled(facts, cloud.device_id.as_str()),
        ca: &cloud.ca,
        identity: cloud.proof.identity(),
        user_name: cloud.user_name,
        options: cloud.options,
    }
    .url()
}

impl Device<'_> {
    /// The URL that connects it; a device without a certificate has its token in a URL value.
    pub(super) fn url(self) -> Text {
        let user = self.hub.clone().plain("/").text(self.id.clone());
        let user = match self.user_name {
            UserName::WithVersion => user.plain(VERSION),
            UserName::Short => user,
        };
        let password = if self.identity.is_some() { Password::None } else { Password::Stored(TOKEN) };
        let topic = |end: &str| Some(Text::new("devices/").text(self.id.clone()).plain(end));
        MqttUrl {
            publish: topic("/messages/events/"),
            subscribe: topic("/messages/devicebound/#"),
            host: self.hub,
            client: self.id,
            ca: self.ca,
            identity: self.identity,
            login: Some(Login { user, password }),
            options: self.options,
        }
        .text()
    }
}
