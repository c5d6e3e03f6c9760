//! A line in words. What is not known is said to be unknown; nothing is guessed, and no secret is repeated: every line
//! is masked before it is looked at.

use super::walk::Walk;
use super::words::{self, capitalised};
use super::{Certainty, Command, Danger, Event, Form, FormKind, Needs, PeerUrl, Shape, Values, table};
use crate::at::{self, Answer, Meaning, Request};
use crate::module::StoredCredential;

/// A line with what is known of it.
#[derive(Clone, Copy, Debug)]
pub enum Line<'a> {
    /// To the module.
    Sent(&'a str),
    /// From the module. `to` is the command under way, or the one that the line answers.
    Received { text: &'a str, to: Option<&'a str> },
}

/// A line in words.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// One sentence without a full stop.
    pub text: String,
    /// Its values one by one.
    pub parts: Vec<Part>,
    /// What is odd about it, or worth knowing: a sentence each.
    pub remarks: Vec<String>,
    pub subject: Subject,
    pub certainty: Certainty,
    pub danger: Option<Danger>,
    /// What a module needs for it.
    pub needs: Vec<Needs>,
}

/// A value of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    /// In words; of a secret, dots.
    pub value: String,
    /// What it is.
    pub meaning: &'static str,
}

/// What a line is about.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    Command(&'static Command),
    /// An answer of this command.
    Answer(&'static Command),
    Event(&'static Event),
    /// `OK`, `ERROR` or a prompt, of no command that is known.
    Result,
    /// A text of the module's start.
    Boot,
    Unknown,
}

impl Subject {
    /// What it is called and what that is for: `AT+UWSC: Wi-Fi station settings`; empty where there is nothing to be called.
    pub fn title(self) -> String {
        match self {
            Self::Command(command) => format!("{}: {}", command.name, command.title),
            Self::Answer(command) => format!("Answer to {}: {}", command.name, command.title),
            Self::Event(event) => format!("{}: {}", event.name, event.title),
            Self::Result | Self::Boot | Self::Unknown => String::new(),
        }
    }
}

/// Commands of the next generation, UCX2, which these modules do not have (protocol.md §12).
const UCX2: &[&str] = &[
    "+UMQC", "+UMQCP", "+UMQKA", "+UMQLWT", "+UMQPB", "+UMQPS", "+UMQRB", "+UMQRS", "+UMQS", "+UMQTLS",
    "+USECD", "+USECL", "+USECR", "+USECUB", "+USYDS", "+USYEC", "+USYEE", "+USYFR", "+USYFWUS", "+USYLA",
    "+USYUS", "+UTM", "+UTMES", "+UWSCP", "+UWSDC", "+UWSIPD", "+UWSIPS", "+UWSNST", "+UWSSC", "+UWSSE",
    "+UWSSO", "+UWSSP", "+UWSST", "+UWSSW",
];

/// Said of what no source states.
pub(super) const DEDUCED: &str = "This is deduced, not documented";

/// A name that is written so many letters differently is taken to be meant.
const NEAR: usize = 2;

impl Explanation {
    fn new(text: impl Into<String>, subject: Subject) -> Self {
        Self {
            text: text.into(),
            parts: Vec::new(),
            remarks: Vec::new(),
            subject,
            certainty: Certainty::Sourced,
            danger: None,
            needs: Vec::new(),
        }
    }

    fn of_shape(shape: &Shape, walk: &Walk, subject: Subject) -> Self {
        let mut explanation = Self::new(capitalised(&words::sentence(shape, walk)), subject);
        if words::certainty(shape, walk) == Certainty::Inferred {
            explanation.deduce();
        }
        for (index, bound) in walk.bound.iter().enumerate() {
            let url = PeerUrl::parse(&bound.text).filter(|_| bound.param.values == Values::Url);
            explanation.parts.push(Part {
                name: bound.param.name.to_owned(),
                value: words::value(bound, walk, index),
                meaning: bound.param.meaning,
            });
            if let Some(url) = url {
                explanation.add_url(&url);
            } else {
                let objection = words::objection(bound.param, &bound.text);
                explanation.remarks.extend(objection.map(|objection| capitalised(&objection)));
            }
        }
        let chosen: Vec<_> = walk.bound.iter().filter_map(|bound| bound.choice).collect();
        explanation.danger = chosen.iter().find_map(|choice| choice.danger);
        let needs = chosen.iter().map(|choice| choice.needs).filter(|needs| *needs != Needs::Nothing);
        explanation.needs.extend(needs);
        if walk.extra > 0 {
            let values = if walk.extra == 1 { "value is" } else { "values are" };
            explanation.remarks.push(format!("{} more {values} not known here", walk.extra));
        }
        explanation
    }

    /// It is not to be presented as certain.
    fn deduce(&mut self) {
        self.certainty = Certainty::Inferred;
        self.remarks.push(DEDUCED.to_owned());
    }

    fn add_url(&mut self, url: &PeerUrl) {
        for (name, value) in url.parts() {
            let key = super::known_key(&name);
            let meaning = key.map_or("a key that is not known", |key| key.param.meaning);
            self.parts.push(Part { name, value, meaning });
        }
        self.needs.extend(url.needs());
        self.remarks.extend(url.objections());
    }

    fn unknown(what: &str, nearest: Option<&str>) -> Self {
        let text = match nearest {
            Some(name) => format!("{what}; the nearest known one is {name}"),
            None => what.to_owned(),
        };
        Self::new(text, Subject::Unknown)
    }

    /// Whether it says more than that the line is not known.
    pub const fn is_known(&self) -> bool {
        !matches!(self.subject, Subject::Unknown)
    }
}

/// What a line says.
pub fn explain(line: Line<'_>) -> Explanation {
    match line {
        Line::Sent(text) => sent(&at::masked(text)),
        Line::Received { text, to } => {
            let to = to.map(at::masked);
            received(&at::masked(text), to.as_deref())
        }
    }
}

/// A command taken apart: what it is, how it is written, and its values.
struct Spoken {
    command: &'static Command,
    request: Request,
    values: Vec<String>,
}

impl Spoken {
    /// The command, and its name as far as it is known if it is none of the catalogue.
    fn read(line: &str) -> Result<Self, Option<String>> {
        let line = line.trim();
        if line == "+++" {
            let request = Request { name: line.to_owned(), form: at::Form::Execute };
            let command = super::command(line).ok_or(None)?;
            return Ok(Self { command, request, values: Vec::new() });
        }
        let request = Request::parse(line).ok_or(None)?;
        let name = format!("AT{}", request.name);
        let Some((command, number)) = super::split_number(&name) else { return Err(Some(request.name)) };
        let values = match &request.form {
            at::Form::Set(params) => params.iter().map(|param| param.text.clone()).collect(),
            at::Form::Execute if super::has_number(command) => vec![number_or_default(command, number)],
            at::Form::Execute | at::Form::Read => Vec::new(),
        };
        Ok(Self { command, request, values })
    }

    /// Its name as typed, in upper case, with the number that may belong to it.
    fn name(&self) -> String {
        format!("AT{}", self.request.name)
    }

    /// What the catalogue knows of its `OK`.
    fn ok(&self) -> Option<&'static str> {
        let (_, walk) = self.form().filter(|(form, _)| matches!(form.kind, FormKind::Run | FormKind::Set))?;
        let chosen = walk.bound.iter().filter_map(|bound| bound.choice).map(|choice| choice.ok);
        chosen.chain([self.command.ok]).find(|ok| !ok.is_empty())
    }

    /// Whether it is `AT+X=?`.
    fn is_test(&self) -> bool {
        let question = at::Param { text: "?".to_owned(), quoted: false };
        matches!(&self.request.form, at::Form::Set(params) if *params == [question])
    }

    /// The form that it is, with its values: the first that fits, or the last that could have been meant.
    fn form(&self) -> Option<(&'static Form, Walk)> {
        let kinds: &[FormKind] = match self.request.form {
            at::Form::Execute => &[FormKind::Run],
            at::Form::Read => &[FormKind::Read],
            at::Form::Set(_) => &[FormKind::Ask, FormKind::Set],
        };
        let forms = self.command.forms.iter().filter(|form| kinds.contains(&form.kind));
        let mut walks: Vec<_> = forms.map(|form| (form, form.walk(&self.values))).collect();
        let fitting = walks.iter().position(|(_, walk)| walk.fits());
        match fitting {
            Some(index) => Some(walks.swap_remove(index)),
            None => walks.pop(),
        }
    }
}

