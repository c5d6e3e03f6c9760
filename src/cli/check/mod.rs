//! `check`: what certificates, keys, requests and tokens are, and what is wrong with them. The files are judged together by
//! `credential::check`; here they are read and the verdict is written down.

mod facts;
mod report;

use std::env;
use std::path::{Path, PathBuf};

use self::report::Entry;
use super::output::{Exit, complain, say, say_json};
use super::values::cloud_kind;
use crate::credential::check::{File, Naming, Verdict, together};
use crate::credential::{self, Content, Finding, azure};
use crate::problem::{Kind, Problem};
use crate::profile::CloudKind;
use crate::secret::Secret;
use crate::shell::clock::Clock;
use crate::shell::files::{self, Unread};

/// Say what certificates, keys, requests and tokens are, and what is wrong with them
///
/// Files are recognised by content, never by name, and judged together: a key beside its certificate is compared with it.
/// PEM, DER, PKCS#12, zip archives, the JSON of AWS, certs.c, SAS tokens and connection strings are read. Keys, passwords
/// and signatures are never printed.
///
/// Exit status: 0 if everything can be used, 1 if something cannot (a finding of severity error), 2 for wrong use.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    xpress-center check device1.pem.crt device1.pem.key AmazonRootCA1.pem\n  \
    xpress-center check --json connect_device_package.zip\n  \
    xpress-center check device1.pem --cloud azure-x509 --device-id device1\n\n\
    --json prints an array with one object per FILE: {\"file\",\"kind\",\"findings\":[{\"severity\",\"code\",\"message\",\"help\"}], \
    and the facts}.")]
pub(super) struct CheckArguments {
    /// The files to look at
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print a JSON array with one object per file
    #[arg(long)]
    json: bool,
    /// The cloud they are meant for
    #[arg(long, value_name = "KIND", value_parser = cloud_kind)]
    cloud: Option<CloudKind>,
    /// The device's ID there; for azure-dps its registration ID
    #[arg(long, value_name = "ID", requires = "cloud")]
    device_id: Option<String>,
    /// The variable that holds the password of encrypted keys and PKCS#12 stores, one for all
    #[arg(long, value_name = "VAR")]
    password_env: Option<String>,
}

pub(super) fn run(arguments: &CheckArguments) -> Exit {
    match check(arguments) {
        Ok(exit) => exit,
        Err(problem) => {
            complain(&problem);
            Exit::WrongUse
        }
    }
}

fn check(arguments: &CheckArguments) -> Result<Exit, Problem> {
    let naming = naming(arguments)?;
    let password = arguments.password_env.as_deref().map(password).transpose()?;
    let names: Vec<_> = arguments.files.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let read: Vec<_> = arguments.files.iter().map(|path| read(path, password.as_ref())).collect();
    let given: Vec<_> = names
        .iter()
        .zip(&read)
        .filter_map(|(name, read)| Some(File { name, content: read.as_ref().ok()? }))
        .collect();
    let mut verdicts = together(&given, &naming, password.as_ref(), Clock::start().date()).into_iter();
    let entries: Vec<_> = names
        .iter()
        .zip(&read)
        .map(|(name, read)| match read {
            Ok(content) => Entry::of(name, content, &verdicts.next().unwrap_or_default(), &given),
            Err(finding) => Entry::unreadable(name, finding.clone()),
        })
        .collect();
    if arguments.json {
        say_json(&entries);
    } else {
        entries.iter().flat_map(Entry::lines).for_each(say);
    }
    Ok(if entries.iter().any(Entry::has_error) { Exit::Failed } else { Exit::Done })
}

/// What the names in the files have to be. A wrong ID is wrong use.
fn naming(arguments: &CheckArguments) -> Result<Naming<'_>, Problem> {
    let Some(id) = arguments.device_id.as_deref() else { return Ok(Naming::Free) };
    match arguments.cloud {
        Some(CloudKind::AzureX509 | CloudKind::AzureSas) => azure::device_id(id).map(Naming::DeviceId),
        Some(CloudKind::AzureDps) => azure::registration_id(id).map(Naming::RegistrationId),
        Some(CloudKind::Aws | CloudKind::Thingstream) | None => Ok(Naming::Free),
    }
}

fn read(path: &Path, password: Option<&Secret>) -> Result<Content, Finding> {
    let file = files::read(path).map_err(unread)?;
    credential::read(&file.bytes, password)
}

fn unread(unread: Unread) -> Finding {
    let code = match unread {
        Unread::Missing { .. } => "missing-file",
        Unread::Directory { .. } => "directory",
        Unread::TooLarge { .. } => "too-large-file",
        Unread::Forbidden { .. } | Unread::Broken { .. } => "unreadable-file",
    };
    let problem = Problem::from(unread);
    Finding::error(code, problem.message, problem.help)
}

#[allow(clippy::disallowed_methods, reason = "sub-commands may read the environment")]
fn password(variable: &str) -> Result<Secret, Problem> {
    env::var(variable).map(Secret::new).map_err(|_| {
        let message = format!("The environment variable {} is not set", variable.escape_debug());
        Problem::new(Kind::MissingVariable, message, "Set it before the program is started")
    })
}
