//! What a certificate or key file holds, recognised by its content and never by its name.
//! The only file that uses `rustls-pemfile`. Repairs what editors and mail programs do to PEM; names what cannot
//! be used.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::PrivateKeyDer;
use zeroize::Zeroizing;

use super::{Certificate, EncryptedKey, PrivateKey, wrong_file};
use crate::problem::Problem;
use crate::secret::Secret;

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// One thing that a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A certificate; a chain is several of them.
    Certificate(Certificate),
    /// A private key: PKCS#1, PKCS#8 or SEC1.
    PrivateKey(PrivateKey),
    /// A private key that only its password opens.
    EncryptedKey(EncryptedKey),
    /// The public half of a key.
    PublicKey,
    /// A request for a certificate.
    Request,
    /// A list of revoked certificates.
    RevocationList,
}

impl Item {
    /// What it is, in words.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Certificate(_) => "a certificate",
            Self::PrivateKey(_) => "a private key",
            Self::EncryptedKey(_) => "an encrypted private key",
            Self::PublicKey => "a public key",
            Self::Request => "a request for a certificate",
            Self::RevocationList => "a list of revoked certificates",
        }
    }
}

/// Reads everything a file holds, in its order: PEM, or one certificate in DER. At least one item.
///
/// # Errors
/// `WrongFile` says what the file is instead, or what is damaged.
pub fn read(bytes: &[u8]) -> Result<Vec<Item>, Problem> {
    if let Ok(certificate) = Certificate::from_der(bytes) {
        return Ok(vec![Item::Certificate(certificate)]);
    }
    let text = decoded(bytes);
    let sections = sections(&text)?;
    let mut items = Vec::new();
    for section in &sections {
        items.extend(section.item()?);
    }
    match sections.first() {
        None => Err(no_pem(&text)),
        Some(section) if items.is_empty() => Err(section.unusable()),
        Some(_) => Ok(items),
    }
}

/// The problem of a file that holds something else than `wanted`, such as "a certificate".
pub fn wrong_kind(items: &[Item], wanted: &str) -> Problem {
    let help = match items.first() {
        Some(Item::PublicKey) => "Choose the file that came with it; AWS names the three …-certificate.pem.crt, …-private.pem.key and …-public.pem.key".to_owned(),
        Some(Item::Request) => "Have the request signed and use the certificate that comes back".to_owned(),
        Some(Item::EncryptedKey(_)) if wanted == "a private key" => "Give its password, or save it without one".to_owned(),
        _ => format!("Choose the file that holds {wanted}"),
    };
    let found = items.first().map_or("something else", Item::noun);
    wrong_file(format!("This is {found}, not {wanted}"), help)
}

/// DER in PEM armour: 64 columns, LF, a final LF (RFC 7468; protocol.md §7.2).
pub(super) fn armour(label: &str, der: &[u8]) -> Zeroizing<String> {
    wrapped(label, &[], &Zeroizing::new(STANDARD.encode(der)))
}

fn wrapped(label: &str, headers: &[&str], base64: &str) -> Zeroizing<String> {
    // Room for all of it from the start: a text that grows leaves copies behind in memory.
    let room = base64.len()
        + base64.len() / 64
        + 2 * label.len()
        + 128
        + headers.iter().map(|h| h.len() + 1).sum::<usize>();
    let mut text = Zeroizing::new(String::with_capacity(room));
    let mut line = |parts: &[&str]| {
        parts.iter().for_each(|part| text.push_str(part));
        text.push('\n');
    };
    line(&[BEGIN, label, DASHES]);
    headers.iter().for_each(|header| line(&[header]));
    if !headers.is_empty() {
        line(&[]);
    }
    let mut rest = base64;
    while !rest.is_empty() {
        let (head, tail) = rest.split_at_checked(64).unwrap_or((rest, ""));
        line(&[head]);
        rest = tail;
    }
    line(&["-----END ", label, DASHES]);
    text
}

/// The bytes as text, without a byte order mark; also UTF-16, as PowerShell writes it.
fn decoded(bytes: &[u8]) -> Zeroizing<String> {
    let units = |read: fn([u8; 2]) -> u16, bytes: &[u8]| -> Vec<u16> {
        bytes.as_chunks::<2>().0.iter().map(|pair| read(*pair)).collect()
    };
    Zeroizing::new(match bytes {
        [0xFF, 0xFE, rest @ ..] => String::from_utf16_lossy(&Zeroizing::new(units(u16::from_le_bytes, rest))),
        [0xFE, 0xFF, rest @ ..] => String::from_utf16_lossy(&Zeroizing::new(units(u16::from_be_bytes, rest))),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    })
}

/// What stands between a BEGIN line and its END line.
struct Section<'a> {
    label: &'a str,
    headers: Vec<&'a str>,
    base64: Zeroizing<String>,
}

