//! The worker on its own thread, with the simulated module and with a terminal that comes and goes.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use super::*;
use crate::model::{Demonstration, FlowControl, Handle};
use crate::module::LineSettings;
use crate::plan::{self, Facts, Mode};
use crate::profile::{CloudKind, resolve};
use crate::session::{Activity, Direction, LineEvent, PlanEvent, PlanResult, StoreEvent, Wire, WireKind};
use crate::shell::files;

const PATIENCE: Duration = Duration::from_secs(30);

fn connection(port: &str) -> Connection {
    Connection { port: PortName::from(port), speed: 115_200, flow: FlowControl::RtsCts }
}

fn wait_for<T>(link: &LinkHandle, mut wanted: impl FnMut(&News) -> Option<T>) -> T {
    loop {
        let news = link.news().recv_timeout(PATIENCE).expect("no such news");
        if let Some(found) = wanted(&news) {
            return found;
        }
    }
}

fn session(news: &News) -> Option<&Event> {
    if let News::Session(event) = news { Some(event) } else { None }
}

fn lost(news: &News) -> Option<Problem> {
    match session(news) {
        Some(Event::Line(LineEvent::Lost(problem))) => Some(problem.clone()),
        _ => None,
    }
}

#[test]
fn the_simulated_module_is_found_and_takes_commands() {
    let (woken, wakes) = unbounded();
    let mut link = Worker::start(Clock::start(), move || woken.send(()).unwrap());
    link.send(Order::Connect(connection("simulated")));
    let model = wait_for(&link, |news| match session(news) {
        Some(Event::Identified(identity)) => Some(identity.model.to_string()),
        _ => None,
    });
    assert_eq!(model, "NINA-W152");
    wait_until_free(&link);
    link.send(Order::Wish(Wish::Send("AT+UMRS?".to_owned())));
    wait_for(&link, |news| match session(news) {
        Some(Event::Wire(wire)) if wire.text().starts_with("+UMRS:115200") => Some(()),
        _ => None,
    });
    assert!(wakes.try_iter().count() > 0);
    link.send(Order::Disconnect);
    wait_for(&link, |news| (session(news) == Some(&Event::Line(LineEvent::Closed))).then_some(()));
}

#[test]
fn a_port_that_is_not_there_is_named() {
    let mut link = Worker::start(Clock::start(), || {});
    link.send(Order::Connect(connection("/dev/nowhere")));
    assert_eq!(wait_for(&link, lost).kind, Kind::PortMissing);
    link.send(Order::Connect(connection("tcp://127.0.0.1:1")));
    assert_eq!(wait_for(&link, lost).kind, Kind::PortMissing);
}

/// The values by which the simulated module reaches the make-believe cloud of this kind.
fn demonstration(link: &mut LinkHandle, kind: CloudKind) -> Demonstration {
    link.send(Order::Demonstrate(kind));
    wait_for(link, |news| match news {
        News::Demonstration(values) => Some(values.as_ref().clone()),
        _ => None,
    })
}

#[test]
fn a_demonstration_has_the_same_values_each_time() {
    let mut link = Worker::start(Clock::start(), || {});
    link.send(Order::CloudMessage { from: CloudKind::Aws, payload: Vec::new() });
    wait_for(&link, |news| matches!(news, News::Trouble(_)).then_some(()));
    let values = [(); 2].map(|()| demonstration(&mut link, CloudKind::Aws));
    assert_eq!(values[0], values[1]);
}

/// The simulated module on its way to a cloud of the demonstration.
fn demonstrated(kind: CloudKind) -> LinkHandle {
    let clock = Clock::start();
    let mut link = Worker::start(clock, || {});
    let values = demonstration(&mut link, kind);
    link.send(Order::Connect(connection("simulated")));
    let identity = wait_for(&link, |news| match session(news) {
        Some(Event::Identified(identity)) => Some(identity.clone()),
        _ => None,
    });
    wait_until_free(&link);
    let job = resolve(&values.profile, &values.materials, clock.date()).unwrap();
    link.send(Order::Wish(Wish::Run(plan::make(&job, &Facts::of(&identity)).unwrap())));
    let result = wait_for(&link, |news| match session(news) {
        Some(Event::Plan(PlanEvent::Finished(result))) => Some(result.clone()),
        _ => None,
    });
    assert!(matches!(result, PlanResult::Done { .. }), "{kind:?}: {result:?}");
    wait_until_free(&link);
    link
}

#[test]
fn the_demonstration_of_every_cloud_runs_from_set_up_to_messages_from_the_cloud() {
    for kind in CloudKind::ALL {
        let mut link = demonstrated(kind);
        if kind != CloudKind::AzureDps {
            link.send(Order::Wish(Wish::Enter(Mode::Data)));
            wait_until_free(&link);
        }
        link.send(Order::CloudMessage { from: kind, payload: b"from the cloud".to_vec() });
        assert_eq!(wait_for(&link, received_data), b"from the cloud", "{kind:?}");
    }
}

#[test]
fn where_topics_are_free_the_demonstration_answers_a_message() {
    for kind in [CloudKind::Aws, CloudKind::Thingstream] {
        let mut link = demonstrated(kind);
        link.send(Order::Wish(Wish::Enter(Mode::Data)));
        wait_until_free(&link);
        link.send(Order::Wish(Wish::SendData { channel: None, data: b"answered by the cloud".to_vec() }));
        assert_eq!(wait_for(&link, received_data), b"answered by the cloud", "{kind:?}");
    }
}

