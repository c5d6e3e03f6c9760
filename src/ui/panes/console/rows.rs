//! How one line of the console looks: a mark, its time, its direction, its text, and what it means.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, Label, Layout, Rect, Response, Sense, TextStyle, Ui};

use crate::model::{ConsoleLine, LineKind};
use crate::session::{Direction, WireKind};
use crate::ui::theme::{Tokens, space};

/// One line with all that is drawn of it.
pub(super) struct Row<'a> {
    pub(super) line: &'a ConsoleLine,
    pub(super) time: &'a str,
    /// Empty if there is nothing to be said.
    pub(super) meaning: &'a str,
    pub(super) state: State,
}

/// Why a line stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) is_selected: bool,
    /// It proves something that was asked for.
    pub(super) is_evidence: bool,
    pub(super) is_bookmarked: bool,
}

impl Row<'_> {
    /// Draws the line, `height` points high; the whole row takes clicks.
    pub(super) fn show(&self, ui: &mut Ui, height: f32) -> Response {
        let tokens = Tokens::of(ui);
        let size = egui::vec2(ui.available_width(), height);
        let inner = ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_size(size);
            self.background(ui, ui.max_rect(), tokens);
            ui.add(Label::new(self.job(ui, tokens)).extend().selectable(false));
        });
        let rect = inner.response.rect;
        ui.interact(rect, ui.scope_id().with(("console line", self.line.id)), Sense::click_and_drag())
    }

    fn background(&self, ui: &Ui, rect: Rect, tokens: &Tokens) {
        if self.state.is_selected || self.state.is_evidence {
            ui.painter().rect_filled(rect, 2.0, tokens.accent_soft);
        }
        if self.state.is_bookmarked {
            let mark = Rect::from_min_size(rect.left_top(), egui::vec2(MARK, rect.height()));
            ui.painter().rect_filled(mark, 0.0, tokens.accent);
        }
    }

    fn job(&self, ui: &Ui, tokens: &Tokens) -> LayoutJob {
        let font = TextStyle::Monospace.resolve(ui.style());
        let format = |color| TextFormat::simple(font.clone(), color);
        let color = color(self.line.kind, tokens);
        let mut job = LayoutJob::default();
        job.append(self.time, space::S, format(tokens.text_weak));
        job.append(sign(self.line.kind), space::L, format(color));
        job.append(&self.line.text, space::M, format(color));
        if !self.meaning.is_empty() {
            let small = TextStyle::Small.resolve(ui.style());
            job.append(self.meaning, space::XL, TextFormat::simple(small, tokens.text_weak));
        }
        job
    }
}

/// The width of a bookmark at the left edge, in points.
const MARK: f32 = 3.0;

pub(super) const fn sign(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Wire(Direction::Sent, _) => "→",
        LineKind::Wire(Direction::Received, _) => "←",
        LineKind::Note | LineKind::Mark(_) => "·",
    }
}

pub(super) const fn color(kind: LineKind, tokens: &Tokens) -> Color32 {
    match kind {
        LineKind::Wire(_, WireKind::Error) => tokens.danger,
        LineKind::Wire(_, WireKind::Unsolicited) => tokens.urc,
        LineKind::Wire(_, WireKind::Echo) | LineKind::Note | LineKind::Mark(_) => tokens.text_weak,
        LineKind::Wire(Direction::Sent, _) => tokens.tx,
        LineKind::Wire(Direction::Received, _) => tokens.rx,
    }
}
