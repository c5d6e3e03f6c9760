//! The things that can be made to go wrong, each by name. What a fault does lives where it strikes.

use std::str::FromStr;
use std::time::Duration;

use crate::problem::{Kind, Problem};

/// One thing that goes wrong, written `NAME` or `NAME=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `no-second-uunu`
    NoSecondUunu,
    /// `udcp-error=N`
    UdcpError(u32),
    /// `udcp-fails=N`
    UdcpFails(u32),
    /// `silent`
    Silent,
    /// `deaf-boot`
    DeafBoot,
    /// `boot-loop`
    BootLoop,
    /// `rom-noise`
    RomNoise,
    /// `late-banner`
    LateBanner,
    /// `urc-between`
    UrcBetween,
    /// `double-spacing`
    DoubleSpacing,
    /// `split-frames`
    SplitFrames,
    /// `junk`
    Junk,
    /// `lost-bytes=N`
    LostBytes(u32),
    /// `no-prompt`
    NoPrompt,
    /// `upload-error`
    UploadError,
    /// `md5-wrong`
    Md5Wrong,
    /// `link-storm`
    LinkStorm,
    /// `reset-during=COMMAND`; the beginning of a command line in upper case, without `AT` and `+`.
    ResetDuring(String),
    /// `hang-during=COMMAND`, as above.
    HangDuring(String),
    /// `refuse=COMMAND`, as above.
    Refuse(String),
    /// `drop-after=SECONDS`
    DropAfter(Duration),
    /// `link-lost-after=SECONDS`
    LinkLostAfter(Duration),
    /// `ping-lost`
    PingLost,
    /// `no-address`
    NoAddress,
    /// `passphrase-refused`
    PassphraseRefused,
    /// `certificate-store-full`
    CertificateStoreFull,
}

impl Fault {
    /// Every fault as it is written, and what it does; in the order of a help text.
    pub const NAMES: [(&'static str, &'static str); 26] = [
        ("silent", "answers nothing"),
        ("deaf-boot", "the first restart ends in silence"),
        ("boot-loop", "starts again and again and never gets to its banner, as without enough power"),
        ("rom-noise", "two kilobytes of noise before the banner of every restart"),
        ("late-banner", "the banner of an earlier restart comes in front of the first echo"),
        ("lost-bytes=N", "every Nth byte from the host gets lost, as without flow control"),
        ("split-frames", "everything leaves byte by byte"),
        ("junk", "junk between EDM packets"),
        ("double-spacing", "two line ends before OK"),
        ("urc-between", "an unsolicited line between echo and answer"),
        ("reset-during=COMMAND", "restarts in the middle of the first such command, such as UDCP"),
        ("hang-during=COMMAND", "answers nothing from the first such command on"),
        ("refuse=COMMAND", "answers ERROR to the first such command"),
        ("no-prompt", "no prompt for an upload"),
        ("upload-error", "ERROR after the last byte of every upload"),
        ("md5-wrong", "reports a wrong MD5 of what it stored"),
        ("certificate-store-full", "refuses every new certificate or key"),
        ("passphrase-refused", "the access point refuses every passphrase"),
        ("no-address", "the access point lets it in, but no IPv4 address comes"),
        ("no-second-uunu", "the second +UUNU never comes, though the network is up"),
        ("link-storm", "the link goes down and up several times after each join"),
        ("link-lost-after=SECONDS", "the access point goes away that time after each join"),
        ("ping-lost", "no host answers a ping"),
        ("udcp-error=N", "the first N AT+UDCP are answered ERROR"),
        ("udcp-fails=N", "the first N accepted AT+UDCP end in +UUDPD"),
        ("drop-after=SECONDS", "every broker drops its session after that time"),
    ];
}

impl FromStr for Fault {
    type Err = Problem;

    /// Reads `NAME` or `NAME=VALUE`.
    ///
    /// # Errors
    /// The name is unknown, or its value is missing, superfluous or not a positive number where one is wanted.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        named(name, value).ok_or_else(|| {
            let written = Self::NAMES.map(|(written, _)| written);
            Problem::new(
                Kind::WrongForm,
                format!("`{text}` is not a fault of the simulated module"),
                match written.iter().find(|written| written.split('=').next() == Some(name)) {
                    Some(written) => format!("Write it as `{written}`"),
                    None => format!("Use one of {}", written.join(", ")),
                },
            )
        })
    }
}

fn named(name: &str, value: Option<&str>) -> Option<Fault> {
    let plain = |fault| value.is_none().then_some(fault);
    let count = || value?.parse().ok().filter(|count| *count > 0);
    let seconds = || count().map(|seconds: u32| Duration::from_secs(seconds.into()));
    let command = || value.map(command_name).filter(|command| !command.is_empty());
    match name {
        "no-second-uunu" => plain(Fault::NoSecondUunu),
        "udcp-error" => count().map(Fault::UdcpError),
        "udcp-fails" => count().map(Fault::UdcpFails),
        "silent" => plain(Fault::Silent),
        "deaf-boot" => plain(Fault::DeafBoot),
        "boot-loop" => plain(Fault::BootLoop),
        "rom-noise" => plain(Fault::RomNoise),
        "late-banner" => plain(Fault::LateBanner),
        "urc-between" => plain(Fault::UrcBetween),
        "double-spacing" => plain(Fault::DoubleSpacing),
        "split-frames" => plain(Fault::SplitFrames),
        "junk" => plain(Fault::Junk),
        "lost-bytes" => count().map(Fault::LostBytes),
        "no-prompt" => plain(Fault::NoPrompt),
        "upload-error" => plain(Fault::UploadError),
        "md5-wrong" => plain(Fault::Md5Wrong),
        "link-storm" => plain(Fault::LinkStorm),
        "reset-during" => command().map(Fault::ResetDuring),
        "hang-during" => command().map(Fault::HangDuring),
        "refuse" => command().map(Fault::Refuse),
        "drop-after" => seconds().map(Fault::DropAfter),
        "link-lost-after" => seconds().map(Fault::LinkLostAfter),
        "ping-lost" => plain(Fault::PingLost),
        "no-address" => plain(Fault::NoAddress),
        "passphrase-refused" => plain(Fault::PassphraseRefused),
        "certificate-store-full" => plain(Fault::CertificateStoreFull),
        _ => None,
    }
}

