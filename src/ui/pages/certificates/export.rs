//! Writing a certificate to a file of the person's choice, and what became of that. The shell writes; nothing that is there
//! already is replaced without a yes.

use std::path::PathBuf;

use egui::Ui;

use super::make::file_stem;
use super::part::whose;
use crate::credential::Certificate;
use crate::model::{Existing, NewContent, NewFile, News, Order, Place};
use crate::problem::{Kind, Problem};
use crate::ui::actions::Actions;
use crate::ui::widgets::{self, Tone};

/// What the answer to an order about an export is known by.
const EXPORT: &str = "certificates.export";

/// The last export.
#[derive(Default)]
pub(super) struct Export {
    state: State,
    /// A path that is typed where the system has no dialog.
    path: String,
}

#[derive(Default)]
enum State {
    #[default]
    Nothing,
    Saved(Vec<PathBuf>),
    Failed(Problem),
    /// The dialog could not be opened; a path can be typed.
    NoDialog(Problem),
    /// There is a file of this name, which may be replaced.
    Taken(PathBuf, Problem),
}

impl Export {
    /// Takes the answers that belong here.
    pub(super) fn handle_news(&mut self, news: &News) {
        self.state = match news {
            News::Saved { purpose, result: Ok(paths), .. } if purpose == EXPORT => {
                State::Saved(paths.clone())
            }
            News::Saved { purpose, place, result: Err(problem) } if purpose == EXPORT => match problem.kind {
                Kind::FileExists => State::Taken(place.clone(), problem.clone()),
                _ => State::Failed(problem.clone()),
            },
            News::DialogFailed { purpose, problem } if purpose == EXPORT => State::NoDialog(problem.clone()),
            News::NoFileChosen { purpose } if purpose == EXPORT => State::Nothing,
            _ => return,
        };
    }

    /// Another certificate is shown: what became of the last one is of no interest there.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Asks the person where to.
    pub(super) fn ask(&mut self, certificate: &Certificate, actions: &mut Actions) {
        self.state = State::Nothing;
        let title = format!("Export the certificate of {}", whose(certificate));
        save(certificate, Place::Ask { title }, Existing::Keep, actions);
    }

    /// Draws what became of it.
    pub(super) fn show(&mut self, ui: &mut Ui, certificate: &Certificate, actions: &mut Actions) {
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
                widgets::field(ui, "Path of the export", &mut self.path, hint, None);
                let typed = self.path.trim().trim_matches('"');
                let save_there =
                    ui.add_enabled_ui(!typed.is_empty(), |ui| widgets::secondary_button(ui, "Save there"));
                if save_there.inner.clicked() {
                    save(certificate, Place::At(typed.into()), Existing::Keep, actions);
                }
            }
            State::Taken(place, problem) => {
                widgets::problem_box(ui, problem);
                if widgets::secondary_button(ui, "Replace what is there").clicked() {
                    save(certificate, Place::At(place.clone()), Existing::Replace, actions);
                }
            }
        }
    }
}

fn save(certificate: &Certificate, place: Place, existing: Existing, actions: &mut Actions) {
    let name = format!("{}.pem", file_stem(whose(certificate)));
    let files = vec![NewFile { name, content: NewContent::Public(certificate.pem()) }];
    actions.order(Order::SaveFiles { purpose: EXPORT.to_owned(), place, files, existing });
}
