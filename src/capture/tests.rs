//! Every format as documented, what comes back from those that are read, and other people's captures.

use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::InterfaceDescriptionBlock;
use pcap_file::pcapng::blocks::section_header::SectionHeaderBlock;
use pcap_file::pcapng::blocks::simple_packet::SimplePacketBlock;
use pcap_file::pcapng::blocks::unknown::UnknownBlock;
use pcap_file::pcapng::{PcapNgBlock, PcapNgWriter};
use pcap_file::{DataLink, Endianness};
use proptest::prelude::*;
use std::time::Duration;

use super::*;
use crate::edm::{Packet, Peer, Protocol};
use crate::moment::UnixTime;
use crate::problem::Problem;

const AT: UnixNanos = UnixNanos(1_769_860_800_123_456_789);

fn written(format: Format, frames: &[Frame]) -> Vec<u8> {
    let mut writer = Writer::new(format, Vec::new()).unwrap();
    frames.iter().for_each(|frame| writer.write(frame).unwrap());
    writer.finish().unwrap()
}

fn text(format: Format, frames: &[Frame]) -> String {
    String::from_utf8(written(format, frames)).unwrap()
}

fn read(bytes: &[u8]) -> Result<Vec<Frame>, Problem> {
    Reader::new(bytes)?.collect()
}

fn sent(channel: u8, data: &[u8]) -> Frame {
    let packet = Packet::Send { channel, data: data.to_vec() };
    Frame::edm(AT, Direction::Sent, packet.encode())
}

/// One of each kind.
fn sample() -> Vec<Frame> {
    let received = |packet: Packet| Frame::edm(AT, Direction::Received, packet.encode());
    let peer = Peer::Ip {
        protocol: Protocol::Mqtt,
        remote: "20.43.44.164:8883".parse().unwrap(),
        local: "0.0.0.0:0".parse().unwrap(),
    };
    vec![
        Frame::burst(AT, Direction::Sent, b"{\"on\":1}\r\n".to_vec()),
        sent(3, b"=1,\"\xC2\xB0C\"").with_comment("lab/up"),
        received(Packet::Data { channel: 0, data: b"\xFF\x00".to_vec() }),
        Frame::edm(AT, Direction::Sent, Packet::AtRequest(b"AT\r".to_vec()).encode()),
        received(Packet::AtConfirmation(b"\r\nOK\r\n".to_vec())),
        received(Packet::Connect { channel: 1, peer }),
        received(Packet::Disconnect { channel: 1 }),
        received(Packet::Start),
    ]
}

#[test]
fn times_are_exact_to_the_nanosecond() {
    assert_eq!(AT.to_string(), "2026-01-31T12:00:00.123456789Z");
    assert_eq!(UnixNanos::after(UnixTime(1_769_860_800), Duration::from_nanos(123_456_789)), AT);
    assert_eq!(UnixNanos::after(UnixTime(-5), Duration::ZERO), UnixNanos(0));
    assert_eq!(UnixNanos(u64::MAX).to_string(), "2554-07-21T23:34:33.709551615Z");
}

#[test]
fn text_has_a_line_for_each_message() {
    assert_eq!(
        text(Format::Text, &sample()),
        "2026-01-31T12:00:00.123456789Z → data mode, 10 bytes: {\"on\":1}\\r\\n\n\
         2026-01-31T12:00:00.123456789Z → data on channel 3, 15 bytes (lab/up): =1,\"°C\"\n\
         2026-01-31T12:00:00.123456789Z ← data on channel 0, 9 bytes: \\xFF\\u{0}\n\
         2026-01-31T12:00:00.123456789Z → AT request, 9 bytes: AT\\r\n\
         2026-01-31T12:00:00.123456789Z ← AT confirmation, 12 bytes: \\r\\nOK\\r\\n\n\
         2026-01-31T12:00:00.123456789Z ← connected on channel 1, 21 bytes: MQTT, remote 20.43.44.164:8883, local 0.0.0.0:0\n\
         2026-01-31T12:00:00.123456789Z ← disconnected on channel 1, 7 bytes: gone\n\
         2026-01-31T12:00:00.123456789Z ← other packet, 6 bytes: AA 00 02 00 71 55\n"
    );
}

#[test]
fn a_hex_dump_has_every_byte_of_a_frame() {
    assert_eq!(
        text(Format::HexDump, &[sent(3, b"0123456789ABCDEF")]),
        "2026-01-31T12:00:00.123456789Z → data on channel 3, 23 bytes\n\
         00000000  AA 00 13 00 36 03 30 31 32 33 34 35 36 37 38 39  ....6.0123456789\n\
         00000010  41 42 43 44 45 46 55                             ABCDEFU\n\n"
    );
}

