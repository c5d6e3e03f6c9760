//! The module's end of the serial line: speed and parity, and what becomes of bytes where the two ends differ.

use super::settings::LineSettings;
use crate::moment::Moment;

/// The line.
pub(super) struct Line {
    /// What the module is set to now.
    pub(super) own: LineSettings,
    /// What the host is set to, if it said so.
    host: Option<LineSettings>,
    /// While its speed changes the UART hears nothing.
    pub(super) deaf_until: Moment,
    /// Every how many bytes one gets lost.
    loss: Option<u32>,
    received: u32,
}

impl Line {
    pub(super) fn new(own: LineSettings, loss: Option<u32>) -> Self {
        Self { own, host: None, deaf_until: Moment::START, loss, received: 0 }
    }

    pub(super) fn set_host(&mut self, settings: LineSettings) {
        self.host = Some(settings);
    }

    /// What the module hears of what the host sent.
    pub(super) fn heard(&mut self, mut bytes: Vec<u8>, now: Moment) -> Vec<u8> {
        if now < self.deaf_until {
            return Vec::new();
        }
        if let Some(interval) = self.loss {
            bytes.retain(|_| {
                self.received = (self.received + 1) % interval;
                self.received != 0
            });
        }
        self.garble(&mut bytes);
        bytes
    }

    /// What the host gets of what the module sent.
    pub(super) fn garble(&self, bytes: &mut [u8]) {
        if self.host.is_some_and(|host| !host.understands(self.own)) {
            // Never ASCII: at a wrong speed a start bit is seen in the middle of bytes, and the rest reads as ones.
            bytes.iter_mut().for_each(|byte| *byte = byte.rotate_left(3) | 0x80);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::{FlowControl, Parity};

    fn heard(own: LineSettings, host: LineSettings) -> Vec<u8> {
        let mut line = Line::new(own, None);
        line.set_host(host);
        line.heard(b"AT\r".to_vec(), Moment::START)
    }

    #[test]
    fn bytes_arrive_where_speed_and_parity_agree() {
        let own = LineSettings::default();
        assert_eq!(
            heard(own, LineSettings { flow_control: FlowControl::None, stop_bits: 2, ..own }),
            b"AT\r"
        );
    }

    #[test]
    fn another_speed_or_parity_leaves_nothing_readable() {
        let own = LineSettings::default();
        for host in [LineSettings { baud_rate: 9600, ..own }, LineSettings { parity: Parity::Even, ..own }] {
            assert!(!heard(own, host).is_ascii());
            assert!(heard(own, host).iter().all(|byte| *byte >= 0x80));
        }
    }

    #[test]
    fn every_nth_byte_gets_lost_across_chunks() {
        let mut line = Line::new(LineSettings::default(), Some(3));
        let heard: Vec<u8> = [&b"12"[..], b"345", b"6789"]
            .iter()
            .flat_map(|chunk| line.heard(chunk.to_vec(), Moment::START))
            .collect();
        assert_eq!(heard, b"124578");
    }
}
