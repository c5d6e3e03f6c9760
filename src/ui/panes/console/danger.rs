//! The question before a command that loses something.

use egui::{Button, RichText, Ui};

use crate::at;
use crate::catalogue::Danger;
use crate::ui::dialogs::modal;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};

/// A command that waits for a yes.
#[derive(Debug)]
pub(super) struct Question {
    text: String,
    danger: Danger,
    /// Which settings would be lost, as a sentence.
    unsaved: Option<String>,
}

/// How it was answered.
enum Verdict {
    Open,
    Yes,
    No,
}

impl Question {
    pub(super) const fn new(text: String, danger: Danger, unsaved: Option<String>) -> Self {
        Self { text, danger, unsaved }
    }

    /// Draws the question, if there is one; gives the command if it is to be sent.
    pub(super) fn settle(ui: &Ui, question: &mut Option<Self>) -> Option<String> {
        let asked = question.take()?;
        match asked.ask(ui) {
            Verdict::Open => *question = Some(asked),
            Verdict::No => {}
            Verdict::Yes => return Some(asked.text),
        }
        None
    }

    fn ask(&self, ui: &Ui) -> Verdict {
        let title = "Send this command?";
        let mut verdict = Verdict::Open;
        let modal = modal(ui, title).show(ui, |ui| {
            ui.set_width(420.0);
            widgets::section(ui, title);
            ui.add(egui::Label::new(RichText::new(at::masked(&self.text)).monospace()).wrap());
            widgets::hint(ui, self.danger.warning());
            if let Some(unsaved) = &self.unsaved {
                widgets::remark(ui, Tone::Warn, unsaved);
            }
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                let danger = Tokens::of(ui).danger;
                if ui.add(Button::new(RichText::new("Send anyway").color(danger))).clicked() {
                    verdict = Verdict::Yes;
                }
                let keep = widgets::secondary_button(ui, "Do not send");
                if ui.memory(|memory| memory.focused().is_none()) {
                    keep.request_focus();
                }
                if keep.clicked() {
                    verdict = Verdict::No;
                }
            });
        });
        if modal.should_close() { Verdict::No } else { verdict }
    }
}
