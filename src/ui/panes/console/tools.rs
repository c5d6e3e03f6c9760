//! What can be done with all lines of the console: how they are shown, and where they go.

use egui::{Panel, RichText, Ui};
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_FIND_IN_PAGE, ICON_SAVE, ICON_VISIBILITY};

use super::look::Look;
use super::output::{Format, Lines};
use super::{ConsolePane, places};
use crate::model::{Model, NewContent, NewFile, Order, View};
use crate::ui::actions::{Action, Actions};
use crate::ui::panes::Pane;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{self, Tone};

/// The most lines that are copied without being selected: making it must not take long.
const MOST_COPIED: usize = 50_000;

impl ConsolePane {
    /// The buttons in the bar above, from right to left.
    pub(in crate::ui::panes) fn tools(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        if widgets::icon_button(ui, ICON_CONTENT_COPY, "Copy the console").clicked() {
            ui.copy_text(self.newest(model));
        }
        self.save_menu(ui, model, actions);
        self.begin_recording(actions);
        widgets::icon_menu(ui, ICON_VISIBILITY, "How lines are shown", |ui| {
            self.look.menu(ui);
            ui.separator();
            if ui.button(self.folds.toggle_all_label()).clicked() {
                self.folds.toggle_all();
                self.filter_anew();
            }
        });
        if widgets::icon_button(ui, ICON_FIND_IN_PAGE, "Find in the console").clicked() {
            actions.push(Action::ShowPane(Pane::Console));
            actions.push(Action::FindInLog);
        }
        Self::recording(ui, model);
    }

    fn save_menu(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        widgets::icon_menu(ui, ICON_SAVE, "Save the console", |ui| {
            self.record_item(ui, model, actions);
            ui.separator();
            for format in Format::ALL {
                if ui.button(format.label()).clicked() {
                    self.saving = format;
                    let file = file(model, self.look, format, &self.view);
                    self.saver.ask("Save the lines of the console", file, actions);
                    ui.close();
                }
            }
        });
    }

    /// The newest lines, and how many older ones are not among them.
    fn newest(&self, model: &Model) -> String {
        let console = &model.console;
        let from = console.len().saturating_sub(MOST_COPIED);
        let older = console.dropped() + from as u64;
        let text = self.text(model, from..console.len(), None);
        if older == 0 { text } else { format!("({older} older lines are not copied)\n{text}") }
    }

    /// Begins or ends the recording of what crosses the wire.
    fn record_item(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        if model.recording.is_some() {
            if ui.button("End the recording").clicked() {
                actions.order(Order::Record(None));
                ui.close();
            }
        } else if ui.button("Record in a file from now on…").clicked() {
            self.recorder.ask("Record what crosses the wire", new_recording(), actions);
            ui.close();
        }
    }

    /// That something is recorded shows all the time.
    fn recording(ui: &mut Ui, model: &Model) {
        let Some(path) = &model.recording else { return };
        let tokens = Tokens::of(ui);
        let text = RichText::new("Recording").small().color(tokens.danger);
        ui.label(text).on_hover_text(path.display().to_string());
        widgets::dot(ui, Tone::Danger);
    }

    /// The file is there: what crosses the wire goes into it.
    fn begin_recording(&mut self, actions: &mut Actions) {
        if let Some(path) = self.recorder.saved().first() {
            actions.order(Order::Record(Some(path.clone())));
            self.recorder.forget();
        }
    }

    /// What became of the lines that were to be saved, and of the recording that was to begin.
    pub(super) fn saved(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        if self.saver.is_silent() && self.recorder.is_silent() {
            return;
        }
        let (look, format, view) = (self.look, self.saving, &self.view);
        let file = || file(model, look, format, view);
        let panel = Panel::top(ui.scope_id().with("saved")).resizable(false);
        panel.show(ui, |ui| {
            ui.horizontal_top(|ui| {
                let close = widgets::close_button(ui, "Close what is said about saving").clicked();
                ui.vertical(|ui| {
                    self.saver.show(ui, file, actions);
                    self.recorder.show(ui, new_recording, actions);
                });
                if close {
                    self.saver.forget();
                    self.recorder.forget();
                }
            });
        });
    }
}

/// An empty file, to be filled by the shell.
fn new_recording() -> NewFile {
    NewFile { name: "console-recording.jsonl".to_owned(), content: NewContent::Public(String::new()) }
}

/// The selected lines as a file, but for those that are not shown; all there are if none are selected.
fn file(model: &Model, look: Look, format: Format, view: &View) -> NewFile {
    let console = &model.console;
    let (places, view) = match console.selection.range() {
        Some(range) => (places(console, &range), Some(view)),
        None => (0..console.len(), None),
    };
    format.file(&Lines { console, look, start: model.started, places, view })
}
