//! The catalogue as a whole: nothing that is said on the wire is missing, and what it says of lines.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::at::transcripts::{self, Speaker};
use crate::at::{self, Request, masked};
use crate::module::{Capabilities, Firmware, LinkDownReason, Model, Urc};
use crate::secret::DOTS;

fn sent(line: &str) -> Explanation {
    explain(Line::Sent(line))
}

fn received(text: &str, to: &str) -> Explanation {
    explain(Line::Received { text, to: Some(to) })
}

fn news(text: &str) -> Explanation {
    explain(Line::Received { text, to: None })
}

/// Every line of every transcript: its transcript, its text, and what is said of it.
fn transcripts_explained() -> Vec<(&'static str, &'static str, Explanation)> {
    let mut under_way = None;
    let mut transcript = "";
    let mut explained = Vec::new();
    for line in transcripts::lines() {
        if transcript != line.transcript {
            (transcript, under_way) = (line.transcript, None);
        }
        let explanation = match line.speaker {
            Speaker::Host => {
                under_way = Some(line.text);
                sent(line.text)
            }
            Speaker::Module => explain(Line::Received { text: line.text, to: under_way }),
        };
        explained.push((transcript, line.text, explanation));
    }
    explained
}

#[test]
fn every_line_of_every_transcript_is_explained() {
    let mut seen = BTreeSet::new();
    for (transcript, line, explanation) in transcripts_explained() {
        seen.insert(transcript);
        assert!(explanation.is_known(), "{transcript} {line}: {}", explanation.text);
        assert!(!explanation.text.contains('…'), "{transcript} {line}: {}", explanation.text);
        let odd: Vec<_> = explanation.remarks.iter().filter(|remark| is_objection(remark)).collect();
        // The script of G16 has a word in place of a port, and the ping of G20 a time limit of 10 ms.
        let placeholder = line.contains("myServerPort");
        assert!(odd.is_empty() || placeholder, "{transcript} {line}: {odd:?}");
        let shown = format!("{explanation:?}");
        assert!(!shown.contains("PASSWORD"), "{transcript} {line}: {shown}");
    }
    assert_eq!(seen.len(), 20, "{seen:?}");
}

#[test]
fn every_value_of_every_transcript_has_its_name_and_its_meaning() {
    let mut told = [0; 3];
    for (transcript, line, explanation) in transcripts_explained() {
        let values = match (explanation.subject, Request::parse(line).map(|request| request.form)) {
            (Subject::Command(_), Some(at::Form::Set(params))) => params.len(),
            (Subject::Answer(_) | Subject::Event(_), None) if !matches!(line, "OK" | "ERROR" | ">") => {
                at::Answer::parse(line).values.len()
            }
            _ => 0,
        };
        // The rest of a line is one part, whatever commas it has.
        let told_of: usize = explanation.parts.iter().map(|part| part.value.split(',').count()).sum();
        assert!(told_of >= values, "{transcript} {line}: {explanation:?}");
        for part in &explanation.parts {
            let has_all = [part.name.as_str(), &part.value, part.meaning].iter().all(|text| !text.is_empty());
            assert!(has_all, "{transcript} {line}: {part:?}");
        }
        let (kind, title) = match explanation.subject {
            Subject::Command(command) => (0, command.name),
            Subject::Answer(command) => (1, command.name),
            Subject::Event(event) => (2, event.name),
            Subject::Result | Subject::Boot | Subject::Unknown => continue,
        };
        assert!(explanation.subject.title().contains(&format!("{title}: ")), "{transcript} {line}");
        told[kind] += values;
    }
    assert!(told.iter().all(|values| *values > 20), "{told:?}");
}

/// Whether a remark says that something is wrong with the line.
fn is_objection(remark: &str) -> bool {
    ["is a number", "is one of", "has ", "missing", "not known here", "Unknown", "Key ", "port is"]
        .iter()
        .any(|words| remark.contains(words))
        && !events().any(|event| event.note == remark)
        && !remark.starts_with("Known causes")
}

