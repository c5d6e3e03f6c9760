//! A view of the console or the traffic: which lines a list shows, or a search has found. It is made in slices, so that millions of lines
//! never hold up a frame, and goes on where it was as lines arrive.

mod needle;

use std::ops::{ControlFlow, Range};

pub use needle::{Case, Needle};

use super::console::{Console, ConsoleLine, LineKind, Mark};
use super::log::{Log, Record, Sheet};
use super::traffic::{Traffic, TrafficRow};

/// What a page costs beside its bytes, in bytes.
const PAGE_COST: usize = 64;

/// What a view shows a part of.
pub(super) trait Source {
    /// A line as it is looked at.
    type Line;
    fn log(&self) -> &Log;
    /// How many lines there were before the first that is kept; by which clearing is noticed.
    fn dropped(&self) -> u64;
    fn blank(&self) -> Self::Line;
    /// Makes `line` this one; its buffer is used again.
    fn fill(&self, line: &mut Self::Line, number: u64, record: &Record<'_>);

    fn len(&self) -> usize {
        usize::try_from(self.log().len()).unwrap_or(usize::MAX)
    }

    /// How many of them will not change any more.
    fn settled(&self) -> usize {
        self.len()
    }

    /// The line at this place, from 0 for the oldest that is kept.
    fn at(&self, place: usize) -> Option<Self::Line> {
        let number = place as u64;
        self.log().show(number, |record| {
            let mut line = self.blank();
            self.fill(&mut line, number, record);
            line
        })
    }

    /// The place of the line with this id, if it is kept.
    fn place_of(&self, id: u64) -> Option<usize> {
        let place = usize::try_from(id.checked_sub(self.dropped())?).ok()?;
        (place < self.len()).then_some(place)
    }

    /// Shows the lines of these places to `look`, oldest first, until it has seen enough.
    fn each(&self, places: Range<usize>, mut look: impl FnMut(usize, &Self::Line) -> ControlFlow<()>) {
        let mut line = self.blank();
        self.log().turn_pages(places.start as u64, |sheet| {
            for (number, record) in (sheet.first..).zip(sheet.records()) {
                let place = usize::try_from(number).unwrap_or(usize::MAX);
                if place >= places.end {
                    return ControlFlow::Break(());
                }
                if place >= places.start {
                    self.fill(&mut line, number, &record);
                    look(place, &line)?;
                }
            }
            ControlFlow::Continue(())
        });
    }
}

/// Which lines are meant. The same for each call that a view goes on with.
pub enum Sieve<'a, L = ConsoleLine> {
    /// Those with this text: the fast way.
    Text(&'a Needle),
    /// Those that are thought fit.
    Lines(&'a dyn Fn(&L) -> bool),
}

impl<L> Clone for Sieve<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for Sieve<'_, L> {}

impl<L> Sieve<'_, L> {
    /// How many bytes of the log may be looked at in one frame: some milliseconds.
    pub const fn budget(self) -> usize {
        match self {
            Self::Text(_) => 3 << 20,
            Self::Lines(_) => 2 << 20,
        }
    }
}

/// Whether a view has seen all lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Done,
    /// There is more: go on in the next frame.
    More,
}

/// Lines in their order: all, or those that were found so far. A row counts from 0 within the view, a place within what it
/// is a view of (see [`Console::get`]).
#[derive(Clone, Debug, Default)]
pub struct View {
    rows: Rows,
    /// How many places have been looked at.
    seen: usize,
    /// By which clearing is noticed.
    dropped: u64,
}

#[derive(Clone, Debug, Default)]
enum Rows {
    #[default]
    All,
    /// The places, in order.
    Found(Vec<u32>),
}

impl View {
    /// A view of all lines.
    pub fn all() -> Self {
        Self::default()
    }

    /// A view of the first lines, however many there are.
    pub const fn of_first(count: usize) -> Self {
        Self { rows: Rows::All, seen: count, dropped: 0 }
    }

    /// A view of those lines that will be found; none so far.
    pub const fn found() -> Self {
        Self { rows: Rows::Found(Vec::new()), seen: 0, dropped: 0 }
    }

    /// Goes on over lines that were not looked at, for about as many bytes as the budget. A view of all lines needs no
    /// sieve and is done at once.
    pub fn advance(&mut self, console: &Console, sieve: Sieve<'_>, budget: usize) -> Progress {
        self.go_on(console, sieve, budget)
    }

