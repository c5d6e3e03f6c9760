//! Azure's device provisioning service: register, ask until the device is assigned, then connect to the hub it was given
//! (vendor's note §3.4; clouds.md §2.5, §4). Two peers of one client ID are needed, because a peer has one topic to
//! publish to: so the plan runs in extended data mode, where peers can be told apart.

use std::time::Duration;

use serde_json::{Value, json};

use super::azure_hub::{Device, TOKEN, device_token};
use super::url::{Login, MqttUrl, Password};
use super::{Files, filled, identity_files, not_accepted, open, store_value};
use crate::credential::sas;
use crate::plan::fit::Need;
use crate::plan::make::Facts;
use crate::plan::step::{Act, Bind, Case, Is, Mode, PeerName, Stage, Step, Then as Next};
use crate::plan::text::{BoundType, Hole, Part, Text};
use crate::problem::{Kind, Problem};
use crate::profile::{AzureDps, DpsProof, KeyOwner, Then};
use crate::secret::Secret;

/// The names under which a result says what the service gave.
const HUB: Hole = "assigned_hub";
const DEVICE: Hole = "device_id";
const OPERATION: Hole = "operation_id";

const REGISTER: PeerName = "provisioning";
const STATUS: PeerName = "status";
/// The URL value that holds the topic of the status: it has `&` and `=` in it.
const STATUS_TOPIC: u8 = 1;

/// The request ID is opaque to the service; the note writes this, and it works.
const REQUEST: &str = "$rid={request_id}";
const ANSWER: Duration = Duration::from_secs(30);
/// The module does not deliver the topic, so `retry-after` cannot be read; the service allows 5 in 10 s.
const PAUSE: Duration = Duration::from_secs(2);
const MOST_POLLS: u32 = 60;
/// One packet is one message, and holds no more data (protocol.md §5.5).
const MOST_IN_A_PACKET: usize = 0xFFC;

pub(super) fn files(cloud: &AzureDps) -> Files<'_> {
    identity_files(&cloud.ca, cloud.proof.identity())
}

/// What such a module cannot do of what the service needs.
pub(super) fn problems(cloud: &AzureDps, facts: &Facts) -> Vec<Problem> {
    let token = matches!(cloud.proof, DpsProof::Key { .. }).then_some((Need::Token, "cloud"));
    let always = [(Need::ExtendedData, "cloud"), (Need::HashWildcard, "cloud.registration_id")];
    let needs = token.into_iter().chain(always);
    let length = body(cloud, facts).len();
    let too_long = (length > MOST_IN_A_PACKET).then(|| {
        Problem::new(
            Kind::ModuleUnsuitable,
            format!("The registration has {length} bytes, a module sends {MOST_IN_A_PACKET} in one message"),
            "Send less when the device registers",
        )
        .at("cloud.payload")
    });
    needs.filter_map(|(need, field)| Some(need.unmet(facts)?.at(field))).chain(too_long).collect()
}

/// Everything up to the assigned hub, and to a connection there if one is wanted.
pub(super) fn steps(cloud: &AzureDps, facts: &Facts) -> Vec<Step> {
    let id = filled(facts, cloud.registration_id.as_str());
    let title = "Enter extended data mode: from here only a restart returns to plain AT";
    let mut steps = vec![Step::new(Stage::Cloud, title, vec![Act::Enter(Mode::Extended)])];
    steps.extend(key(cloud, facts).map(|(key, expires)| {
        let resource = Text::new(format!("{}/registrations/", cloud.id_scope)).text(id.clone());
        let policy = Some("registration".to_owned());
        let token = Text::default().part(Part::Sas { resource, key, policy, expires });
        store_value("Store the token for the provisioning service", TOKEN, token)
    }));
    let register =
        url(cloud, &id, Text::new(format!("$dps/registrations/PUT/iotdps-register/?{REQUEST}")), true);
    steps.push(open("Connect to the provisioning service", REGISTER, register, refused()));
    steps.push(registration(cloud, facts));
    steps.push(second_peer(cloud, &id));
    steps.push(assignment());
    if cloud.then == Then::Connect {
        steps.extend(connect(cloud, facts));
    }
    steps
}