#[test]
fn a_certificate_is_stored_on_the_simulated_module_and_the_port_tells_what_it_took() {
    let mut link = Worker::start(Clock::start(), || {});
    link.send(Order::Connect(connection("simulated")));
    wait_until_free(&link);
    let root = crate::credential::roots::builtin("amazon-root-ca-1").unwrap();
    let upload = plan::Upload {
        kind: crate::module::CredentialKind::TrustedRoot,
        name: "ca.pem".to_owned(),
        pem: crate::secret::Secret::new(root.pem()),
        password: None,
        md5: Some(root.md5()),
    };
    link.send(Order::Wish(Wish::Store(upload)));
    let whole = StoreEvent::Written { bytes: root.pem().len(), of: root.pem().len() };
    wait_for(&link, |news| (session(news) == Some(&Event::Store(whole.clone()))).then_some(()));
    let listed = wait_for(&link, |news| match session(news) {
        Some(Event::Store(StoreEvent::Listed(entries))) => Some(entries.clone()),
        _ => None,
    });
    assert!(listed.iter().any(|entry| entry.name == "ca.pem" && entry.md5 == Some(root.md5())), "{listed:?}");
}

#[test]
fn what_crosses_the_wire_is_recorded_without_secrets_until_that_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let mut link = Worker::start(Clock::start(), || {});
    link.send(Order::Record(Some(path.clone())));
    wait_for(&link, |news| (*news == News::Recording(Some(path.clone()))).then_some(()));
    link.send(Order::Connect(connection("simulated")));
    wait_until_free(&link);
    link.send(Order::Wish(Wish::Send("AT+UWSC=0,8,\"hunter2hunter2\"".to_owned())));
    wait_for(&link, |news| match session(news) {
        Some(Event::Wire(wire)) if wire.kind == WireKind::Ok => Some(()),
        _ => None,
    });
    link.send(Order::Record(None));
    wait_for(&link, |news| (*news == News::Recording(None)).then_some(()));
    let text = String::from_utf8(files::read(&path).unwrap().bytes.to_vec()).unwrap();
    assert!(text.contains("AT+GMM") && text.contains("AT+UWSC=0,8,") && !text.contains("hunter2"), "{text}");
    link.send(Order::Record(Some("/nowhere/at/all".into())));
    wait_for(&link, |news| matches!(news, News::Trouble(_)).then_some(()));
}

fn wait_until_free(link: &LinkHandle) {
    wait_for(link, |news| (session(news) == Some(&Event::Activity(Activity::Nothing))).then_some(()));
}

fn received_data(news: &News) -> Option<Vec<u8>> {
    match session(news) {
        Some(Event::Wire(Wire {
            direction: Direction::Received,
            kind: WireKind::Data { .. },
            bytes,
            ..
        })) => Some(bytes.clone()),
        _ => None,
    }
}

/// A module that never stops talking; counts how many lines it could say.
struct Chatter(Rc<Cell<usize>>);

impl Transport for Chatter {
    fn read(&mut self, buffer: &mut [u8], _: Duration) -> Result<usize, Problem> {
        let line = format!("+UUPING:1,32,\"{}\",10.0.0.1,64,21\r\n", "device".repeat(50));
        buffer[..line.len()].copy_from_slice(line.as_bytes());
        self.0.set(self.0.get() + 1);
        Ok(line.len())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize, Problem> {
        Ok(bytes.len())
    }

    fn set_line(&mut self, _: LineSettings) -> Result<(), Problem> {
        Ok(())
    }
}

#[test]
fn a_module_is_held_back_while_too_much_waits_to_be_heard_and_no_line_is_lost() {
    let (send, orders) = unbounded();
    let (teller, news) = Teller::new(Arc::new(|| {}));
    let mut worker = Worker::new(Clock::start(), orders, teller, 1);
    let said = Rc::new(Cell::new(0));
    let port = Box::new(Chatter(Rc::clone(&said)));
    worker.line =
        Line::Open(Open { name: PortName::Serial("chatter".to_owned()), port, outgoing: Outgoing::free() });
    worker.tell_session(Input::Line(LineChange::Opened(LineSettings::FACTORY)));
    worker.obey(Order::Wish(Wish::Cancel));
    let mut buffer = vec![0; BUFFER];
    let mut heard = 0;
    for _ in 0..3 {
        let before = said.get();
        worker.turn(&mut buffer);
        // So much was told before, as it were.
        worker.unheard = MOST_UNHEARD - 1000 * size_of::<News>();
        while !worker.is_far_ahead() {
            worker.turn(&mut buffer);
        }
        let held = said.get();
        assert!((2..1000).contains(&(held - before)));
        worker.turn(&mut buffer);
        assert_eq!(said.get(), held);
        // Orders are heard nevertheless.
        send.send(Order::ListPorts).unwrap();
        assert!(matches!(worker.next(), Next::Obey(Order::ListPorts)));
        heard += news.try_iter().filter(is_ping).count();
        assert_eq!(heard, held);
    }
}

fn is_ping(news: &News) -> bool {
    matches!(session(news), Some(Event::Wire(wire)) if wire.text().starts_with("+UUPING"))
}

#[cfg(unix)]
#[test]
fn a_terminal_that_goes_away_is_noticed_within_a_second() {
    use std::io::Read as _;

    use rustix::pty::{OpenptFlags, openpt, ptsname, unlockpt};

    let mut terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map(std::fs::File::from).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
    let clock = Clock::start();
    let mut link = Worker::start(clock, || {});
    link.send(Order::Connect(connection(&name)));
    wait_for(&link, |news| (session(news) == Some(&Event::Line(LineEvent::Opened))).then_some(()));
    let mut first = [0];
    terminal.read_exact(&mut first).unwrap();
    let gone = clock.now();
    drop(terminal);
    assert_eq!(wait_for(&link, lost).kind, Kind::PortLost);
    assert!(clock.now().since(gone) < Duration::from_secs(1));
}
