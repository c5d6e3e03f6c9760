//! Files given together: every part judged by itself, then keys beside certificates. Each finding is said at the file it
//! belongs to.

use super::certificate::{Standing, certificate, standing};
use super::token::connection_string;
use super::{KEY_MISMATCH, Naming, key, or_usable, order, token};
use crate::credential::{
    Certificate, Closed, Content, EncryptedKey, Finding, Item, PrivateKey, Severity, Wrapping,
};
use crate::moment::UnixTime;
use crate::secret::Secret;

/// A file with its name and what it holds.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    pub name: &'a str,
    pub content: &'a Content,
}

/// What is said of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The worst first.
    pub findings: Vec<Finding>,
    /// One for each item of the file.
    pub parts: Vec<Part>,
}

/// What is known of one item beyond the item itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The key inside of an encrypted one, where the password opened it.
    pub opened: Option<PrivateKey>,
    /// Of a key, the place of the file with its certificate.
    pub belongs_to: Option<usize>,
}

/// Judges files that belong together. `password` opens encrypted keys.
pub fn together(
    files: &[File<'_>],
    naming: &Naming<'_>,
    password: Option<&Secret>,
    now: UnixTime,
) -> Vec<Verdict> {
    let mut verdicts: Vec<_> = files.iter().map(|file| alone(file, naming, password, now)).collect();
    pair(files, &mut verdicts);
    for (file, verdict) in files.iter().zip(&mut verdicts) {
        or_usable(&mut verdict.findings, all_is_well(file.content));
        verdict.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
    verdicts
}

/// The file by itself.
fn alone(file: &File<'_>, naming: &Naming<'_>, password: Option<&Secret>, now: UnixTime) -> Verdict {
    let mut verdict = Verdict { findings: file.content.notes.clone(), parts: Vec::new() };
    for item in &file.content.items {
        let mut part = Part::default();
        let findings = &mut verdict.findings;
        match item {
            Item::Certificate(read) => findings.extend(certificate(read, now)),
            Item::PrivateKey(read) => findings.extend(key(read)),
            Item::EncryptedKey(encrypted) => part.opened = open(encrypted, password, findings),
            Item::OpenSshKey => findings.push(openssh()),
            Item::PublicKey(_) => findings.push(public_key()),
            Item::Request(request) => {
                findings.push(Finding::info("request", "This is a request: have it signed by the authority"));
                findings.extend(name(request.common_name(), naming));
            }
            Item::RevocationList => {
                findings.push(Finding::info(
                    "revocation-list",
                    "This is a list of revoked certificates; a module has no use for it",
                ));
            }
            Item::Token(read) => findings.extend(token(read, naming, now)),
            Item::ConnectionString(read) => findings.extend(connection_string(read, naming, now)),
        }
        verdict.parts.push(part);
    }
    let certificates: Vec<_> = file.content.certificates().collect();
    if file.content.wrapping == Wrapping::None {
        verdict.findings.extend(order(&certificates));
    }
    verdict.findings.extend(name_of_device(&certificates, naming));
    once(&mut verdict.findings);
    verdict
}

/// Says nothing twice, such as of the keys of a chain.
fn once(findings: &mut Vec<Finding>) {
    let mut said: Vec<Finding> = Vec::new();
    findings.retain(|finding| {
        let is_new = !said.contains(finding);
        if is_new {
            said.push(finding.clone());
        }
        is_new
    });
}

/// The name in the device's certificate, or in an authority's that is taken for it.
fn name_of_device(certificates: &[&Certificate], naming: &Naming<'_>) -> Option<Finding> {
    let leaf = certificates.iter().find(|certificate| standing(certificate) == Standing::Leaf);
    match (leaf, naming.id()) {
        (Some(leaf), _) => name(leaf.common_name(), naming),
        (None, Some(_)) => {
            let named = |c: &&&Certificate| c.common_name().is_some_and(|name| naming.accepts(name));
            certificates.iter().find(named).map(|certificate| authority_as_device(certificate))
        }
        (None, None) => None,
    }
}

/// What is wrong with a common name.
pub fn name(name: Option<&str>, naming: &Naming<'_>) -> Option<Finding> {
    let wanted = naming.id()?;
    if name.is_some_and(|name| naming.accepts(name)) {
        return None;
    }
    let found = name.map_or_else(|| "no common name".to_owned(), |name| format!("the common name {name}"));
    let noun = naming.noun();
    Some(Finding::error(
        "wrong-common-name",
        format!("It has {found}, the {noun} is {wanted}"),
        format!("Have it made for {wanted}, or correct the {noun}: the cloud compares the two"),
    ))
}

/// The key inside, if the password opens it, and what is said about that.
fn open(
    encrypted: &EncryptedKey,
    password: Option<&Secret>,
    findings: &mut Vec<Finding>,
) -> Option<PrivateKey> {
    let opened = match password {
        Some(password) => encrypted.open(password).map_err(closed),
        None => Err(encrypted.can_be_opened().err().map_or_else(locked, closed)),
    };
    match opened {
        Ok(opened) => {
            findings.push(Finding::info("opened", "The password opened the key"));
            findings.extend(key(&opened));
            Some(opened)
        }
        Err(finding) => {
            findings.push(finding);
            None
        }
    }
}

/// An encrypted key whose password was not given.
fn locked() -> Finding {
    Finding::warning(
        "encrypted-key",
        "The private key is encrypted, and its password was not given",
        "Give its password, or convert it with: openssl pkey -in FILE -out key.pem",
    )
}

/// What is said of an encrypted key that stays closed.
pub(in crate::credential) fn closed(why: Closed) -> Finding {
    let message = match why {
        Closed::WrongPassword => {
            let help = "Type the password that was chosen when the key was made";
            return Finding::error("wrong-password", "The password does not open the private key", help);
        }
        Closed::TooOld => {
            "The private key is encrypted in a way that cannot be opened here; the module may still take it"
        }
        Closed::TooCostly => {
            "The private key is encrypted in a way that would take too much time or memory to open"
        }
    };
    let help = "Convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out key.pem";
    Finding::warning("encrypted-key", message, help)
}

fn openssh() -> Finding {
    Finding::warning(
        "openssh-key",
        "This is a private key for SSH, which no module reads",
        "Use the key that belongs to the device's certificate, or convert it with: ssh-keygen -p -m PEM -f FILE",
    )
}

fn public_key() -> Finding {
    Finding::info("public-key", "This is a public key; a module needs the private key that came with it")
}

fn authority_as_device(certificate: &Certificate) -> Finding {
    let name = certificate.common_name().unwrap_or(certificate.subject());
    Finding::warning(
        "authority-as-device",
        format!("{name} is the certificate of an authority (CA), not of a device"),
        "Have a certificate made for the device itself, with CA:FALSE",
    )
}

/// A certificate among the files.
struct Placed<'a> {
    file: usize,
    certificate: &'a Certificate,
}

/// Finds for each key its certificate, and says at both what was found.
fn pair(files: &[File<'_>], verdicts: &mut [Verdict]) {
    let certificates: Vec<_> = files
        .iter()
        .enumerate()
        .flat_map(|(file, given)| {
            given.content.certificates().map(move |certificate| Placed { file, certificate })
        })
        .collect();
    let mut said: Vec<(usize, Finding)> = Vec::new();
    let mut paired: Vec<&Certificate> = Vec::new();
    for (place, file) in files.iter().enumerate() {
        for (index, item) in file.content.items.iter().enumerate() {
            let Some(part) = verdicts.get_mut(place).and_then(|verdict| verdict.parts.get_mut(index)) else {
                continue;
            };
            let Some(key) = private_key(item, part) else { continue };
            let fitting: Vec<_> = certificates.iter().filter(|placed| key.fits(placed.certificate)).collect();
            let own = fitting.iter().find(|placed| placed.file == place).or(fitting.first());
            let owner = own.map(|placed| placed.file);
            match own {
                Some(placed) => {
                    paired.push(placed.certificate);
                    said.extend(match_found(files, place, placed));
                }
                None => said.push((place, without_certificate(files, &certificates))),
            }
            part.belongs_to = owner;
        }
    }
    said.extend(without_key(&certificates, &paired));
    for (place, finding) in said {
        if let Some(verdict) = verdicts.get_mut(place)
            && !verdict.findings.contains(&finding)
        {
            verdict.findings.push(finding);
        }
    }
}

fn private_key(item: &Item, part: &Part) -> Option<PrivateKey> {
    match item {
        Item::PrivateKey(key) => Some(key.as_ref().clone()),
        _ => part.opened.clone(),
    }
}

fn match_found(files: &[File<'_>], key: usize, placed: &Placed<'_>) -> Vec<(usize, Finding)> {
    let name = |place: usize| files.get(place).map_or("", |file| file.name);
    let whose = placed.certificate.common_name().unwrap_or(placed.certificate.subject());
    let mut said = if key == placed.file {
        let message = format!("The private key belongs to the certificate of {whose} in the same file");
        vec![(key, Finding::info("belongs-together", message))]
    } else {
        let at_key =
            format!("The private key belongs to the certificate of {whose} in {}", name(placed.file));
        let at_certificate = format!("The certificate belongs to the private key in {}", name(key));
        vec![
            (key, Finding::info("belongs-together", at_key)),
            (placed.file, Finding::info("belongs-together", at_certificate)),
        ]
    };
    if placed.certificate.is_ca() {
        said.push((placed.file, authority_as_device(placed.certificate)));
    }
    said
}

/// What is said of a key that fits none of the certificates.
fn without_certificate(files: &[File<'_>], certificates: &[Placed<'_>]) -> Finding {
    let mut leaves: Vec<_> = certificates
        .iter()
        .filter(|placed| standing(placed.certificate) == Standing::Leaf)
        .filter_map(|placed| {
            let whose = placed.certificate.common_name().unwrap_or(placed.certificate.subject());
            Some(format!("{whose} in {}", files.get(placed.file)?.name))
        })
        .collect();
    leaves.truncate(3);
    if leaves.is_empty() {
        let message = "The certificate of this private key is not among the files";
        return Finding::info("missing-counterpart", message);
    }
    Finding::error(
        KEY_MISMATCH,
        format!("The private key does not belong to the certificate of {}", leaves.join(", nor to that of ")),
        "Choose the two files that were downloaded together",
    )
}

/// What is said of devices' certificates whose key is not there.
fn without_key(certificates: &[Placed<'_>], paired: &[&Certificate]) -> Vec<(usize, Finding)> {
    let alone = |placed: &&Placed<'_>| {
        standing(placed.certificate) == Standing::Leaf && !paired.contains(&placed.certificate)
    };
    let message = "The private key of this certificate is not among the files";
    certificates
        .iter()
        .filter(alone)
        .map(|placed| (placed.file, Finding::info("missing-counterpart", message)))
        .collect()
}

fn all_is_well(content: &Content) -> &'static str {
    match content.items.as_slice() {
        [Item::Certificate(_)] => "The certificate can be used",
        [Item::PrivateKey(_) | Item::EncryptedKey(_)] => "The private key can be used",
        [Item::ConnectionString(_)] => "The connection string can be used",
        [Item::Token(_)] => "The token can be used",
        _ => "What is in the file can be used",
    }
}

impl Verdict {
    /// Whether something in the file cannot be used.
    pub fn has_error(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}
