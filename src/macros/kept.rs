//! What was typed for the parameters of macros, for the next time; no secret is among it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Macro, Param, Values};

/// The values that were played last, by macro and parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeptValues(BTreeMap<String, BTreeMap<String, String>>);

impl KeptValues {
    /// What is filled in for this parameter: what was played last, or else what the macro says.
    pub fn value<'a>(&'a self, of: &Macro, param: &'a Param) -> &'a str {
        let kept = self.0.get(&of.name).and_then(|values| values.get(&param.name));
        kept.filter(|_| !param.is_secret()).map_or_else(|| param.default_value(), String::as_str)
    }

    /// Keeps the values of a macro that is played, but for its secrets.
    pub fn keep(&mut self, of: &Macro, values: &Values) {
        let open = of.params.iter().filter(|param| !param.is_secret());
        let values: BTreeMap<_, _> =
            open.map(|param| (param.name.clone(), values.get(&param.name).to_owned())).collect();
        if values.is_empty() {
            self.0.remove(&of.name);
        } else {
            self.0.insert(of.name.clone(), values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    const JOIN: &str = "# Join\nparam: ssid | Network | lab-ap\nsecret: passphrase | 8 to 63\n\n\
        AT+UWSC=0,2,{ssid}\nAT+UWSC=0,8,{passphrase}\n";

    #[test]
    fn what_was_played_last_is_filled_in_and_secrets_are_not_kept() {
        let join = &parse(JOIN).unwrap()[0];
        let mut kept = KeptValues::default();
        assert_eq!(kept.value(join, &join.params[0]), "lab-ap");
        let mut values = Values::default();
        values.set("ssid", "Muppet labs");
        values.set("passphrase", "hunter2hunter2");
        kept.keep(join, &values);
        assert_eq!(kept.value(join, &join.params[0]), "Muppet labs");
        assert_eq!(kept.value(join, &join.params[1]), "");
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(text, r#"{"Join":{"ssid":"Muppet labs"}}"#);
        assert_eq!(serde_json::from_str::<KeptValues>(&text).unwrap(), kept);
    }

    #[test]
    fn a_value_that_has_become_a_secret_is_not_filled_in_and_goes_at_the_next_play() {
        let before = &parse("# Join\nparam: word\n\nAT+UMLA={word}\n").unwrap()[0];
        let mut values = Values::default();
        values.set("word", "hunter2hunter2");
        let mut kept = KeptValues::default();
        kept.keep(before, &values);
        let after = &parse("# Join\nsecret: word\n\nAT+UMLA={word}\n").unwrap()[0];
        assert_eq!(kept.value(after, &after.params[0]), "");
        kept.keep(after, &values);
        assert_eq!(kept, KeptValues::default());
    }
}
