//! A profile, what was fetched for it and the time become a [`Job`], or every problem at its field.
//! Here stands the way through the profile; files are judged in `files`, Wi-Fi in `wifi`, clouds in `cloud`.

mod cloud;
mod files;
mod wifi;

use super::names::Names;
use super::source::{Material, Materials, SecretSource};
use super::{Job, Profile, Remark, Wifi, WifiProfile};
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::secret::{DOTS, Secret};

/// Checks a profile with all that was fetched for it. `now` judges the validity of certificates.
///
/// # Errors
/// Every problem that there is, each at its field.
pub fn resolve(profile: &Profile, materials: &Materials, now: UnixTime) -> Result<Job, Vec<Problem>> {
    let mut resolver =
        Resolver { materials, now, names: Names::new(profile), problems: Vec::new(), remarks: Vec::new() };
    let wifi = profile.wifi.as_ref().map(|wifi| resolver.wifi(wifi));
    let cloud = resolver.cloud(&profile.cloud);
    match cloud {
        Some(cloud) if resolver.problems.is_empty() => {
            let (name, after) = (profile.name.clone(), profile.after);
            Ok(Job { name, wifi: wifi.flatten(), cloud, after, remarks: resolver.remarks })
        }
        _ => Err(resolver.problems),
    }
}

/// The same for a network alone, without a cloud behind it.
///
/// # Errors
/// Every problem that there is, each at its field.
pub fn resolve_wifi(wifi: &WifiProfile, materials: &Materials, now: UnixTime) -> Result<Wifi, Vec<Problem>> {
    let names = Names::of_wifi(wifi);
    let mut resolver = Resolver { materials, now, names, problems: Vec::new(), remarks: Vec::new() };
    match resolver.wifi(wifi) {
        Some(wifi) if resolver.problems.is_empty() => Ok(wifi),
        _ => Err(resolver.problems),
    }
}

struct Resolver<'a> {
    materials: &'a Materials,
    now: UnixTime,
    names: Names,
    problems: Vec<Problem>,
    remarks: Vec<Remark>,
}

impl Resolver<'_> {
    /// A value that must be there, read with `parse`.
    fn required<T>(
        &mut self,
        field: &str,
        text: Option<&str>,
        parse: fn(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let value = self.present(field, text)?;
        self.keep(field, parse(value))
    }

    /// What must be there; a problem if it is not.
    fn present<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            let message = format!("The field {field} is missing");
            self.problems.push(Problem::new(Kind::MissingField, message, "Fill it in").at(field));
        }
        value
    }

    /// A value that may be absent.
    fn optional<T>(&mut self, field: &str, value: Option<Result<T, Problem>>) -> Option<T> {
        value.and_then(|value| self.keep(field, value))
    }

    /// The value, or its problem kept at its field.
    fn keep<T>(&mut self, field: &str, value: Result<T, Problem>) -> Option<T> {
        value.map_err(|problem| self.problems.push(problem.at(field))).ok()
    }

    /// A secret that must be there, checked with `parse`; dots if it was not fetched on purpose.
    fn secret(
        &mut self,
        field: &str,
        source: Option<&SecretSource>,
        parse: fn(&str) -> Result<Secret, Problem>,
    ) -> Option<Secret> {
        self.present(field, source)?;
        match self.materials.get(field) {
            Some(Material::Secret(secret)) => self.keep(field, parse(secret.reveal())),
            Some(Material::Unknown) => Some(Secret::new(DOTS)),
            Some(Material::Failed(problem)) => self.keep(field, Err(problem.clone())),
            Some(Material::File(_)) | None => self.keep(field, Err(not_fetched())),
        }
    }
}

fn not_fetched() -> Problem {
    Problem::new(Kind::Internal, "This was not fetched", "Report this with the profile")
}

#[cfg(test)]
mod tests;
