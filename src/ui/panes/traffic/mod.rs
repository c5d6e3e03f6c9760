//! The traffic: what crossed the wire to and from the peers, one packet or burst a row; the chosen one in full, or what
//! went over each channel, beside them; and a line to send from.

mod channels;
mod compose;
mod condition;
mod detail;
mod export;
mod filter;
mod foreign;
mod hands;
mod plot;
mod rows;

use std::time::Duration;

use egui::{CentralPanel, Frame, Margin, Panel, RichText, TextStyle, Ui};
use egui_material_icons::icons::{
    ICON_CLOSE, ICON_FILTER_ALT, ICON_LAN, ICON_PAUSE, ICON_PLAY_ARROW, ICON_SHOW_CHART, ICON_SWAP_VERT,
};

use self::compose::Compose;
use self::detail::Detail;
use self::export::Export;
use self::filter::{Change, Filter};
use self::hands::background;
use self::plot::Plot;
use self::rows::{Row, State};
use super::bookmarks::Bookmarks;
use super::list::{List, Rows};
use crate::model::curves::BUDGET;
use crate::model::{Line, Model, News, Select, Selection, Sieve, Traffic, TrafficRow, View, ViewProgress};
use crate::moment::Moment;
use crate::plan::Mode;
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// What the traffic pane remembers from frame to frame.
#[derive(Default)]
pub(super) struct TrafficPane {
    sight: Sight,
    plot: Plot,
    compose: Compose,
    export: Export,
    /// The capture that is shown, if it is not the module's traffic.
    capture: Option<u64>,
    /// What is remembered of the module's traffic meanwhile.
    aside: Sight,
}

/// What belongs to the rows of one source: the module's traffic, or a capture.
struct Sight {
    list: List,
    /// The rows that are shown.
    view: View,
    /// How far the view is.
    progress: ViewProgress,
    filter: Filter,
    flow: Flow,
    selection: Selection,
    bookmarks: Bookmarks,
    side: Side,
    detail: Detail,
    /// A row to bring into view.
    wanted: Option<u64>,
}

/// Whether new rows are shown as they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Live,
    /// So many rows were shown when a person stopped it. What comes is kept all the same.
    Paused {
        shown: usize,
    },
}

/// What stands beside the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Nothing,
    /// The selected row in full.
    Message,
    Channels,
    /// Numbers of messages over time.
    Plot,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            list: List::default(),
            view: View::all(),
            progress: ViewProgress::Done,
            filter: Filter::default(),
            flow: Flow::Live,
            selection: Selection::default(),
            bookmarks: Bookmarks::default(),
            side: Side::Nothing,
            detail: Detail::default(),
            wanted: None,
        }
    }
}

/// The height of the bar for filtering, in points.
const FILTER: f32 = 40.0;
/// Curves move on once a second.
const TICK: Duration = Duration::from_secs(1);

