//! A list of many rows of which only those on screen are drawn. It follows the end until a person scrolls up, and then
//! says how many rows are new. What a row looks like is the caller's business.

mod place;

use std::ops::Range;

use egui::{Align2, Area, Order, Rect, ScrollArea, Ui, UiBuilder, Vec2};

use self::place::Scale;
use crate::ui::theme::space;
use crate::ui::widgets;

/// Where a list stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Follow {
    #[default]
    End,
    /// A person is reading older rows, `top` points from the first; `seen` rows there were when they began.
    Away { top: f64, seen: u64 },
}

/// The state of one list.
#[derive(Debug, Default)]
pub(super) struct List {
    follow: Follow,
    /// A row to bring into the middle.
    wanted: Option<usize>,
}

/// How many rows there are.
pub(super) struct Rows {
    pub(super) height: f32,
    pub(super) count: usize,
    /// With those that are not kept any more.
    pub(super) ever: u64,
}

/// A bar that is held still moves by less than this, in points.
const LEAST_BY_BAR: f64 = 1.0;

impl List {
    /// Brings this row into view and follows no longer.
    pub(super) fn reveal(&mut self, index: usize, ever: u64) {
        self.follow = Follow::Away { top: 0.0, seen: ever };
        self.wanted = Some(index);
    }

    /// Draws the rows that are in sight into all the room there is.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        name: &str,
        rows: &Rows,
        mut draw: impl FnMut(&mut Ui, usize),
    ) {
        ui.spacing_mut().item_spacing.y = 0.0;
        // A band would pull the list back from rows that were not there in the last frame.
        ui.spacing_mut().scroll.kinetic.rubber_band = false;
        let room = ui.available_rect_before_wrap();
        let view = f64::from(room.height());
        let scale = Scale::new(f64::from(rows.height) * rows.count as f64, view);
        let revealed = self.wanted.is_some();
        let top = self.top(rows, view, scale.most());
        let told = scale.shown(top) as f32;
        let area = ScrollArea::both().id_salt(name).auto_shrink(false).animated(false);
        let output = area.vertical_scroll_offset(told).show_viewport(ui, |ui, _| {
            ui.set_height(scale.shown_height() as f32);
            let range = rows.in_sight(top, view);
            let above = f64::from(rows.height) * range.start as f64 - top;
            draw_rows(ui, rows, room.top() + above as f32, range, &mut draw);
        });
        let stands = output.state.clamped_offset().y;
        let top = match f64::from(stands) - f64::from(told) {
            moved if moved.abs() > LEAST_BY_BAR && holds_bar(ui, output.id) => scale.real(stands.into()),
            moved => (top + moved).clamp(0.0, scale.most()),
        };
        self.stand(top, scale.most(), rows.ever, revealed);
        // In less room the button would hide the rows.
        let has_room = output.inner_rect.height() > 3.0 * rows.height;
        if let (Follow::Away { seen, .. }, true) = (self.follow, has_room) {
            self.offer_end(ui, name, output.inner_rect, rows.ever.saturating_sub(seen));
        }
    }

    /// Where the list begins to be drawn, in points from its first row.
    fn top(&mut self, rows: &Rows, view: f64, most: f64) -> f64 {
        if let (Some(index), Follow::Away { top, .. }) = (self.wanted.take(), &mut self.follow) {
            *top = f64::from(rows.height) * index as f64 - view / 2.0;
        }
        match self.follow {
            Follow::End => most,
            Follow::Away { top, .. } => top.clamp(0.0, most),
        }
    }

    /// Notes where a person left the list. At the end it follows again, unless it was just brought there.
    fn stand(&mut self, top: f64, most: f64, ever: u64, revealed: bool) {
        let at_end = top >= most - 1.0;
        self.follow = match self.follow {
            Follow::End if !at_end => Follow::Away { top, seen: ever },
            Follow::Away { seen, .. } if revealed || !at_end => Follow::Away { top, seen },
            Follow::End | Follow::Away { .. } => Follow::End,
        };
    }

    fn offer_end(&mut self, ui: &Ui, name: &str, rect: Rect, new: u64) {
        let text = if new == 0 { "Jump to end".to_owned() } else { format!("Jump to end, {new} new") };
        let corner = rect.right_bottom() - Vec2::splat(space::M);
        let area =
            Area::new(ui.scope_id().with((name, "end"))).order(Order::Middle).pivot(Align2::RIGHT_BOTTOM);
        area.fixed_pos(corner).show(ui, |ui| {
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
            if widgets::primary_button(ui, &text).clicked() {
                self.follow = Follow::End;
                ui.request_repaint();
            }
        });
    }
}

impl Rows {
    /// The rows of which something is in sight, from `top` on.
    fn in_sight(&self, top: f64, view: f64) -> Range<usize> {
        let height = f64::from(self.height);
        let first = (top / height).floor() as usize;
        let end = ((top + view) / height).ceil() as usize + 1;
        first.min(self.count)..end.min(self.count)
    }
}

/// Whether the pointer holds the vertical scroll bar of this area, which the toolkit names by its axis.
fn holds_bar(ui: &Ui, area: egui::Id) -> bool {
    ui.ctx().read_response(area.with(1_usize)).is_some_and(|bar| bar.interact_pointer_pos().is_some())
}

/// Draws these rows, the first of them at this height of the window.
fn draw_rows(
    ui: &mut Ui,
    rows: &Rows,
    start: f32,
    range: Range<usize>,
    draw: &mut dyn FnMut(&mut Ui, usize),
) {
    let height = rows.height * range.len() as f32;
    let rect = Rect::from_x_y_ranges(ui.max_rect().x_range(), start..=start + height);
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        // A row has the same ids wherever it stands.
        ui.skip_ahead_auto_ids(range.start);
        range.for_each(|index| draw(ui, index));
    });
}

#[cfg(test)]
mod tests;
