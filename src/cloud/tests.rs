//! Clients of this crate and a make-believe AWS, on a made-up clock.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

mod azure;
mod azure_dps;
mod azure_hub;
mod thingstream;
mod world;

use super::*;
use crate::credential::make::{Authority, NewKey, Validity};
use crate::moment::{Moment, UnixTime};
use crate::mqtt::{self, Alert, Client, ClientSettings, ClientTls, Failure, Qos, TlsVersion};

const HOST: &str = "a1b2c3-ats.iot.eu-west-2.amazonaws.com";
const VALIDITY: Validity =
    Validity { not_before: UnixTime(1_700_000_000), not_after: UnixTime(1_800_000_000) };
const NOW: UnixTime = UnixTime(1_750_000_000);

struct Pki {
    root: Vec<u8>,
    server: Pair,
    device: Pair,
}

fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| {
        let authority = Authority::new("Make-believe root", NewKey::P256, VALIDITY).unwrap();
        Pki {
            root: authority.certificate().der().to_vec(),
            server: authority.server(HOST, NewKey::P256, VALIDITY).unwrap(),
            device: authority.device("device1", NewKey::P256, VALIDITY).unwrap(),
        }
    })
}

/// A cloud and its clients, each on the connection of its number.
struct World {
    aws: Aws,
    clients: BTreeMap<u32, Client>,
    seen: BTreeMap<u32, Vec<mqtt::Event>>,
    events: Vec<Event>,
    now: Moment,
}

impl World {
    fn new() -> Self {
        Self::with(Policy::default(), vec![])
    }

    fn with(policy: Policy, echoes: Vec<Echo>) -> Self {
        let (server, authorities) = (pki().server.clone(), vec![pki().root.clone()]);
        Self {
            aws: Aws::new(AwsSettings { server, authorities, policy, echoes }, NOW).unwrap(),
            clients: BTreeMap::new(),
            seen: BTreeMap::new(),
            events: Vec::new(),
            now: Moment::START,
        }
    }

    fn connect(&mut self, connection: u32, client_id: &str) {
        self.connect_with(connection, client_id, Some(&pki().device));
    }

    fn connect_with(&mut self, connection: u32, client_id: &str, device: Option<&Pair>) {
        let tls = ClientTls {
            version: TlsVersion::OneTwo,
            roots: vec![pki().root.clone()],
            identity: device.map(identity),
        };
        let settings = ClientSettings {
            host: HOST.to_owned(),
            tls: Some(tls.prepare().unwrap()),
            client_id: client_id.to_owned(),
            user: None,
            password: None,
            keep_alive: 60,
        };
        self.aws.handle_open(connection, self.now);
        self.clients.insert(connection, Client::new(settings, NOW).unwrap());
        self.run();
    }

    fn client(&mut self, connection: u32) -> &mut Client {
        self.clients.get_mut(&connection).unwrap()
    }

    fn subscribe(&mut self, connection: u32, filter: &str, qos: Qos) {
        self.client(connection).subscribe(filter, qos).unwrap();
        self.run();
    }

    fn publish(&mut self, connection: u32, topic: &str, qos: Qos) {
        self.client(connection).publish(topic, b"21.5", qos, false).unwrap();
        self.run();
    }

    /// Carries bytes until all are quiet.
    fn run(&mut self) {
        let mut quiet = false;
        while !quiet {
            quiet = true;
            for (connection, client) in &mut self.clients {
                while let Some(bytes) = client.poll_bytes() {
                    self.aws.handle_bytes(*connection, &bytes, self.now);
                    quiet = false;
                }
            }
            while let Some(output) = self.aws.poll_output() {
                match output {
                    Output::Bytes { connection, bytes } => {
                        self.clients.get_mut(&connection).unwrap().handle_bytes(&bytes, self.now);
                    }
                    Output::Close { connection } => self.clients.get_mut(&connection).unwrap().handle_close(),
                }
                quiet = false;
            }
        }
        for (connection, client) in &mut self.clients {
            self.seen.entry(*connection).or_default().extend(std::iter::from_fn(|| client.poll_event()));
        }
        self.events.extend(std::iter::from_fn(|| self.aws.poll_event()));
    }

