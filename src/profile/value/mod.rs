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
