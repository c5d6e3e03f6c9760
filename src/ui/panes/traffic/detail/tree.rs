//! The parts of a packet and the values of a message as lines that fold. A click or Enter selects the bytes of a line, the
//! arrows left and right fold.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Id, Key, Modifiers, Response, ScrollArea, Sense, TextStyle, Ui, WidgetInfo};
use egui_material_icons::icons::{ICON_KEYBOARD_ARROW_DOWN, ICON_KEYBOARD_ARROW_RIGHT};

use super::outline::{Line, Outline, What};
use crate::payload::Path;
use crate::ui::theme::{Tokens, space};

/// How far a line stands in from the one it is in, in points.
const STEP: f32 = 16.0;

/// What a person did to a line.
pub(super) enum Deed {
    Select(Range<usize>),
    Fold(usize),
    Copy(String),
    /// Draw the number at this path as a curve.
    Plot(Path),
}

/// Draws the lines; `selected` are bytes, and the line that has exactly them is brought into view if `reveal`.
pub(super) fn show(
    ui: &mut Ui,
    outline: &Outline,
    selected: Option<&Range<usize>>,
    reveal: bool,
) -> Option<Deed> {
    let mut deed = None;
    ui.spacing_mut().item_spacing.y = 0.0;
    let height = (ui.text_style_height(&TextStyle::Monospace) + 4.0).round();
    let shown = outline.shown();
    let chosen = shown.iter().rposition(|place| {
        outline.lines.get(*place).is_some_and(|line| selected.is_some_and(|span| *span == line.span))
    });
    let mut area = ScrollArea::vertical().id_salt("values").auto_shrink(false);
    if let Some(row) = chosen.filter(|_| reveal) {
        let top = row as f32 * height - ui.available_height() / 2.0;
        area = area.vertical_scroll_offset(top.max(0.0));
    }
    area.show_rows(ui, height, shown.len(), |ui, range| {
        for row in range {
            let Some((place, line)) =
                shown.get(row).and_then(|place| Some((*place, outline.lines.get(*place)?)))
            else {
                continue;
            };
            let state = State { is_selected: chosen == Some(row), is_folded: outline.is_folded(place) };
            let response = line_ui(ui, place, line, state, height);
            deed = touched(ui, &response, place, line).or(deed.take());
        }
    });
    deed
}

#[derive(Clone, Copy)]
struct State {
    is_selected: bool,
    is_folded: bool,
}

fn line_ui(ui: &mut Ui, place: usize, line: &Line, state: State, height: f32) -> Response {
    let tokens = Tokens::of(ui);
    let (_, rect) = ui.allocate_space(egui::vec2(ui.available_width(), height));
    let response = ui.interact(rect, Id::unique(("value", place)), Sense::click());
    if state.is_selected {
        ui.painter().rect_filled(rect, 2.0, tokens.accent_soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 2.0, tokens.hover);
    }
    let left = rect.left() + STEP * line.depth as f32;
    if line.inside > 0 {
        let icon = if state.is_folded { ICON_KEYBOARD_ARROW_RIGHT } else { ICON_KEYBOARD_ARROW_DOWN };
        let galley = egui::WidgetText::from(icon.rich_text().size(14.0).color(tokens.text_weak)).into_galley(
            ui,
            Some(egui::TextWrapMode::Extend),
            STEP,
            TextStyle::Small,
        );
        let center = egui::pos2(left + STEP / 2.0, rect.center().y);
        ui.painter().galley(center - galley.size() / 2.0, galley, tokens.text_weak);
    }
    let mut job = job(ui, line, tokens);
    job.wrap = TextWrapping::truncate_at_width((rect.right() - left - STEP - space::XS).max(1.0));
    let galley = ui.painter().layout_job(job);
    let corner = egui::pos2(left + STEP, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(corner, galley, tokens.text);
    response.widget_info(|| {
        let name = format!("{}: {}", line.name, line.value);
        WidgetInfo::selected(egui::accesskit::Role::TreeItem, true, state.is_selected, name)
    });
    response
}

fn job(ui: &Ui, line: &Line, tokens: &Tokens) -> LayoutJob {
    let font = TextStyle::Monospace.resolve(ui.style());
    let format = |color| TextFormat::simple(font.clone(), color);
    let (name, value) = match line.what {
        What::Part => (tokens.text_weak, tokens.text_weak),
        What::Container => (tokens.text_strong, tokens.text_weak),
        What::Text => (tokens.text_strong, tokens.ok),
        What::Number => (tokens.text_strong, tokens.accent),
        What::Other => (tokens.text_strong, tokens.warn),
    };
    let mut job = LayoutJob::default();
    job.append(&line.name, 0.0, format(name));
    job.append(&line.value, space::M, format(value));
    job
}

fn touched(ui: &Ui, response: &Response, place: usize, line: &Line) -> Option<Deed> {
    let mut deed = None;
    let folds = [Key::ArrowLeft, Key::ArrowRight];
    if response.has_focus() {
        ui.memory_mut(|memory| {
            let filter = egui::EventFilter { horizontal_arrows: true, ..egui::EventFilter::default() };
            memory.set_focus_lock_filter(response.id, filter);
        });
        let pressed = |key: &Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, *key));
        if line.inside > 0 && folds.iter().any(pressed) {
            return Some(Deed::Fold(place));
        }
    }
    let at_mark = response
        .interact_pointer_pos()
        .is_some_and(|at| at.x - response.rect.left() < STEP * (line.depth + 1) as f32);
    if response.double_clicked() || (response.clicked() && at_mark && line.inside > 0) {
        deed = (line.inside > 0).then_some(Deed::Fold(place));
    } else if response.clicked() {
        deed = Some(Deed::Select(line.span.clone()));
    }
    response.context_menu(|ui| {
        if let Some(path) = &line.path {
            for (label, does) in [
                ("Plot this field", Deed::Plot(path.clone())),
                ("Copy the path", Deed::Copy(path.to_string())),
            ] {
                if ui.button(label).clicked() {
                    deed = Some(does);
                    ui.close();
                }
            }
        }
        if ui.button("Copy the value").clicked() {
            deed = Some(Deed::Copy(line.value.clone()));
            ui.close();
        }
    });
    deed
}
