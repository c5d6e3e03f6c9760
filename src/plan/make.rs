//! From a job to a plan: the order of the steps, and what this module and firmware cannot do (`fit`).
//! The commands themselves stand in `upload`, `wifi`, `after` and one file per cloud.

use super::{Plan, after, cloud, fit, mode, upload, wifi};
use crate::module::{Capabilities, Firmware, Identity, Model};
use crate::problem::{Kind, Problem};
use crate::profile;

/// What is known of the module a plan is made for.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    pub model: Model,
    pub firmware: Option<Firmware>,
    /// Stands for `{serial}`; unknown as long as no module is asked.
    pub serial: Option<String>,
    /// Stands for `{mac}`: the station's address as 12 hexadecimal digits.
    pub mac: Option<String>,
}

impl Facts {
    /// What the module itself has said.
    pub fn of(identity: &Identity) -> Self {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            model: identity.model.clone(),
            firmware: identity.firmware,
            serial: known(&identity.serial),
            mac: known(&identity.mac),
        }
    }

    /// Whether the module said what it is; what another cannot do would be guessed from nothing.
    pub fn names_model(&self) -> bool {
        self.model != Model::new("")
    }

    /// What a module of this kind can do.
    pub fn capabilities(&self) -> Capabilities {
        Capabilities::of(&self.model, self.firmware.as_ref())
    }

    /// `text` with the module's own serial number and address in place of `{serial}` and `{mac}`.
    pub fn fill(&self, text: &str) -> String {
        [("{serial}", &self.serial), ("{mac}", &self.mac)].into_iter().fold(
            text.to_owned(),
            |text, (mark, value)| match value {
                Some(value) => text.replace(mark, value),
                None => text,
            },
        )
    }
}

/// Turns a job into steps for a module of which `facts` are known.
///
/// # Errors
/// Everything the job asks for that such a module cannot do, each at its field.
pub fn make(job: &profile::Job, facts: &Facts) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut steps: Vec<_> = mode::leave_packets(job, facts).into_iter().collect();
    steps.extend(upload::steps(&cloud::files(&job.cloud)));
    if let Some(wifi) = &job.wifi {
        problems.extend(wifi::problems(wifi, facts));
        steps.extend(wifi::steps(wifi, job.after.as_ref()));
    }
    problems.extend(cloud::problems(job, facts));
    problems.extend(after::problems(job, facts));
    steps.extend(cloud::steps(job, facts));
    steps.extend(after::steps(job, facts));
    problems.extend(fit::too_long(job, &steps, facts));
    match (problems.is_empty(), facts.names_model()) {
        (true, _) => Ok(Plan { steps }),
        (false, true) => Err(problems),
        (false, false) => Err(vec![nameless()]),
    }
}

/// The steps that put a module of which `facts` are known on a network, and nothing else.
///
/// # Errors
/// Everything the network needs that such a module cannot do, each at its field.
pub fn join(wifi: &profile::Wifi, facts: &Facts) -> Result<Plan, Vec<Problem>> {
    match wifi::problems(wifi, facts) {
        None => Ok(Plan { steps: wifi::steps(wifi, None) }),
        Some(problem) if facts.names_model() => Err(vec![problem]),
        Some(_) => Err(vec![nameless()]),
    }
}

fn nameless() -> Problem {
    Problem::new(
        Kind::ModuleSilent,
        "The module did not say what it is, so nobody can tell whether it can do this",
        "Switch RTS/CTS flow control on or use a lower speed, then connect again",
    )
}
