//! Finds a module whose line settings nobody knows: speeds and flow control are tried with the states that a module may
//! be in (protocol.md §1.1, §1.2, §4). What comes back is looked at as raw bytes, since only the right speed makes text
//! of them. The mode of a module at known settings is the business of `find`.
//!
//! What is sent is chosen so that no module is left worse than it was. Listening comes first. `+++` between its guard
//! times is next: at the right speed it leaves data mode instead of reaching a cloud, stands in the command line, where it
//! is echoed at once, or is ignored in extended data mode. A command is sent at no speed before `+++` was sent there. No
//! setting of the module is changed.
//!
//! A module in data mode at another speed than the one that is tried takes whatever it hears for payload, and nothing tells
//! it from one that is switched off. So a person is asked before more is sent than `+++` at the speed they chose, and before
//! that too if bytes come by themselves that are no text at that speed. Nobody is asked once somebody is known to be in
//! command mode.
//!
//! The port sends without waiting for the module (no flow control) and asserts RTS: so it is heard by modules with and
//! without flow control. What the module uses is asked afterwards, and the port follows.

use std::collections::VecDeque;
use std::time::Duration;

use super::event::{Consent, Doubt, Event, Heard, SearchAttempt, SearchEvent, SearchResult, WireKind};
use super::find::{LARGEST_UPLOAD, attention, identify};
use super::talk::{Notice, Reply, Request, Stop, Talk};
use super::{Activity, Caution, FlowControl, LineSettings};
use crate::at;
use crate::edm;
use crate::moment::Moment;
use crate::plan::Mode;

/// The speeds that are tried, the likely ones first; the others of [`SPEEDS`](crate::module::SPEEDS) are seldom used, and
/// each costs a second.
pub const LIKELY_SPEEDS: [u32; 9] =
    [115_200, 9600, 921_600, 460_800, 230_400, 57_600, 38_400, 19_200, 3_000_000];

/// Silence before `+++`: a second (protocol.md §4) and what a computer adds to it.
const GUARD: Duration = Duration::from_millis(1060);
/// From `+++` to `OK`: a second, and the way back.
const ESCAPED: Duration = Duration::from_millis(1080);
/// A module answers within some 15 ms, and an adapter holds bytes back for 16 ms.
const ANSWER: Duration = Duration::from_millis(120);
/// A module in command mode sends back what it gets at once. What comes later may be a cloud that answers: data mode waits
/// some 50 ms for more before it passes bytes on (protocol.md §9).
const ECHO: Duration = Duration::from_millis(50);
/// From this speed on the rest of an upload takes 0.4 s or less, and is sent before modules are asked. It cannot come
/// earlier: eleven seconds go by until it is known that nobody is in data mode, whose cloud would get it all.
const FAST_PADDING: u32 = 230_400;
/// A line below this would be busy with it for two to nine seconds.
const SLOWEST_PADDING: u32 = 57_600;
/// After bytes at a wrong speed a module in extended data mode may wait for the rest of a packet that never was. These
/// fill it up and mean nothing to anybody, and behind a question they keep such a packet short.
const FILLER: usize = 192;
const TRAILER: usize = 2;

/// One thing to try.
#[derive(Clone, Copy)]
struct Try {
    line: LineSettings,
    attempt: SearchAttempt,
    /// So many bytes go before a question.
    filler: usize,
}

/// What came of a try.
enum Sign {
    /// Somebody answers as a module does.
    Module(Mode),
    /// Nobody does, but this was heard.
    Other(Heard),
}

/// Searches from these settings on, then identifies the module.
pub(super) async fn search(talk: &Talk, start: LineSettings, caution: Caution) -> Result<(), Stop> {
    let mut queue = tries(start);
    let mut best = Heard::Nothing;
    let mut hurried = false;
    let mut caution = caution;
    while let Some(one) = queue.pop_front() {
        if let (Caution::Ask, Some(doubt)) = (caution, one.doubt(start.speed, best)) {
            match talk.ask_person(Event::Search(SearchEvent::Asks(doubt))).await? {
                Consent::GoOn => caution = Caution::Allowed,
                Consent::LeavePort => return ended(talk, SearchResult::Left),
            }
        }
        let Try { line, attempt, .. } = one;
        talk.tell(Event::Search(SearchEvent::Trying { line, attempt }));
        let (sign, echoed) = one.carry_out(talk).await?;
        let heard = match sign {
            Sign::Module(mode) => match confirm(talk, mode).await {
                Some(mode) => return found(talk, line, mode).await,
                None => Heard::Text,
            },
            Sign::Other(heard) => heard,
        };
        talk.tell(Event::Search(SearchEvent::Tried { line, heard }));
        best = best.max(heard);
        if echoed == Echoed::Garbled && !hurried {
            // Only a module in command mode sends back what it gets, so commands can do no harm.
            hurried = true;
            other_speeds(line.speed)
                .rev()
                .for_each(|line| queue.push_front(Try { line, attempt: SearchAttempt::Command, filler: 0 }));
        }
    }
    ended(talk, SearchResult::Nobody(best))
}

