//! Whether a module can take a plan: abilities that its firmware lacks, commands that are longer than its line, and the
//! shortest change that would make it fit. What a module can do at all stands in `module::capabilities`.

use std::cmp::Reverse;

use super::cloud;
use super::make::Facts;
use super::step::{Act, Stage, Step};
use crate::module::Capabilities;
use crate::problem::{Kind, Problem};
use crate::profile::{Cloud, Job};

/// What a set-up asks of a module beyond what every one can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A SAS token as password.
    Token,
    /// Extended data mode.
    ExtendedData,
    /// `#` in a subscribe topic.
    HashWildcard,
    /// A network that allows WPA3 only.
    Wpa3,
}

impl Need {
    /// Why a module of which `facts` are known cannot do it, and what would help; without a field.
    pub fn unmet(self, facts: &Facts) -> Option<Problem> {
        let model = &facts.model;
        let (message, help) = match self {
            Self::Token => (
                format!("{model} with this firmware cannot carry a SAS token"),
                "Update the firmware to 3.0.0 or later, or use a certificate",
            ),
            Self::ExtendedData => {
                (format!("{model} has no extended data mode"), "Choose command mode or data mode")
            }
            Self::HashWildcard => (
                format!("{model} with this firmware does not know the wildcard #"),
                "Subscribe to a topic without #, or update the firmware to 3.0.0 or later",
            ),
            Self::Wpa3 => (
                format!("{model} with this firmware cannot join a network that allows WPA3 only"),
                "Let the access point allow WPA2 as well, or update the firmware",
            ),
        };
        (!self.is_met(&facts.capabilities())).then(|| Problem::new(Kind::ModuleUnsuitable, message, help))
    }

    const fn is_met(self, capabilities: &Capabilities) -> bool {
        match self {
            Self::Token => capabilities.sas,
            Self::ExtendedData => capabilities.edm,
            Self::HashWildcard => capabilities.hash_wildcard,
            Self::Wpa3 => capabilities.wpa3,
        }
    }
}

/// Commands that are longer than the module's line (protocol.md §2, §15), each at what is shortened with the least effort.
pub(super) fn too_long(job: &Job, steps: &[Step], facts: &Facts) -> Vec<Problem> {
    let most = facts.capabilities().command_length;
    let over = |step: &Step| step.act.iter().map(longest_command).max().filter(|longest| *longest > most);
    steps
        .iter()
        .filter_map(|step| Some((step, over(step)?)))
        .map(|(step, longest)| {
            let change = shortest_change(&job.cloud, step, longest - most, facts);
            let (help, field) = match (change, step.stage) {
                (Some((name, less)), _) => (
                    format!("Shorten the {} by {}, or update the firmware", name.noun, characters(less)),
                    name.field,
                ),
                (None, Stage::Wifi) => (shorten_all(longest - most), "wifi"),
                (None, _) => (shorten_all(longest - most), "cloud"),
            };
            let message = format!(
                "The command of \"{}\" has {longest} characters, {} takes {most}",
                step.title, facts.model
            );
            Problem::new(Kind::CommandTooLong, message, help).at(field)
        })
        .collect()
}

fn shorten_all(excess: usize) -> String {
    format!(
        "Shorten topics, client ID or file names by {} in all, or update the firmware",
        characters(excess)
    )
}

fn characters(count: usize) -> String {
    format!("{count} character{}", if count == 1 { "" } else { "s" })
}

/// The name of a person's own choosing from which the fewest characters have to go, and how many these are. A name that
/// stands in the command several times counts as often.
fn shortest_change<'a>(
    cloud: &'a Cloud,
    step: &Step,
    excess: usize,
    facts: &Facts,
) -> Option<(cloud::Name<'a>, usize)> {
    let command = step.shown_commands().into_iter().max_by_key(String::len)?;
    let filled = |name: &cloud::Name<'_>| facts.fill(name.text);
    let names = cloud::names(cloud);
    let texts: Vec<_> = names.iter().map(filled).collect();
    names
        .into_iter()
        .filter_map(|name| {
            let text = filled(&name);
            let is_part = |other: &&String| contained(other, &text) > 0;
            if texts.iter().filter(is_part).count() > 1 {
                // Which of these places would become shorter cannot be told.
                return None;
            }
            let times = contained(&command, &text);
            let less = excess.checked_add(times.checked_sub(1)?)? / times;
            (less < text.len()).then_some((name, less, text.len()))
        })
        .min_by_key(|(_, less, length)| (*less, Reverse(*length)))
        .map(|(name, less, _)| (name, less))
}

/// How often `name` stands in `text` by itself, not within another word.
fn contained(text: &str, name: &str) -> usize {
    let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    let before = |at: usize| text.get(..at).and_then(|text| text.chars().next_back());
    let after = |at: usize| text.get(at + name.len()..).and_then(|text| text.chars().next());
    text.match_indices(name).filter(|(at, _)| !in_word(before(*at)) && !in_word(after(*at))).count()
}

fn longest_command(act: &Act) -> usize {
    const OPEN: usize = "AT+UDCP=".len();
    match act {
        Act::Command { text, .. } => text.longest(),
        Act::Open { url, .. } => OPEN + url.longest(),
        Act::Upload(upload) => upload.command().wire().len(),
        Act::Repeat { acts, .. } => acts.iter().map(longest_command).max().unwrap_or(0),
        Act::LeaveNetwork
        | Act::JoinNetwork { .. }
        | Act::CloseAllPeers
        | Act::ForgetDefaultPeer
        | Act::Publish { .. }
        | Act::Await { .. }
        | Act::Close { .. }
        | Act::Enter(_)
        | Act::Restart => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_within_another_word_is_not_counted() {
        assert_eq!(contained("hub/devices/device/pt=devices/device/up&ca=my-device.pem", "device"), 2);
    }
}
