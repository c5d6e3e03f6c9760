//! Rows on their way into a file: which ones and in which format a person says, the file is made with their agreement, and
//! then the rows go into it in slices, one after the other, so that millions of them neither hold up a frame nor fill memory.

mod job;

use std::ops::Range;

use egui::{Panel, Ui};
use egui_material_icons::icons::ICON_SAVE;

pub(super) use self::job::Source;
use self::job::{Chosen, Flight, Job, Origin, rows, unwritten};
use super::TrafficPane;
use crate::capture::Format;
use crate::model::{NewContent, NewFile, News, View, ViewProgress};
use crate::problem::Problem;
use crate::ui::actions::Actions;
use crate::ui::saver::Saver;
use crate::ui::widgets::{self, Tone};

/// What the answers of the shell are known by.
const PURPOSE: &str = "traffic.export";
/// Which rows are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Selected,
    Shown,
    All,
}

/// What can be saved now.
struct Choice<'a> {
    origin: Origin,
    /// How many rows there are in all.
    all: usize,
    /// Those that are shown.
    view: &'a View,
    /// How many of them.
    shown: usize,
    /// Which of them are selected.
    selected: Range<usize>,
}

impl Choice<'_> {
    fn count(&self, scope: Scope) -> usize {
        match scope {
            Scope::Selected => self.selected.len(),
            Scope::Shown => self.shown,
            Scope::All => self.all,
        }
    }

    /// Those that differ, the likeliest first.
    fn scopes(&self) -> Vec<Scope> {
        let mut scopes = vec![Scope::All];
        if self.shown < self.all {
            scopes.insert(0, Scope::Shown);
        }
        match self.selected.len() {
            0 => {}
            1 => scopes.push(Scope::Selected),
            _ => scopes.insert(0, Scope::Selected),
        }
        scopes
    }
}

/// Saves rows, and remembers how that went.
pub(super) struct Export {
    saver: Saver,
    scope: Option<Scope>,
    chosen: Option<Chosen>,
    state: State,
    /// How many savings were begun.
    begun: u64,
}

enum State {
    Nothing,
    Running(Box<Job>),
    Saved(String),
    Failed(Problem),
}

impl TrafficPane {
    /// What a filter has not found yet cannot be saved either.
    pub(super) fn save_menu(&mut self, ui: &mut Ui, source: &Source<'_>, actions: &mut Actions) {
        let traffic = source.traffic;
        let rows = |id| traffic.index_of(id).map(|place| self.sight.view.rows_before(place));
        let selected = self.sight.selection.range().and_then(|ids| {
            let (first, last) = (rows(*ids.start())?, traffic.index_of(*ids.end())?);
            Some(first..self.sight.view.rows_before(last + 1).min(self.shown()))
        });
        let choice = Choice {
            origin: source.origin(),
            all: traffic.len(),
            view: &self.sight.view,
            shown: self.shown(),
            selected: selected.unwrap_or_default(),
        };
        ui.add_enabled_ui(self.sight.progress == ViewProgress::Done, |ui| {
            self.export.menu(ui, &choice, actions);
        });
    }
}

impl Default for Export {
    fn default() -> Self {
        Self {
            saver: Saver::new(PURPOSE, "Path of the file"),
            scope: None,
            chosen: None,
            state: State::Nothing,
            begun: 0,
        }
    }
}

impl Export {
    /// The button with the choice of rows and formats.
    fn menu(&mut self, ui: &mut Ui, choice: &Choice<'_>, actions: &mut Actions) {
        widgets::icon_popup(ui, ICON_SAVE, "Save the traffic", |ui| {
            let scopes = choice.scopes();
            let mut scope = self.scope.filter(|scope| scopes.contains(scope)).unwrap_or(Scope::All);
            if self.scope.is_none() {
                scope = scopes.first().copied().unwrap_or(Scope::All);
            }
            for one in scopes {
                if ui.radio(one == scope, label(one, choice.count(one))).clicked() {
                    self.scope = Some(one);
                    scope = one;
                }
            }
            ui.separator();
            let is_free = !matches!(self.state, State::Running(_)) && choice.count(scope) > 0;
            for format in Format::ALL {
                let button = ui.add_enabled(is_free, egui::Button::new(name(format)));
                if button.clicked() {
                    self.ask(scope, format, choice, actions);
                    ui.close();
                }
            }
        });
    }