/// Finds the sections wherever their markers stand, so that indentation, foreign text around them, line ends of
/// any kind and bodies on one line do not matter.
fn sections(text: &str) -> Result<Vec<Section<'_>>, Problem> {
    let mut sections = Vec::new();
    let mut rest = text;
    while let Some((_, begun)) = rest.split_once(BEGIN) {
        let cut = || {
            wrong_file(
                "The file is cut: a part of it begins and does not end",
                "Download or copy it again, whole",
            )
        };
        let (label, begun) = begun.split_once(DASHES).ok_or_else(cut)?;
        let (body, after) = begun.split_once(&format!("-----END {label}{DASHES}")).ok_or_else(cut)?;
        sections.push(Section::new(label, body));
        rest = after;
    }
    Ok(sections)
}

impl<'a> Section<'a> {
    fn new(label: &'a str, body: &'a str) -> Self {
        let label = match label {
            "X509 CERTIFICATE" => "CERTIFICATE",
            "NEW CERTIFICATE REQUEST" => "CERTIFICATE REQUEST",
            label => label,
        };
        let lines = || body.split(['\n', '\r']).map(str::trim);
        let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
        lines()
            .filter(|line| !line.contains(':'))
            .flat_map(str::split_whitespace)
            .for_each(|part| base64.push_str(part));
        Self { label, headers: lines().filter(|line| line.contains(':')).collect(), base64 }
    }

    /// What it holds; `None` if it is of no use here.
    fn item(&self) -> Result<Option<Item>, Problem> {
        let encrypted = self
            .headers
            .iter()
            .any(|header| header.starts_with("Proc-Type:") && header.ends_with("ENCRYPTED"));
        if encrypted || self.label == "ENCRYPTED PRIVATE KEY" {
            STANDARD.decode(self.base64.as_str()).map_err(|_| self.damaged())?;
            let mut pem = wrapped(self.label, &self.headers, &self.base64);
            return Ok(Some(Item::EncryptedKey(EncryptedKey::new(Secret::new(std::mem::take(&mut *pem))))));
        }
        let pem = wrapped(self.label, &[], &self.base64);
        let found = rustls_pemfile::read_one_from_slice(pem.as_bytes()).map_err(|_| self.damaged())?;
        let key = |der: PrivateKeyDer<'_>| PrivateKey::from_der(&der).map(Item::PrivateKey).map(Some);
        match found.map(|(item, _)| item) {
            Some(rustls_pemfile::Item::X509Certificate(der)) => {
                Certificate::from_der(&der).map(Item::Certificate).map(Some)
            }
            Some(rustls_pemfile::Item::Pkcs1Key(der)) => key(der.into()),
            Some(rustls_pemfile::Item::Pkcs8Key(der)) => key(der.into()),
            Some(rustls_pemfile::Item::Sec1Key(der)) => key(der.into()),
            Some(rustls_pemfile::Item::SubjectPublicKeyInfo(_)) => Ok(Some(Item::PublicKey)),
            Some(rustls_pemfile::Item::Csr(_)) => Ok(Some(Item::Request)),
            Some(rustls_pemfile::Item::Crl(_)) => Ok(Some(Item::RevocationList)),
            _ if self.label == "RSA PUBLIC KEY" => Ok(Some(Item::PublicKey)),
            _ => Ok(None),
        }
    }

    fn damaged(&self) -> Problem {
        let message = format!("The {} in the file is damaged: it is not base64", self.name());
        wrong_file(message, "Download or copy it again, whole")
    }

    fn unusable(&self) -> Problem {
        let help = match self.label {
            "TRUSTED CERTIFICATE" => "Convert it with: openssl x509 -in FILE -out certificate.pem",
            "OPENSSH PRIVATE KEY" => {
                "Use the key that belongs to the device's certificate; this one is for SSH"
            }
            "EC PARAMETERS" => "Choose the file that holds the key itself",
            _ => "Choose a file with a certificate or a private key",
        };
        wrong_file(format!("The file holds {} and nothing else", self.name()), help)
    }

    /// The label in printable form and of bounded length: it comes from a stranger's file.
    fn name(&self) -> String {
        self.label.chars().filter(|c| !c.is_control()).take(40).collect()
    }
}

/// What a file without any PEM is, as far as can be told.
fn no_pem(text: &str) -> Problem {
    let start: String = text.trim_start().chars().take(256).flat_map(char::to_lowercase).collect();
    let (message, help) = if text.trim().is_empty() {
        ("The file is empty", "Download it again")
    } else if start.starts_with("<!doctype html") || start.contains("<html") {
        ("This is a web page, not a certificate", "Open the page in a browser and use its download button")
    } else if text.contains(['\0', char::REPLACEMENT_CHARACTER]) {
        (
            "The file is binary and holds no certificate that can be read",
            "Choose a PEM file; one with the ending .p12 or .pfx must be exported to PEM first",
        )
    } else {
        ("The file holds no certificate and no key", "Choose a file with a line that begins with -----BEGIN")
    };
    wrong_file(message, help)
}

#[cfg(test)]
mod tests;
