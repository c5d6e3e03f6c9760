//! A certificate or key as a person gave it, and what it is. Plain data: how it is drawn stands in `file_field`,
//! whether it will do is judged by `profile::resolve`.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::field::Field;
use super::form::Use;
use crate::credential::check;
use crate::credential::{self, Certificate, Content, Finding, Item, KeyKind, Severity, Wrapping, roots};
use crate::model::FileContent;
use crate::moment::UnixTime;
use crate::problem::Problem;
use crate::profile::{FileOrigin, FileSource, Material, SecretSource};
use crate::secret::Secret;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    Root,
    Certificate,
    PrivateKey,
}

impl Role {
    /// Every role, in the order of the page.
    pub(super) const ALL: [Self; 3] = [Self::Root, Self::Certificate, Self::PrivateKey];

    /// The field of the file itself.
    pub(super) const fn field(self) -> Field {
        match self {
            Self::Root => Field::Root,
            Self::Certificate => Field::Certificate,
            Self::PrivateKey => Field::PrivateKey,
        }
    }

    /// Its key in the cloud part of a profile.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Root => "ca",
            Self::Certificate => "certificate",
            Self::PrivateKey => "private_key",
        }
    }

    /// The field of its name on the module.
    pub(super) const fn name_field(self) -> Field {
        match self {
            Self::Root => Field::RootName,
            Self::Certificate => Field::CertificateName,
            Self::PrivateKey => Field::PrivateKeyName,
        }
    }

    /// What it is called in a sentence.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Root => "trusted root",
            Self::Certificate => "device certificate",
            Self::PrivateKey => "private key",
        }
    }

    /// What a file is called that was pasted and so has no name.
    pub(super) const fn pasted_name(self) -> &'static str {
        match self {
            Self::Root => "root.pem",
            Self::Certificate => "certificate.pem",
            Self::PrivateKey => "private-key.pem",
        }
    }
}

/// The roles that a file's content fits: authorities are roots, other certificates the device's. A locked store may have
/// both halves of the device's identity. None if it is no certificate and no key.
pub(super) fn roles_of(bytes: &[u8]) -> Vec<Role> {
    let Ok(Content { items, wrapping, .. }) = credential::read(bytes, None) else { return Vec::new() };
    if wrapping == Wrapping::ClosedStore {
        return vec![Role::Certificate, Role::PrivateKey];
    }
    let has = |role| items.iter().any(|item| fits(role, item));
    // A device's certificate may bring the authorities along that vouch for it.
    let certificate =
        if has(Role::Certificate) { Some(Role::Certificate) } else { has(Role::Root).then_some(Role::Root) };
    certificate.into_iter().chain(has(Role::PrivateKey).then_some(Role::PrivateKey)).collect()
}

/// One of the three files.
pub(super) struct FileInput {
    role: Role,
    source: Source,
    disk: Disk,
    facts: Option<Facts>,
    /// A typed path whose file is being read.
    asked: Option<PathBuf>,
    /// The password that it was last to be opened with.
    tried: Option<Secret>,
    /// A path that is being typed.
    pub(super) path: String,
    /// Its name on the module; empty lets the program choose.
    pub(super) name: String,
}

/// Where a file came from.
pub(super) enum Source {
    Nothing,
    /// A root of this program, by name.
    Builtin(&'static str),
    /// Read, dropped or pasted.
    Given {
        path: PathBuf,
        bytes: Zeroizing<Vec<u8>>,
    },
    /// It could not be read.
    Unreadable {
        path: PathBuf,
        problem: Problem,
    },
    /// It is on the module already, under this name.
    OnModule {
        name: String,
    },
}

/// What of a file that was given stands on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disk {
    /// The same bytes.
    Same,
    /// The same, locked: it was opened here.
    Locked,
    /// Nothing: it was pasted or made.
    Nowhere,
}

impl FileInput {
    /// A file that comes from this source.
    pub(super) fn new(role: Role, source: Source) -> Self {
        let facts = match &source {
            Source::Builtin(name) => roots::builtin(name).map(|root| Facts::of_certificate(&root)),
            Source::Given { bytes, .. } => Facts::of(role, bytes),
            Source::OnModule { name } => Some(Facts::on_module(name)),
            Source::Nothing | Source::Unreadable { .. } => None,
        };
        let path = source.path().display().to_string();
        Self { role, source, disk: Disk::Same, facts, asked: None, tried: None, path, name: String::new() }
    }

