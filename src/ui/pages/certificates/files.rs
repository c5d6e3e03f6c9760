//! The files that a person looked at, and what each of them holds. They are read and unlocked by the shell.

use std::path::PathBuf;

use super::part::Part;
use crate::credential::{self, Closed, Content, Finding, Item, Wrapping, check};
use crate::model::FileContent;
use crate::moment::UnixTime;
use crate::problem::Problem;
use crate::secret::Secret;
use crate::ui::wizard::SecretText;

/// A file that was looked at.
pub(super) struct File {
    /// Counts up and never changes.
    pub(super) id: u64,
    pub(super) path: PathBuf,
    pub(super) parts: Vec<Part>,
    /// What was said of the file as a whole, and of what no module stores.
    pub(super) notes: Vec<Finding>,
    pub(super) lock: Option<Lock>,
    /// How many parts are drawn.
    pub(super) shown: usize,
}

/// So many parts of a file are drawn until more are wanted: a bundle of all roots would slow the window down.
const SHOWN: usize = 6;

/// What is locked in a file, until its password is known.
pub(super) struct Lock {
    content: FileContent,
    pub(super) password: SecretText,
    /// Why the last password did not open it.
    pub(super) problem: Option<Problem>,
}

/// Every file that was looked at, oldest first.
#[derive(Default)]
pub(super) struct Files {
    pub(super) list: Vec<File>,
    /// A file that has just come and is to be scrolled to.
    pub(super) fresh: Option<u64>,
    next: u64,
}

impl Files {
    /// Looks at a file; one that was looked at before is looked at anew.
    pub(super) fn look_at(&mut self, content: FileContent, today: UnixTime) -> Result<(), Problem> {
        let read = credential::read(&content.bytes, None).map_err(Problem::from)?;
        let id = self.next;
        self.next += 1;
        self.list.retain(|file| file.path != content.path);
        self.list.push(File::new(id, content, &read, today));
        self.fresh = Some(id);
        Ok(())
    }

    /// What came of a password.
    pub(super) fn unlocked(&mut self, id: u64, result: Result<FileContent, Problem>, today: UnixTime) {
        let Some(file) = self.list.iter_mut().find(|file| file.id == id) else { return };
        let result = result.and_then(|content| {
            let read = credential::read(&content.bytes, None).map_err(Problem::from)?;
            Ok(File::new(id, content, &read, today))
        });
        match (result, &mut file.lock) {
            (Ok(open), _) => *file = open,
            (Err(problem), Some(lock)) => lock.problem = Some(problem),
            (Err(_), None) => {}
        }
    }

    pub(super) fn put_away(&mut self, id: u64) {
        self.list.retain(|file| file.id != id);
    }

    /// Says of each key which of the certificates it belongs to.
    pub(super) fn pair(&mut self) {
        let certificates: Vec<_> = self.parts().filter_map(Part::certificate).cloned().collect();
        let parts = self.list.iter_mut().flat_map(|file| &mut file.parts);
        parts.for_each(|part| part.pair(&certificates));
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = &Part> {
        self.list.iter().flat_map(|file| &file.parts)
    }
}

impl File {
    fn new(id: u64, content: FileContent, read: &Content, today: UnixTime) -> Self {
        let name = name(&content);
        let parts: Vec<_> = read.items.iter().filter_map(|item| Part::of_item(item, &name, today)).collect();
        let mut notes = read.notes.clone();
        notes.extend(read.items.iter().filter_map(of_no_use));
        notes.extend(check::order(&read.certificates().collect::<Vec<_>>()));
        let path = content.path.clone();
        let lock = is_locked(read).then(|| Lock::new(content));
        Self { id, path, parts, notes, lock, shown: SHOWN }
    }

    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }
}

impl Lock {
    fn new(content: FileContent) -> Self {
        Self { content, password: SecretText::default(), problem: None }
    }

