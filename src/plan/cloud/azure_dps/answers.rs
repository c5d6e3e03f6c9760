//! What the provisioning service may answer, and how a plan goes on after each answer (clouds.md §4).

use super::{DEVICE, HUB, OPERATION};
use crate::plan::step::{Bind, Case, Is, Then as Next};
use crate::plan::text::BoundType;
use crate::problem::{Kind, Problem};

const ASSIGNED_HUB: &str = "/registrationState/assignedHub";

/// How a registration may be answered: mostly with an operation that is to be asked for, and at once with the outcome if
/// the service knows the device already.
pub(super) fn registered() -> Vec<Case> {
    let operation = |status| Case {
        when: vec![("/status", Is::Text(status))],
        bind: vec![Bind { pointer: "/operationId", hole: OPERATION, kind: BoundType::OperationId }],
        then: Next::Done,
    };
    // An assignment that does not say where to is asked for.
    let cases = std::iter::once(operation("assigning")).chain(outcomes());
    cases.chain([operation("assigned")]).collect()
}

/// How a poll may be answered.
pub(super) fn outcomes() -> Vec<Case> {
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
        when: vec![("/status", Is::Text("assigned")), (ASSIGNED_HUB, Is::OtherThan(""))],
        bind: vec![
            Bind { pointer: ASSIGNED_HUB, hole: HUB, kind: BoundType::Host },
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
