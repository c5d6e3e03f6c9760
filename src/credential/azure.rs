//! What identifies a device at Azure: IDs, and the connection strings of its portal (clouds.md §2.3, §2.5, §5).
//! Tokens are made in `sas`; nothing here knows a service's protocol.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Finding;
use super::sas::Token;
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

const LONGEST_ID: usize = 128;
/// Longer than any connection string with a token in it.
const LONGEST_STRING: usize = 4096;
/// The words that connection strings are known by.
const TELLING: [&str; 4] = ["hostname=", "sharedaccesskey", "endpoint=sb:", "deviceid="];

/// A device connection string: `HostName=…;DeviceId=…;SharedAccessKey=…`, or with another proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionString {
    pub host: String,
    pub device_id: String,
    /// A module identity of the device.
    pub module_id: Option<String>,
    /// The policy the key belongs to; without one it is the device's own key.
    pub policy: Option<String>,
    pub proof: Proof,
}

/// With what a device proves itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A symmetric key, base64.
    Key(Secret),
    /// A certificate, which the string only mentions: `x509=true`.
    Certificate,
    /// A token that was made elsewhere.
    Token(Token),
}

impl ConnectionString {
    /// Whether a text is meant as one, right or wrong.
    pub(super) fn is_meant(text: &str) -> bool {
        let is_line = !text.contains('\n') && text.len() < LONGEST_STRING && text.contains('=');
        // Without a copy in another case: the text may hold a key.
        let has = |word: &&str| {
            text.as_bytes().windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
        };
        is_line && TELLING.iter().any(has)
    }

    /// Reads one. Key words may have any case, blanks around and one `;` at the end are no matter.
    ///
    /// # Errors
    /// An unknown or repeated word, a missing part, or an owner's or service's string, which has no place on a device.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let mut words = Words::default();
        for part in text.trim().trim_end_matches(';').split(';') {
            let (word, value) = part.split_once('=').ok_or_else(|| malformed("a part of it has no ="))?;
            words.take(word.trim(), value.trim())?;
        }
        let device_id = match (words.device_id, &words.policy, words.event_hub) {
            (_, _, true) => return Err(not_a_devices("an Event Hubs endpoint")),
            (Some(device_id), ..) => device_id,
            (None, Some(_), _) => return Err(not_a_devices("an owner or a service")),
            (None, None, _) => return Err(malformed("it has no DeviceId")),
        };
        let host = words.host.ok_or_else(|| malformed("it has no HostName"))?;
        if [&host, &device_id].into_iter().any(|text| is_template(text)) {
            return Err(malformed("parts of it are still template text"));
        }
        let proof = match (words.key, words.token, words.x509) {
            (Some(key), None, false) => Proof::Key(checked(key)?),
            (None, Some(token), false) => Proof::Token(Token::parse(token.reveal())?),
            (None, None, true) => Proof::Certificate,
            (None, None, false) => return Err(malformed("it has no SharedAccessKey")),
            _ => return Err(malformed("it has several proofs at once")),
        };
        Ok(Self { host, device_id, module_id: words.module_id, policy: words.policy, proof })
    }

    /// What a token for it is a token for.
    pub fn resource(&self) -> String {
        let device = format!("{}/devices/{}", self.host, self.device_id);
        match &self.module_id {
            Some(module) => format!("{device}/modules/{module}"),
            None => device,
        }
    }
}

/// The words of a connection string, as they are found.
#[derive(Default)]
struct Words {
    host: Option<String>,
    device_id: Option<String>,
    module_id: Option<String>,
    policy: Option<String>,
    gateway: Option<String>,
    key: Option<Secret>,
    token: Option<Secret>,
    x509: bool,
    event_hub: bool,
}

impl Words {
    fn take(&mut self, word: &str, value: &str) -> Result<(), Finding> {
        let repeated = match word.to_ascii_lowercase().as_str() {
            "hostname" => self.host.replace(value.to_owned()).is_some(),
            "deviceid" => self.device_id.replace(value.to_owned()).is_some(),
            "moduleid" => self.module_id.replace(value.to_owned()).is_some(),
            "gatewayhostname" => self.gateway.replace(value.to_owned()).is_some(),
            "sharedaccesskeyname" => self.policy.replace(value.to_owned()).is_some(),
            "sharedaccesskey" => self.key.replace(Secret::new(value)).is_some(),
            "sharedaccesssignature" => self.token.replace(Secret::new(value)).is_some(),
            "x509" => std::mem::replace(&mut self.x509, value.eq_ignore_ascii_case("true")),
            "endpoint" | "entitypath" => {
                self.event_hub = true;
                false
            }
            _ => return Err(malformed("it has a word that does not belong there")),
        };
        if repeated { Err(malformed("a word stands in it twice")) } else { Ok(()) }
    }
}

/// A key that is base64 at least.
fn checked(key: Secret) -> Result<Secret, Finding> {
    match STANDARD.decode(key.reveal()).map(zeroize::Zeroizing::new) {
        Ok(bytes) if !bytes.is_empty() => Ok(key),
        _ => Err(malformed("its SharedAccessKey is not base64")),
    }
}

/// Whether a value is the place of a value in a text that explains.
fn is_template(text: &str) -> bool {
    text.contains(['<', '>', '{', '}']) || text.is_empty()
}

