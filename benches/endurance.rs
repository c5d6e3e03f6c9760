//! What a long log costs: adding a line, drawing a frame over four million lines, searching a million, the memory for
//! 100 MB, and reading AT text in the first place. The lines are kept in a file as they are in the program.
//!
//! `cargo bench --bench endurance`, with a word such as `search` behind `--` for a part of it
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a measurement")]
#![allow(clippy::print_stdout, reason = "printing is what it is for")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock and the system")]

use std::cell::Cell;
use std::fs;
use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput};
use egui_kittest::Harness;
use xpress_center::at::Decoder;
use xpress_center::model::{
    Case, ConsoleLine, Handle, LineKind, Model, Needle, News, Order, Settings, Sieve, Tape, View,
    ViewProgress,
};
use xpress_center::moment::{Moment, UnixTime};
use xpress_center::session::{Direction, Event, Wire, WireKind};
use xpress_center::shell::tape::FileTape;
use xpress_center::ui::App;

fn main() {
    // Before anything else has used memory that could be used again.
    memory();
    let mut criterion = Criterion::default().configure_from_args();
    append(&mut criterion);
    search(&mut criterion);
    frames(&mut criterion);
    decode(&mut criterion);
    criterion.final_summary();
}

/// What a busy module says, one line after the other; 26 bytes on average.
fn text(number: u64) -> String {
    match number % 8 {
        0 => "AT+UWSSTAT".to_owned(),
        1 => format!("+UWSSTAT:6,{}", 20 + number % 60),
        2 | 6 => "OK".to_owned(),
        3 => format!("+UUDPC:{},2,0,10.0.0.7,{},93.184.216.34,8883", number % 7, 49_152 + number % 10_000),
        4 => format!(
            "+UWSCAN:D4CA6E{:06X},1,\"lab-ap-{}\",6,-{}",
            number & 0xFF_FFFF,
            number % 100,
            40 + number % 40
        ),
        5 => "AT+UDDRP=1".to_owned(),
        _ => format!("+UUPING:1,32,\"device{number}.example.com\",10.0.0.1,64,{}", number % 300),
    }
}

fn news(number: u64) -> News {
    let kind = match number % 8 {
        0 | 5 => WireKind::Command,
        2 | 6 => WireKind::Ok,
        3 | 7 => WireKind::Unsolicited,
        _ => WireKind::Answer,
    };
    let direction = if kind == WireKind::Command { Direction::Sent } else { Direction::Received };
    let at = Moment::START + Duration::from_micros(number * 100);
    News::Session(Event::Wire(Wire { at, direction, kind, bytes: text(number).into_bytes() }))
}

fn model(lines: u64) -> Model {
    let mut model = Model::on(Box::new(FileTape::new()), Box::new(FileTape::new()));
    (0..lines).for_each(|number| model.handle(news(number), Moment::START));
    model
}

fn memory() {
    let before = resident();
    let mut model = Model::on(Box::new(FileTape::new()), Box::new(FileTape::new()));
    let (mut bytes, mut number) = (0, 0);
    while bytes < 100_000_000 {
        bytes += text(number).len();
        model.handle(news(number), Moment::START);
        number += 1;
    }
    let log = resident() - before;
    let mut view = View::found();
    let every = |_: &ConsoleLine| true;
    while view.advance(&model.console, Sieve::Lines(&every), 1 << 20) == ViewProgress::More {}
    let both = resident() - before;
    println!(
        "100 MB of log ({number} lines): {:.1} MB of memory, {:.1} MB with a filter that lets every line pass",
        log as f64 / 1e6,
        both as f64 / 1e6
    );
}

/// Memory in use, in bytes; 0 where the system does not say.
fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident: u64 = pages.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    resident * 4096
}

fn append(criterion: &mut Criterion) {
    let mut model = model(0);
    let mut number = 0;
    let mut group = criterion.benchmark_group("append");
    group.measurement_time(Duration::from_secs(3));
    group.bench_function("one line", |bencher| {
        let make = || {
            number += 1;
            news(number)
        };
        bencher.iter_batched(make, |news| model.handle(news, Moment::START), BatchSize::SmallInput);
    });
    group.finish();
}

