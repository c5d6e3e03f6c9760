//! Text that never prints: passphrases, private keys, tokens, passwords.
//! It guards one value in memory; masking what crosses the wire is the business of `session::mask`.

use std::fmt;

use zeroize::Zeroizing;

/// What is shown in place of every secret; its length says nothing about the secret's.
pub const DOTS: &str = "••••••";

/// A text that shows itself as [`DOTS`] and is wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Call it only where the bytes leave for the module or for a computation.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(DOTS)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(DOTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_dots_of_fixed_length_however_it_is_printed() {
        for text in ["", "x", "hunter2hunter2"] {
            let secret = Secret::new(text);
            assert_eq!(format!("{secret} {secret:?}"), format!("{DOTS} {DOTS}"));
            assert_eq!(secret.reveal(), text);
        }
    }
}
