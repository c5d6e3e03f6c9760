//! `simulate`: a simulated module on a virtual serial port.

use std::net::SocketAddr;

use super::interrupt::interruptions;
use super::output::{Exit, complain, say};
use super::values::{explained, firmware};
use crate::module::{Firmware, Model};
use crate::problem::{Kind, Problem};
use crate::secret::Secret;
use crate::shell::clock::Clock;
use crate::shell::net::ConnectTo;
use crate::shell::serve::{self, Client, Listener};
use crate::shell::simulation::Simulation;
use crate::simulator::{AccessPoint, Fault, Protection, Settings, Timing};

/// Serve a simulated module on a virtual serial port.
///
/// The first line on standard output is `port: NAME`, where NAME is what other programs open, such as /dev/pts/3. Then the
/// module is served until SIGINT or SIGTERM, which ends with status 130. Its connections are real TCP, TLS and MQTT.
#[derive(clap::Args)]
#[command(after_long_help = more_help())]
pub(super) struct SimulateArguments {
    /// What the module says it is
    #[arg(long, default_value = "NINA-W152")]
    model: Model,
    /// The firmware, which decides what the module can do
    #[arg(long, default_value = "4.0.0-006", value_parser = firmware)]
    firmware: Firmware,
    /// Decides everything that is left to chance, also serial number and address
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Whether the module takes as long as a real one
    #[arg(long, value_enum, default_value_t = Time::Real)]
    time: Time,
    /// A Wi-Fi network in reach; open without a passphrase
    // Read later than the other arguments, whose wrong values are shown to the person.
    #[arg(long = "ap", value_name = "SSID[:PASSPHRASE]")]
    access_points: Vec<String>,
    /// Lead connections elsewhere, as curl does; names in certificates are still checked against HOST
    #[arg(long, value_name = "HOST:PORT=ADDR:PORT", value_parser = explained::<ConnectTo>)]
    connect_to: Vec<ConnectTo>,
    /// Let something go wrong; see below
    #[arg(long = "fault", value_name = "NAME[=VALUE]", value_parser = explained::<Fault>)]
    faults: Vec<Fault>,
    /// Serve over TCP instead of a pseudo-terminal; the first line is then `port: tcp://ADDR:PORT`
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
}

const EXAMPLE: &str = "\
Example, with a broker on this computer in place of the cloud:
  xpress-center simulate --ap lab-ap:hunter2hunter2 \\
      --connect-to abc123-ats.iot.eu-west-1.amazonaws.com:8883=127.0.0.1:8883";

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Time {
    /// As long as a real one
    Real,
    /// A hundredth of that
    Fast,
}

fn more_help() -> String {
    let faults = Fault::NAMES.iter().map(|(name, what)| format!("  {name:24}{what}\n"));
    format!("Faults:\n{}\n{EXAMPLE}", faults.collect::<String>())
}

pub(super) fn run(arguments: SimulateArguments) -> Exit {
    match simulate(arguments) {
        Ok(()) => Exit::Interrupted,
        Err(problem) => {
            complain(&problem);
            Exit::of(&problem)
        }
    }
}

fn simulate(arguments: SimulateArguments) -> Result<(), Problem> {
    let clock = Clock::start();
    let access_points =
        arguments.access_points.iter().map(|text| access_point(text)).collect::<Result<_, _>>()?;
    let stop = interruptions()?;
    let mut client = open(arguments.listen)?;
    let seed =
        arguments.seed.unwrap_or_else(|| clock.date().0.unsigned_abs() ^ u64::from(std::process::id()));
    let detours = arguments.connect_to.clone();
    let mut simulation = Simulation::new(settings(arguments, access_points, clock), seed, detours);
    say(format_args!("port: {}", client.name()));
    serve::serve(client.as_mut(), &mut simulation, clock, &stop);
    Ok(())
}

fn settings(arguments: SimulateArguments, access_points: Vec<AccessPoint>, clock: Clock) -> Settings {
    Settings {
        access_points,
        timing: match arguments.time {
            Time::Real => Timing::Real,
            Time::Fast => Timing::Fast,
        },
        faults: arguments.faults.into_iter().collect(),
        ..Settings::new(arguments.model, arguments.firmware, clock.date_at_start())
    }
}

fn open(listen: Option<SocketAddr>) -> Result<Box<dyn Client>, Problem> {
    let Some(address) = listen else { return open_terminal() };
    match Listener::open(address) {
        Ok(listener) => Ok(Box::new(listener)),
        Err(error) => Err(Problem::new(
            Kind::PortBusy,
            format!("Nothing can be served at {address}: {error}"),
            "Choose an address of this computer and a free port, such as 127.0.0.1:0",
        )),
    }
}

#[cfg(unix)]
fn open_terminal() -> Result<Box<dyn Client>, Problem> {
    match crate::shell::pty::Terminal::open() {
        Ok(terminal) => Ok(Box::new(terminal)),
        Err(error) => Err(no_terminal(&error.to_string())),
    }
}

#[cfg(not(unix))]
fn open_terminal() -> Result<Box<dyn Client>, Problem> {
    Err(no_terminal("this system has none"))
}

fn no_terminal(why: &str) -> Problem {
    Problem::new(
        Kind::PortMissing,
        format!("There is no pseudo-terminal to be had: {why}"),
        "Serve over TCP with --listen 127.0.0.1:0 and open the port that is printed",
    )
}

/// An SSID may hold colons, a passphrase rarely does: the last one counts.
fn access_point(text: &str) -> Result<AccessPoint, Problem> {
    let wrong = |message: &str| {
        Problem::new(Kind::WrongForm, message, "Write --ap SSID for an open network, or --ap SSID:PASSPHRASE")
            .at("--ap")
    };
    let (ssid, protection) = match text.rsplit_once(':') {
        Some((ssid, passphrase)) => (ssid, Protection::Passphrase(Secret::new(passphrase))),
        None => (text, Protection::Open),
    };
    if !(1..=32).contains(&ssid.len()) {
        return Err(wrong("An SSID has 1 to 32 bytes"));
    }
    if let Protection::Passphrase(passphrase) = &protection
        && !(8..=63).contains(&passphrase.reveal().len())
    {
        return Err(wrong("A passphrase has 8 to 63 characters"));
    }
    Ok(AccessPoint { ssid: ssid.to_owned(), protection })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_point_is_open_or_has_a_passphrase() {
        let open = access_point("guest").unwrap();
        assert_eq!((open.ssid.as_str(), open.protection), ("guest", Protection::Open));
        let closed = access_point("lab:ap:hunter2hunter2").unwrap();
        assert_eq!(closed, AccessPoint::with_passphrase("lab:ap", "hunter2hunter2"));
    }

    #[test]
    fn an_access_point_that_cannot_be_is_refused_without_its_passphrase() {
        for text in ["", ":hunter2hunter2", "lab-ap:secret1", "lab-ap:", &"x".repeat(33)] {
            let problem = access_point(text).unwrap_err();
            assert_eq!(Exit::of(&problem), Exit::WrongUse, "{text}");
            assert!(!format!("{problem:?}").contains("secret1"));
        }
    }
}
