//! The line above the input: which parameter the cursor is in, what it means, what it may be, and what the line would do.

use egui::text::LayoutJob;
use egui::{Label, TextFormat, TextStyle, Ui};

use crate::catalogue::{Hint, Values, hint};
use crate::ui::theme::{Tokens, space};

/// The most values that are listed.
const MOST: usize = 12;

/// What there is to be said about what is typed, if anything.
pub(super) fn of(text: &str, cursor: usize) -> Option<Hint> {
    hint(text, cursor)
}

/// Draws it in one line, cut where it has no room; the whole of it is the tooltip.
pub(super) fn show(ui: &mut Ui, hint: &Hint) {
    let tokens = Tokens::of(ui);
    let small = TextStyle::Small.resolve(ui.style());
    let plain = |color| TextFormat::simple(small.clone(), color);
    let mut job = LayoutJob::default();
    job.append(&hint.command.usage(hint.form), 0.0, plain(tokens.text_weak));
    job.append(&about(hint), space::L, plain(tokens.text_strong));
    if let Some(objection) = &hint.objection {
        job.append(objection, space::L, plain(tokens.danger));
    }
    if let Some(danger) = hint.danger {
        job.append(danger.warning(), space::L, plain(tokens.warn));
    }
    let choices = choices(hint);
    job.append(&choices, space::L, plain(tokens.text_weak));
    let whole = job.text.clone();
    ui.add(Label::new(job).truncate()).on_hover_text(whole);
}

/// `2 of 3: tag, what is set`
fn about(hint: &Hint) -> String {
    let unit = if hint.param.unit.is_empty() { String::new() } else { format!(" in {}", hint.param.unit) };
    let range = match hint.param.values {
        Values::Number(from, to) => format!(", {from} to {to}"),
        _ => String::new(),
    };
    format!("{} of {}: {}{unit}{range}, {}", hint.number, hint.of, hint.param.name, hint.param.meaning)
}

/// `0 = off, 1 = on`
fn choices(hint: &Hint) -> String {
    let choices = hint.choices.iter().take(MOST);
    let choices: Vec<_> = choices.map(|choice| format!("{} = {}", choice.value, choice.meaning)).collect();
    choices.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_under_the_cursor_is_told_with_what_it_may_be() {
        let text = "AT+UWSC=0,";
        let hint = of(text, text.len()).unwrap();
        assert!(about(&hint).starts_with("2 of "), "{}", about(&hint));
        assert!(choices(&hint).contains("2 = "), "{}", choices(&hint));
        assert!(of("AT+UWSC", 7).is_none());
    }
}
