//! Finds out whether a module answers, in which mode it is, and what it is. It sends the least invasive question first:
//! `AT` is nothing in command mode and three bytes of payload in data mode; `+++` is harmless everywhere.

use std::time::Duration;

use super::event::{Event, WifiEvent};
use super::talk::{Notice, Reply, Request, Stop, Talk};
use super::{modes, run};
use crate::at;
use crate::module::{Firmware, Identity, Model, NetworkStatus, StationState, WifiStatus};
use crate::plan::Mode;
use crate::problem::{Kind, Problem};

/// A module in command mode answers `AT` within some 15 ms.
const ATTENTION: Duration = Duration::from_millis(500);
/// The slowest boot that u-blox's own library allows for (protocol.md §1.3).
const BOOT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(2);
const ROUNDS: usize = 2;
/// A module that greets more often than this never gets to its answer.
const MOST_BANNERS: usize = 4;
/// The most bytes a certificate or key may have (protocol.md §7.1).
pub(super) const LARGEST_UPLOAD: usize = 8192;

/// Finds the mode and identifies the module.
pub(super) async fn find(talk: Talk) -> Result<(), Stop> {
    if find_mode(&talk).await.is_none() {
        talk.tell(Event::Silent(nobody()));
        return Ok(());
    }
    identify(&talk).await
}

/// The mode the module answers in, command mode if it can be had, or `None` if it does not answer at all.
pub(super) async fn find_mode(talk: &Talk) -> Option<Mode> {
    for _ in 0..ROUNDS {
        for attempt in Attempt::ALL {
            if let Some(mode) = attempt.mode(talk).await {
                talk.request(Request::Assume(Some(mode)));
                talk.tell(Event::Mode(Some(mode)));
                return Some(mode);
            }
        }
    }
    talk.request(Request::Assume(None));
    None
}

/// Ways of getting an answer, the least invasive first.
#[derive(Clone, Copy)]
enum Attempt {
    Attention,
    Escape,
    Extended,
    /// A module whose upload was broken off swallows everything until it has all bytes.
    Padding,
    ExtendedPadding,
}

impl Attempt {
    const ALL: [Self; 5] =
        [Self::Attention, Self::Escape, Self::Extended, Self::Padding, Self::ExtendedPadding];

    async fn mode(&self, talk: &Talk) -> Option<Mode> {
        match self {
            Self::Attention => attention(talk, Mode::Command).await,
            Self::Escape => {
                modes::escape(talk).await.ok()?;
                attention(talk, Mode::Command).await
            }
            Self::Extended => attention(talk, Mode::Extended).await,
            Self::Padding => pad(talk, Mode::Command).await,
            Self::ExtendedPadding => pad(talk, Mode::Extended).await,
        }
    }
}

/// Fills the largest upload up with line ends, which mean nothing to a module that does not wait for one.
async fn pad(talk: &Talk, mode: Mode) -> Option<Mode> {
    talk.request(Request::Assume(Some(mode)));
    let line_time = run::upload_line_time(LARGEST_UPLOAD, talk.look().line.speed);
    let written = talk.now() + line_time;
    // Whatever the module says to that, the line is busy until all has left.
    talk.exchange(Request::Padding { size: LARGEST_UPLOAD, limit: line_time }).await;
    talk.pause(written).await;
    attention(talk, mode).await
}

pub(super) async fn attention(talk: &Talk, mode: Mode) -> Option<Mode> {
    talk.request(Request::Assume(Some(mode)));
    for _ in 0..MOST_BANNERS {
        match talk.ask(at::Command::new("AT"), ATTENTION).await {
            Reply::Ok(_) => return Some(mode),
            // A banner from a restart just before, in front of the answer. The answer may still come: taken for that
            // of the next command, it would put every later answer one command too late.
            Reply::Reset => talk.pause(talk.now() + ATTENTION).await,
            // Leftovers of a line: ask once more.
            Reply::Error => return attention_again(talk, mode).await,
            Reply::Prompt | Reply::Silent => return None,
        }
    }
    None
}

