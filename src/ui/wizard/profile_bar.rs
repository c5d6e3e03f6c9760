//! The profile behind a wizard: its name and the buttons beside the heading, where it is saved, and what has to be asked
//! before it is. Writing it is asked of the shell.

use std::path::{Path, PathBuf};

use egui::{Align, Layout, TextEdit, Ui};

use super::Wizard;
use super::field::Field;
use super::file_input::Role;
use super::form::{Form, Use};
use super::secret_place;
use crate::model::{Existing, NewContent, NewFile, News, Order, Place, ProfileDraft, SavedProfile};
use crate::problem::{Kind, Problem};
use crate::profile::{CloudKind, Profile};
use crate::secret::Secret;
use crate::ui::actions::{self, Action, Actions};
use crate::ui::theme::space;
use crate::ui::widgets::{self, Tone};

const NAME: &str = "Name of the profile";
const NAME_WIDTH: f32 = 150.0;

/// Where the profile of a wizard stands.
#[derive(Default)]
pub(super) struct ProfileBar {
    /// Its file, once it has one.
    path: Option<PathBuf>,
    /// As it was opened or saved last; `None` for a duplicate.
    saved: Option<Profile>,
    /// As it was sent off to be saved, and the secrets that went with it.
    sent: Option<Profile>,
    sent_secrets: Vec<(String, Secret)>,
    asking: Asking,
    trouble: Option<Problem>,
}

/// How a profile is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Saving {
    /// To its file, if it has one.
    Same,
    /// To a file that the person names.
    Other,
}

/// What has to be answered before the profile is saved.
#[derive(Default)]
enum Asking {
    #[default]
    Nothing,
    /// Whether what was pasted is written beside it.
    Pasted(Saving),
    /// Where it goes, as the system's dialog cannot be had.
    Path { path: String, pasted: Pasted },
    /// Whether the file at this path is replaced.
    Replace { path: PathBuf, pasted: Pasted },
}

/// What becomes of texts that were pasted and have no file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Pasted {
    /// They are written beside the profile.
    #[default]
    Beside,
    /// The profile goes without them.
    Left,
}

impl ProfileBar {
    /// That of a form that nobody has touched.
    pub(super) fn of_new(form: &Form) -> Self {
        Self { saved: Some(form.profile(Use::Save)), ..Self::default() }
    }

    /// That of a form that was opened from this file.
    pub(super) fn of_file(form: &Form, path: PathBuf) -> Self {
        Self { path: Some(path), ..Self::of_new(form) }
    }
}

fn purpose(cloud: CloudKind) -> String {
    format!("{}.profile", cloud.name())
}

impl Wizard {
    /// Whether something would be lost if another profile took its place.
    pub(in crate::ui) fn is_unsaved(&self) -> bool {
        let profile = self.form.profile(Use::Save);
        self.profile.saved.as_ref() != Some(&profile) || self.form.has_secrets_to_keep(&profile)
    }

    /// Goes on with a copy that has no file yet.
    pub(in crate::ui) fn duplicate(&mut self) {
        let name = &mut self.form.kept.name;
        *name = if name.is_empty() { "Copy".to_owned() } else { format!("{name} copy") };
        self.profile = ProfileBar::default();
    }

    /// Asks the shell to save the profile, or the person what has to be known first.
    pub(in crate::ui) fn save(&mut self, saving: Saving, actions: &mut Actions) {
        (self.profile.trouble, self.profile.asking) = (None, Asking::Nothing);
        if let Some(problem) = self.form.unsavable().into_iter().next() {
            if let Some(field) = Field::named_by(&problem) {
                self.turn_to(field.page());
                self.inputs.leave([field]);
                self.inputs.focus(field);
            }
            self.profile.trouble = Some(problem);
        } else if self.form.homeless().next().is_some() {
            self.profile.asking = Asking::Pasted(saving);
        } else {
            self.send(saving, Pasted::Beside, actions);
        }
    }

    fn send(&mut self, saving: Saving, pasted: Pasted, actions: &mut Actions) {
        match (saving, &self.profile.path) {
            (Saving::Same, Some(path)) => {
                self.send_to(Place::At(path.clone()), Existing::Replace, pasted, actions);
            }
            _ => self.send_to(
                Place::Ask { title: "Save the profile".to_owned() },
                Existing::Keep,
                pasted,
                actions,
            ),
        }
    }

