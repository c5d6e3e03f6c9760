//! What the window shows: plain values, folded from news by [`Model::handle`]. It reads no clock and has no effect;
//! drawing it is the business of `ui`.

mod badge;
mod commands;
mod console;
mod drift;
mod foreign;
mod line;
mod log;
mod module;
mod notice;
pub mod order;
mod play;
mod profiles;
mod run;
mod search;
mod selection;
mod stages;
mod station;
mod store;
mod traffic;
mod view;

pub use badge::{Badge, Neighbour, free_hue};
pub use commands::Commands;
pub use console::{Console, ConsoleLine, End, LineKind, Mark, recording_start};
pub use foreign::{Foreign, OPEN_CAPTURE};
pub use line::{Line, Presence, Resume};
pub use log::{MemoryTape, Tape};
pub use module::{CloudState, ModuleView, Peer};
pub use notice::{Notice, Notices};
pub use order::{
    Connection, DEFAULT_SPEED, Demonstration, Existing, FileContent, Handle, NewContent, NewFile, News,
    Order, Part, Place, Port, PortName, SearchNews, Settings, ThemeChoice, UsbIds,
};
pub use play::Play;
pub use profiles::{Glance, OPEN_PROFILE, OpenedProfile, ProfileDraft, SavedProfile, Seen, remember};
pub use run::{Run, RunStep};
pub use search::{PortSearch, PortState, Search, line_words};
pub use selection::{Select, Selection};
pub use stages::{Evidence, Progress, Stage, StageName, Stages};
pub use station::{Link, PingResult, PingState, Pings, Wifi, bars};
pub use store::{Errand, Listing, Store, StoreUpload, UploadState};
pub use traffic::{
    Answers, Channel, Channels, Flow, Rate, RowKind, SPAN, Tenant, Topics, Traffic, TrafficRow, curves,
};
pub use view::{Case, Needle, Progress as ViewProgress, Sieve, View};

pub use crate::session::FlowControl;

use std::path::PathBuf;

use self::drift::Drift;
use self::line::Track;
use crate::macros::Library;
use crate::messages;
use crate::moment::{Moment, UnixTime};
use crate::plan::{Mode, Plan};
use crate::problem::Problem;
use crate::profile::CloudKind;
use crate::session::{
    Activity, Event, LineEvent, MacroEvent, MacroResult, PeerEvent, PlanEvent, StoreEvent, Wire, WireKind,
};

/// Everything that the window shows of the world outside.
#[derive(Debug)]
pub struct Model {
    /// The time of the last news, or of the frame that is drawn.
    pub now: Moment,
    /// The date at [`Moment::START`].
    pub started: UnixTime,
    /// How much news has come and is not shown yet, because more came than one frame takes.
    pub behind: usize,
    /// What is plugged in; the simulated module is always among them once they are listed.
    pub ports: Vec<Port>,
    pub line: Line,
    pub mode: Option<Mode>,
    pub activity: Activity,
    /// When the present activity began.
    pub active_since: Moment,
    pub module: ModuleView,
    pub console: Console,
    pub commands: Commands,
    pub traffic: Traffic,
    /// A capture that is looked at instead of the traffic.
    pub foreign: Option<Foreign>,
    /// The plan that runs or ran last.
    pub run: Option<Run>,
    pub stages: Stages,
    /// The search over the ports that is under way or was the last.
    pub search: Option<Search>,
    /// The macro that is played or was played last.
    pub play: Option<Play>,
    /// All macros there are.
    pub macros: Library,
    /// All messages there are.
    pub messages: messages::Library,
    pub store: Store,
    pub notices: Notices,
    pub demonstration: Option<Demonstration>,
    /// The file that is being recorded in.
    pub recording: Option<PathBuf>,
    /// The wizard that is on the page.
    pub wizard: Option<CloudKind>,
    /// By what it is told from others.
    pub badge: Badge,
    /// What it is called where others are in sight.
    pub title: String,
    /// The other modules that are open.
    pub neighbours: Vec<Neighbour>,
    track: Track,
    drift: Drift,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            now: Moment::START,
            started: UnixTime(0),
            behind: 0,
            ports: Vec::new(),
            line: Line::Closed,
            mode: None,
            activity: Activity::Nothing,
            active_since: Moment::START,
            module: ModuleView::default(),
            console: Console::default(),
            commands: Commands::default(),
            traffic: Traffic::default(),
            foreign: None,
            run: None,
            stages: Stages::default(),
            search: None,
            play: None,
            macros: Library::default(),
            messages: messages::Library::default(),
            store: Store::default(),
            notices: Notices::default(),
            demonstration: None,
            recording: None,
            wizard: None,
            badge: Badge::default(),
            title: String::new(),
            neighbours: Vec::new(),
            track: Track::default(),
            drift: Drift::default(),
        }
    }
}

