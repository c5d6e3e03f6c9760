//! The Wi-Fi station beside plans: how it is doing, leaving its network, and pings (protocol.md §6.3, §6.6, §6.7).

use std::time::Duration;

use super::event::{Event, PingEvent, WifiEvent};
use super::talk::{Notice, Reply, Stop, Talk, answered, reset, would_be_payload};
use super::{find, run};
use crate::at;
use crate::module::{NetworkStatus, StationState, Urc, WifiStatus};
use crate::plan::Mode;

const ANSWER: Duration = Duration::from_secs(5);
/// The module waits this long for each reply, and a little goes by around it.
const REPLY: Duration = Duration::from_secs(7);
/// How many pings are sent.
const PINGS: u32 = 4;

/// Looks at what no event tells: signal and addresses.
pub(super) async fn look(talk: &Talk) -> Result<(), Stop> {
    if talk.mode().is_none_or(|mode| mode == Mode::Data) {
        return Ok(());
    }
    let Some(WifiStatus::State(StationState::Connected)) = find::status(talk, 3).await else { return Ok(()) };
    if let Some(WifiStatus::Rssi(Some(signal))) = find::status(talk, 6).await {
        talk.tell(Event::Wifi(WifiEvent::Signal(signal)));
    }
    if let Reply::Ok(lines) = talk.ask(at::Command::new("AT+UNSTAT=0"), ANSWER).await {
        let known = lines.iter().filter_map(|line| NetworkStatus::parse(line)).collect();
        talk.tell(Event::Wifi(WifiEvent::Status(known)));
    }
    Ok(())
}

/// Leaves whatever network the station is on, until it is asked to join again.
pub(super) async fn leave(talk: &Talk) -> Result<(), Stop> {
    check_mode(talk)?;
    run::leave_network(talk).await?;
    talk.tell(Event::Wifi(WifiEvent::Down));
    Ok(())
}

/// Pings a host and tells each reply.
pub(super) async fn ping(talk: &Talk, host: &str) -> Result<(), Stop> {
    check_mode(talk)?;
    talk.forget_notices();
    talk.tell(Event::Ping(PingEvent::Started { host: host.to_owned(), of: PINGS }));
    let command = at::Command::new("AT+UPING=").quoted(host).plain(&format!(",{PINGS}"));
    let shown = command.shown().to_owned();
    if let Err(problem) = answered(talk.ask(command, ANSWER).await, &shown) {
        talk.tell(Event::Ping(PingEvent::Ended));
        return Err(problem.into());
    }
    let replies = replies(talk).await;
    talk.tell(Event::Ping(PingEvent::Ended));
    replies
}

async fn replies(talk: &Talk) -> Result<(), Stop> {
    let mut left = PINGS;
    let mut until = talk.now() + REPLY;
    while left > 0
        && let Some(notice) = talk.notice(until).await?
    {
        match notice {
            Notice::Urc(Urc::Ping(reply)) => talk.tell(Event::Ping(PingEvent::Reply(reply))),
            Notice::Urc(Urc::PingFailed { code }) => {
                talk.tell(Event::Ping(PingEvent::Failed { code }));
                // A host that cannot be reached is told once.
                if code != LOST {
                    return Ok(());
                }
            }
            Notice::Started => return Err(reset("a ping").into()),
            _ => continue,
        }
        left -= 1;
        until = talk.now() + REPLY;
    }
    Ok(())
}

/// `+UUPINGER`: this one was not answered.
const LOST: u32 = 109;

fn check_mode(talk: &Talk) -> Result<(), Stop> {
    if talk.mode() == Some(Mode::Data) { Err(would_be_payload().into()) } else { Ok(()) }
}
