//! The panes at the bottom of the window: console and traffic, as tabs or, on a wide window, side by side.

mod bookmarks;
mod console;
mod list;
mod macros;
mod pattern;
mod traffic;

use egui::{
    Align, Button, CentralPanel, Frame, Layout, Margin, Panel, RichText, Stroke, Ui, UiBuilder, Vec2,
    ViewportBuilder, ViewportId,
};

use self::console::ConsolePane;
use self::traffic::TrafficPane;
use super::actions::{self, Action, Actions};
use super::theme::{Tokens, space};
use crate::model::{Evidence, Model, News};
use crate::moment::Moment;
use crate::session::LineEnd;

/// The panes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pane {
    Console,
    Traffic,
}

impl Pane {
    const ALL: [Self; 2] = [Self::Console, Self::Traffic];

    const fn label(self) -> &'static str {
        match self {
            Self::Console => "Console",
            Self::Traffic => "Traffic",
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::Console => Self::Traffic,
            Self::Traffic => Self::Console,
        }
    }
}

/// From this width on, in points, both panes stand side by side.
const WIDE: f32 = 1600.0;
const BAR: f32 = 38.0;
/// The size of a window of their own, in points.
const APART: Vec2 = Vec2::new(960.0, 640.0);
const INPUT: f32 = 43.0;

/// Fewer events that are not shown yet are gone with the next frames.
const WORTH_A_WORD: usize = 1000;

/// Both panes, and how they are shown.
pub struct Panes {
    shown: Pane,
    fold: Fold,
    place: Place,
    console: ConsolePane,
    traffic: TrafficPane,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fold {
    Open,
    Folded,
}

/// Where the panes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Below the page.
    Below,
    /// In a window of their own, for a second screen.
    Apart,
}

/// Whether a field takes the focus in the next frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    Stay,
    Take,
}

impl Focus {
    /// The field was drawn: what was asked for is done.
    fn settle(&mut self, field: &egui::Response) {
        if std::mem::take(self) == Self::Take {
            field.request_focus();
        }
    }
}

impl Default for Panes {
    fn default() -> Self {
        Self {
            shown: Pane::Console,
            fold: Fold::Open,
            place: Place::Below,
            console: ConsolePane::default(),
            traffic: TrafficPane::default(),
        }
    }
}

