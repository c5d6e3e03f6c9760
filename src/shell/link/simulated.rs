//! The simulated module that ships in the program, as a port like any other. It keeps what it has learnt while nobody is
//! connected to it, as a module on a desk does.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::Transport;
use crate::model::Demonstration;
use crate::module::{Firmware, Model};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::profile::CloudKind;
use crate::session::{FlowControl, LineSettings};
use crate::shell::clock::Clock;
use crate::shell::demonstration::{self, DemonstrationClouds};
use crate::shell::simulation::Simulation;
use crate::simulator::{self, Input, Settings};

const MODEL: &str = "NINA-W152";
const FIRMWARE: Firmware = Firmware { major: 4, minor: 0, patch: 0, build: 6 };
/// The simulated module on the desk. Copies are the same module.
#[derive(Clone)]
pub(super) struct Simulated {
    clock: Clock,
    module: Rc<RefCell<Simulation>>,
}

impl Simulated {
    /// The module with this number: always the same one, so that a demonstration can be repeated.
    pub(super) fn new(clock: Clock, number: u64) -> Self {
        let mut settings = Settings::new(Model::new(MODEL), FIRMWARE, clock.date_at_start());
        settings.access_points.push(demonstration::access_point());
        Self { clock, module: Rc::new(RefCell::new(Simulation::new(settings, number, Vec::new()))) }
    }

    /// The values by which the module reaches a make-believe cloud; all of them are made the first time.
    pub(super) fn demonstrate(&self, kind: CloudKind) -> Result<Demonstration, Problem> {
        let mut module = self.module.borrow_mut();
        if module.clouds().is_none() {
            module.set_clouds(DemonstrationClouds::new(self.clock)?);
        }
        module.clouds().ok_or_else(demonstration::missing)?.values(kind)
    }

    /// Sends a message from a make-believe cloud to its device.
    pub(super) fn send_from_cloud(&self, kind: CloudKind, payload: &[u8]) -> Result<(), Problem> {
        let mut module = self.module.borrow_mut();
        let sent = module.clouds().ok_or_else(demonstration::missing)?.send(kind, payload);
        module.handle_time(self.clock.now());
        sent
    }
}

impl Transport for Simulated {
    fn read(&mut self, buffer: &mut [u8], patience: Duration) -> Result<usize, Problem> {
        let mut module = self.module.borrow_mut();
        let deadline = self.clock.now() + patience;
        loop {
            let now = self.clock.now();
            if module.poll_time().is_some_and(|due| due <= now) {
                module.handle_time(now);
            }
            let count = take(&mut module, buffer);
            if count > 0 || now >= deadline {
                return Ok(count);
            }
            let next: Moment = module.poll_time().map_or(deadline, |due| due.min(deadline));
            if let Ok(news) = module.socket_news().recv_timeout(next.since(now)) {
                module.handle_socket(news, self.clock.now());
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize, Problem> {
        self.module.borrow_mut().handle(Input::Bytes(bytes.to_vec()), self.clock.now());
        Ok(bytes.len())
    }

    fn set_line(&mut self, LineSettings { speed, flow }: LineSettings) -> Result<(), Problem> {
        let flow_control = match flow {
            FlowControl::RtsCts => simulator::FlowControl::CtsRts,
            FlowControl::None => simulator::FlowControl::None,
        };
        let line = simulator::LineSettings { baud_rate: speed, flow_control, ..Default::default() };
        self.module.borrow_mut().handle(Input::Line(line), self.clock.now());
        Ok(())
    }
}

fn take(module: &mut Simulation, buffer: &mut [u8]) -> usize {
    let outgoing = module.outgoing();
    let count = outgoing.len().min(buffer.len());
    buffer.iter_mut().zip(outgoing.drain(..count)).for_each(|(place, byte)| *place = byte);
    count
}
