//! The widgets of the window: functions that draw one thing each, in the tokens of `theme`.
//! They know nothing of modules and clouds, and what happens on a click is the caller's business.

mod menus;

use std::time::Duration;

use egui::accesskit::Role;
use egui::{
    Align, Button, Color32, CornerRadius, Frame, InnerResponse, Label, Layout, Margin, Response, RichText,
    Sense, Stroke, TextEdit, Ui, WidgetInfo, WidgetText,
};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_CHECK_CIRCLE, ICON_CLOSE, ICON_CONTENT_COPY, ICON_ERROR, ICON_INFO, ICON_NETWORK_WIFI_1_BAR,
    ICON_NETWORK_WIFI_2_BAR, ICON_NETWORK_WIFI_3_BAR, ICON_SIGNAL_WIFI_0_BAR, ICON_SIGNAL_WIFI_4_BAR,
    ICON_VISIBILITY, ICON_VISIBILITY_OFF, ICON_WARNING,
};

pub use self::menus::{Combo, combo, icon_menu, icon_popup, menu, numbers};
use super::theme::{self, Tokens, space};
use crate::problem::Problem;

/// What a piece of the window means, and so how it is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Neutral,
    Accent,
    Ok,
    Warn,
    Danger,
}

impl Tone {
    /// The colour of its text and icons.
    pub const fn text(self, tokens: &Tokens) -> Color32 {
        match self {
            Self::Neutral => tokens.text_weak,
            Self::Accent => tokens.accent,
            Self::Ok => tokens.ok,
            Self::Warn => tokens.warn,
            Self::Danger => tokens.danger,
        }
    }

    /// The quiet colour behind it.
    pub const fn soft(self, tokens: &Tokens) -> Color32 {
        match self {
            Self::Neutral => tokens.hover,
            Self::Accent => tokens.accent_soft,
            Self::Ok => tokens.ok_soft,
            Self::Warn => tokens.warn_soft,
            Self::Danger => tokens.danger_soft,
        }
    }

    const fn icon(self) -> MaterialIcon {
        match self {
            Self::Neutral | Self::Accent => ICON_INFO,
            Self::Ok => ICON_CHECK_CIRCLE,
            Self::Warn => ICON_WARNING,
            Self::Danger => ICON_ERROR,
        }
    }
}

/// The icon of a signal of so many bars, 0 to 4; of one that is not known, the full one.
pub const fn signal(bars: Option<u8>) -> MaterialIcon {
    match bars {
        None | Some(4..) => ICON_SIGNAL_WIFI_4_BAR,
        Some(3) => ICON_NETWORK_WIFI_3_BAR,
        Some(2) => ICON_NETWORK_WIFI_2_BAR,
        Some(1) => ICON_NETWORK_WIFI_1_BAR,
        Some(0) => ICON_SIGNAL_WIFI_0_BAR,
    }
}

/// The title of a page.
pub fn heading(ui: &mut Ui, text: impl Into<String>) -> Response {
    let color = Tokens::of(ui).text_strong;
    ui.label(RichText::new(text).heading().color(color))
}

/// The title of a section of a page.
pub fn section(ui: &mut Ui, text: impl Into<String>) -> Response {
    let color = Tokens::of(ui).text_strong;
    ui.label(RichText::new(text).text_style(theme::section_style()).color(color))
}

/// Running text that explains; it wraps.
pub fn hint(ui: &mut Ui, text: impl Into<String>) -> Response {
    let color = Tokens::of(ui).text_weak;
    ui.add(Label::new(RichText::new(text).color(color)).wrap())
}

/// Small explaining text; it wraps.
pub fn small(ui: &mut Ui, text: impl Into<String>) -> Response {
    let color = Tokens::of(ui).text_weak;
    ui.add(Label::new(RichText::new(text).small().color(color)).wrap())
}

/// One line that is cut where the place ends; the whole of it is its tooltip then.
pub fn truncated(ui: &mut Ui, text: impl Into<WidgetText>) -> Response {
    ui.add(Label::new(text).truncate())
}

