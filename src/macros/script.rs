//! A macro with the values of its parameters: a flat list of what to do, with everything filled in.

use std::collections::BTreeMap;
use std::time::Duration;

use super::template::Quoting;
use super::words::check_upload;
use super::{AtError, Macro, Param, Part, Place, Step, Template};
use crate::at;
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// The values of parameters, by name. All are kept as secrets are, because some are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, Secret>);

/// What is to be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    pub name: String,
    /// Repeats are written out.
    pub acts: Vec<Act>,
    secrets: Vec<Secret>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Send a command and wait for its final answer.
    Send {
        command: at::Command,
        at_error: AtError,
    },
    /// Wait for a line.
    Wait {
        place: Place,
        text: String,
        /// What a line begins with after which it will not come.
        unless: Option<String>,
        within: Duration,
    },
    Pause(Duration),
    /// Restart the module and find it again.
    Restart,
}

impl Act {
    /// Whether a line is the one that is waited for.
    pub fn is_met_by(&self, line: &str) -> bool {
        match self {
            Self::Wait { place: Place::Begin, text, .. } => line.starts_with(text.as_str()),
            Self::Wait { place: Place::Anywhere, text, .. } => line.contains(text.as_str()),
            Self::Send { .. } | Self::Pause(_) | Self::Restart => false,
        }
    }

    /// Whether a line says that the one that is waited for will not come.
    pub fn is_ended_by(&self, line: &str) -> bool {
        matches!(self, Self::Wait { unless: Some(unless), .. } if line.starts_with(unless.as_str()))
    }
}

impl Values {
    /// What the parameters of a macro are at first.
    pub fn defaults(of: &Macro) -> Self {
        let mut values = Self::default();
        of.params.iter().for_each(|param| values.set(&param.name, param.default_value()));
        values
    }

    /// From now on the parameter has this value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), Secret::new(value));
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map(Secret::reveal).unwrap_or_default()
    }
}

impl Script {
    /// What must not be shown.
    pub fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// The commands as they may be shown.
    pub fn shown_commands(&self) -> impl Iterator<Item = &str> {
        self.acts.iter().filter_map(|act| match act {
            Act::Send { command, .. } => Some(command.shown()),
            Act::Wait { .. } | Act::Pause(_) | Act::Restart => None,
        })
    }
}

impl Macro {
    /// What is to be played with these values.
    ///
    /// # Errors
    /// Each value that is missing or has no place in a command, at the name of its parameter.
    pub fn script(&self, values: &Values) -> Result<Script, Vec<Problem>> {
        let problems: Vec<_> = self.params.iter().filter_map(|param| check(param, values)).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut acts = Vec::new();
        self.write_out(&self.steps, values, &mut acts).map_err(|problem| vec![problem])?;
        let secrets = self.params.iter().filter(|param| param.is_secret());
        let secrets = secrets.map(|param| Secret::new(values.get(&param.name))).collect();
        Ok(Script { name: self.name.clone(), acts, secrets })
    }

    /// The same with `{name}` for each value.
    ///
    /// # Errors
    /// A command that cannot be sent whatever the values are.
    pub fn outline(&self) -> Result<Script, Vec<Problem>> {
        let mut values = Values::default();
        self.params.iter().for_each(|param| values.set(&param.name, &format!("{{{}}}", param.name)));
        self.script(&values)
    }

    fn write_out(&self, steps: &[Step], values: &Values, acts: &mut Vec<Act>) -> Result<(), Problem> {
        for step in steps {
            match step {
                Step::Send { command, at_error } => {
                    acts.push(Act::Send { command: self.command(command, values)?, at_error: *at_error });
                }
                Step::Wait { place, text, unless, within } => {
                    let (place, within) = (*place, *within);
                    let text = plain(text, values);
                    let unless = unless.as_ref().map(|unless| plain(unless, values));
                    acts.push(Act::Wait { place, text, unless, within });
                }
                Step::Pause(time) => acts.push(Act::Pause(*time)),
                Step::Restart => acts.push(Act::Restart),
                Step::Remark(_) => {}
                Step::Repeat { times, steps } => {
                    for _ in 0..*times {
                        self.write_out(steps, values, acts)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn command(&self, template: &Template, values: &Values) -> Result<at::Command, Problem> {
        let command = template.parts().iter().fold(at::Command::new(""), |command, part| match part {
            Part::Text(text) => command.plain(text),
            Part::Hole { name, quoting } => {
                let value = Secret::new(match quoting {
                    Quoting::Quoted => escaped(values.get(name)),
                    Quoting::Plain => values.get(name).to_owned(),
                });
                match self.param(name) {
                    Some(param) if !param.is_secret() => command.plain(value.reveal()),
                    Some(_) | None => command.secret(&value),
                }
            }
        });
        check_upload(command.wire())?;
        // What was typed for an open parameter may put a secret where nobody expected one.
        if at::masked(command.shown()) != command.shown() {
            return Err(Problem::new(
                Kind::PlainSecret,
                format!("With these values a secret would be shown in {}", at::masked(command.shown())),
                "Make its parameter a secret one: write secret: in place of param: in the macro",
            ));
        }
        Ok(command)
    }
}

/// A text without secrets, filled in.
fn plain(template: &Template, values: &Values) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Hole { name, .. } => values.get(name).to_owned(),
    };
    template.parts().iter().map(part).collect()
}

/// The inside of an AT string (protocol.md §2.1).
fn escaped(value: &str) -> String {
    let quoted = Secret::new(at::quote(value));
    let inner = quoted.reveal().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or_default().to_owned()
}

fn check(param: &Param, values: &Values) -> Option<Problem> {
    let value = values.get(&param.name);
    if value.is_empty() {
        let help = if param.hint.is_empty() { "Type it" } else { &param.hint };
        let problem = Problem::new(Kind::MissingField, "A value is missing", help);
        return Some(problem.at(&param.name));
    }
    let control = value.chars().any(char::is_control);
    let problem = || {
        Problem::new(
            Kind::WrongForm,
            "There is a line end or another control character in the value",
            "Type it without",
        )
    };
    control.then(|| problem().at(&param.name))
}
