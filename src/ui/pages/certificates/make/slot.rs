//! A file that something is made with: its path, "Choose file…", its password if it is locked, and what it is once it was
//! read. Reading and unlocking it is asked of the shell.

use std::path::PathBuf;

use egui::{Key, TextEdit, Ui};
use egui_material_icons::icons::ICON_CHECK_CIRCLE;

use super::super::files::is_locked;
use super::inputs::Asked;
use crate::credential;
use crate::model::{FileContent, News, Order};
use crate::problem::{Kind, Problem};
use crate::ui::actions::Actions;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::{SecretText, forget_undo};

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
    lock: Option<Lock>,
    /// Why the system's dialog could not be opened.
    trouble: Option<Problem>,
}

/// A file that only its password opens.
struct Lock {
    content: FileContent,
    password: SecretText,
    /// Why the last password did not open it.
    problem: Option<Problem>,
}

/// Whether there is something new in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Made,
}

impl<T> Slot<T> {
    pub(super) fn new(usage: &'static Use<T>) -> Self {
        Self { usage, path: String::new(), asked: PathBuf::new(), read: None, lock: None, trouble: None }
    }

    /// What was read, if it is what was wanted.
    pub(super) fn get(&self) -> Option<&T> {
        self.read.as_ref()?.as_ref().ok()
    }

    pub(super) fn handle_news(&mut self, news: &News) -> Change {
        match news {
            News::File { purpose, result } if purpose == self.usage.purpose => {
                (self.trouble, self.lock) = (None, None);
                match result {
                    Ok(content) => self.take(content),
                    Err(problem) => self.read = Some(Err(problem.clone())),
                }
                Change::Made
            }
            News::Unlocked { purpose, result } if purpose == self.usage.purpose => {
                match (result, &mut self.lock) {
                    (Ok(content), _) => {
                        self.lock = None;
                        self.read = Some((self.usage.parse)(&content.bytes));
                    }
                    (Err(problem), Some(lock)) => lock.problem = Some(problem.clone()),
                    (Err(_), None) => {}
                }
                Change::Made
            }
            News::DialogFailed { purpose, problem } if purpose == self.usage.purpose => {
                self.trouble = Some(problem.clone());
                Change::None
            }
            _ => Change::None,
        }
    }

    fn take(&mut self, content: &FileContent) {
        self.path = content.path.display().to_string();
        self.asked.clone_from(&content.path);
        let read = (self.usage.parse)(&content.bytes);
        let locked = || credential::read(&content.bytes, None).is_ok_and(|read| is_locked(&read));
        if read.is_err() && locked() {
            let content = content.clone();
            self.lock = Some(Lock { content, password: SecretText::default(), problem: None });
            self.read = None;
        } else {
            self.read = Some(read);
        }
    }

    /// Draws it.
    pub(super) fn show(&mut self, ui: &mut Ui, asked: Asked, actions: &mut Actions) -> Change {
        let Use { label, hint, noun, .. } = self.usage;
        let missing = (asked == Asked::Yes && self.lock.is_none()).then(|| {
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
        if let Some(lock) = &mut self.lock {
            lock.show(ui, self.usage.purpose, noun, actions);
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
        (self.read, self.lock) = (None, None);
        if !typed.as_os_str().is_empty() {
            actions.order(Order::ReadFile { purpose: self.usage.purpose.to_owned(), path: typed });
        }
        Change::Made
    }
}

impl Lock {
    fn show(&mut self, ui: &mut Ui, purpose: &str, noun: &str, actions: &mut Actions) {
        let label = format!("Password of the {noun}");
        let hint = "It opens the file here; it is never shown or written down";
        let field = widgets::secret_field(ui, &label, self.password.edit(), hint, self.problem.as_ref());
        forget_undo(ui, field.id);
        if field.changed() {
            self.problem = None;
        }
        let password = self.password.secret();
        let button =
            ui.add_enabled_ui(password.is_some(), |ui| widgets::secondary_button(ui, "Unlock")).inner;
        let button = button.accessible_name(format!("Unlock the {noun}"));
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if let Some(password) = password.filter(|_| button.clicked() || entered) {
            actions.order(Order::Hide(password.clone()));
            let (purpose, content) = (purpose.to_owned(), self.content.clone());
            actions.order(Order::Unlock { purpose, content, password });
        }
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
