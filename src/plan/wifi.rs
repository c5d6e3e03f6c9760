//! The steps that put the module on a Wi-Fi network: `AT+UWSC` and `AT+UWSCA` (protocol.md §6).

use std::time::Duration;

use super::fit::Need;
use super::make::Facts;
use super::step::{Act, Question, Stage, Step, Tries};
use super::text::{Part, Text};
use super::upload;
use crate::module::CredentialKind;
use crate::problem::Problem;
use crate::profile::{After, Keep, Security, StaticAddress, StoredFile, Wifi};

/// The configuration that is used; the module has ten.
pub(super) const CONFIGURATION: u8 = 0;
const ANSWER: Duration = Duration::from_secs(5);
/// From activation to an address: u-blox's own tests allow 20 s for the link and 5 s for the network (protocol.md §6.5).
const JOIN: Duration = Duration::from_secs(30);

/// What this module cannot do of what the network needs.
pub(super) fn problems(wifi: &Wifi, facts: &Facts) -> Option<Problem> {
    let wants_wpa3 = matches!(wifi.security, Security::Wpa3(_));
    wants_wpa3.then(|| Need::Wpa3.unmet(facts)).flatten().map(|problem| problem.at("wifi.security"))
}

/// Configures and joins; skipped when the module is on that network already.
pub(super) fn steps(wifi: &Wifi, after: Option<&After>) -> Vec<Step> {
    let ssid = wifi.ssid.as_str();
    let joined = Question::Joined { configuration: CONFIGURATION, ssid: ssid.to_owned() };
    let mut configure = vec![Act::LeaveNetwork];
    configure.extend(settings(wifi, after).into_iter().map(command));
    let join = Act::JoinNetwork { configuration: CONFIGURATION, ssid: ssid.to_owned(), limit: JOIN };
    let mut steps = upload::steps(&files(&wifi.security));
    steps.push(
        Step::new(Stage::Wifi, format!("Configure Wi-Fi for {ssid}"), configure).unless(joined.clone()),
    );
    steps.push(
        Step::new(Stage::Address, format!("Join {ssid}"), vec![join])
            .unless(joined)
            .tried(Tries { most: 2, pause: Duration::from_secs(1) }),
    );
    steps
}

fn command(text: Text) -> Act {
    Act::Command { text, limit: ANSWER }
}

fn settings(wifi: &Wifi, after: Option<&After>) -> Vec<Text> {
    let on_startup = wifi.on_startup && after.is_none_or(|after| after.keep != Some(Keep::Nothing));
    let mut texts = vec![tag(0).plain(if on_startup { "1" } else { "0" }), tag(2).quoted(wifi.ssid.as_str())];
    texts.extend(security(&wifi.security));
    texts.extend(address(wifi.address.as_ref()));
    if on_startup {
        // Stored before the station is up: storing while it was up has crashed a module (protocol.md §1.7).
        texts.push(Text::new(format!("AT+UWSCA={CONFIGURATION},1")));
    }
    texts
}

fn tag(tag: u16) -> Text {
    Text::new(format!("AT+UWSC={CONFIGURATION},{tag},"))
}

fn security(security: &Security) -> Vec<Text> {
    match security {
        Security::Open => vec![tag(5).plain("1")],
        Security::WpaPsk(passphrase) => {
            vec![tag(5).plain("2"), tag(8).part(Part::QuotedSecret(passphrase.clone()))]
        }
        Security::Wpa3(passphrase) => {
            vec![tag(5).plain("7"), tag(8).part(Part::QuotedSecret(passphrase.clone()))]
        }
        Security::Peap { identity, password, domain, ca } => {
            let mut texts = vec![
                tag(5).plain("4"),
                tag(10).quoted(identity),
                tag(9).part(Part::QuotedSecret(password.clone())),
            ];
            texts.extend(domain.iter().map(|domain| tag(11).quoted(domain)));
            texts.extend(validation(ca.as_ref()));
            texts
        }
        Security::EapTls { identity, certificate, private_key, ca } => {
            let mut texts = vec![
                tag(5).plain("5"),
                tag(12).quoted(certificate.name.as_str()),
                tag(13).quoted(private_key.name.as_str()),
            ];
            texts.extend(identity.iter().map(|identity| tag(10).quoted(identity)));
            texts.extend(validation(ca.as_ref()));
            texts
        }
    }
}

/// Whether and against what the network's own certificate is checked: tags 14 and 15.
fn validation(ca: Option<&StoredFile>) -> Vec<Text> {
    match ca {
        Some(ca) => vec![tag(14).quoted(ca.name.as_str()), tag(15).plain("1")],
        None => vec![tag(15).plain("0")],
    }
}

fn address(address: Option<&StaticAddress>) -> Vec<Text> {
    let Some(address) = address else { return vec![tag(100).plain("2")] };
    let mut texts = vec![
        tag(100).plain("1"),
        tag(101).plain(address.ip.to_string()),
        tag(102).plain(address.mask.to_string()),
        tag(103).plain(address.gateway.to_string()),
    ];
    let servers = address.dns.iter().zip([104, 105]);
    texts.extend(servers.map(|(server, number)| tag(number).plain(server.to_string())));
    texts
}

fn files(security: &Security) -> Vec<(CredentialKind, &StoredFile)> {
    match security {
        Security::Open | Security::WpaPsk(_) | Security::Wpa3(_) => Vec::new(),
        Security::Peap { ca, .. } => ca.iter().map(|ca| (CredentialKind::TrustedRoot, ca)).collect(),
        Security::EapTls { certificate, private_key, ca, .. } => ca
            .iter()
            .map(|ca| (CredentialKind::TrustedRoot, ca))
            .chain([(CredentialKind::Certificate, certificate), (CredentialKind::PrivateKey, private_key)])
            .collect(),
    }
}
