//! What will be done to the module, command by command, before anything is done.

use egui::{Label, RichText, Ui};
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_SAVE};

use crate::model::{Line, Model, NewContent, NewFile};
use crate::module::Identity;
use crate::plan::{self, Facts, Plan, Step};
use crate::problem::Problem;
use crate::profile::{Cloud, CloudKind, Job, Remark};
use crate::ui::actions::{Action, Actions};
use crate::ui::saver::Saver;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::field::Field;

/// A plan and the module it was made for.
pub(in crate::ui::wizard) struct Reviewed {
    facts: Facts,
    pub(in crate::ui::wizard) plan: Result<Plan, Vec<Problem>>,
}

impl Reviewed {
    pub(in crate::ui::wizard) fn new(job: &Job, facts: Facts) -> Self {
        Self { plan: plan::make(job, &facts), facts }
    }

    /// Whether it was made for such a module.
    pub(in crate::ui::wizard) fn is_for(&self, facts: &Facts) -> bool {
        self.facts == *facts
    }
}

/// Offers what is missing before there can be a plan.
pub(in crate::ui::wizard) fn show_missing(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let (text, action) = match &model.line {
        Line::Open(_) => {
            ("No module has answered so far, so the commands for it are not known yet", Action::Find)
        }
        Line::Opening(_) => ("The port is being opened", Action::Find),
        Line::Closed | Line::Lost { .. } => {
            ("No module is connected: choose its port in the bar above, then connect", Action::Connect)
        }
    };
    widgets::remark(ui, Tone::Warn, text);
    let obstacle = action.obstacle(model);
    ui.add_enabled_ui(obstacle.is_none(), |ui| {
        if let Some(label) = action.label()
            && widgets::secondary_button(ui, label).clicked()
        {
            actions.push(action);
        }
    });
}

/// Draws the plan, or why there is none for this module.
pub(in crate::ui::wizard) fn show(
    ui: &mut Ui,
    reviewed: &Reviewed,
    job: &Job,
    identity: &Identity,
    remarks: &[String],
) {
    widgets::hint(ui, format!("To {}, in this order", called(identity)));
    for remark in remarks {
        widgets::remark(ui, Tone::Warn, remark);
    }
    match &reviewed.plan {
        Ok(plan) => steps(ui, plan),
        Err(problems) => problems.iter().for_each(|problem| widgets::problem_box(ui, problem)),
    }
    if matches!(&job.cloud, Cloud::Aws(aws) if aws.publish_topic.is_none()) {
        widgets::remark(ui, Tone::Neutral, "Without a publish topic the module can only listen");
    }
}

/// By which a module is told from others.
pub(in crate::ui::wizard) fn serial(identity: &Identity) -> &str {
    if identity.serial.is_empty() { &identity.mac } else { &identity.serial }
}

/// Asks before another module is written to than last time; `agreed` is the one a person agreed to.
pub(in crate::ui::wizard) fn agreement(ui: &mut Ui, identity: &Identity, agreed: &mut Option<String>) {
    widgets::remark(ui, Tone::Warn, "This is another module than the one that was set up last");
    let mut yes = agreed.as_deref() == Some(serial(identity));
    if ui.checkbox(&mut yes, format!("Set up {} as well", called(identity))).changed() {
        *agreed = yes.then(|| serial(identity).to_owned());
    }
}

/// Asks about files that can be used and should be looked at first; `agreed` is what a person agreed to.
pub(in crate::ui::wizard) fn ask_about_files(ui: &mut Ui, remarks: &[Remark], agreed: &mut Vec<Remark>) {
    if remarks.is_empty() {
        return;
    }
    for remark in remarks {
        let label = Field::at(&remark.field).map_or("File", Field::label);
        let help = remark.finding.help.as_deref().unwrap_or_default();
        widgets::remark(ui, Tone::Warn, &format!("{label}: {}. {help}.", remark.finding.message));
    }
    let mut yes = agreed.as_slice() == remarks;
    if ui.checkbox(&mut yes, "Use these files all the same").changed() {
        *agreed = if yes { remarks.to_vec() } else { Vec::new() };
    }
}

/// What a person calls a module.
pub(in crate::ui::wizard) fn called(identity: &Identity) -> String {
    match (&identity.firmware, identity.serial.as_str()) {
        (Some(firmware), "") => format!("{} with firmware {firmware}", identity.model),
        (Some(firmware), serial) => {
            format!("{} with firmware {firmware}, serial number {serial}", identity.model)
        }
        (None, _) => identity.model.to_string(),
    }
}

/// What deserves attention about this module as it is now.
pub(in crate::ui::wizard) fn remarks(job: &Job, identity: &Identity, model: &Model) -> Vec<String> {
    let mut remarks = Vec::new();
    if identity.model.family().is_none() {
        remarks.push(format!("{} is none of the modules that this program knows", identity.model));
    }
    if identity.firmware.is_none() {
        remarks.push("The module's firmware version is not known, so it is taken to be old".to_owned());
    }
    for peer in &model.module.peers {
        remarks.push(format!("The module is connected to {}; that connection is closed first", peer.name()));
    }
    if let (Some(wifi), Some(present)) = (&job.wifi, &model.module.wifi.ssid)
        && wifi.ssid.as_str() != present
    {
        remarks.push(format!("The module is on the network {present} and leaves it for {}", wifi.ssid));
    }
    remarks
}

fn steps(ui: &mut Ui, plan: &Plan) {
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::M;
        for (index, step) in plan.steps.iter().enumerate() {
            ui.push_id(index, |ui| row(ui, index, step));
        }
    });
}

/// What saves the plan of this cloud's wizard.
pub(in crate::ui::wizard) fn script_saver(cloud: CloudKind) -> Saver {
    Saver::new(format!("{}.script", cloud.name()), "Path of the script")
}

/// Offers the commands to be copied, and the plan as a script that can be sent by hand.
pub(in crate::ui::wizard) fn take_along(
    ui: &mut Ui,
    plan: &Plan,
    cloud: CloudKind,
    script: &mut Saver,
    actions: &mut Actions,
) {
    let file = || {
        let text = plan::script(plan).map(|line| line + "\n").collect();
        NewFile { name: format!("{}-commands.txt", cloud.name()), content: NewContent::Public(text) }
    };
    ui.horizontal(|ui| {
        if widgets::icon_text_button(ui, ICON_CONTENT_COPY, "Copy commands").clicked() {
            let commands = plan.shown_commands().into_iter().map(|(_, command)| command + "\n");
            ui.copy_text(commands.collect());
        }
        if widgets::icon_text_button(ui, ICON_SAVE, "Save as a script…").clicked() {
            script.ask("Save the commands as a script", file(), actions);
        }
    });
    script.show(ui, file, actions);
}

fn row(ui: &mut Ui, index: usize, step: &Step) {
    let tokens = Tokens::of(ui);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        let title = format!("{}. {}", index + 1, step.title);
        ui.add(Label::new(RichText::new(title).color(tokens.text_strong)).wrap());
        for command in step.shown_commands() {
            ui.add(Label::new(RichText::new(command).monospace().color(tokens.text)).wrap());
        }
        if let Some(question) = &step.already {
            widgets::small(ui, format!("Left out if {} says that it is done already", question.shown()));
        }
    });
}