impl Panes {
    /// Draws the panes at the bottom of `ui`, or in their own window.
    pub fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        match self.place {
            Place::Below => self.below(ui, model, actions),
            Place::Apart => self.apart(ui, model, actions),
        }
    }

    /// Whether they have a window of their own.
    pub fn are_apart(&self) -> bool {
        self.place == Place::Apart
    }

    /// Gives the panes a window of their own, or takes them back.
    pub fn detach(&mut self) {
        self.place = match self.place {
            Place::Below => Place::Apart,
            Place::Apart => Place::Below,
        };
    }

    fn apart(&mut self, ui: &Ui, model: &Model, actions: &mut Actions) {
        let title = format!("Log of {}", model.title);
        let builder = ViewportBuilder::default().with_title(title).with_inner_size(APART);
        ui.show_viewport_immediate(ViewportId(ui.scope_id().with("log")), builder, |ui, _| {
            actions::pressed(ui, model).into_iter().for_each(|action| actions.push(action));
            let frame = Frame::new().fill(Tokens::of(ui).surface);
            CentralPanel::default().frame(frame).show(ui, |ui| self.contents(ui, model, actions));
            if ui.input(|input| input.viewport().close_requested()) {
                actions.push(Action::DetachLog);
            }
        });
    }

    fn below(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let tokens = Tokens::of(ui);
        let frame = Frame::new().fill(tokens.surface);
        if self.fold == Fold::Folded {
            let panel = Panel::bottom("folded log").resizable(false).exact_size(BAR).frame(frame);
            panel.show(ui, |ui| self.bar(ui, model, &[self.shown], actions));
            return;
        }
        let height = ui.available_height();
        let panel = Panel::bottom("log")
            .resizable(true)
            .frame(frame)
            .default_size((height * 0.27).clamp(210.0, 400.0));
        panel.size_range(160.0..=(height * 0.75).max(180.0)).show(ui, |ui| self.contents(ui, model, actions));
    }

    /// The bar, and below it one pane or both.
    fn contents(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let wide = ui.available_width() >= WIDE;
        let top = Panel::top("log bar").resizable(false).exact_size(BAR).frame(Frame::new());
        let shown = if wide { &Pane::ALL[..] } else { &[self.shown] };
        top.show(ui, |ui| self.bar(ui, model, shown, actions));
        if wide { self.both(ui, model, actions) } else { self.one(ui, model, actions) }
    }

    /// The commands that were typed before an earlier end of the program, and how they end.
    pub fn restore(&mut self, commands: &[String], line_end: LineEnd) {
        self.console.restore(commands, line_end);
    }

    /// Does what is due, also while the window is hidden.
    /// Gives when to look again though nothing has happened.
    pub fn go_on(&mut self, model: &Model, actions: &mut Actions) -> Option<Moment> {
        self.console.go_on(model, actions);
        self.traffic.go_on(model, actions)
    }

    /// How typed commands end.
    pub const fn line_end(&self) -> LineEnd {
        self.console.line_end()
    }

    /// The commands that were typed, for the next start.
    pub fn kept(&self) -> Vec<String> {
        self.console.kept()
    }

    /// Takes the answers to what was asked of the shell.
    pub fn handle_news(&mut self, news: &News) {
        self.console.handle_news(news);
        self.traffic.handle_news(news);
    }

    /// What this pane shows was forgotten.
    pub fn forget(&mut self, pane: Pane) {
        match pane {
            Pane::Console => self.console.forget(),
            Pane::Traffic => self.traffic.forget(),
        }
    }

    /// Shows this pane, unfolded, ready for typing.
    pub fn reveal(&mut self, pane: Pane) {
        self.fold = Fold::Open;
        self.shown = pane;
        match pane {
            Pane::Console => self.console.focus(),
            Pane::Traffic => self.traffic.focus(),
        }
    }

    /// Shows the pane with the bar for finding.
    pub fn find(&mut self) {
        self.fold = Fold::Open;
        match self.shown {
            Pane::Console => self.console.find(),
            Pane::Traffic => self.traffic.filter(),
        }
    }

    /// Shows the other pane.
    pub fn next(&mut self) {
        self.reveal(self.shown.next());
    }

    /// Folds the panes to their bar, or unfolds them.
    pub fn fold(&mut self) {
        self.fold = match self.fold {
            Fold::Open => Fold::Folded,
            Fold::Folded => Fold::Open,
        };
    }

    /// Shows the line or row that proves something.
    pub fn show_evidence(&mut self, evidence: Evidence) {
        self.fold = Fold::Open;
        match evidence {
            Evidence::Console(id) => {
                self.shown = Pane::Console;
                self.console.reveal(id);
            }
            Evidence::Traffic(id) => {
                self.shown = Pane::Traffic;
                self.traffic.show_evidence(id);
            }
        }
    }

    /// Tabs on the left, what can be done with the shown panes on the right.
    fn bar(&mut self, ui: &mut Ui, model: &Model, shown: &[Pane], actions: &mut Actions) {
        let inner = ui.max_rect().shrink2(egui::vec2(space::M, 0.0));
        ui.scope_builder(UiBuilder::new().max_rect(inner), |ui| {
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = space::XS;
                for pane in Pane::ALL {
                    if tab(ui, pane, shown.contains(&pane), count(pane, model)).clicked() {
                        actions.push(Action::ShowPane(pane));
                    }
                }
                behind(ui, model.behind);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    self.tools(ui, model, shown, actions);
                });
            });
        });
    }

    /// From right to left.
    fn tools(&mut self, ui: &mut Ui, model: &Model, shown: &[Pane], actions: &mut Actions) {
        if self.place == Place::Below {
            actions::icon_button(ui, Action::FoldLog, actions);
        }
        actions::icon_button(ui, Action::DetachLog, actions);
        for (place, pane) in shown.iter().rev().enumerate() {
            if place > 0 {
                ui.separator();
            }
            actions::icon_button(ui, Action::Clear(*pane), actions);
            match pane {
                Pane::Traffic => self.traffic.tools(ui, model, actions),
                Pane::Console => {
                    self.console.tools(ui, model, actions);
                    macros::show(ui, model, actions);
                }
            }
        }
    }

    fn one(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        CentralPanel::no_frame().show(ui, |ui| self.pane(ui, self.shown, model, actions));
    }

    fn both(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let half = ui.available_width() / 2.0;
        let side =
            Panel::left("console side").resizable(true).default_size(half).size_range(480.0..=(half * 1.5));
        side.frame(Frame::new()).show(ui, |ui| self.pane(ui, Pane::Console, model, actions));
        CentralPanel::no_frame().show(ui, |ui| self.pane(ui, Pane::Traffic, model, actions));
    }

    fn pane(&mut self, ui: &mut Ui, pane: Pane, model: &Model, actions: &mut Actions) {
        match pane {
            Pane::Console => self.console.show(ui, model, actions),
            Pane::Traffic => self.traffic.show(ui, model, actions),
        }
    }
}

