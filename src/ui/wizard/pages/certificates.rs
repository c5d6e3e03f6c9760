//! What the module proves itself with, and what it knows the server by.

use egui::Ui;

use super::more;
use crate::credential::{self, Finding};
use crate::model::{FileContent, Order};
use crate::problem::{Kind, Problem};
use crate::profile::CloudKind;
use crate::ui::actions::Actions;
use crate::ui::theme::space;
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::field::Field;
use crate::ui::wizard::file_field::{FileField, FileState, facts_line, purpose};
use crate::ui::wizard::file_input::{Lock, Role, Source};
use crate::ui::wizard::form::Form;
use crate::ui::wizard::inputs::Inputs;

/// What the answer to an order about a dropped file is known by.
pub(in crate::ui::wizard) fn dropped(cloud: CloudKind) -> String {
    format!("{}.dropped", cloud.name())
}

/// What is remembered of this page from one frame to the next.
#[derive(Default)]
pub(in crate::ui::wizard) struct Certificates {
    root: FileState,
    certificate: FileState,
    private_key: FileState,
    /// What is wrong with a file that was dropped and belongs to no field.
    pub(in crate::ui::wizard) stray: Option<Problem>,
    /// What can be used and should be looked at, by role.
    pub(in crate::ui::wizard) warnings: [Vec<Finding>; 3],
    /// What the files will be called on the module, as far as that is known.
    pub(in crate::ui::wizard) names: Vec<(Role, String)>,
}

impl Certificates {
    pub(in crate::ui::wizard) fn file_mut(&mut self, role: Role) -> &mut FileState {
        match role {
            Role::Root => &mut self.root,
            Role::Certificate => &mut self.certificate,
            Role::PrivateKey => &mut self.private_key,
        }
    }

    /// Puts a dropped file into every field of these roles, which its content fits, and says which fields there are.
    pub(in crate::ui::wizard) fn take_dropped(
        &mut self,
        form: &mut Form,
        content: &FileContent,
        roles: Vec<Role>,
    ) -> Vec<Role> {
        let taken = form.take_content(roles, &content.bytes, Some(&content.path));
        self.stray = taken.is_empty().then(|| stray(content));
        taken
    }

    /// Draws the page.
    pub(in crate::ui::wizard) fn show(
        &mut self,
        ui: &mut Ui,
        form: &mut Form,
        inputs: &mut Inputs<'_>,
        actions: &mut Actions,
    ) {
        let all_warnings = std::mem::take(&mut self.warnings);
        let roles = form.roles();
        let shown = Role::ALL.into_iter().zip(&all_warnings).filter(|(role, _)| roles.contains(role));
        for (role, warnings) in shown {
            widgets::card(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::S;
                if role == Role::Root && root(ui, form, warnings, inputs) == Root::Builtin {
                    return;
                }
                FileField { role, input: form.file_mut(role), state: self.file_mut(role), warnings }
                    .show(ui, inputs, actions);
                if role == Role::PrivateKey {
                    after_key(ui, form, inputs, actions);
                }
            });
        }
        self.warnings = all_warnings;
        if roles == [Role::Root] {
            widgets::hint(
                ui,
                "A certificate of the device is not needed: it proves itself with what was given before",
            );
        }
        let fields: Vec<_> = roles.iter().copied().map(Role::name_field).collect();
        more(ui, inputs, &fields, |ui, inputs| self.names(ui, form, inputs));
    }

    fn names(&self, ui: &mut Ui, form: &mut Form, inputs: &mut Inputs<'_>) {
        for role in form.roles() {
            let name = &mut form.file_mut(*role).name;
            inputs.text(ui, role.name_field(), name);
            let made = self.names.iter().find(|(of, _)| of == role);
            if let Some((_, made)) = made.filter(|_| name.is_empty()) {
                widgets::small(ui, format!("Without a name of your own it becomes {made}"));
            }
        }
    }

    /// Files dropped anywhere on a page with fields: each goes where its content fits.
    pub(in crate::ui::wizard) fn drops(&self, ui: &mut Ui, cloud: CloudKind, actions: &mut Actions) {
        let (files, hovering) =
            ui.input(|input| (input.raw.dropped_files.clone(), !input.raw.hovered_files.is_empty()));
        for file in files {
            actions.order(Order::ReadFile { purpose: dropped(cloud), path: file.path().to_owned() });
        }
        if hovering {
            widgets::remark(ui, Tone::Accent, "Drop the files: each goes into the field that it fits");
        }
        if let Some(stray) = &self.stray {
            widgets::problem_box(ui, stray);
        }
    }
}

