//! The make-believe clouds of a demonstration: their certificates are made on the spot, and they are reached in memory by the
//! simulated module alone. No internet is needed, and none is used.

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::{Value, json};

use super::clock::Clock;
use crate::cloud::{
    Attestation, Aws, AwsSettings, Azure, AzureDps, AzureHub, Cloud, DpsSettings, Echo, Enrolment, HubDevice,
    HubProof, HubSettings, Output, Pace, Policy, Thing, Thingstream, ThingstreamSettings,
};
use crate::credential::make::{Authority, NewKey, Pair, Validity};
use crate::model::Demonstration;
use crate::moment::{Moment, UnixTime};
use crate::mqtt::Failure;
use crate::problem::{Kind, Problem};
use crate::profile::{CloudKind, Material, Materials, Profile};
use crate::secret::Secret;
use crate::simulator::{AccessPoint, TcpEvent, TcpRequest};

/// The network that the simulated module sees.
pub const SSID: &str = "xpress-lab";
/// Its passphrase. This and the other secrets here are none: every copy of the program has them.
pub const PASSPHRASE: &str = "xpress-lab-pass";

const ENDPOINT: &str = "a1demonstration-ats.iot.eu-west-1.amazonaws.com";
const HUB: &str = "xpress-demonstration.azure-devices.net";
const PROVISIONING: &str = "xpress-demonstration.azure-devices-provisioning.net";
/// A host of its own, so that a real thing is still reached by the simulated module.
const THINGSTREAM: &str = "mqtt.thingstream.example";
const ID_SCOPE: &str = "0ne00DEM0000";
const DEVICE: &str = "demo-device";
const DEVICE_WITH_KEY: &str = "demo-sensor";
const GATEWAY: &str = "demo-gateway";
const KEY: &str = "WHByZXNzIENlbnRlciBkZW1vbnN0cmF0aW9uIGtleSE=";
const THING: &str = "device:00000000-0000-4000-8000-000000000001";
const USER: &str = "DEM0NSTRAT10NTH1NG01";
const PASSWORD: &str = "demonstration+of/a+password/0123456789AB";
const PUBLISH_TOPIC: &str = "demo-device/up";
const SUBSCRIBE_TOPIC: &str = "demo-device/down";
const DAY: i64 = 24 * 60 * 60;
/// An address that is set aside for examples (RFC 5737).
const ADDRESS: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 8883);

/// The access point in reach of the simulated module.
pub fn access_point() -> AccessPoint {
    AccessPoint::with_passphrase(SSID, PASSPHRASE)
}

/// Nobody has asked for a demonstration yet.
pub fn missing() -> Problem {
    Problem::new(Kind::CloudUnreachable, "There is no demonstration yet", "Open the demonstration first")
}

/// A make-believe cloud of every kind, and the values by which a device reaches each.
pub struct DemonstrationClouds {
    aws: Aws,
    thingstream: Thingstream,
    azure: Azure,
    root: String,
    device: Pair,
    gateway: Pair,
    connections: BTreeMap<u32, Provider>,
    events: VecDeque<(u32, TcpEvent)>,
}

/// Whose cloud a connection leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provider {
    Aws,
    Thingstream,
    Azure,
}

impl Provider {
    const ALL: [Self; 3] = [Self::Aws, Self::Thingstream, Self::Azure];

    fn of_host(host: &str) -> Option<Self> {
        let is = |known: &str| host.eq_ignore_ascii_case(known);
        match () {
            () if is(ENDPOINT) => Some(Self::Aws),
            () if is(THINGSTREAM) => Some(Self::Thingstream),
            () if is(HUB) || is(PROVISIONING) => Some(Self::Azure),
            () => None,
        }
    }
}

impl DemonstrationClouds {
    /// Makes keys and certificates; takes a moment.
    ///
    /// # Errors
    /// [`Kind::Internal`] if no keys can be made.
    pub fn new(clock: Clock) -> Result<Self, Problem> {
        let today = clock.date();
        let validity = Validity {
            not_before: UnixTime(today.0 - DAY),
            not_after: today + Duration::from_secs(86_400 * 3650),
        };
        let root = Authority::new("Demonstration root", NewKey::P256, validity)?;
        let server = |host: &str| root.server(host, NewKey::P256, validity);
        let since = clock.date_at_start();
        let aws = aws(server(ENDPOINT)?, &root, since).map_err(not_started)?;
        let thingstream = thingstream(server(THINGSTREAM)?, since).map_err(not_started)?;
        let azure = azure((server(HUB)?, server(PROVISIONING)?), &root, since).map_err(not_started)?;
        Ok(Self {
            aws,
            thingstream,
            azure,
            root: root.certificate_pem(),
            device: root.device(DEVICE, NewKey::Rsa2048, validity)?,
            gateway: root.device(GATEWAY, NewKey::P256, validity)?,
            connections: BTreeMap::new(),
            events: VecDeque::new(),
        })
    }

