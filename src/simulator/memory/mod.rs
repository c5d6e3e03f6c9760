//! What a module remembers, and what of it survives a restart (protocol.md §1.3): settings that were marked by
//! `AT&W`, networks stored by `AT+UWSCA=n,1`, certificates always, URL values never.

mod certificates;
mod network;
mod profile;

use std::collections::BTreeMap;

pub(super) use certificates::{Certificates, MAX_NAME, MAX_SIZE};
pub(super) use network::{NetworkConfig, Security};
pub(super) use profile::{Banner, DefaultPeer, Profile};

/// The memory of a module.
#[derive(Default)]
pub(super) struct Memory {
    /// The settings in force.
    pub(super) profile: Profile,
    /// The station configurations in force, by their numbers.
    pub(super) networks: BTreeMap<u8, NetworkConfig>,
    /// What `AT+UDUV` has set.
    pub(super) url_values: BTreeMap<u8, String>,
    /// Certificates and keys; they are in flash from the start.
    pub(super) certificates: Certificates,
    stored_profile: Profile,
    stored_networks: BTreeMap<u8, NetworkConfig>,
    /// What `AT&W` has marked.
    marks: Option<Profile>,
    factory: Factory,
}

/// Whether `AT+UFACTORY` waits for the restart.
#[derive(Default, PartialEq, Eq)]
enum Factory {
    #[default]
    Untouched,
    Ordered,
}

impl Memory {
    /// A module that uses and has stored these settings.
    pub(super) fn with_profile(profile: Profile) -> Self {
        Self { stored_profile: profile.clone(), profile, ..Self::default() }
    }

    /// `AT&W`
    pub(super) fn mark(&mut self) {
        self.marks = Some(self.profile.clone());
    }

    /// `ATZ`
    pub(super) fn forget_marks(&mut self) {
        self.marks = None;
    }

    /// `AT+UFACTORY`
    pub(super) fn order_factory(&mut self) {
        self.factory = Factory::Ordered;
        self.marks = None;
    }

    /// Whether a restart would bring the settings in force back.
    pub(super) fn is_saved(&self) -> bool {
        self.marks.as_ref().unwrap_or(&self.stored_profile) == &self.profile
    }

    /// `AT+UWSCA=<number>,1`
    pub(super) fn store_network(&mut self, number: u8) {
        let network = self.networks.get(&number).cloned().unwrap_or_default();
        self.stored_networks.insert(number, network);
    }

    /// `AT+UWSCA=<number>,2`
    pub(super) fn load_network(&mut self, number: u8) {
        let network = self.stored_networks.get(&number).cloned().unwrap_or_default();
        self.networks.insert(number, network);
    }

    /// What is left after `AT+CPWROFF` or a reset: only the first of them writes the marks.
    pub(super) fn restart(&mut self, cause: Restart) {
        if std::mem::take(&mut self.factory) == Factory::Ordered {
            *self = Self { marks: self.marks.take(), ..Self::default() };
        }
        if let Some(marked) = self.marks.take().filter(|_| cause == Restart::Ordered) {
            self.stored_profile = marked;
        }
        self.profile = self.stored_profile.clone();
        self.networks = self.stored_networks.clone();
        self.url_values.clear();
    }
}

/// Why a module starts again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restart {
    /// By `AT+CPWROFF`.
    Ordered,
    /// By itself.
    Crash,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::Echo;

    fn with_echo_off() -> Memory {
        let mut memory = Memory::default();
        memory.profile.echo = Echo::Off;
        memory
    }

    #[test]
    fn a_setting_that_was_not_marked_is_lost() {
        let mut memory = with_echo_off();
        memory.restart(Restart::Ordered);
        assert_eq!(memory.profile.echo, Echo::On);
    }

    #[test]
    fn a_marked_setting_is_there_after_an_ordered_restart_only() {
        for (cause, echo) in [(Restart::Ordered, Echo::Off), (Restart::Crash, Echo::On)] {
            let mut memory = with_echo_off();
            memory.mark();
            memory.restart(cause);
            assert_eq!(memory.profile.echo, echo);
        }
    }

    #[test]
    fn what_changes_after_the_mark_is_not_marked() {
        let mut memory = with_echo_off();
        memory.mark();
        memory.profile.dtr = 2;
        assert!(!memory.is_saved());
        memory.restart(Restart::Ordered);
        assert_eq!((memory.profile.echo, memory.profile.dtr), (Echo::Off, 1));
        assert!(memory.is_saved());
    }

    #[test]
    fn forgotten_marks_are_not_written() {
        let mut memory = with_echo_off();
        memory.mark();
        memory.forget_marks();
        memory.restart(Restart::Ordered);
        assert_eq!(memory.profile.echo, Echo::On);
    }

    #[test]
    fn a_factory_reset_acts_with_the_restart_and_takes_everything() {
        let mut memory = with_echo_off();
        memory.mark();
        memory.restart(Restart::Ordered);
        memory.store_network(0);
        memory.order_factory();
        assert_eq!(memory.profile.echo, Echo::Off);
        memory.restart(Restart::Ordered);
        assert_eq!(memory.profile.echo, Echo::On);
        assert!(memory.networks.is_empty());
    }

    #[test]
    fn url_values_are_gone_after_a_restart() {
        let mut memory = Memory::default();
        memory.url_values.insert(0, "x".into());
        memory.restart(Restart::Ordered);
        assert!(memory.url_values.is_empty());
    }
}
