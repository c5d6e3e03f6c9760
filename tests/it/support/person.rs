//! The window in the hands of a person, with the real worker behind it; only the screen is missing. Every click, key and
//! dropped file is counted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use xpress_center::model::{Connection, PortName, Settings};
use xpress_center::shell::clock::Clock;
use xpress_center::shell::link::Worker;
use xpress_center::ui::App;

use super::wait_until;

pub(crate) const LONG: Duration = Duration::from_secs(60);

/// What a person has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    pub(crate) clicks: usize,
    /// Characters typed, and keys pressed beside them.
    pub(crate) characters: usize,
    pub(crate) keys: usize,
    /// Files dropped, several at once being one.
    pub(crate) drops: usize,
}

pub(crate) struct Person {
    pub(crate) window: Harness<'static, App>,
    pub(crate) effort: Effort,
}

impl Person {
    /// In front of a window that has been used with this port before.
    pub(crate) fn at(port: &str) -> Self {
        Self::among(&[PortName::Serial(port.to_owned())])
    }

    /// In front of a window with a module on each of these ports; the first one is shown.
    pub(crate) fn among(ports: &[PortName]) -> Self {
        let connection = Connection::to(ports[0].clone());
        let others = ports[1..].to_vec();
        let settings = Settings { connection: Some(connection), ..Settings::default() };
        let handle = Box::new(Worker::start(Clock::start(), || {}));
        let window = Harness::builder()
            .with_size(egui::Vec2::new(1280.0, 1600.0))
            .build_eframe(move |creation| App::new(creation, handle, settings).beside(others));
        Self { window, effort: Effort::default() }
    }

    /// Looks at the window until it shows what is waited for.
    pub(crate) fn wait_for(&mut self, what: &str, seen: impl Fn(&Harness<'static, App>) -> bool) {
        let shown = wait_until(LONG, || {
            self.window.step();
            seen(&self.window).then_some(())
        });
        assert!(
            shown.is_some(),
            "the window never shows {what}: {:#?} {:#?}",
            self.window.state().model().run,
            self.window.root()
        );
    }

    pub(crate) fn wait_for_label(&mut self, label: &'static str) {
        self.wait_for(label, move |window| window.query_all_by_label_contains(label).next().is_some());
    }

    /// Clicks a button once it can be clicked.
    pub(crate) fn press(&mut self, label: &'static str) {
        self.wait_for(label, move |window| {
            window
                .query_all_by_role_and_label(Role::Button, label)
                .any(|node| !node.accesskit_node().is_disabled())
        });
        let mut buttons = self.window.query_all_by_role_and_label(Role::Button, label);
        buttons.find(|node| !node.accesskit_node().is_disabled()).unwrap().click();
        drop(buttons);
        self.clicked();
    }

    /// Clicks whatever has this label.
    pub(crate) fn click(&mut self, label: &'static str) {
        self.wait_for_label(label);
        self.window.get_by_label_contains(label).click();
        self.clicked();
    }

    fn clicked(&mut self) {
        self.effort.clicks += 1;
        self.window.step();
        self.window.step();
    }

    pub(crate) fn open(&mut self, choice: &'static str) {
        self.wait_for_label(choice);
        self.window.get_by_role_and_label(Role::ComboBox, choice).click();
        self.clicked();
    }

    /// Types into a field that is clicked first, unless it has the focus, and ends with Enter.
    pub(crate) fn fill(&mut self, role: Role, field: &'static str, text: &str) {
        self.wait_for(field, move |window| window.query_by_role_and_label(role, field).is_some());
        let node = self.window.get_by_role_and_label(role, field);
        if !node.is_focused() {
            node.focus();
            self.clicked();
        }
        self.window.get_by_role_and_label(role, field).type_text(text);
        self.effort.characters += text.chars().count();
        self.window.step();
        self.press_key(egui::Key::Enter);
    }

    pub(crate) fn press_key(&mut self, key: egui::Key) {
        self.press_keys(egui::Modifiers::NONE, key);
    }

    pub(crate) fn press_keys(&mut self, modifiers: egui::Modifiers, key: egui::Key) {
        self.effort.keys += 1;
        self.window.key_press_modifiers(modifiers, key);
        self.window.step();
    }

    /// Drops files on the window.
    pub(crate) fn drop_files(&mut self, paths: &[&Path]) {
        self.effort.drops += 1;
        let dropped = &mut self.window.input_mut().dropped_files;
        paths.iter().for_each(|path| dropped.push(Arc::new(Dropped((*path).to_owned()))));
        self.window.step();
    }
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("only the shell reads files".to_owned())
    }
}
