//! The fields of a page, drawn with `widgets`: each with its label, hint and problem, Enter leading from one to the next.
//! A wrong value is named from the moment its field was left, a missing one once it was asked for by going on.

use std::collections::BTreeSet;

use egui::text_edit::TextEditState;
use egui::{Id, Key, Response, Ui, UiBuilder};

use super::field::Field;
use super::form::SecretText;
use crate::problem::{Kind, Problem};
use crate::profile::CloudKind;
use crate::ui::widgets;

/// What is remembered of the fields from one frame to the next.
#[derive(Default)]
pub(super) struct InputState {
    /// Fields whose problems show.
    left: BTreeSet<Field>,
    /// The field that is to get the focus.
    focus: Option<Field>,
}

impl InputState {
    /// From now on the problems of these fields show.
    pub(super) fn leave(&mut self, fields: impl IntoIterator<Item = Field>) {
        self.left.extend(fields);
    }

    /// What is wrong with these fields does not show until they are left again.
    pub(super) fn begin_anew(&mut self, fields: &[Field]) {
        self.left.retain(|field| !fields.contains(field));
    }

    /// The field gets the focus as soon as it is drawn.
    pub(super) fn focus(&mut self, field: Field) {
        self.focus = Some(field);
    }
}

/// Draws the fields of one page in one frame.
pub(super) struct Inputs<'a> {
    /// What hints speak of.
    pub(super) cloud: CloudKind,
    problems: &'a [Problem],
    state: &'a mut InputState,
    drawn: Vec<Id>,
    /// The place in `drawn` of the field that Enter was pressed in.
    entered: Option<usize>,
    change: Change,
}

/// Whether a person changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Made,
}

/// Where Enter was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enter {
    Elsewhere,
    /// In the last field of a page.
    OnLast,
}

/// What a person did with the fields.
pub(super) struct Outcome {
    pub(super) change: Change,
    pub(super) enter: Enter,
}

impl<'a> Inputs<'a> {
    pub(super) fn new(cloud: CloudKind, problems: &'a [Problem], state: &'a mut InputState) -> Self {
        Self { cloud, problems, state, drawn: Vec::new(), entered: None, change: Change::None }
    }

    /// A field for text.
    pub(super) fn text(&mut self, ui: &mut Ui, field: Field, value: &mut String) {
        let problem = self.problem(field);
        let response =
            scope(ui, field, |ui| widgets::field(ui, field.label(), value, field.hint(self.cloud), problem));
        self.note(ui, field, &response);
    }

    /// A field for a secret. It has no undo, because undoing needs copies.
    pub(super) fn secret(&mut self, ui: &mut Ui, field: Field, value: &mut SecretText) -> Response {
        let problem = self.problem(field);
        let response = scope(ui, field, |ui| {
            widgets::secret_field(ui, field.label(), value.edit(), field.hint(self.cloud), problem)
        });
        forget_undo(ui, response.id);
        self.note(ui, field, &response);
        response
    }

    /// A choice of a few values.
    pub(super) fn choice<T: PartialEq + Copy>(
        &mut self,
        ui: &mut Ui,
        field: Field,
        value: &mut T,
        options: &[(T, &str)],
    ) {
        let problem = self.problem(field);
        let before = *value;
        let response = scope(ui, field, |ui| {
            widgets::labelled(ui, field.label(), field.hint(self.cloud), problem, |ui| {
                combo(ui, field, value, options)
            })
        });
        if *value != before {
            self.changed();
        }
        self.note(ui, field, &response);
    }

    /// Any other field: the caller draws it, with its problem.
    pub(super) fn custom(
        &mut self,
        ui: &mut Ui,
        field: Field,
        draw: impl FnOnce(&mut Ui, Option<&Problem>) -> Response,
    ) -> Response {
        let problem = self.problem(field);
        let response = scope(ui, field, |ui| draw(ui, problem));
        self.note(ui, field, &response);
        response
    }

    /// The field gets the focus as soon as it is drawn.
    pub(super) fn focus(&mut self, field: Field) {
        self.state.focus(field);
    }

    /// Something was changed that no field has noted.
    pub(super) fn changed(&mut self) {
        self.change = Change::Made;
    }

    /// From now on the problem of this field shows.
    pub(super) fn leave(&mut self, field: Field) {
        self.state.leave([field]);
    }

    /// The problem that shows at a field.
    pub(super) fn problem(&self, field: Field) -> Option<&'a Problem> {
        if self.state.left.contains(&field) { self.hidden_problem(field) } else { None }
    }

    /// The problem of a field, whether it shows or not.
    pub(super) fn hidden_problem(&self, field: Field) -> Option<&'a Problem> {
        self.problems.iter().find(|problem| Field::named_by(problem) == Some(field))
    }

    /// Whether one of these fields is to get the focus, so that what folds them away must open.
    pub(super) fn wants(&self, fields: &[Field]) -> bool {
        self.state.focus.is_some_and(|wanted| fields.contains(&wanted))
    }

    /// Ends the page: Enter leads to the next field.
    pub(super) fn finish(self, ui: &Ui) -> Outcome {
        let next = self.entered.map(|entered| self.drawn.get(entered + 1));
        if let Some(Some(next)) = next {
            ui.memory_mut(|memory| memory.request_focus(*next));
        }
        let enter = if next == Some(None) { Enter::OnLast } else { Enter::Elsewhere };
        Outcome { change: self.change, enter }
    }

    fn note(&mut self, ui: &Ui, field: Field, response: &Response) {
        if self.state.focus == Some(field) {
            response.request_focus();
            // In the middle, so that its problem below it is seen as well.
            response.scroll_to_me(Some(egui::Align::Center));
            ui.request_repaint();
            self.state.focus = None;
        } else if response.gained_focus() {
            // By Tab it may have come to a field out of sight.
            response.scroll_to_me(None);
        }
        if response.changed() {
            self.changed();
        }
        if response.lost_focus() {
            // A field that was left empty is no mistake yet.
            if self.hidden_problem(field).is_some_and(|problem| problem.kind != Kind::MissingField) {
                self.state.leave([field]);
            }
            if ui.input(|input| input.key_pressed(Key::Enter)) {
                self.entered = Some(self.drawn.len());
            }
        }
        self.drawn.push(response.id);
    }
}

/// Gives everything in a field the same ids in every frame, whatever stands above it.
fn scope<R>(ui: &mut Ui, field: Field, draw: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope_builder(UiBuilder::new().scope_id(Id::unique(("wizard field", field))), draw).inner
}

/// Takes the copies away that undoing would need.
pub(in crate::ui) fn forget_undo(ui: &Ui, id: Id) {
    if let Some(mut state) = TextEditState::load(ui, id) {
        state.clear_undoer();
        state.store(ui, id);
    }
}

fn combo<T: PartialEq + Copy>(ui: &mut Ui, field: Field, value: &mut T, options: &[(T, &str)]) -> Response {
    let chosen = options.iter().find(|(option, _)| option == value).map_or("", |(_, text)| *text);
    widgets::combo(field.label(), ui.available_width())
        .selected_text(chosen)
        .show_ui(ui, |ui| {
            for (option, text) in options {
                ui.selectable_value(value, *option, *text);
            }
        })
        .response
}
