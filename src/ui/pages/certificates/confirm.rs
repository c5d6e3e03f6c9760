//! The questions that are asked before something on the module is lost.

use egui::{Button, RichText, Ui};

use crate::module::CredentialKind;
use crate::plan::Upload;
use crate::session::Wish;
use crate::ui::actions::Actions;
use crate::ui::dialogs::modal;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// What a person is asked.
#[derive(Debug)]
pub(super) enum Question {
    Remove { kind: CredentialKind, name: String },
    Overwrite(Upload),
}

/// How it was answered.
enum Verdict {
    Open,
    Yes,
    No,
}

/// Draws the question, if there is one, and carries a yes out.
pub(super) fn show(ui: &Ui, question: &mut Option<Question>, actions: &mut Actions) {
    let Some(asked) = question.take() else { return };
    match ask(ui, &asked) {
        Verdict::Open => *question = Some(asked),
        Verdict::No => {}
        Verdict::Yes => actions.wish(match asked {
            Question::Remove { kind, name } => Wish::RemoveStored { kind, name },
            Question::Overwrite(upload) => Wish::Store(upload),
        }),
    }
}

fn ask(ui: &Ui, question: &Question) -> Verdict {
    let (title, text, yes) = words(question);
    let mut verdict = Verdict::Open;
    let modal = modal(ui, &title).show(ui, |ui| {
        ui.set_width(420.0);
        widgets::section(ui, &title);
        widgets::hint(ui, text);
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            let danger = Tokens::of(ui).danger;
            if ui.add(Button::new(RichText::new(yes).color(danger))).clicked() {
                verdict = Verdict::Yes;
            }
            let keep = widgets::secondary_button(ui, "Keep it");
            if ui.memory(|memory| memory.focused().is_none()) {
                keep.request_focus();
            }
            if keep.clicked() {
                verdict = Verdict::No;
            }
        });
    });
    if modal.should_close() && matches!(verdict, Verdict::Open) { Verdict::No } else { verdict }
}

fn words(question: &Question) -> (String, &'static str, &'static str) {
    match question {
        Question::Remove { kind, name } => (
            format!("Remove the {kind} {name}?"),
            "It is gone from the module for good, and connections that use it fail. A private key cannot be read back, so \
             keep its file",
            "Remove",
        ),
        Question::Overwrite(upload) => (
            format!("Overwrite the {} {}?", upload.kind, upload.name),
            "The module stores something else under this name. It is lost, and connections that use it get the new content",
            "Overwrite",
        ),
    }
}