    /// Takes another source; a name that was chosen for the file before goes with it.
    pub(super) fn set(&mut self, source: Source) {
        *self = Self::new(self.role, source);
    }

    /// Takes another source of which this stands on the disk.
    pub(super) fn set_from(&mut self, source: Source, disk: Disk) {
        *self = Self { disk, ..Self::new(self.role, source) };
    }

    /// What was given stands nowhere on the disk.
    pub(super) fn leave_disk(&mut self) {
        if matches!(self.source, Source::Given { .. }) {
            self.disk = Disk::Nowhere;
        }
    }

    /// Whether its content is known here.
    pub(super) fn is_here(&self) -> bool {
        self.facts.is_some() && !matches!(self.source, Source::OnModule { .. })
    }

    /// Its name and content, if it stands nowhere on the disk.
    pub(super) fn homeless(&self) -> Option<(&Path, &[u8])> {
        match &self.source {
            Source::Given { path, bytes } if self.disk == Disk::Nowhere => Some((path, bytes)),
            _ => None,
        }
    }

    /// It was written to this place.
    pub(super) fn housed(&mut self, place: PathBuf) {
        if let (Source::Given { path, .. }, Disk::Nowhere) = (&mut self.source, self.disk) {
            self.path = place.display().to_string();
            *path = place;
            self.disk = Disk::Same;
        }
    }

    /// Where it came from.
    pub(super) const fn source(&self) -> &Source {
        &self.source
    }

    /// What it is; `None` if nothing was chosen or nothing can be read from it.
    pub(super) const fn facts(&self) -> Option<&Facts> {
        self.facts.as_ref()
    }

    /// How it is locked, if it is.
    pub(super) fn lock(&self) -> Lock {
        self.facts.as_ref().map_or(Lock::None, |facts| facts.lock)
    }

    /// The file to be opened with this password, if that opens it here. Given once for each password.
    pub(super) fn take_locked(&mut self, password: &Secret) -> Option<FileContent> {
        if self.lock() != Lock::Here || self.tried.as_ref() == Some(password) {
            return None;
        }
        let Source::Given { path, bytes } = &self.source else { return None };
        self.tried = Some(password.clone());
        Some(FileContent { path: path.clone(), bytes: bytes.clone() })
    }

    /// The path that was typed, if another file is meant than the present one, or if that could not be read; empty
    /// if none is meant. Given once for each path.
    pub(super) fn take_typed_path(&mut self) -> Option<PathBuf> {
        // Windows copies paths with quotes around them.
        let typed = Path::new(self.path.trim().trim_matches('"'));
        let is_read = typed == self.source.path() && !matches!(self.source, Source::Unreadable { .. });
        if is_read || self.asked.as_deref() == Some(typed) {
            return None;
        }
        self.asked = Some(typed.to_owned());
        self.asked.clone()
    }

    /// The file could not be read.
    pub(super) fn fail(&mut self, problem: Problem) {
        let path = self.asked.take().unwrap_or_else(|| self.source.path().to_owned());
        self.set(Source::Unreadable { path, problem });
    }

    /// As a profile refers to it; `password` opens it, if that is needed for this use.
    pub(super) fn profile(&self, to: Use, password: SecretSource) -> Option<FileSource> {
        let origin = match &self.source {
            Source::Nothing => return None,
            Source::Builtin(name) => FileOrigin::Builtin((*name).to_owned()),
            Source::Given { path, .. } | Source::Unreadable { path, .. } => FileOrigin::File(path.clone()),
            Source::OnModule { name } => return Some(FileOrigin::Module(name.clone()).into()),
        };
        let is_locked = match to {
            Use::Judge => self.lock() == Lock::OnModule,
            Use::Save => self.lock() != Lock::None || self.disk == Disk::Locked,
        };
        let name = (!self.name.is_empty()).then(|| self.name.clone());
        Some(FileSource { origin, name, password: is_locked.then_some(password) })
    }

    /// What came of fetching it.
    pub(super) fn material(&self) -> Option<Material> {
        match &self.source {
            Source::Nothing | Source::Builtin(_) | Source::OnModule { .. } => None,
            Source::Given { bytes, .. } => Some(Material::File(bytes.clone())),
            Source::Unreadable { problem, .. } => Some(Material::Failed(problem.clone())),
        }
    }
}

