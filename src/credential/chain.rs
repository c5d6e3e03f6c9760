//! Who issued whom among certificates: the links of chains, told by name and signature.
//! Whether a chain is any good is judged in `check`.

use super::{Certificate, Issued};

/// The most signatures that are verified for one set of certificates; beyond them, names decide. Honest sets need one
/// for each certificate.
const MOST_SIGNATURES: usize = 150;

/// Who issued a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issuer {
    /// It names itself, as roots do.
    Itself,
    /// The one at this place of the set.
    Among(usize),
    /// The one at this place bears the issuer's name, but did not sign it.
    Impostor(usize),
    /// None of the set.
    Absent,
}

impl Issuer {
    /// Its place in the set, if it is there.
    pub fn place(self) -> Option<usize> {
        match self {
            Self::Among(place) => Some(place),
            Self::Itself | Self::Impostor(_) | Self::Absent => None,
        }
    }
}

/// For each certificate, who issued it.
pub fn issuers(certificates: &[&Certificate]) -> Vec<Issuer> {
    let mut left = MOST_SIGNATURES;
    certificates.iter().map(|certificate| issuer(certificate, certificates, &mut left)).collect()
}

fn issuer(certificate: &Certificate, among: &[&Certificate], left: &mut usize) -> Issuer {
    if certificate.is_self_issued() {
        return Issuer::Itself;
    }
    let mut impostor = Issuer::Absent;
    for (place, candidate) in among.iter().enumerate() {
        if candidate.subject() != certificate.issuer() || *candidate == certificate {
            continue;
        }
        if *left == 0 {
            return Issuer::Among(place);
        }
        *left -= 1;
        match certificate.is_issued_by(candidate) {
            Issued::Yes | Issued::Perhaps => return Issuer::Among(place),
            Issued::No => impostor = Issuer::Impostor(place),
        }
    }
    impostor
}

/// The places of the longest chain, from the one that issued none of the others upwards.
pub fn path(issuers: &[Issuer]) -> Vec<usize> {
    let is_issuer = |place: &usize| issuers.iter().any(|issuer| issuer.place() == Some(*place));
    let ends = (0..issuers.len()).filter(|place| !is_issuer(place));
    ends.map(|end| upwards(issuers, end)).max_by_key(Vec::len).unwrap_or_default()
}

fn upwards(issuers: &[Issuer], end: usize) -> Vec<usize> {
    let mut path = vec![end];
    let mut at = end;
    while let Some(next) = issuers.get(at).and_then(|issuer| issuer.place()) {
        // Certificates that issued each other in a circle end somewhere too.
        if path.contains(&next) {
            break;
        }
        path.push(next);
        at = next;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{BALTIMORE, EC_CERTIFICATE, ROOT, RSA_CERTIFICATE};

    #[test]
    fn issuers_are_found_by_name_and_signature() {
        let [root, device, other, baltimore] = [ROOT, EC_CERTIFICATE, RSA_CERTIFICATE, BALTIMORE]
            .map(|text| Certificate::parse(text.as_bytes()).unwrap());
        let found = issuers(&[&device, &baltimore, &root, &other]);
        assert_eq!(found, [Issuer::Among(2), Issuer::Itself, Issuer::Itself, Issuer::Among(2)]);
        assert_eq!(issuers(&[&device, &baltimore]), [Issuer::Absent, Issuer::Itself]);
    }

    #[test]
    fn the_longest_chain_is_walked_upwards() {
        use Issuer::{Absent, Among, Itself};
        assert_eq!(path(&[Itself, Among(0), Among(1)]), [2, 1, 0]);
        assert_eq!(path(&[Among(1), Itself, Absent]), [0, 1]);
        assert_eq!(path(&[]), Vec::<usize>::new());
        // A circle has no end to start from.
        assert_eq!(path(&[Among(1), Among(0)]), Vec::<usize>::new());
    }
}
