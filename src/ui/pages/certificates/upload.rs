//! Ways of giving the page a file, and each file with its parts.

use std::path::PathBuf;

use egui::{Align, Layout, RichText, TextEdit, Ui};

use super::details::show_finding;
use super::files::{File, Files};
use super::{Ask, offer};
use crate::model::{Model, News, Order};
use crate::moment::UnixTime;
use crate::problem::Problem;
use crate::ui::actions::Actions;
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::forget_undo;

/// What the answer to an order about a file is known by.
const FILE: &str = "certificates.file";
/// The same for a locked file, with its number behind.
const UNLOCK: &str = "certificates.unlock.";

/// What is being given to the page.
#[derive(Default)]
pub(super) struct Input {
    /// A path that is being typed.
    path: String,
    /// Why the last file could not be looked at, or the dialog not be opened.
    problem: Option<Problem>,
}

impl Input {
    /// Takes files that were read and unlocked; gives whether there is something new to see.
    pub(super) fn handle_news(&mut self, news: &News, files: &mut Files, today: UnixTime) -> bool {
        match news {
            News::File { purpose, result } if purpose == FILE => {
                let looked = result.clone().and_then(|content| files.look_at(content, today));
                let good = looked.is_ok();
                if good {
                    self.path.clear();
                }
                self.problem = looked.err();
                good
            }
            News::Unlocked { purpose, result } => {
                let id = purpose.strip_prefix(UNLOCK).and_then(|id| id.parse().ok());
                id.inspect(|id| files.unlocked(*id, result.clone(), today)).is_some()
            }
            News::DialogFailed { purpose, problem } if purpose == FILE => {
                self.problem = Some(problem.clone());
                false
            }
            _ => false,
        }
    }

    /// Files dropped anywhere on the page.
    pub(super) fn take_drops(&self, ui: &Ui, actions: &mut Actions) {
        for file in ui.input(|input| input.raw.dropped_files.clone()) {
            read(file.path().to_owned(), actions);
        }
    }

    /// Says what becomes of files that are held over the page.
    pub(super) fn show_hovering(ui: &mut Ui) {
        if ui.input(|input| !input.raw.hovered_files.is_empty()) {
            widgets::remark(ui, Tone::Accent, "Drop the files: each is looked at, nothing is uploaded yet");
        }
    }

    /// Draws the field for a path and the button beside it.
    pub(super) fn show(&mut self, ui: &mut Ui, actions: &mut Actions) {
        let problem = self.problem.as_ref();
        let path = &mut self.path;
        let hint = "Certificates and keys as PEM or DER, PKCS#12 stores, and the files that clouds give away, zip or JSON";
        let field = widgets::labelled(ui, "File to look at", hint, problem, |ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if widgets::secondary_button(ui, "Choose file…").clicked() {
                    let title = "Choose a certificate or key".to_owned();
                    actions.order(Order::ChooseFile { purpose: FILE.to_owned(), title });
                }
                let edit = TextEdit::singleline(path)
                    .hint_text("Path of a file, or drop files anywhere on this page");
                ui.add(widgets::sized(ui, edit))
            })
            .inner
        });
        // Windows copies paths with quotes around them.
        let typed = self.path.trim().trim_matches('"');
        if field.lost_focus() && !typed.is_empty() {
            read(PathBuf::from(typed), actions);
        }
    }
}

fn read(path: PathBuf, actions: &mut Actions) {
    actions.order(Order::ReadFile { purpose: FILE.to_owned(), path });
}

/// Draws one file with its parts.
pub(super) fn file(
    ui: &mut Ui,
    file: &mut File,
    model: &Model,
    today: UnixTime,
    asks: &mut Vec<Ask>,
    actions: &mut Actions,
) {
    ui.spacing_mut().item_spacing.y = space::S;
    let name = file.name();
    let row = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        if widgets::close_button(ui, &format!("Put {name} away")).clicked() {
            asks.push(Ask::PutAway(file.id));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            widgets::truncated(ui, RichText::new(&name).color(Tokens::of(ui).text_weak))
                .on_hover_text(file.path.display().to_string());
        });
    });
    for note in &file.notes {
        show_finding(ui, note);
    }
    lock(ui, file, actions);
    for (index, part) in file.parts.iter_mut().take(file.shown).enumerate() {
        if index > 0 {
            ui.separator();
        }
        ui.push_id((file.id, index), |ui| offer::show(ui, part, model, today, asks));
    }
    let hidden = file.parts.len().saturating_sub(file.shown);
    if hidden > 0 {
        let more = widgets::link_button(ui, &format!("Show {hidden} more"));
        if more.accessible_name(format!("Show {hidden} more of {name}")).clicked() {
            file.shown = file.parts.len();
        }
    }
}

/// The password of what is locked in a file.
fn lock(ui: &mut Ui, file: &mut File, actions: &mut Actions) {
    let (id, label) = (file.id, format!("Password of {}", file.name()));
    let Some(lock) = &mut file.lock else { return };
    let hint = "It opens what is locked in the file; it is never shown or written down";
    let field = widgets::secret_field(ui, &label, lock.password.edit(), hint, lock.problem.as_ref());
    forget_undo(ui, field.id);
    if field.changed() {
        lock.problem = None;
    }
    let attempt = lock.attempt();
    let button = ui.add_enabled_ui(attempt.is_some(), |ui| widgets::secondary_button(ui, "Unlock")).inner;
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    if (button.clicked() || entered)
        && let Some((content, password)) = attempt
    {
        actions.order(Order::Hide(password.clone()));
        actions.order(Order::Unlock { purpose: format!("{UNLOCK}{id}"), content, password });
    }
}