    /// What is to be filled in so that a module reaches this cloud.
    ///
    /// # Errors
    /// [`Kind::Internal`] if these values make no profile.
    pub fn values(&self, kind: CloudKind) -> Result<Demonstration, Problem> {
        let mut cloud = cloud_values(kind);
        let mut materials = Materials::default();
        let mut file = |key: &str, name: &str, text: &str| {
            if let Some(cloud) = cloud.as_object_mut() {
                cloud.insert(key.to_owned(), json!({ "file": name }));
            }
            materials.insert(format!("cloud.{key}"), Material::File(text.as_bytes().to_vec().into()));
        };
        file("ca", "demo-root.pem", &self.root);
        if let Some((name, pair)) = self.identity(kind) {
            file("certificate", &format!("{name}.pem.crt"), &pair.certificate_pem());
            file("private_key", &format!("{name}.pem.key"), pair.key_pem().reveal());
        }
        materials.insert("wifi.passphrase", Material::Secret(Secret::new(PASSPHRASE)));
        match kind {
            CloudKind::Thingstream => {
                materials.insert("cloud.password", Material::Secret(Secret::new(PASSWORD)));
            }
            CloudKind::AzureSas => materials.insert("cloud.key", Material::Secret(Secret::new(KEY))),
            CloudKind::Aws | CloudKind::AzureX509 | CloudKind::AzureDps => {}
        }
        let profile = json!({
            "version": 1,
            "wifi": { "ssid": SSID, "security": "wpa-psk", "passphrase": { "ask": true } },
            "cloud": cloud,
        });
        let profile = Profile::parse(&profile.to_string())
            .map_err(|_| Problem::new(Kind::Internal, "The demonstration makes no profile", "Report this"))?;
        Ok(Demonstration { profile, materials, host: host(kind).to_owned() })
    }

    /// The device of this kind's cloud that has a certificate.
    const fn identity(&self, kind: CloudKind) -> Option<(&'static str, &Pair)> {
        match kind {
            CloudKind::Aws | CloudKind::AzureX509 => Some((DEVICE, &self.device)),
            CloudKind::AzureDps => Some((GATEWAY, &self.gateway)),
            CloudKind::AzureSas | CloudKind::Thingstream => None,
        }
    }

    /// Sends a message from this cloud to its device.
    ///
    /// # Errors
    /// The hub does not know the device, or cannot keep any more for it.
    pub fn send(&mut self, kind: CloudKind, payload: &[u8]) -> Result<(), Problem> {
        let device = match kind {
            CloudKind::Aws => {
                self.aws.publish(SUBSCRIBE_TOPIC, payload);
                return Ok(());
            }
            CloudKind::Thingstream => {
                self.thingstream.publish(SUBSCRIBE_TOPIC, payload);
                return Ok(());
            }
            CloudKind::AzureX509 => DEVICE,
            CloudKind::AzureSas => DEVICE_WITH_KEY,
            CloudKind::AzureDps => GATEWAY,
        };
        let hub = self.azure.hub(HUB).ok_or_else(missing)?;
        hub.send(device, payload, &[]).map_err(|undeliverable| {
            let message = format!("The make-believe hub cannot send the message: {undeliverable}");
            Problem::new(Kind::CloudRefused, message, "Send a shorter one, or set the module up again")
        })
    }

    /// Whether a module's request is meant for one of these clouds.
    pub fn takes(&self, connection: u32, request: &TcpRequest) -> bool {
        match request {
            TcpRequest::Open { host, .. } => Provider::of_host(host).is_some(),
            TcpRequest::Send(_) | TcpRequest::Close => self.connections.contains_key(&connection),
        }
    }

    /// Takes a request; its TLS and MQTT are judged as the real cloud would.
    pub fn handle(&mut self, connection: u32, request: TcpRequest, now: Moment) {
        match request {
            TcpRequest::Open { host, .. } => {
                let Some(provider) = Provider::of_host(&host) else { return };
                self.connections.insert(connection, provider);
                self.events.push_back((connection, TcpEvent::Opened { remote: SocketAddr::from(ADDRESS) }));
                self.cloud(provider).handle_open(connection, &host, now);
            }
            TcpRequest::Send(bytes) => {
                if let Some(provider) = self.connections.get(&connection).copied() {
                    self.cloud(provider).handle_bytes(connection, &bytes, now);
                }
            }
            TcpRequest::Close => {
                self.events.retain(|(told, _)| *told != connection);
                if let Some(provider) = self.connections.remove(&connection) {
                    self.cloud(provider).handle_close(connection);
                }
            }
        }
    }

    /// Only time has passed.
    pub fn handle_time(&mut self, now: Moment) {
        Provider::ALL.into_iter().for_each(|provider| self.cloud(provider).handle_time(now));
    }

