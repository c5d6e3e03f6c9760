//! Where the module connects to and as whom.

use egui::{Align, Layout, Ui};

use super::paste::PasteArea;
use super::policy::PolicyArea;
use super::{fit, more, radios};
use crate::credential::sas;
use crate::model::{Line, Model, Order, PortName};
use crate::moment::UnixTime;
use crate::profile::{CloudKind, Mode, Qos, UserName, azure, lifetime};
use crate::ui::actions::Actions;
use crate::ui::theme::{self, space};
use crate::ui::widgets;
use crate::ui::wizard::field::Field;
use crate::ui::wizard::form::{Form, Proof};
use crate::ui::wizard::inputs::Inputs;

const QOS: &[(Option<Qos>, &str)] = &[
    (None, "As the module does by itself"),
    (Some(Qos::AtMostOnce), "0: at most once"),
    (Some(Qos::AtLeastOnce), "1: at least once"),
];

const MODES: &[(Option<Mode>, &str)] = &[
    (None, "As the module is after connecting"),
    (Some(Mode::Command), "Command mode"),
    (Some(Mode::Data), "Data mode"),
    (Some(Mode::Edm), "Extended data mode"),
];

const MODES_AFTER_REGISTRATION: &[(Option<Mode>, &str)] = &[
    (None, "As the registration leaves it"),
    (Some(Mode::Command), "Command mode: registers in data mode"),
    (Some(Mode::Data), "Data mode: registers there too"),
    (Some(Mode::Edm), "Extended data mode"),
];

/// The fields that every cloud has further below.
const OPTIONS: [Field; 3] = [Field::KeepAlive, Field::Qos, Field::EndMode];

const USER_NAMES: &[(UserName, &str)] = &[
    (UserName::WithVersion, "With the version of the service, as Microsoft asks for"),
    (UserName::Short, "Short, as the vendor's note has it"),
];

/// What is remembered of this page from one frame to the next.
#[derive(Default)]
pub(in crate::ui::wizard) struct Credentials {
    paste: PasteArea,
    policy: PolicyArea,
}

impl Credentials {
    /// Takes values that came in a file.
    pub(in crate::ui::wizard) fn bring(&mut self, text: &str) {
        self.paste.bring(text);
    }

    /// Says which fields were filled by files.
    pub(in crate::ui::wizard) fn filled(&mut self, fields: &[Field]) {
        self.paste.filled(fields);
    }

    pub(in crate::ui::wizard) fn show(
        &mut self,
        ui: &mut Ui,
        form: &mut Form,
        inputs: &mut Inputs<'_>,
        (model, date): (&Model, UnixTime),
        actions: &mut Actions,
    ) {
        if is_simulated(model) {
            demonstration(ui, form.cloud, actions);
        }
        self.paste.show(ui, form, inputs, actions);
        fit::show(ui, &fit::of_credentials(form), model);
        match form.cloud {
            CloudKind::Thingstream => thingstream(ui, form, inputs),
            CloudKind::Aws => aws(ui, form, inputs),
            CloudKind::AzureX509 | CloudKind::AzureSas => hub(ui, form, inputs, date),
            CloudKind::AzureDps => provisioning(ui, form, inputs, date),
        }
        if form.cloud == CloudKind::Aws {
            self.policy.show(ui, form);
        }
    }
}

fn thingstream(ui: &mut Ui, form: &mut Form, inputs: &mut Inputs<'_>) {
    inputs.text(ui, Field::ClientId, &mut form.client_id);
    inputs.text(ui, Field::Username, &mut form.username);
    inputs.secret(ui, Field::Password, &mut form.password);
    topics(ui, form, inputs);
    more(ui, inputs, &OPTIONS, |ui, inputs| options(ui, form, inputs));
}

fn aws(ui: &mut Ui, form: &mut Form, inputs: &mut Inputs<'_>) {
    inputs.text(ui, Field::Endpoint, &mut form.endpoint);
    inputs.text(ui, Field::ClientId, &mut form.client_id);
    topics(ui, form, inputs);
    more(ui, inputs, &OPTIONS, |ui, inputs| options(ui, form, inputs));
}

