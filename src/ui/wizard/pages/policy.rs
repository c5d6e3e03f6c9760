//! The policy that the device needs at AWS, to copy, and whether another one allows what the device does.
//! What a policy means is told in `profile::aws::policy`.

use egui::{CollapsingHeader, TextEdit, Ui};
use egui_material_icons::icons::ICON_CONTENT_COPY;

use crate::credential::Severity;
use crate::profile::aws::policy::{Device, Policy, needed};
use crate::ui::theme::space;
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::form::Form;

/// What is remembered of the area from one frame to the next.
#[derive(Default)]
pub(super) struct PolicyArea {
    /// A policy that somebody has.
    pasted: String,
}

impl PolicyArea {
    pub(super) fn show(&mut self, ui: &mut Ui, form: &Form) {
        ui.add_space(space::S);
        CollapsingHeader::new("Policy").show_unindented(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            let topic = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
            let (publish, subscribe) = (topic(&form.publish_topic), topic(&form.subscribe_topic));
            let device = Device {
                endpoint: &form.endpoint,
                client_id: &form.client_id,
                publish_topic: publish.as_deref(),
                subscribe_topic: subscribe.as_deref(),
            };
            if form.client_id.is_empty() {
                widgets::hint(
                    ui,
                    "Fill in client ID and topics to see the policy that allows them and nothing else",
                );
                return;
            }
            show_needed(ui, &device);
            self.check(ui, &device);
        });
    }

    fn check(&mut self, ui: &mut Ui, device: &Device<'_>) {
        widgets::labelled(
            ui,
            "Policy to check",
            "Paste a policy to see whether it allows this device",
            None,
            |ui| {
                let edit =
                    TextEdit::multiline(&mut self.pasted).desired_rows(3).font(egui::TextStyle::Monospace);
                ui.add(edit.desired_width(f32::INFINITY))
            },
        );
        if self.pasted.trim().is_empty() {
            return;
        }
        match Policy::parse(&self.pasted) {
            Err(problem) => {
                widgets::remark(ui, Tone::Danger, &format!("{}. {}", problem.message, problem.help));
            }
            Ok(policy) => {
                let findings = policy.judge(device);
                for finding in &findings {
                    let tone = match finding.severity {
                        Severity::Error => Tone::Danger,
                        Severity::Warning => Tone::Warn,
                        Severity::Info => Tone::Neutral,
                    };
                    let help = finding.help.as_deref().map(|help| format!(". {help}")).unwrap_or_default();
                    widgets::remark(ui, tone, &format!("{}{help}", finding.message));
                }
                if findings.iter().all(|finding| finding.severity == Severity::Info) {
                    widgets::remark(
                        ui,
                        Tone::Ok,
                        "The policy allows this device to connect, publish, subscribe and receive",
                    );
                }
            }
        }
    }
}

fn show_needed(ui: &mut Ui, device: &Device<'_>) {
    widgets::hint(
        ui,
        "AWS console › IoT Core › Security › Policies: attach this to the device's certificate",
    );
    let text = needed(device);
    let mut shown = text.as_str();
    let edit = TextEdit::multiline(&mut shown).desired_rows(6).font(egui::TextStyle::Monospace);
    ui.add(edit.desired_width(f32::INFINITY)).accessible_name("Policy that the device needs");
    if widgets::icon_text_button(ui, ICON_CONTENT_COPY, "Copy policy").clicked() {
        ui.copy_text(text);
    }
}
