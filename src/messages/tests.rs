//! The text of messages, the variables in them, and what becomes of them on the way to bytes.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// 2026-11-26 08:15:30.250 UTC
const NOW: Duration = Duration::from_millis(1_795_680_930_250);

fn known() -> ModuleValues {
    let some = |text: &str| Some(text.to_owned());
    ModuleValues { client_id: some("dev\"1\""), mac: some("D4CA6EFD96E0"), serial: some("0233965910595296") }
}

fn rendered(text: &str, form: Form, count: u64) -> Vec<u8> {
    let template = Template::parse(text, form).unwrap_or_else(|flaw| panic!("{text}: {}", flaw.at_place()));
    let (values, mut dice) = (known(), Dice::seeded(7));
    template.render(&mut Context { count, now: NOW, dice: &mut dice, module: &values }).unwrap()
}

fn text(text: &str, count: u64) -> String {
    String::from_utf8(rendered(text, Form::Text, count)).unwrap()
}

fn json_of(text: &str) -> Value {
    serde_json::from_slice(&rendered(text, Form::Json, 4)).unwrap()
}

/// Where the text is wrong, as line and column, and in which words.
fn flaw(text: &str, form: Form) -> (usize, usize, String) {
    let flaw = Template::parse(text, form).expect_err(text);
    assert!(!flaw.problem.help.is_empty());
    (flaw.position.line, flaw.position.column, flaw.problem.message)
}

fn one(text: &str) -> Message {
    let mut messages = parse(text).unwrap();
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages.remove(0)
}

#[test]
fn each_variable_stands_for_its_value() {
    for (template, value) in [
        ("{{counter}}", "5"),
        ("{{ counter 100 }}", "104"),
        ("{{time}}", "2026-11-26T08:15:30.250Z"),
        ("{{unix}}", "1795680930"),
        ("{{unix_ms}}", "1795680930250"),
        ("{{client_id}}", "dev\"1\""),
        ("{{mac}}/{{serial}}", "D4CA6EFD96E0/0233965910595296"),
        ("{{random 7 7}}", "7"),
        ("{{random -0.50 -0.5}}", "-0.50"),
    ] {
        assert_eq!(text(template, 4), value, "{template}");
    }
    let uuid = text("{{uuid}}", 0);
    assert_eq!((uuid.len(), uuid.get(14..15)), (36, Some("4")));
    assert_ne!(text("{{uuid}}{{uuid}}", 0), uuid.repeat(2));
}

#[test]
fn every_variable_that_is_offered_is_one() {
    for (name, example, about) in VARIABLES {
        assert!(example.contains(name) && !about.is_empty());
        assert!(Template::parse(example, Form::Text).is_ok_and(|template| template.varies()), "{example}");
    }
}

#[test]
fn the_same_seed_throws_the_same_numbers_and_both_bounds_are_reached() {
    let template = Template::parse("{{random -1 1}} {{random 0.0 0.2}}", Form::Text).unwrap();
    let (values, mut dice, mut again) = (ModuleValues::default(), Dice::seeded(1), Dice::seeded(1));
    let mut seen = std::collections::BTreeSet::new();
    for count in 0..500 {
        let render = |dice: &mut Dice| {
            template.render(&mut Context { count, now: NOW, dice, module: &values }).unwrap()
        };
        let bytes = render(&mut dice);
        assert_eq!(bytes, render(&mut again));
        seen.extend(String::from_utf8(bytes).unwrap().split(' ').map(str::to_owned));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["-1", "0", "0.0", "0.1", "0.2", "1"]);
}

#[test]
fn braces_that_open_no_variable_stand_for_themselves() {
    for (template, value) in [
        ("{\"a\":{\"b\":{{counter}}}}", "{\"a\":{\"b\":5}}"),
        ("{{{counter}}}", "{5}"),
        ("{{{{counter}}", "{{counter}}"),
        ("{{{{{{counter}}}}", "{{5}}"),
        ("{{{{{", "{{{"),
        ("a } }} b {", "a } }} b {"),
    ] {
        assert_eq!(text(template, 4), value, "{template}");
    }
}

