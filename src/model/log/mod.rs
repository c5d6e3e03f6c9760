//! The log: lines that are only ever added at the end. Their texts go to a [`Tape`] in blocks; what stays in memory is
//! the newest block and, for some dozens of lines at a time (a page), where they begin. So any line is found in one read,
//! the oldest as fast as the newest.
//!
//! If the tape takes no more, the newest lines are kept in memory. What does not fit there is lost, and each lost line
//! stands in its place as one that says so.

mod record;
mod tape;

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::time::Duration;

pub(super) use record::Record;
pub use tape::{MemoryTape, Tape};

use super::console::{LineKind, Mark};
use crate::moment::Moment;
use crate::problem::Problem;

/// A page is full with this many lines …
const PAGE_LINES: u64 = 64;
/// … or with this many bytes, so that long lines cost no more to find than short ones.
const PAGE_BYTES: u32 = 16 * 1024;
/// So many bytes are written to the tape at a time.
const BLOCK: usize = 64 * 1024;
/// The most that waits in memory for a tape that takes nothing, in bytes.
const SPARE: usize = 16 * 1024 * 1024;

const NOT_KEPT: &str = "This line could not be kept";
const UNREADABLE: &str = "This line cannot be read back";

/// Lines, numbered from 0 as they come.
#[derive(Debug)]
pub(super) struct Log {
    tape: Box<dyn Tape>,
    /// Oldest first; the last one is still being filled.
    pages: Vec<Page>,
    /// How many bytes are on the tape.
    taped: u64,
    /// The bytes that come behind those on the tape: whole pages.
    newest: Vec<u8>,
    /// Where the last line begins among them.
    last: usize,
    /// With this many bytes in memory the tape is tried.
    patience: usize,
    lines: u64,
    lost: u64,
    writing: Writing,
    /// What is wrong with the tape, until somebody asks.
    trouble: Option<Problem>,
    /// The page that was read last for a single line: lists ask for neighbours.
    recent: RefCell<Buffer>,
}

/// A page as it was read from the tape.
#[derive(Debug)]
struct Buffer {
    /// The place of its first byte.
    start: Option<u64>,
    bytes: Vec<u8>,
}

/// Whether the tape took the last block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    Works,
    Fails,
}

/// Where some lines stand.
#[derive(Clone, Copy, Debug)]
struct Page {
    /// The number of its first line.
    first: u64,
    /// When its first line was added, in microseconds since the start.
    micros: u64,
    /// The place of its first byte.
    start: u64,
    /// In bytes; 0 if its lines are lost.
    length: u32,
}

/// The lines of one page, read.
pub(super) struct Sheet<'a> {
    pub(super) first: u64,
    pub(super) count: u64,
    at: Moment,
    /// Their records, as far as they can be had.
    pub(super) bytes: &'a [u8],
    /// Said in place of each line that is not among the bytes.
    excuse: &'static str,
}

impl Default for Log {
    fn default() -> Self {
        Self::on(Box::new(MemoryTape::default()))
    }
}

impl Log {
    /// An empty log on this tape.
    pub(super) const fn on(tape: Box<dyn Tape>) -> Self {
        Self {
            tape,
            pages: Vec::new(),
            taped: 0,
            newest: Vec::new(),
            last: 0,
            patience: BLOCK,
            lines: 0,
            lost: 0,
            writing: Writing::Works,
            trouble: None,
            recent: RefCell::new(Buffer::empty()),
        }
    }

    /// How many lines there are, with those that were lost.
    pub(super) const fn len(&self) -> u64 {
        self.lines
    }

    /// How many lines are lost because the tape took no more.
    pub(super) const fn lost(&self) -> u64 {
        self.lost
    }

    /// What is wrong with the tape, once.
    pub(super) const fn take_trouble(&mut self) -> Option<Problem> {
        self.trouble.take()
    }

    /// Adds a line and gives its number.
    pub(super) fn add(&mut self, record: &Record<'_>) -> u64 {
        let number = self.lines;
        if self.pages.last().is_none_or(|page| page.is_full(number)) {
            self.turn_page(record.at);
        }
        self.last = self.newest.len();
        record.write(&mut self.newest);
        if let Some(page) = self.pages.last_mut() {
            page.length =
                page.length.saturating_add(u32::try_from(self.newest.len() - self.last).unwrap_or(u32::MAX));
        }
        self.lines += 1;
        number
    }

    /// Adds bytes to the last line, which is still in memory: pages go to the tape when the next one begins.
    pub(super) fn extend(&mut self, more: &[u8]) {
        let Some(page) = self.pages.last_mut() else { return };
        if let Some(record) = self.newest.get_mut(self.last..)
            && Record::lengthen(record, more.len())
        {
            self.newest.extend_from_slice(more);
            page.length = page.length.saturating_add(u32::try_from(more.len()).unwrap_or(u32::MAX));
        }
    }

    /// Forgets all lines; the next one is number 0 again.
    pub(super) fn clear(&mut self) {
        self.tape.clear();
        self.pages = Vec::new();
        self.newest = Vec::new();
        (self.taped, self.lines, self.lost, self.last) = (0, 0, 0, 0);
        (self.patience, self.writing) = (BLOCK, Writing::Works);
        self.recent = RefCell::new(Buffer::empty());
    }

