//! Each fault does what its name says.

use super::wifi::{join, lines};
use super::*;
use crate::credential::fixtures::ROOT;

const OPEN: &str = "AT+UDCP=mqtt://h:1883/?client=c";

fn accepted(answer: &str) -> bool {
    answer.ends_with("OK\r\n")
}

#[test]
fn no_second_uunu() {
    let mut bench = Bench::new(&["no-second-uunu"]);
    join(&mut bench);
    bench.pass(Duration::from_secs(6));
    assert_eq!(lines(&mut bench), ["+UUWLE:0,802AA8035ADE,11", "+UUNU:0"]);
    assert!(accepted(&bench.command(OPEN)));
}

#[test]
fn udcp_error() {
    let mut bench = Bench::joined(&["udcp-error=2"]);
    assert_eq!([(); 3].map(|()| accepted(&bench.command(OPEN))), [false, false, true]);
}

#[test]
fn udcp_fails() {
    let mut bench = Bench::joined(&["udcp-fails=1"]);
    for outcome in ["+UUDPD:2", "+UUDPC:2,2,6,0.0.0.0,0,20.43.44.164,1883"] {
        assert!(accepted(&bench.command(OPEN)));
        bench.pass(Duration::from_secs(10));
        assert_eq!(lines(&mut bench), [outcome]);
    }
    assert_eq!(bench.wishes, ["h:1883"]);
}

#[test]
fn silent() {
    assert_eq!(Bench::new(&["silent"]).command("AT"), "");
}

#[test]
fn deaf_boot() {
    let mut bench = Bench::new(&["deaf-boot"]);
    bench.command("AT+CPWROFF");
    bench.pass(Duration::from_secs(60));
    assert_eq!((bench.take(), bench.command("AT")), (String::new(), String::new()));
}

#[test]
fn boot_loop() {
    let mut bench = Bench::new(&["boot-loop"]);
    bench.pass(Duration::from_secs(10));
    let said = String::from_utf8_lossy(&bench.received).into_owned();
    assert!(said.matches("rst:0x").count() > 5 && !said.contains("+STARTUP"), "{said}");
    bench.received.clear();
    assert!(!bench.command("AT").contains("OK"));
}

#[test]
fn rom_noise() {
    let mut bench = Bench::new(&["rom-noise"]);
    bench.command("AT+CPWROFF");
    bench.pass(Duration::from_secs(3));
    let noise = std::mem::take(&mut bench.received);
    assert!(noise.len() > 2048 && std::str::from_utf8(&noise).is_err());
    assert!(noise.ends_with(b"\r\n+STARTUP\r\n"));
}

#[test]
fn late_banner() {
    let mut bench = Bench::new(&["late-banner"]);
    assert_eq!(bench.command("AT"), "\r\n+STARTUP\r\nAT\r\r\nOK\r\n");
    assert_eq!(bench.command("AT"), "AT\r\r\nOK\r\n");
}

#[test]
fn urc_between() {
    assert_eq!(Bench::new(&["urc-between"]).command("AT"), "AT\r\r\n+UUNU:13\r\n\r\nOK\r\n");
}

#[test]
fn double_spacing() {
    let mut bench = Bench::new(&["double-spacing"]);
    assert_eq!(bench.command("ATE?"), "ATE?\r\r\n1\r\n\r\nOK\r\n");
}

#[test]
fn split_frames() {
    let mut bench = Bench::new(&["split-frames"]);
    bench.simulator.handle(Input::Bytes(b"AT\r".to_vec()), bench.now);
    let outputs: Vec<_> = std::iter::from_fn(|| bench.simulator.poll_output()).collect();
    assert_eq!(outputs, [b'A', b'T', b'\r'].map(|byte| Output::Bytes(vec![byte])));
}

#[test]
fn junk() {
    let mut bench = Bench::new(&["junk"]);
    bench.enter_edm();
    for _ in 0..20 {
        bench.send(&Packet::AtRequest(b"AT\r".to_vec()).encode());
        bench.pass_millis(10);
        let bytes = std::mem::take(&mut bench.received);
        let frame = confirmation("\r\nOK\r\n").encode();
        assert!(bytes.ends_with(&frame) && bytes.len() > frame.len());
    }
    assert_eq!(bench.request("AT"), [confirmation("\r\nOK\r\n")]);
}

#[test]
fn lost_bytes() {
    let mut bench = Bench::new(&["lost-bytes=3"]);
    bench.send(b"123456");
    assert_eq!(bench.take(), "1245");
}

#[test]
fn no_prompt() {
    let mut bench = Bench::new(&["no-prompt"]);
    assert_eq!(bench.command("AT+USECMNG=0,0,ca.pem,9"), "AT+USECMNG=0,0,ca.pem,9\r\r\nERROR\r\n");
    assert!(bench.now >= Moment::from_millis(10_000));
}

#[test]
fn upload_error() {
    assert_eq!(Bench::new(&["upload-error"]).upload(0, "ca.pem", ROOT.as_bytes()), "\r\nERROR\r\n");
}

