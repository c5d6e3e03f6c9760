//! The fields of the wizard: their labels, where their values are found, and which problems belong to them.
//! What a person has put into them stands in `form`.

use super::page::Page;
use crate::problem::{Kind, Problem};
use crate::profile::CloudKind;

/// A field, in the order in which the pages show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Field {
    Endpoint,
    Hub,
    IdScope,
    ClientId,
    DeviceId,
    RegistrationId,
    Username,
    Password,
    Key,
    GroupKey,
    Token,
    ExpiresIn,
    PublishTopic,
    SubscribeTopic,
    Payload,
    KeepAlive,
    Qos,
    EndMode,
    Root,
    RootName,
    Certificate,
    CertificateName,
    PrivateKey,
    PrivateKeyName,
    KeyPassword,
    Ssid,
    Security,
    Passphrase,
    Ip,
    Mask,
    Gateway,
    NameServers,
}

impl Field {
    /// Every field.
    pub(super) const ALL: [Self; 32] = [
        Self::Endpoint,
        Self::Hub,
        Self::IdScope,
        Self::ClientId,
        Self::DeviceId,
        Self::RegistrationId,
        Self::Username,
        Self::Password,
        Self::Key,
        Self::GroupKey,
        Self::Token,
        Self::ExpiresIn,
        Self::PublishTopic,
        Self::SubscribeTopic,
        Self::Payload,
        Self::KeepAlive,
        Self::Qos,
        Self::EndMode,
        Self::Root,
        Self::RootName,
        Self::Certificate,
        Self::CertificateName,
        Self::PrivateKey,
        Self::PrivateKeyName,
        Self::KeyPassword,
        Self::Ssid,
        Self::Security,
        Self::Passphrase,
        Self::Ip,
        Self::Mask,
        Self::Gateway,
        Self::NameServers,
    ];

