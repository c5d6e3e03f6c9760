//! Carries out one plan: skips what is done already, tries again where the plan allows it, proves what was done.
//! What each act means on the wire stands in the files beside this one.

mod answers;
mod network;
mod peers;
mod question;
mod upload;

pub(super) use self::network::leave as leave_network;
pub(super) use self::peers::wait_until_closed;
pub(super) use self::upload::{limit as upload_limit, line_time as upload_line_time, upload};

use std::collections::VecDeque;
use std::time::Duration;

use self::peers::Peers;
use super::event::{Event, PlanEvent, StepState};
use super::modes;
use super::talk::{Notice, Stop, Talk, answered};
use crate::module::Urc;
use crate::moment::Moment;
use crate::plan::{Act, Bindings, Is, Mode, PeerName, Plan, Question, Step, Then, Tries};
use crate::problem::{Kind, Problem};

/// Carries out `plan`; gives what it bound.
pub(super) async fn run(talk: Talk, plan: Plan) -> Result<Bindings, Stop> {
    let mut runner = Runner { talk: talk.clone(), bindings: Bindings::default(), peers: Peers::default() };
    talk.tell(Event::Plan(PlanEvent::Started { of: plan.steps.len() }));
    // Commands would be payload for the cloud there.
    modes::enter_text_mode(&talk).await?;
    for (index, step) in plan.steps.iter().enumerate() {
        let result = runner.step(index, step).await;
        if let Err(stop) = result {
            runner.tidy_up(&stop).await;
            return Err(stop);
        }
    }
    Ok(runner.bindings)
}

/// What a running plan knows.
struct Runner {
    talk: Talk,
    bindings: Bindings,
    peers: Peers,
}

/// How an act ended, apart from failing.
enum Flow {
    Next,
    Again,
    Leave,
}

impl Runner {
    async fn step(&mut self, index: usize, step: &Step) -> Result<(), Stop> {
        let started = self.talk.now();
        let tell = |talk: &Talk, state: StepState| {
            let elapsed = talk.now().since(started);
            talk.tell(Event::Plan(PlanEvent::Step { index, state, elapsed }));
        };
        self.talk.check_cancelled()?;
        tell(&self.talk, StepState::Running);
        if let Some(question) = &step.already
            && self.holds(question).await?
        {
            tell(&self.talk, StepState::Skipped);
            return Ok(());
        }
        let mut attempt = 1;
        loop {
            match self.attempt(step).await {
                Ok(()) => {
                    tell(&self.talk, StepState::Done);
                    return Ok(());
                }
                Err(Stop::Problem(problem)) if attempt < step.tries.most && may_pass(&problem) => {
                    attempt += 1;
                    tell(&self.talk, StepState::TryingAgain { attempt, because: problem });
                    self.pause_before_trying_again(step.tries).await?;
                }
                Err(stop) => {
                    if let Stop::Problem(problem) = &stop {
                        tell(&self.talk, StepState::Failed(problem.clone()));
                    }
                    return Err(stop);
                }
            }
        }
    }

    async fn attempt(&mut self, step: &Step) -> Result<(), Stop> {
        self.acts(&step.act).await?;
        match &step.verify {
            Some(question) if !self.holds(question).await? => Err(question::not_so(question).into()),
            _ => Ok(()),
        }
    }

    async fn holds(&self, question: &Question) -> Result<bool, Stop> {
        match question {
            Question::Known(hole) => Ok(self.bindings.value(hole).is_ok()),
            question => question::holds(&self.talk, question).await,
        }
    }

