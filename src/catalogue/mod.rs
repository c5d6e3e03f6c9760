//! The catalogue: every AT command and every event of these modules, as tables, and what can be had from them. A line
//! in words, the names that complete what is being typed, and which parameter the cursor is in.
//!
//! The facts are those of protocol.md, with its section at each entry. What is only deduced there is marked
//! [`Certainty::Inferred`]. Lines are read by `at`, modules are known by `module`; here stands what they mean to a person.
//!
//! To add a command, add it to the table of its group in `table/`: everything else follows, the tests included.

mod entry;
mod explain;
mod hint;
mod needs;
mod storing;
mod table;
mod url;
mod walk;
mod words;

pub use entry::{
    Certainty, Choice, Command, Danger, Event, Form, FormKind, Group, Param, Presence, Radix, Shape, Values,
};
pub use explain::{Explanation, Line, Part, Subject, explain};
pub use hint::{Hint, UrlPlace, complete, hint};
pub use needs::{Ability, Needs, Verdict};
pub use storing::{Storing, storing};
pub use url::{PeerUrl, SCHEMES, Scheme, URL_KEYS, UrlKey, known_key};

/// All commands, by group.
pub fn commands() -> impl Iterator<Item = &'static Command> + Clone {
    table::COMMANDS.iter().flat_map(|group| group.iter())
}

/// All events.
pub fn events() -> impl Iterator<Item = &'static Event> + Clone {
    table::EVENTS.iter()
}

/// The command of this name, in any case, with the number behind it that is part of some names: `ATE0` is `ATE` with 0.
pub fn command(name: &str) -> Option<&'static Command> {
    let name = name.trim();
    split_number(name).map(|(command, _)| command)
}

/// The event of this name: `+UUDPC`.
pub fn event(name: &str) -> Option<&'static Event> {
    events().find(|event| event.name == name.trim())
}

/// The command and the number right behind its name, if it has one there.
fn split_number(name: &str) -> Option<(&'static Command, &str)> {
    let named = |name: &str| commands().find(|command| command.name.eq_ignore_ascii_case(name));
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = name.get(stem.len()..).unwrap_or_default();
    named(name).map(|command| (command, "")).or_else(|| {
        let command = named(stem).filter(|command| has_number(command))?;
        Some((command, number))
    })
}

/// Whether a number stands right behind its name, as in `ATE0`.
fn has_number(command: &Command) -> bool {
    command.forms.iter().any(|form| form.kind == FormKind::Run && !form.shape.params.is_empty())
}

#[cfg(test)]
mod tests;