fn search(criterion: &mut Criterion) {
    let model = model(1_000_000);
    let rare = Needle::new("device777775.", Case::Ignored);
    let exact = Needle::new("device777775.", Case::Exact);
    let often = Needle::new("ok", Case::Ignored);
    let answers = |line: &ConsoleLine| {
        matches!(line.kind, LineKind::Wire(_, WireKind::Answer)) && line.text.contains('7')
    };
    let mut group = criterion.benchmark_group("search in a million lines");
    group.sample_size(10);
    for (name, sieve) in [
        ("a rare text", Sieve::Text(&rare)),
        ("a rare text, exact", Sieve::Text(&exact)),
        ("a frequent text", Sieve::Text(&often)),
        ("a filter on kind and text", Sieve::Lines(&answers)),
    ] {
        let mut slices = Vec::new();
        let mut found = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut view = View::found();
                let mut more = ViewProgress::More;
                while more == ViewProgress::More {
                    let began = Instant::now();
                    more = view.advance(&model.console, sieve, sieve.budget());
                    slices.push(began.elapsed());
                }
                found = view.len();
            });
        });
        if !slices.is_empty() {
            slices.sort();
            let part = |percent| slices[(slices.len() - 1) * percent / 100];
            println!(
                "{found} lines with {name}; a slice takes {:.1?}, 95 % up to {:.1?}",
                part(50),
                part(95)
            );
        }
    }
    group.finish();
}

/// A shell that has said so many lines.
struct Shell {
    told: u64,
    lines: Rc<Cell<u64>>,
}

impl Handle for Shell {
    fn send(&mut self, _: Order) {}

    fn poll(&mut self) -> Option<News> {
        (self.told < self.lines.get()).then(|| {
            self.told += 1;
            news(self.told)
        })
    }

    fn now(&self) -> Moment {
        Moment::START
    }

    fn date(&self) -> UnixTime {
        UnixTime(1_800_000_000)
    }

    fn another(&self) -> Box<dyn Handle> {
        Box::new(Self { told: 0, lines: Rc::clone(&self.lines) })
    }

    fn tape(&mut self) -> Box<dyn Tape> {
        Box::new(FileTape::new())
    }
}

/// A frame of the whole window while a person scrolls, 1280 × 800 points, without the renderer.
fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    for lines in [100, 4_000_000] {
        let said = Rc::new(Cell::new(lines));
        let shell = Box::new(Shell { told: 0, lines: Rc::clone(&said) });
        let mut window: Harness<'_, App> = Harness::builder()
            .with_size([1280.0, 800.0])
            .build_eframe(move |creation| App::new(creation, shell, Settings::default()));
        while (window.state().model().console.len() as u64) < lines {
            window.step();
        }
        window.event(egui::Event::PointerMoved(egui::pos2(600.0, 680.0)));
        let needle = Needle::new("uuping", Case::Ignored);
        let mut view = View::found();
        while view.advance(&window.state().model().console, Sieve::Text(&needle), 1 << 22)
            == ViewProgress::More
        {}
        let mut up = true;
        group.bench_function(format!("scrolling in {lines} lines"), |bencher| {
            bencher.iter(|| {
                scroll(&mut window, &mut up);
                window.step();
            });
        });
        let mut row = 0;
        group.bench_function(
            format!("scrolling in {lines} lines while one arrives and a filter is on"),
            |bencher| {
                bencher.iter(|| {
                    said.set(said.get() + 1);
                    scroll(&mut window, &mut up);
                    window.step();
                    // What the filter adds: it goes on, and 25 rows are looked up somewhere in it.
                    let console = &window.state().model().console;
                    view.advance(console, Sieve::Text(&needle), 1 << 22);
                    row = (row + 7919) % view.len();
                    for row in row..row + 25 {
                        black_box(view.place(row).and_then(|place| console.get(place)));
                    }
                });
            },
        );
    }
    group.finish();
}

fn scroll(window: &mut Harness<'_, App>, up: &mut bool) {
    *up = !*up;
    window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, if *up { 90.0 } else { -80.0 }),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: egui::Modifiers::NONE,
    });
}

fn decode(criterion: &mut Criterion) {
    let bytes: Vec<u8> =
        (0..40_000).flat_map(|number| format!("\r\n{}\r\n", text(number)).into_bytes()).collect();
    let mut group = criterion.benchmark_group("AT text");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("into lines", |bencher| {
        bencher.iter(|| {
            let mut decoder = Decoder::new();
            let mut count = 0;
            for piece in bytes.chunks(4096) {
                decoder.feed(piece);
                while let Some(item) = decoder.poll() {
                    black_box(item);
                    count += 1;
                }
            }
            count
        });
    });
    group.finish();
}