#[test]
fn a_wrong_variable_is_told_with_its_place_and_the_nearest_one() {
    let (line, column, message) = flaw("a\nä {{countr}}", Form::Text);
    assert_eq!((line, column, message.as_str()), (2, 3, "There is no variable “countr”"));
    let flaw_of = |text| Template::parse(text, Form::Text).unwrap_err();
    assert!(flaw_of("{{countr}}").problem.help.contains("{{counter}}"));
    assert!(flaw_of("{{unixms}}").problem.help.contains("{{unix_ms}}"));
    for (text, cause) in [
        ("{{}}", "no name between"),
        ("{{time 3}}", "takes other values"),
        ("{{counter -1}}", "no number to count from"),
        ("{{random 5}}", "its lowest and its highest"),
        ("{{random 5 x}}", "“x” is no number"),
        ("{{random 5 1e3}}", "“1e3” is no number"),
        ("{{random 5 .5}}", "“.5” is no number"),
        ("{{random 5 4.9}}", "above the highest"),
        ("{{random 0 99999999999999999999}}", "is no number"),
        ("{{random 0.000000001 9999999999999}}", "too large"),
        ("{{counter", "has no end"),
        ("{{counter\n}}", "has no end"),
        ("{{counter {{time}}", "has no end"),
    ] {
        let flaw = flaw_of(text);
        assert_eq!(flaw.position.offset, 0, "{text}");
        assert!(flaw.problem.message.contains(cause), "{text}: {}", flaw.problem);
    }
}

#[test]
fn in_json_variables_stand_in_strings_and_as_values_of_their_own() {
    let read = json_of(
        r#"{"n": {{counter}}, "s": "no. {{counter}}", "at": {{time}}, "on": "on {{time}}", "id": {{client_id}},
            "in": "\"{{client_id}}\"", "list": [{{random 1 1}}, {{random 0.5 0.5}}]}"#,
    );
    let time = "2026-11-26T08:15:30.250Z";
    assert_eq!(
        read,
        json!({"n": 5, "s": "no. 5", "at": time, "on": format!("on {time}"), "id": "dev\"1\"",
               "in": "\"dev\"1\"\"", "list": [1, 0.5]})
    );
}

#[test]
fn what_is_no_json_is_told_with_its_place_in_what_was_written() {
    for (text, place) in [
        ("{\"n\": {{counter 1000000}},\n \"b\": ?}", (2, 7)),
        ("{\"ä\": {{time}} x}", (1, 16)),
        ("{\"a\": 1{{time}}}", (1, 8)),
        ("{\"a\": 1,}", (1, 9)),
        ("{\"a\": 1", (1, 8)),
        ("", (1, 1)),
        ("{\"a\": \"{{{{\" {", (1, 14)),
        ("{} {}", (1, 4)),
        ("hello", (1, 1)),
    ] {
        let (line, column, message) = flaw(text, Form::Json);
        assert_eq!((line, column), place, "{text}: {message}");
        assert!(message.starts_with("This is no JSON: ") && !message.contains("line"), "{message}");
    }
}

#[test]
fn in_hex_the_characters_of_a_value_are_sent() {
    assert_eq!(rendered("02 {{counter}} 0x03", Form::Hex, 11), b"\x0212\x03");
    assert_eq!(flaw("02\n0g", Form::Hex), (2, 1, "This byte has one digit".to_owned()));
    assert_eq!(flaw("02 {{counter}} zz", Form::Hex), (1, 16, "“z” is no hex digit".to_owned()));
    assert_eq!(flaw("02 {{{{", Form::Hex).1, 4);
}

#[test]
fn what_is_not_known_of_the_module_is_named() {
    let template = Template::parse("{{mac}}", Form::Text).unwrap();
    let (values, mut dice) = (ModuleValues::default(), Dice::seeded(0));
    let problem =
        template.render(&mut Context { count: 0, now: NOW, dice: &mut dice, module: &values }).unwrap_err();
    assert!(problem.message.contains("Wi-Fi address is not known"), "{problem}");
}

#[test]
fn every_kind_of_line_is_understood() {
    let read = one(
        "\u{feff}# Any\r\nabout: What for\r\ncloud: azure-iot-hub\ntopic: devices/<id>/messages/events/\nform: json\nend: crlf\n\n\
         |{\n|  \"a\": 1\n| }\n",
    );
    let expected = Message {
        name: "Any".to_owned(),
        about: "What for".to_owned(),
        service: Some(Service::AzureHub),
        topic: "devices/<id>/messages/events/".to_owned(),
        form: Form::Json,
        body: "{\n \"a\": 1\n}".to_owned(),
        end: Some(LineEnd::CrLf),
    };
    assert_eq!(read, expected);
    let (values, mut dice) = (ModuleValues::default(), Dice::seeded(0));
    let mut context = Context { count: 0, now: NOW, dice: &mut dice, module: &values };
    assert_eq!(read.template().unwrap().render(&mut context).unwrap(), b"{\n \"a\": 1\n}\r\n");
}

