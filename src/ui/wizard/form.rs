//! What a person has typed and chosen in the wizard, as plain data, and the job that comes of it.
//! Which values are right is the business of `profile`; here only text becomes numbers and addresses.

use std::net::Ipv4Addr;

use zeroize::Zeroizing;

use super::field::Field;
use super::file_input::{FileInput, Lock, Role, Source};
use crate::credential::Finding;
use crate::model::Demonstration;
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::profile::{
    AddressProfile, AwsProfile, Cloud, CloudProfile, Job, Material, Materials, Profile, Qos, SecretSource,
    WifiProfile, WifiSecurity, resolve,
};
use crate::secret::Secret;

/// The root that vouches for every endpoint with `-ats` (clouds.md §1.3).
pub(super) const USUAL_ROOT: &str = "amazon-root-ca-1";

/// Everything that was typed and chosen.
pub(super) struct Form {
    pub(super) endpoint: String,
    pub(super) client_id: String,
    pub(super) publish_topic: String,
    pub(super) subscribe_topic: String,
    /// In seconds.
    pub(super) keep_alive: String,
    /// `None` leaves it to the module.
    pub(super) qos: Option<Qos>,
    pub(super) root: FileInput,
    pub(super) certificate: FileInput,
    pub(super) private_key: FileInput,
    pub(super) key_password: SecretText,
    /// Why the password did not open a file.
    pub(super) unlocking: Option<Problem>,
    pub(super) network: Network,
}

/// The network page.
pub(super) struct Network {
    pub(super) choice: NetworkChoice,
    pub(super) ssid: String,
    pub(super) security: WifiSecurity,
    pub(super) passphrase: SecretText,
    /// Whether the module joins by itself at every start.
    pub(super) on_startup: bool,
    pub(super) address: AddressChoice,
    pub(super) ip: String,
    pub(super) mask: String,
    pub(super) gateway: String,
    /// Separated by commas.
    pub(super) name_servers: String,
}

/// How the module gets its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NetworkChoice {
    /// It joins a Wi-Fi network.
    Wifi,
    /// It has one already, or uses Ethernet.
    Present,
}

/// How the module gets its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressChoice {
    Dhcp,
    Fixed,
}

/// A secret that is being typed. It has room from the start, so that typing leaves no copies behind in memory.
pub(in crate::ui) struct SecretText(Zeroizing<String>);

impl SecretText {
    const ROOM: usize = 512;

    /// The text for a field to edit.
    pub(in crate::ui) fn edit(&mut self) -> &mut String {
        &mut self.0
    }

    /// Replaces the text.
    pub(in crate::ui) fn set(&mut self, text: &str) {
        *self = Self::default();
        self.0.push_str(text);
    }

    /// The secret, if anything was typed.
    pub(in crate::ui) fn secret(&self) -> Option<Secret> {
        (!self.0.is_empty()).then(|| Secret::new(self.0.as_str()))
    }
}

impl Default for SecretText {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(Self::ROOM)))
    }
}

impl Default for Form {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            client_id: String::new(),
            publish_topic: String::new(),
            subscribe_topic: String::new(),
            keep_alive: String::new(),
            qos: None,
            root: FileInput::new(Role::Root, Source::Builtin(USUAL_ROOT)),
            certificate: FileInput::new(Role::Certificate, Source::Nothing),
            private_key: FileInput::new(Role::PrivateKey, Source::Nothing),
            key_password: SecretText::default(),
            unlocking: None,
            network: Network::default(),
        }
    }
}

impl Default for Network {
    fn default() -> Self {
        Self {
            choice: NetworkChoice::Wifi,
            ssid: String::new(),
            security: WifiSecurity::WpaPsk,
            passphrase: SecretText::default(),
            on_startup: true,
            address: AddressChoice::Dhcp,
            ip: String::new(),
            mask: String::new(),
            gateway: String::new(),
            name_servers: String::new(),
        }
    }
}

