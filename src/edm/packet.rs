//! The packets of extended data mode and their bytes (protocol.md §5.1–§5.5).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

pub(super) const FRAME_START: u8 = 0xAA;
pub(super) const FRAME_END: u8 = 0x55;
/// Start, length (2) and end.
pub(super) const ENVELOPE: usize = 4;
/// Twelve bits of length.
const MAX_PAYLOAD: usize = 0xFFF;
/// As the vendor's own library cuts AT text (protocol.md §5.4).
const REQUEST_TEXT: usize = 200;

/// The most data bytes that one packet carries: a payload less id and channel.
pub const MAX_DATA: usize = 0xFFC;

/// One packet, in either direction. `channel` is numbered by the module, apart from the peer handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// From the module: extended data mode has begun.
    Start,
    /// To the module: send the connect events again.
    ResendConnectEvents,
    /// To the module: command text with CR, or upload bytes; a command may be spread over several.
    AtRequest(Vec<u8>),
    /// From the module: response text or a prompt, with line ends.
    AtConfirmation(Vec<u8>),
    /// From the module: an unsolicited line, with line ends.
    AtEvent(Vec<u8>),
    /// From the module: data of a peer.
    Data { channel: u8, data: Vec<u8> },
    /// To the module: data for a peer; it is not confirmed.
    Send { channel: u8, data: Vec<u8> },
    /// From the module: a peer is connected.
    Connect { channel: u8, peer: Peer },
    /// From the module: a peer is gone.
    Disconnect { channel: u8 },
    /// A packet of another kind, or one whose body is not as its id asks for.
    Other { id: u16, body: Vec<u8> },
}

/// Who is connected, as a connect event says (protocol.md §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// `profile`: 0 SPP, 1 DUN, 14 SPS; `frame_size` in bytes.
    Bluetooth { profile: u8, address: [u8; 6], frame_size: u16 },
    /// Over IPv4 or IPv6. The module gives an unspecified local address for UDP and MQTT.
    Ip { protocol: Protocol, remote: SocketAddr, local: SocketAddr },
}

/// The protocol numbers of connect events. `+UUDPC` counts differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// 0
    Tcp,
    /// 1
    Udp,
    /// 2
    Mqtt,
    /// Any other number.
    Other(u8),
}

/// AT text or upload bytes as requests of at most 200 bytes each.
pub fn requests(text: &[u8]) -> impl Iterator<Item = Packet> {
    text.chunks(REQUEST_TEXT).map(|chunk| Packet::AtRequest(chunk.to_vec()))
}

impl Packet {
    /// Identifier and type (protocol.md §5.1).
    pub fn id(&self) -> u16 {
        match self {
            Self::Connect { .. } => 0x0011,
            Self::Disconnect { .. } => 0x0021,
            Self::Data { .. } => 0x0031,
            Self::Send { .. } => 0x0036,
            Self::AtEvent(_) => 0x0041,
            Self::AtRequest(_) => 0x0044,
            Self::AtConfirmation(_) => 0x0045,
            Self::ResendConnectEvents => 0x0056,
            Self::Start => 0x0071,
            Self::Other { id, .. } => *id,
        }
    }

    /// The frame. Text or data longer than one holds goes on in further frames of the same kind; mind that
    /// each [`Send`](Self::Send) frame is one publish or datagram.
    pub fn encode(&self) -> Vec<u8> {
        let mut head = self.id().to_be_bytes().to_vec();
        let body = match self {
            Self::Start | Self::ResendConnectEvents => Vec::new(),
            Self::AtRequest(text) | Self::AtConfirmation(text) | Self::AtEvent(text) => text.clone(),
            Self::Data { channel, data } | Self::Send { channel, data } => {
                head.push(*channel);
                data.clone()
            }
            Self::Connect { channel, peer } => [vec![*channel], peer.encode()].concat(),
            Self::Disconnect { channel } => vec![*channel],
            Self::Other { body, .. } => body.clone(),
        };
        if body.is_empty() {
            return frame(&head, &[]);
        }
        body.chunks(MAX_PAYLOAD - head.len()).flat_map(|chunk| frame(&head, chunk)).collect()
    }

