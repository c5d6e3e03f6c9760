//! The fields of the wizard: their labels, where their values are found, and which problems belong to them.
//! What a person has put into them stands in `form`.

use super::page::Page;
use crate::problem::{Kind, Problem};

/// A field, in the order in which the pages show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Field {
    Endpoint,
    ClientId,
    PublishTopic,
    SubscribeTopic,
    KeepAlive,
    Qos,
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
    pub(super) const ALL: [Self; 20] = [
        Self::Endpoint,
        Self::ClientId,
        Self::PublishTopic,
        Self::SubscribeTopic,
        Self::KeepAlive,
        Self::Qos,
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
            Self::ClientId => "cloud.client_id",
            Self::PublishTopic => "cloud.publish_topic",
            Self::SubscribeTopic => "cloud.subscribe_topic",
            Self::KeepAlive => "cloud.keep_alive",
            Self::Qos => "cloud.qos",
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
            Self::ClientId => "Client ID",
            Self::PublishTopic => "Publish topic",
            Self::SubscribeTopic => "Subscribe topic",
            Self::KeepAlive => "Keep-alive in seconds",
            Self::Qos => "Quality of service",
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

    /// What it is for and where its value is found today (clouds.md §2.2, §5).
    pub(super) const fn hint(self) -> &'static str {
        match self {
            Self::Endpoint => {
                "AWS console › IoT Core › Settings or Domain configurations, such as abc123-ats.iot.eu-west-1.amazonaws.com"
            }
            Self::ClientId => {
                "Mostly the thing's name, from AWS console › IoT Core › Manage › Things; the client ID must be allowed by the policy"
            }
            Self::PublishTopic => {
                "What the module sends is published here; the policy must allow iot:Publish for it"
            }
            Self::SubscribeTopic => {
                "What is published here reaches the module; the policy must allow iot:Subscribe and iot:Receive for it"
            }
            Self::KeepAlive => "30 to 1200, or empty for the module's own 60",
            Self::Qos => "How often a message may be repeated until it has arrived",
            Self::Root => {
                "What the module trusts the server by; Amazon Root CA 1 is right for endpoints with -ats"
            }
            Self::Certificate => "Downloaded when the thing was made, such as …-certificate.pem.crt",
            Self::PrivateKey => "Downloaded together with the certificate, such as …-private.pem.key",
            Self::KeyPassword => "What opens the file: it is encrypted",
            Self::RootName | Self::CertificateName | Self::PrivateKeyName => {
                "Letters, digits, dots, hyphens and underscores; empty takes the file's own name"
            }
            Self::Ssid => "Written exactly as the access point shows it; 2.4 GHz works with every module",
            Self::Security => "",
            Self::Passphrase => {
                "8 to 63 characters, as other devices use them; it goes to the module and is kept nowhere else"
            }
            Self::Ip => "The module's own address, such as 192.168.1.50",
            Self::Mask => "In most networks 255.255.255.0",
            Self::Gateway => "Mostly the access point's own address",
            Self::NameServers => "One or two, separated by a comma; the endpoint is looked up there",
        }
    }

    /// The page that shows it.
    pub(super) const fn page(self) -> Page {
        match self {
            Self::Endpoint
            | Self::ClientId
            | Self::PublishTopic
            | Self::SubscribeTopic
            | Self::KeepAlive
            | Self::Qos => Page::Credentials,
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

    /// The field where a person mends a problem: the one it names, or the first suspect of its kind.
    pub(super) fn concerned(problem: &Problem) -> Option<Self> {
        Self::named_by(problem).or(match (problem.kind, problem.field.as_deref()) {
            (_, Some(path)) if path.starts_with("wifi") => Some(Self::Ssid),
            (_, Some(_)) => Some(Self::Endpoint),
            (Kind::WifiNotFound | Kind::WifiLost | Kind::WifiNoAddress, None) => Some(Self::Ssid),
            (Kind::WifiRefused, None) => Some(Self::Passphrase),
            (Kind::CloudUnreachable, None) => Some(Self::Endpoint),
            (Kind::CloudRefused, None) => Some(Self::ClientId),
            (Kind::UploadMismatch, None) => Some(Self::Certificate),
            _ => None,
        })
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
        let concerned = |kind| Field::concerned(&Problem::new(kind, "x", "y"));
        assert_eq!(concerned(Kind::WifiRefused), Some(Field::Passphrase));
        assert_eq!(concerned(Kind::CloudUnreachable), Some(Field::Endpoint));
        assert_eq!(concerned(Kind::ModuleSilent), None);
    }

    #[test]
    fn a_problem_of_a_whole_part_is_mended_on_its_page() {
        let too_long = |part: &str| Problem::new(Kind::CommandTooLong, "x", "y").at(part);
        assert_eq!(Field::concerned(&too_long("cloud")).map(Field::page), Some(Page::Credentials));
        assert_eq!(Field::concerned(&too_long("wifi")).map(Field::page), Some(Page::Network));
    }
}
