//! Every colour, size and distance of the window, and the two themes made of them. No other file names a colour.
//! What a widget looks like stands in `widgets`.

use std::collections::BTreeMap;

use egui::epaint::FontColorTransferFunction;
use egui::epaint::text::TextOptions;
use egui::style::{Selection, WidgetVisuals, Widgets};
use egui::{Color32, Context, CornerRadius, FontFamily, FontId, Margin, Stroke, TextStyle, Theme, Visuals};

use crate::model::ThemeChoice;

/// Distances between things, in points.
pub mod space {
    pub const XS: f32 = 4.0;
    pub const S: f32 = 8.0;
    pub const M: f32 = 12.0;
    pub const L: f32 = 16.0;
    pub const XL: f32 = 24.0;
}

/// The height of buttons, fields and combo boxes, in points.
pub const CONTROL_HEIGHT: f32 = 30.0;
/// The corners of buttons and fields.
pub const RADIUS: u8 = 6;
/// The corners of cards, menus and dialogs.
pub const CARD_RADIUS: u8 = 8;
/// Forms and running text are no wider than this, in points.
pub const READING_WIDTH: f32 = 760.0;
/// Icons beside text.
pub const ICON: f32 = 18.0;

/// The style of a section's title: larger than body, smaller than a heading.
pub fn section_style() -> TextStyle {
    TextStyle::Name("section".into())
}

/// The colours of one theme, named by what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Behind everything: bars and navigation.
    pub window: Color32,
    /// Pages, cards, menus.
    pub surface: Color32,
    /// Fields, console, traffic.
    pub sunken: Color32,
    /// Under the pointer.
    pub hover: Color32,
    /// Held down, or open.
    pub pressed: Color32,
    /// Lines that part things.
    pub border: Color32,
    /// The outline of something that can be used.
    pub border_strong: Color32,
    pub text_strong: Color32,
    pub text: Color32,
    /// Help, units, times.
    pub text_weak: Color32,
    /// Links, focus, what is chosen.
    pub accent: Color32,
    /// The one button that goes on.
    pub accent_fill: Color32,
    pub accent_fill_hover: Color32,
    pub on_accent: Color32,
    pub accent_soft: Color32,
    pub ok: Color32,
    pub ok_soft: Color32,
    pub warn: Color32,
    pub warn_soft: Color32,
    pub danger: Color32,
    pub danger_soft: Color32,
    /// Sent to the module.
    pub tx: Color32,
    /// Received from the module.
    pub rx: Color32,
    /// Received without being asked for.
    pub urc: Color32,
    /// Things of one kind side by side: channels, curves.
    pub series: [Color32; 8],
    pub shadow: Color32,
}

impl Tokens {
    /// The colour of the thing with this number; the same each time.
    pub fn series(&self, number: usize) -> Color32 {
        self.series.get(number % self.series.len()).copied().unwrap_or(self.accent)
    }

    /// Dark text on white.
    pub const LIGHT: Self = Self {
        window: Color32::from_rgb(0xf5, 0xf6, 0xf8),
        surface: Color32::from_rgb(0xff, 0xff, 0xff),
        sunken: Color32::from_rgb(0xfc, 0xfc, 0xfd),
        hover: Color32::from_rgb(0xec, 0xee, 0xf2),
        pressed: Color32::from_rgb(0xe2, 0xe5, 0xea),
        border: Color32::from_rgb(0xe3, 0xe6, 0xeb),
        border_strong: Color32::from_rgb(0xcb, 0xd0, 0xd8),
        text_strong: Color32::from_rgb(0x11, 0x16, 0x1d),
        text: Color32::from_rgb(0x2e, 0x35, 0x40),
        text_weak: Color32::from_rgb(0x5c, 0x65, 0x72),
        accent: Color32::from_rgb(0x1f, 0x5f, 0xd0),
        accent_fill: Color32::from_rgb(0x2a, 0x68, 0xd8),
        accent_fill_hover: Color32::from_rgb(0x22, 0x5a, 0xbf),
        on_accent: Color32::from_rgb(0xff, 0xff, 0xff),
        accent_soft: Color32::from_rgb(0xe6, 0xee, 0xfc),
        ok: Color32::from_rgb(0x15, 0x73, 0x3e),
        ok_soft: Color32::from_rgb(0xe4, 0xf4, 0xea),
        warn: Color32::from_rgb(0x85, 0x52, 0x00),
        warn_soft: Color32::from_rgb(0xfd, 0xf1, 0xdb),
        danger: Color32::from_rgb(0xbd, 0x23, 0x2d),
        danger_soft: Color32::from_rgb(0xfc, 0xea, 0xeb),
        tx: Color32::from_rgb(0x1f, 0x5f, 0xd0),
        rx: Color32::from_rgb(0x2e, 0x35, 0x40),
        urc: Color32::from_rgb(0x85, 0x52, 0x00),
        series: [
            Color32::from_rgb(0x1f, 0x5f, 0xd0),
            Color32::from_rgb(0xb4, 0x4a, 0x09),
            Color32::from_rgb(0x0f, 0x76, 0x6e),
            Color32::from_rgb(0xa2, 0x1c, 0x6b),
            Color32::from_rgb(0x5b, 0x3f, 0xc4),
            Color32::from_rgb(0x4d, 0x6b, 0x0a),
            Color32::from_rgb(0x9a, 0x34, 0x34),
            Color32::from_rgb(0x36, 0x5f, 0x7d),
        ],
        shadow: Color32::from_black_alpha(0x1c),
    };

