//! What looks like a secret in a message, so that it is neither kept nor exported. It may be sent.

use super::{Form, Message, Template};
use crate::problem::{Kind, Problem};

/// What only secrets, or texts with a secret in them, have; in small letters.
const MARKS: [&str; 10] = [
    "sharedaccesssignature",
    "sharedaccesskey",
    "-----begin",
    "\"password\"",
    "\"passwd\"",
    "\"passphrase\"",
    "\"privatekey\"",
    "\"private_key\"",
    "passwd=",
    "password=",
];

/// The lengths of symmetric keys of Azure in base64: 32 and 64 bytes (clouds.md §3.1).
const KEY_LENGTHS: [usize; 2] = [44, 88];

impl Message {
    /// # Errors
    /// [`Kind::PlainSecret`]; the problem does not repeat the secret.
    pub(super) fn check_secrets(&self) -> Result<(), Problem> {
        let template = Template::parse(&self.body, self.form).ok().filter(|_| self.form == Form::Hex);
        let decoded = template.map(|template| template.fixed()).unwrap_or_default();
        let decoded = String::from_utf8_lossy(&decoded).into_owned();
        let texts = [&self.name, &self.about, &self.topic, &self.body, &decoded];
        if texts.into_iter().any(|text| looks_secret(text)) {
            return Err(Problem::new(
                Kind::PlainSecret,
                "The message holds what looks like a password, key or token, and would stand in a file",
                "Send it without saving it, or take the secret out",
            ));
        }
        Ok(())
    }
}

/// Whether a text has a mark of secrets, or a word that is a key in base64.
pub(super) fn looks_secret(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    MARKS.iter().any(|mark| small.contains(mark)) || text.split(|c| !is_base64(c)).any(is_key)
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')
}

fn is_key(word: &str) -> bool {
    let digits = word.trim_end_matches('=');
    // As in key=AAEC…
    let own = digits.rsplit('=').next().unwrap_or_default();
    let padding = word.len() - digits.len();
    padding > 0 && KEY_LENGTHS.contains(&(own.len() + padding))
}
