//! How one line of the console looks: a mark, its time, its direction, its text, and what it means.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align, Color32, Label, Layout, Rect, Response, RichText, Sense, TextStyle, TextWrapMode, Ui, WidgetText,
};
use egui_material_icons::icons::{ICON_KEYBOARD_ARROW_DOWN, ICON_KEYBOARD_ARROW_RIGHT};

use super::explained;
use crate::catalogue::Explanation;
use crate::model::{ConsoleLine, LineKind};
use crate::session::{Direction, WireKind};
use crate::ui::theme::{Tokens, space};

/// One line with all that is drawn of it.
pub(super) struct Row<'a> {
    pub(super) line: &'a ConsoleLine,
    pub(super) time: &'a str,
    /// How the answer ended, if it is folded away.
    pub(super) end: &'a str,
    /// Empty if there is nothing to be said.
    pub(super) meaning: &'a str,
    /// Where in the text is what is looked for.
    pub(super) found: &'a [Range<usize>],
    /// The longer explanation, where there is one; it is made only when it is shown.
    pub(super) explanation: &'a dyn Fn() -> Option<Explanation>,
    pub(super) state: State,
}

/// Why a line stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) is_selected: bool,
    /// It proves something that was asked for.
    pub(super) is_evidence: bool,
    pub(super) is_bookmarked: bool,
    /// Its explanation stays in sight.
    pub(super) is_explained: bool,
    pub(super) fold: Fold,
}

/// Whether the answer to a command is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Fold {
    /// The line is no command.
    #[default]
    None,
    Open,
    Folded,
}

/// The room for folding at the left of a line, in points.
pub(super) const GUTTER: f32 = 18.0;

impl Row<'_> {
    /// Draws the line, `height` points high; the whole row takes clicks.
    pub(super) fn show(&self, ui: &mut Ui, height: f32) -> Response {
        let tokens = Tokens::of(ui);
        let size = egui::vec2(ui.available_width(), height);
        let inner = ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_size(size);
            self.background(ui, ui.max_rect(), tokens);
            ui.spacing_mut().item_spacing.x = space::XL;
            ui.add(Label::new(self.job(ui, tokens)).extend().selectable(false));
            self.meaning(ui, tokens)
        });
        let rect = inner.response.rect;
        // The lines have the focus together; Tab does not lead through each of them.
        let sense = Sense::CLICK | Sense::DRAG;
        let row = ui.interact(rect, ui.scope_id().with(("console line", self.line.id)), sense);
        self.explain(&row, inner.inner);
        row
    }

    /// What the line means, in a few words; gives where they stand.
    fn meaning(&self, ui: &mut Ui, tokens: &Tokens) -> Rect {
        if self.meaning.is_empty() {
            return Rect::NOTHING;
        }
        let words = RichText::new(self.meaning).small().color(tokens.text_weak);
        ui.add(Label::new(words).extend().selectable(false)).rect
    }

    /// The longer explanation, while the pointer rests on the short one, or for as long as a person wants it.
    fn explain(&self, row: &Response, meaning: Rect) {
        let show = |ui: &mut Ui| {
            if let Some(said) = (self.explanation)() {
                explained::show(ui, &said);
            }
        };
        if self.state.is_explained {
            row.show_tooltip_ui(show);
        } else if row.hover_pos().is_some_and(|pointer| meaning.contains(pointer)) {
            row.clone().on_hover_ui_at_pointer(show);
        }
    }

    fn background(&self, ui: &Ui, rect: Rect, tokens: &Tokens) {
        if self.line.kind.is_bar() {
            ui.painter().rect_filled(rect, 0.0, tokens.warn_soft);
        }
        if self.state.is_selected || self.state.is_evidence {
            ui.painter().rect_filled(rect, 2.0, tokens.accent_soft);
        }
        if self.state.is_bookmarked {
            let mark = Rect::from_min_size(rect.left_top(), egui::vec2(MARK, rect.height()));
            ui.painter().rect_filled(mark, 0.0, tokens.accent);
        }
        let icon = match self.state.fold {
            Fold::None => return,
            Fold::Open => ICON_KEYBOARD_ARROW_DOWN,
            Fold::Folded => ICON_KEYBOARD_ARROW_RIGHT,
        };
        let center = rect.left_center() + egui::vec2(GUTTER / 2.0, 0.0);
        let text = icon.rich_text().size(rect.height() - 4.0).color(tokens.text_weak);
        let galley =
            WidgetText::from(text).into_galley(ui, Some(TextWrapMode::Extend), GUTTER, TextStyle::Small);
        ui.painter().galley(center - galley.size() / 2.0, galley, tokens.text_weak);
    }

    fn job(&self, ui: &Ui, tokens: &Tokens) -> LayoutJob {
        let font = TextStyle::Monospace.resolve(ui.style());
        let format = |color| TextFormat::simple(font.clone(), color);
        let color = color(self.line.kind, tokens);
        let mut job = LayoutJob::default();
        job.append(self.time, GUTTER, format(tokens.text_weak));
        job.append(sign(self.line.kind), space::L, format(color));
        self.text(&mut job, &format(color), tokens);
        if !self.end.is_empty() {
            let small = TextStyle::Small.resolve(ui.style());
            job.append(self.end, space::XL, TextFormat::simple(small, tokens.text_weak));
        }
        job
    }

    /// The text, with what is looked for on another ground.
    fn text(&self, job: &mut LayoutJob, plain: &TextFormat, tokens: &Tokens) {
        let text = &self.line.text;
        let marked = TextFormat { background: tokens.warn_soft, color: tokens.text_strong, ..plain.clone() };
        let mut gap = space::M;
        let mut done = 0;
        for place in self.found.iter().cloned().chain(std::iter::once(text.len()..text.len())) {
            let before = text.get(done..place.start).unwrap_or_default();
            let found = text.get(place.clone()).unwrap_or_default();
            for (part, format) in [(before, plain), (found, &marked)] {
                if !part.is_empty() {
                    job.append(part, std::mem::take(&mut gap), format.clone());
                }
            }
            done = place.end;
        }
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