impl Model {
    /// An empty model that keeps the lines of the console and the rows of the traffic on these tapes.
    pub fn on(console: Box<dyn Tape>, traffic: Box<dyn Tape>) -> Self {
        Self { console: Console::on(console), traffic: Traffic::on(traffic), ..Self::default() }
    }

    /// Takes one piece of news; `now` never runs backwards.
    pub fn handle(&mut self, news: News, now: Moment) {
        self.now = now;
        match news {
            News::Ports(ports) => self.ports_listed(ports),
            News::Session(event) => self.happened(event),
            News::Search(news) => self.search_went_on(news),
            News::Demonstration(values) => self.demonstration = Some(*values),
            News::Recording(path) => self.recording = path,
            News::Trouble(problem) => self.troubled(problem),
            // These belong to the form that asked for them.
            News::File { .. }
            | News::Unlocked { .. }
            | News::NoFileChosen { .. }
            | News::DialogFailed { .. }
            | News::Saved { .. }
            | News::Appended { .. }
            | News::Made { .. }
            | News::Profile { .. }
            | News::ProfileSaved { .. }
            | News::Glances(_) => {}
        }
        let troubles = [self.console.take_trouble(), self.traffic.take_trouble()];
        for problem in troubles.into_iter().flatten() {
            self.console.add_note(&problem.message, self.now);
            self.notices.add(problem);
        }
    }

    /// Nothing but time has passed.
    pub fn handle_time(&mut self, now: Moment) {
        self.now = now;
        self.traffic.settle(now);
    }

    /// The computer's date is this. Where it jumps, the console says so: times before and after do not belong together.
    pub fn handle_date(&mut self, date: UnixTime) {
        if let Some(jump) = self.drift.check(date, self.now) {
            self.console.add_mark(Mark::ClockJump, drift::said(jump), self.now);
        }
    }

    /// The shell was asked to open this connection.
    pub fn connecting(&mut self, connection: &Connection) {
        self.track.opening(&self.line);
        self.line = Line::Opening(connection.clone());
        self.forget_module();
        self.store = Store::default();
        self.stages.opening(self.now);
        self.notices.forget_connection();
    }

    /// A lost line is not to be taken up again.
    pub fn give_up_line(&mut self) {
        self.line = Line::Closed;
    }

    /// The session was asked to carry this plan out.
    pub fn plan_started(&mut self, plan: &Plan) {
        self.run = Some(Run::new(plan, self.now));
        self.stages.plan_started();
    }

    /// Whether nothing else is under way with the module.
    pub fn is_free(&self) -> bool {
        matches!(self.line, Line::Open(_)) && self.activity == Activity::Nothing
    }

    /// Whether something is under way with the module, or about to be.
    pub fn is_busy(&self) -> bool {
        self.activity != Activity::Nothing || self.is_running()
    }

    /// Whether a plan is under way.
    pub fn is_running(&self) -> bool {
        self.run.as_ref().is_some_and(Run::is_under_way)
    }

    /// The macro that is under way.
    pub fn playing(&self) -> Option<&Play> {
        self.play.as_ref().filter(|play| play.is_under_way())
    }

    /// The session was asked to stop what is under way.
    pub fn cancelling(&mut self) {
        if let Some(play) = &mut self.play {
            play.stopping();
        }
    }

    /// What is known of the way to the cloud.
    pub fn cloud(&self) -> CloudState {
        self.module.cloud(self.run.as_ref())
    }

    /// The traffic that is shown: the module's, or that of a capture.
    pub fn shown_traffic(&self) -> &Traffic {
        self.foreign.as_ref().map_or(&self.traffic, |foreign| &foreign.traffic)
    }

