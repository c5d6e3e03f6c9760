//! Puts a certificate or key on the module: the dialogue of protocol.md §7.2, with its MD5 as the proof.

use std::time::Duration;

use crate::module::CredentialHash;
use crate::plan::Upload;
use crate::problem::{Kind, Problem};
use crate::session::talk::{Reply, Request, Stop, Talk, answered, silent};

const PROMPT: Duration = Duration::from_secs(5);
/// u-blox's own library sends 50 ms after the prompt and allows 10 s for the result.
const BEFORE_DATA: Duration = Duration::from_millis(50);
const RESULT: Duration = Duration::from_secs(10);

/// Uploads it, compares the module's MD5 with the expected one, and gives what the module reported.
pub(in crate::session) async fn upload(talk: &Talk, file: &Upload) -> Result<Option<String>, Stop> {
    let body = file.pem.reveal().as_bytes();
    let command = file.command();
    let shown = command.shown().to_owned();
    match talk.ask_for_prompt(command, PROMPT).await {
        Reply::Prompt => {}
        Reply::Ok(_) | Reply::Error => return Err(refused(file).into()),
        other @ (Reply::Silent | Reply::Reset) => {
            answered(other, &shown)?;
        }
    }
    talk.pause(talk.now() + BEFORE_DATA).await;
    talk.request(Request::Upload(body.to_vec()));
    let lines = match talk.reply().await {
        Reply::Silent => return Err(fill_up(talk, body.len(), &shown).await.into()),
        Reply::Error => return Err(not_taken(file).into()),
        other => answered(other, &shown)?,
    };
    proved(file, &lines)
}

/// How long the module may take from the first byte of a body to its result.
pub(in crate::session) fn limit(bytes: usize, speed: u32) -> Duration {
    // As much again for a module that holds the line off.
    RESULT + 2 * line_time(bytes, speed)
}

/// What bytes cost on the line: ten bits each.
pub(in crate::session) fn line_time(bytes: usize, speed: u32) -> Duration {
    let bits = 10.0 * f64::from(u32::try_from(bytes).unwrap_or(u32::MAX));
    Duration::from_secs_f64(bits / f64::from(speed.max(1)))
}

/// Bytes were lost, so the module still waits for the rest: line ends fill it up, and mean nothing to a module that
/// does not wait.
async fn fill_up(talk: &Talk, size: usize, shown: &str) -> Problem {
    let limit = limit(size, talk.look().line.speed);
    match talk.exchange(Request::Padding { size, limit }).await {
        Reply::Ok(_) | Reply::Error | Reply::Prompt => Problem::new(
            Kind::UploadMismatch,
            "Bytes of the upload were lost on the way to the module",
            "Switch RTS/CTS flow control on, or use a lower speed",
        ),
        Reply::Silent | Reply::Reset => silent(shown),
    }
}

fn proved(file: &Upload, lines: &[String]) -> Result<Option<String>, Stop> {
    let reported = lines.iter().find_map(|line| CredentialHash::parse(line)).map(|hash| hash.md5);
    match (&file.md5, &reported) {
        (None, _) => Ok(reported),
        (Some(expected), Some(md5)) if md5.eq_ignore_ascii_case(expected) => Ok(reported),
        (Some(_), _) => Err(Problem::new(
            Kind::UploadMismatch,
            format!("What the module stored as {} is not what was sent: its MD5 differs", file.name),
            "Switch RTS/CTS flow control on, or use a lower speed, and try again",
        )
        .into()),
    }
}

/// It was asked for and sent, and then refused: also what a module says that has waited in vain for lost bytes.
fn not_taken(file: &Upload) -> Problem {
    Problem::new(
        Kind::ModuleRefused,
        format!("The module refused to store {} once it was sent", file.name),
        "Bytes may have been lost: switch RTS/CTS flow control on, or use a lower speed; or the store is full, or this firmware cannot read this kind of file",
    )
}

fn refused(file: &Upload) -> Problem {
    Problem::new(
        Kind::ModuleRefused,
        format!("The module refused to store {}", file.name),
        "Its store may be full: remove what is not needed; or this firmware cannot read this kind of file",
    )
}
