//! Making keys, requests and certificates: one card each, in the order in which a person needs them. What is made comes from
//! the shell, because an RSA key takes a moment; a key shows nowhere and leaves only for a file.

mod authority;
mod device;
mod inputs;
mod outcome;
mod proof;
mod request;
mod slot;

pub(super) use self::outcome::file_stem;

use egui::Ui;

use self::authority::AuthorityCard;
use self::device::DeviceCard;
use self::proof::ProofCard;
use self::request::RequestCard;
use crate::model::News;
use crate::moment::UnixTime;
use crate::ui::actions::Actions;
use crate::ui::widgets;

/// Everything that was typed, chosen and made. It stays when another page is shown, and is gone when the program ends.
#[derive(Default)]
pub(crate) struct Making {
    request: RequestCard,
    authority: AuthorityCard,
    device: DeviceCard,
    proof: ProofCard,
}

impl Making {
    /// Takes answers of the shell that belong here.
    pub(crate) fn handle_news(&mut self, news: &News) {
        self.request.handle_news(news);
        self.authority.handle_news(news);
        self.device.handle_news(news);
        self.proof.handle_news(news);
    }

    /// Draws the cards.
    pub(crate) fn show(&mut self, ui: &mut Ui, now: UnixTime, actions: &mut Actions) {
        widgets::hint(
            ui,
            "For an authority of somebody else, such as your company's or AWS, make a request and have it signed; for \
             trials and small series, make a test authority and let it sign",
        );
        card(ui, "Device key and request", |ui| self.request.show(ui, actions));
        card(ui, "Test authority", |ui| self.authority.show(ui, now, actions));
        let authority = self.authority.current();
        card(ui, "Device certificate", |ui| self.device.show(ui, authority, now, actions));
        card(ui, "Proof of possession", |ui| self.proof.show(ui, authority, now, actions));
    }
}

/// A card whose fields keep their ids whatever stands above it.
fn card(ui: &mut Ui, title: &str, contents: impl FnOnce(&mut Ui)) {
    widgets::card(ui, |ui| {
        widgets::section(ui, title);
        ui.push_id(title, contents);
    });
}

#[cfg(test)]
mod tests;
