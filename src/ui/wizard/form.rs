//! What a person has typed and chosen in the wizard, as plain data, and the job that comes of it.
//! Which values are right is the business of `profile`; here only text becomes numbers and addresses.

mod kept;
mod profile;

use std::net::Ipv4Addr;
use std::path::Path;

use zeroize::Zeroizing;

use self::kept::Kept;
pub(super) use self::kept::SecretPlace;
pub(super) use self::profile::Use;
use super::field::Field;
use super::file_input::{Disk, FileInput, Lock, Role, Source};
use crate::credential::Finding;
use crate::model::Demonstration;
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::profile::{
    Cloud, CloudKind, Job, Material, Materials, Mode, Profile, Qos, UserName, WifiSecurity, lifetime, resolve,
};
use crate::secret::Secret;

/// Everything that was typed and chosen.
pub(super) struct Form {
    /// What it is for; which of the values below count depends on it.
    pub(super) cloud: CloudKind,
    pub(super) endpoint: String,
    pub(super) hub: String,
    pub(super) id_scope: String,
    pub(super) client_id: String,
    pub(super) device_id: String,
    pub(super) registration_id: String,
    pub(super) username: String,
    pub(super) password: SecretText,
    pub(super) proof: Proof,
    pub(super) key: SecretText,
    pub(super) group_key: SecretText,
    pub(super) token: SecretText,
    /// With its unit, such as `365d`.
    pub(super) expires_in: String,
    /// JSON, or nothing.
    pub(super) payload: String,
    pub(super) user_name: UserName,
    pub(super) publish_topic: String,
    pub(super) subscribe_topic: String,
    /// In seconds.
    pub(super) keep_alive: String,
    /// `None` leaves it to the module.
    pub(super) qos: Option<Qos>,
    /// The mode the module is left in; `None` leaves it to the connection.
    pub(super) end_mode: Option<Mode>,
    pub(super) root: FileInput,
    pub(super) certificate: FileInput,
    pub(super) private_key: FileInput,
    pub(super) key_password: SecretText,
    /// Why the password did not open a file.
    pub(super) unlocking: Option<Problem>,
    pub(super) network: Network,
    /// What the profile has that no field shows.
    pub(super) kept: Kept,
}

