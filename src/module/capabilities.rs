//! What a module can do, by family and firmware (protocol.md §11).

use super::{Family, Firmware, Model};

/// What a module can do. What is not known to work is taken not to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The longest command line in bytes, without CR. 256 and 512 are a choice (protocol.md §15), 300 is
    /// documented.
    pub command_length: usize,
    /// `#` in a subscribe topic.
    pub hash_wildcard: bool,
    /// A SAS token as password, through a URL value.
    pub sas: bool,
    /// Authentication 6 and 7 of `AT+UWSC`. "Newer" firmware has it; from 4.0 on is a choice.
    pub wpa3: bool,
    /// Extended data mode.
    pub edm: bool,
    /// Point-to-point mode, `ATO3`.
    pub ppp: bool,
    /// Bluetooth, and so an address at `AT+UMLA=1`.
    pub bluetooth: bool,
    /// Subject and expiry in the list of stored certificates.
    pub list_details: bool,
}

impl Capabilities {
    /// The capabilities of a module. Firmware that is not known is taken to be old.
    pub fn of(model: &Model, firmware: Option<&Firmware>) -> Self {
        let family = model.family();
        let from = |release: Firmware| firmware.is_some_and(|firmware| *firmware >= release);
        let nina_from =
            |major: u16| family.is_some_and(Family::is_nina) && from(Firmware::release(major, 0, 0));
        let odin = family == Some(Family::OdinW2);
        Self {
            command_length: match family {
                Some(Family::OdinW2) => 300,
                _ if nina_from(3) => 512,
                _ => 256,
            },
            hash_wildcard: nina_from(3) || (odin && from(Firmware::release(7, 1, 0))),
            sas: nina_from(3),
            wpa3: nina_from(4),
            edm: family.is_some(),
            ppp: odin,
            bluetooth: family.is_some_and(|family| family != Family::NinaW13),
            list_details: nina_from(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(model: &str, firmware: &str) -> Capabilities {
        Capabilities::of(&Model::new(model), firmware.parse().ok().as_ref())
    }

    #[test]
    fn nina_gains_with_its_firmware() {
        let (old, new) = (of("NINA-W132", "2.1.0-017"), of("NINA-W132", "3.0.0-013"));
        assert_eq!((old.command_length, old.hash_wildcard, old.sas), (256, false, false));
        assert_eq!((new.command_length, new.hash_wildcard, new.sas), (512, true, true));
        assert!(!of("NINA-W152", "3.1.0-001").wpa3 && of("NINA-W152", "4.0.0-006").wpa3);
        assert!(!of("NINA-W156", "4.0.0-006").list_details && of("NINA-W156", "5.0.0-028").list_details);
    }

    #[test]
    fn odin_has_versions_of_its_own() {
        let odin = of("ODIN-W2", "7.0.0-001");
        assert_eq!((odin.command_length, odin.hash_wildcard, odin.sas), (300, false, false));
        assert!(odin.ppp && odin.bluetooth && odin.edm);
        assert!(of("ODIN-W263", "7.1.0-020").hash_wildcard);
    }

    #[test]
    fn only_w13_has_no_bluetooth_and_only_odin_has_ppp() {
        assert!(!of("NINA-W132", "6.0.1-002").bluetooth);
        assert!(of("NINA-W156", "3.1.0").bluetooth && !of("NINA-W156", "3.1.0").ppp);
    }

    #[test]
    fn what_is_not_known_is_taken_not_to_work() {
        assert!(!of("NINA-W152", "?").hash_wildcard);
        let stranger = of("NORA-W36", "3.4.0");
        assert_eq!((stranger.command_length, stranger.edm, stranger.sas), (256, false, false));
    }
}
