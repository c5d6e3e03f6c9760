//! Looks at what is stored on the module, adds to it and takes from it (protocol.md §7). What is there already is not
//! uploaded again, and after each change everything is told anew. The dialogue of an upload stands in `run::upload`.

use std::time::Duration;

use super::event::{Event, StoreEvent};
use super::run;
use super::talk::{Reply, Stop, Talk, answered, reset, silent, would_be_payload};
use crate::at;
use crate::module::{CredentialHash, CredentialKind, StoredCredential};
use crate::plan::{Mode, Upload};
use crate::problem::{Kind, Problem};

const ANSWER: Duration = Duration::from_secs(5);
const LIST: &str = "AT+USECMNG=3";

/// Tells everything that is stored.
pub(super) async fn list(talk: &Talk) -> Result<(), Stop> {
    check_mode(talk)?;
    let entries = entries(talk, &[]).await?;
    talk.tell(Event::Store(StoreEvent::Listed(entries)));
    Ok(())
}

/// Uploads a certificate or key, unless the same content is stored already under whatever name.
pub(super) async fn add(talk: &Talk, upload: &Upload) -> Result<(), Stop> {
    check_mode(talk)?;
    let mut before = entries(talk, &[]).await?;
    let same = |entry: &&StoredCredential| entry.is_same(upload.kind, upload.md5.as_deref());
    if let Some(entry) = before.iter().find(same) {
        let (kind, name) = (entry.kind, entry.name.clone());
        talk.tell(Event::Store(StoreEvent::AlreadyThere { kind, name }));
        talk.tell(Event::Store(StoreEvent::Listed(before)));
        return Ok(());
    }
    talk.check_cancelled()?;
    let result = run::upload(talk, upload).await;
    before.retain(|entry| !entry.is(upload.kind, &upload.name));
    if let Ok(md5) = &result {
        let (kind, name) = (upload.kind, upload.name.clone());
        talk.tell(Event::Store(StoreEvent::Stored { kind, name: name.clone(), md5: md5.clone() }));
        before.push(StoredCredential { kind, name, subject: None, expiry: None, md5: md5.clone() });
    }
    tell_change(talk, &before, result.map(drop)).await
}

/// Removes what is stored under this name.
pub(super) async fn remove(talk: &Talk, kind: CredentialKind, name: &str) -> Result<(), Stop> {
    check_mode(talk)?;
    let command = at::Command::new(&format!("AT+USECMNG=2,{},", kind.code())).quoted(name);
    let shown = command.shown().to_owned();
    let result = match talk.ask(command, ANSWER).await {
        Reply::Error => Err(not_removed(name).into()),
        reply => answered(reply, &shown).map(drop).map_err(Stop::from),
    };
    if result.is_ok() {
        talk.tell(Event::Store(StoreEvent::Removed { kind, name: name.to_owned() }));
    }
    tell_change(talk, &[], result).await
}

/// Tells what is stored after something was done, also if it failed: it may have been done in part. A module that does
/// not answer any more is not asked.
async fn tell_change(talk: &Talk, known: &[StoredCredential], result: Result<(), Stop>) -> Result<(), Stop> {
    let is_gone = |problem: &Problem| matches!(problem.kind, Kind::ModuleSilent | Kind::ModuleReset);
    if matches!(&result, Err(Stop::Problem(problem)) if is_gone(problem)) {
        return result;
    }
    let entries = entries(talk, known).await;
    let listed = entries.map(|entries| talk.tell(Event::Store(StoreEvent::Listed(entries))));
    result.and(listed)
}

/// The list with the MD5 of each entry; those of `known` are not asked for again.
async fn entries(talk: &Talk, known: &[StoredCredential]) -> Result<Vec<StoredCredential>, Stop> {
    let lines = answered(talk.ask(at::Command::new(LIST), ANSWER).await, LIST)?;
    let mut entries: Vec<_> = lines.iter().filter_map(|line| StoredCredential::parse(line)).collect();
    for entry in &mut entries {
        let known = known.iter().find(|known| known.is(entry.kind, &entry.name));
        entry.md5 = match known.and_then(|known| known.md5.clone()) {
            Some(md5) => Some(md5),
            None => md5(talk, entry.kind, &entry.name).await?,
        };
    }
    Ok(entries)
}

/// The MD5 of one entry; a module that refuses to tell leaves it unknown.
async fn md5(talk: &Talk, kind: CredentialKind, name: &str) -> Result<Option<String>, Stop> {
    talk.check_cancelled()?;
    let command = at::Command::new(&format!("AT+USECMNG=4,{},", kind.code())).quoted(name);
    let shown = command.shown().to_owned();
    match talk.ask(command, ANSWER).await {
        Reply::Ok(lines) => {
            Ok(lines.iter().find_map(|line| CredentialHash::parse(line)).map(|hash| hash.md5))
        }
        Reply::Error | Reply::Prompt => Ok(None),
        Reply::Silent => Err(silent(&shown).into()),
        Reply::Reset => Err(reset(&shown).into()),
    }
}

fn check_mode(talk: &Talk) -> Result<(), Problem> {
    if talk.mode() == Some(Mode::Data) { Err(would_be_payload()) } else { Ok(()) }
}

fn not_removed(name: &str) -> Problem {
    Problem::new(
        Kind::ModuleRefused,
        format!("The module refused to remove {name}"),
        "It may be in use: close the peers that use it, or restart the module, and try again",
    )
}
