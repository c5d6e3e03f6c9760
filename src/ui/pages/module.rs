//! What is known of the connected module: what it is, its Wi-Fi, its peers.

use egui::Ui;

use crate::model::{Link, Model, Peer, Wifi};
use crate::module::{Identity, LinkDownReason};
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::space;
use crate::ui::widgets;

/// Draws the page.
pub(crate) fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    widgets::heading(ui, "Module");
    let Some(identity) = &model.module.identity else {
        widgets::hint(ui, "Nothing is known of a module yet. Connect to one, and it is asked what it is.");
        return;
    };
    ui.horizontal(|ui| [Action::Find, Action::Restart].map(|action| button(ui, action, model, actions)));
    ui.add_space(space::XS);
    widgets::section(ui, "What it is");
    widgets::card(ui, |ui| facts(ui, identity));
    ui.add_space(space::S);
    widgets::section(ui, "Wi-Fi");
    widgets::card(ui, |ui| wifi(ui, &model.module.wifi));
    ui.add_space(space::S);
    widgets::section(ui, "Peers");
    widgets::card(ui, |ui| peers(ui, &model.module.peers));
}

fn button(ui: &mut Ui, action: Action, model: &Model, actions: &mut Actions) {
    let obstacle = action.obstacle(model);
    let button = ui.add_enabled_ui(obstacle.is_none(), |ui| match (action.icon(), action.label()) {
        (Some(icon), Some(label)) => widgets::icon_text_button(ui, icon, label),
        (_, label) => widgets::secondary_button(ui, label.unwrap_or_default()),
    });
    if button.inner.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
        actions.push(action);
    }
}

fn facts(ui: &mut Ui, identity: &Identity) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let firmware =
        identity.firmware.map_or_else(|| "Not readable".to_owned(), |firmware| firmware.to_string());
    let facts = [
        ("Model", identity.model.to_string()),
        ("Firmware", firmware),
        ("Serial number", identity.serial.clone()),
        ("Wi-Fi address", identity.mac.clone()),
        ("Manufacturer", identity.manufacturer.clone()),
    ];
    for (key, value) in facts {
        widgets::key_value_copy(ui, key, if value.is_empty() { "Not given" } else { &value });
    }
}

fn wifi(ui: &mut Ui, wifi: &Wifi) {
    let unknown = || "Not known".to_owned();
    widgets::key_value(ui, "Link", &link(wifi.link));
    if wifi.link != Link::Up {
        return;
    }
    widgets::key_value(ui, "Network", &wifi.ssid.clone().unwrap_or_else(unknown));
    widgets::key_value(ui, "Address", &wifi.address.map_or_else(unknown, |address| address.to_string()));
    widgets::key_value(ui, "Signal", &wifi.signal.map_or_else(unknown, |dbm| format!("{dbm} dBm")));
    if let (Some(bssid), Some(channel)) = (&wifi.bssid, wifi.channel) {
        widgets::key_value(ui, "Access point", &format!("{bssid}, channel {channel}"));
    }
}

fn link(link: Link) -> String {
    match link {
        Link::Unknown => "Not known".to_owned(),
        Link::Up => "Up".to_owned(),
        Link::Down(None) => "Down".to_owned(),
        Link::Down(Some(reason)) => format!("Down: {}", why(reason)),
    }
}

const fn why(reason: LinkDownReason) -> &'static str {
    match reason {
        LinkDownReason::Unknown => "no reason given",
        LinkDownReason::RemoteClose => "the access point closed the link",
        LinkDownReason::OutOfRange => "out of range, or there is no network of that name",
        LinkDownReason::Roaming => "on the way to another access point",
        LinkDownReason::Security => "security, most often a wrong passphrase",
        LinkDownReason::Disabled => "deactivated by command",
        LinkDownReason::Other(_) => "a reason this program does not know",
    }
}

fn peers(ui: &mut Ui, peers: &[Peer]) {
    if peers.is_empty() {
        widgets::hint(ui, "No peer is connected");
    }
    for peer in peers {
        let channel = peer.channel.map(|channel| format!(", channel {channel}")).unwrap_or_default();
        let remote = peer.remote.map(|remote| format!(", {remote}")).unwrap_or_default();
        widgets::key_value(
            ui,
            &format!("Peer {}", peer.handle),
            &format!("{}{remote}{channel}", peer.name()),
        );
    }
}
