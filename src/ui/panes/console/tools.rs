//! What can be done with all lines of the console: how they are shown, and where they go.

use std::ops::RangeInclusive;

use egui::{Panel, Ui};
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_SAVE, ICON_VISIBILITY};

use super::ConsolePane;
use super::look::Look;
use super::output::{Format, Lines};
use crate::model::{ConsoleLine, Model, NewFile};
use crate::ui::actions::Actions;
use crate::ui::widgets;

impl ConsolePane {
    /// The buttons in the bar above, from right to left.
    pub(in crate::ui::panes) fn tools(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        if widgets::icon_button(ui, ICON_CONTENT_COPY, "Copy the console").clicked() {
            ui.copy_text(self.text(model, &|_| true));
        }
        self.save_menu(ui, model, actions);
        widgets::icon_menu(ui, ICON_VISIBILITY, "How lines are shown", |ui| self.look.menu(ui));
    }

    fn save_menu(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        widgets::icon_menu(ui, ICON_SAVE, "Save the console", |ui| {
            for format in Format::ALL {
                if ui.button(format.label()).clicked() {
                    self.saving = format;
                    let file = file(model, self.look, format, self.selection.range().as_ref());
                    self.saver.ask("Save the lines of the console", file, actions);
                    ui.close();
                }
            }
        });
    }

    /// What became of the lines that were to be saved.
    pub(super) fn saved(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        if self.saver.is_silent() {
            return;
        }
        let (look, format, range) = (self.look, self.saving, self.selection.range());
        let file = || file(model, look, format, range.as_ref());
        let panel = Panel::top(ui.scope_id().with("saved")).resizable(false);
        panel.show(ui, |ui| {
            ui.horizontal_top(|ui| {
                let close = widgets::close_button(ui, "Close what is said about saving").clicked();
                ui.vertical(|ui| self.saver.show(ui, file, actions));
                if close {
                    self.saver.forget();
                }
            });
        });
    }
}

/// The selected lines as a file, all of them if none are selected.
fn file(model: &Model, look: Look, format: Format, range: Option<&RangeInclusive<u64>>) -> NewFile {
    let wanted = |line: &ConsoleLine| range.is_none_or(|range| range.contains(&line.id));
    format.file(&Lines { console: &model.console, look, start: model.started, wanted: &wanted })
}
