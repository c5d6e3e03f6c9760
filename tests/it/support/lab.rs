//! A session, a simulated module and a make-believe cloud on one made-up clock: twenty seconds of Wi-Fi pass in
//! microseconds, and nothing depends on the machine. The serial line between the two has a speed.

use std::collections::{BTreeSet, VecDeque};
use std::sync::OnceLock;
use std::time::Duration;

use xpress_center::cloud::{self, Aws, AwsSettings, Cloud, Echo, Policy};
use xpress_center::credential::make::{Authority, NewKey, Pair, Validity};
use xpress_center::credential::{Certificate, PrivateKey};
use xpress_center::module::Model;
use xpress_center::moment::{Moment, UnixTime};
use xpress_center::plan::{self, Facts, Plan};
use xpress_center::problem::Problem;
use xpress_center::profile::{Job, Material, Materials, Profile, resolve};
use xpress_center::secret::Secret;
use xpress_center::session::{
    self, Activity, Event, FlowControl, LineSettings, PlanEvent, PlanResult, Session, StepState, Wish,
};
use xpress_center::simulator::{
    self, AccessPoint, Faults, Settings, Simulator, Start, TcpEvent, TcpFailure, TcpRequest, Timing,
};

/// The date at the start of every lab.
pub(crate) const TODAY: UnixTime = UnixTime(1_800_000_000);
pub(crate) const ENDPOINT: &str = "a1b2c3-ats.iot.eu-west-1.amazonaws.com";
pub(crate) const SSID: &str = "lab-ap";
pub(crate) const PASSPHRASE: &str = "hunter2hunter2";

/// One account's certificates, made once for all labs.
pub(crate) struct Account {
    pub(crate) authority: Authority,
    pub(crate) server: Pair,
    pub(crate) device: Pair,
}

pub(crate) fn account() -> &'static Account {
    static ACCOUNT: OnceLock<Account> = OnceLock::new();
    ACCOUNT.get_or_init(|| {
        let validity =
            Validity { not_before: UnixTime(TODAY.0 - 86_400), not_after: UnixTime(TODAY.0 + 86_400 * 365) };
        let authority = Authority::new("Lab root", NewKey::P256, validity).unwrap();
        let server = authority.server(ENDPOINT, NewKey::P256, validity).unwrap();
        let device = authority.device("device1", NewKey::P256, validity).unwrap();
        Account { authority, server, device }
    })
}

/// A root that has nothing to do with the account, DER.
pub(crate) fn other_root() -> Vec<u8> {
    let validity = Validity { not_before: TODAY, not_after: UnixTime(TODAY.0 + 86_400) };
    Authority::new("Other root", NewKey::P256, validity).unwrap().certificate().der().to_vec()
}

/// The profile that labs use, and what its references lead to.
pub(crate) fn aws_job() -> Job {
    job(&PROFILE.replace("ENDPOINT", ENDPOINT))
}

pub(crate) const PROFILE: &str = r#"{ "version": 1,
  "wifi": { "ssid": "lab-ap", "security": "wpa-psk", "passphrase": { "env": "WIFI_PASSPHRASE" } },
  "cloud": { "kind": "aws", "endpoint": "ENDPOINT", "client_id": "device1",
             "publish_topic": "device1/up", "subscribe_topic": "device1/down",
             "ca": { "file": "root.pem" }, "certificate": { "file": "device.pem" }, "private_key": { "file": "device.key" } } }"#;

pub(crate) fn job(profile: &str) -> Job {
    job_with(profile, &[])
}

