//! Azure as a device meets it: a provisioning service and the hubs that it gives devices to, told apart by host.
//! Each of them is judged in its own file; here devices move from one to the other.

use std::collections::BTreeMap;

use super::{AzureDps, AzureHub, Cloud, Event, Output};
use crate::moment::Moment;

/// A make-believe provisioning service with its make-believe hubs.
pub struct Azure {
    provisioning: AzureDps,
    hubs: Vec<AzureHub>,
    /// Which of them a connection leads to.
    sides: BTreeMap<u32, Side>,
    /// Connections to hosts that do not exist here.
    lost: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
enum Side {
    Provisioning,
    Hub(usize),
}

impl Azure {
    /// A device that the service assigns to one of the hubs, by its host, is known there with the proof it has shown.
    pub fn new(provisioning: AzureDps, hubs: Vec<AzureHub>) -> Self {
        Self { provisioning, hubs, sides: BTreeMap::new(), lost: Vec::new() }
    }

    /// The host names that lead here.
    pub fn hosts(&self) -> Vec<&str> {
        std::iter::once(self.provisioning.host()).chain(self.hubs.iter().map(AzureHub::host)).collect()
    }

    /// The provisioning service.
    pub fn provisioning(&mut self) -> &mut AzureDps {
        &mut self.provisioning
    }

    /// The hub of this host.
    pub fn hub(&mut self, host: &str) -> Option<&mut AzureHub> {
        self.hubs.iter_mut().find(|hub| hub.host().eq_ignore_ascii_case(host))
    }

    fn side(&mut self, connection: u32) -> Option<&mut dyn Cloud> {
        match self.sides.get(&connection)? {
            Side::Provisioning => Some(&mut self.provisioning),
            Side::Hub(place) => self.hubs.get_mut(*place).map(|hub| hub as &mut dyn Cloud),
        }
    }

    fn hand_devices_over(&mut self) {
        for (host, device) in self.provisioning.take_assigned() {
            if let Some(hub) = self.hub(&host) {
                hub.register(device);
            }
        }
    }
}

impl Cloud for Azure {
    fn handle_open(&mut self, connection: u32, host: &str, now: Moment) {
        let hub = self.hubs.iter().position(|hub| hub.host().eq_ignore_ascii_case(host)).map(Side::Hub);
        let is_provisioning = self.provisioning.host().eq_ignore_ascii_case(host);
        let Some(side) = hub.or_else(|| is_provisioning.then_some(Side::Provisioning)) else {
            self.lost.push(connection);
            return;
        };
        self.sides.insert(connection, side);
        if let Some(side) = self.side(connection) {
            side.handle_open(connection, host, now);
        }
    }

    fn handle_bytes(&mut self, connection: u32, bytes: &[u8], now: Moment) {
        if let Some(side) = self.side(connection) {
            side.handle_bytes(connection, bytes, now);
        }
        self.hand_devices_over();
    }

    fn handle_close(&mut self, connection: u32) {
        if let Some(side) = self.side(connection) {
            side.handle_close(connection);
        }
        self.sides.remove(&connection);
    }

    fn handle_time(&mut self, now: Moment) {
        self.provisioning.handle_time(now);
        self.hubs.iter_mut().for_each(|hub| hub.handle_time(now));
    }

    fn poll_time(&self) -> Option<Moment> {
        let hubs = self.hubs.iter().filter_map(AzureHub::poll_time);
        hubs.chain(self.provisioning.poll_time()).min()
    }

    fn poll_output(&mut self) -> Option<Output> {
        if let Some(connection) = self.lost.pop() {
            return Some(Output::Close { connection });
        }
        let hubs = self.hubs.iter_mut().find_map(AzureHub::poll_output);
        let output = hubs.or_else(|| self.provisioning.poll_output());
        if let Some(Output::Close { connection }) = &output {
            self.sides.remove(connection);
        }
        output
    }

    fn poll_event(&mut self) -> Option<Event> {
        let provisioning = self.provisioning.poll_event();
        provisioning.or_else(|| self.hubs.iter_mut().find_map(AzureHub::poll_event))
    }
}