async fn attention_again(talk: &Talk, mode: Mode) -> Option<Mode> {
    matches!(talk.ask(at::Command::new("AT"), ATTENTION).await, Reply::Ok(_)).then_some(mode)
}

/// Waits until a restarted module speaks again, then finds its mode.
pub(super) async fn find_after_restart(talk: &Talk) -> Result<Mode, Problem> {
    let until = talk.now() + BOOT;
    talk.request(Request::Assume(Some(Mode::Command)));
    while let Ok(Some(notice)) = talk.notice(until).await {
        if matches!(notice, Notice::Started) {
            break;
        }
    }
    find_mode(talk).await.ok_or_else(nobody)
}

fn nobody() -> Problem {
    Problem::new(
        Kind::ModuleSilent,
        "No module answers on this port",
        "Check the cable, the power, the speed (115200 unless it was changed) and RTS/CTS flow control; \
         another port may be the right one",
    )
}

/// Asks what the module is and where it stands.
pub(super) async fn identify(talk: &Talk) -> Result<(), Stop> {
    let model = first_text(talk, "AT+GMM").await.unwrap_or_default();
    let firmware = first_text(talk, "AT+GMR").await.and_then(|text| text.parse::<Firmware>().ok());
    let identity = Identity {
        manufacturer: first_text(talk, "AT+GMI").await.unwrap_or_default(),
        model: Model::new(&model),
        firmware,
        serial: first_text(talk, "AT+GSN").await.unwrap_or_default(),
        mac: first_text(talk, "AT+UMLA=2").await.unwrap_or_default(),
    };
    talk.tell(Event::Identified(Box::new(identity)));
    talk.check_cancelled()?;
    station(talk).await;
    Ok(())
}

/// The first value of the first information line. A question that got damaged on the line is asked once more: what a
/// module is decides what it is believed to be able to do.
async fn first_text(talk: &Talk, command: &str) -> Option<String> {
    let reply = match talk.ask(at::Command::new(command), ANSWER).await {
        Reply::Error => talk.ask(at::Command::new(command), ANSWER).await,
        reply => reply,
    };
    let Reply::Ok(lines) = reply else { return None };
    Some(at::Answer::parse(lines.first()?).text(0)?.to_owned())
}

/// Tells which network the station is on, if any.
async fn station(talk: &Talk) {
    let Some(WifiStatus::State(state)) = status(talk, 3).await else { return };
    if state != StationState::Connected {
        return talk.tell(Event::Wifi(WifiEvent::Down));
    }
    if let Some(WifiStatus::Ssid(ssid)) = status(talk, 0).await {
        talk.tell(Event::Wifi(WifiEvent::Network { ssid }));
    }
    if let Some(WifiStatus::Rssi(Some(signal))) = status(talk, 6).await {
        talk.tell(Event::Wifi(WifiEvent::Signal(signal)));
    }
    if let Some(address) = address(talk).await {
        talk.tell(Event::Wifi(WifiEvent::Address(address)));
    }
}

/// One value of the station's status (protocol.md §6.3).
pub(super) async fn status(talk: &Talk, id: u8) -> Option<WifiStatus> {
    let Reply::Ok(lines) = talk.ask(at::Command::new(&format!("AT+UWSSTAT={id}")), ANSWER).await else {
        return None;
    };
    lines.iter().find_map(|line| WifiStatus::parse(line))
}

/// The station's IPv4 address, unless it has none (protocol.md §6.6).
pub(super) async fn address(talk: &Talk) -> Option<std::net::IpAddr> {
    let Reply::Ok(lines) = talk.ask(at::Command::new("AT+UNSTAT=0,101"), ANSWER).await else { return None };
    lines.iter().find_map(|line| NetworkStatus::parse(line)?.address())
}
