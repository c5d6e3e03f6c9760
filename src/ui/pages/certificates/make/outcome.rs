//! What came of making something: what it is, and saving it. A key is named and never shown.

use std::path::PathBuf;

use egui::{TextEdit, Ui};

use super::inputs::name_of;
use crate::credential::make::{Document, Made, Wanted};
use crate::credential::{Certificate, Request};
use crate::model::{Existing, NewContent, NewFile, News, Order, Place};
use crate::problem::{Kind, Problem};
use crate::ui::actions::Actions;
use crate::ui::theme::space;
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::key_kind;

const SAVE: &str = "Save…";

/// What came of a wish.
pub(super) struct Outcome {
    /// What answers of the shell are known by.
    purpose: &'static str,
    /// What is saved, in a few words.
    noun: &'static str,
    /// What the files are called; `None` takes the common name.
    stem: Option<&'static str>,
    state: State,
}

enum State {
    Nothing,
    /// The shell is at it.
    UnderWay,
    Failed(Problem),
    Made(Box<Made>, Saving),
}

/// Where the files go, and whether they are there.
#[derive(Default)]
struct Saving {
    /// A path that was typed; empty asks with the system's dialog.
    place: String,
    state: SaveState,
}

#[derive(Default)]
enum SaveState {
    #[default]
    Unsaved,
    UnderWay,
    Saved(Vec<PathBuf>),
    Failed(Problem),
    /// Files of these names are there already; a person may agree that they are replaced.
    Taken {
        place: PathBuf,
        problem: Problem,
    },
}

impl Outcome {
    pub(super) const fn new(purpose: &'static str, noun: &'static str, stem: Option<&'static str>) -> Self {
        Self { purpose, noun, stem, state: State::Nothing }
    }

    /// Asks the shell for it.
    pub(super) fn order(&mut self, wanted: Wanted, actions: &mut Actions) {
        self.state = State::UnderWay;
        actions.order(Order::Make { purpose: self.purpose.to_owned(), wanted: Box::new(wanted) });
    }

    /// Takes the answers that belong here; gives what was made when it was just made.
    pub(super) fn handle_news(&mut self, news: &News) -> Option<&Made> {
        match news {
            News::Made { purpose, result } if purpose == self.purpose => {
                self.state = match result.clone() {
                    Ok(made) => State::Made(made, Saving::default()),
                    Err(problem) => State::Failed(problem),
                };
                return self.made();
            }
            News::Saved { purpose, place, result } if purpose == self.purpose => {
                self.saved(match result.clone() {
                    Ok(paths) => SaveState::Saved(paths),
                    Err(problem) if problem.kind == Kind::FileExists => {
                        SaveState::Taken { place: place.clone(), problem }
                    }
                    Err(problem) => SaveState::Failed(problem),
                });
            }
            News::NoFileChosen { purpose } if purpose == self.purpose => self.saved(SaveState::Unsaved),
            News::DialogFailed { purpose, problem } if purpose == self.purpose => {
                self.saved(SaveState::Failed(problem.clone()));
            }
            _ => {}
        }
        None
    }

    fn saved(&mut self, now: SaveState) {
        if let State::Made(_, saving) = &mut self.state {
            saving.state = now;
        }
    }

    fn made(&self) -> Option<&Made> {
        match &self.state {
            State::Made(made, _) => Some(made),
            State::Nothing | State::UnderWay | State::Failed(_) => None,
        }
    }

    /// The button that makes it; gives whether it was pressed.
    pub(super) fn button(&self, ui: &mut Ui, text: &str) -> bool {
        // What the shell tells next must be about what stands here.
        let obstacle = match &self.state {
            State::UnderWay => Some("It is being made"),
            State::Made(_, Saving { state: SaveState::UnderWay, .. }) => Some("It is being saved"),
            State::Nothing | State::Failed(_) | State::Made(..) => None,
        };
        let button = ui.add_enabled_ui(obstacle.is_none(), |ui| widgets::secondary_button(ui, text)).inner;
        button.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked()
    }

    /// Draws what was made, below the button.
    pub(super) fn show(&mut self, ui: &mut Ui, actions: &mut Actions) {
        match &mut self.state {
            State::Nothing => {}
            State::UnderWay => {
                widgets::hint(ui, "It is being made");
            }
            State::Failed(problem) => widgets::problem_box(ui, problem),
            State::Made(made, saving) => {
                ui.add_space(space::XS);
                ui.scope(|ui| facts(ui, made));
                ui.add_space(space::XS);
                let saver = Saver { purpose: self.purpose, noun: self.noun, stem: self.stem, made };
                saving.show(ui, &saver, actions);
            }
        }
    }
}

/// What is to be saved.
struct Saver<'a> {
    purpose: &'static str,
    noun: &'static str,
    stem: Option<&'static str>,
    made: &'a Made,
}

