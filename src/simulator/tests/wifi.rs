//! The station as the host sees it (protocol.md §6).

use super::*;

/// Types everything it takes to join `lab`.
pub(super) fn join(bench: &mut Bench) {
    for command in ["AT+UWSC=0,2,\"lab\"", "AT+UWSC=0,5,2", "AT+UWSC=0,8,\"hunter2hunter2\"", "AT+UWSCA=0,3"]
    {
        assert!(bench.command(command).ends_with("OK\r\n"), "{command}");
    }
}

/// The lines that came, without blank ones.
pub(super) fn lines(bench: &mut Bench) -> Vec<String> {
    bench.take().split("\r\n").filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn a_wrong_passphrase_is_refused_again_and_again() {
    let mut bench = Bench::new(&[]);
    join(&mut bench);
    bench.command("AT+UWSCA=0,4");
    bench.command("AT+UWSC=0,8,wrongwrong");
    bench.command("AT+UWSCA=0,3");
    bench.pass(Duration::from_secs(16));
    let said = lines(&mut bench);
    assert!((3..=5).contains(&said.len()) && said.iter().all(|line| line == "+UUWLD:0,4"), "{said:?}");
    assert!(bench.command("AT+UWSSTAT=3").contains("+UWSSTAT:3,1\r\n"));
}

#[test]
fn a_network_that_is_not_there_is_out_of_range_until_the_station_is_switched_off() {
    let mut bench = Bench::new(&[]);
    bench.command("AT+UWSC=0,2,nowhere");
    bench.command("AT+UWSCA=0,3");
    bench.pass(Duration::from_secs(15));
    assert!(lines(&mut bench).iter().all(|line| line == "+UUWLD:0,2"));
    assert!(bench.command("AT+UWSCA=0,4").ends_with("OK\r\n"));
    bench.pass(Duration::from_secs(60));
    assert_eq!(lines(&mut bench), [""; 0]);
    assert!(bench.command("AT+UWSSTAT=3").contains("+UWSSTAT:3,0\r\n"));
}

#[test]
fn peers_may_be_refused_before_the_second_event_and_never_after_it() {
    let mut answers = Vec::new();
    for seed in 0..20 {
        let start = Start { echo: Echo::Off, ..Start::default() };
        let mut bench = Bench::with(Settings { start, ..settings("NINA-W152", "3.0.0-013") }, seed);
        join(&mut bench);
        assert_eq!(bench.command("AT+UDCP=mqtt://h/"), "\r\nERROR\r\n");
        while !bench.take().contains("+UUNU:0") {
            bench.pass_millis(1);
        }
        answers.push(bench.command("AT+UDCP=mqtt://h/").contains("+UDCP"));
        bench.pass_millis(2000);
        assert!(bench.command("AT+UDCP=mqtt://h/").contains("+UDCP"));
    }
    assert!(answers.contains(&true) && answers.contains(&false));
}

#[test]
fn status_follows_the_station() {
    let mut bench = Bench::new(&[]);
    assert!(bench.command("AT+UWSSTAT").contains(
        "\r\n+UWSSTAT:0,\"\"\r\n+UWSSTAT:1,000000000000\r\n+UWSSTAT:2,0\r\n+UWSSTAT:3,0\r\n+UWSSTAT:6,-32768\r\n"
    ));
    assert!(bench.command("AT+UNSTAT=0,101").contains("+UNSTAT:0,101,0.0.0.0\r\n"));
    join(&mut bench);
    bench.pass(Duration::from_secs(5));
    assert!(bench.command("AT+UWSSTAT").contains(
        "\r\n+UWSSTAT:0,\"lab\"\r\n+UWSSTAT:1,802AA8035ADE\r\n+UWSSTAT:2,11\r\n+UWSSTAT:3,2\r\n+UWSSTAT:6,-48\r\n"
    ));
    assert!(bench.command("AT+UNSTAT=0,201").contains("+UNSTAT:0,201,FE80::D6CA:6EFF:FEFD:96E0\r\n"));
}

#[test]
fn a_static_address_is_shown_and_none_is_no_network() {
    for (address, ready) in [("10.1.2.3", true), ("0.0.0.0", false)] {
        let mut bench = Bench::new(&[]);
        bench.command(&format!("AT+UWSC=0,100,1,101,{address},103,10.1.2.1"));
        join(&mut bench);
        bench.pass(Duration::from_secs(6));
        assert!(bench.command("AT+UNSTAT=0,101").contains(&format!(",{address}\r\n")));
        assert_eq!(bench.command("AT+UDCP=mqtt://h/").contains("+UDCP:"), ready);
    }
}

#[test]
fn a_scan_takes_its_time_and_finds_the_access_points() {
    let mut bench = Bench::new(&[]);
    let asked = bench.now;
    let answer = bench.command("AT+UWSCAN");
    assert!(answer.contains("\r\n+UWSCAN:802AA8035ADE,1,\"lab\",11,-48,18,8,8\r\n"), "{answer}");
    assert!(answer.contains(",\"other\","));
    assert_eq!(bench.now.since(asked), Duration::from_secs(3));
    assert!(!bench.command("AT+UWSCAN=other").contains("\"lab\""));
}

#[test]
fn what_is_incomplete_cannot_be_stored_or_joined() {
    let mut bench = Bench::new(&[]);
    for command in ["AT+UWSCA=0,1", "AT+UWSCA=0,3", "AT+UWSC=0,8,short", "AT+UWSC=10,2,x", "AT+UWSC=0,8"] {
        assert!(bench.command(command).ends_with("ERROR\r\n"), "{command}");
    }
    bench.command("AT+UWSC=0,2,lab,5,2");
    assert!(bench.command("AT+UWSCA=0,3").ends_with("ERROR\r\n"));
    assert!(bench.command("AT+UWSC=0,2").contains("+UWSC:0,2,\"lab\"\r\n"));
}

#[test]
fn an_enterprise_network_refuses_a_station_whose_certificate_is_not_stored() {
    let protection = Protection::EapTls { issuer: Vec::new(), root: Vec::new() };
    let office = AccessPoint { ssid: "office".into(), protection };
    let settings = Settings { access_points: vec![office], ..settings("NINA-W152", "4.0.0-006") };
    let mut bench = Bench::with(settings, 0);
    assert!(bench.command("AT+UWSCAN").contains(",\"office\",11,-48,20,8,8\r\n"));
    for command in ["AT+UWSC=0,2,office,5,5", "AT+UWSC=0,12,client.pem,13,client.key,15,0"] {
        assert!(bench.command(command).ends_with("OK\r\n"), "{command}");
    }
    // Names are taken whatever is stored under them; only the network tells that nothing is.
    assert!(bench.command("AT+UWSCA=0,3").ends_with("OK\r\n"));
    bench.pass(Duration::from_secs(6));
    assert_eq!(lines(&mut bench).first().map(String::as_str), Some("+UUWLD:0,4"));
}

#[test]
fn joining_another_network_leaves_the_first() {
    let mut bench = Bench::joined(&[]);
    bench.command("AT+UWSC=1,2,other,5,2,8,hunter2hunter2");
    bench.command("AT+UWSCA=1,3");
    bench.pass(Duration::from_secs(6));
    assert_eq!(lines(&mut bench), ["+UUWLD:0,5", "+UUND:0", "+UUWLE:0,802AA8035ADF,3", "+UUNU:0", "+UUNU:0"]);
}

#[test]
fn a_ping_resolves_and_fails_with_its_code() {
    let mut bench = Bench::new(&[]);
    bench.command("AT+UPING=broker.example");
    bench.pass_millis(0);
    assert_eq!(lines(&mut bench), ["+UUPINGER:17"]);
    let mut bench = Bench::joined(&[]);
    bench.command("AT+UPING=broker.example,2,64,5000,32,500");
    bench.pass_millis(500);
    let answers = [1, 2].map(|n| format!("+UUPING:{n},64,broker.example,20.43.44.164,32,1"));
    assert_eq!(lines(&mut bench), answers);
    bench.network = Network::Failing(TcpFailure::NameUnknown);
    bench.command("AT+UPING=nowhere.example");
    bench.pass_millis(0);
    assert_eq!(lines(&mut bench), ["+UUPINGER:8"]);
}
