//! The settings of the module that a person changes: each with what it does to the connection, and asked about first where
//! something can be lost.

use egui::Ui;

use crate::catalogue::Danger;
use crate::model::{Connection, Model, line_words};
use crate::module::{Echo, FlowControl, LineSettings, Report, SPEEDS, StartMode};
use crate::session::{Change, Wish};
use crate::ui::actions::{self, Action, Actions};
use crate::ui::dialogs::{Answer, ask};
use crate::ui::theme::space;
use crate::ui::widgets::{self, Tone};

/// What a change of the line does here, where the port goes along.
const TOGETHER: &str = "Module and port change together. If the module is not understood then, both go back.";

/// What a factory reset does here, where a restart follows; protocol.md §1.3.
const FACTORY: &str = "All settings go back to factory defaults. The module restarts at once, and the port follows to 115200 bit/s with RTS/CTS. Certificates and keys may be \
                       erased too: u-blox does not say.";

/// What is chosen and not yet done.
#[derive(Debug, Default)]
pub(super) struct Changes {
    speed: Option<u32>,
    flow: Option<FlowControl>,
    start: Option<StartMode>,
    question: Option<Question>,
}

/// A change that waits for a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Change(Change, Danger),
    Restart,
}

impl Changes {
    pub(super) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let obstacle = actions::obstacle_to_commands(model);
        if let Some(obstacle) = obstacle {
            widgets::small(ui, obstacle);
        }
        ui.add_enabled_ui(obstacle.is_none(), |ui| {
            self.line(ui, model);
            self.start_mode(ui, model);
            echo(ui, model, actions);
            self.rest(ui, actions);
        });
        self.settle(ui, model, actions);
    }

    fn line(&mut self, ui: &mut Ui, model: &Model) {
        let Some(present) = model.line.connection().map(Connection::line) else { return };
        let wanted = LineSettings {
            speed: self.speed.unwrap_or(present.speed),
            flow: self.flow.unwrap_or(present.flow),
        };
        ui.horizontal(|ui| {
            ui.label("Serial line");
            let (response, picked) = widgets::numbers(ui, "module speed", wanted.speed, &SPEEDS);
            response.accessible_name("Speed of the module");
            self.speed = picked.or(self.speed);
            flows(ui, wanted.flow, &mut self.flow);
            let change = ui.add_enabled_ui(wanted != present, |ui| {
                widgets::secondary_button(ui, "Change the line…").clicked()
            });
            if change.inner {
                self.question = Some(Question::Change(Change::Line(wanted), Danger::ChangesSerialLine));
            }
        });
        widgets::small(ui, format!("{TOGETHER} Until it is stored, a restart brings the old settings back."));
        ui.add_space(space::S);
    }

    fn start_mode(&mut self, ui: &mut Ui, model: &Model) {
        let present = model.module.report.as_ref().and_then(Report::start_mode);
        let wanted = self.start.or(present);
        ui.horizontal(|ui| {
            ui.label("Mode after a start");
            let shown = wanted.map_or_else(|| "Not known".to_owned(), |mode| mode.to_string());
            let combo = widgets::combo("start mode", 180.0).selected_text(shown);
            let response = combo.show_ui(ui, |ui| {
                for mode in [StartMode::Command, StartMode::Data, StartMode::Extended] {
                    if ui.selectable_label(wanted == Some(mode), mode.to_string()).clicked() {
                        self.start = Some(mode);
                    }
                }
            });
            response.response.accessible_name("Mode after a start");
            let change = wanted.filter(|wanted| Some(*wanted) != present);
            let button = ui.add_enabled_ui(change.is_some(), |ui| {
                widgets::secondary_button(ui, "Set the start mode…").clicked()
            });
            if let (true, Some(mode)) = (button.inner, change) {
                self.question = Some(Question::Change(Change::StartMode(mode), Danger::ChangesStart));
            }
        });
        widgets::small(
            ui,
            "It is stored with all other settings and counts from the next restart on. The connection stays.",
        );
        ui.add_space(space::S);
    }

    fn rest(&mut self, ui: &mut Ui, actions: &mut Actions) {
        ui.horizontal_wrapped(|ui| {
            if widgets::secondary_button(ui, "Store the settings").clicked() {
                actions.wish(Wish::Change(Change::Store));
            }
            if widgets::secondary_button(ui, "Restart…").clicked() {
                self.question = Some(Question::Restart);
            }
            if widgets::secondary_button(ui, "Factory reset…").clicked() {
                self.question = Some(Question::Change(Change::Factory, Danger::FactoryReset));
            }
        });
        widgets::small(
            ui,
            "Storing leaves the connection alone; the module writes at its next restart. A restart closes Wi-Fi and peers \
             and takes some three seconds. A factory reset restarts too, and the port follows to 115200 bit/s with RTS/CTS.",
        );
    }

    /// Asks, and does it on a yes.
    fn settle(&mut self, ui: &Ui, model: &Model, actions: &mut Actions) {
        let Some(question) = self.question else { return };
        let (title, yes) = question.words();
        let unsaved = question.danger().loses_unsaved().then(|| model.commands.unsaved()).flatten();
        let answer = ask(ui, title, (yes, "Leave it as it is"), |ui| {
            if let Question::Change(Change::Line(line), _) = question {
                widgets::hint(ui, format!("To {}", line_words(line)));
            }
            widgets::hint(ui, question.warning());
            if let Some(unsaved) = unsaved {
                widgets::remark(ui, Tone::Warn, &unsaved);
            }
        });
        if answer != Answer::Open {
            self.question = None;
        }
        if answer == Answer::Yes {
            (self.speed, self.flow, self.start) = (None, None, None);
            match question {
                Question::Change(change, _) => actions.wish(Wish::Change(change)),
                Question::Restart => actions.push(Action::Restart),
            }
        }
    }
}