    fn send_to(&mut self, place: Place, existing: Existing, pasted: Pasted, actions: &mut Actions) {
        let mut profile = self.form.profile(Use::Save);
        let files = match pasted {
            Pasted::Beside => self.form.homeless().map(|(_, file)| file).collect(),
            Pasted::Left => Vec::new(),
        };
        if pasted == Pasted::Left {
            self.form.homeless().for_each(|(role, _)| profile.cloud.remove_file(role.key()));
        }
        self.profile.sent = Some(self.form.profile(Use::Save)).filter(|_| pasted == Pasted::Beside);
        self.profile.asking = Asking::Path { path: String::new(), pasted };
        let secrets = self.form.for_keyring(&profile);
        self.profile.sent_secrets.clone_from(&secrets);
        let draft = ProfileDraft { name: file_name(&self.form), profile, files, secrets };
        let purpose = purpose(self.form.cloud);
        actions.order(Order::SaveProfile { purpose, place, draft: Box::new(draft), existing });
    }

    /// Takes what came of saving.
    pub(super) fn profile_news(&mut self, news: &News) {
        let mine = purpose(self.form.cloud);
        let pasted = match self.profile.asking {
            Asking::Path { pasted, .. } | Asking::Replace { pasted, .. } => pasted,
            Asking::Nothing | Asking::Pasted(_) => Pasted::Beside,
        };
        match news {
            News::ProfileSaved { purpose, place, result } if *purpose == mine => match result {
                Ok(saved) => self.profile_saved(saved),
                Err(problem) => {
                    let can_replace =
                        problem.kind == Kind::FileExists && problem.message.contains(&shown(place));
                    self.profile.asking = if can_replace {
                        Asking::Replace { path: place.clone(), pasted }
                    } else {
                        Asking::Nothing
                    };
                    self.profile.trouble = Some(problem.clone());
                }
            },
            News::NoFileChosen { purpose } if *purpose == mine => self.profile.asking = Asking::Nothing,
            News::DialogFailed { purpose, problem } if *purpose == mine => {
                self.profile.asking = Asking::Path { path: file_name(&self.form), pasted };
                self.profile.trouble = Some(problem.clone());
            }
            _ => {}
        }
    }

    fn profile_saved(&mut self, saved: &SavedProfile) {
        let was_changed = self.profile.sent.as_ref() != Some(&self.form.profile(Use::Save));
        let homeless: Vec<_> = self.form.homeless().collect();
        for (role, file) in homeless {
            let housed =
                saved.files.iter().find(|path| path.file_name().is_some_and(|name| *name == *file.name));
            if let Some(path) = housed {
                self.form.file_mut(role).housed(path.clone());
            }
        }
        self.form.take_names(&saved.secrets, &self.profile.sent_secrets);
        let sent = self.profile.sent.take();
        self.profile = ProfileBar {
            path: Some(saved.path.clone()),
            saved: if was_changed { sent } else { Some(self.form.profile(Use::Save)) },
            trouble: saved.left.clone(),
            ..ProfileBar::default()
        };
    }

