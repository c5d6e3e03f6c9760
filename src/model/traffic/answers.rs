//! Which row answers which, and how long that took, as far as it can be told.

use std::collections::BTreeMap;

use crate::roundtrip::{Exchange, Latencies, RoundTrip, Seen, Watch};

/// The most round trips that are remembered with their rows; older ones are only counted.
const MOST: usize = 50_000;

/// What was found out about answers.
#[derive(Debug, Default)]
pub struct Answers {
    watch: Watch,
    latencies: BTreeMap<(Option<u8>, Exchange), Latencies>,
    /// By the row of the answer.
    found: BTreeMap<u64, RoundTrip>,
}

impl Answers {
    /// The latencies of one kind of exchange on a channel, for those that there were.
    pub fn latencies(&self, channel: Option<u8>) -> impl Iterator<Item = (Exchange, &Latencies)> {
        let own = move |(key, latencies)| {
            let (of, exchange): &(Option<u8>, Exchange) = key;
            (*of == channel).then_some((*exchange, latencies))
        };
        self.latencies.iter().filter_map(own)
    }

    /// What this row is the answer to.
    pub fn of(&self, answer: u64) -> Option<&RoundTrip> {
        self.found.get(&answer)
    }

    /// A whole message.
    pub(super) fn watch(&mut self, seen: &Seen<'_>) {
        let Some(trip) = self.watch.handle(seen) else { return };
        self.latencies.entry((seen.channel, trip.exchange)).or_default().add(trip.latency);
        self.found.insert(trip.answer, trip);
        if self.found.len() > MOST {
            self.found.pop_first();
        }
    }

    /// Peers came or went: what was asked is not answered any more.
    pub(super) fn interrupt(&mut self) {
        self.watch.clear();
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
