//! What goes through a connection once it stands, and how it ends.

use std::time::Duration;

use super::*;
use crate::secret::Secret;

const ALL: [Qos; 3] = [Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce];

#[test]
fn connect_carries_who_the_client_is() {
    let named = ClientSettings {
        user: Some("user".to_owned()),
        password: Some(Secret::new("pass word/+")),
        ..settings(None)
    };
    let mut pair = Pair::new(named, None);
    pair.run();
    let expected = Request::Connect {
        client_id: "device1".to_owned(),
        user: Some("user".to_owned()),
        password: Some(Secret::new("pass word/+")),
        keep_alive: 60,
    };
    assert_eq!(pair.requests, [expected]);
}

#[test]
fn a_password_without_a_user_cannot_be_sent() {
    let settings = ClientSettings { password: Some(Secret::new("x")), ..settings(None) };
    assert!(matches!(Client::new(settings, NOW).err(), Some(Failure::Unsendable(_))));
}

#[test]
fn each_refusal_of_connect_has_its_name() {
    for (refusal, code) in [
        (ConnectRefusal::ProtocolVersion, 1),
        (ConnectRefusal::ClientId, 2),
        (ConnectRefusal::Unavailable, 3),
        (ConnectRefusal::UserOrPassword, 4),
        (ConnectRefusal::NotAuthorised, 5),
    ] {
        let mut pair = Pair::new(settings(Some(client_tls())), Some(server_tls()));
        pair.run_with(|server| server.refuse(refusal));
        assert_eq!(pair.events, [Event::Closed(Some(Failure::ConnectRefused(refusal)))]);
        assert_eq!(refusal.code(), code);
        assert!(refusal.to_string().contains(&format!("code {code}")));
    }
}

#[test]
fn messages_of_every_qos_go_up_once() {
    for qos in ALL {
        let mut pair = Pair::connected();
        pair.client.publish("device1/up", b"21.5", qos, true).unwrap();
        pair.run();
        let published: Vec<_> =
            pair.requests.iter().filter(|r| matches!(r, Request::Publish { .. })).collect();
        let [Request::Publish { topic, payload, qos: arrived, retain: true, .. }] = published.as_slice()
        else {
            panic!("{qos:?}: {published:?}")
        };
        assert_eq!((topic.as_str(), payload.as_slice(), *arrived), ("device1/up", b"21.5".as_slice(), qos));
    }
}

#[test]
fn messages_of_every_qos_come_down_once() {
    for qos in ALL {
        let mut pair = Pair::connected();
        pair.server.publish("device1/down", b"on", qos, false).unwrap();
        pair.run();
        let (topic, payload) = ("device1/down".to_owned(), b"on".to_vec());
        assert_eq!(pair.events.last(), Some(&Event::Message { topic, payload, qos, retain: false }));
        assert_eq!(pair.events.len(), 2);
    }
}

#[test]
fn acknowledged_packet_ids_can_be_used_again() {
    for qos in [Qos::AtLeastOnce, Qos::ExactlyOnce] {
        let mut pair = Pair::connected();
        for _ in 0..70_000 {
            pair.client.publish("t", b"", qos, false).unwrap();
            pair.run();
            pair.requests.clear();
        }
    }
}

#[test]
fn large_messages_go_through_tls_and_too_large_ones_are_refused_here() {
    let mut pair = Pair::new(settings(Some(client_tls())), Some(server_tls()));
    pair.run();
    let large = vec![7; 300_000];
    pair.client.publish("t", &large, Qos::AtLeastOnce, false).unwrap();
    pair.server.publish("t", &large, Qos::AtLeastOnce, false).unwrap();
    pair.run();
    assert!(matches!(pair.requests.last(), Some(Request::Publish { payload, .. }) if *payload == large));
    assert!(matches!(pair.events.last(), Some(Event::Message { payload, .. }) if *payload == large));
    let too_large = pair.client.publish("t", &vec![0; 1 << 20], Qos::AtMostOnce, false);
    assert!(matches!(too_large, Err(Failure::Unsendable(_))));
}

#[test]
fn subscriptions_are_answered_by_name() {
    let mut pair = Pair::connected();
    pair.client.subscribe("$dps/registrations/res/#", Qos::AtLeastOnce).unwrap();
    pair.client.subscribe("b/+", Qos::AtMostOnce).unwrap();
    pair.run();
    pair.client.unsubscribe("b/+").unwrap();
    pair.run();
    let subscribed = |filter: &str| Event::Subscribed { filter: filter.to_owned() };
    let unsubscribed = Event::Unsubscribed { filter: "b/+".to_owned() };
    assert_eq!(
        pair.events,
        [Event::Connected, subscribed("$dps/registrations/res/#"), subscribed("b/+"), unsubscribed]
    );
}

