//! What went over each channel: how much, how fast, and who was at its other end when.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::Topics;
use crate::moment::Moment;
use crate::session::Direction;

/// So far back the rate of a channel is remembered.
pub const SPAN: Duration = Duration::from_secs(120);

/// All channels there were, by their number; data mode is the one without a number.
#[derive(Clone, Debug, Default)]
pub struct Channels(BTreeMap<Option<u8>, Channel>);

/// One channel of extended data mode, or data mode as a whole.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    pub sent: Flow,
    pub received: Flow,
    /// The row of the last message.
    pub last: Option<u64>,
    pub rate: Rate,
    /// Who had it, oldest first: the module gives numbers again.
    tenants: Vec<Tenant>,
}

/// What went in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    pub messages: u64,
    pub bytes: u64,
}

/// Who is at the other end of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// The first row that can be its.
    pub since: u64,
    /// Its host, else its address, else its number.
    pub name: String,
    pub topics: Option<Topics>,
}

/// Bytes by the second, for the last [`SPAN`].
#[derive(Clone, Debug, Default)]
pub struct Rate(VecDeque<Second>);

/// What went in one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Second {
    /// Since the start of the program.
    number: u64,
    sent: u64,
    received: u64,
}

impl Channels {
    /// In the order of their numbers, data mode first.
    pub fn iter(&self) -> impl Iterator<Item = (Option<u8>, &Channel)> {
        self.0.iter().map(|(number, channel)| (*number, channel))
    }

    /// Who had this channel when this row crossed the wire.
    pub fn tenant(&self, number: Option<u8>, row: u64) -> Option<&Tenant> {
        self.0.get(&number)?.tenants.iter().rev().find(|tenant| tenant.since <= row)
    }

    /// A new message.
    pub(super) fn crossed(
        &mut self,
        number: Option<u8>,
        direction: Direction,
        bytes: usize,
        at: Moment,
        row: u64,
    ) {
        let channel = self.0.entry(number).or_default();
        channel.last = Some(row);
        channel.flow(direction).messages += 1;
        self.went_on(number, direction, bytes, at);
    }

    /// More of the last message.
    pub(super) fn went_on(&mut self, number: Option<u8>, direction: Direction, bytes: usize, at: Moment) {
        let channel = self.0.entry(number).or_default();
        channel.flow(direction).bytes += bytes as u64;
        channel.rate.add(direction, bytes as u64, at);
    }

    pub(super) fn connected(&mut self, number: Option<u8>, tenant: Tenant) {
        self.0.entry(number).or_default().tenants.push(tenant);
    }

    /// Forgets what was counted. Who has which channel now stays known.
    pub(super) fn clear(&mut self) {
        self.0.retain(|_, channel| {
            let tenants = channel.tenants.pop().into_iter().collect();
            *channel = Channel { tenants, ..Channel::default() };
            !channel.tenants.is_empty()
        });
    }
}

impl Channel {
    /// Who has it now, or had it last.
    pub fn tenant(&self) -> Option<&Tenant> {
        self.tenants.last()
    }

    /// Whether nothing has gone over it.
    pub const fn is_unused(&self) -> bool {
        self.last.is_none()
    }

    const fn flow(&mut self, direction: Direction) -> &mut Flow {
        match direction {
            Direction::Sent => &mut self.sent,
            Direction::Received => &mut self.received,
        }
    }
}

impl Rate {
    fn add(&mut self, direction: Direction, bytes: u64, at: Moment) {
        let number = at.since_start().as_secs();
        if self.0.back().is_none_or(|second| second.number < number) {
            self.0.push_back(Second { number, sent: 0, received: 0 });
            let first = number.saturating_sub(SPAN.as_secs());
            while self.0.front().is_some_and(|second| second.number < first) {
                self.0.pop_front();
            }
        }
        if let Some(second) = self.0.back_mut() {
            match direction {
                Direction::Sent => second.sent += bytes,
                Direction::Received => second.received += bytes,
            }
        }
    }

    /// Whether what is shown at this time will look different a second later.
    pub fn is_moving(&self, now: Moment) -> bool {
        let first = now.since_start().saturating_sub(SPAN).as_secs();
        self.0.back().is_some_and(|second| second.number >= first)
    }

    /// Bytes per second that were sent and received, by how many seconds ago that was, from [`SPAN`] to 0.
    pub fn until(&self, now: Moment) -> impl Iterator<Item = (u64, u64, u64)> {
        let now = now.since_start().as_secs();
        let mut seconds = self.0.iter().peekable();
        (now.saturating_sub(SPAN.as_secs())..=now).map(move |number| {
            while seconds.next_if(|second| second.number < number).is_some() {}
            let second = seconds.next_if(|second| second.number == number);
            second.map_or((now - number, 0, 0), |second| (now - number, second.sent, second.received))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(since: u64, name: &str) -> Tenant {
        Tenant { since, name: name.to_owned(), topics: None }
    }

    #[test]
    fn a_number_that_is_given_again_keeps_who_had_it_before_for_older_rows() {
        let mut channels = Channels::default();
        channels.connected(Some(0), tenant(0, "global.azure-devices-provisioning.net"));
        channels.connected(Some(0), tenant(5, "hub.azure-devices.net"));
        let name = |row| channels.tenant(Some(0), row).map(|tenant| tenant.name.as_str());
        assert_eq!(name(4), Some("global.azure-devices-provisioning.net"));
        assert_eq!(name(5), Some("hub.azure-devices.net"));
        assert_eq!(channels.tenant(Some(1), 5), None);
    }

    #[test]
    fn messages_and_bytes_are_counted_each_way() {
        let mut channels = Channels::default();
        channels.crossed(None, Direction::Sent, 10, Moment::START, 0);
        channels.went_on(None, Direction::Sent, 5, Moment::START);
        channels.crossed(None, Direction::Received, 7, Moment::START, 1);
        let (_, channel) = channels.iter().next().unwrap();
        assert_eq!(channel.sent, Flow { messages: 1, bytes: 15 });
        assert_eq!(channel.received, Flow { messages: 1, bytes: 7 });
        assert_eq!(channel.last, Some(1));
    }

    #[test]
    fn the_rate_shows_the_last_two_minutes_second_by_second_with_silence_as_nothing() {
        let mut rate = Rate::default();
        rate.add(Direction::Sent, 1, Moment::from_millis(0));
        rate.add(Direction::Sent, 10, Moment::from_millis(130_100));
        rate.add(Direction::Received, 20, Moment::from_millis(130_900));
        rate.add(Direction::Sent, 30, Moment::from_millis(132_000));
        let shown: Vec<_> = rate.until(Moment::from_millis(133_500)).collect();
        assert_eq!(shown.len() as u64, SPAN.as_secs() + 1);
        assert_eq!(shown[117..], [(3, 10, 20), (2, 0, 0), (1, 30, 0), (0, 0, 0)]);
        assert!(shown[..117].iter().all(|(_, sent, received)| sent + received == 0));
    }

    #[test]
    fn clearing_forgets_what_was_counted_and_keeps_who_is_there() {
        let mut channels = Channels::default();
        channels.connected(Some(3), tenant(0, "broker"));
        channels.crossed(Some(3), Direction::Sent, 1, Moment::START, 0);
        channels.crossed(None, Direction::Sent, 1, Moment::START, 1);
        channels.clear();
        let left: Vec<_> = channels.iter().map(|(number, channel)| (number, channel.is_unused())).collect();
        assert_eq!(left, [(Some(3), true)]);
    }
}