#[test]
fn every_example_is_a_line_of_its_own_entry_without_objection() {
    for command in commands() {
        assert!(!command.examples.is_empty(), "{}", command.name);
        for example in command.examples {
            let explanation = sent(example);
            let own = matches!(explanation.subject, Subject::Command(own) if own.name == command.name);
            assert!(own, "{example}: {}", explanation.text);
            assert!(explanation.remarks.iter().all(|remark| remark == explain::DEDUCED), "{example}");
            assert!(!explanation.text.contains(['…', '{', '[', ']']), "{example}: {}", explanation.text);
            assert_eq!(masked(example), *example);
        }
    }
    for event in events() {
        assert!(!event.examples.is_empty(), "{}", event.name);
        for example in event.examples {
            let explanation = news(example);
            let own = matches!(explanation.subject, Subject::Event(own) if own.name == event.name);
            assert!(own, "{example}: {}", explanation.text);
            assert!(!explanation.remarks.iter().any(|remark| is_objection(remark)), "{example}");
            assert!(!explanation.text.contains(['…', '{', '}', '[']), "{example}: {}", explanation.text);
            assert!(Urc::parse(example).is_some(), "{example}");
        }
    }
}

#[test]
fn every_form_can_be_asked_about_where_it_has_parameters() {
    for command in commands().filter(|command| !has_number(command)) {
        let with_list = |form: &&Form| matches!(form.kind, FormKind::Ask | FormKind::Set);
        for form in command.forms.iter().filter(with_list) {
            let line = format!("{}=", command.name);
            let hint = hint(&line, line.len()).unwrap();
            assert_eq!(hint.number, 1, "{line}");
            assert!(hint.of >= 1 && !form.shape.params.is_empty(), "{line}");
        }
    }
}

#[test]
fn names_are_unique_and_every_entry_has_its_words_and_its_source() {
    let names: Vec<&str> =
        commands().map(|command| command.name).chain(events().map(|event| event.name)).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    for command in commands() {
        assert!(command.source.contains('§') && !command.title.is_empty(), "{}", command.name);
        assert!(!command.forms.is_empty(), "{}", command.name);
    }
    for event in events() {
        assert!(event.source.contains('§') && !event.title.is_empty(), "{}", event.name);
    }
}

/// Every list of values that is reached from a shape.
fn lists(params: &'static [Param]) -> Vec<&'static [Param]> {
    let inner = params.iter().flat_map(|param| param.choices).flat_map(|choice| lists(choice.then));
    std::iter::once(params).filter(|list| !list.is_empty()).chain(inner).collect()
}

fn shapes() -> Vec<(&'static str, Shape)> {
    let mut shapes: Vec<_> = events().map(|event| (event.name, event.shape)).collect();
    for command in commands() {
        shapes.extend(command.forms.iter().map(|form| (command.name, form.shape)));
        shapes.extend(command.answer.iter().chain(&command.bare).map(|shape| (command.name, *shape)));
    }
    shapes
}

#[test]
fn every_value_has_a_name_and_a_meaning_and_every_choice_is_another() {
    for (name, shape) in shapes() {
        for param in lists(shape.params).into_iter().flatten() {
            assert!(!param.name.is_empty() && !param.meaning.is_empty(), "{name}: {param:?}");
            let values: BTreeSet<_> = param.choices.iter().map(|choice| choice.value).collect();
            assert_eq!(values.len(), param.choices.len(), "{name} {}", param.name);
            assert!(param.choices.iter().all(|choice| !choice.meaning.is_empty()), "{name} {}", param.name);
            assert!(param.values != Values::OneOf || !param.choices.is_empty(), "{name} {}", param.name);
            let default = Some(param.default).filter(|default| !default.is_empty());
            let objection = default.and_then(|default| words::objection(param, default));
            assert_eq!(objection, None, "{name} {}", param.name);
        }
    }
}

#[test]
fn what_a_sentence_refers_to_is_a_value_of_its_line() {
    let holes = |says: &'static str| says.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    for (name, shape) in shapes() {
        let all: Vec<&str> = lists(shape.params).into_iter().flatten().map(|param| param.name).collect();
        for hole in holes(shape.says) {
            assert!(all.contains(&hole), "{name}: {hole}");
        }
        for choice in lists(shape.params).into_iter().flatten().flat_map(|param| param.choices) {
            assert_eq!(choice.says.is_empty(), choice.then.is_empty(), "{name} {}", choice.value);
            for hole in holes(choice.says) {
                assert!(all.contains(&hole), "{name} {}: {hole}", choice.value);
            }
        }
    }
}

