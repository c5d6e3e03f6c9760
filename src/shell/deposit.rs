//! The secrets of a profile in the keyring: under names of their own for each profile, all of them or none, and taken out
//! again when the profile does not name them any more.
//!
//! A name is `<id>/<field>`. Half of the id comes from the path of the profile and half is random: a copy of the file has
//! another path, so what is saved there never changes what the first one finds; and a profile that takes the place of one
//! that was moved away has other names than that.

use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;

use super::keyring::Keyring;
use crate::problem::{Kind, Problem};
use crate::profile::{Profile, SecretSource};
use crate::secret::Secret;

/// Bytes of each half of an id.
const HALF: usize = 4;

/// Secrets that were put into the keyring, and are taken out again unless they are kept.
pub(super) struct Deposit<'a> {
    keyring: &'a Keyring,
    id: String,
    /// The fields with the names of their secrets, and what had the name before.
    written: Vec<Written>,
}

struct Written {
    field: String,
    name: String,
    before: Option<Secret>,
}

impl<'a> Deposit<'a> {
    /// Puts these secrets into the keyring and their names into the profile, which is going to this path; `old` is what
    /// stands there. A name that a person has given stays, as others may use it too.
    ///
    /// # Errors
    /// Those of [`Keyring::write`]. The keyring is as it was then.
    pub(super) fn make(
        keyring: &'a Keyring,
        path: &Path,
        (old, profile): (Option<&Profile>, &mut Profile),
        secrets: &[(String, Secret)],
    ) -> Result<Self, Problem> {
        let id = match old.and_then(|old| own_id(old, path)) {
            Some(id) => id,
            None => new_id(path)?,
        };
        let mut deposit = Self { keyring, id, written: Vec::new() };
        for (field, source) in profile.secrets() {
            let secret = secrets.iter().find(|(known, _)| *known == field);
            if let Some((_, secret)) = secret.filter(|_| !was_given(&source, &field)) {
                let name = format!("{}/{field}", deposit.id);
                let before = keyring.write(&name, secret)?;
                deposit.written.push(Written { field, name, before });
            }
        }
        profile.map_secrets(|field, source| {
            if let Some(written) = deposit.written.iter().find(|written| written.field == field) {
                *source = SecretSource::Keyring(written.name.clone());
            }
        });
        Ok(deposit)
    }

    /// The fields with the names of their secrets.
    pub(super) fn names(&self) -> Vec<(String, String)> {
        self.written.iter().map(|written| (written.field.clone(), written.name.clone())).collect()
    }

    /// Leaves the secrets where they are, now that `new` stands where `old` did, and takes out what only that one named.
    ///
    /// # Errors
    /// Those of [`Keyring::delete`]: a secret is left that nothing names.
    pub(super) fn keep(mut self, old: Option<&Profile>, new: &Profile) -> Result<(), Problem> {
        self.written.clear();
        let named: Vec<_> = names(new).collect();
        let own = format!("{}/", self.id);
        let left = old.into_iter().flat_map(names).map(|(_, name)| name);
        let mut left =
            left.filter(|name| name.starts_with(&own) && named.iter().all(|(_, known)| known != name));
        left.try_for_each(|name| self.keyring.delete(&name))
    }
}

impl Drop for Deposit<'_> {
    fn drop(&mut self) {
        for Written { name, before, .. } in self.written.drain(..) {
            // What cannot be put back is told by what went wrong in the first place.
            drop(self.keyring.restore(&name, before));
        }
    }
}

/// The secrets that a profile has in the keyring: their fields and names.
fn names(profile: &Profile) -> impl Iterator<Item = (String, String)> + use<> {
    profile.secrets().into_iter().filter_map(|(field, source)| match source {
        SecretSource::Keyring(name) => Some((field, name)),
        SecretSource::Env(_) | SecretSource::File(_) | SecretSource::Ask => None,
    })
}

/// The id that the secrets of the profile at this path have.
fn own_id(profile: &Profile, path: &Path) -> Option<String> {
    let half = half_of(path);
    names(profile)
        .find_map(|(field, name)| id_of(&name, &field).filter(|id| id.starts_with(&half)).map(str::to_owned))
}

fn new_id(path: &Path) -> Result<String, Problem> {
    let mut random = [0; HALF];
    rand::fill(&mut random).map_err(|_| {
        Problem::new(Kind::Internal, "The system gives no random numbers", "Let the secrets be asked for")
    })?;
    Ok(half_of(path) + &hex(&random))
}

fn half_of(path: &Path) -> String {
    let hash = digest(&SHA256, path.as_os_str().as_encoded_bytes());
    hex(hash.as_ref().get(..HALF).unwrap_or_default())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a secret is in the keyring under a name that is none of ours.
fn was_given(source: &SecretSource, field: &str) -> bool {
    matches!(source, SecretSource::Keyring(name) if id_of(name, field).is_none())
}

/// The id in a name that this program has made for this field.
fn id_of<'n>(name: &'n str, field: &str) -> Option<&'n str> {
    let id = name.strip_suffix(field)?.strip_suffix('/')?;
    let is_ours = id.len() == 4 * HALF && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_ours.then_some(id)
}
