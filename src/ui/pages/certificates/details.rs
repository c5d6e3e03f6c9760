//! Everything about one certificate, each value ready to be copied; or what a module says of something that it stores and
//! that the window does not know.

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui};
use egui_material_icons::icons::ICON_CONTENT_COPY;

use super::expiry;
use super::export::Export;
use super::part::{Part, whose};
use crate::credential::{Certificate, Finding, KeyUsage, Purpose, Severity};
use crate::module::StoredCredential;
use crate::moment::UnixTime;
use crate::ui::actions::Actions;
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::key_kind;

/// What the panel shows.
pub(super) enum Shown<'a> {
    Certificate { certificate: &'a Certificate, findings: &'a [Finding] },
    Entry(&'a StoredCredential),
}

impl<'a> Shown<'a> {
    /// The details of a part, if it is a certificate.
    pub(super) fn of_part(part: &'a Part) -> Option<Self> {
        Some(Self::Certificate { certificate: part.certificate()?, findings: &part.findings })
    }
}

/// Whether the panel is wanted any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Stay,
    Close,
}

/// Draws the panel.
pub(super) fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    today: UnixTime,
    export: &mut Export,
    actions: &mut Actions,
) -> Then {
    let mut then = Then::Stay;
    let title = match shown {
        Shown::Certificate { certificate, .. } => whose(certificate),
        Shown::Entry(entry) => entry.name.as_str(),
    };
    let row = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        if widgets::close_button(ui, "Close the details").clicked() {
            then = Then::Close;
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let color = Tokens::of(ui).text_strong;
            let text = RichText::new(title).text_style(theme::section_style()).color(color);
            widgets::truncated(ui, text);
        });
    });
    ScrollArea::vertical().id_salt("certificate details").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        match shown {
            Shown::Certificate { certificate, findings } => {
                certificate_details(ui, (certificate, findings), today, export, actions);
            }
            Shown::Entry(entry) => entry_details(ui, entry),
        }
        ui.add_space(space::L);
    });
    then
}

fn certificate_details(
    ui: &mut Ui,
    (certificate, findings): (&Certificate, &[Finding]),
    today: UnixTime,
    export: &mut Export,
    actions: &mut Actions,
) {
    ui.horizontal_wrapped(|ui| {
        let (tone, text) = expiry::words(certificate.not_after(), today);
        widgets::chip(ui, tone, &text);
        if widgets::secondary_button(ui, "Copy PEM").clicked() {
            ui.copy_text(certificate.pem());
        }
        if widgets::secondary_button(ui, "Export…").clicked() {
            export.ask(certificate, actions);
        }
    });
    export.show(ui, certificate, actions);
    for finding in findings {
        show_finding(ui, finding);
    }
    for (key, value) in facts(certificate) {
        fact(ui, key, &value);
    }
}

/// What there is to be said, in the tone of how bad it is.
pub(super) fn show_finding(ui: &mut Ui, finding: &Finding) {
    let tone = match finding.severity {
        Severity::Info => Tone::Neutral,
        Severity::Warning => Tone::Warn,
        Severity::Error => Tone::Danger,
    };
    let help = finding.help.as_ref().map(|help| format!(". {help}")).unwrap_or_default();
    widgets::remark(ui, tone, &format!("{}{help}", finding.message));
}

fn facts(certificate: &Certificate) -> Vec<(&'static str, String)> {
    let all = "Not limited".to_owned();
    let usages =
        certificate.key_usages().map_or_else(|| all.clone(), |usages| list(usages, KeyUsage::to_string));
    let purposes = certificate.purposes().map_or(all, |purposes| list(purposes, Purpose::to_string));
    let bytes = certificate.pem().len();
    let mut facts = vec![
        ("Subject", certificate.subject().to_owned()),
        ("Issuer", certificate.issuer().to_owned()),
        ("Valid from", expiry::second(certificate.not_before())),
        ("Valid until", expiry::second(certificate.not_after())),
        ("Serial number", certificate.serial().to_owned()),
        ("Key", key_kind(certificate.key_kind())),
        ("Signature", certificate.signature().name.clone()),
        ("Key usage", usages),
        ("Purposes", purposes),
        ("Authority", if certificate.is_ca() { "Yes" } else { "No" }.to_owned()),
    ];
    if !certificate.names().is_empty() {
        facts.push(("Alternative names", certificate.names().join(", ")));
    }
    facts.extend([
        ("SHA-256", certificate.sha256()),
        ("MD5, as the module reports it", certificate.md5()),
        ("Size as uploaded", format!("{bytes} bytes")),
        ("Version", format!("X.509 version {}", certificate.version())),
    ]);
    facts
}

fn list<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    if items.is_empty() { "None".to_owned() } else { items.iter().map(text).collect::<Vec<_>>().join(", ") }
}

fn entry_details(ui: &mut Ui, entry: &StoredCredential) {
    widgets::hint(
        ui,
        "A module never gives a certificate or key back. Look at the file it came from, and its MD5 tells that they are \
         the same",
    );
    fact(ui, "Stored as", &entry.kind.to_string());
    fact(ui, "Name", &entry.name);
    let untold = || "Not told by the module".to_owned();
    fact(ui, "Subject as the module gives it", &entry.subject.clone().unwrap_or_else(untold));
    let expires = entry.expiry.as_deref().and_then(expiry::of_module).map(UnixTime::day);
    fact(ui, "Expires", &expires.or(entry.expiry.clone()).unwrap_or_else(untold));
    fact(ui, "MD5", &entry.md5.clone().unwrap_or_else(untold));
}

/// A label as it stands within a sentence: abbreviations keep their letters.
fn within(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            let rest = label.strip_prefix(first).unwrap_or_default();
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => label.to_owned(),
    }
}

/// A name with its value below, which wraps and can be copied.
fn fact(ui: &mut Ui, key: &str, value: &str) {
    const COPY: f32 = 40.0;
    let tokens = Tokens::of(ui);
    ui.horizontal_top(|ui| {
        let width = ui.available_width() - COPY;
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.set_width(width);
            let name = ui.label(RichText::new(key).small().color(tokens.text_weak));
            let text = RichText::new(value).color(tokens.text_strong);
            ui.add(Label::new(text).wrap().selectable(true)).labelled_by(name.id);
        });
        if widgets::icon_button(ui, ICON_CONTENT_COPY, &format!("Copy {}", within(key))).clicked() {
            ui.copy_text(value.to_owned());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_abbreviations_within_a_sentence() {
        let within = ["Valid from", "SHA-256", "MD5, as the module reports it"].map(within);
        assert_eq!(within, ["valid from", "SHA-256", "MD5, as the module reports it"]);
    }
}
