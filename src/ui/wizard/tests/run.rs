//! Review, the run and how it ends, and what can be done once the module is connected.

use super::*;
use crate::model::Evidence;
use crate::problem::{Kind, Problem};
use crate::secret::DOTS;
use crate::session::{Activity, Direction, LineEvent, PeerEvent, PlanResult, Wire, WireKind};
use crate::ui::wizard::page::Page;

fn refused_passphrase() -> Problem {
    Problem::new(
        Kind::WifiRefused,
        "The network lab-ap refused the passphrase",
        "Compare it with another device",
    )
}

/// The set-up has been started.
fn running() -> Screen {
    let mut screen = Screen::filled(3);
    screen.click("Set up module");
    screen.happens(Event::Plan(PlanEvent::Started { of: 7 }));
    screen
}

fn failed() -> Screen {
    let mut screen = running();
    screen.desk_mut().step(0, StepState::Skipped);
    screen.desk_mut().step(1, StepState::Failed(refused_passphrase()));
    screen.happens(Event::Plan(PlanEvent::Finished(PlanResult::Failed(refused_passphrase()))));
    screen
}

/// The module is connected and in command mode.
fn connected() -> Screen {
    let mut screen = running();
    let command = format!("AT+UDCP=mqtt://{ENDPOINT}:8883/?client=device1");
    wire(&mut screen, Direction::Sent, WireKind::Command, command.as_bytes());
    screen.happens(Event::Peer(PeerEvent::Connected { handle: 1, channel: None, remote: None }));
    screen.happens(Event::Plan(PlanEvent::Finished(PlanResult::Done { bound: Vec::new() })));
    assert!(screen.is_on(Page::Connected));
    screen
}

fn wire(screen: &mut Screen, direction: Direction, kind: WireKind, bytes: &[u8]) {
    let at = screen.desk().now;
    screen.happens(Event::Wire(Wire { at, direction, kind, bytes: bytes.to_vec() }));
}

#[test]
fn the_step_that_runs_is_scrolled_into_view_when_it_begins() {
    let mut screen = Screen::filled_at(SMALL, 3);
    screen.click("Set up module");
    screen.happens(Event::Plan(PlanEvent::Started { of: 7 }));
    (0..6).for_each(|index| screen.desk_mut().step(index, StepState::Done));
    screen.desk_mut().step(6, StepState::Running);
    screen.0.run();
    let shown = screen.0.get_by_label("Connect to AWS IoT Core").rect();
    assert!(shown.max.y < SMALL.y, "{shown:?}");
}

#[test]
fn the_review_shows_every_command_with_secrets_as_dots() {
    let screen = Screen::filled(3);
    let shown = screen.everything();
    for command in
        ["AT+USECMNG=0,0,", "AT+UWSC=0,2,", "AT+UWSCA=0,3", "AT+UDCP=mqtt://abc123-ats", "encr=3", DOTS]
    {
        assert!(shown.contains(command), "{command}");
    }
    for secret in [PASSPHRASE, "MHcCAQEEIJ674mm4"] {
        assert!(!shown.contains(secret), "{secret} shows");
    }
}

#[test]
fn no_page_shows_a_secret() {
    for clicks in 0..4 {
        let shown = Screen::filled(clicks).everything();
        assert!(!shown.contains(PASSPHRASE) && !shown.contains("MHcCAQEEIJ674mm4"), "page {clicks}");
    }
    assert!(!failed().everything().contains(PASSPHRASE) && !connected().everything().contains(PASSPHRASE));
}

#[test]
fn commands_are_copied_as_they_are_shown() {
    let mut screen = Screen::filled(3);
    screen.0.get_by_label("Copy commands").click();
    screen.0.step();
    let copied = screen.0.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.unwrap_or_default();
    assert!(copied.starts_with("AT+USECMNG=0,0,") && copied.ends_with('\n'), "{copied}");
    assert!(!copied.contains(PASSPHRASE));
}

#[test]
fn secrets_are_hidden_before_anything_runs() {
    let screen = running();
    let orders = screen.desk().orders();
    let hide = orders.iter().rposition(|order| **order == Order::Hide(Secret::new(PASSPHRASE)));
    let run = orders.iter().position(|order| matches!(order, Order::Wish(Wish::Run(_))));
    assert!(hide.is_some() && hide < run, "{orders:?}");
}

#[test]
fn without_a_module_the_review_offers_to_connect() {
    let mut screen = Screen::new(Desk::disconnected(), TALL);
    screen.news(demonstration());
    assert!(!screen.shows("No account at hand?"), "the demonstration needs the simulated module");
    (0..3).for_each(|_| screen.click("Next"));
    assert!(screen.shows("No module is connected") && !screen.is_enabled("Set up module"));
    screen.click("Connect");
    assert_eq!(screen.desk().done.last(), Some(&Action::Connect));
}

#[test]
fn a_file_that_goes_wrong_behind_the_review_bars_the_set_up() {
    let mut screen = Screen::filled(3);
    screen.news(file("aws.certificate", "notes.txt", "Dear diary"));
    assert!(screen.shows("holds no certificate") && !screen.is_enabled("Set up module"));
    screen.click("Back to certificates and keys");
    assert!(screen.is_on(Page::Certificates) && screen.field("Device certificate").is_focused());
}

