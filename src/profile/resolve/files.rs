//! Certificates and keys of a profile: of the right kind, valid now, of a size and kind that a module takes,
//! belonging together, and each with its name on the module.

use std::ffi::OsStr;

use super::{Resolver, not_fetched};
use crate::credential::check::{self, Naming, SIZE_LIMIT, Standing, standing};
use crate::credential::{
    self, Certificate, Closed, Content, EncryptedKey, Finding, Item, PrivateKey, Severity, Wrapping,
    certificates, roots, wrong_kind,
};
use crate::problem::{Kind, Problem};
use crate::profile::names::Role;
use crate::profile::reader::nearest;
use crate::profile::source::Material;
use crate::profile::value::{length, no_controls, wrong_form};
use crate::profile::{FileOrigin, FileSource, ModuleFileName, Remark, StoredContent, StoredFile};
use crate::secret::{DOTS, Secret};

/// The longest password of an encrypted key (protocol.md §7.1).
const PASSWORD_LIMIT: usize = 64;

/// Where a file was found, and what it is.
enum Found<T> {
    OnModule,
    /// In a store whose password was not fetched on purpose.
    Locked,
    Here(T),
}

impl<T> Found<T> {
    fn here(&self) -> Option<&T> {
        match self {
            Self::OnModule | Self::Locked => None,
            Self::Here(value) => Some(value),
        }
    }

    fn stored(self, upload: impl FnOnce(T) -> StoredContent) -> StoredContent {
        match self {
            Self::OnModule => StoredContent::OnModule,
            Self::Locked => StoredContent::Upload { pem: Secret::new(DOTS), md5: None, password: None },
            Self::Here(value) => upload(value),
        }
    }
}

/// A private key, or one that is encrypted so that only the module can open it.
enum Key {
    Plain(PrivateKey),
    Encrypted(EncryptedKey, Secret),
}

impl Key {
    /// The key itself, if it is known here.
    fn plain(&self) -> Option<&PrivateKey> {
        match self {
            Self::Plain(key) => Some(key),
            Self::Encrypted(..) => None,
        }
    }
}

