//! The station and what hangs on it: joining, leaving, and peers that lose their network (protocol.md §6.5).

use std::net::Ipv6Addr;

use crate::moment::Moment;
use crate::simulator::faults::Fault;
use crate::simulator::station::{Reason, State, Step, Surroundings};
use crate::simulator::{Happening, Simulator, timing};

impl Simulator {
    /// Begins to join with a configuration.
    pub(in crate::simulator) fn join(&mut self, config: u8) {
        self.stop_joining();
        if self.station.state > State::Searching {
            self.go(Step::Unlinked(Reason::Disabled));
        }
        self.station.config = config;
        let reached = self.plan_steps();
        self.busy.add(self.now, reached);
    }

    /// Plans how the join goes on, and gives the moment of its last step.
    fn plan_steps(&mut self) -> Moment {
        let Some(network) = self.memory.networks.get(&self.station.config) else { return self.now };
        let surroundings = Surroundings {
            access_points: &self.settings.access_points,
            certificates: &self.memory.certificates,
            faults: &self.settings.faults,
        };
        let steps = self.station.join(network, &surroundings, &mut self.chance);
        let mut due = self.now;
        for (pause, step) in steps {
            due = due + self.settings.timing.of(pause);
            self.agenda.plan(due, Happening::Station(step));
        }
        due
    }

    /// Leaves the network, or stops looking for it.
    pub(in crate::simulator) fn leave(&mut self) {
        self.stop_joining();
        if self.station.state > State::Searching {
            self.plan_work(timing::FAREWELL, Happening::Station(Step::Unlinked(Reason::Disabled)));
        } else {
            self.station.state = State::Disabled;
        }
    }

    fn stop_joining(&mut self) {
        self.agenda.cancel(|happening| matches!(happening, Happening::Station(_) | Happening::Join(_)));
    }

    /// The station goes a step, and says so.
    pub(in crate::simulator) fn go(&mut self, step: Step) {
        let lines = self.station.go(step, &self.settings.access_points);
        let quiet = step == Step::Ready && self.settings.faults.has(&Fault::NoSecondUunu);
        for line in lines.iter().filter(|_| !quiet) {
            self.say(line);
        }
        match step {
            Step::Unlinked(_) => self.lose_network(),
            Step::Refused(_) => {
                self.plan_steps();
            }
            Step::Ready => {
                self.plan_loss_of_link();
                self.connect_default_peers();
            }
            Step::Linked | Step::Addressed => {}
        }
    }

    /// The access point may be about to go away.
    pub(in crate::simulator) fn plan_loss_of_link(&mut self) {
        if let Some(life) = self.settings.faults.link_lost_after() {
            self.agenda.plan(self.now + life, Happening::Station(Step::Unlinked(Reason::OutOfRange)));
        }
    }

    fn lose_network(&mut self) {
        let connections: Vec<u32> = self.peers.links.keys().copied().collect();
        connections.into_iter().for_each(|connection| self.drop_link(connection));
    }

    /// Whether `AT+UDCP` may succeed: after the second `+UUNU` always, after the first now and then.
    pub(in crate::simulator) fn is_network_usable(&mut self) -> bool {
        match self.station.state {
            State::Ready => true,
            State::Addressed => self.station.addresses().is_some() && self.chance.among(0..2) == 0,
            State::Disabled | State::Searching | State::Linked => false,
        }
    }

    /// The IPv6 link-local address that follows from the hardware address (RFC 4291, appendix A).
    pub(in crate::simulator) fn link_local(&self) -> Ipv6Addr {
        let [a, b, c, d, e, f] = self.hardware_address(0);
        let word = |high: u8, low: u8| u16::from_be_bytes([high, low]);
        Ipv6Addr::new(0xFE80, 0, 0, 0, word(a ^ 2, b), word(c, 0xFF), word(0xFE, d), word(e, f))
    }
}