/// The job of a profile with further secrets, each at its field.
pub(crate) fn job_with(profile: &str, secrets: &[(&str, &str)]) -> Job {
    let profile = Profile::parse(profile).unwrap();
    let account = account();
    let mut materials = Materials::default();
    for (field, secret) in secrets.iter().copied().chain([("wifi.passphrase", PASSPHRASE)]) {
        materials.insert(field, Material::Secret(Secret::new(secret)));
    }
    let bytes = |text: &str| Material::File(text.as_bytes().to_vec().into());
    materials.insert("cloud.ca", bytes(&account.authority.certificate_pem()));
    materials.insert("cloud.certificate", bytes(&account.device.certificate_pem()));
    materials.insert("cloud.private_key", bytes(account.device.key_pem().reveal()));
    resolve(&profile, &materials, TODAY).unwrap()
}

/// How a lab is set up.
pub(crate) struct LabSettings {
    pub(crate) model: &'static str,
    pub(crate) firmware: &'static str,
    pub(crate) timing: Timing,
    pub(crate) faults: Faults,
    pub(crate) start: Start,
    pub(crate) seed: u64,
    pub(crate) access_points: Vec<AccessPoint>,
    pub(crate) policy: Policy,
    /// Bits per second of the line; 0 is a line that costs no time.
    pub(crate) speed: u32,
    /// The most bytes that the computer reads at a time.
    pub(crate) read_size: usize,
    pub(crate) cable: CableLimits,
}

/// What a cable is not up to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum CableLimits {
    None,
    /// Faster than this, nothing arrives as it was sent.
    Speed(u32),
    /// RTS and CTS are not connected.
    NoFlowControl,
    /// The port refuses to be set faster than this.
    PortSpeed(u32),
}

impl Default for LabSettings {
    fn default() -> Self {
        Self {
            model: "NINA-W152",
            firmware: "4.0.0-006",
            timing: Timing::Real,
            faults: Faults::default(),
            start: Start::default(),
            seed: 1,
            access_points: vec![
                AccessPoint::with_passphrase(SSID, PASSPHRASE),
                AccessPoint::with_passphrase("other-ap", "somethingelse"),
            ],
            policy: Policy::default(),
            speed: 115_200,
            read_size: usize::MAX,
            cable: CableLimits::None,
        }
    }
}

/// The whole arrangement.
pub(crate) struct Lab {
    pub(crate) now: Moment,
    pub(crate) session: Session,
    pub(crate) simulator: Simulator,
    pub(crate) cloud: Box<dyn Cloud>,
    /// The hosts that lead to it.
    hosts: Vec<String>,
    pub(crate) events: Vec<Event>,
    pub(crate) cloud_events: Vec<cloud::Event>,
    /// The bytes that have crossed the line, both ways.
    pub(crate) bytes: usize,
    pub(crate) dropped: bool,
    read_size: usize,
    flow: FlowControl,
    limits: CableLimits,
    to_module: Cable,
    from_module: Cable,
    open: BTreeSet<u32>,
}

impl Lab {
    /// A lab with a make-believe AWS.
    pub(crate) fn new(settings: LabSettings) -> Self {
        let account = account();
        let aws = AwsSettings {
            server: account.server.clone(),
            authorities: vec![account.authority.certificate().der().to_vec()],
            policy: settings.policy.clone(),
            echoes: vec![Echo { heard_on: "device1/up".into(), answered_on: "device1/down".into() }],
        };
        Self::with_cloud(settings, &[ENDPOINT], Box::new(Aws::new(aws, TODAY).unwrap()))
    }

    /// A lab with a cloud of any kind, which these hosts lead to.
    pub(crate) fn with_cloud(settings: LabSettings, hosts: &[&str], cloud: Box<dyn Cloud>) -> Self {
        let module = Settings {
            access_points: settings.access_points,
            timing: settings.timing,
            faults: settings.faults,
            start: settings.start,
            ..Settings::new(Model::new(settings.model), settings.firmware.parse().unwrap(), TODAY)
        };
        Self {
            now: Moment::START,
            session: Session::new(),
            simulator: Simulator::new(module, settings.seed),
            cloud,
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            events: Vec::new(),
            cloud_events: Vec::new(),
            bytes: 0,
            dropped: false,
            read_size: settings.read_size,
            flow: FlowControl::RtsCts,
            limits: settings.cable,
            to_module: Cable::new(settings.speed),
            from_module: Cable::new(settings.speed),
            open: BTreeSet::new(),
        }
    }