    fn last_seen(&self, connection: u32) -> &mqtt::Event {
        self.seen[&connection].last().unwrap()
    }

    fn refusals(&self) -> Vec<&Refusal> {
        let whys = self
            .events
            .iter()
            .map(|event| if let Event::Refused { why, .. } = event { Some(why) } else { None });
        whys.flatten().collect()
    }
}

fn message(topic: &str, payload: &[u8], qos: Qos, retain: bool) -> mqtt::Event {
    mqtt::Event::Message { topic: topic.to_owned(), payload: payload.to_vec(), qos, retain }
}

const DROPPED: mqtt::Event = mqtt::Event::Closed(Some(Failure::ClosedByPeer));
const UNANSWERED: mqtt::Event = mqtt::Event::Closed(Some(Failure::ClosedBeforeConnack));

#[test]
fn two_clients_exchange_messages() {
    let mut world = World::new();
    world.connect(1, "device1");
    world.connect(2, "dashboard");
    world.subscribe(1, "device1/down", Qos::AtMostOnce);
    world.subscribe(2, "+/up/#", Qos::AtLeastOnce);
    world.publish(1, "device1/up/temperature", Qos::AtLeastOnce);
    assert_eq!(*world.last_seen(2), message("device1/up/temperature", b"21.5", Qos::AtLeastOnce, false));
    world.publish(2, "device1/down", Qos::AtLeastOnce);
    assert_eq!(*world.last_seen(1), message("device1/down", b"21.5", Qos::AtMostOnce, false));
    let published = Event::Published {
        client_id: "device1".to_owned(),
        topic: "device1/up/temperature".to_owned(),
        payload: b"21.5".to_vec(),
    };
    assert!(world.events.contains(&published));
    assert_eq!(world.refusals(), [&Refusal::DuplicateClientId; 0]);
}

#[test]
fn overlapping_subscriptions_bring_a_message_once_and_unsubscribing_brings_none() {
    let mut world = World::new();
    world.connect(1, "device1");
    world.subscribe(1, "a/#", Qos::AtMostOnce);
    world.subscribe(1, "a/b", Qos::AtLeastOnce);
    world.aws.publish("a/b", b"on");
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
    world.aws.publish("a/b", b"off");
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
    assert_eq!(*world.last_seen(2), message("state", b"on", Qos::AtLeastOnce, true));
    world.client(1).publish("state", b"", Qos::AtLeastOnce, true).unwrap();
    world.run();
    world.connect(3, "late");
    world.subscribe(3, "state", Qos::AtLeastOnce);
    assert_eq!(*world.last_seen(3), mqtt::Event::Subscribed { filter: "state".to_owned() });
}

#[test]
fn an_echo_answers_a_message_on_another_topic() {
    let echo = Echo { heard_on: "device1/up".to_owned(), answered_on: "device1/down".to_owned() };
    let mut world = World::with(Policy::default(), vec![echo]);
    world.connect(1, "device1");
    world.subscribe(1, "device1/down", Qos::AtLeastOnce);
    world.publish(1, "elsewhere", Qos::AtLeastOnce);
    assert_eq!(*world.last_seen(1), mqtt::Event::Subscribed { filter: "device1/down".to_owned() });
    world.publish(1, "device1/up", Qos::AtLeastOnce);
    assert_eq!(*world.last_seen(1), message("device1/down", b"21.5", Qos::AtLeastOnce, false));
}

