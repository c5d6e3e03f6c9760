//! Peers, sessions and what the host is told about them (protocol.md §8, §9).

use super::wifi::lines;
use super::*;

const BROKER: &str = "AT+UDCP=mqtt://h:1883/?client=c";

/// A module in extended data mode with a network.
fn in_edm() -> Bench {
    let mut bench = Bench::joined(&[]);
    bench.enter_edm();
    bench
}

#[test]
fn tls_checks_the_name_and_the_root() {
    for (host, connected) in [("broker.example", true), ("other.example", false)] {
        let mut bench = Bench::joined(&[]);
        bench.trust("broker.example");
        let answer = bench.command(&format!("AT+UDCP=mqtt://{host}/?client=c&encr=3&ca=ca.pem"));
        assert!(answer.contains("+UDCP:2\r\n"), "{answer}");
        bench.pass(Duration::from_secs(10));
        let expected = if connected {
            format!("+UUDPC:2,2,6,0.0.0.0,0,{}", REMOTE.replace(':', ","))
        } else {
            "+UUDPD:2".into()
        };
        assert_eq!(lines(&mut bench), [expected]);
    }
}

#[test]
fn an_old_tls_version_or_a_key_that_does_not_fit_fails_without_a_reason() {
    for query in ["encr=2", "encr=3&cert=cert.pem&privKey=key.pem"] {
        let mut bench = Bench::joined(&[]);
        bench.certify("h");
        bench.upload(1, "cert.pem", crate::credential::fixtures::EC_CERTIFICATE.as_bytes());
        bench.upload(2, "key.pem", crate::credential::fixtures::RSA_KEY.as_bytes());
        assert!(bench.command(&format!("AT+UDCP=mqtt://h/?{query}")).contains("+UDCP:2"));
        bench.pass(Duration::from_secs(10));
        assert_eq!(lines(&mut bench), ["+UUDPD:2"]);
        assert_eq!(bench.wishes.last().map(String::as_str), Some("close"));
    }
}

#[test]
fn a_certificate_that_is_not_stored_is_an_error_at_once() {
    let mut bench = Bench::joined(&[]);
    assert!(bench.command("AT+UDCP=mqtt://h/?ca=missing.pem").ends_with("ERROR\r\n"));
}

#[test]
fn every_failure_of_tcp_looks_alike_and_takes_its_time() {
    for failure in
        [TcpFailure::NameUnknown, TcpFailure::Refused, TcpFailure::TimedOut, TcpFailure::Unreachable]
    {
        let mut bench = Bench::joined(&[]);
        bench.network = Network::Failing(failure);
        bench.command(BROKER);
        bench.pass_millis(999);
        assert_eq!(lines(&mut bench), [""; 0]);
        bench.pass(Duration::from_secs(10));
        assert_eq!(lines(&mut bench), ["+UUDPD:2"]);
    }
}

#[test]
fn a_refused_subscription_fails_its_peer_and_ends_a_session_without_others() {
    let mut bench = Bench::joined(&[]);
    bench.network = Network::Unsubscribable;
    bench.command(&format!("{BROKER}&st=a"));
    bench.pass(Duration::from_secs(10));
    assert_eq!(lines(&mut bench), ["+UUDPD:2"]);
    assert_eq!(bench.wishes, ["h:1883", "close"]);
}

#[test]
fn messages_go_to_the_peer_whose_filter_matches() {
    let mut bench = in_edm();
    for topic in ["a/+", "b/#"] {
        bench.request(&format!("{BROKER}&st={topic}"));
        bench.pass_millis(500);
    }
    bench.take_packets();
    for (topic, channel) in [("b/c/d", 1), ("a/x", 0)] {
        bench.broker_says(topic, b"hello");
        assert_eq!(bench.take_packets(), [Packet::Data { channel, data: b"hello".to_vec() }]);
    }
    bench.broker_says("elsewhere", b"hello");
    assert_eq!(bench.take_packets(), []);
}

#[test]
fn a_message_that_is_early_waits_for_its_peer() {
    let mut bench = in_edm();
    bench.request(&format!("{BROKER}&st=a"));
    bench.broker_says("a", b"early");
    assert_eq!(bench.take_packets(), []);
    bench.pass_millis(500);
    let [connect, report, data]: [Packet; 3] = bench.take_packets().try_into().unwrap();
    assert!(matches!(connect, Packet::Connect { channel: 0, .. }));
    assert_eq!(report, event("+UUDPC:2,2,6,0.0.0.0,0,20.43.44.164,1883"));
    assert_eq!(data, Packet::Data { channel: 0, data: b"early".to_vec() });
}

