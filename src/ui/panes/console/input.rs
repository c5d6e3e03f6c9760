//! The line to type commands into, and the ways to other modes beside it.

use egui::{Align, Key, Layout, Modifiers, TextEdit, TextStyle, Ui};

use super::history::History;
use crate::model::{Line, Model};
use crate::plan::Mode;
use crate::session::Wish;
use crate::ui::actions::{Action, Actions};
use crate::ui::panes::Focus;
use crate::ui::widgets;

/// What is being typed, and what was sent before.
#[derive(Debug, Default)]
pub(super) struct Input {
    text: String,
    history: History,
    focus: Focus,
}

impl Input {
    /// The input takes the focus.
    pub(super) fn focus(&mut self) {
        self.focus = Focus::Take;
    }

    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let obstacle = obstacle(model);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            mode_buttons(ui, model, actions);
            let send = ui.add_enabled_ui(obstacle.is_none(), |ui| widgets::primary_button(ui, "Send"));
            let clicked = send.inner.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked();
            let entered = self.edit(ui, obstacle);
            if (clicked || entered) && obstacle.is_none() {
                self.send(ui, actions);
            }
        });
    }

    /// The input itself; gives whether Enter was pressed in it.
    fn edit(&mut self, ui: &mut Ui, obstacle: Option<&str>) -> bool {
        let id = ui.scope_id().with("command");
        if ui.memory(|memory| memory.has_focus(id)) {
            self.recall(ui);
        }
        let hint = obstacle.unwrap_or("Type an AT command, such as AT+GMM");
        let edit = TextEdit::singleline(&mut self.text).id(id).hint_text(hint).font(TextStyle::Monospace);
        let edit = widgets::sized(ui, edit);
        let response = ui.add_enabled(obstacle.is_none(), edit).accessible_name("Command");
        self.focus.settle(&response);
        response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
    }

    /// Up and Down go through what was sent before.
    fn recall(&mut self, ui: &Ui) {
        let pressed = |key| {
            ui.input_mut(|input| {
                input.consume_key(Modifiers::NONE, key) || input.consume_key(Modifiers::CTRL, key)
            })
        };
        if pressed(Key::ArrowUp) {
            self.history.older(&mut self.text);
        }
        if pressed(Key::ArrowDown) {
            self.history.newer(&mut self.text);
        }
    }

    /// The undo history of the field would keep what was typed, a passphrase for instance.
    fn send(&mut self, ui: &Ui, actions: &mut Actions) {
        self.focus();
        let text = std::mem::take(&mut self.text);
        let id = ui.scope_id().with("command");
        if let Some(mut state) = TextEdit::load_state(ui, id) {
            state.clear_undoer();
            TextEdit::store_state(ui, id, state);
        }
        if text.trim().is_empty() {
            return;
        }
        self.history.add(&text);
        actions.wish(Wish::Send(text));
    }
}

/// Why no command can be typed now.
fn obstacle(model: &Model) -> Option<&'static str> {
    match (&model.line, model.mode) {
        (Line::Open(_), Some(Mode::Data)) => {
            Some("The module is in data mode: what is sent is payload, see Traffic")
        }
        (Line::Open(_), _) if model.is_running() => Some("A set-up is running: cancel it to send commands"),
        (Line::Open(_), _) => None,
        (Line::Opening(_), _) => Some("The port is being opened"),
        (Line::Lost { .. }, _) => Some("The port is gone"),
        (Line::Closed, _) => Some("Nothing is connected: choose a port above and connect"),
    }
}

/// The ways to other modes that make sense now.
fn mode_buttons(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let modes = match model.mode {
        Some(Mode::Command) => vec![Mode::Data],
        Some(Mode::Data) => vec![Mode::Command],
        Some(Mode::Extended) | None => Vec::new(),
    };
    for mode in modes {
        let action = Action::Enter(mode);
        let obstacle = action.obstacle(model);
        let button =
            ui.add_enabled_ui(obstacle.is_none(), |ui| widgets::secondary_button(ui, mode.command()));
        let button = button.inner.on_hover_text(action.label().unwrap_or_default());
        if button.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
            actions.push(action);
        }
    }
}
