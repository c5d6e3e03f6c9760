//! What comes from the module: bytes in the framing of the present mode become answers, notices and events.

use super::event::{Activity, Direction, Event, PeerEvent, WifiEvent, WireKind};
use super::framing::{BANNER, Fallback, Framing, PACKET_GAP, SETTLE, find};
use super::mask::Stream;
use super::outgoing::{Exchange, Waiting};
use super::talk::{Notice, Reply};
use super::{Line, LineSettings, Output, Session};
use crate::at::{self, Meaning};
use crate::edm;
use crate::module::Urc;
use crate::plan::Mode;
use crate::secret::DOTS;

impl Session {
    /// Takes what follows in the framing of this mode.
    pub(super) fn assume(&mut self, mode: Option<Mode>) {
        self.talk.desk().mode = mode;
        if !self.framing.is(mode) {
            self.framing = Framing::of(mode, self.talk.now() + super::outgoing::BEFORE_PAYLOAD);
        }
    }

    /// The line is set like this from now on; nobody knows yet how its bytes are to be read.
    pub(super) fn set_line(&mut self, settings: LineSettings) {
        let mut desk = self.talk.desk();
        desk.line = settings;
        desk.mode = None;
        drop(desk);
        self.framing = Framing::Raw(Stream::default());
        self.outputs.push_back(Output::SetLine(settings));
    }

