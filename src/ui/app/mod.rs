//! The window as a whole: it drains the news into the model, draws the panels, and carries out what they ask for.

mod captures;
mod macros;
mod messages;
mod modes;
mod profiles;

use std::collections::BTreeMap;
use std::time::Duration;

use eframe::glow;
use egui::{CentralPanel, Context, Frame, Margin, Ui, UiBuilder, UiKind, UiStackInfo};

use super::actions::{self, Action, Actions};
use super::dialogs::Dialog;
use super::pages::certificates::Certificates;
use super::pages::macros::Macros;
use super::pages::module::ModulePage;
use super::pages::profiles::Profiles;
use super::pages::wifi::WifiPage;
use super::pages::{self, Page, home, settings};
use super::panes::{Pane, Panes};
use super::theme::{self, Tokens};
use super::wizard::{Saving, Wizard};
use super::{navigation, notices, top_bar};
use crate::model::{
    Connection, Evidence, Handle, Line, Model, News, Order, Place, PortName, Presence, SearchNews, Settings,
    ThemeChoice,
};
use crate::moment::{Moment, UnixTime};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::profile::CloudKind;
use crate::session::{Activity, Event, LineEnd, Wish};

/// The window.
pub struct App {
    handle: Box<dyn Handle>,
    settings: Settings,
    model: Model,
    page: Page,
    /// Where the next connection leads.
    selected: Connection,
    panes: Panes,
    /// The wizards that were opened so far.
    wizards: BTreeMap<CloudKind, Wizard>,
    profiles: Profiles,
    certificates: Certificates,
    module: ModulePage,
    wifi: WifiPage,
    macros: Macros,
    dialog: Dialog,
    /// The last plan, to connect again after a restart.
    plan: Option<Plan>,
    again: Option<modes::Again>,
    /// How many captures were opened.
    captures: u64,
    /// When the ports were last asked for while a lost one is awaited.
    looked: Moment,
}

/// More pieces of news than this in one frame are left for the next, so that a flood cannot stop the drawing.
const MOST_NEWS: usize = 20_000;
/// The same for the time that they take.
const LONGEST_NEWS: Duration = Duration::from_millis(3);
/// How often elapsed seconds are drawn, and how often a lost port is looked for.
const SECOND: Duration = Duration::from_secs(1);

impl App {
    /// The window as eframe opens it; `handle` leads to the shell.
    pub fn new(creation: &eframe::CreationContext<'_>, handle: Box<dyn Handle>, settings: Settings) -> Self {
        Self::for_context(&creation.egui_ctx, handle, settings)
    }

    /// The window in any context, such as a test's.
    pub fn for_context(context: &Context, mut handle: Box<dyn Handle>, settings: Settings) -> Self {
        theme::install(context);
        theme::choose(context, settings.theme);
        handle.send(Order::ListPorts);
        let running = i64::try_from(handle.now().since_start().as_secs()).unwrap_or_default();
        let mut panes = Panes::default();
        panes.restore(&settings.history, settings.line_end);
        // The session begins with what modules expect.
        if settings.line_end != LineEnd::default() {
            handle.send(Order::Wish(Wish::EndLines(settings.line_end)));
        }
        let mut model = Model::on(handle.tape(), handle.tape());
        model.started = UnixTime(handle.date().0 - running);
        Self {
            looked: handle.now(),
            model,
            handle,
            selected: settings.connection.clone().unwrap_or_else(|| Connection::to(PortName::Simulated)),
            settings,
            page: Page::Home,
            panes,
            wizards: BTreeMap::new(),
            profiles: Profiles::default(),
            certificates: Certificates::default(),
            module: ModulePage::default(),
            wifi: WifiPage::default(),
            macros: Macros::default(),
            dialog: Dialog::None,
            plan: None,
            again: None,
            captures: 0,
        }
        .looking_at_profiles()
    }

    /// Says that something went wrong before there was a window.
    #[must_use]
    pub fn troubled(mut self, problem: Option<Problem>) -> Self {
        let now = self.handle.now();
        problem.into_iter().for_each(|problem| self.model.handle(News::Trouble(problem), now));
        self
    }

    /// What the window shows.
    pub const fn model(&self) -> &Model {
        &self.model
    }

    fn take_news(&mut self, context: &Context) {
        self.model.behind = 0;
        let begun = self.handle.now();
        for _ in 0..MOST_NEWS {
            let now = self.handle.now();
            if now.since(begun) >= LONGEST_NEWS {
                break;
            }
            let Some(news) = self.handle.poll() else { return };
            let Some(news) = self.capture_news(news) else { continue };
            self.wizards.values_mut().for_each(|wizard| wizard.handle_news(&news));
            self.profile_news(&news);
            self.panes.handle_news(&news);
            self.certificates.handle_news(&news, self.handle.date());
            self.macros.handle_news(&news);
            let line_may_have_changed = changes_line(&news);
            let turn = modes::Turn::of(&news);
            self.model.handle(news, now);
            if line_may_have_changed {
                self.follow_line();
            }
            turn.into_iter().for_each(|turn| self.connect_again(turn));
        }
        self.model.behind = self.handle.waiting();
        context.request_repaint();
    }