impl Source {
    fn path(&self) -> &Path {
        match self {
            Self::Given { path, .. } | Self::Unreadable { path, .. } => path,
            Self::Nothing | Self::Builtin(_) | Self::OnModule { .. } => Path::new(""),
        }
    }
}

/// What a file is, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// Such as `Certificate of device1`.
    pub(super) what: String,
    /// Such as `valid until 2036-11-20`.
    pub(super) details: Vec<String>,
    lock: Lock,
    /// The certificate, or else none.
    certificate: Option<Box<Certificate>>,
    /// What deserves attention about a key.
    of_key: Vec<Finding>,
}

/// Where a password opens a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    /// It is open.
    None,
    /// Here, before it is sent.
    Here,
    /// On the module alone, because it is encrypted in too old a way.
    OnModule,
}

impl Facts {
    /// What the part of a file is that fits the role, or else its first.
    fn of(role: Role, bytes: &[u8]) -> Option<Self> {
        let content = credential::read(bytes, None).ok()?;
        if content.wrapping == Wrapping::ClosedStore {
            return Some(Self::locked("Locked PKCS#12 store", Vec::new(), Lock::Here));
        }
        let items = &content.items;
        match items.iter().find(|item| fits(role, item)).or_else(|| items.first())? {
            Item::Certificate(certificate) => Some(Self::of_certificate(certificate)),
            Item::PrivateKey(key) => {
                let details = vec![key_kind(key.kind()), bytes_text(key.pem().reveal())];
                let of_key = check::key(key);
                Some(Self { of_key, ..Self::locked("Private key", details, Lock::None) })
            }
            Item::EncryptedKey(key) => {
                let lock = if key.can_be_opened().is_ok() { Lock::Here } else { Lock::OnModule };
                Some(Self::locked("Encrypted private key", vec![bytes_text(key.pem().reveal())], lock))
            }
            _ => None,
        }
    }

    fn on_module(name: &str) -> Self {
        Self::locked(&format!("On the module already, as {name}"), Vec::new(), Lock::None)
    }

    fn locked(what: &str, details: Vec<String>, lock: Lock) -> Self {
        Self { what: what.to_owned(), details, lock, certificate: None, of_key: Vec::new() }
    }

    /// Whom it says it is for, if it is the certificate of a device.
    pub(super) fn device(&self) -> Option<&str> {
        self.certificate.as_ref().filter(|certificate| !is_authority(certificate))?.common_name()
    }

    /// Whether it cannot be looked into yet.
    pub(super) fn is_locked(&self) -> bool {
        self.lock != Lock::None
    }

    /// What can be used and should be looked at.
    pub(super) fn warnings(&self, now: UnixTime) -> Vec<Finding> {
        let of_certificate =
            self.certificate.iter().flat_map(|certificate| check::certificate(certificate, now));
        let all = of_certificate.chain(self.of_key.iter().cloned());
        all.filter(|finding| finding.severity == Severity::Warning).collect()
    }

    fn of_certificate(certificate: &Certificate) -> Self {
        let whose = certificate.common_name().unwrap_or(certificate.subject());
        let what = if certificate.is_ca() { whose.to_owned() } else { format!("Certificate of {whose}") };
        let details = vec![
            format!("valid until {}", certificate.not_after().day()),
            key_kind(certificate.key_kind()),
            bytes_text(&certificate.pem()),
        ];
        Self { certificate: Some(Box::new(certificate.clone())), ..Self::locked(&what, details, Lock::None) }
    }
}

/// Whether a part of a file is what the role needs.
fn fits(role: Role, item: &Item) -> bool {
    match item {
        Item::Certificate(certificate) => {
            role == if is_authority(certificate) { Role::Root } else { Role::Certificate }
        }
        Item::PrivateKey(_) | Item::EncryptedKey(_) => role == Role::PrivateKey,
        _ => false,
    }
}

fn is_authority(certificate: &Certificate) -> bool {
    certificate.is_ca() || certificate.is_self_issued()
}

pub(in crate::ui) fn key_kind(kind: &KeyKind) -> String {
    match kind {
        KeyKind::Rsa(bits) => format!("RSA {bits} bits"),
        KeyKind::EcP256 => "EC P-256".to_owned(),
        KeyKind::EcP384 => "EC P-384".to_owned(),
        KeyKind::EcP521 => "EC P-521".to_owned(),
        KeyKind::Ed25519 | KeyKind::Other(_) => kind.to_string(),
    }
}