fn ended(talk: &Talk, result: SearchResult) -> Result<(), Stop> {
    talk.tell(Event::Search(SearchEvent::Ended(result)));
    Ok(())
}

/// Everything worth trying, in order.
fn tries(start: LineSettings) -> VecDeque<Try> {
    use SearchAttempt::{Ask, Escape, Listen, Pad};
    let likely = LineSettings { speed: start.speed, flow: FlowControl::None };
    let with_flow_control = LineSettings { flow: FlowControl::RtsCts, ..likely };
    let at = |line, attempt| Try { line, attempt, filler: FILLER };
    // Nothing was sent at another speed before these.
    let first = [Listen, Escape, Ask].map(|attempt| Try { filler: 0, ..at(likely, attempt) });
    let mut tries = VecDeque::from(first);
    tries.extend(other_speeds(start.speed).map(|line| at(line, Escape)));
    // A module judges what it got while others are asked.
    let is_fast = |line: &LineSettings| line.speed >= FAST_PADDING;
    tries.extend(other_speeds(start.speed).filter(is_fast).map(|line| at(line, Pad)));
    tries.extend(other_speeds(start.speed).map(|line| at(line, Ask)));
    let padded = if start.speed < SLOWEST_PADDING { LIKELY_SPEEDS[0] } else { start.speed };
    let padded = LineSettings { speed: padded, ..likely };
    tries.push_back(at(padded, Pad));
    // Where RTS cannot be asserted by hand, the driver does it.
    tries.extend([Escape, Ask].map(|attempt| at(with_flow_control, attempt)));
    tries.push_back(at(padded, Ask));
    tries
}

fn other_speeds(speed: u32) -> impl DoubleEndedIterator<Item = LineSettings> {
    let others = LIKELY_SPEEDS.into_iter().filter(move |other| *other != speed);
    others.map(|speed| LineSettings { speed, flow: FlowControl::None })
}

/// Whether something came back at once to what was sent into silence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Echoed {
    Not,
    Garbled,
}

impl Try {
    /// Why this could reach a cloud, if it could: `start` is the speed that was chosen, `heard` the most so far.
    fn doubt(self, start: u32, heard: Heard) -> Option<Doubt> {
        match self.attempt {
            SearchAttempt::Listen | SearchAttempt::Command => None,
            SearchAttempt::Escape if self.line.speed == start && heard != Heard::Garbage => None,
            SearchAttempt::Escape | SearchAttempt::Ask | SearchAttempt::Pad => {
                Some(if heard <= Heard::Nothing { Doubt::Silence } else { Doubt::Talk })
            }
        }
    }

    async fn carry_out(self, talk: &Talk) -> Result<(Sign, Echoed), Stop> {
        talk.request(Request::SetLine(self.line));
        talk.served().await;
        let mut ear = Ear::default();
        match self.attempt {
            SearchAttempt::Listen => ear.listen(talk, talk.now() + GUARD, Patience::Whole).await?,
            SearchAttempt::Escape => return escape(talk, ear).await,
            SearchAttempt::Ask => {
                let question = question(self.filler);
                Self::ask(talk, &mut ear, question, "AT, as text and as a packet").await?;
            }
            SearchAttempt::Command => Self::ask(talk, &mut ear, b"\rAT\r".to_vec(), "AT").await?,
            SearchAttempt::Pad => {
                send(talk, rest_of_upload(), "the rest of an upload", WireKind::Packet);
                talk.served().await;
                let sent = talk.look().last_sent;
                ear.listen(talk, sent, Patience::Whole).await?;
            }
        }
        Ok((ear.sign(), Echoed::Not))
    }

