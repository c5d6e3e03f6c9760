//! Certificates and keys: the command in front of an upload, removal, list and MD5 (protocol.md §7).

use zeroize::Zeroizing;

use super::number;
use crate::at::Param;
use crate::module::CredentialKind;
use crate::simulator::Simulator;
use crate::simulator::console::{Answer, Then, Upload};
use crate::simulator::faults::Fault;
use crate::simulator::memory::{MAX_NAME, MAX_SIZE};

/// The longest password, in characters.
const MAX_PASSWORD: usize = 64;

impl Simulator {
    pub(super) fn manage_credentials(&mut self, params: &[Param]) -> Option<Answer> {
        match number(params, 0)? {
            0_u8 => self.start_upload(params),
            2 => {
                let (kind, name) = credential(params)?;
                self.memory.certificates.remove(kind, name).map(|()| Answer::ok())
            }
            3 => {
                let only = if params.len() > 1 { Some(kind(params)?) } else { None };
                Some(Answer::lines(self.memory.certificates.list(only, self.capabilities.list_details)))
            }
            4 => {
                let (kind, name) = credential(params)?;
                let md5 = self.memory.certificates.md5(kind, name)?;
                let md5 = self.reported_md5(md5);
                Some(Answer::line(format!("+USECMNG:4,{},\"{name}\",\"{md5}\"", kind.code())))
            }
            _ => None,
        }
    }

    /// Size, name and room are judged before the prompt.
    fn start_upload(&mut self, params: &[Param]) -> Option<Answer> {
        let [_, _, _, _, rest @ ..] = params else { return None };
        let (kind, name) = credential(params)?;
        let size = number(params, 3).filter(|size| (1..=MAX_SIZE).contains(size))?;
        let password = match rest {
            [] => None,
            [password] if password.text.chars().count() <= MAX_PASSWORD => {
                Some(Zeroizing::new(password.text.clone()))
            }
            _ => return None,
        };
        let full = self.settings.faults.has(&Fault::CertificateStoreFull);
        if full && !self.memory.certificates.has(kind, name) {
            return None;
        }
        let strike = self.settings.faults.take_during(&format!("USECMNG=0,{},{name}", kind.code()));
        let bytes = Zeroizing::new(Vec::with_capacity(size));
        let upload = Upload { kind, name: name.to_owned(), size, password, bytes, strike };
        Some(Answer::then(Then::Prompt(upload)))
    }

    /// The MD5 as the module says it.
    pub(in crate::simulator) fn reported_md5(&self, md5: &str) -> String {
        if self.settings.faults.has(&Fault::Md5Wrong) { md5.chars().rev().collect() } else { md5.to_owned() }
    }
}

fn kind(params: &[Param]) -> Option<CredentialKind> {
    CredentialKind::from_code(number(params, 1)?)
}

fn credential(params: &[Param]) -> Option<(CredentialKind, &str)> {
    let name = params.get(2)?.text.as_str();
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME && !name.contains('"');
    Some((kind(params)?, fits.then_some(name)?))
}
