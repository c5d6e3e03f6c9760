//! A tape that is a file: without a name, for this program alone, gone when it ends however it ends. It lies with the
//! caches, because the folder for temporary files often is memory.

#![allow(clippy::disallowed_methods, reason = "the shell is where files are touched")]

use std::fs::{self, File};
use std::io;

use directories::ProjectDirs;

use crate::model::Tape;
use crate::problem::{Kind, Problem};

/// The longest file, in bytes: fifty million lines, and no program should fill a disk by itself.
const LIMIT: u64 = 4 << 30;

/// A file that is only written at its end.
#[derive(Debug)]
pub struct FileTape {
    /// Or why there is none.
    file: Result<File, Problem>,
    /// Where the next bytes go; what a failed attempt left behind it counts for nothing.
    end: u64,
    limit: u64,
}

impl FileTape {
    /// An empty tape. If no file can be made, each use of it says why.
    pub fn new() -> Self {
        Self::of(in_caches().or_else(|_| tempfile::tempfile()).map_err(|error| unwritable(&error)), LIMIT)
    }

    const fn of(file: Result<File, Problem>, limit: u64) -> Self {
        Self { file, end: 0, limit }
    }

    fn file(&self) -> Result<&File, Problem> {
        self.file.as_ref().map_err(Clone::clone)
    }
}

impl Default for FileTape {
    fn default() -> Self {
        Self::new()
    }
}

fn in_caches() -> io::Result<File> {
    let folders = ProjectDirs::from("", "", "xpress-center").ok_or(io::ErrorKind::NotFound)?;
    fs::create_dir_all(folders.cache_dir())?;
    tempfile::tempfile_in(folders.cache_dir())
}

impl Tape for FileTape {
    fn append(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let end = self.end + bytes.len() as u64;
        if end > self.limit {
            return Err(too_long());
        }
        write_at(self.file()?, bytes, self.end).map_err(|error| unwritable(&error))?;
        self.end = end;
        Ok(())
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> Result<(), Problem> {
        read_at(self.file()?, into, offset).map_err(|error| {
            Problem::new(
                Kind::WrongFile,
                format!("The log cannot be read back: {error}"),
                "Check the disk that holds the caches",
            )
        })
    }

    fn clear(&mut self) {
        self.end = 0;
        if let Ok(file) = &self.file {
            // A file that keeps its length is written over.
            drop(file.set_len(0));
        }
    }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, offset)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, offset) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                bytes = bytes.get(count..).unwrap_or_default();
                offset += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(windows)]
fn read_at(file: &File, mut into: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !into.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, into, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                into = into.get_mut(count..).unwrap_or_default();
                offset += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn unwritable(error: &io::Error) -> Problem {
    Problem::new(
        Kind::FileUnwritable,
        format!("The log cannot be written to disk: {error}; only its newest part is kept from here on"),
        "Free some room on the disk, or clear the console",
    )
}

fn too_long() -> Problem {
    Problem::new(
        Kind::FileUnwritable,
        "The log has become as long as it may; only its newest part is kept from here on",
        "Clear the console",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_back_what_was_added_from_any_place() {
        let mut tape = FileTape::new();
        [&b"hello "[..], b"", b"world"].into_iter().for_each(|bytes| tape.append(bytes).unwrap());
        let mut middle = [0; 5];
        tape.read(3, &mut middle).unwrap();
        assert_eq!(&middle, b"lo wo");
        assert_eq!(tape.read(7, &mut middle).unwrap_err().kind, Kind::WrongFile);
        tape.clear();
        tape.append(b"again").unwrap();
        tape.read(0, &mut middle).unwrap();
        assert_eq!(&middle, b"again");
    }

    #[test]
    fn a_tape_that_is_full_takes_nothing_until_it_is_cleared() {
        let mut tape = FileTape::of(Ok(tempfile::tempfile().unwrap()), 8);
        tape.append(b"12345").unwrap();
        assert_eq!(tape.append(b"6789").unwrap_err(), too_long());
        tape.append(b"678").unwrap();
        tape.clear();
        tape.append(b"12345678").unwrap();
    }

    #[test]
    fn without_a_file_each_use_says_why() {
        let mut tape = FileTape::of(Err(unwritable(&io::Error::other("no disk"))), LIMIT);
        assert!(tape.append(b"x").unwrap_err().message.contains("no disk"));
        assert!(tape.read(0, &mut [0]).unwrap_err().message.contains("no disk"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said_in_words_and_nothing_counts_as_written() {
        let full = fs::OpenOptions::new().read(true).write(true).open("/dev/full").unwrap();
        let problem = FileTape::of(Ok(full), LIMIT).append(b"x").unwrap_err();
        assert_eq!((problem.kind, problem.message.contains("No space left")), (Kind::FileUnwritable, true));
    }
}
