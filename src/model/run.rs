//! The plan that runs or ran last: its steps with their commands, states and times, and how it ended.

use std::time::Duration;

use super::stages::Evidence;
use crate::moment::Moment;
use crate::plan::{Plan, Stage, Step};
use crate::problem::Problem;
use crate::session::{PlanEvent, PlanResult, StepState};

/// One run of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub steps: Vec<RunStep>,
    pub started: Moment,
    pub ended: Option<Moment>,
    /// `None` while it runs.
    pub result: Option<PlanResult>,
    begun: Begun,
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunStep {
    pub title: String,
    pub stage: Stage,
    /// As they may be shown: secrets as dots.
    pub commands: Vec<String>,
    /// `None` while its turn has not come.
    pub state: Option<StepState>,
    /// When it began, once it has.
    pub since: Option<Moment>,
    /// Where its lines in the console begin, once it has begun.
    pub evidence: Option<Evidence>,
    /// How long it took; while it runs, see [`Self::time`].
    pub elapsed: Duration,
}

/// Whether the session has said that it carries the plan out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begun {
    No,
    Yes,
}

impl Run {
    pub(super) fn new(plan: &Plan, now: Moment) -> Self {
        let steps = plan.steps.iter().map(RunStep::new).collect();
        Self { steps, started: now, ended: None, result: None, begun: Begun::No }
    }

    /// Whether it has not ended yet.
    pub fn is_under_way(&self) -> bool {
        self.result.is_none()
    }

    /// How long it has run, or ran.
    pub fn time(&self, now: Moment) -> Duration {
        self.ended.unwrap_or(now).since(self.started)
    }

    /// How many steps are done or were found done.
    pub fn done(&self) -> usize {
        let done = |step: &&RunStep| matches!(step.state, Some(StepState::Done | StepState::Skipped));
        self.steps.iter().filter(done).count()
    }

    /// The index of the step that runs now, or of the one that failed.
    pub fn current(&self) -> Option<usize> {
        self.steps.iter().rposition(|step| {
            matches!(
                step.state,
                Some(StepState::Running | StepState::TryingAgain { .. } | StepState::Failed(_))
            )
        })
    }

    /// The step that runs now, or the one that failed.
    pub fn present(&self) -> Option<&RunStep> {
        self.steps.get(self.current()?)
    }

    pub(super) fn is_awaiting_start(&self) -> bool {
        self.begun == Begun::No && self.is_under_way()
    }

    pub(super) fn refused(&mut self, problem: Problem, now: Moment) {
        self.end(PlanResult::Failed(problem), now);
    }

    /// `next` is the line of the console that comes next.
    pub(super) fn handle(&mut self, event: PlanEvent, next: Evidence, now: Moment) {
        match event {
            PlanEvent::Started { .. } => self.begun = Begun::Yes,
            PlanEvent::Step { index, state, elapsed } => {
                if let Some(step) = self.steps.get_mut(index) {
                    step.since.get_or_insert(now);
                    step.evidence.get_or_insert(next);
                    step.state = Some(state);
                    step.elapsed = elapsed;
                }
            }
            PlanEvent::Finished(result) => self.end(result, now),
        }
    }

    fn end(&mut self, result: PlanResult, now: Moment) {
        self.result = Some(result);
        self.ended = Some(now);
    }
}

impl RunStep {
    fn new(step: &Step) -> Self {
        Self {
            title: step.title.clone(),
            stage: step.stage,
            commands: step.shown_commands(),
            state: None,
            since: None,
            evidence: None,
            elapsed: Duration::ZERO,
        }
    }

    /// How long it has run, or ran; zero before its turn.
    pub fn time(&self, now: Moment) -> Duration {
        match (&self.state, self.since) {
            (Some(StepState::Running | StepState::TryingAgain { .. }), Some(since)) => now.since(since),
            _ => self.elapsed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Act;
    use crate::problem::Kind;

    fn run() -> Run {
        let step = |title: &str| Step::new(Stage::Wifi, title, vec![Act::LeaveNetwork]);
        Run::new(&Plan { steps: vec![step("Leave"), step("Join")] }, Moment::from_millis(1000))
    }

    fn step(index: usize, state: StepState, millis: u64) -> PlanEvent {
        PlanEvent::Step { index, state, elapsed: Duration::from_millis(millis) }
    }

    #[test]
    fn a_running_step_counts_by_the_clock_and_a_done_one_keeps_its_time() {
        let mut run = run();
        run.handle(step(0, StepState::Running, 0), Evidence::Console(7), Moment::from_millis(2000));
        assert_eq!(run.steps[0].time(Moment::from_millis(2500)), Duration::from_millis(500));
        run.handle(step(0, StepState::Done, 700), Evidence::Console(9), Moment::from_millis(2700));
        assert_eq!(run.steps[0].time(Moment::from_millis(9000)), Duration::from_millis(700));
        assert_eq!(run.steps[0].evidence, Some(Evidence::Console(7)), "its first line, not its last");
        assert_eq!(
            (run.done(), run.steps[0].commands.as_slice()),
            (1, ["AT+UWSCA=0,4".to_owned()].as_slice())
        );
    }

    #[test]
    fn the_end_of_a_run_stops_its_clock() {
        let mut run = run();
        run.handle(PlanEvent::Started { of: 2 }, Evidence::Console(0), Moment::from_millis(1000));
        run.handle(
            PlanEvent::Finished(PlanResult::Cancelled),
            Evidence::Console(0),
            Moment::from_millis(4000),
        );
        assert!(!run.is_under_way());
        assert_eq!(run.time(Moment::from_millis(9000)), Duration::from_secs(3));
    }

    #[test]
    fn a_plan_that_is_refused_has_failed() {
        let mut run = run();
        assert!(run.is_awaiting_start());
        run.refused(Problem::new(Kind::ModuleBusy, "busy", "wait"), Moment::from_millis(1001));
        assert!(matches!(run.result, Some(PlanResult::Failed(_))));
    }
}
