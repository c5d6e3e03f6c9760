//! The list above the input while a command is typed: names that complete it, or with Ctrl+R what was sent before. Arrows
//! choose and Tab takes; Enter always sends what is typed and takes nothing that was not asked for.

use egui::{Align2, Area, Frame, Key, Modifiers, Order, Response, RichText, Ui};

use super::history::History;
use crate::catalogue;
use crate::ui::theme::{Tokens, space};

/// The most entries that are listed: the log has little height.
const MOST: usize = 8;

/// What is listed.
#[derive(Debug, Default)]
pub(super) struct Popup {
    shows: Shows,
    chosen: usize,
}

#[derive(Debug, Default)]
enum Shows {
    #[default]
    Nothing,
    Names,
    /// What was sent before; with what was typed when it was asked for.
    History {
        draft: String,
    },
}

/// One entry.
struct Entry {
    text: String,
    about: &'static str,
}

/// What came of the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Nothing,
    /// This goes into the input.
    Text(String),
}

impl Popup {
    /// Something was typed: names that complete it are listed.
    pub(super) fn typed(&mut self) {
        self.chosen = 0;
        if !matches!(self.shows, Shows::History { .. }) {
            self.shows = Shows::Names;
        }
    }

    pub(super) fn close(&mut self) {
        *self = Self::default();
    }

    /// Takes the keys that are meant for the list, before the input sees them.
    pub(super) fn keys(&mut self, ui: &Ui, text: &str, history: &History) -> Taken {
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::CTRL, Key::R) {
            match self.shows {
                Shows::History { .. } => self.chosen += 1,
                _ => *self = Self { shows: Shows::History { draft: text.to_owned() }, chosen: 0 },
            }
        }
        let entries = self.entries(text, history);
        if entries.is_empty() {
            return Taken::Nothing;
        }
        self.chosen = self.chosen.min(entries.len() - 1);
        if pressed(Modifiers::NONE, Key::ArrowUp) {
            self.chosen = self.chosen.saturating_sub(1);
        }
        if pressed(Modifiers::NONE, Key::ArrowDown) {
            self.chosen = (self.chosen + 1).min(entries.len() - 1);
        }
        let is_history = matches!(self.shows, Shows::History { .. });
        if pressed(Modifiers::NONE, Key::Tab) || (is_history && pressed(Modifiers::NONE, Key::Enter)) {
            return self.take(entries);
        }
        if pressed(Modifiers::NONE, Key::Escape) {
            let shows = std::mem::take(self).shows;
            if let Shows::History { draft } = shows {
                return Taken::Text(draft);
            }
        }
        Taken::Nothing
    }

    fn take(&mut self, entries: Vec<Entry>) -> Taken {
        let chosen =
            entries.into_iter().nth(self.chosen).map_or(Taken::Nothing, |entry| Taken::Text(entry.text));
        self.close();
        chosen
    }

    /// Whether Tab, arrows and Escape are meant for the list.
    pub(super) fn wants_keys(&self, text: &str, history: &History) -> bool {
        !self.entries(text, history).is_empty()
    }

    fn entries(&self, text: &str, history: &History) -> Vec<Entry> {
        match self.shows {
            Shows::Nothing => Vec::new(),
            Shows::Names => names(text),
            Shows::History { .. } => {
                let sent = history.with(text).take(MOST);
                sent.map(|text| Entry { text: text.to_owned(), about: "" }).collect()
            }
        }
    }

    /// Draws the list above the field; what was clicked goes into the input.
    pub(super) fn show(&mut self, ui: &Ui, field: &Response, text: &str, history: &History) -> Taken {
        let entries = self.entries(text, history);
        if entries.is_empty() {
            return Taken::Nothing;
        }
        let tokens = Tokens::of(ui);
        let mut clicked = None;
        let area = Area::new(field.id.with("list")).order(Order::Foreground).pivot(Align2::LEFT_BOTTOM);
        area.fixed_pos(field.rect.left_top() - egui::vec2(0.0, space::XS)).show(ui, |ui| {
            Frame::popup(ui.style()).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for (index, entry) in entries.iter().enumerate() {
                    let about = RichText::new(entry.about).small().color(tokens.text_weak);
                    let name = RichText::new(&entry.text).monospace();
                    let button = egui::Button::selectable(index == self.chosen, (name, about)).truncate();
                    let accessible = format!("{} {}", entry.text, entry.about);
                    if ui.add(button).accessible_name(accessible.trim()).clicked() {
                        clicked = Some(index);
                    }
                }
            });
        });
        let Some(index) = clicked else { return Taken::Nothing };
        self.chosen = index;
        self.take(entries)
    }
}

/// The names that complete what is typed, unless it is one of them already.
fn names(text: &str) -> Vec<Entry> {
    let found = catalogue::complete(text);
    if let [only] = found.as_slice()
        && only.name.eq_ignore_ascii_case(text.trim())
    {
        return Vec::new();
    }
    let entry = |command: &catalogue::Command| Entry { text: command.name.to_owned(), about: command.title };
    found.into_iter().take(MOST).map(entry).collect()
}
