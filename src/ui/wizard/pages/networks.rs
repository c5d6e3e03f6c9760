//! The networks that the module sees, to choose one of instead of typing its name.

use egui::{Align, Button, Layout, RichText, ScrollArea, Ui};

use crate::model::{Model, bars};
use crate::module::{ScanEntry, Security};
use crate::profile::WifiSecurity;
use crate::session::Activity;
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets;
use crate::ui::wizard::field::Field;
use crate::ui::wizard::form::Network;
use crate::ui::wizard::inputs::Inputs;

/// The room for the list, in points: six networks, so that the fields below stay in reach.
const MOST: f32 = 6.0 * (theme::CONTROL_HEIGHT + space::XS);

/// Draws the button that looks, and below it what was seen.
pub(super) fn show(
    ui: &mut Ui,
    network: &mut Network,
    inputs: &mut Inputs<'_>,
    model: &Model,
    actions: &mut Actions,
) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        look(ui, model, actions);
        let seen = model.module.networks();
        if seen.is_empty() {
            return;
        }
        widgets::card(ui, |ui| {
            ScrollArea::vertical().max_height(MOST).auto_shrink([false, true]).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::XS;
                for entry in seen {
                    if row(ui, entry, network.ssid == entry.ssid) {
                        choose(network, inputs, entry);
                    }
                }
            });
        });
    });
}

fn look(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let action = Action::Scan;
    let obstacle = action.obstacle(model);
    ui.horizontal(|ui| {
        let label = action.label().unwrap_or_default();
        let button = ui.add_enabled_ui(obstacle.is_none(), |ui| match action.icon() {
            Some(icon) => widgets::icon_text_button(ui, icon, label),
            None => widgets::secondary_button(ui, label),
        });
        if button.inner.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
            actions.push(action);
        }
        match (&model.module.seen, model.activity) {
            (_, Activity::Scanning) => {
                widgets::small(ui, "The module looks for networks: this takes seconds")
            }
            (Some(_), _) if model.module.networks().is_empty() => {
                widgets::small(ui, "The module sees no network that has a name: check its antenna")
            }
            (None, _) if obstacle.is_none() => {
                widgets::small(ui, "Choose the network instead of typing its name")
            }
            _ => return,
        };
    });
}

/// One network; whether it was clicked.
fn row(ui: &mut Ui, entry: &ScanEntry, is_chosen: bool) -> bool {
    let tokens = Tokens::of(ui);
    let obstacle = if way_in(entry).is_none() { Some(NO_WAY_IN) } else { None };
    let about = format!("{} · channel {} · {} dBm", entry.security(), entry.channel, entry.rssi);
    let size = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
    ui.add_enabled_ui(obstacle.is_none(), |ui| {
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(&about).small().color(tokens.text_weak));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                widgets::icon(ui, widgets::signal(Some(bars(entry.rssi))), tokens.text);
                let name = ui.add(Button::selectable(is_chosen, &entry.ssid).truncate());
                let name = name.accessible_name(format!("Join {}: {about}", entry.ssid));
                name.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked()
            })
            .inner
        })
        .inner
    })
    .inner
}

const NO_WAY_IN: &str =
    "The wizard joins networks that are open or have a WPA passphrase; a profile can join with EAP";

/// How the wizard would join it, if it can.
fn way_in(entry: &ScanEntry) -> Option<WifiSecurity> {
    match entry.security() {
        _ if entry.takes_wpa_passphrase() => Some(WifiSecurity::WpaPsk),
        Security::Wpa3 => Some(WifiSecurity::Wpa3),
        Security::Open => Some(WifiSecurity::Open),
        Security::Wep | Security::Wpa | Security::Wpa2 | Security::Enterprise => None,
    }
}

fn choose(network: &mut Network, inputs: &mut Inputs<'_>, entry: &ScanEntry) {
    let Some(security) = way_in(entry) else { return };
    network.ssid.clone_from(&entry.ssid);
    network.security = security;
    inputs.changed();
    if security != WifiSecurity::Open {
        inputs.focus(Field::Passphrase);
    }
}
