//! Serial ports: 8N1, exclusive, DTR left as it is. All rules about what an error of the port means stand here
//! (they were found by trying: the library's own kinds do not tell busy from absent).

use std::io::{self, ErrorKind::*};
use std::path::Path;
use std::time::Duration;

use serialport::{ClearBuffer, ErrorKind, SerialPort};

use super::{Transport, ports};
use crate::model::PortName;
use crate::problem::{Kind, Problem};
use crate::session::{FlowControl, LineSettings};

/// How long one write may wait for the port to take anything.
const WRITE_LIMIT: Duration = Duration::from_millis(1);

pub(super) struct Serial {
    port: Box<dyn SerialPort>,
    path: String,
    /// Reading and writing share one limit in the port.
    limit: Duration,
}

impl Serial {
    pub(super) fn open(path: &str, LineSettings { speed, flow }: LineSettings) -> Result<Self, Problem> {
        #[cfg(unix)]
        let beside = dtr::beside(path);
        let mut port = serialport::new(path, speed_to_set(path, speed))
            .flow_control(flow_to_set(flow))
            .timeout(WRITE_LIMIT)
            .open()
            .map_err(|error| unopened(path, &error))?;
        #[cfg(unix)]
        dtr::keep(beside);
        assert_rts(port.as_mut(), flow);
        Ok(Self { port, path: path.to_owned(), limit: WRITE_LIMIT })
    }

    fn limit(&mut self, limit: Duration) -> Result<(), Problem> {
        // On Windows a limit below a millisecond means none at all.
        let limit = limit.max(WRITE_LIMIT);
        if limit != self.limit {
            self.port.set_timeout(limit).map_err(|_| self.lost())?;
            self.limit = limit;
        }
        Ok(())
    }

    /// Only these errors are harmless; everything else means that the port is gone.
    fn settle(&self, result: io::Result<usize>) -> Result<usize, Problem> {
        result.or_else(|error| match error.kind() {
            TimedOut | WouldBlock | Interrupted => Ok(0),
            _ => Err(self.lost()),
        })
    }

    fn lost(&self) -> Problem {
        Problem::new(
            Kind::PortLost,
            format!("The port {} is gone", self.path),
            "Plug the module in again, then connect again",
        )
    }
}

