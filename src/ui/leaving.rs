//! The question before extended data mode is left: only a restart leads out, and that costs the connections.

use egui::{RichText, Ui};

use super::actions::{Action, Actions};
use super::dialogs::{modal, safe_button};
use super::theme::{Tokens, space};
use super::widgets;
use crate::model::Model;
use crate::plan::Mode;

/// What is to come behind the restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterRestart {
    /// The wanted mode.
    Mode,
    /// The last set-up once more, and then the wanted mode.
    ConnectAgain,
}

/// What a person is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaving {
    /// The mode that is wanted instead.
    pub(super) mode: Mode,
    /// What can be offered.
    pub(super) offer: AfterRestart,
}

const TITLE: &str = "Leave extended data mode";

impl Leaving {
    /// Gives whether it stays open.
    pub(super) fn show(self, ui: &Ui, model: &Model, actions: &mut Actions) -> bool {
        let mut answered = false;
        let modal = modal(ui, TITLE).show(ui, |ui| {
            ui.set_width(480.0);
            widgets::section(ui, TITLE);
            let mode = self.mode.name();
            widgets::hint(ui, format!("Only a restart of the module leads to {mode} mode."));
            widgets::hint(ui, lost(model));
            widgets::hint(ui, "Wi-Fi comes back by itself if it is stored for start-up.");
            ui.add_space(space::S);
            ui.horizontal_wrapped(|ui| answered = self.buttons(ui, actions));
        });
        !answered && !modal.should_close()
    }

    fn buttons(self, ui: &mut Ui, actions: &mut Actions) -> bool {
        let danger = Tokens::of(ui).danger;
        let mut choices = vec![("Restart", AfterRestart::Mode)];
        if self.offer == AfterRestart::ConnectAgain {
            choices.insert(0, ("Restart and connect again", AfterRestart::ConnectAgain));
        }
        let mut answered = false;
        for (label, then) in choices {
            if ui.button(RichText::new(label).color(danger)).clicked() {
                actions.push(Action::Leave { mode: self.mode, then });
                answered = true;
            }
        }
        let stays = safe_button(ui, "Stay in extended data mode").clicked();
        answered || stays
    }
}

/// What a restart costs.
fn lost(model: &Model) -> String {
    let names: Vec<_> = model.module.peers.iter().map(crate::model::Peer::name).collect();
    let settings = "settings that are not stored";
    match names.as_slice() {
        [] => format!("It loses {settings}."),
        [one] => format!("It loses the connection to {one}, and {settings}."),
        more => format!("It loses {} connections ({}), and {settings}.", more.len(), more.join(", ")),
    }
}