    /// When [`Self::handle_time`] is wanted.
    pub fn poll_time(&self) -> Option<Moment> {
        let due = [self.aws.poll_time(), self.thingstream.poll_time(), self.azure.poll_time()];
        due.into_iter().flatten().min()
    }

    /// What happens next to a module's connection.
    pub fn poll(&mut self) -> Option<(u32, TcpEvent)> {
        for provider in Provider::ALL {
            while let Some(output) = self.cloud(provider).poll_output() {
                let (connection, event, known) = match output {
                    Output::Bytes { connection, bytes } => {
                        (connection, TcpEvent::Bytes(bytes), self.connections.contains_key(&connection))
                    }
                    Output::Close { connection } => {
                        (connection, TcpEvent::Closed, self.connections.remove(&connection).is_some())
                    }
                };
                self.events.extend(known.then_some((connection, event)));
            }
            // What observers see is not shown: the module's side tells the story.
            while self.cloud(provider).poll_event().is_some() {}
        }
        self.events.pop_front()
    }

    fn cloud(&mut self, provider: Provider) -> &mut dyn Cloud {
        match provider {
            Provider::Aws => &mut self.aws,
            Provider::Thingstream => &mut self.thingstream,
            Provider::Azure => &mut self.azure,
        }
    }
}

/// Where messages go to in the end.
const fn host(kind: CloudKind) -> &'static str {
    match kind {
        CloudKind::Aws => ENDPOINT,
        CloudKind::Thingstream => THINGSTREAM,
        CloudKind::AzureX509 | CloudKind::AzureSas | CloudKind::AzureDps => HUB,
    }
}

/// The `cloud` of a profile, but for its files.
fn cloud_values(kind: CloudKind) -> Value {
    let mut values = match kind {
        CloudKind::Aws => json!({
            "endpoint": ENDPOINT, "client_id": DEVICE,
            "publish_topic": PUBLISH_TOPIC, "subscribe_topic": SUBSCRIBE_TOPIC,
        }),
        CloudKind::Thingstream => json!({
            "host": THINGSTREAM, "client_id": THING, "username": USER, "password": { "ask": true },
            "publish_topic": PUBLISH_TOPIC, "subscribe_topic": SUBSCRIBE_TOPIC,
        }),
        CloudKind::AzureX509 => json!({ "hub": HUB, "device_id": DEVICE }),
        CloudKind::AzureSas => json!({ "hub": HUB, "device_id": DEVICE_WITH_KEY, "key": { "ask": true } }),
        CloudKind::AzureDps => {
            json!({ "host": PROVISIONING, "id_scope": ID_SCOPE, "registration_id": GATEWAY })
        }
    };
    if let Some(values) = values.as_object_mut() {
        values.insert("kind".to_owned(), kind.name().into());
    }
    values
}

/// A message to the cloud comes back, so that a person sees something.
fn echoes() -> Vec<Echo> {
    vec![Echo { heard_on: PUBLISH_TOPIC.to_owned(), answered_on: SUBSCRIBE_TOPIC.to_owned() }]
}

fn aws(server: Pair, root: &Authority, since: UnixTime) -> Result<Aws, Failure> {
    let authorities = vec![root.certificate().der().to_vec()];
    Aws::new(AwsSettings { server, authorities, policy: Policy::default(), echoes: echoes() }, since)
}

fn thingstream(server: Pair, since: UnixTime) -> Result<Thingstream, Failure> {
    let thing = Thing { client_id: THING.to_owned(), user: USER.to_owned(), password: Secret::new(PASSWORD) };
    Thingstream::new(ThingstreamSettings { server, things: vec![thing], echoes: echoes() }, since)
}

/// A hub with a device of each proof, and a provisioning service that gives gateways to it.
fn azure((at_hub, at_service): (Pair, Pair), root: &Authority, since: UnixTime) -> Result<Azure, Failure> {
    let authority = root.certificate().der().to_vec();
    let hub = HubSettings {
        host: HUB.to_owned(),
        server: at_hub,
        devices: vec![
            HubDevice::new(DEVICE, HubProof::SignedCertificate),
            HubDevice::with_key(DEVICE_WITH_KEY, Secret::new(KEY)),
        ],
        authorities: vec![authority.clone()],
        policies: Vec::new(),
    };
    let gateways = Attestation::GroupAuthority { group: "gateways".to_owned(), authority };
    let service = DpsSettings {
        host: PROVISIONING.to_owned(),
        server: at_service,
        id_scope: ID_SCOPE.to_owned(),
        enrolments: vec![Enrolment::new(gateways, HUB)],
        assigning: 1,
        retry_after: 2,
        throttled: 0,
        pace: Pace::Asked,
    };
    Ok(Azure::new(AzureDps::new(service, since)?, vec![AzureHub::new(hub, since)?]))
}

#[allow(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
fn not_started(failure: Failure) -> Problem {
    let message = format!("The make-believe cloud cannot be started: {failure}");
    Problem::new(Kind::Internal, message, "Try again, and report it if it happens again")
}
