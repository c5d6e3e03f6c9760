//! The wizards, one for each cloud: their pages, the way through them, and what they have in common.
//! It holds what was typed; what the module does meanwhile stands in the model.

mod field;
mod file_field;
mod file_input;
mod form;
mod indicator;
mod inputs;
mod page;
mod pages;
mod profile_bar;
mod secret_place;
mod stage_bar;
mod way;

pub(super) use self::file_input::key_kind;
pub(super) use self::form::SecretText;
pub(super) use self::inputs::forget_undo;
pub(super) use self::profile_bar::Saving;

use egui::{ScrollArea, Ui};
use zeroize::Zeroizing;

use self::field::Field;
use self::file_input::{Disk, Lock, Role, Source, roles_of};
use self::form::Form;
use self::inputs::{Change, Enter, InputState, Inputs};
use self::page::Page;
use self::pages::certificates::{Certificates, dropped};
use self::pages::connected::{Connected, Target};
use self::pages::credentials::Credentials;
use self::pages::review::{self, Reviewed};
use self::profile_bar::ProfileBar;
use super::actions::Actions;
use super::saver::Saver;
use super::theme::{self, space};
use super::widgets;
use crate::credential;
use crate::model::{FileContent, Model, News, OpenedProfile, Order};
use crate::module::Identity;
use crate::moment::UnixTime;
use crate::plan::{self, Facts};
use crate::problem::{Kind, Problem};
use crate::profile::paste::recognise;
use crate::profile::{CloudKind, Job, Remark};
use crate::session::{Event, PlanEvent, PlanResult};

/// Room for the buttons below the page.
const FOOTER: f32 = theme::CONTROL_HEIGHT + space::XL + space::L;

/// The wizard. Everything in it stays when another page of the window is shown.
pub struct Wizard {
    form: Form,
    profile: ProfileBar,
    page: Page,
    inputs: InputState,
    credentials: Credentials,
    certificates: Certificates,
    connected: Connected,
    /// What `profile` says of the form as it is; `None` once the form was changed.
    judgement: Option<Result<Job, Vec<Problem>>>,
    /// The plan for the connected module; `None` once the form was changed.
    reviewed: Option<Reviewed>,
    /// The commands that would be too long for this module, as far as that can be told without the network; `None` once
    /// the form was changed.
    foreseen: Option<(Facts, Vec<Problem>)>,
    /// The plan as a file that is kept.
    script: Saver,
    /// What the last set-up connects the module to.
    target: Option<Target>,
    /// The module that was set up last, and the one that a person agreed to instead.
    last_module: Option<String>,
    agreed_module: Option<String>,
    /// What a person agreed to in spite of warnings.
    agreed_remarks: Vec<Remark>,
    cancelling: Cancelling,
    arriving: Arriving,
    /// Files that came since the page was drawn, and how.
    arrived: Vec<Role>,
    arrival: Arrival,
    unlocking: Unlocking,
}

/// Whether files that came with their password are still to be opened with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unlocking {
    No,
    Due,
}

/// How files came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    /// Into the field a person named; the person may be at another one by now.
    Asked,
    /// From above, so the page has to show where they went.
    Dropped,
}

/// Whether the running set-up was asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cancelling {
    No,
    Asked,
}

/// Whether a page without fields was turned to and has not been drawn yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arriving {
    No,
    Yes,
}

impl Wizard {
    /// An empty wizard for this cloud.
    pub fn new(cloud: CloudKind) -> Self {
        let form = Form::new(cloud);
        let mut inputs = InputState::default();
        inputs.focus(Field::first(cloud));
        Self {
            profile: ProfileBar::of_new(&form),
            form,
            page: Page::Credentials,
            inputs,
            credentials: Credentials::default(),
            certificates: Certificates::default(),
            connected: Connected::default(),
            judgement: None,
            reviewed: None,
            foreseen: None,
            script: review::script_saver(cloud),
            target: None,
            last_module: None,
            agreed_module: None,
            agreed_remarks: Vec::new(),
            cancelling: Cancelling::No,
            arriving: Arriving::No,
            arrived: Vec::new(),
            arrival: Arrival::Asked,
            unlocking: Unlocking::No,
        }
    }

