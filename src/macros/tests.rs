//! The text of macros: what is understood, what is refused at which line, and that nothing gets lost on the way. And
//! what becomes of a macro with values.

use proptest::prelude::*;

use super::*;
use crate::catalogue::Danger;
use crate::problem::Kind;

fn one(text: &str) -> Macro {
    let mut macros = parse(text).unwrap();
    assert_eq!(macros.len(), 1, "{macros:?}");
    macros.remove(0)
}

/// The flaws of a macro with these lines, each with its line behind the name.
fn flaws(lines: &str) -> Vec<(usize, String)> {
    let text = format!("# Test\n{lines}");
    let flaws = parse(&text).expect_err(&text);
    assert!(flaws.iter().all(|flaw| !flaw.problem.help.is_empty()), "{flaws:?}");
    flaws.into_iter().map(|flaw| (flaw.line - 1, flaw.problem.message)).collect()
}

fn values(pairs: &[(&str, &str)]) -> Values {
    let mut values = Values::default();
    pairs.iter().for_each(|(name, value)| values.set(name, value));
    values
}

#[test]
fn every_kind_of_line_is_understood() {
    let read = one(
        "# Try it\nabout: What for\nkey: f6\nparam: host | Who | example.com\nsecret: pw | Quiet\n\n\
                    AT+UPING={host}\ntry AT+UMLA=1\nwait +UUPING within 2s\nwait containing a b within 500ms\nwait X\n\
                    pause 1500ms\n// why\nrepeat 2\n  AT\nend\nrestart\n",
    );
    assert_eq!(
        (read.name.as_str(), read.about.as_str(), read.key),
        ("Try it", "What for", Some(FunctionKey::F6))
    );
    let param = &read.params[0];
    assert_eq!(
        (param.name.as_str(), param.hint.as_str(), param.default_value()),
        ("host", "Who", "example.com")
    );
    assert!(read.params[1].is_secret());
    let is_wait = |step: &Step, place: Place, text: &str, millis: u64| {
        matches!(step, Step::Wait { place: own, text: wanted, within, .. }
            if *own == place && wanted.shown() == text && *within == Duration::from_millis(millis))
    };
    assert!(
        matches!(&read.steps[0], Step::Send { command, at_error: AtError::Stop } if command.shown() == "AT+UPING={host}")
    );
    assert!(matches!(&read.steps[1], Step::Send { at_error: AtError::GoOn, .. }));
    assert!(is_wait(&read.steps[2], Place::Begin, "+UUPING", 2000));
    assert!(is_wait(&read.steps[3], Place::Anywhere, "a b", 500));
    assert!(is_wait(&read.steps[4], Place::Begin, "X", 10_000));
    assert_eq!(read.steps[5], Step::Pause(Duration::from_millis(1500)));
    assert_eq!(read.steps[6], Step::Remark("why".to_owned()));
    assert!(matches!(&read.steps[7], Step::Repeat { times: 2, steps } if steps.len() == 1));
    assert_eq!(read.steps[8], Step::Restart);
}

#[test]
fn a_file_may_hold_several_macros() {
    let names: Vec<_> =
        parse("\u{feff}# One\r\nAT\r\n# Two\r\nAT\r\n").unwrap().into_iter().map(|m| m.name).collect();
    assert_eq!(names, ["One", "Two"]);
}

