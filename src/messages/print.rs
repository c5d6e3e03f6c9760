//! Messages as the text that [`parse`](super::parse) reads.

use super::parse::ENDS;
use super::{Form, Message};

/// The text of these messages, one after the other.
pub fn print<'a>(messages: impl IntoIterator<Item = &'a Message>) -> String {
    let texts: Vec<_> = messages.into_iter().map(one).collect();
    texts.join("\n")
}

fn one(message: &Message) -> String {
    let mut text = format!("# {}\n", message.name);
    let mut word = |word: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("{word}: {value}\n"));
        }
    };
    word("about", &message.about);
    word("cloud", message.service.map_or("", super::Service::name));
    word("topic", &message.topic);
    word("form", if message.form == Form::Text { "" } else { message.form.name() });
    let end = ENDS.iter().find(|(_, end)| message.end == Some(*end));
    word("end", end.map_or("", |(name, _)| name));
    text.push('\n');
    for line in message.body.split('\n') {
        text.push_str(if line.is_empty() { "|" } else { "| " });
        text.push_str(line);
        text.push('\n');
    }
    text
}
