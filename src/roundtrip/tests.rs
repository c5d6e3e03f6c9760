//! Which message answers which, and above all which does not.

use proptest::prelude::*;

use super::*;

/// A conversation: each message with its time in milliseconds, to (`>`) or from (`<`) the cloud, and its channel.
#[derive(Default)]
struct Talk {
    watch: Watch,
    next: u64,
}

impl Talk {
    fn on(&mut self, millis: u64, sign: char, channel: Option<u8>, text: &str) -> Option<RoundTrip> {
        let direction = if sign == '>' { Direction::Sent } else { Direction::Received };
        let (id, at) = (self.next, Moment::from_millis(millis));
        self.next += 1;
        self.watch.handle(&Seen { id, at, direction, channel, bytes: text.as_bytes() })
    }

    fn at(&mut self, millis: u64, sign: char, text: &str) -> Option<RoundTrip> {
        self.on(millis, sign, Some(0), text)
    }
}

/// The exchange and its latency in milliseconds.
fn told(trip: Option<RoundTrip>) -> Option<(Exchange, u128)> {
    trip.map(|trip| (trip.exchange, trip.latency.as_millis()))
}

const REGISTER: &str = r#"{"payload":"","registrationId":"ninadps"}"#;
const ASSIGNING: &str = r#"{"operationId":"5.b084dab098f0a900.07","status":"assigning"}"#;
const ASSIGNED: &str = r#"{"operationId":"5.b084dab098f0a900.07","status":"assigned","registrationState":{"registrationId":"ninadps","assignedHub":"leoDPS.azure-devices.net"}}"#;
const REFUSED: &str =
    r#"{"errorCode":401002,"trackingId":"t","message":"Unauthorized","timestampUtc":"2026-01-01T00:00:00Z"}"#;
const TWIN: &str = r#"{"desired":{"$version":1},"reported":{"fw":"1.0","$version":3}}"#;

#[test]
fn registering_and_asking_after_it_each_have_their_answer_also_across_channels() {
    // The vendor's own log (protocol.md §13, G3).
    let mut talk = Talk::default();
    assert_eq!(talk.on(0, '>', Some(0), REGISTER), None);
    assert_eq!(
        talk.on(180, '<', Some(0), ASSIGNING),
        Some(RoundTrip {
            exchange: Exchange::Provisioning,
            request: 0,
            answer: 1,
            latency: Duration::from_millis(180)
        })
    );
    assert_eq!(talk.on(2500, '>', Some(1), "get operationstatus"), None);
    assert_eq!(told(talk.on(2750, '<', Some(0), ASSIGNED)), Some((Exchange::Provisioning, 250)));
    // Settled: what is sent from now on is no question about it.
    talk.on(3000, '>', Some(1), "get operationstatus");
    assert_eq!(talk.on(3100, '<', Some(0), ASSIGNED), None);
}

#[test]
fn a_refused_registration_has_a_latency_too() {
    let mut talk = Talk::default();
    talk.at(0, '>', REGISTER);
    assert_eq!(told(talk.at(90, '<', REFUSED)), Some((Exchange::Provisioning, 90)));
}

#[test]
fn what_was_sent_beside_a_question_makes_its_answer_doubtful() {
    let mut talk = Talk::default();
    talk.at(0, '>', REGISTER);
    talk.at(100, '<', ASSIGNING);
    talk.on(2000, '>', Some(1), "get operationstatus");
    talk.on(2010, '>', Some(2), "21.5 °C");
    assert_eq!(talk.at(2200, '<', ASSIGNING), None);
    // One of the two is still open, so the next answer is doubtful as well.
    talk.on(4000, '>', Some(1), "get operationstatus");
    assert_eq!(talk.at(4100, '<', ASSIGNED), None);
}

#[test]
fn a_registration_that_was_sent_twice_has_no_certain_answer() {
    let mut talk = Talk::default();
    talk.at(0, '>', REGISTER);
    talk.at(5000, '>', REGISTER);
    assert_eq!(talk.at(5100, '<', ASSIGNING), None);
}

#[test]
fn a_twin_answers_a_blank_message() {
    for blank in [" ", "", "\r\n"] {
        let mut talk = Talk::default();
        talk.on(0, '>', Some(1), blank);
        assert_eq!(told(talk.on(120, '<', Some(0), TWIN)), Some((Exchange::Twin, 120)));
        assert_eq!(talk.on(130, '<', Some(0), TWIN), None, "it is answered");
    }
}

