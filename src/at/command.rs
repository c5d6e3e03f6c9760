//! A command on its way to a module: what goes over the wire and what a person may see of it, built together
//! so that they cannot disagree. Whether it fits a module is not known here.

use std::fmt;

use crate::secret::{DOTS, Secret};

use super::{masked, quote};

/// One command line without its CR. Debug and Display show it with dots in place of secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    wire: Secret,
    shown: String,
}

impl Command {
    /// A command that starts with this text, which holds no secret.
    pub fn new(start: &str) -> Self {
        Self { wire: Secret::new(start), shown: start.to_owned() }
    }

    /// A line as a person typed it; its secrets are found by [`secret_spans`](super::secret_spans).
    pub fn typed(line: &str) -> Self {
        Self { wire: Secret::new(line), shown: masked(line) }
    }

    /// Adds text as it is.
    #[must_use]
    pub fn plain(self, text: &str) -> Self {
        self.with(text, text)
    }

    /// Adds text as a quoted string.
    #[must_use]
    pub fn quoted(self, text: &str) -> Self {
        let quoted = quote(text);
        self.with(&quoted, &quoted)
    }

    /// Adds a secret as it is.
    #[must_use]
    pub fn secret(self, secret: &Secret) -> Self {
        self.with(secret.reveal(), DOTS)
    }

    /// Adds a secret as a quoted string.
    #[must_use]
    pub fn quoted_secret(self, secret: &Secret) -> Self {
        let quoted = Secret::new(quote(secret.reveal()));
        self.with(quoted.reveal(), &quote(DOTS))
    }

    /// The text for the module, without CR. It holds the secrets.
    pub fn wire(&self) -> &str {
        self.wire.reveal()
    }

    /// The text for people.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    fn with(mut self, wire: &str, shown: &str) -> Self {
        self.wire = Secret::new([self.wire.reveal(), wire].concat());
        self.shown.push_str(shown);
        self
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.shown, f)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_wire_has_the_secret_and_people_see_dots() {
        let command = Command::new("AT+UWSC=0,8,").quoted_secret(&Secret::new("hunter\"2"));
        assert_eq!(command.wire(), r#"AT+UWSC=0,8,"hunter\222""#);
        assert_eq!(format!("{command}"), format!("AT+UWSC=0,8,\"{DOTS}\""));
        assert!(!format!("{command:?}").contains("hunter"));
    }

    #[test]
    fn plain_and_quoted_parts_are_shown_as_sent() {
        let command = Command::new("AT+USECMNG=0,").plain("0,").quoted("ca.pem").plain(",1261");
        assert_eq!(command.wire(), "AT+USECMNG=0,0,\"ca.pem\",1261");
        assert_eq!(command.wire(), command.shown());
    }

    #[test]
    fn a_typed_line_is_sent_as_typed_and_shown_masked() {
        let command = Command::typed("at+uwsc=0,8,hunter2hunter2");
        assert_eq!(command.wire(), "at+uwsc=0,8,hunter2hunter2");
        assert_eq!(command.shown(), format!("at+uwsc=0,8,{DOTS}"));
    }

    proptest! {
        #[test]
        fn a_built_command_looks_as_if_it_had_been_typed(ssid in any::<String>(), passphrase in ".{1,63}") {
            let named = Command::new("AT+UWSC=0,2,").quoted(&ssid);
            prop_assert_eq!(named.shown(), masked(named.wire()));
            let secured = Command::new("AT+UWSC=0,8,").quoted_secret(&Secret::new(passphrase));
            prop_assert_eq!(secured.shown(), masked(secured.wire()));
        }
    }
}
