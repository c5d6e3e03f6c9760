//! The step indicator above the pages: where one is, what is done, and a click to go there.

use egui::{Button, RichText, Ui};
use egui_material_icons::icons::{ICON_CHECK, ICON_CHEVRON_RIGHT};

use super::page::Page;
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets;

/// Draws the pages in their order; gives the one that was clicked. Only pages that can be reached take clicks.
pub(super) fn show(ui: &mut Ui, present: Page, can_reach: impl Fn(Page) -> bool) -> Option<Page> {
    let tokens = Tokens::of(ui);
    let mut clicked = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(space::XS / 2.0, space::XS);
        ui.spacing_mut().button_padding.x = space::S;
        for (index, page) in Page::ALL.into_iter().enumerate() {
            if index > 0 {
                widgets::icon(ui, ICON_CHEVRON_RIGHT, tokens.border_strong);
            }
            if step(ui, index + 1, page, present, can_reach(page)) {
                clicked = Some(page);
            }
        }
    });
    clicked
}

fn step(ui: &mut Ui, number: usize, page: Page, present: Page, reachable: bool) -> bool {
    let tokens = Tokens::of(ui);
    let color = if page == present { tokens.accent } else { tokens.text };
    let mark = if page < present && reachable {
        ICON_CHECK.rich_text().size(theme::ICON).color(tokens.ok)
    } else {
        RichText::new(number.to_string()).color(color)
    };
    let title = RichText::new(page.title()).color(color);
    let button = Button::new((mark, title)).frame_when_inactive(page == present).selected(page == present);
    let response = ui.add_enabled(reachable || page == present, button);
    response.accessible_name(format!("Step {number}: {}", page.title())).clicked() && page != present
}
