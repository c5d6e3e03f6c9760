//! PEM text: its sections, wherever and however they stand in it, and the armour that modules take.
//! The only file that uses `rustls-pemfile`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::content::{Item, has_enough, has_enough_keys};
use super::key::Form;
use super::text::Repair;
use super::{Certificate, EncryptedKey, Finding, PrivateKey, PublicKey, Request, der};
use crate::secret::Secret;

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";
/// The columns of armour (RFC 7468).
const COLUMNS: usize = 64;

/// What a text holds.
pub(super) struct Found {
    pub(super) items: Vec<Item>,
    pub(super) repairs: Vec<Repair>,
}

/// Whether the text has any PEM in it.
pub(super) fn is_in(text: &str) -> bool {
    text.contains(BEGIN)
}

/// Reads every section, in the order of the text; `None` if there is none.
///
/// # Errors
/// What is damaged, or what the sections are if none of them is of any use.
pub(super) fn read(text: &str) -> Result<Option<Found>, Finding> {
    let sections = sections(text)?;
    let Some(first) = sections.found.first() else { return Ok(None) };
    let mut items = Vec::new();
    let mut repairs = sections.repairs;
    for section in &sections.found {
        if has_enough(&items) {
            break;
        }
        if section.is_key() && has_enough_keys(&items) {
            continue;
        }
        items.extend(section.item()?);
        section.repairs(&mut repairs);
    }
    if items.is_empty() { Err(first.unusable()) } else { Ok(Some(Found { items, repairs })) }
}

/// DER in PEM armour: 64 columns, LF, a final LF (RFC 7468; protocol.md §7.2).
pub(super) fn armour(label: &str, der: &[u8]) -> Zeroizing<String> {
    wrapped(label, &[], &Zeroizing::new(STANDARD.encode(der)))
}

fn wrapped(label: &str, headers: &[&str], base64: &str) -> Zeroizing<String> {
    // Room for all of it from the start: a text that grows leaves copies behind in memory.
    let room = base64.len()
        + base64.len() / COLUMNS
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
        let (head, tail) = rest.split_at_checked(COLUMNS).unwrap_or((rest, ""));
        line(&[head]);
        rest = tail;
    }
    line(&["-----END ", label, DASHES]);
    text
}

struct Sections<'a> {
    found: Vec<Section<'a>>,
    repairs: Vec<Repair>,
}

/// Finds the sections wherever their markers stand, so that indentation, foreign text around them, line ends of
/// any kind and bodies on one line do not matter.
fn sections(text: &str) -> Result<Sections<'_>, Finding> {
    let mut found = Vec::new();
    let mut foreign = false;
    let mut rest = text;
    while let Some((before, begun)) = rest.split_once(BEGIN) {
        let cut = || {
            let message = "The file is cut: a part of it begins and does not end";
            Finding::error("cut-file", message, "Download or copy it again, whole")
        };
        let (label, begun) = begun.split_once(DASHES).ok_or_else(cut)?;
        let (body, after) = begun.split_once(&format!("-----END {label}{DASHES}")).ok_or_else(cut)?;
        foreign |= !before.trim().is_empty();
        found.push(Section::new(label, body));
        rest = after;
    }
    foreign |= !rest.trim().is_empty();
    let indented = text.lines().any(|line| line.starts_with([' ', '\t']) && !line.trim().is_empty());
    let repairs = [
        (text.contains("\r\n"), Repair::CrLf),
        (has_lone_cr(text), Repair::Cr),
        (indented, Repair::Indentation),
        (foreign, Repair::TextAround),
        (!text.ends_with(['\n', '\r']), Repair::NoLastLineEnd),
    ];
    let repairs = repairs.into_iter().filter_map(|(is_so, repair)| is_so.then_some(repair)).collect();
    Ok(Sections { found, repairs })
}

/// Whether a CR stands in the text that is not the first half of a line end. No copy is made: the text may be a key.
fn has_lone_cr(text: &str) -> bool {
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte == b'\r' && bytes.peek() != Some(&b'\n') {
            return true;
        }
    }
    false
}

/// What stands between a BEGIN line and its END line.
struct Section<'a> {
    /// As the file has it.
    written: &'a str,
    /// As it is called today.
    label: &'a str,
    headers: Vec<&'a str>,
    base64: Zeroizing<String>,
    lines: Lines,
}

/// How long the lines of a body are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    Usual,
    Long,
    Short,
}

impl<'a> Section<'a> {
    fn new(written: &'a str, body: &'a str) -> Self {
        let label = match written {
            "X509 CERTIFICATE" => "CERTIFICATE",
            "NEW CERTIFICATE REQUEST" => "CERTIFICATE REQUEST",
            label => label,
        };
        let lines = || body.split(['\n', '\r']).map(str::trim);
        let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
        let mut length = Lines::Usual;
        for line in lines().filter(|line| !line.contains(':')) {
            // A line may be shorter only if it is the last.
            if line.len() > COLUMNS {
                length = Lines::Long;
            } else if !line.is_empty() && !base64.len().is_multiple_of(COLUMNS) {
                length = Lines::Short;
            }
            line.split_whitespace().for_each(|part| base64.push_str(part));
        }
        Self {
            written,
            label,
            headers: lines().filter(|line| line.contains(':')).collect(),
            base64,
            lines: length,
        }
    }

