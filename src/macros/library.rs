//! All macros of a person: those that come with the program, and their own. No two have the same name or the same key;
//! where an own macro takes the key of another, the other goes without.

use super::{FunctionKey, Macro, print, shipped};
use crate::problem::{Kind, Problem};

/// Every macro there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    own: Vec<Macro>,
    shipped: Vec<Macro>,
}

/// Where a macro comes from.
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
    /// A library with these macros of a person's own.
    pub fn with_own(own: Vec<Macro>) -> Self {
        let mut library = Self::default();
        library.import(own);
        library
    }

    /// All of them, own ones first, each with the key that leads to it.
    pub fn all(&self) -> impl Iterator<Item = (Origin, &Macro, Option<FunctionKey>)> {
        let own = self.own.iter().map(|own| (Origin::Own, own, own.key));
        let shipped = self.shipped.iter().map(|shipped| {
            let key = shipped.key.filter(|key| self.own.iter().all(|own| own.key != Some(*key)));
            (Origin::Shipped, shipped, key)
        });
        own.chain(shipped)
    }

    /// The macro of this name.
    pub fn find(&self, name: &str) -> Option<(Origin, &Macro)> {
        self.all().find(|(_, found, _)| found.name == name).map(|(origin, found, _)| (origin, found))
    }

    /// The text that keeps a person's own macros.
    pub fn own_text(&self) -> String {
        print(&self.own)
    }

    /// Puts a macro in the place of the own one of the name `before`, or behind all others.
    ///
    /// # Errors
    /// Another one has its name.
    pub fn put(&mut self, before: Option<&str>, new: Macro) -> Result<(), Problem> {
        self.check_name(before, &new.name)?;
        self.free_key(new.key);
        match self.own.iter_mut().find(|own| Some(own.name.as_str()) == before) {
            Some(old) => *old = new,
            None => self.own.push(new),
        }
        Ok(())
    }

    /// Whether a macro may be called so that was called `before`, if it was there.
    ///
    /// # Errors
    /// Another one has its name.
    pub fn check_name(&self, before: Option<&str>, name: &str) -> Result<(), Problem> {
        if before == Some(name) || self.find(name).is_none() {
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
        let mut names = Vec::new();
        for mut new in macros {
            new.name = self.free_name(&new.name);
            self.free_key(new.key);
            names.push(new.name.clone());
            self.own.push(new);
        }
        names
    }

    /// Adds a copy of a macro, without its key; gives the name of the copy.
    pub fn duplicate(&mut self, name: &str) -> Option<String> {
        let (_, original) = self.find(name)?;
        let copy = Macro { name: self.free_name(name), key: None, ..original.clone() };
        let name = copy.name.clone();
        self.own.push(copy);
        Some(name)
    }

    /// Removes an own macro.
    pub fn remove(&mut self, name: &str) {
        self.own.retain(|own| own.name != name);
    }

    /// Gives an own macro this key, or none.
    pub fn assign(&mut self, name: &str, key: Option<FunctionKey>) {
        self.free_key(key);
        if let Some(own) = self.own.iter_mut().find(|own| own.name == name) {
            own.key = key;
        }
    }

    fn free_key(&mut self, key: Option<FunctionKey>) {
        self.own.iter_mut().filter(|own| key.is_some() && own.key == key).for_each(|own| own.key = None);
    }

    /// The name itself, or the first of its followers that is not taken: `Identify 2`.
    pub fn free_name(&self, name: &str) -> String {
        let is_free = |name: &String| self.find(name).is_none();
        let stem: String = name.chars().take(STEM).collect();
        let followers = (2_u32..).map(|number| format!("{stem} {number}"));
        std::iter::once(name.to_owned()).chain(followers).find(is_free).unwrap_or_default()
    }
}

/// So much of a name is kept in front of a number, so that it stays short enough to be read again.
const STEM: usize = 54;
