//! Certificates and keys as a module knows them: kinds, the list, and the MD5 after an import (protocol.md
//! §7). What is inside one is the business of the `credential` module of the core.

use std::fmt;

use crate::at::Answer;

use super::{filled, named};

/// The kinds that a module stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    /// 0, listed as `CA`.
    TrustedRoot,
    /// 1, listed as `CC`.
    Certificate,
    /// 2, listed as `PK`.
    PrivateKey,
}

/// One entry of the store, as `AT+USECMNG=3` lists it. Only some firmware gives subject and expiry, and keys have
/// neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCredential {
    /// What it is.
    pub kind: CredentialKind,
    /// The name in the module.
    pub name: String,
    /// As the firmware gives it; version 5 puts the issuer's name here.
    pub subject: Option<String>,
    /// `YYYY/MM/DD HH:MM:SS`, as the firmware gives it.
    pub expiry: Option<String>,
    /// As `AT+USECMNG=4` gives it, which has to be asked for each entry: 32 upper-case hex digits.
    pub md5: Option<String>,
}

/// The answer to an import or to `AT+USECMNG=4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialHash {
    /// What it is.
    pub kind: CredentialKind,
    /// The name in the module.
    pub name: String,
    /// MD5 over the DER, 32 upper-case hex digits. For PKCS#8 and encrypted keys it is not known over what.
    pub md5: String,
}

impl CredentialKind {
    const ALL: [Self; 3] = [Self::TrustedRoot, Self::Certificate, Self::PrivateKey];

    /// The number in commands.
    pub const fn code(self) -> u8 {
        match self {
            Self::TrustedRoot => 0,
            Self::Certificate => 1,
            Self::PrivateKey => 2,
        }
    }

    /// The letters in the list.
    pub const fn list_code(self) -> &'static str {
        match self {
            Self::TrustedRoot => "CA",
            Self::Certificate => "CC",
            Self::PrivateKey => "PK",
        }
    }

    /// The kind of this number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    fn from_list_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.list_code() == code)
    }
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TrustedRoot => "trusted root",
            Self::Certificate => "certificate",
            Self::PrivateKey => "private key",
        })
    }
}

impl StoredCredential {
    /// Reads a line of the list, which has no name in front.
    pub fn parse(line: &str) -> Option<Self> {
        let answer = Answer::parse(line);
        if answer.name.is_some() {
            return None;
        }
        Some(Self {
            kind: CredentialKind::from_list_code(answer.text(0)?)?,
            name: filled(&answer, 1)?,
            subject: filled(&answer, 2),
            expiry: filled(&answer, 3),
            md5: None,
        })
    }

    /// Whether it is the entry of this kind and name; there is one at most.
    pub fn is(&self, kind: CredentialKind, name: &str) -> bool {
        self.kind == kind && self.name == name
    }

    /// Whether its content is known to have this MD5 and it serves as this kind.
    pub fn is_same(&self, kind: CredentialKind, md5: Option<&str>) -> bool {
        let same = self.md5.as_deref().zip(md5).is_some_and(|(own, other)| own.eq_ignore_ascii_case(other));
        self.kind == kind && same
    }
}

impl CredentialHash {
    /// Reads a `+USECMNG:0` or `+USECMNG:4` line.
    pub fn parse(line: &str) -> Option<Self> {
        let answer = named(line, "USECMNG")?;
        matches!(answer.number(0)?, 0 | 4).then_some(())?;
        let md5 = answer.text(3)?.to_ascii_uppercase();
        let well_formed = md5.len() == 32 && md5.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self {
            kind: CredentialKind::from_code(answer.number(1)?)?,
            name: filled(&answer, 2)?,
            md5: well_formed.then_some(md5)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn list_lines_are_read_with_and_without_details() {
        let root =
            StoredCredential::parse(r#""CA","ca.pem","CN=Baltimore CyberTrust Root","2025/05/12 23:59:00""#)
                .unwrap();
        assert_eq!((root.kind, root.name.as_str()), (CredentialKind::TrustedRoot, "ca.pem"));
        assert_eq!(root.subject.as_deref(), Some("CN=Baltimore CyberTrust Root"));
        assert_eq!(root.expiry.as_deref(), Some("2025/05/12 23:59:00"));

        let key = StoredCredential::parse(r#""PK","key.pem""#).unwrap();
        assert_eq!((key.kind, key.subject, key.expiry), (CredentialKind::PrivateKey, None, None));
    }

    #[test]
    fn other_lines_are_no_list_lines() {
        for line in ["OK", "+UUNU:0", "+CA:1", r#""NINA-W152""#, r#""CA""#, r#""CA","""#] {
            assert_eq!(StoredCredential::parse(line), None, "{line}");
        }
    }

    #[test]
    fn the_real_answer_to_an_import_is_read() {
        let hash =
            CredentialHash::parse(r#"+USECMNG:0,0,"ca.pem","ACB694A59C17E0D791529BB19706A6E4""#).unwrap();
        assert_eq!((hash.kind, hash.name.as_str()), (CredentialKind::TrustedRoot, "ca.pem"));
        assert_eq!(hash.md5, "ACB694A59C17E0D791529BB19706A6E4");
        let asked = CredentialHash::parse("+USECMNG:4,2,key.pem,695d5d1ebb1ddbd0c6f2c128baeb7f34").unwrap();
        assert_eq!(asked.md5, "695D5D1EBB1DDBD0C6F2C128BAEB7F34");
    }

    #[test]
    fn an_answer_without_a_whole_md5_is_refused() {
        for line in [
            r#"+USECMNG:0,0,"ca.pem","ACB6""#,
            r#"+USECMNG:0,9,"ca.pem","ACB694A59C17E0D791529BB19706A6E4""#,
            r#"+USECMNG:3,0,"ca.pem","ACB694A59C17E0D791529BB19706A6E4""#,
        ] {
            assert_eq!(CredentialHash::parse(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_can_be_read(line in any::<String>(), values in r#"[0-9A-F,"\\]{0,60}"#) {
            StoredCredential::parse(&line);
            CredentialHash::parse(&format!("+USECMNG:{values}"));
        }
    }
}
