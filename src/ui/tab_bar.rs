//! The modules that are open, as tabs above everything that belongs to one of them. With one module there is no bar.

use egui::{Align, Button, Frame, Layout, Margin, Panel, RichText, ScrollArea, Stroke, Ui, Vec2};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_CABLE, ICON_CIRCLE, ICON_CLOSE, ICON_CLOUD_DONE, ICON_ERROR, ICON_LINK_OFF, ICON_SYNC,
};

use super::actions::{self, Action, Actions};
use super::theme::{self, Tokens, space};
use super::widgets::{self, Tone};
use crate::model::{CloudState, Line, Model, Neighbour};
use crate::session::Activity;

const HEIGHT: f32 = 38.0;
const WIDEST: f32 = 230.0;
const NARROWEST: f32 = 128.0;
/// How thick the line is that carries a module's colour.
const STRIPE: f32 = 3.0;

/// One module in the bar.
pub(super) struct Tab {
    neighbour: Neighbour,
    hue: usize,
    chosen: bool,
    state: State,
    /// What the tooltip adds.
    about: String,
}

/// What a person wants to know of a module that they do not look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Opening,
    Lost,
    /// A problem waits to be read.
    Problem,
    Busy,
    Silent,
    Answers,
    Connected,
}

impl Tab {
    /// `shown` is the module that is in sight.
    pub(super) fn new(neighbour: Neighbour, shown: u64, model: &Model) -> Self {
        let serial =
            model.module.identity.as_ref().map(|identity| format!(", serial number {}", identity.serial));
        let port = neighbour.port.as_ref().map(|port| format!(" on {}", port.title())).unwrap_or_default();
        let state = State::of(model);
        let about = format!("{}{port}{}", state.words(), serial.unwrap_or_default());
        let chosen = neighbour.id == shown;
        Self { neighbour, hue: model.badge.hue, chosen, state, about }
    }
}

impl State {
    fn of(model: &Model) -> Self {
        match model.line {
            Line::Lost { .. } => Self::Lost,
            _ if !model.notices.is_empty() => Self::Problem,
            Line::Closed => Self::Closed,
            Line::Opening(_) => Self::Opening,
            Line::Open(_) if model.activity != Activity::Nothing || model.is_running() => Self::Busy,
            Line::Open(_) if model.mode.is_none() => Self::Silent,
            Line::Open(_) if matches!(model.cloud(), CloudState::Connected { .. }) => Self::Connected,
            Line::Open(_) => Self::Answers,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Closed => "Not connected",
            Self::Opening => "Opening the port",
            Self::Lost => "The port is gone",
            Self::Problem => "A problem",
            Self::Busy => "Something is under way",
            Self::Silent => "No answer",
            Self::Answers => "Answers",
            Self::Connected => "Connected to a peer",
        }
    }

    const fn sign(self) -> (MaterialIcon, Option<Tone>) {
        match self {
            Self::Closed => (ICON_LINK_OFF, None),
            Self::Opening | Self::Busy => (ICON_SYNC, Some(Tone::Accent)),
            Self::Lost => (ICON_CABLE, Some(Tone::Danger)),
            Self::Problem | Self::Silent => (ICON_ERROR, Some(Tone::Danger)),
            Self::Answers => (ICON_CIRCLE, Some(Tone::Ok)),
            Self::Connected => (ICON_CLOUD_DONE, Some(Tone::Ok)),
        }
    }
}

/// Draws the bar at the top of `ui`; below it a line in the colour of the module that is in sight.
pub(super) fn show(ui: &mut Ui, tabs: &[Tab], actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    let frame =
        Frame::new().fill(tokens.window).inner_margin(Margin { left: 8, right: 8, top: 4, bottom: 0 });
    let panel =
        Panel::top("modules").resizable(false).exact_size(HEIGHT).frame(frame).show_separator_line(false);
    let bar = panel.show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            actions::icon_button(ui, Action::OpenModule, actions);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ScrollArea::horizontal().id_salt("tabs").auto_shrink(false).show(ui, |ui| {
                    ui.horizontal_centered(|ui| row(ui, tabs, actions));
                });
            });
        });
    });
    if let Some(chosen) = tabs.iter().find(|tab| tab.chosen) {
        let rect = bar.response.rect;
        let line = egui::Rect::from_min_max(rect.left_bottom() - Vec2::new(0.0, STRIPE), rect.right_bottom());
        ui.painter().rect_filled(line, 0.0, tokens.series(chosen.hue));
    }
}

fn row(ui: &mut Ui, tabs: &[Tab], actions: &mut Actions) {
    ui.spacing_mut().item_spacing.x = space::XS;
    let each = ui.available_width() / tabs.len().max(1) as f32 - space::XS;
    for tab in tabs {
        ui.push_id(tab.neighbour.id, |ui| one(ui, tab, each.clamp(NARROWEST, WIDEST), actions));
    }
}

fn one(ui: &mut Ui, tab: &Tab, width: f32, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    let fill = if tab.chosen { tokens.surface } else { tokens.window };
    let frame =
        Frame::new().fill(fill).corner_radius(theme::RADIUS).inner_margin(Margin { left: 4, ..Margin::ZERO });
    let drawn = frame.show(ui, |ui| {
        let size = Vec2::new(width - 4.0, theme::CONTROL_HEIGHT);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            ui.set_min_size(size);
            let name = format!("Close {}", tab.neighbour.title);
            if widgets::icon_button(ui, ICON_CLOSE, &name).clicked() {
                actions.push(Action::CloseModule(Some(tab.neighbour.id)));
            }
            let (icon, tone) = tab.state.sign();
            let color = tone.map_or(tokens.text_weak, |tone| tone.text(tokens));
            let text = if tab.chosen { tokens.text_strong } else { tokens.text };
            let icon = icon.rich_text().size(theme::ICON).color(color);
            let title = RichText::new(&tab.neighbour.title).color(text);
            let button =
                Button::selectable(false, (icon, title)).truncate().stroke(Stroke::NONE).right_text("");
            let button = button.min_size(Vec2::new(ui.available_width(), theme::CONTROL_HEIGHT));
            let response = widgets::tab(ui, button, &tab.neighbour.title, tab.chosen);
            if response.on_hover_text(&tab.about).clicked() {
                actions.push(Action::ShowModule(tab.neighbour.clone()));
            }
        });
    });
    let rect = drawn.response.rect;
    let stripe =
        egui::Rect::from_min_size(rect.min + Vec2::new(0.0, 6.0), Vec2::new(STRIPE, rect.height() - 12.0));
    ui.painter().rect_filled(stripe, STRIPE / 2.0, tokens.series(tab.hue));
}