    /// The name and the buttons at the right of the heading.
    pub(super) fn profile_tools(&mut self, ui: &mut Ui, actions: &mut Actions) {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            for action in [Action::Duplicate, Action::Open, Action::SaveAs, Action::Save] {
                actions::icon_button(ui, action, actions);
            }
            let edit = TextEdit::singleline(&mut self.form.kept.name).hint_text(NAME);
            ui.add(widgets::sized(ui, edit).desired_width(NAME_WIDTH)).accessible_name(NAME);
        });
    }

    /// Where the profile stands, and what has to be said or asked about it.
    pub(super) fn profile_state(&mut self, ui: &mut Ui, actions: &mut Actions) {
        let unsaved = self.is_unsaved();
        let state = match (&self.profile.path, unsaved) {
            (None, false) => None,
            (None, true) => Some("Not saved yet".to_owned()),
            (Some(path), false) => Some(format!("Saved in {}", path.display())),
            (Some(path), true) => Some(format!("Changes are not saved in {}", path.display())),
        };
        if let Some(state) = state {
            widgets::small(ui, state);
        }
        secret_place::choose(ui, &mut self.form);
        let kept = self.form.kept.said();
        if !kept.is_empty() {
            widgets::small(ui, format!("The profile also says, and keeps: {}", kept.join("; ")));
        }
        if let Some(trouble) = &self.profile.trouble {
            widgets::problem_box(ui, trouble);
        }
        self.ask(ui, actions);
    }

    fn ask(&mut self, ui: &mut Ui, actions: &mut Actions) {
        let trouble = self.profile.trouble.is_some();
        match std::mem::take(&mut self.profile.asking) {
            Asking::Nothing => {}
            Asking::Pasted(saving) => self.ask_about_pasted(ui, saving, actions),
            // The system's dialog is asked first.
            asking @ Asking::Path { .. } if !trouble => self.profile.asking = asking,
            Asking::Path { path, pasted } => self.ask_for_path(ui, path, pasted, actions),
            Asking::Replace { path, pasted } => self.ask_to_replace(ui, path, pasted, actions),
        }
    }

    fn ask_about_pasted(&mut self, ui: &mut Ui, saving: Saving, actions: &mut Actions) {
        let names: Vec<_> = self.form.homeless().map(|(_, file)| file.name).collect();
        let text = format!(
            "No file holds {} yet. Shall it be written beside the profile? A private key is readable for you alone.",
            names.join(", ")
        );
        widgets::remark(ui, Tone::Accent, &text);
        let answers = ["Save with these files", "Save without them", "Do not save"];
        match choice(ui, &answers) {
            Some(0) => self.send(saving, Pasted::Beside, actions),
            Some(1) => self.send(saving, Pasted::Left, actions),
            Some(_) => {}
            None => self.profile.asking = Asking::Pasted(saving),
        }
    }

    fn ask_for_path(&mut self, ui: &mut Ui, mut path: String, pasted: Pasted, actions: &mut Actions) {
        widgets::field(ui, "Path of the new profile", &mut path, "With its folder", None);
        match choice(ui, &["Save there", "Do not save"]) {
            Some(0) if !path.trim().is_empty() => {
                self.profile.trouble = None;
                self.send_to(Place::At(PathBuf::from(path.trim())), Existing::Keep, pasted, actions);
            }
            Some(1) => self.profile.trouble = None,
            _ => self.profile.asking = Asking::Path { path, pasted },
        }
    }

    fn ask_to_replace(&mut self, ui: &mut Ui, path: PathBuf, pasted: Pasted, actions: &mut Actions) {
        match choice(ui, &["Replace the file", "Do not save"]) {
            Some(0) => {
                self.profile.trouble = None;
                self.send_to(Place::At(path), Existing::Replace, pasted, actions);
            }
            Some(_) => self.profile.trouble = None,
            None => self.profile.asking = Asking::Replace { path, pasted },
        }
    }
}

impl Form {
    /// What was pasted and has no file, as it would be written.
    fn homeless(&self) -> impl Iterator<Item = (Role, NewFile)> + '_ {
        let file = |role: Role| {
            let (path, bytes) = self.file(role).homeless()?;
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let text = String::from_utf8_lossy(bytes);
            let content = match role {
                Role::Root | Role::Certificate if !text.contains("PRIVATE KEY") => {
                    NewContent::Public(text.into_owned())
                }
                _ => NewContent::Private(Secret::new(text)),
            };
            Some((role, NewFile { name, content }))
        };
        self.roles().iter().filter_map(move |role| file(*role))
    }
}

/// What the file of a new profile is called: after its name, or else after the cloud.
fn file_name(form: &Form) -> String {
    let name = form.kept.name.trim().to_lowercase();
    let plain = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let stem: String = name.chars().map(plain).collect();
    let stem = stem.trim_matches('-');
    format!("{}.json", if stem.is_empty() { form.cloud.name() } else { stem })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Buttons in a row; gives the one that was pressed.
fn choice(ui: &mut Ui, answers: &[&str]) -> Option<usize> {
    ui.horizontal(|ui| {
        answers
            .iter()
            .enumerate()
            .filter_map(|(index, text)| widgets::secondary_button(ui, text).clicked().then_some(index))
            .last()
    })
    .inner
}
