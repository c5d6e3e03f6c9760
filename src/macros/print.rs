//! Macros as the text that [`parse`](super::parse) reads.

use std::time::Duration;

use super::{AtError, Macro, Param, ParamKind, Place, Step};

const INDENT: &str = "  ";

/// The text of these macros, one after the other.
pub fn print<'a>(macros: impl IntoIterator<Item = &'a Macro>) -> String {
    let texts: Vec<_> = macros.into_iter().map(one).collect();
    texts.join("\n")
}

fn one(of: &Macro) -> String {
    let mut text = format!("# {}\n", of.name);
    if !of.about.is_empty() {
        line(&mut text, 0, &format!("about: {}", of.about));
    }
    if let Some(key) = of.key {
        line(&mut text, 0, &format!("key: {key}"));
    }
    of.params.iter().for_each(|param| line(&mut text, 0, &parameter(param)));
    if !of.steps.is_empty() {
        text.push('\n');
    }
    steps(&mut text, 0, &of.steps);
    text
}

fn parameter(param: &Param) -> String {
    let Param { name, hint, kind } = param;
    match kind {
        ParamKind::Secret if hint.is_empty() => format!("secret: {name}"),
        ParamKind::Secret => format!("secret: {name} | {hint}"),
        ParamKind::Open { default } if default.is_empty() && hint.is_empty() => format!("param: {name}"),
        ParamKind::Open { default } if default.is_empty() => format!("param: {name} | {hint}"),
        ParamKind::Open { default } => format!("param: {name} | {hint} | {default}"),
    }
}

fn steps(text: &mut String, depth: usize, steps_of: &[Step]) {
    for step in steps_of {
        match step {
            Step::Send { command, at_error: AtError::Stop } => line(text, depth, &command.to_string()),
            Step::Send { command, at_error: AtError::GoOn } => line(text, depth, &format!("try {command}")),
            Step::Wait { place, text: wanted, unless, within } => {
                let place = if *place == Place::Anywhere { "containing " } else { "" };
                let unless = unless.as_ref().map(|unless| format!(" unless {unless}")).unwrap_or_default();
                line(text, depth, &format!("wait {place}{wanted}{unless} within {}", time(*within)));
            }
            Step::Pause(pause) => line(text, depth, &format!("pause {}", time(*pause))),
            Step::Restart => line(text, depth, "restart"),
            Step::Remark(words) => line(text, depth, format!("// {words}").trim_end()),
            Step::Repeat { times, steps: inner } => {
                line(text, depth, &format!("repeat {times}"));
                steps(text, depth + 1, inner);
                line(text, depth, "end");
            }
        }
    }
}

fn line(text: &mut String, depth: usize, words: &str) {
    text.push_str(&INDENT.repeat(depth));
    text.push_str(words);
    text.push('\n');
}

/// A time with its unit, as it is read: `20s`, `500ms`.
pub(super) fn time(time: Duration) -> String {
    let millis = time.as_millis();
    if millis.is_multiple_of(1000) { format!("{}s", millis / 1000) } else { format!("{millis}ms") }
}
