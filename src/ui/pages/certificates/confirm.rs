//! The questions that are asked before something on the module is lost.

use egui::Ui;

use crate::module::CredentialKind;
use crate::plan::Upload;
use crate::session::Wish;
use crate::ui::actions::Actions;
use crate::ui::dialogs::{Answer, ask};
use crate::ui::widgets;

/// What a person is asked.
#[derive(Debug)]
pub(super) enum Question {
    Remove { kind: CredentialKind, name: String },
    Overwrite(Upload),
}

/// Draws the question, if there is one, and carries a yes out.
pub(super) fn show(ui: &Ui, question: &mut Option<Question>, actions: &mut Actions) {
    let Some(asked) = question.take() else { return };
    let (title, text, yes) = words(&asked);
    match ask(ui, &title, (yes, "Keep it"), |ui| drop(widgets::hint(ui, text))) {
        Answer::Open => *question = Some(asked),
        Answer::No => {}
        Answer::Yes => actions.wish(match asked {
            Question::Remove { kind, name } => Wish::RemoveStored { kind, name },
            Question::Overwrite(upload) => Wish::Store(upload),
        }),
    }
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
