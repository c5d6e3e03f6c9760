//! What a person wants to find again in a long list, by ids.

use std::collections::BTreeSet;

use egui::Key;

/// Bookmarks of one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bookmarks(BTreeSet<u64>);

impl Bookmarks {
    pub(super) fn contains(&self, id: u64) -> bool {
        self.0.contains(&id)
    }

    /// Sets a bookmark, or takes it away.
    pub(super) fn toggle(&mut self, id: u64) {
        if !self.0.remove(&id) {
            self.0.insert(id);
        }
    }

    /// What a menu calls that.
    pub(super) fn toggle_label(&self, id: u64) -> &'static str {
        if self.contains(id) { "Remove the bookmark" } else { "Bookmark" }
    }

    /// The next one in the direction of the arrow: up, or else down.
    pub(super) fn next(&self, arrow: Key, from: u64) -> Option<u64> {
        let found = match arrow {
            Key::ArrowUp => self.0.range(..from).next_back(),
            _ => self.0.range(from.saturating_add(1)..).next(),
        };
        found.copied()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_lead_from_one_to_the_next_and_not_beyond_the_last() {
        let mut bookmarks = Bookmarks::default();
        [7, 3, 9, 3].into_iter().for_each(|id| bookmarks.toggle(id));
        assert!(!bookmarks.contains(3), "the second time takes it away");
        let led = [(Key::ArrowDown, 7), (Key::ArrowDown, 9), (Key::ArrowUp, 9), (Key::ArrowUp, 7)];
        assert_eq!(led.map(|(key, from)| bookmarks.next(key, from)), [Some(9), None, Some(7), None]);
    }
}
