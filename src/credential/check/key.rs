//! One key: whether modules can use its kind and size.

use super::size;
use crate::credential::{Finding, Form, KeyKind, PrivateKey};

/// Everything there is to say about a private key by itself.
pub fn key(key: &PrivateKey) -> Vec<Finding> {
    let pkcs8 = (key.written() == Form::Pkcs8).then(|| {
        let sent = if matches!(key.kind(), KeyKind::Rsa(_)) { "PKCS#1" } else { "SEC1" };
        Finding::info(
            "pkcs8",
            format!("The key is in PKCS#8; it is sent as {sent}, which every module reads"),
        )
    });
    [kind(key.kind()), size(key.pem().reveal().len()), pkcs8].into_iter().flatten().collect()
}

/// What is to be said about a kind of key.
pub(super) fn kind(kind: &KeyKind) -> Option<Finding> {
    const INSTEAD: &str = "Use an RSA key of 2048 bits or an EC key on P-256";
    match kind {
        KeyKind::Rsa(bits) if kind.is_short() => Some(Finding::warning(
            "short-rsa-key",
            format!("The RSA key has {bits} bits, which clouds refuse today"),
            INSTEAD,
        )),
        KeyKind::Rsa(4096..) => {
            Some(Finding::info("rsa-4096", "The RSA key is long: the module takes longer to connect with it"))
        }
        KeyKind::Rsa(_) => None,
        KeyKind::EcP256 | KeyKind::EcP384 | KeyKind::EcP521 => {
            Some(Finding::info("ec-key", "This is an EC key; the cloud has to offer ECDSA for it"))
        }
        KeyKind::Ed25519 => Some(Finding::error(
            "ed25519",
            "The key is of the kind Ed25519, which the module cannot use",
            INSTEAD,
        )),
        KeyKind::Other(name) => Some(Finding::error(
            "unusable-key",
            format!("The key is of a kind that the module cannot use ({name})"),
            INSTEAD,
        )),
    }
}
