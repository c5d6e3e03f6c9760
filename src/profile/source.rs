//! Where secrets and files come from, and what came from there.
//! Going there is the business of the shell.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::ser::{Serialize, SerializeMap, Serializer};
use zeroize::Zeroizing;

use super::Profile;
use crate::problem::Problem;
use crate::secret::Secret;

/// Where a secret is found. A profile never holds the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// In the environment variable of this name.
    Env(String),
    /// In this file, relative to the profile; a line end behind it is not part of it.
    File(PathBuf),
    /// In the system's keyring under this name.
    Keyring(String),
    /// In the person's head.
    Ask,
}

impl Serialize for SecretSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Env(name) => map.serialize_entry("env", name)?,
            Self::File(path) => map.serialize_entry("file", path)?,
            Self::Keyring(name) => map.serialize_entry("keyring", name)?,
            Self::Ask => map.serialize_entry("ask", &true)?,
        }
        map.end()
    }
}

/// A certificate or key and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FileSource {
    /// Where it is found.
    #[serde(flatten)]
    pub origin: FileOrigin,
    /// Its name on the module; `None` lets the program choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The password of an encrypted key; of no effect on a file that is not encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretSource>,
}

/// Where a certificate or key is found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileOrigin {
    /// In this file, relative to the profile.
    File(PathBuf),
    /// In this program, by a name of [`crate::credential::roots`].
    Builtin(String),
    /// On the module already, under this name.
    Module(String),
}

impl From<FileOrigin> for FileSource {
    fn from(origin: FileOrigin) -> Self {
        Self { origin, name: None, password: None }
    }
}

/// Something that must be fetched before a profile can be resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The field it belongs to, such as `cloud.private_key`.
    pub field: String,
    /// Where it is found.
    pub source: ReferenceSource,
}

/// Where something to fetch is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceSource {
    /// A secret text.
    Secret(SecretSource),
    /// A certificate or key file, relative to the profile.
    File(PathBuf),
}

impl Profile {
    /// What must be fetched, in the order of the profile. Built-in roots and files on the module need no
    /// fetching.
    pub fn references(&self) -> Vec<Reference> {
        let mut references = References(Vec::new());
        if let Some(wifi) = &self.wifi {
            references.secret("wifi.passphrase", wifi.passphrase.as_ref());
            references.secret("wifi.password", wifi.password.as_ref());
            references.file("wifi.ca", wifi.ca.as_ref());
            references.file("wifi.certificate", wifi.certificate.as_ref());
            references.file("wifi.private_key", wifi.private_key.as_ref());
        }
        for (_, key, source) in self.cloud.files() {
            references.file(&format!("cloud.{key}"), Some(source));
        }
        for (key, source) in self.cloud.secrets() {
            references.secret(&format!("cloud.{key}"), Some(source));
        }
        references.0
    }
}

impl Profile {
    /// Every secret with its field and where it is found.
    pub fn secrets(&self) -> Vec<(String, SecretSource)> {
        let secret = |reference: Reference| match reference.source {
            ReferenceSource::Secret(source) => Some((reference.field, source)),
            ReferenceSource::File(_) => None,
        };
        self.references().into_iter().filter_map(secret).collect()
    }

    /// Has every path replaced, such as when the profile moves to another folder.
    pub fn map_paths(&mut self, map: impl Fn(&Path) -> PathBuf) {
        self.each_file(|_, source| {
            if let FileOrigin::File(path) = &mut source.origin {
                *path = map(path);
            }
        });
        self.map_secrets(|_, source| {
            if let SecretSource::File(path) = source {
                *path = map(path);
            }
        });
    }

    /// Has the place of every secret looked at by its field, and changed.
    pub fn map_secrets(&mut self, mut map: impl FnMut(&str, &mut SecretSource)) {
        self.each_file(|field, file| {
            if let Some(password) = &mut file.password {
                map(&format!("{field}.password"), password);
            }
        });
        if let Some(wifi) = &mut self.wifi {
            wifi.passphrase.iter_mut().for_each(|source| map("wifi.passphrase", source));
            wifi.password.iter_mut().for_each(|source| map("wifi.password", source));
        }
        for (key, source) in self.cloud.secrets_mut() {
            source.iter_mut().for_each(|source| map(&format!("cloud.{key}"), source));
        }
    }

    fn each_file(&mut self, mut visit: impl FnMut(&str, &mut FileSource)) {
        if let Some(wifi) = &mut self.wifi {
            wifi.ca.iter_mut().for_each(|source| visit("wifi.ca", source));
            wifi.certificate.iter_mut().for_each(|source| visit("wifi.certificate", source));
            wifi.private_key.iter_mut().for_each(|source| visit("wifi.private_key", source));
        }
        for (key, source) in self.cloud.files_mut() {
            source.iter_mut().for_each(|source| visit(&format!("cloud.{key}"), source));
        }
    }
}

