//! Modes, line settings, echo and registers (protocol.md §1, §2, §4).

use super::*;

#[test]
fn the_echo_follows_the_characters() {
    let mut bench = Bench::new(&[]);
    bench.send(b"A");
    assert_eq!(bench.take(), "A");
    bench.send(b"\0\nTE");
    assert_eq!(bench.take(), "TE");
    bench.send(b"?\r\n");
    assert_eq!(bench.take(), "?\r");
    assert_eq!(bench.answer(), "\r\n1\r\nOK\r\n");
    assert_eq!(bench.command("ATE0"), "ATE0\r\r\nOK\r\n");
}

#[test]
fn what_is_no_command_or_too_long_is_an_error() {
    let mut bench = Bench::new(&[]);
    bench.command("ATE0");
    let long = |n: usize| format!("AT+UNHN=\"{}\"", "x".repeat(n));
    for command in ["hello", "AT+NOSUCH", "AT+UMSM=3", "ATO3", "AT+UDCPC=1", "AT+UMRS=1", &long(600)] {
        assert_eq!(bench.command(command), "\r\nERROR\r\n", "{command}");
    }
    assert_eq!(bench.command(""), "");
    assert_eq!(bench.command("AT"), "\r\nOK\r\n");
}

#[test]
fn a_command_sent_too_early_waits_for_its_turn() {
    let mut bench = Bench::new(&[]);
    bench.send(b"ATE0\rAT\rATE?\r");
    bench.pass_millis(9);
    assert_eq!(bench.take(), "ATE0\r");
    bench.pass_millis(21);
    assert_eq!(bench.take(), "\r\nOK\r\n\r\nOK\r\n\r\n0\r\nOK\r\n");
}

#[test]
fn registers_change_at_once() {
    let mut bench = Bench::new(&[]);
    bench.command("ATE0");
    bench.send(b"ATS4=33\r");
    bench.pass_millis(10);
    assert_eq!(bench.take(), "\r!OK\r!");
    bench.send(b"ATS4?\r");
    bench.pass_millis(10);
    assert_eq!(bench.take(), "\r!33\r!OK\r!");
}

#[test]
fn the_escape_character_is_what_s2_says() {
    let mut bench = Bench::new(&[]);
    bench.command("ATS2=35");
    bench.command("ATO1");
    bench.pass_millis(1000);
    bench.send(b"###");
    bench.pass_millis(1000);
    assert_eq!(bench.take(), "\r\nOK\r\n");
}

#[test]
fn guard_times_are_not_shortened_where_everything_else_is() {
    let mut bench = Bench::with(Settings { timing: Timing::Fast, ..settings("NINA-W152", "3.0.0-013") }, 0);
    bench.command("ATO1");
    assert!(bench.now < Moment::from_millis(1));
    bench.send(b"+++");
    bench.pass_millis(5000);
    assert_eq!(bench.take(), "");
    bench.send(b"+++");
    bench.pass_millis(999);
    assert_eq!(bench.take(), "");
    bench.pass_millis(1);
    assert_eq!(bench.take(), "\r\nOK\r\n");
}

#[test]
fn extended_data_mode_has_no_way_out_but_a_restart() {
    let mut bench = Bench::new(&[]);
    bench.enter_edm();
    for command in ["ATO0", "ATO1", "ATO"] {
        assert_eq!(bench.request(command), [confirmation("\r\nERROR\r\n")], "{command}");
    }
    bench.send(b"AT\r+++");
    bench.pass(Duration::from_secs(3));
    assert_eq!(bench.take(), "");
    assert_eq!(bench.request("AT+CPWROFF"), [confirmation("\r\nOK\r\n")]);
    bench.pass(Duration::from_secs(3));
    assert!(bench.take().ends_with("\r\n+STARTUP\r\n"));
    assert!(bench.command("AT").ends_with("OK\r\n"));
}

