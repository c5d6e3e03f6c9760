//! What a file holds, recognised by its content and never by its name: the way from bytes to [`Item`]s through whatever
//! they are wrapped in. Whether an item is any good is judged in `check`.

use super::azure::ConnectionString;
use super::bundle::{self, Password};
use super::sas::Token;
use super::text::{self, Repair};
use super::{
    Certificate, EncryptedKey, Finding, PrivateKey, PublicKey, Request, check, der, pem, wrong_file,
};
use zeroize::Zeroizing;

use crate::problem::Problem;
use crate::secret::Secret;

/// The most parts that are read of one file: three times a browser's roots.
const MOST_ITEMS: usize = 400;
/// The most private keys that are read of one file. Each is checked for numbers that belong together, which takes time.
const MOST_KEYS: usize = 20;

/// Everything that a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What is in it, in its order. Only a closed store has nothing.
    pub items: Vec<Item>,
    /// What the items are wrapped in.
    pub wrapping: Wrapping,
    /// What was repaired, opened or left out.
    pub notes: Vec<Finding>,
}

/// What items are wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// PEM, DER, or a line of text.
    None,
    /// JSON, such as the answer of AWS to `create-keys-and-certificate`.
    Json,
    /// A zip archive, such as the connect kit of AWS.
    Zip,
    /// C source, such as `certs.c` of Azure's device kit.
    CSource,
    /// A PKCS#12 store that was opened.
    OpenStore,
    /// A PKCS#12 store that stays closed.
    ClosedStore,
}

/// One thing that a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A certificate; a chain is several of them.
    Certificate(Box<Certificate>),
    /// A private key: PKCS#1, PKCS#8 or SEC1.
    PrivateKey(Box<PrivateKey>),
    /// A private key that only its password opens.
    EncryptedKey(EncryptedKey),
    /// A private key for SSH.
    OpenSshKey,
    /// The public half of a key.
    PublicKey(PublicKey),
    /// A request for a certificate.
    Request(Box<Request>),
    /// A list of revoked certificates.
    RevocationList,
    /// A SAS token of Azure.
    Token(Token),
    /// A connection string of an Azure device.
    ConnectionString(Box<ConnectionString>),
}

impl Item {
    /// What it is, in words.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Certificate(_) => "a certificate",
            Self::PrivateKey(_) => "a private key",
            Self::EncryptedKey(_) => "an encrypted private key",
            Self::OpenSshKey => "a private key for SSH",
            Self::PublicKey(_) => "a public key",
            Self::Request(_) => "a request for a certificate",
            Self::RevocationList => "a list of revoked certificates",
            Self::Token(_) => "a SAS token",
            Self::ConnectionString(_) => "a connection string",
        }
    }
}

impl Content {
    /// The worst of what was said while it was read.
    pub fn worst_note(self) -> Option<Finding> {
        self.notes.into_iter().max_by_key(|note| note.severity)
    }

    /// The certificates in it, in its order.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        certificates(&self.items)
    }
}

/// The certificates among items, in their order.
pub fn certificates(items: &[Item]) -> impl Iterator<Item = &Certificate> {
    items.iter().filter_map(|item| match item {
        Item::Certificate(certificate) => Some(certificate.as_ref()),
        _ => None,
    })
}

/// Reads everything a file holds. `password` opens a PKCS#12 store; encrypted keys stay closed, each has its own
/// [`EncryptedKey::open`].
///
/// # Errors
/// What the file is instead, or what is damaged: a finding of severity error.
pub fn read(bytes: &[u8], password: Option<&Secret>) -> Result<Content, Finding> {
    if bytes.is_empty() {
        return Err(text::empty());
    }
    let mut content = if bundle::is_zip(bytes) {
        bundle::zip(bytes)?
    } else if let Some(elements) = der::elements(bytes) {
        binary(&elements, password)?
    } else {
        textual(bytes)?
    };
    content.limit();
    Ok(content)
}

/// The texts of the shell scripts in an archive, such as the `start.sh` of AWS's connect kit; none if it is no archive.
pub fn scripts(bytes: &[u8]) -> Vec<Zeroizing<String>> {
    if bundle::is_zip(bytes) { bundle::scripts(bytes) } else { Vec::new() }
}

