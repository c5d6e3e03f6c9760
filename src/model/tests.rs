//! How news become what the window shows, one test per fold that spans several parts of the model.

use super::*;
use crate::module::{CredentialKind, Firmware, Identity, StoredCredential};
use crate::plan::{Act, Mode, Plan, Stage as PlanStage, Step, Upload};
use crate::problem::Kind;
use crate::session::{Direction, PeerEvent, PlanEvent, PlanResult, StepState, StoreEvent, WifiEvent, Wish};
use std::time::Duration;

/// A model with a clock that goes on 10 ms with every event.
struct Bench {
    model: Model,
    now: Moment,
}

impl Bench {
    fn new() -> Self {
        Self { model: Model::default(), now: Moment::START }
    }

    fn connected() -> Self {
        let mut bench = Self::new();
        bench.model.connecting(&serial());
        bench.tell(Event::Line(LineEvent::Opened));
        bench
    }

    fn news(&mut self, news: News) {
        self.now = self.now + Duration::from_millis(10);
        self.model.handle(news, self.now);
    }

    fn tell(&mut self, event: Event) {
        self.news(News::Session(event));
    }

    fn wire(&mut self, direction: Direction, kind: WireKind, text: &str) {
        self.tell(Event::Wire(Wire { at: self.now, direction, kind, bytes: text.as_bytes().to_vec() }));
    }

    fn is_done(&self, name: StageName) -> bool {
        matches!(self.model.stages.progress(name), Progress::Done { .. })
    }
}

fn serial() -> Connection {
    let port = PortName::Serial("/dev/ttyUSB0".to_owned());
    Connection { port, speed: DEFAULT_SPEED, flow: FlowControl::RtsCts }
}

fn port(name: PortName) -> Port {
    Port { name, description: String::new(), usb: None }
}

fn unplugged() -> Problem {
    Problem::new(Kind::PortLost, "The port is gone", "Plug it in again")
}

fn identity() -> Box<Identity> {
    Box::new(Identity {
        manufacturer: "u-blox".to_owned(),
        model: crate::module::Model::new("NINA-W152"),
        firmware: Some(Firmware { major: 4, minor: 0, patch: 0, build: 6 }),
        serial: "1".to_owned(),
        mac: "D4CA6E000001".to_owned(),
    })
}

#[test]
fn a_port_that_is_plugged_in_again_is_offered() {
    let mut bench = Bench::connected();
    bench.tell(Event::Line(LineEvent::Lost(unplugged())));
    let presence = |bench: &Bench| match &bench.model.line {
        Line::Lost { port, .. } => Some(*port),
        _ => None,
    };
    bench.news(News::Ports(vec![port(PortName::Simulated)]));
    assert_eq!(presence(&bench), Some(Presence::Away));
    bench.news(News::Ports(vec![port(PortName::Simulated), port(serial().port)]));
    assert_eq!(presence(&bench), Some(Presence::Back));
    assert!(matches!(bench.model.stages.progress(StageName::Port), Progress::Failed(_)));
}

#[test]
fn a_port_that_cannot_be_opened_leaves_the_line_closed_and_says_why() {
    for told in [
        News::Trouble(Problem::new(Kind::PortBusy, "in use", "close it")),
        News::Session(Event::Line(LineEvent::Lost(Problem::new(Kind::PortBusy, "in use", "close it")))),
    ] {
        let mut bench = Bench::new();
        bench.model.connecting(&serial());
        bench.news(told);
        assert_eq!((&bench.model.line, bench.model.notices.iter().count()), (&Line::Closed, 1));
    }
}

#[test]
fn what_was_known_of_the_module_goes_with_the_line() {
    let mut bench = Bench::connected();
    bench.tell(Event::Identified(identity()));
    bench.tell(Event::Mode(Some(Mode::Command)));
    bench.tell(Event::Line(LineEvent::Closed));
    assert_eq!((&bench.model.module, bench.model.mode), (&ModuleView::default(), None));
    assert_eq!(bench.model.stages, Stages::default());
}

#[test]
fn each_stage_is_done_by_what_proves_it_and_knows_the_line_that_does() {
    let mut bench = Bench::connected();
    bench.wire(Direction::Received, WireKind::Ok, "OK");
    bench.tell(Event::Mode(Some(Mode::Command)));
    bench.wire(Direction::Received, WireKind::Answer, "\"NINA-W152\"");
    bench.tell(Event::Identified(identity()));
    bench.tell(Event::Wifi(WifiEvent::Network { ssid: "lab-ap".to_owned() }));
    bench.tell(Event::Wifi(WifiEvent::Address("10.0.0.7".parse().unwrap())));
    bench.tell(Event::Peer(PeerEvent::Connected { handle: 1, channel: None, remote: None }));
    let done: Vec<_> = StageName::ALL.into_iter().filter(|name| bench.is_done(*name)).collect();
    assert_eq!(done, StageName::ALL[..6]);
    let Progress::Done { took, evidence: Some(Evidence::Console(id)), .. } =
        bench.model.stages.progress(StageName::Known)
    else {
        panic!("not known");
    };
    assert_eq!(*took, Some(Duration::from_millis(20)));
    let line = bench.model.console.index_of(*id).and_then(|index| bench.model.console.get(index)).unwrap();
    assert_eq!(line.text, "\"NINA-W152\"");
}