#[test]
fn json_lines_have_what_a_message_carries_and_the_whole_frame_where_that_is_more() {
    let lines = text(Format::JsonLines, &sample());
    let lines: Vec<_> = lines.lines().collect();
    let expected = [
        (
            0,
            r#"{"time":"2026-01-31T12:00:00.123456789Z","direction":"sent","kind":"burst","text":"{\"on\":1}\r\n"}"#,
        ),
        (
            1,
            r#"{"time":"2026-01-31T12:00:00.123456789Z","direction":"sent","kind":"data","channel":3,"comment":"lab/up","text":"=1,\"°C\""}"#,
        ),
        (
            2,
            r#"{"time":"2026-01-31T12:00:00.123456789Z","direction":"received","kind":"data","channel":0,"hex":"ff00"}"#,
        ),
        (
            6,
            r#"{"time":"2026-01-31T12:00:00.123456789Z","direction":"received","kind":"disconnect","channel":1,"frame":"aa000300210155"}"#,
        ),
    ];
    for (index, line) in expected {
        assert_eq!(lines[index], line);
    }
    assert_eq!(lines.len(), sample().len());
}

#[test]
fn a_table_has_the_text_and_all_bytes() {
    assert_eq!(
        text(Format::Csv, &sample()[1..3]),
        "time,direction,kind,channel,length,comment,text,hex\n\
         2026-01-31T12:00:00.123456789Z,sent,data,3,15,lab/up,\"=1,\"\"°C\"\"\",aa000b0036033d312c22c2b0432255\n\
         2026-01-31T12:00:00.123456789Z,received,data,0,9,,,aa0005003100ff0055\n"
    );
}

#[test]
fn what_is_written_for_reading_is_read_back() {
    for format in [Format::JsonLines, Format::Pcapng] {
        assert_eq!(read(&written(format, &sample())).unwrap(), sample(), "{format:?}");
        assert_eq!(
            read(&written(format, &[])),
            if format == Format::Pcapng { Ok(vec![]) } else { read(b"") }
        );
    }
}

#[test]
fn a_long_comment_is_cut_with_a_mark() {
    let frame = sent(0, b"").with_comment("°".repeat(40_000));
    let comment = frame.comment().unwrap();
    assert!(comment.len() <= 4096 && comment.ends_with("°…"));
    assert_eq!(read(&written(Format::Pcapng, std::slice::from_ref(&frame))).unwrap(), [frame]);
}

#[test]
fn a_message_that_is_longer_than_wireshark_takes_says_how_long_it_was() {
    let long = Frame::burst(AT, Direction::Sent, vec![7; 300_000]);
    let back = read(&written(Format::Pcapng, &[long])).unwrap();
    assert_eq!((back[0].bytes().len(), back[0].original_length()), (262_144, Some(300_000)));
    assert!(text(Format::Text, &back).contains("data mode, 262144 of 300000 bytes: "));
}

