//! The `cloud` part of a profile as it is written: one struct for each kind, with what is absent as `None`.
//! Which values are right is told in the file of each cloud; what comes of them in `job`.

use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::names::Role;
use super::source::SecretSource;
use super::{FileSource, value};

/// A kind of cloud, by its name in profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloudKind {
    Thingstream,
    Aws,
    AzureX509,
    AzureSas,
    AzureDps,
}

impl CloudKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 5] =
        [Self::Aws, Self::AzureX509, Self::AzureSas, Self::AzureDps, Self::Thingstream];

    /// Its name in a profile.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Thingstream => "thingstream",
            Self::Aws => "aws",
            Self::AzureX509 => "azure-x509",
            Self::AzureSas => "azure-sas",
            Self::AzureDps => "azure-dps",
        }
    }

    /// Its whole name for a person.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Thingstream => "Thingstream",
            Self::Aws => "AWS IoT Core",
            Self::AzureX509 => "Azure IoT Hub with a certificate",
            Self::AzureSas => "Azure IoT Hub with a key or token",
            Self::AzureDps => "Azure Device Provisioning Service",
        }
    }

    /// The service behind it, where there is little room.
    pub const fn service(self) -> &'static str {
        match self {
            Self::Thingstream => "Thingstream",
            Self::Aws => "AWS",
            Self::AzureX509 | Self::AzureSas => "Azure IoT Hub",
            Self::AzureDps => "Azure DPS",
        }
    }

    /// The cloud that a host belongs to; a hub counts as one with a certificate until something says otherwise.
    pub fn of_host(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        let ends = |ends: &[&str]| ends.iter().any(|end| host.ends_with(end));
        if ends(&[".amazonaws.com", ".amazonaws.com.cn"]) {
            Some(Self::Aws)
        } else if ends(&[
            ".azure-devices-provisioning.net",
            ".azure-devices-provisioning.cn",
            ".azure-devices-provisioning.us",
        ]) {
            Some(Self::AzureDps)
        } else if ends(&[".azure-devices.net", ".azure-devices.cn", ".azure-devices.us"]) {
            Some(Self::AzureX509)
        } else {
            (host == super::thingstream::HOST).then_some(Self::Thingstream)
        }
    }

    /// The built-in roots that vouch for it, the usual one first.
    pub const fn roots(self) -> &'static [&'static str] {
        match self {
            Self::Thingstream => super::thingstream::ROOTS,
            Self::Aws => super::aws::ROOTS,
            Self::AzureX509 | Self::AzureSas | Self::AzureDps => super::azure::ROOTS,
        }
    }
}

/// The `cloud` part of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CloudProfile {
    /// u-blox Thingstream.
    Thingstream(ThingstreamProfile),
    /// AWS IoT Core.
    Aws(AwsProfile),
    /// Azure IoT Hub, with a certificate.
    AzureX509(AzureX509Profile),
    /// Azure IoT Hub, with a symmetric key or a token.
    AzureSas(AzureSasProfile),
    /// Azure IoT Hub through its device provisioning service.
    AzureDps(AzureDpsProfile),
}

/// A profile whose kind is `thingstream`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ThingstreamProfile {
    /// The server, if it is not the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The thing's client ID, `device:` and a UUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The thing's user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The thing's password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretSource>,
    /// The root that the server's certificate must end in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<FileSource>,
    /// Where the module's data is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_topic: Option<String>,
    /// What the module listens to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscribe_topic: Option<String>,
    /// The MQTT keep-alive in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive: Option<u16>,
    /// The MQTT quality of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qos: Option<u8>,
}

/// A profile whose kind is `aws`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AwsProfile {
    /// The account's device data endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The MQTT client ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Where the module's data is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_topic: Option<String>,
    /// What the module listens to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscribe_topic: Option<String>,
    /// The root that the server's certificate must end in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<FileSource>,
    /// The device's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<FileSource>,
    /// The key of the device's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<FileSource>,
    /// The MQTT keep-alive in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive: Option<u16>,
    /// The MQTT quality of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qos: Option<u8>,
}

/// A profile whose kind is `azure-x509`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AzureX509Profile {
    /// The hub's full host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub: Option<String>,
    /// The device's ID at the hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// The root that the hub's certificate must end in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<FileSource>,
    /// The device's certificate; its common name is the device ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<FileSource>,
    /// The key of the device's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<FileSource>,
    /// Whether the user name says the version of the service; it does if this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<bool>,
    /// The MQTT keep-alive in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive: Option<u16>,
    /// The MQTT quality of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qos: Option<u8>,
}

/// A profile whose kind is `azure-sas`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AzureSasProfile {
    /// The hub's full host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub: Option<String>,
    /// The device's ID at the hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// The root that the hub's certificate must end in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<FileSource>,
    /// The device's symmetric key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<SecretSource>,
    /// How long the token made with the key is valid.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "lifetime")]
    pub expires_in: Option<Duration>,
    /// A token that was made elsewhere, in place of a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<SecretSource>,
    /// Whether the user name says the version of the service; it does if this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<bool>,
    /// The MQTT keep-alive in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive: Option<u16>,
    /// The MQTT quality of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qos: Option<u8>,
}

