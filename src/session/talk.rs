//! How a procedure talks with the engine. Procedures (`find`, `modes`, `run`) are written as `async` functions because
//! they are conversations: ask, wait, ask again. There is no runtime and no thread behind them: the engine polls the
//! one procedure that is under way after each input, and everything it waits for is in [`Talk`].

use std::cell::{Ref, RefCell, RefMut};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use super::LineSettings;
use super::event::{Consent, Event, WireKind};
use crate::at;
use crate::module::Urc;
use crate::moment::Moment;
use crate::plan::Mode;
use crate::problem::{Kind, Problem};

/// What a procedure asks of the engine.
#[derive(Debug)]
pub(super) enum Request {
    /// Send a command and await its reply.
    Command(Ask),
    /// Send the body of an upload.
    Upload(Vec<u8>),
    /// Send so many line ends to a module that may wait for the rest of an upload, and await what it says to that.
    Padding {
        size: usize,
        limit: Duration,
    },
    /// Send a message: on a channel of extended data mode, or to all peers in data mode.
    Publish {
        channel: Option<u8>,
        data: Vec<u8>,
    },
    /// Send `+++` and await `OK`.
    Escape {
        limit: Duration,
    },
    /// Set the line like this, and take the bytes that follow as they are.
    SetLine(LineSettings),
    /// Send these bytes outside any framing; in words, they are this.
    Raw {
        bytes: Vec<u8>,
        shown: &'static str,
        kind: WireKind,
    },
    /// Take the bytes that follow as this mode's.
    Assume(Option<Mode>),
    Tell(Event),
}

/// A command and how long its answer may take.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) command: at::Command,
    pub(super) limit: Duration,
    pub(super) prompt: Prompt,
}

/// Whether a command is answered with a prompt first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    Expected,
    Not,
}

/// How a command was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Ok(Vec<String>),
    Error,
    Prompt,
    /// Nothing, or no end, within the limit.
    Silent,
    /// The module restarted instead.
    Reset,
}

/// What happened beside answers.
#[derive(Clone, Debug)]
pub(super) enum Notice {
    Urc(Urc),
    /// Bytes as they are, while no framing is known to fit.
    Raw(Vec<u8>),
    /// The port cannot be set as it should be.
    LineRefused,
    /// A whole line, of an answer or unasked; told to macros only.
    Line(String),
    /// A peer is connected; its channel where the mode tells.
    Connected {
        handle: u32,
        channel: Option<u8>,
    },
    /// Data from a peer; its channel where the mode tells. It may be a part of a message, or more than one.
    Message {
        channel: Option<u8>,
        data: Vec<u8>,
    },
    /// The module has started; in this mode.
    Started,
}

/// Why a procedure stops before its end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stop {
    Cancelled,
    Problem(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// The desk between engine and procedure.
#[derive(Clone, Debug, Default)]
pub(super) struct Talk(Rc<RefCell<Desk>>);

/// What lies on the desk.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) now: Moment,
    pub(super) mode: Option<Mode>,
    /// When the last byte for the module leaves the line.
    pub(super) last_sent: Moment,
    /// How the computer's end of the line is set.
    pub(super) line: LineSettings,
    /// How it will be set after a restart, if that differs: the present settings are not stored on the module.
    pub(super) unstored_line: Option<LineSettings>,
    pub(super) requests: VecDeque<Request>,
    pub(super) reply: Option<Reply>,
    pub(super) notices: VecDeque<Notice>,
    /// What the person has answered.
    pub(super) consent: Option<Consent>,
    /// When the procedure wants to be polled at the latest.
    pub(super) wake: Option<Moment>,
    pub(super) cancelled: bool,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            now: Moment::START,
            mode: None,
            last_sent: Moment::START,
            line: LineSettings::FACTORY,
            unstored_line: None,
            requests: VecDeque::new(),
            reply: None,
            notices: VecDeque::new(),
            consent: None,
            wake: None,
            cancelled: false,
        }
    }
}

