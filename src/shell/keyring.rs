//! The system's keyring: one secret by its name, read, written or taken out. What names there are and which profile they
//! belong to is the business of `deposit`.
//!
//! The store is opened anew each time, because one that is locked or missing now may be there in a minute; and on a thread
//! of its own, because a keyring that waits for its password, or a broken one, does not answer at all.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, SendError, bounded};
use keyring_core::{CredentialStore, Entry, Error, Result as StoreResult};
use zeroize::Zeroizing;

use super::threads;
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// What every entry of this program has in common.
pub const SERVICE: &str = "xpress-center";

/// How long a keyring may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

const ELSEWHERE: &str =
    "Start the keyring of your desktop, or let the secret be asked for or come from a variable or a file";

/// How the store is opened.
type Open = dyn Fn() -> StoreResult<Arc<CredentialStore>> + Send + Sync;

/// A keyring. Copies of it are the same one.
#[derive(Clone)]
pub struct Keyring {
    open: Arc<Open>,
    patience: Duration,
}

impl Keyring {
    /// The keyring of the person who is logged in.
    pub fn of_system() -> Self {
        Self { open: Arc::new(open_system), patience: PATIENCE }
    }

    /// The secret of this name.
    ///
    /// # Errors
    /// [`Kind::MissingSecret`] if there is none of that name, [`Kind::KeyringUnavailable`] if the keyring is not there, is
    /// locked, or does not answer.
    pub fn read(&self, name: &str) -> Result<Secret, Problem> {
        self.attempt(name, secret_of, |_, _| {})
    }

    /// Puts a secret under this name, and gives the one that it replaced.
    ///
    /// # Errors
    /// [`Kind::KeyringUnavailable`]. The keyring is as it was then, also if it answers when nobody waits any more.
    pub fn write(&self, name: &str, secret: &Secret) -> Result<Option<Secret>, Problem> {
        let secret = secret.clone();
        let write = move |entry: &Entry| {
            let before = optional(secret_of(entry))?;
            if before.as_ref() != Some(&secret) {
                entry.set_secret(secret.reveal().as_bytes())?;
            }
            Ok(before)
        };
        // Nobody is left who could be told that this fails.
        self.attempt(name, write, |entry, before| drop(put_back(entry, before.as_ref())))
    }

    /// Takes the secret of this name out; that there is none is as well.
    ///
    /// # Errors
    /// [`Kind::KeyringUnavailable`].
    pub fn delete(&self, name: &str) -> Result<(), Problem> {
        self.attempt(name, |entry| put_back(entry, None), |_, ()| {})
    }

    /// Makes the secret of this name what it was before [`write`](Self::write).
    ///
    /// # Errors
    /// [`Kind::KeyringUnavailable`].
    pub fn restore(&self, name: &str, before: Option<Secret>) -> Result<(), Problem> {
        self.attempt(name, move |entry| put_back(entry, before.as_ref()), |_, ()| {})
    }

