//! The certificates and keys of the module: what is stored, what could be uploaded, and what each of them is.
//! The page holds the files that were looked at; what is on the module stands in the model.

mod confirm;
mod details;
mod expiry;
mod export;
mod files;
mod known;
mod make;
mod offer;
mod part;
mod stored;
mod tree;
mod upload;

use egui::{Button, Panel, RichText, ScrollArea, Stroke, Ui};

use self::confirm::Question;
use self::details::Shown;
use self::export::Export;
use self::files::Files;
use self::known::Recognised;
use self::make::Making;
use self::part::{Part, propose_names};
use self::stored::Table;
use self::tree::Node;
use self::upload::Input;
use crate::credential::Certificate;
use crate::model::{Listing, Model, News, Store};
use crate::module::{CredentialKind, StoredCredential};
use crate::moment::UnixTime;
use crate::plan::Upload;
use crate::session::Wish;
use crate::ui::actions::{Actions, obstacle_to_commands};
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets;

/// The page. Everything in it stays when another page of the window is shown.
pub(crate) struct Certificates {
    tab: Tab,
    files: Files,
    /// The built-in roots, once somebody has looked at the page.
    roots: Vec<Part>,
    tree: Vec<Node>,
    input: Input,
    details: Option<Subject>,
    export: Export,
    question: Option<Question>,
    making: Making,
}

/// The parts of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Module,
    Roots,
    Make,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Module, Self::Roots, Self::Make];

    const fn label(self) -> &'static str {
        match self {
            Self::Module => "On the module",
            Self::Roots => "Built-in roots",
            Self::Make => "Make",
        }
    }
}

/// What the details are of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    /// A certificate that is at hand.
    Certificate { md5: String },
    /// Something on the module that is not.
    Entry { kind: CredentialKind, name: String },
}

impl Subject {
    fn of_entry(entry: &StoredCredential, known: Option<Recognised<'_>>) -> Self {
        match (&entry.md5, known.and_then(|known| known.certificate)) {
            (Some(md5), Some(_)) => Self::Certificate { md5: md5.clone() },
            _ => Self::Entry { kind: entry.kind, name: entry.name.clone() },
        }
    }
}

/// Whether the details leave room for the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Left,
    Taken,
}

/// What a person wants of something that is drawn.
#[derive(Debug)]
enum Ask {
    Details(Subject),
    Remove {
        kind: CredentialKind,
        name: String,
    },
    Upload(Upload),
    /// The same, in place of other content.
    Overwrite(Upload),
    PutAway(u64),
}

/// The details stand beside the page from this width on, in points, and else in its place.
const WIDE: f32 = 820.0;
const DETAILS: f32 = 360.0;

impl Default for Certificates {
    fn default() -> Self {
        Self {
            tab: Tab::Module,
            files: Files::default(),
            roots: Vec::new(),
            tree: Vec::new(),
            input: Input::default(),
            details: None,
            export: Export::default(),
            question: None,
            making: Making::default(),
        }
    }
}

impl Certificates {
    /// Takes the answers to what this page asked of the shell.
    pub(crate) fn handle_news(&mut self, news: &News, today: UnixTime) {
        self.making.handle_news(news);
        self.export.handle_news(news);
        if self.input.handle_news(news, &mut self.files, today) {
            self.tab = Tab::Module;
            self.files_changed(today);
        }
    }

    /// Draws the page.
    pub(crate) fn show(&mut self, ui: &mut Ui, model: &Model, today: UnixTime, actions: &mut Actions) {
        self.know_roots(today);
        ask_module(model, actions);
        let parts = self.files.list.iter_mut().flat_map(|file| &mut file.parts);
        propose_names(parts, &model.store);
        propose_names(self.roots.iter_mut(), &model.store);
        self.input.take_drops(ui, actions);
        let mut asks = Vec::new();
        self.draw(ui, model, today, &mut asks, actions);
        asks.into_iter().for_each(|ask| self.carry_out(ask, today, actions));
        confirm::show(ui, &mut self.question, actions);
    }

