//! What the commands of a macro can do that is not wanted by accident, and which of them nobody knows.

use super::{Act, Macro, Script, Step, Template};
use crate::at;
use crate::catalogue::{self, Danger, Line};

/// What playing it can do, each once, in the order of the commands.
pub fn dangers(script: &Script) -> Vec<Danger> {
    let mut found = Vec::new();
    for act in &script.acts {
        let danger = match act {
            Act::Send { command, .. } => catalogue::explain(Line::Sent(command.shown())).danger,
            Act::Restart => Some(Danger::Restarts),
            Act::Wait { .. } | Act::Pause(_) => None,
        };
        if let Some(danger) = danger.filter(|danger| !found.contains(danger)) {
            found.push(danger);
        }
    }
    found
}

/// Its commands that stand in no table, as they are written.
pub fn unknown_commands(of: &Macro) -> Vec<String> {
    let is_known = |text: &str| {
        let request = at::Request::parse(text);
        request.is_some_and(|request| catalogue::command(&format!("AT{}", request.name)).is_some())
    };
    let mut unknown: Vec<_> = of.commands().into_iter().map(Template::shown).collect();
    unknown.retain(|command| !is_known(command));
    unknown.dedup();
    unknown
}

impl Macro {
    /// Whether there is nothing for it to do.
    pub fn is_idle(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Remark(_)))
    }
}
