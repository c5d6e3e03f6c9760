//! Writing files that a person keeps, such as keys and certificates: all of them or none, private ones readable by their
//! owner alone from the first moment, and never over a file that was there before without agreement.

#![allow(clippy::disallowed_methods, reason = "the shell is where files are touched")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::files;
use crate::model::{Existing, NewContent, NewFile, Part};
use crate::problem::{Kind, Problem};

/// Leftovers of so many crashed attempts stand in nobody's way.
const MOST_DRAFTS: u32 = 100;

/// Writes the files to a folder, or a single one to a path of its own, and gives their paths.
///
/// # Errors
/// [`Kind::FileExists`] if a name is taken and that file is to be kept, [`Kind::FileUnwritable`] for a missing folder, a
/// full disk or missing permissions. Nothing that was begun stays then.
pub fn save(place: &Path, files: &[NewFile], existing: Existing) -> Result<Vec<PathBuf>, Problem> {
    let paths = paths(place, files)?;
    let contents = paths.iter().zip(files.iter().map(|file| &file.content));
    match existing {
        Existing::Keep => {
            let mut drafts = Drafts::default();
            for (path, content) in contents {
                drafts.create(path, content, write).map_err(|error| unwritten(path, &error))?;
            }
            drafts.keep();
        }
        Existing::Replace => replace(contents)?,
    }
    Ok(paths)
}

/// Adds bytes at the end of a file that is there; after the last of them, all is on the disk.
///
/// # Errors
/// [`Kind::FileUnwritable`] if the file is gone, on a full disk, or without permission.
pub fn append(path: &Path, bytes: &[u8], part: Part) -> Result<(), Problem> {
    let append = || {
        let mut file = OpenOptions::new().append(true).open(path)?;
        file.write_all(bytes)?;
        match part {
            Part::More => Ok(()),
            Part::Last => file.sync_all(),
        }
    };
    append().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Problem::new(
            Kind::FileUnwritable,
            format!("{} is gone", path.display()),
            "Save it again, and leave the file where it is meanwhile",
        ),
        _ => unwritten(path, &error),
    })
}

/// Where each file is to stand.
fn paths(place: &Path, files: &[NewFile]) -> Result<Vec<PathBuf>, Problem> {
    if place.is_dir() {
        return files.iter().map(|file| Ok(place.join(plain_name(&file.name)?))).collect();
    }
    match files {
        [_] if place.file_name().is_some() => Ok(vec![place.to_owned()]),
        _ => Err(no_folder(place)),
    }
}

/// A name that leads nowhere but into the folder.
fn plain_name(name: &str) -> Result<&str, Problem> {
    let mut components = Path::new(name).components();
    match (components.next(), components.next()) {
        (Some(Component::Normal(_)), None) => Ok(name),
        _ => Err(Problem::new(
            Kind::WrongForm,
            format!("{name:?} is not the name of a file"),
            "Use letters, digits, dots, hyphens and underscores",
        )),
    }
}

/// Writes every file beside its place, then puts each there at once.
fn replace<'a>(contents: impl Iterator<Item = (&'a PathBuf, &'a NewContent)>) -> Result<(), Problem> {
    let mut drafts = Drafts::default();
    let mut moves = Vec::new();
    for (path, content) in contents {
        if path.is_dir() {
            let message = format!("{} is a folder", path.display());
            return Err(Problem::new(Kind::FileUnwritable, message, "Choose a name that is not taken"));
        }
        let draft = drafts.create_beside(path, content).map_err(|error| unwritten(path, &error))?;
        moves.push((draft, path));
    }
    for (draft, path) in moves {
        fs::rename(&draft, path).map_err(|error| unwritten(path, &error))?;
        drafts.forget(&draft);
    }
    Ok(())
}

/// Files that go away again unless they are kept.
#[derive(Default)]
struct Drafts(Vec<PathBuf>);

impl Drafts {
    /// A file that was not there before.
    fn create(
        &mut self,
        path: &Path,
        content: &NewContent,
        write: impl FnOnce(&mut File, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let bytes = match content {
            NewContent::Public(text) => text.as_bytes(),
            NewContent::Private(secret) => {
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                secret.reveal().as_bytes()
            }
        };
        let mut file = options.open(path)?;
        self.0.push(path.to_owned());
        write(&mut file, bytes)
    }

    /// A hidden file in the same folder, so that it can be put into its place at once.
    fn create_beside(&mut self, path: &Path, content: &NewContent) -> io::Result<PathBuf> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut taken = io::Error::from(io::ErrorKind::AlreadyExists);
        for number in 0..MOST_DRAFTS {
            let draft = path.with_file_name(format!(".{name}.{number}.new"));
            match self.create(&draft, content, write) {
                Ok(()) => return Ok(draft),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = error,
                Err(error) => return Err(error),
            }
        }
        Err(taken)
    }

    fn forget(&mut self, path: &Path) {
        self.0.retain(|draft| draft != path);
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        for path in &self.0 {
            // What cannot be removed either was told already: it could not be written.
            drop(fs::remove_file(path));
        }
    }
}

