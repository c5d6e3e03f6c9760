//! The line messages are sent from: text, JSON or bytes with variables, or a file; the channel in extended data mode; once,
//! or again and again. A larger field opens above the line for what does not fit into it.

mod draft;
mod library;
mod repeat;

use egui::{
    Align, Button, Frame, Key, Layout, Margin, Modifiers, Panel, RichText, ScrollArea, TextEdit, TextStyle,
    Ui,
};
use egui_material_icons::icons::{ICON_CLOSE, ICON_DATA_OBJECT, ICON_EXPAND_LESS, ICON_EXPAND_MORE};

use self::draft::{Doubt, Draft, File, Goal, doubt, obstacle};
use self::library::{Choice, Shelf};
use self::repeat::Repeat;
use super::super::{Focus, input_line};
use super::channels::size;
use crate::messages::{Form, VARIABLES};
use crate::model::{Model, News};
use crate::moment::Moment;
use crate::plan::Mode;
use crate::session::{LineEnd, Wish};
use crate::ui::actions::Actions;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// The height of the larger field, in points, and the least of it.
const EDITOR: f32 = 150.0;
const LEAST: f32 = 84.0;

/// What is being written, and how it is sent.
#[derive(Default)]
pub(super) struct Compose {
    draft: Draft,
    /// The chosen channel; the first peer's as long as none is chosen.
    channel: Option<u8>,
    shelf: Shelf,
    repeat: Repeat,
    field: Field,
    focus: Focus,
}

/// Where it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Field {
    #[default]
    Line,
    /// Lines of it, above the line.
    Large,
}

/// What can be sent now, or why nothing can.
type Ready = Result<(Vec<u8>, Option<Doubt>), Doubt>;

impl Compose {
    /// The message takes the focus.
    pub(super) fn focus(&mut self) {
        self.focus = Focus::Take;
    }

    /// Takes the answers to what was asked of the shell.
    pub(super) fn handle_news(&mut self, news: &News) {
        if let Some((name, bytes)) = self.shelf.handle_news(news) {
            self.draft.file = Some(File { name, bytes });
        }
    }

