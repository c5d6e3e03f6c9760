//! One message in full: what it is, its values as a tree or its text, and its bytes beside them. What is selected on one side
//! is selected on the other.

mod hex;
mod outline;
mod tree;

use std::ops::Range;

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui};
use egui_material_icons::icons::{ICON_CLOSE, ICON_CONTENT_COPY, ICON_UNFOLD_LESS};

use self::hex::Hex;
use self::outline::Outline;
use super::super::clock;
use super::channels::kind;
use super::rows;
use crate::model::curves::Curve;
use crate::model::{Traffic, TrafficRow};
use crate::payload::Form;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// What is remembered of the message that is shown.
#[derive(Debug, Default)]
pub(super) struct Detail {
    /// The row that was taken apart, by its id and length: a burst may have grown.
    of: Option<(u64, usize)>,
    outline: Option<Outline>,
    /// The form a person chose for this message.
    form: Option<Form>,
    selected: Option<Range<usize>>,
    /// The selection was made on the other side: it is brought into view here.
    reveal: Reveal,
}

/// Where the selection is brought into view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reveal {
    #[default]
    Nowhere,
    AmongValues,
    AmongBytes,
}

/// What a person wants beyond this view.
pub(super) enum Deed {
    Close,
    /// See this row.
    Reveal(u64),
    /// Draw this number as a curve.
    Plot(Curve),
}

impl Detail {
    /// Draws the message.
    pub(super) fn show(&mut self, ui: &mut Ui, row: &TrafficRow, traffic: &Traffic) -> Option<Deed> {
        self.take_apart(row);
        ui.spacing_mut().item_spacing.y = space::XS;
        let mut deed = self.header(ui, row);
        deed = about(ui, row, traffic).or(deed);
        self.reading(ui);
        let left = ui.available_width() * 0.42;
        let height = ui.available_height();
        let reveal = std::mem::take(&mut self.reveal);
        ui.horizontal_top(|ui| {
            ui.allocate_ui_with_layout(egui::vec2(left, height), Layout::top_down(Align::Min), |ui| {
                ui.set_width(left);
                deed = self.meaning(ui, row, reveal).or(deed.take());
            });
            ui.add_space(space::S);
            ui.vertical(|ui| self.bytes(ui, reveal));
        });
        deed
    }

    /// The bytes that are selected, in the packet as it crossed the wire.
    #[cfg(test)]
    pub(super) const fn selected(&self) -> Option<&Range<usize>> {
        self.selected.as_ref()
    }

    fn take_apart(&mut self, row: &TrafficRow) {
        let of = Some((row.id, row.bytes.len()));
        if self.of == of {
            return;
        }
        if self.of.is_none_or(|(id, _)| id != row.id) {
            (self.form, self.selected) = (None, None);
        }
        self.of = of;
        self.outline = Some(Outline::of(row, self.form));
    }