impl Saver<'_> {
    fn order(&self, place: Place, existing: Existing, actions: &mut Actions) {
        let (purpose, files) = (self.purpose.to_owned(), self.files());
        actions.order(Order::SaveFiles { purpose, place, files, existing });
    }

    fn place(&self, typed: &str) -> Place {
        match typed.trim().trim_matches('"') {
            "" => Place::Ask { title: format!("Save the {}", self.noun) },
            path => Place::At(path.into()),
        }
    }

    /// The name of the document's file, and of the key's if there is one.
    fn names(&self) -> (String, Option<String>) {
        let (name, ending) = match &self.made.document {
            Document::Certificate(certificate) => (name_of(certificate), "pem"),
            Document::Request(request) => (requested(request), "csr"),
        };
        let stem = self.stem.map_or_else(|| file_stem(name), str::to_owned);
        (format!("{stem}.{ending}"), self.made.key.as_ref().map(|_| format!("{stem}.key")))
    }

    fn files(&self) -> Vec<NewFile> {
        let text = match &self.made.document {
            Document::Certificate(certificate) => certificate.pem(),
            Document::Request(request) => request.pem(),
        };
        let (name, key_name) = self.names();
        let key = key_name.zip(self.made.key.as_ref());
        let key = key.map(|(name, key)| NewFile { name, content: NewContent::Private(key.pem()) });
        std::iter::once(NewFile { name, content: NewContent::Public(text) }).chain(key).collect()
    }
}

impl Saving {
    fn show(&mut self, ui: &mut Ui, saver: &Saver<'_>, actions: &mut Actions) {
        let names = match saver.names() {
            (document, Some(key)) => format!("{document} and {key}"),
            (document, None) => document,
        };
        let hint = format!("Saved as {names}; leave this empty to be asked");
        let label = format!("Folder for the {}", saver.noun);
        let mut pressed = false;
        widgets::labelled(ui, &label, &hint, None, |ui| {
            ui.horizontal(|ui| {
                let room = widgets::room_for(ui, &[SAVE]);
                let edit = TextEdit::singleline(&mut self.place).hint_text("Path of a folder");
                let edit = widgets::sized(ui, edit).desired_width(ui.available_width() - room);
                let path = ui.add(edit);
                let button = match self.state {
                    SaveState::Saved(_) => widgets::secondary_button(ui, SAVE),
                    _ => widgets::primary_button(ui, SAVE),
                };
                pressed = button.accessible_name(format!("Save… ({})", saver.noun)).clicked();
                path
            })
            .inner
        });
        if pressed {
            self.state = SaveState::UnderWay;
            saver.order(saver.place(&self.place), Existing::Keep, actions);
        }
        self.show_state(ui, saver, actions);
    }

    fn show_state(&mut self, ui: &mut Ui, saver: &Saver<'_>, actions: &mut Actions) {
        match &self.state {
            SaveState::Unsaved | SaveState::UnderWay => {}
            SaveState::Saved(paths) => {
                let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
                widgets::remark(ui, Tone::Ok, &format!("Saved: {}", paths.join(", ")));
            }
            SaveState::Failed(problem) => widgets::problem_box(ui, problem),
            SaveState::Taken { place, problem } => {
                widgets::problem_box(ui, problem);
                let name = format!("Replace what is there ({})", saver.noun);
                if widgets::secondary_button(ui, "Replace what is there").accessible_name(name).clicked() {
                    saver.order(Place::At(place.clone()), Existing::Replace, actions);
                    self.state = SaveState::UnderWay;
                }
            }
        }
    }
}

/// What was made, as far as everybody may know.
fn facts(ui: &mut Ui, made: &Made) {
    ui.spacing_mut().item_spacing.y = space::XS;
    match &made.document {
        Document::Certificate(certificate) => certificate_facts(ui, certificate),
        Document::Request(request) => {
            widgets::key_value(ui, "Request for", requested(request));
            widgets::key_value(ui, "Key", &key_kind(request.key().kind()));
        }
    }
    if made.key.is_some() {
        widgets::small(
            ui,
            "The private key is in this window's memory alone until you save it; its file is for you alone",
        );
    }
}

fn certificate_facts(ui: &mut Ui, certificate: &Certificate) {
    let validity = format!("{} to {}", certificate.not_before().day(), certificate.not_after().day());
    widgets::key_value(ui, "Certificate of", name_of(certificate));
    widgets::key_value(ui, "Issued by", certificate.issuer());
    widgets::key_value(ui, "Valid", &validity);
    widgets::key_value(ui, "Key", &key_kind(certificate.key_kind()));
    widgets::key_value_copy(ui, "SHA-256 fingerprint", &certificate.sha256());
}

/// A name that every system takes for a file, from a name that certificates take.
pub(in crate::ui::pages::certificates) fn file_stem(name: &str) -> String {
    const LONGEST: usize = 60;
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let stem: String = name.chars().take(LONGEST).map(plain).collect();
    let stem = stem.trim_matches(['-', '.']);
    if stem.is_empty() { "certificate".to_owned() } else { stem.to_owned() }
}

/// Whom a request is for.
pub(super) fn requested(request: &Request) -> &str {
    request.common_name().unwrap_or(request.subject())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_file_names_that_every_system_takes() {
        for (name, stem) in [
            ("device1", "device1"),
            ("Test root CA", "Test-root-CA"),
            ("../../etc/passwd", "etc-passwd"),
            ("a?b*c:d", "a-b-c-d"),
            ("ü", "certificate"),
            ("..", "certificate"),
        ] {
            assert_eq!(file_stem(name), stem);
        }
        assert_eq!(file_stem(&"x".repeat(64)).len(), 60);
    }
}