/// The connection to the hub that the service has given.
pub(super) fn connect(cloud: &AzureDps, facts: &Facts) -> Vec<Step> {
    let (hub, device) = (hole(HUB), hole(DEVICE));
    let token = key(cloud, facts).map(|(key, expires)| {
        store_value("Store the token for the hub", TOKEN, device_token(&hub, &device, &key, expires))
    });
    let open = open("Connect to the assigned hub", super::CLOUD, hub_url(cloud), hub_refused(&cloud.proof));
    token.into_iter().chain([open]).collect()
}

/// Why the service may have refused a connection; a wrong proof is told later, in its answer (clouds.md §4).
fn refused() -> Problem {
    not_accepted("The provisioning service", "host, registration ID and ID scope, the trusted root")
}

/// Why the assigned hub may have refused a device that the service has accepted (clouds.md §7).
pub(super) fn hub_refused(proof: &DpsProof) -> Problem {
    let proof = match proof {
        DpsProof::Certificate(_) => "certificate",
        DpsProof::Key { .. } => "key",
    };
    let check = format!(
        "that the device is enabled in the hub's device list and has the {proof} of its enrolment there, that the hub's name leads to the hub, the trusted root"
    );
    not_accepted("The assigned hub", &check)
}

/// The URL of the hub that the service has given.
pub(super) fn hub_url(cloud: &AzureDps) -> Text {
    Device {
        hub: hole(HUB),
        id: hole(DEVICE),
        ca: &cloud.ca,
        identity: cloud.proof.identity(),
        user_name: cloud.user_name,
        options: cloud.options,
    }
    .url()
}

/// What registers the device.
fn body(cloud: &AzureDps, facts: &Facts) -> String {
    let mut body = json!({ "registrationId": facts.fill(cloud.registration_id.as_str()) });
    let payload = cloud.payload.as_deref().and_then(|payload| serde_json::from_str::<Value>(payload).ok());
    if let (Some(payload), Some(body)) = (payload, body.as_object_mut()) {
        body.insert("payload".to_owned(), payload);
    }
    body.to_string()
}

fn registration(cloud: &AzureDps, facts: &Facts) -> Step {
    let bind = vec![Bind { pointer: "/operationId", hole: OPERATION, kind: BoundType::OperationId }];
    // Also a device that is assigned at once is asked for, so that there is one way to the answer.
    let done =
        |status| Case { when: vec![("/status", Is::Text(status))], bind: bind.clone(), then: Next::Done };
    let cases = [done("assigning"), done("assigned")].into_iter().chain(refusals()).collect();
    let exhausted = Problem::new(
        Kind::CloudRefused,
        "The provisioning service has been too busy to register the device for two minutes",
        "It takes 1000 registrations a minute: register fewer devices at once, then try again",
    );
    let acts = vec![
        Act::Publish { peer: REGISTER, body: Text::new(body(cloud, facts)) },
        Act::Await { peer: REGISTER, limit: ANSWER, cases },
    ];
    let act = vec![Act::Repeat { acts, pause: PAUSE, at_most: MOST_POLLS, exhausted }];
    Step::new(Stage::Cloud, "Register the device", act)
}

/// The peer that asks for the status: the topic it publishes to holds the operation.
fn second_peer(cloud: &AzureDps, id: &Text) -> Step {
    let topic = Text::new("\"$dps/registrations/GET/iotdps-get-operationstatus/?")
        .plain(REQUEST)
        .plain("&operationId=")
        .part(Part::Hole(OPERATION))
        .plain("\"");
    let status = url(cloud, id, Text::new(format!("%%{STATUS_TOPIC}")), false);
    let mut step = open("Open a second peer to ask for the hub", STATUS, status, refused());
    step.act.insert(0, super::set_value(STATUS_TOPIC, topic));
    step
}

fn assignment() -> Step {
    let exhausted = Problem::new(
        Kind::CloudSilent,
        "The provisioning service has not assigned a hub within two minutes",
        "Look at the enrolment and its linked hubs in the Azure portal, then try again",
    );
    let poll = vec![
        // The service does not look at the body.
        Act::Publish { peer: STATUS, body: Text::new("get operationstatus") },
        Act::Await { peer: REGISTER, limit: ANSWER, cases: outcomes() },
    ];
    let act = vec![
        Act::Repeat { acts: poll, pause: PAUSE, at_most: MOST_POLLS, exhausted },
        // A hub allows one connection of a device, and so does good manners here.
        Act::Close { peer: STATUS },
        Act::Close { peer: REGISTER },
    ];
    Step::new(Stage::Cloud, "Ask which hub the device is assigned to", act)
}

