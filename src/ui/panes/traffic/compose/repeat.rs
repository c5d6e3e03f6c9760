//! Sending a message again and again until somebody stops it, or it cannot be sent any more.

use std::time::Duration;

use egui::{TextEdit, Ui};

use crate::messages::Schedule;
use crate::moment::Moment;
use crate::ui::theme::{self, Tokens};
use crate::ui::widgets;

/// The width of the field for milliseconds, in points.
const FIELD: f32 = 72.0;

/// How often, and whether it is under way.
#[derive(Debug)]
pub(super) struct Repeat {
    /// Milliseconds, as they are typed.
    every: String,
    schedule: Option<Schedule>,
    /// Why it ended by itself.
    ended: Option<String>,
}

impl Default for Repeat {
    fn default() -> Self {
        Self { every: "1000".to_owned(), schedule: None, ended: None }
    }
}

impl Repeat {
    pub(super) const fn is_running(&self) -> bool {
        self.schedule.is_some()
    }

    /// When the next message is due.
    pub(super) fn next(&self) -> Option<Moment> {
        self.schedule.as_ref().map(Schedule::next)
    }

    /// Whether a message is due now.
    pub(super) fn due(&mut self, now: Moment) -> bool {
        self.schedule.as_mut().is_some_and(|schedule| schedule.due(now))
    }

    pub(super) fn begin(&mut self, now: Moment) {
        self.ended = None;
        match self.period().and_then(|period| Schedule::begin(period, now).map_err(|problem| problem.message))
        {
            Ok(schedule) => self.schedule = Some(schedule),
            Err(why) => self.ended = Some(why),
        }
    }

    pub(super) fn stop(&mut self) {
        self.schedule = None;
    }

    /// It cannot go on.
    pub(super) fn end(&mut self, why: impl Into<String>) {
        self.schedule = None;
        self.ended = Some(why.into());
    }

    fn period(&self) -> Result<Duration, String> {
        let millis = self.every.trim().parse().map_err(|_| "Type a number of milliseconds".to_owned())?;
        Ok(Duration::from_millis(millis))
    }

    /// Draws how often; the button beside it begins or ends it. Gives whether it was pressed.
    pub(super) fn show(&mut self, ui: &mut Ui, is_possible: bool) -> bool {
        let is_running = self.is_running();
        widgets::small(ui, "Every");
        let size = egui::vec2(FIELD, theme::CONTROL_HEIGHT);
        let edit = TextEdit::singleline(&mut self.every);
        ui.add_enabled_ui(!is_running, |ui| {
            ui.allocate_ui(size, |ui| ui.add(widgets::sized(ui, edit))).inner.accessible_name("Milliseconds");
        });
        widgets::small(ui, "ms");
        let name = if is_running { "Stop repeating" } else { "Repeat" };
        let button = ui.add_enabled_ui(is_possible || is_running, |ui| widgets::secondary_button(ui, name));
        if let Some(why) = &self.ended {
            let text = egui::RichText::new(why).small().color(Tokens::of(ui).warn);
            ui.add(egui::Label::new(text).truncate());
        }
        button.inner.clicked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_due_at_once_and_then_on_each_beat_until_it_is_stopped() {
        let mut repeat = Repeat { every: "50".to_owned(), ..Repeat::default() };
        repeat.begin(Moment::from_millis(7));
        let due: Vec<_> = (0..300).filter(|at| repeat.due(Moment::from_millis(*at))).collect();
        assert_eq!(due, [7, 57, 107, 157, 207, 257]);
        repeat.stop();
        assert!(!repeat.due(Moment::from_millis(1000)));
    }

    #[test]
    fn a_wrong_period_begins_nothing_and_says_why() {
        for every in ["", "soon", "1", "999999999"] {
            let mut repeat = Repeat { every: every.to_owned(), ..Repeat::default() };
            repeat.begin(Moment::START);
            assert!(!repeat.is_running() && repeat.ended.is_some(), "{every}");
        }
    }
}
