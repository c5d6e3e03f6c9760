//! Certificates and keys of a profile: of the right kind, valid now, of a size and kind that a module takes,
//! belonging together, and each with its name on the module.

use std::ffi::OsStr;

use super::{Resolver, not_fetched};
use crate::credential::pem::{self, Item};
use crate::credential::{Certificate, EncryptedKey, KeyKind, PrivateKey, roots};
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::profile::names::Role;
use crate::profile::reader::nearest;
use crate::profile::source::Material;
use crate::profile::value::{length, no_controls, wrong_form};
use crate::profile::{FileOrigin, FileSource, ModuleFileName, StoredContent, StoredFile};
use crate::secret::Secret;

/// The most bytes a module takes for one certificate or key (protocol.md §7.1).
const SIZE_LIMIT: usize = 8192;
/// The longest password of an encrypted key (protocol.md §7.1).
const PASSWORD_LIMIT: usize = 64;

/// Where a file was found, and what it is.
enum Found<T> {
    OnModule,
    Here(T),
}

impl<T> Found<T> {
    fn here(&self) -> Option<&T> {
        match self {
            Self::OnModule => None,
            Self::Here(value) => Some(value),
        }
    }
}

/// A private key, or one with the password that opens it.
enum Key {
    Plain(PrivateKey),
    Encrypted(EncryptedKey, Secret),
}

impl Resolver<'_> {
    /// A root certificate.
    pub(super) fn root(&mut self, field: &str, source: &FileSource) -> Option<StoredFile> {
        let now = self.now;
        let content = match self.items(field, source)? {
            Found::OnModule => StoredContent::OnModule,
            Found::Here(items) => {
                let root = self.keep(field, only_root(&items))?;
                let root = self.keep(field, current(root, now))?;
                upload_certificate(root)
            }
        };
        self.stored(field, Role::TrustedRoot, source, content)
    }

    /// The certificate and private key of a section such as `cloud`, which belong together.
    pub(super) fn pair(
        &mut self,
        section: &str,
        certificate: Option<&FileSource>,
        key: Option<&FileSource>,
    ) -> Option<(StoredFile, StoredFile)> {
        let (certificate_field, key_field) =
            (format!("{section}.certificate"), format!("{section}.private_key"));
        let certificate_source = self.present(&certificate_field, certificate);
        let key_source = self.present(&key_field, key);
        let key = key_source.and_then(|source| self.key(&key_field, source));
        let plain = match key.as_ref().and_then(Found::here) {
            Some(Key::Plain(key)) => Some(key),
            _ => None,
        };
        let certificate =
            certificate_source.and_then(|source| self.certificate(&certificate_field, source, plain));
        if let (Some(Found::Here(certificate)), Some(key)) = (&certificate, plain) {
            self.compare(section, certificate, key);
        }
        let certificate = match certificate? {
            Found::OnModule => StoredContent::OnModule,
            Found::Here(certificate) => upload_certificate(&certificate),
        };
        let key = match key? {
            Found::OnModule => StoredContent::OnModule,
            Found::Here(key) => upload_key(key),
        };
        let certificate =
            self.stored(&certificate_field, Role::Certificate, certificate_source?, certificate);
        let key = self.stored(&key_field, Role::PrivateKey, key_source?, key);
        Some((certificate?, key?))
    }

    /// The certificate of a device: of several in a file the one that the key fits, else the first.
    fn certificate(
        &mut self,
        field: &str,
        source: &FileSource,
        key: Option<&PrivateKey>,
    ) -> Option<Found<Certificate>> {
        let Found::Here(items) = self.items(field, source)? else { return Some(Found::OnModule) };
        let fitting = certificates(&items).find(|certificate| key.is_some_and(|key| key.fits(certificate)));
        let first = fitting.or_else(|| certificates(&items).next());
        let certificate = self.keep(field, first.ok_or_else(|| pem::wrong_kind(&items, "a certificate")))?;
        let certificate = self.keep(field, current(certificate, self.now))?;
        self.keep(field, check_kind(certificate.key_kind()))?;
        Some(Found::Here(certificate.clone()))
    }

    fn key(&mut self, field: &str, source: &FileSource) -> Option<Found<Key>> {
        let Found::Here(items) = self.items(field, source)? else { return Some(Found::OnModule) };
        let found = items.iter().find(|item| matches!(item, Item::PrivateKey(_) | Item::EncryptedKey(_)));
        match found {
            Some(Item::PrivateKey(key)) => {
                self.keep(field, check_kind(key.kind()))?;
                Some(Found::Here(Key::Plain(key.clone())))
            }
            Some(Item::EncryptedKey(key)) => {
                let field = format!("{field}.password");
                let source = source.password.as_ref();
                let source = self.keep(&field, source.ok_or_else(no_password))?;
                let password = self.secret(&field, Some(source), check_password)?;
                Some(Found::Here(Key::Encrypted(key.clone(), password)))
            }
            _ => self.keep(field, Err(pem::wrong_kind(&items, "a private key"))),
        }
    }

    fn compare(&mut self, section: &str, certificate: &Certificate, key: &PrivateKey) {
        if key.fits(certificate) {
            return;
        }
        let problem = if certificate.is_ca() {
            let help = "Choose the device's own certificate, which came together with its private key";
            wrong_file("This is the certificate of an authority, not of the device", help)
                .at(format!("{section}.certificate"))
        } else {
            let help = "Choose the two files that were downloaded together";
            Problem::new(Kind::KeyMismatch, "The private key does not belong to the certificate", help)
                .at(format!("{section}.private_key"))
        };
        self.problems.push(problem);
    }

    /// What the source holds.
    fn items(&mut self, field: &str, source: &FileSource) -> Option<Found<Vec<Item>>> {
        let items = match &source.origin {
            FileOrigin::Module(_) => return Some(Found::OnModule),
            FileOrigin::Builtin(name) => builtin(name).map(|root| vec![Item::Certificate(root)]),
            FileOrigin::File(_) => match self.materials.get(field) {
                Some(Material::File(bytes)) => pem::read(bytes),
                Some(Material::Failed(problem)) => Err(problem.clone()),
                _ => Err(not_fetched()),
            },
        };
        self.keep(field, items).map(Found::Here)
    }

    /// The file with its name on the module.
    fn stored(
        &mut self,
        field: &str,
        role: Role,
        source: &FileSource,
        content: StoredContent,
    ) -> Option<StoredFile> {
        let name = match &content {
            StoredContent::Upload { pem, .. } => {
                self.keep(field, check_size(pem.reveal()))?;
                self.name(field, role, source, Some(pem.reveal()))
            }
            StoredContent::OnModule => self.name(field, role, source, None),
        };
        Some(StoredFile { name: name?, content })
    }

    fn name(
        &mut self,
        field: &str,
        role: Role,
        source: &FileSource,
        content: Option<&str>,
    ) -> Option<ModuleFileName> {
        let name_field = format!("{field}.name");
        match (&source.origin, &source.name, content) {
            (FileOrigin::Module(_), Some(_), _) => {
                let help = "Remove \"name\"; write the name it has under \"module\"";
                self.keep(&name_field, Err(wrong_form("A file on the module keeps its name", help)))
            }
            (FileOrigin::Module(name), None, _) => {
                let name = self.names.take_chosen(role, name, None);
                self.keep(field, name)
            }
            (_, Some(name), content) => {
                let name = self.names.take_chosen(role, name, content);
                self.keep(&name_field, name)
            }
            (origin, None, content) => {
                Some(self.names.take_free(role, &file_name(origin), content.unwrap_or_default()))
            }
        }
    }
}

