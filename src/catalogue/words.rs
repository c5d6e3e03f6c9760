//! Values in words: the sentences of the tables with values put in, and whether a value may be what it is.

use super::url::PeerUrl;
use super::walk::{Bound, Walk};
use super::{Certainty, Param, Presence, Radix, Shape, Values};
use crate::secret::DOTS;

/// The sentence of a shape for these values.
pub(super) fn sentence(shape: &Shape, walk: &Walk) -> String {
    filled(shape.says, walk, 0)
}

/// Whether everything that was used is known for certain.
pub(super) fn certainty(shape: &Shape, walk: &Walk) -> Certainty {
    let chosen = walk.bound.iter().filter_map(|bound| bound.choice).map(|choice| choice.certainty);
    chosen.fold(shape.certainty, Certainty::max)
}

/// The first letter as a capital.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Puts values into a sentence, seen from the value at this place. A part in brackets is dropped if it lacks one.
fn filled(says: &str, walk: &Walk, from: usize) -> String {
    let mut text = String::new();
    for (index, piece) in says.split(['[', ']']).enumerate() {
        let in_brackets = index % 2 == 1;
        match with_values(piece, walk, from) {
            (whole, Complete::Yes) => text.push_str(&whole),
            (_, Complete::No) if in_brackets => {}
            (cut, Complete::No) => text.push_str(&cut),
        }
    }
    text
}

#[derive(PartialEq)]
enum Complete {
    Yes,
    No,
}

fn with_values(piece: &str, walk: &Walk, from: usize) -> (String, Complete) {
    let mut text = String::new();
    let mut complete = Complete::Yes;
    let mut rest = piece;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        match named(name, walk, from) {
            Some(value) => text.push_str(&value),
            None => {
                complete = Complete::No;
                text.push('…');
            }
        }
        rest = tail;
    }
    text.push_str(rest);
    (text, complete)
}

/// The value of this name in words; of one that is repeated, all of them.
fn named(name: &str, walk: &Walk, from: usize) -> Option<String> {
    let index = walk.find(name, from)?;
    let first = walk.bound.get(index)?;
    if first.param.presence != Presence::Repeated {
        return Some(value(first, walk, index));
    }
    let all = walk.bound.iter().enumerate().filter(|(_, bound)| bound.param.name == name);
    Some(all.map(|(index, bound)| value(bound, walk, index)).collect::<Vec<_>>().join(", "))
}

/// The value at this place in words.
pub(super) fn value(bound: &Bound, walk: &Walk, index: usize) -> String {
    match bound.choice {
        Some(choice) if walk.has_values(choice, index) => filled(choice.says, walk, index + 1),
        Some(choice) => choice.meaning.to_owned(),
        None => plain(bound.param, &bound.text),
    }
}

fn plain(param: &Param, text: &str) -> String {
    match param.values {
        // Secrets come as dots, and what were none would be hidden all the same.
        Values::Secret { .. } => DOTS.to_owned(),
        _ if text.contains(DOTS) && !matches!(param.values, Values::Url) => DOTS.to_owned(),
        _ if text.is_empty() => "nothing".to_owned(),
        Values::OneOf => format!("{text} (not a known value)"),
        Values::Bits { radix, names } => bits(text, radix, names).unwrap_or_else(|| text.to_owned()),
        Values::Host if text.contains(':') && !text.starts_with('[') => format!("[{text}]"),
        Values::Url => PeerUrl::parse(text).map_or_else(|| text.to_owned(), |url| url.sentence()),
        _ if param.unit.is_empty() => text.to_owned(),
        _ => format!("{text} {}", param.unit),
    }
}

fn bits(text: &str, radix: Radix, names: &[&str]) -> Option<String> {
    let radix = if radix == Radix::Decimal { 10 } else { 16 };
    let sum = u32::from_str_radix(text.trim(), radix).ok()?;
    let set = (0..u32::BITS).filter(|bit| sum >> bit & 1 == 1);
    let set = set.map(|bit| {
        let name = usize::try_from(bit).ok().and_then(|bit| names.get(bit));
        name.map_or_else(|| format!("bit {bit}"), |name| (*name).to_owned())
    });
    let set: Vec<String> = set.collect();
    Some(if set.is_empty() { "none".to_owned() } else { set.join(" and ") })
}