impl Resolver<'_> {
    /// A root certificate. Of a file with several, the first of `usual`, the built-in roots that the cloud needs.
    pub(super) fn root(&mut self, field: &str, source: &FileSource, usual: &[&str]) -> Option<StoredFile> {
        let content = match self.content(field, source)? {
            Found::Here(content) => content,
            elsewhere => {
                let content = elsewhere.stored(|_: Content| StoredContent::OnModule);
                return self.stored(field, Role::TrustedRoot, source, content);
            }
        };
        let root = self.keep(field, only_root(&content.items, usual))?;
        self.judge(field, check::certificate(root, self.now))?;
        let name = named_by_content(source, &content, "root");
        self.stored(field, Role::TrustedRoot, &name, upload_certificate(root))
    }

    /// The certificate and private key of a section such as `cloud`, which belong together.
    pub(super) fn pair(
        &mut self,
        section: &str,
        certificate: Option<&FileSource>,
        key: Option<&FileSource>,
        naming: &Naming<'_>,
    ) -> Option<(StoredFile, StoredFile)> {
        let (certificate_field, key_field) =
            (format!("{section}.certificate"), format!("{section}.private_key"));
        let certificate_source = self.present(&certificate_field, certificate);
        let key_source = self.present(&key_field, key);
        let key = key_source.and_then(|source| self.key(&key_field, source));
        let plain = key.as_ref().and_then(|(found, _)| found.here()).and_then(Key::plain);
        let certificate =
            certificate_source.and_then(|source| self.certificate(&certificate_field, source, plain, naming));
        if let (Some((Found::Here(certificate), named)), Some(key)) = (&certificate, plain) {
            self.compare(section, certificate, named, key);
        }
        let (certificate, certificate_name) = certificate?;
        let certificate = certificate.stored(|certificate| upload_certificate(&certificate));
        let (key, key_name) = key?;
        let key = key.stored(upload_key);
        let certificate = self.stored(&certificate_field, Role::Certificate, &certificate_name, certificate);
        let key = self.stored(&key_field, Role::PrivateKey, &key_name, key);
        Some((certificate?, key?))
    }

    /// The certificate of a device: of several in a file the one that the key fits, else the first that is none of
    /// an authority, else the first; and the source with the name that its content gives it.
    fn certificate(
        &mut self,
        field: &str,
        source: &FileSource,
        key: Option<&PrivateKey>,
        naming: &Naming<'_>,
    ) -> Option<(Found<Certificate>, FileSource)> {
        let content = match self.content(field, source)? {
            Found::OnModule => return Some((Found::OnModule, source.clone())),
            Found::Locked => return Some((Found::Locked, source.clone())),
            Found::Here(content) => content,
        };
        let fits = |certificate: &&Certificate| key.is_some_and(|key| key.fits(certificate));
        let is_leaf = |certificate: &&Certificate| standing(certificate) == Standing::Leaf;
        let fitting = content.certificates().find(fits).or_else(|| content.certificates().find(is_leaf));
        let first = fitting.or_else(|| content.certificates().next());
        let certificate =
            self.keep(field, first.ok_or_else(|| wrong_kind(&content.items, "a certificate")))?;
        let mut findings = check::certificate(certificate, self.now);
        findings.extend(check::name(certificate.common_name(), naming));
        self.judge(field, findings)?;
        Some((Found::Here(certificate.clone()), named_by_content(source, &content, "certificate")))
    }

    fn key(&mut self, field: &str, source: &FileSource) -> Option<(Found<Key>, FileSource)> {
        let content = match self.content(field, source)? {
            Found::OnModule => return Some((Found::OnModule, source.clone())),
            Found::Locked => return Some((Found::Locked, source.clone())),
            Found::Here(content) => content,
        };
        let named = named_by_content(source, &content, "key");
        let found =
            content.items.iter().find(|item| matches!(item, Item::PrivateKey(_) | Item::EncryptedKey(_)));
        match found {
            Some(Item::PrivateKey(key)) => {
                self.judge(field, check::key(key))?;
                Some((Found::Here(Key::Plain(key.as_ref().clone())), named))
            }
            Some(Item::EncryptedKey(key)) => {
                self.encrypted(field, source, key).map(|key| (Found::Here(key), named))
            }
            _ => self.keep(field, Err(wrong_kind(&content.items, "a private key"))),
        }
    }

    /// An encrypted key. It is opened here where that can be done: then it is known to fit, and every module takes it.
    fn encrypted(&mut self, field: &str, source: &FileSource, key: &EncryptedKey) -> Option<Key> {
        let password_field = password_field(field);
        let source = source.password.as_ref();
        let source = self.keep(&password_field, source.ok_or_else(no_password))?;
        let password = self.secret(&password_field, Some(source), check_password)?;
        if !matches!(self.materials.get(&password_field), Some(Material::Secret(_))) {
            return Some(Key::Encrypted(key.clone(), password));
        }
        match key.open(&password) {
            Ok(opened) => {
                self.judge(field, check::key(&opened))?;
                Some(Key::Plain(opened))
            }
            Err(Closed::WrongPassword) => self.keep(&password_field, Err(wrong_password())),
            Err(Closed::TooOld | Closed::TooCostly) => Some(Key::Encrypted(key.clone(), password)),
        }
    }

    fn compare(&mut self, section: &str, certificate: &Certificate, source: &FileSource, key: &PrivateKey) {
        if key.fits(certificate) {
            return;
        }
        let problem = if certificate.is_ca() {
            let help = "Choose the device's own certificate, which came together with its private key";
            wrong_file("This is the certificate of an authority, not of the device", help)
                .at(format!("{section}.certificate"))
        } else {
            let whose = certificate.common_name().unwrap_or(certificate.subject());
            let message = format!(
                "The private key does not belong to the certificate of {whose} in {}",
                file_name(&source.origin)
            );
            Problem::new(Kind::KeyMismatch, message, "Choose the two files that were downloaded together")
                .at(format!("{section}.private_key"))
        };
        self.problems.push(problem);
    }

    /// Keeps what blocks as a problem and what asks as a remark. `None` if something blocks.
    fn judge(&mut self, field: &str, findings: Vec<Finding>) -> Option<()> {
        let mut allowed = Some(());
        for finding in findings {
            match finding.severity {
                Severity::Error => {
                    self.problems.push(Problem::from(finding).at(field));
                    allowed = None;
                }
                Severity::Warning => self.remarks.push(Remark { field: field.to_owned(), finding }),
                Severity::Info => {}
            }
        }
        allowed
    }

    /// What the source holds. A store is opened with the password beside it.
    fn content(&mut self, field: &str, source: &FileSource) -> Option<Found<Content>> {
        let known = self.materials.get(&password_field(field)).filter(|_| source.password.is_some());
        let password = match known {
            Some(Material::Secret(password)) => Some(password),
            _ => None,
        };
        let content = match &source.origin {
            FileOrigin::Module(_) => return Some(Found::OnModule),
            FileOrigin::Builtin(name) => builtin(name),
            FileOrigin::File(_) => match self.materials.get(field) {
                Some(Material::File(bytes)) => credential::read(bytes, password).map_err(Problem::from),
                Some(Material::Failed(problem)) => Err(problem.clone()),
                _ => Err(not_fetched()),
            },
        };
        let content = self.keep(field, content)?;
        match (content.wrapping, known) {
            (Wrapping::ClosedStore, Some(Material::Unknown)) => Some(Found::Locked),
            (Wrapping::ClosedStore, _) => self.keep(field, Err(closed_store(content))),
            _ => Some(Found::Here(content)),
        }
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

/// The source with a name that tells what it is, where the file wraps several things.
fn named_by_content(source: &FileSource, content: &Content, what: &str) -> FileSource {
    let FileOrigin::File(path) = &source.origin else { return source.clone() };
    if content.wrapping == Wrapping::None || source.name.is_some() {
        return source.clone();
    }
    let stem = path.file_stem().map(OsStr::to_string_lossy).unwrap_or_default();
    let origin = FileOrigin::File(path.with_file_name(format!("{stem}-{what}.pem")));
    FileSource { origin, ..source.clone() }
}

/// A store that is still closed has nothing to offer.
fn closed_store(content: Content) -> Problem {
    content.worst_note().map_or_else(no_password, Problem::from)
}

/// The certificate of an authority that is to be trusted: the only one of a file, or the first usual one.
fn only_root<'a>(items: &'a [Item], usual: &[&str]) -> Result<&'a Certificate, Problem> {
    let usual: Vec<_> = usual.iter().filter_map(|name| roots::builtin(name)).collect();
    if let Some(root) = certificates(items).find(|certificate| usual.contains(certificate)) {
        return Ok(root);
    }
    let mut found = certificates(items);
    let Some(root) = found.next() else { return Err(wrong_kind(items, "a certificate")) };
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

fn password_field(field: &str) -> String {
    format!("{field}.password")
}

fn wrong_password() -> Problem {
    wrong_form(
        "The password does not open the private key",
        "Type the one that was chosen when the key was made",
    )
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

fn builtin(name: &str) -> Result<Content, Problem> {
    let content = |root| Content {
        items: vec![Item::Certificate(Box::new(root))],
        wrapping: Wrapping::None,
        notes: Vec::new(),
    };
    roots::builtin(name).map(content).ok_or_else(|| {
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
