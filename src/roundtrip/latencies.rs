//! A summary of latencies: how many, the last, the longest, and percentiles of the recent ones.

use std::collections::VecDeque;
use std::time::Duration;

/// So many of the last latencies are kept; percentiles are exact over them.
const RECENT: usize = 4096;

/// Latencies, in bounded memory.
#[derive(Clone, Debug, Default)]
pub struct Latencies {
    count: u64,
    max: Option<Duration>,
    /// The kept ones, oldest first.
    recent: VecDeque<Duration>,
    /// The same, shortest first.
    sorted: Vec<Duration>,
}

impl Latencies {
    pub fn add(&mut self, latency: Duration) {
        if self.recent.len() >= RECENT
            && let Some(oldest) = self.recent.pop_front()
            && let Ok(at) = self.sorted.binary_search(&oldest)
        {
            self.sorted.remove(at);
        }
        let at = self.sorted.partition_point(|kept| *kept < latency);
        self.sorted.insert(at, latency);
        self.recent.push_back(latency);
        self.max = self.max.max(Some(latency));
        self.count += 1;
    }

    /// How many there were in all.
    pub const fn count(&self) -> u64 {
        self.count
    }

    pub fn last(&self) -> Option<Duration> {
        self.recent.back().copied()
    }

    /// The longest of all.
    pub const fn max(&self) -> Option<Duration> {
        self.max
    }

    /// The latency that half of the recent ones do not exceed.
    pub fn p50(&self) -> Option<Duration> {
        self.percentile(50)
    }

    /// The latency that 95 of 100 recent ones do not exceed.
    pub fn p95(&self) -> Option<Duration> {
        self.percentile(95)
    }

    /// By nearest rank: one that was measured, never one between two.
    fn percentile(&self, percent: usize) -> Option<Duration> {
        let rank = (self.sorted.len() * percent).div_ceil(100);
        self.sorted.get(rank.checked_sub(1)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn nothing_was_measured_at_first() {
        let none = Latencies::default();
        assert_eq!(
            (none.count(), none.last(), none.p50(), none.p95(), none.max()),
            (0, None, None, None, None)
        );
    }

    #[test]
    fn percentiles_are_latencies_that_were_measured() {
        let mut latencies = Latencies::default();
        (1..=100).rev().for_each(|each| latencies.add(millis(each)));
        let summary = (latencies.p50(), latencies.p95(), latencies.max(), latencies.last());
        assert_eq!(summary, (Some(millis(50)), Some(millis(95)), Some(millis(100)), Some(millis(1))));
        latencies.add(millis(1));
        assert_eq!(latencies.p50(), Some(millis(50)));
    }

    proptest! {
        #[test]
        fn the_summary_is_that_of_a_sorted_list_of_the_recent_ones(
            all in prop::collection::vec(0_u64..300, 1..2000), before in 0..2 * RECENT as u64) {
            let mut latencies = Latencies::default();
            let all: Vec<_> = (0..before).map(|n| n % 7 + 200).chain(all).map(millis).collect();
            all.iter().for_each(|each| latencies.add(*each));
            let mut kept = all[all.len().saturating_sub(RECENT)..].to_vec();
            kept.sort_unstable();
            // Of n values, the one at rank ⌈p·n⌉, counted from 1.
            let at = |percent: f64| kept[(percent * kept.len() as f64 / 100.0).ceil() as usize - 1];
            prop_assert_eq!(latencies.p50(), Some(at(50.0)));
            prop_assert_eq!(latencies.p95(), Some(at(95.0)));
            prop_assert_eq!(latencies.max(), all.iter().max().copied());
            prop_assert_eq!(latencies.last(), all.last().copied());
            prop_assert_eq!(latencies.count(), all.len() as u64);
            prop_assert_eq!(latencies.sorted.len(), latencies.recent.len());
        }
    }
}
