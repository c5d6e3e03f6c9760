//! The transcripts of protocol.md §13, and what real clients require (§14).

use super::*;
use crate::credential::fixtures::{BALTIMORE, EC_CERTIFICATE, ROOT, RSA_KEY};

const PROVISIONING: &str = "client=ninadps&user=0ne0067E45C/registrations/ninadps/api-version=2019-03-31";

/// G1. The MD5 is the one a real module gave.
#[test]
fn factory_reset_and_import_as_in_the_log() {
    let mut bench = Bench::new(&["late-banner"]);
    assert_eq!(bench.command("AT+UFACTORY"), "\r\n+STARTUP\r\nAT+UFACTORY\r\r\nOK\r\n");
    let typed = bench.now;
    assert_eq!(bench.command("AT+CPWROFF"), "AT+CPWROFF\r\r\nOK\r\n");
    assert_eq!(bench.now.since(typed), Duration::from_millis(15));
    bench.pass_millis(2389);
    assert!(bench.take().contains("SPI_FAST_FLASH_BOOT"));
    bench.pass_millis(1);
    assert_eq!(bench.take(), "\r\n+STARTUP\r\n");

    bench.send(b"AT+USECMNG=0,0,ca.pem,1261\r\r");
    assert_eq!(bench.answer(), "AT+USECMNG=0,0,ca.pem,1261\r\r\n>");
    // The vendor's script sends the text without its last LF, and a CR.
    bench.send(format!("{}\r", BALTIMORE.trim_end()).as_bytes());
    assert_eq!(bench.answer(), "\r\n+USECMNG:0,0,\"ca.pem\",\"ACB694A59C17E0D791529BB19706A6E4\"\r\nOK\r\n");
    assert_eq!(bench.command("ATO2"), "ATO2\r\r\nOK\r\n");
    assert_eq!(bench.take_packets(), [Packet::Start]);
}

/// G2
#[test]
fn wifi_in_extended_data_mode_as_in_the_log() {
    let mut bench = Bench::new(&[]);
    bench.enter_edm();
    for command in ["AT+UWSC=0,2,lab", "AT+UWSC=0,5,2", "AT+UWSC=0,8,hunter2hunter2", "AT+UWSCA=0,3"] {
        assert_eq!(bench.request(command), [confirmation("\r\nOK\r\n")]);
    }
    bench.pass_millis(2860);
    assert_eq!(bench.take_packets(), [event("+UUWLE:0,802AA8035ADE,11")]);
    bench.pass_millis(48);
    assert_eq!(bench.take_packets(), [event("+UUNU:0")]);
    bench.pass_millis(299);
    assert_eq!(bench.take_packets(), []);
    bench.pass_millis(1701);
    assert_eq!(bench.take_packets(), [event("+UUNU:0")]);
}

/// G3
#[test]
fn two_peers_of_a_provisioning_service_share_a_session_as_in_the_log() {
    let mut bench = Bench::joined(&[]);
    bench.trust("global.azure-devices-provisioning.net");
    bench.upload(1, "cert.pem", EC_CERTIFICATE.as_bytes());
    bench.enter_edm();
    let url = "AT+UDCP=mqtt://global.azure-devices-provisioning.net:8883/?";
    let common = format!("{PROVISIONING}&encr=3&keepAlive=60&ca=ca.pem");
    let first = format!(
        "{url}{common}&pt=$dps/registrations/PUT/iotdps-register/?$rid={{request_id}}&st=$dps/registrations/res/#"
    );
    assert_eq!(bench.request(&first), [confirmation("\r\n+UDCP:2\r\nOK\r\n")]);
    bench.pass_millis(2270);
    let connect = |channel| Packet::Connect {
        channel,
        peer: edm::Peer::Ip {
            protocol: edm::Protocol::Mqtt,
            remote: REMOTE.parse().unwrap(),
            local: "0.0.0.0:0".parse().unwrap(),
        },
    };
    assert_eq!(bench.take_packets().first(), Some(&connect(0)));
    bench.pass_millis(20);
    bench.send(&Packet::Send { channel: 0, data: b"{}".to_vec() }.encode());
    bench.broker_says("$dps/registrations/res/202/?$rid={request_id}", b"assigning");
    let data = bench.take_packets().pop();
    assert_eq!(data, Some(Packet::Data { channel: 0, data: b"assigning".to_vec() }));

    let status = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid={request_id}&operationId=5.b084";
    assert_eq!(bench.request(&format!("AT+UDUV=0,{status}")), [confirmation("\r\nOK\r\n")]);
    let typed = bench.now;
    assert_eq!(bench.request(&format!("{url}{common}&pt=%%0")), [confirmation("\r\n+UDCP:4\r\nOK\r\n")]);
    assert_eq!(bench.now.since(typed), Duration::from_millis(37));
    bench.pass_millis(25);
    assert_eq!(bench.take_packets(), [connect(1), event("+UUDPC:4,2,6,0.0.0.0,0,20.43.44.164,8883")]);
    bench.send(&Packet::Send { channel: 1, data: b"get operationstatus".to_vec() }.encode());
    bench.broker_says("$dps/registrations/res/200", b"assigned");
    assert_eq!(bench.take_packets(), [Packet::Data { channel: 0, data: b"assigned".to_vec() }]);
    let published = [
        "$dps/registrations/PUT/iotdps-register/?$rid={request_id} {}".to_owned(),
        format!("{status} get operationstatus"),
    ];
    assert_eq!(bench.published, published);
    assert_eq!(bench.wishes, ["global.azure-devices-provisioning.net:8883"]);
}

