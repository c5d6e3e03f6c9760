//! What leaves for the module: commands one at a time, uploads, payload, and `+++`. Answers are read in `incoming`.

use std::time::Duration;

use zeroize::Zeroizing;

use super::event::{Direction, Event, Framed, StoreEvent, Wire, WireKind};
use super::framing::Framing;
use super::progress::Written;
use super::talk::{Ask, Prompt, Reply, would_be_payload};
use super::{LineEnd, Output, Session, busy, run};
use crate::at;
use crate::edm;
use crate::moment::Moment;
use crate::plan::Mode;
use crate::problem::{Kind, Problem};
use crate::secret::{DOTS, Secret};

/// From the `OK` of `ATO1` to the first byte of payload (protocol.md §4).
pub(super) const BEFORE_PAYLOAD: Duration = Duration::from_millis(50);

/// The command under way.
pub(super) struct Exchange {
    /// As it left, to know its echo.
    pub(super) wire: Zeroizing<String>,
    pub(super) shown: String,
    pub(super) owner: Owner,
    pub(super) state: Waiting,
    pub(super) lines: Vec<String>,
    /// The mode of the line once the module has said `OK`.
    pub(super) then: Option<Mode>,
    deadline: Moment,
}

/// Who gets the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Person,
    Procedure,
}

/// What a command waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    Answer,
    /// The module has prompted; the body has not left yet.
    Body,
    /// `+++` has left.
    Escape,
}

impl Exchange {
    pub(super) const fn deadline(&self) -> Moment {
        self.deadline
    }

    pub(super) const fn is_of_person(&self) -> bool {
        matches!(self.owner, Owner::Person)
    }

    /// Whether lines that are neither answer nor echo may hold parts of what was sent.
    pub(super) fn carries_secrets(&self) -> bool {
        self.shown.contains(DOTS)
    }
}

impl Session {
    pub(super) fn send_command(&mut self, ask: &Ask) {
        let deadline = self.talk.now() + ask.limit;
        self.begin(&ask.command, Owner::Procedure, ask.prompt, deadline);
    }

    /// A command that a person typed: sent at once, or after the ones typed before it.
    pub(super) fn type_command(&mut self, text: String) {
        if self.procedure.is_some() {
            return self.refuse(busy());
        }
        if let Some(Exchange { state: Waiting::Body, owner: Owner::Person, .. }) = &self.exchange {
            return self.send_upload(text.into_bytes());
        }
        if self.talk.mode() == Some(Mode::Data) {
            return self.refuse(would_be_payload());
        }
        self.typed.push_back(text);
        self.send_next_typed();
    }

    pub(super) fn send_next_typed(&mut self) {
        if self.exchange.is_some() || self.procedure.is_some() {
            return;
        }
        let Some(text) = self.typed.pop_front() else { return };
        let deadline = self.talk.now() + typed_limit(&text);
        let asks_for_data = at::Request::parse(&text).is_some_and(|request| request.asks_for_data());
        let prompt = if asks_for_data { Prompt::Expected } else { Prompt::Not };
        let command = at::Command::typed(&text);
        self.begin(&command, Owner::Person, prompt, deadline);
    }

    fn hide(&mut self, text: Option<&str>) {
        if let Some(text) = text {
            self.mask.add(&Secret::new(text));
            self.mask.add(&Secret::new(at::unquote(text)));
        }
    }

    fn begin(&mut self, command: &at::Command, owner: Owner, prompt: Prompt, deadline: Moment) {
        let wire = Zeroizing::new(command.wire().to_owned());
        if command.shown().contains(DOTS) {
            // Also a token that was computed a moment ago may come back late or damaged, when nobody waits for it.
            for span in at::secret_spans(&wire) {
                self.hide(wire.get(span));
            }
        }
        let shown = self.mask.text(command.shown());
        self.wire(Direction::Sent, WireKind::Command, shown.clone().into_bytes());
        let mut bytes = Zeroizing::new(wire.as_bytes().to_vec());
        let end = match owner {
            Owner::Person => self.line_end.bytes(),
            Owner::Procedure => LineEnd::Cr.bytes(),
        };
        bytes.extend_from_slice(end);
        self.send_text(&bytes, || edm::requests(&[shown.as_bytes(), end].concat()).collect());
        self.framing.expect_prompt(prompt == Prompt::Expected);
        self.exchange = Some(Exchange {
            then: mode_after(&wire, self.talk.mode()),
            wire,
            shown,
            owner,
            state: Waiting::Answer,
            lines: Vec::new(),
            deadline,
        });
    }