impl Transport for Serial {
    fn read(&mut self, buffer: &mut [u8], patience: Duration) -> Result<usize, Problem> {
        self.limit(patience)?;
        let result = self.port.read(buffer);
        if let Ok(0) = result { Err(self.lost()) } else { self.settle(result) }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize, Problem> {
        self.limit(WRITE_LIMIT)?;
        let result = self.port.write(bytes);
        self.settle(result)
    }

    fn set_line(&mut self, LineSettings { speed, flow }: LineSettings) -> Result<(), Problem> {
        let path = &self.path;
        drop(self.port.clear(ClearBuffer::Output));
        let unset = |error| unopened(path, &error);
        self.port.set_baud_rate(speed_to_set(path, speed)).map_err(unset)?;
        self.port.set_flow_control(flow_to_set(flow)).map_err(unset)?;
        assert_rts(self.port.as_mut(), flow);
        Ok(())
    }
}

impl Drop for Serial {
    fn drop(&mut self) {
        // Otherwise closing may wait half a minute for a module that holds CTS off.
        drop(self.port.clear(ClearBuffer::Output));
    }
}

const fn flow_to_set(flow: FlowControl) -> serialport::FlowControl {
    match flow {
        FlowControl::RtsCts => serialport::FlowControl::Hardware,
        FlowControl::None => serialport::FlowControl::None,
    }
}

/// A module with flow control says nothing to a computer that does not assert RTS (protocol.md §1.1). Not every port has
/// that line.
fn assert_rts(port: &mut dyn SerialPort, flow: FlowControl) {
    if flow == FlowControl::None {
        drop(port.write_request_to_send(true));
    }
}

/// macOS cannot set the speed of a pseudo-terminal; 0 leaves it alone.
fn speed_to_set(path: &str, speed: u32) -> u32 {
    if cfg!(target_os = "macos") && path.starts_with("/dev/ttys") { 0 } else { speed }
}

fn unopened(path: &str, error: &serialport::Error) -> Problem {
    let missing = || {
        Problem::new(
            Kind::PortMissing,
            format!("There is no port {path}"),
            "Plug the module in, and see which ports there are with “xpress-center ports”",
        )
    };
    match error.kind() {
        ErrorKind::Io(NotFound) => missing(),
        ErrorKind::Io(PermissionDenied) => Problem::new(
            Kind::PortForbidden,
            format!("You may not open {path}"),
            "Add yourself to the group dialout (sudo usermod -aG dialout $USER), then log in again",
        ),
        ErrorKind::NoDevice if is_there(path) => Problem::new(
            Kind::PortBusy,
            format!("Another program has {path} open"),
            "Close the other program, such as a terminal or ModemManager",
        ),
        ErrorKind::NoDevice => missing(),
        ErrorKind::Unknown | ErrorKind::InvalidInput | ErrorKind::Io(_) => Problem::new(
            Kind::PortMissing,
            format!("{path} cannot be used as a serial port: {error}"),
            "Choose one of the ports that “xpress-center ports” shows",
        ),
    }
}

fn is_there(path: &str) -> bool {
    let name = PortName::Serial(path.to_owned());
    Path::new(path).exists() || ports::list().iter().any(|port| port.name == name)
}

/// A module in data mode takes the fall of DTR for the wish to leave it (protocol.md §1.6), and the system lets DTR fall
/// when a port is closed, unless it is told not to. The library cannot tell it, so this opens the port a second time.
#[cfg(unix)]
mod dtr {
    use rustix::fd::OwnedFd;
    use rustix::fs::{Mode, OFlags, open};
    use rustix::termios::{ControlModes, OptionalActions, tcgetattr, tcsetattr};

    /// Opens the port beside the library, before that makes it exclusive.
    pub(super) fn beside(path: &str) -> Option<OwnedFd> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        open(path, flags, Mode::empty()).ok()
    }

    /// Leaves DTR asserted when the port is closed. Where that cannot be had, the port is used all the same.
    pub(super) fn keep(port: Option<OwnedFd>) {
        let Some((port, mut line)) = port.and_then(|port| tcgetattr(&port).ok().map(|line| (port, line)))
        else {
            return;
        };
        line.control_modes.remove(ControlModes::HUPCL);
        let _ = tcsetattr(&port, OptionalActions::Now, &line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str) -> Problem {
        let line = LineSettings { speed: 115_200, flow: FlowControl::RtsCts };
        Serial::open(path, line).map(|_| ()).unwrap_err()
    }

    #[test]
    fn a_port_that_is_not_there_is_missing() {
        assert_eq!(refused("/dev/nowhere").kind, Kind::PortMissing);
    }

    #[test]
    fn a_port_that_another_program_has_and_one_that_nobody_may_open_are_told_apart_with_what_to_do() {
        let here = std::env::temp_dir().display().to_string();
        let told = |kind| unopened(&here, &serialport::Error::new(kind, "it does not open"));
        let (busy, forbidden) = (told(ErrorKind::NoDevice), told(ErrorKind::Io(PermissionDenied)));
        assert_eq!((busy.kind, forbidden.kind), (Kind::PortBusy, Kind::PortForbidden));
        assert!(busy.help.contains("Close the other program"), "{busy}");
        assert!(forbidden.help.contains("dialout"), "{forbidden}");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_terminal_is_no_port() {
        let problem = refused("/dev/null");
        assert_eq!(problem.kind, Kind::PortMissing);
        assert!(problem.message.contains("cannot be used"), "{problem}");
    }
}
