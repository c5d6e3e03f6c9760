//! What survives a restart (protocol.md §1.3), and uploads (§7).

use super::wifi::lines;
use super::*;
use crate::credential::fixtures::{EC_KEY_PKCS8, ROOT};
use crate::module::CredentialKind;

fn restart(bench: &mut Bench) {
    bench.command("AT+CPWROFF");
    bench.pass(Duration::from_secs(3));
    bench.take();
}

/// The information line of an answer.
fn value(bench: &mut Bench, command: &str) -> String {
    let answer = bench.command(command);
    answer.rsplit("\r\n").nth(2).unwrap_or_default().to_owned()
}

#[test]
fn settings_survive_if_they_were_marked() {
    for (command, question, set, factory) in [
        ("ATS2=35", "ATS2?", "35", "43"),
        ("AT+CSGT=0,\"hi\"", "AT+CSGT?", "+CSGT:0,\"hi\"", "+CSGT:1,\"+STARTUP\""),
        ("AT+UNHN=\"box\"", "AT+UNHN?", "+UNHN:\"box\"", "+UNHN:\"\""),
        ("AT+UDCFG=2,4", "AT+UDCFG=2", "+UDCFG:2,4", "+UDCFG:2,2"),
        ("AT+UWCFG=1,1", "AT+UWCFG=1", "+UWCFG:1,1", "+UWCFG:1,0"),
        ("AT+UDDRP=1,\"tcp://h:1/\",2", "AT+UDDRP=1", "+UDDRP:1,\"tcp://h:1/\",2", ""),
    ] {
        for (mark, after) in [("AT&W", set), ("AT", factory)] {
            let mut bench = Bench::new(&[]);
            assert!(bench.command(command).ends_with("OK\r\n"), "{command}");
            assert_eq!(value(&mut bench, question), set);
            bench.command(mark);
            restart(&mut bench);
            let after = if after.is_empty() { "ERROR" } else { after };
            let answer = bench.command(question);
            assert!(answer.contains(&format!("\r\n{after}\r\n")), "{question} {mark} {answer:?}");
        }
    }
}

#[test]
fn a_station_survives_if_it_was_stored_and_joins_at_boot_if_it_says_so() {
    let join = "AT+UWSC=0,0,1,2,lab,5,2,8,hunter2hunter2";
    for (store, ssid, joins) in [("AT+UWSCA=0,1", "\"lab\"", true), ("AT&W", "\"\"", false)] {
        let mut bench = Bench::new(&[]);
        bench.command(join);
        assert!(bench.command(store).ends_with("OK\r\n"));
        restart(&mut bench);
        assert_eq!(value(&mut bench, "AT+UWSC=0,2"), format!("+UWSC:0,2,{ssid}"));
        bench.pass(Duration::from_secs(6));
        assert_eq!(lines(&mut bench).contains(&"+UUNU:0".to_owned()), joins);
    }
}

#[test]
fn a_stored_station_can_be_brought_back_and_cleared() {
    let mut bench = Bench::new(&[]);
    for command in ["AT+UWSC=3,2,lab", "AT+UWSCA=3,1", "AT+UWSC=3,2,other", "AT+UWSCA=3,2"] {
        assert!(bench.command(command).ends_with("OK\r\n"), "{command}");
    }
    assert_eq!(value(&mut bench, "AT+UWSC=3,2"), "+UWSC:3,2,\"lab\"");
    bench.command("AT+UWSCA=3,0");
    assert_eq!(value(&mut bench, "AT+UWSC=3,2"), "+UWSC:3,2,\"\"");
}

#[test]
fn certificates_survive_everything_but_a_factory_reset() {
    let mut bench = Bench::new(&[]);
    bench.upload(0, "ca.pem", ROOT.as_bytes());
    restart(&mut bench);
    assert_eq!(value(&mut bench, "AT+USECMNG=3"), "\"CA\",\"ca.pem\"");
    bench.command("AT+UFACTORY");
    assert_eq!(value(&mut bench, "AT+USECMNG=3"), "\"CA\",\"ca.pem\"");
    restart(&mut bench);
    assert_eq!(bench.command("AT+USECMNG=3,0"), "AT+USECMNG=3,0\r\r\nOK\r\n");
}

#[test]
fn uploads_are_judged_before_the_prompt_by_size_and_after_the_last_byte_by_content() {
    let mut bench = Bench::new(&[]);
    for wrong in [
        "0,0,x,0",
        "0,0,x,8193",
        "0,3,x,10",
        "0,0,,10",
        "0,0,x",
        "0,0,123456789012345678901234567890123,10",
        "1,0,x,10",
    ] {
        assert!(bench.command(&format!("AT+USECMNG={wrong}")).ends_with("ERROR\r\n"), "{wrong}");
    }
    assert_eq!(bench.upload(0, "ca.pem", &[0x30; 300]), "\r\nERROR\r\n");
    assert_eq!(bench.upload(2, "key.pem", ROOT.as_bytes()), "\r\nERROR\r\n");
    assert!(bench.command("AT+USECMNG=4,0,ca.pem").ends_with("ERROR\r\n"));
}

#[test]
fn an_entry_can_be_named_again_asked_for_and_removed() {
    let mut bench = Bench::new(&[]);
    bench.upload(2, "key.pem", EC_KEY_PKCS8.as_bytes());
    bench.upload(0, "ca.pem", ROOT.as_bytes());
    let answer = bench.upload(0, "ca.pem", ROOT.as_bytes()).replace("+USECMNG:0", "+USECMNG:4");
    assert_eq!(bench.command("AT+USECMNG=4,0,\"ca.pem\""), format!("AT+USECMNG=4,0,\"ca.pem\"\r{answer}"));
    assert!(bench.command("AT+USECMNG=2,0,ca.pem").ends_with("OK\r\n"));
    assert!(bench.command("AT+USECMNG=2,0,ca.pem").ends_with("ERROR\r\n"));
    assert_eq!(value(&mut bench, "AT+USECMNG=3"), "\"PK\",\"key.pem\"");
}

#[test]
fn nothing_disturbs_an_upload_and_a_halted_one_ends_in_an_error() {
    let mut bench = Bench::new(&[]);
    wifi::join(&mut bench);
    let prompt = bench.command(&format!("AT+USECMNG=0,0,ca.pem,{}", ROOT.len()));
    assert!(prompt.ends_with('>'));
    bench.pass(Duration::from_secs(6));
    bench.send(&ROOT.as_bytes()[..100]);
    assert_eq!(bench.take(), "");
    bench.pass_millis(9999);
    assert_eq!(bench.take(), "");
    bench.pass_millis(1);
    assert_eq!(lines(&mut bench), ["ERROR", "+UUWLE:0,802AA8035ADE,11", "+UUNU:0", "+UUNU:0"]);
    assert!(bench.command("AT").ends_with("OK\r\n"));
}

#[test]
fn stored_names_can_be_part_of_the_starting_state() {
    let stored = |name: &str, pem: &str| Stored {
        kind: CredentialKind::TrustedRoot,
        name: name.into(),
        pem: Secret::new(pem),
    };
    let start = Start { stored: vec![stored("a.pem", ROOT), stored("b.pem", "junk")], ..Start::default() };
    let mut bench = Bench::with(Settings { start, ..settings("NINA-W152", "5.0.0-028") }, 0);
    assert_eq!(
        value(&mut bench, "AT+USECMNG=3"),
        "\"CA\",\"a.pem\",\"CN=Example Root\",\"2036/11/20 00:01:16\""
    );
    assert!(!bench.command("AT+USECMNG=3").contains("b.pem"));
}
