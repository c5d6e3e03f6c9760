//! The whole program against a real broker: the real binary, a virtual serial port, real TCP, TLS 1.2 with a client
//! certificate, real MQTT.

use std::process::Output;
use std::time::Duration;

use serde_json::Value;
use xpress_center::credential::make::{Authority, NewKey, Pair};
use xpress_center::edm;

use crate::support::mosquitto::Broker;
use crate::support::program::{Folder, Module, Terminal, written, xpress_center};
use crate::support::valid_now;

const ENDPOINT: &str = "a1b2c3-ats.iot.eu-west-1.amazonaws.com";
const PASSPHRASE: &str = "hunter2hunter2";
const LONG: Duration = Duration::from_secs(30);

/// A broker that plays AWS, and the files of a device that it accepts.
struct Bench {
    broker: Broker,
    files: Folder,
    device: Pair,
    authority: Authority,
}

impl Bench {
    fn new() -> Self {
        let authority = Authority::new("Test root", NewKey::P256, valid_now()).unwrap();
        let server = authority.server(ENDPOINT, NewKey::Rsa2048, valid_now()).unwrap();
        let watcher = authority.device("watcher", NewKey::P256, valid_now()).unwrap();
        let device = authority.device("device1", NewKey::Rsa2048, valid_now()).unwrap();
        let broker = Broker::start(&authority, &server, &watcher);
        let files = Folder::new();
        files.write("root.pem", &authority.certificate_pem());
        files.write("device.pem.crt", &device.certificate_pem());
        files.write("device.pem.key", device.key_pem().reveal());
        files.write("profile.json", &profile("", ""));
        Self { broker, files, device, authority }
    }

    fn module(&self, more: &[&str]) -> Module {
        let connect_to = format!("{ENDPOINT}:8883={}", self.broker.address());
        let network = format!("lab-ap:{PASSPHRASE}");
        let fixed = [
            "--time",
            "fast",
            "--ap",
            &network,
            "--ap",
            "other-ap:somethingelse",
            "--connect-to",
            &connect_to,
        ];
        Module::start(&[&fixed, more].concat())
    }

    fn apply(&self, module: &Module, more: &[&str]) -> Output {
        self.apply_profile("profile.json", &module.port, more)
    }

    fn apply_profile(&self, profile: &str, port: &str, more: &[&str]) -> Output {
        xpress_center()
            .arg("apply")
            .arg(self.files.path().join(profile))
            .args(["--port", port, "--json"])
            .args(more)
            .env("WIFI_PASSPHRASE", PASSPHRASE)
            .output()
            .unwrap()
    }
}

/// The profile of the device, with further keys in `wifi` and `cloud`.
fn profile(wifi: &str, cloud: &str) -> String {
    format!(
        r#"{{ "version": 1, "name": "Lab gateway 1",
  "wifi": {{ "ssid": "lab-ap", "security": "wpa-psk", "passphrase": {{ "env": "WIFI_PASSPHRASE" }} {wifi} }},
  "cloud": {{ "kind": "aws", "endpoint": "{ENDPOINT}", "client_id": "device1",
    "publish_topic": "device1/up", "subscribe_topic": "device1/down", "ca": {{ "file": "root.pem" }},
    "certificate": {{ "file": "device.pem.crt" }}, "private_key": {{ "file": "device.pem.key" }} {cloud} }} }}"#
    )
}

fn lines(output: &Output) -> Vec<Value> {
    let (out, err) = written(output);
    out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}\n{err}"))).collect()
}

fn assert_connected(output: &Output) {
    let lines = lines(output);
    assert!(output.status.success(), "{lines:#?} {}", written(output).1);
    assert_eq!(lines.last().unwrap()["result"], "connected");
}

/// Sends one message each way through `terminal`, which is in data mode.
fn exchange_in_data_mode(bench: &Bench, terminal: &mut Terminal) {
    let mut up = bench.broker.subscribe("watcher", "device1/up");
    let payload: Vec<u8> = (0..=255).filter(|byte| *byte != b'+').collect();
    terminal.send(&payload);
    assert_eq!(up.next_message(LONG), payload);
    bench.broker.publish("device1/down", b"\0from the cloud\xff");
    let received = terminal.read_until(b"\0from the cloud\xff", LONG);
    assert_eq!(received, b"\0from the cloud\xff");
}

