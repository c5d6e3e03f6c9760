//! Lines of the console in the hands of a person: clicks and keys select, fold, explain, bookmark and copy.

use egui::{Key, Modifiers, Response, Ui};

use super::rows::{self, Fold};
use super::{ConsolePane, places};
use crate::model::{Console, ConsoleLine, Model, Select};
use crate::ui::actions::{Action, Actions};

/// What a person did to a line.
pub(super) enum Deed {
    Select(u64),
    Extend(u64),
    Bookmark(u64),
    /// Fold or unfold the answer to this command.
    Fold(u64),
    CopyLine(u64),
    CopySelected,
}

impl ConsolePane {
    /// What a person does with the mouse to this line.
    pub(super) fn touched(
        &self,
        ui: &Ui,
        response: &Response,
        line: &ConsoleLine,
        console: &Console,
        deeds: &mut Vec<Deed>,
    ) {
        let id = line.id;
        let shift = ui.input(|input| input.modifiers.shift);
        if (response.clicked() && shift) || response.dragged() {
            // While dragging, the line under the pointer is told by the one that holds the drag.
            deeds.push(Deed::Extend(id));
        } else if response.clicked() || response.drag_started() {
            deeds.push(Deed::Select(id));
        }
        if ui.input(|input| input.pointer.primary_down() && input.pointer.is_decidedly_dragging())
            && response.contains_pointer()
        {
            deeds.push(Deed::Extend(id));
        }
        let at = response.interact_pointer_pos().map(|at| at.x - response.rect.left());
        if response.clicked() && self.fold(line) != Fold::None && at.is_some_and(|at| at < rows::GUTTER) {
            deeds.push(Deed::Fold(id));
        }
        if response.secondary_clicked() && !console.selection.contains(id) {
            deeds.push(Deed::Select(id));
        }
        response.context_menu(|ui| {
            let command = line.answers.unwrap_or(id);
            if (self.fold(line) != Fold::None || line.answers.is_some())
                && ui.button("Fold or unfold the answer").clicked()
            {
                deeds.push(Deed::Fold(command));
                ui.close();
            }
            let bookmark = self.bookmarks.toggle_label(id);
            for (label, deed) in [
                ("Copy line", Deed::CopyLine(id)),
                ("Copy selected lines", Deed::CopySelected),
                (bookmark, Deed::Bookmark(id)),
            ] {
                if ui.button(label).clicked() {
                    deeds.push(deed);
                    ui.close();
                }
            }
        });
    }

    pub(super) fn take(
        &mut self,
        ui: &Ui,
        deed: &Deed,
        focus: &Response,
        model: &Model,
        actions: &mut Actions,
    ) {
        match *deed {
            Deed::Select(id) => {
                actions.push(Action::SelectLines(Select::One(id)));
                focus.request_focus();
            }
            Deed::Extend(id) => {
                actions.push(Action::SelectLines(Select::To(id)));
                focus.request_focus();
            }
            Deed::Bookmark(id) => self.bookmarks.toggle(id),
            Deed::Fold(id) => {
                self.folds.toggle(id);
                self.filter_anew();
            }
            Deed::CopyLine(id) => ui.copy_text(self.text(model, places(&model.console, &(id..=id)), None)),
            Deed::CopySelected => self.copy(ui, model),
        }
    }

    /// The keys for lines, while these have the focus.
    pub(super) fn keys(&mut self, ui: &Ui, focus: &Response, model: &Model, actions: &mut Actions) {
        if !focus.has_focus() {
            self.explained = None;
            return;
        }
        let console = &model.console;
        ui.memory_mut(|memory| {
            // Escape takes the explanation away, then the selection, then the focus.
            let escape = console.selection.head().is_some() || self.explained.is_some();
            let filter = egui::EventFilter {
                vertical_arrows: true,
                horizontal_arrows: true,
                escape,
                ..egui::EventFilter::default()
            };
            memory.set_focus_lock_filter(focus.id, filter);
        });
        let (first, last) = (console.dropped(), console.dropped() + console.len() as u64 - 1);
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::COMMAND, Key::A) {
            actions.push(Action::SelectLines(Select::Between(first, last)));
        }
        if ui.input(|input| input.events.iter().any(|event| matches!(event, egui::Event::Copy))) {
            self.copy(ui, model);
        }
        let head = console.selection.head().unwrap_or(last).clamp(first, last);
        if pressed(Modifiers::COMMAND, Key::B) {
            self.bookmarks.toggle(head);
        }
        if pressed(Modifiers::NONE, Key::Space) {
            self.explained = if self.explained == Some(head) { None } else { Some(head) };
            actions.push(Action::SelectLines(Select::One(head)));
            self.wanted = Some(head);
        }
        for (key, to) in
            [(Key::ArrowUp, self.beside(head, -1, console)), (Key::ArrowDown, self.beside(head, 1, console))]
        {
            if pressed(Modifiers::ALT, key) {
                self.next_bookmark(key, head, actions);
            } else if pressed(Modifiers::SHIFT, key) {
                actions.push(Action::SelectLines(Select::To(to)));
                self.wanted = Some(to);
            } else if pressed(Modifiers::NONE, key) {
                actions.push(Action::SelectLines(Select::One(to)));
                self.wanted = Some(to);
                self.explained = self.explained.and(Some(to));
            }
        }
        if (pressed(Modifiers::NONE, Key::ArrowLeft) || pressed(Modifiers::NONE, Key::ArrowRight))
            && let Some(line) = console.line(head)
        {
            self.folds.toggle(line.answers.unwrap_or(head));
            self.filter_anew();
        }
        if pressed(Modifiers::NONE, Key::Escape) && self.explained.take().is_none() {
            actions.push(Action::SelectLines(Select::Nothing));
        }
    }

    /// The line that is shown so many rows away from this one, or the last one in that direction.
    fn beside(&self, id: u64, rows: isize, console: &Console) -> u64 {
        let place = console.index_of(id).unwrap_or_default();
        let line = self.view.away(place, rows, self.view.len()).map(|place| console.dropped() + place as u64);
        line.unwrap_or(id)
    }

    /// The next bookmark in the direction of the arrow.
    fn next_bookmark(&mut self, arrow: Key, from: u64, actions: &mut Actions) {
        if let Some(id) = self.bookmarks.next(arrow, from) {
            actions.push(Action::SelectLines(Select::One(id)));
            self.wanted = Some(id);
        }
    }

    /// The selected lines, but for those that are not shown.
    fn copy(&self, ui: &Ui, model: &Model) {
        if let Some(range) = model.console.selection.range() {
            ui.copy_text(self.text(model, places(&model.console, &range), Some(&self.view)));
        }
    }
}
