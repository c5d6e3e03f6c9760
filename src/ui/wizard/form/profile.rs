//! A form as a profile and a profile as a form. What a profile can say and no field shows is kept beside the fields, so
//! that saving loses nothing.

use super::super::field::Field;
use super::super::file_input::{Role, Source};
use super::kept::{Found, KeptWifi, SecretPlace};
use super::{AddressChoice, Form, Network, NetworkChoice, Proof, SecretText};
use crate::credential::roots;
use crate::problem::{Kind, Problem};
use crate::profile::{
    AddressProfile, After, AwsProfile, AzureDpsProfile, AzureSasProfile, AzureX509Profile, CloudKind,
    CloudProfile, FileOrigin, FileSource, Material, Materials, Profile, Qos, SecretSource,
    ThingstreamProfile, UserName, WifiProfile, WifiSecurity, lifetime, lifetime_text,
};

/// What a form becomes a profile for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui::wizard) enum Use {
    /// To be judged with what was typed: a secret that was not typed is missing.
    Judge,
    /// To be written down: a secret is a reference, whether it was typed or not.
    Save,
}

impl Form {
    /// What was typed as a profile. Numbers and addresses that do not read as such are left out.
    pub(in crate::ui::wizard) fn profile(&self, to: Use) -> Profile {
        let cloud = match self.cloud {
            CloudKind::Thingstream => CloudProfile::Thingstream(self.thingstream(to)),
            CloudKind::Aws => CloudProfile::Aws(self.aws(to)),
            CloudKind::AzureX509 => CloudProfile::AzureX509(self.azure_x509(to)),
            CloudKind::AzureSas => CloudProfile::AzureSas(self.azure_sas(to)),
            CloudKind::AzureDps => CloudProfile::AzureDps(self.azure_dps(to)),
        };
        let wifi = match self.network.choice {
            NetworkChoice::Wifi => Some(self.wifi(to)),
            NetworkChoice::Present => None,
            NetworkChoice::Kept => self.kept.wifi.as_ref().map(|wifi| wifi.profile.clone()),
        };
        let after = After { keep: self.kept.keep, mode: self.end_mode };
        let after = Some(after).filter(|after| *after != After::default());
        Profile { name: filled(&self.kept.name), wifi, cloud, after }
    }

    fn thingstream(&self, to: Use) -> ThingstreamProfile {
        ThingstreamProfile {
            host: self.kept.host.clone(),
            client_id: filled(&self.client_id),
            username: filled(&self.username),
            password: self.reference(to, Field::Password, &self.password),
            ca: self.file_source(to, Role::Root),
            publish_topic: filled(&self.publish_topic),
            subscribe_topic: filled(&self.subscribe_topic),
            keep_alive: self.keep_alive(),
            qos: self.qos.map(Qos::code),
        }
    }

    fn aws(&self, to: Use) -> AwsProfile {
        AwsProfile {
            endpoint: filled(&self.endpoint),
            client_id: filled(&self.client_id),
            publish_topic: filled(&self.publish_topic),
            subscribe_topic: filled(&self.subscribe_topic),
            ca: self.file_source(to, Role::Root),
            certificate: self.file_source(to, Role::Certificate),
            private_key: self.file_source(to, Role::PrivateKey),
            keep_alive: self.keep_alive(),
            qos: self.qos.map(Qos::code),
        }
    }

    fn azure_x509(&self, to: Use) -> AzureX509Profile {
        AzureX509Profile {
            hub: filled(&self.hub),
            device_id: filled(&self.device_id),
            ca: self.file_source(to, Role::Root),
            certificate: self.file_source(to, Role::Certificate),
            private_key: self.file_source(to, Role::PrivateKey),
            api_version: self.api_version(),
            keep_alive: self.keep_alive(),
            qos: self.qos.map(Qos::code),
        }
    }

    fn azure_sas(&self, to: Use) -> AzureSasProfile {
        let is_key = self.proof == Proof::Key;
        AzureSasProfile {
            hub: filled(&self.hub),
            device_id: filled(&self.device_id),
            ca: self.file_source(to, Role::Root),
            key: self.reference(to, Field::Key, &self.key).filter(|_| is_key),
            expires_in: lifetime(self.expires_in.trim()).ok().filter(|_| is_key),
            token: self.reference(to, Field::Token, &self.token).filter(|_| !is_key),
            api_version: self.api_version(),
            keep_alive: self.keep_alive(),
            qos: self.qos.map(Qos::code),
        }
    }

