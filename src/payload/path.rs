//! Paths to a value, as people write them: `$.state.reported.values[0]`, with or without the `$`. It is the part of JSON Path
//! (RFC 9535) that leads to one place; wildcards, slices and conditions are refused by name.

use std::fmt;
use std::str::FromStr;

use super::Key;

/// The way to a value; the empty path is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(Vec<Step>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// To a member of an object, also one whose key is no text: that is named as it is shown.
    Name(String),
    /// To an item of an array, from 0.
    Index(usize),
}

/// Why a text is no path, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (character {at})")]
pub struct PathError {
    /// The place in the text, in characters from 1.
    pub at: usize,
    /// What is wrong, and what would be right: one sentence without a full stop.
    pub message: String,
}

impl Path {
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The path to the value under this key.
    pub(super) fn to(&self, key: &Key) -> Self {
        let step = match key {
            Key::Root => None,
            Key::Name(text) | Key::Other(text) => Some(Step::Name(text.clone())),
            Key::Index(index) => Some(Step::Index(*index)),
        };
        Self(self.0.iter().cloned().chain(step).collect())
    }
}

impl Step {
    pub(super) fn leads_to(&self, key: &Key) -> bool {
        match (self, key) {
            (Self::Name(name), Key::Name(text) | Key::Other(text)) => name == text,
            (Self::Index(index), Key::Index(place)) => index == place,
            _ => false,
        }
    }
}

/// With `$`; names in quotes where they would not be read back without.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for step in &self.0 {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Name(name) if !name.is_empty() && name.chars().all(is_plain) => write!(f, ".{name}")?,
                Step::Name(name) => {
                    write!(f, "['{}']", name.replace('\\', r"\\").replace('\'', r"\'"))?;
                }
            }
        }
        Ok(())
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Parser { letters: text.trim().chars().collect(), at: 0 }.path()
    }
}

/// What a name without quotes may hold.
fn is_plain(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-')
}

struct Parser {
    letters: Vec<char>,
    at: usize,
}

impl Parser {
    fn path(mut self) -> Result<Path, PathError> {
        let mut steps = Vec::new();
        match self.peek() {
            None => return self.fail("Write a path such as $.state.temperature"),
            Some('$') => self.at += 1,
            Some('[' | '.') => {}
            Some(_) => steps.push(self.name()?),
        }
        while let Some(letter) = self.next() {
            steps.push(match letter {
                '.' => self.name()?,
                '[' => self.bracket()?,
                _ => {
                    self.at -= 1;
                    return self
                        .fail("A `.` or a `[` belongs here; put names with other characters in ['…']");
                }
            });
        }
        Ok(Path(steps))
    }

    fn name(&mut self) -> Result<Step, PathError> {
        let rest = self.letters.get(self.at..).unwrap_or_default();
        let name: String = rest.iter().take_while(|letter| is_plain(**letter)).collect();
        if name.is_empty() {
            return match self.peek() {
                Some('.') => self.fail("`..` would search at every depth; write the whole path"),
                Some('*') => self.fail("`*` would be several values; name one"),
                Some(_) => self.fail("A name belongs here; put names with other characters in ['…']"),
                None => self.fail("The path ends before a name"),
            };
        }
        self.at += name.chars().count();
        Ok(Step::Name(name))
    }

    fn bracket(&mut self) -> Result<Step, PathError> {
        let step = match self.peek() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote)?,
            Some(digit) if digit.is_ascii_digit() => self.index()?,
            Some('-') => return self.fail("Items are counted from 0, not from the end"),
            Some('*') => return self.fail("`*` would be several values; name one"),
            _ => return self.fail("A number or a name in quotes belongs between `[` and `]`"),
        };
        match self.next() {
            Some(']') => Ok(step),
            Some(':' | ',') => {
                self.at -= 1;
                self.fail("Several items cannot be named; name one")
            }
            Some(_) => {
                self.at -= 1;
                self.fail("A `]` belongs here")
            }
            None => self.fail("The path ends before a `]`"),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Step, PathError> {
        self.at += 1;
        let mut name = String::new();
        while let Some(letter) = self.next() {
            match letter {
                '\\' => match self.next() {
                    Some(escaped @ ('\\' | '\'' | '"')) => name.push(escaped),
                    _ => {
                        self.at -= 1;
                        return self.fail(r#"Only \\, \' and \" are escapes in a name"#);
                    }
                },
                end if end == quote => return Ok(Step::Name(name)),
                letter => name.push(letter),
            }
        }
        self.fail("The name has no closing quote")
    }

    fn index(&mut self) -> Result<Step, PathError> {
        let rest = self.letters.get(self.at..).unwrap_or_default();
        let digits: String = rest.iter().take_while(|letter| letter.is_ascii_digit()).collect();
        let Ok(index) = digits.parse() else { return self.fail("The number is too large") };
        self.at += digits.len();
        Ok(Step::Index(index))
    }

    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    fn fail<T>(&self, message: &str) -> Result<T, PathError> {
        Err(PathError { at: self.at + 1, message: message.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Step {
        Step::Name(text.to_owned())
    }

    #[test]
    fn paths_are_read_as_people_write_them() {
        let values = vec![name("state"), name("reported"), name("values"), Step::Index(0)];
        for (text, steps) in [
            ("$", vec![]),
            ("$.state.reported.values[0]", values.clone()),
            ("state.reported.values[0]", values.clone()),
            (" $['state'][\"reported\"].values[0] ", values),
            ("[2].a-b_c", vec![Step::Index(2), name("a-b_c")]),
            ("$['it\\'s.here']", vec![name("it's.here")]),
            ("$.température", vec![name("température")]),
            ("$['1']", vec![name("1")]),
        ] {
            assert_eq!(text.parse::<Path>(), Ok(Path(steps)), "{text}");
        }
    }

    #[test]
    fn what_is_no_path_says_where_and_why() {
        for (text, at, part) in [
            ("", 1, "such as"),
            ("$.", 3, "ends before a name"),
            ("$..a", 3, "every depth"),
            ("$.a[*]", 5, "several values"),
            ("$.a[-1]", 5, "from the end"),
            ("$.a[0:2]", 6, "Several items"),
            ("$.a[b]", 5, "in quotes"),
            ("$.a[0", 6, "before a `]`"),
            ("$.a['b", 7, "closing quote"),
            ("$.a b", 4, "belongs here"),
            ("$a", 2, "belongs here"),
            ("$[99999999999999999999999]", 3, "too large"),
        ] {
            let error = text.parse::<Path>().unwrap_err();
            assert!(error.at == at && error.message.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn a_path_names_what_it_must_in_quotes() {
        let path = Path(vec![name("a"), Step::Index(3), name("b c"), name("it's"), name("")]);
        assert_eq!(path.to_string(), r"$.a[3]['b c']['it\'s']['']");
    }

    proptest! {
        #[test]
        fn paths_are_read_back_as_they_are_written(steps in prop::collection::vec(
            prop_oneof![any::<String>().prop_map(Step::Name), any::<usize>().prop_map(Step::Index)], 0..6,
        )) {
            let path = Path(steps);
            prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path));
        }

        #[test]
        fn any_text_is_a_path_or_refused(text in any::<String>()) {
            let _ = text.parse::<Path>();
        }
    }
}
