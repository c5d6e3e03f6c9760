//! The transcripts of protocol.md §13 for tests: one copy of their text, read by whoever has something to say about it.

/// Who says a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    Host,
    Module,
}

/// A line of AT text in a transcript.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// `G1` to `G20`.
    pub(crate) transcript: &'static str,
    pub(crate) speaker: Speaker,
    pub(crate) text: &'static str,
}

/// All lines of AT text, in order; every password in them is `PASSWORD`.
pub(crate) fn lines() -> Vec<Line> {
    let mut transcript = "";
    let mut lines = Vec::new();
    for line in include_str!("transcripts.txt").lines() {
        let speaker = match line.split_at_checked(2) {
            Some(("> ", _)) => Speaker::Host,
            Some(("< ", _)) => Speaker::Module,
            _ => {
                transcript =
                    line.split(' ').next().filter(|word| word.starts_with('G')).unwrap_or(transcript);
                continue;
            }
        };
        lines.push(Line { transcript, speaker, text: &line[2..] });
    }
    lines
}

/// What the host says in one of them.
pub(crate) fn commands_of(transcript: &str) -> Vec<&'static str> {
    let said = lines().into_iter().filter(|line| line.transcript == transcript);
    said.filter(|line| line.speaker == Speaker::Host).map(|line| line.text).collect()
}
