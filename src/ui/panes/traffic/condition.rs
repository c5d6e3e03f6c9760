//! A condition on a field of messages: that it is there, or how its value compares. `$.status = assigned`, `temperature > 21`.

use crate::payload::{Kind, Node, Path, Reading};

/// What must hold of at least one value at a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    path: Path,
    test: Test,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Exists,
    Is(String),
    IsNot(String),
    Above(f64),
    Below(f64),
}

/// The signs between a path and a value; none of them is part of another that comes later.
const SIGNS: [&str; 4] = ["!=", "=", ">", "<"];

impl Condition {
    /// Reads a path, alone or with a comparison behind it.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let found = SIGNS.into_iter().find_map(|sign| Some((sign, text.split_once(sign)?)));
        let (path, test) = match found {
            None => (text, Test::Exists),
            Some((sign, (path, value))) => (path, test(sign, value.trim())?),
        };
        let path = path.trim().parse::<Path>().map_err(|error| error.to_string())?;
        Ok(Self { path, test })
    }

    /// Whether a message meets it.
    pub(super) fn is_met_by(&self, reading: &Reading) -> bool {
        reading.find(&self.path).into_iter().any(|node| self.test.holds(node))
    }
}

fn test(sign: &str, value: &str) -> Result<Test, String> {
    let number = || value.parse::<f64>().map_err(|_| format!("{value:?} is no number to compare with"));
    let plain = || value.trim_matches('"').to_owned();
    match (sign, value) {
        (_, "") => Err(format!("A value is missing behind {sign}")),
        ("!=", _) => Ok(Test::IsNot(plain())),
        (">", _) => number().map(Test::Above),
        ("<", _) => number().map(Test::Below),
        _ => Ok(Test::Is(plain())),
    }
}

impl Test {
    fn holds(&self, node: &Node) -> bool {
        match self {
            Self::Exists => true,
            Self::Is(value) => is(node, value),
            Self::IsNot(value) => !is(node, value),
            Self::Above(bound) => node.number().is_some_and(|number| number > *bound),
            Self::Below(bound) => node.number().is_some_and(|number| number < *bound),
        }
    }
}

/// Numbers compare as numbers, everything else as it is written.
fn is(node: &Node, value: &str) -> bool {
    match (node.number(), value.parse::<f64>()) {
        (Some(number), Ok(wanted)) if node.kind == Kind::Number => number.total_cmp(&wanted).is_eq(),
        _ => !node.is_container() && node.text == value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload;

    fn met(condition: &str, message: &str) -> bool {
        Condition::parse(condition).unwrap().is_met_by(&payload::read(message.as_bytes()))
    }

    #[test]
    fn a_field_is_asked_for_and_compared_as_number_or_as_text() {
        let message = r#"{"status":"assigned","n":{"t":[20.5,7]},"on":true}"#;
        for (condition, expected) in [
            ("status", true),
            ("$.state", false),
            ("status = assigned", true),
            ("status=\"assigned\"", true),
            ("status != assigned", false),
            ("n.t[0] > 20", true),
            ("n.t[0] < 20", false),
            ("n.t[1] = 7.0", true),
            ("on = true", true),
            ("n = x", false),
        ] {
            assert_eq!(met(condition, message), expected, "{condition}");
        }
        assert!(!met("status", "no JSON"));
    }

    #[test]
    fn a_wrong_condition_says_why() {
        for text in ["a..b", "a >", "a > warm", "[", ""] {
            assert!(Condition::parse(text).is_err() || text.is_empty(), "{text}");
        }
    }
}
