//! Clients of this crate and any make-believe cloud, on a made-up clock; and the certificates of all of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use crate::cloud::{Cloud, Event, Output, Refusal};
use crate::credential::make::{Authority, NewKey, Pair, Validity};
use crate::credential::sas;
use crate::moment::{Moment, UnixTime};
use crate::mqtt::{
    self, Client, ClientSettings, ClientTls, ConnectRefusal, Failure, Identity, Qos, TlsVersion,
};
use crate::secret::Secret;

pub(super) const AWS: &str = "a1b2c3-ats.iot.eu-west-2.amazonaws.com";
pub(super) const HUB: &str = "contoso.azure-devices.net";
pub(super) const DPS: &str = "global.azure-devices-provisioning.net";
pub(super) const THINGSTREAM: &str = "mqtt.thingstream.io";

pub(super) const KIND: NewKey = NewKey::P256;
pub(super) const VALIDITY: Validity =
    Validity { not_before: UnixTime(1_700_000_000), not_after: UnixTime(1_800_000_000) };
/// The date of every client, and of clouds that are not told another.
pub(super) const TODAY: UnixTime = UnixTime(1_750_000_000);
/// An hour from then, as tokens say it.
pub(super) const SOON: UnixTime = UnixTime(1_750_003_600);

// Keys of clouds.md §3.4.
pub(super) const K1: &str = "bH/VjcdSOJJtcwx94hePfV8EJ8ivyZ/cXQ7e3i6gcDU=";
pub(super) const K2: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
pub(super) const K3: &str =
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
pub(super) const GROUP: &str =
    "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";

pub(super) const DROPPED: mqtt::Event = mqtt::Event::Closed(Some(Failure::ClosedByPeer));

/// The authority of all clouds and devices, with the certificates it has issued once for all tests.
pub(super) struct Pki {
    pub(super) authority: Authority,
    pub(super) aws: Pair,
    pub(super) hub: Pair,
    pub(super) dps: Pair,
    pub(super) thingstream: Pair,
    pub(super) device: Pair,
}

pub(super) fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| {
        let authority = Authority::new("Make-believe root", KIND, VALIDITY).unwrap();
        let server = |host: &str| authority.server(host, KIND, VALIDITY).unwrap();
        let (aws, hub) = (server(AWS), server(HUB));
        let (dps, thingstream) = (server(DPS), server(THINGSTREAM));
        let device = authority.device("device1", KIND, VALIDITY).unwrap();
        Pki { authority, aws, hub, dps, thingstream, device }
    })
}

/// A device certificate of the authority.
pub(super) fn issued(common_name: &str) -> Pair {
    pki().authority.device(common_name, KIND, VALIDITY).unwrap()
}

/// A device certificate of an authority that nobody knows.
pub(super) fn foreign(common_name: &str) -> Pair {
    let foreign = Authority::new("Foreign root", KIND, VALIDITY).unwrap();
    foreign.device(common_name, KIND, VALIDITY).unwrap()
}

/// A token, in the clear.
pub(super) fn token(resource: &str, key: &str, expires: UnixTime, policy: Option<&str>) -> String {
    sas::token(resource, &Secret::new(key), expires, policy).unwrap().reveal().to_owned()
}

/// What a client shows of itself.
#[derive(Clone, Default)]
pub(super) struct Who {
    pub(super) host: String,
    pub(super) client_id: String,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) identity: Option<Identity>,
    pub(super) keep_alive: u16,
}

/// A cloud and its clients, each on the connection of its number.
pub(super) struct World<C> {
    pub(super) cloud: C,
    pub(super) now: Moment,
    pub(super) events: Vec<Event>,
    clients: BTreeMap<u32, Client>,
    pub(super) seen: BTreeMap<u32, Vec<mqtt::Event>>,
}

impl<C: Cloud> World<C> {
    pub(super) fn new(cloud: C) -> Self {
        let (clients, seen) = (BTreeMap::new(), BTreeMap::new());
        Self { cloud, now: Moment::START, events: Vec::new(), clients, seen }
    }

    pub(super) fn connect(&mut self, connection: u32, who: &Who) {
        let roots = vec![pki().authority.certificate().der().to_vec()];
        let tls = ClientTls { version: TlsVersion::OneTwo, roots, identity: who.identity.clone() };
        let settings = ClientSettings {
            host: who.host.clone(),
            tls: Some(tls.prepare().unwrap()),
            client_id: who.client_id.clone(),
            user: who.user.clone(),
            password: who.password.clone().map(Secret::new),
            keep_alive: who.keep_alive,
        };
        self.cloud.handle_open(connection, &who.host, self.now);
        self.clients.insert(connection, Client::new(settings, TODAY).unwrap());
        self.run();
    }

    pub(super) fn client(&mut self, connection: u32) -> &mut Client {
        self.clients.get_mut(&connection).unwrap()
    }

    pub(super) fn subscribe(&mut self, connection: u32, filter: &str) {
        self.client(connection).subscribe(filter, Qos::AtLeastOnce).unwrap();
        self.run();
    }

    pub(super) fn publish(&mut self, connection: u32, topic: &str, payload: &[u8]) {
        self.client(connection).publish(topic, payload, Qos::AtLeastOnce, false).unwrap();
        self.run();
    }

    /// Lets time pass; clients send no pings meanwhile.
    pub(super) fn pass(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
        if self.cloud.poll_time().is_some_and(|due| due <= self.now) {
            self.cloud.handle_time(self.now);
        }
        self.run();
    }

    /// Carries bytes until all are quiet.
    pub(super) fn run(&mut self) {
        let mut quiet = false;
        while !quiet {
            quiet = true;
            for (connection, client) in &mut self.clients {
                while let Some(bytes) = client.poll_bytes() {
                    self.cloud.handle_bytes(*connection, &bytes, self.now);
                    quiet = false;
                }
            }
            while let Some(output) = self.cloud.poll_output() {
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
        self.events.extend(std::iter::from_fn(|| self.cloud.poll_event()));
    }

    pub(super) fn last(&self, connection: u32) -> &mqtt::Event {
        self.seen[&connection].last().unwrap()
    }

    /// With which code CONNACK has refused, if it has.
    pub(super) fn code(&self, connection: u32) -> Option<u8> {
        match self.last(connection) {
            mqtt::Event::Closed(Some(Failure::ConnectRefused(refusal))) => {
                Some(ConnectRefusal::code(*refusal))
            }
            _ => None,
        }
    }

    /// Topics and payloads of the messages that a client has received.
    pub(super) fn messages(&self, connection: u32) -> Vec<(String, String)> {
        let message = |event: &mqtt::Event| match event {
            mqtt::Event::Message { topic, payload, .. } => {
                Some((topic.clone(), String::from_utf8_lossy(payload).into_owned()))
            }
            _ => None,
        };
        self.seen[&connection].iter().filter_map(message).collect()
    }

    pub(super) fn refusals(&self) -> Vec<Refusal> {
        let why = |event: &Event| match event {
            Event::Refused { why, .. } => Some(why.clone()),
            _ => None,
        };
        self.events.iter().filter_map(why).collect()
    }
}
