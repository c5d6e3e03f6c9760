//! Named things of a person: those that come with the program, and their own, no two of the same name. What else holds for
//! them (keys, secrets, words) is for whoever keeps them here.

/// Something with a name.
pub trait Named: Clone {
    fn name(&self) -> &str;
    /// The same with another name.
    #[must_use]
    fn called(self, name: String) -> Self;
}

/// Where something comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It comes with the program and cannot be changed.
    Shipped,
    Own,
}

/// Everything there is of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelf<T> {
    own: Vec<T>,
    shipped: Vec<T>,
}

/// So much of a name is kept in front of a number, so that it stays short enough to be read again.
const STEM: usize = 54;

impl<T: Named> Shelf<T> {
    /// A shelf with what comes with the program.
    pub const fn new(shipped: Vec<T>) -> Self {
        Self { own: Vec::new(), shipped }
    }

    /// A person's own.
    pub fn own(&self) -> &[T] {
        &self.own
    }

    pub(crate) fn own_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.own.iter_mut()
    }

    /// All of them, own ones first.
    pub fn all(&self) -> impl Iterator<Item = (Origin, &T)> {
        let own = self.own.iter().map(|own| (Origin::Own, own));
        own.chain(self.shipped.iter().map(|shipped| (Origin::Shipped, shipped)))
    }

    /// The one of this name.
    pub fn find(&self, name: &str) -> Option<(Origin, &T)> {
        self.all().find(|(_, found)| found.name() == name)
    }

    /// Whether another has this name than the own one that was called `before`.
    pub fn is_taken(&self, before: Option<&str>, name: &str) -> bool {
        self.find(name).is_some_and(|(origin, _)| before != Some(name) || origin == Origin::Shipped)
    }

    /// Puts it in the place of the own one of the name `before`, or behind all others.
    pub fn put(&mut self, before: Option<&str>, new: T) {
        match self.own.iter_mut().find(|own| Some(own.name()) == before) {
            Some(old) => *old = new,
            None => self.own.push(new),
        }
    }

    /// Adds it behind all others, under another name if its own is taken; gives that name.
    pub fn add(&mut self, new: T) -> String {
        let name = self.free_name(new.name());
        self.own.push(new.called(name.clone()));
        name
    }

    /// Removes an own one.
    pub fn remove(&mut self, name: &str) {
        self.own.retain(|own| own.name() != name);
    }

    /// The name itself, or the first of its followers that is not taken: `Identify 2`.
    pub fn free_name(&self, name: &str) -> String {
        let is_free = |name: &String| self.find(name).is_none();
        let stem: String = name.chars().take(STEM).collect();
        let followers = (2_u32..).map(|number| format!("{} {number}", stem.trim_end()));
        std::iter::once(name.to_owned()).chain(followers).find(is_free).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Named for String {
        fn name(&self) -> &str {
            self
        }

        fn called(self, name: String) -> Self {
            name
        }
    }

    #[test]
    fn a_name_is_taken_by_all_but_the_own_one_that_is_replaced() {
        let mut shelf = Shelf::new(vec!["Identify".to_owned()]);
        assert_eq!(shelf.add("Identify".to_owned()), "Identify 2");
        assert_eq!(shelf.add("Mine".to_owned()), "Mine");
        let taken = |before, name| shelf.is_taken(before, name);
        assert!(taken(None, "Mine") && taken(Some("Identify"), "Identify"));
        assert!(!taken(Some("Mine"), "Mine") && !taken(Some("Mine"), "Other"));
    }

    #[test]
    fn a_long_name_keeps_room_for_its_number_and_no_blank_in_front_of_it() {
        let long = format!("{} x", "a".repeat(53));
        let shelf = Shelf::new(vec![long.clone()]);
        assert_eq!(shelf.free_name(&long), format!("{} 2", "a".repeat(53)));
    }
}
