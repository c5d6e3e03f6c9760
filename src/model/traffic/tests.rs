//! Every byte has its row, in order, also when the disk holds it.

use proptest::prelude::*;

use super::*;
use crate::edm;
use crate::model::{Needle, Sieve, View, ViewProgress};
use crate::session::WireKind;

fn wire(at: u64, direction: Direction, bytes: &[u8]) -> Wire {
    let kind = WireKind::Data { channel: None };
    Wire { at: Moment::from_millis(at), direction, kind, bytes: bytes.to_vec() }
}

fn rows(traffic: &Traffic) -> Vec<(Direction, Vec<u8>)> {
    (0..traffic.len()).filter_map(|at| traffic.get(at)).map(|row| (row.direction, row.bytes)).collect()
}

#[test]
fn bytes_close_together_in_one_direction_are_one_row() {
    let mut traffic = Traffic::default();
    traffic.add(None, &wire(0, Direction::Sent, b"he"));
    traffic.add(None, &wire(49, Direction::Sent, b"llo"));
    traffic.add(None, &wire(60, Direction::Received, b"hi"));
    traffic.add(None, &wire(110, Direction::Received, b"again"));
    let expected = [(Direction::Sent, "hello"), (Direction::Received, "hi"), (Direction::Received, "again")];
    assert_eq!(rows(&traffic), expected.map(|(direction, text)| (direction, text.as_bytes().to_vec())));
}

#[test]
fn packets_of_extended_data_mode_stay_apart() {
    let mut traffic = Traffic::default();
    traffic.add(Some(0), &wire(0, Direction::Received, b"a"));
    traffic.add(Some(0), &wire(1, Direction::Received, b"b"));
    assert_eq!(traffic.len(), 2);
    assert_eq!(traffic.get(1).unwrap().on_the_wire(), [0xAA, 0, 4, 0, 0x31, 0, b'b', 0x55]);
}

#[test]
fn a_packet_ends_a_burst() {
    let mut traffic = Traffic::default();
    traffic.add(None, &wire(0, Direction::Received, b"a"));
    let framed = Framed { at: Moment::START, direction: Direction::Received, packet: edm::Packet::Start };
    traffic.add_packet(&framed);
    traffic.add(None, &wire(1, Direction::Received, b"b"));
    assert_eq!(rows(&traffic).len(), 3);
}

#[test]
fn no_byte_of_a_long_burst_is_lost() {
    let mut traffic = Traffic::default();
    (0..3 * LONGEST / 1000).for_each(|_| {
        traffic.add(None, &wire(0, Direction::Received, &[b'x'; 1000]));
    });
    assert!(rows(&traffic).iter().all(|(_, bytes)| bytes.len() <= LONGEST));
    let all: usize = rows(&traffic).iter().map(|(_, bytes)| bytes.len()).sum();
    assert_eq!(all, 3 * LONGEST / 1000 * 1000);
}

#[test]
fn every_kind_of_row_says_in_a_line_what_it_is() {
    let mut traffic = Traffic::default();
    let framed = |packet| Framed { at: Moment::START, direction: Direction::Received, packet };
    let remote = "20.43.44.164:8883".parse().unwrap();
    let peer = edm::Peer::Ip { protocol: edm::Protocol::Mqtt, remote, local: "0.0.0.0:0".parse().unwrap() };
    for packet in [
        edm::Packet::AtConfirmation(b"\r\n+UDCP:2\r\nOK\r\n".to_vec()),
        edm::Packet::AtEvent(b"\r\n+UUNU:0\r\n".to_vec()),
        edm::Packet::Connect { channel: 4, peer },
        edm::Packet::Disconnect { channel: 4 },
        edm::Packet::Other { id: 0x61, body: vec![1, 2] },
    ] {
        traffic.add_packet(&framed(packet));
    }
    traffic.add(None, &wire(0, Direction::Sent, b"{\"on\":1}\r\n\xff"));
    traffic.add_unplaced(&wire(0, Direction::Received, b"\0junk"));
    let told: Vec<_> = (0..7)
        .filter_map(|at| traffic.get(at))
        .map(|row| (row.kind, row.channel(), row.preview(80)))
        .collect();
    let expected = [
        (RowKind::Response, None, "+UDCP:2··OK"),
        (RowKind::Event, None, "+UUNU:0"),
        (RowKind::Control, Some(4), "Channel 4 connected to 20.43.44.164:8883"),
        (RowKind::Control, Some(4), "Channel 4 disconnected"),
        (RowKind::Control, None, "Packet 0061 with 2 bytes"),
        (RowKind::Burst, None, "{\"on\":1}···"),
        (RowKind::Unplaced, None, "·junk"),
    ];
    assert_eq!(told, expected.map(|(kind, channel, text)| (kind, channel, text.to_owned())));
}

