//! What is said about a file: how bad it is, a code for scripts, and words for the person. Who finds it stands in
//! `content` and `check`; showing it is the business of the window and of `check`.

use serde::Serialize;

use crate::problem::{Kind, Problem};

/// How bad a finding is. An error blocks, a warning asks, information informs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// One thing that is said about a file or a part of it. It carries no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// A stable name for scripts, in kebab case.
    pub code: &'static str,
    /// What it is: one sentence.
    pub message: String,
    /// What to do: one sentence; errors and warnings always have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Finding {
    /// Something that cannot be used.
    pub fn error(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), help: Some(help.into()) }
    }

    /// Something that can be used, and that a person should decide about.
    pub fn warning(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, code, message: message.into(), help: Some(help.into()) }
    }

    /// Something good to know.
    pub fn info(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Info, code, message: message.into(), help: None }
    }
}

impl From<Finding> for Problem {
    fn from(finding: Finding) -> Self {
        let kind = match finding.code {
            super::check::KEY_MISMATCH => Kind::KeyMismatch,
            "malformed-token" | "malformed-connection-string" | "owner-string" => Kind::WrongForm,
            _ => Kind::WrongFile,
        };
        Self::new(kind, finding.message, finding.help.unwrap_or_default())
    }
}
