//! Rows in the hands of a person: clicks and keys select them, bookmark them, lead from one to another and copy them.

use egui::accesskit::Role;
use egui::{EventFilter, Id, Key, Modifiers, Response, Sense, Ui, WidgetInfo};

use super::super::clock;
use super::{TrafficPane, rows};
use crate::model::{Select, Traffic, TrafficRow};

/// The most rows that are copied: making the text must not take long.
const MOST_COPIED: usize = 50_000;

/// What a person did to a row.
pub(super) enum Deed {
    Select(u64),
    Extend(u64),
    Bookmark(u64),
    Copy(u64),
}

impl TrafficPane {
    /// What a person does with the mouse to this row.
    pub(super) fn touched(&self, ui: &Ui, response: &Response, row: &TrafficRow, deeds: &mut Vec<Deed>) {
        let id = row.id;
        let shift = ui.input(|input| input.modifiers.shift);
        let is_drawn_over =
            ui.input(|input| input.pointer.primary_down() && input.pointer.is_decidedly_dragging());
        if (response.clicked() && shift) || (is_drawn_over && response.contains_pointer()) {
            deeds.push(Deed::Extend(id));
        } else if response.clicked() || response.drag_started() {
            deeds.push(Deed::Select(id));
        }
        if response.secondary_clicked() && !self.sight.selection.contains(id) {
            deeds.push(Deed::Select(id));
        }
        response.context_menu(|ui| {
            let bookmark = self.sight.bookmarks.toggle_label(id);
            for (label, deed) in [("Copy as text", Deed::Copy(id)), (bookmark, Deed::Bookmark(id))] {
                if ui.button(label).clicked() {
                    deeds.push(deed);
                    ui.close();
                }
            }
        });
    }

    pub(super) fn take(&mut self, ui: &Ui, deed: &Deed, focus: &Response, traffic: &Traffic) {
        match *deed {
            Deed::Select(id) => {
                self.select(id);
                focus.request_focus();
            }
            Deed::Extend(id) => {
                self.sight.selection.apply(Select::To(id));
                focus.request_focus();
            }
            Deed::Bookmark(id) => self.sight.bookmarks.toggle(id),
            Deed::Copy(id) => {
                if let Some(row) = traffic.row(id) {
                    ui.copy_text(String::from_utf8_lossy(&row.bytes).into_owned());
                }
            }
        }
    }

    /// The keys for rows, while these have the focus.
    pub(super) fn keys(&mut self, ui: &Ui, focus: &Response, traffic: &Traffic) {
        if !focus.has_focus() || self.sight.view.is_empty() {
            return;
        }
        ui.memory_mut(|memory| {
            // The first Escape takes the selection away, the next one the focus.
            let escape = self.sight.selection.head().is_some();
            let filter = EventFilter { vertical_arrows: true, escape, ..EventFilter::default() };
            memory.set_focus_lock_filter(focus.id, filter);
        });
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        let first = self.id(0, traffic);
        let last = self.id(self.shown().saturating_sub(1), traffic);
        let (Some(first), Some(last)) = (first, last) else { return };
        let head = self.sight.selection.head().unwrap_or(last).clamp(first, last);
        if pressed(Modifiers::COMMAND, Key::A) {
            self.sight.selection.apply(Select::Between(first, last));
        }
        if pressed(Modifiers::COMMAND, Key::B) {
            self.sight.bookmarks.toggle(head);
        }
        if ui.input(|input| input.events.iter().any(|event| matches!(event, egui::Event::Copy))) {
            self.copy(ui, traffic);
        }
        for (key, step) in [(Key::ArrowUp, -1), (Key::ArrowDown, 1), (Key::PageUp, -10), (Key::PageDown, 10)]
        {
            let to = self.away(head, step, traffic);
            if pressed(Modifiers::ALT, key) {
                self.sight.bookmarks.next(key, head).into_iter().for_each(|id| self.reveal(id));
            } else if pressed(Modifiers::SHIFT, key) {
                self.sight.selection.apply(Select::To(to));
                self.sight.wanted = Some(to);
            } else if pressed(Modifiers::NONE, key) {
                self.reveal(to);
            }
        }
        for (key, to) in [(Key::Home, first), (Key::End, last)] {
            if pressed(Modifiers::NONE, key) {
                self.reveal(to);
            }
        }
        if pressed(Modifiers::NONE, Key::Escape) {
            self.sight.selection.apply(Select::Nothing);
        }
    }

    /// The id of the row that is shown at this place of the list.
    fn id(&self, row: usize, traffic: &Traffic) -> Option<u64> {
        self.sight.view.place(row).map(|place| traffic.dropped() + place as u64)
    }

    /// The row that is shown so many rows away from this one, or the last one in that direction.
    fn away(&self, id: u64, rows: isize, traffic: &Traffic) -> u64 {
        let place = traffic.index_of(id).unwrap_or_default();
        let row =
            self.sight.view.away(place, rows, self.shown()).map(|place| traffic.dropped() + place as u64);
        row.unwrap_or(id)
    }

    /// The selected rows as they stand on screen, but for those that are not shown.
    fn copy(&self, ui: &Ui, traffic: &Traffic) {
        let Some(ids) = self.sight.selection.range() else { return };
        let mut text = String::new();
        let places =
            ids.filter_map(|id| traffic.index_of(id)).filter(|place| self.sight.view.row(*place).is_some());
        for row in places.take(MOST_COPIED).filter_map(|place| traffic.get(place)) {
            text.push_str(&format!("{} {}\n", clock(row.at), rows::name(&row)));
        }
        ui.copy_text(text);
    }
}

/// What takes the keys once a row was clicked, and where Tab leads to.
pub(super) fn background(ui: &Ui) -> Response {
    let focus = ui.interact(ui.max_rect(), Id::unique("traffic focus"), Sense::click());
    focus.widget_info(|| {
        let text = "Rows of the traffic: arrows select, Ctrl+A all, Ctrl+C copies, Ctrl+B bookmarks";
        WidgetInfo::labeled(Role::Log, true, text)
    });
    focus
}