#[test]
fn a_refused_subscription_leaves_the_connection_alive() {
    let mut pair = Pair::connected();
    pair.client.subscribe("secret/#", Qos::AtLeastOnce).unwrap();
    pair.server.handle_bytes(&pair.client.poll_bytes().unwrap(), pair.now);
    let Some(Request::Subscribe { packet_id, .. }) = pair.server.poll_request() else { panic!() };
    pair.server.suback(packet_id, &[None]);
    pair.run();
    let refused = Failure::SubscribeRefused { filter: "secret/#".to_owned() };
    assert_eq!(pair.events.last(), Some(&Event::Refused(refused)));
    assert_eq!(pair.client.publish("t", b"", Qos::AtMostOnce, false), Ok(()));
}

#[test]
fn nothing_can_be_sent_before_or_after_the_connection() {
    let mut pair = Pair::new(settings(None), None);
    assert_eq!(pair.client.subscribe("t", Qos::AtMostOnce), Err(Failure::NotConnected));
    pair.run();
    pair.client.disconnect();
    assert_eq!(pair.client.publish("t", b"", Qos::AtMostOnce, false), Err(Failure::NotConnected));
}

#[test]
fn what_has_no_place_in_a_packet_is_refused_here() {
    let mut pair = Pair::connected();
    for topic in ["", "a/+", "#", &"x".repeat(70_000)] {
        let outcome = pair.client.publish(topic, b"", Qos::AtMostOnce, false);
        assert!(matches!(outcome, Err(Failure::Unsendable(_))), "{topic}");
    }
    let outcome = pair.client.subscribe(&"x".repeat(70_000), Qos::AtMostOnce);
    assert!(matches!(outcome, Err(Failure::Unsendable(_))));
}

#[test]
fn a_goodbye_ends_both_sides_without_a_failure() {
    let mut pair = Pair::new(settings(Some(client_tls())), Some(server_tls()));
    pair.run();
    pair.client.disconnect();
    pair.run();
    assert_eq!((pair.client_end(), pair.server_end()), (&None, &None));
}

#[test]
fn a_server_that_vanishes_is_noticed() {
    let mut pair = Pair::connected();
    pair.client.handle_close();
    assert_eq!(pair.client.poll_event(), Some(Event::Closed(Some(Failure::ClosedByPeer))));
    assert_eq!(pair.client.poll_time(), None);
}

#[test]
fn pings_keep_a_quiet_connection_alive() {
    let mut pair = Pair::connected();
    for _ in 0..5 {
        pair.now = pair.client.poll_time().unwrap();
        pair.client.handle_time(pair.now);
        pair.server.handle_time(pair.now);
        pair.run();
    }
    assert_eq!(pair.now, Moment::START + Duration::from_secs(5 * 60));
    assert_eq!(pair.events, [Event::Connected]);
    assert_eq!(pair.requests.len(), 1);
}

#[test]
fn a_message_puts_the_ping_off() {
    let mut pair = Pair::connected();
    pair.now = Moment::START + Duration::from_secs(30);
    pair.client.handle_time(pair.now);
    pair.client.publish("t", b"", Qos::AtMostOnce, false).unwrap();
    assert_eq!(pair.client.poll_time(), Some(Moment::START + Duration::from_secs(90)));
}

#[test]
fn an_unanswered_ping_ends_the_client_and_silence_ends_the_server() {
    let mut pair = Pair::connected();
    pair.client.handle_time(Moment::START + Duration::from_secs(60));
    assert!(pair.client.poll_bytes().is_some());
    pair.client.handle_time(Moment::START + Duration::from_secs(120));
    assert_eq!(pair.client.poll_event(), Some(Event::Closed(Some(Failure::Silent))));

    assert_eq!(pair.server.poll_time(), Some(Moment::START + Duration::from_secs(90)));
    pair.server.handle_time(Moment::START + Duration::from_secs(90));
    assert_eq!(pair.server.poll_request(), Some(Request::Closed(Some(Failure::Silent))));
}

#[test]
fn a_keep_alive_of_zero_sends_no_pings() {
    let mut pair = Pair::new(ClientSettings { keep_alive: 0, ..settings(None) }, None);
    pair.run();
    assert_eq!((pair.client.poll_time(), pair.server.poll_time()), (None, None));
}
