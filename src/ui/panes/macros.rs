//! Macros in the bar of the panes: a menu of all of them, and how far the one is that is played.

use egui::{AtomExt as _, Button, Label, RichText, ScrollArea, Ui};
use egui_material_icons::icons::{ICON_PLAY_ARROW, ICON_PLAYLIST_PLAY};

use crate::macros::{Library, Macro};
use crate::model::{Model, Play};
use crate::ui::actions::{Action, Actions};
use crate::ui::pages::Page;
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets;

const MENU_WIDTH: f32 = 520.0;
const MENU_HEIGHT: f32 = 360.0;

/// Draws the menu and the progress, from right to left.
pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    ui.add_space(space::XS);
    menu(ui, model, actions);
    if let Some(play) = model.playing() {
        progress(ui, play, actions);
    }
}

fn menu(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let icon = ICON_PLAYLIST_PLAY.rich_text().size(theme::ICON);
    let button = Button::new((icon, "Macros")).frame_when_inactive(false);
    let response = widgets::menu(ui, button, |ui| {
        ui.set_width(MENU_WIDTH);
        ScrollArea::vertical().max_height(MENU_HEIGHT).show(ui, |ui| {
            for (action, about) in entries(&model.macros) {
                entry(ui, action, &about, model, actions);
            }
        });
        ui.separator();
        if ui.button("Manage macros…").clicked() {
            actions.push(Action::Show(Page::Macros));
        }
    });
    response
        .accessible_name("Macros menu")
        .on_hover_text("Sequences of commands, played by a click or a key");
}

fn entries(library: &Library) -> impl Iterator<Item = (Action, String)> {
    library
        .all()
        .map(|(_, Macro { name, about, .. }, key)| (Action::Play { name: name.clone(), key }, about.clone()))
}

fn entry(ui: &mut Ui, action: Action, about: &str, model: &Model, actions: &mut Actions) {
    let name = action.label().unwrap_or_default().to_owned();
    let key = action.shortcut().map(|shortcut| ui.format_shortcut(&shortcut)).unwrap_or_default();
    let weak = Tokens::of(ui).text_weak;
    let icon = ICON_PLAY_ARROW.rich_text().size(theme::ICON);
    let words = RichText::new(about).small().color(weak);
    let button = Button::new((icon, name.as_str(), words.atom_shrink(true))).shortcut_text(key).truncate();
    let obstacle = action.obstacle(model);
    let response = ui.add_enabled(obstacle.is_none(), button).accessible_name(&name);
    let response = response.on_hover_text(about).on_disabled_hover_text(obstacle.unwrap_or_default());
    if response.clicked() {
        actions.push(action);
    }
}

fn progress(ui: &mut Ui, play: &Play, actions: &mut Actions) {
    let cancel = ui.add_enabled_ui(!play.is_stopping(), |ui| widgets::secondary_button(ui, "Cancel"));
    if cancel.inner.accessible_name("Cancel the macro").clicked() {
        actions.push(Action::StopMacro);
    }
    let text = RichText::new(play.progress()).color(Tokens::of(ui).accent);
    ui.add(Label::new(text).truncate()).on_hover_text(play.doing());
}
