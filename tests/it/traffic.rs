//! The traffic of whole set-ups: what a person can read from its rows, and that no row tells a secret.

use std::ops::ControlFlow;
use std::time::Duration;

use xpress_center::model::{Model, News, RowKind, TrafficRow};
use xpress_center::session::{Direction, PlanResult, Wish};
use xpress_center::simulator::{self, Start};

use crate::cloud_sessions::{PROVISIONED, Proof};
use crate::clouds::{DPS, HUB};
use crate::support::lab::{Lab, LabSettings};

fn folded(lab: &Lab) -> Model {
    let mut model = Model::default();
    lab.events.iter().for_each(|event| model.handle(News::Session(event.clone()), lab.now));
    model
}

fn rows(model: &Model) -> Vec<TrafficRow> {
    let mut rows = Vec::new();
    model.traffic.scan(0..model.traffic.len(), |_, row| {
        rows.push(row.clone());
        ControlFlow::Continue(())
    });
    rows
}

#[test]
fn a_provisioning_can_be_read_from_the_traffic_alone() {
    let mut lab = Proof::DpsGroupKey.lab(LabSettings::default()).found();
    assert!(matches!(lab.set_up(&Proof::DpsGroupKey.job()), PlanResult::Done { .. }));
    let model = folded(&lab);
    let rows = rows(&model);
    let place = |direction, kind, text: &str| {
        let is_it = |row: &TrafficRow| {
            (row.direction, row.kind) == (direction, kind) && row.preview(2000).contains(text)
        };
        rows.iter().position(is_it).unwrap_or_else(|| panic!("no row {kind:?} with {text}"))
    };
    let sent = RowKind::Data { channel: 0 };
    let order = [
        place(Direction::Received, RowKind::Control, "Channel 0 connected to"),
        place(Direction::Received, RowKind::Event, "+UUDPC:"),
        place(Direction::Sent, sent, "\"registrationId\":\"device1\""),
        place(Direction::Received, sent, "\"operationId\""),
        place(Direction::Sent, RowKind::Request, "AT+UDCPC="),
        place(Direction::Received, RowKind::Control, "Channel 0 disconnected"),
    ];
    assert!(order.is_sorted(), "{order:?}");
    // The module gives channel 0 again, to the hub; the row of the registration still belongs to the service.
    let channels = model.traffic.channels();
    let now =
        channels.iter().find(|(number, _)| *number == Some(0)).and_then(|(_, channel)| channel.tenant());
    assert_eq!(now.map(|tenant| tenant.name.as_str()), Some(HUB));
    let then = channels.tenant(Some(0), rows[order[2]].id).unwrap();
    let topic = then.topics.as_ref().and_then(|topics| topics.publish.as_deref());
    assert_eq!(
        (then.name.as_str(), topic),
        (DPS, Some("$dps/registrations/PUT/iotdps-register/?$rid={request_id}"))
    );
}

#[test]
fn no_row_of_a_set_up_tells_a_secret() {
    for proof in PROVISIONED {
        // In extended data mode from the start, so that the uploads are rows as well.
        let start = Start { mode: simulator::Mode::Edm, ..Start::default() };
        let mut lab = proof.lab(LabSettings { start, ..LabSettings::default() }).found();
        assert!(matches!(lab.set_up(&proof.job()), PlanResult::Done { .. }));
        lab.wish(Wish::Send("AT+UWSC=1,8,\"typed-by-hand\"".to_owned()));
        lab.run_for(Duration::from_secs(5));
        let all: Vec<u8> = rows(&folded(&lab)).into_iter().flat_map(|row| row.on_the_wire()).collect();
        let all = String::from_utf8_lossy(&all).into_owned();
        assert!(all.contains("AT+UWSC=1,8,") && all.contains("AT+USECMNG=0,"), "the commands are there");
        for secret in proof.secrets().iter().map(String::as_str).chain(["typed-by-hand"]) {
            assert!(!all.contains(secret), "{proof:?}: a secret is among the rows");
        }
    }
}
