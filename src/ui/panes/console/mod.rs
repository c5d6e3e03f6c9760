//! The console: what crossed the wire as text, and a line to type commands into.

mod history;
mod input;
mod rows;

pub(super) use self::rows::as_text;

use egui::{CentralPanel, Frame, Margin, TextStyle, Ui};

use self::input::Input;
use super::input_line;
use super::list::{List, Rows};
use crate::model::{Console, Model};
use crate::ui::actions::Actions;
use crate::ui::theme::space;
use crate::ui::widgets;

/// What the console remembers from frame to frame.
#[derive(Debug, Default)]
pub(super) struct ConsolePane {
    list: List,
    input: Input,
    /// The line that proves something, and so stands out.
    marked: Option<u64>,
    /// A line to bring into view.
    wanted: Option<u64>,
}

impl ConsolePane {
    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        input_line(ui, |ui| self.input.show(ui, model, actions));
        let frame = Frame::new().inner_margin(Margin { left: 12, bottom: 2, ..Margin::ZERO });
        CentralPanel::default().frame(frame).show(ui, |ui| self.lines(ui, &model.console));
    }

    /// The input takes the focus.
    pub(super) fn focus(&mut self) {
        self.input.focus();
    }

    /// Brings a line into view and marks it.
    pub(super) fn reveal(&mut self, id: u64) {
        (self.marked, self.wanted) = (Some(id), Some(id));
    }

    fn lines(&mut self, ui: &mut Ui, console: &Console) {
        if console.is_empty() {
            ui.add_space(space::S);
            widgets::hint(
                ui,
                "Everything that crosses the wire appears here, with the time since the program started",
            );
            return;
        }
        let ever = console.dropped() + console.len() as u64;
        if let Some(index) = self.wanted.take().and_then(|id| console.index_of(id)) {
            self.list.reveal(index, ever);
        }
        let height = (ui.text_style_height(&TextStyle::Monospace) + 3.0).round();
        let rows = Rows { height, count: console.len(), ever };
        let marked = self.marked;
        self.list.show(ui, "console lines", &rows, |ui, index| {
            if let Some(line) = console.get(index) {
                rows::row(ui, &line, height, marked == Some(line.id));
            }
        });
    }
}