#[test]
fn everything_that_the_simulator_knows_is_in_the_catalogue() {
    let commands_of = include_str!("../simulator/commands/mod.rs");
    let names: Vec<&str> = commands_of
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with('"') && line.contains("=>"))
        .flat_map(|line| line.split("=>").next().unwrap_or_default().split('"').skip(1).step_by(2))
        .collect();
    assert!(names.len() > 60, "{names:?}");
    for name in names {
        let explanation = sent(&format!("AT{name}"));
        assert!(explanation.is_known(), "AT{name}");
    }
    let said = [
        include_str!("../simulator/console.rs"),
        include_str!("../simulator/network/mod.rs"),
        include_str!("../simulator/network/reports.rs"),
        include_str!("../simulator/station.rs"),
        include_str!("../simulator/commands/network.rs"),
    ];
    let mut events = 0;
    for piece in said.iter().flat_map(|text| text.split("\"+UU").skip(1)) {
        let name = piece.split([':', '"']).next().unwrap_or_default();
        assert!(event(&format!("+UU{name}")).is_some(), "+UU{name}");
        events += 1;
    }
    assert!(events > 10);
}

#[test]
fn everything_that_the_session_says_by_itself_is_explained() {
    let texts = [
        include_str!("../session/find.rs"),
        include_str!("../session/modes.rs"),
        include_str!("../session/store.rs"),
        include_str!("../session/run/mod.rs"),
        include_str!("../session/run/network.rs"),
        include_str!("../session/run/peers.rs"),
        include_str!("../session/run/question.rs"),
        include_str!("../session/run/upload.rs"),
    ];
    let commands = texts.iter().flat_map(|text| text.split("\"AT+").skip(1));
    let commands = commands.map(|rest| rest.split(['"', '=', '?']).next().unwrap_or_default());
    let names: BTreeSet<&str> = commands.collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        assert!(command(&format!("AT+{name}")).is_some(), "{name}");
    }
}

#[test]
fn the_reasons_of_a_lost_link_are_those_that_the_session_knows() {
    let reasons = event("+UUWLD").unwrap().shape.params.get(1).unwrap();
    for code in 0..10 {
        let known = !matches!(LinkDownReason::from_code(code), LinkDownReason::Other(_));
        assert_eq!(reasons.choice(&code.to_string()).is_some(), known, "{code}");
    }
}

#[test]
fn commands_say_what_they_do() {
    for (line, text) in [
        ("AT", "Ask whether the module answers"),
        ("ATE0", "Switch the echo off"),
        ("ATE", "Switch the echo off"),
        ("ATO", "Enter data mode"),
        ("ATI9", "Ask for the firmware version with its build"),
        ("ATS2=43", "Set the escape character to code 43"),
        ("AT&D2", "When the host drops DTR: close all peers, and open none until it is back"),
        ("+++", "Leave data mode for command mode"),
        ("AT+CPWROFF", "Write what AT&W marked, and restart"),
        (
            "AT+UMRS=115200,2,8,1,1,0",
            "Set the serial line to 115200 baud, no flow control, 8 data bits, 1 stop bit, no parity, only after AT&W and a restart",
        ),
        ("AT+UMRS=115200", "Set the serial line to 115200 baud"),
        ("AT+UMSM=1", "Start in data mode"),
        ("AT+UMLA=2", "Ask for the hardware address of the Wi-Fi station"),
        ("AT+UWSC=0,2,\"lab-ap\"", "Wi-Fi configuration 0: network name is lab-ap"),
        ("at+uwsc=0,2,\"a,\\22b\"", "Wi-Fi configuration 0: network name is a,\"b"),
        ("AT+UWSC=0,2", "Ask for Wi-Fi configuration 0: network name"),
        ("AT+UWSC=0", "Ask for Wi-Fi configuration 0"),
        (
            "AT+UWSC=0,100,1,101,172.0.1.100",
            "Wi-Fi configuration 0: IPv4 settings are static, IPv4 address is 172.0.1.100",
        ),
        ("AT+UWSC=0,8,\"hunter2hunter2\"", "Wi-Fi configuration 0: passphrase is ••••••"),
        ("AT+UWSCA=0,3", "Wi-Fi configuration 0: check and activate it, which starts connecting"),
        ("AT+UNSTAT=0,101", "Ask for the status of the Wi-Fi station: IPv4 address"),
        ("AT+USECMNG=0,0,ca.pem,1261", "Certificates and keys: import trusted root ca.pem, 1261 bytes"),
        ("AT+USECMNG=3", "Certificates and keys: list what is stored"),
        ("AT+UDSC=1,1,12345,0", "Server 1: TCP at port 12345, immediate flush off"),
        ("AT+UDDRP=0,\"udp://server:5000/\",2", "Default peer 0: UDP to server:5000, always connected"),
        ("AT+UDUV=0,%%token", "Set URL value 0, which stands for %%0 in a URL; it stays hidden"),
        (
            "AT+UDCP=mqtt://mqtt.thingstream.io:8883/?client=c&user=u&passwd=p&pt=up&st=down&encr=3",
            "Connect a peer: MQTT to mqtt.thingstream.io:8883, client ID c, user name u, password ••••••, TLS 1.2, \
             publishes to up, subscribes to down",
        ),
    ] {
        assert_eq!(sent(line).text, text, "{line}");
    }
}

