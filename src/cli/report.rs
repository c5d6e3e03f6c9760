//! How `apply` tells what happens: JSON lines for scripts, sentences for people. It decides nothing.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::output::{complain, say, say_json};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::session::StepState;

/// Tells one set-up.
pub(super) struct Report {
    form: Form,
    titles: Vec<String>,
    of: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Text,
}

/// How a set-up ended.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// The module is connected; values that a cloud gave, by name.
    Connected(Vec<(String, String)>),
    /// The device is registered, and no more was asked for; what it was given, by name.
    Registered(Vec<(String, String)>),
    Failed(Vec<Problem>),
    Cancelled,
}

#[derive(Serialize)]
struct StepLine<'a> {
    step: usize,
    of: usize,
    title: &'a str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_ms: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a Problem>,
}

#[derive(Serialize)]
struct ResultLine<'a> {
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a Problem>,
    #[serde(flatten)]
    bound: Map<String, Value>,
}

impl Report {
    pub(super) fn new(form: Form) -> Self {
        Self { form, titles: Vec::new(), of: 0 }
    }

    /// A plan is about to be carried out.
    pub(super) fn planned(&mut self, plan: &Plan) {
        self.titles = plan.steps.iter().map(|step| step.title.clone()).collect();
        self.of = plan.steps.len();
    }

    /// The plan has so many steps now.
    pub(super) fn has_steps(&mut self, of: usize) {
        self.of = of;
    }

    /// Step `index` (from 0) has this state.
    pub(super) fn step(&self, index: usize, state: &StepState, elapsed: Duration) {
        let line = self.step_line(index, state, elapsed);
        match self.form {
            Form::Json => say_json(&line),
            Form::Text => say(step_text(&line, state, elapsed)),
        }
    }

    /// The last word; problems go to standard error in any case.
    pub(super) fn outcome(&self, outcome: &Outcome) {
        if let Outcome::Failed(problems) = outcome {
            problems.iter().for_each(complain);
        }
        let line = result_line(outcome);
        match self.form {
            Form::Json => say_json(&line),
            Form::Text => {
                line.bound
                    .iter()
                    .filter_map(|(name, value)| Some((name, value.as_str()?)))
                    .for_each(|(name, value)| say(format_args!("{}: {value}", name.replace('_', " "))));
                say(line.result);
            }
        }
    }

    fn step_line<'a>(&'a self, index: usize, state: &'a StepState, elapsed: Duration) -> StepLine<'a> {
        let (name, attempt, elapsed_ms, problem) = match state {
            StepState::Running => ("running", None, None, None),
            StepState::TryingAgain { attempt, .. } => ("running", Some(*attempt), None, None),
            StepState::Done => ("done", None, Some(elapsed), None),
            StepState::Skipped => ("skipped", None, Some(elapsed), None),
            StepState::Failed(problem) => ("failed", None, Some(elapsed), Some(problem)),
        };
        StepLine {
            step: index + 1,
            of: self.of.max(index + 1),
            title: self.titles.get(index).map(String::as_str).unwrap_or_default(),
            state: name,
            attempt,
            elapsed_ms: elapsed_ms.map(|elapsed| elapsed.as_millis()),
            problem,
        }
    }
}

fn step_text(line: &StepLine<'_>, state: &StepState, elapsed: Duration) -> String {
    let number = format!("[{}/{}]", line.step, line.of);
    let seconds = elapsed.as_secs_f32();
    match state {
        StepState::Running => format!("{number} {} …", line.title),
        StepState::TryingAgain { attempt, because } => {
            format!("{number} {because}; attempt {attempt}")
        }
        StepState::Done => format!("{number} done in {seconds:.1} s"),
        StepState::Skipped => format!("{number} {}: done already", line.title),
        StepState::Failed(_) => format!("{number} failed after {seconds:.1} s"),
    }
}

fn result_line(outcome: &Outcome) -> ResultLine<'_> {
    let (result, problem, bound) = match outcome {
        Outcome::Connected(bound) => ("connected", None, bound.as_slice()),
        Outcome::Registered(bound) => ("registered", None, bound.as_slice()),
        Outcome::Failed(problems) => ("failed", problems.first(), [].as_slice()),
        Outcome::Cancelled => ("cancelled", None, [].as_slice()),
    };
    let bound = bound.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    ResultLine { result, problem, bound }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Kind;

    fn report() -> Report {
        Report { form: Form::Json, titles: vec!["Join lab-ap".to_owned(), "Connect".to_owned()], of: 2 }
    }

    fn problem() -> Problem {
        Problem::new(Kind::WifiRefused, "The network refuses", "Check the passphrase")
    }

    fn json(index: usize, state: &StepState) -> String {
        serde_json::to_string(&report().step_line(index, state, Duration::from_micros(1_234_567))).unwrap()
    }

    #[test]
    fn step_lines_are_those_of_the_contract() {
        assert_eq!(
            json(0, &StepState::Running),
            r#"{"step":1,"of":2,"title":"Join lab-ap","state":"running"}"#
        );
        assert_eq!(
            json(1, &StepState::Done),
            r#"{"step":2,"of":2,"title":"Connect","state":"done","elapsed_ms":1234}"#
        );
        assert_eq!(
            json(0, &StepState::Skipped),
            r#"{"step":1,"of":2,"title":"Join lab-ap","state":"skipped","elapsed_ms":1234}"#
        );
        assert_eq!(
            json(0, &StepState::Failed(problem())),
            concat!(
                r#"{"step":1,"of":2,"title":"Join lab-ap","state":"failed","elapsed_ms":1234,"problem":{"#,
                r#""kind":"wifi-refused","message":"The network refuses","help":"Check the passphrase"}}"#
            )
        );
    }

    #[test]
    fn a_further_attempt_is_still_running() {
        let again = StepState::TryingAgain { attempt: 2, because: problem() };
        assert_eq!(json(1, &again), r#"{"step":2,"of":2,"title":"Connect","state":"running","attempt":2}"#);
    }

    #[test]
    fn a_step_beyond_the_plan_makes_the_plan_longer() {
        assert!(json(4, &StepState::Done).starts_with(r#"{"step":5,"of":5,"#));
    }

    #[test]
    fn result_lines_are_those_of_the_contract() {
        let bound = vec![("assigned_hub".to_owned(), "h.azure-devices.net".to_owned())];
        for (outcome, line) in [
            (Outcome::Connected(Vec::new()), r#"{"result":"connected"}"#),
            (
                Outcome::Registered(bound.clone()),
                r#"{"result":"registered","assigned_hub":"h.azure-devices.net"}"#,
            ),
            (Outcome::Connected(bound), r#"{"result":"connected","assigned_hub":"h.azure-devices.net"}"#),
            (Outcome::Cancelled, r#"{"result":"cancelled"}"#),
        ] {
            assert_eq!(serde_json::to_string(&result_line(&outcome)).unwrap(), line);
        }
        let failed = serde_json::to_value(result_line(&Outcome::Failed(vec![problem()]))).unwrap();
        assert_eq!(failed["result"], "failed");
        assert_eq!(failed["problem"]["kind"], "wifi-refused");
    }
}
