//! Values of arguments, with the reason and the remedy in one text when they are wrong.

use std::str::FromStr;
use std::time::Duration;

use crate::module::Firmware;
use crate::problem::Problem;
use crate::profile;

/// Reads a value whose mistakes are explained by a problem.
pub(super) fn explained<T: FromStr<Err = Problem>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|problem: Problem| format!("{}. {}", problem.message, problem.help))
}

/// Reads a firmware version such as `4.0.0-006`.
pub(super) fn firmware(text: &str) -> Result<Firmware, String> {
    explained(text)
}

/// Reads a length of time with its unit: `90s`, `15m`, `12h` or `30d`.
pub(super) fn lifetime(text: &str) -> Result<Duration, String> {
    profile::lifetime(text).map_err(|problem| format!("{}. {}", problem.message, problem.help))
}
