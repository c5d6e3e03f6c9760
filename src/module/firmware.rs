//! Firmware versions: `major.minor.patch-build` (protocol.md §3).

use std::fmt;
use std::str::FromStr;

use crate::problem::{Kind, Problem};

/// A firmware version; newer ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Firmware {
    /// 4 of `4.0.0-006`.
    pub major: u16,
    /// The first 0 of `4.0.0-006`.
    pub minor: u16,
    /// The second 0 of `4.0.0-006`.
    pub patch: u16,
    /// 6 of `4.0.0-006`; 0 if not stated.
    pub build: u16,
}

impl Firmware {
    /// The first build of this release.
    pub const fn release(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch, build: 0 }
    }
}

impl FromStr for Firmware {
    type Err = Problem;

    /// Reads `4.0.0-006`, also without patch or build and with more behind it, as `ATI9` gives it.
    fn from_str(text: &str) -> Result<Self, Problem> {
        read(text.trim()).ok_or_else(|| {
            let message = format!("“{text}” is no firmware version");
            Problem::new(Kind::WrongForm, message, "Write it as the module does, such as 4.0.0-006.")
        })
    }
}

fn read(text: &str) -> Option<Firmware> {
    let (release, build) = text.split_once('-').map_or((text, None), |(release, rest)| (release, Some(rest)));
    let mut numbers = release.split('.');
    let firmware = Firmware {
        major: numbers.next()?.parse().ok()?,
        minor: numbers.next()?.parse().ok()?,
        patch: numbers.next().map_or(Some(0), |patch| patch.parse().ok())?,
        build: build.and_then(|rest| rest.split('-').next()).map_or(Some(0), |build| build.parse().ok())?,
    };
    numbers.next().is_none().then_some(firmware)
}

impl fmt::Display for Firmware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if self.build > 0 {
            write!(f, "-{:03}", self.build)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn firmware(text: &str) -> Firmware {
        text.parse().unwrap()
    }

    #[test]
    fn a_version_is_read_and_shown_as_the_module_writes_it() {
        assert_eq!(firmware("3.0.0-013"), Firmware { major: 3, minor: 0, patch: 0, build: 13 });
        assert_eq!(firmware("3.0.0-013").to_string(), "3.0.0-013");
        assert_eq!(firmware("5.2.2-001-0-g259e42c3"), firmware("5.2.2-001"));
    }

    #[test]
    fn patch_and_build_may_be_left_out() {
        assert_eq!(firmware("3.1").to_string(), "3.1.0");
        assert_eq!(firmware(" 3.1.2 "), Firmware::release(3, 1, 2));
    }

    #[test]
    fn a_later_version_is_greater() {
        let sorted = ["2.1.0-017", "3.0.0", "3.0.0-013", "3.1.0-001", "10.0.0-001"].map(firmware);
        assert!(sorted.is_sorted());
    }

    #[test]
    fn what_is_no_version_is_refused_with_a_hint() {
        for text in ["", "four", "4", "4.0.0.0", "4.0.x", "4.0.0-", "99999.0.0"] {
            assert_eq!(text.parse::<Firmware>().unwrap_err().kind, Kind::WrongForm, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_version_is_read_as_it_is_shown(major: u16, minor: u16, patch: u16, build: u16) {
            let shown = Firmware { major, minor, patch, build };
            prop_assert_eq!(firmware(&shown.to_string()), shown);
        }
    }
}