    fn azure_dps(&self, to: Use) -> AzureDpsProfile {
        let is = |proof: Proof| self.proof == proof;
        AzureDpsProfile {
            host: self.kept.host.clone(),
            id_scope: filled(&self.id_scope),
            registration_id: filled(&self.registration_id),
            ca: self.file_source(to, Role::Root),
            certificate: self.file_source(to, Role::Certificate).filter(|_| is(Proof::Certificate)),
            private_key: self.file_source(to, Role::PrivateKey).filter(|_| is(Proof::Certificate)),
            key: self.reference(to, Field::Key, &self.key).filter(|_| is(Proof::Key)),
            group_key: self.reference(to, Field::GroupKey, &self.group_key).filter(|_| is(Proof::GroupKey)),
            expires_in: lifetime(self.expires_in.trim()).ok().filter(|_| !is(Proof::Certificate)),
            payload: serde_json::from_str(&self.payload).ok(),
            then_connect: self.kept.then_connect,
            api_version: self.api_version(),
            keep_alive: self.keep_alive(),
            qos: self.qos.map(Qos::code),
        }
    }

    fn wifi(&self, to: Use) -> WifiProfile {
        let network = &self.network;
        let passphrase = self.reference(to, Field::Passphrase, &network.passphrase);
        WifiProfile {
            ssid: filled(&network.ssid),
            security: Some(network.security),
            passphrase: passphrase.filter(|_| network.security != WifiSecurity::Open),
            address: (network.address == AddressChoice::Fixed).then(|| network.address()),
            on_startup: Some(network.on_startup),
            ..WifiProfile::default()
        }
    }

    fn file_source(&self, to: Use, role: Role) -> Option<FileSource> {
        let password = self.kept.source(Field::KeyPassword, &self.key_password);
        self.file(role).profile(to, password)
    }

    /// A secret as a profile refers to it.
    fn reference(&self, to: Use, field: Field, text: &SecretText) -> Option<SecretSource> {
        match to {
            Use::Save => Some(self.kept.source(field, text)),
            Use::Judge => {
                (text.secret().is_some() || self.kept.failure(field).is_some()).then_some(SecretSource::Ask)
            }
        }
    }

    fn keep_alive(&self) -> Option<u16> {
        self.keep_alive.trim().parse().ok()
    }

    fn api_version(&self) -> Option<bool> {
        (self.user_name == UserName::Short).then_some(false)
    }
}

impl Network {
    fn address(&self) -> AddressProfile {
        AddressProfile {
            ip: self.ip.trim().parse().ok(),
            mask: self.mask.trim().parse().ok(),
            gateway: self.gateway.trim().parse().ok(),
            dns: self.name_servers().filter_map(|text| text.parse().ok()).collect(),
        }
    }
}

impl Form {
    /// The form that shows this profile with all that was fetched for it.
    pub(in crate::ui::wizard) fn of_profile(profile: &Profile, materials: &Materials) -> Self {
        let mut form = Self::new(profile.cloud.kind());
        form.kept.name = profile.name.clone().unwrap_or_default();
        let After { keep, mode } = profile.after.unwrap_or_default();
        (form.kept.keep, form.end_mode) = (keep, mode);
        match &profile.cloud {
            CloudProfile::Thingstream(cloud) => form.take_thingstream(cloud),
            CloudProfile::Aws(cloud) => form.take_aws(cloud),
            CloudProfile::AzureX509(cloud) => form.take_azure_x509(cloud),
            CloudProfile::AzureSas(cloud) => form.take_azure_sas(cloud),
            CloudProfile::AzureDps(cloud) => form.take_azure_dps(cloud),
        }
        for role in Role::ALL {
            form.take_file(role, profile.cloud.file(role.key()), materials);
        }
        form.take_network(profile.wifi.as_ref(), materials);
        form.take_secrets(profile, materials);
        form
    }