#[test]
fn a_kind_that_cannot_hold_its_content_is_refused_with_the_line() {
    let line = |rest: &str| format!(r#"{{"time":"2026-01-31T12:00:00Z","direction":"sent",{rest}}}"#);
    for (rest, reason) in [
        (r#""kind":"data","channel":1"#, "line 3: it has neither `text` nor `hex`"),
        (r#""kind":"data","text":"""#, "line 3: a message of this kind needs `frame`, or a `channel`"),
        (r#""kind":"burst","text":"a","hex":"00""#, "line 3: it has both `text` and `hex`"),
        (r#""kind":"burst","hex":"0""#, "line 3: `hex` is not hex"),
        (
            r#""kind":"connect","frame":"aa0002007155""#,
            "line 3: it makes no single frame of the kind `connect`",
        ),
        (r#""kind":"mail","text":"""#, "line 3: `mail` is no kind of message"),
        (r#""kind":"foreign","hex":"""#, "line 3: `link_type` is missing"),
        (r#""kind":7"#, "line 3: it is no message, invalid type"),
        (r#""kind":"burst""#, "line 3: it has neither `text` nor `hex`"),
        (r#""kind"#, "line 3: it is no JSON, EOF while parsing"),
    ] {
        let file = format!("{}\n\n{}\n", line(r#""kind":"burst","text":"good""#), line(rest));
        let mut reader = Reader::new(file.as_bytes()).unwrap();
        assert!(reader.next().unwrap().is_ok());
        let problem = reader.next().unwrap().unwrap_err();
        assert!(problem.message.contains(reason), "{problem}");
        assert!(reader.next().is_none());
    }
    let long =
        line(&format!(r#""kind":"data","channel":1,"text":"{}""#, "x".repeat(crate::edm::MAX_DATA + 1)));
    let problem = read(long.as_bytes()).unwrap_err();
    assert!(problem.message.contains("line 1: it makes no single frame of the kind `data`"), "{problem}");
    let problem = read(br#"{"time":"soon","direction":"sent","kind":"burst","text":""}"#).unwrap_err();
    assert!(problem.message.contains("line 1: `time` is no time"), "{problem}");
}

#[test]
fn files_of_another_kind_are_named() {
    for (bytes, part) in [
        (&b""[..], "neither a pcapng file"),
        (b"AT\r\nOK\r\n", "neither a pcapng file"),
        (b"\xD4\xC3\xB2\xA1\x02\0\x04\0", "older pcap format"),
        (b"{\"recording\":1,\"started\":\"2023-11-14T22:13:20Z\"}\n", "recording of a session"),
        (b"\x0A\x0D\x0D\x0A\x1C\0\0\0\0\0\0\0", "the block at byte 0"),
    ] {
        let problem = read(bytes).unwrap_err();
        assert!(problem.message.contains(part), "{problem}");
    }
}

/// A capture as another program might have written it.
struct Foreign(PcapNgWriter<Vec<u8>>);

impl Foreign {
    fn new(endianness: Endianness) -> Self {
        Self(PcapNgWriter::with_endianness(Vec::new(), endianness).unwrap())
    }

    fn block<'a>(mut self, block: impl PcapNgBlock<'a>) -> Self {
        self.0.write_pcapng_block(block).unwrap();
        self
    }

    /// Without options: times count microseconds.
    fn interface(self, link_type: DataLink) -> Self {
        self.block(InterfaceDescriptionBlock::new(link_type, 0))
    }

    fn packet(self, interface_id: u32, original_len: u32, data: &[u8], flags: u32) -> Self {
        let options = vec![EnhancedPacketOption::Flags(flags)];
        let timestamp = Duration::from_micros(1_000_001);
        self.block(EnhancedPacketBlock { interface_id, timestamp, original_len, data: data.into(), options })
    }

    fn bytes(self) -> Vec<u8> {
        self.0.into_inner()
    }
}

#[test]
fn captures_of_others_are_read_in_both_byte_orders_and_in_several_sections() {
    let second = SectionHeaderBlock { endianness: Endianness::Little, ..SectionHeaderBlock::default() };
    let file = Foreign::new(Endianness::Big)
        .interface(DataLink::ETHERNET)
        .interface(DataLink::USER0)
        .packet(1, 6, &Packet::Start.encode(), 0)
        .packet(0, 60, b"\x01\x02", 2)
        .block(second)
        .interface(DataLink::USER1)
        .packet(0, 3, b"abc", 1)
        .bytes();
    let at = UnixNanos(1_000_001_000);
    let frames = read(&file).unwrap();
    assert_eq!(frames[0], Frame::edm(at, Direction::Received, Packet::Start.encode()));
    assert_eq!(frames[1], Frame::foreign(at, Direction::Sent, 1, vec![1, 2]).cut_from(60));
    assert_eq!(frames[2], Frame::burst(at, Direction::Received, b"abc".to_vec()));
    assert_eq!(frames.len(), 3);
    assert!(text(Format::Text, &frames[1..2]).ends_with("→ link type 1, 2 of 60 bytes: 01 02\n"));
}

#[test]
fn what_cannot_be_shown_is_passed_over_and_counted_with_the_reason() {
    let file = Foreign::new(Endianness::Little)
        .block(UnknownBlock::new(0x4242, 16, b"what"))
        .interface(DataLink::USER1)
        .block(SimplePacketBlock { original_len: 2, data: b"ab".as_slice().into() })
        .packet(0, 3, b"abc", 0)
        .block(UnknownBlock::new(0x4242, 16, b"what"))
        .bytes();
    let mut reader = Reader::new(file.as_slice()).unwrap();
    assert_eq!(reader.by_ref().filter_map(Result::ok).count(), 1);
    assert_eq!(
        reader.passed_over(),
        [
            ("A block of an unknown type (block type 0x4242)".to_owned(), 2),
            ("A packet without a time (block type 0x3)".to_owned(), 1)
        ]
    );
}

#[test]
fn a_capture_that_breaks_off_gives_what_came_before_and_says_where() {
    let whole = written(Format::Pcapng, &sample()[..2]);
    let mut reader = Reader::new(&whole[..whole.len() - 1]).unwrap();
    assert!(reader.next().unwrap().is_ok());
    let problem = reader.next().unwrap().unwrap_err();
    assert!(
        problem.message.contains("the block at byte ") && problem.message.contains("is not whole"),
        "{problem}"
    );
    assert!(reader.next().is_none());
}

#[test]
fn a_frame_that_is_not_whole_is_kept_as_it_is() {
    let frame = Frame::edm(AT, Direction::Unknown, vec![0xAA, 0, 5, 0, 0x31, 3]);
    assert_eq!((frame.kind(), frame.channel(), frame.payload()), (FrameKind::Other, None, frame.bytes()));
    let twice = [Packet::Start.encode(), Packet::Start.encode()].concat();
    assert_eq!(Frame::edm(AT, Direction::Sent, twice).kind(), FrameKind::Other);
}

fn frames() -> impl Strategy<Value = Frame> {
    let bytes = || prop_oneof![any::<Vec<u8>>(), any::<String>().prop_map(String::into_bytes)];
    let direction = || prop::sample::select(vec![Direction::Sent, Direction::Received, Direction::Unknown]);
    let packet = prop_oneof![
        (any::<u8>(), bytes()).prop_map(|(channel, data)| Packet::Data { channel, data }),
        (any::<u8>(), bytes()).prop_map(|(channel, data)| Packet::Send { channel, data }),
        bytes().prop_map(Packet::AtRequest),
        bytes().prop_map(Packet::AtConfirmation),
        bytes().prop_map(Packet::AtEvent),
        any::<u8>().prop_map(|channel| Packet::Disconnect { channel }),
        (any::<u16>(), bytes()).prop_map(|(id, body)| Packet::Other { id, body }),
    ];
    let edm = prop_oneof![packet.prop_map(|packet| packet.encode()), bytes()];
    let frame = prop_oneof![
        (any::<u64>(), direction(), bytes()).prop_map(|(at, direction, bytes)| Frame::burst(
            UnixNanos(at),
            direction,
            bytes
        )),
        (any::<u64>(), direction(), edm).prop_map(|(at, direction, bytes)| Frame::edm(
            UnixNanos(at),
            direction,
            bytes
        )),
        (any::<u64>(), direction(), 149..u16::MAX, bytes()).prop_map(|(at, direction, link_type, bytes)| {
            Frame::foreign(UnixNanos(at), direction, link_type, bytes)
        }),
    ];
    (frame, any::<Option<String>>(), any::<Option<u32>>()).prop_map(|(frame, comment, length)| {
        let frame = comment.into_iter().fold(frame, Frame::with_comment);
        length.into_iter().fold(frame, Frame::cut_from)
    })
}

proptest! {
    #[test]
    fn time_direction_kind_and_bytes_come_back(frames in prop::collection::vec(frames(), 1..6)) {
        for format in [Format::JsonLines, Format::Pcapng] {
            prop_assert_eq!(&read(&written(format, &frames)).unwrap(), &frames);
        }
    }

    #[test]
    fn every_format_takes_any_message(frames in prop::collection::vec(frames(), 0..4)) {
        prop_assert_eq!(text(Format::Text, &frames).lines().count(), frames.len());
        let table = written(Format::Csv, &frames);
        let rows = csv::Reader::from_reader(table.as_slice()).into_records().collect::<Result<Vec<_>, _>>();
        prop_assert_eq!(rows.unwrap().len(), frames.len());
        let dumped = text(Format::HexDump, &frames);
        let rows = frames.iter().map(|frame| frame.bytes().len().div_ceil(16)).sum::<usize>();
        prop_assert_eq!(dumped.lines().count(), rows + 2 * frames.len());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
        let _ = read(&bytes);
        let _ = read(&[b"\x0A\x0D\x0D\x0A".to_vec(), bytes.clone()].concat());
        let _ = read(&[b"{".to_vec(), bytes].concat());
    }

    #[test]
    fn a_capture_with_any_byte_changed_is_read_or_refused(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for format in [Format::JsonLines, Format::Pcapng] {
            let mut file = written(format, &sample());
            let place = place.index(file.len());
            file[place] = byte;
            let _ = read(&file);
        }
    }
}
