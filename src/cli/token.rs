//! `token`: a shared access signature on standard output, for a device of Azure IoT Hub or of its provisioning service.

use std::env;
use std::time::Duration;

use super::output::{Exit, complain, say};
use super::values::lifetime;
use crate::credential::{azure, sas};
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::profile::Host;
use crate::secret::Secret;
use crate::shell::clock::Clock;

/// Make a shared access signature (SAS token) for a device and print it alone
///
/// Keys and connection strings are read from variables, so that they stand in no history and no process list.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    xpress-center token --connection-string-env DEVICE_CONNECTION\n  \
    xpress-center token --host contoso.azure-devices.net --device-id dev1 --key-env KEY --expires-in 90d\n  \
    xpress-center token --id-scope 0ne00ABCDEF --registration-id dev1 --group-key-env GROUP_KEY")]
pub(super) struct TokenArguments {
    /// The variable that holds the device's connection string
    #[arg(long, value_name = "VAR", conflicts_with_all = ["host", "device_id", "key_env", "group_key_env", "id_scope", "registration_id"])]
    connection_string_env: Option<String>,
    /// The hub's host name
    #[arg(long, requires_all = ["device_id", "key_env"], conflicts_with = "id_scope")]
    host: Option<String>,
    /// The device's ID at the hub
    #[arg(long, value_name = "ID", requires = "host")]
    device_id: Option<String>,
    /// The ID scope of the provisioning service
    #[arg(long, value_name = "SCOPE", requires = "registration_id")]
    id_scope: Option<String>,
    /// The device's registration ID at the provisioning service
    #[arg(long, value_name = "ID", requires = "id_scope")]
    registration_id: Option<String>,
    /// The variable that holds the device's key, base64
    #[arg(long, value_name = "VAR", conflicts_with = "group_key_env")]
    key_env: Option<String>,
    /// The variable that holds the enrolment group's key, from which the device's is derived
    #[arg(long, value_name = "VAR", requires = "id_scope")]
    group_key_env: Option<String>,
    /// How long it is valid: 90s, 15m, 12h or 30d
    #[arg(long, value_name = "TIME", default_value = "365d", value_parser = lifetime, conflicts_with = "expires_at")]
    expires_in: Duration,
    /// Until when it is valid, in seconds since 1970
    #[arg(long, value_name = "UNIX")]
    expires_at: Option<i64>,
    /// The policy the key belongs to, where it is not the device's own
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
}

pub(super) fn run(arguments: &TokenArguments) -> Exit {
    match token(arguments, Clock::start().date()) {
        Ok(token) => {
            say(token.reveal());
            Exit::Done
        }
        Err(problem) => {
            complain(&problem);
            Exit::WrongUse
        }
    }
}

fn token(arguments: &TokenArguments, now: UnixTime) -> Result<Secret, Problem> {
    let expires = expiry(arguments, now)?;
    let Signed { resource, key, policy } = signed(arguments)?;
    let policy = arguments.policy.clone().or(policy);
    sas::token(&resource, &key, expires, policy.as_deref())
}

fn expiry(arguments: &TokenArguments, now: UnixTime) -> Result<UnixTime, Problem> {
    match arguments.expires_at.map(UnixTime) {
        None => Ok(now + arguments.expires_in),
        Some(expires) if expires > now => Ok(expires),
        Some(_) => Err(Problem::new(
            Kind::WrongForm,
            "The token would have expired already",
            "Give a time to come, in seconds since 1970, or use --expires-in",
        )),
    }
}

/// What a token is for, and with what it is signed.
struct Signed {
    resource: String,
    key: Secret,
    policy: Option<String>,
}

fn signed(arguments: &TokenArguments) -> Result<Signed, Problem> {
    if let Some(variable) = &arguments.connection_string_env {
        let read = azure::ConnectionString::parse(secret(variable)?.reveal())?;
        check_hub(&read.host)?;
        azure::device_id(&read.device_id)?;
        let resource = read.resource();
        let azure::Proof::Key(key) = read.proof else { return Err(no_key()) };
        return Ok(Signed { resource, key, policy: read.policy });
    }
    match (&arguments.host, &arguments.device_id, &arguments.id_scope, &arguments.registration_id) {
        (Some(host), Some(device), ..) => {
            check_hub(host)?;
            let resource = format!("{}/devices/{}", host.trim(), azure::device_id(device)?);
            Ok(Signed { resource, key: device_key(arguments)?, policy: None })
        }
        (.., Some(scope), Some(registration)) => {
            let (scope, registration) = (id_scope(scope)?, azure::registration_id(registration)?);
            let key = match &arguments.group_key_env {
                Some(variable) => sas::derived_key(&secret(variable)?, registration)?,
                None => device_key(arguments)?,
            };
            let resource = format!("{scope}/registrations/{registration}");
            Ok(Signed { resource, key, policy: Some("registration".to_owned()) })
        }
        _ => Err(Problem::new(
            Kind::MissingField,
            "It is not said what the token is for",
            "Give --connection-string-env, or --host with --device-id, or --id-scope with --registration-id",
        )),
    }
}

fn device_key(arguments: &TokenArguments) -> Result<Secret, Problem> {
    let missing = || {
        let help = "Give --key-env, or for an enrolment group --group-key-env";
        Problem::new(Kind::MissingField, "It is not said where the key is", help)
    };
    secret(arguments.key_env.as_ref().ok_or_else(missing)?)
}

fn no_key() -> Problem {
    let help = "Copy the primary connection string of a device with a symmetric key";
    Problem::new(Kind::WrongForm, "The connection string has no SharedAccessKey to sign with", help)
}

/// The host as it is written goes into the token, so it is only looked at.
fn check_hub(host: &str) -> Result<(), Problem> {
    Host::parse(host.trim()).map(drop)
}

fn id_scope(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Ok(text);
    }
    let help = "Copy it from the overview of the provisioning service; it looks like 0ne00ABCDEF";
    Err(Problem::new(Kind::WrongForm, "The ID scope is empty or has signs in it that no scope has", help))
}

#[allow(clippy::disallowed_methods, reason = "sub-commands may read the environment")]
fn secret(variable: &str) -> Result<Secret, Problem> {
    let value = env::var(variable).unwrap_or_default();
    if value.trim().is_empty() {
        let message = format!("The environment variable {} is not set", variable.escape_debug());
        return Err(Problem::new(Kind::MissingVariable, message, "Set it before the program is started"));
    }
    Ok(Secret::new(value.trim()))
}
