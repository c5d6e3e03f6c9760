//! The console: what crossed the wire as text, with what it means, and a line to type commands into.

mod batch;
mod danger;
mod explained;
mod filter;
mod find;
mod hands;
mod hints;
mod history;
mod input;
mod look;
mod meaning;
mod output;
mod popup;
mod rows;
mod tools;

use std::ops::{Range, RangeInclusive};

use egui::accesskit::Role;
use egui::{CentralPanel, Frame, Id, Margin, Panel, Response, Sense, TextStyle, Ui, WidgetInfo};

use self::filter::{Filter, Folds, Kinds};
use self::find::{Find, Found};
use self::input::Input;
use self::look::{Look, Meaning};
use self::meaning::Meanings;
use self::output::Lines;
use self::rows::{Fold, Row, State};
use super::bookmarks::Bookmarks;
use super::list::{List, Rows};
use crate::model::{Console, ConsoleLine, LineKind, Model, News, Select, Sieve, View, ViewProgress};
use crate::session::{LineEnd, WireKind};
use crate::ui::actions::{Action, Actions};
use crate::ui::saver::Saver;
use crate::ui::theme::space;
use crate::ui::widgets;

/// What the console remembers from frame to frame.
pub(super) struct ConsolePane {
    list: List,
    input: Input,
    find: Find,
    kinds: Kinds,
    folds: Folds,
    /// The lines that are shown.
    view: View,
    look: Look,
    meanings: Meanings,
    /// Lines that a person wants to find again, by their ids.
    bookmarks: Bookmarks,
    /// The line that proves something, and so stands out.
    evidence: Option<u64>,
    /// The line whose longer explanation stays in sight.
    explained: Option<u64>,
    /// A line to bring into view.
    wanted: Option<u64>,
    saver: Saver,
    recorder: Saver,
    /// What is being saved.
    saving: output::Format,
}

impl Default for ConsolePane {
    fn default() -> Self {
        Self {
            list: List::default(),
            input: Input::default(),
            find: Find::default(),
            kinds: Kinds::default(),
            folds: Folds::default(),
            view: View::all(),
            look: Look::default(),
            meanings: Meanings::default(),
            bookmarks: Bookmarks::default(),
            evidence: None,
            explained: None,
            wanted: None,
            saver: Saver::new("console.lines", "Where the lines are saved"),
            recorder: Saver::new("console.recording", "Where the recording is written"),
            saving: output::Format::Text,
        }
    }
}

/// The height of the bar for finding, in points.
const FIND: f32 = 40.0;

