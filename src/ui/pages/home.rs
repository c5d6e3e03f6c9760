//! The first page: what is connected, and a card for each cloud there is a wizard for.

use egui::{Align, Layout, RichText, Ui};
use egui_material_icons::icons::{ICON_CABLE, ICON_CLOUD, ICON_DEVELOPER_BOARD};

use super::Page;
use super::profiles::Profiles;
use crate::model::{CloudState, Connection, Line, Model, Port, PortName};
use crate::profile::CloudKind;
use crate::session::PlanResult;
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};

/// Draws the page.
pub(crate) fn show(ui: &mut Ui, model: &Model, profiles: &mut Profiles, actions: &mut Actions) {
    widgets::heading(ui, "Set up a module for the cloud");
    widgets::hint(
        ui,
        "Choose a port, then a cloud. Every AT command is shown before it is sent and while it runs.",
    );
    ui.add_space(space::S);
    match &model.line {
        Line::Open(_) | Line::Opening(_) => widgets::card(ui, |ui| connected(ui, model, actions)),
        Line::Closed | Line::Lost { .. } => widgets::card(ui, |ui| pointer(ui, model, actions)),
    };
    ui.add_space(space::M);
    // Who has saved set-ups begins with one of them.
    if !profiles.recent.is_empty() {
        profiles.show(ui, actions);
        ui.add_space(space::M);
    }
    widgets::section(ui, "Clouds");
    if let Some((tone, text)) = last_run(model) {
        widgets::chip(ui, tone, text);
    }
    for cloud in CloudKind::ALL {
        widgets::card(ui, |ui| cloud_card(ui, cloud, actions));
    }
    if profiles.recent.is_empty() {
        ui.add_space(space::M);
        profiles.show(ui, actions);
    }
}

fn connected(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        widgets::icon(ui, ICON_DEVELOPER_BOARD, tokens.accent);
        widgets::section(ui, title(model));
        match model.cloud() {
            CloudState::Connected { cloud, host } => {
                let name = cloud.map_or(host, |cloud| cloud.service().to_owned());
                widgets::chip(ui, Tone::Ok, &format!("Connected to {name}"));
            }
            CloudState::Connecting => {
                widgets::chip(ui, Tone::Accent, "Connecting");
            }
            CloudState::None => {}
        }
    });
    if let Some(connection) = model.line.connection() {
        widgets::hint(ui, format!("On {}, {} bits per second", connection.port.title(), connection.speed));
    }
    if model.module.identity.is_some() && widgets::link_button(ui, "About this module").clicked() {
        actions.push(Action::Show(Page::Module));
    }
}

fn title(model: &Model) -> String {
    match (&model.module.identity, model.mode) {
        (Some(identity), _) => format!("Connected module: {}", identity.model),
        (None, Some(_)) => "A module answers".to_owned(),
        (None, None) if model.is_free() => "No module answers".to_owned(),
        (None, None) => "Looking for a module".to_owned(),
    }
}

/// Where to begin when nothing is connected.
fn pointer(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        widgets::icon(ui, ICON_CABLE, tokens.accent);
        widgets::section(ui, "No module is connected");
    });
    widgets::hint(
        ui,
        "Plug a module in and choose its port at the top left. No hardware at hand? The simulated module does \
         everything a real one does, and reaches real servers.",
    );
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let serial =
            model.ports.iter().filter(|port| matches!(port.name, PortName::Serial(_))).take(MOST_PORTS);
        for port in serial {
            let text = format!("Connect to {}", port.name.title());
            if widgets::secondary_button(ui, &text).on_hover_text(&port.description).clicked() {
                connect(port, actions);
            }
        }
        if widgets::primary_button(ui, "Use the simulated module").clicked() {
            connect_to(PortName::Simulated, actions);
        }
    });
}

/// More ports than this are found in the list of the top bar.
const MOST_PORTS: usize = 3;

fn connect(port: &Port, actions: &mut Actions) {
    connect_to(port.name.clone(), actions);
}

fn connect_to(port: PortName, actions: &mut Actions) {
    actions.push(Action::Select(Connection::to(port)));
    actions.push(Action::Connect);
}

fn cloud_card(ui: &mut Ui, cloud: CloudKind, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        widgets::icon(ui, ICON_CLOUD, tokens.accent);
        widgets::section(ui, cloud.title());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = widgets::secondary_button(ui, "Set up…");
            if button.accessible_name(format!("Set up for {}…", cloud.title())).clicked() {
                actions.push(Action::Show(Page::Wizard(cloud)));
            }
        });
    });
    let (what, needs) = about(cloud);
    ui.label(RichText::new(what).color(tokens.text));
    widgets::hint(ui, needs);
}

/// What is set up, and what a person has to bring.
const fn about(cloud: CloudKind) -> (&'static str, &'static str) {
    match cloud {
        CloudKind::Thingstream => (
            "MQTT over TLS with user name and password",
            "You need client ID, user name and password of an IP thing, and your Wi-Fi",
        ),
        CloudKind::Aws => (
            "MQTT over TLS with the device's own certificate",
            "You need the endpoint of your account, the certificate and private key of a thing, and your Wi-Fi",
        ),
        CloudKind::AzureX509 => (
            "MQTT over TLS with a certificate signed by an authority that the hub knows",
            "You need the hub's host name, the device's certificate and private key, and your Wi-Fi",
        ),
        CloudKind::AzureSas => (
            "MQTT over TLS with a token made of the device's symmetric key",
            "You need the device's connection string, and your Wi-Fi",
        ),
        CloudKind::AzureDps => (
            "The service assigns the device to a hub, and the module connects there",
            "You need the ID scope, a certificate or a key of an enrolment, and your Wi-Fi",
        ),
    }
}

fn last_run(model: &Model) -> Option<(Tone, &'static str)> {
    let run = model.run.as_ref()?;
    Some(match &run.result {
        None => (Tone::Accent, "Running"),
        Some(PlanResult::Done { .. }) => (Tone::Ok, "Set up"),
        Some(PlanResult::Failed(_)) => (Tone::Danger, "The last set-up failed"),
        Some(PlanResult::Cancelled) => (Tone::Neutral, "The last set-up was cancelled"),
    })
}
