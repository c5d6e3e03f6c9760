//! The Wi-Fi station: what happens between activation and an address, and what it looks like from the serial line
//! (protocol.md §6.5). It plans and remembers; the times of its steps and the peers are kept elsewhere.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::chance::Chance;
use super::faults::{Fault, Faults};
use super::memory::{Certificates, NetworkConfig, Security};
use super::settings::{AccessPoint, Protection};
use super::timing;
use crate::credential::{Certificate, Issued, PrivateKey};
use crate::module::CredentialKind;

/// What an address server gives: address, mask, gateway and two name servers (the values of [host-lib], §13 G8).
const LEASE: [Ipv4Addr; 5] = [
    Ipv4Addr::new(192, 168, 2, 101),
    Ipv4Addr::new(255, 255, 255, 0),
    Ipv4Addr::new(192, 168, 2, 1),
    Ipv4Addr::new(192, 168, 2, 1),
    Ipv4Addr::UNSPECIFIED,
];
/// How often a bad link goes down after a join.
const STORM: usize = 3;

/// The reasons of `+UUWLD` that are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    RemoteClose = 1,
    OutOfRange = 2,
    Security = 4,
    Disabled = 5,
}

/// How far the station is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    #[default]
    Disabled,
    /// Active, without a link.
    Searching,
    Linked,
    /// After the first `+UUNU`: an address is there, but a connection may still be refused.
    Addressed,
    Ready,
}

/// Something that happens to the station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Linked,
    Addressed,
    Ready,
    Unlinked(Reason),
    /// After a refusal the station tries again.
    Refused(Reason),
}

/// The station of a module.
#[derive(Default)]
pub(super) struct Station {
    pub(super) state: State,
    /// The active configuration.
    pub(super) config: u8,
    /// The access point it has joined or is going to, by its place in the settings.
    pub(super) access_point: usize,
    addresses: Option<[Ipv4Addr; 5]>,
}

impl Station {
    /// Begins to join with a configuration: the steps, each with its time after the one before.
    pub(super) fn join(
        &mut self,
        config: &NetworkConfig,
        surroundings: &Surroundings<'_>,
        chance: &mut Chance,
    ) -> Vec<(Duration, Step)> {
        self.state = State::Searching;
        let faults = surroundings.faults;
        match surroundings.admission(config) {
            Err(reason) => vec![(chance.between(&timing::JOIN_RETRY), Step::Refused(reason))],
            Ok(access_point) => {
                self.access_point = access_point;
                let addresses = config.static_addresses().unwrap_or(LEASE);
                let given = !addresses[0].is_unspecified() && !faults.has(&Fault::NoAddress);
                self.addresses = given.then_some(addresses);
                self.way_up(faults, chance)
            }
        }
    }

    fn way_up(&self, faults: &Faults, chance: &mut Chance) -> Vec<(Duration, Step)> {
        let up = [(timing::LINK, Step::Linked), (timing::FIRST_ADDRESS, Step::Addressed)];
        let mut steps = up.to_vec();
        for _ in 0..if faults.has(&Fault::LinkStorm) { STORM } else { 0 } {
            steps.push((chance.between(&timing::STORM), Step::Unlinked(Reason::RemoteClose)));
            steps.push((chance.between(&timing::STORM), Step::Linked));
            steps.push((timing::FIRST_ADDRESS, Step::Addressed));
        }
        if self.addresses.is_some() {
            steps.push((chance.between(&timing::SECOND_ADDRESS), Step::Ready));
        }
        steps
    }

    /// Goes one step, and gives the lines to say.
    pub(super) fn go(&mut self, step: Step, access_points: &[AccessPoint]) -> Vec<String> {
        let before = self.state;
        self.state = match step {
            Step::Linked => State::Linked,
            Step::Addressed => State::Addressed,
            Step::Ready => State::Ready,
            Step::Unlinked(Reason::Disabled) => State::Disabled,
            Step::Unlinked(_) | Step::Refused(_) => State::Searching,
        };
        match step {
            Step::Linked => {
                let station = Air::new(self.access_point, access_points);
                vec![format!("+UUWLE:0,{},{}", station.bssid, station.channel)]
            }
            Step::Addressed | Step::Ready => vec!["+UUNU:0".to_owned()],
            Step::Refused(reason) => vec![format!("+UUWLD:0,{}", reason as u8)],
            Step::Unlinked(reason) => {
                let link = (before >= State::Linked).then(|| format!("+UUWLD:0,{}", reason as u8));
                let network = (before >= State::Addressed).then(|| "+UUND:0".to_owned());
                link.into_iter().chain(network).collect()
            }
        }
    }

    /// Address, mask, gateway and name servers, once they are there.
    pub(super) fn addresses(&self) -> Option<[Ipv4Addr; 5]> {
        self.addresses.filter(|_| self.state >= State::Addressed)
    }
}

/// What decides about a join, beside the configuration.
pub(super) struct Surroundings<'a> {
    pub(super) access_points: &'a [AccessPoint],
    pub(super) certificates: &'a Certificates,
    pub(super) faults: &'a Faults,
}

