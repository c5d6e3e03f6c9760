//! A make-believe AWS IoT Core for one account (clouds.md §2.2 and §7): what it lets through and how it refuses.
//! It has topics and policies, but no shadows, no rules engine and no message charges.

use super::rules::with_echoes;
use super::{
    Admission, Broker, Claim, Echo, FreeTopics, Message, Namesakes, Now, Reaction, Refusal, Rejection, Rules,
    identity,
};
use crate::credential::make::Pair;
use crate::moment::UnixTime;
use crate::mqtt::topic::{is_filter, is_topic};
use crate::mqtt::{ClientCertificates, Failure, Qos, ServerTls};

const MAX_CLIENT_ID: usize = 128;
const MAX_TOPIC: usize = 256;
const MAX_SLASHES: usize = 7;
const MAX_PAYLOAD: usize = 128 * 1024;
const MAX_FILTERS: usize = 8;
const MAX_SUBSCRIPTIONS: usize = 50;

/// A make-believe AWS IoT Core: one account, one endpoint.
pub type Aws = Broker<AwsRules>;

/// How a make-believe AWS IoT Core is set up.
pub struct AwsSettings {
    /// The certificate of the endpoint; it must carry the host name that devices connect to.
    pub server: Pair,
    /// The certificate authorities that device certificates may come from, DER.
    pub authorities: Vec<Vec<u8>>,
    /// What devices may do; by default everything.
    pub policy: Policy,
    /// Topics whose messages are answered, so that a person sees something come back.
    pub echoes: Vec<Echo>,
}

/// What the policy attached to the device certificates allows.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Client IDs, `iot:Connect`.
    pub connect: Vec<Pattern>,
    /// Topics, `iot:Publish`.
    pub publish: Vec<Pattern>,
    /// Topic filters, `iot:Subscribe`. MQTT's wildcards are plain characters here.
    pub subscribe: Vec<Pattern>,
}

/// A text in which `*` stands for any characters, as in a policy's resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(pub String);

impl Aws {
    /// Opens the account for business. `wall_clock_at_start` is the date at [`crate::moment::Moment::START`].
    ///
    /// # Errors
    /// A [`Failure`] of [`ServerTls::prepare`] if the certificates cannot be used.
    pub fn new(settings: AwsSettings, wall_clock_at_start: UnixTime) -> Result<Self, Failure> {
        let clients = ClientCertificates::Required(settings.authorities);
        let tls = ServerTls { identity: identity(&settings.server), clients };
        let rules = AwsRules { policy: settings.policy, echoes: settings.echoes };
        Ok(Self::with_rules(rules, tls.prepare()?, wall_clock_at_start))
    }
}

impl Default for Policy {
    fn default() -> Self {
        let anything = vec![Pattern("*".to_owned())];
        Self { connect: anything.clone(), publish: anything.clone(), subscribe: anything }
    }
}

impl Pattern {
    fn matches(&self, text: &str) -> bool {
        let Some((head, tail)) = self.0.split_once('*') else { return self.0 == text };
        let Some(mut rest) = text.strip_prefix(head) else { return false };
        let mut parts: Vec<&str> = tail.split('*').collect();
        let last = parts.pop().unwrap_or_default();
        for part in parts {
            let Some((_, after)) = rest.split_once(part) else { return false };
            rest = after;
        }
        rest.ends_with(last)
    }
}

/// The judgement of AWS IoT Core.
pub struct AwsRules {
    policy: Policy,
    echoes: Vec<Echo>,
}

impl Rules for AwsRules {
    type Client = ();
    const NAMESAKES: Namesakes = Namesakes::Replaced;

    /// Whoever is refused learns nothing: the connection is closed (clouds.md §7).
    fn connect(&mut self, claim: &Claim) -> Result<Admission<()>, Rejection> {
        let name = claim.client_id.clone();
        if name.len() > MAX_CLIENT_ID || !allows(&self.policy.connect, &name) {
            return Err(Rejection::silent(Refusal::ClientId(name)));
        }
        Ok(Admission { name, until: None, client: () })
    }

    fn subscribe(&mut self, (): &(), held: usize, filters: &[(String, Qos)]) -> Result<Vec<Qos>, Refusal> {
        if filters.len() > MAX_FILTERS {
            return Err(Refusal::TooManyFilters);
        }
        if held + filters.len() > MAX_SUBSCRIPTIONS {
            return Err(Refusal::TooManySubscriptions);
        }
        for (filter, qos) in filters {
            if !is_filter(filter) {
                return Err(Refusal::NotAFilter(filter.clone()));
            }
            check(filter, *qos, &self.policy.subscribe)?;
        }
        Ok(filters.iter().map(|(_, qos)| *qos).collect())
    }