    fn ports_listed(&mut self, ports: Vec<Port>) {
        self.line.handle_ports(&ports, &self.track);
        self.ports = ports;
    }

    fn troubled(&mut self, problem: Problem) {
        if matches!(self.line, Line::Opening(_)) {
            self.line = Line::Closed;
            self.stages.failed(StageName::Port, &problem);
        }
        self.notices.add(problem);
    }

    fn happened(&mut self, event: Event) {
        match event {
            Event::Wire(wire) => self.crossed(&wire),
            Event::Packet(framed) => self.traffic.add_packet(&framed),
            Event::Line(event) => self.line_changed(event),
            Event::Mode(mode) => self.mode_changed(mode),
            Event::Identified(identity) => {
                self.stages.done(StageName::Known, self.now, self.console.evidence());
                self.module.identity = Some(*identity);
            }
            Event::Restarted => self.restarted(),
            Event::Silent(problem) => {
                self.stages.failed(StageName::Answers, &problem);
                self.notices.add(problem);
            }
            Event::Wifi(event) => {
                self.module.handle_wifi(&event, self.now);
                self.stages.handle_wifi(&event, self.now, self.console.evidence());
            }
            Event::Peer(event) => {
                self.stages.handle_peer(&event, self.now, self.console.evidence());
                self.module.handle_peer(&event, self.now);
                self.peer_has_channel(&event);
            }
            Event::Plan(event) => self.plan_went_on(event),
            Event::Store(event) => self.store_went_on(event),
            Event::Macro(event) => self.macro_went_on(event),
            Event::Unanswered(command) => self.unanswered(&command),
            Event::Search(event) => self.search_told(event),
            Event::Reported(report) => self.module.report = Some(*report),
            Event::LineSet(line) => {
                self.line.set(line);
                self.console.add_note(format!("The line is set to {}", line_words(line)), self.now);
            }
            Event::Ping(event) => self.module.handle_ping(event),
            Event::Reach(reach) => self.module.reach = Some(*reach),
            Event::Refused(problem) => self.refused(problem),
            Event::Activity(activity) => self.activity_changed(activity),
        }
    }

    /// The traffic says who is on which channel.
    fn peer_has_channel(&mut self, event: &PeerEvent) {
        let (PeerEvent::Connected { handle, .. } | PeerEvent::Channel { handle, .. }) = event else {
            return self.traffic.disconnected();
        };
        if let Some(peer) = self.module.peers.iter().find(|peer| peer.handle == *handle) {
            self.traffic.connected(peer.channel, peer.name(), peer.topics.clone());
        }
    }

    fn crossed(&mut self, wire: &Wire) {
        if let WireKind::Data { channel } = wire.kind {
            let row = self.traffic.add(channel, wire);
            let connected = !self.module.peers.is_empty();
            self.stages.handle_message(wire.direction, connected, wire.at, row);
            return;
        }
        if wire.kind == WireKind::Noise && self.mode == Some(Mode::Extended) {
            self.traffic.add_unplaced(wire);
        }
        if wire.kind == WireKind::Command {
            self.module.note_command(&wire.text());
            self.store.note_command(&wire.text(), self.activity);
        }
        self.commands.note(wire);
        self.console.add_wire(wire);
    }

    fn line_changed(&mut self, event: LineEvent) {
        match &event {
            LineEvent::Opened => {
                let port = self.line.connection().map(|connection| connection.port.title());
                if let Some(port) = port {
                    self.console.add_mark(Mark::Opened, format!("Connected to {port}"), self.now);
                }
            }
            LineEvent::Closed => self.console.add_note("Disconnected", self.now),
            LineEvent::Lost(problem) => self.console.add_mark(Mark::Lost, &problem.message, self.now),
        }
        match event {
            LineEvent::Opened => {
                self.line.opened();
                if let Some(connection) = self.line.connection() {
                    self.track.opened(&connection.port, &self.ports);
                }
                self.stages.done(StageName::Port, self.now, self.console.evidence());
                self.stages.running(StageName::Answers, self.now);
            }
            LineEvent::Closed => {
                self.stages = Stages::default();
                self.line_gone(Line::Closed);
            }
            LineEvent::Lost(problem) => self.lost(problem),
        }
    }