impl Question {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Change(Change::Line(_), _) => ("Change the serial line?", "Change it"),
            Self::Change(Change::StartMode(_), _) => ("Set the start mode?", "Set it"),
            Self::Change(Change::Factory, _) => ("Reset the module to factory settings?", "Reset it"),
            Self::Change(Change::Echo(_) | Change::Store, _) => ("Change the setting?", "Change it"),
            Self::Restart => ("Restart the module?", "Restart it"),
        }
    }

    const fn warning(self) -> &'static str {
        match self {
            Self::Change(Change::Line(_), _) => TOGETHER,
            Self::Change(Change::Factory, _) => FACTORY,
            Self::Change(..) | Self::Restart => self.danger().warning(),
        }
    }

    const fn danger(self) -> Danger {
        match self {
            Self::Change(_, danger) => danger,
            Self::Restart => Danger::Restarts,
        }
    }
}

fn flows(ui: &mut Ui, shown: FlowControl, chosen: &mut Option<FlowControl>) {
    let label = |flow| match flow {
        FlowControl::RtsCts => "RTS/CTS",
        FlowControl::None => "No flow control",
    };
    let combo = widgets::combo("module flow control", 140.0).selected_text(label(shown));
    let response = combo.show_ui(ui, |ui| {
        for flow in [FlowControl::RtsCts, FlowControl::None] {
            if ui.selectable_label(flow == shown, label(flow)).clicked() {
                *chosen = Some(flow);
            }
        }
    });
    response.response.accessible_name("Flow control of the module");
}

fn echo(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let present = model.module.report.as_ref().and_then(Report::echo);
    ui.horizontal(|ui| {
        ui.label("Echo of commands");
        for (echo, label) in [(Echo::On, "On"), (Echo::Off, "Off")] {
            let choice = ui.selectable_label(present == Some(echo), label);
            if choice.accessible_name(format!("Echo {}", label.to_lowercase())).clicked()
                && present != Some(echo)
            {
                actions.wish(Wish::Change(Change::Echo(echo)));
            }
        }
    });
    widgets::small(ui, "Until the next restart. The connection stays.");
    ui.add_space(space::S);
}
