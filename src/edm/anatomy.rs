//! A frame taken apart for people: what each group of its bytes is called and says (protocol.md §5). It names every byte of
//! whatever it is given, also where that is no frame; what a frame means for the program is the packet's business.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::packet::{FRAME_END, FRAME_START};

/// A group of bytes of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is called, such as `channel`.
    pub name: &'static str,
    /// What it says, such as `3`, or what is wrong with it.
    pub meaning: String,
    /// Its bytes in the frame; empty where bytes are missing.
    pub span: Range<usize>,
}

/// Takes a frame apart. The parts follow each other and hold every byte once. Bytes that have no place are a part named
/// `left over`, bytes that should be there one named `missing`, each with the reason.
pub fn anatomy(frame: &[u8]) -> Vec<Part> {
    let mut table = Table { frame, at: 0, end: frame.len(), parts: Vec::new() };
    if frame.first() != Some(&FRAME_START) {
        table.left_over("A frame starts with AA");
        return table.parts;
    }
    table.part("start", |_: [u8; 1]| "A frame begins".to_owned());
    let Some(length) = table.length() else { return table.parts };
    let payload_end = table.at + length;
    table.end = payload_end.min(frame.len());
    table.payload();
    table.end = frame.len();
    let missing = (payload_end + 1).saturating_sub(frame.len());
    if missing > 0 {
        table.missing(format!("{} by the length, the end among them", counted(missing)));
        return table.parts;
    }
    table.part("end", |[byte]: [u8; 1]| match byte {
        FRAME_END => "The frame ends".to_owned(),
        _ => "It should be 55: the length is wrong, or this is no frame".to_owned(),
    });
    table.left_over("Behind the end of the frame");
    table.parts
}

/// The parts so far, and what is still to be named: from `at` to `end`.
struct Table<'a> {
    frame: &'a [u8],
    at: usize,
    end: usize,
    parts: Vec<Part>,
}

impl Table<'_> {
    fn length(&mut self) -> Option<usize> {
        let word = self.part("length", |bytes: [u8; 2]| {
            let word = u16::from_be_bytes(bytes);
            let bytes = counted(usize::from(word & 0x0FFF));
            match word >> 12 {
                0 => format!("{bytes} between here and the end"),
                reserved => format!("{bytes} between here and the end; reserved bits {reserved:X}"),
            }
        })?;
        Some(usize::from(u16::from_be_bytes(word) & 0x0FFF))
    }

    fn payload(&mut self) {
        let Some(id) = self.part("identifier and type", |id| identifier(u16::from_be_bytes(id))) else {
            return;
        };
        match u16::from_be_bytes(id) {
            0x0011 => self.connect_event(),
            0x0021 => {
                self.channel();
            }
            0x0031 | 0x0036 => {
                if self.channel() {
                    self.rest("data");
                }
            }
            0x0041 | 0x0044 | 0x0045 => self.rest("text"),
            0x0056 | 0x0071 => {}
            _ => self.rest("body"),
        }
        self.left_over("This kind of packet has nothing here");
    }

    fn connect_event(&mut self) {
        if !self.channel() {
            return;
        }
        let kind = self.part("connection type", |[kind]: [u8; 1]| match kind {
            1 => "Bluetooth".to_owned(),
            2 => "IPv4".to_owned(),
            3 => "IPv6".to_owned(),
            other => format!("{other}, unknown"),
        });
        match kind {
            Some([1]) => self.bluetooth(),
            Some([2]) => self.ip(|address: [u8; 4]| Ipv4Addr::from(address).to_string()),
            Some([3]) => self.ip(|address: [u8; 16]| Ipv6Addr::from(address).to_string()),
            Some(_) => self.left_over("What follows an unknown connection type is unknown"),
            None => {}
        }
    }

    fn bluetooth(&mut self) {
        self.part("profile", |[profile]: [u8; 1]| match profile {
            0 => "Serial port (SPP)".to_owned(),
            1 => "Dial-up networking (DUN)".to_owned(),
            14 => "Serial port service (SPS)".to_owned(),
            other => format!("{other}, unknown"),
        });
        self.part("remote address", |address: [u8; 6]| address.map(|byte| format!("{byte:02X}")).join(":"));
        self.part("frame size", |size: [u8; 2]| {
            format!("At most {}", counted(u16::from_be_bytes(size).into()))
        });
    }

    fn ip<const N: usize>(&mut self, address: impl Fn([u8; N]) -> String) {
        let port = |port: [u8; 2]| u16::from_be_bytes(port).to_string();
        self.part("protocol", |[protocol]: [u8; 1]| match protocol {
            0 => "TCP".to_owned(),
            1 => "UDP".to_owned(),
            2 => "MQTT".to_owned(),
            other => format!("{other}, unknown"),
        });
        self.part("remote address", &address);
        self.part("remote port", port);
        self.part("local address", &address);
        self.part("local port", port);
    }

    /// Whether it is there.
    fn channel(&mut self) -> bool {
        self.part("channel", |[channel]: [u8; 1]| channel.to_string()).is_some()
    }

    /// The next bytes under this name. Where there are too few, they are left over, and the reason is that they are too few.
    fn part<const N: usize>(
        &mut self,
        name: &'static str,
        meaning: impl Fn([u8; N]) -> String,
    ) -> Option<[u8; N]> {
        let rest = self.frame.get(self.at..self.end).unwrap_or_default();
        if let Some(bytes) = rest.first_chunk::<N>() {
            self.push(name, meaning(*bytes), N);
            return Some(*bytes);
        }
        self.left_over(&format!("Too few bytes for the {name}"));
        // Only the first that is missing is said.
        if self.parts.last().is_none_or(|part| !matches!(part.name, "missing" | "left over")) {
            self.missing(format!("The {name}"));
        }
        None
    }

    fn rest(&mut self, name: &'static str) {
        let length = self.end.saturating_sub(self.at);
        if length > 0 {
            self.push(name, counted(length), length);
        }
    }

    fn left_over(&mut self, reason: &str) {
        let length = self.end.saturating_sub(self.at);
        if length > 0 {
            self.push("left over", reason.to_owned(), length);
        }
    }

    fn missing(&mut self, what: String) {
        self.push("missing", what, 0);
    }

    fn push(&mut self, name: &'static str, meaning: String, length: usize) {
        let span = self.at..self.at + length;
        self.at = span.end;
        self.parts.push(Part { name, meaning, span });
    }
}

