//! A text with holes for parameters, such as `AT+UWSC=0,2,"{ssid}"`.

use std::fmt;

/// Text and holes, one after the other. Two texts never follow each other, and none is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(Vec<Part>);

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// As it stands, braces single.
    Text(String),
    /// The parameter of this name.
    Hole { name: String, quoting: Quoting },
}

/// Whether a hole stands inside an AT string, where its value has to be escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    Plain,
    Quoted,
}

/// A brace that opens or closes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StrayBrace;

impl Template {
    /// Reads a text with `{name}` for holes and doubled braces for braces.
    pub(super) fn parse(text: &str) -> Result<Self, StrayBrace> {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        let mut quoting = Quoting::Plain;
        while let Some(at) = rest.find(['{', '}', '"']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            let doubled = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}"));
            rest = if let Some(after) = doubled {
                plain.extend(from.chars().next());
                after
            } else if let Some(after) = from.strip_prefix('"') {
                plain.push('"');
                quoting = quoting.other();
                after
            } else {
                let (name, after) =
                    from.strip_prefix('{').and_then(|inner| inner.split_once('}')).ok_or(StrayBrace)?;
                if !is_name(name) {
                    return Err(StrayBrace);
                }
                flush(&mut plain, &mut parts);
                parts.push(Part::Hole { name: name.to_owned(), quoting });
                after
            };
        }
        plain.push_str(rest);
        flush(&mut plain, &mut parts);
        Ok(Self(parts))
    }

    /// Its pieces.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The names of its holes.
    pub fn holes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Hole { name, .. } => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text with each hole as `{name}` and braces single.
    pub fn shown(&self) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Hole { name, .. } => format!("{{{name}}}"),
        };
        self.0.iter().map(part).collect()
    }
}

/// As it is written in a file.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Part::Hole { name, .. } => write!(f, "{{{name}}}"),
        })
    }
}

impl Quoting {
    const fn other(self) -> Self {
        match self {
            Self::Plain => Self::Quoted,
            Self::Quoted => Self::Plain,
        }
    }
}

fn flush(plain: &mut String, parts: &mut Vec<Part>) {
    if !plain.is_empty() {
        parts.push(Part::Text(std::mem::take(plain)));
    }
}

/// The longest name of a parameter.
const LONGEST_NAME: usize = 32;

/// Whether a parameter may be called so.
pub(super) fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hole(name: &str, quoting: Quoting) -> Part {
        Part::Hole { name: name.to_owned(), quoting }
    }

    #[test]
    fn a_hole_knows_whether_it_stands_in_an_at_string() {
        let template = Template::parse(r#"AT+UWSC={c},2,"{ssid}""#).unwrap();
        let holes: Vec<_> =
            template.parts().iter().filter(|part| matches!(part, Part::Hole { .. })).cloned().collect();
        assert_eq!(holes, [hole("c", Quoting::Plain), hole("ssid", Quoting::Quoted)]);
    }

    #[test]
    fn doubled_braces_are_braces_and_written_doubled_again() {
        let template = Template::parse("a{{b}}{{{c}}}").unwrap();
        assert_eq!(
            template.parts(),
            [Part::Text("a{b}{".to_owned()), hole("c", Quoting::Plain), Part::Text("}".to_owned())]
        );
        assert_eq!(
            (template.shown().as_str(), template.to_string().as_str()),
            ("a{b}{{c}}", "a{{b}}{{{c}}}")
        );
    }

    #[test]
    fn a_brace_that_belongs_to_no_name_is_refused() {
        for text in ["{", "}", "a{b", "{}", "{a b}", "{a{b}", "{ä}"] {
            assert_eq!(Template::parse(text), Err(StrayBrace), "{text}");
        }
    }
}
