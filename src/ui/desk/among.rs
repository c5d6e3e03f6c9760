//! A module among others: what it is called, which colour it has, and what closing it would lose.

use super::Desk;
use crate::model::{Badge, Connection, Handle, Model, Neighbour, Order, PortName, Settings};
use crate::ui::closing::{Closing, Loss};
use crate::ui::dialogs::Dialog;
use crate::ui::naming::Naming;
use crate::ui::wizard::Wizard;

impl Desk {
    /// The same as long as it is open.
    pub(in crate::ui) const fn id(&self) -> u64 {
        self.id
    }

    /// On this port, with the macros and messages that the other one has.
    #[must_use]
    pub(in crate::ui) fn beside(mut self, other: &Model, selected: Connection) -> Self {
        self.selected = selected;
        self.model.macros = other.macros.clone();
        self.model.messages = other.messages.clone();
        self.model.ports.clone_from(&other.ports);
        self
    }

    pub(in crate::ui) const fn model_mut(&mut self) -> &mut Model {
        &mut self.model
    }

    /// A way to one more module.
    pub(in crate::ui) fn another(&self) -> Box<dyn Handle> {
        self.handle.another()
    }

    /// Whether news wait to be taken.
    pub(in crate::ui) fn is_behind(&self) -> bool {
        self.handle.waiting() > 0
    }

    /// Where it is, or would be.
    pub(in crate::ui) fn port(&self) -> &PortName {
        &self.model.line.connection().unwrap_or(&self.selected).port
    }

    /// What a person calls it: by the name that they gave, else by port and model. The port comes first, as it is what
    /// differs when there is no room for all; `number` tells those apart that would be called the same, from 1.
    pub(in crate::ui) fn title(&self, number: usize) -> String {
        let known = self.model.module.identity.as_ref();
        let (name, model) = match &self.model.badge.name {
            Some(name) => (name.clone(), String::new()),
            None => {
                (self.port().short(), known.map(|known| format!(" · {}", known.model)).unwrap_or_default())
            }
        };
        let number = if number == 1 { String::new() } else { format!(" ({number})") };
        format!("{name}{number}{model}")
    }

    /// These are open; it is one of them.
    pub(in crate::ui) fn meet(&mut self, all: &[Neighbour]) {
        let itself = |neighbour: &&Neighbour| neighbour.id == self.id;
        let title = all.iter().find(itself).map(|found| found.title.clone());
        self.model.neighbours = all.iter().filter(|other| !itself(other)).cloned().collect();
        self.model.title = title.unwrap_or_default();
    }

    /// What is typed here is not forgotten when others save theirs.
    pub(in crate::ui) fn note_history(&self, settings: &mut Settings) {
        settings.add_history(self.panes.kept());
    }

    /// A known module has its name and colour again; a name never stays on another one.
    pub(super) fn recognise(&mut self, settings: &Settings) {
        let Some(identity) = &self.model.module.identity else { return };
        let known = settings.badges.get(&identity.serial).cloned();
        let hue = self.model.badge.hue;
        self.model.badge = known.unwrap_or(Badge { name: None, hue });
    }

    pub(super) fn ask_for_name(&mut self) {
        self.dialog = Dialog::Name(Naming::of(&self.model.badge));
    }

    /// A name and a colour are remembered once it is known whose they are.
    pub(super) fn keep_badge(&mut self, badge: Badge, settings: &mut Settings) {
        self.model.badge = badge.clone();
        if let Some(identity) = &self.model.module.identity {
            settings.badges.insert(identity.serial.clone(), badge);
            self.save(settings);
        }
    }

    /// Asks before something is lost; gives whether there is anything to ask.
    pub(in crate::ui) fn asks_before_closing(&mut self) -> bool {
        let model = &self.model;
        let losses = [
            (Loss::UnderWay, model.is_busy()),
            (Loss::Connection, model.line.is_held()),
            (Loss::Profile, self.wizards.values().any(Wizard::is_unsaved)),
            (Loss::Log, !model.console.is_empty() || !model.traffic.is_empty()),
        ];
        let losses: Vec<_> = losses.into_iter().filter_map(|(loss, lost)| lost.then_some(loss)).collect();
        let asks = !losses.is_empty();
        if asks {
            self.dialog = Dialog::Close(Closing { title: model.title.clone(), losses });
        }
        asks
    }

    /// Closes the port; where that takes a moment, gives the handle to be kept until it is done.
    pub(in crate::ui) fn close(mut self) -> Option<Box<dyn Handle>> {
        self.handle.send(Order::Disconnect);
        self.model.line.is_held().then_some(self.handle)
    }
}