    /// Its place in a profile, by which a problem names it.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Endpoint => "cloud.endpoint",
            Self::Hub => "cloud.hub",
            Self::IdScope => "cloud.id_scope",
            Self::ClientId => "cloud.client_id",
            Self::DeviceId => "cloud.device_id",
            Self::RegistrationId => "cloud.registration_id",
            Self::Username => "cloud.username",
            Self::Password => "cloud.password",
            Self::Key => "cloud.key",
            Self::GroupKey => "cloud.group_key",
            Self::Token => "cloud.token",
            Self::ExpiresIn => "cloud.expires_in",
            Self::Payload => "cloud.payload",
            Self::PublishTopic => "cloud.publish_topic",
            Self::SubscribeTopic => "cloud.subscribe_topic",
            Self::KeepAlive => "cloud.keep_alive",
            Self::Qos => "cloud.qos",
            Self::EndMode => "after.mode",
            Self::Root => "cloud.ca",
            Self::RootName => "cloud.ca.name",
            Self::Certificate => "cloud.certificate",
            Self::CertificateName => "cloud.certificate.name",
            Self::PrivateKey => "cloud.private_key",
            Self::PrivateKeyName => "cloud.private_key.name",
            Self::KeyPassword => "cloud.private_key.password",
            Self::Ssid => "wifi.ssid",
            Self::Security => "wifi.security",
            Self::Passphrase => "wifi.passphrase",
            Self::Ip => "wifi.address.ip",
            Self::Mask => "wifi.address.mask",
            Self::Gateway => "wifi.address.gateway",
            Self::NameServers => "wifi.address.dns",
        }
    }

    /// What stands above it, and what screen readers call it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Endpoint => "Endpoint",
            Self::Hub => "Host name of the hub",
            Self::IdScope => "ID scope",
            Self::ClientId => "Client ID",
            Self::DeviceId => "Device ID",
            Self::RegistrationId => "Registration ID",
            Self::Username => "User name",
            Self::Password => "Password",
            Self::Key => "Primary key of the device",
            Self::GroupKey => "Primary key of the enrolment group",
            Self::Token => "SAS token",
            Self::ExpiresIn => "Life of the token",
            Self::Payload => "Payload of the registration",
            Self::PublishTopic => "Publish topic",
            Self::SubscribeTopic => "Subscribe topic",
            Self::KeepAlive => "Keep-alive in seconds",
            Self::Qos => "Quality of service",
            Self::EndMode => "Mode at the end",
            Self::Root => "Trusted root",
            Self::RootName => "Name of the trusted root on the module",
            Self::Certificate => "Device certificate",
            Self::CertificateName => "Name of the device certificate on the module",
            Self::PrivateKey => "Private key",
            Self::PrivateKeyName => "Name of the private key on the module",
            Self::KeyPassword => "Password of the private key",
            Self::Ssid => "Network name (SSID)",
            Self::Security => "Security",
            Self::Passphrase => "Passphrase",
            Self::Ip => "IP address",
            Self::Mask => "Network mask",
            Self::Gateway => "Gateway",
            Self::NameServers => "Name servers",
        }
    }

    /// What it is for and where its value is found today (clouds.md §2, §5).
    pub(super) const fn hint(self, cloud: CloudKind) -> &'static str {
        match self.page() {
            Page::Credentials => self.hint_of_credentials(cloud),
            Page::Certificates => self.hint_of_files(cloud),
            _ => self.hint_of_network(),
        }
    }

    const fn hint_of_credentials(self, cloud: CloudKind) -> &'static str {
        let is_thing = matches!(cloud, CloudKind::Thingstream);
        match self {
            Self::Endpoint => {
                "AWS console › IoT Core › Settings or Domain configurations, such as abc123-ats.iot.eu-west-1.amazonaws.com"
            }
            Self::Hub => "Azure portal › the hub › Overview, such as contoso.azure-devices.net",
            Self::IdScope => "Azure portal › the provisioning service › Overview, such as 0ne00ABCDEF",
            Self::ClientId if is_thing => {
                "Thingstream portal › Things › the thing › Credentials; it begins with device:"
            }
            Self::ClientId => {
                "Mostly the thing's name, from AWS console › IoT Core › Manage › Things; the client ID must be allowed by the policy"
            }
            Self::DeviceId => "Azure portal › the hub › Devices, with capitals as they are there",
            Self::RegistrationId => {
                "Azure portal › the provisioning service › Manage enrollments; for a group any ID, best in lower case"
            }
            Self::Username | Self::Password => "Thingstream portal › Things › the thing › Credentials",
            Self::Key => {
                "Azure portal › the device or enrolment; the token is made here, the key stays on this computer"
            }
            Self::GroupKey => {
                "Azure portal › the enrolment group; the device's key is derived here, the group's goes nowhere"
            }
            Self::Token => "A whole token, from SharedAccessSignature to the end",
            Self::ExpiresIn => "Such as 365d, 30d or 12h: a module has no clock to make a new token by",
            Self::PublishTopic if is_thing => {
                "What the module sends is published here; create it in the portal under Topics"
            }
            Self::PublishTopic => {
                "What the module sends is published here; the policy must allow iot:Publish for it"
            }
            Self::SubscribeTopic if is_thing => "What is published here reaches the module",
            Self::SubscribeTopic => {
                "What is published here reaches the module; the policy must allow iot:Subscribe and iot:Receive for it"
            }
            Self::Payload => "JSON that an allocation webhook gets, or nothing",
            Self::KeepAlive if is_thing => {
                "Each ping counts as a message of the plan; empty for the module's own 60"
            }
            Self::KeepAlive if matches!(cloud, CloudKind::Aws) => {
                "30 to 1200, or empty for the module's own 60"
            }
            Self::KeepAlive => "30 to 1177, or empty for the module's own 60",
            Self::Qos => "How often a message may be repeated until it has arrived",
            Self::EndMode if matches!(cloud, CloudKind::AzureDps) => {
                "A module registers in extended data mode, which only a restart leads out of, unless it is to end in another"
            }
            Self::EndMode => "The mode the module is left in once it is connected",
            _ => "",
        }
    }

    const fn hint_of_files(self, cloud: CloudKind) -> &'static str {
        let is_aws = matches!(cloud, CloudKind::Aws);
        match self {
            Self::Root if is_aws => {
                "What the module trusts the server by; Amazon Root CA 1 is right for endpoints with -ats"
            }
            Self::Root if matches!(cloud, CloudKind::Thingstream) => {
                "What the module trusts the server by; Thingstream's is from Amazon"
            }
            Self::Root => {
                "What the module trusts the server by; Azure's hubs end in DigiCert Global Root G2 today"
            }
            Self::Certificate if is_aws => {
                "Downloaded when the thing was made, such as …-certificate.pem.crt"
            }
            Self::Certificate => "Its common name is the device's ID; the page Certificates can make one",
            Self::PrivateKey if is_aws => {
                "Downloaded together with the certificate, such as …-private.pem.key"
            }
            Self::PrivateKey => "What the certificate was made with",
            Self::KeyPassword => "What opens the file: it is encrypted",
            _ => "Letters, digits, dots, hyphens and underscores; empty takes the file's own name",
        }
    }

    const fn hint_of_network(self) -> &'static str {
        match self {
            Self::Ssid => "Written exactly as the access point shows it; 2.4 GHz works with every module",
            Self::Passphrase => {
                "8 to 63 characters, as other devices use them; it goes to the module, and into no file"
            }
            Self::Ip => "The module's own address, such as 192.168.1.50",
            Self::Mask => "In most networks 255.255.255.0",
            Self::Gateway => "Mostly the access point's own address",
            Self::NameServers => "One or two, separated by a comma; the endpoint is looked up there",
            _ => "",
        }
    }

    /// The page that shows it.
    pub(super) const fn page(self) -> Page {
        match self {
            Self::Endpoint
            | Self::Hub
            | Self::IdScope
            | Self::ClientId
            | Self::DeviceId
            | Self::RegistrationId
            | Self::Username
            | Self::Password
            | Self::Key
            | Self::GroupKey
            | Self::Token
            | Self::ExpiresIn
            | Self::PublishTopic
            | Self::SubscribeTopic
            | Self::Payload
            | Self::KeepAlive
            | Self::Qos
            | Self::EndMode => Page::Credentials,
            Self::Root
            | Self::RootName
            | Self::Certificate
            | Self::CertificateName
            | Self::PrivateKey
            | Self::PrivateKeyName
            | Self::KeyPassword => Page::Certificates,
            Self::Ssid
            | Self::Security
            | Self::Passphrase
            | Self::Ip
            | Self::Mask
            | Self::Gateway
            | Self::NameServers => Page::Network,
        }
    }

    /// The field a problem names itself.
    pub(super) fn named_by(problem: &Problem) -> Option<Self> {
        Self::at(problem.field.as_deref()?)
    }

    /// The field at this place of a profile.
    pub(super) fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.path() == path)
    }

    /// The field for the secret at this place of a profile; whatever opens files has one field.
    pub(super) fn of_secret(path: &str) -> Option<Self> {
        let opens_file = path.starts_with("cloud.") && path.ends_with(".password");
        Self::at(path).or(opens_file.then_some(Self::KeyPassword))
    }

    /// The field where a person mends a problem: the one it names, or the first suspect of its kind.
    pub(super) fn concerned(problem: &Problem, cloud: CloudKind) -> Option<Self> {
        Self::named_by(problem).or(match (problem.kind, problem.field.as_deref()) {
            (_, Some(path)) if path.starts_with("wifi") => Some(Self::Ssid),
            (_, Some(_)) => Some(Self::first(cloud)),
            (Kind::WifiNotFound | Kind::WifiLost | Kind::WifiNoAddress, None) => Some(Self::Ssid),
            (Kind::WifiRefused, None) => Some(Self::Passphrase),
            (Kind::CloudUnreachable, None) => Some(Self::first(cloud)),
            (Kind::CloudRefused, None) => Some(Self::identity(cloud)),
            (Kind::UploadMismatch, None) => Some(Self::Certificate),
            _ => None,
        })
    }
}

