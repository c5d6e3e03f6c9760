//! Takes the station off its network and onto another (protocol.md §6.2, §6.5).

use std::time::Duration;

use crate::at;
use crate::module::{LinkDownReason, StationState, Urc, WifiStatus};
use crate::moment::Moment;
use crate::problem::{Kind, Problem};
use crate::session::event::{Event, WifiEvent};
use crate::session::find;
use crate::session::talk::{Notice, Stop, Talk, answered, reset};

const ANSWER: Duration = Duration::from_secs(5);
/// u-blox's library waits this long for the link to go down after a deactivation.
const DOWN: Duration = Duration::from_secs(5);
/// How often the address is asked for while no event announces one.
const ADDRESS_AGAIN: Duration = Duration::from_secs(1);
const CONFIGURATIONS: u8 = 10;

/// Deactivates whichever configuration is active; the module does not say which one that is.
pub(in crate::session) async fn leave(talk: &Talk) -> Result<(), Stop> {
    for configuration in 0..CONFIGURATIONS {
        let state = find::status(talk, 3).await;
        if matches!(state, None | Some(WifiStatus::State(StationState::Disabled))) {
            return Ok(());
        }
        talk.forget_notices();
        // A configuration that is not active may refuse; the next one is tried then.
        talk.ask(at::Command::new(&format!("AT+UWSCA={configuration},4")), ANSWER).await;
        if state == Some(WifiStatus::State(StationState::Connected)) {
            wait_until_down(talk, talk.now() + DOWN).await?;
        }
    }
    Ok(())
}

async fn wait_until_down(talk: &Talk, until: Moment) -> Result<(), Stop> {
    while let Some(notice) = talk.notice(until).await? {
        if matches!(notice, Notice::Urc(Urc::LinkDown(_))) {
            return Ok(());
        }
    }
    Ok(())
}

/// Activates the configuration unless it is active, and waits for link and address.
pub(super) async fn join(talk: &Talk, configuration: u8, ssid: &str, limit: Duration) -> Result<(), Stop> {
    talk.forget_notices();
    let command = format!("AT+UWSCA={configuration},3");
    answered(talk.ask(at::Command::new(&command), ANSWER).await, &command)?;
    let joined = wait_for_address(talk, ssid, talk.now() + limit).await;
    if let Err(Stop::Problem(_)) = &joined {
        // A module keeps trying a network that it cannot join, and fills the line with its failures.
        talk.ask(at::Command::new(&format!("AT+UWSCA={configuration},4")), ANSWER).await;
    }
    joined
}

async fn wait_for_address(talk: &Talk, ssid: &str, until: Moment) -> Result<(), Stop> {
    let mut progress = Progress::Nothing;
    loop {
        let look_again =
            if progress == Progress::Link { (talk.now() + ADDRESS_AGAIN).min(until) } else { until };
        match talk.notice(look_again).await? {
            Some(Notice::Urc(Urc::LinkUp { .. })) => progress = Progress::Link,
            Some(Notice::Urc(Urc::LinkDown(reason))) => return Err(refused(ssid, reason, progress).into()),
            Some(Notice::Started) => return Err(reset("joining the network").into()),
            Some(Notice::Urc(Urc::NetworkUp { .. })) => {
                progress = Progress::Link;
                if arrived(talk, ssid).await {
                    return Ok(());
                }
            }
            None if talk.now() >= until => return Err(progress.too_late(ssid).into()),
            None => {
                if arrived(talk, ssid).await {
                    return Ok(());
                }
            }
            Some(_) => {}
        }
    }
}

async fn arrived(talk: &Talk, ssid: &str) -> bool {
    let Some(address) = find::address(talk).await else { return false };
    talk.tell(Event::Wifi(WifiEvent::Network { ssid: ssid.to_owned() }));
    talk.tell(Event::Wifi(WifiEvent::Address(address)));
    if let Some(WifiStatus::Rssi(Some(signal))) = find::status(talk, 6).await {
        talk.tell(Event::Wifi(WifiEvent::Signal(signal)));
    }
    true
}

/// How far joining has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Nothing,
    Link,
}

impl Progress {
    fn too_late(self, ssid: &str) -> Problem {
        match self {
            Self::Nothing => not_found(ssid),
            Self::Link => Problem::new(
                Kind::WifiNoAddress,
                format!("The module is on {ssid} but was given no address"),
                "Check the DHCP server of the network, or set a static address",
            ),
        }
    }
}

fn refused(ssid: &str, reason: LinkDownReason, progress: Progress) -> Problem {
    match reason {
        LinkDownReason::Security => not_let_in(ssid),
        LinkDownReason::OutOfRange => not_found(ssid),
        _ if progress == Progress::Link => Problem::new(
            Kind::WifiLost,
            format!("The module lost the network {ssid} again at once"),
            "Check the signal strength at the module, and whether the access point limits its clients",
        ),
        _ => Problem::new(
            Kind::WifiRefused,
            format!("The network {ssid} did not let the module in and gave no reason"),
            "Check the passphrase or the certificate, the security setting and whether the access point filters addresses",
        ),
    }
}

/// The module does not tell whose fault it was, nor of what (protocol.md §6.5).
fn not_let_in(ssid: &str) -> Problem {
    Problem::new(
        Kind::WifiRefused,
        format!(
            "The network {ssid} refused the module's passphrase, or in an enterprise network its user, password or certificate"
        ),
        "Correct the passphrase, or in an enterprise network the user, password, certificate or root, or the kind of \
         security, and try again",
    )
}

fn not_found(ssid: &str) -> Problem {
    Problem::new(
        Kind::WifiNotFound,
        format!("The module does not find a network named {ssid}"),
        "Check the spelling, capitals too, and that the access point is in reach and on a band the module has",
    )
}
