//! The column on the left: one entry for each part of the program.

use egui::{Align, Button, Frame, Layout, Margin, Panel, RichText, Stroke, Ui};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{ICON_MEMORY, ICON_ROCKET_LAUNCH, ICON_SETTINGS};

use super::actions::{Action, Actions};
use super::pages::Page;
use super::theme::{self, Tokens, space};

const WIDTH: f32 = 164.0;

/// Draws the navigation at the left of `ui`.
pub(super) fn show(ui: &mut Ui, page: Page, actions: &mut Actions) {
    let frame = Frame::new().fill(Tokens::of(ui).window).inner_margin(Margin::symmetric(10, 12));
    Panel::left("navigation").resizable(false).exact_size(WIDTH).frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        ui.with_layout(Layout::top_down_justified(Align::Min), |ui| {
            for (target, icon, name) in [
                (Page::Home, ICON_ROCKET_LAUNCH, "Set up"),
                (Page::Module, ICON_MEMORY, "Module"),
                (Page::Settings, ICON_SETTINGS, "Settings"),
            ] {
                if entry(ui, icon, name, section(page) == target).clicked() {
                    actions.push(Action::Show(target));
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
        Page::Settings => Page::Settings,
    }
}

fn entry(ui: &mut Ui, icon: MaterialIcon, name: &str, chosen: bool) -> egui::Response {
    let tokens = Tokens::of(ui);
    let color = if chosen { tokens.accent } else { tokens.text };
    let icon = icon.rich_text().size(theme::ICON).color(color);
    let button = Button::selectable(chosen, (icon, RichText::new(name).color(color))).gap(space::S);
    let button = button
        .frame_when_inactive(chosen)
        .stroke(Stroke::NONE)
        .right_text("")
        .min_size(egui::vec2(0.0, theme::CONTROL_HEIGHT));
    ui.add(button).accessible_name(name)
}
