//! Echo, registers, storing, starting, line settings (protocol.md §1).

use super::{number, number_or};
use crate::at::{Param, quote};
use crate::module::Family;
use crate::simulator::console::Answer;
use crate::simulator::memory::Banner;
use crate::simulator::settings::{Echo, FlowControl, LineSettings, Mode, Parity};
use crate::simulator::{Happening, Simulator, timing};

/// The greatest value of a register.
const MAX_REGISTER: u8 = 127;
/// The longest text of `AT+CSGT`, in characters.
const MAX_BANNER: usize = 48;
/// Speeds (protocol.md §1.2).
const NINA_SPEEDS: std::ops::RangeInclusive<u32> = 9600..=3_000_000;
const ODIN_SPEEDS: std::ops::RangeInclusive<u32> = 19_200..=5_250_000;

impl Simulator {
    pub(super) fn set_echo(&mut self, echo: Echo) -> Answer {
        self.memory.profile.echo = echo;
        Answer::ok()
    }

    pub(super) fn echo(&self) -> Answer {
        Answer::line(if self.memory.profile.echo == Echo::On { "1" } else { "0" })
    }

    pub(super) fn mark(&mut self) -> Answer {
        self.memory.mark();
        Answer::ok()
    }

    pub(super) fn forget_marks(&mut self) -> Answer {
        self.memory.forget_marks();
        Answer::ok()
    }

    pub(super) fn order_factory(&mut self) -> Answer {
        self.memory.order_factory();
        Answer::ok()
    }

    /// `AT&D` with its number; without one it is 0.
    pub(super) fn set_dtr(&mut self, name: &str) -> Answer {
        self.memory.profile.dtr = last_digit(name);
        Answer::ok()
    }

    /// `AT&S` with its number; without one it is 0.
    pub(super) fn set_dsr(&mut self, name: &str) -> Answer {
        self.memory.profile.dsr = last_digit(name);
        Answer::ok()
    }

    pub(super) fn register(&self, name: &str) -> Option<Answer> {
        let registers = self.memory.profile.registers;
        let value = match name {
            "S2" => registers.escape,
            "S3" => registers.end,
            "S4" => registers.feed,
            "S5" => registers.backspace,
            _ => return None,
        };
        Some(Answer::line(value.to_string()))
    }

    pub(super) fn set_register(&mut self, name: &str, params: &[Param]) -> Option<Answer> {
        let value = number(params, 0).filter(|value| *value <= MAX_REGISTER)?;
        let registers = &mut self.memory.profile.registers;
        match name {
            "S2" => registers.escape = value,
            "S3" => registers.end = value,
            "S4" => registers.feed = value,
            "S5" => registers.backspace = value,
            _ => return None,
        }
        Some(Answer::ok())
    }

    pub(super) fn banner(&self) -> Answer {
        let Banner { shown, text } = &self.memory.profile.banner;
        Answer::line(format!("+CSGT:{},{}", u8::from(*shown), quote(text)))
    }

    pub(super) fn set_banner(&mut self, params: &[Param]) -> Option<Answer> {
        let shown = number::<u8>(params, 0).filter(|shown| *shown <= 1)? == 1;
        let banner = &mut self.memory.profile.banner;
        if let Some(Param { text, .. }) = params.get(1) {
            (text.chars().count() <= MAX_BANNER).then(|| banner.text.clone_from(text))?;
        }
        banner.shown = shown;
        Some(Answer::ok())
    }

    pub(super) fn start_mode(&self) -> Answer {
        let number = match self.memory.profile.mode {
            Mode::Command => 0,
            Mode::Data => 1,
            Mode::Edm => 2,
        };
        Answer::line(format!("+UMSM:{number}"))
    }

    pub(super) fn set_start_mode(&mut self, params: &[Param]) -> Option<Answer> {
        self.memory.profile.mode = match number(params, 0)? {
            0_u8 => Mode::Command,
            1 => Mode::Data,
            2 if self.capabilities.edm => Mode::Edm,
            _ => return None,
        };
        Some(Answer::ok())
    }

    /// Uptime in seconds, and whether the settings are saved.
    pub(super) fn list_status(&self) -> Answer {
        let uptime = self.now.since(self.started).as_secs();
        Answer::lines([
            format!("+UMSTAT:0,{uptime}"),
            format!("+UMSTAT:1,{}", u8::from(self.memory.is_saved())),
        ])
    }

    pub(super) fn status(&self, params: &[Param]) -> Option<Answer> {
        let index: usize = number(params, 0)?;
        self.list_status().lines.into_iter().nth(index).map(Answer::line)
    }

    pub(super) fn line_settings(&self) -> Answer {
        let LineSettings { baud_rate, flow_control, stop_bits, parity } = self.memory.profile.line;
        let flow = if flow_control == FlowControl::CtsRts { 1 } else { 2 };
        let parity = match parity {
            Parity::None => 1,
            Parity::Odd => 2,
            Parity::Even => 3,
        };
        Answer::line(format!("+UMRS:{baud_rate},{flow},8,{stop_bits},{parity}"))
    }

    /// `OK` still comes at the old speed. In extended data mode nothing changes before the restart.
    pub(super) fn set_line_settings(&mut self, params: &[Param]) -> Option<Answer> {
        let odin = self.settings.model.family() == Some(Family::OdinW2);
        let speeds = if odin { ODIN_SPEEDS } else { NINA_SPEEDS };
        let settings = LineSettings {
            baud_rate: number(params, 0).filter(|speed| speeds.contains(speed))?,
            flow_control: match number_or(params, 1, 1)? {
                1_u8 => FlowControl::CtsRts,
                2 => FlowControl::None,
                _ => return None,
            },
            stop_bits: number_or(params, 3, 1).filter(|bits| matches!(bits, 1 | 2))?,
            parity: match number_or(params, 4, 1)? {
                1_u8 => Parity::None,
                2 => Parity::Odd,
                3 => Parity::Even,
                _ => return None,
            },
        };
        let at_once = number_or(params, 5, 1).filter(|at_once: &u8| *at_once <= 1)? == 1;
        (number_or(params, 2, 8)? == 8_u8 && params.len() <= 6).then_some(())?;
        self.memory.profile.line = settings;
        if at_once && self.mode() == Mode::Command {
            self.line.deaf_until = self.now + self.settings.timing.of(timing::LINE_CHANGE);
            self.agenda.plan(self.now, Happening::LineChange(settings));
        }
        Some(Answer::ok())
    }
}

fn last_digit(name: &str) -> u8 {
    name.bytes().last().filter(u8::is_ascii_digit).map_or(0, |digit| digit - b'0')
}