/// `AT+UDCP`, `+udcp` and `UDCP` are one command.
fn command_name(written: &str) -> String {
    let upper = written.trim().to_ascii_uppercase();
    let body = upper.strip_prefix("AT").unwrap_or(&upper);
    body.strip_prefix('+').unwrap_or(body).to_owned()
}

/// The faults of one module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        Self(faults.into_iter().collect())
    }
}

impl Faults {
    /// Whether this one is among them.
    pub fn has(&self, fault: &Fault) -> bool {
        self.0.contains(fault)
    }

    /// The interval of lost bytes.
    pub(super) fn lost_bytes(&self) -> Option<u32> {
        self.0.iter().find_map(|fault| if let Fault::LostBytes(n) = fault { Some(*n) } else { None })
    }

    /// The life of a broker session.
    pub(super) fn drop_after(&self) -> Option<Duration> {
        self.0.iter().find_map(|fault| if let Fault::DropAfter(life) = fault { Some(*life) } else { None })
    }

    /// How long an access point stays after a join.
    pub(super) fn link_lost_after(&self) -> Option<Duration> {
        self.0
            .iter()
            .find_map(|fault| if let Fault::LinkLostAfter(life) = fault { Some(*life) } else { None })
    }

    /// Whether an `AT+UDCP` is to be answered `ERROR`; uses one up.
    pub(super) fn take_udcp_error(&mut self) -> bool {
        self.0.iter_mut().any(|fault| if let Fault::UdcpError(left) = fault { use_one(left) } else { false })
    }

    /// Whether an accepted `AT+UDCP` is to fail; uses one up.
    pub(super) fn take_udcp_failure(&mut self) -> bool {
        self.0.iter_mut().any(|fault| if let Fault::UdcpFails(left) = fault { use_one(left) } else { false })
    }

    /// Whether this fault is there; it strikes once.
    pub(super) fn take(&mut self, fault: &Fault) -> bool {
        let found = self.0.iter().position(|own| own == fault);
        found.is_some_and(|index| {
            self.0.remove(index);
            true
        })
    }

    /// The fault that strikes in the middle of this command, if it is a restart or a hang; it strikes once.
    pub(super) fn take_during(&mut self, line: &str) -> Option<Fault> {
        self.take_at(line, |fault| match fault {
            Fault::ResetDuring(name) | Fault::HangDuring(name) => Some(name),
            _ => None,
        })
    }

    /// Whether this command is to be refused; uses the refusal up.
    pub(super) fn take_refusal(&mut self, line: &str) -> bool {
        let refusal =
            self.take_at(line, |fault| if let Fault::Refuse(name) = fault { Some(name) } else { None });
        refusal.is_some()
    }

    /// The fault whose command this is; `command_of` gives the command of each.
    fn take_at(&mut self, line: &str, command_of: impl Fn(&Fault) -> Option<&String>) -> Option<Fault> {
        if self.0.is_empty() {
            return None;
        }
        let command = command_name(line);
        let strikes =
            |fault: &Fault| command_of(fault).is_some_and(|name| command.starts_with(name.as_str()));
        let index = self.0.iter().position(strikes)?;
        Some(self.0.remove(index))
    }
}

fn use_one(left: &mut u32) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_in_the_help_text_can_be_written_as_it_stands_there() {
        for (written, _) in Fault::NAMES {
            let example = written.replace("=N", "=3").replace("=SECONDS", "=3").replace("=COMMAND", "=UDCP");
            assert!(example.parse::<Fault>().is_ok(), "{example}");
        }
    }

    #[test]
    fn a_wrong_fault_is_refused_with_the_right_spelling() {
        for (wrong, help) in [
            ("udcp-error", "udcp-error=N"),
            ("udcp-error=0", "udcp-error=N"),
            ("silent=1", "`silent`"),
            ("reset-during=", "reset-during=COMMAND"),
            ("sillent", "silent, deaf-boot"),
        ] {
            let problem = wrong.parse::<Fault>().unwrap_err();
            assert!(problem.help.contains(help), "{wrong}: {}", problem.help);
        }
    }

    #[test]
    fn a_counted_fault_strikes_that_often() {
        let mut faults: Faults = [Fault::UdcpError(2)].into_iter().collect();
        let struck = [(); 4].map(|()| faults.take_udcp_error());
        assert_eq!(struck, [true, true, false, false]);
    }

    #[test]
    fn a_fault_during_a_command_knows_it_by_its_beginning_and_strikes_once() {
        let mut faults: Faults = ["reset-during=at+uwsca=0,3".parse().unwrap()].into_iter().collect();
        assert_eq!(faults.take_during("AT+UWSCA=0,1"), None);
        assert!(faults.take_during("at+uwsca=0,3").is_some());
        assert_eq!(faults.take_during("AT+UWSCA=0,3"), None);
    }
}
