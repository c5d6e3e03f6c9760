//! The settings that `AT&W` stores, with their factory values. Which command changes which is not known here.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::secret::Secret;
use crate::simulator::reader::Registers;
use crate::simulator::settings::{Echo, LineSettings, Mode};

/// Settings of a module.
#[derive(Clone, PartialEq)]
pub(in crate::simulator) struct Profile {
    pub(in crate::simulator) echo: Echo,
    pub(in crate::simulator) registers: Registers,
    /// The line settings of the next start.
    pub(in crate::simulator) line: LineSettings,
    /// The mode of the next start.
    pub(in crate::simulator) mode: Mode,
    pub(in crate::simulator) banner: Banner,
    /// `AT&D`
    pub(in crate::simulator) dtr: u8,
    /// `AT&S`
    pub(in crate::simulator) dsr: u8,
    /// `AT+UNHN`
    pub(in crate::simulator) host_name: String,
    /// `AT+UDCFG`
    pub(in crate::simulator) peer_options: Table,
    /// `AT+UWCFG`
    pub(in crate::simulator) radio_options: Table,
    /// `AT+UDDRP`
    pub(in crate::simulator) default_peers: BTreeMap<u8, DefaultPeer>,
    /// `AT+UDSC`: what follows the number, for those that are not off. None of them is served.
    pub(in crate::simulator) servers: BTreeMap<u8, String>,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            echo: Echo::On,
            registers: Registers::default(),
            line: LineSettings::default(),
            mode: Mode::Command,
            banner: Banner { shown: true, text: "+STARTUP".to_owned() },
            dtr: 1,
            dsr: 1,
            host_name: String::new(),
            peer_options: Table::new(&PEER_OPTIONS),
            radio_options: Table::new(&RADIO_OPTIONS),
            default_peers: BTreeMap::new(),
            servers: BTreeMap::new(),
        }
    }
}

/// The text of `AT+CSGT`.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::simulator) struct Banner {
    pub(in crate::simulator) shown: bool,
    pub(in crate::simulator) text: String,
}

/// A peer of `AT+UDDRP`.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::simulator) struct DefaultPeer {
    /// May hold a password.
    pub(in crate::simulator) url: Secret,
    /// 2 always connected, 4 by a signal, 6 both, 0 neither.
    pub(in crate::simulator) scheme: u8,
}

impl DefaultPeer {
    /// Whether it is connected again when it is lost.
    pub(in crate::simulator) fn is_always_connected(&self) -> bool {
        self.scheme & 2 != 0
    }
}

/// A tag, its factory value and what it may be.
type Entry = (u16, i32, RangeInclusive<i32>);

/// `AT+UDCFG` (protocol.md §8.3).
const PEER_OPTIONS: [Entry; 6] = [
    (0, 1, 0..=1),
    (1, 1, 0..=1),
    (2, 2, 1..=8),
    (3, 0, 0..=255),
    (RECONNECT, 10_000, 100..=60_000),
    (5, 0, 0..=1),
];
const RECONNECT: u16 = 4;

/// `AT+UWCFG` (protocol.md §6.7); TX power 255 is automatic.
const RADIO_OPTIONS: [Entry; 11] = [
    (0, 1, 0..=1),
    (1, 0, 0..=2),
    (2, 255, 0..=255),
    (5, -55, -128..=0),
    (6, -70, -128..=0),
    (10, 0, 0..=1),
    (11, 1, 0..=3),
    (21, 0, 0..=2),
    (22, 0, 0..=1),
    (24, 1, 1..=3),
    (25, 3, 1..=3),
];

/// Numbers by tag.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::simulator) struct Table {
    options: &'static [Entry],
    changed: BTreeMap<u16, i32>,
}

impl Table {
    fn new(options: &'static [Entry]) -> Self {
        Self { options, changed: BTreeMap::new() }
    }

    /// The value of a tag that exists.
    pub(in crate::simulator) fn get(&self, tag: u16) -> Option<i32> {
        let (_, factory, _) = self.options.iter().find(|(own, ..)| *own == tag)?;
        Some(self.changed.get(&tag).copied().unwrap_or(*factory))
    }

    /// Sets a tag that exists to a value it may have.
    pub(in crate::simulator) fn set(&mut self, tag: u16, value: i32) -> Option<()> {
        self.options.iter().find(|(own, _, range)| *own == tag && range.contains(&value))?;
        self.changed.insert(tag, value);
        Some(())
    }
}
