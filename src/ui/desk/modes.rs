//! Ways out of extended data mode: a person is asked first, and what the restart took away is set up again if they want it.

use super::Desk;
use crate::model::{News, Order, Run};
use crate::plan::{Mode, Plan};
use crate::session::{Activity, Event, PlanResult, Wish};
use crate::ui::dialogs::Dialog;
use crate::ui::leaving::{AfterRestart, Leaving};

/// What is still to be done until the module is connected again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Again {
    /// The mode that is wanted in the end.
    mode: Mode,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Restarting,
    Running,
}

impl Desk {
    pub(super) fn enter(&mut self, mode: Mode) {
        if self.model.mode == Some(Mode::Extended) && mode != Mode::Extended {
            let offer =
                if self.can_connect_again() { AfterRestart::ConnectAgain } else { AfterRestart::Mode };
            self.dialog = Dialog::Leave(Leaving { mode, offer });
        } else {
            self.order(Order::Wish(Wish::Enter(mode)));
        }
    }

    /// Whether the last set-up made a connection, and does not need the mode that is to be left.
    fn can_connect_again(&self) -> bool {
        let stays = |plan: &Plan| {
            plan.shown_commands().iter().any(|(_, command)| command == Mode::Extended.command())
        };
        self.model.run.as_ref().is_some_and(is_done) && self.plan.as_ref().is_some_and(|plan| !stays(plan))
    }

    pub(super) fn leave(&mut self, mode: Mode, then: AfterRestart) {
        match then {
            AfterRestart::Mode => self.order(Order::Wish(Wish::RestartInto(mode))),
            AfterRestart::ConnectAgain => {
                self.again = Some(Again { mode, stage: Stage::Restarting });
                self.order(Order::Wish(Wish::RestartInto(Mode::Command)));
            }
        }
    }

    /// What was begun goes on when the session is free again, and ends where something went wrong.
    pub(super) fn connect_again(&mut self, turn: Turn) {
        if turn == Turn::Line {
            // A set-up belongs to the module that it was made for.
            self.plan = None;
        }
        let Some(Again { mode, stage }) = self.again.take() else { return };
        let present = self.model.mode;
        match (turn, stage, &self.plan) {
            (Turn::Free, Stage::Restarting, Some(plan)) if present == Some(Mode::Command) => {
                let plan = plan.clone();
                self.again = Some(Again { mode, stage: Stage::Running });
                self.order(Order::Wish(Wish::Run(plan)));
            }
            (Turn::Free, Stage::Running, _)
                if present != Some(mode) && self.model.run.as_ref().is_some_and(is_done) =>
            {
                self.enter(mode);
            }
            _ => {}
        }
    }
}

/// What ends a step on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The session is free.
    Free,
    /// Something was refused, or nobody answers.
    Wrong,
    /// Another module may be heard next.
    Line,
}

impl Turn {
    pub(super) const fn of(news: &News) -> Option<Self> {
        match news {
            News::Session(Event::Activity(Activity::Nothing)) => Some(Self::Free),
            News::Session(Event::Refused(_) | Event::Silent(_)) => Some(Self::Wrong),
            News::Session(Event::Line(_)) => Some(Self::Line),
            _ => None,
        }
    }
}

fn is_done(run: &Run) -> bool {
    matches!(run.result, Some(PlanResult::Done { .. }))
}