fn hub(ui: &mut Ui, form: &mut Form, inputs: &mut Inputs<'_>, date: UnixTime) {
    inputs.text(ui, Field::Hub, &mut form.hub);
    inputs.text(ui, Field::DeviceId, &mut form.device_id);
    if form.cloud == CloudKind::AzureSas {
        let choices = [
            (Proof::Key, "The device's key: the token is made here"),
            (Proof::Token, "A token that was made elsewhere"),
        ];
        widgets::hint(ui, "The device proves itself with");
        radios(ui, inputs, &mut form.proof, &choices);
        symmetric(ui, form, inputs, date);
    }
    more(ui, inputs, &OPTIONS, |ui, inputs| {
        widgets::hint(ui, "User name at the hub");
        radios(ui, inputs, &mut form.user_name, USER_NAMES);
        options(ui, form, inputs);
    });
}

fn provisioning(ui: &mut Ui, form: &mut Form, inputs: &mut Inputs<'_>, date: UnixTime) {
    inputs.text(ui, Field::IdScope, &mut form.id_scope);
    inputs.text(ui, Field::RegistrationId, &mut form.registration_id);
    let choices = [
        (Proof::Certificate, "A certificate of the device"),
        (Proof::Key, "The key of an individual enrolment"),
        (Proof::GroupKey, "The key of an enrolment group"),
    ];
    widgets::hint(ui, "The device proves itself with");
    radios(ui, inputs, &mut form.proof, &choices);
    symmetric(ui, form, inputs, date);
    more(ui, inputs, &[Field::Payload, Field::KeepAlive, Field::Qos, Field::EndMode], |ui, inputs| {
        inputs.text(ui, Field::Payload, &mut form.payload);
        widgets::hint(ui, "User name at the hub");
        radios(ui, inputs, &mut form.user_name, USER_NAMES);
        options(ui, form, inputs);
    });
}

fn topics(ui: &mut Ui, form: &mut Form, inputs: &mut Inputs<'_>) {
    inputs.text(ui, Field::PublishTopic, &mut form.publish_topic);
    inputs.text(ui, Field::SubscribeTopic, &mut form.subscribe_topic);
}

fn options(ui: &mut Ui, form: &mut Form, inputs: &mut Inputs<'_>) {
    inputs.text(ui, Field::KeepAlive, &mut form.keep_alive);
    inputs.choice(ui, Field::Qos, &mut form.qos, QOS);
    let modes = if form.cloud == CloudKind::AzureDps { MODES_AFTER_REGISTRATION } else { MODES };
    inputs.choice(ui, Field::EndMode, &mut form.end_mode, modes);
}

/// The key or token, and until when it will do.
fn symmetric(ui: &mut Ui, form: &mut Form, inputs: &mut Inputs<'_>, date: UnixTime) {
    match form.proof {
        Proof::Certificate => return,
        Proof::Token => {
            inputs.secret(ui, Field::Token, &mut form.token);
            let token = form.token.secret().and_then(|text| sas::Token::parse(text.reveal()).ok());
            if let Some(token) = token {
                until(ui, token.expires(), date);
            }
            return;
        }
        Proof::Key => inputs.secret(ui, Field::Key, &mut form.key),
        Proof::GroupKey => inputs.secret(ui, Field::GroupKey, &mut form.group_key),
    };
    inputs.text(ui, Field::ExpiresIn, &mut form.expires_in);
    let life = if form.expires_in.trim().is_empty() {
        Ok(azure::LIFETIME)
    } else {
        lifetime(form.expires_in.trim())
    };
    if let Ok(life) = life {
        until(ui, date + life, date);
    }
}

/// Until when a token is valid, with a warning if that is soon (clouds.md §3.1).
fn until(ui: &mut Ui, expires: UnixTime, date: UnixTime) {
    const SOON: i64 = 14 * 86_400;
    let text = format!("The token is valid until {}", expires.day());
    if expires.0 - date.0 <= SOON {
        widgets::field_warning(
            ui,
            &text,
            "The module loses its connection then, and has no clock to make a new token by",
        );
    } else {
        widgets::small(ui, text);
    }
}

/// Whether the module ships in the program, so that the make-believe cloud is at hand.
pub(in crate::ui::wizard) fn is_simulated(model: &Model) -> bool {
    matches!(&model.line, Line::Open(connection) if connection.port == PortName::Simulated)
}

fn demonstration(ui: &mut Ui, cloud: CloudKind, actions: &mut Actions) {
    let service = cloud.service();
    widgets::card(ui, |ui| {
        let row = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            if widgets::secondary_button(ui, "Fill in the demonstration's values").clicked() {
                actions.order(Order::Demonstrate(cloud));
            }
            ui.with_layout(Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
                let text =
                    format!("No account at hand? The simulated module reaches a make-believe {service}");
                widgets::hint(ui, text);
            });
        });
    });
    ui.add_space(space::XS);
}
