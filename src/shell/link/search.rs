//! The search for a module over the ports of this computer, one after the other. How a module is found on a port is the
//! business of the session; here is which port is next, and what follows when a port has been searched.

use std::collections::VecDeque;

use super::ports;
use super::worker::Worker;
use crate::model::{Connection, News, Port, PortName, SearchNews};
use crate::session::{
    Caution, Consent, Event, LineChange, LineEvent, LineSettings, SearchEvent, SearchResult, Wish,
};

/// A search under way.
pub(super) struct Search {
    waiting: VecDeque<Port>,
    line: LineSettings,
    step: Step,
    wanted: Wanted,
    caution: Caution,
}

/// Whether the person still wants it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Yes,
    NoMore,
}

/// Where a search stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// A port is being searched.
    Searching,
    /// Nobody is on it, or it cannot be had.
    Next,
    /// The module is found, or the person has seen enough.
    End(Keep),
}

/// What becomes of the port that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Open,
    Closed,
}

impl Worker {
    pub(super) fn begin_search(&mut self, first: &Connection, except: &[PortName]) {
        self.end_search();
        self.disconnect();
        let mut found = to_search(ports::list_with(&first.port).unwrap_or_else(ports::list), &first.port);
        found.retain(|port| !except.contains(&port.name));
        self.teller.tell(News::Search(SearchNews::Began(found.clone())));
        self.search = Some(Search {
            waiting: found.into(),
            line: first.line(),
            step: Step::Next,
            wanted: Wanted::Yes,
            caution: Caution::Ask,
        });
    }

    /// Goes on with what the session has told.
    pub(super) fn search_on(&mut self) {
        while let Some(search) = &mut self.search {
            match search.step {
                Step::Searching => return,
                Step::End(keep) => {
                    if keep == Keep::Closed {
                        self.disconnect();
                    }
                    return self.end_search();
                }
                Step::Next if search.wanted == Wanted::NoMore => search.step = Step::End(Keep::Closed),
                Step::Next => {
                    search.step = Step::Searching;
                    let (next, line, caution) = (search.waiting.pop_front(), search.line, search.caution);
                    self.disconnect();
                    let Some(next) = next else { return self.end_search() };
                    let connection = Connection::to(next.name).with_line(line);
                    self.teller.tell(News::Search(SearchNews::Opening(connection.clone())));
                    self.connect(connection, |line| LineChange::OpenedForSearch(line, caution));
                }
            }
        }
    }

    /// A search that is under way needs to know what became of its port.
    pub(super) fn note_search(&mut self, event: &Event) {
        let Some(search) = &mut self.search else { return };
        search.step = match event {
            Event::Search(SearchEvent::Ended(SearchResult::Found(_))) => Step::End(Keep::Open),
            Event::Search(SearchEvent::Ended(SearchResult::Cancelled)) => Step::End(Keep::Closed),
            Event::Search(SearchEvent::Ended(SearchResult::Nobody(_) | SearchResult::Left))
            | Event::Line(LineEvent::Lost(_)) => Step::Next,
            _ => return,
        };
    }

    /// What is wished during a search counts for its further ports too.
    pub(super) fn note_wish(&mut self, wish: &Wish) {
        let Some(search) = &mut self.search else { return };
        match wish {
            // No further port is opened, whatever becomes of the present one.
            Wish::Cancel => search.wanted = Wanted::NoMore,
            Wish::Answer(Consent::GoOn) => search.caution = Caution::Allowed,
            _ => {}
        }
    }

    pub(super) fn end_search(&mut self) {
        if self.search.take().is_some() {
            self.teller.tell(News::Search(SearchNews::Ended));
        }
    }
}

/// USB vendors whose chips are on evaluation kits, the likely ones first: u-blox itself, FTDI, Silicon Labs.
const KITS: [u16; 3] = [0x1546, 0x0403, 0x10C4];

/// What is searched: `first`, then what looks like an evaluation kit, then other USB devices, then the rest. The
/// simulated module is no answer to where a module on a cable is, so it is searched only where it was chosen and there is
/// no other port.
fn to_search(mut ports: Vec<Port>, first: &PortName) -> Vec<Port> {
    let is_serial = |port: &Port| matches!(port.name, PortName::Serial(_));
    let none = !ports.iter().any(is_serial);
    ports.retain(|port| is_serial(port) || (none && port.name == *first));
    ports.sort_by_key(|port| (port.name != *first, rank(port)));
    ports
}

fn rank(port: &Port) -> usize {
    match &port.usb {
        Some(usb) => KITS.iter().position(|vendor| *vendor == usb.vendor).unwrap_or(KITS.len()),
        None => KITS.len() + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UsbIds;

    fn port(name: &str, vendor: Option<u16>) -> Port {
        let usb = vendor.map(|vendor| UsbIds { vendor, product: 1, serial_number: None });
        Port { name: PortName::from(name), description: String::new(), usb }
    }

    fn order(ports: Vec<Port>, first: &str) -> Vec<String> {
        to_search(ports, &PortName::from(first)).into_iter().map(|port| port.name.to_string()).collect()
    }

    #[test]
    fn the_chosen_port_comes_first_then_kits_then_other_usb_devices() {
        let ports = vec![
            port("COM1", None),
            port("COM2", Some(0x1A86)),
            port("COM3", Some(0x0403)),
            port("COM4", Some(0x1546)),
            port("COM5", None),
            port("simulated", None),
        ];
        assert_eq!(order(ports, "COM5"), ["COM5", "COM4", "COM3", "COM2", "COM1"]);
    }

    #[test]
    fn the_simulated_module_is_searched_where_it_was_chosen_and_there_is_nothing_else() {
        let simulated = || port("simulated", None);
        assert_eq!(order(vec![simulated()], "simulated"), ["simulated"]);
        assert_eq!(order(vec![simulated()], "COM1"), [""; 0]);
        assert_eq!(order(vec![simulated(), port("COM2", None)], "simulated"), ["COM2"]);
    }
}