#[test]
fn answers_say_what_they_tell() {
    for (command, line, text) in [
        ("AT+UDCP=tcp://h:1/", "+UDCP:2", "The peer has handle 2; it is being connected"),
        (
            "AT+UDCP=tcp://h:1/",
            "OK",
            "The module has begun to connect; +UUDPC follows, or +UUDPD if it fails",
        ),
        ("AT+UDCP=tcp://h:1/", "ERROR", "The module refuses AT+UDCP; it gives no reason"),
        ("AT+UWSCA=0,3", "OK", "The module connects in the background: +UUWLE and +UUNU follow, or +UUWLD"),
        ("AT+UWSCA=0,4", "OK", "AT+UWSCA is done"),
        ("AT+UMRS?", "OK", "AT+UMRS is done"),
        ("AT+UMRS=9600", "OK", "OK came at the old speed; leave the line alone for a second"),
        ("ate0", "OK", "ATE0 is done"),
        ("AT+GMM", "\"NINA-W152\"", "Model: NINA-W152"),
        ("ATE?", "1", "The echo is on"),
        ("ATS3?", "13", "The line end has code 13"),
        ("AT+UWSSTAT=3", "+UWSSTAT:3,2", "Wi-Fi status: state is connected"),
        ("AT+UWSSTAT=6", "+UWSSTAT:6,-61", "Wi-Fi status: signal strength is -61 dBm"),
        ("AT+UNSTAT", "+UNSTAT:13,2,5", "Bridge 13: it is a bridge"),
        ("AT+UMSTAT=0", "+UMSTAT:0,149", "Running for 149 s"),
        ("AT+USECMNG=0,0,ca.pem,1261", ">", "The module waits for exactly 1261 bytes"),
        ("AT+USECMNG=3", "\"PK\",\"key.pem\"", "Stored client private key key.pem"),
        (
            "AT+UWSCAN",
            "+UWSCAN:D807B6855E2E,1,\"\",4,-69,18,8,8",
            "Network without a name, access point D807B6855E2E, channel 4, -69 dBm, PSK and WPA2, AES",
        ),
        ("AT+UWSC=0,2,x", "AT+UWSC=0,2,x", "Echo: Wi-Fi configuration 0: network name is x"),
    ] {
        assert_eq!(received(line, command).text, text, "{line}");
    }
}

#[test]
fn events_say_what_has_happened() {
    for (line, text) in [
        ("+UUDPC:1,2,6,0.0.0.0,0,40.113.176.170,8883", "Peer 1 connected by MQTT to 40.113.176.170:8883"),
        ("+UUDPC:3,3,0,FE80::1,1,2001:DB8::2,80", "Peer 3 connected by TCP to [2001:DB8::2]:80"),
        (
            "+UUDPC:1,1,1,04D3B0285423p,1011",
            "Peer 1 connected by Bluetooth serial port profile to 04D3B0285423p",
        ),
        ("+UUDPD:2", "Peer 2 is closed, or could not be connected"),
        ("+UUWLD:0,4", "Wi-Fi connection 0 lost: wrong passphrase, or another security problem"),
        ("+UUWLD:0", "Wi-Fi connection 0 lost"),
        ("+UUWLE:0,802AA8035ADE,11", "Wi-Fi connection 0: joined access point 802AA8035ADE on channel 11"),
        ("+UUNU:0", "Network up on the Wi-Fi station"),
        ("+UUPINGER:8", "Ping failed: the host name cannot be resolved"),
        ("+STARTUP", "The module has started"),
        ("rst:0x1 (POWERON_RESET)", "The module's ROM tells why it was reset and how it boots"),
    ] {
        assert_eq!(news(line).text, text, "{line}");
    }
}

