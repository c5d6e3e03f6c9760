//! What Azure IoT Hub and its provisioning service demand of the values in their forms (clouds.md §2.3, §2.5).
//! IDs, tokens and connection strings as such are read in `credential`.

use serde_json::Value;

use super::value::{ClientId, Host, Qos, wrong_form};
use crate::credential::{azure, sas};
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// The host of the provisioning service everywhere but in China and for governments.
pub const GLOBAL_DPS: &str = "global.azure-devices-provisioning.net";
/// The built-in roots that vouch for hubs and the provisioning service, the usual one first (clouds.md §1.3).
pub const ROOTS: &[&str] = &[
    "digicert-global-root-g2",
    "microsoft-rsa-root-2017",
    "digicert-global-root-g3",
    "microsoft-ecc-root-2017",
];
/// How long a token is valid if nothing is said: a module has no clock to make a new one by.
pub const LIFETIME: std::time::Duration = std::time::Duration::from_secs(365 * 86_400);

/// The ends of hubs' host names in all of Azure's clouds.
const HUBS: [&str; 4] =
    [".azure-devices.net", ".azure-devices.cn", ".azure-devices.us", ".device.azure-devices.net"];
const WHERE_HUB: &str =
    "Copy the host name from the hub's overview in the Azure portal, such as contoso.azure-devices.net";
/// The largest message that registers a device (clouds.md §2.5).
const PAYLOAD_LIMIT: usize = 64 * 1024;

/// Reads a hub's full host name.
pub fn hub(text: &str) -> Result<Host, Problem> {
    let host = Host::parse(text)?;
    let name = host.as_str();
    if name.ends_with(".azure-devices-provisioning.net") {
        let help = "Choose the provisioning service instead, or copy the host name of a hub";
        return Err(wrong_form("This is a provisioning service, not a hub", help));
    }
    if !name.contains('.') {
        return Err(wrong_form("This is the name of a hub without its domain", WHERE_HUB));
    }
    if !HUBS.iter().any(|end| name.ends_with(end)) {
        return Err(wrong_form(
            "This is no IoT hub of Azure: it does not end in azure-devices.net",
            WHERE_HUB,
        ));
    }
    Ok(host)
}

/// Reads a host of the provisioning service.
pub fn dps(text: &str) -> Result<Host, Problem> {
    let host = Host::parse(text)?;
    if host.as_str().contains(".azure-devices-provisioning.") {
        return Ok(host);
    }
    let help = format!("Leave it out for {GLOBAL_DPS}; the hub is assigned by the service");
    Err(wrong_form("This is no provisioning service of Azure", help))
}

/// Reads a device ID that a module's URL can carry. `{serial}` and `{mac}` in it stand for the module's own.
pub fn device_id(text: &str) -> Result<ClientId, Problem> {
    azure::device_id(&without_marks(text))?;
    ClientId::parse(text.trim())
}

/// Reads a registration ID that a module's URL can carry, with marks as in a device ID.
pub fn registration_id(text: &str) -> Result<ClientId, Problem> {
    azure::registration_id(&without_marks(text))?;
    ClientId::parse(text.trim())
}

/// The text with a digit in place of what is filled in later.
fn without_marks(text: &str) -> String {
    text.replace("{serial}", "0").replace("{mac}", "0")
}

/// Reads an ID scope: letters and digits, mostly `0ne` and eight more.
pub fn id_scope(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let help = "Copy it from the overview of the provisioning service; it looks like 0ne00ABCDEF";
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(wrong_form("The ID scope is empty or has signs in it that no scope has", help));
    }
    let spelled = text.to_ascii_lowercase();
    if spelled.starts_with("one") {
        let meant =
            format!("Did you mean 0ne{}?", text.get(3..).unwrap_or_default().replace(['o', 'O'], "0"));
        return Err(wrong_form("The ID scope begins with a letter O in place of a zero", meant));
    }
    Ok(text.to_owned())
}

/// Reads a symmetric key: base64.
pub fn key(text: &str) -> Result<Secret, Problem> {
    let key = Secret::new(text.trim());
    // Whatever it signs, signing tells whether it is a key.
    sas::derived_key(&key, "").map(|_| key)
}

