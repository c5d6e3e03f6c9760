//! Round trips: which message from a cloud answers which message to it, and how long that took. A module delivers no topics, so
//! only the bytes tell, and the channel. What could be told in two ways is not told at all: a latency that is given is one.
//!
//! | told apart | by |
//! |---|---|
//! | answers of Azure's provisioning service | their JSON; they answer a registration, or whatever was sent while one is under way |
//! | the whole twin of an Azure hub | its JSON; it answers a message that is empty or blank |
//! | echoes | the same bytes on the same channel |
//! | answers with a name | JSON with the same value of `requestId`, `correlationId`, `rid` or `$rid`; or of `id`, in JSON-RPC |
//!
//! An answer that comes in several packets is not put together, and not told.
//! A reported change of a twin is answered with an empty message, which nothing tells from others: it has no latency.
//! `id` alone is no name of an answer, since many devices put their own name there.

mod latencies;
mod telling;

pub use latencies::Latencies;

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use self::telling::{Key, Told};
use crate::moment::Moment;
use crate::session::Direction;

/// A message as it crossed the wire, whole.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Its number, by which a [`RoundTrip`] names it.
    pub id: u64,
    /// When it was handed over for writing, or read.
    pub at: Moment,
    pub direction: Direction,
    /// In extended data mode.
    pub channel: Option<u8>,
    pub bytes: &'a [u8],
}

/// A message from the cloud that answers one to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundTrip {
    pub exchange: Exchange,
    /// The number of the request.
    pub request: u64,
    /// The number of the answer.
    pub answer: u64,
    pub latency: Duration,
}

/// What kind of request and answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exchange {
    /// Azure's provisioning service.
    Provisioning,
    /// The whole twin at an Azure hub.
    Twin,
    Echo,
    /// JSON that names the request it answers.
    Named,
}

/// An answer that comes later is none.
pub const LATEST: Duration = Duration::from_secs(10);
/// So long a request that was not answered still makes others of its kind doubtful: its answer may be on the way.
const FORGOTTEN: Duration = Duration::from_secs(60);
/// The most requests that are remembered: what is sent every [`SHORTEST_PERIOD`](crate::messages) in a minute.
const MOST: usize = 8192;

/// Watches messages in the order of time.
#[derive(Debug, Default)]
pub struct Watch {
    /// What may still be answered, oldest first.
    open: HashMap<Key, VecDeque<Request>>,
    /// What was asked, oldest first, with what has been answered since.
    asked: VecDeque<Asked>,
    /// Names that came from the cloud first: they are its requests, and what is sent with them are answers. How often
    /// each is in `names`.
    taken: HashMap<Key, usize>,
    /// The same, oldest first.
    names: VecDeque<(Moment, Key)>,
    /// A registration is under way, and is asked after with a message of any kind.
    registering: bool,
}

#[derive(Debug)]
struct Request {
    id: u64,
    at: Moment,
    certainty: Certainty,
}

#[derive(Debug)]
struct Asked {
    id: u64,
    at: Moment,
    key: Key,
}

/// Whether an answer can only be the one of this request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Certainty {
    Certain,
    /// There was another of its kind at the same time, and which of them was answered is not known.
    Doubtful,
}

impl Watch {
    /// Takes the next message; the round trip that it completes.
    pub fn handle(&mut self, seen: &Seen<'_>) -> Option<RoundTrip> {
        self.forget(seen.at);
        match seen.direction {
            Direction::Sent => {
                self.sent(seen);
                None
            }
            Direction::Received => self.received(seen),
        }
    }

    /// Forgets everything, as when the connection ends.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn forget(&mut self, now: Moment) {
        let is_old = |at: Moment| now.since(at) > FORGOTTEN;
        while self.asked.len() > MOST || self.asked.front().is_some_and(|asked| is_old(asked.at)) {
            let Some(Asked { id, key, .. }) = self.asked.pop_front() else { return };
            let is_it = |request: &Request| request.id == id;
            if let Some(requests) = self.open.get_mut(&key)
                && requests.front().is_some_and(is_it)
            {
                requests.pop_front();
                self.drop_if_empty(&key);
            }
        }
        while self.names.len() > MOST || self.names.front().is_some_and(|(at, _)| is_old(*at)) {
            let Some((_, key)) = self.names.pop_front() else { return };
            match self.taken.get_mut(&key) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(self.taken.remove(&key)),
            }
        }
    }

    fn drop_if_empty(&mut self, key: &Key) {
        if self.open.get(key).is_some_and(VecDeque::is_empty) {
            self.open.remove(key);
        }
    }

    fn sent(&mut self, seen: &Seen<'_>) {
        let told = Told::of(seen.channel, seen.bytes);
        let mut keys = told.request_keys();
        if self.registering && !keys.contains(&Key::Provisioning) {
            keys.push(Key::Provisioning);
        }
        keys.retain(|key| !self.taken.contains_key(key));
        let (id, at) = (seen.id, seen.at);
        for key in keys {
            let request = Request { id, at, certainty: Certainty::Certain };
            self.open.entry(key.clone()).or_default().push_back(request);
            self.asked.push_back(Asked { id, at, key });
        }
    }

    fn received(&mut self, seen: &Seen<'_>) -> Option<RoundTrip> {
        let told = Told::of(seen.channel, seen.bytes);
        if let Some(outcome) = told.provisioning {
            self.registering = outcome.is_under_way();
            return self.answered(seen, Exchange::Provisioning, &Key::Provisioning);
        }
        if told.is_twin {
            return self.answered(seen, Exchange::Twin, &Key::Blank);
        }
        if let Some(echo) = told.echo.as_ref().filter(|echo| self.is_open(echo)) {
            return self.answered(seen, Exchange::Echo, echo);
        }
        let (open, fresh): (Vec<_>, Vec<_>) = told.names.iter().cloned().partition(|key| self.is_open(key));
        for key in fresh {
            *self.taken.entry(key.clone()).or_default() += 1;
            self.names.push_back((seen.at, key));
        }
        let trips: Vec<_> = open.iter().map(|key| self.answered(seen, Exchange::Named, key)).collect();
        // Several names are right if they name the same request.
        let first = trips.first().copied().flatten()?;
        trips.iter().all(|trip| *trip == Some(first)).then_some(first)
    }

    fn is_open(&self, key: &Key) -> bool {
        self.open.contains_key(key)
    }

    /// The oldest request of this key is answered; which one it was is only certain if there was no other.
    fn answered(&mut self, seen: &Seen<'_>, exchange: Exchange, key: &Key) -> Option<RoundTrip> {
        let requests = self.open.get_mut(key)?;
        let first = requests.pop_front()?;
        let certainty = if requests.is_empty() { first.certainty } else { Certainty::Doubtful };
        // Those before the last answer are doubtful already.
        let fresh = requests.iter_mut().rev().take_while(|other| other.certainty == Certainty::Certain);
        fresh.for_each(|other| other.certainty = Certainty::Doubtful);
        self.drop_if_empty(key);
        let latency = seen.at.since(first.at);
        let is_answer = certainty == Certainty::Certain && latency <= LATEST;
        is_answer.then_some(RoundTrip { exchange, request: first.id, answer: seen.id, latency })
    }
}

#[cfg(test)]
mod tests;
