//! A recording on the disk, written while it happens: `record` says how its lines look. A recording that grows too large
//! goes on in a new file, and the oldest of the files that were left behind makes room.

#![allow(clippy::disallowed_methods, reason = "the shell is where files are written")]

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::clock::Clock;
use super::files;
use crate::problem::Problem;
use crate::record::Entry;
use crate::session::Wire;

/// What a person is to do with the files of a recording that never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// One file, however large it becomes.
    OneFile,
    /// After so many bytes a new file is begun; so many older ones are kept, `.1` being the newest of them.
    Rotated { bytes: u64, keep: u32 },
}

/// A day of a talkative module, five times.
pub const ROTATED: Growth = Growth::Rotated { bytes: 10 * 1024 * 1024, keep: 5 };

/// An open recording. Only its owner may read the file.
pub struct Recording {
    file: BufWriter<File>,
    path: PathBuf,
    clock: Clock,
    growth: Growth,
    size: u64,
}

impl Recording {
    /// Begins a recording; a file that is there already is emptied.
    ///
    /// # Errors
    /// [`crate::problem::Kind::FileUnwritable`]
    pub fn start(path: &Path, clock: Clock, growth: Growth) -> Result<Self, Problem> {
        let file = BufWriter::new(files::create_private(path)?);
        let mut recording = Self { file, path: path.to_owned(), clock, growth, size: 0 };
        recording.write(&Entry::Start { date: clock.date_at_start() })?;
        recording.flush()?;
        Ok(recording)
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds what crossed the wire.
    ///
    /// # Errors
    /// [`crate::problem::Kind::FileUnwritable`], of a full disk for instance.
    pub fn add(&mut self, wire: &Wire) -> Result<(), Problem> {
        self.write(&Entry::Wire(wire.clone()))?;
        match self.growth {
            Growth::Rotated { bytes, keep } if self.size >= bytes => self.rotate(keep),
            Growth::Rotated { .. } | Growth::OneFile => Ok(()),
        }
    }

    /// Puts on the disk what has been added so far.
    ///
    /// # Errors
    /// [`crate::problem::Kind::FileUnwritable`]
    pub fn flush(&mut self) -> Result<(), Problem> {
        self.file.flush().map_err(|error| files::unwritable(&self.path, &error))
    }

    fn write(&mut self, entry: &Entry) -> Result<(), Problem> {
        let line = entry.to_line();
        self.size += line.len() as u64 + 1;
        writeln!(self.file, "{line}").map_err(|error| files::unwritable(&self.path, &error))
    }

    fn rotate(&mut self, keep: u32) -> Result<(), Problem> {
        self.flush()?;
        for number in (1..keep).rev() {
            // Whether there is an older file yet is told by the attempt.
            let _ = fs::rename(numbered(&self.path, number), numbered(&self.path, number + 1));
        }
        let first = numbered(&self.path, 1);
        fs::rename(&self.path, &first).map_err(|error| files::unwritable(&first, &error))?;
        *self = Self::start(&self.path, self.clock, self.growth)?;
        Ok(())
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        // Nobody is left to be told.
        let _ = self.file.flush();
    }
}

/// `log.jsonl.2`
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{number}"));
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;
    use crate::session::{Direction, WireKind};

    fn wire(number: u32) -> Wire {
        Wire {
            at: Moment::START,
            direction: Direction::Received,
            kind: WireKind::Answer,
            bytes: format!("line {number}").into_bytes(),
        }
    }

    /// The lines of a file that have crossed the wire; its first line says when it began.
    fn lines(path: &Path) -> Vec<String> {
        let text = fs::read_to_string(path).unwrap();
        let mut entries = text.lines().map(|line| Entry::parse_line(line).unwrap());
        assert!(matches!(entries.next(), Some(Entry::Start { .. })));
        entries
            .map(|entry| match entry {
                Entry::Wire(wire) => wire.text().into_owned(),
                Entry::Start { .. } => panic!("a second beginning"),
            })
            .collect()
    }

    #[test]
    fn every_file_of_a_rotated_recording_is_one_by_itself_and_the_oldest_makes_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let growth = Growth::Rotated { bytes: 300, keep: 2 };
        let mut recording = Recording::start(&path, Clock::start(), growth).unwrap();
        (0..20).for_each(|number| recording.add(&wire(number)).unwrap());
        recording.flush().unwrap();
        let files = [numbered(&path, 2), numbered(&path, 1), path.clone()].map(|path| lines(&path));
        let kept: Vec<_> = files.concat();
        let first = 20 - kept.len();
        assert!(first > 0 && files.iter().all(|lines| lines.len() < 20), "{files:?}");
        assert_eq!(kept, (first..20).map(|number| format!("line {number}")).collect::<Vec<_>>());
        assert!(!numbered(&path, 3).exists());
    }

    #[test]
    fn what_was_added_is_on_the_disk_once_the_recording_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let mut recording = Recording::start(&path, Clock::start(), Growth::OneFile).unwrap();
        recording.add(&wire(1)).unwrap();
        drop(recording);
        assert_eq!(lines(&path), ["line 1"]);
    }
}