    /// A line that was open may be taken up again; one that never opened has failed.
    fn lost(&mut self, problem: Problem) {
        self.stages.failed(StageName::Port, &problem);
        if let Some(search) = self.search.as_mut().filter(|search| search.is_under_way()) {
            // It is shown beside the port, and the next port is tried.
            search.unusable(problem);
            return self.line_gone(Line::Closed);
        }
        let line = match &self.line {
            Line::Open(connection) => {
                let resume = Resume::after(&problem, self.mode);
                Line::lost(connection.clone(), problem, resume)
            }
            Line::Opening(connection) if self.track.waits_for(&connection.port) => {
                Line::lost(connection.clone(), problem, Resume::AtOnce)
            }
            Line::Closed | Line::Opening(_) | Line::Lost { .. } => {
                self.notices.add(problem);
                Line::Closed
            }
        };
        self.line_gone(line);
    }

    fn line_gone(&mut self, line: Line) {
        self.line = line;
        self.forget_module();
    }

    /// Nothing is known of a module that cannot be heard.
    fn forget_module(&mut self) {
        self.mode = None;
        self.activity = Activity::Nothing;
        self.module = ModuleView::default();
        self.commands = Commands::default();
        self.store.forget_module();
    }

    fn mode_changed(&mut self, mode: Option<Mode>) {
        if mode.is_some() {
            self.stages.done(StageName::Answers, self.now, self.console.evidence());
        }
        if let Some(mode) = mode {
            self.console.add_note(format!("The module is in {} mode", mode.name()), self.now);
        }
        self.mode = mode;
    }

    fn restarted(&mut self) {
        self.module.restarted();
        self.commands = Commands::default();
        self.stages.restarted();
        self.store.forget_module();
        self.console.add_note("The module restarted", self.now);
    }

    fn store_went_on(&mut self, event: StoreEvent) {
        if let StoreEvent::Failed(problem) = &event {
            self.console.add_note(&problem.message, self.now);
            // The page shows at its own place why a list or an upload failed.
            if let Some(Errand::Remove { .. }) = self.store.errand {
                self.notices.add(problem.clone());
            }
        }
        self.store.handle(event);
    }

    fn macro_went_on(&mut self, event: MacroEvent) {
        if let MacroEvent::Started { name, of } = event {
            self.console.add_note(format!("Macro {name}"), self.now);
            self.play = Some(Play::new(name, of));
            return;
        }
        let Some(play) = &mut self.play else { return };
        if let MacroEvent::Finished(result) = &event {
            self.console.add_note(play.ending(result), self.now);
        }
        if let MacroEvent::Finished(MacroResult::Failed(problem)) = &event {
            let message = format!("{}: {}", play.name, problem.message);
            self.notices.add(Problem { message, ..problem.clone() });
        }
        play.handle(event);
    }

    fn plan_went_on(&mut self, event: PlanEvent) {
        if let PlanEvent::Finished(_) = &event {
            self.store.plan_ended();
        }
        let Some(run) = &mut self.run else { return };
        self.stages.handle_plan(run, &event, self.now);
        run.handle(event, self.console.next_evidence(), self.now);
    }

    fn unanswered(&mut self, command: &str) {
        self.commands.unanswered();
        self.console.unanswered();
        self.console.add_note(format!("{command} was not answered"), self.now);
    }

    /// A plan that was refused never starts; everything else is said once.
    fn refused(&mut self, problem: Problem) {
        if let Some(run) = &mut self.run
            && run.is_awaiting_start()
        {
            run.refused(problem.clone(), self.now);
        }
        if self.activity != Activity::Storing {
            self.store.failed(&problem);
        }
        self.console.add_note(&problem.message, self.now);
        self.notices.add(problem);
    }

    fn activity_changed(&mut self, activity: Activity) {
        if activity != self.activity {
            self.active_since = self.now;
        }
        if self.activity == Activity::Storing {
            self.store.ended();
        }
        self.activity = activity;
        if activity == Activity::Finding {
            self.stages.running(StageName::Answers, self.now);
        }
    }
}

#[cfg(test)]
mod tests;
