//! What went wrong, whose fault it is, and what to do about it: the one error type that reaches a person.
//! Finding the cause behind a symptom is the business of `diagnosis`; this only carries the words.

use std::fmt;

use serde::Serialize;

/// Something that went wrong, in words for the person who has to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}{message}", field_prefix(.field))]
pub struct Problem {
    /// The stable name that scripts match on.
    pub kind: Kind,
    /// The place in the profile or form it belongs to, such as `wifi.passphrase`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What happened: one sentence without secrets.
    pub message: String,
    /// What to do: one sentence.
    pub help: String,
}

impl Problem {
    /// A problem that belongs to no field.
    pub fn new(kind: Kind, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { kind, field: None, message: message.into(), help: help.into() }
    }

    /// The same problem, said at this field.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

fn field_prefix(field: &Option<String>) -> String {
    field.as_ref().map(|field| format!("{field}: ")).unwrap_or_default()
}

/// The kinds of problems. Their kebab-case names are part of the contract with scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    // The profile, the form or the arguments.
    ProfileUnreadable,
    UnknownKey,
    PlainSecret,
    MissingField,
    WrongForm,
    MissingFile,
    MissingVariable,
    MissingSecret,
    NoTerminal,
    WrongFile,
    KeyMismatch,
    FileExists,
    // The computer and the cable.
    PortMissing,
    PortBusy,
    PortForbidden,
    PortLost,
    FileUnwritable,
    KeyringUnavailable,
    WindowUnavailable,
    // The module.
    ModuleSilent,
    ModuleRefused,
    ModuleReset,
    ModuleUnsuitable,
    ModuleBusy,
    CommandTooLong,
    UploadMismatch,
    // The network.
    WifiNotFound,
    WifiRefused,
    WifiLost,
    WifiNoAddress,
    // The cloud.
    CloudUnreachable,
    CloudRefused,
    CloudSilent,
    CloudAnswer,
    // The person, or the program itself.
    Cancelled,
    Internal,
}

/// Who can mend a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Something that was typed, chosen or written in a profile.
    Input,
    /// The computer, its port or the cable.
    Computer,
    /// The module.
    Module,
    /// The Wi-Fi network.
    Network,
    /// The cloud, or the way to it.
    Cloud,
    /// Nobody: it was asked for.
    Nobody,
    /// This program.
    Program,
}

impl Kind {
    /// Whose fault a problem of this kind is.
    pub const fn fault(self) -> Fault {
        match self {
            Self::ProfileUnreadable
            | Self::UnknownKey
            | Self::PlainSecret
            | Self::MissingField
            | Self::WrongForm
            | Self::MissingFile
            | Self::MissingVariable
            | Self::MissingSecret
            | Self::NoTerminal
            | Self::WrongFile
            | Self::KeyMismatch
            | Self::FileExists => Fault::Input,
            Self::PortMissing
            | Self::PortBusy
            | Self::PortForbidden
            | Self::PortLost
            | Self::FileUnwritable
            | Self::KeyringUnavailable
            | Self::WindowUnavailable => Fault::Computer,
            Self::ModuleSilent
            | Self::ModuleRefused
            | Self::ModuleReset
            | Self::ModuleUnsuitable
            | Self::ModuleBusy
            | Self::CommandTooLong
            | Self::UploadMismatch => Fault::Module,
            Self::WifiNotFound | Self::WifiRefused | Self::WifiLost | Self::WifiNoAddress => Fault::Network,
            Self::CloudUnreachable | Self::CloudRefused | Self::CloudSilent | Self::CloudAnswer => {
                Fault::Cloud
            }
            Self::Cancelled => Fault::Nobody,
            Self::Internal => Fault::Program,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Input => "the input",
            Self::Computer => "the computer",
            Self::Module => "the module",
            Self::Network => "the Wi-Fi network",
            Self::Cloud => "the cloud",
            Self::Nobody => "nobody",
            Self::Program => "this program",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_field_before_its_message() {
        let problem = Problem::new(Kind::WrongForm, "it is too long", "shorten it").at("wifi.ssid");
        assert_eq!(problem.to_string(), "wifi.ssid: it is too long");
    }

    #[test]
    fn kinds_are_written_in_kebab_case() {
        let written = serde_json::to_string(&Kind::WifiNoAddress).unwrap();
        assert_eq!(written, "\"wifi-no-address\"");
    }
}
