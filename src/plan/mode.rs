//! Modes of the serial line: the one in which a device registers, the one that a plan ends in, and the way out of
//! extended data mode, which is a restart (protocol.md §4).

use std::time::Duration;

use super::make::Facts;
use super::step::{Act, Mode, Question, Stage, Step};
use super::text::Text;
use crate::module::Capabilities;
use crate::profile::{self, After, Cloud, Job};

const ANSWER: Duration = Duration::from_secs(5);

/// How a device talks with a provisioning service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Registration {
    /// In packets of extended data mode: two peers beside each other, told apart by their channels.
    InPackets,
    /// In data mode, where everything goes to every peer: with one peer after the other.
    InDataMode,
}

impl Registration {
    /// In packets wherever the module has them: they need no guard times and no second connection. But they can only be
    /// left by a restart, so whoever wants to end in command or data mode gets the other way.
    pub(super) const fn of(after: Option<&After>, capabilities: &Capabilities) -> Self {
        match after {
            Some(After { mode: Some(profile::Mode::Command | profile::Mode::Data), .. }) => Self::InDataMode,
            _ if capabilities.edm => Self::InPackets,
            _ => Self::InDataMode,
        }
    }

    /// The same for a whole job; nothing registers where the hub is known.
    pub(super) fn in_job(job: &Job, facts: &Facts) -> Option<Self> {
        let registers = matches!(job.cloud, Cloud::AzureDps(_));
        registers.then(|| Self::of(job.after.as_ref(), &facts.capabilities()))
    }
}

/// The first step of a plan that has no use for a module in extended data mode. What the module is asked to end in is no
/// good if it starts in extended data mode again, so that is changed as well.
pub(super) fn leave_packets(job: &Job, facts: &Facts) -> Option<Step> {
    let ends_in_text = matches!(
        job.after,
        Some(After { keep: None, mode: Some(profile::Mode::Command | profile::Mode::Data) })
    );
    let needed = ends_in_text || Registration::in_job(job, facts) == Some(Registration::InDataMode);
    let command = |text: &str| Act::Command { text: Text::new(text), limit: ANSWER };
    let title = "Leave extended data mode, which only a restart leads out of";
    let acts = vec![command("AT+UMSM=0"), command("AT&W"), Act::Restart];
    (needed && facts.capabilities().edm).then(|| {
        Step::new(Stage::Known, title, acts).unless(Question::OutOfPackets).proved_by(Question::OutOfPackets)
    })
}

/// The step that leaves the module in this mode.
pub(super) fn enter(mode: Mode) -> Step {
    Step::new(Stage::Finish, format!("Enter {} mode", mode.name()), vec![Act::Enter(mode)])
}

/// The mode that a profile names.
pub(super) const fn named(mode: profile::Mode) -> Mode {
    match mode {
        profile::Mode::Command => Mode::Command,
        profile::Mode::Data => Mode::Data,
        profile::Mode::Edm => Mode::Extended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::{Firmware, Model};
    use crate::profile::Keep;

    #[test]
    fn a_device_registers_in_packets_unless_the_module_lacks_them_or_must_not_be_left_in_them() {
        let can = Capabilities::of(&Model::new("NINA-W152"), Some(&Firmware::release(4, 0, 0)));
        let cannot = Capabilities { edm: false, ..can };
        let ends = |mode| After { keep: None, mode };
        let kept = After { keep: Some(Keep::Wifi), mode: None };
        for after in [None, Some(ends(None)), Some(ends(Some(profile::Mode::Edm))), Some(kept)] {
            assert_eq!(Registration::of(after.as_ref(), &can), Registration::InPackets, "{after:?}");
            assert_eq!(Registration::of(after.as_ref(), &cannot), Registration::InDataMode, "{after:?}");
        }
        for mode in [profile::Mode::Command, profile::Mode::Data] {
            assert_eq!(Registration::of(Some(&ends(Some(mode))), &can), Registration::InDataMode);
        }
    }
}