#[test]
fn a_filter_finds_a_burst_also_by_what_came_to_it_later() {
    let mut traffic = Traffic::default();
    let (needle, mut view) = (Needle::new("needle", Default::default()), View::found());
    traffic.add(None, &wire(0, Direction::Sent, b"nee"));
    view.advance_traffic(&traffic, Sieve::Text(&needle), 1 << 20);
    assert_eq!(view.len(), 0);
    traffic.add(None, &wire(1, Direction::Sent, b"dle"));
    view.advance_traffic(&traffic, Sieve::Text(&needle), 1 << 20);
    view.advance_traffic(&traffic, Sieve::Text(&needle), 1 << 20);
    assert_eq!((view.len(), view.place(0)), (1, Some(0)));
}

#[test]
fn a_cleared_view_of_traffic_is_empty_and_ids_go_on() {
    let mut traffic = Traffic::default();
    traffic.add(Some(1), &wire(0, Direction::Sent, b"one"));
    traffic.clear();
    let id = traffic.add(Some(1), &wire(0, Direction::Sent, b"two"));
    assert_eq!((id, traffic.row(0), traffic.row(1).map(|row| row.bytes)), (1, None, Some(b"two".to_vec())));
}

#[test]
fn an_echo_is_found_also_in_data_mode_once_its_burst_is_whole() {
    let mut traffic = Traffic::default();
    let request = traffic.add(None, &wire(0, Direction::Sent, b"ping 1"));
    let answer = traffic.add(None, &wire(200, Direction::Received, b"pin"));
    traffic.add(None, &wire(210, Direction::Received, b"g 1"));
    traffic.settle(Moment::from_millis(300));
    assert_eq!(traffic.answers().of(answer), None);
    traffic.settle(Moment::from_millis(800));
    let trip = traffic.answers().of(answer).unwrap();
    assert_eq!((trip.request, trip.latency), (request, Duration::from_millis(200)));
    let (_, latencies) = traffic.answers().latencies(None).next().unwrap();
    assert_eq!(latencies.p50(), Some(Duration::from_millis(200)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_byte_comes_back_in_order_however_it_is_cut(
        pieces in prop::collection::vec((0_u64..100, any::<bool>(), 0_usize..20_000), 1..200),
    ) {
        let mut traffic = Traffic::default();
        let (mut at, mut number) = (0, 0_u8);
        let mut expected = Vec::new();
        for (pause, sent, length) in pieces {
            at += pause;
            let direction = if sent { Direction::Sent } else { Direction::Received };
            let bytes: Vec<u8> = std::iter::repeat_with(|| { number = number.wrapping_add(7); number }).take(length).collect();
            traffic.add(None, &wire(at, direction, &bytes));
            expected.extend(bytes.into_iter().map(|byte| (sent, byte)));
        }
        let mut found = Vec::new();
        traffic.scan(0..traffic.len(), |_, row| {
            found.extend(row.bytes.iter().map(|byte| (row.direction == Direction::Sent, *byte)));
            ControlFlow::Continue(())
        });
        prop_assert!(found == expected);
        let (mut view, all) = (View::found(), |_: &TrafficRow| true);
        while view.advance_traffic(&traffic, Sieve::Lines(&all), 100) == ViewProgress::More {}
        prop_assert_eq!(view.len(), traffic.len());
    }
}
