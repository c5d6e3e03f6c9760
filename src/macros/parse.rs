//! Reads the text of macros. Everything that is wrong is told with its line, not only the first thing.

use std::time::Duration;

use super::template::{Template, is_name};
use super::words::{check_upload, check_words, excerpt, is_command, template, time, wrong};
use super::{AtError, FunctionKey, Macro, Param, ParamKind, Place, Step};
use crate::at;
use crate::problem::{Kind, Problem};

/// Something wrong in the text of a macro.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Counted from 1.
    pub line: usize,
    /// Without its line.
    pub problem: Problem,
}

impl Flaw {
    /// The problem with its line in front.
    pub fn at_line(&self) -> Problem {
        self.problem.clone().at(format!("line {}", self.line))
    }
}

/// The longest name and the longest other words, in characters.
const LONGEST_NAME: usize = 60;
const LONGEST_WORDS: usize = 200;
const ORDINARY_WAIT: Duration = Duration::from_secs(10);
/// A macro that does more than this is a mistake.
const MOST_STEPS: u64 = 10_000;
/// Repeats inside repeats.
const DEEPEST: usize = 8;

/// The macros in a text.
///
/// # Errors
/// Everything that is wrong with it, by line.
pub fn parse(text: &str) -> Result<Vec<Macro>, Vec<Flaw>> {
    let mut reader = Reader::default();
    // Editors on Windows put a mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, line) in (1..).zip(text.lines()) {
        reader.number = number;
        if let Err(problem) = reader.line(line.trim()) {
            reader.flaws.push(Flaw { line: number, problem });
        }
    }
    reader.end_macro();
    if reader.done.is_empty() && reader.flaws.is_empty() {
        reader.flaw(1, wrong("There is no macro here", "Begin with a line such as # Identify"));
    }
    reader.flaws.sort_by_key(|flaw| flaw.line);
    if reader.flaws.is_empty() { Ok(reader.done) } else { Err(reader.flaws) }
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    number: usize,
    done: Vec<Macro>,
    flaws: Vec<Flaw>,
    open: Option<Open>,
}

/// The macro that is being read.
struct Open {
    line: usize,
    name: String,
    about: Option<String>,
    key: Option<FunctionKey>,
    params: Vec<Param>,
    steps: Vec<Step>,
    /// Repeats that have not ended, the innermost last; each with its line, and the steps in front of it.
    repeats: Vec<(usize, u32, Vec<Step>)>,
    /// Each template with its line; whether its holes have a name is known at the end.
    templates: Vec<(usize, Template, Use)>,
}

/// What a template is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Command,
    Wait,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Problem> {
        if line.is_empty() {
            return Ok(());
        }
        if line.chars().any(char::is_control) {
            return Err(wrong("There is a control character in the line", "Remove it"));
        }
        if let Some(name) = line.strip_prefix('#') {
            return self.begin(name.trim());
        }
        let number = self.number;
        let Some(open) = &mut self.open else {
            return Err(wrong(
                "A macro begins with its name",
                "Put a line such as # Identify in front of it",
            ));
        };
        open.line(number, line)
    }

    fn begin(&mut self, name: &str) -> Result<(), Problem> {
        self.end_macro();
        // Also a macro without a good name is read on, so that its other flaws are told as well.
        self.open = Some(Open::new(self.number, name));
        if self.done.iter().any(|done| done.name == name) {
            return Err(wrong(
                format!("There is another macro of the name {name}"),
                "Give each macro a name of its own",
            ));
        }
        check_words(name, LONGEST_NAME, "The name")?;
        if name.is_empty() {
            return Err(wrong("The macro has no name", "Write it behind the #, as in # Identify"));
        }
        Ok(())
    }

    fn end_macro(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        while let Some((line, times, before)) = open.repeats.pop() {
            self.flaw(line, wrong("This repeat has no end", "Write end behind its last step"));
            let steps = std::mem::replace(&mut open.steps, before);
            open.steps.push(Step::Repeat { times, steps });
        }
        for (line, template, usage) in &open.templates {
            if let Err(problem) = open.check_holes(template, *usage) {
                self.flaw(*line, problem);
            }
        }
        if count(&open.steps) > MOST_STEPS {
            let message = format!("The macro has more than {MOST_STEPS} steps to do");
            self.flaw(open.line, wrong(message, "Repeat less often"));
        }
        self.done.push(Macro {
            name: open.name,
            about: open.about.unwrap_or_default(),
            key: open.key,
            params: open.params,
            steps: open.steps,
        });
    }

    fn flaw(&mut self, line: usize, problem: Problem) {
        self.flaws.push(Flaw { line, problem });
    }
}

