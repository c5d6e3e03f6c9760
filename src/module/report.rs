//! Everything that a module says of itself when it is asked, and what some of it means. The questions change nothing.

use std::fmt;
use std::time::Duration;

use super::{LineSettings, local_address, named};
use crate::at::Answer;

/// The answers of a module to [`Report::QUESTIONS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub answers: Vec<Reported>,
}

/// One question and its answer, with secrets as dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    pub question: &'static str,
    /// The information lines; `None` if the module refused the question or did not answer.
    pub lines: Option<Vec<String>>,
}

/// The mode a module is in after a restart (protocol.md §1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StartMode {
    Command,
    Data,
    Extended,
    Ppp,
}

/// Whether a module sends commands back as it gets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Echo {
    On,
    Off,
}

impl StartMode {
    /// Its number in `AT+UMSM`.
    pub const fn code(self) -> u8 {
        match self {
            Self::Command => 0,
            Self::Data => 1,
            Self::Extended => 2,
            Self::Ppp => 3,
        }
    }
}

impl fmt::Display for StartMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Command => "Command mode",
            Self::Data => "Data mode",
            Self::Extended => "Extended data mode",
            Self::Ppp => "PPP",
        })
    }
}

impl Report {
    /// What is asked, in this order (protocol.md §1, §3, §6, §7, §8).
    pub const QUESTIONS: [&str; 29] = [
        "AT+GMI",
        "AT+GMM",
        "AT+GMR",
        "AT+GSN",
        "ATI0",
        "ATI9",
        "ATI10",
        "AT+UMLA=1",
        "AT+UMLA=2",
        "AT+UMLA=3",
        "AT+UMLA=4",
        "AT+UMRS?",
        "AT+UMSM?",
        "AT+UMSTAT",
        "ATE?",
        "ATS2?",
        "ATS3?",
        "ATS4?",
        "ATS5?",
        "AT+CSGT?",
        "AT+UNHN?",
        "AT+UWSC=0",
        "AT+UWSSTAT",
        "AT+UNSTAT=0",
        "AT+UWCFG=1",
        "AT+UWCFG=11",
        "AT+UDLP?",
        "AT+UDDRP?",
        "AT+USECMNG=3",
    ];

    /// The lines of an answer; none if there is no answer.
    pub fn lines(&self, question: &str) -> &[String] {
        let answer = self.answers.iter().find(|answer| answer.question == question);
        answer.and_then(|answer| answer.lines.as_deref()).unwrap_or_default()
    }

    /// The first value of an answer.
    pub fn text(&self, question: &str) -> Option<String> {
        Answer::parse(self.lines(question).first()?).text(0).map(str::to_owned)
    }

    pub fn line(&self) -> Option<LineSettings> {
        LineSettings::parse(self.lines("AT+UMRS?").first()?)
    }

    pub fn start_mode(&self) -> Option<StartMode> {
        match named(self.lines("AT+UMSM?").first()?, "UMSM")?.number(0)? {
            0_u8 => Some(StartMode::Command),
            1 => Some(StartMode::Data),
            2 => Some(StartMode::Extended),
            3 => Some(StartMode::Ppp),
            _ => None,
        }
    }

    /// How long the module had been running when it was asked.
    pub fn uptime(&self) -> Option<Duration> {
        self.status(0).map(Duration::from_secs)
    }

    /// Whether all settings are stored.
    pub fn is_saved(&self) -> Option<bool> {
        self.status(1).map(|saved| saved == 1)
    }

    fn status(&self, id: u64) -> Option<u64> {
        self.lines("AT+UMSTAT").iter().find_map(|line| {
            let answer = named(line, "UMSTAT")?;
            (answer.number(0) == Some(id)).then(|| answer.number(1))?
        })
    }

    pub fn echo(&self) -> Option<Echo> {
        match self.lines("ATE?").first()?.trim() {
            "0" => Some(Echo::Off),
            "1" => Some(Echo::On),
            _ => None,
        }
    }

    /// The hardware address at this index of `AT+UMLA`: 1 Bluetooth, 2 station, 3 Ethernet, 4 access point.
    pub fn address(&self, index: u8) -> Option<String> {
        local_address(self.lines(&format!("AT+UMLA={index}")).first()?)
    }
}

impl fmt::Display for Report {
    /// Every question with its answer, as in a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Reported { question, lines } in &self.answers {
            writeln!(f, "{question}")?;
            match lines {
                Some(lines) => lines.iter().try_for_each(|line| writeln!(f, "  {line}"))?,
                None => writeln!(f, "  not answered")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(answers: &[(&'static str, &[&str])]) -> Report {
        let answers = answers.iter().map(|(question, lines)| Reported {
            question,
            lines: Some(lines.iter().map(|line| (*line).to_owned()).collect()),
        });
        Report { answers: answers.collect() }
    }

    #[test]
    fn what_real_modules_answered_is_read() {
        let report = report(&[
            ("AT+UMSM?", &["+UMSM:0"]),
            ("AT+UMSTAT", &["+UMSTAT:0,149", "+UMSTAT:1,1"]),
            ("AT+UMRS?", &["+UMRS:115200,1,8,1,1"]),
            ("ATE?", &["1"]),
            ("AT+UMLA=2", &["+UMLA:D4CA6EFD96E0"]),
            ("ATI0", &["\"NINA-W152-00B-00\""]),
        ]);
        assert_eq!(report.start_mode(), Some(StartMode::Command));
        assert_eq!(report.uptime(), Some(Duration::from_secs(149)));
        assert_eq!(report.is_saved(), Some(true));
        assert_eq!(report.line(), Some(LineSettings::FACTORY));
        assert_eq!(report.echo(), Some(Echo::On));
        assert_eq!(report.address(2).as_deref(), Some("D4CA6EFD96E0"));
        assert_eq!(report.text("ATI0").as_deref(), Some("NINA-W152-00B-00"));
    }

    #[test]
    fn what_was_not_answered_is_not_known_and_is_said_so() {
        let report = Report { answers: vec![Reported { question: "AT+UMLA=1", lines: None }] };
        assert_eq!((report.address(1), report.uptime(), report.echo()), (None, None, None));
        assert_eq!(report.to_string(), "AT+UMLA=1\n  not answered\n");
    }
}
