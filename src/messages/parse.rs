//! Reads the text of messages. Everything that is wrong is told with its place, not only the first thing.

use super::{Flaw, Form, Message, Position, Service, excerpt, wrong};
use crate::problem::Problem;
use crate::session::LineEnd;

/// The longest name and the longest other words, in characters.
const LONGEST_NAME: usize = 60;
const LONGEST_WORDS: usize = 200;
/// The longest body as it is written, in bytes: more than any service takes, also in hex.
const LONGEST_BODY: usize = 1024 * 1024;

/// The names of what may follow a body.
pub(super) const ENDS: [(&str, LineEnd); 3] =
    [("cr", LineEnd::Cr), ("lf", LineEnd::Lf), ("crlf", LineEnd::CrLf)];

/// The messages in a text.
///
/// # Errors
/// Everything that is wrong with it, by place.
pub fn parse(text: &str) -> Result<Vec<Message>, Vec<Flaw>> {
    let mut reader = Reader::default();
    let mut offset = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        reader.place = Position { offset, line: number, column: 1 };
        offset += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        // Editors on Windows put a mark in front.
        let line = if number == 1 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        if let Err(problem) = reader.line(line) {
            reader.flaw(problem);
        }
    }
    reader.end_message();
    if reader.done.is_empty() && reader.flaws.is_empty() {
        reader.place = Position { offset: 0, line: 1, column: 1 };
        reader.flaw(wrong("There is no message here", "Begin with a line such as # Temperature"));
    }
    reader.flaws.sort_by_key(|flaw| flaw.position.offset);
    if reader.flaws.is_empty() { Ok(reader.done) } else { Err(reader.flaws) }
}

/// What was read so far.
struct Reader {
    /// Where the present line begins.
    place: Position,
    done: Vec<Message>,
    flaws: Vec<Flaw>,
    open: Option<Open>,
}

impl Default for Reader {
    fn default() -> Self {
        let place = Position { offset: 0, line: 1, column: 1 };
        Self { place, done: Vec::new(), flaws: Vec::new(), open: None }
    }
}

/// The message that is being read.
struct Open {
    place: Position,
    message: Message,
    /// The words that were read.
    seen: Vec<&'static str>,
    /// Where each line of the body begins in the file, behind its bar.
    body: Vec<Position>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Problem> {
        if let Some(name) = line.strip_prefix('#') {
            return self.begin(name.trim());
        }
        if line.trim().is_empty() {
            return Ok(());
        }
        let place = self.place;
        let Some(open) = &mut self.open else {
            return Err(wrong(
                "This line belongs to no message",
                "Begin each message with a line such as # Temperature",
            ));
        };
        match line.strip_prefix('|') {
            Some(body) => {
                open.add_body(place, body);
                Ok(())
            }
            None => open.word(line.trim()),
        }
    }

    fn begin(&mut self, name: &str) -> Result<(), Problem> {
        self.end_message();
        let taken = self.done.iter().any(|done| done.name == name);
        let message = Message { name: name.to_owned(), ..Message::default() };
        // Also a message without a good name is read on, so that its other flaws are told as well.
        self.open = Some(Open { place: self.place, message, seen: Vec::new(), body: Vec::new() });
        if taken {
            return Err(wrong(
                format!("There is another message of the name {name}"),
                "Give each message a name of its own",
            ));
        }
        check_name(name)
    }

    fn end_message(&mut self) {
        let Some(open) = self.open.take() else { return };
        if let Err(problem) = open.message.check_secrets().and_then(|()| check_body(&open.message.body)) {
            self.flaws.push(Flaw { position: open.place, problem });
        }
        if open.body.is_empty() {
            let problem = wrong("The message has no body", "Write it in lines that begin with |");
            self.flaws.push(Flaw { position: open.place, problem });
        } else if let Err(flaw) = open.message.template() {
            self.flaws.push(Flaw { position: open.in_file(flaw.position), problem: flaw.problem });
        }
        self.done.push(open.message);
    }

