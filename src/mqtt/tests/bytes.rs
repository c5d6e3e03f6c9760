//! Bytes as they should not be: hostile, broken, in any pieces.

use proptest::prelude::*;

use super::*;

/// What a server on plain TCP sends in the course of a visit, and what the client reports.
fn server_stream() -> (Vec<u8>, Vec<Event>) {
    let mut pair = Pair::new(settings(None), None);
    let mut stream = Vec::new();
    let mut step = |pair: &mut Pair| {
        pair.server.handle_bytes(&pair.client.poll_bytes().unwrap_or_default(), pair.now);
        while let Some(request) = pair.server.poll_request() {
            match request {
                Request::Connect { .. } => pair.server.accept(),
                Request::Subscribe { packet_id, .. } => {
                    pair.server.suback(packet_id, &[Some(Qos::ExactlyOnce)]);
                }
                _ => {}
            }
        }
        let bytes = pair.server.poll_bytes().unwrap_or_default();
        pair.client.handle_bytes(&bytes, pair.now);
        stream.extend(bytes);
    };
    step(&mut pair);
    for qos in [Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce] {
        pair.server.publish("a/b", &[9; 200], qos, false).unwrap();
        step(&mut pair);
    }
    step(&mut pair);
    (stream, std::iter::from_fn(|| pair.client.poll_event()).collect())
}

fn feed_client(settings: ClientSettings, pieces: &[&[u8]]) -> Vec<Event> {
    let mut client = Client::new(settings, NOW).unwrap();
    pieces.iter().for_each(|piece| client.handle_bytes(piece, Moment::START));
    std::iter::from_fn(|| client.poll_event()).collect()
}

fn feed_server(tls: Option<&PreparedServerTls>, pieces: &[&[u8]]) -> Vec<Request> {
    let mut server = Server::new(tls, NOW).unwrap();
    let mut requests = Vec::new();
    for piece in pieces {
        server.handle_bytes(piece, Moment::START);
        while let Some(request) = server.poll_request() {
            if matches!(request, Request::Connect { .. }) {
                server.accept();
            }
            requests.push(request);
        }
    }
    requests
}

/// A whole visit of a client on plain TCP: CONNECT, PUBLISH with QoS 2, SUBSCRIBE, PINGREQ, DISCONNECT.
const VISIT: &[u8] =
    b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02d1\x34\x07\x00\x01t\x00\x05hi\x62\x02\x00\x05\
    \x82\x08\x00\x06\x00\x03a/#\x01\xc0\x00\xe0\x00";

#[test]
fn a_visit_is_read_as_it_was_written() {
    let requests = feed_server(None, &[VISIT]);
    let receipt = Receipt { qos: Qos::ExactlyOnce, packet_id: 5 };
    let expected = [
        Request::Connect { client_id: "d1".to_owned(), user: None, password: None, keep_alive: 60 },
        Request::Publish {
            topic: "t".to_owned(),
            payload: b"hi".to_vec(),
            qos: Qos::ExactlyOnce,
            retain: false,
            receipt,
        },
        Request::Subscribe { packet_id: 6, filters: vec![("a/#".to_owned(), Qos::AtLeastOnce)] },
        Request::Closed(None),
    ];
    assert_eq!(requests, expected);
}

#[test]
fn packet_id_zero_is_a_failure_and_no_panic() {
    let (connack, connect) = (b"\x20\x02\x00\x00".as_slice(), &VISIT[..16]);
    for bad in [b"\x32\x05\x00\x01t\x00\x00".as_slice(), b"\x34\x05\x00\x01t\x00\x00", b"\x62\x02\x00\x00"] {
        let events = feed_client(settings(None), &[&[connack, bad, bad].concat()]);
        assert!(matches!(events.last(), Some(Event::Closed(Some(Failure::Protocol(_))))), "{events:?}");
        let requests = feed_server(None, &[&[connect, bad, bad].concat()]);
        assert!(matches!(requests.last(), Some(Request::Closed(Some(Failure::Protocol(_))))), "{requests:?}");
    }
}

#[test]
fn messages_are_acknowledged_as_their_qos_asks() {
    let mut client = Client::new(settings(None), NOW).unwrap();
    client.handle_bytes(b"\x20\x02\x00\x00", Moment::START);
    client.poll_bytes();
    for (from_server, answer) in [
        (b"\x30\x05\x00\x01thi".as_slice(), None),
        (b"\x32\x07\x00\x01t\x00\x07hi", Some(b"\x40\x02\x00\x07".to_vec())),
        (b"\x34\x07\x00\x01t\x00\x08hi", Some(b"\x50\x02\x00\x08".to_vec())),
        (b"\x62\x02\x00\x08", Some(b"\x70\x02\x00\x08".to_vec())),
    ] {
        client.handle_bytes(from_server, Moment::START);
        assert_eq!(client.poll_bytes(), answer);
    }
}

