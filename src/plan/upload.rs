//! The steps that put certificates and keys on the module. What a file is and whether it is any good was decided
//! when the job was made.

use super::step::{Act, Question, Stage, Step, Upload};
use crate::module::CredentialKind;
use crate::profile::{StoredContent, StoredFile};

/// One step for each file, in the order given.
pub(super) fn steps(files: &[(CredentialKind, &StoredFile)]) -> Vec<Step> {
    files.iter().map(|(kind, file)| step(*kind, file)).collect()
}

fn step(kind: CredentialKind, file: &StoredFile) -> Step {
    let name = file.name.as_str().to_owned();
    let title = |verb: &str| format!("{verb} {} {name}", noun(kind));
    match &file.content {
        StoredContent::OnModule => Step::new(Stage::Credentials, title("Look for"), Vec::new())
            .proved_by(Question::Present { kind, name: name.clone() }),
        StoredContent::Upload { pem, md5, password } => {
            let upload = Upload {
                kind,
                name: name.clone(),
                pem: pem.clone(),
                password: password.clone(),
                md5: md5.clone(),
            };
            let step = Step::new(Stage::Credentials, title("Upload"), vec![Act::Upload(upload)]);
            match md5 {
                Some(md5) => step.unless(Question::Stored { kind, name: name.clone(), md5: md5.clone() }),
                None => step,
            }
        }
    }
}

const fn noun(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::TrustedRoot => "the trusted root",
        CredentialKind::Certificate => "the device certificate",
        CredentialKind::PrivateKey => "the private key",
    }
}
