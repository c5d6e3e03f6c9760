//! Shared access signatures of Azure: tokens and derived device keys (clouds.md §3).
//! Which resource and policy a cloud wants is told by that cloud's file.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use zeroize::Zeroizing;

use super::Finding;
use super::certificate::printable;
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// A token for a resource, such as `{hub}/devices/{device}`, signed with a base64 key.
///
/// # Errors
/// `WrongForm` if the key is not base64.
pub fn token(
    resource: &str,
    key: &Secret,
    expires: UnixTime,
    policy: Option<&str>,
) -> Result<Secret, Problem> {
    let (resource, expires) = (escaped(resource), expires.0);
    let signature = escaped(&sign(key, &format!("{resource}\n{expires}"))?);
    let policy = policy.map(|policy| format!("&skn={}", escaped(policy))).unwrap_or_default();
    Ok(Secret::new(format!("SharedAccessSignature sr={resource}&sig={signature}&se={expires}{policy}")))
}

/// The key of one device in an enrolment group, base64. The registration ID's case matters (clouds.md §3.2).
///
/// # Errors
/// `WrongForm` if the group's key is not base64.
pub fn derived_key(group_key: &Secret, registration_id: &str) -> Result<Secret, Problem> {
    Ok(Secret::new(std::mem::take(&mut *sign(group_key, registration_id)?)))
}

/// The HMAC-SHA256 of a text under a base64 key, in base64.
fn sign(key: &Secret, text: &str) -> Result<Zeroizing<String>, Problem> {
    let bytes =
        STANDARD.decode(key.reveal().trim()).ok().map(Zeroizing::new).filter(|bytes| !bytes.is_empty());
    let Some(bytes) = bytes else {
        let help = "Copy the whole key from the portal, with the = at its end";
        return Err(Problem::new(Kind::WrongForm, "The key is not base64", help));
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    Ok(Zeroizing::new(STANDARD.encode(hmac::sign(&key, text.as_bytes()))))
}

/// What is escaped in a token: everything but `A–Z a–z 0–9 _ . - ~`.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~');

/// The text percent-encoded with upper-case hex.
fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// A token that was made before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    text: Secret,
    /// What the signature was made over, as it was sent.
    signed: String,
    /// The signature, base64.
    signature: Secret,
    resource: String,
    expires: UnixTime,
    policy: Option<String>,
}

impl Token {
    /// Whether a text is meant as a token, right or wrong.
    pub(super) fn is_meant(text: &str) -> bool {
        let start = text.get(..PREFIX.len()).unwrap_or(text);
        start.eq_ignore_ascii_case(PREFIX)
            && text.get(PREFIX.len()..).is_none_or(|rest| !rest.starts_with('='))
    }

    /// Reads one: `SharedAccessSignature sr=…&sig=…&se=…[&skn=…]`, the fields in any order.
    ///
    /// # Errors
    /// What is missing or wrong; never with the signature in it.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let text = text.trim();
        let fields = text.get(PREFIX.len()..).filter(|_| Self::is_meant(text));
        let fields = fields.ok_or_else(|| malformed("it does not begin with SharedAccessSignature"))?;
        let (mut resource, mut signature, mut expires, mut policy) = (None, None, None, None);
        for field in fields.trim().split('&') {
            let (name, value) = field.split_once('=').ok_or_else(|| malformed("a field of it has no ="))?;
            let place = match name {
                "sr" => &mut resource,
                "sig" => &mut signature,
                "se" => &mut expires,
                "skn" => &mut policy,
                _ => return Err(malformed("it has a field that does not belong there")),
            };
            if place.replace(value).is_some() {
                return Err(malformed("a field stands in it twice"));
            }
        }
        let there = |value: Option<&'_ str>, name: &str| {
            value
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
                .ok_or_else(|| malformed(&format!("it has no {name}")))
        };
        let signature = Zeroizing::new(there(signature, "sig")?);
        let signature = checked_signature(&signature)?;
        let expires = there(expires, "se")?;
        let resource = there(resource, "sr")?;
        let signed = format!("{resource}\n{expires}");
        let expires = expires.parse().map_err(|_| malformed("its se is no number of seconds"))?;
        Ok(Self {
            text: Secret::new(text),
            signed,
            signature,
            resource: unescaped(&resource),
            expires: UnixTime(expires),
            policy: policy.filter(|policy| !policy.is_empty()).map(unescaped),
        })
    }

    /// The whole token, as it is sent.
    pub fn text(&self) -> &Secret {
        &self.text
    }

    /// What it opens, such as `contoso.azure-devices.net/devices/device1`.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The last second in which it is taken.
    pub fn expires(&self) -> UnixTime {
        self.expires
    }

    /// The policy whose key signed it; `None` for the device's own key.
    pub fn policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    /// Whether it was signed with this base64 key. What was signed is the escaped resource exactly as it stands in the
    /// token, for kits escape differently (clouds.md §3.1).
    pub fn is_signed_with(&self, key: &Secret) -> bool {
        sign(key, &self.signed).is_ok_and(|signature| *signature == self.signature.reveal())
    }
}

