//! The name of a file on the module.

use super::{length, text_value, wrong_form};
use crate::problem::Problem;

/// The longest name the module takes (protocol.md §7.1).
const LIMIT: usize = 32;

/// An internal name on the module: 1–32 letters, digits, `.`, `_` and `-`, which stand unquoted in every command
/// and URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFileName(String);

text_value!(ModuleFileName);

impl ModuleFileName {
    /// Reads an internal name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        length("name on the module", text, LIMIT)?;
        if !text.chars().all(is_allowed) {
            return Err(wrong_form(
                "The name on the module has a character it cannot take there",
                "Use letters, digits, dots, hyphens and underscores",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The internal name for a file of this name: other characters become `_`, what is too long is cut before the
    /// extension.
    pub fn from_file_name(name: &str) -> Self {
        let name: String = name.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
        if name.is_empty() { Self("file".to_owned()) } else { Self(joined(&name, "")) }
    }

    /// The same name with a number before the extension, still within the limit.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        Self(joined(&self.0, &format!("-{number}")))
    }
}

/// The name with a suffix before its extension, its stem cut so that the whole keeps to the limit.
fn joined(name: &str, suffix: &str) -> String {
    let (stem, extension) = match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 8 => name.split_at(dot),
        _ => (name, ""),
    };
    let room = LIMIT.saturating_sub(suffix.len() + extension.len());
    let stem: String = stem.chars().take(room).collect();
    stem + suffix + extension
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_have_1_to_32_safe_characters() {
        assert_eq!(ModuleFileName::parse("ca.pem").unwrap().as_str(), "ca.pem");
        for wrong in ["", "a b", "a,b", "a&b", "ü", &"x".repeat(33)] {
            assert!(ModuleFileName::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_long_file_name_is_cut_before_its_extension() {
        let aws = format!("{}-private.pem.key", "0123456789abcdef".repeat(4));
        assert_eq!(ModuleFileName::from_file_name(&aws).as_str(), "0123456789abcdef0123456789ab.key");
        assert_eq!(ModuleFileName::from_file_name("device (1).pem").as_str(), "device__1_.pem");
    }

    #[test]
    fn a_number_goes_before_the_extension() {
        assert_eq!(ModuleFileName::from_file_name("ca.pem").numbered(2).as_str(), "ca-2.pem");
    }

    proptest! {
        #[test]
        fn any_file_name_gives_a_name_the_module_takes(name in "\\PC{0,80}", number in 2usize..99) {
            let made = ModuleFileName::from_file_name(&name);
            prop_assert_eq!(ModuleFileName::parse(made.as_str()), Ok(made.clone()));
            prop_assert!(ModuleFileName::parse(made.numbered(number).as_str()).is_ok());
        }
    }
}
