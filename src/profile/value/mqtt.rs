//! Names of MQTT 3.1.1 as they can stand in the URL of `AT+UDCP`: client ID, topic, topic filter.
//! `{serial}` and `{mac}` in them stand for the module's own; limits of one cloud stand in that cloud's file.

use super::{no_controls, text_value, wrong_form};
use crate::problem::Problem;

/// An MQTT client ID: printable ASCII without what the module's URL cannot carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientId(String);

/// A topic to publish to: no wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic(String);

/// A topic filter to subscribe to: `+` alone in its level, `#` alone in the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicFilter(String);

text_value!(ClientId);
text_value!(Topic);
text_value!(TopicFilter);

impl ClientId {
    /// Reads a client ID.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        url_value("client ID", text)?;
        if !text.is_ascii() {
            let help = "Use letters, digits, hyphens and underscores";
            return Err(wrong_form("The client ID has a character outside ASCII", help));
        }
        Ok(Self(text.to_owned()))
    }

    /// The client ID of one module: its own serial number and MAC address put in.
    pub fn filled(&self, serial: &str, mac: &str) -> Result<Self, Problem> {
        Self::parse(&fill(&self.0, serial, mac))
    }
}

impl Topic {
    /// Reads a topic to publish to.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        url_value("topic", text)?;
        if text.contains(['+', '#']) {
            return Err(wrong_form(
                "A topic to publish to has no wildcards",
                "Write out the topic without + and #; wildcards belong to subscriptions",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The topic of one module: its own serial number and MAC address put in.
    pub fn filled(&self, serial: &str, mac: &str) -> Result<Self, Problem> {
        Self::parse(&fill(&self.0, serial, mac))
    }
}

impl TopicFilter {
    /// Reads a topic filter.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        url_value("topic filter", text)?;
        if text.split('/').any(|level| level.len() > 1 && level.contains(['+', '#'])) {
            return Err(wrong_form(
                "A wildcard shares its level with other characters",
                "Put + or # alone between slashes, such as device1/+/status",
            ));
        }
        if text.rsplit('/').skip(1).any(|level| level == "#") {
            let help = "Put # at the very end, such as device1/#, or use + for a single level";
            return Err(wrong_form("Something follows the wildcard #.", help));
        }
        Ok(Self(text.to_owned()))
    }

    /// The topic filter of one module: its own serial number and MAC address put in.
    pub fn filled(&self, serial: &str, mac: &str) -> Result<Self, Problem> {
        Self::parse(&fill(&self.0, serial, mac))
    }
}

/// The MQTT quality of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qos {
    /// 0: at most once.
    AtMostOnce,
    /// 1: at least once.
    AtLeastOnce,
}

impl Qos {
    /// The number that MQTT and the module's URL use.
    pub const fn code(self) -> u8 {
        match self {
            Self::AtMostOnce => 0,
            Self::AtLeastOnce => 1,
        }
    }
}

fn fill(text: &str, serial: &str, mac: &str) -> String {
    text.replace("{serial}", serial).replace("{mac}", mac)
}

/// Refuses what the module's URL cannot carry: `&` ends a value, blanks and quotes have no place in one, `%%`
/// stands for a stored value (protocol.md §8.1, §8.2); and template text that nobody replaced.
fn url_value(what: &str, text: &str) -> Result<(), Problem> {
    no_controls(what, text)?;
    let replace = "Remove it: the module cannot take it in the address of a connection";
    if text.is_empty() {
        return Err(wrong_form(format!("The {what} is empty"), "Enter at least one character"));
    }
    if fill(text, "", "").contains(['<', '>', '{', '}']) {
        let help =
            "Replace the part in brackets by your own value; only {serial} and {mac} are filled in for you";
        return Err(wrong_form(format!("The {what} still has template text in it"), help));
    }
    for (character, name) in [('&', "an ampersand (&)"), ('"', "a quote (\")"), (' ', "a space")] {
        if text.contains(character) {
            return Err(wrong_form(format!("The {what} has {name} in it"), replace));
        }
    }
    if text.contains(char::is_whitespace) {
        return Err(wrong_form(format!("The {what} has a blank in it"), replace));
    }
    if text.contains("%%") {
        return Err(wrong_form(format!("The {what} has %% in it"), replace));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn client_ids_are_ascii_that_the_modules_url_can_carry() {
        assert_eq!(ClientId::parse("device:1_a-b").unwrap().as_str(), "device:1_a-b");
        for wrong in ["", "a b", "a&b", "a\"b", "a\rb", "gerät", "a%%0", "<id>", "{id}"] {
            assert!(ClientId::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn serial_number_and_mac_are_filled_in_and_the_result_is_checked_again() {
        let id = ClientId::parse("gw-{serial}-{mac}").unwrap();
        assert_eq!(id.filled("117", "CCF9578D9AEC").unwrap().as_str(), "gw-117-CCF9578D9AEC");
        assert!(id.filled("1&7", "CCF9578D9AEC").is_err());
        assert_eq!(Topic::parse("{serial}/up").unwrap().filled("117", "").unwrap().as_str(), "117/up");
        assert!(Topic::parse("{serial}/up").unwrap().filled("#", "").is_err());
        assert_eq!(TopicFilter::parse("{mac}/#").unwrap().filled("", "aa").unwrap().as_str(), "aa/#");
    }

    #[test]
    fn topics_to_publish_to_have_no_wildcards() {
        assert!(Topic::parse("device1/up").is_ok());
        for wrong in ["", "device1/#", "+/up", "a b", "a&b", "a\nb"] {
            assert!(Topic::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn wildcards_stand_alone_and_the_hash_last() {
        for right in ["#", "+", "a/+/b", "a/#", "+/+/#", "/", "a//b"] {
            assert!(TopicFilter::parse(right).is_ok(), "{right}");
        }
        for wrong in ["", "a#", "a/b+", "a/#/b", "#/a", "##", "++", "a/+#"] {
            assert!(TopicFilter::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_topic_is_also_a_filter(text in "[a-c/+#$ &]{0,12}") {
            if Topic::parse(&text).is_ok() {
                prop_assert!(TopicFilter::parse(&text).is_ok());
            }
        }
    }
}
