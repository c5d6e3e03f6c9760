//! The console: what crossed the wire as text, and a line to type commands into.

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align, CentralPanel, Color32, Frame, Key, Label, Layout, Margin, Modifiers, TextEdit, TextStyle, Ui,
};

use super::list::{List, Rows};
use super::{Focus, clock, input_line};
use crate::at;
use crate::model::{Console, ConsoleLine, Line, LineKind, Model};
use crate::plan::Mode;
use crate::session::{Direction, WireKind, Wish};
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// What the console remembers from frame to frame.
#[derive(Debug, Default)]
pub(super) struct ConsolePane {
    list: List,
    input: String,
    history: History,
    focus: Focus,
    /// The line that proves something, and so stands out.
    marked: Option<u64>,
    /// A line to bring into view.
    wanted: Option<u64>,
}

impl ConsolePane {
    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        input_line(ui, |ui| self.input(ui, model, actions));
        let frame = Frame::new().inner_margin(Margin { left: 12, bottom: 2, ..Margin::ZERO });
        CentralPanel::default().frame(frame).show(ui, |ui| self.lines(ui, &model.console));
    }

    /// The input takes the focus.
    pub(super) fn focus(&mut self) {
        self.focus = Focus::Take;
    }

    /// Brings a line into view and marks it.
    pub(super) fn reveal(&mut self, id: u64) {
        (self.marked, self.wanted) = (Some(id), Some(id));
    }

    fn lines(&mut self, ui: &mut Ui, console: &Console) {
        if console.is_empty() {
            ui.add_space(space::S);
            widgets::hint(
                ui,
                "Everything that crosses the wire appears here, with the time since the program started",
            );
            return;
        }
        let ever = console.dropped() + console.len() as u64;
        if let Some(index) = self.wanted.take().and_then(|id| console.index_of(id)) {
            self.list.reveal(index, ever);
        }
        let height = (ui.text_style_height(&TextStyle::Monospace) + 3.0).round();
        let rows = Rows { height, count: console.len(), ever };
        let marked = self.marked;
        self.list.show(ui, "console lines", &rows, |ui, index| {
            if let Some(line) = console.get(index) {
                row(ui, line, height, marked == Some(line.id));
            }
        });
    }

    fn input(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
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
        let edit = TextEdit::singleline(&mut self.input).id(id).hint_text(hint).font(TextStyle::Monospace);
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
            self.history.older(&mut self.input);
        }
        if pressed(Key::ArrowDown) {
            self.history.newer(&mut self.input);
        }
    }

    /// The undo history of the field would keep what was typed, a passphrase for instance.
    fn send(&mut self, ui: &Ui, actions: &mut Actions) {
        self.focus();
        let text = std::mem::take(&mut self.input);
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

fn row(ui: &mut Ui, line: &ConsoleLine, height: f32, marked: bool) {
    let tokens = Tokens::of(ui);
    let size = egui::vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        if marked {
            ui.painter().rect_filled(ui.max_rect(), 2.0, tokens.accent_soft);
        }
        let response = ui.add(Label::new(job(ui, line, tokens)).extend().selectable(true));
        response.context_menu(|ui| {
            if ui.button("Copy line").clicked() {
                ui.copy_text(as_line(line));
                ui.close();
            }
        });
    });
}

fn job(ui: &Ui, line: &ConsoleLine, tokens: &Tokens) -> LayoutJob {
    let font = TextStyle::Monospace.resolve(ui.style());
    let format = |color| TextFormat::simple(font.clone(), color);
    let mut job = LayoutJob::default();
    job.append(&clock(line.at), 0.0, format(tokens.text_weak));
    job.append(sign(line.kind), space::L, format(color(line.kind, tokens)));
    job.append(&line.text, space::M, format(color(line.kind, tokens)));
    job
}

const fn sign(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Wire(Direction::Sent, _) => "→",
        LineKind::Wire(Direction::Received, _) => "←",
        LineKind::Note => "·",
    }
}

const fn color(kind: LineKind, tokens: &Tokens) -> Color32 {
    match kind {
        LineKind::Wire(_, WireKind::Error) => tokens.danger,
        LineKind::Wire(_, WireKind::Unsolicited) => tokens.urc,
        LineKind::Wire(_, WireKind::Echo) | LineKind::Note => tokens.text_weak,
        LineKind::Wire(Direction::Sent, _) => tokens.tx,
        LineKind::Wire(Direction::Received, _) => tokens.rx,
    }
}

fn as_line(line: &ConsoleLine) -> String {
    format!("{} {} {}", clock(line.at), sign(line.kind), line.text)
}

/// All lines that are kept, for the clipboard.
pub(super) fn as_text(console: &Console) -> String {
    let mut text = match console.dropped() {
        0 => String::new(),
        dropped => format!("({dropped} older lines are not kept)\n"),
    };
    for line in console.iter() {
        text.push_str(&as_line(line));
        text.push('\n');
    }
    text
}

/// Commands that were sent, oldest first. One with a secret in it is not kept.
#[derive(Debug, Default)]
struct History {
    commands: Vec<String>,
    /// Counted from the newest; 0 is what is being typed.
    back: usize,
    draft: String,
}

impl History {
    fn add(&mut self, command: &str) {
        self.back = 0;
        self.draft.clear();
        let new = self.commands.last().is_none_or(|last| last != command);
        if new && at::secret_spans(command).is_empty() {
            self.commands.push(command.to_owned());
        }
    }

    fn older(&mut self, input: &mut String) {
        if self.back == 0 {
            self.draft.clone_from(input);
        }
        if self.back < self.commands.len() {
            self.back += 1;
            self.recall(input);
        }
    }

    fn newer(&mut self, input: &mut String) {
        match self.back {
            0 => {}
            1 => {
                self.back = 0;
                input.clone_from(&self.draft);
            }
            _ => {
                self.back -= 1;
                self.recall(input);
            }
        }
    }

    fn recall(&self, input: &mut String) {
        if let Some(command) = self.commands.iter().rev().nth(self.back - 1) {
            input.clone_from(command);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_goes_back_and_returns_to_what_was_being_typed() {
        let mut history = History::default();
        ["AT", "AT+GMM", "AT+GMM"].into_iter().for_each(|command| history.add(command));
        let mut input = "AT+U".to_owned();
        let mut step = |go: fn(&mut History, &mut String)| {
            go(&mut history, &mut input);
            input.clone()
        };
        assert_eq!(step(History::older), "AT+GMM");
        assert_eq!(step(History::older), "AT");
        assert_eq!(step(History::older), "AT");
        assert_eq!(step(History::newer), "AT+GMM");
        assert_eq!(step(History::newer), "AT+U");
        assert_eq!(step(History::newer), "AT+U");
    }

    #[test]
    fn a_command_with_a_secret_is_not_remembered() {
        let mut history = History::default();
        history.add("AT+UWSC=0,8,\"hunter2hunter2\"");
        assert!(history.commands.is_empty());
    }
}
