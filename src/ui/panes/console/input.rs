//! The line to type commands into, with what helps there, and the ways to other modes beside it.

use std::ops::Range;

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{
    Align, Event, EventFilter, Frame, Id, Key, Layout, Margin, Modifiers, Panel, Response, TextEdit,
    TextStyle, Ui,
};
use egui_material_icons::icons::ICON_KEYBOARD_RETURN;

use super::batch::{Batch, Fate};
use super::danger::Question;
use super::hints::{self, Offered, Said};
use super::history::History;
use super::popup::{Popup, Taken};
use crate::catalogue::{self, explain};
use crate::model::{Line, Model};
use crate::plan::Mode;
use crate::session::{LineEnd, Wish};
use crate::ui::actions::{Action, Actions};
use crate::ui::panes::{Focus, input_line};
use crate::ui::widgets;

/// What is being typed, and what was sent before.
#[derive(Debug, Default)]
pub(super) struct Input {
    text: String,
    history: History,
    focus: Focus,
    popup: Popup,
    /// What is said about the place of the cursor.
    hint: Option<Said>,
    /// The values that are offered for it.
    offered: Offered,
    /// Several commands on their way.
    batch: Option<Batch>,
    /// A dangerous command, before it is sent.
    question: Option<Question>,
    line_end: LineEnd,
}

const LINE_ENDS: [(LineEnd, &str); 3] = [
    (LineEnd::Cr, "End commands with CR, as modules expect"),
    (LineEnd::CrLf, "End commands with CR and LF"),
    (LineEnd::Lf, "End commands with LF"),
];

impl Input {
    /// The input takes the focus.
    pub(super) fn focus(&mut self) {
        self.focus = Focus::Take;
    }

    /// The commands of an earlier start, and how they end.
    pub(super) fn restore(&mut self, commands: &[String], line_end: LineEnd) {
        self.history.restore(commands);
        self.line_end = line_end;
    }

    /// Sends what is due of several commands, also while the window is hidden; a lost line ends them.
    pub(super) fn go_on(&mut self, model: &Model, actions: &mut Actions) {
        let Some(batch) = self.batch.as_mut().filter(|_| model.playing().is_none()) else { return };
        if obstacle(model).is_some() || batch.go_on(&model.console, actions) == Fate::Goes {
            self.batch = None;
        }
    }

    /// How commands end.
    pub(super) const fn line_end(&self) -> LineEnd {
        self.line_end
    }

    /// The commands for the next start, without secrets.
    pub(super) fn kept(&self) -> Vec<String> {
        self.history.kept()
    }