/// An icon beside text, not for clicking, and silent for screen readers.
pub fn icon(ui: &mut Ui, icon: MaterialIcon, color: Color32) {
    let text = icon.rich_text().size(theme::ICON).color(color);
    let galley = WidgetText::from(text).into_galley(
        ui,
        Some(egui::TextWrapMode::Extend),
        f32::INFINITY,
        egui::TextStyle::Body,
    );
    // As high as a line of text and centred in it by what is seen of the glyph: icon fonts stand lower than text.
    let line = ui.text_style_height(&egui::TextStyle::Body);
    let (_, rect) = ui.allocate_space(egui::vec2(galley.size().x, line));
    let corner = rect.center() - galley.mesh_bounds.center().to_vec2();
    ui.painter().galley(corner, galley, color);
}

/// The one button of a page that goes on. Disable it with `ui.add_enabled_ui`.
pub fn primary_button(ui: &mut Ui, text: &str) -> Response {
    let tokens = Tokens::of(ui);
    filled_button(ui, text, (tokens.accent_fill, tokens.accent_fill_hover))
}

/// Any other button.
pub fn secondary_button(ui: &mut Ui, text: &str) -> Response {
    ui.add(Button::new(text))
}

/// A secondary button with an icon in front of its text.
pub fn icon_text_button(ui: &mut Ui, icon: MaterialIcon, text: &str) -> Response {
    ui.add(Button::new((icon.rich_text().size(theme::ICON), text))).accessible_name(text)
}

/// A button that looks like a link.
pub fn link_button(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui).accent;
    ui.add(Button::new(RichText::new(text).color(color)).frame(false))
}

/// A square button with an icon only; `name` is its tooltip and its name for screen readers.
pub fn icon_button(ui: &mut Ui, icon: MaterialIcon, name: &str) -> Response {
    let size = egui::Vec2::splat(theme::CONTROL_HEIGHT);
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = egui::vec2(space::XS, space::XS);
        let button =
            Button::new(icon.rich_text().size(theme::ICON)).frame_when_inactive(false).min_size(size);
        ui.add(button).on_hover_text(name).accessible_name(name)
    })
    .inner
}

fn filled_button(ui: &mut Ui, text: &str, (fill, hover): (Color32, Color32)) -> Response {
    let on_fill = Tokens::of(ui).on_accent;
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        for (state, fill) in
            [(&mut widgets.inactive, fill), (&mut widgets.hovered, hover), (&mut widgets.active, hover)]
        {
            (state.weak_bg_fill, state.bg_fill, state.bg_stroke) = (fill, fill, Stroke::new(1.0, fill));
            state.fg_stroke.color = on_fill;
        }
        widgets.noninteractive = widgets.inactive;
        ui.add(Button::new(text))
    })
    .inner
}

/// A tab: a selectable button that is known as a tab by this name.
pub fn tab(ui: &mut Ui, button: Button<'_>, name: &str, chosen: bool) -> Response {
    let tokens = Tokens::of(ui);
    ui.scope(|ui| {
        ui.visuals_mut().selection.bg_fill = tokens.hover;
        let response = ui.add(button);
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, name));
        response
    })
    .inner
}

/// A column in the middle, no wider than text is read with ease.
pub fn column<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let width = ui.available_width().min(theme::READING_WIDTH);
    let side = ((ui.available_width() - width) / 2.0).floor();
    let spacing = ui.spacing().item_spacing;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(side);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = spacing;
            ui.set_width(width);
            contents(ui)
        })
        .inner
    })
    .inner
}

/// A box with a quiet border around things that belong together.
pub fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let tokens = Tokens::of(ui);
    boxed(ui, tokens.surface, tokens.border, contents)
}

fn boxed<R>(
    ui: &mut Ui,
    fill: Color32,
    border: Color32,
    contents: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.0, border))
        .corner_radius(CornerRadius::same(theme::CARD_RADIUS))
        .inner_margin(Margin::same(16))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(ui)
        })
}

/// A word or two about a state.
pub fn chip(ui: &mut Ui, tone: Tone, text: &str) -> Response {
    let tokens = Tokens::of(ui);
    let font = egui::TextStyle::Small.resolve(ui.style());
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, tone.text(tokens));
    let (rect, response) = ui.allocate_exact_size(galley.size() + egui::vec2(16.0, 4.0), Sense::hover());
    ui.painter().rect_filled(rect, rect.height() / 2.0, tone.soft(tokens));
    ui.painter().galley(rect.min + egui::vec2(8.0, 2.0), galley, tone.text(tokens));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

/// Chips one beside the other, in as many rows as they need.
pub fn chips(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    ui.scope(|ui| {
        // A row is as high as a chip, not as a control.
        ui.spacing_mut().interact_size.y = 0.0;
        ui.spacing_mut().item_spacing = egui::Vec2::splat(space::XS);
        ui.horizontal_wrapped(contents);
    });
}

