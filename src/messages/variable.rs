//! The variables of a template, `{{random 0 100}}`, and what stands in their place when a message is sent.

use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;

use super::{Context, excerpt, wrong};
use crate::problem::Problem;

/// What stands between `{{` and `}}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// How often the message was sent, this one counted, on top of a start.
    Counter {
        start: u64,
    },
    /// UTC as RFC 3339 has it, to the millisecond.
    Time,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMs,
    Random(Span),
    /// A random UUID (version 4).
    Uuid,
    /// The client ID with which the module is connected.
    ClientId,
    /// The module's Wi-Fi address.
    Mac,
    /// The module's serial number.
    Serial,
}

/// Numbers from `low` to `high`, both among them, in units of the last decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    low: i64,
    high: i64,
    decimals: u32,
}

/// The names that are known, each with an example and what it stands for.
pub const VARIABLES: [(&str, &str, &str); 9] = [
    ("counter", "{{counter}}", "Counts the messages from 1; {{counter 100}} from 100"),
    ("time", "{{time}}", "Time in UTC, such as 2026-11-26T08:15:30.250Z"),
    ("unix", "{{unix}}", "Seconds since 1970"),
    ("unix_ms", "{{unix_ms}}", "Milliseconds since 1970"),
    ("random", "{{random 0 100}}", "A whole number from 0 to 100; with decimals where a bound has them"),
    ("uuid", "{{uuid}}", "A random UUID"),
    ("client_id", "{{client_id}}", "The client ID with which the module is connected"),
    ("mac", "{{mac}}", "The module's Wi-Fi address"),
    ("serial", "{{serial}}", "The module's serial number"),
];

/// The most decimals a random number has.
const MOST_DECIMALS: usize = 9;

impl Variable {
    /// Reads what stands between the braces.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let mut words = text.split_whitespace();
        let name = words.next().unwrap_or_default();
        let values: Vec<_> = words.collect();
        match (name, values.as_slice()) {
            ("counter", []) => Ok(Self::Counter { start: 1 }),
            ("counter", [start]) => {
                let start = start.parse().map_err(|_| {
                    wrong(
                        format!("{} is no number to count from", excerpt(start)),
                        "Write a whole number from 0 on, as in {{counter 100}}",
                    )
                })?;
                Ok(Self::Counter { start })
            }
            ("random", [low, high]) => Span::parse(low, high).map(Self::Random),
            ("random", _) => Err(wrong(
                "A random number needs its lowest and its highest value",
                "Write both, as in {{random 0 100}} or {{random 0.0 1.0}}",
            )),
            ("time", []) => Ok(Self::Time),
            ("unix", []) => Ok(Self::Unix),
            ("unix_ms", []) => Ok(Self::UnixMs),
            ("uuid", []) => Ok(Self::Uuid),
            ("client_id", []) => Ok(Self::ClientId),
            ("mac", []) => Ok(Self::Mac),
            ("serial", []) => Ok(Self::Serial),
            _ => Err(no_variable(name)),
        }
    }

    /// Whether it stands for a number, which JSON has without quotation marks.
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Counter { .. } | Self::Unix | Self::UnixMs | Self::Random(_))
    }

    /// What stands in its place; `None` where the module has not said it.
    pub(super) fn value(self, context: &mut Context<'_>) -> Option<String> {
        Some(match self {
            Self::Counter { start } => start.wrapping_add(context.count).to_string(),
            Self::Time => rfc3339(context.now),
            Self::Unix => context.now.as_secs().to_string(),
            Self::UnixMs => context.now.as_millis().to_string(),
            Self::Random(span) => span.value(context.dice),
            Self::Uuid => context.dice.uuid(),
            Self::ClientId => context.module.client_id.clone()?,
            Self::Mac => context.module.mac.clone()?,
            Self::Serial => context.module.serial.clone()?,
        })
    }

    /// Why it has no value.
    pub(super) fn missing(self) -> Problem {
        let (what, help) = match self {
            Self::ClientId => {
                ("client ID", "Connect the module to a cloud first, or write the client ID itself")
            }
            Self::Mac => ("Wi-Fi address", "Connect to the module first, or write the address itself"),
            _ => ("serial number", "Connect to the module first, or write the number itself"),
        };
        wrong(format!("The module's {what} is not known"), help)
    }
}

