//! The module is connected: what to, in which mode, messages both ways, and where to look in the cloud.

use egui::{Label, RichText, TextEdit, Ui};

use super::credentials::is_simulated;
use crate::model::{CloudState, Model, Order, TrafficRow};
use crate::plan::{Facts, Mode};
use crate::profile::{Cloud, CloudKind, Job};
use crate::session::{Direction, Wish};
use crate::ui::actions::{Action, Actions};
use crate::ui::panes::Pane;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};

/// Among so many of the newest rows of the traffic messages are looked for.
const LOOKED_AT: usize = 200;
/// The most messages that are listed; the traffic pane has all of them.
const LISTED: usize = 8;
/// The most characters of a message that are listed.
const PREVIEW: usize = 200;

/// What the module was connected to, with its own serial number and address filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui::wizard) struct Target {
    cloud: CloudKind,
    /// Empty as long as the provisioning service has not said it.
    endpoint: String,
    client_id: String,
    publish_topic: Option<String>,
    subscribe_topic: Option<String>,
}

impl Target {
    pub(in crate::ui::wizard) fn of(cloud: CloudKind, job: &Job, facts: &Facts) -> Self {
        let filled = |text: &str| facts.fill(text);
        let target = |endpoint: String, client_id: String, publish_topic, subscribe_topic| Self {
            cloud,
            endpoint,
            client_id,
            publish_topic,
            subscribe_topic,
        };
        match &job.cloud {
            Cloud::Thingstream(to) => target(
                to.host.to_string(),
                filled(to.client_id.as_str()),
                to.publish_topic.as_ref().map(|topic| filled(topic.as_str())),
                to.subscribe_topic.as_ref().map(|topic| filled(topic.as_str())),
            ),
            Cloud::Aws(to) => target(
                to.endpoint.to_string(),
                filled(to.client_id.as_str()),
                to.publish_topic.as_ref().map(|topic| filled(topic.as_str())),
                to.subscribe_topic.as_ref().map(|topic| filled(topic.as_str())),
            ),
            Cloud::AzureHub(to) => {
                let device = filled(to.device_id.as_str());
                let (publish, subscribe) = hub_topics(&device);
                target(to.hub.to_string(), device, Some(publish), Some(subscribe))
            }
            Cloud::AzureDps(to) => {
                let device = filled(to.registration_id.as_str());
                let (publish, subscribe) = hub_topics(&device);
                target(String::new(), device, Some(publish), Some(subscribe))
            }
        }
    }

    /// Takes over what a provisioning service gave.
    pub(in crate::ui::wizard) fn assigned(&mut self, bound: &[(String, String)]) {
        let value =
            |wanted: &str| bound.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        if let (Some(hub), Some(device)) = (value("assigned_hub"), value("device_id")) {
            let (publish, subscribe) = hub_topics(&device);
            (self.endpoint, self.client_id) = (hub, device);
            (self.publish_topic, self.subscribe_topic) = (Some(publish), Some(subscribe));
        }
    }
}

/// The topics that a hub gives a device: to the cloud and from it.
fn hub_topics(device: &str) -> (String, String) {
    (format!("devices/{device}/messages/events/"), format!("devices/{device}/messages/devicebound/#"))
}

/// What is being typed on this page.
pub(in crate::ui::wizard) struct Connected {
    message: String,
    cloud_message: String,
}

impl Default for Connected {
    fn default() -> Self {
        Self { message: "Hello from the module".to_owned(), cloud_message: "Hello from the cloud".to_owned() }
    }
}