    fn ask(&mut self, scope: Scope, format: Format, choice: &Choice<'_>, actions: &mut Actions) {
        let (view, rows) = match scope {
            Scope::Selected => (choice.view.clone(), choice.selected.clone()),
            Scope::Shown => (choice.view.clone(), 0..choice.shown),
            Scope::All => (View::of_first(choice.all), 0..choice.all),
        };
        (self.state, self.scope) = (State::Nothing, None);
        self.chosen = Some(Chosen { origin: choice.origin, view, rows, format });
        self.saver.ask("Save the traffic", empty_file(format), actions);
    }

    /// Takes the answers that belong here.
    pub(super) fn handle_news(&mut self, news: &News) {
        self.saver.handle_news(news);
        let (News::Appended { purpose, result }, State::Running(job)) = (news, &mut self.state) else {
            return;
        };
        if *purpose != job.purpose {
            return;
        }
        self.state = match (result, job.flight) {
            (Err(problem), _) => State::Failed(problem.clone()),
            (Ok(()), Flight::Last) => State::Saved(job.success()),
            (Ok(()), Flight::None | Flight::Slice) => {
                job.flight = Flight::None;
                return;
            }
        };
    }

    /// Begins once the file is there, and then makes the next slice whenever the last one is on the disk.
    pub(super) fn go_on(&mut self, source: &Source<'_>, actions: &mut Actions) {
        if let (Some(path), Some(chosen)) = (self.saver.saved().first(), &self.chosen) {
            self.begun += 1;
            self.state = match Job::begin(self.begun, path.clone(), chosen.clone(), source) {
                Ok(job) => State::Running(Box::new(job)),
                Err(error) => State::Failed(unwritten(&error)),
            };
            self.chosen = None;
            self.saver.forget();
        }
        let State::Running(job) = &mut self.state else { return };
        match job.slice(source) {
            Ok(Some(order)) => actions.order(order),
            Ok(None) => {}
            Err(problem) => self.state = State::Failed(problem),
        }
    }

    /// What becomes of it, at the top of the pane.
    pub(super) fn show(&mut self, ui: &mut Ui, actions: &mut Actions) {
        if self.saver.is_silent() && matches!(self.state, State::Nothing) {
            return;
        }
        let panel = Panel::top(ui.scope_id().with("export")).resizable(false);
        panel.show(ui, |ui| ui.horizontal_top(|ui| self.said(ui, actions)));
    }

    fn said(&mut self, ui: &mut Ui, actions: &mut Actions) {
        if let State::Running(job) = &self.state {
            let path = job.path.display();
            ui.label(format!("Saving, {} %", job.percent())).on_hover_text(path.to_string());
            if widgets::secondary_button(ui, "Cancel saving").clicked() {
                self.state = State::Failed(job.cancelled());
            }
            return;
        }
        let close = widgets::close_button(ui, "Close what is said about saving").clicked();
        ui.vertical(|ui| {
            if let Some(chosen) = &self.chosen {
                let format = chosen.format;
                self.saver.show(ui, || empty_file(format), actions);
            }
            match &self.state {
                State::Nothing | State::Running(_) => {}
                State::Saved(text) => widgets::remark(ui, Tone::Ok, text),
                State::Failed(problem) => widgets::problem_box(ui, problem),
            }
        });
        if close {
            self.saver.forget();
            (self.state, self.chosen) = (State::Nothing, None);
        }
    }
}

fn label(scope: Scope, count: usize) -> String {
    let rows = rows(count as u64);
    match scope {
        Scope::Selected => format!("Selected, {rows}"),
        Scope::Shown => format!("Shown by the filter, {rows}"),
        Scope::All => format!("All, {rows}"),
    }
}

const fn name(format: Format) -> &'static str {
    match format {
        Format::Text => "Save as text…",
        Format::HexDump => "Save as a hex dump…",
        Format::JsonLines => "Save as JSON lines…",
        Format::Csv => "Save as CSV…",
        Format::Pcapng => "Save as pcapng for Wireshark…",
    }
}

/// The file that rows will go into.
fn empty_file(format: Format) -> NewFile {
    let name = format!("traffic.{}", format.extension());
    NewFile { name, content: NewContent::Public(String::new()) }
}