/// A small round sign in front of a state.
pub fn dot(ui: &mut Ui, tone: Tone) {
    let (_, rect) = ui.allocate_space(egui::Vec2::splat(8.0));
    ui.painter().circle_filled(rect.center(), 4.0, tone.text(Tokens::of(ui)));
}

/// A colour to choose.
pub fn swatch(ui: &mut Ui, color: Color32, chosen: bool, name: &str) -> Response {
    let tokens = Tokens::of(ui);
    let size = egui::Vec2::splat(theme::CONTROL_HEIGHT);
    let response = ui
        .scope(|ui| {
            ui.visuals_mut().selection.bg_fill = tokens.pressed;
            ui.add(Button::selectable(chosen, "").min_size(size)).accessible_name(name)
        })
        .inner;
    ui.painter().circle_filled(response.rect.center(), theme::ICON / 2.0, color);
    response
}

/// What is wrong, what to do, and whose fault it is.
pub fn problem_box(ui: &mut Ui, problem: &Problem) {
    let tokens = Tokens::of(ui);
    boxed(ui, tokens.danger_soft, tokens.danger, |ui| problem_text(ui, problem));
}

/// The words of [`problem_box`] without the box.
pub fn problem_text(ui: &mut Ui, problem: &Problem) {
    let tokens = Tokens::of(ui);
    ui.horizontal_top(|ui| {
        icon(ui, ICON_ERROR, tokens.danger);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            ui.add(Label::new(RichText::new(&problem.message).color(tokens.text_strong)).wrap());
            ui.add(Label::new(RichText::new(&problem.help).color(tokens.text)).wrap());
            small(ui, format!("To be mended at: {}", problem.kind.fault()));
        });
    });
}

/// A box with a few words in one tone: a warning, a success, a remark.
pub fn remark(ui: &mut Ui, tone: Tone, text: &str) {
    let tokens = Tokens::of(ui);
    boxed(ui, tone.soft(tokens), tone.soft(tokens), |ui| {
        ui.horizontal_top(|ui| {
            icon(ui, tone.icon(), tone.text(tokens));
            ui.add(Label::new(RichText::new(text).color(tokens.text)).wrap());
        });
    });
}

/// A text field with its label above; below it the problem, or else the hint.
pub fn field(
    ui: &mut Ui,
    label: &str,
    value: &mut String,
    hint: &str,
    problem: Option<&Problem>,
) -> Response {
    labelled(ui, label, hint, problem, |ui| edit(ui, TextEdit::singleline(value), problem))
}

/// A field for a secret: what is typed shows as dots unless the eye is pressed.
pub fn secret_field(
    ui: &mut Ui,
    label: &str,
    value: &mut String,
    hint: &str,
    problem: Option<&Problem>,
) -> Response {
    labelled(ui, label, hint, problem, |ui| {
        let id = ui.scope_id().with(("shown", label));
        let shown = ui.data(|data| data.get_temp::<bool>(id)).unwrap_or(false);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (eye, name) = if shown { (ICON_VISIBILITY_OFF, "Hide") } else { (ICON_VISIBILITY, "Show") };
            if icon_button(ui, eye, &format!("{name} what is typed in {label}")).clicked() {
                ui.data_mut(|data| data.insert_temp(id, !shown));
            }
            edit(ui, TextEdit::singleline(value).password(!shown), problem)
        })
        .inner
    })
}

/// Any control with its label above, linked for screen readers; below it the problem, or else the hint.
pub fn labelled(
    ui: &mut Ui,
    label: &str,
    hint: &str,
    problem: Option<&Problem>,
    control: impl FnOnce(&mut Ui) -> Response,
) -> Response {
    let tokens = Tokens::of(ui);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        let name = ui.label(RichText::new(label).color(tokens.text_strong));
        let row = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
        let response = ui.allocate_ui(row, control).inner.labelled_by(name.id);
        match problem {
            Some(problem) => field_problem(ui, problem),
            None if hint.is_empty() => {}
            None => {
                small(ui, hint);
            }
        }
        response
    })
    .inner
}