/// DER: one thing after the other, or a store of several.
fn binary(elements: &[&[u8]], password: Option<&Secret>) -> Result<Content, Finding> {
    if let [element] = elements
        && bundle::is_store(element)
    {
        return bundle::store(element, password.map_or(Password::Unknown, Password::Given));
    }
    let mut items = Vec::new();
    for element in elements {
        let item = der::read(element).ok_or_else(der::unknown)?;
        if has_enough(&items) {
            break;
        }
        if !(matches!(item, Item::PrivateKey(_)) && has_enough_keys(&items)) {
            items.push(item);
        }
    }
    Ok(Content { items, wrapping: Wrapping::None, notes: Vec::new() })
}

/// Text of any kind.
fn textual(bytes: &[u8]) -> Result<Content, Finding> {
    let (text, mut repairs) = text::decode(bytes);
    if let Some(item) = text::line(&text) {
        return Ok(Content { items: vec![item?], wrapping: Wrapping::None, notes: Vec::new() });
    }
    let (wrapping, inner) = match bundle::unwrap(&text) {
        Some((wrapping, inner)) => (wrapping, inner),
        None => (Wrapping::None, text),
    };
    let items = match pem::read(&inner)? {
        Some(found) => {
            if wrapping == Wrapping::None {
                repairs.extend(found.repairs);
            }
            found.items
        }
        None => {
            repairs.push(Repair::NoMarkers);
            vec![text::bare(&inner).ok_or_else(|| text::nothing(&inner))?]
        }
    };
    Ok(Content { items, wrapping, notes: repairs.iter().map(Repair::note).collect() })
}

impl Content {
    /// Leaves out what is more than anybody needs, so that no file costs more than a moment.
    fn limit(&mut self) {
        if self.items.len() > MOST_ITEMS {
            self.items.truncate(MOST_ITEMS);
            let message = format!("The file has very many parts; only the first {MOST_ITEMS} were read");
            let help = "Save what is needed in a file of its own";
            self.notes.push(Finding::warning("too-many-parts", message, help));
        }
    }
}

/// Everything in a locked file as PEM, one below the other: a PKCS#12 store, or encrypted keys and what is beside them.
///
/// # Errors
/// The password does not open it, or nothing here can.
pub fn unlock(bytes: &[u8], password: &Secret) -> Result<Zeroizing<Vec<u8>>, Finding> {
    let content = read(bytes, Some(password))?;
    if content.wrapping == Wrapping::ClosedStore {
        return Err(content.worst_note().unwrap_or_else(text::empty));
    }
    let mut texts = Vec::new();
    for item in &content.items {
        match item {
            Item::Certificate(certificate) => texts.push(Secret::new(certificate.pem())),
            Item::PrivateKey(key) => texts.push(key.pem()),
            Item::EncryptedKey(key) => texts.push(key.open(password).map_err(check::closed)?.pem()),
            _ => {}
        }
    }
    let room = texts.iter().map(|text| text.reveal().len()).sum();
    let mut all = Zeroizing::new(Vec::with_capacity(room));
    texts.iter().for_each(|text| all.extend_from_slice(text.reveal().as_bytes()));
    Ok(all)
}

/// Whether no further private key is to be read after these.
pub(super) fn has_enough_keys(items: &[Item]) -> bool {
    items.iter().filter(|item| matches!(item, Item::PrivateKey(_))).count() >= MOST_KEYS
}

/// Whether nothing further is to be read after these; one more than is kept, so that it is said.
pub(super) fn has_enough(items: &[Item]) -> bool {
    items.len() > MOST_ITEMS
}

/// The problem of a file that holds something else than `wanted`, such as "a certificate".
pub fn wrong_kind(items: &[Item], wanted: &str) -> Problem {
    let help = match items.first() {
        Some(Item::PublicKey(_)) => "Choose the file that came with it; AWS names the three …-certificate.pem.crt, …-private.pem.key and …-public.pem.key".to_owned(),
        Some(Item::Request(_)) => "Have the request signed and use the certificate that comes back".to_owned(),
        Some(Item::EncryptedKey(_)) if wanted == "a private key" => "Give its password, or save it without one".to_owned(),
        None => "Give its password, or export what is in it as PEM".to_owned(),
        _ => format!("Choose the file that holds {wanted}"),
    };
    let found = items.first().map_or("a locked PKCS#12 store", Item::noun);
    wrong_file(format!("This is {found}, not {wanted}"), help)
}

#[cfg(test)]
mod tests;