/// Reads a token for this device that is still valid.
pub fn token(text: &str, hub: &Host, device_id: &ClientId, now: UnixTime) -> Result<Secret, Problem> {
    let token = sas::Token::parse(text)?;
    if token.expires() < now {
        let help = "Make a new one, or give the key and let the token be made here";
        return Err(wrong_form("The token has expired", help));
    }
    let device = format!("{hub}/devices/{device_id}");
    let covers = device == token.resource() || device.starts_with(&format!("{}/", token.resource()));
    if !covers {
        let message = format!("The token is for {}, not for {device}", token.resource());
        return Err(wrong_form(message, "Make a token for this device"));
    }
    Ok(token.text().clone())
}

/// What a device says of itself, as JSON text.
pub fn payload(value: &Value) -> Result<String, Problem> {
    let text = value.to_string();
    if text.len() > PAYLOAD_LIMIT {
        return Err(wrong_form("The payload has more than 64 KB", "Send less when the device registers"));
    }
    Ok(text)
}

/// Reads a keep-alive in seconds: up to 1177.
pub fn keep_alive(seconds: u16) -> Result<u16, Problem> {
    if (30..=1177).contains(&seconds) {
        return Ok(seconds);
    }
    let help = "Enter 30 to 1177 seconds, or leave it out for the module's own 60";
    Err(wrong_form(format!("Azure does not take a keep-alive of {seconds} seconds"), help))
}

/// Reads a quality of service: 0 or 1.
pub fn qos(code: u8) -> Result<Qos, Problem> {
    match code {
        0 => Ok(Qos::AtMostOnce),
        1 => Ok(Qos::AtLeastOnce),
        _ => Err(wrong_form(format!("Azure has no quality of service {code}"), "Enter 0 or 1")),
    }
}

/// The problem of a profile that gives no proof, or more than one.
pub(super) fn one_proof(what: &str, several: bool) -> Problem {
    let message = if several {
        "There is more than one proof of the device"
    } else {
        "There is no proof of the device"
    };
    let kind = if several { Kind::WrongForm } else { Kind::MissingField };
    Problem::new(kind, message, format!("Give one of {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hubs_of_every_cloud_of_azure_are_taken() {
        for right in [
            "contoso.azure-devices.net",
            "Contoso.Azure-Devices.net",
            "c.azure-devices.cn",
            "c.azure-devices.us",
        ] {
            assert_eq!(hub(right).unwrap().as_str(), right.to_lowercase());
        }
        for (wrong, named) in [
            ("contoso", "without its domain"),
            ("https://contoso.azure-devices.net", "scheme"),
            ("contoso.example.net", "no IoT hub"),
            ("global.azure-devices-provisioning.net", "provisioning"),
            ("{hub}.azure-devices.net", "template"),
        ] {
            let message = hub(wrong).unwrap_err().message;
            assert!(message.contains(named), "{wrong}: {message}");
        }
        assert!(dps(GLOBAL_DPS).is_ok() && dps("contoso.azure-devices.net").is_err());
    }

    #[test]
    fn a_misread_id_scope_is_corrected() {
        assert_eq!(id_scope(" 0ne0067E45C ").unwrap(), "0ne0067E45C");
        assert_eq!(id_scope("OneO067E45C").unwrap_err().help, "Did you mean 0ne0067E45C?");
        assert!(id_scope("0ne 0067").is_err() && id_scope("").is_err());
    }

    #[test]
    fn a_token_must_be_for_this_device_and_still_valid() {
        const V3: &str = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01&sig=k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D&se=2000000000";
        let (host, device) = (hub("contoso.azure-devices.net").unwrap(), device_id("MyDevice01").unwrap());
        assert_eq!(token(V3, &host, &device, UnixTime(2_000_000_000)).unwrap().reveal(), V3);
        assert!(token(V3, &host, &device, UnixTime(2_000_000_001)).unwrap_err().message.contains("expired"));
        let other = device_id("MyDevice0").unwrap();
        assert!(token(V3, &host, &other, UnixTime(0)).unwrap_err().message.contains("not for"));
    }

    #[test]
    fn marks_for_the_modules_own_numbers_may_stand_in_ids() {
        assert_eq!(device_id("gw-{serial}").unwrap().as_str(), "gw-{serial}");
        assert!(registration_id("gw-{mac}").is_ok() && registration_id("gw-{other}").is_err());
    }

    #[test]
    fn keys_are_base64() {
        assert!(key(" AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").is_ok());
        assert!(key("").is_err() && key("hello world").is_err());
    }
}
