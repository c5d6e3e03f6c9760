//! The page by label and role, with a model that is told what a module said.

use std::cell::RefCell;
use std::rc::Rc;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::model::{Connection, News, Order, PortName};
use crate::module::{
    CredentialKind, Identity, LinkDownReason, ListedPeer, Model as Name, NetworkStatus, OwnAccessPoint,
    PingReply, StoredCredential,
};
use crate::plan::{Mode, Plan};
use crate::problem::{Kind, Problem};
use crate::session::{
    Event, LineEvent, PeerEvent, PingEvent, PlanEvent, PlanResult, Reach, StoreEvent, WifiEvent,
};
use crate::ui::theme;

const NOW: UnixTime = UnixTime(1_800_000_000);

struct Bench {
    window: Harness<'static, (Model, WifiPage)>,
    orders: Rc<RefCell<Vec<Order>>>,
    now: Moment,
}

impl Bench {
    fn new(firmware: &str) -> Self {
        let mut model = Model::default();
        model.connecting(&Connection::to(PortName::from("COM3")));
        let identity = Identity {
            manufacturer: "u-blox".to_owned(),
            model: Name::new("NINA-W152"),
            firmware: firmware.parse().ok(),
            serial: "0233965910595296".to_owned(),
            mac: "D4CA6EFD96E0".to_owned(),
        };
        for event in [
            Event::Line(LineEvent::Opened),
            Event::Mode(Some(Mode::Command)),
            Event::Identified(Box::new(identity)),
        ] {
            model.handle(News::Session(event), Moment::START);
        }
        let orders = Rc::<RefCell<Vec<Order>>>::default();
        let told = orders.clone();
        let window =
            Harness::builder().with_context_setup(theme::install).with_size([900.0, 2200.0]).build_ui_state(
                move |ui, (model, page): &mut (Model, WifiPage)| {
                    let mut actions = Actions::default();
                    page.show(ui, model, NOW, &mut actions);
                    for action in actions.take() {
                        if let actions::Action::Order(order) = action {
                            if let Order::Wish(Wish::Run(plan)) = &order {
                                model.plan_started(plan);
                            }
                            told.borrow_mut().push(order);
                        }
                    }
                },
                (model, WifiPage::default()),
            );
        let mut bench = Self { window, orders, now: Moment::START };
        bench.window.run_steps(2);
        bench
    }

    /// The page of a module that has seen two networks.
    fn seeing() -> Self {
        let mut bench = Self::new("4.0.0-006");
        let lines = [
            r#"+UWSCAN:D807B6855E2E,1,"lab-ap",11,-52,18,8,8"#,
            r#"+UWSCAN:D807B6855E2F,1,"office",6,-71,20,8,8"#,
            r#"+UWSCAN:D807B6855E30,1,"guest",1,-60,0,0,0"#,
        ];
        let seen = lines.iter().filter_map(|line| ScanEntry::parse(line)).collect();
        bench.wifi(WifiEvent::Scanned(seen));
        bench
    }

    fn tell(&mut self, event: Event) {
        let now = self.now;
        self.window.state_mut().0.handle(News::Session(event), now);
        self.window.run_steps(3);
    }

    fn wifi(&mut self, event: WifiEvent) {
        self.tell(Event::Wifi(event));
    }

    fn click(&mut self, label: &str) {
        self.window.get_by_label(label).click();
        self.window.run_steps(4);
    }

    fn type_into(&mut self, field: &str, text: &str) {
        self.type_in((Role::TextInput, field), text);
    }

    fn type_secret(&mut self, field: &str, text: &str) {
        self.type_in((Role::PasswordInput, field), text);
    }

    fn type_in(&mut self, (role, field): (Role, &str), text: &str) {
        self.window.get_by_role_and_label(role, field).focus();
        self.window.run_steps(2);
        self.window.get_by_role_and_label(role, field).type_text(text);
        self.window.run_steps(2);
    }

    fn sees(&self, text: &str) -> bool {
        self.window.query_all_by_label_contains(text).next().is_some()
    }

    fn wishes(&self) -> Vec<Wish> {
        let wish = |order: &Order| if let Order::Wish(wish) = order { Some(wish.clone()) } else { None };
        self.orders.borrow().iter().filter_map(wish).collect()
    }

    fn plan(&self) -> Option<Plan> {
        self.wishes().into_iter().find_map(|wish| if let Wish::Run(plan) = wish { Some(plan) } else { None })
    }

    fn commands(&self) -> Vec<String> {
        let plan = self.plan().expect("a plan was handed over");
        plan.shown_commands().into_iter().map(|(_, command)| command).collect()
    }
}

