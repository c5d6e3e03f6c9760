//! Errands that may take as long as they like: reading and unlocking files, writing them down, making keys, and the
//! system's file dialogs. Each has a short-lived thread of its own, so that the worker never waits for a slow disk or a
//! thoughtful person.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};
use std::time::Duration;

use rfd::AsyncFileDialog;

use super::clock::Clock;
use super::keyring::Keyring;
use super::link::Teller;
use super::log::Warnings;
use super::threads::start;
use super::{files, profiles, saving};
use crate::credential;
use crate::credential::make::{Made, Wanted};
use crate::model::{
    Existing, FileContent, NewFile, News, OPEN_CAPTURE, OPEN_PROFILE, Part, Place, ProfileDraft,
};
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// Nobody closes a dialog faster than this; one that is gone sooner was never there. The library cannot tell a dialog
/// that was cancelled from one that could not be opened.
const FASTEST_PERSON: Duration = Duration::from_millis(300);

/// Runs errands and tells what came of them.
pub struct Errands {
    teller: Teller,
    warnings: Warnings,
    keyring: Keyring,
    dialog: Option<JoinHandle<()>>,
}

impl Errands {
    /// Errands whose results are told to `teller`.
    pub fn new(teller: Teller, warnings: Warnings, keyring: Keyring) -> Self {
        Self { teller, warnings, keyring, dialog: None }
    }

    /// Reads a file and tells its content as [`News::File`].
    pub fn read(&self, purpose: String, path: PathBuf) {
        let (teller, told) = (self.teller.clone(), purpose.clone());
        if let Err(problem) = start("file", move || tell_file(&teller, told, &path)) {
            self.teller.tell(News::File { purpose, result: Err(problem) });
        }
    }

    /// Opens a locked file and tells what is in it as [`News::Unlocked`]. Deriving its key may take seconds.
    pub fn unlock(&self, purpose: String, content: FileContent, password: Secret) {
        let (teller, told) = (self.teller.clone(), purpose.clone());
        let unlock = move || {
            let opened = credential::unlock(&content.bytes, &password);
            let result = opened.map(|bytes| FileContent { path: content.path, bytes }).map_err(Problem::from);
            teller.tell(News::Unlocked { purpose: told, result });
        };
        if let Err(problem) = start("unlock", unlock) {
            self.teller.tell(News::Unlocked { purpose, result: Err(problem) });
        }
    }

    /// Makes keys and certificates and tells them as [`News::Made`].
    pub fn make(&self, purpose: String, wanted: Box<Wanted>) {
        let (teller, told) = (self.teller.clone(), purpose.clone());
        let make = move || teller.tell(News::Made { purpose: told, result: made(&wanted) });
        if let Err(problem) = start("make", make) {
            self.teller.tell(News::Made { purpose, result: Err(problem) });
        }
    }

    /// Opens the system's file dialog, one at a time, and reads what was chosen.
    pub fn choose(&mut self, purpose: String, title: String) {
        self.converse(purpose, Question::Open { title }, |teller, purpose, path| {
            tell_file(teller, purpose, &path);
        });
    }

    /// Writes files down where the person says, and tells it as [`News::Saved`].
    pub fn save(&mut self, purpose: String, place: Place, files: Vec<NewFile>, existing: Existing) {
        let title = match place {
            Place::Ask { title } => title,
            Place::At(path) => {
                let (teller, told, place) = (self.teller.clone(), purpose.clone(), path.clone());
                let save = move || tell_saved(&teller, told, &place, &files, existing);
                if let Err(problem) = start("save", save) {
                    self.teller.tell(News::Saved { purpose, place: path, result: Err(problem) });
                }
                return;
            }
        };
        let (question, existing) = match files.as_slice() {
            // The system's dialog asks by itself before it gives a name that is taken; that holds for this file alone.
            [file] => (Question::Save { title, name: file.name.clone() }, Existing::Replace),
            _ => (Question::Folder { title }, existing),
        };
        self.converse(purpose, question, move |teller, purpose, path| {
            tell_saved(teller, purpose, &path, &files, existing);
        });
    }

    /// Adds bytes at the end of a file and tells what came of it as [`News::Appended`].
    pub fn append(&self, purpose: String, path: PathBuf, bytes: Vec<u8>, part: Part) {
        let (teller, told) = (self.teller.clone(), purpose.clone());
        let append = move || {
            let result = saving::append(&path, &bytes, part);
            teller.tell(News::Appended { purpose: told, result });
        };
        if let Err(problem) = start("append", append) {
            self.teller.tell(News::Appended { purpose, result: Err(problem) });
        }
    }

