//! One saving: rows become bytes of a format, slice after slice.

use std::cell::RefCell;
use std::io::{self, Write};
use std::ops::{ControlFlow, Range};
use std::path::PathBuf;
use std::rc::Rc;

use super::PURPOSE;
use crate::capture::{Format, UnixNanos, Writer};
use crate::model::{Order, Part, RowKind, Traffic, TrafficRow, View};
use crate::problem::{Kind, Problem};

/// So many bytes become one slice: some milliseconds.
const SLICE: usize = 512 * 1024;
/// The most rows of a slice: those that are left out make no bytes.
const SLICE_ROWS: usize = 20_000;
/// Rows that stand further apart are not worth reading what is between them.
const NEAR: usize = 64;

/// The traffic that is shown.
pub(in crate::ui::panes::traffic) struct Source<'a> {
    pub(in crate::ui::panes::traffic) traffic: &'a Traffic,
    /// The date of its first moment.
    pub(in crate::ui::panes::traffic) start: UnixNanos,
    /// Of which capture it is; none for the module's.
    pub(in crate::ui::panes::traffic) capture: Option<u64>,
}

/// By which other rows in the same places are noticed: of which capture they are, and how many were cleared before.
pub(in crate::ui::panes::traffic) type Origin = (Option<u64>, u64);

impl Source<'_> {
    pub(in crate::ui::panes::traffic) const fn origin(&self) -> Origin {
        (self.capture, self.traffic.dropped())
    }
}

/// The rows that were chosen when the file was asked for; rows that come later are not among them.
#[derive(Clone)]
pub(super) struct Chosen {
    pub(super) origin: Origin,
    pub(super) view: View,
    pub(super) rows: Range<usize>,
    pub(super) format: Format,
}

/// What is being saved.
pub(super) struct Job {
    /// What the answers about it are known by: those about an earlier one may still be on their way.
    pub(super) purpose: String,
    pub(super) path: PathBuf,
    chosen: Chosen,
    start: UnixNanos,
    /// The next row.
    next: usize,
    writer: Option<Writer<Sink>>,
    sink: Sink,
    pub(super) flight: Flight,
    /// Rows that have no bytes and whose format cannot say so.
    left_out: u64,
}

/// Whether a slice is on its way to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flight {
    None,
    Slice,
    Last,
}

/// Where a writer puts its bytes, to be taken out slice by slice.
#[derive(Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Job {
    pub(super) fn begin(number: u64, path: PathBuf, chosen: Chosen, source: &Source<'_>) -> io::Result<Self> {
        let sink = Sink::default();
        Ok(Self {
            purpose: format!("{PURPOSE}.{number}"),
            writer: Some(Writer::new(chosen.format, sink.clone())?),
            next: chosen.rows.start,
            start: source.start,
            flight: Flight::None,
            left_out: 0,
            path,
            chosen,
            sink,
        })
    }

    pub(super) fn percent(&self) -> usize {
        let done = self.next - self.chosen.rows.start;
        done.saturating_mul(100) / self.chosen.rows.len().max(1)
    }

    /// The next slice as an order, unless the last one is still on its way.
    pub(super) fn slice(&mut self, source: &Source<'_>) -> Result<Option<Order>, Problem> {
        if self.flight != Flight::None {
            return Ok(None);
        }
        if self.chosen.origin != source.origin() {
            return Err(Problem::new(
                Kind::Cancelled,
                format!("The rows are not shown any more: {} are in the file", self.written()),
                "Save them before they are cleared or another capture is opened",
            ));
        }
        self.write(source.traffic).map_err(|error| unwritten(&error))?;
        let part = if self.next < self.chosen.rows.end { Part::More } else { Part::Last };
        if part == Part::Last
            && let Some(writer) = self.writer.take()
        {
            writer.finish().map_err(|error| unwritten(&error))?;
        }
        self.flight = if part == Part::Last { Flight::Last } else { Flight::Slice };
        let bytes = std::mem::take(&mut *self.sink.0.borrow_mut());
        Ok(Some(Order::AppendFile { purpose: self.purpose.clone(), path: self.path.clone(), bytes, part }))
    }

    fn write(&mut self, traffic: &Traffic) -> io::Result<()> {
        let end = self.next.saturating_add(SLICE_ROWS).min(self.chosen.rows.end);
        let mut result = Ok(());
        while self.next < end && result.is_ok() && self.sink.0.borrow().len() < SLICE {
            let Some(first) = self.chosen.view.place(self.next) else {
                // A row that was found once stays found.
                self.next = end;
                break;
            };
            let before = self.next;
            let mut wanted = first;
            traffic.scan(first..traffic.len(), |place, row| {
                if place < wanted {
                    return ControlFlow::Continue(());
                }
                result = self.put(traffic, row);
                self.next += 1;
                let next = self.chosen.view.place(self.next);
                match next.filter(|next| *next < place + NEAR && self.next < end) {
                    Some(next) if result.is_ok() && self.sink.0.borrow().len() < SLICE => wanted = next,
                    _ => return ControlFlow::Break(()),
                }
                ControlFlow::Continue(())
            });
            if self.next == before {
                self.next = end;
            }
        }
        result
    }

    fn put(&mut self, traffic: &Traffic, row: &TrafficRow) -> io::Result<()> {
        let says_so = matches!(self.chosen.format, Format::Text | Format::HexDump);
        if row.kind == RowKind::Missing && !says_so {
            self.left_out += 1;
            return Ok(());
        }
        match &mut self.writer {
            Some(writer) => writer.write(&traffic.frame(row, self.start)),
            None => Ok(()),
        }
    }

    /// How many rows are in the file.
    fn written(&self) -> String {
        rows((self.next - self.chosen.rows.start) as u64 - self.left_out)
    }

    pub(super) fn success(&self) -> String {
        let left_out = match self.left_out {
            0 => String::new(),
            count => format!("; {} that could not be kept left out", rows(count)),
        };
        format!("Saved {}{left_out}: {}", self.written(), self.path.display())
    }

    pub(super) fn cancelled(&self) -> Problem {
        Problem::new(
            Kind::Cancelled,
            format!("Saving was cancelled: {} are in {}", self.written(), self.path.display()),
            "Remove the file, or keep what is in it",
        )
    }
}

pub(super) fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

pub(super) fn unwritten(error: &io::Error) -> Problem {
    Problem::new(
        Kind::Internal,
        format!("The rows cannot be written in this format: {error}"),
        "Choose another format, and report it",
    )
}
