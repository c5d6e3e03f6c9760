//! Clients of this crate and a make-believe AWS, on a made-up clock.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

mod azure;
mod azure_dps;
mod azure_hub;
mod thingstream;
mod world;

use self::world::{AWS, DROPPED, TODAY, VALIDITY, Who, foreign, pki};
use super::*;
use crate::moment::Moment;
use crate::mqtt::{self, Alert, Failure, Qos};

/// The make-believe AWS in its world.
struct World(world::World<Aws>);

impl Deref for World {
    type Target = world::World<Aws>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl World {
    fn new() -> Self {
        Self::with(Policy::default(), vec![])
    }

    fn with(policy: Policy, echoes: Vec<Echo>) -> Self {
        let authorities = vec![pki().authority.certificate().der().to_vec()];
        let settings = AwsSettings { server: pki().aws.clone(), authorities, policy, echoes };
        Self(world::World::new(Aws::new(settings, TODAY).unwrap()))
    }

    fn connect(&mut self, connection: u32, client_id: &str) {
        self.connect_with(connection, client_id, Some(&pki().device));
    }

    fn connect_with(&mut self, connection: u32, client_id: &str, device: Option<&Pair>) {
        let who = Who {
            host: AWS.to_owned(),
            client_id: client_id.to_owned(),
            identity: device.map(identity),
            keep_alive: 60,
            ..Who::default()
        };
        self.0.connect(connection, &who);
    }

    fn subscribe(&mut self, connection: u32, filter: &str, qos: Qos) {
        self.client(connection).subscribe(filter, qos).unwrap();
        self.run();
    }

    fn publish(&mut self, connection: u32, topic: &str, qos: Qos) {
        self.client(connection).publish(topic, b"21.5", qos, false).unwrap();
        self.run();
    }
}

fn message(topic: &str, payload: &[u8], qos: Qos, retain: bool) -> mqtt::Event {
    mqtt::Event::Message { topic: topic.to_owned(), payload: payload.to_vec(), qos, retain }
}

const UNANSWERED: mqtt::Event = mqtt::Event::Closed(Some(Failure::ClosedBeforeConnack));

#[test]
fn two_clients_exchange_messages() {
    let mut world = World::new();
    world.connect(1, "device1");
    world.connect(2, "dashboard");
    world.subscribe(1, "device1/down", Qos::AtMostOnce);
    world.subscribe(2, "+/up/#", Qos::AtLeastOnce);
    world.publish(1, "device1/up/temperature", Qos::AtLeastOnce);
    assert_eq!(*world.last(2), message("device1/up/temperature", b"21.5", Qos::AtLeastOnce, false));
    world.publish(2, "device1/down", Qos::AtLeastOnce);
    assert_eq!(*world.last(1), message("device1/down", b"21.5", Qos::AtMostOnce, false));
    let published = Event::Published {
        client_id: "device1".to_owned(),
        topic: "device1/up/temperature".to_owned(),
        payload: b"21.5".to_vec(),
    };
    assert!(world.events.contains(&published));
    assert_eq!(world.refusals(), []);
}

#[test]
fn overlapping_subscriptions_bring_a_message_once_and_unsubscribing_brings_none() {
    let mut world = World::new();
    world.connect(1, "device1");
    world.subscribe(1, "a/#", Qos::AtMostOnce);
    world.subscribe(1, "a/b", Qos::AtLeastOnce);
    world.cloud.publish("a/b", b"on");
    world.run();
    let messages = |world: &World| {
        world.seen[&1]
            .iter()
            .filter(|event| matches!(event, mqtt::Event::Message { .. }))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(messages(&world), [message("a/b", b"on", Qos::AtLeastOnce, false)]);
    world.client(1).unsubscribe("a/#").unwrap();
    world.client(1).unsubscribe("a/b").unwrap();
    world.run();
    world.cloud.publish("a/b", b"off");
    world.run();
    assert_eq!(messages(&world).len(), 1);
}

#[test]
fn a_retained_message_waits_for_subscribers_until_it_is_emptied() {
    let mut world = World::new();
    world.connect(1, "device1");
    world.client(1).publish("state", b"on", Qos::AtLeastOnce, true).unwrap();
    world.run();
    world.connect(2, "dashboard");
    world.subscribe(2, "state", Qos::AtLeastOnce);
    assert_eq!(*world.last(2), message("state", b"on", Qos::AtLeastOnce, true));
    world.client(1).publish("state", b"", Qos::AtLeastOnce, true).unwrap();
    world.run();
    world.connect(3, "late");
    world.subscribe(3, "state", Qos::AtLeastOnce);
    assert_eq!(*world.last(3), mqtt::Event::Subscribed { filter: "state".to_owned() });
}

#[test]
fn an_echo_answers_a_message_on_another_topic() {
    let echo = Echo { heard_on: "device1/up".to_owned(), answered_on: "device1/down".to_owned() };
    let mut world = World::with(Policy::default(), vec![echo]);
    world.connect(1, "device1");
    world.subscribe(1, "device1/down", Qos::AtLeastOnce);
    world.publish(1, "elsewhere", Qos::AtLeastOnce);
    assert_eq!(*world.last(1), mqtt::Event::Subscribed { filter: "device1/down".to_owned() });
    world.publish(1, "device1/up", Qos::AtLeastOnce);
    assert_eq!(*world.last(1), message("device1/down", b"21.5", Qos::AtLeastOnce, false));
}

#[test]
fn the_policy_closes_without_a_word() {
    let only = |text: &str| vec![Pattern(text.to_owned())];
    let policy =
        Policy { connect: only("device*"), publish: only("device1/*"), subscribe: only("device1/#") };
    let mut world = World::with(policy, vec![]);
    world.connect(1, "dashboard");
    assert_eq!(*world.last(1), UNANSWERED);
    world.connect(2, "device1");
    world.subscribe(2, "device1/#", Qos::AtLeastOnce);
    world.publish(2, "device1/up", Qos::AtLeastOnce);
    assert!(matches!(world.last(2), mqtt::Event::Message { .. }));
    world.publish(2, "device2/up", Qos::AtLeastOnce);
    assert_eq!(*world.last(2), DROPPED);
    world.connect(3, "device3");
    world.subscribe(3, "device1/down", Qos::AtLeastOnce);
    assert_eq!(world.seen[&3], [mqtt::Event::Connected, DROPPED]);
    assert_eq!(
        world.refusals(),
        [
            Refusal::ClientId("dashboard".to_owned()),
            Refusal::TopicNotAllowed("device2/up".to_owned()),
            Refusal::TopicNotAllowed("device1/down".to_owned()),
        ]
    );
}

#[test]
fn a_refused_message_reaches_nobody() {
    let mut world = World::with(Policy { publish: vec![], ..Policy::default() }, vec![]);
    world.connect(1, "device1");
    world.connect(2, "dashboard");
    world.subscribe(2, "#", Qos::AtLeastOnce);
    world.publish(1, "device1/up", Qos::AtLeastOnce);
    assert!(matches!(world.last(2), mqtt::Event::Subscribed { .. }));
    assert!(!world.events.iter().any(|event| matches!(event, Event::Published { .. })));
}

#[test]
fn what_aws_does_not_support_closes_the_connection() {
    let eight = "1/2/3/4/5/6/7/8/9".to_owned();
    for (topic, qos, why) in [
        ("t", Qos::ExactlyOnce, Refusal::QosTwo),
        ("$SYS/t", Qos::AtMostOnce, Refusal::TopicReserved("$SYS/t".to_owned())),
        (eight.as_str(), Qos::AtMostOnce, Refusal::TooManySlashes(eight.clone())),
        (&"t".repeat(257), Qos::AtMostOnce, Refusal::TopicTooLong),
    ] {
        let mut world = World::new();
        world.connect(1, "device1");
        world.connect(2, "device2");
        world.publish(1, topic, qos);
        world.subscribe(2, topic, qos);
        assert_eq!(world.refusals(), [why.clone(), why]);
        assert_eq!((world.last(1), world.last(2)), (&DROPPED, &DROPPED));
    }
}

#[test]
fn a_newer_connection_with_the_same_client_id_ends_the_older() {
    let mut world = World::new();
    world.connect(1, "device1");
    world.connect(2, "device1");
    world.run();
    assert_eq!((world.last(1), world.last(2)), (&DROPPED, &mqtt::Event::Connected));
    let client_id = "device1".to_owned();
    assert_eq!(
        world.events,
        [
            Event::Connected { connection: 1, client_id: client_id.clone(), user: None },
            Event::Refused { connection: 1, why: Refusal::DuplicateClientId },
            Event::Disconnected { client_id: client_id.clone(), failure: None },
            Event::Connected { connection: 2, client_id, user: None },
        ]
    );
}

#[test]
fn only_devices_of_a_registered_authority_get_in() {
    let stranger = foreign("device1");
    let mut world = World::new();
    world.connect_with(1, "device1", Some(&stranger));
    world.connect_with(2, "device1", None);
    let refused = |alert| mqtt::Event::Closed(Some(Failure::AlertReceived(alert)));
    assert_eq!(*world.last(1), refused(Alert::UnknownCa));
    assert_eq!(*world.last(2), refused(Alert::CertificateRequired));
    let no = |failure| Refusal::NoConnection(failure);
    assert_eq!(world.refusals(), [no(Failure::UnknownIssuer), no(Failure::CertificateMissing)]);
}

#[test]
fn the_cloud_grows_older_with_its_clock() {
    let mut world = World::new();
    world.now = Moment::START + Duration::from_secs(VALIDITY.not_after.0.abs_diff(TODAY.0) + 1);
    world.connect(1, "device1");
    assert_eq!(world.refusals(), [Refusal::NoConnection(Failure::Expired)]);
}

#[test]
fn goodbyes_vanishing_and_silence_are_told_apart() {
    let mut world = World::new();
    for connection in 1..=3 {
        world.connect(connection, &format!("device{connection}"));
    }
    world.client(1).disconnect();
    world.run();
    world.cloud.handle_close(2);
    world.run();
    assert_eq!(world.cloud.poll_time(), Some(Moment::START + Duration::from_secs(90)));
    world.pass(90);
    let gone = |id: &str, failure| Event::Disconnected { client_id: id.to_owned(), failure };
    assert_eq!(
        world.events[3..],
        [
            gone("device1", None),
            gone("device2", Some(Failure::ClosedByPeer)),
            gone("device3", Some(Failure::Silent)),
        ]
    );
    assert_eq!(world.cloud.poll_time(), None);
}

#[test]
fn bytes_of_an_unknown_connection_are_ignored() {
    let mut world = World::new();
    world.cloud.handle_bytes(7, b"\x10", Moment::START);
    world.cloud.handle_close(7);
    assert_eq!((world.cloud.poll_output(), world.cloud.poll_event()), (None, None));
}
