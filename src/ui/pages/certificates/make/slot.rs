//! A file that something is made with: its path, "Choose file…", and what it is once it was read.
//! Reading it is asked of the shell.

use std::path::PathBuf;

use egui::{TextEdit, Ui};
use egui_material_icons::icons::ICON_CHECK_CIRCLE;

use crate::model::{News, Order};
use crate::problem::{Kind, Problem};
use crate::ui::actions::Actions;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};

use super::inputs::Asked;

const CHOOSE: &str = "Choose file…";

/// What a file is for, and how it is read.
pub(super) struct Use<T> {
    /// What answers of the shell are known by.
    pub(super) purpose: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    /// What it is called in a sentence.
    pub(super) noun: &'static str,
    pub(super) parse: fn(&[u8]) -> Result<T, Problem>,
    /// What it is, in a few words.
    pub(super) describe: fn(&T) -> String,
}

/// A file of this use.
pub(super) struct Slot<T: 'static> {
    usage: &'static Use<T>,
    path: String,
    /// The path that was read last, or is being read.
    asked: PathBuf,
    read: Option<Result<T, Problem>>,
    /// Why the system's dialog could not be opened.
    trouble: Option<Problem>,
}

/// Whether there is something new in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Made,
}

impl<T> Slot<T> {
    pub(super) fn new(usage: &'static Use<T>) -> Self {
        Self { usage, path: String::new(), asked: PathBuf::new(), read: None, trouble: None }
    }

    /// What was read, if it is what was wanted.
    pub(super) fn get(&self) -> Option<&T> {
        self.read.as_ref()?.as_ref().ok()
    }

    pub(super) fn handle_news(&mut self, news: &News) -> Change {
        match news {
            News::File { purpose, result } if purpose == self.usage.purpose => {
                self.trouble = None;
                if let Ok(content) = result {
                    self.path = content.path.display().to_string();
                    self.asked.clone_from(&content.path);
                }
                self.read = Some(result.clone().and_then(|content| (self.usage.parse)(&content.bytes)));
                Change::Made
            }
            News::DialogFailed { purpose, problem } if purpose == self.usage.purpose => {
                self.trouble = Some(problem.clone());
                Change::None
            }
            _ => Change::None,
        }
    }

    /// Draws it.
    pub(super) fn show(&mut self, ui: &mut Ui, asked: Asked, actions: &mut Actions) -> Change {
        let Use { label, hint, noun, .. } = self.usage;
        let missing = (asked == Asked::Yes).then(|| {
            Problem::new(Kind::MissingFile, format!("The {noun} is missing"), "Choose it, or type its path")
        });
        let problem = match &self.read {
            Some(Err(problem)) => Some(problem.clone()),
            Some(Ok(_)) => None,
            None => missing,
        };
        let response = widgets::labelled(ui, label, hint, problem.as_ref(), |ui| {
            ui.horizontal(|ui| {
                let room = widgets::room_for(ui, &[CHOOSE]);
                let edit = TextEdit::singleline(&mut self.path).hint_text("Path of the file");
                let edit = widgets::sized(ui, edit).desired_width(ui.available_width() - room);
                let path = ui.add(edit);
                let name = format!("Choose file… ({noun})");
                if widgets::secondary_button(ui, CHOOSE).accessible_name(name).clicked() {
                    self.trouble = None;
                    let purpose = self.usage.purpose.to_owned();
                    actions.order(Order::ChooseFile { purpose, title: format!("Choose the {noun}") });
                }
                path
            })
            .inner
        });
        let change = if response.lost_focus() { self.left(actions) } else { Change::None };
        if let Some(trouble) = &self.trouble {
            widgets::remark(ui, Tone::Warn, &format!("{}. {}", trouble.message, trouble.help));
        }
        if let Some(value) = self.get() {
            facts(ui, &(self.usage.describe)(value));
        }
        change
    }

    /// A path that was typed is read once, unless it could not be read.
    fn left(&mut self, actions: &mut Actions) -> Change {
        // Windows copies paths with quotes around them.
        let typed = PathBuf::from(self.path.trim().trim_matches('"'));
        if typed == self.asked && !matches!(self.read, Some(Err(_))) {
            return Change::None;
        }
        self.asked.clone_from(&typed);
        self.read = None;
        if !typed.as_os_str().is_empty() {
            actions.order(Order::ReadFile { purpose: self.usage.purpose.to_owned(), path: typed });
        }
        Change::Made
    }
}

fn facts(ui: &mut Ui, text: &str) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        widgets::icon(ui, ICON_CHECK_CIRCLE, tokens.ok);
        ui.add(egui::Label::new(egui::RichText::new(text).color(tokens.text)).wrap());
    });
}