/// G4. Seed 1 begins with handle 1.
#[test]
fn mqtt_in_data_mode_as_in_the_note() {
    let start = Start { joined: Some("lab".into()), ..Start::default() };
    let mut bench = Bench::with(Settings { start, ..settings("NINA-W152", "3.0.0-013") }, 1);
    bench.command("ATE0");
    assert_eq!(bench.command("at+udcp=mqtt://h:1883/?client=c&pt=up&st=down"), "\r\n+UDCP:1\r\nOK\r\n");
    bench.pass_millis(500);
    assert_eq!(bench.take(), "\r\n+UUDPC:1,2,6,0.0.0.0,0,20.43.44.164,1883\r\n");
    assert_eq!(bench.command("ATO1"), "\r\nOK\r\n");
    bench.send(b"{\"payload\":\"\"}");
    bench.pass_millis(50);
    assert_eq!(bench.published, ["up {\"payload\":\"\"}"]);
    bench.broker_says("down", b"{\"status\":\"assigning\"}");
    assert_eq!(bench.take(), "{\"status\":\"assigning\"}");
}

/// G5 and G7
#[test]
fn data_mode_without_a_peer_swallows_and_is_left() {
    let mut bench = Bench::new(&[]);
    assert_eq!(bench.command("ATO1"), "ATO1\r\r\nOK\r\n");
    bench.send(b"one text line\r\n");
    bench.pass_millis(1100);
    bench.send(b"+++");
    bench.pass_millis(999);
    assert_eq!(bench.take(), "");
    bench.pass_millis(1);
    assert_eq!(bench.take(), "\r\nOK\r\n");
    assert_eq!(bench.command("AT"), "AT\r\r\nOK\r\n");
}

/// G6
#[test]
fn a_w132_says_who_it_is() {
    let start = Start { echo: Echo::Off, ..Start::default() };
    let mut bench = Bench::with(Settings { start, ..settings("NINA-W132", "2.1.0-017") }, 0);
    for (command, answer) in [
        ("AT+GMI", "\"u-blox\""),
        ("AT+CGMM", "\"NINA-W132\""),
        ("AT+GMR", "\"2.1.0-017\""),
        ("ATI9", "\"2.1.0-017\",\"NINA-W13X-2.1.0-017-0-g253211b6\""),
        ("AT+UMLA=2", "+UMLA:D4CA6EFD96E0"),
        ("AT+UMLA=3", "+UMLA:D4CA6EFD96E1"),
        ("AT+UMLA=4", "+UMLA:D4CA6EFD96E3"),
        ("AT+GSN", "\"0233965910595296\""),
        ("ATI0", "\"NINA-W132-00B-00\""),
        ("ATI10", "\"000000000000246F28119B14\""),
        ("AT+CSGT?", "+CSGT:1,\"+STARTUP\""),
        ("AT+UMSM?", "+UMSM:0"),
        ("AT+UMSTAT=1", "+UMSTAT:1,0"),
        ("AT+UMRS?", "+UMRS:115200,1,8,1,1"),
    ] {
        assert_eq!(bench.command(command), format!("\r\n{answer}\r\nOK\r\n"), "{command}");
    }
    assert_eq!(bench.command("AT+UMLA=1"), "\r\nERROR\r\n");
    bench.pass(Duration::from_secs(149));
    assert_eq!(bench.command("AT+UMSTAT=0"), "\r\n+UMSTAT:0,149\r\nOK\r\n");
}