impl ConsolePane {
    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        self.input.show(ui, model, actions);
        self.look_on(ui, &model.console);
        self.saved(ui, model, actions);
        self.find_bar(ui, model, actions);
        let frame = Frame::new().inner_margin(Margin { left: 4, bottom: 2, ..Margin::ZERO });
        CentralPanel::default().frame(frame).show(ui, |ui| self.lines(ui, model, actions));
    }

    /// Takes the answers to what was asked of the shell.
    pub(super) fn handle_news(&mut self, news: &News) {
        self.saver.handle_news(news);
        self.recorder.handle_news(news);
    }

    /// The lines were forgotten.
    pub(super) fn forget(&mut self) {
        self.meanings.clear();
        self.bookmarks.clear();
        self.folds = Folds::default();
        self.filter_anew();
    }

    /// The commands of an earlier start, and how they end.
    pub(super) fn restore(&mut self, commands: &[String], line_end: LineEnd) {
        self.input.restore(commands, line_end);
    }

    /// Does what is due without being drawn.
    pub(super) fn go_on(&mut self, model: &Model, actions: &mut Actions) {
        self.input.go_on(model, actions);
    }

    /// How commands end.
    pub(super) const fn line_end(&self) -> LineEnd {
        self.input.line_end()
    }

    /// The commands for the next start, without secrets.
    pub(super) fn kept(&self) -> Vec<String> {
        self.input.kept()
    }

    /// The input takes the focus.
    pub(super) fn focus(&mut self) {
        self.input.focus();
    }

    /// Brings a line into view and marks it.
    pub(super) fn reveal(&mut self, id: u64) {
        (self.evidence, self.wanted) = (Some(id), Some(id));
    }

    fn lines(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let console = &model.console;
        if console.is_empty() {
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                ui.add_space(space::S);
                widgets::hint(
                    ui,
                    "Everything that crosses the wire appears here, with the time since the program started",
                );
            });
            return;
        }
        let focus = self.background(ui);
        self.keys(ui, &focus, model, actions);
        if let Some(place) = self.wanted.take().and_then(|id| console.index_of(id)) {
            self.list.reveal(self.view.rows_before(place), self.ever(console));
        }
        let height = (ui.text_style_height(&TextStyle::Monospace) + 3.0).round();
        let rows = Rows { height, count: self.view.len(), ever: self.ever(console) };
        let mut deeds = Vec::new();
        let mut list = std::mem::take(&mut self.list);
        list.show(ui, "console lines", &rows, |ui, row| {
            let place = self.view.place(row);
            if let Some((place, line)) = place.and_then(|place| Some((place, console.get(place)?))) {
                let before = row.checked_sub(1).and_then(|row| self.view.place(row));
                let before = before.filter(|before| *before < place).and_then(|before| console.get(before));
                let response = self.row(ui, &line, before.as_ref(), height, model);
                self.touched(ui, &response, &line, console, &mut deeds);
            }
        });
        self.list = list;
        for deed in deeds {
            self.take(ui, &deed, &focus, model, actions);
        }
    }

    /// How many lines of those that are shown there were ever.
    fn ever(&self, console: &Console) -> u64 {
        console.dropped() + self.view.len() as u64
    }

    /// Looks at lines that have come, or that nobody has looked at for this filter, for as long as a frame allows.
    fn look_on(&mut self, ui: &Ui, console: &Console) {
        let filter = Filter { kinds: self.kinds, folds: &self.folds, condition: self.find.condition() };
        let admits = |line: &ConsoleLine| filter.admits(line);
        let sieve = Sieve::Lines(&admits);
        let shown = self.view.advance(console, sieve, sieve.budget());
        let found = self.find.advance(console);
        if shown == ViewProgress::More || found == ViewProgress::More {
            ui.request_repaint();
        }
    }

    fn filter(&self) -> Filter<'_> {
        Filter { kinds: self.kinds, folds: &self.folds, condition: self.find.condition() }
    }

    /// What is shown has to be found anew.
    fn filter_anew(&mut self) {
        self.view = if self.filter().is_all() { View::all() } else { View::found() };
    }

    fn find_bar(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        if !self.find.is_open() {
            return;
        }
        let frame = Frame::new().inner_margin(Margin::symmetric(12, 4));
        let panel = Panel::top(ui.scope_id().with("find")).resizable(false).exact_size(FIND).frame(frame);
        let place = model.console.selection.head().and_then(|id| model.console.index_of(id));
        let found = panel.show(ui, |ui| self.find.show(ui, &mut self.kinds, place)).inner;
        match found {
            Found::Nothing => {}
            Found::Changed => {
                if !self.find.is_open() {
                    self.kinds = Kinds::All;
                    self.input.focus();
                }
                self.filter_anew();
                ui.request_repaint();
            }
            Found::Next | Found::Previous => {
                let from = place.unwrap_or(if found == Found::Next { usize::MAX - 1 } else { 0 });
                if let Some(line) = self.find.from(from, found).and_then(|place| model.console.get(place)) {
                    actions.push(Action::SelectLines(Select::One(line.id)));
                    self.wanted = Some(line.id);
                    ui.request_repaint();
                }
            }
        }
    }

    /// Opens the bar for finding.
    pub(super) fn find(&mut self) {
        self.find.open();
        self.filter_anew();
    }

    /// What takes the keys once a line was clicked, and where Tab leads to.
    fn background(&self, ui: &Ui) -> Response {
        let focus = ui.interact(ui.max_rect(), Id::unique("console focus"), Sense::click());
        focus.widget_info(|| {
            let text = "Lines of the console: arrows select, Ctrl+A all, Ctrl+C copies, Ctrl+B bookmarks, Space explains";
            WidgetInfo::labeled(Role::Log, true, text)
        });
        focus
    }

    fn row(
        &mut self,
        ui: &mut Ui,
        line: &ConsoleLine,
        before: Option<&ConsoleLine>,
        height: f32,
        model: &Model,
    ) -> Response {
        let console = &model.console;
        let time = self.look.time(line, before.map(|before| before.at), model.started);
        let state = State {
            is_selected: console.selection.contains(line.id),
            is_evidence: self.evidence == Some(line.id),
            is_bookmarked: self.bookmarks.contains(line.id),
            is_explained: self.explained == Some(line.id),
            fold: self.fold(line),
        };
        let end = if state.fold == Fold::Folded { meaning::end_of(line, console) } else { String::new() };
        let meaning = match self.look.meaning {
            Meaning::Shown => self.meanings.of(line, console),
            Meaning::Hidden => "",
        };
        let found = self.find.pattern().map(|pattern| pattern.places(&line.text)).unwrap_or_default();
        let explanation = &|| meaning::explanation(line, console);
        Row { line, time: &time, end: &end, meaning, found: &found, explanation, state }.show(ui, height)
    }

    fn fold(&self, line: &ConsoleLine) -> Fold {
        match line.kind {
            LineKind::Wire(_, WireKind::Command) if self.folds.is_folded(line.id) => Fold::Folded,
            LineKind::Wire(_, WireKind::Command) => Fold::Open,
            _ => Fold::None,
        }
    }

    /// The lines of these places as they stand on screen.
    fn text(&self, model: &Model, places: Range<usize>, view: Option<&View>) -> String {
        Lines { console: &model.console, look: self.look, start: model.started, places, view }.text()
    }
}

/// Where the lines with these ids stand, as far as they are kept.
fn places(console: &Console, ids: &RangeInclusive<u64>) -> Range<usize> {
    let place = |id: u64| usize::try_from(id.saturating_sub(console.dropped())).unwrap_or(usize::MAX);
    place(*ids.start())..place(ids.end().saturating_add(1)).min(console.len())
}

#[cfg(test)]
mod tests;