#[test]
fn what_is_not_known_is_said_to_be_unknown_with_the_nearest_name() {
    for (explanation, text) in [
        (sent("AT+UWSX=0"), "Unknown command; the nearest known one is AT+UWSC"),
        (sent("AT+UDPC=1"), "Unknown command; the nearest known one is AT+UDCP"),
        (sent("AT+XYZZYX"), "Unknown command"),
        (sent("hello"), "Not an AT command"),
        (sent(""), "Not an AT command"),
        (sent("AT+UMQC=0"), "AT+UMQC belongs to UCX2, the next generation; these modules do not know it"),
        (news("+UUDPX:1"), "Unknown event; the nearest known one is +UUDPC"),
        (news("+UDCQ:1"), "Unknown answer; the nearest known one is +UDCP"),
        (news("+UEWLU:0,802AA8035ADE,11"), "+UEWLU looks like an event of UCX2, the next generation"),
        (news("\"NINA-W152\""), "An answer without a name; the command it belongs to is not known"),
        (news("\u{1}noise"), "Not a line that is known"),
    ] {
        assert!(!explanation.is_known(), "{text}");
        assert_eq!(explanation.text, text);
    }
}

#[test]
fn what_is_odd_about_a_line_is_remarked() {
    for (line, remark) in [
        ("AT+UWSC=10,2,x", "Configuration is a number from 0 to 9"),
        ("AT+UWSC=0,2,x,5", "Value is missing"),
        ("AT+UDCPC=1,2", "1 more value is not known here"),
        ("AT+UMSM=?", "The form =? is not documented for these modules"),
        ("AT+UDLP", "AT+UDLP is not documented in this form"),
        ("AT+UDCP=mqtt://h/?willTopic=x", "Unknown key willTopic"),
    ] {
        let explanation = sent(line);
        assert!(explanation.remarks.iter().any(|own| own == remark), "{line}: {:?}", explanation.remarks);
    }
    assert!(
        received("ERROR", "AT+UDCP=tcp://h/").remarks.iter().any(|remark| remark.contains("no network yet"))
    );
}

#[test]
fn danger_is_told_of_the_line_and_not_of_the_command() {
    for (line, danger) in [
        ("AT+UFACTORY", Some(Danger::FactoryReset)),
        ("AT+CPWROFF", Some(Danger::Restarts)),
        ("AT+UMRS=9600", Some(Danger::ChangesSerialLine)),
        ("AT+UMRS?", None),
        ("AT+USECMNG=2,0,ca.pem", Some(Danger::ErasesCredential)),
        ("AT+USECMNG=3", None),
        ("AT+UWSCA=0,4", Some(Danger::DropsConnection)),
        ("AT+UWSCA=0,3", None),
        ("ATO2", Some(Danger::NeedsRestartToLeave)),
        ("ATZ", Some(Danger::LosesUnsavedSettings)),
        ("AT+UMLA=2", None),
    ] {
        assert_eq!(sent(line).danger, danger, "{line}");
    }
    assert_eq!(received("AT+UFACTORY", "AT+UFACTORY").danger, None);
}

#[test]
fn what_was_deduced_is_not_presented_as_certain() {
    for line in ["ATO0", "AT+UDDRP?", "AT+UMSM=?", "AT+UWCFG=0"] {
        let explanation = sent(line);
        assert_eq!(explanation.certainty, Certainty::Inferred, "{line}");
        assert!(explanation.remarks.iter().any(|remark| remark == explain::DEDUCED), "{line}");
    }
    assert_eq!(sent("ATO1").certainty, Certainty::Sourced);
}