    /// Reads a whole frame whose length and end have been checked.
    pub(super) fn from_frame(frame: &[u8]) -> Option<Self> {
        let [_, _, _, high, low, body @ .., _] = frame else { return None };
        let id = u16::from_be_bytes([*high, *low]);
        Some(Self::from_body(id, body).unwrap_or_else(|| Self::Other { id, body: body.to_vec() }))
    }

    fn from_body(id: u16, body: &[u8]) -> Option<Self> {
        Some(match (id, body) {
            (0x0011, [channel, peer @ ..]) => Self::Connect { channel: *channel, peer: Peer::decode(peer)? },
            (0x0021, [channel]) => Self::Disconnect { channel: *channel },
            (0x0031, [channel, data @ ..]) => Self::Data { channel: *channel, data: data.to_vec() },
            (0x0036, [channel, data @ ..]) => Self::Send { channel: *channel, data: data.to_vec() },
            (0x0041, text) => Self::AtEvent(text.to_vec()),
            (0x0044, text) => Self::AtRequest(text.to_vec()),
            (0x0045, text) => Self::AtConfirmation(text.to_vec()),
            (0x0056, []) => Self::ResendConnectEvents,
            (0x0071, []) => Self::Start,
            _ => return None,
        })
    }
}

fn frame(head: &[u8], body: &[u8]) -> Vec<u8> {
    // `encode` cuts bodies to what twelve bits can count.
    let length = u16::try_from(head.len() + body.len()).unwrap_or(u16::MAX);
    [&[FRAME_START], &length.to_be_bytes()[..], head, body, &[FRAME_END]].concat()
}

impl Peer {
    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Bluetooth { profile, address, frame_size } => {
                [&[1, *profile], &address[..], &frame_size.to_be_bytes()].concat()
            }
            Self::Ip { protocol, remote: SocketAddr::V4(remote), local: SocketAddr::V4(local) } => {
                let side = |ip: Ipv4Addr, port: u16| [&ip.octets()[..], &port.to_be_bytes()].concat();
                [
                    vec![2, protocol.number()],
                    side(*remote.ip(), remote.port()),
                    side(*local.ip(), local.port()),
                ]
                .concat()
            }
            Self::Ip { protocol, remote, local } => {
                [vec![3, protocol.number()], ipv6_side(*remote), ipv6_side(*local)].concat()
            }
        }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [1, profile, address @ .., high, low] => Some(Self::Bluetooth {
                profile: *profile,
                address: address.try_into().ok()?,
                frame_size: u16::from_be_bytes([*high, *low]),
            }),
            [kind @ (2 | 3), protocol, sides @ ..] => {
                let (remote, local) = sides.split_at_checked(sides.len() / 2)?;
                Some(Self::Ip {
                    protocol: Protocol::from_number(*protocol),
                    remote: address(*kind, remote)?,
                    local: address(*kind, local)?,
                })
            }
            _ => None,
        }
    }
}

fn ipv6_side(address: SocketAddr) -> Vec<u8> {
    let ip = match address {
        SocketAddr::V4(v4) => v4.ip().to_ipv6_mapped(),
        SocketAddr::V6(v6) => *v6.ip(),
    };
    [&ip.octets()[..], &address.port().to_be_bytes()].concat()
}

fn address(kind: u8, bytes: &[u8]) -> Option<SocketAddr> {
    let (ip, port) = bytes.split_last_chunk::<2>()?;
    let port = u16::from_be_bytes(*port);
    if kind == 2 {
        let ip: [u8; 4] = ip.try_into().ok()?;
        Some((Ipv4Addr::from(ip), port).into())
    } else {
        let ip: [u8; 16] = ip.try_into().ok()?;
        Some((Ipv6Addr::from(ip), port).into())
    }
}

impl Protocol {
    const fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Tcp,
            1 => Self::Udp,
            2 => Self::Mqtt,
            other => Self::Other(other),
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::Tcp => 0,
            Self::Udp => 1,
            Self::Mqtt => 2,
            Self::Other(number) => number,
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