#[test]
fn each_flaw_is_told_with_its_line_and_cause() {
    for (lines, line, cause) in [
        ("hello", 1, "\"hello\" is no step of a macro"),
        ("AT\nkey: F1", 2, "\"F1\" is no key for a macro"),
        ("key: F2\nkey: F3", 2, "another key: line"),
        ("AT+UPING={host}", 1, "There is no parameter host"),
        ("AT+UPING={host", 1, "A brace stands alone"),
        ("param: a b", 1, "\"a b\" is no name for a parameter"),
        ("param: a\nparam: a", 2, "another parameter a"),
        ("secret: a | b | c", 1, "A secret has no value"),
        ("secret: a\nwait {a}", 2, "The secret a cannot be waited for"),
        ("wait", 1, "not said what to wait for"),
        ("wait X within soon", 1, "\"soon\" is no time"),
        ("pause 0s", 1, "\"0s\" is no time"),
        ("pause 4000s", 1, "\"4000s\" is no time"),
        ("repeat\nAT\nend", 1, "how often to repeat"),
        ("repeat 2\nAT", 1, "This repeat has no end"),
        ("AT\nend", 2, "Nothing is to be repeated here"),
        ("repeat 101\nrepeat 100\nAT\nend\nend", 0, "more than 10000 steps"),
        ("try hello", 1, "\"hello\" is no command"),
        ("AT+USECMNG=0,0,\"ca\",100", 1, "asks for data"),
        ("AT\tX\u{1}", 1, "control character"),
        ("# Test", 1, "another macro of the name Test"),
    ] {
        let flaws = flaws(lines);
        assert!(
            flaws.iter().any(|(own, message)| *own == line && message.contains(cause)),
            "{lines:?}: {flaws:?}"
        );
    }
    assert_eq!(parse("AT").unwrap_err()[0].line, 1);
    assert!(parse("").unwrap_err()[0].problem.message.contains("no macro"));
}

#[test]
fn all_flaws_are_told_and_not_only_the_first() {
    let lines: Vec<_> = flaws("hello\nAT\npause\nAT+X={y}").into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [1, 3, 4]);
}

#[test]
fn a_secret_in_plain_text_is_refused_wherever_a_command_may_have_one() {
    for command in [
        "AT+UWSC=0,8,\"hunter2hunter2\"",
        "AT+UWSC=0,8,{open}",
        "AT+UDCP=mqtt://h:1883/?user=u&passwd=hunter2",
        "AT+UDUV=0,hunter2",
    ] {
        let text = format!("# Test\nparam: open\nsecret: pw\n{command}\n");
        let flaws = parse(&text).unwrap_err();
        assert_eq!((flaws[0].line, flaws[0].problem.kind), (4, Kind::PlainSecret), "{command}");
        assert!(!format!("{flaws:?}").contains("hunter2"));
    }
    for command in [
        "AT+UWSC=0,8,\"{pw}\"",
        "AT+UDCP=mqtt://h:1883/?passwd={pw}",
        "AT+UDCP=mqtt://h:1883/?passwd=%%0&qos=0",
    ] {
        assert!(parse(&format!("# Test\nsecret: pw\n{command}\n")).is_ok(), "{command}");
    }
}

