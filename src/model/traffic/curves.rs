//! Curves: what a field of the messages was at which time. A person picks fields; their numbers are read from rows as
//! these come, and from the rows before in slices, as a [`View`](crate::model::View) goes over them. How a curve looks is the
//! business of `ui`.

use std::collections::VecDeque;
use std::ops::{ControlFlow, Range};

use time::OffsetDateTime;
use time::macros::format_description;

use super::{RowKind, Traffic, TrafficRow};
use crate::model::view::{Progress, Source};
use crate::moment::{Moment, UnixTime};
use crate::payload::{self, Path};
use crate::session::Direction;

/// The most curves at a time.
pub const MOST_CURVES: usize = 8;
/// The most points of a curve; where there are more, the oldest go and are counted.
pub const MOST_POINTS: usize = 200_000;
/// How many bytes of messages may be read in one frame: some milliseconds.
pub const BUDGET: usize = 128 * 1024;
/// What a row costs beside its bytes, in bytes that are read.
const ROW_COST: usize = 64;
/// So many times as many bytes can be passed over as can be read.
const PASSING: usize = 16;
/// Fields are looked for in so many of the last rows.
const RECENT: usize = 200;

/// A field that a person has picked: the number at this path in the messages of a channel, in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Curve {
    /// In extended data mode; data mode has none.
    pub channel: Option<u8>,
    pub direction: Direction,
    pub path: Path,
}

/// A number of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When the message began.
    pub at: Moment,
    pub value: f64,
    /// The id of its row.
    pub row: u64,
}

/// A curve with its points.
#[derive(Debug)]
pub struct Track {
    curve: Curve,
    /// The least that no other curve had when it was picked.
    number: usize,
    /// Oldest first.
    points: VecDeque<Point>,
    /// How many points were forgotten.
    forgotten: u64,
    /// How many rows have been looked at.
    seen: usize,
}

/// The curves that were picked, in that order.
#[derive(Debug, Default)]
pub struct Curves {
    tracks: Vec<Track>,
    /// By which clearing is noticed.
    dropped: u64,
}

impl Curve {
    /// Whether the messages of this row may hold it.
    fn is_of(&self, row: &TrafficRow) -> bool {
        let channel = match row.kind {
            RowKind::Burst => None,
            RowKind::Data { channel } => Some(channel),
            _ => return false,
        };
        (self.channel, self.direction) == (channel, row.direction)
    }
}

impl Track {
    const fn new(curve: Curve, number: usize) -> Self {
        Self { curve, number, points: VecDeque::new(), forgotten: 0, seen: 0 }
    }

    pub const fn curve(&self) -> &Curve {
        &self.curve
    }

    /// What its colour goes by: it stays when others are removed.
    pub const fn number(&self) -> usize {
        self.number
    }

    /// The points that are kept, oldest first.
    pub const fn points(&self) -> &VecDeque<Point> {
        &self.points
    }

    /// How many older points there were.
    pub const fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// The points of this time for a picture that is so many columns wide: of each column the first, the least, the greatest
    /// and the last, so that no peak is lost; and of the times around, the nearest point.
    pub fn thinned(&self, from: Moment, until: Moment, columns: usize) -> Vec<Point> {
        let start = self.points.partition_point(|point| point.at < from).saturating_sub(1);
        let end = (self.points.partition_point(|point| point.at <= until) + 1).min(self.points.len());
        if end.saturating_sub(start) <= columns.saturating_mul(4) {
            return self.points.range(start..end).copied().collect();
        }
        let span = until.since(from).as_nanos().max(1);
        let column = |point: &Point| point.at.since(from).as_nanos() * columns as u128 / span;
        let mut thinned = Vec::with_capacity(columns.saturating_mul(4));
        let mut group: Option<(u128, Extremes)> = None;
        for point in self.points.range(start..end) {
            match &mut group {
                Some((number, extremes)) if *number == column(point) => extremes.add(*point),
                _ => {
                    group.take().into_iter().for_each(|(_, extremes)| extremes.put(&mut thinned));
                    group = Some((column(point), Extremes::of(*point)));
                }
            }
        }
        group.into_iter().for_each(|(_, extremes)| extremes.put(&mut thinned));
        thinned
    }

    fn take(&mut self, row: &TrafficRow, reading: &payload::Reading) {
        for value in reading.find(&self.curve.path).into_iter().filter_map(payload::Node::number) {
            if self.points.len() >= MOST_POINTS {
                self.points.pop_front();
                self.forgotten += 1;
            }
            self.points.push_back(Point { at: row.at, value, row: row.id });
        }
    }
}

/// What a column of a picture shows of many points.
struct Extremes {
    first: Point,
    least: Point,
    greatest: Point,
    last: Point,
}

impl Extremes {
    const fn of(point: Point) -> Self {
        Self { first: point, least: point, greatest: point, last: point }
    }

    fn add(&mut self, point: Point) {
        if point.value < self.least.value {
            self.least = point;
        }
        if point.value > self.greatest.value {
            self.greatest = point;
        }
        self.last = point;
    }

    /// Puts them down in the order of time, each once.
    fn put(self, points: &mut Vec<Point>) {
        let mut all = [self.first, self.least, self.greatest, self.last];
        all.sort_by_key(|point| (point.at, point.row));
        for point in all {
            if points.last() != Some(&point) {
                points.push(point);
            }
        }
    }
}

