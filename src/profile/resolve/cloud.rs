//! The `cloud` part of a profile: every value read as its cloud demands, files and secrets in their places.

use super::Resolver;
use crate::credential::check::Naming;
use crate::moment::UnixTime;
use crate::problem::Problem;
use crate::profile::{
    Aws, AwsProfile, AzureDps, AzureDpsProfile, AzureHub, AzureSasProfile, AzureX509Profile, ClientId, Cloud,
    CloudProfile, DpsProof, FileSource, Host, HubProof, Identity, KeyOwner, Options, Qos, StoredFile, Then,
    Thingstream, ThingstreamProfile, Topic, TopicFilter, UserName, aws, azure, thingstream,
};
use crate::secret::{DOTS, Secret};

/// How a cloud reads one kind of value.
type Parse<T, U> = fn(T) -> Result<U, Problem>;

impl Resolver<'_> {
    pub(super) fn cloud(&mut self, profile: &CloudProfile) -> Option<Cloud> {
        match profile {
            CloudProfile::Thingstream(profile) => self.thingstream(profile).map(Cloud::Thingstream),
            CloudProfile::Aws(profile) => self.aws(profile).map(Cloud::Aws),
            CloudProfile::AzureX509(profile) => self.azure_x509(profile).map(Cloud::AzureHub),
            CloudProfile::AzureSas(profile) => self.azure_sas(profile).map(Cloud::AzureHub),
            CloudProfile::AzureDps(profile) => self.azure_dps(profile).map(Cloud::AzureDps),
        }
    }

    fn thingstream(&mut self, profile: &ThingstreamProfile) -> Option<Thingstream> {
        let host = profile.host.as_deref().unwrap_or(thingstream::HOST);
        let host = self.keep("cloud.host", Host::parse(host));
        let client_id =
            self.required("cloud.client_id", profile.client_id.as_deref(), thingstream::client_id);
        let username = self.required("cloud.username", profile.username.as_deref(), thingstream::username);
        let password = self.secret("cloud.password", profile.password.as_ref(), thingstream::password);
        let publish_topic = profile.publish_topic.as_deref().map(Topic::parse);
        let publish_topic = self.optional("cloud.publish_topic", publish_topic);
        let subscribe_topic = profile.subscribe_topic.as_deref().map(TopicFilter::parse);
        let subscribe_topic = self.optional("cloud.subscribe_topic", subscribe_topic);
        let options = self.options((profile.keep_alive, Ok), (profile.qos, thingstream::qos));
        let ca = self.trusted(profile.ca.as_ref(), thingstream::ROOTS);
        Some(Thingstream {
            host: host?,
            client_id: client_id?,
            username: username?,
            password: password?,
            ca: ca?,
            publish_topic,
            subscribe_topic,
            options,
        })
    }

    fn aws(&mut self, profile: &AwsProfile) -> Option<Aws> {
        let endpoint = self.required("cloud.endpoint", profile.endpoint.as_deref(), aws::endpoint);
        let client_id = self.required("cloud.client_id", profile.client_id.as_deref(), aws::client_id);
        let publish_topic = profile.publish_topic.as_deref().map(aws::publish_topic);
        let publish_topic = self.optional("cloud.publish_topic", publish_topic);
        let subscribe_topic = profile.subscribe_topic.as_deref().map(aws::subscribe_topic);
        let subscribe_topic = self.optional("cloud.subscribe_topic", subscribe_topic);
        let options = self.options((profile.keep_alive, aws::keep_alive), (profile.qos, aws::qos));
        let ca = self.trusted(profile.ca.as_ref(), aws::ROOTS);
        let (certificate, key) = (profile.certificate.as_ref(), profile.private_key.as_ref());
        let identity = self.identity(certificate, key, &Naming::Free);
        Some(Aws {
            endpoint: endpoint?,
            client_id: client_id?,
            publish_topic,
            subscribe_topic,
            options,
            ca: ca?,
            identity: identity?,
        })
    }

    fn azure_x509(&mut self, profile: &AzureX509Profile) -> Option<AzureHub> {
        let hub = self.required("cloud.hub", profile.hub.as_deref(), azure::hub);
        let device_id = self.required("cloud.device_id", profile.device_id.as_deref(), azure::device_id);
        let options = self.options((profile.keep_alive, azure::keep_alive), (profile.qos, azure::qos));
        let ca = self.trusted(profile.ca.as_ref(), azure::ROOTS);
        let (certificate, key) = (profile.certificate.as_ref(), profile.private_key.as_ref());
        let identity = self.identity(certificate, key, &naming(device_id.as_ref(), Naming::DeviceId));
        Some(AzureHub {
            hub: hub?,
            device_id: device_id?,
            ca: ca?,
            proof: HubProof::Certificate(identity?),
            user_name: user_name(profile.api_version),
            options,
        })
    }

    fn azure_sas(&mut self, profile: &AzureSasProfile) -> Option<AzureHub> {
        let hub = self.required("cloud.hub", profile.hub.as_deref(), azure::hub);
        let device_id = self.required("cloud.device_id", profile.device_id.as_deref(), azure::device_id);
        let options = self.options((profile.keep_alive, azure::keep_alive), (profile.qos, azure::qos));
        let ca = self.trusted(profile.ca.as_ref(), azure::ROOTS);
        let proof = match (&profile.key, &profile.token) {
            (Some(key), None) => {
                let key = self.secret("cloud.key", Some(key), azure::key);
                let expires = self.now + profile.expires_in.unwrap_or(azure::LIFETIME);
                key.map(|key| HubProof::Key { key, expires })
            }
            (None, Some(source)) => {
                let now = self.now;
                let (hub, device) = (hub.clone()?, device_id.clone()?);
                let text = self.secret("cloud.token", Some(source), |text| Ok(Secret::new(text)));
                text.and_then(|text| self.token(&text, &hub, &device, now)).map(HubProof::Token)
            }
            (key, token) => {
                let several = key.is_some() && token.is_some();
                self.keep("cloud.key", Err(azure::one_proof("key and token", several)))
            }
        };
        Some(AzureHub {
            hub: hub?,
            device_id: device_id?,
            ca: ca?,
            proof: proof?,
            user_name: user_name(profile.api_version),
            options,
        })
    }

    /// A token that was given; dots that stand for one are taken as they are.
    fn token(&mut self, text: &Secret, hub: &Host, device: &ClientId, now: UnixTime) -> Option<Secret> {
        if text.reveal() == DOTS {
            return Some(text.clone());
        }
        self.keep("cloud.token", azure::token(text.reveal(), hub, device, now))
    }

    fn azure_dps(&mut self, profile: &AzureDpsProfile) -> Option<AzureDps> {
        let host = profile.host.as_deref().unwrap_or(azure::GLOBAL_DPS);
        let host = self.keep("cloud.host", azure::dps(host));
        let id_scope = self.required("cloud.id_scope", profile.id_scope.as_deref(), azure::id_scope);
        let registration_id = self.required(
            "cloud.registration_id",
            profile.registration_id.as_deref(),
            azure::registration_id,
        );
        let options = self.options((profile.keep_alive, azure::keep_alive), (profile.qos, azure::qos));
        let payload = self.optional("cloud.payload", profile.payload.as_ref().map(azure::payload));
        let ca = self.trusted(profile.ca.as_ref(), azure::ROOTS);
        let proof = self.dps_proof(profile, &naming(registration_id.as_ref(), Naming::RegistrationId));
        Some(AzureDps {
            host: host?,
            id_scope: id_scope?,
            registration_id: registration_id?,
            ca: ca?,
            proof: proof?,
            payload,
            then: if profile.then_connect == Some(false) { Then::Stop } else { Then::Connect },
            user_name: user_name(profile.api_version),
            options,
        })
    }

    /// A certificate, the device's key, or its group's.
    fn dps_proof(&mut self, profile: &AzureDpsProfile, naming: &Naming<'_>) -> Option<DpsProof> {
        let has_certificate = profile.certificate.is_some() || profile.private_key.is_some();
        let expires = self.now + profile.expires_in.unwrap_or(azure::LIFETIME);
        match (has_certificate, &profile.key, &profile.group_key) {
            (true, None, None) => self
                .identity(profile.certificate.as_ref(), profile.private_key.as_ref(), naming)
                .map(DpsProof::Certificate),
            (false, Some(key), None) => {
                let key = self.secret("cloud.key", Some(key), azure::key)?;
                Some(DpsProof::Key { key, owner: KeyOwner::Device, expires })
            }
            (false, None, Some(key)) => {
                let key = self.secret("cloud.group_key", Some(key), azure::key)?;
                Some(DpsProof::Key { key, owner: KeyOwner::Group, expires })
            }
            (certificate, key, group_key) => {
                let several = certificate || (key.is_some() && group_key.is_some());
                let what = "certificate with private_key, key and group_key";
                self.keep("cloud.certificate", Err(azure::one_proof(what, several)))
            }
        }
    }

    fn trusted(&mut self, ca: Option<&FileSource>, usual: &[&str]) -> Option<StoredFile> {
        self.present("cloud.ca", ca).and_then(|ca| self.root("cloud.ca", ca, usual))
    }

    fn identity(
        &mut self,
        certificate: Option<&FileSource>,
        key: Option<&FileSource>,
        naming: &Naming<'_>,
    ) -> Option<Identity> {
        let (certificate, private_key) = self.pair("cloud", certificate, key, naming)?;
        Some(Identity { certificate, private_key })
    }

    fn options(
        &mut self,
        (keep_alive, parse_keep_alive): (Option<u16>, Parse<u16, u16>),
        (qos, parse_qos): (Option<u8>, Parse<u8, Qos>),
    ) -> Options {
        Options {
            keep_alive: self.optional("cloud.keep_alive", keep_alive.map(parse_keep_alive)),
            qos: self.optional("cloud.qos", qos.map(parse_qos)),
        }
    }
}

/// What the name in a certificate has to be; free while the ID is not known, or filled in later.
fn naming<'a>(id: Option<&'a ClientId>, naming: fn(&'a str) -> Naming<'a>) -> Naming<'a> {
    let known = id.map(ClientId::as_str).filter(|id| !id.contains('{'));
    known.map_or(Naming::Free, naming)
}

fn user_name(api_version: Option<bool>) -> UserName {
    if api_version == Some(false) { UserName::Short } else { UserName::WithVersion }
}
