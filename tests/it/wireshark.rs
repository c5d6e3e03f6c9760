//! Wireshark's own reader opens what is exported, and finds in it what was put in.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use xpress_center::capture::{Direction, Format, Frame, Reader, UnixNanos, Writer};
use xpress_center::edm::{Packet, Peer, Protocol};
use xpress_center::session::{self, Event, PeerEvent, Wire, WireKind};

use crate::export::{PCAPNG, Window, set_up};
use crate::support::lab::ENDPOINT;
use crate::support::program;

const DISSECTOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/wireshark/xpress-edm.lua");

/// A nanosecond more each time, over the end of a second.
const START: u64 = 1_769_860_800_999_999_998;

#[test]
fn tshark_lists_as_many_frames_at_the_same_times_and_of_the_same_lengths() {
    let capture = Capture::of(&frames());
    let rows = capture.list(&[
        "frame.number",
        "frame.time_epoch",
        "frame.len",
        "frame.cap_len",
        "frame.interface_name",
        "frame.packet_flags_direction",
        "frame.comment",
    ]);
    let expected = frames().into_iter().enumerate().map(|(index, frame)| {
        let (seconds, nanos) = (frame.at().0 / 1_000_000_000, frame.at().0 % 1_000_000_000);
        let (direction, length) = (flag(frame.direction()), frame.bytes().len());
        let interface = if frame.bytes().first() == Some(&0xAA) { "edm" } else { "data" };
        let comment = frame.comment().unwrap_or_default();
        let number = index + 1;
        format!("{number}\t{seconds}.{nanos:09}\t{length}\t{length}\t{interface}\t{direction}\t{comment}")
    });
    assert_eq!(rows, expected.collect::<Vec<_>>());
}

#[test]
fn what_wireshark_saves_is_read_as_it_was_exported() {
    let capture = Capture::of(&frames());
    let saved = capture.folder.path().join("saved.pcapng");
    capture.tshark(&["-w", saved.to_str().unwrap()]);
    assert_ne!(fs::read(&saved).unwrap(), fs::read(capture.path()).unwrap());
    let reader = Reader::new(BufReader::new(File::open(&saved).unwrap())).unwrap();
    assert_eq!(reader.collect::<Result<Vec<_>, _>>().unwrap(), frames());
}

#[test]
fn the_dissector_names_the_type_the_channel_and_the_peer() {
    let capture = Capture::of(&frames()[2..]);
    let names = ["type", "channel", "connection", "protocol", "remote_ip", "remote_port", "text", "data"];
    let fields = names.map(|name| format!("xpress_edm.{name}"));
    let rows = capture.list(&fields.each_ref().map(String::as_str));
    assert_eq!(
        rows,
        [
            "0x0044\t\t\t\t\t\tAT\t",
            "0x0045\t\t\t\t\t\tOK\t",
            "0x0011\t5\t2\t2\t20.43.44.164\t8883\t\t",
            "0x0036\t5\t\t\t\t\t\t7b7d",
            "0x0031\t5\t\t\t\t\t\tff00",
            "0x0021\t5\t\t\t\t\t\t",
        ]
    );
    let summary = capture.tshark(&[]);
    let sent = summary.lines().nth(3).unwrap();
    assert!(sent.contains(" EDM ") && sent.ends_with("Data command, channel 5"), "{sent}");
}

#[test]
fn what_the_window_saves_of_a_set_up_is_whole_with_peer_and_topic() {
    let mut events = set_up();
    let channel = events.iter().find_map(|event| match event {
        Event::Peer(PeerEvent::Connected { channel, .. }) => *channel,
        _ => None,
    });
    let at = events.iter().rev().find_map(|event| match event {
        Event::Wire(wire) => Some(wire.at),
        _ => None,
    });
    let (at, direction) = (at.unwrap(), session::Direction::Sent);
    let kind = WireKind::Data { channel };
    events.push(Event::Wire(Wire { at, direction, kind, bytes: b"{}".to_vec() }));
    let mut window = Window::after(&events);
    let capture = Capture::holding(&window.saved(PCAPNG));
    let rows = capture.list(&["xpress_edm.type", "_ws.malformed", "frame.comment"]);
    assert_eq!(rows.len(), window.rows());
    assert!(rows.iter().all(|row| row.starts_with("0x00")), "{rows:#?}");
    assert!(rows.iter().all(|row| row.split('\t').nth(1) == Some("")), "{rows:#?}");
    let comment = format!("{ENDPOINT} · device1/up");
    assert_eq!(rows.last().unwrap(), &format!("0x0036\t\t{comment}"));
}

fn frames() -> Vec<Frame> {
    let remote = "20.43.44.164:8883".parse().unwrap();
    let peer = Peer::Ip { protocol: Protocol::Mqtt, remote, local: "0.0.0.0:0".parse().unwrap() };
    let (sent, received) = (Direction::Sent, Direction::Received);
    let at = |place| UnixNanos(START + place);
    let edm = |place, direction, packet: Packet| Frame::edm(at(place), direction, packet.encode());
    vec![
        Frame::burst(at(0), sent, b"{\"on\":1}\r\n".to_vec()),
        Frame::burst(at(1), received, vec![b'x'; 60_000]),
        edm(2, sent, Packet::AtRequest(b"AT".to_vec())),
        edm(3, received, Packet::AtConfirmation(b"OK".to_vec())),
        edm(4, received, Packet::Connect { channel: 5, peer }),
        edm(5, sent, Packet::Send { channel: 5, data: b"{}".to_vec() }).with_comment("lab → lab/up"),
        edm(6, received, Packet::Data { channel: 5, data: b"\xFF\0".to_vec() }),
        edm(7, received, Packet::Disconnect { channel: 5 }),
    ]
}

fn flag(direction: Direction) -> &'static str {
    match direction {
        Direction::Received => "0x00000001",
        Direction::Sent => "0x00000002",
        Direction::Unknown => "",
    }
}

/// An exported capture in a folder of its own.
struct Capture {
    folder: TempDir,
}

impl Capture {
    fn of(frames: &[Frame]) -> Self {
        let capture = Self { folder: tempfile::tempdir().unwrap() };
        let file = BufWriter::new(File::create(capture.path()).unwrap());
        let mut writer = Writer::new(Format::Pcapng, file).unwrap();
        frames.iter().for_each(|frame| writer.write(frame).unwrap());
        writer.finish().unwrap();
        capture
    }

    fn holding(bytes: &[u8]) -> Self {
        let capture = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(capture.path(), bytes).unwrap();
        capture
    }

    fn path(&self) -> impl AsRef<Path> + use<> {
        self.folder.path().join("traffic.pcapng")
    }

    /// These fields of each packet, separated by tabs.
    fn list(&self, fields: &[&str]) -> Vec<String> {
        let fields = fields.iter().flat_map(|field| ["-e", field]);
        let arguments: Vec<_> = ["-T", "fields"].into_iter().chain(fields).collect();
        self.tshark(&arguments).lines().map(str::to_owned).collect()
    }

    /// What tshark says of the capture, without anybody's settings.
    fn tshark(&self, arguments: &[&str]) -> String {
        let mut tshark = Command::new(program("tshark", "tshark"));
        tshark.env("HOME", self.folder.path()).env_remove("XDG_CONFIG_HOME").env("LC_ALL", "C.UTF-8");
        tshark.arg("-X").arg(format!("lua_script:{DISSECTOR}"));
        let output = tshark.arg("-r").arg(self.path().as_ref()).args(arguments).output().unwrap();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaints}");
        String::from_utf8(output.stdout).unwrap()
    }
}