    /// A lab whose module has been found.
    pub(crate) fn connected(settings: LabSettings) -> Self {
        Self::new(settings).found()
    }

    /// The lab once its module has been found.
    pub(crate) fn found(mut self) -> Self {
        self.open();
        assert!(self.run_until_idle(Duration::from_secs(60)), "never found: {:?}", self.events);
        self
    }

    /// Plugs the cable in.
    pub(crate) fn open(&mut self) {
        let speed = if self.to_module.speed == 0 { 115_200 } else { self.to_module.speed };
        let line = LineSettings { speed, flow: FlowControl::RtsCts };
        self.session.handle(session::Input::Line(session::LineChange::Opened(line)), self.now);
        self.settle();
    }

    /// Plugs the cable in at a port that is set like this.
    pub(crate) fn open_with(&mut self, line: LineSettings) {
        self.set_line(line);
        self.session.handle(session::Input::Line(session::LineChange::Opened(line)), self.now);
        self.settle();
    }

    /// Plugs the cable in where nobody knows how the module's line is set.
    pub(crate) fn open_for_search(&mut self, line: LineSettings) {
        self.set_line(line);
        let opened = session::LineChange::OpenedForSearch(line, session::Caution::Ask);
        self.session.handle(session::Input::Line(opened), self.now);
        self.settle();
    }

    fn is_clear_to_send(&self) -> bool {
        let carried = self.limits != CableLimits::NoFlowControl;
        self.flow == FlowControl::None || (carried && self.simulator.is_ready_to_receive())
    }

    /// Sets the computer's end of the line.
    fn set_line(&mut self, line: LineSettings) {
        if let CableLimits::PortSpeed(most) = self.limits
            && line.speed > most
        {
            let refused = session::Input::Line(session::LineChange::Refused);
            return self.session.handle(refused, self.now);
        }
        let baud_rate = match self.limits {
            CableLimits::Speed(most) if line.speed > most => 1,
            _ => line.speed,
        };
        let flow_control = match line.flow {
            FlowControl::RtsCts => simulator::FlowControl::CtsRts,
            FlowControl::None => simulator::FlowControl::None,
        };
        let settings = simulator::LineSettings { baud_rate, flow_control, ..Default::default() };
        self.simulator.handle(simulator::Input::Line(settings), self.now);
        self.to_module.speed = line.speed;
        // What a module says takes as long as its own speed takes, whoever listens.
        self.from_module.speed = self.simulator.line().baud_rate;
        self.flow = line.flow;
    }

    pub(crate) fn wish(&mut self, wish: Wish) {
        self.session.handle(session::Input::Wish(wish), self.now);
        self.settle();
    }

    /// The plan for `job`, made from what the module has said of itself.
    pub(crate) fn plan(&self, job: &Job) -> Plan {
        self.try_plan(job).unwrap()
    }

    fn try_plan(&self, job: &Job) -> Result<Plan, Vec<Problem>> {
        let identity = self.events.iter().rev().find_map(|event| match event {
            Event::Identified(identity) => Some(identity),
            _ => None,
        });
        plan::make(job, &Facts::of(identity.expect("identified")))
    }

    /// Runs the plan for `job` to its end.
    pub(crate) fn set_up(&mut self, job: &Job) -> PlanResult {
        let plan = self.plan(job);
        self.carry_out(plan)
    }

    /// The same; a plan that cannot be made has failed.
    pub(crate) fn try_set_up(&mut self, job: &Job) -> PlanResult {
        match self.try_plan(job) {
            Ok(plan) => self.carry_out(plan),
            Err(problems) => PlanResult::Failed(problems[0].clone()),
        }
    }