    /// Sends what is due; gives when to look again.
    pub(super) fn go_on(&mut self, model: &Model, actions: &mut Actions) -> Option<Moment> {
        self.shelf.go_on(actions);
        if self.repeat.due(model.now) {
            match (obstacle(model), self.ready(model)) {
                (None, Ok((data, _))) => self.send(model, data, actions),
                (Some(why), _) => self.repeat.end(format!("Stopped: {why}")),
                (None, Err(Doubt::Empty)) => self.repeat.end("Stopped: there is nothing to send"),
                (None, Err(Doubt::Wrong(why) | Doubt::Cut(why))) => {
                    self.repeat.end(format!("Stopped: {why}"));
                }
            }
        }
        self.repeat.next()
    }

    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let ready = self.ready(model);
        input_line(ui, |ui| self.line(ui, &ready, model, actions));
        if self.field == Field::Large {
            // The rows keep some room.
            let most = (ui.available_height() * 0.55).max(LEAST);
            let frame = Frame::new().inner_margin(Margin::symmetric(12, 6));
            let panel = Panel::bottom(ui.scope_id().with("message field")).resizable(true).frame(frame);
            panel
                .default_size(EDITOR.min(most))
                .size_range(LEAST..=most)
                .show(ui, |ui| self.large(ui, &ready, model, actions));
        }
        if !self.shelf.is_silent() {
            let panel = Panel::bottom(ui.scope_id().with("message remarks")).resizable(false);
            panel.show(ui, |ui| self.shelf.remarks(ui, model, actions));
        }
    }

    fn ready(&mut self, model: &Model) -> Ready {
        let goal = Goal::of(model, self.goal(model));
        let data = self.draft.sample(model, goal)?;
        match doubt(data.len(), goal) {
            Some(Doubt::Wrong(why)) => Err(Doubt::Wrong(why)),
            doubt => Ok((data, doubt)),
        }
    }

    fn line(&mut self, ui: &mut Ui, ready: &Ready, model: &Model, actions: &mut Actions) {
        let obstacle = obstacle(model);
        self.form_choice(ui);
        if model.mode == Some(Mode::Extended) {
            self.channel_choice(ui, model);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let clicked = self.send_button(ui, obstacle, ready);
            self.field_button(ui);
            self.choose(ui, model, actions);
            if self.draft.form != Form::Hex {
                self.ending_choice(ui);
            }
            say(ui, ready);
            let entered = self.content(ui, obstacle);
            if let (true, None, Ok((data, _))) = (clicked || entered, obstacle, ready) {
                self.send(model, data.clone(), actions);
                self.sent_by_hand();
            }
        });
    }

    fn send_button(&self, ui: &mut Ui, obstacle: Option<&str>, ready: &Ready) -> bool {
        let why = obstacle.map(str::to_owned).or_else(|| ready.as_ref().err().map(words));
        let is_possible = why.is_none() && !self.repeat.is_running();
        let send = ui.add_enabled_ui(is_possible, |ui| widgets::primary_button(ui, "Send message")).inner;
        let running = || "The message is being repeated".to_owned();
        send.on_disabled_hover_text(why.unwrap_or_else(running)).clicked()
    }

    fn field_button(&mut self, ui: &mut Ui) {
        let (icon, name, other) = match self.field {
            Field::Line => (ICON_EXPAND_LESS, "Larger field, variables and repeating", Field::Large),
            Field::Large => (ICON_EXPAND_MORE, "One line for the message", Field::Line),
        };
        if widgets::icon_button(ui, icon, name).clicked() {
            self.field = other;
            self.focus();
        }
    }

    fn choose(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        match self.shelf.show(ui, &self.draft, model, actions) {
            Choice::Nothing => {}
            Choice::Message(message) => {
                self.draft = Draft::of(&message);
                if message.body.contains('\n') {
                    self.field = Field::Large;
                }
                self.focus();
            }
            Choice::Kept(name) => self.draft.name = Some(name),
        }
    }

    /// The field for one line, or what is sent instead of it; whether it is to be sent by the Enter key.
    fn content(&mut self, ui: &mut Ui, obstacle: Option<&str>) -> bool {
        if let Some(file) = &self.draft.file {
            let text = format!("{}, {}", file.name, size(file.bytes.len() as u64));
            if widgets::icon_button(ui, ICON_CLOSE, "Do not send the file").clicked() {
                self.draft.file = None;
            } else {
                widgets::truncated(ui, RichText::new(text).monospace());
            }
            return false;
        }
        if self.field == Field::Large {
            let name = self.draft.name.as_deref().unwrap_or("The message is written above");
            widgets::truncated(ui, RichText::new(name).color(Tokens::of(ui).text_weak));
            return false;
        }
        let hint = obstacle.unwrap_or(hint(self.draft.form));
        let edit = TextEdit::singleline(&mut self.draft.text).id_salt("message").hint_text(hint);
        let edit = widgets::sized(ui, edit.font(TextStyle::Monospace));
        let response = ui.add_enabled(obstacle.is_none(), edit).accessible_name("Message");
        self.focus.settle(&response);
        self.note_change(&response);
        response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
    }

    fn note_change(&mut self, response: &egui::Response) {
        if response.changed() && self.draft.text.is_empty() {
            (self.draft.name, self.draft.count) = (None, 0);
        }
    }

    /// The larger field, with variables and repeating above it.
    fn large(&mut self, ui: &mut Ui, ready: &Ready, model: &Model, actions: &mut Actions) {
        let obstacle = obstacle(model);
        ui.horizontal(|ui| {
            self.variables(ui);
            ui.add_space(space::M);
            let is_possible = obstacle.is_none() && ready.is_ok();
            if self.repeat.show(ui, is_possible) {
                if self.repeat.is_running() {
                    self.repeat.stop();
                } else {
                    self.repeat.begin(model.now);
                }
                ui.request_repaint();
            }
            if self.draft.count > 0 {
                widgets::small(ui, format!("{} sent", self.draft.count));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if let Ok((data, _)) = ready {
                    widgets::small(ui, size(data.len() as u64));
                }
            });
        });
        let mut sends = false;
        ScrollArea::vertical().id_salt("large message").auto_shrink(false).show(ui, |ui| {
            let edit =
                TextEdit::multiline(&mut self.draft.text).id_salt("large").hint_text(hint(self.draft.form));
            let edit = edit.code_editor().desired_width(f32::INFINITY).desired_rows(4);
            let is_writable = self.draft.file.is_none();
            let response = ui.add_enabled(is_writable, edit).accessible_name("Message");
            self.focus.settle(&response);
            sends = response.has_focus()
                && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
            self.note_change(&response);
        });
        if let (true, None, Ok((data, _))) = (sends, obstacle, ready) {
            self.send(model, data.clone(), actions);
        }
    }

    fn variables(&mut self, ui: &mut Ui) {
        let mut chosen = None;
        widgets::icon_menu(ui, ICON_DATA_OBJECT, "Put in a variable", |ui| {
            ui.set_width(420.0);
            for (_, example, about) in VARIABLES {
                let name = RichText::new(example).monospace();
                let about = RichText::new(about).small().color(Tokens::of(ui).text_weak);
                if ui.add(Button::new((name, about))).accessible_name(example).clicked() {
                    chosen = Some(example);
                    ui.close();
                }
            }
        });
        if let Some(example) = chosen {
            self.draft.text.push_str(example);
            self.focus();
        }
    }

    fn form_choice(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.x = space::XS;
        for (form, name) in [(Form::Text, "Text"), (Form::Json, "JSON"), (Form::Hex, "Hex")] {
            let chosen = self.draft.form == form;
            let button = Button::selectable(chosen, name).frame_when_inactive(chosen);
            if ui.add(button).on_hover_text("How the message is read").clicked() {
                self.draft.form = form;
            }
        }
        ui.spacing_mut().item_spacing.x = space::S;
    }

    fn ending_choice(&mut self, ui: &mut Ui) {
        let label = ENDINGS.iter().find(|(end, _)| *end == self.draft.end).map_or("", |(_, label)| *label);
        let combo = widgets::combo("line end", 104.0).selected_text(label);
        let response = combo.show_ui(ui, |ui| {
            for (end, label) in ENDINGS {
                ui.selectable_value(&mut self.draft.end, end, label);
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

    /// The channel that a message goes to, in extended data mode.
    fn goal(&self, model: &Model) -> Option<u8> {
        (model.mode == Some(Mode::Extended)).then(|| self.chosen_channel(model)).flatten()
    }

    fn send(&mut self, model: &Model, data: Vec<u8>, actions: &mut Actions) {
        let channel = self.goal(model);
        self.draft.sent();
        actions.wish(Wish::SendData { channel, data });
    }

    /// What is likely to be sent again stays in the line.
    fn sent_by_hand(&mut self) {
        self.focus();
        if !self.draft.stays() {
            self.draft.file = None;
            if self.field == Field::Line {
                self.draft.text.clear();
                self.draft.count = 0;
            }
        }
    }
}

const ENDINGS: [(Option<LineEnd>, &str); 4] = [
    (None, "No line end"),
    (Some(LineEnd::CrLf), "CR LF"),
    (Some(LineEnd::Cr), "CR"),
    (Some(LineEnd::Lf), "LF"),
];

const fn hint(form: Form) -> &'static str {
    match form {
        Form::Text => "Type a message, such as hello {{counter}}",
        Form::Json => "Type JSON, such as {\"temperature\": {{random 18.0 24.0}}}",
        Form::Hex => "Type bytes, such as 68 65 6c 6c 6f",
    }
}

fn words(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Empty => "There is nothing to send".to_owned(),
        Doubt::Wrong(why) | Doubt::Cut(why) => why.clone(),
    }
}

/// What is wrong with the message.
fn say(ui: &mut Ui, ready: &Ready) {
    let tokens = Tokens::of(ui);
    let (doubt, color) = match ready {
        Ok((_, Some(doubt))) => (doubt, tokens.warn),
        Err(doubt) => (doubt, tokens.danger),
        Ok((_, None)) => return,
    };
    if *doubt != Doubt::Empty {
        let most = ui.available_width() / 2.0;
        ui.scope(|ui| {
            ui.set_max_width(most);
            ui.add(egui::Label::new(RichText::new(words(doubt)).small().color(color)).truncate());
        });
    }
}

fn channels(model: &Model) -> impl Iterator<Item = (u8, String)> + '_ {
    model.module.peers.iter().filter_map(|peer| Some((peer.channel?, peer.name())))
}
