//! The field of a certificate or key: a path, "Choose file…", "Paste…", and what the file is once there is one.
//! The file itself is plain data in `file_input`; reading it is asked of the shell.

use egui::{Response, TextEdit, Ui};
use egui_material_icons::icons::{ICON_CHECK_CIRCLE, ICON_LOCK, ICON_WARNING};
use zeroize::Zeroizing;

use super::field::Field;
use super::file_input::{Disk, Facts, FileInput, Role, Source, roles_of};
use super::form::SecretText;
use super::inputs::{Inputs, forget_undo};
use crate::credential::Finding;
use crate::model::Order;
use crate::problem::Problem;
use crate::profile::CloudKind;
use crate::ui::actions::Actions;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};

const CHOOSE: &str = "Choose file…";
const PASTE: &str = "Paste…";

/// What is remembered of a file's field from one frame to the next.
#[derive(Default)]
pub(super) struct FileState {
    /// Text that is being pasted.
    paste: Option<SecretText>,
    /// Why the system's dialog could not be opened.
    pub(super) trouble: Option<Problem>,
}

/// What the answer to an order about this file is known by; each wizard has names of its own.
pub(super) fn purpose(cloud: CloudKind, role: Role) -> String {
    format!("{}.{}", cloud.name(), role.key())
}

/// The role whose order this purpose belongs to.
pub(super) fn role_of(cloud: CloudKind, purpose_of_order: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| purpose(cloud, *role) == purpose_of_order)
}

/// The role of the file in this field.
pub(super) fn role_at(field: Field) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role.field() == field)
}

/// The field of one file.
pub(super) struct FileField<'a> {
    pub(super) role: Role,
    pub(super) input: &'a mut FileInput,
    pub(super) state: &'a mut FileState,
    /// What can be used and should be looked at.
    pub(super) warnings: &'a [Finding],
}

impl FileField<'_> {
    /// Draws it.
    pub(super) fn show(&mut self, ui: &mut Ui, inputs: &mut Inputs<'_>, actions: &mut Actions) {
        let field = self.role.field();
        let (label, hint) = match self.role {
            Role::Root => ("File of the trusted root", ""),
            Role::Certificate | Role::PrivateKey => (field.label(), field.hint(inputs.cloud)),
        };
        let cloud = inputs.cloud;
        let response = inputs.custom(ui, field, |ui, problem| {
            widgets::labelled(ui, label, hint, problem, |ui| self.row(ui, cloud, actions))
        });
        if response.lost_focus()
            && let Some(path) = self.input.take_typed_path()
        {
            self.take_path(path, inputs, actions);
        }
        if let Some(trouble) = &self.state.trouble {
            widgets::remark(ui, Tone::Warn, &format!("{}. {}", trouble.message, trouble.help));
        }
        self.paste(ui, inputs);
        self.facts(ui, inputs);
    }

    /// The path and the buttons beside it.
    fn row(&mut self, ui: &mut Ui, cloud: CloudKind, actions: &mut Actions) -> Response {
        let noun = self.role.noun();
        ui.horizontal(|ui| {
            let edit =
                TextEdit::singleline(&mut self.input.path).hint_text("Path of the file, or drop it here");
            let room = widgets::room_for(ui, &[CHOOSE, PASTE]);
            let edit = widgets::sized(ui, edit).desired_width(ui.available_width() - room);
            let path = ui.add(edit);
            let choose =
                widgets::secondary_button(ui, CHOOSE).accessible_name(format!("Choose file… ({noun})"));
            if choose.clicked() {
                self.state.trouble = None;
                let title = format!("Choose the {noun}");
                actions.order(Order::ChooseFile { purpose: purpose(cloud, self.role), title });
            }
            let paste = widgets::secondary_button(ui, PASTE).accessible_name(format!("Paste… ({noun})"));
            if paste.clicked() {
                self.state.paste = match self.state.paste {
                    None => Some(SecretText::default()),
                    Some(_) => None,
                };
            }
            path
        })
        .inner
    }

    fn take_path(&mut self, path: std::path::PathBuf, inputs: &mut Inputs<'_>, actions: &mut Actions) {
        if path.as_os_str().is_empty() {
            self.input.set(Source::Nothing);
            inputs.changed();
        } else {
            actions.order(Order::ReadFile { purpose: purpose(inputs.cloud, self.role), path });
        }
    }

    /// The area for pasted text. It is taken over as soon as it is whole, and never shows: it may be a key that was
    /// pasted into the wrong field.
    fn paste(&mut self, ui: &mut Ui, inputs: &mut Inputs<'_>) {
        let Some(text) = &mut self.state.paste else { return };
        let label = format!("Text of the {}", self.role.noun());
        let area = widgets::labelled(ui, &label, "From the BEGIN line to the END line", None, |ui| {
            let edit = TextEdit::multiline(text.edit()).desired_rows(3).desired_width(f32::INFINITY);
            ui.add(edit.font(egui::TextStyle::Monospace).password(true))
        });
        forget_undo(ui, area.id);
        let (wanted, discarded) = ui
            .horizontal(|ui| {
                let wanted = widgets::secondary_button(ui, "Use this text").clicked();
                (wanted, widgets::secondary_button(ui, "Discard this text").clicked())
            })
            .inner;
        let bytes = Zeroizing::new(text.edit().as_bytes().to_vec());
        if discarded {
            self.state.paste = None;
        } else if !bytes.is_empty() && (wanted || !roles_of(&bytes).is_empty()) {
            self.input.set_from(Source::Given { path: self.role.pasted_name().into(), bytes }, Disk::Nowhere);
            self.state.paste = None;
            inputs.leave(self.role.field());
            inputs.changed();
        }
    }

    /// What the file is.
    fn facts(&self, ui: &mut Ui, inputs: &Inputs<'_>) {
        let field = self.role.field();
        let is_right = inputs.hidden_problem(field).is_none();
        if let Some(facts) = self.input.facts()
            && (is_right || (facts.is_locked() && inputs.problem(field).is_none()))
        {
            facts_line(ui, facts, self.warnings);
        }
    }
}

/// What a file is, in one line, and below it what should be looked at.
pub(super) fn facts_line(ui: &mut Ui, facts: &Facts, warnings: &[Finding]) {
    let tokens = Tokens::of(ui);
    let (sign, color) = match (facts.is_locked(), warnings) {
        (false, []) => (ICON_CHECK_CIRCLE, tokens.ok),
        (true, _) => (ICON_LOCK, tokens.text_weak),
        (false, _) => (ICON_WARNING, tokens.warn),
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        widgets::icon(ui, sign, color);
        let text = std::iter::once(&facts.what).chain(&facts.details).map(String::as_str).collect::<Vec<_>>();
        ui.add(egui::Label::new(egui::RichText::new(text.join(" · ")).color(tokens.text)).wrap());
    });
    for warning in warnings {
        let help = warning.help.as_deref().unwrap_or_default();
        widgets::field_warning(ui, &warning.message, help);
    }
}