const PREFIX: &str = "SharedAccessSignature";

/// A signature is an HMAC-SHA256 in base64.
fn checked_signature(escaped: &str) -> Result<Secret, Finding> {
    let base64 = Secret::new(percent_decode_str(escaped).decode_utf8_lossy());
    match STANDARD.decode(base64.reveal()) {
        Ok(bytes) if bytes.len() == 32 => Ok(base64),
        _ => Err(malformed("its sig is no signature in base64")),
    }
}

/// A value as people read it: it comes from a stranger and reaches terminals.
fn unescaped(value: &str) -> String {
    printable(&percent_decode_str(value).decode_utf8_lossy())
}

fn malformed(why: &str) -> Finding {
    Finding::error(
        "malformed-token",
        format!("This is no SAS token: {why}"),
        "Copy the whole token, from SharedAccessSignature to the end, or make a new one",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    // The vectors of clouds.md §3.4.
    const K1: &str = "bH/VjcdSOJJtcwx94hePfV8EJ8ivyZ/cXQ7e3i6gcDU=";
    const K2: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const K3: &str =
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
    const D1: &str = "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=";
    const GROUP: &str =
        "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";

    /// Resource, key, expiry, policy and token.
    const TOKENS: &[(&str, &str, i64, Option<&str>, &str)] = &[
        (
            "iot-xxxx-test-hub-2.azure-devices.net",
            K1,
            1_591_876_214,
            Some(""),
            "SharedAccessSignature sr=iot-xxxx-test-hub-2.azure-devices.net&sig=ix4nP1LaU%2FZq2Nk3OaBwJ0MikCPIxGxz2uiZ3KUxecM%3D&se=1591876214&skn=",
        ),
        (
            "iot-xxxx-test-hub-2.azure-devices.net/devices/device2",
            K1,
            1_591_876_214,
            None,
            "SharedAccessSignature sr=iot-xxxx-test-hub-2.azure-devices.net%2Fdevices%2Fdevice2&sig=hHrgDvM64D6I9W4OR4NLNTfSS7wnv0juQ5ZyHq5yZZ8%3D&se=1591876214",
        ),
        (
            "contoso.azure-devices.net/devices/MyDevice01",
            K2,
            2_000_000_000,
            None,
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01&sig=k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D&se=2000000000",
        ),
        (
            "contoso.azure-devices.net",
            K2,
            2_000_000_000,
            Some("iothubowner"),
            "SharedAccessSignature sr=contoso.azure-devices.net&sig=8f%2B6%2Fl2DywNwFDnVJWNfcEyZ1wQJsMgN6Bdfegjw7MA%3D&se=2000000000&skn=iothubowner",
        ),
        (
            "contoso.azure-devices.net/devices/MyDevice01",
            K3,
            2_000_000_000,
            Some("device"),
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01&sig=%2FuKo6y3j79QECmBBz40GaljpMhm%2FbarQtXBYruX%2FDQk%3D&se=2000000000&skn=device",
        ),
        (
            "contoso.azure-devices.net/devices/MyDevice01/modules/mod1",
            K2,
            2_000_000_000,
            None,
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01%2Fmodules%2Fmod1&sig=JotJNzPOBcTrPUXBhMhvn%2F7vjaBbQN0hRRNnlnR6Jm4%3D&se=2000000000",
        ),
        (
            "contoso.azure-devices.net/devices/a-b.c%d_e*f?g!h(i)j,k:l=m@n$o'p",
            K2,
            2_000_000_000,
            None,
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fa-b.c%25d_e%2Af%3Fg%21h%28i%29j%2Ck%3Al%3Dm%40n%24o%27p&sig=d8QI9LbgaL4ZaeDYvMepehU254%2FdElTst4XAzNPQtqQ%3D&se=2000000000",
        ),
        (
            "0ne00ABCDEF/registrations/ninadps",
            K3,
            2_000_000_000,
            Some("registration"),
            "SharedAccessSignature sr=0ne00ABCDEF%2Fregistrations%2Fninadps&sig=%2FA2qBJAsAJuJMr6Bc1eiPiD2DWDrPbQUDbcunkRSFYs%3D&se=2000000000&skn=registration",
        ),
        (
            "0ne00ABCDEF/registrations/sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6",
            D1,
            2_000_000_000,
            Some("registration"),
            "SharedAccessSignature sr=0ne00ABCDEF%2Fregistrations%2Fsn-007-888-abc-mac-a1-b2-c3-d4-e5-f6&sig=n%2BL1jg2thwNezvxZbRH%2FsPaxL%2FGC7Q2yN3Z%2BVgTJ2dA%3D&se=2000000000&skn=registration",
        ),
        (
            "contoso-dps.azure-devices-provisioning.net",
            K2,
            2_000_000_000,
            Some("provisioningserviceowner"),
            "SharedAccessSignature sr=contoso-dps.azure-devices-provisioning.net&sig=RUsOV9AgGLMs2X5YJvMIY4A4WqUx20fceOPlJDTTjWE%3D&se=2000000000&skn=provisioningserviceowner",
        ),
        (
            "0ne00ABCDEF/registrations/sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6",
            D1,
            2_000_000_000,
            None,
            "SharedAccessSignature sr=0ne00ABCDEF%2Fregistrations%2Fsn-007-888-abc-mac-a1-b2-c3-d4-e5-f6&sig=n%2BL1jg2thwNezvxZbRH%2FsPaxL%2FGC7Q2yN3Z%2BVgTJ2dA%3D&se=2000000000",
        ),
    ];

    fn signed(resource: &str, key: &str, expires: i64, policy: Option<&str>) -> String {
        token(resource, &Secret::new(key), UnixTime(expires), policy).unwrap().reveal().to_owned()
    }

    #[test]
    fn tokens_equal_those_of_the_official_kits() {
        for (resource, key, expires, policy, expected) in TOKENS {
            assert_eq!(signed(resource, key, *expires, *policy), *expected);
        }
    }

    #[test]
    fn derived_keys_equal_those_of_the_official_kits() {
        for (group, id, expected) in [
            (GROUP, "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6", D1),
            (K3, "ninadps", "fjevl0XdPBAWI3RWz4qR2TARgueP/J22QTD3LqTZhuI="),
            (K3, "NinaDPS", "IxnbOx3tV8AcV1NGoRDhSX2xsMchOjtBn5J7QHylUok="),
        ] {
            assert_eq!(derived_key(&Secret::new(group), id).unwrap().reveal(), expected);
        }
    }

    #[test]
    fn all_but_letters_digits_and_four_marks_is_escaped_in_upper_case() {
        assert_eq!(escaped("aZ09_.-~"), "aZ09_.-~");
        assert_eq!(escaped("/+=*ü"), "%2F%2B%3D%2A%C3%BC");
    }

    #[test]
    fn a_token_that_was_made_reads_back() {
        for (resource, _, expires, policy, text) in TOKENS {
            let token = Token::parse(text).unwrap();
            assert_eq!((token.resource(), token.expires()), (*resource, UnixTime(*expires)));
            assert_eq!(token.policy(), policy.filter(|policy| !policy.is_empty()));
            assert_eq!(token.text().reveal(), *text);
        }
    }

    #[test]
    fn a_token_belongs_to_the_key_that_signed_it_however_its_resource_is_escaped() {
        for (_, key, _, _, text) in TOKENS {
            let token = Token::parse(text).unwrap();
            assert!(token.is_signed_with(&Secret::new(*key)), "{text}");
            for other in [GROUP, "not base64!"] {
                assert!(!token.is_signed_with(&Secret::new(other)));
            }
        }
        // As one of the official kits writes it for the provisioning service: with raw slashes.
        let signature = sign(&Secret::new(K3), "0ne00ABCDEF/registrations/ninadps\n2000000000").unwrap();
        let text = format!(
            "SharedAccessSignature sr=0ne00ABCDEF/registrations/ninadps&sig={}&se=2000000000",
            *signature
        );
        assert!(Token::parse(&text).unwrap().is_signed_with(&Secret::new(K3)));
    }

    #[test]
    fn a_bad_token_says_why_and_keeps_its_signature_to_itself() {
        const SIGNATURE: &str = "k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D";
        for (text, why) in [
            (format!("SharedAccessSignature sr=h&sig={SIGNATURE}"), "no se"),
            ("SharedAccessSignature sr=h&se=1".to_owned(), "no sig"),
            (format!("SharedAccessSignature sig={SIGNATURE}&se=1"), "no sr"),
            (format!("SharedAccessSignature sr=h&sig={SIGNATURE}&se=soon"), "seconds"),
            ("SharedAccessSignature sr=h&sig=AAEC&se=1".to_owned(), "signature"),
            (format!("SharedAccessSignature sr=h&sr=i&sig={SIGNATURE}&se=1"), "twice"),
            (format!("SharedAccessSignature sr=h&sig={SIGNATURE}&se=1&x=y"), "belong"),
            (format!("Signature sr=h&sig={SIGNATURE}&se=1"), "begin"),
        ] {
            let finding = Token::parse(&text).unwrap_err();
            assert!(finding.message.contains(why), "{finding:?}");
            assert!(!format!("{finding:?}").contains("k0iCMNas"));
        }
    }

    #[test]
    fn a_key_that_is_no_base64_is_refused_and_not_repeated() {
        for wrong in ["", "not base64!", "AAEC*"] {
            let problem = token("h/devices/d", &Secret::new(wrong), UnixTime(1), None).unwrap_err();
            assert_eq!(problem.kind, Kind::WrongForm);
            assert!(wrong.is_empty() || !format!("{problem} {}", problem.help).contains(wrong));
        }
    }
}