fn malformed(why: &str) -> Finding {
    Finding::error(
        "malformed-connection-string",
        format!("This is no device connection string: {why}"),
        "Copy the primary connection string from the device's page in the Azure portal",
    )
}

fn not_a_devices(whose: &str) -> Finding {
    Finding::error(
        "owner-string",
        format!("This is the connection string of {whose}, not of a device"),
        "Copy the connection string from the device's own page; this one must never leave the back end",
    )
}

/// A device ID of Azure IoT Hub: up to 128 characters, case-sensitive.
///
/// # Errors
/// `WrongForm`, naming what is wrong.
pub fn device_id(text: &str) -> Result<&str, Problem> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-.%_*?!(),:=@$'".contains(c);
    id("device ID", text, allowed)
}

/// A registration ID of the provisioning service: letters, digits, `-`, `.`, `_` and `:`, ending in a letter, a digit or `-`.
///
/// # Errors
/// `WrongForm`, naming what is wrong.
pub fn registration_id(text: &str) -> Result<&str, Problem> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
    let text = id("registration ID", text, allowed)?;
    if text.ends_with(['.', '_', ':']) {
        let help = "Let it end in a letter, a digit or a hyphen";
        return Err(Problem::new(
            Kind::WrongForm,
            "The registration ID ends in a sign that it may not end in",
            help,
        ));
    }
    Ok(text)
}

fn id<'a>(what: &str, text: &'a str, allowed: impl Fn(char) -> bool) -> Result<&'a str, Problem> {
    let wrong = |message: String, help: &str| Err(Problem::new(Kind::WrongForm, message, help));
    let text = text.trim();
    if text.is_empty() {
        return wrong(format!("The {what} is empty"), "Copy it from the Azure portal");
    }
    if text.len() > LONGEST_ID {
        return wrong(
            format!("The {what} has more than {LONGEST_ID} characters"),
            "Copy it from the Azure portal",
        );
    }
    match text.chars().find(|c| !allowed(*c)) {
        Some(sign) => wrong(
            format!("The {what} has {sign:?} in it, which Azure does not allow"),
            "Copy it from the Azure portal",
        ),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    #[test]
    fn a_devices_string_is_read_whatever_its_case_and_blanks() {
        for text in [
            format!("HostName=contoso.azure-devices.net;DeviceId=MyDevice01;SharedAccessKey={KEY}"),
            format!(" hostname=contoso.azure-devices.net; DEVICEID = MyDevice01 ;sharedaccesskey={KEY};\n"),
        ] {
            let read = ConnectionString::parse(&text).unwrap();
            assert_eq!(read.resource(), "contoso.azure-devices.net/devices/MyDevice01");
            assert_eq!((read.policy, read.proof), (None, Proof::Key(Secret::new(KEY))));
        }
    }

    #[test]
    fn a_module_identity_has_a_resource_of_its_own() {
        let text = format!("HostName=h;DeviceId=d;ModuleId=m;SharedAccessKey={KEY}");
        assert_eq!(ConnectionString::parse(&text).unwrap().resource(), "h/devices/d/modules/m");
    }

    #[test]
    fn other_proofs_than_a_key_are_known() {
        let x509 = ConnectionString::parse("HostName=h;DeviceId=d;x509=true").unwrap();
        assert_eq!(x509.proof, Proof::Certificate);
        let signature = "SharedAccessSignature=SharedAccessSignature sr=h%2Fdevices%2Fd&sig=k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D&se=2000000000";
        let token = ConnectionString::parse(&format!("HostName=h;DeviceId=d;{signature}")).unwrap();
        assert!(matches!(token.proof, Proof::Token(token) if token.resource() == "h/devices/d"));
    }

    #[test]
    fn an_owners_string_is_recognised_and_refused() {
        for text in [
            format!("HostName=h;SharedAccessKeyName=iothubowner;SharedAccessKey={KEY}"),
            format!(
                "Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey={KEY};EntityPath=e"
            ),
        ] {
            let finding = ConnectionString::parse(&text).unwrap_err();
            assert_eq!(finding.code, "owner-string");
            assert!(!format!("{finding:?}").contains(KEY));
        }
    }

    #[test]
    fn what_is_no_connection_string_says_why_without_repeating_it() {
        for text in [
            "",
            "hello",
            "HostName=h;DeviceId=d",
            "HostName=h;DeviceId=d;Key=x",
            "DeviceId=d;SharedAccessKey=AAEC",
            "HostName=h;HostName=i;DeviceId=d;SharedAccessKey=AAEC",
            "HostName=h;DeviceId=d;SharedAccessKey=not base64",
            "HostName=<hub>.azure-devices.net;DeviceId=d;SharedAccessKey=AAEC",
            "HostName=h;DeviceId=d;SharedAccessKey=AAEC;x509=true",
        ] {
            assert!(ConnectionString::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ids_take_what_azure_allows() {
        assert_eq!(device_id(" MyDevice01 "), Ok("MyDevice01"));
        assert!(device_id("a-b.c%d_e*f?g!h(i)j,k:l=m@n$o'p").is_ok());
        for bad in ["", "a+b", "a#b", "a/b", "a b", &"x".repeat(129)] {
            assert!(device_id(bad).is_err(), "{bad}");
        }
        assert!(registration_id("sn-007-888-abc").is_ok());
        for bad in ["a=b", "ends.", "ends_", "ends:", "a b"] {
            assert!(registration_id(bad).is_err(), "{bad}");
        }
    }
}
