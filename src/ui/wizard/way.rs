//! The way through the wizard: which page can be reached, what leads on from each, and the buttons for it.

use egui::{Align, Id, Key, Layout, Modifiers, Response, Ui, UiBuilder};

use super::field::Field;
use super::file_input::Role;
use super::page::Page;
use super::pages::connected::Target;
use super::pages::review;
use super::{Arriving, Cancelling, Wizard, theme};
use crate::model::{Model, Order};
use crate::plan::{Facts, Plan};
use crate::problem::Problem;
use crate::session::{Activity, PlanResult, Wish};
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::space;
use crate::ui::widgets;

/// What the button that goes on does.
enum Forward {
    /// Check this page, then show the next.
    Next,
    /// Start the set-up, or start it again.
    SetUp(&'static str),
    /// Stop the set-up.
    Cancel(&'static str),
    /// Show the page of what is connected.
    Look,
    /// Begin again with what is in the form.
    Another,
}

impl Forward {
    const fn text(&self) -> &'static str {
        match self {
            Self::Next | Self::Look => "Next",
            Self::SetUp(text) | Self::Cancel(text) => text,
            Self::Another => "Set up another module",
        }
    }

    fn button(&self, ui: &mut Ui) -> Response {
        match self {
            Self::Next | Self::SetUp(_) | Self::Look => widgets::primary_button(ui, self.text()),
            Self::Cancel(_) | Self::Another => widgets::secondary_button(ui, self.text()),
        }
    }
}

impl Wizard {
    /// Pages are reached once everything before them is right; the last two once there is something to show.
    pub(super) fn can_reach(&self, page: Page, model: &Model) -> bool {
        let ran = self.target.is_some() && model.run.is_some();
        match page {
            Page::Credentials | Page::Certificates | Page::Network | Page::Review => self
                .problems()
                .iter()
                .filter_map(|problem| self.concerned(problem))
                .all(|field| field.page() >= page),
            Page::Run => ran,
            Page::Connected => ran && matches!(result(model), Some(PlanResult::Done { .. })),
        }
    }

    /// Shows a page. The focus goes to its first field; without fields to Back, so that Enter starts nothing unseen.
    pub(super) fn turn_to(&mut self, page: Page) {
        self.page = page;
        match page {
            Page::Credentials => self.inputs.focus(Field::first(self.form.cloud)),
            Page::Certificates if self.form.roles().contains(&Role::Certificate) => {
                self.inputs.focus(Field::Certificate);
            }
            Page::Certificates => self.arriving = Arriving::Yes,
            Page::Network => self.inputs.focus(Field::Ssid),
            Page::Review | Page::Run | Page::Connected => self.arriving = Arriving::Yes,
        }
    }

    /// Alt and an arrow lead on and back. Nothing is ever started by them.
    pub(super) fn keys(&mut self, ui: &Ui, model: &Model, actions: &mut Actions) {
        let (on, back) = ui.input_mut(|input| {
            let on = input.consume_key(Modifiers::ALT, Key::ArrowRight);
            (on, input.consume_key(Modifiers::ALT, Key::ArrowLeft))
        });
        if on && self.page < Page::Review {
            self.go_on(actions);
        }
        if back && let Some(page) = self.back(model) {
            self.turn_to(page);
        }
    }

