//! What is going to happen and when, and how long the module has kept its host waiting.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::moment::Moment;

/// Things to come, in the order of their moments; those of one moment in the order they were planned.
pub(super) struct Agenda<T> {
    entries: BTreeMap<(Moment, u64), T>,
    planned: u64,
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), planned: 0 }
    }
}

impl<T> Agenda<T> {
    pub(super) fn plan(&mut self, due: Moment, what: T) {
        self.entries.insert((due, self.planned), what);
        self.planned += 1;
    }

    /// The moment of the next thing.
    pub(super) fn next(&self) -> Option<Moment> {
        self.entries.first_key_value().map(|(&(due, _), _)| due)
    }

    /// The next thing, if its moment has come.
    pub(super) fn take_due(&mut self, now: Moment) -> Option<T> {
        let entry = self.entries.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    /// Strikes out what is not to happen any more.
    pub(super) fn cancel(&mut self, which: impl Fn(&T) -> bool) {
        self.entries.retain(|_, what| !which(what));
    }
}

/// The time a module was at work while its host had to wait. Jobs that overlap count once.
#[derive(Debug, Default)]
pub(super) struct Busy {
    total: Duration,
    until: Moment,
}

impl Busy {
    /// A job from `start` to `end`; jobs are told in the order of their starts.
    pub(super) fn add(&mut self, start: Moment, end: Moment) {
        self.total += end.since(start.max(self.until));
        self.until = self.until.max(end);
    }

    pub(super) fn total(&self) -> Duration {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_of_one_moment_happen_in_the_order_they_were_planned() {
        let mut agenda = Agenda::default();
        for (due, what) in [(5, 'b'), (3, 'a'), (5, 'c'), (5, 'd')] {
            agenda.plan(Moment::from_millis(due), what);
        }
        agenda.cancel(|what| *what == 'c');
        let happened: String = std::iter::from_fn(|| agenda.take_due(Moment::from_millis(5))).collect();
        assert_eq!(happened, "abd");
    }

    #[test]
    fn nothing_happens_before_its_moment() {
        let mut agenda = Agenda::default();
        agenda.plan(Moment::from_millis(5), ());
        assert_eq!(agenda.take_due(Moment::from_millis(4)), None);
        assert_eq!(agenda.next(), Some(Moment::from_millis(5)));
    }

    #[test]
    fn overlapping_jobs_count_once() {
        let mut busy = Busy::default();
        for (start, end) in [(0, 10), (5, 8), (8, 20), (30, 35)] {
            busy.add(Moment::from_millis(start), Moment::from_millis(end));
        }
        assert_eq!(busy.total(), Duration::from_millis(25));
    }
}
