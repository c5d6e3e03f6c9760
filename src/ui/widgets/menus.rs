//! What opens: lists to choose from and menus. They close on a click and on the keys that choose, and give the focus back.

use egui::PopupCloseBehavior;
use egui::containers::menu::{MenuButton, MenuConfig};
use egui::style::WidgetVisuals;
use egui::{Button, ComboBox, InnerResponse, Key, Popup, Rect, Response, Stroke, Ui};
use egui_material_icons::MaterialIcon;

use crate::ui::theme::{self, space};

/// A combo box of the window's look.
pub struct Combo(ComboBox<'static>);

/// A combo box; give it its text and entries.
pub fn combo(name: &str, width: f32) -> Combo {
    let chevron = |ui: &Ui, rect: Rect, visuals: &WidgetVisuals, _| {
        let (center, stroke) = (rect.center(), Stroke::new(1.5, visuals.fg_stroke.color));
        let points = [(-4.0, -2.0), (0.0, 2.0), (4.0, -2.0)].map(|(x, y)| center + egui::vec2(x, y));
        ui.painter().line(points.to_vec(), stroke);
    };
    Combo(ComboBox::from_id_salt(name).width(width).icon(chevron))
}

impl Combo {
    /// What is chosen.
    pub fn selected_text(self, text: impl Into<String>) -> Self {
        Self(self.0.selected_text(text.into()))
    }

    /// What is chosen is cut where the place ends.
    pub fn truncate(self) -> Self {
        Self(self.0.truncate())
    }

    /// The most room for the entries, in points.
    pub fn height(self, height: f32) -> Self {
        Self(self.0.height(height))
    }

    /// Draws it. As with [`menu`], keys that close the entries lead back to the box. The inner value is there while the
    /// entries are shown, and in the frame in which they close.
    pub fn show_ui<R>(self, ui: &mut Ui, entries: impl FnOnce(&mut Ui) -> R) -> InnerResponse<Option<R>> {
        let shown = self.0.show_ui(ui, |ui| {
            let inner = entries(ui);
            close_when_chosen_by_keys(ui);
            inner
        });
        let is_open = ComboBox::is_open(ui, shown.response.id);
        if shown.inner.is_some() && !is_open {
            lead_back(ui, &shown.response);
        }
        shown
    }
}

/// Only a click closes what pops up; whoever chooses by keys is done with it as well.
fn close_when_chosen_by_keys(ui: &Ui) {
    let chosen = is_pressed(ui, &[Key::Enter, Key::Space]);
    let focused = ui.memory(egui::Memory::focused).and_then(|id| ui.read_response(id));
    // The key that opens it is pressed in the box, which lies in another layer.
    if chosen && focused.is_some_and(|focused| focused.layer_id == ui.layer_id()) {
        ui.close();
    }
}

/// If keys have just closed what this had opened, it has the focus again.
fn lead_back(ui: &Ui, opener: &Response) {
    if is_pressed(ui, &[Key::Escape, Key::Enter, Key::Space]) {
        opener.request_focus();
    }
}

/// Whether one of these keys was pressed.
fn is_pressed(ui: &Ui, keys: &[Key]) -> bool {
    keys.iter().any(|key| ui.input(|input| input.key_pressed(*key)))
}

/// A combo box of numbers, so close together that the most likely are not out of sight; gives the one that is picked.
pub fn numbers(ui: &mut Ui, name: &str, shown: u32, all: &[u32]) -> (Response, Option<u32>) {
    let mut picked = None;
    let combo = combo(name, 92.0).height(ui.spacing().default_area_size.y).selected_text(shown.to_string());
    let response = combo.show_ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.spacing_mut().interact_size.y = theme::ICON + space::S;
        for number in all {
            if ui.selectable_label(*number == shown, number.to_string()).clicked() {
                picked = Some(*number);
            }
        }
    });
    (response.response, picked)
}

/// A square button with an icon only that opens a menu.
pub fn icon_menu(ui: &mut Ui, icon: MaterialIcon, name: &str, contents: impl FnOnce(&mut Ui)) {
    icon_opens(ui, icon, name, PopupCloseBehavior::CloseOnClick, contents);
}

/// The same for a menu with fields in it: only a click beside it closes it, or `ui.close()`.
pub fn icon_popup(ui: &mut Ui, icon: MaterialIcon, name: &str, contents: impl FnOnce(&mut Ui)) {
    icon_opens(ui, icon, name, PopupCloseBehavior::CloseOnClickOutside, contents);
}

fn icon_opens(
    ui: &mut Ui,
    icon: MaterialIcon,
    name: &str,
    close: PopupCloseBehavior,
    contents: impl FnOnce(&mut Ui),
) {
    let size = egui::Vec2::splat(theme::CONTROL_HEIGHT);
    let button = Button::new(icon.rich_text().size(theme::ICON)).frame_when_inactive(false).min_size(size);
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = egui::vec2(space::XS, space::XS);
        let padding = ui.ctx().global_style().spacing.button_padding;
        let button = menu_closing(ui, button, close, |ui| {
            ui.spacing_mut().button_padding = padding;
            contents(ui);
        });
        button.on_hover_text(name).accessible_name(name);
    });
}

/// A button that opens a menu. When keys have closed the menu, the button has the focus again, which would be lost with what
/// had it in the menu.
pub fn menu(ui: &mut Ui, button: Button<'_>, contents: impl FnOnce(&mut Ui)) -> Response {
    menu_closing(ui, button, PopupCloseBehavior::CloseOnClick, contents)
}

fn menu_closing(
    ui: &mut Ui,
    button: Button<'_>,
    close: PopupCloseBehavior,
    contents: impl FnOnce(&mut Ui),
) -> Response {
    let config = MenuConfig::new().close_behavior(close);
    let closes = close == PopupCloseBehavior::CloseOnClick;
    let (button, shown) = MenuButton::from_button(button).config(config).ui(ui, |ui| {
        contents(ui);
        if closes {
            close_when_chosen_by_keys(ui);
        }
    });
    let is_open = Popup::is_id_open(ui, Popup::default_response_id(&button));
    if shown.is_some() && !is_open {
        lead_back(ui, &button);
    }
    button
}
