//! How the module reaches the internet.

use egui::Ui;

use super::{fit, more, networks, radios};
use crate::model::Model;
use crate::profile::WifiSecurity;
use crate::ui::actions::Actions;
use crate::ui::wizard::field::Field;
use crate::ui::wizard::form::{AddressChoice, Network, NetworkChoice};
use crate::ui::wizard::inputs::Inputs;

const SECURITY: &[(WifiSecurity, &str)] = &[
    (WifiSecurity::WpaPsk, "WPA2 or WPA with a passphrase"),
    (WifiSecurity::Wpa3, "WPA3 only, with a passphrase"),
    (WifiSecurity::Open, "Open, without a passphrase"),
];

/// The fields of a fixed address.
const ADDRESS: [Field; 4] = [Field::Ip, Field::Mask, Field::Gateway, Field::NameServers];

/// Draws the page; beside the network is one of the profile that the fields cannot show.
pub(in crate::ui::wizard) fn show(
    ui: &mut Ui,
    (network, kept): (&mut Network, Option<&str>),
    inputs: &mut Inputs<'_>,
    model: &Model,
    actions: &mut Actions,
) {
    fit::show(ui, &fit::of_network(network), model);
    let choices = [
        (NetworkChoice::Wifi, "The module joins a Wi-Fi network"),
        (NetworkChoice::Present, "The module is already on a network, or uses Ethernet"),
    ];
    radios(ui, inputs, &mut network.choice, &choices);
    if let Some(kept) = kept {
        let text = format!("As the profile has it: {kept}");
        radios(ui, inputs, &mut network.choice, &[(NetworkChoice::Kept, &text)]);
    }
    if network.choice == NetworkChoice::Wifi {
        wifi(ui, network, inputs, model, actions);
    }
}

fn wifi(ui: &mut Ui, network: &mut Network, inputs: &mut Inputs<'_>, model: &Model, actions: &mut Actions) {
    inputs.text(ui, Field::Ssid, &mut network.ssid);
    networks::show(ui, network, inputs, model, actions);
    inputs.choice(ui, Field::Security, &mut network.security, SECURITY);
    if network.security != WifiSecurity::Open {
        inputs.secret(ui, Field::Passphrase, &mut network.passphrase);
    }
    if ui.checkbox(&mut network.on_startup, "Join this network at every start").changed() {
        inputs.changed();
    }
    more(ui, inputs, &ADDRESS, |ui, inputs| {
        let choices = [
            (AddressChoice::Dhcp, "The network gives the module its address (DHCP)"),
            (AddressChoice::Fixed, "The module has a fixed address"),
        ];
        radios(ui, inputs, &mut network.address, &choices);
        if network.address == AddressChoice::Fixed {
            inputs.text(ui, Field::Ip, &mut network.ip);
            inputs.text(ui, Field::Mask, &mut network.mask);
            inputs.text(ui, Field::Gateway, &mut network.gateway);
            inputs.text(ui, Field::NameServers, &mut network.name_servers);
        }
    });
}
