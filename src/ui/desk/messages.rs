//! Messages in the window: a person's own are there from the start, and changes to them are kept at once.

use super::Desk;
use crate::model::Order;
use crate::ui::actions::MessageChange;

impl Desk {
    pub(super) fn change_messages(&mut self, change: MessageChange) {
        let library = &mut self.model.messages;
        let done = match change {
            MessageChange::Put { before, new } => library.put(before.as_deref(), *new),
            MessageChange::Import(messages) => library.import(messages).map(drop),
            MessageChange::Remove(name) => {
                library.remove(&name);
                Ok(())
            }
        };
        match done {
            Ok(()) => {
                let text = library.own_text();
                self.handle.send(Order::SaveMessages(text));
            }
            Err(problem) => self.trouble(problem),
        }
    }
}
