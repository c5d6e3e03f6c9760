//! Where the secrets of a profile go when it is saved: nowhere, so that they are asked for, or into the keyring of this
//! system. The choice stays with the profile. Going to the keyring is asked of the shell.

use egui::Ui;

use super::field::Field;
use super::form::{Form, SecretPlace, Use};
use crate::profile::{Profile, SecretSource};
use crate::secret::Secret;
use crate::ui::theme::space;

const CHOICES: [(SecretPlace, &str); 2] = [
    (SecretPlace::Asked, "Ask for its secrets each time"),
    (SecretPlace::Keyring, "Keep its secrets in this system's keyring"),
];

/// Draws the choice, if there is a secret that it is about.
pub(super) fn choose(ui: &mut Ui, form: &mut Form) {
    if form.placed(&form.profile(Use::Save)).next().is_none() {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        for (place, text) in CHOICES {
            ui.radio_value(&mut form.kept.place, place, text);
        }
    });
}

impl Form {
    /// What goes into the keyring when this profile is saved, by its fields.
    pub(super) fn for_keyring(&self, profile: &Profile) -> Vec<(String, Secret)> {
        match self.kept.place {
            SecretPlace::Asked => Vec::new(),
            SecretPlace::Keyring => self.placed(profile).map(|(field, _, secret)| (field, secret)).collect(),
        }
    }

    /// Whether a secret that the keyring should have is not there yet.
    pub(super) fn has_secrets_to_keep(&self, profile: &Profile) -> bool {
        self.kept.place == SecretPlace::Keyring
            && self.placed(profile).any(|(_, source, _)| source == SecretSource::Ask)
    }

    /// These secrets, of those that were sent, are in the keyring now under these names.
    pub(super) fn take_names(&mut self, names: &[(String, String)], sent: &[(String, Secret)]) {
        for (path, name) in names {
            let secret = sent.iter().find(|(known, _)| known == path);
            if let (Some(field), Some((_, secret))) = (Field::of_secret(path), secret) {
                self.kept.deposited(field, name.clone(), secret.clone());
            }
        }
    }

    /// The secrets that are known here and have no place but one of these two: field, place in this profile, and secret.
    fn placed(&self, profile: &Profile) -> impl Iterator<Item = (String, SecretSource, Secret)> {
        profile.secrets().into_iter().filter_map(|(path, source)| {
            let has_choice = matches!(source, SecretSource::Ask | SecretSource::Keyring(_));
            let secret = self.secret(Field::of_secret(&path)?).filter(|_| has_choice)?;
            Some((path, source, secret))
        })
    }
}
