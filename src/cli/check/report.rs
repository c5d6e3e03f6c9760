//! What `check` prints of one file: an object of the JSON array, or lines for people with the same verdict.

use serde::Serialize;

use super::facts::{self, CertificateFacts, Fact, Facts, ItemFacts, Kind};
use super::{Content, Finding, Verdict};
use crate::credential::Severity;
use crate::credential::check::File;

/// What is said of one file.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    file: String,
    kind: Kind,
    findings: Vec<Finding>,
    #[serde(flatten)]
    facts: Facts,
}

impl Entry {
    /// Of a file that holds something.
    pub(super) fn of(file: &str, content: &Content, verdict: &Verdict, files: &[File<'_>]) -> Self {
        let (kind, facts) = facts::of(content, verdict, files);
        Self { file: file.to_owned(), kind, findings: verdict.findings.clone(), facts }
    }

    /// Of a file from which nothing can be had.
    pub(super) fn unreadable(file: &str, finding: Finding) -> Self {
        let kind = match finding.code {
            "malformed-token" => Kind::Token,
            "malformed-connection-string" | "owner-string" => Kind::ConnectionString,
            _ => Kind::Unknown,
        };
        Self { file: file.to_owned(), kind, findings: vec![finding], facts: Facts::None {} }
    }

    /// Whether something in the file cannot be used.
    pub(super) fn has_error(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The lines for people.
    pub(super) fn lines(&self) -> Vec<String> {
        // A file's name may hold anything, and a terminal obeys.
        let name: String = self.file.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        let mut lines = vec![format!("{name}: {}", noun(self.kind))];
        match &self.facts {
            Facts::One(fact) => lines.extend(fact_lines(fact)),
            Facts::Chain { certificates } => {
                lines.extend(
                    certificates.iter().flat_map(|facts| part(Kind::Certificate, certificate(facts))),
                );
            }
            Facts::Bundle { items } => lines.extend(items.iter().flat_map(item)),
            Facts::None {} => {}
        }
        lines.extend(self.findings.iter().flat_map(finding_lines));
        lines.push(String::new());
        lines
    }
}

fn item(item: &ItemFacts) -> Vec<String> {
    part(item.kind, fact_lines(&item.fact))
}

/// A part of a file, indented below what it is.
fn part(kind: Kind, lines: Vec<String>) -> Vec<String> {
    std::iter::once(format!("  {}", noun(kind)))
        .chain(lines.into_iter().map(|line| format!("  {line}")))
        .collect()
}

fn fact_lines(fact: &Fact) -> Vec<String> {
    let row = |name: &str, value: &str| format!("  {name:<10} {value}");
    match fact {
        Fact::Certificate(facts) => certificate(facts),
        Fact::Key(facts) => {
            let kind = facts.key.as_deref().unwrap_or("unknown");
            let state = if facts.encrypted { ", encrypted" } else { "" };
            vec![row("key", &format!("{kind}{state}"))]
        }
        Fact::Request { subject, key, .. } => vec![row("subject", subject), row("key", key)],
        Fact::PublicKey { key } => vec![row("key", key)],
        Fact::Token { resource, expires, .. } => {
            vec![row("resource", resource), row("expires", expires.as_deref().unwrap_or("never"))]
        }
        Fact::ConnectionString(facts) => {
            vec![row("host", &facts.host), row("device ID", &facts.device_id), row("proof", facts.proof)]
        }
        Fact::None {} => Vec::new(),
    }
}

fn certificate(facts: &CertificateFacts) -> Vec<String> {
    let row = |name: &str, value: &str| format!("  {name:<10} {value}");
    let [from, until] = [&facts.not_before, &facts.not_after].map(|date| date.as_deref().unwrap_or("?"));
    vec![
        row("subject", &facts.subject),
        row("issuer", &facts.issuer),
        row("valid", &format!("{from} to {until}")),
        row("key", &facts.key),
        row("SHA-256", &facts.sha256),
        row("MD5", &facts.md5_der),
        row("bytes", &facts.bytes.to_string()),
    ]
}

fn finding_lines(finding: &Finding) -> Vec<String> {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let first = format!("  {severity:<8} {} [{}]", finding.message, finding.code);
    let help = finding.help.as_ref().map(|help| format!("  {:<8} {help}", ""));
    std::iter::once(first).chain(help).collect()
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Certificate => "certificate",
        Kind::PrivateKey => "private key",
        Kind::CertificateRequest => "request for a certificate",
        Kind::PublicKey => "public key",
        Kind::Chain => "chain of certificates",
        Kind::Bundle => "bundle",
        Kind::Token => "SAS token",
        Kind::ConnectionString => "connection string",
        Kind::RevocationList => "list of revoked certificates",
        Kind::Unknown => "not known",
    }
}