/// The number behind a name, or the one that is taken if there is none.
fn number_or_default(command: &Command, number: &str) -> String {
    let runs = command.forms.iter().find(|form| form.kind == FormKind::Run);
    let default = runs.and_then(|form| form.shape.params.first()).map_or("", |param| param.default);
    if number.is_empty() { default } else { number }.to_owned()
}

impl Form {
    /// These values, put to its parameters.
    pub(super) fn walk(&self, values: &[String]) -> Walk {
        match self.kind {
            FormKind::Ask => Walk::of_question(self.shape.params, values),
            FormKind::Run | FormKind::Read | FormKind::Set => Walk::new(self.shape.params, values),
        }
    }
}

fn sent(line: &str) -> Explanation {
    let spoken = match Spoken::read(line) {
        Ok(spoken) => spoken,
        Err(Some(name)) => return unknown_command(&name),
        Err(None) => return Explanation::unknown("Not an AT command", None),
    };
    let Spoken { command, .. } = spoken;
    let subject = Subject::Command(command);
    if spoken.is_test() {
        let text = format!("Ask which values {} takes", command.name);
        let mut explanation = Explanation::new(text, subject);
        explanation.deduce();
        explanation.remarks.push("The form =? is not documented for these modules".to_owned());
        return explanation;
    }
    let Some((form, walk)) = spoken.form() else {
        let mut explanation = Explanation::new(command.title, subject);
        explanation.remarks.push(format!("{} is not documented in this form", command.name));
        return explanation;
    };
    let mut explanation = Explanation::of_shape(&form.shape, &walk, subject);
    explanation.danger = explanation.danger.or(form.danger);
    explanation.needs.extend(Some(command.needs).filter(|needs| *needs != Needs::Nothing));
    let missing = walk.missing().map(|param| format!("{} is missing", capitalised(param.name)));
    explanation.remarks.extend(missing);
    explanation
}

