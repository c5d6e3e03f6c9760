//! The name of a Wi-Fi network and what opens it.

use super::{length, no_controls, text_value, wrong_form};
use crate::problem::Problem;
use crate::secret::Secret;

/// The name of a Wi-Fi network: 1–32 bytes (IEEE 802.11; protocol.md §6.1 tag 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ssid(String);

text_value!(Ssid);

impl Ssid {
    /// Reads a network's name; control characters are refused, spaces count.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        length("network name", text, 32)?;
        no_controls("network name", text)?;
        Ok(Self(text.to_owned()))
    }
}

/// What opens a WPA network: 8–63 printable ASCII characters or a key of 64 hex digits (protocol.md §6.1 tag 8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passphrase(Secret);

impl Passphrase {
    /// Reads a passphrase or key; no message repeats any of it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "Enter the 8 to 63 characters that other devices use for this network, or its key of 64 hex digits";
        let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        match text.chars().count() {
            8..=63 if printable => Ok(Self(Secret::new(text))),
            64 if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => Ok(Self(Secret::new(text))),
            64 => Err(wrong_form("The passphrase has 64 characters that are not all hex digits", HELP)),
            8..=63 => {
                Err(wrong_form("The passphrase has a character that Wi-Fi does not allow in one", HELP))
            }
            count => Err(wrong_form(format!("The passphrase has {count} characters"), HELP)),
        }
    }

    /// The text for the module.
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_name_has_1_to_32_bytes() {
        assert_eq!(Ssid::parse(" lab ap ").unwrap().as_str(), " lab ap ");
        assert!(Ssid::parse(&"x".repeat(32)).is_ok());
        for wrong in ["", &"x".repeat(33), &"ü".repeat(17)] {
            assert!(Ssid::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_network_name_cannot_smuggle_in_a_command() {
        assert!(Ssid::parse("lab\rAT+UFACTORY").is_err());
    }

    #[test]
    fn a_passphrase_has_8_to_63_characters_or_64_hex_digits() {
        for right in ["12345678", "with spaces too", &"a".repeat(63), &"0aF9".repeat(16)] {
            assert_eq!(Passphrase::parse(right).unwrap().into_secret().reveal(), right);
        }
        for wrong in ["", "seven77", &"g".repeat(64), &"a".repeat(65), "passwörter", "tab\ttab\ttab"] {
            assert!(Passphrase::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_refused_passphrase_is_not_repeated() {
        for wrong in ["seven77", "passwörter"] {
            let problem = Passphrase::parse(wrong).unwrap_err();
            assert!(!format!("{problem} {}", problem.help).contains(wrong));
        }
    }
}