#[test]
fn apply_connects_a_module_and_messages_go_both_ways_in_data_mode_and_in_packets_byte_for_byte() {
    let bench = Bench::new();
    let module = bench.module(&[]);
    assert_connected(&bench.apply(&module, &[]));

    let mut terminal = module.open();
    terminal.command("ATO1");
    exchange_in_data_mode(&bench, &mut terminal);
    drop(terminal);

    // The module is in data mode now: the next set-up has to find that out.
    assert_connected(&bench.apply(&module, &[]));

    let mut terminal = module.open();
    terminal.send(b"ATO2\r");
    terminal.read_until(&edm::Packet::Start.encode(), LONG);
    // Who entered the mode after the connection was made asks for it again.
    terminal.send(&edm::Packet::ResendConnectEvents.encode());
    let events = terminal.read_until(&[0x00, 0x11], LONG);
    assert!(events.ends_with(&[0x00, 0x11]));
    let channel = terminal.read_until(&[2, 2], LONG)[0];
    let mut up = bench.broker.subscribe("packet-watcher", "device1/up");
    terminal.send(&edm::Packet::Send { channel, data: b"a packet \x55\xaa".to_vec() }.encode());
    assert_eq!(up.next_message(LONG), b"a packet \x55\xaa");
    bench.broker.publish("device1/down", b"\xaa\x00an answer\x55");
    let expected = edm::Packet::Data { channel, data: b"\xaa\x00an answer\x55".to_vec() }.encode();
    terminal.read_until(&expected, LONG);
    drop(terminal);

    // And now it is in extended data mode.
    assert_connected(&bench.apply(&module, &[]));
}

#[test]
fn apply_works_whatever_was_done_to_the_module_before() {
    let bench = Bench::new();
    let module = bench.module(&[]);
    let mut terminal = module.open();
    for command in
        ["ATE0", "AT+UWSC=3,2,\"other-ap\"", "AT+UWSC=3,5,2", "AT+UWSC=3,8,\"somethingelse\"", "AT+UWSCA=3,3"]
    {
        terminal.command(command);
    }
    terminal.read_until(b"+UUNU:0\r\n", LONG);
    let other = bench.authority.certificate_pem();
    terminal.send(format!("AT+USECMNG=0,1,device.pem.crt,{}\r", other.len()).as_bytes());
    terminal.read_until(b">", LONG);
    terminal.send(other.as_bytes());
    terminal.read_until(b"\r\nOK\r\n", LONG);
    drop(terminal);
    assert_connected(&bench.apply(&module, &[]));
    let mut terminal = module.open();
    assert!(!terminal.command("AT+UWSSTAT=0").contains("AT+UWSSTAT"), "the echo was switched on");
}

#[test]
fn every_step_is_reported_and_the_last_line_is_the_result() {
    let bench = Bench::new();
    let module = bench.module(&[]);
    let output = bench.apply(&module, &[]);
    let lines = lines(&output);
    let of = lines[0]["of"].as_u64().unwrap();
    for step in 1..=of {
        let ended =
            |line: &&Value| line["step"] == step && (line["state"] == "done" || line["state"] == "skipped");
        let end = lines.iter().find(ended).unwrap_or_else(|| panic!("step {step}: {lines:#?}"));
        assert!(end["elapsed_ms"].is_u64(), "{end}");
        assert!(end["title"].is_string(), "{end}");
    }
    let running = lines.iter().filter(|line| line["state"] == "running");
    assert!(running.clone().count() > 0);
    assert!(running.clone().all(|line| line.get("elapsed_ms").is_none()));
    assert_eq!(lines.last().unwrap()["result"], "connected");
}