#[test]
fn the_policy_closes_without_a_word() {
    let only = |text: &str| vec![Pattern(text.to_owned())];
    let policy =
        Policy { connect: only("device*"), publish: only("device1/*"), subscribe: only("device1/#") };
    let mut world = World::with(policy, vec![]);
    world.connect(1, "dashboard");
    assert_eq!(*world.last_seen(1), UNANSWERED);
    world.connect(2, "device1");
    world.subscribe(2, "device1/#", Qos::AtLeastOnce);
    world.publish(2, "device1/up", Qos::AtLeastOnce);
    assert!(matches!(world.last_seen(2), mqtt::Event::Message { .. }));
    world.publish(2, "device2/up", Qos::AtLeastOnce);
    assert_eq!(*world.last_seen(2), DROPPED);
    world.connect(3, "device3");
    world.subscribe(3, "device1/down", Qos::AtLeastOnce);
    assert_eq!(world.seen[&3], [mqtt::Event::Connected, DROPPED]);
    assert_eq!(
        world.refusals(),
        [
            &Refusal::ClientId("dashboard".to_owned()),
            &Refusal::TopicNotAllowed("device2/up".to_owned()),
            &Refusal::TopicNotAllowed("device1/down".to_owned()),
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
    assert!(matches!(world.last_seen(2), mqtt::Event::Subscribed { .. }));
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
        assert_eq!(world.refusals(), [&why, &why]);
        assert_eq!((world.last_seen(1), world.last_seen(2)), (&DROPPED, &DROPPED));
    }
}

#[test]
fn a_newer_connection_with_the_same_client_id_ends_the_older() {
    let mut world = World::new();
    world.connect(1, "device1");
    world.connect(2, "device1");
    world.run();
    assert_eq!((world.last_seen(1), world.last_seen(2)), (&DROPPED, &mqtt::Event::Connected));
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
    let foreign = Authority::new("Foreign root", NewKey::P256, VALIDITY).unwrap();
    let stranger = foreign.device("device1", NewKey::P256, VALIDITY).unwrap();
    let mut world = World::new();
    world.connect_with(1, "device1", Some(&stranger));
    world.connect_with(2, "device1", None);
    let refused = |alert| mqtt::Event::Closed(Some(Failure::AlertReceived(alert)));
    assert_eq!(*world.last_seen(1), refused(Alert::UnknownCa));
    assert_eq!(*world.last_seen(2), refused(Alert::CertificateRequired));
    let no = |failure| Refusal::NoConnection(failure);
    assert_eq!(world.refusals(), [&no(Failure::UnknownIssuer), &no(Failure::CertificateMissing)]);
}

#[test]
fn the_cloud_grows_older_with_its_clock() {
    let mut world = World::new();
    world.now = Moment::START + Duration::from_secs(VALIDITY.not_after.0.abs_diff(NOW.0) + 1);
    world.connect(1, "device1");
    assert_eq!(world.refusals(), [&Refusal::NoConnection(Failure::Expired)]);
}

#[test]
fn goodbyes_vanishing_and_silence_are_told_apart() {
    let mut world = World::new();
    for connection in 1..=3 {
        world.connect(connection, &format!("device{connection}"));
    }
    world.client(1).disconnect();
    world.run();
    world.aws.handle_close(2);
    world.run();
    assert_eq!(world.aws.poll_time(), Some(Moment::START + Duration::from_secs(90)));
    world.now = Moment::START + Duration::from_secs(90);
    world.aws.handle_time(world.now);
    world.run();
    let gone = |id: &str, failure| Event::Disconnected { client_id: id.to_owned(), failure };
    assert_eq!(
        world.events[3..],
        [
            gone("device1", None),
            gone("device2", Some(Failure::ClosedByPeer)),
            gone("device3", Some(Failure::Silent)),
        ]
    );
    assert_eq!(world.aws.poll_time(), None);
}

#[test]
fn bytes_of_an_unknown_connection_are_ignored() {
    let mut world = World::new();
    world.aws.handle_bytes(7, b"\x10", Moment::START);
    world.aws.handle_close(7);
    assert_eq!((world.aws.poll_output(), world.aws.poll_event()), (None, None));
}