#[test]
fn every_access_point_is_listed_with_signal_channel_and_security() {
    let bench = Bench::seeing();
    assert!(bench.sees("Join lab-ap: WPA2 · channel 11 · -52 dBm"));
    assert!(bench.sees("Join office: Enterprise · channel 6 · -71 dBm"));
    assert!(bench.sees("D807B6855E30"));
}

#[test]
fn a_network_is_joined_from_the_list_by_the_steps_of_a_set_up() {
    let mut bench = Bench::seeing();
    bench.click("Join lab-ap: WPA2 · channel 11 · -52 dBm");
    bench.type_secret("Passphrase", "hunter2hunter2");
    bench.click("Join");
    let commands = bench.commands();
    for command in ["AT+UWSC=0,2,\"lab-ap\"", "AT+UWSC=0,5,2", "AT+UWSCA=0,1", "AT+UWSCA=0,3"] {
        assert!(commands.iter().any(|sent| sent == command), "{command} in {commands:?}");
    }
    assert!(!format!("{commands:?}").contains("hunter2"));
}

#[test]
fn a_passphrase_that_is_too_short_is_named_at_its_field_and_nothing_is_sent() {
    let mut bench = Bench::seeing();
    bench.click("Join lab-ap: WPA2 · channel 11 · -52 dBm");
    bench.type_secret("Passphrase", "short");
    bench.click("Join");
    assert_eq!(bench.plan(), None);
    assert!(bench.sees("8 to 63"));
}

#[test]
fn what_is_missing_is_named_as_the_form_names_it() {
    let mut bench = Bench::seeing();
    bench.click("Join lab-ap: WPA2 · channel 11 · -52 dBm");
    bench.click("Join");
    assert!(bench.sees("The passphrase is missing") && !bench.sees("wifi."));
}

#[test]
fn a_form_that_comes_has_the_focus_where_something_is_to_be_filled_in() {
    let mut bench = Bench::seeing();
    bench.click("Join lab-ap: WPA2 · channel 11 · -52 dBm");
    assert!(bench.window.get_by_role_and_label(Role::PasswordInput, "Passphrase").is_focused());
    bench.click("Join guest: open · channel 1 · -60 dBm");
    assert!(bench.window.get_by_role_and_label(Role::Button, "Join").is_focused());
    bench.click("Do not join");
    bench.click("Join another network…");
    assert!(bench.window.get_by_role_and_label(Role::TextInput, "Network name").is_focused());
}

#[test]
fn a_join_that_failed_leaves_its_form_for_another_try_and_one_that_worked_does_not() {
    let mut bench = Bench::seeing();
    bench.click("Join lab-ap: WPA2 · channel 11 · -52 dBm");
    bench.type_secret("Passphrase", "notthepassphrase");
    bench.click("Join");
    assert!(!bench.sees("Join a network"), "while it is under way");
    let refused = Problem::new(Kind::WifiRefused, "Refused", "Correct it");
    bench.tell(Event::Plan(PlanEvent::Finished(PlanResult::Failed(refused))));
    assert!(bench.window.get_by_role_and_label(Role::PasswordInput, "Passphrase").is_focused());
    bench.click("Join");
    assert_eq!(bench.wishes().iter().filter(|wish| matches!(wish, Wish::Run(_))).count(), 2);
    bench.tell(Event::Plan(PlanEvent::Finished(PlanResult::Done { bound: Vec::new() })));
    assert!(!bench.sees("Join a network"));
}

#[test]
fn a_list_that_is_left_by_keys_gives_the_focus_back() {
    for key in [Key::Escape, Key::Enter] {
        let mut bench = Bench::seeing();
        bench.click("Join another network…");
        bench.window.get_by_role_and_label(Role::ComboBox, "Security").focus();
        bench.window.run_steps(2);
        for key in [Key::Enter, Key::Tab, key] {
            bench.window.key_press(key);
            bench.window.run_steps(4);
        }
        let combo = bench.window.get_by_role_and_label(Role::ComboBox, "Security");
        assert!(combo.is_focused(), "{key:?}");
    }
}

#[test]
fn an_open_network_is_joined_without_storing_it_where_that_is_wished() {
    let mut bench = Bench::seeing();
    bench.click("Join guest: open · channel 1 · -60 dBm");
    bench.click("Store it and join at every start");
    bench.click("Join");
    let commands = bench.commands();
    assert!(commands.contains(&"AT+UWSC=0,5,1".to_owned()), "{commands:?}");
    assert!(!commands.contains(&"AT+UWSCA=0,1".to_owned()), "{commands:?}");
}