    fn carry_out(&mut self, plan: Plan) -> PlanResult {
        self.wish(Wish::Run(plan));
        self.result(Duration::from_secs(600)).expect("the plan neither ends nor gives up")
    }

    /// Waits for the end of the plan under way.
    pub(crate) fn result(&mut self, limit: Duration) -> Option<PlanResult> {
        let from = self.events.len().saturating_sub(1);
        let mut found = None;
        self.run_until(limit, |lab| {
            found = lab.events.get(from..).into_iter().flatten().find_map(|event| match event {
                Event::Plan(PlanEvent::Finished(result)) => Some(result.clone()),
                _ => None,
            });
            found.is_some()
        });
        found
    }

    pub(crate) fn run_until_idle(&mut self, limit: Duration) -> bool {
        self.run_until(limit, |lab| {
            let last = lab.events.iter().rev().find_map(|event| match event {
                Event::Activity(activity) => Some(*activity),
                _ => None,
            });
            last == Some(Activity::Nothing)
        })
    }

    /// Lets time pass.
    pub(crate) fn run_for(&mut self, time: Duration) {
        self.run_until(time, |_| false);
    }

    /// Moves from one thing that happens to the next until `done` says so; false if `limit` is over first.
    pub(crate) fn run_until(&mut self, limit: Duration, mut done: impl FnMut(&Self) -> bool) -> bool {
        let end = self.now + limit;
        let mut turns_at_once = 0;
        loop {
            turns_at_once += 1;
            assert!(turns_at_once < 100_000, "somebody wants to be woken at {:?} for ever", self.now);
            self.settle();
            if done(self) {
                return true;
            }
            let Some(next) = self.next_moment().filter(|next| *next <= end) else {
                self.now = end;
                return false;
            };
            if next > self.now {
                turns_at_once = 0;
            }
            self.now = next.max(self.now);
            self.pass();
        }
    }

    pub(crate) fn steps(&self, wanted: impl Fn(&StepState) -> bool) -> usize {
        let is_wanted = |event: &&Event| match event {
            Event::Plan(PlanEvent::Step { state, .. }) => wanted(state),
            _ => false,
        };
        self.events.iter().filter(is_wanted).count()
    }

