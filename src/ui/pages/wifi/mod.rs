//! The module's Wi-Fi: the networks it sees, joining one of them, how the station is doing, and pings. Joining is a plan
//! of its own, carried out as the Wi-Fi part of a set-up is.

mod join;
mod networks;
mod reach;
mod station;

use std::time::Duration;

use egui::Ui;

use self::join::{Fate, JoinForm};
use self::networks::{Refresh, Sort};
use crate::model::{Link, Model};
use crate::module::ScanEntry;
use crate::moment::{Moment, UnixTime};
use crate::session::Wish;
use crate::ui::actions::{self, Actions};
use crate::ui::theme::space;
use crate::ui::widgets;

/// No event tells signal and addresses, so they are asked for this often while the page is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// A scan keeps the radio busy for seconds; this lies between two of them.
const SCAN: Duration = Duration::from_secs(15);

/// The page and what is entered on it.
#[derive(Default)]
pub(crate) struct WifiPage {
    refresh: Refresh,
    sort: Sort,
    form: Option<JoinForm>,
    /// The form whose join is under way: it comes back if that fails, so that nothing has to be typed twice.
    tried: Option<JoinForm>,
    /// A join was asked for here, so how it goes is shown here.
    joining: Joining,
    ping: String,
    looked: Option<Moment>,
    scanned: Option<Moment>,
}

/// Whether the last plan came from this page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Joining {
    #[default]
    Elsewhere,
    Here,
}

impl WifiPage {
    /// Draws the page; `now` is the date, by which certificates are judged.
    pub(crate) fn show(&mut self, ui: &mut Ui, model: &Model, now: UnixTime, actions: &mut Actions) {
        widgets::heading(ui, "Wi-Fi");
        let obstacle = actions::obstacle_to_commands(model);
        if model.module.identity.is_none() {
            widgets::hint(ui, "Connect to a module, and the networks that it sees are listed here.");
            return;
        }
        if obstacle.is_none() {
            self.watch(ui, model, actions);
        }
        section(ui, "Station", |ui| station::show(ui, model, actions));
        self.bring_back_form(model);
        if let Some(chosen) = section(ui, "Networks", |ui| {
            networks::show(ui, model, (&mut self.refresh, &mut self.sort), actions)
        }) {
            self.choose(&chosen, model, actions);
        }
        // It takes the place of the form, and says above it why it is there again.
        if self.joining == Joining::Here {
            join::progress(ui, model, actions);
        }
        if let Some(form) = &mut self.form {
            match form.show(ui, model, now, actions) {
                join::Outcome::Open => {}
                join::Outcome::Joined => {
                    self.joining = Joining::Here;
                    self.tried = self.form.take();
                }
                join::Outcome::Closed => self.form = None,
            }
        } else {
            self.other(ui, model, actions);
        }
        section(ui, "Signal over time", |ui| station::signals(ui, &model.module.wifi));
        section(ui, "Peers, servers and access point", |ui| reach::show(ui, model, actions));
        section(ui, "Ping", |ui| station::ping(ui, model, &mut self.ping, actions));
    }

    /// Asks for what no event tells, as long as the page is looked at.
    fn watch(&mut self, ui: &Ui, model: &Model, actions: &mut Actions) {
        let is_due = |last: Option<Moment>, pause| last.is_none_or(|last| model.now.since(last) >= pause);
        if model.module.wifi.link == Link::Up && is_due(self.looked, LOOK) {
            self.looked = Some(model.now);
            actions.wish(Wish::Look);
        }
        let scanned = model.module.seen_at.max(self.scanned);
        if self.refresh == Refresh::Live && is_due(scanned, SCAN) {
            self.scanned = Some(model.now);
            actions.wish(Wish::Scan);
        }
        if self.refresh == Refresh::Live || model.module.wifi.link == Link::Up {
            ui.request_repaint_after(LOOK);
        }
    }

    fn bring_back_form(&mut self, model: &Model) {
        if self.tried.is_none() {
            return;
        }
        match join::fate(model) {
            Fate::UnderWay => {}
            Fate::Done => self.tried = None,
            Fate::Open => {
                let tried = self.tried.take().map(JoinForm::again);
                self.form = self.form.take().or(tried);
            }
        }
    }

    fn choose(&mut self, entry: &ScanEntry, model: &Model, actions: &mut Actions) {
        self.form = Some(JoinForm::for_network(entry));
        ask_for_certificates(model, actions);
    }

    fn other(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        if widgets::secondary_button(ui, "Join another network…").clicked() {
            self.form = Some(JoinForm::default());
            ui.request_repaint();
            ask_for_certificates(model, actions);
        }
        ui.add_space(space::XS);
    }
}

/// Certificates for EAP are picked from those on the module.
fn ask_for_certificates(model: &Model, actions: &mut Actions) {
    if model.store.listing == crate::model::Listing::Unknown && actions::obstacle_to_commands(model).is_none()
    {
        actions.wish(Wish::ListStored);
    }
}

fn section<R>(ui: &mut Ui, title: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(space::S);
    widgets::section(ui, title);
    widgets::card(ui, contents).inner
}

#[cfg(test)]
mod tests;
