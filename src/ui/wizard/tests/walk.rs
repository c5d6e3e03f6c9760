//! From the first page to the last, by mouse and by keyboard.

use super::*;
use crate::session::PlanResult;
use crate::ui::wizard::page::Page;

#[test]
fn by_mouse_the_demonstration_leads_from_the_first_page_to_connected() {
    let mut screen = Screen::tall();
    screen.click("Fill in the demonstration's values");
    assert_eq!(screen.desk().orders(), [&Order::Demonstrate(CloudKind::Aws)]);
    screen.news(demonstration());
    assert_eq!(screen.value("Endpoint"), ENDPOINT);
    assert_eq!(screen.value("Subscribe topic"), "device1/down");
    screen.click("Next");
    assert!(screen.is_on(Page::Certificates) && screen.shows("Certificate of device1"));
    screen.click("Next");
    assert_eq!(screen.value("Network name (SSID)"), "lab-ap");
    screen.click("Next");
    assert!(screen.is_on(Page::Review) && screen.shows("client=device1&pt=device1/up&st=device1/down"));
    screen.click("Set up module");
    assert!(screen.is_on(Page::Run) && screen.desk().plan().is_some());
    screen.happens(Event::Plan(PlanEvent::Finished(PlanResult::Done { bound: Vec::new() })));
    assert!(screen.is_on(Page::Connected));
}

#[test]
fn by_keyboard_enter_leads_from_field_to_field_and_on() {
    let mut screen = Screen::tall();
    screen.field("Endpoint").focus();
    screen.run();
    for (label, text) in [
        ("Endpoint", ENDPOINT),
        ("Client ID", "device1"),
        ("Publish topic", "device1/up"),
        ("Subscribe topic", "device1/down"),
    ] {
        assert!(screen.field(label).is_focused(), "{label}");
        screen.type_text(text);
        screen.key(Key::Enter);
    }
    assert!(screen.is_on(Page::Certificates) && screen.field("Device certificate").is_focused());
    screen.desk_mut().news(file("aws.certificate", "device1.pem", EC_CERTIFICATE));
    screen.news(file("aws.private_key", "device1.key", EC_KEY_WITH_PARAMETERS));
    screen.press(Modifiers::ALT, Key::ArrowRight);
    assert!(screen.field("Network name (SSID)").is_focused());
    screen.type_text("lab-ap");
    screen.key(Key::Enter);
    // From the choice of security on by Tab, as it has no use for Enter.
    screen.key(Key::Tab);
    assert!(screen.everything().contains("Passphrase"));
    screen.field("Passphrase").focus();
    screen.run();
    screen.type_text(PASSPHRASE);
    screen.key(Key::Enter);
    assert!(screen.is_on(Page::Review));
    assert!(screen.0.get_by_label("Back").is_focused(), "Enter must not start anything unseen");
    screen.key(Key::Tab);
    screen.key(Key::Enter);
    assert!(screen.is_on(Page::Run) && screen.desk().plan().is_some());
}

#[test]
fn alt_and_an_arrow_turn_pages_and_start_nothing() {
    let mut screen = Screen::filled(0);
    for page in [Page::Certificates, Page::Network, Page::Review, Page::Review] {
        screen.press(Modifiers::ALT, Key::ArrowRight);
        assert!(screen.is_on(page), "{page:?}");
    }
    assert_eq!(screen.desk().plan(), None);
    for page in [Page::Network, Page::Certificates, Page::Credentials, Page::Credentials] {
        screen.press(Modifiers::ALT, Key::ArrowLeft);
        assert!(screen.is_on(page), "{page:?}");
    }
}

#[test]
fn the_step_indicator_leads_to_pages_whose_way_is_right() {
    let mut screen = Screen::tall();
    assert!(!screen.is_enabled("Step 2: Certificates and keys"));
    screen.news(demonstration());
    assert!(screen.is_enabled("Step 4: Review") && !screen.is_enabled("Step 5: Set up"));
    screen.click("Step 4: Review");
    assert!(screen.is_on(Page::Review));
    screen.click("Step 2: Certificates and keys");
    assert!(screen.is_on(Page::Certificates));
}

#[test]
fn nothing_is_lost_on_the_way_back_and_forth() {
    let mut screen = Screen::filled(0);
    screen.fill("Client ID", "device7");
    screen.click("Next");
    screen.click("Next");
    screen.click("Back");
    screen.click("Back");
    assert_eq!(screen.value("Client ID"), "device7");
}

#[test]
fn the_buttons_stay_in_sight_on_a_small_window() {
    for clicks in 0..4 {
        let mut screen = Screen::new(Desk::connected(), SMALL);
        screen.news(demonstration());
        (0..clicks).for_each(|_| screen.click("Next"));
        let forward = if clicks == 3 { "Set up module" } else { "Next" };
        for label in ["Back", forward] {
            let rect = screen.0.get_by_label(label).rect();
            assert!(rect.bottom() <= SMALL.y && rect.right() <= SMALL.x, "{label}: {rect}");
        }
    }
}

#[test]
fn long_values_do_not_widen_the_page() {
    for size in [SMALL, Vec2::new(1724.0, 760.0)] {
        let mut screen = Screen::new(Desk::connected(), size);
        screen.news(demonstration());
        screen.fill("Publish topic", &"x".repeat(250));
        (0..3).for_each(|_| screen.click("Next"));
        let rect = screen.0.get_by_label("Set up module").rect();
        let right = (size.x + theme::READING_WIDTH) / 2.0;
        assert!((rect.right() - right).abs() <= 2.0, "{rect} in {size}");
        let too_wide = |node: &Node<'_>| {
            node.accesskit_node().bounding_box().is_some_and(|bounds| bounds.x1 > f64::from(size.x))
        };
        let wide: Vec<_> =
            screen.0.root().children_recursive().filter(too_wide).map(|node| format!("{node:?}")).collect();
        assert_eq!(wide, Vec::<String>::new());
    }
}
