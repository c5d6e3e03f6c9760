//! Errands that may take as long as they like: reading a file a person named, and the system's file dialog. Each has a
//! short-lived thread of its own, so that the worker never waits for a slow disk or a thoughtful person.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};
use std::time::Duration;

use super::clock::Clock;
use super::files;
use super::link::Teller;
use super::log::Warnings;
use crate::credential;
use crate::model::{FileContent, News};
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// Nobody closes a dialog faster than this; one that is gone sooner was never there. The library cannot tell a dialog
/// that was cancelled from one that could not be opened.
const FASTEST_PERSON: Duration = Duration::from_millis(300);

/// Runs errands and tells what came of them.
pub struct Errands {
    teller: Teller,
    warnings: Warnings,
    dialog: Option<JoinHandle<()>>,
}

impl Errands {
    /// Errands whose results are told to `teller`.
    pub fn new(teller: Teller, warnings: Warnings) -> Self {
        Self { teller, warnings, dialog: None }
    }

    /// Reads a file and tells its content as [`News::File`].
    pub fn read(&self, purpose: String, path: PathBuf) {
        let teller = self.teller.clone();
        let started = thread::Builder::new().name("file".to_owned()).spawn({
            let purpose = purpose.clone();
            move || tell_file(&teller, purpose, &path)
        });
        if let Err(error) = started {
            self.teller.tell(News::File { purpose, result: Err(no_thread(&error)) });
        }
    }

    /// Opens a locked file and tells what is in it as [`News::Unlocked`]. Deriving its key may take seconds.
    pub fn unlock(&self, purpose: String, content: FileContent, password: Secret) {
        let teller = self.teller.clone();
        let started = thread::Builder::new().name("unlock".to_owned()).spawn({
            let purpose = purpose.clone();
            move || {
                let opened = credential::unlock(&content.bytes, &password);
                let result =
                    opened.map(|bytes| FileContent { path: content.path, bytes }).map_err(Problem::from);
                teller.tell(News::Unlocked { purpose, result });
            }
        });
        if let Err(error) = started {
            self.teller.tell(News::Unlocked { purpose, result: Err(no_thread(&error)) });
        }
    }

    /// Opens the system's file dialog, one at a time, and reads what was chosen.
    pub fn choose(&mut self, purpose: String, title: String) {
        if self.dialog.as_ref().is_some_and(|dialog| !dialog.is_finished()) {
            let problem = Problem::new(
                Kind::WindowUnavailable,
                "Another file dialog is open",
                "Choose a file there, or close it first",
            );
            return self.teller.tell(News::DialogFailed { purpose, problem });
        }
        let (teller, warnings) = (self.teller.clone(), self.warnings.clone());
        let started = thread::Builder::new().name("dialog".to_owned()).spawn({
            let purpose = purpose.clone();
            move || converse(&teller, &warnings, purpose, &title)
        });
        match started {
            Ok(dialog) => self.dialog = Some(dialog),
            Err(error) => self.teller.tell(News::DialogFailed { purpose, problem: no_thread(&error) }),
        }
    }
}

fn converse(teller: &Teller, warnings: &Warnings, purpose: String, title: &str) {
    let clock = Clock::start();
    let chosen = wait_for(rfd::AsyncFileDialog::new().set_title(title).pick_file());
    match chosen {
        Some(file) => tell_file(teller, purpose, file.path()),
        None if clock.now().since_start() < FASTEST_PERSON => {
            let problem = no_dialog(warnings.last_of("rfd"));
            teller.tell(News::DialogFailed { purpose, problem });
        }
        None => teller.tell(News::NoFileChosen { purpose }),
    }
}

fn tell_file(teller: &Teller, purpose: String, path: &Path) {
    teller.tell(News::File { purpose, result: files::read(path).map_err(Problem::from) });
}

fn no_dialog(reason: Option<String>) -> Problem {
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    Problem::new(
        Kind::WindowUnavailable,
        format!("The system's file dialog cannot be opened{reason}"),
        "Type the path, or drop the file on the window",
    )
}

fn no_thread(error: &std::io::Error) -> Problem {
    Problem::new(
        Kind::Internal,
        format!("The system gives no further thread: {error}"),
        "Close other programs and try again",
    )
}

/// Waits on this thread until the future is done.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_future_that_is_woken_from_another_thread_is_waited_for() {
        let mut polls = 0;
        let value = wait_for(std::future::poll_fn(|context| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready(7);
            }
            let waker = context.waker().clone();
            thread::Builder::new().spawn(move || waker.wake()).unwrap();
            Poll::Pending
        }));
        assert_eq!(value, 7);
    }

    #[test]
    fn a_file_is_read_aside_and_told_for_its_purpose() {
        let (teller, news) = Teller::new(|| {});
        let errands = Errands::new(teller, Warnings::keep());
        errands.read("ca".to_owned(), PathBuf::from("/nowhere/at/all"));
        match news.recv().unwrap() {
            News::File { purpose, result } => {
                assert_eq!((purpose.as_str(), result.unwrap_err().kind), ("ca", Kind::MissingFile));
            }
            other => panic!("{other:?}"),
        }
    }
}
