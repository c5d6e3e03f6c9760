//! The line messages are sent from: text or bytes, what stands behind each message, and the channel in extended data mode.

use egui::{Align, Button, Key, Layout, RichText, TextEdit, TextStyle, Ui};

use super::super::Focus;
use crate::model::{Line, Model};
use crate::plan::Mode;
use crate::session::Wish;
use crate::ui::actions::Actions;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// What is being typed, and how it is meant.
#[derive(Debug, Default)]
pub(super) struct Compose {
    text: String,
    form: Form,
    ending: Ending,
    /// The chosen channel; the first peer's as long as none is chosen.
    channel: Option<u8>,
    focus: Focus,
}

/// How the text is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Text,
    Hex,
}

/// What is sent behind a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ending {
    #[default]
    None,
    CrLf,
}

impl Ending {
    const ALL: [Self; 2] = [Self::None, Self::CrLf];

    const fn label(self) -> &'static str {
        match self {
            Self::None => "No line end",
            Self::CrLf => "CR LF",
        }
    }

    const fn bytes(self) -> &'static [u8] {
        match self {
            Self::None => b"",
            Self::CrLf => b"\r\n",
        }
    }
}

impl Compose {
    /// The message takes the focus.
    pub(super) fn focus(&mut self) {
        self.focus = Focus::Take;
    }

    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let obstacle = obstacle(model);
        let message = self.message();
        self.form_choice(ui);
        if model.mode == Some(Mode::Extended) {
            self.channel_choice(ui, model);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let why = obstacle.or(message.as_ref().err().copied());
            let send =
                ui.add_enabled_ui(why.is_none(), |ui| widgets::primary_button(ui, "Send message")).inner;
            let clicked = send.on_disabled_hover_text(why.unwrap_or_default()).clicked();
            if self.form == Form::Text {
                self.ending_choice(ui);
            }
            if let (Err(problem), false) = (&message, self.text.is_empty()) {
                ui.label(RichText::new(*problem).small().color(Tokens::of(ui).danger));
            }
            let entered = self.edit(ui, obstacle);
            if let (true, None, Ok(data)) = (clicked || entered, why, message) {
                self.send(model, data, actions);
            }
        });
    }

    fn edit(&mut self, ui: &mut Ui, obstacle: Option<&str>) -> bool {
        let hint = obstacle.unwrap_or(match self.form {
            Form::Text => "Type a message",
            Form::Hex => "Type bytes, such as 68 65 6c 6c 6f",
        });
        let edit = TextEdit::singleline(&mut self.text).id_salt("message").hint_text(hint);
        let edit = widgets::sized(ui, edit.font(TextStyle::Monospace));
        let response = ui.add_enabled(obstacle.is_none(), edit).accessible_name("Message");
        self.focus.settle(&response);
        response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
    }

    fn form_choice(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.x = space::XS;
        for (form, name) in [(Form::Text, "Text"), (Form::Hex, "Hex")] {
            let button = Button::selectable(self.form == form, name).frame_when_inactive(self.form == form);
            if ui.add(button).on_hover_text("How the message is read").clicked() {
                self.form = form;
            }
        }
        ui.spacing_mut().item_spacing.x = space::S;
    }

    fn ending_choice(&mut self, ui: &mut Ui) {
        let combo = widgets::combo("line end", 104.0).selected_text(self.ending.label());
        let response = combo.show_ui(ui, |ui| {
            for ending in Ending::ALL {
                ui.selectable_value(&mut self.ending, ending, ending.label());
            }
        });
        response.response.accessible_name("Line end").on_hover_text("What is sent behind each message");
    }

    fn channel_choice(&mut self, ui: &mut Ui, model: &Model) {
        let chosen = self.chosen_channel(model);
        let label = chosen.map_or_else(|| "No channel".to_owned(), |channel| format!("Channel {channel}"));
        let combo = widgets::combo("channel", 104.0).selected_text(label);
        let response = combo.show_ui(ui, |ui| {
            for (channel, name) in channels(model) {
                if ui
                    .selectable_label(chosen == Some(channel), format!("Channel {channel}: {name}"))
                    .clicked()
                {
                    self.channel = Some(channel);
                }
            }
        });
        response.response.accessible_name("Channel").on_hover_text("The peer the message goes to");
    }

    fn chosen_channel(&self, model: &Model) -> Option<u8> {
        let present = |chosen: &u8| channels(model).any(|(channel, _)| channel == *chosen);
        self.channel.filter(present).or_else(|| channels(model).next().map(|(channel, _)| channel))
    }

    /// What would be sent, or what is wrong with it.
    fn message(&self) -> Result<Vec<u8>, &'static str> {
        let data = match self.form {
            Form::Text => [self.text.as_bytes(), self.ending.bytes()].concat(),
            Form::Hex => bytes(&self.text)?,
        };
        if data.is_empty() { Err("There is nothing to send") } else { Ok(data) }
    }

    fn send(&mut self, model: &Model, data: Vec<u8>, actions: &mut Actions) {
        let channel = (model.mode == Some(Mode::Extended)).then(|| self.chosen_channel(model)).flatten();
        self.text.clear();
        self.focus();
        actions.wish(Wish::SendData { channel, data });
    }
}

/// Why no message can be sent now.
fn obstacle(model: &Model) -> Option<&'static str> {
    match (&model.line, model.mode) {
        (Line::Open(_), _) if model.is_running() => Some("A set-up is running"),
        (Line::Open(_), Some(Mode::Data)) => None,
        (Line::Open(_), Some(Mode::Extended)) if channels(model).next().is_none() => {
            Some("No peer is connected")
        }
        (Line::Open(_), Some(Mode::Extended)) => None,
        (Line::Open(_), Some(Mode::Command)) => {
            Some("The module is in command mode: enter data mode to send messages")
        }
        (Line::Open(_), None) => Some("No module answers"),
        (Line::Closed | Line::Opening(_) | Line::Lost { .. }, _) => Some("Nothing is connected"),
    }
}

fn channels(model: &Model) -> impl Iterator<Item = (u8, String)> + '_ {
    model.module.peers.iter().filter_map(|peer| Some((peer.channel?, peer.name())))
}

/// Bytes written as pairs of hexadecimal digits, with or without spaces between them.
fn bytes(text: &str) -> Result<Vec<u8>, &'static str> {
    let digits: Option<Vec<u32>> =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16)).collect();
    let digits = digits.ok_or("Only the digits 0 to 9 and a to f")?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).map_err(|_| "Two digits for each byte"),
        _ => Err("Two digits for each byte"),
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_pairs_of_digits() {
        assert_eq!(bytes("68 65\t6C6c 6f"), Ok(b"hello".to_vec()));
        assert_eq!(bytes(""), Ok(Vec::new()));
        assert_eq!(bytes("6"), Err("Two digits for each byte"));
        assert_eq!(bytes("0x68"), Err("Only the digits 0 to 9 and a to f"));
    }

    #[test]
    fn a_line_end_is_part_of_a_text_only() {
        let mut compose = Compose { text: "hi".to_owned(), ending: Ending::CrLf, ..Compose::default() };
        assert_eq!(compose.message(), Ok(b"hi\r\n".to_vec()));
        (compose.text, compose.form) = ("6869".to_owned(), Form::Hex);
        assert_eq!(compose.message(), Ok(b"hi".to_vec()));
    }
}
