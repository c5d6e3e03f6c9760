//! A list of many rows of which only those on screen are drawn. It follows the end until a person scrolls up, and then
//! says how many rows are new. What a row looks like is the caller's business.

use egui::{Align2, Area, Order, ScrollArea, Ui, Vec2};

use crate::ui::theme::space;
use crate::ui::widgets;

/// Where a list stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Follow {
    #[default]
    End,
    /// A person is reading older rows; `seen` rows there were when they began.
    Away { seen: u64 },
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

impl List {
    /// Brings this row into view and follows no longer.
    pub(super) fn reveal(&mut self, index: usize, ever: u64) {
        self.follow = Follow::Away { seen: ever };
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
        let view = ui.available_height();
        let end = (rows.height * rows.count as f32 - view).max(0.0);
        let mut area = ScrollArea::both().id_salt(name).auto_shrink(false).animated(false);
        let forced = self.forced_offset(rows, view, end);
        if let Some(offset) = forced {
            area = area.vertical_scroll_offset(offset);
        }
        let output =
            area.show_rows(ui, rows.height, rows.count, |ui, range| range.for_each(|index| draw(ui, index)));
        let offset = output.state.clamped_offset().y;
        match self.follow {
            Follow::End if offset < end - 1.0 => self.follow = Follow::Away { seen: rows.ever },
            Follow::Away { .. } if forced.is_none() && offset >= end - 1.0 => self.follow = Follow::End,
            Follow::End | Follow::Away { .. } => {}
        }
        if let Follow::Away { seen } = self.follow {
            self.offer_end(ui, name, output.inner_rect, rows.ever.saturating_sub(seen));
        }
    }

    fn forced_offset(&mut self, rows: &Rows, view: f32, end: f32) -> Option<f32> {
        match (self.wanted.take(), self.follow) {
            (Some(index), _) => Some((rows.height * index as f32 - view / 2.0).clamp(0.0, end)),
            (None, Follow::End) => Some(end),
            (None, Follow::Away { .. }) => None,
        }
    }

    fn offer_end(&mut self, ui: &Ui, name: &str, rect: egui::Rect, new: u64) {
        let text = if new == 0 { "Jump to end".to_owned() } else { format!("Jump to end, {new} new") };
        let corner = rect.right_bottom() - Vec2::splat(space::M);
        let area =
            Area::new(ui.scope_id().with((name, "end"))).order(Order::Middle).pivot(Align2::RIGHT_BOTTOM);
        area.fixed_pos(corner).show(ui, |ui| {
            if widgets::primary_button(ui, &text).clicked() {
                self.follow = Follow::End;
                ui.request_repaint();
            }
        });
    }
}