    /// What the shell needs to open it, once there is a password.
    pub(super) fn attempt(&self) -> Option<(FileContent, Secret)> {
        Some((self.content.clone(), self.password.secret()?))
    }
}

fn name(content: &FileContent) -> String {
    content.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether a password opens something of it here.
pub(super) fn is_locked(content: &Content) -> bool {
    content.wrapping == Wrapping::ClosedStore || content.items.iter().any(opens_here)
}

fn opens_here(item: &Item) -> bool {
    matches!(item, Item::EncryptedKey(key) if key.can_be_opened().is_ok())
}

/// What is said of an item that no module stores.
fn of_no_use(item: &Item) -> Option<Finding> {
    match item {
        Item::Certificate(_) | Item::PrivateKey(_) => None,
        Item::EncryptedKey(key) => match key.can_be_opened() {
            Ok(()) | Err(Closed::TooOld) => None,
            Err(_) => Some(Finding::warning(
                "costly-key",
                "The encrypted key would take too long to be opened",
                "Save it with fewer rounds, or without a password",
            )),
        },
        other => {
            let message = format!("The file also holds {}, which no module stores", other.noun());
            Some(Finding::info("not-for-modules", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{
        EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_PKCS8, EC_PUBLIC_KEY, NOW, ROOT,
    };

    fn content(name: &str, text: &str) -> FileContent {
        FileContent { path: name.into(), bytes: text.as_bytes().to_vec().into() }
    }

    fn looked_at(text: &str) -> Files {
        let mut files = Files::default();
        files.look_at(content("x.pem", text), NOW).unwrap();
        files
    }

    #[test]
    fn each_part_of_a_file_is_known_and_the_rest_is_named() {
        let files = looked_at(&[ROOT, EC_CERTIFICATE, EC_PUBLIC_KEY].concat());
        assert_eq!(files.parts().map(Part::title).collect::<Vec<_>>(), ["Example Root", "device1"]);
        assert!(files.list[0].notes.iter().any(|note| note.message.contains("public key")));
    }

    #[test]
    fn a_key_knows_its_certificate_in_whatever_file_that_is() {
        let mut files = looked_at(EC_KEY_PKCS8);
        files.look_at(content("y.pem", &[ROOT, EC_CERTIFICATE].concat()), NOW).unwrap();
        files.pair();
        let belongs: Vec<_> = files.parts().map(|part| part.belongs_to.as_deref()).collect();
        assert_eq!(belongs, [Some("device1"), None, None]);
        files.put_away(1);
        files.pair();
        assert_eq!(files.parts().map(|part| part.belongs_to.is_some()).collect::<Vec<_>>(), [false]);
    }

    #[test]
    fn a_file_is_there_once_however_often_it_is_looked_at() {
        let mut files = looked_at(ROOT);
        files.look_at(content("x.pem", EC_CERTIFICATE), NOW).unwrap();
        assert_eq!((files.list.len(), files.parts().count()), (1, 1));
        assert!(files.look_at(content("y.pem", "<html>"), NOW).is_err());
        assert_eq!(files.list.len(), 1);
    }

    #[test]
    fn a_locked_file_waits_for_its_password() {
        let mut files = looked_at(EC_KEY_ENCRYPTED_PKCS8);
        assert_eq!(files.parts().count(), 0);
        let lock = files.list[0].lock.as_mut().unwrap();
        assert!(lock.attempt().is_none());
        lock.password.set("wrong");
        assert!(lock.attempt().is_some());
        let wrong = Problem::new(crate::problem::Kind::WrongFile, "wrong", "try again");
        files.unlocked(0, Err(wrong.clone()), NOW);
        assert_eq!(files.list[0].lock.as_ref().unwrap().problem, Some(wrong));
        files.unlocked(0, Ok(content("x.pem", EC_KEY_PKCS8)), NOW);
        assert!(files.list[0].lock.is_none() && files.parts().count() == 1);
    }
}