fn unknown_command(name: &str) -> Explanation {
    if UCX2.contains(&name) {
        let text = format!("AT{name} belongs to UCX2, the next generation; these modules do not know it");
        return Explanation::new(text, Subject::Unknown);
    }
    let nearest = nearest(name, super::commands().map(Command::bare_name)).map(|near| format!("AT{near}"));
    Explanation::unknown("Unknown command", nearest.as_deref())
}

fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let names = names.filter(|own| own.starts_with('+'));
    let distances = names.map(|own| (strsim::osa_distance(name, own), own));
    distances
        .filter(|(distance, _)| *distance <= NEAR)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, own)| own)
}

fn received(line: &str, to: Option<&str>) -> Explanation {
    let command = to.and_then(|to| Spoken::read(to).ok());
    match at::meaning(line, to) {
        Meaning::Echo => echo(line),
        Meaning::Ok => ok(command.as_ref()),
        Meaning::Error => error(command.as_ref()),
        Meaning::Unsolicited => unsolicited(line),
        Meaning::Information if line.trim() == ">" => prompt(command.as_ref()),
        Meaning::Information => information(line, command.as_ref()),
    }
}

fn echo(line: &str) -> Explanation {
    let explanation = sent(line);
    Explanation { text: format!("Echo: {}", explanation.text), danger: None, ..explanation }
}

