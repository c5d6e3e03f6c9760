//! One message in full, as text and as bytes side by side.

use std::fmt::Write as _;

use egui::{Label, RichText, ScrollArea, TextStyle, Ui};
use egui_material_icons::icons::ICON_CONTENT_COPY;

use super::super::clock;
use crate::model::TrafficRow;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

pub(super) fn show(ui: &mut Ui, row: &TrafficRow) {
    ui.spacing_mut().item_spacing.y = space::XS;
    header(ui, row);
    let per_line = if ui.available_width() >= 760.0 { 16 } else { 8 };
    let columns = ui.available_width() * if per_line == 16 { 0.34 } else { 0.4 };
    let height = ui.available_height();
    ui.horizontal_top(|ui| {
        ui.allocate_ui(egui::vec2(columns, height), |ui| {
            ui.set_width(columns);
            text(ui, row);
        });
        ui.add_space(space::S);
        ui.vertical(|ui| hex(ui, row, per_line));
    });
}

fn header(ui: &mut Ui, row: &TrafficRow) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        let title = format!("{} · {} bytes", clock(row.at), row.bytes.len());
        ui.label(RichText::new(title).small().color(tokens.text_weak));
        if widgets::icon_button(ui, ICON_CONTENT_COPY, "Copy as text").clicked() {
            ui.copy_text(String::from_utf8_lossy(&row.bytes).into_owned());
        }
    });
}

fn text(ui: &mut Ui, row: &TrafficRow) {
    let color = Tokens::of(ui).text_strong;
    ScrollArea::vertical().id_salt("as text").auto_shrink(false).show(ui, |ui| {
        let text = RichText::new(String::from_utf8_lossy(&row.bytes)).monospace().color(color);
        ui.add(Label::new(text).wrap().selectable(true));
    });
}

fn hex(ui: &mut Ui, row: &TrafficRow, per_line: usize) {
    let color = Tokens::of(ui).text;
    ui.spacing_mut().item_spacing.y = 0.0;
    let height = ui.text_style_height(&TextStyle::Monospace).ceil();
    let lines = row.bytes.len().div_ceil(per_line);
    ScrollArea::both().id_salt("as bytes").auto_shrink(false).show_rows(ui, height, lines, |ui, range| {
        for line in range {
            let bytes = row.bytes.chunks(per_line).nth(line).unwrap_or_default();
            let text = RichText::new(hex_line(line * per_line, bytes, per_line)).monospace().color(color);
            ui.add(Label::new(text).extend().selectable(true));
        }
    });
}

/// `0010  68 65 6c 6c 6f           hello`
fn hex_line(offset: usize, bytes: &[u8], per_line: usize) -> String {
    let mut line = format!("{offset:04x}  ");
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(line, "{byte:02x} ");
    }
    line.push_str(&"   ".repeat(per_line - bytes.len()));
    line.push(' ');
    line.extend(bytes.iter().map(|byte| if (b' '..=b'~').contains(byte) { char::from(*byte) } else { '·' }));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_bytes_shows_offset_bytes_and_letters_in_columns() {
        assert_eq!(hex_line(16, b"hi\r\n", 8), "0010  68 69 0d 0a              hi··");
        assert_eq!(hex_line(0, b"12345678", 8), "0000  31 32 33 34 35 36 37 38  12345678");
    }
}
