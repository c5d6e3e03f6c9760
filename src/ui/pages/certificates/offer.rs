//! A certificate or key that could be put on the module: what it is, its name there, and how far it is.

use egui::{ProgressBar, RichText, TextEdit, Ui};
use egui_material_icons::icons::{ICON_KEY, ICON_LICENSE, ICON_SHIELD};

use super::details::show_finding;
use super::part::{Naming, Part, What};
use super::stored::kind_text;
use super::{Ask, Subject, expiry};
use crate::credential::Severity;
use crate::model::{Model, StoreUpload, UploadState};
use crate::module::CredentialKind;
use crate::moment::UnixTime;
use crate::ui::actions::obstacle_to_commands;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::{forget_undo, key_kind};

/// The width of the field for a name, in points: 32 characters fit.
const NAME: f32 = 250.0;
const KIND: f32 = 130.0;
const BAR: f32 = 180.0;
/// The longest password of a key that modules take (protocol.md §7.1).
const LONGEST_PASSWORD: usize = 64;

/// Draws it.
pub(super) fn show(ui: &mut Ui, part: &mut Part, model: &Model, today: UnixTime, asks: &mut Vec<Ask>) {
    ui.spacing_mut().item_spacing.y = space::XS;
    title(ui, part, today, asks);
    for finding in &part.findings {
        match (finding.severity, &part.what) {
            (Severity::Warning | Severity::Error, _) => show_finding(ui, finding),
            // Of a certificate it stands in the details.
            (Severity::Info, What::Certificate(_)) => {}
            (Severity::Info, What::Key(_) | What::LockedKey) => {
                widgets::small(ui, finding.message.as_str());
            }
        }
    }
    if let What::LockedKey = part.what {
        password(ui, part);
    }
    let state = State::of(part, model);
    ui.horizontal_wrapped(|ui| {
        if !matches!(state, State::There(_) | State::Running(_)) {
            kind(ui, part);
            name(ui, part);
        }
        show_state(ui, &state, part, model, asks);
    });
    if let State::Failed(upload) = &state
        && let UploadState::Failed(problem) = &upload.state
    {
        widgets::problem_box(ui, problem);
    }
    if let Some(problem) = part.name_problem() {
        widgets::small(ui, format!("{}. {}", problem.message, problem.help));
    } else if part.would_overwrite(&model.store) && !matches!(state, State::There(_)) {
        let text = format!("Another {} of this name is on the module and would be overwritten", part.kind);
        ui.label(RichText::new(text).small().color(Tokens::of(ui).warn));
    }
}

fn title(ui: &mut Ui, part: &Part, today: UnixTime, asks: &mut Vec<Ask>) {
    let tokens = Tokens::of(ui);
    let icon = match part.kind {
        CredentialKind::TrustedRoot => ICON_SHIELD,
        CredentialKind::Certificate => ICON_LICENSE,
        CredentialKind::PrivateKey => ICON_KEY,
    };
    ui.horizontal(|ui| {
        widgets::icon(ui, icon, tokens.accent);
        ui.label(RichText::new(part.title()).color(tokens.text_strong));
        if let Some(certificate) = part.certificate() {
            let (tone, text) = expiry::words(certificate.not_after(), today);
            widgets::chip(ui, tone, &text);
            let details = widgets::link_button(ui, "Details");
            if details.accessible_name(format!("Details of {}", part.title())).clicked()
                && let Some(md5) = part.md5()
            {
                asks.push(Ask::Details(Subject::Certificate { md5: md5.to_owned() }));
            }
        }
    });
    widgets::small(ui, facts(part).join(" · "));
    if let Some(certificate) = part.certificate() {
        widgets::small(ui, format!("SHA-256 {}", certificate.sha256()));
    }
}

fn facts(part: &Part) -> Vec<String> {
    let key = match &part.what {
        What::Certificate(certificate) => Some(key_kind(certificate.key_kind())),
        What::Key(key) => Some(key_kind(key.kind())),
        What::LockedKey => None,
    };
    let md5 = part.md5().map_or_else(|| "MD5 not known beforehand".to_owned(), |md5| format!("MD5 {md5}"));
    let owner = part.belongs_to.as_ref().map(|name| format!("belongs to {name}"));
    key.into_iter().chain(owner).chain([format!("{} bytes", part.bytes()), md5]).collect()
}

fn password(ui: &mut Ui, part: &mut Part) {
    let label = format!("Password of {}", part.title());
    let hint = "The module opens the key with it; it is never shown or written down";
    let field = widgets::secret_field(ui, &label, part.password.edit(), hint, None);
    forget_undo(ui, field.id);
}