impl Field {
    /// The first field of a cloud.
    pub(super) const fn first(cloud: CloudKind) -> Self {
        match cloud {
            CloudKind::Aws => Self::Endpoint,
            CloudKind::Thingstream => Self::ClientId,
            CloudKind::AzureX509 | CloudKind::AzureSas => Self::Hub,
            CloudKind::AzureDps => Self::IdScope,
        }
    }

    /// The field that says who the device is.
    const fn identity(cloud: CloudKind) -> Self {
        match cloud {
            CloudKind::Aws | CloudKind::Thingstream => Self::ClientId,
            CloudKind::AzureX509 | CloudKind::AzureSas => Self::DeviceId,
            CloudKind::AzureDps => Self::RegistrationId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_belong_to_the_field_they_name() {
        for field in Field::ALL {
            let problem = Problem::new(Kind::WrongForm, "x", "y").at(field.path());
            assert_eq!(Field::named_by(&problem), Some(field));
        }
    }

    #[test]
    fn fields_are_listed_in_the_order_of_the_pages() {
        assert!(Field::ALL.is_sorted());
        assert!(Field::ALL.map(Field::page).is_sorted());
    }

    #[test]
    fn a_problem_without_a_field_is_mended_at_the_first_suspect() {
        let concerned = |kind| Field::concerned(&Problem::new(kind, "x", "y"), CloudKind::Aws);
        assert_eq!(concerned(Kind::WifiRefused), Some(Field::Passphrase));
        assert_eq!(concerned(Kind::CloudUnreachable), Some(Field::Endpoint));
        assert_eq!(concerned(Kind::ModuleSilent), None);
    }

    #[test]
    fn a_problem_of_a_whole_part_is_mended_on_its_page() {
        let too_long = |part: &str| Problem::new(Kind::CommandTooLong, "x", "y").at(part);
        assert_eq!(
            Field::concerned(&too_long("cloud"), CloudKind::Aws).map(Field::page),
            Some(Page::Credentials)
        );
        assert_eq!(Field::concerned(&too_long("wifi"), CloudKind::Aws).map(Field::page), Some(Page::Network));
    }
}