#[test]
fn a_refused_passphrase_fails_with_its_problem_and_status_1() {
    let bench = Bench::new();
    let module = bench.module(&["--fault", "passphrase-refused"]);
    let output = bench.apply(&module, &[]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    let failed = lines.iter().find(|line| line["state"] == "failed").unwrap();
    assert_eq!(failed["problem"]["kind"], "wifi-refused");
    assert!(failed["problem"]["help"].as_str().unwrap().contains("passphrase"));
    assert_eq!(lines.last().unwrap()["result"], "failed");
    assert!(written(&output).1.contains("passphrase"), "and on standard error in words");
}

#[test]
fn a_certificate_that_the_broker_does_not_know_fails_at_the_cloud() {
    let bench = Bench::new();
    let stranger = Authority::new("Stranger", NewKey::P256, valid_now()).unwrap();
    let device = stranger.device("device1", NewKey::P256, valid_now()).unwrap();
    bench.files.write("device.pem.crt", &device.certificate_pem());
    bench.files.write("device.pem.key", device.key_pem().reveal());
    let module = bench.module(&[]);
    let output = bench.apply(&module, &[]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    let failed = lines.iter().find(|line| line["state"] == "failed").unwrap();
    assert_eq!(failed["problem"]["kind"], "cloud-unreachable");
}

#[test]
fn a_port_that_is_not_there_fails_with_a_result_line_and_status_1() {
    let bench = Bench::new();
    let output = bench.apply_profile("profile.json", "/dev/ttyNOWHERE", &[]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    assert_eq!(lines.last().unwrap()["result"], "failed");
    assert_eq!(lines.last().unwrap()["problem"]["kind"], "port-missing");
}

/// Each wrong input, the profile that holds it, and the field it must be named at.
#[test]
fn bad_input_is_named_at_its_field_before_anything_is_sent_with_status_2() {
    let bench = Bench::new();
    bench.files.write(
        "other.key",
        bench.authority.device("x", NewKey::P256, valid_now()).unwrap().key_pem().reveal(),
    );
    bench.files.write("noise.pem", "this is no PEM at all\n");
    bench.files.write("short", "hunter2");
    let good = profile("", "");
    let cases = [
        (good.replace(ENDPOINT, "https://a1b2c3-ats.iot.eu-west-1.amazonaws.com/"), "cloud.endpoint"),
        (good.replace("device.pem.key", "other.key"), "cloud.private_key"),
        (good.replace("device.pem.crt", "noise.pem"), "cloud.certificate"),
        (good.replace("device1/up", "device1/#"), "cloud.publish_topic"),
        (good.replace("lab-ap", &"s".repeat(33)), "wifi.ssid"),
        (good.replace(r#"{ "env": "WIFI_PASSPHRASE" }"#, r#"{ "file": "short" }"#), "wifi.passphrase"),
        (good.replace(r#"{ "env": "WIFI_PASSPHRASE" }"#, r#""hunter2hunter2""#), "wifi.passphrase"),
        (good.replace("client_id", "clientid"), "clientid"),
        (good.replace("device.pem.crt", "nowhere.pem"), "cloud.certificate"),
        (good.replace("WIFI_PASSPHRASE", "NOT_SET_ANYWHERE"), "wifi.passphrase"),
    ];
    for (text, field) in cases {
        bench.files.write("bad.json", &text);
        let output = bench.apply_profile("bad.json", "/dev/ttyNOWHERE", &[]);
        let (out, err) = written(&output);
        assert_eq!(output.status.code(), Some(2), "{field}: {err}");
        assert_eq!(out, "", "{field}");
        assert!(err.contains(field), "{field}: {err}");
        assert!(!err.contains("hunter2"), "{field}: {err}");
    }
}

#[test]
fn no_secret_is_in_anything_that_is_printed_or_written() {
    let bench = Bench::new();
    for fault in ["double-spacing", "lost-bytes=97", "split-frames"] {
        let module = bench.module(&["--fault", fault]);
        let recordings = Folder::new();
        let recording = recordings.path().join("recording.jsonl");
        let output = bench.apply(&module, &["--record", recording.to_str().unwrap()]);
        let (out, err) = written(&output);
        let recorded = String::from_utf8(recordings.content()).unwrap();
        assert!(recorded.lines().count() > 10, "{fault}: nothing was recorded");
        let key: String =
            bench.device.key_pem().reveal().lines().filter(|line| !line.starts_with('-')).collect();
        let pieces = key.as_bytes().windows(16).map(|piece| String::from_utf8_lossy(piece).into_owned());
        for secret in pieces.chain([PASSPHRASE.to_owned()]) {
            for (place, text) in
                [("standard output", &out), ("standard error", &err), ("the recording", &recorded)]
            {
                assert!(!text.contains(&secret), "{fault}: a secret is in {place}");
            }
        }
    }
}

#[test]
fn plan_shows_the_commands_without_a_module_and_without_secrets() {
    let bench = Bench::new();
    let output = xpress_center().arg("plan").arg(bench.files.path().join("profile.json")).output().unwrap();
    let (out, err) = written(&output);
    assert!(output.status.success(), "{err}");
    assert!(out.contains("AT+UDCP=mqtt://a1b2c3-ats.iot.eu-west-1.amazonaws.com:8883/?encr=3"), "{out}");
    assert!(out.contains("AT+UWSC=0,2,\"lab-ap\""), "{out}");
}

#[test]
fn an_interrupted_apply_says_so_with_status_130() {
    let bench = Bench::new();
    let module = bench.module(&["--fault", "hang-during=UDCP"]);
    let mut child = xpress_center()
        .arg("apply")
        .arg(bench.files.path().join("profile.json"))
        .args(["--port", &module.port, "--json"])
        .env("WIFI_PASSPHRASE", PASSPHRASE)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("Connect to AWS") {
        line.clear();
        assert_ne!(std::io::BufRead::read_line(&mut out, &mut line).unwrap(), 0, "it ended too early");
    }
    let interrupt = || {
        let id = child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    };
    interrupt();
    interrupt();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut out, &mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(rest.lines().last().unwrap().contains("cancelled"), "{rest}");
}

#[test]
fn a_killed_client_leaves_the_port_to_the_next_one() {
    let bench = Bench::new();
    let mut module = bench.module(&["--fault", "hang-during=UDCP"]);
    let mut child = xpress_center()
        .arg("apply")
        .arg(bench.files.path().join("profile.json"))
        .args(["--port", &module.port, "--json"])
        .env("WIFI_PASSPHRASE", PASSPHRASE)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut first)
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let mut terminal = module.open();
    terminal.command("AT");
    assert!(module.process().try_wait().unwrap().is_none(), "the simulated module ended with its client");
}
