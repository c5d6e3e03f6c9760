//! Numbers of messages as curves over time, live: a person picks fields, and their values are drawn as they come.

use std::ops::RangeInclusive;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Align, Layout, RichText, Ui, WidgetInfo};
use egui_material_icons::icons::{
    ICON_ADD, ICON_CLOSE, ICON_DELETE, ICON_DOWNLOAD, ICON_FIT_SCREEN, ICON_PAUSE, ICON_PLAY_ARROW,
};
use egui_plot::{GridMark, HoverPosition, Line, PlotPoint, PlotPoints};

use super::super::clock;
use crate::model::curves::{BUDGET, Curve, Curves, MOST_CURVES, Point, Track};
use crate::model::{Model, NewContent, NewFile, News, Traffic, ViewProgress};
use crate::moment::{Moment, UnixTime};
use crate::session::Direction;
use crate::ui::actions::Actions;
use crate::ui::saver::Saver;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};

/// The side of the square that shows the colour of a curve, in points.
const SWATCH: f32 = 10.0;
/// The fewest points of height that the plot has.
const LOWEST: f32 = 120.0;

/// What a person has picked to be drawn, and how it is drawn.
pub(super) struct Plot {
    curves: Curves,
    progress: ViewProgress,
    flow: Flow,
    view: View,
    /// The fields that can be picked, as they were when the menu was opened.
    fields: Option<Vec<Curve>>,
    /// Somebody wanted a curve more than there can be.
    is_full: bool,
    saver: Saver,
}

/// Whether new points are drawn as they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Live,
    /// What came later is kept and not drawn.
    Paused(Moment),
}

/// Which part of the curves is in view in the next frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    /// The one a person has chosen, or all with the newest.
    Stays,
    /// All, with the newest.
    Whole,
}

impl Default for Plot {
    fn default() -> Self {
        Self {
            curves: Curves::default(),
            progress: ViewProgress::Done,
            flow: Flow::Live,
            view: View::Stays,
            fields: None,
            is_full: false,
            saver: Saver::new("traffic.plot", "Path of the table"),
        }
    }
}

impl Plot {
    /// Draws this field from now on, and what its messages have said so far.
    pub(super) fn add(&mut self, curve: Curve) {
        self.is_full = !self.curves.add(curve);
    }

    /// Reads messages that nobody has read for the curves, for as long as a frame allows. Without curves none is read.
    pub(super) fn go_on(&mut self, traffic: &Traffic) {
        self.progress = self.curves.advance(traffic, BUDGET);
    }

    /// Takes the answers to what was asked of the shell.
    pub(super) fn handle_news(&mut self, news: &News) {
        self.saver.handle_news(news);
    }

    /// The rows were forgotten.
    pub(super) fn forget(&mut self) {
        self.flow = Flow::Live;
        self.saver.forget();
    }

    /// Whether there are rows that were not read yet.
    pub(super) fn is_behind(&self) -> bool {
        self.progress == ViewProgress::More
    }

