//! All messages of a person: those that come with the program, and their own. No two have the same name, and none of a
//! person's own holds what looks like a secret, so that all of them can be kept.

use super::{Message, print, shipped, wrong};
use crate::problem::Problem;
use crate::shelf::{Named, Origin, Shelf};

/// Every message there is.
#[derive(Clone, Debug, PartialEq)]
pub struct Library(Shelf<Message>);

impl Named for Message {
    fn name(&self) -> &str {
        &self.name
    }

    fn called(self, name: String) -> Self {
        Self { name, ..self }
    }
}

impl Default for Library {
    fn default() -> Self {
        Self(Shelf::new(shipped()))
    }
}

impl Library {
    /// A library with these messages of a person's own, as they were kept.
    pub fn with_own(own: Vec<Message>) -> Self {
        let mut library = Self::default();
        own.into_iter().for_each(|own| drop(library.0.add(own)));
        library
    }

    /// All of them, own ones first.
    pub fn all(&self) -> impl Iterator<Item = (Origin, &Message)> {
        self.0.all()
    }

    /// The message of this name.
    pub fn find(&self, name: &str) -> Option<(Origin, &Message)> {
        self.0.find(name)
    }

    /// The text that keeps a person's own messages.
    pub fn own_text(&self) -> String {
        print(self.0.own())
    }

    /// Puts a message in the place of the own one of the name `before`, or behind all others.
    ///
    /// # Errors
    /// Another one has its name, or it must not be kept ([`Message::check`]).
    pub fn put(&mut self, before: Option<&str>, new: Message) -> Result<(), Problem> {
        self.check_name(before, &new.name)?;
        new.check()?;
        self.0.put(before, new);
        Ok(())
    }

    /// Whether a message may be called so that was called `before`, if it was there.
    ///
    /// # Errors
    /// Another one has its name.
    pub fn check_name(&self, before: Option<&str>, name: &str) -> Result<(), Problem> {
        if self.0.is_taken(before, name) {
            let message = format!("There is another message of the name {name}");
            return Err(wrong(message, "Give it a name of its own"));
        }
        Ok(())
    }

    /// Adds messages out of a file; one whose name is taken gets another. Gives their names.
    ///
    /// # Errors
    /// One of them must not be kept ([`Message::check`]); then none is added.
    pub fn import(&mut self, messages: Vec<Message>) -> Result<Vec<String>, Problem> {
        messages.iter().try_for_each(Message::check)?;
        Ok(messages.into_iter().map(|new| self.0.add(new)).collect())
    }

    /// Adds a copy of a message; gives the name of the copy.
    pub fn duplicate(&mut self, name: &str) -> Option<String> {
        let (_, original) = self.find(name)?;
        let copy = original.clone();
        Some(self.0.add(copy))
    }

    /// Removes an own message.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The name itself, or the first of its followers that is not taken: `Temperature 2`.
    pub fn free_name(&self, name: &str) -> String {
        self.0.free_name(name)
    }
}
