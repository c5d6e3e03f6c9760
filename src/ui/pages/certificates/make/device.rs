//! The card that makes a device's certificate, for a new key or for somebody's request.

use egui::Ui;

use super::inputs::{self, Asked, Name, Term};
use super::outcome::{Outcome, requested};
use super::request::{ID_HINT, id_remark};
use super::slot::{Slot, Use};
use crate::credential::Request;
use crate::credential::make::{Authority, NewKey, Subject, Wanted, common_name, read_request};
use crate::model::News;
use crate::moment::UnixTime;
use crate::ui::actions::Actions;
use crate::ui::widgets;
use crate::ui::wizard::key_kind;

const REQUEST: Use<Request> = Use {
    purpose: "make.device.request",
    label: "Certificate request",
    hint: "Such as device1.csr; its name and key are taken, whatever else it asks for is not",
    noun: "certificate request",
    parse: read_request,
    describe: |request| format!("Request for {} · {}", requested(request), key_kind(request.key().kind())),
};

/// Whose certificate is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    NewKey,
    Request,
}

/// The card.
pub(super) struct DeviceCard {
    whose: For,
    name: Name,
    kind: NewKey,
    request: Slot<Request>,
    term: Term,
    asked: Asked,
    outcome: Outcome,
}

impl Default for DeviceCard {
    fn default() -> Self {
        Self {
            whose: For::NewKey,
            name: Name::new("", common_name),
            kind: NewKey::Rsa2048,
            request: Slot::new(&REQUEST),
            term: Term::years(1),
            asked: Asked::NotYet,
            outcome: Outcome::new("make.device", "device certificate", None),
        }
    }
}

impl DeviceCard {
    pub(super) fn handle_news(&mut self, news: &News) {
        self.outcome.handle_news(news);
        self.request.handle_news(news);
    }

    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        authority: Option<&Authority>,
        now: UnixTime,
        actions: &mut Actions,
    ) {
        widgets::hint(
            ui,
            "What the device shows to the cloud. It and its key go onto the module; the cloud knows the authority that \
             signed it",
        );
        inputs::signer(ui, authority, self.asked);
        let options = [(For::NewKey, "A device, with a new key"), (For::Request, "A request in a file")];
        inputs::choice(ui, "Certificate for", "", &mut self.whose, &options);
        match self.whose {
            For::NewKey => {
                self.name.show(ui, "ID of the device", ID_HINT, self.asked);
                id_remark(ui, &self.name);
                inputs::key_kind(ui, &mut self.kind);
            }
            For::Request => {
                self.request.show(ui, self.asked, actions);
            }
        }
        self.term.show(ui, now, authority);
        if self.outcome.button(ui, "Make device certificate") {
            self.asked = Asked::Yes;
            if let Some(wanted) = self.wanted(authority, now) {
                self.asked = Asked::NotYet;
                self.outcome.order(wanted, actions);
            }
        }
        self.outcome.show(ui, actions);
    }

    fn wanted(&self, authority: Option<&Authority>, now: UnixTime) -> Option<Wanted> {
        let authority = authority?;
        let validity = self.term.validity(now).ok()?;
        authority.check_end(validity.not_after).ok()?;
        let subject = match self.whose {
            For::NewKey => Subject::New { common_name: self.name.get()?, key: self.kind },
            For::Request => Subject::Requested(self.request.get()?.clone()),
        };
        Some(Wanted::Device { authority: authority.pair().clone(), subject, validity })
    }
}