impl Talk {
    pub(super) fn desk(&self) -> RefMut<'_, Desk> {
        self.0.borrow_mut()
    }

    pub(super) fn look(&self) -> Ref<'_, Desk> {
        self.0.borrow()
    }

    pub(super) fn now(&self) -> Moment {
        self.look().now
    }

    pub(super) fn mode(&self) -> Option<Mode> {
        self.look().mode
    }

    pub(super) fn tell(&self, event: Event) {
        self.request(Request::Tell(event));
    }

    pub(super) fn request(&self, request: Request) {
        self.desk().requests.push_back(request);
    }

    /// Waits until everything that was requested has been served: what depends on it can be read then.
    pub(super) async fn served(&self) {
        poll_fn(|_| if self.look().requests.is_empty() { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// Sends a command and waits for its reply. A cancelled procedure still waits: one command is under way at a
    /// time, and it ends at a prompt.
    pub(super) async fn ask(&self, command: at::Command, limit: Duration) -> Reply {
        self.exchange(Request::Command(Ask { command, limit, prompt: Prompt::Not })).await
    }

    /// The same for a command that is followed by data.
    pub(super) async fn ask_for_prompt(&self, command: at::Command, limit: Duration) -> Reply {
        self.exchange(Request::Command(Ask { command, limit, prompt: Prompt::Expected })).await
    }

    /// Makes a request that is answered with a reply.
    pub(super) async fn exchange(&self, request: Request) -> Reply {
        self.request(request);
        self.reply().await
    }

    /// Waits for a further reply to the same command.
    pub(super) async fn reply(&self) -> Reply {
        poll_fn(|_| match self.desk().reply.take() {
            Some(reply) => Poll::Ready(reply),
            None => Poll::Pending,
        })
        .await
    }

    /// The next notice, or `None` once it is `until`.
    pub(super) async fn notice(&self, until: Moment) -> Result<Option<Notice>, Stop> {
        poll_fn(|_| {
            let mut desk = self.desk();
            desk.wake = None;
            if desk.cancelled {
                return Poll::Ready(Err(Stop::Cancelled));
            }
            if let Some(notice) = desk.notices.pop_front() {
                return Poll::Ready(Ok(Some(notice)));
            }
            desk.ready_at(until).map(|()| Ok(None))
        })
        .await
    }

    /// Asks the person, and waits for the answer, however long it takes. What is noticed meanwhile is forgotten.
    pub(super) async fn ask_person(&self, question: Event) -> Result<Consent, Stop> {
        self.desk().consent = None;
        self.tell(question);
        poll_fn(|_| {
            let mut desk = self.desk();
            desk.wake = None;
            desk.notices.clear();
            if desk.cancelled {
                return Poll::Ready(Err(Stop::Cancelled));
            }
            desk.consent.take().map_or(Poll::Pending, |consent| Poll::Ready(Ok(consent)))
        })
        .await
    }

    /// Forgets what has been noticed so far.
    pub(super) fn forget_notices(&self) {
        self.desk().notices.clear();
    }

    /// Waits until then, cancelled or not: for waits that the protocol demands.
    pub(super) async fn pause(&self, until: Moment) {
        poll_fn(|_| self.desk().ready_at(until)).await;
    }

    pub(super) fn check_cancelled(&self) -> Result<(), Stop> {
        if self.look().cancelled { Err(Stop::Cancelled) } else { Ok(()) }
    }
}

impl Desk {
    /// A procedure begins with a clean desk; what is known of the line stays.
    pub(super) fn start_procedure(&mut self) {
        self.reply = None;
        self.notices.clear();
        self.consent = None;
        self.wake = None;
        self.cancelled = false;
    }

    /// The line is gone.
    pub(super) fn reset(&mut self) {
        self.start_procedure();
        self.requests.clear();
        self.mode = None;
        self.unstored_line = None;
    }

    pub(super) fn take_requests(&mut self) -> Vec<Request> {
        self.requests.drain(..).collect()
    }

    fn ready_at(&mut self, until: Moment) -> Poll<()> {
        if self.now >= until {
            self.wake = None;
            return Poll::Ready(());
        }
        self.wake = Some(until);
        Poll::Pending
    }
}

/// The answer to a command, or the problem that it was not answered well.
pub(super) fn answered(reply: Reply, shown: &str) -> Result<Vec<String>, Problem> {
    match reply {
        Reply::Ok(lines) => Ok(lines),
        Reply::Error => Err(Problem::new(
            Kind::ModuleRefused,
            format!("The module refused {shown}"),
            "Check the value against the AT commands manual, and whether this firmware knows the command",
        )),
        Reply::Prompt => Err(Problem::new(
            Kind::ModuleRefused,
            format!("The module asked for data after {shown}"),
            "Restart the module and try again",
        )),
        Reply::Silent => Err(silent(shown)),
        Reply::Reset => Err(reset(shown)),
    }
}

/// What is refused because the module would not take it for a command.
pub(super) fn would_be_payload() -> Problem {
    Problem::new(
        Kind::ModuleBusy,
        "The module is in data mode: a command would be sent to the cloud as payload",
        "Go to command mode first",
    )
}

pub(super) fn silent(shown: &str) -> Problem {
    Problem::new(
        Kind::ModuleSilent,
        format!("The module did not answer {shown}"),
        "Check cable and power, switch RTS/CTS flow control the way the board needs it, and try again",
    )
}

pub(super) fn reset(shown: &str) -> Problem {
    Problem::new(
        Kind::ModuleReset,
        format!("The module restarted during {shown}"),
        "Check its power supply, then try again: what is done already will be skipped",
    )
}
