//! Opens, uses and closes the peers of a plan (protocol.md §8). Handles and channels are the module's; a plan knows
//! peers by the names it gave them.

use std::time::Duration;

use crate::at;
use crate::module::{PeerOpened, Urc};
use crate::moment::Moment;
use crate::plan::PeerName;
use crate::problem::{Kind, Problem};
use crate::session::talk::{Notice, Reply, Request, Stop, Talk, answered, reset, silent};

const OPEN: Duration = Duration::from_secs(10);
const CLOSE: Duration = Duration::from_secs(5);
/// The longest seen between the two is 2.03 s.
const SECOND_NETWORK_UP: Duration = Duration::from_millis(2100);

/// The peers that this plan has opened.
#[derive(Default)]
pub(super) struct Peers(Vec<Peer>);

struct Peer {
    name: PeerName,
    handle: u32,
    channel: Option<u8>,
}

impl Peers {
    /// `AT+UDCP`, and waiting for `+UUDPC` or `+UUDPD` of the handle it gave; the latter is told as `refused`.
    pub(super) async fn open(
        &mut self,
        talk: &Talk,
        name: PeerName,
        command: at::Command,
        limit: Duration,
        refused: &Problem,
    ) -> Result<(), Stop> {
        talk.forget_notices();
        let shown = command.shown().to_owned();
        let mut reply = talk.ask(command.clone(), OPEN).await;
        if reply == Reply::Error && network_comes_up(talk).await? {
            reply = talk.ask(command, OPEN).await;
        }
        let handle = match reply {
            Reply::Error => return Err(not_started().into()),
            other => opened_handle(&answered(other, &shown)?)?,
        };
        let until = talk.now() + limit;
        let peer = loop {
            match talk.notice(until).await {
                Ok(Some(Notice::Connected { handle: connected, channel })) if connected == handle => {
                    break Peer { name, handle, channel };
                }
                Ok(Some(Notice::Urc(Urc::PeerDisconnected { handle: lost }))) if lost == handle => {
                    return Err(refused.clone().into());
                }
                Ok(Some(Notice::Started)) => return Err(reset("connecting").into()),
                Ok(Some(_)) => {}
                Ok(None) => {
                    self.0.push(Peer { name, handle, channel: None });
                    self.close_and_forget(talk, handle).await?;
                    return Err(refused.clone().into());
                }
                Err(stop) => {
                    self.0.push(Peer { name, handle, channel: None });
                    return Err(stop);
                }
            }
        };
        self.0.retain(|known| known.name != name);
        self.0.push(peer);
        Ok(())
    }

    /// Sends one message on the peer's channel.
    pub(super) fn publish(&self, talk: &Talk, name: PeerName, data: &[u8]) -> Result<(), Problem> {
        let channel = self.channel(name)?;
        talk.request(Request::Publish { channel, data: data.to_vec() });
        Ok(())
    }

    /// The next message on the peer, or `None` once it is `until`.
    pub(super) async fn message(
        &self,
        talk: &Talk,
        name: PeerName,
        until: Moment,
    ) -> Result<Option<Vec<u8>>, Stop> {
        let expected = self.channel(name)?;
        let handle = self.peer(name)?.handle;
        while let Some(notice) = talk.notice(until).await? {
            match notice {
                Notice::Message { channel, data } if channel == expected => return Ok(Some(data)),
                Notice::Urc(Urc::PeerDisconnected { handle: lost }) if lost == handle => {
                    return Err(lost_connection().into());
                }
                Notice::Started => return Err(reset("waiting for the cloud").into()),
                Notice::Urc(_) | Notice::Connected { .. } | Notice::Message { .. } => {}
            }
        }
        Ok(None)
    }

    /// Closes the peer and waits until it is closed.
    pub(super) async fn close(&mut self, talk: &Talk, name: PeerName) -> Result<(), Stop> {
        let handle = self.peer(name)?.handle;
        self.close_and_forget(talk, handle).await
    }

    /// A peer is known until it is closed: whoever cancels in between finds it closed all the same.
    async fn close_and_forget(&mut self, talk: &Talk, handle: u32) -> Result<(), Stop> {
        close_handle(talk, handle).await?;
        self.0.retain(|peer| peer.handle != handle);
        Ok(())
    }

