//! The golden frames of protocol.md §5.7, both ways, and round trips of made-up packets.

use proptest::prelude::*;

use super::*;
use crate::edm::{Decoder, Item};

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

fn decoded(frame: &[u8]) -> Vec<Item> {
    let mut decoder = Decoder::new();
    decoder.feed(frame);
    std::iter::from_fn(|| decoder.poll()).collect()
}

#[track_caller]
fn assert_golden(hex: &str, packet: &Packet) {
    assert_eq!(packet.encode(), bytes(hex));
    assert_eq!(decoded(&bytes(hex)), [Item::Packet(packet.clone())]);
}

#[test]
fn the_golden_frames_without_peers_are_read_and_written() {
    assert_golden("AA 00 02 00 71 55", &Packet::Start);
    assert_golden("AA 00 02 00 56 55", &Packet::ResendConnectEvents);
    assert_golden("AA 00 03 00 21 03 55", &Packet::Disconnect { channel: 3 });
    assert_golden("AA 00 05 00 31 03 12 34 55", &Packet::Data { channel: 3, data: vec![0x12, 0x34] });
    assert_golden("AA 00 05 00 36 03 12 34 55", &Packet::Send { channel: 3, data: vec![0x12, 0x34] });
    assert_golden(
        "AA 00 16 00 36 01 67 65 74 20 6F 70 65 72 61 74 69 6F 6E 73 74 61 74 75 73 55",
        &Packet::Send { channel: 1, data: b"get operationstatus".to_vec() },
    );
    assert_golden("AA 00 03 00 61 07 55", &Packet::Other { id: 0x0061, body: vec![7] });
}

#[test]
fn the_golden_frames_of_at_text_are_read_and_written() {
    let request = |text: &str| Packet::AtRequest(text.into());
    let confirmation = |text: &str| Packet::AtConfirmation(text.into());
    let event = |text: &str| Packet::AtEvent(text.into());
    for (hex, packet) in [
        ("AA 00 05 00 44 41 54 0D 55", request("AT\r")),
        ("AA 00 07 00 44 41 54 45 30 0D 55", request("ATE0\r")),
        ("AA 00 0D 00 44 41 54 2B 43 50 57 52 4F 46 46 0D 55", request("AT+CPWROFF\r")),
        ("AA 00 08 00 45 0D 0A 4F 4B 0D 0A 55", confirmation("\r\nOK\r\n")),
        ("AA 00 0B 00 45 0D 0A 45 52 52 4F 52 0D 0A 55", confirmation("\r\nERROR\r\n")),
        (
            "AA 00 11 00 45 0D 0A 2B 55 44 43 50 3A 32 0D 0A 4F 4B 0D 0A 55",
            confirmation("\r\n+UDCP:2\r\nOK\r\n"),
        ),
        ("AA 00 05 00 45 0D 0A 3E 55", confirmation("\r\n>")),
        ("AA 00 0D 00 41 0D 0A 2B 55 55 4E 55 3A 30 0D 0A 55", event("\r\n+UUNU:0\r\n")),
        (
            "AA 00 1E 00 41 0D 0A 2B 55 55 57 4C 45 3A 30 2C 38 30 32 41 41 38 30 33 35 41 44 45 2C 31 31 0D 0A 55",
            event("\r\n+UUWLE:0,802AA8035ADE,11\r\n"),
        ),
        (
            "AA 00 2E 00 41 0D 0A 2B 55 55 44 50 43 3A 32 2C 32 2C 31 2C 30 2E 30 2E 30 2E 30 2C 30 2C 31 36 32 2E 31 35 39 2E 32 30 30 2E 31 2C 31 32 33 0D 0A 55",
            event("\r\n+UUDPC:2,2,1,0.0.0.0,0,162.159.200.1,123\r\n"),
        ),
    ] {
        assert_golden(hex, &packet);
    }
}

#[test]
fn the_golden_connect_events_name_remote_before_local() {
    let address = [0x11, 0xBB, 0x33, 0x44, 0x55, 0x66];
    let connect = |channel, peer| Packet::Connect { channel, peer };
    assert_golden(
        "AA 00 0D 00 11 03 01 0E 11 BB 33 44 55 66 01 66 55",
        &connect(3, Peer::Bluetooth { profile: 14, address, frame_size: 0x166 }),
    );
    let ip = |protocol, remote: &str, local: &str| Peer::Ip {
        protocol,
        remote: remote.parse().unwrap(),
        local: local.parse().unwrap(),
    };
    assert_golden(
        "AA 00 11 00 11 05 02 00 C0 A8 00 02 13 88 C0 A8 00 01 0F A0 55",
        &connect(5, ip(Protocol::Tcp, "192.168.0.2:5000", "192.168.0.1:4000")),
    );
    assert_golden(
        "AA 00 11 00 11 00 02 02 14 2B 2C A4 22 B3 00 00 00 00 00 00 55",
        &connect(0, ip(Protocol::Mqtt, "20.43.44.164:8883", "0.0.0.0:0")),
    );
}