    /// What has to happen without news: seconds that are shown go on, and a lost port is looked for.
    fn watch(&mut self, context: &Context) {
        let now = self.handle.now();
        self.model.handle_time(now);
        self.model.handle_date(self.handle.date());
        self.read_capture(context);
        let awaited = matches!(self.model.line, Line::Lost { port: Presence::Away, .. });
        if awaited && now.since(self.looked) >= SECOND {
            self.looked = now;
            self.handle.send(Order::ListPorts);
        }
        if awaited || self.model.activity != Activity::Nothing || self.model.is_running() {
            context.request_repaint_after(SECOND);
        }
    }

    fn draw(&mut self, ui: &mut Ui, actions: &mut Actions) {
        top_bar::show(ui, &self.model, &self.selected, actions);
        notices::show(ui, &self.model, actions);
        self.panes.show(ui, &self.model, actions);
        navigation::show(ui, self.page, actions);
        let frame = Frame::new().inner_margin(Margin { left: 24, right: 8, top: 20, bottom: 0 });
        // The renderer has painted the ground already; what scrolls fades into it all the same.
        let ground = Frame::new().fill(Tokens::of(ui).window);
        let stack = UiStackInfo { frame: ground, ..UiStackInfo::new(UiKind::CentralPanel) };
        CentralPanel::default().frame(frame).show(ui, |ui| {
            ui.scope_builder(UiBuilder::new().ui_stack_info(stack), |ui| self.page(ui, actions));
        });
        self.dialog.show(ui, &self.model, actions);
    }

    fn page(&mut self, ui: &mut Ui, actions: &mut Actions) {
        match self.page {
            Page::Wizard(cloud) => {
                let wizard = self.wizards.entry(cloud).or_insert_with(|| Wizard::new(cloud));
                wizard.show(ui, &self.model, self.handle.date(), actions);
            }
            Page::Home => pages::scrolling(ui, "home", |ui| {
                home::show(ui, &self.model, &mut self.profiles, actions);
            }),
            Page::Certificates => {
                self.certificates.show(ui, &self.model, self.handle.date(), actions);
            }
            Page::Macros => self.macros.show(ui, &self.model, actions),
            Page::Module => {
                pages::scrolling(ui, "module", |ui| self.module.show(ui, &self.model, actions));
            }
            Page::Wifi => {
                let date = self.handle.date();
                pages::scrolling(ui, "wifi", |ui| self.wifi.show(ui, &self.model, date, actions));
            }
            Page::Settings => {
                pages::scrolling(ui, "settings", |ui| settings::show(ui, self.settings.theme, actions));
            }
        }
    }

    fn apply(&mut self, action: Action, context: &Context) {
        match action {
            Action::Order(order) => self.order(order),
            Action::Select(connection) => self.select(connection),
            Action::Connect => self.connect(),
            Action::Disconnect => self.disconnect(),
            Action::FindModule => self.find_module(),
            Action::ListPorts => self.handle.send(Order::ListPorts),
            Action::ReadModule => self.order(Order::Wish(Wish::Report)),
            Action::Find => self.order(Order::Wish(Wish::Find)),
            Action::Enter(mode) => self.enter(mode),
            Action::Leave { mode, then } => self.leave(mode, then),
            Action::Scan => self.order(Order::Wish(Wish::Scan)),
            Action::Restart => self.order(Order::Wish(Wish::Restart)),
            Action::Cancel => self.order(Order::Wish(Wish::Cancel)),
            Action::Show(page) => self.show_page(page),
            Action::FoldLog => self.panes.fold(),
            Action::FindInLog => self.panes.find(),
            Action::DetachLog => self.panes.detach(),
            Action::ShowPane(pane) => self.panes.reveal(pane),
            Action::NextPane => self.panes.next(),
            Action::ShowEvidence(evidence) => {
                if let Evidence::Traffic(_) = evidence {
                    self.model.foreign = None;
                }
                self.panes.show_evidence(evidence);
            }
            Action::CloseCapture => self.model.foreign = None,
            Action::SelectLines(select) => self.model.console.selection.apply(select),
            Action::Clear(Pane::Traffic) if self.model.foreign.is_some() => self.model.foreign = None,
            Action::Clear(pane) => {
                match pane {
                    Pane::Console => self.model.console.clear(),
                    Pane::Traffic => self.model.traffic.clear(),
                }
                self.panes.forget(pane);
            }
            Action::Theme(choice) => self.choose_theme(choice, context),
            Action::Open => {
                self.handle.send(Order::OpenProfile(Place::Ask { title: "Open a profile".to_owned() }));
            }
            Action::OpenProfile(path) => self.handle.send(Order::OpenProfile(Place::At(path))),
            Action::Adopt(opened) => self.adopt(&opened),
            Action::ForgetProfile(path) => self.forget(&path),
            Action::Save => self.save(Saving::Same),
            Action::SaveAs => self.save(Saving::Other),
            Action::Duplicate => self.duplicate(),
            Action::Play { name, .. } => self.play(&name),
            Action::KeepValues { name, values } => self.keep_values(&name, &values),
            Action::StopMacro => self.order(Order::Wish(Wish::Cancel)),
            Action::ChangeMacros(change) => self.change_macros(change),
            Action::ChangeMessages(change) => self.change_messages(change),
            Action::Palette => self.dialog = Dialog::palette(),
            Action::Help => self.dialog = Dialog::Shortcuts,
            Action::Dismiss(id) => self.model.notices.dismiss(id),
        }
    }