    /// Shows the line of this number.
    pub(super) fn show<T>(&self, number: u64, look: impl FnOnce(&Record<'_>) -> T) -> Option<T> {
        let mut buffer = self.recent.borrow_mut();
        let sheet = self.sheet(self.page_of(number)?, &mut buffer)?;
        let place = usize::try_from(number.checked_sub(sheet.first)?).ok()?;
        sheet.records().nth(place).map(|record| look(&record))
    }

    /// Shows page after page, from the one with this line on, until `look` has seen enough.
    pub(super) fn turn_pages(&self, from: u64, mut look: impl FnMut(&Sheet<'_>) -> ControlFlow<()>) {
        let Some(start) = self.page_of(from) else { return };
        let mut buffer = Buffer::empty();
        for index in start..self.pages.len() {
            let Some(sheet) = self.sheet(index, &mut buffer) else { return };
            if look(&sheet).is_break() {
                return;
            }
        }
    }

    fn page_of(&self, number: u64) -> Option<usize> {
        if number >= self.lines {
            return None;
        }
        self.pages.partition_point(|page| page.first <= number).checked_sub(1)
    }

    fn sheet<'a>(&'a self, index: usize, buffer: &'a mut Buffer) -> Option<Sheet<'a>> {
        let page = self.pages.get(index)?;
        let end = self.pages.get(index + 1).map_or(self.lines, |next| next.first);
        let bytes = if page.length == 0 { None } else { Some(self.bytes(page, buffer)) };
        Some(Sheet {
            first: page.first,
            count: end.saturating_sub(page.first),
            at: Moment::START + Duration::from_micros(page.micros),
            bytes: bytes.flatten().unwrap_or_default(),
            excuse: if bytes.is_some() { UNREADABLE } else { NOT_KEPT },
        })
    }

    fn bytes<'a>(&'a self, page: &Page, buffer: &'a mut Buffer) -> Option<&'a [u8]> {
        let length = page.length as usize;
        match page.start.checked_sub(self.taped) {
            Some(start) => self.newest.get(usize::try_from(start).ok()?..)?.get(..length),
            None => {
                if buffer.start != Some(page.start) {
                    buffer.start = None;
                    buffer.bytes.resize(length, 0);
                    self.tape.read(page.start, &mut buffer.bytes).ok()?;
                    buffer.start = Some(page.start);
                }
                Some(&buffer.bytes)
            }
        }
    }

    /// Begins a page with the next line. Pages go to the tape as a whole.
    fn turn_page(&mut self, at: Moment) {
        if self.newest.len() >= self.patience {
            self.write();
        }
        self.pages.push(Page {
            first: self.lines,
            micros: u64::try_from(at.since_start().as_micros()).unwrap_or(u64::MAX),
            start: self.taped + self.newest.len() as u64,
            length: 0,
        });
    }

    fn write(&mut self) {
        match self.tape.append(&self.newest) {
            Ok(()) => {
                self.taped += self.newest.len() as u64;
                self.newest.clear();
                self.newest.shrink_to(2 * BLOCK);
                (self.patience, self.writing) = (BLOCK, Writing::Works);
            }
            Err(problem) => {
                if self.writing == Writing::Works {
                    self.trouble = Some(problem);
                }
                self.writing = Writing::Fails;
                if self.newest.len() > SPARE {
                    self.lose(SPARE / 2);
                }
                self.patience = self.newest.len() + BLOCK;
            }
        }
    }

    /// Loses the oldest pages in memory, at least so many bytes of them.
    fn lose(&mut self, bytes: usize) {
        let first = self.pages.partition_point(|page| page.start < self.taped);
        let mut gone = 0;
        let mut next =
            self.pages.iter().skip(first + 1).map(|page| page.first).collect::<Vec<_>>().into_iter();
        for page in self.pages.iter_mut().skip(first) {
            let end = next.next().unwrap_or(self.lines);
            if gone < bytes && page.length > 0 {
                gone += page.length as usize;
                self.lost += end - page.first;
                (page.start, page.length) = (self.taped, 0);
            } else {
                page.start = page.start.saturating_sub(gone as u64).max(self.taped);
            }
        }
        self.newest.drain(..gone.min(self.newest.len()));
    }
}

impl Buffer {
    const fn empty() -> Self {
        Self { start: None, bytes: Vec::new() }
    }
}

impl Page {
    const fn is_full(&self, next: u64) -> bool {
        next - self.first >= PAGE_LINES || self.length >= PAGE_BYTES
    }
}

impl<'a> Sheet<'a> {
    /// All lines of the page; what cannot be had says so in its place.
    pub(super) fn records(&self) -> impl Iterator<Item = Record<'a>> + use<'a> {
        let excuse = Record {
            at: self.at,
            kind: LineKind::Mark(Mark::Missing),
            answers: 0,
            text: self.excuse.as_bytes(),
        };
        let mut left = self.bytes;
        (0..self.count).map(move |_| match Record::read(left) {
            Some((record, behind)) => {
                left = behind;
                record
            }
            None => {
                left = &[];
                excuse
            }
        })
    }
}

#[cfg(test)]
mod tests;
