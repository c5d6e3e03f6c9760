//! The menu of named messages: choosing one, keeping the one that is written, files in and out.

use egui::{Align, AtomExt as _, Button, Layout, RichText, ScrollArea, TextEdit, Ui};
use egui_material_icons::icons::ICON_BOOKMARKS;

use super::draft::Draft;
use crate::messages::{self, Library, Message, Origin};
use crate::model::{Model, NewContent, NewFile, News, Order};
use crate::problem::Problem;
use crate::ui::actions::{Action, Actions, MessageChange};
use crate::ui::saver::Saver;
use crate::ui::theme::Tokens;
use crate::ui::widgets;

const MENU_WIDTH: f32 = 460.0;
const MENU_HEIGHT: f32 = 300.0;
/// What the answers to the dialogs are known by.
const IMPORT: &str = "traffic.messages";
const FILE: &str = "traffic.file";

/// What the menu remembers from frame to frame.
pub(super) struct Shelf {
    /// The name under which the draft is kept.
    name: String,
    saver: Saver,
    problem: Option<Problem>,
    /// Messages that were read from a file.
    imported: Option<Vec<Message>>,
}

/// What was chosen in the menu.
pub(super) enum Choice {
    Nothing,
    Message(Box<Message>),
    /// The draft has this name now.
    Kept(String),
}

impl Default for Shelf {
    fn default() -> Self {
        Self {
            name: String::new(),
            saver: Saver::new("traffic.messages.export", "Path for the messages"),
            problem: None,
            imported: None,
        }
    }
}

impl Shelf {
    /// Takes the answers that belong here; gives a file that is to be sent.
    pub(super) fn handle_news(&mut self, news: &News) -> Option<(String, Vec<u8>)> {
        self.saver.handle_news(news);
        match news {
            News::File { purpose, result } if purpose == FILE => match result {
                Ok(content) => {
                    let name = content.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    return Some((name, content.bytes.to_vec()));
                }
                Err(problem) => self.problem = Some(problem.clone()),
            },
            News::File { purpose, result } if purpose == IMPORT => match result {
                Ok(content) => self.read(&String::from_utf8_lossy(&content.bytes)),
                Err(problem) => self.problem = Some(problem.clone()),
            },
            News::DialogFailed { purpose, problem } if purpose == FILE || purpose == IMPORT => {
                self.problem = Some(problem.clone());
            }
            _ => {}
        }
        None
    }

    fn read(&mut self, text: &str) {
        match messages::parse(text) {
            Ok(messages) => self.imported = Some(messages),
            Err(flaws) => self.problem = flaws.first().map(messages::Flaw::at_place),
        }
    }

    /// Hands on what was read from a file.
    pub(super) fn go_on(&mut self, actions: &mut Actions) {
        if let Some(messages) = self.imported.take() {
            actions.push(Action::ChangeMessages(MessageChange::Import(messages)));
        }
    }

    /// Whether there is something to be said.
    pub(super) fn is_silent(&self) -> bool {
        self.problem.is_none() && self.saver.is_silent()
    }

    /// What became of files.
    pub(super) fn remarks(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        ui.horizontal_top(|ui| {
            let close = widgets::close_button(ui, "Close what is said about messages").clicked();
            ui.vertical(|ui| {
                if let Some(problem) = &self.problem {
                    widgets::problem_box(ui, problem);
                }
                self.saver.show(ui, || file_of(&model.messages), actions);
            });
            if close {
                self.problem = None;
                self.saver.forget();
            }
        });
    }