    /// The wizard that shows this profile.
    pub fn of_profile(opened: &OpenedProfile) -> Self {
        let form = Form::of_profile(&opened.profile, &opened.materials);
        Self {
            profile: ProfileBar::of_file(&form, opened.path.clone()),
            form,
            unlocking: Unlocking::Due,
            ..Self::new(opened.profile.cloud.kind())
        }
    }
}

impl Wizard {
    /// Takes news that concern the form: files, the demonstration's values, and the end of a set-up.
    pub fn handle_news(&mut self, news: &News) {
        self.script.handle_news(news);
        self.profile_news(news);
        match news {
            News::File { purpose, result } => self.file_read(purpose, result.as_ref()),
            News::Unlocked { purpose, result } => self.unlocked(purpose, result),
            News::DialogFailed { purpose, problem } => {
                if let Some(role) = file_field::role_of(self.form.cloud, purpose) {
                    self.certificates.file_mut(role).trouble = Some(problem.clone());
                }
            }
            News::Demonstration(values) if self.form.cloud == values.profile.cloud.kind() => {
                self.form = Form::of_demonstration(values);
                self.unlocking = Unlocking::Due;
                self.inputs = InputState::default();
                self.certificates = Certificates::default();
                self.form_changed();
            }
            News::Session(Event::Plan(PlanEvent::Finished(PlanResult::Done { bound })))
                if self.page == Page::Run =>
            {
                self.target.iter_mut().for_each(|target| target.assigned(bound));
                self.turn_to(Page::Connected);
            }
            News::Session(_)
            | News::Search(_)
            | News::Demonstration(_)
            | News::Ports(_)
            | News::NoFileChosen { .. }
            | News::Saved { .. }
            | News::Appended { .. }
            | News::Made { .. }
            | News::Profile { .. }
            | News::ProfileSaved { .. }
            | News::Glances(_)
            | News::Recording(_)
            | News::Trouble(_) => {}
        }
    }

