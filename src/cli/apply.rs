//! `apply`: the steps of a profile on a module, without a window. It is one more client of the worker that the window has.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, select};

use super::course::{Course, Next};
use super::interrupt::interruptions;
use super::job::{Assignment, Wanted};
use super::output::{Exit, complain, warn};
use super::report::{Form, Outcome, Report};
use crate::model::{Connection, DEFAULT_SPEED, FlowControl, Handle, News, Order, PortName};
use crate::problem::Problem;
use crate::profile::Job;
use crate::session::{Event, Wish};
use crate::shell::clock::Clock;
use crate::shell::link::{LinkHandle, Worker};
use crate::shell::recording::{Growth, Recording};

/// Carry out a profile on a module
///
/// Exit status: 0 the module is connected; 1 the module, the network or the cloud failed; 2 arguments or profile are wrong,
/// and nothing was sent; 130 interrupted. Ctrl+C brings the module back to a prompt; a second one drops the line.
/// Problems go to standard error.
///
/// With --json, each line on standard output is an object:
/// {"step":3,"of":12,"title":"…","state":"running|done|failed|skipped","elapsed_ms":…}, a failed one with
/// "problem":{"kind","message","help"}, and last {"result":"connected|failed|cancelled",…}.
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_long_help = EXAMPLES)]
pub(super) struct ApplyArguments {
    /// The profile, a JSON file
    profile: PathBuf,
    /// Where the module is: /dev/ttyUSB0, COM4, tcp://HOST:PORT, or simulated
    #[arg(long, value_parser = |text: &str| Ok::<_, std::convert::Infallible>(PortName::from(text)))]
    port: PortName,
    /// Print JSON lines
    #[arg(long)]
    json: bool,
    /// Bits per second
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SPEED, value_parser = clap::value_parser!(u32).range(1200..=5_250_000))]
    baud: u32,
    /// Do without RTS and CTS
    #[arg(long)]
    no_flow_control: bool,
    /// Record everything that crosses the wire, with secrets as dots
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Put a value into the profile; {serial} and {mac} stand for the module's own
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    assignments: Vec<Assignment>,
}

const EXAMPLES: &str = "\
Examples:
  xpress-center apply lab-gateway.json --port /dev/ttyUSB0
  xpress-center apply lab-gateway.json --port COM4 --json --set cloud.client_id=gw-{serial}";

pub(super) fn run(arguments: &ApplyArguments) -> Exit {
    let clock = Clock::start();
    match job(arguments, clock) {
        Ok(job) => {
            warn(&job);
            set_up(arguments, job, clock)
        }
        Err(problems) => {
            problems.iter().for_each(complain);
            Exit::WrongUse
        }
    }
}

fn job(arguments: &ApplyArguments, clock: Clock) -> Result<Job, Vec<Problem>> {
    let mut wanted = Wanted::read(&arguments.profile)?;
    arguments.assignments.iter().try_for_each(|assignment| wanted.set(assignment))?;
    wanted.job(clock.date())
}

fn set_up(arguments: &ApplyArguments, job: Job, clock: Clock) -> Exit {
    let mut report = Report::new(if arguments.json { Form::Json } else { Form::Text });
    let outcome = prepare(arguments, clock).map_or_else(
        |problem| Outcome::Failed(vec![problem]),
        |(recording, stop)| {
            let mut link = Worker::start(clock, || {});
            link.send(Order::Connect(connection(arguments)));
            follow(&mut link, Course::new(job), &mut report, recording, &stop)
        },
    );
    report.outcome(&outcome);
    match outcome {
        Outcome::Connected(_) | Outcome::Registered(_) => Exit::Done,
        Outcome::Failed(_) => Exit::Failed,
        Outcome::Cancelled => Exit::Interrupted,
    }
}

fn prepare(arguments: &ApplyArguments, clock: Clock) -> Result<(Option<Recording>, Receiver<()>), Problem> {
    let recording =
        arguments.record.as_deref().map(|path| Recording::start(path, clock, Growth::OneFile)).transpose()?;
    Ok((recording, interruptions()?))
}

fn connection(arguments: &ApplyArguments) -> Connection {
    let flow = if arguments.no_flow_control { FlowControl::None } else { FlowControl::RtsCts };
    Connection { port: arguments.port.clone(), speed: arguments.baud, flow }
}

/// Hears news and interruptions until the set-up has ended.
fn follow(
    link: &mut LinkHandle,
    mut course: Course,
    report: &mut Report,
    mut recording: Option<Recording>,
    stop: &Receiver<()>,
) -> Outcome {
    let news = link.news().clone();
    loop {
        let next = select! {
            recv(news) -> news => match news {
                Ok(News::Session(event)) => {
                    record(&mut recording, &event);
                    course.handle(event, report)
                }
                Ok(News::Trouble(problem)) => Next::End(Outcome::Failed(vec![problem])),
                Ok(_) => Next::Wait,
                Err(_) => Next::End(Outcome::Failed(vec![super::course::no_worker()])),
            },
            recv(stop) -> _ => course.interrupt(),
        };
        match next {
            Next::Wait => {}
            Next::Run(plan) => link.send(Order::Wish(Wish::Run(plan))),
            Next::Cancel => link.send(Order::Wish(Wish::Cancel)),
            Next::End(outcome) => return outcome,
        }
    }
}

/// A recording that fails is said and given up; the set-up goes on.
fn record(recording: &mut Option<Recording>, event: &Event) {
    let (Some(open), Event::Wire(wire)) = (recording.as_mut(), event) else { return };
    if let Err(problem) = open.add(wire).and_then(|()| open.flush()) {
        complain(&problem);
        *recording = None;
    }
}
