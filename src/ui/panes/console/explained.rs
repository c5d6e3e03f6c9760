//! The longer explanation of a line: what it is, each of its parts by name, value and meaning, and what is odd about it.

use egui::{Grid, RichText, Ui};

use crate::catalogue::{Danger, Explanation};
use crate::ui::theme::{Tokens, space};

/// The width of the explanation, and the most for a value and for what it means, in points.
const WIDTH: f32 = 600.0;
const VALUE: f32 = 240.0;
const MEANING: f32 = 240.0;

/// Draws it, for a tooltip.
pub(super) fn show(ui: &mut Ui, said: &Explanation) {
    let tokens = Tokens::of(ui);
    ui.set_max_width(WIDTH);
    let title = said.subject.title();
    if !title.is_empty() {
        ui.label(RichText::new(title).strong());
    }
    ui.label(&said.text);
    parts(ui, said, tokens);
    let needs = said.needs.iter().map(|needs| format!("Needs {}", needs.words()));
    for remark in said.remarks.iter().cloned().chain(needs) {
        ui.label(RichText::new(remark).small().color(tokens.text_weak));
    }
    if let Some(warning) = said.danger.map(Danger::warning) {
        ui.label(RichText::new(warning).small().color(tokens.warn));
    }
}

fn parts(ui: &mut Ui, said: &Explanation, tokens: &Tokens) {
    if said.parts.is_empty() {
        return;
    }
    ui.add_space(space::XS);
    // Rows are as high as text, not as controls.
    ui.spacing_mut().interact_size.y = 0.0;
    Grid::new("parts").num_columns(3).spacing([space::L, space::XS]).show(ui, |ui| {
        for part in &said.parts {
            cell(ui, RichText::new(&part.name).small().color(tokens.text_weak), VALUE);
            cell(ui, RichText::new(&part.value).small(), VALUE);
            cell(ui, RichText::new(part.meaning).small().color(tokens.text_weak), MEANING);
            ui.end_row();
        }
    });
    ui.add_space(space::XS);
}

fn cell(ui: &mut Ui, text: RichText, most: f32) {
    ui.scope(|ui| {
        ui.set_max_width(most);
        ui.label(text);
    });
}
