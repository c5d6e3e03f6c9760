//! The serial line as the window knows it: closed, being opened, open, or lost and perhaps back.

use super::order::{Connection, Port, PortName, UsbIds};
use crate::plan::Mode;
use crate::problem::{Kind, Problem};
use crate::session::LineSettings;

/// What has become of the line.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Line {
    #[default]
    Closed,
    Opening(Connection),
    Open(Connection),
    /// It went away by itself.
    Lost {
        connection: Connection,
        problem: Problem,
        port: Presence,
        resume: Resume,
    },
}

/// How a lost line is taken up once its port is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// By itself.
    AtOnce,
    /// When a person says so: the first bytes might go to a cloud, or the line was dropped on purpose.
    WhenAsked,
}

impl Resume {
    /// After this problem, in this mode.
    pub(super) fn after(problem: &Problem, mode: Option<Mode>) -> Self {
        match (problem.kind, mode) {
            (Kind::PortLost, Some(Mode::Command | Mode::Extended) | None) => Self::AtOnce,
            _ => Self::WhenAsked,
        }
    }
}

/// Whether the port of a lost line is plugged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Away,
    /// It is listed again.
    Back,
}

/// How often opening a port that is back may fail; a system needs a moment to hand it over.
const MOST_ATTEMPTS: u32 = 5;

/// By what a lost line is found again.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    socket: Option<Socket>,
    /// How often it was tried to take it up since it was lost.
    attempts: u32,
}

/// A USB device that can be told from all others, and which of its ports it is. A system may give it another name when it
/// is plugged in again, and its name to another device.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Socket {
    usb: UsbIds,
    place: usize,
}

impl Track {
    /// The line leads to this port now.
    pub(super) fn opened(&mut self, name: &PortName, ports: &[Port]) {
        let usb = ports.iter().find(|port| port.name == *name).and_then(|port| port.usb.as_ref());
        let usb = usb.filter(|usb| usb.serial_number.is_some());
        let socket = usb.and_then(|usb| {
            let place = on_device(usb, ports).position(|port| port.name == *name)?;
            Some(Socket { usb: usb.clone(), place })
        });
        *self = Self { socket, attempts: 0 };
    }

    /// A line is about to be opened.
    pub(super) fn opening(&mut self, before: &Line) {
        match before {
            Line::Lost { .. } => self.attempts += 1,
            Line::Closed | Line::Opening(_) | Line::Open(_) => *self = Self::default(),
        }
    }

    /// Whether a line that could not be opened is waited for. One over TCP is never listed, so trying is the only way to see
    /// that it is back.
    pub(super) fn waits_for(&self, name: &PortName) -> bool {
        match name {
            PortName::Tcp(_) => self.attempts > 0,
            PortName::Serial(_) | PortName::Simulated => (1..MOST_ATTEMPTS).contains(&self.attempts),
        }
    }

    /// What the port is called now, if it is plugged in.
    fn find(&self, name: &PortName, ports: &[Port]) -> Option<PortName> {
        match (name, &self.socket) {
            (PortName::Serial(_), Some(socket)) => {
                on_device(&socket.usb, ports).nth(socket.place).map(|port| port.name.clone())
            }
            (PortName::Serial(_), None) => ports.iter().any(|port| port.name == *name).then(|| name.clone()),
            (PortName::Simulated | PortName::Tcp(_), _) => Some(name.clone()),
        }
    }
}

/// The ports of one device, in the order of their names.
fn on_device<'a>(usb: &'a UsbIds, ports: &'a [Port]) -> impl Iterator<Item = &'a Port> {
    ports.iter().filter(move |port| port.usb.as_ref() == Some(usb))
}

impl Line {
    pub(super) fn lost(connection: Connection, problem: Problem, resume: Resume) -> Self {
        Self::Lost { connection, problem, port: Presence::Away, resume }
    }

    /// Whether it is to be taken up without a word.
    pub fn resumes(&self) -> bool {
        matches!(self, Self::Lost { port: Presence::Back, resume: Resume::AtOnce, .. })
    }

    /// Where it leads, or led.
    pub fn connection(&self) -> Option<&Connection> {
        match self {
            Self::Closed => None,
            Self::Opening(connection) | Self::Open(connection) | Self::Lost { connection, .. } => {
                Some(connection)
            }
        }
    }

