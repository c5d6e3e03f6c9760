//! Names in certificates: which may be given, and names of others written again exactly as they stand.

use rcgen::string::{BmpString, Ia5String, PrintableString, TeletexString, UniversalString};
use rcgen::{DistinguishedName, DnType, DnValue};
use x509_parser::der_parser::asn1_rs::Tag;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::problem::{Kind, Problem};

/// The upper bound of X.520 (RFC 5280, appendix A).
const LONGEST: usize = 64;

/// A common name: 1 to 64 characters without control characters; blanks around it are no part of it.
///
/// # Errors
/// `WrongForm`, naming what is wrong.
pub fn common_name(text: &str) -> Result<&str, Problem> {
    let wrong = |message: &str, help: &str| Err(Problem::new(Kind::WrongForm, message, help));
    let text = text.trim();
    if text.is_empty() {
        return wrong("The common name is empty", "Enter 1 to 64 characters");
    }
    if text.chars().count() > LONGEST {
        return wrong(
            "The common name has more than 64 characters",
            "Certificates hold no more; choose a shorter ID for the device",
        );
    }
    if text.chars().any(char::is_control) {
        return wrong("The common name has a control character in it", "Type it instead of pasting it");
    }
    Ok(text)
}

/// A code by which a portal lets an authority prove that it has its key: the common name of a certificate.
///
/// # Errors
/// `WrongForm`, naming what is wrong.
pub fn verification_code(text: &str) -> Result<&str, Problem> {
    const HELP: &str = "Copy it from the certificate's page at the portal, with “Generate verification code”";
    let text = text.trim();
    let message = match text.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_".contains(*c)) {
        _ if text.is_empty() => "The verification code is empty".to_owned(),
        _ if text.len() > LONGEST => "The verification code has more than 64 characters".to_owned(),
        Some(sign) => format!("The verification code has {sign:?} in it, which no code has"),
        None => return Ok(text),
    };
    Err(Problem::new(Kind::WrongForm, message, HELP))
}

/// The name of which this is the common name and nothing else.
pub(super) fn of_common_name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    // A text becomes a UTF8String.
    name.push(DnType::CommonName, common_name);
    name
}

/// The same name in our writer's terms; `None` if it cannot be written again, because two of its parts are of one kind,
/// a part has several values, or a text is in no known alphabet.
pub(super) fn copied(name: &X509Name<'_>) -> Option<DistinguishedName> {
    const MOST: u64 = u64::MAX / 2;
    let mut copy = DistinguishedName::new();
    for part in name.iter_rdn() {
        let mut values = part.iter();
        let (value, None) = (values.next()?, values.next()) else { return None };
        let oid: Vec<_> = value.attr_type().iter()?.collect();
        // The writer panics at what is no object identifier (X.660).
        let ((0..=1, 0..=39) | (2, 0..=MOST)) = (*oid.first()?, *oid.get(1)?) else { return None };
        let kind = DnType::from_oid(&oid);
        if copy.get(&kind).is_some() {
            return None;
        }
        copy.push(kind, text(value)?);
    }
    Some(copy)
}

fn text(value: &AttributeTypeAndValue<'_>) -> Option<DnValue> {
    let value = value.attr_value();
    let text = || std::str::from_utf8(value.data).ok();
    match value.header.tag() {
        Tag::Utf8String => text().map(|text| DnValue::Utf8String(text.to_owned())),
        Tag::PrintableString => PrintableString::try_from(text()?).ok().map(DnValue::PrintableString),
        Tag::Ia5String => Ia5String::try_from(text()?).ok().map(DnValue::Ia5String),
        Tag::T61String => TeletexString::try_from(text()?).ok().map(DnValue::TeletexString),
        Tag::BmpString => BmpString::from_utf16be(value.data.to_vec()).ok().map(DnValue::BmpString),
        Tag::UniversalString => {
            UniversalString::from_utf32be(value.data.to_vec()).ok().map(DnValue::UniversalString)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_names_take_what_certificates_hold() {
        assert_eq!(common_name(" device1 "), Ok("device1"));
        assert!(common_name(&"ü".repeat(64)).is_ok());
        for (text, word) in [("", "empty"), ("  ", "empty"), (&*"x".repeat(65), "64"), ("a\u{7}b", "control")]
        {
            let problem = common_name(text).unwrap_err();
            assert!(problem.kind == Kind::WrongForm && problem.message.contains(word), "{problem}");
        }
    }

    #[test]
    fn verification_codes_are_letters_and_digits() {
        let code = "106A5SD242AF512B3498BD6098C4941E66R34H268DDB3288";
        assert_eq!(verification_code(&format!("{code}\n")), Ok(code));
        for (text, word) in [("", "empty"), ("a b", "' '"), (&*"0".repeat(65), "64"), ("a\u{0}b", "\\0")] {
            let problem = verification_code(text).unwrap_err();
            assert!(problem.message.contains(word), "{problem}");
        }
    }
}