/// A certificate may be wanted as something else than what it looks like.
fn kind(ui: &mut Ui, part: &mut Part) {
    if part.certificate().is_none() {
        return;
    }
    let name = format!("Store {} as", part.title());
    let response = widgets::combo(&name, KIND)
        .selected_text(kind_text(part.kind))
        .show_ui(ui, |ui| {
            for kind in [CredentialKind::TrustedRoot, CredentialKind::Certificate] {
                ui.selectable_value(&mut part.kind, kind, kind_text(kind));
            }
        })
        .response;
    response.accessible_name(name);
}

fn name(ui: &mut Ui, part: &mut Part) {
    let label = format!("Name of {} on the module", part.title());
    let edit = widgets::sized(ui, TextEdit::singleline(&mut part.name)).desired_width(NAME);
    let field = ui.add(edit).accessible_name(label).on_hover_text("Its name on the module");
    if field.lost_focus() && part.name.is_empty() {
        part.propose_again();
    } else if field.changed() {
        part.naming = Naming::Chosen;
    }
}

/// How far a part is on its way to the module.
enum State<'a> {
    /// It is there, as the chip says.
    There(String),
    Running(&'a StoreUpload),
    Failed(&'a StoreUpload),
    Offered,
}

impl<'a> State<'a> {
    fn of(part: &Part, model: &'a Model) -> Self {
        let upload = model.store.upload(part.kind, &part.name).filter(|upload| is_of(upload, part));
        match upload.map(|upload| (upload, &upload.state)) {
            Some((upload, UploadState::Running { .. })) => return Self::Running(upload),
            Some((_, UploadState::Stored { md5 })) => return Self::There(stored(part.md5(), md5.as_deref())),
            Some((upload, UploadState::Failed(_))) => return Self::Failed(upload),
            Some((_, UploadState::AlreadyThere { .. } | UploadState::Cancelled)) | None => {}
        }
        match model.store.same(part.kind, part.md5()) {
            Some(entry) => Self::There(format!("Already there as {}", entry.name)),
            None => Self::Offered,
        }
    }
}

/// Whether this upload was of this part, and not of another file under the same name.
fn is_of(upload: &StoreUpload, part: &Part) -> bool {
    upload.bytes == part.bytes() && upload.expected.as_deref() == part.md5()
}

fn stored(expected: Option<&str>, reported: Option<&str>) -> String {
    match (expected, reported) {
        (Some(_), Some(_)) => "Stored, MD5 as expected".to_owned(),
        (None, Some(md5)) => format!("Stored, MD5 {md5}"),
        (_, None) => "Stored".to_owned(),
    }
}

fn show_state(ui: &mut Ui, state: &State<'_>, part: &Part, model: &Model, asks: &mut Vec<Ask>) {
    match state {
        State::There(text) => {
            widgets::chip(ui, Tone::Ok, text);
        }
        State::Running(upload) => progress(ui, upload),
        State::Failed(_) => offer(ui, "Try again", part, model, asks),
        State::Offered => offer(ui, "Upload", part, model, asks),
    }
}

fn progress(ui: &mut Ui, upload: &StoreUpload) {
    let UploadState::Running { written } = upload.state else { return };
    let tokens = Tokens::of(ui);
    let part = written as f32 / upload.bytes.max(1) as f32;
    let bar = ProgressBar::new(part).desired_width(BAR).desired_height(space::S).fill(tokens.accent_fill);
    ui.add(bar).accessible_name(format!("Upload of {}", upload.name));
    let text = match written {
        0 => "Waiting for the module".to_owned(),
        _ => format!("{written} of {} bytes", upload.bytes),
    };
    ui.label(RichText::new(text).color(tokens.text));
}

fn offer(ui: &mut Ui, verb: &str, part: &Part, model: &Model, asks: &mut Vec<Ask>) {
    let overwrites = part.would_overwrite(&model.store);
    let text = if overwrites { format!("{verb}…") } else { verb.to_owned() };
    let obstacle = cannot_be_uploaded(part, model);
    let button = ui.add_enabled_ui(obstacle.is_none(), |ui| widgets::secondary_button(ui, &text)).inner;
    let button = button.accessible_name(format!("{text} {}", part.title()).trim().to_owned());
    if button.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
        let upload = part.upload();
        asks.push(if overwrites { Ask::Overwrite(upload) } else { Ask::Upload(upload) });
    }
}

/// Why no module opens the key with what was typed.
fn password_problem(part: &Part) -> Option<&'static str> {
    match (&part.what, part.password.secret()) {
        (What::LockedKey, None) => Some("Type the password of the key first"),
        (What::LockedKey, Some(password)) if password.reveal().chars().count() > LONGEST_PASSWORD => {
            Some("The password has more than 64 characters, which no module takes")
        }
        _ => None,
    }
}

fn cannot_be_uploaded(part: &Part, model: &Model) -> Option<String> {
    part.fault()
        .map(|fault| fault.message.clone())
        .or_else(|| part.name_problem().map(|problem| problem.message))
        .or_else(|| password_problem(part).map(str::to_owned))
        .or_else(|| obstacle_to_commands(model).map(str::to_owned))
}
