//! The table of what is stored on the module, and what stands there instead while there is nothing to list.

use egui::{Align, Layout, RichText, Ui};
use egui_material_icons::icons::{ICON_DELETE, ICON_REFRESH};

use super::known::{Recognised, recognise};
use super::part::Part;
use super::{Ask, Subject, expiry};
use crate::model::{Errand, Line, Listing, Model, Store};
use crate::module::{CredentialKind, StoredCredential};
use crate::moment::UnixTime;
use crate::plan::Mode;
use crate::session::Wish;
use crate::ui::actions::{Action, Actions, obstacle_to_commands};
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets::{self, Tone};

/// What the table needs to know beside the model.
pub(super) struct Table<'a> {
    /// Certificates that entries may turn out to be.
    pub(super) known: &'a [&'a Part],
    pub(super) today: UnixTime,
    /// What the details show.
    pub(super) chosen: Option<&'a Subject>,
}

/// Draws the section.
pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    table: &Table<'_>,
    asks: &mut Vec<Ask>,
    actions: &mut Actions,
) {
    header(ui, model, actions);
    if !matches!(model.line, Line::Open(_)) {
        widgets::hint(ui, "No module is connected. Connect to one, and what is stored on it is listed here");
        return;
    }
    if model.mode == Some(Mode::Data) {
        in_data_mode(ui, actions);
    }
    let store = &model.store;
    match &store.listing {
        Listing::Failed(problem) => widgets::problem_box(ui, problem),
        Listing::Outdated => {
            widgets::hint(ui, "This may be out of date: press Refresh to ask the module again");
        }
        Listing::Unknown | Listing::Current => {}
    }
    match &store.listing {
        Listing::Current if store.entries.is_empty() => {
            widgets::hint(ui, "Nothing is stored on the module. Upload a certificate or key below");
        }
        Listing::Unknown if store.errand.is_none() && model.mode != Some(Mode::Data) => {
            widgets::hint(ui, "The module has not been asked yet what it stores");
        }
        _ => {}
    }
    if !store.entries.is_empty() {
        widgets::card(ui, |ui| entries(ui, model, table, asks));
    }
}

fn header(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let row = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let obstacle = obstacle_to_commands(model);
        let refresh = ui
            .add_enabled_ui(obstacle.is_none(), |ui| widgets::icon_text_button(ui, ICON_REFRESH, "Refresh"))
            .inner;
        if refresh.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
            actions.wish(Wish::ListStored);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            widgets::section(ui, "Stored on the module");
            if let Some(busy) = busy(&model.store) {
                widgets::truncated(ui, RichText::new(busy).color(Tokens::of(ui).accent));
            }
        });
    });
}

fn in_data_mode(ui: &mut Ui, actions: &mut Actions) {
    widgets::remark(
        ui,
        Tone::Warn,
        "The module is in data mode and takes no commands: it can be asked in command mode",
    );
    if widgets::secondary_button(ui, "Leave data mode").clicked() {
        actions.push(Action::Enter(Mode::Command));
    }
}

const NOT_TOLD: &str = "Not told";
/// The size of an MD5, in points: the whole of it fits.
const MD5: f32 = 12.0;
const NAME_HEAD: &str = "Name";
/// Names are buttons; what is in them stands below the head of their column.
const NAME_PADDING: f32 = space::S;

/// The widths of the columns, in points.
struct Columns {
    kind: f32,
    name: f32,
    subject: f32,
    expiry: f32,
    md5: f32,
}

impl Columns {
    const GAPS: f32 = 5.0 * space::S;

    /// Kinds, dates and buttons need what they need; the rest is shared.
    fn of(width: f32) -> Self {
        let (kind, expiry) = (104.0, 132.0);
        let rest = (width - kind - expiry - theme::CONTROL_HEIGHT - Self::GAPS).max(180.0);
        // A wide table has room for the whole MD5.
        let md5 = (rest - 420.0).clamp(80.0, 280.0);
        let rest = rest - md5;
        Self { kind, name: (rest * 0.45).floor(), subject: (rest * 0.55).floor(), expiry, md5 }
    }
}

