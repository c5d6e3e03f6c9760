//! Policies of AWS IoT Core: the one that a device needs, and whether another allows what it does (clouds.md §2.2).
//! Offline, and for this device alone: what else is attached to its certificate is not known here.

use serde_json::{Value, json};

use super::wrong_form;
use crate::credential::Finding;
use crate::problem::Problem;

/// What a device does at its endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device<'a> {
    /// The host name of the endpoint, which tells region and partition.
    pub endpoint: &'a str,
    pub client_id: &'a str,
    pub publish_topic: Option<&'a str>,
    pub subscribe_topic: Option<&'a str>,
}

/// The policy that allows this and nothing else, as JSON to paste into the console. The account is left open: a policy
/// reaches no further than its own account.
pub fn needed(device: &Device<'_>) -> String {
    let statement = |(action, resource): (&str, String)| json!({ "Effect": "Allow", "Action": action, "Resource": resource });
    let statements: Vec<Value> = device.needs().into_iter().map(statement).collect();
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    serde_json::to_string_pretty(&policy).unwrap_or_default()
}

impl Device<'_> {
    /// Actions and the resources they are done to.
    fn needs(&self) -> Vec<(&'static str, String)> {
        let mut needs = vec![("iot:Connect", self.arn("client", self.client_id))];
        needs.extend(self.publish_topic.map(|topic| ("iot:Publish", self.arn("topic", topic))));
        if let Some(filter) = self.subscribe_topic {
            // In policies the wildcard is *; MQTT's are plain characters of a topic filter.
            needs.push(("iot:Subscribe", self.arn("topicfilter", filter)));
            needs.push(("iot:Receive", self.arn("topic", &filter.replace(['+', '#'], "*"))));
        }
        needs
    }

    fn arn(&self, kind: &str, name: &str) -> String {
        let region =
            self.endpoint.split('.').nth(2).filter(|_| self.endpoint.contains(".iot.")).unwrap_or("*");
        let partition = match region.split('-').next() {
            Some("cn") => "aws-cn",
            Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        format!("arn:{partition}:iot:{region}:*:{kind}/{name}")
    }
}

/// A policy that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(Vec<Statement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    effect: Effect,
    actions: Vec<String>,
    resources: Vec<String>,
    condition: Condition,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Allow,
    Deny,
}

/// Whether a statement depends on what cannot be known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    None,
    Some,
}

impl Policy {
    /// Reads a policy document.
    ///
    /// # Errors
    /// It is no JSON, such as the policy that the vendor's note prints, or no policy.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let help = "Copy the document from AWS IoT Core › Security › Policies, in its JSON form";
        let value: Value = serde_json::from_str(text)
            .map_err(|error| wrong_form(format!("The policy is no JSON: {error}"), help))?;
        let statements = match value.get("Statement") {
            Some(Value::Array(statements)) => statements.iter().map(Statement::read).collect(),
            Some(statement) => Statement::read(statement).map(|statement| vec![statement]),
            None => None,
        };
        statements
            .map(Self)
            .ok_or_else(|| wrong_form("This is no policy: it has no statements of an effect", help))
    }

    /// What the policy says about this device; nothing bad if it may do all it does and not more than that.
    pub fn judge(&self, device: &Device<'_>) -> Vec<Finding> {
        let missing = device.needs().into_iter().filter_map(|(action, resource)| {
            let resource = resource.replacen(":*:", ":000000000000:", 1);
            (!self.allows(action, &resource, device.client_id)).then(|| denied(action, &resource))
        });
        let mut findings: Vec<_> = missing.collect();
        let open = |statement: &Statement| {
            statement.effect == Effect::Allow
                && statement.resources.iter().any(|resource| resource == "*")
                && statement.actions.iter().any(|action| ["*", "iot:*"].contains(&action.as_str()))
        };
        if self.0.iter().any(open) {
            findings.push(Finding::warning(
                "open-policy",
                "The policy allows everything to everybody who has it",
                "Use it for a demonstration at most; the policy shown here allows what this device does",
            ));
        }
        if self.0.iter().any(|statement| statement.uses("${iot:Connection.Thing.")) {
            findings.push(Finding::info(
                "thing-variables",
                "The policy's variables need a thing of the client ID's name that the certificate is attached to",
            ));
        }
        if self.0.iter().any(|statement| statement.condition == Condition::Some) {
            findings
                .push(Finding::info("conditions", "The policy has conditions, which cannot be judged here"));
        }
        findings
    }

    /// An explicit denial wins over everything.
    fn allows(&self, action: &str, resource: &str, client_id: &str) -> bool {
        let applies = |effect: Effect| {
            self.0
                .iter()
                .any(|statement| statement.effect == effect && statement.covers(action, resource, client_id))
        };
        applies(Effect::Allow) && !applies(Effect::Deny)
    }
}

