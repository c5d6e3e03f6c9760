//! Things side by side, of which one is shown. There is always one.

/// A row that is never empty.
#[derive(Debug)]
pub(super) struct Row<T> {
    before: Vec<T>,
    shown: T,
    after: Vec<T>,
}

impl<T> Row<T> {
    /// A row of this one.
    pub(super) const fn of(only: T) -> Self {
        Self { before: Vec::new(), shown: only, after: Vec::new() }
    }

    pub(super) const fn shown(&self) -> &T {
        &self.shown
    }

    pub(super) const fn shown_mut(&mut self) -> &mut T {
        &mut self.shown
    }

    pub(super) const fn len(&self) -> usize {
        self.before.len() + 1 + self.after.len()
    }

    /// All of them, from left to right.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.before.iter().chain(std::iter::once(&self.shown)).chain(&self.after)
    }

    /// All of them, from left to right.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.before.iter_mut().chain(std::iter::once(&mut self.shown)).chain(&mut self.after)
    }

    /// Puts a new one at the right end, and shows it.
    pub(super) fn push(&mut self, new: T) {
        let left = std::mem::replace(&mut self.shown, new);
        self.before.push(left);
        self.before.append(&mut self.after);
    }

    /// Shows the first one that fits, if there is any.
    pub(super) fn show(&mut self, fits: impl Fn(&T) -> bool) {
        let place = self.iter().position(fits);
        place.into_iter().for_each(|place| self.show_at(place));
    }

    /// Shows the next one to the right; behind the last one comes the first.
    pub(super) fn show_next(&mut self) {
        self.show_at((self.before.len() + 1) % self.len());
    }

    /// Shows the next one to the left; before the first one comes the last.
    pub(super) fn show_previous(&mut self) {
        self.show_at(self.before.len().checked_sub(1).unwrap_or(self.len() - 1));
    }

    /// Takes the one that is shown away, unless it is the only one; its right neighbour is shown then, or else its left one.
    pub(super) fn remove_shown(&mut self) -> Option<T> {
        let next = if self.after.is_empty() { self.before.pop()? } else { self.after.remove(0) };
        Some(std::mem::replace(&mut self.shown, next))
    }

    fn show_at(&mut self, place: usize) {
        while self.before.len() > place {
            let Some(left) = self.before.pop() else { return };
            self.after.insert(0, std::mem::replace(&mut self.shown, left));
        }
        while self.before.len() < place && !self.after.is_empty() {
            let right = self.after.remove(0);
            self.before.push(std::mem::replace(&mut self.shown, right));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(count: u32) -> Row<u32> {
        let mut row = Row::of(0);
        (1..count).for_each(|new| row.push(new));
        row
    }

    #[test]
    fn a_new_one_stands_at_the_end_and_is_shown() {
        let mut row = row(2);
        row.show(|one| *one == 0);
        row.push(7);
        assert_eq!((row.iter().copied().collect::<Vec<_>>(), *row.shown()), (vec![0, 1, 7], 7));
    }

    #[test]
    fn the_right_neighbour_takes_the_place_of_a_removed_one_and_the_last_one_stays() {
        let mut row = row(3);
        row.show(|one| *one == 1);
        assert_eq!((row.remove_shown(), *row.shown()), (Some(1), 2));
        assert_eq!((row.remove_shown(), *row.shown()), (Some(2), 0));
        assert_eq!((row.remove_shown(), *row.shown()), (None, 0));
    }

    proptest! {
        #[test]
        fn going_right_or_left_visits_all_in_order_and_comes_back(count in 1_u32..9, start in 0_u32..9) {
            let mut row = row(count);
            row.show(|one| *one == start % count);
            for step in 1..=count {
                row.show_next();
                prop_assert_eq!(*row.shown(), (start % count + step) % count);
            }
            (0..count).for_each(|_| row.show_previous());
            prop_assert_eq!(*row.shown(), start % count);
            prop_assert_eq!(row.iter().copied().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        }
    }
}
