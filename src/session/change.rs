//! Changes settings of the module itself: its line, what it does at a start, its echo. What makes the line deaf is taken
//! back (protocol.md §1.2, §1.3, §1.5).

use std::time::Duration;

use super::event::Event;
use super::find;
use super::modes;
use super::report::report;
use super::search::confirm;
use super::talk::{Notice, Request, Stop, Talk, answered, would_be_payload};
use crate::at;
use crate::module::{Echo, FlowControl, LineSettings, StartMode};
use crate::plan::Mode;
use crate::problem::{Kind, Problem};

const ANSWER: Duration = Duration::from_secs(5);
/// From the `OK` at the old speed to the first command at the new one: what the slowest family needs.
const SETTLED: Duration = Duration::from_secs(1);

/// A port is set in less than this; it says so only when it cannot be set.
const PORT: Duration = Duration::from_millis(50);

/// A change of the module's own settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Module and port talk like this from now on, until the next restart unless it is stored.
    Line(LineSettings),
    /// The mode after the next restart, stored at once.
    StartMode(StartMode),
    /// Until the next restart.
    Echo(Echo),
    /// Mark all settings for storing, which happens at the next restart.
    Store,
    /// Factory settings, with the restart that they need.
    Factory,
}

/// Carries the change out and asks anew what the module says of itself.
pub(super) async fn change(talk: &Talk, change: Change) -> Result<(), Stop> {
    if talk.mode() == Some(Mode::Data) {
        return Err(would_be_payload().into());
    }
    match change {
        Change::Line(line) => set_line(talk, line).await?,
        Change::StartMode(mode) => {
            command(talk, &format!("AT+UMSM={}", mode.code())).await?;
            store(talk).await?;
        }
        Change::Echo(Echo::On) => command(talk, "ATE1").await?,
        Change::Echo(Echo::Off) => command(talk, "ATE0").await?,
        Change::Store => store(talk).await?,
        Change::Factory => return factory(talk).await,
    }
    report(talk).await
}

async fn command(talk: &Talk, text: &str) -> Result<(), Stop> {
    answered(talk.ask(at::Command::new(text), ANSWER).await, text)?;
    Ok(())
}

async fn store(talk: &Talk) -> Result<(), Stop> {
    command(talk, "AT&W").await?;
    talk.desk().unstored_line = None;
    Ok(())
}

/// Restarts into factory settings, at the factory's speed.
async fn factory(talk: &Talk) -> Result<(), Stop> {
    command(talk, "AT+UFACTORY").await?;
    talk.desk().unstored_line = Some(LineSettings::FACTORY);
    modes::restart(talk).await?;
    find::identify(talk).await?;
    if talk.mode() == Some(Mode::Data) { Ok(()) } else { report(talk).await }
}

async fn set_line(talk: &Talk, wanted: LineSettings) -> Result<(), Stop> {
    if talk.mode() != Some(Mode::Command) {
        return Err(only_in_command_mode().into());
    }
    let before = talk.look().line;
    // A port that cannot be set like this must not be left behind by its module.
    let possible = use_line(talk, wanted).await;
    let _ = use_line(talk, before).await;
    talk.request(Request::Assume(Some(Mode::Command)));
    possible.map_err(|()| not_possible(wanted))?;
    command(talk, &wanted.command()).await?;
    talk.pause(talk.now() + SETTLED).await;
    let _ = use_line(talk, wanted).await;
    if confirm(talk, Mode::Command).await.is_some() {
        let mut desk = talk.desk();
        desk.unstored_line.get_or_insert(before);
        drop(desk);
        talk.tell(Event::LineSet(wanted));
        return Ok(());
    }
    go_back(talk, wanted, before).await
}

/// The module does not answer with the new settings. It may hear all the same, so it is told to go back unheard.
async fn go_back(talk: &Talk, wanted: LineSettings, before: LineSettings) -> Result<(), Stop> {
    let _ = use_line(talk, LineSettings { flow: FlowControl::None, ..wanted }).await;
    talk.request(Request::Assume(Some(Mode::Command)));
    talk.ask(at::Command::new(&before.command()), SETTLED).await;
    talk.pause(talk.now() + SETTLED).await;
    let _ = use_line(talk, before).await;
    if confirm(talk, Mode::Command).await.is_some() {
        return Err(went_back(wanted).into());
    }
    talk.request(Request::Assume(None));
    talk.tell(Event::Mode(None));
    Err(deaf(wanted).into())
}

/// Sets the port; an error if it cannot be set like this.
async fn use_line(talk: &Talk, line: LineSettings) -> Result<(), ()> {
    talk.forget_notices();
    talk.request(Request::SetLine(line));
    let until = talk.now() + PORT;
    while let Ok(Some(notice)) = talk.notice(until).await {
        if matches!(notice, Notice::LineRefused) {
            return Err(());
        }
    }
    Ok(())
}

/// Goes back to the line that a restart brings, if that is another than the present one.
pub(super) async fn follow_restart(talk: &Talk) {
    let stored = talk.desk().unstored_line.take();
    if let Some(line) = stored.filter(|line| *line != talk.look().line) {
        let _ = use_line(talk, line).await;
        talk.request(Request::Assume(Some(Mode::Command)));
        talk.tell(Event::LineSet(line));
    }
}

fn words(line: LineSettings) -> String {
    let flow = match line.flow {
        FlowControl::RtsCts => "RTS/CTS flow control",
        FlowControl::None => "no flow control",
    };
    format!("{} bit/s with {flow}", line.speed)
}

fn only_in_command_mode() -> Problem {
    Problem::new(
        Kind::ModuleUnsuitable,
        "In extended data mode a module changes its line only by a restart",
        "Restart the module into command mode first",
    )
}

fn not_possible(line: LineSettings) -> Problem {
    Problem::new(
        Kind::WrongForm,
        format!("This port cannot be set to {}", words(line)),
        "Choose another speed; the module was not changed",
    )
}

fn went_back(line: LineSettings) -> Problem {
    Problem::new(
        Kind::ModuleSilent,
        format!("Nothing readable came at {}, so module and port went back", words(line)),
        "Choose a lower speed; for RTS/CTS, check that the cable carries both lines",
    )
}

fn deaf(line: LineSettings) -> Problem {
    Problem::new(
        Kind::ModuleSilent,
        format!("The module does not answer at {}, and not at its old settings either", words(line)),
        "Switch its power off and on: the change was not stored, so it comes back with the old settings",
    )
}
