//! The strip under the top bar: problems until they are dismissed, and a lost line until it is taken up again.

use egui::{Align, Frame, Label, Layout, Margin, Panel, RichText, Ui};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{ICON_CABLE, ICON_ERROR};

use super::actions::{Action, Actions};
use super::theme::{self, Tokens, space};
use super::widgets::{self, Tone};
use crate::model::{Line, Model, Presence, Resume};
use crate::problem::{Kind, Problem};

/// Draws the strip at the top of `ui`, if there is anything to say.
pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    if model.notices.is_empty() && !matches!(model.line, Line::Lost { .. }) {
        return;
    }
    let frame = Frame::new().fill(Tokens::of(ui).window).inner_margin(Margin::symmetric(12, 8));
    Panel::top("notices").resizable(false).frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        if let Line::Lost { problem, port, resume, .. } = &model.line {
            lost(ui, problem, (*port, *resume), actions);
        }
        for notice in model.notices.iter() {
            ui.push_id(notice.id, |ui| {
                strip(ui, (Tone::Danger, ICON_ERROR), &notice.problem.message, &notice.problem.help, |ui| {
                    if widgets::close_button(ui, "Dismiss this notice").clicked() {
                        actions.push(Action::Dismiss(notice.id));
                    }
                });
            });
        }
    });
}

fn lost(ui: &mut Ui, problem: &Problem, state: (Presence, Resume), actions: &mut Actions) {
    let (tone, message, help) = match state {
        (Presence::Away, Resume::AtOnce) => {
            (Tone::Danger, problem.message.as_str(), "Plug the module in again: it is connected by itself")
        }
        (Presence::Away, Resume::WhenAsked) => {
            (Tone::Danger, problem.message.as_str(), problem.help.as_str())
        }
        (Presence::Back, Resume::AtOnce) => (Tone::Accent, "The port is back", "It is opened again"),
        (Presence::Back, Resume::WhenAsked) if problem.kind != Kind::PortLost => {
            (Tone::Accent, "The port is back", problem.help.as_str())
        }
        (Presence::Back, Resume::WhenAsked) => (
            Tone::Accent,
            "The port is back",
            "In data mode, what is sent to find the module may go to its peer",
        ),
    };
    strip(ui, (tone, ICON_CABLE), message, help, |ui| {
        if widgets::close_button(ui, "Leave it closed").clicked() {
            actions.push(Action::Disconnect);
        }
        if state == (Presence::Back, Resume::WhenAsked)
            && widgets::primary_button(ui, "Connect again").clicked()
        {
            actions.push(Action::Connect);
        }
    });
}

fn strip(
    ui: &mut Ui,
    (tone, icon): (Tone, MaterialIcon),
    message: &str,
    help: &str,
    buttons: impl FnOnce(&mut Ui),
) {
    let tokens = Tokens::of(ui);
    let frame = Frame::new()
        .fill(tone.soft(tokens))
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(12, 4));
    frame.show(ui, |ui| {
        let row = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            buttons(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                widgets::icon(ui, icon, tone.text(tokens));
                ui.label(RichText::new(message).color(tokens.text_strong));
                ui.add(Label::new(RichText::new(help).color(tokens.text)).truncate());
            });
        });
    });
}