    /// The body of an upload; the answer to its command comes afterwards.
    pub(super) fn send_upload(&mut self, body: Vec<u8>) {
        let now = self.talk.now();
        let speed = self.talk.look().line.speed;
        if let Some(exchange) = &mut self.exchange {
            exchange.state = Waiting::Answer;
            exchange.deadline = now + run::upload_limit(body.len(), speed);
        }
        self.wire(Direction::Sent, WireKind::Upload, format!("{} bytes", body.len()).into_bytes());
        let packets = edm::requests(&body).count();
        self.send_text(&Zeroizing::new(body), || vec![edm::Packet::AtRequest(DOTS.into()); packets]);
    }

    /// Bytes of AT text, in the framing of the present mode; `shown` is them without their secrets.
    fn send_text(&mut self, bytes: &[u8], shown: impl FnOnce() -> Vec<edm::Packet>) {
        if let Framing::Extended(_) = self.framing {
            shown().into_iter().for_each(|packet| self.framed(Direction::Sent, packet));
            for packet in edm::requests(bytes) {
                self.send(packet.encode());
            }
        } else {
            self.send(bytes.to_vec());
        }
    }

    pub(super) fn send_escape(&mut self, limit: Duration) {
        self.wire(Direction::Sent, WireKind::Command, b"+++".to_vec());
        self.send(b"+++".to_vec());
        self.exchange = Some(Exchange {
            wire: Zeroizing::new("+++".to_owned()),
            shown: "+++".to_owned(),
            owner: Owner::Procedure,
            state: Waiting::Escape,
            lines: Vec::new(),
            then: Some(Mode::Command),
            deadline: self.talk.now() + limit,
        });
    }

    /// Payload that a person sends.
    pub(super) fn send_data(&mut self, channel: Option<u8>, data: Vec<u8>) {
        match (self.talk.mode(), channel) {
            _ if self.procedure.is_some() => self.refuse(busy()),
            (Some(Mode::Data), _) => self.broadcast(data),
            (Some(Mode::Extended), Some(channel)) => self.publish(channel, &data),
            (Some(Mode::Extended), None) => self.refuse(Problem::new(
                Kind::WrongForm,
                "Extended data mode sends to one peer at a time",
                "Choose the channel of a connected peer",
            )),
            (Some(Mode::Command) | None, _) => self.refuse(Problem::new(
                Kind::ModuleBusy,
                "Payload can only be sent in data mode or extended data mode",
                "Enter data mode first",
            )),
        }
    }

    /// Payload for all peers in data mode.
    pub(super) fn broadcast(&mut self, data: Vec<u8>) {
        self.framing.hold_payload(data);
        self.send_held_payload();
    }

    /// Sends payload in data mode as soon as the module is ready for it.
    pub(super) fn send_held_payload(&mut self) {
        let now = self.talk.now();
        for data in self.framing.payload_due(now) {
            let shown = self.mask.bytes(&data);
            self.wire(Direction::Sent, WireKind::Data { channel: None }, shown);
            self.send(data);
        }
    }

    pub(super) fn publish(&mut self, channel: u8, data: &[u8]) {
        for piece in data.chunks(edm::MAX_DATA) {
            let shown = self.mask.bytes(piece);
            self.wire(Direction::Sent, WireKind::Data { channel: Some(channel) }, shown);
            self.send(edm::Packet::Send { channel, data: piece.to_vec() }.encode());
        }
    }

    /// Peers that were there before the mode began have channels too, which only their connect events tell.
    pub(super) fn ask_for_channels(&mut self) {
        let packet = edm::Packet::ResendConnectEvents;
        self.send(packet.encode());
        self.framed(Direction::Sent, packet);
    }