    async fn ask(talk: &Talk, ear: &mut Ear, question: Vec<u8>, shown: &'static str) -> Result<(), Stop> {
        send(talk, question, shown, WireKind::Packet);
        ear.asked = true;
        talk.served().await;
        let sent = talk.look().last_sent;
        ear.listen(talk, sent + ANSWER, Patience::Whole).await
    }
}

async fn escape(talk: &Talk, mut ear: Ear) -> Result<(Sign, Echoed), Stop> {
    let quiet = talk.look().last_sent + GUARD;
    ear.listen(talk, quiet, Patience::Whole).await?;
    let was_silent = ear.bytes.is_empty();
    ear.asked = true;
    send(talk, b"+++".to_vec(), "+++", WireKind::Command);
    talk.served().await;
    let sent = talk.look().last_sent;
    ear.listen(talk, sent + ECHO, Patience::Answer).await?;
    if was_silent && ear.heard() == Heard::Garbage {
        return Ok((ear.sign(), Echoed::Garbled));
    }
    ear.listen(talk, sent + ESCAPED, Patience::Answer).await?;
    Ok((ear.sign(), Echoed::Not))
}

/// Ends a line that may have been begun, then asks in words that command mode and extended data mode answer.
fn question(filler: usize) -> Vec<u8> {
    let mut bytes = b"\r".to_vec();
    bytes.resize(bytes.len() + filler, 0);
    edm::requests(b"AT\r").for_each(|packet| bytes.extend(packet.encode()));
    bytes.resize(bytes.len() + TRAILER, 0);
    bytes
}

/// Fills up the largest upload. A module in command mode counts all of these bytes, one in extended data mode what is in
/// the packets.
fn rest_of_upload() -> Vec<u8> {
    let mut bytes = vec![0; FILLER];
    edm::requests(&[b'\n'; LARGEST_UPLOAD]).for_each(|packet| bytes.extend(packet.encode()));
    bytes
}

fn send(talk: &Talk, bytes: Vec<u8>, shown: &'static str, kind: WireKind) {
    talk.request(Request::Raw { bytes, shown, kind });
}

/// Whether the module answers now that its bytes are read as text or packets.
pub(super) async fn confirm(talk: &Talk, mode: Mode) -> Option<Mode> {
    // What was sent so far may stand in the command line.
    if attention(talk, mode).await.is_none() {
        return attention(talk, mode).await;
    }
    // Answers to it may still be on their way: taken for those of the next commands, they would put all answers one late.
    talk.pause(talk.now() + ANSWER).await;
    attention(talk, mode).await
}

/// The module is there: the port is set as the module is, and what it is is asked.
async fn found(talk: &Talk, line: LineSettings, mode: Mode) -> Result<(), Stop> {
    talk.tell(Event::Mode(Some(mode)));
    let line = match flow_of_module(talk).await {
        Some(flow) if flow != line.flow => with_flow(talk, line, flow, mode).await,
        Some(_) | None => line,
    };
    talk.tell(Event::Search(SearchEvent::Ended(SearchResult::Found(line))));
    talk.tell(Event::Activity(Activity::Finding));
    identify(talk).await
}

/// The flow control that the module says it uses (protocol.md §1.2).
async fn flow_of_module(talk: &Talk) -> Option<FlowControl> {
    let Reply::Ok(lines) = talk.ask(at::Command::new("AT+UMRS?"), Duration::from_secs(2)).await else {
        return None;
    };
    LineSettings::parse(lines.first()?).map(|line| line.flow)
}

/// Uses the module's flow control, unless the cable does not carry it.
async fn with_flow(talk: &Talk, line: LineSettings, flow: FlowControl, mode: Mode) -> LineSettings {
    let wanted = LineSettings { flow, ..line };
    talk.request(Request::SetLine(wanted));
    if attention(talk, mode).await.is_some() {
        return wanted;
    }
    talk.request(Request::SetLine(line));
    confirm(talk, mode).await;
    line
}

/// How long to listen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// Until the time is over.
    Whole,
    /// Until a module has answered.
    Answer,
}

/// Raw bytes, and what they look like.
#[derive(Default)]
struct Ear {
    bytes: Vec<u8>,
    /// Something was sent.
    asked: bool,
    refused: bool,
}

