//! One certificate or key that could be put on the module: what it is, under which name, and what is wrong with it.
//! Plain data; how it is drawn stands in `offer` and `details`.

use std::collections::BTreeSet;

use crate::credential::{Certificate, Closed, Finding, Item, PrivateKey, Severity, check};
use crate::model::Store;
use crate::module::CredentialKind;
use crate::moment::UnixTime;
use crate::plan::Upload;
use crate::problem::Problem;
use crate::profile::ModuleFileName;
use crate::secret::Secret;
use crate::ui::wizard::SecretText;

/// A part of a file, or a built-in root.
pub(super) struct Part {
    pub(super) what: What,
    /// As what it is stored; a person may choose for a certificate.
    pub(super) kind: CredentialKind,
    /// The name of the file it came from.
    file: String,
    /// Its name on the module.
    pub(super) name: String,
    pub(super) naming: Naming,
    /// What opens it on the module, where it cannot be opened here.
    pub(super) password: SecretText,
    /// What is wrong with it, or good to know.
    pub(super) findings: Vec<Finding>,
    /// Whose certificate a key belongs to, among those that were looked at.
    pub(super) belongs_to: Option<String>,
    pem: Secret,
    md5: Option<String>,
}

/// What a part is.
pub(super) enum What {
    Certificate(Box<Certificate>),
    Key(Box<PrivateKey>),
    /// A key in the traditional encrypted form, which the module opens.
    LockedKey,
}

/// Whose idea the name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    Proposed,
    Chosen,
}

impl Part {
    /// The part that an item of a file of this name is; `None` for what no module stores.
    pub(super) fn of_item(item: &Item, file: &str, today: UnixTime) -> Option<Self> {
        match item {
            Item::Certificate(certificate) => {
                Some(Self::of_certificate(certificate.as_ref().clone(), file, today))
            }
            Item::PrivateKey(key) => {
                let what = What::Key(key.clone());
                Some(Self::new(what, (key.pem(), key.md5()), file, check::key(key)))
            }
            Item::EncryptedKey(key) if key.can_be_opened() == Err(Closed::TooOld) => {
                Some(Self::new(What::LockedKey, (key.pem().clone(), None), file, Vec::new()))
            }
            _ => None,
        }
    }

    /// A certificate from a file of this name.
    pub(super) fn of_certificate(certificate: Certificate, file: &str, today: UnixTime) -> Self {
        let findings = check::certificate(&certificate, today);
        let (pem, md5) = (Secret::new(certificate.pem()), certificate.md5());
        Self::new(What::Certificate(Box::new(certificate)), (pem, Some(md5)), file, findings)
    }

    fn new(what: What, (pem, md5): (Secret, Option<String>), file: &str, findings: Vec<Finding>) -> Self {
        let kind = match &what {
            What::Certificate(certificate) if certificate.is_ca() || certificate.is_self_issued() => {
                CredentialKind::TrustedRoot
            }
            What::Certificate(_) => CredentialKind::Certificate,
            What::Key(_) | What::LockedKey => CredentialKind::PrivateKey,
        };
        Self {
            what,
            kind,
            file: file.to_owned(),
            name: ModuleFileName::from_file_name(file).as_str().to_owned(),
            naming: Naming::Proposed,
            password: SecretText::default(),
            findings,
            belongs_to: None,
            pem,
            md5,
        }
    }

    /// What it is, in a few words.
    pub(super) fn title(&self) -> String {
        match &self.what {
            What::Certificate(certificate) => whose(certificate).to_owned(),
            What::Key(_) => format!("Private key from {}", self.file),
            What::LockedKey => format!("Encrypted private key from {}", self.file),
        }
    }

    pub(super) fn certificate(&self) -> Option<&Certificate> {
        match &self.what {
            What::Certificate(certificate) => Some(certificate),
            What::Key(_) | What::LockedKey => None,
        }
    }

    /// What the module will report as its MD5, where that is known beforehand.
    pub(super) fn md5(&self) -> Option<&str> {
        self.md5.as_deref()
    }

    /// How many bytes are uploaded.
    pub(super) fn bytes(&self) -> usize {
        self.pem.reveal().len()
    }

    /// What is sent to the module.
    pub(super) fn upload(&self) -> Upload {
        let password = match &self.what {
            What::LockedKey => self.password.secret(),
            What::Certificate(_) | What::Key(_) => None,
        };
        Upload {
            kind: self.kind,
            name: self.name.clone(),
            pem: self.pem.clone(),
            password,
            md5: self.md5.clone(),
        }
    }

    /// Looks for the certificate that a key belongs to.
    pub(super) fn pair(&mut self, certificates: &[Certificate]) {
        let What::Key(key) = &self.what else { return };
        let own = certificates.iter().find(|certificate| key.fits(certificate));
        self.belongs_to = own.map(|certificate| whose(certificate).to_owned());
    }

    /// What is wrong with its name.
    pub(super) fn name_problem(&self) -> Option<Problem> {
        ModuleFileName::parse(&self.name).err()
    }

    /// Why no module takes it.
    pub(super) fn fault(&self) -> Option<&Finding> {
        // An expired certificate is stored all the same; whether it is of any use is the person's business.
        self.findings.iter().find(|finding| finding.severity == Severity::Error && finding.code != "expired")
    }

