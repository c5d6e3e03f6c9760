//! The question before a command that loses something.

use egui::{Label, RichText, Ui};

use crate::at;
use crate::catalogue::Danger;
use crate::ui::dialogs::{Answer, ask};
use crate::ui::widgets::{self, Tone};

/// A command that waits for a yes.
#[derive(Debug)]
pub(super) struct Question {
    text: String,
    danger: Danger,
    /// Which settings would be lost, as a sentence.
    unsaved: Option<String>,
}

impl Question {
    pub(super) const fn new(text: String, danger: Danger, unsaved: Option<String>) -> Self {
        Self { text, danger, unsaved }
    }

    /// Draws the question, if there is one; gives the command if it is to be sent.
    pub(super) fn settle(ui: &Ui, question: &mut Option<Self>) -> Option<String> {
        let asked = question.take()?;
        let answer =
            ask(ui, "Send this command?", ("Send anyway", "Do not send"), |ui| asked.what_is_lost(ui));
        match answer {
            Answer::Open => *question = Some(asked),
            Answer::No => {}
            Answer::Yes => return Some(asked.text),
        }
        None
    }

    fn what_is_lost(&self, ui: &mut Ui) {
        ui.add(Label::new(RichText::new(at::masked(&self.text)).monospace()).wrap());
        widgets::hint(ui, self.danger.warning());
        if let Some(unsaved) = &self.unsaved {
            widgets::remark(ui, Tone::Warn, unsaved);
        }
    }
}