/// Where the root comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    Builtin,
    File,
}

/// The choice of a root.
fn root(ui: &mut Ui, form: &mut Form, warnings: &[Finding], inputs: &mut Inputs<'_>) -> Root {
    let chosen = match form.root.source() {
        Source::Builtin(name) => Some(*name),
        Source::Nothing | Source::Given { .. } | Source::Unreadable { .. } | Source::OnModule { .. } => None,
    };
    let mut choice = chosen;
    widgets::labelled(ui, Field::Root.label(), Field::Root.hint(inputs.cloud), None, |ui| {
        roots(ui, inputs.cloud, &mut choice)
    });
    if choice != chosen {
        form.root.set(choice.map_or(Source::Nothing, Source::Builtin));
        inputs.changed();
    }
    match (choice, form.root.facts()) {
        (None, _) => Root::File,
        (Some(_), None) => Root::Builtin,
        (Some(_), Some(facts)) => {
            facts_line(ui, facts, warnings);
            Root::Builtin
        }
    }
}

/// What a private key needs, or what can be said of it.
fn after_key(ui: &mut Ui, form: &mut Form, inputs: &mut Inputs<'_>, actions: &mut Actions) {
    if form.needs_password() {
        let typed = inputs.secret(ui, Field::KeyPassword, &mut form.key_password);
        if typed.changed() {
            form.unlocking = None;
        }
        let can_be_opened = Role::ALL.into_iter().any(|role| form.file(role).lock() == Lock::Here);
        // The button is where one looks for it; leaving the field does the same.
        let wanted = can_be_opened && widgets::secondary_button(ui, "Unlock").clicked();
        if wanted || typed.lost_focus() {
            unlock(form, actions);
        }
    } else if form.can_be_compared() && is_right(inputs) {
        widgets::small(ui, "Belongs to the device certificate");
    }
}

/// Has the files opened by the shell, because that may take a while.
pub(in crate::ui::wizard) fn unlock(form: &mut Form, actions: &mut Actions) {
    let Some(password) = form.key_password.secret() else { return };
    for role in Role::ALL {
        if let Some(content) = form.file_mut(role).take_locked(&password) {
            let purpose = purpose(form.cloud, role);
            actions.order(Order::Hide(password.clone()));
            actions.order(Order::Unlock { purpose, content, password: password.clone() });
        }
    }
}

/// Whether nothing is wrong with certificate and key.
fn is_right(inputs: &Inputs<'_>) -> bool {
    [Field::Certificate, Field::PrivateKey].iter().all(|field| inputs.hidden_problem(*field).is_none())
}

fn roots(ui: &mut Ui, cloud: CloudKind, choice: &mut Option<&'static str>) -> egui::Response {
    const FILE: &str = "From a file";
    let title = |name: &str| {
        let root = credential::roots::builtin(name);
        let whose = root.as_ref().and_then(|root| root.common_name()).unwrap_or(name);
        format!("{whose} (built in)")
    };
    widgets::combo(Field::Root.label(), ui.available_width())
        .selected_text(choice.map_or_else(|| FILE.to_owned(), title))
        .show_ui(ui, |ui| {
            for name in cloud.roots() {
                ui.selectable_value(choice, Some(*name), title(name));
            }
            ui.selectable_value(choice, None, FILE);
        })
        .response
}

fn stray(content: &FileContent) -> Problem {
    let name = content.path.file_name().unwrap_or(content.path.as_os_str()).to_string_lossy();
    match credential::read(&content.bytes, None) {
        Err(finding) => {
            let problem = Problem::from(finding);
            Problem { message: format!("{name}: {}", problem.message), ..problem }
        }
        Ok(content) => {
            let found = content.items.first().map_or("something else", |item| item.noun());
            Problem::new(
                Kind::WrongFile,
                format!("{name} holds {found}, which the module does not need"),
                "Drop the device certificate and its private key",
            )
        }
    }
}
