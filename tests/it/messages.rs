//! Messages and their round trips as they are on this module: sent by a schedule through the simulated module to a
//! make-believe cloud, and told by what came over the serial line alone.

use std::time::Duration;

use xpress_center::messages::{Context, Dice, ModuleValues, Schedule, Template, limits, shipped};
use xpress_center::plan::Mode;
use xpress_center::profile::{self, After};
use xpress_center::roundtrip::{Exchange, Latencies, RoundTrip, Seen, Watch};
use xpress_center::session::{Direction, Event, PeerEvent, PlanResult, WireKind, Wish};
use xpress_center::simulator::{self, Start};

use crate::cloud_sessions::{POLL, Proof, REGISTER, published};
use crate::support::lab::{Lab, LabSettings, aws_job};

/// The round trips in what has crossed the line, each piece of payload taken as a message.
fn round_trips(lab: &Lab) -> Vec<RoundTrip> {
    let mut watch = Watch::default();
    let wires = (0_u64..).zip(&lab.events).filter_map(|(id, event)| match event {
        Event::Wire(wire) => match wire.kind {
            WireKind::Data { channel } => Some((id, channel, wire)),
            _ => None,
        },
        _ => None,
    });
    let seen = wires.map(|(id, channel, wire)| Seen {
        id,
        at: wire.at,
        direction: wire.direction,
        channel,
        bytes: &wire.bytes,
    });
    seen.filter_map(|seen| watch.handle(&seen)).collect()
}

fn payloads(lab: &Lab, direction: Direction) -> usize {
    let is_one = |event: &&Event| matches!(event, Event::Wire(wire) if wire.direction == direction && matches!(wire.kind, WireKind::Data { .. }));
    lab.events.iter().filter(is_one).count()
}

#[test]
fn every_request_of_a_provisioning_in_packets_has_its_latency() {
    for proof in [Proof::DpsKey, Proof::DpsCertificate] {
        let mut lab = proof.lab(LabSettings::default()).found();
        let result = lab.set_up(&proof.job());
        assert!(matches!(result, PlanResult::Done { .. }), "{result:?}");
        let trips = round_trips(&lab);
        assert!(trips.iter().all(|trip| trip.exchange == Exchange::Provisioning), "{trips:?}");
        assert_eq!(trips.len(), published(&lab, REGISTER) + published(&lab, POLL));
        assert!(trips.len() >= 2);
    }
}

#[test]
fn messages_of_a_schedule_come_back_each_with_its_latency_in_packets_and_in_data_mode() {
    let ping = shipped().into_iter().find(|shipped| shipped.name == "Ping").unwrap();
    for (wanted, mode) in [(profile::Mode::Edm, Mode::Extended), (profile::Mode::Data, Mode::Data)] {
        let mut job = aws_job();
        job.after = Some(After { keep: None, mode: Some(wanted) });
        // A peer tells its channel when it is connected in extended data mode, and not afterwards.
        let start = match wanted {
            profile::Mode::Edm => simulator::Mode::Edm,
            _ => simulator::Mode::Command,
        };
        let start = Start { mode: start, ..Start::default() };
        let mut lab = Lab::connected(LabSettings { start, ..LabSettings::default() });
        let result = lab.set_up(&job);
        assert!(matches!(result, PlanResult::Done { .. }), "{result:?}");
        assert!(lab.events.contains(&Event::Mode(Some(mode))));
        send_ten(&mut lab, &ping.template().unwrap());
        assert_eq!(
            (payloads(&lab, Direction::Sent), payloads(&lab, Direction::Received)),
            (10, 10),
            "{mode:?}"
        );
        let trips = round_trips(&lab);
        assert!(trips.iter().all(|trip| trip.exchange == Exchange::Echo), "{trips:?}");
        let mut latencies = Latencies::default();
        trips.iter().for_each(|trip| latencies.add(trip.latency));
        assert_eq!(latencies.count(), 10, "{mode:?}");
        assert!(latencies.p50() <= latencies.p95() && latencies.p95() <= latencies.max());
    }
}

/// Ten messages, one every 300 ms, through the peer that there is.
fn send_ten(lab: &mut Lab, template: &Template) {
    let channel = lab.events.iter().rev().find_map(|event| match event {
        Event::Peer(PeerEvent::Connected { channel, .. }) => *channel,
        _ => None,
    });
    let (mut dice, module) = (Dice::seeded(1), ModuleValues::default());
    let mut schedule = Schedule::begin(Duration::from_millis(300), lab.now).unwrap();
    for count in 0..10 {
        assert!(schedule.due(lab.now));
        let now = Duration::from_secs(1_800_000_000) + lab.now.since_start();
        let mut context = Context { count, now, dice: &mut dice, module: &module };
        let data = template.render(&mut context).unwrap();
        limits::check(data.len(), limits::Way::DataMode, None).unwrap();
        lab.wish(Wish::SendData { channel, data });
        lab.run_for(schedule.next().since(lab.now));
    }
    lab.run_for(Duration::from_secs(2));
}