fn count(pane: Pane, model: &Model) -> usize {
    match pane {
        Pane::Console => model.console.len(),
        Pane::Traffic => model.shown_traffic().len(),
    }
}

/// How much of what has come is not shown yet, where that is worth a word.
fn behind(ui: &mut Ui, count: usize) {
    if count >= WORTH_A_WORD {
        let text = format!("{} events behind", grouped(count));
        let label = ui.label(RichText::new(text).small().color(Tokens::of(ui).warn));
        label.on_hover_text("They wait to be shown; nothing is lost");
    }
}

/// A number with its thousands apart.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let places = digits.char_indices();
    let apart = |place: usize| place > 0 && (digits.len() - place).is_multiple_of(3);
    places.flat_map(|(place, digit)| apart(place).then_some('\u{2009}').into_iter().chain([digit])).collect()
}

fn tab(ui: &mut Ui, pane: Pane, chosen: bool, count: usize) -> egui::Response {
    let tokens = Tokens::of(ui);
    let color = if chosen { tokens.text_strong } else { tokens.text_weak };
    let name = RichText::new(pane.label()).color(color);
    let count = RichText::new(count.to_string()).small().color(tokens.text_weak);
    let button = Button::selectable(chosen, (name, count)).frame_when_inactive(chosen).stroke(Stroke::NONE);
    ui.scope(|ui| {
        ui.visuals_mut().selection.bg_fill = tokens.hover;
        ui.add(button).accessible_name(pane.label())
    })
    .inner
}

/// The line at the bottom of a pane, where something is typed.
fn input_line(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let frame = Frame::new().inner_margin(Margin::symmetric(12, 6));
    let panel = Panel::bottom(ui.scope_id().with("input")).resizable(false).exact_size(INPUT).frame(frame);
    panel.show(ui, |ui| ui.horizontal_centered(contents));
}

/// A time since the start of the program, as all columns of times show it: `01:23.456`, with hours only if there are any.
fn clock(at: Moment) -> String {
    let millis = at.since_start().as_millis();
    let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    let hours = if hours > 0 { format!("{hours}:") } else { String::new() };
    format!("{hours}{minutes:02}:{seconds:02}.{:03}", millis % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_column_of_constant_width_until_there_are_hours() {
        assert_eq!(clock(Moment::from_millis(83_456)), "01:23.456");
        assert_eq!(clock(Moment::from_millis(7_203_004)), "2:00:03.004");
    }

    #[test]
    fn large_numbers_are_read_in_thousands() {
        let grouped = [7, 1000, 1_234_567].map(grouped);
        assert_eq!(grouped.map(|text| text.replace('\u{2009}', " ")), ["7", "1 000", "1 234 567"]);
    }
}
