//! Pictures of the search for a module, the module page and the Wi-Fi page.

use xpress_center::model::{Connection, News, Port, PortName, SearchNews};
use xpress_center::module::{NetworkStatus, PingReply, Report, Reported};
use xpress_center::session::{
    Activity, Doubt, Event, FlowControl, Heard, LineSettings, PingEvent, SearchAttempt, SearchEvent,
    WifiEvent,
};

use super::{SnapshotResults, ThemeChoice, Window, connected, networks};

fn searching() -> Vec<News> {
    let port =
        |name: &str| Port { name: PortName::from(name), description: "FT232R USB UART".into(), usb: None };
    let line = |speed| LineSettings { speed, flow: FlowControl::None };
    let tried = |speed, heard| Event::Search(SearchEvent::Tried { line: line(speed), heard });
    let mut news = vec![
        News::Search(SearchNews::Began(vec![port("/dev/ttyUSB0"), port("/dev/ttyUSB1")])),
        News::Search(SearchNews::Opening(Connection::to(PortName::from("/dev/ttyUSB0")))),
    ];
    let events = [
        Event::Activity(Activity::Searching),
        tried(115_200, Heard::Garbage),
        tried(9600, Heard::Nothing),
        tried(921_600, Heard::NotPossible),
        Event::Search(SearchEvent::Trying { line: line(460_800), attempt: SearchAttempt::Escape }),
    ];
    news.extend(events.map(News::Session));
    news
}

fn reported() -> News {
    let answer = |question, lines: &[&str]| Reported {
        question,
        lines: Some(lines.iter().map(|line| (*line).to_owned()).collect()),
    };
    let answers = vec![
        answer("ATI0", &["\"NINA-W152-00B-00\""]),
        Reported { question: "AT+UMLA=1", lines: None },
        answer("AT+UMRS?", &["+UMRS:115200,1,8,1,1"]),
        answer("AT+UMSM?", &["+UMSM:0"]),
        answer("AT+UMSTAT", &["+UMSTAT:0,149", "+UMSTAT:1,0"]),
        answer("ATE?", &["1"]),
    ];
    News::Session(Event::Reported(Box::new(Report { answers })))
}

fn joined() -> Vec<News> {
    let status = |id, value: &str| NetworkStatus { interface: 0, id, value: value.to_owned() };
    let reply = PingReply { number: 1, size: 32, address: "93.184.216.34".into(), ttl: 32, millis: 21 };
    let events = [
        Event::Wifi(WifiEvent::LinkUp { bssid: "802AA8035ADE".into(), channel: 11 }),
        Event::Wifi(WifiEvent::NetworkUp),
        Event::Wifi(WifiEvent::Network { ssid: "xpress-lab".into() }),
        Event::Wifi(WifiEvent::Address("10.0.0.7".parse().unwrap())),
        Event::Wifi(WifiEvent::NetworkUp),
        Event::Wifi(WifiEvent::Status(vec![
            status(103, "10.0.0.1"),
            status(201, "FE80::D6CA:6EFF:FEFD:96E0"),
        ])),
        Event::Ping(PingEvent::Started { host: "example.com".into(), of: 4 }),
        Event::Ping(PingEvent::Reply(reply)),
        Event::Ping(PingEvent::Failed { code: 8 }),
        Event::Ping(PingEvent::Ended),
    ];
    events.map(News::Session).into()
}

fn album(theme: ThemeChoice) {
    let mut results = SnapshotResults::new();
    let mut window = Window::new(theme);
    window.click("Find my module");
    window.tell(searching());
    window.picture("find");
    window.tell([News::Session(Event::Search(SearchEvent::Asks(Doubt::Talk)))]);
    window.picture("find-asks");
    results.extend_harness(&mut window.harness);
    let mut window = Window::of_size(theme, 1280.0, 1800.0);
    window.click("Use the simulated module");
    window.tell(connected());
    window.click("Module");
    window.tell([reported()]);
    window.picture("module");
    window.click("Wi-Fi");
    window.tell([networks()]);
    window.tell(joined());
    window.picture("wifi");
    results.extend_harness(&mut window.harness);
}

#[test]
fn search_module_and_wifi_look_as_they_did_in_the_light_theme() {
    album(ThemeChoice::Light);
}

#[test]
fn search_module_and_wifi_look_as_they_did_in_the_dark_theme() {
    album(ThemeChoice::Dark);
}
