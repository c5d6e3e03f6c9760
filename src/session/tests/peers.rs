//! Peers that were connected before extended data mode began.

use super::*;

#[test]
fn peers_from_before_extended_data_mode_get_their_channels_there() {
    let remote = "20.43.44.164:8883".parse().unwrap();
    let peer = edm::Peer::Ip { protocol: edm::Protocol::Mqtt, remote, local: "0.0.0.0:0".parse().unwrap() };
    let event = edm::Packet::Connect { channel: 5, peer }.encode();
    let ask = edm::Packet::ResendConnectEvents.encode();
    for wish in [Wish::Enter(Mode::Extended), Wish::Send("ATO2".into())] {
        let mut bench = rebuilt(idle());
        bench.receive(b"\r\n+UUDPC:2,2,6,0.0.0.0,0,20.43.44.164,8883\r\n");
        bench.wish(wish);
        bench.receive(b"ATO2\r\r\nOK\r\n");
        bench.receive(&edm::Packet::Start.encode());
        assert_eq!(bench.sent.last().unwrap(), &ask);
        bench.receive(&event);
        assert!(bench.events.contains(&Event::Peer(PeerEvent::Channel { handle: 2, channel: 5 })));
        bench.wish(Wish::SendData { channel: Some(5), data: b"x".to_vec() });
        let sent = edm::Packet::Send { channel: 5, data: b"x".to_vec() };
        assert_eq!(bench.sent.last().unwrap(), &sent.encode());
    }
}

#[test]
fn without_peers_nothing_is_asked_when_extended_data_mode_begins() {
    let mut bench = rebuilt(idle());
    bench.wish(Wish::Enter(Mode::Extended));
    bench.receive(b"ATO2\r\r\nOK\r\n");
    bench.receive(&edm::Packet::Start.encode());
    assert_eq!(bench.sent, [b"ATO2\r"]);
}
