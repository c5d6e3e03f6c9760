//! The list of macros: each with its name, what it is for, its key, and what can be done with it.

use egui::{Align, Layout, RichText, Ui};
use egui_material_icons::icons::{
    ICON_CONTENT_COPY, ICON_DELETE, ICON_EDIT, ICON_FILE_EXPORT, ICON_PLAY_ARROW,
};

use super::Ask;
use crate::macros::{FunctionKey, Macro, Origin};
use crate::model::Model;
use crate::ui::actions::{Action, Actions, MacroChange};
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets;

const KEY_WIDTH: f32 = 64.0;

/// Draws the macros of one origin.
pub(super) fn show(ui: &mut Ui, origin: Origin, model: &Model, asks: &mut Vec<Ask>, actions: &mut Actions) {
    ui.spacing_mut().item_spacing.y = space::S;
    let mut any = false;
    for (_, found, key) in model.macros.all().filter(|(own, ..)| *own == origin) {
        any = true;
        row(ui, (origin, found, key), model, asks, actions);
    }
    if !any {
        widgets::hint(ui, "A macro that you write, import or duplicate is found here, also after a restart");
    }
}

fn row(
    ui: &mut Ui,
    (origin, found, key): (Origin, &Macro, Option<FunctionKey>),
    model: &Model,
    asks: &mut Vec<Ask>,
    actions: &mut Actions,
) {
    let tokens = Tokens::of(ui);
    let size = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        tools(ui, origin, found, asks, actions);
        keys(ui, origin, found, key, actions);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            play(ui, &found.name, key, model, actions);
            ui.spacing_mut().item_spacing.x = space::S;
            widgets::truncated(ui, RichText::new(&found.name).color(tokens.text_strong));
            widgets::truncated(ui, RichText::new(&found.about).small().color(tokens.text_weak));
        });
    });
}

fn play(ui: &mut Ui, name: &str, key: Option<FunctionKey>, model: &Model, actions: &mut Actions) {
    let action = Action::Play { name: name.to_owned(), key };
    let obstacle = action.obstacle(model);
    let button = ui.add_enabled_ui(obstacle.is_none(), |ui| {
        widgets::icon_button(ui, ICON_PLAY_ARROW, &format!("Play {name}"))
    });
    if button.inner.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
        actions.push(action);
    }
}

/// From right to left.
fn tools(ui: &mut Ui, origin: Origin, found: &Macro, asks: &mut Vec<Ask>, actions: &mut Actions) {
    let name = &found.name;
    if origin == Origin::Own && widgets::icon_button(ui, ICON_DELETE, &format!("Delete {name}")).clicked() {
        asks.push(Ask::Remove(name.clone()));
    }
    if widgets::icon_button(ui, ICON_FILE_EXPORT, &format!("Export {name}")).clicked() {
        asks.push(Ask::Export(vec![name.clone()]));
    }
    if widgets::icon_button(ui, ICON_CONTENT_COPY, &format!("Duplicate {name}")).clicked() {
        actions.push(Action::ChangeMacros(MacroChange::Duplicate(name.clone())));
    }
    let edit = match origin {
        Origin::Own => format!("Edit {name}"),
        Origin::Shipped => format!("Edit a copy of {name}"),
    };
    if widgets::icon_button(ui, ICON_EDIT, &edit).clicked() {
        asks.push(Ask::Edit(name.clone()));
    }
}

/// The key of an own macro can be chosen; one that comes with the program has the key that no own one took.
fn keys(ui: &mut Ui, origin: Origin, found: &Macro, key: Option<FunctionKey>, actions: &mut Actions) {
    let shown = key.map_or("No key", FunctionKey::name);
    if origin == Origin::Shipped {
        let text = RichText::new(key.map_or("", FunctionKey::name)).color(Tokens::of(ui).text_weak);
        ui.allocate_ui(egui::vec2(KEY_WIDTH, theme::CONTROL_HEIGHT), |ui| ui.label(text));
        return;
    }
    let mut chosen = key;
    let combo = widgets::combo(&format!("key of {}", found.name), KEY_WIDTH);
    // All keys at once.
    let combo = combo.height(400.0).selected_text(shown);
    let response = combo.show_ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.selectable_value(&mut chosen, None, "No key");
        for key in FunctionKey::ALL {
            ui.selectable_value(&mut chosen, Some(key), key.name());
        }
    });
    response.response.accessible_name(format!("Key of {}", found.name));
    if chosen != key {
        let name = found.name.clone();
        actions.push(Action::ChangeMacros(MacroChange::Assign { name, key: chosen }));
    }
}
