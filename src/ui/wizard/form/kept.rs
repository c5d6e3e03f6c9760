//! What a profile has beside what its form shows: a name, where its secrets are found, a network that no field can show.

use super::super::field::Field;
use super::SecretText;
use crate::problem::Problem;
use crate::profile::{Keep, Material, Materials, SecretSource, WifiProfile, WifiSecurity};
use crate::secret::Secret;

/// What the profile has that no field shows.
#[derive(Default)]
pub(in crate::ui::wizard) struct Kept {
    /// What the person calls the set-up.
    pub(in crate::ui::wizard) name: String,
    /// Where secrets go when the profile is saved.
    pub(in crate::ui::wizard) place: SecretPlace,
    pub(super) keep: Option<Keep>,
    pub(super) host: Option<String>,
    pub(super) then_connect: Option<bool>,
    pub(super) wifi: Option<KeptWifi>,
    secrets: Vec<KeptSecret>,
}

/// Where secrets go that have no other place, when a profile is saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ui::wizard) enum SecretPlace {
    /// Nowhere: they are asked for each time.
    #[default]
    Asked,
    /// Into the keyring of this system.
    Keyring,
}

/// A network that the fields cannot show, with what was fetched for it.
pub(super) struct KeptWifi {
    pub(super) profile: WifiProfile,
    pub(super) materials: Vec<(String, Material)>,
}

/// Where the secret of a field comes from.
struct KeptSecret {
    field: Field,
    source: SecretSource,
    found: Found,
}

/// What was found there.
pub(super) enum Found {
    Secret(Secret),
    Nothing,
    Failed(Problem),
}

impl Kept {
    /// Why the secret of this field was not found.
    pub(super) fn failure(&self, field: Field) -> Option<&Problem> {
        match &self.secret(field)?.found {
            Found::Failed(problem) => Some(problem),
            Found::Secret(_) | Found::Nothing => None,
        }
    }

    /// Where the secret of this field is found. One that was typed over is asked for, as nothing else has it, and so is one
    /// that is not to be in the keyring any more.
    pub(super) fn source(&self, field: Field, typed: &SecretText) -> SecretSource {
        let is_found = |kept: &&KeptSecret| match (&kept.found, typed.secret()) {
            (Found::Secret(found), Some(typed)) => *found == typed,
            (Found::Secret(_) | Found::Nothing | Found::Failed(_), None) => true,
            (Found::Nothing | Found::Failed(_), Some(_)) => false,
        };
        let source =
            self.secret(field).filter(is_found).map_or(SecretSource::Ask, |kept| kept.source.clone());
        match (self.place, source) {
            (SecretPlace::Asked, SecretSource::Keyring(_)) => SecretSource::Ask,
            (_, source) => source,
        }
    }

    /// Keeps where the secret of this field comes from, and what was found there.
    pub(super) fn keep(&mut self, field: Field, source: SecretSource, found: Found) {
        self.secrets.retain(|kept| kept.field != field);
        self.secrets.push(KeptSecret { field, source, found });
    }

    /// This secret of this field is in the keyring now, under this name.
    pub(in crate::ui::wizard) fn deposited(&mut self, field: Field, name: String, secret: Secret) {
        self.keep(field, SecretSource::Keyring(name), Found::Secret(secret));
    }

    /// Whether something is known of the secret of this field.
    pub(super) fn knows(&self, field: Field) -> bool {
        self.secret(field).is_some()
    }

    fn secret(&self, field: Field) -> Option<&KeptSecret> {
        self.secrets.iter().find(|kept| kept.field == field)
    }

    /// Adds what was fetched for the network.
    pub(super) fn add_wifi(&self, materials: &mut Materials) {
        for (field, material) in self.wifi.iter().flat_map(|wifi| &wifi.materials) {
            materials.insert(field.clone(), material.clone());
        }
    }

    /// What is kept, in words.
    pub(in crate::ui::wizard) fn said(&self) -> Vec<String> {
        let wifi = self.wifi.as_ref().map(KeptWifi::said);
        let host = self.host.as_ref().map(|host| format!("the server {host}"));
        let stop = (self.then_connect == Some(false))
            .then(|| "the module is registered and not connected to the hub".to_owned());
        let after = self.keep.map(|keep| keep_in_words(keep).to_owned());
        [wifi, host, stop, after].into_iter().flatten().collect()
    }

    /// The network that the fields cannot show, in words.
    pub(in crate::ui::wizard) fn network(&self) -> Option<String> {
        self.wifi.as_ref().map(KeptWifi::said)
    }
}

impl KeptWifi {
    fn said(&self) -> String {
        let ssid = self.profile.ssid.as_deref().unwrap_or("without a name");
        let security = self.profile.security;
        let name = WifiSecurity::ALL.iter().find(|(_, known)| Some(*known) == security);
        format!("the Wi-Fi network {ssid} with {}", name.map_or("no security named", |(name, _)| *name))
    }
}

const fn keep_in_words(keep: Keep) -> &'static str {
    match keep {
        Keep::Wifi => "the module is restarted and joins its network by itself",
        Keep::Connection => "the module is restarted and connects to the cloud by itself",
        Keep::Nothing => "the module is restarted and keeps nothing",
    }
}