/// A profile whose kind is `azure-dps`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AzureDpsProfile {
    /// The service's host, if it is not the global one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The service's ID scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_scope: Option<String>,
    /// The device's registration ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_id: Option<String>,
    /// The root that the certificates of service and hub must end in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<FileSource>,
    /// The device's certificate; its common name is the registration ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<FileSource>,
    /// The key of the device's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<FileSource>,
    /// The symmetric key of an individual enrolment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<SecretSource>,
    /// The key of an enrolment group, from which the device's is derived here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_key: Option<SecretSource>,
    /// How long tokens made with a key are valid.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "lifetime")]
    pub expires_in: Option<Duration>,
    /// What the device says of itself when it registers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<Value>,
    /// Whether the module connects to the hub it is assigned to; it does if this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then_connect: Option<bool>,
    /// Whether the user name at the hub says the version of the service; it does if this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<bool>,
    /// The MQTT keep-alive in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive: Option<u16>,
    /// The MQTT quality of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qos: Option<u8>,
}

impl CloudProfile {
    /// Takes the certificate or key under this key out of the profile.
    pub fn remove_file(&mut self, key: &str) {
        for (known, source) in self.files_mut() {
            if known == key {
                *source = None;
            }
        }
    }

    /// Every certificate and key with its key in the profile, to be changed.
    pub(super) fn files_mut(&mut self) -> Vec<(&'static str, &mut Option<FileSource>)> {
        let (ca, device) = match self {
            Self::Thingstream(cloud) => (&mut cloud.ca, None),
            Self::Aws(cloud) => (&mut cloud.ca, Some((&mut cloud.certificate, &mut cloud.private_key))),
            Self::AzureX509(cloud) => (&mut cloud.ca, Some((&mut cloud.certificate, &mut cloud.private_key))),
            Self::AzureSas(cloud) => (&mut cloud.ca, None),
            Self::AzureDps(cloud) => (&mut cloud.ca, Some((&mut cloud.certificate, &mut cloud.private_key))),
        };
        let device = device.map(|(certificate, key)| [("certificate", certificate), ("private_key", key)]);
        [("ca", ca)].into_iter().chain(device.into_iter().flatten()).collect()
    }

    /// Every secret with its key in the profile, to be changed.
    pub(super) fn secrets_mut(&mut self) -> Vec<(&'static str, &mut Option<SecretSource>)> {
        match self {
            Self::Thingstream(cloud) => vec![("password", &mut cloud.password)],
            Self::Aws(_) | Self::AzureX509(_) => Vec::new(),
            Self::AzureSas(cloud) => vec![("key", &mut cloud.key), ("token", &mut cloud.token)],
            Self::AzureDps(cloud) => vec![("key", &mut cloud.key), ("group_key", &mut cloud.group_key)],
        }
    }
}

/// Certificates and keys with their keys in the profile.
type Files<'a> = Vec<(Role, &'static str, &'a FileSource)>;
/// Secrets with their keys in the profile.
type Secrets<'a> = Vec<(&'static str, &'a SecretSource)>;

impl CloudProfile {
    /// Which kind it is.
    pub const fn kind(&self) -> CloudKind {
        match self {
            Self::Thingstream(_) => CloudKind::Thingstream,
            Self::Aws(_) => CloudKind::Aws,
            Self::AzureX509(_) => CloudKind::AzureX509,
            Self::AzureSas(_) => CloudKind::AzureSas,
            Self::AzureDps(_) => CloudKind::AzureDps,
        }
    }

    /// The certificate or key under this key of the profile.
    pub fn file(&self, key: &str) -> Option<&FileSource> {
        self.files().into_iter().find(|(_, known, _)| *known == key).map(|(.., source)| source)
    }

    /// The certificates and keys it names.
    pub(super) fn files(&self) -> Files<'_> {
        let none = (None, None);
        let (ca, (certificate, key)) = match self {
            Self::Thingstream(cloud) => (&cloud.ca, none),
            Self::Aws(cloud) => (&cloud.ca, (cloud.certificate.as_ref(), cloud.private_key.as_ref())),
            Self::AzureX509(cloud) => (&cloud.ca, (cloud.certificate.as_ref(), cloud.private_key.as_ref())),
            Self::AzureSas(cloud) => (&cloud.ca, none),
            Self::AzureDps(cloud) => (&cloud.ca, (cloud.certificate.as_ref(), cloud.private_key.as_ref())),
        };
        let all = [
            (Role::TrustedRoot, "ca", ca.as_ref()),
            (Role::Certificate, "certificate", certificate),
            (Role::PrivateKey, "private_key", key),
        ];
        all.into_iter().filter_map(|(role, key, source)| Some((role, key, source?))).collect()
    }

    /// The secrets it names.
    pub(super) fn secrets(&self) -> Secrets<'_> {
        let all = match self {
            Self::Thingstream(cloud) => vec![("password", &cloud.password)],
            Self::Aws(_) | Self::AzureX509(_) => Vec::new(),
            Self::AzureSas(cloud) => vec![("key", &cloud.key), ("token", &cloud.token)],
            Self::AzureDps(cloud) => vec![("key", &cloud.key), ("group_key", &cloud.group_key)],
        };
        all.into_iter().filter_map(|(key, source)| Some((key, source.as_ref()?))).collect()
    }
}

fn lifetime<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.serialize_str(&value::lifetime_text(*time)),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_real_subdomain_belongs_to_a_cloud() {
        for (host, kind) in [
            ("x-ats.iot.cn-north-1.amazonaws.com.cn", Some(CloudKind::Aws)),
            ("contoso.azure-devices.net", Some(CloudKind::AzureX509)),
            ("global.azure-devices-provisioning.net", Some(CloudKind::AzureDps)),
            ("MQTT.thingstream.io", Some(CloudKind::Thingstream)),
            ("amazonaws.com.evil.example", None),
            ("azure-devices.net", None),
        ] {
            assert_eq!(CloudKind::of_host(host), kind, "{host}");
        }
    }
}