impl Statement {
    fn read(value: &Value) -> Option<Self> {
        let texts = |key: &str| match value.get(key)? {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(list) => list.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        let effect = match value.get("Effect")?.as_str()? {
            "Allow" => Effect::Allow,
            "Deny" => Effect::Deny,
            _ => return None,
        };
        let condition = if value.get("Condition").is_some() { Condition::Some } else { Condition::None };
        Some(Self { effect, actions: texts("Action")?, resources: texts("Resource")?, condition })
    }

    fn covers(&self, action: &str, resource: &str, client_id: &str) -> bool {
        let fill = |text: &str| {
            ["${iot:ClientId}", "${iot:Connection.Thing.ThingName}"]
                .into_iter()
                .fold(text.to_owned(), |text, variable| text.replace(variable, client_id))
        };
        let account = |pattern: &str| without_account(&fill(pattern));
        self.actions.iter().any(|pattern| matches(&pattern.to_lowercase(), &action.to_lowercase()))
            && self.resources.iter().any(|pattern| matches(&account(pattern), &without_account(resource)))
    }

    fn uses(&self, variable: &str) -> bool {
        self.resources.iter().any(|resource| resource.contains(variable))
    }
}

/// The resource without its account, which is not known here and always the policy's own.
fn without_account(resource: &str) -> String {
    let parts: Vec<_> = resource.splitn(6, ':').collect();
    match parts.as_slice() {
        [arn, partition, service, region, _, name] => {
            [arn, partition, service, region, name].map(|part| *part).join(":")
        }
        _ => resource.to_owned(),
    }
}

/// Whether a pattern with `*` for any characters and `?` for one matches the text.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // For each length of the text so far: whether the pattern so far matches it.
    let mut fits = vec![false; text.len() + 1];
    if let Some(first) = fits.first_mut() {
        *first = true;
    }
    for sign in pattern {
        let mut next = vec![false; text.len() + 1];
        let mut before = false;
        for (length, place) in next.iter_mut().enumerate() {
            let here = fits.get(length).copied().unwrap_or(false);
            let last = length.checked_sub(1);
            let shorter = last.and_then(|last| fits.get(last)).copied().unwrap_or(false);
            *place = match sign {
                '*' => here || before,
                '?' => shorter,
                sign => shorter && last.and_then(|last| text.get(last)) == Some(&sign),
            };
            before = *place;
        }
        fits = next;
    }
    fits.last().copied().unwrap_or(false)
}

