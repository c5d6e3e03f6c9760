//! Somebody else's traffic: a capture that was opened to be looked at, read in slices into rows of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Cursor;
use std::time::Duration;

use zeroize::Zeroizing;

use super::log::Tape;
use super::order::FileContent;
use super::traffic::{RowKind, Topics, Traffic, frames};
use crate::capture::{Direction, Frame, FrameKind, Reader, UnixNanos};
use crate::edm;
use crate::moment::Moment;
use crate::problem::Problem;

/// What the answers about a capture that is to be opened are known by.
pub const OPEN_CAPTURE: &str = "capture";

/// So many bytes of messages become rows in one frame: some milliseconds.
const BUDGET: usize = 1 << 20;
/// What a message costs beside its bytes, in bytes.
const MESSAGE_COST: usize = 256;

/// A capture that is looked at.
pub struct Foreign {
    /// Tells it from the captures before.
    pub number: u64,
    /// The name of its file.
    pub name: String,
    pub traffic: Traffic,
    /// What ended the reading too early.
    pub problem: Option<Problem>,
    /// The date of its first message: times are counted from there.
    start: Option<UnixNanos>,
    reader: Option<Reader<Cursor<Zeroizing<Vec<u8>>>>>,
    passed_over: Vec<(String, u64)>,
    remarks: BTreeMap<String, u64>,
    /// Who has which channel, as comments and connect events say.
    named: BTreeMap<Option<u8>, (String, Topics)>,
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Foreign").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Foreign {
    /// Opens a capture whose rows go onto this tape; none of it is read yet.
    ///
    /// # Errors
    /// [`crate::problem::Kind::WrongFile`] if it is neither pcapng nor JSON lines.
    pub fn open(content: FileContent, tape: Box<dyn Tape>, number: u64) -> Result<Self, Problem> {
        let name = content.path.file_name().unwrap_or(content.path.as_os_str()).to_string_lossy();
        let name = name.into_owned();
        Ok(Self {
            number,
            name,
            traffic: Traffic::on(tape),
            problem: None,
            start: None,
            reader: Some(Reader::new(Cursor::new(content.bytes))?),
            passed_over: Vec::new(),
            remarks: BTreeMap::new(),
            named: BTreeMap::new(),
        })
    }

    /// Whether there is more to be read.
    pub const fn is_reading(&self) -> bool {
        self.reader.is_some()
    }

    /// The date that times are counted from.
    pub fn start(&self) -> UnixNanos {
        self.start.unwrap_or_default()
    }

    /// How many packets and blocks could not be shown.
    pub fn passed_over(&self) -> u64 {
        self.passed_over.iter().map(|(_, count)| count).sum()
    }

    /// What was passed over and what is not shown as it is, with the reason and how often.
    pub fn remarks(&self) -> impl Iterator<Item = (&str, u64)> {
        let passed_over = self.passed_over.iter().map(|(reason, count)| (reason.as_str(), *count));
        passed_over.chain(self.remarks.iter().map(|(reason, count)| (reason.as_str(), *count)))
    }

    /// Reads on for as long as a frame allows.
    pub fn go_on(&mut self) {
        let Some(mut reader) = self.reader.take() else { return };
        let mut left = BUDGET;
        while left > 0 {
            match reader.next() {
                Some(Ok(frame)) => {
                    left = left.saturating_sub(frame.bytes().len() + MESSAGE_COST);
                    self.add(&frame);
                }
                Some(Err(problem)) => {
                    self.problem = Some(problem);
                    break;
                }
                None => break,
            }
        }
        self.passed_over = reader.passed_over();
        // A budget that is not used up means the end.
        self.reader = (left == 0).then_some(reader);
        if let Some(problem) = self.traffic.take_trouble() {
            self.problem = Some(problem);
        }
    }

    fn add(&mut self, frame: &Frame) {
        let start = *self.start.get_or_insert(frame.at());
        if frame.at() < start {
            self.remark("Message that is older than the first, shown at the time of that".to_owned());
        }
        let at = Moment::START + Duration::from_nanos(frame.at().0.saturating_sub(start.0));
        self.introduce(frame);
        let kind = self.traffic.add_frame(frame, at);
        match (kind, frame.kind()) {
            (RowKind::Unplaced, FrameKind::Foreign { link_type }) => {
                self.remark(format!("Packet of link type {link_type}, shown as raw bytes"));
            }
            (RowKind::Unplaced, _) => {
                self.remark("Bytes that are no packet of extended data mode, shown as raw".to_owned());
            }
            _ => {}
        }
        if frame.direction() == Direction::Unknown {
            self.remark("Message without a direction, shown as received".to_owned());
        }
        if frame.original_length().is_some() {
            self.remark("Message of which only the beginning was captured".to_owned());
        }
    }

