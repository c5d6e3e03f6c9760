//! How the serial line of a module is set, in the words of `AT+UMRS` (protocol.md §1.2). Always 8 data bits, no parity and
//! one stop bit.

use serde::{Deserialize, Serialize};

use super::named;

/// The speeds that u-blox recommends, in bits per second, the slowest first, and 1000000, which is used on ODIN-W2
/// (protocol.md §1.2). Not every module has all of them: an ODIN-W2 begins at 19200 and goes further.
pub const SPEEDS: [u32; 14] = [
    9600, 14_400, 19_200, 28_800, 38_400, 57_600, 76_800, 115_200, 230_400, 250_000, 460_800, 921_600,
    1_000_000, 3_000_000,
];

/// How one end of the line is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSettings {
    /// Bits per second.
    pub speed: u32,
    pub flow: FlowControl,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlowControl {
    /// RTS and CTS: the module's default.
    #[default]
    RtsCts,
    /// None; the computer asserts RTS all the time.
    None,
}

impl LineSettings {
    /// The factory setting of every module (protocol.md §1.1).
    pub const FACTORY: Self = Self { speed: 115_200, flow: FlowControl::RtsCts };

    /// Reads `+UMRS:115200,1,8,1,1`.
    pub fn parse(line: &str) -> Option<Self> {
        let answer = named(line, "UMRS")?;
        let flow = match answer.number(1)? {
            1_u8 => FlowControl::RtsCts,
            2 => FlowControl::None,
            _ => return None,
        };
        Some(Self { speed: answer.number(0)?, flow })
    }

    /// What sets a module like this, from the `OK` on.
    pub fn command(self) -> String {
        let flow = match self.flow {
            FlowControl::RtsCts => 1,
            FlowControl::None => 2,
        };
        format!("AT+UMRS={},{flow},8,1,1,1", self.speed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_read_as_a_module_writes_them() {
        assert_eq!(LineSettings::parse("+UMRS:115200,1,8,1,1"), Some(LineSettings::FACTORY));
        let without = LineSettings { speed: 9600, flow: FlowControl::None };
        assert_eq!(LineSettings::parse("+UMRS:9600,2,8,1,1"), Some(without));
        assert_eq!(without.command(), "AT+UMRS=9600,2,8,1,1,1");
        for line in ["+UMRS:9600", "+UMRS:9600,3,8,1,1", "+UMSM:9600,1", ""] {
            assert_eq!(LineSettings::parse(line), None, "{line}");
        }
    }
}
