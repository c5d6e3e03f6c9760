//! The project's own source text, read just well enough to see which names it uses where.
//! It is no parser: comments, literals and test code are blanked, then names are found as text.

use std::fs;
use std::path::{Path, PathBuf};

/// One file under `src`.
pub(crate) struct Source {
    /// Relative to `src`, with `/` on every system.
    pub(crate) path: String,
    /// As it stands in the file.
    pub(crate) text: String,
    /// The text with comments, literals and test code as blanks: lines keep their numbers.
    code: String,
}

/// A name and the line it stands on, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) name: String,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let is_test = path.split(['/', '.']).any(|part| part == "tests" || part.ends_with("_tests"));
        let code = if is_test { String::new() } else { without_tests(&without_comments(&text)) };
        Self { path, text, code }
    }

    /// The top-level module it belongs to: `at` for `at/decoder.rs`, `edm` for `edm.rs`.
    pub(crate) fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// What is named directly after `root::`, in paths and in `root::{…}` groups.
    pub(crate) fn children_of(&self, root: &str) -> Vec<Named> {
        let root = format!("{root}::");
        let starts = self.code.match_indices(&root).filter(|(at, _)| !continues_path(&self.code[..*at]));
        starts.flat_map(|(at, _)| self.children_at(at + root.len())).collect()
    }

    /// What paths that climb with `super::` to the root of the crate, or beyond this file's top-level module, name there.
    pub(crate) fn children_of_root_by_super(&self) -> Vec<Named> {
        let folders = self.path.matches('/').count();
        let depth = if self.path.ends_with("/mod.rs") { folders } else { folders + 1 };
        let climb = "super::".repeat(depth);
        let starts = self.code.match_indices(&climb).filter(|(at, _)| !continues_path(&self.code[..*at]));
        starts.flat_map(|(at, _)| self.children_at(at + climb.len())).collect()
    }

    /// Every identifier, in order.
    pub(crate) fn identifiers(&self) -> impl Iterator<Item = Named> {
        let lines = self.code.lines().enumerate();
        lines.flat_map(|(index, line)| {
            let words = line.split(|c| !is_identifier(c)).filter(|word| !word.is_empty());
            words.map(move |word| Named { line: index + 1, name: word.to_owned() })
        })
    }

    fn children_at(&self, start: usize) -> Vec<Named> {
        let rest = &self.code[start..];
        let mut starts = vec![0];
        let mut depth = 0;
        for (at, c) in rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => starts.push(at + 1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        let names = starts.into_iter().map(|at| {
            let name = rest[at..].trim_start_matches(|c: char| c.is_whitespace() || c == '{');
            Named { line: self.line_of(self.code.len() - name.len()), name: identifier_at(name) }
        });
        names.filter(|named| !named.name.is_empty()).collect()
    }

    fn line_of(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }
}

/// Every Rust file under `src`, in a fixed order.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    assert!(paths.contains(&root.join("lib.rs")), "no sources found under {}", root.display());
    paths.iter().map(|path| Source::new(relative(path, &root), fs::read_to_string(path).unwrap())).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn relative(path: &Path, root: &Path) -> String {
    let parts = path.strip_prefix(root).unwrap().components();
    parts.map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/")
}

/// The code with comments and the inside of text and character literals as blanks.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (length, keep) = piece(rest);
        let (part, after) = rest.split_at(length);
        if keep {
            code.push_str(part);
        } else {
            code.push_str(&blank(part));
        }
        rest = after;
    }
    code
}

/// How long the comment, literal or single character at the start of `rest` is, and whether it is code.
fn piece(rest: &str) -> (usize, bool) {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    if rest.starts_with("//") {
        (rest.find('\n').unwrap_or(rest.len()), false)
    } else if rest.starts_with("/*") {
        (rest.find("*/").map_or(rest.len(), |end| end + 2), false)
    } else if rest.starts_with('"') {
        (escaped_literal(rest, '"'), false)
    } else if rest.starts_with("r\"") || rest.starts_with("r#") {
        raw_literal(rest)
    } else if rest.starts_with('\'') {
        character_literal(rest)
    } else {
        (first, true)
    }
}

/// The length of a literal up to and with its closing quote.
fn escaped_literal(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

/// `r"…"` and `r#"…"#`; a raw identifier such as `r#type` is code.
fn raw_literal(rest: &str) -> (usize, bool) {
    let hashes = rest[1..].len() - rest[1..].trim_start_matches('#').len();
    let end = format!("\"{}", "#".repeat(hashes));
    match rest[1 + hashes..].strip_prefix('"') {
        Some(inside) => {
            let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
            (2 + hashes + length, false)
        }
        None => (1 + hashes, true),
    }
}

/// `'x'` and `'\n'`; the quote of a lifetime is code.
fn character_literal(rest: &str) -> (usize, bool) {
    let mut chars = rest.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => (escaped_literal(rest, '\''), false),
        _ => (1, true),
    }
}

/// The code with every item under `#[cfg(test)]` as blanks.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        let (before, item) = rest.split_at(start);
        let (item, after) = item.split_at(item_length(item));
        kept.push_str(before);
        kept.push_str(&blank(item));
        rest = after;
    }
    kept + rest
}

/// The length of an item: to the semicolon outside braces, or to the brace that closes its first one.
fn item_length(item: &str) -> usize {
    let mut depth = 0;
    for (at, c) in item.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(c, ';' | '}') {
            return at + 1;
        }
    }
    item.len()
}

fn blank(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

fn identifier_at(code: &str) -> String {
    code.chars().take_while(|c| is_identifier(*c)).collect()
}

/// Whether what comes next belongs to a path that begins further left, as `crate::` in `my_crate::`.
fn continues_path(before: &str) -> bool {
    before.ends_with(|c| is_identifier(c) || c == ':')
}

fn is_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn names_in_comments_literals_and_tests_are_not_seen() {
    let text = r##"
//! crate::a
/* crate::b */ const X: &str = "crate::c \" crate::d"; // crate::e
const Y: &str = r#"crate::f " "#; const QUOTE: char = '"';
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests {
    fn f() { crate::g::h() }
}
fn seen<'a>() -> &'a u8 { crate::seen::it() }
"##;
    let source = Source::new("at/mod.rs", text);
    assert_eq!(source.children_of("crate"), [Named { line: 11, name: "seen".into() }]);
    for path in ["at/tests.rs", "at/decoder_tests.rs", "at/tests/long.rs"] {
        assert!(Source::new(path, text).children_of("crate").is_empty());
    }
}

#[test]
fn names_in_groups_and_climbing_paths_are_seen() {
    let text = "use crate::{\n    at::{self, Item},\n    edm,\n};\nuse std::{fs, io::Read};\nuse super::super::mqtt;\n";
    let source = Source::new("session/engine.rs", text);
    let named = |line, name: &str| Named { line, name: name.into() };
    assert_eq!(source.children_of("crate"), [named(2, "at"), named(3, "edm")]);
    assert_eq!(source.children_of("std"), [named(5, "fs"), named(5, "io")]);
    assert_eq!(source.children_of_root_by_super(), [named(6, "mqtt")]);
}
