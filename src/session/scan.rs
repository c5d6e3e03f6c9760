//! Looks which Wi-Fi networks the module sees (protocol.md §6.4). Which of them can be joined, and how, is not judged here.

use std::time::Duration;

use super::event::{Event, WifiEvent};
use super::talk::{Stop, Talk, answered, would_be_payload};
use crate::at;
use crate::module::ScanEntry;
use crate::plan::Mode;

const SCAN: &str = "AT+UWSCAN";
/// A scan takes seconds; ubxlib waits 10 (protocol.md §2.3).
const ANSWER: Duration = Duration::from_secs(20);

/// Tells every access point that the module sees.
pub(super) async fn scan(talk: &Talk) -> Result<(), Stop> {
    if talk.mode() == Some(Mode::Data) {
        return Err(would_be_payload().into());
    }
    let lines = answered(talk.ask(at::Command::new(SCAN), ANSWER).await, SCAN)?;
    let seen = lines.iter().filter_map(|line| ScanEntry::parse(line)).collect();
    talk.tell(Event::Wifi(WifiEvent::Scanned(seen)));
    Ok(())
}