    /// Does something with an entry while there is patience. If it is done after that, it is undone.
    fn attempt<T: Send + 'static>(
        &self,
        name: &str,
        work: impl FnOnce(&Entry) -> StoreResult<T> + Send + 'static,
        undo: impl FnOnce(&Entry, T) + Send + 'static,
    ) -> Result<T, Problem> {
        // Without room, so that what is sent was received or comes back.
        let (tell, told) = bounded(0);
        let (open, user) = (Arc::clone(&self.open), name.to_owned());
        threads::start("keyring", move || {
            let entry = match open().and_then(|store| store.build(SERVICE, &user, None)) {
                Ok(entry) => entry,
                // Whoever has lost patience was told something else already.
                Err(error) => return drop(tell.send(Err(error))),
            };
            if let Err(SendError(Ok(late))) = tell.send(work(&entry)) {
                undo(&entry, late);
            }
        })?;
        match told.recv_timeout(self.patience) {
            Ok(outcome) => outcome.map_err(|error| problem(name, &error)),
            Err(RecvTimeoutError::Timeout) => Err(silent(self.patience)),
            Err(RecvTimeoutError::Disconnected) => {
                Err(unavailable("The keyring could not be used: its client gave up".to_owned(), ELSEWHERE))
            }
        }
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn open_system() -> StoreResult<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn open_system() -> StoreResult<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn open_system() -> StoreResult<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

fn secret_of(entry: &Entry) -> StoreResult<Secret> {
    let bytes = Zeroizing::new(entry.get_secret()?);
    // Not the bytes: an error is shown.
    let text = std::str::from_utf8(&bytes).map_err(|_| Error::BadEncoding(Vec::new()))?;
    Ok(Secret::new(text))
}

fn optional<T>(found: StoreResult<T>) -> StoreResult<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

fn put_back(entry: &Entry, before: Option<&Secret>) -> StoreResult<()> {
    match before {
        Some(secret) => entry.set_secret(secret.reveal().as_bytes()),
        None => optional(entry.delete_credential()).map(Option::unwrap_or_default),
    }
}

fn problem(name: &str, error: &Error) -> Problem {
    let name = name.escape_debug();
    let of_entry = |message: String, help: &str| Problem::new(Kind::MissingSecret, message, help);
    match error {
        Error::NoEntry => of_entry(
            format!("The keyring has no secret of the name {name}"),
            "Open the profile in the window, type the secret and save it, or put it into the keyring by hand",
        ),
        Error::Ambiguous(_) => of_entry(
            format!("The keyring has several secrets of the name {name}"),
            "Remove all but one of them with your desktop's password manager",
        ),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => of_entry(
            format!("What the keyring has under the name {name} is no text"),
            "Type the secret again and save the profile",
        ),
        Error::Invalid(..) => of_entry(
            format!("The keyring cannot have a secret of the name {name}"),
            "Use letters, digits, dots, hyphens and slashes",
        ),
        Error::TooLong(_, limit) => unavailable(
            format!("The keyring takes no secret longer than {limit}"),
            "Let the secret be asked for, or keep it in a file",
        ),
        Error::NoStorageAccess(_) => unavailable(
            "The keyring is locked".to_owned(),
            "Unlock it, as your desktop's password manager does, and try again",
        ),
        error => unavailable(format!("The keyring cannot be used: {}", plain(error)), ELSEWHERE),
    }
}

/// The reason of the system, on one line.
fn plain(error: &Error) -> String {
    let text = match error {
        Error::PlatformFailure(reason) => reason.to_string(),
        error => error.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn silent(patience: Duration) -> Problem {
    unavailable(
        format!("The keyring has not answered for {} s", patience.as_secs()),
        "It may be asking for its password in another window: answer there, then try again",
    )
}

fn unavailable(message: String, help: &str) -> Problem {
    Problem::new(Kind::KeyringUnavailable, message, help)
}

#[cfg(test)]
impl Keyring {
    /// A keyring in memory that can be looked into, and made to fail.
    pub(crate) fn in_memory() -> (Self, Arc<keyring_core::mock::Store>) {
        let store = keyring_core::mock::Store::new().unwrap();
        let own = Arc::clone(&store);
        (Self { open: Arc::new(move || Ok(own.clone())), patience: PATIENCE }, store)
    }

    /// How many secrets it holds.
    pub(crate) fn entries(store: &keyring_core::mock::Store) -> usize {
        use keyring_core::api::CredentialStoreApi as _;
        let all = store.search(&std::collections::HashMap::new()).unwrap();
        all.iter().filter(|entry| entry.get_secret().is_ok()).count()
    }

    /// A keyring that is not there.
    pub(crate) fn missing() -> Self {
        Self::counting_tries().0
    }

    /// A keyring that is not there, and how often it was looked for.
    pub(crate) fn counting_tries() -> (Self, Arc<std::sync::atomic::AtomicUsize>) {
        let tries = Arc::<std::sync::atomic::AtomicUsize>::default();
        let counter = Arc::clone(&tries);
        let open = move || {
            counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Err(Error::PlatformFailure("no secret service\nis running".into()))
        };
        (Self { open: Arc::new(open), patience: PATIENCE }, tries)
    }
}

#[cfg(test)]
mod tests {
    use keyring_core::api::CredentialStoreApi as _;
    use keyring_core::mock::Cred;

    use super::*;

    /// The next use of this entry fails.
    fn fail(store: &keyring_core::mock::Store, name: &str, error: Error) {
        let entry = store.build(SERVICE, name, None).unwrap();
        entry.as_any().downcast_ref::<Cred>().unwrap().set_error(error);
    }

    #[test]
    fn a_secret_is_found_under_its_name_until_it_is_taken_out() {
        let (keyring, _) = Keyring::in_memory();
        let (first, second) = (Secret::new("hunter2"), Secret::new("größer als Ä"));
        assert_eq!(keyring.write("a/wifi", &first).unwrap(), None);
        assert_eq!(keyring.write("a/wifi", &second).unwrap(), Some(first));
        assert_eq!(keyring.read("a/wifi").unwrap(), second);
        assert_eq!(keyring.read("b/wifi").unwrap_err().kind, Kind::MissingSecret);
        keyring.delete("a/wifi").unwrap();
        keyring.delete("a/wifi").unwrap();
        let missing = keyring.read("a/wifi").unwrap_err();
        assert_eq!(missing.kind, Kind::MissingSecret);
        assert!(missing.message.contains("no secret of the name a/wifi"), "{missing}");
    }

    #[test]
    fn what_was_replaced_or_made_is_put_back() {
        let (keyring, _) = Keyring::in_memory();
        for before in [Some(Secret::new("old")), None] {
            keyring.restore("a", before.clone()).unwrap();
            let replaced = keyring.write("a", &Secret::new("new")).unwrap();
            assert_eq!(replaced, before);
            keyring.restore("a", replaced).unwrap();
            assert_eq!(keyring.read("a").ok(), before);
        }
    }

    #[test]
    fn every_failure_is_said_in_words_and_none_lasts() {
        let (keyring, store) = Keyring::in_memory();
        keyring.write("a", &Secret::new("hunter2")).unwrap();
        for (error, kind, words) in [
            (Error::NoStorageAccess("locked".into()), Kind::KeyringUnavailable, "is locked"),
            (Error::PlatformFailure("no\n service".into()), Kind::KeyringUnavailable, "no service"),
            (Error::NoEntry, Kind::MissingSecret, "no secret of the name"),
            (Error::Ambiguous(Vec::new()), Kind::MissingSecret, "several secrets"),
            (Error::TooLong("secret".to_owned(), 2560), Kind::KeyringUnavailable, "longer than 2560"),
            (Error::Invalid("user".to_owned(), "empty".to_owned()), Kind::MissingSecret, "cannot have"),
        ] {
            fail(&store, "a", error);
            let problem = keyring.read("a").unwrap_err();
            assert_eq!(problem.kind, kind, "{problem}");
            assert!(problem.message.contains(words) && !problem.help.is_empty(), "{problem}");
            assert_eq!(keyring.read("a").unwrap(), Secret::new("hunter2"));
        }
    }

    #[test]
    fn a_keyring_that_is_not_there_is_said_with_the_reason_of_the_system() {
        let problem = Keyring::missing().read("a").unwrap_err();
        assert_eq!(problem.kind, Kind::KeyringUnavailable);
        assert_eq!(problem.message, "The keyring cannot be used: no secret service is running");
    }

    #[test]
    fn what_is_no_text_is_said_without_showing_it() {
        let (keyring, store) = Keyring::in_memory();
        store.build(SERVICE, "a", None).unwrap().set_secret(b"\xFFhunter2").unwrap();
        let problem = keyring.read("a").unwrap_err();
        assert!(problem.message.contains("is no text") && !format!("{problem:?}").contains("hunter2"));
    }

    #[test]
    fn a_keyring_that_does_not_answer_is_given_up_and_what_it_does_later_is_undone() {
        let (_, store) = Keyring::in_memory();
        let (release, blocked) = bounded::<()>(0);
        let (alive, ended) = bounded::<()>(0);
        let own = Arc::clone(&store);
        let open = move || {
            // Held until the thread is through.
            let _alive = &alive;
            let _released = blocked.recv();
            Ok(own.clone() as Arc<CredentialStore>)
        };
        let keyring = Keyring { open: Arc::new(open), patience: Duration::from_millis(1) };
        let problem = keyring.write("a", &Secret::new("hunter2")).unwrap_err();
        assert_eq!(problem.kind, Kind::KeyringUnavailable);
        assert!(problem.help.contains("password in another window"), "{problem:?}");
        drop(keyring);
        release.send(()).unwrap();
        assert!(ended.recv().is_err());
        let entry = store.build(SERVICE, "a", None).unwrap();
        assert!(matches!(entry.get_secret(), Err(Error::NoEntry)));
    }
}