    /// Takes the name of its file again.
    pub(super) fn propose_again(&mut self) {
        self.naming = Naming::Proposed;
        self.name = ModuleFileName::from_file_name(&self.file).as_str().to_owned();
    }

    /// Whether other content stands on the module under its name.
    pub(super) fn would_overwrite(&self, store: &Store) -> bool {
        let other = store.entry(self.kind, &self.name);
        other.is_some_and(|entry| !entry.is_same(self.kind, self.md5()))
    }

    /// Whether it may go on under this name without touching anything else.
    fn fits(&self, name: &str, store: &Store, taken: &Taken) -> bool {
        let on_module = store.entry(self.kind, name);
        on_module.is_none_or(|entry| entry.is_same(self.kind, self.md5()))
            && !taken.contains(&(self.kind.code(), name.to_owned()))
    }
}

/// The names that parts have, with their kinds.
type Taken = BTreeSet<(u8, String)>;

/// Gives every part whose name nobody chose one that is unique for its kind, here and on the module. A name that fits
/// stays, so that this costs little and names do not jump about.
pub(super) fn propose_names<'a>(parts: impl Iterator<Item = &'a mut Part>, store: &Store) {
    const MOST: usize = 999;
    let mut taken = Taken::new();
    for part in parts {
        // An upload keeps its name, whatever became of it.
        let proposed = part.naming == Naming::Proposed && store.upload(part.kind, &part.name).is_none();
        if proposed && !part.fits(&part.name, store, &taken) {
            let wished = ModuleFileName::from_file_name(&part.file);
            let numbered = (2..=MOST).map(|number| wished.numbered(number));
            let mut names = std::iter::once(wished.clone()).chain(numbered);
            let free = names.find(|name| part.fits(name.as_str(), store, &taken));
            part.name = free.unwrap_or(wished).as_str().to_owned();
        }
        taken.insert((part.kind.code(), part.name.clone()));
    }
}

/// Whom a certificate is for.
pub(super) fn whose(certificate: &Certificate) -> &str {
    certificate.common_name().unwrap_or(certificate.subject())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{
        EC_CERTIFICATE, EC_KEY_ENCRYPTED_TRADITIONAL, NOW, ROOT, RSA_CERTIFICATE, RSA_KEY,
    };
    use crate::credential::read;
    use crate::module::StoredCredential;

    fn part(text: &str, file: &str) -> Part {
        let content = read(text.as_bytes(), None).unwrap();
        Part::of_item(&content.items[0], file, NOW).unwrap()
    }

    fn holding(kind: CredentialKind, name: &str, md5: &str) -> Store {
        let (name, md5) = (name.to_owned(), Some(md5.to_owned()));
        let entry = StoredCredential { kind, name, subject: None, expiry: None, md5 };
        {
            let mut store = Store::default();
            store.entries.push(entry);
            store
        }
    }

    fn names(parts: &mut [Part], store: &Store) -> Vec<String> {
        propose_names(parts.iter_mut(), store);
        parts.iter().map(|part| part.name.clone()).collect()
    }

    #[test]
    fn parts_are_stored_as_what_they_are() {
        let kinds = [ROOT, EC_CERTIFICATE, RSA_KEY, EC_KEY_ENCRYPTED_TRADITIONAL]
            .map(|text| part(text, "x.pem").upload().kind.code());
        assert_eq!(kinds, [0, 1, 2, 2]);
        assert_eq!(part(RSA_KEY, "x").md5(), Some("96DB64611D7EAB44BFD9CB639321283C"));
    }

    #[test]
    fn proposed_names_are_unique_for_their_kind() {
        let mut parts = [
            part(ROOT, "my file.pem"),
            part(EC_CERTIFICATE, "my file.pem"),
            part(RSA_CERTIFICATE, "my file.pem"),
        ];
        let expected = ["my_file.pem", "my_file.pem", "my_file-2.pem"];
        assert_eq!(names(&mut parts, &Store::default()), expected);
    }

    #[test]
    fn a_proposed_name_leaves_other_content_on_the_module_alone() {
        let mut parts = [part(ROOT, "ca.pem")];
        let md5 = parts[0].md5().unwrap().to_owned();
        let same = holding(CredentialKind::TrustedRoot, "ca.pem", &md5);
        assert_eq!(names(&mut parts, &same), ["ca.pem"]);
        let other = holding(CredentialKind::TrustedRoot, "ca.pem", "0123456789ABCDEF0123456789ABCDEF");
        assert_eq!(names(&mut parts, &other), ["ca-2.pem"]);
        assert!(!parts[0].would_overwrite(&other));
        parts[0].name = "ca.pem".to_owned();
        parts[0].naming = Naming::Chosen;
        assert_eq!(names(&mut parts, &other), ["ca.pem"]);
        assert!(parts[0].would_overwrite(&other) && !parts[0].would_overwrite(&same));
    }

    #[test]
    fn a_password_goes_with_a_key_that_the_module_opens_and_with_no_other() {
        let mut locked = part(EC_KEY_ENCRYPTED_TRADITIONAL, "x");
        locked.password.set("example");
        assert_eq!(locked.upload().password, Some(Secret::new("example")));
        let mut open = part(RSA_KEY, "x");
        open.password.set("example");
        assert_eq!(open.upload().password, None);
    }
}
