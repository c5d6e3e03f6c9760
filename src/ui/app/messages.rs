//! Messages in the window: a person's own are there from the start, and changes to them are kept at once.

use super::App;
use crate::messages::{Library, Message};
use crate::model::{News, Order};
use crate::ui::actions::MessageChange;

impl App {
    /// The window with these messages of a person's own.
    #[must_use]
    pub fn with_messages(mut self, own: Vec<Message>) -> Self {
        self.model.messages = Library::with_own(own);
        self
    }
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
            Err(problem) => self.model.handle(News::Trouble(problem), self.handle.now()),
        }
    }
}
