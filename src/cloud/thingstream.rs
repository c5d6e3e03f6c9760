//! A make-believe Thingstream, the MQTT Now service (clouds.md §2.1 and §7): things with passwords, free topics.
//! It counts no messages against a plan, and its topics need not be made before they are used.

use super::rules::with_echoes;
use super::{
    Admission, Broker, Claim, Echo, FreeTopics, Message, Namesakes, Now, Reaction, Refusal, Rejection, Rules,
    identity,
};
use crate::credential::make::Pair;
use crate::moment::UnixTime;
use crate::mqtt::topic::{is_filter, is_topic};
use crate::mqtt::{ClientCertificates, ConnectRefusal, Failure, Qos, ServerTls};
use crate::secret::Secret;

/// A make-believe Thingstream.
pub type Thingstream = Broker<ThingstreamRules>;

/// How a make-believe Thingstream is set up.
pub struct ThingstreamSettings {
    /// The certificate of the host that things connect to.
    pub server: Pair,
    pub things: Vec<Thing>,
    /// Topics whose messages are answered, so that a person sees something come back.
    pub echoes: Vec<Echo>,
}

/// What the portal shows of a thing under “Credentials”.
#[derive(Clone, Debug)]
pub struct Thing {
    /// `device:` and a UUID.
    pub client_id: String,
    pub user: String,
    pub password: Secret,
}

impl Thingstream {
    /// Opens the service. `wall_clock_at_start` is the date at [`crate::moment::Moment::START`].
    ///
    /// # Errors
    /// A [`Failure`] of [`ServerTls::prepare`] if the certificate cannot be used.
    pub fn new(settings: ThingstreamSettings, wall_clock_at_start: UnixTime) -> Result<Self, Failure> {
        let clients = ClientCertificates::NotAsked;
        let tls = ServerTls { identity: identity(&settings.server), clients };
        let rules = ThingstreamRules { things: settings.things, echoes: settings.echoes };
        Ok(Self::with_rules(rules, tls.prepare()?, wall_clock_at_start))
    }
}

/// The judgement of Thingstream.
pub struct ThingstreamRules {
    things: Vec<Thing>,
    echoes: Vec<Echo>,
}

impl Rules for ThingstreamRules {
    type Client = ();
    const NAMESAKES: Namesakes = Namesakes::Replaced;

    /// Wrong user names and passwords are answered with code 4, a client ID of another thing or of none with code 5.
    /// That it is one of these two is known, which of them is not (clouds.md §7).
    fn connect(&mut self, claim: &Claim) -> Result<Admission<()>, Rejection> {
        let user = claim.user.clone().unwrap_or_default();
        let Some(thing) = self.things.iter().find(|thing| thing.user == user) else {
            return Err(Rejection::answered(Refusal::UserUnknown(user), ConnectRefusal::UserOrPassword));
        };
        if claim.password.as_ref() != Some(&thing.password) {
            return Err(Rejection::answered(Refusal::PasswordWrong, ConnectRefusal::UserOrPassword));
        }
        let (client_id, expected) = (claim.client_id.clone(), thing.client_id.clone());
        if client_id != expected {
            let why = Refusal::ClientIdOfAnother { client_id, expected };
            return Err(Rejection::answered(why, ConnectRefusal::NotAuthorised));
        }
        Ok(Admission { name: client_id, until: None, client: () })
    }

    fn subscribe(&mut self, (): &(), _held: usize, filters: &[(String, Qos)]) -> Result<Vec<Qos>, Refusal> {
        match filters.iter().find(|(filter, _)| !is_filter(filter)) {
            Some((filter, _)) => Err(Refusal::NotAFilter(filter.clone())),
            None => Ok(filters.iter().map(|(_, qos)| *qos).collect()),
        }
    }

    fn publish(&mut self, (): &(), message: Message, _now: Now) -> Result<Reaction, Refusal> {
        if !is_topic(&message.topic) {
            return Err(Refusal::NotATopic(message.topic));
        }
        Ok(with_echoes(&self.echoes, message))
    }
}

impl FreeTopics for ThingstreamRules {}