/// G8, after the first event.
#[test]
fn a_station_shows_its_addresses() {
    let mut bench = Bench::new(&[]);
    bench.command("ATE0");
    wifi::join(&mut bench);
    bench.pass_millis(2908);
    bench.take();
    let answer = bench.command("AT+UNSTAT");
    for line in [
        "0,0,D4CA6EFD96E0",
        "0,1,1",
        "0,2,1",
        "0,101,192.168.2.101",
        "0,102,255.255.255.0",
        "0,103,192.168.2.1",
        "0,104,192.168.2.1",
        "0,105,0.0.0.0",
        "0,201,::",
        "0,210,FE80::D6CA:6EFF:FEFD:96E0,1",
        "0,211,::,0",
        "0,212,::,0",
        "13,0,000000000000",
        "13,1,0",
        "13,2,5",
        "13,101,0.0.0.0",
    ] {
        assert!(answer.contains(&format!("\r\n+UNSTAT:{line}\r\n")), "{line} {answer}");
    }
}

/// G9
#[test]
fn a_tcp_peer_in_extended_data_mode() {
    let mut bench = Bench::joined(&[]);
    bench.network = Network::Mirror;
    bench.enter_edm();
    bench.request("AT+UDCP=tcp://192.168.2.1:12345/");
    bench.pass_millis(500);
    let packets = bench.take_packets();
    let [
        Packet::Connect { channel: 0, peer: edm::Peer::Ip { protocol: edm::Protocol::Tcp, remote, local } },
        report,
    ] = packets.as_slice()
    else {
        panic!("{packets:?}")
    };
    let line = format!("+UUDPC:2,2,0,{},{},{},{}", local.ip(), local.port(), remote.ip(), remote.port());
    assert_eq!(*report, event(&line));
    bench.send(&Packet::Send { channel: 0, data: b"Howdy!\n".to_vec() }.encode());
    assert_eq!(bench.take_packets(), [Packet::Data { channel: 0, data: b"Howdy!\n".to_vec() }]);
}

/// G10: an attempt that fails, and one that succeeds with the same handle and the next channel.
#[test]
fn a_failed_attempt_and_its_repetition() {
    let mut bench = Bench::joined(&[]);
    bench.network = Network::Failing(TcpFailure::Refused);
    bench.enter_edm();
    let open = "AT+UDCP=mqtt://mqtt.thingstream.io:8883/?client=c&user=u&passwd=p&pt=up&st=down&encr=3";
    assert_eq!(bench.request(open), [confirmation("\r\n+UDCP:2\r\nOK\r\n")]);
    bench.pass(Duration::from_secs(10));
    assert_eq!(bench.take_packets(), [event("+UUDPD:2"), Packet::Disconnect { channel: 0 }]);
    bench.certify("mqtt.thingstream.io");
    bench.network = Network::Broker;
    assert_eq!(bench.request(open), [confirmation("\r\n+UDCP:2\r\nOK\r\n")]);
    bench.pass(Duration::from_secs(10));
    let packets = bench.take_packets();
    assert!(matches!(packets.first(), Some(Packet::Connect { channel: 1, .. })), "{packets:?}");
    assert_eq!(packets.last(), Some(&event("+UUDPC:2,2,6,0.0.0.0,0,20.43.44.164,8883")));
    assert_eq!(bench.request("AT+UWSCAN").len(), 4);
}

/// G16 and the persistence it relies on.
#[test]
fn an_odin_is_set_up_blind_for_data_mode_at_a_megabaud() {
    let mut bench = Bench::with(settings("ODIN-W262", "7.1.0-020"), 0);
    for command in [
        "AT+UFACTORY",
        "AT+UMRS=115200,2,8,1,1,0",
        "AT+UWSC=0,0,1",
        "AT+UWSC=0,2,\"lab\"",
        "AT+UWSC=0,5,2",
        "AT+UWSC=0,8,\"hunter2hunter2\"",
        "AT+UWSC=0,100,2",
        "AT+UWSC=0,107,0",
        "AT+UWSC=0,300,0",
        "AT+UWSC=0,301,1",
        "AT+UWSCA=0,1",
        "AT+UWSCA=0,3",
        "AT+UDDRP=0,\"udp://myServerIP:5000/\",2",
        "AT+UMSM=1",
        "AT+UMRS=1000000,2,8,1,1,0",
        "AT&W",
    ] {
        if command == "AT+UMRS=115200,2,8,1,1,0" {
            bench.command("AT+CPWROFF");
            bench.pass(Duration::from_secs(3));
        }
        assert!(bench.command(command).ends_with("OK\r\n"), "{command}");
    }
    bench.command("AT+CPWROFF");
    bench.pass(Duration::from_secs(10));
    bench.take();
    bench.tell(Input::Line(LineSettings { baud_rate: 1_000_000, ..LineSettings::default() }));
    bench.send(b"+++");
    bench.pass_millis(1000);
    assert_eq!(bench.take(), "\r\nOK\r\n\r\n+UUWLE:0,802AA8035ADE,11\r\n\r\n+UUNU:0\r\n\r\n+UUNU:0\r\n");
}