impl Connected {
    pub(in crate::ui::wizard) fn show(
        &mut self,
        ui: &mut Ui,
        target: &Target,
        model: &Model,
        actions: &mut Actions,
    ) {
        summary(ui, target.cloud, model);
        card(ui, "Messages", |ui| {
            match target.publish_topic {
                Some(_) => self.send(ui, model, actions),
                None => {
                    widgets::hint(ui, "No publish topic was given, so nothing can be sent from here");
                }
            }
            if is_demonstration(target, model) {
                self.send_from_cloud(ui, target.cloud, actions);
            }
            list(ui, model, actions);
        });
        card(ui, "Mode", |ui| mode(ui, model, actions));
        card(ui, "See it in the cloud", |ui| in_the_console(ui, target));
        card(ui, "Connection", |ui| details(ui, target));
    }

    fn send(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let connected = matches!(model.cloud(), CloudState::Connected { .. });
        let can_send = connected && matches!(model.mode, Some(Mode::Data | Mode::Extended));
        if text_and_button(ui, "Test message", &mut self.message, ("Send", can_send)) {
            let channel = match model.mode {
                Some(Mode::Extended) => model.module.peers.last().and_then(|peer| peer.channel),
                Some(Mode::Command | Mode::Data) | None => None,
            };
            actions.wish(Wish::SendData { channel, data: self.message.clone().into_bytes() });
        }
        if connected && model.mode == Some(Mode::Command) {
            offer_data_mode(ui, model, actions);
        }
    }

    fn send_from_cloud(&mut self, ui: &mut Ui, from: CloudKind, actions: &mut Actions) {
        let button = ("Send from the cloud", true);
        if text_and_button(ui, "Message to the module", &mut self.cloud_message, button) {
            let payload = self.cloud_message.clone().into_bytes();
            actions.order(Order::CloudMessage { from, payload });
        }
    }
}

/// Whether this module is connected by the values of the demonstration.
fn is_demonstration(target: &Target, model: &Model) -> bool {
    let host = model.demonstration.as_ref().map(|demonstration| &demonstration.host);
    host == Some(&target.endpoint) && is_simulated(model)
}

fn card(ui: &mut Ui, title: &str, contents: impl FnOnce(&mut Ui)) {
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        widgets::section(ui, title);
        contents(ui);
    });
}

fn summary(ui: &mut Ui, cloud: CloudKind, model: &Model) {
    // A provisioning ends at the hub that it assigns.
    let service = match cloud {
        CloudKind::AzureDps => CloudKind::AzureX509.service(),
        cloud => cloud.service(),
    };
    let (tone, text) = match model.cloud() {
        CloudState::Connected { .. } => (Tone::Ok, format!("The module is connected to {service}")),
        CloudState::Connecting => (Tone::Neutral, "The module is connecting".to_owned()),
        CloudState::None => {
            let why = "it ends when another client uses the same client ID";
            (Tone::Warn, format!("The connection to {service} has ended; {why}"))
        }
    };
    widgets::remark(ui, tone, &text);
}

