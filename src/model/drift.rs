//! Whether the date runs as the clock of the program does. If not, somebody set the computer's clock, or it slept.

use crate::moment::{Moment, UnixTime};

/// Dates come in whole seconds, and one that is adjusted gently is no news.
const TOLERATED: i64 = 2;

/// Compares the two clocks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Drift {
    /// The date at the start of the program, in seconds, as it was found last.
    start: Option<i64>,
}

impl Drift {
    /// How many seconds the date has gone ahead of the clock since the last time, if that is a jump; negative backwards.
    pub(super) fn check(&mut self, date: UnixTime, now: Moment) -> Option<i64> {
        let running = i64::try_from(now.since_start().as_secs()).unwrap_or(i64::MAX);
        let start = date.0.saturating_sub(running);
        let known = *self.start.get_or_insert(start);
        let jump = start.saturating_sub(known);
        if jump.abs() <= TOLERATED {
            return None;
        }
        self.start = Some(start);
        Some(jump)
    }
}

/// A jump in words.
pub(super) fn said(jump: i64) -> String {
    let length = match jump.unsigned_abs() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    };
    if jump > 0 {
        format!("The date went {length} ahead: the computer slept, or its clock was set")
    } else {
        format!("The date went {length} back: the computer's clock was set")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_told_once_and_small_steps_are_not() {
        let mut drift = Drift::default();
        let told: Vec<_> = [(1000, 0), (1010, 10), (1021, 20), (4621, 20), (4622, 21), (1022, 21)]
            .into_iter()
            .filter_map(|(date, seconds)| drift.check(UnixTime(date), Moment::from_millis(seconds * 1000)))
            .collect();
        assert_eq!(told, [3601, -3600]);
    }

    #[test]
    fn a_jump_is_said_in_a_fitting_unit() {
        assert!(said(3).starts_with("The date went 3 s ahead"));
        assert!(said(-180).starts_with("The date went 3 min back"));
        assert!(said(7200).starts_with("The date went 2 h ahead"));
    }
}
