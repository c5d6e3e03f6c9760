//! A text or a regular expression that is looked for in lines and messages, and the choice between the two.

use std::ops::Range;

use egui::{Button, Response, Ui};
use egui_material_icons::icons::ICON_REGULAR_EXPRESSION;
use regex::{Regex, RegexBuilder};

use crate::model::{Case, Needle};

/// The most bytes that an expression may become: one that is larger would take long to make.
const MOST: usize = 1 << 20;

/// How the text is understood; capitals are as small letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Way {
    #[default]
    AsItIs,
    Expression,
}

impl Way {
    /// Draws the switch of this name between the two.
    pub(super) fn toggle(&mut self, ui: &mut Ui, name: &str) -> Response {
        let switch = Button::selectable(*self == Self::Expression, ICON_REGULAR_EXPRESSION.rich_text());
        let response = ui.add(switch).on_hover_text(name).accessible_name(name);
        if response.clicked() {
            *self = match self {
                Self::AsItIs => Self::Expression,
                Self::Expression => Self::AsItIs,
            };
        }
        response
    }
}

/// A text or expression, ready for use.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Says where in a line it is.
    expression: Regex,
    /// The fast way for a text.
    needle: Option<Needle>,
}

impl Pattern {
    /// Makes it ready.
    ///
    /// # Errors
    /// What is wrong with the expression, in a few words.
    pub(super) fn new(text: &str, way: Way) -> Result<Self, String> {
        let (source, needle) = match way {
            Way::AsItIs => (regex::escape(text), Some(Needle::new(text, Case::Ignored))),
            Way::Expression => (text.to_owned(), None),
        };
        let built = RegexBuilder::new(&source).case_insensitive(true).size_limit(MOST).build();
        let expression = built.map_err(|error| reason(&error))?;
        Ok(Self { expression, needle })
    }

    /// The fast way, for a text.
    pub(super) const fn needle(&self) -> Option<&Needle> {
        self.needle.as_ref()
    }

    /// Whether it is in this text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.expression.is_match(text)
    }

    /// Where in this text it is.
    pub(super) fn places(&self, text: &str) -> Vec<Range<usize>> {
        let places = self.expression.find_iter(text).map(|found| found.range());
        places.filter(|place| !place.is_empty()).collect()
    }
}

/// The last line of what the library says: the ones before draw a picture of the expression.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_any_case_and_its_signs_mean_themselves() {
        let pattern = Pattern::new("uwsc=0,2", Way::AsItIs).unwrap();
        assert_eq!(pattern.places("AT+UWSC=0,2 and uwsc=0,2"), [3..11, 16..24]);
        assert!(!Pattern::new("A.C", Way::AsItIs).unwrap().is_in("ABC"));
    }

    #[test]
    fn an_expression_is_one_and_a_wrong_one_says_why() {
        assert!(Pattern::new("^\\+UU(WLE|WLD):", Way::Expression).unwrap().is_in("+UUWLD:0,4"));
        assert_eq!(Pattern::new("(", Way::Expression).unwrap_err(), "unclosed group");
        // What is in every line stands nowhere.
        assert!(Pattern::new("x*", Way::Expression).unwrap().places("AT").is_empty());
    }
}
