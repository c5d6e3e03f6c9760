//! The catalogue itself: one file for each group of commands, one for what modules say unasked.

mod events;
mod general;
mod identity;
mod modes;
mod network;
mod peer_data;
mod peers;
mod security;
mod wifi_access_point;
mod wifi_radio;
mod wifi_station;

use super::{Choice, Command, Event, Param, Values};

pub(super) use events::BOOT_TEXTS;

/// The tables of commands, by group.
pub(super) const COMMANDS: &[&[Command]] = &[
    general::COMMANDS,
    identity::COMMANDS,
    modes::COMMANDS,
    wifi_station::COMMANDS,
    wifi_radio::COMMANDS,
    wifi_access_point::COMMANDS,
    network::COMMANDS,
    security::COMMANDS,
    peers::COMMANDS,
    peer_data::COMMANDS,
];

/// What modules say unasked.
pub(super) const EVENTS: &[Event] = events::EVENTS;

/// Off and on, as most switches have it.
const SWITCH: &[Choice] = &[Choice::new("0", "off"), Choice::new("1", "on")];

/// The handle of a peer.
const HANDLE: Param = Param::new("handle", "the number of the peer that +UDCP gave", Values::Number(0, 255));

const fn value(meaning: &'static str, values: Values) -> Param {
    Param::new("value", meaning, values)
}

const fn switch(meaning: &'static str) -> Param {
    Param::one_of("value", meaning, SWITCH)
}