impl Curves {
    /// Picks a field; the same one only once. Gives whether it is among the curves now: there are at most
    /// [`MOST_CURVES`].
    pub fn add(&mut self, curve: Curve) -> bool {
        if self.tracks.iter().any(|track| track.curve == curve) {
            return true;
        }
        let has_room = self.tracks.len() < MOST_CURVES;
        if has_room {
            let is_free = |number: &usize| self.tracks.iter().all(|track| track.number != *number);
            let number = (0..MOST_CURVES).find(is_free).unwrap_or_default();
            self.tracks.push(Track::new(curve, number));
        }
        has_room
    }

    /// Forgets the curve at this place.
    pub fn remove(&mut self, place: usize) {
        if place < self.tracks.len() {
            self.tracks.remove(place);
        }
    }

    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    pub const fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    /// Reads rows that were not looked at, for about as many bytes as the budget: new rows first, then those that were there
    /// before a curve was picked. What may still grow waits.
    pub fn advance(&mut self, traffic: &Traffic, budget: usize) -> Progress {
        if traffic.dropped() != self.dropped {
            self.dropped = traffic.dropped();
            self.tracks.iter_mut().for_each(|track| *track = Track::new(track.curve.clone(), track.number));
        }
        let (mut left, mut end) = (budget, traffic.settled());
        // Those that are furthest go on to the end, the next to where the first began, and so on: curves that have seen the
        // same rows read the next ones together.
        let mut starts: Vec<_> =
            self.tracks.iter().map(|track| track.seen).filter(|seen| *seen < end).collect();
        starts.sort_unstable();
        starts.dedup();
        for start in starts.into_iter().rev() {
            if !self.read(traffic, start..end, &mut left) {
                return Progress::More;
            }
            end = start;
        }
        Progress::Done
    }

    /// Reads these rows for the curves that are just before them; whether they were read to the end.
    fn read(&mut self, traffic: &Traffic, rows: Range<usize>, left: &mut usize) -> bool {
        let mut seen = rows.start;
        let mut tracks: Vec<_> = self.tracks.iter_mut().filter(|track| track.seen == rows.start).collect();
        traffic.scan(rows.clone(), |place, row| {
            if *left == 0 {
                return ControlFlow::Break(());
            }
            let is_meant = tracks.iter().any(|track| track.curve.is_of(row));
            let cost = if is_meant { row.bytes.len() } else { row.bytes.len() / PASSING };
            *left = left.saturating_sub(cost + ROW_COST / PASSING);
            if is_meant {
                *left = left.saturating_sub(ROW_COST);
                let reading = payload::read(&row.bytes);
                let meant = tracks.iter_mut().filter(|track| track.curve.is_of(row));
                meant.for_each(|track| track.take(row, &reading));
            }
            seen = place + 1;
            ControlFlow::Continue(())
        });
        tracks.iter_mut().for_each(|track| track.seen = seen);
        seen >= rows.end
    }

    /// All points that are kept as a table: time, channel, direction, path, value. `started` is the date at
    /// [`Moment::START`].
    pub fn csv(&self, started: UnixTime) -> String {
        let mut table = csv::Writer::from_writer(Vec::new());
        // What is written to memory does not fail.
        drop(table.write_record(["time", "channel", "direction", "path", "value"]));
        for Track { curve, points, .. } in &self.tracks {
            let channel = curve.channel.map(|channel| channel.to_string()).unwrap_or_default();
            let direction = match curve.direction {
                Direction::Sent => "sent",
                Direction::Received => "received",
            };
            let path = curve.path.to_string();
            for point in points {
                let (time, value) = (written(started, point.at), point.value.to_string());
                drop(table.write_record([time.as_str(), &channel, direction, &path, &value]));
            }
        }
        String::from_utf8(table.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

/// RFC 3339 to the microsecond, in UTC.
fn written(started: UnixTime, at: Moment) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
    let date = OffsetDateTime::from_unix_timestamp(started.0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let passed = time::Duration::try_from(at.since_start()).unwrap_or(time::Duration::ZERO);
    date.checked_add(passed).and_then(|date| date.format(&form).ok()).unwrap_or_default()
}

impl Traffic {
    /// The fields with numbers in the last messages: those of the newest message first.
    pub fn fields(&self) -> Vec<Curve> {
        let recent = (self.len().saturating_sub(RECENT)..self.len()).rev();
        let lasts = self.channels().iter().filter_map(|(_, channel)| self.index_of(channel.last?));
        let (mut fields, mut left) = (Vec::new(), BUDGET);
        for row in recent.chain(lasts).filter_map(|place| self.get(place)) {
            let channel = match row.kind {
                RowKind::Burst => None,
                RowKind::Data { channel } => Some(channel),
                _ => continue,
            };
            if left == 0 {
                break;
            }
            left = left.saturating_sub(row.bytes.len() + ROW_COST);
            for (path, _) in payload::read(&row.bytes).numbers() {
                let field = Curve { channel, direction: row.direction, path };
                if !fields.contains(&field) {
                    fields.push(field);
                }
            }
        }
        fields
    }
}

#[cfg(test)]
mod tests;
