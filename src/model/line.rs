//! The serial line as the window knows it: closed, being opened, open, or lost and perhaps back.

use super::order::{Connection, Port, PortName};
use crate::problem::Problem;
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
    },
}

/// Whether the port of a lost line is plugged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Away,
    /// It is listed again: going on is offered.
    Back,
}

impl Line {
    pub(super) fn lost(connection: Connection, problem: Problem) -> Self {
        Self::Lost { connection, problem, port: Presence::Away }
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

    /// Ports served over TCP are never listed, so they count as always there.
    pub(super) fn handle_ports(&mut self, ports: &[Port]) {
        if let Self::Lost { connection, port: presence, .. } = self {
            let listed = ports.iter().any(|port| port.name == connection.port);
            let back = listed || !matches!(connection.port, PortName::Serial(_));
            *presence = if back { Presence::Back } else { Presence::Away };
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