    fn draw(
        &mut self,
        ui: &mut Ui,
        model: &Model,
        today: UnixTime,
        asks: &mut Vec<Ask>,
        actions: &mut Actions,
    ) {
        if self.draw_details(ui, model, today, actions) == Room::Taken {
            return;
        }
        widgets::heading(ui, "Certificates");
        self.tabs(ui);
        ui.add_space(space::XS);
        Input::show_hovering(ui);
        let name = self.tab.label();
        ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, |ui| {
            // Room for the bar of the scroll area.
            ui.set_max_width(ui.available_width() - space::L);
            match self.tab {
                Tab::Module => self.module(ui, model, today, asks, actions),
                Tab::Roots => self.roots(ui, model, today, asks),
                Tab::Make => {
                    ui.set_max_width(ui.available_width().min(theme::READING_WIDTH));
                    self.making.show(ui, today, actions);
                }
            }
            ui.add_space(space::XL);
        });
    }

    /// Draws the details, if any: beside the page, or in its place where there is no room for both.
    fn draw_details(&mut self, ui: &mut Ui, model: &Model, today: UnixTime, actions: &mut Actions) -> Room {
        let Self { files, roots, export, details, .. } = self;
        let shown = details.as_ref().and_then(|subject| shown(subject, files, roots, &model.store));
        let Some(shown) = shown else { return Room::Left };
        let (room, then) = if ui.available_width() >= WIDE {
            let panel = Panel::right("certificate details").resizable(true).default_size(DETAILS);
            let margin = egui::Margin { left: 16, right: 8, top: 0, bottom: 0 };
            let panel = panel.size_range(280.0..=520.0).frame(egui::Frame::new().inner_margin(margin));
            (Room::Left, panel.show(ui, |ui| details::show(ui, &shown, today, export, actions)).inner)
        } else {
            (Room::Taken, details::show(ui, &shown, today, export, actions))
        };
        if then == details::Then::Close {
            self.details = None;
        }
        room
    }

    fn tabs(&mut self, ui: &mut Ui) {
        let tokens = Tokens::of(ui);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            for tab in Tab::ALL {
                let chosen = tab == self.tab;
                let color = if chosen { tokens.text_strong } else { tokens.text_weak };
                let button = Button::selectable(chosen, RichText::new(tab.label()).color(color));
                let button = button.frame_when_inactive(chosen).stroke(Stroke::NONE);
                if widgets::tab(ui, button, tab.label(), chosen).clicked() {
                    self.tab = tab;
                }
            }
        });
    }

    fn module(
        &mut self,
        ui: &mut Ui,
        model: &Model,
        today: UnixTime,
        asks: &mut Vec<Ask>,
        actions: &mut Actions,
    ) {
        let known: Vec<_> = self.files.parts().chain(&self.roots).collect();
        let table = Table { known: &known, today, chosen: self.details.as_ref() };
        stored::show(ui, model, &table, asks, actions);
        ui.add_space(space::M);
        widgets::section(ui, "Upload");
        self.input.show(ui, actions);
        let fresh = self.files.fresh.take();
        for file in &mut self.files.list {
            let card = widgets::card(ui, |ui| upload::file(ui, file, model, today, asks, actions));
            if fresh == Some(file.id) {
                card.response.scroll_to_me(Some(egui::Align::Min));
            }
        }
        if !self.tree.is_empty() {
            ui.add_space(space::M);
            widgets::section(ui, "Who issued whom");
            let chosen = match &self.details {
                Some(Subject::Certificate { md5 }) => Some(md5.as_str()),
                Some(Subject::Entry { .. }) | None => None,
            };
            let wanted = widgets::card(ui, |ui| tree::show(ui, &self.tree, chosen)).inner;
            asks.extend(wanted.map(|md5| Ask::Details(Subject::Certificate { md5 })));
        }
    }

    fn roots(&mut self, ui: &mut Ui, model: &Model, today: UnixTime, asks: &mut Vec<Ask>) {
        widgets::hint(
            ui,
            "These roots come with the program. A module needs the one that its cloud's certificate leads to",
        );
        for root in &mut self.roots {
            widgets::card(ui, |ui| offer::show(ui, root, model, today, asks));
        }
    }

    fn carry_out(&mut self, ask: Ask, today: UnixTime, actions: &mut Actions) {
        match ask {
            Ask::Details(subject) => {
                self.details = Some(subject);
                self.export.forget();
            }
            Ask::Remove { kind, name } => self.question = Some(Question::Remove { kind, name }),
            Ask::Upload(upload) => actions.wish(Wish::Store(upload)),
            Ask::Overwrite(upload) => self.question = Some(Question::Overwrite(upload)),
            Ask::PutAway(id) => {
                self.files.put_away(id);
                self.files_changed(today);
            }
        }
    }

    fn know_roots(&mut self, today: UnixTime) {
        if self.roots.is_empty() {
            self.roots = known::builtin_roots(today);
        }
    }

    fn files_changed(&mut self, today: UnixTime) {
        self.know_roots(today);
        self.files.pair();
        let looked_at: Vec<&Certificate> = self.files.parts().filter_map(Part::certificate).collect();
        let builtin: Vec<&Certificate> = self.roots.iter().filter_map(Part::certificate).collect();
        self.tree = tree::nodes(&looked_at, &builtin);
    }
}

/// What the details show; nothing once what they were of is gone.
fn shown<'a>(subject: &Subject, files: &'a Files, roots: &'a [Part], store: &'a Store) -> Option<Shown<'a>> {
    match subject {
        Subject::Certificate { md5 } => {
            let mut parts = files.parts().chain(roots);
            parts.find(|part| part.md5() == Some(md5)).and_then(Shown::of_part)
        }
        Subject::Entry { kind, name } => store.entry(*kind, name).map(Shown::Entry),
    }
}

/// A module that can be asked and has not been is asked as soon as somebody looks at the page.
fn ask_module(model: &Model, actions: &mut Actions) {
    let unknown = model.store.listing == Listing::Unknown && model.store.errand.is_none();
    if unknown && model.module.identity.is_some() && obstacle_to_commands(model).is_none() {
        actions.wish(Wish::ListStored);
    }
}

#[cfg(test)]
mod tests;
