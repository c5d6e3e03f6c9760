//! Where the module connects to and as whom.

use egui::{Align, Layout, Ui};

use super::more;
use crate::model::{Line, Model, Order, PortName};
use crate::profile::Qos;
use crate::ui::actions::Actions;
use crate::ui::theme::space;
use crate::ui::widgets;
use crate::ui::wizard::field::Field;
use crate::ui::wizard::form::Form;
use crate::ui::wizard::inputs::Inputs;

const QOS: &[(Option<Qos>, &str)] = &[
    (None, "As the module does by itself"),
    (Some(Qos::AtMostOnce), "0: at most once"),
    (Some(Qos::AtLeastOnce), "1: at least once"),
];

pub(in crate::ui::wizard) fn show(
    ui: &mut Ui,
    form: &mut Form,
    inputs: &mut Inputs<'_>,
    model: &Model,
    actions: &mut Actions,
) {
    if is_simulated(model) {
        demonstration(ui, actions);
    }
    inputs.text(ui, Field::Endpoint, &mut form.endpoint);
    inputs.text(ui, Field::ClientId, &mut form.client_id);
    inputs.text(ui, Field::PublishTopic, &mut form.publish_topic);
    inputs.text(ui, Field::SubscribeTopic, &mut form.subscribe_topic);
    more(ui, inputs, &[Field::KeepAlive, Field::Qos], |ui, inputs| {
        inputs.text(ui, Field::KeepAlive, &mut form.keep_alive);
        inputs.choice(ui, Field::Qos, &mut form.qos, QOS);
    });
}

/// Whether the module ships in the program, so that the make-believe cloud is at hand.
pub(in crate::ui::wizard) fn is_simulated(model: &Model) -> bool {
    matches!(&model.line, Line::Open(connection) if connection.port == PortName::Simulated)
}

fn demonstration(ui: &mut Ui, actions: &mut Actions) {
    widgets::card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            widgets::hint(ui, "No AWS account at hand? The simulated module reaches a make-believe AWS");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if widgets::secondary_button(ui, "Fill in the demonstration's values").clicked() {
                    actions.order(Order::Demonstrate);
                }
            });
        });
    });
    ui.add_space(space::XS);
}
