//! Unsolicited lines as types (protocol.md §6.5 and §8.4).

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use crate::at::{Answer, Meaning, meaning};

use super::filled;

/// An unsolicited line. Fields beyond those listed are ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Urc {
    /// `+UUDPC`: a peer is connected. `handle` is the one that `+UDCP` gave.
    PeerConnected {
        handle: u32,
        protocol: PeerProtocol,
        remote: Option<SocketAddr>,
        local: Option<SocketAddr>,
    },
    /// `+UUDPD`: a peer is gone, or could not be connected. There is no reason.
    PeerDisconnected {
        handle: u32,
    },
    /// `+UUWLE`: joined the Wi-Fi network; `bssid` is twelve hex digits.
    LinkUp {
        bssid: String,
        channel: u8,
    },
    /// `+UUWLD`: left the Wi-Fi network, or could not join it.
    LinkDown(LinkDownReason),
    /// `+UUNU`: the interface has an address; it comes once for each address family.
    NetworkUp {
        interface: u32,
    },
    /// `+UUND`: the interface has no address any more.
    NetworkDown {
        interface: u32,
    },
    /// `+UUNERR`: 128 is an address conflict.
    NetworkError {
        interface: u32,
        code: u32,
    },
    /// `+STARTUP`: the module has started.
    /// A ping was answered.
    Ping(PingReply),
    /// A ping failed with this code (protocol.md §10).
    PingFailed {
        code: u32,
    },
    Startup,
    /// Any other, or one that lacks a field.
    Other,
}

/// What a peer speaks, as `+UUDPC` counts it. Connect events of extended data mode count differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerProtocol {
    /// Any Bluetooth profile.
    Bluetooth,
    /// 0
    Tcp,
    /// 1
    Udp,
    /// 6
    Mqtt,
    /// Any other number.
    Other(u8),
}

/// Why the Wi-Fi link is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkDownReason {
    /// 0; some access points give it for a wrong passphrase.
    Unknown,
    /// 1: the access point closed the link.
    RemoteClose,
    /// 2: out of range, or there is no network of that name.
    OutOfRange,
    /// 3: on the way to another access point.
    Roaming,
    /// 4: most often a wrong passphrase.
    Security,
    /// 5: deactivated by command.
    Disabled,
    /// Any other number.
    Other(u32),
}

/// An answer to a ping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PingReply {
    /// From 1.
    pub number: u32,
    /// Bytes of payload.
    pub size: u32,
    pub address: String,
    pub ttl: u32,
    /// The round trip.
    pub millis: u32,
}

impl Urc {
    /// Reads an unsolicited line; `None` if the line is none.
    pub fn parse(line: &str) -> Option<Self> {
        if meaning(line, None) != Meaning::Unsolicited {
            return None;
        }
        Some(Self::read(&Answer::parse(line)).unwrap_or(Self::Other))
    }

    fn read(answer: &Answer<'_>) -> Option<Self> {
        Some(match answer.name? {
            "STARTUP" => Self::Startup,
            "UUDPC" => peer_connected(answer)?,
            "UUDPD" => Self::PeerDisconnected { handle: answer.number(0)? },
            "UUWLE" => Self::LinkUp { bssid: filled(answer, 1)?, channel: answer.number(2)? },
            "UUWLD" => {
                Self::LinkDown(answer.number(1).map_or(LinkDownReason::Unknown, LinkDownReason::from_code))
            }
            "UUNU" => Self::NetworkUp { interface: answer.number(0)? },
            "UUND" => Self::NetworkDown { interface: answer.number(0)? },
            "UUNERR" => Self::NetworkError { interface: answer.number(0)?, code: answer.number(1)? },
            "UUPING" => Self::Ping(ping_reply(answer)?),
            "UUPINGER" => Self::PingFailed { code: answer.number(0)? },
            _ => Self::Other,
        })
    }
}

fn ping_reply(answer: &Answer<'_>) -> Option<PingReply> {
    Some(PingReply {
        number: answer.number(0)?,
        size: answer.number(1)?,
        address: filled(answer, 3)?,
        ttl: answer.number(4)?,
        millis: answer.number(5)?,
    })
}

/// The text names local before remote, unlike the connect event of extended data mode.
fn peer_connected(answer: &Answer<'_>) -> Option<Urc> {
    let handle = answer.number(0)?;
    Some(match answer.number::<u8>(1)? {
        1 => Urc::PeerConnected { handle, protocol: PeerProtocol::Bluetooth, remote: None, local: None },
        2 | 3 => Urc::PeerConnected {
            handle,
            protocol: PeerProtocol::from_code(answer.number(2)?),
            remote: socket(answer, 5),
            local: socket(answer, 3),
        },
        _ => return None,
    })
}

fn socket(answer: &Answer<'_>, index: usize) -> Option<SocketAddr> {
    let ip: IpAddr = answer.text(index)?.trim_matches(['[', ']']).parse().ok()?;
    Some(SocketAddr::new(ip, answer.number(index + 1)?))
}

impl PeerProtocol {
    const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Tcp,
            1 => Self::Udp,
            6 => Self::Mqtt,
            other => Self::Other(other),
        }
    }
}

impl LinkDownReason {
    /// The reason behind a number of `+UUWLD`.
    pub const fn from_code(code: u32) -> Self {
        match code {
            0 => Self::Unknown,
            1 => Self::RemoteClose,
            2 => Self::OutOfRange,
            3 => Self::Roaming,
            4 => Self::Security,
            5 => Self::Disabled,
            other => Self::Other(other),
        }
    }