    /// A plan or an upload on its way is shown as running before the session has said so.
    fn order(&mut self, order: Order) {
        match &order {
            Order::Wish(Wish::Run(plan)) => {
                self.model.plan_started(plan);
                self.plan = Some(plan.clone());
            }
            Order::Wish(Wish::Cancel) => self.model.cancelling(),
            Order::Wish(wish) => self.model.store.asked(wish),
            _ => {}
        }
        self.handle.send(order);
    }

    /// Who chooses another connection does not wait for the lost one.
    fn select(&mut self, connection: Connection) {
        self.selected = connection;
        if matches!(self.model.line, Line::Lost { .. }) {
            self.model.give_up_line();
        }
    }

    /// A lost line is taken up as it was.
    fn connect(&mut self) {
        if let Line::Lost { connection, .. } = &self.model.line {
            self.selected = connection.clone();
        }
        self.model.connecting(&self.selected);
        self.handle.send(Order::Connect(self.selected.clone()));
        self.remember_connection(self.selected.clone());
    }

    /// What is connected is searched first, else what is selected.
    fn find_module(&mut self) {
        let first = self.model.line.connection().unwrap_or(&self.selected).clone();
        self.model.search = None;
        self.dialog = Dialog::Search;
        self.handle.send(Order::FindModule(first));
    }

    /// The next connection leads where a search has found a module, or to where it has moved.
    fn follow_line(&mut self) {
        if let Line::Open(connection) = &self.model.line {
            self.remember_connection(connection.clone());
        }
    }

    fn remember_connection(&mut self, connection: Connection) {
        self.selected = connection;
        self.settings.connection = Some(self.selected.clone());
        self.save_settings();
    }

    fn disconnect(&mut self) {
        match self.model.line {
            Line::Lost { .. } => self.model.give_up_line(),
            Line::Closed | Line::Opening(_) | Line::Open(_) => self.handle.send(Order::Disconnect),
        }
    }

    fn choose_theme(&mut self, choice: ThemeChoice, context: &Context) {
        self.settings.theme = choice;
        theme::choose(context, choice);
        self.save_settings();
    }

    fn save_settings(&mut self) {
        self.settings.history = self.panes.kept();
        self.settings.line_end = self.panes.line_end();
        self.handle.send(Order::SaveSettings(self.settings.clone()));
    }

    /// The size is remembered without the zoom, as the next start will open the window without it.
    fn note_size(&mut self, ui: &Ui) {
        let inner = ui.input(|input| input.viewport().inner_rect);
        if let Some(size) = inner.map(|rect| rect.size() * ui.zoom_factor()) {
            self.settings.window = (size.x, size.y);
        }
    }
}

/// Whether the line that is open may be another one after this, or set otherwise.
const fn changes_line(news: &News) -> bool {
    matches!(news, News::Search(SearchNews::Ended) | News::Session(Event::LineSet(_)))
}

impl eframe::App for App {
    fn logic(&mut self, context: &Context, _: &mut eframe::Frame) {
        self.take_news(context);
        self.watch(context);
        let mut actions = Actions::default();
        if let Some(next) = self.panes.go_on(&self.model, &mut actions) {
            context.request_repaint_after(next.since(self.model.now));
        }
        actions.take().into_iter().for_each(|action| self.apply(action, context));
    }

    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        self.note_size(ui);
        let mut actions = Actions::default();
        actions::pressed(ui, &self.model).into_iter().for_each(|action| actions.push(action));
        self.draw(ui, &mut actions);
        for action in actions.take() {
            self.apply(action, ui);
            ui.request_repaint();
        }
    }

    /// The ground of the whole window. A panel that filled itself with it would cost a software renderer the same again.
    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _: Option<&glow::Context>) {
        self.save_settings();
    }
}

#[cfg(test)]
mod tests;
