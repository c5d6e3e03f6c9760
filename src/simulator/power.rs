//! Starting, restarting and changing modes (protocol.md §1.3–§1.5, §4).

use std::ops::Range;

use super::agenda::Busy;
use super::faults::Fault;
use super::memory::{NetworkConfig, Restart};
use super::pipe::{Event, Pipe};
use super::settings::Mode;
use super::station::{State, Station};
use super::{Happening, Port, Power, Simulator, timing};
use crate::edm::{Decoder, Item, Packet};
use crate::module::Family;

/// What the ROM of an ESP32 says, the core of every NINA, with bytes that are no text at this speed.
const ROM_TEXT: &[u8] =
    b"ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n\
    \xF8\x80\xFE\x06\x9E\r\nentry 0x400806a0\r\n";
/// Bytes of the fault `rom-noise`.
const NOISE: Range<u32> = 0..2048;

impl Simulator {
    pub(super) fn take_starting_state(&mut self) {
        let start = self.settings.start.clone();
        self.memory.profile.echo = start.echo;
        for stored in &start.stored {
            let name = (stored.kind, stored.name.as_str());
            self.memory.certificates.import(name, stored.pem.reveal().as_bytes(), None);
        }
        self.port = self.port_in(start.mode);
        if self.settings.faults.has(&Fault::BootLoop) {
            return self.restart(Restart::Crash);
        }
        let config_for = |ssid: &String| {
            let access_point = self.settings.access_points.iter().find(|own| own.ssid == *ssid)?;
            NetworkConfig::for_network(access_point)
        };
        if let Some(config) = start.joined.as_ref().and_then(config_for) {
            self.memory.networks.insert(0, config);
            self.join(0);
            self.agenda.cancel(|happening| matches!(happening, Happening::Station(_)));
            self.busy = Busy::default();
            self.station.state = State::Ready;
            self.plan_loss_of_link();
        }
    }

    /// Something goes wrong in the middle of a command.
    pub(super) fn strike(&mut self, fault: &Fault) {
        match fault {
            Fault::ResetDuring(_) => self.restart(Restart::Crash),
            _ => self.fall_silent(),
        }
    }

    fn fall_silent(&mut self) {
        self.power = Power::Deaf;
        self.port = Port::Command;
        self.agenda.cancel(|_| true);
        self.clear_console();
    }

    /// Everything stops; the module is back after its boot.
    pub(super) fn restart(&mut self, cause: Restart) {
        for connection in self.peers.clear() {
            self.close_tcp(connection);
        }
        self.fall_silent();
        self.memory.restart(cause);
        self.station = Station::default();
        self.line.own = self.memory.profile.line;
        if self.settings.faults.take(&Fault::DeafBoot) {
            return;
        }
        self.power = Power::Booting;
        self.plan_work(timing::ROM, Happening::Rom);
        let boot = if self.settings.faults.has(&Fault::BootLoop) { timing::BROWNOUT } else { timing::BOOT };
        self.plan_work(boot, Happening::Booted);
    }

    pub(super) fn speak_rom(&mut self) {
        if self.settings.faults.has(&Fault::RomNoise) {
            let noise: Vec<u8> = NOISE.map(|_| self.chance.among(0..256) as u8).collect();
            self.write(&noise);
        }
        if self.settings.model.family() != Some(Family::OdinW2) {
            self.write(ROM_TEXT);
        }
    }

    pub(super) fn finish_boot(&mut self) {
        if self.settings.faults.has(&Fault::BootLoop) {
            return self.restart(Restart::Crash);
        }
        self.power = Power::On;
        self.started = self.now;
        match self.memory.profile.mode {
            Mode::Command => self.speak_banner(),
            mode => self.enter(mode),
        }
        let startup = self.memory.networks.iter().find(|(_, config)| config.joins_at_boot());
        if let Some(number) = startup.map(|(number, _)| *number) {
            self.join(number);
        }
    }

    pub(super) fn speak_banner(&mut self) {
        if self.memory.profile.banner.shown {
            let banner = self.memory.profile.banner.text.clone();
            self.say(&banner);
        }
    }

    pub(super) fn mode(&self) -> Mode {
        match self.port {
            Port::Command => Mode::Command,
            Port::Data(_) => Mode::Data,
            Port::Edm(_) => Mode::Edm,
        }
    }

    fn port_in(&self, mode: Mode) -> Port {
        match mode {
            Mode::Command => Port::Command,
            Mode::Data => Port::Data(Pipe::new(self.memory.profile.registers.escape, self.now)),
            Mode::Edm => Port::Edm(Decoder::new()),
        }
    }

    /// Changes the mode. What has been held back for it comes out.
    pub(super) fn enter(&mut self, mode: Mode) {
        self.port = self.port_in(mode);
        if mode == Mode::Edm {
            self.send(&Packet::Start);
        }
        if mode != Mode::Data {
            self.say_held();
        }
        if mode != Mode::Command {
            self.deliver_held();
            self.connect_default_peers();
        }
    }

    /// Takes bytes from the line.
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        match &mut self.port {
            Port::Command => self.read_text(bytes),
            Port::Data(pipe) => {
                for event in pipe.feed(bytes, self.now) {
                    self.handle_pipe(event);
                }
            }
            Port::Edm(decoder) => {
                decoder.feed(bytes);
                while let Port::Edm(decoder) = &mut self.port
                    && let Some(item) = decoder.poll()
                {
                    self.handle_item(item);
                }
            }
        }
    }

    /// Data mode has come to something.
    pub(super) fn handle_pipe(&mut self, event: Event) {
        match event {
            Event::Packet(data) => self.broadcast(&data),
            Event::Escaped => {
                self.port = Port::Command;
                self.speak_ok();
                self.say_held();
            }
        }
    }

    /// What stands outside packets is ignored, and so are packets that are not meant for a module.
    fn handle_item(&mut self, item: Item) {
        match item {
            Item::Packet(Packet::AtRequest(text)) => self.read_text(&text),
            Item::Packet(Packet::Send { channel, data }) => self.publish_on(channel, &data),
            Item::Packet(Packet::ResendConnectEvents) => self.resend_connect_events(),
            Item::Packet(_) | Item::Junk(_) => {}
        }
    }
}
