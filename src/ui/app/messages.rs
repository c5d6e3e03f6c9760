//! Messages in the window: a person's own are there from the start.

use super::App;
use crate::messages::{Library, Message};

impl App {
    /// The window with these messages of a person's own.
    #[must_use]
    pub fn with_messages(mut self, own: Vec<Message>) -> Self {
        self.model.messages = Library::with_own(own);
        self
    }
}
