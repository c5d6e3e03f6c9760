//! The window as a whole: the modules that are open in it, one of which is shown, and what they share. What belongs to one
//! module is in `desk`.

mod several;

use std::time::Duration;

use eframe::glow;
use egui::{Context, Ui};

use super::actions::{self, Action, Actions};
use super::desk::{Budget, Desk};
use super::row::Row;
use super::{tab_bar, theme};
use crate::macros::{self, Macro};
use crate::messages::{self, Message};
use crate::model::{Handle, Model, Neighbour, Order, Place, Settings, ThemeChoice};
use crate::problem::Problem;

/// The window.
pub struct App {
    desks: Row<Desk>,
    settings: Settings,
    /// How many were opened so far.
    opened: u64,
    /// The ways to modules that were closed, until their ports are.
    closing: Vec<Box<dyn Handle>>,
    /// What the desks know of one another, so that it is told only when it changes.
    known: Vec<Neighbour>,
}

/// More pieces of news than this in one frame are left for the next, so that a flood cannot stop the drawing.
const MOST_NEWS: usize = 20_000;
/// The same for the time that they take.
const LONGEST_NEWS: Duration = Duration::from_millis(3);

impl App {
    /// The window as eframe opens it; `handle` leads to the shell.
    pub fn new(creation: &eframe::CreationContext<'_>, handle: Box<dyn Handle>, settings: Settings) -> Self {
        Self::for_context(&creation.egui_ctx, handle, settings)
    }

    /// The window in any context, such as a test's.
    pub fn for_context(context: &Context, handle: Box<dyn Handle>, settings: Settings) -> Self {
        theme::install(context);
        theme::choose(context, settings.theme);
        let mut desk = Desk::new(0, 0, handle, &settings);
        desk.look_at_profiles(&settings);
        Self { desks: Row::of(desk), settings, opened: 1, closing: Vec::new(), known: Vec::new() }
    }

    /// The window with these macros of a person's own.
    #[must_use]
    pub fn with_macros(mut self, own: Vec<Macro>) -> Self {
        self.share_macros(&macros::Library::with_own(own));
        self
    }

    /// The window with these messages of a person's own.
    #[must_use]
    pub fn with_messages(mut self, own: Vec<Message>) -> Self {
        self.share_messages(&messages::Library::with_own(own));
        self
    }

    /// Opens this profile at once.
    #[must_use]
    pub fn opening(mut self, profile: Option<std::path::PathBuf>) -> Self {
        let open = |path| self.desks.shown_mut().order(Order::OpenProfile(Place::At(path)));
        profile.into_iter().for_each(open);
        self
    }

    /// Says that something went wrong before there was a window.
    #[must_use]
    pub fn troubled(mut self, problem: Option<Problem>) -> Self {
        problem.into_iter().for_each(|problem| self.desks.shown_mut().trouble(problem));
        self
    }

    /// What the window shows.
    pub const fn model(&self) -> &Model {
        self.desks.shown().model()
    }

    /// What is known of each module that is open, from left to right.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.desks.iter().map(Desk::model)
    }

    /// Those that have something to say share the time of a frame.
    fn take_news(&mut self, context: &Context) {
        let waiting = self.desks.iter().filter(|desk| desk.is_behind()).count().max(1);
        let share = u32::try_from(waiting).unwrap_or(u32::MAX);
        let budget = Budget { pieces: MOST_NEWS / waiting, time: LONGEST_NEWS / share };
        for desk in self.desks.iter_mut() {
            desk.take_news(budget, &mut self.settings, context);
        }
        self.closing.retain_mut(|handle| !several::is_closed(handle.as_mut()));
    }

    /// What each has to do without being asked, also while it is not shown.
    fn go_on(&mut self, context: &Context) {
        for desk in self.desks.iter_mut() {
            for action in desk.go_on(context).take() {
                desk.apply(action, &mut self.settings);
            }
        }
    }

    fn draw(&mut self, ui: &mut Ui, actions: &mut Actions) {
        if self.desks.len() > 1 {
            tab_bar::show(ui, &self.tabs(), actions);
        }
        let desk = self.desks.shown_mut();
        ui.push_id(desk.id(), |ui| desk.show(ui, &self.settings, actions));
    }

    /// The panes of other modules that have a window of their own.
    fn draw_apart(&mut self, ui: &mut Ui) {
        let shown = self.desks.shown().id();
        let mut of_window = Vec::new();
        for desk in self.desks.iter_mut().filter(|desk| desk.id() != shown) {
            let mut actions = Actions::default();
            ui.push_id(desk.id(), |ui| desk.show_apart(ui, &mut actions));
            for action in actions.take() {
                ui.request_repaint();
                match action {
                    Action::Theme(_) | Action::Modules(_) => of_window.push(action),
                    action => desk.apply(action, &mut self.settings),
                }
            }
        }
        of_window.into_iter().for_each(|action| self.apply(action, ui));
    }

    fn apply(&mut self, action: Action, context: &Context) {
        match action {
            Action::Theme(choice) => self.choose_theme(choice, context),
            Action::Modules(change) => self.change_modules(change),
            Action::ChangeMacros(_) => {
                self.desks.shown_mut().apply(action, &mut self.settings);
                let library = self.model().macros.clone();
                self.share_macros(&library);
            }
            Action::ChangeMessages(_) => {
                self.desks.shown_mut().apply(action, &mut self.settings);
                let library = self.model().messages.clone();
                self.share_messages(&library);
            }
            action => self.desks.shown_mut().apply(action, &mut self.settings),
        }
    }

    fn choose_theme(&mut self, choice: ThemeChoice, context: &Context) {
        self.settings.theme = choice;
        theme::choose(context, choice);
        self.save();
    }

    fn save(&mut self) {
        self.desks.shown_mut().save(&mut self.settings);
    }

    /// The size is remembered without the zoom, as the next start will open the window without it.
    fn note_size(&mut self, ui: &Ui) {
        let inner = ui.input(|input| input.viewport().inner_rect);
        if let Some(size) = inner.map(|rect| rect.size() * ui.zoom_factor()) {
            self.settings.window = (size.x, size.y);
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, context: &Context, _: &mut eframe::Frame) {
        self.take_news(context);
        self.go_on(context);
        self.introduce();
    }

    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        self.note_size(ui);
        let mut actions = Actions::default();
        actions::pressed(ui, self.model()).into_iter().for_each(|action| actions.push(action));
        self.draw(ui, &mut actions);
        for action in actions.take() {
            self.apply(action, ui);
            ui.request_repaint();
        }
        self.draw_apart(ui);
    }

    /// The ground of the whole window. A panel that filled itself with it would cost a software renderer the same again.
    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _: Option<&glow::Context>) {
        for desk in self.desks.iter() {
            desk.note_history(&mut self.settings);
        }
        self.save();
    }
}

#[cfg(test)]
mod tests;
