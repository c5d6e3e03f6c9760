//! The name of a server. Which names a cloud accepts is the business of that cloud's file.

use super::{text_value, wrong_form};
use crate::problem::Problem;

/// A host name or IPv4 address without scheme, port or path, in lower case: at most 253 characters (RFC 1123).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(String);

text_value!(Host);

impl Host {
    /// Reads a host name; names what was copied along with it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if let Some((message, help)) = foreign_part(text) {
            return Err(wrong_form(message, help));
        }
        if text.len() > 253 {
            return Err(wrong_form("The host name has more than 253 characters", "Copy the host name alone"));
        }
        if !text.split('.').all(is_label) {
            return Err(wrong_form(
                "The host name is malformed",
                "Use letters, digits and hyphens in parts separated by single dots, such as mqtt.example.com",
            ));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

/// What stands in the text beside a host name, and what to do about it.
fn foreign_part(text: &str) -> Option<(&'static str, &'static str)> {
    let alone = "Enter the host name alone, such as mqtt.example.com";
    if text.is_empty() {
        Some(("The host name is empty", alone))
    } else if text.contains(['<', '>', '{', '}']) {
        Some((
            "The host name still has template text in it",
            "Replace the part in brackets by your own value",
        ))
    } else if text.contains("://") {
        Some(("The host name begins with a scheme such as https://.", alone))
    } else if text.contains(char::is_whitespace) {
        Some(("The host name has a space or line end in it", alone))
    } else if text.contains('/') {
        Some(("The host name has a path behind it", alone))
    } else if text.contains(':') {
        Some(("The host name has a port behind it", "Leave out the port: the program knows which one to use"))
    } else {
        None
    }
}

fn is_label(label: &str) -> bool {
    let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    letters && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn host_names_are_taken_in_lower_case() {
        assert_eq!(Host::parse("Hub-1.Azure-Devices.net").unwrap().as_str(), "hub-1.azure-devices.net");
        assert!(Host::parse("192.168.1.7").is_ok());
    }

    #[test]
    fn what_was_copied_along_is_named() {
        for (text, named) in [
            ("", "empty"),
            ("https://a.example", "scheme"),
            ("a.example:8883", "port"),
            ("a.example/", "path"),
            (" a.example", "space"),
            ("a.example\n", "line end"),
            ("<prefix>-ats.example", "template"),
            ("{hub}.example", "template"),
            ("a..example", "malformed"),
            ("-a.example", "malformed"),
            ("a_b.example", "malformed"),
        ] {
            let message = Host::parse(text).unwrap_err().message;
            assert!(message.contains(named), "{text}: {message}");
        }
    }

    #[test]
    fn lengths_are_limited() {
        assert!(Host::parse(&"a".repeat(64)).is_err());
        assert!(Host::parse(&["a"; 128].join(".")).is_err());
    }

    proptest! {
        #[test]
        fn what_is_accepted_has_a_place_in_a_command(text in "\\PC{0,40}") {
            if let Ok(host) = Host::parse(&text) {
                prop_assert!(host.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b)));
            }
        }
    }
}
