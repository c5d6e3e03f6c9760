//! What went over each channel: who is there, how much each way, how fast, and what was said last.

use egui::{Rect, RichText, ScrollArea, Sense, Stroke, Ui, WidgetInfo};

use super::rows::channel_color;
use crate::model::{Channel, Flow, SPAN, Traffic};
use crate::moment::Moment;
use crate::roundtrip::Exchange;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// The height of the curve of a channel, in points.
const CURVE: f32 = 36.0;
/// The most characters of the last message.
const PREVIEW: usize = 120;

/// What a person wants to do with a channel.
pub(super) enum Deed {
    /// See its rows alone.
    Only(u8),
    /// See this row.
    Reveal(u64),
}

/// Draws one card per channel.
pub(super) fn show(ui: &mut Ui, traffic: &Traffic, now: Moment) -> Option<Deed> {
    let mut deed = None;
    let channels = traffic.channels();
    if channels.iter().next().is_none() {
        widgets::hint(ui, "Channels appear here with their peers, as soon as one is connected");
        return None;
    }
    ScrollArea::vertical().id_salt("channels").auto_shrink(false).show(ui, |ui| {
        for (number, channel) in channels.iter() {
            ui.push_id(number, |ui| deed = card(ui, number, channel, traffic, now).or(deed.take()));
            ui.add_space(space::M);
        }
    });
    deed
}

fn card(ui: &mut Ui, number: Option<u8>, channel: &Channel, traffic: &Traffic, now: Moment) -> Option<Deed> {
    let mut deed = None;
    ui.spacing_mut().item_spacing.y = space::XS;
    title(ui, number, channel);
    counts(ui, channel);
    latencies(ui, number, traffic);
    curve(ui, number, channel, now);
    ui.horizontal(|ui| {
        if let Some(number) = number
            && widgets::link_button(ui, &format!("Only channel {number}")).clicked()
        {
            deed = Some(Deed::Only(number));
        }
        if let Some(row) = channel.last.and_then(|id| traffic.row(id)) {
            let last = RichText::new(row.preview(PREVIEW)).monospace();
            let label = egui::Button::new(last).frame(false).truncate();
            if ui.add(label).on_hover_text("Show the last message").clicked() {
                deed = Some(Deed::Reveal(row.id));
            }
        }
    });
    deed
}

fn title(ui: &mut Ui, number: Option<u8>, channel: &Channel) {
    let tokens = Tokens::of(ui);
    let title = number.map_or_else(|| "Data mode".to_owned(), |number| format!("Channel {number}"));
    ui.horizontal(|ui| {
        ui.label(RichText::new(title).color(channel_color(number, tokens)));
        if let Some(tenant) = channel.tenant() {
            widgets::truncated(ui, RichText::new(&tenant.name).color(tokens.text_strong));
        }
    });
    let Some(topics) = channel.tenant().and_then(|tenant| tenant.topics.as_ref()) else { return };
    for (does, topic) in [("Publishes to", &topics.publish), ("Subscribes to", &topics.subscribe)] {
        if let Some(topic) = topic {
            let text = format!("{does} {topic}");
            widgets::truncated(ui, RichText::new(text).small().color(tokens.text_weak));
        }
    }
}

fn counts(ui: &mut Ui, channel: &Channel) {
    let tokens = Tokens::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(format!("{} sent", amount(channel.sent))).color(tokens.tx));
        ui.add_space(space::M);
        ui.label(RichText::new(format!("{} received", amount(channel.received))).color(tokens.rx));
    });
}

/// How long answers took, for each kind of exchange that can be told.
fn latencies(ui: &mut Ui, number: Option<u8>, traffic: &Traffic) {
    for (exchange, latencies) in traffic.answers().latencies(number) {
        let (Some(p50), Some(p95)) = (latencies.p50(), latencies.p95()) else { continue };
        let answers = if latencies.count() == 1 { "answer" } else { "answers" };
        let text = format!(
            "{}: {} {answers}, p50 {}, p95 {}",
            kind(exchange),
            latencies.count(),
            widgets::took(p50),
            widgets::took(p95)
        );
        widgets::small(ui, text);
    }
}

/// What an exchange is called.
pub(super) const fn kind(exchange: Exchange) -> &'static str {
    match exchange {
        Exchange::Provisioning => "Provisioning",
        Exchange::Twin => "Device twin",
        Exchange::Echo => "Echo",
        Exchange::Named => "Answers by ID",
    }
}

fn amount(flow: Flow) -> String {
    let messages = if flow.messages == 1 { "message" } else { "messages" };
    format!("{} {messages}, {}", flow.messages, size(flow.bytes))
}

/// So many bytes as a person says it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Bytes per second over the last two minutes, sent upwards and received downwards from the middle.
fn curve(ui: &mut Ui, number: Option<u8>, channel: &Channel, now: Moment) {
    let tokens = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), CURVE), Sense::hover());
    let points: Vec<_> = channel.rate.until(now).collect();
    let most = points.iter().map(|(_, sent, received)| *sent.max(received)).max().unwrap_or(0);
    ui.painter().rect_filled(rect, 2.0, tokens.sunken);
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, tokens.border));
    if most > 0 {
        let color = channel_color(number, tokens);
        let width = rect.width() / (SPAN.as_secs() + 1) as f32;
        for (index, (_, sent, received)) in points.iter().enumerate() {
            let left = rect.left() + width * index as f32;
            let height = |bytes: u64| bytes as f32 / most as f32 * (CURVE / 2.0 - 1.0);
            let (up, down) = (height(*sent), height(*received));
            let bar = Rect::from_x_y_ranges(
                left..=left + (width - 0.5).max(1.0),
                rect.center().y - up..=rect.center().y + down,
            );
            ui.painter().rect_filled(bar, 0.0, color);
        }
    }
    let present = points.iter().rev().nth(1).map_or((0, 0), |(_, sent, received)| (*sent, *received));
    let text = format!(
        "{}/s sent and {}/s received in the last second, at most {}/s in the last two minutes",
        size(present.0),
        size(present.1),
        size(most)
    );
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Label, true, &text));
    response.on_hover_text(&text);
}
