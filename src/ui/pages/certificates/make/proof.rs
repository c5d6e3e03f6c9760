//! The card that makes the certificate by which a portal is shown that one has an authority's key.

use egui::Ui;

use super::inputs::{self, Asked, Name};
use super::outcome::Outcome;
use crate::credential::make::{Authority, Validity, Wanted, verification_code};
use crate::model::News;
use crate::moment::UnixTime;
use crate::ui::actions::Actions;
use crate::ui::widgets;

/// The portal looks at it once.
const DAYS: u16 = 30;

/// The card.
pub(super) struct ProofCard {
    code: Name,
    asked: Asked,
    outcome: Outcome,
}

impl Default for ProofCard {
    fn default() -> Self {
        Self {
            code: Name::new("", verification_code),
            asked: Asked::NotYet,
            outcome: Outcome::new("make.proof", "verification certificate", Some("verification")),
        }
    }
}

impl ProofCard {
    pub(super) fn handle_news(&mut self, news: &News) {
        self.outcome.handle_news(news);
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
            "Azure and AWS trust an authority once somebody has shown that they have its key: the portal gives a code, and a \
             certificate with this code as its name is uploaded there. Azure can also take an authority as verified on \
             upload; then nothing is needed here",
        );
        inputs::signer(ui, authority, self.asked);
        self.code.show(
            ui,
            "Verification code",
            "Azure portal › IoT Hub or DPS › Certificates › your certificate › Generate verification code; AWS: the \
             registration code",
            self.asked,
        );
        if self.outcome.button(ui, "Make verification certificate") {
            self.asked = Asked::Yes;
            if let (Some(authority), Some(code)) = (authority, self.code.get()) {
                self.asked = Asked::NotYet;
                self.outcome.order(wanted(authority, code, now), actions);
            }
        }
        self.outcome.show(ui, actions);
    }
}

/// A short one, shorter still if the authority ends before.
fn wanted(authority: &Authority, code: String, now: UnixTime) -> Wanted {
    let mut validity = Validity::days(now, DAYS);
    validity.not_after = validity.not_after.min(authority.certificate().not_after());
    Wanted::Proof { authority: authority.pair().clone(), code, validity }
}
