//! Command, data and extended data mode (protocol.md §4).

use super::super::{Ability, Choice, Command, Danger, Form, Group, Needs, Param, Values};

const MODE: &[Param] = &[Param::one_of(
    "mode",
    "the mode to enter",
    &[
        Choice::new("0", "command mode").inferred(),
        Choice::new("1", "data mode").danger(Danger::LeavesCommandMode),
        Choice::new("2", "extended data mode")
            .danger(Danger::NeedsRestartToLeave)
            .needs(Needs::Ability(Ability::Edm)),
        Choice::new("3", "PPP mode").danger(Danger::LeavesCommandMode).needs(Needs::Ability(Ability::Ppp)),
    ],
)
.default("1")];

const FEATURES: &[Param] =
    &[Param::new("features", "a sum of bits; 1 is the escape over the air", Values::Free).rest()];

/// The commands of this group.
pub(super) const COMMANDS: &[Command] = &[
    Command::new("ATO", "Enter a mode", Group::Modes, "§4")
        .forms(&[Form::run_with("Enter {mode}", MODE)])
        .ok("The mode is entered; wait 50 ms before sending data")
        .note("Default peers are connected on entering data mode or extended data mode")
        .examples(&["ATO1", "ATO2"]),
    Command::new("+++", "Leave data mode", Group::Modes, "§4")
        .forms(&[Form::run("Leave data mode for command mode")])
        .ok("The module is in command mode again; peers stay connected")
        .note("A second of silence before and after, the three within 200 ms; otherwise it is payload")
        .examples(&["+++"]),
    Command::new("AT+UDSF", "Serial features of peers", Group::Modes, "§4")
        .forms(&[Form::set("Set serial features of peers to {features}", FEATURES).inferred()])
        .note("Bit 0 allows the escape over the air; the rest is not documented here")
        .examples(&["AT+UDSF=1"]),
];