#[test]
fn an_enterprise_network_is_joined_with_certificates_picked_from_the_module() {
    let mut bench = Bench::seeing();
    let stored = |kind, name: &str| StoredCredential {
        kind,
        name: name.to_owned(),
        subject: None,
        expiry: None,
        md5: None,
    };
    bench.click("Join office: Enterprise · channel 6 · -71 dBm");
    assert!(bench.wishes().contains(&Wish::ListStored), "the form asks what is on the module");
    bench.tell(Event::Store(StoreEvent::Listed(vec![
        stored(CredentialKind::TrustedRoot, "radius.pem"),
        stored(CredentialKind::Certificate, "client.pem"),
        stored(CredentialKind::PrivateKey, "client.key"),
    ])));
    bench.click("Security");
    bench.click("Enterprise with a certificate (EAP-TLS)");
    for (field, name) in [
        ("Client certificate", "client.pem"),
        ("Private key", "client.key"),
        ("Root of the network’s certificate", "radius.pem"),
    ] {
        bench.click(field);
        bench.click(name);
    }
    bench.click("Join");
    let commands = bench.commands();
    for command in [
        "AT+UWSC=0,5,5",
        "AT+UWSC=0,12,\"client.pem\"",
        "AT+UWSC=0,13,\"client.key\"",
        "AT+UWSC=0,14,\"radius.pem\"",
    ] {
        assert!(commands.iter().any(|sent| sent == command), "{command} in {commands:?}");
    }
}

#[test]
fn a_fixed_address_is_set_and_a_malformed_one_is_named() {
    let mut bench = Bench::seeing();
    bench.click("Join guest: open · channel 1 · -60 dBm");
    bench.click("Fixed address");
    bench.type_into("Address", "192.168.1.300");
    bench.click("Join");
    assert!(bench.sees("“192.168.1.300” is no IPv4 address"));
    assert_eq!(bench.plan(), None);
}

#[test]
fn each_failure_to_join_is_explained() {
    for (kind, message, help) in [
        (Kind::WifiRefused, "The network lab-ap refused the module's passphrase", "Correct the passphrase"),
        (Kind::WifiNotFound, "The module does not find a network named lab-ap", "Check the spelling"),
        (Kind::WifiNoAddress, "The module is on lab-ap but was given no address", "Check the DHCP server"),
    ] {
        let mut bench = Bench::seeing();
        bench.click("Join lab-ap: WPA2 · channel 11 · -52 dBm");
        bench.type_secret("Passphrase", "hunter2hunter2");
        bench.click("Join");
        bench.tell(Event::Plan(PlanEvent::Finished(PlanResult::Failed(Problem::new(kind, message, help)))));
        assert!(bench.sees(message) && bench.sees(help), "{message}");
    }
}

#[test]
fn a_network_that_comes_up_once_only_is_explained() {
    let mut bench = Bench::seeing();
    bench.click("Join guest: open · channel 1 · -60 dBm");
    bench.click("Join");
    bench.wifi(WifiEvent::LinkUp { bssid: "D807B6855E30".to_owned(), channel: 1 });
    bench.wifi(WifiEvent::NetworkUp);
    bench.wifi(WifiEvent::Address("10.0.0.7".parse().unwrap()));
    bench.tell(Event::Plan(PlanEvent::Finished(PlanResult::Done { bound: Vec::new() })));
    assert!(bench.sees("once instead of twice"));
    bench.wifi(WifiEvent::NetworkUp);
    assert!(bench.sees("The module is on the network"));
}

#[test]
fn a_network_that_is_lost_after_a_join_is_not_said_to_be_joined_any_more() {
    let mut bench = Bench::seeing();
    bench.click("Join guest: open · channel 1 · -60 dBm");
    bench.click("Join");
    bench.wifi(WifiEvent::LinkUp { bssid: "D807B6855E30".to_owned(), channel: 1 });
    bench.tell(Event::Plan(PlanEvent::Finished(PlanResult::Done { bound: Vec::new() })));
    bench.wifi(WifiEvent::LinkDown(LinkDownReason::OutOfRange));
    bench.wifi(WifiEvent::Down);
    assert!(bench.sees("its link has gone down since") && !bench.sees("The module is on the network"));
    assert!(bench.sees("Down: out of range"));
}