impl Span {
    fn parse(low: &str, high: &str) -> Result<Self, Problem> {
        let number = |text: &str| {
            Decimal::parse(text).ok_or_else(|| {
                wrong(
                    format!("{} is no number", excerpt(text)),
                    format!("Write digits, with a point and at most {MOST_DECIMALS} decimals if need be"),
                )
            })
        };
        let (first, last) = (number(low)?, number(high)?);
        let decimals = first.decimals.max(last.decimals);
        let too_large = || wrong("The numbers are too large for so many decimals", "Write fewer digits");
        let low = first.scaled(decimals).ok_or_else(too_large)?;
        let high = last.scaled(decimals).ok_or_else(too_large)?;
        if low > high {
            return Err(wrong(
                "The lowest value of the random number is above the highest",
                "Write the lower one first",
            ));
        }
        Ok(Self { low, high, decimals })
    }

    fn value(self, dice: &mut Dice) -> String {
        let value = dice.0.i64(self.low..=self.high);
        let decimals = usize::try_from(self.decimals).unwrap_or(MOST_DECIMALS);
        if decimals == 0 {
            return value.to_string();
        }
        let (sign, unit) = (if value < 0 { "-" } else { "" }, 10_u64.pow(self.decimals));
        let value = value.unsigned_abs();
        format!("{sign}{}.{:0decimals$}", value / unit, value % unit)
    }
}

/// A number as it is written: `digits` in units of the last decimal.
struct Decimal {
    digits: i64,
    decimals: u32,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) =
            text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = |text: &str| is_digits(text) && text.len() <= MOST_DECIMALS;
        if !is_digits(whole.strip_prefix('-').unwrap_or(whole)) || !fraction.is_none_or(fits) {
            return None;
        }
        let fraction = fraction.unwrap_or_default();
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Self { digits, decimals: u32::try_from(fraction.len()).ok()? })
    }

    fn scaled(&self, decimals: u32) -> Option<i64> {
        self.digits.checked_mul(10_i64.checked_pow(decimals.checked_sub(self.decimals)?)?)
    }
}

/// Random numbers that are the same for the same seed. Not for anything secret.
#[derive(Clone, Debug)]
pub struct Dice(fastrand::Rng);

impl Dice {
    /// Dice that throw what this seed makes them throw.
    pub fn seeded(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    fn uuid(&mut self) -> String {
        let bytes = self.0.u128(..).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

/// Empty after the year 9999, which RFC 3339 cannot write.
fn rfc3339(since_1970: Duration) -> String {
    let millis = i128::try_from(since_1970.as_millis()).unwrap_or(i128::MAX);
    let time = OffsetDateTime::from_unix_timestamp_nanos(millis.saturating_mul(1_000_000)).ok();
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    time.and_then(|time| time.format(format).ok()).unwrap_or_default()
}

fn no_variable(name: &str) -> Problem {
    if let Some((_, example, about)) = VARIABLES.iter().find(|(known, ..)| *known == name) {
        let help = format!("Write {example}: {about}");
        return wrong(format!("The variable {name} takes other values"), help);
    }
    let known = VARIABLES.iter().map(|(known, example, _)| (strsim::osa_distance(name, known), example));
    let nearest = known.min_by_key(|(distance, _)| *distance).map_or("{{counter}}", |(_, example)| example);
    let message = if name.is_empty() {
        "There is no name between the braces".to_owned()
    } else {
        format!("There is no variable {}", excerpt(name))
    };
    wrong(message, format!("{nearest} is the nearest there is; write {{{{{{{{ if two braces are meant"))
}
