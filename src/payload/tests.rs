//! Which form a message has, and that its tree is exact to the byte and to the digit.

use proptest::prelude::*;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

/// Path, kind, value and bytes of every node.
fn table(reading: &Reading) -> Vec<(String, Kind, String, std::ops::Range<usize>)> {
    let row = |visit: Visit<'_>| {
        let node = visit.node;
        (visit.path.to_string(), node.kind, node.text.clone(), node.span.clone())
    };
    reading.nodes().map(row).collect()
}

fn leaf(form: Form, bytes: &[u8]) -> (Kind, String) {
    let reading = read_as(form, bytes).unwrap();
    (reading.roots[0].kind, reading.roots[0].text.clone())
}

fn failure(form: Form, bytes: &[u8]) -> String {
    read_as(form, bytes).unwrap_err().to_string()
}

#[test]
fn json_is_a_tree_whose_values_know_their_bytes() {
    let reading = read(br#" {"state":{"t":-21.50,"on":true,"x":null},"v":[1,"a\n"]} "#);
    assert_eq!((reading.form, reading.also.as_slice()), (Form::Json, [Form::Text].as_slice()));
    let row = |path: &str, kind, text: &str, span| (path.to_owned(), kind, text.to_owned(), span);
    assert_eq!(
        table(&reading),
        [
            row("$", Kind::Object, "", 1..56),
            row("$.state", Kind::Object, "", 10..41),
            row("$.state.t", Kind::Number, "-21.50", 15..21),
            row("$.state.on", Kind::Bool, "true", 27..31),
            row("$.state.x", Kind::Null, "null", 36..40),
            row("$.v", Kind::Array, "", 46..55),
            row("$.v[0]", Kind::Number, "1", 47..48),
            row("$.v[1]", Kind::String, "a\n", 49..54),
        ]
    );
    assert_eq!(reading.roots[0].children[0].key_span, Some(2..9));
}

#[test]
fn several_json_texts_in_one_burst_are_all_read() {
    let reading = read(b"{\"a\":1}\r\n{\"a\":2}\r\n[3]\r\n");
    assert_eq!(reading.reason, "The whole message is 3 JSON texts");
    assert_eq!(reading.roots.iter().map(|root| root.span.clone()).collect::<Vec<_>>(), [0..7, 9..16, 18..21]);
    let found = reading.find(&"a".parse().unwrap());
    assert_eq!(found.iter().map(|node| node.text.as_str()).collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn json_that_is_broken_is_text_and_says_where() {
    for (text, reason) in [
        (r#"{"a":1"#, "It is text but not JSON: The message ends inside a value at byte 6"),
        ("{\"a\":1,\r\n \"b\":01}", "It is text but not JSON: Invalid number at byte 15"),
        (r#"{"a":1} and more"#, "It is text but not JSON: Expected value at byte 8"),
        (r#"{'a':1}"#, "It is text but not JSON: Key must be a string at byte 1"),
        (r#"[1] 2"#, "It is text but not JSON: A value that is neither an object nor an array at byte 4"),
    ] {
        let reading = read(text.as_bytes());
        assert_eq!((reading.form, reading.reason.as_str()), (Form::Text, reason), "{text}");
    }
}

#[test]
fn a_bare_value_is_text_that_can_be_read_as_json() {
    let reading = read(b"23.5\r\n");
    assert_eq!((reading.form, reading.also.as_slice()), (Form::Text, [Form::Json].as_slice()));
    assert_eq!(
        read_as(Form::Json, b"23.5\r\n").unwrap().numbers().collect::<Vec<_>>(),
        [(Path::default(), 23.5)]
    );
}

#[test]
fn a_key_that_comes_twice_is_shown_twice() {
    let reading = read(br#"{"a":1,"a":2}"#);
    assert_eq!(reading.find(&"$.a".parse().unwrap()).len(), 2);
}

#[test]
fn numbers_keep_every_digit() {
    let reading = read(b"[18446744073709551615,-9223372036854775808,1.10,1e400]");
    let texts: Vec<_> = reading.roots[0].children.iter().map(|node| node.text.as_str()).collect();
    assert_eq!(texts, ["18446744073709551615", "-9223372036854775808", "1.10", "1e400"]);
    for (form, bytes, text) in [
        (Form::Cbor, "1B FFFFFFFFFFFFFFFF", "18446744073709551615"),
        (Form::Cbor, "3B FFFFFFFFFFFFFFFF", "-18446744073709551616"),
        (Form::Cbor, "C2 49 010000000000000000", "18446744073709551616"),
        (Form::Cbor, "C3 49 010000000000000000", "-18446744073709551617"),
        (Form::Cbor, "F9 3C00", "1.0"),
        (Form::Cbor, "F9 0001", "5.960464477539063e-8"),
        (Form::Cbor, "F9 7C00", "inf"),
        (Form::Cbor, "F9 7E00", "NaN"),
        (Form::Cbor, "FA 3DCCCCCD", "0.1"),
        (Form::Cbor, "FB 3FB999999999999A", "0.1"),
        (Form::MessagePack, "CF FFFFFFFFFFFFFFFF", "18446744073709551615"),
        (Form::MessagePack, "D3 8000000000000000", "-9223372036854775808"),
        (Form::MessagePack, "E0", "-32"),
        (Form::MessagePack, "7F", "127"),
        (Form::MessagePack, "CA 3DCCCCCD", "0.1"),
        (Form::MessagePack, "CB 3FB999999999999A", "0.1"),
    ] {
        assert_eq!(leaf(form, &hex(bytes)), (Kind::Number, text.to_owned()), "{bytes}");
    }
}

#[test]
fn cbor_is_read_as_the_standard_writes_it() {
    // {"a": 1, 2: [h'0102', undefined, simple(99)], "t": 1(1363896240), "s": (_ "ab", "c")}
    let bytes = hex("A4 61 61 01 02 83 42 01 02 F7 F8 63 61 74 C1 1A 51 4B 67 B0 61 73 7F 62 61 62 61 63 FF");
    let reading = read(&bytes);
    assert_eq!(reading.form, Form::Cbor);
    let row = |path: &str, kind, text: &str, span| (path.to_owned(), kind, text.to_owned(), span);
    assert_eq!(
        table(&reading),
        [
            row("$", Kind::Object, "", 0..29),
            row("$.a", Kind::Number, "1", 3..4),
            row("$.2", Kind::Array, "", 5..12),
            row("$.2[0]", Kind::Bytes, "01 02", 6..9),
            row("$.2[1]", Kind::Undefined, "undefined", 9..10),
            row("$.2[2]", Kind::Simple, "99", 10..12),
            row("$.t", Kind::Number, "1363896240", 14..20),
            row("$.s", Kind::String, "abc", 22..29),
        ]
    );
    let tagged = reading.find(&"t".parse().unwrap());
    assert_eq!(tagged[0].remark.as_deref(), Some("tag 1, seconds since 1970"));
    assert_eq!(
        reading.roots[0].in_a_line(),
        r#"{"a": 1, 2: [h'0102', undefined, 99], "t": 1363896240, "s": "abc"}"#
    );
}

#[test]
fn cbor_without_lengths_ends_at_its_breaks() {
    assert_eq!(read(&hex("BF 61 61 9F 01 02 FF FF")).roots[0].in_a_line(), r#"{"a": [1, 2]}"#);
    assert_eq!(failure(Form::Cbor, &hex("BF 61 61 FF")), "A break where a value belongs at byte 3");
    assert_eq!(failure(Form::Cbor, &hex("9F 01 02")), "The message ends inside a value at byte 3");
    assert_eq!(
        failure(Form::Cbor, &hex("7F 61 61 41 62 FF")),
        "A piece of another kind in a string at byte 3"
    );
}

#[test]
fn message_pack_is_read_as_the_standard_writes_it() {
    let bytes = hex("84 A1 61 C3 A1 62 92 C0 C4 02 01 02 03 A1 63 A1 64 D6 FF 51 4B 67 B0");
    let reading = read(&bytes);
    assert_eq!(reading.form, Form::MessagePack);
    let row = |path: &str, kind, text: &str, span| (path.to_owned(), kind, text.to_owned(), span);
    assert_eq!(
        table(&reading),
        [
            row("$", Kind::Object, "", 0..23),
            row("$.a", Kind::Bool, "true", 3..4),
            row("$.b", Kind::Array, "", 6..12),
            row("$.b[0]", Kind::Null, "null", 7..8),
            row("$.b[1]", Kind::Bytes, "01 02", 8..12),
            row("$.3", Kind::String, "c", 13..15),
            row("$.d", Kind::Extension, "51 4B 67 B0", 17..23),
        ]
    );
    assert_eq!(reading.roots[0].children[3].remark.as_deref(), Some("extension -1, timestamp"));
}

#[test]
fn a_value_is_only_believed_to_be_binary_if_it_is_a_map_or_an_array_and_the_whole_message() {
    for bytes in ["80", "A0", "01", "00 01", "F6", "18 2A", "83 01 02", "82 01 FF", "C1 00"] {
        let reading = read(&hex(bytes));
        assert_eq!(reading.form, Form::Raw, "{bytes}");
        assert!(
            reading.reason.contains("not CBOR: ") && reading.reason.contains("not MessagePack: "),
            "{reading:?}"
        );
    }
    assert_eq!(
        read(&hex("83 01 02")).reason,
        "Not text: Bytes that are not UTF-8 at byte 0; not CBOR: The message ends inside a value at byte 3; \
         not MessagePack: The message ends inside a value at byte 3"
    );
    // Whoever chooses the form by hand gets the single value.
    assert_eq!(leaf(Form::Cbor, &hex("18 2A")), (Kind::Number, "42".to_owned()));
}

#[test]
fn where_both_binary_forms_fit_the_other_one_is_offered() {
    // CBOR [258, 5], MessagePack {25: 1, 2: 5}: nothing speaks for either.
    let reading = read(&hex("82 19 01 02 05"));
    assert_eq!((reading.form, reading.also.as_slice()), (Form::Cbor, [Form::MessagePack].as_slice()));
    assert_eq!(reading.reason, "CBOR and MessagePack both fit the whole message; it is shown as CBOR");
    // MessagePack {"1": 6149}, CBOR [{-18: 13(5)}]: a key that is text speaks for the first.
    let reading = read(&hex("81 A1 31 CD 18 05"));
    assert_eq!((reading.form, reading.also.as_slice()), (Form::MessagePack, [Form::Cbor].as_slice()));
    assert_eq!(reading.reason, "CBOR and MessagePack both fit the whole message; it is shown as MessagePack");
}

#[test]
fn text_has_no_control_characters() {
    assert_eq!(read("21 °C\tok\r\n".as_bytes()).form, Form::Text);
    assert_eq!(read("21 °C\tok\r\n".as_bytes()).reason, "It is UTF-8 without control characters");
    for (bytes, reason) in [
        (&b"abc\0"[..], "Not text: The control character 00 at byte 3;"),
        (b"\x1B[1m", "Not text: The control character 1B at byte 0;"),
        (b"21 \xB0C", "Not text: Bytes that are not UTF-8 at byte 3;"),
        (b"{\"a\":1}\0", "Not JSON: Expected value at byte 7; not text: The control character 00 at byte 7;"),
        (b"", "The message is empty"),
    ] {
        let reading = read(bytes);
        assert!(reading.form == Form::Raw && reading.reason.starts_with(reason), "{reading:?}");
    }
}

#[test]
fn strings_that_are_not_utf_8_are_shown_with_their_bytes() {
    let json = read(b"{\"a\":\"21 \xB0C\",\"b\\ud800\":\"\xC2\xB0\"}");
    assert_eq!(json.reason, "The whole message is one JSON text, with strings that are no proper text");
    let [a, b] = json.roots[0].children.as_slice() else { panic!() };
    assert_eq!(
        (a.text.as_str(), a.remark.as_deref(), a.span.clone()),
        (r"21 \xB0C", Some("not UTF-8"), 5..12)
    );
    assert_eq!((b.key.clone(), b.text.as_str()), (Key::Name(r"b\ud800".to_owned()), "°"));
    for (form, bytes) in [(Form::Cbor, "81 63 61 B0 62"), (Form::MessagePack, "91 A3 61 B0 62")] {
        let node = &read_as(form, &hex(bytes)).unwrap().roots[0].children[0];
        assert_eq!((node.text.as_str(), node.remark.as_deref()), (r"a\xB0b", Some("not UTF-8")));
    }
    // Outside of strings such a byte is no JSON.
    assert_eq!(failure(Form::Json, b"{\"a\":\xB0}"), "Expected value at byte 5");
}

#[test]
fn what_nests_too_deep_is_refused_with_its_place() {
    let deep = |open: u8, innermost: &[u8], close: &[u8]| {
        [vec![open; 100_000], innermost.to_vec(), close.repeat(100_000)].concat()
    };
    for (form, bytes) in [
        (Form::Json, deep(b'[', b"1", b"]")),
        (Form::Cbor, deep(0x81, &[1], b"")),
        (Form::Cbor, deep(0xC1, &[1], b"")),
        (Form::MessagePack, deep(0x91, &[1], b"")),
    ] {
        assert_eq!(failure(form, &bytes), "Values nest deeper than 64 levels at byte 64", "{form}");
    }
}

#[test]
fn a_message_that_is_too_long_is_not_taken_apart() {
    let long = [b"[\"".to_vec(), vec![b'a'; MAX_LENGTH], b"\"]".to_vec()].concat();
    let reading = read(&long);
    assert_eq!(reading.form, Form::Text);
    assert!(reading.reason.contains("too long"), "{}", reading.reason);
}

#[test]
fn the_node_of_a_byte_is_the_innermost() {
    let reading = read(br#"{"a":{"b":12}}"#);
    let at = |offset| {
        reading.place_of_byte(offset).map(|place| reading.nodes().nth(place).unwrap().path.to_string())
    };
    let paths: Vec<_> = [0, 2, 5, 7, 10, 12, 14].into_iter().map(at).collect();
    let some = |path: &str| Some(path.to_owned());
    assert_eq!(paths, [some("$"), some("$.a"), some("$.a"), some("$.a.b"), some("$.a.b"), some("$.a"), None]);
}

#[test]
fn every_path_of_a_node_leads_to_it() {
    let reading = read(br#"{"a b":[{"c.d":[1,2]},3],"":{"it's":4}}"#);
    for visit in reading.nodes() {
        let path: Path = visit.path.to_string().parse().unwrap();
        assert!(reading.find(&path).iter().any(|node| std::ptr::eq(*node, visit.node)), "{path}");
    }
    assert_eq!(reading.numbers().map(|(_, number)| number).collect::<Vec<_>>(), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(read(b"[1e400]").numbers().count(), 0);
}

/// What holds for every reading of every message.
fn assert_sound(bytes: &[u8], reading: &Reading) {
    for Visit { node, .. } in reading.nodes() {
        assert!(node.span.start < node.span.end && node.span.end <= bytes.len(), "{node:?}");
        for child in &node.children {
            assert!(node.span.start < child.span.start && child.span.end <= node.span.end, "{node:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_in_every_form_or_refused(bytes in any::<Vec<u8>>()) {
        let reading = read(&bytes);
        assert_sound(&bytes, &reading);
        prop_assert!(!reading.also.contains(&reading.form) && !reading.reason.is_empty());
        for form in Form::ALL {
            match read_as(form, &bytes) {
                Ok(reading) => assert_sound(&bytes, &reading),
                Err(failure) => prop_assert!(failure.at <= bytes.len()),
            }
        }
        for form in &reading.also {
            prop_assert!(read_as(*form, &bytes).is_ok());
        }
    }

    #[test]
    fn bytes_that_look_like_structures_are_read_or_refused(
        bytes in prop::collection::vec(prop::sample::select(
            b"\x80\x81\x82\x90\x91\xA0\xA1\xBF\x9F\xFF\xC1\xC2\x41\x61\x7F\xD6\xDC\x00\x01\xF9{}[]\":,1a\\u".to_vec(),
        ), 0..40),
    ) {
        assert_sound(&bytes, &read(&bytes));
        for form in Form::ALL {
            if let Ok(reading) = read_as(form, &bytes) {
                assert_sound(&bytes, &reading);
            }
        }
    }

    #[test]
    fn json_text_is_understood_as_its_usual_reader_does(value in values()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let reading = read_as(Form::Json, text.as_bytes()).unwrap();
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text[reading.roots[0].span.clone()]).unwrap(), value.clone());
        assert_same(&reading.roots[0], &value);
    }
}

fn assert_same(node: &Node, value: &serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            let keys: Vec<_> = members.keys().map(|key| Key::Name(key.clone())).collect();
            assert_eq!(node.children.iter().map(|child| child.key.clone()).collect::<Vec<_>>(), keys);
            node.children.iter().zip(members.values()).for_each(|(child, value)| assert_same(child, value));
        }
        Value::Array(items) => {
            assert_eq!(node.children.len(), items.len());
            node.children.iter().zip(items).for_each(|(child, value)| assert_same(child, value));
        }
        Value::String(text) => assert_eq!(&node.text, text),
        value => assert_eq!(node.text, value.to_string()),
    }
}

fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}
