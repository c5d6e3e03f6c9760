//! Model names and the families they belong to (protocol.md §3).

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// Modules that behave alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// NINA-W131 and NINA-W132: Wi-Fi.
    NinaW13,
    /// NINA-W151 and NINA-W152: Wi-Fi and Bluetooth.
    NinaW15,
    /// NINA-W156: Wi-Fi and Bluetooth.
    NinaW156,
    /// ODIN-W260, W262 and W263: Wi-Fi and Bluetooth.
    OdinW2,
}

impl Family {
    /// Whether it is one of the NINA families, which share their firmware's version numbers.
    pub const fn is_nina(self) -> bool {
        !matches!(self, Self::OdinW2)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NinaW13 => "NINA-W13",
            Self::NinaW15 => "NINA-W15",
            Self::NinaW156 => "NINA-W156",
            Self::OdinW2 => "ODIN-W2",
        })
    }
}

/// A model name as `AT+GMM` gives it, in upper case: `NINA-W152`. It may be one that this program does not
/// know.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Model(String);

impl Model {
    /// Takes any name.
    pub fn new(name: &str) -> Self {
        Self(name.trim().to_ascii_uppercase())
    }

    /// The family; `None` for a model that this program does not know.
    pub fn family(&self) -> Option<Family> {
        [Family::NinaW156, Family::NinaW15, Family::NinaW13, Family::OdinW2]
            .into_iter()
            .find(|family| self.0.starts_with(&family.to_string()))
    }
}

impl FromStr for Model {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::new(name))
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_is_known_by_the_start_of_the_name() {
        for (name, family) in [
            ("NINA-W131", Some(Family::NinaW13)),
            ("NINA-W132", Some(Family::NinaW13)),
            ("NINA-W152", Some(Family::NinaW15)),
            ("nina-w156", Some(Family::NinaW156)),
            ("ODIN-W2", Some(Family::OdinW2)),
            ("ODIN-W263", Some(Family::OdinW2)),
            ("NORA-W36", None),
            ("", None),
        ] {
            assert_eq!(Model::new(name).family(), family, "{name}");
        }
    }

    #[test]
    fn a_model_is_shown_as_the_module_names_it() {
        assert_eq!(Model::new(" nina-w152 ").to_string(), "NINA-W152");
    }
}