/// With what a device proves itself, where there is a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    Certificate,
    Key,
    GroupKey,
    Token,
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
    /// It joins the network that the profile describes, which the fields cannot show.
    Kept,
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
    /// An empty form, with the root that the cloud needs today.
    pub(super) fn new(cloud: CloudKind) -> Self {
        let root = cloud.roots().first().map_or(Source::Nothing, |name| Source::Builtin(name));
        Self {
            cloud,
            endpoint: String::new(),
            hub: String::new(),
            id_scope: String::new(),
            client_id: String::new(),
            device_id: String::new(),
            registration_id: String::new(),
            username: String::new(),
            password: SecretText::default(),
            proof: if cloud == CloudKind::AzureSas { Proof::Key } else { Proof::Certificate },
            key: SecretText::default(),
            group_key: SecretText::default(),
            token: SecretText::default(),
            expires_in: String::new(),
            payload: String::new(),
            user_name: UserName::WithVersion,
            publish_topic: String::new(),
            subscribe_topic: String::new(),
            keep_alive: String::new(),
            qos: None,
            end_mode: None,
            root: FileInput::new(Role::Root, root),
            certificate: FileInput::new(Role::Certificate, Source::Nothing),
            private_key: FileInput::new(Role::PrivateKey, Source::Nothing),
            key_password: SecretText::default(),
            unlocking: None,
            network: Network::default(),
            kept: Kept::default(),
        }
    }

    /// The files that the module needs.
    pub(super) fn roles(&self) -> &'static [Role] {
        match (self.cloud, self.proof) {
            (CloudKind::Thingstream | CloudKind::AzureSas, _) => &[Role::Root],
            (CloudKind::AzureDps, Proof::Key | Proof::GroupKey | Proof::Token) => &[Role::Root],
            _ => &Role::ALL,
        }
    }

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

    /// Puts a content into the file of each of these roles that this set-up has; says which these are. `path` is where it
    /// stands on the disk, `None` if it was pasted.
    pub(super) fn take_content(
        &mut self,
        mut roles: Vec<Role>,
        bytes: &Zeroizing<Vec<u8>>,
        path: Option<&Path>,
    ) -> Vec<Role> {
        roles.retain(|role| self.roles().contains(role));
        for role in &roles {
            let (path, disk) = match path {
                Some(path) => (path.to_owned(), Disk::Same),
                None => (role.pasted_name().into(), Disk::Nowhere),
            };
            self.file_mut(*role).set_from(Source::Given { path, bytes: bytes.clone() }, disk);
        }
        roles
    }

    /// Fills in the ID that has to be the name in the device's certificate, if it is still empty; says which field it was.
    pub(super) fn name_by_certificate(&mut self) -> Option<Field> {
        let (id, field) = match (self.cloud, self.proof) {
            (CloudKind::AzureX509, _) => (&mut self.device_id, Field::DeviceId),
            (CloudKind::AzureDps, Proof::Certificate) => (&mut self.registration_id, Field::RegistrationId),
            _ => return None,
        };
        let name = self.certificate.facts()?.device()?;
        id.is_empty().then(|| name.clone_into(id)).map(|()| field)
    }

    /// The values of a demonstration in every field; its files are on no disk.
    pub(super) fn of_demonstration(demonstration: &Demonstration) -> Self {
        let mut form = Self::of_profile(&demonstration.profile, &demonstration.materials);
        Role::ALL.into_iter().for_each(|role| form.file_mut(role).leave_disk());
        form
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
        for (field, text) in self.secret_fields() {
            if let Some(secret) = text.secret() {
                materials.insert(field.path(), Material::Secret(secret));
            } else if let Some(problem) = self.kept.failure(field) {
                materials.insert(field.path(), Material::Failed(problem.clone()));
            }
        }
        self.kept.add_wifi(&mut materials);
        materials
    }

    /// The job, or every problem at its field. `now` judges the validity of certificates.
    pub(super) fn job(&self, now: UnixTime) -> Result<Job, Vec<Problem>> {
        let mut problems = self.unreadable();
        problems.extend(self.unlocking.clone());
        match resolve(&self.profile(Use::Judge), &self.materials(), now) {
            Ok(job) if problems.is_empty() => return Ok(job),
            Ok(_) => {}
            Err(judged) => {
                let news = judged
                    .into_iter()
                    .filter(|judged| problems.iter().all(|known| known.field != judged.field));
                let news: Vec<_> = news.map(|problem| in_words_of_the_form(problem, self.cloud)).collect();
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
        if !self.expires_in.trim().is_empty()
            && let Err(problem) = lifetime(self.expires_in.trim())
        {
            problems.push(problem.at(Field::ExpiresIn.path()));
        }
        if !self.payload.trim().is_empty()
            && serde_json::from_str::<serde_json::Value>(&self.payload).is_err()
        {
            problems.push(unreadable(
                Field::Payload,
                "This is no JSON",
                "Write an object such as {\"model\": \"a\"}",
            ));
        }
        problems.extend(self.missing_secret());
        if self.network.choice == NetworkChoice::Wifi && self.network.address == AddressChoice::Fixed {
            problems.extend(self.network.unreadable());
        }
        problems
    }

    /// What was typed and cannot be written into a profile.
    pub(super) fn unsavable(&self) -> Vec<Problem> {
        self.unreadable().into_iter().filter(|problem| problem.kind != Kind::MissingField).collect()
    }

    /// Whether there is a certificate and a key that can be compared; `job` says if they differ.
    pub(super) fn can_be_compared(&self) -> bool {
        self.certificate.is_here() && self.private_key.is_here() && self.private_key.lock() == Lock::None
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
        let typed = self.secret_fields().into_iter().filter_map(|(_, text)| text.secret());
        typed.chain(self.key_password.secret())
    }

    /// What is in the field of a secret.
    pub(super) fn secret(&self, field: Field) -> Option<Secret> {
        let known = self.secret_fields().into_iter().find(|(known, _)| *known == field).map(|(_, text)| text);
        known.or((field == Field::KeyPassword).then_some(&self.key_password))?.secret()
    }

    /// The fields for secrets with what is in them, but for that of files.
    fn secret_fields(&self) -> [(Field, &SecretText); 5] {
        [
            (Field::Passphrase, &self.network.passphrase),
            (Field::Password, &self.password),
            (Field::Key, &self.key),
            (Field::GroupKey, &self.group_key),
            (Field::Token, &self.token),
        ]
    }

    /// The proof that was chosen and not given: a profile without it does not say which one is meant.
    fn missing_secret(&self) -> Option<Problem> {
        let (field, text) = match (self.cloud, self.proof) {
            (CloudKind::AzureSas | CloudKind::AzureDps, Proof::Key) => (Field::Key, &self.key),
            (CloudKind::AzureSas, _) => (Field::Token, &self.token),
            (CloudKind::AzureDps, Proof::GroupKey) => (Field::GroupKey, &self.group_key),
            _ => return None,
        };
        let missing = || Problem::new(Kind::MissingField, "", "").at(field.path());
        let is_missing = text.secret().is_none() && self.kept.failure(field).is_none();
        is_missing.then(missing).map(|problem| in_words_of_the_form(problem, self.cloud))
    }

    /// The job without its network, as soon as everything before that page is right.
    pub(super) fn job_without_network(&self, now: UnixTime) -> Option<Job> {
        let profile = Profile { wifi: None, ..self.profile(Use::Judge) };
        resolve(&profile, &self.materials(), now).ok()
    }

    /// The names that the files will have on the module, as far as certificates and keys are right.
    pub(super) fn names(&self, now: UnixTime) -> Vec<(Role, String)> {
        let Some(job) = self.job_without_network(now) else { return Vec::new() };
        let (ca, identity) = match &job.cloud {
            Cloud::Thingstream(cloud) => (&cloud.ca, None),
            Cloud::Aws(cloud) => (&cloud.ca, Some(&cloud.identity)),
            Cloud::AzureHub(cloud) => (&cloud.ca, cloud.proof.identity()),
            Cloud::AzureDps(cloud) => (&cloud.ca, cloud.proof.identity()),
        };
        let of_device = identity.map(|identity| {
            [(Role::Certificate, &identity.certificate), (Role::PrivateKey, &identity.private_key)]
        });
        let all = [(Role::Root, ca)].into_iter().chain(of_device.into_iter().flatten());
        all.map(|(role, file)| (role, file.name.as_str().to_owned())).collect()
    }
}

impl Network {
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

fn unreadable(field: Field, message: &str, help: &str) -> Problem {
    Problem::new(Kind::WrongForm, message, help).at(field.path())
}

/// A profile's missing key is a form's empty field.
fn in_words_of_the_form(problem: Problem, cloud: CloudKind) -> Problem {
    match Field::named_by(&problem) {
        Some(field) if problem.kind == Kind::MissingField => Problem {
            message: format!("{} is missing", field.label()),
            help: field.hint(cloud).to_owned(),
            ..problem
        },
        _ => problem,
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod round_trip;