#[test]
fn each_flaw_of_a_file_is_told_with_its_place() {
    for (text, place, cause) in [
        ("", (1, 1), "no message here"),
        ("| a", (1, 1), "belongs to no message"),
        ("#\n| a", (1, 1), "has no name"),
        ("# A\n", (1, 1), "no body"),
        ("# A\n|", (2, 2), "is empty"),
        ("# A\nform: hex\n| \n", (3, 3), "is empty"),
        ("# A\n| a\n# A\n| b", (3, 1), "another message of the name A"),
        ("# A\nhello\n| a", (2, 1), "“hello” belongs to no message"),
        ("# A\nform: xml\n| a", (2, 1), "“xml” is no value of form:"),
        ("# A\nend: lf\nend: cr\n| a", (3, 1), "another end: line"),
        ("# A\n| a\n\n| ä {{tim}}", (4, 5), "no variable “tim”"),
        ("# A\nform: json\n|{\n|  1}", (4, 4), "no JSON"),
        ("# A\n| a\u{7}", (1, 1), "control character"),
        ("# A\n| SharedAccessSignature sr=h&sig=s&se=1", (1, 1), "password, key or token"),
    ] {
        let flaws = parse(text).expect_err(text);
        let told = flaws.iter().any(|flaw| {
            (flaw.position.line, flaw.position.column) == place && flaw.problem.message.contains(cause)
        });
        assert!(told, "{text:?}: {flaws:?}");
    }
    let flaws = parse("# A\nform: x\n| {{x}}\nfoo").unwrap_err();
    assert_eq!(flaws.iter().map(|flaw| flaw.position.line).collect::<Vec<_>>(), [2, 3, 4]);
}

