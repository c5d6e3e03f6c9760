//! Several commands that were pasted at once: shown first, then sent one after the other, each when the one before it has
//! been answered. One that is refused, or not answered, stops the rest.

use std::collections::VecDeque;

use egui::{ScrollArea, Ui};

use crate::at;
use crate::model::{Console, End};
use crate::session::Wish;
use crate::ui::actions::Actions;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// The height of the list, in points.
const HEIGHT: f32 = 72.0;

/// Commands on their way.
#[derive(Debug)]
pub(super) struct Batch {
    waiting: VecDeque<String>,
    of: usize,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    /// A person looks at them.
    Asked,
    /// The first that waits is sent once so many commands have ended.
    Running {
        ended: u64,
    },
    Stopped(Why),
}

/// Why the rest is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Refused,
    Unanswered,
}

/// What is to become of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Stays,
    /// It is done, or not wanted.
    Goes,
}

impl Batch {
    /// The commands in a text of several lines; `None` if it has but one. Empty lines and comments are left out.
    pub(super) fn of(text: &str) -> Option<Self> {
        let lines: VecDeque<String> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("//"))
            .map(str::to_owned)
            .collect();
        let is_several = text.trim().lines().nth(1).is_some();
        is_several.then_some(Self { of: lines.len(), waiting: lines, state: State::Asked })
    }

    /// Sends what is due, and stops after a command that was refused or not answered.
    pub(super) fn go_on(&mut self, console: &Console, actions: &mut Actions) -> Fate {
        let State::Running { ended } = self.state else { return Fate::Stays };
        if console.ended() < ended {
            return Fate::Stays;
        }
        let has_sent = self.waiting.len() < self.of;
        let trouble = match console.last_end().filter(|_| has_sent) {
            Some(End::Error) => Some(Why::Refused),
            Some(End::Silence) => Some(Why::Unanswered),
            Some(End::Ok) | None => None,
        };
        if let Some(why) = trouble {
            self.state = State::Stopped(why);
            return Fate::Stays;
        }
        let Some(next) = self.waiting.pop_front() else { return Fate::Goes };
        self.state = State::Running { ended: console.ended() + 1 };
        actions.wish(Wish::Send(next));
        Fate::Stays
    }

    /// Draws it.
    pub(super) fn show(&mut self, ui: &mut Ui, console: &Console) -> Fate {
        let mut fate = Fate::Stays;
        let sent = self.of - self.waiting.len();
        ui.horizontal(|ui| {
            match self.state {
                State::Asked => {
                    widgets::hint(ui, format!("{} commands were pasted", self.of));
                    if widgets::primary_button(ui, "Send all").clicked() {
                        self.state = State::Running { ended: console.ended() };
                        ui.request_repaint();
                    }
                }
                State::Running { .. } => {
                    widgets::hint(ui, format!("{sent} of {}, waiting for the answer", self.of));
                }
                State::Stopped(why) => {
                    let what = match why {
                        Why::Refused => "refused",
                        Why::Unanswered => "not answered",
                    };
                    let text = format!("Command {sent} of {} was {what}, the rest is not sent", self.of);
                    ui.label(egui::RichText::new(text).color(Tokens::of(ui).warn));
                    if widgets::secondary_button(ui, "Send the rest").clicked() {
                        self.of = self.waiting.len();
                        self.state = State::Running { ended: console.ended() };
                        ui.request_repaint();
                    }
                }
            }
            if widgets::secondary_button(ui, "Cancel").clicked() {
                fate = Fate::Goes;
            }
        });
        let weak = Tokens::of(ui).text_weak;
        ScrollArea::vertical().id_salt("batch").max_height(HEIGHT).auto_shrink([false, true]).show(
            ui,
            |ui| {
                ui.spacing_mut().item_spacing.y = space::XS;
                for line in &self.waiting {
                    let text = egui::RichText::new(at::masked(line)).monospace().color(weak);
                    ui.add(egui::Label::new(text).truncate());
                }
            },
        );
        fate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_one_line_is_no_batch_and_comments_are_left_out() {
        assert!(Batch::of("AT+GMM\n").is_none());
        let batch = Batch::of("# look\nAT+GMM\n\n// and\n  AT+GMR\n").unwrap();
        assert_eq!(batch.waiting, ["AT+GMM", "AT+GMR"]);
    }
}