#[test]
fn the_review_warns_of_what_the_module_gives_up() {
    let mut screen = Screen::filled(3);
    screen.happens(Event::Peer(PeerEvent::Connected { handle: 4, channel: None, remote: None }));
    screen.happens(Event::Wifi(crate::session::WifiEvent::Network { ssid: "other-ap".to_owned() }));
    assert!(
        screen.shows("connected to peer 4")
            && screen.shows("on the network other-ap and leaves it for lab-ap")
    );
}

#[test]
fn another_module_than_last_time_needs_a_word() {
    let mut screen = connected();
    screen.desk_mut().model.module.identity = Some(identity("9988776655443322"));
    screen.click("Set up another module");
    assert!(screen.is_on(Page::Review) && !screen.is_enabled("Set up module"));
    screen.click("Set up NINA-W152 with firmware 4.0.0-006, serial number 9988776655443322 as well");
    screen.click("Set up module");
    assert!(screen.is_on(Page::Run));
}

#[test]
fn a_run_shows_what_is_done_skipped_and_tried_again() {
    let mut screen = running();
    screen.desk_mut().step(0, StepState::Skipped);
    screen.desk_mut().step(1, StepState::Done);
    screen.desk_mut().step(2, StepState::TryingAgain { attempt: 2, because: refused_passphrase() });
    screen.run();
    assert!(screen.has("already done") && screen.has("done, 0.1 s"));
    assert!(screen.shows("running, attempt 2") && screen.shows("Trying again: The network lab-ap refused"));
    assert!(screen.shows("2 of 7 steps done"));
    assert!(!screen.is_enabled("Back"));
}

#[test]
fn a_failure_says_whose_fault_it_is_and_leads_back_to_the_field() {
    let mut screen = failed();
    assert!(screen.shows("refused the passphrase") && screen.shows("Compare it with another device"));
    assert!(screen.shows("the Wi-Fi network"), "whose fault it is");
    screen.click("Back to network");
    assert!(screen.is_on(Page::Network) && screen.field("Passphrase").is_focused());
}

#[test]
fn trying_again_runs_the_plan_of_the_form_as_it_is_now() {
    let mut screen = failed();
    screen.click("Back to network");
    screen.fill("Network name (SSID)", "other-ap");
    screen.click("Step 5: Set up");
    screen.click("Try again from here");
    assert!(format!("{:?}", screen.desk().plan()).contains("other-ap"));
    assert!(screen.is_on(Page::Run) && !screen.shows("refused the passphrase"));
}

#[test]
fn trying_again_needs_a_module() {
    let mut screen = failed();
    screen.happens(Event::Line(LineEvent::Closed));
    assert!(!screen.is_enabled("Try again from here") && screen.shows("No module is connected"));
}

#[test]
fn a_second_cancel_is_offered_only_while_the_module_is_tidied_up() {
    let mut screen = running();
    screen.click("Cancel the set-up");
    assert_eq!(screen.desk().done.last(), Some(&Action::Cancel));
    assert!(!screen.is_enabled("Cancel the set-up"));
    screen.happens(Event::Activity(Activity::TidyingUp));
    assert!(screen.is_enabled("Drop the line"));
    screen.happens(Event::Plan(PlanEvent::Finished(PlanResult::Cancelled)));
    screen.happens(Event::Activity(Activity::Nothing));
    assert!(screen.shows("The set-up was cancelled") && screen.is_enabled("Try again from here"));
}

#[test]
fn in_command_mode_data_mode_is_offered_before_a_message_is_sent() {
    let mut screen = connected();
    assert!(!screen.is_enabled("Send"));
    screen.click("Enter data mode");
    assert_eq!(screen.desk().done.last(), Some(&Action::Enter(Mode::Data)));
    screen.happens(Event::Mode(Some(Mode::Data)));
    screen.fill("Test message", "ping");
    screen.click("Send");
    let sent = Order::Wish(Wish::SendData { channel: None, data: b"ping".to_vec() });
    assert_eq!(screen.desk().orders().last(), Some(&&sent));
}

#[test]
fn messages_are_listed_with_their_direction() {
    let mut screen = connected();
    assert!(screen.has("No message so far"));
    wire(&mut screen, Direction::Received, WireKind::Data { channel: None }, b"hello device");
    wire(&mut screen, Direction::Sent, WireKind::Data { channel: None }, b"hello cloud");
    assert!(screen.has("← hello device") && screen.has("→ hello cloud"));
}

#[test]
fn the_demonstration_can_send_from_the_cloud() {
    let mut screen = connected();
    screen.click("Send from the cloud");
    let sent = Order::CloudMessage { from: CloudKind::Aws, payload: b"Hello from the cloud".to_vec() };
    assert_eq!(screen.desk().orders().last(), Some(&&sent));
}

#[test]
fn the_page_says_where_to_look_in_the_cloud() {
    let screen = connected();
    assert!(screen.shows("MQTT test client") && screen.shows("Subscribe to device1/up"));
}

#[test]
fn a_connection_that_ended_is_said() {
    let mut screen = connected();
    assert!(screen.has("The module is connected to AWS"));
    screen.happens(Event::Peer(PeerEvent::Disconnected { handle: 1 }));
    assert!(screen.shows("The connection to AWS has ended") && !screen.is_enabled("Send"));
}

#[test]
fn a_stage_that_is_proved_leads_to_its_evidence() {
    let mut screen = connected();
    assert!(screen.has("First message in: not yet"));
    wire(&mut screen, Direction::Received, WireKind::Data { channel: None }, b"hello");
    screen.click("First message in: done");
    assert_eq!(screen.desk().done.last(), Some(&Action::ShowEvidence(Evidence::Traffic(0))));
}