    /// Reads a capture and tells its content as [`News::File`].
    pub fn open_capture(&mut self, place: Place) {
        let purpose = OPEN_CAPTURE.to_owned();
        match place {
            Place::Ask { title } => {
                self.converse(purpose, Question::Open { title }, |teller, purpose, path| {
                    tell_capture(teller, purpose, &path);
                });
            }
            Place::At(path) => {
                let (teller, told) = (self.teller.clone(), purpose.clone());
                if let Err(problem) = start("capture", move || tell_capture(&teller, told, &path)) {
                    self.teller.tell(News::File { purpose, result: Err(problem) });
                }
            }
        }
    }

    /// Opens a profile and tells it as [`News::Profile`].
    pub fn open_profile(&mut self, place: Place) {
        let keyring = self.keyring.clone();
        match place {
            Place::Ask { title } => {
                self.converse(OPEN_PROFILE.to_owned(), Question::Open { title }, move |teller, _, path| {
                    tell_profile(teller, path, &keyring);
                });
            }
            Place::At(path) => {
                let (teller, own) = (self.teller.clone(), path.clone());
                if let Err(problem) = start("profile", move || tell_profile(&teller, own, &keyring)) {
                    self.teller.tell(News::Profile { path, result: Err(vec![problem]) });
                }
            }
        }
    }

    /// Writes a profile down where the person says, and tells it as [`News::ProfileSaved`].
    pub fn save_profile(&mut self, purpose: String, place: Place, draft: ProfileDraft, existing: Existing) {
        let keyring = self.keyring.clone();
        match place {
            Place::Ask { title } => {
                // The system's dialog asks by itself before it gives a name that is taken.
                let question = Question::Save { title, name: draft.name.clone() };
                self.converse(purpose, question, move |teller, purpose, path| {
                    tell_profile_saved(teller, purpose, (path, draft, Existing::Replace), &keyring);
                });
            }
            Place::At(path) => {
                let (teller, told, own) = (self.teller.clone(), purpose.clone(), path.clone());
                let save = move || tell_profile_saved(&teller, told, (own, draft, existing), &keyring);
                if let Err(problem) = start("save", save) {
                    self.teller.tell(News::ProfileSaved { purpose, place: path, result: Err(problem) });
                }
            }
        }
    }

    /// Looks at profiles and tells what they are as [`News::Glances`].
    pub fn glance(&self, paths: Vec<PathBuf>) {
        let teller = self.teller.clone();
        let look = move || teller.tell(News::Glances(paths.into_iter().map(profiles::glance).collect()));
        if let Err(problem) = start("glance", look) {
            self.teller.tell(News::Trouble(problem));
        }
    }

    /// Opens a dialog and does something with what was chosen.
    fn converse(
        &mut self,
        purpose: String,
        question: Question,
        chosen: impl FnOnce(&Teller, String, PathBuf) + Send + 'static,
    ) {
        if self.dialog.as_ref().is_some_and(|dialog| !dialog.is_finished()) {
            let problem = Problem::new(
                Kind::WindowUnavailable,
                "Another file dialog is open",
                "Choose a file there, or close it first",
            );
            return self.teller.tell(News::DialogFailed { purpose, problem });
        }
        let (teller, warnings, told) = (self.teller.clone(), self.warnings.clone(), purpose.clone());
        let started = start("dialog", move || match question.ask(&warnings) {
            Ok(Some(path)) => chosen(&teller, told, path),
            Ok(None) => teller.tell(News::NoFileChosen { purpose: told }),
            Err(problem) => teller.tell(News::DialogFailed { purpose: told, problem }),
        });
        match started {
            Ok(dialog) => self.dialog = Some(dialog),
            Err(problem) => self.teller.tell(News::DialogFailed { purpose, problem }),
        }
    }
}

/// What a dialog of the system is opened for.
enum Question {
    Open {
        title: String,
    },
    Save {
        title: String,
        /// What the file is called unless the person says otherwise.
        name: String,
    },
    Folder {
        title: String,
    },
}

impl Question {
    /// Waits for the answer; none if the dialog was closed.
    fn ask(&self, warnings: &Warnings) -> Result<Option<PathBuf>, Problem> {
        let clock = Clock::start();
        let dialog = AsyncFileDialog::new();
        let chosen = match self {
            Self::Open { title } => wait_for(dialog.set_title(title).pick_file()),
            Self::Save { title, name } => wait_for(dialog.set_title(title).set_file_name(name).save_file()),
            Self::Folder { title } => wait_for(dialog.set_title(title).pick_folder()),
        };
        match chosen {
            Some(file) => Ok(Some(file.path().to_owned())),
            None if clock.now().since_start() < FASTEST_PERSON => Err(self.unasked(warnings.last_of("rfd"))),
            None => Ok(None),
        }
    }

