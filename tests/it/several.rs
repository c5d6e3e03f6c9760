//! Several modules in one window, with the real workers behind it: simulated modules that ship in the program, and ones
//! behind virtual serial ports that are unplugged at different steps. Only the screen is missing.

use std::os::unix::fs::symlink;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use xpress_center::model::{Line, LineKind, Model, PortName, Resume};
use xpress_center::plan::Mode;
use xpress_center::session::Activity;

use crate::support::person::Person;
use crate::support::program::{Folder, Module};

const KEYS: [Key; 8] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];

fn is_ready(model: &Model) -> bool {
    matches!(model.line, Line::Open(_)) && model.mode.is_some() && model.activity == Activity::Nothing
}

impl Person {
    fn look_at(&mut self, number: usize) {
        self.press_keys(Modifiers::COMMAND, KEYS[number]);
    }

    fn wait_for_module(&mut self, number: usize, what: &str, seen: impl Fn(&Model) -> bool) {
        self.wait_for(what, |window| seen(window.state().models().nth(number).unwrap()));
    }

    /// Connects every one of them.
    fn connect(&mut self, count: usize) {
        for number in 0..count {
            self.look_at(number);
            self.press("Connect");
        }
        (0..count).for_each(|number| self.wait_for_module(number, "an answer", is_ready));
    }

    /// Asks the module for its serial number in its console, so many times.
    fn ask(&mut self, number: usize, times: usize) {
        self.look_at(number);
        for _ in 0..times {
            let known = lines(self.window.state().models().nth(number).unwrap()).len();
            self.fill(Role::TextInput, "Command", "AT+CGSN");
            self.wait_for_module(number, "the answer", |model| {
                lines(model).iter().skip(known).any(|line| line == "OK")
            });
        }
    }
}

/// What the console shows of the wire.
fn lines(model: &Model) -> Vec<String> {
    let console = &model.console;
    let all = (0..console.len()).filter_map(|line| console.get(line));
    all.filter(|line| line.kind != LineKind::Note).map(|line| line.text).collect()
}

#[test]
fn eight_simulated_modules_are_eight_different_ones_and_each_console_has_all_of_its_own_and_nothing_else() {
    let mut person = Person::among(&vec![PortName::Simulated; 8]);
    person.connect(8);
    for _ in 0..2 {
        (0..8).for_each(|number| person.ask(number, 2));
    }
    let app = person.window.state();
    let serials: Vec<_> = app.models().map(|model| model.module.identity.clone().unwrap().serial).collect();
    for (model, serial) in app.models().zip(&serials) {
        let shown = lines(model);
        let told = |serial: &str| shown.iter().filter(|line| line.contains(serial)).count();
        // Once when it was found, and four times when it was asked.
        assert_eq!(told(serial), 1 + 4, "{shown:#?}");
        assert_eq!(serials.iter().map(|other| told(other)).sum::<usize>(), 1 + 4, "{serials:?}");
    }
}

/// A port whose name stays, whatever is plugged in behind it.
struct Socket {
    path: String,
    module: Option<Module>,
}

impl Socket {
    fn new(folder: &Folder, name: &str) -> Self {
        let path = folder.path().join(name).to_str().unwrap().to_owned();
        let mut socket = Self { path, module: None };
        socket.plug_in();
        socket
    }

    fn plug_in(&mut self) {
        let module = Module::start(&["--ap", "lab-ap"]);
        symlink(&module.port, &self.path).unwrap();
        self.module = Some(module);
    }

    /// The name goes first: another module of another test may get the same pseudo-terminal.
    fn unplug(&mut self) {
        std::fs::remove_file(&self.path).unwrap();
        self.module = None;
    }

    fn name(&self) -> PortName {
        PortName::Serial(self.path.clone())
    }
}

/// Where a module is when it is unplugged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    BeingFound,
    Resting,
    Scanning,
    ToldEverything,
    SettingUp,
}

impl Step {
    const ALL: [Self; 5] =
        [Self::BeingFound, Self::Resting, Self::Scanning, Self::ToldEverything, Self::SettingUp];

    fn activity(self) -> Activity {
        match self {
            Self::BeingFound => Activity::Finding,
            Self::Resting => Activity::Nothing,
            Self::Scanning => Activity::Scanning,
            Self::ToldEverything => Activity::Asking,
            Self::SettingUp => Activity::Plan,
        }
    }

    /// Brings the second module, which is shown and ready, to this step.
    fn reach(self, person: &mut Person) {
        match self {
            Self::Resting => {}
            Self::BeingFound => {
                person.press("Disconnect");
                person.press("Connect");
            }
            Self::Scanning => {
                person.press("Wi-Fi");
                person.press("Look for networks");
            }
            Self::ToldEverything => {
                person.press("Module");
                person.press("Read the module’s settings");
            }
            Self::SettingUp => {
                person.press("Wi-Fi");
                person.press("Look for networks");
                person.click("Join lab-ap");
                // The page scrolls to the form.
                person.window.run_steps(20);
                person.press("Join");
            }
        }
        person.wait_for_module(1, "the step", |model| model.activity == self.activity());
    }
}

#[test]
fn a_module_that_is_unplugged_at_any_step_is_missed_at_once_and_taken_up_again_while_the_others_go_on() {
    let folder = Folder::new();
    let mut sockets = ["first", "second", "third"].map(|name| Socket::new(&folder, name));
    let mut person = Person::among(&sockets.each_ref().map(Socket::name));
    person.connect(3);
    for step in Step::ALL {
        person.look_at(1);
        step.reach(&mut person);
        sockets[1].unplug();
        person.wait_for_module(1, "the loss", |model| {
            matches!(&model.line, Line::Lost { resume: Resume::AtOnce, .. })
        });
        person.wait_for_label("Plug the module in again: it is connected by itself");
        person.ask(0, 1);
        person.ask(2, 1);
        sockets[1].plug_in();
        person.wait_for_module(1, "the module again", |model| {
            is_ready(model) && model.mode == Some(Mode::Command)
        });
        person.ask(1, 1);
    }
    // Neither of the others has lost its line in between.
    for number in [0, 2] {
        let app = person.window.state();
        let opened = app.models().nth(number).unwrap();
        let marks = (0..opened.console.len()).filter_map(|line| opened.console.get(line));
        assert_eq!(marks.filter(|line| line.text.starts_with("Connected to")).count(), 1);
    }
}
