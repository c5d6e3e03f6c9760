//! Which modules have something. What `module` already knows is asked there, never written down twice.

use crate::module::{Capabilities, Family, Firmware, Model};

/// What a command, a value or a URL key needs (protocol.md §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Every module has it.
    Nothing,
    /// What `module::Capabilities` says.
    Ability(Ability),
    /// These families have it; of the others it is not known.
    SeenOn(&'static [Family]),
    /// These families have it from this firmware on; the others have it in any.
    Since(Family, Firmware),
    /// This family has it from this firmware on; of the others it is not known.
    OnlyKnownSince(Family, Firmware),
    /// Newer firmware of the NINA families, which one is not documented. ODIN-W2 lacks it.
    NewerNina,
    /// ODIN-W2 from 7.1 on and newer firmware of the NINA families, which one is not documented.
    NewerFirmware,
}

/// The abilities of `Capabilities`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    Bluetooth,
    Ppp,
    Edm,
    Wpa3,
    /// A SAS token or another long password by a URL value.
    Sas,
    /// `#` in a subscribe topic.
    HashWildcard,
}

/// Whether a module has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Has,
    Lacks,
    /// It is not known, of this module or at all.
    Unclear,
}

const NINA: [Family; 3] = [Family::NinaW13, Family::NinaW15, Family::NinaW156];

impl Needs {
    /// Whether this module has it. A model or firmware that is not known makes it unclear, not lacking.
    pub fn verdict(self, model: &Model, firmware: Option<&Firmware>) -> Verdict {
        if self == Self::Nothing {
            return Verdict::Has;
        }
        let Some(family) = model.family() else { return Verdict::Unclear };
        let from = |release: Firmware| match firmware {
            Some(firmware) if *firmware >= release => Verdict::Has,
            Some(_) => Verdict::Lacks,
            None => Verdict::Unclear,
        };
        match self {
            Self::Nothing => Verdict::Has,
            Self::Ability(ability) => {
                let has = ability.is_in(&Capabilities::of(model, firmware));
                match (has, firmware) {
                    (true, _) => Verdict::Has,
                    (false, None) if ability.may_come_with_firmware(family) => Verdict::Unclear,
                    (false, _) => Verdict::Lacks,
                }
            }
            Self::SeenOn(families) if families.contains(&family) => Verdict::Has,
            Self::SeenOn(_) => Verdict::Unclear,
            Self::Since(only, release) if family == only => from(release),
            Self::Since(..) => Verdict::Has,
            Self::OnlyKnownSince(only, release) if family == only => from(release),
            Self::OnlyKnownSince(..) => Verdict::Unclear,
            Self::NewerNina if NINA.contains(&family) => Verdict::Unclear,
            Self::NewerNina => Verdict::Lacks,
            Self::NewerFirmware if family == Family::OdinW2 => from(Firmware::release(7, 1, 0)),
            Self::NewerFirmware => Verdict::Unclear,
        }
    }

    /// What is needed, in words; empty for nothing.
    pub fn words(self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Ability(ability) => ability.words().to_owned(),
            Self::SeenOn(families) => {
                let names: Vec<String> = families.iter().map(Family::to_string).collect();
                format!("seen on {} alone", names.join(", "))
            }
            Self::Since(family, release) => format!("on {family} with firmware {release} or newer"),
            Self::OnlyKnownSince(family, release) => {
                format!("with {family} firmware {release} or newer; not known for other modules")
            }
            Self::NewerNina => {
                "NINA with newer firmware; which is the first is not documented, and ODIN-W2 lacks it"
                    .to_owned()
            }
            Self::NewerFirmware => {
                "ODIN-W2 7.1.0 or NINA with newer firmware; which is its first is not documented".to_owned()
            }
        }
    }
}

impl Ability {
    /// Whether these capabilities have it.
    pub const fn is_in(self, capabilities: &Capabilities) -> bool {
        match self {
            Self::Bluetooth => capabilities.bluetooth,
            Self::Ppp => capabilities.ppp,
            Self::Edm => capabilities.edm,
            Self::Wpa3 => capabilities.wpa3,
            Self::Sas => capabilities.sas,
            Self::HashWildcard => capabilities.hash_wildcard,
        }
    }

    const fn may_come_with_firmware(self, family: Family) -> bool {
        match self {
            Self::Wpa3 | Self::Sas => family.is_nina(),
            Self::HashWildcard => true,
            Self::Bluetooth | Self::Ppp | Self::Edm => false,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Bluetooth => "a module with Bluetooth, which NINA-W13 has not",
            Self::Ppp => "ODIN-W2",
            Self::Edm => "a module with extended data mode",
            Self::Wpa3 => "NINA with newer firmware, taken to be 4.0.0",
            Self::Sas => "NINA with firmware 3.0.0 or newer, for a password by URL value",
            Self::HashWildcard => "NINA 3.0.0 or ODIN-W2 7.1.0, for the wildcard #",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(needs: Needs, model: &str, firmware: &str) -> Verdict {
        needs.verdict(&Model::new(model), firmware.parse().ok().as_ref())
    }

    #[test]
    fn abilities_agree_with_the_capabilities_of_every_family_and_firmware() {
        let abilities = [
            Ability::Bluetooth,
            Ability::Ppp,
            Ability::Edm,
            Ability::Wpa3,
            Ability::Sas,
            Ability::HashWildcard,
        ];
        for model in ["NINA-W132", "NINA-W152", "NINA-W156", "ODIN-W262"] {
            for firmware in ["2.1.0-017", "3.0.0-013", "4.0.0-006", "7.1.0-020"] {
                let model = Model::new(model);
                let firmware: Firmware = firmware.parse().unwrap();
                let capabilities = Capabilities::of(&model, Some(&firmware));
                for ability in abilities {
                    let has = Needs::Ability(ability).verdict(&model, Some(&firmware)) == Verdict::Has;
                    assert_eq!(has, ability.is_in(&capabilities), "{ability:?} {model} {firmware}");
                }
            }
        }
    }

    #[test]
    fn a_module_that_did_not_say_what_it_is_is_not_said_to_lack_anything() {
        for needs in [Needs::Ability(Ability::Ppp), Needs::NewerNina, Needs::NewerFirmware] {
            assert_eq!(verdict(needs, "NORA-W36", "3.4.0"), Verdict::Unclear, "{needs:?}");
        }
        assert_eq!(verdict(Needs::Ability(Ability::Wpa3), "NINA-W152", "?"), Verdict::Unclear);
        assert_eq!(verdict(Needs::Ability(Ability::Ppp), "NINA-W152", "?"), Verdict::Lacks);
    }

    #[test]
    fn what_one_family_got_late_others_always_had() {
        let needs = Needs::Since(Family::OdinW2, Firmware::release(4, 0, 0));
        assert_eq!(verdict(needs, "ODIN-W2", "3.0.1"), Verdict::Lacks);
        assert_eq!(verdict(needs, "ODIN-W2", "7.0.0"), Verdict::Has);
        assert_eq!(verdict(needs, "NINA-W132", "2.1.0"), Verdict::Has);
    }

    #[test]
    fn what_is_needed_is_said_in_words_unless_it_is_nothing() {
        assert_eq!(Needs::Nothing.words(), "");
        assert_eq!(Needs::SeenOn(&[Family::NinaW15]).words(), "seen on NINA-W15 alone");
    }
}
