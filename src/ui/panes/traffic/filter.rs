//! Which rows of the traffic are shown: by channel, direction and kind, by a text in them, and by a field of their payload.

use egui::{Align, Key, Layout, Response, TextEdit, Ui};
use egui_material_icons::icons::ICON_CLOSE;

use super::super::Focus;
use super::super::pattern::{Pattern, Way};
use super::condition::Condition;
use crate::model::{Channels, RowKind, TrafficRow};
use crate::payload;
use crate::session::Direction;
use crate::ui::theme::{self, Tokens};
use crate::ui::widgets;

/// The width of the field for a text, in points.
const FIELD: f32 = 200.0;
/// The most characters of a row that are searched for an expression.
const MOST: usize = 1 << 16;

/// What a person wants to see.
#[derive(Debug, Default)]
pub(super) struct Filter {
    open: Open,
    channel: Which,
    way: Ways,
    kinds: Kinds,
    text: String,
    reading: Way,
    pattern: Option<Result<Pattern, String>>,
    /// A condition on a field.
    field: String,
    condition: Option<Result<Condition, String>>,
    focus: Focus,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Open {
    #[default]
    No,
    Yes,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Which {
    #[default]
    All,
    Only(u8),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ways {
    #[default]
    Both,
    Sent,
    Received,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kinds {
    #[default]
    All,
    /// What peers say to each other.
    Payload,
    /// AT text and control packets.
    Other,
}

/// Whether what is shown has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Filter,
}

impl Filter {
    pub(super) fn is_open(&self) -> bool {
        self.open == Open::Yes
    }

    /// Shows the bar, ready for typing.
    pub(super) fn open(&mut self) {
        self.open = Open::Yes;
        self.focus = Focus::Take;
    }

    /// Whether everything is shown.
    pub(super) fn is_all(&self) -> bool {
        !self.is_open()
            || (self.channel == Which::All
                && self.way == Ways::Both
                && self.kinds == Kinds::All
                && !matches!(self.pattern, Some(Ok(_)))
                && !matches!(self.condition, Some(Ok(_))))
    }

    /// Only this channel, with the bar open so that this is seen.
    pub(super) fn only(&mut self, channel: u8) {
        (self.open, self.channel) = (Open::Yes, Which::Only(channel));
    }

    pub(super) fn admits(&self, row: &TrafficRow) -> bool {
        let way = match self.way {
            Ways::Both => true,
            Ways::Sent => row.direction == Direction::Sent,
            Ways::Received => row.direction == Direction::Received,
        };
        let kind = match self.kinds {
            Kinds::All => true,
            Kinds::Payload => row.kind.is_payload(),
            Kinds::Other => !row.kind.is_payload(),
        };
        way && kind && self.admits_channel(row) && self.admits_text(row) && self.admits_field(row)
    }

    /// Whether messages are read for it, which takes longer than looking at them.
    pub(super) const fn reads_payload(&self) -> bool {
        matches!(self.condition, Some(Ok(_)))
    }

    fn admits_channel(&self, row: &TrafficRow) -> bool {
        match (self.channel, row.kind) {
            (Which::All, _) => true,
            (Which::Only(wanted), RowKind::Data { channel }) => channel == wanted,
            (Which::Only(wanted), _) => row.channel() == Some(wanted),
        }
    }

    fn admits_text(&self, row: &TrafficRow) -> bool {
        match &self.pattern {
            Some(Ok(pattern)) => pattern.is_in(&row.preview(MOST)),
            Some(Err(_)) | None => true,
        }
    }

    fn admits_field(&self, row: &TrafficRow) -> bool {
        match &self.condition {
            Some(Ok(condition)) => row.kind.is_payload() && condition.is_met_by(&payload::read(&row.bytes)),
            Some(Err(_)) | None => true,
        }
    }

    /// Draws the bar.
    pub(super) fn show(&mut self, ui: &mut Ui, channels: &Channels) -> Change {
        let mut change = Change::None;
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            // Whether something in the bar has lost the focus.
            let mut left = false;
            let changes = [
                self.text_field(ui, &mut left),
                self.field_field(ui, &mut left),
                self.choices(ui, channels, &mut left),
            ];
            if changes.contains(&true) {
                change = Change::Filter;
            }
            let pattern = self.pattern.as_ref().and_then(|pattern| pattern.as_ref().err());
            let condition = self.condition.as_ref().and_then(|condition| condition.as_ref().err());
            for reason in pattern.into_iter().chain(condition) {
                let text = egui::RichText::new(reason).small().color(Tokens::of(ui).danger);
                ui.add(egui::Label::new(text).truncate());
            }
            let close = widgets::icon_button(ui, ICON_CLOSE, "Close the filter");
            left |= close.lost_focus();
            let escaped = left && ui.input(|input| input.key_pressed(Key::Escape));
            if escaped || close.clicked() {
                self.open = Open::No;
                change = Change::Filter;
            }
        });
        change
    }

    fn text_field(&mut self, ui: &mut Ui, left: &mut bool) -> bool {
        let edit = TextEdit::singleline(&mut self.text).hint_text("Text in messages");
        let size = egui::vec2(FIELD, theme::CONTROL_HEIGHT);
        let field = ui.allocate_ui(size, |ui| ui.add(widgets::sized(ui, edit))).inner;
        let field = field.accessible_name("Filter by text");
        self.focus.settle(&field);
        let before = self.reading;
        let toggle = self.reading.toggle(ui, "The text is a regular expression of messages");
        *left |= field.lost_focus() || toggle.lost_focus();
        if !field.changed() && self.reading == before {
            return false;
        }
        self.pattern = (!self.text.is_empty()).then(|| Pattern::new(&self.text, self.reading));
        true
    }

    fn field_field(&mut self, ui: &mut Ui, left: &mut bool) -> bool {
        let edit = TextEdit::singleline(&mut self.field).hint_text("JSON field, such as n.t > 20");
        let size = egui::vec2(FIELD, theme::CONTROL_HEIGHT);
        let field = ui.allocate_ui(size, |ui| ui.add(widgets::sized(ui, edit))).inner;
        let field = field.accessible_name("Filter by field");
        let field = field.on_hover_text("A field that messages have, alone or compared with =, !=, > or <");
        *left |= field.lost_focus();
        if field.changed() {
            self.condition = (!self.field.trim().is_empty()).then(|| Condition::parse(&self.field));
        }
        field.changed()
    }

    /// What is chosen from lists; whether that has changed.
    fn choices(&mut self, ui: &mut Ui, channels: &Channels, left: &mut bool) -> bool {
        let before = (self.channel, self.way, self.kinds);
        *left |= self.channel_choice(ui, channels).lost_focus();
        *left |= choice(ui, "Directions", 116.0, &mut self.way, &WAYS).lost_focus();
        *left |= choice(ui, "Kinds of rows", 128.0, &mut self.kinds, &KINDS).lost_focus();
        before != (self.channel, self.way, self.kinds)
    }

    fn channel_choice(&mut self, ui: &mut Ui, channels: &Channels) -> Response {
        let text = match self.channel {
            Which::All => "All channels".to_owned(),
            Which::Only(channel) => format!("Channel {channel}"),
        };
        let combo = widgets::combo("channels", 124.0).selected_text(text).show_ui(ui, |ui| {
            ui.selectable_value(&mut self.channel, Which::All, "All channels");
            for number in channels.iter().filter_map(|(number, _)| number) {
                ui.selectable_value(&mut self.channel, Which::Only(number), format!("Channel {number}"));
            }
        });
        combo.response.accessible_name("Channels")
    }
}

const WAYS: [(Ways, &str); 3] =
    [(Ways::Both, "Both ways"), (Ways::Sent, "Sent"), (Ways::Received, "Received")];
const KINDS: [(Kinds, &str); 3] =
    [(Kinds::All, "All kinds"), (Kinds::Payload, "Payload only"), (Kinds::Other, "No payload")];

fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    width: f32,
    chosen: &mut T,
    all: &[(T, &'static str)],
) -> Response {
    let text = all.iter().find(|(one, _)| one == chosen).map_or("", |(_, text)| *text);
    let combo = widgets::combo(name, width).selected_text(text).show_ui(ui, |ui| {
        for (one, text) in all {
            ui.selectable_value(chosen, *one, *text);
        }
    });
    combo.response.accessible_name(name)
}
