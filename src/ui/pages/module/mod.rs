//! The connected module: what it is, what it can do, and its own settings with what changing each of them does to the
//! connection. It is asked for everything when the page is first looked at.

mod change;
mod facts;

pub(super) use self::facts::link;

use egui::{Label, RichText, Ui};

use self::change::Changes;
use crate::model::Model;
use crate::module::{Identity, Report};
use crate::session::Wish;
use crate::ui::actions::{self, Action, Actions};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// The page and what is chosen on it.
#[derive(Debug, Default)]
pub(crate) struct ModulePage {
    changes: Changes,
    asked: Asked,
}

/// Whether the present module was asked for everything already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Asked {
    #[default]
    No,
    Yes,
}

impl ModulePage {
    /// Draws the page.
    pub(crate) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        widgets::heading(ui, "Module");
        let Some(identity) = &model.module.identity else {
            self.asked = Asked::No;
            widgets::hint(
                ui,
                "Nothing is known of a module yet. Connect to one, and it is asked what it is.",
            );
            ui.horizontal(|ui| button(ui, Action::FindModule, model, actions));
            return;
        };
        self.ask(model, actions);
        buttons(ui, identity, model, actions);
        ui.add_space(space::XS);
        section(ui, "What it is", |ui| facts::identity(ui, identity, model.module.report.as_ref()));
        section(ui, "What this firmware can do", |ui| facts::capabilities(ui, identity));
        ui.add_space(space::S);
        widgets::section(ui, "Settings");
        widgets::card(ui, |ui| self.changes.show(ui, model, actions));
        section(ui, "Wi-Fi", |ui| facts::wifi(ui, &model.module.wifi));
        section(ui, "Peers", |ui| facts::peers(ui, &model.module.peers));
        if let Some(report) = &model.module.report {
            section(ui, "Everything it reports", |ui| everything(ui, report));
        }
    }

    /// Once for each module, and again after a restart; it changes nothing.
    fn ask(&mut self, model: &Model, actions: &mut Actions) {
        let possible = actions::obstacle_to_commands(model).is_none();
        match (self.asked, &model.module.report) {
            (Asked::No, None) if possible => {
                self.asked = Asked::Yes;
                actions.wish(Wish::Report);
            }
            (Asked::Yes, Some(_)) => self.asked = Asked::No,
            _ => {}
        }
    }
}

fn section(ui: &mut Ui, title: &str, contents: impl FnOnce(&mut Ui)) {
    ui.add_space(space::S);
    widgets::section(ui, title);
    widgets::card(ui, contents);
}

fn buttons(ui: &mut Ui, identity: &Identity, model: &Model, actions: &mut Actions) {
    ui.horizontal_wrapped(|ui| {
        button(ui, Action::ReadModule, model, actions);
        button(ui, Action::Find, model, actions);
        if widgets::secondary_button(ui, "Copy for the ticket").clicked() {
            ui.copy_text(facts::ticket(identity, model));
        }
    });
}

fn button(ui: &mut Ui, action: Action, model: &Model, actions: &mut Actions) {
    let obstacle = action.obstacle(model);
    let button = ui.add_enabled_ui(obstacle.is_none(), |ui| match (action.icon(), action.label()) {
        (Some(icon), Some(label)) => widgets::icon_text_button(ui, icon, label),
        (_, label) => widgets::secondary_button(ui, label.unwrap_or_default()),
    });
    if button.inner.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
        actions.push(action);
    }
}

fn everything(ui: &mut Ui, report: &Report) {
    let color = Tokens::of(ui).text;
    let text = report.to_string();
    ui.add(Label::new(RichText::new(text.trim_end()).monospace().color(color)).selectable(true).wrap());
}

#[cfg(test)]
mod tests;
