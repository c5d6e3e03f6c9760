//! Several modules in one window: each tab says what has become of its module.

use xpress_center::problem::{Kind, Problem};

use super::*;

fn several(theme: ThemeChoice) {
    let mut window = Window::new(theme);
    window.click("Connect");
    window.tell(connected());
    let states = [
        vec![Event::Line(LineEvent::Opened), Event::Mode(None)],
        vec![
            Event::Line(LineEvent::Opened),
            Event::Mode(Some(Mode::Command)),
            Event::Activity(Activity::Plan),
        ],
        vec![
            Event::Line(LineEvent::Opened),
            Event::Line(LineEvent::Lost(Problem::new(
                Kind::PortLost,
                "The port is gone",
                "Plug it in again",
            ))),
        ],
        vec![],
    ];
    for state in states {
        window.harness.key_press_modifiers(Modifiers::COMMAND, Key::T);
        window.harness.run();
        if !state.is_empty() {
            window.click("Connect");
        }
        let other = window.script.others.borrow().last().cloned().unwrap();
        other.news.borrow_mut().extend(state.into_iter().map(News::Session));
        window.harness.run();
    }
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    window.harness.run();
    window.picture("several");
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::W);
    window.harness.run();
    window.picture("several-closing");
}

#[test]
fn several_modules_look_as_they_did_in_the_light_theme() {
    several(ThemeChoice::Light);
}

#[test]
fn several_modules_look_as_they_did_in_the_dark_theme() {
    several(ThemeChoice::Dark);
}
