//! Writing one file to a place of the person's choice, and what became of that: the button asks with the system's dialog,
//! a path is typed where there is none, and nothing that is there already is replaced without a yes. The shell writes.

use std::path::PathBuf;

use egui::Ui;

use crate::model::{Existing, NewFile, News, Order, Place};
use crate::problem::{Kind, Problem};
use crate::ui::actions::Actions;
use crate::ui::widgets::{self, Tone};

/// Saves a file of one purpose and remembers how the last time went.
pub struct Saver {
    /// What the answers to its orders are known by.
    purpose: String,
    /// The label of the field for a typed path.
    path_label: &'static str,
    state: State,
    /// A path that is typed where the system has no dialog.
    path: String,
}

enum State {
    Nothing,
    Saved(Vec<PathBuf>),
    Failed(Problem),
    /// The dialog could not be opened; a path can be typed.
    NoDialog(Problem),
    /// There is a file of this name, which may be replaced.
    Taken(PathBuf, Problem),
}

impl Saver {
    pub fn new(purpose: impl Into<String>, path_label: &'static str) -> Self {
        Self { purpose: purpose.into(), path_label, state: State::Nothing, path: String::new() }
    }

    /// Takes the answers that belong here.
    pub fn handle_news(&mut self, news: &News) {
        self.state = match news {
            News::Saved { purpose, result: Ok(paths), .. } if *purpose == self.purpose => {
                State::Saved(paths.clone())
            }
            News::Saved { purpose, place, result: Err(problem) } if *purpose == self.purpose => {
                match problem.kind {
                    Kind::FileExists => State::Taken(place.clone(), problem.clone()),
                    _ => State::Failed(problem.clone()),
                }
            }
            News::DialogFailed { purpose, problem } if *purpose == self.purpose => {
                State::NoDialog(problem.clone())
            }
            News::NoFileChosen { purpose } if *purpose == self.purpose => State::Nothing,
            _ => return,
        };
    }

    /// Something else is shown: what became of the last file is of no interest there.
    pub fn forget(&mut self) {
        self.state = State::Nothing;
        self.path.clear();
    }

    /// Where the file was saved, once it was.
    pub fn saved(&self) -> &[PathBuf] {
        if let State::Saved(paths) = &self.state { paths } else { &[] }
    }

    /// Whether there is nothing to be said about the last file.
    pub const fn is_silent(&self) -> bool {
        matches!(self.state, State::Nothing)
    }

    /// Asks the person where to, in a dialog of this title.
    pub fn ask(&mut self, title: impl Into<String>, file: NewFile, actions: &mut Actions) {
        self.state = State::Nothing;
        self.save(file, Place::Ask { title: title.into() }, Existing::Keep, actions);
    }

    /// Draws what became of it; `file` is written if the person says where, or agrees that another is replaced.
    pub fn show(&mut self, ui: &mut Ui, file: impl FnOnce() -> NewFile, actions: &mut Actions) {
        match &self.state {
            State::Nothing => {}
            State::Saved(paths) => {
                let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
                widgets::remark(ui, Tone::Ok, &format!("Saved: {}", paths.join(", ")));
            }
            State::Failed(problem) => widgets::problem_box(ui, problem),
            State::NoDialog(problem) => {
                widgets::remark(ui, Tone::Warn, &format!("{}. Type a path instead", problem.message));
                let hint = "A folder, or a path with a name of your own";
                widgets::field(ui, self.path_label, &mut self.path, hint, None);
                let typed = self.path.trim().trim_matches('"');
                let save_there =
                    ui.add_enabled_ui(!typed.is_empty(), |ui| widgets::secondary_button(ui, "Save there"));
                if save_there.inner.clicked() {
                    self.save(file(), Place::At(typed.into()), Existing::Keep, actions);
                }
            }
            State::Taken(place, problem) => {
                widgets::problem_box(ui, problem);
                if widgets::secondary_button(ui, "Replace what is there").clicked() {
                    self.save(file(), Place::At(place.clone()), Existing::Replace, actions);
                }
            }
        }
    }

    fn save(&self, file: NewFile, place: Place, existing: Existing, actions: &mut Actions) {
        let purpose = self.purpose.clone();
        actions.order(Order::SaveFiles { purpose, place, files: vec![file], existing });
    }
}
