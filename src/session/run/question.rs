//! Asks the module what a plan wants to know. A question that the module refuses is answered with no.

use std::time::Duration;

use crate::at;
use crate::module::{CredentialHash, StationState, StoredCredential, WifiStatus};
use crate::plan::{Mode, Question};
use crate::problem::{Kind, Problem};
use crate::session::find;
use crate::session::talk::{Reply, Stop, Talk, reset, silent};

const ANSWER: Duration = Duration::from_secs(5);

/// Whether it is so.
pub(super) async fn holds(talk: &Talk, question: &Question) -> Result<bool, Stop> {
    match question {
        Question::Stored { kind, name, md5 } => {
            let command = at::Command::new(&format!("AT+USECMNG=4,{},", kind.code())).quoted(name);
            let lines = lines(talk, command).await?;
            let hash = lines.iter().find_map(|line| CredentialHash::parse(line));
            Ok(hash.is_some_and(|hash| hash.md5.eq_ignore_ascii_case(md5)))
        }
        Question::Present { kind, name } => {
            let lines = lines(talk, at::Command::new("AT+USECMNG=3")).await?;
            let mut stored = lines.iter().filter_map(|line| StoredCredential::parse(line));
            Ok(stored.any(|stored| stored.kind == *kind && stored.name == *name))
        }
        Question::Joined { configuration, ssid } => joined(talk, *configuration, ssid).await,
        Question::OutOfPackets => Ok(talk.mode() != Some(Mode::Extended)),
        // The runner has the answers, and asks nobody.
        Question::Known(_) => Ok(false),
    }
}

/// The problem that it is not so.
pub(super) fn not_so(question: &Question) -> Problem {
    match question {
        Question::Stored { name, .. } | Question::Present { name, .. } => Problem::new(
            Kind::ModuleUnsuitable,
            format!("Nothing is stored on the module under the name {name}"),
            "Upload the file, or correct the name",
        ),
        Question::Joined { ssid, .. } => Problem::new(
            Kind::WifiLost,
            format!("The module is not on the network {ssid}"),
            "Check that the access point is in reach, then try again",
        ),
        Question::OutOfPackets => Problem::new(
            Kind::ModuleUnsuitable,
            "The module is in extended data mode after its restart too",
            "Set it to start in command mode with AT+UMSM=0 and AT&W, restart it and try again",
        ),
        Question::Known(hole) => Problem::new(
            Kind::CloudAnswer,
            format!("No answer of the cloud named the {}", hole.replace('_', " ")),
            "Look at the answer in the traffic pane; the service may have changed",
        ),
    }
}

async fn joined(talk: &Talk, configuration: u8, ssid: &str) -> Result<bool, Stop> {
    if find::status(talk, 3).await != Some(WifiStatus::State(StationState::Connected)) {
        return Ok(false);
    }
    if find::status(talk, 0).await != Some(WifiStatus::Ssid(ssid.to_owned())) {
        return Ok(false);
    }
    // The network may have been joined by another configuration; then this one is still to be written.
    let configured = lines(talk, at::Command::new(&format!("AT+UWSC={configuration},2"))).await?;
    let same = configured.iter().any(|line| at::Answer::parse(line).text(2) == Some(ssid));
    Ok(same && find::address(talk).await.is_some())
}

async fn lines(talk: &Talk, command: at::Command) -> Result<Vec<String>, Stop> {
    let shown = command.shown().to_owned();
    match talk.ask(command, ANSWER).await {
        Reply::Ok(lines) => Ok(lines),
        Reply::Error | Reply::Prompt => Ok(Vec::new()),
        Reply::Silent => Err(silent(&shown).into()),
        Reply::Reset => Err(reset(&shown).into()),
    }
}
