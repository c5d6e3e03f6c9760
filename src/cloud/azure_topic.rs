//! The parts that Azure's topics are made of: property bags and questions (clouds.md §2.3 and §4).
//! Which topics there are is known by each service's file.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The properties of a bag `k=v&k=v`, decoded. One without `=` has no value.
pub(super) fn properties(bag: &str) -> Vec<(String, Option<String>)> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = bag.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => (decoded(name), Some(decoded(value))),
            None => (decoded(pair), None),
        })
        .collect()
}

/// A bag of these properties.
pub(super) fn bag(properties: &[(&str, Option<&str>)]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = properties.iter().map(|(name, value)| match value {
        Some(value) => format!("{}={}", encoded(name), encoded(value)),
        None => encoded(name),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// The value of a field of `?field=value&field=value`, exactly as it was sent; services give it back like that.
pub(super) fn field<'a>(question: &'a str, name: &str) -> Option<&'a str> {
    let fields = question.strip_prefix('?')?.split('&');
    let mut values = fields.filter_map(|field| field.split_once('=').filter(|(found, _)| *found == name));
    values.next().map(|(_, value)| value).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bag_reads_back() {
        let bag = bag(&[("$.to", Some("/devices/d")), ("none", None), ("empty", Some(""))]);
        assert_eq!(bag, "%24%2Eto=%2Fdevices%2Fd&none&empty=");
        let some = |text: &str| Some(text.to_owned());
        let read = [
            ("$.to".to_owned(), some("/devices/d")),
            ("none".to_owned(), None),
            ("empty".to_owned(), some("")),
        ];
        assert_eq!(properties(&bag), read);
        assert_eq!(properties(""), []);
    }

    #[test]
    fn the_value_of_a_field_stays_as_it_is() {
        assert_eq!(field("?$rid={request_id}&operationId=5.a", "$rid"), Some("{request_id}"));
        assert_eq!(field("?$rid=a%20b", "$rid"), Some("a%20b"));
        for without in ["$rid=1", "?", "?$rid=", "?$rid", "?x=1"] {
            assert_eq!(field(without, "$rid"), None, "{without}");
        }
    }
}
