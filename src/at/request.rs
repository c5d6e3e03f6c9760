//! A command line as a module reads it. Which commands there are is not known here.

use super::quote::{fields, unquote};

/// A command line taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What stands between `AT` and the parameters, in upper case: `+UWSC`, `&W`, `O2`, `S2`; empty for a
    /// bare `AT`.
    pub name: String,
    /// What is asked for.
    pub form: Form,
}

/// The three forms of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// `AT+UWSCAN`
    Execute,
    /// `AT+UMSM?`
    Read,
    /// `AT+UWSC=0,2,"a,b"`; there is at least one parameter, perhaps empty.
    Set(Vec<Param>),
}

/// One parameter of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// The text without quotes and escapes.
    pub text: String,
    /// Whether it stood in quotes.
    pub quoted: bool,
}

impl Request {
    /// Reads a line up to its CR, if it has one. Case does not matter, and control characters are skipped
    /// (protocol.md §2). `None`: not an AT command.
    pub fn parse(line: &str) -> Option<Self> {
        let line: String =
            line.chars().take_while(|&c| c != '\r').filter(|c| !c.is_ascii_control()).collect();
        let (attention, body) = line.trim().split_at_checked(2)?;
        if !attention.eq_ignore_ascii_case("AT") {
            return None;
        }
        let end = body.find(['=', '?']).unwrap_or(body.len());
        let (name, tail) = body.split_at_checked(end)?;
        let form = match tail.strip_prefix('=') {
            Some(list) => Form::Set(params(list)),
            None if tail == "?" => Form::Read,
            None if tail.is_empty() => Form::Execute,
            None => return None,
        };
        Some(Self { name: name.to_ascii_uppercase(), form })
    }

    /// Whether the module answers with a prompt for raw bytes (protocol.md §7.2, §8.8).
    pub fn asks_for_data(&self) -> bool {
        let Form::Set(values) = &self.form else { return false };
        let value = |index: usize| values.get(index).map(|value| value.text.as_str());
        match self.name.as_str() {
            "+USECMNG" => value(0) == Some("0"),
            "+UDATW" => value(1) == Some("2"),
            _ => false,
        }
    }
}

fn params(list: &str) -> Vec<Param> {
    fields(list)
        .into_iter()
        .filter_map(|field| list.get(field))
        .map(|field| Param { text: unquote(field), quoted: field.starts_with('"') })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(line: &str) -> (String, Form) {
        let request = Request::parse(line).unwrap();
        (request.name, request.form)
    }

    fn set(params: &[(&str, bool)]) -> Form {
        Form::Set(params.iter().map(|&(text, quoted)| Param { text: text.to_owned(), quoted }).collect())
    }

    #[test]
    fn a_number_behind_a_short_name_belongs_to_the_name() {
        for (line, name) in [
            ("AT", ""),
            ("ATE0", "E0"),
            ("AT&W", "&W"),
            ("AT&D1", "&D1"),
            ("ATI9", "I9"),
            ("ATO2", "O2"),
            ("ATZ", "Z"),
        ] {
            assert_eq!(parsed(line), (name.to_owned(), Form::Execute), "{line}");
        }
    }

    #[test]
    fn the_three_forms_are_told_apart() {
        assert_eq!(parsed("ATE?"), ("E".to_owned(), Form::Read));
        assert_eq!(parsed("ATS2?"), ("S2".to_owned(), Form::Read));
        assert_eq!(parsed("ATS2=43"), ("S2".to_owned(), set(&[("43", false)])));
        assert_eq!(parsed("AT+UMSM?"), ("+UMSM".to_owned(), Form::Read));
        assert_eq!(parsed("AT+UDCPC=1"), ("+UDCPC".to_owned(), set(&[("1", false)])));
        assert_eq!(parsed("AT+UWSCAN"), ("+UWSCAN".to_owned(), Form::Execute));
    }

    #[test]
    fn parameters_keep_their_commas_and_their_case() {
        assert_eq!(
            parsed(r#"at+uwsc=0,2,"a,\22B""#),
            ("+UWSC".to_owned(), set(&[("0", false), ("2", false), ("a,\"B", true)]))
        );
        assert_eq!(
            parsed("AT+UDCP=mqtt://h/?a=b,c"),
            ("+UDCP".to_owned(), set(&[("mqtt://h/?a=b", false), ("c", false)]))
        );
    }

    #[test]
    fn control_characters_are_skipped_and_cr_ends_the_line() {
        assert_eq!(parsed("\n\0AT\0E0\n\rATZ"), ("E0".to_owned(), Form::Execute));
    }

    #[test]
    fn what_is_no_command_is_refused() {
        for line in ["", "A", "UATE0", "hello", "é", "AT+UMSM?x"] {
            assert_eq!(Request::parse(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_can_be_read(line in any::<String>(), tail in any::<String>()) {
            Request::parse(&line);
            Request::parse(&format!("AT{tail}"));
        }

        #[test]
        fn what_was_quoted_is_read_back(text in r"[^\x00-\x1F\x7F]*") {
            let line = format!("AT+UWSC=0,2,{}", crate::at::quote(&text));
            prop_assert_eq!(parsed(&line).1, set(&[("0", false), ("2", false), (&text, true)]));
        }
    }
}
