//! PEM inside of C source: the string literals of `certs.c` of Azure's device kit and of its like (clouds.md §8.3).
//! Comments and everything between the literals are passed over.

use zeroize::Zeroizing;

/// The literals joined as a compiler would; `None` if this is no C source with PEM in it.
pub(super) fn pem(text: &str) -> Option<Zeroizing<String>> {
    if !text.contains("\"-----BEGIN ") {
        return None;
    }
    let mut found = Zeroizing::new(String::with_capacity(text.len()));
    let mut place = Place::Code;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        place = match (place, c) {
            (Place::Code, '"') => Place::Literal,
            (Place::Code, '/') if characters.peek() == Some(&'/') => Place::LineComment,
            (Place::Code, '/') if characters.next_if_eq(&'*').is_some() => Place::Comment,
            (Place::LineComment, '\n') | (Place::Literal, '"') => Place::Code,
            (Place::Comment, '*') if characters.next_if_eq(&'/').is_some() => Place::Code,
            (Place::Literal, '\\') => {
                found.extend(characters.next().and_then(escaped));
                Place::Literal
            }
            (Place::Literal, c) => {
                found.push(c);
                Place::Literal
            }
            (place, _) => place,
        };
    }
    Some(found)
}

/// Where in the source a character stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Code,
    Literal,
    LineComment,
    Comment,
}

/// What an escape stands for; `None` for a continued line.
fn escaped(c: char) -> Option<char> {
    match c {
        'r' => Some('\r'),
        'n' => Some('\n'),
        't' => Some('\t'),
        '\r' | '\n' => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_joined_and_comments_passed_over() {
        let source = "/* \"-----BEGIN X-----\" */\nconst char certificates[] =\n// \"no\"\n\
                      \"-----BEGIN A-----\\r\\n\"\n/* D//b */ \"ab//cd\\r\\n\" // end\n\"-----END A-----\\r\\n\";\n";
        assert_eq!(pem(source).unwrap().as_str(), "-----BEGIN A-----\r\nab//cd\r\n-----END A-----\r\n");
    }

    #[test]
    fn pem_that_is_no_literal_is_no_c_source() {
        assert_eq!(pem("-----BEGIN A-----\n\"\n"), None);
    }

    #[test]
    fn a_literal_that_does_not_end_is_read_to_the_end() {
        assert_eq!(pem("x = \"-----BEGIN A\\").unwrap().as_str(), "-----BEGIN A");
    }
}