impl Open {
    fn new(line: usize, name: &str) -> Self {
        Self {
            line,
            name: name.to_owned(),
            about: None,
            key: None,
            params: Vec::new(),
            steps: Vec::new(),
            repeats: Vec::new(),
            templates: Vec::new(),
        }
    }

    fn line(&mut self, number: usize, line: &str) -> Result<(), Problem> {
        let (word, rest) = match line.split_once(char::is_whitespace) {
            Some((word, rest)) => (word, rest.trim()),
            None => (line, ""),
        };
        if let Some(words) = line.strip_prefix("//") {
            check_words(words.trim(), LONGEST_WORDS, "The remark")?;
            self.steps.push(Step::Remark(words.trim().to_owned()));
            return Ok(());
        }
        match word {
            "about:" if self.about.is_none() => self.about(rest),
            "key:" if self.key.is_none() => self.key(rest),
            "about:" | "key:" => Err(wrong(format!("There is another {word} line"), "Remove one of them")),
            "param:" => self.param(rest),
            "secret:" => self.secret(rest),
            "wait" => self.wait(number, rest),
            "pause" => {
                self.steps.push(Step::Pause(time(rest)?));
                Ok(())
            }
            "repeat" => self.repeat(number, rest),
            "end" if rest.is_empty() => self.end(),
            "restart" if rest.is_empty() => {
                self.steps.push(Step::Restart);
                Ok(())
            }
            "try" => self.send(number, rest, AtError::GoOn),
            _ if is_command(line) => self.send(number, line, AtError::Stop),
            _ => Err(wrong(
                format!("{} is no step of a macro", excerpt(line)),
                "Write a command that begins with AT, or try, wait, pause, repeat, end, restart, or // and a remark",
            )),
        }
    }

    fn about(&mut self, words: &str) -> Result<(), Problem> {
        check_words(words, LONGEST_WORDS, "The description")?;
        self.about = Some(words.to_owned());
        Ok(())
    }

    fn key(&mut self, name: &str) -> Result<(), Problem> {
        let help = "Choose F2, F3, F4 or F6 to F12: the window has F1 and F5 itself";
        let key =
            name.parse().map_err(|()| wrong(format!("{} is no key for a macro", excerpt(name)), help))?;
        self.key = Some(key);
        Ok(())
    }

    fn param(&mut self, rest: &str) -> Result<(), Problem> {
        let mut fields = rest.splitn(3, '|').map(str::trim);
        let mut field = || fields.next().unwrap_or_default().to_owned();
        let (name, hint, default) = (field(), field(), field());
        check_words(&default, LONGEST_WORDS, "The value")?;
        self.add_param(Param { name, hint, kind: ParamKind::Open { default } })
    }

    fn secret(&mut self, rest: &str) -> Result<(), Problem> {
        let (name, hint) = rest.split_once('|').unwrap_or((rest, ""));
        if hint.contains('|') {
            return Err(wrong(
                "A secret has no value in a macro",
                "Leave out the second | and what follows: the value is asked for each time",
            ));
        }
        let (name, hint) = (name.trim().to_owned(), hint.trim().to_owned());
        self.add_param(Param { name, hint, kind: ParamKind::Secret })
    }

    fn add_param(&mut self, param: Param) -> Result<(), Problem> {
        if !is_name(&param.name) {
            return Err(wrong(
                format!("{} is no name for a parameter", excerpt(&param.name)),
                "Use 1 to 32 letters, digits, - and _, as in param: ssid | Name of the network",
            ));
        }
        if self.params.iter().any(|other| other.name == param.name) {
            return Err(wrong(
                format!("There is another parameter {}", param.name),
                "Give each parameter a name of its own",
            ));
        }
        check_words(&param.hint, LONGEST_WORDS, "The hint")?;
        self.params.push(param);
        Ok(())
    }

