//! The dice of a module: the same seed throws the same numbers everywhere. Not for anything secret.

use std::ops::Range;
use std::time::Duration;

/// SplitMix64, after Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number of the range, which is not empty.
    pub(super) fn among(&mut self, range: Range<u32>) -> u32 {
        let width = u64::from(range.end.saturating_sub(range.start).max(1));
        range.start + u32::try_from(self.next() % width).unwrap_or_default()
    }

    /// A length of time of the range, to the millisecond.
    pub(super) fn between(&mut self, range: &Range<Duration>) -> Duration {
        let millis = |duration: Duration| u32::try_from(duration.as_millis()).unwrap_or(u32::MAX);
        Duration::from_millis(self.among(millis(range.start)..millis(range.end)).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throws_stay_in_their_range_and_reach_its_ends() {
        let mut chance = Chance::new(7);
        let throws: Vec<u32> = (0..200).map(|_| chance.among(3..7)).collect();
        assert_eq!((throws.iter().min(), throws.iter().max()), (Some(&3), Some(&6)));
    }

    #[test]
    fn the_same_seed_throws_the_same() {
        let throws = |seed| [(); 5].map(|()| seed).map(|seed| Chance::new(seed).among(0..1000));
        assert_eq!(throws(1), throws(1));
        assert_ne!(throws(1), throws(2));
    }
}
