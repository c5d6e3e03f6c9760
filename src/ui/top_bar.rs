//! The bar at the top: where the connection leads, and how far it has come.

use egui::{Align, Button, Frame, Label, Layout, Margin, Panel, RichText, Ui};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_CLOUD, ICON_CLOUD_DONE, ICON_CLOUD_OFF, ICON_CLOUD_SYNC, ICON_SIGNAL_WIFI_OFF, ICON_TUNE,
};

use super::actions::{self, Action, Actions, Modules};
use super::theme::{self, Tokens, space};
use super::widgets::{self, Tone};
use crate::model::{
    CloudState, Connection, FlowControl, Line, Link, Model, Neighbour, Port, PortName, ThemeChoice, Wifi,
};
use crate::module::SPEEDS;
use crate::plan::Mode;
use crate::session::Activity;

const HEIGHT: f32 = 50.0;

/// Draws the bar at the top of `ui`; `selected` is where the next connection leads.
pub(super) fn show(ui: &mut Ui, model: &Model, selected: &Connection, actions: &mut Actions) {
    let frame = Frame::new().fill(Tokens::of(ui).surface).inner_margin(Margin::symmetric(12, 0));
    Panel::top("top bar").resizable(false).exact_size(HEIGHT).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            connection(ui, model, selected, actions);
            ui.add_space(space::S);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                actions::icon_button(ui, Action::Help, actions);
                actions::icon_button(ui, Action::Theme(other_theme(ui)), actions);
                // With several, it stands beside their tabs.
                if model.neighbours.is_empty() {
                    actions::icon_button(ui, Action::Modules(Modules::Open), actions);
                }
                cloud(ui, model);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| state(ui, model, actions));
            });
        });
    });
}

fn connection(ui: &mut Ui, model: &Model, selected: &Connection, actions: &mut Actions) {
    let shown = model.line.connection().unwrap_or(selected);
    let free = !model.line.is_held();
    ui.add_enabled_ui(free, |ui| {
        ports(ui, model, shown, actions);
        speeds(ui, shown, actions);
        flow_control(ui, shown, actions);
    });
    match &model.line {
        Line::Closed | Line::Lost { .. } => {
            if widgets::primary_button(ui, "Connect").on_hover_text("F5").clicked() {
                actions.push(Action::Connect);
            }
            find_module(ui, actions);
        }
        Line::Opening(_) | Line::Open(_) => {
            if widgets::secondary_button(ui, "Disconnect").on_hover_text("F5").clicked() {
                actions.push(Action::Disconnect);
            }
        }
    }
}

fn find_module(ui: &mut Ui, actions: &mut Actions) {
    let (icon, label) = (Action::FindModule.icon(), Action::FindModule.label());
    if let (Some(icon), Some(label)) = (icon, label) {
        let button = widgets::icon_text_button(ui, icon, label);
        if button.on_hover_text("Try the ports, speeds and modes until a module answers").clicked() {
            actions.push(Action::FindModule);
        }
    }
}

fn ports(ui: &mut Ui, model: &Model, shown: &Connection, actions: &mut Actions) {
    let combo = widgets::combo("port", 186.0).truncate().selected_text(shown.port.title());
    let response = combo.show_ui(ui, |ui| {
        ui.set_min_width(320.0);
        for port in choices(model, shown) {
            if port_entry(ui, &port, port.name == shown.port, model.holder(&port.name)).clicked() {
                actions.push(Action::Select(Connection { port: port.name, ..shown.clone() }));
            }
        }
    });
    // The list may be old by the time it is opened.
    if response.response.accessible_name("Port").on_hover_text("Where the module is").clicked() {
        actions.push(Action::ListPorts);
    }
}