    fn take_thingstream(&mut self, cloud: &ThingstreamProfile) {
        self.kept.host.clone_from(&cloud.host);
        self.client_id = text(cloud.client_id.as_ref());
        self.username = text(cloud.username.as_ref());
        self.take_topics(cloud.publish_topic.as_ref(), cloud.subscribe_topic.as_ref());
        self.take_options(None, cloud.keep_alive, cloud.qos);
    }

    fn take_aws(&mut self, cloud: &AwsProfile) {
        self.endpoint = text(cloud.endpoint.as_ref());
        self.client_id = text(cloud.client_id.as_ref());
        self.take_topics(cloud.publish_topic.as_ref(), cloud.subscribe_topic.as_ref());
        self.take_options(None, cloud.keep_alive, cloud.qos);
    }

    fn take_azure_x509(&mut self, cloud: &AzureX509Profile) {
        self.hub = text(cloud.hub.as_ref());
        self.device_id = text(cloud.device_id.as_ref());
        self.take_options(cloud.api_version, cloud.keep_alive, cloud.qos);
    }

    fn take_azure_sas(&mut self, cloud: &AzureSasProfile) {
        self.hub = text(cloud.hub.as_ref());
        self.device_id = text(cloud.device_id.as_ref());
        self.proof = if cloud.token.is_some() { Proof::Token } else { Proof::Key };
        self.expires_in = cloud.expires_in.map(lifetime_text).unwrap_or_default();
        self.take_options(cloud.api_version, cloud.keep_alive, cloud.qos);
    }

    fn take_azure_dps(&mut self, cloud: &AzureDpsProfile) {
        self.kept.host.clone_from(&cloud.host);
        self.kept.then_connect = cloud.then_connect;
        self.id_scope = text(cloud.id_scope.as_ref());
        self.registration_id = text(cloud.registration_id.as_ref());
        self.proof = match (&cloud.key, &cloud.group_key) {
            (Some(_), _) => Proof::Key,
            (None, Some(_)) => Proof::GroupKey,
            (None, None) => Proof::Certificate,
        };
        self.expires_in = cloud.expires_in.map(lifetime_text).unwrap_or_default();
        self.payload = cloud.payload.as_ref().map(ToString::to_string).unwrap_or_default();
        self.take_options(cloud.api_version, cloud.keep_alive, cloud.qos);
    }

    fn take_topics(&mut self, publish: Option<&String>, subscribe: Option<&String>) {
        self.publish_topic = text(publish);
        self.subscribe_topic = text(subscribe);
    }

    fn take_options(&mut self, api_version: Option<bool>, keep_alive: Option<u16>, qos: Option<u8>) {
        self.user_name = if api_version == Some(false) { UserName::Short } else { UserName::WithVersion };
        self.keep_alive = keep_alive.map(|seconds| seconds.to_string()).unwrap_or_default();
        self.qos = [Qos::AtMostOnce, Qos::AtLeastOnce].into_iter().find(|known| Some(known.code()) == qos);
    }

    fn take_file(&mut self, role: Role, source: Option<&FileSource>, materials: &Materials) {
        let given = source.map_or(Source::Nothing, |source| given(role, &source.origin, materials));
        let name = source.and_then(|source| source.name.clone()).unwrap_or_default();
        let input = self.file_mut(role);
        input.set(given);
        input.name = name;
    }

    fn take_network(&mut self, wifi: Option<&WifiProfile>, materials: &Materials) {
        let Some(wifi) = wifi else {
            self.network.choice = NetworkChoice::Present;
            return;
        };
        if !can_be_shown(wifi) {
            self.network.choice = NetworkChoice::Kept;
            self.kept.wifi = Some(KeptWifi { profile: wifi.clone(), materials: of_wifi(materials) });
            return;
        }
        self.network.ssid = text(wifi.ssid.as_ref());
        self.network.security = wifi.security.unwrap_or(WifiSecurity::WpaPsk);
        self.network.on_startup = wifi.on_startup.unwrap_or(true);
        if let Some(address) = &wifi.address {
            let text =
                |part: Option<std::net::Ipv4Addr>| part.map(|part| part.to_string()).unwrap_or_default();
            self.network.address = AddressChoice::Fixed;
            (self.network.ip, self.network.mask) = (text(address.ip), text(address.mask));
            self.network.gateway = text(address.gateway);
            let servers: Vec<_> = address.dns.iter().map(ToString::to_string).collect();
            self.network.name_servers = servers.join(", ");
        }
    }

