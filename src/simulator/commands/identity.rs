//! Who the module is (protocol.md §3). The seed makes it one of its kind; seed 0 is the module of transcript G6.

use super::number;
use crate::at::Param;
use crate::module::Family;
use crate::simulator::Simulator;
use crate::simulator::console::Answer;

const FIRST_SERIAL_NUMBER: u64 = 233_965_910_595_296;
const VENDOR: u64 = 0xD4CA_6E00_0000;
const FIRST_DEVICE: u64 = 0xFD_96E0;
/// A module has four addresses: the station's, and at these distances the others.
const ADDRESSES: u64 = 4;
const ETHERNET: u64 = 1;
const BLUETOOTH: u64 = 2;
const ACCESS_POINT: u64 = 3;

impl Simulator {
    pub(super) fn model(&self) -> Answer {
        match self.settings.model.family() {
            Some(Family::OdinW2) => Answer::line("\"ODIN-W2\""),
            _ => Answer::line(format!("\"{}\"", self.settings.model)),
        }
    }

    pub(super) fn firmware(&self) -> Answer {
        Answer::line(format!("\"{}\"", self.settings.firmware))
    }

    pub(super) fn serial_number(&self) -> Answer {
        let number = FIRST_SERIAL_NUMBER.wrapping_add(self.seed) % 10_000_000_000_000_000;
        Answer::line(format!("\"{number:016}\""))
    }

    pub(super) fn type_code(&self) -> Answer {
        let model = self.settings.model.to_string();
        match self.settings.model.family() {
            Some(Family::OdinW2) if model == "ODIN-W2" => Answer::line("\"ODIN-W262-04B-00\""),
            Some(Family::OdinW2) => Answer::line(format!("\"{model}-04B-00\"")),
            _ => Answer::line(format!("\"{model}-00B-00\"")),
        }
    }

    pub(super) fn firmware_in_full(&self) -> Answer {
        let firmware = self.settings.firmware;
        let (name, commit) = match self.settings.model.family() {
            Some(Family::NinaW13) => ("NINA-W13X", "253211b6"),
            Some(Family::NinaW156) => ("NINA-W156", "259e42c3"),
            Some(Family::OdinW2) => ("ODIN-W26X", "61cbc2d3020"),
            Some(Family::NinaW15) | None => ("NINA-W15X", "259e42c3"),
        };
        Answer::line(format!("\"{firmware}\",\"{name}-{firmware}-0-g{commit}\""))
    }

    pub(super) fn processor_id(&self) -> Answer {
        let device = 0x246F_2811_9B14_u64.wrapping_add(self.seed) & 0xFFFF_FFFF_FFFF;
        match self.settings.model.family() {
            Some(Family::OdinW2) => Answer::line(format!("\"3E0046000B51{:010}\"", device % 10_000_000_000)),
            _ => Answer::line(format!("\"{device:024X}\"")),
        }
    }

    pub(super) fn local_address(&self, params: &[Param]) -> Option<Answer> {
        let [_] = params else { return None };
        let distance = match number(params, 0)? {
            1_u8 if self.capabilities.bluetooth => BLUETOOTH,
            2 => 0,
            3 => ETHERNET,
            4 => ACCESS_POINT,
            _ => return None,
        };
        let address: String =
            self.hardware_address(distance).iter().map(|byte| format!("{byte:02X}")).collect();
        Some(Answer::line(format!("+UMLA:{address}")))
    }

    /// The hardware address at a distance from the station's.
    pub(in crate::simulator) fn hardware_address(&self, distance: u64) -> [u8; 6] {
        let device = FIRST_DEVICE.wrapping_add(self.seed.wrapping_mul(ADDRESSES)).wrapping_add(distance);
        let [_, _, address @ ..] = (VENDOR | (device & 0xFF_FFFF)).to_be_bytes();
        address
    }
}
