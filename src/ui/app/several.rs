//! Several modules in one window: opening and closing them, which one is shown, and what each knows of the others.

use super::App;
use crate::macros;
use crate::messages;
use crate::model::{self, Connection, Handle, Line, Neighbour, News, PortName};
use crate::session::{Event, LineEvent};
use crate::ui::actions::Modules;
use crate::ui::desk::Desk;
use crate::ui::tab_bar::Tab;
use crate::ui::theme::Tokens;

impl App {
    /// Opens a module on each of these ports, beside the one that is there, which stays in sight.
    #[must_use]
    pub fn beside(mut self, ports: impl IntoIterator<Item = PortName>) -> Self {
        let first = self.desks.shown().id();
        for port in ports {
            self.add(Connection::to(port));
        }
        self.desks.show(|desk| desk.id() == first);
        self
    }

    pub(super) fn change_modules(&mut self, change: Modules) {
        match change {
            Modules::Open => self.open_module(),
            Modules::Show(neighbour) => self.show_module(neighbour.id),
            Modules::Next => {
                self.desks.show_next();
                self.shown_anew();
            }
            Modules::Previous => {
                self.desks.show_previous();
                self.shown_anew();
            }
            Modules::Close(id) => self.close_module(id),
            Modules::Drop => self.drop_module(),
        }
    }

    /// One more, on a port that nobody has.
    fn open_module(&mut self) {
        let taken = |port: &PortName| self.desks.iter().any(|desk| desk.port() == port);
        // Modules are on USB; ports that are built in are there whether anything is on them or not.
        let mut plugged_in = self.model().ports.iter().filter(|port| port.usb.is_some());
        let free = plugged_in.find(|port| !taken(&port.name)).map(|port| port.name.clone());
        self.add(Connection::to(free.unwrap_or(PortName::Simulated)));
        self.shown_anew();
    }

    fn add(&mut self, connection: Connection) {
        let shown = self.desks.shown();
        let taken: Vec<_> = self.desks.iter().map(|desk| desk.model().badge.hue).collect();
        let hue = model::free_hue(&taken, Tokens::LIGHT.series.len());
        let new = Desk::new(self.opened, hue, shown.another(), &self.settings);
        let new = new.beside(shown.model(), connection);
        self.opened += 1;
        self.desks.push(new);
    }

    fn show_module(&mut self, id: u64) {
        self.desks.show(|desk| desk.id() == id);
        self.shown_anew();
    }

    /// What other modules have changed meanwhile is looked at.
    fn shown_anew(&mut self) {
        self.desks.shown_mut().look_at_profiles(&self.settings);
    }

    /// Closes a module, or asks first where that would lose something.
    fn close_module(&mut self, id: Option<u64>) {
        id.into_iter().for_each(|id| self.show_module(id));
        if self.desks.len() > 1 && !self.desks.shown_mut().asks_before_closing() {
            self.drop_module();
        }
    }

    /// Closes the module that is shown. Its port may take a moment, which nobody waits for.
    fn drop_module(&mut self) {
        let Some(desk) = self.desks.remove_shown() else { return };
        desk.note_history(&mut self.settings);
        self.closing.extend(desk.close());
        self.shown_anew();
        self.save();
    }

    /// Tells each who the others are.
    pub(super) fn introduce(&mut self) {
        let all = self.neighbours();
        if all != self.known {
            self.desks.iter_mut().for_each(|desk| desk.meet(&all));
            self.known = all;
        }
    }

    /// Everybody, with titles that differ.
    fn neighbours(&self) -> Vec<Neighbour> {
        let mut all: Vec<Neighbour> = Vec::new();
        for (place, desk) in self.desks.iter().enumerate() {
            let is_free = |title: &String| all.iter().all(|other| other.title != *title);
            let titles = (1..=self.desks.len()).map(|number| desk.title(number));
            let title = titles.into_iter().find(is_free).unwrap_or_default();
            let port = (desk.model().line != Line::Closed).then(|| desk.port().clone());
            all.push(Neighbour { id: desk.id(), place, title, port });
        }
        all
    }

    /// What the bar shows of each.
    pub(super) fn tabs(&self) -> Vec<Tab> {
        let shown = self.desks.shown().id();
        let pairs = self.known.iter().zip(self.desks.iter().map(Desk::model));
        pairs.map(|(neighbour, model)| Tab::new(neighbour.clone(), shown, model)).collect()
    }

    pub(super) fn share_macros(&mut self, library: &macros::Library) {
        self.desks.iter_mut().for_each(|desk| desk.model_mut().macros = library.clone());
    }

    pub(super) fn share_messages(&mut self, library: &messages::Library) {
        self.desks.iter_mut().for_each(|desk| desk.model_mut().messages = library.clone());
    }
}

/// Whether the port is closed of a module that nobody looks at any more; then its handle goes without a wait.
pub(super) fn is_closed(handle: &mut dyn Handle) -> bool {
    let closes = |news| matches!(news, News::Session(Event::Line(LineEvent::Closed | LineEvent::Lost(_))));
    std::iter::from_fn(|| handle.poll()).any(closes)
}
