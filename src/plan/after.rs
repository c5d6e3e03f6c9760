//! The last steps: what the module does after a restart, and the mode it is left in (design: profile key `after`).

use std::time::Duration;

use super::fit::Need;
use super::make::Facts;
use super::mode::{self, Registration};
use super::step::{Act, Mode, Question, Stage, Step, Tries};
use super::text::Text;
use super::{cloud, wifi};
use crate::problem::{Kind, Problem};
use crate::profile::{self, After, Job, Keep};

const ANSWER: Duration = Duration::from_secs(5);

/// Nothing without `after`: the module stays as the connection left it. It is restarted only if something is to be kept
/// over a restart.
pub(super) fn steps(job: &Job, facts: &Facts) -> Vec<Step> {
    match job.after {
        None | Some(After { keep: None, mode: None | Some(profile::Mode::Command) }) => Vec::new(),
        Some(After { keep: None, mode: Some(mode) }) => {
            let is_there = mode == profile::Mode::Edm
                && Registration::in_job(job, facts) == Some(Registration::InPackets);
            if is_there { Vec::new() } else { vec![mode::enter(mode::named(mode))] }
        }
        Some(After { keep: Some(keep), mode }) => {
            restarted(job, keep, mode.map_or(Mode::Command, mode::named), facts)
        }
    }
}

fn restarted(job: &Job, keep: Keep, mode: Mode, facts: &Facts) -> Vec<Step> {
    let mut steps = vec![store(job, keep, mode, facts)];
    steps.push(Step::new(Stage::Finish, "Restart the module", vec![Act::Restart]));
    if let (Some(wifi), true) = (&job.wifi, keep != Keep::Nothing) {
        let ssid = wifi.ssid.as_str().to_owned();
        let wait = Act::JoinNetwork {
            configuration: wifi::CONFIGURATION,
            ssid: ssid.clone(),
            limit: Duration::from_secs(30),
        };
        let joined = Question::Joined { configuration: wifi::CONFIGURATION, ssid };
        steps.push(
            Step::new(Stage::Finish, "Wait until it is on the network again", vec![wait]).unless(joined),
        );
    }
    if keep == Keep::Wifi {
        let again = cloud::connect(&job.cloud, facts).into_iter();
        steps.extend(again.map(|step| Step { stage: Stage::Finish, ..step }));
    }
    if mode != Mode::Command {
        steps.push(mode::enter(mode));
    }
    steps
}

/// What cannot be kept over a restart, and a mode that the module does not have.
pub(super) fn problems(job: &Job, facts: &Facts) -> Vec<Problem> {
    let Some(after) = job.after else { return Vec::new() };
    let keeps = after.keep == Some(Keep::Connection);
    let token = (keeps && cloud::stores_a_token(&job.cloud)).then(|| {
        let message =
            "The connection cannot be kept over a restart: its token or password is stored for one run only";
        let help = "Keep the Wi-Fi network alone, or use a certificate";
        Problem::new(Kind::ModuleUnsuitable, message, help).at("after.keep")
    });
    let packets = (after.mode == Some(profile::Mode::Edm)).then(|| Need::ExtendedData.unmet(facts)).flatten();
    token.into_iter().chain(packets.map(|problem| problem.at("after.mode"))).collect()
}

fn store(job: &Job, keep: Keep, mode: Mode, facts: &Facts) -> Step {
    let command = |text: Text| Act::Command { text, limit: ANSWER };
    let mut act = Vec::new();
    if keep == Keep::Connection {
        let url = cloud::url(&job.cloud, facts);
        // 2: always connected (protocol.md §8.3).
        act.push(command(Text::new("AT+UDDRP=0,\"").text(url).plain("\",2")));
    }
    let start = match mode {
        Mode::Command => 0,
        Mode::Data => 1,
        Mode::Extended => 2,
    };
    act.push(command(Text::new(format!("AT+UMSM={start}"))));
    act.push(command(Text::new("AT&W")));
    Step::new(Stage::Finish, "Store how it starts", act).tried(Tries::ONCE)
}
