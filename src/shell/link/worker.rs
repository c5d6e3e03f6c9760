//! The worker: one thread that owns the port, the session and the simulated module. It sleeps while no port is open;
//! while one is, it waits in short slices of reading, so that orders are heard soon and bytes at once.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, TryRecvError, unbounded};

use super::handle::{LinkHandle, Started, Teller, Wake};
use super::outgoing::Outgoing;
use super::search::Search;
use super::serial::Serial;
use super::simulated::Simulated;
use super::tcp::Tcp;
use super::{Transport, ports};
use crate::model::{Connection, News, Order, PortName};
use crate::problem::{Kind, Problem};
use crate::session::{Event, Input, LineChange, LineSettings, Output, Session, Wish};
use crate::shell::clock::Clock;
use crate::shell::errands::Errands;
use crate::shell::keyring::Keyring;
use crate::shell::log::Warnings;
use crate::shell::recording::{self, Recording};
use crate::shell::settings::Store;

/// The longest wait for bytes: within this an order is heard. It costs a thousandth of a core.
const SLICE: Duration = Duration::from_millis(20);
/// How often to look whether a lost port is back.
const LOOK: Duration = Duration::from_secs(1);
const BUFFER: usize = 16 * 1024;
/// So much may wait to be heard, in bytes; then the port is not read until all of it is, and its flow control holds the
/// module back.
const MOST_UNHEARD: usize = 32 * 1024 * 1024;

/// The thread that talks to the module.
pub struct Worker {
    clock: Clock,
    orders: Receiver<Order>,
    pub(super) teller: Teller,
    session: Session,
    line: Line,
    simulated: Simulated,
    errands: Errands,
    /// How much was told since the last time that everything was heard, in bytes.
    unheard: usize,
    /// What crosses the wire is written down in it.
    recording: Option<Recording>,
    pub(super) search: Option<Search>,
}

enum Line {
    Closed,
    Open(Open),
    /// It went away by itself; told once it is back.
    Awaited(PortName),
}

struct Open {
    name: PortName,
    port: Box<dyn Transport>,
    outgoing: Outgoing,
}

/// What the worker does next.
enum Next {
    Obey(Order),
    /// Nothing was asked: it is the port's turn.
    Turn,
    End,
}

impl Worker {
    /// Starts the thread. `wake` is called from any thread after news were put into the channel.
    /// If the system gives no thread, that is the only news.
    pub fn start(clock: Clock, wake: impl Fn() + Send + Sync + 'static) -> LinkHandle {
        Self::start_beside(clock, Arc::new(wake), Started::default())
    }

    /// Starts one more thread, for another module.
    pub(super) fn start_beside(clock: Clock, wake: Wake, started: Started) -> LinkHandle {
        let (send, orders) = unbounded();
        let (teller, news) = Teller::new(Arc::clone(&wake));
        let (own, number) = (teller.clone(), started.next());
        let run = move || Self::new(clock, orders, own, number).run();
        let worker = thread::Builder::new().name("link".to_owned()).spawn(run).map_err(|error| {
            let message = format!("The system gives no thread for the port: {error}");
            teller.tell(News::Trouble(Problem::new(
                Kind::Internal,
                message,
                "Close other programs and start again",
            )));
        });
        LinkHandle::new(clock, send, news, worker.ok(), (wake, started))
    }

    fn new(clock: Clock, orders: Receiver<Order>, teller: Teller, number: u64) -> Self {
        Self {
            clock,
            orders,
            session: Session::new(),
            line: Line::Closed,
            simulated: Simulated::new(clock, number),
            errands: Errands::new(teller.clone(), Warnings::keep(), Keyring::of_system()),
            teller,
            unheard: 0,
            recording: None,
            search: None,
        }
    }

    fn run(mut self) {
        let mut buffer = vec![0; BUFFER];
        loop {
            match self.next() {
                Next::Obey(order) => self.obey(order),
                Next::Turn => self.turn(&mut buffer),
                Next::End => return,
            }
            self.search_on();
        }
    }

    fn next(&self) -> Next {
        match self.line {
            Line::Closed => self.orders.recv().map_or(Next::End, Next::Obey),
            Line::Open(_) if self.is_far_ahead() => self.order_within(SLICE),
            Line::Open(_) => match self.orders.try_recv() {
                Ok(order) => Next::Obey(order),
                Err(TryRecvError::Empty) => Next::Turn,
                Err(TryRecvError::Disconnected) => Next::End,
            },
            Line::Awaited(_) => self.order_within(LOOK),
        }
    }

    fn order_within(&self, patience: Duration) -> Next {
        match self.orders.recv_timeout(patience) {
            Ok(order) => Next::Obey(order),
            Err(RecvTimeoutError::Timeout) => Next::Turn,
            Err(RecvTimeoutError::Disconnected) => Next::End,
        }
    }

