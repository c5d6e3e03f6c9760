//! A private key that only its password opens. It is carried as it is, because modules take it so; opening it here tells
//! what it is and what it belongs to. Opening never costs more than a few seconds, whatever the file demands.

use der::Decode;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::pbes2::Kdf;
use pkcs8::pkcs5::{EncryptionScheme, Error as Pkcs5Error};

use super::PrivateKey;
use super::key::Form;
use crate::secret::Secret;

/// The most rounds of PBKDF2 that are computed for one file: some seconds on a slow computer.
pub(super) const MOST_ROUNDS: u64 = 4_000_000;
/// The most memory that scrypt gets, in bytes.
const MOST_MEMORY: u64 = 256 << 20;
/// The most blocks that scrypt computes, each of 128 bytes.
const MOST_BLOCKS: u64 = 4 << 20;

/// A private key that only its password opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedKey {
    pem: Secret,
    /// `None` in the traditional form, whose encryption stands in headers.
    pkcs8: Option<Vec<u8>>,
}

/// Why an encrypted key stays closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The password is not the right one.
    WrongPassword,
    /// It is encrypted in a way that is too old to be opened here.
    TooOld,
    /// Opening it would take too much time or memory.
    TooCostly,
}

impl EncryptedKey {
    /// In PKCS#8, with the PEM text for the module.
    pub(super) fn pkcs8(pem: Secret, der: Vec<u8>) -> Self {
        Self { pem, pkcs8: Some(der) }
    }

    /// In the traditional form, `Proc-Type: 4,ENCRYPTED`.
    pub(super) fn traditional(pem: Secret) -> Self {
        Self { pem, pkcs8: None }
    }

    /// The PEM form as a module takes it, still encrypted: 64 columns, LF, a final LF.
    pub fn pem(&self) -> &Secret {
        &self.pem
    }

    /// Whether it can be opened here at all, given its password.
    pub fn can_be_opened(&self) -> Result<(), Closed> {
        self.scheme().map(drop)
    }

    /// The key inside.
    ///
    /// # Errors
    /// Why it stays closed.
    pub fn open(&self, password: &Secret) -> Result<PrivateKey, Closed> {
        let info = self.scheme()?;
        let key = info.decrypt(password.reveal()).map_err(|error| match error {
            pkcs8::Error::EncryptedPrivateKey(
                Pkcs5Error::UnsupportedAlgorithm { .. } | Pkcs5Error::NoPbes1CryptSupport,
            ) => Closed::TooOld,
            _ => Closed::WrongPassword,
        })?;
        // A wrong password passes the padding once in 256 times; what comes out then is no key.
        PrivateKey::from_der(Form::Pkcs8, key.as_bytes()).map_err(|_| Closed::WrongPassword)
    }

    fn scheme(&self) -> Result<EncryptedPrivateKeyInfoRef<'_>, Closed> {
        let der = self.pkcs8.as_deref().ok_or(Closed::TooOld)?;
        let info = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|_| Closed::TooOld)?;
        let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else {
            return Err(Closed::TooOld);
        };
        match &parameters.kdf {
            Kdf::Pbkdf2(pbkdf2) if u64::from(pbkdf2.iteration_count) > MOST_ROUNDS => Err(Closed::TooCostly),
            Kdf::Scrypt(scrypt)
                if !is_bearable(scrypt.cost_parameter, scrypt.block_size, scrypt.parallelization) =>
            {
                Err(Closed::TooCostly)
            }
            Kdf::Pbkdf2(_) | Kdf::Scrypt(_) => Ok(info),
            _ => Err(Closed::TooOld),
        }
    }
}

/// Whether scrypt with these parameters stays within time and memory.
fn is_bearable(cost: u64, block_size: u16, parallel: u16) -> bool {
    let blocks = cost.checked_mul(u64::from(block_size));
    let memory = blocks.and_then(|blocks| blocks.checked_mul(128));
    let work = blocks.and_then(|blocks| blocks.checked_mul(u64::from(parallel)));
    memory.is_some_and(|memory| memory <= MOST_MEMORY) && work.is_some_and(|work| work <= MOST_BLOCKS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{EC_KEY_ENCRYPTED_PKCS8, EC_KEY_ENCRYPTED_TRADITIONAL, EC_KEY_PKCS8};
    use crate::credential::{Item, read};

    fn encrypted(text: &str) -> EncryptedKey {
        match read(text.as_bytes(), None).unwrap().items.remove(0) {
            Item::EncryptedKey(key) => key,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_right_password_opens_the_key_and_no_other_does() {
        let key = encrypted(EC_KEY_ENCRYPTED_PKCS8);
        let plain = PrivateKey::parse(EC_KEY_PKCS8.as_bytes()).unwrap();
        assert_eq!(key.open(&Secret::new("example")), Ok(plain));
        for wrong in ["", "Example", "example ", "x"] {
            assert_eq!(key.open(&Secret::new(wrong)), Err(Closed::WrongPassword), "{wrong}");
        }
    }

    #[test]
    fn the_traditional_form_is_too_old() {
        let key = encrypted(EC_KEY_ENCRYPTED_TRADITIONAL);
        assert_eq!(key.open(&Secret::new("example")), Err(Closed::TooOld));
        assert_eq!(key.can_be_opened(), Err(Closed::TooOld));
    }

    #[test]
    fn the_cost_of_scrypt_is_bounded() {
        assert!(is_bearable(1 << 14, 8, 1) && is_bearable(1 << 17, 8, 1));
        assert!(!is_bearable(1 << 20, 8, 1) && !is_bearable(1 << 14, 8, 1000));
        assert!(!is_bearable(u64::MAX, u16::MAX, 1));
    }
}
