//! String parameters: quoting, and cutting a parameter list at its commas (protocol.md §2.1).

use std::ops::Range;

/// The text in quotes, with `"` written `\22` and `\` written `\5C`. Control characters have no spelling: the
/// caller has refused them.
pub fn quote(text: &str) -> String {
    // Three bytes for each at worst, so that a secret is never copied by growing.
    let mut quoted = String::with_capacity(3 * text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str(r"\22"),
            '\\' => quoted.push_str(r"\5C"),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// The text behind a parameter: quotes and escapes taken off. Text that does not start with a quote stays as
/// it is.
pub fn unquote(text: &str) -> String {
    text.strip_prefix('"')
        .map_or_else(|| text.to_owned(), |inner| unescape(inner.strip_suffix('"').unwrap_or(inner)))
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        let (character, digits) = match after.as_bytes() {
            [b'2', b'2', ..] => ('"', 2),
            [b'5', b'C' | b'c', ..] => ('\\', 2),
            _ => ('\\', 0),
        };
        plain.push_str(before);
        plain.push(character);
        rest = after.get(digits..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

/// Where the parameters of a list stand, quotes included. There is always at least one, perhaps empty.
pub fn fields(list: &str) -> Vec<Range<usize>> {
    let mut fields = Vec::new();
    let mut start = 0;
    loop {
        let end = start + field_length(list.get(start..).unwrap_or_default());
        fields.push(start..end);
        if end >= list.len() {
            return fields;
        }
        start = end + 1;
    }
}

/// A quote closes a field only before a comma or the end: a stray one inside must not spill what it was to
/// hide.
fn field_length(rest: &str) -> usize {
    let end = match rest.strip_prefix('"') {
        Some(inner) => inner.find("\",").map(|closing| closing + 2),
        None => rest.find(','),
    };
    end.unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(list: &str) -> Vec<&str> {
        fields(list).into_iter().map(|field| list.get(field).unwrap()).collect()
    }

    #[test]
    fn quotes_and_backslashes_are_written_in_hexadecimal() {
        assert_eq!(quote(r#"a"b\c"#), r#""a\22b\5Cc""#);
        assert_eq!(unquote(r#""a\22b\5cc""#), r#"a"b\c"#);
        assert_eq!(unquote(r#""\5C5c\5C22""#), r"\5c\22");
    }

    #[test]
    fn unquoted_text_and_unknown_escapes_stay_as_they_are() {
        assert_eq!(unquote(r"a\22"), r"a\22");
        assert_eq!(unquote(r#""a\n\""#), r"a\n\");
        assert_eq!(unquote("\""), "");
    }

    #[test]
    fn commas_inside_quotes_do_not_cut() {
        assert_eq!(cut(r#"0,"a,b",2"#), ["0", r#""a,b""#, "2"]);
        assert_eq!(cut(r#""",4,"#), [r#""""#, "4", ""]);
        assert_eq!(cut(r#"",x",1"#), [r#"",x""#, "1"]);
        assert_eq!(cut(""), [""]);
    }

    #[test]
    fn a_stray_quote_does_not_close_and_an_open_one_reaches_to_the_end() {
        assert_eq!(cut(r#""a"b,c",1"#), [r#""a"b,c""#, "1"]);
        assert_eq!(cut(r#"0,"a,b"#), ["0", r#""a,b"#]);
        assert_eq!(cut(r#"a"b,c"#), [r#"a"b"#, "c"]);
    }

    proptest! {
        #[test]
        fn what_is_quoted_is_one_field_and_comes_back(text in any::<String>(), next in "[a-z0-9]*") {
            let list = format!("{},{next}", quote(&text));
            let fields = cut(&list);
            prop_assert_eq!(fields.len(), 2);
            prop_assert_eq!(unquote(fields[0]), text);
        }

        #[test]
        fn the_fields_and_their_commas_are_the_whole_list(list in r#"[",\\25Ca-z]{0,40}"#) {
            prop_assert_eq!(cut(&list).join(","), list);
        }
    }
}