fn denied(action: &str, resource: &str) -> Finding {
    let name = resource.splitn(6, ':').nth(5).unwrap_or(resource);
    Finding::error(
        "policy-denies",
        format!("The policy does not allow {action} for {name}"),
        "Add the statement from the policy shown here, or change client ID and topics to what it allows",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: Device<'static> = Device {
        endpoint: "abc123-ats.iot.eu-west-2.amazonaws.com",
        client_id: "device1",
        publish_topic: Some("device1/up"),
        subscribe_topic: Some("device1/down/#"),
    };
    /// The vendor's wide-open example, and its narrow one put right (clouds.md §0.3).
    const OPEN: &str = r#"{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "iot:*", "Resource": "*" }] }"#;
    const NOTES: &str = r#"{ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "iot:Connect",
          "Resource": "arn:aws:iot:eu-west-2:123456789012:client/${iot:Connection.Thing.ThingName}" },
        { "Effect": "Allow", "Action": ["iot:Subscribe"],
          "Resource": ["arn:aws:iot:eu-west-2:123456789012:topicfilter/${iot:Connection.Thing.ThingName}/*"] },
        { "Effect": "Allow", "Action": ["iot:Receive", "iot:Publish"],
          "Resource": ["arn:aws:iot:eu-west-2:123456789012:topic/${iot:Connection.Thing.ThingName}/*"] } ] }"#;

    fn codes(policy: &str, device: &Device<'_>) -> Vec<&'static str> {
        Policy::parse(policy).unwrap().judge(device).into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn the_policy_that_is_needed_is_narrow_and_allows_the_device() {
        let policy = needed(&DEVICE);
        for resource in [
            "arn:aws:iot:eu-west-2:*:client/device1",
            "arn:aws:iot:eu-west-2:*:topic/device1/up",
            "arn:aws:iot:eu-west-2:*:topicfilter/device1/down/#",
            "arn:aws:iot:eu-west-2:*:topic/device1/down/*",
        ] {
            assert!(policy.contains(&format!("\"{resource}\"")), "{policy}");
        }
        assert_eq!(codes(&policy, &DEVICE), Vec::<&str>::new());
        let other = Device { client_id: "device2", ..DEVICE };
        assert_eq!(codes(&policy, &other), ["policy-denies"]);
    }

    #[test]
    fn partitions_have_resources_of_their_own() {
        let arn = |endpoint| needed(&Device { endpoint, ..DEVICE });
        assert!(arn("a-ats.iot.cn-north-1.amazonaws.com.cn").contains("arn:aws-cn:iot:cn-north-1:"));
        assert!(arn("a-ats.iot.us-gov-east-1.amazonaws.com").contains("arn:aws-us-gov:iot:us-gov-east-1:"));
    }

    #[test]
    fn the_notes_narrow_policy_allows_topics_below_the_things_name_alone() {
        assert_eq!(codes(NOTES, &DEVICE), ["thing-variables"]);
        // The note's own command has no client ID of a thing's name and other topics.
        let notes_own = Device { publish_topic: Some("test/pt"), subscribe_topic: Some("test/st"), ..DEVICE };
        assert_eq!(
            codes(NOTES, &notes_own),
            ["policy-denies", "policy-denies", "policy-denies", "thing-variables"]
        );
    }

    #[test]
    fn the_notes_wide_open_policy_is_warned_about() {
        assert_eq!(codes(OPEN, &DEVICE), ["open-policy"]);
    }

    #[test]
    fn a_denial_wins_and_another_region_does_not_count() {
        let deny = NOTES.replacen(
            "\"Statement\": [",
            r#""Statement": [{ "Effect": "Deny", "Action": "*", "Resource": "arn:aws:iot:*:*:topic/*/up" },"#,
            1,
        );
        assert_eq!(codes(&deny, &DEVICE), ["policy-denies", "thing-variables"]);
        let elsewhere = NOTES.replace("eu-west-2", "us-east-1");
        assert_eq!(codes(&elsewhere, &DEVICE).len(), 5);
    }

    #[test]
    fn what_is_no_policy_says_so() {
        for text in [
            "",
            "Version: 1",
            "{}",
            r#"{ "Statement": [{ "Effect": "Maybe" }] }"#,
            "\"Version\": \"2012-10-17\", \"Statement\": [",
        ] {
            assert!(Policy::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn stars_and_question_marks_stand_for_characters() {
        for (pattern, text) in [("*", ""), ("a*c", "abbc"), ("a?c", "abc"), ("**", "x"), ("a*b*c", "a1b2c")] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a?c", "ac"), ("a*c", "abd"), ("?", "")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