/// What is plugged in; the simulated module and what is chosen are always among it.
fn choices(model: &Model, shown: &Connection) -> Vec<Port> {
    let mut ports = model.ports.clone();
    for (name, description) in
        [(PortName::Simulated, "Ships in this program"), (shown.port.clone(), "Not plugged in")]
    {
        if !ports.iter().any(|port| port.name == name) {
            ports.push(Port { name, description: description.to_owned(), usb: None });
        }
    }
    ports
}

/// A port that another module has cannot be chosen.
fn port_entry(ui: &mut Ui, port: &Port, chosen: bool, holder: Option<&Neighbour>) -> egui::Response {
    let name = port.name.title();
    let about = holder.map_or_else(|| port.description.clone(), |other| format!("Open as {}", other.title));
    let about = RichText::new(about).small().color(Tokens::of(ui).text_weak);
    let button = Button::selectable(chosen, name.clone()).right_text(about);
    ui.add_enabled(holder.is_none(), button).accessible_name(name)
}

fn speeds(ui: &mut Ui, shown: &Connection, actions: &mut Actions) {
    let (response, picked) = widgets::numbers(ui, "speed", shown.speed, &SPEEDS);
    if let Some(speed) = picked {
        actions.push(Action::Select(Connection { speed, ..shown.clone() }));
    }
    response
        .accessible_name("Speed")
        .on_hover_text("Bits per second; 115200 unless the module was told otherwise");
}

fn flow_control(ui: &mut Ui, shown: &Connection, actions: &mut Actions) {
    let size = egui::Vec2::splat(theme::CONTROL_HEIGHT);
    let button =
        Button::new(ICON_TUNE.rich_text().size(theme::ICON)).frame_when_inactive(false).min_size(size);
    let response = widgets::menu(ui, button, |ui| {
        for (flow, label) in
            [(FlowControl::RtsCts, "RTS/CTS flow control"), (FlowControl::None, "No flow control")]
        {
            if ui.selectable_label(flow == shown.flow, label).clicked() {
                actions.push(Action::Select(Connection { flow, ..shown.clone() }));
            }
        }
    });
    response.on_hover_text("Flow control").accessible_name("Flow control");
}

/// What is connected, as far as it is known.
fn state(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    match model.line {
        Line::Open(_) => {}
        Line::Opening(_) => {
            ui.label(RichText::new("Opening the port").color(tokens.accent));
            return;
        }
        Line::Closed | Line::Lost { .. } => return,
    }
    if let Some(identity) = &model.module.identity {
        let firmware = identity.firmware.map(|firmware| format!(" · {firmware}")).unwrap_or_default();
        let text = format!("{}{firmware}", identity.model);
        ui.label(RichText::new(text).color(tokens.text_strong)).on_hover_text("Model and firmware");
    }
    ui.scope(|ui| mode(ui, model, actions));
    ui.add_space(space::XS);
    wifi(ui, &model.module.wifi);
}

/// The mode with the ways to others, or what the session is busy with.
fn mode(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    if let Some(busy) = busy(model.activity) {
        let seconds = model.now.since(model.active_since).as_secs();
        ui.label(RichText::new(format!("{busy}, {seconds} s")).color(tokens.accent));
        return;
    }
    let (tone, text) = match model.mode {
        Some(mode) => (Tone::Ok, format!("{} mode", mode.name())),
        None => (Tone::Danger, "no answer".to_owned()),
    };
    ui.add_space(space::S);
    widgets::dot(ui, tone);
    ui.spacing_mut().item_spacing.x = 2.0;
    ui.spacing_mut().button_padding.x = space::XS;
    let button = Button::new(text).frame_when_inactive(false);
    let response = widgets::menu(ui, button, |ui| {
        ui.set_min_width(240.0);
        for action in [Mode::Command, Mode::Data, Mode::Extended].map(Action::Enter) {
            actions::menu_item(ui, action, model, actions);
        }
        widgets::small(ui, about(model.mode));
        ui.separator();
        actions::menu_item(ui, Action::Find, model, actions);
        actions::menu_item(ui, Action::FindModule, model, actions);
        actions::menu_item(ui, Action::Restart, model, actions);
    });
    response.accessible_name("Mode").on_hover_text("The mode of the line, and the ways to others");
}