#[test]
fn requests_may_be_split_and_long_answers_come_in_pieces() {
    let mut bench = Bench::new(&[]);
    bench.enter_edm();
    for part in [&b"AT+UM"[..], b"STA", b"T\r\n"] {
        bench.send(&Packet::AtRequest(part.to_vec()).encode());
    }
    bench.pass_millis(10);
    let pieces = ["\r\n", "+UMSTAT:0,0\r\n", "+UMSTAT:1,1\r\n", "OK\r\n"].map(confirmation);
    assert_eq!(bench.take_packets(), pieces);
}

#[test]
fn the_new_speed_comes_after_ok() {
    let mut bench = Bench::new(&[]);
    assert!(bench.command("AT+UMRS=9600,2,8,1,1").ends_with("\r\nOK\r\n"));
    bench.pass_millis(40);
    bench.tell(Input::Line(LineSettings::default()));
    bench.send(b"AT\r");
    bench.pass_millis(100);
    let garbage = bench.take();
    assert!(!garbage.is_empty() && !garbage.contains("OK"), "{garbage:?}");
    bench.tell(Input::Line(LineSettings { baud_rate: 9600, ..LineSettings::default() }));
    assert!(bench.command("").ends_with("ERROR\r\n"));
    assert!(bench.command("AT").ends_with("OK\r\n"));
    assert!(bench.command("AT+UMRS?").contains("+UMRS:9600,2,8,1,1\r\n"));
}

#[test]
fn right_after_a_change_of_speed_the_module_hears_nothing() {
    let mut bench = Bench::new(&[]);
    bench.command("AT+UMRS=9600,2,8,1,1");
    assert_eq!(bench.command("AT"), "");
}

#[test]
fn a_speed_can_wait_for_the_restart() {
    let mut bench = Bench::new(&[]);
    bench.command("AT+UMRS=9600,2,8,1,1,0");
    assert!(bench.command("AT&W").ends_with("OK\r\n"));
    bench.command("AT+CPWROFF");
    bench.tell(Input::Line(LineSettings { baud_rate: 9600, ..LineSettings::default() }));
    bench.pass(Duration::from_secs(3));
    assert!(bench.take().ends_with("\r\n+STARTUP\r\n"));
}

#[test]
fn in_extended_data_mode_the_speed_stays_until_the_restart() {
    let mut bench = Bench::new(&[]);
    bench.enter_edm();
    assert_eq!(bench.request("AT+UMRS=9600,2,8,1,1,1"), [confirmation("\r\nOK\r\n")]);
    bench.tell(Input::Line(LineSettings::default()));
    bench.pass_millis(100);
    assert_eq!(bench.request("AT"), [confirmation("\r\nOK\r\n")]);
}

#[test]
fn tests_can_start_anywhere() {
    let start = |mode| Start { mode, echo: Echo::Off, ..Start::default() };
    let mut bench =
        Bench::with(Settings { start: start(Mode::Edm), ..settings("NINA-W152", "3.0.0-013") }, 0);
    assert_eq!(bench.request("AT"), [confirmation("\r\nOK\r\n")]);
    let mut bench =
        Bench::with(Settings { start: start(Mode::Data), ..settings("NINA-W152", "3.0.0-013") }, 0);
    bench.pass_millis(1000);
    bench.send(b"+++");
    bench.pass_millis(1000);
    assert_eq!(bench.take(), "\r\nOK\r\n");
    assert_eq!(bench.command("AT"), "\r\nOK\r\n");
}

#[test]
fn the_modules_own_time_is_what_it_kept_its_host_waiting() {
    let mut bench = Bench::new(&[]);
    bench.command("AT");
    bench.pass(Duration::from_secs(60));
    bench.command("AT+CPWROFF");
    bench.pass(Duration::from_secs(60));
    assert_eq!(bench.simulator.busy_time(), Duration::from_millis(10 + 15 + 2390));
}