    fn remark(&mut self, reason: String) {
        *self.remarks.entry(reason).or_default() += 1;
    }

    /// Says who has a channel, where that is told or has changed.
    fn introduce(&mut self, frame: &Frame) {
        let (channel, name, topics) = match (frame.kind(), frame.comment()) {
            (FrameKind::Connect, _) => {
                let Some(edm::Packet::Connect { channel, peer: edm::Peer::Ip { remote, .. } }) =
                    frames::packet(frame.bytes())
                else {
                    return;
                };
                (Some(channel), remote.to_string(), Topics::default())
            }
            (FrameKind::Data | FrameKind::Burst, Some(comment)) => {
                let channel = frame.channel();
                let (name, topic) = match comment.split_once(frames::BETWEEN) {
                    Some((name, topic)) => (name, Some(topic.to_owned())),
                    None => (comment, None),
                };
                let known = self.named.get(&channel).filter(|(known, _)| known == name);
                let mut topics = known.map(|(_, topics)| topics.clone()).unwrap_or_default();
                match frame.direction() {
                    Direction::Sent => topics.publish = topic,
                    Direction::Received | Direction::Unknown => topics.subscribe = topic,
                }
                (channel, name.to_owned(), topics)
            }
            _ => return,
        };
        let tenant = (name, topics);
        if self.named.get(&channel) != Some(&tenant) {
            self.traffic.connected(channel, tenant.0.clone(), Some(tenant.1.clone()));
            self.named.insert(channel, tenant);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::capture::{Format, Writer};
    use crate::model::{MemoryTape, Model, News, TrafficRow};
    use crate::moment::UnixTime;
    use crate::problem::Kind;
    use crate::session::{self, Event, Framed, PeerEvent, Wire, WireKind};

    /// A model with every kind of row that can be kept.
    fn model() -> Model {
        let mut model = Model { started: UnixTime(1_769_860_800), ..Model::default() };
        let mut millis = 1_000;
        let mut tell = |event: fn(Moment) -> Event| {
            millis += 1_000;
            let at = Moment::from_millis(millis) + Duration::from_micros(7);
            model.handle(News::Session(event(at)), at);
        };
        tell(|at| {
            let bytes = b"AT+UDCP=mqtt://broker.example:8883/?client=c&pt=lab/up&st=lab/down".to_vec();
            Event::Wire(Wire { at, direction: session::Direction::Sent, kind: WireKind::Command, bytes })
        });
        tell(|_| Event::Mode(Some(crate::plan::Mode::Extended)));
        tell(|at| packet(at, session::Direction::Received, edm::Packet::Start));
        tell(|at| packet(at, session::Direction::Sent, edm::Packet::AtRequest(b"AT\r".to_vec())));
        tell(|at| {
            packet(at, session::Direction::Received, edm::Packet::AtConfirmation(b"\r\nOK\r\n".to_vec()))
        });
        tell(|at| packet(at, session::Direction::Received, connect()));
        tell(|_| Event::Peer(PeerEvent::Connected { handle: 2, channel: Some(3), remote: None }));
        tell(|at| data(at, session::Direction::Sent, Some(3), b"{\"on\":1}"));
        tell(|at| data(at, session::Direction::Received, Some(3), b"\xFF\x00"));
        tell(|at| data(at, session::Direction::Received, None, b"a burst"));
        tell(|at| {
            let (direction, kind) = (session::Direction::Received, WireKind::Noise);
            Event::Wire(Wire { at, direction, kind, bytes: b"\xAA noise".to_vec() })
        });
        tell(|at| packet(at, session::Direction::Received, edm::Packet::Disconnect { channel: 3 }));
        model
    }

    fn connect() -> edm::Packet {
        let remote = "20.43.44.164:8883".parse().unwrap();
        let protocol = edm::Protocol::Mqtt;
        let peer = edm::Peer::Ip { protocol, remote, local: "0.0.0.0:0".parse().unwrap() };
        edm::Packet::Connect { channel: 3, peer }
    }

    fn packet(at: Moment, direction: session::Direction, packet: edm::Packet) -> Event {
        Event::Packet(Framed { at, direction, packet })
    }

    fn data(at: Moment, direction: session::Direction, channel: Option<u8>, bytes: &[u8]) -> Event {
        Event::Wire(Wire { at, direction, kind: WireKind::Data { channel }, bytes: bytes.to_vec() })
    }

    fn frames_of(traffic: &Traffic, start: UnixNanos) -> Vec<Frame> {
        let mut frames = Vec::new();
        traffic.scan(0..traffic.len(), |_, row| {
            frames.push(traffic.frame(row, start));
            ControlFlow::Continue(())
        });
        frames
    }

    fn file(format: Format, frames: &[Frame]) -> FileContent {
        let mut writer = Writer::new(format, Vec::new()).unwrap();
        frames.iter().for_each(|frame| writer.write(frame).unwrap());
        FileContent { path: "/tmp/lab.pcapng".into(), bytes: writer.finish().unwrap().into() }
    }

    fn opened(content: FileContent) -> Foreign {
        let mut foreign = Foreign::open(content, Box::<MemoryTape>::default(), 1).unwrap();
        while foreign.is_reading() {
            foreign.go_on();
        }
        foreign
    }

    fn rows(traffic: &Traffic) -> Vec<TrafficRow> {
        (0..traffic.len()).filter_map(|at| traffic.get(at)).collect()
    }

    #[test]
    fn what_is_exported_and_opened_again_has_the_same_rows_peers_and_topics() {
        let model = model();
        let start = UnixNanos::after(model.started, Duration::ZERO);
        let frames = frames_of(&model.traffic, start);
        assert_eq!(frames.len(), 9);
        assert_eq!(frames[4].comment(), Some("broker.example · lab/up"));
        assert_eq!(frames[5].comment(), Some("broker.example · lab/down"));
        for format in [Format::Pcapng, Format::JsonLines] {
            let foreign = opened(file(format, &frames));
            assert_eq!(foreign.problem, None);
            assert_eq!(frames_of(&foreign.traffic, foreign.start()), frames, "{format:?}");
            let (own, others) = (rows(&model.traffic), rows(&foreign.traffic));
            for (own, other) in own.iter().zip(&others) {
                assert_eq!(
                    (own.kind, own.direction, &own.bytes),
                    (other.kind, other.direction, &other.bytes),
                    "{format:?}"
                );
            }
            let tenant = foreign.traffic.channels().tenant(Some(3), 8).unwrap();
            assert_eq!(tenant.name, "broker.example");
            assert_eq!(foreign.passed_over(), 0);
        }
    }

    #[test]
    fn packets_of_other_links_are_raw_rows_with_the_reason() {
        let json = concat!(
            r#"{"time":"2026-01-31T12:00:00Z","direction":"sent","kind":"foreign","link_type":1,"hex":"0102"}"#,
            "\n",
            r#"{"time":"2026-01-31T12:00:01Z","direction":"unknown","kind":"burst","text":"hi"}"#,
        );
        let foreign = opened(FileContent { path: "a.jsonl".into(), bytes: json.as_bytes().to_vec().into() });
        assert_eq!(rows(&foreign.traffic)[0].kind, RowKind::Unplaced);
        let remarks: Vec<_> = foreign.remarks().collect();
        assert_eq!(
            remarks,
            [
                ("Message without a direction, shown as received", 1),
                ("Packet of link type 1, shown as raw bytes", 1)
            ]
        );
    }

    #[test]
    fn what_comes_before_a_broken_place_is_shown_and_the_place_is_said() {
        let frames = frames_of(&model().traffic, UnixNanos(0));
        let mut content = file(Format::JsonLines, &frames);
        content.bytes.extend_from_slice(b"{\"time\":");
        let foreign = opened(content);
        assert_eq!(foreign.traffic.len(), frames.len());
        assert!(foreign.problem.unwrap().message.contains("line 10"));
        let other = FileContent { path: "x".into(), bytes: b"hello".to_vec().into() };
        let problem = Foreign::open(other, Box::<MemoryTape>::default(), 1).unwrap_err();
        assert_eq!(problem.kind, Kind::WrongFile);
    }

    #[test]
    fn a_long_capture_is_read_in_slices() {
        let frame = Frame::burst(UnixNanos(0), Direction::Sent, vec![b'x'; 1000]);
        let mut foreign =
            Foreign::open(file(Format::Pcapng, &vec![frame; 3000]), Box::<MemoryTape>::default(), 1).unwrap();
        let mut slices = 0;
        while foreign.is_reading() {
            foreign.go_on();
            slices += 1;
        }
        assert_eq!((foreign.traffic.len(), slices), (3000, 4));
    }
}
