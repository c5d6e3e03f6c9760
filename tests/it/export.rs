//! The traffic of a whole set-up as files that the window itself writes: every format is searched for secrets.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use egui::{Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use xpress_center::model::{Handle, News, Order, Settings};
use xpress_center::moment::{Moment, UnixTime};
use xpress_center::session::{Event, PlanResult, Wish};
use xpress_center::simulator::{Mode, Start};
use xpress_center::ui::App;

use crate::support::lab::{Lab, LabSettings, PASSPHRASE, TODAY, account, aws_job};

/// What the menu of the window offers.
pub(crate) const PCAPNG: &str = "Save as pcapng for Wireshark…";
const FORMATS: [&str; 5] =
    ["Save as text…", "Save as a hex dump…", "Save as JSON lines…", "Save as CSV…", PCAPNG];

/// A shell with one file, in memory.
#[derive(Clone, Default)]
struct Shell {
    news: Rc<RefCell<VecDeque<News>>>,
    file: Rc<RefCell<Vec<u8>>>,
}

impl Handle for Shell {
    fn send(&mut self, order: Order) {
        let path = "/tmp/traffic";
        let answer = match order {
            Order::SaveFiles { purpose, .. } => {
                self.file.borrow_mut().clear();
                News::Saved { purpose, place: path.into(), result: Ok(vec![path.into()]) }
            }
            Order::AppendFile { purpose, bytes, .. } => {
                self.file.borrow_mut().extend(bytes);
                News::Appended { purpose, result: Ok(()) }
            }
            _ => return,
        };
        self.news.borrow_mut().push_back(answer);
    }

    fn poll(&mut self) -> Option<News> {
        self.news.borrow_mut().pop_front()
    }

    fn now(&self) -> Moment {
        Moment::START
    }

    fn date(&self) -> UnixTime {
        TODAY
    }

    fn another(&self) -> Box<dyn Handle> {
        Box::new(Self::default())
    }
}

/// A window that has heard all this.
pub(crate) struct Window {
    window: Harness<'static, App>,
    shell: Shell,
}

impl Window {
    pub(crate) fn after(events: &[Event]) -> Self {
        let shell = Shell::default();
        shell.news.borrow_mut().extend(events.iter().cloned().map(News::Session));
        let handle = Box::new(shell.clone());
        let mut window = Harness::builder()
            .with_size(Vec2::new(1280.0, 800.0))
            .build_eframe(move |creation| App::new(creation, handle, Settings::default()));
        window.run_steps(5);
        window.key_press_modifiers(Modifiers::CTRL, Key::Tab);
        window.run_steps(5);
        Self { window, shell }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.window.state().model().traffic.len()
    }

    /// The file that this item of the menu makes.
    pub(crate) fn saved(&mut self, item: &str) -> Vec<u8> {
        self.shell.file.borrow_mut().clear();
        for label in ["Save the traffic", item] {
            self.window.get_by_label(label).click();
            self.window.run_steps(5);
        }
        let is_saved = self.window.query_all_by_label_contains("Saved ").next().is_some();
        assert!(is_saved, "{item}: {:#?}", self.window.root());
        self.shell.file.borrow().clone()
    }
}

/// A set-up by packets, with everything that was said on the way, and a command with a secret typed by hand.
pub(crate) fn set_up() -> Vec<Event> {
    let start = Start { mode: Mode::Edm, ..Start::default() };
    let mut lab = Lab::connected(LabSettings { start, ..LabSettings::default() });
    let mut job = aws_job();
    job.after = None;
    let result = lab.set_up(&job);
    assert!(matches!(result, PlanResult::Done { .. }), "{result:?}");
    lab.wish(Wish::Send("AT+UWSC=1,8,\"typed-by-hand\"".to_owned()));
    lab.run_for(Duration::from_secs(5));
    lab.events
}

#[test]
fn no_format_holds_a_secret() {
    let mut window = Window::after(&set_up());
    assert!(window.rows() > 20, "{}", window.rows());
    for format in FORMATS {
        let bytes = window.saved(format);
        let contains = |text: &str| bytes.windows(text.len()).any(|found| found == text.as_bytes());
        let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        let spaced =
            |text: &str| text.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
        let is_there = |text: &str| contains(text) || contains(&hex(text)) || contains(&spaced(text));
        assert!(is_there("lab-ap") && is_there("AT+UWSC"), "{format}: the commands are there");
        let key = account().device.key_pem().reveal().to_owned();
        let lines = key.lines().filter(|line| !line.starts_with('-'));
        let pieces = lines.filter(|line| line.len() >= 16).map(|line| line[..16].to_owned());
        for secret in pieces.chain([PASSPHRASE.to_owned(), "typed-by-hand".to_owned()]) {
            // Rows of a dump cut what is longer.
            assert!(!is_there(&secret) && !is_there(&secret[..8]), "{format}: a secret is in the file");
        }
    }
}