impl TrafficPane {
    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let traffic = model.shown_traffic();
        foreign::take_dropped(ui, actions);
        self.compose.show(ui, model, actions);
        if self.sight.progress == ViewProgress::More || self.plot.is_behind() {
            ui.request_repaint();
        }
        if traffic.is_growing() {
            ui.request_repaint_after(TICK);
        }
        if let Some(capture) = &model.foreign {
            foreign::bar(ui, capture, actions);
        }
        self.export.show(ui, actions);
        self.filter_bar(ui, traffic);
        self.beside(ui, model, actions);
        let frame = Frame::new().inner_margin(Margin { bottom: 2, ..Margin::ZERO });
        CentralPanel::default().frame(frame).show(ui, |ui| match (&model.foreign, traffic.is_empty()) {
            (None, true) => empty(ui, model, actions),
            (Some(_), true) => {}
            (_, false) => self.rows(ui, traffic),
        });
    }

    /// The buttons in the bar above, from right to left.
    pub(super) fn tools(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let channels = widgets::icon_button(ui, ICON_LAN, "Show the channels");
        if channels.clicked() {
            self.turn_to(Side::Channels);
        }
        if widgets::icon_button(ui, ICON_SHOW_CHART, "Show the plot").clicked() {
            self.turn_to(Side::Plot);
        }
        if widgets::icon_button(ui, ICON_FILTER_ALT, "Filter the traffic").clicked() {
            self.filter();
        }
        self.save_menu(ui, &foreign::source(model), actions);
        foreign::open_button(ui, actions);
        self.pause_button(ui, model.shown_traffic());
    }

    /// Shows this beside the rows, or nothing if it is there already.
    fn turn_to(&mut self, side: Side) {
        self.sight.side = if self.sight.side == side { Side::Nothing } else { side };
    }

    /// Opens the bar for filtering.
    pub(super) fn filter(&mut self) {
        self.sight.filter.open();
        self.filter_anew();
    }

    /// Does what is due without being drawn.
    /// Gives when to look again though nothing has happened.
    pub(super) fn go_on(&mut self, model: &Model, actions: &mut Actions) -> Option<Moment> {
        let source = foreign::source(model);
        self.look_at(source.capture);
        self.look_on(source.traffic);
        self.export.go_on(&source, actions);
        self.plot.go_on(&model.traffic);
        self.compose.go_on(model, actions)
    }

    /// Takes the answers to what was asked of the shell.
    pub(super) fn handle_news(&mut self, news: &News) {
        self.compose.handle_news(news);
        self.plot.handle_news(news);
        self.export.handle_news(news);
    }

    /// The message takes the focus.
    pub(super) fn focus(&mut self) {
        self.compose.focus();
    }

    /// Shows this row of the module's traffic.
    pub(super) fn show_evidence(&mut self, id: u64) {
        self.look_at(None);
        self.reveal(id);
    }

    /// Brings a row into view and shows it in full.
    fn reveal(&mut self, id: u64) {
        self.select(id);
        self.sight.wanted = Some(id);
    }

    /// The rows were forgotten.
    pub(super) fn forget(&mut self) {
        self.sight.selection.apply(Select::Nothing);
        self.sight.detail = Detail::default();
        self.sight.bookmarks.clear();
        self.plot.forget();
        self.sight.flow = Flow::Live;
        self.filter_anew();
    }

    fn select(&mut self, id: u64) {
        self.sight.selection.apply(Select::One(id));
        self.sight.side = Side::Message;
    }

    /// Stopped, new rows are kept and counted, and the list stands still.
    fn pause_button(&mut self, ui: &mut Ui, traffic: &Traffic) {
        match self.sight.flow {
            Flow::Live => {
                if widgets::icon_button(ui, ICON_PAUSE, "Pause the list; nothing is lost").clicked() {
                    self.sight.flow = Flow::Paused { shown: self.sight.view.len() };
                }
            }
            Flow::Paused { shown } => {
                if widgets::icon_button(ui, ICON_PLAY_ARROW, "Go on showing new rows").clicked() {
                    self.sight.flow = Flow::Live;
                }
                let new = self.sight.view.len().saturating_sub(shown.min(traffic.len()));
                ui.label(RichText::new(format!("Paused, {new} new")).small().color(Tokens::of(ui).warn));
            }
        }
    }

    /// Looks at rows that have come, or that nobody has looked at for this filter, for as long as a frame allows.
    fn look_on(&mut self, traffic: &Traffic) {
        let admits = |row: &TrafficRow| self.sight.filter.admits(row);
        let sieve = Sieve::Lines(&admits);
        let budget = if self.sight.filter.reads_payload() { BUDGET } else { sieve.budget() };
        self.sight.progress = self.sight.view.advance_traffic(traffic, sieve, budget);
    }

    /// What is shown has to be found anew.
    fn filter_anew(&mut self) {
        self.sight.view = if self.sight.filter.is_all() { View::all() } else { View::found() };
        self.sight.flow = Flow::Live;
    }

    fn filter_bar(&mut self, ui: &mut Ui, traffic: &Traffic) {
        if !self.sight.filter.is_open() {
            return;
        }
        let frame = Frame::new().inner_margin(Margin::symmetric(12, 4));
        let panel = Panel::top(ui.scope_id().with("filter")).resizable(false).exact_size(FILTER).frame(frame);
        let change = panel.show(ui, |ui| self.sight.filter.show(ui, traffic.channels())).inner;
        if change == Change::Filter {
            if !self.sight.filter.is_open() {
                self.compose.focus();
            }
            self.filter_anew();
            ui.request_repaint();
        }
    }

    /// What stands on the right.
    fn beside(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let row = self.sight.selection.head().and_then(|id| model.shown_traffic().row(id));
        let is_shown = match self.sight.side {
            Side::Nothing => false,
            Side::Message => row.is_some(),
            Side::Channels | Side::Plot => true,
        };
        if !is_shown {
            return;
        }
        let half = ui.available_width() / 2.0;
        let panel =
            Panel::right("message").resizable(true).default_size(half).size_range(300.0..=(half * 1.5));
        panel.frame(Frame::new().inner_margin(Margin::symmetric(12, 8))).show(ui, |ui| {
            match (self.sight.side, row) {
                (Side::Message, Some(row)) => self.message(ui, &row, model.shown_traffic()),
                (Side::Channels, _) => self.channels(ui, model),
                (Side::Plot, _) => {
                    if self.plot.show(ui, model, actions) {
                        self.sight.side = Side::Nothing;
                    }
                }
                (Side::Nothing | Side::Message, _) => {}
            }
        });
    }

    fn message(&mut self, ui: &mut Ui, row: &TrafficRow, traffic: &Traffic) {
        match self.sight.detail.show(ui, row, traffic) {
            Some(detail::Deed::Close) => self.sight.side = Side::Nothing,
            Some(detail::Deed::Reveal(id)) => self.reveal(id),
            Some(detail::Deed::Plot(curve)) => {
                self.plot.add(curve);
                self.sight.side = Side::Plot;
            }
            None => {}
        }
    }

    fn channels(&mut self, ui: &mut Ui, model: &Model) {
        ui.horizontal(|ui| {
            widgets::section(ui, "Channels");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if widgets::icon_button(ui, ICON_CLOSE, "Close the channels").clicked() {
                    self.sight.side = Side::Nothing;
                }
            });
        });
        let (traffic, end) = (model.shown_traffic(), foreign::end(model));
        match channels::show(ui, traffic, end) {
            Some(channels::Deed::Only(channel)) => {
                self.sight.filter.only(channel);
                self.filter_anew();
            }
            Some(channels::Deed::Reveal(id)) => self.reveal(id),
            None => {}
        }
        let is_moving = traffic.channels().iter().any(|(_, channel)| channel.rate.is_moving(end));
        if is_moving && model.foreign.is_none() {
            ui.request_repaint_after(TICK);
        }
    }

    fn rows(&mut self, ui: &mut Ui, traffic: &Traffic) {
        let focus = background(ui);
        self.keys(ui, &focus, traffic);
        if let Some(place) = self.sight.wanted.take().and_then(|id| traffic.index_of(id)) {
            self.sight.list.reveal(self.sight.view.rows_before(place), self.ever(traffic));
        }
        let height = (ui.text_style_height(&TextStyle::Monospace) + 7.0).round();
        let rows = Rows { height, count: self.shown(), ever: self.ever(traffic) };
        let mut deeds = Vec::new();
        let mut list = std::mem::take(&mut self.sight.list);
        list.show(ui, "traffic rows", &rows, |ui, row| {
            let Some(row) = self.sight.view.place(row).and_then(|place| traffic.get(place)) else { return };
            let state = State {
                is_selected: self.sight.selection.contains(row.id),
                is_bookmarked: self.sight.bookmarks.contains(row.id),
            };
            let tenant = row.channel().and_then(|channel| traffic.channels().tenant(Some(channel), row.id));
            let response = Row { row: &row, tenant, state }.show(ui, height);
            self.touched(ui, &response, &row, &mut deeds);
        });
        self.sight.list = list;
        for deed in deeds {
            self.take(ui, &deed, &focus, traffic);
        }
    }

    /// How many rows are shown.
    fn shown(&self) -> usize {
        match self.sight.flow {
            Flow::Live => self.sight.view.len(),
            Flow::Paused { shown } => self.sight.view.len().min(shown),
        }
    }

    /// How many rows of those that are shown there were ever.
    fn ever(&self, traffic: &Traffic) -> u64 {
        traffic.dropped() + self.shown() as u64
    }
}

/// What will appear here, and how to get there.
fn empty(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        ui.add_space((ui.available_height() / 2.0 - 66.0).max(space::S));
        ui.label(ICON_SWAP_VERT.rich_text().size(28.0).color(tokens.text_weak));
        ui.label(RichText::new("No messages yet").color(tokens.text_strong));
        ui.label(RichText::new(explanation(model)).color(tokens.text_weak));
        let action = Action::Enter(Mode::Data);
        if model.mode == Some(Mode::Command)
            && action.obstacle(model).is_none()
            && widgets::secondary_button(ui, action.label().unwrap_or_default()).clicked()
        {
            actions.push(action);
        }
    });
}

const fn explanation(model: &Model) -> &'static str {
    match (&model.line, model.mode) {
        (Line::Open(_), Some(Mode::Data)) => {
            "Everything typed below goes to the peers, everything they send appears here"
        }
        (Line::Open(_), Some(Mode::Extended)) => "Every packet of extended data mode appears here",
        (Line::Open(_), _) => "Messages to and from the cloud appear here once the module is in data mode",
        _ => "Messages to and from the cloud appear here once a module is connected",
    }
}

#[cfg(test)]
mod tests;
