//! A text that is looked for.

use memchr::memmem::Finder;

/// Whether `a` finds `A`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    #[default]
    Ignored,
    Exact,
}

/// A text to look for in lines.
#[derive(Clone, Debug)]
pub struct Needle {
    finder: Finder<'static>,
    /// As it is compared: in lower case if case is ignored.
    text: String,
    way: Way,
}

/// How it is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As bytes.
    Exact,
    /// As bytes in which A to Z have become small.
    Ascii,
    /// As letters, each in lower case.
    Unicode,
}

impl Needle {
    /// A text to look for; an empty one is in every line.
    pub fn new(text: &str, case: Case) -> Self {
        let (way, text) = match case {
            Case::Exact => (Way::Exact, text.to_owned()),
            Case::Ignored if text.is_ascii() => (Way::Ascii, text.to_ascii_lowercase()),
            Case::Ignored => (Way::Unicode, text.to_lowercase()),
        };
        Self { finder: Finder::new(&text).into_owned(), text, way }
    }

    /// Whether it is in this text.
    pub fn is_in(&self, text: &str) -> bool {
        self.is_in_bytes(text.as_bytes(), &mut Vec::new())
    }

    /// Whether it is among these bytes; `small` is a buffer.
    pub(super) fn is_in_bytes(&self, bytes: &[u8], small: &mut Vec<u8>) -> bool {
        match self.way {
            Way::Exact => self.finder.find(bytes).is_some(),
            Way::Ascii => {
                small.clear();
                small.extend(bytes.iter().map(u8::to_ascii_lowercase));
                self.finder.find(small).is_some()
            }
            Way::Unicode => String::from_utf8_lossy(bytes).to_lowercase().contains(&self.text),
        }
    }

    /// Whether it may be in one of the texts that are somewhere among these bytes; in doubt, yes.
    pub(super) fn may_be_among(&self, bytes: &[u8], small: &mut Vec<u8>) -> bool {
        self.way == Way::Unicode || self.is_in_bytes(bytes, small)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_counts_only_if_it_is_asked_for() {
        for (needle, case, text, found) in [
            ("uuping", Case::Ignored, "+UUPING:1", true),
            ("uuping", Case::Exact, "+UUPING:1", false),
            ("UUPING", Case::Exact, "+UUPING:1", true),
            ("MÜLLER", Case::Ignored, "ssid müller", true),
            ("müller", Case::Exact, "MÜLLER", false),
            ("", Case::Ignored, "", true),
            ("longer than the text", Case::Ignored, "long", false),
        ] {
            assert_eq!(Needle::new(needle, case).is_in(text), found, "{needle} in {text}");
        }
    }
}
