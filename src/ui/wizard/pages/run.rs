//! The set-up under way, and how it ended.

use egui::{Align, Button, Color32, Layout, ProgressBar, Response, RichText, Ui};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_CHECK_CIRCLE, ICON_ERROR, ICON_PENDING, ICON_RADIO_BUTTON_UNCHECKED, ICON_SKIP_NEXT,
    ICON_STOP_CIRCLE,
};

use crate::model::{Model, Run, RunStep};
use crate::moment::Moment;
use crate::session::{PlanResult, StepState};
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};

pub(in crate::ui::wizard) fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let Some(run) = &model.run else {
        widgets::hint(ui, "Nothing has run so far");
        return;
    };
    progress(ui, run, model.now);
    match &run.result {
        Some(PlanResult::Failed(problem)) => widgets::problem_box(ui, problem),
        Some(PlanResult::Cancelled) => {
            widgets::remark(
                ui,
                Tone::Warn,
                "The set-up was cancelled; what was done so far stays on the module",
            );
        }
        Some(PlanResult::Done { .. }) | None => {}
    }
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::M;
        for (index, step) in run.steps.iter().enumerate() {
            let shown = ui.push_id(index, |ui| row(ui, step, run, model.now, actions)).response;
            if Some(index) == run.current() {
                keep_in_view(ui, index, &shown);
            }
        }
    });
}

/// Scrolls to a step when it begins or fails; afterwards the person may scroll away.
fn keep_in_view(ui: &Ui, index: usize, shown: &Response) {
    let id = ui.scope_id().with("step in view");
    let before = ui.data(|data| data.get_temp::<usize>(id));
    if before != Some(index) {
        ui.data_mut(|data| data.insert_temp(id, index));
        shown.scroll_to_me(Some(Align::Center));
    }
}

fn progress(ui: &mut Ui, run: &Run, now: Moment) {
    let (done, of) = (run.done(), run.steps.len());
    let time = widgets::duration(run.time(now));
    let text = match &run.result {
        None => format!("{done} of {of} steps done, {time}"),
        Some(PlanResult::Done { .. }) => format!("Done in {time}"),
        Some(PlanResult::Failed(_)) => format!("Failed after {time}, {done} of {of} steps are done"),
        Some(PlanResult::Cancelled) => format!("Cancelled after {time}, {done} of {of} steps are done"),
    };
    let share = if of == 0 { 0.0 } else { done as f32 / of as f32 };
    widgets::hint(ui, text);
    let bar = ProgressBar::new(share).desired_height(space::XS).fill(Tokens::of(ui).accent_fill);
    ui.add(bar).accessible_name("Progress of the set-up");
}

fn row(ui: &mut Ui, step: &RunStep, run: &Run, now: Moment, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    let (icon, color, word) = face(step, run, tokens);
    ui.horizontal_top(|ui| {
        widgets::icon(ui, icon, color);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            ui.spacing_mut().interact_size.y = 0.0;
            title_row(ui, step, RichText::new(state_text(step, word, now)).small().color(color), actions);
            for command in &step.commands {
                let text = RichText::new(command).monospace().color(tokens.text_weak);
                ui.add(egui::Label::new(text).wrap());
            }
            if let Some(StepState::TryingAgain { because, .. }) = &step.state {
                widgets::small(ui, format!("Trying again: {}", because.message));
            }
        });
    });
}

/// The title at the left, cut where it has no room; a step that has begun leads to its lines. The state at the right.
fn title_row(ui: &mut Ui, step: &RunStep, state: RichText, actions: &mut Actions) {
    let color = Tokens::of(ui).text_strong;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(state);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let title = RichText::new(&step.title).color(color);
                let Some(evidence) = step.evidence else {
                    widgets::truncated(ui, title);
                    return;
                };
                let button = ui.add(Button::new(title).frame(false).truncate());
                if button.on_hover_text("Show its lines in the console").clicked() {
                    actions.push(Action::ShowEvidence(evidence));
                }
            });
        });
    });
}

/// The icon of a step, its colour, and its state in a word.
fn face(step: &RunStep, run: &Run, tokens: &Tokens) -> (MaterialIcon, Color32, &'static str) {
    match &step.state {
        None => (ICON_RADIO_BUTTON_UNCHECKED, tokens.text_weak, "waiting"),
        Some(StepState::Running | StepState::TryingAgain { .. }) if !run.is_under_way() => {
            (ICON_STOP_CIRCLE, tokens.text_weak, "stopped")
        }
        Some(StepState::Running | StepState::TryingAgain { .. }) => (ICON_PENDING, tokens.accent, "running"),
        Some(StepState::Done) => (ICON_CHECK_CIRCLE, tokens.ok, "done"),
        Some(StepState::Skipped) => (ICON_SKIP_NEXT, tokens.ok, "already done"),
        Some(StepState::Failed(_)) => (ICON_ERROR, tokens.danger, "failed"),
    }
}

fn state_text(step: &RunStep, word: &str, now: Moment) -> String {
    match &step.state {
        None | Some(StepState::Skipped) => word.to_owned(),
        Some(StepState::TryingAgain { attempt, .. }) => {
            format!("{word}, attempt {attempt}, {}", widgets::duration(step.time(now)))
        }
        Some(StepState::Running | StepState::Done | StepState::Failed(_)) => {
            format!("{word}, {}", widgets::duration(step.time(now)))
        }
    }
}