#[test]
fn md5_wrong() {
    let right = Bench::new(&[]).upload(0, "ca.pem", ROOT.as_bytes());
    let mut bench = Bench::new(&["md5-wrong"]);
    let wrong = bench.upload(0, "ca.pem", ROOT.as_bytes());
    assert!(accepted(&wrong) && wrong != right && wrong.len() == right.len());
}

#[test]
fn link_storm() {
    let mut bench = Bench::new(&["link-storm"]);
    join(&mut bench);
    bench.pass(Duration::from_secs(8));
    let said = lines(&mut bench);
    let count = |line: &str| said.iter().filter(|said| said.starts_with(line)).count();
    assert_eq!([count("+UUWLE"), count("+UUWLD:0,1"), count("+UUND:0"), count("+UUNU:0")], [4, 3, 3, 5]);
    assert!(accepted(&bench.command(OPEN)));
}

#[test]
fn reset_during() {
    let mut bench = Bench::joined(&["reset-during=UWSCAN"]);
    bench.send(b"AT+UWSCAN\r");
    bench.pass(Duration::from_secs(3));
    assert!(bench.take().ends_with("\r\n+STARTUP\r\n"));
    assert!(bench.command("AT+UWSSTAT=3").contains("+UWSSTAT:3,0"));
    assert!(accepted(&bench.command("AT+UWSCAN")));
}

#[test]
fn reset_during_an_upload() {
    let mut bench = Bench::new(&["reset-during=USECMNG=0,1"]);
    assert!(accepted(&bench.upload(0, "ca.pem", ROOT.as_bytes())));
    assert!(bench.command(&format!("AT+USECMNG=0,1,cert.pem,{}", ROOT.len())).ends_with('>'));
    bench.send(ROOT.as_bytes());
    bench.pass(Duration::from_secs(3));
    assert!(bench.take().ends_with("\r\n+STARTUP\r\n"));
    assert!(bench.command("AT+USECMNG=3").ends_with("\r\n\"CA\",\"ca.pem\"\r\nOK\r\n"));
}

#[test]
fn hang_during() {
    let mut bench = Bench::joined(&["hang-during=UDCP"]);
    assert_eq!(bench.command(OPEN), format!("{OPEN}\r"));
    assert_eq!((bench.command("AT"), bench.simulator.poll_time()), (String::new(), None));
}

#[test]
fn refuse() {
    let mut bench = Bench::new(&["refuse=UWSCAN", "refuse=USECMNG=0"]);
    assert_eq!([(); 2].map(|()| accepted(&bench.command("AT+UWSCAN"))), [false, true]);
    assert!(bench.command("AT+USECMNG=0,0,ca.pem,9").ends_with("ERROR\r\n"));
    assert!(bench.command("AT+USECMNG=0,0,ca.pem,9").ends_with('>'));
}

#[test]
fn link_lost_after() {
    let mut bench = Bench::new(&["link-lost-after=5"]);
    join(&mut bench);
    bench.pass(Duration::from_secs(30));
    assert_eq!(lines(&mut bench).last_chunk(), Some(&["+UUWLD:0,2".to_owned(), "+UUND:0".to_owned()]));
    join(&mut bench);
    bench.pass(Duration::from_secs(5));
    assert!(lines(&mut bench).iter().any(|line| line.starts_with("+UUWLE")));
}

#[test]
fn ping_lost() {
    let mut bench = Bench::joined(&["ping-lost"]);
    bench.command("AT+UPING=broker.example,2,32,1000");
    bench.pass(Duration::from_secs(3));
    assert_eq!(lines(&mut bench), ["+UUPINGER:109"; 2]);
}

#[test]
fn drop_after() {
    let mut bench = Bench::joined(&["drop-after=30"]);
    bench.command(OPEN);
    bench.pass(Duration::from_secs(29));
    bench.take();
    bench.pass(Duration::from_secs(2));
    assert_eq!(lines(&mut bench), ["+UUDPD:2"]);
    assert_eq!(bench.wishes, ["h:1883", "close"]);
}

#[test]
fn no_address() {
    let mut bench = Bench::new(&["no-address"]);
    join(&mut bench);
    bench.pass(Duration::from_secs(30));
    assert_eq!(lines(&mut bench), ["+UUWLE:0,802AA8035ADE,11", "+UUNU:0"]);
    assert!(bench.command("AT+UNSTAT=0,101").contains(",0.0.0.0\r\n"));
    assert!(!accepted(&bench.command(OPEN)));
}

#[test]
fn passphrase_refused() {
    let mut bench = Bench::new(&["passphrase-refused"]);
    join(&mut bench);
    bench.pass_millis(5000);
    assert_eq!(lines(&mut bench).first().map(String::as_str), Some("+UUWLD:0,4"));
}

#[test]
fn certificate_store_full() {
    let mut bench = Bench::new(&["certificate-store-full"]);
    assert!(bench.command("AT+USECMNG=0,0,ca.pem,9").ends_with("ERROR\r\n"));
}
