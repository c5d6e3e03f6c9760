//! Dates of certificates in words: until when, and how soon that is.

use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::moment::UnixTime;
use crate::ui::widgets::Tone;

const DAY: i64 = 86_400;
/// Less than this left, and a person should know.
const SOON: i64 = 30;

/// How long a certificate is still good, with the tone of it.
pub(super) fn words(until: UnixTime, today: UnixTime) -> (Tone, String) {
    let left = until.0.saturating_sub(today.0);
    match left / DAY {
        _ if left < 0 => (Tone::Danger, format!("Expired {}", until.day())),
        0 => (Tone::Warn, "Expires today".to_owned()),
        1 => (Tone::Warn, "Expires in 1 day".to_owned()),
        days @ ..=SOON => (Tone::Warn, format!("Expires in {days} days")),
        _ => (Tone::Neutral, format!("Until {}", until.day())),
    }
}

/// A point in time to the second, in UTC.
pub(super) fn second(time: UnixTime) -> String {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    let written = OffsetDateTime::from_unix_timestamp(time.0).ok().and_then(|time| time.format(form).ok());
    written.unwrap_or_else(|| time.day())
}

/// The expiry in the list of a module: `2025/05/12 23:59:00` (protocol.md §7.3).
pub(super) fn of_module(text: &str) -> Option<UnixTime> {
    let form = format_description!("[year]/[month]/[day] [hour]:[minute]:[second]");
    let time = PrimitiveDateTime::parse(text, form).ok()?;
    Some(UnixTime(time.assume_utc().unix_timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expiry_of_a_module_is_read_and_nothing_else() {
        assert_eq!(of_module("2025/05/12 23:59:00"), Some(UnixTime(1_747_094_340)));
        assert_eq!((of_module("2025-05-12"), of_module("")), (None, None));
    }

    #[test]
    fn the_last_thirty_days_and_the_time_after_stand_out() {
        let until = UnixTime(1_747_094_340);
        let at = |before: i64| words(until, UnixTime(until.0 - before));
        assert_eq!(at(-1), (Tone::Danger, "Expired 2025-05-12".to_owned()));
        assert_eq!(at(0), (Tone::Warn, "Expires today".to_owned()));
        assert_eq!(at(DAY), (Tone::Warn, "Expires in 1 day".to_owned()));
        assert_eq!(at(30 * DAY), (Tone::Warn, "Expires in 30 days".to_owned()));
        assert_eq!(at(31 * DAY), (Tone::Neutral, "Until 2025-05-12".to_owned()));
        assert_eq!(second(until), "2025-05-12 23:59:00 UTC");
    }
}
