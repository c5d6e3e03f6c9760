//! What one make-believe cloud is asked by the broker that all of them share: its [`Rules`], and the words they are
//! spoken in. Nothing is judged here.

use std::time::Duration;

use super::{Event, Refusal};
use crate::moment::{Moment, UnixTime};
use crate::mqtt::{ConnectRefusal, Qos};
use crate::secret::Secret;

/// What makes one cloud different from another.
pub trait Rules {
    /// What the cloud remembers of a client that it has let in.
    type Client;

    /// What becomes of an older connection when a client of the same name connects.
    const NAMESAKES: Namesakes;

    /// After so long without a byte a client is thrown out, whatever keep-alive it has asked for.
    const LONGEST_SILENCE: Option<Duration> = None;

    /// Judges CONNECT.
    ///
    /// # Errors
    /// The reason to refuse the client, and whether it is told.
    fn connect(&mut self, claim: &Claim) -> Result<Admission<Self::Client>, Rejection>;

    /// Judges SUBSCRIBE by a client that holds this many subscriptions already, and says which QoS each filter gets.
    ///
    /// # Errors
    /// The reason to throw the client out without an answer.
    fn subscribe(
        &mut self,
        client: &Self::Client,
        held: usize,
        filters: &[(String, Qos)],
    ) -> Result<Vec<Qos>, Refusal>;

    /// What has waited for a client that now is subscribed to this filter.
    fn subscribed(&mut self, _client: &Self::Client, _filter: &str) -> Vec<Delivery> {
        Vec::new()
    }

    /// Judges a message and says what becomes of it.
    ///
    /// # Errors
    /// The reason to throw the client out without an answer.
    fn publish(&mut self, client: &Self::Client, message: Message, now: Now) -> Result<Reaction, Refusal>;
}

/// The rules of a cloud whose topics are free, so that its own side may publish anything.
pub trait FreeTopics: Rules {}

/// What becomes of an older connection when a client of the same name connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namesakes {
    /// It is ended.
    Replaced,
    /// It stays.
    Kept,
}

/// A point in time, on both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    pub moment: Moment,
    pub date: UnixTime,
}

/// What a client shows when it connects.
#[derive(Clone, Debug)]
pub struct Claim {
    pub client_id: String,
    pub user: Option<String>,
    pub password: Option<Secret>,
    /// The certificates it has shown, its own first, DER. None if it has shown none or was not asked.
    pub certificates: Vec<Vec<u8>>,
    pub date: UnixTime,
}

/// A client is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission<C> {
    /// What the cloud calls it: messages are addressed by this name.
    pub name: String,
    /// The last second for which it may stay.
    pub until: Option<UnixTime>,
    pub client: C,
}

/// A client is not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub why: Refusal,
    /// What CONNACK says; without it the connection is closed without a word.
    pub answer: Option<ConnectRefusal>,
}

impl Rejection {
    /// A client that is told so.
    pub fn answered(why: Refusal, answer: ConnectRefusal) -> Self {
        Self { why, answer: Some(answer) }
    }

    /// A client that is told nothing.
    pub fn silent(why: Refusal) -> Self {
        Self { why, answer: None }
    }
}

/// A message on its way through a cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub topic: String,
    pub payload: Vec<u8>,
    pub qos: Qos,
    pub retain: bool,
}

/// A message and whom it is for, if they have subscribed to its topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub to: Audience,
    pub message: Message,
}

/// Whom a message is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    Everybody,
    /// All connections of the client of this name.
    Client(String),
}

/// What becomes of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reaction {
    /// The message itself, answers, or nothing.
    pub deliveries: Vec<Delivery>,
    /// What observers learn beside the message itself.
    pub events: Vec<Event>,
}

/// Answers each message on one topic with the same payload on another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Echo {
    pub heard_on: String,
    pub answered_on: String,
}

/// The message for everybody, and its echoes.
pub(super) fn with_echoes(echoes: &[Echo], message: Message) -> Reaction {
    let heard = echoes.iter().filter(|echo| echo.heard_on == message.topic);
    let answers =
        heard.map(|echo| Message { topic: echo.answered_on.clone(), retain: false, ..message.clone() });
    let answers: Vec<Message> = answers.collect();
    let messages = std::iter::once(message).chain(answers);
    let deliveries = messages.map(|message| Delivery { to: Audience::Everybody, message });
    Reaction { deliveries: deliveries.collect(), events: Vec::new() }
}