    fn publish(&mut self, (): &(), message: Message, _now: Now) -> Result<Reaction, Refusal> {
        if !is_topic(&message.topic) {
            return Err(Refusal::NotATopic(message.topic));
        }
        check(&message.topic, message.qos, &self.policy.publish)?;
        if message.payload.len() > MAX_PAYLOAD {
            return Err(Refusal::MessageTooLarge);
        }
        Ok(with_echoes(&self.echoes, message))
    }
}

impl FreeTopics for AwsRules {}

fn allows(patterns: &[Pattern], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(text))
}

/// The limits that topics and topic filters share.
fn check(topic: &str, qos: Qos, allowed: &[Pattern]) -> Result<(), Refusal> {
    // `$aws/rules/<name>/` in front of a topic does not count (basic ingest).
    let counted = match topic.strip_prefix("$aws/rules/").and_then(|rest| rest.split_once('/')) {
        Some((_, counted)) => counted,
        None => topic,
    };
    if counted.len() > MAX_TOPIC {
        return Err(Refusal::TopicTooLong);
    }
    if counted.matches('/').count() > MAX_SLASHES {
        return Err(Refusal::TooManySlashes(topic.to_owned()));
    }
    if topic.starts_with('$') && !topic.starts_with("$aws/") {
        return Err(Refusal::TopicReserved(topic.to_owned()));
    }
    if qos == Qos::ExactlyOnce {
        return Err(Refusal::QosTwo);
    }
    if allows(allowed, topic) { Ok(()) } else { Err(Refusal::TopicNotAllowed(topic.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;

    const NOW: Now = Now { moment: Moment::START, date: UnixTime(1_750_000_000) };

    fn rules() -> AwsRules {
        AwsRules { policy: Policy::default(), echoes: vec![] }
    }

    fn connect(client_id: &str) -> Result<(), Rejection> {
        let (user, password, certificates) = (None, None, vec![]);
        let claim = Claim { client_id: client_id.to_owned(), user, password, certificates, date: NOW.date };
        rules().connect(&claim).map(drop)
    }

    fn subscribe(held: usize, filters: &[(String, Qos)]) -> Result<(), Refusal> {
        rules().subscribe(&(), held, filters).map(drop)
    }

    fn publish(message: Message) -> Result<(), Refusal> {
        rules().publish(&(), message, NOW).map(drop)
    }

    fn filters(count: usize) -> Vec<(String, Qos)> {
        (0..count).map(|number| (number.to_string(), Qos::AtMostOnce)).collect()
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        let matches = |pattern: &str, text: &str| Pattern(pattern.to_owned()).matches(text);
        for (pattern, text) in
            [("*", ""), ("a", "a"), ("a*", "a/b"), ("*/up", "x/up"), ("a*b*c", "a1b2bc"), ("a**", "a")]
        {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("", "a"), ("a", "ab"), ("a*", "ba"), ("*/up", "up"), ("a*b*c", "acb"), ("a*a", "a")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_client_id_is_at_most_128_bytes_long() {
        assert_eq!(connect(&"x".repeat(128)), Ok(()));
        let silently = Rejection::silent(Refusal::ClientId("x".repeat(129)));
        assert_eq!(connect(&"x".repeat(129)), Err(silently));
    }

    #[test]
    fn subscriptions_are_counted() {
        assert_eq!(subscribe(42, &filters(8)), Ok(()));
        assert_eq!(subscribe(0, &filters(9)), Err(Refusal::TooManyFilters));
        assert_eq!(subscribe(43, &filters(8)), Err(Refusal::TooManySubscriptions));
    }

    #[test]
    fn wildcards_are_looked_at() {
        let message = |topic: &str| Message {
            topic: topic.to_owned(),
            payload: vec![],
            qos: Qos::AtMostOnce,
            retain: false,
        };
        assert_eq!(publish(message("a/+")), Err(Refusal::NotATopic("a/+".to_owned())));
        assert_eq!(publish(message("")), Err(Refusal::NotATopic(String::new())));
        let wrong = vec![("a/#/b".to_owned(), Qos::AtMostOnce)];
        assert_eq!(subscribe(0, &wrong), Err(Refusal::NotAFilter("a/#/b".to_owned())));
    }

    #[test]
    fn limits_are_allowed_and_one_more_is_not() {
        let judge = |topic: String, size: usize| {
            publish(Message { topic, payload: vec![0; size], qos: Qos::AtLeastOnce, retain: false })
        };
        assert_eq!(judge("t".repeat(256), MAX_PAYLOAD), Ok(()));
        assert_eq!(judge("t".repeat(257), 0), Err(Refusal::TopicTooLong));
        assert_eq!(judge("t".to_owned(), MAX_PAYLOAD + 1), Err(Refusal::MessageTooLarge));
        assert_eq!(judge("1/2/3/4/5/6/7/8".to_owned(), 0), Ok(()));
        assert_eq!(judge("$aws/rules/mine/1/2/3/4/5/6/7/8".to_owned(), 0), Ok(()));
    }
}
