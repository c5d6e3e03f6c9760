//! What a macro needs before it is played: the values of its parameters, and a yes to what it can do. What is typed here
//! is kept for the next time, unless it is a secret; these are shown as dots.

use egui::{Key, Ui};

use super::actions::{Action, Actions};
use super::dialogs::modal;
use super::theme::space;
use super::widgets::{self, Tone};
use super::wizard::{SecretText, forget_undo};
use crate::macros::{KeptValues, Macro, Param, Script, Values, dangers};
use crate::problem::Problem;
use crate::session::Wish;

const WIDTH: f32 = 460.0;

/// The questions about one macro.
pub(super) struct Asking {
    of: Macro,
    /// One for each parameter, in their order.
    values: Vec<SecretText>,
    stage: Stage,
}

/// Whether missing values are named already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The first field takes the focus.
    Fresh,
    Typing,
    /// It was to be played.
    Tried,
}

/// How a frame of the dialog ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Open,
    Play,
    Close,
}

impl std::fmt::Debug for Asking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asking").field("of", &self.of.name).finish_non_exhaustive()
    }
}

impl Asking {
    /// The script if nothing has to be asked, or else the questions.
    pub(super) fn of(of: &Macro, kept: &KeptValues) -> Result<Script, Box<Self>> {
        let script = of.script(&Values::default()).ok().filter(|script| dangers(script).is_empty());
        script.ok_or_else(|| {
            let value = |param: &Param| {
                let mut text = SecretText::default();
                text.set(kept.value(of, param));
                text
            };
            let values = of.params.iter().map(value).collect();
            Box::new(Self { of: of.clone(), values, stage: Stage::Fresh })
        })
    }

    /// Draws the dialog; gives whether it stays open.
    pub(super) fn show(&mut self, ui: &Ui, actions: &mut Actions) -> bool {
        let script = self.script();
        let mut verdict = Verdict::Open;
        let title = format!("Play {}", self.of.name);
        let modal = modal(ui, &title).show(ui, |ui| {
            ui.set_width(WIDTH);
            widgets::section(ui, title.as_str());
            if !self.of.about.is_empty() {
                widgets::hint(ui, self.of.about.as_str());
            }
            let problems = script.as_ref().err().map_or(&[][..], Vec::as_slice);
            let entered = self.fields(ui, problems);
            self.warnings(ui, script.as_ref().ok());
            ui.add_space(space::S);
            verdict = self.buttons(ui);
            if entered {
                verdict = Verdict::Play;
            }
        });
        self.stage = if self.stage == Stage::Fresh { Stage::Typing } else { self.stage };
        match (verdict, script) {
            (Verdict::Play, Ok(script)) => {
                actions.push(Action::KeepValues { name: self.of.name.clone(), values: self.values() });
                actions.wish(Wish::Play(script));
                false
            }
            (Verdict::Play, Err(_)) => {
                self.stage = Stage::Tried;
                true
            }
            (Verdict::Open, _) => !modal.should_close(),
            (Verdict::Close, _) => false,
        }
    }

    /// What would be played.
    fn script(&self) -> Result<Script, Vec<Problem>> {
        self.of.script(&self.values())
    }

    fn values(&self) -> Values {
        let mut values = Values::default();
        for (param, text) in self.of.params.iter().zip(&self.values) {
            values.set(&param.name, text.secret().as_ref().map_or("", |secret| secret.reveal()));
        }
        values
    }

    /// Enter leads from one to the next; gives whether it was pressed in the last.
    fn fields(&mut self, ui: &mut Ui, problems: &[Problem]) -> bool {
        let mut entered = false;
        // The next field takes the focus.
        let mut focus = self.stage == Stage::Fresh;
        let shown = if self.stage == Stage::Tried { problems } else { &[] };
        for (param, text) in self.of.params.iter().zip(&mut self.values) {
            let problem = shown.iter().find(|problem| problem.field.as_deref() == Some(param.name.as_str()));
            let response = if param.is_secret() {
                let response = widgets::secret_field(ui, &param.name, text.edit(), &param.hint, problem);
                forget_undo(ui, response.id);
                response
            } else {
                widgets::field(ui, &param.name, text.edit(), &param.hint, problem)
            };
            if std::mem::take(&mut focus) {
                response.request_focus();
            }
            entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            focus = entered;
        }
        for problem in shown.iter().filter(|problem| problem.field.is_none()) {
            widgets::problem_box(ui, problem);
        }
        entered
    }

    /// What it can do with these values, or whatever they will be.
    fn warnings(&self, ui: &mut Ui, script: Option<&Script>) {
        let outline = || self.of.outline();
        let dangers =
            script.map_or_else(|| outline().map(|script| dangers(&script)).unwrap_or_default(), dangers);
        for danger in dangers {
            widgets::remark(ui, Tone::Warn, danger.warning());
        }
    }

    fn buttons(&self, ui: &mut Ui) -> Verdict {
        let mut verdict = Verdict::Open;
        ui.horizontal(|ui| {
            if widgets::primary_button(ui, "Play").clicked() {
                verdict = Verdict::Play;
            }
            let not = widgets::secondary_button(ui, "Do not play");
            // Enter alone does not agree to a danger.
            if self.values.is_empty() && ui.memory(|memory| memory.focused().is_none()) {
                not.request_focus();
            }
            if not.clicked() {
                verdict = Verdict::Close;
            }
        });
        verdict
    }
}