    /// The row of buttons below the page.
    pub(super) fn footer(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        ui.separator();
        ui.scope_builder(UiBuilder::new().scope_id(Id::unique("wizard footer")), |ui| {
            widgets::column(ui, |ui| {
                let row = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
                ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
                    self.back_button(ui, model);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        self.forward_buttons(ui, model, actions);
                    });
                });
            });
        });
    }

    fn back_button(&mut self, ui: &mut Ui, model: &Model) {
        let back = self.back(model);
        let button = ui.add_enabled_ui(back.is_some(), |ui| widgets::secondary_button(ui, "Back")).inner;
        if self.arriving == Arriving::Yes && button.enabled() {
            button.request_focus();
        }
        self.arriving = Arriving::No;
        if let Some(page) = back.filter(|_| button.clicked()) {
            self.turn_to(page);
        }
    }

    fn forward_buttons(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let forward = self.forward(model);
        let obstacle = self.obstacle(&forward, model);
        let button = ui.add_enabled_ui(obstacle.is_none(), |ui| forward.button(ui)).inner;
        if button.clicked() {
            self.carry_out(&forward, model, actions);
        }
        if let Some(field) = self.culprit(model) {
            let text = format!("Back to {}", field.page().title().to_lowercase());
            if widgets::secondary_button(ui, &text).clicked() {
                self.turn_to(field.page());
                self.inputs.leave([field]);
                self.inputs.focus(field);
            }
        }
        if let Some(obstacle) = obstacle {
            ui.add_space(space::XS);
            widgets::hint(ui, obstacle);
        }
    }

    fn forward(&self, model: &Model) -> Forward {
        match self.page {
            Page::Credentials | Page::Certificates | Page::Network => Forward::Next,
            Page::Review => Forward::SetUp("Set up module"),
            Page::Run => match result(model) {
                None if model.activity == Activity::TidyingUp => Forward::Cancel("Drop the line"),
                None => Forward::Cancel("Cancel the set-up"),
                Some(PlanResult::Done { .. }) => Forward::Look,
                Some(PlanResult::Failed(_) | PlanResult::Cancelled) => Forward::SetUp("Try again from here"),
            },
            Page::Connected => Forward::Another,
        }
    }

    /// Why the way on is barred.
    fn obstacle(&self, forward: &Forward, model: &Model) -> Option<&'static str> {
        match forward {
            Forward::Next | Forward::Look | Forward::Another => None,
            Forward::Cancel(_) if model.activity == Activity::TidyingUp => None,
            Forward::Cancel(_) => (self.cancelling == Cancelling::Asked).then_some("Waiting for the module"),
            Forward::SetUp(_) if !model.line.is_open() => Some("No module is connected"),
            Forward::SetUp(_) if model.module.identity.is_none() => Some("No module answers"),
            Forward::SetUp(_) if !model.is_free() => Some("Something else is under way with the module"),
            Forward::SetUp(_) if self.ready(model).is_none() => {
                Some("The set-up cannot be carried out like this")
            }
            Forward::SetUp(_) => self.disagreement(model),
        }
    }

    fn carry_out(&mut self, forward: &Forward, model: &Model, actions: &mut Actions) {
        match forward {
            Forward::Next => self.go_on(actions),
            Forward::SetUp(_) => self.set_up(model, actions),
            Forward::Cancel(_) => {
                self.cancelling = Cancelling::Asked;
                actions.push(Action::Cancel);
            }
            Forward::Look => self.turn_to(Page::Connected),
            Forward::Another => self.turn_to(Page::Review),
        }
    }

    /// Shows the next page, or what is wrong on this one.
    pub(super) fn go_on(&mut self, actions: &mut Actions) {
        let page = self.page;
        let wrong = self
            .problems()
            .iter()
            .filter_map(|problem| self.concerned(problem))
            .filter(|field| field.page() == page)
            .min();
        if let Some(first) = wrong {
            self.inputs.leave(Field::ALL.into_iter().filter(|field| field.page() == page));
            self.inputs.focus(first);
        } else if let Some(next) = page.next() {
            self.hide_secrets(actions);
            self.turn_to(next);
        }
    }

    /// Sends the plan off. What was typed as a secret is hidden before anything can echo it.
    fn set_up(&mut self, model: &Model, actions: &mut Actions) {
        let Some((plan, target, module)) = self.ready(model) else { return };
        self.hide_secrets(actions);
        actions.wish(Wish::Run(plan));
        self.target = Some(target);
        self.last_module = Some(module);
        self.cancelling = Cancelling::No;
        self.turn_to(Page::Run);
    }

    /// The plan for the connected module, what it connects to, and the module's name; if all of it is right.
    fn ready(&self, model: &Model) -> Option<(Plan, Target, String)> {
        let identity = model.module.identity.as_ref()?;
        let facts = Facts::of(identity);
        let job = self.judgement.as_ref()?.as_ref().ok()?;
        let reviewed = self.reviewed.as_ref().filter(|reviewed| reviewed.is_for(&facts))?;
        let plan = reviewed.plan.as_ref().ok()?.clone();
        Some((plan, Target::of(self.form.cloud, job, &facts), review::serial(identity).to_owned()))
    }

    fn disagreement(&self, model: &Model) -> Option<&'static str> {
        let identity = model.module.identity.as_ref()?;
        let agreed = self.agreed_module.as_deref() == Some(review::serial(identity));
        if self.is_another(identity) && !agreed {
            return Some("Another module than last time");
        }
        let job = self.judgement.as_ref()?.as_ref().ok()?;
        let agreed = self.agreed_remarks == job.remarks;
        (!job.remarks.is_empty() && !agreed).then_some("The files need a look first")
    }

    fn hide_secrets(&self, actions: &mut Actions) {
        self.form.secrets().for_each(|secret| actions.order(Order::Hide(secret)));
    }

    /// The page to go back to.
    fn back(&self, model: &Model) -> Option<Page> {
        let barred = (self.page == Page::Run && model.is_running()) || self.page == Page::Connected;
        self.page.previous().filter(|_| !barred)
    }

    /// Where the problem that stopped the set-up, or bars it, is mended.
    fn culprit(&self, model: &Model) -> Option<Field> {
        match (self.page, result(model)) {
            (Page::Run, Some(PlanResult::Failed(problem))) => self.concerned(problem),
            (Page::Review, _) => self.bars().iter().find_map(|problem| self.concerned(problem)),
            _ => None,
        }
    }

    /// The field where a person mends a problem.
    fn concerned(&self, problem: &Problem) -> Option<Field> {
        Field::concerned(problem, self.form.cloud)
    }

    fn problems(&self) -> &[Problem] {
        super::problems(self.judgement.as_ref())
    }
}

fn result(model: &Model) -> Option<&PlanResult> {
    model.run.as_ref()?.result.as_ref()
}
