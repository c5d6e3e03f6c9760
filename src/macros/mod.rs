//! Macros: named sequences of commands with waits, parameters and repeats, as a text that a person can write in any
//! editor. A macro is a value; with the values of its parameters it becomes a [`Script`], which `session` plays.
//!
//! A file holds one macro or more:
//!
//! ```text
//! # Join a Wi-Fi network
//! about: Joins a network and waits until the module has an address
//! key: F9
//! param: ssid | Name of the network (SSID) | lab-ap
//! secret: passphrase | 8 to 63 characters
//!
//! // A remark. A command that may be refused has "try" in front of it.
//! try AT+UWSCA=0,4
//! AT+UWSC=0,2,"{ssid}"
//! AT+UWSC=0,8,"{passphrase}"
//! AT+UWSCA=0,3
//! wait +UUNU unless +UUWLD within 20s
//! pause 500ms
//! repeat 3
//!   AT+UWSSTAT=6
//! end
//! ```
//!
//! `wait TEXT` waits for a line that begins with the text, `wait containing TEXT` for one that has it anywhere; lines
//! count from the last command on. A line that begins with what stands behind `unless` fails the macro at once. `restart` restarts the module and finds it again. `{{` and `}}` are braces.
//! No secret stands in a macro: where a command has one, the parameter of a `secret:` line stands.

mod danger;
mod kept;
mod library;
mod parse;
mod print;
mod script;
mod shipped;
mod template;
mod words;

pub use crate::shelf::Origin;
pub use danger::{dangers, unknown_commands};
pub use kept::KeptValues;
pub use library::Library;
pub use parse::{Flaw, parse};
pub use print::print;
pub use script::{Act, Script, Values};
pub use shipped::{SHIPPED, shipped};
pub use template::{Part, Template};

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A named sequence of steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Macro {
    /// One line, unlike every other name.
    pub name: String,
    /// What it is for, in one line; may be empty.
    pub about: String,
    pub key: Option<FunctionKey>,
    pub params: Vec<Param>,
    pub steps: Vec<Step>,
}

/// A value that is asked for before the macro is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// As it stands between braces: letters, digits, `_` and `-`.
    pub name: String,
    /// What it is, in a few words; may be empty.
    pub hint: String,
    pub kind: ParamKind,
}

/// Whether a value may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// With what is filled in until a person types something else.
    Open { default: String },
    /// It is never shown, written down or kept.
    Secret,
}

/// One line of a macro.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send a command and wait for its final answer.
    Send {
        command: Template,
        at_error: AtError,
    },
    /// Wait for a line.
    Wait {
        place: Place,
        text: Template,
        /// A line that begins so ends the macro: what is waited for will not come.
        unless: Option<Template>,
        within: Duration,
    },
    Pause(Duration),
    /// Restart the module and find it again.
    Restart,
    Repeat {
        times: u32,
        steps: Vec<Self>,
    },
    /// Words for whoever reads the macro.
    Remark(String),
}

/// What follows when the module refuses a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtError {
    Stop,
    GoOn,
}

/// Where in a line a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Begin,
    Anywhere,
}

/// A function key that a macro may have. F1 and F5 are taken by the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FunctionKey {
    F2,
    F3,
    F4,
    F6,
    F7,
    F8,
    F9,
    F10,
    F11,
    F12,
}

impl FunctionKey {
    /// All of them, in order.
    pub const ALL: [Self; 10] = [
        Self::F2,
        Self::F3,
        Self::F4,
        Self::F6,
        Self::F7,
        Self::F8,
        Self::F9,
        Self::F10,
        Self::F11,
        Self::F12,
    ];

    /// As it stands on the key.
    pub const fn name(self) -> &'static str {
        match self {
            Self::F2 => "F2",
            Self::F3 => "F3",
            Self::F4 => "F4",
            Self::F6 => "F6",
            Self::F7 => "F7",
            Self::F8 => "F8",
            Self::F9 => "F9",
            Self::F10 => "F10",
            Self::F11 => "F11",
            Self::F12 => "F12",
        }
    }
}

impl fmt::Display for FunctionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for FunctionKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|key| key.name().eq_ignore_ascii_case(text)).ok_or(())
    }
}

impl Macro {
    /// The parameter of this name.
    pub fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.name == name)
    }

    /// Its commands, one after the other, those of repeats once.
    pub fn commands(&self) -> Vec<&Template> {
        fn collect<'a>(steps: &'a [Step], found: &mut Vec<&'a Template>) {
            for step in steps {
                match step {
                    Step::Send { command, .. } => found.push(command),
                    Step::Repeat { steps, .. } => collect(steps, found),
                    Step::Wait { .. } | Step::Pause(_) | Step::Restart | Step::Remark(_) => {}
                }
            }
        }
        let mut found = Vec::new();
        collect(&self.steps, &mut found);
        found
    }
}

impl Param {
    /// Whether its value must not be shown.
    pub fn is_secret(&self) -> bool {
        self.kind == ParamKind::Secret
    }

    /// What is filled in at first.
    pub fn default_value(&self) -> &str {
        match &self.kind {
            ParamKind::Open { default } => default,
            ParamKind::Secret => "",
        }
    }
}

#[cfg(test)]
mod tests;
