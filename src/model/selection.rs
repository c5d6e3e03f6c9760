//! Which entries of a long list are selected: from one to another, by their ids, whether they are on screen or not.

use std::ops::RangeInclusive;

/// A selection; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection(Option<Ends>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ends {
    /// Where it began.
    anchor: u64,
    /// Where it was last extended to.
    head: u64,
}

/// What a person does to a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Select {
    Nothing,
    /// This one alone.
    One(u64),
    /// Everything from where the selection began to this one.
    To(u64),
    /// Everything between these, which it also has.
    Between(u64, u64),
}

impl Selection {
    /// Does what a person wants.
    pub fn apply(&mut self, select: Select) {
        self.0 = match (select, self.0) {
            (Select::Nothing, _) => None,
            (Select::To(head), Some(ends)) => Some(Ends { head, ..ends }),
            (Select::One(id) | Select::To(id), _) => Some(Ends { anchor: id, head: id }),
            (Select::Between(anchor, head), _) => Some(Ends { anchor, head }),
        };
    }

    /// The one that was selected last.
    pub fn head(&self) -> Option<u64> {
        self.0.map(|ends| ends.head)
    }

    pub fn contains(&self, id: u64) -> bool {
        self.range().is_some_and(|range| range.contains(&id))
    }

    /// From the lowest id to the highest.
    pub fn range(&self) -> Option<RangeInclusive<u64>> {
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
        selection.apply(Select::To(7));
        assert_eq!(selection.range(), Some(7..=7));
        selection.apply(Select::To(3));
        assert_eq!((selection.range(), selection.head()), (Some(3..=7), Some(3)));
        selection.apply(Select::To(9));
        assert_eq!(selection.range(), Some(7..=9));
        assert!(selection.contains(8) && !selection.contains(3));
        selection.apply(Select::One(1));
        assert_eq!(selection.range(), Some(1..=1));
        selection.apply(Select::Between(0, 4_000_000));
        assert!(selection.contains(2_000_000));
        selection.apply(Select::Nothing);
        assert_eq!(selection.head(), None);
    }
}
