//! Lines of the console on their way out: for the clipboard, as text, as JSON lines, which are a recording, and as a web page
//! with the colours of the light theme. Secrets are dots already.

use std::ops::Range;

use super::look::Look;
use super::rows::{color, sign};
use crate::model::{Console, ConsoleLine, NewContent, NewFile, View, recording_start};
use crate::moment::UnixTime;
use crate::ui::theme::Tokens;

/// What lines become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    JsonLines,
    Html,
}

impl Format {
    pub(super) const ALL: [Self; 3] = [Self::Text, Self::JsonLines, Self::Html];

    /// What a menu calls it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Text => "Save as text…",
            Self::JsonLines => "Save as JSON lines…",
            Self::Html => "Save as a web page with colours…",
        }
    }

    /// The file with these lines.
    pub(super) fn file(self, lines: &Lines<'_>) -> NewFile {
        let (name, content) = match self {
            Self::Text => ("console.txt", lines.text()),
            Self::JsonLines => ("console.jsonl", lines.json()),
            Self::Html => ("console.html", lines.html()),
        };
        NewFile { name: name.to_owned(), content: NewContent::Public(content) }
    }
}

/// Lines that go out.
pub(super) struct Lines<'a> {
    pub(super) console: &'a Console,
    pub(super) look: Look,
    pub(super) start: UnixTime,
    /// Where they stand.
    pub(super) places: Range<usize>,
    /// What is not in it is left out.
    pub(super) view: Option<&'a View>,
}

impl Lines<'_> {
    fn each(&self, mut write: impl FnMut(&ConsoleLine, String)) {
        // The line in front of the first is needed for the time since it.
        let mut before = None;
        self.console.scan(self.places.start.saturating_sub(1)..self.places.end, |place, line| {
            let is_shown = self.view.is_none_or(|view| view.row(place).is_some());
            if place >= self.places.start && is_shown {
                write(line, self.look.time(line, before, self.start));
            }
            before = Some(line.at);
        });
    }

    /// As they stand on screen, times and signs included.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.each(|line, time| {
            text.push_str(&format!("{time} {} {}\n", sign(line.kind), line.text));
        });
        text
    }

    /// A recording of them, which this program can read again.
    fn json(&self) -> String {
        let mut text = recording_start(self.start);
        text.push('\n');
        self.each(|line, _| {
            if let Some(recorded) = line.recorded() {
                text.push_str(&recorded);
                text.push('\n');
            }
        });
        text
    }

    fn html(&self) -> String {
        let tokens = &Tokens::LIGHT;
        let mut text = String::from(HEAD);
        self.each(|line, time| {
            let [r, g, b, _] = color(line.kind, tokens).to_array();
            let said = escaped(&line.text);
            text.push_str(&format!(
                "<i>{time}</i> <span style=\"color:#{r:02x}{g:02x}{b:02x}\">{} {said}</span>\n",
                sign(line.kind)
            ));
        });
        text.push_str("</pre>\n");
        text
    }
}

const HEAD: &str = "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Console</title>\n\
    <style>pre{font:14px/1.4 monospace}i{color:#667;font-style:normal}</style>\n<pre>\n";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Model, News};
    use crate::moment::Moment;
    use crate::record::Entry;
    use crate::session::{Direction, Event, Wire, WireKind};

    fn model() -> Model {
        let mut model = Model::default();
        for (millis, direction, kind, text) in [
            (1_000, Direction::Sent, WireKind::Command, "AT+UDCP=mqtt://h/?pt=<a>&st=b"),
            (1_250, Direction::Received, WireKind::Error, "ERROR"),
        ] {
            let at = Moment::from_millis(millis);
            let wire = Wire { at, direction, kind, bytes: text.as_bytes().to_vec() };
            model.handle(News::Session(Event::Wire(wire)), at);
        }
        model
    }

    fn written(format: Format, places: Range<usize>) -> String {
        let model = model();
        let (console, look) = (&model.console, Look::default());
        let lines = Lines { console, look, start: UnixTime(0), places, view: None };
        match format.file(&lines).content {
            NewContent::Public(text) => text,
            NewContent::Private(_) => panic!("a private file"),
        }
    }

    #[test]
    fn text_is_what_stands_on_screen() {
        assert_eq!(
            written(Format::Text, 0..2),
            "00:01.000 → AT+UDCP=mqtt://h/?pt=<a>&st=b\n00:01.250 ← ERROR\n"
        );
    }

    #[test]
    fn only_what_is_wanted_goes_out() {
        assert_eq!(written(Format::Text, 1..2), "00:01.250 ← ERROR\n");
    }

    #[test]
    fn json_lines_are_a_recording() {
        let text = written(Format::JsonLines, 0..2);
        let entries: Vec<_> = text.lines().map(|line| Entry::parse_line(line).unwrap()).collect();
        assert_eq!(entries[0], Entry::Start { date: UnixTime(0) });
        let Entry::Wire(wire) = &entries[2] else { panic!("{entries:?}") };
        assert_eq!((wire.kind, wire.at, entries.len()), (WireKind::Error, Moment::from_millis(1_250), 3));
    }

    #[test]
    fn a_web_page_has_colours_and_no_line_becomes_a_tag() {
        let page = written(Format::Html, 0..2);
        assert!(page.contains("?pt=&lt;a&gt;&amp;st=b</span>"), "{page}");
        let [r, g, b, _] = Tokens::LIGHT.danger.to_array();
        assert!(page.contains(&format!("color:#{r:02x}{g:02x}{b:02x}\">← ERROR")), "{page}");
    }
}
