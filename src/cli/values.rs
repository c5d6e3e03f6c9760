//! Values of arguments, with the reason and the remedy in one text when they are wrong.

use std::str::FromStr;
use std::time::Duration;

use crate::module::Firmware;
use crate::problem::Problem;
use crate::profile::{self, CloudKind};

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

/// Reads a kind of cloud by its name in profiles.
pub(super) fn cloud_kind(text: &str) -> Result<CloudKind, String> {
    let known = CloudKind::ALL.into_iter().find(|kind| kind.name() == text);
    known.ok_or_else(|| format!("write one of {}", CloudKind::ALL.map(CloudKind::name).join(", ")))
}
