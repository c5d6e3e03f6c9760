//! `plan`: the steps of a profile, without touching a module.

use std::path::PathBuf;

use serde::Serialize;

use super::job::Wanted;
use super::output::{Exit, complain, say, say_json, warn};
use super::values::firmware;
use crate::module::{Firmware, Model};
use crate::plan::{Facts, Plan, Step, make, script};
use crate::problem::Problem;
use crate::shell::clock::Clock;

/// Show the steps of a profile without touching a module.
///
/// Secrets are shown as dots and need not be there; certificates and keys must be. {serial} and {mac} stay as they are.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  xpress-center plan lab-gateway.json --model NINA-W156 --script")]
pub(super) struct PlanArguments {
    /// The profile, a JSON file
    profile: PathBuf,
    /// The module to plan for
    #[arg(long, default_value = "NINA-W152")]
    model: Model,
    /// Its firmware
    #[arg(long, default_value = "4.0.0-006", value_parser = firmware)]
    firmware: Firmware,
    /// Print a JSON array of {"step","title","commands"}
    #[arg(long)]
    json: bool,
    /// Print the commands, one a line, with comments
    #[arg(long, conflicts_with = "json")]
    script: bool,
}

#[derive(Serialize)]
struct Written<'a> {
    step: usize,
    title: &'a str,
    commands: Vec<String>,
}

pub(super) fn run(arguments: &PlanArguments) -> Exit {
    let wanted = Wanted::read(&arguments.profile);
    let job = match wanted.and_then(|wanted| wanted.job_to_look_at(Clock::start().date())) {
        Ok(job) => job,
        Err(problems) => return refuse(&problems, Exit::WrongUse),
    };
    let facts =
        Facts { model: arguments.model.clone(), firmware: Some(arguments.firmware), serial: None, mac: None };
    warn(&job);
    match make(&job, &facts) {
        Ok(plan) if arguments.json => say_json(&written(&plan).collect::<Vec<_>>()),
        Ok(plan) if arguments.script => script(&plan).for_each(say),
        Ok(plan) => text(&plan).for_each(say),
        Err(problems) => return refuse(&problems, Exit::Failed),
    }
    Exit::Done
}

fn refuse(problems: &[Problem], exit: Exit) -> Exit {
    problems.iter().for_each(complain);
    exit
}

fn written(plan: &Plan) -> impl Iterator<Item = Written<'_>> {
    numbered(plan).map(|(step, of)| Written { step, title: &of.title, commands: of.shown_commands() })
}

fn text(plan: &Plan) -> impl Iterator<Item = String> {
    numbered(plan).flat_map(|(number, step)| {
        let title = format!("{number:2}. {}", step.title);
        std::iter::once(title)
            .chain(step.shown_commands().into_iter().map(|command| format!("      {command}")))
    })
}

fn numbered(plan: &Plan) -> impl Iterator<Item = (usize, &Step)> {
    (1..).zip(&plan.steps)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::module::CredentialKind;
    use crate::plan::{Act, Stage, Text, Upload};
    use crate::secret::Secret;

    fn plan() -> Plan {
        let command =
            Text::new("AT+UWSC=0,8,").part(crate::plan::Part::QuotedSecret(Secret::new("hunter2hunter2")));
        let upload = Act::Upload(Upload {
            kind: CredentialKind::PrivateKey,
            name: "device.key".to_owned(),
            pem: Secret::new("PRIVATE"),
            password: None,
            md5: None,
        });
        Plan {
            steps: vec![
                Step::new(Stage::Credentials, "Upload private key device.key", vec![upload]),
                Step::new(
                    Stage::Wifi,
                    "Configure Wi-Fi",
                    vec![Act::Command { text: command, limit: Duration::from_secs(1) }],
                ),
            ],
        }
    }

    #[test]
    fn the_text_numbers_titles_and_indents_commands() {
        let lines: Vec<_> = text(&plan()).collect();
        assert_eq!(
            lines,
            [
                " 1. Upload private key device.key",
                "      AT+USECMNG=0,2,\"device.key\",7",
                " 2. Configure Wi-Fi",
                "      AT+UWSC=0,8,\"••••••\"",
            ]
        );
    }

    #[test]
    fn the_json_has_step_title_and_commands() {
        let json = serde_json::to_value(written(&plan()).collect::<Vec<_>>()).unwrap();
        assert_eq!(json[1]["step"], 2);
        assert_eq!(json[1]["title"], "Configure Wi-Fi");
        assert_eq!(json[1]["commands"][0], "AT+UWSC=0,8,\"••••••\"");
    }
}
