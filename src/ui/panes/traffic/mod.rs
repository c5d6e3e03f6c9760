//! The traffic: payload in both directions, one message a row, the chosen one as text and bytes, and a line to send from.

mod compose;
mod detail;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{CentralPanel, Frame, Margin, Panel, RichText, Sense, TextStyle, Ui};
use egui_material_icons::icons::ICON_SWAP_VERT;

use self::compose::Compose;
use super::list::{List, Rows};
use super::{clock, input_line};
use crate::model::{Line, Model, Traffic, TrafficRow};
use crate::plan::Mode;
use crate::session::Direction;
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// What the traffic pane remembers from frame to frame.
#[derive(Debug, Default)]
pub(super) struct TrafficPane {
    list: List,
    /// The row that is shown in full.
    selected: Option<u64>,
    /// A row to bring into view.
    wanted: Option<u64>,
    compose: Compose,
}

impl TrafficPane {
    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        input_line(ui, |ui| self.compose.show(ui, model, actions));
        if let Some(row) =
            self.selected.and_then(|id| model.traffic.index_of(id)).and_then(|at| model.traffic.get(at))
        {
            let half = ui.available_width() / 2.0;
            let panel =
                Panel::right("message").resizable(true).default_size(half).size_range(300.0..=(half * 1.5));
            panel
                .frame(Frame::new().inner_margin(Margin::symmetric(12, 8)))
                .show(ui, |ui| detail::show(ui, &row));
        }
        CentralPanel::no_frame().show(ui, |ui| {
            if model.traffic.is_empty() { empty(ui, model, actions) } else { self.rows(ui, &model.traffic) }
        });
    }

    /// The message takes the focus.
    pub(super) fn focus(&mut self) {
        self.compose.focus();
    }

    /// Brings a row into view and shows it in full.
    pub(super) fn reveal(&mut self, id: u64) {
        (self.selected, self.wanted) = (Some(id), Some(id));
    }

    fn rows(&mut self, ui: &mut Ui, traffic: &Traffic) {
        let ever = traffic.dropped() + traffic.len() as u64;
        if let Some(index) = self.wanted.take().and_then(|id| traffic.index_of(id)) {
            self.list.reveal(index, ever);
        }
        let height = (ui.text_style_height(&TextStyle::Monospace) + 7.0).round();
        let rows = Rows { height, count: traffic.len(), ever };
        let mut clicked = None;
        let selected = self.selected;
        self.list.show(ui, "traffic rows", &rows, |ui, index| {
            let Some(row) = traffic.get(index) else { return };
            if row_ui(ui, &row, height, selected == Some(row.id)).clicked() {
                clicked = Some(row.id);
            }
        });
        if clicked.is_some() {
            self.selected = if clicked == self.selected { None } else { clicked };
        }
    }
}

/// One message: time, direction, channel, length and how it begins.
fn row_ui(ui: &mut Ui, row: &TrafficRow, height: f32, chosen: bool) -> egui::Response {
    let tokens = Tokens::of(ui);
    let size = egui::vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let fill = match (chosen, response.hovered() || response.has_focus()) {
        (true, _) => Some(tokens.accent_soft),
        (false, true) => Some(tokens.hover),
        (false, false) => None,
    };
    if let Some(fill) = fill {
        ui.painter().rect_filled(rect, 0.0, fill);
    }
    let mut job = job(ui, row, tokens);
    job.wrap = TextWrapping::truncate_at_width(rect.width() - 2.0 * space::M);
    let galley = ui.painter().layout_job(job);
    let top = rect.center().y - galley.size().y / 2.0;
    ui.painter().galley(egui::pos2(rect.left() + space::M, top), galley, tokens.text);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::accesskit::Role::ListBoxOption, true, chosen, name(row))
    });
    response
}

fn name(row: &TrafficRow) -> String {
    let way = match row.direction {
        Direction::Sent => "Sent",
        Direction::Received => "Received",
    };
    format!("{way} {} bytes: {}", row.bytes.len(), row.preview(PREVIEW))
}

/// The most bytes of a message that its row shows.
const PREVIEW: usize = 160;

fn job(ui: &Ui, row: &TrafficRow, tokens: &Tokens) -> LayoutJob {
    let font = TextStyle::Monospace.resolve(ui.style());
    let format = |color| TextFormat::simple(font.clone(), color);
    let (sign, color) = match row.direction {
        Direction::Sent => ("→", tokens.tx),
        Direction::Received => ("←", tokens.rx),
    };
    let mut job = LayoutJob::default();
    job.append(&clock(row.at), 0.0, format(tokens.text_weak));
    job.append(sign, space::L, format(color));
    if let Some(channel) = row.channel() {
        job.append(&format!("ch {channel}"), space::M, format(tokens.text_weak));
    }
    job.append(&format!("{:>7} B", row.bytes.len()), space::S, format(tokens.text_weak));
    job.append(&row.preview(PREVIEW), space::L, format(color));
    job
}

/// What will appear here, and how to get there.
fn empty(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        ui.add_space((ui.available_height() / 2.0 - 66.0).max(space::S));
        ui.label(ICON_SWAP_VERT.rich_text().size(28.0).color(tokens.text_weak));
        ui.label(RichText::new("No messages yet").color(tokens.text_strong));
        ui.label(RichText::new(explanation(model)).color(tokens.text_weak));
        let action = Action::Enter(Mode::Data);
        if model.mode == Some(Mode::Command)
            && action.obstacle(model).is_none()
            && widgets::secondary_button(ui, action.label().unwrap_or_default()).clicked()
        {
            actions.push(action);
        }
    });
}

const fn explanation(model: &Model) -> &'static str {
    match (&model.line, model.mode) {
        (Line::Open(_), Some(Mode::Data)) => {
            "Everything typed below goes to the peers, everything they send appears here"
        }
        (Line::Open(_), Some(Mode::Extended)) => "Messages of every channel appear here",
        (Line::Open(_), _) => "Messages to and from the cloud appear here once the module is in data mode",
        _ => "Messages to and from the cloud appear here once a module is connected",
    }
}
