//! One module in the window: its worker, what is known of it, its pages and its panes. It takes its own news and carries out
//! what its panels ask for; what all modules share (settings, theme, which one is shown) belongs to `app`.

mod among;
mod captures;
mod carry_out;
mod connection;
mod macros;
mod messages;
mod modes;
mod profiles;

use std::collections::BTreeMap;
use std::time::Duration;

use egui::{CentralPanel, Context, Frame, Margin, Ui, UiBuilder, UiKind, UiStackInfo};

use super::actions::Actions;
use super::dialogs::Dialog;
use super::pages::certificates::Certificates;
use super::pages::macros::Macros;
use super::pages::module::ModulePage;
use super::pages::profiles::Profiles;
use super::pages::wifi::WifiPage;
use super::pages::{self, Page, home, settings};
use super::panes::Panes;
use super::theme::Tokens;
use super::wizard::Wizard;
use super::{navigation, notices, top_bar};
use crate::model::{Connection, Handle, Line, Model, News, Order, PortName, Presence, SearchNews, Settings};
use crate::moment::{Moment, UnixTime};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::profile::CloudKind;
use crate::session::{Event, LineEnd, Wish};

/// One module in the window. It always has a port in view, whether it is connected or not.
pub(super) struct Desk {
    /// No two in the window have the same.
    id: u64,
    handle: Box<dyn Handle>,
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

/// How much news is taken before the window is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    pub(super) pieces: usize,
    pub(super) time: Duration,
}

/// How often elapsed seconds are drawn, and how often a lost port is looked for.
pub(super) const SECOND: Duration = Duration::from_secs(1);

impl Desk {
    /// A module that is not connected yet, in the colour `hue`; `handle` leads to the shell.
    pub(super) fn new(id: u64, hue: usize, mut handle: Box<dyn Handle>, settings: &Settings) -> Self {
        handle.send(Order::ListPorts);
        let running = i64::try_from(handle.now().since_start().as_secs()).unwrap_or_default();
        let mut panes = Panes::default();
        panes.restore(&settings.history, settings.line_end);
        // The session begins with what modules expect.
        if settings.line_end != LineEnd::default() {
            handle.send(Order::Wish(Wish::EndLines(settings.line_end)));
        }
        let mut model = Model::on(handle.tape(), handle.tape());
        model.badge.hue = hue;
        model.started = UnixTime(handle.date().0 - running);
        Self {
            id,
            looked: handle.now(),
            model,
            handle,
            selected: settings.connection.clone().unwrap_or_else(|| Connection::to(PortName::Simulated)),
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
    }

    /// What is shown of it.
    pub(super) const fn model(&self) -> &Model {
        &self.model
    }

    /// Takes the news that have come, as many as `budget` allows.
    pub(super) fn take_news(&mut self, budget: Budget, settings: &mut Settings, context: &Context) {
        self.model.behind = 0;
        let begun = self.handle.now();
        for _ in 0..budget.pieces {
            let now = self.handle.now();
            if now.since(begun) >= budget.time {
                break;
            }
            let Some(news) = self.handle.poll() else { return };
            self.handle_news(news, now, settings);
        }
        self.model.behind = self.handle.waiting();
        context.request_repaint();
    }

    fn handle_news(&mut self, news: News, now: Moment, settings: &mut Settings) {
        let Some(news) = self.capture_news(news) else { return };
        self.wizards.values_mut().for_each(|wizard| wizard.handle_news(&news));
        self.profile_news(&news, settings);
        self.panes.handle_news(&news);
        self.certificates.handle_news(&news, self.handle.date());
        self.macros.handle_news(&news);
        let line_may_have_changed = changes_line(&news);
        let known = matches!(news, News::Session(Event::Identified(_)));
        let turn = modes::Turn::of(&news);
        self.model.handle(news, now);
        if known {
            self.recognise(settings);
        }
        if line_may_have_changed {
            self.follow_line(settings);
        }
        turn.into_iter().for_each(|turn| self.connect_again(turn));
    }

    /// What has to happen without news: seconds that are shown go on, a lost port is looked for, and what is due is asked for.
    pub(super) fn go_on(&mut self, context: &Context) -> Actions {
        let now = self.handle.now();
        self.model.handle_time(now);
        self.model.handle_date(self.handle.date());
        self.read_capture(context);
        let awaited = matches!(self.model.line, Line::Lost { port: Presence::Away, .. });
        if self.model.line.resumes() {
            self.open_line();
        }
        if awaited && now.since(self.looked) >= SECOND {
            self.looked = now;
            self.handle.send(Order::ListPorts);
        }
        if awaited || self.model.is_busy() {
            context.request_repaint_after(SECOND);
        }
        let mut actions = Actions::default();
        if let Some(next) = self.panes.go_on(&self.model, &mut actions) {
            context.request_repaint_after(next.since(now));
        }
        actions
    }

    /// Draws all of it below what is already in `ui`.
    pub(super) fn show(&mut self, ui: &mut Ui, settings: &Settings, actions: &mut Actions) {
        top_bar::show(ui, &self.model, &self.selected, actions);
        notices::show(ui, &self.model, actions);
        self.panes.show(ui, &self.model, actions);
        navigation::show(ui, self.page, actions);
        let frame = Frame::new().inner_margin(Margin { left: 24, right: 8, top: 20, bottom: 0 });
        // The renderer has painted the ground already; what scrolls fades into it all the same.
        let ground = Frame::new().fill(Tokens::of(ui).window);
        let stack = UiStackInfo { frame: ground, ..UiStackInfo::new(UiKind::CentralPanel) };
        CentralPanel::default().frame(frame).show(ui, |ui| {
            ui.scope_builder(UiBuilder::new().ui_stack_info(stack), |ui| self.page(ui, settings, actions));
        });
        self.dialog.show(ui, &self.model, actions);
    }

    /// Draws what of it has a window of its own, while another module is shown.
    pub(super) fn show_apart(&mut self, ui: &mut Ui, actions: &mut Actions) {
        if self.panes.are_apart() {
            self.panes.show(ui, &self.model, actions);
        }
    }

    fn page(&mut self, ui: &mut Ui, settings: &Settings, actions: &mut Actions) {
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
                pages::scrolling(ui, "settings", |ui| settings::show(ui, settings.theme, actions));
            }
        }
    }

    /// Says that something went wrong.
    pub(super) fn trouble(&mut self, problem: Problem) {
        let now = self.handle.now();
        self.model.handle(News::Trouble(problem), now);
    }

    /// Writes the settings down, with what was typed here.
    pub(super) fn save(&mut self, settings: &mut Settings) {
        settings.add_history(self.panes.kept());
        settings.line_end = self.panes.line_end();
        self.handle.send(Order::SaveSettings(settings.clone()));
    }
}

/// Whether the line that is open may be another one after this, or set otherwise.
const fn changes_line(news: &News) -> bool {
    matches!(news, News::Search(SearchNews::Ended) | News::Session(Event::LineSet(_)))
}
