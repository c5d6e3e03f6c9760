//! The smaller pieces of which lines of macros are made, and what is wrong with them.

use std::time::Duration;

use super::template::Template;
use crate::at;
use crate::problem::{Kind, Problem};

const LONGEST_TIME: Duration = Duration::from_secs(3600);

/// Refuses a command that is followed by data, which a macro does not have.
pub(super) fn check_upload(command: &str) -> Result<(), Problem> {
    if at::Request::parse(command).is_some_and(|request| request.asks_for_data()) {
        return Err(wrong(
            "The module asks for data after this command, and a macro has none",
            "Upload certificates and keys on the page Certificates, or by a profile",
        ));
    }
    Ok(())
}

pub(super) fn is_command(text: &str) -> bool {
    text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("AT"))
}

pub(super) fn template(text: &str) -> Result<Template, Problem> {
    Template::parse(text).map_err(|_| {
        wrong(
            "A brace stands alone, or what is between braces is no name",
            "Write {name} for a parameter, and {{ or }} for a brace",
        )
    })
}

pub(super) fn time(text: &str) -> Result<Duration, Problem> {
    let wrong = || {
        wrong(
            format!("{} is no time", excerpt(text)),
            "Write a number with its unit, as in 500ms or 20s, at most 3600s",
        )
    };
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s').ok_or_else(wrong)?, 1000),
    };
    let number: u64 = number.trim().parse().map_err(|_| wrong())?;
    let time = Duration::from_millis(number.saturating_mul(unit));
    if time.is_zero() || time > LONGEST_TIME { Err(wrong()) } else { Ok(time) }
}

pub(super) fn check_words(words: &str, longest: usize, what: &str) -> Result<(), Problem> {
    if words.chars().count() > longest {
        return Err(wrong(format!("{what} is longer than {longest} characters"), "Shorten it"));
    }
    Ok(())
}

/// Enough of a text to recognise it.
pub(super) fn excerpt(text: &str) -> String {
    const ENOUGH: usize = 24;
    let more = if text.chars().count() > ENOUGH { "…" } else { "" };
    format!("\"{}{more}\"", text.chars().take(ENOUGH).collect::<String>())
}

pub(super) fn wrong(message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem::new(Kind::WrongForm, message, help)
}
