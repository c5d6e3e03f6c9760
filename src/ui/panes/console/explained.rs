//! The longer explanation of a line: what it is, each of its parts by name, value and meaning, and what is odd about it.

use egui::{Grid, Label, RichText, Ui};

use crate::catalogue::{Danger, Explanation};
use crate::ui::theme::{Tokens, space};

/// The width of the explanation, and of what its parts mean, in points.
const WIDTH: f32 = 560.0;
const MEANING: f32 = 300.0;

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
    Grid::new("parts").num_columns(3).spacing([space::L, space::XS]).show(ui, |ui| {
        for part in &said.parts {
            ui.label(RichText::new(&part.name).small().color(tokens.text_weak));
            ui.add(Label::new(RichText::new(&part.value).small()).truncate());
            ui.scope(|ui| {
                ui.set_max_width(MEANING);
                ui.label(RichText::new(part.meaning).small().color(tokens.text_weak));
            });
            ui.end_row();
        }
    });
    ui.add_space(space::XS);
}
