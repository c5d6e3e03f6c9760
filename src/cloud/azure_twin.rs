//! The twin of a device at an Azure hub: its desired and reported properties (clouds.md §2.3).
//! It is changed here and nowhere else; who may change it and who is told is known by the hub.

use serde_json::{Map, Value};

/// What one section of a twin may hold.
const MAX_SECTION: usize = 32 * 1024;

/// Desired and reported properties, each with its version.
#[derive(Clone, Debug)]
pub(super) struct Twin {
    desired: Section,
    reported: Section,
}

#[derive(Clone, Debug)]
struct Section {
    properties: Map<String, Value>,
    version: u64,
}

/// Why a change is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unchanged {
    /// The change is no JSON object.
    Malformed,
    TooLarge,
}

impl Twin {
    pub(super) fn new() -> Self {
        let section = Section { properties: Map::new(), version: 1 };
        Self { desired: section.clone(), reported: section }
    }

    /// Both sections, as a device gets them.
    pub(super) fn document(&self) -> String {
        let mut both = Map::new();
        both.insert("desired".to_owned(), self.desired.with_version());
        both.insert("reported".to_owned(), self.reported.with_version());
        Value::Object(both).to_string()
    }

    /// What the device has reported, without the version.
    pub(super) fn reported(&self) -> Value {
        Value::Object(self.reported.properties.clone())
    }

    /// Changes what the device has reported; the new version.
    pub(super) fn report(&mut self, patch: &[u8]) -> Result<u64, Unchanged> {
        let patch = serde_json::from_slice(patch).map_err(|_| Unchanged::Malformed)?;
        self.reported.change(patch).map(|()| self.reported.version)
    }

    /// Changes what is desired; the new version, and the change as the device is told of it.
    pub(super) fn desire(&mut self, patch: Value) -> Result<(u64, String), Unchanged> {
        self.desired.change(patch.clone())?;
        let version = self.desired.version;
        let mut told = patch;
        if let Value::Object(told) = &mut told {
            told.insert("$version".to_owned(), version.into());
        }
        Ok((version, told.to_string()))
    }
}

impl Section {
    fn with_version(&self) -> Value {
        let mut properties = self.properties.clone();
        properties.insert("$version".to_owned(), self.version.into());
        Value::Object(properties)
    }

    fn change(&mut self, patch: Value) -> Result<(), Unchanged> {
        let Value::Object(patch) = patch else { return Err(Unchanged::Malformed) };
        let mut properties = self.properties.clone();
        merge(&mut properties, patch);
        let changed = Value::Object(properties);
        if changed.to_string().len() > MAX_SECTION {
            return Err(Unchanged::TooLarge);
        }
        if let Value::Object(properties) = changed {
            self.properties = properties;
            self.version += 1;
        }
        Ok(())
    }
}

/// Members are added and replaced; one that is `null` is taken out.
fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (name, value) in patch {
        match (target.get_mut(&name), value) {
            (_, Value::Null) => drop(target.shift_remove(&name)),
            (Some(Value::Object(there)), Value::Object(change)) => merge(there, change),
            (_, Value::Object(change)) => {
                let mut fresh = Map::new();
                merge(&mut fresh, change);
                target.insert(name, Value::Object(fresh));
            }
            (_, value) => drop(target.insert(name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_adds_replaces_and_takes_out() {
        let mut twin = Twin::new();
        assert_eq!(twin.report(br#"{"a":1,"b":{"c":2,"d":null}}"#), Ok(2));
        assert_eq!(twin.report(br#"{"a":null,"b":{"e":3}}"#), Ok(3));
        assert_eq!(twin.reported(), json!({"b":{"c":2,"e":3}}));
        assert_eq!(
            twin.document(),
            r#"{"desired":{"$version":1},"reported":{"b":{"c":2,"e":3},"$version":3}}"#
        );
    }

    #[test]
    fn what_is_desired_is_told_with_its_version() {
        let told = Twin::new().desire(json!({"interval":"5m","route":null})).unwrap();
        assert_eq!(told, (2, r#"{"interval":"5m","route":null,"$version":2}"#.to_owned()));
    }

    #[test]
    fn what_is_no_object_or_too_large_changes_nothing() {
        let mut twin = Twin::new();
        for wrong in [&b"[]"[..], b"", b"{", b"21.5"] {
            assert_eq!(twin.report(wrong), Err(Unchanged::Malformed));
        }
        let large = |size: usize| json!({"a":"x".repeat(size)}).to_string();
        assert_eq!(twin.report(large(MAX_SECTION).as_bytes()), Err(Unchanged::TooLarge));
        assert_eq!(twin.report(large(MAX_SECTION - 8).as_bytes()), Ok(2));
    }
}