    /// Draws the button with its menu.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        draft: &Draft,
        model: &Model,
        actions: &mut Actions,
    ) -> Choice {
        let mut choice = Choice::Nothing;
        widgets::icon_popup(ui, ICON_BOOKMARKS, "Messages", |ui| {
            ui.set_width(MENU_WIDTH);
            ScrollArea::vertical().max_height(MENU_HEIGHT).show(ui, |ui| {
                for (origin, message) in model.messages.all() {
                    if let Some(chosen) = entry(ui, origin, message, actions) {
                        choice = chosen;
                    }
                }
            });
            ui.separator();
            if let Some(name) = self.keep(ui, draft, model, actions) {
                choice = Choice::Kept(name);
            }
            ui.separator();
            self.files(ui, model, actions);
        });
        choice
    }

    /// Keeps the draft under a name.
    fn keep(&mut self, ui: &mut Ui, draft: &Draft, model: &Model, actions: &mut Actions) -> Option<String> {
        let mut kept = None;
        ui.horizontal(|ui| {
            let width = ui.available_width() - widgets::room_for(ui, &["Keep message"]);
            let edit = TextEdit::singleline(&mut self.name).hint_text("Name of the message that is written");
            ui.add(widgets::sized(ui, edit).desired_width(width)).accessible_name("Name of the message");
            let name = self.name.trim();
            let message = draft.message(name, model);
            let own = model.messages.find(name).filter(|(origin, _)| *origin == Origin::Own).map(|_| name);
            let obstacle = obstacle(&message, own, &model.messages);
            let button =
                ui.add_enabled_ui(obstacle.is_none(), |ui| widgets::secondary_button(ui, "Keep message"));
            if button.inner.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
                kept = Some(name.to_owned());
                let before = own.map(str::to_owned);
                actions.push(Action::ChangeMessages(MessageChange::Put { before, new: Box::new(message) }));
                ui.close();
            }
        });
        if kept.is_some() {
            self.name.clear();
        }
        kept
    }

    fn files(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        for (label, purpose, title) in [
            ("Send a file…", FILE, "Choose the file to send"),
            ("Import messages…", IMPORT, "Choose a file with messages"),
        ] {
            if ui.button(label).clicked() {
                self.problem = None;
                let (purpose, title) = (purpose.to_owned(), title.to_owned());
                actions.order(Order::ChooseFile { purpose, title });
                ui.close();
            }
        }
        let own = model.messages.all().any(|(origin, _)| origin == Origin::Own);
        if ui.add_enabled(own, Button::new("Export your messages…")).clicked() {
            self.saver.ask("Export your messages", file_of(&model.messages), actions);
            ui.close();
        }
    }
}

/// Why the message cannot be kept.
fn obstacle(message: &Message, own: Option<&str>, library: &Library) -> Option<String> {
    let checked = message.check().and_then(|()| library.check_name(own, &message.name));
    checked.err().map(|problem| problem.message)
}

fn entry(ui: &mut Ui, origin: Origin, message: &Message, actions: &mut Actions) -> Option<Choice> {
    let remove = format!("Remove the message {}", message.name);
    if origin == Origin::Shipped {
        return pick(ui, message);
    }
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if widgets::close_button(ui, &remove).clicked() {
            actions.push(Action::ChangeMessages(MessageChange::Remove(message.name.clone())));
        }
        ui.with_layout(Layout::top_down_justified(Align::Min), |ui| pick(ui, message)).inner
    })
    .inner
}

fn pick(ui: &mut Ui, message: &Message) -> Option<Choice> {
    let about = RichText::new(&message.about).small().color(Tokens::of(ui).text_weak);
    let button = Button::new((message.name.as_str(), about.atom_shrink(true))).truncate();
    let response = ui.add(button).accessible_name(&message.name).on_hover_text(hover(message));
    if !response.clicked() {
        return None;
    }
    ui.close();
    Some(Choice::Message(Box::new(message.clone())))
}

fn hover(message: &Message) -> String {
    let mut text = message.body.clone();
    for (name, value) in
        [("For", message.service.map(messages::Service::title)), ("Topic", Some(message.topic.as_str()))]
    {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            text.push_str(&format!("\n{name}: {value}"));
        }
    }
    text
}

fn file_of(library: &Library) -> NewFile {
    NewFile { name: "messages.txt".to_owned(), content: NewContent::Public(library.own_text()) }
}