#[test]
fn an_ipv6_connect_event_has_the_length_of_the_specification() {
    let frame = Packet::Connect {
        channel: 1,
        peer: Peer::Ip {
            protocol: Protocol::Udp,
            remote: "[2001:db8::1]:53".parse().unwrap(),
            local: "[::]:0".parse().unwrap(),
        },
    }
    .encode();
    assert_eq!(frame[..8], bytes("AA 00 29 00 11 01 03 01"));
}

#[test]
fn lengths_above_255_take_both_bytes() {
    let data = Packet::Send { channel: 3, data: vec![0; 300] };
    assert_eq!(data.encode()[..6], bytes("AA 01 2F 00 36 03"));
    assert_eq!(Packet::AtRequest(vec![0; 300]).encode()[..5], bytes("AA 01 2E 00 44"));
}

#[test]
fn what_one_frame_cannot_hold_goes_on_in_the_next() {
    let whole = Packet::Send { channel: 1, data: vec![7; MAX_DATA] };
    assert_eq!(decoded(&whole.encode()), [Item::Packet(whole)]);
    let long = Packet::Send { channel: 1, data: vec![7; MAX_DATA + 1] };
    let lengths: Vec<usize> = decoded(&long.encode())
        .iter()
        .map(|item| match item {
            Item::Packet(Packet::Send { channel: 1, data }) => data.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(lengths, [MAX_DATA, 1]);
}

#[test]
fn a_body_that_its_id_does_not_allow_is_kept_as_it_is() {
    for (hex, id, body) in [
        ("AA 00 02 00 21 55", 0x0021, vec![]),
        ("AA 00 04 00 11 05 02 55", 0x0011, vec![5, 2]),
        ("AA 00 03 00 71 09 55", 0x0071, vec![9]),
    ] {
        assert_golden(hex, &Packet::Other { id, body });
    }
}

#[test]
fn requests_hold_200_bytes_each() {
    let lengths: Vec<usize> =
        requests(&[b'x'; 450]).map(|packet| packet.encode().len() - ENVELOPE - 2).collect();
    assert_eq!(lengths, [200, 200, 50]);
}

fn socket_pairs() -> impl Strategy<Value = (SocketAddr, SocketAddr)> {
    let v4 = any::<([u8; 4], u16)>().prop_map(|(ip, port)| SocketAddr::from((ip, port)));
    let v6 = any::<([u8; 16], u16)>().prop_map(|(ip, port)| SocketAddr::from((ip, port)));
    prop_oneof![(v4.clone(), v4), (v6.clone(), v6)]
}

fn packets() -> impl Strategy<Value = Packet> {
    let data = || prop::collection::vec(any::<u8>(), 0..600);
    let bluetooth = any::<(u8, [u8; 6], u16)>().prop_map(|(profile, address, frame_size)| Peer::Bluetooth {
        profile,
        address,
        frame_size,
    });
    let ip = (any::<u8>(), socket_pairs()).prop_map(|(protocol, (remote, local))| Peer::Ip {
        protocol: Protocol::from_number(protocol),
        remote,
        local,
    });
    prop_oneof![
        Just(Packet::Start),
        Just(Packet::ResendConnectEvents),
        data().prop_map(Packet::AtRequest),
        data().prop_map(Packet::AtConfirmation),
        data().prop_map(Packet::AtEvent),
        (any::<u8>(), data()).prop_map(|(channel, data)| Packet::Data { channel, data }),
        (any::<u8>(), data()).prop_map(|(channel, data)| Packet::Send { channel, data }),
        (any::<u8>(), prop_oneof![bluetooth, ip])
            .prop_map(|(channel, peer)| Packet::Connect { channel, peer }),
        any::<u8>().prop_map(|channel| Packet::Disconnect { channel }),
        data().prop_map(|body| Packet::Other { id: 0x0061, body }),
    ]
}

proptest! {
    #[test]
    fn packets_come_back_as_they_were_written(packets in prop::collection::vec(packets(), 0..5)) {
        let bytes: Vec<u8> = packets.iter().flat_map(Packet::encode).collect();
        let expected: Vec<Item> = packets.into_iter().map(Item::Packet).collect();
        prop_assert_eq!(decoded(&bytes), expected);
    }
}
