//! The column on the left: one entry for each part of the program.

use egui::{Align, Button, Frame, Layout, Margin, Panel, RichText, Stroke, Ui};

use super::actions::{Action, Actions};
use super::pages::Page;
use super::theme::{self, Tokens, space};

const WIDTH: f32 = 164.0;

/// Draws the navigation at the left of `ui`.
pub(super) fn show(ui: &mut Ui, page: Page, actions: &mut Actions) {
    let frame = Frame::new().inner_margin(Margin::symmetric(10, 12));
    Panel::left("navigation").resizable(false).exact_size(WIDTH).frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        ui.with_layout(Layout::top_down_justified(Align::Min), |ui| {
            for target in
                [Page::Home, Page::Module, Page::Wifi, Page::Certificates, Page::Macros, Page::Settings]
            {
                let action = Action::Show(target);
                if entry(ui, &action, section(page) == target).clicked() {
                    actions.push(action);
                }
            }
        });
    });
}

/// The entry a page belongs to.
const fn section(page: Page) -> Page {
    match page {
        Page::Home | Page::Wizard(_) => Page::Home,
        Page::Module => Page::Module,
        Page::Wifi => Page::Wifi,
        Page::Certificates => Page::Certificates,
        Page::Macros => Page::Macros,
        Page::Settings => Page::Settings,
    }
}

fn entry(ui: &mut Ui, action: &Action, chosen: bool) -> egui::Response {
    let tokens = Tokens::of(ui);
    let color = if chosen { tokens.accent } else { tokens.text };
    let name = action.label().unwrap_or_default();
    let icon = action.icon().map(|icon| icon.rich_text().size(theme::ICON).color(color)).unwrap_or_default();
    let button = Button::selectable(chosen, (icon, RichText::new(name).color(color))).gap(space::S);
    let button = button.frame_when_inactive(chosen).stroke(Stroke::NONE).right_text("");
    ui.add(button.min_size(egui::vec2(0.0, theme::CONTROL_HEIGHT))).accessible_name(name)
}