/// What to know before another mode is chosen.
const fn about(mode: Option<Mode>) -> &'static str {
    match mode {
        Some(Mode::Command) => "Only a restart leads out of extended data mode",
        Some(Mode::Data) => "Takes some seconds: the line is silent around +++",
        Some(Mode::Extended) => "Another mode takes a restart: you are asked first",
        None => "Find the module first",
    }
}

/// Words for what is under way; the seconds beside them go on without drawing more than once a second.
const fn busy(activity: Activity) -> Option<&'static str> {
    match activity {
        Activity::Nothing => None,
        Activity::Finding => Some("Finding the module"),
        Activity::Searching => Some("Searching for a module"),
        Activity::Switching => Some("Changing the mode"),
        Activity::Plan => Some("Setting up"),
        Activity::Playing => Some("Playing a macro"),
        Activity::Asking => Some("Asking the module"),
        Activity::Changing => Some("Changing settings"),
        Activity::Networking => Some("On the network"),
        Activity::Reaching => Some("Looking at the peers"),
        Activity::Scanning => Some("Looking for networks"),
        Activity::Storing => Some("Managing certificates"),
        Activity::TidyingUp => Some("Tidying up"),
    }
}

fn wifi(ui: &mut Ui, wifi: &Wifi) {
    let tokens = Tokens::of(ui);
    match wifi.link {
        Link::Unknown => {}
        Link::Down(_) => fact(ui, ICON_SIGNAL_WIFI_OFF, "no Wi-Fi", "The module is on no network"),
        Link::Up => {
            let signal = wifi.signal.map(|dbm| format!(", {dbm} dBm")).unwrap_or_default();
            let ssid = wifi.ssid.as_deref().unwrap_or("Wi-Fi");
            let address = wifi.address.map(|address| format!(" · {address}")).unwrap_or_default();
            widgets::icon(ui, widgets::signal(wifi.bars()), tokens.text);
            let text = RichText::new(format!("{ssid}{address}")).color(tokens.text);
            ui.add(Label::new(text).truncate()).on_hover_text(format!("{ssid}{address}{signal}"));
        }
    }
}

/// The cloud, drawn from right to left: text first.
fn cloud(ui: &mut Ui, model: &Model) {
    if !model.line.is_open() {
        return;
    }
    let tokens = Tokens::of(ui);
    let (icon, color, text, about) = match model.cloud() {
        CloudState::None => {
            (ICON_CLOUD_OFF, tokens.text_weak, "No cloud".to_owned(), "No peer is connected".to_owned())
        }
        CloudState::Connecting => {
            (ICON_CLOUD_SYNC, tokens.accent, "Connecting".to_owned(), "On the way".to_owned())
        }
        CloudState::Connected { cloud: Some(cloud), host } => {
            (ICON_CLOUD_DONE, tokens.ok, format!("{} connected", cloud.service()), host)
        }
        CloudState::Connected { cloud: None, host } => {
            (ICON_CLOUD, tokens.ok, "Peer connected".to_owned(), host)
        }
    };
    ui.add_space(space::S);
    ui.label(RichText::new(text).color(color)).on_hover_text(about);
    widgets::icon(ui, icon, color);
}

fn fact(ui: &mut Ui, icon: MaterialIcon, text: &str, about: &str) {
    let color = Tokens::of(ui).text_weak;
    widgets::icon(ui, icon, color);
    ui.label(RichText::new(text).color(color)).on_hover_text(about);
}

/// The theme that is not shown.
fn other_theme(ui: &Ui) -> ThemeChoice {
    match ui.theme() {
        egui::Theme::Light => ThemeChoice::Dark,
        egui::Theme::Dark => ThemeChoice::Light,
    }
}