    /// Takes bytes that were read from the line.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        if self.line == Line::Closed {
            return;
        }
        let mut rest = bytes.to_vec();
        while !rest.is_empty() {
            rest = match &mut self.framing {
                Framing::Raw(_) => self.read_raw(&rest),
                Framing::Text(text) => {
                    text.decoder.feed(&rest);
                    let after_mode = self.read_text();
                    if let Framing::Data(pipe) = &mut self.framing {
                        pipe.line_feed_due = rest.ends_with(b"\r");
                    }
                    after_mode
                }
                Framing::Data(_) => self.read_data(&rest),
                Framing::Extended(packets) => {
                    packets.decoder.feed(&rest);
                    self.read_packets();
                    Vec::new()
                }
            };
        }
        self.settle_later();
    }

    /// Bytes that are judged as a whole by whoever has sent something.
    fn read_raw(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Framing::Raw(stream) = &mut self.framing else { return bytes.to_vec() };
        let shown = stream.feed(&self.mask, bytes);
        if !shown.is_empty() {
            self.wire(Direction::Received, WireKind::Noise, shown);
        }
        self.notice(Notice::Raw(bytes.to_vec()));
        Vec::new()
    }

    /// Reads lines; gives what follows a change of mode.
    fn read_text(&mut self) -> Vec<u8> {
        loop {
            let Framing::Text(text) = &mut self.framing else { return Vec::new() };
            let Some(item) = text.decoder.poll() else { return Vec::new() };
            let next = match &item {
                at::Item::Line(line) if line == "OK" => {
                    self.exchange.as_ref().and_then(|exchange| exchange.then)
                }
                at::Item::Line(_) | at::Item::Prompt => None,
            };
            let rest = match (next, &mut self.framing) {
                (Some(_), Framing::Text(text)) => Some(text.decoder.take_rest()),
                _ => None,
            };
            self.item(item);
            if let Some(rest) = rest {
                return rest;
            }
        }
    }

    /// One line or prompt, in command mode or inside extended data mode.
    fn item(&mut self, item: at::Item) {
        let line = match item {
            at::Item::Prompt => return self.prompted(),
            at::Item::Line(line) => line,
        };
        let under_way = self.exchange.as_ref().map(|exchange| exchange.wire.as_str());
        match at::meaning(&line, under_way) {
            Meaning::Echo => {
                let shown = self.exchange.as_ref().map(|exchange| exchange.shown.clone()).unwrap_or_default();
                self.wire(Direction::Received, WireKind::Echo, shown.into_bytes());
            }
            Meaning::Ok => {
                self.wire(Direction::Received, WireKind::Ok, line.into_bytes());
                self.succeeded();
            }
            Meaning::Error => {
                self.wire(Direction::Received, WireKind::Error, line.into_bytes());
                self.end_exchange(|_| Reply::Error);
            }
            Meaning::Unsolicited => {
                let shown = self.mask.text(&line);
                self.wire(Direction::Received, WireKind::Unsolicited, shown.into_bytes());
                self.heard(&line);
                self.unsolicited(&line);
            }
            Meaning::Information => self.information(line),
        }
    }

    /// An `OK`; it may change the mode.
    fn succeeded(&mut self) {
        let then = self.exchange.as_ref().and_then(|exchange| exchange.then);
        let by_person = self.exchange.as_ref().is_some_and(Exchange::is_of_person);
        self.end_exchange(Reply::Ok);
        if let Some(mode) = then {
            self.assume(Some(mode));
            if by_person {
                self.tell(Event::Mode(Some(mode)));
            }
        }
    }

    fn information(&mut self, line: String) {
        let shown = self.information_shown(&line);
        let kind =
            if self.exchange.is_some() && is_answer(&line) { WireKind::Answer } else { WireKind::Noise };
        self.wire(Direction::Received, kind, shown.into_bytes());
        self.heard(&line);
        if let Some(exchange) = &mut self.exchange {
            exchange.lines.push(line);
        }
    }

    fn information_shown(&self, line: &str) -> String {
        let carries_secrets = self.exchange.as_ref().is_some_and(Exchange::carries_secrets);
        match is_answer(line) {
            // What comes back of a damaged command may be the better part of its secret.
            false if carries_secrets => DOTS.to_owned(),
            _ => self.mask.text(&at::masked(line)),
        }
    }

    /// Text of a packet without its secrets, line by line; line ends stay.
    fn text_shown(&self, text: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(text);
        let lines = text.split_inclusive('\n').map(|line| {
            let content = line.trim_end_matches(['\r', '\n']);
            let end = line.get(content.len()..).unwrap_or_default();
            match at::meaning(content, None) {
                Meaning::Ok | Meaning::Error => line.to_owned(),
                Meaning::Unsolicited => self.mask.text(content) + end,
                Meaning::Echo | Meaning::Information if matches!(content, "" | ">") => line.to_owned(),
                Meaning::Echo | Meaning::Information => self.information_shown(content) + end,
            }
        });
        lines.collect::<String>().into_bytes()
    }

    /// Tells the procedure under way; without one there is nobody to forget it again.
    pub(super) fn notice(&mut self, notice: Notice) {
        if self.procedure.is_some() {
            self.talk.desk().notices.push_back(notice);
        }
    }

    /// A macro may wait for any line.
    fn heard(&mut self, line: &str) {
        if self.procedure.as_ref().is_some_and(|procedure| procedure.activity == Activity::Playing) {
            self.talk.desk().notices.push_back(Notice::Line(line.to_owned()));
        }
    }

    fn unsolicited(&mut self, line: &str) {
        let Some(urc) = Urc::parse(line) else { return };
        match &urc {
            Urc::Startup => return self.started(Mode::Command),
            Urc::LinkUp { bssid, channel } => {
                self.tell(Event::Wifi(WifiEvent::LinkUp { bssid: bssid.clone(), channel: *channel }));
            }
            Urc::LinkDown(reason) => self.tell(Event::Wifi(WifiEvent::LinkDown(*reason))),
            Urc::NetworkDown { .. } => self.tell(Event::Wifi(WifiEvent::Down)),
            Urc::PeerConnected { handle, remote, .. } => return self.peer_connected(*handle, *remote),
            Urc::PeerDisconnected { handle } => {
                // In data mode it is said where that is over with the last peer: nobody answers `+++` any more.
                if self.exchange.as_ref().is_some_and(|exchange| exchange.state == Waiting::Escape) {
                    self.end_exchange(|_| Reply::Error);
                }
                self.peers.disconnected(*handle);
                self.tell(Event::Peer(PeerEvent::Disconnected { handle: *handle }));
            }
            Urc::NetworkUp { .. } => self.tell(Event::Wifi(WifiEvent::NetworkUp)),
            Urc::NetworkError { .. } | Urc::Ping(_) | Urc::PingFailed { .. } | Urc::Other => {}
        }
        self.notice(Notice::Urc(urc));
    }

    fn peer_connected(&mut self, handle: u32, remote: Option<std::net::SocketAddr>) {
        let channel = self.peers.connected(handle, remote);
        self.tell(Event::Peer(PeerEvent::Connected { handle, channel, remote }));
        self.notice(Notice::Connected { handle, channel });
    }

    /// The module has started, asked or not.
    fn started(&mut self, mode: Mode) {
        self.end_exchange(|_| Reply::Reset);
        self.peers.clear();
        self.assume(Some(mode));
        self.tell(Event::Restarted);
        self.tell(Event::Mode(Some(mode)));
        self.notice(Notice::Started);
    }

    /// Payload in data mode; gives what follows a fall back to command mode.
    fn read_data(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Framing::Data(pipe) = &mut self.framing else { return bytes.to_vec() };
        let bytes = match bytes.strip_prefix(b"\n") {
            Some(rest) if std::mem::take(&mut pipe.line_feed_due) => rest,
            Some(_) | None => bytes,
        };
        pipe.line_feed_due = false;
        let escaping = self.exchange.as_ref().is_some_and(|exchange| exchange.state == Waiting::Escape);
        let fallback = pipe.fallback(bytes, escaping);
        let (payload, rest) =
            bytes.split_at_checked(fallback.payload_end(bytes.len())).unwrap_or((bytes, &[]));
        let shown = pipe.stream.feed(&self.mask, payload);
        let (payload, rest) = (payload.to_vec(), rest.to_vec());
        self.payload(None, shown);
        if !payload.is_empty() {
            self.notice(Notice::Message { channel: None, data: payload });
        }
        match fallback {
            Fallback::None => return Vec::new(),
            Fallback::Escaped { rest: begin, .. } => {
                self.flush_data();
                self.wire(Direction::Received, WireKind::Ok, b"OK".to_vec());
                self.end_exchange(Reply::Ok);
                self.assume(Some(Mode::Command));
                return bytes.get(begin..).unwrap_or_default().to_vec();
            }
            Fallback::Line { .. } => {
                self.flush_data();
                self.assume(Some(Mode::Command));
                self.tell(Event::Mode(Some(Mode::Command)));
            }
        }
        rest
    }

    fn payload(&mut self, channel: Option<u8>, shown: Vec<u8>) {
        if !shown.is_empty() {
            self.wire(Direction::Received, WireKind::Data { channel }, shown);
        }
    }

    fn read_packets(&mut self) {
        loop {
            let Framing::Extended(packets) = &mut self.framing else { return };
            match packets.decoder.poll() {
                None => return,
                Some(edm::Item::Packet(packet)) => self.packet(packet),
                Some(edm::Item::Junk(junk)) => self.junk(&junk),
            }
        }
    }

    fn packet(&mut self, packet: edm::Packet) {
        match &packet {
            // Payload is told as such.
            edm::Packet::Data { .. } => {}
            edm::Packet::AtConfirmation(text) => {
                self.framed(Direction::Received, edm::Packet::AtConfirmation(self.text_shown(text)));
            }
            edm::Packet::AtEvent(text) => {
                self.framed(Direction::Received, edm::Packet::AtEvent(self.text_shown(text)));
            }
            edm::Packet::Other { id, body } => {
                let body = self.mask.bytes(body);
                self.framed(Direction::Received, edm::Packet::Other { id: *id, body });
            }
            packet => self.framed(Direction::Received, packet.clone()),
        }
        match packet {
            edm::Packet::AtConfirmation(text) | edm::Packet::AtEvent(text) => self.packet_text(&text),
            edm::Packet::Data { channel, data } => self.channel_data(channel, data),
            edm::Packet::Connect { channel, peer } => {
                let to = remote(&peer).map(|remote| format!(" to {remote}")).unwrap_or_default();
                self.note(format!("channel {channel} connected{to}"));
                if let Some(handle) = self.peers.has_channel(channel, remote(&peer)) {
                    self.tell(Event::Peer(PeerEvent::Channel { handle, channel }));
                }
            }
            edm::Packet::Disconnect { channel } => {
                self.note(format!("channel {channel} disconnected"));
                self.peers.channel_is_free(channel);
                if let Framing::Extended(packets) = &mut self.framing {
                    packets.streams.remove(&channel);
                }
            }
            edm::Packet::Start => {
                self.note("extended data mode starts".to_owned());
                self.extended_mode_started();
            }
            edm::Packet::Other { id, body } => {
                self.note(format!("packet {id:04X} with {} bytes", body.len()));
            }
            // These go to a module; one that sends them is no module.
            edm::Packet::ResendConnectEvents | edm::Packet::AtRequest(_) | edm::Packet::Send { .. } => {}
        }
    }

    /// The answer to `ATO2`, or a module that restarted into extended data mode.
    fn extended_mode_started(&mut self) {
        let asked = self.procedure.is_some();
        self.notice(Notice::Started);
        if !asked && self.exchange.is_some() {
            self.started(Mode::Extended);
        }
        if self.peers.lack_channels() {
            self.ask_for_channels();
        }
    }

    fn packet_text(&mut self, text: &[u8]) {
        if let Framing::Extended(packets) = &mut self.framing {
            packets.text.feed(text);
        }
        loop {
            let Framing::Extended(packets) = &mut self.framing else { return };
            let Some(item) = packets.text.poll() else { return };
            self.item(item);
        }
    }

    fn channel_data(&mut self, channel: u8, data: Vec<u8>) {
        let Framing::Extended(packets) = &mut self.framing else { return };
        let stream = packets.stream(channel);
        let mut shown = stream.feed(&self.mask, &data);
        // A packet is shown as it came: what may begin a secret at its end is dots at once.
        shown.extend(stream.flush());
        self.payload(Some(channel), shown);
        self.notice(Notice::Message { channel: Some(channel), data });
    }

    /// Bytes outside packets: a module that has restarted speaks plain text again.
    fn junk(&mut self, junk: &[u8]) {
        if find(junk, BANNER).is_some() {
            self.wire(Direction::Received, WireKind::Unsolicited, BANNER.to_vec());
            self.heard(&String::from_utf8_lossy(BANNER));
            return self.started(Mode::Command);
        }
        if junk.iter().any(|byte| !matches!(byte, b'\r' | b'\n' | 0)) {
            let shown = self.mask.bytes(junk);
            self.wire(Direction::Received, WireKind::Noise, shown);
        }
    }

    fn gave_up(&mut self, item: edm::Item) {
        match item {
            edm::Item::Packet(packet) => self.packet(packet),
            edm::Item::Junk(junk) => self.junk(&junk),
        }
        self.read_packets();
        self.settle_later();
    }

    fn note(&mut self, text: String) {
        self.wire(Direction::Received, WireKind::Packet, text.into_bytes());
    }

    /// Sees to everything whose time has come.
    pub(super) fn time_passed(&mut self) {
        let now = self.talk.now();
        if self.exchange.as_ref().is_some_and(|exchange| now >= exchange.deadline()) {
            self.end_exchange(|_| Reply::Silent);
        }
        self.send_held_payload();
        if self.framing.settle_due(now) {
            self.settle();
        }
    }

    fn settle_later(&mut self) {
        let now = self.talk.now();
        let exchange = self.exchange.is_some();
        match &mut self.framing {
            Framing::Raw(_) => {}
            // While a command is under way its answer ends with a line; showing half of it would tear it.
            Framing::Text(text) => text.settle = (!exchange).then_some(now + SETTLE),
            Framing::Data(pipe) => pipe.settle = pipe.stream.is_holding().then_some(now + SETTLE),
            Framing::Extended(packets) => {
                packets.settle = packets.decoder.is_waiting().then_some(now + PACKET_GAP);
            }
        }
    }

    fn settle(&mut self) {
        match &mut self.framing {
            Framing::Raw(_) => {}
            Framing::Text(text) => {
                text.settle = None;
                if self.exchange.is_some() {
                    return;
                }
                if let Some(partial) = text.decoder.take_partial() {
                    self.information(partial);
                }
            }
            Framing::Data(_) => self.flush_data(),
            Framing::Extended(packets) => {
                packets.settle = None;
                // What stands alone for so long was noise that looked like the beginning of a packet.
                if let Some(item) = packets.decoder.give_up() {
                    self.gave_up(item);
                }
            }
        }
    }

    fn flush_data(&mut self) {
        let Framing::Data(pipe) = &mut self.framing else { return };
        pipe.settle = None;
        let shown = pipe.stream.flush();
        self.payload(None, shown);
    }
}

/// Whether a line has the form of an answer rather than of something that came back of a command.
fn is_answer(line: &str) -> bool {
    let named = line.strip_prefix('+').and_then(|rest| rest.split_once(':'));
    let name_ok =
        named.is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()));
    name_ok || line.starts_with('"') || line.chars().all(|c| c.is_ascii_digit())
}

const fn remote(peer: &edm::Peer) -> Option<std::net::SocketAddr> {
    match peer {
        edm::Peer::Ip { remote, .. } => Some(*remote),
        edm::Peer::Bluetooth { .. } => None,
    }
}