    fn next_moment(&self) -> Option<Moment> {
        [
            self.session.poll_time(),
            self.simulator.poll_time(),
            self.cloud.poll_time(),
            self.to_module.due(),
            self.from_module.due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Everything whose time has come.
    fn pass(&mut self) {
        let now = self.now;
        while let Some(bytes) = self.to_module.take(now) {
            self.session.handle(session::Input::Written(bytes.len()), now);
            self.simulator.handle(simulator::Input::Bytes(bytes), now);
            self.settle();
        }
        while let Some(bytes) = self.from_module.take(now) {
            self.session.handle(session::Input::Bytes(bytes), now);
            self.settle();
        }
        self.simulator.handle(simulator::Input::Time, now);
        self.session.handle(session::Input::Time, now);
        self.cloud.handle_time(now);
    }

    /// Moves what everybody has to say to whom it concerns, until all are silent.
    pub(crate) fn settle(&mut self) {
        while self.settle_session() | self.settle_simulator() | self.settle_cloud() {}
    }

    fn settle_session(&mut self) -> bool {
        let mut moved = false;
        while let Some(output) = self.session.poll_output() {
            moved = true;
            match output {
                session::Output::SetLine(line) => self.set_line(line),
                // The port waits for a module that never says that it is ready.
                session::Output::Bytes(_) if !self.is_clear_to_send() => {}
                session::Output::Bytes(bytes) => {
                    self.bytes += bytes.len();
                    // A port takes bytes in pieces.
                    bytes
                        .chunks(self.to_module.piece())
                        .for_each(|piece| self.to_module.put(self.now, piece.to_vec()));
                }
                session::Output::DropLine => self.dropped = true,
                session::Output::Event(event) => self.events.push(event),
            }
        }
        moved
    }

    fn settle_simulator(&mut self) -> bool {
        let mut moved = false;
        while let Some(output) = self.simulator.poll_output() {
            moved = true;
            match output {
                simulator::Output::Bytes(bytes) => {
                    self.bytes += bytes.len();
                    bytes
                        .chunks(self.read_size)
                        .for_each(|read| self.from_module.put(self.now, read.to_vec()));
                }
                simulator::Output::Tcp { connection, request } => self.network(connection, request),
            }
        }
        moved
    }

    fn network(&mut self, connection: u32, request: TcpRequest) {
        let event = match request {
            TcpRequest::Open { host, port: 8883 } if self.hosts.contains(&host) => {
                self.open.insert(connection);
                self.cloud.handle_open(connection, &host, self.now);
                Some(TcpEvent::Opened { remote: "52.211.238.211:8883".parse().unwrap() })
            }
            TcpRequest::Open { .. } => Some(TcpEvent::Failed(TcpFailure::NameUnknown)),
            TcpRequest::Send(bytes) => {
                self.cloud.handle_bytes(connection, &bytes, self.now);
                None
            }
            TcpRequest::Close => {
                self.open.remove(&connection);
                self.cloud.handle_close(connection);
                None
            }
        };
        if let Some(event) = event {
            self.simulator.handle(simulator::Input::Tcp { connection, event }, self.now);
        }
    }

    fn settle_cloud(&mut self) -> bool {
        let mut moved = false;
        while let Some(event) = self.cloud.poll_event() {
            self.cloud_events.push(event);
        }
        while let Some(output) = self.cloud.poll_output() {
            moved = true;
            let (connection, event) = match output {
                cloud::Output::Bytes { connection, bytes } => (connection, TcpEvent::Bytes(bytes)),
                cloud::Output::Close { connection } => {
                    self.open.remove(&connection);
                    (connection, TcpEvent::Closed)
                }
            };
            self.simulator.handle(simulator::Input::Tcp { connection, event }, self.now);
        }
        moved
    }
}

/// What a port takes at a time.
const PIECE: usize = 256;

/// One direction of the serial line.
struct Cable {
    speed: u32,
    free_at: Moment,
    under_way: VecDeque<(Moment, Vec<u8>)>,
}

impl Cable {
    const fn new(speed: u32) -> Self {
        Self { speed, free_at: Moment::START, under_way: VecDeque::new() }
    }

    /// How much is put onto it at a time: little on a slow line, so that bytes follow each other as they do on a real one.
    fn piece(&self) -> usize {
        let in_forty_milliseconds = usize::try_from(self.speed / 250).unwrap();
        if self.speed == 0 { PIECE } else { in_forty_milliseconds.clamp(1, PIECE) }
    }

    fn put(&mut self, now: Moment, bytes: Vec<u8>) {
        let arrives = self.free_at.max(now) + line_time(bytes.len(), self.speed);
        self.free_at = arrives;
        self.under_way.push_back((arrives, bytes));
    }

    fn due(&self) -> Option<Moment> {
        self.under_way.front().map(|(due, _)| *due)
    }

    fn take(&mut self, now: Moment) -> Option<Vec<u8>> {
        self.due().filter(|due| *due <= now)?;
        self.under_way.pop_front().map(|(_, bytes)| bytes)
    }
}

/// What bytes cost on a line: ten bits each.
pub(crate) fn line_time(bytes: usize, speed: u32) -> Duration {
    if speed == 0 { Duration::ZERO } else { Duration::from_secs_f64(bytes as f64 * 10.0 / f64::from(speed)) }
}

/// What a key or certificate is, for tests that look at it.
pub(crate) fn device_files() -> (Certificate, PrivateKey) {
    let account = account();
    let certificate = Certificate::parse(account.device.certificate_pem().as_bytes()).unwrap();
    let key = PrivateKey::parse(account.device.key_pem().reveal().as_bytes()).unwrap();
    (certificate, key)
}
