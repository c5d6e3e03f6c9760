//! A make-believe u-connectXpress module: bytes of its serial line, line settings, network events and time go in;
//! bytes and wishes to the network come out. It knows nothing of the client that talks to it; what a module does is
//! decided by protocol.md, and where that is silent by its section 15.
//!
//! It has no clock and no sockets. MQTT and TLS are spoken in here, so the network it asks for is plain TCP.

mod agenda;
mod chance;
mod commands;
mod console;
mod faults;
mod line;
mod memory;
mod network;
mod peers;
mod pipe;
mod power;
mod reader;
mod settings;
mod station;
mod timing;
mod url;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use agenda::{Agenda, Busy};
use chance::Chance;
use console::{Console, Upload};
use line::Line;
use memory::{Memory, Profile};
use network::poll_time;
use peers::{Numbering, Peers};
use pipe::Pipe;
use station::{Station, Step};

use crate::at::Request;
use crate::edm;
use crate::module::Capabilities;
use crate::moment::Moment;

pub use faults::{Fault, Faults};
pub use settings::{
    AccessPoint, Echo, FlowControl, LineSettings, Mode, Parity, Protection, Settings, Start, Stored, Timing,
};

/// What a module is told.
#[derive(Clone, Debug)]
pub enum Input {
    /// Bytes from the host.
    Bytes(Vec<u8>),
    /// The host's end of the line is now set like this. Until told, the host is taken to be set like the module.
    Line(LineSettings),
    /// Something happened to a TCP connection that was asked for with [`TcpRequest::Open`].
    Tcp {
        /// The number given with the request.
        connection: u32,
        /// What happened.
        event: TcpEvent,
    },
    /// Only time has passed.
    Time,
}

/// What can happen to a TCP connection.
#[derive(Clone, Debug)]
pub enum TcpEvent {
    /// It stands.
    Opened {
        /// The address the host name led to.
        remote: SocketAddr,
    },
    /// It could not be made.
    Failed(TcpFailure),
    /// Bytes from the other side.
    Bytes(Vec<u8>),
    /// The other side closed it. Not expected after [`TcpRequest::Close`].
    Closed,
}

/// Why a TCP connection could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TcpFailure {
    /// The host name leads nowhere.
    NameUnknown,
    /// Nobody listens at the port.
    Refused,
    /// No answer came.
    TimedOut,
    /// There is no way to the host.
    Unreachable,
}

/// What a module gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Bytes to the host.
    Bytes(Vec<u8>),
    /// A wish to the network.
    Tcp {
        /// The number of the connection; never used twice.
        connection: u32,
        /// What is wanted.
        request: TcpRequest,
    },
}

/// What a module wants of a TCP connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TcpRequest {
    /// Look the name up and connect; answered by [`TcpEvent::Opened`] or [`TcpEvent::Failed`].
    Open {
        /// A host name, an IPv4 address or an IPv6 address without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// Send these bytes.
    Send(Vec<u8>),
    /// Close it once everything is sent. Nothing about it is told afterwards.
    Close,
}

/// The module.
pub struct Simulator {
    settings: Settings,
    capabilities: Capabilities,
    seed: u64,
    chance: Chance,
    now: Moment,
    agenda: Agenda<Happening>,
    busy: Busy,
    outputs: VecDeque<Output>,
    power: Power,
    started: Moment,
    line: Line,
    port: Port,
    console: Console,
    memory: Memory,
    station: Station,
    peers: Peers,
}

/// What is going to happen.
enum Happening {
    /// The command under way is executed and answered; `None` is a line that is no command.
    Answer(Option<Request>),
    /// The upload under way is judged.
    Judge(Upload),
    /// The upload under way has waited too long.
    GiveUp,
    /// The boot ROM speaks.
    Rom,
    /// The boot is over.
    Booted,
    /// The line settings change.
    LineChange(LineSettings),
    /// The station goes on.
    Station(Step),
    /// The station joins with this configuration.
    Join(u8),
    /// Peers by their ids: connect event, `+UUDPC`, failure, end as asked for.
    Announce(u32),
    Report(u32),
    Fail(u32),
    Close(u32),
    /// The connection is lost without cause.
    Drop(u32),
    /// Default remote peers are connected.
    DefaultPeers,
    /// A line to say.
    Say(String),
}

/// Whether the module runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    On,
    Booting,
    /// For ever.
    Deaf,
}

/// What the serial port is used for.
enum Port {
    Command,
    Data(Pipe),
    Edm(edm::Decoder),
}