    /// Light text on near black.
    pub const DARK: Self = Self {
        window: Color32::from_rgb(0x13, 0x15, 0x19),
        surface: Color32::from_rgb(0x1a, 0x1d, 0x22),
        sunken: Color32::from_rgb(0x11, 0x13, 0x17),
        hover: Color32::from_rgb(0x25, 0x29, 0x30),
        pressed: Color32::from_rgb(0x2f, 0x34, 0x3d),
        border: Color32::from_rgb(0x2a, 0x2e, 0x36),
        border_strong: Color32::from_rgb(0x40, 0x46, 0x51),
        text_strong: Color32::from_rgb(0xf2, 0xf4, 0xf7),
        text: Color32::from_rgb(0xcb, 0xd0, 0xd8),
        text_weak: Color32::from_rgb(0x95, 0x9d, 0xa9),
        accent: Color32::from_rgb(0x74, 0xa9, 0xff),
        accent_fill: Color32::from_rgb(0x2d, 0x68, 0xd2),
        accent_fill_hover: Color32::from_rgb(0x39, 0x71, 0xd6),
        on_accent: Color32::from_rgb(0xff, 0xff, 0xff),
        accent_soft: Color32::from_rgb(0x1c, 0x2b, 0x47),
        ok: Color32::from_rgb(0x56, 0xc5, 0x8a),
        ok_soft: Color32::from_rgb(0x16, 0x2d, 0x22),
        warn: Color32::from_rgb(0xe7, 0xb1, 0x58),
        warn_soft: Color32::from_rgb(0x33, 0x28, 0x14),
        danger: Color32::from_rgb(0xff, 0x85, 0x8a),
        danger_soft: Color32::from_rgb(0x3a, 0x1c, 0x20),
        tx: Color32::from_rgb(0x74, 0xa9, 0xff),
        rx: Color32::from_rgb(0xcb, 0xd0, 0xd8),
        urc: Color32::from_rgb(0xe7, 0xb1, 0x58),
        series: [
            Color32::from_rgb(0x74, 0xa9, 0xff),
            Color32::from_rgb(0xff, 0xa2, 0x5f),
            Color32::from_rgb(0x4f, 0xd1, 0xc0),
            Color32::from_rgb(0xf4, 0x8f, 0xc6),
            Color32::from_rgb(0xb3, 0x9d, 0xff),
            Color32::from_rgb(0xb6, 0xd3, 0x54),
            Color32::from_rgb(0xff, 0x93, 0x93),
            Color32::from_rgb(0x8f, 0xc2, 0xe3),
        ],
        shadow: Color32::from_black_alpha(0x60),
    };

    /// The tokens of the theme that is shown now.
    pub fn of(context: &Context) -> &'static Self {
        Self::for_theme(context.theme())
    }

    const fn for_theme(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &Self::LIGHT,
            Theme::Dark => &Self::DARK,
        }
    }
}

/// Gives the window its fonts and both themes, and lets dialogs give the focus back.
pub fn install(context: &Context) {
    egui_material_icons::initialize(context);
    super::dialogs::give_focus_back(context);
    for theme in [Theme::Light, Theme::Dark] {
        context.style_mut_of(theme, |style| apply(style, Tokens::for_theme(theme), theme));
    }
}

/// Shows the theme of a person's choice.
pub fn choose(context: &Context, choice: ThemeChoice) {
    context.set_theme(match choice {
        ThemeChoice::System => egui::ThemePreference::System,
        ThemeChoice::Light => egui::ThemePreference::Light,
        ThemeChoice::Dark => egui::ThemePreference::Dark,
    });
}

fn apply(style: &mut egui::Style, tokens: &Tokens, theme: Theme) {
    style.text_styles = text_styles();
    style.visuals = visuals(tokens, theme);
    style.animation_time = 0.08;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    let spacing = &mut style.spacing;
    spacing.item_spacing = egui::vec2(space::S, space::S);
    spacing.button_padding = egui::vec2(space::M, space::XS);
    spacing.interact_size.y = CONTROL_HEIGHT;
    spacing.window_margin = Margin::same(16);
    spacing.menu_margin = Margin::same(6);
    spacing.menu_spacing = 2.0;
    spacing.combo_height = 320.0;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 9.0;
    spacing.icon_spacing = 6.0;
    spacing.tooltip_width = 420.0;
    spacing.scroll = egui::style::ScrollStyle { bar_width: 8.0, ..egui::style::ScrollStyle::floating() };
}

