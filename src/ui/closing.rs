//! The question before a module is closed while others stay open.

use egui::Ui;

use super::actions::{Action, Actions, Modules};
use super::dialogs::{Answer, ask};
use super::widgets;

/// What would be lost.
#[derive(Clone, Debug)]
pub(super) struct Closing {
    pub(super) title: String,
    pub(super) losses: Vec<Loss>,
}

/// What closing a module takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// A set-up or something else is under way.
    UnderWay,
    Connection,
    /// A profile in a wizard is not saved.
    Profile,
    /// What console and traffic show.
    Log,
}

impl Loss {
    const fn words(self) -> &'static str {
        match self {
            Self::UnderWay => "What is under way with the module stops where it is.",
            Self::Connection => "Its port is closed; the module keeps what it is doing.",
            Self::Profile => "A profile in its wizards was changed and not saved.",
            Self::Log => "What its console and traffic show is forgotten.",
        }
    }
}

impl Closing {
    /// Gives whether it stays open.
    pub(super) fn show(&self, ui: &Ui, actions: &mut Actions) -> bool {
        let title = format!("Close {}?", self.title);
        let answer = ask(ui, &title, ("Close it", "Keep it open"), |ui| {
            self.losses.iter().for_each(|loss| drop(widgets::hint(ui, loss.words())));
        });
        if answer == Answer::Yes {
            actions.push(Action::Modules(Modules::Drop));
        }
        answer == Answer::Open
    }
}
