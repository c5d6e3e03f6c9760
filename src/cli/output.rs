//! What sub-commands write: results to standard output, problems to standard error. A reader that went away, such as
//! `head`, is no reason to stop: a set-up under way is carried through.

use std::fmt::Display;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

use serde::Serialize;

use crate::problem::{Fault, Problem};
use crate::profile::{Job, Remark};

/// How a sub-command ends: part of the contract with scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Done,
    Failed,
    WrongUse,
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::WrongUse => 2,
            Exit::Interrupted => 130,
        })
    }
}

impl Exit {
    /// The status for a problem that came up before anything was sent to a module.
    pub(super) fn of(problem: &Problem) -> Self {
        if problem.kind.fault() == Fault::Input { Self::WrongUse } else { Self::Failed }
    }
}

/// Writes one line to standard output, at once.
pub(super) fn say(line: impl Display) {
    let mut out = stdout().lock();
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}

/// Writes a value as one line of JSON.
pub(super) fn say_json(value: &impl Serialize) {
    say(serde_json::to_string(value).unwrap_or_default());
}

/// Writes what a person should know about the files of a job to standard error; nobody is asked.
pub(super) fn warn(job: &Job) {
    for Remark { field, finding } in &job.remarks {
        let help = finding.help.as_deref().unwrap_or_default();
        drop(writeln!(stderr().lock(), "warning: {field}: {}\n  {help}", finding.message));
    }
}

/// Writes what happened and what to do to standard error.
pub(super) fn complain(problem: &Problem) {
    drop(writeln!(stderr().lock(), "{problem}\n  {}", problem.help));
}