    /// Draws the input at the bottom of a pane, and above it what helps.
    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        input_line(ui, |ui| self.line(ui, model, actions));
        self.above(ui, model);
        if let Some(text) = Question::settle(ui, &mut self.question) {
            self.send_now(text, actions);
        }
    }

    fn line(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let obstacle = obstacle(model);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            mode_buttons(ui, model, actions);
            self.line_end_menu(ui, actions);
            let send = ui.add_enabled_ui(obstacle.is_none(), |ui| widgets::primary_button(ui, "Send"));
            let clicked = send.inner.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked();
            let entered = self.edit(ui, obstacle);
            if (clicked || entered) && obstacle.is_none() {
                self.send(ui, model, actions);
            }
        });
    }

    /// Several commands, or else what there is to be said about the one that is typed.
    fn above(&mut self, ui: &mut Ui, model: &Model) {
        let frame = Frame::new().inner_margin(Margin::symmetric(12, 4));
        let panel = |ui: &Ui| Panel::bottom(ui.scope_id().with("above input")).resizable(false).frame(frame);
        if let Some(batch) = &mut self.batch {
            if panel(ui).show(ui, |ui| batch.show(ui, &model.console)).inner == Fate::Goes {
                self.batch = None;
            }
        } else if let Some(hint) = &self.hint {
            let identity = model.module.identity.as_ref();
            self.offered = panel(ui).show(ui, |ui| hints::show(ui, hint, identity)).inner;
            if let Some((place, value)) = self.offered.taken.take() {
                self.put_value(ui, &place, value);
            }
        } else {
            self.offered = Offered::default();
        }
    }

    /// The input itself; gives whether Enter was pressed in it.
    fn edit(&mut self, ui: &mut Ui, obstacle: Option<&str>) -> bool {
        let id = field();
        if ui.memory(|memory| memory.has_focus(id)) {
            self.keys(ui);
        }
        let hint = obstacle.unwrap_or("Type an AT command, such as AT+GMM");
        // While there is a list, Tab and Escape are for it.
        let in_list = self.popup.wants_keys(&self.text, &self.history);
        let filter =
            EventFilter { tab: in_list, escape: in_list, horizontal_arrows: true, vertical_arrows: true };
        let edit = TextEdit::singleline(&mut self.text).id(id).hint_text(hint).font(TextStyle::Monospace);
        let edit = edit.event_filter(filter);
        let edit = widgets::sized(ui, edit);
        let response = ui.add_enabled(obstacle.is_none(), edit).accessible_name("Command");
        self.focus.settle(&response);
        self.help(ui, &response);
        response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
    }

    /// The keys that the field must not see: those for the list, for the history, and several lines that are pasted.
    fn keys(&mut self, ui: &Ui) {
        if let Some(batch) = pasted(ui) {
            self.batch = Some(batch);
        }
        let text = self.text.clone();
        let taken = self.popup.keys(ui, &text, &self.history);
        if let Taken::Text(text) = taken {
            self.put(ui, text);
        } else {
            self.recall(ui);
        }
    }

    /// What is said about the text while it is typed, and the list above it.
    fn help(&mut self, ui: &Ui, field: &Response) {
        if field.changed() {
            self.popup.typed();
        }
        let cursor = cursor(ui, field.id, &self.text);
        // Tab leads from the field to the values that are offered for it.
        let is_typing = field.has_focus() || field.lost_focus() || self.offered.has_focus;
        self.hint = cursor.filter(|_| is_typing).and_then(|cursor| hints::of(&self.text, cursor));
        if !field.has_focus() {
            return;
        }
        let taken = self.popup.show(ui, field, &self.text, &self.history);
        if let Taken::Text(text) = taken {
            self.put(ui, text);
            field.request_focus();
        }
    }

    /// Puts a text into the field, with the cursor behind it.
    fn put(&mut self, ui: &Ui, text: String) {
        self.popup.close();
        self.text = text;
        Self::stand_behind(ui, &self.text);
    }

    /// Puts a value in the place of what is typed of a parameter, with the cursor behind it.
    fn put_value(&mut self, ui: &Ui, place: &Range<usize>, value: &str) {
        let before = self.text.get(..place.start).unwrap_or_default().to_owned() + value;
        let after = self.text.get(place.end..).unwrap_or_default();
        let text = format!("{before}{after}");
        Self::stand_behind(ui, &before);
        self.text = text;
        self.focus();
    }

    /// Puts the cursor behind this beginning of the text.
    fn stand_behind(ui: &Ui, beginning: &str) {
        let mut state = TextEditState::load(ui, field()).unwrap_or_default();
        state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(beginning.chars().count()))));
        state.store(ui, field());
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
    fn send(&mut self, ui: &Ui, model: &Model, actions: &mut Actions) {
        self.focus();
        self.popup.close();
        let text = std::mem::take(&mut self.text);
        let id = field();
        if let Some(mut state) = TextEdit::load_state(ui, id) {
            state.clear_undoer();
            TextEdit::store_state(ui, id, state);
        }
        if text.trim().is_empty() {
            return;
        }
        match explain(catalogue::Line::Sent(&text)).danger {
            Some(danger) if danger.is_worth_asking() => {
                let unsaved = model.commands.unsaved().filter(|_| danger.loses_unsaved());
                self.question = Some(Question::new(text, danger, unsaved));
            }
            _ => self.send_now(text, actions),
        }
    }

    fn send_now(&mut self, text: String, actions: &mut Actions) {
        self.history.add(&text);
        actions.wish(Wish::Send(text));
    }

    fn line_end_menu(&mut self, ui: &mut Ui, actions: &mut Actions) {
        widgets::icon_menu(ui, ICON_KEYBOARD_RETURN, "How commands end", |ui| {
            for (end, text) in LINE_ENDS {
                if ui.radio_value(&mut self.line_end, end, text).clicked() {
                    actions.wish(Wish::EndLines(end));
                }
            }
        });
    }
}

/// The input, wherever the console is drawn.
fn field() -> Id {
    Id::unique("console command")
}

/// Several lines that are being pasted: the field would make one of them.
fn pasted(ui: &Ui) -> Option<Batch> {
    ui.input_mut(|input| {
        let place = input.events.iter().position(|event| match event {
            Event::Paste(text) => Batch::of(text).is_some(),
            _ => false,
        })?;
        match input.events.remove(place) {
            Event::Paste(text) => Batch::of(&text),
            _ => None,
        }
    })
}

/// The byte before which the cursor stands.
fn cursor(ui: &Ui, id: Id, text: &str) -> Option<usize> {
    let range = TextEditState::load(ui, id)?.cursor.char_range()?;
    let index = range.primary.index.into();
    Some(text.char_indices().nth(index).map_or(text.len(), |(at, _)| at))
}

/// Why no command can be typed now.
fn obstacle(model: &Model) -> Option<&'static str> {
    match (&model.line, model.mode) {
        (Line::Open(_), Some(Mode::Data)) => {
            Some("The module is in data mode: what is sent is payload, see Traffic")
        }
        (Line::Open(_), _) if model.is_running() => Some("A set-up is running: cancel it to send commands"),
        (Line::Open(_), _) if model.playing().is_some() => {
            Some("A macro is played: stop it to send commands")
        }
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
    if matches!(model.line, Line::Open(_)) && model.mode.is_none() {
        escape_button(ui, model, actions);
    }
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

/// A module that does not answer may be in data mode: `+++` brings it out of it.
fn escape_button(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let free = model.is_free();
    let button = ui.add_enabled_ui(free, |ui| widgets::secondary_button(ui, "+++")).inner;
    let about = "Sends +++ with a second of silence before and after it, which leads out of data mode";
    if button
        .on_hover_text(about)
        .on_disabled_hover_text("Something else is under way with the module")
        .clicked()
    {
        actions.wish(Wish::Escape);
    }
}
