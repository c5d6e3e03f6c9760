//! Curves have the same points however they are read, in bounded memory, and a picture of them loses no peak.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::session::{Wire, WireKind};

fn say(traffic: &mut Traffic, at: u64, direction: Direction, channel: Option<u8>, text: &str) {
    let kind = WireKind::Data { channel };
    let bytes = text.as_bytes().to_vec();
    traffic.add(channel, &Wire { at: Moment::from_millis(at), direction, kind, bytes });
}

fn curve(channel: Option<u8>, direction: Direction, path: &str) -> Curve {
    Curve { channel, direction, path: path.parse().unwrap() }
}

fn temperature() -> Curve {
    curve(Some(0), Direction::Received, "$.t")
}

fn read_all(curves: &mut Curves, traffic: &Traffic, budget: usize) {
    for _ in 0..100_000 {
        if curves.advance(traffic, budget) == Progress::Done {
            return;
        }
    }
    panic!("it does not come to an end");
}

fn values(track: &Track) -> Vec<f64> {
    track.points().iter().map(|point| point.value).collect()
}

#[test]
fn a_curve_takes_the_numbers_of_its_channel_its_direction_and_its_path() {
    let mut traffic = Traffic::default();
    let mut curves = Curves::default();
    assert!(curves.add(temperature()) && curves.add(temperature()));
    say(&mut traffic, 0, Direction::Received, Some(0), r#"{"t":21.5,"h":40}"#);
    say(&mut traffic, 1, Direction::Sent, Some(0), r#"{"t":1}"#);
    say(&mut traffic, 2, Direction::Received, Some(1), r#"{"t":2}"#);
    say(&mut traffic, 3, Direction::Received, Some(0), r#"{"t":"warm"}"#);
    say(&mut traffic, 4, Direction::Received, Some(0), "\u{0}");
    say(&mut traffic, 5, Direction::Received, Some(0), r#"{"t":22}"#);
    assert_eq!(curves.advance(&traffic, BUDGET), Progress::Done);
    let points = [(0, 21.5, 0), (5, 22.0, 5)];
    let points = points.map(|(at, value, row)| Point { at: Moment::from_millis(at), value, row });
    assert_eq!(curves.tracks()[0].points(), &points);
}

#[test]
fn cbor_and_message_pack_have_numbers_too() {
    let mut traffic = Traffic::default();
    let mut curves = Curves::default();
    curves.add(temperature());
    for bytes in [&[0xA1, 0x61, b't', 0x15][..], &[0x81, 0xA1, b't', 0x16]] {
        let kind = WireKind::Data { channel: Some(0) };
        let wire = Wire { at: Moment::START, direction: Direction::Received, kind, bytes: bytes.to_vec() };
        traffic.add(Some(0), &wire);
    }
    curves.advance(&traffic, BUDGET);
    assert_eq!(values(&curves.tracks()[0]), [21.0, 22.0]);
}

#[test]
fn a_burst_counts_once_it_is_whole() {
    let mut traffic = Traffic::default();
    let mut curves = Curves::default();
    curves.add(curve(None, Direction::Received, "$.t"));
    say(&mut traffic, 0, Direction::Received, None, r#"{"t":1"#);
    assert_eq!(curves.advance(&traffic, BUDGET), Progress::Done);
    say(&mut traffic, 10, Direction::Received, None, r#"5}"#);
    curves.advance(&traffic, BUDGET);
    assert!(values(&curves.tracks()[0]).is_empty());
    traffic.settle(Moment::from_millis(600));
    curves.advance(&traffic, BUDGET);
    assert_eq!(values(&curves.tracks()[0]), [15.0]);
}

#[test]
fn while_older_rows_are_read_for_a_new_curve_the_others_go_on() {
    let mut traffic = Traffic::default();
    let mut curves = Curves::default();
    curves.add(temperature());
    (0..1000).for_each(|at| say(&mut traffic, at, Direction::Received, Some(0), r#"{"t":1,"h":2}"#));
    read_all(&mut curves, &traffic, BUDGET);
    curves.add(curve(Some(0), Direction::Received, "$.h"));
    assert_eq!(curves.advance(&traffic, 1000), Progress::More);
    say(&mut traffic, 2000, Direction::Received, Some(0), r#"{"t":3}"#);
    assert_eq!(curves.advance(&traffic, 1000), Progress::More);
    assert_eq!(values(&curves.tracks()[0]).last(), Some(&3.0));
    read_all(&mut curves, &traffic, 1000);
    assert_eq!(curves.tracks()[1].points().len(), 1000);
}

#[test]
fn clearing_the_traffic_clears_the_curves_and_keeps_what_was_picked() {
    let mut traffic = Traffic::default();
    let mut curves = Curves::default();
    curves.add(temperature());
    say(&mut traffic, 0, Direction::Received, Some(0), r#"{"t":1}"#);
    curves.advance(&traffic, BUDGET);
    traffic.clear();
    say(&mut traffic, 9, Direction::Received, Some(0), r#"{"t":2}"#);
    curves.advance(&traffic, BUDGET);
    assert_eq!(values(&curves.tracks()[0]), [2.0]);
}

#[test]
fn memory_is_bounded_and_what_was_forgotten_is_counted() {
    let mut track = Track::new(temperature(), 0);
    let row = |id| TrafficRow {
        id,
        at: Moment::from_millis(id),
        direction: Direction::Received,
        kind: RowKind::Data { channel: 0 },
        bytes: Vec::new(),
    };
    let reading = payload::read(br#"{"t":1}"#);
    (0..MOST_POINTS as u64 + 5).for_each(|id| track.take(&row(id), &reading));
    assert_eq!((track.points().len(), track.forgotten()), (MOST_POINTS, 5));
    assert_eq!(track.points()[0].row, 5);
    let mut curves = Curves::default();
    let added = (0..20).filter(|channel| curves.add(curve(Some(*channel), Direction::Sent, "$.t"))).count();
    assert_eq!((added, curves.tracks().len()), (MOST_CURVES, MOST_CURVES));
}

#[test]
fn a_curve_keeps_its_number_when_another_is_removed_and_a_new_one_takes_the_free_one() {
    let mut curves = Curves::default();
    (0..3).for_each(|channel| assert!(curves.add(curve(Some(channel), Direction::Sent, "$.t"))));
    curves.remove(1);
    curves.add(temperature());
    assert_eq!(curves.tracks().iter().map(Track::number).collect::<Vec<_>>(), [0, 2, 1]);
}

#[test]
fn fields_are_those_of_the_last_messages_also_of_a_channel_that_is_silent_now() {
    let mut traffic = Traffic::default();
    say(&mut traffic, 0, Direction::Received, Some(3), r#"{"old":1}"#);
    (0..1000).for_each(|at| say(&mut traffic, at, Direction::Sent, Some(0), r#"{"a":[1,{"b":2}],"c":"x"}"#));
    let fields = [
        curve(Some(0), Direction::Sent, "$.a[0]"),
        curve(Some(0), Direction::Sent, "$.a[1].b"),
        curve(Some(3), Direction::Received, "$.old"),
    ];
    assert_eq!(traffic.fields(), fields);
}

#[test]
fn the_table_has_a_line_for_each_point_with_its_date() {
    let mut traffic = Traffic::default();
    let mut curves = Curves::default();
    curves.add(temperature());
    say(&mut traffic, 1500, Direction::Received, Some(0), r#"{"t":-0.25}"#);
    curves.advance(&traffic, BUDGET);
    let expected = "time,channel,direction,path,value\n2027-01-15T08:00:01.500000Z,0,received,$.t,-0.25\n";
    assert_eq!(curves.csv(UnixTime(1_800_000_000)), expected);
}

fn track(values: &[(u64, f64)]) -> Track {
    let mut at = Moment::START;
    let points = values.iter().zip(0..).map(|((step, value), row)| {
        at = at + Duration::from_millis(*step);
        Point { at, value: *value, row }
    });
    Track { points: points.collect(), ..Track::new(temperature(), 0) }
}

proptest! {
    #[test]
    fn the_points_are_the_same_however_they_are_read(
        said in prop::collection::vec((0_u8..3, any::<bool>(), -50_i32..50), 0..120),
        budget in 1_usize..4000,
        second_after in 0_usize..120,
    ) {
        let (mut whole, mut sliced) = (Curves::default(), Curves::default());
        let (mut traffic, mut at) = (Traffic::default(), 0);
        let second = curve(Some(1), Direction::Sent, "$.x.y");
        sliced.add(temperature());
        for (number, (channel, is_sent, value)) in said.into_iter().enumerate() {
            at += 1;
            let direction = if is_sent { Direction::Sent } else { Direction::Received };
            say(&mut traffic, at, direction, Some(channel), &format!(r#"{{"t":{value},"x":{{"y":{at}}}}}"#));
            if number == second_after {
                sliced.add(second.clone());
            }
            sliced.advance(&traffic, budget);
        }
        sliced.add(second.clone());
        read_all(&mut sliced, &traffic, budget);
        whole.add(temperature());
        whole.add(second);
        read_all(&mut whole, &traffic, usize::MAX);
        for (one, other) in whole.tracks().iter().zip(sliced.tracks()) {
            prop_assert_eq!(one.points(), other.points());
        }
    }

    #[test]
    fn a_picture_has_few_points_and_loses_no_peak(
        values in prop::collection::vec((0_u64..40, -1e6..1e6_f64), 1..800),
        columns in 1_usize..60,
    ) {
        let track = track(&values);
        let (first, last) = (track.points()[0], *track.points().back().unwrap());
        let thinned = track.thinned(first.at, last.at, columns);
        prop_assert!(thinned.len() <= 4 * (columns + 1));
        prop_assert!(thinned.is_sorted_by_key(|point| point.row));
        prop_assert_eq!((thinned[0], thinned[thinned.len() - 1]), (first, last));
        let peak = |points: &mut dyn Iterator<Item = Point>| points.map(|point| point.value).fold(f64::MIN, f64::max);
        prop_assert_eq!(peak(&mut thinned.iter().copied()), peak(&mut track.points().iter().copied()));
    }
}
