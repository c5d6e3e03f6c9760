//! The engine: one conversation with one module, without I/O, clock or threads. Bytes, changes of the line, wishes and
//! time go in by [`Session::handle`]; bytes, events and the next moment of interest come out by `poll_…`.
//! After each `handle`, drain `poll_output` until it is empty.

mod change;
mod event;
mod find;
mod framing;
mod incoming;
mod mask;
mod modes;
mod outgoing;
mod peers;
mod play;
mod progress;
mod reach;
mod report;
mod run;
mod scan;
mod search;
mod station;
mod store;
mod talk;
mod wish;

pub use change::Change;
pub use event::{
    Activity, Consent, Direction, Doing, Doubt, Event, Framed, Heard, LineEvent, MacroEvent, MacroResult,
    PeerEvent, PingEvent, PlanEvent, PlanResult, Reach, SearchAttempt, SearchEvent, SearchResult, StepState,
    StoreEvent, WifiEvent, Wire, WireKind,
};
pub use search::LIKELY_SPEEDS;
pub use wish::{LineEnd, Wish};

pub use crate::module::{FlowControl, LineSettings};

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use self::framing::Framing;
use self::mask::Mask;
use self::outgoing::Exchange;
use self::peers::Peers;
use self::progress::Progress;
use self::talk::{Notice, Request, Stop, Talk};
use crate::at;
use crate::module::Report;
use crate::moment::Moment;
use crate::plan::{Bindings, Mode};
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// A change of the serial line.
#[derive(Clone, Debug, PartialEq)]
pub enum LineChange {
    /// It is open and set like this.
    Opened(LineSettings),
    /// The same, but nobody knows whether the module is set like that: it is searched from there on.
    OpenedForSearch(LineSettings, Caution),
    /// It cannot be set as [`Output::SetLine`] asked for, and is as it was.
    Refused,
    Closed,
    Lost(Problem),
}

/// Whether a search asks before it sends what could reach a cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caution {
    Ask,
    /// It has been allowed already, on another port.
    Allowed,
}

/// What goes in.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    Wish(Wish),
    Bytes(Vec<u8>),
    Line(LineChange),
    /// The port has taken so many of the bytes that came out as [`Output::Bytes`].
    Written(usize),
    /// Nothing but time has passed.
    Time,
    /// From now on this text must not be shown.
    Hide(Secret),
}

/// What comes out.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Bytes for the module.
    Bytes(Vec<u8>),
    /// Set the line like this; what waits to be sent is given up.
    SetLine(LineSettings),
    /// Close the line now, whatever is under way.
    DropLine,
    Event(Event),
}

/// One conversation. It is made where the line is, and stays there.
pub struct Session {
    talk: Talk,
    framing: Framing,
    exchange: Option<Exchange>,
    procedure: Option<Procedure>,
    /// Commands typed while another one is under way.
    typed: VecDeque<String>,
    line_end: LineEnd,
    peers: Peers,
    mask: Mask,
    progress: Progress,
    line: Line,
    outputs: VecDeque<Output>,
    /// Wishes that came while the station was looked at.
    deferred: VecDeque<Wish>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Open,
    Closed,
}

type Conversation = Pin<Box<dyn Future<Output = Result<Bindings, Stop>>>>;

/// What is under way beside single commands.
struct Procedure {
    activity: Activity,
    conversation: Conversation,
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// A session whose line is still closed.
    pub fn new() -> Self {
        Self {
            talk: Talk::default(),
            framing: Framing::default(),
            exchange: None,
            procedure: None,
            typed: VecDeque::new(),
            line_end: LineEnd::default(),
            peers: Peers::default(),
            mask: Mask::default(),
            progress: Progress::default(),
            line: Line::Closed,
            outputs: VecDeque::new(),
            deferred: VecDeque::new(),
        }
    }

