//! PEM inside of JSON, such as AWS answers to `create-keys-and-certificate`: every text in it that holds PEM, in its order.
//! What the other values mean is no concern here.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use crate::credential::pem;

/// The PEM texts one below the other; `None` if this is no JSON with PEM in it.
pub(super) fn pem(text: &str) -> Option<Zeroizing<String>> {
    if !text.trim_start().starts_with(['{', '[']) || !pem::is_in(text) {
        return None;
    }
    // No text grows while it is put together: that would leave copies of keys behind in memory.
    let mut found = Zeroizing::new(String::with_capacity(text.len()));
    let mut json = serde_json::Deserializer::from_str(text);
    json.deserialize_any(Collect(&mut found)).ok()?;
    json.end().ok()?;
    (!found.is_empty()).then_some(found)
}

/// Collects PEM texts from any JSON value.
struct Collect<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Collect<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Collect<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if pem::is_in(text) {
            self.0.push_str(text);
            self.0.push('\n');
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(Collect(self.0))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Collect(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_with_pem_is_found_however_deep_it_stands() {
        let json = r#"{ "certificateId": "abc", "count": [1, -2, 3.5, true, null],
            "certificatePem": "-----BEGIN A-----\nx\n-----END A-----\n",
            "keyPair": { "PrivateKey": "-----BEGIN B-----\ny\n-----END B-----" } }"#;
        let found = pem(json).unwrap();
        assert_eq!(
            found.as_str(),
            "-----BEGIN A-----\nx\n-----END A-----\n\n-----BEGIN B-----\ny\n-----END B-----\n"
        );
    }

    #[test]
    fn json_without_pem_and_pem_without_json_are_left_alone() {
        for text in
            ["{}", "[\"text\"]", "-----BEGIN A-----", "{ \"a\": \"-----BEGIN A-----", "{} -----BEGIN A"]
        {
            assert_eq!(pem(text), None, "{text}");
        }
    }
}
