//! What the measurements ask the system for.

use std::fs::{self, File};
use std::time::Duration;

use rustix::pty::{OpenptFlags, openpt, ptsname, unlockpt};
use rustix::time::{ClockId, clock_gettime};

/// The module's end of a virtual serial port, and the path of the other.
pub(crate) fn pseudo_terminal() -> (File, String) {
    let module = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map(File::from).unwrap();
    unlockpt(&module).unwrap();
    let name = ptsname(&module, Vec::new()).unwrap().into_string().unwrap();
    (module, name)
}

/// Memory in use, in bytes.
pub(crate) fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident: u64 = pages.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    resident * 4096
}

/// What this thread has used of a processor so far.
pub(crate) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}
