//! A flood: 100 MB of lines through a virtual serial port as fast as it goes, while the whole window is open and draws.
//! Every line has to be in the console afterwards, in order; frames are measured because a click waits for one.
//!
//! `cargo bench --bench flood`, with a number behind `--` for so many MB
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement")]
#![allow(clippy::print_stdout, reason = "printing is what it is for")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock and the system")]

#[cfg(unix)]
#[allow(dead_code, reason = "another measurement asks for processor time")]
mod system;

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(not(unix))]
fn main() {
    println!("There are no pseudo-terminals here");
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::io::{Read, Write};
    use std::thread;
    use std::time::{Duration, Instant};

    use egui_kittest::Harness;
    use xpress_center::model::{Connection, Line, LineKind, PortName, Settings};
    use xpress_center::session::{Activity, Direction, WireKind};
    use xpress_center::shell::clock::Clock;
    use xpress_center::shell::link::Worker;
    use xpress_center::ui::App;

    use super::system::{pseudo_terminal, resident};

    const BLOCK: usize = 64 * 1024;

    fn text(number: u64) -> String {
        format!("+UUPING:1,32,\"device{number}.example.com\",10.0.0.1,64,{}", number % 300)
    }

    pub(super) fn main() {
        let megabytes = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(100);
        let (mut module, name) = pseudo_terminal();
        let mut window = window(&name);
        answer(module.try_clone().unwrap());
        click(&mut window, "Connect");
        while !matches!(window.state().model().line, Line::Open(_)) {
            window.step();
        }
        while window.state().model().mode.is_none() || window.state().model().activity != Activity::Nothing {
            window.step();
        }
        let before = resident();
        let begun = Instant::now();
        let flood = thread::spawn(move || pour(&mut module, megabytes * 1_000_000));
        let (mut frames, mut peak) = (Vec::new(), 0);
        let mut stored;
        let (lines, bytes, sent) = loop {
            let frame = Instant::now();
            window.step();
            frames.push(frame.elapsed());
            peak = peak.max(resident());
            stored = window.state().model().console.len();
            // A person folds and unfolds the log meanwhile.
            if frames.len() % 50 == 0 {
                window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::L);
            }
            if flood.is_finished() {
                break flood.join().unwrap();
            }
        };
        let poured = begun.elapsed();
        let deadline = Instant::now() + Duration::from_secs(120);
        while (unsolicited(&window, stored) as u64) < lines && Instant::now() < deadline {
            for _ in 0..20 {
                let frame = Instant::now();
                window.step();
                frames.push(frame.elapsed());
            }
            peak = peak.max(resident());
            stored = window.state().model().console.len();
        }
        report(&window, (lines, bytes, sent), (poured, begun.elapsed()), &mut frames, peak - before);
    }

    fn window(port: &str) -> Harness<'static, App> {
        let connection = Connection::to(PortName::Serial(port.to_owned()));
        let settings = Settings { connection: Some(connection), ..Settings::default() };
        let handle = Box::new(Worker::start(Clock::start(), || {}));
        let builder = Harness::builder().with_size(egui::Vec2::new(1280.0, 800.0));
        builder.build_eframe(move |creation| App::new(creation, handle, settings))
    }

    fn click(window: &mut Harness<'static, App>, label: &str) {
        use egui_kittest::kittest::Queryable;
        window.query_all_by_label(label).next().unwrap().click();
        window.step();
        window.step();
    }

    /// A module that says yes to everything, so that the program takes what follows for its lines.
    fn answer(mut module: File) {
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = module.read(&mut buffer) {
                for _ in buffer[..count].iter().filter(|byte| **byte == b'\r') {
                    module.write_all(b"\r\nOK\r\n").unwrap();
                }
            }
        });
    }

    /// Writes so many bytes of lines; says how many lines they were, how many bytes, and their hash.
    fn pour(module: &mut File, most: usize) -> (u64, usize, u64) {
        let (mut number, mut bytes, mut hash) = (0, 0, DefaultHasher::new());
        let mut block = Vec::with_capacity(BLOCK + 200);
        while bytes < most {
            while block.len() < BLOCK {
                let text = text(number);
                text.hash(&mut hash);
                block.extend_from_slice(b"\r\n");
                block.extend_from_slice(text.as_bytes());
                block.extend_from_slice(b"\r\n");
                number += 1;
            }
            module.write_all(&block).unwrap();
            bytes += block.len();
            block.clear();
        }
        (number, bytes, hash.finish())
    }

    /// How many lines of the flood are there; only what is new is looked at, as this is asked often.
    fn unsolicited(window: &Harness<'static, App>, stored: usize) -> usize {
        let console = &window.state().model().console;
        let mut count = 0;
        console.scan(0..200.min(stored), |_, line| {
            count += usize::from(line.kind == LineKind::Wire(Direction::Received, WireKind::Unsolicited));
        });
        stored - 200.min(stored) + count
    }

    fn report(
        window: &Harness<'static, App>,
        (lines, bytes, sent): (u64, usize, u64),
        (poured, whole): (Duration, Duration),
        frames: &mut [Duration],
        peak: u64,
    ) {
        let (mut found, mut hash) = (0_u64, DefaultHasher::new());
        let console = &window.state().model().console;
        console.scan(0..console.len(), |_, line| {
            if line.kind == LineKind::Wire(Direction::Received, WireKind::Unsolicited) {
                line.text.hash(&mut hash);
                found += 1;
            }
        });
        frames.sort_unstable();
        let at = |share: usize| frames[(frames.len() * share / 1000).min(frames.len() - 1)];
        let rate = bytes as f64 / 1e6 / whole.as_secs_f64();
        println!(
            "{lines} lines, {bytes} bytes, poured in {poured:.1?}, shown after {whole:.1?}: {rate:.1} MB/s"
        );
        println!(
            "{found} lines are in the console, {}",
            if hash.finish() == sent { "the same" } else { "NOT the same" }
        );
        println!(
            "frames: {} of them, median {:.1?}, 99 % {:.1?}, longest {:.1?}",
            frames.len(),
            at(500),
            at(990),
            at(1000)
        );
        println!("memory: {:.0} MB more at the most", peak as f64 / 1e6);
    }
}
