//! Which lines are selected: from one to another, by their ids, whether they are on screen or not.

use std::ops::RangeInclusive;

/// A selection; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ui::panes) struct Selection(Option<Ends>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ends {
    /// Where it began.
    anchor: u64,
    /// Where it was last extended to.
    head: u64,
}

impl Selection {
    /// This line alone.
    pub(in crate::ui::panes) fn begin(&mut self, id: u64) {
        self.0 = Some(Ends { anchor: id, head: id });
    }

    /// Everything from where it began to this line.
    pub(in crate::ui::panes) fn extend(&mut self, id: u64) {
        match &mut self.0 {
            Some(ends) => ends.head = id,
            None => self.begin(id),
        }
    }

    /// Everything from the first of these to the last.
    pub(in crate::ui::panes) fn all(&mut self, first: u64, last: u64) {
        self.0 = Some(Ends { anchor: first, head: last });
    }

    pub(in crate::ui::panes) fn clear(&mut self) {
        self.0 = None;
    }

    /// The line that was selected last.
    pub(in crate::ui::panes) fn head(&self) -> Option<u64> {
        self.0.map(|ends| ends.head)
    }

    pub(in crate::ui::panes) fn contains(&self, id: u64) -> bool {
        self.range().is_some_and(|range| range.contains(&id))
    }

    /// From the lowest id to the highest.
    pub(in crate::ui::panes) fn range(&self) -> Option<RangeInclusive<u64>> {
        self.0.map(|Ends { anchor, head }| anchor.min(head)..=anchor.max(head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_reaches_from_where_it_began_to_where_it_was_extended_in_either_direction() {
        let mut selection = Selection::default();
        assert_eq!(selection.range(), None);
        selection.extend(7);
        assert_eq!(selection.range(), Some(7..=7));
        selection.extend(3);
        assert_eq!((selection.range(), selection.head()), (Some(3..=7), Some(3)));
        selection.extend(9);
        assert_eq!(selection.range(), Some(7..=9));
        assert!(selection.contains(8) && !selection.contains(3));
        selection.begin(1);
        assert_eq!(selection.range(), Some(1..=1));
        selection.all(0, 4_000_000);
        assert!(selection.contains(2_000_000));
        selection.clear();
        assert_eq!(selection.head(), None);
    }
}