#[test]
fn a_long_message_comes_in_several_packets() {
    let mut bench = in_edm();
    bench.request(&format!("{BROKER}&st=a"));
    bench.pass_millis(500);
    bench.take_packets();
    bench.broker_says("a", &[7; edm::MAX_DATA + 1]);
    let packets = bench.take_packets();
    assert_eq!(packets, [edm::MAX_DATA, 1].map(|n| Packet::Data { channel: 0, data: vec![7; n] }));
}

#[test]
fn the_session_ends_with_its_last_peer() {
    let mut bench = in_edm();
    for topic in ["st=a", "pt=b"] {
        bench.request(&format!("{BROKER}&{topic}"));
        bench.pass_millis(500);
    }
    bench.request("AT+UDCPC=2");
    bench.pass_millis(20);
    assert_eq!(
        (&bench.subscriptions[..], &bench.wishes[..]),
        (&["+a".into(), "-a".into()][..], &["h:1883".into()][..])
    );
    bench.send(&Packet::Send { channel: 1, data: b"still here".to_vec() }.encode());
    assert_eq!(bench.published, ["b still here"]);
    bench.request("AT+UDCPC=4");
    bench.pass_millis(20);
    assert_eq!(bench.wishes, ["h:1883", "close"]);
    bench.take_packets();
    assert_eq!(bench.request("AT+UDCPC=4"), [confirmation("\r\nERROR\r\n")]);
}

#[test]
fn another_client_id_is_another_session() {
    let mut bench = in_edm();
    bench.request(BROKER);
    bench.request("AT+UDCP=mqtt://h:1883/?client=d");
    assert_eq!(bench.wishes, ["h:1883", "h:1883"]);
}

#[test]
fn a_broker_that_leaves_takes_every_peer_with_it() {
    let mut bench = in_edm();
    for topic in ["st=a", "pt=b"] {
        bench.request(&format!("{BROKER}&{topic}"));
        bench.pass_millis(500);
    }
    bench.take_packets();
    bench.broker_leaves();
    assert_eq!(
        bench.take_packets(),
        [
            event("+UUDPD:2"),
            Packet::Disconnect { channel: 0 },
            event("+UUDPD:4"),
            Packet::Disconnect { channel: 1 }
        ]
    );
}

#[test]
fn connect_events_of_peers_that_were_there_before_are_sent_when_asked_for() {
    let mut bench = Bench::joined(&[]);
    bench.command(BROKER);
    bench.pass_millis(500);
    bench.take();
    bench.send(b"ATO2\r");
    bench.pass_millis(10);
    assert_eq!(bench.take_packets(), [Packet::Start]);
    for _ in 0..2 {
        bench.send(&Packet::ResendConnectEvents.encode());
        let packets = bench.take_packets();
        assert!(matches!(packets.as_slice(), [Packet::Connect { channel: 0, .. }]), "{packets:?}");
    }
}

#[test]
fn in_data_mode_peers_hear_everything_and_are_heard_together() {
    let mut bench = Bench::joined(&[]);
    for query in ["client=c&pt=one&st=a", "client=d&pt=two&st=b"] {
        bench.command(&format!("AT+UDCP=mqtt://h:1883/?{query}"));
        bench.pass_millis(500);
    }
    bench.command("ATO1");
    bench.send(b"x");
    bench.pass_millis(50);
    assert_eq!(bench.published, ["one x", "two x"]);
    bench.broker_says("a", b"A");
    bench.broker_says("b", b"B");
    assert_eq!(bench.take(), "AB");
}

#[test]
fn peers_survive_the_escape_and_their_data_waits_for_data_mode() {
    let mut bench = Bench::joined(&[]);
    bench.command(&format!("{BROKER}&st=a"));
    bench.pass_millis(500);
    bench.command("ATO1");
    bench.pass_millis(1000);
    bench.send(b"+++");
    bench.pass_millis(1000);
    assert_eq!(lines(&mut bench), ["OK"]);
    bench.broker_says("a", b"news");
    assert_eq!(lines(&mut bench), [""; 0]);
    bench.command("ATO1");
    assert_eq!(bench.take(), "news");
}

