//! How long a module takes for everything it does. "Log" is the intervals of protocol.md §0.1 that are module times;
//! what has no source is marked as our choice.

use std::ops::Range;
use std::time::Duration;

use super::settings::Timing;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// From the OK of `AT+CPWROFF` to the banner. Log.
pub(super) const BOOT: Duration = millis(2390);
/// From the restart to the text of the boot ROM. Our choice.
pub(super) const ROM: Duration = millis(350);
/// From one start to the next where power is too weak for a whole one. Our choice.
pub(super) const BROWNOUT: Duration = millis(700);
/// The UART takes nothing in while its speed changes: ODIN-W2 wants 40 ms, the NINA family up to 1 s
/// (protocol.md §1.2); a host that waits a second is right with both.
pub(super) const LINE_CHANGE: Duration = millis(40);
/// From the last byte of an upload to its result: "< 1 s". Log.
pub(super) const IMPORT: Duration = millis(300);
/// An upload that stops ends in `ERROR` after a while (protocol.md §7.2); how long is our choice.
pub(super) const UPLOAD_IDLE: Duration = millis(10_000);
/// From activation to `+UUWLE`. Log.
pub(super) const LINK: Duration = millis(2860);
/// From `+UUWLE` to the first `+UUNU`. Log.
pub(super) const FIRST_ADDRESS: Duration = millis(48);
/// From the first to the second `+UUNU` (protocol.md §6.5).
pub(super) const SECOND_ADDRESS: Range<Duration> = millis(300)..millis(2000);
/// Between the tries to join (protocol.md §15).
pub(super) const JOIN_RETRY: Range<Duration> = millis(3000)..millis(5000);
/// Between `OK` and what follows a deactivation or a close. Our choice.
pub(super) const FAREWELL: Duration = millis(20);
/// Between the ups and downs of a bad link. Our choice.
pub(super) const STORM: Range<Duration> = millis(50)..millis(200);
/// From `OK` to the connect event of an encrypted peer, where the network takes no longer. Log.
pub(super) const SECURE_CONNECT: Duration = millis(2270);
/// The same without TLS. Our choice.
pub(super) const PLAIN_CONNECT: Duration = millis(200);
/// The same for a further peer of a broker session. Log.
pub(super) const SHARED_CONNECT: Duration = millis(1);
/// From the connect event to `+UUDPC` (protocol.md §15).
pub(super) const REPORT: Range<Duration> = millis(0)..millis(20);
/// From `OK` to `+UUDPD` where no connection comes about (protocol.md §15).
pub(super) const FAILURE: Range<Duration> = millis(1000)..millis(10_000);

/// From a command line to its answer or prompt. `shared` is for an `AT+UDCP` that joins a broker session.
pub(super) fn answer(command: &str, shared: bool) -> Duration {
    match command {
        // Log.
        "O2" => millis(10),
        "+UWSC" => millis(14),
        "+CPWROFF" => millis(15),
        "+UDUV" => millis(28),
        "+UWSCA" => millis(31),
        "+UDCP" if shared => millis(37),
        "+UDCP" => millis(340),
        // Upper bounds in the log, within them our choice.
        "+USECMNG" => millis(50),
        "+UFACTORY" => millis(100),
        // "Takes seconds" (protocol.md §6.4).
        "+UWSCAN" => millis(3000),
        // As `ATO2`.
        _ => millis(10),
    }
}

impl Timing {
    /// What a module makes of a length of time.
    pub(super) fn of(self, real: Duration) -> Duration {
        match self {
            Self::Real => real,
            Self::Fast => real / 100,
        }
    }
}
