//! The pages of the wizard: each draws itself from its own state and the model, and pushes actions.

pub(super) mod certificates;
pub(super) mod connected;
pub(super) mod credentials;
pub(super) mod fit;
pub(super) mod network;
mod networks;
mod paste;
mod policy;
pub(super) mod review;
pub(super) mod run;

use egui::{CollapsingHeader, Ui};

use super::field::Field;
use super::inputs::Inputs;
use crate::ui::theme::space;

/// Fields that few people need, folded away until one of them has to be looked at.
fn more(
    ui: &mut Ui,
    inputs: &mut Inputs<'_>,
    fields: &[Field],
    contents: impl FnOnce(&mut Ui, &mut Inputs<'_>),
) {
    let open = inputs.wants(fields).then_some(true);
    ui.add_space(space::S);
    CollapsingHeader::new("More").id_salt(fields).open(open).show_unindented(ui, |ui| {
        ui.add_space(space::S);
        ui.spacing_mut().item_spacing.y = space::L;
        contents(ui, inputs);
    });
}

/// A choice of one of a few, each with the words that say what it means.
fn radios<T: PartialEq + Copy>(ui: &mut Ui, inputs: &mut Inputs<'_>, value: &mut T, choices: &[(T, &str)]) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (choice, text) in choices {
            if ui.radio_value(value, *choice, *text).changed() {
                inputs.changed();
            }
        }
    });
}