fn entries(ui: &mut Ui, model: &Model, table: &Table<'_>, asks: &mut Vec<Ask>) {
    ui.spacing_mut().item_spacing.y = space::XS;
    let columns = Columns::of(ui.available_width());
    let weak = Tokens::of(ui).text_weak;
    ui.horizontal(|ui| {
        let heads = [
            (columns.kind, "Stored as"),
            (columns.name, NAME_HEAD),
            (columns.subject, "Certificate"),
            (columns.expiry, "Expires"),
            (columns.md5, "MD5"),
        ];
        for (width, head) in heads {
            cell(ui, width, |ui| {
                if head == NAME_HEAD {
                    ui.add_space(NAME_PADDING);
                }
                ui.label(RichText::new(head).small().color(weak));
            });
        }
    });
    for entry in &model.store.entries {
        ui.separator();
        let known = recognise(entry.md5.as_deref(), table.known.iter().copied());
        row(ui, &columns, (entry, known), model, table, asks);
        if let Some(warning) = known.and_then(|known| known.warning) {
            widgets::remark(ui, Tone::Warn, &format!("{}. {}", warning.message, warning.help));
        }
    }
}

fn row(
    ui: &mut Ui,
    columns: &Columns,
    (entry, known): (&StoredCredential, Option<Recognised<'_>>),
    model: &Model,
    table: &Table<'_>,
    asks: &mut Vec<Ask>,
) {
    let tokens = Tokens::of(ui);
    let subject = Subject::of_entry(entry, known);
    ui.horizontal(|ui| {
        cell(ui, columns.kind, |ui| {
            widgets::truncated(ui, RichText::new(kind_text(entry.kind)).color(tokens.text));
        });
        cell(ui, columns.name, |ui| {
            ui.spacing_mut().button_padding.x = NAME_PADDING;
            let chosen = table.chosen == Some(&subject);
            let text = RichText::new(&entry.name).color(tokens.accent);
            let button = egui::Button::selectable(chosen, text).truncate();
            let name = format!("Details of {} {}", entry.kind, entry.name);
            if ui.add(button).accessible_name(name).clicked() {
                asks.push(Ask::Details(subject));
            }
        });
        cell(ui, columns.subject, |ui| certificate(ui, entry, known));
        cell(ui, columns.expiry, |ui| expires(ui, entry, known, table.today));
        cell(ui, columns.md5, |ui| {
            let text = match &entry.md5 {
                Some(md5) => RichText::new(md5).monospace().size(MD5),
                None => RichText::new(NOT_TOLD),
            };
            widgets::truncated(ui, text.color(tokens.text_weak));
        });
        remove(ui, entry, model, asks);
    });
}

fn remove(ui: &mut Ui, entry: &StoredCredential, model: &Model, asks: &mut Vec<Ask>) {
    let obstacle = obstacle_to_commands(model);
    let name = format!("Remove {} {}…", entry.kind, entry.name);
    let button =
        ui.add_enabled_ui(obstacle.is_none(), |ui| widgets::icon_button(ui, ICON_DELETE, &name)).inner;
    if button.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
        asks.push(Ask::Remove { kind: entry.kind, name: entry.name.clone() });
    }
}

/// Which certificate it is: by its MD5 if that is known, else as the module says.
fn certificate(ui: &mut Ui, entry: &StoredCredential, known: Option<Recognised<'_>>) {
    let tokens = Tokens::of(ui);
    match (known, &entry.subject) {
        (Some(known), _) => {
            widgets::truncated(ui, RichText::new(known.name).color(tokens.text_strong))
                .on_hover_text("Recognised by its MD5");
        }
        (None, Some(subject)) => {
            widgets::truncated(ui, RichText::new(subject).color(tokens.text))
                .on_hover_text("As the module gives it; some firmware gives the issuer here");
        }
        (None, None) if entry.kind == CredentialKind::PrivateKey => {}
        (None, None) => {
            widgets::truncated(ui, RichText::new(NOT_TOLD).color(tokens.text_weak)).on_hover_text(
                "This firmware tells no more; look at the file, and it is recognised by its MD5",
            );
        }
    }
}

fn expires(ui: &mut Ui, entry: &StoredCredential, known: Option<Recognised<'_>>, today: UnixTime) {
    let told = || entry.expiry.as_deref().and_then(expiry::of_module);
    if let Some(until) = known.map(|known| known.expires).or_else(told) {
        let (tone, text) = expiry::words(until, today);
        widgets::chip(ui, tone, &text);
    }
}

/// What a kind is called where it stands alone.
pub(super) const fn kind_text(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::TrustedRoot => "Trusted root",
        CredentialKind::Certificate => "Certificate",
        CredentialKind::PrivateKey => "Private key",
    }
}

fn cell(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui)) {
    let size = egui::vec2(width, theme::CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.set_max_width(width);
        contents(ui);
    });
}

/// What the store is busy with, in words.
fn busy(store: &Store) -> Option<String> {
    Some(match store.errand.as_ref()? {
        Errand::List => "Asking the module what it stores".to_owned(),
        Errand::Upload { name, .. } => format!("Uploading {name}"),
        Errand::Remove { name, .. } => format!("Removing {name}"),
    })
}
