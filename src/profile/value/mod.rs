//! Values that are right once they exist: names, hosts, topics, passphrases, each with its own `parse`.
//! Form fields use them one by one. What only one cloud demands stands in that cloud's file, such as `aws`.

mod host;
mod mqtt;
mod name;
mod wifi;

pub use host::Host;
pub use mqtt::{ClientId, Qos, Topic, TopicFilter};
pub use name::ModuleFileName;
pub use wifi::{Passphrase, Ssid};

use std::time::Duration;

use crate::problem::{Kind, Problem};

/// A value that does not have the form its field demands.
pub(super) fn wrong_form(message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem::new(Kind::WrongForm, message, help)
}

/// Refuses control characters: the module takes a carriage return for the end of the command and skips the
/// others (protocol.md §2).
pub(super) fn no_controls(what: &str, text: &str) -> Result<(), Problem> {
    if text.chars().any(char::is_control) {
        let help = "Type it again by hand: a tab or line end was probably copied with it";
        return Err(wrong_form(format!("The {what} has an invisible control character"), help));
    }
    Ok(())
}

/// Refuses text that is empty or longer than `limit` bytes.
pub(super) fn length(what: &str, text: &str, limit: usize) -> Result<(), Problem> {
    match text.len() {
        0 => Err(wrong_form(format!("The {what} is empty"), format!("Enter 1 to {limit} characters"))),
        bytes if bytes > limit => Err(wrong_form(
            format!("The {what} has {bytes} bytes, at most {limit} are allowed"),
            "Shorten it; a letter with an accent counts as two bytes or more",
        )),
        _ => Ok(()),
    }
}

/// The units of a length of time, the longest first, in seconds.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

/// Reads a length of time with its unit: `90s`, `15m`, `12h` or `30d`.
pub fn lifetime(text: &str) -> Result<Duration, Problem> {
    let seconds = UNITS.into_iter().find_map(|(unit, seconds)| {
        let number = text.strip_suffix(unit)?.parse::<u32>().ok()?;
        (number > 0).then(|| u64::from(number) * seconds)
    });
    seconds.map(Duration::from_secs).ok_or_else(|| {
        wrong_form("This is no length of time", "Write a number with s, m, h or d, such as 30d")
    })
}

/// A length of time as [`lifetime`] reads it, in its longest whole unit.
pub fn lifetime_text(time: Duration) -> String {
    let seconds = time.as_secs();
    let whole = UNITS.into_iter().find(|(_, unit)| seconds.is_multiple_of(*unit));
    whole.map_or_else(|| format!("{seconds}s"), |(unit, length)| format!("{}{unit}", seconds / length))
}

/// Implements what every value that is text has: the text itself.
macro_rules! text_value {
    ($name:ident) => {
        impl $name {
            /// The text as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
use text_value;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_number_and_a_unit() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000)] {
            assert_eq!(lifetime(text), Ok(Duration::from_secs(seconds)));
            assert_eq!(lifetime_text(Duration::from_secs(seconds)), text);
        }
        for bad in ["", "30", "d", "0d", "-1d", "1.5h", "1w", "99999999999d", "30 d"] {
            assert!(lifetime(bad).is_err(), "{bad}");
        }
    }
}