    /// Closes every peer the module has, whoever opened it.
    pub(super) async fn close_all(&mut self, talk: &Talk) -> Result<(), Stop> {
        let lines = match talk.ask(at::Command::new("AT+UDLP?"), CLOSE).await {
            Reply::Ok(lines) => lines,
            Reply::Error | Reply::Prompt => return Ok(()),
            Reply::Silent => return Err(silent("AT+UDLP?").into()),
            Reply::Reset => return Err(reset("AT+UDLP?").into()),
        };
        for handle in lines.iter().filter_map(|line| listed_peer(line)) {
            close_handle(talk, handle).await?;
        }
        self.0.clear();
        Ok(())
    }

    /// Closes what this plan opened, whatever else goes wrong: the end of a plan that did not succeed.
    pub(super) async fn close_own(&mut self, talk: &Talk) {
        for peer in std::mem::take(&mut self.0) {
            // The plan has failed or was cancelled already; that is what the person is told.
            let _ = close_handle(talk, peer.handle).await;
        }
    }

    fn peer(&self, name: PeerName) -> Result<&Peer, Problem> {
        self.0.iter().find(|peer| peer.name == name).ok_or_else(|| {
            Problem::new(
                Kind::Internal,
                format!("The plan uses the {name} peer before it is open"),
                "Report this as a fault of the program, with the recording",
            )
        })
    }

    fn channel(&self, name: PeerName) -> Result<u8, Problem> {
        self.peer(name)?.channel.ok_or_else(|| {
            Problem::new(
                Kind::Internal,
                "The plan sends to a single peer outside extended data mode",
                "Report this as a fault of the program, with the recording",
            )
        })
    }
}

/// Between the first and the second `+UUNU` a module has an address and still refuses to connect (protocol.md §6.5).
async fn network_comes_up(talk: &Talk) -> Result<bool, Stop> {
    let until = talk.now() + SECOND_NETWORK_UP;
    while let Some(notice) = talk.notice(until).await? {
        match notice {
            Notice::Urc(Urc::NetworkUp { .. }) => return Ok(true),
            Notice::Started => return Err(reset("connecting").into()),
            Notice::Urc(_) | Notice::Connected { .. } | Notice::Message { .. } => {}
        }
    }
    Ok(false)
}

async fn close_handle(talk: &Talk, handle: u32) -> Result<(), Stop> {
    talk.forget_notices();
    match talk.ask(at::Command::new(&format!("AT+UDCPC={handle}")), CLOSE).await {
        Reply::Ok(_) => {}
        // It is closed already.
        Reply::Error | Reply::Prompt => return Ok(()),
        Reply::Silent => return Err(silent("AT+UDCPC").into()),
        Reply::Reset => return Err(reset("AT+UDCPC").into()),
    }
    let until = talk.now() + CLOSE;
    while let Some(notice) = talk.notice(until).await? {
        if matches!(notice, Notice::Urc(Urc::PeerDisconnected { handle: closed }) if closed == handle) {
            break;
        }
    }
    Ok(())
}

/// The handle of a line of `AT+UDLP?`, unless it is the serial port itself (protocol.md §8.3).
fn listed_peer(line: &str) -> Option<u32> {
    let answer = at::Answer::parse(line);
    (answer.name == Some("UDLP") && answer.text(1) != Some("com")).then(|| answer.number(0))?
}

fn opened_handle(lines: &[String]) -> Result<u32, Problem> {
    lines.iter().find_map(|line| PeerOpened::parse(line)).map(|PeerOpened(handle)| handle).ok_or_else(|| {
        Problem::new(
            Kind::ModuleRefused,
            "The module accepted the connection but named no peer handle",
            "Restart the module and try again",
        )
    })
}

fn not_started() -> Problem {
    Problem::new(
        Kind::CloudUnreachable,
        "The module could not start the connection",
        "Check that it is on a network with an address, that the named certificates are stored on it, and the host name",
    )
}

fn lost_connection() -> Problem {
    Problem::new(
        Kind::CloudUnreachable,
        "The cloud ended the connection before it answered; the module gives no reason",
        "Check whether another device uses the same client ID, and the network, then try again",
    )
}