fn counted(bytes: usize) -> String {
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}

fn identifier(id: u16) -> String {
    let name = match id {
        0x0011 => "Connect event, from the module",
        0x0021 => "Disconnect event, from the module",
        0x0031 => "Data event, from the module",
        0x0036 => "Data command, to the module",
        0x0041 => "AT event, from the module",
        0x0044 => "AT request, to the module",
        0x0045 => "AT confirmation, from the module",
        0x0056 => "Resend connect events, to the module",
        0x0061 => "iPhone event, from the module",
        0x0071 => "Start event, from the module",
        _ => {
            let kind = match id & 0x0F {
                1 => "event",
                2 => "indication",
                3 => "response",
                4 => "request",
                5 => "confirmation",
                6 => "command",
                _ => return format!("Unknown, {id:04X}"),
            };
            return format!("Unknown {kind}, {id:04X}");
        }
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
    }

    /// `name: meaning` of each part with its bytes in hex.
    fn parts(hex: &str) -> Vec<(String, String)> {
        let frame = bytes(hex);
        let shown = |part: Part| {
            let bytes: Vec<_> = frame[part.span].iter().map(|byte| format!("{byte:02X}")).collect();
            (format!("{}: {}", part.name, part.meaning), bytes.join(" "))
        };
        anatomy(&frame).into_iter().map(shown).collect()
    }

    #[track_caller]
    fn assert_parts(hex: &str, expected: &[(&str, &str)]) {
        let owned = |(said, bytes): &(&str, &str)| ((*said).to_owned(), (*bytes).to_owned());
        assert_eq!(parts(hex), expected.iter().map(owned).collect::<Vec<_>>());
    }

    const START: (&str, &str) = ("start: A frame begins", "AA");
    const END: (&str, &str) = ("end: The frame ends", "55");

    #[test]
    fn a_connect_event_over_ipv4_names_the_remote_side_before_the_local_one() {
        assert_parts(
            "AA 00 11 00 11 05 02 00 C0 A8 00 02 13 88 C0 A8 00 01 0F A0 55",
            &[
                START,
                ("length: 17 bytes between here and the end", "00 11"),
                ("identifier and type: Connect event, from the module", "00 11"),
                ("channel: 5", "05"),
                ("connection type: IPv4", "02"),
                ("protocol: TCP", "00"),
                ("remote address: 192.168.0.2", "C0 A8 00 02"),
                ("remote port: 5000", "13 88"),
                ("local address: 192.168.0.1", "C0 A8 00 01"),
                ("local port: 4000", "0F A0"),
                END,
            ],
        );
        let mqtt = parts("AA 00 11 00 11 00 02 02 14 2B 2C A4 22 B3 00 00 00 00 00 00 55");
        assert_eq!((mqtt[5].0.as_str(), mqtt[7].0.as_str()), ("protocol: MQTT", "remote port: 8883"));
    }

    #[test]
    fn a_connect_event_over_bluetooth_names_its_profile_and_frame_size() {
        assert_parts(
            "AA 00 0D 00 11 03 01 0E 11 BB 33 44 55 66 01 66 55",
            &[
                START,
                ("length: 13 bytes between here and the end", "00 0D"),
                ("identifier and type: Connect event, from the module", "00 11"),
                ("channel: 3", "03"),
                ("connection type: Bluetooth", "01"),
                ("profile: Serial port service (SPS)", "0E"),
                ("remote address: 11:BB:33:44:55:66", "11 BB 33 44 55 66"),
                ("frame size: At most 358 bytes", "01 66"),
                END,
            ],
        );
    }

    #[test]
    fn the_other_golden_frames_are_named() {
        for (hex, names) in [
            ("AA 00 02 00 71 55", "Start event, from the module"),
            ("AA 00 02 00 56 55", "Resend connect events, to the module"),
            ("AA 00 05 00 44 41 54 0D 55", "AT request, to the module | text: 3 bytes"),
            ("AA 00 08 00 45 0D 0A 4F 4B 0D 0A 55", "AT confirmation, from the module | text: 6 bytes"),
            (
                "AA 00 0D 00 41 0D 0A 2B 55 55 4E 55 3A 30 0D 0A 55",
                "AT event, from the module | text: 11 bytes",
            ),
            ("AA 00 03 00 21 03 55", "Disconnect event, from the module | channel: 3"),
            ("AA 00 05 00 31 03 12 34 55", "Data event, from the module | channel: 3 | data: 2 bytes"),
            ("AA 00 05 00 36 03 12 34 55", "Data command, to the module | channel: 3 | data: 2 bytes"),
            ("AA 00 03 00 61 07 55", "iPhone event, from the module | body: 1 byte"),
        ] {
            let parts = parts(hex);
            let inner: Vec<_> = parts[2..parts.len() - 1].iter().map(|(said, _)| said.as_str()).collect();
            assert_eq!(inner.join(" | "), format!("identifier and type: {names}"));
        }
    }

    #[test]
    fn what_has_no_place_is_left_over_with_the_reason() {
        assert_parts("0D 0A", &[("left over: A frame starts with AA", "0D 0A")]);
        let behind = parts("AA 00 02 00 71 55 AA");
        assert_eq!(behind.last().unwrap().0, "left over: Behind the end of the frame");
        let inside = parts("AA 00 04 00 21 03 09 55");
        assert_eq!(
            inside[4],
            ("left over: This kind of packet has nothing here".to_owned(), "09".to_owned())
        );
        let short = parts("AA 00 08 00 11 05 02 00 C0 A8 00 55");
        assert_eq!(
            short[6],
            ("left over: Too few bytes for the remote address".to_owned(), "C0 A8 00".to_owned())
        );
        let unknown = parts("AA 00 05 00 11 05 09 00 55");
        assert_eq!(unknown[5].0, "left over: What follows an unknown connection type is unknown");
    }

    #[test]
    fn what_is_missing_and_an_end_that_is_none_are_said() {
        assert_eq!(
            parts("AA 00 05 00 31 03 12").last().unwrap().0,
            "missing: 2 bytes by the length, the end among them"
        );
        assert_eq!(parts("AA").last().unwrap().0, "missing: The length");
        assert_eq!(parts("AA 00 02 00 21 55")[3].0, "missing: The channel");
        let end = parts("AA 00 02 00 71 56");
        assert_eq!(end[3].0, "end: It should be 55: the length is wrong, or this is no frame");
    }

    #[test]
    fn reserved_bits_and_unknown_packets_are_said() {
        assert_eq!(
            parts("AA F0 02 00 71 55")[1].0,
            "length: 2 bytes between here and the end; reserved bits F"
        );
        assert_eq!(parts("AA 00 02 01 23 55")[2].0, "identifier and type: Unknown response, 0123");
    }

    proptest! {
        #[test]
        fn every_byte_of_anything_has_exactly_one_part(rest in any::<Vec<u8>>(), frame in any::<bool>()) {
            let mut bytes = rest;
            if frame && bytes.len() > 4 {
                (bytes[0], bytes[1], bytes[3]) = (FRAME_START, 0, 0);
            }
            let parts = anatomy(&bytes);
            let mut at = 0;
            for part in &parts {
                prop_assert_eq!(part.span.start, at);
                at = part.span.end;
            }
            prop_assert_eq!(at, bytes.len());
        }

        #[test]
        fn connect_frames_with_any_length_and_body_keep_that(
            length in any::<u8>(), kind in 0..5_u8, body in prop::collection::vec(any::<u8>(), 0..60),
        ) {
            let frame = [vec![FRAME_START, 0, length, 0, 0x11, 3, kind], body].concat();
            let parts = anatomy(&frame);
            prop_assert_eq!(parts.iter().map(|part| part.span.len()).sum::<usize>(), frame.len());
        }
    }
}