#[test]
fn messages_count_only_while_a_peer_is_connected() {
    let mut bench = Bench::connected();
    let data = WireKind::Data { channel: None };
    bench.wire(Direction::Sent, data, "into the void");
    assert!(!bench.is_done(StageName::FirstOut));
    bench.tell(Event::Peer(PeerEvent::Connected { handle: 1, channel: None, remote: None }));
    bench.wire(Direction::Sent, data, "hello");
    bench.wire(Direction::Received, data, "hi");
    assert!(bench.is_done(StageName::FirstOut) && bench.is_done(StageName::FirstIn));
    assert_eq!(bench.model.traffic.len(), 2);
    let console = &bench.model.console;
    console.scan(0..console.len(), |_, line| {
        assert!(!matches!(line.kind, LineKind::Wire(..)), "payload is no console line");
    });
}

#[test]
fn a_lost_connection_takes_the_stages_behind_it_along() {
    let mut bench = Bench::connected();
    bench.tell(Event::Wifi(WifiEvent::Network { ssid: "lab-ap".to_owned() }));
    bench.tell(Event::Peer(PeerEvent::Connected { handle: 1, channel: None, remote: None }));
    bench.tell(Event::Peer(PeerEvent::Disconnected { handle: 1 }));
    assert!(bench.is_done(StageName::Wifi) && !bench.is_done(StageName::Cloud));
    bench.tell(Event::Restarted);
    assert!(!bench.is_done(StageName::Wifi));
    assert_eq!(bench.model.module.wifi, Wifi::default());
}

#[test]
fn a_step_that_fails_fails_its_stage_and_trying_again_clears_it() {
    let mut bench = Bench::connected();
    let plan = Plan { steps: vec![Step::new(PlanStage::Wifi, "Join", vec![Act::LeaveNetwork])] };
    let problem = Problem::new(Kind::WifiRefused, "refused", "check the passphrase");
    let step = |state| Event::Plan(PlanEvent::Step { index: 0, state, elapsed: Duration::ZERO });
    bench.model.plan_started(&plan);
    bench.tell(Event::Plan(PlanEvent::Started { of: 1 }));
    bench.tell(step(StepState::Running));
    assert!(matches!(bench.model.stages.progress(StageName::Wifi), Progress::Running { .. }));
    bench.tell(step(StepState::Failed(problem.clone())));
    bench.tell(Event::Plan(PlanEvent::Finished(PlanResult::Failed(problem.clone()))));
    assert_eq!(bench.model.stages.progress(StageName::Wifi), &Progress::Failed(problem));
    assert!(!bench.model.is_running());
    bench.model.plan_started(&plan);
    assert_eq!(bench.model.stages.progress(StageName::Wifi), &Progress::Pending);
}

#[test]
fn a_refused_plan_ends_and_a_refused_wish_does_not_touch_a_running_one() {
    let busy = || Event::Refused(Problem::new(Kind::ModuleBusy, "busy", "wait"));
    let mut bench = Bench::connected();
    bench.model.plan_started(&Plan::default());
    bench.tell(busy());
    assert!(!bench.model.is_running());
    bench.model.plan_started(&Plan::default());
    bench.tell(Event::Plan(PlanEvent::Started { of: 0 }));
    bench.tell(busy());
    assert!(bench.model.is_running());
    assert_eq!(bench.model.notices.iter().count(), 1);
}

fn upload() -> Upload {
    let (kind, pem) = (CredentialKind::TrustedRoot, crate::secret::Secret::new("twelve bytes"));
    Upload { kind, name: "ca.pem".to_owned(), pem, password: None, md5: None }
}

fn stored() -> StoredCredential {
    let (kind, name) = (CredentialKind::TrustedRoot, "ca.pem".to_owned());
    StoredCredential { kind, name, subject: None, expiry: None, md5: None }
}

/// A bench whose session was asked for this and has begun.
fn storing(wish: &Wish) -> Bench {
    let mut bench = Bench::connected();
    bench.model.store.asked(wish);
    bench.tell(Event::Activity(Activity::Storing));
    bench
}

fn state(bench: &Bench) -> Option<UploadState> {
    bench.model.store.upload(CredentialKind::TrustedRoot, "ca.pem").map(|upload| upload.state.clone())
}

#[test]
fn an_upload_is_followed_from_its_first_byte_to_its_place_in_the_list() {
    let mut bench = storing(&Wish::Store(upload()));
    bench.tell(Event::Store(StoreEvent::Written { bytes: 5, of: 12 }));
    assert_eq!(state(&bench), Some(UploadState::Running { written: 5 }));
    let (kind, name) = (CredentialKind::TrustedRoot, "ca.pem".to_owned());
    bench.tell(Event::Store(StoreEvent::Stored { kind, name, md5: None }));
    bench.tell(Event::Store(StoreEvent::Listed(vec![stored()])));
    bench.tell(Event::Activity(Activity::Nothing));
    assert_eq!(state(&bench), Some(UploadState::Stored { md5: None }));
    assert_eq!((&bench.model.store.listing, &bench.model.store.errand), (&Listing::Current, &None));
    bench.tell(Event::Store(StoreEvent::Listed(Vec::new())));
    assert_eq!(state(&bench), None, "what is gone is not called stored");
}

