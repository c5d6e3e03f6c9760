//! How large a message may be, by the way it takes to the module and the service behind it.
//!
//! A module does not refuse what is too large for it: in extended data mode each packet is one message, so that more
//! bytes become several, and in data mode it cuts by itself (protocol.md §5.5, §9). A service refuses, and closes the connection.

use super::Service;
use crate::module::payload;
use crate::problem::{Kind, Problem};

/// How bytes get to the module, and what they are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Messages (MQTT) or datagrams (UDP) in data mode.
    DataMode,
    /// Messages or datagrams through a channel of extended data mode.
    Channel,
    /// A stream, TCP or Bluetooth, in either mode: it has no messages, and takes everything.
    Stream,
}

/// A limit that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Of the module in this mode; it makes several messages of more.
    Way(Way),
    /// Of the service; it takes none that is larger.
    Service(Service),
}

/// A message that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    pub limit: Limit,
    /// The size of the message in bytes.
    pub size: usize,
    /// The size that is still right, in bytes.
    pub most: usize,
}

impl Way {
    /// The most bytes of one message.
    pub const fn most(self) -> Option<usize> {
        match self {
            Self::DataMode => Some(payload::MOST_IN_DATA_MODE),
            Self::Channel => Some(payload::MOST_IN_A_PACKET),
            Self::Stream => None,
        }
    }
}

impl Service {
    /// The most bytes of one message; `None` where nothing is known (clouds.md §2.1, Thingstream).
    pub const fn most(self) -> Option<usize> {
        const KB: usize = 1024;
        match self {
            // clouds.md §2.2
            Self::Aws => Some(128 * KB),
            // clouds.md §2.3; a section of a twin has 32 KB, which no message of a module reaches.
            Self::AzureHub => Some(256 * KB),
            // clouds.md §2.5
            Self::AzureDps => Some(96 * KB),
            Self::Thingstream => None,
        }
    }
}

/// Whether a message of so many bytes is right for both; that of the service is named first, since it is the harder one.
///
/// # Errors
/// The limit that it exceeds.
pub fn check(size: usize, way: Way, service: Option<Service>) -> Result<(), Excess> {
    let service = service.map(|service| (Limit::Service(service), service.most()));
    let limits = service.into_iter().chain([(Limit::Way(way), way.most())]);
    let mut excesses = limits.filter_map(|(limit, most)| Some(Excess { limit, size, most: most? }));
    excesses.find(|excess| excess.size > excess.most).map_or(Ok(()), Err)
}

impl Excess {
    /// By how many bytes the message is too large.
    pub const fn by(&self) -> usize {
        self.size.saturating_sub(self.most)
    }

    /// Into how many messages the module makes it, at least; `None` if it is refused.
    pub const fn pieces(&self) -> Option<usize> {
        match self.limit {
            Limit::Way(_) => Some(self.size.div_ceil(self.most)),
            Limit::Service(_) => None,
        }
    }

    /// In words.
    pub fn problem(&self) -> Problem {
        let Self { limit, size, most } = self;
        let by = self.by();
        match limit {
            Limit::Service(service) => Problem::new(
                Kind::WrongForm,
                format!(
                    "The message has {size} bytes, {by} more than the {most} that {} takes",
                    service.title()
                ),
                "Send less at a time",
            ),
            Limit::Way(Way::DataMode) => Problem::new(
                Kind::WrongForm,
                format!(
                    "The message has {size} bytes, {by} more than the {most} that surely go as one in data mode, and may arrive as several"
                ),
                "Send less at a time, or use extended data mode, where a message can have more",
            ),
            Limit::Way(_) => Problem::new(
                Kind::WrongForm,
                format!(
                    "The message has {size} bytes, {by} more than the {most} of one packet, and arrives as {} messages",
                    self.pieces().unwrap_or(1)
                ),
                "Send less at a time",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_reached_to_the_byte() {
        let aws = Some(Service::Aws);
        for (way, service, most, limit) in [
            (Way::DataMode, None, 1024, Limit::Way(Way::DataMode)),
            (Way::Channel, aws, 4092, Limit::Way(Way::Channel)),
            (Way::Stream, aws, 131_072, Limit::Service(Service::Aws)),
            (Way::Stream, Some(Service::AzureHub), 262_144, Limit::Service(Service::AzureHub)),
            (Way::Stream, Some(Service::AzureDps), 98_304, Limit::Service(Service::AzureDps)),
        ] {
            assert_eq!(check(most, way, service), Ok(()), "{limit:?}");
            let excess = check(most + 7, way, service).unwrap_err();
            assert_eq!((excess, excess.by()), (Excess { limit, size: most + 7, most }, 7));
            let words = excess.problem();
            assert!(
                words.message.contains("7 more than") && words.message.contains(&most.to_string()),
                "{words}"
            );
        }
    }

    #[test]
    fn a_packet_of_the_limit_is_one_frame_on_the_wire() {
        assert_eq!(Way::Channel.most(), Some(crate::edm::MAX_DATA));
    }

    #[test]
    fn a_stream_and_a_service_without_known_limit_take_everything() {
        assert_eq!(check(usize::MAX, Way::Stream, Some(Service::Thingstream)), Ok(()));
    }

    #[test]
    fn what_is_refused_is_named_before_what_is_cut() {
        let excess = check(200_000, Way::Channel, Some(Service::Aws)).unwrap_err();
        assert_eq!((excess.limit, excess.pieces()), (Limit::Service(Service::Aws), None));
        assert_eq!(check(8185, Way::Channel, None).unwrap_err().pieces(), Some(3));
    }
}