    fn take_secrets(&mut self, profile: &Profile, materials: &Materials) {
        for (path, source) in profile.secrets() {
            if matches!(source, SecretSource::Keyring(_)) {
                self.kept.place = SecretPlace::Keyring;
            }
            // Certificate and key in one store have one password.
            let Some(field) = Field::of_secret(&path).filter(|field| !self.kept.knows(*field)) else {
                continue;
            };
            let found = match materials.get(&path) {
                Some(Material::Secret(secret)) => Found::Secret(secret.clone()),
                Some(Material::Failed(problem)) => Found::Failed(problem.clone()),
                Some(Material::File(_) | Material::Unknown) | None => Found::Nothing,
            };
            if let (Found::Secret(secret), Some(text)) = (&found, self.secret_mut(field)) {
                text.set(secret.reveal());
            }
            if let (Found::Failed(problem), Field::KeyPassword) = (&found, field) {
                self.unlocking = Some(problem.clone().at(field.path()));
            }
            self.kept.keep(field, source, found);
        }
    }

    pub(super) fn secret_mut(&mut self, field: Field) -> Option<&mut SecretText> {
        Some(match field {
            Field::Passphrase => &mut self.network.passphrase,
            Field::Password => &mut self.password,
            Field::Key => &mut self.key,
            Field::GroupKey => &mut self.group_key,
            Field::Token => &mut self.token,
            Field::KeyPassword => &mut self.key_password,
            _ => return None,
        })
    }
}

/// A file as it was fetched.
fn given(role: Role, origin: &FileOrigin, materials: &Materials) -> Source {
    let field = role.field();
    match origin {
        FileOrigin::Module(name) => Source::OnModule { name: name.clone() },
        FileOrigin::Builtin(name) => match roots::names().find(|known| known == name) {
            Some(known) => Source::Builtin(known),
            None => unknown_root(name),
        },
        FileOrigin::File(path) => match materials.get(field.path()) {
            Some(Material::File(bytes)) => Source::Given { path: path.clone(), bytes: bytes.clone() },
            Some(Material::Failed(problem)) => {
                Source::Unreadable { path: path.clone(), problem: problem.clone() }
            }
            Some(Material::Secret(_) | Material::Unknown) | None => {
                let problem = Problem::new(Kind::Internal, "This was not fetched", "Choose the file again");
                Source::Unreadable { path: path.clone(), problem }
            }
        },
    }
}

fn unknown_root(name: &str) -> Source {
    let message = format!("There is no built-in root of the name {name}");
    let problem = Problem::new(Kind::WrongForm, message, "Choose one of the list");
    Source::Unreadable { path: name.into(), problem }
}

/// Whether the fields can show all of this network.
fn can_be_shown(wifi: &WifiProfile) -> bool {
    let WifiProfile { identity, password, domain, ca, certificate, private_key, security, .. } = wifi;
    let plain =
        matches!(security, None | Some(WifiSecurity::Open | WifiSecurity::WpaPsk | WifiSecurity::Wpa3));
    plain
        && identity.is_none()
        && password.is_none()
        && domain.is_none()
        && [ca, certificate, private_key].into_iter().all(Option::is_none)
}

/// What was fetched for the network. What would have to be asked for has no field here.
fn of_wifi(materials: &Materials) -> Vec<(String, Material)> {
    let of_wifi = materials.iter().filter(|(field, _)| field.starts_with("wifi."));
    of_wifi
        .map(|(field, material)| match material {
            Material::Unknown => (field.to_owned(), Material::Failed(not_asked())),
            other => (field.to_owned(), other.clone()),
        })
        .collect()
}

fn not_asked() -> Problem {
    Problem::new(
        Kind::MissingSecret,
        "The window has no field to ask for this secret",
        "Name an environment variable or a file in the profile, or use apply in a terminal",
    )
}

/// What was typed, or `None` if nothing was.
fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}