/// G18 and G19: ubxlib's burst, whatever the mode, and its session.
#[test]
fn ubxlib_finds_what_it_requires() {
    let mut bench = Bench::joined(&[]);
    bench.send(b"\r\nATO2\r\n\0");
    bench.pass_millis(20);
    assert!(bench.take().ends_with("OK\r\n\u{FFFD}\0\u{2}\0qU"));
    bench.send(b"\r\nATO2\r\n\0");
    bench.pass_millis(20);
    assert_eq!(bench.take_packets(), []);
    assert_eq!(bench.request("ATE0"), [confirmation("\r\nOK\r\n")]);
    assert_eq!(bench.request("AT+GMM"), [confirmation("\r\n\"NINA-W152\"\r\nOK\r\n")]);
    assert_eq!(bench.request("AT+USECMNG=0,0,\"ca.pem\",640"), [confirmation("\r\n>")]);
    let mut root = ROOT.to_owned();
    root.extend(std::iter::repeat_n('\n', 640 - ROOT.len()));
    edm::requests(root.as_bytes()).for_each(|packet| bench.send(&packet.encode()));
    bench.pass_millis(300);
    assert!(
        matches!(bench.take_packets().as_slice(), [Packet::AtConfirmation(text)] if text.starts_with(b"\r\n+USECMNG:0,0,\"ca.pem\","))
    );
    assert_eq!(bench.request("AT+UWSSTAT=3"), [confirmation("\r\n+UWSSTAT:3,2\r\nOK\r\n")]);
    let open = "AT+UDCP=mqtt://broker.example:1883/?client=probe1&qos=1";
    bench.request(&format!("{open}&st=probe/echo"));
    bench.pass_millis(500);
    bench.request(&format!("{open}&pt=probe/echo&retain=0"));
    bench.pass_millis(500);
    bench.take_packets();
    assert_eq!(bench.request("AT+UDCPC=2"), [confirmation("\r\nOK\r\n")]);
    bench.pass_millis(20);
    assert_eq!(bench.take_packets(), [Packet::Disconnect { channel: 0 }, event("+UUDPD:2")]);
    assert_eq!(bench.request("AT+UWSCA=0,4"), [confirmation("\r\nOK\r\n")]);
    bench.pass_millis(20);
    let packets = bench.take_packets();
    assert_eq!(packets.get(..2), Some(&[event("+UUWLD:0,5"), event("+UUND:0")][..]));
}

/// G19: the burst and the first frame at once, while the module is still at `ATO2`.
#[test]
fn a_frame_right_behind_ato2_is_not_lost() {
    let mut bench = Bench::new(&[]);
    let mut burst = b"\r\nATO2\r\n\0".to_vec();
    burst.extend(Packet::AtRequest(b"ATE0\r".to_vec()).encode());
    bench.send(&burst);
    bench.pass_millis(50);
    let sent = bench.take_packets();
    assert_eq!(sent, [Packet::Start, confirmation("\r\nOK\r\n")]);
}

/// G20
#[test]
fn other_lines_of_ubxlib_are_answered() {
    let mut bench = Bench::new(&[]);
    // A network is not there to connect in, and positions are not simulated.
    let refused = |command: &&str| command.starts_with("AT+UDCP") || command.starts_with("AT+ULOCWIFIPOS");
    let (refused, accepted): (Vec<_>, Vec<_>) =
        crate::at::transcripts::commands_of("G20").into_iter().partition(refused);
    assert_eq!((refused.len(), accepted.len()), (2, 10));
    for command in accepted {
        assert!(bench.command(command).ends_with("OK\r\n"), "{command}");
    }
    for command in refused {
        assert!(bench.command(command).ends_with("ERROR\r\n"), "{command}");
    }
}

/// The key of a device is imported like certificates are.
#[test]
fn a_key_is_imported() {
    let mut bench = Bench::new(&[]);
    let answer = bench.upload(2, "key.pem", RSA_KEY.as_bytes());
    assert_eq!(answer, "\r\n+USECMNG:0,2,\"key.pem\",\"96DB64611D7EAB44BFD9CB639321283C\"\r\nOK\r\n");
}
