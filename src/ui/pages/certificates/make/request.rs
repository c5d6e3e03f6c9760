//! The card that makes a device's key and the request for its certificate.

use egui::Ui;

use super::inputs::{self, Asked, Name};
use super::outcome::Outcome;
use crate::credential::azure;
use crate::credential::make::{KeySource, NewKey, Wanted, common_name};
use crate::model::News;
use crate::ui::actions::Actions;
use crate::ui::widgets;

/// What an ID becomes in a certificate, and what the clouds want of it (clouds.md §2.3, §2.5).
pub(super) const ID_HINT: &str = "Becomes the common name. Azure: exactly the device ID, or with DPS the registration ID, capitals \
                                  too; AWS: any name";

/// The card.
pub(super) struct RequestCard {
    name: Name,
    kind: NewKey,
    asked: Asked,
    outcome: Outcome,
}

impl Default for RequestCard {
    fn default() -> Self {
        Self {
            name: Name::new("", common_name),
            kind: NewKey::Rsa2048,
            asked: Asked::NotYet,
            outcome: Outcome::new("make.request", "key and request", None),
        }
    }
}

impl RequestCard {
    pub(super) fn handle_news(&mut self, news: &News) {
        self.outcome.handle_news(news);
    }

    pub(super) fn show(&mut self, ui: &mut Ui, actions: &mut Actions) {
        widgets::hint(
            ui,
            "A private key, and a request that asks an authority to certify it. The key goes onto the module together with \
             the certificate that comes back",
        );
        self.name.show(ui, "Device or registration ID", ID_HINT, self.asked);
        id_remark(ui, &self.name);
        inputs::key_kind(ui, &mut self.kind);
        if self.outcome.button(ui, "Make key and request") {
            self.asked = Asked::Yes;
            if let Some(common_name) = self.name.get() {
                self.asked = Asked::NotYet;
                let wanted = Wanted::Request { common_name, key: KeySource::New(self.kind) };
                self.outcome.order(wanted, actions);
            }
        }
        self.outcome.show(ui, actions);
    }
}

/// An ID that is right for a certificate may still be wrong for Azure.
pub(super) fn id_remark(ui: &mut Ui, name: &Name) {
    let Some(id) = name.get() else { return };
    if let Err(problem) = azure::device_id(&id) {
        widgets::small(ui, format!("Not for Azure: {}", problem.message));
    }
}