    /// Takes one input; `now` never runs backwards.
    pub fn handle(&mut self, input: Input, now: Moment) {
        self.talk.desk().now = now;
        match input {
            Input::Wish(wish) => self.wish(wish),
            Input::Bytes(bytes) => self.bytes(&bytes),
            Input::Line(change) => self.line_changed(change),
            Input::Written(bytes) => self.written(bytes),
            Input::Time => {}
            Input::Hide(secret) => self.mask.add(&secret),
        }
        self.time_passed();
        self.advance();
    }

    /// The next thing to be done or told, if any.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The moment at which [`Input::Time`] is wanted at the latest.
    pub fn poll_time(&self) -> Option<Moment> {
        let exchange = self.exchange.as_ref().map(Exchange::deadline);
        let procedure = self.procedure.as_ref().and_then(|_| self.talk.look().wake);
        [exchange, procedure, self.framing.deadline()].into_iter().flatten().min()
    }

    fn wish(&mut self, wish: Wish) {
        if let Wish::EndLines(line_end) = wish {
            self.line_end = line_end;
            return;
        }
        if self.line == Line::Closed {
            return self.refuse(not_connected());
        }
        match wish {
            _ if self.is_looking() && wish != Wish::Cancel => self.deferred.push_back(wish),
            Wish::EndLines(_) => {}
            Wish::Cancel => self.cancel(),
            Wish::Answer(consent) => self.talk.desk().consent = Some(consent),
            Wish::Send(text) => self.type_command(text),
            Wish::SendData { channel, data } => self.send_data(channel, data),
            // The next look comes soon.
            Wish::Look if self.procedure.is_some() || self.exchange.is_some() => {}
            _ if self.procedure.is_some() || self.exchange.is_some() => self.refuse(busy()),
            Wish::Find => self.find(),
            Wish::Enter(mode) => {
                self.start_plain(Activity::Switching, async move |talk| modes::enter(talk, mode).await);
            }
            Wish::Escape => {
                self.start_plain(Activity::Switching, async |talk| modes::escape_anyway(talk).await);
            }
            Wish::Restart => self.restart(None),
            Wish::RestartInto(mode) => self.restart(Some(mode)),
            Wish::Run(plan) => {
                plan.secrets().iter().for_each(|secret| self.mask.add(secret));
                self.start(Activity::Plan, Box::pin(run::run(self.talk.clone(), plan)));
            }
            Wish::Play(script) => {
                script.secrets().iter().for_each(|secret| self.mask.add(secret));
                self.start_plain(Activity::Playing, async move |talk| play::play(talk, &script).await);
            }
            Wish::Report => self.start_plain(Activity::Asking, async |talk| report::report(talk).await),
            Wish::Change(wanted) => {
                self.start_plain(Activity::Changing, async move |talk| change::change(talk, wanted).await);
            }
            Wish::Look => self.start_quietly(),
            Wish::LeaveNetwork => {
                self.start_plain(Activity::Networking, async |talk| station::leave(talk).await);
            }
            Wish::Ping(host) => {
                self.start_plain(Activity::Networking, async move |talk| station::ping(talk, &host).await);
            }
            Wish::ListReach => self.start_plain(Activity::Reaching, async |talk| reach::list(talk).await),
            Wish::ClosePeer(handle) => {
                self.start_plain(Activity::Reaching, async move |talk| reach::close(talk, handle).await);
            }
            Wish::Scan => self.start_plain(Activity::Scanning, async |talk| scan::scan(talk).await),
            Wish::ListStored => self.start_plain(Activity::Storing, async |talk| store::list(talk).await),
            Wish::Store(upload) => {
                upload.secrets().iter().for_each(|secret| self.mask.add(secret));
                self.start_plain(Activity::Storing, async move |talk| store::add(talk, &upload).await);
            }
            Wish::RemoveStored { kind, name } => {
                self.start_plain(Activity::Storing, async move |talk| store::remove(talk, kind, &name).await);
            }
        }
    }

    /// Restarts the module and finds it again, in this mode if one is wanted.
    fn restart(&mut self, into: Option<Mode>) {
        self.start_plain(Activity::Switching, async move |talk| {
            modes::restart(talk).await?;
            find::identify(talk).await?;
            match into {
                Some(mode) => modes::enter(talk, mode).await,
                None => Ok(()),
            }
        });
    }