fn bytes_text(pem: &str) -> String {
    format!("{} bytes", pem.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{
        EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_ENCRYPTED_TRADITIONAL, EC_KEY_PKCS8, EC_PUBLIC_KEY,
        ROOT,
    };

    fn given(text: &str) -> FileInput {
        let role = roles_of(text.as_bytes()).first().copied().unwrap_or(Role::Certificate);
        let bytes = Zeroizing::new(text.as_bytes().to_vec());
        FileInput::new(role, Source::Given { path: "x.pem".into(), bytes })
    }

    #[test]
    fn a_file_belongs_where_its_content_fits() {
        for (text, roles) in [
            (ROOT, vec![Role::Root]),
            (EC_CERTIFICATE, vec![Role::Certificate]),
            (EC_KEY_PKCS8, vec![Role::PrivateKey]),
            (EC_KEY_ENCRYPTED_PKCS8, vec![Role::PrivateKey]),
            (&format!("{EC_CERTIFICATE}{ROOT}"), vec![Role::Certificate]),
            (&format!("{EC_KEY_PKCS8}{EC_CERTIFICATE}"), vec![Role::Certificate, Role::PrivateKey]),
            (EC_PUBLIC_KEY, vec![]),
            ("hello", vec![]),
        ] {
            assert_eq!(roles_of(text.as_bytes()), roles, "{text}");
        }
    }

    #[test]
    fn what_a_file_is_stands_in_words() {
        let facts = |text| given(text).facts().cloned().unwrap();
        let certificate = facts(EC_CERTIFICATE);
        assert_eq!(certificate.what, "Certificate of device1");
        assert_eq!(certificate.details, ["valid until 2036-11-20", "EC P-256", "615 bytes"]);
        assert_eq!(facts(EC_KEY_PKCS8).details, ["EC P-256", "227 bytes"]);
        let root = FileInput::new(Role::Root, Source::Builtin("amazon-root-ca-1"));
        let root = root.facts().unwrap();
        assert_eq!((root.what.as_str(), root.details[1].as_str()), ("Amazon Root CA 1", "RSA 2048 bits"));
        assert_eq!(given("hello").facts(), None);
    }

    #[test]
    fn another_file_does_not_inherit_a_name() {
        let mut input = given(EC_CERTIFICATE);
        input.name = "old.pem".to_owned();
        input.set(Source::Builtin("amazon-root-ca-3"));
        assert_eq!((input.name.as_str(), input.path.as_str()), ("", ""));
    }

    #[test]
    fn an_encrypted_key_is_known_as_such() {
        assert_eq!(given(EC_KEY_ENCRYPTED_PKCS8).lock(), Lock::Here);
        assert_eq!(given(EC_KEY_ENCRYPTED_TRADITIONAL).lock(), Lock::OnModule);
        assert_eq!((given(EC_KEY_PKCS8).lock(), given("hello").lock()), (Lock::None, Lock::None));
    }

    #[test]
    fn a_bundle_is_described_by_the_part_that_fits_the_field() {
        let bundle = format!("{EC_CERTIFICATE}{EC_KEY_PKCS8}");
        let what = |role| {
            let bytes = Zeroizing::new(bundle.clone().into_bytes());
            FileInput::new(role, Source::Given { path: "x".into(), bytes }).facts().unwrap().what.clone()
        };
        assert_eq!(what(Role::Certificate), "Certificate of device1");
        assert_eq!(what(Role::PrivateKey), "Private key");
    }

    #[test]
    fn a_path_means_another_file_only_when_it_was_changed_and_is_given_once() {
        let mut input = given(EC_CERTIFICATE);
        assert_eq!(input.take_typed_path(), None);
        input.path = " \"C:\\my files\\a.pem\" ".to_owned();
        assert_eq!(input.take_typed_path(), Some("C:\\my files\\a.pem".into()));
        assert_eq!(input.take_typed_path(), None);
        input.path.clear();
        assert_eq!(input.take_typed_path(), Some(PathBuf::new()));
    }

    #[test]
    fn a_path_that_could_not_be_read_can_be_tried_again() {
        let mut input = FileInput::new(Role::Certificate, Source::Nothing);
        input.path = "a.pem".to_owned();
        assert!(input.take_typed_path().is_some());
        input.fail(Problem::new(
            crate::problem::Kind::MissingFile,
            "There is no such file",
            "Check the path",
        ));
        assert_eq!(input.path, "a.pem");
        assert_eq!(input.take_typed_path(), Some("a.pem".into()));
    }
}
