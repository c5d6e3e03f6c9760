//! The course of one `apply`, without I/O: find the module, make the plan for it, have it run, and say how it ended.

use super::report::{Outcome, Report};
use crate::module::Identity;
use crate::plan::{Facts, Plan, make};
use crate::problem::{Kind, Problem};
use crate::profile::{Cloud, Job, Then};
use crate::session::{Activity, Event, LineEvent, PlanEvent, PlanResult};

/// Where a set-up stands.
pub(super) struct Course {
    job: Job,
    stage: Stage,
}

enum Stage {
    /// The module is being found; what it said it is, once it did.
    Finding(Option<Box<Identity>>),
    Running,
}

/// What is to be done next.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    Wait,
    Run(Plan),
    Cancel,
    End(Outcome),
}

impl Course {
    /// The port is about to be opened.
    pub(super) fn new(job: Job) -> Self {
        Self { job, stage: Stage::Finding(None) }
    }

    /// Takes what the session told.
    pub(super) fn handle(&mut self, event: Event, report: &mut Report) -> Next {
        match event {
            Event::Identified(identity) => {
                if let Stage::Finding(found) = &mut self.stage {
                    *found = Some(identity);
                }
                Next::Wait
            }
            Event::Activity(Activity::Nothing) => self.idle(report),
            Event::Plan(event) => self.plan_went_on(event, report),
            // A plan that was under way has ended before this is told.
            Event::Line(LineEvent::Lost(problem)) | Event::Silent(problem) | Event::Refused(problem) => {
                fail(problem)
            }
            Event::Wire(_)
            | Event::Packet(_)
            | Event::Line(LineEvent::Opened | LineEvent::Closed)
            | Event::Mode(_)
            | Event::Restarted
            | Event::Wifi(_)
            | Event::Peer(_)
            | Event::Store(_)
            | Event::Macro(_)
            | Event::Unanswered(_)
            | Event::Search(_)
            | Event::Reported(_)
            | Event::LineSet(_)
            | Event::Ping(_)
            | Event::Reach(_)
            | Event::Activity(_) => Next::Wait,
        }
    }

    /// The person wants it to end. While a plan runs, the module is brought back to a prompt first.
    pub(super) fn interrupt(&self) -> Next {
        match self.stage {
            Stage::Finding(_) => Next::End(Outcome::Cancelled),
            Stage::Running => Next::Cancel,
        }
    }

    /// The module is found, and free for the plan.
    fn idle(&mut self, report: &mut Report) -> Next {
        let Stage::Finding(found) = &mut self.stage else { return Next::Wait };
        let Some(identity) = found.take() else { return Next::Wait };
        self.stage = Stage::Running;
        match make(&self.job, &Facts::of(&identity)) {
            Ok(plan) => {
                report.planned(&plan);
                Next::Run(plan)
            }
            Err(problems) => Next::End(Outcome::Failed(problems)),
        }
    }

    fn plan_went_on(&self, event: PlanEvent, report: &mut Report) -> Next {
        match event {
            PlanEvent::Started { of } => report.has_steps(of),
            PlanEvent::Step { index, state, elapsed } => report.step(index, &state, elapsed),
            PlanEvent::Finished(PlanResult::Done { bound }) => return Next::End(self.done(bound)),
            PlanEvent::Finished(PlanResult::Failed(problem)) => return fail(problem),
            PlanEvent::Finished(PlanResult::Cancelled) => return Next::End(Outcome::Cancelled),
        }
        Next::Wait
    }

    /// What scripts are told of values that a cloud gave: those that outlast the set-up.
    fn done(&self, bound: Vec<(String, String)>) -> Outcome {
        let lasting = bound.into_iter().filter(|(name, _)| name != "operation_id").collect();
        match &self.job.cloud {
            Cloud::AzureDps(cloud) if cloud.then == Then::Stop => Outcome::Registered(lasting),
            _ => Outcome::Connected(lasting),
        }
    }
}

fn fail(problem: Problem) -> Next {
    Next::End(match problem.kind {
        Kind::Cancelled => Outcome::Cancelled,
        _ => Outcome::Failed(vec![problem]),
    })
}

/// The thread that talks to the module has ended without being asked to.
pub(super) fn no_worker() -> Problem {
    Problem::new(
        Kind::Internal,
        "The thread that talks to the module has ended",
        "Report this as a fault of the program",
    )
}
