//! Sending again and again: when the next message is due.

use std::time::Duration;

use super::wrong;
use crate::moment::Moment;
use crate::problem::Problem;

pub const SHORTEST_PERIOD: Duration = Duration::from_millis(10);
pub const LONGEST_PERIOD: Duration = Duration::from_secs(24 * 3600);

/// A beat that goes on until it is dropped. The first message is due at once, the others each a period later, however late
/// one of them was; those that were missed meanwhile are left out, not made up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    period: Duration,
    next: Moment,
}

impl Schedule {
    /// A beat that begins now.
    ///
    /// # Errors
    /// The period is shorter than [`SHORTEST_PERIOD`] or longer than [`LONGEST_PERIOD`].
    pub fn begin(period: Duration, now: Moment) -> Result<Self, Problem> {
        if (SHORTEST_PERIOD..=LONGEST_PERIOD).contains(&period) {
            return Ok(Self { period, next: now });
        }
        Err(wrong(
            "Messages cannot be sent so often, or so rarely",
            format!("Choose {} to {} milliseconds", SHORTEST_PERIOD.as_millis(), LONGEST_PERIOD.as_millis()),
        ))
    }

    /// The time from one message to the next.
    pub const fn period(&self) -> Duration {
        self.period
    }

    /// When the next message is due.
    pub const fn next(&self) -> Moment {
        self.next
    }

    /// Whether one message is due now; if so, the next is due on the first beat after `now`.
    pub fn due(&mut self, now: Moment) -> bool {
        if now < self.next {
            return false;
        }
        let (late, period) = (now.since(self.next).as_nanos(), self.period.as_nanos().max(1));
        let left = u64::try_from(period - late % period).unwrap_or(u64::MAX);
        self.next = now + Duration::from_nanos(left);
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn every(millis: u64) -> Schedule {
        Schedule::begin(Duration::from_millis(millis), Moment::from_millis(1000)).unwrap()
    }

    fn at(millis: u64) -> Moment {
        Moment::from_millis(millis)
    }

    #[test]
    fn the_first_is_due_at_once_and_each_other_a_period_later() {
        let mut schedule = every(100);
        let due: Vec<_> = (990..=1300).filter(|now| schedule.due(at(*now))).collect();
        assert_eq!(due, [1000, 1100, 1200, 1300]);
    }

    #[test]
    fn a_late_message_does_not_delay_the_next_ones() {
        let mut schedule = every(100);
        assert!(schedule.due(at(1007)));
        assert_eq!(schedule.next(), at(1100));
        assert!(schedule.due(at(1199)));
        assert_eq!(schedule.next(), at(1200));
    }

    #[test]
    fn what_was_missed_in_a_pause_is_not_made_up_for() {
        let mut schedule = every(100);
        assert!(schedule.due(at(1000)));
        assert!(schedule.due(at(61_050)));
        assert!(!schedule.due(at(61_099)));
        assert!(schedule.due(at(61_100)));
    }

    #[test]
    fn only_periods_of_10_ms_to_a_day_are_taken() {
        let begin = |millis| Schedule::begin(Duration::from_millis(millis), Moment::START);
        assert!(begin(9).is_err() && begin(10).is_ok());
        assert!(begin(86_400_000).is_ok() && begin(86_400_001).is_err());
    }

    proptest! {
        #[test]
        fn there_are_never_more_messages_than_beats(period in 10_u64..500, steps in prop::collection::vec(0_u64..2000, 1..50)) {
            let mut schedule = every(period);
            let (mut now, mut sent) = (1000, 0);
            for step in steps {
                now += step;
                sent += u64::from(schedule.due(at(now)));
                prop_assert!(!schedule.due(at(now)));
                prop_assert!(schedule.next() > at(now));
                let since_begin = schedule.next().since(at(1000)).as_millis();
                prop_assert!(since_begin.is_multiple_of(u128::from(period)));
            }
            prop_assert!(sent <= 1 + (now - 1000) / period);
        }
    }
}