    /// An upload whose way out is told as it goes.
    pub(super) fn send_watched_upload(&mut self, body: Vec<u8>) {
        let (begin, of) = (self.progress.given(), body.len());
        self.send_upload(body);
        self.progress.watch(begin, of);
        self.tell(Event::Store(StoreEvent::Written { bytes: 0, of }));
    }

    /// Line ends that fill up an upload. The command that began it was given up, so they have an exchange of their own.
    pub(super) fn send_padding(&mut self, size: usize, limit: Duration) {
        self.send_upload(vec![b'\n'; size]);
        self.exchange = Some(Exchange {
            // No line is an echo of it.
            wire: Zeroizing::new("\n".to_owned()),
            shown: String::new(),
            owner: Owner::Procedure,
            state: Waiting::Answer,
            lines: Vec::new(),
            then: None,
            deadline: self.talk.now() + limit,
        });
    }

    /// Bytes that fit no framing.
    pub(super) fn send_raw(&mut self, bytes: Vec<u8>, shown: &str, kind: WireKind) {
        self.wire(Direction::Sent, kind, shown.as_bytes().to_vec());
        self.send(bytes);
    }

    /// The port has taken so many of the bytes that were sent.
    pub(super) fn written(&mut self, bytes: usize) {
        if let Some(Written { bytes, of }) = self.progress.take(bytes) {
            self.tell(Event::Store(StoreEvent::Written { bytes, of }));
        }
    }

    fn send(&mut self, bytes: Vec<u8>) {
        self.progress.give(bytes.len());
        let mut desk = self.talk.desk();
        desk.last_sent = desk.now.max(desk.last_sent) + run::upload_line_time(bytes.len(), desk.line.speed);
        drop(desk);
        self.outputs.push_back(Output::Bytes(bytes));
    }

    pub(super) fn wire(&mut self, direction: Direction, kind: WireKind, bytes: Vec<u8>) {
        let at = self.talk.now();
        self.tell(Event::Wire(Wire { at, direction, kind, bytes }));
    }

    /// Tells a packet that carries no payload.
    pub(super) fn framed(&mut self, direction: Direction, packet: edm::Packet) {
        let at = self.talk.now();
        self.tell(Event::Packet(Framed { at, direction, packet }));
    }

    /// Ends the command under way with a reply to whoever sent it.
    pub(super) fn end_exchange(&mut self, reply: impl FnOnce(Vec<String>) -> Reply) {
        let Some(exchange) = self.exchange.take() else { return };
        self.framing.expect_prompt(false);
        let reply = reply(exchange.lines);
        match (exchange.owner, &reply) {
            (Owner::Procedure, _) => self.talk.desk().reply = Some(reply),
            (Owner::Person, Reply::Silent | Reply::Reset) => self.tell(Event::Unanswered(exchange.shown)),
            (Owner::Person, Reply::Ok(_) | Reply::Error | Reply::Prompt) => {}
        }
    }

    /// A prompt: the procedure is told, a person sends the body next.
    pub(super) fn prompted(&mut self) {
        self.wire(Direction::Received, WireKind::Prompt, b">".to_vec());
        let Some(exchange) = &mut self.exchange else { return };
        exchange.state = Waiting::Body;
        if exchange.owner == Owner::Procedure {
            self.talk.desk().reply = Some(Reply::Prompt);
        }
    }
}

/// The mode a command leads to, once it is answered with `OK` (protocol.md §4).
fn mode_after(command: &str, mode: Option<Mode>) -> Option<Mode> {
    if mode == Some(Mode::Extended) {
        return None;
    }
    match at::Request::parse(command)?.name.as_str() {
        "O" | "O1" => Some(Mode::Data),
        "O2" => Some(Mode::Extended),
        _ => None,
    }
}

/// How long a typed command may take: as long as the slowest of its kind (protocol.md §2.3).
pub(super) fn typed_limit(command: &str) -> Duration {
    let name = at::Request::parse(command).map(|request| request.name).unwrap_or_default();
    Duration::from_secs(match name.as_str() {
        "+UWSCAN" | "+UDCP" | "+UDSC" => 20,
        "+USECMNG" => 120,
        _ => 10,
    })
}
