//! All macros of a person: those that come with the program, and their own. No two have the same name or the same key;
//! where an own macro takes the key of another, the other goes without.

use super::{FunctionKey, Macro, print, shipped};
use crate::problem::{Kind, Problem};
use crate::shelf::{Named, Origin, Shelf};

/// Every macro there is.
#[derive(Clone, Debug, PartialEq)]
pub struct Library(Shelf<Macro>);

impl Named for Macro {
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
    /// A library with these macros of a person's own.
    pub fn with_own(own: Vec<Macro>) -> Self {
        let mut library = Self::default();
        library.import(own);
        library
    }

    /// All of them, own ones first, each with the key that leads to it.
    pub fn all(&self) -> impl Iterator<Item = (Origin, &Macro, Option<FunctionKey>)> {
        let is_free = |key: &FunctionKey| self.0.own().iter().all(|own| own.key != Some(*key));
        self.0.all().map(move |(origin, found)| {
            let key = found.key.filter(|key| origin == Origin::Own || is_free(key));
            (origin, found, key)
        })
    }

    /// The macro of this name.
    pub fn find(&self, name: &str) -> Option<(Origin, &Macro)> {
        self.0.find(name)
    }

    /// The text that keeps a person's own macros.
    pub fn own_text(&self) -> String {
        print(self.0.own())
    }

    /// Puts a macro in the place of the own one of the name `before`, or behind all others.
    ///
    /// # Errors
    /// Another one has its name.
    pub fn put(&mut self, before: Option<&str>, new: Macro) -> Result<(), Problem> {
        self.check_name(before, &new.name)?;
        self.free_key(new.key);
        self.0.put(before, new);
        Ok(())
    }

    /// Whether a macro may be called so that was called `before`, if it was there.
    ///
    /// # Errors
    /// Another one has its name.
    pub fn check_name(&self, before: Option<&str>, name: &str) -> Result<(), Problem> {
        if !self.0.is_taken(before, name) {
            return Ok(());
        }
        Err(Problem::new(
            Kind::WrongForm,
            format!("There is another macro of the name {name}"),
            "Give it a name of its own, in the line that begins with #",
        ))
    }

    /// Adds macros out of a file; one whose name is taken gets another. Gives their names.
    pub fn import(&mut self, macros: Vec<Macro>) -> Vec<String> {
        macros.into_iter().map(|new| self.add(new)).collect()
    }

    /// Adds a copy of a macro, without its key; gives the name of the copy.
    pub fn duplicate(&mut self, name: &str) -> Option<String> {
        let (_, original) = self.find(name)?;
        let copy = Macro { key: None, ..original.clone() };
        Some(self.add(copy))
    }

    /// Removes an own macro.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Gives an own macro this key, or none.
    pub fn assign(&mut self, name: &str, key: Option<FunctionKey>) {
        self.free_key(key);
        if let Some(own) = self.0.own_mut().find(|own| own.name == name) {
            own.key = key;
        }
    }

    /// The name itself, or the first of its followers that is not taken: `Identify 2`.
    pub fn free_name(&self, name: &str) -> String {
        self.0.free_name(name)
    }

    fn add(&mut self, new: Macro) -> String {
        self.free_key(new.key);
        self.0.add(new)
    }

    fn free_key(&mut self, key: Option<FunctionKey>) {
        self.0.own_mut().filter(|own| key.is_some() && own.key == key).for_each(|own| own.key = None);
    }
}