fn mode(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    if model.mode == Some(Mode::Extended) {
        widgets::hint(ui, "The module is in extended data mode, which only a restart leads out of");
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    for (mode, text) in [
        (Mode::Data, "Data mode: what is sent to the module goes to the cloud as it is"),
        (Mode::Command, "Command mode: the module takes AT commands"),
    ] {
        let present = model.mode == Some(mode);
        let enter = Action::Enter(mode);
        ui.add_enabled_ui(present || enter.obstacle(model).is_none(), |ui| {
            if ui.radio(present, text).clicked() && !present {
                actions.push(enter);
            }
        });
    }
}

fn offer_data_mode(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let enter = Action::Enter(Mode::Data);
    ui.horizontal(|ui| {
        ui.add_enabled_ui(enter.obstacle(model).is_none(), |ui| {
            if widgets::secondary_button(ui, "Enter data mode").clicked() {
                actions.push(enter);
            }
        });
        widgets::hint(ui, "Messages are sent in data mode");
    });
}

/// A labelled field with a button beside it; whether the button, or Enter in the field, was pressed.
fn text_and_button(ui: &mut Ui, label: &str, text: &mut String, (button, enabled): (&str, bool)) -> bool {
    let mut pressed = false;
    let response = widgets::labelled(ui, label, "", None, |ui| {
        ui.horizontal(|ui| {
            let width = ui.available_width() - widgets::room_for(ui, &[button]);
            let response = ui.add(widgets::sized(ui, TextEdit::singleline(text)).desired_width(width));
            pressed = ui.add_enabled_ui(enabled, |ui| widgets::secondary_button(ui, button).clicked()).inner;
            response
        })
        .inner
    });
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    pressed || (entered && enabled)
}

/// The newest messages since this set-up began.
fn list(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let Some(run) = &model.run else { return };
    let rows = (0..model.traffic.len()).rev().take(LOOKED_AT).filter_map(|place| model.traffic.get(place));
    let messages = rows.take_while(|row| row.at >= run.started).filter(|row| row.kind.is_payload());
    let newest: Vec<_> = messages.take(LISTED + 1).collect();
    if newest.is_empty() {
        widgets::hint(ui, "No message so far");
    }
    for row in newest.iter().take(LISTED).rev() {
        ui.push_id(row.id, |ui| message(ui, row));
    }
    if newest.len() > LISTED && widgets::link_button(ui, "Show all messages").clicked() {
        actions.push(Action::ShowPane(Pane::Traffic));
    }
}

fn message(ui: &mut Ui, row: &TrafficRow) {
    let tokens = Tokens::of(ui);
    let (sign, color) = match row.direction {
        Direction::Sent => ("→", tokens.tx),
        Direction::Received => ("←", tokens.rx),
    };
    let text = RichText::new(format!("{sign} {}", row.preview(PREVIEW))).monospace().color(color);
    widgets::truncated(ui, text);
}

fn in_the_console(ui: &mut Ui, target: &Target) {
    ui.spacing_mut().item_spacing.y = space::XS;
    for step in console_steps(target) {
        ui.add(Label::new(step).wrap());
    }
}

/// Where messages are seen and sent at the cloud's side, with today's names of menus (clouds.md §6).
fn console_steps(target: &Target) -> Vec<String> {
    let (sees, reaches) = match target.cloud {
        CloudKind::Aws => {
            return aws_steps(target);
        }
        CloudKind::Thingstream => (
            "Open the Thingstream portal › Things › the thing › Traffic Logs to see what the module sends",
            "Open Topics › the subscribe topic › Send message to reach the module",
        ),
        CloudKind::AzureX509 | CloudKind::AzureSas | CloudKind::AzureDps => (
            "Open Azure IoT Explorer › the hub › the device › Telemetry to see what the module sends",
            "Open the device › Cloud-to-device message to reach the module; the Azure portal has it under Devices › the device › Message to Device",
        ),
    };
    [sees, reaches].map(str::to_owned).to_vec()
}

fn aws_steps(target: &Target) -> Vec<String> {
    let mut steps =
        vec!["Open AWS console › IoT Core › MQTT test client, in the region of the endpoint".to_owned()];
    steps.extend(
        target
            .publish_topic
            .as_ref()
            .map(|topic| format!("Subscribe to {topic} to see what the module sends")),
    );
    steps.extend(target.subscribe_topic.as_ref().map(|topic| {
        let matching = if topic.contains(['+', '#']) { "a topic that fits " } else { "" };
        format!("Publish to {matching}{topic} to reach the module")
    }));
    steps
}

fn details(ui: &mut Ui, target: &Target) {
    ui.spacing_mut().item_spacing.y = 0.0;
    widgets::key_value_copy(ui, "Client ID", &target.client_id);
    widgets::key_value_copy(ui, "Endpoint", &target.endpoint);
    for (key, topic) in
        [("Publish topic", &target.publish_topic), ("Subscribe topic", &target.subscribe_topic)]
    {
        match topic {
            Some(topic) => widgets::key_value_copy(ui, key, topic),
            None => widgets::key_value(ui, key, "none"),
        };
    }
}
