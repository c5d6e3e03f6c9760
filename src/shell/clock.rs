//! The one clock of the program: moments for everything that takes time, dates for certificates and tokens.

#![allow(clippy::disallowed_methods, reason = "the core is told the time from here")]

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::moment::{Moment, UnixTime};

/// A clock. Copies show the same time.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock that stands at [`Moment::START`].
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// The present moment; it never runs backwards.
    pub fn now(&self) -> Moment {
        Moment::START + self.start.elapsed()
    }

    /// Today's date as the computer has it; 1970 on a computer whose clock stands before that.
    pub fn date(&self) -> UnixTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixTime::default() + since
    }

    /// The date that belongs to [`Moment::START`].
    pub fn date_at_start(&self) -> UnixTime {
        let running = i64::try_from(self.start.elapsed().as_secs()).unwrap_or(i64::MAX);
        UnixTime(self.date().0.saturating_sub(running))
    }
}