/// What the file is called where it comes from.
fn file_name(origin: &FileOrigin) -> String {
    match origin {
        FileOrigin::File(path) => {
            path.file_name().map(OsStr::to_string_lossy).unwrap_or_default().into_owned()
        }
        FileOrigin::Builtin(name) => roots::file_name(name).unwrap_or(name).to_owned(),
        FileOrigin::Module(name) => name.clone(),
    }
}

fn certificates(items: &[Item]) -> impl Iterator<Item = &Certificate> {
    items.iter().filter_map(|item| match item {
        Item::Certificate(certificate) => Some(certificate),
        _ => None,
    })
}

/// The only certificate among the items, which must be a root or another authority.
fn only_root(items: &[Item]) -> Result<&Certificate, Problem> {
    let mut found = certificates(items);
    let Some(root) = found.next() else { return Err(pem::wrong_kind(items, "a certificate")) };
    if found.next().is_some() {
        return Err(wrong_file(
            "The file holds several certificates; the module takes one root per file",
            "Save the root alone in a file, or choose a built-in root",
        ));
    }
    if !root.is_ca() && !root.is_self_issued() {
        return Err(wrong_file(
            "This is the certificate of a device or server, not of an authority",
            "Choose the root certificate, or a built-in root",
        ));
    }
    Ok(root)
}

fn current(certificate: &Certificate, now: UnixTime) -> Result<&Certificate, Problem> {
    if certificate.is_expired(now) {
        let name = certificate.common_name().unwrap_or(certificate.subject());
        return Err(wrong_file(
            format!("The certificate of {name} has expired"),
            "Use a newer one; also check the clock of this computer",
        ));
    }
    Ok(certificate)
}

fn check_kind(kind: &KeyKind) -> Result<(), Problem> {
    if *kind == KeyKind::Ed25519 {
        return Err(wrong_file(
            "The key is of the kind Ed25519, which the module cannot use",
            "Make a certificate with an RSA 2048 or EC P-256 key",
        ));
    }
    Ok(())
}

fn check_size(pem: &str) -> Result<(), Problem> {
    if pem.len() > SIZE_LIMIT {
        return Err(wrong_file(
            format!("The file has {} bytes, the module takes at most {SIZE_LIMIT}", pem.len()),
            "Use a certificate with fewer names in it, or a smaller key",
        ));
    }
    Ok(())
}

fn check_password(text: &str) -> Result<Secret, Problem> {
    length("password", text, PASSWORD_LIMIT)?;
    no_controls("password", text)?;
    Ok(Secret::new(text))
}

fn no_password() -> Problem {
    let help = "Add a \"password\" beside the file, as a reference to a secret";
    Problem::new(Kind::MissingField, "The private key is encrypted and its password is missing", help)
}

fn builtin(name: &str) -> Result<Certificate, Problem> {
    roots::builtin(name).ok_or_else(|| {
        let help = match nearest(name, roots::names()) {
            Some(name) => format!("Did you mean {name}?"),
            None => format!("Choose one of {}", roots::names().collect::<Vec<_>>().join(", ")),
        };
        wrong_form("There is no built-in root of this name", help)
    })
}

fn upload_certificate(certificate: &Certificate) -> StoredContent {
    StoredContent::Upload {
        pem: Secret::new(certificate.pem()),
        md5: Some(certificate.md5()),
        password: None,
    }
}

fn upload_key(key: Key) -> StoredContent {
    match key {
        Key::Plain(key) => StoredContent::Upload { pem: key.pem(), md5: key.md5(), password: None },
        Key::Encrypted(key, password) => {
            StoredContent::Upload { pem: key.pem().clone(), md5: None, password: Some(password) }
        }
    }
}

fn wrong_file(message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem::new(Kind::WrongFile, message, help)
}