#[test]
fn a_link_that_is_down_says_why() {
    let mut bench = Bench::seeing();
    bench.wifi(WifiEvent::LinkDown(LinkDownReason::Security));
    assert!(bench.sees("Down: security, most often a wrong passphrase"));
    bench.wifi(WifiEvent::LinkDown(LinkDownReason::OutOfRange));
    assert!(bench.sees("Down: out of range"));
}

#[test]
fn addresses_of_both_kinds_are_shown_and_the_network_can_be_left() {
    let mut bench = Bench::seeing();
    bench.wifi(WifiEvent::LinkUp { bssid: "D807B6855E2E".to_owned(), channel: 11 });
    let status = |id, value: &str| NetworkStatus { interface: 0, id, value: value.to_owned() };
    bench.wifi(WifiEvent::Status(vec![status(103, "10.0.0.1"), status(201, "FE80::1"), status(211, "::")]));
    assert!(bench.sees("10.0.0.1") && bench.sees("fe80::1") && !bench.sees("IPv6, second"));
    bench.click("Leave the network");
    assert!(bench.wishes().contains(&Wish::LeaveNetwork));
}

#[test]
fn signal_and_addresses_are_asked_for_only_while_the_module_is_on_a_network() {
    let mut bench = Bench::seeing();
    assert!(!bench.wishes().contains(&Wish::Look));
    bench.wifi(WifiEvent::LinkUp { bssid: "D807B6855E2E".to_owned(), channel: 11 });
    let looks = bench.wishes().iter().filter(|wish| **wish == Wish::Look).count();
    assert_eq!(looks, 1, "not again before five seconds are over");
}

#[test]
fn the_list_refreshes_by_itself_where_that_is_wished() {
    let mut bench = Bench::seeing();
    bench.now = Moment::from_millis(60_000);
    bench.wifi(WifiEvent::Signal(-50));
    assert!(!bench.wishes().contains(&Wish::Scan));
    bench.click("Refresh by itself");
    assert_eq!(bench.wishes().iter().filter(|wish| **wish == Wish::Scan).count(), 1);
}

#[test]
fn pings_are_told_one_by_one_and_failures_explained() {
    let mut bench = Bench::seeing();
    bench.type_into("Host to ping", "example.com");
    bench.window.get_by_role_and_label(Role::Button, "Ping").click();
    bench.window.run_steps(4);
    assert!(bench.wishes().contains(&Wish::Ping("example.com".to_owned())));
    bench.tell(Event::Ping(PingEvent::Started { host: "example.com".to_owned(), of: 4 }));
    let reply = PingReply { number: 1, size: 32, address: "93.184.216.34".to_owned(), ttl: 32, millis: 21 };
    bench.tell(Event::Ping(PingEvent::Reply(reply)));
    bench.tell(Event::Ping(PingEvent::Failed { code: 8 }));
    bench.tell(Event::Ping(PingEvent::Ended));
    assert!(bench.sees("Reply 1 from 93.184.216.34 in 21 ms"));
    assert!(bench.sees("the name cannot be resolved"));
    assert!(bench.sees("example.com: 1 of 4 answered"));
}

#[test]
fn wpa3_is_not_offered_where_the_firmware_lacks_it() {
    for (firmware, offered) in [("3.1.0-001", false), ("4.0.0-006", true)] {
        let mut bench = Bench::new(firmware);
        bench.click("Join another network…");
        bench.click("Security");
        bench.click("WPA3 only, with a passphrase");
        assert_eq!(bench.window.query_by_label("Passphrase").is_some(), offered, "{firmware}");
    }
}

#[test]
fn a_peer_is_closed_from_the_list_and_goes_when_the_module_says_so() {
    let mut bench = Bench::new("4.0.0-006");
    bench.click("Ask the module");
    let peer = |handle, protocol: &str, remote: &str| ListedPeer {
        handle,
        protocol: protocol.to_owned(),
        local: String::new(),
        remote: remote.to_owned(),
    };
    bench.tell(Event::Reach(Box::new(Reach {
        peers: vec![peer(0, "com", ""), peer(2, "mqtt", "20.43.44.164:8883")],
        default_peers: Some(Vec::new()),
        servers: None,
        access_point: Some(OwnAccessPoint { is_up: Some(false), ..OwnAccessPoint::default() }),
    })));
    assert!(bench.sees("mqtt to 20.43.44.164:8883") && bench.sees("The module did not say"));
    bench.click("Close peer 2");
    assert_eq!(bench.wishes(), [Wish::ListReach, Wish::ClosePeer(2)]);
    bench.tell(Event::Peer(PeerEvent::Disconnected { handle: 2 }));
    assert!(!bench.sees("mqtt to"), "the event is enough, nobody asks again");
}
