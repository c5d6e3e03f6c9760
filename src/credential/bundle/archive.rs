//! Zip archives, such as AWS's connect kit: whatever certificates and keys are in the files inside. Nothing is unpacked to
//! disk, and no archive, however cunning, takes more than a little memory.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use ::zip::ZipArchive;
use zeroize::Zeroizing;

use crate::credential::content::{Content, Wrapping, has_enough, has_enough_keys};
use crate::credential::{Finding, Item, der, pem, text};

/// The most files that are looked into.
const MOST_FILES: usize = 200;
/// The most bytes of one file inside: far more than a chain has.
const MOST_BYTES: u64 = 128 * 1024;
/// The most bytes of all of them.
const MOST_IN_ALL: u64 = 1 << 20;

/// Whether the bytes begin as archives do.
pub(in crate::credential) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Reads every certificate and key inside, in the order of the archive.
///
/// # Errors
/// It is damaged, or there is none in it.
pub(in crate::credential) fn zip(bytes: &[u8]) -> Result<Content, Finding> {
    let mut items = Vec::new();
    let mut trouble = None;
    each_file(bytes, |_, file| match file.and_then(inside) {
        Ok(found) => found.into_iter().for_each(|item| keep(&mut items, item)),
        Err(finding) => trouble = trouble.take().or(Some(finding)),
    })?;
    if items.is_empty() {
        return Err(trouble.unwrap_or_else(nothing));
    }
    Ok(Content { items, wrapping: Wrapping::Zip, notes: trouble.iter().map(passed_over).collect() })
}

/// The texts of the shell scripts inside: a connect kit's says how the device is called and where it connects to.
pub(in crate::credential) fn scripts(bytes: &[u8]) -> Vec<Zeroizing<String>> {
    let mut scripts = Vec::new();
    let read = each_file(bytes, |name, file| {
        if let (true, Ok(content)) = (name.ends_with(".sh"), file) {
            scripts.push(text::decode(content).0);
        }
    });
    read.map(|()| scripts).unwrap_or_default()
}

/// Reads one file after the other, as far as there are not too many and too large ones.
fn each_file(bytes: &[u8], mut take: impl FnMut(&str, Result<&[u8], Finding>)) -> Result<(), Finding> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut left = MOST_IN_ALL;
    for index in 0..archive.len().min(MOST_FILES) {
        let Ok(file) = archive.by_index(index) else {
            take("", Err(damaged()));
            continue;
        };
        let name = file.name().map(Cow::into_owned).unwrap_or_default();
        let most = MOST_BYTES.min(left);
        if file.size() > most {
            take(&name, Err(too_large()));
            continue;
        }
        let mut content =
            Zeroizing::new(Vec::with_capacity(usize::try_from(file.size().min(most)).unwrap_or(0)));
        if file.is_dir() || file.take(most).read_to_end(&mut content).is_err() {
            continue;
        }
        left -= content.len() as u64;
        take(&name, Ok(&content));
    }
    Ok(())
}

fn keep(items: &mut Vec<Item>, item: Item) {
    let is_too_much = matches!(item, Item::PrivateKey(_)) && has_enough_keys(items);
    if !is_too_much && !has_enough(items) {
        items.push(item);
    }
}

/// What a file inside holds; nothing if it is none of what matters here.
fn inside(bytes: &[u8]) -> Result<Vec<Item>, Finding> {
    if let Some(elements) = der::elements(bytes) {
        return Ok(elements.into_iter().filter_map(der::read).collect());
    }
    let (text, _) = text::decode(bytes);
    Ok(pem::read(&text)?.map(|found| found.items).unwrap_or_default())
}

fn damaged() -> Finding {
    Finding::error(
        "damaged",
        "The archive is damaged or locked",
        "Download it again, or unpack it and choose the files in it",
    )
}

fn too_large() -> Finding {
    Finding::error(
        "too-large-file",
        "A file in the archive is too large to be a certificate or a key",
        "Unpack the archive and choose the files that are needed",
    )
}

fn nothing() -> Finding {
    Finding::error(
        "unknown-content",
        "The archive holds no certificate and no key",
        "Choose another archive, or the files themselves",
    )
}

/// One file inside could not be read, and others could.
fn passed_over(finding: &Finding) -> Finding {
    Finding::warning(
        "damaged-part",
        format!("A file in the archive was passed over: {}", finding.message),
        "Unpack the archive and look at its files one by one",
    )
}