    /// Whether bytes can be sent.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// Whether its port is open, or about to be.
    pub const fn is_held(&self) -> bool {
        matches!(self, Self::Open(_) | Self::Opening(_))
    }

    /// The line that is open is set like this now.
    pub(super) fn set(&mut self, settings: LineSettings) {
        if let Self::Open(connection) = self {
            *self = Self::Open(connection.clone().with_line(settings));
        }
    }

    pub(super) fn opened(&mut self) {
        if let Some(connection) = self.connection() {
            *self = Self::Open(connection.clone());
        }
    }

    /// These ports are plugged in now.
    pub(super) fn handle_ports(&mut self, ports: &[Port], track: &Track) {
        if let Self::Lost { connection, port: presence, .. } = self {
            let found = track.find(&connection.port, ports);
            *presence = if found.is_some() { Presence::Back } else { Presence::Away };
            found.into_iter().for_each(|name| connection.port = name);
        }
    }
}

impl PortName {
    /// What a person calls it.
    pub fn title(&self) -> String {
        match self {
            Self::Simulated => "Simulated module".to_owned(),
            Self::Serial(_) | Self::Tcp(_) => self.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, serial: Option<&str>) -> Port {
        let usb = Some(UsbIds { vendor: 0x0403, product: 0x6010, serial_number: serial.map(str::to_owned) });
        Port { name: PortName::from(name), description: String::new(), usb }
    }

    /// Where a line is that was lost on `name`, opened while `before` were there.
    fn found(name: &str, before: &[Port], now: &[Port]) -> Option<String> {
        let connection = Connection::to(PortName::from(name));
        let mut track = Track::default();
        track.opened(&connection.port, before);
        let problem = Problem::new(Kind::PortLost, "It is gone", "Plug it in");
        let mut line = Line::lost(connection, problem, Resume::AtOnce);
        line.handle_ports(now, &track);
        line.resumes().then(|| line.connection().map(|connection| connection.port.to_string()))?
    }

    #[test]
    fn a_device_is_known_by_its_serial_number_whatever_its_ports_are_called() {
        let two = |device, first, second| [port(first, Some(device)), port(second, Some(device))];
        let before =
            [two("A", "/dev/ttyUSB0", "/dev/ttyUSB1"), two("B", "/dev/ttyUSB2", "/dev/ttyUSB3")].concat();
        assert_eq!(found("/dev/ttyUSB1", &before, &before).as_deref(), Some("/dev/ttyUSB1"));
        let swapped =
            [two("B", "/dev/ttyUSB0", "/dev/ttyUSB1"), two("A", "/dev/ttyUSB2", "/dev/ttyUSB3")].concat();
        assert_eq!(found("/dev/ttyUSB1", &before, &swapped).as_deref(), Some("/dev/ttyUSB3"));
        assert_eq!(found("/dev/ttyUSB1", &before, &two("B", "/dev/ttyUSB0", "/dev/ttyUSB1")), None);
    }

    #[test]
    fn a_device_without_a_serial_number_is_known_by_the_name_of_its_port() {
        let ports = [port("/dev/ttyUSB0", None), port("/dev/ttyUSB1", None)];
        assert_eq!(found("/dev/ttyUSB0", &ports, &ports).as_deref(), Some("/dev/ttyUSB0"));
        assert_eq!(found("/dev/ttyUSB0", &ports, &ports[1..]), None);
    }

    #[test]
    fn nothing_is_sent_unasked_where_it_might_go_to_a_cloud_or_the_line_was_dropped_on_purpose() {
        let problem = |kind| Problem::new(kind, "It is gone", "Connect again");
        let lost = problem(Kind::PortLost);
        assert_eq!(Resume::after(&lost, Some(Mode::Command)), Resume::AtOnce);
        assert_eq!(Resume::after(&lost, Some(Mode::Extended)), Resume::AtOnce);
        assert_eq!(Resume::after(&lost, None), Resume::AtOnce);
        assert_eq!(Resume::after(&lost, Some(Mode::Data)), Resume::WhenAsked);
        assert_eq!(Resume::after(&problem(Kind::Cancelled), Some(Mode::Command)), Resume::WhenAsked);
    }
}
