//! How far the module is on its way to the cloud: one column for each stage, with its state, time and evidence.

use egui::accesskit::Role;
use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align, Color32, CursorIcon, FontSelection, Painter, Rect, Sense, Stroke, TextStyle, Ui, WidgetInfo,
    WidgetText,
};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{ICON_CHECK_CIRCLE, ICON_ERROR, ICON_PENDING, ICON_RADIO_BUTTON_UNCHECKED};

use crate::model::{Evidence, Model, Progress, Stage};
use crate::moment::Moment;
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets;

/// Room for an icon, two lines of label and a time.
const HEIGHT: f32 = 72.0;

/// Draws the bar over the whole width; a click on a stage shows its evidence.
pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let stages: Vec<_> = model.stages.iter().collect();
    let width = ui.available_width() / stages.len().max(1) as f32;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (index, stage) in stages.iter().enumerate() {
            let next = stages.get(index + 1).map(|next| &next.progress);
            if let Some(evidence) = column(ui, stage, next, width, model.now) {
                actions.push(Action::ShowEvidence(evidence));
            }
        }
    });
}

/// One stage; its evidence if it was clicked.
fn column(ui: &mut Ui, stage: &Stage, next: Option<&Progress>, width: f32, now: Moment) -> Option<Evidence> {
    let evidence = match &stage.progress {
        Progress::Done { evidence, .. } => *evidence,
        Progress::Pending | Progress::Running { .. } | Progress::Failed(_) => None,
    };
    let sense = if evidence.is_some() { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(egui::vec2(width, HEIGHT), sense);
    let tokens = Tokens::of(ui);
    if response.hovered() && evidence.is_some() || response.has_focus() {
        ui.painter().rect_filled(rect, theme::RADIUS, tokens.hover);
    }
    paint(ui, rect, stage, next, now);
    let words = words(stage, now);
    let role = if evidence.is_some() { Role::Button } else { Role::Label };
    response.widget_info(|| WidgetInfo::labeled(role, true, format!("{}: {words}", stage.name.label())));
    let tip = match (&stage.progress, evidence) {
        (Progress::Failed(problem), _) => format!("{}. {}", problem.message, problem.help),
        (_, Some(_)) => format!("{words}; a click shows what proves it"),
        _ => words,
    };
    let response = response.on_hover_text(tip);
    let clicked = response.clicked();
    if evidence.is_some() {
        response.on_hover_cursor(CursorIcon::PointingHand);
    }
    evidence.filter(|_| clicked)
}

fn paint(ui: &Ui, rect: Rect, stage: &Stage, next: Option<&Progress>, now: Moment) {
    let tokens = Tokens::of(ui);
    let (icon, color) = face(&stage.progress, tokens);
    let center = egui::pos2(rect.center().x, rect.top() + space::S + theme::ICON / 2.0);
    if let Some(next) = next {
        connector(ui.painter(), center, rect.width(), next, tokens);
    }
    centred(ui, icon.rich_text().size(theme::ICON).color(color).into(), center);
    let top = center.y + theme::ICON / 2.0 + space::XS;
    let label_color = if stage.progress == Progress::Pending { tokens.text_weak } else { tokens.text_strong };
    let bottom = text(ui, stage.name.label(), label_color, rect, top);
    if let Some(time) = time(&stage.progress, now) {
        text(ui, &time, tokens.text_weak, rect, bottom);
    }
}

/// The line to the next stage.
fn connector(painter: &Painter, center: egui::Pos2, width: f32, next: &Progress, tokens: &Tokens) {
    let color = if matches!(next, Progress::Done { .. }) { tokens.ok } else { tokens.border_strong };
    let gap = theme::ICON / 2.0 + space::XS;
    painter.hline(center.x + gap..=center.x + width - gap, center.y, Stroke::new(1.0, color));
}

/// Small centred text; where it ends below.
fn text(ui: &Ui, text: &str, color: Color32, rect: Rect, top: f32) -> f32 {
    let font = TextStyle::Small.resolve(ui.style());
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
    job.wrap.max_width = rect.width() - space::XS;
    job.halign = Align::Center;
    let galley = ui.painter().layout_job(job);
    let bottom = top + galley.size().y;
    ui.painter().galley(egui::pos2(rect.center().x, top), galley, color);
    bottom
}

fn centred(ui: &Ui, text: WidgetText, center: egui::Pos2) {
    let galley = text.into_galley(ui, None, f32::INFINITY, FontSelection::Default);
    ui.painter().galley(center - galley.size() / 2.0, galley, Color32::PLACEHOLDER);
}

fn face(progress: &Progress, tokens: &Tokens) -> (MaterialIcon, Color32) {
    match progress {
        Progress::Pending => (ICON_RADIO_BUTTON_UNCHECKED, tokens.border_strong),
        Progress::Running { .. } => (ICON_PENDING, tokens.accent),
        Progress::Done { .. } => (ICON_CHECK_CIRCLE, tokens.ok),
        Progress::Failed(_) => (ICON_ERROR, tokens.danger),
    }
}

fn time(progress: &Progress, now: Moment) -> Option<String> {
    match progress {
        Progress::Running { since } => Some(widgets::duration(now.since(*since))),
        Progress::Done { took, .. } => took.map(widgets::duration),
        Progress::Pending | Progress::Failed(_) => None,
    }
}

/// The state in words.
fn words(stage: &Stage, now: Moment) -> String {
    match (&stage.progress, time(&stage.progress, now)) {
        (Progress::Pending, _) => "not yet".to_owned(),
        (Progress::Running { .. }, time) => format!("under way for {}", time.unwrap_or_default()),
        (Progress::Done { .. }, Some(time)) => format!("done in {time}"),
        (Progress::Done { .. }, None) => "done".to_owned(),
        (Progress::Failed(_), _) => "failed".to_owned(),
    }
}
