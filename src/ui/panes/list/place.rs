//! Where a list stands, in points from its top, exactly for any number of rows. The toolkit computes in `f32`, which
//! cannot tell neighbouring points apart beyond some million; so it is shown a shorter list, in which the ends are as long
//! as they are and only the middle is squeezed. Small steps count as they are; the bar alone goes by the squeezed scale.

/// The longest way that the toolkit is shown, in points: there it still knows hundredths.
const LONGEST: f64 = 200_000.0;
/// So much at both ends is never squeezed: more than anybody scrolls in one frame.
const END: f64 = 20_000.0;

/// The lengths of a list, in points, and how they are shown to the toolkit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    /// The largest distance of the view from the top.
    most: f64,
    /// The same in the list that the toolkit is shown.
    shown_most: f64,
    /// What is seen of the list at a time.
    in_view: f64,
}

impl Scale {
    /// For a list of this height in a view of that height.
    pub(super) fn new(height: f64, view: f64) -> Self {
        let most = (height - view).max(0.0);
        Self { most, shown_most: most.min(LONGEST), in_view: height.min(view) }
    }

    /// The largest distance of the view from the top.
    pub(super) const fn most(&self) -> f64 {
        self.most
    }

    /// The height of the list that the toolkit is shown.
    pub(super) fn shown_height(&self) -> f64 {
        self.shown_most + self.in_view
    }

    /// Where the toolkit is told to stand.
    pub(super) fn shown(&self, top: f64) -> f64 {
        bent(top, self.most, self.shown_most)
    }

    /// Where the list stands when the toolkit says that it stands there.
    pub(super) fn real(&self, shown: f64) -> f64 {
        bent(shown, self.shown_most, self.most)
    }
}

/// A distance on a scale that goes to `from` as one on a scale that goes to `to`: the same near the start, as far from
/// the end near the end, and in proportion between.
fn bent(place: f64, from: f64, to: f64) -> f64 {
    let place = place.clamp(0.0, from);
    if from == to || place <= END {
        place
    } else if from - place <= END {
        to - (from - place)
    } else {
        END + (place - END) * ((to - 2.0 * END) / (from - 2.0 * END))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_list_of_usual_length_is_shown_as_it_is() {
        let scale = Scale::new(150_000.0, 400.0);
        assert_eq!(
            (scale.shown_height(), scale.shown(1234.5), scale.real(1234.5)),
            (150_000.0, 1234.5, 1234.5)
        );
        let short = Scale::new(100.0, 400.0);
        assert_eq!((short.shown_height(), short.shown(50.0)), (100.0, 0.0));
    }

    #[test]
    fn both_ends_of_a_long_list_are_as_long_as_they_are() {
        let scale = Scale::new(72_000_400.0, 400.0);
        assert_eq!((scale.shown(19_999.0), scale.shown(72_000_000.0 - 17.0)), (19_999.0, 200_000.0 - 17.0));
        assert_eq!((scale.shown(36_000_000.0), scale.real(200_000.0)), (100_000.0, 72_000_000.0));
    }

    proptest! {
        #[test]
        fn a_place_is_found_again_and_order_is_kept(
            height in 0.0..1e9_f64, view in 10.0..2000.0_f64, places: [prop::sample::Index; 2],
        ) {
            let scale = Scale::new(height, view);
            let places = places.map(|place| place.index(1_000_001) as f64 / 1_000_000.0 * scale.most());
            let [one, other] = places.map(|place| scale.shown(place));
            prop_assert!(places[0] > places[1] || one <= other + 1e-6);
            prop_assert!(places.iter().zip([one, other]).all(|(place, shown)| (scale.real(shown) - place).abs() < 0.01));
        }
    }
}
