//! Text of a plan: fixed parts, secrets, holes that are filled while the plan runs, and computed tokens.
//! Parts only, no brace templates: MQTT topics may contain braces themselves.

use std::collections::BTreeMap;

use crate::at;
use crate::credential::sas;
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// A name for a value that becomes known while the plan runs, such as `operation_id`.
pub type Hole = &'static str;

/// One part of a [`Text`].
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text as it stands on the wire, already escaped where it needs to be.
    Plain(String),
    /// A secret as it stands on the wire.
    Secret(Secret),
    /// A secret that is put between quotes and escaped.
    QuotedSecret(Secret),
    /// A value bound while the plan runs.
    Hole(Hole),
    /// A shared access signature, computed when it is sent because its resource may hold holes.
    Sas { resource: Text, key: Secret, policy: Option<String>, expires: UnixTime },
}

/// A text made of parts. The builder methods put one part after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text(Vec<Part>);

impl Text {
    /// A text that starts with `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(vec![Part::Plain(text.into())])
    }

    /// Appends text as it stands.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.part(Part::Plain(text.into()))
    }

    /// Appends an AT string: quoted and escaped (protocol.md §2.1).
    #[must_use]
    pub fn quoted(self, text: &str) -> Self {
        self.part(Part::Plain(at::quote(text)))
    }

    /// Appends another text.
    #[must_use]
    pub fn text(mut self, text: Self) -> Self {
        self.0.extend(text.0);
        self
    }

    /// Appends any part.
    #[must_use]
    pub fn part(mut self, part: Part) -> Self {
        self.0.push(part);
        self
    }

    /// The text as a command, wire text and shown text together.
    ///
    /// # Errors
    /// A hole that is not bound, or a key that is not base64.
    pub fn command(&self, bindings: &Bindings) -> Result<at::Command, Problem> {
        self.0.iter().try_fold(at::Command::new(""), |command, part| {
            Ok(match part {
                Part::Plain(text) => command.plain(text),
                Part::Secret(secret) => command.secret(secret),
                Part::QuotedSecret(secret) => command.quoted_secret(secret),
                Part::Hole(hole) => command.plain(bindings.value(hole)?),
                Part::Sas { resource, key, policy, expires } => {
                    let resource = resource.command(bindings)?;
                    command.quoted_secret(&sas::token(resource.wire(), key, *expires, policy.as_deref())?)
                }
            })
        })
    }

    /// The text as it may be shown before the plan runs: secrets as dots, holes as `<name>`.
    pub fn shown(&self) -> String {
        let dots = crate::secret::DOTS;
        self.0
            .iter()
            .map(|part| match part {
                Part::Plain(text) => text.clone(),
                Part::Secret(_) => dots.to_owned(),
                Part::QuotedSecret(_) | Part::Sas { .. } => format!("\"{dots}\""),
                Part::Hole(hole) => format!("<{hole}>"),
            })
            .collect()
    }

    /// How long this text gets on the wire, counting holes as values of ordinary length.
    pub fn longest(&self) -> usize {
        self.0
            .iter()
            .map(|part| match part {
                Part::Plain(text) => text.len(),
                Part::Secret(secret) => secret.reveal().len(),
                Part::QuotedSecret(secret) => at::quote(secret.reveal()).len(),
                Part::Hole(_) => ORDINARY_VALUE,
                Part::Sas { resource, .. } => 3 * resource.longest() + SAS_WITHOUT_RESOURCE,
            })
            .sum()
    }

    /// The secrets in it that are known before the plan runs.
    pub fn secrets(&self) -> impl Iterator<Item = Secret> + '_ {
        self.0.iter().filter_map(|part| match part {
            Part::Secret(secret) | Part::QuotedSecret(secret) => Some(secret.clone()),
            Part::Sas { key, .. } => Some(key.clone()),
            Part::Plain(_) | Part::Hole(_) => None,
        })
    }
}

/// The length of an ordinary host name or device ID. What is longer than it makes a line longer than the module takes is
/// refused by the module itself.
const ORDINARY_VALUE: usize = 32;
/// Quotes, field names, an escaped signature, an expiry and a policy name of ordinary length.
const SAS_WITHOUT_RESOURCE: usize = 130;

/// Values bound so far.
#[derive(Clone, Debug, Default)]
pub struct Bindings(BTreeMap<Hole, String>);

impl Bindings {
    /// Binds a value that came from outside.
    ///
    /// # Errors
    /// A value that does not fit its type, so that no answer of a cloud can put words into an AT command.
    pub fn bind(&mut self, hole: Hole, kind: BoundType, value: &str) -> Result<(), Problem> {
        if !kind.accepts(value) {
            return Err(Problem::new(
                Kind::CloudAnswer,
                format!("The cloud answered with a {} that cannot be used in a command", kind.name()),
                "Check the configuration of the cloud service; the recording shows the whole answer",
            ));
        }
        self.0.insert(hole, value.to_owned());
        Ok(())
    }

    /// The value bound to `hole`.
    ///
    /// # Errors
    /// Nothing is bound to it: the plan asks for a value before anything can have given it.
    pub fn value(&self, hole: &str) -> Result<&str, Problem> {
        self.0.get(hole).map(String::as_str).ok_or_else(|| {
            Problem::new(
                Kind::Internal,
                format!("The plan uses \"{hole}\" before it is known"),
                "Report this as a fault of the program, with the recording",
            )
        })
    }

    /// All values bound so far, by name.
    pub fn iter(&self) -> impl Iterator<Item = (Hole, &str)> {
        self.0.iter().map(|(hole, value)| (*hole, value.as_str()))
    }
}

/// What a bound value may look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundType {
    /// A DNS name: letters, digits, hyphens and dots.
    Host,
    /// A device ID that has a place inside an AT URL.
    DeviceId,
    /// An operation ID of a provisioning service.
    OperationId,
}

impl BoundType {
    /// The most bytes any bound value may have.
    pub const LONGEST: usize = 128;

    fn accepts(self, value: &str) -> bool {
        let allowed = |c: char| match self {
            Self::Host => c.is_ascii_alphanumeric() || matches!(c, '-' | '.'),
            Self::DeviceId => {
                c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':' | '@' | '$' | '!' | '*')
            }
            Self::OperationId => c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'),
        };
        !value.is_empty() && value.len() <= Self::LONGEST && value.chars().all(allowed)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Host => "host name",
            Self::DeviceId => "device ID",
            Self::OperationId => "operation ID",
        }
    }
}