fn text_styles() -> BTreeMap<TextStyle, FontId> {
    let text = |size| FontId::new(size, FontFamily::Proportional);
    BTreeMap::from([
        (TextStyle::Heading, text(20.0)),
        (section_style(), text(15.0)),
        (TextStyle::Body, text(14.0)),
        (TextStyle::Button, text(14.0)),
        (TextStyle::Small, text(12.0)),
        (TextStyle::Monospace, FontId::new(13.0, FontFamily::Monospace)),
    ])
}

fn visuals(tokens: &Tokens, theme: Theme) -> Visuals {
    Visuals {
        text_options: text_options(theme),
        widgets: widgets(tokens),
        selection: Selection { bg_fill: tokens.accent_soft, stroke: Stroke::new(1.5, tokens.accent) },
        hyperlink_color: tokens.accent,
        weak_text_color: Some(tokens.text_weak),
        faint_bg_color: tokens.window,
        extreme_bg_color: tokens.sunken,
        text_edit_bg_color: Some(tokens.sunken),
        code_bg_color: tokens.hover,
        warn_fg_color: tokens.warn,
        error_fg_color: tokens.danger,
        window_corner_radius: CornerRadius::same(CARD_RADIUS),
        window_shadow: shadow(tokens, 24),
        window_fill: tokens.surface,
        window_stroke: Stroke::new(1.0, tokens.border),
        menu_corner_radius: CornerRadius::same(CARD_RADIUS),
        panel_fill: tokens.window,
        popup_shadow: shadow(tokens, 12),
        striped: false,
        disabled_alpha: 0.55,
        ..match theme {
            Theme::Light => Visuals::light(),
            Theme::Dark => Visuals::dark(),
        }
    }
}

/// The font is a light one: dark text on white needs some weight, light text on black has it.
fn text_options(theme: Theme) -> TextOptions {
    let color_transfer_function = match theme {
        Theme::Light => FontColorTransferFunction::Gamma(0.65),
        Theme::Dark => FontColorTransferFunction::DARK_MODE_DEFAULT,
    };
    TextOptions { color_transfer_function, ..TextOptions::default() }
}

fn shadow(tokens: &Tokens, blur: u8) -> egui::Shadow {
    egui::Shadow { offset: [0, 4], blur, spread: 0, color: tokens.shadow }
}

fn widgets(tokens: &Tokens) -> Widgets {
    let state = |fill: Color32, border: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        corner_radius: CornerRadius::same(RADIUS),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(tokens.surface, tokens.border, tokens.text),
        inactive: state(tokens.surface, tokens.border_strong, tokens.text),
        hovered: state(tokens.hover, tokens.border_strong, tokens.text_strong),
        active: state(tokens.pressed, tokens.accent, tokens.text_strong),
        open: state(tokens.pressed, tokens.border_strong, tokens.text_strong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, "relative luminance".
    fn luminance(color: Color32) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    /// WCAG 2.2, "contrast ratio".
    fn contrast(one: Color32, other: Color32) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn black_on_white_has_the_contrast_of_the_standard() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 0.001);
    }

    #[test]
    fn every_text_can_be_read_on_every_surface_it_stands_on() {
        for tokens in [Tokens::LIGHT, Tokens::DARK] {
            let texts = [
                tokens.text_strong,
                tokens.text,
                tokens.text_weak,
                tokens.accent,
                tokens.ok,
                tokens.warn,
                tokens.danger,
                tokens.tx,
                tokens.rx,
                tokens.urc,
            ];
            let texts = texts.into_iter().chain(tokens.series);
            let surfaces = [tokens.window, tokens.surface, tokens.sunken, tokens.hover, tokens.accent_soft];
            let on_surfaces = texts.flat_map(|text| surfaces.map(|surface| (text, surface)));
            let on_their_own = [
                (tokens.ok, tokens.ok_soft),
                (tokens.warn, tokens.warn_soft),
                (tokens.danger, tokens.danger_soft),
                (tokens.text, tokens.warn_soft),
                (tokens.text, tokens.danger_soft),
                (tokens.text, tokens.pressed),
                (tokens.on_accent, tokens.accent_fill),
                (tokens.on_accent, tokens.accent_fill_hover),
            ];
            for (text, surface) in on_surfaces.chain(on_their_own) {
                let contrast = contrast(text, surface);
                assert!(contrast >= 4.5, "{text:?} on {surface:?}: {contrast:.2}");
            }
        }
    }
}
