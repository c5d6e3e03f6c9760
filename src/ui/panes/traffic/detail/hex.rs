//! The bytes of a message in rows of sixteen or eight, the selected ones on another ground. A click selects a byte.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, ScrollArea, Sense, TextStyle, Ui, WidgetInfo};

use crate::ui::theme::Tokens;

/// What is drawn.
pub(super) struct Hex<'a> {
    pub(super) bytes: &'a [u8],
    /// The payload among them; what stands around it is the packet.
    pub(super) payload: &'a Range<usize>,
    pub(super) selected: Option<&'a Range<usize>>,
    /// Brings the selected bytes into view.
    pub(super) reveal: bool,
}

/// Characters in front of the first byte: `0010  `.
const BEFORE: usize = 6;

impl Hex<'_> {
    /// Draws them; gives the byte that was clicked.
    pub(super) fn show(&self, ui: &mut Ui) -> Option<usize> {
        ui.spacing_mut().item_spacing.y = 0.0;
        let font = TextStyle::Monospace.resolve(ui.style());
        let glyph = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
        let wide = (BEFORE + 16 * 3 + 1 + 16) as f32 * glyph;
        let width = if ui.available_width() >= wide { 16 } else { 8 };
        let height = ui.text_style_height(&TextStyle::Monospace).ceil();
        let lines = self.bytes.len().div_ceil(width);
        let mut area = ScrollArea::both().id_salt("as bytes").auto_shrink(false);
        if let Some(selected) = self.selected.filter(|_| self.reveal) {
            let middle = ui.available_height() / 2.0;
            let top = (selected.start / width) as f32 * height - middle;
            if selected.start / width >= (ui.available_height() / height) as usize {
                area = area.vertical_scroll_offset(top.max(0.0));
            }
        }
        let mut clicked = None;
        area.show_rows(ui, height, lines, |ui, range| {
            for line in range {
                clicked = self.line(ui, line, width, glyph).or(clicked);
            }
        });
        clicked
    }

    /// `0010  68 65 6c 6c 6f           hello`
    fn line(&self, ui: &mut Ui, line: usize, width: usize, glyph: f32) -> Option<usize> {
        let tokens = Tokens::of(ui);
        let offset = line * width;
        let bytes = self.bytes.chunks(width).nth(line).unwrap_or_default();
        let font = TextStyle::Monospace.resolve(ui.style());
        let mut job = LayoutJob::default();
        let plain = |color| TextFormat::simple(font.clone(), color);
        job.append(&format!("{offset:04x}  "), 0.0, plain(tokens.text_weak));
        for (index, byte) in bytes.iter().enumerate() {
            let format = self.format(offset + index, plain(self.color(offset + index, tokens)), tokens);
            job.append(&format!("{byte:02x}"), 0.0, format);
            let joins = self.is_selected(offset + index) && self.is_selected(offset + index + 1);
            let gap = plain(tokens.text);
            job.append(" ", 0.0, if joins { self.format(offset + index, gap, tokens) } else { gap });
        }
        job.append(&"   ".repeat(width - bytes.len()), 0.0, plain(tokens.text));
        job.append(" ", 0.0, plain(tokens.text));
        for (index, byte) in bytes.iter().enumerate() {
            let seen = byte.is_ascii_graphic() || *byte == b' ';
            let format = self.format(offset + index, plain(self.color(offset + index, tokens)), tokens);
            job.append(if seen { char::from(*byte) } else { '·' }.encode_utf8(&mut [0; 4]), 0.0, format);
        }
        let text = job.text.clone();
        let galley = ui.painter().layout_job(job);
        let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::click());
        ui.painter().galley(rect.min, galley, tokens.text);
        response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Label, true, &text));
        let at = response.interact_pointer_pos().filter(|_| response.clicked())?;
        byte_at(((at.x - rect.left()) / glyph) as usize, width)
            .filter(|index| *index < bytes.len())
            .map(|index| offset + index)
    }

    fn color(&self, place: usize, tokens: &Tokens) -> Color32 {
        if self.payload.contains(&place) { tokens.text } else { tokens.text_weak }
    }

    fn format(&self, place: usize, plain: TextFormat, tokens: &Tokens) -> TextFormat {
        if self.is_selected(place) {
            return TextFormat { background: tokens.accent_soft, color: tokens.text_strong, ..plain };
        }
        plain
    }

    fn is_selected(&self, place: usize) -> bool {
        self.selected.is_some_and(|selected| selected.contains(&place))
    }
}

/// The byte of a row that stands at this character of it.
const fn byte_at(column: usize, width: usize) -> Option<usize> {
    let text = BEFORE + 3 * width + 1;
    match column {
        _ if column < BEFORE => None,
        _ if column < text - 1 => Some((column - BEFORE) / 3),
        _ if column < text => None,
        _ => Some(column - text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_clicked_among_the_digits_and_among_the_letters() {
        let places = [0, 5, 6, 8, 9, 29, 30, 31, 38].map(|column| byte_at(column, 8));
        assert_eq!(places, [None, None, Some(0), Some(0), Some(1), Some(7), None, Some(0), Some(7)]);
    }
}
