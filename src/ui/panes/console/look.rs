//! How the lines of the console are shown: which times stand before them, and whether their meaning stands behind them.

use egui::Ui;

use crate::model::ConsoleLine;
use crate::moment::{Moment, UnixTime};
use crate::ui::panes::clock;

/// What a person has chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) times: Times,
    pub(super) meaning: Meaning,
}

/// Which times stand before the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Times {
    /// Since the program started.
    #[default]
    Running,
    /// The time of day, in UTC as in recordings.
    OfDay,
    /// Since the line before.
    SincePrevious,
}

/// Whether what a line means stands behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Meaning {
    #[default]
    Shown,
    Hidden,
}

impl Look {
    /// The time of a line, as wide as that of every other line. `start` is the date at [`Moment::START`].
    pub(super) fn time(self, line: &ConsoleLine, before: Option<Moment>, start: UnixTime) -> String {
        match self.times {
            Times::Running => clock(line.at),
            Times::OfDay => of_day(line.at, start),
            Times::SincePrevious => {
                let since = before.map_or(0.0, |before| line.at.since(before).as_secs_f64());
                format!("{:>9}", format!("+{since:.3}"))
            }
        }
    }

    /// The choices, as the contents of a menu.
    pub(super) fn menu(&mut self, ui: &mut Ui) {
        for (times, text) in [
            (Times::Running, "Times since the program started"),
            (Times::OfDay, "Times of day, in UTC"),
            (Times::SincePrevious, "Times since the line before"),
        ] {
            ui.radio_value(&mut self.times, times, text);
        }
        ui.separator();
        let mut shown = self.meaning == Meaning::Shown;
        if ui.checkbox(&mut shown, "Say what each line means").changed() {
            self.meaning = if shown { Meaning::Shown } else { Meaning::Hidden };
        }
    }
}

/// `12:34:56.789`
fn of_day(at: Moment, start: UnixTime) -> String {
    let since = at.since_start();
    let seconds = (start + since).0.rem_euclid(86_400);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", since.subsec_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LineKind;

    #[test]
    fn each_kind_of_time_has_its_form() {
        let line = ConsoleLine {
            id: 0,
            at: Moment::from_millis(83_456),
            kind: LineKind::Note,
            text: String::new(),
            answers: None,
        };
        let time = |times, before| {
            let look = Look { times, ..Look::default() };
            look.time(&line, before, UnixTime(86_400 * 20_000 + 3600))
        };
        assert_eq!(time(Times::Running, None), "01:23.456");
        assert_eq!(time(Times::OfDay, None), "01:01:23.456");
        assert_eq!(time(Times::SincePrevious, None), "   +0.000");
        assert_eq!(time(Times::SincePrevious, Some(Moment::from_millis(71_000))), "  +12.456");
    }
}