    /// Starts a procedure that gives no values.
    fn start_plain(
        &mut self,
        activity: Activity,
        procedure: impl AsyncFnOnce(&Talk) -> Result<(), Stop> + 'static,
    ) {
        let talk = self.talk.clone();
        let conversation = async move { procedure(&talk).await.map(|()| Bindings::default()) };
        self.start(activity, Box::pin(conversation));
    }

    /// Starts to look at the station. Nobody is to notice, so what is wished in the meantime is done right after.
    fn start_quietly(&mut self) {
        self.talk.desk().start_procedure();
        let talk = self.talk.clone();
        let conversation = Box::pin(async move { station::look(&talk).await.map(|()| Bindings::default()) });
        self.procedure = Some(Procedure { activity: Activity::Nothing, conversation });
    }

    fn is_looking(&self) -> bool {
        self.procedure.as_ref().is_some_and(|procedure| procedure.activity == Activity::Nothing)
    }

    fn find(&mut self) {
        let found = find::find(self.talk.clone());
        self.start(Activity::Finding, Box::pin(async move { found.await.map(|()| Bindings::default()) }));
    }

    fn line_changed(&mut self, change: LineChange) {
        let event = match change {
            LineChange::Opened(settings) => {
                self.opened(settings);
                return self.find();
            }
            LineChange::OpenedForSearch(settings, caution) => {
                self.opened(settings);
                return self.start_plain(Activity::Searching, async move |talk| {
                    search::search(talk, settings, caution).await
                });
            }
            LineChange::Refused => return self.notice(Notice::LineRefused),
            LineChange::Closed => LineEvent::Closed,
            LineChange::Lost(problem) => LineEvent::Lost(problem),
        };
        self.abandon(&event);
        self.line = Line::Closed;
        self.tell(Event::Line(event));
    }

    fn opened(&mut self, settings: LineSettings) {
        self.line = Line::Open;
        self.progress = Progress::default();
        self.talk.desk().line = settings;
        self.tell(Event::Line(LineEvent::Opened));
    }

    /// The line is gone: whatever was under way has failed.
    fn abandon(&mut self, event: &LineEvent) {
        self.framing = Framing::default();
        self.exchange = None;
        self.typed.clear();
        self.deferred.clear();
        self.peers.clear();
        self.talk.desk().reset();
        let Some(procedure) = self.procedure.take() else { return };
        if procedure.activity == Activity::Plan {
            let result = match event {
                LineEvent::Lost(problem) => PlanResult::Failed(problem.clone()),
                LineEvent::Opened | LineEvent::Closed => PlanResult::Cancelled,
            };
            self.tell(Event::Plan(PlanEvent::Finished(result)));
        }
        if let (Activity::Storing, LineEvent::Lost(problem)) = (procedure.activity, event) {
            self.tell(Event::Store(StoreEvent::Failed(problem.clone())));
        }
        if procedure.activity == Activity::Playing {
            let result = match event {
                LineEvent::Lost(problem) => MacroResult::Failed(problem.clone()),
                LineEvent::Opened | LineEvent::Closed => MacroResult::Cancelled,
            };
            self.tell(Event::Macro(MacroEvent::Finished(result)));
        }
        self.tell(Event::Activity(Activity::Nothing));
    }

    fn start(&mut self, activity: Activity, conversation: Conversation) {
        self.talk.desk().start_procedure();
        self.procedure = Some(Procedure { activity, conversation });
        self.tell(Event::Activity(activity));
    }

    /// The first time, the procedure is asked to stop; the second time, the line is dropped.
    fn cancel(&mut self) {
        let Some(procedure) = &self.procedure else { return };
        if !self.talk.look().cancelled && procedure.activity != Activity::TidyingUp {
            self.talk.desk().cancelled = true;
            return;
        }
        self.outputs.push_back(Output::DropLine);
        self.line_changed(LineChange::Lost(Problem::new(
            Kind::Cancelled,
            "The line was dropped in the middle of the set-up",
            "Connect again: the module may first need the rest of an upload, or a restart",
        )));
    }

