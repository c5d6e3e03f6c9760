//! The search for a module as the window shows it: each port, what was tried there and what was heard.

use super::order::{Connection, Port, PortName, SearchNews};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::session::{Doubt, FlowControl, Heard, LineSettings, SearchAttempt, SearchEvent, SearchResult};

/// The search that is under way or was the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    pub ports: Vec<PortSearch>,
    pub began: Moment,
    /// When it was over.
    pub ended: Option<Moment>,
}

/// The search on one port.
#[derive(Clone, Debug, PartialEq)]
pub struct PortSearch {
    pub port: Port,
    pub state: PortState,
    /// What was heard, by how the line was set, in the order in which that was tried first.
    pub tried: Vec<(LineSettings, Heard)>,
}

/// How far the search on a port is.
#[derive(Clone, Debug, PartialEq)]
pub enum PortState {
    Waiting,
    /// This is tried now; nothing while the port is being opened.
    Trying(Option<(LineSettings, SearchAttempt)>),
    /// What is sent next could reach a cloud: the person is asked.
    Asking(Doubt),
    /// It could not be opened, or went away.
    Unusable(Problem),
    /// No module answers; the most that was heard.
    Nobody(Heard),
    Found(LineSettings),
    /// The person wants nothing sent there.
    Left,
    /// The person has stopped it.
    Stopped,
}

impl Search {
    pub(super) fn new(ports: Vec<Port>, now: Moment) -> Self {
        let ports =
            ports.into_iter().map(|port| PortSearch { port, state: PortState::Waiting, tried: Vec::new() });
        Self { ports: ports.collect(), began: now, ended: None }
    }

    /// Whether it is still going on.
    pub const fn is_under_way(&self) -> bool {
        self.ended.is_none()
    }

    /// Where a module was found.
    pub fn found(&self) -> Option<Connection> {
        self.ports.iter().find_map(|search| match search.state {
            PortState::Found(line) => Some(Connection::to(search.port.name.clone()).with_line(line)),
            _ => None,
        })
    }

    /// What the person is asked, if the search waits for an answer.
    pub fn question(&self) -> Option<Doubt> {
        self.ports.iter().find_map(|search| match search.state {
            PortState::Asking(doubt) => Some(doubt),
            _ => None,
        })
    }

    pub(super) fn opening(&mut self, port: &PortName) {
        if let Some(search) = self.ports.iter_mut().find(|search| search.port.name == *port) {
            search.state = PortState::Trying(None);
        }
    }

    pub(super) fn handle(&mut self, event: SearchEvent) {
        let Some(search) = self.present() else { return };
        match event {
            SearchEvent::Trying { line, attempt } => search.state = PortState::Trying(Some((line, attempt))),
            SearchEvent::Tried { line, heard } => search.note(line, heard),
            SearchEvent::Asks(doubt) => search.state = PortState::Asking(doubt),
            SearchEvent::Ended(result) => {
                search.state = match result {
                    SearchResult::Found(line) => PortState::Found(line),
                    SearchResult::Nobody(heard) => PortState::Nobody(heard),
                    SearchResult::Left => PortState::Left,
                    SearchResult::Cancelled => PortState::Stopped,
                }
            }
        }
    }

    /// The port that is searched cannot be used.
    pub(super) fn unusable(&mut self, problem: Problem) {
        if let Some(search) = self.present() {
            search.state = PortState::Unusable(problem);
        }
    }

    pub(super) fn end(&mut self, now: Moment) {
        self.ended = Some(now);
        if let Some(search) = self.present() {
            search.state = PortState::Stopped;
        }
    }

    fn present(&mut self) -> Option<&mut PortSearch> {
        self.ports.iter_mut().find(|search| search.is_present())
    }
}

impl PortSearch {
    const fn is_present(&self) -> bool {
        matches!(self.state, PortState::Trying(_) | PortState::Asking(_))
    }

    fn note(&mut self, line: LineSettings, heard: Heard) {
        match self.tried.iter_mut().find(|(known, _)| *known == line) {
            Some((_, most)) => *most = heard.max(*most),
            None => self.tried.push((line, heard)),
        }
    }

    /// The speeds that were tried, with what was heard at each; each speed once.
    pub fn speeds(&self) -> Vec<(u32, Heard)> {
        let mut speeds: Vec<(u32, Heard)> = Vec::new();
        for (LineSettings { speed, .. }, heard) in &self.tried {
            match speeds.iter_mut().find(|(known, _)| known == speed) {
                Some((_, most)) => *most = (*heard).max(*most),
                None => speeds.push((*speed, *heard)),
            }
        }
        speeds
    }
}

impl super::Model {
    pub(super) fn search_went_on(&mut self, news: SearchNews) {
        match news {
            SearchNews::Began(ports) => self.search = Some(Search::new(ports, self.now)),
            SearchNews::Opening(connection) => {
                self.connecting(&connection);
                if let Some(search) = &mut self.search {
                    search.opening(&connection.port);
                }
            }
            SearchNews::Ended => {
                let now = self.now;
                if let Some(search) = &mut self.search {
                    search.end(now);
                }
            }
        }
    }

    pub(super) fn search_told(&mut self, event: SearchEvent) {
        if let SearchEvent::Ended(SearchResult::Found(line)) = event {
            self.line.set(line);
        }
        if let SearchEvent::Tried { line, heard } = event {
            self.console.add_note(format!("{}: {}", line_words(line), heard.words()), self.now);
        }
        if let Some(search) = &mut self.search {
            search.handle(event);
        }
    }

    /// Whether ports are being searched.
    pub fn is_searching(&self) -> bool {
        self.search.as_ref().is_some_and(Search::is_under_way)
    }
}

/// Line settings in words.
pub fn line_words(line: LineSettings) -> String {
    let flow = match line.flow {
        FlowControl::RtsCts => "RTS/CTS flow control",
        FlowControl::None => "no flow control",
    };
    format!("{} bit/s, {flow}", line.speed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Kind;

    const LINE: LineSettings = LineSettings { speed: 9600, flow: FlowControl::None };

    fn search() -> Search {
        let port = |name: &str| Port { name: PortName::from(name), description: String::new(), usb: None };
        Search::new(vec![port("COM1"), port("COM2")], Moment::START)
    }

    #[test]
    fn what_a_port_brought_is_kept_when_the_next_is_opened() {
        let mut search = search();
        search.opening(&PortName::from("COM1"));
        search.handle(SearchEvent::Tried { line: LINE, heard: Heard::Garbage });
        search.handle(SearchEvent::Tried { line: LINE, heard: Heard::Nothing });
        search.handle(SearchEvent::Ended(SearchResult::Nobody(Heard::Garbage)));
        search.opening(&PortName::from("COM2"));
        search.handle(SearchEvent::Ended(SearchResult::Found(LINE)));
        search.end(Moment::START);
        assert_eq!(search.ports[0].speeds(), [(9600, Heard::Garbage)]);
        assert_eq!(search.ports[0].state, PortState::Nobody(Heard::Garbage));
        assert_eq!(search.found().map(|found| found.port), Some(PortName::from("COM2")));
    }

    #[test]
    fn a_port_that_cannot_be_opened_says_why() {
        let mut search = search();
        search.opening(&PortName::from("COM1"));
        let problem = Problem::new(Kind::PortBusy, "Another program has COM1 open", "Close it");
        search.unusable(problem.clone());
        assert_eq!(search.ports[0].state, PortState::Unusable(problem));
    }
}
