//! Four million rows: each is where it should be, and can be reached.

use egui::{Event, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;

const ROWS: usize = 4_000_000;
const HEIGHT: f32 = 18.0;
const VIEW: f32 = 400.0;
const WIDTH: f32 = 300.0;

#[derive(Default)]
struct State {
    list: List,
    count: usize,
    /// The place of each row that was drawn, from the top of the view.
    drawn: Vec<(usize, f32)>,
}

struct Bench(Harness<'static, State>);

impl Bench {
    fn of(count: usize) -> Self {
        let state = State { count, ..State::default() };
        let draw = |ui: &mut Ui, state: &mut State| {
            let rows = Rows { height: HEIGHT, count: state.count, ever: state.count as u64 };
            let (drawn, top) = (&mut state.drawn, ui.max_rect().top());
            drawn.clear();
            state.list.show(ui, "rows", &rows, |ui, index| {
                let (rect, _) = ui.allocate_exact_size(vec2(50.0, HEIGHT), egui::Sense::hover());
                drawn.push((index, rect.top() - top));
            });
        };
        let size = vec2(WIDTH, VIEW);
        let mut bench = Self(Harness::builder().with_size(size).build_ui_state(
            move |ui, state| {
                let view = Rect::from_min_size(Pos2::ZERO, size);
                ui.scope_builder(UiBuilder::new().max_rect(view), |ui| draw(ui, state));
            },
            state,
        ));
        bench.0.run();
        bench
    }

    fn reveal(&mut self, row: usize) {
        let ever = self.0.state().count as u64;
        self.0.state_mut().list.reveal(row, ever);
        self.0.run();
    }

    /// Scrolls down by so many points, with the wheel.
    fn scroll(&mut self, points: f32) {
        self.0.event(Event::PointerMoved(pos2(100.0, 200.0)));
        self.0.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, -points),
            phase: TouchPhase::Move,
            source: MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        // Scrolling is smooth.
        self.0.run_steps(60);
    }

    /// Takes the scroll bar from one height to another.
    fn drag_bar(&mut self, from: f32, to: f32) {
        let at = |y| pos2(WIDTH - 3.0, y);
        let button = |pos, pressed| Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        for event in [
            Event::PointerMoved(at(from)),
            button(at(from), true),
            Event::PointerMoved(at((from + to) / 2.0)),
            Event::PointerMoved(at(to)),
            button(at(to), false),
        ] {
            self.0.event(event);
            self.0.run_steps(2);
        }
        self.0.event(Event::PointerMoved(pos2(100.0, 200.0)));
        self.0.run();
    }

    fn drawn(&self) -> &[(usize, f32)] {
        &self.0.state().drawn
    }

    /// The exact place of the view in the list, by the first row that was drawn; all others must agree with it.
    fn top(&self) -> f64 {
        let place = |&(index, y): &(usize, f32)| index as f64 * f64::from(HEIGHT) - f64::from(y);
        let top = place(&self.drawn()[0]);
        assert!(self.drawn().iter().all(|row| (place(row) - top).abs() < 0.05), "{:?}", self.drawn());
        assert!(self.drawn()[0].1 <= 0.05, "nothing is missing at the top");
        assert!(self.drawn().len() >= (VIEW / HEIGHT) as usize, "nothing is missing below");
        top
    }

    fn sees(&self, row: usize) -> bool {
        self.drawn().iter().any(|&(index, y)| index == row && y >= -0.05 && y + HEIGHT <= VIEW + 0.05)
    }

    fn follows(&self) -> bool {
        self.0.query_by_label_contains("Jump to end").is_none()
    }
}

#[test]
fn a_list_begins_at_its_end_and_follows_it() {
    let mut bench = Bench::of(ROWS);
    assert!(bench.sees(ROWS - 1) && bench.follows());
    bench.0.state_mut().count += 3;
    bench.0.run();
    assert!(bench.sees(ROWS + 2) && bench.follows());
}

#[test]
fn any_row_can_be_revealed_and_stands_in_the_middle() {
    let mut bench = Bench::of(ROWS);
    for row in [2_345_678, 1_000_001, 100, 3_999_900] {
        bench.reveal(row);
        let (_, y) = *bench.drawn().iter().find(|(index, _)| *index == row).unwrap();
        assert!((y - VIEW / 2.0).abs() < 0.05, "row {row} at {y}");
        assert!(!bench.follows());
    }
    bench.reveal(0);
    assert!(bench.sees(0) && bench.top() == 0.0);
}

#[test]
fn scrolling_moves_by_exactly_what_was_asked_for_anywhere() {
    let mut bench = Bench::of(ROWS);
    for row in [2_345_678, 30, 1_111, 3_998_800, 3_999_950] {
        bench.reveal(row);
        let mut expected = bench.top();
        for points in [1.0, 1.0, 17.0, 250.0, -1.0, -300.0, 3.0] {
            bench.scroll(points);
            expected += f64::from(points);
            assert!((bench.top() - expected).abs() < 0.1, "at {row} by {points}: {} {expected}", bench.top());
        }
    }
}

#[test]
fn the_bar_reaches_both_ends_and_the_middle() {
    let mut bench = Bench::of(ROWS);
    bench.drag_bar(VIEW - 3.0, -50.0);
    assert!(bench.sees(0) && !bench.follows());
    bench.drag_bar(3.0, VIEW / 2.0);
    let middle = bench.top() / f64::from(HEIGHT);
    assert!((middle - 2_000_000.0).abs() < 100_000.0, "{middle}");
    bench.drag_bar(VIEW / 2.0, VIEW + 50.0);
    assert!(bench.sees(ROWS - 1) && bench.follows());
}

#[test]
fn a_bar_that_is_held_still_does_not_move_the_list() {
    let mut bench = Bench::of(ROWS);
    bench.reveal(2_000_000);
    let top = bench.top();
    bench.drag_bar(VIEW / 2.0, VIEW / 2.0);
    assert_eq!(bench.top(), top);
}

#[test]
fn the_end_is_followed_again_once_a_person_scrolls_there() {
    let mut bench = Bench::of(ROWS);
    bench.scroll(-100.0);
    assert!(!bench.follows());
    bench.scroll(150.0);
    assert!(bench.sees(ROWS - 1) && bench.follows());
}

#[test]
fn a_list_that_became_short_is_seen_from_its_first_row() {
    let mut bench = Bench::of(ROWS);
    bench.reveal(2_000_000);
    bench.0.state_mut().count = 3;
    bench.0.run();
    assert_eq!(bench.drawn(), [(0, 0.0), (1, HEIGHT), (2, 2.0 * HEIGHT)]);
    assert!(bench.follows());
}
