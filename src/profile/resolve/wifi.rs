//! The `wifi` part of a profile: which fields its kind of security takes, and a fixed address.

use std::net::Ipv4Addr;

use super::Resolver;
use crate::credential::check::Naming;
use crate::problem::Problem;
use crate::profile::value::{Passphrase, Ssid, length, no_controls, wrong_form};
use crate::profile::{AddressProfile, Security, StaticAddress, Wifi, WifiProfile, WifiSecurity};
use crate::secret::Secret;

/// The longest user name and password of PEAP in bytes (protocol.md §6.1 tags 9, 10).
const USER_LIMIT: usize = 31;
/// The longest domain of PEAP in bytes (protocol.md §6.1 tag 11).
const DOMAIN_LIMIT: usize = 63;

impl Resolver<'_> {
    pub(super) fn wifi(&mut self, profile: &WifiProfile) -> Option<Wifi> {
        let ssid = self.required("wifi.ssid", profile.ssid.as_deref(), Ssid::parse);
        let security = self.present("wifi.security", profile.security);
        if let Some(security) = security {
            self.refuse_strangers(profile, security);
        }
        let security = security.and_then(|security| self.security(profile, security));
        let address = profile.address.as_ref().map(|address| self.address(address));
        Some(Wifi {
            ssid: ssid?,
            security: security?,
            address: address.flatten(),
            on_startup: profile.on_startup.unwrap_or(true),
        })
    }

    fn security(&mut self, profile: &WifiProfile, security: WifiSecurity) -> Option<Security> {
        match security {
            WifiSecurity::Open => Some(Security::Open),
            WifiSecurity::WpaPsk => self.passphrase(profile).map(Security::WpaPsk),
            WifiSecurity::Wpa3 => self.passphrase(profile).map(Security::Wpa3),
            WifiSecurity::Peap => {
                let identity = self.required("wifi.identity", profile.identity.as_deref(), identity);
                let password = self.secret("wifi.password", profile.password.as_ref(), password);
                let domain = self.optional("wifi.domain", profile.domain.as_deref().map(domain));
                let ca = profile.ca.as_ref().and_then(|ca| self.root("wifi.ca", ca, &[]));
                Some(Security::Peap { identity: identity?, password: password?, domain, ca })
            }
            WifiSecurity::EapTls => {
                let identity = self.optional("wifi.identity", profile.identity.as_deref().map(identity));
                let ca = profile.ca.as_ref().and_then(|ca| self.root("wifi.ca", ca, &[]));
                let pair = self.pair(
                    "wifi",
                    profile.certificate.as_ref(),
                    profile.private_key.as_ref(),
                    &Naming::Free,
                );
                let (certificate, private_key) = pair?;
                Some(Security::EapTls { identity, certificate, private_key, ca })
            }
        }
    }

    fn passphrase(&mut self, profile: &WifiProfile) -> Option<Secret> {
        let parse = |text: &str| Passphrase::parse(text).map(Passphrase::into_secret);
        self.secret("wifi.passphrase", profile.passphrase.as_ref(), parse)
    }

    /// Refuses fields that this kind of security does not take: one of the two is a mistake.
    fn refuse_strangers(&mut self, profile: &WifiProfile, security: WifiSecurity) {
        use WifiSecurity::{EapTls, Open, Peap, Wpa3, WpaPsk};
        for (field, is_present, owners) in [
            ("passphrase", profile.passphrase.is_some(), [WpaPsk, Wpa3].as_slice()),
            ("identity", profile.identity.is_some(), &[Peap, EapTls]),
            ("password", profile.password.is_some(), &[Peap]),
            ("domain", profile.domain.is_some(), &[Peap]),
            ("ca", profile.ca.is_some(), &[Peap, EapTls]),
            ("certificate", profile.certificate.is_some(), &[EapTls]),
            ("private_key", profile.private_key.is_some(), &[EapTls]),
        ] {
            if is_present && !owners.contains(&security) {
                let kind = if security == Open { "An open network" } else { "This kind of security" };
                let message = format!("{kind} takes no {field}");
                let problem = wrong_form(message, "Remove it, or choose the security that the network has");
                self.problems.push(problem.at(format!("wifi.{field}")));
            }
        }
    }

    fn address(&mut self, profile: &AddressProfile) -> Option<StaticAddress> {
        let ip = self.present("wifi.address.ip", profile.ip);
        let mask = self.present("wifi.address.mask", profile.mask);
        let mask = mask.and_then(|mask| self.keep("wifi.address.mask", check_mask(mask)));
        let gateway = self.present("wifi.address.gateway", profile.gateway);
        if profile.dns.len() > 2 {
            let problem = wrong_form("The module takes at most two name servers", "Keep the first two");
            self.problems.push(problem.at("wifi.address.dns"));
        }
        let (ip, mask, gateway) = (ip?, mask?, gateway?);
        if ip.to_bits() & mask.to_bits() != gateway.to_bits() & mask.to_bits() {
            let message = format!("The gateway {gateway} is not in the network of {ip} with the mask {mask}");
            let problem = wrong_form(message, "Compare the three with a device that works in this network");
            self.problems.push(problem.at("wifi.address.gateway"));
        }
        Some(StaticAddress { ip, mask, gateway, dns: profile.dns.clone() })
    }
}

fn identity(text: &str) -> Result<String, Problem> {
    bounded("user name", text, USER_LIMIT)
}

fn domain(text: &str) -> Result<String, Problem> {
    bounded("domain", text, DOMAIN_LIMIT)
}

fn password(text: &str) -> Result<Secret, Problem> {
    bounded("password", text, USER_LIMIT).map(Secret::new)
}

fn bounded(what: &str, text: &str, limit: usize) -> Result<String, Problem> {
    length(what, text, limit)?;
    no_controls(what, text)?;
    Ok(text.to_owned())
}

fn check_mask(mask: Ipv4Addr) -> Result<Ipv4Addr, Problem> {
    let bits = mask.to_bits();
    if bits != 0 && bits.leading_ones() + bits.trailing_zeros() == 32 {
        return Ok(mask);
    }
    Err(wrong_form(format!("{mask} is no network mask"), "In most networks it is 255.255.255.0"))
}
