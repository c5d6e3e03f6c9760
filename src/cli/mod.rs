//! The sub-commands. What users script against is the contract of `--help`: keep it stable.

mod apply;
mod check;
mod course;
mod interrupt;
mod job;
mod output;
mod plan;
mod ports;
mod report;
mod simulate;
mod token;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use self::output::Exit;
use crate::problem::Problem;

/// Sets up u-connectXpress Wi-Fi modules for the cloud and shows everything that happens on the wire.
///
/// Without a command, the window opens.
///
/// Exit status: 0 done; 1 it failed; 2 wrong use; 130 interrupted. Problems go to standard error: what happened, and below
/// it what to do.
#[derive(Parser)]
#[command(name = "xpress-center", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    window: Window,
}

#[derive(Subcommand)]
enum Command {
    Ports(ports::PortsArguments),
    Simulate(simulate::SimulateArguments),
    Check(check::CheckArguments),
    Plan(plan::PlanArguments),
    Apply(apply::ApplyArguments),
    Token(token::TokenArguments),
}

/// How the window is to open.
#[derive(clap::Args)]
pub struct Window {
    /// Choose this port in the window; each further one opens another module beside it
    #[arg(long = "port", value_name = "PORT")]
    pub ports: Vec<String>,
    /// Open this profile in its wizard
    #[arg(long, value_name = "FILE")]
    pub profile: Option<std::path::PathBuf>,
    /// Draw with this alone, instead of trying one after the other
    #[arg(long, hide = true)]
    pub renderer: Option<Renderer>,
}

/// What the window is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Renderer {
    Wgpu,
    Glow,
}

/// Runs the sub-command that the arguments name (the first is the program itself), or opens the window.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    open_window: impl FnOnce(Window) -> Result<(), Problem>,
) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // It is help or a version that was asked for, or it says what is wrong; a closed pipe is no reason to panic.
            drop(error.print());
            return if error.use_stderr() { Exit::WrongUse } else { Exit::Done }.into();
        }
    };
    match arguments.command {
        None => open_window(arguments.window).map_or_else(|problem| failed(&problem), |()| Exit::Done),
        Some(Command::Ports(arguments)) => ports::run(&arguments),
        Some(Command::Simulate(arguments)) => simulate::run(arguments),
        Some(Command::Check(arguments)) => check::run(&arguments),
        Some(Command::Plan(arguments)) => plan::run(&arguments),
        Some(Command::Apply(arguments)) => apply::run(&arguments),
        Some(Command::Token(arguments)) => token::run(&arguments),
    }
    .into()
}

fn failed(problem: &Problem) -> Exit {
    output::complain(problem);
    Exit::Failed
}