    fn send(&mut self, number: usize, text: &str, at_error: AtError) -> Result<(), Problem> {
        if !is_command(text) {
            return Err(wrong(
                format!("{} is no command", excerpt(text)),
                "Commands begin with AT, as in try AT+UMLA=1",
            ));
        }
        let command = template(text)?;
        check_upload(&command.shown())?;
        self.templates.push((number, command.clone(), Use::Command));
        self.steps.push(Step::Send { command, at_error });
        Ok(())
    }

    fn wait(&mut self, number: usize, rest: &str) -> Result<(), Problem> {
        let (wanted, within) = match rest.rsplit_once(" within ") {
            Some((wanted, within)) => (wanted.trim(), time(within.trim())?),
            None => (rest, ORDINARY_WAIT),
        };
        let (wanted, unless) = match wanted.rsplit_once(" unless ") {
            Some((wanted, unless)) => (wanted.trim(), Some(template(unless.trim())?)),
            None => (wanted, None),
        };
        let (place, wanted) = match wanted.strip_prefix("containing ") {
            Some(wanted) => (Place::Anywhere, wanted.trim()),
            None => (Place::Begin, wanted),
        };
        if wanted.is_empty() {
            return Err(wrong(
                "It is not said what to wait for",
                "Write how the line begins, as in wait +UUNU within 20s",
            ));
        }
        let text = template(wanted)?;
        let templates = std::iter::once(&text).chain(&unless);
        self.templates.extend(templates.map(|text| (number, text.clone(), Use::Wait)));
        self.steps.push(Step::Wait { place, text, unless, within });
        Ok(())
    }

    fn repeat(&mut self, number: usize, rest: &str) -> Result<(), Problem> {
        let times: u32 = rest.parse().ok().filter(|times| *times > 0).unwrap_or(0);
        if self.repeats.len() < DEEPEST {
            // Also one without a good number, so that its end is none too many.
            self.repeats.push((number, times, std::mem::take(&mut self.steps)));
        } else {
            return Err(wrong("Too many repeats stand in each other", "Leave some out"));
        }
        if times == 0 {
            return Err(wrong("It is not said how often to repeat", "Write a number, as in repeat 3"));
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Problem> {
        let Some((_, times, before)) = self.repeats.pop() else {
            return Err(wrong("Nothing is to be repeated here", "Remove this end, or put repeat in front"));
        };
        let steps = std::mem::replace(&mut self.steps, before);
        self.steps.push(Step::Repeat { times, steps });
        Ok(())
    }

    fn check_holes(&self, template: &Template, usage: Use) -> Result<(), Problem> {
        let param = |name: &str| self.params.iter().find(|param| param.name == name);
        for hole in template.holes() {
            match param(hole) {
                None => {
                    let help =
                        format!("Add a line param: {hole}, or write {{{{{hole}}}}} if braces are meant");
                    return Err(wrong(format!("There is no parameter {hole}"), help));
                }
                Some(param) if param.is_secret() && usage == Use::Wait => {
                    return Err(wrong(
                        format!("The secret {hole} cannot be waited for"),
                        "Wait for something that may be shown",
                    ));
                }
                Some(_) => {}
            }
        }
        if usage == Use::Command { self.check_secrets(template) } else { Ok(()) }
    }

    /// Where a command has a secret, there is the hole of one.
    fn check_secrets(&self, command: &Template) -> Result<(), Problem> {
        let shown = command.shown();
        for span in at::secret_spans(&shown) {
            let text = shown.get(span).unwrap_or_default().trim_matches('"');
            let name = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let is_secret = |name| self.params.iter().any(|param| param.name == name && param.is_secret());
            // %%0 stands for what was stored in the module before.
            if !text.is_empty() && !text.starts_with("%%") && !name.is_some_and(is_secret) {
                return Err(Problem::new(
                    Kind::PlainSecret,
                    "A secret would stand in the macro, and in every file it is exported to",
                    "Add a line such as secret: passphrase, and write {passphrase} here; it is asked for each time",
                ));
            }
        }
        Ok(())
    }
}

/// How many steps are to be done, with repeats.
fn count(steps: &[Step]) -> u64 {
    let one = |step: &Step| match step {
        Step::Repeat { times, steps } => count(steps).saturating_mul(u64::from(*times)),
        Step::Remark(_) => 0,
        Step::Send { .. } | Step::Wait { .. } | Step::Pause(_) | Step::Restart => 1,
    };
    steps.iter().map(one).fold(0, u64::saturating_add)
}