    /// Whether too much waits to be heard for more to be read.
    fn is_far_ahead(&self) -> bool {
        self.unheard > MOST_UNHEARD && !self.teller.is_heard()
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::ListPorts => self.teller.tell(News::Ports(ports::list())),
            Order::Connect(connection) => {
                self.end_search();
                self.disconnect();
                self.connect(connection, LineChange::Opened);
            }
            Order::FindModule { first, except } => self.begin_search(&first, &except),
            Order::Disconnect => {
                self.end_search();
                self.disconnect();
            }
            Order::Wish(wish) => self.wish(wish),
            Order::Hide(secret) => self.tell_session(Input::Hide(secret)),
            Order::ReadFile { purpose, path } => self.errands.read(purpose, path),
            Order::Unlock { purpose, content, password } => self.errands.unlock(purpose, content, password),
            Order::ChooseFile { purpose, title } => self.errands.choose(purpose, title),
            Order::SaveFiles { purpose, place, files, existing } => {
                self.errands.save(purpose, place, files, existing);
            }
            Order::AppendFile { purpose, path, bytes, part } => {
                self.errands.append(purpose, path, bytes, part);
            }
            Order::OpenCapture(place) => self.errands.open_capture(place),
            Order::OpenProfile(place) => self.errands.open_profile(place),
            Order::SaveProfile { purpose, place, draft, existing } => {
                self.errands.save_profile(purpose, place, *draft, existing);
            }
            Order::Glance(paths) => self.errands.glance(paths),
            Order::Make { purpose, wanted } => self.errands.make(purpose, wanted),
            Order::Demonstrate(kind) => self.teller.tell(match self.simulated.demonstrate(kind) {
                Ok(values) => News::Demonstration(Box::new(values)),
                Err(problem) => News::Trouble(problem),
            }),
            Order::CloudMessage { from, payload } => {
                self.report(self.simulated.send_from_cloud(from, &payload));
            }
            Order::Record(path) => self.record(path),
            // Here and not on a thread of its own: the last one counts, and it is written before the program ends.
            Order::SaveSettings(settings) => {
                self.report(Store::of_user().map_or(Ok(()), |store| store.save(&settings)));
            }
            Order::SaveMacros(text) => {
                self.report(Store::of_user().map_or(Ok(()), |store| store.save_macros(&text)));
            }
            Order::SaveMessages(text) => {
                self.report(Store::of_user().map_or(Ok(()), |store| store.save_messages(&text)));
            }
        }
    }

    /// Begins a recording, or ends the one that there is.
    fn record(&mut self, path: Option<PathBuf>) {
        self.recording = None;
        let begun = path.map(|path| Recording::start(&path, self.clock, recording::ROTATED)).transpose();
        match begun {
            Ok(begun) => self.recording = begun,
            Err(problem) => self.teller.tell(News::Trouble(problem)),
        }
        let path = self.recording.as_ref().map(|recording| recording.path().to_owned());
        self.teller.tell(News::Recording(path));
    }

    /// A recording that fails is said and given up; everything else goes on.
    fn write_down(&mut self, write: impl FnOnce(&mut Recording) -> Result<(), Problem>) {
        if let Some(Err(problem)) = self.recording.as_mut().map(write) {
            self.recording = None;
            self.teller.tell(News::Trouble(problem));
            self.teller.tell(News::Recording(None));
        }
    }

    fn report(&self, result: Result<(), Problem>) {
        if let Err(problem) = result {
            self.teller.tell(News::Trouble(problem));
        }
    }

    pub(super) fn connect(
        &mut self,
        connection: Connection,
        opened: impl FnOnce(LineSettings) -> LineChange,
    ) {
        match self.open(&connection) {
            Ok(open) => {
                self.line = Line::Open(open);
                self.tell_session(Input::Line(opened(connection.line())));
            }
            Err(problem) => self.lose(connection.port, problem),
        }
    }

    fn open(&self, connection: &Connection) -> Result<Open, Problem> {
        let (name, line) = (connection.port.clone(), connection.line());
        let port: Box<dyn Transport> = match &name {
            PortName::Simulated => {
                let mut module = self.simulated.clone();
                module.set_line(line)?;
                Box::new(module)
            }
            PortName::Tcp(address) => Box::new(Tcp::open(address)?),
            PortName::Serial(path) => Box::new(Serial::open(path, line)?),
        };
        let outgoing = outgoing(&name, line);
        Ok(Open { name, port, outgoing })
    }

    /// Sets the line that is open; what waits to be written was meant for the line as it was.
    fn set_line(&mut self, line: LineSettings) {
        let Line::Open(open) = &mut self.line else { return };
        open.outgoing = outgoing(&open.name, line);
        if open.port.set_line(line).is_err() {
            self.tell_session(Input::Line(LineChange::Refused));
        }
    }

    pub(super) fn disconnect(&mut self) {
        if let Line::Open(_) = std::mem::replace(&mut self.line, Line::Closed) {
            self.tell_session(Input::Line(LineChange::Closed));
        }
    }

    /// The port is gone, or could not be had; a system may need a moment to hand over one that is back.
    fn lose(&mut self, name: PortName, problem: Problem) {
        self.line = Line::Awaited(name);
        self.tell_session(Input::Line(LineChange::Lost(problem)));
    }

    fn wish(&mut self, wish: Wish) {
        self.note_wish(&wish);
        let adds_bytes = matches!(wish, Wish::Send(_) | Wish::SendData { .. });
        match &self.line {
            Line::Open(open) if adds_bytes && open.outgoing.has_plenty() => {
                self.teller.tell(News::Session(Event::Refused(not_taken())));
            }
            _ => self.tell_session(Input::Wish(wish)),
        }
    }

    /// One round of an open line, or a look for a lost one.
    fn turn(&mut self, buffer: &mut [u8]) {
        match &mut self.line {
            Line::Closed => {}
            Line::Open(_) => {
                self.write();
                if self.is_far_ahead() {
                    self.look_at_clock();
                } else {
                    self.read(buffer);
                }
            }
            Line::Awaited(name) => {
                if let Some(ports) = ports::list_with(name) {
                    self.line = Line::Closed;
                    self.teller.tell(News::Ports(ports));
                }
            }
        }
    }

    /// Writes what the port takes now.
    fn write(&mut self) {
        let Line::Open(open) = &mut self.line else { return };
        match open.outgoing.write(&mut *open.port, self.clock.now()) {
            Ok(0) => {}
            Ok(taken) => self.tell_session(Input::Written(taken)),
            Err(problem) => self.lose_open(problem),
        }
    }

    /// Waits for bytes until the session or the rest of what is to be written is due.
    fn read(&mut self, buffer: &mut [u8]) {
        let due = self.session.poll_time();
        let Line::Open(open) = &mut self.line else { return };
        let now = self.clock.now();
        let next = [due, open.outgoing.next()].into_iter().flatten().min();
        let patience = next.map_or(SLICE, |next| next.since(now).min(SLICE));
        match open.port.read(buffer, patience) {
            Ok(0) => self.look_at_clock(),
            Ok(count) => self.tell_session(Input::Bytes(buffer.get(..count).unwrap_or_default().to_vec())),
            Err(problem) => self.lose_open(problem),
        }
    }

    fn look_at_clock(&mut self) {
        if self.session.poll_time().is_some_and(|due| due <= self.clock.now()) {
            self.tell_session(Input::Time);
        }
    }

    fn lose_open(&mut self, problem: Problem) {
        if let Line::Open(open) = &self.line {
            let name = open.name.clone();
            self.lose(name, problem);
        }
    }

    /// Passes something to the session, and on what comes of it.
    fn tell_session(&mut self, input: Input) {
        self.session.handle(input, self.clock.now());
        let mut told = false;
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Bytes(bytes) => self.send(&bytes),
                Output::DropLine => self.drop_line(),
                Output::SetLine(line) => self.set_line(line),
                Output::Event(event) => {
                    self.note_search(&event);
                    if let Event::Wire(wire) = &event {
                        self.write_down(|recording| recording.add(wire));
                    }
                    self.put(event);
                    told = true;
                }
            }
        }
        if told {
            self.write_down(Recording::flush);
            self.teller.wake();
        }
    }

    /// Tells an event without waking anybody, and weighs it.
    fn put(&mut self, event: Event) {
        let bytes = if let Event::Wire(wire) = &event { wire.bytes.capacity() } else { 0 };
        let before = if self.teller.is_heard() { 0 } else { self.unheard };
        self.unheard = before + size_of::<News>() + bytes;
        self.teller.put(News::Session(event));
    }

    fn send(&mut self, bytes: &[u8]) {
        if let Line::Open(open) = &mut self.line {
            open.outgoing.push(bytes);
        }
    }

    fn drop_line(&mut self) {
        if let Line::Open(open) = &self.line {
            self.line = Line::Awaited(open.name.clone());
        }
    }
}

fn outgoing(name: &PortName, line: LineSettings) -> Outgoing {
    match name {
        PortName::Simulated | PortName::Tcp(_) => Outgoing::free(),
        PortName::Serial(_) => Outgoing::for_line(line),
    }
}

fn not_taken() -> Problem {
    Problem::new(
        Kind::ModuleBusy,
        "The module does not take what was sent before",
        "Wait, or check the flow control of port and module",
    )
}

#[cfg(test)]
mod tests;