#[test]
fn what_a_line_needs_agrees_with_what_the_module_can_do() {
    let lacks = |line: &str, model: &str, firmware: &str| {
        let model = Model::new(model);
        let firmware: Firmware = firmware.parse().unwrap();
        let needs = sent(line).needs;
        assert!(!needs.is_empty(), "{line}");
        needs.iter().any(|needs| needs.verdict(&model, Some(&firmware)) == Verdict::Lacks)
    };
    for (model, firmware) in [
        ("NINA-W132", "2.1.0-017"),
        ("NINA-W152", "3.0.0-013"),
        ("NINA-W156", "4.0.0-006"),
        ("ODIN-W262", "7.0.0"),
    ] {
        let can = Capabilities::of(&Model::new(model), firmware.parse().ok().as_ref());
        assert_eq!(lacks("AT+UWSC=0,5,7", model, firmware), !can.wpa3, "{model} {firmware}");
        assert_eq!(
            lacks("AT+UDCP=mqtt://h/?st=a/#", model, firmware),
            !can.hash_wildcard,
            "{model} {firmware}"
        );
        assert_eq!(lacks("AT+UDCP=mqtt://h/?passwd=%%0", model, firmware), !can.sas, "{model} {firmware}");
        assert_eq!(lacks("ATO3", model, firmware), !can.ppp, "{model} {firmware}");
        assert_eq!(lacks("ATO2", model, firmware), !can.edm, "{model} {firmware}");
        assert_eq!(lacks("AT+UMLA=1", model, firmware), !can.bluetooth, "{model} {firmware}");
    }
    assert!(lacks("AT+UWSC=0,14,\"ca.pem\"", "ODIN-W2", "4.0.0"));
}

proptest! {
    #[test]
    fn any_bytes_are_explained_without_a_panic(bytes in any::<Vec<u8>>(), tail in r#"[0-9,"\\:=?/&%a-zé]{0,40}"#) {
        let text = String::from_utf8_lossy(&bytes);
        for line in [text.as_ref(), &tail] {
            sent(line);
            news(line);
            received(line, &tail);
        }
        for command in commands() {
            let explanation = sent(&format!("{}={tail}", command.name));
            prop_assert!(!explanation.text.is_empty());
            received(&format!("{}:{tail}", command.name.trim_start_matches("AT")), command.name);
        }
        for event in events() {
            news(&format!("{}:{tail}", event.name));
        }
    }

    #[test]
    fn no_secret_is_repeated_whether_it_comes_masked_or_not(secret in "[A-Z]{9,20}") {
        for line in [
            format!("AT+UWSC=0,8,\"{secret}\""),
            format!("AT+UWSC=0,2,n,8,{secret},5,2"),
            format!("AT+UWSC=0,9,{secret}"),
            format!("AT+UWSC=0,6,{secret}"),
            format!("AT+UWAPC=0,8,{secret}"),
            format!("AT+UDUV=0,{secret}"),
            format!("AT+UDCP=mqtt://h/?passwd={secret}&encr=3"),
            format!("AT+UDDRP=0,{},2", at::quote(&format!("mqtt://h/?passwd={secret}"))),
            format!("AT+USECMNG=0,2,\"k\",1704,\"{secret}\""),
            format!("AT+ULOCWIFIPOS=5,-100,1,\"{secret}\""),
            format!("+UDDRP:0,\"mqtt://h/?passwd={secret}\",2"),
        ] {
            for line in [line.clone(), masked(&line)] {
                for explanation in [sent(&line), news(&line), received("ERROR", &line), received(&line, &line)] {
                    prop_assert!(!format!("{explanation:?}").contains(&secret), "{line}");
                }
            }
            let explanation = if line.starts_with("AT") { sent(&line) } else { news(&line) };
            prop_assert!(explanation.is_known(), "{line}");
            let hidden = format!("{explanation:?}").contains(DOTS);
            prop_assert!(hidden, "{line}");
        }
    }

    #[test]
    fn every_known_name_is_completed_from_any_beginning(index in 0..60_usize, letters in 3..12_usize) {
        let command = commands().nth(index % commands().count()).unwrap();
        let typed: String = command.name.chars().take(letters).collect();
        prop_assert!(complete(&typed).iter().any(|own| own.name == command.name), "{typed}");
        prop_assert!(Request::parse(command.name).is_some() || command.name == "+++");
    }
}