struct References(Vec<Reference>);

impl References {
    fn secret(&mut self, field: &str, source: Option<&SecretSource>) {
        if let Some(source) = source {
            self.0
                .push(Reference { field: field.to_owned(), source: ReferenceSource::Secret(source.clone()) });
        }
    }

    fn file(&mut self, field: &str, source: Option<&FileSource>) {
        let Some(source) = source else { return };
        if let FileOrigin::File(path) = &source.origin {
            self.0.push(Reference { field: field.to_owned(), source: ReferenceSource::File(path.clone()) });
        }
        self.secret(&format!("{field}.password"), source.password.as_ref());
    }
}

/// What came of fetching one reference.
#[derive(Clone, PartialEq, Eq)]
pub enum Material {
    /// The bytes of a file.
    File(Zeroizing<Vec<u8>>),
    /// A secret.
    Secret(Secret),
    /// A secret that was not fetched on purpose: the job is only to be looked at and holds dots instead.
    Unknown,
    /// It could not be fetched.
    Failed(Problem),
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // It may be a private key.
            Self::File(bytes) => write!(f, "File({} bytes)", bytes.len()),
            Self::Secret(secret) => f.debug_tuple("Secret").field(secret).finish(),
            Self::Unknown => f.write_str("Unknown"),
            Self::Failed(problem) => f.debug_tuple("Failed").field(problem).finish(),
        }
    }
}

/// What came of fetching the references of a profile, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Materials(BTreeMap<String, Material>);

impl Materials {
    /// Adds what came of the reference at this field.
    pub fn insert(&mut self, field: impl Into<String>, material: Material) {
        self.0.insert(field.into(), material);
    }

    /// What came of the reference at this field.
    pub fn get(&self, field: &str) -> Option<&Material> {
        self.0.get(field)
    }

    /// All of them, by field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Material)> {
        self.0.iter().map(|(field, material)| (field.as_str(), material))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_is_visited_by_the_field_it_is_known_by() {
        for (security, cloud) in [
            (r#""passphrase": { "env": "A" }"#, r#""kind": "thingstream", "password": { "env": "B" }"#),
            (
                r#""password": { "env": "A" }, "private_key": { "file": "k", "password": { "env": "C" } }"#,
                r#""kind": "azure-dps", "key": { "env": "B" }, "group_key": { "env": "B" },
                "private_key": { "file": "k", "password": { "env": "C" } }"#,
            ),
            (
                r#""certificate": { "file": "k", "password": { "env": "C" } }"#,
                r#""kind": "azure-sas", "key": { "env": "B" }, "token": { "env": "B" },
                "ca": { "file": "c", "password": { "env": "C" } }"#,
            ),
        ] {
            let text = format!(r#"{{ "version": 1, "wifi": {{ {security} }}, "cloud": {{ {cloud} }} }}"#);
            let mut profile = Profile::parse(&text).unwrap();
            let known: std::collections::BTreeSet<_> =
                profile.secrets().into_iter().map(|(field, _)| field).collect();
            let mut visited = std::collections::BTreeSet::new();
            profile.map_secrets(|field, source| {
                visited.insert(field.to_owned());
                *source = SecretSource::Keyring(field.to_owned());
            });
            assert!(visited == known && visited.len() > 1, "{visited:?} {known:?}");
            for (field, source) in profile.secrets() {
                assert_eq!(source, SecretSource::Keyring(field));
            }
        }
    }

    #[test]
    fn references_name_what_must_be_fetched_by_field() {
        let profile = Profile::parse(
            r#"{ "version": 1,
                 "wifi": { "ssid": "lab-ap", "security": "wpa-psk", "passphrase": { "env": "WIFI" } },
                 "cloud": { "kind": "aws", "ca": { "builtin": "amazon-root-ca-1" }, "certificate": { "module": "c.pem" },
                            "private_key": { "file": "k.pem", "password": { "ask": true } } } }"#,
        )
        .unwrap();
        let references: Vec<_> =
            profile.references().into_iter().map(|reference| (reference.field, reference.source)).collect();
        assert_eq!(
            references,
            [
                ("wifi.passphrase".to_owned(), ReferenceSource::Secret(SecretSource::Env("WIFI".to_owned()))),
                ("cloud.private_key".to_owned(), ReferenceSource::File(PathBuf::from("k.pem"))),
                ("cloud.private_key.password".to_owned(), ReferenceSource::Secret(SecretSource::Ask)),
            ]
        );
    }
}
