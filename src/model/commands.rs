//! What the commands on the wire add up to, whoever sent them: which settings would be lost at a restart.

use crate::catalogue::{Storing, storing};
use crate::session::{Wire, WireKind};

/// Folded from what crosses the wire.
#[derive(Debug, Default)]
pub struct Commands {
    under_way: Option<String>,
    changed: Vec<Changed>,
}

/// A command that has changed settings since they were stored, and the one that stores them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Changed {
    command: &'static str,
    by: &'static str,
}

impl Commands {
    /// Which settings a restart would lose, as a sentence; `None` if there are none that this program knows of.
    pub fn unsaved(&self) -> Option<String> {
        let (first, more) = self.changed.split_first()?;
        let names = |of: fn(&Changed) -> &'static str| {
            let mut names = vec![of(first)];
            more.iter().map(of).for_each(|name| {
                if !names.contains(&name) {
                    names.push(name);
                }
            });
            names.join(", ")
        };
        let (set, stored) = (names(|changed| changed.command), names(|changed| changed.by));
        Some(format!("What {set} has set is not stored yet and would be lost; {stored} stores it"))
    }

    pub(super) fn note(&mut self, wire: &Wire) {
        match wire.kind {
            WireKind::Command => self.under_way = Some(wire.text().into_owned()),
            WireKind::Ok => {
                let done = self.under_way.take();
                self.accepted(done.as_deref().and_then(storing));
            }
            WireKind::Error => self.under_way = None,
            WireKind::Prompt
            | WireKind::Upload
            | WireKind::Echo
            | WireKind::Answer
            | WireKind::Unsolicited
            | WireKind::Data { .. }
            | WireKind::Noise
            | WireKind::Packet => {}
        }
    }

    /// What is said from now on is no answer to it.
    pub(super) fn unanswered(&mut self) {
        self.under_way = None;
    }

    fn accepted(&mut self, storing: Option<Storing>) {
        match storing {
            Some(Storing::Changes { command, by }) => {
                let changed = Changed { command, by };
                if !self.changed.contains(&changed) {
                    self.changed.push(changed);
                }
            }
            Some(Storing::Stores { by }) => self.changed.retain(|changed| changed.by != by),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;
    use crate::session::Direction;

    fn after(wires: &[(WireKind, &str)]) -> Commands {
        let mut commands = Commands::default();
        for (kind, text) in wires {
            let direction = if *kind == WireKind::Command { Direction::Sent } else { Direction::Received };
            commands.note(&Wire { at: Moment::START, direction, kind: *kind, bytes: (*text).into() });
        }
        commands
    }

    #[test]
    fn accepted_settings_are_unsaved_until_the_command_that_stores_them() {
        let set = (WireKind::Command, "AT+UMSM=1");
        let (ok, error) = ((WireKind::Ok, "OK"), (WireKind::Error, "ERROR"));
        let unsaved = after(&[set, ok]).unsaved().unwrap();
        assert!(unsaved.contains("AT+UMSM") && unsaved.contains("AT&W stores"), "{unsaved}");
        assert_eq!(after(&[set, error]).unsaved(), None);
        assert_eq!(after(&[set, ok, (WireKind::Command, "AT&W"), ok]).unsaved(), None);
        let wifi = (WireKind::Command, "AT+UWSC=0,2,\"lab\"");
        assert!(after(&[wifi, ok, (WireKind::Command, "AT&W"), ok]).unsaved().is_some());
        assert_eq!(after(&[wifi, ok, (WireKind::Command, "AT+UWSCA=0,1"), ok]).unsaved(), None);
    }
}
