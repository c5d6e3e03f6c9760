//! All messages of a person: those that come with the program, and their own. No two have the same name, and none of a
//! person's own holds what looks like a secret, so that all of them can be kept.

use super::{Message, print, shipped, wrong};
use crate::problem::Problem;

/// Every message there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    own: Vec<Message>,
    shipped: Vec<Message>,
}

/// Where a message comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It comes with the program and cannot be changed.
    Shipped,
    Own,
}

impl Default for Library {
    fn default() -> Self {
        Self { own: Vec::new(), shipped: shipped() }
    }
}

impl Library {
    /// A library with these messages of a person's own, as they were kept.
    pub fn with_own(own: Vec<Message>) -> Self {
        let mut library = Self::default();
        own.into_iter().for_each(|own| drop(library.add(own)));
        library
    }

    /// All of them, own ones first.
    pub fn all(&self) -> impl Iterator<Item = (Origin, &Message)> {
        let own = self.own.iter().map(|own| (Origin::Own, own));
        own.chain(self.shipped.iter().map(|shipped| (Origin::Shipped, shipped)))
    }

    /// The message of this name.
    pub fn find(&self, name: &str) -> Option<(Origin, &Message)> {
        self.all().find(|(_, found)| found.name == name)
    }

    /// The text that keeps a person's own messages.
    pub fn own_text(&self) -> String {
        print(&self.own)
    }

    /// Puts a message in the place of the own one of the name `before`, or behind all others.
    ///
    /// # Errors
    /// Another one has its name, or it must not be kept ([`Message::check`]).
    pub fn put(&mut self, before: Option<&str>, new: Message) -> Result<(), Problem> {
        self.check_name(before, &new.name)?;
        new.check()?;
        match self.own.iter_mut().find(|own| Some(own.name.as_str()) == before) {
            Some(old) => *old = new,
            None => self.own.push(new),
        }
        Ok(())
    }

    /// Whether a message may be called so that was called `before`, if it was there.
    ///
    /// # Errors
    /// Another one has its name.
    pub fn check_name(&self, before: Option<&str>, name: &str) -> Result<(), Problem> {
        let taken =
            self.find(name).is_some_and(|(origin, _)| before != Some(name) || origin == Origin::Shipped);
        if taken {
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
        Ok(messages.into_iter().map(|new| self.add(new)).collect())
    }

    /// Adds a copy of a message; gives the name of the copy.
    pub fn duplicate(&mut self, name: &str) -> Option<String> {
        let (_, original) = self.find(name)?;
        let copy = original.clone();
        Some(self.add(copy))
    }

    /// Removes an own message.
    pub fn remove(&mut self, name: &str) {
        self.own.retain(|own| own.name != name);
    }

    /// The name itself, or the first of its followers that is not taken: `Temperature 2`.
    pub fn free_name(&self, name: &str) -> String {
        let is_free = |name: &String| self.find(name).is_none();
        let stem: String = name.chars().take(STEM).collect();
        let followers = (2_u32..).map(|number| format!("{} {number}", stem.trim_end()));
        std::iter::once(name.to_owned()).chain(followers).find(is_free).unwrap_or_default()
    }

    fn add(&mut self, new: Message) -> String {
        let name = self.free_name(&new.name);
        self.own.push(Message { name: name.clone(), ..new });
        name
    }
}

/// So much of a name is kept in front of a number, so that it stays short enough to be read again.
const STEM: usize = 54;
