//! SAS tokens and connection strings: until when, and for whom.

use super::Naming;
use crate::credential::Finding;
use crate::credential::azure::{ConnectionString, Proof};
use crate::credential::sas::Token;
use crate::moment::UnixTime;

/// A token that ends sooner than this should be made anew; a module has no clock to do it by itself (clouds.md §3.1).
const SOON: i64 = 14 * 24 * 60 * 60;

/// Everything there is to say about a token.
pub fn token(token: &Token, naming: &Naming<'_>, now: UnixTime) -> Vec<Finding> {
    let until = token.expires().day();
    let left = token.expires().0.saturating_sub(now.0);
    let validity = if left < 0 {
        let help = "Make a new one; also check the clock of this computer";
        Finding::error("expired", format!("The token expired on {until}"), help)
    } else if left <= SOON {
        let message = format!("The token is valid until {until} only");
        Finding::warning("expires-soon", message, "Make a new one with a longer life")
    } else {
        Finding::info("token-valid-until", format!("The token is valid until {until}"))
    };
    [Some(validity), scope(token), owner(token, naming)].into_iter().flatten().collect()
}

fn scope(token: &Token) -> Option<Finding> {
    let is_devices = ["/devices/", "/registrations/"].iter().any(|part| token.resource().contains(part));
    (!is_devices).then(|| {
        Finding::warning(
            "wide-token",
            format!("The token opens all of {}, not one device alone", token.resource()),
            "Make a token for the device: its resource ends in /devices/ and the device ID",
        )
    })
}

fn owner(token: &Token, naming: &Naming<'_>) -> Option<Finding> {
    let mut parts = token.resource().split('/').skip(1);
    let (_, id) = (parts.next()?, parts.next()?);
    other_device(id, naming)
}

/// Everything there is to say about a connection string.
pub(super) fn connection_string(
    string: &ConnectionString,
    naming: &Naming<'_>,
    now: UnixTime,
) -> Vec<Finding> {
    let mut findings: Vec<_> = other_device(&string.device_id, naming).into_iter().collect();
    if let Proof::Token(inside) = &string.proof {
        findings.extend(token(inside, &Naming::Free, now));
    }
    findings
}

fn other_device(id: &str, naming: &Naming<'_>) -> Option<Finding> {
    let wanted = naming.id().filter(|_| !naming.accepts(id))?;
    let noun = naming.noun();
    let message = format!("It is for {id}, the {noun} is {wanted}");
    Some(Finding::error("wrong-device", message, format!("Use the one of {wanted}, or correct the {noun}")))
}
