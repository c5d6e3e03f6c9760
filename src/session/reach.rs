//! Looks which peers, servers and access point are configured, and closes a peer (protocol.md §6.7, §8.3).

use std::time::Duration;

use super::event::{Event, Reach};
use super::run;
use super::talk::{Reply, Stop, Talk, answered, would_be_payload};
use crate::at;
use crate::module::{DefaultPeer, ListedPeer, OwnAccessPoint, Server};
use crate::plan::Mode;

const ANSWER: Duration = Duration::from_secs(5);

/// Tells everything that is configured.
pub(super) async fn list(talk: &Talk) -> Result<(), Stop> {
    check_mode(talk)?;
    let mut reach = Reach::default();
    let lines = answered(talk.ask(at::Command::new("AT+UDLP?"), ANSWER).await, "AT+UDLP?")?;
    reach.peers = lines.iter().filter_map(|line| ListedPeer::parse(line)).collect();
    // What this module or firmware does not know stays unknown.
    let lines = optional(talk, "AT+UDDRP?").await;
    reach.default_peers =
        lines.map(|lines| lines.iter().filter_map(|line| DefaultPeer::parse(line)).collect());
    let lines = optional(talk, "AT+UDSC?").await;
    reach.servers = lines.map(|lines| lines.iter().filter_map(|line| Server::parse(line)).collect());
    if let Some(lines) = optional(talk, "AT+UWAPC=0").await {
        let mut own = OwnAccessPoint::default();
        let status = optional(talk, "AT+UWAPSTAT=3").await.unwrap_or_default();
        lines.iter().chain(&status).for_each(|line| own.take(line));
        reach.access_point = Some(own);
    }
    talk.tell(Event::Reach(Box::new(reach)));
    Ok(())
}

/// Closes the peer with this handle and tells what is left.
pub(super) async fn close(talk: &Talk, handle: u32) -> Result<(), Stop> {
    check_mode(talk)?;
    talk.forget_notices();
    let command = format!("AT+UDCPC={handle}");
    answered(talk.ask(at::Command::new(&command), ANSWER).await, &command)?;
    run::wait_until_closed(talk, handle).await?;
    list(talk).await
}

fn check_mode(talk: &Talk) -> Result<(), Stop> {
    if talk.mode() == Some(Mode::Data) { Err(would_be_payload().into()) } else { Ok(()) }
}

async fn optional(talk: &Talk, command: &str) -> Option<Vec<String>> {
    match talk.ask(at::Command::new(command), ANSWER).await {
        Reply::Ok(lines) => Some(lines),
        Reply::Error | Reply::Prompt | Reply::Silent | Reply::Reset => None,
    }
}