impl Simulator {
    /// A module in its starting state. The seed decides its serial number, its addresses, how it numbers peers and
    /// every length of time that is not fixed.
    pub fn new(settings: Settings, seed: u64) -> Self {
        let start = &settings.start;
        let profile = Profile { line: start.line, mode: start.mode, ..Profile::default() };
        let mut simulator = Self {
            capabilities: Capabilities::of(&settings.model, Some(&settings.firmware)),
            seed,
            chance: Chance::new(seed),
            now: Moment::START,
            agenda: Agenda::default(),
            busy: Busy::default(),
            outputs: VecDeque::new(),
            power: Power::On,
            started: Moment::START,
            line: Line::new(start.line, settings.faults.lost_bytes()),
            port: Port::Command,
            console: Console::default(),
            memory: Memory::with_profile(profile),
            station: Station::default(),
            peers: Peers::new(Numbering::from_seed(seed)),
            settings,
        };
        simulator.take_starting_state();
        simulator
    }

    /// Tells the module something. Moments never go back.
    pub fn handle(&mut self, input: Input, now: Moment) {
        self.advance(now);
        match input {
            Input::Line(settings) => self.line.set_host(settings),
            Input::Bytes(bytes) => {
                let heard = self.line.heard(bytes, self.now);
                if self.power == Power::On && !self.settings.faults.has(&Fault::Silent) {
                    self.receive(&heard);
                }
            }
            Input::Tcp { connection, event } if self.power == Power::On => self.handle_tcp(connection, event),
            Input::Tcp { .. } | Input::Time => {}
        }
        self.advance(now);
    }

    /// Whether the module's RTS output lets a computer send that waits for it. A module that uses no flow control does
    /// not drive it.
    pub fn is_ready_to_receive(&self) -> bool {
        self.line.own.flow_control == FlowControl::CtsRts
    }

    /// How its end of the line is set now.
    pub fn line(&self) -> LineSettings {
        self.line.own
    }

    /// The next thing that the module gives.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Time`] is due. It may be told at any other time too.
    pub fn poll_time(&self) -> Option<Moment> {
        if self.power == Power::Deaf {
            return None;
        }
        let brokers = self.peers.links.values().filter_map(|link| poll_time(&link.kind));
        brokers.chain(self.next_own()).min()
    }

    /// The time the module itself has taken so far while its host had to wait: thinking, restarting, joining,
    /// connecting. Jobs that overlap count once. Neither the line nor the network is in it.
    pub fn busy_time(&self) -> Duration {
        self.busy.total()
    }

    /// Lets everything happen that is due, each at its own moment, so that it does not matter how often time is told.
    fn advance(&mut self, now: Moment) {
        while let Some(due) = self.next_own().filter(|due| *due <= now) {
            self.now = self.now.max(due);
            if let Port::Data(pipe) = &mut self.port
                && let Some(event) = pipe.handle_time(self.now)
            {
                self.handle_pipe(event);
            } else if let Some(happening) = self.agenda.take_due(self.now) {
                self.happen(happening);
            }
        }
        self.now = self.now.max(now);
        if self.power == Power::On {
            self.handle_broker_time();
        }
    }

    /// When something is due that is not up to a broker.
    fn next_own(&self) -> Option<Moment> {
        let pipe = if let Port::Data(pipe) = &self.port { pipe.poll_time() } else { None };
        self.agenda.next().into_iter().chain(pipe).min()
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Answer(request) => self.answer(request.as_ref()),
            Happening::Judge(upload) => self.judge(&upload),
            Happening::GiveUp => self.give_up(),
            Happening::Rom => self.speak_rom(),
            Happening::Booted => self.finish_boot(),
            Happening::LineChange(settings) => self.line.own = settings,
            Happening::Station(step) => self.go(step),
            Happening::Join(config) => self.join(config),
            Happening::Announce(peer) => self.announce(peer),
            Happening::Report(peer) => self.report(peer),
            Happening::Fail(peer) => self.lose(peer),
            Happening::Close(peer) => self.close(peer),
            Happening::Drop(connection) => self.drop_link(connection),
            Happening::DefaultPeers => self.connect_default_peers(),
            Happening::Say(line) => self.say(&line),
        }
    }

    /// Plans something the host has to wait for.
    fn plan_work(&mut self, takes: Duration, happening: Happening) {
        let due = self.now + self.settings.timing.of(takes);
        self.busy.add(self.now, due);
        self.agenda.plan(due, happening);
    }
}

#[cfg(test)]
mod tests;
