//! The settings: how the window looks, and what is remembered.

use egui::{Button, Ui};

use crate::model::ThemeChoice;
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::space;
use crate::ui::widgets;

/// Draws the page.
pub(crate) fn show(ui: &mut Ui, theme: ThemeChoice, actions: &mut Actions) {
    widgets::heading(ui, "Settings");
    ui.add_space(space::XS);
    widgets::section(ui, "Theme");
    widgets::card(ui, |ui| {
        ui.horizontal(|ui| {
            for choice in [ThemeChoice::System, ThemeChoice::Light, ThemeChoice::Dark] {
                let action = Action::Theme(choice);
                let label = action.label().unwrap_or_default();
                if ui.add(Button::selectable(choice == theme, label)).clicked() {
                    actions.push(action);
                }
            }
        });
    });
    ui.add_space(space::S);
    widgets::section(ui, "Size of text");
    widgets::card(ui, |ui| {
        widgets::hint(ui, "Ctrl and + makes everything larger, Ctrl and − smaller, Ctrl and 0 as it was");
    });
    ui.add_space(space::S);
    widgets::section(ui, "What is remembered");
    widgets::card(ui, |ui| {
        widgets::hint(
            ui,
            "The size of the window, the theme, the last port, the paths of the last profiles, the names and colours of \
             modules, and what was typed in the console and for macros. Passphrases, passwords and tokens are never \
             written down; a profile only says where they are found.",
        );
    });
    ui.add_space(space::S);
    widgets::section(ui, "About");
    widgets::card(ui, |ui| {
        widgets::key_value(ui, "Xpress Center", env!("CARGO_PKG_VERSION"));
        widgets::key_value(ui, "Licence", "MIT or Apache-2.0");
    });
}
