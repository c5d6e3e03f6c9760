//! A line of information, cut into its name and values. The meaning of the values is the business of
//! `module`.

use std::str::FromStr;

use super::quote::{fields, unquote};

/// A line such as `+UDCP:2` or `"NINA-W152"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The name without its `+`: `UDCP`. Identification and certificate lists have none (protocol.md §2.2).
    pub name: Option<&'a str>,
    /// The values without quotes and escapes.
    pub values: Vec<String>,
}

impl<'a> Answer<'a> {
    /// Reads any line: what has no name is taken as bare values.
    pub fn parse(line: &'a str) -> Self {
        let Some(named) = line.strip_prefix('+') else {
            return Self { name: None, values: values(line) };
        };
        match named.split_once(':') {
            Some((name, list)) => Self { name: Some(name), values: values(list) },
            None => Self { name: Some(named), values: Vec::new() },
        }
    }

    /// The value at this index, counted from 0.
    pub fn text(&self, index: usize) -> Option<&str> {
        self.values.get(index).map(String::as_str)
    }

    /// The value at this index, if it reads as a number of the wanted type.
    pub fn number<T: FromStr>(&self, index: usize) -> Option<T> {
        self.text(index)?.trim().parse().ok()
    }
}

fn values(list: &str) -> Vec<String> {
    fields(list).into_iter().filter_map(|field| list.get(field)).map(unquote).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_named_answer_has_its_values_in_order() {
        let answer = Answer::parse("+UUDPC:2,2,6,0.0.0.0,0,20.43.44.164,8883");
        assert_eq!(answer.name, Some("UUDPC"));
        assert_eq!(
            (answer.number(0), answer.text(5), answer.number(6)),
            (Some(2), Some("20.43.44.164"), Some(8883))
        );
        assert_eq!(answer.text(7), None);
    }

    #[test]
    fn bare_values_have_no_name() {
        let answer = Answer::parse(r#""2.1.0-017","NINA-W13X-2.1.0-017-0-g253211b6""#);
        assert_eq!((answer.name, answer.text(0)), (None, Some("2.1.0-017")));
        assert_eq!(Answer::parse("43").number::<u8>(0), Some(43));
    }

    #[test]
    fn commas_quotes_and_backslashes_inside_quotes_belong_to_the_value() {
        let answer = Answer::parse(r#"+UWSCAN:D807B6855E2E,1,"a,b\22\5C",4,-69,18,8,8"#);
        assert_eq!(answer.text(2), Some(r#"a,b"\"#));
        assert_eq!(answer.number(4), Some(-69));
    }

    #[test]
    fn a_number_that_does_not_fit_is_none() {
        assert_eq!(Answer::parse("+UDCP:300").number::<u8>(0), None);
        assert_eq!(Answer::parse("+UDCP:x").number::<u32>(0), None);
    }

    #[test]
    fn a_name_alone_has_no_values() {
        assert_eq!(Answer::parse("+STARTUP"), Answer { name: Some("STARTUP"), values: Vec::new() });
    }

    proptest! {
        #[test]
        fn any_line_can_be_read(line in any::<String>()) {
            Answer::parse(&line);
        }
    }
}