#[test]
fn an_upload_that_ends_without_a_word_was_cancelled() {
    let mut bench = storing(&Wish::Store(upload()));
    bench.tell(Event::Activity(Activity::Nothing));
    assert_eq!(state(&bench), Some(UploadState::Cancelled));
}

#[test]
fn only_a_refusal_before_it_begins_fails_an_upload() {
    let busy = || Problem::new(Kind::ModuleBusy, "busy", "wait");
    let mut bench = storing(&Wish::Store(upload()));
    bench.tell(Event::Refused(busy()));
    assert_eq!(state(&bench), Some(UploadState::Running { written: 0 }), "something else was refused");
    bench.tell(Event::Activity(Activity::Nothing));
    bench.model.store.asked(&Wish::Store(upload()));
    bench.tell(Event::Refused(busy()));
    assert_eq!(state(&bench), Some(UploadState::Failed(busy())));
}

#[test]
fn why_an_upload_failed_outlives_the_line_and_the_list_does_not() {
    let mut bench = storing(&Wish::Store(upload()));
    bench.tell(Event::Store(StoreEvent::Listed(vec![stored()])));
    bench.tell(Event::Store(StoreEvent::Failed(unplugged())));
    bench.tell(Event::Activity(Activity::Nothing));
    bench.tell(Event::Line(LineEvent::Lost(unplugged())));
    assert_eq!(state(&bench), Some(UploadState::Failed(unplugged())));
    assert_eq!((bench.model.store.entries.len(), &bench.model.store.listing), (0, &Listing::Unknown));
}

#[test]
fn a_list_is_out_of_date_once_something_else_changes_the_store() {
    let mut bench = storing(&Wish::ListStored);
    bench.tell(Event::Store(StoreEvent::Listed(vec![stored()])));
    bench.tell(Event::Activity(Activity::Nothing));
    bench.wire(Direction::Sent, WireKind::Command, "AT+USECMNG=4,0,\"ca.pem\"");
    assert_eq!(bench.model.store.listing, Listing::Current);
    bench.wire(Direction::Sent, WireKind::Command, "at+usecmng=2,0,ca.pem");
    assert_eq!(bench.model.store.listing, Listing::Outdated);
    bench.model.plan_started(&Plan::default());
    bench.tell(Event::Plan(PlanEvent::Finished(PlanResult::Cancelled)));
    assert_eq!(bench.model.store.listing, Listing::Unknown, "it may be asked for again");
}

#[test]
fn a_list_that_was_cancelled_is_not_asked_for_again_by_itself() {
    let mut bench = storing(&Wish::ListStored);
    bench.tell(Event::Activity(Activity::Nothing));
    assert_eq!(bench.model.store.listing, Listing::Outdated);
}

#[test]
fn what_divides_the_lines_of_the_console_is_marked() {
    let mut bench = Bench::connected();
    bench.wire(Direction::Received, WireKind::Noise, "\u{fffd}");
    bench.model.handle_date(UnixTime(1_000_000));
    bench.model.handle_date(UnixTime(1_003_600));
    bench.tell(Event::Line(LineEvent::Lost(unplugged())));
    let mut bars = Vec::new();
    bench.model.console.scan(0..99, |_, line| bars.extend(line.kind.is_bar().then_some(line.kind)));
    let noise = LineKind::Wire(Direction::Received, WireKind::Noise);
    let mark = LineKind::Mark;
    assert_eq!(bars, [mark(Mark::Opened), noise, mark(Mark::ClockJump), mark(Mark::Lost)]);
}

/// A tape on a disk that is full.
#[derive(Debug)]
struct Full;

impl Tape for Full {
    fn append(&mut self, _: &[u8]) -> Result<(), Problem> {
        Err(Problem::new(Kind::FileUnwritable, "The disk is full", "Free some room"))
    }

    fn read(&self, _: u64, _: &mut [u8]) -> Result<(), Problem> {
        Err(Problem::new(Kind::Internal, "Nothing was written", "?"))
    }

    fn clear(&mut self) {}
}

#[test]
fn a_log_that_cannot_be_written_is_told_once_and_goes_on_in_memory() {
    let mut bench = Bench { model: Model::on(Box::new(Full), Box::new(Full)), now: Moment::START };
    (0..2_000).for_each(|_| bench.wire(Direction::Received, WireKind::Answer, &"x".repeat(100)));
    let notices: Vec<_> = bench.model.notices.iter().map(|notice| notice.problem.message.as_str()).collect();
    assert_eq!(notices, ["The disk is full"]);
    let mut said = 0;
    bench.model.console.scan(0..9_999, |_, line| said += usize::from(line.text == "The disk is full"));
    assert_eq!((said, bench.model.console.len(), bench.model.console.missing()), (1, 2_001, 0));
}
