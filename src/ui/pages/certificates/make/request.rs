//! The card that makes a device's key and the request for its certificate, or a request for a key that is there already.

use egui::Ui;

use super::inputs::{self, Asked, Name};
use super::outcome::Outcome;
use super::slot::{Slot, Use};
use crate::credential::make::{KeySource, NewKey, Wanted, common_name};
use crate::credential::{PrivateKey, azure};
use crate::model::News;
use crate::ui::actions::Actions;
use crate::ui::widgets;
use crate::ui::wizard::key_kind;

/// What an ID becomes in a certificate, and what the clouds want of it (clouds.md §2.3, §2.5).
pub(super) const ID_HINT: &str = "Becomes the common name. Azure: exactly the device ID, or with DPS the registration ID, capitals \
                                  too; AWS: any name";

const KEY: Use<PrivateKey> = Use {
    purpose: "make.request.key",
    label: "Private key of the device",
    hint: "The key that the request is signed with; it stays where it is",
    noun: "device's private key",
    parse: PrivateKey::parse,
    describe: |key| format!("Private key · {}", key_kind(key.kind())),
};

/// Whose request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    New,
    Existing,
}

/// The card.
pub(super) struct RequestCard {
    name: Name,
    whose: Key,
    kind: NewKey,
    key: Slot<PrivateKey>,
    asked: Asked,
    outcome: Outcome,
}

impl Default for RequestCard {
    fn default() -> Self {
        Self {
            name: Name::new("", common_name),
            whose: Key::New,
            kind: NewKey::Rsa2048,
            key: Slot::new(&KEY),
            asked: Asked::NotYet,
            outcome: Outcome::new("make.request", "key and request", None),
        }
    }
}

impl RequestCard {
    pub(super) fn handle_news(&mut self, news: &News) {
        self.outcome.handle_news(news);
        self.key.handle_news(news);
    }

    pub(super) fn show(&mut self, ui: &mut Ui, actions: &mut Actions) {
        widgets::hint(
            ui,
            "A private key, and a request that asks an authority to certify it. The key goes onto the module together with \
             the certificate that comes back",
        );
        self.name.show(ui, "Device or registration ID", ID_HINT, self.asked);
        id_remark(ui, &self.name);
        let options = [(Key::New, "A new key"), (Key::Existing, "A key in a file, to renew its certificate")];
        inputs::choice(ui, "Request for", "", &mut self.whose, &options);
        let button = match self.whose {
            Key::New => {
                inputs::key_kind(ui, &mut self.kind);
                "Make key and request"
            }
            Key::Existing => {
                self.key.show(ui, self.asked, actions);
                "Make request"
            }
        };
        if self.outcome.button(ui, button) {
            self.asked = Asked::Yes;
            if let Some(wanted) = self.wanted() {
                self.asked = Asked::NotYet;
                self.outcome.order(wanted, actions);
            }
        }
        self.outcome.show(ui, actions);
    }

    fn wanted(&self) -> Option<Wanted> {
        let key = match self.whose {
            Key::New => KeySource::New(self.kind),
            Key::Existing => KeySource::Existing(self.key.get()?.clone()),
        };
        Some(Wanted::Request { common_name: self.name.get()?, key })
    }
}

/// An ID that is right for a certificate may still be wrong for Azure.
pub(super) fn id_remark(ui: &mut Ui, name: &Name) {
    let Some(id) = name.get() else { return };
    if let Err(problem) = azure::device_id(&id) {
        widgets::small(ui, format!("Not for Azure: {}", problem.message));
    }
}
