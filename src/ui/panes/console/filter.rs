//! Which lines are shown: by their kind, by a text in them, and without the answers that were folded away.

use std::collections::BTreeSet;

use egui::{Response, Ui};

use crate::model::{ConsoleLine, LineKind};
use crate::session::WireKind;
use crate::ui::panes::pattern::Pattern;
use crate::ui::widgets;

/// What the choice of kinds is called.
const KINDS: &str = "Kinds of lines";

/// Which kinds of lines are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kinds {
    #[default]
    All,
    Errors,
    /// What was sent, and how it was answered.
    Commands,
    Unsolicited,
}

impl Kinds {
    const ALL: [(Self, &'static str); 4] = [
        (Self::All, "All kinds of lines"),
        (Self::Errors, "Errors only"),
        (Self::Commands, "Commands and answers"),
        (Self::Unsolicited, "Unsolicited lines only"),
    ];

    /// A choice of one of them.
    pub(super) fn choice(&mut self, ui: &mut Ui) -> Response {
        let text = Self::ALL.iter().find(|(kind, _)| kind == self).map_or("", |(_, text)| *text);
        let combo = widgets::combo(KINDS, 180.0).selected_text(text).show_ui(ui, |ui| {
            for (kind, text) in Self::ALL {
                ui.selectable_value(self, kind, text);
            }
        });
        combo.response.accessible_name(KINDS)
    }

    fn admits(self, kind: LineKind) -> bool {
        match (self, kind) {
            (Self::All, _) => true,
            (Self::Errors, LineKind::Wire(_, kind)) => matches!(kind, WireKind::Error | WireKind::Noise),
            // A lost link is one as well.
            (Self::Errors, kind) => kind.is_bar(),
            (Self::Commands, LineKind::Wire(_, kind)) => matches!(
                kind,
                WireKind::Command
                    | WireKind::Answer
                    | WireKind::Ok
                    | WireKind::Error
                    | WireKind::Prompt
                    | WireKind::Upload
            ),
            (Self::Unsolicited, LineKind::Wire(_, kind)) => kind == WireKind::Unsolicited,
            (Self::Commands | Self::Unsolicited, _) => false,
        }
    }
}

/// Which answers are folded away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Folds {
    way: Way,
    /// Commands for which it is the other way round, by their ids.
    others: BTreeSet<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Way {
    #[default]
    Open,
    Folded,
}

impl Folds {
    /// Folds or unfolds the answer to this command.
    pub(super) fn toggle(&mut self, id: u64) {
        if !self.others.remove(&id) {
            self.others.insert(id);
        }
    }

    /// Folds all answers, or unfolds all.
    pub(super) fn toggle_all(&mut self) {
        let way = if self.way == Way::Open { Way::Folded } else { Way::Open };
        *self = Self { way, others: BTreeSet::new() };
    }

    /// What doing so is called.
    pub(super) const fn toggle_all_label(&self) -> &'static str {
        match self.way {
            Way::Open => "Fold all answers",
            Way::Folded => "Unfold all answers",
        }
    }

    /// Whether the answer to this command is folded away.
    pub(super) fn is_folded(&self, id: u64) -> bool {
        (self.way == Way::Folded) != self.others.contains(&id)
    }

    fn is_nothing(&self) -> bool {
        self.way == Way::Open && self.others.is_empty()
    }
}

/// Everything that decides whether a line is shown.
pub(super) struct Filter<'a> {
    pub(super) kinds: Kinds,
    pub(super) folds: &'a Folds,
    pub(super) condition: Option<&'a Pattern>,
}

impl Filter<'_> {
    /// Whether every line is shown.
    pub(super) fn is_all(&self) -> bool {
        self.kinds == Kinds::All && self.folds.is_nothing() && self.condition.is_none()
    }

    pub(super) fn admits(&self, line: &ConsoleLine) -> bool {
        self.kinds.admits(line.kind)
            && !line.answers.is_some_and(|id| self.folds.is_folded(id))
            && self.condition.is_none_or(|pattern| pattern.is_in(&line.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;
    use crate::session::Direction;

    fn line(id: u64, kind: WireKind, answers: Option<u64>) -> ConsoleLine {
        let kind = LineKind::Wire(Direction::Received, kind);
        ConsoleLine { id, at: Moment::START, kind, text: String::new(), answers }
    }

    #[test]
    fn a_folded_answer_is_not_shown_and_its_command_is() {
        let mut folds = Folds::default();
        let shown = |folds: &Folds| {
            let filter = Filter { kinds: Kinds::All, folds, condition: None };
            [line(0, WireKind::Command, None), line(1, WireKind::Ok, Some(0)), line(3, WireKind::Ok, Some(2))]
                .map(|line| filter.admits(&line))
        };
        folds.toggle(0);
        assert_eq!(shown(&folds), [true, false, true]);
        folds.toggle_all();
        assert_eq!(shown(&folds), [true, false, false]);
        folds.toggle(2);
        assert_eq!(shown(&folds), [true, false, true]);
        folds.toggle_all();
        assert_eq!(shown(&folds), [true; 3]);
        assert!(Filter { kinds: Kinds::All, folds: &folds, condition: None }.is_all());
    }

    #[test]
    fn kinds_admit_what_they_say() {
        let admitted = |kinds: Kinds| {
            [WireKind::Command, WireKind::Echo, WireKind::Error, WireKind::Unsolicited, WireKind::Noise]
                .map(|kind| kinds.admits(LineKind::Wire(Direction::Received, kind)))
        };
        assert_eq!(admitted(Kinds::Errors), [false, false, true, false, true]);
        assert_eq!(admitted(Kinds::Commands), [true, false, true, false, false]);
        assert_eq!(admitted(Kinds::Unsolicited), [false, false, false, true, false]);
        assert!(!Kinds::Unsolicited.admits(LineKind::Note) && Kinds::All.admits(LineKind::Note));
    }
}