/// How a poll may be answered.
fn outcomes() -> Vec<Case> {
    let status = |status, then| Case { when: vec![("/status", Is::Text(status))], bind: Vec::new(), then };
    let other_kind = Case {
        when: vec![
            ("/status", Is::Text("assigned")),
            ("/registrationState/connectionProfile", Is::OtherThan("classic")),
        ],
        bind: Vec::new(),
        then: Next::Fail(Problem::new(
            Kind::CloudAnswer,
            "The device is assigned to a hub of the second generation, which speaks MQTT 5",
            "Link a hub of the classic kind: u-connectXpress modules speak MQTT 3.1.1",
        )),
    };
    let assigned = Case {
        when: vec![("/status", Is::Text("assigned"))],
        bind: vec![
            Bind { pointer: "/registrationState/assignedHub", hole: HUB, kind: BoundType::Host },
            Bind { pointer: "/registrationState/deviceId", hole: DEVICE, kind: BoundType::DeviceId },
        ],
        then: Next::Done,
    };
    let mut cases = vec![other_kind, assigned, status("assigning", Next::Again)];
    cases.extend([
        status(
            "failed",
            Next::Fail(ended(
                "The registration failed",
                "Relink the hub to the provisioning service, and look at the enrolment",
            )),
        ),
        status("disabled", Next::Fail(ended("The enrolment is disabled", "Enable it in the Azure portal"))),
        status(
            "unassigned",
            Next::Fail(ended(
                "The device is not assigned to any hub",
                "Link a hub to the provisioning service and its enrolment",
            )),
        ),
    ]);
    cases.extend(refusals());
    cases
}

/// Answers that are refusals, by the hundreds of their code: 401002 is a 401.
fn refusals() -> Vec<Case> {
    let code = |from: i64, then| Case {
        when: vec![("/errorCode", Is::Within(from * 1000, from * 1000 + 999))],
        bind: Vec::new(),
        then,
    };
    let any = Case {
        when: vec![("/errorCode", Is::Within(0, i64::MAX))],
        bind: Vec::new(),
        then: Next::Fail(ended(
            "The provisioning service refused the request",
            "The recording shows its whole answer; try again later",
        )),
    };
    vec![
        code(
            401,
            Next::Fail(Problem::new(
                Kind::CloudRefused,
                "The provisioning service does not know the device by this proof",
                "Check ID scope and registration ID (also its capitals: derived keys depend on them), the key or the certificate's common name, and that the enrolment is enabled",
            )),
        ),
        code(
            404,
            Next::Fail(Problem::new(
                Kind::CloudRefused,
                "The provisioning service does not know this ID scope or registration",
                "Copy the ID scope from the service's overview in the Azure portal",
            )),
        ),
        code(429, Next::Again),
        // Trouble of the service itself, which passes.
        Case {
            when: vec![("/errorCode", Is::Within(500_000, 599_999))],
            bind: Vec::new(),
            then: Next::Again,
        },
        any,
    ]
}

fn ended(message: &str, help: &str) -> Problem {
    Problem::new(Kind::CloudRefused, message, help)
}

fn url(cloud: &AzureDps, id: &Text, publish: Text, subscribes: bool) -> Text {
    let user = Text::new(format!("{}/registrations/", cloud.id_scope))
        .text(id.clone())
        .plain("/api-version=2019-03-31");
    let identity = cloud.proof.identity();
    let password = if identity.is_some() { Password::None } else { Password::Stored(TOKEN) };
    MqttUrl {
        host: Text::new(cloud.host.as_str()),
        client: id.clone(),
        ca: &cloud.ca,
        identity,
        login: Some(Login { user, password }),
        publish: Some(publish),
        subscribe: subscribes.then(|| Text::new("$dps/registrations/res/#")),
        options: cloud.options,
    }
    .text()
}

fn hole(hole: Hole) -> Text {
    Text::default().part(Part::Hole(hole))
}

/// The device's own key; of a group's key only what is derived from it goes into a plan.
fn key(cloud: &AzureDps, facts: &Facts) -> Option<(Secret, crate::moment::UnixTime)> {
    let DpsProof::Key { key, owner, expires } = &cloud.proof else { return None };
    let key = match owner {
        KeyOwner::Device => key.clone(),
        // A key that is not known on purpose is dots, and what is derived from it too.
        KeyOwner::Group => {
            sas::derived_key(key, &facts.fill(cloud.registration_id.as_str())).unwrap_or_default()
        }
    };
    Some((key, *expires))
}
