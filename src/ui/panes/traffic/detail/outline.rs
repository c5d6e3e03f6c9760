//! A message taken apart for drawing: the parts of its packet, then its values as lines that fold, each with its bytes.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::edm;
use crate::model::{RowKind, TrafficRow};
use crate::payload::{self, Form, Kind, Path, Reading};

/// A message and what its bytes mean.
#[derive(Debug)]
pub(super) struct Outline {
    /// As they crossed the wire.
    pub(super) bytes: Vec<u8>,
    /// Where the payload stands among them.
    pub(super) payload: Range<usize>,
    pub(super) form: Form,
    /// Why it is read like this, or what is wrong with the form that a person chose.
    pub(super) reason: String,
    pub(super) also: Vec<Form>,
    pub(super) lines: Vec<Line>,
    folded: BTreeSet<usize>,
}

/// One part of a packet, or one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) depth: usize,
    pub(super) name: String,
    pub(super) value: String,
    pub(super) what: What,
    pub(super) span: Range<usize>,
    /// Where a number is found in messages like this one.
    pub(super) path: Option<Path>,
    /// How many lines after this one are in it.
    pub(super) inside: usize,
}

/// What a line shows, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A part of the packet around the payload.
    Part,
    Container,
    Text,
    Number,
    Other,
}

impl Outline {
    /// Takes a row apart; `wanted` is the form a person chose.
    pub(super) fn of(row: &TrafficRow, wanted: Option<Form>) -> Self {
        let bytes = row.on_the_wire();
        let payload = payload_span(row, &bytes);
        let body = bytes.get(payload.clone()).unwrap_or_default();
        let (reading, flaw) = match wanted.map(|form| payload::read_as(form, body)) {
            Some(Ok(reading)) => (reading, None),
            Some(Err(failure)) => (payload::read(body), Some(failure.to_string())),
            None => (payload::read(body), None),
        };
        let mut lines = if row.kind == RowKind::Burst || row.kind == RowKind::Unplaced {
            Vec::new()
        } else {
            parts(&bytes)
        };
        lines.extend(values(&reading, payload.start));
        let reason = match (flaw, row.kind) {
            (Some(flaw), _) => format!("Not {}: {flaw}", wanted.unwrap_or(Form::Raw)),
            (None, RowKind::Unplaced) => "Bytes outside the packets of extended data mode".to_owned(),
            (None, RowKind::Missing) => "This message could not be kept".to_owned(),
            (None, _) => reading.reason,
        };
        Self {
            bytes,
            payload,
            form: reading.form,
            reason,
            also: reading.also,
            lines,
            folded: BTreeSet::new(),
        }
    }

    /// The payload as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes.get(self.payload.clone()).unwrap_or_default()).into_owned()
    }

    /// The places of the lines that are not folded away.
    pub(super) fn shown(&self) -> Vec<usize> {
        let mut shown = Vec::new();
        let mut next = 0;
        while let Some(line) = self.lines.get(next) {
            shown.push(next);
            next += 1 + if self.is_folded(next) { line.inside } else { 0 };
        }
        shown
    }

    pub(super) fn is_folded(&self, place: usize) -> bool {
        self.folded.contains(&place)
    }

    pub(super) fn toggle(&mut self, place: usize) {
        if !self.folded.remove(&place) {
            self.folded.insert(place);
        }
    }

    /// Folds everything that has something in it, or unfolds all.
    pub(super) fn toggle_all(&mut self) {
        if self.folded.is_empty() {
            let foldable = self.lines.iter().enumerate().filter(|(_, line)| line.inside > 0);
            self.folded = foldable.map(|(place, _)| place).collect();
        } else {
            self.folded.clear();
        }
    }

    /// The innermost line that this byte belongs to, unfolded so that it is shown.
    pub(super) fn line_of(&mut self, byte: usize) -> Option<usize> {
        let holding = self.lines.iter().enumerate().filter(|(_, line)| line.span.contains(&byte));
        let found = holding.map(|(place, _)| place).next_back()?;
        let lines = &self.lines;
        self.folded.retain(|place| {
            lines.get(*place).is_none_or(|line| !(place + 1..=place + line.inside).contains(&found))
        });
        Some(found)
    }
}

/// Where the payload stands among the bytes on the wire.
fn payload_span(row: &TrafficRow, bytes: &[u8]) -> Range<usize> {
    match row.kind {
        RowKind::Burst | RowKind::Unplaced | RowKind::Missing => 0..bytes.len(),
        _ => {
            let of_content = |part: &&edm::Part| matches!(part.name, "data" | "text");
            let parts = edm::anatomy(bytes);
            parts.iter().find(of_content).map_or(0..0, |part| part.span.clone())
        }
    }
}

