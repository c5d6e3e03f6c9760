//! Ctrl+C and being asked to end, as messages.

use crossbeam_channel::{Receiver, unbounded};

use crate::problem::{Kind, Problem};

/// A message for each SIGINT, SIGTERM or SIGHUP from now on. It can be had once per process.
pub(super) fn interruptions() -> Result<Receiver<()>, Problem> {
    let (tell, told) = unbounded();
    let tell = move || {
        // Nobody listens any more when the program is about to end.
        let _ = tell.send(());
    };
    ctrlc::set_handler(tell).map_err(|error| {
        Problem::new(Kind::Internal, format!("Ctrl+C cannot be heard: {error}"), "Report this")
    })?;
    Ok(told)
}
