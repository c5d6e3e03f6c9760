//! Short-lived threads, each with a name, and what is said when the system gives none.

use std::thread::{self, JoinHandle};

use crate::problem::{Kind, Problem};

/// Starts a thread of this name.
///
/// # Errors
/// [`Kind::Internal`] if the system gives none.
pub(super) fn start(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Problem> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|error| {
        Problem::new(
            Kind::Internal,
            format!("The system gives no further thread: {error}"),
            "Close other programs and try again",
        )
    })
}