impl Surroundings<'_> {
    /// The access point that lets a station with this configuration in, or why none does.
    fn admission(&self, config: &NetworkConfig) -> Result<usize, Reason> {
        let mut reason = Reason::OutOfRange;
        for (index, access_point) in self.access_points.iter().enumerate() {
            if access_point.ssid == config.ssid() {
                if self.admits(access_point, config) {
                    return Ok(index);
                }
                reason = Reason::Security;
            }
        }
        Err(reason)
    }

    fn admits(&self, access_point: &AccessPoint, config: &NetworkConfig) -> bool {
        match (&access_point.protection, config.security()) {
            (Protection::Open, Security::Open) => true,
            (Protection::Passphrase(passphrase), Security::Passphrase) => {
                passphrase.reveal() == config.passphrase() && !self.faults.has(&Fault::PassphraseRefused)
            }
            (Protection::Peap { user, password, root }, Security::Peap) => {
                self.trusts(root, config)
                    && user == config.eap_user()
                    && password.reveal() == config.eap_password()
            }
            (Protection::EapTls { issuer, root }, Security::EapTls) => {
                self.trusts(root, config) && self.proves(issuer, config).unwrap_or_default()
            }
            _ => false,
        }
    }

    /// Whether the module takes the network for what it says it is. To check that without a root is taken for a no.
    fn trusts(&self, root: &[u8], config: &NetworkConfig) -> bool {
        config.eap_root().is_none_or(|name| {
            let stored = self.certificates.der(CredentialKind::TrustedRoot, name);
            stored.is_some_and(|stored| stored.as_slice() == root)
        })
    }

    /// Whether the module has a certificate of this issuer, and its key. What it lacks is found out only now: a name is
    /// taken whatever is stored under it.
    fn proves(&self, issuer: &[u8], config: &NetworkConfig) -> Option<bool> {
        let (certificate, key) = config.eap_identity();
        let certificate = self.certificates.der(CredentialKind::Certificate, certificate)?;
        let certificate = Certificate::from_der(certificate).ok()?;
        let key = PrivateKey::parse(self.certificates.der(CredentialKind::PrivateKey, key)?).ok()?;
        let issuer = Certificate::from_der(issuer).ok()?;
        Some(certificate.is_issued_by(&issuer) != Issued::No && key.fits(&certificate))
    }
}

/// An access point as it is received; what the settings leave open follows from its place among them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Air {
    pub(super) bssid: String,
    pub(super) channel: usize,
    pub(super) rssi: i32,
    /// 0 for an open network, else WPA2 with PSK or EAP (protocol.md §6.4).
    pub(super) security: u8,
    /// 0 for an open network, else AES.
    pub(super) cipher: u8,
}

impl Air {
    pub(super) fn new(index: usize, access_points: &[AccessPoint]) -> Self {
        let protection = access_points.get(index).map(|access_point| &access_point.protection);
        let security = match protection {
            None | Some(Protection::Open) => 0,
            Some(Protection::Passphrase(_)) => 18,
            Some(Protection::Peap { .. } | Protection::EapTls { .. }) => 20,
        };
        let number = u8::try_from(index).unwrap_or(u8::MAX);
        Self {
            bssid: format!("{:012X}", 0x802A_A803_5ADE_u64 + u64::from(number)),
            channel: 1 + (10 + index * 5) % 13,
            rssi: -48 - i32::from(number % 5) * 9,
            security,
            cipher: if security == 0 { 0 } else { 8 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access_points() -> Vec<AccessPoint> {
        vec![
            AccessPoint { ssid: "open".into(), protection: Protection::Open },
            AccessPoint::with_passphrase("lab", "hunter2hunter2"),
        ]
    }

    fn first_step(ssid: &str, passphrase: Option<&str>, faults: &Faults) -> Step {
        let known = match passphrase {
            Some(passphrase) => AccessPoint::with_passphrase(ssid, passphrase),
            None => AccessPoint { ssid: ssid.into(), protection: Protection::Open },
        };
        let config = NetworkConfig::for_network(&known).unwrap();
        let (access_points, certificates) = (access_points(), Certificates::default());
        let surroundings =
            Surroundings { access_points: &access_points, certificates: &certificates, faults };
        Station::default().join(&config, &surroundings, &mut Chance::new(0))[0].1
    }

    #[test]
    fn an_access_point_wants_its_own_security_and_passphrase() {
        let healthy = Faults::default();
        let refused = Step::Refused(Reason::Security);
        for (ssid, passphrase, step) in [
            ("lab", Some("hunter2hunter2"), Step::Linked),
            ("lab", Some("hunter2hunter3"), refused),
            ("lab", None, refused),
            ("open", None, Step::Linked),
            ("open", Some("hunter2hunter2"), refused),
            ("elsewhere", None, Step::Refused(Reason::OutOfRange)),
        ] {
            assert_eq!(first_step(ssid, passphrase, &healthy), step, "{ssid} {passphrase:?}");
        }
        let refusing = [Fault::PassphraseRefused].into_iter().collect();
        assert_eq!(first_step("lab", Some("hunter2hunter2"), &refusing), refused);
    }

    #[test]
    fn a_lost_link_takes_the_network_with_it_if_there_was_one() {
        let down = |state| {
            let mut station = Station { state, ..Station::default() };
            station.go(Step::Unlinked(Reason::Disabled), &access_points())
        };
        assert_eq!(down(State::Ready), ["+UUWLD:0,5", "+UUND:0"]);
        assert_eq!(down(State::Linked), ["+UUWLD:0,5"]);
        assert_eq!(down(State::Searching), [""; 0]);
    }

    #[test]
    fn the_first_access_point_is_the_one_of_the_log() {
        let air = Air::new(0, &access_points());
        assert_eq!((air.bssid.as_str(), air.channel, air.security), ("802AA8035ADE", 11, 0));
    }
}
