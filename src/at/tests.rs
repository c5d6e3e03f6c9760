//! The transcripts of protocol.md §13: what the decoder, the meanings and the requests make of real
//! conversations.

use super::transcripts::{self, Speaker};
use super::{Decoder, Form, Item, Meaning, Request, masked, meaning};

/// Reads what a module sent while this command was under way.
fn conversation(command: &str, bytes: &[u8]) -> Vec<(Meaning, String)> {
    let mut decoder = Decoder::new();
    decoder.expect_prompt(command.starts_with("AT+USECMNG=0"));
    decoder.feed(bytes);
    std::iter::from_fn(|| decoder.poll())
        .map(|item| match item {
            Item::Line(line) => (meaning(&line, Some(command)), line),
            Item::Prompt => (Meaning::Information, ">".to_owned()),
        })
        .collect()
}

fn meanings(command: &str, bytes: &[u8]) -> Vec<Meaning> {
    conversation(command, bytes).into_iter().map(|(meaning, _)| meaning).collect()
}

#[test]
fn a_late_banner_before_the_echo_does_not_disturb_the_factory_reset() {
    assert_eq!(
        meanings("AT+UFACTORY", b"\r\n+STARTUP\r\nAT+UFACTORY\r\r\nOK\r\n"),
        [Meaning::Unsolicited, Meaning::Echo, Meaning::Ok]
    );
}

#[test]
fn an_import_has_echo_prompt_hash_and_ok() {
    let command = "AT+USECMNG=0,0,ca.pem,1261";
    let bytes = b"AT+USECMNG=0,0,ca.pem,1261\r\r\r\n>\r\n+USECMNG:0,0,\"ca.pem\",\"ACB694A59C17E0D791529BB19706A6E4\"\r\nOK\r\n";
    let lines: Vec<String> = conversation(command, bytes).into_iter().map(|(_, line)| line).collect();
    let hash = "+USECMNG:0,0,\"ca.pem\",\"ACB694A59C17E0D791529BB19706A6E4\"";
    assert_eq!(lines, [command, ">", hash, "OK"]);
}

#[test]
fn the_tests_of_the_host_library_are_understood() {
    let bytes = b"ATI9\r\n\"2.1.0-017\",\"NINA-W13X-2.1.0-017-0-g253211b6\"\r\nOK\r\n";
    assert_eq!(meanings("ATI9", bytes), [Meaning::Echo, Meaning::Information, Meaning::Ok]);
    assert_eq!(meanings("AT", b"AT\r\nOK\r\n"), [Meaning::Echo, Meaning::Ok]);
    assert_eq!(meanings("+++", b"OK\r\n"), [Meaning::Ok]);
}

#[test]
fn news_between_answer_and_result_are_told_apart() {
    let bytes = b"\r\n+UDCP:1\r\n\r\n+UUNU:0\r\nOK\r\n+UUDPC:1,2,6,0.0.0.0,0,40.113.176.170,8883\r\n";
    assert_eq!(
        meanings("AT+UDCP=mqtt://h/", bytes),
        [Meaning::Information, Meaning::Unsolicited, Meaning::Ok, Meaning::Unsolicited]
    );
}

#[test]
fn the_switch_to_extended_data_mode_by_a_careless_client_is_a_request() {
    let mut decoder = Decoder::new();
    decoder.feed(b"\r\nATO2\r\n\0");
    let Some(Item::Line(line)) = decoder.poll() else { panic!("no line") };
    assert_eq!(Request::parse(&line), Some(Request { name: "O2".to_owned(), form: Form::Execute }));
    assert_eq!(decoder.take_rest(), [0]);
}

#[test]
fn every_command_of_the_transcripts_is_a_request() {
    for (command, name, parameters) in [
        ("AT+UMRS=115200,2,8,1,1,0", "+UMRS", 6),
        ("AT&W", "&W", 0),
        ("AT+UWSC=0,2,\"myNetworkSSID\"", "+UWSC", 3),
        ("AT+UWSC=0,100,1,101,172.0.1.100", "+UWSC", 5),
        ("AT+UDDRP=0,\"udp://myServerIP:myServerPort/\",2", "+UDDRP", 3),
        ("AT+UDSC=1,1,12345,0", "+UDSC", 4),
        ("AT+UPING=ubxlib.com,1,64,10", "+UPING", 4),
        ("AT+USECMNG=0,0,\"ca.pem\",1107", "+USECMNG", 4),
        ("AT+UDCP=at-spp://04D3B0285423p", "+UDCP", 1),
        ("AT+UDUV=0,$dps/registrations/GET/?$rid={request_id}&operationId=5.b0", "+UDUV", 2),
        ("at+uwsca=0,3", "+UWSCA", 2),
        ("AT+CPWROFF\r", "+CPWROFF", 0),
    ] {
        let request = Request::parse(command).unwrap();
        let count = if let Form::Set(params) = &request.form { params.len() } else { 0 };
        assert_eq!((request.name.as_str(), count), (name, parameters), "{command}");
    }
}

#[test]
fn every_line_that_a_host_says_in_the_transcripts_is_a_request_and_shows_no_password() {
    let said = transcripts::lines().into_iter().filter(|line| line.speaker == Speaker::Host);
    for line in said.filter(|line| line.text != "+++") {
        assert!(Request::parse(line.text).is_some(), "{line:?}");
        assert!(!masked(line.text).contains("PASSWORD"), "{line:?}");
    }
}

#[test]
fn no_password_of_the_transcripts_is_shown() {
    for command in [
        "AT+UWSC=0,8,PASSWORD",
        "AT+UWSC=0,8,\"PASSWORD\"",
        "AT+UWAPC=0,8,\"PASSWORD\"",
        "AT+UDCP=mqtt://ubxlib.com:8883/?st=t/4&qos=0&client=0233&user=u&passwd=PASSWORD&keepAlive=60&ca=ubxlib.com.crt",
    ] {
        assert!(!masked(command).contains("PASSWORD"), "{command}");
    }
}
