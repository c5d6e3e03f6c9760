//! A view shows what a naive filter would, however it is sliced and whenever lines arrive.

use proptest::prelude::*;

use super::*;
use crate::moment::Moment;

fn console(texts: impl IntoIterator<Item = String>) -> Console {
    let mut console = Console::default();
    texts.into_iter().for_each(|text| console.add_note(text, Moment::START));
    console
}

fn places(view: &View) -> Vec<usize> {
    (0..view.len()).map(|row| view.place(row).unwrap()).collect()
}

/// The view, finished in slices of this size.
fn finish(view: &mut View, console: &Console, sieve: Sieve<'_>, budget: usize) {
    while view.advance(console, sieve, budget) == Progress::More {}
}

fn found(console: &Console, text: &str) -> View {
    let mut view = View::found();
    finish(&mut view, console, Sieve::Text(&Needle::new(text, Case::Exact)), 1);
    view
}

#[test]
fn a_slice_looks_at_no_more_than_its_budget_and_a_page() {
    let console = console((0..10_000).map(|number| format!("line {number}")));
    let looked = std::cell::Cell::new(0);
    let mut view = View::found();
    let count = |_: &ConsoleLine| {
        looked.set(looked.get() + 1);
        true
    };
    assert_eq!(view.advance(&console, Sieve::Lines(&count), 1_000), Progress::More);
    assert!((1..=2 * 64).contains(&looked.get()));
    assert_eq!(view.advance(&console, Sieve::Lines(&count), usize::MAX), Progress::Done);
    assert_eq!((looked.get(), view.len()), (10_000, 10_000));
}

#[test]
fn a_view_of_all_lines_is_done_at_once() {
    let console = console((0..100).map(|number| number.to_string()));
    let mut view = View::all();
    assert_eq!(view.advance(&console, Sieve::Lines(&|_| false), 0), Progress::Done);
    assert_eq!((view.len(), view.place(99), view.place(100)), (100, Some(99), None));
    assert_eq!((view.row(7), view.row(100)), (Some(7), None));
}

#[test]
fn matches_are_gone_through_in_both_directions_and_around_the_ends() {
    let console = console((0..300).map(|number| if number % 100 == 50 { "here" } else { "x" }.to_owned()));
    let view = found(&console, "here");
    assert_eq!(places(&view), [50, 150, 250]);
    assert_eq!([0, 50, 250, 299].map(|place| view.next(place)), [Some(50), Some(150), Some(50), Some(50)]);
    assert_eq!([299, 250, 50, 0].map(|place| view.previous(place)), [250, 150, 250, 250].map(Some));
    assert_eq!((view.row(150), view.row(151), view.rows_before(151)), (Some(1), None, 2));
    let nothing = found(&console, "nowhere");
    assert_eq!((nothing.next(3), nothing.previous(3)), (None, None));
}

#[test]
fn the_numbers_around_a_text_are_not_searched() {
    // Each record has its time and lengths in front of it; these bytes are all among them.
    let console = console((0..1000).map(|_| "aaaa".to_owned()));
    assert!(found(&console, "\u{4}").is_empty() && found(&console, "\0").is_empty());
}

#[test]
fn a_cleared_console_empties_its_views() {
    let mut console = console((0..100).map(|_| "here".to_owned()));
    let mut view = found(&console, "here");
    console.clear();
    console.add_note("here again", Moment::START);
    finish(&mut view, &console, Sieve::Text(&Needle::new("here", Case::Exact)), 1);
    assert_eq!(places(&view), [0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_view_shows_what_a_naive_filter_would(
        texts in prop::collection::vec("[aAbBäÄ\t]{0,6}", 0..500), later in prop::collection::vec("[aAb]{0,6}", 0..200),
        text in "[aAbBäÄ]{0,3}", exact: bool, budget in 0..5_000_usize,
    ) {
        let needle = Needle::new(&text, if exact { Case::Exact } else { Case::Ignored });
        let naive = |line: &ConsoleLine| if exact {
            line.text.contains(&text)
        } else {
            line.text.to_lowercase().contains(&text.to_lowercase())
        };
        let mut console = console(texts);
        let (mut by_text, mut by_line) = (View::found(), View::found());
        by_text.advance(&console, Sieve::Text(&needle), budget);
        by_line.advance(&console, Sieve::Lines(&naive), budget);
        later.into_iter().for_each(|text| console.add_note(text, Moment::START));
        finish(&mut by_text, &console, Sieve::Text(&needle), budget + 1);
        finish(&mut by_line, &console, Sieve::Lines(&naive), budget + 1);
        let mut expected = Vec::new();
        console.scan(0..console.len(), |place, line| if naive(line) { expected.push(place) });
        prop_assert_eq!(places(&by_text), &expected[..]);
        prop_assert_eq!(places(&by_line), expected);
    }
}