/// A full disk may show only when the bytes are really on their way to it.
fn write(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

fn no_folder(path: &Path) -> Problem {
    Problem::new(
        Kind::FileUnwritable,
        format!("There is no folder {}", path.display()),
        "Choose a folder that exists, or make it first",
    )
}

fn unwritten(path: &Path, error: &io::Error) -> Problem {
    let folder = path.parent().unwrap_or(path);
    let problem = |message: String, help: &str| Problem::new(Kind::FileUnwritable, message, help);
    match error.kind() {
        io::ErrorKind::AlreadyExists => Problem::new(
            Kind::FileExists,
            format!("There is a file of that name already: {}", path.display()),
            "Choose another name or folder, or agree that it is replaced",
        ),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => no_folder(folder),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            problem(format!("You may not write to {}", folder.display()), "Choose a folder of your own")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => problem(
            format!("There is no room left for {}", path.display()),
            "Make room, or choose a place on another disk",
        ),
        _ => files::unwritable(path, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn public(name: &str) -> NewFile {
        NewFile { name: name.to_owned(), content: NewContent::Public(format!("{name} is public")) }
    }

    fn private(name: &str) -> NewFile {
        NewFile { name: name.to_owned(), content: NewContent::Private(Secret::new("for one person")) }
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn several_files_go_to_a_folder_and_one_to_a_folder_or_its_own_path() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let saved = save(folder.path(), &[private("a.key"), public("a.pem")], Existing::Keep).unwrap();
        assert_eq!(saved, [at("a.key"), at("a.pem")]);
        assert_eq!(fs::read_to_string(at("a.key")).unwrap(), "for one person");
        assert_eq!(save(folder.path(), &[public("b.pem")], Existing::Keep).unwrap(), [at("b.pem")]);
        assert_eq!(save(&at("c.txt"), &[public("b.pem")], Existing::Keep).unwrap(), [at("c.txt")]);
        assert_eq!(names(folder.path()), ["a.key", "a.pem", "b.pem", "c.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn private_files_are_for_their_owner_alone_also_where_they_replace_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        save(folder.path(), &[private("a.key")], Existing::Keep).unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        save(&path, &[private("other")], Existing::Replace).unwrap();
        assert_eq!((mode(&path), names(folder.path()).len()), (0o600, 1));
    }

    #[test]
    fn a_file_that_is_there_stays_and_so_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.pem"), "mine").unwrap();
        let problem = save(folder.path(), &[private("a.key"), public("a.pem")], Existing::Keep).unwrap_err();
        assert_eq!(problem.kind, Kind::FileExists);
        assert!(problem.message.contains("There is a file of that name already"), "{problem}");
        assert_eq!(names(folder.path()), ["a.pem"]);
        assert_eq!(fs::read_to_string(folder.path().join("a.pem")).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_a_file_too_wherever_it_leads() {
        let folder = tempfile::tempdir().unwrap();
        let (link, target) = (folder.path().join("link"), folder.path().join("target"));
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert_eq!(save(&link, &[private("x")], Existing::Keep).unwrap_err().kind, Kind::FileExists);
        save(&link, &[private("x")], Existing::Replace).unwrap();
        assert!(!target.exists() && fs::symlink_metadata(&link).unwrap().is_file());
    }

    #[test]
    fn with_agreement_files_are_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.pem", ".a.pem.0.new"] {
            fs::write(folder.path().join(name), "old").unwrap();
        }
        save(folder.path(), &[private("a.key"), public("a.pem")], Existing::Replace).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("a.pem")).unwrap(), "a.pem is public");
        assert_eq!(names(folder.path()), [".a.pem.0.new", "a.key", "a.pem"]);
    }

    #[test]
    fn places_where_nothing_can_be_written_are_named_and_stay_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        fs::create_dir(folder.path().join("taken")).unwrap();
        let two = [private("a.key"), public("taken")];
        let one = [public("a.pem")];
        for existing in [Existing::Keep, Existing::Replace] {
            for (place, files, word) in [
                ("missing", &two[..], "There is no folder"),
                ("missing/a.pem", &one, "There is no folder"),
                ("file/a.pem", &one, "There is no folder"),
                ("file", &two, "There is no folder"),
            ] {
                let problem = save(&folder.path().join(place), files, existing).unwrap_err();
                assert_eq!(problem.kind, Kind::FileUnwritable, "{place}");
                assert!(problem.message.contains(word), "{problem}");
            }
            assert!(save(folder.path(), &two, existing).is_err());
            assert_eq!(names(folder.path()), ["file", "taken"]);
        }
    }

    #[test]
    fn names_do_not_lead_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["", ".", "..", "../a.pem", "/tmp/a.pem", "sub/a.pem"] {
            let problem = save(folder.path(), &[public(name)], Existing::Keep).unwrap_err();
            assert_eq!(problem.kind, Kind::WrongForm, "{name}");
        }
    }

    #[test]
    fn bytes_are_added_to_a_file_that_is_there_and_to_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("traffic.csv");
        let problem = append(&path, b"x", Part::More).unwrap_err();
        assert!(problem.message.contains("is gone"), "{problem}");
        assert!(!path.exists());
        fs::write(&path, "").unwrap();
        append(&path, b"one ", Part::More).unwrap();
        append(&path, b"two", Part::Last).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one two");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_takes_no_more_and_says_so() {
        let problem = append(Path::new("/dev/full"), b"x", Part::More).unwrap_err();
        assert_eq!(problem.kind, Kind::FileUnwritable);
        assert!(problem.message.contains("no room left"), "{problem}");
    }

    #[test]
    fn a_disk_that_fills_up_leaves_no_half_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        let mut drafts = Drafts::default();
        let full = |file: &mut File, bytes: &[u8]| {
            file.write_all(bytes.get(..4).unwrap_or_default())?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        };
        let error = drafts.create(&path, &private("a.key").content, full).unwrap_err();
        drop(drafts);
        assert!(!path.exists());
        assert!(unwritten(&path, &error).message.contains("no room left"));
    }
}