    fn is_key(&self) -> bool {
        self.label.ends_with("PRIVATE KEY")
    }

    fn repairs(&self, repairs: &mut Vec<Repair>) {
        let own = [
            (self.lines == Lines::Long && self.label != "OPENSSH PRIVATE KEY", Repair::LongLines),
            (self.lines == Lines::Short, Repair::ShortLines),
            (self.written != self.label, Repair::OldLabel),
            (self.label == "TRUSTED CERTIFICATE", Repair::TrustSettings),
        ];
        for (is_so, repair) in own {
            if is_so && !repairs.contains(&repair) {
                repairs.push(repair);
            }
        }
    }

    /// What it holds; `None` if it is of no use here.
    fn item(&self) -> Result<Option<Item>, Finding> {
        let is_encrypted = self
            .headers
            .iter()
            .any(|header| header.starts_with("Proc-Type:") && header.ends_with("ENCRYPTED"));
        if is_encrypted {
            self.decoded()?;
            let mut pem = wrapped(self.label, &self.headers, &self.base64);
            let pem = Secret::new(std::mem::take(&mut *pem));
            return Ok(Some(Item::EncryptedKey(EncryptedKey::traditional(pem))));
        }
        match self.label {
            "ENCRYPTED PRIVATE KEY" => Ok(Some(der::encrypted_key(&self.decoded()?))),
            "OPENSSH PRIVATE KEY" => Ok(Some(Item::OpenSshKey)),
            "TRUSTED CERTIFICATE" => {
                let der = self.decoded()?;
                self.certificate(der::first(&der).unwrap_or_default()).map(Some)
            }
            "RSA PUBLIC KEY" => self.known(PublicKey::from_pkcs1(&self.decoded()?).map(Item::PublicKey)),
            "DSA PRIVATE KEY" => {
                Ok(Some(Item::PrivateKey(Box::new(PrivateKey::unusable(&self.decoded()?, "dsa")))))
            }
            _ => self.usual(),
        }
    }

    /// A section that TLS programs know.
    fn usual(&self) -> Result<Option<Item>, Finding> {
        use rustls_pemfile::Item as Known;
        let pem = wrapped(self.label, &[], &self.base64);
        let found = rustls_pemfile::read_one_from_slice(pem.as_bytes()).map_err(|_| self.damaged())?;
        match found.map(|(item, _)| item) {
            Some(Known::X509Certificate(der)) => self.certificate(&der).map(Some),
            Some(Known::Pkcs1Key(key)) => self.key(Form::Pkcs1, key.secret_pkcs1_der()),
            Some(Known::Pkcs8Key(key)) => self.key(Form::Pkcs8, key.secret_pkcs8_der()),
            Some(Known::Sec1Key(key)) => self.key(Form::Sec1, key.secret_sec1_der()),
            Some(Known::SubjectPublicKeyInfo(der)) => {
                self.known(PublicKey::from_der(&der).map(Item::PublicKey))
            }
            Some(Known::Csr(der)) => self.known(Request::from_der(&der).map(Box::new).map(Item::Request)),
            Some(Known::Crl(_)) => Ok(Some(Item::RevocationList)),
            _ => Ok(None),
        }
    }

    fn certificate(&self, der: &[u8]) -> Result<Item, Finding> {
        Certificate::from_der(der).map(Box::new).map(Item::Certificate).map_err(|_| self.damaged())
    }

    fn key(&self, form: Form, der: &[u8]) -> Result<Option<Item>, Finding> {
        self.known(PrivateKey::from_der(form, der).ok().map(Box::new).map(Item::PrivateKey))
    }

    fn known(&self, item: Option<Item>) -> Result<Option<Item>, Finding> {
        item.map(Some).ok_or_else(|| self.damaged())
    }

    fn decoded(&self) -> Result<Zeroizing<Vec<u8>>, Finding> {
        STANDARD.decode(self.base64.as_str()).map(Zeroizing::new).map_err(|_| self.damaged())
    }

    fn damaged(&self) -> Finding {
        Finding::error(
            "damaged",
            format!("The {} in the file is damaged", self.name()),
            "Download or copy it again, whole",
        )
    }

    fn unusable(&self) -> Finding {
        let help = match self.label {
            "EC PARAMETERS" => "Choose the file that holds the key itself",
            "PKCS7" => "Convert it with: openssl pkcs7 -print_certs -in FILE -out chain.pem",
            _ => "Choose a file with a certificate or a private key",
        };
        Finding::error("unknown-content", format!("The file holds {} and nothing else", self.name()), help)
    }

    /// The label in printable form and of bounded length: it comes from a stranger's file.
    fn name(&self) -> String {
        self.label.chars().filter(|c| !c.is_control()).take(40).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn armour_reads_back_and_keeps_to_64_columns(size in 0usize..400) {
            let der = vec![0x5A; size];
            let text = armour("CERTIFICATE", &der);
            prop_assert!(text.ends_with('\n') && text.lines().all(|line| line.len() <= 64));
            let found = rustls_pemfile::read_one_from_slice(text.as_bytes()).unwrap().map(|(item, _)| item);
            prop_assert_eq!(found, Some(rustls_pemfile::Item::X509Certificate(der.into())));
        }
    }
}