fn ok(spoken: Option<&Spoken>) -> Explanation {
    let Some(spoken) = spoken else { return Explanation::new("The command is done", Subject::Result) };
    let text = spoken.ok().map_or_else(|| format!("{} is done", spoken.name()), str::to_owned);
    Explanation::new(text, Subject::Answer(spoken.command))
}

fn error(spoken: Option<&Spoken>) -> Explanation {
    let Some(Spoken { command, .. }) = spoken else {
        return Explanation::new("The module refuses the command; it gives no reason", Subject::Result);
    };
    let text = format!("The module refuses {}; it gives no reason", command.name);
    let mut explanation = Explanation::new(text, Subject::Answer(command));
    if !command.error.is_empty() {
        explanation.remarks.push(format!("Known causes: {}", command.error));
    }
    explanation
}

fn prompt(spoken: Option<&Spoken>) -> Explanation {
    let Some(spoken) = spoken else {
        return Explanation::new("The module waits for data", Subject::Result);
    };
    let subject = Subject::Answer(spoken.command);
    let size = spoken.form().and_then(|(_, walk)| {
        let size = walk.bound.iter().find(|bound| matches!(bound.param.name, "size" | "length"))?;
        Some(size.text.clone())
    });
    match size {
        Some(size) => Explanation::new(format!("The module waits for exactly {size} bytes"), subject),
        None => Explanation::new("The module waits for data", subject),
    }
}

fn unsolicited(line: &str) -> Explanation {
    let Answer { name, values } = Answer::parse(line);
    let name = format!("+{}", name.unwrap_or_default());
    match super::event(&name) {
        Some(event) => {
            let walk = Walk::new(event.shape.params, &values);
            let mut explanation = Explanation::of_shape(&event.shape, &walk, Subject::Event(event));
            explanation.remarks.extend(Some(event.note).filter(|note| !note.is_empty()).map(str::to_owned));
            explanation
        }
        None => {
            Explanation::unknown("Unknown event", nearest(&name, super::events().map(|event| event.name)))
        }
    }
}

fn information(line: &str, spoken: Option<&Spoken>) -> Explanation {
    let Answer { name, values } = Answer::parse(line);
    if let Some(name) = name {
        return named_answer(name, &values);
    }
    if let Some(boot) = table::BOOT_TEXTS.iter().find(|boot| line.starts_with(boot.begins)) {
        return Explanation::new(boot.says, Subject::Boot);
    }
    if Request::parse(line).is_some() {
        return echo(line);
    }
    let listed = || super::command("AT+USECMNG").filter(|_| StoredCredential::parse(line).is_some());
    let with_bare = spoken.map(|spoken| spoken.command).filter(|command| command.bare.is_some());
    match with_bare.or_else(listed) {
        Some(command) => bare_answer(command, &values),
        None if line.starts_with('"') => {
            Explanation::unknown("An answer without a name; the command it belongs to is not known", None)
        }
        None => Explanation::unknown("Not a line that is known", None),
    }
}

fn named_answer(name: &str, values: &[String]) -> Explanation {
    let command = super::command(&format!("AT+{name}"));
    match command.and_then(|command| Some((command, command.answer?))) {
        Some((command, shape)) => {
            Explanation::of_shape(&shape, &Walk::new(shape.params, values), Subject::Answer(command))
        }
        None if name.starts_with("UE") => {
            let text = format!("+{name} looks like an event of UCX2, the next generation");
            Explanation::new(text, Subject::Unknown)
        }
        None => {
            let names = super::commands().filter(|command| command.answer.is_some()).map(Command::bare_name);
            Explanation::unknown("Unknown answer", nearest(&format!("+{name}"), names))
        }
    }
}

fn bare_answer(command: &'static Command, values: &[String]) -> Explanation {
    let Some(shape) = command.bare else { return Explanation::unknown("Unknown answer", None) };
    Explanation::of_shape(&shape, &Walk::new(shape.params, values), Subject::Answer(command))
}