    fn unasked(&self, reason: Option<String>) -> Problem {
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let help = match self {
            Self::Open { .. } => "Type the path, or drop the file on the window",
            Self::Save { .. } | Self::Folder { .. } => "Type the path of the folder",
        };
        let message = format!("The system's file dialog cannot be opened{reason}");
        Problem::new(Kind::WindowUnavailable, message, help)
    }
}

/// The writer of certificates gives up at names that it did not expect; a person who waits is told all the same.
fn made(wanted: &Wanted) -> Result<Box<Made>, Problem> {
    let made = catch_unwind(AssertUnwindSafe(|| wanted.make()));
    let given_up = |_| {
        let message = "It could not be made: something in the files was not expected";
        Problem::new(
            Kind::Internal,
            message,
            "Use other files, and report it with the certificate, never the key",
        )
    };
    made.map_err(given_up).flatten().map(Box::new)
}

fn tell_file(teller: &Teller, purpose: String, path: &Path) {
    teller.tell(News::File { purpose, result: files::read(path).map_err(Problem::from) });
}

fn tell_capture(teller: &Teller, purpose: String, path: &Path) {
    teller.tell(News::File { purpose, result: files::read_capture(path).map_err(Problem::from) });
}

/// A relative path is told in full, so that a person finds the files again.
fn tell_saved(teller: &Teller, purpose: String, place: &Path, files: &[NewFile], existing: Existing) {
    let place = std::path::absolute(place).unwrap_or_else(|_| place.to_owned());
    let result = saving::save(&place, files, existing);
    teller.tell(News::Saved { purpose, place, result });
}

fn tell_profile(teller: &Teller, path: PathBuf, keyring: &Keyring) {
    let result = profiles::open(&path, keyring).map(Box::new);
    teller.tell(News::Profile { path, result });
}

fn tell_profile_saved(
    teller: &Teller,
    purpose: String,
    (place, draft, existing): (PathBuf, ProfileDraft, Existing),
    keyring: &Keyring,
) {
    let result = profiles::save(&place, draft, existing, keyring);
    teller.tell(News::ProfileSaved { purpose, place, result });
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
        let (teller, news) = Teller::new(Arc::new(|| {}));
        let errands = Errands::new(teller, Warnings::keep(), Keyring::missing());
        errands.read("ca".to_owned(), PathBuf::from("/nowhere/at/all"));
        match news.recv().unwrap() {
            News::File { purpose, result } => {
                assert_eq!((purpose.as_str(), result.unwrap_err().kind), ("ca", Kind::MissingFile));
            }
            other => panic!("{other:?}"),
        }
    }
    #[test]
    fn files_are_written_aside_and_told_with_their_whole_path() {
        use crate::model::NewContent;
        let folder = tempfile::tempdir().unwrap();
        let (teller, news) = Teller::new(Arc::new(|| {}));
        let mut errands = Errands::new(teller, Warnings::keep(), Keyring::missing());
        let files = vec![NewFile { name: "a.pem".to_owned(), content: NewContent::Public("a".to_owned()) }];
        for expected in [Ok(vec![folder.path().join("a.pem")]), Err(Kind::FileExists)] {
            let place = Place::At(folder.path().to_owned());
            errands.save("make".to_owned(), place, files.clone(), Existing::Keep);
            match news.recv().unwrap() {
                News::Saved { purpose, place, result } => {
                    assert_eq!((purpose.as_str(), place.as_path()), ("make", folder.path()));
                    assert_eq!(result.map_err(|problem| problem.kind), expected);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn keys_are_made_aside() {
        use crate::credential::make::{KeySource, NewKey};
        let (teller, news) = Teller::new(Arc::new(|| {}));
        let errands = Errands::new(teller, Warnings::keep(), Keyring::missing());
        for (common_name, kind) in [("device1", None), ("", Some(Kind::WrongForm))] {
            let key = KeySource::New(NewKey::P256);
            let wanted = Wanted::Request { common_name: common_name.to_owned(), key };
            errands.make("request".to_owned(), Box::new(wanted));
            match news.recv().unwrap() {
                News::Made { purpose, result } => {
                    assert_eq!((purpose.as_str(), result.err().map(|p| p.kind)), ("request", kind));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
