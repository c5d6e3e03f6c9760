//! Opens, uses and closes the peers of a plan (protocol.md §8). Handles and channels are the module's; a plan knows
//! peers by the names it gave them.

use std::time::Duration;

use serde_json::Value;

use super::answers::{Answers, NotJson};
use super::unreadable;
use crate::at;
use crate::module::{ListedPeer, PeerOpened, Urc};
use crate::moment::Moment;
use crate::plan::{FORGET_DEFAULT_PEER, Mode, PeerName};
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
    answers: Answers,
}

impl Peer {
    fn new(name: PeerName, handle: u32, channel: Option<u8>) -> Self {
        Self { name, handle, channel, answers: Answers::default() }
    }
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
                    break Peer::new(name, handle, channel);
                }
                Ok(Some(Notice::Urc(Urc::PeerDisconnected { handle: lost }))) if lost == handle => {
                    return Err(refused.clone().into());
                }
                Ok(Some(Notice::Started)) => return Err(reset("connecting").into()),
                Ok(Some(_)) => {}
                Ok(None) => {
                    self.0.push(Peer::new(name, handle, None));
                    self.close_and_forget(talk, handle).await?;
                    return Err(refused.clone().into());
                }
                Err(stop) => {
                    self.0.push(Peer::new(name, handle, None));
                    return Err(stop);
                }
            }
        };
        self.0.retain(|known| known.name != name);
        self.0.push(peer);
        Ok(())
    }

    /// Sends one message to the peer.
    pub(super) fn publish(&self, talk: &Talk, name: PeerName, data: &[u8]) -> Result<(), Problem> {
        let channel = self.address(talk, name)?;
        talk.request(Request::Publish { channel, data: data.to_vec() });
        Ok(())
    }

    /// The next answer that is whole, or `None` once it is `until`.
    pub(super) async fn answer(
        &mut self,
        talk: &Talk,
        name: PeerName,
        until: Moment,
    ) -> Result<Option<Value>, Stop> {
        let channel = self.address(talk, name)?;
        let peer = self.0.iter_mut().find(|peer| peer.name == name).ok_or_else(|| unopened(name))?;
        loop {
            if let Some(answer) = peer.answers.take().map_err(|NotJson| unreadable())? {
                return Ok(Some(answer));
            }
            let Some(data) = message(talk, (peer.handle, channel), until).await? else { return Ok(None) };
            peer.answers.feed(&data);
        }
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
        let peers = lines.iter().filter_map(|line| ListedPeer::parse(line));
        for peer in peers.filter(|peer| !peer.is_serial_port()) {
            close_handle(talk, peer.handle).await?;
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
        self.0.iter().find(|peer| peer.name == name).ok_or_else(|| unopened(name))
    }

    /// How data for the peer, and from it, is told from others': by its channel in extended data mode; in data mode there
    /// is no telling, so it has to be the only one.
    fn address(&self, talk: &Talk, name: PeerName) -> Result<Option<u8>, Problem> {
        let peer = self.peer(name)?;
        match (talk.mode(), peer.channel) {
            (Some(Mode::Extended), Some(channel)) => Ok(Some(channel)),
            (Some(Mode::Data), _) if self.0.len() == 1 => Ok(None),
            (Some(Mode::Data), _) => {
                Err(fault("The plan sends to one of several peers in data mode".to_owned()))
            }
            // With its last peer a module loses data mode too (protocol.md §4).
            (Some(Mode::Command), None) => Err(lost_connection()),
            (Some(Mode::Extended | Mode::Command) | None, _) => {
                Err(fault(format!("The plan sends to the {name} peer in a mode that does not allow it")))
            }
        }
    }
}

/// What comes next from the peer with this handle and channel, or `None` once it is `until`.
async fn message(
    talk: &Talk,
    (handle, expected): (u32, Option<u8>),
    until: Moment,
) -> Result<Option<Vec<u8>>, Stop> {
    while let Some(notice) = talk.notice(until).await? {
        match notice {
            Notice::Message { channel, data } if channel == expected => return Ok(Some(data)),
            Notice::Urc(Urc::PeerDisconnected { handle: lost }) if lost == handle => {
                return Err(lost_connection().into());
            }
            Notice::Started => return Err(reset("waiting for the cloud").into()),
            Notice::Urc(_)
            | Notice::Raw(_)
            | Notice::LineRefused
            | Notice::Line(_)
            | Notice::Connected { .. }
            | Notice::Message { .. } => {}
        }
    }
    Ok(None)
}

fn unopened(name: PeerName) -> Problem {
    fault(format!("The plan uses the {name} peer before it is open"))
}

fn fault(message: String) -> Problem {
    Problem::new(Kind::Internal, message, "Report this as a fault of the program, with the recording")
}

/// A module without a default peer may refuse to forget it.
pub(super) async fn forget_default(talk: &Talk) -> Result<(), Stop> {
    match talk.ask(at::Command::new(FORGET_DEFAULT_PEER), CLOSE).await {
        Reply::Ok(_) | Reply::Error | Reply::Prompt => Ok(()),
        Reply::Silent => Err(silent(FORGET_DEFAULT_PEER).into()),
        Reply::Reset => Err(reset(FORGET_DEFAULT_PEER).into()),
    }
}

/// Between the first and the second `+UUNU` a module has an address and still refuses to connect (protocol.md §6.5).
async fn network_comes_up(talk: &Talk) -> Result<bool, Stop> {
    let until = talk.now() + SECOND_NETWORK_UP;
    while let Some(notice) = talk.notice(until).await? {
        match notice {
            Notice::Urc(Urc::NetworkUp { .. }) => return Ok(true),
            Notice::Started => return Err(reset("connecting").into()),
            Notice::Urc(_)
            | Notice::Raw(_)
            | Notice::LineRefused
            | Notice::Line(_)
            | Notice::Connected { .. }
            | Notice::Message { .. } => {}
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
    wait_until_closed(talk, handle).await
}

/// Until the module says that this peer is closed, or has had the time to.
pub(in crate::session) async fn wait_until_closed(talk: &Talk, handle: u32) -> Result<(), Stop> {
    let until = talk.now() + CLOSE;
    while let Some(notice) = talk.notice(until).await? {
        if matches!(notice, Notice::Urc(Urc::PeerDisconnected { handle: closed }) if closed == handle) {
            break;
        }
    }
    Ok(())
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