impl Ear {
    async fn listen(&mut self, talk: &Talk, until: Moment, patience: Patience) -> Result<(), Stop> {
        while let Some(notice) = talk.notice(until).await? {
            match notice {
                Notice::Raw(bytes) => self.bytes.extend(bytes),
                Notice::LineRefused => {
                    self.refused = true;
                    return Ok(());
                }
                _ => {}
            }
            if patience == Patience::Answer && matches!(self.sign(), Sign::Module(_)) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn sign(&self) -> Sign {
        if self.refused {
            return Sign::Other(Heard::NotPossible);
        }
        if speaks_packets(&self.bytes) {
            return Sign::Module(Mode::Extended);
        }
        let answers: [&[u8]; 3] = [b"\r\nOK\r\n", b"\r\nERROR\r\n", b"+++"];
        // To a module in data mode whose cloud talks about answers, `AT` would be payload.
        let answered = self.asked && answers.into_iter().any(|words| has(&self.bytes, words));
        if answered || has(&self.bytes, b"+STARTUP\r\n") {
            return Sign::Module(Mode::Command);
        }
        Sign::Other(self.heard())
    }

    fn heard(&self) -> Heard {
        let boot: [&[u8]; 3] = [b"rst:0x", b"ets J", b"boot:0x"];
        let readable = self.bytes.iter().filter(|byte| is_text(**byte)).count();
        if boot.into_iter().any(|words| has(&self.bytes, words)) {
            Heard::Boot
        } else if self.bytes.is_empty() {
            Heard::Nothing
        } else if readable * 10 >= self.bytes.len() * 9 {
            Heard::Text
        } else {
            Heard::Garbage
        }
    }
}

const fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t')
}

fn has(bytes: &[u8], words: &[u8]) -> bool {
    super::framing::find(bytes, words).is_some()
}

/// Whether there is a packet among the bytes that only a module in extended data mode sends.
fn speaks_packets(bytes: &[u8]) -> bool {
    let mut decoder = edm::Decoder::new();
    decoder.feed(bytes);
    std::iter::from_fn(|| decoder.poll()).any(|item| {
        matches!(
            item,
            edm::Item::Packet(edm::Packet::Start | edm::Packet::AtConfirmation(_) | edm::Packet::AtEvent(_))
        )
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn heard(bytes: &[u8]) -> Option<Heard> {
        match (Ear { bytes: bytes.to_vec(), asked: true, refused: false }).sign() {
            Sign::Module(_) => None,
            Sign::Other(heard) => Some(heard),
        }
    }

    #[test]
    fn what_comes_back_is_told_apart() {
        assert_eq!(heard(b""), Some(Heard::Nothing));
        assert_eq!(heard(b"\xD9\x80\xF3"), Some(Heard::Garbage));
        assert_eq!(heard(b"$GPGGA,1,2,3\r\n"), Some(Heard::Text));
        assert_eq!(heard(b"ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1"), Some(Heard::Boot));
        assert_eq!(heard(b"\r\nERROR\r\n"), None);
        assert_eq!(heard(b"\x00\xAA\x00\x02\x00\x71\x55"), None);
    }

    #[test]
    fn only_speeds_that_modules_know_are_tried() {
        assert!(LIKELY_SPEEDS.into_iter().all(|speed| crate::module::SPEEDS.contains(&speed)));
    }

    #[test]
    fn the_given_speed_comes_first_and_each_speed_is_tried_in_every_way() {
        let tries = tries(LineSettings { speed: 921_600, flow: FlowControl::RtsCts });
        assert_eq!(tries[0].line.speed, 921_600);
        for attempt in [SearchAttempt::Escape, SearchAttempt::Ask] {
            let at = |speed| tries.iter().any(|one| one.line.speed == speed && one.attempt == attempt);
            assert!(LIKELY_SPEEDS.into_iter().all(at), "{attempt:?}");
        }
    }

    #[test]
    fn nothing_but_an_escape_is_sent_before_every_speed_was_tried_for_data_mode() {
        let tries = tries(LineSettings { speed: 115_200, flow: FlowControl::RtsCts });
        let asked = tries
            .iter()
            .rposition(|one| one.attempt == SearchAttempt::Escape && one.line.flow == FlowControl::None);
        let first = tries.iter().skip(3).position(|one| one.attempt == SearchAttempt::Ask).map(|at| at + 3);
        assert!(asked < first);
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            heard(&bytes);
        }
    }
}