fn edit(ui: &mut Ui, edit: TextEdit<'_>, problem: Option<&Problem>) -> Response {
    ui.scope(|ui| {
        if problem.is_some() {
            let danger = Stroke::new(1.0, Tokens::of(ui).danger);
            let widgets = &mut ui.visuals_mut().widgets;
            (widgets.inactive.bg_stroke, widgets.hovered.bg_stroke) = (danger, danger);
        }
        ui.add(sized(ui, edit))
    })
    .inner
}

/// A text field of the window's control height and all the width there is.
pub fn sized<'t>(ui: &Ui, edit: TextEdit<'t>) -> TextEdit<'t> {
    edit.desired_width(ui.available_width())
        .min_size(egui::vec2(0.0, theme::CONTROL_HEIGHT))
        .align(egui::Align2::LEFT_CENTER)
        .margin(Margin::symmetric(8, 4))
}

fn field_problem(ui: &mut Ui, problem: &Problem) {
    below_field(ui, Tone::Danger, &problem.message, &problem.help);
}

/// What is wrong in a text that is being written, and what to do.
pub fn field_flaw(ui: &mut Ui, message: &str, help: &str) {
    below_field(ui, Tone::Danger, message, help);
}

/// What should be looked at about the value of a field.
pub fn field_warning(ui: &mut Ui, message: &str, help: &str) {
    below_field(ui, Tone::Warn, message, help);
}

fn below_field(ui: &mut Ui, tone: Tone, message: &str, help: &str) {
    let color = tone.text(Tokens::of(ui));
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        icon(ui, tone.icon(), color);
        let text = format!("{} {}", sentence(message), sentence(help));
        ui.add(Label::new(RichText::new(text).small().color(color)).wrap());
    });
}

/// The text with one full stop behind it.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// A name and its value in one row; long values are cut with a tooltip. Gives the value's response.
pub fn key_value(ui: &mut Ui, key: &str, value: &str) -> Response {
    let tokens = Tokens::of(ui);
    let left_to_right = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(egui::vec2(ui.available_width(), ROW), left_to_right, |ui| {
        ui.set_min_height(ROW);
        let column = egui::vec2(KEY_COLUMN, ROW);
        let key = ui.allocate_ui_with_layout(column, left_to_right, |ui| {
            ui.set_width(KEY_COLUMN);
            ui.label(RichText::new(key).color(tokens.text_weak))
        });
        truncated(ui, RichText::new(value).color(tokens.text_strong)).labelled_by(key.inner.id)
    })
    .inner
}

const ROW: f32 = 22.0;
const KEY_COLUMN: f32 = 150.0;

/// [`key_value`] with a button that copies the value.
pub fn key_value_copy(ui: &mut Ui, key: &str, value: &str) -> Response {
    ui.allocate_ui_with_layout(
        egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT),
        Layout::right_to_left(Align::Center),
        |ui| {
            if icon_button(ui, ICON_CONTENT_COPY, &format!("Copy {}", key.to_lowercase())).clicked() {
                ui.copy_text(value.to_owned());
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| key_value(ui, key, value)).inner
        },
    )
    .inner
}

/// The width that buttons take beside a field, in points.
pub fn room_for(ui: &Ui, buttons: &[&str]) -> f32 {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let spacing = ui.spacing();
    let width = |text: &&str| {
        let text = ui.painter().layout_no_wrap((*text).to_owned(), font.clone(), Color32::PLACEHOLDER);
        text.size().x + 2.0 * spacing.button_padding.x + spacing.item_spacing.x
    };
    buttons.iter().map(width).sum()
}

/// A close button for the top right corner of something that can be dismissed.
pub fn close_button(ui: &mut Ui, name: &str) -> Response {
    icon_button(ui, ICON_CLOSE, name)
}

/// How long something took that mostly takes milliseconds.
pub fn took(time: Duration) -> String {
    match time.as_millis() {
        0 => "less than 1 ms".to_owned(),
        millis @ 1..1000 => format!("{millis} ms"),
        _ => duration(time),
    }
}

/// A time span as people read it: `0.4 s`, `2.3 s`, `1 min 05 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f32())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spans_read_naturally() {
        assert_eq!(duration(Duration::from_millis(2340)), "2.3 s");
        assert_eq!(duration(Duration::from_secs(65)), "1 min 05 s");
    }

    #[test]
    fn a_problem_at_a_field_is_written_in_whole_sentences() {
        assert_eq!(sentence("The SSID is empty"), "The SSID is empty.");
        assert_eq!(sentence("Enter 1 to 32 characters."), "Enter 1 to 32 characters.");
    }
}