#[test]
fn values_stand_in_commands_as_the_module_reads_them_and_secrets_as_dots() {
    let read = one(
        "# Join\nparam: ssid\nsecret: pw\nparam: n | | 0\nAT+UWSC={n},2,\"{ssid}\"\nAT+UWSC={n},8,\"{pw}\"\n",
    );
    let mut values = Values::defaults(&read);
    values.set("ssid", "my \"lab\"");
    values.set("pw", "back\\slash");
    let script = read.script(&values).unwrap();
    let wires: Vec<_> = script
        .acts
        .iter()
        .map(|act| match act {
            Act::Send { command, .. } => command.wire(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(wires, [r#"AT+UWSC=0,2,"my \22lab\22""#, r#"AT+UWSC=0,8,"back\5Cslash""#]);
    let dots = crate::secret::DOTS;
    let secret = format!("AT+UWSC=0,8,\"{dots}\"");
    assert_eq!(script.shown_commands().collect::<Vec<_>>(), [r#"AT+UWSC=0,2,"my \22lab\22""#, &secret]);
    assert!(!format!("{script:?} {values:?}").contains("slash"));
}

#[test]
fn missing_values_and_line_ends_in_values_are_named_at_their_parameter() {
    let read = one("# Ping\nparam: host\nparam: other | | x\nAT+UPING={host}\n");
    let mut values = Values::defaults(&read);
    let problems = read.script(&values).unwrap_err();
    assert_eq!(
        (problems.len(), problems[0].field.as_deref(), problems[0].kind),
        (1, Some("host"), Kind::MissingField)
    );
    values.set("host", "a\rAT+UFACTORY");
    let problems = read.script(&values).unwrap_err();
    assert_eq!((problems[0].field.as_deref(), problems[0].kind), (Some("host"), Kind::WrongForm));
}

#[test]
fn values_can_neither_make_an_upload_nor_put_a_secret_where_it_would_show() {
    let upload = one("# Up\nparam: what\nAT+USECMNG={what},0,\"x\",10\n");
    assert!(upload.script(&values(&[("what", "2")])).is_ok());
    assert!(upload.script(&values(&[("what", "0")])).is_err());
    let shown = one("# Set\nparam: tag\nparam: value\nAT+UWSC=0,{tag},{value}\n");
    assert!(shown.script(&values(&[("tag", "2"), ("value", "lab")])).is_ok());
    let problems = shown.script(&values(&[("tag", "8"), ("value", "hunter2hunter2")])).unwrap_err();
    assert_eq!(problems[0].kind, Kind::PlainSecret);
    assert!(!format!("{problems:?}").contains("hunter2"));
}

#[test]
fn repeats_are_written_out_also_inside_each_other() {
    let read = one("# Often\nrepeat 2\nAT\nrepeat 3\npause 1s\nend\n// so\nend\n");
    assert_eq!(read.script(&Values::default()).unwrap().acts.len(), 2 * (1 + 3));
}

#[test]
fn what_a_macro_can_do_is_known_from_the_catalogue() {
    let dangers = |lines: &str| dangers(&one(&format!("# T\n{lines}")).script(&Values::default()).unwrap());
    assert_eq!(dangers("AT+UFACTORY\nrestart\nAT+CPWROFF"), [Danger::FactoryReset, Danger::Restarts]);
    assert_eq!(dangers("AT+GMM"), []);
    assert_eq!(unknown_commands(&one("# T\nAT+GMM\nAT+GIBBERISH\n")), ["AT+GIBBERISH"]);
}

#[test]
fn the_macros_that_are_shipped_are_sound() {
    let shipped = shipped();
    assert_eq!(shipped.len(), SHIPPED.len(), "one cannot be read");
    let mut keys: Vec<_> = shipped.iter().filter_map(|shipped| shipped.key).collect();
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count, "two have the same key");
    for (shipped, text) in shipped.iter().zip(SHIPPED) {
        assert_eq!(print([shipped]), text, "it is not written as it would be exported");
        assert!(unknown_commands(shipped).is_empty(), "{}: {:?}", shipped.name, unknown_commands(shipped));
        assert!(!shipped.about.is_empty() && !shipped.is_idle(), "{}", shipped.name);
    }
}

#[test]
fn the_macro_in_the_readme_is_one() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```text\n# Join my network").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    let read = one(&format!("# Join my network{text}"));
    assert_eq!((read.params.len(), read.steps.len()), (2, 9));
}

#[test]
fn a_library_has_no_name_and_no_key_twice() {
    let mut library = Library::default();
    let key = |library: &Library, name: &str| {
        library.all().find(|(_, own, _)| own.name == name).and_then(|(.., key)| key)
    };
    assert_eq!(key(&library, "Identify"), Some(FunctionKey::F2));
    let copy = library.duplicate("Identify").unwrap();
    assert_eq!((copy.as_str(), key(&library, &copy)), ("Identify 2", None));
    library.assign(&copy, Some(FunctionKey::F2));
    assert_eq!((key(&library, &copy), key(&library, "Identify")), (Some(FunctionKey::F2), None));
    assert!(library.put(None, one("# Identify\nAT\n")).is_err());
    assert!(library.put(Some(&copy), one("# Identify\nAT\n")).is_err());
    library.put(Some(&copy), one("# Mine\nkey: F3\nAT\n")).unwrap();
    assert_eq!((key(&library, "Mine"), key(&library, "Wi-Fi status")), (Some(FunctionKey::F3), None));
    assert_eq!(library.import(vec![one("# Mine\nkey: F3\nAT\n")]), ["Mine 2"]);
    assert_eq!((key(&library, "Mine 2"), key(&library, "Mine")), (Some(FunctionKey::F3), None));
    library.remove("Mine");
    assert_eq!(Library::with_own(parse(&library.own_text()).unwrap()), library);
}

fn template() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("{p}"),
        Just("\"{p}\""),
        Just("{{"),
        Just("}}"),
        Just("x"),
        Just(","),
        Just("ä b"),
        Just("+")
    ]
    .prop_map(str::to_owned)
    .prop_flat_map(|piece| prop::collection::vec(Just(piece), 1..4).prop_map(|pieces| pieces.concat()))
}

fn step() -> impl Strategy<Value = Step> {
    let read = |text: String| Template::parse(&text).unwrap();
    let time = (1_u64..=3_600_000).prop_map(Duration::from_millis);
    let leaf = prop_oneof![
        (template(), any::<bool>()).prop_map(move |(rest, stop)| Step::Send {
            command: read(format!("AT+U{rest}")),
            at_error: if stop { AtError::Stop } else { AtError::GoOn },
        }),
        (template(), prop::option::of(template()), any::<bool>(), time.clone()).prop_map(
            move |(text, unless, begin, within)| Step::Wait {
                place: if begin { Place::Begin } else { Place::Anywhere },
                text: read(format!("+{text}")),
                unless: unless.map(|unless| read(format!("+{unless}"))),
                within,
            }
        ),
        time.prop_map(Step::Pause),
        Just(Step::Restart),
        "[a-z{}#|]{0,12}".prop_map(Step::Remark),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        (1_u32..5, prop::collection::vec(inner, 0..4))
            .prop_map(|(times, steps)| Step::Repeat { times, steps })
    })
}

fn any_macro() -> impl Strategy<Value = Macro> {
    let words = "([a-zA-Zä{}:#\"]([a-z |#{}]{0,20}[a-z}])?)?";
    let keys = prop::option::of(prop::sample::select(FunctionKey::ALL.to_vec()));
    let hint = "([a-z]([a-z {}]{0,8}[a-z])?)?";
    let kind = prop_oneof![Just(ParamKind::Secret), words.prop_map(|default| ParamKind::Open { default })];
    let param = (hint, kind);
    (words, keys, prop::collection::vec(param, 0..3), prop::collection::vec(step(), 0..6)).prop_map(
        |(about, key, others, steps)| {
            let named = |(index, (hint, kind)): (usize, (String, ParamKind))| Param {
                name: format!("other-{index}"),
                hint,
                kind,
            };
            let own = Param {
                name: "p".to_owned(),
                hint: String::new(),
                kind: ParamKind::Open { default: String::new() },
            };
            let params = std::iter::once(own).chain(others.into_iter().enumerate().map(named)).collect();
            Macro { name: "Any".to_owned(), about, key, params, steps }
        },
    )
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_it_was(first in any_macro(), second in any_macro()) {
        let second = Macro { name: "Second".to_owned(), ..second };
        let macros = vec![first, second];
        prop_assert_eq!(parse(&print(&macros)), Ok(macros));
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_line_of_it(lines in prop::collection::vec(prop_oneof![
        Just("# A".to_owned()), Just("repeat 3".to_owned()), Just("end".to_owned()), Just("AT+X={a}".to_owned()),
        Just("wait x within ".to_owned()), Just("param: a | | {".to_owned()), any::<String>()], 0..20)) {
        let text = lines.join("\n");
        match parse(&text) {
            Ok(macros) => prop_assert_eq!(parse(&print(&macros)), Ok(macros)),
            Err(flaws) => prop_assert!(flaws.iter().all(|flaw| flaw.line >= 1 && flaw.line <= text.lines().count().max(1))),
        }
    }
}