    /// Lets the procedure go on for as long as it has something to do.
    fn advance(&mut self) {
        while let Some(procedure) = &mut self.procedure {
            let mut context = Context::from_waker(Waker::noop());
            let state = procedure.conversation.as_mut().poll(&mut context);
            let requests = self.talk.desk().take_requests();
            let idle = requests.is_empty();
            requests.into_iter().for_each(|request| self.serve(request));
            match state {
                Poll::Ready(result) => self.finish(result),
                Poll::Pending if idle => return,
                Poll::Pending => {}
            }
        }
        self.send_next_typed();
    }

    fn serve(&mut self, request: Request) {
        match request {
            Request::Command(ask) => self.send_command(&ask),
            Request::Upload(body) => self.send_watched_upload(body),
            Request::Padding { size, limit } => self.send_padding(size, limit),
            Request::Publish { channel: Some(channel), data } => self.publish(channel, &data),
            Request::Publish { channel: None, data } => self.broadcast(data),
            Request::Escape { limit } => self.send_escape(limit),
            Request::SetLine(line) => self.set_line(line),
            Request::Raw { bytes, shown, kind } => self.send_raw(bytes, shown, kind),
            Request::Assume(mode) => self.assume(mode),
            Request::Tell(Event::Activity(activity)) => {
                if let Some(procedure) = &mut self.procedure {
                    procedure.activity = activity;
                }
                self.tell(Event::Activity(activity));
            }
            Request::Tell(Event::Reported(report)) => self.tell_report(*report),
            Request::Tell(event) => self.tell(event),
        }
    }

    fn finish(&mut self, result: Result<Bindings, Stop>) {
        let Some(procedure) = self.procedure.take() else { return };
        if procedure.activity == Activity::Nothing {
            return std::mem::take(&mut self.deferred).into_iter().for_each(|wish| self.wish(wish));
        }
        let was_plan = matches!(procedure.activity, Activity::Plan | Activity::TidyingUp);
        let was_storing = procedure.activity == Activity::Storing;
        match result {
            Ok(bindings) if was_plan => {
                let bound =
                    bindings.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                self.tell(Event::Plan(PlanEvent::Finished(PlanResult::Done { bound })));
            }
            Err(Stop::Cancelled) if was_plan => {
                self.tell(Event::Plan(PlanEvent::Finished(PlanResult::Cancelled)));
            }
            Err(Stop::Problem(problem)) if was_plan => {
                self.tell(Event::Plan(PlanEvent::Finished(PlanResult::Failed(problem))));
            }
            Err(Stop::Problem(problem)) if was_storing => {
                self.tell(Event::Store(StoreEvent::Failed(problem)));
            }
            Err(Stop::Cancelled) if procedure.activity == Activity::Searching => {
                self.tell(Event::Search(SearchEvent::Ended(SearchResult::Cancelled)));
            }
            Err(Stop::Problem(problem)) => self.refuse(problem),
            Ok(_) | Err(Stop::Cancelled) => {}
        }
        self.tell(Event::Activity(Activity::Nothing));
    }

    /// Answers hold passwords of peers.
    fn tell_report(&mut self, mut report: Report) {
        for line in report.answers.iter_mut().filter_map(|answer| answer.lines.as_mut()).flatten() {
            *line = self.mask.text(&at::masked(line));
        }
        self.tell(Event::Reported(Box::new(report)));
    }

    fn refuse(&mut self, problem: Problem) {
        self.tell(Event::Refused(problem));
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}

fn not_connected() -> Problem {
    Problem::new(Kind::PortMissing, "No module is connected", "Choose a port and connect first")
}

fn busy() -> Problem {
    Problem::new(
        Kind::ModuleBusy,
        "Something else is under way with the module",
        "Wait until it is done, or cancel the set-up",
    )
}

#[cfg(test)]
mod tests;