    /// When, how much, and what can be done with it.
    fn header(&mut self, ui: &mut Ui, row: &TrafficRow) -> Option<Deed> {
        let mut deed = None;
        let tokens = Tokens::of(ui);
        ui.horizontal(|ui| {
            let title = format!("{} · {} · {} bytes", clock(row.at), rows::kind(row.kind), row.bytes.len());
            ui.label(RichText::new(title).small().color(tokens.text_weak));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if widgets::icon_button(ui, ICON_CLOSE, "Close the message").clicked() {
                    deed = Some(Deed::Close);
                }
                let Some(outline) = &mut self.outline else { return };
                if widgets::icon_button(ui, ICON_CONTENT_COPY, "Copy as text").clicked() {
                    ui.copy_text(outline.text());
                }
                if outline.lines.iter().any(|line| line.inside > 0)
                    && widgets::icon_button(ui, ICON_UNFOLD_LESS, "Fold or unfold all values").clicked()
                {
                    outline.toggle_all();
                }
            });
        });
        deed
    }

    /// What it is read as, and why; another form can be chosen.
    fn reading(&mut self, ui: &mut Ui) {
        let Some(outline) = &self.outline else { return };
        let before = self.form.unwrap_or(outline.form);
        let mut form = before;
        ui.horizontal(|ui| {
            let combo = widgets::combo("form", 124.0).selected_text(name(before)).show_ui(ui, |ui| {
                for one in Form::ALL {
                    let fits = if outline.also.contains(&one) { " (fits as well)" } else { "" };
                    ui.selectable_value(&mut form, one, format!("{}{fits}", name(one)));
                }
            });
            combo.response.accessible_name("Read as").on_hover_text("How the message is read");
            let text = RichText::new(&outline.reason).small().color(Tokens::of(ui).text_weak);
            ui.add(Label::new(text).truncate()).on_hover_text(&outline.reason);
        });
        if form != before {
            // It is taken apart anew in the next frame.
            (self.form, self.of) = (Some(form), self.of.map(|(id, _)| (id, usize::MAX)));
            ui.request_repaint();
        }
    }

    /// Values as a tree; the text of what has none below the parts of its packet.
    fn meaning(&mut self, ui: &mut Ui, row: &TrafficRow, reveal: Reveal) -> Option<Deed> {
        let outline = self.outline.as_mut()?;
        if outline.form == Form::Text {
            // The parts of its packet stand below it, if it has one.
            let most = if outline.lines.is_empty() { f32::INFINITY } else { ui.available_height() / 2.0 };
            text(ui, &outline.text(), most);
        }
        let is_wanted = reveal == Reveal::AmongValues;
        match tree::show(ui, outline, self.selected.as_ref(), is_wanted) {
            Some(tree::Deed::Select(span)) => {
                self.selected = Some(span);
                self.reveal = Reveal::AmongBytes;
                ui.request_repaint();
            }
            Some(tree::Deed::Fold(place)) => outline.toggle(place),
            Some(tree::Deed::Copy(text)) => ui.copy_text(text),
            Some(tree::Deed::Plot(path)) => {
                let (channel, direction) = (row.channel(), row.direction);
                return Some(Deed::Plot(Curve { channel, direction, path }));
            }
            None => {}
        }
        None
    }

    fn bytes(&mut self, ui: &mut Ui, reveal: Reveal) {
        let Some(outline) = &mut self.outline else { return };
        let selected = self.selected.as_ref();
        let reveal = reveal == Reveal::AmongBytes;
        let hex = Hex { bytes: &outline.bytes, payload: &outline.payload, selected, reveal };
        let Some(byte) = hex.show(ui) else { return };
        let line = outline.line_of(byte).and_then(|place| outline.lines.get(place));
        self.selected = Some(line.map_or(byte..byte + 1, |line| line.span.clone()));
        self.reveal = Reveal::AmongValues;
        ui.request_repaint();
    }
}

/// Whose it is, and what it answers.
fn about(ui: &mut Ui, row: &TrafficRow, traffic: &Traffic) -> Option<Deed> {
    let mut deed = None;
    let weak = Tokens::of(ui).text_weak;
    let tenant = row.channel().and_then(|channel| traffic.channels().tenant(Some(channel), row.id));
    if let Some(tenant) = tenant {
        let topics = tenant.topics.as_ref();
        let topic = topics.and_then(|topics| match row.direction {
            crate::session::Direction::Sent => topics.publish.as_ref(),
            crate::session::Direction::Received => topics.subscribe.as_ref(),
        });
        let topic = topic.map(|topic| format!(" · {topic}")).unwrap_or_default();
        widgets::truncated(ui, RichText::new(format!("{}{topic}", tenant.name)).small().color(weak));
    }
    if let Some(trip) = traffic.answers().of(row.id) {
        ui.horizontal(|ui| {
            widgets::small(
                ui,
                format!("{}: answered after {}", kind(trip.exchange), widgets::took(trip.latency)),
            );
            if widgets::link_button(ui, "Show the request").clicked() {
                deed = Some(Deed::Reveal(trip.request));
            }
        });
    }
    deed
}

fn text(ui: &mut Ui, text: &str, most: f32) {
    let color = Tokens::of(ui).text_strong;
    let area = ScrollArea::vertical().id_salt("as text").auto_shrink([false, true]).max_height(most);
    area.show(ui, |ui| {
        ui.add(Label::new(RichText::new(text).monospace().color(color)).wrap().selectable(true));
    });
}

const fn name(form: Form) -> &'static str {
    match form {
        Form::Json => "JSON",
        Form::Cbor => "CBOR",
        Form::MessagePack => "MessagePack",
        Form::Text => "Text",
        Form::Raw => "Raw bytes",
    }
}
