//! How far the module is on its way to the cloud, each stage with its time and its evidence: what the stage bar shows.
//! A stage that nothing proves is never called done.

use std::time::Duration;

use super::run::Run;
use crate::moment::Moment;
use crate::plan;
use crate::problem::Problem;
use crate::session::{Direction, PeerEvent, PlanEvent, PlanResult, StepState, WifiEvent};

/// The stages, in order. What the module does not tell apart is one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageName {
    Port,
    Answers,
    Known,
    Wifi,
    Address,
    /// Name lookup, TCP, TLS and MQTT: the module reports only that all of them are done.
    Cloud,
    FirstOut,
    FirstIn,
}

impl StageName {
    pub const ALL: [Self; 8] = [
        Self::Port,
        Self::Answers,
        Self::Known,
        Self::Wifi,
        Self::Address,
        Self::Cloud,
        Self::FirstOut,
        Self::FirstIn,
    ];

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Port => "Port",
            Self::Answers => "Answers AT",
            Self::Known => "Known",
            Self::Wifi => "Wi-Fi",
            Self::Address => "Address",
            Self::Cloud => "TLS and MQTT",
            Self::FirstOut => "First message out",
            Self::FirstIn => "First message in",
        }
    }
}

/// A stage and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    pub name: StageName,
    pub progress: Progress,
}

/// How far a stage is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Progress {
    #[default]
    Pending,
    Running {
        since: Moment,
    },
    Done {
        at: Moment,
        /// `None` if nothing says when it began, as with a message a person sends some time.
        took: Option<Duration>,
        evidence: Option<Evidence>,
    },
    Failed(Problem),
}

/// Where the proof of a stage is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The line of the console with this id.
    Console(u64),
    /// The row of the traffic with this id.
    Traffic(u64),
}

/// All stages, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Stages([Stage; 8]);

impl Default for Stages {
    fn default() -> Self {
        Self(StageName::ALL.map(|name| Stage { name, progress: Progress::Pending }))
    }
}

impl Stages {
    pub fn iter(&self) -> impl Iterator<Item = &Stage> {
        self.0.iter()
    }

    /// How far this stage is.
    pub fn progress(&self, name: StageName) -> &Progress {
        const NOT_YET: &Progress = &Progress::Pending;
        self.0.iter().find(|stage| stage.name == name).map_or(NOT_YET, |stage| &stage.progress)
    }

    pub(super) fn opening(&mut self, now: Moment) {
        *self = Self::default();
        self.running(StageName::Port, now);
    }

    /// What is done stays done until something says otherwise.
    pub(super) fn running(&mut self, name: StageName, now: Moment) {
        if !matches!(self.progress(name), Progress::Done { .. } | Progress::Running { .. }) {
            self.set(name, Progress::Running { since: now });
        }
    }

    pub(super) fn done(&mut self, name: StageName, now: Moment, evidence: Option<Evidence>) {
        let took = match self.progress(name) {
            Progress::Done { .. } => return,
            Progress::Running { since } => Some(now.since(*since)),
            Progress::Pending | Progress::Failed(_) => None,
        };
        self.set(name, Progress::Done { at: now, took, evidence });
        if name == StageName::Answers {
            self.running(StageName::Known, now);
        }
    }

    /// A stage fails, and with it nothing behind it holds any longer.
    pub(super) fn failed(&mut self, name: StageName, problem: &Problem) {
        self.pending_from(name);
        self.set(name, Progress::Failed(problem.clone()));
    }

    pub(super) fn restarted(&mut self) {
        self.pending_from(StageName::Wifi);
    }

    /// What failed the last time is tried again.
    pub(super) fn plan_started(&mut self) {
        for stage in &mut self.0 {
            if matches!(stage.progress, Progress::Failed(_)) {
                stage.progress = Progress::Pending;
            }
        }
    }

    pub(super) fn handle_wifi(&mut self, event: &WifiEvent, now: Moment, evidence: Option<Evidence>) {
        match event {
            WifiEvent::LinkUp { .. } | WifiEvent::Network { .. } => {
                self.done(StageName::Wifi, now, evidence);
                self.running(StageName::Address, now);
            }
            WifiEvent::Address(_) => self.done(StageName::Address, now, evidence),
            WifiEvent::LinkDown(_) => self.lost_from(StageName::Wifi, now),
            WifiEvent::Down => self.lost_from(StageName::Address, now),
            WifiEvent::Signal(_) | WifiEvent::NetworkUp | WifiEvent::Status(_) | WifiEvent::Scanned(_) => {}
        }
    }

    pub(super) fn handle_peer(&mut self, event: &PeerEvent, now: Moment, evidence: Option<Evidence>) {
        match event {
            PeerEvent::Connected { .. } => self.done(StageName::Cloud, now, evidence),
            PeerEvent::Disconnected { .. } => self.lost_from(StageName::Cloud, now),
            PeerEvent::Channel { .. } => {}
        }
    }

    /// Payload proves something only while somebody is connected to take it or give it.
    pub(super) fn handle_message(&mut self, direction: Direction, connected: bool, at: Moment, row: u64) {
        let name = match direction {
            Direction::Sent => StageName::FirstOut,
            Direction::Received => StageName::FirstIn,
        };
        if connected {
            self.done(name, at, Some(Evidence::Traffic(row)));
        }
    }

    pub(super) fn handle_plan(&mut self, run: &Run, event: &PlanEvent, now: Moment) {
        match event {
            PlanEvent::Step { index, state, .. } => {
                let Some(name) = run.steps.get(*index).and_then(|step| stage_of(step.stage)) else { return };
                match state {
                    StepState::Running | StepState::TryingAgain { .. } => self.running(name, now),
                    StepState::Failed(problem) => self.failed(name, problem),
                    StepState::Done | StepState::Skipped => {}
                }
            }
            PlanEvent::Finished(PlanResult::Failed(_) | PlanResult::Cancelled) => self.stop_running(),
            PlanEvent::Finished(PlanResult::Done { .. }) | PlanEvent::Started { .. } => {}
        }
    }

    /// A stage that runs and does not hold any longer keeps running: it is being tried again.
    fn lost_from(&mut self, name: StageName, now: Moment) {
        let under_way = matches!(self.progress(name), Progress::Running { .. });
        self.pending_from(name);
        if under_way {
            self.running(name, now);
        }
    }

    fn stop_running(&mut self) {
        for stage in &mut self.0 {
            if matches!(stage.progress, Progress::Running { .. }) {
                stage.progress = Progress::Pending;
            }
        }
    }

    fn pending_from(&mut self, first: StageName) {
        for stage in self.0.iter_mut().filter(|stage| stage.name >= first) {
            stage.progress = Progress::Pending;
        }
    }

    fn set(&mut self, name: StageName, progress: Progress) {
        if let Some(stage) = self.0.iter_mut().find(|stage| stage.name == name) {
            stage.progress = progress;
        }
    }
}

/// The stage a step of a plan works on; uploads and the restart at the end are none of the way to the cloud.
const fn stage_of(stage: plan::Stage) -> Option<StageName> {
    match stage {
        plan::Stage::Known => Some(StageName::Known),
        plan::Stage::Wifi => Some(StageName::Wifi),
        plan::Stage::Address => Some(StageName::Address),
        plan::Stage::Cloud => Some(StageName::Cloud),
        plan::Stage::Credentials | plan::Stage::Finish => None,
    }
}
