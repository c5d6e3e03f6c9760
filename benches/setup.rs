//! How fast the engine sets up simulated modules on made-up time, and how much longer a set-up takes than the module
//! itself needs. A program, not a test: it prints what it measured.
//!
//! `cargo bench --bench setup`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement"
)]
#![allow(clippy::print_stdout, reason = "printing is what it is for")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::time::{Duration, Instant};

use lab::{Lab, LabSettings, aws_job, line_time};
use xpress_center::plan::{Act, Plan};
use xpress_center::session::{PlanResult, Wish};

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/it/support/lab.rs"]
mod lab;

fn main() {
    lab::account();
    repeated("Wi-Fi joins and uploads", 10_000, joins_and_uploads);
    repeated("complete AWS set-ups with TLS", 1_000, complete);
    for speed in [115_200, 921_600] {
        overhead(speed);
    }
}

fn repeated(what: &str, times: u64, mut run: impl FnMut(u64)) {
    let began = Instant::now();
    (0..times).for_each(&mut run);
    println!("{times} {what}: {:.2} s", began.elapsed().as_secs_f64());
}

fn joins_and_uploads(seed: u64) {
    let mut lab = Lab::connected(LabSettings { seed, ..LabSettings::default() });
    let connects = |act: &Act| matches!(act, Act::Open { .. });
    let steps =
        lab.plan(&aws_job()).steps.into_iter().filter(|step| !step.act.iter().any(connects)).collect();
    lab.wish(Wish::Run(Plan { steps }));
    assert!(matches!(lab.result(Duration::from_secs(600)), Some(PlanResult::Done { .. })));
}

fn complete(seed: u64) {
    let mut lab = Lab::connected(LabSettings { seed, ..LabSettings::default() });
    assert!(matches!(lab.set_up(&aws_job()), PlanResult::Done { .. }));
}

/// The client's own share of a set-up: what is left of its time without the module's and the line's.
fn overhead(speed: u32) {
    let mut lab = Lab::connected(LabSettings { speed, ..LabSettings::default() });
    let (began, busy, bytes) = (lab.now, lab.simulator.busy_time(), lab.bytes);
    assert!(matches!(lab.set_up(&aws_job()), PlanResult::Done { .. }));
    let whole = lab.now.since(began);
    let module = lab.simulator.busy_time() - busy;
    let line = line_time(lab.bytes - bytes, speed);
    let share = 100.0 * (whole.as_secs_f64() / (module + line).as_secs_f64() - 1.0);
    println!("a set-up at {speed} bit/s: {whole:.3?}, module {module:.3?} + line {line:.3?}: {share:+.1} %");
}