    /// The same for traffic.
    pub fn advance_traffic(
        &mut self,
        traffic: &Traffic,
        sieve: Sieve<'_, TrafficRow>,
        budget: usize,
    ) -> Progress {
        self.go_on(traffic, sieve, budget)
    }

    fn go_on<S: Source>(&mut self, source: &S, sieve: Sieve<'_, S::Line>, budget: usize) -> Progress {
        self.notice_clearing(source);
        let Rows::Found(places) = &mut self.rows else {
            self.seen = source.len();
            return Progress::Done;
        };
        // What was still growing is looked at again.
        if self.seen > source.settled() {
            self.seen = source.settled();
            places.truncate(places.partition_point(|place| (*place as usize) < self.seen));
        }
        let mut search = Search { source, sieve, small: Vec::new(), line: source.blank() };
        let (mut left, seen) = (budget, &mut self.seen);
        source.log().turn_pages(*seen as u64, |sheet| {
            if left == 0 {
                return ControlFlow::Break(());
            }
            search.look(sheet, *seen as u64, places);
            *seen = usize::try_from(sheet.first + sheet.count).unwrap_or(usize::MAX);
            left = left.saturating_sub(sheet.bytes.len() + PAGE_COST);
            ControlFlow::Continue(())
        });
        if *seen >= source.len() { Progress::Done } else { Progress::More }
    }

    /// How many rows there are so far.
    pub fn len(&self) -> usize {
        match &self.rows {
            Rows::All => self.seen,
            Rows::Found(places) => places.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place of the line in this row.
    pub fn place(&self, row: usize) -> Option<usize> {
        match &self.rows {
            Rows::All => (row < self.seen).then_some(row),
            Rows::Found(places) => places.get(row).map(|place| *place as usize),
        }
    }

    /// The row of the line at this place, if it is shown.
    pub fn row(&self, place: usize) -> Option<usize> {
        let row = self.rows_before(place);
        (self.place(row) == Some(place)).then_some(row)
    }

    /// How many rows show lines before this place; also the row that a line would have which is not shown.
    pub fn rows_before(&self, place: usize) -> usize {
        match &self.rows {
            Rows::All => place.min(self.seen),
            Rows::Found(places) => places.partition_point(|found| (*found as usize) < place),
        }
    }

    /// The place that is shown so many rows away from this one, or the last in that direction among the first `shown` rows.
    pub fn away(&self, place: usize, rows: isize, shown: usize) -> Option<usize> {
        let row = self.rows_before(place).saturating_add_signed(rows);
        self.place(row.min(shown.saturating_sub(1)))
    }

    /// The next place behind this one that is shown, and after the last one the first.
    pub fn next(&self, place: usize) -> Option<usize> {
        self.place(self.rows_before(place.saturating_add(1))).or_else(|| self.place(0))
    }

    /// The last place before this one that is shown, and before the first one the last.
    pub fn previous(&self, place: usize) -> Option<usize> {
        let before = self.rows_before(place);
        self.place(before.checked_sub(1).or_else(|| self.len().checked_sub(1))?)
    }

    fn notice_clearing(&mut self, source: &impl Source) {
        if source.dropped() != self.dropped {
            self.dropped = source.dropped();
            self.seen = 0;
            if let Rows::Found(places) = &mut self.rows {
                *places = Vec::new();
            }
        }
    }
}

/// One call's work, with its buffers.
struct Search<'a, S: Source> {
    source: &'a S,
    sieve: Sieve<'a, S::Line>,
    small: Vec<u8>,
    line: S::Line,
}

impl<S: Source> Search<'_, S> {
    /// Notes the places of a page's lines that are meant, from this one on.
    fn look(&mut self, sheet: &Sheet<'_>, from: u64, places: &mut Vec<u32>) {
        if let Sieve::Text(needle) = self.sieve
            && !needle.may_be_among(sheet.bytes, &mut self.small)
        {
            return;
        }
        for (number, record) in (sheet.first..).zip(sheet.records()).skip_while(|(number, _)| *number < from)
        {
            let meant = match self.sieve {
                // What stands in place of a line is not its text.
                Sieve::Text(needle) => {
                    record.kind != LineKind::Mark(Mark::Missing)
                        && needle.is_in_bytes(record.text, &mut self.small)
                }
                Sieve::Lines(fits) => {
                    self.source.fill(&mut self.line, number, &record);
                    fits(&self.line)
                }
            };
            if meant && let Ok(place) = u32::try_from(number) {
                places.push(place);
            }
        }
    }
}

#[cfg(test)]
mod tests;