impl Form {
    /// The file of a role.
    pub(super) fn file(&self, role: Role) -> &FileInput {
        match role {
            Role::Root => &self.root,
            Role::Certificate => &self.certificate,
            Role::PrivateKey => &self.private_key,
        }
    }

    /// The file of a role, to be changed.
    pub(super) fn file_mut(&mut self, role: Role) -> &mut FileInput {
        match role {
            Role::Root => &mut self.root,
            Role::Certificate => &mut self.certificate,
            Role::PrivateKey => &mut self.private_key,
        }
    }

    /// The values of the demonstration in every field.
    pub(super) fn fill(&mut self, demonstration: &Demonstration) {
        let given = |(name, pem): (&str, &str)| Source::Given {
            path: name.into(),
            bytes: Zeroizing::new(pem.as_bytes().to_vec()),
        };
        *self = Self {
            endpoint: demonstration.endpoint.clone(),
            client_id: demonstration.client_id.clone(),
            publish_topic: demonstration.publish_topic.clone(),
            subscribe_topic: demonstration.subscribe_topic.clone(),
            ..Self::default()
        };
        let Demonstration { ca, certificate, private_key, .. } = demonstration;
        self.root.set(given((&ca.0, &ca.1)));
        self.certificate.set(given((&certificate.0, &certificate.1)));
        self.private_key.set(given((&private_key.0, private_key.1.reveal())));
        self.network.ssid.clone_from(&demonstration.ssid);
        self.network.passphrase.set(demonstration.passphrase.reveal());
    }

    /// What was typed as a profile. Numbers and addresses that do not read as such are left out.
    pub(super) fn profile(&self) -> Profile {
        let aws = AwsProfile {
            endpoint: filled(&self.endpoint),
            client_id: filled(&self.client_id),
            publish_topic: filled(&self.publish_topic),
            subscribe_topic: filled(&self.subscribe_topic),
            ca: self.root.profile(),
            certificate: self.certificate.profile(),
            private_key: self.private_key.profile(),
            keep_alive: self.keep_alive.trim().parse().ok(),
            qos: self.qos.map(Qos::code),
        };
        let wifi = (self.network.choice == NetworkChoice::Wifi).then(|| self.network.profile());
        Profile { name: None, wifi, cloud: CloudProfile::Aws(aws), after: None }
    }

    /// The files and typed secrets that the profile refers to.
    pub(super) fn materials(&self) -> Materials {
        let mut materials = Materials::default();
        for role in Role::ALL {
            if let Some(material) = self.file(role).material() {
                materials.insert(role.field().path(), material);
            }
        }
        if self.private_key.lock() == Lock::OnModule {
            let password = self.key_password.secret().unwrap_or_default();
            materials.insert(Field::KeyPassword.path(), Material::Secret(password));
        }
        if let Some(passphrase) = self.network.passphrase.secret() {
            materials.insert(Field::Passphrase.path(), Material::Secret(passphrase));
        }
        materials
    }

    /// The job, or every problem at its field. `now` judges the validity of certificates.
    pub(super) fn job(&self, now: UnixTime) -> Result<Job, Vec<Problem>> {
        let mut problems = self.unreadable();
        problems.extend(self.unlocking.clone());
        match resolve(&self.profile(), &self.materials(), now) {
            Ok(job) if problems.is_empty() => return Ok(job),
            Ok(_) => {}
            Err(judged) => {
                let news = judged
                    .into_iter()
                    .filter(|judged| problems.iter().all(|known| known.field != judged.field));
                let news: Vec<_> = news.map(in_words_of_the_form).collect();
                problems.extend(news);
            }
        }
        Err(problems)
    }

