//! Reading and writing small files. What is in them is judged by the core.

#![allow(clippy::disallowed_methods, reason = "the shell is where files are touched")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use crate::model::FileContent;
use crate::problem::{Kind, Problem};

/// The largest file that is read, in bytes: far more than a module takes, far less than harms.
const SIZE_LIMIT: u64 = 1 << 20;

/// The largest capture that is read, in bytes: it is held in memory while it becomes rows.
const CAPTURE_LIMIT: u64 = 512 << 20;

/// Why a file was not read; `shown` is its path.
#[derive(Debug)]
pub enum Unread {
    Missing {
        shown: String,
    },
    Directory {
        shown: String,
    },
    /// With the most that is read, in MiB.
    TooLarge {
        shown: String,
        most: u64,
    },
    Forbidden {
        shown: String,
    },
    Broken {
        shown: String,
        error: io::Error,
    },
}

/// Reads a file that a person named.
///
/// # Errors
/// It is missing, a directory, larger than 1 MiB, or cannot be read.
pub fn read(path: &Path) -> Result<FileContent, Unread> {
    read_at_most(path, SIZE_LIMIT)
}

/// Reads a capture.
///
/// # Errors
/// It is missing, a directory, larger than 512 MiB, or cannot be read.
pub fn read_capture(path: &Path) -> Result<FileContent, Unread> {
    read_at_most(path, CAPTURE_LIMIT)
}

fn read_at_most(path: &Path, most: u64) -> Result<FileContent, Unread> {
    let shown = || path.display().to_string();
    if path.is_dir() {
        return Err(Unread::Directory { shown: shown() });
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let unread = |error| unread(path, error);
    let file = File::open(path).map_err(unread)?;
    // Room for all of it from the start: bytes that grow leave copies behind in memory.
    let room = file.metadata().map_or(0, |metadata| metadata.len()).min(most);
    bytes.reserve_exact(usize::try_from(room).unwrap_or(0) + 1);
    file.take(most + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > most {
        return Err(Unread::TooLarge { shown: shown(), most: most >> 20 });
    }
    Ok(FileContent { path: path.to_owned(), bytes })
}

fn unread(path: &Path, error: io::Error) -> Unread {
    let shown = path.display().to_string();
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unread::Missing { shown },
        io::ErrorKind::PermissionDenied => Unread::Forbidden { shown },
        _ => Unread::Broken { shown, error },
    }
}

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        let wrong = |message, help: &str| Self::new(Kind::WrongFile, message, help);
        match unread {
            Unread::Missing { shown } => Self::new(
                Kind::MissingFile,
                format!("There is no file {shown}"),
                "Check the name and the folder",
            ),
            Unread::Directory { shown } => wrong(format!("{shown} is a directory"), "Choose a file in it"),
            Unread::TooLarge { shown, most: 1 } => wrong(
                format!("{shown} is larger than 1 MiB"),
                "Choose a profile, a certificate or a key: they have a few kilobytes",
            ),
            Unread::TooLarge { shown, most } => wrong(
                format!("{shown} is larger than {most} MiB"),
                "Cut it into smaller files, with Wireshark's editcap for instance",
            ),
            Unread::Forbidden { shown } => {
                wrong(format!("{shown} may not be read by you"), "Change its permissions or copy it")
            }
            Unread::Broken { shown, error } => wrong(
                format!("{shown} cannot be read: {error}"),
                "Copy it to another place and choose it there",
            ),
        }
    }
}

/// Writes a file so that it is there as a whole or not at all.
///
/// # Errors
/// [`Kind::FileUnwritable`].
pub fn write_whole(path: &Path, content: &str) -> Result<(), Problem> {
    let draft = path.with_extension("new");
    let write = || {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        File::create(&draft)?.write_all(content.as_bytes())?;
        fs::rename(&draft, path)
    };
    write().map_err(|error| unwritable(path, &error))
}

/// Opens a new, empty file that only its owner may read; what was in it before is gone.
///
/// # Errors
/// [`Kind::FileUnwritable`].
pub fn create_private(path: &Path) -> Result<File, Problem> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let create = || {
        let file = options.open(path)?;
        // A file that was there before keeps its permissions when it is opened.
        #[cfg(unix)]
        if file.metadata()?.is_file() {
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        }
        Ok(file)
    };
    create().map_err(|error| unwritable(path, &error))
}

/// Takes a file away that was just written and is not wanted after all.
pub fn remove(path: &Path) {
    // What cannot be removed is of no harm, and the reason why it is not wanted is told already.
    drop(fs::remove_file(path));
}

/// Why nothing can be written there.
pub fn unwritable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(
        Kind::FileUnwritable,
        format!("{} cannot be written: {error}", path.display()),
        "Choose a place where you may write, with room left on the disk",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        fs::write(&path, b"\xFFkey\n").unwrap();
        let content = read(&path).unwrap();
        assert_eq!((content.path, content.bytes.as_slice()), (path, b"\xFFkey\n".as_slice()));
    }

    #[test]
    fn each_file_that_cannot_be_read_is_a_problem_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("huge"), vec![b'x'; (1 << 20) + 1]).unwrap();
        for (name, kind, word) in [
            ("missing", Kind::MissingFile, "no file"),
            ("huge/inside", Kind::MissingFile, "no file"),
            ("", Kind::WrongFile, "directory"),
            ("huge", Kind::WrongFile, "1 MiB"),
        ] {
            let problem = Problem::from(read(&folder.path().join(name)).unwrap_err());
            assert_eq!(problem.kind, kind, "{name}");
            assert!(problem.message.contains(word), "{problem}");
        }
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_folders_are_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/settings.json");
        write_whole(&path, "old and long").unwrap();
        write_whole(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let below = folder.path().join("file/below");
        assert_eq!(write_whole(&below, "").unwrap_err().kind, Kind::FileUnwritable);
        assert_eq!(create_private(&below).unwrap_err().kind, Kind::FileUnwritable);
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_for_its_owner_alone_even_if_it_was_there_before() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("recording");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        drop(create_private(&path).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read(&path).unwrap(), b"");
    }
}
