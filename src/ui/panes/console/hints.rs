//! The line above the input: which parameter the cursor is in, what it means, what it may be, and what the line would do.

use std::ops::Range;

use egui::text::LayoutJob;
use egui::{Button, Label, RichText, TextFormat, TextStyle, Ui};

use crate::catalogue::{self, Command, Danger, Hint, Values, Verdict, hint};
use crate::module::Identity;
use crate::ui::theme::{Tokens, space};

/// The most values that are offered.
const MOST: usize = 12;

/// What there is to be said about what is typed.
#[derive(Debug)]
pub(super) enum Said {
    /// About the parameter under the cursor.
    Parameter(Box<Hint>),
    /// About a command of which only the name stands there.
    Command(&'static Command),
}

/// What there is to be said, if anything.
pub(super) fn of(text: &str, cursor: usize) -> Option<Said> {
    let parameter = hint(text, cursor).map(|hint| Said::Parameter(Box::new(hint)));
    parameter.or_else(|| catalogue::command(text).filter(|_| !text.contains('=')).map(Said::Command))
}

/// What came of the values that were offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offered {
    /// The one that a person took, and where it belongs in the line.
    pub(super) taken: Option<(Range<usize>, &'static str)>,
    /// Whether one of them has the focus.
    pub(super) has_focus: bool,
}

/// Draws what is said in one line, cut where it has no room, and below it the values to choose from.
pub(super) fn show(ui: &mut Ui, said: &Said, module: Option<&Identity>) -> Offered {
    let job = words(ui, said, module);
    let whole = job.text.clone();
    ui.add(Label::new(job).truncate()).on_hover_text(whole);
    match said {
        Said::Parameter(hint) if !hint.choices.is_empty() => offer(ui, hint),
        Said::Parameter(_) | Said::Command(_) => Offered::default(),
    }
}

fn words(ui: &Ui, said: &Said, module: Option<&Identity>) -> LayoutJob {
    let tokens = Tokens::of(ui);
    let small = TextStyle::Small.resolve(ui.style());
    let mut job = LayoutJob::default();
    let mut say = |text: &str, color| {
        let gap = if job.text.is_empty() { 0.0 } else { space::L };
        if !text.is_empty() {
            job.append(text, gap, TextFormat::simple(small.clone(), color));
        }
    };
    let command = match said {
        Said::Parameter(hint) => hint.command,
        Said::Command(command) => command,
    };
    if let Some(lacking) = lacking(command, module) {
        say(&lacking, tokens.warn);
    }
    match said {
        Said::Parameter(hint) => {
            say(&hint.command.usage(hint.form), tokens.text_weak);
            say(&about(hint), tokens.text_strong);
            say(hint.objection.as_deref().unwrap_or_default(), tokens.danger);
            say(hint.danger.map(Danger::warning).unwrap_or_default(), tokens.warn);
        }
        Said::Command(command) => {
            say(command.title, tokens.text_strong);
            let usages: Vec<_> = command.forms.iter().map(|form| command.usage(form)).collect();
            say(&usages.join("   "), tokens.text_weak);
            say(command.note, tokens.text_weak);
        }
    }
    job
}

/// The values that the parameter may have, to be taken by a click, or by Tab and Enter.
fn offer(ui: &mut Ui, hint: &Hint) -> Offered {
    let mut offered = Offered::default();
    let weak = Tokens::of(ui).text_weak;
    // Lines are as high as the buttons.
    ui.spacing_mut().interact_size.y = 0.0;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(space::XS, space::XS);
        for choice in hint.choices.iter().take(MOST) {
            let value = RichText::new(choice.value).monospace().small();
            let meaning = RichText::new(choice.meaning).small().color(weak);
            let button = ui.add(Button::new((value, meaning)).small());
            let button = button.accessible_name(format!("{} = {}", choice.value, choice.meaning));
            offered.has_focus |= button.has_focus() || button.gained_focus();
            if button.clicked() {
                offered.taken = Some((hint.place.clone(), choice.value));
            }
        }
    });
    offered
}

/// What the connected module lacks for this command, if it is known to lack something.
fn lacking(command: &Command, module: Option<&Identity>) -> Option<String> {
    let module = module?;
    let verdict = command.needs.verdict(&module.model, module.firmware.as_ref());
    (verdict == Verdict::Lacks)
        .then(|| format!("{} lacks this: it needs {}", module.model, command.needs.words()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_under_the_cursor_is_told_with_what_it_may_be() {
        let text = "AT+UWSC=0,";
        let Some(Said::Parameter(hint)) = of(text, text.len()) else { panic!() };
        assert!(about(&hint).starts_with("2 of "), "{}", about(&hint));
        assert!(matches!(of("AT+UWSC", 7), Some(Said::Command(command)) if command.name == "AT+UWSC"));
        assert!(of("hello", 5).is_none());
    }
}
