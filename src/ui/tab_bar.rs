//! The modules that are open, as tabs above everything that belongs to one of them. With one module there is no bar.

use egui::{
    Align, Align2, AtomExt as _, Button, Frame, Layout, Margin, Panel, Rect, Response, RichText, ScrollArea,
    Stroke, Ui, UiBuilder, Vec2,
};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_CABLE, ICON_CLOSE, ICON_CLOUD_DONE, ICON_ERROR, ICON_LINK, ICON_LINK_OFF, ICON_SYNC,
};

use super::actions::{self, Action, Actions, Modules};
use super::theme::{self, Tokens, space};
use super::widgets::{self, Tone};
use crate::model::{CloudState, Line, Model, Neighbour};
use crate::session::PlanResult;

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
            _ if !model.notices.is_empty() || failed(model) => Self::Problem,
            Line::Closed => Self::Closed,
            Line::Opening(_) => Self::Opening,
            Line::Open(_) if model.is_busy() => Self::Busy,
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

    const fn sign(self) -> (MaterialIcon, Tone) {
        match self {
            Self::Closed => (ICON_LINK_OFF, Tone::Neutral),
            Self::Opening | Self::Busy => (ICON_SYNC, Tone::Accent),
            Self::Lost => (ICON_CABLE, Tone::Danger),
            Self::Problem | Self::Silent => (ICON_ERROR, Tone::Danger),
            Self::Answers => (ICON_LINK, Tone::Ok),
            Self::Connected => (ICON_CLOUD_DONE, Tone::Ok),
        }
    }
}

/// Whether the last set-up ended with a problem.
fn failed(model: &Model) -> bool {
    let result = model.run.as_ref().and_then(|run| run.result.as_ref());
    matches!(result, Some(PlanResult::Failed(_)))
}

/// Draws the bar at the top of `ui`; below it a line in the colour of the module that is in sight.
pub(super) fn show(ui: &mut Ui, tabs: &[Tab], actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    let frame =
        Frame::new().fill(tokens.window).inner_margin(Margin { left: 8, right: 8, top: 4, bottom: 0 });
    let panel =
        Panel::top("modules").resizable(false).exact_size(HEIGHT).frame(frame).show_separator_line(false);
    let bar = panel.show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            let room = ui.available_width() - theme::CONTROL_HEIGHT - ui.spacing().item_spacing.x;
            ScrollArea::horizontal().id_salt("tabs").max_width(room).auto_shrink(false).show(ui, |ui| {
                ui.horizontal_centered(|ui| row(ui, tabs, actions));
            });
            actions::icon_button(ui, Action::Modules(Modules::Open), actions);
        });
    });
    if let Some(chosen) = tabs.iter().find(|tab| tab.chosen) {
        let rect = bar.response.rect;
        let line = Rect::from_min_max(rect.left_bottom() - Vec2::new(0.0, STRIPE), rect.right_bottom());
        ui.painter().rect_filled(line, 0.0, tokens.series(chosen.hue));
    }
}

fn row(ui: &mut Ui, tabs: &[Tab], actions: &mut Actions) {
    ui.spacing_mut().item_spacing.x = space::XS;
    let each = ui.available_width() / tabs.len().max(1) as f32 - space::XS;
    for tab in tabs {
        let size = Vec2::new(each.clamp(NARROWEST, WIDEST).floor(), theme::CONTROL_HEIGHT);
        let (_, rect) = ui.allocate_space(size);
        let builder = UiBuilder::new().id_salt(tab.neighbour.id).max_rect(rect);
        let response = ui.scope_builder(builder, |ui| one(ui, tab, actions)).inner;
        if tab.chosen && !ui.clip_rect().contains_rect(rect) {
            response.scroll_to_me(None);
        }
    }
}

fn one(ui: &mut Ui, tab: &Tab, actions: &mut Actions) -> Response {
    let tokens = Tokens::of(ui);
    let rect = ui.max_rect();
    if tab.chosen {
        ui.painter().rect_filled(rect, theme::RADIUS, tokens.pressed);
    }
    let stripe = Rect::from_min_size(rect.min, Vec2::new(STRIPE, rect.height())).shrink2(Vec2::new(0.0, 6.0));
    ui.painter().rect_filled(
        stripe.translate(Vec2::new(space::XS, 0.0)),
        STRIPE / 2.0,
        tokens.series(tab.hue),
    );
    let inner = rect.with_min_x(stripe.right() + space::S);
    ui.scope_builder(UiBuilder::new().max_rect(inner).layout(Layout::left_to_right(Align::Center)), |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let response = title(ui, tab, inner.width() - theme::CONTROL_HEIGHT);
        if response.clicked() {
            actions.push(Action::Modules(Modules::Show(tab.neighbour.clone())));
        }
        let name = format!("Close {}", tab.neighbour.title);
        if widgets::icon_button(ui, ICON_CLOSE, &name).clicked() {
            actions.push(Action::Modules(Modules::Close(Some(tab.neighbour.id))));
        }
        response.on_hover_text(&tab.about)
    })
    .inner
}

fn title(ui: &mut Ui, tab: &Tab, width: f32) -> Response {
    let tokens = Tokens::of(ui);
    let (icon, tone) = tab.state.sign();
    let icon = icon.rich_text().size(theme::ICON).color(tone.text(tokens));
    let text = if tab.chosen { tokens.text_strong } else { tokens.text };
    let title = RichText::new(&tab.neighbour.title).color(text);
    ui.spacing_mut().button_padding.x = space::XS;
    let title = title.atom_shrink(true).atom_grow(true).atom_align(Align2::LEFT_CENTER);
    let size = Vec2::new(width, theme::CONTROL_HEIGHT);
    let button = Button::selectable(false, (icon, title)).truncate().stroke(Stroke::NONE).min_size(size);
    ui.scope(|ui| {
        ui.set_max_width(width);
        let name = format!("{}: {}", tab.neighbour.title, tab.state.words());
        widgets::tab(ui, button, &name, tab.chosen)
    })
    .inner
}