    /// Draws the tools, the list of curves and the curves; gives whether a person wants to close it.
    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) -> bool {
        ui.spacing_mut().item_spacing.y = space::XS;
        let close = self.header(ui, model, actions);
        let started = model.started;
        self.saver.show(ui, || table(&self.curves, started), actions);
        if self.is_full {
            let text = format!("{MOST_CURVES} fields are drawn at the most: remove one first");
            widgets::remark(ui, Tone::Warn, &text);
        }
        if self.curves.is_empty() {
            widgets::hint(ui, "Add a field: numbers in JSON, CBOR and MessagePack can be drawn");
            return close;
        }
        self.list(ui);
        ui.add_space(space::XS);
        self.picture(ui);
        close
    }

    fn header(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) -> bool {
        ui.horizontal(|ui| {
            widgets::section(ui, "Plot");
            self.menu(ui, &model.traffic);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let close = widgets::icon_button(ui, ICON_CLOSE, "Close the plot").clicked();
                if !self.curves.is_empty() {
                    self.tools(ui, model, actions);
                }
                close
            })
            .inner
        })
        .inner
    }

    /// From right to left.
    fn tools(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        if widgets::icon_button(ui, ICON_DOWNLOAD, "Save as CSV…").clicked() {
            self.saver.ask("Save the values", table(&self.curves, model.started), actions);
        }
        if widgets::icon_button(ui, ICON_FIT_SCREEN, "Show all with the newest").clicked() {
            self.view = View::Whole;
        }
        match self.flow {
            Flow::Live => {
                if widgets::icon_button(ui, ICON_PAUSE, "Pause the plot; nothing is lost").clicked() {
                    self.flow = Flow::Paused(model.now);
                }
            }
            Flow::Paused(_) => {
                if widgets::icon_button(ui, ICON_PLAY_ARROW, "Go on drawing new values").clicked() {
                    self.flow = Flow::Live;
                }
                ui.label(RichText::new("Paused").small().color(Tokens::of(ui).warn));
            }
        }
    }

    fn menu(&mut self, ui: &mut Ui, traffic: &Traffic) {
        let mut fields = self.fields.take();
        let mut picked = None;
        widgets::icon_menu(ui, ICON_ADD, "Add a field", |ui| {
            let fields = fields.get_or_insert_with(|| traffic.fields());
            if fields.is_empty() {
                widgets::hint(ui, "The last messages hold no numbers");
            }
            egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for field in fields.iter() {
                    if ui.button(name(field)).clicked() {
                        picked = Some(field.clone());
                        ui.close();
                    }
                }
            });
            self.fields = Some(std::mem::take(fields));
        });
        picked.into_iter().for_each(|curve| self.add(curve));
    }

    fn list(&mut self, ui: &mut Ui) {
        let mut removed = None;
        for (place, track) in self.curves.tracks().iter().enumerate() {
            ui.push_id(track.number(), |ui| {
                if entry(ui, track) {
                    removed = Some(place);
                }
            });
        }
        if let Some(place) = removed {
            self.curves.remove(place);
            self.is_full = false;
        }
    }

    fn picture(&mut self, ui: &mut Ui) {
        let tokens = Tokens::of(ui);
        let until = match self.flow {
            Flow::Live => Moment::from_millis(u64::MAX),
            Flow::Paused(until) => until,
        };
        let columns = ui.available_width().max(1.0) as usize;
        let height = ui.available_height().max(LOWEST);
        let mut plot = egui_plot::Plot::new("plot of the traffic")
            .height(height)
            .show_background(false)
            .grid_color(tokens.border_strong)
            .x_axis_formatter(|mark: GridMark, _: &RangeInclusive<f64>| clock(moment(mark.value)))
            .label_formatter(|position| Some(label(position)));
        if std::mem::replace(&mut self.view, View::Stays) == View::Whole {
            plot = plot.reset();
        }
        let tracks = self.curves.tracks();
        let shown = plot.show(ui, |plot| {
            let all = plot.auto_bounds().x;
            let bounds = plot.plot_bounds();
            for track in tracks {
                let (from, to) =
                    if all { ends(track) } else { (moment(bounds.min()[0]), moment(bounds.max()[0])) };
                let points = track.thinned(from, to.min(until), columns);
                let points: Vec<_> = points.iter().filter(|point| point.at <= until).map(drawn).collect();
                let line = Line::new(name(track.curve()), PlotPoints::Owned(points));
                plot.line(line.color(tokens.series(track.number())).width(1.5));
            }
        });
        shown.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, in_words(tracks)));
    }
}

/// One curve in the list: its colour, its name, its last value; gives whether it is to be removed.
fn entry(ui: &mut Ui, track: &Track) -> bool {
    let tokens = Tokens::of(ui);
    let name = name(track.curve());
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(SWATCH), egui::Sense::hover());
        ui.painter().rect_filled(rect, 2.0, tokens.series(track.number()));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let remove = widgets::icon_button(ui, ICON_DELETE, &format!("Remove {name}")).clicked();
            let last = track.points().back().map_or_else(|| "–".to_owned(), |point| point.value.to_string());
            ui.label(RichText::new(last).monospace().color(tokens.text_strong));
            if track.forgotten() > 0 {
                let text = format!("without the first {}", track.forgotten());
                ui.label(RichText::new(text).small().color(tokens.warn));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                widgets::truncated(ui, RichText::new(&name).color(tokens.text));
            });
            remove
        })
        .inner
    })
    .inner
}

/// `Channel 0 received $.temperature`
fn name(curve: &Curve) -> String {
    let channel =
        curve.channel.map_or_else(|| "Data mode".to_owned(), |channel| format!("Channel {channel}"));
    let direction = match curve.direction {
        Direction::Sent => "sent",
        Direction::Received => "received",
    };
    format!("{channel} {direction} {}", curve.path)
}

/// What is to be seen, for those who cannot.
fn in_words(tracks: &[Track]) -> String {
    let curve = |track: &Track| {
        let count = track.points().len();
        let values = if count == 1 { "value" } else { "values" };
        format!("{} with {count} {values}", name(track.curve()))
    };
    format!("Plot over time: {}", tracks.iter().map(curve).collect::<Vec<_>>().join(", "))
}

/// What the pointer is at.
fn label(position: &HoverPosition<'_>) -> String {
    match position {
        HoverPosition::NearDataPoint { plot_name, position, .. } => {
            format!("{plot_name}\n{}\n{}", clock(moment(position.x)), position.y)
        }
        HoverPosition::Elsewhere { position } => clock(moment(position.x)),
    }
}

/// When a curve begins and ends.
fn ends(track: &Track) -> (Moment, Moment) {
    let at = |point: Option<&Point>| point.map_or(Moment::START, |point| point.at);
    (at(track.points().front()), at(track.points().back()))
}

/// Times are seconds in the plot.
fn drawn(point: &Point) -> PlotPoint {
    PlotPoint::new(point.at.since_start().as_secs_f64(), point.value)
}

fn moment(seconds: f64) -> Moment {
    Moment::START + Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::ZERO)
}

fn table(curves: &Curves, started: UnixTime) -> NewFile {
    NewFile { name: "values.csv".to_owned(), content: NewContent::Public(curves.csv(started)) }
}
