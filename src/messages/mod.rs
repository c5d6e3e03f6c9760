//! Messages: named bodies that are sent to a cloud, once or again and again, with variables that differ each time. They
//! know what a cloud expects, and not how bytes get there: the topic is that of the peer they are sent through.
//!
//! A file holds one message or more. What stands behind `|` is the body, one blank after it left out:
//!
//! ```text
//! # Temperature
//! about: One reading, as JSON
//! cloud: azure-iot-hub
//! topic: devices/<device ID>/messages/events/
//! form: json
//! end: crlf
//!
//! | {"n": {{counter}}, "at": "{{time}}", "temperature": {{random 18.0 24.0}}}
//! ```
//!
//! `form` is `text`, `json` or `hex`; `end` is `cr`, `lf` or `crlf`, and nothing follows the body without it. The variables
//! are those of [`VARIABLES`], braces those of [`template`]. No secret stands in a message that is kept.

mod hex;
mod json;
mod library;
pub mod limits;
mod parse;
mod print;
mod schedule;
mod secrets;
mod shipped;
pub mod template;
mod variable;

pub use crate::shelf::Origin;
pub use library::Library;
pub use parse::parse;
pub use print::print;
pub use schedule::{LONGEST_PERIOD, SHORTEST_PERIOD, Schedule};
pub use shipped::{SHIPPED, shipped};
pub use template::Template;
pub use variable::{Dice, Span, VARIABLES, Variable};

use std::time::Duration;

use crate::problem::{Kind, Problem};
use crate::profile::CloudKind;
use crate::session::LineEnd;

/// A named message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// One line, unlike every other name.
    pub name: String,
    /// What it is for, in one line; may be empty.
    pub about: String,
    /// The cloud it is meant for; `None` for any.
    pub service: Option<Service>,
    /// The publish topic that its peer needs, with what is to be filled in between `<` and `>`; may be empty. A module
    /// publishes all that goes through a peer to the one topic of its URL (protocol.md §8.1), so nothing here sets it.
    pub topic: String,
    pub form: Form,
    /// What is sent, as the person writes it; lines end with LF.
    pub body: String,
    /// What follows the body.
    pub end: Option<LineEnd>,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    #[default]
    Text,
    Json,
    Hex,
}

/// A service that takes messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    Aws,
    AzureHub,
    AzureDps,
    Thingstream,
}

/// What a message is made with.
#[derive(Debug)]
pub struct Context<'a> {
    /// How many were sent before.
    pub count: u64,
    /// The time since 1970-01-01 00:00 UTC.
    pub now: Duration,
    pub dice: &'a mut Dice,
    pub module: &'a ModuleValues,
}

/// What is known of the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleValues {
    pub client_id: Option<String>,
    pub mac: Option<String>,
    pub serial: Option<String>,
}

/// Something wrong in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub position: Position,
    /// Without its position.
    pub problem: Problem,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// In bytes, from 0; at most the length of the text.
    pub offset: usize,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
}

impl Message {
    /// The body, ready to be sent.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with its place in the body; also that there is nothing to send, since no
    /// way to a module knows a message without bytes.
    pub fn template(&self) -> Result<Template, Flaw> {
        let template = Template::parse(&self.body, self.form)?.ending(self.end);
        if template.is_empty() {
            let problem = wrong("The message is empty", "Write something, or choose a line end");
            return Err(Flaw { position: Position::in_text(&self.body, 0), problem });
        }
        Ok(template)
    }

    /// Whether it may be kept and exported.
    ///
    /// # Errors
    /// Its name or other words are too long or no single line, its body cannot be sent, or a part of it looks like a
    /// secret ([`Kind::PlainSecret`]).
    pub fn check(&self) -> Result<(), Problem> {
        parse::check_name(&self.name)?;
        parse::check_words(&self.about, "The description")?;
        parse::check_words(&self.topic, "The topic")?;
        self.check_secrets()?;
        parse::check_body(&self.body)?;
        self.template().map(drop).map_err(|flaw| flaw.at_place())
    }
}

impl Form {
    /// Every form, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Text, Self::Json, Self::Hex];

    /// Its name in a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Hex => "hex",
        }
    }
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 4] = [Self::Aws, Self::AzureHub, Self::AzureDps, Self::Thingstream];

    /// Its name in a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AzureHub => "azure-iot-hub",
            Self::AzureDps => "azure-dps",
            Self::Thingstream => "thingstream",
        }
    }

    /// Its name for a person.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Aws => CloudKind::Aws.service(),
            Self::AzureHub => CloudKind::AzureX509.service(),
            Self::AzureDps => CloudKind::AzureDps.service(),
            Self::Thingstream => CloudKind::Thingstream.service(),
        }
    }

    /// The service that a host belongs to. After provisioning, the host is that of the hub.
    pub fn of_host(host: &str) -> Option<Self> {
        CloudKind::of_host(host).map(|kind| match kind {
            CloudKind::Aws => Self::Aws,
            CloudKind::AzureX509 | CloudKind::AzureSas => Self::AzureHub,
            CloudKind::AzureDps => Self::AzureDps,
            CloudKind::Thingstream => Self::Thingstream,
        })
    }
}

impl Flaw {
    /// The problem with its place in front.
    pub fn at_place(&self) -> Problem {
        let Position { line, column, .. } = self.position;
        self.problem.clone().at(format!("line {line}, column {column}"))
    }
}

impl Position {
    /// The place at this offset; one inside a character means the character.
    pub(crate) fn in_text(text: &str, offset: usize) -> Self {
        let offset = text.floor_char_boundary(offset);
        let before = text.get(..offset).unwrap_or(text);
        let (line, last) = before
            .rsplit_once('\n')
            .map_or((1, before), |(lines, last)| (2 + lines.matches('\n').count(), last));
        Self { offset, line, column: 1 + last.chars().count() }
    }
}

/// Enough of a text to recognise it.
fn excerpt(text: &str) -> String {
    const ENOUGH: usize = 24;
    let more = if text.chars().count() > ENOUGH { "…" } else { "" };
    format!("“{}{more}”", text.chars().take(ENOUGH).collect::<String>())
}

fn wrong(message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem::new(Kind::WrongForm, message, help)
}

#[cfg(test)]
mod tests;