#[test]
fn a_message_with_a_secret_is_neither_kept_nor_exported() {
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let mut library = Library::default();
    for (form, body) in [
        (Form::Text, "SharedAccessSignature sr=h&sig=hunter2&se=1".to_owned()),
        (Form::Text, "-----BEGIN EC PRIVATE KEY-----\nhunter2".to_owned()),
        (Form::Json, r#"{"password": "hunter2"}"#.to_owned()),
        (Form::Text, format!("key={key}")),
        (Form::Hex, format!("{{{{counter}}}} {}", hex("SharedAccessKey"))),
    ] {
        let message = Message { name: "Mine".to_owned(), form, body, ..Message::default() };
        assert!(message.template().is_ok(), "it may be sent");
        for problem in [library.put(None, message.clone()), library.import(vec![message]).map(drop)] {
            let problem = problem.unwrap_err();
            assert_eq!(problem.kind, Kind::PlainSecret);
            assert!(!format!("{problem:?}").contains("hunter2"));
        }
    }
    assert_eq!(library, Library::default());
    let harmless = Message {
        name: "Mine".to_owned(),
        body: "A longer text, and dGVzdA==".to_owned(),
        ..Message::default()
    };
    library.put(None, harmless).unwrap();
}

#[test]
fn a_library_has_no_name_twice() {
    let mut library = Library::default();
    assert_eq!(library.find("Ping").map(|(origin, _)| origin), Some(Origin::Shipped));
    assert_eq!(library.duplicate("Ping").as_deref(), Some("Ping 2"));
    assert!(library.put(None, one("# Ping\n| a\n")).is_err());
    assert!(library.put(Some("Ping"), one("# Ping\n| a\n")).is_err());
    assert!(library.put(Some("Ping 2"), one("# Ping\n| a\n")).is_err());
    library.put(Some("Ping 2"), one("# Mine\n| a\n")).unwrap();
    library.put(Some("Mine"), one("# Mine\n| b\n")).unwrap();
    assert_eq!(library.import(vec![one("# Mine\n| c\n")]), Ok(vec!["Mine 2".to_owned()]));
    library.remove("Mine");
    assert_eq!(library.own_text(), "# Mine 2\n\n| c\n");
    assert_eq!(Library::with_own(parse(&library.own_text()).unwrap()), library);
}

#[test]
fn the_messages_that_are_shipped_are_sound() {
    let shipped = shipped();
    assert_eq!(shipped.len(), SHIPPED.len(), "one cannot be read");
    for (shipped, text) in shipped.iter().zip(SHIPPED) {
        assert_eq!(print([shipped]), text, "it is not written as it would be exported");
        assert_eq!(shipped.check(), Ok(()), "{}", shipped.name);
        assert!(!shipped.about.is_empty(), "{}", shipped.name);
        let bytes = rendered(&shipped.body, shipped.form, u64::MAX - 1);
        assert_eq!(limits::check(bytes.len(), limits::Way::DataMode, shipped.service), Ok(()));
    }
    let covered = Service::ALL.iter().all(|service| shipped.iter().any(|own| own.service == Some(*service)));
    assert!(covered, "each cloud has one");
}

#[test]
fn services_are_known_by_their_host() {
    for (host, service) in [
        ("a-ats.iot.eu-west-1.amazonaws.com", Some(Service::Aws)),
        ("contoso.azure-devices.net", Some(Service::AzureHub)),
        ("global.azure-devices-provisioning.net", Some(Service::AzureDps)),
        ("mqtt.thingstream.io", Some(Service::Thingstream)),
        ("example.com", None),
    ] {
        assert_eq!(Service::of_host(host), service, "{host}");
    }
}

fn any_message() -> impl Strategy<Value = Message> {
    let words = "([a-zä<>{}:#\"|]([a-z |#{}:]{0,20}[a-z}])?)?";
    let service = prop::option::of(prop::sample::select(Service::ALL.to_vec()));
    let end = prop::option::of(prop::sample::select(vec![LineEnd::Cr, LineEnd::Lf, LineEnd::CrLf]));
    let line = "[ a-z|#:}\tä]{0,12}(\\{\\{(counter|time)\\}\\})?[ |]{0,2}";
    let body = prop_oneof![
        prop::collection::vec(line, 1..5).prop_map(|lines| (Form::Text, format!("{}.", lines.join("\n")))),
        "\\[ *(\n *)?(\"\\{\\{mac\\}\\}\")?\\]".prop_map(|body| (Form::Json, body)),
        "([0-9a-f]{2}[ ,\n]){1,9}".prop_map(|body| (Form::Hex, body)),
    ];
    (words, words, service, end, body).prop_map(|(about, topic, service, end, (form, body))| Message {
        name: "Any".to_owned(),
        about,
        service,
        topic,
        form,
        body,
        end,
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_it_was(first in any_message(), second in any_message()) {
        let messages = vec![first, Message { name: "Second".to_owned(), ..second }];
        prop_assert_eq!(parse(&print(&messages)), Ok(messages));
    }

    #[test]
    fn any_file_is_read_or_refused_at_a_place_of_it(lines in prop::collection::vec(prop_oneof![
        Just("# A".to_owned()), Just("form: json".to_owned()), Just("| {\"ä\": {{x".to_owned()), Just("|".to_owned()),
        Just("|  {{counter}}".to_owned()), Just("form: hex".to_owned()), any::<String>()], 0..20)) {
        let text = lines.join("\n");
        match parse(&text) {
            Ok(messages) => {
                prop_assert!(messages.iter().all(|message| message.check().is_ok()));
                prop_assert_eq!(parse(&print(&messages)), Ok(messages));
            }
            Err(flaws) => for Flaw { position, .. } in flaws {
                prop_assert_eq!(position, Position::in_text(&text, position.offset));
            }
        }
    }

    #[test]
    fn any_body_is_read_or_refused_at_a_place_of_it(body in prop_oneof![
        any::<String>(), "[\\[\\]{}\":,0-9a-f \n]{0,24}", "(\\{\\{|\\}\\}|counter|\"|:|[{},ä ]){0,12}"]) {
        for form in Form::ALL {
            match Template::parse(&body, form) {
                Ok(template) => {
                    let (values, mut dice) = (known(), Dice::seeded(3));
                    let mut context = Context { count: 1, now: NOW, dice: &mut dice, module: &values };
                    let bytes = template.render(&mut context).unwrap();
                    if form == Form::Json {
                        prop_assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok());
                    }
                }
                Err(flaw) => prop_assert_eq!(flaw.position, Position::in_text(&body, flaw.position.offset)),
            }
        }
    }

    #[test]
    fn a_random_number_is_within_its_bounds(low in -1000_i64..1000, width in 0_i64..1000, decimals in 0_usize..4, seed: u64) {
        let unit = 10_f64.powi(i32::try_from(decimals).unwrap());
        let bound = |value: i64| format!("{:.decimals$}", value as f64 / unit);
        let template = Template::parse(&format!("{{{{random {} {}}}}}", bound(low), bound(low + width)), Form::Json).unwrap();
        let (values, mut dice) = (known(), Dice::seeded(seed));
        let bytes = template.render(&mut Context { count: 0, now: NOW, dice: &mut dice, module: &values }).unwrap();
        let value = (String::from_utf8(bytes).unwrap().parse::<f64>().unwrap() * unit).round() as i64;
        prop_assert!((low..=low + width).contains(&value), "{value}");
    }
}
