//! How one line of the console looks, on screen and as text.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, Label, Layout, TextStyle, Ui};

use crate::model::{Console, ConsoleLine, LineKind};
use crate::session::{Direction, WireKind};
use crate::ui::panes::clock;
use crate::ui::theme::{Tokens, space};

/// Draws one line, `height` points high.
pub(super) fn row(ui: &mut Ui, line: &ConsoleLine, height: f32, marked: bool) {
    let tokens = Tokens::of(ui);
    let size = egui::vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        if marked {
            ui.painter().rect_filled(ui.max_rect(), 2.0, tokens.accent_soft);
        }
        let response = ui.add(Label::new(job(ui, line, tokens)).extend().selectable(true));
        response.context_menu(|ui| {
            if ui.button("Copy line").clicked() {
                ui.copy_text(as_line(line));
                ui.close();
            }
        });
    });
}

fn job(ui: &Ui, line: &ConsoleLine, tokens: &Tokens) -> LayoutJob {
    let font = TextStyle::Monospace.resolve(ui.style());
    let format = |color| TextFormat::simple(font.clone(), color);
    let mut job = LayoutJob::default();
    job.append(&clock(line.at), 0.0, format(tokens.text_weak));
    job.append(sign(line.kind), space::L, format(color(line.kind, tokens)));
    job.append(&line.text, space::M, format(color(line.kind, tokens)));
    job
}

const fn sign(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Wire(Direction::Sent, _) => "→",
        LineKind::Wire(Direction::Received, _) => "←",
        LineKind::Note => "·",
    }
}

const fn color(kind: LineKind, tokens: &Tokens) -> Color32 {
    match kind {
        LineKind::Wire(_, WireKind::Error) => tokens.danger,
        LineKind::Wire(_, WireKind::Unsolicited) => tokens.urc,
        LineKind::Wire(_, WireKind::Echo) | LineKind::Note => tokens.text_weak,
        LineKind::Wire(Direction::Sent, _) => tokens.tx,
        LineKind::Wire(Direction::Received, _) => tokens.rx,
    }
}

fn as_line(line: &ConsoleLine) -> String {
    format!("{} {} {}", clock(line.at), sign(line.kind), line.text)
}

/// All lines that are kept, for the clipboard.
pub(in crate::ui::panes) fn as_text(console: &Console) -> String {
    let mut text = match console.dropped() {
        0 => String::new(),
        dropped => format!("({dropped} older lines are not kept)\n"),
    };
    console.scan(0..console.len(), |_, line| {
        text.push_str(&as_line(line));
        text.push('\n');
    });
    text
}
