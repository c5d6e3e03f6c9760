//! Reads a JSON object key by key and remembers every problem at its field.
//! What was read counts as known; at the end, keys that nobody asked for are named with the nearest known one.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Map, Value};

use super::source::{FileOrigin, FileSource, SecretSource};
use super::value::{lifetime, wrong_form};
use crate::problem::{Kind, Problem};

/// The ways to give a secret, as every refusal of plain text says them.
const FOUR_WAYS: &str =
    "Write {\"env\": \"NAME\"}, {\"file\": \"PATH\"}, {\"keyring\": \"NAME\"} or {\"ask\": true} instead";

/// An object under way of being read.
pub(super) struct Reader {
    object: Map<String, Value>,
    path: String,
    known: Vec<&'static str>,
    problems: Vec<Problem>,
}

impl Reader {
    /// Reads a whole document with `read`; all problems if there are any.
    pub(super) fn document<T>(
        value: Value,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Result<T, Vec<Problem>> {
        let Value::Object(object) = value else {
            let help = "A profile begins with { and ends with }";
            return Err(vec![Problem::new(Kind::ProfileUnreadable, "The profile is no JSON object", help)]);
        };
        let mut reader = Self { object, path: String::new(), known: Vec::new(), problems: Vec::new() };
        let result = read(&mut reader);
        let problems = reader.finish();
        match result {
            Some(result) if problems.is_empty() => Ok(result),
            _ => Err(problems),
        }
    }

    /// A text.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) => Some(text),
            _ => self.refuse(key, wrong_form("This is no text", "Put it in double quotes")),
        }
    }

    /// A whole number within the range of its type.
    pub(super) fn number<T: TryFrom<u64>>(&mut self, key: &'static str) -> Option<T> {
        let number = self.take(key)?.as_u64().and_then(|number| T::try_from(number).ok());
        number.or_else(|| {
            self.refuse(
                key,
                wrong_form("This is no number that fits here", "Write a small whole number without quotes"),
            )
        })
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let flag = self.take(key)?.as_bool();
        flag.or_else(|| {
            self.refuse(
                key,
                wrong_form("This is neither true nor false", "Write true or false without quotes"),
            )
        })
    }

    /// One of several names.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(key)?;
        if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == text) {
            return Some(*choice);
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let help = match nearest(&text, names.iter().copied()) {
            Some(name) => format!("Did you mean {name}?"),
            None => format!("Write {}", names.join(", ")),
        };
        self.refuse(key, wrong_form(format!("There is no choice \"{}\" here", text.escape_debug()), help))
    }

    /// An IPv4 address.
    pub(super) fn address(&mut self, key: &'static str) -> Option<Ipv4Addr> {
        let text = self.text(key)?;
        text.parse().ok().or_else(|| self.refuse(key, no_address()))
    }

    /// A list of IPv4 addresses; empty if absent.
    pub(super) fn addresses(&mut self, key: &'static str) -> Vec<Ipv4Addr> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let addresses = value.as_array().and_then(|list| {
            list.iter().map(|item| item.as_str()?.parse().ok()).collect::<Option<Vec<Ipv4Addr>>>()
        });
        addresses.or_else(|| self.refuse(key, no_address())).unwrap_or_default()
    }

    /// A length of time with its unit, such as `30d`.
    pub(super) fn lifetime(&mut self, key: &'static str) -> Option<Duration> {
        let text = self.text(key)?;
        lifetime(&text).map_err(|problem| self.refuse::<()>(key, problem)).ok()
    }

    /// Any JSON.
    pub(super) fn json(&mut self, key: &'static str) -> Option<Value> {
        self.take(key)
    }

    /// An object, read with `read`.
    pub(super) fn object<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match self.take(key)? {
            Value::Object(object) => Some(self.inner(key, object, read)),
            _ => self.refuse(key, wrong_form("This is no object", "Write its fields between { and }")),
        }
    }

    /// A reference to a secret. Plain text is refused and not repeated.
    pub(super) fn secret(&mut self, key: &'static str) -> Option<SecretSource> {
        match self.take(key)? {
            Value::Object(object) => self.inner(key, object, Self::secret_source),
            Value::String(_) | Value::Number(_) => {
                let message = "A secret stands here in plain text";
                self.refuse(key, Problem::new(Kind::PlainSecret, message, FOUR_WAYS))
            }
            _ => self.refuse(key, wrong_form("This does not say where the secret is found", FOUR_WAYS)),
        }
    }

    /// A reference to a certificate or key file.
    pub(super) fn file(&mut self, key: &'static str) -> Option<FileSource> {
        const HELP: &str = "Write {\"file\": \"PATH\"}, {\"builtin\": \"NAME\"} or {\"module\": \"NAME\"}";
        match self.take(key)? {
            Value::Object(object) => self.inner(key, object, |reader| {
                let origins = [
                    reader.path().map(FileOrigin::File),
                    reader.text("builtin").map(FileOrigin::Builtin),
                    reader.text("module").map(FileOrigin::Module),
                ];
                let (name, password) = (reader.text("name"), reader.secret("password"));
                let origin = reader.only(origins, "the file is found", HELP)?;
                Some(FileSource { origin, name, password })
            }),
            Value::String(text) if is_pasted_key(&text) => self.refuse(key, pasted_key()),
            _ => self.refuse(key, wrong_form("This does not say where the file is found", HELP)),
        }
    }

    /// Notes that a key is missing if it is.
    pub(super) fn demand(&mut self, key: &str, help: &str) {
        if self.object.get(key).is_none_or(Value::is_null) {
            let message = format!("The field {key} is missing");
            self.refuse::<()>(key, Problem::new(Kind::MissingField, message, help));
        }
    }

    /// Passes over the remaining keys without judging them.
    pub(super) fn skip_rest(&mut self) {
        self.object.clear();
    }

    /// Notes a problem at a key.
    pub(super) fn refuse<T>(&mut self, key: &str, problem: Problem) -> Option<T> {
        let field = self.field(key);
        self.problems.push(problem.at(field));
        None
    }

    /// The path under `file`; a key pasted there would otherwise be shown as the name of a missing file.
    fn path(&mut self) -> Option<PathBuf> {
        let text = self.text("file")?;
        if is_pasted_key(&text) {
            return self.refuse("file", pasted_key());
        }
        Some(PathBuf::from(text))
    }

    fn secret_source(&mut self) -> Option<SecretSource> {
        let sources = [
            self.text("env").map(SecretSource::Env),
            self.path().map(SecretSource::File),
            self.text("keyring").map(SecretSource::Keyring),
            self.flag("ask").filter(|ask| *ask).map(|_| SecretSource::Ask),
        ];
        self.only(sources, "the secret is found", FOUR_WAYS)
    }

    /// The only one that is there; a problem with the object itself if none or several are.
    fn only<T, const N: usize>(&mut self, sources: [Option<T>; N], what: &str, help: &str) -> Option<T> {
        let had_problems = !self.problems.is_empty();
        let mut present = sources.into_iter().flatten();
        match (present.next(), present.next()) {
            (Some(source), None) => Some(source),
            (None, _) if had_problems => None,
            (None, _) => self.refuse_whole(wrong_form(format!("This does not say where {what}"), help)),
            _ => self.refuse_whole(wrong_form(format!("This says more than once where {what}"), help)),
        }
    }

    fn refuse_whole<T>(&mut self, problem: Problem) -> Option<T> {
        self.problems.push(problem.at(self.path.clone()));
        None
    }

    fn inner<T>(&mut self, key: &str, object: Map<String, Value>, read: impl FnOnce(&mut Self) -> T) -> T {
        let mut reader = Self { object, path: self.field(key), known: Vec::new(), problems: Vec::new() };
        let result = read(&mut reader);
        self.problems.extend(reader.finish());
        result
    }

    /// Takes a value out; `null` counts as absent.
    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.object.shift_remove(key).filter(|value| !value.is_null())
    }

    fn finish(mut self) -> Vec<Problem> {
        let unknown: Vec<String> = self.object.keys().cloned().collect();
        for key in unknown {
            let help = match nearest(&key, self.known.iter().copied()) {
                Some(known) => format!("Did you mean {known}?"),
                None => format!("Remove it; known here are {}", self.known.join(", ")),
            };
            let key = key.escape_debug().to_string();
            let message = format!("There is no field \"{key}\" here");
            self.refuse::<()>(&key, Problem::new(Kind::UnknownKey, message, help));
        }
        self.problems
    }

    fn field(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

fn is_pasted_key(text: &str) -> bool {
    text.contains("PRIVATE KEY")
}

fn pasted_key() -> Problem {
    let help = "Save it as a file and write {\"file\": \"PATH\"}";
    Problem::new(Kind::PlainSecret, "A private key stands here in plain text", help)
}

fn no_address() -> Problem {
    wrong_form("This is no IPv4 address", "Write it with dots and in double quotes, such as \"192.168.1.20\"")
}

/// The name nearest to what was written, if it is near enough to be meant.
pub(super) fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    names
        .map(|name| (strsim::jaro_winkler(&written, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
