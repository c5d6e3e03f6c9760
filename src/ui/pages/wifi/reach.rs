//! Whom the module reaches and who reaches it: peers that are open, default peers, servers, and the access point of its own.

use egui::{Align, Layout, Ui};
use egui_material_icons::icons::{ICON_CLOSE, ICON_REFRESH};

use crate::model::{Model, Order};
use crate::module::{OwnAccessPoint, Server, ServerKind};
use crate::session::{Reach, Wish};
use crate::ui::actions::{Actions, obstacle_to_commands};
use crate::ui::theme::{self, space};
use crate::ui::widgets;

/// Draws the section.
pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let obstacle = obstacle_to_commands(model);
    let button = ui.add_enabled_ui(obstacle.is_none(), |ui| {
        widgets::icon_text_button(ui, ICON_REFRESH, "Ask the module")
    });
    if button.inner.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
        actions.order(Order::Wish(Wish::ListReach));
    }
    let Some(reach) = &model.module.reach else {
        widgets::hint(ui, "The module has not been asked yet which peers and servers are configured");
        return;
    };
    ui.spacing_mut().item_spacing.y = space::XS;
    peers(ui, model, reach, actions);
    configured(ui, reach);
}

/// The peers that were open when the module was asked, but for those that have said that they are closed.
fn peers(ui: &mut Ui, model: &Model, reach: &Reach, actions: &mut Actions) {
    let open: Vec<_> = reach.peers.iter().filter(|peer| !peer.is_serial_port()).collect();
    if open.is_empty() {
        widgets::key_value(ui, "Open peers", "None");
    }
    for peer in open {
        ui.allocate_ui_with_layout(
            egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT),
            Layout::right_to_left(Align::Center),
            |ui| {
                let close = ui.add_enabled_ui(obstacle_to_commands(model).is_none(), |ui| {
                    widgets::icon_button(ui, ICON_CLOSE, &format!("Close peer {}", peer.handle))
                });
                if close.inner.clicked() {
                    actions.order(Order::Wish(Wish::ClosePeer(peer.handle)));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let key = format!("Peer {}", peer.handle);
                    widgets::key_value(ui, &key, &format!("{} to {}", peer.protocol, peer.remote));
                });
            },
        );
    }
}

fn configured(ui: &mut Ui, reach: &Reach) {
    const UNKNOWN: &str = "The module did not say";
    match reach.default_peers.as_deref() {
        None => drop(widgets::key_value(ui, "Default peers", UNKNOWN)),
        Some([]) => drop(widgets::key_value(ui, "Default peers", "None")),
        Some(peers) => {
            for peer in peers {
                let key = format!("Default peer {}", peer.number);
                widgets::key_value(ui, &key, &format!("{}, {}", peer.url, peer.when()));
            }
        }
    }
    match reach.servers.as_deref() {
        None => drop(widgets::key_value(ui, "Servers", UNKNOWN)),
        Some(servers) => {
            let on: Vec<_> = servers.iter().filter(|server| server.kind != ServerKind::Off).collect();
            if on.is_empty() {
                widgets::key_value(ui, "Servers", "None");
            }
            for server in on {
                widgets::key_value(ui, &format!("Server {}", server.number), &serves(server));
            }
        }
    }
    let own = reach.access_point.as_ref().map_or_else(|| UNKNOWN.to_owned(), access_point);
    widgets::key_value(ui, "Own access point", &own);
}

fn serves(server: &Server) -> String {
    match server.kind {
        ServerKind::Off => "off".to_owned(),
        ServerKind::Tcp(port) => format!("TCP at port {port}"),
        ServerKind::Udp(port) => format!("UDP at port {port}"),
        ServerKind::At => "AT commands".to_owned(),
        ServerKind::Other(kind) => format!("a server of type {kind}"),
    }
}

fn access_point(own: &OwnAccessPoint) -> String {
    let state = match own.is_up {
        Some(true) => "on",
        Some(false) => "off",
        None => "not known whether on",
    };
    let name = own.ssid.as_ref().map(|ssid| format!(", {ssid}")).unwrap_or_default();
    let channel = own.channel.map(|channel| format!(", channel {channel}")).unwrap_or_default();
    let startup = if own.on_startup == Some(true) { ", on at every start" } else { "" };
    format!("{state}{name}{channel}{startup}")
}
