//! What libraries say only to the `log` facade: the reason why a file dialog or a renderer could not be had.
//! The program itself does not log; it tells problems.

use crossbeam_channel::{Receiver, Sender, bounded, never};
use log::{LevelFilter, Log, Metadata, Record};

/// Libraries whose warnings are worth keeping.
const HEARD: [&str; 3] = ["rfd", "wgpu", "eframe"];

/// More than that is a library that repeats itself.
const KEPT: usize = 64;

/// The warnings kept so far; reading takes them.
#[derive(Clone)]
pub struct Warnings(Receiver<Warning>);

/// What a library warned of.
struct Warning {
    library: String,
    text: String,
}

impl Warnings {
    /// Starts to keep warnings. The facade takes one listener per process; a second one hears nothing.
    pub fn keep() -> Self {
        let (keep, kept) = bounded(KEPT);
        match log::set_boxed_logger(Box::new(Keeper(keep))) {
            Ok(()) => {
                log::set_max_level(LevelFilter::Warn);
                Self(kept)
            }
            Err(_) => Self(never()),
        }
    }

    /// Takes all warnings and returns the last one of this library.
    pub fn last_of(&self, library: &str) -> Option<String> {
        self.0.try_iter().filter(|warning| warning.library == library).last().map(|warning| warning.text)
    }
}

struct Keeper(Sender<Warning>);

impl Log for Keeper {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        HEARD.contains(&library(metadata))
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let warning =
                Warning { library: library(record.metadata()).to_owned(), text: record.args().to_string() };
            // A full store keeps what came first, which is where trouble begins.
            drop(self.0.try_send(warning));
        }
    }

    fn flush(&self) {}
}

fn library<'a>(metadata: &Metadata<'a>) -> &'a str {
    metadata.target().split("::").next().unwrap_or_default()
}
