//! What Thingstream demands of the values in its form (clouds.md §2.1, §5).
//! What every MQTT broker and every module demands stands in `value`.

use super::value::{ClientId, Qos, length, no_controls, wrong_form};
use crate::problem::Problem;
use crate::secret::Secret;

/// The server that things connect to.
pub const HOST: &str = "mqtt.thingstream.io";
/// The built-in roots that vouch for it, the usual one first.
pub const ROOTS: &[&str] = &["amazon-root-ca-1", "starfield-services-g2"];

const WHERE: &str = "Copy it from the Thingstream portal: Things › the thing › Credentials";

/// Reads a client ID: `device:` and a UUID. Samples in documents have other lengths, so only the start is demanded.
pub fn client_id(text: &str) -> Result<ClientId, Problem> {
    let id = ClientId::parse(text)?;
    match text.strip_prefix("device:") {
        Some(rest) if !rest.is_empty() => Ok(id),
        _ => Err(wrong_form("The client ID does not begin with device:", WHERE)),
    }
}

/// Reads a user name: mostly 20 capital letters and digits.
pub fn username(text: &str) -> Result<String, Problem> {
    ClientId::parse(text).map(|name| name.as_str().to_owned()).map_err(|problem| Problem {
        message: problem.message.replace("client ID", "user name"),
        help: WHERE.to_owned(),
        ..problem
    })
}

/// Reads a password. It may hold `+` and `/`, and is sent as it is.
pub fn password(text: &str) -> Result<Secret, Problem> {
    length("password", text, 128)?;
    no_controls("password", text)?;
    if !text.is_ascii() {
        return Err(wrong_form("The password has a character outside ASCII", WHERE));
    }
    Ok(Secret::new(text))
}

/// Reads a quality of service: 0 or 1, as modules have it.
pub fn qos(code: u8) -> Result<Qos, Problem> {
    super::aws::qos(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_begins_with_device() {
        assert!(client_id("device:521b5a33-2374-4547-8edc-50743c144509").is_ok());
        assert!(client_id("device:57014dd-eb16-4848-b3bd-d8953a123456789").is_ok());
        for wrong in ["", "device:", "521b5a33-2374-4547-8edc-50743c144509", "device:<uuid>"] {
            assert!(client_id(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_taken_as_it_is() {
        for right in ["KgpOln78MZwuzYw3WCmGMdTePVm123456789", "a+b/c=", "with & and %"] {
            assert_eq!(password(right).unwrap().reveal(), right);
        }
        assert!(password("").is_err() && password("a\tb").is_err() && password("gerät").is_err());
    }

    #[test]
    fn a_wrong_user_name_is_called_a_user_name() {
        assert!(username("44Y4OWYTRN3JJM3T4567").is_ok());
        assert!(username("a b").unwrap_err().message.contains("user name"));
    }
}