    /// The number that `+UUWLD` gives.
    pub const fn code(self) -> u32 {
        match self {
            Self::Unknown => 0,
            Self::RemoteClose => 1,
            Self::OutOfRange => 2,
            Self::Roaming => 3,
            Self::Security => 4,
            Self::Disabled => 5,
            Self::Other(code) => code,
        }
    }
}

impl fmt::Display for LinkDownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "no reason given",
            Self::RemoteClose => "closed by the access point",
            Self::OutOfRange => "out of range",
            Self::Roaming => "roaming",
            Self::Security => "security problem",
            Self::Disabled => "network disabled",
            Self::Other(code) => return write!(f, "reason {code}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_peer(
        line: &str,
        handle: u32,
        protocol: PeerProtocol,
        remote: Option<&str>,
        local: Option<&str>,
    ) {
        let address = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        let expected =
            Urc::PeerConnected { handle, protocol, remote: address(remote), local: address(local) };
        assert_eq!(Urc::parse(line), Some(expected), "{line}");
    }

    #[test]
    fn real_peers_are_read_local_before_remote() {
        let none = Some("0.0.0.0:0");
        assert_peer(
            "+UUDPC:2,2,6,0.0.0.0,0,20.43.44.164,8883",
            2,
            PeerProtocol::Mqtt,
            Some("20.43.44.164:8883"),
            none,
        );
        assert_peer(
            "+UUDPC:1,2,0,10.18.8.7,58671,10.18.9.7,9000",
            1,
            PeerProtocol::Tcp,
            Some("10.18.9.7:9000"),
            Some("10.18.8.7:58671"),
        );
        assert_peer(
            "+UUDPC:2,2,1,0.0.0.0,0,162.159.200.1,123",
            2,
            PeerProtocol::Udp,
            Some("162.159.200.1:123"),
            none,
        );
        assert_peer("+UUDPC:1,1,1,04D3B0285423p,1011", 1, PeerProtocol::Bluetooth, None, None);
    }

    #[test]
    fn ipv6_peers_are_read_with_and_without_brackets() {
        for line in ["+UUDPC:3,3,0,FE80::1,1,2001:DB8::2,80", "+UUDPC:3,3,0,[FE80::1],1,[2001:DB8::2],80"] {
            assert_peer(line, 3, PeerProtocol::Tcp, Some("[2001:db8::2]:80"), Some("[fe80::1]:1"));
        }
    }

    #[test]
    fn an_address_that_cannot_be_read_does_not_hide_the_peer() {
        assert_peer("+UUDPC:4,2,6", 4, PeerProtocol::Mqtt, None, None);
    }

    #[test]
    fn extra_fields_are_ignored() {
        assert_eq!(Urc::parse("+UUDPD:3,1"), Some(Urc::PeerDisconnected { handle: 3 }));
        assert_eq!(Urc::parse("+UUNU:0,9"), Some(Urc::NetworkUp { interface: 0 }));
    }

    #[test]
    fn wifi_and_network_news_are_read() {
        let link_up = Urc::LinkUp { bssid: "802AA8035ADE".to_owned(), channel: 11 };
        assert_eq!(Urc::parse("+UUWLE:0,802AA8035ADE,11"), Some(link_up));
        assert_eq!(Urc::parse("+UUWLD:0,4"), Some(Urc::LinkDown(LinkDownReason::Security)));
        assert_eq!(Urc::parse("+UUWLD:0"), Some(Urc::LinkDown(LinkDownReason::Unknown)));
        assert_eq!(Urc::parse("+UUND:0"), Some(Urc::NetworkDown { interface: 0 }));
        assert_eq!(Urc::parse("+UUNERR:0,128"), Some(Urc::NetworkError { interface: 0, code: 128 }));
        assert_eq!(Urc::parse("+STARTUP"), Some(Urc::Startup));
    }

    #[test]
    fn pings_are_read() {
        let reply = PingReply { number: 1, size: 32, address: "1.2.3.4".to_owned(), ttl: 64, millis: 20 };
        assert_eq!(Urc::parse("+UUPING:1,32,h,1.2.3.4,64,20"), Some(Urc::Ping(reply)));
        assert_eq!(Urc::parse("+UUPINGER:8"), Some(Urc::PingFailed { code: 8 }));
    }

    #[test]
    fn unknown_and_incomplete_news_are_other_and_answers_are_none() {
        for line in ["+UUHTTP:1", "+UUPING:1,32", "+UUDPC:", "+UUWLE:0", "+UU"] {
            assert_eq!(Urc::parse(line), Some(Urc::Other), "{line}");
        }
        for line in ["OK", "+UDCP:2", "\"NINA-W152\"", ""] {
            assert_eq!(Urc::parse(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_can_be_read(
            name in "UU(DPC|DPD|WLE|WLD|NU|ND|NERR)",
            values in r#"[0-9A-F.:,\[\]"p]{0,40}"#,
        ) {
            let line = format!("+{name}:{values}");
            prop_assert!(Urc::parse(&line).is_some());
        }

        #[test]
        fn reasons_keep_their_numbers(code: u32) {
            prop_assert_eq!(LinkDownReason::from_code(code).code(), code);
        }
    }
}
