//! How one row of the traffic looks: a mark, its time, its direction, whose it is, what it is, its length, how it begins.

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, Id, Rect, Response, Sense, TextStyle, Ui, WidgetInfo};

use super::super::clock;
use crate::model::{RowKind, Tenant, TrafficRow};
use crate::session::Direction;
use crate::ui::theme::{Tokens, space};

/// The most characters of a message that its row shows.
const PREVIEW: usize = 240;
/// From this width on, in points, a row has room for the name of its peer.
const ROOMY: f32 = 760.0;
/// The longest name of a peer in a row, in characters.
const NAME: usize = 24;
/// The width of a bookmark at the left edge, in points.
const MARK: f32 = 3.0;

/// Why a row stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) is_selected: bool,
    pub(super) is_bookmarked: bool,
}

/// One row with all that is drawn of it.
pub(super) struct Row<'a> {
    pub(super) row: &'a TrafficRow,
    /// Who is at the other end.
    pub(super) tenant: Option<&'a Tenant>,
    pub(super) state: State,
}

impl Row<'_> {
    /// Draws the row, `height` points high; all of it takes clicks.
    pub(super) fn show(&self, ui: &mut Ui, height: f32) -> Response {
        let tokens = Tokens::of(ui);
        let size = egui::vec2(ui.available_width(), height);
        let (_, rect) = ui.allocate_space(size);
        let id = Id::unique(("traffic row", self.row.id));
        let response = ui.interact(rect, id, Sense::click_and_drag());
        self.background(ui, rect, &response, tokens);
        let mut job = self.job(ui, rect.width(), tokens);
        job.wrap = TextWrapping::truncate_at_width(rect.width() - 2.0 * space::M);
        let galley = ui.painter().layout_job(job);
        let top = rect.center().y - galley.size().y / 2.0;
        ui.painter().galley(egui::pos2(rect.left() + space::M, top), galley, tokens.text);
        response.widget_info(|| {
            let name = name(self.row);
            WidgetInfo::selected(egui::accesskit::Role::ListBoxOption, true, self.state.is_selected, name)
        });
        response
    }

    fn background(&self, ui: &Ui, rect: Rect, response: &Response, tokens: &Tokens) {
        if matches!(self.row.kind, RowKind::Unplaced | RowKind::Missing) {
            ui.painter().rect_filled(rect, 0.0, tokens.warn_soft);
        }
        if self.state.is_selected {
            ui.painter().rect_filled(rect, 2.0, tokens.accent_soft);
        } else if response.hovered() {
            ui.painter().rect_filled(rect, 0.0, tokens.hover);
        }
        if self.state.is_bookmarked {
            let mark = Rect::from_min_size(rect.left_top(), egui::vec2(MARK, rect.height()));
            ui.painter().rect_filled(mark, 0.0, tokens.accent);
        }
    }

    fn job(&self, ui: &Ui, width: f32, tokens: &Tokens) -> LayoutJob {
        let font = TextStyle::Monospace.resolve(ui.style());
        let format = |color| TextFormat::simple(font.clone(), color);
        let row = self.row;
        let color = color(row, tokens);
        let mut job = LayoutJob::default();
        job.append(&clock(row.at), 0.0, format(tokens.text_weak));
        job.append(sign(row.direction), space::L, format(color));
        let channel = row.channel();
        let who = channel.map_or_else(|| " ".repeat(5), |channel| format!("ch {channel:<2}"));
        job.append(&who, space::M, format(channel_color(channel, tokens)));
        job.append(&format!("{:<8}", kind(row.kind)), space::S, format(tokens.text_weak));
        job.append(&format!("{:>6} B", row.bytes.len()), 0.0, format(tokens.text_weak));
        if let Some(tenant) = self.tenant.filter(|_| width >= ROOMY) {
            let small = TextStyle::Small.resolve(ui.style());
            let name: String = tenant.name.chars().take(NAME).collect();
            job.append(&name, space::L, TextFormat::simple(small, tokens.text_weak));
        }
        job.append(&row.preview(PREVIEW), space::L, format(color));
        job
    }
}

/// What a screen reader says.
pub(super) fn name(row: &TrafficRow) -> String {
    let way = match row.direction {
        Direction::Sent => "Sent",
        Direction::Received => "Received",
    };
    let what = if row.kind.is_payload() { String::new() } else { format!("{}, ", kind(row.kind)) };
    format!("{way} {what}{} bytes: {}", row.bytes.len(), row.preview(PREVIEW))
}

/// A word for a kind of row; the longest has eight letters.
pub(super) const fn kind(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Burst => "burst",
        RowKind::Data { .. } => "data",
        RowKind::Request => "request",
        RowKind::Response => "response",
        RowKind::Event => "event",
        RowKind::Control => "control",
        RowKind::Unplaced => "raw",
        RowKind::Missing => "missing",
    }
}

const fn sign(direction: Direction) -> &'static str {
    match direction {
        Direction::Sent => "→",
        Direction::Received => "←",
    }
}

/// A channel has the same colour wherever it stands.
pub(super) fn channel_color(channel: Option<u8>, tokens: &Tokens) -> Color32 {
    channel.map_or(tokens.text_weak, |channel| tokens.series(channel.into()))
}

const fn color(row: &TrafficRow, tokens: &Tokens) -> Color32 {
    match (row.kind, row.direction) {
        (RowKind::Event, _) => tokens.urc,
        (RowKind::Control | RowKind::Missing, _) => tokens.text_weak,
        (_, Direction::Sent) => tokens.tx,
        (_, Direction::Received) => tokens.rx,
    }
}