#[test]
fn what_is_no_whole_twin_answers_nothing() {
    for other in [
        r#"{"desired":{"$version":1}}"#,
        r#"{"a":1,"$version":2}"#,
        r#"{"desired":{},"reported":{}}"#,
        r#"{"desired":{"$version":1},"reported":{"$version":1},"tags":{}}"#,
        "",
    ] {
        let mut talk = Talk::default();
        talk.at(0, '>', " ");
        assert_eq!(talk.at(100, '<', other), None, "{other}");
    }
    let mut talk = Talk::default();
    talk.at(0, '>', r#"{"fw":"1.0"}"#);
    assert_eq!(talk.at(100, '<', TWIN), None);
}

#[test]
fn the_same_bytes_on_the_same_channel_are_an_echo() {
    let mut talk = Talk::default();
    talk.at(0, '>', "ping 1");
    talk.at(10, '>', "ping 2");
    assert_eq!(talk.on(40, '<', Some(1), "ping 1"), None);
    assert_eq!(talk.at(45, '<', "ping 1 "), None);
    assert_eq!(told(talk.at(50, '<', "ping 2")), Some((Exchange::Echo, 40)));
    assert_eq!(told(talk.at(60, '<', "ping 1")), Some((Exchange::Echo, 60)));
    assert_eq!(talk.at(70, '<', "ping 1"), None);
    talk.on(80, '>', None, "ping 3");
    assert_eq!(told(talk.on(90, '<', None, "ping 3")), Some((Exchange::Echo, 10)));
}

#[test]
fn echoes_of_the_same_message_are_doubtful_until_none_is_open() {
    let mut talk = Talk::default();
    talk.at(0, '>', "ping");
    talk.at(100, '>', "ping");
    assert_eq!(talk.at(150, '<', "ping"), None);
    talk.at(200, '>', "ping");
    assert_eq!(talk.at(250, '<', "ping"), None);
    assert_eq!(talk.at(300, '<', "ping"), None, "it may be that of the second or of the third");
    talk.at(400, '>', "ping");
    assert_eq!(told(talk.at(450, '<', "ping")), Some((Exchange::Echo, 50)));
}

#[test]
fn what_comes_back_by_chance_or_too_late_is_no_echo() {
    let mut talk = Talk::default();
    talk.at(0, '>', "on");
    assert_eq!(talk.at(10, '<', "on"), None);
    talk.at(100, '>', "ping");
    assert_eq!(talk.at(10_101, '<', "ping"), None);
    talk.at(20_000, '>', "pong");
    // Its echo may still come, and would then be taken for that of the second.
    talk.at(35_000, '>', "pong");
    assert_eq!(talk.at(35_100, '<', "pong"), None);
    // A minute later nobody waits for anything any more.
    talk.at(100_000, '>', "pong");
    assert_eq!(told(talk.at(100_100, '<', "pong")), Some((Exchange::Echo, 100)));
}

#[test]
fn an_answer_in_json_names_its_request() {
    for (request, answer) in [
        (r#"{"requestId":7,"do":"read"}"#, r#"{"done":true,"requestId":7}"#),
        (r#"{"correlationId":"a-1"}"#, r#"{"correlationId":"a-1","ok":1}"#),
        (r#"{"$rid":"9","x":1}"#, r#"{"$rid":"9"}"#),
        (r#"{"rid":1,"requestId":2}"#, r#"{"rid":1,"requestId":2,"ok":1}"#),
        (r#"{"jsonrpc":"2.0","method":"m","id":1}"#, r#"{"jsonrpc":"2.0","result":2,"id":1}"#),
    ] {
        let mut talk = Talk::default();
        talk.on(0, '>', Some(0), request);
        assert_eq!(told(talk.on(33, '<', Some(1), answer)), Some((Exchange::Named, 33)), "{request}");
        assert_eq!(talk.on(40, '<', Some(1), answer), None, "it is answered");
    }
}

#[test]
fn other_json_names_no_request() {
    for (request, answer) in [
        (r#"{"requestId":7}"#, r#"{"requestId":"7"}"#),
        (r#"{"requestId":7}"#, r#"{"rid":7}"#),
        (r#"{"requestId":null,"a":1}"#, r#"{"requestId":null}"#),
        (r#"{"requestId":"","a":1}"#, r#"{"requestId":""}"#),
        (r#"{"id":"device1","t":21.5}"#, r#"{"id":"device1","cmd":"reboot"}"#),
        (r#"{"a":{"requestId":7}}"#, r#"{"b":{"requestId":7}}"#),
        (r#"{"requestId":7}"#, r#"{"requestId":7"#),
    ] {
        let mut talk = Talk::default();
        talk.at(0, '>', request);
        assert_eq!(talk.at(33, '<', answer), None, "{request}");
    }
}

#[test]
fn a_name_that_came_from_the_cloud_is_its_own_request() {
    let mut talk = Talk::default();
    talk.at(0, '<', r#"{"requestId":7,"do":"read"}"#);
    talk.at(10, '>', r#"{"requestId":7,"value":1}"#);
    assert_eq!(talk.at(20, '<', r#"{"requestId":7,"thanks":true}"#), None);
}

#[test]
fn names_of_two_requests_in_one_answer_are_no_answer() {
    let mut talk = Talk::default();
    talk.at(0, '>', r#"{"requestId":1}"#);
    talk.at(10, '>', r#"{"rid":2}"#);
    assert_eq!(talk.at(20, '<', r#"{"requestId":1,"rid":2}"#), None);
}

#[test]
fn an_echo_is_not_taken_for_the_answer_that_follows() {
    let mut talk = Talk::default();
    talk.at(0, '>', r#"{"requestId":1}"#);
    assert_eq!(told(talk.at(10, '<', r#"{"requestId":1}"#)), Some((Exchange::Echo, 10)));
    assert_eq!(told(talk.at(30, '<', r#"{"requestId":1,"ok":1}"#)), Some((Exchange::Named, 30)));
}

#[test]
fn nothing_of_before_is_answered_after_a_connection_has_ended() {
    let mut talk = Talk::default();
    talk.at(0, '>', "ping 1");
    talk.watch.clear();
    assert_eq!(talk.at(10, '<', "ping 1"), None);
}

#[test]
fn memory_stays_within_bounds() {
    let mut talk = Talk::default();
    for each in 0..20_000 {
        talk.at(each / 1000, if each % 2 == 0 { '>' } else { '<' }, &format!("{{\"requestId\":{each}}}"));
    }
    let open: usize = talk.watch.open.values().map(VecDeque::len).sum();
    assert!(open <= MOST + 2 && talk.watch.asked.len() <= MOST + 2);
    assert!(talk.watch.taken.len() <= MOST + 2 && talk.watch.names.len() <= MOST + 2);
}

/// A cloud that echoes some messages after any time, in any order. Whatever is told must be true.
fn traffic() -> impl Strategy<Value = Vec<(u64, u8, Option<u64>)>> {
    prop::collection::vec((0_u64..30_000, 0_u8..4, prop::option::of(0_u64..9_000)), 1..60)
}

proptest! {
    #[test]
    fn a_round_trip_that_is_told_is_one(sent in traffic()) {
        let mut events = Vec::new();
        for (number, (at, text, echoed)) in (0_u64..).zip(sent) {
            events.push((at, 0, '>', number, text));
            events.extend(echoed.map(|after| (at + after, 1, '<', number, text)));
        }
        events.sort_unstable();
        let mut watch = Watch::default();
        for (at, _, sign, id, text) in events {
            let direction = if sign == '>' { Direction::Sent } else { Direction::Received };
            let text = format!("ping {text}");
            let seen = Seen { id, at: Moment::from_millis(at), direction, channel: None, bytes: text.as_bytes() };
            if let Some(trip) = watch.handle(&seen) {
                prop_assert_eq!(trip.request, trip.answer);
            }
        }
    }

    #[test]
    fn any_traffic_is_watched(all in prop::collection::vec((0_u64..500, any::<bool>(), prop::option::of(0_u8..2),
        prop_oneof![any::<String>(), Just(REGISTER.to_owned()), Just(ASSIGNING.to_owned()), Just(TWIN.to_owned()),
                    Just(" ".to_owned()), Just("{\"rid\":1}".to_owned())]), 0..60)) {
        let (mut talk, mut now) = (Talk::default(), 0);
        for (step, is_sent, channel, text) in all {
            now += step;
            let trip = talk.on(now, if is_sent { '>' } else { '<' }, channel, &text);
            prop_assert!(trip.is_none_or(|trip| trip.request < trip.answer && trip.latency <= LATEST));
        }
    }
}