fn parts(bytes: &[u8]) -> Vec<Line> {
    let inside = edm::anatomy(bytes);
    let packet = Line {
        depth: 0,
        name: "packet".to_owned(),
        value: format!("{} bytes", bytes.len()),
        what: What::Part,
        span: 0..bytes.len(),
        path: None,
        inside: inside.len(),
    };
    let lines = inside.into_iter().map(|part| Line {
        depth: 1,
        name: part.name.to_owned(),
        value: part.meaning,
        what: What::Part,
        span: part.span,
        path: None,
        inside: 0,
    });
    std::iter::once(packet).chain(lines).collect()
}

fn values(reading: &Reading, start: usize) -> Vec<Line> {
    let visits: Vec<_> = reading.nodes().collect();
    let behind = |from: usize, depth: usize| {
        visits.iter().skip(from + 1).take_while(|visit| visit.depth > depth).count()
    };
    let line = |(place, visit): (usize, &payload::Visit<'_>)| {
        let node = visit.node;
        let value = match node.kind {
            Kind::Object => counted(node.children.len(), "member"),
            Kind::Array => counted(node.children.len(), "element"),
            Kind::String => format!("{:?}", node.text),
            _ => node.text.clone(),
        };
        let remark = node.remark.as_ref().map(|remark| format!("  ({remark})")).unwrap_or_default();
        let first = node.key_span.as_ref().map_or(node.span.start, |span| span.start.min(node.span.start));
        Line {
            depth: visit.depth,
            name: match &node.key {
                payload::Key::Name(name) => name.clone(),
                key => key.to_string(),
            },
            value: value + &remark,
            what: match node.kind {
                Kind::Object | Kind::Array => What::Container,
                Kind::String => What::Text,
                Kind::Number => What::Number,
                _ => What::Other,
            },
            span: first + start..node.span.end + start,
            path: node.number().map(|_| visit.path.clone()),
            inside: if node.is_container() { behind(place, visit.depth) } else { 0 },
        }
    };
    visits.iter().enumerate().map(line).collect()
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::moment::Moment;
    use crate::session::Direction;

    fn row(kind: RowKind, bytes: &[u8]) -> TrafficRow {
        TrafficRow { id: 0, at: Moment::START, direction: Direction::Sent, kind, bytes: bytes.to_vec() }
    }

    fn names(outline: &Outline) -> Vec<&str> {
        outline.shown().into_iter().map(|place| outline.lines[place].name.as_str()).collect()
    }

    #[test]
    fn the_bytes_of_a_value_are_found_behind_the_header_of_its_packet_and_the_value_by_its_bytes() {
        let mut outline = Outline::of(&row(RowKind::Data { channel: 0 }, b"{\"on\":[1,22]}"), None);
        let number = outline.lines.iter().position(|line| line.value == "22").unwrap();
        let span = outline.lines[number].span.clone();
        assert_eq!(&outline.bytes[span.clone()], b"22");
        assert_eq!(outline.line_of(span.start), Some(number));
        assert_eq!(
            outline.line_of(0).map(|place| outline.lines[place].name.clone()),
            Some("start".to_owned())
        );
        assert_eq!(outline.lines[number].path.as_ref().unwrap().to_string(), "$.on[1]");
    }

    #[test]
    fn a_folded_value_hides_what_is_in_it_until_a_byte_of_that_is_wanted() {
        let mut outline = Outline::of(&row(RowKind::Burst, b"{\"a\":{\"b\":1},\"c\":2}"), None);
        assert_eq!(names(&outline), ["$", "a", "b", "c"]);
        outline.toggle(1);
        assert_eq!(names(&outline), ["$", "a", "c"]);
        outline.line_of(10);
        assert_eq!(names(&outline), ["$", "a", "b", "c"]);
        outline.toggle_all();
        assert_eq!(names(&outline), ["$"]);
    }

    #[test]
    fn a_form_that_does_not_fit_says_why_and_where() {
        let outline = Outline::of(&row(RowKind::Burst, b"hello"), Some(Form::Cbor));
        assert!(
            outline.reason.starts_with("Not CBOR: ") && outline.reason.contains("byte"),
            "{}",
            outline.reason
        );
        assert_eq!(outline.form, Form::Text);
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_apart_within_their_bounds(bytes: Vec<u8>, packet: bool) {
            let kind = if packet { RowKind::Data { channel: 3 } } else { RowKind::Burst };
            let mut outline = Outline::of(&row(kind, &bytes), None);
            let length = outline.bytes.len();
            prop_assert!(outline.lines.iter().all(|line| line.span.end <= length));
            prop_assert!((0..length).all(|byte| outline.line_of(byte).is_none_or(|place| place < outline.lines.len())));
        }
    }
}