    /// What was typed into fields of numbers and addresses and is neither.
    fn unreadable(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !self.keep_alive.trim().is_empty() && self.keep_alive.trim().parse::<u16>().is_err() {
            problems.push(unreadable(
                Field::KeepAlive,
                "This is no number of seconds",
                "Enter 30 to 1200, or nothing",
            ));
        }
        if self.network.choice == NetworkChoice::Wifi && self.network.address == AddressChoice::Fixed {
            problems.extend(self.network.unreadable());
        }
        problems
    }

    /// Whether there is a certificate and a key that can be compared; `job` says if they differ.
    pub(super) fn can_be_compared(&self) -> bool {
        self.certificate.facts().is_some()
            && self.private_key.facts().is_some()
            && self.private_key.lock() == Lock::None
    }

    /// What can be used and should be looked at about each file.
    pub(super) fn warnings(&self, now: UnixTime) -> [Vec<Finding>; 3] {
        Role::ALL.map(|role| self.file(role).facts().map(|facts| facts.warnings(now)).unwrap_or_default())
    }

    /// Whether a password is asked for.
    pub(super) fn needs_password(&self) -> bool {
        Role::ALL.into_iter().any(|role| self.file(role).lock() != Lock::None)
    }

    /// The typed secrets.
    pub(super) fn secrets(&self) -> impl Iterator<Item = Secret> + '_ {
        self.network.passphrase.secret().into_iter().chain(self.key_password.secret())
    }

    /// The names that the files will have on the module, as far as certificates and keys are right.
    pub(super) fn names(&self, now: UnixTime) -> Option<[String; 3]> {
        let profile = Profile { wifi: None, ..self.profile() };
        let Cloud::Aws(aws) = resolve(&profile, &self.materials(), now).ok()?.cloud else { return None };
        Some(
            [aws.ca, aws.identity.certificate, aws.identity.private_key]
                .map(|file| file.name.as_str().to_owned()),
        )
    }
}

impl Network {
    fn profile(&self) -> WifiProfile {
        let asks = self.security != WifiSecurity::Open && self.passphrase.secret().is_some();
        WifiProfile {
            ssid: filled(&self.ssid),
            security: Some(self.security),
            passphrase: asks.then_some(SecretSource::Ask),
            address: (self.address == AddressChoice::Fixed).then(|| AddressProfile {
                ip: self.ip.trim().parse().ok(),
                mask: self.mask.trim().parse().ok(),
                gateway: self.gateway.trim().parse().ok(),
                dns: self.name_servers().filter_map(|text| text.parse().ok()).collect(),
            }),
            on_startup: Some(self.on_startup),
            ..WifiProfile::default()
        }
    }

    fn name_servers(&self) -> impl Iterator<Item = &str> {
        self.name_servers.split([',', ' ']).filter(|text| !text.is_empty())
    }

    fn unreadable(&self) -> Vec<Problem> {
        let is_address = |text: &str| text.trim().parse::<Ipv4Addr>().is_ok();
        let fields = [(Field::Ip, &self.ip), (Field::Mask, &self.mask), (Field::Gateway, &self.gateway)];
        let wrong = fields.into_iter().filter(|(_, text)| !text.is_empty() && !is_address(text));
        let servers = self.name_servers().any(|text| !is_address(text)).then_some(Field::NameServers);
        wrong
            .map(|(field, _)| field)
            .chain(servers)
            .map(|field| {
                unreadable(field, "This is no IPv4 address", "Enter four numbers such as 192.168.1.50")
            })
            .collect()
    }
}

/// What was typed, or `None` if nothing was.
fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn unreadable(field: Field, message: &str, help: &str) -> Problem {
    Problem::new(Kind::WrongForm, message, help).at(field.path())
}

/// A profile's missing key is a form's empty field.
fn in_words_of_the_form(problem: Problem) -> Problem {
    match Field::named_by(&problem) {
        Some(field) if problem.kind == Kind::MissingField => Problem {
            message: format!("{} is missing", field.label()),
            help: field.hint().to_owned(),
            ..problem
        },
        _ => problem,
    }
}

#[cfg(test)]
mod tests;
