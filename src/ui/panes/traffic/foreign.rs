//! A capture that is looked at in place of the module's traffic: the bar that says so, and what the pane remembers of the
//! one while it shows the other.

use std::collections::BTreeSet;

use egui::{Frame, Margin, Panel, RichText, Ui};
use egui_material_icons::icons::ICON_FILE_OPEN;

use super::export::Source;
use super::filter::Filter;
use super::{Flow, List, Side, TrafficPane};
use crate::capture::UnixNanos;
use crate::model::{Foreign, Model, Order, Place, Selection, View, ViewProgress};
use crate::moment::Moment;
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// Ends of the names of captures.
const ENDINGS: [&str; 2] = ["pcapng", "jsonl"];

/// What belongs to the rows of one source.
pub(super) struct Kept {
    list: List,
    view: View,
    progress: ViewProgress,
    filter: Filter,
    flow: Flow,
    selection: Selection,
    bookmarks: BTreeSet<u64>,
    side: Side,
    wanted: Option<u64>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            list: List::default(),
            view: View::all(),
            progress: ViewProgress::Done,
            filter: Filter::default(),
            flow: Flow::Live,
            selection: Selection::default(),
            bookmarks: BTreeSet::new(),
            side: Side::Nothing,
            wanted: None,
        }
    }
}

/// The traffic that is shown.
pub(super) fn source(model: &Model) -> Source<'_> {
    match &model.foreign {
        Some(foreign) => {
            Source { traffic: &foreign.traffic, start: foreign.start(), capture: Some(foreign.number) }
        }
        None => {
            let start = UnixNanos::after(model.started, std::time::Duration::ZERO);
            Source { traffic: &model.traffic, start, capture: None }
        }
    }
}

/// The end of the time that is shown: now, or the last message of a capture.
pub(super) fn end(model: &Model) -> Moment {
    let Some(foreign) = &model.foreign else { return model.now };
    let last = foreign.traffic.len().checked_sub(1).and_then(|last| foreign.traffic.get(last));
    last.map_or(Moment::START, |row| row.at)
}

/// The button that lets a person choose a capture.
pub(super) fn open_button(ui: &mut Ui, actions: &mut Actions) {
    if widgets::icon_button(ui, ICON_FILE_OPEN, "Open a capture…").clicked() {
        let title = "Open a capture: pcapng or JSON lines".to_owned();
        actions.order(Order::OpenCapture(Place::Ask { title }));
    }
}

/// Opens a capture that is dropped on the window; nobody else sees it then.
pub(super) fn take_dropped(ui: &Ui, actions: &mut Actions) {
    let is_capture = |path: &std::path::Path| {
        let ending = path.extension().unwrap_or_default();
        ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
    };
    let dropped = ui.input_mut(|input| {
        let place = input.raw.dropped_files.iter().position(|file| is_capture(file.path()))?;
        Some(input.raw.dropped_files.remove(place).path().to_owned())
    });
    if let Some(path) = dropped {
        actions.order(Order::OpenCapture(Place::At(path)));
    }
}

/// Says what is shown, and leads back.
pub(super) fn bar(ui: &mut Ui, foreign: &Foreign, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    let frame = Frame::new().fill(tokens.accent_soft).inner_margin(Margin::symmetric(12, 4));
    Panel::top(ui.scope_id().with("capture")).resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            ui.label(RichText::new(title(foreign)).color(tokens.text_strong));
            if widgets::secondary_button(ui, "Back to the live traffic").clicked() {
                actions.push(Action::CloseCapture);
            }
            let remarks: Vec<_> =
                foreign.remarks().map(|(reason, count)| format!("{count} × {reason}")).collect();
            if !remarks.is_empty() {
                let about = RichText::new(remarks.join("; ")).small().color(tokens.warn);
                ui.add(egui::Label::new(about).truncate()).on_hover_text(remarks.join("\n"));
            }
        });
        if let Some(problem) = &foreign.problem {
            widgets::problem_text(ui, problem);
        }
    });
}

/// `lab.pcapng · 123 messages · 4 passed over`
fn title(foreign: &Foreign) -> String {
    let count = foreign.traffic.len();
    let messages = if count == 1 { "1 message".to_owned() } else { format!("{count} messages") };
    let passed_over = match foreign.passed_over() {
        0 => String::new(),
        count => format!(" · {count} passed over"),
    };
    let reading = if foreign.is_reading() { " so far" } else { "" };
    format!("{} · {messages}{reading}{passed_over}", foreign.name)
}

impl TrafficPane {
    /// Notices that other traffic is shown: what was remembered of that is taken up again.
    pub(super) fn look_at(&mut self, capture: Option<u64>) {
        if self.capture == capture {
            return;
        }
        // The live traffic stays aside while one capture follows another.
        if self.capture.is_none() || capture.is_none() {
            self.swap();
        }
        if capture.is_some() {
            self.set(Kept::default());
        } else {
            self.aside = Kept::default();
        }
        self.capture = capture;
    }

    fn swap(&mut self) {
        let aside = std::mem::take(&mut self.aside);
        self.aside = self.set(aside);
    }

    /// Takes this up and gives what was there before.
    fn set(&mut self, kept: Kept) -> Kept {
        Kept {
            list: std::mem::replace(&mut self.list, kept.list),
            view: std::mem::replace(&mut self.view, kept.view),
            progress: std::mem::replace(&mut self.progress, kept.progress),
            filter: std::mem::replace(&mut self.filter, kept.filter),
            flow: std::mem::replace(&mut self.flow, kept.flow),
            selection: std::mem::replace(&mut self.selection, kept.selection),
            bookmarks: std::mem::replace(&mut self.bookmarks, kept.bookmarks),
            side: std::mem::replace(&mut self.side, kept.side),
            wanted: std::mem::replace(&mut self.wanted, kept.wanted),
        }
    }
}
