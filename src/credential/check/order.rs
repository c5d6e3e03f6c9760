//! Several certificates in one file: whether they are a chain, and in the order in which a device presents it.

use super::certificate::{Standing, standing};
use crate::credential::chain::{self, Issuer};
use crate::credential::{Certificate, Finding};

/// What there is to say about certificates in this order; nothing of a single one.
pub fn order(certificates: &[&Certificate]) -> Option<Finding> {
    if certificates.len() < 2 {
        return None;
    }
    if certificates.iter().all(|certificate| standing(certificate) == Standing::Root) {
        let message =
            format!("The file is a bundle of {} roots; a module takes one root per file", certificates.len());
        return Some(Finding::info("root-bundle", message));
    }
    let mut different: Vec<&Certificate> = Vec::new();
    certificates.iter().for_each(|certificate| {
        if !different.contains(certificate) {
            different.push(certificate);
        }
    });
    let issuers = chain::issuers(&different);
    let path = chain::path(&issuers);
    if path.len() < different.len() {
        return Some(broken(&different, &issuers));
    }
    (!path.is_sorted() || different.len() < certificates.len()).then(|| {
        Finding::warning(
            "chain-order",
            "The chain is out of order: each certificate must stand once, followed by the one that issued it",
            "Put the device's certificate first and the root last",
        )
    })
}

fn broken(certificates: &[&Certificate], issuers: &[Issuer]) -> Finding {
    let name = |place: usize| certificates.get(place).map_or("", |c| c.common_name().unwrap_or(c.subject()));
    let forged = issuers.iter().enumerate().find_map(|(place, issuer)| match issuer {
        Issuer::Impostor(by) => Some((place, *by)),
        _ => None,
    });
    let message = match forged {
        Some((place, by)) => {
            format!(
                "The chain does not link: {} was not signed by the {} that is beside it",
                name(place),
                name(by)
            )
        }
        None => "The certificates do not link to one chain".to_owned(),
    };
    Finding::warning(
        "chain-broken",
        message,
        "Put one chain in a file: the device's certificate, then those that vouch for it",
    )
}
