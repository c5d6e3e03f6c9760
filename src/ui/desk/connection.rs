//! Where the connection leads, and what opens and closes it.

use super::Desk;
use crate::model::{Connection, Line, Neighbour, Order, Settings};
use crate::problem::{Kind, Problem};
use crate::ui::dialogs::Dialog;

impl Desk {
    /// Who chooses another connection does not wait for the lost one.
    pub(super) fn select(&mut self, connection: Connection) {
        self.selected = connection;
        if matches!(self.model.line, Line::Lost { .. }) {
            self.model.give_up_line();
        }
    }

    /// The next start of the program leads there as well.
    pub(super) fn connect(&mut self, settings: &mut Settings) {
        self.open_line();
        self.remember_connection(self.selected.clone(), settings);
    }

    /// A lost line is taken up as it was.
    pub(super) fn open_line(&mut self) {
        if let Line::Lost { connection, .. } = &self.model.line {
            self.selected = connection.clone();
        }
        if let Some(other) = self.model.holder(&self.selected.port) {
            return self.trouble(in_use(&self.selected, other));
        }
        self.model.connecting(&self.selected);
        self.handle.send(Order::Connect(self.selected.clone()));
    }

    /// What is connected is searched first, else what is selected.
    pub(super) fn find_module(&mut self) {
        let first = self.model.line.connection().unwrap_or(&self.selected).clone();
        self.model.search = None;
        self.dialog = Dialog::Search;
        let except = self.model.neighbours.iter().filter_map(|other| other.port.clone()).collect();
        self.handle.send(Order::FindModule { first, except });
    }

    /// The next connection leads where a search has found a module, or to where it has moved.
    pub(super) fn follow_line(&mut self, settings: &mut Settings) {
        if let Line::Open(connection) = &self.model.line {
            self.remember_connection(connection.clone(), settings);
        }
    }

    fn remember_connection(&mut self, connection: Connection, settings: &mut Settings) {
        self.selected = connection;
        settings.connection = Some(self.selected.clone());
        self.save(settings);
    }

    pub(super) fn disconnect(&mut self) {
        match self.model.line {
            Line::Lost { .. } => self.model.give_up_line(),
            Line::Closed | Line::Opening(_) | Line::Open(_) => self.handle.send(Order::Disconnect),
        }
    }
}

fn in_use(connection: &Connection, other: &Neighbour) -> Problem {
    Problem::new(
        Kind::PortBusy,
        format!("{} is open as {} in this window", connection.port.title(), other.title),
        "Choose another port, or go to its tab",
    )
}
