//! The bar for finding: what is looked for, how many lines have it, the way from one to the next, and which kinds of lines
//! are shown at all. The finding itself is done by views, in slices.

use egui::{Align, Key, Layout, Modifiers, Response, TextEdit, Ui};
use egui_material_icons::icons::{ICON_CLOSE, ICON_KEYBOARD_ARROW_DOWN, ICON_KEYBOARD_ARROW_UP};

use super::filter::Kinds;
use crate::model::{Console, Sieve, View, ViewProgress};
use crate::ui::panes::Focus;
use crate::ui::panes::pattern::{Pattern, Way};
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets;

/// The width of the field, in points.
const FIELD: f32 = 260.0;

/// What is looked for.
#[derive(Debug, Default)]
pub(super) struct Find {
    open: Open,
    text: String,
    way: Way,
    reach: Reach,
    pattern: Option<Result<Pattern, String>>,
    hits: View,
    focus: Focus,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Open {
    #[default]
    No,
    Yes,
}

/// Which lines are shown while something is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reach {
    #[default]
    All,
    /// Those with the text alone.
    Matching,
}

/// What a person did with the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// What is looked for or shown has changed.
    Changed,
    Next,
    Previous,
}

impl Find {
    /// Shows the bar, ready for typing.
    pub(super) fn open(&mut self) {
        self.open = Open::Yes;
        self.focus = Focus::Take;
    }

    pub(super) fn is_open(&self) -> bool {
        self.open == Open::Yes
    }

    /// What is looked for, if anything and if it is right.
    pub(super) fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref().filter(|_| self.is_open()).and_then(|pattern| pattern.as_ref().ok())
    }

    /// What must be in a line to be shown.
    pub(super) fn condition(&self) -> Option<&Pattern> {
        self.pattern().filter(|_| self.reach == Reach::Matching)
    }

    /// Goes on looking; says whether it is done.
    pub(super) fn advance(&mut self, console: &Console) -> ViewProgress {
        let Some(Ok(pattern)) = self.pattern.as_ref().filter(|_| self.open == Open::Yes) else {
            return ViewProgress::Done;
        };
        let fits = |line: &crate::model::ConsoleLine| pattern.is_in(&line.text);
        let sieve = pattern.needle().map_or(Sieve::Lines(&fits), Sieve::Text);
        self.hits.advance(console, sieve, sieve.budget())
    }

    /// The place of the next line with the text, or of the one before, seen from this place.
    pub(super) fn from(&self, place: usize, way: Found) -> Option<usize> {
        match way {
            Found::Previous => self.hits.previous(place),
            _ => self.hits.next(place),
        }
    }

    /// Draws the bar. `place` is where the person is.
    pub(super) fn show(&mut self, ui: &mut Ui, kinds: &mut Kinds, place: Option<usize>) -> Found {
        let mut found = Found::Nothing;
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let field = self.field(ui);
            // Whether something in the bar has lost the focus.
            let mut left = field.lost_focus();
            found = self.keys(ui, &field);
            if field.changed() {
                self.look_anew();
                found = Found::Changed;
            }
            self.count(ui, place);
            for (icon, name, way) in [
                (ICON_KEYBOARD_ARROW_UP, "Previous line with the text", Found::Previous),
                (ICON_KEYBOARD_ARROW_DOWN, "Next line with the text", Found::Next),
            ] {
                let button = widgets::icon_button(ui, icon, name);
                left |= button.lost_focus();
                if button.clicked() {
                    found = way;
                }
            }
            if self.choices(ui, kinds, &mut left) {
                found = Found::Changed;
            }
            let close = widgets::icon_button(ui, ICON_CLOSE, "Close the bar for finding");
            left |= close.lost_focus();
            let escaped = left && ui.input(|input| input.key_pressed(Key::Escape));
            if escaped || close.clicked() {
                self.open = Open::No;
                found = Found::Changed;
            }
        });
        found
    }

    fn field(&mut self, ui: &mut Ui) -> Response {
        let edit = TextEdit::singleline(&mut self.text).hint_text("Find in the console");
        let size = egui::vec2(FIELD, theme::CONTROL_HEIGHT);
        let field = ui.allocate_ui(size, |ui| ui.add(widgets::sized(ui, edit))).inner.accessible_name("Find");
        self.focus.settle(&field);
        field
    }

    /// Enter leads on, with Shift back.
    fn keys(&mut self, ui: &Ui, field: &Response) -> Found {
        if !field.lost_focus() {
            return Found::Nothing;
        }
        let (enter, shift) =
            ui.input(|input| (input.key_pressed(Key::Enter), input.modifiers == Modifiers::SHIFT));
        if !enter {
            return Found::Nothing;
        }
        field.request_focus();
        if shift { Found::Previous } else { Found::Next }
    }

    /// Which of how many, or what is wrong with the expression.
    fn count(&self, ui: &mut Ui, place: Option<usize>) {
        match &self.pattern {
            None => {}
            Some(Err(reason)) => {
                let text = egui::RichText::new(reason).small().color(Tokens::of(ui).danger);
                ui.add(egui::Label::new(text).truncate());
            }
            Some(Ok(_)) if self.hits.is_empty() => {
                widgets::small(ui, "Not found");
            }
            Some(Ok(_)) => {
                let of = self.hits.len();
                let which = place.and_then(|place| self.hits.row(place)).map(|row| row + 1);
                let text = which.map_or_else(|| lines(of), |which| format!("{which} of {of}"));
                widgets::small(ui, text);
            }
        }
    }

    /// How it is looked for, and what is shown; whether that has changed.
    fn choices(&mut self, ui: &mut Ui, kinds: &mut Kinds, left: &mut bool) -> bool {
        let before = (self.way, self.reach, *kinds);
        let toggle = self.way.toggle(ui, "The text is a regular expression");
        let mut only = self.reach == Reach::Matching;
        let checkbox = ui.checkbox(&mut only, "Only lines with it");
        *left |= toggle.lost_focus() || checkbox.lost_focus();
        self.reach = if only { Reach::Matching } else { Reach::All };
        *left |= kinds.choice(ui).lost_focus();
        if self.way != before.0 {
            self.look_anew();
        }
        before != (self.way, self.reach, *kinds)
    }

    fn look_anew(&mut self) {
        self.pattern = (!self.text.is_empty()).then(|| Pattern::new(&self.text, self.way));
        self.hits = View::found();
    }
}

fn lines(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}