/// Why a value cannot be what it is; nothing if it can. The value itself is not repeated.
pub(super) fn objection(param: &Param, text: &str) -> Option<String> {
    let name = param.name;
    if param.choice(text).is_some() || (text.is_empty() && param.presence == Presence::Optional) {
        return None;
    }
    match param.values {
        Values::OneOf => Some(format!("{name} is one of {}", known_values(param))),
        Values::Number(least, greatest) => {
            let within = text.trim().parse().is_ok_and(|number: i64| (least..=greatest).contains(&number));
            (!within).then(|| format!("{name} is a number from {least} to {greatest}"))
        }
        Values::Bits { radix, names } => {
            bits(text, radix, names).is_none().then(|| format!("{name} is a number"))
        }
        Values::Text(most) => (text.len() > most).then(|| format!("{name} has at most {most} characters")),
        // Dots stand for a secret of any length.
        Values::Secret { least, most } if !text.contains(DOTS) => (!(least..=most).contains(&text.len()))
            .then(|| format!("{name} has {least} to {most} characters")),
        Values::Hex if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Some(format!("{name} is written in hexadecimal digits"))
        }
        Values::HardwareAddress => {
            let well_formed = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            (!well_formed).then(|| format!("{name} has twelve hexadecimal digits"))
        }
        Values::Ip => text.parse::<std::net::IpAddr>().is_err().then(|| format!("{name} is an IP address")),
        Values::Url => PeerUrl::parse(text)
            .is_none()
            .then(|| format!("{name} is written as scheme://host:port/?key=value")),
        Values::Secret { .. } | Values::Hex | Values::Free | Values::Host => None,
    }
}

fn known_values(param: &Param) -> String {
    param.choices.iter().map(|choice| choice.value).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::Choice;
    use super::*;

    const PORT: &[Param] = &[Param::new("port", "", Values::Number(1, 65_535))];
    const KINDS: &[Choice] =
        &[Choice::new("0", "off"), Choice::new("1", "TCP").then("TCP[ at {port}]", PORT)];
    const SERVER: Shape = Shape::new(
        "server {id}: {kind}",
        &[Param::new("id", "", Values::Number(0, 6)), Param::one_of("kind", "", KINDS)],
    );

    fn said(values: &[&str]) -> String {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        sentence(&SERVER, &Walk::new(SERVER.params, &values))
    }

    #[test]
    fn values_are_put_in_and_a_part_without_its_value_is_left_out() {
        assert_eq!(said(&["1", "1", "12345"]), "server 1: TCP at 12345");
        assert_eq!(said(&["1", "1"]), "server 1: TCP");
        assert_eq!(said(&["1", "0"]), "server 1: off");
    }

    #[test]
    fn what_is_not_known_is_said_to_be_so() {
        assert_eq!(said(&["1", "9"]), "server 1: 9 (not a known value)");
        assert_eq!(said(&["1"]), "server 1: …");
    }

    #[test]
    fn bits_are_named_and_unnamed_ones_counted() {
        assert_eq!(bits("18", Radix::Decimal, &["a", "b", "c", "d", "e"]).as_deref(), Some("b and e"));
        assert_eq!(bits("C", Radix::Hexadecimal, &["a", "b", "c"]).as_deref(), Some("c and bit 3"));
        assert_eq!(bits("0", Radix::Decimal, &[]).as_deref(), Some("none"));
        assert_eq!(bits("x", Radix::Decimal, &[]), None);
    }

    #[test]
    fn a_secret_is_neither_repeated_nor_measured_through_its_dots() {
        let secret = Param::new("passphrase", "", Values::Secret { least: 8, most: 64 });
        assert_eq!(plain(&secret, "hunter2hunter2"), DOTS);
        assert_eq!(objection(&secret, DOTS), None);
        assert_eq!(objection(&secret, "short").as_deref(), Some("passphrase has 8 to 64 characters"));
    }

    #[test]
    fn values_out_of_range_are_objected_to() {
        let objects = |values, text| objection(&Param::new("x", "", values), text).is_some();
        assert!(objects(Values::Number(0, 9), "10") && !objects(Values::Number(0, 9), "9"));
        assert!(objects(Values::Ip, "300.0.0.1") && !objects(Values::Ip, "FE80::1"));
        assert!(objects(Values::Text(2), "abc") && !objects(Values::Text(3), "abc"));
        assert!(
            objects(Values::HardwareAddress, "D4CA") && !objects(Values::HardwareAddress, "D4CA6EFD96E0")
        );
        assert!(objects(Values::Hex, "0x1") && !objects(Values::Hex, "36373839"));
        assert!(objects(Values::Url, "host") && !objects(Values::Url, "tcp://host/"));
    }
}
