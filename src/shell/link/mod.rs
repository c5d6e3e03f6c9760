//! The way to a module: one worker thread owns the port and the session; orders and news cross in channels. Nobody above
//! can tell a serial port, a port served over TCP and the simulated module from each other.

mod handle;
mod outgoing;
mod ports;
mod search;
mod serial;
mod simulated;
mod tcp;
mod worker;

use std::time::Duration;

pub use handle::{LinkHandle, Teller};
pub use ports::list;
pub use worker::Worker;

use crate::problem::Problem;
use crate::session::LineSettings;

/// A way for bytes to and from a module. It is closed when it is dropped, without waiting for what is still to be sent.
trait Transport {
    /// Waits for bytes, at most this long; 0 means that none came. Bytes that come wake it at once.
    ///
    /// # Errors
    /// The port is gone.
    fn read(&mut self, buffer: &mut [u8], patience: Duration) -> Result<usize, Problem>;

    /// Hands over as many bytes as are taken at once, perhaps none.
    ///
    /// # Errors
    /// The port is gone.
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Problem>;

    /// Sets the line while it is open; what was written and has not left yet may be lost.
    ///
    /// # Errors
    /// The port cannot be set like this, and is as it was.
    fn set_line(&mut self, line: LineSettings) -> Result<(), Problem>;
}