#[test]
fn data_mode_ends_with_its_last_peer() {
    let mut bench = Bench::joined(&[]);
    bench.command(BROKER);
    bench.pass_millis(500);
    bench.command("ATO1");
    bench.broker_leaves();
    assert_eq!(lines(&mut bench), ["+UUDPD:2"]);
    assert!(bench.command("AT").ends_with("OK\r\n"));
}

#[test]
fn an_always_connected_peer_is_there_in_data_mode_and_comes_back() {
    let mut bench = Bench::joined(&[]);
    bench.command("AT+UDDRP=0,mqtt://h:1883/?client=c&pt=up,2");
    assert!(bench.command("AT+UDDRP?").contains("+UDDRP:0,\"mqtt://h:1883/?client=c&pt=up\",2\r\n"));
    assert_eq!(bench.wishes, [""; 0]);
    bench.command("ATO1");
    bench.pass_millis(500);
    bench.broker_leaves();
    bench.pass(Duration::from_secs(11));
    bench.send(b"hello");
    bench.pass_millis(50);
    assert_eq!(bench.published, ["up hello"]);
    assert_eq!(bench.wishes, ["h:1883", "h:1883"]);
}

#[test]
fn a_module_that_starts_in_extended_data_mode_connects_its_peers_when_the_network_is_there() {
    let mut bench = Bench::new(&[]);
    for command in [
        "AT+UWSC=0,0,1,2,lab,5,2,8,hunter2hunter2",
        "AT+UWSCA=0,1",
        "AT+UDDRP=0,mqtt://h:1883/?client=c,2",
        "AT+UMSM=2",
        "AT&W",
    ] {
        assert!(bench.command(command).ends_with("OK\r\n"), "{command}");
    }
    bench.command("AT+CPWROFF");
    bench.pass(Duration::from_secs(10));
    let packets = bench.take_packets();
    assert_eq!(
        packets[..4],
        [Packet::Start, event("+UUWLE:0,802AA8035ADE,11"), event("+UUNU:0"), event("+UUNU:0")]
    );
    assert!(matches!(packets[4], Packet::Connect { channel: 0, .. }));
}

#[test]
fn peers_are_listed_and_limited() {
    let mut bench = Bench::joined(&[]);
    for number in 0..7 {
        assert!(bench.command(&format!("AT+UDCP=mqtt://h:1883/?client=c&pt={number}")).contains("+UDCP:"));
    }
    bench.pass_millis(500);
    bench.take();
    assert!(bench.command(BROKER).ends_with("ERROR\r\n"));
    let list = bench.command("AT+UDLP?");
    assert!(list.contains("\r\n+UDLP:0,\"com\",\"com1\",\"\"\r\n+UDLP:2,\"mqtt\","), "{list}");
    assert_eq!(list.matches("+UDLP:").count(), 8);
}

#[test]
fn a_lost_network_takes_the_peers() {
    let mut bench = Bench::joined(&[]);
    bench.command(BROKER);
    bench.pass_millis(500);
    bench.take();
    bench.command("AT+UWSCA=0,4");
    bench.pass_millis(20);
    assert_eq!(lines(&mut bench), ["+UUWLD:0,5", "+UUND:0", "+UUDPD:2"]);
    assert_eq!(bench.wishes, ["h:1883", "close"]);
}

#[test]
fn servers_are_listed_until_they_are_switched_off_and_a_port_is_needed() {
    let mut bench = Bench::joined(&[]);
    assert!(bench.command("AT+UDSC=1,1,12345,0").ends_with("OK\r\n"));
    assert!(bench.command("AT+UDSC?").contains("+UDSC:1,1,12345,0\r\n"));
    assert!(bench.command("AT+UDSC=1,0").ends_with("OK\r\n"));
    assert!(!bench.command("AT+UDSC?").contains("+UDSC:"));
    for wrong in ["AT+UDSC=7,1,80", "AT+UDSC=1,7", "AT+UDSC=1,1", "AT+UDSC=1"] {
        assert!(bench.command(wrong).ends_with("ERROR\r\n"), "{wrong}");
    }
}

#[test]
fn the_access_point_of_the_module_is_off_and_tells_no_passphrase() {
    let answer = Bench::joined(&[]).command("AT+UWAPC=0");
    assert!(answer.contains("+UWAPC:0,2,\"UBXWifi\"\r\n") && !answer.contains("ubx-wifi"), "{answer}");
}