#[test]
fn packets_out_of_turn_end_the_connection() {
    let publish = b"\x30\x05\x00\x01thi".as_slice();
    let events = feed_client(settings(None), &[publish]);
    assert!(matches!(events.as_slice(), [Event::Closed(Some(Failure::Protocol(_)))]), "{events:?}");
    let requests = feed_server(None, &[publish]);
    assert!(matches!(requests.as_slice(), [Request::Closed(Some(Failure::Protocol(_)))]), "{requests:?}");
    let connack = b"\x20\x02\x00\x00".as_slice();
    let events = feed_client(settings(None), &[connack, connack]);
    assert!(matches!(events.last(), Some(Event::Closed(Some(Failure::Protocol(_))))), "{events:?}");
}

#[test]
fn a_client_of_another_mqtt_version_is_told_so() {
    let mut server = Server::new(None, NOW).unwrap();
    server.handle_bytes(b"\x10\x0f\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x02d1", Moment::START);
    assert_eq!(server.poll_bytes().as_deref(), Some(b"\x20\x02\x00\x01".as_slice()));
    assert!(matches!(server.poll_request(), Some(Request::Closed(Some(Failure::Protocol(_))))));
}

#[test]
fn a_packet_that_claims_to_be_huge_is_refused_at_its_head() {
    let events = feed_client(settings(None), &[b"\x20\x02\x00\x00", b"\x30\xff\xff\xff\x7f"]);
    assert!(matches!(events.last(), Some(Event::Closed(Some(Failure::Protocol(_))))), "{events:?}");
}

/// Cuts the bytes at the given places.
fn cut(bytes: &[u8], mut at: Vec<usize>) -> Vec<&[u8]> {
    at.iter_mut().for_each(|at| *at %= bytes.len() + 1);
    at.sort_unstable();
    let ends = at.iter().copied().chain([bytes.len()]);
    ends.scan(0, |from, to| Some(&bytes[std::mem::replace(from, to)..to])).collect()
}

proptest! {
    #[test]
    fn any_bytes_from_a_server_are_survived(bytes: Vec<u8>, connack: bool) {
        let first: &[u8] = if connack { b"\x20\x02\x00\x00" } else { b"" };
        feed_client(settings(None), &[first, &bytes]);
        feed_client(settings(Some(client_tls())), &[&bytes]);
    }

    #[test]
    fn any_packets_from_a_server_are_survived(packets: Vec<(u8, Vec<u8>)>) {
        let stream: Vec<u8> = packets.iter().flat_map(|(head, body)| packet(*head, body)).collect();
        feed_client(settings(None), &[b"\x20\x02\x00\x00", &stream]);
    }

    #[test]
    fn any_bytes_and_packets_from_a_client_are_survived(bytes: Vec<u8>, packets: Vec<(u8, Vec<u8>)>) {
        let tls = server_tls().prepare().unwrap();
        feed_server(Some(&tls), &[&bytes]);
        feed_server(None, &[&bytes]);
        let stream: Vec<u8> = packets.iter().flat_map(|(head, body)| packet(*head, body)).collect();
        feed_server(None, &[&VISIT[..16], &stream]);
    }

    #[test]
    fn any_change_to_a_tls_stream_is_survived(at: usize, to: u8, length: usize) {
        let mut hello = Client::new(settings(Some(client_tls())), NOW).unwrap().poll_bytes().unwrap();
        let at = at % hello.len();
        hello[at] = to;
        hello.truncate(at + length % (hello.len() - at + 1));
        feed_server(Some(&server_tls().prepare().unwrap()), &[&hello]);
    }

    #[test]
    fn any_chunking_gives_the_same_events(cuts: Vec<usize>) {
        let (stream, expected) = server_stream();
        prop_assert_eq!(expected.len(), 4);
        prop_assert_eq!(feed_client(settings(None), &cut(&stream, cuts.clone())), expected);
        prop_assert_eq!(feed_server(None, &cut(VISIT, cuts)), feed_server(None, &[VISIT]));
    }

    #[test]
    fn any_chunking_of_a_tls_stream_gives_the_same_events(size in 1_usize..3000) {
        let mut pair = Pair::new(settings(Some(client_tls())), Some(server_tls()));
        for _ in 0..4 {
            let up = pair.client.poll_bytes().unwrap_or_default();
            up.chunks(size).for_each(|piece| pair.server.handle_bytes(piece, Moment::START));
            if let Some(Request::Connect { .. }) = pair.server.poll_request() {
                pair.server.accept();
                pair.server.publish("t", b"hi", Qos::AtMostOnce, false).unwrap();
            }
            let down = pair.server.poll_bytes().unwrap_or_default();
            down.chunks(size).for_each(|piece| pair.client.handle_bytes(piece, Moment::START));
        }
        let events: Vec<_> = std::iter::from_fn(|| pair.client.poll_event()).collect();
        prop_assert!(matches!(events.as_slice(), [Event::Connected, Event::Message { .. }]), "{:?}", events);
    }
}

/// A packet with a right length and these contents.
fn packet(head: u8, body: &[u8]) -> Vec<u8> {
    let body = &body[..body.len().min(127)];
    [&[head, u8::try_from(body.len()).unwrap()], body].concat()
}