    /// The pause ends early when the network comes up, which is what a refused connection often waits for
    /// (protocol.md §6.5).
    async fn pause_before_trying_again(&mut self, tries: Tries) -> Result<(), Stop> {
        let until = self.talk.now() + tries.pause;
        while let Some(notice) = self.talk.notice(until).await? {
            if matches!(notice, Notice::Urc(Urc::NetworkUp { .. })) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Carries out acts one after the other; repeats are worked off on a stack of their own, because a repeat may
    /// hold further ones.
    async fn acts(&mut self, acts: &[Act]) -> Result<(), Stop> {
        let mut todo: VecDeque<Turn<'_>> = VecDeque::from([Turn::once(acts)]);
        while let Some(turn) = todo.back_mut() {
            self.talk.check_cancelled()?;
            let Some(act) = turn.next_act() else {
                todo.pop_back();
                continue;
            };
            if let Act::Repeat { acts, pause, at_most, exhausted } = act {
                todo.push_back(Turn::repeated(acts, *pause, *at_most, exhausted));
                continue;
            }
            match self.act(act).await? {
                Flow::Next => {}
                Flow::Again => self.again(todo.back_mut()).await?,
                Flow::Leave => {
                    todo.pop_back();
                }
            }
        }
        Ok(())
    }

    async fn again(&mut self, turn: Option<&mut Turn<'_>>) -> Result<(), Stop> {
        let Some(turn) = turn else { return Ok(()) };
        let until = turn.start_over(self.talk.now())?;
        self.talk.pause(until).await;
        self.talk.check_cancelled()
    }

    async fn act(&mut self, act: &Act) -> Result<Flow, Stop> {
        match act {
            Act::Command { text, limit } => {
                let command = text.command(&self.bindings)?;
                let shown = command.shown().to_owned();
                answered(self.talk.ask(command, *limit).await, &shown)?;
            }
            Act::Upload(file) => {
                upload(&self.talk, file).await?;
            }
            Act::LeaveNetwork => network::leave(&self.talk).await?,
            Act::JoinNetwork { configuration, ssid, limit } => {
                network::join(&self.talk, *configuration, ssid, *limit).await?;
            }
            Act::CloseAllPeers => self.peers.close_all(&self.talk).await?,
            Act::ForgetDefaultPeer => peers::forget_default(&self.talk).await?,
            Act::Open { peer, url, limit, refused } => {
                let command = crate::plan::Text::new("AT+UDCP=").text(url.clone()).command(&self.bindings)?;
                self.peers.open(&self.talk, peer, command, *limit, refused).await?;
            }
            Act::Publish { peer, body } => {
                let body = body.command(&self.bindings)?;
                self.peers.publish(&self.talk, peer, body.wire().as_bytes())?;
            }
            Act::Await { peer, limit, cases } => return self.await_message(peer, *limit, cases).await,
            Act::Repeat { .. } => {}
            Act::Close { peer } => self.peers.close(&self.talk, peer).await?,
            Act::Enter(mode) => modes::enter(&self.talk, *mode).await?,
            Act::Restart => modes::restart(&self.talk).await?,
        }
        Ok(Flow::Next)
    }

    async fn await_message(
        &mut self,
        peer: PeerName,
        limit: Duration,
        cases: &[crate::plan::Case],
    ) -> Result<Flow, Stop> {
        let until = self.talk.now() + limit;
        let json = self.peers.answer(&self.talk, peer, until).await?.ok_or_else(|| no_answer(peer))?;
        let fits = |case: &&crate::plan::Case| case.when.iter().all(|(at, wanted)| is(&json, at, *wanted));
        let case = cases.iter().find(fits).ok_or_else(unreadable)?;
        for bind in &case.bind {
            let value = text_at(&json, bind.pointer).ok_or_else(unreadable)?;
            self.bindings.bind(bind.hole, bind.kind, value)?;
        }
        match &case.then {
            Then::Go => Ok(Flow::Next),
            Then::Again => Ok(Flow::Again),
            Then::Done => Ok(Flow::Leave),
            Then::Fail(problem) => Err(problem.clone().into()),
        }
    }

    /// After a cancelled or failed plan: peers it opened are closed, so that the module ends at a prompt with nothing
    /// half done. A module that restarted or is silent has nothing to tidy up.
    async fn tidy_up(&mut self, stop: &Stop) {
        if let Stop::Problem(problem) = stop
            && matches!(problem.kind, Kind::ModuleReset | Kind::ModuleSilent)
        {
            return;
        }
        self.talk.tell(Event::Activity(super::event::Activity::TidyingUp));
        self.talk.desk().cancelled = false;
        if self.talk.mode() == Some(Mode::Data) && modes::enter_text_mode(&self.talk).await.is_err() {
            // What would be sent now would be payload. That the plan has failed is told already.
            return;
        }
        self.peers.close_own(&self.talk).await;
    }
}

/// A list of acts under way.
struct Turn<'a> {
    acts: &'a [Act],
    next: usize,
    left: u32,
    pause: Duration,
    exhausted: Option<&'a Problem>,
}

impl<'a> Turn<'a> {
    const fn once(acts: &'a [Act]) -> Self {
        Self { acts, next: 0, left: 1, pause: Duration::ZERO, exhausted: None }
    }

    const fn repeated(acts: &'a [Act], pause: Duration, at_most: u32, exhausted: &'a Problem) -> Self {
        Self { acts, next: 0, left: at_most, pause, exhausted: Some(exhausted) }
    }

    fn next_act(&mut self) -> Option<&'a Act> {
        let act = self.acts.get(self.next)?;
        self.next += 1;
        Some(act)
    }

    /// Begins the next turn; gives the moment at which it may begin.
    fn start_over(&mut self, now: Moment) -> Result<Moment, Problem> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Err(self.exhausted.cloned().unwrap_or_else(nothing_to_repeat));
        }
        self.next = 0;
        Ok(now + self.pause)
    }
}

fn is(json: &serde_json::Value, pointer: &str, wanted: Is) -> bool {
    let Some(value) = json.pointer(pointer) else { return false };
    match wanted {
        Is::Text(text) => value.as_str() == Some(text),
        Is::OtherThan(text) => value.as_str().is_some_and(|value| value != text),
        Is::Within(from, to) => value.as_i64().is_some_and(|number| (from..=to).contains(&number)),
    }
}

fn text_at<'a>(json: &'a serde_json::Value, pointer: &str) -> Option<&'a str> {
    json.pointer(pointer)?.as_str()
}

/// Whether the same thing may well work a moment later.
fn may_pass(problem: &Problem) -> bool {
    !matches!(problem.kind, Kind::ModuleReset | Kind::PortLost | Kind::Internal | Kind::CloudAnswer)
}

fn no_answer(peer: PeerName) -> Problem {
    Problem::new(
        Kind::CloudSilent,
        format!("No answer came from the {peer} peer"),
        "Check topic names and the registration in the cloud's console, then try again",
    )
}

/// Without a bound it would go on for ever.
fn nothing_to_repeat() -> Problem {
    Problem::new(
        Kind::Internal,
        "The plan wants something again that is not a repeat",
        "Report this as a fault of the program, with the recording",
    )
}

fn unreadable() -> Problem {
    Problem::new(
        Kind::CloudAnswer,
        "The cloud's answer is not one that is known",
        "Look at the answer in the traffic pane; the service may have changed",
    )
}
