//! Values of arguments, with the reason and the remedy in one text when they are wrong.

use std::str::FromStr;
use std::time::Duration;

use crate::module::Firmware;
use crate::problem::Problem;

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
    let units = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
    let seconds = units.into_iter().find_map(|(unit, seconds)| {
        let number = text.strip_suffix(unit)?.parse::<u32>().ok()?;
        (number > 0).then(|| u64::from(number) * seconds)
    });
    seconds.map(Duration::from_secs).ok_or_else(|| "write a number with s, m, h or d, such as 30d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_number_and_a_unit() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000)] {
            assert_eq!(lifetime(text), Ok(Duration::from_secs(seconds)));
        }
        for bad in ["", "30", "d", "0d", "-1d", "1.5h", "1w", "99999999999d"] {
            assert!(lifetime(bad).is_err(), "{bad}");
        }
    }
}
