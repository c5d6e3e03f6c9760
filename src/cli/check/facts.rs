//! The facts of what a file holds, in the form of the contract: flat for one thing, nested for several. Facts only;
//! judgements stand in the findings.

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::credential::azure::{ConnectionString, Proof};
use crate::credential::check::{File, Part, Verdict};
use crate::credential::sas::Token;
use crate::credential::{Certificate, Content, Item, PrivateKey, Request, Wrapping};
use crate::moment::UnixTime;

/// What a file is. The names are part of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Certificate,
    PrivateKey,
    CertificateRequest,
    PublicKey,
    Chain,
    Bundle,
    Token,
    ConnectionString,
    RevocationList,
    Unknown,
}

/// The facts of a file.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Facts {
    One(Fact),
    Chain { certificates: Vec<CertificateFacts> },
    Bundle { items: Vec<ItemFacts> },
    None {},
}

/// The facts of one thing.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Fact {
    Certificate(CertificateFacts),
    Key(KeyFacts),
    Request { subject: String, common_name: Option<String>, key: String },
    PublicKey { key: String },
    Token { resource: String, expires: Option<String>, policy: Option<String> },
    ConnectionString(StringFacts),
    None {},
}

/// One thing of several.
#[derive(Debug, Serialize)]
pub(super) struct ItemFacts {
    pub(super) kind: Kind,
    #[serde(flatten)]
    pub(super) fact: Fact,
}

#[derive(Debug, Serialize)]
pub(super) struct CertificateFacts {
    pub(super) subject: String,
    pub(super) issuer: String,
    common_name: Option<String>,
    pub(super) not_before: Option<String>,
    pub(super) not_after: Option<String>,
    pub(super) key: String,
    version: u32,
    is_ca: bool,
    pub(super) sha256: String,
    pub(super) md5_der: String,
    pub(super) bytes: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct KeyFacts {
    pub(super) key: Option<String>,
    pub(super) encrypted: bool,
    pub(super) belongs_to: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct StringFacts {
    pub(super) host: String,
    pub(super) device_id: String,
    module_id: Option<String>,
    policy: Option<String>,
    pub(super) proof: &'static str,
}

/// What the content is as a whole, and its facts. `files` are those that the places in the verdict count.
pub(super) fn of(content: &Content, verdict: &Verdict, files: &[File<'_>]) -> (Kind, Facts) {
    let items = || content.items.iter().zip(&verdict.parts).map(|(item, part)| item_facts(item, part, files));
    match content.items.as_slice() {
        [item] if content.wrapping == Wrapping::None => {
            let part = verdict.parts.first().cloned().unwrap_or_default();
            let facts = item_facts(item, &part, files);
            (facts.kind, Facts::One(facts.fact))
        }
        all if content.wrapping == Wrapping::None && all.iter().all(is_certificate) => (
            Kind::Chain,
            Facts::Chain { certificates: content.certificates().map(CertificateFacts::of).collect() },
        ),
        _ => (Kind::Bundle, Facts::Bundle { items: items().collect() }),
    }
}

fn is_certificate(item: &Item) -> bool {
    matches!(item, Item::Certificate(_))
}

fn item_facts(item: &Item, part: &Part, files: &[File<'_>]) -> ItemFacts {
    let belongs_to = || part.belongs_to.and_then(|place| files.get(place)).map(|file| file.name.to_owned());
    let key = |key: Option<&PrivateKey>, encrypted| {
        let key = key.map(|key| key.kind().to_string());
        Fact::Key(KeyFacts { key, encrypted, belongs_to: belongs_to() })
    };
    let (kind, fact) = match item {
        Item::Certificate(read) => (Kind::Certificate, Fact::Certificate(CertificateFacts::of(read))),
        Item::PrivateKey(read) => (Kind::PrivateKey, key(Some(read), false)),
        Item::EncryptedKey(_) => (Kind::PrivateKey, key(part.opened.as_ref(), true)),
        Item::OpenSshKey => (Kind::PrivateKey, key(None, false)),
        Item::PublicKey(read) => (Kind::PublicKey, Fact::PublicKey { key: read.kind().to_string() }),
        Item::Request(read) => (Kind::CertificateRequest, request(read)),
        Item::RevocationList => (Kind::RevocationList, Fact::None {}),
        Item::Token(read) => (Kind::Token, token(read)),
        Item::ConnectionString(read) => (Kind::ConnectionString, Fact::ConnectionString(string(read))),
    };
    ItemFacts { kind, fact }
}

impl CertificateFacts {
    fn of(read: &Certificate) -> Self {
        Self {
            subject: read.subject().to_owned(),
            issuer: read.issuer().to_owned(),
            common_name: read.common_name().map(str::to_owned),
            not_before: date(read.not_before()),
            not_after: date(read.not_after()),
            key: read.key_kind().to_string(),
            version: read.version(),
            is_ca: read.is_ca(),
            sha256: read.sha256(),
            md5_der: read.md5(),
            bytes: read.pem().len(),
        }
    }
}

fn request(read: &Request) -> Fact {
    Fact::Request {
        subject: read.subject().to_owned(),
        common_name: read.common_name().map(str::to_owned),
        key: read.key().kind().to_string(),
    }
}

fn token(read: &Token) -> Fact {
    Fact::Token {
        resource: read.resource().to_owned(),
        expires: date(read.expires()),
        policy: read.policy().map(str::to_owned),
    }
}

fn string(read: &ConnectionString) -> StringFacts {
    StringFacts {
        host: read.host.clone(),
        device_id: read.device_id.clone(),
        module_id: read.module_id.clone(),
        policy: read.policy.clone(),
        proof: match read.proof {
            Proof::Key(_) => "key",
            Proof::Certificate => "certificate",
            Proof::Token(_) => "token",
        },
    }
}

/// A point in time in RFC 3339; `None` beyond the calendar.
fn date(time: UnixTime) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(time.0).ok()?.format(&Rfc3339).ok()
}
