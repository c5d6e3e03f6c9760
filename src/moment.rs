//! Time as the core knows it: a [`Moment`] on a clock that only runs forward, and [`UnixTime`] for dates.
//! Neither reads a clock; the shell does that and passes the values in.

use std::ops::Add;
use std::time::Duration;

/// A point in time, counted from the start of the program or of a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Duration);

impl Moment {
    /// The start itself.
    pub const START: Self = Self(Duration::ZERO);

    /// A moment this many milliseconds after the start.
    pub const fn from_millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }

    /// The time that has passed since the start.
    pub const fn since_start(self) -> Duration {
        self.0
    }

    /// The time that has passed since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }
}

/// Seconds since 1970-01-01 00:00:00 UTC, as certificates and tokens count them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub i64);

impl UnixTime {
    /// The day as people write it in every country: `2036-11-20`, in UTC.
    pub fn day(self) -> String {
        time::OffsetDateTime::from_unix_timestamp(self.0)
            .map_or_else(|_| "an unknown date".to_owned(), |time| time.date().to_string())
    }
}

impl Add<Duration> for UnixTime {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(duration.as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_between_two_moments_is_never_negative() {
        let (early, late) = (Moment::from_millis(10), Moment::from_millis(30));
        assert_eq!(late.since(early), Duration::from_millis(20));
        assert_eq!(early.since(late), Duration::ZERO);
    }

    #[test]
    fn days_are_written_as_everywhere() {
        assert_eq!(
            (UnixTime(0).day().as_str(), UnixTime(2_110_752_076).day().as_str()),
            ("1970-01-01", "2036-11-20")
        );
        assert_eq!(UnixTime(i64::MAX).day(), "an unknown date");
    }
}