    fn flaw(&mut self, problem: Problem) {
        self.flaws.push(Flaw { position: self.place, problem });
    }
}

impl Open {
    fn add_body(&mut self, place: Position, line: &str) {
        let text = line.strip_prefix(' ').unwrap_or(line);
        let skipped = 1 + (line.len() - text.len());
        if !self.body.is_empty() {
            self.message.body.push('\n');
        }
        self.message.body.push_str(text);
        self.body.push(Position { offset: place.offset + skipped, column: place.column + skipped, ..place });
    }

    /// The place in the file of a place in the body.
    fn in_file(&self, at: Position) -> Position {
        let begin_in_body = self.message.body.split_inclusive('\n').take(at.line.saturating_sub(1));
        let inside = at.offset.saturating_sub(begin_in_body.map(str::len).sum());
        let line = self.body.get(at.line.saturating_sub(1)).unwrap_or(&self.place);
        Position { offset: line.offset + inside, line: line.line, column: line.column + at.column - 1 }
    }

    fn word(&mut self, line: &str) -> Result<(), Problem> {
        const WORDS: [&str; 5] = ["about", "cloud", "topic", "form", "end"];
        let (word, value) = line.split_once(':').unwrap_or((line, ""));
        let Some(word) = WORDS.into_iter().find(|known| *known == word) else {
            return Err(wrong(
                format!("{} belongs to no message", excerpt(line)),
                "Write about:, cloud:, topic:, form: or end:, or | in front of the body",
            ));
        };
        if self.seen.contains(&word) {
            return Err(wrong(format!("There is another {word}: line"), "Remove one of them"));
        }
        self.seen.push(word);
        let value = value.trim();
        match word {
            "about" => {
                check_words(value, "The description")?;
                value.clone_into(&mut self.message.about);
            }
            "topic" => {
                check_words(value, "The topic")?;
                value.clone_into(&mut self.message.topic);
            }
            "cloud" => {
                let known = Service::ALL.map(|service| (service.name(), service));
                self.message.service = Some(choose(word, value, &known)?);
            }
            "form" => {
                self.message.form = choose(word, value, &Form::ALL.map(|form| (form.name(), form)))?;
            }
            _ => self.message.end = Some(choose(word, value, &ENDS)?),
        }
        Ok(())
    }
}

/// The one of this name.
fn choose<T: Copy>(word: &str, name: &str, known: &[(&str, T)]) -> Result<T, Problem> {
    let found = known.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        wrong(
            format!("{} is no value of {word}:", excerpt(name)),
            format!("Write one of {}", names.join(", ")),
        )
    })
}

pub(super) fn check_name(name: &str) -> Result<(), Problem> {
    if name.is_empty() {
        return Err(wrong("The message has no name", "Give it one, such as Temperature"));
    }
    check_line(name, LONGEST_NAME, "The name")
}

pub(super) fn check_words(words: &str, what: &str) -> Result<(), Problem> {
    check_line(words, LONGEST_WORDS, what)
}

fn check_line(words: &str, longest: usize, what: &str) -> Result<(), Problem> {
    if words.chars().count() > longest {
        return Err(wrong(format!("{what} is longer than {longest} characters"), "Shorten it"));
    }
    if words.chars().any(char::is_control) || words.trim() != words {
        return Err(wrong(format!("{what} has blanks around it or a control character"), "Remove them"));
    }
    Ok(())
}

/// Control characters would be lost in a text file.
pub(super) fn check_body(body: &str) -> Result<(), Problem> {
    if body.len() > LONGEST_BODY {
        return Err(wrong(format!("The body is longer than {LONGEST_BODY} bytes"), "Send it as a file"));
    }
    if body.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(wrong(
            "There is a control character in the body",
            "Choose the form Hex for bytes that are no text",
        ));
    }
    Ok(())
}