    /// Draws the wizard. `date` judges the validity of certificates.
    pub fn show(&mut self, ui: &mut Ui, model: &Model, date: UnixTime, actions: &mut Actions) {
        self.judge(date, model);
        self.welcome_files();
        if std::mem::replace(&mut self.unlocking, Unlocking::No) == Unlocking::Due {
            self.settle(actions);
        }
        self.keys(ui, model, actions);
        widgets::column(ui, |ui| {
            if let Some(page) = indicator::show(ui, self.page, |page| self.can_reach(page, model)) {
                self.turn_to(page);
            }
            ui.add_space(space::S);
        });
        let page = self.page;
        let mut enter = Enter::Elsewhere;
        let height = ui.available_height() - FOOTER;
        ScrollArea::vertical().id_salt(page).max_height(height).auto_shrink(false).show(ui, |ui| {
            widgets::column(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::L;
                enter = self.contents(ui, model, date, actions);
                ui.add_space(space::L);
            });
        });
        let changed = self.judgement.is_none();
        self.judge(date, model);
        self.footer(ui, model, actions);
        if enter == Enter::OnLast {
            self.go_on(actions);
        }
        if changed || self.page != page {
            // What a change means, and another page, show at once.
            ui.request_repaint();
        }
    }

    /// What came with a profile: locked files are opened with their password, secrets are hidden before anything can echo
    /// them, and what could not be fetched is said at its field.
    fn settle(&mut self, actions: &mut Actions) {
        pages::certificates::unlock(&mut self.form, actions);
        self.form.secrets().for_each(|secret| actions.order(Order::Hide(secret)));
        let wrong = problems(self.judgement.as_ref()).iter();
        let wrong = wrong.filter(|problem| problem.kind != Kind::MissingField);
        self.inputs.leave(wrong.filter_map(Field::named_by));
    }

    fn contents(&mut self, ui: &mut Ui, model: &Model, date: UnixTime, actions: &mut Actions) -> Enter {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            ui.horizontal(|ui| {
                widgets::heading(ui, self.page.heading());
                self.profile_tools(ui, actions);
            });
            self.profile_state(ui, actions);
        });
        match self.page {
            Page::Credentials | Page::Certificates | Page::Network => {
                return self.fields(ui, model, date, actions);
            }
            Page::Review => self.review(ui, model, actions),
            Page::Run => {
                stage_bar::show(ui, model, actions);
                pages::run::show(ui, model, actions);
            }
            Page::Connected => {
                stage_bar::show(ui, model, actions);
                if let Some(target) = &self.target {
                    self.connected.show(ui, target, model, actions);
                }
            }
        }
        Enter::Elsewhere
    }

    fn fields(&mut self, ui: &mut Ui, model: &Model, date: UnixTime, actions: &mut Actions) -> Enter {
        if let Some((_, too_long)) = self.foreseen.as_ref().filter(|_| self.page != Page::Network) {
            pages::fit::show_too_long(ui, too_long);
        }
        let problems = problems(self.judgement.as_ref());
        let mut inputs = Inputs::new(self.form.cloud, problems, &mut self.inputs);
        let form = &mut self.form;
        self.certificates.drops(ui, form.cloud, actions);
        match self.page {
            Page::Certificates => self.certificates.show(ui, form, &mut inputs, actions),
            Page::Network => {
                let kept = form.kept.network();
                pages::network::show(ui, (&mut form.network, kept.as_deref()), &mut inputs, model, actions);
            }
            _ => self.credentials.show(ui, form, &mut inputs, (model, date), actions),
        }
        let outcome = inputs.finish(ui);
        if outcome.change == Change::Made {
            self.form_changed();
        }
        outcome.enter
    }

    fn review(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        let Some(identity) = &model.module.identity else {
            return review::show_missing(ui, model, actions);
        };
        let (Some(reviewed), Some(Ok(job))) = (&self.reviewed, &self.judgement) else {
            // A file or the date may have changed behind this page.
            return self.bars().iter().for_each(|problem| widgets::problem_box(ui, problem));
        };
        let remarks = review::remarks(job, identity, model);
        if self.is_another(identity) {
            review::agreement(ui, identity, &mut self.agreed_module);
        }
        review::ask_about_files(ui, &job.remarks, &mut self.agreed_remarks);
        review::show(ui, reviewed, job, identity, &remarks);
        if let Ok(plan) = &reviewed.plan {
            review::take_along(ui, plan, self.form.cloud, &mut self.script, actions);
        }
    }

    /// What bars the set-up: in the form, or else because of the module.
    fn bars(&self) -> &[Problem] {
        match &self.reviewed {
            Some(reviewed) => reviewed.plan.as_ref().err().map_or(&[], Vec::as_slice),
            None => problems(self.judgement.as_ref()),
        }
    }

    /// Looks up what is right and what is wrong in the form, if it was changed, and what follows for the module.
    fn judge(&mut self, date: UnixTime, model: &Model) {
        if self.judgement.is_none() {
            self.judgement = Some(self.form.job(date));
            self.certificates.names = self.form.names(date);
            self.certificates.warnings = self.form.warnings(date);
        }
        if self.page >= Page::Review {
            self.make_plan(model);
        } else {
            self.foresee(date, model);
        }
    }

    fn foresee(&mut self, date: UnixTime, model: &Model) {
        let facts = model.module.identity.as_ref().map(Facts::of).filter(Facts::names_model);
        let Some(facts) = facts else {
            self.foreseen = None;
            return;
        };
        if self.foreseen.as_ref().is_none_or(|(known, _)| *known != facts) {
            let job = self.form.job_without_network(date);
            let problems = job.and_then(|job| plan::make(&job, &facts).err()).unwrap_or_default();
            let too_long = problems.into_iter().filter(|problem| problem.kind == Kind::CommandTooLong);
            self.foreseen = Some((facts, too_long.collect()));
        }
    }

    fn make_plan(&mut self, model: &Model) {
        let facts = model.module.identity.as_ref().map(Facts::of);
        let (Some(facts), Some(Ok(job))) = (facts, &self.judgement) else {
            self.reviewed = None;
            return;
        };
        if !self.reviewed.as_ref().is_some_and(|reviewed| reviewed.is_for(&facts)) {
            self.reviewed = Some(Reviewed::new(job, facts));
        }
    }

    fn form_changed(&mut self) {
        self.judgement = None;
        self.reviewed = None;
        self.foreseen = None;
        self.script.forget();
    }

    /// A file that was asked for: it goes into its field, a dropped one where its content fits.
    fn file_read(&mut self, purpose: &str, result: Result<&FileContent, &Problem>) {
        if purpose == dropped(self.form.cloud) {
            self.dropped(result);
        } else if let Some(role) = file_field::role_of(self.form.cloud, purpose) {
            let input = self.form.file_mut(role);
            match result {
                Ok(content) => {
                    input.set(Source::Given { path: content.path.clone(), bytes: content.bytes.clone() });
                }
                Err(problem) => input.fail(problem.clone()),
            }
            self.arrived.push(role);
        } else {
            return;
        }
        self.form_changed();
    }

    /// A file from above: values go where values are pasted, certificates and keys where their content fits.
    fn dropped(&mut self, result: Result<&FileContent, &Problem>) {
        let content = match result {
            Ok(content) => content,
            Err(problem) => return self.certificates.stray = Some(problem.clone()),
        };
        let roles = roles_of(&content.bytes);
        if roles.is_empty()
            && let Some(text) = values_in(&content.bytes)
        {
            self.turn_to(Page::Credentials);
            return self.credentials.bring(&text);
        }
        self.arrived = self.certificates.take_dropped(&mut self.form, content, roles);
        let named = self.form.name_by_certificate();
        if self.page == Page::Credentials {
            let files = self.arrived.iter().copied().map(Role::field);
            let filled: Vec<_> = files.chain(named).collect();
            self.credentials.filled(&filled);
            if let Some(text) = credential::scripts(&content.bytes).iter().find(|text| has_values(text)) {
                self.credentials.bring(text);
            }
        } else {
            self.arrival = Arrival::Dropped;
        }
    }

    /// What is wrong with files that came shows at once; a locked file is no mistake. If they were dropped, the page
    /// scrolls to what is wrong, else to the password that is asked for, or to the last of them.
    fn welcome_files(&mut self) {
        let arrived = std::mem::take(&mut self.arrived);
        let is_locked = |role: &Role| self.form.file(*role).lock() == Lock::Here;
        let (locked, open): (Vec<_>, Vec<_>) = arrived.iter().copied().partition(is_locked);
        self.inputs.leave(open.into_iter().map(Role::field));
        let locked: Vec<_> = locked.into_iter().map(Role::field).collect();
        self.inputs.begin_anew(&locked);
        if std::mem::replace(&mut self.arrival, Arrival::Asked) == Arrival::Asked {
            return;
        }
        let wrong = problems(self.judgement.as_ref());
        let is_wrong =
            |role: &&Role| wrong.iter().any(|problem| Field::named_by(problem) == Some(role.field()));
        let field = arrived.iter().find(is_wrong).or(arrived.last()).map(|role| role.field());
        if let Some(field) = if locked.is_empty() { field } else { Some(Field::KeyPassword) } {
            self.inputs.focus(field);
        }
    }

    /// A locked file was opened with the typed password, or was not.
    fn unlocked(&mut self, purpose: &str, result: &Result<FileContent, Problem>) {
        let Some(role) = file_field::role_of(self.form.cloud, purpose) else { return };
        match result {
            Ok(content) => {
                let name = std::mem::take(&mut self.form.file_mut(role).name);
                let source = Source::Given { path: content.path.clone(), bytes: content.bytes.clone() };
                self.form.file_mut(role).set_from(source, Disk::Locked);
                self.form.file_mut(role).name = name;
                self.form.unlocking = None;
                self.arrived.push(role);
            }
            Err(problem) => {
                self.form.unlocking = Some(problem.clone().at(Field::KeyPassword.path()));
                self.inputs.leave([Field::KeyPassword]);
            }
        }
        self.form_changed();
    }

    /// Whether a set-up would write to another module than the last one did.
    fn is_another(&self, identity: &Identity) -> bool {
        self.last_module.as_deref().is_some_and(|last| last != review::serial(identity))
    }
}

/// The text with values for a set-up that a file is, or that a script in an archive has.
fn values_in(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let itself = std::str::from_utf8(bytes).ok().map(|text| Zeroizing::new(text.to_owned()));
    itself.into_iter().chain(credential::scripts(bytes)).find(|text| has_values(text))
}

fn has_values(text: &str) -> bool {
    recognise(text).is_some_and(|pasted| !pasted.values.is_empty())
}

/// What is wrong with the form.
fn problems(judgement: Option<&Result<Job, Vec<Problem>>>) -> &[Problem] {
    match judgement {
        Some(Err(problems)) => problems,
        Some(Ok(_)) | None => &[],
    }
}

#[cfg(test)]
pub(super) mod tests;
