//! Macros in the window: playing one, at once or after questions, and changes to a person's own, which are kept at once.

use super::Desk;
use crate::macros::Values;
use crate::model::{Order, Settings};
use crate::session::Wish;
use crate::ui::actions::MacroChange;
use crate::ui::dialogs::Dialog;
use crate::ui::panes::Pane;
use crate::ui::playing::Asking;

impl Desk {
    /// Plays the macro of this name, or asks what has to be known first.
    pub(super) fn play(&mut self, name: &str, settings: &Settings) {
        let Some((_, found)) = self.model.macros.find(name) else { return };
        self.panes.reveal(Pane::Console);
        match Asking::of(found, &settings.macro_values) {
            Ok(script) => self.order(Order::Wish(Wish::Play(script))),
            Err(asking) => self.dialog = Dialog::Play(asking),
        }
    }

    pub(super) fn keep_values(&mut self, name: &str, values: &Values, settings: &mut Settings) {
        if let Some((_, found)) = self.model.macros.find(name) {
            settings.macro_values.keep(found, values);
            self.save(settings);
        }
    }

    pub(super) fn change_macros(&mut self, change: MacroChange) {
        let library = &mut self.model.macros;
        match change {
            MacroChange::Put { before, new } => {
                // The editor has looked whether the name is free.
                drop(library.put(before.as_deref(), *new));
            }
            MacroChange::Import(macros) => drop(library.import(macros)),
            MacroChange::Duplicate(name) => drop(library.duplicate(&name)),
            MacroChange::Remove(name) => library.remove(&name),
            MacroChange::Assign { name, key } => library.assign(&name, key),
        }
        let text = library.own_text();
        self.handle.send(Order::SaveMacros(text));
    }
}
