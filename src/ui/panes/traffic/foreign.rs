//! A capture that is looked at in place of the module's traffic: the bar that says so, and what the pane remembers of the
//! one while it shows the other.

use egui::{Frame, Margin, Panel, RichText, Ui};
use egui_material_icons::icons::ICON_FILE_OPEN;

use super::export::Source;
use super::{Sight, TrafficPane};
use crate::capture::UnixNanos;
use crate::model::{Foreign, Model, Order, Place};
use crate::moment::Moment;
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// Ends of the names of captures.
const ENDINGS: [&str; 2] = ["pcapng", "jsonl"];

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
            std::mem::swap(&mut self.sight, &mut self.aside);
        }
        if capture.is_some() {
            self.sight = Sight::default();
        } else {
            self.aside = Sight::default();
        }
        self.capture = capture;
    }
}
