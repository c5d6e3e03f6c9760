//! Which module it is, and the lines that tell (protocol.md §3).

use crate::at::Answer;

use super::{Firmware, Model, named};

/// A module's own account of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `u-blox`
    pub manufacturer: String,
    /// From `AT+GMM`; the type code of `ATI0` may name another model.
    pub model: Model,
    /// `None` if the version did not read as one.
    pub firmware: Option<Firmware>,
    /// Sixteen digits on the modules seen.
    pub serial: String,
    /// The Wi-Fi station's address, twelve upper-case hex digits.
    pub mac: String,
}

/// The first value of a line of identification: quoted and without a name, as `"NINA-W152"`.
pub fn identification(line: &str) -> Option<String> {
    line.starts_with('"').then(|| Answer::parse(line).values.into_iter().next())?
}

/// The address in a line such as `+UMLA:D4CA6EFD96E0`, in upper case.
pub fn local_address(line: &str) -> Option<String> {
    let answer = named(line, "UMLA")?;
    let address = answer.text(0)?;
    let well_formed = address.len() == 12 && address.bytes().all(|byte| byte.is_ascii_hexdigit());
    well_formed.then(|| address.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identification_lines_are_quoted_and_have_no_name() {
        assert_eq!(identification("\"NINA-W152\"").as_deref(), Some("NINA-W152"));
        let long = r#""2.1.0-017","NINA-W13X-2.1.0-017-0-g253211b6""#;
        assert_eq!(identification(long).as_deref(), Some("2.1.0-017"));
        assert_eq!(identification("NINA-W152"), None);
        assert_eq!(identification("+CSGT:1,\"+STARTUP\""), None);
    }

    #[test]
    fn an_address_is_twelve_hex_digits() {
        assert_eq!(local_address("+UMLA:d4ca6efd96e0").as_deref(), Some("D4CA6EFD96E0"));
        assert_eq!(local_address("+UMLA:D4CA6E"), None);
        assert_eq!(local_address("+UMLA:D4CA6EFD96EX"), None);
        assert_eq!(local_address("+UMRS:D4CA6EFD96E0"), None);
    }
}
